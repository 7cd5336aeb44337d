// Opens every page wide and narrow, checks it with axe, and does the main job by
// keyboard alone without script. Ends with "N passed, N failed, N skipped".
import { chromium } from 'playwright-core'
import axe from '@axe-core/playwright'
import { access } from './access.mjs'
import { account } from './account.mjs'
import { chase } from './chase.mjs'
import { thin, whole } from './thin.mjs'
const AxeBuilder = axe.default ?? axe
const [url, out] = process.argv.slice(2)
const base = url.replace(/\/$/, '')
const login = process.env.LOGIN ?? 'admin', password = process.env.PASSWORD ?? 'invented'
const only = process.env.ONLY ?? '' // 'pages', 'chase', 'access', 'account', 'job' or 'weekly', 'plan': a part of the run, while working on it
const names = new RegExp(process.env.NAMES ?? '.') // only the pages so named
const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']
let passed = 0, failed = 0, skipped = 0

function tell(ok, name, why = '') {
	ok ? passed++ : failed++
	if (!ok) console.log(`FAILED ${name}${why ? ': ' + why : ''}`)
}

async function test(name, body) {
	try {
		await body()
		tell(true, name)
	} catch (e) {
		const where = String(e.stack).split('\n').filter((l) => /\/browser\/\w+\.mjs/.test(l)).map((l) => l.replace(/.*\//, '').replace(/\)$/, ''))
		tell(false, name, String(e.message ?? e).split('\n').slice(0, 3).join(' ') + ' at ' + where.slice(0, 3).join(' '))
	}
}

function must(ok, words) {
	if (!ok) throw new Error(words)
}

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
		'--disable-component-update', '--disable-sync'],
})
const trouble = [] // console errors and requests to elsewhere

async function open(width, script) {
	const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: script, locale: 'en-GB' })
	const page = await context.newPage()
	page.on('console', (m) => m.type() === 'error' && trouble.push(`${page.url()}: ${m.text()}`))
	page.on('request', (r) => r.url().startsWith(base) || trouble.push(`request to ${r.url()}`))
	page.setDefaultTimeout(30000) // other suites run at the same time
	if (process.env.PICTURES === 'no') page.screenshot = async () => {}
	return page
}

async function signIn(page) {
	await page.goto(base + '/sign-in')
	await page.fill('#login', login)
	await page.fill('#password', password)
	await page.click('main button[type=submit]')
	await page.waitForURL((u) => !u.pathname.startsWith('/sign-in'))
	await page.mouse.move(0, 0) // nothing is pointed at: a link that is looks otherwise
}

const hrefs = (page, selector) => page.$$eval(selector, (list) => list.map((a) => a.getAttribute('href')))

// Pages to look at, found by walking from the worklist as a person would.
async function addresses(page) {
	const list = [['worklist', '/'], ['list-late', '/list/late'], ['list-waiting', '/list/waiting'], ['list-not-known', '/list/not-known'],
		['worklist-another-day', '/?as-of=2026-06-01&known=2026-06-01'], ['children', '/children'],
		['children-new', '/children/new'], ['children-found', '/children?q=a'], ['children-none', '/children?q=xyzzy'], ['imports', '/import'], ['import-new', '/import/new'],
		['lists', '/import/lists'], ['list-new', '/import/lists/new'], ['matching', '/matching'],
		['import-mappings', '/import/mappings'], ['import-mapping', '/import/mappings/caseload'],
		['help', '/help'], ['definitions', '/definitions'], ['book', '/rules/book'], ['accessibility', '/accessibility'], ['privacy', '/privacy'], ['safety', '/safety'], ['self-audit', '/self-audit']]
	await page.goto(base + '/')
	const children = [...new Set(await hrefs(page, '.ln-table--work tbody th a[href^="/child/"]'))]
	const found = new Map()
	for (const [i, child] of children.slice(0, 4).entries()) {
		list.push([`child-${i + 1}`, child])
		await page.goto(base + child)
		for (const clock of await hrefs(page, 'main a[href*="/clock/"]')) {
			const standard = clock.split('/clock/')[1].split('.')[0]
			if (!found.has(standard)) found.set(standard, clock)
		}
	}
	for (const [standard, clock] of found) list.push([`clock-${standard}`, clock])
	if (children.length) {
		const child = children[0]
		list.push(['child-happened', child + '/happened'], ['child-looked', child + '/looked'], ['child-rules', child + '/rules'], ['record', child + '/record'], ['worker', child + '/worker'], ['worklist-mine', '/?mine=1'], ['worklist-unnamed', '/?unnamed=1'], ['worklist-filters', '/?filters=1'])
		for (const clock of found.values()) {
			await page.goto(base + clock)
			const say = (await hrefs(page, 'main a[href$="/say"]'))[0]
			if (say) {
				list.push(['statement', say])
				break
			}
		}
		await page.goto(base + child + '/record')
		for (const kind of (await hrefs(page, '.ln-choose a')).filter((h) => /(care-started|placement-started|appointment-booked|assessment-seen|sdq-scored)$/.test(h)))
			list.push(['record-' + kind.split('/').pop(), kind])
		await page.goto(base + child + '/happened')
		for (const [what, name] of [['/correct', 'correct'], ['/error', 'error']]) {
			const link = (await hrefs(page, `main a[href$="${what}"]`))[0]
			if (link) list.push([name, link])
		}
	}
	await page.goto(base + '/rules')
	const rules = await hrefs(page, 'main tbody a[href^="/rules/"]')
	list.push(['rules', '/rules'], ['rules-another-day', '/rules?known=2026-06-01'], ['rules-compare', '/rules/compare'])
	for (const [name, is] of [['holidays', /holidays/], ['standard', /initial-health/], ['parameter', /parameters/]]) {
		const rule = rules.find((h) => is.test(h))
		if (rule) list.push([`rule-${name}`, rule], [`rule-change-${name}`, rule + '/change'])
	}
	await page.goto(base + '/measures')
	list.push(['measures', '/measures'])
	for (const m of [...new Set(await hrefs(page, 'main tbody th a'))].filter((h) => /(iha-returned|iha-waiting|year-sdq|rha|cyp-four-weeks)$/.test(h)))
		list.push(['measure-' + m.split('/').pop(), m])
	await page.goto(base + '/measures/iha-returned')
	for (const [i, l] of (await hrefs(page, 'main .ln-count')).slice(0, 3).entries()) list.push([`measure-children-${i + 1}`, l])
	list.push(['measure-board', '/measures/iha-returned?shared=yes'])
	const filed = (await hrefs(page, 'main a[href*="/filed/"]'))[0]
	if (filed) list.push(['filed', filed])
	await page.goto(base + '/import')
	for (const [i, l] of [...new Set(await hrefs(page, 'main tbody a[href^="/import/"]'))].slice(0, 2).entries()) list.push([`import-${i + 1}`, l])
	list.push(['return', '/import/return'], ['return-new', '/import/return/new'], ['return-write', '/import/return/write?council=E10000012&year=2025-26'])
	await page.goto(base + '/import/return')
	for (const [i, l] of [...new Set(await hrefs(page, 'main tbody a[href^="/import/return/"]'))].filter((h) => /return\/\w{13}$/.test(h)).slice(0, 2).entries())
		list.push([`return-read-${i + 1}`, l], [`return-differences-${i + 1}`, l + '/differences'])
	list.push(['plans', '/plan'], ['plan', '/plan/set-one-clinic'], ['plan-beds', '/plan/east-midlands'],
		['plan-changed', '/plan/east-midlands?with=services.phoenix.beds~9'], ['plan-change', '/plan/set-one-clinic/change'],
		['plan-part', '/plan/east-midlands/change/services.phoenix'], ['plan-compare', '/plan/compare?a=east-midlands&b=east-midlands-every-county'],
		['plan-choose', '/plan/compare?a=east-midlands'], ['plan-new', '/plan/new'],
		['plan-need', '/plan/need/admissions'], ['plan-recorded', '/plan/need/recorded/referrals'], ['plan-sites', '/plan/site'],
		['plan-site', '/plan/site/day-services-east-midlands?played=yes'], ['plan-site-change', '/plan/site/day-services-east-midlands/change?go=yes&budget=much'],
		['plan-site-reuse', '/plan/site/reuse-north-west-london?played=yes'], ['plan-site-reuse-change', '/plan/site/reuse-north-west-london/change'],
		['plan-published-change', '/plan/compare?a=north-west-london&b=north-west-london-new-model'],
		['measure-shared', '/measures/shared/iha-returned'])
	return list.filter(([name]) => names.test(name))
}

// A workbook with a question in it, and words that are not known.
const workbook = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
const questions = 'Tracker of the team,,,,,,\n,,,,Initial health assessment,,\nMosaic ID,Borough,DOB,Became LAC,Requested,Seen,Legal status\n' +
	'WB-1,Essex,14/03/2016,06/01/2026,01/09/2026,01/26/2026,Sec 20 (accom)\nWB-2,Thurrock,02/11/2012,10/02/2026,02/12/2026,03/02/2026,s20\n'

// axe looks at three of each shape of row (thin.mjs), and of a book of hundreds of screens at its
// beginning (every chapter is made by one template); with LINNET_LONG at all there is. Only what is
// wrong is worked out in full. At 320 only the width counts. What axe sees at 1280 is mostly what it
// saw at 390: there it looks at pages whose layout changes, and with LINNET_LONG at all.
const changes = /^(sign-in|worklist$|list-late|child-1|clock-(iha|rha)|record$|correct|import-new|import-workbook|weekly-list|measures|measure-iha|plan$|plan-changed|people|account|access-child|rule-change|self-audit|book)/
const long = Boolean(process.env.LINNET_LONG)
async function check(page, name, width) {
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
	tell(wide <= 0, `${name} at ${width} fits its width`, `${wide} px too wide`)
	if (width < 390 || (width > 390 && !long && !changes.test(name))) return
	if (name === 'book' && !long) await page.$$eval('main section:nth-of-type(n+4)', (list) => list.forEach((e) => e.remove()))
	const twice = await page.evaluate(thin)
	tell(!twice.length, `${name} at ${width}: ids are unique`, twice.join(' '))
	if (long) await page.evaluate(whole)
	const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).withTags(tags).setLegacyMode()
	const r = await axe.analyze()
	for (const v of r.violations)
		tell(false, `${name} at ${width}`, `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join('; ')})`)
	if (!r.violations.length) tell(true, name)
	if (!long) await page.evaluate(whole)
}

const openDetails = (page) => page.$$eval('main details:not([open])', (list) => list.forEach((d) => (d.open = true)))

// One page that is open, at each width: pictured as it came, then checked with all of its details open.
async function atWidths(page, name, widths, { fullPage = true } = {}) {
	const turn = (width) => page.setViewportSize({ width, height: 900 })
	if (process.env.PICTURES !== 'no')
		for (const width of widths.filter((w) => w >= 390)) {
			await turn(width)
			await page.screenshot({ path: `${out}/${name}-${width}.png`, fullPage })
		}
	await openDetails(page)
	for (const width of widths) {
		await turn(width)
		await check(page, name, width)
	}
}

// A page with script, for axe, of whoever is signed in on another.
async function sameSession(page) {
	const scripted = await open(1280, true)
	await scripted.context().addCookies(await page.context().cookies())
	return scripted
}

async function pages() {
	const all = [1280, 390, 320]
	const narrow = /^(worklist|child-1|clock-iha|record-app|import-|measures|measure-iha|filed|return)/
	const page = await open(1280, true)
	await page.goto(base + '/sign-in')
	await atWidths(page, 'sign-in', all)
	await Promise.all([page.waitForNavigation(), page.click('main button[type=submit]')])
	await atWidths(page, 'sign-in-error', all)
	await signIn(page)
	const list = await addresses(page)
	for (const [name, path] of list) {
		let answer = await page.goto(base + path)
		while (answer?.headers().refresh) answer = await page.waitForNavigation() // still being worked out: it comes again by itself
		must(answer, `${name}: no answer`)
		tell(answer.status() === 200, name, `status ${answer.status()}`)
		must((await page.textContent('footer')).includes('invented'), `${name} does not say that its people are invented`)
		if (name === 'book') await atWidths(page, name, [390], { fullPage: false }) // hundreds of screens: once is enough
		else await atWidths(page, name, narrow.test(name) ? all : [1280, 390])
	}
	await page.goto(base + '/import')
	await page.setInputFiles('#files', workbook('LAC tracker.csv', questions))
	await Promise.all([page.waitForNavigation(), page.click('main button[type=submit]')])
	await atWidths(page, 'import-workbook', all)
	await Promise.all([page.waitForNavigation(), page.click('button[value=try]')])
	await atWidths(page, 'import-workbook-asked', all)
	const child = list.find(([n]) => n === 'child-1')
	if (child) {
		await page.setViewportSize({ width: 1280, height: 900 })
		await page.goto(base + child[1])
		await page.emulateMedia({ media: 'print' })
		await test('print says that the people are invented', async () => must(await page.isVisible('.ln-print-only'), 'it does not'))
		await page.screenshot({ path: `${out}/child-print.png`, fullPage: true })
	}
	await page.context().close()
	tell(trouble.length === 0, 'no console error, no request to another host', trouble.slice(0, 5).join(' | '))
}

// ---- a council's weekly list: dropped in, looked through, accepted; without script ----

async function weekly() {
	const page = await open(1280, false)
	const look = async (name) => {
		const scripted = await sameSession(page)
		await scripted.goto(page.url())
		await atWidths(scripted, name, [1280, 390])
		await scripted.context().close()
	}
	const said = () => page.textContent('main')
	const link = async (fits) => (await hrefs(page, 'main a')).find((h) => fits.test(h))
	let list
	await signIn(page)
	await test('a weekly list is dropped in and compared', async () => {
		await page.goto(base + '/import/lists/new')
		await page.click('main button[type=submit]')
		must(await page.isVisible('.nhsuk-error-summary'), 'nothing was asked for')
		await page.selectOption('#council', 'E10000012')
		await page.setInputFiles('#file', process.env.LIST)
		await page.click('main button[type=submit]')
		list = page.url()
		must(/Essex: list of/.test(await said()), await said())
		must(/[34]\s*sure/.test(await said()) && /1\s*to be matched/.test(await said()), (await said()).replace(/\s+/g, ' ').slice(80, 600))
		await look('weekly-list')
	})
	await test('the same list again is the same list', async () => {
		await page.goto(base + '/import/lists/new')
		await page.selectOption('#council', 'E10000012')
		await page.setInputFiles('#file', process.env.LIST)
		await page.click('main button[type=submit]')
		must(page.url() === list, page.url())
	})
	await test('a list with headings of its own is asked about, tried, and recognised next week', async () => {
		const own = (born) => workbook('southend own.csv', `Ref,Called,Family,Arrived,Law\nQ-1,Siskin,Dunnock-Example,${born},S.20\nQ-2,Lark,Dunnock-Example,05/06/2017,Care order\n`)
		const drop = async (born) => {
			await page.goto(base + '/import/lists/new')
			await page.selectOption('#council', 'E06000033')
			await page.check('#partial')
			await page.setInputFiles('#file', own(born))
			await page.click('main button[type=submit]')
		}
		await drop('03/04/2018')
		must((await page.textContent('h1')).includes('southend own.csv'), await page.textContent('h1'))
		await page.selectOption('#c0', 'row.child_id')
		await page.selectOption('#c3', 'list.birth_date')
		await page.selectOption('#c4', 'list.legal_status')
		await page.fill('#name', 'southend-own')
		await page.click('button[value=try]')
		must((await said()).includes('be read two ways'), 'the order of day and month is not asked')
		await look('weekly-mapping')
		await page.selectOption('#d3', 'day')
		await page.click('button[value=try]')
		must((await page.textContent('h1')).includes('Tried, nothing changed'), await said())
		await look('weekly-tried')
		await page.click('button[value=load]')
		must((await said()).includes('southend-own'), 'the mapping is not named')
		await drop('soon')
		must((await said()).includes('southend-own') && /1 kept back/.test(await said()), await said())
		const back = await page.request.get(base + (await link(/kept-back$/)))
		must(/"?Q-1"?,/.test(await back.text()), await back.text()) // quotes carry the number of the copy
		await page.goto(list)
	})
	await test('a move tells what it changes before it is accepted', async () => {
		await page.goto(base + (await link(/what=moved/)))
		for (const words of ['The record says', 'The list says', 'What it changes']) must((await said()).includes(words), `no ${words}`)
		await look('weekly-moved')
	})
	await test('the sure ones are accepted together', async () => {
		await page.goto(list)
		await page.click('button[value=accept]')
		must(/[34]\s*proposals are recorded/.test(await said()), (await said()).replace(/\s+/g, ' ').slice(80, 600))
		must(/0\s*sure/.test(await said()), 'they are still proposed')
	})
	await test('who is off the list left on a day that somebody states', async () => {
		await page.goto(list)
		const left = (await hrefs(page, 'main a')).filter((h) => /what=left/.test(h))
		await page.goto(base + left[0])
		await look('weekly-left')
		await page.click('button[value=preview]')
		must(await page.isVisible('.nhsuk-error-summary'), 'no day was asked for')
		const day = new Date(Date.now() - 2 * 86400000)
		for (const [part, value] of [['day', day.getUTCDate()], ['month', day.getUTCMonth() + 1], ['year', day.getUTCFullYear()]]) await page.fill(`#at-${part}`, String(value))
		await page.selectOption('#code', 'E4A')
		await page.click('button[value=preview]')
		must((await said()).includes('What it changes'), await said())
		await page.click('button[value=accepted]')
		must(!(await hrefs(page, 'main a')).includes(left[0]), 'it is still proposed')
	})
	await test('a new number is matched by a person, and taken apart again', async () => {
		await page.goto(list)
		await page.goto(base + (await link(/child\/row-\d+$/)))
		await look('weekly-who')
		await page.check('#same-0')
		await page.click('main form button')
		must(await page.isVisible('.nhsuk-error-summary'), 'no reason was asked for')
		await page.check('#same-0')
		await page.fill('#why-0', 'the council gave a new number')
		await page.click('main form button')
		must((await said()).includes('the record'), await said())
		await page.goto(base + '/matching')
		await look('matching')
		await page.goto(base + (await link(/^\/matching\/.+\/.+/)))
		must((await said()).includes('joined as one child'), await said())
		await look('matching-pair')
		await page.fill('#why', 'the council was wrong')
		await page.click('main form button')
		must((await said()).includes('One child, or two?'), await said())
	})
	await page.context().close()
}

// ---- a plan, without script: open it, change a number, see what it changes, save it, take it away ----
if (!only || only === 'plan') {
	const page = await open(1280, false)
	await signIn(page)
	await test('a plan is opened and a number of it changed', async () => {
		await page.click('nav >> text=Planning')
		await page.click('main a[href="/plan/set-one-clinic"]')
		must(/guesses/.test(await page.textContent('.ln-guess')), 'it does not say what is guessed')
		await page.click('text=Change a number')
		await page.click('main tbody a[href*="services.clinic-essex"]')
		await page.fill('input[name="services.clinic-essex.slots"]', 'many')
		await page.click('text=Show what it changes')
		must(/Give a number/.test(await page.textContent('.nhsuk-error-message')), 'the mistake is not told beside its field')
		await page.fill('input[name="services.clinic-essex.slots"]', '40')
		await page.click('text=Show what it changes')
		must(/40 instead of 16/.test(await page.textContent('main')), 'what was changed is not told')
		must(await page.isVisible('th:has-text("B less A")'), 'the difference is not shown')
	})
	await test('it is saved, compared and taken away', async () => {
		await page.fill('#name', 'Forty slots')
		await page.click('main button:has-text("Save")')
		must(/Forty slots/.test(await page.textContent('h1')), 'it is not opened')
		const json = await page.request.get(base + (await hrefs(page, 'main a[href$="/download/json"]'))[0])
		must((await json.json()).replications >= 2, 'the JSON has no runs')
		await page.click('text=Compare with another plan')
		await page.click('main a[href*="b=set-initial-health-assessments"]')
		must(await page.isVisible('th:has-text("B less A")'), 'they do not stand side by side')
		await page.goto(base + '/plan')
		await page.click('main a:has-text("Forty slots")')
		await page.click('text=Delete this plan')
		must(!/Forty slots/.test(await page.textContent('main')), 'it is still there')
	})
	await test('sites are chosen under another budget, and the plan is played through', async () => {
		await page.click('main a[href="/plan/site"]')
		await page.click('main a[href="/plan/site/day-services-east-midlands"]')
		must(/Optimal: proven/.test(await page.textContent('.ln-answer')), 'it does not say how sure it is')
		await page.click('text=Change the numbers')
		await page.fill('#budget', '4,500,000')
		await page.fill('#fill', '80')
		await page.click('text=Choose again')
		must(/4,500,000 instead of 3,500,000/.test(await page.textContent('main')), 'what was changed is not told')
		await page.click('text=Play it through')
		must(await page.isVisible('h2:has-text("who waits")'), 'nobody says who waits')
		must(!/grows for ever/.test(await page.textContent('.ln-answer')), 'a queue grows though the sites are filled less')
	})
	await page.context().close()
}

// ---- the main job, by keyboard, without script ----

// Presses Tab until the thing that fits has the focus.
async function tabTo(page, what, fits, limit = 150) {
	const seen = page.locator(':focus')
	for (let i = 0; i < limit; i++) {
		await page.keyboard.press('Tab')
		if ((await seen.count()) && (await fits(seen.first()))) return seen.first()
	}
	throw new Error(`Tab does not reach ${what}`)
}
const text = (words) => async (e) => ((await e.textContent()) ?? '').includes(words)
const attr = (name, pattern) => async (e) => pattern.test((await e.getAttribute(name)) ?? '')
const ends = (pattern) => attr('href', pattern)

async function press(page, what, fits) {
	await tabTo(page, what, fits)
	await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
}

async function fillDate(page, name, day) {
	const [y, m, d] = day.split('-')
	for (const [part, value] of [['day', d], ['month', m], ['year', y]]) {
		await tabTo(page, `${name}-${part}`, attr('id', new RegExp(`^${name}-${part}$`)))
		await page.keyboard.press('Control+A')
		await page.keyboard.type(String(Number(value)))
	}
}

const iso = (d) => d.toISOString().slice(0, 10)

// ---- tables that hold a few children of many: stopped, and asked about; without script ----

async function tables() {
	const page = await open(1280, false)
	const said = () => page.textContent('main')
	const look = async (name) => {
		const scripted = await sameSession(page)
		await scripted.goto(page.url())
		await atWidths(scripted, name, [1280, 390])
		await scripted.context().close()
	}
	const few = 'council,child_id,nhs_number,given_name,family_name,birth_date\nEssex,Few-1,,Linnet,Dunnock-Example,05/06/2017\n'
	const give = async () => {
		await page.setInputFiles('#files', { name: 'children.csv', mimeType: 'text/csv', buffer: Buffer.from(few) })
		await page.click('main button[type=submit]')
		while ((await page.textContent('h1')) === 'Loading') await page.goto(page.url())
	}
	await signIn(page)
	await test('files that are hardly whole change nothing and ask', async () => {
		await page.goto(base + '/import/new')
		must(!(await page.isVisible('#whole')), 'whole is asked before there is a reason')
		await give()
		must(/\d+ children of Essex, of whom earlier files told, are not in children.csv. Nothing was changed./.test(await said()), await said())
		must(!/taken back,/.test(await said()), await said())
		await look('import-asked')
		await page.click('text=Choose the files again')
		must(await page.isVisible('#whole'), 'nobody can say that the files are whole')
		await look('import-new-whole')
		await page.check('input[name=partial][value=children]')
		await give()
		must(/1 of 1 rows are in/.test((await said()).replace(/\s+/g, ' ')) && !/taken back,/.test(await said()), await said())
	})
	await page.context().close()
}

async function job() {
	const page = await open(1280, false)
	let child, today, saved
	await test('signed out, a page leads to sign-in and back', async () => {
		await page.goto(base + '/list/late?turn=health')
		must(page.url().includes('/sign-in?then='), page.url())
		await tabTo(page, 'sign-in name', attr('id', /^login$/))
		await page.keyboard.type(login)
		await page.keyboard.press('Tab')
		await page.keyboard.type(password)
		await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
		must(page.url() === base + '/list/late?turn=health', page.url())
	})
	await test('the skip link leads to the main content', async () => {
		await page.goto(base + '/')
		await tabTo(page, 'skip link', ends(/^#main$/), 2)
		await page.keyboard.press('Enter')
		must(page.url().endsWith('#main'), page.url())
	})
	await test('the worklist opens a child', async () => {
		await page.goto(base + '/')
		today = await page.textContent('.ln-asof')
		await press(page, 'a child', ends(/^\/child\/[^/]+$/))
		child = page.url()
	})
	await test('why this date?', async () => {
		await press(page, 'why this date', ends(/\/clock\/[^/]+$/))
		for (const h of ['The facts', 'The rule']) must((await page.textContent('main')).includes(h), `no ${h}`)
	})
	const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
	const [, d, m, y] = /(\d+) (\w+) (\d{4})/.exec(today)
	const now = new Date(Date.UTC(Number(y), months.indexOf(m), Number(d)))
	const yesterday = iso(new Date(now - 86400000)), before = iso(new Date(now - 2 * 86400000))
	await test('a form with problems says what and where', async () => {
		await page.goto(child + '/record')
		await press(page, 'kind', ends(/\/record\/sdq-scored$/))
		await press(page, 'preview', text('See what it changes'))
		must(await page.isVisible('.nhsuk-error-summary'), 'no error summary')
		must((await page.title()).startsWith('Error:'), 'the title does not say so')
		const target = (await hrefs(page, '.nhsuk-error-summary a'))[0]
		must(await page.$(target), `the summary leads to ${target}, which is not there`)
		await page.screenshot({ path: `${out}/record-problems-1280.png`, fullPage: true })
	})
	await test('record, see what it changes, save', async () => {
		await page.goto(child + '/record')
		await press(page, 'kind', ends(/\/record\/sdq-scored$/))
		await fillDate(page, 'at', before)
		await tabTo(page, 'who completed it', attr('id', /^code/))
		await page.keyboard.press('Space')
		await tabTo(page, 'score', attr('id', /^value$/))
		await page.keyboard.type('11')
		await press(page, 'preview', text('See what it changes'))
		must((await page.textContent('h1')).includes('Check before saving'), await page.textContent('main'))
		await page.screenshot({ path: `${out}/preview-1280.png`, fullPage: true })
		await press(page, 'save', text('Save'))
		saved = new URL(page.url()).searchParams.get('saved')
		must(saved && (await page.textContent('main')).includes('Saved'), page.url())
	})
	await test('correct it', async () => {
		await page.goto(child + '/happened')
		await press(page, 'correct', ends(new RegExp(`/event/${saved}/correct$`)))
		await fillDate(page, 'at', yesterday)
		await tabTo(page, 'why', attr('id', /^why$/))
		await page.keyboard.type('the carer gave another day')
		await press(page, 'preview', text('See what it changes'))
		await press(page, 'save', text('Save'))
		saved = new URL(page.url()).searchParams.get('saved')
		await page.goto(child + '/happened')
		must((await page.textContent('main')).includes('the carer gave another day'), 'the reason is not shown')
	})
	await test('an entry in error needs a reason, then is taken back', async () => {
		await press(page, 'entered in error', ends(new RegExp(`/event/${saved}/error$`)))
		await press(page, 'preview', text('See what it changes'))
		must(await page.isVisible('.nhsuk-error-summary'), 'it went on without a reason')
		await tabTo(page, 'why', attr('id', /^why$/))
		await page.keyboard.type('meant for another child')
		await press(page, 'preview', text('See what it changes'))
		await page.screenshot({ path: `${out}/preview-error-1280.png`, fullPage: true })
		await press(page, 'mark', text('Mark as entered in error'))
		await page.goto(child + '/happened')
		must(!(await hrefs(page, 'main a')).some((h) => h.includes(saved)), 'the entry can still be changed')
	})
	await test('a new child: what is missing, who it may be, what begins, saved once', async () => {
		await page.goto(base + '/children?q=a')
		const known = /\d{3} \d{3} \d{4}/.exec(await page.textContent('main tbody'))[0]
		const look = async (name) => {
			const scripted = await open(390, true), body = await page.content() // axe needs script
			await scripted.context().addCookies(await page.context().cookies())
			await scripted.route(base + '/children/new', (r) => r.fulfill({ contentType: 'text/html; charset=utf-8', body }))
			await scripted.goto(base + '/children/new')
			await check(scripted, name, 390)
			await scripted.screenshot({ path: `${out}/${name}-390.png`, fullPage: true })
			await scripted.context().close()
			await page.screenshot({ path: `${out}/${name}-1280.png`, fullPage: true })
		}
		await page.goto(base + '/children')
		await press(page, 'enter a new child', ends(/^\/children\/new$/))
		await press(page, 'continue', text('Continue'))
		must((await page.$$('.nhsuk-error-summary a')).length >= 4, 'what is missing is not told')
		for (const target of await hrefs(page, '.nhsuk-error-summary a')) must(await page.$(target), `the summary leads to ${target}, which is not there`)
		await tabTo(page, 'given name', attr('id', /^given$/))
		await page.keyboard.type('Teasel')
		await page.keyboard.press('Tab')
		await page.keyboard.type('Newcome-Example')
		await fillDate(page, 'born', '2020-02-29')
		await page.check('#sex')
		await page.fill('#nhs_number', known)
		await page.selectOption('#council', 'E10000012')
		await page.check('input[name=kind][value=care-started]')
		await press(page, 'continue', text('Continue'))
		must((await page.textContent('h1')).includes('Is it one of these'), await page.textContent('h1'))
		must((await page.textContent('main')).includes('The NHS number is the same'), 'why it may be is not told')
		await look('children-new-same')
		await press(page, 'who it is', text('Change who it is'))
		must((await page.inputValue('#given')) === 'Teasel' && (await page.inputValue('#born-day')) === '29', 'what was typed is lost')
		await page.fill('#nhs_number', '')
		await press(page, 'continue', text('Continue'))
		await fillDate(page, 'at', yesterday)
		await page.selectOption('#code', 'V2')
		await page.selectOption('#placement', 'U6')
		await page.selectOption('#area', 'E10000012')
		await page.check('#emergency')
		await look('children-new-begun')
		await press(page, 'check', text('See what it begins'))
		must((await page.textContent('main')).includes('Initial health assessment'), await page.textContent('main'))
		await look('children-new-check')
		const form = await page.$eval('main form', (f) => new URLSearchParams(new FormData(f)).toString() + '&step=save')
		await press(page, 'save', text('Save'))
		must(/\/child\/\w{13}\?saved=/.test(page.url()) && (await page.textContent('h1')).includes('Teasel'), page.url())
		const again = await page.request.post(base + '/children/new', { data: form, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, maxRedirects: 0 })
		must(again.status() === 303 && page.url().endsWith(again.headers().location), `sent again: ${again.status()} ${again.headers().location}`)
	})
	await test('two people write at once: the second is told and loses nothing', async () => {
		const other = await open(390, false)
		await signIn(other)
		const fill = async (p, score) => {
			await p.goto(child + '/record/sdq-scored')
			for (const [k, v] of [['day', '1'], ['month', '10'], ['year', '2026']]) await p.fill(`#at-${k}`, v)
			await p.check('#code')
			await p.fill('#value', score)
		}
		await fill(page, '9')
		await fill(other, '10')
		for (const p of [page, other]) await p.click('button[value=preview]')
		await page.click('button[value=save]')
		await other.click('button[value=save]')
		must((await other.textContent('h1')).includes('Somebody else'), await other.textContent('h1'))
		await other.screenshot({ path: `${out}/conflict-390.png`, fullPage: true })
		await other.click('button[value=preview]')
		must((await other.textContent('h1')).includes('Check before'), await other.textContent('h1'))
		await other.context().close()
	})
	await test('a workbook is dropped in, asked about, tried, loaded, and recognised', async () => {
		const drop = async (rows) => {
			await page.goto(base + '/import')
			await page.setInputFiles('#files', workbook('LAC tracker.csv', rows))
			await press(page, 'look it over', text('Look it over'))
		}
		await drop(questions)
		must((await page.textContent('h1')).includes('LAC tracker.csv'), await page.textContent('h1'))
		must((await page.inputValue('#c5')) === 'iha.seen_on', await page.inputValue('#c5'))
		must((await page.textContent('main')).includes('1 thing to answer'), 'nothing is asked')
		await press(page, 'try', text('Try it'))
		must(await page.isVisible('.nhsuk-error-summary'), 'it went on with a question open')
		await page.selectOption('#d4', 'month')
		await page.selectOption('#d5', 'month')
		await page.selectOption('#w6-0', 'V2')
		await page.fill('#name', 'browser-tracker')
		await press(page, 'try', text('Try it'))
		must((await page.textContent('h1')).includes('Tried, nothing changed'), await page.textContent('main'))
		must((await page.textContent('main')).includes('8 of 8 rows would be in'), await page.textContent('main'))
		await press(page, 'load', text('Load it'))
		for (let i = 0; i < 60 && (await page.textContent('h1')).includes('Loading'); i++) {
			await page.waitForTimeout(500)
			await page.goto(page.url())
		}
		must((await page.textContent('h1')).includes('Tables loaded'), await page.textContent('h1'))
		await drop(questions.replace('Seen', 'Date seen').replace(',Legal status', ',Status of law'))
		must((await page.textContent('main')).includes('browser-tracker'), 'it is not recognised')
		must((await page.textContent('#differs')).includes('Different'), 'what differs is not told')
		must((await page.inputValue('#c5')) === 'iha.seen_on' && (await page.inputValue('#d5')) === 'month', 'the renamed column is not followed')
		await page.screenshot({ path: `${out}/import-workbook-next-1280.png`, fullPage: true })
		await page.selectOption('#rows', 'none')
		await press(page, 'show it again', text('Show it again'))
		must((await page.textContent('main')).includes('Every sheet is left out'), 'a sheet cannot be left out')
		await page.goto(base + '/import/mappings')
		await press(page, 'the mapping', ends(/browser-tracker$/))
		must((await page.textContent('pre')).includes('month-first'), await page.textContent('pre'))
		await page.goto(base + '/import/workbook/0000000000000')
		must((await page.textContent('.nhsuk-error-summary')).includes('no longer here'), 'a draft that is not there')
	})
	await test('a rule is changed: a mistake is told, then who moves, then save', async () => {
		await page.goto(base + '/rules')
		await press(page, 'the initial assessment', ends(/standards\.initial-health-assessment/))
		await press(page, 'change', text('Change it'))
		const form = page.url(), was = await page.inputValue('#body')
		await page.fill('#body', was.replaceAll('working-days}', 'fortnights}'))
		await page.fill('#why', 'tried')
		await press(page, 'try', text('See who would move'))
		must(/initial-health-assessment.yaml:\d+:\d+/.test(await page.textContent('.nhsuk-error-summary')), 'no line and column')
		must((await page.inputValue('#body')).includes('fortnights'), 'what was typed is lost')
		await page.screenshot({ path: `${out}/rule-mistake-1280.png`, fullPage: true })
		await page.fill('#body', was.replaceAll('{n: 20, unit: working-days}', '{n: 18, unit: working-days}'))
		await press(page, 'try', text('See who would move'))
		for (let i = 0; i < 30 && !(await page.isVisible('text=Save the change')); i++) await page.waitForTimeout(500)
		must(/\d+ of \d+ children move/.test(await page.textContent('main')), await page.textContent('main'))
		for (const width of [1280, 390]) {
			await page.setViewportSize({ width, height: 900 })
			await page.screenshot({ path: `${out}/rule-trial-${width}.png`, fullPage: true })
			const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
			must(wide <= 0, `the trial is ${wide} px too wide at ${width}`)
		}
		await page.setViewportSize({ width: 1280, height: 900 })
		const trial = page.url()
		await press(page, 'save', text('Save the change'))
		must((await page.textContent('main')).includes('tried'), 'the reason is not shown')
		await page.goto(trial) // a second time is refused
		await press(page, 'save', text('Save the change'))
		must((await page.textContent('h1')).includes('Somebody else'), await page.textContent('h1'))
		await page.goto(base + '/rules')
		await press(page, 'the initial assessment', ends(/standards\.initial-health-assessment/))
		await press(page, 'compare', text('Compare with before'))
		for (let i = 0; i < 30 && !(await page.isVisible('text=By rule')); i++) await page.waitForTimeout(500)
		must((await page.textContent('main')).includes('put in'), 'no texts side by side')
		must(form.endsWith('/change'), form)
	})
	await test('a holiday proclaimed late is added from a page', async () => {
		await page.goto(base + '/rules')
		await press(page, 'holidays', ends(/holidays/))
		await press(page, 'change', text('Change it'))
		await fillDate(page, 'day', '2027-05-07')
		await page.fill('#name', 'Invented feast')
		await page.fill('#why', 'Proclaimed')
		await press(page, 'try', text('See who would move'))
		for (let i = 0; i < 30 && !(await page.isVisible('text=Save the change')); i++) await page.waitForTimeout(500)
		await press(page, 'save', text('Save the change'))
		must((await page.textContent('pre')).includes('2027-05-07,Invented feast'), 'it is not there')
	})
	await test('a number opens its children, and each its dates', async () => {
		await page.goto(base + '/measures')
		await press(page, 'a measure', ends(/\/measures\/iha-returned$/))
		must((await page.textContent('main')).includes('How this is counted'), 'no definition')
		const n = Number((await page.textContent('.ln-count b')).replace(',', ''))
		await press(page, 'its number', ends(/outcome=yes$/))
		must((await page.textContent('h1')).includes(`In time: ${n}`), await page.textContent('h1'))
		must((await page.$$('tbody tr')).length === n, 'another number of rows')
		await press(page, 'why these dates', ends(/\/clock\/iha-returned/))
	})
	await test('the map says in words what it shows', async () => {
		await page.goto(base + '/measures/iha-returned')
		const title = await page.textContent('#map svg > title'), words = await page.textContent('#map svg > desc')
		must(title.startsWith('Map: ') && words.includes('Highest'), `${title}. ${words}`)
		const areas = await page.$$('#map svg .ln-map-area > title')
		const rows = await page.$$('details:has-text("The map as a table") tbody tr')
		must(areas.length >= 2 && areas.length === rows.length, `${areas.length} areas, ${rows.length} rows`)
		await press(page, 'for a board', ends(/shared=yes/))
		const hidden = await page.$$('#map svg path[fill="url(#map-hidden)"]')
		const said = await page.textContent('details:has-text("The map as a table")')
		must(hidden.length === 0 || said.includes('hidden'), 'the table does not say what is hidden')
		must(!(await page.textContent('#map')).match(/NaN|undefined/), 'not a number')
	})
	await test('a report is filed and stands beside today', async () => {
		await page.goto(base + '/measures/iha-returned')
		await press(page, 'file', text('File this report'))
		must((await page.textContent('main')).includes('Nothing has changed since'), await page.textContent('h1'))
		must((await page.textContent('main')).includes('gives the same bytes'), 'other bytes')
		const other = await sameSession(page)
		await other.goto(page.url())
		await other.setViewportSize({ width: 390, height: 900 })
		await check(other, 'filed', 390)
		await atWidths(other, 'filed, details open', [390, 1280])
		await other.context().close()
	})
	await test('filters are links and can be taken away', async () => {
		await page.goto(base + '/')
		must(!(await page.$('.ln-filters')), 'what to filter by is there unasked')
		await page.click('main a >> text=Filter by clock')
		const filter = (await hrefs(page, '.ln-filters a'))[0]
		await page.goto(base + filter)
		must(await page.isVisible('.ln-chips'), 'no sign of the filter')
		must(!(await page.$('.ln-filters')), 'the panel did not close')
	})
	await test('another day by three fields', async () => {
		await page.goto(base + '/')
		await page.click('summary >> text=See another day')
		for (const [k, v] of [['day', '1'], ['month', '6'], ['year', '2026']]) await page.fill(`#as-of-${k}`, v)
		await page.click('text=Show that day')
		must((await page.textContent('.ln-asof')).includes('Monday 1 June 2026'), await page.textContent('.ln-asof'))
	})
	await test('signing out ends the session', async () => {
		await page.goto(base + '/')
		await press(page, 'sign out', text('Sign out'))
		await page.goto(base + '/')
		must(page.url().includes('/sign-in'), page.url())
	})
	await page.context().close()
}

if (!only || only === 'pages') await test('pages', pages)
if (!only || only === 'chase') await test('chase', () => chase({ base, out, open, signIn, test, must, check, atWidths, sameSession, press, tabTo, text, attr, ends, fillDate, hrefs, tell }))
if (!only || only === 'access') await test('access', () => access({ base, open, test, must, atWidths, sameSession, tell, password }))
if (!only || only === 'account') await test('account', () => account({ base, open, signIn, test, must, atWidths, tell }))
if (!only || only === 'job') await test('job', job)
if (process.env.LIST && (!only || only === 'weekly')) await test('weekly', weekly) // a council's list
if (!only || only === 'weekly') await test('tables', tables)
await browser.close()
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed ? 1 : 0)
