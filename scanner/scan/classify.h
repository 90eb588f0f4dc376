// SPDX-License-Identifier: BSD-2-Clause
/* Every server of a zone put through the test of verdict/denial_class.h, all of them at once,
 * each in at most DENIAL_CLASS_QUERIES_MAX questions. What one server says is compared with
 * the others' only to tell a server without DNSSEC from a zone without. */
#ifndef SCAN_CLASSIFY_H
#define SCAN_CLASSIFY_H

#include "out/chain.h"
#include "scan/asker.h"
#include "scan/servers.h"
#include "verdict/denial_class.h"

struct classify_params {
    struct asker *asker;
    const uint8_t *zone;
    const struct servers *servers;
    uint64_t seed;    /* of the names that are asked for */
    mono_ns deadline; /* by clock_mono_ns; 0: none */
};

struct classify_item {
    const struct server *server;
    uint32_t number; /* the asker's */
    struct denial_class_verdict verdict;
};

/* In the order of SERVERS, which must outlive it. */
struct classify_result {
    const uint8_t *zone;
    struct classify_item items[SERVERS_MAX];
    size_t count;
    bool is_cut_short; /* a signal, the deadline or --max-queries: those left are CHAIN_UNKNOWN */
};

/* ERR_NOMEM, ERR_IO, ERR_FULL: the asker's. */
MUST_CHECK int classify_run(struct classify_result *out, const struct classify_params *params);
/* What is to be written of one (out/chain.h); borrows from RESULT. */
struct chain_line classify_line(const struct classify_result *result, size_t index);

#endif
