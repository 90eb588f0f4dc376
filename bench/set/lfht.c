// SPDX-License-Identifier: BSD-2-Clause
/* liburcu's lock-free hash table, as well as it can be used here: the quiescent-state
 * flavour, whose read side costs nothing; nodes from blocks of a thread's own instead of
 * malloc; one quiescent state a batch; a limit of buckets, for with one the library keeps
 * them in a single mapping, faster than the blocks it has without.
 *
 * lfht         grows by itself as dnstrawl's set does, by its count of nodes
 *              (CDS_LFHT_ACCOUNTING), in threads of the library's
 * lfht-told    is told to double by the thread that finds more names than buckets
 * lfht-sized   is told the final size, before the clock starts
 * lfht-chains  grows by itself when it meets long chains; no limit of buckets, which
 *              it would reach: it has grown to thousands of octets a name
 *
 * In liburcu 0.13.2 a table that grows by itself can lose a growth for good (rculfhash.c:
 * the launcher sets resize_initiated after the worker may have cleared it, and nobody
 * starts another). Its chains then get ever longer. lfht-told takes no part in that. */
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <urcu/urcu-qsbr.h>
/* Needs a flavour before it. */
#include <urcu/rculfhash.h>

#include "bench/set/contender.h"

#define NODES_A_BLOCK 65536
#define BUCKETS_MIN   1024
#define BUCKETS_MAX   (1ul << 30) /* 16 GiB of addresses */
#define NO_LIMIT      0ul

struct node {
    struct cds_lfht_node link;
    struct hash128 key;
};

/* Kept to the end: the program's end is theirs. */
struct block {
    size_t used;
    struct node nodes[NODES_A_BLOCK];
};

struct table {
    struct cds_lfht *nodes;
    atomic_ulong count;      /* of names, batch by batch; only when it is told */
    atomic_ulong told_count; /* buckets it was told to have; ULONG_MAX: grows otherwise */
    atomic_flag is_telling;
};

static _Thread_local struct block *own_block;

static void *create_with(unsigned long buckets, unsigned long buckets_max, int flags)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return NULL;
    urcu_qsbr_register_thread();
    table->nodes =
        cds_lfht_new_flavor(buckets, BUCKETS_MIN, buckets_max, flags, &urcu_qsbr_flavor, NULL);
    urcu_qsbr_thread_offline(); /* it sleeps while the others work */
    table->told_count = ULONG_MAX;
    if (table->nodes)
        return table;
    free(table);
    return NULL;
}

static void *create(size_t expected_count)
{
    (void)expected_count;
    return create_with(BUCKETS_MIN, BUCKETS_MAX, CDS_LFHT_AUTO_RESIZE | CDS_LFHT_ACCOUNTING);
}

static void *create_chains(size_t expected_count)
{
    (void)expected_count;
    return create_with(BUCKETS_MIN, NO_LIMIT, CDS_LFHT_AUTO_RESIZE);
}

static void *create_told(size_t expected_count)
{
    (void)expected_count;
    struct table *table = create_with(BUCKETS_MIN, BUCKETS_MAX, 0);
    if (table)
        table->told_count = BUCKETS_MIN;
    return table;
}

static void *create_sized(size_t expected_count)
{
    unsigned long buckets = BUCKETS_MIN;
    while (buckets < expected_count && buckets < BUCKETS_MAX)
        buckets *= 2;
    return create_with(buckets, BUCKETS_MAX, 0);
}

/* The process ends next; taking ten million nodes out one by one is not of interest. */
static void destroy(void *table)
{
    urcu_qsbr_thread_online();
    urcu_qsbr_unregister_thread();
    free(table);
}

static void enter(void *table)
{
    (void)table;
    urcu_qsbr_register_thread();
}

static void leave(void *table)
{
    (void)table;
    urcu_qsbr_unregister_thread();
}

static struct node *new_node(struct hash128 key)
{
    if (!own_block || own_block->used == NODES_A_BLOCK) {
        own_block = malloc(sizeof *own_block);
        if (!own_block)
            abort();
        own_block->used = 0;
    }
    struct node *node = &own_block->nodes[own_block->used++];
    cds_lfht_node_init(&node->link);
    node->key = key;
    return node;
}

static int matches(struct cds_lfht_node *link, const void *wanted)
{
    const struct node *node = (const struct node *)link; /* its first member */
    const struct hash128 *key = wanted;
    return node->key.low == key->low && node->key.high == key->high;
}

/* Doubles the buckets when there are more names. One thread at a time: told the smaller
 * number after the larger one, the table would shrink. */
static void tell(struct table *table, size_t fresh)
{
    if (table->told_count == ULONG_MAX)
        return;
    unsigned long count = atomic_fetch_add(&table->count, fresh) + fresh;
    if (count <= table->told_count || atomic_flag_test_and_set(&table->is_telling))
        return;
    while (count > table->told_count && table->told_count < BUCKETS_MAX) {
        cds_lfht_resize(table->nodes, 2 * table->told_count);
        table->told_count *= 2ul;
    }
    atomic_flag_clear(&table->is_telling);
}

static size_t put(void *set, const struct hash128 *keys, size_t count)
{
    struct table *table = set;
    size_t fresh = 0;
    urcu_qsbr_read_lock();
    for (size_t i = 0; i < count; i++) {
        struct node *node = new_node(keys[i]);
        if (cds_lfht_add_unique(table->nodes, keys[i].low, matches, &keys[i], &node->link) ==
            &node->link)
            fresh++;
        else
            own_block->used--;
    }
    urcu_qsbr_read_unlock();
    urcu_qsbr_quiescent_state();
    tell(table, fresh);
    return fresh;
}

static size_t find(void *set, const struct hash128 *keys, size_t count)
{
    struct table *table = set;
    size_t found = 0;
    struct cds_lfht_iter iter;
    urcu_qsbr_read_lock();
    for (size_t i = 0; i < count; i++) {
        cds_lfht_lookup(table->nodes, keys[i].low, matches, &keys[i], &iter);
        found += cds_lfht_iter_get_node(&iter) != NULL;
    }
    urcu_qsbr_read_unlock();
    urcu_qsbr_quiescent_state();
    return found;
}

/* All four differ in how they are created. */
#define CONTENDER(its_name, its_create)                                                            \
    {                                                                                              \
        .name = (its_name), .create = (its_create), .destroy = destroy, .enter = enter,            \
        .leave = leave, .put = put, .find = find,                                                  \
    }

const struct contender contender_lfht = CONTENDER("lfht", create);
const struct contender contender_lfht_told = CONTENDER("lfht-told", create_told);
const struct contender contender_lfht_sized = CONTENDER("lfht-sized", create_sized);
const struct contender contender_lfht_chains = CONTENDER("lfht-chains", create_chains);
