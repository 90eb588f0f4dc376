// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/denial_names.h"

#include <string.h>

#include "dns/canon.h"
#include "dns/nsec3_many.h"

#define LABEL_LEN     20 /* of names made up: nobody has such */
#define LABEL_LEN_MIN 6  /* where the base leaves no more: one of 2 * 10^9 */

#define NEAR_TRIES 8 /* names made up for each length of common beginning */

/* Spent on a name whose hash falls into an interval: a second, or some where the processor has
 * nothing to do many at a time. It does for chains of ten million names. */
#define SEARCH_BLOCKS  (UINT64_C(1) << 26)
#define SEARCH_SLICE   (UINT64_C(1) << 17)
#define SEARCH_LETTERS LABEL_LEN_MIN

static uint8_t random_letter(struct rng_fast *rng)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    return (uint8_t)letters[rng_fast_below(rng, sizeof letters - 1)];
}

void denial_names_below(struct name *out, const uint8_t *label, unsigned len,
                        const struct name *base)
{
    struct name name = {.len = (uint8_t)(1 + len + base->len)};
    name.wire[0] = (uint8_t)len;
    memcpy(name.wire + 1, label, len);
    memcpy(name.wire + 1 + len, base->wire, base->len);
    *out = name;
}

bool denial_names_random(struct name *out, const struct name *base, struct rng_fast *rng)
{
    uint8_t label[LABEL_LEN];
    int room = NAME_WIRE_MAX - base->len - 1;
    if (room < LABEL_LEN_MIN)
        return false;
    unsigned len = room < LABEL_LEN ? (unsigned)room : LABEL_LEN;
    for (unsigned i = 0; i < len; i++)
        label[i] = random_letter(rng);
    denial_names_below(out, label, len, base);
    return true;
}

struct inside {
    const struct name *first;
    const struct denial_interval *interval;
    const uint8_t *zone;
};

static bool is_inside(const struct inside *in, const struct name *name)
{
    return !name_equal(name->wire, in->first->wire) &&
           canon_is_between(name->wire, in->interval->owner.wire, in->interval->next.wire,
                            in->zone);
}

/* As few of the first letters as possible are FIRST's. */
static bool choose_host(struct name *out, const struct inside *in, struct rng_fast *rng)
{
    unsigned len = in->first->wire[0];
    for (unsigned common = 0; common < len; common++) {
        for (unsigned try = 0; try < NEAR_TRIES; try++) {
            *out = *in->first;
            for (unsigned i = common + 1; i <= len; i++)
                out->wire[i] = random_letter(rng);
            if (is_inside(in, out))
                return true;
        }
    }
    return false;
}

/* Right behind FIRST, or right behind the interval's begin. */
static bool choose_near(struct name *out, const struct inside *in)
{
    const uint8_t *from[] = {in->first->wire, in->interval->owner.wire};
    for (unsigned i = 0; i < 2; i++)
        if ((canon_skip(out, from[i], in->zone) && is_inside(in, out)) ||
            (canon_next(out, from[i], in->zone) && is_inside(in, out)))
            return true;
    return false;
}

enum denial_names_choice denial_names_inside(struct name *out, const struct name *first,
                                             const struct denial_interval *interval,
                                             const uint8_t *zone, struct rng_fast *rng)
{
    const struct inside in = {first, interval, zone};
    if (choose_host(out, &in, rng))
        return DENIAL_NAMES_HOST;
    return choose_near(out, &in) ? DENIAL_NAMES_NEAR : DENIAL_NAMES_NONE;
}

void denial_names_search_init(struct denial_names_search *search)
{
    *search = (struct denial_names_search){.blocks_left = SEARCH_BLOCKS};
}

/* What a set of hashes costs; a name with its salt fits into a block or two. */
static uint64_t cost(const struct denial_interval *interval)
{
    return NSEC3_MANY_FULL * (interval->params.iterations + UINT64_C(1));
}

bool denial_names_search_is_over(const struct denial_names_search *search,
                                 const struct denial_interval *interval)
{
    return search->blocks_left < cost(interval);
}

/* FIRST with the letters of its number. */
static void make_numbered(struct name *out, const struct name *first, uint64_t number)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    *out = *first;
    for (unsigned i = 1; i <= SEARCH_LETTERS; i++, number /= 32)
        out->wire[i] = (uint8_t)letters[number % 32];
}

bool denial_names_search(struct denial_names_search *search, struct name *out,
                         const struct name *first, const struct denial_interval *interval)
{
    struct nsec3_many many;
    struct name names[NSEC3_MANY_FULL];
    const uint8_t *wires[NSEC3_MANY_FULL];
    uint8_t hashes[NSEC3_MANY_FULL][NSEC3_HASH_LEN];
    nsec3_many_init(&many, &interval->params, NULL);
    for (uint64_t done = 0; done < SEARCH_SLICE; done += cost(interval)) {
        if (denial_names_search_is_over(search, interval))
            return false;
        search->blocks_left -= cost(interval);
        for (unsigned i = 0; i < NSEC3_MANY_FULL; i++) {
            make_numbered(&names[i], first, search->number++);
            wires[i] = names[i].wire;
        }
        nsec3_many_hash(&many, wires, NSEC3_MANY_FULL, hashes);
        for (unsigned i = 0; i < NSEC3_MANY_FULL; i++) {
            if (!denial_hash_is_between(hashes[i], interval->from, interval->to) ||
                name_equal(names[i].wire, first->wire))
                continue;
            *out = names[i];
            return true;
        }
    }
    return false;
}
