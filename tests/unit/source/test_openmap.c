// SPDX-License-Identifier: BSD-2-Clause
/* source/openmap.c and arc.h: bits at the edges of words and of the circle; lengths of arcs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "source/openmap.h"

static void marks_go_as_far_as_told_and_round_the_end(void **state)
{
    static const uint32_t firsts[] = {0, 1, 63, 64, 65, OPENMAP_PARTS - 65, OPENMAP_PARTS - 1};
    static const uint32_t counts[] = {0, 1, 2, 63, 64, 65, 128, 129};
    struct openmap *map = calloc(1, sizeof *map);
    (void)state;
    assert_non_null(map);
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        for (size_t j = 0; j < sizeof counts / sizeof *counts; j++)
            for (int is_open = 0; is_open < 2; is_open++) {
                openmap_mark(map, 0, OPENMAP_PARTS, !is_open);
                openmap_mark(map, firsts[i], counts[j], is_open);
                for (uint32_t k = 0; k < 300; k++) {
                    uint32_t part = (firsts[i] - 100 + k) % OPENMAP_PARTS;
                    bool is_marked = k >= 100 && k < 100 + counts[j];
                    assert_int_equal(openmap_is_open(map, part), is_marked == is_open);
                }
            }
    free(map);
}

static void a_hash_is_in_the_part_of_its_first_bits(void **state)
{
    const uint8_t last[NSEC3_HASH_LEN] = {0xff, 0xff, 0xff}, one[NSEC3_HASH_LEN] = {0, 0, 4};
    (void)state;
    assert_int_equal(openmap_part(last), OPENMAP_PARTS - 1);
    assert_int_equal(openmap_part(one), 1);
}

static void arcs_have_their_beginning_and_lengths_that_add_up(void **state)
{
    const uint8_t a[NSEC3_HASH_LEN] = {0x10}, b[NSEC3_HASH_LEN] = {0x90};
    const uint8_t just_after_a[NSEC3_HASH_LEN] = {0x10, [NSEC3_HASH_LEN - 1] = 1};
    (void)state;
    assert_true(arc_has(a, b, a));
    assert_false(arc_has(a, b, b));
    assert_true(arc_has(b, a, b));
    assert_true(arc_has(b, a, (const uint8_t[NSEC3_HASH_LEN]){0}));
    assert_true(arc_has(a, a, a) && arc_has(a, a, b));
    assert_int_equal(arc_length(a, b), ARC_WHOLE / 2);
    assert_int_equal(arc_length(a, b) + arc_length(b, a), ARC_WHOLE);
    assert_int_equal(arc_length(a, a), ARC_WHOLE);
    assert_int_equal(arc_length(a, just_after_a), 0);
    assert_int_equal(arc_length(just_after_a, a), ARC_WHOLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_go_as_far_as_told_and_round_the_end),
        cmocka_unit_test(a_hash_is_in_the_part_of_its_first_bits),
        cmocka_unit_test(arcs_have_their_beginning_and_lengths_that_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
