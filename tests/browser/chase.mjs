// Chases, and links for one thing: written by keyboard, answered on a phone without script or account.
export async function chase({ base, out, open, signIn, test, must, check, atWidths, sameSession, press, tabTo, text, attr, ends, fillDate, hrefs, tell }) {
	const page = await open(1280, false)
	let sent, asked, link
	const look = async (name, path) => {
		const other = await sameSession(page)
		const answer = await other.goto(path)
		tell(answer.status() === 200, name, `status ${answer.status()}`)
		await atWidths(other, name, [1280, 390])
		await other.context().close()
	}
	await test('a next step leads to the one right form', async () => {
		await signIn(page)
		await page.goto(base + '/list/late')
		const steps = (await hrefs(page, 'td.ln-act a')).concat((await page.goto(base + '/list/soon'), await hrefs(page, 'td.ln-act a')))
		must(steps.length > 0, 'no next step')
		for (const step of steps) must(/\/record\/[a-z-]+/.test(step), `${step} is no form`)
		const known = steps.find((s) => s.includes('?code='))
		await page.goto(base + known)
		must(await page.isChecked(`input[name=code][value="${new URL(base + known).searchParams.get('code')}"]`), 'the code is not chosen')
		await page.goto(base + '/list/waiting')
		const waiting = await hrefs(page, 'td.ln-act a')
		must(waiting.some((h) => /\/clock\/.*\/chase$/.test(h)), 'nothing that waits is chased')
		const other = waiting.filter((h) => !/\/clock\/.*\/chase$/.test(h)) // a family's turn: its step is ours
		must(other.every((h) => /\/record\/[a-z-]+/.test(h)), other.join(' '))
	})
	await test('one press on the worklist writes every chase', async () => {
		await page.goto(base + '/')
		await press(page, 'write the chases', text('Write each council'))
		must(page.url() === base + '/chase', page.url())
		must((await page.textContent('main')).includes('Chases that were written'), 'none was written')
		await look('chases', base + '/chase')
	})
	await test('a chase names no child and can be taken along', async () => {
		let words = ''
		for (const one of await hrefs(page, 'main a[href^="/chase/sent/"]')) {
			sent = base + one
			await page.goto(sent)
			words = await page.inputValue('#text')
			if (/Rule:/.test(words)) break // of a provider nothing is named
		}
		const names = await page.$$eval('tbody th .ln-noprint a', (l) => l.map((a) => a.firstChild.textContent.trim()))
		must(names.length > 0, 'no rows')
		for (const name of names) must(!words.includes(name), 'a name is in the text')
		must(/With you since/.test(words) && /Rule:/.test(words), words.slice(0, 300))
		await look('chase', sent)
		for (const what of ['eml', 'txt', 'csv']) {
			const got = await page.context().request.get(`${sent}/download/${what}`)
			must(got.status() === 200, `${what}: ${got.status()}`)
			must((await got.body()).length > 100, `${what} is empty`)
		}
	})
	await test('a link for one thing is made from what is asked for', async () => {
		await page.goto(base + '/chase')
		const all = await hrefs(page, 'main tbody a[href^="/chase/sent/"]')
		for (const one of all) {
			await page.goto(base + one)
			for (const item of await hrefs(page, 'tbody th .ln-noprint a')) {
				await page.goto(base + item)
				if (await page.isVisible('#address')) { asked = base + item; break }
			}
			if (asked) break
		}
		must(asked, 'nothing may be asked for by a link')
		const domain = /ends with ([a-z.]+)/.exec(await page.textContent('#address-hint'))[1]
		await look('asked', asked)
		await tabTo(page, 'address', attr('id', /^address$/))
		await page.keyboard.type('somebody@elsewhere.example')
		await press(page, 'make a link', text('Make a link'))
		must(await page.isVisible('.nhsuk-error-summary'), 'any address will do')
		await page.fill('#address', 'mary.worker@' + domain)
		await press(page, 'make a link', text('Make a link'))
		await page.screenshot({ path: `${out}/asked-made-1280.png`, fullPage: true })
		link = /https?:\/\/\S+\/answer\/[0-9a-f]{64}/.exec(await page.inputValue('#message'))[0]
	})
	const phone = await open(390, false)
	await test('on a phone: opened, checked, sent, thanked; by keyboard, without script', async () => {
		const seen = await open(390, true)
		for (let i = 0; i < 3; i++) { // programs that look through mail open links
			const answer = await seen.goto(link)
			must(answer.status() === 200, `status ${answer.status()}`)
			const h = answer.headers()
			must(h['cache-control'] === 'no-store' && h['referrer-policy'] === 'no-referrer', JSON.stringify(h))
		}
		await seen.$$eval('main details:not([open])', (list) => list.forEach((d) => (d.open = true)))
		await check(seen, 'answer', 390)
		await seen.screenshot({ path: `${out}/answer-390.png`, fullPage: true })
		await seen.context().close()
		await phone.goto(link)
		must((await hrefs(phone, 'main a')).length === 0, 'it leads on')
		await press(phone, 'check', text('Check it'))
		must(await phone.isVisible('.nhsuk-error-summary'), 'it went on without a day')
		const today = /(\d+) (\w+) (\d{4})/.exec(await (await page.goto(base + '/'), page.textContent('.ln-asof')))
		const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
		await fillDate(phone, 'at', `${today[3]}-${months.indexOf(today[2]) + 1}-${today[1]}`)
		for (const group of await phone.$$('main > form .nhsuk-radios')) await (await group.$('input')).check()
		if (await phone.isVisible('#value')) await phone.fill('#value', '7')
		await press(phone, 'check', text('Check it'))
		must((await phone.textContent('h1')).includes('Check before'), await phone.textContent('main'))
		await phone.screenshot({ path: `${out}/answer-check-390.png`, fullPage: true })
		await press(phone, 'send', text('Send it'))
		must((await phone.textContent('h1')).includes('Thank you'), await phone.textContent('main'))
		await phone.screenshot({ path: `${out}/answer-thanks-390.png`, fullPage: true })
	})
	await test('a used link is calm, and opens nothing else', async () => {
		const seen = await open(390, true)
		const answer = await seen.goto(link)
		must(answer.status() === 404, `status ${answer.status()}`)
		const used = await seen.textContent('main')
		await check(seen, 'answer-ended', 390)
		await seen.screenshot({ path: `${out}/answer-ended-390.png`, fullPage: true })
		await seen.goto(link.replace(/.{4}$/, '0000'))
		must((await seen.textContent('main')) === used, 'another link that does not work reads otherwise')
		for (const path of ['/', '/children', '/chase', '/chase/links', asked.slice(base.length)]) {
			await seen.goto(base + path)
			must(seen.url().includes('/sign-in'), `${path} is shown: ${seen.url()}`)
		}
		await seen.context().close()
	})
	await test('whoever asked sees the answer', async () => {
		await page.goto(base + '/chase')
		must((await page.textContent('main')).includes('mary.worker@'), 'no answer by link')
		await page.goto(asked)
		must((await page.textContent('main')).includes('Recorded'), 'not beside the clock')
	})
	await test('a file for a council’s own system', async () => {
		await page.goto(base + '/hand-back')
		if (await page.isVisible('.ln-choose a')) await page.goto(base + (await hrefs(page, '.ln-choose a'))[0])
		await look('hand-back', page.url())
		const file = (await hrefs(page, 'main .ln-btns a')).find((h) => h.includes('/csv'))
		const got = await page.context().request.get(base + file)
		must(got.status() === 200 && (await got.text()).includes('Child number'), `status ${got.status()}`)
	})
	await look('open-links', base + '/chase/links')
	await phone.context().close()
	await page.context().close()
}
