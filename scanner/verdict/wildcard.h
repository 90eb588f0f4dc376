// SPDX-License-Identifier: BSD-2-Clause
/* What is known of wildcards, parent by parent; judges names that got data.
 * One worker's; no locks. Probes and further questions are returned, never sent.
 *
 * A name with data is judged level by level from its zone's apex down to its own
 * parent, never above the apex. Each level's parent is probed once with random
 * labels: first one label each for A, AAAA and the asked types (a wildcard's CNAME answers
 * these, too). Operators vote
 * by these whether random labels exist: one alone makes no wildcard, nor denies one,
 * where there are others. Where they do, each type that gave data is probed on until
 * its set of data stops growing (constants and reasons in wildcard_pool.c), at most
 * WILDCARD_PROBES_MAX per parent and type.
 *
 *   UNKNOWN -> PROBING -> CLEAN | WILDCARD | LOST        (drawn in wildcard_table.h)
 *
 * A lost probe means unknown, never clean: a parent that stays unknown after its
 * probes' tries is LOST and names under it are kept and flagged.
 *
 * A name whose data are not among the wildcard's, or are but with another TTL or fewer
 * at a time, is asked again (WILDCARD_ASK): see wildcard_judge.c. */
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

#define WILDCARD_PROBES_MAX    64
#define WILDCARD_DATA_MAX      32 /* data of one reply looked at */
#define WILDCARD_ASKS_MAX      5  /* more questions about a name that probes do not explain */
#define WILDCARD_SIGHTINGS_MAX 32 /* replies about one name looked at, over all types */
#define WILDCARD_OP_UNKNOWN    UINT32_MAX /* an operator that is not told apart */
#define WILDCARD_NO_RRSIG      UINT8_MAX

struct wildcards; /* opaque */

/* The data a name (or a probe) got for one type in one reply, as hashes of (kind, rdata):
 * every record of the type; or, when there is a CNAME, what its first target may be in
 * the terms of a wildcard, the likeliest first (wildcard_data.c). */
struct wildcard_data {
    uint16_t type; /* type asked */
    uint8_t count; /* 0: NODATA */
    bool by_cname;
    bool embeds;          /* the CNAME's target repeats what was asked */
    bool has_own_nsec;    /* an NSEC record of the name asked is there (RFC 4034 section 4) */
    uint8_t rrsig_labels; /* of the RRSIG over them (RFC 4034 section 3.1.3), or _NO_RRSIG */
    bool is_verified;     /* that RRSIG was, and its signer hides no wildcards (RFC 9824) */
    uint32_t ttl;         /* the longest of the records compared */
    uint32_t op;          /* operator that gave them, or WILDCARD_OP_UNKNOWN */
    uint64_t hashes[WILDCARD_DATA_MAX];
};

enum wildcard_judgement {
    WILDCARD_NO,       /* every level is clean, or the data differ from the wildcard's */
    WILDCARD_YES,      /* all of its data are the wildcard's */
    WILDCARD_WAIT,     /* judge again when wildcards_result returned true for `parent` */
    WILDCARD_ASK,      /* ask for `type` once more, of another operator, and judge again */
    WILDCARD_POSSIBLE, /* keep it, flagged: `reason` */
};

struct wildcard_finding {
    enum wildcard_judgement judgement;
    uint32_t parent;      /* WAIT: whose probes are awaited */
    uint16_t type;        /* ASK */
    bool is_alias;        /* YES: by a CNAME, beside which there is nothing else */
    const uint8_t *root;  /* but NO: the wildcard's parent; borrowed, lives as long as the table */
    uint32_t pool;        /* distinct data seen of it */
    uint32_t full;        /* names that it explained and that were asked for all types */
    const char *evidence; /* YES, POSSIBLE: probe, cname or rrsig; static */
    const char *reason;   /* POSSIBLE: why it is not filtered; static */
};

/* A name to be judged. */
struct wildcard_name {
    const uint8_t *wire;  /* below or equal to its zone */
    unsigned zone_labels; /* labels of that */
    /* What replies gave for it, those without data left out; several of one type may be
     * there, of different operators. */
    const struct wildcard_data *const *data;
    size_t count;
    unsigned asks; /* further questions that may still be put; 0: judge by what is there */
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

/* How a probe ended. */
struct wildcard_reply {
    enum wildcard_probe_result result;
    const struct wildcard_data *data; /* _DATA */
    uint32_t op;                      /* who said so, or WILDCARD_OP_UNKNOWN */
    uint32_t resolver;                /* the caller's number for it, see wildcards_next_liar */
    uint32_t operators;               /* that could have been asked; 0 is as 1 */
};

/* TYPES: the asked ones; A and AAAA are probed besides. RNG is borrowed. */
MUST_CHECK int wildcards_create(struct wildcards **out, struct rng *rng, const uint16_t *types,
                                size_t type_count);
void wildcards_destroy(struct wildcards *w);

/* A name equal to its zone's apex is never a wildcard. ERR_NOMEM. */
MUST_CHECK int wildcards_judge(struct wildcards *w, const struct wildcard_name *name,
                               struct wildcard_finding *out);

/* The same for a name whose other types are still to come: starts what probes it needs,
 * but learns nothing from it, so that each name is learnt from once. */
MUST_CHECK int wildcards_peek(struct wildcards *w, const struct wildcard_name *name,
                              struct wildcard_finding *out);

/* A name that FINDING (YES) explains by its first type is asked for the others, too. */
void wildcards_note_full(struct wildcards *w, const struct wildcard_finding *finding);

/* Next probe to send, if any is wanted and fewer than the bound are out. */
bool wildcards_next_probe(struct wildcards *w, struct wildcard_probe *out);

/* The probe of (parent, type) ended. True when judgements that waited for this parent
 * should be asked again. */
bool wildcards_result(struct wildcards *w, uint32_t parent, uint16_t type,
                      const struct wildcard_reply *reply);

/* A resolver that gave data for a random name below a parent that turned out to be clean. */
struct wildcard_liar {
    uint32_t resolver; /* as in struct wildcard_reply */
    uint32_t parent;
    uint64_t hash; /* of the first datum */
};
/* Each is told once. */
bool wildcards_next_liar(struct wildcards *w, struct wildcard_liar *out);

/* Many more resolvers than probes ask have said whether random labels below NAME exist: what was
 * found out about it is void. Not IS_WILD: probes find out anew. ERR_NOMEM. */
MUST_CHECK int wildcards_tell(struct wildcards *w, const uint8_t *name, bool is_wild);
/* One of them, with data, is as good as the reply to a probe below NAME, which was told before. */
void wildcards_witness(struct wildcards *w, const uint8_t *name,
                       const struct wildcard_reply *reply);

/* The datum with HASH was made up by a resolver: it leaves every pool, probes that bring it
 * from now on count as lost, and a parent that had nothing else is probed anew. Not when
 * three operators give it for random labels below one parent, before or after: then it is
 * a wildcard's besides. */
void wildcards_distrust(struct wildcards *w, uint64_t hash);

/* The datum with HASH was, and no wildcard is known to have it besides. */
bool wildcards_is_made_up(const struct wildcards *w, uint64_t hash);

/* A parent that has a wildcard. */
struct wildcard_root {
    const uint8_t *name;  /* of the parent; borrowed */
    const char *evidence; /* probe, cname or rrsig; static */
};
/* The first such parent from number *PARENT on, which is set to its. */
bool wildcards_root(const struct wildcards *w, uint32_t *parent, struct wildcard_root *out);

/* The data a reply gave for TYPE; count 0 unless ANSWER is ANSWER_DATA. */
void wildcard_data_from(struct wildcard_data *out, uint16_t type, const struct reply *reply,
                        const struct answer *answer);

/* One datum's hash (rdata expanded, canonical). */
uint64_t wildcard_hash(uint16_t type, const uint8_t *rdata, size_t len);

/* Why a name is one, for -v: "*.example.com answers A with 3 data in 12 probes". */
size_t wildcards_explain(const struct wildcards *w, const uint8_t *root, char *out, size_t cap);

#endif
