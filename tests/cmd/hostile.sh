#!/bin/bash
# Hostile tables: one clear sentence each, nothing lost, and the next good load goes on.
. "$(dirname "$0")/lib"
export LINNET_STORE=sqlite:$dir/a.db
"$linnet" init >/dev/null || bad "init"
"$linnet" import tables tests/cmd/small >/dev/null || bad "import"
events() { "$linnet" worklist --format csv | cut -d, -f1,3- | cksum; }
before=$(events)
fresh() { rm -rf "$dir/t" && cp -r tests/cmd/small "$dir/t"; }
# hostile WORDS: loading $dir/t says them, with 1 or 2, and what was there stays
hostile() {
	"$linnet" import tables "$dir/t" >"$dir/out" 2>"$dir/err" </dev/null
	local status=$?
	if [ $status != 1 ] && [ $status != 2 ]; then
		bad "$1: ends with $status"
	elif ! cat "$dir/out" "$dir/err" | grep -qiF -e "$1"; then
		bad "it does not say \"$1\""
	else
		good
	fi
	"$linnet" verify >"$dir/out" 2>"$dir/err" && good || bad "$1: verify"
	is "$1: what was there" "$(events)" "$before"
}
heading='council,child_id,placement_id,notified_on'
note() { printf "$@" >"$dir/t/notifications.csv"; }

fresh; note '%s\nEssex,E-1,PL1,07/01/2026\nEssex,E-2,PL1,0\xff\xfe\n' $heading; hostile "UTF-8"
fresh; note '\xff\xfec\0o\0u\0n\0c\0i\0l\0'; hostile "UTF-8"
fresh; note '%s\nEssex,E-1,PL1,07/01/2026\nEss\0ex,E-2,PL1,12/02/2026\n' $heading; hostile "notifications.csv"
fresh; note 'council,child_id,placement_id\nEssex,E-1,PL1\n'; hostile "notified_on"
fresh; note '%s\n"Essex,E-1,PL1,07/01/2026\n' $heading; hostile "notifications.csv"
fresh; note ''; hostile "notifications.csv"
fresh; note '%s\nEssex,E-1,PL1,07/01/2026\nEssex,E-2,PL1,31/02/2026\n' $heading; hostile "row 3, notified_on"
fresh; note '%s\nEssex,E-1,PL1,07/01/2026\nEssex,E-2,PL1,07/01/2126\n' $heading; hostile "future"
fresh; note '%s\nEssex,E-1,PL1,07/01/2026\nEssex,E-2,PL1,=cmd|x!A1\n' $heading; hostile "row 3"
fresh; note '%s\nEssex,E-1,PL1,07/01/2026\nAtlantis,E-2,PL1,12/02/2026\n' $heading; hostile "row 3, council"
fresh; note '%s\nEssex,E-1,PL1,07/01/2026\nEssex,NOBODY,PL1,12/02/2026\n' $heading; hostile "row 3"
fresh; note '%s\nEssex,E-1,PL1,07/01/2026\nEssex,E-2,%0200d,12/02/2026\n' $heading 7; hostile "row 3"
fresh; note '%s\nEssex,E-1,PL1,07/01/2026\n2026-02-12,PL1,E-2,Essex\n' $heading; hostile "row 3" # cells swapped
fresh; sed -i $'s/,Wren,/,Wr\xc2\x9b2Jen,/' "$dir/t/children.csv"; hostile "another sign that cannot be printed"
rm -rf "$dir/t" && mkdir "$dir/t"; hostile "no"
rm -rf "$dir/t"; hostile "no"
mkdir "$dir/t" && echo hello >"$dir/t/letter.txt"; hostile "no"
rm -rf "$dir/t" && : >"$dir/t"; hostile "folder"; rm -f "$dir/t"
fresh; rm "$dir/t/notifications.csv"; mkdir "$dir/t/notifications.csv"; "$linnet" import tables "$dir/t" >"$dir/out" 2>"$dir/err"; [ $? -le 2 ] && good || bad "a folder called notifications.csv"

# Columns in another order, and more of them than we know: read as they are.
fresh; note 'colour,notified_on,placement_id,child_id,council,\nred,07/01/2026,PL1,E-1,Essex,\n'
says 0 "" "$linnet" import tables "$dir/t"
is "columns in another order" "$(events)" "$before"

# A formula in a name stays a name here, and is made harmless for a spreadsheet.
fresh; sed -i 's/,Wren,/,"=HYPERLINK(""http:\/\/x"")",/' "$dir/t/children.csv"
says 0 "" "$linnet" import tables "$dir/t"
"$linnet" worklist --format csv >"$dir/out"
grep -q "'=HYPERLINK" "$dir/out" && ! grep -q ',"=' "$dir/out" && good || bad "a formula in a file for spreadsheets"
says 0 "" "$linnet" import tables tests/cmd/small

# A line of 1 GB: refused after a little of it, in little memory and time.
fresh; { printf '%s\nEssex,E-1,PL1,07/01/2026\nEssex,E-2,PL1,"' $heading; } >"$dir/t/notifications.csv"
truncate -s 1G "$dir/t/notifications.csv"
hostile "notifications.csv"
fresh
{ printf '%s\nEssex,E-1,PL1,07/01/2026\nEssex,E-2,PL1,' $heading; head -c 1073741824 /dev/zero | tr '\0' x; } >"$dir/t/notifications.csv"
began=$SECONDS
case $linnet in
*/release/*) limit=524288 ;;
*) limit=unlimited ;; # the sanitizers reserve terabytes
esac
(ulimit -v $limit && timeout 60 "$linnet" import tables "$dir/t") >"$dir/out" 2>"$dir/err"
status=$?
is "a line of 1 GB" "$status" 1
grep -q "notifications.csv" "$dir/out" && good || bad "a line of 1 GB is told"
[ $((SECONDS - began)) -lt 30 ] && good || bad "a line of 1 GB took $((SECONDS - began)) s"
rm -rf "$dir/t"
is "after all that" "$(events)" "$before"
says 0 "4 children: clean" "$linnet" verify
end
