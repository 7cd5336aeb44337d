// What the scanners found, held against what is known (tests/scan/known).
// usage: judge.mjs KNOWN USED wapiti REPORT.json ... | sqlmap FOLDER ...
// Says each finding that is not known, and exits 1 if there is one. Lines of KNOWN that
// matched are added to USED, by number.
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [known_file, used_file, tool, ...reports] = process.argv.slice(2);
const known = readFileSync(known_file, 'utf8').split('\n').map((text, i) => ({ text, line: i + 1 }))
	.filter((k) => k.text && !k.text.startsWith('#')).map(({ text, line }) => {
		const [of, category, where, parameter, reason] = text.split('|').map((s) => s.trim());
		if (!reason) throw new Error(`${known_file}:${line}: five columns, the last a reason`);
		return { line, of: of.replace(/\?$/, ''), category, where: new RegExp(`^${where}$`), parameter: new RegExp(`^${parameter}$`), said: reason.split(':')[0] };
	});

// Categories of wapiti, each a list; of them the one that only says what was seen is no finding.
function* of_wapiti(file) {
	const report = JSON.parse(readFileSync(file, 'utf8'));
	for (const part of ['vulnerabilities', 'anomalies'])
		for (const [category, list] of Object.entries(report[part]))
			for (const f of list) yield { category, method: f.method, path: f.path, parameter: f.parameter ?? '', info: f.info };
}
// A folder of sqlmap: an address that can be injected has its lines in `log`.
function* of_sqlmap(folder) {
	for (const host of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
		const log = join(folder, host.name, 'log');
		if (!host.isDirectory() || !existsSync(log)) continue;
		const text = readFileSync(log, 'utf8');
		for (const m of text.matchAll(/^Parameter: (\S+) \((\S+)\)/gm))
			yield { category: 'SQL Injection', method: m[2], path: '', parameter: m[1], info: text.slice(m.index, m.index + 300) };
	}
}

let bad = 0;
for (const report of reports)
	for (const f of tool === 'wapiti' ? of_wapiti(report) : of_sqlmap(report)) {
		const k = known.find((k) => k.of === tool && k.category === f.category && k.where.test(`${f.method} ${f.path}`) &&
			k.parameter.test(f.parameter) && (k.category !== 'HTTP Secure Headers' || f.info.startsWith(k.said)));
		if (k) { appendFileSync(used_file, `${k.line}\n`); continue; }
		bad++;
		console.log(`${tool}: ${f.category}: ${f.method} ${f.path} ${f.parameter}: ${f.info}`);
	}
process.exit(bad ? 1 : 0);
