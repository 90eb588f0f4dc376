// SPDX-License-Identifier: BSD-2-Clause
/* verdict/vote.c: who is right about a random name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verdict/vote.h"

#define VOTERS_MAX 16

struct ballot {
    struct vote votes[VOTERS_MAX];
    size_t count;
};

static void deny(struct ballot *b)
{
    b->votes[b->count] = (struct vote){.voter = (uint32_t)b->count, .kind = VOTE_DENIAL};
    b->count++;
}

static void say_nodata(struct ballot *b)
{
    b->votes[b->count] = (struct vote){.voter = (uint32_t)b->count, .kind = VOTE_NODATA};
    b->count++;
}

static void give(struct ballot *b, uint64_t first, uint64_t second)
{
    b->votes[b->count] = (struct vote){.voter = (uint32_t)b->count,
                                       .kind = VOTE_DATA,
                                       .count = second ? 2 : 1,
                                       .hashes = {first, second}};
    b->count++;
}

static void assert_finding(const struct ballot *b, enum vote_finding finding, size_t deniers,
                           size_t group)
{
    struct vote_result result;
    assert_int_equal(vote_judge(b->votes, b->count, &result), 0);
    assert_int_equal(result.denier_count, deniers);
    assert_int_equal(result.group_count, group);
    assert_int_equal(result.finding, finding);
}

static void nobody_decides_nothing(void **unused)
{
    (void)unused;
    struct ballot b = {0};
    assert_finding(&b, VOTE_OPEN, 0, 0);
    say_nodata(&b);
    assert_finding(&b, VOTE_OPEN, 0, 0);
}

static void two_deniers_outvote_one_giver(void **unused)
{
    (void)unused;
    struct ballot b = {0};
    give(&b, 7, 0);
    deny(&b);
    assert_finding(&b, VOTE_OPEN, 1, 1); /* one against one */
    deny(&b);
    assert_finding(&b, VOTE_NO_SUCH_NAME, 2, 1);
}

static void one_denier_alone_convicts_nobody(void **unused)
{
    (void)unused;
    struct ballot b = {0};
    deny(&b);
    assert_finding(&b, VOTE_OPEN, 1, 0);
    say_nodata(&b);
    assert_finding(&b, VOTE_OPEN, 1, 0);
}

static void givers_count_by_what_they_agree_on(void **unused)
{
    (void)unused;
    struct ballot b = {0};
    for (uint64_t i = 1; i <= 5; i++)
        give(&b, 100 + i, 0);
    deny(&b);
    assert_finding(&b, VOTE_OPEN, 1, 1);
    deny(&b);
    assert_finding(&b, VOTE_NO_SUCH_NAME, 2, 1); /* five rewriters, each its own address */
    give(&b, 101, 0);
    assert_finding(&b, VOTE_OPEN, 2, 2);
    give(&b, 101, 0);
    assert_finding(&b, VOTE_WILDCARD, 2, 3);
}

static void a_pool_overlaps_link_by_link(void **unused)
{
    (void)unused;
    struct ballot b = {0};
    give(&b, 1, 2);
    give(&b, 5, 6);
    give(&b, 3, 4);
    assert_finding(&b, VOTE_WILDCARD, 0, 1);
    give(&b, 2, 3);
    assert_finding(&b, VOTE_WILDCARD, 0, 3);
    give(&b, 4, 5);
    deny(&b);
    deny(&b);
    assert_finding(&b, VOTE_WILDCARD, 2, 5);
}

static void in(struct ballot *b, uint16_t realm)
{
    b->votes[b->count - 1].realm = realm;
    b->votes[b->count - 1].voter = 0;
}

static void one_datum_in_two_realms_is_made_up(void **unused)
{
    (void)unused;
    struct ballot b = {0};
    give(&b, 7, 8);
    in(&b, 0);
    assert_false(vote_repeats(b.votes, b.count));
    give(&b, 8, 0);
    in(&b, 0);
    assert_false(vote_repeats(b.votes, b.count)); /* two zones of one owner */
    give(&b, 9, 0);
    in(&b, 1);
    assert_false(vote_repeats(b.votes, b.count));
    give(&b, 3, 8);
    in(&b, 1);
    assert_true(vote_repeats(b.votes, b.count));
}

static void denials_repeat_nothing(void **unused)
{
    (void)unused;
    struct ballot b = {0};
    deny(&b);
    in(&b, 0);
    deny(&b);
    in(&b, 1);
    assert_false(vote_repeats(b.votes, b.count));
}

static void intercepted_is_when_all_give_one_datum_everywhere(void **unused)
{
    (void)unused;
    struct ballot b = {0};
    for (uint32_t voter = 0; voter < 3; voter++) {
        for (uint16_t realm = 0; realm < 2; realm++) {
            give(&b, 1000 + voter, 7);
            in(&b, realm);
            b.votes[b.count - 1].voter = voter;
        }
    }
    assert_true(vote_is_intercepted(b.votes, b.count));
    assert_false(vote_is_intercepted(b.votes, 2)); /* one voter */
    say_nodata(&b);
    assert_true(vote_is_intercepted(b.votes, b.count));
    deny(&b);
    assert_false(vote_is_intercepted(b.votes, b.count));
    b.votes[b.count - 1] = b.votes[0];
    b.votes[b.count - 1].hashes[1] = 6;
    assert_false(vote_is_intercepted(b.votes, b.count)); /* one has another datum */
    for (size_t i = 0; i < b.count; i++)
        b.votes[i].realm = 0;
    assert_false(vote_is_intercepted(b.votes, b.count - 1)); /* one realm: a wildcard does that */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_decides_nothing),
        cmocka_unit_test(two_deniers_outvote_one_giver),
        cmocka_unit_test(one_denier_alone_convicts_nobody),
        cmocka_unit_test(givers_count_by_what_they_agree_on),
        cmocka_unit_test(a_pool_overlaps_link_by_link),
        cmocka_unit_test(one_datum_in_two_realms_is_made_up),
        cmocka_unit_test(denials_repeat_nothing),
        cmocka_unit_test(intercepted_is_when_all_give_one_datum_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
