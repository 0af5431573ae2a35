# scanlogin: `make help` lists the targets. MODE chooses the build: release (default), debug, asan,
# tsan; or fuzz, which `make fuzz` uses by itself.
MODE    ?= release
PREFIX  ?= /usr/local
WERROR  ?= -Werror
CXX     := $(if $(filter default,$(origin CXX)),$(if $(filter fuzz,$(MODE)),clang++,g++),$(CXX))
OUT     := build/$(MODE)
VERSION := $(shell cat VERSION)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

# ---- flags -------------------------------------------------------------------------------------
SANITIZE_asan := -fsanitize=address,undefined -fno-sanitize-recover=all
SANITIZE_tsan := -fsanitize=thread
SANITIZE_fuzz := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Optimisation would leave a sanitizer less to see, and costs it half of a build's time.
OPTIMISE_release := -O2 -D_FORTIFY_SOURCE=2
OPTIMISE_debug   := -Og
OPTIMISE_asan    := -O0
OPTIMISE_tsan    := -O0
OPTIMISE_fuzz    := -O1
ifeq ($(OPTIMISE_$(MODE)),)
$(error MODE=$(MODE) is none of release, debug, asan, tsan, fuzz)
endif

# Looked up when a recipe runs, because pkg-config itself may have been installed only then.
MYSQL       = $(if $(shell pkg-config --exists libmariadb && echo y),libmariadb,mysqlclient)
THIRD_PARTY = $(patsubst -I%,-isystem %,$(filter -I%,$(shell pkg-config --cflags-only-I $(MYSQL) libcjson hiredis)))
# hiredis has TLS from 1.0 on, in a library of its own.
REDIS_TLS   = $(shell pkg-config --exists hiredis_ssl && echo y)
LDLIBS      = -lfcgi $(if $(REDIS_TLS),$(shell pkg-config --libs hiredis_ssl) -lssl,) -lhiredis -lcurl -lcjson \
              $(shell pkg-config --libs $(MYSQL)) -lprometheus-cpp-core -lcrypto

HARDEN   := -fstack-protector-strong -fstack-clash-protection -fPIE -D_GLIBCXX_ASSERTIONS
WARN     := -Wall -Wextra -Wshadow -Wconversion $(WERROR)
CXXFLAGS ?=
# A unit test runs once: that it is compiled soon counts for more than that it is fast.
OPTIMISE  = $(if $(filter tests/unit/%,$<),-O0,$(OPTIMISE_$(MODE)))
# Where only lines are asked for, of a report's stack, g++ need not describe every type: it is a third sooner done.
DEBUG     = $(if $(SANITIZE_$(MODE))$(filter tests/unit/%,$<),-g1,-g)
COMPILE   = $(CXX) -std=c++20 $(DEBUG) $(OPTIMISE) $(SANITIZE_$(MODE)) $(HARDEN) $(WARN) -pthread \
            $(CXXFLAGS) $(if $(REDIS_TLS),-DSCANLOGIN_REDIS_TLS) -Ilib $(THIRD_PARTY)
LINK      = $(CXX) $(SANITIZE_$(MODE)) -pie -pthread -Wl,-z,relro,-z,now,--as-needed $(LDFLAGS)

# ---- what there is to build: found, not listed --------------------------------------------------
LIB_SRC     := $(wildcard lib/*/*.cc lib/domain/*/*.cc)
CGI_SRC     := $(wildcard cgi-bin/*.cc)
BIN_SRC     := $(wildcard bin/*.cc)
SANDBOX_SRC := $(wildcard tests/sandbox/*.cc)
UNIT_SRC    := $(wildcard tests/unit/*_test.cc)
BENCH_SRC   := $(wildcard tests/bench/*.cc)
LOAD_SRC    := $(wildcard tests/load/*.cc)
FUZZ_SRC    := $(filter-out tests/fuzz/replay.cc,$(wildcard tests/fuzz/*.cc))
SOURCES     := $(LIB_SRC) $(CGI_SRC) $(BIN_SRC) $(SANDBOX_SRC) $(UNIT_SRC) $(BENCH_SRC) $(LOAD_SRC) $(FUZZ_SRC) tests/fuzz/replay.cc

obj        = $(patsubst %.cc,$(OUT)/obj/%.o,$(1))
LIB       := $(OUT)/libscanlogin.a
ENDPOINTS := $(patsubst cgi-bin/%.cc,$(OUT)/%,$(CGI_SRC))
COMMANDS  := $(patsubst bin/%.cc,$(OUT)/%,$(BIN_SRC))
SANDBOX   := $(if $(SANDBOX_SRC),$(OUT)/weixin-sandbox)
UNIT      := $(patsubst tests/unit/%.cc,$(OUT)/tests/%,$(UNIT_SRC))
BENCH     := $(patsubst tests/%.cc,$(OUT)/%,$(BENCH_SRC))
LOAD      := $(patsubst tests/%.cc,$(OUT)/%,$(LOAD_SRC))
FUZZERS   := $(patsubst tests/%.cc,$(OUT)/%,$(FUZZ_SRC))

##@ Build
.PHONY: all programs
all: programs $(SANDBOX) ## build the endpoints, the commands and the WeChat sandbox into build/$(MODE)
programs: $(LIB) $(ENDPOINTS) $(COMMANDS) # what is installed

$(LIB): $(call obj,$(LIB_SRC)) $(OUT)/sources
	@rm -f $@
	@ar rcs $@ $(filter %.o,$^)

$(ENDPOINTS): $(OUT)/%: $(OUT)/obj/cgi-bin/%.o $(LIB)
	@echo "  link  $@"
	@$(LINK) -o $@ $(filter %.o,$^) $(LIB) $(LDLIBS)

$(COMMANDS): $(OUT)/%: $(OUT)/obj/bin/%.o $(LIB)
	@echo "  link  $@"
	@$(LINK) -o $@ $(filter %.o,$^) $(LIB) $(LDLIBS)

$(OUT)/weixin-sandbox: $(call obj,$(SANDBOX_SRC)) $(LIB)
	@echo "  link  $@"
	@$(LINK) -o $@ $(filter %.o,$^) $(LIB) $(LDLIBS) -lqrencode

$(UNIT): $(OUT)/tests/%: $(OUT)/obj/tests/unit/%.o $(LIB)
	@echo "  link  $@"
	@mkdir -p $(@D)
	@$(LINK) -o $@ $(filter %.o,$^) $(LIB) -lgtest_main -lgtest $(LDLIBS)

$(BENCH) $(LOAD): $(OUT)/%: $(OUT)/obj/tests/%.o $(LIB)
	@echo "  link  $@"
	@mkdir -p $(@D)
	@$(LINK) -o $@ $(filter %.o,$^) $(LIB) $(LDLIBS)

# libFuzzer's main where it fuzzes, elsewhere one that replays a corpus.
FUZZ_MAIN := $(if $(filter fuzz,$(MODE)),,$(OUT)/obj/tests/fuzz/replay.o)
$(FUZZERS): $(OUT)/%: $(OUT)/obj/tests/%.o $(FUZZ_MAIN) $(LIB)
	@echo "  link  $@"
	@mkdir -p $(@D)
	@$(LINK) $(if $(FUZZ_MAIN),,-fsanitize=fuzzer) -o $@ $(filter %.o,$^) $(LIB) $(LDLIBS)

# One source alone knows the version, so that a new one does not build everything anew.
$(OUT)/obj/lib/base/version.o: VERSION
$(OUT)/obj/lib/base/version.o: private DEFINES = -DSCANLOGIN_VERSION='"$(VERSION)"'
$(OUT)/obj/%.o: %.cc $(OUT)/flags | packages
	@echo "  c++   $<"
	@mkdir -p $(@D)
	@$(COMPILE) $(DEFINES) $(if $(filter $<,$(PRECOMPILES)),-include $(PRECOMPILED)) $(if $(filter tests/%,$<),-Itests -Itests/sandbox) -MMD -MP -c -o $@ $<

# Without optimisation a compiler mostly parses. So the headers of the standard library, and GoogleTest's, are parsed once
# for all that is compiled so; optimised, g++ 12 would warn of its own library then. And only by g++ as such: ccache would
# take each source for a changed one.
PRECOMPILED  = $(OUT)/precompiled/$(if $(filter tests/unit/%,$<),unit,all).h
precompile   = mkdir -p $(@D); $(COMPILE) -x c++-header -o $@ $<
PRECOMPILES := $(if $(filter g++,$(CXX)),$(if $(filter -O0,$(OPTIMISE_$(MODE))),$(SOURCES),$(UNIT_SRC)))
ifneq ($(PRECOMPILES),)
$(call obj,$(filter-out $(UNIT_SRC),$(PRECOMPILES))): $(OUT)/precompiled/all.h.gch
$(call obj,$(UNIT_SRC)): $(OUT)/precompiled/unit.h.gch
endif
$(OUT)/precompiled/all.h.gch: tools/precompiled.h $(OUT)/flags | packages
	@$(precompile)
$(OUT)/precompiled/unit.h.gch: tests/unit/precompiled.h tools/precompiled.h $(OUT)/flags | packages
	@$(precompile)

# Rewritten only when its text changes: other flags or another list of sources rebuild what they must.
keep = mkdir -p $(@D); printf '%s\n' '$(1)' | cmp -s - $@ || printf '%s\n' '$(1)' > $@
$(OUT)/flags: FORCE | packages
	@$(call keep,$(COMPILE) $(LINK))
$(OUT)/sources: FORCE
	@$(call keep,$(LIB_SRC))
.PHONY: FORCE
FORCE:

-include $(patsubst %.o,%.d,$(call obj,$(SOURCES)))

# ---- the Debian packages that a goal needs ------------------------------------------------------
GOALS := $(or $(MAKECMDGOALS),all)
CHECKS := test check check-rest
NEEDS := build $(if $(filter-out install uninstall deb programs,$(GOALS)),sandbox) $(if $(filter deb $(CHECKS),$(GOALS)),deb) \
         $(if $(filter run restart% schema,$(GOALS)),run) $(if $(filter $(CHECKS),$(GOALS)),run test browser) \
         $(if $(filter check check-rest lint format,$(GOALS)),check) $(if $(filter check check-rest bench,$(GOALS)),run bench) \
         $(if $(filter fuzz,$(GOALS)),fuzz)
.PHONY: packages
packages:
	@$(if $(PACKAGES_CHECKED),:,tools/packages $(NEEDS))

# ---- the demo -----------------------------------------------------------------------------------
export MODE
##@ Demo
.PHONY: run stop status restart logs
run: all ## start the demo under RUN_DIR (run) on PORT (8080) and print its URL
	@tools/demo run
stop: ## stop the demo
	@tools/demo stop
status: ## show what of the demo is running
	@tools/demo status
restart: all ## replace every endpoint of the running demo, one after the other, without a failed request
	@tools/demo restart
restart-%: all ## replace one endpoint, or restart redis, mysql or nginx
	@tools/demo restart-$*
logs: ## follow the demo's logs
	@tools/demo logs

# ---- checks -------------------------------------------------------------------------------------
# A run is a list of MODE.SUITE (tests/tests.cmake). Without MODE, `make test` has the suites in the release build; what
# `make check` has on top is check-rest, which runs nothing that `make test` has run.
SUITES     := unit http e2e browser
ONCE       := $(addprefix release.,memcheck lint bench)
# The pages ask the endpoints nothing that the other suites do not: they are left out where each request is dear.
SANITIZED  := $(filter-out browser,$(SUITES))
FURTHER    := $(if $(filter file undefined,$(origin MODE)),release.fuzz release.long $(ONCE) $(SANITIZED:%=asan.%) asan.fuzz \
                asan.long tsan.threads,$(MODE).fuzz $(MODE).long $(if $(filter release,$(MODE)),$(ONCE)))
# A test that is asked for by its name may be a long one.
test:       RUN = $(SUITES:%=$(MODE).%) $(if $(TESTS),$(MODE).long)
check:      RUN = $(SUITES:%=$(MODE).%) $(FURTHER)
check-rest: RUN = $(FURTHER)

# Many a test waits for most of its time: two more at a time than there are cores.
CTEST := ctest --progress --no-tests=error --output-on-failure -j$(shell expr $$(nproc) + 2) $(if $(TESTS),-R '$(TESTS)')
suites_of = $(patsubst .%,%,$(suffix $(filter $(1).%,$(RUN))))

##@ Check
.PHONY: $(CHECKS) test-programs bench fuzz lint format
test: ## build, and run the suites unit, http, e2e and browser, in MODE; TESTS=regex picks some of their tests
check: ## all of it: test and check-rest in one run; MODE=asan: that build's alone
check-rest: ## what test leaves out: what takes minutes, suites under asan and tsan, fuzz corpora, memcheck, lint, the benchmark in brief
$(CHECKS): packages
	@$(foreach mode,$(sort $(basename $(RUN))),$(MAKE) MODE=$(mode) PACKAGES_CHECKED=y \
	  SUITES='$(call suites_of,$(mode))' test-programs &&) mkdir -p build/ctest/$@
	@printf '%s\n' 'set(SOURCE_DIR "$(CURDIR)")' 'set(RUN $(RUN))' 'include("$${SOURCE_DIR}/tests/tests.cmake")' \
	  > build/ctest/$@/CTestTestfile.cmake
	@(cd build/ctest/$@ && $(CTEST)) || { tools/failures build/ctest/$@; exit 1; }
test-programs: all $(LOAD) $(if $(filter unit,$(SUITES)),$(UNIT)) $(if $(filter fuzz,$(SUITES)),$(FUZZERS)) \
  $(if $(filter bench,$(SUITES)),$(BENCH))
bench: all $(BENCH) | packages ## measure it, into build/bench/results.md and chart.svg; BRIEF=1 only sees that measuring works
	@tests/bench/bench.sh
fuzz: packages ## have every fuzzer of tests/fuzz make RUNS (1000000) inputs, or FUZZ=name alone; finds go to build/fuzz
	@$(MAKE) MODE=fuzz PACKAGES_CHECKED=y fuzzers
	@tests/fuzz/fuzz.sh
.PHONY: fuzzers
fuzzers: $(FUZZERS)
lint: packages ## check format, clang-tidy's list, the tier rule, file lengths, shell scripts
	@tools/lint
##@ Work on it
format: packages ## rewrite the sources in the project's format
	@find bin cgi-bin lib tests \( -name '*.cc' -o -name '*.h' \) -exec clang-format -i {} +

# ---- for those who work on it -------------------------------------------------------------------
.PHONY: compdb hook schema
compdb: packages ## write compile_commands.json, by which clangd and others know how each file is compiled
	@{ $(foreach file,$(SOURCES),printf '{"directory":"%s","file":"%s","command":"%s -c %s"}\n' \
	  '$(CURDIR)' '$(file)' '$(COMPILE) $(if $(filter tests/%,$(file)),-Itests -Itests/sandbox)' '$(file)';) } | \
	  sed -e '1s/^/[/; $$!s/$$/,/; $$s/$$/]/' > compile_commands.json
schema: packages ## write sql/schema.sql anew, by what sql/migrations make of an empty database
	@tools/schema > sql/schema.sql.new || { rm -f sql/schema.sql.new; exit 1; }
	@mv sql/schema.sql.new sql/schema.sql
hook: ## have git run the quick part of lint before each commit here
	@printf '#!/bin/sh\nexec tools/lint quick\n' > "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"

# ---- the rest -----------------------------------------------------------------------------------
LIBEXEC = $(PREFIX)/libexec/scanlogin
INSTALL = DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' LIBEXEC='$(LIBEXEC)' ENDPOINTS='$(ENDPOINTS)' COMMANDS='$(COMMANDS)' tools/install
.PHONY: install uninstall deb clean help
##@ Install
install: programs ## install the programs, pages, providers, nginx files, SQL, Redis's user, Prometheus's alerts and systemd units below DESTDIR and PREFIX
	@$(INSTALL)
uninstall: ## remove what make install put below DESTDIR and PREFIX, and nothing else
	@$(INSTALL) remove
deb: programs | packages ## build the Debian package, into build/deb
	@tools/deb
##@ Build
clean: ## remove build/
	rm -rf build
# A target's line is under the group, ##@, that was named last above it.
help: ## show this list
	@awk '/^##@ / { group = substr($$0, 5); if (!(group in place)) place[group] = ++groups } \
	  match($$0, /^[a-z%-]+:[^#]*## /) { sub(/:[^#]*## /, "\t"); print place[group] "\t" group "\t" $$0 }' Makefile | \
	  LC_ALL=C sort -t "$$(printf '\t')" -k 1,1n -k 3,3 | \
	  awk -F '\t' '$$2 != group { print (group == "" ? "" : "\n") $$2; group = $$2 } { printf "  make %-12s %s\n", $$3, $$4 }'
