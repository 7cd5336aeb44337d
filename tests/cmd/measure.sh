#!/bin/bash
# linnet measure: exact answers on the small tables, formats, what a board gets,
# reports that are filed and what changed since, refusals.
. "$(dirname "$0")/lib"
export LINNET_STORE=sqlite:$dir/m.db
says 0 "Ready" "$linnet" init --region set
says 0 "" "$linnet" import tables tests/cmd/small

like measure.txt "$linnet" measure iha-returned --from 2026-01 --to 2026-02 --as-of 2026-03-02
like measure-council.csv "$linnet" measure iha-returned --from 2026-02 --to 2026-02 --by council --format csv --as-of 2026-03-02 --as-known-on 2026-03-02T10:00:00Z
like measure-children.txt "$linnet" measure iha-returned --from 2026-02 --to 2026-02 --children --outcome no --as-of 2026-03-02
parses "$linnet" measure
parses "$linnet" measure iha-returned --children --by area
parses "$linnet" measure iha-waiting --by in-out
says 0 "Health assessments up to date at 31 March" "$linnet" measure
is "nobody's circle" "$("$linnet" measure iha-returned --org E06000001 --from 2026-02 --to 2026-02 --format csv | wc -l)" 1
is "one council's children" "$("$linnet" measure iha-returned --council E06000033 --by council --from 2026-01 --to 2026-03 --format csv | cut -d, -f9 | sort -u | grep -vc group_name)" 1

# ---- for a board ----
says 0 "c of c" "$linnet" measure iha-returned --from 2026-02 --to 2026-02 --shared
"$linnet" measure iha-returned --from 2026-02 --to 2026-02 --shared --format csv >"$dir/shared.csv"
grep -q Brambleby "$dir/shared.csv" && bad "a board's file names a child" || good
parses "$linnet" measure iha-returned --shared --totals --by council
refuses "names no children" "$linnet" measure iha-returned --shared --children
refuses "Totals of waits are not shared" "$linnet" measure iha-days --shared --totals

# ---- filed ----
says 0 "No report is filed." "$linnet" measure --filed list
says 0 "Filed as " "$linnet" measure iha-returned --from 2026-02 --to 2026-02 --by council --file
id=$("$linnet" measure --filed list --format csv | sed -n 2p | cut -d, -f1)
parses "$linnet" measure --filed list
says 0 "it gives the same bytes" "$linnet" measure --filed "$id"
parses "$linnet" measure --filed "$id"
mkdir "$dir/later"
cp tests/cmd/small/*.csv "$dir/later/"
printf 'council,child_id,assessment_id,kind,seen_on,seen_by,returned_on\nEssex,E-1,A1,initial,20/01/2026,doctor,22/01/2026\n' >"$dir/later/assessments.csv"
export LINNET_NOW=2026-03-09T10:00:00Z
says 0 "" "$linnet" import tables "$dir/later"
says 1 "it gives the same bytes" "$linnet" measure --filed "$id"
"$linnet" measure --filed "$id" | sed "s/Hash [0-9a-f]*/Hash H/" >"$dir/filed.txt"
like measure-filed.txt cat "$dir/filed.txt"
is "changes as CSV" "$("$linnet" measure --filed "$id" --format csv | sed -n 2p | cut -d, -f2,3,5,6)" 'E10000012,E-1,February 2026: late or not done,February 2026: in time'
"$linnet" measure iha-returned --from 2026-02 --to 2026-02 --by council --file >/dev/null
is "two are filed" "$("$linnet" measure --filed list --format csv | wc -l)" 3

# ---- limits kept from named months: those months are read with the measure, however long ago ----
unset LINNET_NOW
sed '0,/^    kind: clock$/s//    limits: {from: 2026-01-01, to: 2026-12-31, source: Board}\n    kind: clock/' data/measures/initial-health-assessment.yaml >"$dir/limits.yaml"
old() { "$linnet" measure iha-returned --as-of 2029-03-02 --format csv | grep -c ,2026-02-01,; }
is "24 months are read" "$(old)" 0
says 0 "" "$linnet" rules set measures/initial-health-assessment.yaml "$dir/limits.yaml" --why "the Board chose the months"
is "those with limits too" "$(old)" 1

# ---- refusals ----
says 1 "There is no such measure" "$linnet" measure nothing
refuses "--by is all, council" "$linnet" measure iha-returned --by colour
refuses "Write a month such as" "$linnet" measure iha-returned --from october
refuses "The first month lies after the last" "$linnet" measure iha-returned --from 2026-03 --to 2026-01
refuses "--outcome is yes" "$linnet" measure iha-returned --children --outcome maybe
refuses "Say of which measure" "$linnet" measure --children
refuses "There is no council" "$linnet" measure iha-returned --council X
refuses "There is no organisation" "$linnet" measure iha-returned --org X
refuses "A report is filed of one measure" "$linnet" measure --file
refuses "--filed takes the id" "$linnet" measure --filed nonsense
says 1 "There is no such report" "$linnet" measure --filed 0000000000001
refuses "there is no option" "$linnet" measure --colour red
end
