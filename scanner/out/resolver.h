// SPDX-License-Identifier: BSD-2-Clause
/* What is written about resolvers: a line each, as a table that -r reads or as ndjson, and
 * the object that --stats gets. Borrows; never judges. */
#ifndef OUT_RESOLVER_H
#define OUT_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "model/counters.h"
#include "model/resolver.h"
#include "out/stats_end.h"

enum resolver_tri { RESOLVER_TRI_UNKNOWN, RESOLVER_TRI_NO, RESOLVER_TRI_YES };

struct resolver_line {
    const char *address; /* "9.9.9.9:53" */
    enum resolver_class class;
    const char *reason; /* without TAB; may be empty */
    double qps;         /* sustained; 0: not known */
    double loss;        /* share, when HAS_LOSS */
    bool has_loss, has_rtt, has_limit;
    double rtt_ms; /* median, when HAS_RTT */
    uint32_t queries, replies, servfails;
    enum resolver_tri edns, dnssec, tcp, keeps_case;
    bool truncates;
    uint32_t random_names, rewritten, known_names, hidden, compared_names, foreign, forged;
    const char *back_end; /* first address of those that share its limit; NULL: none known */
};

/* address TAB class TAB qps TAB loss TAB rtt_ms TAB reason [TAB back end] */
void resolver_line_text(struct text *out, const struct resolver_line *line);
void resolver_line_json(struct text *out, const struct resolver_line *line);

struct resolver_sink; /* opaque */

/* PATH NULL: stdout. ERR_IO with errno. */
MUST_CHECK int resolver_sink_open(struct resolver_sink **out, bool is_json, const char *path);
/* ERR_CLOSED, ERR_IO, ERR_NOMEM; sticky. */
MUST_CHECK int resolver_sink_line(struct resolver_sink *sink, const struct resolver_line *line);
MUST_CHECK int resolver_sink_close(struct resolver_sink *sink);

struct resolver_stats {
    uint64_t given, usable, classes[RESOLVER_CLASS_COUNT];
    uint64_t back_ends; /* that several addresses share */
    const struct counters *counters;
    double seconds;
    struct stats_end end;
};

/* One JSON object and a newline. */
void resolver_stats(struct text *out, const struct resolver_stats *stats);

#endif
