// SPDX-License-Identifier: BSD-2-Clause
/* verdict/wildcard.c: what operators that lie, alone or in turns, come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/wildcard_sim.h"

static void one_lie_of_nxdomain_does_not_hide_a_wildcard(void **unused)
{
    (void)unused;
    sim_start(18, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 1}}, 1);
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    (void)judge("www.zone.test", &data, 1);
    take_probes();
    assert_int_equal(sim.flight[0].type, TYPE_A);
    (void)land(0, WILDCARD_PROBE_NXDOMAIN, true);
    assert_int_equal(settle("www.zone.test", &data, 1).judgement, WILDCARD_YES);
}

static void one_lie_of_data_does_not_make_a_wildcard_of_all(void **unused)
{
    (void)unused;
    sim_start(19, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 1, 1), lie = data_of(TYPE_A, 66, 1);
    (void)judge("www.zone.test", &data, 1);
    take_probes();
    struct wildcard_probe probe = sim.flight[0];
    memmove(sim.flight, sim.flight + 1, --sim.flight_count * sizeof probe);
    (void)end_probe(&probe, WILDCARD_PROBE_DATA, &lie);
    assert_int_equal(settle("www.zone.test", &data, 1).judgement, WILDCARD_NO);
}

static void one_operator_alone_makes_no_parent_clean(void **unused)
{
    (void)unused;
    sim_start(31, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    (void)judge("www.zone.test", &data, 1);
    for (unsigned i = 0; i < 9; i++) { /* the first three types, then one after the other */
        take_probes();
        (void)land_by(7, WILDCARD_PROBE_NXDOMAIN, 5);
        assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_WAIT);
    }
    take_probes();
    assert_true(land_by(8, WILDCARD_PROBE_NXDOMAIN, 5));
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_NO);
    assert_int_equal(sim.sent, 10);
}

static void where_one_operator_is_all_there_is_its_word_is_enough(void **unused)
{
    (void)unused;
    sim_start(32, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    (void)judge("www.zone.test", &data, 1);
    take_probes();
    for (unsigned i = 0; i < 3; i++)
        (void)land_by(7, WILDCARD_PROBE_NXDOMAIN, 1);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_NO);
    assert_int_equal(sim.sent, 3);
}

static void data_by_one_and_denial_by_others_is_clean_after_one_more(void **unused)
{
    (void)unused;
    sim_start(33, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 66, 1);
    (void)judge("www.zone.test", &data, 1);
    take_probes();
    (void)land_by(1, WILDCARD_PROBE_DATA, 9);
    (void)land_by(2, WILDCARD_PROBE_NXDOMAIN, 9);
    (void)land_by(3, WILDCARD_PROBE_NXDOMAIN, 9);
    take_probes();
    assert_int_equal(sim.flight_count, 1);
    (void)land_by(4, WILDCARD_PROBE_NXDOMAIN, 9);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_NO);
    assert_int_equal(sim.sent, 4);
    struct wildcard_liar liar;
    assert_true(wildcards_next_liar(sim.w, &liar));
    assert_int_equal(liar.resolver, 101);
    assert_int_equal(liar.hash, datum(TYPE_A, 66));
    assert_false(wildcards_next_liar(sim.w, &liar));
}

static void a_parent_with_made_up_data_alone_is_probed_anew(void **unused)
{
    (void)unused;
    sim_start(34, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 66, 1);
    (void)judge("www.zone.test", &data, 1);
    take_probes();
    for (uint32_t op = 0; sim.flight_count; op++)
        (void)land_by(op, WILDCARD_PROBE_DATA, 9);
    struct wildcard_liar liar;
    assert_false(wildcards_next_liar(sim.w, &liar));
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_YES);
    for (uint16_t type = 0; type < 3; type++) {
        static const uint16_t types[] = {TYPE_A, TYPE_AAAA, TYPE_CNAME};
        wildcards_distrust(sim.w, datum(types[type], 66));
    }
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_WAIT);
    take_probes();
    (void)land_by(9, WILDCARD_PROBE_DATA, 9); /* brings it again: lost */
    assert_int_equal(settle("www.zone.test", &data, 1).judgement, WILDCARD_NO);
}

static void a_wildcard_keeps_its_own_data_beside_made_up_ones(void **unused)
{
    (void)unused;
    sim_start(35, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 7}}, 1);
    struct wildcard_data fits = data_of(TYPE_A, 7, 1), lie = data_of(TYPE_A, 66, 1);
    (void)judge("aaa.zone.test", &fits, 1);
    take_probes();
    (void)land_by(1, WILDCARD_PROBE_DATA, 9);
    assert_int_equal(settle("aaa.zone.test", &fits, 1).judgement, WILDCARD_YES);
    wildcards_distrust(sim.w, lie.hashes[0]);
    assert_int_equal(settle("aaa.zone.test", &fits, 1).judgement, WILDCARD_YES);
    assert_int_equal(settle("bbb.zone.test", &lie, 1).judgement, WILDCARD_NO);
}

static void data_of_three_operators_stay_though_a_liar_uses_them(void **unused)
{
    (void)unused;
    for (unsigned operators = 2; operators <= 3; operators++) {
        sim_start(36, NULL, 0);
        struct wildcard_data data = data_of(TYPE_A, 66, 1);
        data.op = 77;
        (void)judge("www.zone.test", &data, 1);
        for (uint32_t turn = 0; turn < 100; turn++) { /* two or three that take turns */
            take_probes();
            if (!sim.flight_count)
                break;
            (void)land_by(
                turn % operators,
                sim.flight[0].type == TYPE_A ? WILDCARD_PROBE_DATA : WILDCARD_PROBE_NODATA, 9);
        }
        assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_YES);
        wildcards_distrust(sim.w, data.hashes[0]);
        assert_int_equal(judge("www.zone.test", &data, 1).judgement,
                         operators < 3 ? WILDCARD_WAIT : WILDCARD_YES);
    }
}

/* Lands all of TYPE with made-up data, by operators that take turns; the others find none. */
static void land_all(uint16_t type, uint32_t operators)
{
    for (uint32_t turn = 0; turn < 1000; turn++) {
        take_probes();
        if (!sim.flight_count)
            return;
        bool is_type = sim.flight[0].type == type;
        (void)land_by(is_type ? turn % operators : 100 + turn,
                      is_type ? WILDCARD_PROBE_DATA : WILDCARD_PROBE_NODATA, 9);
    }
}

static void what_was_made_up_before_takes_three_operators(void **unused)
{
    (void)unused;
    struct wildcard_data data = data_of(TYPE_A, 66, 1);
    data.op = 77;
    sim_start(37, NULL, 0);
    wildcards_distrust(sim.w, data.hashes[0]);
    (void)judge("www.zone.test", &data, 1);
    land_all(TYPE_A, 1);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_POSSIBLE);
    sim_start(38, NULL, 0);
    wildcards_distrust(sim.w, data.hashes[0]);
    (void)judge("www.zone.test", &data, 1);
    land_all(TYPE_A, 50);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_YES);
}

static void operators_are_counted_below_one_parent(void **unused)
{
    (void)unused;
    struct wildcard_data data = data_of(TYPE_A, 66, 1);
    char name[64];
    sim_start(39, NULL, 0);
    wildcards_distrust(sim.w, data.hashes[0]);
    for (uint32_t i = 0; i < 9; i++) { /* each of another operator, one under each parent */
        snprintf(name, sizeof name, "www.s%u.zone.test", i);
        struct name wire = name_of(name);
        (void)judge_in(wire.wire, 3, &data, 1);
        take_probes();
        (void)land_by(i, WILDCARD_PROBE_DATA, 9);
        for (uint32_t op = 100; sim.flight_count; op++, take_probes())
            (void)land_by(op, WILDCARD_PROBE_NXDOMAIN, 9);
        assert_int_equal(judge_in(wire.wire, 3, &data, 1).judgement, WILDCARD_NO);
    }
    data.op = 77;
    (void)judge("www.zone.test", &data, 1);
    land_all(TYPE_A, 1);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_POSSIBLE);
}

static void what_only_its_sender_knows_explains_nothing(void **unused)
{
    (void)unused;
    sim_start(40, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 7}}, 1);
    struct wildcard_data made = data_of(TYPE_A, 7, 1), lie = data_of(TYPE_A, 66, 1);
    struct wildcard_data again[] = {lie, data_of(TYPE_A, 1, 1), data_of(TYPE_A, 1, 1)};
    made.op = 500;
    again[0].op = 900;
    again[1].op = 501;
    again[2].op = 502;
    (void)judge("aaa.zone.test", &made, 1);
    take_probes();
    (void)land_by(900, WILDCARD_PROBE_DATA, 9); /* the liar answers one of the probes */
    assert_int_equal(settle("aaa.zone.test", &made, 1).judgement, WILDCARD_YES);
    sim.asks = 1;
    assert_int_equal(judge("host.zone.test", again, 1).judgement, WILDCARD_ASK);
    sim.asks = 0; /* nobody else says anything */
    assert_int_equal(judge("host.zone.test", again, 1).judgement, WILDCARD_YES);
    assert_int_equal(settle("host.zone.test", again, 3).judgement, WILDCARD_NO);
    assert_int_equal(judge("host.zone.test", again, 2).judgement, WILDCARD_POSSIBLE);
    again[0].op = 901; /* two give it: it is the wildcard's */
    assert_int_equal(judge("host.zone.test", again, 1).judgement, WILDCARD_YES);
}

static void end_all(uint32_t *op, enum wildcard_probe_result a)
{
    for (take_probes(); sim.flight_count > 0; take_probes()) {
        bool is_a = sim.flight[0].type == TYPE_A;
        enum wildcard_probe_result other =
            a == WILDCARD_PROBE_DATA ? WILDCARD_PROBE_NODATA : WILDCARD_PROBE_NXDOMAIN;
        (void)land_by((*op)++, is_a ? a : other, 100);
    }
}

static void what_many_say_goes_before_what_probes_found(void **unused)
{
    (void)unused;
    sim_start(31, NULL, 0);
    const struct name zone = name_of("zone.test");
    const struct wildcard_data data = data_of(TYPE_A, 66, 1);
    uint32_t op = 1;
    (void)judge("www.zone.test", &data, 1);
    end_all(&op, WILDCARD_PROBE_NXDOMAIN);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_NO);
    assert_int_equal(wildcards_tell(sim.w, zone.wire, true), 0);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_WAIT);
    end_all(&op, WILDCARD_PROBE_DATA);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_YES);
    unsigned sent = sim.sent;
    assert_int_equal(wildcards_tell(sim.w, zone.wire, true), 0);
    end_all(&op, WILDCARD_PROBE_DATA);
    assert_int_equal(sim.sent, sent); /* known already */
    assert_int_equal(wildcards_tell(sim.w, zone.wire, false), 0);
    end_all(&op, WILDCARD_PROBE_NXDOMAIN);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_NO);
}

static void votes_are_as_good_as_probes(void **unused)
{
    (void)unused;
    sim_start(32, NULL, 0);
    const struct name zone = name_of("zone.test"), other = name_of("other.test");
    const struct wildcard_data data = data_of(TYPE_A, 66, 1);
    uint32_t op = 1;
    assert_int_equal(wildcards_tell(sim.w, zone.wire, true), 0);
    for (; op < 100; op++) { /* more than probes there are */
        const struct wildcard_reply reply = {
            .result = WILDCARD_PROBE_DATA, .data = &data, .op = op, .operators = 100};
        wildcards_witness(sim.w, zone.wire, &reply);
        wildcards_witness(sim.w, other.wire, &reply); /* nobody asked */
    }
    end_all(&op, WILDCARD_PROBE_NXDOMAIN); /* those that deny are the first to be asked */
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_many_say_goes_before_what_probes_found),
        cmocka_unit_test(votes_are_as_good_as_probes),
        cmocka_unit_test(one_lie_of_nxdomain_does_not_hide_a_wildcard),
        cmocka_unit_test(one_lie_of_data_does_not_make_a_wildcard_of_all),
        cmocka_unit_test(one_operator_alone_makes_no_parent_clean),
        cmocka_unit_test(where_one_operator_is_all_there_is_its_word_is_enough),
        cmocka_unit_test(data_by_one_and_denial_by_others_is_clean_after_one_more),
        cmocka_unit_test(a_parent_with_made_up_data_alone_is_probed_anew),
        cmocka_unit_test(a_wildcard_keeps_its_own_data_beside_made_up_ones),
        cmocka_unit_test(data_of_three_operators_stay_though_a_liar_uses_them),
        cmocka_unit_test(what_was_made_up_before_takes_three_operators),
        cmocka_unit_test(operators_are_counted_below_one_parent),
        cmocka_unit_test(what_only_its_sender_knows_explains_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, sim_stop);
}
