// SPDX-License-Identifier: BSD-2-Clause
/* source/probes.c: whole walks of made-up chains, with answers that come in any order. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chain.h"
#include "source/census.h"
#include "source/probes.h"
#include "dns/nsec3_heads.h"

#define STOCK 512

struct walk {
    struct chain chain;
    struct gaps *gaps;
    struct probes *probes;
    struct rng_fast rng;
    uint32_t flying[STOCK];
    uint32_t flying_count, flying_most;
    uint64_t drawn, asked;
};

static void walk_init(struct walk *w, size_t names, uint64_t seed)
{
    *w = (struct walk){.drawn = 0};
    rng_fast_init(&w->rng, seed);
    w->chain = chain_create(names, &w->rng);
    assert_int_equal(gaps_create(&w->gaps, seed), 0);
    assert_int_equal(probes_create(&w->probes, w->gaps, STOCK), 0);
}

static void walk_deinit(struct walk *w)
{
    probes_destroy(w->probes);
    gaps_destroy(w->gaps);
    chain_destroy(&w->chain);
}

static struct census walk_census(const struct walk *w)
{
    struct gaps_sums sums = gaps_sums(w->gaps);
    return census_take(&sums);
}

static void walk_draw(struct walk *w)
{
    for (int i = 0; i < 1000 && probes_room(w->probes) > 0; i++) {
        struct probe probe = {.label = w->drawn++};
        chain_random_hash(&w->rng, probe.hash);
        if (gaps_may_be_open(w->gaps, nsec3_first(probe.hash)))
            assert_true(probes_offer(w->probes, &probe) >= 0);
    }
}

static void walk_answer(struct walk *w)
{
    uint32_t pick = rng_fast_below(&w->rng, w->flying_count);
    uint32_t number = w->flying[pick];
    struct gaps_span span = chain_around(&w->chain, probes_get(w->probes, number)->hash);
    assert_int_equal(gaps_sums(w->gaps).contradictions, 0);
    assert_true(gaps_add(w->gaps, &span) >= 0);
    probes_done(w->probes, number);
    w->flying[pick] = w->flying[--w->flying_count];
    probes_expect(w->probes, walk_census(w).exist);
}

/* Until so much is MISSING, with IN_FLIGHT at most. */
static void walk_until(struct walk *w, double missing, uint32_t in_flight)
{
    const struct census_limits limits = {.missing = missing};
    for (;;) {
        struct census census = walk_census(w);
        if (census_judge(&census, &limits, w->drawn) != CENSUS_GOES_ON)
            return;
        walk_draw(w);
        while (w->flying_count < in_flight && probes_next(w->probes, &w->flying[w->flying_count])) {
            w->flying_count++;
            w->asked++;
        }
        if (w->flying_count > w->flying_most)
            w->flying_most = w->flying_count;
        if (w->flying_count > 0)
            walk_answer(w);
    }
}

static void every_chain_is_closed_by_about_a_question_a_span(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 5, 16, 17, 100, 1000, 3000};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t asked = 0, runs = sizes[i] < 100 ? 50 : 3;
        for (uint64_t seed = 1; seed <= runs; seed++) {
            struct walk w;
            walk_init(&w, sizes[i], seed);
            walk_until(&w, 0, 256);
            struct gaps_sums sums = gaps_sums(w.gaps);
            assert_int_equal(sums.spans, sizes[i]);
            assert_int_equal(sums.covered, ARC_WHOLE);
            assert_int_equal(sums.stale, 0);
            asked += w.asked;
            walk_deinit(&w);
        }
        double most = sizes[i] < 100 ? 1.1 : 1.02;
        if ((double)asked > most * (double)(runs * sizes[i]))
            fail_msg("%llu questions for %llu chains of %zu", (unsigned long long)asked,
                     (unsigned long long)runs, sizes[i]);
    }
}

static void as_much_is_asked_at_once_as_the_chain_is_long(void **state)
{
    struct walk w;
    (void)state;
    walk_init(&w, 3000, 9);
    walk_until(&w, 0.5, STOCK);
    assert_true(w.flying_most >= 128);
    walk_deinit(&w);
    walk_init(&w, 20, 9);
    walk_until(&w, 0, STOCK);
    assert_true(w.flying_most <= 20);
    walk_deinit(&w);
}

/* Reserving gaps and waiting in stock must not choose which hashes are tried. */
static void estimates_hold_while_walking(void **state)
{
    double sum = 0, squares = 0, count = 120;
    (void)state;
    for (uint64_t seed = 1; seed <= (uint64_t)count; seed++) {
        struct walk w;
        walk_init(&w, 500, seed);
        walk_until(&w, 0.2, 64);
        struct census census = walk_census(&w);
        double z = (census.exist - 500) / census.deviation;
        sum += z;
        squares += z * z;
        walk_deinit(&w);
    }
    if (fabs(sum / count) > 0.4 || sqrt(squares / count) > 1.25)
        fail_msg("mean %.2f, sigma %.2f", sum / count, sqrt(squares / count));
}

/* What was given up leaves its gap to the next. */
static void a_question_given_up_frees_its_gap(void **state)
{
    struct walk w;
    uint32_t number, other;
    (void)state;
    walk_init(&w, 4, 3);
    walk_draw(&w);
    assert_true(probes_next(w.probes, &number));
    walk_draw(&w);
    assert_false(probes_next(w.probes, &other)); /* all wait for it */
    uint32_t ready = probes_ready(w.probes);
    probes_done(w.probes, number);
    assert_int_equal(probes_ready(w.probes), ready);
    assert_true(probes_next(w.probes, &other));
    assert_int_not_equal(probes_get(w.probes, other)->label, 0);
    probes_done(w.probes, other);
    walk_until(&w, 0, 8);
    assert_int_equal(gaps_sums(w.gaps).spans, 4);
    walk_deinit(&w);
}

static void a_full_stock_says_so_and_what_is_covered_is_not_taken(void **state)
{
    struct walk w;
    struct probe probe = {.label = 1};
    uint32_t number;
    (void)state;
    walk_init(&w, 2, 3);
    probes_expect(w.probes, 1e9); /* so that the stock is to be full */
    walk_draw(&w);
    assert_int_equal(probes_room(w.probes), 0);
    chain_random_hash(&w.rng, probe.hash);
    assert_int_equal(probes_offer(w.probes, &probe), ERR_FULL);
    for (size_t i = 0; i < 2; i++) {
        struct gaps_span span = chain_span(&w.chain, i);
        assert_int_equal(gaps_add(w.gaps, &span), GAPS_NEW);
    }
    assert_int_equal(probes_offer(w.probes, &probe), 0);
    assert_false(probes_next(w.probes, &number)); /* nor asked, and room is made */
    assert_int_equal(probes_room(w.probes), STOCK);
    walk_deinit(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chain_is_closed_by_about_a_question_a_span),
        cmocka_unit_test(as_much_is_asked_at_once_as_the_chain_is_long),
        cmocka_unit_test(estimates_hold_while_walking),
        cmocka_unit_test(a_question_given_up_frees_its_gap),
        cmocka_unit_test(a_full_stock_says_so_and_what_is_covered_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
