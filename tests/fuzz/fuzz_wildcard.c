// SPDX-License-Identifier: BSD-2-Clause
/* Wildcards: names judged and probes answered in any order, by resolvers that lie, lose and
 * contradict themselves.
 *
 * An input is a list of steps, two octets each. Whatever is answered: no more probes than
 * the bounds allow, none above the zone or for a type nobody asked; a judgement that waits
 * waits for a parent that will still be told; and when every probe has an end, no
 * judgement waits any more. Where every probe was NXDOMAIN nothing is a wildcard's, and where
 * all were lost nothing is sure not to be. */
#include <stdlib.h>
#include <string.h>

#include "verdict/wildcard.h"

#define ZONE_LABELS 2
#define PARENTS_MAX 512
#define TYPES_MAX   5
#define OUT_MAX     1024
#define ROUNDS_MAX  20000
#define STEPS_MAX   2000

/* Of the 64 kinds of a step that takes a probe, those from here on distrust a datum instead. */
#define DISTRUST_FROM 60

enum step { STEP_JUDGE, STEP_PEEK, STEP_PROBE, STEP_RESULT, STEP_COUNT };

static struct bench {
    struct wildcards *w;
    struct wildcard_probe out[OUT_MAX];
    size_t out_count;
    uint64_t fresh;
    unsigned probes[PARENTS_MAX][TYPES_MAX];
    bool has_only_denials, has_only_losses; /* so far */
} b;

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* One of a few names under zone.test, one to five labels below; 16 of each depth. */
static struct name name_of(uint8_t value)
{
    struct name name = {.len = 0}, zone;
    check(name_from_text(&zone, "zone.test", 9) == 0);
    for (unsigned depth = 1 + (value >> 4) % 5; depth > 0; depth--) {
        name.wire[name.len++] = 1;
        name.wire[name.len++] = (uint8_t)('a' + (value >> depth) % 4);
    }
    memcpy(name.wire + name.len, zone.wire, zone.len);
    name.len = (uint8_t)(name.len + zone.len);
    return name;
}

/* A few data out of eight, or such as nobody has seen. */
static struct wildcard_data data_of(uint16_t type, uint8_t value)
{
    struct wildcard_data data = {.type = type, .count = value & 3, .by_cname = value & 4};
    for (unsigned i = 0; i < data.count; i++)
        data.hashes[i] = value & 0x20 ? 100 + b.fresh++ : 1u + (value / 8 + i) % 8;
    return data;
}

static size_t type_index(uint16_t type)
{
    static const uint16_t types[TYPES_MAX] = {TYPE_A, TYPE_AAAA, TYPE_CNAME, TYPE_TXT, TYPE_MX};
    size_t i = 0;
    while (i < TYPES_MAX && types[i] != type)
        i++;
    check(i < TYPES_MAX);
    return i;
}

static bool take_probe(void)
{
    struct wildcard_probe probe;
    struct name zone;
    if (b.out_count == OUT_MAX || !wildcards_next_probe(b.w, &probe))
        return false;
    check(name_from_text(&zone, "zone.test", 9) == 0);
    check(probe.name.len == name_len(probe.name.wire) && probe.parent < PARENTS_MAX);
    check(name_is_under(name_parent(probe.name.wire), zone.wire));
    check(++b.probes[probe.parent][type_index(probe.type)] <= WILDCARD_PROBES_MAX);
    b.out[b.out_count++] = probe;
    return true;
}

static void end_probe(uint8_t which, uint8_t value)
{
    if (b.out_count == 0)
        return;
    struct wildcard_probe *probe = &b.out[which % b.out_count];
    enum wildcard_probe_result result = value % 4;
    struct wildcard_data data = data_of(probe->type, value / 4);
    b.has_only_denials &= result == WILDCARD_PROBE_NXDOMAIN;
    b.has_only_losses &= result == WILDCARD_PROBE_LOST;
    const struct wildcard_reply reply = {
        .result = result, .data = &data, .op = value / 4 % 8, .operators = which % 4};
    wildcards_result(b.w, probe->parent, probe->type, &reply);
    *probe = b.out[--b.out_count];
}

static enum wildcard_judgement judge(uint8_t which, uint8_t value, bool is_last)
{
    struct name name = name_of(which);
    struct wildcard_data data[2] = {data_of(TYPE_A, value), data_of(TYPE_TXT, value / 2)};
    struct wildcard_finding finding;
    const struct wildcard_data *list[] = {&data[0], &data[1]};
    const struct wildcard_name asked = {.wire = name.wire,
                                        .zone_labels = ZONE_LABELS,
                                        .data = list,
                                        .count = 2,
                                        .asks = is_last ? 0 : which % 3};
    check((is_last ? wildcards_judge : wildcards_peek)(b.w, &asked, &finding) == 0);
    if (finding.judgement == WILDCARD_YES || finding.judgement == WILDCARD_POSSIBLE) {
        check(finding.root && name_is_under(name_parent(name.wire), finding.root));
        check(name_label_count(finding.root) >= ZONE_LABELS && !b.has_only_denials);
        char why[256];
        check(wildcards_explain(b.w, finding.root, why, sizeof why) < sizeof why);
    }
    check(finding.judgement != WILDCARD_WAIT || finding.parent < PARENTS_MAX);
    bool has_data = data[0].count || data[1].count;
    check(finding.judgement != WILDCARD_NO || !has_data || !b.has_only_losses);
    return finding.judgement;
}

/* Answers whatever is asked, always by VALUE, until nothing is wanted. */
static void finish(uint8_t value)
{
    unsigned rounds = 0;
    do {
        check(rounds++ < ROUNDS_MAX);
        while (take_probe())
            ;
        end_probe(0, value);
    } while (b.out_count > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t types[] = {TYPE_A, TYPE_TXT, TYPE_MX};
    static const uint8_t key[32] = {1};
    struct rng rng;
    memset(&b, 0, sizeof b);
    b.has_only_denials = b.has_only_losses = true;
    rng_init_key(&rng, key);
    check(wildcards_create(&b.w, &rng, types, 3) == 0);
    size_t at = 0;
    for (; at + 2 <= size && at < STEPS_MAX; at += 2) {
        uint8_t which = data[at] / STEP_COUNT, value = data[at + 1];
        switch ((enum step)(data[at] % STEP_COUNT)) {
        case STEP_JUDGE:
            judge(value, (uint8_t)(which * 4), true);
            break;
        case STEP_PEEK:
            judge(value, (uint8_t)(which * 4), false);
            break;
        case STEP_PROBE:
            if (which >= DISTRUST_FROM)
                wildcards_distrust(b.w, 1u + value % 8);
            else
                take_probe();
            break;
        default:
            end_probe(which, value);
        }
    }
    uint8_t last = at < size ? data[at] : 0;
    for (unsigned name = 0; name < 256; name += 15) { /* each waits at most once a level and type */
        unsigned waits = 0;
        while (judge((uint8_t)name, (uint8_t)(name + 1), true) == WILDCARD_WAIT) {
            check(++waits < 100);
            finish(last);
        }
    }
    wildcards_destroy(b.w);
    return 0;
}
