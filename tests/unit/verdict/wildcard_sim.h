// SPDX-License-Identifier: BSD-2-Clause
/* A simulated zone for the wildcard tests: its wildcards answer probes and names alike,
 * with pools that rotate or are drawn at random. Include after cmocka.h. */
#ifndef TESTS_UNIT_VERDICT_WILDCARD_SIM_H
#define TESTS_UNIT_VERDICT_WILDCARD_SIM_H

#include <stdio.h>
#include <string.h>

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
    bool embeds;    /* which repeats what is asked */
    uint32_t ttl;
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

static inline void sim_start(uint64_t seed, const struct rule *rules, unsigned count)
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
    assert_int_equal(
        wildcards_create(&sim.w, &sim.probe_rng, (uint16_t[]){TYPE_A, TYPE_AAAA, TYPE_CNAME}, 3),
        0);
}

static inline int sim_stop(void **unused)
{
    (void)unused;
    wildcards_destroy(sim.w);
    sim.w = NULL;
    return 0;
}

static inline uint64_t datum(uint16_t type, unsigned number)
{
    uint8_t rdata[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                        (uint8_t)number};
    return wildcard_hash(type, rdata, sizeof rdata);
}

static inline struct wildcard_data data_of(uint16_t type, unsigned first, unsigned count)
{
    struct wildcard_data data = {
        .type = type, .count = (uint8_t)count, .rrsig_labels = WILDCARD_NO_RRSIG};
    for (unsigned i = 0; i < count; i++)
        data.hashes[i] = datum(type, first + i);
    return data;
}

static inline struct wildcard_data cname_of(uint16_t type, unsigned number)
{
    return (struct wildcard_data){.type = type,
                                  .count = 1,
                                  .by_cname = true,
                                  .rrsig_labels = WILDCARD_NO_RRSIG,
                                  .hashes = {datum(TYPE_CNAME, number)}};
}

/* One reply of a wildcard. */
static inline struct wildcard_data draw(struct rule *rule, uint16_t type)
{
    if (rule->is_cname) {
        struct wildcard_data alias = cname_of(type, rule->base);
        alias.embeds = rule->embeds;
        return alias;
    }
    struct wildcard_data data = {.type = type,
                                 .count = (uint8_t)rule->shown,
                                 .ttl = rule->ttl,
                                 .rrsig_labels = WILDCARD_NO_RRSIG};
    unsigned first = rule->is_random ? rng_fast_below(&sim.rng, rule->pool) : rule->turn++;
    for (unsigned i = 0; i < rule->shown; i++)
        data.hashes[i] = datum(type, rule->base + (first + i) % rule->pool);
    return data;
}

/* The zone's answer for a name that exists only by synthesis: the deepest
 * wildcard's (RFC 4592). */
static inline enum wildcard_probe_result ask(const uint8_t *name, uint16_t type,
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

static inline void take_probes(void)
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
static inline bool end_probe(const struct wildcard_probe *probe, enum wildcard_probe_result result,
                             const struct wildcard_data *data)
{
    const struct wildcard_reply reply = {
        .result = result, .data = data, .op = sim.op++, .operators = 100};
    return wildcards_result(sim.w, probe->parent, probe->type, &reply);
}

/* Ends the probe at INDEX of the flight. */
static inline bool land(unsigned index, enum wildcard_probe_result forced, bool is_forced)
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

/* The first of the probes in flight ends with RESULT, as OP says. */
static inline bool land_by(uint32_t op, enum wildcard_probe_result result, uint32_t operators)
{
    struct wildcard_probe probe = sim.flight[0];
    struct wildcard_data data = data_of(probe.type, 66, 1);
    memmove(sim.flight, sim.flight + 1, --sim.flight_count * sizeof probe);
    const struct wildcard_reply reply = {
        .result = result, .data = &data, .op = op, .resolver = op + 100, .operators = operators};
    return wildcards_result(sim.w, probe.parent, probe.type, &reply);
}

static inline struct wildcard_finding judge_in(const uint8_t *name, unsigned zone_labels,
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

static inline struct wildcard_finding judge(const char *name, const struct wildcard_data *data,
                                            size_t count)
{
    struct name wire = name_of(name);
    return judge_in(wire.wire, ZONE_LABELS, data, count);
}

/* One more reply to a name: from the wildcard that made it, or a host's, as the first. */
static inline struct wildcard_data reply_again(uint16_t type, const struct wildcard_data *first)
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
static inline struct wildcard_finding settle(const char *name, const struct wildcard_data *first,
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
static inline enum wildcard_judgement judged_made(uint16_t type)
{
    struct wildcard_data data = draw(&sim.rules[0], type);
    sim.maker = &sim.rules[0];
    enum wildcard_judgement judgement = settle("aaa.zone.test", &data, 1).judgement;
    sim.maker = NULL;
    return judgement;
}

static inline enum wildcard_judgement judged_a(const char *name, unsigned first, unsigned count)
{
    struct wildcard_data data = data_of(TYPE_A, first, count);
    return settle(name, &data, 1).judgement;
}

/* Lands probes until none are wanted, those of TYPE with FORCED. */
static inline void land_round(uint16_t type, enum wildcard_probe_result forced)
{
    for (unsigned turn = 0; turn < 1000; turn++) {
        take_probes();
        if (!sim.flight_count)
            return;
        (void)land(0, forced, sim.flight[0].type == type);
    }
}

#endif
