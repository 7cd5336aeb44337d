#!/bin/bash
# `linnet chase` and `linnet handback`: exact words, exit status, what never leaves.
. "$(dirname "$0")/lib"
export LINNET_STORE=sqlite:$dir/a.db
"$linnet" init >/dev/null || bad "init"
"$linnet" import tables tests/cmd/small >/dev/null || bad "import"

chase() { "$linnet" chase "$@" | sed -E 's/(child\/|\.)[0-9a-z]{13}\b/\1ID/g'; } # ids differ from run to run
chase --council Essex --address https://linnet.example/ >"$dir/got"
if [ -n "${LINNET_WRITE_EXPECTED:-}" ]; then cp "$dir/got" tests/cmd/expect/chase.txt; fi
diff -u tests/cmd/expect/chase.txt "$dir/got" && good || bad "the text of a chase"
for format in text csv json; do
	"$linnet" chase --council E10000012 --format $format >"$dir/got" || bad "$format"
	for word in Wren Brambleby Fern Zo 2016 9990001006; do
		grep -qF "$word" "$dir/got" && bad "$word in $format" || good
	done
done
parses "$linnet" chase --council essex
parses "$linnet" chase
says 0 "Essex" "$linnet" chase
is "who has what, as CSV" "$("$linnet" chase --format csv | tr -d '\r' | head -2 | cut -d, -f1,2)" "recipient,name
E10000012,Essex"
refuses "say --council WHO too" "$linnet" chase --format xlsx
for command in chase handback; do
	is "$command --help says once what --format takes" "$("$linnet" $command --help | grep -c -- '--format WORD')" 1
done
says 1 "" "$linnet" chase --council Kent
is "a heading of CSV" "$("$linnet" chase --council Essex --format csv | head -1 | tr -d '\r' | cut -d, -f1-3)" "number,initials,what is asked for"

# ---- of a demonstration: whatever leaves it says that nobody in it exists ----
unpacked() { node -e 'const b=require("fs").readFileSync(process.argv[1]);for(let i=0;(i=b.indexOf("PK\x03\x04",i))>=0;i++)try{process.stdout.write(require("zlib").inflateRawSync(b.subarray(i+30+b.readUInt16LE(i+26)+b.readUInt16LE(i+28))))}catch{}' "$1"; }
says_so='Demonstration. Every child|"demonstration":true'
demo() { "$linnet" "$@" --store "sqlite:$dir/demo.db"; }
demo init --demonstration >/dev/null || bad "init"
demo import tables tests/cmd/small >/dev/null || bad "import"
for what in "chase --format text" "chase --format csv" "chase --format json" "handback"; do
	# shellcheck disable=SC2086
	demo $what --council Essex >"$dir/got"
	grep -qE "$says_so" "$dir/got" && good || bad "$what of a demonstration"
	# shellcheck disable=SC2086
	"$linnet" $what --council Essex | grep -qE "$says_so" && bad "$what of a real one" || good
done
demo chase --council Essex --format eml >"$dir/got"
sed '1,/^\r*$/d' "$dir/got" | base64 -di 2>/dev/null | grep -q "^Demonstration. Every child, service and figure shown is invented.$" && good || bad "the draft of a demonstration"
sed -n 's/^Subject: =?UTF-8?B?\(.*\)?=.*/\1/p' "$dir/got" | base64 -di 2>/dev/null | grep -q "^Demonstration, invented children" && good || bad "the subject of a demonstration's draft"
for what in chase handback; do
	demo $what --council Essex --format xlsx >"$dir/got.xlsx"
	unpacked "$dir/got.xlsx" >"$dir/got"
	grep -aq "Demonstration. Every child" "$dir/got" && good || bad "the workbook of a demonstration's $what"
done

serve "sqlite:$dir/demo.db"
pages=0
for who in admin nurse governance commissioner; do
	sign_in "$who" "$dir/jar"
	for path in $(sed -n 's/^ROUTE(GET, "\([^":]*\)",.*/\1/p' src/web/routes.def); do
		case $(ask -b "$dir/jar" -w "%{http_code} %{content_type}" "$base$path") in
		200\ *html*) pages=$((pages + 1)); grep -q "invented" "$dir/out" || bad "$path of $who does not say that its people are invented" ;;
		esac
	done
done
[ "$pages" -gt 60 ] && good || bad "every page says that its people are invented: only $pages were looked at"
stop

# ---- the draft of an e-mail ----
"$linnet" chase --council Essex --format eml --to Mary.Worker@essex.gov.uk >"$dir/mail" || bad "eml"
tr -d '\r' <"$dir/mail" | sed '/^$/q' >"$dir/head"
grep -q '^To: mary.worker@essex.gov.uk$' "$dir/head" && good || bad "To"
grep -q '^X-Unsent: 1$' "$dir/head" && good || bad "X-Unsent"
tr -d '\r' <"$dir/mail" | sed '1,/^$/d' | base64 -d >"$dir/body" && grep -q 'E-2 (Z.O.)' "$dir/body" && good || bad "body"
node -e '
const s = require("fs").readFileSync(process.argv[1], "latin1")
const head = s.slice(0, s.indexOf("\r\n\r\n"))
if (/[^\x00-\x7f]/.test(s) || /[^\r]\n/.test(s) || head.split("\r\n").some((l) => l.length > 78)) process.exit(1)
' "$dir/mail" && good || bad "an e-mail is ASCII, with CRLF, in short lines"
refuses "one e-mail address" "$linnet" chase --council Essex --format eml --to "mary@essex.gov.uk
Bcc: x@example.org"
refuses "It ends with: essex.gov.uk" "$linnet" chase --council Essex --format eml --to mary@example.org
refuses "No e-mail domain" "$linnet" chase --council Camden --format eml --to mary@camden.gov.uk

# ---- a workbook ----
"$linnet" chase --council Essex --format xlsx >"$dir/x.xlsx" && [ "$(head -c 2 "$dir/x.xlsx")" = PK ] && good || bad "xlsx"
"$linnet" handback --council Essex --format xlsx >"$dir/h.xlsx" && [ "$(head -c 2 "$dir/h.xlsx")" = PK ] && good || bad "handback xlsx"

# ---- recorded, and then a reminder ----
asked() { "$linnet" chase --format json | grep -c '"last_asked":"'; }
"$linnet" chase --council Essex --record >/dev/full 2>"$dir/err"
is "a chase that could not be written out" $? 2
is "is not kept as sent" "$(asked)" 0
"$linnet" chase --council Essex --record >/dev/null && good || bad "record"
is "one that was is" "$(asked)" 1
says 0 "2026-03-02" "$linnet" chase
says 0 "a first reminder" env LINNET_NOW=2026-03-05T10:00:00Z "$linnet" chase --council Essex
says 0 "clean" "$linnet" verify

# ---- the file for a council ----
"$linnet" handback --council Essex >"$dir/got" || bad "handback"
if [ -n "${LINNET_WRITE_EXPECTED:-}" ]; then cp "$dir/got" tests/cmd/expect/handback.csv; fi
diff -u tests/cmd/expect/handback.csv "$dir/got" && good || bad "the file for a council"
parses "$linnet" handback --council Essex
is "nothing since today" "$("$linnet" handback --council Essex --since 2026-03-02 | wc -l)" 1

# ---- refusals ----
refuses "There is no organisation \"Frob\"" "$linnet" chase --council Frob
refuses "There is no organisation \"Frob\"" "$linnet" handback --council Frob
says 1 "no such council or provider" "$linnet" chase --council LAC-SET-DEMO
refuses "who asks" "$linnet" chase --org frob
refuses "text, eml, csv, xlsx or json" "$linnet" chase --format table
refuses "say --council WHO" "$linnet" handback
refuses "say --council WHO" "$linnet" handback --council Essex --since soon
refuses "must not lie in the future" "$linnet" handback --council Essex --since 2027-01-01
says 1 "no such council" "$linnet" handback --council "North East London"
refuses "such as https://linnet.example" "$linnet" chase --council Essex --address "javascript:alert(1)"
refuses "no option --frob" "$linnet" chase --frob 3
end
