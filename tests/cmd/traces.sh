#!/bin/bash
# What was lawfully erased has left no byte: neither in the file of the store, nor in its log,
# nor in the next backup, though the record was loaded, changed, made again and moved from
# page to page before. And it is no test that finds nothing: before, all of it is found.
. "$(dirname "$0")/lib"
export LINNET_NOW=2026-03-02T10:00:00Z
store=sqlite:$dir/a.db folder=$dir/backups
mkdir "$folder"
for seed in 1 2; do
	"$linnet" synth --out "$dir/t$seed" --children 60 --seed $seed --today 2026-03-02 >/dev/null || bad "synth"
done
"$linnet" init --region set --store "$store" >/dev/null || bad "init"
for seed in 1 2 1; do # the same children under other names, and back again: rows grow and shrink
	"$linnet" import tables "$dir/t$seed" --store "$store" >/dev/null 2>&1
done
"$linnet" rebuild --store "$store" >/dev/null || bad "rebuild"

# Ten children of one council, with everything by which each is known in any file.
sqlite3 "$dir/a.db" "SELECT o.code || '/' || p.ref FROM person p JOIN organisation o ON o.id = p.council WHERE o.code = 'E10000012' ORDER BY p.ref LIMIT 10" >"$dir/who"
is "children to erase" "$(wc -l <"$dir/who")" 10
sed 's#.*/##' "$dir/who" >"$dir/refs"
for seed in 1 2; do # number and NHS number; not of whoever stays
	awk -F, 'NR == FNR { of[$1]; next } $2 in of { print $2; print $3 }' "$dir/refs" "$dir/t$seed/children.csv"
done | sort -u >"$dir/words.all"
traces() { # traces FILES: which of the words are in them
	cat "$@" 2>/dev/null | grep -aoF -f "$dir/words" | sort -u | wc -l
}
# A number of somebody who stays may be part of a longer one, or be another child's too.
sqlite3 "$dir/a.db" "SELECT ref || char(10) || coalesce(nhs_number, '') FROM person WHERE ref NOT IN ($(sed "s/.*/'&'/" "$dir/refs" | paste -sd,))" >"$dir/others"
while read -r word; do grep -qF "$word" "$dir/others" || echo "$word"; done <"$dir/words.all" >"$dir/words"
is "there are words to look for" "$([ "$(wc -l <"$dir/words")" -ge 15 ] && echo yes)" yes
before=$(traces "$dir"/a.db*)
is "before, most of them are there" "$([ "$before" -ge 15 ] && echo yes || echo "$before")" yes
export LINNET_ERASED=$dir/erased
while read -r child; do
	says 0 "Asked for" "$linnet" erase ask "$child" --ground order --why 'Order 1' --store "$store"
	id=$(sqlite3 "$dir/a.db" "SELECT max(id) FROM erasure WHERE state = 'asked'")
	sqlite3 "$dir/a.db" "UPDATE erasure SET asked_by = 77 WHERE id = $id" # as if a colleague had asked on a page
	id=$("$linnet" erase list --format csv --store "$store" | grep ',waits,' | head -1 | cut -d, -f1)
	says 0 "Erased" "$linnet" erase approve "$id" --why 'Nothing stands in the way' --store "$store"
done <"$dir/who"
is "nothing in the store and its log" "$(traces "$dir"/a.db*)" 0
is "nothing in the list of erasures" "$(traces "$LINNET_ERASED")" 0
says 0 "checked" "$linnet" backup --into "$folder" --store "$store"
is "nothing in the next backup" "$(traces "$folder"/*)" 0
says 0 "clean" "$linnet" verify --store "$store"
says 0 "Sound" "$linnet" audit verify --store "$store"

# A large store is not written anew while others wait: the next backup does it.
kept=$(sqlite3 "$dir/a.db" "SELECT value FROM setting WHERE name = 'erased-written-anew'")
is "the backup wrote the store anew" "$kept" 10
sqlite3 "$dir/a.db" "UPDATE setting SET value = '9' WHERE name = 'erased-written-anew'; CREATE TABLE trace (t TEXT); INSERT INTO trace VALUES ('Brambleby-in-free-space'); PRAGMA secure_delete = OFF; DROP TABLE trace; PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
echo Brambleby-in-free-space >"$dir/words"
is "a trace in free space" "$(traces "$dir"/a.db*)" 1
LINNET_NOW=2026-03-03T10:00:00Z says 0 "checked" "$linnet" backup --into "$folder" --store "$store"
is "is gone from the store" "$(traces "$dir"/a.db*)" 0
is "and from the backup" "$(traces "$folder"/linnet-20260303*)" 0
LINNET_NOW=2026-03-03T10:01:00Z says 0 "good" "$linnet" doctor --format csv --store "$store"
end
