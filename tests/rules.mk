# SPDX-License-Identifier: BSD-2-Clause
# Tests: unit programs, replay of the fuzz corpora, scenarios, and the script suites.
#
#   make check            all of it
#   make check-scenario   one part; likewise -unit, -replay, -cli, -servers, -lab,
#                         -score, -model, -bench, -browser, -sim
#   make fuzz             libFuzzer programs in build/fuzz: build/fuzz/fuzz_name CORPUS...

# Objects made on the way to a program are kept: the next build needs them.
.SECONDARY:

# How long one test program may take, in seconds; sanitizers need more.
TEST_SECONDS ?= 300

# The simulated network takes the place of engine/wire_*.c and base/clock.c by standing
# first; the wait and the key source it cannot replace that way are wrapped.
FAKE_WRAP := -Wl,--wrap=pthread_cond_timedwait -Wl,--wrap=rng_init

# --- scenarios ---

SCENARIO  := $(call objects,$(wildcard tests/scenario/*.c))
# Each story is run with so many keys for randomness; processes with sanitizers are slow.
SCENARIO_KEYS ?= $(if $(SAN),1,5)
SCENARIOS := $(sort $(wildcard tests/scenario/*.scn))
$(BUILD)/scenario: $(SCENARIO) $(FAKES) $(ARCHIVES)
	$(CC) $^ $(FAKE_WRAP) -o $@ $(ALL_LIBS)

.PHONY: check-scenario
check-scenario: $(BUILD)/scenario
	$< -k $(SCENARIO_KEYS) $(SCENARIOS)

# --- unit tests ---

# These stand on the simulated network.
FAKED := $(addprefix $(BUILD)/unit/engine/test_,engine engine_tcp receive)
$(FAKED): $(call below,engine,dns model base)
FAKED_SCAN := $(addprefix $(BUILD)/unit/scan/test_,asker asker_tcp asker_rates chain classify keys servers walk_nsec walk_nsec_lies)
$(FAKED_SCAN): $(filter-out $(call archive,cmd),$(ARCHIVES))
$(FAKED) $(FAKED_SCAN): $(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(FAKES)
	@mkdir -p $(@D)
	$(CC) $^ $(FAKE_WRAP) -o $@ -lcmocka $(ALL_LIBS)

# The lab is one program: its tests link all of it but main.
LAB_PARTS := $(filter-out $(BUILD)/bench/lab/main.o,$(LAB)) $(call below,dns,model base)
$(BUILD)/unit/lab/%: $(BUILD)/tests/unit/lab/%.o $(LAB_PARTS)
	@mkdir -p $(@D)
	$(CC) $^ -o $@ -lcmocka $(ALL_LIBS)

# These decide themselves where there is a route.
$(BUILD)/unit/scan/test_fleet $(BUILD)/replay/fuzz_list $(BUILD)/fuzz_list: \
    ALL_LIBS += -Wl,--wrap=wire_has_route

# Runs each of $(1), showing what one says only when it fails.
run_quietly = failed=0; for program in $(1); do \
	    if timeout $(TEST_SECONDS) $$program $(2) >$$program.log 2>&1; \
	    then echo "ok - $${program\#$(BUILD)/}"; \
	    else echo "not ok - $${program\#$(BUILD)/}"; tail -n 60 $$program.log; failed=1; fi; \
	done; exit $$failed

.PHONY: check-unit
check-unit: $(UNIT)
	@$(call run_quietly,$(UNIT))

# --- fuzz targets ---

# These are about the lab's files, and link it in place of the layers.
LAB_FUZZ := fuzz_zonefile fuzz_fleetfile
$(LAB_FUZZ:%=$(BUILD)/replay/%): $(BUILD)/replay/%: $(BUILD)/tests/fuzz/%.o \
          $(BUILD)/tests/fuzz/replay_main.o $(LAB_PARTS)
	@mkdir -p $(@D)
	$(CC) $^ -o $@ $(ALL_LIBS)
$(LAB_FUZZ:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tests/fuzz/%.o $(LAB_PARTS)
	$(CC) $^ -o $@ -fsanitize=fuzzer $(ALL_LIBS)

# A target may use any layer but main. Its corpus is tests/fuzz/corpus/WHAT.
$(BUILD)/replay/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/replay_main.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $^ -o $@ $(ALL_LIBS)

# These stand on the simulated network.
FAKED_FUZZ := fuzz_engine fuzz_servers
$(FAKED_FUZZ:%=$(BUILD)/replay/%): $(BUILD)/replay/%: $(BUILD)/tests/fuzz/%.o \
          $(BUILD)/tests/fuzz/replay_main.o $(FAKES) $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $^ $(FAKE_WRAP) -o $@ $(ALL_LIBS)

.PHONY: check-replay
check-replay: $(REPLAY)
	@$(call run_quietly,$(REPLAY),tests/fuzz/corpus/$${program##*/fuzz_})

FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(ARCHIVES)
	$(CC) $^ -o $@ -fsanitize=fuzzer $(ALL_LIBS)

$(FAKED_FUZZ:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tests/fuzz/%.o $(FAKES) $(ARCHIVES)
	$(CC) $^ $(FAKE_WRAP) -o $@ -fsanitize=fuzzer $(ALL_LIBS)

.PHONY: fuzz fuzz-programs
fuzz:
	$(MAKE) BUILD=$(BUILD)/fuzz CC=clang SAN=fuzzer-no-link,address,undefined \
	    CFLAGS='-O1 -g' fuzz-programs
fuzz-programs: $(FUZZERS)

# --- script suites: PROGRAM BUILD ---

.PHONY: check-cli check-servers check-score
check-cli: $(BUILD)/dnstrawl-hostile
check-servers: $(BUILD)/dnstrawl-hostile $(BUILD)/dnstrawl-delay
check-cli check-servers check-score: check-%: $(PROGRAMS)
	@if [ -x tests/$*/run ]; then tests/$*/run $(BUILD); else echo "no tests/$*/run"; fi

# A name server that lies, for the tests of what reads zones.
HOSTILE := $(call objects,$(wildcard tests/hostile/*.c))
$(BUILD)/dnstrawl-hostile: $(HOSTILE) $(call below,dns,model base)
	$(CC) $^ -o $@ $(ALL_LIBS)

# Puts a link's delay between a client and a server.
$(BUILD)/dnstrawl-delay: $(call objects,$(wildcard tests/delay/*.c)) \
          $(BUILD)/tests/hostile/args.o $(BUILD)/tests/hostile/net.o $(call below,dns,model base)
	$(CC) $^ -o $@ $(ALL_LIBS)

# What the lab's liars send, packet by packet, needs a client that sees all of them.
$(BUILD)/look: $(BUILD)/tests/lab/look.o $(call below,dns,model base)
	$(CC) $^ -o $@ $(ALL_LIBS)

.PHONY: check-lab
check-lab: $(PROGRAMS) $(BUILD)/look
	@tests/lab/run $(BUILD)

.PHONY: check-model
check-model:
	@tests/model/run $(BUILD)

# The measurements as programs: do they count right? Needs liburcu (bench/rules.mk).
.PHONY: check-bench
check-bench: $(BUILD)/bench/set-bench $(BUILD)/bench/crack-bare $(BARE) $(PROGRAMS)
	@tests/bench/run $(BUILD)

# A page of bench --html as a browser shows it.
$(BUILD)/bench-page: $(BUILD)/tests/browser/page.o $(call below,out,dns model base)
	$(CC) $^ -o $@ $(ALL_LIBS)

.PHONY: check-browser
check-browser: $(BUILD)/bench-page
	@tests/browser/run $(BUILD)

.PHONY: check-sim
check-sim: $(PROGRAMS) $(SIM)
	@tests/sim/run $(BUILD)

.PHONY: check
check: check-unit check-replay check-scenario check-cli check-servers check-lab check-score check-model check-sim check-browser \
       $(if $(URCU_LIB),check-bench)
