// Stands between a scanner and the server: what would end the scanner's own session is
// answered with 404, everything else goes through, and is counted.
// usage: gate.mjs PORT. Prints its own port; when it is asked to end, a line
// {"asked": 812, "busy": 0, "pages": 64, "faults": ["POST /x 500"]}: requests, those that were
// told to come again, addresses that answered well, answers that were faults of the server's.
import http from 'node:http';

const port = Number(process.argv[2]), agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const shut = /^\/(sign-out$|account\/session\/|account\/password)/;
const pages = new Set(), faults = [];
let asked = 0, busy = 0;

const gate = http.createServer((q, a) => {
	asked++;
	const path = q.url.split('?')[0];
	if (q.method === 'POST' && shut.test(path)) { q.resume(); a.writeHead(404).end(); return; }
	const on = http.request({ host: '127.0.0.1', port, agent, method: q.method, path: q.url, headers: q.headers }, (r) => {
		if (r.statusCode === 503) busy++; // it says so, and when to come again: no fault
		else if (r.statusCode >= 500) faults.push(`${q.method} ${q.url.slice(0, 200)} ${r.statusCode}`);
		else if (r.statusCode < 300) pages.add(path);
		a.writeHead(r.statusCode, r.rawHeaders);
		r.pipe(a);
	});
	on.on('error', (e) => { if (!a.headersSent) { faults.push(`${q.method} ${q.url.slice(0, 200)} ${e.code}`); a.writeHead(502).end(); } else a.destroy(); });
	q.pipe(on);
});
gate.listen(0, '127.0.0.1', () => console.log(gate.address().port));
process.on('SIGTERM', () => { console.log(JSON.stringify({ asked, busy, pages: pages.size, faults: faults.slice(0, 20) })); process.exit(0); });
