// SPDX-License-Identifier: BSD-2-Clause
#include "engine/load_bins.h"

#include <stdlib.h>
#include <string.h>

#include "dns/query.h"
#include "engine/load_match.h"

#define LENGTHS    (LOAD_MESSAGE_MAX + 1)
#define AHEAD_MAX  2048 /* drawn and not sent, of all lengths */
#define PATIENCE   64   /* trains that a query may see leave before it */
#define LOOK_EVERY 16   /* trains between two looks for one that has waited */
#define DO_OFFSET  7    /* of the DO flag's octet in an OPT record */
#define DO_FLAG    0x80

struct bin {
    uint8_t *data;                /* the block's part for this length */
    struct flight_entry *entries; /* as messages: of each, what load_describe writes */
    unsigned count;
    uint64_t since; /* the number of trains when it was empty last */
};

struct load_bins {
    const struct load_source *source;
    unsigned worker;
    uint64_t seed;
    uint32_t target;
    bool is_dry;
    unsigned ahead;
    uint64_t trains;
    struct load_query drawn;
    struct bin bins[LENGTHS];
    struct flight_entry *entries;
    uint8_t *data;
};

void load_describe(struct flight_entry *entry, const struct load_query *query, uint64_t seed)
{
    const uint8_t *data = query->data;
    size_t end = DNS_HEADER_LEN + (size_t)query->question_len;
    unsigned flags = (data[2] & 1u ? FLIGHT_RD : 0u) | (data[3] & 0x10u ? FLIGHT_CD : 0u);
    if (query->len == end + DNS_OPT_LEN)
        flags |= FLIGHT_EDNS | (data[end + DO_OFFSET] & DO_FLAG ? FLIGHT_DO : 0u);
    entry->question = load_question_hash(data + DNS_HEADER_LEN, query->question_len, seed);
    entry->question_len = query->question_len;
    entry->class = query->class;
    entry->flags = (uint8_t)(entry->flags | flags);
}

int load_bins_create(struct load_bins **out, const struct load_source *source, unsigned worker,
                     uint64_t seed)
{
    size_t octets = (size_t)LOAD_BATCH * LENGTHS * (LENGTHS - 1) / 2;
    struct load_bins *bins = calloc(1, sizeof *bins);
    *out = bins;
    if (!bins)
        return ERR_NOMEM;
    *bins =
        (struct load_bins){.source = source, .worker = worker, .seed = seed, .target = UINT32_MAX};
    bins->data = malloc(octets); /* pages are the kernel's until a length comes up */
    bins->entries = malloc(sizeof *bins->entries * LENGTHS * LOAD_BATCH);
    if (!bins->data || !bins->entries) {
        load_bins_destroy(bins);
        *out = NULL;
        return ERR_NOMEM;
    }
    uint8_t *data = bins->data;
    for (size_t len = 0; len < LENGTHS; len++) {
        bins->bins[len] = (struct bin){.data = data, .entries = bins->entries + len * LOAD_BATCH};
        data += len * LOAD_BATCH;
    }
    return 0;
}

void load_bins_destroy(struct load_bins *bins)
{
    if (!bins)
        return;
    free(bins->data);
    free(bins->entries);
    free(bins);
}

void load_bins_begin(struct load_bins *bins, uint32_t target)
{
    bins->is_dry = false;
    if (bins->target == target)
        return;
    bins->target = target;
    bins->ahead = 0;
    for (size_t len = 0; len < LENGTHS; len++)
        bins->bins[len].count = 0;
}

/* Where the next query went; NULL: there is none. */
static struct bin *draw(struct load_bins *bins)
{
    struct load_query *query = &bins->drawn;
    if (!bins->source->next(bins->source->ctx, bins->worker, bins->target, query)) {
        bins->is_dry = true;
        return NULL;
    }
    struct bin *bin = &bins->bins[query->len];
    if (bin->count == 0)
        bin->since = bins->trains;
    struct flight_entry *entry = &bin->entries[bin->count];
    memcpy(bin->data + (size_t)bin->count * query->len, query->data, query->len);
    entry->flags = 0;
    load_describe(entry, query, bins->seed);
    bin->count++;
    bins->ahead++;
    return bin;
}

static struct bin *fullest(struct load_bins *bins)
{
    struct bin *best = &bins->bins[0];
    for (size_t len = 1; len < LENGTHS; len++) {
        if (bins->bins[len].count > best->count)
            best = &bins->bins[len];
    }
    return best;
}

static struct bin *impatient(struct load_bins *bins)
{
    for (size_t len = 0; len < LENGTHS; len++) {
        struct bin *bin = &bins->bins[len];
        if (bin->count > 0 && bins->trains - bin->since > PATIENCE)
            return bin;
    }
    return NULL;
}

static struct bin *choose(struct load_bins *bins, unsigned wanted)
{
    struct bin *bin = bins->trains % LOOK_EVERY == 0 ? impatient(bins) : NULL;
    if (bin)
        return bin;
    while (bins->ahead < AHEAD_MAX && !bins->is_dry) {
        bin = draw(bins);
        if (bin && (bin->count >= wanted || bin->count == LOAD_BATCH))
            return bin;
    }
    return fullest(bins);
}

unsigned load_bins_train(struct load_bins *bins, unsigned wanted, struct load_item *items,
                         struct flight_entry *entries)
{
    struct bin *bin = choose(bins, wanted);
    size_t len = (size_t)(bin - bins->bins);
    unsigned count = bin->count < wanted ? bin->count : wanted;
    bins->trains++;
    bin->count -= count; /* the last ones: what stays need not move */
    bins->ahead -= count;
    for (unsigned i = 0; i < count; i++) {
        const struct flight_entry *from = &bin->entries[bin->count + i];
        items[i] =
            (struct load_item){.data = bin->data + (bin->count + i) * len, .len = (uint16_t)len};
        entries[i].question = from->question;
        entries[i].question_len = from->question_len;
        entries[i].class = from->class;
        entries[i].flags = (uint8_t)(entries[i].flags | from->flags);
    }
    return count;
}
