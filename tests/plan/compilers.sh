#!/usr/bin/env bash
# The simulation gives the same bytes whatever compiler made it, and however hard it tried:
# a program that prints a digest is built in several ways, and compared with the one stored
# in tests/plan/help.h and features.h. Ends with the counts.
set -u
cd "$(dirname "$0")/../.."
work=$(mktemp -d "${TMPDIR:-/tmp}/linnet-plan-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
stored="$(sed -n 's/^#define MIXED_DIGEST UINT64_C(0x\([0-9a-f]*\))$/\1/p' tests/plan/help.h) $(sed -n 's/^#define FEATURES_DIGEST UINT64_C(0x\([0-9a-f]*\))$/\1/p' tests/plan/features.h)"
sources="tests/plan/digest.c $(ls src/plan/*.c | grep -Ev "/(need|change|report|sections|site_[^t]|siting_(answer|sections|solve|orlib|reuse_told))") $(ls src/base/{arena,base,day,err,files,hash,parallel,text}.c src/codec/{csv,json,yaml}.c src/record/{places,region}.c) src/stat/dist.c"
libraries="$(pkg-config --libs gsl libsodium libfyaml json-c) -lcsv -lcmocka -lm"
passed=0 failed=0 skipped=0

build() { # build NAME COMPILER OPTIONS...
	local name=$1 cc=$2 got
	shift 2
	if ! command -v "$cc" >/dev/null; then
		skipped=$((skipped + 1))
		echo "skip $name: $cc is not here"
		return
	fi
	if ! "$cc" -std=c17 -ffp-contract=off -pthread -Isrc -Ibuild/gen -Itests -DLINNET_VERSION=\"0.1\" "$@" -o "$work/$name" $sources $libraries >"$work/log" 2>&1; then
		failed=$((failed + 1))
		echo "FAIL $name could not be built"
		head -20 "$work/log"
		return
	fi
	if got=$("$work/$name") && [ "$got" = "$stored" ]; then
		passed=$((passed + 1))
		echo "ok   $name $got"
	else
		failed=$((failed + 1))
		echo "FAIL $name says $got, not $stored"
	fi
}

build gcc-O2 gcc -O2
build clang-O2 clang -O2
if [ -n "${LINNET_LONG:-}" ]; then
	build gcc-O0 gcc -O0
	build clang-O3 clang -O3
	# with instructions that multiply and add in one step, where the machine has them
	grep -qw fma /proc/cpuinfo && build gcc-fma gcc -O3 -march=haswell && build clang-fma clang -O3 -march=haswell
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
