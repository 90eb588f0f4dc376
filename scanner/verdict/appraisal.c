// SPDX-License-Identifier: BSD-2-Clause
/* One row a class, the gravest first: a test and its clause. The first test that holds
 * names the class; clauses of later rows that hold as well follow it, then notes on traits,
 * so that a resolver that rewrites and loses is told as both. */
#include "verdict/appraisal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FORGED_MIN    3    /* fewer may be strays of the path: a reply later than any wait */
#define DUPLICATE_MIN 3    /* the same, for packets doubled on the way */
#define SERVFAIL_MIN  0.2  /* a question costs a quarter more tries */
#define LOSS_MIN      0.05 /* ordinary loss on long paths stays below */
#define SLOW_MIN_US   500000
#define JUDGED_MIN    10 /* tries before a share is one */

static void add(struct appraisal *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct appraisal *out, const char *format, ...)
{
    size_t len = strlen(out->reason);
    if (len > 0 && len + 2 < sizeof out->reason) {
        memcpy(out->reason + len, ", ", 3);
        len += 2;
    }
    va_list args;
    va_start(args, format);
    (void)vsnprintf(out->reason + len, sizeof out->reason - len, format, args);
    va_end(args);
}

static double share(uint32_t part, uint32_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

/* --- a test and a clause per class --- */

static bool is_dead(const struct appraisal_facts *f)
{
    return f->replies == 0 && f->tries > 0;
}

static void tell_dead(const struct appraisal_facts *f, struct appraisal *out)
{
    add(out, f->is_unreachable ? "port unreachable" : "no reply to %u queries", f->tries);
}

static bool is_rewriting(const struct appraisal_facts *f)
{
    return f->rewritten > 0 || f->is_intercepted || f->undenied * 2 > f->random_names;
}

static void tell_rewriting(const struct appraisal_facts *f, struct appraisal *out)
{
    if (f->is_intercepted)
        add(out, "port 53 is intercepted: all give one address for what does not exist");
    else if (f->rewritten == 0)
        add(out, "no denial of %u of %u names that do not exist", f->undenied, f->random_names);
    else
        add(out, "data for %u of %u names that do not exist", f->rewritten, f->random_names);
}

static bool is_hiding(const struct appraisal_facts *f)
{
    return f->hidden > 0;
}

static void tell_hiding(const struct appraisal_facts *f, struct appraisal *out)
{
    add(out, "denies %u of %u names that exist", f->hidden, f->known_names);
}

/* One name alone may be served by place or by turns. */
static bool is_wrong(const struct appraisal_facts *f)
{
    return f->foreign >= 2;
}

static void tell_wrong(const struct appraisal_facts *f, struct appraisal *out)
{
    add(out, "other addresses than all others give for %u of %u names", f->foreign,
        f->compared_names);
}

static bool is_refusing(const struct appraisal_facts *f)
{
    return f->zones > 0 && f->zones_refused * 2 >= f->zones;
}

static void tell_refusing(const struct appraisal_facts *f, struct appraisal *out)
{
    add(out, "refuses %u of %u zones", f->zones_refused, f->zones);
}

static bool is_failing(const struct appraisal_facts *f)
{
    uint32_t replies = f->tries - f->silent;
    return replies >= JUDGED_MIN && share(f->servfails, replies) >= SERVFAIL_MIN;
}

static void tell_failing(const struct appraisal_facts *f, struct appraisal *out)
{
    add(out, "SERVFAIL for %.0f%% of the queries", 100 * share(f->servfails, f->tries - f->silent));
}

static bool is_forging(const struct appraisal_facts *f)
{
    return f->forged >= FORGED_MIN;
}

static void tell_forging(const struct appraisal_facts *f, struct appraisal *out)
{
    add(out, "%u forged packets came with its replies", f->forged);
}

static bool is_truncating(const struct appraisal_facts *f)
{
    return f->truncated >= 2 && f->truncated * 10 >= f->replies * 9;
}

static void tell_truncating(const struct appraisal_facts *f, struct appraisal *out)
{
    (void)f;
    add(out, "truncates every reply by UDP");
}

static bool is_lossy(const struct appraisal_facts *f)
{
    return f->tries >= JUDGED_MIN && share(f->silent, f->tries) >= LOSS_MIN;
}

static void tell_lossy(const struct appraisal_facts *f, struct appraisal *out)
{
    add(out, "loses %.0f%% of the queries", 100 * share(f->silent, f->tries));
}

static bool is_slow(const struct appraisal_facts *f)
{
    return f->median_rtt_us >= SLOW_MIN_US;
}

static void tell_slow(const struct appraisal_facts *f, struct appraisal *out)
{
    add(out, "half of its replies take %u ms or more", f->median_rtt_us / 1000);
}

static bool is_limited(const struct appraisal_facts *f)
{
    return f->has_limit && f->qps > 0;
}

static void tell_limited(const struct appraisal_facts *f, struct appraisal *out)
{
    static const char *const doings[] = {[EXCESS_DROPPED] = "drops",
                                         [EXCESS_REFUSED] = "refuses",
                                         [EXCESS_SERVFAILED] = "answers SERVFAIL to"};
    add(out, "%s what comes much faster", doings[f->excess]);
}

static const struct row {
    enum resolver_class class;
    bool (*holds)(const struct appraisal_facts *facts);
    void (*tell)(const struct appraisal_facts *facts, struct appraisal *out);
} rows[] = {
    {RESOLVER_DEAD, is_dead, tell_dead},
    {RESOLVER_REWRITING, is_rewriting, tell_rewriting},
    {RESOLVER_HIDING, is_hiding, tell_hiding},
    {RESOLVER_WRONG, is_wrong, tell_wrong},
    {RESOLVER_REFUSING, is_refusing, tell_refusing},
    {RESOLVER_FAILING, is_failing, tell_failing},
    {RESOLVER_FORGING, is_forging, tell_forging},
    {RESOLVER_TRUNCATING, is_truncating, tell_truncating},
    {RESOLVER_LOSSY, is_lossy, tell_lossy},
    {RESOLVER_SLOW, is_slow, tell_slow},
    {RESOLVER_LIMITED, is_limited, tell_limited},
};

/* --- what is worth knowing of any --- */

static void add_notes(const struct appraisal_facts *f, struct appraisal *out)
{
    if (f->zones_refused > 0 && !is_refusing(f))
        tell_refusing(f, out);
    if (f->foreign == 1)
        add(out, "other addresses for 1 of %u names", f->compared_names);
    if (f->shares_with)
        add(out, "one limit for %u addresses: same as %s", f->sharers, f->shares_with);
    if (f->edns == TRAIT_NO)
        add(out, "no EDNS");
    if (f->dnssec == TRAIT_NO)
        add(out, "leaves signatures out");
    if (f->tcp == TRAIT_NO)
        add(out, "no TCP");
    if (f->keeps_case == TRAIT_NO)
        add(out, "changes letter case");
    if (f->duplicates >= DUPLICATE_MIN)
        add(out, "sends replies twice");
    if (!f->is_rated && f->is_vetted && appraisal_is_usable(f))
        add(out, "rate not measured");
}

bool appraisal_is_usable(const struct appraisal_facts *facts)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].holds(facts))
            return resolver_classes[rows[i].class].is_used;
    }
    return facts->replies > 0;
}

void appraise(const struct appraisal_facts *facts, struct appraisal *out)
{
    *out =
        (struct appraisal){.class = RESOLVER_UNKNOWN, .loss = share(facts->silent, facts->tries)};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].holds(facts))
            continue;
        if (out->class == RESOLVER_UNKNOWN && (facts->is_vetted || i > 0))
            out->class = rows[i].class;
        rows[i].tell(facts, out);
        if (out->class == RESOLVER_DEAD)
            return;
    }
    if (!facts->is_vetted) {
        add(out, "the checks did not end");
    } else if (out->class == RESOLVER_UNKNOWN && facts->known_names == 0) {
        add(out, "no name to judge it by");
    } else if (out->class == RESOLVER_UNKNOWN && facts->disputed > 0) {
        add(out, "others deny %u names that it gives data for", facts->disputed);
    } else if (out->class == RESOLVER_UNKNOWN) {
        out->class = RESOLVER_GOOD;
        if (facts->is_rated)
            add(out, "no limit up to %.0f q/s", facts->qps);
    }
    add_notes(facts, out);
}
