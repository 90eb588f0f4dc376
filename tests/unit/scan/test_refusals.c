// SPDX-License-Identifier: BSD-2-Clause
/* scan/refusals.c: which pairs of operator and zone are avoided, and until when. */
#include "tests/unit/scan/help.h"

#include "scan/refusals.h"

#define NOW (100 * NS_PER_S)

static struct refusals refusals;

static void reset(void)
{
    memset(&refusals, 0, sizeof refusals);
}

static void note(unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        refusals_note(&refusals, 1, 7, NOW);
}

/* Until when the pair is avoided, counted from NOW; 0: not at all. */
static mono_ns avoided_for(void)
{
    mono_ns low = 0, high = 1000 * NS_PER_S;
    while (low < high) {
        mono_ns middle = low + (high - low) / 2;
        if (refusals_avoid(&refusals, 1, 7, NOW + middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void one_refusal_is_forgiven_the_second_is_not(void **state)
{
    (void)state;
    reset();
    assert_false(refusals_avoid(&refusals, 1, 7, NOW));
    note(1);
    assert_false(refusals_avoid(&refusals, 1, 7, NOW));
    note(1);
    assert_int_equal(avoided_for(), NS_PER_S);
}

static void the_time_doubles_to_a_bound(void **state)
{
    (void)state;
    mono_ns expected = NS_PER_S;
    for (unsigned times = 2; times < 12; times++) {
        reset();
        note(times);
        assert_int_equal(avoided_for(), expected);
        expected = expected < 64 * NS_PER_S ? expected * 2 : expected;
    }
}

static void only_that_pair_is_avoided(void **state)
{
    (void)state;
    reset();
    note(3);
    assert_true(refusals_avoid(&refusals, 1, 7, NOW));
    assert_false(refusals_avoid(&refusals, 1, 8, NOW));
    assert_false(refusals_avoid(&refusals, 2, 7, NOW));
}

static void an_answer_clears_the_pair(void **state)
{
    (void)state;
    reset();
    note(3);
    refusals_clear(&refusals, 1, 8); /* another */
    assert_true(refusals_avoid(&refusals, 1, 7, NOW));
    refusals_clear(&refusals, 1, 7);
    refusals_clear(&refusals, 1, 7);
    assert_false(refusals_avoid(&refusals, 1, 7, NOW));
    assert_int_equal(refusals.count, 0);
    note(1); /* starts anew */
    assert_false(refusals_avoid(&refusals, 1, 7, NOW));
}

/* More pairs than there is room for: none is mistaken for another, the count is right. */
static void a_full_table_forgets_but_does_not_confuse(void **state)
{
    uint32_t used = 0, avoided = 0;
    (void)state;
    reset();
    for (uint32_t zone = 0; zone < 3 * REFUSALS_CAP; zone++) {
        refusals_note(&refusals, 5, zone, NOW);
        refusals_note(&refusals, 5, zone, NOW);
        assert_true(refusals_avoid(&refusals, 5, zone, NOW));
    }
    for (uint32_t i = 0; i < REFUSALS_CAP; i++)
        used += refusals.pairs[i].in_a_row != 0;
    assert_int_equal(refusals.count, used);
    for (uint32_t zone = 0; zone < 3 * REFUSALS_CAP; zone++)
        avoided += refusals_avoid(&refusals, 5, zone, NOW);
    assert_int_equal(avoided, used);
}

static void it_is_the_zone_when_another_is_answered_for(void **state)
{
    (void)state;
    refusals = (struct refusals){0};
    refusals_clear(&refusals, 1, 8);
    refusals_note(&refusals, 1, 7, NOW);
    assert_false(refusals_are_of_zone(&refusals, 1, 7));
    refusals_note(&refusals, 1, 7, NOW);
    assert_true(refusals_are_of_zone(&refusals, 1, 7));
    assert_false(refusals_are_of_zone(&refusals, 1, 8));
    assert_false(refusals_are_of_zone(&refusals, 2, 7));
    refusals_clear(&refusals, 1, 7); /* it answers for this one too: its rate, perhaps */
    assert_false(refusals_are_of_zone(&refusals, 1, 7));
    refusals_note(&refusals, 1, 7, NOW);
    refusals_note(&refusals, 1, 7, NOW);
    assert_false(refusals_are_of_zone(&refusals, 1, 7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_refusal_is_forgiven_the_second_is_not),
        cmocka_unit_test(the_time_doubles_to_a_bound),
        cmocka_unit_test(only_that_pair_is_avoided),
        cmocka_unit_test(an_answer_clears_the_pair),
        cmocka_unit_test(a_full_table_forgets_but_does_not_confuse),
        cmocka_unit_test(it_is_the_zone_when_another_is_answered_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
