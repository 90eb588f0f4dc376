// SPDX-License-Identifier: BSD-2-Clause
/* verdict/spans.c: what a span covers, what is nearer, gaps, the budget, many threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/spans.h"

#define PLENTY (INT64_C(1) << 40)

static _Atomic int64_t budget;
static _Atomic uint32_t now_s;
static struct spans *spans;

static int set_up(void **state)
{
    (void)state;
    atomic_store(&budget, PLENTY);
    atomic_store(&now_s, 0);
    return spans_create(&spans, 1, &budget, &now_s);
}

static int tear_down(void **state)
{
    (void)state;
    spans_destroy(spans);
    return 0;
}

static struct span span_of(const char *key, const char *next)
{
    return (struct span){.key = (const uint8_t *)key,
                         .key_len = (uint16_t)strlen(key),
                         .next = (const uint8_t *)next,
                         .next_len = (uint16_t)strlen(next)};
}

static int put(const char *key, const char *next)
{
    struct span span = span_of(key, next);
    return spans_put(spans, &span);
}

/* The key of the span that covers TEXT; "": none does. */
static const char *cover(const char *text)
{
    static char out[16];
    const struct span *span = spans_cover(spans, (const uint8_t *)text, strlen(text));
    memset(out, 0, sizeof out);
    if (span)
        memcpy(out, span->key, span->key_len);
    return out;
}

static void test_covers_between(void **state)
{
    (void)state;
    assert_int_equal(put("b", "d"), SPANS_NEW);
    assert_int_equal(put("f", "h"), SPANS_NEW);
    assert_int_equal(put("f", "h"), SPANS_KNOWN);
    assert_int_equal(spans_count(spans), 2);
    static const struct {
        const char *key, *by;
    } cases[] = {{"a", ""}, {"b", ""},  {"b0", "b"}, {"c", "b"}, {"cz", "b"}, {"d", ""}, {"e", ""},
                 {"f", ""}, {"g", "f"}, {"h", ""},   {"h0", ""}, {"z", ""},   {"", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(cover(cases[i].key), cases[i].by);
}

static void test_goes_round(void **state)
{
    (void)state;
    assert_int_equal(put("t", "b"), SPANS_NEW);
    assert_string_equal(cover("a"), "t");
    assert_string_equal(cover("z"), "t");
    assert_string_equal(cover("b"), "");
    assert_string_equal(cover("s"), "");
    assert_string_equal(cover("t"), "");
}

static void test_alone_covers_all_but_itself(void **state)
{
    (void)state;
    assert_int_equal(put("k", "k"), SPANS_NEW);
    assert_string_equal(cover("a"), "k");
    assert_string_equal(cover("z"), "k");
    assert_string_equal(cover("k"), "");
}

static void test_nearer_end_stays(void **state)
{
    (void)state;
    assert_int_equal(put("b", "m"), SPANS_NEW);
    assert_int_equal(put("b", "p"), SPANS_KNOWN);
    assert_string_equal(cover("n"), "");
    assert_int_equal(put("b", "d"), SPANS_NEW);
    assert_string_equal(cover("c"), "b");
    assert_string_equal(cover("e"), "");
    assert_int_equal(put("b", "a"), SPANS_KNOWN); /* round: as far as it goes */
    assert_string_equal(cover("z"), "");
    assert_int_equal(spans_count(spans), 1);
}

/* A chain that changed: the newer owner inside is the one before what comes after it. */
static void test_overlapping(void **state)
{
    (void)state;
    assert_int_equal(put("b", "m"), SPANS_NEW);
    assert_int_equal(put("f", "m"), SPANS_NEW);
    assert_string_equal(cover("c"), "b");
    assert_string_equal(cover("g"), "f");
    assert_string_equal(cover("f"), "");
}

static void test_gaps(void **state)
{
    (void)state;
    assert_int_equal(put("f", "h"), SPANS_NEW);
    struct span_node *head = spans_before(spans, (const uint8_t *)"a", 1);
    struct span_node *behind = spans_before(spans, (const uint8_t *)"k", 1);
    assert_null(spans_at(spans, head));
    assert_non_null(spans_at(spans, behind));
    assert_true(spans_take_gap(head));
    assert_false(spans_take_gap(head));
    assert_true(spans_take_gap(behind));
    spans_give_gap(head, SPAN_UNTOLD);
    assert_true(spans_take_gap(head));
}

static void test_barren_gaps(void **state)
{
    (void)state;
    struct span_node *head = spans_before(spans, (const uint8_t *)"a", 1);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(spans_take_gap(head));
        assert_false(spans_take_gap(head));
        spans_give_gap(head, i == 0 ? SPAN_TOLD : SPAN_TOLD_NOTHING);
    }
    assert_true(spans_take_gap(head));
    assert_false(spans_take_gap(head));
    spans_give_gap(head, SPAN_TOLD_NOTHING); /* the third in a row */
    assert_true(spans_take_gap(head));
    assert_true(spans_take_gap(head));
}

static int put_until(const char *key, const char *next, uint32_t until_s)
{
    struct span span = span_of(key, next);
    span.until_s = until_s;
    return spans_put(spans, &span);
}

static void test_past_its_time_a_span_is_not_there(void **state)
{
    (void)state;
    assert_int_equal(put_until("b", "f", 10), SPANS_NEW);
    assert_int_equal(put_until("f", "b", 20), SPANS_NEW); /* round */
    const uint8_t *b = (const uint8_t *)"b";
    atomic_store(&now_s, 10);
    assert_string_equal(cover("d"), "b");
    assert_non_null(spans_find(spans, b, 1));
    assert_int_equal(put_until("b", "f", 30), SPANS_KNOWN); /* it holds still */
    atomic_store(&now_s, 11);
    assert_string_equal(cover("d"), "");
    assert_null(spans_find(spans, b, 1));
    assert_null(spans_at(spans, spans_before(spans, b, 1)));
    assert_string_equal(cover("g"), "f");
    assert_string_equal(cover("a"), "f");
    assert_true(spans_take_gap(spans_before(spans, (const uint8_t *)"d", 1)));
    assert_int_equal(put_until("b", "k", 30), SPANS_NEW); /* though it ends further on */
    assert_string_equal(cover("d"), "b");
    atomic_store(&now_s, 21);
    assert_null(spans_wrap(spans));
    assert_string_equal(cover("a"), "");
    assert_string_equal(cover("d"), "b");
    assert_int_equal(spans_count(spans), 2);
}

static void test_budget(void **state)
{
    (void)state;
    atomic_store(&budget, 100);
    assert_int_equal(put("a", "b"), SPANS_NEW);
    int64_t left = atomic_load(&budget);
    assert_in_range(left, 0, 99);
    assert_int_equal(put("c", "d"), ERR_FULL);
    assert_int_equal(atomic_load(&budget), left);
    assert_int_equal(put("a", "b"), SPANS_KNOWN);
    assert_string_equal(cover("c0"), "");
}

/* --- many threads --- */

#define THREADS 4
#define KEYS    5000

static struct side {
    pthread_t thread;
    unsigned step; /* which key comes next: no two threads have the same order */
    unsigned added, wrong;
} sides[THREADS];

static void key_of(unsigned i, uint8_t out[4])
{
    uint32_t mixed = i * 2654435761u; /* odd: all differ */
    for (unsigned j = 0; j < 4; j++)
        out[j] = (uint8_t)(mixed >> (24 - 8 * j));
}

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, 4);
}

static uint8_t sorted[KEYS][4];

static void *add_all(void *arg)
{
    struct side *side = arg;
    for (unsigned i = 0; i < KEYS; i++) {
        unsigned at = (i * side->step) % KEYS;
        const uint8_t *key = sorted[at], *next = sorted[(at + 1) % KEYS];
        const struct span span = {.key = key, .key_len = 4, .next = next, .next_len = 4};
        int result = spans_put(spans, &span);
        side->added += result == SPANS_NEW;
        side->wrong += result < 0;
        /* What this thread has put it sees, and nothing covers an owner. */
        const struct span *found = spans_find(spans, key, 4);
        side->wrong += !found || memcmp(found->next, next, 4) != 0;
        side->wrong += spans_cover(spans, sorted[(at + KEYS / 2) % KEYS], 4) != NULL;
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    static const unsigned steps[THREADS] = {1, 4999, 1237, 3001}; /* coprime to KEYS */
    for (unsigned i = 0; i < KEYS; i++)
        key_of(i, sorted[i]);
    qsort(sorted, KEYS, sizeof sorted[0], compare_keys);
    for (unsigned i = 0; i < THREADS; i++) {
        sides[i] = (struct side){.step = steps[i]};
        assert_int_equal(pthread_create(&sides[i].thread, NULL, add_all, &sides[i]), 0);
    }
    unsigned added = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(sides[i].thread, NULL);
        added += sides[i].added;
        assert_int_equal(sides[i].wrong, 0);
    }
    assert_int_equal(added, KEYS);
    assert_int_equal(spans_count(spans), KEYS);
    for (unsigned i = 0; i < KEYS; i++) {
        uint8_t behind[5] = {0};
        memcpy(behind, sorted[i], 4);
        const struct span *span = spans_cover(spans, behind, 5);
        assert_non_null(span);
        assert_memory_equal(span->key, sorted[i], 4);
    }
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_covers_between),
        T(test_goes_round),
        T(test_alone_covers_all_but_itself),
        T(test_nearer_end_stays),
        T(test_overlapping),
        T(test_gaps),
        T(test_past_its_time_a_span_is_not_there),
        T(test_barren_gaps),
        T(test_budget),
        T(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
