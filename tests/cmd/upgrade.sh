#!/bin/bash
# Stores of every schema that was released, with data that their own programs wrote
# (tests/data/upgrade.tar.xz), are brought up to date on both engines: a copy first,
# nothing of the record lost, every clock as it follows. A newer store is refused.
#
# LINNET_LONG=1: every schema; otherwise the first, one between and the last.
#
# A release: add the dump of a store of its schema, and say its number here. In a folder
# of dumps, sqlite3 STORE .dump >schema-N.sql, and pack them again.
released=9 # the last schema that a release had: what came after it was in nobody's hands
. "$(dirname "$0")/lib"
mkdir "$dir/dumps" "$dir/copies"
tar xJf tests/data/upgrade.tar.xz -C "$dir/dumps"
latest=$(ls src/store/migrations | tail -1 | cut -c1-4 | sed 's/^0*//')
is "there is a dump of every schema that was released" "$(ls "$dir"/dumps/schema-*.sql | wc -l)" "$released"
# The record itself; caches are made again, and documents may be added.
record="SELECT person, id, kind, coalesce(at, -1), recorded_ms, coalesce(code, ''), coalesce(natural_key, '') FROM event ORDER BY person, id"
carried() { # carried NAME STORE
	local name=$1 store=$2
	is "$name: the record is as it was" "$(cksum <"$dir/after")" "$(cksum <"$dir/before")"
	is "$name: there was a record" "$([ "$(wc -l <"$dir/before")" -gt 300 ] && echo yes)" yes
	says 0 "Rebuilt" "$linnet" rebuild --only-stale --store "$store"
	says 0 ": clean. 0 wait" "$linnet" verify --store "$store"
}
older() { # older NAME STORE: every command but init says what to do, and changes nothing
	says 2 "is older than this program" "$linnet" verify --store "$2"
	grep -q "linnet init --store" "$dir/err" && good || bad "it does not say what to do"
}

which="1 5 $released" which_pg=1
[ -z "${LINNET_LONG:-}" ] || { which=$(seq 1 "$released") which_pg=$which; }
for k in $which; do
	store=sqlite:$dir/s$k.db
	sqlite3 "$dir/s$k.db" <"$dir/dumps/schema-$k.sql" && chmod 600 "$dir/s$k.db"
	sqlite3 "$dir/s$k.db" "$record" >"$dir/before"
	older "SQLite, schema $k" "$store"
	says 0 "Ready" "$linnet" init --region set --store "$store"
	sqlite3 "$dir/s$k.db" "$record" >"$dir/after"
	carried "SQLite, schema $k" "$store"
	says 0 "This backup can be restored" "$linnet" restore --drill "$dir/s$k.db.before-migration-$((k + 1))" --store "$store"
	grep -q "brought forward by $((latest - k)) migrations" "$dir/out" && good || bad "SQLite, schema $k: the copy is of before"
	is "SQLite, schema $k: nothing is left of the drill" "$(ls "$dir" | grep drill)" ""
	says 0 "Restored" "$linnet" restore "$dir/s$k.db.before-migration-$((k + 1))" --store "sqlite:$dir/again.db"
	is "SQLite, schema $k: no second copy of what is in the backup" "$(ls "$dir" | grep '^again')" "again.db"
	rm "$dir/again.db"
done
# A copy from before an upgrade is no backup of those that are kept for some days: it is told until somebody removes it.
"$linnet" doctor --store "sqlite:$dir/s1.db" >"$dir/out" 2>"$dir/err"
grep -q "copy before an upgrade" "$dir/out" && bad "a copy of today is told" || good
touch -d '2026-01-10' "$dir/s1.db.before-migration-2"
says 0 "note  copy before an upgrade   1 beside the store, the oldest (s1.db.before-migration-2) of 51 days ago: each holds the whole record, and whoever was erased since" "$linnet" doctor --store "sqlite:$dir/s1.db"
(cd "$dir" && says 0 "note  copy before an upgrade   1 beside" "$linnet" doctor --store sqlite:s1.db; [ $failed = 0 ]) && good || bad "where it is run"
sqlite3 "$dir/s1.db" "INSERT INTO schema_migration VALUES ($((latest + 1)), 'x', 'y', 1)"
for command in verify doctor "init --region set" "serve --port 0" "backup $dir/never.bak"; do
	# shellcheck disable=SC2086
	says "$([ "$command" = "init --region set" ] && echo 1 || echo 2)" "was made by a newer version of this program (it has migration $((latest + 1)), this program knows $latest); use the newer version" "$linnet" $command --store "sqlite:$dir/s1.db"
done
is "no copy of a store that was refused" "$(ls "$dir/never.bak" 2>/dev/null)" ""

if pg=$(tests/pg start "$dir/pg"); then
	sql() { psql -qAth "$dir/pg/sock" -U linnet -v ON_ERROR_STOP=1 "$@"; }
	for k in $which_pg; do
		psql -qh "$dir/pg/sock" -U owner -d postgres -c "CREATE DATABASE s$k OWNER linnet"
		store="postgres:host=$dir/pg/sock dbname=s$k user=linnet"
		tests/store/older "$k" "$dir/dumps/schema-$k.sql" >"$dir/sql"
		sql -1 -d "s$k" <"$dir/sql" >"$dir/out" 2>"$dir/err" || bad "schema $k on PostgreSQL"
		sql -d "s$k" -c "$record" >"$dir/before"
		older "PostgreSQL, schema $k" "$store"
		says 1 "Say --backup-into FOLDER" "$linnet" init --region set --store "$store"
		says 2 "No backup could be made before migrating, so nothing was changed" "$linnet" init --region set --backup-into "$dir/nowhere" --store "$store"
		is "schema $k: nothing was changed" "$(sql -d "s$k" -c 'SELECT max(number) FROM schema_migration')" "$k"
		says 0 "Ready" "$linnet" init --region set --backup-into "$dir/copies" --store "$store"
		sql -d "s$k" -c "$record" >"$dir/after"
		carried "PostgreSQL, schema $k" "$store"
		says 0 "good" "$linnet" doctor --format csv --store "$store"
	done
	psql -qh "$dir/pg/sock" -U owner -d postgres -c "ALTER ROLE linnet CREATEDB"
	says 0 "brought forward by $((latest - k)) migrations" "$linnet" restore --drill "$dir/copies/before-migration-$((k + 1)).bak" --store "$store"
	sql -d "s1" -c "INSERT INTO schema_migration VALUES ($((latest + 1)), 'x', 'y', 1)"
	says 1 "was made by a newer version of this program" "$linnet" init --region set --backup-into "$dir/copies" --store "postgres:host=$dir/pg/sock dbname=s1 user=linnet"
else
	bad "PostgreSQL did not start"
fi
end
