#!/bin/bash
# Hostile files by the pages of a server: every page that takes a file is given every kind. One clear sentence on an
# ordinary page, nothing kept of it, no process and no temporary file left, little memory, and the next good load goes on.
. "$(dirname "$0")/../cmd/lib"
server=""
trap '[ -z "$server" ] || kill -KILL $server 2>/dev/null; rm -rf "$dir"' EXIT
store=sqlite:$dir/x.db
password="four quiet herons"
memory_kb=262144 # the server itself, as it is delivered; what reads a file has 512 MB of its own
"$linnet" init --region set --demonstration --store "$store" >/dev/null || bad "init"
echo "$password" | "$linnet" account --login one --name "The one" --role administrator --org LAC-SET-DEMO --store "$store" >/dev/null || bad "account"
"$linnet" import tables tests/cmd/small --store "$store" >/dev/null || bad "import"
mkdir "$dir/tmp" "$dir/h"
node tests/web/hostile.mjs "$dir/h" ${LINNET_LONG:+long} || bad "the files were not made"
TMPDIR=$dir/tmp "$linnet" serve --port 0 --quiet --store "$store" >"$dir/serve" 2>"$dir/serve.err" &
server=$!
for _ in $(seq 200); do grep -q '^Stop' "$dir/serve" && break; sleep 0.1; done
base=$(sed -n 's#.*\(http://127.0.0.1:[0-9]*\)/.*#\1#p' "$dir/serve")
port=${base##*:}
curl -s -c "$dir/jar" -o /dev/null -d login=one --data-urlencode "password=$password" "$base/sign-in"
token=$(curl -s -b "$dir/jar" "$base/import/new" | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1)
[ -n "$token" ] && good || bad "signing in"

ask() { sqlite3 -cmd '.timeout 20000' "$dir/x.db" "$1"; }
kept() { # what a file could have left
	ask "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM event), (SELECT count(*) FROM weekly_list), (SELECT count(*) FROM plan_scenario),
		(SELECT count(*) FROM load WHERE state = 'running'), (SELECT count(*) FROM yearly_return WHERE state = 'running')"
}
words() { sed -n '/<main/,/<\/main/p' "$1" | sed '/<option/d; s/<[^>]*>/ /g' | tr -s ' \n' ' '; }
# said ADDRESS FIELDS...: sends a form; the page that it ends at in $dir/page, its status in $dir/status, its address in $dir/at
said() {
	local to status head
	read -r status to <<<"$(curl -s -b "$dir/jar" -o "$dir/page" -w '%{http_code} %{redirect_url}' "${@:2}" "$base$1")"
	while [ -n "$to" ]; do
		status=$(curl -s -b "$dir/jar" -D "$dir/head" -o "$dir/page" -w '%{http_code}' "$to")
		grep -qi '^refresh:' "$dir/head" || break
		sleep 0.05
	done
	echo "$status" >"$dir/status"
	echo "${to#"$base"}" >"$dir/at"
}
# ordinary NAME STATUSES: a page like every other, in words for people
ordinary() {
	[[ " $2 " == *" $(cat "$dir/status") "* ]] && good || bad "$1: status $(cat "$dir/status")"
	grep -q '<h1' "$dir/page" && grep -q '</html>' "$dir/page" && good || bad "$1: no ordinary page"
	! words "$dir/page" | grep -qiE 'sqlite|errno|jail|seccomp|expat|libzip|zlib|sanitizer|signal [0-9]|segmentation|constraint|\.c:[0-9]|/dev/shm|linnet-(cmd|upload)-|root:x:0|internal|linnet [a-z]+ [a-z]+:?$' &&
		good || bad "$1: words of a program: $(words "$dir/page" | tail -c 400)"
}
# tells NAME WORDS: what is wrong (a pattern of words)
tells() { words "$dir/page" | grep -qiE "$2" && good || bad "$1 does not say \"$2\": $(words "$dir/page" | cut -c1-900)"; }
tables() { said /import/new -F "token=$token" -F "files=@$1;filename=${2:-children.csv};type=text/csv"; }
workbook() { said /import/new -F "token=$token" -F "files=@$1${2:+;filename=$2}"; }
list() { said /import/lists/new -F "token=$token" -F council=E10000012 -F on-day=2 -F on-month=3 -F on-year=2026 -F "file=@$1${2:+;filename=$2}"; }
returned() { said /import/return/new -F "token=$token" -F council=E10000012 -F year=2024-25 -F load=yes -F "now=@$1;filename=${2:-$(basename "$1" .csv)}"; }
plan() { said /plan/new -F "token=$token" -F name=Hostile -F "file=@$1${2:+;filename=$2}"; }
# next NAME: a good load, at once
next() {
	local f files=()
	for f in tests/cmd/small/*.csv; do files+=(-F "files=@$f;type=text/csv"); done
	said /import/new -F "token=$token" "${files[@]}"
	words "$dir/page" | grep -q "No row was kept back" && good || bad "$1: the next good load: $(words "$dir/page" | cut -c1-300)"
	is "$1: what is kept" "$(kept)" "${before:=$(kept)}"
	is "$1: temporary files" "$(ls -A "$dir/tmp")" ""
}
before="" # what is kept after the first good load
next "to begin with"
children=$(pgrep -P "$server" | wc -l)

# ---- workbooks: the same words wherever they are given ----
while IFS='|' read -r file says; do
	[ -f "$dir/h/$file" ] || continue
	for page in workbook list plan returned; do
		[ $page != returned ] || [ -n "${LINNET_LONG:-}" ] || [[ $file =~ ^(bomb-that-says|macros.xlsm|laughs-in-a-sheet|with-a-pass|cut-short) ]] || continue
		$page "$dir/h/$file"
		ordinary "$file to $page" 200
		case $page in
		plan) tells "$file to $page" "no text in UTF-8|more than 60 kB|mistake" ;;
		returned) tells "$file to $page" "$says|no return to read" ;;
		*) tells "$file to $page" "$says" ;;
		esac
	done
	[ -z "${LINNET_LONG:-}" ] || next "after $file"
done <<'END'
bomb-that-says-little.xlsx|unpacks to more than 250 times|damaged
bomb-that-claims-20-gb.xlsx|unpacks to more than
bomb-of-20-gb.xlsx|unpacks to more than
zips-in-zips.xlsx|is a ZIP file, not a workbook
a-cell-of-64-mb.xlsx|unpacks to more than 250 times
many-shared-texts.xlsx|unpacks to more than|too large
macros.xlsm|macros
laughs-in-a-sheet.xlsx|DOCTYPE
laughs-in-the-list-of-sheets.xlsx|DOCTYPE
laughs-in-shared-texts.xlsx|DOCTYPE
outside-entity-in-a-sheet.xlsx|DOCTYPE
outside-entity-in-the-types.xlsx|DOCTYPE
cut-short.xlsx|damaged|cut short|not complete
cut-in-the-first-part.xlsx|damaged|cut short|not complete
bytes-changed.xlsx|damaged|cannot be read
no-directory.xlsx|damaged|not a workbook|cut short
a-sheet-that-climbs.xlsx|names a sheet that is not in the file
with-a-password.xlsx|password
old-excel.xls|old Excel
a-password-of-excel.xlsx|password|old Excel
opendocument.ods|OpenDocument
a-pdf.pdf|PDF
a-web-page.xls|web page
END
next "after the workbooks"
# What only looks odd is looked over like any other, and nothing climbs out of it.
for file in macros-called-xlsx.xlsx names-that-climb.xlsx; do
	workbook "$dir/h/$file"
	ordinary "$file" 200
	! ls /tmp/linnet-climbed "$dir"/../linnet-climbed 2>/dev/null | grep -q . && good || bad "$file climbed out"
done

# ---- text ----
while IFS='|' read -r file says; do
	for page in tables workbook list plan returned; do
		[ $page != returned ] || [ -n "${LINNET_LONG:-}" ] || [[ $file =~ ^(nul|utf-16|a-long) ]] || continue
		if [ $page = returned ]; then returned "$dir/h/$file" episodes.csv; else $page "$dir/h/$file"; fi
		ordinary "$file to $page" 200
		case $page in
		plan) tells "$file to $page" "no text in UTF-8|more than 60 kB|mistake|Write the scenario" ;;
		tables) tells "$file to $page" "$says|Left out|kept back until" ; tells "$file to $page" "Not loaded"
			! grep -q '/kept-back/' "$dir/page" && good || bad "$file: rows to download of a file that was left out"
			curl -s -b "$dir/jar" "$base/import" | grep -oE 'ln-tag">[a-z ]*' | head -1 | grep -q 'not loaded' && good || bad "$file: the list of imports says that it was loaded" ;;
		list) tells "$file to $page" "was not read|What is in" ;;
		*) tells "$file to $page" "$says" ;;
		esac
	done
	[ -z "${LINNET_LONG:-}" ] || next "after $file"
done <<'END'
nothing.csv|empty|nothing in it
nul.csv|character|cannot be read|NUL
not-utf-8.csv|UTF-8
utf-16.csv|UTF-16|UTF-8
an-open-quote.csv|quotation mark
ten-thousand-columns.csv|columns
bytes-of-nothing.csv|UTF-8|cannot be read|character
a-long-line.csv|longer than|quotation mark
END
next "after the text"
for file in laughs.xml outside-entity.xml cut-short.xml deep.xml; do
	returned "$dir/h/$file" return.xml
	ordinary "$file" 200
	tells "$file" "DOCTYPE|XML|nested|ends"
done
for file in laughs.yaml deep.yaml; do
	plan "$dir/h/$file"
	ordinary "$file" 200
	tells "$file" "mistake|alias|deep"
done
next "after XML and YAML"

# ---- names of files: text like any other, and none is a path ----
long=$(head -c 5000 /dev/zero | tr '\0' n)
names=("$long.csv" "a'b\"c.csv" $'line\none.csv' '../../../../tmp/linnet-climbed.csv' '/etc/passwd' 'C:\x\y.csv' '<img src=x onerror=alert(1)>.csv' '{{ 7 }}%s%n.csv' '.' '-rf' $'\xff\xfe.csv' $'\u202egnp.csv')
for name in "${names[@]}"; do
	for page in tables list plan returned; do
		[ $page != returned ] || [[ "$name" =~ ^(nn|\<|\.\.) ]] || continue
		# as a browser writes it: a quotation mark as %22, a line's end as %0A
		sent=${name//\"/%22}
		{
			printf -- '--b0\r\nContent-Disposition: form-data; name="token"\r\n\r\n%s\r\n' "$token"
			printf -- '--b0\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' council E10000012 year 2024-25 on-day 2 on-month 3 on-year 2026 name Hostile
			case $page in list | plan) field=file ;; returned) field=now ;; *) field=files ;; esac
			printf -- '--b0\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: text/csv\r\n\r\nnothing of a table here\r\n--b0--\r\n' $field "$sent"
		} >"$dir/body"
		case $page in tables | workbook) to=/import/new ;; list) to=/import/lists/new ;; plan) to=/plan/new ;; *) to=/import/return/new ;; esac
		said $to -H 'Content-Type: multipart/form-data; boundary=b0' --data-binary "@$dir/body"
		ordinary "a name of ${#name} to $page" "200 400"
		! grep -qF '<img src=x' "$dir/page" && good || bad "a name with markup to $page"
	done
done
! ls /tmp/linnet-climbed* 2>/dev/null | grep -q . && good || bad "a name climbed out"
next "after the names"

# ---- how it is sent ----
for page in import/new import/lists/new import/return/new plan/new; do
	field=files
	case $page in import/lists/new | plan/new) field=file ;; import/return/new) field=now ;; esac
	said /$page -F "$field=@tests/cmd/small/children.csv"
	ordinary "no token to $page" 403
	said /$page -F "token=${token}x" -F "$field=@tests/cmd/small/children.csv"
	ordinary "another token to $page" 403
	said /$page -F "$field=@tests/cmd/small/children.csv" -F "token=$token"
	ordinary "the token after the file to $page" 403
	for type in text/csv application/json application/zip 'multipart/mixed; boundary=b0' 'multipart/form-data'; do
		said /$page -H "Content-Type: $type" --data-binary @tests/cmd/small/children.csv
		ordinary "$type to $page" "400 415"
	done
	many=()
	for i in $(seq 1000); do many+=(-F "$field=@tests/cmd/small/children.csv;filename=f$i.csv"); done
	said /$page -F "token=$token" -F council=E10000012 -F year=2024-25 -F on-day=2 -F on-month=3 -F on-year=2026 "${many[@]}"
	ordinary "1,000 files to $page" 413
	tells "1,000 files to $page" "at most 32"
	said /$page -F "token=$token" -F "$field=@/dev/null;filename="
	ordinary "a field left empty to $page" "200"
	# cut off in the middle of the file, and told to be longer than it is
	for bytes in 20 400 900; do
		{
			printf -- '--b0\r\nContent-Disposition: form-data; name="token"\r\n\r\n%s\r\n' "$token"
			printf -- '--b0\r\nContent-Disposition: form-data; name="%s"; filename="children.csv"\r\nContent-Type: text/csv\r\n\r\n' $field
			cat tests/cmd/small/children.csv
		} >"$dir/body"
		cookie=$(awk '$6 == "linnet" {print $7}' "$dir/jar")
		exec 9<>"/dev/tcp/127.0.0.1/$port"
		printf 'POST /%s HTTP/1.1\r\nHost: a\r\nCookie: linnet=%s\r\nContent-Type: multipart/form-data; boundary=b0\r\nContent-Length: 100000\r\n\r\n' "$page" "$cookie" >&9
		head -c $bytes "$dir/body" >&9
		exec 9>&-
	done
	# whole by its length, without its end
	said /$page -H 'Content-Type: multipart/form-data; boundary=b0' --data-binary "@$dir/body"
	ordinary "no end of the form to $page" "200 400"
done
next "after what was cut off"

# ---- cells that a spreadsheet would run: text here, harmless in every file that goes out ----
cat >"$dir/h/run.csv" <<'END'
council,child_id,nhs_number,given_name,family_name,birth_date
Essex,=1+1,9990009996,Lark,Thistle,01/05/2018
Essex,E-F,9990009996,"=HYPERLINK(""http://x"")",+1-1@SUM(A1),31/02/2018
END
said /import/new -F "token=$token" -F partial=children -F "files=@$dir/h/run.csv;filename=children.csv"
ordinary "cells that run" 200
link=$(grep -o '/import/[0-9a-z]*/kept-back/[^"]*' "$dir/page" | head -1)
[ -n "$link" ] && good || bad "cells that run: nothing was kept back: $(words "$dir/page" | cut -c1-600)"
curl -s -b "$dir/jar" "$base$link" >"$dir/out"
grep -q "HYPERLINK" "$dir/out" && ! grep -qE '(^|,)"?[=+@-]' "$dir/out" && good || bad "a formula in the rows that were kept back"
curl -s -b "$dir/jar" "$base/worklist.csv" >"$dir/out"
! grep -qE '(^|,)"?[=+@]' "$dir/out" && good || bad "a formula in the worklist"

# ---- afterwards ----
uploads() { find "/proc/$server/fd" -lname '*linnet-upload*' | wc -l; }
for _ in $(seq 600); do # the last load may still be at it, on a busy machine for a quarter of a minute
	[ "$(pgrep -P "$server" | wc -l)" = "$children" ] && [ "$(uploads)" -le 4 ] && break
	sleep 0.1
done
is "processes left behind" "$(pgrep -P "$server" | wc -l)" "$children"
is "temporary files left behind" "$(ls -A "$dir/tmp")" ""
[ "$(uploads)" -le 4 ] && good || bad "$(uploads) uploads are held that are nobody's draft: $(find "/proc/$server/fd" -lname '*linnet-upload*' -printf '%l, ')" # workbooks that wait for an answer: four of one person
case $linnet in
*/release/*) [ "$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$server/status")" -lt $memory_kb ] && good || bad "$(grep VmHWM "/proc/$server/status")" ;;
*) ;; # the sanitizers keep what was freed
esac
kill -TERM "$server"
wait "$server"
is "the server ended well" $? 0
server=""
! grep -vE 'seal of the audit|finishing what|ended early: (bad input|limit) $|^$' "$dir/serve.err" | grep -q . && good || bad "the server said: $(grep -v "bad input $" "$dir/serve.err" | head -c 600)"
says 0 "clean. 0 wait" "$linnet" verify --store "$store"
says 0 "" "$linnet" audit verify --store "$store"
end
