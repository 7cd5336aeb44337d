// Runs in the page. Rows, items and sections made by one template differ in their words alone, and
// axe judges shape, classes and colours: of each shape three stay beside each other, the rest is put
// aside until axe has looked. Ids must be unique over the whole page: that is looked at first, and told.
export function thin() {
	const told = /^(class|role|type|style|fill|scope|hidden|open|disabled|checked|aria-(hidden|expanded|current|disabled))$/
	const shape = (e) => {
		const words = [e.tagName]
		for (const a of e.attributes) words.push(told.test(a.name) ? `${a.name}=${a.value}` : a.name)
		for (const c of e.childNodes)
			if (c.nodeType === 1) words.push(shape(c))
			else if (c.nodeType === 3 && c.data.trim()) words.push('text')
		return words.join(' ') + ';'
	}
	const ids = [...document.querySelectorAll('[id]')].map((e) => e.id), known = new Set(), twice = new Set()
	for (const id of ids) (known.has(id) ? twice : known).add(id)
	const aside = (window.aside = [])
	for (const parent of document.querySelectorAll('tbody, ul, ol, dl, main, section, svg, g')) {
		const seen = new Map()
		for (const child of [...parent.children]) {
			const s = shape(child), n = (seen.get(s) ?? 0) + 1
			seen.set(s, n)
			if (n <= 3) continue
			aside.push([parent, child, child.nextSibling])
			child.remove()
		}
	}
	return [...twice]
}

// The page as it was.
export function whole() {
	for (const [parent, child, next] of window.aside.reverse()) parent.insertBefore(child, next)
}
