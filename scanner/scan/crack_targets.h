// SPDX-License-Identifier: BSD-2-Clause
/* Targets of a cracking run and how they are looked up. Private to scan/crack*.c.
 *
 * Filled by one thread, sealed, then const but for which are found: any thread may tell. */
#ifndef SCAN_CRACK_TARGETS_H
#define SCAN_CRACK_TARGETS_H

#include <stdatomic.h>

#include "dns/nsec3_heads.h"
#include "scan/crack.h"
#include "scan/crack_index.h"

#define CRACK_NO_TYPES UINT32_MAX

struct crack_target {
    uint8_t hash[NSEC3_HASH_LEN];
    uint32_t chain;
    uint32_t types_at; /* its bitmap in TYPES, an octet of length before it; CRACK_NO_TYPES */
    bool is_opt_out;
    atomic_bool is_found;
};

/* A zone with one set of NSEC3 parameters. */
struct crack_chain {
    struct name zone;
    struct nsec3_many many;
    size_t first, count; /* its targets */
    struct crack_index index;
    atomic_size_t open_count; /* targets not found yet */
};

struct crack_targets {
    struct crack_chain *chains;
    size_t chain_count, chain_cap;
    uint32_t *chain_table; /* hash of zone and parameters -> chain + 1 */
    size_t chain_table_mask;
    size_t chain_last; /* the last one added to: mostly the next one, too */
    struct crack_target *items;
    size_t count, cap;
    uint8_t *types;
    size_t types_len, types_cap;
    uint32_t *words; /* the items' fifth words, once sealed */
};

/* Sorts, merges, makes the indexes; KERNEL NULL: the best. Once. ERR_NOMEM. */
MUST_CHECK int crack_targets_seal(struct crack_targets *targets, const struct sha1_kernel *kernel);
/* Marks the target of CHAIN with HASH found: its place, or SIZE_MAX when there is none or it was
 * found before. */
size_t crack_targets_take(struct crack_targets *targets, struct crack_chain *chain,
                          const uint8_t hash[NSEC3_HASH_LEN]);
/* ITEM as a record; its types are TARGETS'. */
void crack_targets_record(const struct crack_targets *targets, size_t item,
                          struct hash_record *out);
/* Targets not found yet. */
size_t crack_targets_open(const struct crack_targets *targets);

#endif
