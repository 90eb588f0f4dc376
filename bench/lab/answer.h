// SPDX-License-Identifier: BSD-2-Clause
/* Queries off the wire, replies onto it: what a recursive resolver in front of
 * the lab's zones would say. Pure. */
#ifndef LAB_ANSWER_H
#define LAB_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/lab/impair.h"
#include "bench/lab/lies.h"
#include "bench/lab/zone.h"
#include "dns/name.h"

#define ANSWER_HEADER_LEN 12
#define ANSWER_UDP_PLAIN  512  /* without EDNS (RFC 1035 section 2.3.4) */
#define ANSWER_UDP_MAX    4096 /* what we send at most, whatever is offered */
#define ANSWER_UDP_OWN    1232 /* what we offer (DNS flag day 2020) */
#define ANSWER_TCP_MAX    65535

enum query_kind {
    QUERY_OK,
    QUERY_IGNORE,  /* shorter than a header, or a response: nothing is said */
    QUERY_FORMERR, /* bytes that are no query of the kind we know */
    QUERY_NOTIMP,  /* another opcode */
};

struct query {
    const uint8_t *data; /* borrowed */
    size_t question_end; /* offset behind the question; 12 when there is none */
    struct name name;    /* lower case */
    uint16_t type, class;
    uint16_t udp_size; /* how large a UDP reply may be */
    bool has_edns, wants_dnssec;
};

enum query_kind query_parse(struct query *out, const uint8_t *data, size_t len);

struct answer_params {
    const struct zones *zones;
    enum action action;
    unsigned outside_rcode;
    uint64_t identity; /* of who answers: its region follows (zone_pool_show) */
    uint64_t variant;
    size_t size_max;  /* of the reply */
    struct lies lies; /* all zero: none */
    enum lie *told;   /* what was told, where there are data; NULL: nobody asks */
};

/* Writes the reply to an OK query; returns its length, 0 for ACTION_SILENCE. OUT
 * has room for max(size_max, 512). */
size_t answer_build(const struct answer_params *params, const struct query *query, uint8_t *out);
/* A reply without question and records to what is no good query; RCODE as given. */
size_t answer_build_bare(const uint8_t *data, unsigned rcode, uint8_t out[ANSWER_HEADER_LEN]);

#endif
