#!/bin/bash
# tools/embed: every byte comes back, in order of names, and mistakes are refused.
# `tests/store/embed.sh [EMBED]`
set -u
cd "$(dirname "$0")/../.." || exit 2
embed=$(realpath "${1:-build/tools/embed}")
src=$PWD/src
dir=$(mktemp -d /tmp/linnet-embed-XXXXXX)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2
passed=0 failed=0
check() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $1: \"$2\", not \"$3\""; fi; }

mkdir -p build/web/img other/migrations/
for i in $(seq 0 255); do printf "\\x$(printf %02x "$i")"; done >build/web/img/bytes.bin
: >build/web/empty.css
printf 'SELECT 1;' >other/migrations/0001_a.sql
printf '// "quoted" \\ ' >plain.js
"$embed" assets out.c plain.js other/migrations/0001_a.sql build/web/img/bytes.bin build/web/empty.css
check "it ends well" $? 0
cat >main.c <<'END'
#include "base/embed.h"
int main(void)
{
	for (size_t i = 0; i < assets_count; i++) {
		printf("%s %zu%s\n", assets[i].path, assets[i].size, assets[i].bytes[assets[i].size] ? " no NUL" : "");
		for (size_t b = 0; assets[i].size == 256 && b < 256; b++)
			if (assets[i].bytes[b] != b)
				puts("a wrong byte");
	}
	return 0;
}
END
gcc -std=c17 -Wall -Wextra -Wpedantic -Wconversion -Werror -I"$src" -o main main.c out.c
check "it compiles" $? 0
check "what is in it" "$(./main | tr '\n' ';')" "0001_a.sql 9;empty.css 0;img/bytes.bin 256;plain.js 14;"

"$embed" assets none.c && gcc -std=c17 -Wall -Wextra -Wpedantic -Werror -I"$src" -o none main.c none.c && ./none >none.txt
check "no files at all" "$(wc -c <none.txt)" 0
check "a file that is not there" "$("$embed" assets bad.c nowhere.js 2>&1)" "embed: nowhere.js: cannot be read; is the path right?"
check "nothing is left of it" "$(ls bad.c 2>/dev/null)" ""
mkdir twin && cp plain.js twin/
check "two of one name" "$("$embed" assets bad.c plain.js twin/plain.js 2>&1)" \
	"embed: plain.js and twin/plain.js would both be called plain.js; rename one"
"$embed" 'as"sets' bad.c plain.js 2>/dev/null; check "a name that is none" $? 2
head -c 17000000 /dev/zero >large.bin
check "too large" "$("$embed" assets bad.c large.bin 2>&1)" "embed: large.bin: over 16 MB; too large to be part of the program"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
