// SPDX-License-Identifier: BSD-2-Clause
/* SHA-1 for many messages at a time (FIPS 180-4), one to a lane. Several ways to do it, chosen
 * at run time by what the processor has; each can be had by name, for tests and measurements.
 *
 *   avx512    16 lanes: rotations and any function of three operands are one instruction
 *   avx2       8 lanes
 *   sha-ni     1 lane, by the instructions made for it
 *   portable   4 lanes, whatever vectors the compiler makes of them
 *
 * Words are in the machine's order: byte i of a message is the top byte of word i / 4. Arrays are
 * word by word, in each a word of every lane, aligned to 64 octets. Pure. */
#ifndef DNS_SHA1_KERNEL_H
#define DNS_SHA1_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_LANES_MAX   16
#define SHA1_BLOCK_WORDS 16
#define SHA1_STATE_WORDS 5
#define SHA1_ALIGN       64

/* The fifth word of a hash is fixed four rounds before the last: a search needs no more. */
#define SHA1_SEARCH_ROUNDS 76

struct sha1_kernel {
    const char *name;
    unsigned lanes;
    /* STATE[5][lanes] through one block, WORDS[16][lanes]. */
    void (*block)(uint32_t *state, const uint32_t *words);
    /* The search for messages of one block that differ in a few octets alone. The schedule is
     * linear, so word t of a message is BASE[t] ^ DELTA[t]: BASE, for t < SHA1_SEARCH_ROUNDS, that
     * of the octets that stay (sha1_schedule), DELTA[t][lanes] that of those that vary. OUT gets
     * the lanes' fifth words. All of VECTORS sets of lanes, DELTA and OUT one behind another. */
    void (*search)(const uint32_t *base, const uint32_t *delta, size_t vectors, uint32_t *out);
};

/* The fastest that works here. */
const struct sha1_kernel *sha1_kernel_best(void);
/* NULL: unknown, or not on this processor. */
const struct sha1_kernel *sha1_kernel_find(const char *name);
/* All that work here, fastest first, INDEX from 0; NULL past the last. */
const struct sha1_kernel *sha1_kernel_at(size_t index);

/* WORDS[0..16) are a block's; fills WORDS[16..SHA1_SEARCH_ROUNDS). */
void sha1_schedule(uint32_t words[SHA1_SEARCH_ROUNDS]);

#endif
