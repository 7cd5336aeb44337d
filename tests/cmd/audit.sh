#!/bin/bash
# `linnet audit`: exit status and words; the store is changed behind the program's back.
. "$(dirname "$0")/lib"
export LINNET_STORE=sqlite:$dir/a.db
"$linnet" init >/dev/null || bad "init"
"$linnet" import tables tests/cmd/small >/dev/null || bad "import"
says 0 "Not sealed yet, so not proven:" "$linnet" audit verify
says 0 "(not sealed yet)" "$linnet" audit show --limit 1
says 0 "The newest seal: 1:" "$linnet" audit seal
head=$(grep -oE '1:[0-9a-f]{64}' "$dir/out")
says 0 "Sealed 0 lines. The newest seal: 1:" "$linnet" audit seal
"$linnet" audit show >/dev/null # a look of its own
says 0 "Sealed 1 lines. The newest seal: 2:" "$linnet" audit seal
says 0 "Sound: " "$linnet" audit verify --head "$head"
says 0 "good  seals of the audit" "$linnet" doctor
parses "$linnet" audit verify
parses "$linnet" audit seal
parses "$linnet" audit show
says 0 "2 March 2026, 10:00: Operator of this machine" "$linnet" audit show
says 0 "About the child E10000012/E-1" "$linnet" audit show --child E10000012/E-1
says 0 "line,at,who,organisation,did,what,child,reason,sealed" "$linnet" audit show --by operator --format csv
says 1 "Nothing of this kind" "$linnet" audit show --to 2026-03-01
says 0 "No alerts." "$linnet" audit alerts
says 0 "[]" "$linnet" audit alerts --format json
refuses "is no alert" "$linnet" audit alerts --acknowledge x
if command -v sqlite3 >/dev/null; then
	# Twenty searches and nobody opened: told once, acknowledged with a note.
	sqlite3 "$dir/a.db" "INSERT INTO account (id, login, name, role, org, password, created_ms) VALUES (77, 'x', 'Bea Finch', 'nurse', (SELECT min(id) FROM organisation), '-', 1);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
		INSERT INTO audit (id, at_ms, account, org, person, act, what, reason) SELECT m.id + i, m.at_ms, 77, (SELECT min(id) FROM organisation), 0, 'searched', 'children', '' FROM n, (SELECT max(id) AS id, max(at_ms) AS at_ms FROM audit) m"
	says 1 '"rule":"searching","who":"Bea Finch"' "$linnet" audit alerts --format json
	alert=$("$linnet" audit alerts --format csv | sed -n '2s/,.*//p')
	says 2 "Say what came of it" "$linnet" audit alerts --acknowledge "$alert"
	says 0 '"state":"acknowledged","note":"A new list was tried"' "$linnet" audit alerts --acknowledge "$alert" --note 'A new list was tried' --format json
	is "told once" "$("$linnet" audit alerts --format csv | wc -l)" 2
	"$linnet" audit seal >/dev/null
	sqlite3 "$dir/a.db" "UPDATE audit SET reason = 'curious' WHERE id = (SELECT min(id) FROM audit WHERE seal = 1)"
	says 1 "is not what was sealed" "$linnet" audit verify
	says 1 "BAD   seals of the audit" "$linnet" doctor
	says 1 '"first_kind":"altered"' "$linnet" audit verify --format json
	sqlite3 "$dir/a.db" "UPDATE audit SET reason = '' WHERE seal = 0"
	sqlite3 "$dir/a.db" "DELETE FROM audit_seal WHERE n > 0"
	sqlite3 "$dir/a.db" "UPDATE audit SET seal = 0"
	sqlite3 "$dir/a.db" "UPDATE audit_chain SET n = 0"
	"$linnet" audit seal >/dev/null
	says 0 "Sound: " "$linnet" audit verify
	says 1 "the chain was made anew" "$linnet" audit verify --head "$head"
	# words that a screen would obey: shown without what makes them so, and in a file as they are
	sqlite3 "$dir/a.db" "UPDATE audit SET reason = 'a' || char(27) || '[2Jb' || char(155) || '1Ac' || char(13)"
	says 0 $'a\xef\xbf\xbd[2Jb\xef\xbf\xbd1Ac\xef\xbf\xbd' "$linnet" audit show
	is "control signs on a terminal" "$(tr -d '[:print:]\n\200-\377' <"$dir/out" | wc -c)" 0
	says 0 $'a\x1b[2Jb' "$linnet" audit show --format csv
	parses "$linnet" audit show
	says 2 "$(printf 'a\xef\xbf\xbdb')" "$linnet" audit show --by $'a\x1bb'
else
	skipped=$((skipped + 15))
	echo "skip  sqlite3 is not installed: the store is not changed behind the program's back"
fi
refuses "A head is the number of a seal" "$linnet" audit verify --head 1
refuses "There is no account \"nobody\"" "$linnet" audit show --by nobody
refuses "--from is a day" "$linnet" audit show --from yesterday
refuses "From 1 to 5000 lines" "$linnet" audit show --limit 0
end
