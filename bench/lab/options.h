// SPDX-License-Identifier: BSD-2-Clause
/* The lab's command line, as plain data. Const once parsed. */
#ifndef LAB_OPTIONS_H
#define LAB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "bench/lab/service.h"

#define OPTIONS_LIST_MAX 256 /* values of one repeatable option; more belongs in a file */

struct text_list {
    const char *items[OPTIONS_LIST_MAX];
    size_t count;
};

struct lab_options {
    /* fleet */
    uint64_t resolver_count; /* on 127/8 */
    uint64_t ipv6_count;     /* on [::1], ports from `port` up */
    uint32_t first;          /* first address, host order */
    uint64_t port;
    const char *mix;
    const char *fleet_file;  /* NULL: the mix */
    struct text_list groups; /* lines of a fleet file given as options */
    bool no_tcp;

    /* zones */
    struct text_list zones; /* empty: lab.example */
    uint64_t zone_count;    /* in all, named ones included */
    struct text_list zone_files;
    uint64_t host_count; /* per zone */
    uint64_t wildcard_count, apex_wildcard_count;
    const char *words_file; /* NULL: the built-in list */
    double common_share;    /* hosts whose label is a word of the list */
    const char *outside;    /* refused, nxdomain, servfail */

    /* lists and results */
    const char *emit_words, *emit_names, *emit_resolvers, *emit_zones, *truth, *report;
    uint64_t decoy_count;
    double exists_share; /* negative: not given */
    bool emit_only;

    /* speed work */
    bool fast;
    uint64_t list_count;
    bool fast_soa;
    struct service_params service; /* --fast: a resolver of known speed */
    const char *stamps;
    bool is_timed; /* one of these was given */

    /* the run */
    uint64_t seed;
    mono_ns duration;
    bool with_parent;
    uint64_t expect_cap_qps; /* 0: none */
    uint64_t sighting_count;
    bool quiet;

    bool is_help, is_version;
};

/* 0, or ERR_SYNTAX after saying why on stderr. */
MUST_CHECK int options_parse(struct lab_options *out, int argc, char **argv);
void options_print_help(void); /* stdout */

#endif
