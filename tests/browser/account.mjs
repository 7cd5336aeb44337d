// People: invited, joining by a link, an authenticator app, recovery codes, leaving. Without script.
import { createHmac } from 'node:crypto'

// The code of RFC 6238 for a secret in base 32, `ahead` steps from now.
function codeOf(secret, ahead = 0) {
	const bits = [...secret.replace(/\s/g, '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
	const counter = Buffer.alloc(8)
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + ahead))
	const mac = createHmac('sha1', key).update(counter).digest()
	const at = mac[19] & 15
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0')
}

export async function account({ base, open, signIn, test, must, atWidths, tell }) {
	const manager = await open(1280, false)
	const password = 'seven slow otters', name = 'w.ash' + String(Date.now()).slice(-6)
	let link, secret, codes, page
	const look = async (from, shot) => {
		const other = await from.context().browser().newContext({ viewport: { width: 1280, height: 900 } })
		const p = await other.newPage()
		const body = await from.content() // what came of a form cannot be asked for again
		await p.route('**/looked-at', (r) => r.fulfill({ contentType: 'text/html; charset=utf-8', body }))
		await p.goto(base + '/looked-at')
		await atWidths(p, shot, [1280, 390])
		await other.close()
	}
	const go = (p, path) => p.goto(base + path)
	const send = (p, selector) => Promise.all([p.waitForNavigation(), p.click(selector)])
	await test('somebody is invited', async () => {
		await signIn(manager)
		await go(manager, '/people')
		await look(manager, 'people')
		await go(manager, '/people/roles')
		await look(manager, 'people-roles')
		await go(manager, '/people/invite')
		await send(manager, 'main button[type=submit]')
		must(await manager.isVisible('#name-error'), 'a name was not asked for')
		await look(manager, 'people-invite-error')
		await manager.fill('#name', 'Wren Ash')
		await manager.fill('#login', name)
		await manager.check('input[name=role][value=nurse]')
		await send(manager, 'main button[type=submit]')
		link = (await manager.inputValue('#message')).match(/\/join\/[0-9a-f]{64}/)?.[0]
		must(link, 'no link was made')
		await look(manager, 'people-link')
	})
	await test('and joins with a password of their own', async () => {
		page = await open(390, false)
		await go(page, link)
		await look(page, 'join')
		await page.fill('#new', 'password123')
		await send(page, 'main button[type=submit]')
		must((await page.textContent('#new-error')).includes('tried first'), 'a common password was taken')
		await page.fill('#new', password)
		await send(page, 'main button[type=submit]')
		must(new URL(page.url()).pathname === '/', `after joining: ${page.url()}`)
		const again = await (await open(390, false)).goto(base + link)
		must(again.status() === 404, 'the link works twice')
	})
	await test('an authenticator app is set up', async () => {
		await go(page, '/account')
		await look(page, 'account')
		await go(page, '/account/app')
		await page.fill('#password', 'not it at all')
		await send(page, 'main button[type=submit]')
		must(await page.isVisible('#password-error'), 'the secret was shown without the password')
		await look(page, 'account-app-error')
		await page.fill('#password', password)
		await send(page, 'main button[type=submit]')
		secret = await page.textContent('main code')
		must(secret.replace(/\s/g, '').length === 32, 'no secret')
		await look(page, 'account-app')
		await page.fill('#code', codeOf(secret))
		await send(page, 'main button[type=submit]')
		codes = await page.$$eval('main li code', (list) => list.map((c) => c.textContent))
		must(codes.length === 10, 'no recovery codes')
		await look(page, 'recovery-codes')
		await go(page, '/account')
		must((await page.textContent('main')).includes('10 recovery codes are left'), 'they are not counted')
	})
	const begin = async () => {
		const p = await open(390, false)
		await go(p, '/account')
		await p.fill('#login', name)
		await p.fill('#password', password)
		await send(p, 'main button[type=submit]')
		must(new URL(p.url()).pathname === '/sign-in/code', `after the password: ${p.url()}`)
		return p
	}
	await test('and asked for when they sign in', async () => {
		const p = await begin()
		await p.fill('#code', '000000')
		await send(p, 'main button[type=submit]')
		must(await p.isVisible('#code-error'), 'a wrong code was taken')
		await look(p, 'sign-in-code-error')
		await p.fill('#code', codeOf(secret, 1)) // the one after that which set it up
		await send(p, 'main button[type=submit]')
		must(new URL(p.url()).pathname === '/account', `after the code: ${p.url()}`)
		const q = await begin()
		await q.fill('#code', codes[0].toLowerCase())
		await send(q, 'main button[type=submit]')
		must(new URL(q.url()).pathname === '/account', `after a recovery code: ${q.url()}`)
		await send(q, 'main form[action*="/session/"] button >> nth=1') // the one before
		must((await q.textContent('main')).includes('That session is ended'), 'no session was ended')
		await go(p, '/account')
		must(new URL(p.url()).pathname === '/sign-in', 'the session that was ended goes on')
	})
	await test('they leave, and are signed out at once', async () => {
		await go(manager, '/people')
		await send(manager, `main a:has-text("Wren Ash") >> nth=0`)
		await look(manager, 'people-one')
		await send(manager, 'button.nhsuk-button--warning')
		must((await manager.textContent('main')).includes('closed'), 'the account is not closed')
		await go(page, '/account')
		must(new URL(page.url()).pathname === '/sign-in', 'whoever left goes on')
	})
	await test('an agreement is written down', async () => {
		const p = await open(1280, false)
		await go(p, '/sign-in')
		await p.fill('#login', 'governance')
		await p.fill('#password', process.env.PASSWORD ?? 'invented')
		await send(p, 'main button[type=submit]')
		await go(p, '/agreements/new')
		await send(p, 'main button[type=submit]')
		must(await p.isVisible('.nhsuk-error-summary'), 'nothing was asked for')
		await look(p, 'agreement-error')
		await p.fill('#org', 'E06000034')
		await p.fill('#purpose', 'Health of looked-after children')
		await p.fill('#controllers', 'Thurrock and the health team, jointly')
		await p.check('input[name=shares][value=health]')
		for (const [field, [d, m, y]] of [['from', ['1', '4', '2020']], ['to', ['31', '3', '2099']]]) {
			await p.fill(`#${field}-day`, d)
			await p.fill(`#${field}-month`, m)
			await p.fill(`#${field}-year`, y)
		}
		await send(p, 'main button[type=submit]')
		must((await p.textContent('main')).includes('in force'), 'the agreement is not in force')
		await look(p, 'agreements')
		await send(p, 'main tbody th a')
		await look(p, 'agreement-change')
	})
	tell(true, 'people')
}
