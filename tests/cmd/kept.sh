#!/bin/bash
# Backups, their retention, the restore and its drill, on both engines; what is said
# when the disk is full, the store read-only, the clock wrong, a page damaged.
. "$(dirname "$0")/lib"
export LINNET_NOW=2026-03-02T10:00:00Z
sql() { # sql STORE STATEMENT: changes a store behind the program's back
	case $1 in
	sqlite:*) sqlite3 "${1#sqlite:}" "$2" ;;
	*) psql -qAt "${1#postgres:}" -v ON_ERROR_STOP=1 -c "$2" ;;
	esac
}
"$linnet" synth --out "$dir/t" --children 20 --seed 3 --today 2026-03-02 >/dev/null || bad "synth"

# seal FILE [STATE-FILE]: puts a seal behind the engine's bytes, as the program writes one
seal() {
	local n=$(wc -c <"$1") s=0
	[ -z "${2:-}" ] || { cat "$2" >>"$1"; s=$(wc -c <"$2"); }
	{
		printf 'LINNET BACKUP %-8s %s %020d %s' "$engine" "$schema" "$n" "$(b2sum -l 256 "$1" | cut -d' ' -f1)"
		if [ $s = 0 ]; then printf '%14s\n' ""; else printf ' %010d%3s\n' $s ""; fi
	} >"$dir/seal"
	cat "$dir/seal" >>"$1"
}

kept() { # kept NAME STORE
	local name=$1 store=$2 folder=$dir/backups-$1 store2
	mkdir "$folder"
	local -x LINNET_NOW=2026-01-10T10:00:00Z
	"$linnet" init --region set --store "$store" >"$dir/out" 2>"$dir/err" || bad "$name: init"
	says 1 "There is no backup in $folder" "$linnet" restore --drill "$folder" --store "$store"
	# What is past its time goes with the next backup, the newest stay, others' files too.
	local day
	for day in 2026-01-10 2026-01-20 2026-02-01 2026-02-20; do
		LINNET_NOW=${day}T22:00:00Z "$linnet" backup --into "$folder" --keep-least 1 --store "$store" >/dev/null 2>&1 || bad "$name: backup"
	done
	cp "$folder/linnet-20260220T220000Z.bak" "$folder/mine.bak"
	LINNET_NOW=2026-03-02T10:00:00Z
	"$linnet" import tables "$dir/t" --store "$store" >"$dir/out" 2>"$dir/err" || bad "$name: import"
	: >"$folder/linnet-20200101T000000Z.bak.part-xyz"
	says 0 "1 past their time were removed" "$linnet" backup --into "$folder" --keep-least 2 --store "$store"
	is "$name: what is kept" "$(cd "$folder" && ls | tr '\n' ' ')" "linnet-20200101T000000Z.bak.part-xyz linnet-20260201T220000Z.bak linnet-20260220T220000Z.bak linnet-20260302T100000Z.bak mine.bak "
	LINNET_NOW=2026-05-30T10:00:00Z
	says 0 "removed" "$linnet" backup --into "$folder" --keep-least 3 --store "$store"
	is "$name: never the newest" "$(ls "$folder" | grep -c '^linnet-2026.*Z.bak$')" 3
	refuses "one of them" "$linnet" backup --store "$store"
	refuses "one of them" "$linnet" backup "$dir/x" --into "$folder" --store "$store"
	says 2 "check the path" "$linnet" backup --into "$dir/nowhere" --store "$store"
	# The drill of the newest: the live store has gone on since, and is not touched.
	sql "$store" "UPDATE setting SET value = 'Another' WHERE name = 'region-name'"
	says 0 "This backup can be restored." "$linnet" restore --drill "$folder" --store "$store"
	grep -q "Backup $folder/linnet-20260530T100000Z.bak" "$dir/out" && good || bad "$name: which backup"
	grep -q "good  .* tables, .* rows, as the live store held them then" "$dir/out" && good || bad "$name: held"
	is "$name: the drill leaves nothing" "$(ls "$folder" | grep -cE 'drill|restoring')" 0
	is "$name: the live store is as it was" "$(sql "$store" "SELECT value FROM setting WHERE name = 'region-name'")" Another
	says 0 '"good":"yes"' "$linnet" restore --drill "$folder" --format json --store "$store"
	# A backup of which the restore would not hold what the live store held.
	says 2 "not a whole backup" "$linnet" restore --drill "$folder/linnet-20200101T000000Z.bak.part-xyz" --store "$store"
	cp "$folder/linnet-20260530T100000Z.bak" "$dir/hurt.bak"
	printf 'X' | dd of="$dir/hurt.bak" bs=1 seek=9000 conv=notrunc status=none
	says 2 "altered or damaged" "$linnet" restore --drill "$dir/hurt.bak" --store "$store"
	is "$name: nothing is left of a drill that failed" "$(ls "$dir" | grep -cE 'drill|restoring')" 0
	# A backup of an earlier program, without a state; and one that does not hold what the live store held.
	local last=$folder/linnet-20260530T100000Z.bak engine schema bytes
	engine=$(tail -c 128 "$last" | cut -c15-22 | tr -d ' ') schema=$(tail -c 128 "$last" | cut -c24-27)
	bytes=$(tail -c 128 "$last" | cut -c29-48 | sed 's/^0*//')
	head -c "$bytes" "$last" >"$dir/old.bak"
	cp "$dir/old.bak" "$dir/false.bak"
	seal "$dir/old.bak"
	says 0 "does not say what the live store held" "$linnet" restore --drill "$dir/old.bak" --store "$store"
	tail -c +$((bytes + 1)) "$last" | head -c -128 | sed 's/^event [0-9]*/event 9999/' >"$dir/state"
	seal "$dir/false.bak" "$dir/state"
	says 1 "tables differ from the live store then: event" "$linnet" restore --drill "$dir/false.bak" --store "$store"
	grep -q "must not be relied on" "$dir/out" && good || bad "$name: the drill says no"
	is "$name: nothing is left of a drill that said no" "$(ls "$dir" | grep -cE 'drill|restoring')" 0
	wrong_clock "$name" "$store"
	# Restored in earnest: compared, and every session of the copy has ended.
	sql "$store" "INSERT INTO account (id, login, name, role, org, password, created_ms) VALUES (77, 'x', 'X', 'nurse', (SELECT min(id) FROM organisation), '-', 1)"
	sql "$store" "INSERT INTO session (token_hash, id, account, csrf, stage, known, browser, created_ms, seen_ms, expires_ms) VALUES ('old', 1, 77, 'x', 0, 0, '', 1, 1, 9999999999999)"
	is "$name: a session lives" "$(sql "$store" 'SELECT count(*) FROM session')" 1
	says 0 "checked" "$linnet" backup "$dir/$name.bak" --store "$store"
	case $engine in # who is signed in is not copied, so no restore can bring it back, however it ends
	sqlite)
		says 1 "is a store or a backup; nothing was written" "$linnet" worklist --manifest "${store#sqlite:}" --store "$store"
		is "$name: no session is in the copy" "$(sqlite3 "$dir/$name.bak" 'SELECT count(*) FROM session')" 0
		;;
	*) is "$name: no session is in the copy" "$(pg_restore -f - "$dir/$name.bak" | grep -c 9999999999999)" 0 ;;
	esac
	says 1 "is there already, and is no backup" "$linnet" backup "$dir/t/children.csv" --store "$store"
	says 1 "holds data already" "$linnet" restore "$dir/$name.bak" --store "$store"
	says 0 "rows, as they were held. Everybody signs in anew" "$linnet" restore "$dir/$name.bak" --replace --store "$store"
	is "$name: no session of the copy lives" "$(sql "$store" 'SELECT count(*) FROM session')" 0
	is "$name: accounts do" "$(sql "$store" 'SELECT count(*) FROM account WHERE id = 77')" 1
	says 0 "clean" "$linnet" verify --store "$store"
	erasure "$name" "$store" "$dir/$name.bak"
}

# A backup made while a clock was wrong neither decides what is old nor is taken for the newest.
wrong_clock() { # wrong_clock NAME STORE
	local name=$1 store=$2 folder=$dir/wrong-$1 day last
	mkdir "$folder"
	for day in 01 02 03 04 05 06 07 08 09 10; do
		LINNET_NOW=2026-06-${day}T22:00:00Z says 0 "checked" "$linnet" backup --into "$folder" --keep-days 35 --store "$store"
	done
	# One of the future is there nevertheless.
	last=$folder/linnet-20310101T100000Z.bak
	cp "$folder/linnet-20260601T220000Z.bak" "$last"
	LINNET_NOW=2026-06-11T22:00:00Z says 0 "1 with a name that lies in the future (last: linnet-20310101T100000Z.bak)" "$linnet" backup --into "$folder" --keep-days 35 --store "$store"
	grep -q "past their time were removed" "$dir/out" && bad "$name: removed by a wrong clock" || good
	LINNET_NOW=2026-06-12T22:00:00Z says 0 '"of_the_future":1' "$linnet" backup --into "$folder" --keep-days 35 --keep-least 1 --format json --store "$store"
	is "$name: all are there" "$(ls "$folder" | wc -l)" 13
	LINNET_NOW=2026-06-12T22:05:00Z says 0 "Backup $folder/linnet-20260612T220000Z.bak" "$linnet" restore --drill "$folder" --store "$store"
	LINNET_NOW=2026-03-02T10:00:00Z says 1 "has a name that lies in the future" "$linnet" restore --drill "$folder" --store "$store"
	LINNET_NOW=2026-04-02T10:00:00Z says 1 "BAD   backup" "$linnet" doctor --store "$store"
	grep -q "as of 2026-06-12T22:00, which lies in the future" "$dir/out" && good || bad "$name: doctor says which"
	rm -r "$folder"
}

# Lawful erasure: two people, a list outside the store, and a backup from before.
erasure() { # erasure NAME STORE BACKUP
	local name=$1 store=$2 backup=$3 child id had
	had=$(sql "$store" "SELECT count(*) FROM person")
	export LINNET_ERASED=$dir/$name.erased
	child=$(sql "$store" "SELECT o.code || '/' || p.ref FROM person p JOIN organisation o ON o.id = p.council ORDER BY p.id LIMIT 1")
	says 1 "There is no such record" "$linnet" erase ask E10000012/nobody --ground order --why 'Order 1' --store "$store"
	refuses "ground of the law" "$linnet" erase ask "$child" --why 'Order 1' --store "$store"
	refuses "Say ask CHILD" "$linnet" erase "$child" --store "$store"
	says 0 "Held" "$linnet" retention hold "$child" --for court --why 'Claim 4' --store "$store"
	says 1 "This record is held" "$linnet" erase ask "$child" --ground order --why 'Order 1' --store "$store"
	says 0 "The hold has ended" "$linnet" retention end-hold "$child" --why 'Settled' --store "$store"
	says 0 "Asked for: " "$linnet" erase ask "$child" --ground order --why 'Order 1' --store "$store"
	id=$("$linnet" erase list --format csv --store "$store" | sed -n '2s/,.*//p')
	says 1 "Somebody else has to decide" "$linnet" erase approve "$id" --why 'Nothing stands in the way' --store "$store"
	sql "$store" "UPDATE erasure SET asked_by = 77" # as if a colleague had asked on a page
	says 2 "Say why" "$linnet" erase approve "$id" --store "$store"
	says 0 "Erased" "$linnet" erase approve "$id" --why 'Nothing stands in the way' --store "$store"
	is "$name: the record is gone" "$(sql "$store" "SELECT count(*) FROM person")" $((had - 1))
	says 1 "decided already" "$linnet" erase refuse "$id" --why 'Late' --store "$store"
	says 0 '"decision":"erased"' "$linnet" erase list --format json --store "$store"
	says 0 "clean" "$linnet" verify --store "$store"
	says 0 "Sound" "$linnet" audit verify --store "$store"
	# A backup from before: the drill says so, and the restore is put right before anybody reads.
	says 0 "1 lawful erasures since then were carried out again" "$linnet" restore --drill "$backup" --store "$store"
	says 0 "1 lawful erasures since then were carried out again" "$linnet" restore "$backup" --replace --store "$store"
	is "$name: the record does not come back" "$(sql "$store" "SELECT count(*) FROM person")" $((had - 1))
	says 0 "clean" "$linnet" verify --store "$store"
	"$linnet" import tables "$dir/t" --store "$store" >"$dir/out" 2>"$dir/err"
	grep -q "1 record was lawfully erased, and left out" "$dir/out" "$dir/err" && good || bad "$name: the load says what it left out"
	is "$name: nor by the same files" "$(sql "$store" "SELECT count(*) FROM person")" $((had - 1))
	cp "$LINNET_ERASED" "$dir/list"
	echo 'linnet erased 1 another' >"$LINNET_ERASED"
	says 2 "Nobody may read the store" "$linnet" verify --store "$store"
	cp "$dir/list" "$LINNET_ERASED"
	"$linnet" doctor --store "$store" >"$dir/out" 2>"$dir/err"
	grep -q "1 erasures, outside the store" "$dir/out" && good || bad "$name: doctor knows the list"
	unset LINNET_ERASED
}

kept sqlite "sqlite:$dir/a.db"
if pg=$(tests/pg start "$dir/pg"); then
	LINNET_NOW=2026-01-10T10:00:00Z "$linnet" init --region set --store "$pg" >/dev/null 2>&1
	says 0 "checked" "$linnet" backup "$dir/before.bak" --store "$pg"
	says 2 "needs the right to create databases" "$linnet" restore --drill "$dir/before.bak" --store "$pg"
	psql -qh "$dir/pg/sock" -U owner -d postgres -c 'ALTER ROLE linnet CREATEDB'
	kept postgres "$pg"
	# Two at once: the second changes nothing, and says so.
	sleep 3 | PGAPPNAME=pg_restore psql -qh "$dir/pg/sock" -U linnet -d linnet &
	createdb -h "$dir/pg/sock" -U linnet --template=template0 linnet_drill
	sleep 3 | psql -qh "$dir/pg/sock" -U linnet -d linnet_drill &
	for _ in $(seq 20); do [ "$(psql -Ath "$dir/pg/sock" -U owner -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_restore' OR datname = 'linnet_drill'")" = 2 ] && break; sleep 0.1; done
	says 2 "Another restore into this database is going on; this one changed nothing" "$linnet" restore "$dir/before.bak" --replace --store "$pg"
	says 2 "Another drill of this store is going on: its database linnet_drill is in use" "$linnet" restore --drill "$dir/before.bak" --store "$pg"
	for _ in $(seq 60); do [ "$(psql -Ath "$dir/pg/sock" -U owner -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_restore' OR datname = 'linnet_drill'")" = 0 ] && break; sleep 0.1; done
	psql -qh "$dir/pg/sock" -U owner -d postgres -c 'DROP DATABASE linnet_drill'
	# A drill that is stopped leaves its database, a whole copy: it is told until it is gone.
	"$linnet" doctor --store "$pg" | grep -q "copy of a trial" && bad "a copy that is not there" || good
	"$linnet" restore --drill "$dir/before.bak" --store "$pg" >/dev/null 2>&1 &
	drill=$!
	for _ in $(seq 100); do [ "$(psql -Ath "$dir/pg/sock" -U owner -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'linnet_drill'")" != 0 ] && break; sleep 0.05; done
	kill -TERM "$drill"
	wait "$drill"
	for _ in $(seq 100); do [ "$(psql -Ath "$dir/pg/sock" -U owner -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'linnet_drill'")" = 0 ] && break; sleep 0.05; done
	"$linnet" doctor --store "$pg" >"$dir/out" 2>"$dir/err"
	grep -q "^note  copy of a trial          a drill that was stopped has left the database linnet_drill" "$dir/out" && good || bad "a copy that was left"
	says 0 "This backup can be restored" "$linnet" restore --drill "$dir/before.bak" --store "$pg"
	"$linnet" doctor --store "$pg" | grep -q "copy of a trial" && bad "a copy that is gone" || good
	is "no database is left of a drill" "$(psql -Ath "$dir/pg/sock" -U owner -d postgres -c "SELECT count(*) FROM pg_database WHERE datname LIKE '%drill%'")" 0
else
	bad "PostgreSQL did not start"
fi
end
