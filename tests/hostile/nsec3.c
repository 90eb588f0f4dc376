// SPDX-License-Identifier: BSD-2-Clause
/* What NSEC3 can be made to say. Each row's function gives the record that speaks of a hash. */
#include <stdlib.h>
#include <string.h>

#include "tests/hostile/hostile.h"

static int compare_links(const void *a, const void *b)
{
    return memcmp(((const struct link3 *)a)->hash, ((const struct link3 *)b)->hash, NSEC3_HASH_LEN);
}

int chain3_update(struct hostile *h)
{
    struct nsec3_params params = {.algorithm = 1};
    if (h->denial->traits & FAULT_PARAMS) { /* another salt for each reply */
        params.salt_len = 1;
        params.salt[0] = (uint8_t)h->asked;
    }
    if (!h->denial->span3 || (h->chain && nsec3_params_equal(&params, &h->params)))
        return 0;
    h->params = params;
    if (!h->chain && !(h->chain = calloc(h->model.count, sizeof *h->chain)))
        return ERR_NOMEM;
    for (size_t i = 0; i < h->model.count; i++) {
        h->chain[i].host = &h->model.hosts[i];
        nsec3_hash(&params, h->model.hosts[i].name.wire, h->chain[i].hash);
    }
    qsort(h->chain, h->model.count, sizeof *h->chain, compare_links);
    return 0;
}

/* The last link at or before HASH; before the first it is the last of all. */
static size_t link_of(const struct hostile *h, const uint8_t *hash)
{
    size_t low = 0, high = h->model.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(h->chain[middle].hash, hash, NSEC3_HASH_LEN) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : h->model.count - 1;
}

static void set_link(const struct hostile *h, size_t owner, size_t next, struct span3 *out)
{
    out->types = types_of(h, h->chain[owner].host);
    memcpy(out->owner, h->chain[owner].hash, NSEC3_HASH_LEN);
    memcpy(out->next, h->chain[next % h->model.count].hash, NSEC3_HASH_LEN);
}

static void span3_honest(const struct hostile *h, const uint8_t *hash, bool is_match,
                         struct span3 *out)
{
    size_t owner = link_of(h, hash);
    (void)is_match;
    set_link(h, owner, owner + 1, out);
}

/* HASH and STEP, as numbers of 160 bits. */
static void add(const uint8_t *hash, int step, uint8_t out[NSEC3_HASH_LEN])
{
    int carry = step;
    for (size_t i = NSEC3_HASH_LEN; i-- > 0;) {
        int sum = hash[i] + carry;
        out[i] = (uint8_t)sum;
        carry = sum < 0 ? -1 : sum > 255 ? 1 : 0;
    }
}

/* RFC 7129 appendix B: one hash and no more; covered from either side. */
static void span3_narrow(const struct hostile *h, const uint8_t *hash, bool is_match,
                         struct span3 *out)
{
    span3_honest(h, hash, is_match, out);
    if (!is_match)
        out->types.count = 0;
    add(hash, is_match ? 0 : -1, out->owner);
    add(hash, 1, out->next);
}

/* RFC 9824 section 4. */
static void span3_compact(const struct hostile *h, const uint8_t *hash, bool is_match,
                          struct span3 *out)
{
    static const struct types absent = {{TYPE_NXNAME}, 1};
    span3_honest(h, hash, is_match, out);
    if (memcmp(out->owner, hash, NSEC3_HASH_LEN) != 0)
        out->types = absent;
    add(hash, 0, out->owner);
    add(hash, 1, out->next);
}

/* In order, stable, signed, and 2^40 of them beside those that are there. */
static void span3_endless(const struct hostile *h, const uint8_t *hash, bool is_match,
                          struct span3 *out)
{
    uint8_t floor[NSEC3_HASH_LEN] = {0}, ceiling[NSEC3_HASH_LEN];
    span3_honest(h, hash, is_match, out);
    memset(ceiling, 0xff, sizeof ceiling);
    memcpy(floor, hash, 5);
    memcpy(ceiling, hash, 5);
    add(ceiling, 1, ceiling);
    bool wraps_before = memcmp(out->owner, hash, sizeof floor) > 0;
    bool wraps_after = memcmp(out->next, hash, sizeof floor) <= 0;
    if (wraps_before || memcmp(floor, out->owner, sizeof floor) > 0) {
        memcpy(out->owner, floor, sizeof floor);
        out->types = (struct types){{TYPE_A, TYPE_RRSIG}, 2};
    }
    /* The last ceiling is the first floor: all zero. */
    if (wraps_after || memcmp(ceiling, hash, sizeof ceiling) <= 0 ||
        memcmp(ceiling, out->next, sizeof ceiling) < 0)
        memcpy(out->next, ceiling, sizeof ceiling);
}

static bool is_past_middle(const uint8_t *hash)
{
    return hash[0] >= 0x80;
}

static void span3_back(const struct hostile *h, const uint8_t *hash, bool is_match,
                       struct span3 *out)
{
    size_t owner = link_of(h, hash);
    (void)is_match;
    set_link(h, owner, is_past_middle(h->chain[owner].hash) ? 1 : owner + 1, out);
}

static void span3_self(const struct hostile *h, const uint8_t *hash, bool is_match,
                       struct span3 *out)
{
    size_t owner = link_of(h, hash);
    (void)is_match;
    set_link(h, owner, is_past_middle(h->chain[owner].hash) ? owner : owner + 1, out);
}

static void span3_overlap(const struct hostile *h, const uint8_t *hash, bool is_match,
                          struct span3 *out)
{
    size_t owner = link_of(h, hash);
    (void)is_match;
    set_link(h, owner, owner + 1 + h->asked % 2, out);
}

/* clang-format off */
const struct denial denials_nsec3[] = {
    {.name = "nsec3", .what = "an honest NSEC3 chain", .span3 = span3_honest},
    {.name = "optout", .what = "the same with Opt-Out", .span3 = span3_honest, .flags = 1},
    {.name = "narrow", .what = "NSEC3 white lies (RFC 7129)", .span3 = span3_narrow},
    {.name = "compact3", .what = "compact denial in NSEC3 form (RFC 9824)", .span3 = span3_compact, .traits = DENIAL_COMPACT},
    {.name = "endless3", .what = "a chain of 2^40 hashes", .span3 = span3_endless},
    {.name = "back3", .what = "next hashes that lie before", .span3 = span3_back},
    {.name = "self3", .what = "hashes that are their own next", .span3 = span3_self},
    {.name = "overlap3", .what = "every other reply skips a hash", .span3 = span3_overlap},
    {.name = "bogus3", .what = "NSEC3 signatures that do not hold", .span3 = span3_honest, .traits = FAULT_BOGUS},
    {.name = "iterations", .what = "NSEC3 with 65,535 iterations", .span3 = span3_honest, .iterations = 65535},
    {.name = "costly", .what = "as many NSEC3 as fit, each with a salt of its own and 2,500 iterations", .span3 = span3_honest, .iterations = 2500, .salt_len = 255, .traits = FAULT_MANY_SPANS | FAULT_PARAMS},
    {.name = "salt", .what = "a salt of 255 octets that was not hashed with", .span3 = span3_honest, .salt_len = 255},
    {.name = "roll", .what = "another salt in each reply", .span3 = span3_honest, .traits = FAULT_PARAMS},
    {.name = "algorithm", .what = "hash algorithm 2", .span3 = span3_honest, .algorithm = 2},
    {.name = "flags", .what = "unknown flags", .span3 = span3_honest, .flags = 0x82},
    {.name = "hash-long", .what = "next hashes of 32 octets", .span3 = span3_honest, .hash_len = 32},
    {.name = "hash-short", .what = "next hashes of one octet", .span3 = span3_honest, .hash_len = 1},
    {.name = "bitmap3", .what = "malformed type bitmaps", .span3 = span3_honest, .traits = FAULT_BITMAP},
    {.name = NULL},
};
/* clang-format on */
