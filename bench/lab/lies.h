// SPDX-License-Identifier: BSD-2-Clause
/* What resolvers say that is not so.
 *
 * Which names are lied about is the resolver's own: the same names whatever the type,
 * and however often they are asked. False addresses are from ranges that nobody routes
 * and no made-up zone uses, and tell by themselves which lie they are:
 *
 *   lie                  A                              AAAA
 *   LIE_REWRITTEN        203.0.113.1 to .100            (no data)
 *   LIE_FORGED           203.0.113.128 to .254          3fff:0:2::/64
 *   LIE_WRONG            198.51.100.1 to .254           3fff:0:1::/64
 *
 * (RFC 5737, RFC 9637). The number of a rewritten address is the resolver's trait, so
 * that several rewriters share one, as customers of one filter do. A rewriter acts on
 * type A alone; other types of a name that does not exist get an empty NOERROR. */
#ifndef LAB_LIES_H
#define LAB_LIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIES_REWRITE_MAX 100

struct traits;
struct sighting;

enum lie {
    LIE_NONE,
    LIE_REWRITTEN, /* an address, or no data, instead of NXDOMAIN */
    LIE_HIDDEN,    /* NXDOMAIN for a name that exists */
    LIE_WRONG,     /* other addresses than the name's */
    LIE_FORGED,    /* a whole reply that is false */
};

/* What a resolver would do to one name's reply. */
struct lies {
    unsigned rewrite; /* number of the address; 0: NXDOMAIN stays */
    bool hides;
    bool is_wrong;
    bool is_forged;
    uint64_t bits; /* of false addresses */
};

struct lies lies_choose(const struct traits *traits, const struct sighting *sighting);
/* FORGE_*: what comes beside the right reply to this query. */
int lies_choose_forgery(const struct traits *traits, const struct sighting *sighting);
/* The NTH false address of LEN 4 or 16 octets. */
void lies_address(const struct lies *lies, enum lie lie, unsigned nth, uint8_t *out, size_t len);

#endif
