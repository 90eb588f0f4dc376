// SPDX-License-Identifier: BSD-2-Clause
/* Base64 as RFC 4648 section 4 has it: padded, without blanks, and nothing behind the last
 * octet. Pure. */
#ifndef DNS_BASE64_H
#define DNS_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False: TEXT is no base64, empty, or more than CAP octets. */
bool base64_decode(const char *text, size_t len, uint8_t *out, size_t cap, size_t *out_len);

#endif
