// SPDX-License-Identifier: BSD-2-Clause
/* The lab's zones: every name that exists, in one hash table.
 *
 * A node is a name that exists, empty non-terminals included: adding a name adds
 * the names between it and its zone's apex. Lookup follows RFC 1034 section 4.3.2
 * and, for wildcards, RFC 4592: `*` below the *closest encloser*, the longest
 * existing ancestor of the name asked, and nowhere else.
 *
 * A name with several records of a type is a *pool*: an answer holds all of them, or
 * some by turns, or those of the asker's region (zone_pool_show). A wildcard's CNAME
 * may *embed* the labels asked, so that each name made from it has a target of its own.
 *
 * Not simulated: delegations (NS below an apex are plain data), DNAME, signatures.
 * Everything lives until zones_destroy; nodes never move. */
#ifndef LAB_ZONE_H
#define LAB_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

#define ZONE_NODES_MAX   (8u << 20) /* some 200 bytes each */
#define ZONE_CHAIN_MAX   16         /* CNAMEs followed; unbound gives up at 11 */
#define ZONE_TTL         300
#define ZONE_RECORDS_MAX 255 /* at one name: a message holds them all */
#define ZONE_REGIONS     4   /* that resolvers belong to, where nothing else is said */

struct zone_record {
    struct zone_record *next;
    const uint8_t *rdata; /* names in it uncompressed, lower case */
    uint32_t ttl;
    uint16_t type;
    uint16_t rdata_len;
    bool embeds; /* a CNAME whose target is what the wildcard stands for, before rdata */
};

struct zone_node {
    const uint8_t *name; /* wire, lower case */
    struct zone_record *records;
    struct zone_node *apex;     /* of the node's zone; itself for an apex */
    struct zone_node *wildcard; /* the child `*`, or NULL */
    uint64_t hash;
    uint8_t name_len;
    uint8_t shown_max; /* data of a type in an answer, the others by turns; 0: all */
    bool is_geo;       /* a resolver sees the data of its region alone */
    uint8_t regions;   /* of a geo node; 0: ZONE_REGIONS */
};

struct zones; /* opaque */

MUST_CHECK int zones_create(struct zones **out);
void zones_destroy(struct zones *zones);

/* Begins a zone, with a SOA and one NS record. ERR_RANGE when names below the
 * apex are there already; 0 and the old node when the zone is. */
MUST_CHECK int zones_add_apex(struct zones *zones, const struct name *apex, struct zone_node **out);
/* The node for NAME, made if need be. ERR_MISSING: in no zone. ERR_FULL. */
MUST_CHECK int zones_add_node(struct zones *zones, const struct name *name, struct zone_node **out);
/* Equal records are kept once. ERR_SYNTAX: CNAME and other data at one name
 * (RFC 1034 section 3.6.2); a second SOA replaces the first. ERR_RANGE: more than
 * ZONE_RECORDS_MAX. */
MUST_CHECK int zones_add_record(struct zones *zones, struct zone_node *node, uint16_t type,
                                uint32_t ttl, const void *rdata, size_t rdata_len);
/* Gives a wildcard a CNAME that embeds what is asked: where `*.w` stands for a.b, its
 * target is a.b.SUFFIX. ERR_SYNTAX as above, and where NODE is no wildcard. */
MUST_CHECK int zones_add_embedding(struct zones *zones, struct zone_node *node, uint32_t ttl,
                                   const struct name *suffix);

enum zone_result {
    ZONE_EXACT,    /* node: the name itself */
    ZONE_WILDCARD, /* node: the `*` the name is made from */
    ZONE_NXDOMAIN, /* node: the closest encloser */
    ZONE_OUTSIDE,  /* in no zone; node NULL */
};

struct zone_answer {
    enum zone_result result;
    const struct zone_node *node;
    const struct zone_node *apex; /* NULL when outside */
};

/* NAME in lower case. */
struct zone_answer zones_lookup(const struct zones *zones, const uint8_t *name);
const struct zone_node *zones_find(const struct zones *zones, const uint8_t *name);
/* The name lies in no zone but beside or above one: a probe for it asks someone
 * else's servers. */
bool zones_is_above_apex(const struct zones *zones, const uint8_t *name);

size_t zones_node_count(const struct zones *zones);
const struct zone_node *zones_node(const struct zones *zones, size_t index); /* as added */
size_t zones_apex_count(const struct zones *zones);
const struct zone_node *zones_apex(const struct zones *zones, size_t index);

const struct zone_record *zone_record_find(const struct zone_node *node, uint16_t type);
unsigned zone_record_count(const struct zone_node *node, uint16_t type);
bool zone_node_is_wildcard(const struct zone_node *node);

/* What the CNAME of NODE points to when NAME is answered by it; made in ROOM, which is
 * not NAME's, where it embeds. NULL: such a name would be longer than 255 octets. */
const uint8_t *zone_cname_target(const struct zone_node *node, const struct zone_record *cname,
                                 const uint8_t *name, struct name *room);

/* The records of TYPE that one answer holds, in their order there: of a geo node those of
 * the asker's region, then shown_max of them, beginning at one that VARIANT chooses.
 * IDENTITY is any number that tells resolvers apart. Returns how many. */
unsigned zone_pool_show(const struct zone_node *node, uint16_t type, uint64_t identity,
                        uint64_t variant, const struct zone_record *out[ZONE_RECORDS_MAX]);

/* What kind of name a node is: told from its data, so that generated and given
 * zones are described alike. */
#define ZONE_CLASSES(X)                                                                            \
    X(APEX, "apex")         /* the zone itself */                                                  \
    X(HOST, "host")         /* one A */                                                            \
    X(MULTI, "multi")       /* several A */                                                        \
    X(DUAL, "dual")         /* A and AAAA */                                                       \
    X(AAAA, "aaaa")         /* AAAA alone */                                                       \
    X(CNAME, "cname")       /* a CNAME to a name with data */                                      \
    X(CHAIN, "chain")       /* two or more CNAMEs to a name with data */                           \
    X(DANGLING, "dangling") /* CNAMEs ending at a name of the zones that does not exist */         \
    X(EXTERNAL, "external") /* CNAMEs leaving the zones */                                         \
    X(LOOP, "loop")         /* CNAMEs that never end */                                            \
    X(GEO, "geo")           /* several addresses, of which a resolver sees its region's */         \
    X(ROBIN, "robin")       /* several addresses, some of them in an answer */                     \
    X(TWIN, "twin")         /* a real host giving no more than the wildcard beside it would */     \
    X(SHARER, "sharer")     /* one with the wildcard's address, and something it has not */        \
    X(NODATA, "nodata")     /* records, but no address and no CNAME */                             \
    X(ENT, "ent")           /* empty non-terminal */                                               \
    X(WILDCARD, "wildcard") /* `*`: names made from it exist by synthesis only */

enum zone_class {
#define X(constant, word) ZONE_CLASS_##constant,
    ZONE_CLASSES(X)
#undef X
        ZONE_CLASS_COUNT
};

static const char *const zone_class_words[ZONE_CLASS_COUNT] = {
#define X(constant, word) [ZONE_CLASS_##constant] = word,
    ZONE_CLASSES(X)
#undef X
};

enum zone_class zones_classify(const struct zones *zones, const struct zone_node *node);

#endif
