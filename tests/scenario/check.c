// SPDX-License-Identifier: BSD-2-Clause
/* What came out against what was expected. Besides what a story asks for, always:
 * the stats balance, no name is found that was not expected, every reject counter that
 * is not named is zero, every query counted was seen to leave (and no other).
 *
 * The program's outputs are read as text: their form is a contract. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "model/counters.h"
#include "model/verdict.h"
#include "tests/fake/clock.h"
#include "tests/scenario/scenario.h"

#define ANSWERS_MAX 256
#define PAIR_MAX    1100
#define LINES_SHOWN 60

struct checker {
    const struct scenario *scenario;
    const struct trace *trace;
    int exit_code;
    FILE *out;
    char *stats, *hits, *errors; /* whole files, terminated */
    unsigned line, failures;
    char told[1 << 16]; /* names expected, each between blanks */
    char counters_told[4096];
};

static void __attribute__((format(printf, 2, 3))) fail(struct checker *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(c->out, "  %s:%u: ", c->scenario->path, c->line);
    vfprintf(c->out, format, args);
    fputc('\n', c->out);
    va_end(args);
    c->failures++;
}

static char *read_all(const char *path)
{
    size_t len = 0, cap = 1 << 16;
    char *text = malloc(cap);
    FILE *file = fopen(path, "r");
    while (text && file) {
        size_t got = fread(text + len, 1, cap - len - 1, file);
        if (got == 0)
            break;
        len += got;
        if (cap - len < 2)
            text = realloc(text, cap *= 2);
    }
    if (file)
        fclose(file);
    if (!text)
        abort();
    text[len] = '\0';
    return text;
}

/* --- comparing --- */

static bool holds(const char *op, double value, double wanted)
{
    if (strcmp(op, "<=") == 0)
        return value <= wanted;
    if (strcmp(op, ">=") == 0)
        return value >= wanted;
    if (strcmp(op, "<") == 0)
        return value < wanted;
    if (strcmp(op, ">") == 0)
        return value > wanted;
    return value == wanted;
}

/* The words left are [OP] NUMBER. */
static void compare(struct checker *c, const char *what, double value, char **words, unsigned count)
{
    const char *op = count == 2 ? words[0] : "=";
    char *end;
    if (count < 1 || count > 2) {
        fail(c, "a line of expectations ends in [OP] NUMBER");
        return;
    }
    double wanted = strtod(words[count - 1], &end);
    if (*end != '\0' || !strstr("= <= >= < >", op))
        fail(c, "not a number or no such comparison: %s %s", op, words[count - 1]);
    else if (!holds(op, value, wanted))
        fail(c, "%s is %g, expected %s %g", what, value, op, wanted);
}

/* --- stats --- */

/* PATH is KEY or OBJECT.KEY; negative when there is none. */
static double stats_value(const struct checker *c, const char *path)
{
    char key[128];
    const char *at = c->stats, *dot = strchr(path, '.');
    if (dot) {
        snprintf(key, sizeof key, "\"%.*s\":{", (int)(dot - path), path);
        at = strstr(at, key);
        path = dot + 1;
    }
    snprintf(key, sizeof key, "\"%s\":", path);
    at = at ? strstr(at, key) : NULL;
    if (!at)
        return -1;
    at += strlen(key);
    return strncmp(at, "true", 4) == 0 ? 1 : strtod(at, NULL);
}

static void check_stats(struct checker *c, char **words, unsigned count)
{
    if (count < 3) {
        fail(c, "stats KEY [OP] NUMBER");
        return;
    }
    char what[160];
    size_t told = strlen(c->counters_told);
    snprintf(what, sizeof what, "stats %s", words[1]);
    compare(c, what, stats_value(c, words[1]), words + 2, count - 2);
    snprintf(c->counters_told + told, sizeof c->counters_told - told, " %s ", words[1]);
}

static void check_balance(struct checker *c)
{
    double sum = 0, candidates = stats_value(c, "candidates");
    if (candidates < 0)
        return; /* no stats were written: a usage error */
    for (int v = 0; v < VERDICT_COUNT; v++)
        sum += stats_value(c, verdict_words[v]);
    if (sum != candidates)
        fail(c, "%g candidates but %g verdicts", candidates, sum);
    if (stats_value(c, "exit") != c->exit_code)
        fail(c, "stats tell of exit %g, it was %d", stats_value(c, "exit"), c->exit_code);
    for (int r = 0; r < REJECT_COUNT; r++) {
        char key[64], told[70];
        snprintf(key, sizeof key, "rejected_replies.%s", reject_words[r]);
        snprintf(told, sizeof told, " %s ", key);
        double value = stats_value(c, key);
        if (value != 0 && !strstr(c->counters_told, told))
            fail(c, "stats %s is %g, expected none", key, value);
    }
}

static void check_sent(struct checker *c)
{
    double queries = stats_value(c, "queries");
    bool may_lack = false; /* counted, but could not leave */
    for (size_t i = 0; i < c->scenario->server_count; i++) {
        const struct server *server = &c->scenario->servers[i];
        may_lack |= server->fails_sends || server->tcp != NET_ACCEPTED;
    }
    if (queries < 0 || queries == (double)c->trace->count)
        return;
    if (queries < (double)c->trace->count || !may_lack)
        fail(c, "%g queries counted, %zu left", queries, c->trace->count);
}

/* --- names --- */

/* The ndjson line about HOST, copied out; false: none. */
static bool find_hit(const struct checker *c, const char *host, char *out, size_t cap)
{
    char key[PAIR_MAX];
    snprintf(key, sizeof key, "\"host\":\"%s\",", host);
    const char *at = NULL;
    for (const char *next = c->hits; (next = strstr(next, key)); next++)
        at = next; /* the last word holds */
    if (!at)
        return false;
    size_t len = strcspn(at, "\n");
    snprintf(out, cap, "%.*s", (int)len, at);
    return true;
}

/* The text of "KEY":"..." or of a bare value. */
static void hit_value(const char *hit, const char *key, char *out, size_t cap)
{
    char search[64];
    snprintf(search, sizeof search, "\"%s\":", key);
    const char *at = strstr(hit, search);
    *out = '\0';
    if (!at)
        return;
    at += strlen(search);
    if (*at == '"')
        snprintf(out, cap, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
    else if (*at == '[')
        snprintf(out, cap, "%.*s", (int)strcspn(at + 1, "]"), at + 1);
    else
        snprintf(out, cap, "%.*s", (int)strcspn(at, ",}"), at);
}

static int compare_pairs(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void join_sorted(char (*pairs)[PAIR_MAX], unsigned count, char *out, size_t cap)
{
    size_t len = 0;
    qsort(pairs, count, PAIR_MAX, compare_pairs);
    *out = '\0';
    for (unsigned i = 0; i < count && len < cap; i++)
        len += (size_t)snprintf(out + len, cap - len, "%s%s", i ? ", " : "", pairs[i]);
}

/* "A 192.0.2.1, CNAME b.example.com", sorted. */
static void answers_of(const char *hit, char *out, size_t cap)
{
    static char pairs[ANSWERS_MAX][PAIR_MAX];
    unsigned count = 0;
    const char *at = strstr(hit, "\"answers\":[");
    const char *end = at ? strstr(at, "],\"flags\"") : NULL;
    while (at && count < ANSWERS_MAX && (at = strstr(at, "\"type\":")) && at < end) {
        char type[64], data[1024];
        hit_value(at, "type", type, sizeof type);
        hit_value(at, "data", data, sizeof data);
        snprintf(pairs[count++], PAIR_MAX, "%s %s", type, data);
        at++;
    }
    join_sorted(pairs, count, out, cap);
}

static void check_word(struct checker *c, const char *host, const char *hit, const char *key,
                       const char *wanted)
{
    char value[1024], plain[1024];
    hit_value(hit, key, value, sizeof value);
    for (char *v = value; *v; v++)
        *v = *v == ' ' ? '_' : *v;
    size_t len = 0;
    for (const char *v = value; *v; v++) /* ["a","b"] -> a,b */
        if (*v != '"')
            plain[len++] = *v;
    plain[len] = '\0';
    if (strcmp(plain, strcmp(wanted, "-") == 0 ? "" : wanted) != 0)
        fail(c, "%s: %s is %s, expected %s", host, key, *plain ? plain : "-", wanted);
}

static bool is_field(const char *word)
{
    static const char *const fields[] = {"flags", "reason", "tries",     "resolver",
                                         "zone",  "status", "confirmed", "confirmed_by"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(word, fields[i]) == 0)
            return true;
    return false;
}

/* NAME VERDICT [TYPE DATA]... [FIELD VALUE]... */
static void check_name(struct checker *c, char **words, unsigned count)
{
    static char hit[1 << 16], got[1 << 15], wanted[1 << 15];
    static char pairs[WORDS_MAX][PAIR_MAX];
    unsigned pair_count = 0;
    char verdict[64];
    size_t told = strlen(c->told);
    snprintf(c->told + told, sizeof c->told - told, " %s ", words[0]);
    if (!find_hit(c, words[0], hit, sizeof hit)) {
        fail(c, "%s: nothing was said of it, expected %s", words[0], words[1]);
        return;
    }
    hit_value(hit, "verdict", verdict, sizeof verdict);
    if (strcmp(verdict, words[1]) != 0)
        fail(c, "%s is %s, expected %s", words[0], verdict, words[1]);
    for (unsigned i = 2; i + 1 < count; i += 2) {
        if (is_field(words[i]))
            check_word(c, words[0], hit, words[i], words[i + 1]);
        else
            snprintf(pairs[pair_count++], PAIR_MAX, "%s %s", words[i], words[i + 1]);
    }
    if (pair_count == 0)
        return;
    join_sorted(pairs, pair_count, wanted, sizeof wanted);
    answers_of(hit, got, sizeof got);
    if (strcmp(got, wanted) != 0)
        fail(c, "%s: data are\n      %s\n    expected\n      %s", words[0], got, wanted);
}

/* Names found, and not taken back, that the story does not tell of. */
static void check_strangers(struct checker *c)
{
    for (const char *line = c->hits; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char host[PAIR_MAX], told[PAIR_MAX + 2], verdict[64], last[1 << 12];
        hit_value(line, "host", host, sizeof host);
        hit_value(line, "verdict", verdict, sizeof verdict);
        snprintf(told, sizeof told, " %s ", host);
        if (strcmp(verdict, "found") != 0 || strstr(c->told, told) ||
            !find_hit(c, host, last, sizeof last))
            continue;
        hit_value(last, "verdict", verdict, sizeof verdict);
        if (strcmp(verdict, "found") == 0)
            fail(c, "%s is found, and was not expected", host);
    }
}

/* --- the log of queries --- */

/* SERVERS: *, or one or more joined by +. */
static bool server_is(const struct checker *c, const char *servers, const struct sighting *s)
{
    if (strcmp(servers, "*") == 0)
        return true;
    const char *text = s->server == SERVER_UNKNOWN ? "" : c->scenario->servers[s->server].text;
    size_t len = strlen(text);
    for (const char *at = servers; *at; at += strcspn(at, "+"), at += *at == '+')
        if (strcspn(at, "+") == len && len && memcmp(at, text, len) == 0)
            return true;
    return false;
}

struct selection {
    const char *servers;
    struct pattern pattern;
    enum tristate by_tcp, with_edns;
};

/* SERVERS [NAME [TYPE] [tcp|udp] [edns|plain]]; how many words that was. */
static unsigned parse_selection(struct checker *c, struct selection *out, char **words,
                                unsigned count)
{
    unsigned i = 1;
    *out = (struct selection){.servers = words[0]};
    if (strcmp(words[0], "*") != 0 && !strchr(words[0], '+') &&
        !scenario_server(c->scenario, words[0]))
        fail(c, "no such server: %s", words[0]);
    for (; i < count; i++) {
        if (strcmp(words[i], "tcp") == 0 || strcmp(words[i], "udp") == 0)
            out->by_tcp = words[i][0] == 't' ? YES : NO;
        else if (strcmp(words[i], "edns") == 0 || strcmp(words[i], "plain") == 0)
            out->with_edns = words[i][0] == 'e' ? YES : NO;
        else if (strchr("<>=0123456789", words[i][0]))
            break;
        else if (!parse_type(&out->pattern.type, words[i]) &&
                 !parse_pattern(&out->pattern, words[i]))
            fail(c, "not a name, a type or a transport: %s", words[i]);
    }
    return i;
}

static bool is_selected(const struct checker *c, const struct selection *s,
                        const struct sighting *sighting)
{
    return server_is(c, s->servers, sighting) &&
           pattern_has(&s->pattern, &sighting->name, sighting->type) &&
           (s->by_tcp == EITHER || (s->by_tcp == YES) == sighting->by_tcp) &&
           (s->with_edns == EITHER || (s->with_edns == YES) == sighting->with_edns);
}

/* asked SELECTION [OP] NUMBER */
static void check_asked(struct checker *c, char **words, unsigned count)
{
    struct selection selection;
    unsigned used = count > 1 ? parse_selection(c, &selection, words + 1, count - 1) : 0;
    if (used == 0) {
        fail(c, "asked SERVER [NAME] [TYPE] [OP] NUMBER");
        return;
    }
    unsigned sum = 0;
    for (size_t i = 0; i < c->trace->count; i++)
        sum += is_selected(c, &selection, &c->trace->items[i]);
    compare(c, "asked", sum, words + 1 + used, count - 1 - used);
}

/* rate SELECTION OP NUMBER: the most in any second. pace SELECTION OP NUMBER: the mean
 * per second between the first and the last. */
static void check_rate(struct checker *c, char **words, unsigned count, bool is_mean)
{
    struct selection selection;
    unsigned used = count > 1 ? parse_selection(c, &selection, words + 1, count - 1) : 0;
    const struct sighting *items = c->trace->items;
    double most = 0, in_window = 0, total = 0;
    size_t first = 0;
    mono_ns begin = 0, end = 0;
    for (size_t i = 0; used && i < c->trace->count; i++) {
        if (!is_selected(c, &selection, &items[i]))
            continue;
        begin = total == 0 ? items[i].at : begin;
        end = items[i].at;
        total++;
        in_window++;
        for (; items[first].at <= items[i].at - NS_PER_S; first++)
            in_window -= is_selected(c, &selection, &items[first]);
        most = in_window > most ? in_window : most;
    }
    double mean = end > begin ? (total - 1) * 1e9 / (double)(end - begin) : 0;
    compare(c, is_mean ? "queries a second on the whole" : "the most queries in a second",
            is_mean ? mean : most, words + 1 + used, count - 1 - used);
}

/* --- the rest --- */

static void check_stderr(struct checker *c, char *text, bool is_wanted)
{
    text += strspn(text, " ");
    if ((strstr(c->errors, text) != NULL) != is_wanted)
        fail(c, "stderr %s: %s", is_wanted ? "lacks" : "has", text);
}

/* file NAME [LINE]...: its lines, in any order. */
static void check_file(struct checker *c, char **words, unsigned count)
{
    static char pairs[WORDS_MAX][PAIR_MAX], wanted[1 << 15], got[1 << 15];
    unsigned pair_count = 0;
    for (unsigned i = 2; i < count; i++)
        snprintf(pairs[pair_count++], PAIR_MAX, "%s", words[i]);
    join_sorted(pairs, pair_count, wanted, sizeof wanted);
    char *text = read_all(words[1]);
    pair_count = 0;
    for (char *line = text; *line && pair_count < WORDS_MAX; line += *line == '\n') {
        size_t len = strcspn(line, "\n");
        snprintf(pairs[pair_count++], PAIR_MAX, "%.*s", (int)len, line);
        line += len;
    }
    join_sorted(pairs, pair_count, got, sizeof got);
    if (strcmp(got, wanted) != 0)
        fail(c, "file %s holds\n      %s\n    expected\n      %s", words[1], got, wanted);
    free(text);
}

static void check_line(struct checker *c, const char *line)
{
    char text[4096], *words[WORDS_MAX];
    snprintf(text, sizeof text, "%s", line);
    unsigned count = split_words(text, words);
    if (strcmp(words[0], "exit") == 0)
        compare(c, "exit", c->exit_code, words + 1, count - 1);
    else if (strcmp(words[0], "stats") == 0)
        check_stats(c, words, count);
    else if (strcmp(words[0], "asked") == 0)
        check_asked(c, words, count);
    else if (strcmp(words[0], "rate") == 0 || strcmp(words[0], "pace") == 0)
        check_rate(c, words, count, words[0][0] == 'p');
    else if (strcmp(words[0], "in_flight") == 0)
        compare(c, "in flight at most", (double)c->trace->outstanding_max, words + 1, count - 1);
    else if (strncmp(line, "stderr ", 7) == 0)
        check_stderr(c, (char *)(uintptr_t)line + 7, true);
    else if (strncmp(line, "no stderr ", 10) == 0)
        check_stderr(c, (char *)(uintptr_t)line + 10, false);
    else if (strcmp(words[0], "file") == 0 && count > 1)
        check_file(c, words, count);
    else if (count > 1)
        check_name(c, words, count);
    else
        fail(c, "not understood: %s", line);
}

void trace_print(const struct scenario *scenario, const struct trace *trace, FILE *out)
{
    for (size_t i = 0; i < trace->count && i < LINES_SHOWN; i++) {
        const struct sighting *s = &trace->items[i];
        char name[NAME_TEXT_MAX], type[CODE_TEXT_MAX];
        name_to_text(s->name.wire, name);
        fprintf(out, "    %9.3f ms  %s  %s %s%s%s\n",
                (double)(s->at - FAKE_CLOCK_START) / NS_PER_MS,
                s->server == SERVER_UNKNOWN ? "?" : scenario->servers[s->server].text, name,
                code_type_to_text(s->type, type), s->by_tcp ? " tcp" : "",
                s->with_edns ? "" : " plain");
    }
    if (trace->count > LINES_SHOWN)
        fprintf(out, "    ... %zu more\n", trace->count - LINES_SHOWN);
}

unsigned check_all(const struct scenario *scenario, const struct trace *trace, int exit_code,
                   FILE *out)
{
    static struct checker c;
    c = (struct checker){.scenario = scenario, .trace = trace, .exit_code = exit_code, .out = out};
    c.stats = read_all("stats.json");
    c.hits = read_all("out.ndjson");
    c.errors = read_all("stderr");
    for (size_t i = 0; i < scenario->expectation_count; i++) {
        c.line = scenario->expectations[i].line;
        check_line(&c, scenario->expectations[i].text);
    }
    c.line = 0;
    check_balance(&c);
    check_sent(&c);
    check_strangers(&c);
    free(c.stats);
    free(c.hits);
    free(c.errors);
    return c.failures;
}
