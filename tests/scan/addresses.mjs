// The pages that somebody may open, one address for each line of the route table: found by
// following links from the first page on, as they would, until nothing new is met.
// usage: addresses.mjs BASE [COOKIE-HEADER] > LIST. Says on the last line of its errors how many
// lines of the table it met, and which it did not (another role's own, or nothing made yet).
import { readFileSync } from 'node:fs';

const [base, header] = process.argv.slice(2), most = 600;
const headers = header ? { [header.split(': ')[0]]: header.split(': ')[1] } : {};
const routes = [...readFileSync('src/web/routes.def', 'utf8').matchAll(/^ROUTE\(GET, "([^"]+)"/gm)].map(([, pattern]) => ({
	pattern, met: false, taken: [], fits: new RegExp('^' + pattern.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/?]+') + '$'),
}));
const shut = /^\/(assets|sign-out)/;
const seen = new Set(), waiting = [], forms = new Map(); // where a form with a token goes, how it is sent

function meet(address) {
	const [path, words = ''] = address.split('#')[0].split('?');
	const route = routes.find((r) => r.fits.test(path)); // the first that fits wins, as in the server
	if (!route || shut.test(path)) return;
	// of addresses that differ only in what they are about, one; but one for each set of words
	const names = [...new URLSearchParams(words).keys()].sort().join('&');
	const kind = `${route.pattern}?${names}`;
	if (seen.has(kind) || seen.size >= most) return;
	seen.add(kind);
	waiting.push({ route, address: address.split('#')[0] });
}

meet('/');
meet('/sign-in');
for (const r of routes) if (!r.pattern.includes(':')) meet(r.pattern);
while (waiting.length) {
	const { route, address } = waiting.shift();
	const answer = await fetch(base + address, { headers, redirect: 'manual' });
	const to = answer.headers.get('location');
	if (to && to.startsWith('/')) meet(to);
	if (answer.status !== 200) continue;
	const page = (answer.headers.get('content-type') ?? '').startsWith('text/html');
	if (!page) answer.body?.cancel(); // files: met, but there is nothing on them to fill in
	route.met = true;
	if (!page) continue;
	if (route.taken.length < 3) route.taken.push(address);
	const text = await answer.text();
	for (const [form, action] of text.matchAll(/<form\s[^>]*action="(\/[^"]*)"[^>]*method="post"[^>]*>/g))
		forms.set(action.replaceAll('&amp;', '&'), form.includes('multipart'));
	for (const [, link] of text.matchAll(/\shref="(\/[^"]*)"/g)) meet(link.replaceAll('&amp;', '&'));
}
for (const r of routes) for (const a of r.taken) console.log(base + a);
// Whoever is signed in and sends a form whose token is another's is refused, whatever else it holds.
// Those that would end the session are answered by the gate; signing in has no token.
let forged = 0;
for (const action of forms.keys()) if (/^\/(sign-in$|sign-out$|account\/(session|password))/.test(action)) forms.delete(action);
for (const [action, many] of header ? forms : []) {
	const words = new URLSearchParams({ token: '0'.repeat(64) }), parts = new FormData();
	parts.set('token', '0'.repeat(64));
	const answer = await fetch(base + action, { method: 'POST', headers, body: many ? parts : words, redirect: 'manual' });
	if (answer.status === 403) continue;
	forged++;
	console.error(`FORGED POST ${action}: ${answer.status}`);
}
console.error(`${forms.size} forms, ${forged} of them taken with a token that is wrong`);
const met = routes.filter((r) => r.met);
console.error(`${met.length} of ${routes.length} pages of the route table; not: ${routes.filter((r) => !r.met).map((r) => r.pattern).join(' ')}`);
