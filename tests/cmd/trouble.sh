#!/bin/bash
# When the world fails: what is said, what is kept, and that it goes on afterwards. A
# full disk, a store that may not be written, a clock set wrong, a damaged page, the
# network to PostgreSQL cut, a certificate that has expired.
. "$(dirname "$0")/lib"
proxy=""
trap '[ -z "$server$proxy" ] || kill -KILL $server $proxy 2>/dev/null; [ ! -d "$dir/small" ] || umount "$dir/small" 2>/dev/null; [ ! -d "$dir/full" ] || umount "$dir/full" 2>/dev/null; finish_pg; rm -rf "$dir"' EXIT
"$linnet" synth --out "$dir/t" --children 150 --seed 3 --today 2026-03-02 >/dev/null || bad "synth"
"$linnet" synth --out "$dir/few" --children 5 --seed 4 --today 2026-03-02 >/dev/null || bad "synth"
sed -i -E 's/^([A-Za-z ]+),([A-Z]-[0-9]+)/\1,few-\2/' "$dir"/few/*.csv # other children have other numbers

# -- the disk is full: a small file system of its own where that is allowed, else a limit of the file's size
store=sqlite:$dir/small/a.db
mkdir "$dir/small"
if mount -t tmpfs -o size=5m tmpfs "$dir/small" 2>/dev/null; then
	"$linnet" init --region set --demonstration --store "$store" >/dev/null || bad "init"
	"$linnet" import tables "$dir/few" --store "$store" >/dev/null 2>&1
	serve "$store"
	is "ready" "$(ask "$base/health/ready")" 200
	dd if=/dev/zero of="$dir/small/fill" bs=1024 count=$(($(df -k --output=avail "$dir/small" | tail -1) - 400)) status=none
	says 2 "is full; nothing of this was saved. Free some space and try again" "$linnet" import tables "$dir/t" --store "$store"
	dd if=/dev/zero of="$dir/small/more" bs=4096 status=none 2>/dev/null
	is "not ready on a full disk" "$(ask "$base/health/ready")" 503
	is "alive on a full disk" "$(ask "$base/health")" 200
	is "pages can be read on a full disk" "$(ask "$base/sign-in")" 200
	says 2 "is full" "$linnet" backup "$dir/small/b.bak" --store "$store"
	is "nothing is left of a backup that did not fit" "$(ls "$dir/small" | grep -c bak)" 0
	"$linnet" doctor --store "$store" >"$dir/out" 2>"$dir/err" && bad "doctor finds nothing on a full disk" || good
	says 1 "BAD   disk" "$linnet" doctor --store "$store"
	says 0 "clean" "$linnet" verify --store "$store"
	says 0 "checked" "$linnet" backup "$dir/elsewhere.bak" --store "$store"
	says 0 "This backup can be restored" "$linnet" restore --drill "$dir/elsewhere.bak" --store "sqlite:$dir/none.db"
	rm "$dir/small/fill" "$dir/small/more"
	says 1 "BAD   disk" "$linnet" doctor --store "$store"
	mount -o remount,size=60m "$dir/small"
	is "ready again" "$(ask "$base/health/ready")" 200
	says 0 "clean" "$linnet" verify --store "$store"
	"$linnet" import tables "$dir/t" --store "$store" >"$dir/out" 2>"$dir/err" && good || bad "the same files complete it"
	says 0 "clean" "$linnet" verify --store "$store"
	# -- there is not even room for what SQLite needs beside the file, nor for a restore
	stop
	cp "$dir/elsewhere.bak" "$dir/small/"
	dd if=/dev/zero of="$dir/small/fill" bs=4096 status=none 2>/dev/null
	truncate -s -36864 "$dir/small/fill" # room for the index of the log, none for a line in it
	says 0 "clean" "$linnet" verify --store "$store"
	says 1 "BAD   disk" "$linnet" doctor --store "$store"
	says 0 "the backup is made, but not written down in the store: The disk of" "$linnet" backup "$dir/elsewhere.bak" --store "$store"
	says 2 "is full; nothing of this was saved" "$linnet" import tables "$dir/few" --store "$store"
	says 2 "is full; nothing of this was saved" timeout 20 "$linnet" serve --port 0 --store "$store"
	dd if=/dev/zero of="$dir/small/more" bs=4096 status=none 2>/dev/null
	says 2 "is full; without some room beside it the store cannot even be read. Free 1 MB" "$linnet" verify --store "$store"
	says 2 "Writing beside the backup failed: the disk is full" "$linnet" restore "$dir/small/elsewhere.bak" --store "sqlite:$dir/none.db"
	rm "$dir/small/fill" "$dir/small/more" "$dir/small/elsewhere.bak"
	# -- the store may not be written
	cp "$dir/small/a.db" "$dir/kept.db"
	mount -o remount,ro "$dir/small"
	says 2 "may not be read and written by this user; check the rights" "$linnet" verify --store "$store"
	says 2 "may not be read and written by this user" "$linnet" serve --port 0 --store "$store"
	umount "$dir/small"
else
	skipped=$((skipped + 1))
	echo "skipped: a small file system may not be mounted here; a limit of the file's size stands in for it"
	mkdir -p "$dir/small"
	"$linnet" init --region set --demonstration --store "$store" >/dev/null || bad "init"
	(ulimit -f 3000; trap '' XFSZ; says 2 "heck the disk" "$linnet" import tables "$dir/t" --store "$store"; [ $failed = 0 ]) && good || bad "a file that may not grow"
	"$linnet" import tables "$dir/t" --store "$store" >"$dir/out" 2>"$dir/err" && good || bad "the same files complete it"
	says 0 "clean" "$linnet" verify --store "$store"
	cp "$dir/small/a.db" "$dir/kept.db"
	if [ "$(id -u)" != 0 ]; then
		chmod 400 "$dir/small/a.db"
		says 2 "may not be read and written by this user; check the rights" "$linnet" verify --store "$store"
	fi
fi
store=sqlite:$dir/kept.db
chmod 600 "$dir/kept.db"

# -- the clock: before what was written last, or far after it
says 1 "says 2026-02-27T10:00, but something was written here at 2026-03-02T10:00 already. Set the clock" env LINNET_NOW=2026-02-27T10:00:00Z "$linnet" serve --port 0 --store "$store"
says 1 "BAD   clock" env LINNET_NOW=2026-02-27T10:00:00Z "$linnet" doctor --store "$store"
says 0 "good  clock" "$linnet" doctor --store "$store"
sqlite3 "$dir/kept.db" "UPDATE setting SET value = 'no' WHERE name = 'demonstration'"
says 1 "more than 400 days after anything was last written here (2026-03-02T10:00). Set the clock" env LINNET_NOW=2031-01-01T10:00:00Z "$linnet" serve --port 0 --store "$store"
# no backup either, unless the clock is set on purpose: its name and its age would be wrong
cp "$dir/kept.db" "$dir/ahead.db"
LINNET_NOW=2085-01-01T10:00:00Z "$linnet" worklist --store "sqlite:$dir/ahead.db" >/dev/null || bad "a look in 2085"
sqlite3 "$dir/ahead.db" "UPDATE audit SET at_ms = 3629181600000 WHERE id = (SELECT max(id) FROM audit)"
says 1 "but something was written here at 2085-01-01T10:00 already. Set the clock" env -u LINNET_NOW "$linnet" backup "$dir/clock.bak" --store "sqlite:$dir/ahead.db"
is "no backup of it" "$(ls "$dir/clock.bak" 2>/dev/null)" ""
says 0 "checked" env -u LINNET_NOW "$linnet" backup "$dir/clock.bak" --clock-is-right --store "sqlite:$dir/ahead.db"
export LINNET_NOW=2026-02-27T10:00:00Z
serve "$store" --clock-is-right
is "served nevertheless" "$(ask "$base/health")" 200
stop
export LINNET_NOW=2026-03-02T10:00:00Z

# -- a page that the disk has altered: found, and never taken for the record
cp "$dir/kept.db" "$dir/hurt.db"
chmod 600 "$dir/hurt.db"
page=$(sqlite3 "$dir/kept.db" "SELECT pageno FROM dbstat WHERE name = 'event' AND pagetype = 'leaf' LIMIT 1 OFFSET 5")
head -c 4096 /dev/urandom | dd of="$dir/hurt.db" bs=4096 seek=$((page - 1)) conv=notrunc status=none
says 1 "the file is damaged: keep it and restore a backup" "$linnet" doctor --store "sqlite:$dir/hurt.db"
says 2 "is damaged; stop the program, keep the file, and restore a backup" "$linnet" verify --store "sqlite:$dir/hurt.db"
says 2 "is damaged" "$linnet" backup "$dir/hurt.bak" --store "sqlite:$dir/hurt.db"
is "no backup of it" "$(ls "$dir/hurt.bak" 2>/dev/null)" ""

# -- a word where a number belongs, which SQLite keeps: said in words, and none of it taken for the record
cp "$dir/kept.db" "$dir/odd.db"
sqlite3 "$dir/odd.db" "UPDATE event SET at = 'yesterday' WHERE id = (SELECT min(id) FROM event)"
says 2 "odd.db holds in column at what this program never writes: something else has altered it. Stop the program, keep the file, and restore a backup" "$linnet" verify --store "sqlite:$dir/odd.db"
cp "$dir/kept.db" "$dir/less.db"
sqlite3 "$dir/less.db" "DROP TABLE work_row"
says 2 "less.db lacks a table that this program made: something else has altered it. Stop the program, keep the file, and restore a backup" "$linnet" verify --store "sqlite:$dir/less.db"

# -- the network to PostgreSQL: through a door that can be shut
free() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
door() { # door PORT: passes on to the server's socket
	node -e 'const n=require("net");n.createServer((a)=>{const b=n.connect(process.argv[1]);a.pipe(b);b.pipe(a);a.on("error",()=>b.destroy());b.on("error",()=>a.destroy())}).listen(+process.argv[2],"127.0.0.1")' "$dir/pg/sock/.s.PGSQL.5432" "$1" &
	proxy=$!
	for _ in $(seq 50); do (exec 5<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && break; sleep 0.1; done
}
shut() { kill -KILL "$proxy"; wait "$proxy" 2>/dev/null; proxy=""; }
if pg=$(tests/pg start "$dir/pg"); then
	port=$(free)
	door "$port"
	store="postgres:host=127.0.0.1 port=$port dbname=linnet user=linnet"
	"$linnet" init --region set --demonstration --store "$store" >/dev/null 2>&1 || bad "init through the door"
	"$linnet" import tables "$dir/few" --store "$store" >/dev/null 2>&1
	mkdir "$dir/full"
	if mount -t tmpfs -o size=64k tmpfs "$dir/full" 2>/dev/null; then
		dd if=/dev/zero of="$dir/full/fill" bs=4096 status=none 2>/dev/null
		truncate -s -8192 "$dir/full/fill"
		says 2 "pg_dump failed: could not write to output file: No space left on device. The disk is full: free some space and try again" "$linnet" backup "$dir/full/b.bak" --store "$store"
		umount "$dir/full"
	fi
	psql -qh "$dir/pg/sock" -U owner -d linnet -c 'CREATE ROLE stranger LOGIN' -c 'REVOKE ALL ON SCHEMA public FROM PUBLIC'
	says 2 "The tables of the store are not there for this PostgreSQL user: a restore is going on (try again when it is done), or the user may not use the schema public" "$linnet" verify --store "postgres:host=$dir/pg/sock dbname=linnet user=stranger"
	says 0 "note  to a point in time       archiving is off" "$linnet" doctor --store "$store"
	says 0 "note  clocks                   this machine and PostgreSQL are" "$linnet" doctor --store "$store"
	serve "$store"
	is "ready through the door" "$(ask "$base/health/ready")" 200
	sign_in "$(sed -n 's/^  \([a-z.]*\) .*administrator.*/\1/p' "$dir/serve" | head -1)" "$dir/jar"
	is "signed in" "$(ask -b "$dir/jar" "$base/list/late")" 200
	shut
	from=$SECONDS
	is "not ready when it is cut" "$(ask "$base/health/ready")" 503
	[ $((SECONDS - from)) -le 2 ] && good || bad "it took $((SECONDS - from)) s to say so"
	is "alive when it is cut" "$(ask "$base/health")" 200
	is "a page says so" "$(ask -b "$dir/jar" "$base/list/late")" 503
	grep -q "PostgreSQL cannot be reached" "$dir/out" && good || bad "a page says what it is"
	[ $((SECONDS - from)) -le 20 ] && good || bad "it took $((SECONDS - from)) s"
	ask -b "$dir/jar" "$base/list/soon" >"$dir/later" & waiting=$!
	sleep 1
	door "$port"
	wait $waiting
	is "who waited has the page, and is still signed in" "$(cat "$dir/later")" 200
	is "ready again" "$(ask "$base/health/ready")" 200
	stop
	shut
	says 2 "PostgreSQL cannot be reached; is it running" "$linnet" verify --store "$store"

	# -- its certificate
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/ca.key" -out "$dir/ca.crt" -subj /CN=ca -days 30 2>/dev/null
	openssl req -newkey rsa:2048 -nodes -keyout "$dir/server.key" -out "$dir/server.csr" -subj /CN=localhost 2>/dev/null
	certify() { # certify DAYS: of the server, by our own authority
		openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -set_serial 1 -days "$1" -out "$dir/server.crt" 2>/dev/null || bad "no certificate"
		install -m 600 "$dir/server.crt" "$dir/server.key" "$dir/pg/data/"
		[ "$(id -u)" != 0 ] || chown postgres "$dir/pg/data/server.crt" "$dir/pg/data/server.key"
		psql -qh "$dir/pg/sock" -U owner -d linnet -c 'SELECT pg_reload_conf()' >/dev/null
		sleep 0.5
	}
	port=$(free)
	tests/pg stop "$dir/pg"
	certify 30 2>/dev/null
	echo "hostssl all all 127.0.0.1/32 trust" >>"$dir/pg/data/pg_hba.conf"
	printf "listen_addresses = '127.0.0.1'\nport = %d\nssl = on\n" "$port" >>"$dir/pg/data/postgresql.conf"
	PGPORT=$port tests/pg start "$dir/pg" >/dev/null || bad "PostgreSQL did not start with a certificate"
	export PGPORT=$port
	store="postgres:host=localhost hostaddr=127.0.0.1 port=$port dbname=linnet user=linnet sslmode=verify-full sslrootcert=$dir/ca.crt"
	says 0 "clean" "$linnet" verify --store "$store"
	says 2 "is for another host name, so nothing was sent" "$linnet" verify --store "${store/host=localhost/host=elsewhere.invalid}"
	certify -1
	says 2 "was not accepted, so nothing was sent: it has expired, or it is not from the authority" "$linnet" verify --store "$store"
	certify 30
	says 0 "clean" "$linnet" verify --store "$store"
else
	bad "PostgreSQL did not start"
fi
end
