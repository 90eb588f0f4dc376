// SPDX-License-Identifier: BSD-2-Clause
/* verdict/wildcard_judge.c: names beside what random labels got. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/wildcard_sim.h"

static void a_single_address_wildcard_is_told_from_real_names(void **unused)
{
    (void)unused;
    sim_start(5, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 7}}, 1);
    struct wildcard_data fits = data_of(TYPE_A, 7, 1), both = data_of(TYPE_A, 7, 2);
    struct wildcard_finding f = settle("aaa.zone.test", &fits, 1);
    assert_int_equal(f.judgement, WILDCARD_YES);
    assert_int_equal(f.pool, 1);
    struct name apex = name_of("zone.test");
    assert_true(name_equal(f.root, apex.wire));
    assert_int_equal(judged_a("real.zone.test", 8, 1), WILDCARD_NO);
    assert_int_equal(settle("part.zone.test", &both, 1).judgement, WILDCARD_POSSIBLE);
    assert_int_equal(judged_a("bbb.zone.test", 7, 1), WILDCARD_YES);
    /* 1 answer that shows the datum, 14 quiet ones to be sure; 3 each without data */
    assert_int_equal(sim.sent_by_type[TYPE_A], 15);
    assert_int_equal(sim.sent_by_type[TYPE_AAAA], 3);
    assert_int_equal(sim.sent_by_type[TYPE_CNAME], 3);
}

static void a_fitting_name_is_told_while_probes_are_still_out(void **unused)
{
    (void)unused;
    sim_start(6, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 7}}, 1);
    struct wildcard_data fits = data_of(TYPE_A, 7, 1), other = data_of(TYPE_A, 8, 1);
    assert_int_equal(judge("aaa.zone.test", &fits, 1).judgement, WILDCARD_WAIT);
    take_probes();
    assert_int_equal(sim.flight_count, 3);
    assert_int_equal(sim.flight[0].type, TYPE_A);
    assert_false(land(0, 0, false)); /* the others are still to come */
    assert_int_equal(judge("aaa.zone.test", &fits, 1).judgement, WILDCARD_WAIT);
    (void)land(0, 0, false);
    (void)land(0, 0, false);
    take_probes();
    assert_true(sim.flight_count > 0);
    assert_int_equal(judge("aaa.zone.test", &fits, 1).judgement, WILDCARD_YES);
    assert_int_equal(judge("bbb.zone.test", &other, 1).judgement, WILDCARD_WAIT);
}

static void an_aaaa_only_wildcard(void **unused)
{
    (void)unused;
    sim_start(7, (struct rule[]){{"zone.test", TYPE_AAAA, 2, 1, .base = 20}}, 1);
    struct wildcard_data fits[] = {data_of(TYPE_A, 0, 0), data_of(TYPE_AAAA, 21, 1)};
    assert_int_equal(settle("aaa.zone.test", fits, 2).judgement, WILDCARD_YES);
    /* an A record beside it is nothing of the wildcard's: kept and flagged */
    struct wildcard_data more[] = {data_of(TYPE_A, 21, 1), data_of(TYPE_AAAA, 21, 1)};
    assert_int_equal(settle("real.zone.test", more, 2).judgement, WILDCARD_POSSIBLE);
    assert_int_equal(judged_a("host.zone.test", 21, 1), WILDCARD_NO);
}

static void types_without_data_speak_neither_way(void **unused)
{
    (void)unused;
    sim_start(8,
              (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 1},
                              {"zone.test", TYPE_AAAA, 1, 1, .base = 2}},
              2);
    struct wildcard_data only_a[] = {data_of(TYPE_A, 1, 1), data_of(TYPE_AAAA, 0, 0)};
    assert_int_equal(settle("aaa.zone.test", only_a, 2).judgement, WILDCARD_YES);
}

static void a_cname_wildcard_is_compared_by_its_target(void **unused)
{
    (void)unused;
    sim_start(9, (struct rule[]){{"zone.test", .is_cname = true, .base = 5}}, 1);
    struct wildcard_data fits[] = {cname_of(TYPE_A, 5), cname_of(TYPE_AAAA, 5)};
    struct wildcard_finding f = settle("aaa.zone.test", fits, 2);
    assert_int_equal(f.judgement, WILDCARD_YES);
    assert_int_equal(f.pool, 1); /* three types, one target */
    struct wildcard_data other[] = {cname_of(TYPE_A, 6), cname_of(TYPE_AAAA, 6)};
    assert_int_equal(settle("real.zone.test", other, 2).judgement, WILDCARD_NO);
    assert_int_equal(judged_a("host.zone.test", 5, 1), WILDCARD_NO);
}

static void a_cname_seen_for_one_type_holds_for_all(void **unused)
{
    (void)unused;
    sim_start(9, (struct rule[]){{"zone.test", .is_cname = true, .base = 5}}, 1);
    struct wildcard_data fits = cname_of(TYPE_A, 5), other = cname_of(TYPE_A, 6);
    (void)judge("aaa.zone.test", &fits, 1);
    land_round(TYPE_A, WILDCARD_PROBE_LOST);
    assert_int_equal(settle("aaa.zone.test", &fits, 1).judgement, WILDCARD_YES);
    assert_int_equal(settle("real.zone.test", &other, 1).judgement, WILDCARD_POSSIBLE);
}

static void rotating_pools_of_every_size_and_share(void **unused)
{
    (void)unused;
    for (unsigned pool = 1; pool <= 10; pool++) {
        for (unsigned shown = 1; shown <= pool; shown++) {
            sim_start(100 * pool + shown,
                      (struct rule[]){{"zone.test", TYPE_A, pool, shown, .base = 50}}, 1);
            for (unsigned i = 0; i < 200; i++) {
                assert_int_equal(judged_made(TYPE_A), WILDCARD_YES);
            }
            assert_int_equal(judged_a("real.zone.test", 900, 1), WILDCARD_NO);
            assert_in_range(sim.sent_by_type[TYPE_A], 8, WILDCARD_PROBES_MAX);
        }
    }
}

/* Of COUNT wildcard names under pools of POOL, SHOWN drawn at random in each
 * reply, those not judged YES, over all seeds; *WORST in one. */
static unsigned misjudged(unsigned pool, unsigned shown, unsigned count, unsigned seeds,
                          unsigned *worst)
{
    unsigned sum = 0;
    *worst = 0;
    for (unsigned seed = 0; seed < seeds; seed++) {
        unsigned wrong = 0;
        sim_start(
            seed,
            (struct rule[]){{"zone.test", TYPE_A, pool, shown, .base = 50, .is_random = true}}, 1);
        for (unsigned i = 0; i < count; i++) {
            wrong += judged_made(TYPE_A) != WILDCARD_YES;
        }
        assert_in_range(sim.sent_by_type[TYPE_A], 1, WILDCARD_PROBES_MAX);
        sum += wrong;
        *worst = wrong > *worst ? wrong : *worst;
    }
    return sum;
}

static void one_random_address_of_ten_is_judged_right_for_999_names_in_1000(void **unused)
{
    (void)unused;
    unsigned worst;
    unsigned sum = misjudged(10, 1, 10000, 600, &worst);
    print_message("%u of 6,000,000 wrong, at worst %u of 10,000\n", sum, worst);
    assert_in_range(worst, 0, 3);
    assert_in_range(sum, 0, 60);
}

static void pools_of_dozens_are_learnt_from_the_names_themselves(void **unused)
{
    (void)unused;
    static const unsigned pools[] = {20, 35, 50}, shown[] = {1, 2, 5};
    for (unsigned i = 0; i < 9; i++) {
        unsigned worst;
        unsigned sum = misjudged(pools[i / 3], shown[i % 3], 100, 200, &worst);
        print_message("%u of 20,000 wrong, pool of %u, %u shown\n", sum, pools[i / 3],
                      shown[i % 3]);
        assert_in_range(sum, 0, 20);
        assert_in_range(sim.asked, 0, 60); /* of the last seed's 100 names */
        for (unsigned host = 0; host < 20; host++)
            assert_int_not_equal(judged_a("real.zone.test", 900 + host, 1), WILDCARD_YES);
    }
}

static void random_pools_of_every_size_and_share(void **unused)
{
    (void)unused;
    for (unsigned pool = 1; pool <= 10; pool++) {
        for (unsigned shown = 1; shown <= pool; shown++) {
            unsigned worst;
            unsigned sum = misjudged(pool, shown, 1000, 10, &worst);
            assert_in_range(sum, 0, 10 * 1000 / 1000 + 8);
        }
    }
}

static void real_names_under_a_random_pool_are_kept(void **unused)
{
    (void)unused;
    unsigned possible = 0;
    for (unsigned seed = 0; seed < 50; seed++) {
        sim_start(seed,
                  (struct rule[]){{"zone.test", TYPE_A, 10, 1, .base = 50, .is_random = true}}, 1);
        for (unsigned i = 0; i < 1000; i++) {
            if (i % 50 == 7) { /* 20 real names on two shared addresses */
                enum wildcard_judgement j = judged_a("real.zone.test", 900 + i % 4 / 2, 1);
                assert_int_not_equal(j, WILDCARD_YES);
                possible += j == WILDCARD_POSSIBLE;
            } else {
                (void)judged_made(TYPE_A);
            }
        }
    }
    print_message("%u of 1,000 real names flagged\n", possible);
    assert_in_range(possible, 0, 350);
}

static void a_pool_beyond_the_probes_rules_nothing_out(void **unused)
{
    (void)unused;
    sim_start(10, (struct rule[]){{"zone.test", TYPE_A, 100000, 1, .base = 50, .is_random = true}},
              1);
    assert_int_equal(judged_a("real.zone.test", 1, 1), WILDCARD_POSSIBLE);
    assert_int_equal(sim.sent_by_type[TYPE_A], WILDCARD_PROBES_MAX);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(judged_a("real.zone.test", 1000000 + i, 1), WILDCARD_POSSIBLE);
    take_probes();
    assert_int_equal(sim.sent_by_type[TYPE_A], WILDCARD_PROBES_MAX);
}

static void a_flood_of_data_saturates(void **unused)
{
    (void)unused;
    sim_start(11, (struct rule[]){{"zone.test", TYPE_A, 100000, 32, .base = 50}}, 1);
    sim.rules[0].is_random = true;
    struct wildcard_data other = data_of(TYPE_A, 1, 1);
    struct wildcard_finding f = settle("real.zone.test", &other, 1);
    assert_int_equal(f.judgement, WILDCARD_POSSIBLE);
    assert_int_equal(f.pool, 256);
    assert_in_range(sim.sent_by_type[TYPE_A], 9, 16);
    char text[256];
    struct name apex = name_of("zone.test");
    (void)wildcards_explain(sim.w, apex.wire, text, sizeof text);
    assert_non_null(strstr(text, "over 256 data"));
}

static void wildcards_at_several_levels(void **unused)
{
    (void)unused;
    sim_start(12,
              (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 1},
                              {"dev.zone.test", TYPE_A, 3, 1, .base = 10},
                              {"a.dev.zone.test", .is_cname = true, .base = 20}},
              3);
    struct wildcard_data data = data_of(TYPE_A, 1, 1), cname = cname_of(TYPE_A, 20);
    struct wildcard_finding f = settle("x.y.z.zone.test", &data, 1);
    struct name apex = name_of("zone.test"), dev = name_of("dev.zone.test"),
                a_dev = name_of("a.dev.zone.test");
    assert_int_equal(f.judgement, WILDCARD_YES);
    assert_true(name_equal(f.root, apex.wire));
    assert_int_equal(sim.sent_by_type[TYPE_A], 8); /* the deeper levels were not asked */

    data = data_of(TYPE_A, 11, 1);
    f = settle("x.dev.zone.test", &data, 1);
    assert_int_equal(f.judgement, WILDCARD_YES);
    assert_true(name_equal(f.root, dev.wire));
    assert_int_equal(f.pool, 3);

    f = settle("x.a.dev.zone.test", &cname, 1);
    assert_int_equal(f.judgement, WILDCARD_YES);
    assert_true(name_equal(f.root, a_dev.wire));
    assert_int_equal(judged_a("x.a.dev.zone.test", 30, 1), WILDCARD_NO);
}

static void a_type_lost_beside_a_type_with_data(void **unused)
{
    (void)unused;
    sim_start(17, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 1}}, 1);
    struct wildcard_data data[] = {data_of(TYPE_A, 1, 1), data_of(TYPE_AAAA, 9, 1)};
    (void)judge("www.zone.test", data, 2);
    land_round(TYPE_AAAA, WILDCARD_PROBE_LOST);
    assert_int_equal(settle("www.zone.test", data, 2).judgement, WILDCARD_POSSIBLE);
    assert_int_equal(settle("www.zone.test", data, 1).judgement, WILDCARD_YES);
    assert_int_equal(settle("www.zone.test", data + 1, 1).judgement, WILDCARD_POSSIBLE);
    assert_int_equal(judged_a("real.zone.test", 5, 1), WILDCARD_NO);
}

static void losses_in_between_do_not_change_the_judgement(void **unused)
{
    (void)unused;
    unsigned no = 0;
    for (unsigned seed = 0; seed < 100; seed++) {
        sim_start(seed, (struct rule[]){{"zone.test", TYPE_A, 4, 2, .base = 50}}, 1);
        sim.lost_percent = 20;
        for (unsigned i = 0; i < 50; i++) {
            no += judged_made(TYPE_A) != WILDCARD_YES;
        }
        assert_in_range(sim.sent_by_type[TYPE_A], 1, WILDCARD_PROBES_MAX);
    }
    assert_int_equal(no, 0);
}

/* Replies to one name with the wildcard's datum: TTLs and operators. */
static struct wildcard_finding judge_ttls(const uint32_t *ttls, const uint32_t *ops, size_t count)
{
    struct wildcard_data data[8];
    for (size_t i = 0; i < count; i++) {
        data[i] = data_of(TYPE_A, 7, 1);
        data[i].ttl = ttls[i];
        data[i].op = ops ? ops[i] : (uint32_t)i;
    }
    return judge("host.zone.test", data, count);
}

/* One address, TTL 300. */
static void start_with_ttl(void)
{
    sim_start(41, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 7, .ttl = 300}}, 1);
    struct wildcard_data plain = data_of(TYPE_A, 7, 1);
    plain.ttl = 300;
    assert_int_equal(settle("aaa.zone.test", &plain, 1).judgement, WILDCARD_YES);
    while (take_probes(), sim.flight_count)
        (void)land(0, 0, false);
}

static void a_longer_ttl_in_two_replies_is_a_hosts(void **unused)
{
    (void)unused;
    start_with_ttl();
    sim.asks = 5;
    assert_int_equal(judge_ttls((uint32_t[]){3600}, NULL, 1).judgement, WILDCARD_ASK);
    struct wildcard_finding f = judge_ttls((uint32_t[]){3600, 3599}, NULL, 2);
    assert_int_equal(f.judgement, WILDCARD_POSSIBLE);
    assert_string_equal(f.reason, "its TTL is longer than the wildcard's");
    assert_int_equal(judge_ttls((uint32_t[]){3600, 300}, NULL, 2).judgement, WILDCARD_YES);
    sim.asks = 0;
    assert_int_equal(judge_ttls((uint32_t[]){3600}, NULL, 1).judgement, WILDCARD_YES);
}

static void a_liars_reply_between_does_not_hide_a_longer_ttl(void **unused)
{
    (void)unused;
    start_with_ttl();
    struct wildcard_data data[] = {data_of(TYPE_A, 7, 1), data_of(TYPE_A, 99, 1),
                                   data_of(TYPE_A, 7, 1)};
    data[0].ttl = data[2].ttl = 3600;
    assert_int_equal(judge("host.zone.test", data, 3).judgement, WILDCARD_POSSIBLE);
}

static void a_shorter_ttl_may_be_a_caches(void **unused)
{
    (void)unused;
    start_with_ttl();
    sim.asks = 5;
    assert_int_equal(judge_ttls((uint32_t[]){60, 60}, NULL, 2).judgement, WILDCARD_ASK);
    struct wildcard_finding f = judge_ttls((uint32_t[]){60, 60, 41}, NULL, 3);
    assert_int_equal(f.judgement, WILDCARD_POSSIBLE);
    assert_string_equal(f.reason, "its TTL is shorter than the wildcard's");
    /* counted down, each from another time */
    assert_int_equal(judge_ttls((uint32_t[]){60, 59, 41}, NULL, 3).judgement, WILDCARD_YES);
    /* one cache asked three times */
    assert_int_equal(judge_ttls((uint32_t[]){60, 60, 60}, (uint32_t[]){4, 4, 4}, 3).judgement,
                     WILDCARD_YES);
    assert_int_equal(judge_ttls((uint32_t[]){60, 60, 300}, NULL, 3).judgement, WILDCARD_YES);
}

static void fewer_data_than_the_wildcard_always_shows(void **unused)
{
    (void)unused;
    sim_start(42, (struct rule[]){{"zone.test", TYPE_A, 4, 4, .base = 7}}, 1);
    struct wildcard_data all = data_of(TYPE_A, 7, 4), one = data_of(TYPE_A, 7, 1);
    assert_int_equal(settle("aaa.zone.test", &all, 1).judgement, WILDCARD_YES);
    struct wildcard_finding f = settle("host.zone.test", &one, 1);
    assert_int_equal(f.judgement, WILDCARD_POSSIBLE);
    assert_string_equal(f.reason, "it has fewer data than the wildcard shows");
    struct wildcard_data both[] = {one, all};
    assert_int_equal(settle("bbb.zone.test", both, 2).judgement, WILDCARD_YES);
}

static void an_address_of_the_other_family_keeps_a_host(void **unused)
{
    (void)unused;
    sim_start(43, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 7}}, 1);
    struct wildcard_data host[] = {data_of(TYPE_A, 7, 1), data_of(TYPE_AAAA, 1, 1)};
    struct wildcard_finding f = settle("host.zone.test", host, 2);
    assert_int_equal(f.judgement, WILDCARD_POSSIBLE);
    assert_non_null(f.reason);
    assert_string_equal(f.evidence, "probe");
}

static void names_of_a_pool_without_end_are_like_it_and_hosts_are_not(void **unused)
{
    (void)unused;
    sim_start(44, (struct rule[]){{"zone.test", TYPE_A, 1u << 30, 1, .is_random = true}}, 1);
    for (unsigned i = 0; i < 50; i++) {
        assert_int_equal(judged_made(TYPE_A), WILDCARD_YES);
        assert_int_equal(judged_a("host.zone.test", i, 1), WILDCARD_POSSIBLE);
    }
    assert_in_range(sim.asked, 50 * 2, 50 * 3);
}

static void a_rare_datum_is_found_by_asking_again(void **unused)
{
    (void)unused;
    sim_start(45, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 7}}, 1);
    struct wildcard_data data[] = {data_of(TYPE_A, 8, 1), data_of(TYPE_A, 7, 1)};
    data[0].op = 500;
    sim.maker = &sim.rules[0];
    assert_int_equal(settle("aaa.zone.test", data, 1).judgement, WILDCARD_YES);
    sim.maker = NULL;
    assert_int_equal(sim.asked, 1);
    assert_int_equal(judged_a("bbb.zone.test", 8, 1), WILDCARD_YES); /* learnt */
    assert_int_equal(sim.asked, 1);
}

static void peeking_learns_nothing(void **unused)
{
    (void)unused;
    sim_start(46, (struct rule[]){{"zone.test", TYPE_A, 1, 1, .base = 7}}, 1);
    struct wildcard_data data[] = {data_of(TYPE_A, 7, 1), data_of(TYPE_A, 8, 1)};
    const struct wildcard_data *list[] = {&data[0], &data[1]};
    struct name wire = name_of("aaa.zone.test");
    const struct wildcard_name name = {
        .wire = wire.wire, .zone_labels = ZONE_LABELS, .data = list, .count = 2};
    struct wildcard_finding f;
    assert_int_equal(judged_a("bbb.zone.test", 7, 1), WILDCARD_YES);
    assert_int_equal(wildcards_peek(sim.w, &name, &f), 0);
    assert_int_equal(f.judgement, WILDCARD_YES);
    assert_int_equal(f.full, 0);
    wildcards_note_full(sim.w, &f);
    assert_int_equal(wildcards_peek(sim.w, &name, &f), 0);
    assert_int_equal(f.full, 1);
    assert_int_equal(judged_a("ccc.zone.test", 8, 1), WILDCARD_NO);
}

/* A name whose signature counts LABELS, as OPS say. */
static struct wildcard_finding judge_signed(uint8_t labels, uint32_t op, uint32_t other)
{
    struct wildcard_data data[] = {data_of(TYPE_A, 7, 1), data_of(TYPE_A, 7, 1)};
    data[0].rrsig_labels = data[1].rrsig_labels = labels;
    data[0].op = op;
    data[1].op = other;
    return judge("x.dev.zone.test", data, 2);
}

static void signatures_of_two_operators_decide_before_probes(void **unused)
{
    (void)unused;
    sim_start(47, NULL, 0);
    struct name apex = name_of("zone.test"), dev = name_of("dev.zone.test");
    struct wildcard_finding f = judge_signed(3, 1, 2);
    assert_int_equal(f.judgement, WILDCARD_YES);
    assert_string_equal(f.evidence, "rrsig");
    assert_true(name_equal(f.root, dev.wire));
    f = judge_signed(2, 1, 2);
    assert_int_equal(f.judgement, WILDCARD_YES);
    assert_true(name_equal(f.root, apex.wire));
    assert_int_equal(judge_signed(4, 1, 2).judgement, WILDCARD_NO);
    assert_int_equal(judge_signed(3, 1, 1).judgement, WILDCARD_WAIT); /* one operator */
    assert_int_equal(judge_signed(1, 1, 2).judgement, WILDCARD_WAIT); /* above the zone */
    assert_int_equal(judge_signed(9, 1, 2).judgement, WILDCARD_WAIT); /* more than it has */
    assert_int_equal(judge_signed(WILDCARD_NO_RRSIG, 1, 2).judgement, WILDCARD_WAIT);
}

static void an_nsec_record_of_the_name_itself_keeps_it(void **unused)
{
    (void)unused;
    sim_start(48, NULL, 0);
    struct wildcard_data data[] = {data_of(TYPE_A, 7, 1), data_of(TYPE_A, 7, 1)};
    data[0].has_own_nsec = data[1].has_own_nsec = true;
    data[1].op = 1;
    assert_int_equal(judge("x.dev.zone.test", data, 2).judgement, WILDCARD_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_address_wildcard_is_told_from_real_names),
        cmocka_unit_test(a_fitting_name_is_told_while_probes_are_still_out),
        cmocka_unit_test(an_aaaa_only_wildcard),
        cmocka_unit_test(types_without_data_speak_neither_way),
        cmocka_unit_test(a_cname_wildcard_is_compared_by_its_target),
        cmocka_unit_test(a_cname_seen_for_one_type_holds_for_all),
        cmocka_unit_test(rotating_pools_of_every_size_and_share),
        cmocka_unit_test(one_random_address_of_ten_is_judged_right_for_999_names_in_1000),
        cmocka_unit_test(pools_of_dozens_are_learnt_from_the_names_themselves),
        cmocka_unit_test(random_pools_of_every_size_and_share),
        cmocka_unit_test(real_names_under_a_random_pool_are_kept),
        cmocka_unit_test(a_pool_beyond_the_probes_rules_nothing_out),
        cmocka_unit_test(a_flood_of_data_saturates),
        cmocka_unit_test(wildcards_at_several_levels),
        cmocka_unit_test(a_type_lost_beside_a_type_with_data),
        cmocka_unit_test(losses_in_between_do_not_change_the_judgement),
        cmocka_unit_test(a_longer_ttl_in_two_replies_is_a_hosts),
        cmocka_unit_test(a_liars_reply_between_does_not_hide_a_longer_ttl),
        cmocka_unit_test(a_shorter_ttl_may_be_a_caches),
        cmocka_unit_test(fewer_data_than_the_wildcard_always_shows),
        cmocka_unit_test(an_address_of_the_other_family_keeps_a_host),
        cmocka_unit_test(names_of_a_pool_without_end_are_like_it_and_hosts_are_not),
        cmocka_unit_test(a_rare_datum_is_found_by_asking_again),
        cmocka_unit_test(peeking_learns_nothing),
        cmocka_unit_test(signatures_of_two_operators_decide_before_probes),
        cmocka_unit_test(an_nsec_record_of_the_name_itself_keeps_it),
    };
    return cmocka_run_group_tests(tests, NULL, sim_stop);
}
