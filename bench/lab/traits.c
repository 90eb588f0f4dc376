// SPDX-License-Identifier: BSD-2-Clause
/* The table of a fleet file's words; reading a value; drawing a resolver's own. */
#include "bench/lab/traits.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "bench/lab/lies.h"
#include "bench/lab/sighting.h"

#define DELAY_MAX_NS 10e9 /* nobody waits for more */
#define CAP_MAX_QPS  1e9
#define TURNS_MAX    1e9
#define BACKEND_MAX  20000 /* FLEET_COUNT_MAX */
#define CHOICES_MAX  7
#define SLIP_MAX     1000
#define TRAITS_SALT  0x747261697473

enum kind {
    KIND_SHARE,  /* 0..1; bare: all */
    KIND_PART,   /* a share above 0 */
    KIND_TIME,   /* a bare number is in ms */
    KIND_NUMBER, /* whole, from 1 */
    KIND_CHOICE, /* one of some words, or `any` of them */
    KIND_FLAG,   /* no value */
};

enum drawn {
    ONCE,     /* each resolver has one value of the range */
    ONCE_LOG, /* the same, on a log scale */
    EACH,     /* each query has one; a single value means 0 up to it */
    NEVER,    /* no range, all of a group have the value */
};

struct row {
    const char *word;
    enum kind kind;
    enum drawn drawn;
    double max;                       /* of a time or number */
    const char *choices[CHOICES_MAX]; /* value 0 first */
    int any_from;                     /* the first choice `any` may draw, and bare means */
    const char *help;
};

/* clang-format off */
static const struct row rows[TRAIT_COUNT] = {
    [TRAIT_DEAD] = {"dead", KIND_CHOICE, ONCE, 0, {"no", "silent", "closed"}, 1,
        "silent (takes queries, says nothing), closed (port unreachable) or any"},
    [TRAIT_LOSS] = {"loss", KIND_SHARE, ONCE, 0, {0}, 0,
        "share of UDP round trips lost, such as 2% or 0.4%-5%"},
    [TRAIT_NOEDNS] = {"noedns", KIND_CHOICE, ONCE, 0, {"no", "question", "bare"}, 1,
        "FORMERR to queries with EDNS, with the question or bare (header only)"},
    [TRAIT_REFUSE_ZONE] = {"refuse-zone", KIND_SHARE, ONCE, 0, {0}, 0,
        "share of the zones it answers REFUSED for; bare: all of them"},
    [TRAIT_ONLY_ZONES] = {"only-zones", KIND_FLAG, ONCE, 0, {0}, 0,
        "REFUSED for every name in no zone, whatever --outside says"},
    [TRAIT_SERVFAIL] = {"servfail", KIND_SHARE, ONCE, 0, {0}, 0,
        "share of queries answered SERVFAIL; bare: all of them"},
    [TRAIT_TC_ONLY] = {"tc-only", KIND_FLAG, ONCE, 0, {0}, 0,
        "truncates everything over UDP, answers over TCP"},
    [TRAIT_RTT] = {"rtt", KIND_TIME, ONCE, DELAY_MAX_NS, {0}, 0,
        "round-trip time; of a range each resolver has one value"},
    [TRAIT_JITTER] = {"jitter", KIND_TIME, EACH, DELAY_MAX_NS, {0}, 0,
        "added for each query; one value means 0 up to it"},
    [TRAIT_SLOW] = {"slow", KIND_TIME, EACH, DELAY_MAX_NS, {0}, 0,
        "added for each query, such as 600ms-2s"},
    [TRAIT_REWRITE] = {"rewrite", KIND_NUMBER, ONCE, LIES_REWRITE_MAX, {0}, 0,
        "A of NXDOMAIN becomes 203.0.113.N, N up to 100, such as 1 or 1-3"},
    [TRAIT_HIDE] = {"hide", KIND_SHARE, ONCE, 0, {0}, 0,
        "share of the names that exist it denies, always the same; bare: all"},
    [TRAIT_WRONG] = {"wrong", KIND_SHARE, ONCE, 0, {0}, 0,
        "share of the names that exist it gives wrong addresses for; bare: all"},
    [TRAIT_FORGE] = {"forge", KIND_CHOICE, ONCE, 0,
        {"no", "id", "question", "source", "echo", "duplicate"}, 1,
        "sends beside the reply: wrong id, question or source, echo, duplicate; any"},
    [TRAIT_FORGE_SHARE] = {"forge-share", KIND_PART, ONCE, 0, {0}, 0,
        "share of the queries that is done to; all if not given"},
    [TRAIT_LATE] = {"late", KIND_TIME, ONCE, DELAY_MAX_NS, {0}, 0,
        "how much later the right reply comes when there is a forged one"},
    [TRAIT_TURNS] = {"turns", KIND_NUMBER, ONCE, TURNS_MAX, {0}, 0,
        "it is honest for so many queries, then rewrite, hide, wrong and forge begin"},
    [TRAIT_CAP] = {"cap", KIND_NUMBER, ONCE_LOG, CAP_MAX_QPS, {0}, 0,
        "queries a second it answers (token bucket of 0.2 s), such as 50-5000"},
    [TRAIT_OVER] = {"over", KIND_CHOICE, ONCE, 0, {"drop", "refused", "servfail"}, 0,
        "what it does above its cap: drop, refused, servfail or any"},
    [TRAIT_SLIP] = {"slip", KIND_NUMBER, ONCE, SLIP_MAX, {0}, 0,
        "of those above its cap one in so many is truncated instead, as with RRL"},
    [TRAIT_BACKEND] = {"backend", KIND_NUMBER, NEVER, BACKEND_MAX, {0}, 0,
        "so many addresses of the group are one resolver: traits, lies, cap, memory"},
};
/* clang-format on */

static bool parse_share(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    if (*end == '%') {
        *out /= 100;
        end++;
    }
    return end != text && !*end && *out >= 0 && *out <= 1;
}

/* One value of the row's kind; text up to LEN. */
static bool parse_value(const struct row *row, const char *text, size_t len, double *out)
{
    char copy[UNITS_TEXT_MAX];
    uint64_t count;
    mono_ns time_ns;
    if (len == 0 || len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    switch (row->kind) {
    case KIND_SHARE:
        return parse_share(copy, out);
    case KIND_PART:
        return parse_share(copy, out) && *out > 0;
    case KIND_TIME:
        if (units_parse_duration(copy, NS_PER_MS, &time_ns))
            return false;
        *out = (double)time_ns;
        return *out <= row->max;
    case KIND_NUMBER:
        if (units_parse_count(copy, &count))
            return false;
        *out = (double)count;
        return count > 0 && *out <= row->max;
    default:
        return false;
    }
}

static int parse_choice(const struct row *row, const char *text, struct range *out)
{
    int count = 0;
    while (count < CHOICES_MAX && row->choices[count])
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
    if (!text && (row->kind == KIND_SHARE || row->kind == KIND_PART)) {
        *out = (struct range){1, 1};
        return 0;
    }
    if (!text)
        return ERR_SYNTAX;
    const char *dash = row->drawn == NEVER ? NULL : strchr(text, '-');
    size_t low_len = dash ? (size_t)(dash - text) : strlen(text);
    if (!parse_value(row, text, low_len, &out->low))
        return ERR_SYNTAX;
    out->high = out->low;
    if (dash && !parse_value(row, dash + 1, strlen(dash + 1), &out->high))
        return ERR_SYNTAX;
    if (!dash && row->drawn == EACH)
        out->low = 0;
    return out->low <= out->high ? 0 : ERR_RANGE;
}

int traits_parse(struct range values[TRAIT_COUNT], const char *word, const char *value,
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

const char *traits_word(enum trait trait)
{
    return rows[trait].word;
}

const char *traits_help(enum trait trait)
{
    return rows[trait].help;
}

const char *traits_choice(enum trait trait, double value)
{
    return rows[trait].choices[(int)value];
}

/* UNIT in [0, 1) picks a value of the range. */
static double pick(const struct row *row, const struct range *range, double unit)
{
    double width = range->high - range->low;
    if (row->kind == KIND_CHOICE || (row->kind == KIND_NUMBER && row->drawn == ONCE))
        return floor(range->low + unit * (width + 1));
    if (row->drawn == ONCE_LOG && range->low > 0)
        return exp(log(range->low) + unit * (log(range->high) - log(range->low)));
    return range->low + unit * width;
}

void traits_draw(struct traits *out, const struct range ranges[TRAIT_COUNT], uint64_t seed,
                 uint32_t resolver)
{
    for (uint32_t i = 0; i < TRAIT_COUNT; i++) {
        uint32_t key[2] = {resolver, draw_ids[i]};
        double unit = draw_unit(hash64(key, sizeof key, seed ^ TRAITS_SALT));
        out->value[i] = ranges[i];
        if (rows[i].drawn != EACH)
            out->value[i].low = out->value[i].high = pick(&rows[i], &ranges[i], unit);
    }
}
