// SPDX-License-Identifier: BSD-2-Clause
/* From what several resolvers say about one question to what is believed. Pure.
 *
 *   first says no such name, no data     -> believed, from one
 *   first says data                      -> a second independent one is asked
 *   two with data that overlap           -> believed, the overlapping ones' data
 *   two with data that do not            -> more, up to four; then all of it: it varies;
 *                                          but a dispute where most resolvers lied
 *   one with data, OPINION_DENIERS deny  -> no such name; the one gave false data
 *   two with data that overlap, others deny -> believed: two cannot make up the same, while
 *                                          each may hide what it likes
 *   two with data that do not, one of them sound -> believed, the sound one's data; where
 *                                          there are sound ones four sets are no end
 *   where most lied: all have spoken, and no two agree on data -> a dispute
 *   where they deny each other's data all the time: one claim  -> a dispute, however many deny
 *   data that lead nowhere, 0.0.0.0 or :: -> nothing, where anybody says otherwise; else believed
 *                                          from four: filters answer so, whatever the name
 *   one that signatures bear out         -> believed, whoever gave it
 *   a denial that should be proven, and is not -> others, up to OPINION_UNPROVEN
 *   anything else                        -> more, until tries or OPINIONS_MAX are used up
 *
 * Independent: of different operators. Opinions of one operator count once, the newest.
 * Where only one operator is there its word is all there is. */
#ifndef VERDICT_OPINION_H
#define VERDICT_OPINION_H

#include <stdbool.h>
#include <stdint.h>

#define OPINIONS_MAX     8 /* for one question; bits in a byte */
#define OPINION_DENIERS  5 /* that make a name with one claim absent */
#define OPINION_UNPROVEN 3 /* denials without proof that make one */
#define OPINION_DISTINCT 4 /* disagreeing sets from which on the data vary */

enum opinion_kind { OPINION_DATA, OPINION_NODATA, OPINION_NXDOMAIN };

struct opinion {
    uint8_t kind;     /* enum opinion_kind */
    bool is_trusted;  /* from a resolver that the user trusts */
    bool is_proven;   /* signatures that were verified bear it out */
    bool is_unproven; /* a denial without the proof that it should have */
    bool is_void;     /* from one that was convicted: as if it had not come */
    bool is_forged;   /* data that are also given for names that cannot exist */
    bool is_null;     /* data that lead nowhere */
    bool is_sound;    /* of one whose data others were found to share always */
    bool is_outvoted; /* data of one whose data others seldom share */
    uint8_t overlaps; /* bit per opinion whose data share a datum with these */
    uint8_t akin;     /* the same of any record, as a link of a chain: regions differ at its end */
    uint32_t op;      /* operator */
};

enum opinion_result {
    OPINION_ASK,      /* another operator */
    OPINION_EXISTS,   /* with data */
    OPINION_EMPTY,    /* no data of this type, or none that is believed; the name exists */
    OPINION_ABSENT,   /* no such name */
    OPINION_DISPUTED, /* as many say so as say otherwise, and nobody is left to ask */
};

enum opinion_confirmed {
    OPINION_BY_ONE,
    OPINION_BY_QUORUM,
    OPINION_BY_TRUSTED,
    OPINION_BY_SIGNATURE
};

struct opinion_view {
    bool name_exists;   /* an earlier type of the name was believed to be there */
    uint32_t operators; /* that can be asked; at least 1 */
    bool is_last;       /* nobody more is to be asked: tries are used up */
    bool is_doubtful;   /* they deny each other's data again and again */
    bool has_sound;     /* somebody is sound, and may be asked */
    bool is_hostile;    /* most resolvers were caught lying */
};

struct opinion_verdict {
    enum opinion_result result;
    enum opinion_confirmed confirmed;
    bool varies;
    uint8_t used;     /* bit per opinion whose data are taken */
    uint8_t denied;   /* that denied what is believed to exist */
    uint8_t claimed;  /* that gave data for what is believed absent */
    uint8_t agreed;   /* whose data others share */
    uint8_t outvoted; /* whose data differ from those that two agreed on */
    bool is_split;    /* some gave data, and some said that there are none */
    bool is_at_odds;  /* data have nothing in common with others */
};

struct opinion_verdict opinions_weigh(const struct opinion *opinions, unsigned count,
                                      const struct opinion_view *view);

#endif
