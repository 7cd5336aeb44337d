#!/bin/bash
# What people can do next, page by page, on a real store: a lead holds any child's record, sees everybody who looked, of
# how many an alert tells and whose record an erasure is about; whoever opened a child in an emergency finds back.
. "$(dirname "$0")/../cmd/lib"
store=sqlite:$dir/x.db
"$linnet" init --region set --demonstration --store "$store" >/dev/null || bad "init"
"$linnet" import tables tests/cmd/small --store "$store" >/dev/null || bad "tables"
serve "$store"
password=$(sed -n 's/.*password \([^:]*\):$/\1/p' "$dir/serve")
echo "$password" | "$linnet" account --login second --name "The second lead" --role governance --org LAC-SET-DEMO --store "$store" >/dev/null || bad "account"
echo "$password" | "$linnet" account --login trust --name "The trust's lead" --role governance --org RAT --store "$store" >/dev/null || bad "account"
for who in governance second nurse doctor admin; do
	sign_in $who "$dir/$who.jar"
	curl -s -b "$dir/$who.jar" "$base/account" | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1 >"$dir/$who.token"
done
sees() { ask -b "$dir/$1.jar" "$base$2" >"$dir/status"; } # sees WHO PATH
has() { grep -qF -e "$2" "$dir/out" && good || bad "$1: it does not say \"$2\""; }
hasnt() { ! grep -qF -e "$2" "$dir/out" && good || bad "$1: it says \"$2\""; }
sends() { ask -L -b "$dir/$1.jar" --data-urlencode "token=$(cat "$dir/$1.token")" "${@:3}" "$base$2" >"$dir/status"; }
sees nurse "/children?q=Brambleby"
child=$(grep -o '/child/[^/?"]*' "$dir/out" | head -1)
[ -n "$child" ] && good || bad "the child is not found"

# A hold is found from the child, and said to be there once it is put.
sees governance "$child/access"
has "the child's access" "$child/hold\""
sends governance "$child/hold" -d kind=court --data-urlencode "why="
is "a hold without a reason" "$(cat "$dir/status")" 400
has "a hold without a reason" 'checked'
sends governance "$child/hold" -d kind=court --data-urlencode "why=Claim 7"
has "after a hold" "The record is held"
has "after a hold" "Brambleby"
has "after a hold" "End the hold"
sends governance "$child/hold" --data-urlencode "why=Settled"
has "after its end" "The hold has ended"

# Who decides about an erasure sees whose record it is.
sends governance "$child/erase" -d ground=unlawful --data-urlencode "why=Request 12"
sees second /erasures
sees second "$(grep -o '/erasures/[^/?"]*' "$dir/out" | head -1)"
has "the erasure" "Brambleby"
has "the erasure" 'value="refuse"'

# What a young person is shown is in words of theirs, and none of the audit's.
sees second "$child/looked/young-person"
has "the young person's page" "said that nothing may be taken out of your record for now"
has "the young person's page" "asked that something is taken out of your record for good"
for words in "asked to erase" "holds the record" "ended a hold"; do hasnt "the young person's page" "$words"; done

# Whoever enters a child finds the councils of their team before all others.
sees nurse /children/new
is "the councils begin with" "$(grep -o '<option value="[^"]*">[^<]*' "$dir/out" | sed 's/.*>//' | sed -n 2,5p | tr '\n' ' ')" "Essex Southend-on-Sea Thurrock Barking and Dagenham "

# Of two entries of one kind and day the form says which is to be corrected.
sees nurse "$child/happened"
for path in $(grep -o '/child/[^"]*/event/[^"]*/correct' "$dir/out"); do
	sees nurse "$path"
	! grep -q "<p>Placement\|<p>Moved to a placement" "$dir/out" || break
done
has "the form of a correction" "PL1</p>"

# What is checked before it is saved is all that was answered, and no number that is only made when it is saved.
sees nurse "$child/record/proxy-given"
version=$(sed -n 's/.*name="version" value="\([^"]*\)".*/\1/p' "$dir/out" | head -1)
sends nurse "$child/record/proxy-given" -d "version=$version&at-day=1&at-month=3&at-year=2026&code=parent&code2=decided-in-care&ref=&note=&step=preview"
has "the check" "Check before saving"
has "the check" "<p>a parent with parental responsibility</p>"

# Everybody who looked, not the newest twenty alone; what an alert counts is said.
sees doctor "$child"
for _ in $(seq 24); do sees nurse "$child"; done
sees governance "$child/looked"
has "who looked" "The last 20 of"
hasnt "who looked" "Dr Ansel Fernley-Rook"
has "who looked" "$child/looked?all=1\""
sees governance "$child/looked?all=1"
has "who looked, all" "Dr Ansel Fernley-Rook"
has "who looked, all" "looked at child"
hasnt "who looked, all" "?all=1"
for _ in $(seq 20); do sees admin "/children?q=Nobody"; done
"$linnet" audit alerts --store "$store" >/dev/null
sees second /alerts
has "alerts" "20 searches"
sees second "$(grep -o '/alerts/[^/?"]*' "$dir/out" | head -1)"
has "the alert" "20 searches"
hasnt "the alert" "signed in:"

# Whether two records are one child: a form that is refused comes back as it was sent, and says where.
mkdir "$dir/more"
printf 'table,partial,covers_from\nchildren,yes,\nperiods_of_care,yes,\n' >"$dir/more/about.csv"
printf 'council,child_id,nhs_number,given_name,family_name,birth_date,sex,died_on,language,interpreter\nSouthend-on-Sea,S-9,9990001006,Wren,Brambleby-Example,14/03/2016,F,,,\nSouthend-on-Sea,S-8,,,,15/03/2016,F,,,\n' >"$dir/more/children.csv"
printf 'council,child_id,period_id,start_date,legal_status,legal_status_from,end_date,end_reason\nSouthend-on-Sea,S-9,P1,20/02/2026,V2,,,\nSouthend-on-Sea,S-8,P1,20/02/2026,V2,,,\n' >"$dir/more/periods_of_care.csv"
"$linnet" import tables "$dir/more" --store "$store" >/dev/null || bad "a second record"
sees admin /matching
pair=$(grep -o '/matching/[^/"]*/[^/"]*' "$dir/out" | head -1)
[ -n "$pair" ] && good || bad "no pair is found"
sends admin "$pair" --data-urlencode "why=The council rang"
is "nothing chosen" "$(cat "$dir/status")" 400
has "nothing chosen" 'href="#same-0"'
has "nothing chosen" 'id="same-0-error"'
has "nothing chosen" 'value="The council rang"'
sends admin "$pair" -d same=different
has "no reason" 'href="#why-0"'
has "no reason" 'id="why-0-error"'
has "no reason" 'value="different" checked'
sends admin "$pair" -d same=same --data-urlencode "why=The council rang"
has "joined" "joined as one child"
sends admin "$pair" -d same=undo
has "no reason to take them apart" 'href="#why"'
has "no reason to take them apart" 'id="why-error"'

# A child whose name is not known is spoken to all the same.
sees nurse "/children?q=S-8"
sees nurse "$(grep -o '/child/[^/?"]*' "$dir/out" | head -1)/looked/young-person"
has "a child without a name" ">This is who looked at your record</h1>"

# A record that is due for disposal is in nobody's circle: from the form one goes back to the list.
mkdir "$dir/old"
cp "$dir/more/about.csv" "$dir/old"
printf 'council,child_id,nhs_number,given_name,family_name,birth_date,sex,died_on,language,interpreter\nEssex,E-8,,Old,Bracken,15/03/1949,F,,,\n' >"$dir/old/children.csv"
printf 'council,child_id,period_id,start_date,legal_status,legal_status_from,end_date,end_reason\nEssex,E-8,P1,20/02/1960,V2,,20/02/1966,E4A\n' >"$dir/old/periods_of_care.csv"
"$linnet" import tables "$dir/old" --store "$store" >/dev/null || bad "an old record"
sees governance /retention
has "what is due" "E10000012/E-8"
sees governance "$(grep -o '/child/[^/"]*/erase' "$dir/out" | head -1)"
back=$(grep -o 'nhsuk-back-link" href="[^"]*' "$dir/out" | cut -d'"' -f3)
sees governance "$back"
is "the way back" "$(cat "$dir/status")" 200
sees governance "$child/erase"
has "a child of the circle" 'Back to the child'

# Emergency access has a way back while it lasts, and none once it was not justified.
sign_in clinician "$dir/clinician.jar"
curl -s -b "$dir/clinician.jar" "$base/account" | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1 >"$dir/clinician.token"
sees clinician /emergency
hasnt "emergency access, before" "still lasts"
sends clinician /emergency -d "child=9990001006&born-day=14&born-month=3&born-year=2016&category=crisis" --data-urlencode "why=Seen tonight"
sees clinician /emergency
has "emergency access, while it lasts" "$child\""
has "emergency access, while it lasts" "Seen tonight"
hasnt "emergency access, while it lasts" "Brambleby"
sees nurse /emergency
hasnt "emergency access of somebody else" "still lasts"
sees second /emergency/notices
sends second "$(grep -o '/emergency/notices/[^/?"]*' "$dir/out" | head -1)" -d outcome=not-justified --data-urlencode "words=Not on duty"
sees clinician /emergency
hasnt "emergency access, once it was ended" "still lasts"
stop
end
