// SPDX-License-Identifier: BSD-2-Clause
/* The table of impairments, and the two pure steps around it.
 *
 * Rows that act are asked in order; the first that does not answer ACTION_ANSWER
 * has its way. Rows that delay add up. Each draw hashes the sighting together with
 * a number of its row's own, so a row added later changes no other row's draws. */
#include "bench/lab/impair.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/units.h"

#define DELAY_RANGE_MAX_NS (10.0 * 1e9) /* nobody waits for more */
#define CAP_MAX_QPS        1e9

enum kind { KIND_SHARE, KIND_TIME, KIND_RATE, KIND_CHOICE, KIND_FLAG };
enum drawn { ONCE, ONCE_LOG, EACH }; /* per resolver (on a log scale), or per query */

struct row {
    const char *word;
    enum kind kind;
    enum drawn drawn;
    const char *choices[5]; /* value 0 first; a range over all of them is "any" */
    int any_from;           /* the first choice "any" may draw */
    const char *help;
    enum action (*act)(const struct range *value, const struct sighting *sighting);
    double (*delay_ns)(const struct range *value, const struct sighting *sighting);
};

/* What separates one row's draws from another's. Numbers stay when rows come, so
 * that no fleet changes under a seed; the next one is 12. */
static const uint32_t draw_ids[TRAIT_COUNT] = {
    [TRAIT_DEAD] = 0,     [TRAIT_LOSS] = 1,    [TRAIT_NOEDNS] = 2, [TRAIT_REFUSE_ZONE] = 3,
    [TRAIT_SERVFAIL] = 4, [TRAIT_TC_ONLY] = 5, [TRAIT_RTT] = 6,    [TRAIT_JITTER] = 7,
    [TRAIT_SLOW] = 8,     [TRAIT_CAP] = 9,     [TRAIT_OVER] = 10,
};
#define VARIANT_ID 11

static uint64_t draw_bits(const struct sighting *s, uint32_t purpose)
{
    struct {
        uint64_t name_hash;
        uint32_t resolver, kth;
        uint32_t type, purpose;
    } key = {s->name_hash, s->resolver, s->kth, s->type, purpose};
    return hash64(&key, sizeof key, s->seed);
}

static double unit_of(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

/* Uniform in [0, 1), a function of the sighting and the trait. */
static double draw(const struct sighting *s, enum trait trait)
{
    return unit_of(draw_bits(s, draw_ids[trait]));
}

static enum action act_dead(const struct range *value, const struct sighting *s)
{
    (void)s;
    return value->low > 0 ? ACTION_SILENCE : ACTION_ANSWER;
}

/* Over TCP the kernel would send it again. */
static enum action act_loss(const struct range *value, const struct sighting *s)
{
    return !s->is_tcp && draw(s, TRAIT_LOSS) < value->low ? ACTION_SILENCE : ACTION_ANSWER;
}

static enum action act_noedns(const struct range *value, const struct sighting *s)
{
    if (!s->has_edns || value->low < 1)
        return ACTION_ANSWER;
    return value->low > 1 ? ACTION_FORMERR_BARE : ACTION_FORMERR;
}

/* A resolver refuses a zone or it does not, whatever the name. */
static enum action act_refuse_zone(const struct range *value, const struct sighting *s)
{
    struct {
        uint64_t zone_hash;
        uint32_t resolver, purpose;
    } key = {s->zone_hash, s->resolver, draw_ids[TRAIT_REFUSE_ZONE]};
    double unit = unit_of(hash64(&key, sizeof key, s->seed));
    return s->zone_hash && unit < value->low ? ACTION_REFUSED : ACTION_ANSWER;
}

static enum action act_servfail(const struct range *value, const struct sighting *s)
{
    return draw(s, TRAIT_SERVFAIL) < value->low ? ACTION_SERVFAIL : ACTION_ANSWER;
}

static enum action act_tc_only(const struct range *value, const struct sighting *s)
{
    return !s->is_tcp && value->low > 0 ? ACTION_TRUNCATE : ACTION_ANSWER;
}

static double delay_rtt(const struct range *value, const struct sighting *s)
{
    (void)s;
    return value->low;
}

static double delay_jitter(const struct range *value, const struct sighting *s)
{
    return value->low + (value->high - value->low) * draw(s, TRAIT_JITTER);
}

static double delay_slow(const struct range *value, const struct sighting *s)
{
    return value->low + (value->high - value->low) * draw(s, TRAIT_SLOW);
}

static const struct row rows[TRAIT_COUNT] = {
    [TRAIT_DEAD] = {"dead",
                    KIND_CHOICE,
                    ONCE,
                    {"no", "silent", "closed"},
                    1,
                    "silent (takes queries, says nothing), closed (port unreachable) or any",
                    act_dead,
                    NULL},
    [TRAIT_LOSS] = {"loss",
                    KIND_SHARE,
                    ONCE,
                    {0},
                    0,
                    "share of UDP round trips lost, such as 2% or 0.4%-5%",
                    act_loss,
                    NULL},
    [TRAIT_NOEDNS] = {"noedns",
                      KIND_CHOICE,
                      ONCE,
                      {"no", "question", "bare"},
                      1,
                      "FORMERR to queries with EDNS, with the question or bare (header only)",
                      act_noedns,
                      NULL},
    [TRAIT_REFUSE_ZONE] = {"refuse-zone",
                           KIND_SHARE,
                           ONCE,
                           {0},
                           0,
                           "share of the zones it answers REFUSED for; bare: all of them",
                           act_refuse_zone,
                           NULL},
    [TRAIT_SERVFAIL] = {"servfail",
                        KIND_SHARE,
                        ONCE,
                        {0},
                        0,
                        "share of queries answered SERVFAIL; bare: all of them",
                        act_servfail,
                        NULL},
    [TRAIT_TC_ONLY] = {"tc-only",
                       KIND_FLAG,
                       ONCE,
                       {0},
                       0,
                       "truncates everything over UDP, answers over TCP",
                       act_tc_only,
                       NULL},
    [TRAIT_RTT] = {"rtt",
                   KIND_TIME,
                   ONCE,
                   {0},
                   0,
                   "round-trip time; of a range each resolver has one value",
                   NULL,
                   delay_rtt},
    [TRAIT_JITTER] = {"jitter",
                      KIND_TIME,
                      EACH,
                      {0},
                      0,
                      "added for each query; one value means 0 up to it",
                      NULL,
                      delay_jitter},
    [TRAIT_SLOW] = {"slow",
                    KIND_TIME,
                    EACH,
                    {0},
                    0,
                    "added for each query, such as 600ms-2s",
                    NULL,
                    delay_slow},
    [TRAIT_CAP] = {"cap",
                   KIND_RATE,
                   ONCE_LOG,
                   {0},
                   0,
                   "queries a second it answers (token bucket of 0.2 s), such as 50-5000",
                   NULL,
                   NULL},
    [TRAIT_OVER] = {"over",
                    KIND_CHOICE,
                    ONCE,
                    {"drop", "refused", "servfail"},
                    0,
                    "what it does above its cap: drop, refused, servfail or any",
                    NULL,
                    NULL},
};

/* One value of KIND; text up to LEN. */
static bool parse_value(enum kind kind, const char *text, size_t len, double *out)
{
    char copy[UNITS_TEXT_MAX];
    uint64_t count;
    mono_ns time_ns;
    char *end;
    if (len == 0 || len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    switch (kind) {
    case KIND_SHARE:
        *out = strtod(copy, &end);
        if (*end == '%') {
            *out /= 100;
            end++;
        }
        return end != copy && !*end && *out >= 0 && *out <= 1;
    case KIND_TIME:
        if (units_parse_duration(copy, NS_PER_MS, &time_ns))
            return false;
        *out = (double)time_ns;
        return *out <= DELAY_RANGE_MAX_NS;
    case KIND_RATE:
        if (units_parse_count(copy, &count))
            return false;
        *out = (double)count;
        return count > 0 && *out <= CAP_MAX_QPS;
    default:
        return false;
    }
}

static int parse_choice(const struct row *row, const char *text, struct range *out)
{
    int count = 0;
    while (count < 5 && row->choices[count])
        count++;
    if (!text && row->any_from == 0)
        return ERR_SYNTAX;
    if (!text) /* bare: the first that is not "no" */
        text = row->choices[row->any_from];
    if (!strcmp(text, "any")) {
        *out = (struct range){row->any_from, count - 1};
        return 0;
    }
    for (int i = 0; i < count; i++) {
        if (!strcmp(text, row->choices[i])) {
            *out = (struct range){i, i};
            return 0;
        }
    }
    return ERR_SYNTAX;
}

static int parse_range(const struct row *row, const char *text, struct range *out)
{
    if (!text && row->kind == KIND_SHARE) {
        *out = (struct range){1, 1};
        return 0;
    }
    if (!text)
        return ERR_SYNTAX;
    const char *dash = strchr(text, '-');
    size_t low_len = dash ? (size_t)(dash - text) : strlen(text);
    if (!parse_value(row->kind, text, low_len, &out->low))
        return ERR_SYNTAX;
    out->high = out->low;
    if (dash && !parse_value(row->kind, dash + 1, strlen(dash + 1), &out->high))
        return ERR_SYNTAX;
    if (!dash && row->drawn == EACH)
        out->low = 0;
    return out->low <= out->high ? 0 : ERR_RANGE;
}

int impair_parse(struct range values[TRAIT_COUNT], const char *word, const char *value,
                 const char **expected)
{
    for (size_t i = 0; i < TRAIT_COUNT; i++) {
        if (strcmp(rows[i].word, word))
            continue;
        struct range parsed = {0};
        int err;
        *expected = rows[i].help;
        if (rows[i].kind == KIND_FLAG) {
            err = value ? ERR_SYNTAX : 0;
            parsed = (struct range){1, 1};
        } else if (rows[i].kind == KIND_CHOICE) {
            err = parse_choice(&rows[i], value, &parsed);
        } else {
            err = parse_range(&rows[i], value, &parsed);
        }
        if (!err)
            values[i] = parsed;
        return err;
    }
    return ERR_MISSING;
}

const char *impair_word(enum trait trait)
{
    return rows[trait].word;
}

const char *impair_help(enum trait trait)
{
    return rows[trait].help;
}

void traits_draw(struct traits *out, const struct range ranges[TRAIT_COUNT], uint64_t seed,
                 uint32_t resolver)
{
    for (uint32_t i = 0; i < TRAIT_COUNT; i++) {
        uint32_t key[2] = {resolver, draw_ids[i]};
        double unit = unit_of(hash64(key, sizeof key, seed ^ 0x747261697473));
        struct range range = ranges[i];
        if (rows[i].kind == KIND_CHOICE)
            range.low = floor(range.low + unit * (range.high - range.low + 1));
        else if (rows[i].drawn == ONCE_LOG && range.low > 0)
            range.low = exp(log(range.low) + unit * (log(range.high) - log(range.low)));
        else if (rows[i].drawn != EACH)
            range.low += unit * (range.high - range.low);
        if (rows[i].drawn != EACH)
            range.high = range.low;
        out->value[i] = range;
    }
}

struct outcome impair_judge(const struct traits *traits, const struct sighting *sighting)
{
    struct outcome outcome = {.action = ACTION_ANSWER, .cause = -1};
    double delay_ns = 0;
    for (int i = 0; i < TRAIT_COUNT; i++) {
        if (traits->value[i].high <= 0)
            continue;
        if (rows[i].delay_ns)
            delay_ns += rows[i].delay_ns(&traits->value[i], sighting);
        if (!rows[i].act || outcome.action != ACTION_ANSWER)
            continue;
        outcome.action = rows[i].act(&traits->value[i], sighting);
        if (outcome.action != ACTION_ANSWER)
            outcome.cause = i;
    }
    outcome.delay = (mono_ns)delay_ns;
    outcome.variant = draw_bits(sighting, VARIANT_ID);
    return outcome;
}
