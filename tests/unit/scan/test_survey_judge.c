// SPDX-License-Identifier: BSD-2-Clause
/* scan/survey_judge.c: what everybody said, compared. */
#include "tests/unit/scan/help.h"

#include "scan/survey_state.h"

#define SUBJECTS_MAX 12

enum { APEX, WWW, MAIL, RANDOM, RANDOM_ELSEWHERE, SIGNED, CHECKS };

/* A survey whose vetting is over: an apex, two names, a random name in the zone and one
 * elsewhere, and the question for signatures. */
struct world {
    struct survey s;
    struct check checks[CHECKS];
    struct subject subjects[SUBJECTS_MAX];
    struct record records[SUBJECTS_MAX][CHECKS];
};

static void say(struct world *w, uint32_t who, size_t what, enum vote_kind kind, uint64_t datum)
{
    struct record *record = &w->records[who][what];
    record->has_vote = record->is_settled = true;
    record->vote =
        (struct vote){.kind = (uint8_t)kind, .count = kind == VOTE_DATA, .hashes = {datum}};
    record->denials = kind == VOTE_DENIAL ? 2 : 0;
}

/* COUNT honest resolvers. */
static struct world *make(uint32_t count)
{
    struct world *w = calloc(1, sizeof *w);
    struct pool_entry entries[SUBJECTS_MAX];
    assert_non_null(w);
    static const struct check checks[CHECKS] = {
        [APEX] = {.kind = CHECK_KNOWN},
        [WWW] = {.kind = CHECK_KNOWN, .is_compared = true},
        [MAIL] = {.kind = CHECK_KNOWN, .is_compared = true},
        [RANDOM] = {.kind = CHECK_RANDOM},
        [RANDOM_ELSEWHERE] = {.kind = CHECK_RANDOM, .realm = 1, .zone = CHECK_ELSEWHERE},
        [SIGNED] = {.kind = CHECK_SIGNED},
    };
    memcpy(w->checks, checks, sizeof checks);
    w->s = (struct survey){
        .checks = {.items = w->checks, .count = CHECKS, .known_count = RANDOM, .zone_count = 1},
        .subjects = w->subjects,
        .count = count};
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (struct pool_entry){.list_index = i, .operator_key = i};
        w->subjects[i] = (struct subject){
            .list_index = i, .is_alive = true, .is_vetted = true, .records = w->records[i]};
        w->subjects[i].facts = (struct appraisal_facts){.tries = 20, .replies = 20};
        for (size_t c = APEX; c <= MAIL; c++)
            say(w, i, c, VOTE_DATA, 100 + c);
        say(w, i, RANDOM, VOTE_DENIAL, 0);
        say(w, i, RANDOM_ELSEWHERE, VOTE_DENIAL, 0);
        w->records[i][SIGNED].is_no = true;
    }
    uint8_t key[32] = {0};
    rng_init_key(&w->s.rng, key);
    assert_int_equal(pool_create(&w->s.pool, entries, count, 16, &w->s.rng, 0), 0);
    return w;
}

static const struct appraisal_facts *judge(struct world *w, uint32_t who)
{
    assert_int_equal(judge_all(&w->s), 0);
    return &w->subjects[who].facts;
}

static void destroy(struct world *w)
{
    pool_destroy(w->s.pool);
    free(w);
}

static void the_honest_have_nothing_against_them(void **state)
{
    struct world *w = make(5);
    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        const struct appraisal_facts *f = judge(w, i);
        assert_int_equal(f->known_names, 3);
        assert_int_equal(f->compared_names, 2);
        assert_int_equal(f->random_names, 2);
        assert_int_equal(f->zones, 1);
        assert_int_equal(f->hidden + f->foreign + f->rewritten + f->disputed + f->zones_refused, 0);
        assert_int_equal(f->dnssec, TRAIT_UNTRIED); /* nobody got any: the zone is unsigned */
    }
    destroy(w);
}

static void data_for_what_most_deny_are_made_up(void **state)
{
    struct world *w = make(4);
    (void)state;
    say(w, 3, RANDOM, VOTE_DATA, 7);
    assert_int_equal(judge(w, 3)->rewritten, 1);
    assert_int_equal(judge(w, 0)->rewritten, 0);
    destroy(w);
    w = make(2);
    say(w, 1, RANDOM, VOTE_DATA, 7);
    assert_int_equal(judge(w, 1)->rewritten, 0); /* one against one */
    assert_int_equal(judge(w, 1)->disputed, 1);
    assert_int_equal(judge(w, 0)->disputed, 0);
    destroy(w);
}

static void what_most_deny_is_to_be_denied(void **state)
{
    struct world *w = make(5);
    (void)state;
    for (uint32_t i = 3; i < 5; i++)
        say(w, i, RANDOM, VOTE_NODATA, 0);
    assert_int_equal(judge(w, 3)->undenied, 1);
    assert_int_equal(judge(w, 0)->undenied, 0);
    say(w, 2, RANDOM, VOTE_NODATA, 0);
    assert_int_equal(judge(w, 3)->undenied, 0); /* most say so: all names may be there */
    destroy(w);
}

static void a_wildcard_convicts_neither_side(void **state)
{
    struct world *w = make(5);
    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        say(w, i, RANDOM, VOTE_DATA, 7);
    for (uint32_t i = 0; i < 5; i++) {
        const struct appraisal_facts *f = judge(w, i);
        assert_int_equal(f->rewritten + f->disputed + f->hidden, 0);
    }
    destroy(w);
}

static void one_datum_everywhere_convicts_a_majority(void **state)
{
    struct world *w = make(5);
    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        say(w, i, RANDOM, VOTE_DATA, 7);
        say(w, i, RANDOM_ELSEWHERE, VOTE_DATA, 7);
    }
    assert_int_equal(judge(w, 0)->rewritten, 2);
    assert_int_equal(judge(w, 4)->rewritten, 0);
    assert_false(w->s.is_intercepted);
    /* Out of the count they are for known names as well. */
    assert_int_equal(judge(w, 0)->known_names, 0);
    say(w, 4, RANDOM, VOTE_DATA, 7);
    say(w, 4, RANDOM_ELSEWHERE, VOTE_DATA, 7);
    assert_true(judge(w, 4)->is_intercepted);
    destroy(w);
}

static void a_denial_counts_twice_or_not_at_all(void **state)
{
    struct world *w = make(4);
    (void)state;
    say(w, 3, WWW, VOTE_DENIAL, 0);
    assert_int_equal(judge(w, 3)->hidden, 1);
    w->records[3][WWW].denials = 1;
    assert_int_equal(judge(w, 3)->hidden, 0);
    destroy(w);
}

static void a_name_that_most_deny_convicts_nobody(void **state)
{
    struct world *w = make(4);
    (void)state;
    for (uint32_t i = 1; i < 4; i++)
        say(w, i, WWW, VOTE_DENIAL, 0);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(judge(w, i)->hidden, 0);
        assert_int_equal(judge(w, i)->known_names, 2);
    }
    /* One against one stays open. */
    w->s.count = 2;
    assert_int_equal(judge(w, 1)->hidden, 0);
    destroy(w);
}

static void other_data_count_where_all_others_agree(void **state)
{
    struct world *w = make(5);
    (void)state;
    say(w, 4, WWW, VOTE_DATA, 9);
    say(w, 4, MAIL, VOTE_DATA, 9);
    assert_int_equal(judge(w, 4)->foreign, 2);
    assert_int_equal(judge(w, 0)->foreign, 0);
    /* Served by place: nobody is foreign. */
    say(w, 2, WWW, VOTE_DATA, 8);
    say(w, 3, WWW, VOTE_DATA, 8);
    assert_int_equal(judge(w, 4)->foreign, 1);
    assert_int_equal(judge(w, 4)->compared_names, 1);
    /* Where few have said anything, nobody is. */
    w->s.count = 3;
    say(w, 2, WWW, VOTE_DATA, 9);
    say(w, 2, MAIL, VOTE_DATA, 9);
    assert_int_equal(judge(w, 2)->foreign, 0);
    destroy(w);
}

static void refusals_and_failures_are_of_zones_that_work(void **state)
{
    struct world *w = make(3);
    (void)state;
    w->records[2][APEX] = (struct record){.refusals = 2, .is_settled = true};
    assert_int_equal(judge(w, 2)->zones_refused, 1);
    assert_int_equal(judge(w, 2)->zones, 1);
    for (uint32_t i = 0; i < 3; i++) {
        w->records[i][WWW] = (struct record){.servfails = 4, .is_settled = true};
        w->records[i][MAIL].servfails = 1;
    }
    assert_int_equal(judge(w, 0)->servfails, 1); /* WWW fails everywhere: its own fault */
    destroy(w);
}

static void signatures_are_missed_where_others_get_them(void **state)
{
    struct world *w = make(3);
    (void)state;
    w->records[1][SIGNED] = (struct record){.is_yes = true};
    w->records[2][SIGNED] = (struct record){0};
    assert_int_equal(judge(w, 0)->dnssec, TRAIT_NO);
    assert_int_equal(judge(w, 1)->dnssec, TRAIT_YES);
    assert_int_equal(judge(w, 2)->dnssec, TRAIT_UNTRIED);
    destroy(w);
}

static void the_dead_are_passed_over(void **state)
{
    struct world *w = make(4);
    (void)state;
    w->subjects[3].records = NULL;
    assert_int_equal(judge(w, 3)->known_names, 0);
    assert_int_equal(judge(w, 0)->known_names, 3);
    destroy(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_honest_have_nothing_against_them),
        cmocka_unit_test(data_for_what_most_deny_are_made_up),
        cmocka_unit_test(what_most_deny_is_to_be_denied),
        cmocka_unit_test(a_wildcard_convicts_neither_side),
        cmocka_unit_test(one_datum_everywhere_convicts_a_majority),
        cmocka_unit_test(a_denial_counts_twice_or_not_at_all),
        cmocka_unit_test(a_name_that_most_deny_convicts_nobody),
        cmocka_unit_test(other_data_count_where_all_others_agree),
        cmocka_unit_test(refusals_and_failures_are_of_zones_that_work),
        cmocka_unit_test(signatures_are_missed_where_others_get_them),
        cmocka_unit_test(the_dead_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
