#!/bin/bash
# SQLite and PostgreSQL answer alike, byte for byte, but for the ids.
. "$(dirname "$0")/lib"
children=300
"$linnet" synth --out "$dir/t1" --children $children --seed 3 --today 2026-03-02 >/dev/null || bad "synth"
"$linnet" synth --out "$dir/t2" --children $children --seed 3 --today 2026-03-02 --mistakes >/dev/null || bad "synth"
pg=$(tests/pg start "$dir/pg") || { bad "PostgreSQL did not start"; end; exit; }
answers() { # answers STORE FOLDER
	local store=$1 out=$2 day list council
	mkdir "$out"
	"$linnet" init --store "$store" >/dev/null
	"$linnet" import tables "$dir/t1" --store "$store" >"$out/import1" 2>&1
	LINNET_NOW=2026-03-03T10:00:00Z "$linnet" import tables "$dir/t2" --store "$store" >"$out/import2" 2>&1
	export LINNET_NOW=2026-03-04T10:00:00Z
	"$linnet" verify --store "$store" >"$out/verify" 2>&1
	"$linnet" rebuild --store "$store" >"$out/rebuild" 2>&1
	for day in 2025-06-01 2026-03-04 2026-12-24; do
		for list in late soon waiting not-known later; do
			"$linnet" worklist --as-of $day --list $list --limit 200 --format csv --store "$store" 2>&1 | cut -d, -f1,3- | sort >"$out/$day-$list"
		done
	done
	"$linnet" worklist --as-known-on 2026-03-02 --limit 200 --format csv --store "$store" 2>&1 | cut -d, -f1,3- | sort >"$out/known"
	cut -d, -f1,2 "$dir/t1/children.csv" | tr -d '\r"' | sed -n '2,$p' | awk 'NR % 12 == 1' | while IFS=, read -r council child; do
		"$linnet" explain "$child" iha-returned --store "$store" 2>&1
		"$linnet" explain "$child" placement-notified --format json --store "$store" 2>&1
	done >"$out/explain"
	export LINNET_NOW=2026-03-02T10:00:00Z
}
answers "sqlite:$dir/a.db" "$dir/sqlite"
answers "$pg" "$dir/postgres"
for f in "$dir"/sqlite/*; do
	name=$(basename "$f")
	if diff "$f" "$dir/postgres/$name" >"$dir/out" 2>"$dir/err"; then good; else bad "$name differs"; fi
done
is "there was something to compare" "$([ "$(cat "$dir"/sqlite/2026-03-04-* | wc -l)" -gt 200 ] && [ "$(wc -l <"$dir/sqlite/explain")" -gt 300 ] && echo yes)" yes
grep -q "clean" "$dir/sqlite/verify" && good || bad "verify"
end
