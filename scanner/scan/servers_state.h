// SPDX-License-Identifier: BSD-2-Clause
/* The finding of servers, inside: servers.c asks and tells, servers_look.c reads what is
 * answered and notes what else is to be looked up. Nobody else includes this. */
#ifndef SCAN_SERVERS_STATE_H
#define SCAN_SERVERS_STATE_H

#include "scan/fleet.h"
#include "scan/servers.h"

#define HOSTS_MAX     64 /* bits of struct address's hosts */
#define RESOLVERS_MAX 6  /* of the list; the next is asked where one fails */
#define CLIMB_MAX     8  /* labels above the name asked for */
#define LOOKUPS_MAX   (1 + CLIMB_MAX + 2 * HOSTS_MAX + 2 * SERVERS_MAX)
#define BY_RESOLVERS  UINT32_MAX

struct host {
    struct name name;
    unsigned origin;
    uint16_t port;
    bool has_address;
};

struct address {
    struct wire_address address;
    uint64_t hosts; /* bit 1 << index: it is an address of these */
};

struct lookup {
    struct name name;
    uint16_t type;
    uint32_t host;     /* whose address is looked for, or... */
    uint32_t asked;    /* the asker's number of the server itself, or BY_RESOLVERS */
    unsigned attempts; /* resolvers that failed */
    bool is_waiting;   /* to be asked */
};

struct finder {
    const struct scan_params *params;
    struct servers *out;
    struct fleet resolvers;
    struct asker *asker;
    uint32_t resolver_numbers[RESOLVERS_MAX];
    size_t resolver_count, first_resolver; /* that one answered first */
    struct host hosts[HOSTS_MAX];
    size_t host_count;
    struct address addresses[SERVERS_MAX];
    size_t address_count;
    struct lookup lookups[LOOKUPS_MAX];
    size_t lookup_count, open_count;
    size_t climbs;
    bool is_given; /* --server: nobody is asked for more hosts */
    int error;
};

/* Says in OUT why there are none: BEFORE, the name, BEHIND. */
void finder_say(struct finder *f, const char *before, const uint8_t *name, const char *behind);
void finder_add_lookup(struct finder *f, const uint8_t *name, uint16_t type, uint32_t host,
                       uint32_t asked);
void finder_add_host(struct finder *f, const struct name *name, unsigned origin, uint16_t port);
/* NULL: left out. */
struct address *finder_add_address(struct finder *f, const struct wire_address *address,
                                   bool *is_new);
/* Whether the answer is of use: what one server says, or does not, is all it will. */
bool finder_take_answer(struct finder *f, const struct lookup *lookup,
                        const struct asker_answer *told);

#endif
