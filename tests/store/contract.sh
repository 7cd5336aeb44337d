#!/bin/sh
# The store's tests on both engines: `tests/store/contract.sh [FOLDER]`, where
# FOLDER holds the built tests (build/check/unit). Ends with the counts.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
built=${1:-$here/build/check/unit}
dir=$(mktemp -d "${TMPDIR:-/tmp}/linnet-pg-XXXXXX")
chmod 711 "$dir" # the server is another user
trap 'for d in "$dir"/*/; do "$here/tests/pg" stop "${d%/}"; done; rm -rf "$dir"' EXIT
trap 'exit 2' HUP INT TERM
passed=0 failed=0
run() { # run PROGRAM ENGINE
	if "$built/$1" >"$dir/out" 2>&1; then
		passed=$((passed + 1))
		echo "ok   $1, $2"
	else
		failed=$((failed + 1))
		echo "FAIL $1, $2"
		grep -v -e RUN -e '  OK ' "$dir/out" | head -100
	fi
}
unset LINNET_TEST_STORE
for t in store_contract store_trouble store_migrate; do
	run $t SQLite
done
for t in store_contract store_trouble store_migrate; do
	if address=$("$here/tests/pg" start "$dir/$t"); then
		LINNET_TEST_STORE=$address
		export LINNET_TEST_STORE
		run $t PostgreSQL
		"$here/tests/pg" stop "$dir/$t"
	else
		failed=$((failed + 1))
		echo "FAIL $t, PostgreSQL did not start"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
