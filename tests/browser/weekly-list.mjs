// A council's weekly list out of a team's tables, with what a week changes in it: two
// moved, one is new, one left, one has another number, one row is impossible.
// usage: node weekly-list.mjs FOLDER COUNCIL PREFIX >list.csv
import { readFileSync } from 'node:fs'
const [folder, council, prefix] = process.argv.slice(2)

function table(name) {
	const rows = []
	let row = [], cell = '', quoted = false
	for (const c of readFileSync(`${folder}/${name}.csv`, 'utf8') + '\n') {
		if (quoted) {
			if (c === '"') quoted = false
			else cell += c
		} else if (c === '"') quoted = true
		else if (c === ',' || c === '\n') {
			row.push(cell)
			cell = ''
			if (c === '\n') {
				if (row.length > 1) rows.push(row)
				row = []
			}
		} else if (c !== '\r') cell += c
	}
	const heading = rows.shift()
	return rows.map((r) => Object.fromEntries(heading.map((h, i) => [h, r[i] ?? ''])))
}

const day = (d) => (d.includes('/') ? d.split('/').reverse().join('-') : d)
const ours = (r) => r.council === council
const children = new Map(table('children').filter(ours).map((c) => [c.child_id, c]))
const list = []
const periods = table('periods_of_care').filter(ours)
const placements = table('placements').filter(ours)
for (const [id, child] of children) {
	const mine = periods.filter((p) => p.child_id === id)
	const open = mine.filter((p) => !p.end_date).sort((a, b) => (day(a.start_date) < day(b.start_date) ? 1 : -1))[0]
	if (!open) continue
	const law = mine.filter((p) => p.period_id === open.period_id).sort((a, b) => (day(a.legal_status_from || a.start_date) < day(b.legal_status_from || b.start_date) ? 1 : -1))[0]
	const home = placements.filter((p) => p.child_id === id && !p.end_date).sort((a, b) => (day(a.start_date) < day(b.start_date) ? 1 : -1))[0] ?? {}
	list.push({
		'Child number': id, 'NHS No': child.nhs_number, Forename: child.given_name, Surname: child.family_name, DOB: child.birth_date,
		Gender: child.sex, 'Start of care': open.start_date, 'Legal status': law.legal_status, 'Legal status start': law.legal_status_from || open.start_date,
		'Placement start date': home.start_date ?? '', 'Placement type': home.type ?? '', 'Area authority': home.area_council ?? '', 'Social worker': 'Duty team',
	})
}
const today = process.env.TODAY ?? new Date().toISOString().slice(0, 10)
const changed = list.filter((r) => r['NHS No'] && r['Placement type'] && !/^\s*$/.test(r.DOB))
if (changed.length > 8) {
	for (const r of changed.slice(0, 2)) Object.assign(r, { 'Placement start date': today, 'Placement type': 'K2' })
	Object.assign(changed[2], { 'Legal status': changed[2]['Legal status'] === 'C1' ? 'C2' : 'C1', 'Legal status start': '' })
	changed[3]['Child number'] = `${prefix}-NEW-1`
	changed[4].Surname += '-Reed'
	list.splice(list.indexOf(changed[5]), 1)
	changed[6].DOB = '31/02/2019'
	list.push({ ...changed[7], 'Child number': `${prefix}-NEW-2`, 'NHS No': '', Forename: 'Siskin', Surname: 'Dunnock-Example', DOB: '02/03/2019', 'Start of care': today, 'Legal status start': today, 'Placement start date': today })
}
const quote = (s) => (/[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s)
const heading = Object.keys(list[0])
console.log([heading, ...list.map((r) => heading.map((h) => r[h]))].map((r) => r.map(quote).join(',')).join('\n'))
