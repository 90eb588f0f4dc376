// SPDX-License-Identifier: BSD-2-Clause
/* scan/zones.c: which zone a name is supposed to be in, and the bound on their number. */
#include "tests/unit/scan/help.h"

#include <pthread.h>

#include "scan/zones.h"

static struct zones *create(size_t given)
{
    struct zones *zones;
    assert_int_equal(zones_create(&zones, given), 0);
    return zones;
}

static const char *zone_of(struct zones *zones, const char *text)
{
    struct name name = name_of(text);
    uint32_t zone = zones_suppose(zones, &name, ZONES_OTHER);
    assert_true(zone < zones_count(zones));
    return zones_at(zones, zone)->text;
}

static void the_registrable_domain_is_supposed(void **state)
{
    static const struct {
        const char *name, *zone;
    } cases[] = {
        {"www.example.com", "example.com"},
        {"a.b.c.example.com", "example.com"},
        {"example.com", "example.com"},
        {"www.example.co.uk", "example.co.uk"},
        {"example.co.uk", "example.co.uk"},
        {"a.b.example.co.uk", "example.co.uk"},
        {"co.uk", "co.uk"}, /* a public suffix by itself: nothing longer to suppose */
        {"com", "com"},
        {"host.lan", "host.lan"}, /* not in the list: its last label counts as public */
        {"printer", "printer"},
        {"x.foo.github.io", "github.io"}, /* the list's private part does not count */
        {"1.2.0.192.in-addr.arpa", "192.in-addr.arpa"},
        {"*.example.com", "example.com"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct zones *zones = create(0);
        assert_string_equal(zone_of(zones, cases[i].name), cases[i].zone);
        assert_string_equal(zone_of(zones, cases[i].name), cases[i].zone); /* remembered */
        zones_destroy(zones);
    }
    zones_destroy(NULL);
}

static void a_given_zone_has_one_number(void **state)
{
    struct zones *zones = create(2);
    struct name a = name_of("dev.example.com"), b = name_of("example.org");
    uint32_t first, second, again;
    (void)state;
    assert_int_equal(zones_count(zones), 1); /* "(other)" */
    assert_int_equal(zones_add(zones, &a, &first), 0);
    assert_int_equal(zones_add(zones, &b, &second), 0);
    assert_int_equal(zones_add(zones, &a, &again), 0);
    assert_int_equal(first, again);
    assert_int_not_equal(first, second);
    assert_int_equal(zones_count(zones), 3);
    assert_string_equal(zones_at(zones, first)->text, "dev.example.com");
    assert_int_equal(zones_at(zones, first)->label_count, 3);
    assert_string_equal(zones_at(zones, ZONES_OTHER)->text, "(other)");
    zones_destroy(zones);
}

static void the_zone_of_the_name_before_is_tried_first(void **state)
{
    struct zones *zones = create(0);
    /* The second ends in the same octets as the zone, but inside a label. */
    struct name name = name_of("a.example.com"), other = name_of("a.bad\\007example.com");
    (void)state;
    uint32_t zone = zones_suppose(zones, &name, ZONES_OTHER);
    assert_int_equal(zones_suppose(zones, &name, zone), zone);
    uint32_t second = zones_suppose(zones, &other, zone);
    assert_int_not_equal(second, zone);
    assert_string_equal(zones_at(zones, second)->text, "bad\\007example.com");
    zones_destroy(zones);
}

static void supposed_zones_are_bounded(void **state)
{
    struct zones *zones = create(0);
    uint32_t zone = ZONES_OTHER, other = 0;
    (void)state;
    for (uint32_t i = 0; i < ZONES_SUPPOSED_MAX + 10; i++) {
        char text[40];
        snprintf(text, sizeof text, "www.zone%u.example", i);
        struct name name = name_of(text);
        zone = zones_suppose(zones, &name, ZONES_OTHER);
        other += zone == ZONES_OTHER;
    }
    assert_int_equal(other, 10);
    assert_int_equal(zones_count(zones), ZONES_SUPPOSED_MAX + 1);
    assert_string_equal(zone_of(zones, "www.zone7.example"), "zone7.example");
    zones_destroy(zones);
}

/* The longest of those added; one that was not is not supposed. */
static void the_zone_of_a_name_is_found(void **state)
{
    static const struct {
        const char *name, *zone;
    } cases[] = {
        {"www.example.com", "example.com"},       {"example.com", "example.com"},
        {"a.b.eu.example.com", "eu.example.com"}, {"eu.example.com", "eu.example.com"},
        {"xeu.example.com", "example.com"},       {"com", "(other)"},
        {"www.example.org", "(other)"},           {".", "(other)"},
    };
    struct zones *zones = create(2);
    struct name outer = name_of("example.com"), inner = name_of("eu.example.com");
    uint32_t number;
    (void)state;
    assert_int_equal(zones_add(zones, &outer, &number), 0);
    assert_int_equal(zones_add(zones, &inner, &number), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct name name = name_of(cases[i].name);
        assert_string_equal(zones_at(zones, zones_find(zones, &name))->text, cases[i].zone);
    }
    assert_int_equal(zones_count(zones), 3);
    zones_destroy(zones);
}

static void *suppose_many(void *arg)
{
    struct zones *zones = arg;
    for (int i = 0; i < 2000; i++) {
        char text[40], zone[40];
        snprintf(text, sizeof text, "www.z%d.example", i % 500);
        snprintf(zone, sizeof zone, "z%d.example", i % 500);
        struct name name = name_of(text);
        uint32_t index = zones_suppose(zones, &name, ZONES_OTHER);
        if (strcmp(zones_at(zones, index)->text, zone) != 0)
            return zones;
    }
    return NULL;
}

static void threads_agree_on_numbers(void **state)
{
    struct zones *zones = create(0);
    pthread_t threads[4];
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, suppose_many, zones), 0);
    for (int i = 0; i < 4; i++) {
        void *failure;
        assert_int_equal(pthread_join(threads[i], &failure), 0);
        assert_null(failure);
    }
    assert_int_equal(zones_count(zones), 501);
    zones_destroy(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_registrable_domain_is_supposed),
        cmocka_unit_test(a_given_zone_has_one_number),
        cmocka_unit_test(the_zone_of_the_name_before_is_tried_first),
        cmocka_unit_test(supposed_zones_are_bounded),
        cmocka_unit_test(the_zone_of_a_name_is_found),
        cmocka_unit_test(threads_agree_on_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
