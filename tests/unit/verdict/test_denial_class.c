// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial_class.c against made-up servers, one of each kind. */
#include "tests/unit/verdict/denial_servers.h"

static void a_chain_is_a_chain(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain, .names = few, .serial = 7};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC);
    assert_int_equal(verdict.queries, 5);
    assert_true(verdict.has_serial);
    assert_int_equal(verdict.serial, 7);
    assert_false(verdict.has_params);
    assert_false(verdict.has_wildcard);
}

static void a_zone_of_one_name_is_not_a_lie(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain, .names = one_name};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC);
    assert_non_null(strstr(verdict.reason, "one name"));
    s = (struct server){.deny = deny_by_hashes, .names = one_name, .params = {.algorithm = 1}};
    verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_non_null(strstr(verdict.reason, "one name"));
}

static void a_chain_of_hashes_has_parameters(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_hashes,
                       .names = few,
                       .flags = 1,
                       .params = {.algorithm = 1, .iterations = 12, .salt_len = 2, .salt = "ab"}};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_int_equal(verdict.queries, 4);
    assert_true(verdict.has_params);
    assert_true(nsec3_params_equal(&verdict.params, &s.params));
    assert_int_equal(verdict.nsec3_seen, 3);
    assert_int_equal(verdict.opt_out_seen, 3);
    s.flags = 0;
    verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_int_equal(verdict.opt_out_seen, 0);
}

static void a_wildcards_proof_is_a_chains(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_chain, .names = few, .has_wildcard = true, .proves_wildcard = true};
    assert_true(verdict_is(&s, CHAIN_NSEC).has_wildcard);
    s.deny = deny_by_hashes;
    s.params.algorithm = 1;
    assert_true(verdict_is(&s, CHAIN_NSEC3).has_wildcard);
}

static void a_wildcard_without_proof_is_passed_below(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain, .names = few, .has_wildcard = true};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC);
    assert_true(verdict.has_wildcard);
    assert_int_equal(verdict.queries, 6);
    s.deny = deny_the_name;
    s.own_types = marked;
    assert_int_equal(verdict_is(&s, CHAIN_COMPACT).queries, 6);
    s.answers_below_star = true;
    verdict_is(&s, CHAIN_HIDDEN);
}

static void a_dname_at_the_apex_is_a_zone_of_one_name(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_chain, .names = one_name, .params = {.algorithm = 1}, .has_dname = true};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC);
    assert_non_null(strstr(verdict.reason, "one name: a DNAME"));
    assert_int_equal(verdict.queries, 3);
    assert_false(verdict.has_wildcard);
    s.deny = deny_by_hashes;
    verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_int_equal(verdict.queries, 3);
    assert_true(verdict.has_params);
    s.is_unsigned = true;
    verdict_is(&s, CHAIN_UNSIGNED);
}

/* A circle of one hash, and not of the name's. */
static void deny_by_another_hash(struct server *s, struct message *m, const struct name *name,
                                 uint16_t type)
{
    uint8_t hash[NSEC3_HASH_LEN];
    (void)type;
    nsec3_hash(&s->params, name->wire, hash);
    hash_add(hash, 1);
    put_nsec3(m, hash, hash, &s->params, 0, bare_types);
}

/* Its interval would show no more than that it is made up. */
static void below_a_dname_lies_are_hidden(void **state)
{
    (void)state;
    static deny_fn *const lies[] = {deny_the_name, deny_the_hash, deny_by_another_hash};
    struct server s = {.own_types = marked, .params = {.algorithm = 1}, .has_dname = true};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        s.deny = lies[i];
        struct denial_class_verdict verdict = verdict_is(&s, CHAIN_HIDDEN);
        assert_non_null(strstr(verdict.reason, "DNAME"));
        assert_false(verdict.has_wildcard);
    }
    s = (struct server){.deny = deny_by_chain, .names = one_name, .has_dname = true};
    s.fails = DENIAL_CLASS_SERVFAIL;
    s.fails_from = 2; /* the apex is not told of */
    assert_non_null(strstr(verdict_is(&s, CHAIN_HIDDEN).reason, "DNAME"));
}

static void an_apex_with_a_dname_needs_a_proof_of_use(void **state)
{
    (void)state;
    struct server s = {.deny = deny_without_proof,
                       .names = one_name,
                       .params = {.algorithm = 1, .iterations = NSEC3_ITERATIONS_MAX + 1},
                       .has_dname = true};
    assert_non_null(strstr(verdict_is(&s, CHAIN_NO_PROOF).reason, "without NSEC"));
    s.deny = deny_without_signature;
    assert_non_null(strstr(verdict_is(&s, CHAIN_NO_PROOF).reason, "lack signatures"));
    s.deny = deny_by_hashes;
    verdict_is(&s, CHAIN_UNREADABLE);
    s.params.iterations = 0;
    s.deny = deny_by_both;
    verdict_is(&s, CHAIN_MIXED);
}

static void intervals_that_move_are_lies(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_epsilon};
    verdict_is(&s, CHAIN_WHITE_LIES);
    s.deny = deny_by_wide_epsilon;
    verdict_is(&s, CHAIN_WHITE_LIES);
    s.deny = deny_by_a_last_name;
    assert_non_null(strstr(verdict_is(&s, CHAIN_WHITE_LIES).reason, "ends"));
    s.deny = deny_by_minimum;
    assert_non_null(strstr(verdict_is(&s, CHAIN_WHITE_LIES).reason, "of one name"));
    s = (struct server){.deny = deny_narrowly, .params = {.algorithm = 1, .salt_len = 1}};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NARROW_NSEC3);
    assert_int_equal(verdict.queries, 3);
    assert_true(verdict.has_params);
}

/* Many names of odd octets are not let through by everything in between. */
static void silence_for_the_nearest_name_is_a_lies(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_epsilon, .fails = DENIAL_CLASS_SILENT, .fails_from = 2};
    verdict_is(&s, CHAIN_WHITE_LIES);
    s.deny = deny_by_chain;
    s.names = few;
    verdict_is(&s, CHAIN_SILENT);
}

static void long_intervals_without_a_second_name_are_a_chains(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_short_intervals, .params = {.algorithm = 1}, .search_blocks = 100};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_NSEC3);
    assert_non_null(strstr(verdict.reason, "no second name"));
    assert_int_equal(verdict.queries, 3);
}

static void the_name_itself_is_compact(void **state)
{
    (void)state;
    static const uint16_t draft[] = {TYPE_RRSIG, TYPE_NSEC, 65238, 0};
    struct server s = {
        .deny = deny_the_name, .own_types = marked, .knows_nxname = true, .knows_co = true};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_COMPACT);
    assert_int_equal(verdict.queries, 5);
    assert_true(verdict.refuses_nxname);
    assert_true(verdict.honours_co);
    s.knows_nxname = s.knows_co = false;
    s.own_types = draft;
    verdict = verdict_is(&s, CHAIN_COMPACT);
    assert_false(verdict.refuses_nxname);
    assert_false(verdict.honours_co);
    s.own_types = bare_types;
    verdict_is(&s, CHAIN_COMPACT_BARE);
}

static void types_made_up_are_black_lies(void **state)
{
    (void)state;
    static const uint16_t addresses[] = {TYPE_A, TYPE_AAAA, TYPE_RRSIG, TYPE_NSEC, 0};
    /* The type asked for first is the only one: the reply to it looks bare. */
    static const uint16_t one_type[] = {TYPE_A, TYPE_RRSIG, TYPE_NSEC, 0};
    struct server s = {.deny = deny_the_name, .own_types = addresses};
    assert_int_equal(verdict_is(&s, CHAIN_BLACK_LIES).queries, 3);
    s.own_types = one_type;
    verdict_is(&s, CHAIN_BLACK_LIES);
}

static void the_hash_itself_is_compact_too(void **state)
{
    (void)state;
    static const uint16_t nxname[] = {TYPE_NXNAME, 0}, none[] = {0};
    struct server s = {.deny = deny_the_hash, .own_types = nxname, .params = {.algorithm = 1}};
    assert_null(strstr(verdict_is(&s, CHAIN_COMPACT_NSEC3).reason, "without"));
    s.own_types = none;
    assert_non_null(strstr(verdict_is(&s, CHAIN_COMPACT_NSEC3).reason, "without"));
}

static void two_ways_are_mixed(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_chain, .names = few, .other = deny_by_hashes, .params = {.algorithm = 1}};
    verdict_is(&s, CHAIN_MIXED);
    s.other = deny_without_proof;
    verdict_is(&s, CHAIN_MIXED);
    s.deny = deny_without_proof;
    s.other = deny_by_chain;
    verdict_is(&s, CHAIN_MIXED);
    s.deny = deny_the_name;
    s.own_types = marked;
    s.other = deny_by_chain;
    verdict_is(&s, CHAIN_MIXED);
    s = (struct server){.deny = deny_by_both, .names = few, .params = {.algorithm = 1}};
    verdict_is(&s, CHAIN_MIXED);
    s.deny = deny_by_two_chains;
    verdict_is(&s, CHAIN_MIXED);
}

/* The second name finds the chain as it was, the third one does not. */
static void a_chain_that_contradicts_itself_is_mixed(void **state)
{
    (void)state;
    static const char *const other[] = {"example",    "0a.example", "d0.example",
                                        "nn.example", "vz.example", NULL};
    struct server s = {.deny = deny_by_chain, .names = more};
    unsigned mixed = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct server both = s;
        both.other = deny_by_chain;
        both.other_names = other;
        mixed += classify_seeded(both, seed).kind == CHAIN_MIXED ||
                 classify_seeded(both, seed).kind == CHAIN_WHITE_LIES;
    }
    assert_int_equal(mixed, 50);
}

/* Every second reply leaves out a name: one end of the interval stays. */
static void an_end_that_stays_is_no_lie_around_names(void **state)
{
    (void)state;
    static const char *const full[] = {"example", "0.example", "9.example", "zzz.example", NULL};
    static const char *const skips[] = {"example", "0.example", "zzz.example", NULL};
    struct server s = {
        .deny = deny_by_chain, .names = skips, .other = deny_by_chain, .other_names = full};
    unsigned mixed = 0, lies = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        enum chain_kind kind = classify_seeded(s, seed).kind;
        mixed += kind == CHAIN_MIXED;
        lies += kind == CHAIN_WHITE_LIES || kind == CHAIN_NARROW_NSEC3;
    }
    assert_int_equal(lies, 0);
    assert_true(mixed > 40); /* few names are made up where both are the same */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_is_a_chain),
        cmocka_unit_test(a_zone_of_one_name_is_not_a_lie),
        cmocka_unit_test(a_chain_of_hashes_has_parameters),
        cmocka_unit_test(a_wildcards_proof_is_a_chains),
        cmocka_unit_test(a_wildcard_without_proof_is_passed_below),
        cmocka_unit_test(a_dname_at_the_apex_is_a_zone_of_one_name),
        cmocka_unit_test(below_a_dname_lies_are_hidden),
        cmocka_unit_test(an_apex_with_a_dname_needs_a_proof_of_use),
        cmocka_unit_test(intervals_that_move_are_lies),
        cmocka_unit_test(silence_for_the_nearest_name_is_a_lies),
        cmocka_unit_test(long_intervals_without_a_second_name_are_a_chains),
        cmocka_unit_test(the_name_itself_is_compact),
        cmocka_unit_test(types_made_up_are_black_lies),
        cmocka_unit_test(the_hash_itself_is_compact_too),
        cmocka_unit_test(two_ways_are_mixed),
        cmocka_unit_test(a_chain_that_contradicts_itself_is_mixed),
        cmocka_unit_test(an_end_that_stays_is_no_lie_around_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
