#!/bin/bash
# Whoever is shown something of a child stands in the audit: every page under /child/:id of routes.def, asked for by
# the roles that see children, of a server over a real store, adds a line about that child when it answers 200; and so
# does every form sent to such an address, when its answer shows the child, also if no page was asked for before.
. "$(dirname "$0")/../cmd/lib"
store=sqlite:$dir/x.db
password="four quiet herons"
declare -A org=([administrator]=LAC-SET-DEMO [nurse]=LAC-SET-DEMO [doctor]=LAC-SET-DEMO [social-worker]=E10000012 [governance]=LAC-SET-DEMO)
"$linnet" init --region set --demonstration --store "$store" >/dev/null || bad "init"
for who in "${!org[@]}"; do
	echo "$password" | "$linnet" account --login "of-$who" --name "The $who" --role "$who" --org "${org[$who]}" --store "$store" >/dev/null || bad "account of $who"
done
"$linnet" import tables tests/cmd/small --store "$store" >/dev/null || bad "tables"
ask() { sqlite3 -cmd '.timeout 20000' "$dir/x.db" "$1"; }
: >"$dir/serve"
"$linnet" serve --port 0 --quiet --store "$store" >"$dir/serve" 2>"$dir/serve.err" &
server=$!
for _ in $(seq 200); do grep -q '^Stop' "$dir/serve" && break; sleep 0.1; done
base=$(sed -n 's#.*\(http://127.0.0.1:[0-9]*\)/.*#\1#p' "$dir/serve")
sees() { curl -sL -b "$dir/$1.jar" "$base$2"; } # sees WHO PATH
status() { curl -s -o /dev/null -w '%{http_code}' -b "$dir/$1.jar" "$base$2"; }

curl -s -c "$dir/nurse.jar" -o /dev/null -d "login=of-nurse" --data-urlencode "password=$password" "$base/sign-in"
number=$(ask "SELECT p.id FROM person p JOIN organisation o ON o.id = p.council WHERE o.code = 'E10000012' AND p.ref = 'E-1'")
id=$(sees nurse "/children?q=Brambleby" | grep -o '/child/[^/?"]*' | head -1 | cut -d/ -f3)
[ -n "$id" ] && good || bad "the child is not found"
lines() { ask "SELECT count(*) FROM audit WHERE person = $number"; } # about the child
choices() { # choices WHO NAME: what may stand for this part of an address
	case $2 in
	event) sees "$1" "/child/$id/happened" | grep -o "/child/$id/event/[^/?\"]*" | sort -u | cut -d/ -f5 ;;
	clock) sees "$1" "/child/$id" | grep -o "/child/$id/clock/[^/?\"]*" | sort -u | cut -d/ -f5 ;;
	kind) sees "$1" "/child/$id/record" | grep -o "/child/$id/record/[^/?\"]*" | sort -u | cut -d/ -f5 ;;
	esac
}
declare -A shown=()
for who in "${!org[@]}"; do
	curl -s -c "$dir/$who.jar" -o /dev/null -d "login=of-$who" --data-urlencode "password=$password" "$base/sign-in"
	is "$who is signed in" "$(status "$who" /account)" 200
	for part in event clock kind; do choices "$who" $part >"$dir/$part"; done
	while read -r pattern; do
		part=$(grep -o ':[a-z]*' <<<"${pattern#/child/:id}" | tr -d :)
		tried=0
		for one in $([ -n "$part" ] && head -6 "$dir/$part" || echo none); do
			path=${pattern/:id/$id}
			path=${path/:$part/$one}
			before=$(lines)
			[ "$(status "$who" "$path")" = 200 ] || continue
			shown[$pattern]=1
			[ "$(lines)" -gt "$before" ] && good || bad "$who was shown $pattern, and the audit has no line of it"
		done
	done < <(sed -n 's#^ROUTE(GET, "\(/child/:id[^"]*\)".*#\1#p' src/web/routes.def)
done
while read -r pattern; do
	[ -n "${shown[$pattern]:-}" ] && good || bad "nobody was shown $pattern: nothing was tried"
done < <(sed -n 's#^ROUTE(GET, "\(/child/:id[^"]*\)".*#\1#p' src/web/routes.def)
# An answer to a form may show the child as a page does: the form again with what is wrong, what would change.
declare -A answered=()
for who in "${!org[@]}"; do
	token=$(sees "$who" /help | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1)
	for part in event clock kind; do choices "$who" $part >"$dir/$part"; done
	while read -r pattern; do
		part=$(grep -o ':[a-z]*' <<<"${pattern#/child/:id}" | tr -d :)
		for one in $([ -n "$part" ] && [ -s "$dir/$part" ] && head -6 "$dir/$part" || echo none); do
			path=${pattern/:id/$id}
			path=${path/:$part/$one}
			for form in "x=1" "at=02/03/2026&version=0&why=x" "at=1900&version=1&why=" "account=nobody&part=x&version=0"; do
				before=$(lines)
				curl -s -b "$dir/$who.jar" -o "$dir/answer" -d "token=$token&$form" "$base$path"
				grep -q "Brambleby\|Wren\|<form[^>]*/child/$id" "$dir/answer" || continue
				answered[$pattern]=1
				[ "$(lines)" -gt "$before" ] && good || bad "$who was shown the child by a form sent to $path ($form), and the audit has no line of it"
			done
		done
	done < <(sed -n 's#^ROUTE(POST, "\(/child/:id[^"]*\)".*#\1#p' src/web/routes.def)
done
while read -r pattern; do
	case $pattern in */end | */link | */take-back | */go-on) continue ;; esac # these lead elsewhere, or need something asked for
	[ -n "${answered[$pattern]:-}" ] && good || bad "no form sent to $pattern was answered with the child: nothing was tried"
done < <(sed -n 's#^ROUTE(POST, "\(/child/:id[^"]*\)".*#\1#p' src/web/routes.def)
# When an entry was recorded is said once, of one made by hand as of one from a file, on its line and where it is corrected.
form=$(sees nurse "/child/$id/record/sdq-scored")
hidden() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" <<<"$form" | head -1; }
curl -s -o /dev/null -b "$dir/nurse.jar" -d "token=$(hidden token)&version=$(hidden version)&at-day=27&at-month=2&at-year=2026&value=11&step=save" "$base/child/$id/record/sdq-scored"
sees nurse "/child/$id/happened" >"$dir/out"
for path in $(grep -o "/child/$id/event/[^/\"]*/correct" "$dir/out" | sort -u); do sees nurse "$path"; done >"$dir/corrected"
grep -q 'ln-small">recorded ' "$dir/out" && good || bad "an entry by hand says when it was recorded"
grep -q '· recorded ' "$dir/corrected" && good || bad "and so where it is corrected"
is "and says it once" "$(cat "$dir/out" "$dir/corrected" | grep -c 'recorded .* recorded \|loaded .* recorded \|corrected .* recorded ')" 0
# An adoption closes the record: who records it is told so, and led to no page that is not there.
token=$(sees nurse /help | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1)
version=$(sees nurse "/child/$id/record/care-ended" | sed -n 's/.*name="version" value="\([^"]*\)".*/\1/p' | head -1)
curl -sL -b "$dir/nurse.jar" -o "$dir/answer" -w '%{http_code} %{url_effective}' -d "token=$token&version=$version&step=save&at-day=27&at-month=2&at-year=2026&code=E11&ref=P1" \
	"$base/child/$id/record/care-ended" >"$dir/where"
is "after an adoption" "$(cat "$dir/where")" "200 $base/children?saved=1"
grep -q "the record is closed" "$dir/answer" && good || bad "it does not say that it is saved"
is "its page is not shown" "$(status nurse "/child/$id")" 404
kill -TERM "$server"; wait "$server"; is "the server ended well" $? 0; server=""
end
