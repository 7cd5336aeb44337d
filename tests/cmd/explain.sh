#!/bin/bash
# What `linnet explain` and the page of a date say of what people enter. Two sides do not agree whose days they
# were: each stands there word for word, and changes no day. An entry is corrected twice: the last one counts.
. "$(dirname "$0")/lib"
store=sqlite:$dir/a.db
export LINNET_STORE=$store
"$linnet" init --region set --demonstration >/dev/null || bad "init"
"$linnet" import tables tests/cmd/small >/dev/null || bad "import"
why=("$linnet" explain E10000012/E-1 iha-returned)
id=$("$linnet" worklist --format csv | sed -n 's/^late,\([^,]*\),Wren,.*,iha-returned,.*/\1/p')
team="Southend, Essex and Thurrock looked-after children's health team (demonstration)"
page=/child/$id/clock/iha-returned
said() { # said LOGIN WORDS: on the page of the date
	local token
	[ -s "$dir/$1" ] || sign_in "$1" "$dir/$1"
	token=$(curl -s -b "$dir/$1" "$base$page/say" | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1)
	ask -b "$dir/$1" --data-urlencode "token=$token" --data-urlencode "words=$2" "$base$page/say"
}
part() { sed -n "/^$1/,/^$/p" "$dir/out"; } # a part of what explain prints

"${why[@]}" >"$dir/before"
serve "$store"
says 0 "Whose days they were" "${why[@]}"
is "nobody has said anything" "$(part "What each side says")" ""

# -- one side
is "the council says" "$(said social-worker "The papers were complete on 8 January: \"all of them\" & <b>signed</b>.")" 303
says 0 "What each side says about these days" "${why[@]}"
is "one side alone" "$(part "What each side says")" 'What each side says about these days
  Essex, Mon 2 Mar 2026, Marcus Tolliver-Reed: The papers were complete on 8 January: "all of them" & <b>signed</b>.
  Nobody else has said anything yet.'
is "its page" "$(ask -b "$dir/social-worker" "$base$page")" 200
grep -q "<p>Nobody else has said anything yet.</p>" "$dir/out" && good || bad "the page says that nobody else has"

# -- and the other, on the next day
stop
rm "$dir/social-worker" # a sign-in ends with its day
export LINNET_NOW=2026-03-03T10:00:00Z
serve "$store"
is "the health team says" "$(said nurse "They came without consent, on the 13th.")" 303
is "no words are no statement" "$(said nurse "  ")" 400
says 0 "What each side says about these days" "${why[@]}"
is "both sides" "$(part "What each side says")" 'What each side says about these days
  Essex, Mon 2 Mar 2026, Marcus Tolliver-Reed: The papers were complete on 8 January: "all of them" & <b>signed</b>.
  '"$team"', Tue 3 Mar 2026, Wren Castleford-Ash: They came without consent, on the 13th.'
is "both sides in JSON" "$("${why[@]}" --format json | node -e 'const x = JSON.parse(require("fs").readFileSync(0)); console.log(x.statements.map((s) => Object.values(s).join("|")).join("\n"))')" \
	'Essex|2026-03-02|The papers were complete on 8 January: "all of them" & <b>signed</b>.
'"$team"'|2026-03-03|They came without consent, on the 13th.'
is "both sides in CSV" "$("${why[@]}" --format csv | grep ^says | tr -d '\r')" \
	'says,Essex,2026-03-02,,"The papers were complete on 8 January: ""all of them"" & <b>signed</b>."
says,"'"$team"'",2026-03-03,,"They came without consent, on the 13th."'
for who in social-worker nurse; do
	[ -s "$dir/$who" ] || sign_in "$who" "$dir/$who"
	is "the page of $who" "$(ask -b "$dir/$who" "$base$page")" 200
	is "both sides on the page of $who" "$(grep -o '<h3 class="nhsuk-heading-s">[^<]* says</h3><p>.*</p><p class="ln-small">[^<]*' "$dir/out" | sed 's/<[^>]*>/ /g; s/  */ /g' | sed "s/&#39;/'/g")" \
		' Essex says The papers were complete on 8 January: &quot;all of them&quot; &amp; &lt;b&gt;signed&lt;/b&gt;. Mon 2 Mar 2026, Marcus Tolliver-Reed
 '"$team"' says They came without consent, on the 13th. Tue 3 Mar 2026, Wren Castleford-Ash'
	grep -q "Nobody else has said" "$dir/out" && bad "$who: somebody else has" || good
done
# -- an entry, corrected and corrected again: the last one counts, and where it came from is said
enter() { # enter ADDRESS DAY WORDS NOTE: looks first, then sets $event
	ask -b "$dir/nurse" "$base/child/$id/$1" >/dev/null
	local token version
	token=$(sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' "$dir/out" | head -1)
	version=$(sed -n 's/.*name="version" value="\([^"]*\)".*/\1/p' "$dir/out" | head -1)
	local step
	for step in preview save; do
		curl -s -o "$dir/$step" -D "$dir/head" -b "$dir/nurse" -d step=$step -d "version=$version" -d "at=$2" -d code=initial -d code2=doctor \
			--data-urlencode "token=$token" --data-urlencode "why=$3" --data-urlencode "note=${4:-}" "$base/child/$id/$1"
	done
	event=$(sed -n 's/^[Ll]ocation: .*saved=\([0-9a-z]*\).*/\1/p' "$dir/head")
	[ -n "$event" ] && good || bad "entered: $1 $2"
}
seen() { "${why[@]}" >"$dir/out" && grep -A1 "^  Seen for a health assessment\|^  Seen by a doctor" "$dir/out" | grep -v "^  Report" | tr -s ' '; }
noted() { ask -b "$dir/nurse" "$base/child/$id" >/dev/null; grep -c '<p class="ln-small">Note: ' "$dir/out"; }
is "no note yet" "$(noted)" 0
enter record/assessment-seen 2026-02-20 "" "Came with <her> carer"
note='<p class="ln-small">Note: Came with &lt;her&gt; carer</p>'
grep -qF "$note" "$dir/preview" && good || bad "the note is checked before it is saved"
is "the note under what happened" "$(noted) $(grep -cF "$note" "$dir/out")" "1 1"
is "as it was entered" "$(seen)" " Seen for a health assessment Fri 20 Feb 2026: initial health assessment, doctor [recorded Tue 3 Mar 2026]"
first=$event
enter "event/$event/correct" 2026-02-19 "the day before"
grep -q '>Note: ' "$dir/preview" && bad "a note that was taken out" || good
enter "event/$event/correct" 2026-01-30 "read from the report" "Two carers"
grep -qF '>Note: Two carers<' "$dir/preview" && good || bad "the note of a correction is checked before it is saved"
is "the note of a correction" "$(noted) $(grep -cF '>Note: Two carers<' "$dir/out")" "2 1"
is "corrected twice" "$(seen)" " Seen for a health assessment Fri 30 Jan 2026: initial health assessment, doctor [corrected Tue 3 Mar 2026]"
is "whose days follow" "$(part "Whose days they were" | tr -s ' ')" 'Whose days they were
 Council 5 working days, share 5 Consent and papers
 Health team 13 working days, share 10 Booking and seeing
 Clinic or provider 22 working days, share 5, 20 past the due day Writing the report
 Had the health team taken 10 working days, this would be day 37, not day 40.
 Had the clinic or provider taken 5 working days, this would be day 23, not day 40.
 Had each kept to their share, it would have been done by Tuesday 3 February 2026.'
is "the audit names the entry" "$("$linnet" audit show --format json | grep -c "\"did\":\"recorded\".*\"entry\":\"$first\"")" 1
is "the audit names the entry in CSV" "$("$linnet" audit show --format csv | tr -d '\r' | grep -c ",recorded,.*,$first\$")" 1
is "an entry that was corrected is not corrected again" "$(ask -b "$dir/nurse" "$base/child/$id/event/$first/correct")" 404
stop

# -- what is said changes no day, and was not known before it was said
"${why[@]}" --as-of 2026-03-02 --as-known-on 2026-03-02 | sed '/^What each side says/,/^$/d' >"$dir/after"
is "no day has moved" "$(diff <(sed '$d' "$dir/before") <(sed '$d' "$dir/after"))" ""
says 0 "Whose days they were" "${why[@]}" --as-known-on 2026-03-02
is "as known on the first day" "$(part "What each side says" | grep -c "papers were complete\|Nobody else")" 2
# -- another standard, another child: nothing is said there
for other in "E10000012/E-1 iha-seen" "E06000033/S-1 iha-returned"; do
	# shellcheck disable=SC2086
	"$linnet" explain $other >"$dir/out" 2>"$dir/err"
	is "nothing is said of $other" "$(grep -c "each side says" "$dir/out")" 0
done
end
