// SPDX-License-Identifier: BSD-2-Clause
/* Masks below the zones.
 *
 * A mask's places are divided in two: some are the inner ones, whose values make a table of heads
 * that is prepared once (dns/nsec3_heads.h); the others, the outer ones, are set in the tail, and
 * all inner heads are tried with each of their values. The first places are taken for the
 * inner ones: what varies in the first word alone is cheapest.
 *
 * A piece of work is a range of outer values of a chain. */
#include "scan/crack_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "source/mask.h"

#define PIECE_NAMES     (1u << 18)          /* some milliseconds */
#define PIECES_MAX      ((uint64_t)1 << 46) /* of a chain: more would end in centuries */
/* Preparing costs as much as some ten tries. */
#define WORTH_PREPARING 32

struct masks {
    struct crack_stage stage;
    const struct mask *mask;
    struct nsec3_heads inner;
    const struct mask_place *outer[MASK_HEAD_MAX];
    unsigned outer_place_count;
    uint64_t outer_count; /* of values of the outer places together */
    uint64_t piece_len, piece_count;
    atomic_ullong next; /* piece, of all chains */
};

static int make_inner(struct masks *masks, const struct mask_place *const *places,
                      unsigned place_count, size_t count)
{
    unsigned digits[MASK_HEAD_MAX] = {0};
    int error = nsec3_heads_init(&masks->inner, masks->mask->head_len, count);
    for (size_t i = 0; i < count && !error; i++) {
        uint8_t head[MASK_HEAD_MAX] = {0};
        for (unsigned p = 0; p < place_count; p++)
            head[places[p]->at] = places[p]->chars[digits[p]];
        nsec3_heads_add(&masks->inner, head);
        for (unsigned p = 0; p < place_count && ++digits[p] == places[p]->count; p++)
            digits[p] = 0;
    }
    return error;
}

static int divide(struct masks *masks, const struct mask *mask)
{
    const struct mask_place *inner[MASK_HEAD_MAX];
    unsigned inner_place_count = 0;
    size_t inner_count = 1;
    masks->mask = mask;
    masks->outer_count = 1;
    for (unsigned i = 0; i < mask->place_count; i++) {
        const struct mask_place *place = &mask->places[i];
        if (inner_count * place->count <= CRACK_BATCH_MAX) {
            inner[inner_place_count++] = place;
            inner_count *= place->count;
            continue;
        }
        masks->outer[masks->outer_place_count++] = place;
        if (__builtin_mul_overflow(masks->outer_count, (uint64_t)place->count, &masks->outer_count))
            masks->outer_count = UINT64_MAX; /* no end will be seen */
    }
    masks->piece_len = PIECE_NAMES / inner_count + 1;
    masks->piece_count = (masks->outer_count - 1) / masks->piece_len + 1;
    if (masks->piece_count > PIECES_MAX)
        masks->piece_count = PIECES_MAX;
    return make_inner(masks, inner, inner_place_count, inner_count);
}

/* The outer octets of value VALUE, the first place turning fastest. */
static void set_outer(const struct masks *masks, uint64_t value, struct nsec3_tail *tail,
                      uint8_t *shared)
{
    for (unsigned p = 0; p < masks->outer_place_count; p++) {
        const struct mask_place *place = masks->outer[p];
        uint8_t octet = place->chars[value % place->count];
        value /= place->count;
        nsec3_tail_set(tail, place->at, shared[place->at], octet);
        shared[place->at] = octet;
    }
}

/* No more pieces of the chain that PIECE is of. */
static void leave_chain(struct masks *masks, uint64_t piece)
{
    unsigned long long then = (piece / masks->piece_count + 1) * masks->piece_count;
    unsigned long long now = atomic_load(&masks->next);
    while (now < then && !atomic_compare_exchange_weak(&masks->next, &now, then))
        ;
}

static int step(struct crack_stage *stage, struct crack_run *run, struct crack_scratch *scratch)
{
    struct masks *masks = (struct masks *)stage;
    struct nsec3_tail tail;
    uint8_t shared[MASK_HEAD_MAX];
    uint64_t piece = atomic_fetch_add(&masks->next, 1);
    if (piece / masks->piece_count >= run->targets->chain_count)
        return CRACK_STEP_END;
    struct crack_chain *chain = &run->targets->chains[piece / masks->piece_count];
    uint64_t from = piece % masks->piece_count * masks->piece_len;
    uint64_t to =
        masks->outer_count - from > masks->piece_len ? from + masks->piece_len : masks->outer_count;
    unsigned head_len = masks->mask->head_len;
    if (atomic_load_explicit(&chain->open_count, memory_order_relaxed) == 0 ||
        nsec3_tail_init(&tail, head_len, chain->zone.wire, &chain->many.params) != 0) {
        leave_chain(masks, piece); /* nothing to find, or no room in a name */
        return CRACK_STEP_MORE;
    }
    memcpy(shared, masks->mask->head, sizeof shared);
    for (unsigned at = 0; at < head_len; at++)
        nsec3_tail_set(&tail, at, 0, shared[at]);
    for (uint64_t value = from; value < to && !crack_is_stopped(run); value++) {
        set_outer(masks, value, &tail, shared);
        int error = crack_try(run, scratch, chain, &masks->inner, &tail, chain->zone.wire, shared,
                              CRACK_BY_MASK);
        if (error)
            return error;
    }
    return CRACK_STEP_MORE;
}

static int run_mask(struct crack_run *run, const struct mask *mask, const char *text)
{
    struct masks masks = {.stage = {.text = text, .step = step}};
    int error = divide(&masks, mask);
    size_t chain_count = run->targets->chain_count;
    if (!error && masks.outer_count >= WORTH_PREPARING)
        error = nsec3_heads_prepare(&masks.inner, run->kernel);
    if (__builtin_mul_overflow(mask->count, (uint64_t)chain_count, &masks.stage.total))
        masks.stage.total = 0;
    if (!error)
        error = crack_stage_run(run, &masks.stage);
    nsec3_heads_deinit(&masks.inner);
    return error;
}

/* TEXT's first LENGTH places, 0: all. */
static int run_text(struct crack_run *run, struct mask *mask, const char *text, size_t length)
{
    struct text why = {0}, shown = {0};
    int error = mask_parse(mask, text, length, run->params->charsets, &why);
    text_printf(&shown, "mask %s", text);
    if (length)
        text_printf(&shown, ", %zu", length);
    text_putc(&shown, '\0');
    if (error)
        log_error("--mask %s: %.*s", text, (int)why.len, why.len ? why.data : "");
    else if (shown.failed)
        error = ERR_NOMEM;
    else
        error = run_mask(run, mask, shown.data);
    text_deinit(&why);
    text_deinit(&shown);
    return error;
}

int crack_masks_run(struct crack_run *run)
{
    const struct crack_params *params = run->params;
    struct mask *mask = malloc(sizeof *mask); /* 16 KiB */
    int error = mask ? 0 : ERR_NOMEM;
    for (size_t i = 0; i < params->masks.count && !error; i++) {
        const char *text = params->masks.items[i];
        size_t lengths[MASK_HEAD_MAX], count = 0;
        if (params->increments)
            count = mask_lengths(text, lengths);
        if (count == 0)
            error = run_text(run, mask, text, 0);
        for (size_t j = 0; j < count && !error && !crack_is_stopped(run); j++)
            error = run_text(run, mask, text, lengths[j]);
        if (crack_is_stopped(run))
            break;
    }
    free(mask);
    return error;
}

int crack_check_masks(const struct crack_params *params, struct text *why)
{
    struct mask *mask = malloc(sizeof *mask);
    int error = mask ? 0 : ERR_NOMEM;
    for (size_t i = 0; i < params->masks.count && !error; i++)
        error = mask_parse(mask, params->masks.items[i], 0, params->charsets, why);
    free(mask);
    return error;
}
