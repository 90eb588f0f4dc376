# SPDX-License-Identifier: BSD-2-Clause
# Tests: unit programs, corpus replay, fuzzing, scenarios, and the two script suites.

# The simulated network takes the place of engine/wire_*.c and base/clock.c by standing
# first; the waits and the key source it cannot replace that way are wrapped.
FAKE_WRAP := -Wl,--wrap=pthread_cond_timedwait -Wl,--wrap=rng_init

SCENARIO  := $(call objects,$(wildcard tests/scenario/*.c))
SCENARIOS := $(sort $(wildcard tests/scenario/*.scn))
$(BUILD)/scenario: $(SCENARIO) $(FAKES) $(ARCHIVES)
	$(CC) $^ $(FAKE_WRAP) -o $@ $(ALL_LIBS)

.PHONY: check-scenario
check-scenario: $(BUILD)/scenario
	$< $(SCENARIOS)
