#!/bin/bash
# A store that somebody takes from under a running program, and a program that is started without
# its standard streams: nothing is written where it does not belong, and nothing that was said to
# be saved is lost.
. "$(dirname "$0")/lib"
"$linnet" init --region set --demonstration --store "sqlite:$dir/first.db" >/dev/null || bad "init"
"$linnet" import tables tests/cmd/small --store "sqlite:$dir/first.db" >/dev/null || bad "import"
store=sqlite:$dir/a.db
fresh() { rm -f "$dir"/a.db*; cp "$dir/first.db" "$dir/a.db"; }

# -- without standard streams: what is said does not go where the store is open
without() { # without STATUS STREAMS COMMAND...: the store and the copy are sound afterwards
	local want=$1 streams=$2 got
	shift 2
	fresh
	rm -f "$dir/b.bak"
	(
		case $streams in *0*) exec <&- ;; esac
		case $streams in *1*) exec >&- ;; *) exec >/dev/null ;; esac
		case $streams in *2*) exec 2>&- ;; *) exec 2>/dev/null ;; esac
		exec "$linnet" "$@" --store "$store"
	)
	got=$?
	is "$1 without $streams" "$got" "$want"
	is "the store after $1 without $streams" "$(head -c 15 "$dir/a.db")" "SQLite format 3"
	says 0 "clean" "$linnet" verify --store "$store"
}
for streams in 0 1 2 01 12 012; do
	case $streams in *1*) want=2 ;; *) want=0 ;; esac # the answer could not be written
	without $want $streams backup "$dir/b.bak"
	says 0 "This backup can be restored" "$linnet" restore --drill "$dir/b.bak" --store "$store"
	without $want $streams worklist
	without $want $streams import tables tests/cmd/small
	without $want $streams audit seal
done
# -- the file, or its log, is moved, removed or replaced while it is served
saves() { # saves STATUS: somebody signs in, which is written down
	is "signing in" "$(ask -d "login=$who" --data-urlencode "password=$password" "$base/sign-in")" "$1"
}
taken() { # taken WORDS COMMAND: what is done to the store; $dir is the folder
	fresh
	serve "$store"
	who=$(sed -n 's/^  \([a-z.]*\) .*administrator.*/\1/p' "$dir/serve" | head -1)
	password=$(sed -n 's/.*password \([^:]*\):$/\1/p' "$dir/serve")
	saves 303
	(cd "$dir" && eval "$2")
	saves 500
	grep -q "nothing of this was saved. Put it back, or restart the program" "$dir/out" && good || bad "$1: a page says so"
	is "$1: not ready" "$(ask "$base/health/ready")" 503
}
taken "moved" 'mv a.db elsewhere.db'
mv "$dir/elsewhere.db" "$dir/a.db"
saves 303
is "put back: ready" "$(ask "$base/health/ready")" 200
stop
says 0 "clean" "$linnet" verify --store "$store"
taken "replaced by an older one" 'cp first.db older.db; mv older.db a.db'
stop
taken "removed" 'rm a.db'
stop
looks="SELECT count(*) FROM audit WHERE act = 'signed in'"
taken "its log removed" 'rm a.db-wal a.db-shm'
stop # what was saved before is in the file
is "its log removed: the entry from before" "$(sqlite3 "$dir/a.db" "$looks")" $(($(sqlite3 "$dir/first.db" "$looks") + 1))
says 0 "clean" "$linnet" verify --store "$store"

# -- a newer program brings the store up to date while this one serves it
latest=$(ls src/store/migrations | tail -1 | cut -c1-4 | sed 's/^0*//')
outgrown() { # outgrown STORE SQL-COMMAND...
	local to=$1
	shift
	serve "$to"
	saves 303
	"$@" "INSERT INTO schema_migration VALUES ($((latest + 1)), 'x', 'y', 1)"
	sleep 2
	saves 503
	grep -q "A newer version of this program has brought the store up to date.*start the newer version" "$dir/out" && good || bad "a page says so"
	is "outgrown: not ready" "$(ask "$base/health/ready")" 503
	is "outgrown: a proxy sends people elsewhere" "$(ask "$base/health")" 503
	is "outgrown: said once" "$(grep -c "newer version" "$dir/serve.err")" 1
	says 2 "was made by a newer version of this program" "$linnet" verify --store "$to"
	"$@" "DELETE FROM schema_migration WHERE number = $((latest + 1))" # as if the copy from before was restored
	sleep 2
	saves 303
	is "ready again" "$(ask "$base/health/ready")" 200
	stop
}
fresh
outgrown "$store" sqlite3 "$dir/a.db"
if pg=$(tests/pg start "$dir/pg"); then
	"$linnet" init --region set --demonstration --store "$pg" >/dev/null 2>&1 || bad "init"
	outgrown "$pg" psql -qh "$dir/pg/sock" -U linnet -d linnet -c
else
	bad "PostgreSQL did not start"
fi
end
