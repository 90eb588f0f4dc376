# SPDX-License-Identifier: BSD-2-Clause
# make bench      speed, memory, dedupe, fleet, recall, set and crack, in turn (bench/README.md)
# make bench-speed bench-memory bench-dedupe bench-fleet bench-recall bench-set bench-crack
#                 one of them
# make sim        build/sim/trawl-sim: brute against the lab in virtual time (bench/sim/run)
# make bench-interval    40 such runs: do the intervals of --stats hold the true recall?
# make bench-prune       a million words against a short signed zone: how few queries?
# make bench-walk        walks of signed zones at nsd and bind, beside ldns-walk and n3map
# make bench-pacing bench-latency bench-slo bench-gso
#                        is dnstrawl bench right about pace, response times, a server's rate,
#                        and what does it cost itself?
# make bench-recall-tune    settings for massdns at its best, for bench-recall
# Results lie in $(BUILD)/bench. Variables of the scripts (SPEED_COUNT, ROUNDS, ...) pass
# through: make bench-speed SPEED_COUNT=500k ROUNDS=2

BARE := $(BUILD)/bench/bare

$(BARE): $(BUILD)/bench/speed/bare.o $(call below,dns,model base)
	@mkdir -p $(@D)
	$(CC) $^ -o $@ $(ALL_LIBS)

# The bare kernels, for bench/crack.
CRACK_BARE := $(BUILD)/bench/crack-bare

$(CRACK_BARE): $(BUILD)/bench/crack/bare.o $(call below,source,dns model base)
	@mkdir -p $(@D)
	$(CC) $^ -o $@ $(ALL_LIBS)

# The race of sets needs liburcu (Debian: liburcu-dev), which nothing else does.
SET_BENCH := $(BUILD)/bench/set-bench
URCU_LIB  := $(shell pkg-config --libs liburcu-cds liburcu-qsbr 2>/dev/null)

$(BUILD)/bench/set/lfht.o: | liburcu
$(SET_BENCH): $(call objects,$(wildcard bench/set/*.c)) $(call below,base)
	@mkdir -p $(@D)
	$(CC) $^ -o $@ $(URCU_LIB) $(ALL_LIBS)

.PHONY: liburcu
liburcu:
	@[ -n "$(URCU_LIB)" ] || { echo "$(SET_BENCH) needs liburcu: install liburcu-dev" \
	    "(scripts/install-deps --test)" >&2; exit 1; }

# The scanner and the lab in one program, over the simulated network. Both have names of
# their own for the same things (zones_create): the lab is linked by itself first, and
# shows the scanner's side bench/sim/farside.h alone.
SIM      := $(BUILD)/sim/trawl-sim
SIM_FAR  := $(filter-out $(BUILD)/bench/lab/main.o,$(LAB)) $(BUILD)/bench/sim/farside.o
$(BUILD)/sim/far.o: $(SIM_FAR)
	@mkdir -p $(@D)
	$(LD) -r $^ -o $@
	objcopy --wildcard --keep-global-symbol='farside_*' $@
$(SIM): $(BUILD)/bench/sim/main.o $(BUILD)/sim/far.o $(FAKES) $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $^ $(FAKE_WRAP) -o $@ $(ALL_LIBS)

.PHONY: sim
sim: $(SIM)

# Proofs instead of queries; needs the name servers of scripts/install-deps --test.
.PHONY: bench-prune
bench-prune: $(PROGRAMS) $(BUILD)/dnstrawl-hostile
	BUILD=$(BUILD) bench/prune/run

# Walks of signed zones; needs the same.
.PHONY: bench-walk
bench-walk: $(PROGRAMS) $(BUILD)/dnstrawl-delay
	BUILD=$(BUILD) bench/walk/run

.PHONY: bench bench-speed bench-memory bench-dedupe bench-fleet bench-recall bench-set bench-crack
.PHONY: bench-recall-tune
# Each part is run even when an earlier one failed.
bench: $(PROGRAMS) $(BARE) $(CRACK_BARE) $(if $(URCU_LIB),$(SET_BENCH))
	@failed=; for part in speed memory dedupe fleet recall set crack; do \
	    BUILD=$(BUILD) bench/$$part/run || failed="$$failed $$part"; \
	done; [ -z "$$failed" ] || { echo "bench: failed:$$failed" >&2; exit 1; }

bench-speed: $(PROGRAMS) $(BARE)
	BUILD=$(BUILD) bench/speed/run

bench-memory bench-dedupe bench-fleet bench-recall: bench-%: $(PROGRAMS)
	BUILD=$(BUILD) bench/$*/run

# Settings for massdns at its best, which bench-recall reads.
bench-recall-tune: $(PROGRAMS)
	BUILD=$(BUILD) bench/recall/tune

bench-set: $(SET_BENCH)
	BUILD=$(BUILD) bench/set/run

bench-crack: $(PROGRAMS) $(CRACK_BARE)
	BUILD=$(BUILD) bench/crack/run

# The measurements of `dnstrawl bench` (bench/load.sh).
.PHONY: bench-pacing bench-latency bench-slo bench-gso
bench-pacing bench-latency bench-slo: bench-%: $(PROGRAMS)
	BUILD=$(BUILD) bench/$*/run

bench-gso: $(PROGRAMS) $(BARE)
	BUILD=$(BUILD) bench/gso/run

.PHONY: bench-axfr
bench-axfr: $(PROGRAMS)
	BUILD=$(BUILD) bench/axfr/run

.PHONY: bench-interval
bench-interval: $(SIM)
	BUILD=$(BUILD) bench/interval/run
