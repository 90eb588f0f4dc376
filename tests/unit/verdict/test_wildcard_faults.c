// SPDX-License-Identifier: BSD-2-Clause
/* verdict/wildcard.c and wildcard_pool.c when memory runs out: the nth allocation
 * fails, for every n. The files are included, so that the failing allocator stands
 * between them and the C library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static long countdown; /* allocations until the failing one; below 0: none fails */

static bool fails(void)
{
    return countdown >= 0 && countdown-- == 0;
}

static void *faulty_malloc(size_t size)
{
    return fails() ? NULL : malloc(size);
}

static void *faulty_calloc(size_t count, size_t size)
{
    return fails() ? NULL : calloc(count, size);
}

static void *faulty_realloc(void *old, size_t size)
{
    return fails() ? NULL : realloc(old, size);
}

#define malloc  faulty_malloc
#define calloc  faulty_calloc
#define realloc faulty_realloc
#include "verdict/wildcard.c"
#include "verdict/wildcard_judge.c"
#include "verdict/wildcard_table.c"
#include "verdict/wildcard_pool.c"
#undef malloc
#undef calloc
#undef realloc

#include "tests/unit/verdict/message.h"

/* Names under 100 parents, all with a wildcard of 40 addresses that probes do not
 * exhaust. False when memory ran out where the caller is told. */
static bool run_scan(void)
{
    struct rng rng;
    struct rng_fast sim;
    struct wildcards *w;
    struct wildcard_probe probe;
    struct wildcard_finding f;
    char text[64];
    bool is_complete = true;
    uint32_t op = 0;

    rng_init_key(&rng, (uint8_t[32]){1});
    rng_fast_init(&sim, 1);
    if (wildcards_create(&w, &rng, NULL, 0)) {
        assert_null(w);
        return false;
    }
    for (unsigned i = 0; i < 100 && is_complete; i++) {
        snprintf(text, sizeof text, "www.s%u.test", i);
        struct name name = name_of(text);
        struct wildcard_data data = {.type = TYPE_A, .count = 1, .hashes = {1000 + i}};
        do {
            const struct wildcard_data *list = &data;
            const struct wildcard_name asked = {
                .wire = name.wire, .zone_labels = 2, .data = &list, .count = 1};
            int err = wildcards_judge(w, &asked, &f);
            if (err) {
                assert_int_equal(err, ERR_NOMEM);
                is_complete = false;
                break;
            }
            while (wildcards_next_probe(w, &probe)) {
                struct wildcard_data shown = {
                    .type = probe.type, .count = 1, .hashes = {rng_fast_below(&sim, 40)}};
                const struct wildcard_reply reply = {
                    .result = probe.type == TYPE_A ? WILDCARD_PROBE_DATA : WILDCARD_PROBE_NODATA,
                    .data = &shown,
                    .op = op++,
                    .operators = 10};
                (void)wildcards_result(w, probe.parent, probe.type, &reply);
            }
        } while (f.judgement == WILDCARD_WAIT);
        if (is_complete)
            assert_int_equal(f.judgement, WILDCARD_POSSIBLE);
    }
    wildcards_destroy(w);
    return is_complete;
}

static void every_allocation_may_fail(void **unused)
{
    (void)unused;
    countdown = -1;
    assert_true(run_scan());
    unsigned told = 0;
    long n = 0;
    for (; n < 100000; n++) {
        countdown = n;
        told += !run_scan();
        if (countdown >= 0)
            break; /* it never came to the nth */
    }
    assert_in_range(n, 100, 10000);
    assert_in_range(told, 100, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
