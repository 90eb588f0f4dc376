// SPDX-License-Identifier: BSD-2-Clause
/* Writing lists.
 *
 * A list is an array of 32-bit items, shuffled: a node's number, or a decoy's
 * number above the nodes. A decoy's text is made from its number when its turn
 * comes, so 10 million cost 40 MB and no more. */
#include "bench/lab/emit.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rng.h"
#include "base/set.h"
#include "bench/lab/diag.h"
#include "bench/lab/labels.h"
#include "bench/lab/outfile.h"
#include "dns/name.h"

#define DECOY_SALT       0x6465636f79u
/* One decoy in so many lies below another name, half of those below a wildcard's parent
 * and half below plain names: ones beside a wildcard, and each 16th of all. */
#define DECOY_BELOW_ONE  50
#define DECOY_PARENT_ONE 16
#define DECOY_DEEPER_ONE 4 /* of those below a name one lies two labels below it */

struct list {
    const struct zones *zones;
    const struct emit_list_params *params;
    struct labels labels;
    uint32_t *items;
    size_t count, node_count;
    uint32_t *parents; /* nodes that decoys may lie below: plain ones from the front, */
    size_t plain_count, wild_count; /* those that have a wildcard from the end, backwards */
};

/* Names a client can be expected to find: not the apex (it needs no finding), not
 * `*` itself, nothing below it. */
static bool is_listed(const struct zone_node *node)
{
    if (node->apex == node)
        return false;
    for (const uint8_t *at = node->name; at < node->name + node->name_len; at += *at + 1u) {
        if (at[0] == 1 && at[1] == '*')
            return false;
    }
    return true;
}

uint64_t emit_existing_count(const struct zones *zones)
{
    uint64_t count = 0;
    for (size_t i = 0; i < zones_node_count(zones); i++)
        count += is_listed(zones_node(zones, i));
    return count;
}

/* The part below the apex, or the whole name, as text. */
static size_t node_text(const struct zone_node *node, bool is_words, char out[NAME_TEXT_MAX])
{
    size_t len = name_to_text(node->name, out);
    if (is_words && node->apex->name_len > 1) {
        char apex[NAME_TEXT_MAX];
        len -= name_to_text(node->apex->name, apex) + 1;
        out[len] = '\0';
    }
    return len;
}

/* Whether decoys may lie below node INDEX, and where it is then listed. */
static void collect_parent(struct list *list, size_t index)
{
    const struct zone_node *node = zones_node(list->zones, index);
    const struct zone_node *above = zones_find(list->zones, name_parent(node->name));
    if (node->wildcard)
        list->parents[list->node_count - ++list->wild_count] = (uint32_t)index;
    else if ((above && above->wildcard) || index % DECOY_PARENT_ONE == 0)
        list->parents[list->plain_count++] = (uint32_t)index;
}

static int collect_nodes(struct list *list)
{
    struct set *seen = NULL;
    size_t total = zones_node_count(list->zones);
    int err = set_create(&seen);
    for (size_t i = 0; !err && i < total; i++) {
        const struct zone_node *node = zones_node(list->zones, i);
        if (!is_listed(node))
            continue;
        collect_parent(list, i);
        int is_new = SET_NEW;
        if (list->params->is_words) {
            size_t len = (size_t)(node->name_len - node->apex->name_len);
            is_new = set_put(seen, set_key(seen, node->name, len));
        }
        if (is_new < 0)
            err = is_new;
        else if (is_new == SET_NEW)
            list->items[list->count++] = (uint32_t)i;
    }
    set_destroy(seen);
    return err;
}

static void shuffle(struct list *list)
{
    struct rng_fast rng;
    rng_fast_init(&rng, list->params->seed ^ DECOY_SALT);
    for (size_t i = list->count; i > 1; i--) {
        size_t other = rng_fast_below(&rng, (uint32_t)i);
        uint32_t item = list->items[i - 1];
        list->items[i - 1] = list->items[other];
        list->items[other] = item;
    }
}

/* What a decoy lies below; *IS_DEEPER: with a label between. */
static const struct zone_node *decoy_parent(const struct list *list, uint64_t bits, bool *is_deeper)
{
    bool is_below = bits >> 32 < UINT32_MAX / DECOY_BELOW_ONE;
    uint64_t pick = bits >> 4;
    size_t at = list->node_count;
    if (is_below && bits & 1 && list->wild_count)
        at = list->parents[list->node_count - 1 - pick % list->wild_count];
    else if (is_below && list->plain_count)
        at = list->parents[pick % list->plain_count];
    *is_deeper = is_below && (bits >> 1) % DECOY_DEEPER_ONE == 0;
    return at < list->node_count ? zones_node(list->zones, at)
                                 : zones_apex(list->zones, bits % zones_apex_count(list->zones));
}

/* Puts label NUMBER in front of NAME. Not 0: there is no room. */
static int prepend(const struct list *list, uint64_t number, struct name *name)
{
    char text[LABELS_TEXT_MAX];
    struct name label, suffix = *name;
    size_t len = labels_text(&list->labels, number, text);
    int err = name_from_text(&label, text, len);
    return err ? err : name_join(name, &label, &suffix);
}

/* "label", "label.parent", or those with the zone. Labels of zonegen come from
 * other seeds; where one is met all the same, the next number is tried. */
static void decoy_text(const struct list *list, uint32_t index, char out[NAME_TEXT_MAX])
{
    uint64_t bits = hash64(&index, sizeof index, list->params->seed ^ DECOY_SALT);
    bool is_deeper;
    const struct zone_node *parent = decoy_parent(list, bits, &is_deeper);
    struct name above = {.len = parent->name_len};
    memcpy(above.wire, parent->name, parent->name_len);
    int err = is_deeper ? prepend(list, LABELS_COUNT_MAX - 1 - index, &above) : 0;
    for (uint64_t number = index;; number += list->params->decoy_count) {
        struct name name = above;
        if (err || prepend(list, number, &name)) { /* below so long a parent */
            labels_text(&list->labels, number, out);
            return;
        }
        if (zones_find(list->zones, name.wire))
            continue;
        struct zone_node shown = {.name = name.wire, .name_len = name.len, .apex = parent->apex};
        node_text(&shown, list->params->is_words, out);
        return;
    }
}

static int list_write(const struct list *list, const char *path)
{
    struct outfile out;
    char text[NAME_TEXT_MAX];
    int err = outfile_open(&out, path);
    if (err)
        return err;
    for (size_t i = 0; i < list->count; i++) {
        uint32_t item = list->items[i];
        if (item < list->node_count)
            node_text(zones_node(list->zones, item), list->params->is_words, text);
        else
            decoy_text(list, item - (uint32_t)list->node_count, text);
        fputs(text, out.file);
        putc('\n', out.file);
    }
    return outfile_close(&out);
}

int emit_list(const struct zones *zones, const struct emit_list_params *params, const char *path)
{
    struct list list = {.zones = zones, .params = params, .node_count = zones_node_count(zones)};
    int err = ERR_NOMEM;
    labels_init(&list.labels, params->seed ^ DECOY_SALT);
    list.items = malloc((list.node_count + params->decoy_count) * sizeof *list.items);
    list.parents = malloc((list.node_count + 1) * sizeof *list.parents);
    if (!list.items || !list.parents)
        goto done;
    if ((err = collect_nodes(&list)))
        goto done;
    for (uint64_t i = 0; i < params->decoy_count; i++)
        list.items[list.count++] = (uint32_t)(list.node_count + i);
    shuffle(&list);
    err = list_write(&list, path);
done:
    if (err && err != ERR_IO)
        diag("%s: %s", path, err_text(err));
    free(list.items);
    free(list.parents);
    return err;
}
