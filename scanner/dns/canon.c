// SPDX-License-Identifier: BSD-2-Clause
/* Canonical order of names and the step from one to the next.
 *
 * 1. Order: the starts of both names' labels are noted on the way down, then the labels
 *    are compared on the way back, from the right.
 * 2. Step (RFC 4471 section 3.1.2): a child `\000`, where two more octets fit; else past
 *    the first label: one octet more; else the last octet that can be raised is, and what
 *    follows it dropped; else the label goes, and the same is tried on the next one. */
#include "dns/canon.h"

#include <string.h>

#define LABELS_MAX 127 /* of one octet each */

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

/* Notes where NAME's labels begin; returns how many there are. */
static unsigned find_labels(const uint8_t *name, uint8_t starts[LABELS_MAX])
{
    unsigned count = 0;
    for (size_t at = 0; name[at] != 0; at += 1u + name[at])
        starts[count++] = (uint8_t)at;
    return count;
}

static int compare_labels(const uint8_t *a, const uint8_t *b)
{
    unsigned len = *a < *b ? *a : *b;
    for (unsigned i = 1; i <= len; i++)
        if (a[i] != b[i] && fold(a[i]) != fold(b[i]))
            return (int)fold(a[i]) - (int)fold(b[i]);
    return (int)*a - (int)*b;
}

int canon_compare(const uint8_t *a, const uint8_t *b)
{
    uint8_t a_starts[LABELS_MAX], b_starts[LABELS_MAX];
    unsigned a_left = find_labels(a, a_starts), b_left = find_labels(b, b_starts);
    while (a_left > 0 && b_left > 0) {
        int order = compare_labels(a + a_starts[--a_left], b + b_starts[--b_left]);
        if (order != 0)
            return order;
    }
    return (int)a_left - (int)b_left;
}

bool canon_is_between(const uint8_t *name, const uint8_t *owner, const uint8_t *next,
                      const uint8_t *zone)
{
    if (canon_compare(owner, name) >= 0)
        return false;
    return name_equal(next, zone) || canon_compare(name, next) < 0;
}

/* NAME, in lower case, becomes the first name after all below it that has other than its
 * first label. False: its first label has no successor within the limits. */
static bool raise_label(struct name *name)
{
    uint8_t *label = name->wire;
    unsigned len = *label;
    if (len < NAME_LABEL_MAX && name->len < NAME_WIRE_MAX) {
        memmove(label + len + 2, label + len + 1, name->len - len - 1u);
        label[len + 1] = 0;
        ++*label;
        name->len++;
        return true;
    }
    while (len > 0 && label[len] == 0xff)
        len--;
    if (len == 0)
        return false;
    label[len] = label[len] == 'A' - 1 ? 'Z' + 1 : (uint8_t)(label[len] + 1);
    unsigned dropped = *label - len;
    memmove(label + len + 1, label + *label + 1, name->len - *label - 1u);
    *label = (uint8_t)len;
    name->len = (uint8_t)(name->len - dropped);
    return true;
}

static void drop_label(struct name *name)
{
    unsigned len = name->wire[0] + 1u;
    memmove(name->wire, name->wire + len, name->len - len);
    name->len = (uint8_t)(name->len - len);
}

/* OUT = NAME in lower case. False: it is not in ZONE. */
static bool take(struct name *out, const uint8_t *name, const uint8_t *zone)
{
    bool is_inside = name_is_under(name, zone);
    size_t len = name_len(name);
    memmove(out->wire, name, len);
    out->len = (uint8_t)len;
    name_lower(out->wire);
    return is_inside;
}

/* False: OUT was the last name of ZONE, with what lies below it. */
static bool skip(struct name *out, size_t zone_len)
{
    while (out->len > zone_len) {
        if (raise_label(out))
            return true;
        drop_label(out);
    }
    return false;
}

bool canon_next(struct name *out, const uint8_t *name, const uint8_t *zone)
{
    size_t zone_len = name_len(zone);
    if (!take(out, name, zone))
        return false;
    if (out->len + 2 > NAME_WIRE_MAX)
        return skip(out, zone_len);
    memmove(out->wire + 2, out->wire, out->len);
    out->wire[0] = 1;
    out->wire[1] = 0;
    out->len = (uint8_t)(out->len + 2);
    return true;
}

bool canon_skip(struct name *out, const uint8_t *name, const uint8_t *zone)
{
    size_t zone_len = name_len(zone);
    return take(out, name, zone) && skip(out, zone_len);
}
