# SPDX-License-Identifier: BSD-2-Clause
# make            build/dnstrawl and build/dnstrawl-lab
# make check      all tests (scripts/test does this and more)
# make debug      the same programs with ASan and UBSan, in build/debug
# make fuzz       libFuzzer targets (clang), in build/fuzz
# make bench      the speed measurements of bench/README.md
# make install    PREFIX=/usr/local DESTDIR=
#
# Each layer is an archive; an archive may use those to its right. Variables:
# BUILD= (folder), SAN= (address,undefined or thread), CC=, CFLAGS=.

BUILD  ?= build
PREFIX ?= /usr/local
CC      = gcc
CFLAGS ?= -O2 -g
SAN    ?=

VERSION  := 0.1.0
PACKAGES := libuv ldns openssl libnghttp2 zlib libzstd liblzma libidn2 libpsl jansson libpcap
FEATURES := $(shell for p in $(PACKAGES); do echo "$$p $$(pkg-config --modversion $$p),"; done | tr '\n' ' ' | sed 's/, *$$//')
WARN     := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Werror
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
PKG_INC  := $(patsubst -I%,-isystem%,$(shell pkg-config --cflags $(PACKAGES)))
PKG_LIB  := $(shell pkg-config --libs $(PACKAGES))
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DDNSTRAWL_VERSION='"$(VERSION)"' -Iscanner -I. $(PKG_INC) \
             $(WARN) $(SANFLAGS) $(CFLAGS) -pthread -MMD -MP
ALL_LIBS   = $(PKG_LIB) $(SANFLAGS) -pthread -lm

LAYERS := cmd scan out verdict engine source dns model base
objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
sources = $(filter-out scanner/cmd/main.c,$(wildcard scanner/$(1)/*.c))
archive = $(BUILD)/lib/$(1).a
ARCHIVES := $(foreach l,$(LAYERS),$(call archive,$(l)))
# dns and model know only base; source, engine, verdict, out know dns, model, base.
below = $(foreach l,$(1) $(2),$(call archive,$(l)))

PROGRAMS := $(BUILD)/dnstrawl $(BUILD)/dnstrawl-lab
UNIT     := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*/test_*.c))
REPLAY   := $(patsubst tests/fuzz/%.c,$(BUILD)/replay/%,$(wildcard tests/fuzz/fuzz_*.c))


.PHONY: all
all: $(PROGRAMS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c $< -o $@

define layer_rule
$(call archive,$(1)): $(call objects,$(call sources,$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rule,$(l))))

$(BUILD)/scanner/cmd/help.o: ALL_CFLAGS += -DDNSTRAWL_FEATURES='"$(FEATURES)"'

# The built-in lists travel inside the program (scanner/source/builtin.c).
$(BUILD)/scanner/source/builtin.o: wordlists/common.txt wordlists/bench.txt resolvers/public.txt
$(BUILD)/bench/lab/words.o: wordlists/common.txt

$(BUILD)/dnstrawl: $(BUILD)/scanner/cmd/main.o $(ARCHIVES)
	$(CC) $^ -o $@ $(ALL_LIBS)

LAB := $(call objects,$(wildcard bench/lab/*.c))
$(BUILD)/dnstrawl-lab: $(LAB) $(call below,dns,model base)
	$(CC) $^ -o $@ $(ALL_LIBS)

# A unit test of a layer links that layer and what lies below it.
define unit_rule
$(BUILD)/unit/$(1)/%: $(BUILD)/tests/unit/$(1)/%.o $(2)
	@mkdir -p $$(@D)
	$$(CC) $$^ -o $$@ -lcmocka $$(ALL_LIBS)
endef
FAKES := $(call objects,$(wildcard tests/fake/*.c))
$(eval $(call unit_rule,base,$(call below,base)))
$(eval $(call unit_rule,dns,$(call below,dns,base)))
$(eval $(call unit_rule,model,$(call below,model base)))
$(foreach l,source verdict out engine,$(eval $(call unit_rule,$(l),$(call below,$(l),dns model base))))
$(eval $(call unit_rule,scan,$(filter-out $(call archive,cmd),$(ARCHIVES))))
$(eval $(call unit_rule,cmd,$(ARCHIVES)))
$(eval $(call unit_rule,lab,$(filter-out %/main.o,$(LAB)) $(call below,dns,model base)))

.PHONY: unit
unit: $(UNIT)

include bench/rules.mk tests/rules.mk

.PHONY: debug
debug:
	$(MAKE) BUILD=$(BUILD)/debug SAN=address,undefined CFLAGS='-O1 -g' all

.PHONY: install
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin/
	install -m 644 scanner/cmd/dnstrawl.1 bench/lab/dnstrawl-lab.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(BUILD)/dnstrawl completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/dnstrawl
	$(BUILD)/dnstrawl completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_dnstrawl
	$(BUILD)/dnstrawl completion fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/dnstrawl.fish

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
