// SPDX-License-Identifier: BSD-2-Clause
/* What a benchmark asks: queries without end, each with what it should meet in a cache.
 *
 *   workload_create -> workload_next (any worker, its own stream) -> workload_destroy
 *
 * Three kinds.
 *
 * Names. A share of hits is drawn (Zipf, in the order of the list) from a set that the warm-up
 * asked once; the rest are misses, below labels never used before.
 *   Built-in: hits are wordlists/bench.txt, top-level domains, which cost the servers behind the
 *   resolver one query each. Misses are labels below `example.` (reserved by RFC 2606): it does
 *   not exist, and a resolver that knows so by the root's signed NSEC records (RFC 8198), or cuts
 *   at names that do not exist (RFC 8020), answers them alone. No server of others bears the load;
 *   on the other hand such a miss tells what a negative answer costs, not what recursion costs.
 *   Words below zones (-d): both hits and misses are below the zones, and misses reach their
 *   servers: zones must be one's own. Words without zones are whole names, misses as built-in.
 *
 * A file in dnsperf's format (source/workload_text.h): query i goes to worker i modulo their
 * number, from the start again at the end. EDNS and DO are flags of the run, as in dnsperf. If
 * it has at most 10,000 queries the warm-up asks all of them once, since the file would fill the
 * cache in its first round anyway; a larger one is not warmed up with.
 *
 * A capture (source/workload_capture.h): its queries as they were, at their times, shared out as
 * a file's, once through (workload_repeat: round and round), and no warm-up.
 *
 * Equal parameters give equal streams; misses of different seeds never meet. */
#ifndef SOURCE_WORKLOAD_H
#define SOURCE_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "dns/name.h"
#include "dns/query.h"

struct workload; /* opaque; read-only while workers use it, but for each one's own cursor */

#define WORKLOAD_MESSAGE_MAX 320
#define WORKLOAD_WORKERS_MAX 256

enum workload_kind { WORKLOAD_NAMES, WORKLOAD_FILE, WORKLOAD_CAPTURE };
enum workload_expects { WORKLOAD_HIT, WORKLOAD_MISS, WORKLOAD_UNKNOWN };

struct workload_params {
    const char *path;              /* --queries; NULL: names; "-" is stdin (text) */
    const char *const *word_files; /* -w; none: the built-in names */
    size_t word_file_count;
    const struct name *zones; /* -d: names are words below these; none: the built-in names' own */
    size_t zone_count;
    const uint16_t *types; /* -t: of built-in names, words; the first is that of misses */
    size_t type_count;     /* 0: those of wordlists/bench.txt, A for words and misses */
    double hit_share;      /* 0..1 */
    double zipf_exponent;  /* 0: all hits alike */
    uint32_t hit_names;    /* in the set of hits, at most 1,000,000; 0: as many as there are, at
                            * most 10,000 */
    unsigned flags;        /* enum query_flags; captures have their own */
    unsigned workers;      /* 1 .. WORKLOAD_WORKERS_MAX */
    uint64_t seed;
};

struct workload_query {
    uint8_t *data; /* the caller's, WORKLOAD_MESSAGE_MAX octets; id 0 */
    uint16_t len, question_len;
    enum workload_expects expects;
    mono_ns at; /* captures: since the first query */
};

/* ERR_IO, ERR_NOMEM, ERR_FORMAT (damaged), ERR_FULL (a file of more than 2 GiB of queries),
 * ERR_RANGE (a zone too long for labels below it), ERR_SYNTAX (nothing usable in it): WHY gets a
 * line for the user. Lines that are no queries are told by file and line, the first ten, counted
 * and left out. */
MUST_CHECK int workload_create(struct workload **out, const struct workload_params *params,
                               struct text *why);
void workload_destroy(struct workload *workload); /* NULL is fine */

/* The next of WORKER's stream; false: at its end (captures, once through). */
bool workload_next(struct workload *workload, unsigned worker, struct workload_query *out);
/* Captures from now on: from the start again at the end, for who has times of his own. No worker
 * may be at it. */
void workload_repeat(struct workload *workload, bool repeats);
/* What is to be asked once before anything is measured, one by one; false: that was all. */
bool workload_next_warm(struct workload *workload, struct workload_query *out);
/* workload_next_warm and captures from the start. Misses and files go on where they are: what was
 * asked in one trial is in the cache in the next. No worker may be at it. */
void workload_rewind(struct workload *workload);

enum workload_kind workload_kind(const struct workload *workload);
uint64_t workload_size(const struct workload *workload); /* queries of a file, names of hits */
mono_ns workload_span(const struct workload *workload);  /* captures: first to last */
/* "built-in names, 95 % cache hits (796 names, Zipf 1.0)", "queries.txt, 12,000 queries, 2 lines
 * left out". */
void workload_describe(const struct workload *workload, struct text *out);

#endif
