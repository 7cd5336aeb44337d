#!/bin/bash
# A team's own workbook on the command line: proposed, kept, loaded, recognised.
. "$(dirname "$0")/lib"
export LINNET_STORE=sqlite:$dir/a.db
book=tests/data/workbooks/tracker.csv
"$linnet" init --region set >/dev/null || bad "init"

# ---- nothing is loaded by guess ----
says 1 "No mapping is known for this workbook" "$linnet" import workbook $book
says 0 "caseload" "$linnet" mapping list
refuses "something is missing" "$linnet" import workbook
refuses "something is missing" "$linnet" mapping propose
says 2 "could not be read" "$linnet" import workbook "$dir/nowhere.xlsx" --mapping caseload
says 2 "a file is needed, not a pipe" bash -c "cat $book | '$linnet' mapping propose /dev/stdin"
says 1 "There is no mapping of this name" "$linnet" import workbook $book --mapping chairs
says 1 "There is no mapping of this name" "$linnet" mapping show chairs
says 2 "could not be opened" "$linnet" mapping save "$dir/nowhere.yaml"
printf 'PK\003\004 not a workbook' >"$dir/broken.xlsx"
says 2 "linnet: " "$linnet" mapping propose "$dir/broken.xlsx"

# ---- proposed, with reasons, and what to look at ----
says 0 "Linnet works this out itself" "$linnet" mapping propose $book
cp "$dir/out" "$dir/m.yaml"
grep -q "To look at: .*Legal Status" "$dir/err" && good || bad "what to look at is not said"
grep -q "is: iha.seen_on" "$dir/m.yaml" && good || bad "the assessment is not proposed"

# ---- tried, loaded, recognised ----
says 0 "3 children compared; nothing was written" "$linnet" import workbook $book --mapping "$dir/m.yaml" --dry-run
says 0 "0 children: clean" "$linnet" verify
parses "$linnet" import workbook $book --mapping "$dir/m.yaml" --dry-run
says 0 'The mapping "tracker" is kept' "$linnet" mapping save "$dir/m.yaml"
says 0 "3 children loaded. 0 findings" "$linnet" import workbook $book
grep -q 'Read by the mapping "tracker"' "$dir/err" && good || bad "by which mapping is not said"
"$linnet" import workbook $book --format json >"$dir/again.json"
is "the same again" "$(node -e 'let f = JSON.parse(require("fs").readFileSync(0)).files; console.log(f.reduce((a, x) => [a[0] + x.new + x.changed, a[1] + x.same], [0, 0]).join(" "))' <"$dir/again.json")" "0 15"
says 0 "3 children: clean. 0 wait" "$linnet" verify
says 0 "Brambleby" "$linnet" worklist

sed $'s/Brambleby/Br\x1b[2Jambleby/; s/^E-2/E-2\xc2\x9b/' $book >"$dir/signs.csv"
says 1 "row 6, Surname: The text holds a line break or another sign that cannot be printed" "$linnet" import workbook "$dir/signs.csv" --mapping tracker --dry-run
grep -qs "row 7, Mosaic ID: The text holds a line break" "$dir/out" "$dir/err" && good || bad "a number with a control sign is kept back"

# ---- a month later: a column renamed, one gone, one new, a wrong cell ----
sed -e 's/IHA Seen/Date IHA seen/' $book >"$dir/april.csv"
says 2 'needs "Day the child was seen", and no column is that' "$linnet" import workbook "$dir/april.csv" --mapping tracker
sed -e 's/,Dental,/,,/; s/,Last check,/,Shoe size,/; s/26 January 2026/31 September 2026/' $book >"$dir/april.csv"
says 1 "Initial health assessment: IHA Seen: September has 30 days" "$linnet" import workbook "$dir/april.csv" --mapping tracker --kept-back "$dir"
grep -q "Shoe size: This column is new since the mapping was made" "$dir/out" && good || bad "the new column is not said"
grep -q "Dental: Last check: This column of the mapping is not there" "$dir/out" && good || bad "the column that is gone is not said"
says 0 "31 September 2026" cat "$dir/april: Initial health assessment_kept_back.csv"

# ---- editions ----
sed -i 's/^title: .*/title: "Another"/' "$dir/m.yaml"
says 0 "is kept" "$linnet" mapping save "$dir/m.yaml"
is "editions" "$("$linnet" mapping show tracker --editions --format csv | wc -l)" 3
says 0 'title: "Another"' "$linnet" mapping show tracker
"$linnet" mapping show tracker >"$dir/out.yaml"
says 0 "is kept" "$linnet" mapping save "$dir/out.yaml" # what is shown can be saved
is "no edition without a change" "$("$linnet" mapping show tracker --editions --format csv | wc -l)" 3
parses "$linnet" mapping list
sed -i 's/is: iha.seen_on/is: iha.shoe_size/' "$dir/m.yaml"
says 2 "there is nothing called" "$linnet" import workbook $book --mapping "$dir/m.yaml"
says 2 "there is nothing called" "$linnet" mapping save "$dir/m.yaml"
end
