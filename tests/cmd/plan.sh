#!/bin/bash
# linnet plan: scenarios checked, played through, compared and sized; before and after;
# the same bytes for any number of threads; every mistake with file, line and column.
. "$(dirname "$0")/lib"
em=data/plans/east-midlands.yaml

# ---- check ----
says 0 "east-midlands.yaml: right." "$linnet" plan check data/plans/east-midlands.yaml data/plans/set-one-clinic.yaml
parses "$linnet" plan check data/plans/east-midlands-every-county.yaml
sed 's/mean: { value: 30, low: 24/mean: { value: -30, low: 24/; s/ages: 0 to 17/ages: 17 to 0/; s/go-to: beacon/go-to: becon/' $em >"$dir/wrong.yaml"
"$linnet" plan check "$dir/wrong.yaml" >"$dir/told" 2>&1
is "status of a wrong scenario" $? 1
is "all three mistakes" "$(wc -l <"$dir/told")" 3
line=$(grep -n 'value: -30' "$dir/wrong.yaml" | cut -d: -f1)
is "file, line and column" "$(grep -c "^$dir/wrong.yaml:$line:28: \"mean\" must be more than 0 days" "$dir/told")" 1
is "as CSV" "$("$linnet" plan check "$dir/wrong.yaml" --format csv | wc -l)" 4
says 2 "do you mean beacon" "$linnet" plan simulate "$dir/wrong.yaml"
refuses "could not be opened" "$linnet" plan simulate "$dir/nothing.yaml"
refuses "something is missing" "$linnet" plan check

# ---- simulate ----
says 0 "numbers are guesses" "$linnet" plan simulate $em --replications 10 --years 1
is "guesses come first" "$("$linnet" plan simulate $em --replications 5 --years 1 | head -1 | grep -c 'numbers are guesses')" 1
says 0 "the rule fails here" "$linnet" plan simulate $em --replications 40
parses "$linnet" plan simulate $em --replications 5 --years 1
"$linnet" plan simulate $em --replications 12 --years 1 --format json --threads 1 >"$dir/one.json"
"$linnet" plan simulate $em --replications 12 --years 1 --format json --threads 4 --out "$dir/four.json"
cmp -s "$dir/one.json" "$dir/four.json" && good || bad "other threads give other bytes"
is "hash, seed, version" "$(grep -c '"input_hash":"[0-9a-f]*","seed":1,"version":"' "$dir/one.json")" 1
"$linnet" plan simulate $em --replications 12 --years 1 --format json --seed 2 | cmp -s - "$dir/one.json" && bad "another seed gives the same" || good
refuses "Replications must be 2" "$linnet" plan simulate $em --replications 1
refuses "Replications must be 2" "$linnet" plan simulate $em --replications 0
refuses "Threads must be 1" "$linnet" plan compare $em $em --threads 0
refuses "a whole number is needed" "$linnet" plan size $em --service beacon --seed -1
refuses "Years must be 1" "$linnet" plan simulate $em --years 70
refuses "could not be written" "$linnet" plan simulate $em --replications 2 --years 1 --out "$dir/no/such/folder"

# ---- compare ----
says 0 "Same children and the same draws in both" "$linnet" plan compare $em data/plans/east-midlands-every-county.yaml --replications 10 --years 1
parses "$linnet" plan compare $em data/plans/east-midlands-every-county.yaml --replications 5 --years 1
"$linnet" plan compare $em $em --replications 5 --years 1 --format csv >"$dir/same.csv"
is "nothing differs from itself" "$(tail -n +2 "$dir/same.csv" | cut -d, -f9- | grep -cv '"\?,\?0,')" 0
refuses "something is missing" "$linnet" plan compare $em

# a scenario of three lines, in a folder of its own, extends one that comes with the program
mkdir "$dir/mine"
printf 'extends: east-midlands.yaml\nname: one bed more\nservices:\n  - id: beacon\n    beds: 7\n' >"$dir/mine/more.yaml"
says 0 "one bed more" "$linnet" plan compare $em "$dir/mine/more.yaml" --replications 5 --years 1
printf 'name: "a\\e[31mred"\n' >"$dir/mine/red.yaml"
says 1 "red.yaml:1:8: \"name\" holds a control character" "$linnet" plan check "$dir/mine/red.yaml"
# nothing outside the folder is opened on behalf of a file that came from somewhere else
for outside in /etc/passwd ../plain.yaml; do
	printf 'extends: %s\nname: x\n' "$outside" >"$dir/mine/outside.yaml"
	says 1 "outside.yaml:1:10: \"$outside\" cannot be read: a scenario names files beside it" "$linnet" plan check "$dir/mine/outside.yaml"
done
printf 'name: x\nstart: 2026-01-01\nareas:\n  - { id: a, name: Caf\351 }\n' >"$dir/mine/latin.yaml"
says 1 "latin.yaml:4:23: this byte is not UTF-8" "$linnet" plan check "$dir/mine/latin.yaml"
printf 'name: x\nareas:\n\t- { id: a }\n' >"$dir/mine/tab.yaml"
says 1 "tab.yaml:3:1: a tab stands here; indent with spaces" "$linnet" plan check "$dir/mine/tab.yaml"
printf 'extends: gone.yaml\nname: x\n' >"$dir/mine/gone.yaml"
says 1 "gone.yaml:1:10: " "$linnet" plan check "$dir/mine/gone.yaml"

# ---- size ----
iha=data/plans/set-initial-health-assessments.yaml
says 0 "3 slots a week are needed so that 95 % begin within 20 working days" "$linnet" plan size $iha --service clinic-southend --replications 30 --years 3
parses "$linnet" plan size $iha --service clinic-southend --replications 10 --years 1
refuses "share is 1 to 99" "$linnet" plan size $iha --service clinic-southend --share 100
refuses "most is 1 to" "$linnet" plan size $iha --service clinic-southend --most 0
refuses "clinic-essex clinic-southend clinic-thurrock" "$linnet" plan size $iha --service nobody
says 1 "Not even 1 are enough" "$linnet" plan size $iha --service clinic-southend --most 1 --replications 5 --years 1

# ---- before and after ----
says 1 "Not judged" "$linnet" plan before-after data/plans/ash-villa.yaml
says 1 "first lockdown" "$linnet" plan before-after data/plans/ash-villa.yaml
"$linnet" plan before-after data/plans/ash-villa.yaml --format csv | grep -q '^rate ratio,,,0.204' && good || bad "the ratio"
sed 's/count: 6/count: six/' data/plans/ash-villa.yaml >"$dir/six.yaml"
says 2 "six.yaml:12:10: \"count\" needs a whole number" "$linnet" plan before-after "$dir/six.yaml"
# ---- a load of exactly one, and nobody at all ----
cat >"$dir/one.yaml" <<'Y'
name: one server
start: 2026-01-05
years: 2
areas:
  - { id: a, name: A, children: 1000, at: [52, -1], guess: yes }
needs:
  - { id: n, name: N }
services:
  - { id: x, name: X, kind: beds, beds: 1, stay: { mean: 10 }, guess: yes }
demand:
  - { id: d, need: n, per-year: 36.525, to: x, guess: yes }
Y
says 0 "its queue grows without end, ever more slowly" "$linnet" plan simulate "$dir/one.yaml" --replications 4
sed 's/36.525/0/' "$dir/one.yaml" >"$dir/nobody.yaml"
says 0 "0.00 to 0.00" "$linnet" plan simulate "$dir/nobody.yaml" --replications 4
says 0 "Does it reproduce the published change" "$linnet" plan compare data/plans/north-west-london.yaml data/plans/north-west-london-new-model.yaml --replications 4
says 0 "whom neither change touches" "$linnet" plan compare data/plans/north-west-london.yaml data/plans/north-west-london-new-model.yaml --replications 4

end
