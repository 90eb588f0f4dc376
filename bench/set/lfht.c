// SPDX-License-Identifier: BSD-2-Clause
/* liburcu's lock-free hash table, as well as it can be used here: the quiescent-state
 * flavour, whose read side costs nothing; nodes from blocks of a thread's own instead of
 * malloc; one quiescent state a batch. `lfht` grows by itself as dnstrawl's set does,
 * `lfht sized` is told the final size. */
#include <stdlib.h>
#include <urcu/urcu-qsbr.h>

#include <urcu/rculfhash.h>

#include "bench/set/contender.h"

#define NODES_A_BLOCK 65536
#define BUCKETS_MIN   1024

struct node {
    struct cds_lfht_node link;
    struct hash128 key;
};

/* Kept to the end: the program's end is theirs. */
struct block {
    size_t used;
    struct node nodes[NODES_A_BLOCK];
};

static _Thread_local struct block *own_block;

static void *create_with(unsigned long buckets, int flags)
{
    urcu_qsbr_register_thread();
    void *table = cds_lfht_new_flavor(buckets, BUCKETS_MIN, 0, flags, &urcu_qsbr_flavor, NULL);
    urcu_qsbr_thread_offline(); /* it sleeps while the others work */
    return table;
}

static void *create(size_t expected_count)
{
    (void)expected_count;
    return create_with(BUCKETS_MIN, CDS_LFHT_AUTO_RESIZE);
}

static void *create_sized(size_t expected_count)
{
    unsigned long buckets = BUCKETS_MIN;
    while (buckets < expected_count)
        buckets *= 2;
    return create_with(buckets, 0);
}

/* The process ends next; taking ten million nodes out one by one is not of interest. */
static void destroy(void *table)
{
    (void)table;
    urcu_qsbr_thread_online();
    urcu_qsbr_unregister_thread();
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

static size_t put(void *table, const struct hash128 *keys, size_t count)
{
    size_t fresh = 0;
    urcu_qsbr_read_lock();
    for (size_t i = 0; i < count; i++) {
        struct node *node = new_node(keys[i]);
        if (cds_lfht_add_unique(table, keys[i].low, matches, &keys[i], &node->link) == &node->link)
            fresh++;
        else
            own_block->used--;
    }
    urcu_qsbr_read_unlock();
    urcu_qsbr_quiescent_state();
    return fresh;
}

static size_t find(void *table, const struct hash128 *keys, size_t count)
{
    size_t found = 0;
    struct cds_lfht_iter iter;
    urcu_qsbr_read_lock();
    for (size_t i = 0; i < count; i++) {
        cds_lfht_lookup(table, keys[i].low, matches, &keys[i], &iter);
        found += cds_lfht_iter_get_node(&iter) != NULL;
    }
    urcu_qsbr_read_unlock();
    urcu_qsbr_quiescent_state();
    return found;
}

const struct contender contender_lfht = {
    .name = "lfht",
    .create = create,
    .destroy = destroy,
    .enter = enter,
    .leave = leave,
    .put = put,
    .find = find,
};

const struct contender contender_lfht_sized = {
    .name = "lfht-sized",
    .create = create_sized,
    .destroy = destroy,
    .enter = enter,
    .leave = leave,
    .put = put,
    .find = find,
};
