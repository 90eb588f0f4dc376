// SPDX-License-Identifier: BSD-2-Clause
/* What a run tells of itself: plan, progress, summary, stats. Text from plain figures; the
 * caller gathers them and owns stderr. */
#ifndef OUT_REPORT_H
#define OUT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "model/counters.h"
#include "model/key_belief.h"
#include "model/verdict.h"
#include "out/stats_end.h"

/* Names made in one way from what was found. */
struct report_yield {
    const char *kind;
    uint64_t made, asked, found;
};
#define REPORT_YIELDS_MAX 8

struct report_zone {
    const char *name;
    uint64_t verdicts[VERDICT_COUNT];
};

/* Why a resolver was not in use in the end. */
enum benched_kind {
    BENCHED_LIED,     /* denied what exists, or made up what does not */
    BENCHED_DEAD,     /* no answer */
    BENCHED_REFUSING, /* REFUSED, NOTIMP, no recursion */
    BENCHED_FAILING,  /* SERVFAIL for what others answer */
    BENCHED_SLOW,     /* too slow to be tested */
    BENCHED_KINDS
};

/* Of the names there are to be found, the share that was. */
struct recall_estimate {
    bool is_known;           /* false: nothing was there to tell by */
    double value, low, high; /* 0..1; a 95 % interval */
    const char *method;
    uint64_t checks; /* questions for names known to exist that it rests on */
};

/* Everything --stats and the summary need; strings borrowed. */
struct report {
    const char *command;         /* "brute" */
    bool is_direct;              /* --direct */
    const char *subject;         /* "example.com", "3 zones", "names.txt" */
    const char *output_path;     /* for the summary: "example.txt" or "stdout" */
    const char *unresolved_path; /* NULL: none */
    double seconds, cpu_seconds;
    uint64_t max_rss_bytes;
    struct stats_end end;
    bool is_remaining_known;
    uint64_t remaining;

    uint64_t candidates, verdicts[VERDICT_COUNT], names, queries, answers, timeouts, unreachable;
    uint64_t rejects[REJECT_COUNT], late_replies, rcodes[COUNTER_RCODES], socket_drops, tcp,
        retries;
    uint64_t found_ipv6_only, found_dangling, found_private;
    uint64_t resolvers_given, resolvers_usable, resolvers_benched, benched[BENCHED_KINDS];
    uint64_t canaries, requeued, retracted;
    uint64_t key_beliefs[KEY_BELIEF_COUNT]; /* signed zones, by why their keys were believed */
    uint64_t signed_zones, spans, proven;   /* whose proofs were used; learnt; names decided */
    struct recall_estimate recall;
    struct report_yield yields[REPORT_YIELDS_MAX];
    size_t yield_count; /* 0: no --depth, no --permute */
    const struct report_zone *zones;
    size_t zone_count;
    const char *extra; /* further members: `,"key":value`; NULL: none */
};

/* One JSON object and a newline, keys as the contract names them. */
void report_stats(struct text *out, const struct report *report);
/* TEXT as a file; PATH NULL: to stdout. ERR_CLOSED, ERR_IO with errno, ERR_NOMEM when it is
 * incomplete. */
MUST_CHECK int report_write(const char *path, const struct text *text);
/* The block of lines told at the end, without the `dnstrawl: ` of the first line. */
void report_summary(struct text *out, const struct report *report);
/* Its first words, which other runs have too: "axfr example.com, 1.2 s, incomplete (exit 3)".
 * NOBODY: of whom there was none to use ("server"). */
void report_ending(struct text *out, const char *command, const char *subject, double seconds,
                   int exit_code, const char *nobody);

struct progress {
    bool is_total_known;
    uint64_t done, total, hits, unresolved, resolvers, benched;
    double sent_qps;       /* over the last interval */
    double answered_share; /* 0..1 of the tries that ended in the last interval */
    bool is_eta_known;
    double eta_s;
};

/* " 62% 118k/190k 4.9k q/s ans 97% hits 746 unres 190 res 487 bench 13 eta 15s", at
 * most 80 columns, no newline. */
void progress_line(struct text *out, const struct progress *progress);
void progress_json(struct text *out, const struct progress *progress); /* one line */

/* What is about to be done, told before the first packet; several lines. */
struct plan {
    const char *command, *subject;
    bool is_total_known;
    uint64_t candidates, zones, resolvers;
    uint64_t resolvers_unreachable, resolvers_unwanted; /* left out: no route; by -4, -6, --bind */
    uint64_t resolvers_trusted;
    const char *resolvers_from; /* "built-in list", "resolvers.txt", "3 given" */
    bool is_direct;             /* --direct: "resolvers" are the zones' own servers */
    bool believes_all;          /* --no-trust */
    uint64_t rate_qps, resolver_rate_qps, zone_rate_qps; /* 0: none */
    uint32_t in_flight_max, threads;
    const char *types; /* "A,AAAA" */
    bool dedupes;
    unsigned depth; /* 0: no --depth */
    bool permutes;
    uint64_t seed;
    uint32_t shard_index, shard_count; /* index from 0 */
    const char *config_path;           /* NULL: none read */
    mono_ns time_max;
    uint64_t queries_max;
};
void report_plan(struct text *out, const struct plan *plan);

#endif
