#!/bin/sh
# The tests above the store on both engines: `tests/work/run.sh [FOLDER]`, where
# FOLDER holds the built tests (build/check/unit). Ends with the counts.
set -u
cd "$(dirname "$0")/../.." || exit 2
built=${1:-build/check/unit}
dir=$(mktemp -d /tmp/linnet-work-XXXXXX)
chmod 711 "$dir" # the server is another user
trap 'tests/pg stop "$dir/pg"; rm -rf "$dir"' EXIT
trap 'exit 2' HUP INT TERM
passed=0 failed=0
programs=$(cd "$built" && ls work_* | grep -v '\.d$')
[ -n "$programs" ] || { echo "FAIL nothing is built in $built"; echo '0 passed, 1 failed, 0 skipped'; exit 1; }
run() { # run PROGRAM ENGINE
	if timeout -k 5 ${LINNET_LONG:+3}600 "$built/$1" >"$dir/out" 2>&1; then
		passed=$((passed + 1))
		echo "ok   $1, $2"
	else
		failed=$((failed + 1))
		echo "FAIL $1, $2"
		grep -v -e RUN -e '  OK ' "$dir/out" | head -100
	fi
}
unset LINNET_TEST_STORE
for t in $programs; do
	run $t SQLite
done
if address=$(PG_FSYNC=off tests/pg start "$dir/pg"); then
	LINNET_TEST_STORE=$address
	export LINNET_TEST_STORE
	for t in $programs; do
		run $t PostgreSQL
	done
else
	failed=$((failed + 1))
	echo "FAIL PostgreSQL did not start"
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
