#!/bin/bash
# linnet return check, load, compare, write, rules: exact answers on a small return, formats, exit status.
. "$(dirname "$0")/lib"
export LINNET_STORE=sqlite:$dir/r.db
now=tests/cmd/return last=tests/cmd/return-before

# ---- check: needs no store ----
"$linnet" return check $now --year 2024-25 >"$dir/out" 2>"$dir/err"
is "findings" $? 1
says 1 "NOT RUN" "$linnet" return check $now --year 2024-25
says 1 "last year’s return was not given" "$linnet" return check $now --year 2024-25
says 0 "0 of them with a finding" "$linnet" return check $last --year 2023-24
"$linnet" return check $now --last $last --year 2024-25 >"$dir/check.txt"
like return-check.txt cat "$dir/check.txt"
"$linnet" return check $now --last $last --year 2024-25 --format csv >"$dir/check.csv"
like return-check.csv cat "$dir/check.csv"
says 1 '"rule"' "$linnet" return check $now --last $last --year 2024-25 --format json
node -e 'JSON.parse(require("fs").readFileSync(0, "utf8"))' <"$dir/out" && good || bad "return check --format json"
says 1 "44 children" "$linnet" return check tests/data/returns/fake.xml --year 2024-25
says 1 "probably of another year" "$linnet" return check tests/data/returns/fake.xml --year 2024-25
refuses "--year needs one of" "$linnet" return check $now
refuses "--year needs one of" "$linnet" return check $now --year 1999-00
says 2 "nowhere is not there" "$linnet" return check nowhere --year 2024-25
refuses "nowhere is not there" "$linnet" return load nowhere --council Essex --year 2024-25
refuses "nowhere is not there" "$linnet" return compare . --last nowhere --council Essex --year 2024-25
mkdir "$dir/empty"
refuses "There is no return to read" "$linnet" return check "$dir/empty" --year 2024-25

# ---- rules ----
says 0 "305" "$linnet" return rules --year 2024-25
says 0 "311" "$linnet" return rules --year 2025-26
parses "$linnet" return rules --year 2025-26
is "a row a rule" "$([ "$("$linnet" return rules --year 2025-26 --format csv | wc -l)" -gt 311 ] && echo yes)" yes
says 0 "SDQ_REASON" "$linnet" return rules --year 2025-26 --codes

# ---- load, beside what the team has ----
says 2 "There is no store" "$linnet" return load $now --council Essex --year 2024-25
"$linnet" init --region set >/dev/null
"$linnet" import tables tests/cmd/small >/dev/null
refuses "council" "$linnet" return load $now --year 2024-25
says 1 "This is not a council" "$linnet" return load $now --council Nowhere --year 2024-25
like return-dry.txt "$linnet" return load $last --council Essex --year 2023-24 --dry-run
says 0 "4 children: clean" "$linnet" verify
like return-load.txt "$linnet" return load $last --council Essex --year 2023-24
says 0 "clean. 0 wait" "$linnet" verify
says 0 "0 rows new, 0 changed" "$linnet" return load $last --council Essex --year 2023-24
says 1 "rows new" "$linnet" return load $now --last $last --council E10000012 --year 2024-25
says 1 "0 rows new, 0 changed" "$linnet" return load $now --last $last --council E10000012 --year 2024-25
says 0 "clean. 0 wait" "$linnet" verify
is "nobody of the return is late" "$("$linnet" worklist --as-of 2025-03-31 --format csv | grep -c 'R-[12]')" 0

# ---- compare, write ----
"$linnet" return compare $now --council Essex --year 2024-25 --format csv | cut -d, -f2- >"$dir/compare.csv"
like return-compare.csv cat "$dir/compare.csv"
says 1 "the record says nothing" "$linnet" return compare $now --council Essex --year 2024-25
says 1 "left blank" "$linnet" return write --council Essex --year 2024-25 --out "$dir/written"
is "what is written" "$(cd "$dir/written" && echo ./*)" "./episodes.csv ./header.csv ./left_blank.csv ./oc2.csv ./return.xml"
like return-oc2.csv cat "$dir/written/oc2.csv"
says 1 "" "$linnet" return check "$dir/written/return.xml" --year 2024-25
"$linnet" return check "$dir/written/return.xml" --year 2024-25 --format csv | grep ',526,' | cut -d, -f2,4- | sort >"$dir/xml"
rm "$dir/written/return.xml" "$dir/written/left_blank.csv"
"$linnet" return check "$dir/written" --year 2024-25 --format csv | grep ',526,' | cut -d, -f2,4- | sort >"$dir/csv"
is "CSV and XML are found alike" "$(test -s "$dir/xml" && cmp "$dir/xml" "$dir/csv" && echo alike)" alike
end
