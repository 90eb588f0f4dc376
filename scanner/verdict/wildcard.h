// SPDX-License-Identifier: BSD-2-Clause
/* What is known of wildcards, parent by parent; judges names that got data.
 * One worker's; no locks. Probes wanted are returned, never sent.
 *
 * A name with data is judged level by level from its zone's apex down to its own
 * parent, never above the apex. Each level's parent is probed once with random
 * labels: first one label each for A, AAAA, CNAME (and the asked types). An
 * NXDOMAIN for any of them is no wildcard there for any type (RFC 4592); only
 * when all answered NXDOMAIN the parent is clean. Otherwise each type that gave
 * data is probed on until its set of data stops growing (constants and reasons in
 * wildcard.c), at most WILDCARD_PROBES_MAX per parent and type.
 *
 *   UNKNOWN -> PROBING -> CLEAN | WILDCARD | LOST        (drawn in wildcard.c)
 *
 * A lost probe means unknown, never clean: a parent that stays unknown after its
 * probes' tries is LOST and names under it are kept and flagged. */
#ifndef VERDICT_WILDCARD_H
#define VERDICT_WILDCARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "dns/name.h"
#include "dns/query.h"
#include "verdict/classify.h"

#define WILDCARD_PROBES_MAX 64
#define WILDCARD_DATA_MAX   32 /* data of one reply looked at */

struct wildcards; /* opaque */

/* The data a name (or a probe) got for one type, as hashes of (kind, rdata): the
 * first CNAME target when there is a CNAME, else the records of the type. */
struct wildcard_data {
    uint16_t type; /* type asked */
    uint8_t count; /* 0: NODATA */
    bool by_cname;
    uint64_t hashes[WILDCARD_DATA_MAX];
};

enum wildcard_judgement {
    WILDCARD_NO,       /* every level is clean, or the data differ from the wildcard's */
    WILDCARD_YES,      /* all of its data are the wildcard's */
    WILDCARD_WAIT,     /* ask again when wildcards_result returned true for `parent` */
    WILDCARD_POSSIBLE, /* cannot be ruled out: lost probes, or the data overlap only in part */
};

struct wildcard_finding {
    enum wildcard_judgement judgement;
    uint32_t parent; /* WAIT: whose probes are awaited */
    const uint8_t
        *root;     /* YES, POSSIBLE: the wildcard's parent; borrowed, lives as long as the table */
    uint32_t pool; /* distinct data seen of it */
};

struct wildcard_probe {
    uint32_t parent;
    uint16_t type;
    struct name name; /* random label + parent */
};

enum wildcard_probe_result {
    WILDCARD_PROBE_NXDOMAIN,
    WILDCARD_PROBE_NODATA,
    WILDCARD_PROBE_DATA,
    WILDCARD_PROBE_LOST,
};

/* TYPES: the asked ones; A, AAAA and CNAME are probed besides. RNG is borrowed. */
MUST_CHECK int wildcards_create(struct wildcards **out, struct rng *rng, const uint16_t *types,
                                size_t type_count);
void wildcards_destroy(struct wildcards *w);

/* NAME (below or equal to the zone that has ZONE_LABELS labels) got DATA for
 * DATA_COUNT types (entries with count 0 are NODATA). A name equal to the zone's
 * apex is never a wildcard. ERR_NOMEM. */
MUST_CHECK int wildcards_judge(struct wildcards *w, const uint8_t *name, unsigned zone_labels,
                               const struct wildcard_data *data, size_t data_count,
                               struct wildcard_finding *out);

/* The same for a name whose other types are still to come: starts what probes it needs,
 * but learns nothing from it, so that each name is learnt from once. */
MUST_CHECK int wildcards_peek(struct wildcards *w, const uint8_t *name, unsigned zone_labels,
                              const struct wildcard_data *data, size_t data_count,
                              struct wildcard_finding *out);

/* Next probe to send, if any is wanted and fewer than the bound are out. */
bool wildcards_next_probe(struct wildcards *w, struct wildcard_probe *out);

/* The probe of (parent, type) ended. DATA only for _DATA. True when judgements
 * that waited for this parent should be asked again. */
bool wildcards_result(struct wildcards *w, uint32_t parent, uint16_t type,
                      enum wildcard_probe_result result, const struct wildcard_data *data);

/* The data a reply gave for TYPE; count 0 unless ANSWER is ANSWER_DATA. */
void wildcard_data_from(struct wildcard_data *out, uint16_t type, const struct reply *reply,
                        const struct answer *answer);

/* One datum's hash (rdata expanded, canonical). */
uint64_t wildcard_hash(uint16_t type, const uint8_t *rdata, size_t len);

/* Why a name is one, for -v: "*.example.com answers A with 3 data in 12 probes". */
size_t wildcards_explain(const struct wildcards *w, const uint8_t *root, char *out, size_t cap);

#endif
