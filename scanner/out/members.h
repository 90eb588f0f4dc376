// SPDX-License-Identifier: BSD-2-Clause
/* Members of JSON objects as --stats has them: `,"KEY":VALUE`. The first of an object is put
 * without its comma by text_puts. KEY is a plain word. Private to out/. */
#ifndef OUT_MEMBERS_H
#define OUT_MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "out/stats_end.h"

void put_member(struct text *out, const char *key, uint64_t value);
void put_number_member(struct text *out, const char *key, double value, int decimals);
void put_string_member(struct text *out, const char *key, const char *value); /* NULL: null */
void put_time_member(struct text *out, const char *key, int64_t ms);          /* put_time */
void put_bool_member(struct text *out, const char *key, bool value);
/* Objects of counters: all rejections; of the rcodes those with a name of their own in RFC 1035
 * (0 to 5) besides whatever was seen. */
void put_rejects_member(struct text *out, const char *key, const uint64_t *rejects);
void put_rcodes_member(struct text *out, const char *key, const uint64_t *rcodes);
/* "exit" to "version". */
void put_stats_end(struct text *out, const struct stats_end *end);

#endif
