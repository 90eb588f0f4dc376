// SPDX-License-Identifier: BSD-2-Clause
/* Type bitmaps, equal ones mostly kept once: a zone has some dozens of different ones.
 *
 * Bounded: one of more than TYPESTORE_LEN_MAX octets is not kept, nor any beyond
 * TYPESTORE_BYTES_MAX in all. One thread. */
#ifndef SOURCE_TYPESTORE_H
#define SOURCE_TYPESTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/dnssec.h"

#define TYPESTORE_LEN_MAX   255 /* windows 0 and 255 and some more */
#define TYPESTORE_BYTES_MAX ((uint32_t)64 << 20)
#define TYPESTORE_NONE      UINT32_MAX
#define TYPESTORE_PLACES    256

struct typestore {
    uint8_t *bytes; /* length, bitmap */
    uint32_t len, cap;
    uint32_t recent[TYPESTORE_PLACES]; /* the one kept last, of those with that hash */
};

void typestore_init(struct typestore *store);
void typestore_deinit(struct typestore *store);

/* KEY is what typestore_get wants; TYPESTORE_NONE where there is no room. ERR_NOMEM. */
MUST_CHECK int typestore_put(struct typestore *store, const struct type_bitmap *types,
                             uint32_t *key);
/* Points into the store, until the next put. False: KEY is TYPESTORE_NONE. */
bool typestore_get(const struct typestore *store, uint32_t key, struct type_bitmap *types);

#endif
