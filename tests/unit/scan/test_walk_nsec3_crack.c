// SPDX-License-Identifier: BSD-2-Clause
/* scan/walk_nsec3_crack.c: names behind hashes, and what is asked about them. */
#include "nsec3_play.h"

/* --- names --- */

static void hashes_are_cracked_and_asked_for_where_nothing_is_verified(void **state)
{
    const char *words;
    (void)state;
    set_up(20, 0);
    words = file_in(play.folder, "words", "h1\nh2\nh3\nnone\nh19\n");
    play.params.no_crack = false;
    play.params.word_files = (struct str_list){.items = &words, .count = 1};
    struct ending ending = walk_it(1);
    assert_has(ending.summary, "5 cracked, 5 of them confirmed by asking, 15 uncracked");
    assert_int_equal(play.told_count, 5);
    assert_true(play.asked_in_all <= 20 + 3 + 5);
    tear_down();
}

/* All is denied once the chain is walked. */
static bool serve_vanishing(struct play *p, const struct open_question *question)
{
    world_deny(&p->world, question->name.wire, question->type);
    if (question->type == TYPE_CNAME)
        return true;
    world_begin(&p->world, question->name.wire, question->type, RCODE_NXDOMAIN);
    world_put_soa(&p->world);
    return true;
}

static void a_name_that_is_denied_is_not_told(void **state)
{
    const char *words;
    (void)state;
    set_up(20, 0);
    words = file_in(play.folder, "words", "h1\n");
    play.params.no_crack = false;
    play.params.word_files = (struct str_list){.items = &words, .count = 1};
    play.serve = serve_vanishing;
    struct ending ending = walk_it(1);
    assert_int_equal(play.told_count, 0);
    assert_has(ending.summary, "2 gone since");
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_cracked_and_asked_for_where_nothing_is_verified),
        cmocka_unit_test(a_name_that_is_denied_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
