// SPDX-License-Identifier: BSD-2-Clause
/* What NSEC can be made to say. Each row's function gives the record that speaks of a name. */
#include <string.h>

#include "dns/canon.h"
#include "tests/hostile/hostile.h"

/* Of names that are not the model's. */
static const struct types plain_types = {{TYPE_A, TYPE_RRSIG, TYPE_NSEC}, 3};

static void span_honest(const struct hostile *h, const uint8_t *name, struct span *out)
{
    const struct host *owner = model_before(&h->model, name);
    *out = (struct span){owner->name, model_after(&h->model, name)->name, types_of(h, owner)};
}

static struct types types_at(const struct hostile *h, const uint8_t *name)
{
    const struct host *host = model_find(&h->model, name);
    return host ? types_of(h, host) : plain_types;
}

static void set_name(struct name *out, const uint8_t *name)
{
    out->len = (uint8_t)name_len(name);
    memcpy(out->wire, name, out->len);
}

/* Shortly before NAME and all below it: its last octet one lower, and `~`. */
static void before(const struct hostile *h, const uint8_t *name, struct name *out)
{
    uint8_t len = *name, last = name[len];
    struct name label = {0}, rest;
    memcpy(label.wire, name, len + 1u);
    set_name(&rest, name_parent(name));
    if (last == 0)
        len--; /* less than that is nothing */
    else
        label.wire[len] = last == 'Z' + 1 ? '@' : (uint8_t)(last - 1);
    if (last != 0 && len < NAME_LABEL_MAX)
        label.wire[++len] = '~';
    label.wire[0] = len;
    label.wire[len + 1] = 0;
    label.len = (uint8_t)(len ? len + 2 : 1);
    if (name_join(out, &label, &rest) || !name_is_under(out->wire, h->model.apex.wire))
        *out = h->model.apex;
}

/* Shortly behind them: an octet more, `!` where there is room. */
static void behind(const struct hostile *h, const uint8_t *name, struct name *out)
{
    if (!canon_skip(out, name, h->model.apex.wire))
        *out = h->model.apex;
    else if (*out->wire == *name + 1)
        out->wire[*out->wire] = '!';
}

/* RFC 4470 section 4: from shortly before to shortly after. */
static void span_white(const struct hostile *h, const uint8_t *name, struct span *out)
{
    const struct host *host = model_find(&h->model, name);
    *out = (struct span){.types = host ? types_of(h, host) : plain_types};
    set_name(&out->owner, name);
    if (host || name_equal(name, h->model.apex.wire)) {
        if (!canon_next(&out->next, name, h->model.apex.wire))
            out->next = h->model.apex;
        return;
    }
    before(h, name, &out->owner);
    behind(h, name, &out->next);
}

/* RFC 9824 section 3: NAME itself, up to its first child. */
static void span_compact_with(const struct hostile *h, const uint8_t *name, struct span *out,
                              const struct types *absent, const struct types *empty)
{
    const struct host *host = model_find(&h->model, name);
    *out = (struct span){.types = !host                       ? *absent
                                  : host->kinds == HOST_EMPTY ? *empty
                                                              : types_of(h, host)};
    set_name(&out->owner, name);
    bool is_cut = host && host->kinds & HOST_CUT; /* section 3.4 */
    if (!(is_cut ? canon_skip : canon_next)(&out->next, name, h->model.apex.wire))
        out->next = h->model.apex;
}

static void span_compact(const struct hostile *h, const uint8_t *name, struct span *out)
{
    static const struct types absent = {{TYPE_RRSIG, TYPE_NSEC, TYPE_NXNAME}, 3};
    static const struct types empty = {{TYPE_RRSIG, TYPE_NSEC}, 2};
    span_compact_with(h, name, out, &absent, &empty);
}

static void span_bare(const struct hostile *h, const uint8_t *name, struct span *out)
{
    static const struct types both = {{TYPE_RRSIG, TYPE_NSEC}, 2};
    span_compact_with(h, name, out, &both, &both);
}

static void span_sentinel(const struct hostile *h, const uint8_t *name, struct span *out)
{
    static const struct types absent = {{TYPE_RRSIG, TYPE_NSEC, TYPE_OLD_NXNAME}, 3};
    static const struct types empty = {{TYPE_RRSIG, TYPE_NSEC, TYPE_OLD_ENT}, 3};
    span_compact_with(h, name, out, &absent, &empty);
}

/* Legacy black lies: it may have anything; what was asked is left out by the caller. */
static void span_black(const struct hostile *h, const uint8_t *name, struct span *out)
{
    static const struct types broad = {
        {TYPE_A, 13, 15, TYPE_TXT, TYPE_AAAA, 33, TYPE_RRSIG, TYPE_NSEC, 52, 64, 65, 257}, 12};
    span_compact_with(h, name, out, &broad, &broad);
    if (!name_equal(name, h->model.apex.wire))
        out->types = broad;
}

/* The point of a grid of 16^12 names, x and twelve letters a to p, at or before LABEL; -1:
 * before the first. */
static int64_t grid_floor(const uint8_t *label)
{
    int64_t value = 0;
    unsigned i;
    if (*label == 0 || label[1] < 'x')
        return -1;
    for (i = 0; i < 12; i++) {
        unsigned left = 4 * (12 - i);
        if (label[1] > 'x' || (i + 2 <= *label && label[i + 2] > 'p'))
            return (value << left) + (1LL << left) - 1;
        if (i + 2 > *label || label[i + 2] < 'a')
            return (value << left) - 1;
        value = value << 4 | (label[i + 2] - 'a');
    }
    return value;
}

static void grid_name(const struct hostile *h, int64_t value, struct name *out)
{
    struct name label = {15, {13, 'x'}};
    for (unsigned i = 0; i < 12; i++)
        label.wire[2 + i] = (uint8_t)('a' + (value >> (44 - 4 * i) & 15));
    if (value < 0 || value >> 48 || name_join(out, &label, &h->model.apex))
        *out = h->model.apex;
}

/* The real names and the grid's: in order, stable, signed, and it ends in some thousand years. */
static void span_endless(const struct hostile *h, const uint8_t *name, struct span *out)
{
    static const uint8_t none[] = {0};
    unsigned labels = name_label_count(h->model.apex.wire) + 1;
    int64_t floor = grid_floor(name_label_count(name) < labels ? none : name_suffix(name, labels));
    struct name owner, next;
    span_honest(h, name, out);
    grid_name(h, floor, &owner);
    grid_name(h, floor + 1, &next);
    if (canon_compare(owner.wire, out->owner.wire) > 0) {
        out->owner = owner;
        out->types = plain_types;
    }
    bool is_last = name_equal(out->next.wire, h->model.apex.wire);
    if (canon_compare(next.wire, name) > 0 &&
        (is_last || canon_compare(next.wire, out->next.wire) < 0))
        out->next = next;
}

static bool is_past_middle(const struct hostile *h, const struct name *owner)
{
    return canon_compare(owner->wire, h->model.hosts[h->model.count / 2].name.wire) >= 0;
}

static void span_back(const struct hostile *h, const uint8_t *name, struct span *out)
{
    span_honest(h, name, out);
    if (is_past_middle(h, &out->owner))
        out->next = model_after(&h->model, h->model.apex.wire)->name;
}

static void span_self(const struct hostile *h, const uint8_t *name, struct span *out)
{
    span_honest(h, name, out);
    if (is_past_middle(h, &out->owner))
        out->next = out->owner;
}

static void span_outside(const struct hostile *h, const uint8_t *name, struct span *out)
{
    static const struct name other = {15, "\5other\7example"};
    span_honest(h, name, out);
    if (is_past_middle(h, &out->owner))
        out->next = other;
}

/* The end of the chain, whatever was asked. */
static void span_unrelated(const struct hostile *h, const uint8_t *name, struct span *out)
{
    (void)name;
    span_honest(h, h->model.hosts[h->model.count - 1].name.wire, out);
}

/* The end comes at once: of a zone that has more. */
static void span_short(const struct hostile *h, const uint8_t *name, struct span *out)
{
    span_honest(h, name, out);
    if (is_past_middle(h, &out->owner))
        out->next = h->model.apex;
}

/* By turns the next name, and the one after it. */
static void span_overlap(const struct hostile *h, const uint8_t *name, struct span *out)
{
    span_honest(h, name, out);
    if (h->asked % 2)
        out->next = model_after(&h->model, out->next.wire)->name;
}

static void span_empty(const struct hostile *h, const uint8_t *name, struct span *out)
{
    (void)name;
    *out = (struct span){h->model.apex, h->model.apex, types_at(h, h->model.apex.wire)};
}

static void span_expanded(const struct hostile *h, const uint8_t *name, struct span *out)
{
    span_honest(h, name, out);
    set_name(&out->owner, name);
}

/* clang-format off */
const struct denial denials_nsec[] = {
    {.name = "nsec", .what = "an honest NSEC chain", .span = span_honest},
    {.name = "unsigned", .what = "no DNSSEC at all", .span = span_honest, .traits = DENIAL_UNSIGNED},
    {.name = "white", .what = "white lies: minimal NSEC (RFC 4470)", .span = span_white},
    {.name = "compact", .what = "compact denial with NXNAME and CO (RFC 9824)", .span = span_compact, .traits = DENIAL_COMPACT},
    {.name = "bare", .what = "compact denial without NXNAME", .span = span_bare, .traits = DENIAL_COMPACT},
    {.name = "sentinel", .what = "compact denial with the private types of before RFC 9824", .span = span_sentinel, .traits = DENIAL_COMPACT},
    {.name = "black", .what = "black lies: every name has everything but what was asked", .span = span_black, .traits = DENIAL_COMPACT | DENIAL_LEAVES_OUT},
    {.name = "empty", .what = "no name but the apex", .span = span_empty},
    {.name = "endless", .what = "a chain of 2^48 names, in order and signed", .span = span_endless},
    {.name = "back", .what = "a chain that turns back halfway", .span = span_back},
    {.name = "self", .what = "names that are their own next", .span = span_self},
    {.name = "outside", .what = "next names of another zone", .span = span_outside},
    {.name = "unrelated", .what = "the last NSEC, whatever was asked", .span = span_unrelated},
    {.name = "short", .what = "a chain that ends halfway, at names that go on", .span = span_short},
    {.name = "overlap", .what = "every other reply skips a name", .span = span_overlap},
    {.name = "expanded", .what = "NSEC records made from a wildcard", .span = span_expanded, .traits = FAULT_EXPANDED},
    {.name = "no-rrsig", .what = "NSEC without RRSIG", .span = span_honest, .traits = FAULT_NO_RRSIG},
    {.name = "bogus", .what = "signatures that do not hold", .span = span_honest, .traits = FAULT_BOGUS},
    {.name = "expired", .what = "signatures of yesterday", .span = span_honest, .traits = FAULT_EXPIRED},
    {.name = "signer", .what = "NSEC signed in a child's name", .span = span_honest, .traits = FAULT_SIGNER},
    {.name = "keytrap", .what = "30 keys of one tag, 40 false signatures a set", .span = span_honest, .traits = FAULT_MANY_SIGS},
    {.name = "crowd", .what = "the whole chain in each reply", .span = span_honest, .traits = FAULT_MANY_SPANS},
    {.name = "bitmap", .what = "type bitmaps that are malformed", .span = span_honest, .traits = FAULT_BITMAP},
    {.name = "loop", .what = "a next name that points at itself", .span = span_honest, .traits = FAULT_LOOP},
    {.name = NULL},
};
/* clang-format on */
