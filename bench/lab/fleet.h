// SPDX-License-Identifier: BSD-2-Clause
/* The simulated resolvers: who they are, what is wrong with each, what each saw.
 *
 * A fleet file (or a built-in mix, which is the same text) has one line a group:
 *
 *   default rtt=5ms-80ms jitter=10ms     settings the groups below start from
 *   group dead=silent count=15           so many resolvers
 *   group share=3% slow=600ms-2s         a share of the fleet, rounded, at least one
 *   group rest cap=50-5000 over=any      those left over
 *
 * Which address is in which group is shuffled by the seed. */
#ifndef LAB_FLEET_H
#define LAB_FLEET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/lab/bucket.h"
#include "bench/lab/meter.h"
#include "bench/lab/traits.h"

#define FLEET_COUNT_MAX   20000 /* each takes two descriptors */
#define FLEET_GROUPS_MAX  256
#define FLEET_LABEL_MAX   48
#define FLEET_ERROR_MAX   512
#define FLEET_ADDRESS_MAX 64 /* "[::1]:65535", "127.255.255.254:65535" */

struct group {
    char label[FLEET_LABEL_MAX]; /* for reports: what is wrong, or "good" */
    struct range ranges[TRAIT_COUNT];
    double share;   /* of the fleet, when count is 0 */
    uint32_t count; /* as given; as assigned once the fleet is made */
    bool is_rest;
};

/* What became of the queries a resolver received; they add up to `queries`. */
struct resolver_counts {
    uint64_t queries;  /* UDP and TCP */
    uint64_t answered; /* data, NODATA or NXDOMAIN */
    uint64_t lost;     /* by `loss` */
    uint64_t ignored;  /* dead, or no query at all */
    uint64_t capped;   /* above the cap, whatever came of it */
    uint64_t servfail, refused, formerr, truncated;
    uint64_t overload; /* the lab itself had no room: the run is not valid */
    uint64_t tcp;      /* of `queries` */
    /* of `answered`: not the truth; at most one each */
    uint64_t rewritten, hidden, wrong;
    uint64_t forged; /* packets sent beside replies */
    uint64_t turned; /* of `queries`: came when the resolver had turned */
};

struct resolver {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t address_len;
    uint16_t group;
    uint32_t backend; /* whose traits, lies, bucket, sightings and turn these are: the first
                         address of the back end, usually this one */
    struct traits traits;
    struct bucket bucket; /* this, `received` and `over`: of a back end's first only */
    uint64_t received;    /* queries to all addresses of the back end */
    uint64_t over;        /* of these, above its cap */
    struct meter meter;
    struct resolver_counts counts;
    int udp, tcp; /* descriptors, -1: not open */
};

struct fleet {
    struct resolver *resolvers;
    size_t count;
    struct group groups[FLEET_GROUPS_MAX];
    size_t group_count;
};

struct fleet_params {
    uint64_t seed;
    uint32_t first; /* host order */
    uint16_t port;
    size_t v4_count, v6_count;
    const char *mix;
    const char *file;         /* wins over mix */
    const char *const *lines; /* win over both */
    size_t line_count;
};

/* ERR_SYNTAX with ERROR_TEXT for a bad file, mix or range of addresses. */
MUST_CHECK int fleet_create(struct fleet **out, const struct fleet_params *params,
                            char error_text[FLEET_ERROR_MAX]);
void fleet_destroy(struct fleet *fleet);

int fleet_dead(const struct resolver *resolver); /* DEAD_* */
const char *fleet_address_text(const struct resolver *resolver, char out[FLEET_ADDRESS_MAX]);
void fleet_print_help(void); /* mixes and words of a fleet file, on stdout */

#endif
