// SPDX-License-Identifier: BSD-2-Clause
/* U-labels to A-labels (IDNA2008, RFC 5891, with the mapping of UTS 46). The one place
 * that knows libidn2. */
#ifndef SOURCE_IDN_H
#define SOURCE_IDN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

bool idn_has_odd_bytes(const char *text, size_t len); /* some byte is 0x80 or more */

/* UTF-8 TEXT to OUT (CAP bytes), label by label; labels of ASCII stay as they are.
 * *OUT_LEN without a final zero. ERR_SYNTAX for what is not UTF-8, not allowed in a
 * name or too long, ERR_NOMEM. */
MUST_CHECK int idn_to_ascii(const char *text, size_t len, char *out, size_t cap, size_t *out_len);

#endif
