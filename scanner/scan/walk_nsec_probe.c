// SPDX-License-Identifier: BSD-2-Clause
/* Which question closes a hole. Asking for the NSEC record itself costs one query a name and
 * never meets a wildcard; where a server does not answer that, or another zone does, a name
 * next to it is asked for that cannot exist. */
#include <string.h>

#include "dns/canon.h"
#include "scan/walk_nsec_state.h"

#define MISSES_MANY 3 /* of a kind, without a hit: it is tried last */
#define TRIES_FIRST 2 /* of a kind that never had an answer: it may be dropped on the way */
#define CUTS_MANY   16

static const enum probe_kind usual[PROBE_KINDS] = {PROBE_MATCH, PROBE_CHILD, PROBE_SKIP,
                                                   PROBE_BESIDE, PROBE_BELOW};
/* At a cut its child may answer for what is below it, and for it. */
static const enum probe_kind at_cut[PROBE_KINDS] = {PROBE_SKIP, PROBE_BESIDE, PROBE_MATCH,
                                                    PROBE_CHILD, PROBE_BELOW};

static bool put_label(struct name *out, const char *label, size_t len, const struct name *rest)
{
    if (rest->len + len + 1 > NAME_WIRE_MAX || len > NAME_LABEL_MAX)
        return false;
    memmove(out->wire + len + 1, rest->wire, rest->len);
    out->wire[0] = (uint8_t)len;
    memcpy(out->wire + 1, label, len);
    out->len = (uint8_t)(rest->len + len + 1);
    return true;
}

/* The first label with a hyphen more. */
static bool put_beside(struct name *out, const struct name *name, const uint8_t *zone)
{
    char label[NAME_LABEL_MAX + 1];
    struct name parent;
    size_t len = name->wire[0];
    if (name_equal(name->wire, zone))
        return false;
    memcpy(label, name->wire + 1, len);
    label[len] = '-';
    parent.len = (uint8_t)(name->len - len - 1);
    memcpy(parent.wire, name->wire + len + 1, parent.len);
    return put_label(out, label, len + 1, &parent);
}

/* The name to ask for; false: there is none of this kind. */
static bool make_probe(const struct nsec_state *s, enum probe_kind kind, const struct name *left,
                       struct name *out)
{
    const uint8_t *zone = s->walk->zone.wire;
    switch (kind) {
    case PROBE_MATCH:
        *out = *left;
        return true;
    case PROBE_CHILD:
        return canon_next(out, left->wire, zone);
    case PROBE_SKIP:
        return canon_skip(out, left->wire, zone);
    case PROBE_BESIDE:
        return put_beside(out, left, zone);
    case PROBE_BELOW:
        return put_label(out, "0", 1, left);
    default:
        return false;
    }
}

static bool is_vain(const struct nsec_state *s, enum probe_kind kind)
{
    return s->misses[kind] >= MISSES_MANY && s->hits[kind] == 0;
}

/* Zones that are mostly signed delegations, as registries have, at a server that refers for them:
 * what is known to fail at most names is not tried first. */
static bool are_most_cuts(const struct nsec_state *s)
{
    return s->signed_cuts >= CUTS_MANY && s->cut_records * 2 > circle_counts(s->circle).records;
}

bool probe_choose(struct nsec_state *s, struct lane *lane)
{
    struct name left;
    const enum probe_kind *order = lane->is_cut || are_most_cuts(s) ? at_cut : usual;
    circle_name(s->circle, lane->left, &left);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < PROBE_KINDS; i++) {
            enum probe_kind kind = order[i];
            if (lane->tried & 1u << kind || (pass == 0 && is_vain(s, kind)))
                continue;
            if (pass == 0 && kind >= PROBE_BESIDE && lane->tried == 0)
                continue; /* letters only after the better ones */
            if (!make_probe(s, kind, &left, &lane->probe)) {
                lane->tried |= (uint8_t)(1u << kind);
                continue;
            }
            lane->kind = kind;
            lane->tried |= (uint8_t)(1u << kind);
            return true;
        }
    }
    return false;
}

/* 0: as many as usual. */
unsigned probe_tries(const struct nsec_state *s, const struct lane *lane)
{
    if (lane->kind == PROBE_MIDDLE || s->hits[lane->kind] > 0)
        return 0;
    return is_vain(s, lane->kind) ? 1 : TRIES_FIRST;
}
