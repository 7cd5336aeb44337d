// Three of the standards as SQL on DuckDB, over the facts that the engine's
// benchmark exported: the answers must be the same, and the time is told.
//   node duckdb.mjs FOLDER
// The SQL knows only what these children can have (no refusals, no change of
// legal status, no deaths): it is less than what the engine answers.
import { DuckDBInstance } from '@duckdb/node-api';

const folder = process.argv[2];
if (!folder) {
	console.error('duckdb.mjs: name the folder that "engine --export FOLDER" wrote');
	process.exit(2);
}
const db = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
const run = (sql) => db.run(sql);
for (const name of ['facts', 'children', 'working', 'clocks'])
	await run(`CREATE TABLE ${name} AS SELECT * FROM read_csv('${folder}/${name}.csv', header = true, nullstr = ''
		${name === 'facts' ? ", types = {'code': 'VARCHAR', 'code2': 'VARCHAR'}" : ''})`);
const today = 20779; // 22 November 2026
const day = (expr) => `(DATE '1970-01-01' + CAST(${expr} AS INTEGER))`;

const views = [
	`CREATE TABLE due_after AS SELECT w.day AS start, n.days, min(e.day) AS due FROM working w, (VALUES (5), (20)) n(days), working e
	 WHERE e.number = w.number + n.days AND e.day BETWEEN w.day AND w.day + 50 GROUP BY ALL`,
];

// Periods of care: the first and a second one; no two overlap in these children.
const periods = `periods AS (
	SELECT s.child, s.n AS opened, s.day AS start, s.key, s.code, c.adult,
		least(coalesce(e.day, 99999), c.adult) AS closed,
		lag(e.day) OVER (PARTITION BY s.child ORDER BY s.n) AS before_end
	FROM facts s JOIN children c USING (child)
	LEFT JOIN facts e ON e.child = s.child AND e.kind = 'care-ended' AND e.key = s.key
	WHERE s.kind = 'care-started' AND s.day < c.adult)`;
// Excused by a doctor's assessment of the 3 months before, from the day its report is held.
const excused = `excused AS (
	SELECT p.child, p.opened, min(greatest(r.day, p.start)) AS day FROM periods p
	JOIN facts s ON s.child = p.child AND s.kind = 'assessment-seen' AND s.code2 = 'doctor' AND s.day < p.start
		AND ${day('s.day')} >= ${day('p.start')} - INTERVAL 3 MONTH
	JOIN facts r ON r.child = s.child AND r.kind = 'assessment-returned' AND r.key = s.key AND r.day >= s.day
	WHERE greatest(r.day, p.start) < p.closed GROUP BY ALL)`;
const closing = (standard, days, met) => `
	WITH ${periods}, ${excused}, met AS (${met})
	SELECT '${standard}' AS standard, p.child, p.opened,
		CASE WHEN m.day IS NOT NULL AND (x.day IS NULL OR (m.day <= x.day AND x.day > p.start)) THEN 'done'
		     WHEN x.day IS NOT NULL THEN 'not-required'
		     WHEN p.closed <= ${today} THEN 'stopped'
		     WHEN p.code IN ('V3', 'V4') THEN 'not-required' ELSE 'running' END AS state,
		p.start, CASE WHEN p.code IN ('V3', 'V4') THEN NULL ELSE d.due END AS due,
		CASE WHEN m.day IS NOT NULL AND (x.day IS NULL OR (m.day <= x.day AND x.day > p.start)) THEN m.day
		     WHEN x.day IS NOT NULL THEN x.day
		     WHEN p.closed <= ${today} THEN p.closed END AS done
	FROM periods p LEFT JOIN excused x USING (child, opened) LEFT JOIN met m USING (child, opened)
	LEFT JOIN due_after d ON d.start = p.start AND d.days = ${days}`;

const standards = {
	'iha-seen': closing('iha-seen', 20, `SELECT p.child, p.opened, min(f.day) AS day FROM periods p
		JOIN facts f ON f.child = p.child AND f.kind = 'assessment-seen' AND f.code = 'initial' AND f.code2 = 'doctor'
			AND f.day >= p.start AND f.day < p.closed GROUP BY ALL`),
	'iha-request': closing('iha-request', 5, `SELECT p.child, p.opened, min(f.day) AS day FROM periods p
		JOIN facts f ON f.child = p.child AND f.kind = 'request-complete' AND f.code = 'initial'
			AND f.day >= p.start - 28 AND f.day >= coalesce(p.before_end, -99999) AND f.day < p.closed GROUP BY ALL`),
	'placement-notified': `
	WITH placed AS (
		SELECT s.child, s.n AS opened, s.day AS start, s.key, s.value,
			least(coalesce(min(e.day) FILTER (e.kind = 'placement-ended' AND e.key = s.key), 99999),
			      coalesce(min(e.day) FILTER (e.kind = 'care-ended' AND e.day > s.day), 99999), c.adult) AS closed,
			arg_max(e.code, e.n) FILTER (e.kind = 'care-started' AND e.n < s.n) IN ('V3', 'V4') AS short
		FROM facts s JOIN children c USING (child) JOIN facts e ON e.child = s.child
			AND e.kind IN ('placement-ended', 'care-ended', 'care-started')
		WHERE s.kind = 'placement-started' AND s.day < c.adult GROUP BY s.child, s.n, s.day, s.key, s.value, c.adult),
	met AS (SELECT p.child, p.opened, min(f.day) AS day FROM placed p JOIN facts f ON f.child = p.child
		AND f.kind = 'health-notified' AND f.key = p.key AND f.day >= p.start - 366 AND f.day < p.closed GROUP BY ALL)
	SELECT 'placement-notified' AS standard, p.child, p.opened,
		CASE WHEN m.day IS NOT NULL THEN 'done' WHEN p.closed <= ${today} THEN 'stopped'
		     WHEN p.short THEN 'not-required' ELSE 'running' END AS state,
		p.start, CASE WHEN p.short THEN NULL WHEN p.value = 1 THEN d.due ELSE p.start END AS due,
		coalesce(m.day, CASE WHEN p.closed <= ${today} THEN p.closed END) AS done
	FROM placed p LEFT JOIN met m USING (child, opened) LEFT JOIN due_after d ON d.start = p.start AND d.days = 5`,
};

for (const sql of views)
	await run(sql);
const ROUNDS = 9; // as many as the engine's benchmark has
let best = Infinity;
for (let round = 0; round < ROUNDS; round++) {
	const from = performance.now();
	await run('DROP TABLE IF EXISTS answers');
	await run(`CREATE TABLE answers AS ${Object.values(standards).map((s) => `SELECT * FROM (${s})`).join(' UNION ALL ')}`);
	best = Math.min(best, (performance.now() - from) / 1000);
}
const differ = await db.runAndReadAll(`SELECT standard, count(*) FROM (
	(SELECT * FROM clocks EXCEPT ALL SELECT * FROM answers) UNION ALL (SELECT * FROM answers EXCEPT ALL SELECT * FROM clocks)) GROUP BY standard`);
const count = await db.runAndReadAll('SELECT count(*) FROM answers');
for (const row of differ.getRows())
	console.error(`duckdb and the engine differ: ${row[0]}, ${row[1]} rows`);
if (process.argv[3] === '--show')
	console.error((await db.runAndReadAll(`SELECT 'engine', * FROM (SELECT * FROM clocks EXCEPT ALL SELECT * FROM answers) UNION ALL
		SELECT 'duckdb', * FROM (SELECT * FROM answers EXCEPT ALL SELECT * FROM clocks) ORDER BY 3, 4 LIMIT 12`)).getRows());
console.log(`duckdb 3 standards ${count.getRows()[0][0]} clocks ${best.toFixed(3)} s`);
process.exit(differ.getRows().length ? 1 : 0);
