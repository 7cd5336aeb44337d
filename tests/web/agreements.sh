#!/bin/bash
# Who writes agreements down on the pages: a lead of the health team; a lead of a provider sees that of their own
# organisation, has no form, and is told whom to ask.
. "$(dirname "$0")/../cmd/lib"
store=sqlite:$dir/x.db
"$linnet" init --region set --demonstration --store "$store" >/dev/null || bad "init"
serve "$store"
password=$(sed -n 's/.*password \([^:]*\):$/\1/p' "$dir/serve")
echo "$password" | "$linnet" account --login trust --name "The trust's lead" --role governance --org RAT --store "$store" >/dev/null || bad "account"
for who in trust governance; do
	sign_in $who "$dir/$who.jar"
	ask -b "$dir/$who.jar" "$base/agreements" >"$dir/status"
	is "$who sees agreements" "$(cat "$dir/status")" 200
	cp "$dir/out" "$dir/$who.list"
	curl -s -b "$dir/$who.jar" "$base/account" | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1 >"$dir/$who.token"
done
ids() { "$linnet" agreement list --format csv --store "$store" | tr -d '\r' | grep ",$1," | cut -d, -f1; }
essex=$(ids E10000012) own=$(ids RAT)
[ -n "$essex" ] && [ -n "$own" ] && good || bad "the demonstration has its agreements"
writes() { # writes WHO PATH ORG
	ask -b "$dir/$1.jar" --data-urlencode "token=$(cat "$dir/$1.token")" -d "org=$3&from-day=1&from-month=1&from-year=2026&to-day=2&to-month=1&to-year=2026&covers=every&shares=health" \
		-d "purpose=Health&controllers=Both&why=it+ended" "$base$2"
}
is "one row, of its own" "$(grep -c 'scope="row"' "$dir/trust.list")" 1
grep -q "/agreements/$own" "$dir/trust.list" && ! grep -q "/agreements/new\|withheld" "$dir/trust.list" && good || bad "a lead of a trust is shown a form, or what is withheld"
grep -q "/agreements/new" "$dir/governance.list" && good || bad "a lead of the health team has no form"
is "no form" "$(ask -b "$dir/trust.jar" "$base/agreements/new")" 403
is "its own is read" "$(ask -b "$dir/trust.jar" "$base/agreements/$own")" 200
! grep -q '<form class="ln-form"' "$dir/out" && grep -q "Ask them" "$dir/out" && good || bad "its own has a form"
for words in 'What is shared' 'Controllers' 'every child' 'in force' 'shared: Names'; do grep -q "$words" "$dir/out" && good || bad "its own does not say: $words"; done
is "another's is not there" "$(ask -b "$dir/trust.jar" "$base/agreements/$essex")" 404
is "another's is not changed" "$(writes trust "/agreements/$essex" E10000012)" 403
grep -q "information governance lead of the health team" "$dir/out" && good || bad "it does not say whom to ask"
is "nor its own" "$(writes trust "/agreements/$own" RAT)" 403
is "nor is one written" "$(writes trust /agreements/new E06000034)" 403
is "the health team's lead writes" "$(writes governance "/agreements/$essex" E10000012)" 303
is "one was changed" "$("$linnet" agreement list --format csv --store "$store" | grep -c 2026-01-02)" 1
stop
end
