// SPDX-License-Identifier: BSD-2-Clause
/* What is told of transfers: a line a server, and the object of --stats. Pure text; borrows. */
#ifndef OUT_TRANSFERS_H
#define OUT_TRANSFERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "dns/transfer.h"
#include "out/stats_end.h"

enum attempt_kind { ATTEMPT_AXFR, ATTEMPT_SOA, ATTEMPT_IXFR };

/* One question to a server and what came of it. */
struct attempt {
    enum attempt_kind kind;
    bool by_udp, by_tls;
    uint32_t asked;                /* IXFR: from this serial */
    enum transfer_outcome outcome; /* of an SOA: TRANSFER_CURRENT when it came */
    const char *why;               /* static; NULL: no more to say */
    bool was_up;                   /* there was a connection */
    bool is_authenticated;         /* TLS: the certificate was checked */
    bool has_alpn;                 /* TLS: `dot` was agreed on */
    bool is_signed;                /* TSIG, all of it */
    uint32_t serial;
    uint64_t records, deleted, foreign, messages, octets;
    double seconds;
};

struct transfer_server {
    const char *zone, *address; /* "example.com", "192.0.2.1:53" */
    const char *host;           /* "ns1.example.com"; empty: not known */
    const struct attempt *attempts;
    size_t attempt_count;
    const struct attempt *best; /* one of them; NULL: none was made */
};

/* "example.com at 192.0.2.1:53 (ns1.example.com): refused; IXFR 7: up-to-date" */
void transfer_server_line(struct text *out, const struct transfer_server *server);
void transfer_server_json(struct text *out, const struct transfer_server *server);

struct transfer_zone {
    const char *zone;
    bool is_complete;
    bool is_consistent; /* all servers that gave the zone gave as much of the same serial */
    enum transfer_outcome outcome; /* of what was written; TRANSFER_OPEN: nothing was */
    const char *from;              /* server it came from; NULL */
    uint32_t serial;
    uint64_t records, names;
    size_t servers;
    const char *why; /* NULL, or why it has no servers */
};

/* `"example.com":{...}` */
void transfer_zone_json(struct text *out, const struct transfer_zone *zone);

struct transfer_stats {
    size_t zones, zones_whole;
    uint64_t records, names, servers, queries, octets;
    uint64_t outcomes[TRANSFER_OUTCOMES]; /* of servers */
    const struct text *zones_json, *servers_json;
    double seconds, cpu_seconds;
    uint64_t max_rss_bytes;
    struct stats_end end;
};

/* One JSON object and a newline. */
void transfer_stats(struct text *out, const struct transfer_stats *stats);

#endif
