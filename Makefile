# Linnet. Two targets for a newcomer:
#   make run      installs what is missing, builds, makes a demonstration store, serves it
#   make check    the same set-up, then every quick test
# More: make check-all (the long tests), make bench, make format, make clean.
#
# MODE chooses how the program is built, each in its own folder under build/:
#   release  optimised and hardened (default)
#   check    address and undefined-behaviour sanitizers, warnings are errors
#   tsan     thread sanitizer
#   fuzz     clang, libFuzzer

MODE ?= release
B := build/$(MODE)
GEN := build/gen

PKGS := libmicrohttpd sqlite3 libpq libsodium libfyaml json-c libseccomp libdeflate gsl pangocairo expat libzip xlsxwriter nettle libqrencode
CPPFLAGS := -Isrc -I$(GEN) -DLINNET_VERSION=\"0.1\" $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
WARN := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef -Wimplicit-fallthrough
CFLAGS_all := -std=c17 -g -pthread $(WARN) -fno-common -fstack-protector-strong
LDLIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -lm
LDFLAGS_all := -pthread

CC_release := gcc
CFLAGS_release := -O2 -fPIE -D_FORTIFY_SOURCE=2
LDFLAGS_release := -pie -Wl,-z,relro,-z,now
CC_check := gcc
CFLAGS_check := -O1 -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_check := -fsanitize=address,undefined
CC_tsan := gcc
CFLAGS_tsan := -O1 -Werror -fsanitize=thread
LDFLAGS_tsan := -fsanitize=thread
CC_fuzz := clang
CFLAGS_fuzz := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS_fuzz := -fsanitize=address,undefined

CC := $(CC_$(MODE))
CFLAGS = $(CFLAGS_all) $(CFLAGS_$(MODE)) $(EXTRA_CFLAGS)
LDFLAGS = $(LDFLAGS_all) $(LDFLAGS_$(MODE))

# Every .c of a room belongs to the library; src/cmd/main.c makes it a program.
SRC := $(shell find src -name '*.c' | sort)
MAIN := src/cmd/main.c
PAGES := $(shell find src/web/pages -name '*.html' 2>/dev/null | sort)
SQL := $(shell find src/store/sql -name '*.sql' 2>/dev/null | sort)
MIGRATIONS := $(shell find src/store/migrations -name '*.sql' 2>/dev/null | sort)
ASSETS := $(shell find web/assets -type f 2>/dev/null | sort)
TEMPLATE_C := $(PAGES:src/web/pages/%.html=$(GEN)/pages/%.html.c)
# What decides what is stored of a child: another version of it believes no fingerprint of this one.
MADE_BY := $(filter src/base/% src/codec/% src/record/% src/standard/% src/store/% src/work/%,$(SRC)) $(SQL) \
	$(shell find src/base src/codec src/record src/standard src/store src/work -name '*.h' | sort)
GEN_C := $(GEN)/roles.c $(GEN)/made_by.c $(if $(SQL),$(GEN)/store/sql.c $(GEN)/store/migrations.c) $(TEMPLATE_C) $(if $(ASSETS),$(GEN)/web/assets.c)
GEN_H := $(if $(SQL),$(GEN)/store/sql.h) $(if $(PAGES),$(GEN)/pages/templates.h)
LIB_OBJ := $(patsubst src/%.c,$(B)/%.o,$(filter-out $(MAIN),$(SRC))) $(patsubst $(GEN)/%.c,$(B)/gen/%.o,$(GEN_C))
LIB := $(B)/liblinnet.a

UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))
BENCH := $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))

.PHONY: all run check check-all bench setup setup-test setup-all clean format unit fuzz-build bench-build layers
all: $(B)/linnet
.DELETE_ON_ERROR:
.SECONDARY:

$(B)/linnet: $(B)/cmd/main.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

$(B)/%.o: src/%.c | $(GEN_H)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The same bytes from every compiler: no product and sum joined into one step.
$(B)/plan/%.o: CFLAGS_all += -ffp-contract=off
build/release/plan/batch.o: CFLAGS_release += -O3
# One pass of many small functions: their calls cost more than what they do, and so do
# the tables that a jump of a switch would be looked up in.
$(patsubst src/%.c,build/release/%.o,$(wildcard src/standard/engine*.c)): CFLAGS_release += -O3 -fno-jump-tables

$(B)/gen/%.o: $(GEN)/%.c | $(GEN_H)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# ---- small compilers, built first ----
build/tools/%: tools/%.c src/base/base.c src/base/err.c src/base/text.c src/base/arena.c
	@mkdir -p $(@D)
	gcc -std=c17 -g -O1 $(WARN) -Isrc -o $@ $^

$(GEN)/store/sql.c $(GEN)/store/sql.h &: build/tools/sqlc $(SQL)
	@mkdir -p $(GEN)/store
	build/tools/sqlc $(GEN)/store/sql.h $(GEN)/store/sql.c $(SQL)

$(GEN)/store/migrations.c: build/tools/embed $(MIGRATIONS)
	@mkdir -p $(@D)
	build/tools/embed migrations $@ $(MIGRATIONS)

$(GEN)/roles.c: build/tools/embed data/agreements.yaml data/roles.yaml
	@mkdir -p $(@D)
	build/tools/embed role_files $@ data/agreements.yaml data/roles.yaml

$(GEN)/made_by.c: $(MADE_BY)
	@mkdir -p $(@D)
	hash=$$(cat $(MADE_BY) | sha256sum | cut -c 1-16) && \
		printf '#include "work/core/fingerprint.h"\n\nconst char made_by[] = "%s";\n' "$$hash" >$@

$(GEN)/web/assets.c: build/tools/embed $(ASSETS) web/package.json $(wildcard web/*.scss)
	@mkdir -p $(@D) build/web
	web/build-assets build/web
	build/tools/embed assets $@ $$(find build/web -type f | sort)

$(GEN)/pages/%.html.c: src/web/pages/%.html build/tools/tmplc
	@mkdir -p $(@D)
	build/tools/tmplc -c $@ $<

$(GEN)/pages/templates.h: build/tools/tmplc $(PAGES)
	@mkdir -p $(@D)
	build/tools/tmplc -h $@ $(PAGES)

# ---- tests, fuzz targets, benchmarks: one program a file ----
$(B)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB) -lcmocka $(LDLIBS)

$(B)/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -MMD -MP -o $@ $< $(LIB) $(LDLIBS)

# Programs that a test kills: its own, not run by themselves.
$(B)/crash/%: tests/crash/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(LDLIBS)

$(B)/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(LDLIBS)

# The pages over invented children in memory, instead of room work and a store.
$(B)/tests/web/serve: tests/web/serve.c tests/web/fake_work.c tests/web/fake_chase.c tests/web/fake_rules.c tests/web/fake_measure.c tests/web/fake_weekly.c tests/web/fake_files.c tests/web/fake_access.c tests/web/fake_kept.c tests/web/fake_account.c tests/web/fake_plan.c tests/web/fake_enter.c tests/web/fake_work.h $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -I. $(CFLAGS) $(LDFLAGS) -o $@ tests/web/serve.c tests/web/fake_work.c tests/web/fake_chase.c tests/web/fake_rules.c tests/web/fake_measure.c tests/web/fake_weekly.c tests/web/fake_files.c tests/web/fake_access.c tests/web/fake_kept.c tests/web/fake_account.c tests/web/fake_plan.c tests/web/fake_enter.c $(LIB) $(LDLIBS)

unit: $(UNIT)
fuzz-build: $(FUZZ)
bench-build: $(BENCH)

setup:
	@setup/install run
setup-test:
	@setup/install test

run: setup
	@[ -x build/release/linnet ] || echo 'Building Linnet: a minute or two the first time'
	@$(MAKE) --no-print-directory -s -j2 MODE=release all
	@setup/demo build/release/linnet

check: setup-test
	@tests/run quick

setup-all:
	@setup/install all

check-all: setup-all
	@tests/run all

bench: setup-test
	@tests/bench/run

layers:
	@tests/layers

format:
	clang-format -i $$(git ls-files '*.c' '*.h' | grep -vE '^tests/(store/sqlc|web/tmplc)/')

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
