// SPDX-License-Identifier: BSD-2-Clause
/* Setters: one value each, judged alone; those about whom to ask are in set_whom.c. What depends on
 * a second option waits for setup_finish, what depends on the command for its prepare.
 *
 * Limits, and why:
 *   rates up to 10^9/s     far above any line; keeps sums in 64 bits
 *   in flight to 10^6      each has a slot and, at 16 K a port, 61 ports
 *   tries to 50            a question that 50 resolvers leave open stays open
 *   timeout 10 ms to 60 s  below lies the path's own delay, above no resolver waits
 *   threads to 256         one a core on the largest usual machine */
#include "cmd/set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options.h"
#include "cmd/setup.h"
#include "cmd/value.h"
#include "dns/code.h"

#define RATE_MAX      1000000000u
#define IN_FLIGHT_MAX 1000000u
#define TRIES_MAX     50u
#define TIMEOUT_MIN   (10 * NS_PER_MS)
#define TIMEOUT_MAX   (60 * NS_PER_S)
#define TIME_MAX      (366 * 24 * 3600 * NS_PER_S)
#define THREADS_MAX   256u
#define SHARDS_MAX    1000000u

static int set_path(const char **out, const char *value, struct text *why)
{
    if (*value == '\0') {
        text_puts(why, "an empty file name");
        return ERR_SYNTAX;
    }
    *out = value;
    return 0;
}

/* Input. */

int set_wordlist(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    int error = strcmp(value, "-") == 0 ? setup_claim_stdin(setup, "--wordlist", why)
                                        : setup_check_readable(setup, value, why);
    if (error == ERR_IO && setup->disk->look(value) == DISK_NONE) /* what others mean by -w */
        text_puts(why, " (-w reads words; results are written with -o)");
    return error ? error : setup_add(&setup->params.word_files, value);
}

int set_domains(void *ctx, const char *value, struct text *why)
{
    (void)why;
    return setup_add(&((struct setup *)ctx)->domains, value);
}

int set_classify(void *ctx, const char *value, struct text *why)
{
    (void)value;
    (void)why;
    ((struct setup *)ctx)->params.only_classifies = true;
    return 0;
}

int set_names(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    int error = strcmp(value, "-") == 0 ? setup_claim_stdin(setup, "--names", why)
                                        : setup_check_readable(setup, value, why);
    return error ? error : setup_add(&setup->params.name_files, value);
}

/* Types nobody can ask a resolver for: reserved, OPT, and what RFC 6895 section 3.1
 * sets aside for queries and meta data (128 to 255). */
static bool is_askable(uint16_t type)
{
    return type != 0 && type != TYPE_OPT && !(type >= 128 && type <= 255) && type != UINT16_MAX;
}

static int add_type(void *ctx, const char *part, size_t len, struct text *why)
{
    struct scan_params *params = &((struct setup *)ctx)->params;
    int shown_len = (int)(len > 80 ? 80 : len);
    uint64_t number;
    uint16_t type;
    if (value_digits(part, len, UINT64_MAX, &number)) {
        text_printf(why,
                    "%.*s is a number and -t takes record types (A, MX, TYPE257); did you mean "
                    "--threads %.*s or -c %.*s?",
                    shown_len, part, shown_len, part, shown_len, part);
        return ERR_SYNTAX;
    }
    if (code_type_from_text(part, len, &type) < 0) {
        text_printf(why, "'%.*s' is not a record type (A, MX, TYPE257)", shown_len, part);
        return ERR_SYNTAX;
    }
    if (type == TYPE_ANY) {
        text_puts(why, "ANY is not asked: servers need not answer it in full (RFC 8482); name "
                       "the types");
        return ERR_SYNTAX;
    }
    if (!is_askable(type)) {
        text_printf(why, "%.*s is not a type of data to be asked for", shown_len, part);
        return ERR_SYNTAX;
    }
    for (size_t i = 0; i < params->type_count; i++)
        if (params->types[i] == type)
            return 0;
    if (params->type_count == HIT_TYPES_MAX) {
        text_printf(why, "more than %d types", HIT_TYPES_MAX);
        return ERR_RANGE;
    }
    params->types[params->type_count++] = type;
    return 0;
}

int set_type(void *ctx, const char *value, struct text *why)
{
    return setup_each_part(value, add_type, ctx, why);
}

int set_scope(void *ctx, const char *value, struct text *why)
{
    (void)why;
    return setup_add(&((struct setup *)ctx)->scope, value);
}

int set_exclude(void *ctx, const char *value, struct text *why)
{
    (void)why;
    return setup_add(&((struct setup *)ctx)->exclude, value);
}

int set_dedupe(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.dedupe = *value == '1';
    return 0;
}

int set_shard(void *ctx, const char *value, struct text *why)
{
    struct scan_params *params = &((struct setup *)ctx)->params;
    uint64_t index, count;
    size_t len = strcspn(value, "/");
    if (value[len] != '/' || !value_digits(value, len, SHARDS_MAX, &index) ||
        !value_digits(value + len + 1, strlen(value + len + 1), SHARDS_MAX, &count))
        return value_refuse(why, value, "I/N with I from 1 to N (1/4)");
    if (index < 1 || index > count) {
        text_printf(why, "'%.80s': I goes from 1 to N", value);
        return ERR_RANGE;
    }
    params->shard_index = (uint32_t)(index - 1);
    params->shard_count = (uint32_t)count;
    return 0;
}

int set_seed(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    if (!value_digits(value, strlen(value), UINT64_MAX, &setup->params.seed))
        return value_refuse(why, value, "a whole number below 2^64");
    setup->is_seeded = true;
    return 0;
}

/* Limits. */

int set_own(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.is_own = *value == '1';
    return 0;
}

int set_rate(void *ctx, const char *value, struct text *why)
{
    return value_count(value, 0, RATE_MAX, &((struct setup *)ctx)->params.rate_qps, why);
}

int set_resolver_rate(void *ctx, const char *value, struct text *why)
{
    return value_count(value, 0, RATE_MAX, &((struct setup *)ctx)->params.resolver_rate_qps, why);
}

int set_zone_rate(void *ctx, const char *value, struct text *why)
{
    return value_count(value, 0, RATE_MAX, &((struct setup *)ctx)->params.zone_rate_qps, why);
}

int set_in_flight(void *ctx, const char *value, struct text *why)
{
    return value_u32(value, 1, IN_FLIGHT_MAX, &((struct setup *)ctx)->params.in_flight_max, why);
}

int set_timeout(void *ctx, const char *value, struct text *why)
{
    mono_ns *timeout = &((struct setup *)ctx)->params.timeout;
    int error = value_duration(value, NS_PER_MS, timeout, why);
    if (!error && (*timeout < TIMEOUT_MIN || *timeout > TIMEOUT_MAX)) {
        text_printf(why, "'%.80s' is out of range: 10ms to 60s", value);
        error = ERR_RANGE;
    }
    return error;
}

int set_tries(void *ctx, const char *value, struct text *why)
{
    return value_u32(value, 1, TRIES_MAX, &((struct setup *)ctx)->params.tries_max, why);
}

int set_max_time(void *ctx, const char *value, struct text *why)
{
    mono_ns *time_max = &((struct setup *)ctx)->params.time_max;
    int error = value_duration(value, NS_PER_S, time_max, why);
    if (!error && *time_max > TIME_MAX) {
        text_printf(why, "'%.80s' is out of range: at most a year", value);
        error = ERR_RANGE;
    }
    return error;
}

int set_max_queries(void *ctx, const char *value, struct text *why)
{
    return value_count(value, 0, UINT64_MAX, &((struct setup *)ctx)->params.queries_max, why);
}

int set_allow_unresolved(void *ctx, const char *value, struct text *why)
{
    struct scan_params *params = &((struct setup *)ctx)->params;
    size_t len = strlen(value);
    uint64_t count;
    params->unresolved_allowed_is_percent = len > 0 && value[len - 1] == '%';
    if (params->unresolved_allowed_is_percent) {
        if (!value_percent(value, len - 1, &params->unresolved_allowed))
            return value_refuse(why, value, "a share from 0% to 100%");
        return 0;
    }
    int error = value_count(value, 0, UINT64_MAX, &count, why);
    if (!error)
        params->unresolved_allowed = (double)count;
    return error;
}

int set_threads(void *ctx, const char *value, struct text *why)
{
    struct scan_params *params = &((struct setup *)ctx)->params;
    params->is_thread_count_given = true;
    return value_u32(value, 1, THREADS_MAX, &params->thread_count, why);
}

/* Output. */

/* massdns's -o names a format; nobody calls a file so without saying where. */
int set_output(void *ctx, const char *value, struct text *why)
{
    static const struct {
        const char *theirs, *ours;
    } formats[] = {{"S", "massdns"}, {"J", "ndjson"}, {"F", "text"}, {"L", "names"}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(value, formats[i].theirs) != 0)
            continue;
        text_printf(why,
                    "takes a file; massdns's -o %s is -f %s here, and a file of that name ./%s",
                    value, formats[i].ours, value);
        return ERR_SYNTAX;
    }
    return set_path(&((struct setup *)ctx)->output, value, why);
}

/* The table's own spelling of the format in TEXT, kept by SETUP. */
static int parse_format(struct setup *setup, const char *text, size_t len, const char **out,
                        struct text *why)
{
    if (value_find_word("json jsonl", text, len) >= 0) {
        text_puts(why, "the JSON format is called ndjson: one object a line");
        return ERR_SYNTAX;
    }
    int index = value_find_word(WORDS_FORMAT, text, len);
    if (index < 0)
        return value_refuse_word(why, text, len, WORDS_FORMAT);
    const char *word = WORDS_FORMAT;
    for (; index > 0; index--)
        word += strcspn(word, " ") + 1;
    *out = setup_keep(setup, word, strcspn(word, " "));
    return *out ? 0 : ERR_NOMEM;
}

int set_format(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    return parse_format(setup, value, strlen(value), &setup->format, why);
}

int set_also(void *ctx, const char *value, struct text *why)
{
    struct setup *setup = ctx;
    struct scan_output also = {0};
    size_t len = strcspn(value, ":");
    if (value[len] != ':')
        return value_refuse(why, value, "FORMAT:FILE (ndjson:hits.ndjson)");
    int error = parse_format(setup, value, len, &also.format, why);
    if (!error)
        error = set_path(&also.path, value + len + 1, why);
    if (error)
        return error;
    struct scan_output *all = reallocarray(setup->also, setup->also_count + 1, sizeof *all);
    if (!all)
        return ERR_NOMEM;
    setup->also = all;
    setup->also[setup->also_count++] = also;
    return 0;
}

int set_split(void *ctx, const char *value, struct text *why)
{
    return set_path(&((struct setup *)ctx)->params.split_dir, value, why);
}

static int add_show(void *ctx, const char *part, size_t len, struct text *why)
{
    struct setup *setup = ctx;
    if (value_find_word(WORDS_SHOW, part, len) < 0)
        return value_refuse_word(why, part, len, WORDS_SHOW);
    for (int i = 0; i < VERDICT_COUNT; i++)
        if (value_is(part, len, verdict_words[i], strlen(verdict_words[i])))
            setup->show[i] = true;
    return 0;
}

int set_show(void *ctx, const char *value, struct text *why)
{
    return setup_each_part(value, add_show, ctx, why);
}

int set_all(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->is_all = *value == '1';
    return 0;
}

int set_file(const char **out, const char *value, struct text *why)
{
    if (strcmp(value, "-") == 0) {
        text_puts(why, "takes a file; stdout is for results");
        return ERR_SYNTAX;
    }
    return set_path(out, value, why);
}

int set_unresolved(void *ctx, const char *value, struct text *why)
{
    return set_file(&((struct setup *)ctx)->params.unresolved_path, value, why);
}

int set_wildcards(void *ctx, const char *value, struct text *why)
{
    return set_file(&((struct setup *)ctx)->params.wildcards_path, value, why);
}

int set_keep_wildcard(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.keep_wildcard = *value == '1';
    return 0;
}

int set_stats(void *ctx, const char *value, struct text *why)
{
    return set_file(&((struct setup *)ctx)->params.stats_path, value, why);
}

int set_progress(void *ctx, const char *value, struct text *why)
{
    static const enum scan_progress kinds[] = {SCAN_PROGRESS_AUTO, SCAN_PROGRESS_JSON,
                                               SCAN_PROGRESS_NONE};
    int index, error = value_word(WORDS_PROGRESS, value, &index, why);
    if (!error)
        ((struct setup *)ctx)->params.progress = kinds[index];
    return error;
}

int set_color(void *ctx, const char *value, struct text *why)
{
    static const enum scan_color kinds[] = {SCAN_COLOR_AUTO, SCAN_COLOR_ALWAYS, SCAN_COLOR_NEVER};
    int index, error = value_word(WORDS_COLOR, value, &index, why);
    if (!error)
        ((struct setup *)ctx)->params.color = kinds[index];
    return error;
}

/* General. */

int set_dry_run(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->params.dry_run = *value == '1';
    return 0;
}

int set_quiet(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct setup *)ctx)->is_quiet = *value == '1';
    return 0;
}

int set_verbose(void *ctx, const char *value, struct text *why)
{
    uint64_t count;
    (void)why;
    value_digits(value, strlen(value), UINT64_MAX, &count);
    ((struct setup *)ctx)->verbosity = count > 2 ? 2 : (unsigned)count;
    return 0;
}
