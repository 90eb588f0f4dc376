// SPDX-License-Identifier: BSD-2-Clause
/* What is told of hashes whose names were found: a line each, progress, summary, --stats. Pure
 * text from plain figures. */
#ifndef OUT_CRACKED_H
#define OUT_CRACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/text.h"
#include "dns/dnssec.h"

struct cracked_line {
    const uint8_t *hash, *zone, *name;
    const struct nsec3_params *params;
    bool has_types, is_opt_out;
    struct type_bitmap types;
    const char *source; /* what found it: "words" */
    int64_t time_ms;
};

/* hash TAB name */
void cracked_line_text(struct text *out, const struct cracked_line *line);
void cracked_line_json(struct text *out, const struct cracked_line *line);

struct cracked_progress {
    const char *stage;
    uint64_t done, total, cracked, targets; /* total 0: not known */
    double hashes_per_second;
};

/* " 62% words 12.4M/20.0M 95.1M/s cracked 746/10k eta 15s", at most 80 columns. */
void cracked_progress_line(struct text *out, const struct cracked_progress *progress);
void cracked_progress_json(struct text *out, const struct cracked_progress *progress);

#define CRACKED_SOURCES_MAX 8

struct cracked_stats {
    uint64_t targets, chains, bad_lines, cracked, hashes;
    size_t source_count;
    const char *sources[CRACKED_SOURCES_MAX];
    uint64_t by_source[CRACKED_SOURCES_MAX];
    const char *kernel; /* how SHA-1 was done */
    uint32_t threads;
    double seconds, cpu_seconds;
    uint64_t max_rss_bytes;
    int exit_code;
    bool is_complete;
    const char *subject, *output_path, *command_line, *version;
    int64_t started_ms, ended_ms;
};

/* The lines told at the end, without the `dnstrawl: ` of the first. */
void cracked_summary(struct text *out, const struct cracked_stats *stats);
/* One JSON object and a newline. */
void cracked_stats(struct text *out, const struct cracked_stats *stats);

#endif
