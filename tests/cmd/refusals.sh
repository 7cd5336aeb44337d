#!/bin/bash
# What the command line refuses: in one line, with exit 2 (or 1 where the answer is no).
. "$(dirname "$0")/lib"
export LINNET_STORE=sqlite:$dir/a.db
refuses "no command" "$linnet" dance
says 2 "import tables" "$linnet" import
says 2 "import tables" "$linnet" import chairs
refuses "There is no store" "$linnet" worklist
refuses "There is no store" "$linnet" worklist --store "sqlite:$dir/none.db"
is "asking makes no store" "$(ls "$dir"/*.db 2>/dev/null)" ""
echo "this is a letter, not a store; it goes on for a while so that it is longer than a heading" >"$dir/letter.db"
for i in 1 2 3 4 5 6; do cat "$dir/letter.db" "$dir/letter.db" >"$dir/l" && mv "$dir/l" "$dir/letter.db"; done
sum=$(cksum <"$dir/letter.db")
for command in verify init doctor "backup $dir/x"; do
	# shellcheck disable=SC2086
	says 2 "linnet: " "$linnet" $command --store "sqlite:$dir/letter.db"
done
is "what is no store stays as it was" "$(cksum <"$dir/letter.db")" "$sum"
refuses "" "$linnet" verify --store oracle:x
mkfifo "$dir/pipe" # nobody writes into it: it is not waited for
refuses "pipe is not a file" timeout 20 "$linnet" verify --store "sqlite:$dir/pipe"
refuses "pipe is not a whole backup" timeout 20 "$linnet" restore "$dir/pipe" --store "sqlite:$dir/new.db"
refuses "" "$linnet" verify --store "postgres:host=$dir dbname=none"
refuses "" "$linnet" init --store "sqlite:/nowhere/at/all.db"
: >"$dir/empty.db"
says 2 "linnet: " "$linnet" verify --store "sqlite:$dir/empty.db"
"$linnet" init >/dev/null || bad "init"
"$linnet" import tables tests/cmd/small >/dev/null || bad "import"

# ---- init: what is relied on stays what it is ----
says 2 "nowhere.yaml" "$linnet" init --region nowhere --store "sqlite:$dir/new.db"
is "a region that is not there makes no store" "$(ls "$dir"/new.db* 2>/dev/null)" ""
says 1 "is no demonstration: it holds 4 children and 0 accounts" "$linnet" init --demonstration # a store in use is made no demonstration
is "nor has it sign-ins" "$("$linnet" account list --format json)" "[]"
says 0 "Ready" "$linnet" init --store "sqlite:$dir/accounts.db"
echo "long and unguessable enough" | "$linnet" account --login b.finch --name Bea --role nurse --org LAC-SET-DEMO --store "sqlite:$dir/accounts.db" >/dev/null || bad "account"
says 1 "0 children and 1 accounts" "$linnet" init --region set --demonstration --store "sqlite:$dir/accounts.db"
demo=sqlite:$dir/demo.db
says 0 "Ready" "$linnet" init --demonstration --store "$demo"
"$linnet" import tables tests/cmd/small --store "$demo" >/dev/null || bad "import"
says 0 "Ready" "$linnet" init --demonstration --store "$demo" # it is one already
loads=$("$linnet" audit show --format csv --store "$demo" | grep -c loaded)
says 0 "London" "$linnet" init --region london --store "sqlite:$dir/london.db"
says 0 "London" "$linnet" init --store "sqlite:$dir/london.db" # the store's own region
grep -q "Until now" "$dir/out" && bad "it moved" || good
says 0 "Until now its region was London" "$linnet" init --region set --store "sqlite:$dir/london.db"
says 1 "serves the region set (4 children, 0 accounts)" "$linnet" init --region london
says 0 "Southend" "$linnet" init
says 0 "London. Until now its region was Southend" "$linnet" init --region london --change-region
says 0 "Ready" "$linnet" init --region set --change-region

# ---- options ----
for command in init synth "import tables x" worklist "explain a b" verify rebuild "backup x" "restore x" doctor account standards "rules list"; do
	# shellcheck disable=SC2086
	refuses "no option --frob" "$linnet" $command --frob 3
	# shellcheck disable=SC2086
	refuses "--format is table, csv or json" "$linnet" $command --format xml
	# shellcheck disable=SC2086
	refuses "--store needs a value" "$linnet" $command --store
	# shellcheck disable=SC2086
	refuses "no option --frob" "$linnet" $command --frob # it stands last: not "needs a value"
	# shellcheck disable=SC2086
	refuses "no option -f here" "$linnet" $command -f
done
for command in verify rebuild init "backup x" "import tables x"; do
	# shellcheck disable=SC2086
	refuses "no option --as-of" "$linnet" $command --as-of 2026-01-01
done
for day in 2026-02-30 31/02/2026 soon "" 2026-1 20260101 "2026-01-01 "; do
	refuses "--as-of needs a day" "$linnet" worklist --as-of "$day"
done
refuses "--as-known-on needs" "$linnet" worklist --as-known-on 2026-02-30
refuses "--as-known-on needs" "$linnet" worklist --as-known-on 2026-02-20T25:00:00Z
refuses "--recorded-on needs" "$linnet" import tables tests/cmd/small --recorded-on sometime
refuses "takes no value" "$linnet" import tables tests/cmd/small --dry-run=no
refuses "whole number" "$linnet" worklist --limit many
refuses "1 to 200" "$linnet" worklist --limit 0
refuses "1 to 200" "$linnet" worklist --limit 201
refuses "no option --as-of" "$linnet" verify --as-of
there() { (cd "$dir" && "$linnet" "$@"); } # where a file of a wrong name would do no harm
for command in backup "backup x" "import tables" worklist; do
	# shellcheck disable=SC2086
	says 0 "Example:" there $command -h
done
refuses "no option -x.bak" there backup -x.bak
refuses "no option - here" there backup -
is "no file that is called like an option" "$(ls "$dir"/-* 2>/dev/null)" ""
says 0 "Usage: linnet COMMAND" "$linnet" -h
says 0 "import tables" "$linnet" import -h
refuses "/nowhere is not there" "$linnet" import tables /nowhere
refuses "Nothing was loaded" "$linnet" import tables tests/cmd/small --kept-back /nowhere --store "$demo"
refuses "Nothing was loaded" "$linnet" import list README.md --council Essex --kept-back README.md
printf 'a,b\n1,2\n' >"$dir/book.csv"
printf 'mapping: m\n' >"$dir/m.yaml"
refuses "" "$linnet" import workbook "$dir/book.csv" --mapping "$dir/m.yaml" --kept-back /nowhere
is "and nothing was" "$("$linnet" audit show --format csv --store "$demo" | grep -c loaded)" "$loads"
refuses "one word too many" "$linnet" worklist now
refuses "something is missing" "$linnet" explain
refuses "something is missing" "$linnet" import tables
refuses "no standard \"frob\"" "$linnet" worklist --clock frob
refuses "no holder" "$linnet" worklist --holder frob
refuses "no council" "$linnet" worklist --council frob
refuses "no area" "$linnet" worklist --area frob
refuses "no list" "$linnet" worklist --list frob
refuses "whose list" "$linnet" worklist --org frob
refuses "small letters" "$linnet" init --region ../../etc/passwd
says 2 "" "$linnet" init --region nowhere
says 2 "" "$linnet" verify --data /nowhere

# ---- children ----
says 1 "no such child" "$linnet" explain Nobody iha-returned
says 1 "no such child" "$linnet" explain "" iha-returned
says 1 "no such child" "$linnet" explain 9990001014 iha-returned
says 1 "no such child" "$linnet" explain "' OR 1=1 --" iha-returned
refuses "2 children fit" "$linnet" explain E-1 iha-returned
refuses "2 children fit" "$linnet" explain linden iha-returned
says 1 "no clock \"frob\"" "$linnet" explain E10000012/E-1 frob
says 1 "no clock" "$linnet" explain E10000012/E-1 iha-returned.9
says 1 "no clock" "$linnet" explain E10000012/E-1 iha-returned.0
says 1 "no clock" "$linnet" explain E10000012/E-1 iha-returned.x

# ---- what was typed is told without what a screen would obey ----
esc=$'\x1b[2J'
is "nothing writes to standard error but err_say and the bar" "$(grep -l 'fprintf(stderr\|[^_]stderr)' src/cmd/*.c src/work/*/*.c src/work/*.c | tr '\n' ' ')" "src/cmd/cmd.c src/cmd/main.c "
for command in "dance$esc" "worklist --$esc" "worklist --as-of $esc" "worklist now$esc" \
	"agreement write --agreement $esc" "chase --format $esc" "import tables $dir/$esc" \
	"import list $dir/$esc --council Essex" "import list $dir/letter.db --council Essex --on $esc" \
	"import tables tests/cmd/small --kept-back $dir/none/$esc --dry-run" "import workbook $dir/$esc" "audit show --by $esc" \
	"synth --as $esc --out $dir/s" "plan check $dir/$esc" "backup $dir/none/$esc" "rules show $esc"; do
	# shellcheck disable=SC2086
	"$linnet" $command >"$dir/out" 2>"$dir/err" </dev/null
	is "control signs of: ${command%%$'\x1b'*}" "$(tr -d '[:print:]\n\t\200-\377' <"$dir/err" | wc -c)" 0
	grep -q $'\xef\xbf\xbd' "$dir/err" && good || bad "what was typed is not told: ${command%%$'\x1b'*}"
done
end
