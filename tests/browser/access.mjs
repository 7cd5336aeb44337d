// Sealed entries and emergency access, as each role meets them; the suite has made some to try.
export async function access({ base, out, open, test, must, check, tell, password }) {
	const as = async (login, width) => {
		const page = await open(width, false)
		await page.goto(base + '/sign-in')
		await page.fill('#login', login)
		await page.fill('#password', password)
		await page.click('main button[type=submit]')
		await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
		return page
	}
	const look = async (login, name, path, status = 200) => {
		for (const width of [1280, 390]) {
			const page = await as(login, width)
			const answer = await page.goto(base + path)
			tell(answer.status() === status, `${name} at ${width}`, `status ${answer.status()}`)
			await page.context().close()
			const seen = await open(width, true) // axe needs script
			await seen.goto(base + '/sign-in')
			await seen.fill('#login', login)
			await seen.fill('#password', password)
			await seen.click('main button[type=submit]')
			await seen.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
			await seen.goto(base + path)
			await check(seen, name, width)
			await seen.screenshot({ path: `${out}/${name}-${width}.png`, fullPage: true })
			await seen.context().close()
		}
	}
	const lead = await as('governance', 1280)
	await lead.goto(base + '/emergency/notices')
	const child = (await lead.getAttribute('tbody th a', 'href')).replace(/\/looked.*/, '')
	const notice = await lead.getAttribute('td a[href^="/emergency/notices/"]', 'href')
	await test('who was given no sight sees no trace, and who was sees a seal', async () => {
		for (const [login, n] of [['admin', 0], ['nurse', 1], ['doctor', 2]]) {
			const page = await as(login, 1280)
			await page.goto(base + child + '/happened')
			const words = await page.textContent('main')
			must((await page.$$('.nhsuk-tag--purple')).length === n, `${login} sees other than ${n}`)
			must(words.includes('Alder Lane') === (login === 'nurse'), `${login}: the address`)
			await page.context().close()
		}
	})
	await test('emergency access is asked for on a page, and its notice reviewed', async () => {
		const page = await as('clinician', 390)
		await page.goto(base + '/emergency')
		await page.click('main button[type=submit]')
		must((await page.textContent('.nhsuk-error-summary')).includes('Enter the NHS number'), 'no error')
		await page.context().close()
		await lead.goto(base + notice)
		await lead.click('main button[type=submit]')
		must((await lead.textContent('.nhsuk-error-summary')).includes('Choose what came of it'), 'no error')
		await lead.check('#outcome')
		await lead.fill('#words', 'On duty that night')
		await look('governance', 'access-notice', notice)
		await lead.click('main button[type=submit]')
		must(lead.url() === base + '/emergency/notices', lead.url())
		must((await lead.textContent('main')).includes('On duty that night'), 'the review is not there')
	})
	await look('governance', 'access-notices', '/emergency/notices')
	await look('governance', 'access-sight', child + '/access')
	await look('clinician', 'access-emergency', '/emergency')
	await look('clinician', 'access-child', child)
	await look('doctor', 'access-sealed', child + '/happened')
	await look('nurse', 'access-young-person', child + '/looked/young-person')
	const page = await as('doctor', 1280)
	await page.goto(base + child + '/happened')
	await look('doctor', 'access-seal', await page.getAttribute('a[href$="/seal"]', 'href'))
	await page.context().close()
	await lead.context().close()
}
