// SPDX-License-Identifier: BSD-2-Clause
/* Which question closes a hole. Asking for the NSEC record itself costs one query a name and
 * never meets a wildcard; where a server does not answer that, or another zone does, a name
 * next to it is asked for that should not exist. Where it does exist, as \000 below the apex
 * may, or is dropped on the way, a type that the name lacks gets the same record. */
#include <string.h>

#include "dns/canon.h"
#include "scan/walk_nsec_state.h"

#define MISSES_MANY 3 /* of a kind, without a hit: it is asked once, no more */
#define TRIES_FIRST 2 /* of a kind that never had an answer: it may be dropped on the way */
#define CUTS_MANY   16

static const enum probe_kind usual[PROBE_KINDS] = {PROBE_MATCH, PROBE_CHILD,  PROBE_SKIP,
                                                   PROBE_OWN,   PROBE_BESIDE, PROBE_BELOW};
/* At a cut its child may answer for what is below it, and for it. */
static const enum probe_kind at_cut[PROBE_KINDS] = {PROBE_SKIP,  PROBE_BESIDE, PROBE_MATCH,
                                                    PROBE_CHILD, PROBE_OWN,    PROBE_BELOW};

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

/* What even strict servers and middleboxes let pass, in canonical order. */
static const char letters[] = "*-0123456789_abcdefghijklmnopqrstuvwxyz";

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

/* The first octet of LABEL that is none of these; LEN: none. */
static size_t find_odd(const uint8_t *label, size_t len)
{
    size_t i = 0;
    while (i < len && strchr(letters, fold(label[i])) && label[i] != 0)
        i++;
    return i;
}

/* The label nearest to the zone that has an odd octet; NULL. */
static const uint8_t *find_odd_label(const uint8_t *name, const uint8_t *zone)
{
    const uint8_t *odd = NULL;
    for (; !name_equal(name, zone); name = name_parent(name)) {
        if (find_odd(name + 1, name[0]) < name[0])
            odd = name;
    }
    return odd;
}

/* ODD and all below it is behind us: its first odd octet gives way to the next letter, which
 * ends the label. */
static bool put_past_odd(struct name *out, const uint8_t *odd)
{
    char label[NAME_LABEL_MAX];
    struct name parent;
    size_t at = find_odd(odd + 1, odd[0]);
    const char *letter = letters + 1; /* none begins a wildcard */
    while (*letter && (uint8_t)*letter < fold(odd[1 + at]))
        letter++;
    if (!*letter)
        return false;
    memcpy(label, odd + 1, at);
    label[at] = *letter;
    parent.len = (uint8_t)name_len(name_parent(odd));
    memcpy(parent.wire, name_parent(odd), parent.len);
    return put_label(out, label, at + 1, &parent);
}

/* The first label with a hyphen more. */
static bool put_beside(struct name *out, const struct name *name, const uint8_t *zone)
{
    char label[NAME_LABEL_MAX + 1];
    struct name parent;
    size_t len = name->wire[0];
    const uint8_t *odd = find_odd_label(name->wire, zone);
    if (odd)
        return put_past_odd(out, odd);
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
    case PROBE_OWN:
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

/* A kind that leaves no hole has worked. */
static bool has_a_way(const struct nsec_state *s)
{
    bool has = false;
    for (unsigned kind = 0; kind < PROBE_BESIDE; kind++)
        has |= s->hits[kind] > 0;
    return has;
}

static bool is_vain(const struct nsec_state *s, enum probe_kind kind)
{
    return s->misses[kind] >= MISSES_MANY && s->hits[kind] == 0;
}

/* Tried last. One miss will do where another way is known: what is dropped costs seconds a name. */
static bool is_doubtful(const struct nsec_state *s, enum probe_kind kind)
{
    return is_vain(s, kind) || (has_a_way(s) && s->misses[kind] > 0 && s->hits[kind] == 0);
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
            if (lane->tried & 1u << kind || (pass == 0 && is_doubtful(s, kind)))
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
    bool is_odd = find_odd_label(lane->probe.wire, s->walk->zone.wire) != NULL;
    if (is_odd && is_vain(s, PROBE_CHILD) && is_vain(s, PROBE_SKIP))
        return 1; /* no such name has come through */
    if (lane->kind == PROBE_MIDDLE || s->hits[lane->kind] > 0)
        return 0;
    return is_vain(s, lane->kind) ? 1 : TRIES_FIRST;
}
