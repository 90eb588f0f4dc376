// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/denial_key.h"

#include <string.h>

#include "dns/name.h"

#define LABELS_MAX 127 /* of a name of 255 octets */

static uint16_t put_label(struct denial_key *out, const uint8_t *label)
{
    uint16_t at = out->len;
    for (unsigned i = 1; i <= label[0]; i++) {
        uint8_t octet = label[i] >= 'A' && label[i] <= 'Z' ? label[i] | 0x20 : label[i];
        out->octets[at++] = octet;
        if (octet == 0)
            out->octets[at++] = 1;
    }
    out->octets[at++] = 0;
    out->octets[at++] = 0;
    return at;
}

void denial_key_of(struct denial_key *out, const uint8_t *name, unsigned zone_labels)
{
    const uint8_t *labels[LABELS_MAX];
    unsigned count = 0;
    for (; *name; name += *name + 1)
        labels[count++] = name;
    out->len = 0;
    out->label_count = (uint8_t)(count - zone_labels);
    for (unsigned i = 0; i < out->label_count; i++) {
        out->len = put_label(out, labels[count - zone_labels - 1 - i]);
        out->ends[i] = out->len;
    }
}

unsigned denial_key_common(const struct denial_key *key, const uint8_t *other, size_t len)
{
    size_t at = 0, most = key->len < len ? key->len : len;
    unsigned labels = 0;
    while (at < most && key->octets[at] == other[at])
        at++;
    while (labels < key->label_count && key->ends[labels] <= at)
        labels++;
    return labels;
}
