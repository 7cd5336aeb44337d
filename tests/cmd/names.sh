#!/bin/bash
# How ids stand before people: in addresses, forms, files and on the terminal none is a number or a text
# that tells which one follows which, so that no gap tells of an entry that is kept from somebody. Every page
# that can be walked to is looked at, by several roles. What was sent before still opens; a restored store
# keeps its addresses.
. "$(dirname "$0")/lib"
store=sqlite:$dir/a.db
export LINNET_STORE=$store
letters=0123456789abcdefghjkmnpqrstvwxyz
plain() { # plain NUMBER: as ids were written before
	local n=$1 text="" i
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do text=${letters:$((n & 31)):1}$text n=$((n >> 5)); done
	echo "$text"
}
"$linnet" synth --out "$dir/tables" --children 30 --seed 3 --today 2026-03-02 >/dev/null || bad "synth"
"$linnet" init --region set --demonstration >/dev/null || bad "init"
"$linnet" import tables "$dir/tables" >/dev/null || bad "import"
numbers() { sqlite3 "$dir/a.db" "SELECT id FROM event UNION SELECT id FROM person UNION SELECT id FROM account UNION SELECT id FROM load"; }
told() { # told WORDS FILES...: what stands in them is written under the key
	local words=$1 of
	shift
	of=$(cat "$@" | grep -aoE '(^|[^0-9a-z])0[0-9a-hjkmnp-tv-z]{12}([^0-9a-z]|$)|[0-9]{15,}' | sort -u | head -5)
	is "$words: ids as they are kept" "$of" ""
	numbers | sort >"$dir/numbers"
	is "$words: ids as numbers" "$(cat "$@" | grep -aowF -f "$dir/numbers" | sort -u | head -5)" ""
}

# -- the terminal
mkdir "$dir/said"
child=$(sqlite3 "$dir/a.db" "SELECT o.code || '/' || p.ref FROM person p JOIN organisation o ON o.id = p.council WHERE p.family IS NOT NULL ORDER BY p.id LIMIT 1")
n=0
say() { n=$((n + 1)); "$linnet" "$@" >"$dir/said/$n" 2>&1 </dev/null; }
for format in text csv json; do
	say worklist --format $format
	say explain "$child" --format $format
	say measure iha-returned --children --format $format
	say audit show --format $format
	say account list --format $format
	say access notices --format $format
	say erase ask "$child" --ground order --why 'Order 1' --format $format
	say erase list --format $format
done
told "on the terminal" "$dir"/said/*
id=$("$linnet" worklist --format csv | sed -n 's/^[a-z-]*,\([g-z][^,]*\),.*/\1/p' | head -1)
is "an id is 13 letters, the first from g on" "$(grep -cE '^[g-z][0-9a-hjkmnp-tv-z]{12}$' <<<"$id")" 1
number=$(sqlite3 "$dir/a.db" "SELECT person FROM work_row ORDER BY person LIMIT 1")
says 0 "" "$linnet" explain "$id"
says 0 "" "$linnet" explain "$(plain "$number")"

# -- pages: every address that a page leads to, by each role
serve "$store"
walk() { # walk LOGIN PAGES: into $dir/LOGIN/
	local who=$1 most=$2 at got=0
	mkdir "$dir/$who"
	sign_in "$who" "$dir/$who.jar"
	: >"$dir/seen"
	printf '/\n/children?q=a\n/chase\n/measures\n/oversight\n/access\n/retention\n/import\n/import/new\n' >"$dir/todo"
	while [ -s "$dir/todo" ] && [ $got -lt "$most" ]; do
		at=$(head -1 "$dir/todo")
		sed -i 1d "$dir/todo"
		grep -qxF -e "$at" "$dir/seen" && continue
		echo "$at" >>"$dir/seen"
		got=$((got + 1))
		curl -s -m 30 -b "$dir/$who.jar" -D "$dir/$who/$got.head" -o "$dir/$who/$got" "$base$at"
		# of each kind of page a few
		grep -aoE '(href|action)="/[^"#]*' "$dir/$who/$got" | sed 's/^[a-z]*="//; s/&amp;/\&/g' | grep -vE '^/(assets|help|rules|plan|safety|sign-out)' >>"$dir/todo"
		awk '{ k = $0; gsub(/[g-z][0-9a-hjkmnp-tv-z]{12}|0[0-9a-hjkmnp-tv-z]{12}/, "ID", k); sub(/\?.*/, "?", k); if (!had[$0]++ && kinds[k]++ < 6) print }' "$dir/todo" >"$dir/todo.new"
		mv "$dir/todo.new" "$dir/todo"
	done
}
for who in nurse social-worker admin governance; do
	walk "$who" 90
	is "pages of $who" "$([ "$(ls "$dir/$who" | grep -vc head)" -gt 10 ] && echo some)" some
	told "on pages of $who" "$dir/$who"/*
done
is "there were ids on them" "$([ "$(cat "$dir"/nurse/* | grep -aoE '/child/[g-z][0-9a-hjkmnp-tv-z]{12}' | sort -u | wc -l)" -gt 10 ] && echo yes)" yes
is "and forms" "$([ "$(cat "$dir"/nurse/* | grep -acE 'name="version" value="[g-z][0-9a-hjkmnp-tv-z]{12}"')" -gt 0 ] && echo yes)" yes
is "an address" "$(ask -b "$dir/nurse.jar" "$base/child/$id")" 200
is "an address that was kept from before" "$(ask -b "$dir/nurse.jar" "$base/child/$(plain "$number")")" 200
is "an address of another store" "$(ask -b "$dir/nurse.jar" "$base/child/zzzzzzzzzzzzz")" 404
stop

# -- a restored store has the same addresses
mkdir "$dir/backups"
says 0 "" "$linnet" backup --into "$dir/backups"
says 0 "" "$linnet" restore "$dir"/backups/*.bak --store "sqlite:$dir/b.db"
is "the same addresses" "$("$linnet" worklist --format csv --store "sqlite:$dir/b.db" | sum)" "$("$linnet" worklist --format csv | sum)"
"$linnet" init --region set --store "sqlite:$dir/c.db" >/dev/null || bad "init"
is "another store has another key" "$(for s in a b c; do sqlite3 "$dir/$s.db" "SELECT value FROM setting WHERE name = 'id-key'"; done | uniq -c | tr -s ' ' | cut -d' ' -f2 | paste -sd' ')" "2 1"
end
