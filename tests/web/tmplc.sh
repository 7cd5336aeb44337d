#!/bin/sh
# The template compiler: what it makes (golden file) and all that it refuses.
# usage: tests/web/tmplc.sh   (from the top folder; builds build/tools/tmplc)
set -u
cd "$(dirname "$0")/../.."
make -s build/tools/tmplc || exit 2
t=build/tools/tmplc
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
passed=0; failed=0
ok() { passed=$((passed + 1)); }
no() { failed=$((failed + 1)); echo "FAILED $1"; }
for kind in c h; do
	if $t -$kind "$work/good.$kind" tests/web/tmplc/good.html && diff -u "tests/web/tmplc/good.$kind" "$work/good.$kind"; then ok; else no "good.$kind"; fi
done
# refused PLACE WORDS TEMPLATE: the message begins with line:column and holds the words
refused() {
	printf '{%% template t(struct str x) %%}\n%b' "$3" > "$work/bad.html"
	if $t -c "$work/bad.c" "$work/bad.html" 2> "$work/err"; then no "accepted: $3"; return; fi
	case $(cat "$work/err") in
	"$work/bad.html:$1: error: "*"$2"*) ok ;;
	*) no "$3 gave: $(cat "$work/err")" ;;
	esac
	[ ! -e "$work/bad.c" ] || no "$3 left a file"
}
refused 2:9 "inside <script>" '<script>{{ x }}</script>\n'
refused 2:8 "inside <script> and <style>" '<style>{{ x }}</style>\n'
refused 2:6 "inside a comment" '<!-- {{ x }} -->\n'
refused 2:10 "quotes round" '<p class={{ x }}>\n'
refused 2:11 "quotes round" '<p class=a{{ x }}>\n'
refused 2:4 "inside a tag or a name" '<p {{ x }}>\n'
refused 2:1 "write &lt;" '<{{ x }}>\n' 
refused 2:5 "inside a tag or a name" '<p a{{ x }}="b">\n'
refused 2:11 "event handlers" '<p onclick="{{ x }}">\n'
refused 2:9 "style attributes" '<p style="{{ x }}">\n'
refused 2:13 "whole of an address" '<a href="/x/{{ x }}">y</a>\n'
refused 2:17 "nothing may follow" '<a href="{{ x }}/y">z</a>\n'
refused 2:16 "<meta>" '<meta content="{{ x }}">\n'
refused 2:17 "srcdoc" '<iframe srcdoc="{{ x }}"></iframe>\n'
refused 2:12 "only stand between tags" '<p data-a="{{{ x }}}">\n' 
refused 2:4 "never closed by }}" '<p>{{ x\n'
refused 2:1 "never closed by %}" '{% if (x) {\n'
refused 2:4 "nothing between the braces" '<p>{{  }}\n'
refused 4:1 "still open" '{% if (1) { %}\n<p>\n'
refused 2:1 "closes no block" '{% } %}\n'
refused 3:9 "another part of the markup" '{% if (1) { %}\n<p class{% } %}="x">\n'
refused 3:11 "another part of the markup" '{% if (1) { %}\n<p class="{% } %}x">\n'
refused 3:1 "ends inside" '<p class="\n'
refused 2:3 "may only be called between tags" '<p{% call other(x) %}>\n'
refused 2:1 "write {% call" '{% call other %}\n'
refused 2:1 "small letters" '{% template Two(void) %}\n'
refused 2:1 "write {% template" '{% template two %}\n'
printf 'words first\n' > "$work/plain.html"
if $t -c "$work/x.c" "$work/plain.html" 2> "$work/err"; then no "no template"; else grep -q "plain.html:1:1: error: a file begins with" "$work/err" && ok || no "no template: $(cat "$work/err")"; fi
# The C compiler names the template's own line; a raw text is no address; a bool is not printed.
compiles() {
	printf '{%% template t(struct str x, bool b) includes "web/pages/page.h" %%}\n%b' "$1" > "$work/c.html"
	mkdir -p "$work/pages"
	$t -c "$work/c.c" "$work/c.html" && $t -h "$work/pages/templates.h" "$work/c.html" && gcc -std=c17 -fsyntax-only -Isrc -I"$work" "$work/c.c" 2> "$work/err"
}
if compiles '<p>\n<a href="{{ link_home() }}">{{ x }}</a></p>\n'; then ok; else no "a good template does not compile: $(cat "$work/err")"; fi
for bad in '<p>\n<a href="{{ x }}">y</a></p>\n' '<p>\n{{ b }}</p>\n' '<p>\n{{ y }}</p>\n' '<p>\n{{{ x }}}</p>\n'; do
	if compiles "$bad"; then no "compiles: $bad"; else grep -q "c.html:3:" "$work/err" && ok || no "$bad: $(head -3 "$work/err")"; fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
