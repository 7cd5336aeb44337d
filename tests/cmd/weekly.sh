#!/bin/bash
# linnet import list and linnet match list: what they say, exit status, refusals, the same twice.
. "$(dirname "$0")/lib"
export LINNET_STORE=sqlite:$dir/w.db
says 0 "Ready" "$linnet" init --region set
says 0 "" "$linnet" import tables tests/cmd/small
heading="LCS ID,NHS No,Forename,Surname,DOB,Gender,CLA start date,LS,Placement start date,Placement code,Area authority"

list() { printf '%s\n' "$heading" "$@" >"$dir/list.csv"; }
list "N-1,9990009996,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock"
says 1 "new" "$linnet" import list "$dir/list.csv" --council Essex --partial --dry-run
is "a dry run keeps nothing" "$("$linnet" import list "$dir/list.csv" --council E10000012 --partial --dry-run --format csv | wc -l)" 2
says 1 "1 proposals are sure" "$linnet" import list "$dir/list.csv" --council Essex --partial
says 1 "was loaded before" "$linnet" import list "$dir/list.csv" --council Essex --partial
parses "$linnet" import list "$dir/list.csv" --council Essex --partial
says 0 "1 sure proposals were accepted" "$linnet" import list "$dir/list.csv" --council Essex --partial --accept-sure
says 0 "1 children as the record has them" "$linnet" import list "$dir/list.csv" --council Essex --partial
says 0 "" "$linnet" explain 9990009996 iha-returned
says 0 "" "$linnet" verify

# ---- a whole list that is short ----
says 1 "left" "$linnet" import list "$dir/list.csv" --council Essex --whole --dry-run
list "N-2,,Rowan,Teal,31/02/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock"
says 1 "no such day" "$linnet" import list "$dir/list.csv" --council Essex --partial
list $'N-2,,Ro\xc2\x9b2Jwan,Teal,31/01/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock'
says 1 "another sign that cannot be printed" "$linnet" import list "$dir/list.csv" --council Essex --partial
list "N-2,,Rowan,Teal,31/02/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock"
"$linnet" import list "$dir/list.csv" --council Essex --partial >/dev/null 2>"$dir/err"
is "no name in what is refused" "$(grep -c Teal "$dir/err")" 0

# ---- matching ----
says 0 "No two records" "$linnet" match list
list "N-3,999 000 9996,Lark,Thistle,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock"
says 1 "who" "$linnet" import list "$dir/list.csv" --council Essex --partial
parses "$linnet" match list

# ---- a workbook says the same as its CSV ----
"$linnet" synth --region set --as weekly --children 60 --today 2026-03-02 --seed 3 --out "$dir/weekly" >/dev/null 2>&1
for f in "$dir"/weekly/E06000034-*.xlsx; do
	"$linnet" import list "$f" --council Thurrock --partial --dry-run --format csv >"$dir/of.xlsx" 2>/dev/null
	"$linnet" import list "${f%.xlsx}.csv" --council Thurrock --partial --dry-run --format csv >"$dir/of.csv" 2>/dev/null
	is "rows of ${f##*-}" "$(($(wc -l <"$dir/of.csv") > 1))" 1
	is "a workbook read as its CSV" "$(cmp "$dir/of.xlsx" "$dir/of.csv" && echo same)" same
done

# ---- headings of its own: asked about once, then recognised ----
own() { printf '%s\n' "Our list" "Ref;Called;Family;Came to the world;Since;Law" "$@" | tr ';' ',' >"$dir/own.csv"; }
own "N-1;Lark;Thistle-Example;01/05/2018;23/02/2026;S.20" "N-8;Fern;Moss-Example;14/06/2019;24/02/2026;ICO"
refuses "columns of this list are not known" "$linnet" import list "$dir/own.csv" --council Essex --partial
says 0 "of: weekly-list" "$linnet" mapping propose "$dir/own.csv" --list
says 0 "needs \"Date of birth\"" "$linnet" mapping propose "$dir/own.csv" --list
cat >"$dir/own.yaml" <<-'END'
	mapping: own-words
	of: weekly-list
	title: "own.csv"
	sheets:
	  - sheet: "Sheet"
	    rows: list
	    heading-row: 2
	    columns:
	      - {heading: "Ref", is: row.child_id}
	      - {heading: "Called", is: list.given_name}
	      - {heading: "Family", is: list.family_name}
	      - {heading: "Came to the world", is: list.birth_date, days: day-first}
	      - {heading: "Since", is: list.care_start, days: day-first}
	      - {heading: "Law", is: list.legal_status}
END
says 1 "new" "$linnet" import list "$dir/own.csv" --council Essex --partial --mapping "$dir/own.yaml" --dry-run
refuses "a weekly list" "$linnet" import workbook "$dir/own.csv" --mapping "$dir/own.yaml"
says 0 "is kept" "$linnet" mapping save "$dir/own.yaml"
says 0 "own-words" "$linnet" mapping list
own "N-1;Lark;Thistle-Example;01/05/2018;23/02/2026;S.20" "N-8;Fern;Moss-Example;14/06/2019;04/02/2026;ICO" "N-9;Wren;Moss-Example;soon;24/02/2026;V2"
says 1 'Read by the mapping "own-words"' "$linnet" import list "$dir/own.csv" --council Essex --partial --kept-back "$dir"
is "rows kept back come back" "$(tr -d '\r' <"$dir/own_kept_back.csv" | sed 's/,5,.*/,5/')" "Ref,Called,Family,Came to the world,Since,Law,line,problem
N-9,Wren,Moss-Example,soon,24/02/2026,V2,5"
is "with their reason" "$(grep -c 'not a date' "$dir/own_kept_back.csv")" 1
sed -i 's/soon/02\/03\/2017/' "$dir/own_kept_back.csv"
says 1 "N-9" "$linnet" import list "$dir/own_kept_back.csv" --council Essex
says 1 "(partial)" "$linnet" import list "$dir/own_kept_back.csv" --council Essex --mapping own-words
sed 's/of: weekly-list/of: workbook/' "$dir/own.yaml" >"$dir/bad.yaml"
refuses "rows" "$linnet" mapping save "$dir/bad.yaml"
says 1 "no mapping of this name" "$linnet" import list "$dir/own.csv" --council Essex --mapping nobodys
refuses "already, of a weekly list" "$linnet" mapping save <(printf 'mapping: own-words\ntitle: x\nsheets: []\n')

# ---- refusals ----
refuses "--council is needed" "$linnet" import list "$dir/list.csv"
refuses "Choose the council" "$linnet" import list "$dir/list.csv" --council Nowhere
refuses "could not open" "$linnet" import list "$dir/none.csv" --council Essex
refuses "--on needs a day" "$linnet" import list "$dir/list.csv" --council Essex --on soon
refuses "lies in the future" "$linnet" import list "$dir/list.csv" --council Essex --on 2026-03-03
refuses "not both" "$linnet" import list "$dir/list.csv" --council Essex --partial --whole
refuses "something is missing" "$linnet" import list
refuses "no option --frob" "$linnet" match list --frob 3
printf 'child_id,dob\n' >"$dir/empty.csv"
refuses "no row" "$linnet" import list "$dir/empty.csv" --council Essex
printf 'PK\003\004 a workbook' >"$dir/book.csv"
refuses "" "$linnet" import list "$dir/book.csv" --council Essex
printf 'name,born\nWren,1\n' >"$dir/other.csv"
refuses "child_id" "$linnet" import list "$dir/other.csv" --council Essex
for f in "import list" "match list"; do
	# shellcheck disable=SC2086
	says 0 "Exit" "$linnet" $f --help
done

# ---- killed while it loads: nothing half, and the same again is whole ----
{ printf '%s\n' "$heading"; for i in $(seq 3000); do echo "K-$i,,Lark,Reed-$i,02/06/2019,F,23/02/2026,C2,23/02/2026,U6,Thurrock"; done; } >"$dir/many.csv"
for wait in 0.05 0.1 0.2 0.3; do
	"$linnet" import list "$dir/many.csv" --council Southend-on-Sea --partial >/dev/null 2>&1 &
	pid=$!
	sleep $wait
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	says 0 "" "$linnet" verify
done
says 1 "3000 proposals are sure" "$linnet" import list "$dir/many.csv" --council Southend-on-Sea --partial
end
