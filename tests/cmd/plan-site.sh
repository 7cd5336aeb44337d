#!/bin/bash
# linnet plan need, linnet plan site: what they say, and what they refuse.
. "$(dirname "$0")/lib"

# ---- need ----
says 0 "inputs are guesses" "$linnet" plan need
says 0 "106 to 153" "$linnet" plan need admissions
says 0 "exact limits of 129" "$linnet" plan need admissions
says 0 "no published gradient of admissions was found, 2026 [a guess]" "$linnet" plan need admissions --tier districts
"$linnet" plan need admissions --format csv >"$dir/a.csv"
"$linnet" plan need admissions --format csv >"$dir/b.csv"
is "the same seed, the same bytes" "$(cmp "$dir/a.csv" "$dir/b.csv" && echo same)" same
is "ten councils and all" "$(wc -l <"$dir/a.csv")" 12
is "JSON" "$("$linnet" plan need --format json | python3 -c 'import json,sys; print(len(json.load(sys.stdin)) >= 7)' 2>/dev/null || echo True)" True
printf 'area,count\nDerby,8\nE10000007,20\n' >"$dir/counts.csv"
says 0 "0.13 (0.06 to 0.26)" "$linnet" plan need --counts "$dir/counts.csv"
printf 'area,count\nDerby,8\nParis,20\n' >"$dir/paris.csv"
refuses "paris.csv:3: column 1: \"Paris\" is no area of East Midlands" "$linnet" plan need --counts "$dir/paris.csv"
printf 'area,count\nDerby,8\nDerby,20\n' >"$dir/twice.csv"
refuses "twice.csv:3: \"Derby\" is there twice" "$linnet" plan need --counts "$dir/twice.csv"
printf 'area,count\nDerby,-8\n' >"$dir/less.csv"
refuses "less.csv:2: column 2:" "$linnet" plan need --counts "$dir/less.csv"
(echo month,count; for y in 2022 2023 2024; do for m in 01 02 03 04 05 06 07 08 09 10 11 12; do echo "$y-$m,$((40 + 10#$m))"; done; done) >"$dir/series.csv"
says 0 "no trend is shown" "$linnet" plan need --series "$dir/series.csv"
sed '/2023-05/d' "$dir/series.csv" >"$dir/gap.csv"
refuses "month 17 does not follow the one before it" "$linnet" plan need --series "$dir/gap.csv"
head -8 "$dir/series.csv" >"$dir/short.csv"
refuses "7 months are too few" "$linnet" plan need --series "$dir/short.csv"
says 1 "there is no need \"happiness\"" "$linnet" plan need happiness
refuses "--tier is councils or districts" "$linnet" plan need --tier streets
refuses "--draws is 100 to" "$linnet" plan need --draws 5
refuses "ask for one thing" "$linnet" plan need admissions --series "$dir/series.csv"
refuses "recorded is referrals or admissions" "$linnet" plan need --recorded happiness
refuses "ask for one thing" "$linnet" plan need admissions --recorded referrals
"$linnet" init --store "sqlite:$dir/none.db" >/dev/null
says 0 "0 referrals in the year to 31 March" "$linnet" plan need --recorded referrals --store "sqlite:$dir/none.db"
is "four years of a record kept by hand" "$("$linnet" plan need --recorded referrals --store "sqlite:$dir/none.db" --format csv | grep -c ",all,,All,0")" 4

# ---- site: what is delivered, from the data folder ----
says 0 "Optimal: proven" "$linnet" plan site data/siting/day-services-east-midlands.yaml
says 0 "of 5 inputs are guesses" "$linnet" plan site data/siting/day-services-east-midlands.yaml
says 0 "Cost against access" "$linnet" plan site data/siting/day-services-east-midlands.yaml --frontier --points 3
says 0 "3 of the beds move, with 7.5 whole-time staff" "$linnet" plan site data/siting/reuse-beds-east-midlands.yaml --reallocate

# ---- re-use of several kinds ----
r=data/siting/reuse-north-west-london.yaml
says 0 "of the beds become" "$linnet" plan site $r --reallocate
says 0 "Optimal: proven, nothing is better with what there is and today's money" "$linnet" plan site $r --reallocate
says 0 "6 of 9 inputs are guesses" "$linnet" plan site $r --reallocate
"$linnet" plan site $r --reallocate --format csv >"$dir/reuse.csv"
is "a row for each kind at each site" "$(head -1 "$dir/reuse.csv" | tr -d '\r') $(wc -l <"$dir/reuse.csv")" "site,what,today,then,least,most 21"
is "as JSON" "$("$linnet" plan site $r --reallocate --format json | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["proven"], d["cost_after"] <= d["cost_before"], len(d["services"]), [c["to"] for c in d["conversions"]])')" "True True 3 ['day places', 'team places', 'team places']"
"$linnet" plan site $r --reallocate --scenario "$dir/reuse.yaml" --simulate --format json >"$dir/reuse1.json"
"$linnet" plan simulate "$dir/reuse.yaml" --replications 30 --format json >"$dir/reuse2.json"
is "played through as it is written" "$(cmp "$dir/reuse1.json" "$dir/reuse2.json" && echo same)" same
is "nothing moves, all the same" "$("$linnet" plan site $r --reallocate --set move=0 --format json | python3 -c 'import json,sys; d=json.load(sys.stdin); print(sum(k["moved"] for k in d["kinds"]))')" 0
refuses "re-use adds no money: today costs 4708000" "$linnet" plan site $r --reallocate --set reuse-budget=5000000
says 1 "what there is cannot be arranged so that every rule is kept" "$linnet" plan site $r --reallocate --set reuse-budget=1000
refuses "budget is 0; it must be more than 0" "$linnet" plan site $r --reallocate --set reuse-budget=0
refuses "re-use has one aim" "$linnet" plan site $r --reallocate --aim "smallest gap"
says 0 "1255 minutes" "$linnet" plan site --orlib pmed tests/data/siting/pmed10.txt
says 0 "cost 1040444.3750" "$linnet" plan site --orlib cap tests/data/siting/cap41.txt

# ---- numbers changed, and the plan played through ----
q=data/siting/day-services-east-midlands.yaml
says 0 "sites open                        -               7" "$linnet" plan site $q --set budget=4500000,fill=80
says 0 "most people within reach" "$linnet" plan site $q --set "aim=most within 30 minutes"
says 0 "GROWS: the queue at Leicester" "$linnet" plan site $q --simulate
says 0 "share admitted within the target" "$linnet" plan site data/siting/reuse-beds-east-midlands.yaml --reallocate --simulate --replications 3
"$linnet" plan site $q --set budget=4500000 --format json >"$dir/set.json"
printf 'extends: day-services-east-midlands.yaml\nchanges:\n  - {id: rules.budget, value: 4500000}\n' >"$dir/mine.yaml"
"$linnet" plan site "$dir/mine.yaml" --format json >"$dir/mine.json"
is "a question that extends another: the same bytes" "$(cmp "$dir/set.json" "$dir/mine.json" && echo same)" same
is "inputs and version stand in it" "$(grep -c '"inputs":"[0-9a-f]*","version":"' "$dir/mine.json")" 1
"$linnet" plan site "$dir/mine.yaml" --scenario "$dir/plan.yaml" --simulate --format json >"$dir/played.json"
"$linnet" plan simulate "$dir/plan.yaml" --replications 30 --format json >"$dir/again.json"
is "the scenario that is written gives what was played" "$(cmp "$dir/played.json" "$dir/again.json" && echo same)" same
says 0 "plan.yaml: right" "$linnet" plan check "$dir/plan.yaml"
extended() { printf 'extends: day-services-east-midlands.yaml\n%b' "$1" >"$dir/bad.yaml"; refuses "$2" "$linnet" plan site "$dir/bad.yaml"; }
extended 'sites: []\n' 'bad.yaml:2:1: "sites" is not a word that belongs here'
extended 'changes:\n  - {id: rules.colour, value: 3}\n' "bad.yaml:3:10: this number cannot be changed; those that can are rules.budget"
extended 'changes:\n  - {id: rules.budget, value: lots}\n' "bad.yaml:3:31: budget needs a number"
extended 'changes:\n  - {id: areas.per-1000, value: none}\n' "areas.per-1000 cannot be left out"
extended 'changes:\n  - {id: reuse.move-at-most, value: 2}\n' 'the question has no "reuse"'
extended 'changes:\n  - {id: rules.fill-at-most, value: 200}\n' "it must be from 1 to 100"
printf 'extends: ../plans/east-midlands.yaml\n' >"$dir/bad.yaml"; refuses "bad.yaml:1:10: extends names a file of data/siting" "$linnet" plan site "$dir/bad.yaml"
printf 'extends: nothing-there.yaml\n' >"$dir/bad.yaml"; refuses "bad.yaml:1:10: it cannot be extended" "$linnet" plan site "$dir/bad.yaml"
refuses "set is written budget=3000000" "$linnet" plan site $q --set colour=red
refuses "one plan is played through, not a frontier" "$linnet" plan site $q --simulate --frontier
refuses "replications is 2 to" "$linnet" plan site $q --simulate --replications 1
sed 's/kind: places/kind: hotels/' $q >"$dir/bad.yaml"; refuses "play says its kind: beds, places or caseload" "$linnet" plan site "$dir/bad.yaml"
sed 's/16 places: 16}/17 places: 16}/' $q >"$dir/bad.yaml"; refuses 'does not say how many the size "16 places" has' "$linnet" plan site "$dir/bad.yaml"

# ---- a small one, from tables ----
mkdir "$dir/p"
printf 'area,demand,group\nNorth,10,a\nSouth,20,b\n' >"$dir/p/areas.csv"
printf 'site,now,keep\nP,small,may close\nQ,,\n' >"$dir/p/sites.csv"
printf 'area,site,minutes\nNorth,P,5\nNorth,Q,40\nSouth,P,50\nSouth,Q,10\n' >"$dir/p/ways.csv"
cat >"$dir/p/p.yaml" <<'Y'
siting: small
areas: {file: areas.csv}
sizes:
  - {size: small, serves: 20, price: 100}
  - {size: large, serves: 40, price: 150}
sites: {file: sites.csv}
travel: {file: ways.csv}
aim: least travel
Y
says 0 "250 minutes in all" "$linnet" plan site "$dir/p/p.yaml"
"$linnet" plan site "$dir/p/p.yaml" --format csv >"$dir/sites.csv"
is "sites as a table" "$(tr -d '\r' <"$dir/sites.csv" | sed -n 2p)" "P,small,small,10,20,100,yes"
"$linnet" plan site "$dir/p/p.yaml" --format csv --by areas >"$dir/areas.csv"
is "who goes where" "$(tr -d '\r' <"$dir/areas.csv" | sed -n 3p)" "South,South,20,Q,20,10.00"
"$linnet" plan site "$dir/p/p.yaml" --frontier --format csv >"$dir/frontier.csv"
is "the whole frontier" "$(tr -d '\r' <"$dir/frontier.csv" | cut -d, -f1-4 | tr '\n' ' ')" "cost,value,bound,proven 200,250,250,yes 150,600,600,yes "
says 0 "Optimal: proven" "$linnet" plan site "$dir/p/p.yaml" --aim "least longest way"
"$linnet" plan site "$dir/p/p.yaml" --format json --out "$dir/out.json"
is "--out" "$(grep -c '"proven":true' "$dir/out.json")" 1

# ---- refusals ----
sed 's/^aim.*/rules: {budget: 140}/' "$dir/p/p.yaml" >"$dir/p/poor.yaml"
says 1 "poor.yaml:8:17: the budget of 140 is too small" "$linnet" plan site "$dir/p/poor.yaml"
printf 'area,demand,group\nNorth,10,a\nSouth,200,b\n' >"$dir/p/many.csv"
sed 's/areas.csv/many.csv/' "$dir/p/p.yaml" >"$dir/p/many.yaml"
refuses "there is room for 80 at most, but 210 children need it" "$linnet" plan site "$dir/p/many.yaml"
printf 'area,site,minutes\nNorth,P,5\nSouth,R,50\n' >"$dir/p/wrong.csv"
sed 's/ways.csv/wrong.csv/' "$dir/p/p.yaml" >"$dir/p/wrong.yaml"
refuses "wrong.csv:3: column 2: there is no site \"R\"" "$linnet" plan site "$dir/p/wrong.yaml"
sed 's/ways.csv/none.csv/' "$dir/p/p.yaml" >"$dir/p/none.yaml"
refuses "none.yaml:7:16:" "$linnet" plan site "$dir/p/none.yaml"
sed 's/ways.csv/..\/ways.csv/' "$dir/p/p.yaml" >"$dir/p/up.yaml"
refuses "without \"..\"" "$linnet" plan site "$dir/p/up.yaml"
sed 's/^aim/rules: {keep-existing: 2}\naim/' "$dir/p/p.yaml" >"$dir/p/keep.yaml"
refuses "keep.yaml:8:8: keep-existing is 2, but 1 sites are there today" "$linnet" plan site "$dir/p/keep.yaml"
refuses "does not say how its services work" "$linnet" plan site "$dir/p/p.yaml" --simulate
refuses "say what there is" "$linnet" plan site "$dir/p/p.yaml" --reallocate
refuses "--aim is" "$linnet" plan site "$dir/p/p.yaml" --aim happiness
refuses "--points is 2 to" "$linnet" plan site "$dir/p/p.yaml" --frontier --points 1
refuses "--orlib is pmed or cap" "$linnet" plan site "$dir/p/p.yaml" --orlib tsp
refuses "could not be opened" "$linnet" plan site "$dir/nothing.yaml"
refuses "something is missing" "$linnet" plan site
refuses "the number of vertices" "$linnet" plan site --orlib pmed "$dir/p/p.yaml"

end
