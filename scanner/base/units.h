// SPDX-License-Identifier: BSD-2-Clause
/* Numbers with units, in and out: "10k", "2m", "250ms", "1%".
 *
 * Parsers take the whole text or refuse: ERR_SYNTAX for what is no number,
 * ERR_RANGE for what does not fit. Formatters write at most UNITS_TEXT_MAX
 * bytes with the final zero and return their argument buffer. */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

#define UNITS_TEXT_MAX 32

/* "120", "10k", "2m", "1.5g" (powers of 1000, either case). */
MUST_CHECK int units_parse_count(const char *text, uint64_t *out);
/* "250ms", "3s", "10m", "2h", "1us"; a bare number is in BARE_UNIT_NS. */
MUST_CHECK int units_parse_duration(const char *text, mono_ns bare_unit_ns, mono_ns *out);

const char *units_format_count(uint64_t value, char out[UNITS_TEXT_MAX]); /* 190,421 */
const char *units_format_short(uint64_t value, char out[UNITS_TEXT_MAX]); /* 118k 4.9k 746 */
const char *units_format_duration(mono_ns value,
                                  char out[UNITS_TEXT_MAX]); /* 250 ms, 1.5 s, 42 s, 3m10s, 2h05m */
const char *units_format_eta(mono_ns value, char out[UNITS_TEXT_MAX]); /* 15s, 3m10s, 2h05m */
/* Three digits tell: 850 us, 1.25 ms, 61 ms, 2.5 s; four of a share: 0.34 %, 12 %, 99.91 %. */
const char *units_format_latency(mono_ns value, char out[UNITS_TEXT_MAX]);
const char *units_format_share(double share, char out[UNITS_TEXT_MAX]);

#endif
