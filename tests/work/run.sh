#!/bin/sh
# The tests above the store: `tests/work/run.sh sqlite|postgres [FOLDER]`, where FOLDER
# holds the built tests (build/check/unit). Ends with the counts.
set -u
cd "$(dirname "$0")/../.." || exit 2
engine=${1:?say sqlite or postgres}
built=${2:-build/check/unit}
dir=$(mktemp -d "${TMPDIR:-/tmp}/linnet-work-XXXXXX")
chmod 711 "$dir" # the server is another user
trap 'tests/pg stop "$dir/pg"; rm -rf "$dir"' EXIT
trap 'exit 2' HUP INT TERM
passed=0 failed=0
programs=$(cd "$built" && ls work_* | grep -v '\.d$')
# at length: those that do more then, and nothing that was built once for another reason
[ -z "${LINNET_LONG:-}" ] || programs=$(cd tests/unit && grep -lE 'LINNET_LONG|at_length\(\)' work_*.c | sed 's/\.c$//')
[ -n "$programs" ] || { echo "FAIL nothing is built in $built"; echo '0 passed, 1 failed, 0 skipped'; exit 1; }
unset LINNET_TEST_STORE
# A program and its server speak in turns: on one processor a turn is a switch, on two it
# wakes the other up, which takes twice the time. Programs with threads have them all.
together=
if [ "$engine" = postgres ]; then
	last=$(taskset -cp $$ | grep -oE '[0-9]+$')
	together="taskset -c $last"
	if ! LINNET_TEST_STORE=$(PG_FSYNC=off $together tests/pg start "$dir/pg"); then
		echo "FAIL PostgreSQL did not start"
		echo "0 passed, 1 failed, 0 skipped"
		exit 1
	fi
	export LINNET_TEST_STORE
	psql -qh "$dir/pg/sock" -U owner -d postgres -c 'ALTER ROLE linnet CREATEDB' # a state is made once, then copied
fi
for t in $programs; do
	began=$(date +%s)
	where=$together
	grep -q pthread_create "tests/unit/$t.c" && where=
	if $where timeout -k 5 ${LINNET_LONG:+1}800 "$built/$t" >"$dir/out" 2>&1; then
		passed=$((passed + 1))
		echo "ok   $t, $engine, $(($(date +%s) - began)) s"
	else
		failed=$((failed + 1))
		echo "FAIL $t, $engine"
		grep -v -e RUN -e '  OK ' "$dir/out" | head -100
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
