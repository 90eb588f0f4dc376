// SPDX-License-Identifier: BSD-2-Clause
/* source/circle*.c: intervals and holes, against zones kept as sorted arrays; contradictions end.
 */
#include "tests/unit/source/circle_names.h"

/* --- zones --- */

struct zone {
    struct name apex;
    struct name *names; /* sorted, each once, the apex first */
    unsigned count;
    bool *is_had; /* whose interval was taken */
    bool *is_in;  /* known */
};

static void zone_make(struct zone *zone, struct rng_fast *rng, unsigned wanted)
{
    zone->apex = name_of("z.example");
    zone->names = malloc((wanted + 1) * sizeof *zone->names);
    zone->is_had = calloc(wanted + 1, sizeof *zone->is_had);
    zone->is_in = calloc(wanted + 1, sizeof *zone->is_in);
    assert_true(zone->names && zone->is_had && zone->is_in);
    zone->names[0] = zone->apex;
    for (unsigned i = 1; i <= wanted; i++)
        random_name(rng, &zone->apex, 3, &zone->names[i]);
    qsort(zone->names, wanted + 1, sizeof *zone->names, by_order);
    zone->count = 1;
    for (unsigned i = 1; i <= wanted; i++) {
        if (plain_compare(zone->names[i].wire, zone->names[zone->count - 1].wire) != 0)
            zone->names[zone->count++] = zone->names[i];
    }
    zone->is_in[0] = true;
}

static void zone_free(struct zone *zone)
{
    free(zone->names);
    free(zone->is_had);
    free(zone->is_in);
}

static unsigned count_true(const bool *flags, unsigned count)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < count; i++)
        sum += flags[i];
    return sum;
}

/* The node of NAME, or CIRCLE_NONE. */
static circle_node node_of(const struct circle *circle, const uint8_t *name)
{
    struct name found;
    circle_node node = circle_before(circle, name);
    circle_name(circle, node, &found);
    return name_equal(found.wire, name) ? node : CIRCLE_NONE;
}

/* Everything there is to see, held against the arrays. */
static void check_against(const struct circle *circle, const struct zone *zone)
{
    struct circle_counts counts = circle_counts(circle);
    assert_int_equal(counts.names, count_true(zone->is_in, zone->count));
    assert_int_equal(counts.records, count_true(zone->is_had, zone->count));
    assert_int_equal(counts.holes, counts.names - counts.records);
    assert_int_equal(circle_is_closed(circle), counts.records == zone->count);
    circle_node last = CIRCLE_NONE;
    for (unsigned i = 0; i < zone->count; i++) {
        circle_node node = node_of(circle, zone->names[i].wire);
        assert_int_equal(node != CIRCLE_NONE, zone->is_in[i]);
        if (node == CIRCLE_NONE) {
            assert_int_equal(circle_before(circle, zone->names[i].wire), last);
            continue;
        }
        if (last != CIRCLE_NONE)
            assert_int_equal(circle_after(circle, last), node);
        assert_int_equal(circle_is_node_closed(circle, node), zone->is_had[i]);
        assert_int_equal(circle_has_record(circle, node), zone->is_had[i]);
        last = node;
    }
    assert_int_equal(circle_after(circle, last), CIRCLE_APEX);
}

static void take_one(struct circle *circle, struct zone *zone, unsigned owner)
{
    struct circle_taken taken;
    unsigned next = (owner + 1) % zone->count;
    assert_int_equal(
        circle_take(circle, zone->names[owner].wire, zone->names[next].wire, 7, &taken), 0);
    assert_int_equal(taken.is_known, zone->is_had[owner]);
    assert_int_equal(taken.is_first, !zone->is_had[owner]);
    assert_int_equal(taken.reopened, 0);
    assert_false(taken.is_conflicting);
    assert_int_equal(taken.owner, node_of(circle, zone->names[owner].wire));
    assert_int_equal(taken.next, node_of(circle, zone->names[next].wire));
    zone->is_had[owner] = zone->is_in[owner] = zone->is_in[next] = true;
}

static void intervals_in_any_order_close_the_circle(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 2);
    for (unsigned round = 0; round < 60; round++) {
        struct zone zone;
        struct circle *circle;
        zone_make(&zone, &rng, round < 20 ? round : 3 * round);
        assert_int_equal(circle_create(&circle, zone.apex.wire, PLENTY), 0);
        check_against(circle, &zone);
        while (count_true(zone.is_had, zone.count) < zone.count) {
            take_one(circle, &zone, rng_fast_below(&rng, zone.count));
            if (rng_fast_below(&rng, 8) == 0)
                check_against(circle, &zone);
        }
        check_against(circle, &zone);
        assert_int_equal(circle_next_hole(circle), CIRCLE_NONE);
        circle_destroy(circle);
        zone_free(&zone);
    }
}

/* Thousands, so that chunks are split and blocks are added. */
static void large_zones_stay_in_order(void **state)
{
    struct circle *circle;
    struct name zone = name_of("z"), name, next;
    struct circle_taken taken;
    char text[80];
    enum { COUNT = 40000 };
    (void)state;
    assert_int_equal(circle_create(&circle, zone.wire, PLENTY), 0);
    for (unsigned i = 0; i < COUNT; i++) { /* 7919 is prime to COUNT: each once */
        unsigned n = (unsigned)((uint64_t)i * 7919 % COUNT);
        snprintf(text, sizeof text, "a-rather-long-first-label-of-host-%06u.z", n);
        name = name_of(text);
        snprintf(text, sizeof text, "a-rather-long-first-label-of-host-%06u.z", n + 1);
        next = n + 1 == COUNT ? zone : name_of(text);
        assert_int_equal(circle_take(circle, name.wire, next.wire, 0, &taken), 0);
        assert_true(taken.is_first);
        assert_int_equal(taken.reopened, 0);
    }
    struct circle_counts counts = circle_counts(circle);
    assert_int_equal(counts.names, COUNT + 1);
    assert_int_equal(counts.records, COUNT);
    assert_int_equal(counts.holes, 1);
    assert_true(counts.bytes < COUNT * 80 + (2u << 20));
    name = name_of("a-rather-long-first-label-of-host-000000.z");
    assert_int_equal(circle_after(circle, CIRCLE_APEX), node_of(circle, name.wire));
    circle_destroy(circle);
}

static void holes_are_given_out_once(void **state)
{
    struct circle *circle;
    struct circle_taken taken;
    struct name zone = name_of("z"), b = name_of("b.z"), d = name_of("d.z"), f = name_of("f.z");
    (void)state;
    assert_int_equal(circle_create(&circle, zone.wire, PLENTY), 0);
    assert_int_equal(circle_next_hole(circle), CIRCLE_APEX);
    assert_int_equal(circle_next_hole(circle), CIRCLE_NONE);
    assert_int_equal(circle_take(circle, b.wire, d.wire, 0, &taken), 0); /* holes: apex, d */
    assert_int_equal(circle_next_hole(circle), taken.next);
    assert_int_equal(circle_next_hole(circle), CIRCLE_NONE);
    assert_false(circle_take_hole(circle, taken.next)); /* is taken */
    circle_give_hole(circle, taken.next);
    assert_true(circle_take_hole(circle, taken.next));
    assert_false(circle_take_hole(circle, taken.owner)); /* is closed */
    circle_give_up_hole(circle, taken.next);
    assert_int_equal(circle_counts(circle).given_up, 1);
    assert_false(circle_take_hole(circle, taken.next));
    assert_int_equal(circle_next_hole(circle), CIRCLE_NONE);
    assert_int_equal(circle_counts(circle).holes, 2);
    assert_int_equal(circle_take(circle, d.wire, f.wire, 0, &taken), 0); /* closes it after all */
    assert_int_equal(circle_counts(circle).given_up, 0);
    assert_int_equal(circle_counts(circle).holes, 2);
    circle_destroy(circle);
}

static void one_name_alone_closes(void **state)
{
    struct circle *circle;
    struct circle_taken taken;
    struct name zone = name_of("z");
    (void)state;
    assert_int_equal(circle_create(&circle, zone.wire, PLENTY), 0);
    assert_int_equal(circle_take(circle, zone.wire, zone.wire, 0, &taken), 0);
    assert_int_equal(taken.owner, CIRCLE_APEX);
    assert_int_equal(taken.next, CIRCLE_APEX);
    assert_true(circle_is_closed(circle));
    circle_destroy(circle);
}

static void a_name_that_is_only_known_is_a_hole(void **state)
{
    struct circle *circle;
    struct name zone = name_of("z"), cut = name_of("cut.z");
    circle_node node, again;
    (void)state;
    assert_int_equal(circle_create(&circle, zone.wire, PLENTY), 0);
    assert_int_equal(circle_add(circle, cut.wire, &node), 0);
    assert_int_equal(circle_add(circle, cut.wire, &again), 0);
    assert_int_equal(node, again);
    assert_int_equal(circle_counts(circle).names, 2);
    assert_int_equal(circle_counts(circle).holes, 2);
    assert_false(circle_has_record(circle, node));
    circle_destroy(circle);
}

/* --- contradictions --- */

struct said {
    const char *owner, *next;
    unsigned reopened;
    bool is_conflicting;
    size_t holes, conflicts;
};

static void play(const struct said *said, size_t count)
{
    struct circle *circle;
    struct name zone = name_of("z");
    assert_int_equal(circle_create(&circle, zone.wire, PLENTY), 0);
    for (size_t i = 0; i < count; i++) {
        struct name owner = name_of(said[i].owner), next = name_of(said[i].next);
        struct circle_taken taken;
        print_message("%s -> %s\n", said[i].owner, said[i].next);
        assert_int_equal(circle_take(circle, owner.wire, next.wire, 0, &taken), 0);
        assert_int_equal(taken.reopened, said[i].reopened);
        assert_int_equal(taken.is_conflicting, said[i].is_conflicting);
        assert_int_equal(circle_counts(circle).holes, said[i].holes);
        assert_int_equal(circle_counts(circle).conflicts, said[i].conflicts);
    }
    circle_destroy(circle);
}

#define PLAY(...)                                                                                  \
    do {                                                                                           \
        static const struct said said[] = {__VA_ARGS__};                                           \
        play(said, sizeof said / sizeof *said);                                                    \
    } while (0)

/* A name was added while walking: asked again, its neighbour says so, and all is well. */
static void a_zone_that_grew_is_asked_again(void **state)
{
    (void)state;
    PLAY({"z", "b.z", 0, false, 1, 0}, {"b.z", "d.z", 0, false, 1, 0}, {"d.z", "z", 0, false, 0, 0},
         {"c.z", "d.z", 1, false, 1, 0}, /* b is doubted */
         {"b.z", "c.z", 0, false, 0, 0});
}

/* A name went away: b and the names inside are asked again; then the interval stands, marked,
 * because c was there. */
static void a_zone_that_shrank_ends_with_a_mark(void **state)
{
    (void)state;
    PLAY({"z", "b.z", 0, false, 1, 0}, {"b.z", "c.z", 0, false, 1, 0},
         {"c.z", "d.z", 0, false, 1, 0}, {"d.z", "z", 0, false, 0, 0},
         {"b.z", "d.z", 2, false, 2, 0}, /* b and c */
         {"b.z", "d.z", 0, true, 0, 2});
}

/* Two servers that will never agree. */
static void contradictions_end(void **state)
{
    (void)state;
    PLAY({"z", "b.z", 0, false, 1, 0}, {"b.z", "f.z", 0, false, 1, 0}, {"f.z", "z", 0, false, 0, 0},
         {"c.z", "e.z", 1, false, 2, 0}, {"b.z", "f.z", 2, true, 2, 1},
         {"b.z", "f.z", 0, true, 0, 3}, {"c.z", "e.z", 0, false, 0, 3},
         {"e.z", "f.z", 0, false, 0, 3}, {"b.z", "f.z", 0, true, 0, 3});
}

/* Whatever is said, in whatever order: each node is opened again once at the most. */
static void any_lies_end(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 3);
    for (unsigned round = 0; round < 40; round++) {
        struct zone zone;
        struct circle *circle;
        struct circle_taken taken;
        uint64_t reopened = 0;
        zone_make(&zone, &rng, 30);
        assert_int_equal(circle_create(&circle, zone.apex.wire, PLENTY), 0);
        for (unsigned i = 0; i < 2000; i++) {
            unsigned a = rng_fast_below(&rng, zone.count), b = rng_fast_below(&rng, zone.count);
            if (b <= a)
                b = 0;
            assert_int_equal(circle_take(circle, zone.names[a].wire, zone.names[b].wire, 0, &taken),
                             0);
            reopened += taken.reopened;
            struct circle_counts counts = circle_counts(circle);
            assert_true(counts.holes <= counts.names);
            assert_true(reopened <= counts.names);
        }
        for (unsigned i = 0; i < zone.count; i++) /* and then the truth */
            assert_int_equal(circle_take(circle, zone.names[i].wire,
                                         zone.names[(i + 1) % zone.count].wire, 0, &taken),
                             0);
        assert_true(circle_is_closed(circle));
        circle_destroy(circle);
        zone_free(&zone);
    }
}

static bool is_of_source_one(void *ctx, uint8_t source)
{
    ++*(unsigned *)ctx;
    return source == 1;
}

static void what_is_stale_is_opened_again(void **state)
{
    static const char *const owners[] = {"z", "b.z", "c.z", "d.z"};
    struct circle *circle;
    struct circle_taken taken;
    struct name zone = name_of("z");
    unsigned seen = 0;
    (void)state;
    assert_int_equal(circle_create(&circle, zone.wire, PLENTY), 0);
    for (unsigned i = 0; i < 4; i++) {
        struct name owner = name_of(owners[i]), next = name_of(owners[(i + 1) % 4]);
        assert_int_equal(circle_take(circle, owner.wire, next.wire, (uint8_t)(i % 2), &taken), 0);
    }
    assert_true(circle_is_closed(circle));
    assert_int_equal(circle_reopen(circle, is_of_source_one, &seen), 2);
    assert_int_equal(seen, 4);
    assert_int_equal(circle_counts(circle).holes, 2);
    assert_int_equal(circle_reopen(circle, is_of_source_one, &seen), 0); /* open already */
    assert_int_equal(seen, 6);
    struct name b = name_of("b.z"), c = name_of("c.z");
    assert_false(circle_is_node_closed(circle, node_of(circle, b.wire)));
    assert_int_equal(circle_take(circle, b.wire, c.wire, 2, &taken), 0);
    assert_false(taken.is_first || taken.is_known); /* told once already */
    assert_int_equal(circle_next_hole(circle), node_of(circle, name_of("d.z").wire));
    assert_int_equal(circle_next_hole(circle), CIRCLE_NONE);
    circle_destroy(circle);
}

/* --- bounds --- */

static void an_interval_over_too_many_names_is_refused(void **state)
{
    struct circle *circle;
    struct circle_taken taken;
    struct name zone = name_of("z"), name;
    circle_node node;
    char text[32];
    (void)state;
    assert_int_equal(circle_create(&circle, zone.wire, PLENTY), 0);
    for (unsigned i = 0; i < CIRCLE_CONTRADICTIONS_MAX; i++) {
        snprintf(text, sizeof text, "n%u.z", i);
        name = name_of(text);
        assert_int_equal(circle_add(circle, name.wire, &node), 0);
    }
    assert_int_equal(circle_take(circle, zone.wire, zone.wire, 0, &taken), 0);
    name = name_of("x.z");
    assert_int_equal(circle_add(circle, name.wire, &node), 0);
    assert_int_equal(circle_take(circle, zone.wire, zone.wire, 0, &taken), ERR_RANGE);
    circle_destroy(circle);
}

static void memory_is_bounded(void **state)
{
    struct circle *circle;
    struct name zone = name_of("z"), name;
    circle_node node;
    char text[32];
    int error = 0;
    unsigned count = 0;
    (void)state;
    assert_int_equal(circle_create(&circle, zone.wire, 100), ERR_FULL);
    assert_null(circle);
    assert_int_equal(circle_create(&circle, zone.wire, 4u << 20), 0);
    for (; error == 0 && count < 1000000; count++) {
        snprintf(text, sizeof text, "n%u.z", count);
        name = name_of(text);
        error = circle_add(circle, name.wire, &node);
        assert_true(circle_counts(circle).bytes <= 4u << 20);
    }
    assert_int_equal(error, ERR_FULL);
    assert_true(count > 50000);
    circle_destroy(circle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_in_any_order_close_the_circle),
        cmocka_unit_test(large_zones_stay_in_order),
        cmocka_unit_test(holes_are_given_out_once),
        cmocka_unit_test(one_name_alone_closes),
        cmocka_unit_test(a_name_that_is_only_known_is_a_hole),
        cmocka_unit_test(a_zone_that_grew_is_asked_again),
        cmocka_unit_test(a_zone_that_shrank_ends_with_a_mark),
        cmocka_unit_test(contradictions_end),
        cmocka_unit_test(any_lies_end),
        cmocka_unit_test(what_is_stale_is_opened_again),
        cmocka_unit_test(an_interval_over_too_many_names_is_refused),
        cmocka_unit_test(memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
