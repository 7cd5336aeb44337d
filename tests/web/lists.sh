#!/bin/bash
# The worklist as a file, of a server over a real store: today's and another day's hold every row of the lists of
# that day, of one moment, and one download is one look; a clock is one of the rules as they were known that day.
. "$(dirname "$0")/../cmd/lib"
store=sqlite:$dir/x.db
"$linnet" synth --out "$dir/t" --children 700 --seed 5 --today 2026-03-02 >/dev/null || bad "synth"
"$linnet" init --region set --demonstration --store "$store" >/dev/null || bad "init"
"$linnet" import tables "$dir/t" --store "$store" >"$dir/out" 2>"$dir/err" || [ $? = 1 ] || bad "tables"
passport=standards/health-passport.yaml
sed 's/\bpassport-refreshed\b/passport-renewed/' "data/$passport" >"$dir/renamed.yaml"
LINNET_NOW=2026-03-04T10:00:00Z
says 0 "Saved" "$linnet" rules set "$passport" "$dir/renamed.yaml" --why "another name" --store "$store"
serve "$store"
sign_in nurse "$dir/jar"
gets() { ask -b "$dir/jar" "$base$1"; } # gets PATH: the status; the answer in $dir/out
looks() { "$linnet" audit show --format csv --store "$store" | grep -c ',looked,.*worklist'; }

for on in "" as-of=2026-04-20; do
	before=$(looks)
	is "a file (${on:-today})" "$(gets "/worklist.csv?$on")" 200
	is "one look (${on:-today})" "$(($(looks) - before))" 1
	tr -d '"' <"$dir/out" >"$dir/file" # which cells are quoted tells the copy, not the rows
	rows=0
	for list in "late:Late, our turn" "soon:Due in 10 working days, our turn" "waiting:Waiting for someone else" "not-known:Not known" "later:Due later, our turn"; do
		path="/list/${list%%:*}?$on" n=0 names=""
		while [ -n "$path" ]; do # every page of the list
			is "a page of it" "$(gets "$path")" 200
			n=$((n + $(grep -o 'scope="row" role="rowheader"' "$dir/out" | wc -l)))
			path=$(sed -n 's/.*href="\([^"]*[?&;]after=[^"]*\)".*/\1/p' "$dir/out" | head -1 | sed 's/&amp;/\&/g')
		done
		is "rows of ${list%%:*} (${on:-today})" "$(grep -c "^${list#*:}," "$dir/file")" "$n"
		rows=$((rows + n))
	done
	[ "$rows" -gt 500 ] && good || bad "only $rows rows (${on:-today})"
	grep -q "stops after" "$dir/file" && bad "it says that it stops" || good
	is "of one list (${on:-today})" "$(gets "/worklist.csv?list=waiting&$on")" 200
	is "all of it and nothing else" "$(tr -d '"' <"$dir/out" | grep -v '^Demonstration' | sed 1d | cksum)" "$(grep '^Waiting for someone else,' "$dir/file" | cksum)"
done

# The rules as known: an id that is none now was one then.
for path in /worklist.csv /list/later / /list/late; do
	is "$path: the id of then, then" "$(gets "$path?known=2026-03-03&clock=passport-refreshed")" 200
	is "$path: not now" "$(gets "$path?clock=passport-refreshed")" 400
	is "$path: the id of now" "$(gets "$path?clock=passport-renewed")" 200
	is "$path: not then" "$(gets "$path?known=2026-03-03&clock=passport-renewed")" 400
done
grep -q "no standard" "$dir/out" && good || bad "it does not say what is wrong"
stop
end
