// SPDX-License-Identifier: BSD-2-Clause
/* Names and records for zones that are made up. */
#include "bench/lab/zonemaker.h"

#include <stdio.h>
#include <string.h>

#include "dns/code.h"

#define WORD_TRIES    64 /* then a label is made up */
#define PRIVATE_SHARE 0.1

int maker_add(struct maker *m, const struct name *name, uint16_t type, const void *data, size_t len)
{
    struct zone_node *node;
    int err = zones_add_node(m->zones, name, &node);
    return err ? err : zones_add_record(m->zones, node, type, ZONE_TTL, data, len);
}

int maker_add_a(struct maker *m, const struct name *name)
{
    uint32_t r = (uint32_t)rng_fast_u64(&m->rng);
    uint8_t a[4] = {198, (uint8_t)(18 + (r & 1)), (uint8_t)(r >> 8), (uint8_t)(r >> 16)};
    if (rng_fast_unit(&m->rng) < PRIVATE_SHARE) {
        a[0] = 10;
        a[1] = (uint8_t)(r >> 24);
    }
    return maker_add(m, name, TYPE_A, a, sizeof a);
}

int maker_add_aaaa(struct maker *m, const struct name *name)
{
    uint64_t r = rng_fast_u64(&m->rng);
    uint8_t a[16] = {0x20, 0x01, 0x0d, 0xb8};
    memcpy(a + 8, &r, sizeof r);
    return maker_add(m, name, TYPE_AAAA, a, sizeof a);
}

int maker_add_addresses(struct maker *m, const struct name *name, unsigned count)
{
    int err = 0;
    for (unsigned i = 0; !err && i < count; i++)
        err = maker_add_a(m, name);
    return err;
}

int maker_add_txt(struct maker *m, const struct name *name)
{
    uint8_t text[32];
    int len = snprintf((char *)text + 1, sizeof text - 1, "v=lab; id=%08x",
                       (unsigned)rng_fast_u64(&m->rng));
    text[0] = (uint8_t)len;
    return maker_add(m, name, TYPE_TXT, text, (size_t)len + 1);
}

int maker_add_mx(struct maker *m, const struct name *name)
{
    uint8_t rdata[2 + NAME_WIRE_MAX] = {0, 10};
    memcpy(rdata + 2, m->last.wire, m->last.len);
    return maker_add(m, name, TYPE_MX, rdata, 2u + m->last.len);
}

int maker_borrow(struct maker *m, const struct name *name)
{
    return maker_add(m, name, TYPE_A, zone_record_find(m->lender, TYPE_A)->rdata, 4);
}

int maker_child(struct name *out, const char *label, const struct name *parent)
{
    struct name first;
    int err = name_from_text(&first, label, strlen(label));
    return err ? err : name_join(out, &first, parent);
}

int maker_fresh(struct maker *m, const struct name *parent, double common, struct name *out)
{
    size_t words = m->params->words ? words_count(m->params->words) : 0;
    if (words && rng_fast_unit(&m->rng) < common) {
        for (unsigned i = 0; i < WORD_TRIES; i++) {
            /* The square of a uniform number leans to the list's top. */
            double at = rng_fast_unit(&m->rng);
            const char *word = words_at(m->params->words, (size_t)(at * at * (double)words));
            if (!maker_child(out, word, parent) && !zones_find(m->zones, out->wire))
                return 0;
        }
    }
    for (;;) {
        char label[LABELS_TEXT_MAX];
        labels_text(&m->labels, m->label_next++, label);
        int err = maker_child(out, label, parent);
        if (err || !zones_find(m->zones, out->wire))
            return err;
    }
}

int maker_outside(struct maker *m, struct name *out)
{
    static const char suffix[] = "cdn.elsewhere.test";
    char label[LABELS_TEXT_MAX];
    struct name host;
    labels_text(&m->labels, m->label_next++, label);
    int err = name_from_text(&host, suffix, sizeof suffix - 1);
    return err ? err : maker_child(out, label, &host);
}
