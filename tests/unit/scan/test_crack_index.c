// SPDX-License-Identifier: BSD-2-Clause
/* scan/crack_index.c: exactly the targets pass, whatever their number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "scan/crack_index.h"

#define TRIED 20000

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static bool is_target(const uint32_t *targets, size_t count, uint32_t word)
{
    return bsearch(&word, targets, count, sizeof word, compare) != NULL;
}

static void check_count(size_t count)
{
    struct rng_fast rng;
    struct crack_index index;
    uint32_t *targets = malloc(count * sizeof *targets);
    static uint32_t words[TRIED + SIFT_SLACK], places[TRIED + SIFT_SLACK];
    assert_non_null(targets);
    rng_fast_init(&rng, count);
    for (size_t i = 0; i < count; i++)
        targets[i] = (uint32_t)rng_fast_u64(&rng);
    targets[0] = 0;
    targets[count - 1] = UINT32_MAX;
    targets[count / 2] = targets[count / 3]; /* two with the same */
    qsort(targets, count, sizeof *targets, compare);
    for (size_t i = 0; i < TRIED; i++)
        words[i] =
            i % 3 ? (uint32_t)rng_fast_u64(&rng) : targets[rng_fast_below(&rng, (uint32_t)count)];
    assert_int_equal(crack_index_init(&index, targets, count), 0);
    size_t expected = 0, got = crack_index_filter(&index, words, TRIED, places);
    for (size_t i = 0; i < TRIED; i++) {
        if (!is_target(targets, count, words[i])) {
            assert_int_equal(crack_index_find(&index, words[i]), count);
            continue;
        }
        size_t at = crack_index_find(&index, words[i]);
        assert_true(at < count && targets[at] == words[i]);
        assert_true(at == 0 || targets[at - 1] != words[i]);
        assert_true(expected < got);
        assert_int_equal(places[expected++], i);
    }
    assert_int_equal(got, expected);
    crack_index_deinit(&index);
    free(targets);
}

static void exactly_the_targets_pass(void **state)
{
    static const size_t counts[] = {1, 2, 3, 4, 5, 7, 8, 9, 100, 4096, 4097, 100000, 1000000};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        check_count(counts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exactly_the_targets_pass)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
