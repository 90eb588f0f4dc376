// SPDX-License-Identifier: BSD-2-Clause
/* verdict/retry.c: what to do after a failed try. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/retry.h"

#define MS(n) ((n)*NS_PER_MS)

static const struct retry_resolver honest = {
    .operator_index = 1, .is_good_standing = true, .usable_count = 10};

static struct retry_resolver honest_number(uint32_t operator_index, uint32_t usable_count)
{
    struct retry_resolver r = honest;
    r.operator_index = operator_index;
    r.usable_count = usable_count;
    return r;
}

/* One try by RESOLVER that ended with CAUSE. */
static struct retry_decision try_once(struct retry_state *state, enum retry_cause cause,
                                      struct retry_resolver resolver, uint32_t tries_max)
{
    retry_note_sent(state, resolver.operator_index);
    return retry_decide(state, cause, &resolver, tries_max);
}

static void assert_decision(struct retry_decision d, enum retry_action action, mono_ns delay,
                            const char *reason)
{
    assert_int_equal(d.action, action);
    assert_int_equal(d.delay, delay);
    assert_string_equal(d.reason, reason);
}

static void silence_goes_elsewhere_at_once_every_time(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    for (uint32_t i = 0; i < 4; i++)
        assert_decision(try_once(&state, RETRY_TIMEOUT, honest_number(i, 10), 9), RETRY_ELSEWHERE,
                        0, "timeout");
    assert_int_equal(state.tries, 4);
    assert_int_equal(state.causes[RETRY_TIMEOUT], 4);
}

static void the_first_unreachable_goes_on_at_once_the_next_ones_pause(void **unused)
{
    (void)unused;
    static const mono_ns pauses[] = {0, 20 * NS_PER_MS, 40 * NS_PER_MS, 80 * NS_PER_MS};
    struct retry_state state = {0};
    for (uint32_t i = 0; i < 4; i++)
        assert_decision(try_once(&state, RETRY_UNREACHABLE, honest_number(i, 10), 9),
                        RETRY_ELSEWHERE, pauses[i], "unreachable");
    assert_int_equal(state.causes[RETRY_UNREACHABLE], 4);
}

static void pauses_double_up_to_one_second(void **unused)
{
    (void)unused;
    static const struct {
        enum retry_cause cause;
        const char *reason;
    } cases[] = {{RETRY_REFUSED, "refused"},       {RETRY_NOTIMP, "notimp"},
                 {RETRY_STRANGE, "strange rcode"}, {RETRY_FORMERR, "formerr"},
                 {RETRY_TCP_FAILED, "tcp failed"}, {RETRY_LAME, "not authoritative"}};
    static const mono_ns pauses_ms[] = {20, 40, 80, 160, 320, 640, 1000, 1000};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct retry_state state = {0};
        for (size_t i = 0; i < 8; i++)
            assert_decision(try_once(&state, cases[c].cause, honest, 99), RETRY_ELSEWHERE,
                            MS(pauses_ms[i]), cases[c].reason);
    }
}

static void each_cause_has_its_own_pause(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    assert_int_equal(try_once(&state, RETRY_REFUSED, honest, 99).delay, MS(20));
    assert_int_equal(try_once(&state, RETRY_SERVFAIL, honest, 99).delay, MS(50));
    assert_int_equal(try_once(&state, RETRY_REFUSED, honest, 99).delay, MS(40));
    assert_int_equal(try_once(&state, RETRY_SERVFAIL, honest, 99).delay, MS(100));
}

static void eight_servfail_tries_span_more_than_three_seconds(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    mono_ns sum = 0;
    for (int i = 0; i < 7; i++) {
        struct retry_decision d = try_once(&state, RETRY_SERVFAIL, honest, 8);
        assert_int_equal(d.action, RETRY_ELSEWHERE);
        sum += d.delay;
    }
    assert_true(sum > 3 * NS_PER_S && sum < 5 * NS_PER_S);
}

static void truncated_by_udp_goes_to_tcp_at_once(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    struct retry_resolver r = honest;
    assert_decision(try_once(&state, RETRY_TRUNCATED, r, 8), RETRY_SAME_BY_TCP, 0, "truncated");
    r.sent_by_tcp = true;
    assert_int_equal(try_once(&state, RETRY_TRUNCATED, r, 8).action, RETRY_ELSEWHERE);
}

static void formerr_drops_edns_once(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    struct retry_resolver r = honest;
    r.sent_with_edns = true;
    assert_decision(try_once(&state, RETRY_FORMERR, r, 8), RETRY_SAME_WITHOUT_EDNS, 0, "formerr");
    r.sent_with_edns = false;
    assert_int_equal(try_once(&state, RETRY_FORMERR, r, 8).action, RETRY_ELSEWHERE);
}

static void a_single_try_may_still_be_carried_on_by_tcp(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    struct retry_resolver r = honest;
    assert_int_equal(try_once(&state, RETRY_TRUNCATED, r, 1).action, RETRY_SAME_BY_TCP);
    r.sent_by_tcp = true;
    assert_decision(try_once(&state, RETRY_TIMEOUT, r, 1), RETRY_END_UNRESOLVED, 0, "timeout");
}

static void formerr_and_tc_in_turn_do_not_go_on_for_ever(void **unused)
{
    (void)unused;
    for (uint32_t tries_max = 0; tries_max < 600; tries_max = tries_max * 2 + 1) {
        struct retry_state state = {0};
        struct retry_resolver r = honest;
        r.sent_with_edns = true;
        unsigned sent = 0;
        for (bool is_tc = false; sent < 1000; is_tc = !is_tc) {
            sent++;
            if (try_once(&state, is_tc ? RETRY_TRUNCATED : RETRY_FORMERR, r, tries_max).action ==
                RETRY_END_UNRESOLVED)
                break;
        }
        unsigned bound = tries_max < 253 ? tries_max : 253;
        assert_in_range(sent, 1, bound + 2);
    }
}

static void the_end_comes_with_the_last_try_and_its_cause(void **unused)
{
    (void)unused;
    static const char *const reasons[RETRY_CAUSE_COUNT] = {
        "timeout", "unreachable", "refused",       "servfail",   "truncated",
        "formerr", "notimp",      "strange rcode", "tcp failed", "not authoritative"};
    for (int cause = 0; cause < RETRY_CAUSE_COUNT; cause++) {
        struct retry_state state = {0};
        struct retry_resolver r = honest;
        r.sent_by_tcp = true; /* TC goes elsewhere too */
        r.is_good_standing = false;
        for (uint32_t i = 1; i < 8; i++)
            assert_int_equal(try_once(&state, (enum retry_cause)cause, r, 8).action,
                             RETRY_ELSEWHERE);
        assert_decision(try_once(&state, (enum retry_cause)cause, r, 8), RETRY_END_UNRESOLVED, 0,
                        reasons[cause]);
    }
}

static void three_operators_in_good_standing_agree_on_servfail(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    assert_int_equal(try_once(&state, RETRY_SERVFAIL, honest_number(7, 3), 8).action,
                     RETRY_ELSEWHERE);
    assert_int_equal(try_once(&state, RETRY_SERVFAIL, honest_number(8, 3), 8).action,
                     RETRY_ELSEWHERE);
    assert_decision(try_once(&state, RETRY_SERVFAIL, honest_number(9, 3), 8), RETRY_END_SERVFAIL, 0,
                    "servfail");
}

static void agreement_stands_beside_silence_and_refusals(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    (void)try_once(&state, RETRY_TIMEOUT, honest_number(6, 10), 8);
    (void)try_once(&state, RETRY_REFUSED, honest_number(5, 10), 8);
    (void)try_once(&state, RETRY_SERVFAIL, honest_number(7, 10), 8);
    (void)try_once(&state, RETRY_SERVFAIL, honest_number(8, 10), 8);
    assert_int_equal(try_once(&state, RETRY_SERVFAIL, honest_number(9, 10), 8).action,
                     RETRY_END_SERVFAIL);
}

static void the_same_operator_votes_once(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(try_once(&state, RETRY_SERVFAIL, honest_number(i % 2, 10), 8).action,
                         RETRY_ELSEWHERE);
    assert_int_equal(state.servfail_count, 2);
    assert_int_equal(state.causes[RETRY_SERVFAIL], 5);
}

static void bad_standing_never_votes(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    for (uint32_t i = 0; i < 7; i++) {
        struct retry_resolver r = honest_number(i, 10);
        r.is_good_standing = false;
        assert_int_equal(try_once(&state, RETRY_SERVFAIL, r, 8).action, RETRY_ELSEWHERE);
    }
    assert_int_equal(state.servfail_count, 0);
    struct retry_resolver last = honest_number(7, 10);
    last.is_good_standing = false;
    assert_decision(try_once(&state, RETRY_SERVFAIL, last, 8), RETRY_END_UNRESOLVED, 0, "servfail");
}

/* Tries by operators 0..USABLE-1 in turn, all SERVFAIL but the first, which ends
 * with FIRST; the final action. */
static enum retry_action end_after(uint32_t usable, enum retry_cause first)
{
    struct retry_state state = {0};
    for (uint32_t i = 0;; i++) {
        struct retry_resolver r = honest_number(i % usable, usable);
        r.sent_by_tcp = true;
        enum retry_action action = try_once(&state, i ? RETRY_SERVFAIL : first, r, 8).action;
        if (action != RETRY_ELSEWHERE) {
            assert_int_equal(i, usable >= RETRY_SERVFAIL_AGREE && state.servfail_count == 3
                                    ? (first == RETRY_SERVFAIL ? 2 : 3)
                                    : 7);
            return action;
        }
    }
}

static void few_resolvers_agree_only_when_the_tries_are_used_up(void **unused)
{
    (void)unused;
    assert_int_equal(end_after(1, RETRY_SERVFAIL), RETRY_END_SERVFAIL);
    assert_int_equal(end_after(2, RETRY_SERVFAIL), RETRY_END_SERVFAIL);
    assert_int_equal(end_after(3, RETRY_SERVFAIL), RETRY_END_SERVFAIL);
}

static void silence_is_no_word_against_servfail_but_others_are(void **unused)
{
    (void)unused;
    for (uint32_t usable = 1; usable <= 2; usable++) {
        assert_int_equal(end_after(usable, RETRY_TIMEOUT), RETRY_END_SERVFAIL);
        assert_int_equal(end_after(usable, RETRY_UNREACHABLE), RETRY_END_SERVFAIL);
        assert_int_equal(end_after(usable, RETRY_TCP_FAILED), RETRY_END_SERVFAIL);
        assert_int_equal(end_after(usable, RETRY_FORMERR), RETRY_END_SERVFAIL);
        assert_int_equal(end_after(usable, RETRY_REFUSED), RETRY_END_UNRESOLVED);
        assert_int_equal(end_after(usable, RETRY_TRUNCATED), RETRY_END_UNRESOLVED);
        assert_int_equal(end_after(usable, RETRY_NOTIMP), RETRY_END_UNRESOLVED);
        assert_int_equal(end_after(usable, RETRY_STRANGE), RETRY_END_UNRESOLVED);
        assert_int_equal(end_after(usable, RETRY_LAME), RETRY_END_UNRESOLVED);
    }
}

static void a_usable_operator_that_was_silent_keeps_the_name_unresolved(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    for (uint32_t i = 0; i < 7; i++)
        (void)try_once(&state, i % 2 ? RETRY_TIMEOUT : RETRY_SERVFAIL, honest_number(i % 2, 2), 8);
    assert_int_equal(try_once(&state, RETRY_TIMEOUT, honest_number(1, 2), 8).action,
                     RETRY_END_UNRESOLVED);
}

static void silence_alone_is_never_servfail(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    struct retry_resolver r = honest_number(0, 0); /* nobody usable any more */
    assert_int_equal(try_once(&state, RETRY_TIMEOUT, r, 1).action, RETRY_END_UNRESOLVED);
}

static void counts_saturate(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    for (int i = 0; i < 300; i++)
        (void)try_once(&state, RETRY_TIMEOUT, honest, UINT32_MAX);
    assert_int_equal(state.tries, UINT8_MAX);
    assert_int_equal(state.causes[RETRY_TIMEOUT], UINT8_MAX);
    assert_int_equal(try_once(&state, RETRY_TIMEOUT, honest, UINT32_MAX).action,
                     RETRY_END_UNRESOLVED);
}

static void the_newest_eight_operators_are_remembered(void **unused)
{
    (void)unused;
    struct retry_state state = {0};
    assert_false(retry_has_seen(&state, 0));
    for (uint32_t i = 0; i < RETRY_SEEN_MAX; i++)
        retry_note_sent(&state, i);
    for (uint32_t i = 0; i < RETRY_SEEN_MAX; i++)
        assert_true(retry_has_seen(&state, i));
    retry_note_sent(&state, 0); /* again: now the newest */
    assert_int_equal(state.seen_count, RETRY_SEEN_MAX);
    retry_note_sent(&state, 100);
    assert_true(retry_has_seen(&state, 0));
    assert_false(retry_has_seen(&state, 1));
    assert_true(retry_has_seen(&state, 2));
    assert_true(retry_has_seen(&state, 100));
    assert_int_equal(state.seen[RETRY_SEEN_MAX - 1], 100);
    retry_note_sent(&state, 5); /* again: nobody is forgotten for it */
    assert_true(retry_has_seen(&state, 2));
    assert_int_equal(state.seen[RETRY_SEEN_MAX - 1], 5);
    assert_int_equal(state.seen[RETRY_SEEN_MAX - 2], 100);
    assert_int_equal(state.tries, RETRY_SEEN_MAX + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_goes_elsewhere_at_once_every_time),
        cmocka_unit_test(the_first_unreachable_goes_on_at_once_the_next_ones_pause),
        cmocka_unit_test(pauses_double_up_to_one_second),
        cmocka_unit_test(each_cause_has_its_own_pause),
        cmocka_unit_test(eight_servfail_tries_span_more_than_three_seconds),
        cmocka_unit_test(truncated_by_udp_goes_to_tcp_at_once),
        cmocka_unit_test(formerr_drops_edns_once),
        cmocka_unit_test(a_single_try_may_still_be_carried_on_by_tcp),
        cmocka_unit_test(formerr_and_tc_in_turn_do_not_go_on_for_ever),
        cmocka_unit_test(the_end_comes_with_the_last_try_and_its_cause),
        cmocka_unit_test(three_operators_in_good_standing_agree_on_servfail),
        cmocka_unit_test(agreement_stands_beside_silence_and_refusals),
        cmocka_unit_test(the_same_operator_votes_once),
        cmocka_unit_test(bad_standing_never_votes),
        cmocka_unit_test(few_resolvers_agree_only_when_the_tries_are_used_up),
        cmocka_unit_test(silence_is_no_word_against_servfail_but_others_are),
        cmocka_unit_test(a_usable_operator_that_was_silent_keeps_the_name_unresolved),
        cmocka_unit_test(silence_alone_is_never_servfail),
        cmocka_unit_test(counts_saturate),
        cmocka_unit_test(the_newest_eight_operators_are_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
