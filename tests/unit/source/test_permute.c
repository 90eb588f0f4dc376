// SPDX-License-Identifier: BSD-2-Clause
/* source/permute.c and share.h: every index once, the same order for the same seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "source/permute.h"
#include "source/share.h"

static void assert_is_bijection(uint64_t count, uint64_t seed)
{
    struct permutation permutation;
    uint8_t *seen = calloc(count + 1, 1);
    assert_non_null(seen);
    permutation_init(&permutation, count, seed);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t to = permutation_at(&permutation, i);
        assert_true(to < count);
        assert_int_equal(seen[to]++, 0);
    }
    free(seen);
}

static void every_index_comes_once_for_every_count(void **state)
{
    (void)state;
    for (uint64_t count = 1; count <= 300; count++)
        for (uint64_t seed = 0; seed < 5; seed++)
            assert_is_bijection(count, seed);
    static const uint64_t edges[] = {1023, 1024, 1025, 4095, 4096, 4097, 65535, 65536, 65537};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        assert_is_bijection(edges[i], UINT64_MAX);
}

static void seeds_give_orders_and_repeat_them(void **state)
{
    (void)state;
    struct permutation a, b, c;
    size_t fixed_count = 0, equal_count = 0;
    permutation_init(&a, 1000, 1);
    permutation_init(&b, 1000, 1);
    permutation_init(&c, 1000, 2);
    for (uint64_t i = 0; i < 1000; i++) {
        assert_int_equal(permutation_at(&a, i), permutation_at(&b, i));
        fixed_count += permutation_at(&a, i) == i;
        equal_count += permutation_at(&a, i) == permutation_at(&c, i);
    }
    assert_true(fixed_count < 20); /* 1 is expected of a random order */
    assert_true(equal_count < 20);
}

static void huge_counts_stay_in_range(void **state)
{
    (void)state;
    struct permutation permutation;
    static const uint64_t counts[] = {(uint64_t)1 << 40, ((uint64_t)1 << 40) + 1,
                                      (uint64_t)1 << 62};
    for (size_t i = 0; i < 3; i++) {
        permutation_init(&permutation, counts[i], 7);
        for (uint64_t j = 0; j < 1000; j++)
            assert_true(permutation_at(&permutation, counts[i] - 1 - j) < counts[i]);
    }
}

static void shares_count_what_they_take(void **state)
{
    (void)state;
    for (uint32_t count = 1; count < 9; count++)
        for (uint32_t index = 0; index < count; index++)
            for (uint64_t base = 0; base < 20; base++)
                for (uint64_t len = 0; len < 20; len++) {
                    struct source_share share = {.shard_index = index, .shard_count = count};
                    uint64_t expected = 0, first = UINT64_MAX;
                    for (uint64_t k = 0; k < len; k++)
                        if ((base + k) % count == index && expected++ == 0)
                            first = k;
                    assert_int_equal(share_count(&share, base, len), expected);
                    if (expected)
                        assert_int_equal(share_first(&share, base), first);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_comes_once_for_every_count),
        cmocka_unit_test(seeds_give_orders_and_repeat_them),
        cmocka_unit_test(huge_counts_stay_in_range),
        cmocka_unit_test(shares_count_what_they_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
