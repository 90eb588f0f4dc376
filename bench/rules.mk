# SPDX-License-Identifier: BSD-2-Clause
# make bench      speed, memory, fleet and recall, one after the other (bench/README.md)
# make bench-speed bench-memory bench-fleet bench-recall    one of them
# Results lie in $(BUILD)/bench. Variables of the scripts (SPEED_COUNT, ROUNDS, ...) pass
# through: make bench-speed SPEED_COUNT=500k ROUNDS=2

BARE := $(BUILD)/bench/bare

$(BARE): $(BUILD)/bench/speed/bare.o $(call below,dns,model base)
	@mkdir -p $(@D)
	$(CC) $^ -o $@ $(ALL_LIBS)

.PHONY: bench bench-speed bench-memory bench-fleet bench-recall
# Each part is run even when an earlier one failed.
bench: $(PROGRAMS) $(BARE)
	@failed=; for part in speed memory fleet recall; do \
	    BUILD=$(BUILD) bench/$$part/run || failed="$$failed $$part"; \
	done; [ -z "$$failed" ] || { echo "bench: failed:$$failed" >&2; exit 1; }

bench-speed: $(PROGRAMS) $(BARE)
	BUILD=$(BUILD) bench/speed/run

bench-memory bench-fleet bench-recall: bench-%: $(PROGRAMS)
	BUILD=$(BUILD) bench/$*/run
