// SPDX-License-Identifier: BSD-2-Clause
/* Values of options as text. Those that return int give 0, ERR_SYNTAX or ERR_RANGE and
 * say why; letter case does not matter. */
#ifndef CMD_VALUE_H
#define CMD_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

/* "'VALUE' is not EXPECTED". Returns ERR_SYNTAX. */
int value_refuse(struct text *why, const char *value, const char *expected);

/* "250", "10k"; MIN and MAX are allowed. */
MUST_CHECK int value_count(const char *value, uint64_t min, uint64_t max, uint64_t *out,
                           struct text *why);
MUST_CHECK int value_u32(const char *value, uint32_t min, uint32_t max, uint32_t *out,
                         struct text *why);
MUST_CHECK int value_duration(const char *value, mono_ns bare_unit_ns, mono_ns *out,
                              struct text *why);
/* Decimal digits alone, at most MAX. */
bool value_digits(const char *text, size_t len, uint64_t max, uint64_t *out);
/* A percentage without its sign, "0.5", at most 100. */
bool value_percent(const char *text, size_t len, double *out);

/* TEXT is WORD, letter case aside. */
bool value_is(const char *text, size_t len, const char *word, size_t word_len);
/* The index of TEXT among WORDS, which are apart by blanks; -1. */
int value_find_word(const char *words, const char *text, size_t len);
/* "'TEXT' is none of WORDS". Returns ERR_SYNTAX. */
int value_refuse_word(struct text *why, const char *text, size_t len, const char *words);
MUST_CHECK int value_word(const char *words, const char *value, int *index, struct text *why);

/* FAMILY as inet_pton(3). */
bool value_is_address(int family, const char *text, size_t len);
/* ip, ip:port, v6, [v6], [v6]:port (v6 perhaps with %interface), or "system". */
bool value_is_resolver(const char *text, size_t len);

#endif
