// SPDX-License-Identifier: BSD-2-Clause
/* Hits and misses.
 *
 * 1. Gathering hits: lines of wordlists/bench.txt, or words below zones. Each becomes a message
 *    at once; messages lie one behind the other.
 * 2. Misses: a message for each zone with room for the digits. The label is
 *
 *        dnstrawl- 0... SSSSSSSSSSSSS CCCCCCCCCCCC
 *
 *    so that whoever finds it in a log knows what it is. S: 13 digits of base 32, which are the
 *    seed, mixed one to one: two runs with two seeds never ask for the same name. C: 12 digits,
 *    which are the worker and its count, mixed one to one: neighbours in time are none in a
 *    sorted tree. Zeros fill the label up where a zone is shorter than the longest, so that all
 *    misses have one length and may leave in one call (UDP_SEGMENT).
 * 3. Drawing: a coin for hit or miss, then a rank. */
#include "source/workload_names.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/units.h"
#include "dns/code.h"
#include "source/permute.h"
#include "source/source.h"
#include "source/workload_refusal.h"
#include "source/workload_text.h"
#include "source/workload_zipf.h"

#define HITS_DEFAULT 10000
#define HITS_MAX     1000000 /* with messages of 60 octets, some 80 MB */

#define MARK         "dnstrawl-"
#define MARK_LEN     (sizeof MARK - 1)
#define SEED_DIGITS  13
#define COUNT_DIGITS 12
#define LABEL_LEN    (MARK_LEN + SEED_DIGITS + COUNT_DIGITS)
#define COUNT_BITS   56 /* mixed: 8 of the worker, 48 of its count (89 years at 100,000 a second) */
#define MIX_FIRST    0x9e3779b97f4a7c15u
#define MIX_SECOND   0xbf58476d1ce4e5b9u

_Static_assert(LABEL_LEN <= NAME_LABEL_MAX, "a label");
_Static_assert(MIX_FIRST &MIX_SECOND & 1, "an even factor would make equals of two counts");
_Static_assert(DNS_QUERY_MAX <= WORKLOAD_MESSAGE_MAX, "a message must fit");

struct popular {
    uint32_t offset; /* of its message */
    uint16_t len, question_len;
};

/* A miss but for its last COUNT_DIGITS digits. */
struct miss {
    uint8_t data[DNS_QUERY_MAX];
    uint16_t len, question_len;
    uint16_t digits; /* where they go */
};

struct workload_names {
    double hit_share;
    double zipf_exponent;
    struct popular *hits; /* by rank */
    struct zipf_slot *slots;
    uint32_t hit_count, hit_cap;
    uint8_t *messages;
    uint64_t message_len, message_cap;
    struct miss *misses; /* one a zone */
    uint32_t miss_count;
    uint64_t zone_count; /* 0: the built-in names' own */
    bool has_own_words;
};

static const uint16_t type_a[] = {TYPE_A};
static const struct name root = {.len = 1};

/* --- gathering hits --- */

struct gathering {
    struct workload_names *names;
    const struct workload_params *params;
    const struct name *zones;
    size_t zone_count;
    const uint16_t *types;
    size_t type_count;
    uint32_t wanted;
    uint64_t *refused;
};

static int make_room(struct workload_names *names)
{
    if (names->message_len + DNS_QUERY_MAX > names->message_cap) {
        uint64_t cap = names->message_cap ? names->message_cap * 2 : 16 * DNS_QUERY_MAX;
        uint8_t *messages = realloc(names->messages, cap);
        if (!messages)
            return ERR_NOMEM;
        names->messages = messages;
        names->message_cap = cap;
    }
    if (names->hit_count == names->hit_cap) {
        uint32_t cap = names->hit_cap ? names->hit_cap * 2 : 64;
        struct popular *hits = realloc(names->hits, cap * sizeof *hits);
        if (!hits)
            return ERR_NOMEM;
        names->hits = hits;
        names->hit_cap = cap;
    }
    return 0;
}

/* ERR_FULL once there are as many as are wanted. */
static int add_hit(struct gathering *gathering, const struct name *name, uint16_t type)
{
    struct workload_names *names = gathering->names;
    struct question question;
    if (names->hit_count == gathering->wanted)
        return ERR_FULL;
    int error = make_room(names);
    if (error)
        return error;
    struct popular *hit = &names->hits[names->hit_count++];
    question_init(&question, name->wire, name->len, type);
    hit->offset = (uint32_t)names->message_len;
    hit->question_len = question.len;
    hit->len = (uint16_t)query_write(names->messages + names->message_len, 0, &question,
                                     gathering->params->flags);
    names->message_len += hit->len;
    return 0;
}

static int add_types(struct gathering *gathering, const struct name *name)
{
    int error = 0;
    for (size_t i = 0; i < gathering->type_count && !error; i++)
        error = add_hit(gathering, name, gathering->types[i]);
    return error;
}

static void refuse(struct gathering *gathering, const char *file, const struct line *line,
                   const char *why)
{
    if (refusal_is_told(gathering->refused))
        log_note("%s:%llu: %s", file, (unsigned long long)line->number, why);
}

/* A word below each zone, the zones' turn first: popular names are of all of them. */
static int add_word(void *ctx, const char *file, const struct line *line)
{
    struct gathering *gathering = ctx;
    struct name word, name;
    int error = 0;
    if (line->too_long || source_name_from_text(&word, line->data, line->len)) {
        refuse(gathering, file, line, "not a name");
        return 0;
    }
    for (size_t i = 0; i < gathering->zone_count && !error; i++) {
        if (name_join(&name, &word, &gathering->zones[i]) == 0)
            error = add_types(gathering, &name);
        else
            refuse(gathering, file, line, "a name of more than 255 octets");
    }
    return error;
}

/* With types given, each name of the list once with each of them. */
static int add_builtin(void *ctx, const char *file, const struct line *line)
{
    struct gathering *gathering = ctx;
    struct workload_names *names = gathering->names;
    struct query_line query;
    const char *why = query_line_parse(&query, line->data, line->len);
    if (why) {
        refuse(gathering, file, line, why);
        return 0;
    }
    if (gathering->params->type_count == 0)
        return add_hit(gathering, &query.name, query.type);
    if (names->hit_count > 0) {
        const uint8_t *last = names->messages + names->hits[names->hit_count - 1].offset;
        if (name_equal(last + DNS_HEADER_LEN, query.name.wire))
            return 0;
    }
    return add_types(gathering, &query.name);
}

static int each_builtin_line(struct builtin list, const char *file,
                             int (*item)(void *ctx, const char *file, const struct line *line),
                             struct gathering *gathering)
{
    const char *end = list.data + list.len;
    struct line line = {.number = 0};
    int error = 0;
    for (const char *at = list.data; at < end && !error; at++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        line.data = at;
        line.len = (size_t)((newline ? newline : end) - at);
        line.number++;
        at += line.len;
        if (lines_trim(&line.data, &line.len) == LINES_GOT)
            error = item(gathering, file, &line);
    }
    return error;
}

static int gather(struct gathering *gathering, struct text *why)
{
    const struct workload_params *params = gathering->params;
    int error = 0;
    if (params->word_file_count == 0 && params->zone_count == 0)
        error = each_builtin_line(builtin_bench(), "wordlists/bench.txt", add_builtin, gathering);
    else if (params->word_file_count == 0)
        error = each_builtin_line(builtin_words(), "wordlists/common.txt", add_word, gathering);
    for (size_t i = 0; i < params->word_file_count && !error; i++) {
        const char *file = params->word_files[i];
        error = lines_each(file, add_word, gathering);
        if (error && error != ERR_FULL && error != ERR_NOMEM)
            text_printf(why, "%s: %s", strcmp(file, "-") == 0 ? "stdin" : file,
                        error == ERR_IO ? strerror(errno) : err_text(error));
    }
    if (error && error != ERR_FULL)
        return error;
    if (gathering->names->hit_count > 0)
        return 0;
    text_puts(why, "no name to ask for in the word lists");
    return ERR_SYNTAX;
}

/* --- misses --- */

/* COUNT digits of base 32, the lowest of VALUE last. */
static void put_digits(uint8_t *out, unsigned count, uint64_t value)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
    while (count-- > 0) {
        out[count] = (uint8_t)digits[value & 31];
        value >>= 5;
    }
}

/* One to one on COUNT_BITS bits: odd factors, and shifts by half of them. */
static uint64_t mix_count(uint64_t value)
{
    const uint64_t mask = ((uint64_t)1 << COUNT_BITS) - 1;
    value = value * MIX_FIRST & mask;
    value ^= value >> (COUNT_BITS / 2);
    value = value * MIX_SECOND & mask;
    return value ^ value >> (COUNT_BITS / 2);
}

/* FILL zeros behind the mark. */
static int miss_init(struct miss *miss, const struct name *zone, size_t fill,
                     const struct gathering *gathering)
{
    struct name label, name;
    struct question question;
    size_t len = LABEL_LEN + fill;
    label.len = (uint8_t)(len + 2);
    label.wire[0] = (uint8_t)len;
    memcpy(label.wire + 1, MARK, MARK_LEN);
    memset(label.wire + 1 + MARK_LEN, '0', len - MARK_LEN);
    /* One to one for a given place: permute_mix adds and multiplies by odd numbers. */
    put_digits(label.wire + 1 + MARK_LEN + fill, SEED_DIGITS,
               permute_mix(gathering->params->seed, 0));
    label.wire[1 + len] = 0;
    int error = name_join(&name, &label, zone);
    if (error)
        return error;
    question_init(&question, name.wire, name.len, gathering->types[0]);
    miss->len = (uint16_t)query_write(miss->data, 0, &question, gathering->params->flags);
    miss->question_len = question.len;
    miss->digits = (uint16_t)(DNS_HEADER_LEN + 1 + len - COUNT_DIGITS);
    return 0;
}

static int make_misses(struct gathering *gathering, const struct name *zones, uint32_t count,
                       struct text *why)
{
    struct workload_names *names = gathering->names;
    size_t longest = 0;
    names->misses = calloc(count, sizeof *names->misses);
    if (!names->misses)
        return ERR_NOMEM;
    names->miss_count = count;
    for (uint32_t i = 0; i < count; i++)
        if (zones[i].len > longest)
            longest = zones[i].len;
    for (uint32_t i = 0; i < count; i++) {
        size_t fill = longest - zones[i].len;
        if (fill > NAME_LABEL_MAX - LABEL_LEN)
            fill = NAME_LABEL_MAX - LABEL_LEN;
        if (miss_init(&names->misses[i], &zones[i], fill, gathering)) {
            char text[NAME_TEXT_MAX];
            name_to_text(zones[i].wire, text);
            text_printf(why, "%s: too long a name for labels of %zu octets below it", text,
                        LABEL_LEN);
            return ERR_RANGE;
        }
    }
    return 0;
}

/* --- making --- */

static int make(struct gathering *gathering, struct text *why)
{
    static const struct name example = {9, "\7example"};
    const struct workload_params *params = gathering->params;
    struct workload_names *names = gathering->names;
    int error = gather(gathering, why);
    if (error)
        return error;
    names->slots = malloc(names->hit_count * sizeof *names->slots);
    if (!names->slots)
        return ERR_NOMEM;
    error = zipf_build(names->slots, names->hit_count, params->zipf_exponent);
    if (error)
        return error;
    bool has_zones = params->zone_count > 0;
    return make_misses(gathering, has_zones ? params->zones : &example,
                       has_zones ? (uint32_t)params->zone_count : 1, why);
}

int workload_names_create(struct workload_names **out, const struct workload_params *params,
                          uint64_t *refused, struct text *why)
{
    struct workload_names *names = calloc(1, sizeof *names);
    struct gathering gathering = {
        .names = names,
        .params = params,
        .zones = params->zone_count ? params->zones : &root,
        .zone_count = params->zone_count ? params->zone_count : 1,
        .types = params->type_count ? params->types : type_a,
        .type_count = params->type_count ? params->type_count : 1,
        .wanted = params->hit_names ? params->hit_names : HITS_DEFAULT,
        .refused = refused,
    };
    *out = NULL;
    if (!names)
        return ERR_NOMEM;
    if (gathering.wanted > HITS_MAX)
        gathering.wanted = HITS_MAX;
    names->hit_share = params->hit_share;
    names->zipf_exponent = params->zipf_exponent;
    names->zone_count = params->zone_count;
    names->has_own_words = params->word_file_count > 0;
    int error = make(&gathering, why);
    if (error)
        workload_names_destroy(names);
    else
        *out = names;
    return error;
}

void workload_names_destroy(struct workload_names *names)
{
    if (!names)
        return;
    free(names->hits);
    free(names->slots);
    free(names->messages);
    free(names->misses);
    free(names);
}

/* --- drawing --- */

void names_stream_init(struct names_stream *stream, uint64_t seed, unsigned worker)
{
    assert(worker <= UINT8_MAX);
    rng_fast_init(&stream->rng, permute_mix(seed, worker + 1));
    stream->worker = (uint8_t)worker;
    stream->miss = 0;
}

void workload_names_hit(const struct workload_names *names, uint32_t rank,
                        struct workload_query *out)
{
    const struct popular *hit = &names->hits[rank];
    memcpy(out->data, names->messages + hit->offset, hit->len);
    out->len = hit->len;
    out->question_len = hit->question_len;
    out->expects = WORKLOAD_HIT;
    out->at = 0;
}

static void write_miss(const struct workload_names *names, struct names_stream *stream,
                       struct workload_query *out)
{
    uint64_t number = stream->miss++;
    const struct miss *miss = &names->misses[number % names->miss_count];
    memcpy(out->data, miss->data, miss->len);
    put_digits(out->data + miss->digits, COUNT_DIGITS,
               mix_count((uint64_t)stream->worker << (COUNT_BITS - 8) | number));
    out->len = miss->len;
    out->question_len = miss->question_len;
    out->expects = WORKLOAD_MISS;
    out->at = 0;
}

void workload_names_next(const struct workload_names *names, struct names_stream *stream,
                         struct workload_query *out)
{
    if (rng_fast_unit(&stream->rng) < names->hit_share)
        workload_names_hit(
            names, zipf_draw(names->slots, names->hit_count, rng_fast_u64(&stream->rng)), out);
    else
        write_miss(names, stream, out);
}

uint32_t workload_names_count(const struct workload_names *names)
{
    return names->hit_share > 0 ? names->hit_count : 0;
}

void workload_names_describe(const struct workload_names *names, struct text *out)
{
    char count[UNITS_TEXT_MAX];
    text_puts(out, names->has_own_words ? "words" : "built-in names");
    if (names->zone_count > 0)
        text_printf(out, " below %s zone%s", units_format_count(names->zone_count, count),
                    names->zone_count == 1 ? "" : "s");
    text_printf(out, ", %.5g %% cache hits", names->hit_share * 100);
    if (names->hit_share > 0)
        text_printf(out, " (%s name%s, Zipf %.3g%s)", units_format_count(names->hit_count, count),
                    names->hit_count == 1 ? "" : "s", names->zipf_exponent,
                    names->zipf_exponent == floor(names->zipf_exponent) ? ".0" : "");
}
