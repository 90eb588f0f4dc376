// SPDX-License-Identifier: BSD-2-Clause
#include "source/circle_key.h"

#include <string.h>

#define LABELS_MAX 128

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

void circle_key_from_name(struct circle_key *out, const uint8_t *name, const uint8_t *zone)
{
    const uint8_t *labels[LABELS_MAX];
    unsigned total = name_label_count(name), above = name_label_count(zone), count = 0;
    for (; count + above < total; count++, name += 1 + *name)
        labels[count] = name;
    out->len = 0;
    while (count > 0) {
        const uint8_t *label = labels[--count];
        for (unsigned i = 1; i <= *label; i++) {
            out->data[out->len++] = fold(label[i]);
            if (label[i] == 0)
                out->data[out->len++] = 1;
        }
        out->data[out->len++] = 0;
        out->data[out->len++] = 0;
    }
}

/* Puts the label that DATA begins with before what stands from *START on in OUT's wire; the
 * octets read, 0 when there is no label that fits. */
static size_t prepend_label(const uint8_t *data, size_t len, struct name *out, size_t *start)
{
    uint8_t label[NAME_LABEL_MAX];
    size_t label_len = 0, at = 0;
    while (at + 1 < len && (data[at] != 0 || data[at + 1] != 0)) {
        bool is_escape = data[at] == 0;
        if (label_len == NAME_LABEL_MAX || (is_escape && data[at + 1] != 1))
            return 0;
        label[label_len++] = data[at];
        at += is_escape ? 2 : 1;
    }
    if (at + 1 >= len || label_len == 0 || *start < label_len + 1)
        return 0;
    *start -= label_len + 1;
    out->wire[*start] = (uint8_t)label_len;
    memcpy(out->wire + *start + 1, label, label_len);
    return at + 2;
}

bool circle_key_to_name(const uint8_t *data, size_t len, const uint8_t *zone, struct name *out)
{
    size_t zone_len = name_len(zone), start = NAME_WIRE_MAX - zone_len;
    memcpy(out->wire + start, zone, zone_len);
    for (size_t at = 0, used; at < len; at += used) {
        used = prepend_label(data + at, len - at, out, &start);
        if (used == 0)
            return false;
    }
    out->len = (uint8_t)(NAME_WIRE_MAX - start);
    memmove(out->wire, out->wire + start, out->len);
    return true;
}

int circle_key_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return order ? order : (a_len > b_len) - (a_len < b_len);
}
