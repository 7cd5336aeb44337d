#!/usr/bin/env bash
# The HTTP server as others may meet it: headers, sessions, tokens, limits,
# slow clients, path tricks, every route by every role, stopping.
# usage: tests/web/server.sh SERVE   (SERVE: build/MODE/tests/web/serve)
set -u
cd "$(dirname "$0")/../.."
serve=${1:-build/check/tests/web/serve}
work=$(mktemp -d)
pid=""
finish() { [ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$work"; }
trap finish EXIT
passed=0; failed=0
ok() { passed=$((passed + 1)); }
no() { failed=$((failed + 1)); echo "FAILED $1"; }
is() { if [ "$2" = "$3" ]; then ok; else no "$1: wanted $3, got $2"; fi; }
has() { if grep -q -- "$3" "$2"; then ok; else no "$1: no \"$3\" in $(head -c 600 "$2")"; fi; }
hasnt() { if grep -qi -- "$3" "$2"; then no "$1: \"$3\" found"; else ok; fi; }

start() {
	"$serve" "$@" > "$work/out" 2> "$work/log" & pid=$!
	for _ in $(seq 300); do [ -s "$work/out" ] && break; sleep 0.1; done
	base=$(sed 's|/$||' "$work/out"); port=${base##*:}
	[ -n "$base" ] || { echo "the server did not start: $(cat "$work/log")"; exit 2; }
}
# Signs in as $1; the cookie in $work/$1.jar, the token of forms in $work/$1.token.
sign_in() {
	rm -f "$work/$1.jar"
	curl -s -o /dev/null -c "$work/$1.jar" -d "login=$1&password=invented" "$base/sign-in"
	curl -s -b "$work/$1.jar" "$base/help" | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -1 > "$work/$1.token"
}
status() { curl -s -o "$work/body" -D "$work/head" -w '%{http_code}' "$@"; }
# Bytes straight to the socket; the first line of the answer.
raw() { exec 9<>"/dev/tcp/127.0.0.1/$port"; printf "$1" >&9; timeout 5 head -1 <&9 | tr -d '\r'; exec 9>&-; }

start --fast
sign_in admin
as() { local who=$1; shift; status -b "$work/$who.jar" "$@"; }
# The same, and what follows by itself: a page that is still being worked out looks again, as in a browser.
follows() {
	local said
	for _ in $(seq 240); do
		said=$(as "$@")
		grep -qi '^refresh:' "$work/head" || break
		sleep 0.5
	done
	echo "$said"
}
child=$(curl -s -b "$work/admin.jar" "$base/" | grep -o 'href="/child/[^"/?]*"' | head -1 | cut -d'"' -f2)
event=$(curl -s -b "$work/admin.jar" "$base$child/happened" | grep -o "$child/event/[^/]*" | head -1)
load=$(curl -s -b "$work/admin.jar" "$base/import" | grep -o '/import/0[^"/]*' | tail -1)
asset=$(curl -s "$base/sign-in" | grep -o '/assets/linnet[^"]*')
[ -n "$child" ] && [ -n "$event" ] && [ -n "$load" ] && [ -n "$asset" ] && ok || no "the addresses to try were not found: $child $event $load $asset"

# -- every answer carries the strict headers
for path in / /sign-in /help "$child" "$child/clock/iha-returned" /nothing "$asset" /worklist.csv "$load" /health; do
	as admin "$base$path" > /dev/null
	for h in "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'" \
		"X-Content-Type-Options: nosniff" "Referrer-Policy: no-referrer" "Permissions-Policy: " "Cross-Origin-Opener-Policy: same-origin" \
		"Cross-Origin-Resource-Policy: same-origin"; do has "$path" "$work/head" "$h"; done
	case $path in /assets*) has "$path" "$work/head" "Cache-Control: public, max-age=31536000, immutable" ;; *) has "$path" "$work/head" "Cache-Control: no-store" ;; esac
	hasnt "$path runs no script" "$work/body" "<script"
	hasnt "$path has no inline style" "$work/body" ' style="'
done
# -- the standards book: anybody reads it, those who are signed in print it
is "the book, signed out" "$(status "$base/rules/book")" 200
has "the book says whether cases hold" "$work/body" "expectations hold"
has "its chapters are places of the page" "$work/body" 'href="#chapter-1"'
is "its PDF, signed out" "$(status "$base/rules/book.pdf")" 303
is "its PDF" "$(as admin "$base/rules/book.pdf")" 200
has "its PDF" "$work/head" "Content-Type: application/pdf"
is "its PDF is one" "$(head -c 5 "$work/body")" "%PDF-"
# -- the safety file: anybody reads it; the self-audit, the worst first, is the administrator's
is "safety, signed out" "$(status "$base/safety")" 200
has "safety" "$work/body" "What Linnet is for, and what it is not"; has "safety" "$work/body" "H01. A due date is worked out wrongly"
has "safety" "$work/body" "tests/unit/work_audit.c#every_column_is_under_the_seal"
is "self-audit" "$(as admin "$base/self-audit")" 200
has "self-audit" "$work/body" "1 to be mended"; hasnt "self-audit" "$work/body" "<b>7 MB"
# -- text of people is only ever text
as admin "$base/" > /dev/null; has "a name with < in it" "$work/body" "O’Finch &lt;b&gt;"
as admin "$base/children?q=%3Cscript%3E%22%27" > /dev/null; has "a search with < in it" "$work/body" 'value="&lt;script&gt;&quot;&#39;"'

# -- cookies and sessions
curl -s -o /dev/null -D "$work/head" -d 'login=admin&password=invented' "$base/sign-in"
has "cookie flags" "$work/head" "Set-Cookie: linnet=[^;]*; Path=/; HttpOnly; SameSite=Lax.$"
has "the cookie of a known browser goes to sign-in alone" "$work/head" "Set-Cookie: linnet-browser=[^;]*; Path=/sign-in; HttpOnly; SameSite=Strict; Max-Age=7776000.$"
is "a cookie of one's own making opens nothing" "$(status -b linnet=token99999999 "$base/")" 303
curl -s -o /dev/null -D "$work/head" -b linnet=chosen-by-somebody-else -d 'login=admin&password=invented' "$base/sign-in"
hasnt "session fixation" "$work/head" "linnet=chosen-by-somebody-else"
is "wrong password" "$(status -d 'login=admin&password=wrong' "$base/sign-in")" 200
has "wrong password" "$work/body" "do not match"
hasnt "wrong password sets no cookie" "$work/head" "Set-Cookie"
status "$base/list/late?turn=health&council=E10000012" > /dev/null
has "signed out, the address is kept" "$work/head" "Location: /sign-in?then=%2Flist%2Flate%3Fturn%3Dhealth%26council%3DE10000012"
back() { curl -s -o /dev/null -D "$work/head" --data-urlencode "then=$1" -d 'login=admin&password=invented' "$base/sign-in"; }
back '/list/late?turn=health'; has "and returned to" "$work/head" "Location: /list/late?turn=health"
for evil in 'https://elsewhere.invalid/' '//elsewhere.invalid/' '/\elsewhere.invalid' '/%2felsewhere' $'/x\r\nSet-Cookie: a=b' '/sign-out' 'x'; do
	back "$evil"; has "never led to $evil" "$work/head" "^Location: /.$"
done
# -- between the two steps of signing in: a token of its own, and nothing opens
curl -s -o /dev/null -D "$work/head" -c "$work/half.jar" -d 'login=half&password=invented&then=/children' "$base/sign-in"
has "a code is asked for" "$work/head" "^Location: /sign-in/code?then=%2Fchildren"
is "its page" "$(as half "$base/sign-in/code?then=%2Fchildren")" 200
has "its page" "$work/body" 'autocomplete="one-time-code"'
sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' "$work/body" | head -1 > "$work/half.token"
for path in / "$child" /children /account /people /measures /rules /worklist.csv; do
	is "half way: $path" "$(as half "$base$path")" 303
	has "half way: $path" "$work/head" "^Location: /sign-in"
done
is "half way: a form" "$(as half -d "token=$(cat "$work/half.token")" "$base$child/record/sdq-scored")" 303
is "half way: an upload" "$(as half -F "token=$(cat "$work/half.token")" -F "files=@data/kinds.yaml" "$base/import/new")" 403
is "a code without the token" "$(as half -d code=123456 "$base/sign-in/code")" 403
is "a wrong code" "$(as half -d "code=123456&token=$(cat "$work/half.token")" "$base/sign-in/code")" 400
has "a wrong code, beside its field" "$work/body" 'id="code-error"'
hasnt "the code is not said again" "$work/body" "123456"
is "the code page, of nobody" "$(status "$base/sign-in/code")" 303
is "the code page, signed in" "$(as admin "$base/sign-in/code")" 303
is "starting again" "$(as half -d "token=$(cat "$work/half.token")" "$base/sign-out")" 303
# -- joining: a link that is no link says nothing; nobody's header is believed
is "joining by no link" "$(status "$base/join/0000")" 404
is "joining" "$(status "$base/join/good")" 200
is "joining, from another site" "$(status -H 'Origin: https://elsewhere.invalid' -d new=x "$base/join/good")" 403
is "a host of one's own" "$(status -H 'Host: elsewhere.invalid' "$base/sign-in")" 200
hasnt "a host of one's own" "$work/body" "elsewhere.invalid"
status -H 'Host: elsewhere.invalid' "$base/" > /dev/null; hasnt "nor in a redirect" "$work/head" "elsewhere.invalid"
as admin "$base/people" > /dev/null; has "a name with < in it, among people" "$work/body" "Bea &lt;b&gt;Finch"
as admin "$base/account" > /dev/null; has "a browser's own words are only text" "$work/body" "Firefox on &lt;Linux&gt;"
is "no password, no secret" "$(as admin -d "token=$(cat "$work/admin.token")&step=code&code=123456" "$base/account/app")" 400
hasnt "no password, no secret" "$work/body" "GEZD"
is "the password, and the secret" "$(as admin -d "token=$(cat "$work/admin.token")&password=invented" "$base/account/app")" 200
has "the secret in fours" "$work/body" "GEZD GNBV"
has "its picture" "$work/body" '<path d="M4 4h7v1'
sign_in nurse
old=$(awk '$6 == "linnet" {print $7}' "$work/nurse.jar")
as nurse -d "token=$(cat "$work/nurse.token")" "$base/sign-out" > /dev/null
is "a session that was ended opens nothing" "$(status -b "linnet=$old" "$base/")" 303

# -- where a request ends is never in doubt: refused, closed, and nothing after it is read as another
answers() { # answers BYTES: the statuses of all answers until the server closes ("open": it does not), a second request sent after it
	local all
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	printf "$1"'GET /health HTTP/1.1\r\nHost: a\r\n\r\n' > "$work/bytes"; cat "$work/bytes" >&9 # in one piece
	all=$(timeout 1 cat <&9 2>/dev/null | tr -d '\0' | sed -n 's/^HTTP\/1.[01] \([0-9]*\).*/\1/p' | tr '\n' ' '; [ "${PIPESTATUS[0]}" = 0 ] || echo open)
	exec 9>&-
	echo $all
}
ask='GET /health HTTP/1.1\r\nHost: a\r\n' sent='POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n'
pieces='Transfer-Encoding: chunked\r\n' body='\r\n3\r\na=b\r\n0\r\n\r\n'
is "two lengths" "$(answers "${sent}Content-Length: 3\r\nContent-Length: 4\r\n\r\na=bc")" 400
is "two lengths of a GET" "$(answers "${ask}Content-Length: 0\r\nContent-Length: 4\r\n\r\na=bc")" 400
is "a length and pieces" "$(answers "${sent}Content-Length: 3\r\n$pieces$body")" 400
is "pieces twice" "$(answers "$sent$pieces${pieces}$body")" 400
for coding in gzip 'gzip, chunked' xchunked; do
	is "coding $coding" "$(answers "${sent}Transfer-Encoding: $coding\r\n$body")" 501
	is "coding $coding of a GET" "$(answers "${ask}Transfer-Encoding: $coding\r\n$body")" 501
done
is "two hosts" "$(answers "${ask}Host: b\r\n\r\n")" 400
is "a blank before the colon" "$(answers "${sent}Content-Length : 3\r\n\r\na=b")" 400
is "a tab before the colon" "$(answers "${ask}X-A\t: b\r\n\r\n")" 400
is "a bare CR in a header" "$(answers "${ask}X-A: b\rX-B: c\r\n\r\n")" 400
is "ESC in a header" "$(answers "${ask}X-A: b\033[2J\r\n\r\n")" 400
for n in '+3' 0x3 '3, 4' -3; do [[ $(answers "${sent}Content-Length: $n\r\n\r\na=b") =~ ^400( 400)*$ ]] && ok || no "a length of $n"; done
[[ $(answers 'GET /health HTTP/1.1\r\n\r\n') =~ ^400( 400)*$ ]] && ok || no "no host"
is "an ordinary request, and the next" "$(answers "$ask\r\n")" "200 200 open"
is "pieces, and the next" "$(answers "$sent$pieces$body")" "200 200 open"
is "HTTP/1.0 without a host" "$(answers 'GET /health HTTP/1.0\r\n\r\n')" 200

# -- forms: the token, and where they come from
post() { as admin -X POST "$@" "$base$child/record/sdq-scored"; }
token=$(cat "$work/admin.token")
is "no token" "$(post -d step=preview)" 403
is "a wrong token" "$(post -d "step=preview&token=${token}x")" 403
is "somebody else's token" "$(post -d "step=preview&token=csrf00000000")" 403
is "the token" "$(post -d "version=1&step=preview&token=$token")" 200
is "from another site" "$(post -H 'Origin: https://elsewhere.invalid' -d "step=preview&token=$token")" 403
is "from another site, as the browser says" "$(post -H 'Sec-Fetch-Site: cross-site' -d "step=preview&token=$token")" 403
is "from a neighbour" "$(post -H 'Sec-Fetch-Site: same-site' -d "step=preview&token=$token")" 403
is "from this site" "$(post -H 'Sec-Fetch-Site: same-origin' -H 'Origin: null' -d "version=1&step=preview&token=$token")" 200
is "from this site, older browser" "$(post -H "Origin: $base" -d "version=1&step=preview&token=$token")" 200

# A form whose bytes the network brings in two pieces says the same, wherever it is cut.
pieces() { # pieces TYPE BODY CUT: the page that answers, in $work/body
	local cookie=$(awk '$6 == "linnet" {print $7}' "$work/admin.jar")
	exec 8<>"/dev/tcp/127.0.0.1/$port"
	printf 'POST %s/record/sdq-scored HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: linnet=%s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s' \
		"$child" "$cookie" "$1" "${#2}" "${2:0:$3}" >&8
	sleep 0.03
	printf '%s' "${2:$3}" >&8
	timeout 10 cat <&8 >"$work/body"
	exec 8>&-
}
said='note=%E2%80%9CAfraid+of+x%E2%80%9D' before="version=1&step=preview&token=$token&" whole=0
for cut in $(seq ${#before} $((${#before} + 14))); do
	pieces application/x-www-form-urlencoded "$before$said" "$cut"
	grep -q 'value="“Afraid of x”"' "$work/body" && whole=$((whole + 1))
done
is "a note is whole wherever a form is cut" "$whole" 15
part() { printf -- '--bb\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' "$1" "$2"; }
before=$(part version 1; part step preview; part token "$token"; echo x) before=${before%x}
body=$(part version 1; part step preview; part token "$token"; part note $'\r\nAfraid'; printf -- '--bb--\r\nx') body=${body%x} whole=0
for cut in $(seq $((${#before} + 50)) $((${#before} + 66))); do
	pieces 'multipart/form-data; boundary=bb' "$body" "$cut"
	grep -q 'Afraid' "$work/body" && whole=$((whole + 1))
done
is "and one with files" "$whole" 17
is "no such area" "$(as admin "$base/list/late?area=bogus")" 400
is "no such clock" "$(as admin "$base/list/late?clock=bogus")" 400
is "no such turn" "$(as admin "$base/list/late?turn=bogus")" 400
is "none chosen" "$(as admin "$base/list/late?area=&turn=&clock=&council=")" 200
is "a form as JSON" "$(post -H 'Content-Type: application/json' -d '{}')" 415
is "sign-out without a token" "$(as admin -X POST -d x=1 "$base/sign-out")" 403
is "upload without a token" "$(as admin -F files=@data/kinds.yaml "$base/import/new")" 403
is "upload, the token after the file" "$(as admin -F files=@data/kinds.yaml -F "token=$token" "$base/import/new")" 403
is "upload" "$(as admin -F "token=$token" -F "files=@data/kinds.yaml;filename=children.csv" "$base/import/new")" 303
is "upload to a page that takes none" "$(as admin -F "token=$token" -F files=@data/kinds.yaml "$base$child/record/sdq-scored")" 403
is "upload of nothing" "$(as admin -F "token=$token" "$base/import/new")" 200
has "upload of nothing" "$work/body" "Choose a workbook, or at least one CSV file"

# -- a weekly list: who is written in other capitals is asked about
as admin "$base/import/lists" >/dev/null
list=$(grep -o '/import/lists/[^"/?]*' "$work/body" | grep -v /new | head -1)
is "a weekly list" "$(as admin "$base$list")" 200
has "other capitals" "$work/body" "To be matched: 2"; has "other capitals" "$work/body" "one whose number is like it"
is "other capitals, the child" "$(as admin "$base$list/child/row-5")" 200
has "other capitals, the child" "$work/body" "This number differs from E-1, which is on record"; hasnt "other capitals, the child" "$work/body" "id=\"answer\""

# -- control signs: no answer may hold what a terminal would obey
is "an ESC" "$(post -d "token=$token" --data-urlencode "note=a"$'\x1b'"[2Jb")" 400
has "an ESC" "$work/body" "The answer &quot;a"$'\xef\xbf\xbd'"\\[2Jb&quot; holds a control character"
is "a late ESC" "$(post -d "token=$token" --data-urlencode "note=$(printf 'x%.0s' {1..90})ë then "$'\x1b'"[2Jend")" 400
has "a late ESC" "$work/body" "xxë then "$'\xef\xbf\xbd'"\\[2Jend&quot; holds a control character"
is "an ESC in a password" "$(post -d "token=$token" --data-urlencode "password=secret"$'\x1b'"word")" 400
has "an ESC in a password" "$work/body" "The password holds a control character"
is "a C1" "$(post -d "token=$token&note=%C2%9B2J")" 400
is "with files" "$(as admin -F "token=$token" -F "about=a"$'\x1b'"b" "$base/import/new")" 400
is "lines and tabs" "$(post -d "token=$token&note=two%0D%0Alines%09and+%C3%AB&at=")" "$(post -d "token=$token&note=two&at=")"

# -- limits
head -c 300000 /dev/zero | tr '\0' a > "$work/big"
is "a form over 256 kB" "$(post --data-binary "@$work/big")" 413
head -c 100000 /dev/zero | tr '\0' a > "$work/long"
is "a field over 64 kB" "$(post -d "token=$token" --data-urlencode "note@$work/long")" 413
is "an address over its limit" "$(as admin "$base/children?q=$(head -c 5000 /dev/zero | tr '\0' a)")" 414
is "too many pairs" "$(as admin "$base/children?$(for i in $(seq 300); do printf 'a%d=1&' "$i"; done)")" 400
is "a body of bad UTF-8" "$(post -d "token=$token&note=%ff%fe")" 400
is "wrong method" "$(as admin -X DELETE "$base/")" 405
has "wrong method" "$work/head" "Allow: GET, HEAD, POST"
is "post to a page" "$(as admin -X POST -d "token=$token" "$base/help")" 405
is "no such page" "$(as admin "$base/nothing/here")" 404
is "HEAD" "$(as admin -I "$base/")" 200
[ ! -s "$work/body" ] || grep -q '^HTTP' "$work/body" && ok || no "HEAD has a body"

# -- path tricks
for trick in '/%2e%2e/%2e%2e/etc/passwd' '/assets/../../etc/passwd' '//help' '/help/' '/assets/%2e%2e%2flinnet.db' '/help%00' '/child//happened' \
	'/%ff' '/a%5cb' '/%' '/import/templates/..%2f..%2fkinds.yaml' '/import/templates/%2e%2e' '/./help' '/help%0d%0aX:%20y'; do
	got=$(as admin --path-as-is "$base$trick")
	case $got in 400|404) ok ;; *) no "$trick: $got" ;; esac
done
is "a NUL in the request line" "$(raw 'GET /he\0lp HTTP/1.1\r\nHost: a\r\n\r\n' | cut -d' ' -f2 | sed 's/^$/400/; s/404/400/')" 400
is "a template" "$(as admin "$base/import/templates/nothing.csv")" 404
# A child that is not there and one that is not this viewer's read exactly alike: only the title of the menu could differ.
as admin "$base/child/zzzzzzzzzzzzz" > /dev/null; cp "$work/body" "$work/one"; as admin "$base/child/0000000000001" > /dev/null
cmp -s "$work/one" "$work/body" && ok || no "two unknown children read differently"

# -- compression
is "gzip" "$(as admin -H 'Accept-Encoding: gzip' "$base/")" 200; has gzip "$work/head" "Content-Encoding: gzip"
gzip -dc < "$work/body" | grep -q "What needs doing first" && ok || no "the compressed page is not the page"
as admin -H 'Accept-Encoding: gzip;q=0' "$base/" > /dev/null; hasnt "gzip refused" "$work/head" "Content-Encoding"
as admin "$base/" > /dev/null; hasnt "gzip not asked for" "$work/head" "Content-Encoding"
as admin -H 'Accept-Encoding: gzip' "$base/health" > /dev/null; hasnt "small answers stay plain" "$work/head" "Content-Encoding"

# -- downloads
as admin "$base/worklist.csv" > /dev/null; has "worklist.csv" "$work/head" 'Content-Disposition: attachment; filename="worklist-000000000002f.csv"'
has "worklist.csv says that its people are invented" "$work/body" "invented"
is "rows kept back" "$(as admin "$base$load/kept-back/placements")" 200
is "rows kept back of no file" "$(as admin "$base$load/kept-back/nothing")" 404
running=$(curl -s -b "$work/admin.jar" "$base/import" | grep -o '/import/0[^"/]*' | head -1)
as admin "$base$running" > /dev/null; has "progress looks again by itself" "$work/head" "Refresh: 2"

# -- the rules: tried before they are saved; what is refused comes back as it was typed
rule=/rules/standards.review-health-assessment.yaml
as admin "$base/rules" > /dev/null; has "the list of rules" "$work/body" "$rule"
is "one document" "$(as admin "$base$rule")" 200; hasnt "a reason is text" "$work/body" "<script>alert"
is "no such document" "$(as admin "$base/rules/standards.nothing.yaml")" 404
is "a path is no document" "$(as admin "$base/rules/..%2fkinds.yaml")" 400
as admin "$base$rule/change" > /dev/null; hash=$(grep -o 'name="base" value="[^"]*"' "$work/body" | sed 's/.*value="//; s/"$//')
change() { as admin -d "token=$token" -d how=text --data-urlencode "base=$hash" "$@" "$base$rule/change"; }
is "a change without a reason" "$(change -d 'body=x: 1')" 200; has "a change without a reason" "$work/body" "Say why"; has "beside its field" "$work/body" 'id="why-error"'
is "a text that is bad" "$(change --data-urlencode 'body=bad <b>' -d why=law)" 200
has "a text that is bad" "$work/body" "standards/review-health-assessment.yaml:1:1"; has "what was typed is kept" "$work/body" "bad &lt;b&gt;"
is "a change of an older text" "$(hash=0 change -d 'body=x: 1' -d why=law)" 409
is "a change" "$(change -d 'body=x: 1' -d why=law)" 303; trial=$(grep -i '^Location' "$work/head" | tr -d '\r' | cut -d' ' -f2)
is "its trial" "$(as admin "$base$trial")" 200; has "its trial" "$work/body" "2 of 16 children move"; has "its names are text" "$work/body" "O’Finch &lt;b&gt;"
is "saving it" "$(as admin -d "token=$token" "$base$trial")" 303
is "saving without the token" "$(as admin -d x=1 "$base$trial")" 403
is "a slow one" "$(change -d 'body=slow' -d why=law)" 303; slow=$(grep -i '^Location' "$work/head" | tr -d '\r' | cut -d' ' -f2)
as admin "$base$slow" > /dev/null; has "a slow trial looks again by itself" "$work/head" "Refresh: 1"
is "side by side" "$(as admin "$base/rules/compare?from=2026-11-01&to=&standard=every")" 303
is "side by side from no day" "$(as admin "$base/rules/compare?from-day=31&from-month=2&from-year=2026")" 200; has "from no day" "$work/body" "There is a problem"
is "the manifest" "$(as admin "$base/rules/manifest")" 200; has "the manifest" "$work/head" "filename=\"manifest.json\""
as admin "$base/rules/holidays.england.csv/change" > /dev/null; hash=$(grep -o 'name="base" value="[^"]*"' "$work/body" | sed 's/.*value="//; s/"$//')
rule=/rules/holidays.england.csv
holiday() { as admin -d "token=$token" -d how=holiday --data-urlencode "base=$hash" -d 'what=add&known-day=1&known-month=11&known-year=2026&why=proclaimed' "$@" "$base$rule/change"; }
is "a holiday" "$(holiday -d 'day-day=7&day-month=5&day-year=2027&name=Feast')" 303
is "a holiday on no day" "$(holiday -d 'day-day=31&day-month=2&day-year=2027&name=Feast')" 200; has "a holiday on no day" "$work/body" 'value="31"'

# -- a new child: what is missing, who it may be, what begins; what was typed is only text
enter() { as admin -d "token=$token" -d number=N-0000000000042 "$@" "$base/children/new"; }
is "a new child" "$(as admin "$base/children/new")" 200; has "a new child" "$work/body" "What has begun?"
has "the way to it" <(curl -s -b "$work/admin.jar" "$base/children") 'href="/children/new"'
is "without a name" "$(enter -d 'given=%3Cb%3E&step=who&kind=care-started')" 200; has "without a name" "$work/body" 'href="#family"'; has "what was typed is text" "$work/body" 'value="&lt;b&gt;"'
is "nothing has begun" "$(enter -d 'family=Fern&born=2016-03-14&step=who')" 200; has "nothing has begun" "$work/body" 'href="#kind"'
who='family=Brambleby&born=2016-03-14&kind=care-started&sex=F&council=E10000012'
is "who it may be" "$(enter -d "$who" -d step=who)" 200; has "who it may be" "$work/body" "Is it one of these children"; has "a name on record is text" "$work/body" "Finch &lt;b&gt;"
is "no answer" "$(enter -d "$who" -d step=different)" 200; has "no answer" "$work/body" 'href="#same"'
is "no reason" "$(enter -d "$who" -d 'step=different&same=different')" 200; has "no reason" "$work/body" 'href="#why"'
is "saving past the question" "$(enter -d "$who" -d 'step=save&at=2026-11-20')" 200; has "saving past the question" "$work/body" "Is it one of these children"
is "another child" "$(enter -d "$who" -d 'step=different&same=different&why=told')" 200; has "another child" "$work/body" 'name="different" value="0000000000001"'
is "what begins" "$(enter -d "$who" -d 'step=check&different=0000000000001&at=2026-11-20')" 200; has "what begins" "$work/body" "Check before saving"
is "saved" "$(enter -d "$who" -d 'step=save&different=0000000000001&at=2026-11-20')" 303; has "saved" "$work/head" "^Location: /child/0000000000001?saved="
is "without the token" "$(as admin -d step=save "$base/children/new")" 403

# -- measures: the list, one, the children behind a number, a board's file, a filed report
is "measures" "$(as admin "$base/measures")" 200
has "a measure says what it is" "$work/body" "Initial health assessments on time"
is "a measure" "$(as admin "$base/measures/iha-returned")" 200
has "its number opens its children" "$work/body" "/measures/iha-returned/children?from=2026-10-01&amp;to=2026-10-01&amp;outcome=no"
has "its definition" "$work/body" "How this is counted"
is "a measure that there is not" "$(as admin "$base/measures/nothing")" 404
sign_in social; sign_in nurse
is "a sensitive measure, to a social worker" "$(as social "$base/measures/cyp-four-weeks")" 404
is "a sensitive measure, to a nurse" "$(as nurse "$base/measures/cyp-four-weeks")" 200
is "the children" "$(as admin "$base/measures/iha-returned/children?from=2026-10-01&to=2026-10-01&outcome=no")" 200
has "their heading" "$work/body" "Late or not done: "
is "children of a number that there is not" "$(as admin "$base/measures/iha-returned/children?outcome=maybe")" 404
is "children of a group that there is not" "$(as admin "$base/measures/iha-returned/children?by=council&group=X")" 404
is "children of a side of the border that there is not" "$(as admin "$base/measures/iha-returned/children?by=in-out&group=X")" 404
is "late by nobody" "$(as admin "$base/measures/iha-returned/children?outcome=no&late-by=bogus")" 400
has "late by nobody" "$work/body" "Say council, health"
is "late by none chosen" "$(as admin "$base/measures/iha-returned/children?outcome=no&late-by=")" 200
is "no month" "$(as admin "$base/measures/iha-returned?to=2026-13-01")" 400
is "a board's file" "$(as admin "$base/measures/iha-returned/download?by=council&shared=yes")" 200
has "it hides small numbers" "$work/body" ",c,"
has "it says that its people are invented" "$work/body" "invented"
token=$(curl -s -b "$work/admin.jar" "$base/measures/iha-returned" | grep -o 'name="token" value="[^"]*"' | head -1 | sed 's/.*value="//; s/"//')
is "filing without a token" "$(as admin -d to=2026-10-01 "$base/measures/iha-returned/file")" 403
is "filing" "$(as admin -d "to=2026-10-01&token=$token" "$base/measures/iha-returned/file")" 303
report=$(grep -i '^location:' "$work/head" | tr -d '\r' | sed 's/.* //')
is "the filed report" "$(as admin "$base$report")" 200
has "who changed" "$work/body" "Brambleby-3\|E-3"
has "and why, escaped" "$work/body" "the council found it &lt;late&gt;"
is "the filed bytes" "$(as admin "$base$report/download")" 200
is "a filed report that there is not" "$(as admin "$base/measures/iha-returned/filed/0000000000001")" 404

# -- plans: the answer, a number changed, what cannot be, saving, taking away
plan=/plan/set-one-clinic
token=$(cat "$work/admin.token")
is "plans" "$(as admin "$base/plan")" 200; has "a saved name is text" "$work/body" "More &lt;b&gt;beds&lt;/b&gt;"
is "a plan" "$(follows admin "$base$plan")" 200; has "it says what is guessed" "$work/body" "numbers are guesses"; has "it has an answer" "$work/body" "begin within their target"
is "a plan that there is not" "$(as admin "$base/plan/nothing")" 404
is "a path is no plan" "$(as admin "$base/plan/..%2fplans%2fset-one-clinic")" 400
is "what is no scenario is no plan" "$(as admin "$base/plan/judging")" 404
is "its parts" "$(as admin "$base$plan/change")" 200
part=$(grep -o "$plan/change/services[^\"?]*" "$work/body" | head -1); number=${part##*/}.slots
is "one part" "$(as admin "$base$part")" 200; has "its numbers" "$work/body" "name=\"$number\""
is "a part that there is not" "$(as admin "$base$plan/change/services.nothing")" 404
is "a number that is none" "$(as admin -d "token=$token" --data-urlencode "$number=<many>" "$base$part")" 200
has "a number that is none" "$work/body" "Give a number"; has "what was typed is kept" "$work/body" "&lt;many&gt;"
is "a number that cannot be" "$(as admin -d "token=$token" -d "$number=-4" "$base$part")" 200; has "a number that cannot be" "$work/body" "must be a whole number from 0 to 10,000"
is "a number changed" "$(as admin -d "token=$token" -d "$number=60" "$base$part")" 303
changed=$(grep -i '^location:' "$work/head" | tr -d '\r' | sed 's/.* //')
is "the answer beside what it was" "$(follows admin "$base$changed")" 200; has "the answer beside what it was" "$work/body" "What changes"
is "a change without its number" "$(as admin "$base$plan?with=x")" 400
is "a change of no number" "$(as admin "$base$plan?with=services.nothing.beds~2")" 400
is "two plans" "$(follows admin "$base/plan/compare?a=set-one-clinic&b=set-initial-health-assessments")" 200; has "two plans" "$work/body" "B less A"
for f in json xlsx pdf yaml; do is "as $f" "$(as admin "$base$plan/download/$f?${changed#*\?}")" 200; cp "$work/body" "$work/plan.$f"; done
is "as nothing" "$(as admin "$base$plan/download/exe")" 404
sign_in nurse; is "a nurse plans nothing" "$(as nurse "$base$plan/download/json")" 403; hasnt "a nurse plans nothing" "$work/body" "input_hash"
sign_in governance; as governance "$base$plan/download/json?${changed#*\?}" > /dev/null
cmp -s "$work/body" "$work/plan.json" && ok || no "the file of a plan differs between people"
is "the PDF is one" "$(head -c 5 "$work/plan.pdf")" "%PDF-"; has "the scenario says what is changed" "$work/plan.yaml" "  - id: $number"
is "saving without a name" "$(as admin -d "token=$token" -d name= "$base$plan/save")" 200; has "saving without a name" "$work/body" "Give the scenario a name"
is "saving" "$(as admin -d "token=$token" --data-urlencode 'name=Sixty <slots>' --data-urlencode "with=$number~60" "$base$plan/save")" 303
saved=$(grep -i '^location:' "$work/head" | tr -d '\r' | sed 's/.* //')
is "what was saved" "$(follows admin "$base$saved")" 200; has "what was saved" "$work/body" "Sixty &lt;slots&gt;"
gov=$(cat "$work/governance.token")
is "deleted by another" "$(as governance -d "token=$gov" "$base$saved/delete")" 403
is "deleted by its owner" "$(as admin -d "token=$token" "$base$saved/delete")" 303; is "it is gone" "$(as admin "$base$saved")" 404
fresh() { as admin -F "token=$token" "$@" "$base/plan/new"; }
is "a text with mistakes" "$(fresh -F name=Mine -F $'body=extends: east-midlands.yaml\nname: Mine\nservices:\n  - id: beacon\n    beds: -3 <b>\n')" 200
has "its line and column" "$work/body" ">5, [0-9]"; has "the line beside it" "$work/body" "beds: -3 &lt;b&gt;"
is "a text that reads another file" "$(fresh -F name=Mine -F $'body=extends: ../kinds.yaml\nname: Mine\n')" 200; has "a text that reads another file" "$work/body" "cannot be read"
head -c 59000 /dev/zero | tr '\0' a > "$work/a.yaml"; head -c 61000 /dev/zero | tr '\0' a > "$work/b.yaml"
is "a file that is too large" "$(fresh -F name=Mine -F body=x -F "file=@$work/b.yaml")" 200; has "a file that is too large" "$work/body" "more than 60 kB"
is "a file that is none" "$(fresh -F name=Mine -F body=x -F "file=@$work/a.yaml")" 200; has "a file that is none" "$work/body" "There is a problem"
is "a scenario too large to play, saved" "$(fresh -F name=Huge -F $'body=extends: set-one-clinic.yaml\nname: Huge\ndemand:\n  - id: starters-essex\n    per-year: { value: 900000, guess: yes }\n')" 303
saved=$(grep -i '^location:' "$work/head" | tr -d '\r' | sed 's/.* //'); as admin "$base$saved" > /dev/null; has "a scenario too large to play" "$work/body" "a page plays at most"

# -- sites: a question, its numbers, what cannot be, the plan played through and kept
site=/plan/site/day-services-east-midlands
is "questions" "$(as admin "$base/plan/site")" 200; has "questions" "$work/body" "$site"
is "a question" "$(as admin "$base$site")" 200; has "it says how sure it is" "$work/body" "Optimal: proven"; has "it says what is guessed" "$work/body" "things that this rests on are guesses"
has "sites stand on the map" "$work/body" "<title>Nottingham</title>"; has "and areas in a table" "$work/body" "Rushcliffe"
is "a question that there is not" "$(as admin "$base/plan/site/nothing")" 404; is "a path is no question" "$(as admin "$base/plan/site/..%2fplans%2feast-midlands")" 400
is "its numbers" "$(as admin "$base$site/change")" 200; has "its numbers" "$work/body" 'value="3,500,000"'
is "a number that is none" "$(as admin "$base$site/change?go=yes&budget=%3Cmuch%3E")" 200; has "a number that is none" "$work/body" "&lt;much&gt;"; has "a number that is none" "$work/body" "Give a number, such as"
is "a budget that is too small" "$(as admin "$base$site/change?go=yes&budget=2000000")" 303
is "a budget that is too small" "$(as admin "$base$site?with=rules.budget~2000000")" 200; has "the least that would do" "$work/body" "The budget of 2000000 is too small"; hasnt "no place in a file" "$work/body" "question:[0-9]"
is "nobody may travel" "$(as admin "$base$site/change?go=yes&longest=5")" 200; has "nobody may travel" "$work/body" "There is a problem"
is "a number changed" "$(as admin "$base$site/change?go=yes&budget=%C2%A34,500,000&fill=80&keep=1")" 303
site_with=$(grep -i '^location:' "$work/head" | tr -d '\r' | sed 's/.*?//'); is "what is as it was is no change" "$site_with" "with=rules.budget~4500000%2Crules.fill-at-most~80"
is "the answer" "$(as admin "$base$site?$site_with")" 200; has "what is changed" "$work/body" "Budget: 4,500,000 instead of 3,500,000"
is "a change of no number" "$(as admin "$base$site?with=rules.nothing~2")" 400
is "played through" "$(follows admin "$base$site?$site_with&played=yes")" 200; has "who waits" "$work/body" "Played through: who waits"; has "who waits" "$work/body" "begin within the target"
is "as it is, a queue grows" "$(follows admin "$base$site?played=yes")" 200; has "as it is, a queue grows" "$work/body" "A queue grows for ever at Leicester"
for f in json xlsx pdf yaml scenario; do is "as $f" "$(as admin "$base$site/download/$f?$site_with")" 200; cp "$work/body" "$work/site.$f"; done
is "as nothing" "$(as admin "$base$site/download/exe")" 404; is "the PDF is one" "$(head -c 5 "$work/site.pdf")" "%PDF-"
has "the question says what it builds on" "$work/site.yaml" "extends: day-services-east-midlands.yaml"; has "and what is changed" "$work/site.yaml" "id: rules.budget, value: 4500000"
has "bound and inputs" "$work/site.json" '"bound":'; has "bound and inputs" "$work/site.json" '"inputs":"'
as governance "$base$site/download/json?$site_with" > /dev/null; cmp -s "$work/body" "$work/site.json" && ok || no "the file of sites differs between people"
reuse=/plan/site/reuse-beds-east-midlands
is "saving without a name" "$(as admin -d "token=$token" -d name= "$base$reuse/save")" 200; has "saving without a name" "$work/body" "Give the question a name"
is "saving" "$(as admin -d "token=$token" --data-urlencode 'name=One <bed>' --data-urlencode "with=reuse.move-at-most~1" "$base$reuse/save")" 303
saved=$(grep -i '^location:' "$work/head" | tr -d '\r' | sed 's/.* //')
is "what was saved" "$(follows admin "$base$saved")" 200; has "what was saved" "$work/body" "One &lt;bed&gt;"; has "with its changes" "$work/body" "Moved between sites at most: 1 instead of"; has "with its answer" "$work/body" "1 of the beds move"
is "it is no plan" "$(as admin "$base/plan/${saved##*/}")" 404; as admin "$base/plan" > /dev/null; hasnt "nor among them" "$work/body" "One &lt;bed"
is "deleted by another" "$(as governance -d "token=$gov" "$base$saved/delete")" 403; is "deleted by its owner" "$(as admin -d "token=$token" "$base$saved/delete")" 303
is "kept as a scenario" "$(as admin -d "token=$token" "$base$reuse/scenario")" 303
is "and opened" "$(follows admin "$base$(grep -i '^location:' "$work/head" | tr -d '\r' | sed 's/.* //')")" 200; has "and opened" "$work/body" "Beacon, Leicester"
is "re-use" "$(follows admin "$base/plan/site/reuse-beds-east-midlands?played=yes")" 200; has "re-use" "$work/body" "3 of the beds move"; has "re-use" "$work/body" "Where they stand"
is "two plans as a PDF" "$(as admin "$base/plan/compare/download/pdf?a=set-one-clinic&b=set-initial-health-assessments")" 200; is "two plans as a PDF" "$(head -c 5 "$work/body")" "%PDF-"
is "as JSON" "$(as admin "$base/plan/compare/download/json?a=set-one-clinic&b=set-initial-health-assessments")" 200; has "as JSON" "$work/body" '"differences"'
is "as a spreadsheet" "$(as admin "$base/plan/compare/download/xlsx?a=set-one-clinic&b=set-initial-health-assessments")" 200; is "of no second" "$(as admin "$base/plan/compare/download/json?a=set-one-clinic")" 404
# -- need, by rates and by the record
is "needs" "$(as admin "$base/plan/need")" 200; has "needs" "$work/body" "/plan/need/recorded/referrals"
is "a need" "$(as admin "$base/plan/need/admissions")" 200; has "a need says its interval" "$work/body" "if we allow for what is not known"; has "and its source" "$work/body" "NHS England Midlands"; has "and its guesses" "$work/body" "1 of 2 inputs is a guess"
is "of some ages, by district" "$(as admin "$base/plan/need/probable-disorder?by=districts&ages=11-15")" 200; has "of some ages, by district" "$work/body" "Brentwood"
is "of no ages" "$(as admin "$base/plan/need/admissions?ages=18-25")" 400; is "of bad ages" "$(as admin "$base/plan/need/admissions?ages=x")" 400
is "no need" "$(as admin "$base/plan/need/nothing")" 404; is "a path is no need" "$(as admin "$base/plan/need/..%2fkinds")" 400
for f in json csv xlsx pdf; do is "need as $f" "$(as admin "$base/plan/need/admissions/download/$f")" 200; is "recorded as $f" "$(as admin "$base/plan/need/recorded/referrals/download/$f")" 200; done
is "recorded" "$(as admin "$base/plan/need/recorded/referrals")" 200; has "a council’s name is text" "$work/body" "South&lt;end&gt;"; has "what is small is hidden" "$work/body" "hidden: small numbers"
is "recorded of nothing" "$(as admin "$base/plan/need/recorded/nothing")" 404
is "governance sees no mental-health care" "$(as governance "$base/plan/need/recorded/referrals")" 404; as governance "$base/plan/need" > /dev/null; hasnt "nor a link to it" "$work/body" "recorded"
# -- commissioners: planning, and numbers with small counts hidden; no child, no way to one
sign_in commissioner
is "a commissioner begins" "$(as commissioner "$base/")" 303; has "a commissioner begins" "$work/head" "^Location: /plan"
is "a board’s measures" "$(as commissioner "$base/measures/shared")" 200; hasnt "no search for children" "$work/body" 'action="/children"'
is "a board’s measure" "$(as commissioner "$base/measures/shared/iha-returned")" 200; hasnt "it opens no child" "$work/body" "/children"; has "small ones are hidden" "$work/body" "hidden"
is "only one reading of a family" "$(as commissioner "$base/measures/shared/iha-seen")" 404; is "a board’s file" "$(as commissioner "$base/measures/shared/iha-returned/download")" 200; has "a board’s file" "$work/body" ",c,"
is "the children behind a number" "$(as commissioner "$base/measures/iha-returned/children")" 403; is "a child" "$(as commissioner "$base$child")" 403
is "referrals, for a commissioner" "$(as commissioner "$base/plan/need/recorded/referrals")" 200
is "stopping what is over" "$(as admin -d "token=$token" -d plan=set-one-clinic "$base/plan/run/0/stop")" 303

# -- naming a worker: who it is stands on the child's page, and a wrong answer says which field
is "a child" "$(as admin "$base$child")" 200
has "its workers" "$work/body" "Named doctor: <strong>Marcus Tolliver</strong>"; has "who left" "$work/body" ">left</strong>"
has "the link" "$work/body" "href=\"$child/worker\">Name a worker"
is "the form" "$(as admin "$base$child/worker")" 200
has "colleagues" "$work/body" "Marcus Tolliver, Nurse"
is "nobody chosen" "$(as admin -d "token=$token" -d version=1 -d part=named-nurse -d at-day=1 "$base$child/worker")" 400
has "nobody chosen" "$work/body" 'href="#account">Choose somebody of your organisation'
is "no version" "$(as admin -d "token=$token" -d account=0000000000001 "$base$child/worker")" 400
is "named" "$(as admin -d "token=$token" -d version=1 -d part=named-nurse -d account=0000000000001 "$base$child/worker")" 303
is "mine" "$(as admin "$base/?mine=1")" 200
has "mine goes on" "$work/body" 'href="/list/late?mine=1"'; has "and ends" "$work/body" 'href="/">All children'

# -- every route by every role: routes.def is the oracle
declare -A may=(
	[admin]="ACT_ENTER_CHILD ACT_ASK_ERASURE ACT_PLAN ACT_SEE_SHARED ACT_MATCH ACT_CHASE ACT_HAND_BACK ACT_SEE_WORKLIST ACT_SEE_CHILD ACT_RECORD ACT_LOAD ACT_SEE_LOOKS ACT_CHANGE_RULES ACT_SEE_MEASURES" [nurse]="ACT_ENTER_CHILD ACT_ASK_ERASURE ACT_SEAL ACT_BREAK_GLASS ACT_CHASE ACT_HAND_BACK ACT_SEE_WORKLIST ACT_SEE_CHILD ACT_RECORD ACT_SEE_LOOKS ACT_SEE_MEASURES"
	[doctor]="ACT_ENTER_CHILD ACT_ASK_ERASURE ACT_SEAL ACT_BREAK_GLASS ACT_SEE_WORKLIST ACT_SEE_CHILD ACT_RECORD ACT_SEE_LOOKS ACT_CHANGE_RULES ACT_SEE_MEASURES" [social]="ACT_ENTER_CHILD ACT_ASK_ERASURE ACT_SEAL ACT_BREAK_GLASS ACT_HAND_BACK ACT_SEE_WORKLIST ACT_SEE_CHILD ACT_RECORD ACT_SEE_LOOKS ACT_SEE_MEASURES"
	[clinician]="ACT_ENTER_CHILD ACT_ASK_ERASURE ACT_SEAL ACT_BREAK_GLASS ACT_SEE_WORKLIST ACT_SEE_CHILD ACT_RECORD ACT_SEE_LOOKS ACT_SEE_MEASURES" [governance]="ACT_ASK_ERASURE ACT_ERASE ACT_GIVE_SIGHT ACT_SEE_CHILD ACT_SEE_LOOKS ACT_AGREE ACT_PLAN" [commissioner]="ACT_PLAN ACT_SEE_SHARED" [half]="" [nobody]="")
tried=0
for who in admin nurse doctor social clinician governance commissioner half nobody; do
	[ "$who" = nobody ] && : > "$work/nobody.jar" || sign_in "$who"
	while IFS= read -r line; do
		method=$(sed -n 's/^ROUTE(\([A-Z]*\),.*/\1/p; s/^UPLOAD.*/POST/p' <<< "$line")
		[ -n "$method" ] || continue
		pattern=$(sed 's/^[^"]*"\([^"]*\)".*/\1/' <<< "$line"); act=$(sed 's/.*, \([A-Z_]*\))$/\1/' <<< "$line")
		[ "$pattern" = /sign-out ] && continue
		path=${pattern/:list/late}; path=${path/:kind/sdq-scored}; path=${path/:clock/iha-returned}; path=${path/:file/placements}
		path=${path/:name/nothing.csv}; path=${path/:load/${load##*/}}; path=${path/:event/${event##*/}}; path=${path/:id/${child##*/}}; path=${path/:measure/iha-returned}; path=${path/:report/${report##*/}}
		path=${path/:recipient/E10000012}; path=${path/:council/E10000012}; path=${path/:chase/0000000000001}; path=${path/:link/0000000000001}; path=${path/:format/csv}; path=${path/:token/0000}
		path=${path/:grant/0000000000001}; path=${path/:erasure/0000000000001}; path=${path/:alert/0000000000001}; path=${path/:notice/0000000000001}; path=${path/:account/0000000000007}; path=${path/:session/0000000000001}; path=${path/:agreement/0000000000001}; path=${path/:doc/kinds.yaml}; path=${path/:plan/set-one-clinic}; path=${path/:question/reuse-beds-east-midlands}; path=${path/:need/admissions}; path=${path/:of/referrals}; path=${path/:part/travel}; path=${path/:run/0}; path=${path/:trial/${trial##*/}}
		if [ "$method" = POST ]; then got=$(as "$who" -d x=1 "$base$path"); else got=$(as "$who" "$base$path"); fi
		case $act in
		PUBLIC) want="200 303 404 403" ;; # a form without its token is refused to whoever is signed in
		SIGNED_IN) want="200 303" ;;
		PENDING) want=303; [ "$who" = half ] && want="200 303" ;; # nobody else gets to the second step
		MANAGER) case $who in admin) want="200 404" ;; nobody) want=303 ;; *) want=403 ;; esac ;;
		*) if [ "$who" = nobody ]; then want=303; elif [[ " ${may[$who]} " = *" $act "* ]]; then want="200 404"; else want=403; fi ;;
		esac
		[ "$who" != nobody ] && [ "$method" = POST ] && want=403 # no token was sent
		[ "$act" = PENDING ] && [ "$who" != half ] && want=303
		[ "$who" = half ] && case $act in PUBLIC|PENDING) ;; *) want=303 ;; esac # a password alone opens nothing
		[ "$who" = nobody ] && [ "$act" = SIGNED_IN ] && want=303
		case " $want " in *" $got "*) ok ;; *) no "$who $method $pattern: wanted $want, got $got" ;; esac
		tried=$((tried + 1))
	done < src/web/routes.def
done
[ "$tried" -gt 150 ] && ok || no "only $tried routes were tried"

# -- slow clients are cut off (deadlines of 2 s with --fast), others are not held up
slow() { # $1: what to send first; then a byte now and then until the line is cut
	local from=$SECONDS
	exec 8<>"/dev/tcp/127.0.0.1/$port"; printf "$1" >&8
	(for _ in $(seq 30); do sleep 0.4; printf 'x' >&8 || exit; done) 2>/dev/null & local feeder=$!
	timeout 12 cat <&8 > "$work/slow" ; kill "$feeder" 2>/dev/null; wait "$feeder" 2>/dev/null
	exec 8>&-
	took=$((SECONDS - from))
}
slow 'GET / HTTP/1.1\r\nHost: a\r\nX: '; [ "$took" -lt 7 ] && ok || no "slow headers stayed $took s"
slow 'POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\n'; [ "$took" -lt 7 ] && ok || no "a slow body stayed $took s"
slow 'POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na=%%ff\r\n'; [ "$took" -lt 7 ] && ok || no "a slow body with a fault stayed $took s"
slow 'PUT /../b HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n'; [ "$took" -lt 7 ] && ok || no "a slow body to nowhere stayed $took s"
for i in $(seq 40); do (exec 7<>"/dev/tcp/127.0.0.1/$port"; printf 'GET / HTTP/1.1\r\n' >&7; sleep 2) & done
from=$(date +%s%N); is "a page while 40 idle" "$(status "$base/health")" 200
[ $((($(date +%s%N) - from) / 1000000)) -lt 1000 ] && ok || no "a page waited for slow clients"
sleep 2.5

# -- the log has patterns, never names or queries
has "log" "$work/log" "GET /child/:id 200"
hasnt "log" "$work/log" "q="; hasnt "log" "$work/log" "amara"; hasnt "log" "$work/log" "${child##*/}"

# -- stopping
kill -TERM "$pid"; from=$SECONDS
wait "$pid"; is "exit status after SIGTERM" $? 0
[ $((SECONDS - from)) -le 10 ] && ok || no "stopping took too long"
is "nothing listens any more" "$(status "$base/health")" 000
pid=""
start --tls
curl -s -o /dev/null -D "$work/head" -d 'login=admin&password=invented' "$base/sign-in"
has "Secure behind TLS" "$work/head" "Set-Cookie: .*SameSite=Lax; Secure"
has "Strict-Transport-Security behind TLS" "$work/head" "Strict-Transport-Security"
# What is being answered when SIGTERM comes is finished; whoever comes later is not let in.
exec 6<>"/dev/tcp/127.0.0.1/$port"
printf 'POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 29\r\n\r\nlogin=admin&' >&6
sleep 0.3; kill -TERM "$pid"; sleep 0.5
is "a new connection while stopping" "$(status "$base/health")" 000
printf 'password=invented' >&6
is "an answer begun before stopping" "$(timeout 5 head -1 <&6 | cut -d' ' -f2)" 303
exec 6>&-
wait "$pid"; is "exit status after finishing" $? 0
pid=""
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
