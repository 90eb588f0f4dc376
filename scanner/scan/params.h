// SPDX-License-Identifier: BSD-2-Clause
/* What one run is to do: filled in by cmd/ from the option table, const from
 * then on. Every worker holds a pointer to it. Plain data, no functions.
 *
 * Strings and lists belong to whoever filled it in and outlive the run. Rates:
 * 0 is "no ceiling"; RATE_DEFAULT is "not given", decided once the targets are
 * known (loopback alone has no ceilings). */
#ifndef SCAN_PARAMS_H
#define SCAN_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "dns/name.h"
#include "dns/tsig_key.h"
#include "model/hit.h"
#include "model/verdict.h"
#include "scan/bench_params.h"
#include "source/hashfile.h"

#define RATE_DEFAULT UINT64_MAX

enum scan_command {
    SCAN_RESOLVE,
    SCAN_BRUTE,
    SCAN_SURVEY,
    SCAN_WALK,
    SCAN_CRACK,
    SCAN_TRANSFER,
    SCAN_BENCH,
};
enum scan_dnssec { SCAN_DNSSEC_AUTO, SCAN_DNSSEC_ON, SCAN_DNSSEC_OFF };
enum scan_color { SCAN_COLOR_AUTO, SCAN_COLOR_ALWAYS, SCAN_COLOR_NEVER };
enum scan_progress { SCAN_PROGRESS_AUTO, SCAN_PROGRESS_JSON, SCAN_PROGRESS_NONE };

struct str_list {
    const char **items;
    size_t count;
};

/* A place for words: PREFIX word SUFFIX. "FUZZ.example.com" has no prefix;
 * "api-FUZZ.eu.example.com" has "api-" and ".eu.example.com". */
struct scan_pattern {
    struct name zone; /* what lies right of the label that has the mark; counted and paced by it */
    const char *before; /* text of the mark's label before it, and labels left of it: "x.api-" */
    const char *after;  /* text of the mark's label after it, without the zone: "-v2" or "" */
};

struct scan_output {
    const char *format; /* names text ndjson massdns zone csv */
    const char *path;   /* NULL: stdout */
};

struct scan_params {
    enum scan_command command;
    const char *command_line; /* as typed, for stats */

    /* candidates */
    struct str_list name_files;    /* resolve, resolvers: files of names, "-" is stdin */
    struct str_list names;         /* resolve: names given by -d as text */
    struct str_list word_files;    /* brute, --depth; empty: the built-in list */
    struct scan_pattern *patterns; /* brute; resolvers: the zones to check by */
    size_t pattern_count;
    uint16_t types[HIT_TYPES_MAX]; /* in the order asked */
    size_t type_count;
    uint64_t seed;
    uint32_t shard_index, shard_count; /* index from 0 */
    struct str_list scope, exclude;    /* names and "*.suffix", as text, checked */
    bool dedupe;                       /* ask for a name once, however often it comes */
    uint32_t depth;                    /* descents below what is found */
    bool permutes;                     /* names made from what exists */
    struct str_list from_files;        /* names that exist, to be varied too */

    /* walk; the zones are the patterns' */
    bool only_classifies;         /* --classify */
    const char *hashes_path;      /* --hashes; NULL: ZONE.nsec3 */
    enum hash_format hash_format; /* --hash-format */
    bool no_crack;                /* --no-crack */
    bool has_missing_share;       /* --missing; else until the next find costs too much */
    double missing_share;         /* of the hashes; 0: until the circle is closed */

    /* crack, which takes word_files and from_files too */
    struct str_list hash_files, masks;
    const char *charsets[4]; /* ?1 to ?4 of masks; NULL: not given */
    bool mask_increments;
    bool is_shallow;  /* below the zones alone */
    const char *sha1; /* which way; NULL: the best */

    /* resolvers */
    struct str_list resolvers;     /* -r values; empty: built in */
    struct str_list trusted;       /* --trusted values; asked like the others, and believed */
    uint16_t port;                 /* of those given without one */
    bool no_trust;                 /* believe every reply */
    enum scan_dnssec dnssec;       /* whether proofs are asked for */
    const struct anchors *anchors; /* --trust-anchor, besides the root's; or NULL */
    bool is_direct;                /* the zones' own servers are asked instead */
    uint16_t server_port;          /* of servers given without one; 0: as above */
    struct str_list servers; /* --server values: HOST, ip, either with a port; empty: found out */
    bool only_v4, only_v6;
    const char *bind_address; /* NULL: any */

    /* limits */
    bool is_own; /* the user may load every target: no ceiling but those given */
    uint64_t rate_qps, resolver_rate_qps, zone_rate_qps;
    uint32_t in_flight_max; /* 0: adaptive (at most 16,384) */
    mono_ns timeout;        /* longest wait for one answer */
    uint32_t tries_max;
    mono_ns time_max;      /* 0: none */
    uint64_t queries_max;  /* 0: none */
    uint32_t thread_count; /* >= 1 */
    bool is_thread_count_given;
    bool unresolved_allowed_is_percent;
    double unresolved_allowed; /* count or percent that still is complete */

    /* axfr */
    bool has_ixfr; /* changes since ixfr_serial instead of the zone */
    uint32_t ixfr_serial;
    bool has_tsig;
    struct tsig_key tsig;
    bool tls;
    uint16_t tls_port;
    const char *tls_ca, *tls_host; /* NULL: none; both NULL: any certificate will do */
    mono_ns transfer_wait;         /* for a connection, and between octets */
    uint64_t records_max;          /* of one server's transfer */
    uint64_t octets_max;           /* of its messages, and of its text */

    struct bench_params bench;

    /* output */
    struct scan_output *outputs; /* the first is -o/-f, the rest --also */
    size_t output_count;
    const char *split_dir;
    bool show[VERDICT_COUNT];
    const char *unresolved_path, *stats_path, *wildcards_path;
    bool keep_wildcard; /* names of wildcards are written, flagged */
    enum scan_progress progress;
    enum scan_color color;
    bool quiet;
    bool dry_run;
    const char *config_read; /* path of the configuration file that was read, or NULL */
};

enum scan_exit {
    SCAN_EXIT_COMPLETE = 0,
    SCAN_EXIT_FATAL = 1,
    SCAN_EXIT_USAGE = 2,
    SCAN_EXIT_INCOMPLETE = 3,
    SCAN_EXIT_NO_RESOLVER = 4,
    SCAN_EXIT_ALARM = 5,
    SCAN_EXIT_INVALID = 6,
    SCAN_EXIT_SIGINT = 130,
    SCAN_EXIT_CLOSED = 141,
    SCAN_EXIT_SIGTERM = 143,
};

#endif
