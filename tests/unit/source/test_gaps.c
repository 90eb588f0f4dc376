// SPDX-License-Identifier: BSD-2-Clause
/* source/gaps.c: a chain beside a plain model of it (every span in a list, everything looked up by
 * going through it), on few distinct hashes so that they meet often. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "chain.h"
#include "source/arc.h"
#include "dns/nsec3_heads.h"
#include "source/gaps.h"

/* --- the model --- */

#define MODEL_MAX 600

struct model {
    struct gaps_span spans[MODEL_MAX];
    size_t count;
    uint32_t stale;
};

static bool model_overlap(const struct gaps_span *a, const struct gaps_span *b)
{
    return arc_has(a->owner, a->next, b->owner) || arc_has(b->owner, b->next, a->owner);
}

static enum gaps_news model_add(struct model *model, const struct gaps_span *span)
{
    size_t contradicted = 0;
    for (size_t i = 0; i < model->count; i++) {
        const struct gaps_span *known = &model->spans[i];
        if (arc_compare(known->owner, span->owner) == 0 &&
            arc_compare(known->next, span->next) == 0) {
            model->spans[i].is_opt_out = span->is_opt_out;
            return GAPS_KNOWN;
        }
        contradicted += model_overlap(known, span);
    }
    if (contradicted > GAPS_CONTRADICTION)
        return GAPS_REFUSED;
    size_t kept = 0;
    for (size_t i = 0; i < model->count; i++)
        if (!model_overlap(&model->spans[i], span))
            model->spans[kept++] = model->spans[i];
    model->stale += (uint32_t)(model->count - kept);
    model->spans[kept] = *span;
    model->count = kept + 1;
    return contradicted > 0 ? GAPS_CHANGED : GAPS_NEW;
}

static const struct gaps_span *model_starting(const struct model *model, const uint8_t *hash)
{
    for (size_t i = 0; i < model->count; i++)
        if (arc_compare(model->spans[i].owner, hash) == 0)
            return &model->spans[i];
    return NULL;
}

static enum gaps_place model_find(const struct model *model, const uint8_t *hash)
{
    enum gaps_place place = GAPS_OPEN;
    for (size_t i = 0; i < model->count; i++) {
        const struct gaps_span *span = &model->spans[i];
        if (arc_compare(span->owner, hash) == 0)
            return GAPS_OWNER;
        if (arc_has(span->owner, span->next, hash))
            return GAPS_COVERED;
        if (arc_compare(span->next, hash) == 0)
            place = GAPS_START;
    }
    return place;
}

static void assert_sums_are(const struct gaps *gaps, const struct model *model)
{
    struct gaps_sums sums = gaps_sums(gaps);
    uint32_t gap_count = 0;
    uint64_t covered = 0, opt_out = 0;
    for (size_t i = 0; i < model->count; i++) {
        const struct gaps_span *span = &model->spans[i];
        uint64_t length = arc_length(span->owner, span->next);
        gap_count += model_starting(model, span->next) == NULL;
        covered += length;
        opt_out += span->is_opt_out ? length : 0;
    }
    assert_int_equal(sums.spans, model->count);
    assert_int_equal(sums.stale, model->stale);
    assert_int_equal(sums.gaps, gap_count);
    assert_int_equal(sums.covered, covered);
    assert_int_equal(sums.opt_out, opt_out);
    assert_int_equal(gaps_count(gaps), model->count + model->stale);
}

/* What lies in a gap must be let through; what is let through need not. */
static void assert_place_is(const struct gaps *gaps, const struct model *model, const uint8_t *hash)
{
    enum gaps_place place = model_find(model, hash);
    assert_int_equal(gaps_find(gaps, hash), place);
    if (place == GAPS_OPEN || place == GAPS_START)
        assert_true(gaps_may_be_open(gaps, nsec3_first(hash)));
    uint64_t length;
    assert_int_equal(gaps_span_length(gaps, hash, &length),
                     place == GAPS_OWNER || place == GAPS_COVERED);
}

/* --- hashes --- */

/* 1 of 16 places, 1 of 4 hashes within the smallest part of the map, 1 of 2 that differ last. */
static void choose_hash(struct rng_fast *rng, uint8_t out[NSEC3_HASH_LEN])
{
    memset(out, 0, NSEC3_HASH_LEN);
    out[0] = (uint8_t)(rng_fast_below(rng, 16) << 4);
    out[2] = (uint8_t)rng_fast_below(rng, 4);
    out[NSEC3_HASH_LEN - 1] = (uint8_t)rng_fast_below(rng, 2);
}

static struct gaps_span choose_span(struct rng_fast *rng)
{
    struct gaps_span span = {.is_opt_out = rng_fast_below(rng, 2)};
    choose_hash(rng, span.owner);
    choose_hash(rng, span.next);
    if (rng_fast_below(rng, 32) == 0) /* the others are short */
        return span;
    memcpy(span.next, span.owner, sizeof span.next);
    span.next[2] = (uint8_t)(span.owner[2] + rng_fast_below(rng, 2));
    span.next[NSEC3_HASH_LEN - 1] ^= 1;
    return span;
}

static void a_chain_is_as_its_model_whatever_comes(void **state)
{
    unsigned news[4] = {0};
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct model model = {.count = 0};
        struct rng_fast rng;
        struct gaps *gaps;
        rng_fast_init(&rng, seed);
        assert_int_equal(gaps_create(&gaps, seed), 0);
        for (unsigned step = 0; step < 120; step++) {
            struct gaps_span span = choose_span(&rng);
            enum gaps_news expected = model_add(&model, &span);
            assert_int_equal(gaps_add(gaps, &span), expected);
            news[expected]++;
            assert_sums_are(gaps, &model);
            for (unsigned i = 0; i < 20; i++) {
                uint8_t hash[NSEC3_HASH_LEN];
                choose_hash(&rng, hash);
                assert_place_is(gaps, &model, hash);
            }
        }
        gaps_destroy(gaps);
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(news[i] > 100); /* all of them were put to the test */
}

/* --- cases --- */

static struct gaps_span span_of(uint8_t owner, uint8_t next)
{
    struct gaps_span span = {.is_opt_out = false};
    span.owner[0] = owner;
    span.next[0] = next;
    return span;
}

static void add(struct gaps *gaps, uint8_t owner, uint8_t next, enum gaps_news news)
{
    struct gaps_span span = span_of(owner, next);
    assert_int_equal(gaps_add(gaps, &span), news);
}

static void a_zone_of_one_name_is_closed_by_its_span(void **state)
{
    struct gaps *gaps;
    (void)state;
    assert_int_equal(gaps_create(&gaps, 1), 0);
    struct gaps_sums sums = gaps_sums(gaps);
    assert_false(gaps_is_closed(&sums)); /* nothing is no circle */
    add(gaps, 7, 7, GAPS_NEW);
    sums = gaps_sums(gaps);
    assert_true(gaps_is_closed(&sums));
    assert_int_equal(sums.covered, ARC_WHOLE);
    uint8_t hash[NSEC3_HASH_LEN] = {3};
    assert_int_equal(gaps_find(gaps, hash), GAPS_COVERED);
    assert_false(gaps_may_be_open(gaps, nsec3_first(hash)));
    gaps_destroy(gaps);
}

static void gaps_open_and_close_past_the_end_of_the_circle(void **state)
{
    struct gaps *gaps;
    uint8_t hash[NSEC3_HASH_LEN] = {0}, start[NSEC3_HASH_LEN], end[NSEC3_HASH_LEN];
    (void)state;
    assert_int_equal(gaps_create(&gaps, 1), 0);
    gaps_around(gaps, hash, start, end);
    assert_int_equal(arc_length(start, end), ARC_WHOLE);
    add(gaps, 0xf0, 0x10, GAPS_NEW);
    add(gaps, 0x20, 0x80, GAPS_NEW);
    assert_int_equal(gaps_sums(gaps).gaps, 2);
    hash[0] = 0xef;
    gaps_around(gaps, hash, start, end);
    assert_int_equal(start[0], 0x80);
    assert_int_equal(end[0], 0xf0);
    hash[0] = 0x10;
    assert_int_equal(gaps_find(gaps, hash), GAPS_START);
    add(gaps, 0x10, 0x20, GAPS_NEW);
    assert_int_equal(gaps_find(gaps, hash), GAPS_OWNER);
    add(gaps, 0x80, 0xf0, GAPS_NEW);
    struct gaps_sums sums = gaps_sums(gaps);
    assert_true(gaps_is_closed(&sums));
    assert_int_equal(sums.covered, ARC_WHOLE);
    gaps_destroy(gaps);
}

static void a_name_that_came_or_went_is_believed_and_what_it_contradicts_kept(void **state)
{
    struct gaps *gaps;
    struct gaps_span span;
    uint8_t hash[NSEC3_HASH_LEN] = {0x35};
    (void)state;
    assert_int_equal(gaps_create(&gaps, 1), 0);
    add(gaps, 0x10, 0x40, GAPS_NEW);
    add(gaps, 0x40, 0x10, GAPS_NEW);
    assert_false(gaps_may_be_open(gaps, nsec3_first(hash)));
    add(gaps, 0x30, 0x40, GAPS_CHANGED); /* a name came: who knows what else did */
    hash[0] = 0x20;
    assert_int_equal(gaps_find(gaps, hash), GAPS_OPEN);
    assert_true(gaps_may_be_open(gaps, nsec3_first(hash)));
    add(gaps, 0x10, 0x30, GAPS_NEW);
    struct gaps_sums sums = gaps_sums(gaps);
    assert_true(gaps_is_closed(&sums));
    add(gaps, 0x10, 0x40, GAPS_CHANGED); /* and went */
    sums = gaps_sums(gaps);
    assert_true(gaps_is_closed(&sums));
    assert_int_equal(sums.spans, 2);
    assert_int_equal(sums.stale, 3);
    assert_int_equal(sums.contradictions, 2);
    gaps_get(gaps, 0, &span);
    assert_true(span.is_stale);
    assert_int_equal(span.owner[0], 0x10);
    gaps_get(gaps, gaps_count(gaps) - 1, &span);
    assert_false(span.is_stale);
    gaps_destroy(gaps);
}

static void one_reply_cannot_undo_a_chain(void **state)
{
    struct gaps *gaps;
    (void)state;
    for (uint8_t count = GAPS_CONTRADICTION; count <= GAPS_CONTRADICTION + 1; count++) {
        bool is_refused = count > GAPS_CONTRADICTION;
        assert_int_equal(gaps_create(&gaps, 1), 0);
        for (uint8_t i = 1; i <= count; i++)
            add(gaps, i, (uint8_t)(i + 1), GAPS_NEW);
        add(gaps, 0, (uint8_t)(count + 1), is_refused ? GAPS_REFUSED : GAPS_CHANGED);
        assert_int_equal(gaps_sums(gaps).spans, is_refused ? count : 1);
        assert_int_equal(gaps_sums(gaps).contradictions, 1);
        gaps_destroy(gaps);
    }
}

static void types_are_kept_and_learnt_later(void **state)
{
    static const uint8_t a[] = {0, 1, 0x40}, mx[] = {0, 2, 0x40, 0x01};
    struct gaps *gaps;
    struct gaps_span span = span_of(1, 2), got;
    (void)state;
    assert_int_equal(gaps_create(&gaps, 1), 0);
    assert_int_equal(gaps_add(gaps, &span), GAPS_NEW);
    gaps_get(gaps, 0, &got);
    assert_false(got.has_types);
    span.has_types = true;
    span.types = (struct type_bitmap){a, sizeof a};
    assert_int_equal(gaps_add(gaps, &span), GAPS_KNOWN);
    span = span_of(2, 3);
    span.has_types = true; /* an empty non-terminal */
    assert_int_equal(gaps_add(gaps, &span), GAPS_NEW);
    span = span_of(3, 4);
    span.has_types = true;
    span.types = (struct type_bitmap){mx, sizeof mx};
    assert_int_equal(gaps_add(gaps, &span), GAPS_NEW);
    gaps_get(gaps, 0, &got);
    assert_true(got.has_types);
    assert_int_equal(got.types.len, sizeof a);
    assert_memory_equal(got.types.data, a, sizeof a);
    gaps_get(gaps, 1, &got);
    assert_true(got.has_types);
    assert_int_equal(got.types.len, 0);
    gaps_get(gaps, 2, &got);
    assert_memory_equal(got.types.data, mx, sizeof mx);
    gaps_destroy(gaps);
}

static void a_chain_of_many_spans_stays_small(void **state)
{
    const size_t count = 200000;
    struct rng_fast rng;
    struct gaps *gaps;
    (void)state;
    rng_fast_init(&rng, 1);
    struct chain chain = chain_create(count, &rng);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    assert_int_equal(gaps_create(&gaps, 1), 0);
    for (size_t i = 0; i < count; i++) {
        uint8_t bitmap[] = {0, 7, 0x62, 1, 0x80, 0x08, 0, 0x03, (uint8_t)(0x80 >> i % 5)};
        struct gaps_span span = chain_span(&chain, i);
        span.has_types = true;
        span.types = (struct type_bitmap){bitmap, sizeof bitmap};
        assert_int_equal(gaps_add(gaps, &span), GAPS_NEW);
    }
    struct gaps_sums sums = gaps_sums(gaps);
    assert_true(gaps_is_closed(&sums));
    for (uint32_t i = 0; i < 20000; i++) {
        uint8_t hash[NSEC3_HASH_LEN];
        chain_random_hash(&rng, hash);
        assert_false(gaps_may_be_open(gaps, nsec3_first(hash))); /* not one needs the tree */
    }
    size_t used = mallinfo2().uordblks + mallinfo2().hblkhd - before;
    if (used > 100 * count)
        fail_msg("%zu octets a span", used / count);
    gaps_destroy(gaps);
    chain_destroy(&chain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_is_as_its_model_whatever_comes),
        cmocka_unit_test(a_zone_of_one_name_is_closed_by_its_span),
        cmocka_unit_test(gaps_open_and_close_past_the_end_of_the_circle),
        cmocka_unit_test(a_name_that_came_or_went_is_believed_and_what_it_contradicts_kept),
        cmocka_unit_test(one_reply_cannot_undo_a_chain),
        cmocka_unit_test(types_are_kept_and_learnt_later),
        cmocka_unit_test(a_chain_of_many_spans_stays_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
