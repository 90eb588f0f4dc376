// SPDX-License-Identifier: BSD-2-Clause
/* RFC 8020: where NXDOMAIN is said of a name, nothing exists below it, and what lies there
 * need not be asked. A worker's knowledge of where that is so; judges names, returns what
 * it wants to be asked, sends nothing.
 *
 *   denied names below a name of which nothing is known --CUT_ASK_AFTER--> that one is wanted
 *   two independent resolvers deny it ------------------------------> a cut
 *   a cut -----> names below are pruned, but for a sample that is asked all the same
 *   something below it exists after all -----> the zone says NXDOMAIN at empty non-terminals
 *                                              (RFC 8020 section 4.1): no cuts there
 *
 * Cuts are made from the top: the name wanted is the highest one, below the zone's apex, that
 * is not known to exist. At the apex or above nothing is ever cut, and in a zone that is
 * only supposed to be one (a bare name's) nothing before its apex is known to exist.
 *
 * Zones are tested. The parent of a name that exists is asked for: an empty answer shows that
 * the zone does it right, NXDOMAIN that it does not. Until then every fourth name is
 * asked, from then on, or after 512 of them, every 64th. Whoever prunes keeps
 * the names: when `facts->changes` has moved they are to be judged again.
 *
 * Bounded: besides the shared facts (cut_facts.h) some 150 KB, and the cuts made. What is asked
 * is at most CUT_ASKS_FREE and one in CUT_ASKS_EVERY of the deep names. One worker's. */
#ifndef VERDICT_CUT_H
#define VERDICT_CUT_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/name.h"
#include "verdict/cut_facts.h"

#define CUT_ASK_AFTER  4  /* denied names below one; fewer are not worth two questions */
#define CUT_ASKS_FREE  16 /* questions at any rate */
#define CUT_ASKS_EVERY 16
#define CUT_WANTED_MAX 32

struct cuts; /* opaque */

/* The zone a name lies in. */
struct cut_zone {
    const struct name *name;
    uint32_t number;
    uint8_t labels;
    bool is_given; /* false: only supposed to be one */
};

struct cut_wanted {
    struct name name;
    struct name zone;
    uint32_t zone_number;
};

/* What was said of a wanted name. */
enum cut_word {
    CUT_DENIED, /* NXDOMAIN, by two independent resolvers or a trusted one */
    CUT_EMPTY,  /* NOERROR without data */
    CUT_DATA,
    CUT_LOST, /* nothing that counts */
};

enum cut_event {
    CUT_NOTHING,
    CUT_MADE,        /* nothing is below that name */
    CUT_ZONE_DENIES, /* the zone says NXDOMAIN at empty non-terminals */
    CUT_ZONE_ANSWERS,
};

/* FACTS is borrowed. */
MUST_CHECK int cuts_create(struct cuts **out, struct facts *facts);
void cuts_destroy(struct cuts *cuts);

/* The name, an ancestor of NAME inside it, below which nothing exists; NULL: ask. */
const uint8_t *cuts_root_of(struct cuts *cuts, const uint8_t *name, const struct cut_zone *zone);
/* Of a name that is below a cut: whether it is to be asked all the same. */
bool cuts_wants_sample(struct cuts *cuts, const struct cut_zone *zone);

/* NAME does not exist. 0, or ERR_NOMEM. */
MUST_CHECK int cuts_note_denied(struct cuts *cuts, const uint8_t *name,
                                const struct cut_zone *zone);
/* NAME exists; IS_EMPTY: without data. A cut_event, or ERR_NOMEM. */
MUST_CHECK int cuts_note_exists(struct cuts *cuts, const uint8_t *name, const struct cut_zone *zone,
                                bool is_empty);

/* A name to be asked of two independent resolvers; what they say goes to cuts_settle. */
bool cuts_next_wanted(struct cuts *cuts, struct cut_wanted *out);
/* DENIERS: the resolvers that denied it. A cut_event, or ERR_NOMEM. */
MUST_CHECK int cuts_settle(struct cuts *cuts, const struct cut_wanted *wanted, enum cut_word word,
                           const uint32_t deniers[2]);
/* RESOLVER lies: cuts that rest on its word are lifted. 0, or ERR_NOMEM. */
MUST_CHECK int cuts_drop(struct cuts *cuts, uint32_t resolver);

#endif
