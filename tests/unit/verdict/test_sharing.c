// SPDX-License-Identifier: BSD-2-Clause
/* verdict/sharing.c: whoever asks sees trouble where limits are shared, and only there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verdict/sharing.h"

/* Asks as the world is: OWNERS[i] is the back end of member i. Returns the rounds. */
static unsigned run(struct sharing *s, const unsigned *owners, unsigned count)
{
    unsigned rounds = 0;
    sharing_init(s, count);
    for (uint16_t asked; (asked = sharing_next(s)) != 0; rounds++) {
        unsigned at[SHARING_MEMBERS_MAX] = {0};
        uint16_t troubled = 0;
        double served = 0;
        for (unsigned i = 0; i < count; i++)
            at[owners[i]] += asked >> i & 1;
        for (unsigned i = 0; i < count; i++) {
            if (asked >> i & 1 && at[owners[i]] > 1)
                troubled = (uint16_t)(troubled | 1u << i);
        }
        for (unsigned b = 0; b < SHARING_MEMBERS_MAX; b++)
            served += at[b] > 1;
        assert_int_equal(sharing_next(s), asked); /* until it is noted */
        sharing_note(s, troubled, served);
        assert_true(rounds <= SHARING_ROUNDS_MAX);
    }
    return rounds;
}

static void assert_found(const unsigned *owners, unsigned count, unsigned rounds_max)
{
    struct sharing s;
    unsigned rounds = run(&s, owners, count);
    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < count; j++) {
            if ((s.back_end[i] == s.back_end[j]) != (owners[i] == owners[j]))
                fail_msg("members %u and %u of %u", i, j, count);
        }
    }
    if (rounds > rounds_max)
        fail_msg("%u rounds for %u members", rounds, count);
}

static void one_alone_shares_with_nobody(void **state)
{
    const unsigned owners[] = {0};
    (void)state;
    assert_found(owners, 1, 0);
}

static void nobody_shares_takes_one_round(void **state)
{
    unsigned owners[SHARING_MEMBERS_MAX];
    (void)state;
    for (unsigned i = 0; i < SHARING_MEMBERS_MAX; i++)
        owners[i] = i;
    assert_found(owners, 2, 1);
    assert_found(owners, SHARING_MEMBERS_MAX, 1);
}

static void one_back_end_among_others_takes_one_round(void **state)
{
    const unsigned owners[] = {5, 1, 5, 3, 5, 2, 5};
    (void)state;
    assert_found(owners, 7, 1);
    const unsigned all[] = {2, 2, 2, 2};
    assert_found(all, 4, 1);
}

static void several_back_ends_are_told_apart(void **state)
{
    const unsigned two[] = {0, 1, 0, 1, 0, 1, 2, 3};
    const unsigned pairs[] = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7};
    const unsigned mixed[] = {9, 4, 9, 4, 9, 7, 4, 1, 9, 2, 7, 4, 9, 3, 9, 9};
    (void)state;
    assert_found(two, 8, 16);
    assert_found(pairs, 16, SHARING_ROUNDS_MAX);
    assert_found(mixed, 16, SHARING_ROUNDS_MAX);
}

/* Where what is seen makes no sense the search ends all the same, and claims little. */
static void nonsense_comes_to_an_end(void **state)
{
    struct sharing s;
    unsigned rounds = 0;
    (void)state;
    sharing_init(&s, SHARING_MEMBERS_MAX);
    for (uint16_t asked; (asked = sharing_next(&s)) != 0; rounds++)
        sharing_note(&s, rounds % 3 ? 0xffff : 0x5555, 7);
    assert_true(rounds <= SHARING_ROUNDS_MAX);
}

static void trouble_of_one_alone_is_no_sharing(void **state)
{
    struct sharing s;
    (void)state;
    sharing_init(&s, 3);
    assert_int_equal(sharing_next(&s), 7);
    sharing_note(&s, 2, 0.5);
    assert_int_equal(sharing_next(&s), 0);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(s.back_end[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_alone_shares_with_nobody),
        cmocka_unit_test(nobody_shares_takes_one_round),
        cmocka_unit_test(one_back_end_among_others_takes_one_round),
        cmocka_unit_test(several_back_ends_are_told_apart),
        cmocka_unit_test(nonsense_comes_to_an_end),
        cmocka_unit_test(trouble_of_one_alone_is_no_sharing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
