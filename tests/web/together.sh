#!/bin/bash
# Two people load at once by the pages of one server: tables, a workbook, a weekly list, a return, each beside each,
# with the forms as a browser sends them. Nothing is lost, nothing is there twice, each sees the other's load and the
# findings of their own; a server that is killed in the middle goes on where it was, when the files are loaded again.
. "$(dirname "$0")/../cmd/lib"
server=""
trap '[ -z "$server" ] || kill -KILL $server 2>/dev/null; rm -rf "$dir"' EXIT
store=sqlite:$dir/x.db
password="four quiet herons"
"$linnet" init --region set --demonstration --store "$store" >/dev/null || bad "init"
for who in first second; do
	echo "$password" | "$linnet" account --login $who --name "The $who" --role administrator --org LAC-SET-DEMO --store "$store" >/dev/null || bad "account"
done
cp "$dir/x.db" "$dir/empty.db"
book=tests/data/workbooks/tracker.csv
printf '%s\n' "LCS ID,NHS No,Forename,Surname,DOB,Gender,CLA start date,LS,Placement start date,Placement code,Area authority" \
	"E-1,9990001006,Wren,Brambleby-Example,14/03/2016,F,06/01/2026,V2,06/01/2026,U6,Thurrock" \
	"N-1,9990009996,Lark,Thistle-Example,01/05/2018,F,23/02/2026,C2,23/02/2026,U6,Thurrock" >"$dir/list.csv"

serve() {
	: >"$dir/serve"
	"$linnet" serve --port 0 --quiet --store "$store" >"$dir/serve" 2>"$dir/serve.err" &
	server=$!
	for _ in $(seq 200); do grep -q '^Stop' "$dir/serve" && break; sleep 0.1; done
	base=$(sed -n 's#.*\(http://127.0.0.1:[0-9]*\)/.*#\1#p' "$dir/serve")
}
stop() { kill -TERM "$server"; wait "$server"; is "the server ended well" $? 0; server=""; }
sign_in() { # two administrators of one team
	for who in first second; do
		curl -s -c "$dir/$who.jar" -o /dev/null -d "login=$who" --data-urlencode "password=$password" "$base/sign-in"
		sees $who /import/new | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1 >"$dir/$who.token"
	done
}
fresh() { # a server over a store that holds nobody
	[ -z "$server" ] || stop
	rm -f "$dir/x.db"*
	cp "$dir/empty.db" "$dir/x.db"
	serve
	sign_in
}
sees() { curl -s -b "$dir/$1.jar" "${base}$2"; }                                     # sees WHO PATH
words() { sed 's/<[^>]*>/ /g' | tr -s ' \n' ' '; }
sends() { # the address it leads to; "busy" took nothing, and is sent again as a person would
	local who=$1 said
	shift
	for _ in $(seq 40); do
		said=$(curl -s -b "$dir/$who.jar" -o "$dir/$who.page" -w '%{http_code} %{redirect_url}' "$@")
		[ "${said%% *}" = 503 ] || break
		sleep 0.5
	done
	echo "${said#* }"
}
ask() { sqlite3 -cmd '.timeout 20000' "$dir/x.db" "$1"; }
standing() {
	ask "SELECT p.ref, e.kind, e.at, e.code, CASE WHEN e.ref LIKE 'L-%' THEN 'made here' ELSE e.ref END, e.end_day, e.value FROM event e JOIN person p ON p.id = e.person
		WHERE e.voids = 0 AND NOT EXISTS (SELECT 1 FROM event c WHERE c.person = e.person AND c.replaces = e.id)
		ORDER BY 1, 2, 3, 4, 5, 6, 7"
}
clean() { says 0 "clean. 0 wait" "$linnet" verify --store "$store"; }

# What somebody does on the pages: the form, and what follows until the result is there. Its address in $dir/WHO.at
finished() { # finished WHO ADDRESS: of a load that runs on; a server that says it is busy is asked again
	local over=no
	if [ -z "$2" ]; then # of one that runs beside, whoever waits for it counts this; where the server is killed, nobody
		over="nothing was taken: $(words <"$dir/$1.page" | tail -c 300)"
		[ "$BASHPID" != $$ ] || bad "$1: $over"
	fi
	for _ in $(seq 600); do
		[ -n "$2" ] || break
		curl -s -b "$dir/$1.jar" -D "$dir/$1.head" "$2" >"$dir/$1.page" || break # the server is gone
		grep -qiE '^(refresh:|HTTP/[0-9.]+ 503)' "$dir/$1.head" || over=yes
		[ $over = no ] || break
		sleep 0.1
	done
	echo "$over" >"$dir/$1.over"
	echo "$2" >"$dir/$1.at"
}
tables() {
	local who=$1 files=() f
	for f in "${folder:-tests/cmd/small}"/*.csv; do files+=(-F "files=@$f;type=text/csv"); done
	finished "$who" "$(sends "$who" -F "token=$(cat "$dir/$who.token")" "${files[@]}" "$base/import/new")"
}
workbook() {
	local draft
	draft=$(sends "$1" -F "token=$(cat "$dir/$1.token")" -F "files=@$book;type=text/csv" "$base/import/new")
	finished "$1" "$(sends "$1" -d "token=$(cat "$dir/$1.token")" -d do=load "$draft")"
}
list() { # and accepts whatever is proposed and sure
	local at ticked=() key
	at=$(sends "$1" -F "token=$(cat "$dir/$1.token")" -F council=E10000012 -F partial=yes -F on-day=2 -F on-month=3 -F on-year=2026 \
		-F "file=@$dir/list.csv;type=text/csv" "$base/import/lists/new")
	curl -s -b "$dir/$1.jar" "$at" >"$dir/$1.page"
	for key in $(sed -n 's/.*<input[^>]*name="child"[^>]*value="\([^"]*\)".*/\1/p' "$dir/$1.page"); do ticked+=(-d "child=$key"); done
	[ ${#ticked[@]} = 0 ] || sends "$1" -d "token=$(cat "$dir/$1.token")" -d answer=accept "${ticked[@]}" "$at" >/dev/null
	finished "$1" "$at"
}
returned() {
	local files=() f
	for f in tests/cmd/return/*.csv; do files+=(-F "now=@$f;type=text/csv"); done
	for f in tests/cmd/return-before/*.csv; do files+=(-F "last=@$f;type=text/csv"); done
	finished "$1" "$(sends "$1" -F "token=$(cat "$dir/$1.token")" -F council=E10000012 -F year=2024-25 -F load=yes "${files[@]}" "$base/import/return/new")"
}
# The rows that were kept back of somebody's own files, and why, as the page hands them out (in its quotation marks stands by whom).
findings() {
	local link
	for link in $(grep -o '/import/[0-9a-z]*/kept-back/[^"]*' "$dir/$1.page" | sort -u); do sees "$1" "$link"; done | tr -d '"' | sort
}

kinds="tables workbook list returned"
for one in $kinds; do
	for other in $kinds; do
		[[ $one > $other || $one$other =~ ^(tablestables|workbookworkbook|returnedreturned)$ ]] && continue # the same files twice: below
		# each kind beside another, and at length each beside each
		[ -n "${LINNET_LONG:-}" ] || [[ $one$other =~ ^(listlist|listtables|tablesworkbook|returnedworkbook)$ ]] || continue
		name="$one and $other"
		# one after the other, which is what both together must come to
		fresh
		$one first
		$other second
		stop
		standing >"$dir/after.events"
		[ -s "$dir/after.events" ] && good || bad "$name: nothing was loaded"
		ask "SELECT council, ref FROM person ORDER BY 1, 2" >"$dir/after.children"
		fresh
		$one first &
		$other second
		wait $!
		is "$name: who it was" "$(ask "SELECT council, ref FROM person ORDER BY 1, 2" | cmp - "$dir/after.children" && echo same)" same
		is "$name: nobody twice" "$(ask "SELECT count(*) FROM (SELECT council, ref FROM person GROUP BY council, ref HAVING count(*) > 1) t")" 0
		[ "$one" != "$other" ] && [[ "$name" == *list* ]] || # which is first tells whose the start of care is
			is "$name: what stands" "$(standing | cmp - "$dir/after.events" && echo same)" same
		[[ "$name" != *list* ]] ||
			is "$name: one start of care a day" "$(ask "SELECT count(*) FROM (SELECT e.person FROM event e WHERE e.kind = 'care-started' AND e.voids = 0
			AND NOT EXISTS (SELECT 1 FROM event c WHERE c.person = e.person AND c.replaces = e.id) GROUP BY e.person, e.at HAVING count(*) > 1) t")" 0
		for who in first second; do
			is "$name: $who came to an end" "$(cat "$dir/$who.over")" yes
			is "$name: $who sees a page of it" "$(curl -s -o /dev/null -w '%{http_code}' -b "$dir/$who.jar" "$(cat "$dir/$who.at")")" 200
			grep -qiE 'internal|constraint|sqlite|locked' "$dir/$who.page" && bad "$name: words of a program, to $who" || good
		done
		stop
		clean
	done
done

# ---- each is told of the other's load by name, and of what was wrong with their own files ----
"$linnet" synth --region set --out "$dir/t" --children 200 --seed 3 --today 2026-03-02 --mistakes >/dev/null || bad "synth"
fresh
folder=$dir/t tables first
findings first >"$dir/alone"
[ "$(wc -l <"$dir/alone")" -gt 20 ] && good || bad "no findings to compare"
n=$(ask "SELECT count(*) FROM person")
fresh
folder=$dir/t tables first &
folder=$dir/t tables second
wait $!
is "the same twice: children" "$(ask "SELECT count(*) FROM person")" "$n"
for who in first second; do
	is "the same twice: findings of $who" "$(findings $who | cmp - "$dir/alone" && echo same)" same
	sees $who /import | words >"$dir/out"
	for name in "The first" "The second"; do grep -q "$name" "$dir/out" && good || bad "$who is not told of the load of $name"; done
done
stop
clean

# ---- the server is killed while both load ----
fresh
folder=$dir/t tables first &
waits=$!
folder=$dir/t tables second &
waits="$waits $!"
for _ in $(seq 300); do [ "$(ask "SELECT count(*) FROM person")" = 0 ] || break; sleep 0.02; done
kill -KILL "$server"
wait "$server" 2>/dev/null
wait $waits
server=""
serve
is "after the kill: the session holds" "$(curl -s -o /dev/null -w '%{http_code}' -b "$dir/second.jar" "$base/import")" 200
sees second /import | words >"$dir/out"
sign_in
folder=$dir/t tables second
is "after the kill: children" "$(ask "SELECT count(*) FROM person")" "$n"
before=$(ask "SELECT count(*) FROM event")
folder=$dir/t tables first
is "after the kill: loaded again, nothing changes" "$(ask "SELECT count(*) FROM event")" "$before"
stop
clean
end
