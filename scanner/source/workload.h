// SPDX-License-Identifier: BSD-2-Clause
/* What a benchmark asks: queries without end, each with what it should meet in a cache.
 *
 *   workload_create -> workload_next (any worker, its own stream) -> workload_destroy
 *
 * Three kinds: names that are built in or of word lists, of which a share of hits is drawn (Zipf)
 * from a set that the warm-up asked once, and the rest are misses, below labels never used
 * before; a file in dnsperf's format (`name type` a line), in order, again from the start at its
 * end, workers interleaved; and a capture (pcap), whose queries have their times. */
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

enum workload_kind { WORKLOAD_NAMES, WORKLOAD_FILE, WORKLOAD_CAPTURE };
enum workload_expects { WORKLOAD_HIT, WORKLOAD_MISS, WORKLOAD_UNKNOWN };

struct workload_params {
    const char *path;              /* --queries; NULL: names; "-" is stdin */
    const char *const *word_files; /* -w; none: the built-in names */
    size_t word_file_count;
    const struct name *zones; /* -d: names are words below these; none: the built-in names' own */
    size_t zone_count;
    const uint16_t *types; /* -t: of built-in names, words */
    size_t type_count;
    double hit_share;     /* 0..1 */
    double zipf_exponent; /* 0: all hits alike */
    uint32_t hit_names;   /* in the set of hits; 0: as many as there are, at most 10,000 */
    unsigned flags;       /* enum query_flags */
    unsigned workers;
    uint64_t seed;
};

struct workload_query {
    uint8_t *data; /* the caller's, WORKLOAD_MESSAGE_MAX octets; id 0 */
    uint16_t len, question_len;
    enum workload_expects expects;
    mono_ns at; /* captures: since the first query */
};

/* ERR_IO, ERR_NOMEM, ERR_SYNTAX (nothing usable in it); told, and WHY gets a line. Lines that are
 * no queries are told by file and line, the first ten, and left out. */
MUST_CHECK int workload_create(struct workload **out, const struct workload_params *params,
                               struct text *why);
void workload_destroy(struct workload *workload); /* NULL is fine */

/* The next of WORKER's stream; false: at its end (captures, once through). */
bool workload_next(struct workload *workload, unsigned worker, struct workload_query *out);
/* The names of hits one by one, to be asked once before anything is measured; false: all. */
bool workload_next_warm(struct workload *workload, struct workload_query *out);
void workload_rewind(
    struct workload *workload); /* workload_next_warm and captures from the start */

enum workload_kind workload_kind(const struct workload *workload);
uint64_t workload_size(const struct workload *workload);    /* queries of a file, names of hits */
uint64_t workload_refused(const struct workload *workload); /* lines, packets left out */
mono_ns workload_span(const struct workload *workload);     /* captures: first to last */
/* "built-in names, 95 % cache hits (1,000 names, Zipf 1.0)", "queries.txt, 12,000 queries". */
void workload_describe(const struct workload *workload, struct text *out);

#endif
