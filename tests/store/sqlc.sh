#!/bin/bash
# tools/sqlc: what good statements become (golden files), and that each mistake is
# refused with its file and line. `tests/store/sqlc.sh [SQLC]`; to look at new
# golden files after a wanted change: `UPDATE=1 tests/store/sqlc.sh`.
set -u
cd "$(dirname "$0")/../.." || exit 2
sqlc=${1:-build/tools/sqlc}
dir=$(mktemp -d /tmp/linnet-sqlc-XXXXXX)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAIL $*"; }

# refused "name" "FILE:LINE: words" <<statement
refused() {
	cat >"$dir/x.sql"
	rm -f "$dir/x.h" "$dir/x.c"
	said=$("$sqlc" "$dir/x.h" "$dir/x.c" "$dir/x.sql" 2>&1)
	status=$?
	if [ $status != 2 ]; then bad "$1: status $status"
	elif [ "$said" != "$dir/$2" ]; then bad "$1: said \"$said\", wanted \"$dir/$2\""
	elif [ -e "$dir/x.h" ] || [ -e "$dir/x.c" ]; then bad "$1: wrote a file all the same"
	else ok; fi
}

if "$sqlc" "$dir/good.h" "$dir/good.c" tests/store/sqlc/good.sql; then ok; else bad "good.sql was refused"; fi
for f in good.h good.c; do
	[ "${UPDATE:-}" ] && cp "$dir/$f" "tests/store/sqlc/$f"
	if diff -u "tests/store/sqlc/$f" "$dir/$f"; then ok; else bad "$f is not as the golden file"; fi
done
mkdir "$dir/store" && cp "$dir/good.h" "$dir/store/sql.h"
for cc in gcc clang; do
	command -v $cc >/dev/null || continue
	if $cc -std=c17 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes -Werror -Isrc -I"$dir" \
		-fsyntax-only "$dir/good.c"; then ok; else bad "$cc does not like what was made"; fi
done

refused "a parameter that is not named" 'x.sql:4: a parameter that in: does not name: "b"' <<'END'
-- name: a :exec
-- in: a int
UPDATE t SET a = :a
WHERE b = :b;
END
refused "a parameter that is not used" 'x.sql:2: in: names a parameter that the statement does not use: "b"' <<'END'

-- name: a :exec
-- in: a int, b text
UPDATE t SET a = :a;
END
refused "a parameter only in quotes" 'x.sql:1: in: names a parameter that the statement does not use: "a"' <<'END'
-- name: a :exec
-- in: a int
UPDATE t SET a = ':a' || "x:a" -- :a
/* :a */;
END
refused "the same name twice" "x.sql:3: \"a\" is already the name of $dir/x.sql:1" <<'END'
-- name: a :exec
DELETE FROM t;
-- name: a :exec
DELETE FROM u;
END
refused "no kind" 'x.sql:1: say :exec, :one or :many behind the name: "a"' <<'END'
-- name: a
DELETE FROM t;
END
refused "a kind that is none" 'x.sql:1: say :exec, :one or :many behind the name: "a"' <<'END'
-- name: a :all
DELETE FROM t;
END
refused "a bad name" "x.sql:1: a statement's name must be small letters, digits and _: \"Put-it\"" <<'END'
-- name: Put-it :exec
DELETE FROM t;
END
refused "a type that is none" 'x.sql:2: the type must be int, text or blob: "a date"' <<'END'
-- name: a :exec
-- in: a date
DELETE FROM t WHERE a = :a;
END
refused "no type" 'x.sql:2: the type must be int, text or blob: "a"' <<'END'
-- name: a :exec
-- in: a
DELETE FROM t WHERE a = :a;
END
refused "an empty item" 'x.sql:2: a name must be small letters, digits and _ ("day int, why text"): ""' <<'END'
-- name: a :exec
-- in: a int,
DELETE FROM t WHERE a = :a;
END
refused "a field twice" 'x.sql:3: named twice in one list: "b"' <<'END'
-- name: a :many
-- out: b int
-- out: b text
SELECT b, c FROM t;
END
refused "rows from :exec" 'x.sql:1: :exec gives no rows, so it takes no out:: "a"' <<'END'
-- name: a :exec
-- out: b int
DELETE FROM t RETURNING b;
END
refused "no out" 'x.sql:1: :one and :many need an out: list: "a"' <<'END'
-- name: a :one
SELECT 1;
END
refused "no end" 'x.sql:2: the statement does not end with ;: "a"' <<'END'

-- name: a :exec
DELETE FROM t
END
refused "a new name before the end" 'x.sql:3: a new name before the statement with this name has ended with ;: "a"' <<'END'
-- name: a :exec
DELETE FROM t
-- name: b :exec
DELETE FROM u;
END
refused "no statement" 'x.sql:1: no statement follows this name: "a"' <<'END'
-- name: a :exec
;
END
refused "words outside" 'x.sql:3: words outside a statement; `-- name:` must come first' <<'END'
-- name: a :exec
DELETE FROM t;
DELETE FROM u;
END
refused "a list outside" 'x.sql:1: in: and out: belong between name: and its statement' <<'END'
-- in: a int
END
refused "a list inside the statement" 'x.sql:3: in: and out: belong between name: and its statement' <<'END'
-- name: a :exec
DELETE FROM t
-- in: a int
WHERE a = :a;
END
refused "quotes that do not end" "x.sql:3: quoted text or a comment that begins here does not end" <<'END'
-- name: a :exec
DELETE FROM t
WHERE a = 'x;
END
refused "a comment that does not end" "x.sql:2: quoted text or a comment that begins here does not end" <<'END'
-- name: a :exec
DELETE /* FROM t;
END
refused "numbered parameters" 'x.sql:2: write parameters as :name' <<'END'
-- name: a :exec
DELETE FROM t WHERE a = $1;
END
{ echo "-- name: a :exec"; echo "DELETE FROM t WHERE"; for i in $(seq 300); do echo "  a <> 'number $i' AND"; done; echo "1 = 1;"; } >"$dir/y.sql"
refused "too long" 'x.sql:1: longer than 4000 bytes: "a"' <"$dir/y.sql"

said=$("$sqlc" "$dir/x.h" "$dir/x.c" "$dir/none.sql" 2>&1)
[ $? = 2 ] && [ "$said" = "$dir/none.sql: cannot be read" ] && ok || bad "a file that is not there: $said"
said=$("$sqlc" "$dir/none/x.h" "$dir/x.c" tests/store/sqlc/good.sql 2>&1)
[ $? = 2 ] && [ "$said" = "$dir/none/x.h: cannot be written; does its folder exist?" ] && ok || bad "no folder: $said"
"$sqlc" >/dev/null 2>&1; [ $? = 2 ] && ok || bad "no arguments"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
