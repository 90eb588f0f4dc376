// SPDX-License-Identifier: BSD-2-Clause
/* Hashes in order: a treap over items that are numbered as they come and stay where they are.
 *
 * Its depth is that of a random tree whatever the hashes are, since priorities are random: a
 * server that makes up hashes cannot make it deep. 32 octets an item. */
#ifndef SOURCE_HASHTREE_H
#define SOURCE_HASHTREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "dns/dnssec.h"

#define HASHTREE_NONE UINT32_MAX

struct hashtree_node {
    uint8_t hash[NSEC3_HASH_LEN];
    uint32_t left, right, priority;
};

struct hashtree {
    struct hashtree_node *nodes; /* by number; those taken out stay */
    uint32_t count, cap;
    uint32_t root;
    struct rng_fast rng;
};

void hashtree_init(struct hashtree *tree, uint64_t seed);
void hashtree_deinit(struct hashtree *tree);

/* HASH is not in the tree. ITEM gets its number, which is the count before. ERR_NOMEM. */
MUST_CHECK int hashtree_put(struct hashtree *tree, const uint8_t *hash, uint32_t *item);
/* Takes ITEM out of the order; its number is not used again. */
void hashtree_take(struct hashtree *tree, uint32_t item);

/* The last one at or before HASH, the first one after it; past the ends of the order it goes
 * on at the other. HASHTREE_NONE: the tree is empty. */
uint32_t hashtree_at_or_before(const struct hashtree *tree, const uint8_t *hash);
uint32_t hashtree_after(const struct hashtree *tree, const uint8_t *hash);

static inline const uint8_t *hashtree_hash(const struct hashtree *tree, uint32_t item)
{
    return tree->nodes[item].hash;
}

#endif
