// People who record, through the proxy, while servers are killed under them (tests/ha/run).
// usage: load.mjs BASE SECONDS LOGIN PASSWORD, until it is asked to end (SIGTERM), SECONDS at
// most. Each entry has a note of its own. An answer that is an error is tried once more, as a
// person would press the button again when the site is back: the same form, the same token. Prints a line a note,
// when it is answered: "NOTE saved|conflict|failed MS", and a sum.
const [base, seconds, login, password] = process.argv.slice(2);
const people = 6;
let until = Date.now() + Number(seconds) * 1000;
process.on('SIGTERM', () => { until = 0; });
const sum = { saved: 0, again: 0, conflict: 0, failed: 0, pages: 0, pages_again: 0, pages_failed: 0 };
let last = Date.now(), gap = 0;
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

class Person {
	jar = new Map();
	async ask(path, form) {
		const answer = await fetch(base + path, {
			method: form ? 'POST' : 'GET', redirect: 'manual', body: form && new URLSearchParams(form),
			headers: { cookie: [...this.jar].map(([k, v]) => `${k}=${v}`).join('; ') }, signal: AbortSignal.timeout(40000),
		});
		for (const c of answer.headers.getSetCookie()) this.jar.set(...c.split(';')[0].split(/=(.*)/).slice(0, 2));
		return { status: answer.status, text: await answer.text() };
	}
	// One press of a button, and one more if that went wrong.
	async press(path, form) {
		for (let times = 1; ; times++) {
			let a;
			try { a = await this.ask(path, form); } catch (e) { a = { status: 0, text: String(e.cause ?? e) }; }
			a.times = times;
			if ((a.status > 0 && a.status < 500) || times === 2) return a;
			process.stderr.write(`${form ? 'POST' : 'GET'} ${a.status} ${(a.text.match(/<p[^>]*>([^<]*lost[^<]*|[^<]*moment[^<]*)</)?.[1] ?? a.text).slice(0, 120).replace(/\n/g, ' ')}\n`);
			await somebody_answers();
		}
	}
}

// A person who was told to try again does so when the site says that it can save. How long that
// takes is told as the longest gap, and depends on who promotes the standby.
async function somebody_answers() {
	for (let i = 0; i < 300; i++) {
		await pause(1000);
		try {
			const a = await fetch(base + '/health/ready', { signal: AbortSignal.timeout(20000) });
			if (a.status === 200 && (await a.text()).trim() === 'ok') return;
		} catch { /* not yet */ }
	}
}

async function record(person, who, children) {
	for (let n = 0; Date.now() < until; n++) {
		const path = children[n % children.length] + '/record/sdq-scored';
		const page = await person.press(path);
		sum.pages++;
		if (page.times > 1) sum.pages_again++;
		const token = page.text.match(/name="token" value="([^"]*)"/)?.[1], version = page.text.match(/name="version" value="([^"]*)"/)?.[1];
		if (page.status !== 200 || !token || !version) { sum.pages_failed++; continue; }
		const note = `entry-${who}-${n}`, began = Date.now();
		const a = await person.press(path, { token, version, step: 'save', at: '2026-03-01', code: 'carer', value: String(n % 40), note });
		const how = a.status === 303 ? 'saved' : a.status === 409 ? 'conflict' : 'failed';
		sum[how]++;
		if (a.times > 1) sum.again++;
		if (how === 'saved') { gap = Math.max(gap, Date.now() - last); last = Date.now(); }
		if (how === 'failed') process.stderr.write(`failed ${a.status}\n`);
		console.log(`${note} ${how} ${Date.now() - began}`);
	}
}

const all = [];
const first = new Person();
for (let i = 0; i < people; i++) all.push(new Person());
for (const p of [first, ...all]) await p.ask('/sign-in', { login, password });
let found = '';
for (const list of ['late', 'soon', 'waiting', 'not-known', 'later']) found += (await first.ask('/list/' + list)).text;
const children = [...new Set(found.match(/\/child\/[0-9a-z]{13}/g) ?? [])];
if (children.length < people) { process.stderr.write(`only ${children.length} children\n`); process.exit(2); }
last = Date.now();
await Promise.all(all.map((p, i) => record(p, i, children.filter((_, k) => k % people === i))));
console.log(`sum ${JSON.stringify({ ...sum, gap })}`);
