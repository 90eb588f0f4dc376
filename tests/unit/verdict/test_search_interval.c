// SPDX-License-Identifier: BSD-2-Clause
/* verdict/search_interval.c: how often the true limit lies in it, and how wide it is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/search_sim.h"

#define SEEDS 100

/* Noise of three kinds: the interval is the wider, and as honest. */
static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void intervals_cover_the_limit(void **state)
{
    static const struct server servers[] = {
        {.width = 0.01, .bad_moment = 0.1, .invalid = 0.03},
        {.width = 0.03},
        {.width = 0.002, .bad_moment = 0.2},
    };
    static const double least[] = {0.04, 0.06, 0.025}, most[] = {0.07, 0.085, 0.065};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct rng_fast rng;
        unsigned below = 0, above = 0, known = 0;
        double widths[SEEDS];
        rng_fast_init(&rng, 3);
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct search search;
            double low, high;
            struct server server = servers[i];
            server.capacity = random_capacity(&rng);
            search_server(&search, &usual, &server, seed);
            if (!search_interval(&search, &low, &high))
                continue;
            below += server.capacity < low;
            above += server.capacity > high;
            widths[known++] = log(high / low);
        }
        qsort(widths, known, sizeof *widths, compare_doubles);
        double median = widths[known / 2];
        if (known < SEEDS - 1 || below > 0.06 * SEEDS || above > 0.06 * SEEDS ||
            median < least[i] || median > most[i])
            fail_msg("%zu: limit below %u, above %u of %u intervals of %.4f", i, below, above,
                     known, median);
    }
}

/* Far more points than a search makes, each of them hard to believe. */
static void what_cannot_be_is_an_interval_too(void **state)
{
    (void)state;
    struct search search = {.held = 100, .good = 100, .bad = 101};
    double low, high;
    for (size_t i = 0; i < SEARCH_POINTS_MAX; i++)
        search.points[i] = (struct search_point){i % 2 ? 1 : 1e6,
                                                 i % 2 ? SEARCH_MISSED : SEARCH_MET, SEARCH_BISECT};
    search.point_count = SEARCH_POINTS_MAX;
    assert_true(search_interval(&search, &low, &high));
    assert_true(low > 61 && low < 65 && high > 155 && high < 164);
    search.points[0] = (struct search_point){100, SEARCH_INVALID, SEARCH_BISECT};
    search.point_count = 1; /* nothing is known but the bracket */
    assert_true(search_interval(&search, &low, &high));
    assert_true(low > 61 && low < 65 && high > 155 && high < 164);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_cover_the_limit),
        cmocka_unit_test(what_cannot_be_is_an_interval_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
