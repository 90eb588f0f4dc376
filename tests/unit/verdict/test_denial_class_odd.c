// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial_class.c against servers that change, fail or have no keys. */
#include "tests/unit/verdict/denial_servers.h"

/* Another salt in each reply. */
static void deny_by_rolling_hashes(struct server *s, struct message *m, const struct name *name,
                                   uint16_t type)
{
    s->params.salt[0]++;
    deny_by_hashes(s, m, name, type);
}

static void parameters_that_change_are_mixed(void **state)
{
    (void)state;
    struct server s = {
        .deny = deny_by_rolling_hashes, .names = few, .params = {.algorithm = 1, .salt_len = 1}};
    assert_non_null(strstr(verdict_is(&s, CHAIN_MIXED).reason, "parameters"));
}

/* CLASS, of a server S, up to its search. */
static void run_to_search(struct denial_class *class, struct server *s, uint64_t seed)
{
    static struct message m;
    struct denial_class_question question;
    struct name zone = name_of(ZONE_TEXT);
    denial_class_init(class, zone.wire, seed);
    while (!denial_class_is_searching(class)) {
        assert_int_equal(denial_class_next(class, &question), DENIAL_CLASS_ASK);
        assert_int_equal(ask(s, &question, &m), DENIAL_CLASS_REPLY);
        struct reply reply = message_view(&m);
        denial_class_note(class, DENIAL_CLASS_REPLY, &reply);
    }
}

static void what_one_found_by_hashing_serves_another(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_hashes, .names = few, .params = {.algorithm = 1}};
    struct server other_params = s, other_names = s;
    struct denial_class one, same, others[3];
    struct denial_class_question first, second;
    other_params.params.iterations = 1;
    other_names.names = one_name;
    run_to_search(&one, &s, 1);
    run_to_search(&same, &s, 1);
    run_to_search(&others[0], &s, 2);
    run_to_search(&others[1], &other_params, 1);
    run_to_search(&others[2], &other_names, 1);
    assert_false(denial_class_adopt(&same, &one)); /* nothing is found yet */
    assert_int_equal(denial_class_next(&one, &first), DENIAL_CLASS_ASK);
    for (unsigned i = 0; i < 3; i++) {
        assert_false(denial_class_adopt(&others[i], &one));
        assert_true(denial_class_is_searching(&others[i]));
    }
    assert_true(denial_class_adopt(&same, &one));
    assert_false(denial_class_is_searching(&same));
    assert_int_equal(same.search.number, 0);
    assert_int_equal(denial_class_next(&same, &second), DENIAL_CLASS_ASK);
    assert_true(name_equal(first.name.wire, second.name.wire));
    assert_false(denial_class_adopt(&same, &one)); /* it asks already */
}

/* Each reply is of another version of the zone: tried once more, and given up. */
static void a_zone_that_changes_is_tried_again(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain,
                       .names = few,
                       .other = deny_by_chain,
                       .other_names = more,
                       .serial_step = 1};
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct denial_class_verdict verdict = classify_seeded(s, seed);
        assert_int_equal(verdict.kind, CHAIN_CHANGING);
        assert_int_equal(verdict.queries, 5);
    }
    s.names = more; /* a serial that rises, and a chain that stays */
    assert_int_equal(verdict_is(&s, CHAIN_NSEC).queries, 5);
    s.deny = deny_by_epsilon; /* a liar whose serial rises is not known from it */
    s.other = NULL;
    verdict_is(&s, CHAIN_CHANGING);
}

/* The first denial of one version, all others of the next. */
static void deny_first_by_more(struct server *s, struct message *m, const struct name *name,
                               uint16_t type)
{
    s->names = s->asked == 1 ? more : few;
    s->serial_step = 0;
    deny_by_chain(s, m, name, type);
}

static void a_zone_that_changed_once_is_a_chain(void **state)
{
    (void)state;
    struct server s = {.deny = deny_first_by_more, .names = few, .serial = 1, .serial_step = 1};
    for (uint64_t seed = 1; seed <= 50; seed++) {
        static struct message m;
        struct denial_class class;
        struct denial_class_question question;
        struct server copy = s;
        struct name zone = name_of(ZONE_TEXT);
        denial_class_init(&class, zone.wire, seed);
        while (denial_class_next(&class, &question) == DENIAL_CLASS_ASK) {
            copy.serial_step = copy.asked == 2;
            assert_int_equal(ask(&copy, &question, &m), DENIAL_CLASS_REPLY);
            copy.asked++;
            struct reply reply = message_view(&m);
            denial_class_note(&class, DENIAL_CLASS_REPLY, &reply);
        }
        assert_int_equal(denial_class_verdict(&class)->kind, CHAIN_NSEC);
        assert_int_equal(denial_class_verdict(&class)->queries, 7);
    }
}

static void without_keys_a_zone_is_unsigned(void **state)
{
    (void)state;
    struct server s = {.deny = deny_without_proof, .is_unsigned = true};
    assert_int_equal(verdict_is(&s, CHAIN_UNSIGNED).queries, 3);
    s.has_wildcard = true;
    verdict_is(&s, CHAIN_UNSIGNED);
    s.has_keys = true;
    verdict_is(&s, CHAIN_NO_PROOF);
}

static void records_need_signatures_of_the_zone(void **state)
{
    (void)state;
    struct server s = {.deny = deny_without_proof};
    assert_int_equal(verdict_is(&s, CHAIN_NO_PROOF).queries, 3); /* two names were tried */
    s.deny = deny_without_signature;
    assert_non_null(strstr(verdict_is(&s, CHAIN_NO_PROOF).reason, "lack signatures"));
    s.deny = deny_by_anothers_signature;
    verdict_is(&s, CHAIN_NO_PROOF);
    s.deny = deny_by_expansion;
    assert_non_null(strstr(verdict_is(&s, CHAIN_NO_PROOF).reason, "prove nothing"));
}

/* A signed record of the chain, which begins right behind NAME. */
static void deny_beside(struct server *s, struct message *m, const struct name *name, uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT), owner;
    (void)s;
    (void)type;
    assert_true(canon_next(&owner, name->wire, name_suffix(name->wire, 1)));
    put_nsec(m, &owner, &zone, bare_types);
}

static unsigned beside_at; /* the question, counted from 0, that is denied by such a one */

static void deny_beside_once(struct server *s, struct message *m, const struct name *name,
                             uint16_t type)
{
    (s->asked == beside_at ? deny_beside : deny_by_chain)(s, m, name, type);
}

/* As of a server that sorts odd names wrongly: wrong near them, and a chain elsewhere. */
static void one_record_beside_the_name_is_passed_over(void **state)
{
    (void)state;
    static const unsigned queries[] = {5, 6, 7, 5, 6}; /* by where that is */
    struct server s = {.deny = deny_beside_once, .names = few};
    for (beside_at = 0; beside_at < 5; beside_at++)
        assert_int_equal(verdict_is(&s, CHAIN_NSEC).queries, queries[beside_at]);
    s.deny = deny_by_chain;
    s.other = deny_beside;
    verdict_is(&s, CHAIN_MIXED);
    s.deny = deny_beside;
    assert_int_equal(verdict_is(&s, CHAIN_NO_PROOF).queries, 3);
}

static void parameters_that_are_not_ours_are_not_read(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_hashes,
                       .names = few,
                       .params = {.algorithm = 1, .iterations = NSEC3_ITERATIONS_MAX}};
    s.search_blocks = 1;
    verdict_is(&s, CHAIN_NSEC3);
    s.params.iterations++;
    verdict_is(&s, CHAIN_UNREADABLE);
    s.params.iterations = 0;
    s.flags = 2;
    verdict_is(&s, CHAIN_UNREADABLE);
}

static const struct {
    enum denial_class_answer answer;
    enum chain_kind kind;
} failures[] = {
    {DENIAL_CLASS_REFUSED, CHAIN_REFUSED},         {DENIAL_CLASS_SERVFAIL, CHAIN_FAILING},
    {DENIAL_CLASS_FORMERR, CHAIN_FAILING},         {DENIAL_CLASS_SILENT, CHAIN_SILENT},
    {DENIAL_CLASS_UNREACHABLE, CHAIN_UNREACHABLE}, {DENIAL_CLASS_NO_TCP, CHAIN_UNREACHABLE},
};

/* No answer to the first question: the same one comes without EDNS. */
static void leave_unanswered(struct denial_class *class)
{
    struct denial_class_question question;
    denial_class_note(class, DENIAL_CLASS_SILENT, NULL);
    assert_int_equal(denial_class_next(class, &question), DENIAL_CLASS_ASK);
    assert_true(question.is_plain);
    assert_int_equal(question.type, TYPE_SOA);
    assert_string_equal((const char *)question.name.wire, "\7example");
}

static void servers_that_do_not_answer_say_why(void **state)
{
    (void)state;
    struct denial_class class;
    struct denial_class_question question;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        struct name zone = name_of(ZONE_TEXT);
        denial_class_init(&class, zone.wire, 1);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_ASK);
        assert_int_equal(question.type, TYPE_SOA);
        assert_false(question.is_plain);
        if (failures[i].answer == DENIAL_CLASS_SILENT)
            leave_unanswered(&class);
        denial_class_note(&class, failures[i].answer, NULL);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_DONE);
        assert_int_equal(denial_class_verdict(&class)->kind, failures[i].kind);
        struct server s = {
            .deny = deny_by_chain, .names = few, .fails = failures[i].answer, .fails_from = 1};
        assert_int_equal(verdict_is(&s, failures[i].kind).queries, 2);
        s.fails_from = 3; /* what follows is not needed */
        assert_int_equal(verdict_is(&s, CHAIN_NSEC).queries, 5);
    }
}

static void one_that_drops_edns_is_not_silent(void **state)
{
    (void)state;
    struct server s = {.deny = deny_by_chain, .names = few, .serial = 9, .drops_edns = true};
    struct denial_class_verdict verdict = verdict_is(&s, CHAIN_FAILING);
    assert_non_null(strstr(verdict.reason, "without EDNS"));
    assert_int_equal(verdict.queries, 2);
    assert_int_equal(verdict.serial, 9);
    s.fails_from = 1;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        s.fails = failures[i].answer;
        assert_int_equal(verdict_is(&s, failures[i].kind).queries, 2);
    }
}

static void a_server_without_the_zone_is_lame(void **state)
{
    (void)state;
    static struct message m;
    struct denial_class class;
    struct denial_class_question question;
    struct name zone = name_of(ZONE_TEXT);
    for (unsigned times = 0; times < 6; times++) {
        unsigned i = times % 3;
        denial_class_init(&class, zone.wire, 1);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_ASK);
        if (times >= 3)
            leave_unanswered(&class);
        message_begin(&m, ZONE_TEXT, TYPE_SOA, i == 0 ? RCODE_NXDOMAIN : RCODE_NOERROR);
        if (i > 0)
            put_soa(&m, i == 1 ? IN_AUTHORITY : IN_ANSWER, 1);
        if (i < 2)
            message_set_flags(&m, 0x0400);
        struct reply reply = message_view(&m);
        denial_class_note(&class, DENIAL_CLASS_REPLY, &reply);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_DONE);
        assert_int_equal(denial_class_verdict(&class)->kind, CHAIN_LAME);
    }
}

/* Six octets of a label are the least that nobody has. */
static void a_zone_may_leave_no_room(void **state)
{
    (void)state;
    static struct message m;
    for (unsigned len = 240; len <= NAME_WIRE_MAX; len++) {
        struct denial_class class;
        struct denial_class_question question;
        uint8_t zone[NAME_WIRE_MAX] = {63, [64] = 63, [128] = 63, [192] = (uint8_t)(len - 194)};
        zone[len - 1] = 0;
        assert_int_equal(name_len(zone), len);
        denial_class_init(&class, zone, 1);
        assert_int_equal(denial_class_next(&class, &question), DENIAL_CLASS_ASK);
        message_begin(&m, "x", TYPE_SOA, 0);
        message_set_flags(&m, 0x0400);
        struct name owner = {.len = (uint8_t)len};
        memcpy(owner.wire, zone, len);
        put_record(&m, IN_ANSWER, &owner, TYPE_SOA, (uint8_t[22]){0}, 22);
        struct reply reply = message_view(&m);
        denial_class_note(&class, DENIAL_CLASS_REPLY, &reply);
        assert_int_equal(denial_class_next(&class, &question),
                         len + 7 <= NAME_WIRE_MAX ? DENIAL_CLASS_ASK : DENIAL_CLASS_DONE);
        assert_int_equal(denial_class_verdict(&class)->kind, CHAIN_UNKNOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_that_change_are_mixed),
        cmocka_unit_test(what_one_found_by_hashing_serves_another),
        cmocka_unit_test(a_zone_that_changes_is_tried_again),
        cmocka_unit_test(a_zone_that_changed_once_is_a_chain),
        cmocka_unit_test(without_keys_a_zone_is_unsigned),
        cmocka_unit_test(records_need_signatures_of_the_zone),
        cmocka_unit_test(one_record_beside_the_name_is_passed_over),
        cmocka_unit_test(parameters_that_are_not_ours_are_not_read),
        cmocka_unit_test(servers_that_do_not_answer_say_why),
        cmocka_unit_test(one_that_drops_edns_is_not_silent),
        cmocka_unit_test(a_server_without_the_zone_is_lame),
        cmocka_unit_test(a_zone_may_leave_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
