// SPDX-License-Identifier: BSD-2-Clause
/* What a run tells at its end, on stderr: how it ended; where every candidate went; what
 * was written; what it cost; who was benched; how to go on. Terms that are 0 are left
 * out, `found` never is, and so is the estimate where there is none. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "out/put.h"
#include "out/report.h"

enum {
    EXIT_COMPLETE = 0,
    EXIT_FATAL = 1,
    EXIT_NO_RESOLVER = 4,
    EXIT_SIGNAL_FIRST = 128, /* 128 + signal, as shells have it */
};

static void put_text(struct text *out, const char *string)
{
    text_put_escaped(out, string, strlen(string));
}

static bool is_shell_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("_-./:@%+,=", c) != NULL;
}

/* PATH as one word of a shell, to be copied from the terminal: bare, or as $'...' with
 * all that is not printable in octal, which bash, zsh and ksh read. */
static void put_shell_word(struct text *out, const char *path)
{
    bool is_plain = *path != '\0';
    const char *here = *path == '-' ? "./" : ""; /* no option */
    for (const char *c = path; *c; c++)
        is_plain = is_plain && is_shell_plain(*c);
    if (is_plain) {
        text_printf(out, "%s%s", here, path);
        return;
    }
    text_printf(out, "$'%s", here);
    for (const char *c = path; *c; c++) {
        if (*c == '\'' || *c == '\\')
            text_printf(out, "\\%c", *c);
        else if (*c >= ' ' && *c <= '~')
            text_putc(out, *c);
        else
            text_printf(out, "\\%03o", (unsigned)(unsigned char)*c);
    }
    text_putc(out, '\'');
}

void report_ending(struct text *out, const char *command, const char *subject, double seconds,
                   int exit_code, const char *nobody)
{
    put_text(out, command);
    text_putc(out, ' ');
    put_text(out, subject);
    text_puts(out, ", ");
    put_duration(out, seconds);
    if (exit_code == EXIT_COMPLETE)
        text_puts(out, ", complete");
    else if (exit_code > EXIT_SIGNAL_FIRST)
        text_printf(out, ", interrupted (exit %d)", exit_code);
    else if (exit_code == EXIT_FATAL)
        text_printf(out, ", failed (exit %d)", exit_code);
    else if (exit_code == EXIT_NO_RESOLVER)
        text_printf(out, ", no usable %s (exit %d)", nobody, exit_code);
    else
        text_printf(out, ", incomplete (exit %d)", exit_code);
}

static void put_how_it_ended(struct text *out, const struct report *report)
{
    report_ending(out, report->command, report->subject, report->seconds, report->end.exit_code,
                  report->is_direct ? "server" : "resolver");
    text_putc(out, '\n');
}

static void put_balance(struct text *out, const struct report *report)
{
    const char *sign = "=";
    text_puts(out, "  ");
    put_counted(out, report->candidates, "candidate", "candidates");
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (report->verdicts[v] == 0 && v != VERDICT_FOUND)
            continue;
        text_printf(out, " %s ", sign);
        put_counted(out, report->verdicts[v], verdict_words[v], verdict_words[v]);
        sign = "+";
    }
    text_putc(out, '\n');
    if (!report->is_remaining_known && !report->end.is_complete) {
        text_puts(out, "  the rest of the input was not reached\n");
    } else if (report->is_remaining_known && report->remaining > 0) {
        text_puts(out, "  ");
        put_counted(out, report->remaining, "candidate", "candidates");
        text_puts(out, " not reached\n");
    }
}

static void put_names(struct text *out, const struct report *report)
{
    const struct {
        uint64_t count;
        const char *what;
    } kinds[] = {
        {report->retracted, "taken back since"},
        {report->found_ipv6_only, "IPv6 only"},
        {report->found_dangling, "dangling"},
        {report->found_private, "private"},
    };
    const char *separator = ": ";
    text_puts(out, "  ");
    put_counted(out, report->names, "name", "names");
    if (report->output_path) {
        text_puts(out, " to ");
        put_text(out, report->output_path);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].count == 0)
            continue;
        text_puts(out, separator);
        put_counted(out, kinds[i].count, kinds[i].what, kinds[i].what);
        separator = ", ";
    }
    text_putc(out, '\n');
}

/* In hundredths of a percent, never to the better side: what is below 1 is not 100.00. */
static void put_percent(struct text *out, double share, bool is_upper)
{
    const double tiny = 1e-6; /* 0.9978 is no less than 9978 hundredths */
    double hundredths = is_upper ? ceil(share * 1e4 - tiny) : floor(share * 1e4 + tiny);
    text_printf(out, "%.2f", hundredths / 100);
}

static void put_recall(struct text *out, const struct recall_estimate *recall)
{
    if (!recall->is_known)
        return;
    text_puts(out, "  recall  ");
    put_percent(out, recall->value, false);
    text_puts(out, " % (");
    put_percent(out, recall->low, false);
    text_putc(out, '-');
    put_percent(out, recall->high, true);
    text_puts(out, "), ");
    put_counted(out, recall->checks, "check", "checks");
    text_puts(out, " with known names; assumes resolvers fail independently\n");
}

/* What came of --depth and --permute: `12 of 8,600` is found of asked. */
static void put_yields(struct text *out, const struct report *report)
{
    struct report_yield sum = {0};
    for (size_t i = 0; i < report->yield_count; i++) {
        sum.made += report->yields[i].made;
        sum.asked += report->yields[i].asked;
        sum.found += report->yields[i].found;
    }
    if (report->yield_count == 0)
        return;
    text_puts(out, "  made from them ");
    put_counted(out, sum.made, "name", "names");
    text_puts(out, ", asked ");
    put_count(out, sum.asked);
    text_puts(out, ", found ");
    put_count(out, sum.found);
    const char *separator = ": ";
    for (size_t i = 0; i < report->yield_count; i++) {
        const struct report_yield *yield = &report->yields[i];
        if (yield->made == 0)
            continue;
        text_printf(out, "%s%s ", separator, yield->kind);
        put_count(out, yield->found);
        text_puts(out, " of ");
        put_count(out, yield->asked);
        separator = ", ";
    }
    text_putc(out, '\n');
}

static void put_proofs(struct text *out, const struct report *report)
{
    if (report->proven == 0)
        return;
    text_puts(out, "  proofs  ");
    put_counted(out, report->proven, "name", "names");
    text_puts(out, " decided without a query by ");
    put_counted(out, report->spans, "signed denial", "signed denials");
    text_puts(out, " of ");
    put_counted(out, report->signed_zones, "zone", "zones");
    text_putc(out, '\n');
}

static void put_cost(struct text *out, const struct report *report)
{

    double rate = report->seconds > 0 ? (double)report->queries / report->seconds : 0;
    text_puts(out, "  ");
    put_counted(out, report->queries, "query", "queries");
    if (report->candidates > 0)
        text_printf(out, " (%.2f each)", (double)report->queries / (double)report->candidates);
    text_puts(out, ", ");
    put_count(out, rate < 1e18 ? (uint64_t)(rate + 0.5) : 0);
    text_puts(out, "/s, ");
    put_counted(out, report->socket_drops, "socket drop", "socket drops");
    text_putc(out, '\n');
}

static void put_resolvers(struct text *out, const struct report *report)
{
    static const char *const kinds[BENCHED_KINDS] = {[BENCHED_LIED] = "lied",
                                                     [BENCHED_DEAD] = "dead",
                                                     [BENCHED_REFUSING] = "refusing",
                                                     [BENCHED_FAILING] = "failing",
                                                     [BENCHED_SLOW] = "slow"};
    const char *separator = "; benched: ";
    if (report->resolvers_given == 0)
        return;
    text_puts(out, "  ");
    put_count(out, report->resolvers_usable);
    text_puts(out, " of ");
    put_counted(out, report->resolvers_given, report->is_direct ? "server" : "resolver",
                report->is_direct ? "servers" : "resolvers");
    text_puts(out, " used");
    for (int i = 0; i < BENCHED_KINDS; i++) {
        if (report->benched[i] == 0)
            continue;
        text_puts(out, separator);
        put_counted(out, report->benched[i], kinds[i], kinds[i]);
        separator = ", ";
    }
    text_putc(out, '\n');
}

static void put_how_to_go_on(struct text *out, const struct report *report)
{
    if (report->verdicts[VERDICT_UNRESOLVED] == 0)
        return;
    text_puts(out, "  again:  ");
    if (report->unresolved_path) {
        text_puts(out, "dnstrawl resolve ");
        put_shell_word(out, report->unresolved_path);
        text_putc(out, '\n');
    } else {
        text_puts(out, "--unresolved FILE keeps the undecided names for another run\n");
    }
}

void report_summary(struct text *out, const struct report *report)
{
    put_how_it_ended(out, report);
    put_balance(out, report);
    put_names(out, report);
    put_yields(out, report);
    put_recall(out, &report->recall);
    put_proofs(out, report);
    put_cost(out, report);
    put_resolvers(out, report);
    put_how_to_go_on(out, report);
}
