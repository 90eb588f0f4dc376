// SPDX-License-Identifier: BSD-2-Clause
/* source/hashtree.c: beside a plain list, and as deep as a random tree for hashes in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/arc.h"
#include "source/hashtree.h"

static void hash_of(uint8_t hash[NSEC3_HASH_LEN], uint32_t value)
{
    memset(hash, 0, NSEC3_HASH_LEN);
    hash[NSEC3_HASH_LEN - 2] = (uint8_t)(value >> 8);
    hash[NSEC3_HASH_LEN - 1] = (uint8_t)value;
}

#define VALUES 64

/* items[V]: the number of hash V; HASHTREE_NONE: not in the tree. */
static void assert_order_is(const struct hashtree *tree, const uint32_t items[VALUES])
{
    for (uint32_t value = 0; value < VALUES; value++) {
        uint8_t hash[NSEC3_HASH_LEN];
        uint32_t before = HASHTREE_NONE, after = HASHTREE_NONE;
        for (uint32_t i = 0; i < VALUES && before == HASHTREE_NONE; i++)
            before = items[(value - i) % VALUES];
        for (uint32_t i = 1; i <= VALUES && after == HASHTREE_NONE; i++)
            after = items[(value + i) % VALUES];
        hash_of(hash, value);
        assert_int_equal(hashtree_at_or_before(tree, hash), before);
        assert_int_equal(hashtree_after(tree, hash), after);
    }
}

static void an_order_is_as_a_list_whatever_comes_and_goes(void **state)
{
    uint32_t items[VALUES];
    struct hashtree tree;
    struct rng_fast rng;
    (void)state;
    memset(items, 0xff, sizeof items);
    rng_fast_init(&rng, 1);
    hashtree_init(&tree, 1);
    assert_order_is(&tree, items);
    for (uint32_t step = 0; step < 2000; step++) {
        uint32_t value = rng_fast_below(&rng, VALUES);
        uint8_t hash[NSEC3_HASH_LEN];
        hash_of(hash, value);
        if (items[value] != HASHTREE_NONE) {
            hashtree_take(&tree, items[value]);
            items[value] = HASHTREE_NONE;
        } else {
            uint32_t count = tree.count;
            assert_int_equal(hashtree_put(&tree, hash, &items[value]), 0);
            assert_int_equal(items[value], count);
            assert_memory_equal(hashtree_hash(&tree, items[value]), hash, sizeof hash);
        }
        assert_order_is(&tree, items);
    }
    hashtree_deinit(&tree);
}

static uint32_t depth(const struct hashtree *tree, const uint8_t *hash)
{
    uint32_t steps = 0;
    for (uint32_t at = tree->root; at != HASHTREE_NONE; steps++) {
        const struct hashtree_node *node = &tree->nodes[at];
        at = arc_compare(hash, node->hash) < 0 ? node->left : node->right;
    }
    return steps;
}

static void hashes_in_order_make_no_deep_tree(void **state)
{
    struct hashtree tree;
    uint32_t item, deepest = 0;
    uint8_t hash[NSEC3_HASH_LEN];
    (void)state;
    hashtree_init(&tree, 7);
    for (uint32_t i = 0; i < 65536; i++) {
        hash_of(hash, i);
        assert_int_equal(hashtree_put(&tree, hash, &item), 0);
    }
    for (uint32_t i = 0; i < 65536; i++) {
        hash_of(hash, i);
        uint32_t steps = depth(&tree, hash);
        deepest = steps > deepest ? steps : deepest;
    }
    assert_in_range(deepest, 17, 60); /* 16 is perfect, about 40 is usual */
    hashtree_deinit(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_as_a_list_whatever_comes_and_goes),
        cmocka_unit_test(hashes_in_order_make_no_deep_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
