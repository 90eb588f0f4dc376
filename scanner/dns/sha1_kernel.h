// SPDX-License-Identifier: BSD-2-Clause
/* SHA-1 for many messages at a time (FIPS 180-4), one to a lane. Several ways to do it, chosen
 * at run time by what the processor has; each can be had by name, for tests and measurements.
 *
 *   avx512    16 lanes: rotations and any function of three operands are one instruction
 *   avx2       8 lanes
 *   sha-ni     1 lane, by the instructions made for it
 *   portable   4 lanes, in whatever vectors the compiler has
 *
 * Words are in the machine's order: octet i of a message is the top one of word i / 4. Arrays are
 * word by word, in each a word of every lane, aligned to SHA1_ALIGN. Pure. */
#ifndef DNS_SHA1_KERNEL_H
#define DNS_SHA1_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA1_LANES_MAX   16
#define SHA1_BLOCK_WORDS 16
#define SHA1_STATE_WORDS 5
#define SHA1_ALIGN       64

/* The fifth word of a hash is known four rounds before the last: a search needs no more. */
#define SHA1_SEARCH_ROUNDS 76

/* A search among messages of one block that differ in a few octets. The schedule is linear over
 * bits, so its word t is base[t] ^ delta[t], BASE being that of what all messages share and
 * DELTA that of what differs. Both are made once (sha1_schedule) and DELTA serves any number of
 * bases. */
struct sha1_search {
    uint32_t base[SHA1_SEARCH_ROUNDS];
    bool is_first_word; /* DELTA is 0 in words 1 to 15 of the messages */
    /* A set of lanes after another, each [SHA1_SEARCH_ROUNDS][lanes]; aligned. */
    const uint32_t *delta;
    size_t set_count;
};

struct sha1_kernel {
    const char *name;
    unsigned lanes;
    bool (*is_here)(void); /* this processor can */
    /* STATE[5][lanes] through one block, WORDS[16][lanes]. */
    void (*block)(uint32_t *state, const uint32_t *words);
    /* OUT[set_count][lanes], aligned, gets the fifth words of the hashes. */
    void (*search)(const struct sha1_search *search, uint32_t *out);
};

/* The fastest that works here. */
const struct sha1_kernel *sha1_kernel_best(void);
/* NULL: unknown, or not on this processor. */
const struct sha1_kernel *sha1_kernel_find(const char *name);
/* All that were built, fastest first, here or not; NULL past the last. For tests, which try each.
 */
const struct sha1_kernel *sha1_kernel_at(size_t index);

/* WORDS[0..16) are a block's; fills the others. */
void sha1_schedule(uint32_t words[SHA1_SEARCH_ROUNDS]);

#endif
