#!/bin/sh
# The store's contract on both engines: `tests/store/contract.sh PROGRAM`, where
# PROGRAM is the built tests/unit/store_contract. Ends with the counts of a run.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
program=${1:-$here/build/check/unit/store_contract}
dir=$(mktemp -d /tmp/linnet-pg-XXXXXX)
trap '"$here/tests/pg" stop "$dir"; rm -rf "$dir"' EXIT
trap 'exit 2' HUP INT TERM
passed=0 failed=0
run() {
	if "$program" >"$dir/out" 2>&1; then
		passed=$((passed + 1)) && echo "ok   store contract, $1"
	else
		failed=$((failed + 1)) && echo "FAIL store contract, $1" && grep -v -e RUN -e '  OK ' "$dir/out"
	fi
}
run SQLite
if LINNET_TEST_STORE=$("$here/tests/pg" start "$dir"); then
	export LINNET_TEST_STORE
	run PostgreSQL
else
	failed=$((failed + 1)) && echo "FAIL PostgreSQL did not start"
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
