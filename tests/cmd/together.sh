#!/bin/bash
# Two people load at once, on both engines: nothing is lost, nothing is there twice, each is told
# what was wrong with their own files, and what was killed is completed by loading it again.
. "$(dirname "$0")/lib"
children=120
"$linnet" synth --region set --out "$dir/t1" --children $children --seed 3 --today 2026-03-02 >/dev/null || bad "synth"
"$linnet" synth --region set --out "$dir/t2" --children $children --seed 3 --today 2026-03-02 --mistakes >/dev/null || bad "synth"
book=tests/data/workbooks/tracker.csv

fresh() { # fresh: an empty store of the engine at hand
	if [ "$engine" = SQLite ]; then
		rm -f "$dir/x.db"*
		export LINNET_STORE=sqlite:$dir/x.db
	else
		[ ! -d "$dir/pg" ] || tests/pg stop "$dir/pg"
		rm -rf "$dir/pg"
		LINNET_STORE=$(PG_FSYNC=off tests/pg start "$dir/pg") || bad "PostgreSQL did not start"
		export LINNET_STORE
	fi
	"$linnet" init --region set >/dev/null || bad "init"
}
ask() { # ask SQL: of the store
	if [ "$engine" = SQLite ]; then sqlite3 "$dir/x.db" "$1"; else psql -Atq "${LINNET_STORE#postgres:}" -c "$1"; fi
}
# both NAME COMMAND... -- COMMAND...: at once; what each says in $dir/NAME.1 and .2; neither may fail
both() {
	local name=$1 first=() one two
	shift
	while [ "$1" != -- ]; do first+=("$1"); shift; done
	shift
	"${first[@]}" >"$dir/$name.1" 2>"$dir/$name.err1" </dev/null &
	one=$!
	"$@" >"$dir/$name.2" 2>"$dir/$name.err2" </dev/null
	two=$?
	wait $one
	one=$?
	# 1 is an answer (findings, proposals); who was refused says so on standard error
	if [ $one -le 1 ] && [ $two -le 1 ] && ! grep -qh '^linnet: ' "$dir/$name.err1" "$dir/$name.err2"; then good; else bad "$engine, $name: ended with $one and $two: $(cat "$dir/$name.err1" "$dir/$name.err2")"; fi
}
# What stands: kinds, codes, days and numbers, by child, without ids; corrected and taken back left out.
standing() {
	ask "SELECT p.ref, e.kind, e.at, e.code, e.ref, e.end_day, e.value FROM event e JOIN person p ON p.id = e.person
		WHERE e.voids = 0 AND NOT EXISTS (SELECT 1 FROM event c WHERE c.person = e.person AND c.replaces = e.id)
		ORDER BY 1, 2, 3, 4, 5, 6, 7"
}
clean() { says 0 "clean. 0 wait" "$linnet" verify; }
found() { node -e 'for (let f of JSON.parse(require("fs").readFileSync(0, "utf8")).findings) console.log(f.file, f.line, f.rule)' <"$1" | sort; }
changes_nothing() { # changes_nothing WORDS COMMAND...
	local words=$1 before
	shift
	before=$(ask "SELECT count(*) FROM event")
	"$@" >"$dir/out" 2>"$dir/err" || [ $? = 1 ] || bad "$engine, $words: once more"
	is "$engine, $words: once more changes nothing" "$(ask "SELECT count(*) FROM event")" "$before"
}

tables() { "$linnet" import tables "$@" --format json; }
of_books() { "$linnet" import workbook "$@" --mapping "$dir/m.yaml" --format json; }
returned() { "$linnet" return load tests/cmd/return --last tests/cmd/return-before --council Essex --year 2024-25; }
"$linnet" synth --region set --as workbook --children 60 --seed 5 --today 2026-03-02 --out "$dir/books" >/dev/null 2>&1 || bad "synth"

for engine in SQLite PostgreSQL; do
	# ---- the same tables, both into an empty store ----
	fresh
	tables "$dir/t2" >"$dir/alone" 2>"$dir/err"
	standing >"$dir/alone.events"
	n=$(ask "SELECT count(*) FROM person")
	fresh
	both same tables "$dir/t2" -- tables "$dir/t2"
	is "$engine, same tables: children" "$(ask "SELECT count(*) FROM person")" "$n"
	standing >"$dir/both.events"
	is "$engine, same tables: what stands" "$(cmp "$dir/alone.events" "$dir/both.events" && echo same)" same
	for k in 1 2; do
		is "$engine, same tables: findings of $k" "$(cmp <(found "$dir/alone") <(found "$dir/same.$k") && echo same)" same
	done
	clean
	changes_nothing "same tables" tables "$dir/t2"

	# ---- a workbook, and a weekly list whose sure proposals are accepted, of the same council ----
	fresh
	"$linnet" mapping propose $book >"$dir/m.yaml" 2>"$dir/err"
	printf '%s\n' "LCS ID,NHS No,Forename,Surname,DOB,Gender,CLA start date,LS,Placement start date,Placement code,Area authority" \
		"E-1,9990001006,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,06/01/2026,U6,Thurrock" \
		"N-1,9990009996,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock" >"$dir/list.csv"
	both list of_books $book -- "$linnet" import list "$dir/list.csv" --council Essex --partial --accept-sure
	clean
	is "$engine, workbook and list: nobody twice" "$(ask "SELECT count(*) FROM (SELECT council, ref FROM person GROUP BY council, ref HAVING count(*) > 1) t")" 0
	of_books $book >"$dir/out" 2>"$dir/err"
	"$linnet" import list "$dir/list.csv" --council Essex --partial --accept-sure >"$dir/out" 2>"$dir/err"
	is "$engine, workbook and list: one start of care a child" "$(ask "SELECT count(*) FROM (SELECT e.person FROM event e WHERE e.kind = 'care-started' AND e.voids = 0
		AND NOT EXISTS (SELECT 1 FROM event c WHERE c.person = e.person AND c.replaces = e.id) GROUP BY e.person HAVING count(*) > 1) t")" 0
	clean
	changes_nothing "workbook" of_books $book

	# ---- a return beside the tables: the same children, first and second hand ----
	fresh
	"$linnet" import tables tests/cmd/small >/dev/null 2>&1
	returned >/dev/null 2>&1
	standing >"$dir/alone.events"
	fresh
	both return tables tests/cmd/small -- returned
	clean
	standing >"$dir/both.events"
	is "$engine, return and tables: what stands" "$(cmp "$dir/alone.events" "$dir/both.events" && echo same)" same
	changes_nothing "return and tables: the tables" tables tests/cmd/small
	changes_nothing "return and tables: the return" returned

	# ---- one of two is killed ----
	fresh
	tables "$dir/t1" >"$dir/whole.1" 2>"$dir/whole.err" &
	whole=$!
	tables "$dir/t2" >"$dir/killed.1" 2>"$dir/killed.err" &
	killed=$!
	for _ in $(seq 300); do
		[ "$(ask "SELECT count(*) FROM person")" = 0 ] || break
		sleep 0.1
	done
	pkill -KILL -P $killed
	wait $killed 2>/dev/null
	wait $whole
	is "$engine, killed: the other is done" "$(($? <= 1))" 1
	clean
	tables "$dir/t2" >"$dir/out" 2>"$dir/err"
	is "$engine, killed: loaded again" "$(($? <= 1))" 1
	is "$engine, killed: children" "$(ask "SELECT count(*) FROM person")" "$n"
	clean
	changes_nothing "killed" tables "$dir/t2"
done
end
