// SPDX-License-Identifier: BSD-2-Clause
/* verdict/wildcard.c against a simulated zone: its wildcards answer probes and
 * names alike, with pools that rotate or are drawn at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "tests/unit/verdict/message.h"
#include "verdict/wildcard.h"

#define ZONE_LABELS 2 /* zone.test */
#define FLIGHT_MAX  1024

/* What random labels under PARENT give for TYPE. */
struct rule {
    const char *parent;
    uint16_t type;
    unsigned pool;  /* data in all */
    unsigned shown; /* of them in one reply */
    unsigned base;  /* the first datum's number */
    bool is_random; /* else they rotate */
    bool is_cname;  /* any type gives this CNAME */
    unsigned turn;
};

struct sim {
    struct rule rules[8];
    unsigned rule_count;
    unsigned lost_percent;
    unsigned asks;          /* that judgements may wish for */
    unsigned asked;         /* further questions put, in all */
    struct rule *maker;     /* of the name that is judged; NULL: it is a host */
    bool nodata_everywhere; /* a server that says NOERROR for every name */
    struct rng_fast rng;
    struct rng probe_rng;
    uint32_t op;
    struct wildcards *w;
    struct wildcard_probe flight[FLIGHT_MAX];
    unsigned flight_count, flight_max, sent;
    unsigned sent_by_type[65536];
};

static struct sim sim;

static void sim_start(uint64_t seed, const struct rule *rules, unsigned count)
{
    uint8_t key[32] = {(uint8_t)seed, (uint8_t)(seed >> 8)};
    if (sim.w)
        wildcards_destroy(sim.w);
    memset(&sim, 0, sizeof sim);
    for (unsigned i = 0; i < count; i++)
        sim.rules[i] = rules[i];
    sim.rule_count = count;
    rng_fast_init(&sim.rng, seed);
    rng_init_key(&sim.probe_rng, key);
    assert_int_equal(wildcards_create(&sim.w, &sim.probe_rng, (uint16_t[]){TYPE_A, TYPE_AAAA}, 2),
                     0);
}

static int sim_stop(void **unused)
{
    (void)unused;
    wildcards_destroy(sim.w);
    sim.w = NULL;
    return 0;
}

static uint64_t datum(uint16_t type, unsigned number)
{
    uint8_t rdata[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                        (uint8_t)number};
    return wildcard_hash(type, rdata, sizeof rdata);
}

static struct wildcard_data data_of(uint16_t type, unsigned first, unsigned count)
{
    struct wildcard_data data = {.type = type, .count = (uint8_t)count};
    for (unsigned i = 0; i < count; i++)
        data.hashes[i] = datum(type, first + i);
    return data;
}

static struct wildcard_data cname_of(uint16_t type, unsigned number)
{
    return (struct wildcard_data){
        .type = type, .count = 1, .by_cname = true, .hashes = {datum(TYPE_CNAME, number)}};
}

/* One reply of a wildcard. */
static struct wildcard_data draw(struct rule *rule, uint16_t type)
{
    if (rule->is_cname)
        return cname_of(type, rule->base);
    struct wildcard_data data = {.type = type, .count = (uint8_t)rule->shown};
    unsigned first = rule->is_random ? rng_fast_below(&sim.rng, rule->pool) : rule->turn++;
    for (unsigned i = 0; i < rule->shown; i++)
        data.hashes[i] = datum(type, rule->base + (first + i) % rule->pool);
    return data;
}

/* The zone's answer for a name that exists only by synthesis: the deepest
 * wildcard's (RFC 4592). */
static enum wildcard_probe_result ask(const uint8_t *name, uint16_t type,
                                      struct wildcard_data *data)
{
    const char *deepest = NULL;
    struct rule *rule = NULL;
    for (unsigned i = 0; i < sim.rule_count; i++) {
        struct name parent = name_of(sim.rules[i].parent);
        if (name_is_under(name, parent.wire) &&
            (!deepest || strlen(sim.rules[i].parent) > strlen(deepest)))
            deepest = sim.rules[i].parent;
    }
    if (!deepest)
        return sim.nodata_everywhere ? WILDCARD_PROBE_NODATA : WILDCARD_PROBE_NXDOMAIN;
    for (unsigned i = 0; i < sim.rule_count; i++)
        if (strcmp(sim.rules[i].parent, deepest) == 0 &&
            (sim.rules[i].type == type || sim.rules[i].is_cname))
            rule = &sim.rules[i];
    if (!rule)
        return WILDCARD_PROBE_NODATA;
    *data = draw(rule, type);
    return WILDCARD_PROBE_DATA;
}

static void take_probes(void)
{
    struct wildcard_probe probe;
    while (wildcards_next_probe(sim.w, &probe)) {
        assert_in_range(sim.flight_count, 0, FLIGHT_MAX - 1);
        sim.flight[sim.flight_count++] = probe;
        if (sim.flight_count > sim.flight_max)
            sim.flight_max = sim.flight_count;
        sim.sent++;
        sim.sent_by_type[probe.type]++;
    }
}

/* Each reply is of another operator. */
static bool end_probe(const struct wildcard_probe *probe, enum wildcard_probe_result result,
                      const struct wildcard_data *data)
{
    const struct wildcard_reply reply = {
        .result = result, .data = data, .op = sim.op++, .operators = 100};
    return wildcards_result(sim.w, probe->parent, probe->type, &reply);
}

/* Ends the probe at INDEX of the flight. */
static bool land(unsigned index, enum wildcard_probe_result forced, bool is_forced)
{
    struct wildcard_probe probe = sim.flight[index];
    struct wildcard_data data = {.type = probe.type};
    memmove(&sim.flight[index], &sim.flight[index + 1],
            (--sim.flight_count - index) * sizeof probe);
    enum wildcard_probe_result result = ask(probe.name.wire, probe.type, &data);
    if (is_forced)
        result = forced;
    else if (rng_fast_below(&sim.rng, 100) < sim.lost_percent)
        result = WILDCARD_PROBE_LOST;
    return end_probe(&probe, result, &data);
}

static struct wildcard_finding judge_in(const uint8_t *name, unsigned zone_labels,
                                        const struct wildcard_data *data, size_t count)
{
    struct wildcard_finding finding;
    const struct wildcard_data *list[WILDCARD_SIGHTINGS_MAX];
    for (size_t i = 0; i < count; i++)
        list[i] = &data[i];
    const struct wildcard_name asked = {
        .wire = name, .zone_labels = zone_labels, .data = list, .count = count, .asks = sim.asks};
    assert_int_equal(wildcards_judge(sim.w, &asked, &finding), 0);
    return finding;
}

static struct wildcard_finding judge(const char *name, const struct wildcard_data *data,
                                     size_t count)
{
    struct name wire = name_of(name);
    return judge_in(wire.wire, ZONE_LABELS, data, count);
}

/* One more reply to a name: from the wildcard that made it, or a host's, as the first. */
static struct wildcard_data reply_again(uint16_t type, const struct wildcard_data *first)
{
    if (sim.maker)
        return draw(sim.maker, type);
    while (first->type != type)
        first++;
    struct wildcard_data data = *first;
    data.op = sim.op++;
    return data;
}

/* Judges, lets the probes run and answers further questions until there is a judgement. */
static struct wildcard_finding settle(const char *name, const struct wildcard_data *first,
                                      size_t count)
{
    struct wildcard_data data[8 + WILDCARD_ASKS_MAX];
    memcpy(data, first, count * sizeof *data);
    sim.asks = WILDCARD_ASKS_MAX;
    for (unsigned turn = 0; turn < 10000; turn++) {
        struct wildcard_finding finding = judge(name, data, count);
        if (finding.judgement == WILDCARD_ASK) {
            assert_in_range(sim.asks--, 1, WILDCARD_ASKS_MAX);
            data[count++] = reply_again(finding.type, first);
            sim.asked++;
            continue;
        }
        if (finding.judgement != WILDCARD_WAIT) {
            sim.asks = 0;
            return finding;
        }
        bool is_ready = false;
        while (!is_ready) {
            take_probes();
            assert_true(sim.flight_count > 0); /* what waits must have something to wait for */
            uint32_t parent = sim.flight[0].parent;
            is_ready = land(0, 0, false) && parent == finding.parent;
        }
    }
    fail_msg("%s never judged", name);
    return (struct wildcard_finding){0};
}

/* A name made by the first rule's wildcard. */
static enum wildcard_judgement judged_made(uint16_t type)
{
    struct wildcard_data data = draw(&sim.rules[0], type);
    sim.maker = &sim.rules[0];
    enum wildcard_judgement judgement = settle("aaa.zone.test", &data, 1).judgement;
    sim.maker = NULL;
    return judgement;
}

static enum wildcard_judgement judged_a(const char *name, unsigned first, unsigned count)
{
    struct wildcard_data data = data_of(TYPE_A, first, count);
    return settle(name, &data, 1).judgement;
}

/* Lands probes until none are wanted, those of TYPE with FORCED. */
static void land_round(uint16_t type, enum wildcard_probe_result forced)
{
    for (unsigned turn = 0; turn < 1000; turn++) {
        take_probes();
        if (!sim.flight_count)
            return;
        (void)land(0, forced, sim.flight[0].type == type);
    }
}

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

static void a_server_without_nxdomain_is_no_wildcard(void **unused)
{
    (void)unused;
    sim_start(20, NULL, 0);
    sim.nodata_everywhere = true;
    assert_int_equal(judged_a("www.zone.test", 1, 1), WILDCARD_NO);
    assert_int_equal(sim.sent, 9); /* three a type: one bad answer is not enough */
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

static void the_reason_is_told_and_cut_to_fit(void **unused)
{
    (void)unused;
    sim_start(24,
              (struct rule[]){{"zone.test", TYPE_A, 3, 1, .base = 1},
                              {"zone.test", TYPE_AAAA, 1, 1, .base = 1}},
              2);
    struct wildcard_data data = data_of(TYPE_A, 2, 1);
    struct wildcard_finding f = settle("aaa.zone.test", &data, 1);
    while (take_probes(), sim.flight_count)
        (void)land(0, 0, false);
    static const char expected[] =
        "*.zone.test answers A with 3 data in 20 probes, AAAA with 1 datum in 8 probes";
    char text[128];
    assert_int_equal(wildcards_explain(sim.w, f.root, text, sizeof text), sizeof expected - 1);
    assert_string_equal(text, expected);
    for (size_t cap = 1; cap <= sizeof expected; cap++) {
        memset(text, 'Z', sizeof text);
        assert_int_equal(wildcards_explain(sim.w, f.root, text, cap), cap - 1);
        assert_memory_equal(text, expected, cap - 1);
        assert_int_equal(text[cap - 1], 0);
        assert_int_equal(text[cap], 'Z');
    }
    struct name other = name_of("other.test");
    assert_int_equal(wildcards_explain(sim.w, other.wire, text, sizeof text), 0);
    assert_int_equal(wildcards_explain(sim.w, f.root, text, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_without_data_or_at_the_apex_needs_no_probe),
        cmocka_unit_test(a_clean_parent_costs_one_probe_a_type_and_is_remembered),
        cmocka_unit_test(asked_types_are_probed_besides_and_none_twice),
        cmocka_unit_test(probes_are_random_labels_under_the_parent),
        cmocka_unit_test(a_single_address_wildcard_is_told_from_real_names),
        cmocka_unit_test(a_fitting_name_is_told_while_probes_are_still_out),
        cmocka_unit_test(an_aaaa_only_wildcard),
        cmocka_unit_test(types_without_data_speak_neither_way),
        cmocka_unit_test(a_cname_wildcard_is_compared_by_its_target),
        cmocka_unit_test(a_cname_seen_for_one_type_holds_for_all),
        cmocka_unit_test(rotating_pools_of_every_size_and_share),
        cmocka_unit_test(one_random_address_of_ten_is_judged_right_for_999_names_in_1000),
        cmocka_unit_test(random_pools_of_every_size_and_share),
        cmocka_unit_test(pools_of_dozens_are_learnt_from_the_names_themselves),
        cmocka_unit_test(real_names_under_a_random_pool_are_kept),
        cmocka_unit_test(a_pool_beyond_the_probes_rules_nothing_out),
        cmocka_unit_test(a_flood_of_data_saturates),
        cmocka_unit_test(wildcards_at_several_levels),
        cmocka_unit_test(nothing_above_the_apex_is_probed),
        cmocka_unit_test(a_lost_probe_is_asked_again_with_another_label),
        cmocka_unit_test(four_losses_make_the_parent_unknown_never_clean),
        cmocka_unit_test(a_clean_level_below_an_unknown_one_clears_the_name),
        cmocka_unit_test(a_type_lost_beside_a_type_with_data),
        cmocka_unit_test(one_lie_of_nxdomain_does_not_hide_a_wildcard),
        cmocka_unit_test(one_lie_of_data_does_not_make_a_wildcard_of_all),
        cmocka_unit_test(a_server_without_nxdomain_is_no_wildcard),
        cmocka_unit_test(losses_in_between_do_not_change_the_judgement),
        cmocka_unit_test(few_probes_are_out_for_one_parent_and_256_for_all),
        cmocka_unit_test(memory_is_small_for_each_parent_and_bounded_for_each_pool),
        cmocka_unit_test(parents_without_room_for_a_label_stay_unknown),
        cmocka_unit_test(results_nobody_asked_for_change_nothing),
        cmocka_unit_test(the_reason_is_told_and_cut_to_fit),
    };
    return cmocka_run_group_tests(tests, NULL, sim_stop);
}
