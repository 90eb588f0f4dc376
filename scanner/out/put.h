// SPDX-License-Identifier: BSD-2-Clause
/* Pieces that several formats and reports put: names, record data, times, numbers. */
#ifndef OUT_PUT_H
#define OUT_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/hit.h"

/* Lower case, no trailing dot ("." for the root). */
void put_name(struct text *out, const uint8_t *name);
/* As above with its trailing dot, as zone files write it. */
void put_name_dotted(struct text *out, const uint8_t *name);
void put_type(struct text *out, uint16_t type); /* "AAAA", "TYPE257" */
/* Presentation text on one line; names in it bare or dotted. */
void put_rdata(struct text *out, const struct hit_record *record, bool bare_names);
void put_csv(struct text *out, const char *field, size_t len); /* quoted where RFC 4180 asks */

/* MS since 1970 as RFC 3339 in UTC, "2026-11-22T03:14:07.123Z"; kept within the
 * years 1970 to 9999. */
void put_time(struct text *out, int64_t ms);

/* Kept within 0 to 99 days; 0 for what is not a number. */
mono_ns seconds_to_ns(double seconds);

/* For reports. "190,421"; "1 name", "190,421 names"; "42 s", "3m10s". */
void put_count(struct text *out, uint64_t count);
void put_counted(struct text *out, uint64_t count, const char *one, const char *many);
void put_duration(struct text *out, double seconds);

/* JSON values. A string or `null`; a finite number or `null`. */
void put_json_string(struct text *out, const char *string);
void put_json_name(struct text *out, const uint8_t *name);
void put_json_rdata(struct text *out, const struct hit_record *record);
void put_json_number(struct text *out, double value, int decimals);

#endif
