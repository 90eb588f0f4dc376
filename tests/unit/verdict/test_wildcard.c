// SPDX-License-Identifier: BSD-2-Clause
/* verdict/wildcard.c: which probes are wanted, and what their ends come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/wildcard_sim.h"

static void a_name_without_data_or_at_the_apex_needs_no_probe(void **unused)
{
    (void)unused;
    sim_start(1, NULL, 0);
    struct wildcard_data none = {.type = TYPE_A}, some = data_of(TYPE_A, 1, 1);
    assert_int_equal(judge("www.zone.test", &none, 1).judgement, WILDCARD_NO);
    assert_int_equal(judge("www.zone.test", NULL, 0).judgement, WILDCARD_NO);
    assert_int_equal(judge("zone.test", &some, 1).judgement, WILDCARD_NO);
    take_probes();
    assert_int_equal(sim.sent, 0);
}

static void a_clean_parent_costs_one_probe_a_type_and_is_remembered(void **unused)
{
    (void)unused;
    sim_start(2, NULL, 0);
    assert_int_equal(judged_a("www.zone.test", 1, 1), WILDCARD_NO);
    assert_int_equal(sim.sent, 3);
    assert_int_equal(sim.sent_by_type[TYPE_A], 1);
    assert_int_equal(sim.sent_by_type[TYPE_AAAA], 1);
    assert_int_equal(sim.sent_by_type[TYPE_CNAME], 1);
    assert_int_equal(judged_a("ftp.zone.test", 2, 1), WILDCARD_NO);
    struct name upper = {.len = 15, .wire = "\3FTP\4Zone\4TEST"};
    struct wildcard_data data = data_of(TYPE_A, 2, 1);
    struct wildcard_finding f = judge_in(upper.wire, ZONE_LABELS, &data, 1);
    assert_int_equal(f.judgement, WILDCARD_NO);
    take_probes();
    assert_int_equal(sim.sent, 3);
}

static void asked_types_are_probed_besides_and_none_twice(void **unused)
{
    (void)unused;
    sim_start(3, NULL, 0);
    wildcards_destroy(sim.w);
    const uint16_t types[] = {TYPE_TXT, TYPE_CNAME, TYPE_TXT};
    assert_int_equal(wildcards_create(&sim.w, &sim.probe_rng, types, 3), 0);
    assert_int_equal(judged_a("www.zone.test", 1, 1), WILDCARD_NO);
    assert_int_equal(sim.sent, 4);
    assert_int_equal(sim.sent_by_type[TYPE_TXT], 1);
}

static void a_cname_is_asked_for_only_where_it_is_an_asked_type(void **unused)
{
    (void)unused;
    sim_start(3, NULL, 0);
    wildcards_destroy(sim.w);
    const uint16_t types[] = {TYPE_A, TYPE_AAAA};
    assert_int_equal(wildcards_create(&sim.w, &sim.probe_rng, types, 2), 0);
    assert_int_equal(judged_a("www.zone.test", 1, 1), WILDCARD_NO);
    assert_int_equal(sim.sent, 2);
    assert_int_equal(sim.sent_by_type[TYPE_CNAME], 0);
}

static void probes_are_random_labels_under_the_parent(void **unused)
{
    (void)unused;
    sim_start(4, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    struct name parent = name_of("zone.test");
    bool has_len[64] = {false};
    for (unsigned i = 0; i < 200; i++) {
        sim_start(i, NULL, 0);
        (void)judge("www.zone.test", &data, 1);
        take_probes();
        assert_int_equal(sim.flight_count, 3);
        for (unsigned p = 0; p < 3; p++) {
            const struct name *name = &sim.flight[p].name;
            unsigned len = name->wire[0];
            assert_in_range(len, 12, 16);
            has_len[len] = true;
            assert_int_equal(name->len, name_len(name->wire));
            assert_true(name_equal(name_parent(name->wire), parent.wire));
            assert_in_range(name->wire[1], 'a', 'z');
            for (unsigned c = 2; c <= len; c++)
                assert_true((name->wire[c] >= 'a' && name->wire[c] <= 'z') ||
                            (name->wire[c] >= '0' && name->wire[c] <= '9'));
            assert_false(name_equal(name->wire, sim.flight[(p + 1) % 3].name.wire));
        }
    }
    for (unsigned len = 12; len <= 16; len++)
        assert_true(has_len[len]);
}

static void nothing_above_the_apex_is_probed(void **unused)
{
    (void)unused;
    sim_start(13, (struct rule[]){{"test", TYPE_A, 1, 1, .base = 1}}, 1);
    struct wildcard_data data = data_of(TYPE_A, 99, 1);
    struct name zone = name_of("zone.test");
    (void)judge("a.b.zone.test", &data, 1);
    for (unsigned turn = 0; turn < 100; turn++) {
        take_probes();
        if (!sim.flight_count)
            break;
        assert_true(name_is_under(name_parent(sim.flight[0].name.wire), zone.wire));
        (void)land(0, 0, false);
        (void)judge("a.b.zone.test", &data, 1);
    }
}

static void a_lost_probe_is_asked_again_with_another_label(void **unused)
{
    (void)unused;
    sim_start(14, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    (void)judge("www.zone.test", &data, 1);
    for (unsigned lost = 1; lost <= 3; lost++) {
        take_probes();
        unsigned i = 0;
        while (sim.flight[i].type != TYPE_A)
            i++;
        struct name before = sim.flight[i].name;
        assert_false(land(i, WILDCARD_PROBE_LOST, true));
        take_probes();
        unsigned again = 0;
        for (unsigned p = 0; p < sim.flight_count; p++) {
            again += sim.flight[p].type == TYPE_A;
            assert_false(name_equal(sim.flight[p].name.wire, before.wire));
        }
        assert_int_equal(again, 1);
    }
    while (sim.flight_count)
        (void)land(0, 0, false);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_NO);
    assert_int_equal(sim.sent_by_type[TYPE_A], 4);
}

static void four_losses_make_the_parent_unknown_never_clean(void **unused)
{
    (void)unused;
    sim_start(15, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    (void)judge("www.zone.test", &data, 1);
    land_round(TYPE_A, WILDCARD_PROBE_LOST);
    assert_int_equal(sim.sent_by_type[TYPE_A], 4);
    struct wildcard_finding f = judge("www.zone.test", &data, 1);
    struct name apex = name_of("zone.test");
    assert_int_equal(f.judgement, WILDCARD_POSSIBLE);
    assert_true(name_equal(f.root, apex.wire));
    char text[256];
    (void)wildcards_explain(sim.w, f.root, text, sizeof text);
    assert_string_equal(text, "*.zone.test answers A with 4 probes lost");
}

static void a_clean_level_below_an_unknown_one_clears_the_name(void **unused)
{
    (void)unused;
    sim_start(16, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    (void)judge("www.dev.zone.test", &data, 1);
    land_round(TYPE_A, WILDCARD_PROBE_LOST);
    assert_int_equal(judge("www.dev.zone.test", &data, 1).judgement, WILDCARD_WAIT);
    assert_int_equal(settle("www.dev.zone.test", &data, 1).judgement, WILDCARD_NO);
    assert_int_equal(judge("www.zone.test", &data, 1).judgement, WILDCARD_POSSIBLE);
    /* what is known clean is not asked again from the top */
    assert_int_equal(judge("ftp.dev.zone.test", &data, 1).judgement, WILDCARD_NO);
}

static void a_server_without_nxdomain_is_no_wildcard(void **unused)
{
    (void)unused;
    sim_start(20, NULL, 0);
    sim.nodata_everywhere = true;
    assert_int_equal(judged_a("www.zone.test", 1, 1), WILDCARD_NO);
    assert_int_equal(sim.sent, 9); /* three a type: one bad answer is not enough */
}

static void few_probes_are_out_for_one_parent_and_256_for_all(void **unused)
{
    (void)unused;
    sim_start(21, (struct rule[]){{"zone.test", TYPE_A, 10, 1, .base = 1, .is_random = true}}, 1);
    struct wildcard_data data = data_of(TYPE_A, 99, 1);
    (void)judge("www.zone.test", &data, 1);
    for (unsigned turn = 0; turn < 200; turn++) {
        take_probes();
        if (!sim.flight_count)
            break;
        (void)land(0, 0, false);
    }
    assert_in_range(sim.flight_max, 3, 4 + 4 + 4);

    sim_start(22, NULL, 0);
    char name[64];
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "www.s%u.zone.test", i);
        struct name wire = name_of(name);
        struct wildcard_finding f = judge_in(wire.wire, 3, &data, 1);
        assert_int_equal(f.judgement, WILDCARD_WAIT);
    }
    take_probes();
    assert_int_equal(sim.flight_count, 256);
    (void)land(0, 0, false);
    take_probes();
    assert_int_equal(sim.flight_count, 256);
    for (unsigned turn = 0; sim.flight_count && turn < 10000; turn++) {
        (void)land(rng_fast_below(&sim.rng, sim.flight_count), 0, false);
        take_probes();
    }
    assert_int_equal(sim.sent, 3000);
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "www.s%u.zone.test", i);
        struct name wire = name_of(name);
        struct wildcard_finding f = judge_in(wire.wire, 3, &data, 1);
        assert_int_equal(f.judgement, WILDCARD_NO);
    }
}

static void memory_is_small_for_each_parent_and_bounded_for_each_pool(void **unused)
{
    (void)unused;
    struct wildcard_data data = data_of(TYPE_A, 99, 1);
    char text[64];

    sim_start(25, NULL, 0);
    size_t before = mallinfo2().uordblks;
    for (unsigned i = 0; i < 4096; i++) {
        snprintf(text, sizeof text, "www.s%u.zone.test", i);
        struct name wire = name_of(text);
        (void)judge_in(wire.wire, 3, &data, 1);
    }
    size_t each = (mallinfo2().uordblks - before) / 4096;
    print_message("%zu octets a clean parent\n", each);
    assert_in_range(each, 0, 512);

    static const struct rule flood[] = {
        {"zone.test", TYPE_A, 100000, 32, .base = 50, .is_random = true},
        {"zone.test", TYPE_AAAA, 100000, 32, .base = 50, .is_random = true}};
    sim_start(26, flood, 2);
    before = mallinfo2().uordblks;
    assert_int_equal(judged_a("www.zone.test", 1, 1), WILDCARD_POSSIBLE);
    size_t grown = mallinfo2().uordblks;
    assert_in_range(grown - before, 0, 16384); /* two sets of 2 KiB, and what they grew out of */
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(judged_a("www.zone.test", 1000000 + i, 32), WILDCARD_POSSIBLE);
    assert_int_equal(mallinfo2().uordblks, grown);
}

/* A name of labels "x", LEN octets on the wire, ending in zone.test. */
static struct name long_name(unsigned len)
{
    struct name out = name_of("zone.test");
    while (out.len < len) {
        unsigned label = len - out.len - 1;
        label = label > NAME_LABEL_MAX ? NAME_LABEL_MAX : label;
        if (len - out.len - 1 - label == 1)
            label--;
        memmove(out.wire + 1 + label, out.wire, out.len);
        out.wire[0] = (uint8_t)label;
        memset(out.wire + 1, 'x', label);
        out.len = (uint8_t)(out.len + 1 + label);
    }
    return out;
}

static void parents_without_room_for_a_label_stay_unknown(void **unused)
{
    (void)unused;
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    for (unsigned len = 237; len <= 253; len++) {
        sim_start(len, NULL, 0);
        struct name parent = long_name(len), prefix = {.len = 3, .wire = {1, 'a', 0}}, name;
        assert_int_equal(parent.len, len);
        assert_int_equal(name_join(&name, &prefix, &parent), 0);
        unsigned zone_labels = name_label_count(parent.wire);
        struct wildcard_finding f = judge_in(name.wire, zone_labels, &data, 1);
        take_probes();
        if (len + 9 > NAME_WIRE_MAX) {
            assert_int_equal(f.judgement, WILDCARD_POSSIBLE);
            assert_int_equal(sim.sent, 0);
            continue;
        }
        assert_int_equal(f.judgement, WILDCARD_WAIT);
        assert_int_equal(sim.sent, 3);
        for (unsigned i = 0; i < 3; i++) {
            assert_in_range(sim.flight[i].name.len, len + 9, NAME_WIRE_MAX);
            assert_int_equal(sim.flight[i].name.len, name_len(sim.flight[i].name.wire));
        }
    }
}

static void results_nobody_asked_for_change_nothing(void **unused)
{
    (void)unused;
    sim_start(23, NULL, 0);
    struct wildcard_data data = data_of(TYPE_A, 1, 1);
    assert_false(end_probe(&(struct wildcard_probe){.parent = 0, .type = TYPE_A},
                           WILDCARD_PROBE_DATA, &data));
    (void)judge("www.zone.test", &data, 1);
    assert_false(end_probe(&(struct wildcard_probe){.parent = 0, .type = TYPE_A},
                           WILDCARD_PROBE_DATA, &data));
    assert_false(end_probe(&(struct wildcard_probe){.parent = 0, .type = TYPE_TXT},
                           WILDCARD_PROBE_DATA, &data));
    assert_false(end_probe(&(struct wildcard_probe){.parent = 1, .type = TYPE_A},
                           WILDCARD_PROBE_DATA, &data));
    assert_int_equal(settle("www.zone.test", &data, 1).judgement, WILDCARD_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_without_data_or_at_the_apex_needs_no_probe),
        cmocka_unit_test(a_clean_parent_costs_one_probe_a_type_and_is_remembered),
        cmocka_unit_test(asked_types_are_probed_besides_and_none_twice),
        cmocka_unit_test(a_cname_is_asked_for_only_where_it_is_an_asked_type),
        cmocka_unit_test(probes_are_random_labels_under_the_parent),
        cmocka_unit_test(nothing_above_the_apex_is_probed),
        cmocka_unit_test(a_lost_probe_is_asked_again_with_another_label),
        cmocka_unit_test(four_losses_make_the_parent_unknown_never_clean),
        cmocka_unit_test(a_clean_level_below_an_unknown_one_clears_the_name),
        cmocka_unit_test(a_server_without_nxdomain_is_no_wildcard),
        cmocka_unit_test(few_probes_are_out_for_one_parent_and_256_for_all),
        cmocka_unit_test(memory_is_small_for_each_parent_and_bounded_for_each_pool),
        cmocka_unit_test(parents_without_room_for_a_label_stay_unknown),
        cmocka_unit_test(results_nobody_asked_for_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, sim_stop);
}
