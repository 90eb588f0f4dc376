// SPDX-License-Identifier: BSD-2-Clause
/* Progress, painted and as json.
 *
 * The painted line has its pieces in a fixed order and at most LINE_COLUMNS columns.
 * Every figure has at most four columns (units_format_short) and the time left at most
 * six; with all of them at their widest it would take 84, so the pieces that matter least
 * go first: what is benched, then the resolvers. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "out/put.h"
#include "out/report.h"

#define LINE_COLUMNS 80
#define LINE_CAP     160 /* every piece at its widest, with room to spare */

enum detail { DETAIL_ALL, DETAIL_NO_BENCHED, DETAIL_NO_RESOLVERS, DETAIL_COUNT };

/* Appended to a terminated buffer of LINE_CAP; cut, never overrun. */
__attribute__((format(printf, 2, 3))) static void add(char *line, const char *format, ...)
{
    size_t len = strlen(line);
    va_list args;
    va_start(args, format);
    vsnprintf(line + len, LINE_CAP - len, format, args);
    va_end(args);
}

static void add_figure(char *line, const char *label, uint64_t value)
{
    char figure[UNITS_TEXT_MAX];
    add(line, " %s%s", label, units_format_short(value, figure));
}

/* 100 only when all is done. */
static unsigned percent_of(uint64_t done, uint64_t total)
{
    if (done >= total)
        return 100;
    return (unsigned)((unsigned __int128)done * 100 / total);
}

/* A rate as a whole number; 0 for what is no rate. */
static uint64_t whole(double value)
{
    if (!(value > 0)) /* NaN too */
        return 0;
    return value < 1e18 ? (uint64_t)(value + 0.5) : (uint64_t)1e18;
}

static void compose(char *line, const struct progress *progress, enum detail detail)
{
    char figure[UNITS_TEXT_MAX];
    line[0] = '\0';
    if (progress->is_total_known)
        add(line, "%3u%%", percent_of(progress->done, progress->total));
    add_figure(line, "", progress->done);
    if (progress->is_total_known)
        add(line, "/%s", units_format_short(progress->total, figure));
    add_figure(line, "", whole(progress->sent_qps));
    add(line, " q/s");
    if (progress->answered_share >= 0 && progress->answered_share <= 1)
        add(line, " ans %d%%", (int)(progress->answered_share * 100 + 0.5));
    else
        add(line, " ans -"); /* no try ended in the interval */
    add_figure(line, "hits ", progress->hits);
    add_figure(line, "unres ", progress->unresolved);
    if (detail < DETAIL_NO_RESOLVERS)
        add_figure(line, "res ", progress->resolvers);
    if (detail < DETAIL_NO_BENCHED)
        add_figure(line, "bench ", progress->benched);
    if (progress->is_eta_known && isfinite(progress->eta_s))
        add(line, " eta %s", units_format_eta(seconds_to_ns(progress->eta_s), figure));
}

void progress_line(struct text *out, const struct progress *progress)
{
    char line[LINE_CAP];
    for (int detail = DETAIL_ALL; detail < DETAIL_COUNT; detail++) {
        compose(line, progress, (enum detail)detail);
        if (strlen(line) <= LINE_COLUMNS)
            break;
    }
    text_put(out, line, strnlen(line, LINE_COLUMNS));
}

void progress_json(struct text *out, const struct progress *progress)
{
    text_printf(out, "{\"done\":%llu,\"total\":", (unsigned long long)progress->done);
    if (progress->is_total_known)
        text_printf(out, "%llu", (unsigned long long)progress->total);
    else
        text_puts(out, "null");
    text_puts(out, ",\"sent_qps\":");
    put_json_number(out, progress->sent_qps, 1);
    text_puts(out, ",\"answered\":");
    put_json_number(out, progress->answered_share, 4);
    text_printf(out, ",\"hits\":%llu,\"unresolved\":%llu,\"resolvers\":%llu,\"benched\":%llu",
                (unsigned long long)progress->hits, (unsigned long long)progress->unresolved,
                (unsigned long long)progress->resolvers, (unsigned long long)progress->benched);
    text_puts(out, ",\"eta_s\":");
    put_json_number(out, progress->is_eta_known ? progress->eta_s : (double)NAN, 1);
    text_puts(out, "}\n");
}
