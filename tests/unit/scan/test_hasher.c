// SPDX-License-Identifier: BSD-2-Clause
/* scan/hasher.c: what the threads find, when they sleep, and zones with little room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "scan/hasher.h"

#define PATIENCE (20 * NS_PER_S)

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

/* A zone of LEN octets in wire form. */
static struct name zone_of_len(unsigned len)
{
    struct name zone = {.len = (uint8_t)len};
    unsigned at = 0;
    while (len - at > 1) {
        unsigned label = len - at - 2 > 63 ? 63 : len - at - 2;
        if (len - at - 1 == label + 2) /* one octet alone makes no label */
            label--;
        zone.wire[at] = (uint8_t)label;
        memset(zone.wire + at + 1, 'z', label);
        at += label + 1;
    }
    zone.wire[at] = 0;
    assert_int_equal(name_len(zone.wire), len);
    return zone;
}

static void wait_a_moment(void)
{
    const struct timespec ms = {.tv_nsec = 1000000};
    nanosleep(&ms, NULL);
}

static struct probe take(struct hasher *hasher)
{
    struct probe probe;
    mono_ns until = clock_mono_ns() + PATIENCE;
    while (!hasher_take(hasher, &probe)) {
        assert_true(clock_mono_ns() < until);
        wait_a_moment();
    }
    return probe;
}

static void what_is_queued_hashes_to_what_it_says(void **state)
{
    static const uint16_t iterations[] = {0, 10, 2500};
    struct name zone = name_of("example");
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct gaps *gaps;
        struct hasher *hasher;
        assert_int_equal(gaps_create(&gaps, 1), 0);
        const struct hasher_params params = {
            .nsec3 = {1, iterations[i], 2, {0xab, 0xcd}},
            .zone = &zone,
            .gaps = gaps,
            .start = UINT64_MAX - 100, /* past the end they go on at the first */
            .thread_count = 2,
        };
        assert_int_equal(hasher_create(&hasher, &params), 0);
        uint64_t last = 0;
        for (unsigned k = 0; k < 300; k++) {
            struct probe probe = take(hasher);
            struct name name;
            uint8_t hash[NSEC3_HASH_LEN];
            hasher_name(&name, &zone, probe.label);
            assert_int_equal(name.wire[0], HASHER_LABEL_LEN);
            nsec3_hash(&params.nsec3, name.wire, hash);
            assert_memory_equal(hash, probe.hash, sizeof hash);
            assert_int_not_equal(probe.label, last);
            last = probe.label;
        }
        for (mono_ns until = clock_mono_ns() + PATIENCE; hasher_drawn(hasher) < 300;) {
            assert_true(clock_mono_ns() < until); /* counted once they are queued */
            wait_a_moment();
        }
        assert_true(hasher_speed(hasher) > 0);
        hasher_destroy(hasher);
        gaps_destroy(gaps);
    }
}

/* All but a thousandth of the circle is covered. */
static void what_is_covered_is_not_queued(void **state)
{
    struct name zone = name_of("example");
    struct gaps *gaps;
    struct hasher *hasher;
    struct gaps_span span = {.owner = {0x10, 0x40}, .next = {0x10}};
    (void)state;
    assert_int_equal(gaps_create(&gaps, 1), 0);
    assert_int_equal(gaps_add(gaps, &span), GAPS_NEW);
    const struct hasher_params params = {
        .nsec3 = {.algorithm = 1}, .zone = &zone, .gaps = gaps, .thread_count = 1};
    assert_int_equal(hasher_create(&hasher, &params), 0);
    for (unsigned i = 0; i < 50; i++) {
        struct probe probe = take(hasher);
        assert_int_equal(probe.hash[0], 0x10);
        assert_true(probe.hash[1] <= 0x40); /* the map's parts are much smaller */
    }
    assert_true(hasher_drawn(hasher) > 50 * 100);
    hasher_destroy(hasher);
    gaps_destroy(gaps);
}

static void threads_sleep_while_nothing_is_taken(void **state)
{
    struct name zone = name_of("example");
    struct gaps *gaps;
    struct hasher *hasher;
    uint64_t drawn = 0;
    (void)state;
    assert_int_equal(gaps_create(&gaps, 1), 0);
    const struct hasher_params params = {
        .nsec3 = {.algorithm = 1}, .zone = &zone, .gaps = gaps, .thread_count = 3};
    assert_int_equal(hasher_create(&hasher, &params), 0);
    mono_ns until = clock_mono_ns() + PATIENCE;
    for (unsigned still = 0; still < 50; still++) {
        wait_a_moment();
        assert_true(clock_mono_ns() < until);
        if (hasher_drawn(hasher) != drawn || drawn == 0)
            still = 0;
        drawn = hasher_drawn(hasher);
    }
    assert_in_range(drawn, 1024, 4 * 1024);
    for (uint64_t i = 0; i < drawn; i++) /* none was dropped */
        (void)take(hasher);
    (void)take(hasher); /* and they go on */
    hasher_destroy(hasher);
    gaps_destroy(gaps);
}

static void labels_are_as_long_as_the_zone_allows(void **state)
{
    static const struct {
        unsigned zone_len, label_len;
    } cases[] = {{1, 8}, {246, 8}, {247, 7}, {252, 2}, {253, 1}, {254, 0}, {255, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name zone = {.len = 1}, name;
        if (cases[i].zone_len > 1)
            zone = zone_of_len(cases[i].zone_len);
        assert_int_equal(hasher_label_len(&zone), cases[i].label_len);
        if (cases[i].label_len == 0)
            continue;
        hasher_name(&name, &zone, 31);
        assert_int_equal(name_len(name.wire), name.len);
        assert_int_equal(name.wire[0], cases[i].label_len);
        assert_int_equal(name.wire[cases[i].label_len], 'v');
    }
}

static void few_labels_come_to_an_end(void **state)
{
    struct name zone = zone_of_len(252);
    struct gaps *gaps;
    struct hasher *hasher;
    bool seen[1024] = {false};
    struct probe probe;
    (void)state;
    assert_int_equal(gaps_create(&gaps, 1), 0);
    const struct hasher_params params = {
        .nsec3 = {.algorithm = 1}, .zone = &zone, .gaps = gaps, .start = 12345, .thread_count = 2};
    assert_int_equal(hasher_create(&hasher, &params), 0);
    for (unsigned i = 0; i < 1024; i++) {
        assert_false(hasher_is_exhausted(hasher));
        probe = take(hasher);
        assert_true(probe.label < 1024 && !seen[probe.label]);
        seen[probe.label] = true;
    }
    for (mono_ns until = clock_mono_ns() + PATIENCE; !hasher_is_exhausted(hasher);) {
        assert_true(clock_mono_ns() < until);
        wait_a_moment();
    }
    assert_false(hasher_take(hasher, &probe));
    assert_int_equal(hasher_drawn(hasher), 1024);
    hasher_destroy(hasher);
    gaps_destroy(gaps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_queued_hashes_to_what_it_says),
        cmocka_unit_test(what_is_covered_is_not_queued),
        cmocka_unit_test(threads_sleep_while_nothing_is_taken),
        cmocka_unit_test(labels_are_as_long_as_the_zone_allows),
        cmocka_unit_test(few_labels_come_to_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
