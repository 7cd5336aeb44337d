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
end
