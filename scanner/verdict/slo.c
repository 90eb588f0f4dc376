// SPDX-License-Identifier: BSD-2-Clause
/* Reading goes term by term: cut at the commas, then a metric, an operator, a limit. What is
 * refused is told with the term it stands in. Numbers are read in integers and divided once, so
 * that no locale has a say. */
#include "verdict/slo.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"
#include "dns/code.h"

#define DIGITS_MAX   15 /* what a double holds exactly */
#define DECIMALS_MAX 9  /* of them; written again with three more, a number is the same */
#define WORD_MAX     24 /* of a metric, of a limit: longer is no number, nor a name */
#define SHOWN_MAX    40 /* of a bad term, in an error's text */

/* The load that comes of a plan may be a little larger, and a cell of a histogram reaches beyond a
 * limit in it. */
#define BUDGET_SPARE       1.01
#define BUDGET_SPARE_COUNT 100

static const char *const metric_words[] = {
    [SLO_LOSS] = "loss",           [SLO_SERVFAIL] = "servfail",
    [SLO_REFUSED] = "refused",     [SLO_NXDOMAIN] = "nxdomain",
    [SLO_TRUNCATED] = "truncated", [SLO_ERRORS] = "errors",
    [SLO_PERCENTILE] = "p", /* and its number */
    [SLO_MEAN] = "mean",           [SLO_MAX] = "max",
};
#define METRICS (sizeof metric_words / sizeof *metric_words)

static const char digits[] = "0123456789";

static bool is_share(enum slo_metric metric)
{
    return metric < SLO_PERCENTILE;
}

/* --- reading --- */

/* A stretch of the text; no terminator. */
struct span {
    const char *data;
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct span trim(struct span span)
{
    while (span.len > 0 && is_blank(span.data[0])) {
        span.data++;
        span.len--;
    }
    while (span.len > 0 && is_blank(span.data[span.len - 1]))
        span.len--;
    return span;
}

static int refuse(struct text *why, struct span term, int error, const char *reason)
{
    text_putc(why, '"');
    text_put_escaped(why, term.data, term.len < SHOWN_MAX ? term.len : SHOWN_MAX);
    text_puts(why, term.len < SHOWN_MAX ? "\": " : "...\": ");
    text_puts(why, reason);
    return error;
}

/* A word with its final zero; false: longer than any is. */
static bool copy_word(struct span span, char out[WORD_MAX + 1])
{
    if (span.len > WORD_MAX)
        return false;
    memcpy(out, span.data, span.len);
    out[span.len] = '\0';
    return true;
}

/* Digits, maybe a point and more digits; *REST what follows. */
static int parse_decimal(const char *text, double *out, const char **rest)
{
    uint64_t value = 0, scale = 1;
    size_t whole = strspn(text, digits), decimals = 0;
    if (whole == 0)
        return ERR_SYNTAX;
    if (text[whole] == '.' && (decimals = strspn(text + whole + 1, digits)) == 0)
        return ERR_SYNTAX;
    *rest = text + whole + (decimals > 0 ? decimals + 1 : 0);
    if (whole + decimals > DIGITS_MAX || decimals > DECIMALS_MAX)
        return ERR_RANGE;
    for (; text < *rest; text++)
        if (*text != '.')
            value = value * 10 + (uint64_t)(*text - '0');
    for (; decimals > 0; decimals--)
        scale *= 10;
    *out = (double)value / (double)scale;
    return 0;
}

static int parse_metric(struct span name, struct span term, struct slo_term *out, struct text *why)
{
    char word[WORD_MAX + 1];
    const char *rest = "";
    if (!copy_word(name, word))
        return refuse(why, term, ERR_SYNTAX, "no such metric");
    for (size_t i = 0; i < METRICS; i++) {
        out->metric = (enum slo_metric)i;
        if (i != SLO_PERCENTILE && strcasecmp(word, metric_words[i]) == 0)
            return 0;
    }
    out->metric = SLO_PERCENTILE;
    if ((word[0] != 'p' && word[0] != 'P') || strspn(word + 1, digits) == 0)
        return refuse(why, term, ERR_SYNTAX,
                      "no such metric; there are loss, servfail, refused, nxdomain, truncated, "
                      "errors, p50, p99, p99.9 and the like, mean, max");
    int error = parse_decimal(word + 1, &out->share, &rest);
    if (error == ERR_SYNTAX || *rest != '\0')
        return refuse(why, term, ERR_SYNTAX, "not a percentile; they are written p50, p99.9");
    if (error || !(out->share > 0 && out->share <= 100))
        return refuse(why, term, ERR_RANGE, "a percentile lies above 0 and up to 100");
    out->share /= 100;
    return 0;
}

static int parse_share(const char *word, struct span term, double *out, struct text *why)
{
    const char *rest = "";
    int error = parse_decimal(word, out, &rest);
    if (error == ERR_SYNTAX)
        return refuse(why, term, error, "the limit is not a number");
    if (error)
        return refuse(why, term, error, "a share has at most 9 decimals");
    while (is_blank(*rest))
        rest++;
    if (strcmp(rest, "%") == 0)
        *out /= 100;
    else if (*rest != '\0')
        return refuse(why, term, ERR_SYNTAX, "a share is written 0.1% or 0.001");
    else if (*out >= 1) /* 1 is all or one percent */
        return refuse(why, term, ERR_RANGE, "a share is written 1% or 0.01");
    if (*out > 1)
        return refuse(why, term, ERR_RANGE, "more than 100 %");
    return 0;
}

static int parse_time(const char *word, struct span term, double *out, struct text *why)
{
    char packed[WORD_MAX + 1];
    size_t len = 0;
    mono_ns limit = 0;
    for (; *word; word++)
        if (!is_blank(*word))
            packed[len++] = *word;
    packed[len] = '\0';
    int error = units_parse_duration(packed, NS_PER_MS, &limit);
    if (error == ERR_SYNTAX)
        return refuse(why, term, error, "a time is written 500us, 50ms or 2s");
    if (error || limit <= 0 || limit > HIST_MAX)
        return refuse(why, term, ERR_RANGE, "a time is whole nanoseconds, up to 68 s");
    *out = (double)limit;
    return 0;
}

static bool is_operator(char c)
{
    return c == '<' || c == ':' || c == '=';
}

static int parse_term(struct span term, struct slo_term *out, struct text *why)
{
    char word[WORD_MAX + 1];
    size_t at = 0;
    *out = (struct slo_term){0};
    if (term.len == 0)
        return refuse(why, term, ERR_SYNTAX, "an empty term");
    while (at < term.len && !is_operator(term.data[at]))
        at++;
    int error = 0;
    struct span name = trim((struct span){term.data, at});
    if (memchr(term.data, '>', term.len))
        return refuse(why, term, ERR_SYNTAX, "limits are upper ones: metric<limit");
    if (at == term.len || name.len == 0)
        return refuse(why, term, ERR_SYNTAX, "a term is metric<limit");
    at += term.data[at] == '<' && at + 1 < term.len && term.data[at + 1] == '=' ? 2 : 1;
    struct span limit = trim((struct span){term.data + at, term.len - at});
    if ((error = parse_metric(name, term, out, why)))
        return error;
    if (limit.len == 0 || !copy_word(limit, word))
        return refuse(why, term, ERR_SYNTAX, "the limit is not a number");
    return is_share(out->metric) ? parse_share(word, term, &out->limit, why)
                                 : parse_time(word, term, &out->limit, why);
}

static bool has_metric(const struct slo *slo, const struct slo_term *term)
{
    for (size_t i = 0; i < slo->count; i++)
        if (slo->terms[i].metric == term->metric && !(slo->terms[i].share < term->share) &&
            !(slo->terms[i].share > term->share))
            return true;
    return false;
}

static int take_term(struct slo *slo, struct span span, struct text *why)
{
    struct slo_term term;
    int error = parse_term(span, &term, why);
    if (error)
        return error;
    if (has_metric(slo, &term))
        return refuse(why, span, ERR_SYNTAX, "that metric has a limit already");
    if (slo->count == SLO_TERMS_MAX)
        return refuse(why, span, ERR_RANGE, "an objective has at most 16 terms");
    slo->terms[slo->count++] = term;
    return 0;
}

int slo_parse(const char *text, struct slo *out, struct text *why)
{
    *out = (struct slo){0};
    for (;;) {
        size_t len = strcspn(text, ",");
        int error = take_term(out, trim((struct span){text, len}), why);
        if (error)
            *out = (struct slo){0};
        if (error || text[len] == '\0')
            return error;
        text += len + 1;
    }
}

/* --- judging --- */

static uint64_t count_errors(const struct load_result *result)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < COUNTER_RCODES; i++)
        if (i != RCODE_NOERROR && i != RCODE_NXDOMAIN)
            count += result->rcodes[i];
    return count;
}

/* The lost in it, as long as they were waited for. */
static double mean_of(const struct hist *hist, mono_ns timeout)
{
    double all = (double)hist_count(hist), lost = (double)hist->beyond;
    if (lost > 0 && timeout <= 0)
        return (double)HIST_BEYOND;
    return all > 0 ? (hist_mean(hist) * (all - lost) + (double)timeout * lost) / all : 0;
}

static double measure_time(const struct slo_term *term, const struct load_result *result)
{
    struct hist response;
    load_result_response(result, &response);
    if (term->metric == SLO_MEAN)
        return mean_of(&response, result->timeout);
    if (term->metric == SLO_MAX)
        return (double)(response.beyond ? HIST_BEYOND : hist_most(&response));
    return (double)hist_percentile(&response, term->share);
}

double slo_measure(const struct slo_term *term, const struct load_result *result)
{
    const uint64_t counts[] = {
        [SLO_LOSS] = result->lost,
        [SLO_SERVFAIL] = result->rcodes[RCODE_SERVFAIL],
        [SLO_REFUSED] = result->rcodes[RCODE_REFUSED],
        [SLO_NXDOMAIN] = result->rcodes[RCODE_NXDOMAIN],
        [SLO_TRUNCATED] = result->truncated,
        [SLO_ERRORS] = count_errors(result),
    };
    if (!is_share(term->metric))
        return measure_time(term, result);
    return result->due > 0 ? (double)counts[term->metric] / (double)result->due : 0;
}

const struct slo_term *slo_missed(const struct slo *slo, const struct load_result *result)
{
    const struct slo_term *worst = NULL;
    double worst_ratio = 0;
    for (size_t i = 0; i < slo->count; i++) {
        const struct slo_term *term = &slo->terms[i];
        double measured = slo_measure(term, result);
        if (measured > term->limit && measured / term->limit > worst_ratio) {
            worst = term;
            worst_ratio = measured / term->limit; /* infinite over a limit of nothing */
        }
    }
    return worst;
}

mono_ns slo_longest(const struct slo *slo)
{
    double longest = 0;
    for (size_t i = 0; i < slo->count; i++)
        if (!is_share(slo->terms[i].metric) && slo->terms[i].limit > longest)
            longest = slo->terms[i].limit;
    return (mono_ns)longest;
}

void slo_budget(const struct slo *slo, double planned, struct load_budget *out)
{
    double most = planned * BUDGET_SPARE + BUDGET_SPARE_COUNT;
    *out = (struct load_budget){.lost = UINT64_MAX, .late = UINT64_MAX};
    for (size_t i = 0; i < slo->count; i++) {
        const struct slo_term *term = &slo->terms[i];
        double late = (1 - term->share) * most;
        if (term->metric == SLO_LOSS) {
            out->lost = (uint64_t)(term->limit * most);
            out->is_set = true;
        } else if (term->metric == SLO_PERCENTILE && late < (double)out->late) {
            out->late = (uint64_t)late;
            out->limit = (mono_ns)(term->limit * BUDGET_SPARE);
            out->is_set = true;
        }
    }
}

/* --- writing --- */

/* A number as short as it may be. */
static void put_number(struct text *out, double value)
{
    char number[64];
    size_t len = (size_t)snprintf(number, sizeof number, "%.12f", value);
    while (number[len - 1] == '0')
        len--;
    if (number[len - 1] == '.')
        len--;
    text_put(out, number, len);
}

static void put_metric(struct text *out, const struct slo_term *term)
{
    text_puts(out, metric_words[term->metric]);
    if (term->metric == SLO_PERCENTILE)
        put_number(out, 100 * term->share);
}

static void put_value(struct text *out, const struct slo_term *term, double value)
{
    char buffer[UNITS_TEXT_MAX];
    if (is_share(term->metric))
        text_puts(out, units_format_share(value, buffer));
    else if (value > (double)HIST_MAX)
        text_puts(out, "beyond the timeout");
    else
        text_puts(out, units_format_latency((mono_ns)value, buffer));
}

void slo_explain(const struct slo_term *term, const struct load_result *result, struct text *out)
{
    double measured = slo_measure(term, result);
    put_metric(out, term);
    text_putc(out, ' ');
    put_value(out, term, measured);
    text_puts(out, measured > term->limit ? ", above " : ", within ");
    put_value(out, term, term->limit);
}

/* A whole number of the largest unit that leaves one. */
static void put_limit(struct text *out, const struct slo_term *term)
{
    mono_ns ns = (mono_ns)term->limit;
    if (is_share(term->metric)) {
        put_number(out, 100 * term->limit);
        text_putc(out, '%');
    } else if (ns % NS_PER_S == 0) {
        text_printf(out, "%llds", (long long)(ns / NS_PER_S));
    } else if (ns % NS_PER_MS == 0) {
        text_printf(out, "%lldms", (long long)(ns / NS_PER_MS));
    } else if (ns % NS_PER_US == 0) {
        text_printf(out, "%lldus", (long long)(ns / NS_PER_US));
    } else {
        text_printf(out, "%lldns", (long long)ns);
    }
}

void slo_format(const struct slo *slo, struct text *out)
{
    for (size_t i = 0; i < slo->count; i++) {
        if (i > 0)
            text_putc(out, ',');
        put_metric(out, &slo->terms[i]);
        text_putc(out, '<');
        put_limit(out, &slo->terms[i]);
    }
}
