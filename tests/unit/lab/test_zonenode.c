// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/zonenode.c: which of a pool an answer holds, and where an alias points. */
#include "tests/unit/lab/help.h"

#include <limits.h>

#include "dns/code.h"

#define ASKERS 64 /* enough that each region has some */

/* A zone with one name, of COUNT addresses 192.0.2.0 and up, behind the line POOL. */
static struct zones *pool_of(const char *pool, unsigned count, const struct zone_node **node)
{
    char text[16384];
    int len = snprintf(text, sizeof text, "$ORIGIN example.\n%s\n", pool);
    for (unsigned i = 0; i < count; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "h A 192.0.2.%u\n", i);
    assert_true((size_t)len < sizeof text);
    struct zones *zones = zones_of(text);
    struct name name = name_of("h.example");
    *node = zones_find(zones, name.wire);
    assert_non_null(*node);
    return zones;
}

struct seen {
    unsigned least, most; /* data in one answer */
    unsigned distinct;    /* data over all answers */
    bool is_seen[ZONE_RECORDS_MAX];
};

/* All answers that an asker can get. */
static struct seen look(const struct zone_node *node, uint64_t identity)
{
    struct seen seen = {.least = UINT_MAX};
    for (uint64_t variant = 0; variant < 2 * ZONE_RECORDS_MAX; variant++) {
        const struct zone_record *shown[ZONE_RECORDS_MAX];
        bool here[ZONE_RECORDS_MAX] = {false};
        unsigned count = zone_pool_show(node, TYPE_A, identity, variant, shown);
        seen.least = count < seen.least ? count : seen.least;
        seen.most = count > seen.most ? count : seen.most;
        for (unsigned i = 0; i < count; i++) {
            uint8_t last = shown[i]->rdata[3];
            assert_false(here[last]); /* none twice */
            here[last] = true;
            seen.distinct += !seen.is_seen[last];
            seen.is_seen[last] = true;
        }
    }
    return seen;
}

static void an_answer_holds_as_many_as_the_pool_says(void **state)
{
    static const struct {
        const char *pool;
        unsigned count, shown;
    } cases[] = {{"$POOL all", 1, 1},     {"$POOL all", 50, 50},       {"$POOL one", 1, 1},
                 {"$POOL one", 50, 1},    {"$POOL some 5", 4, 4},      {"$POOL some 5", 5, 5},
                 {"$POOL some 5", 6, 5},  {"$POOL some 255", 50, 50},  {"$POOL some 1", 2, 1},
                 {"$POOL all", 255, 255}, {"$POOL some 255", 255, 255}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct zone_node *node;
        struct zones *zones = pool_of(cases[i].pool, cases[i].count, &node);
        struct seen seen = look(node, 7);
        if (seen.least != cases[i].shown || seen.most != cases[i].shown)
            fail_msg("%s of %u: %u to %u", cases[i].pool, cases[i].count, seen.least, seen.most);
        assert_int_equal(seen.distinct, cases[i].count); /* by turns all are seen */
        zones_destroy(zones);
    }
}

static void regions_divide_a_geo_pool(void **state)
{
    static const unsigned counts[] = {1, 2, 3, 4, 5, 8, 24};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const struct zone_node *node;
        struct zones *zones = pool_of("$POOL geo", counts[i], &node);
        unsigned parts = counts[i] < ZONE_REGIONS ? counts[i] : ZONE_REGIONS, together = 0;
        struct seen first[ZONE_REGIONS];
        unsigned region_count = 0;
        for (uint64_t identity = 0; identity < ASKERS; identity++) {
            struct seen seen = look(node, identity);
            assert_int_equal(seen.least, seen.most);
            assert_in_range(seen.most, counts[i] / parts, counts[i] / parts + 1);
            assert_int_equal(seen.distinct, seen.most);
            unsigned r = 0;
            while (r < region_count && memcmp(first[r].is_seen, seen.is_seen, sizeof seen.is_seen))
                r++;
            assert_true(r < parts); /* or there are more kinds of answers than parts */
            if (r == region_count) {
                first[region_count++] = seen;
                together += seen.distinct;
            }
        }
        assert_int_equal(region_count, parts);
        assert_int_equal(together, counts[i]); /* none in two, none in no region */
        zones_destroy(zones);
    }
}

static void as_many_regions_as_the_zone_says(void **state)
{
    static const unsigned regions[] = {1, 3, 50, 255};
    (void)state;
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
        const struct zone_node *node;
        char pool[64];
        bool is_seen[256] = {false};
        unsigned distinct = 0;
        (void)snprintf(pool, sizeof pool, "$REGIONS %u\n$POOL geo", regions[i]);
        struct zones *zones = pool_of(pool, 255, &node);
        for (uint64_t identity = 0; identity < 4000; identity++) {
            const struct zone_record *shown[ZONE_RECORDS_MAX];
            (void)zone_pool_show(node, TYPE_A, identity, 0, shown);
            distinct += !is_seen[shown[0]->rdata[3]];
            is_seen[shown[0]->rdata[3]] = true;
        }
        assert_int_equal(distinct, regions[i]);
        zones_destroy(zones);
    }
}

static void a_region_may_show_some_of_its_own_at_a_time(void **state)
{
    const struct zone_node *node;
    struct zones *zones = pool_of("$POOL geo 2", 24, &node);
    struct seen seen = look(node, 3);
    (void)state;
    assert_int_equal(seen.least, 2);
    assert_int_equal(seen.most, 2);
    assert_int_equal(seen.distinct, 6);
    zones_destroy(zones);
}

static void another_type_has_a_pool_of_its_own(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\n$POOL one\nh A 192.0.2.1\nh AAAA ::1\n"
                                   "h AAAA ::2\n");
    struct name name = name_of("h.example");
    const struct zone_node *node = zones_find(zones, name.wire);
    const struct zone_record *shown[ZONE_RECORDS_MAX];
    (void)state;
    for (uint64_t variant = 0; variant < 4; variant++) {
        assert_int_equal(zone_pool_show(node, TYPE_A, 0, variant, shown), 1);
        assert_int_equal(shown[0]->type, TYPE_A);
        assert_int_equal(zone_pool_show(node, TYPE_AAAA, 0, variant, shown), 1);
        assert_int_equal(shown[0]->type, TYPE_AAAA);
        assert_int_equal(shown[0]->rdata[15], 1 + variant % 2);
        assert_int_equal(zone_pool_show(node, TYPE_TXT, 0, variant, shown), 0);
    }
    zones_destroy(zones);
}

static void assert_target(const struct zones *zones, const char *text, const char *expected)
{
    struct name name = name_of(text), room;
    struct zone_answer found = zones_lookup(zones, name.wire);
    assert_non_null(found.node);
    const struct zone_record *cname = zone_record_find(found.node, TYPE_CNAME);
    assert_non_null(cname);
    const uint8_t *target = zone_cname_target(found.node, cname, name.wire, &room);
    char got[NAME_TEXT_MAX];
    assert_non_null(target);
    name_to_text(target, got);
    assert_string_equal(got, expected);
}

static void an_embedding_alias_takes_all_that_is_asked(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\n*.w CNAME {}.edge\n*.p CNAME edge\n"
                                   "*.out CNAME {}.cdn.test.\n*.self CNAME {}\n");
    (void)state;
    assert_target(zones, "a.w.example", "a.edge.example");
    assert_target(zones, "a.b.c.w.example", "a.b.c.edge.example");
    assert_target(zones, "*.w.example", "*.edge.example");
    assert_target(zones, "a.p.example", "edge.example");
    assert_target(zones, "a.out.example", "a.cdn.test");
    assert_target(zones, "a.self.example", "a.example");
    zones_destroy(zones);
}

/* The labels asked are LEN octets; "edge.example" takes 14. */
static const uint8_t *target_of_len(const struct zones *zones, unsigned len)
{
    static struct name room;
    struct name name = name_of("w.example"), label;
    while (len > 0) {
        unsigned part = len > 64 ? 32 : len;
        struct name below = name;
        char text[NAME_LABEL_MAX + 1];
        memset(text, 'x', sizeof text);
        assert_true(part >= 2);
        assert_int_equal(name_from_text(&label, text, part - 1), 0);
        assert_int_equal(name_join(&name, &label, &below), 0);
        len -= part;
    }
    struct zone_answer found = zones_lookup(zones, name.wire);
    assert_int_equal(found.result, ZONE_WILDCARD);
    return zone_cname_target(found.node, found.node->records, name.wire, &room);
}

static void a_target_of_more_than_255_octets_is_none(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\n*.w CNAME {}.edge\n");
    (void)state;
    assert_int_equal(name_len(target_of_len(zones, 240)), 254);
    assert_int_equal(name_len(target_of_len(zones, 241)), 255);
    assert_null(target_of_len(zones, 242));
    zones_destroy(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_holds_as_many_as_the_pool_says),
        cmocka_unit_test(regions_divide_a_geo_pool),
        cmocka_unit_test(as_many_regions_as_the_zone_says),
        cmocka_unit_test(a_region_may_show_some_of_its_own_at_a_time),
        cmocka_unit_test(another_type_has_a_pool_of_its_own),
        cmocka_unit_test(an_embedding_alias_takes_all_that_is_asked),
        cmocka_unit_test(a_target_of_more_than_255_octets_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
