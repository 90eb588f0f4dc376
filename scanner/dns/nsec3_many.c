// SPDX-License-Identifier: BSD-2-Clause
/* Many NSEC3 hashes at a time.
 *
 * 1. As many names as there are lanes are written out with their salts and padding.
 * 2. Block by block their words are laid beside each other and hashed. Names of fewer blocks
 *    are done earlier: what their lanes do afterwards is not looked at.
 * 3. Iterations hash the hash and the salt: all lanes the same number of blocks. */
#include "dns/nsec3_many.h"

#include <string.h>

#include "dns/sha1.h"

#define LANE_WORDS_MAX (SHA1_BLOCK_WORDS * SHA1_LANES_MAX)
#define TEXT_MAX       (NSEC3_NAME_BLOCKS_MAX * SHA1_BLOCK_LEN)

_Static_assert(NAME_WIRE_MAX + NSEC3_SALT_MAX + 9 <= TEXT_MAX, "a name, a salt and padding");
_Static_assert(NSEC3_HASH_LEN + NSEC3_SALT_MAX + 9 <= NSEC3_ROUND_BLOCKS_MAX * SHA1_BLOCK_LEN,
               "a hash, a salt and padding");

unsigned nsec3_pad(uint8_t *text, size_t len)
{
    size_t block_count = (len + 9 + SHA1_BLOCK_LEN - 1) / SHA1_BLOCK_LEN;
    size_t end = block_count * SHA1_BLOCK_LEN;
    memset(text + len, 0, end - len);
    text[len] = 0x80;
    text[end - 2] = (uint8_t)(len >> 5); /* in bits; at most 510 octets */
    text[end - 1] = (uint8_t)(len << 3);
    return (unsigned)block_count;
}

void nsec3_words(uint32_t words[SHA1_BLOCK_WORDS], const uint8_t *block)
{
    for (size_t i = 0; i < SHA1_BLOCK_WORDS; i++, block += 4)
        words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 |
                   block[3];
}

void nsec3_many_init(struct nsec3_many *many, const struct nsec3_params *params,
                     const struct sha1_kernel *kernel)
{
    uint8_t text[NSEC3_ROUND_BLOCKS_MAX * SHA1_BLOCK_LEN] = {0};
    many->kernel = kernel ? kernel : sha1_kernel_best();
    many->params = *params;
    memcpy(text + NSEC3_HASH_LEN, params->salt, params->salt_len);
    many->round_block_count = nsec3_pad(text, (size_t)NSEC3_HASH_LEN + params->salt_len);
    for (unsigned i = 0; i < many->round_block_count; i++)
        nsec3_words(many->round_words[i], text + (size_t)i * SHA1_BLOCK_LEN);
}

static void fill(uint32_t *lanes, unsigned lane_count, uint32_t word)
{
    for (unsigned i = 0; i < lane_count; i++)
        lanes[i] = word;
}

void nsec3_many_start(const struct nsec3_many *many, uint32_t *state)
{
    for (unsigned i = 0; i < SHA1_STATE_WORDS; i++)
        fill(state + (size_t)i * many->kernel->lanes, many->kernel->lanes, sha1_start[i]);
}

/* Words FROM.. of a block, the same in every lane. */
static void fill_block(const struct nsec3_many *many, uint32_t *words, const uint32_t *block,
                       unsigned from)
{
    for (unsigned i = from; i < SHA1_BLOCK_WORDS; i++)
        fill(words + (size_t)i * many->kernel->lanes, many->kernel->lanes, block[i]);
}

void nsec3_many_iterate(const struct nsec3_many *many, uint32_t *state)
{
    _Alignas(SHA1_ALIGN) uint32_t words[LANE_WORDS_MAX];
    size_t state_bytes = SHA1_STATE_WORDS * many->kernel->lanes * sizeof *state;
    fill_block(many, words, many->round_words[0], SHA1_STATE_WORDS);
    for (unsigned i = 0; i < many->params.iterations; i++) {
        memcpy(words, state, state_bytes);
        nsec3_many_start(many, state);
        many->kernel->block(state, words);
        for (unsigned b = 1; b < many->round_block_count; b++) {
            fill_block(many, words, many->round_words[b], 0);
            many->kernel->block(state, words);
        }
        if (many->round_block_count > 1)
            fill_block(many, words, many->round_words[0], SHA1_STATE_WORDS);
    }
}

/* A name in lower case, salt and padding; the number of blocks. */
static unsigned write_text(const struct nsec3_many *many, const uint8_t *name, uint8_t *text)
{
    size_t len = name_len(name);
    memcpy(text, name, len);
    name_lower(text);
    memcpy(text + len, many->params.salt, many->params.salt_len);
    return nsec3_pad(text, len + many->params.salt_len);
}

static void put_hash(uint8_t *out, const uint32_t *state, unsigned lane_count, unsigned lane)
{
    for (size_t i = 0; i < SHA1_STATE_WORDS; i++, out += 4) {
        uint32_t word = state[i * lane_count + lane];
        out[0] = (uint8_t)(word >> 24);
        out[1] = (uint8_t)(word >> 16);
        out[2] = (uint8_t)(word >> 8);
        out[3] = (uint8_t)word;
    }
}

/* COUNT names, at most as many as there are lanes. */
static void hash_set(const struct nsec3_many *many, const uint8_t *const *names, unsigned count,
                     uint8_t (*out)[NSEC3_HASH_LEN])
{
    _Alignas(SHA1_ALIGN) uint32_t words[LANE_WORDS_MAX] = {0}, state[LANE_WORDS_MAX],
                                  done[LANE_WORDS_MAX] = {0};
    uint8_t texts[SHA1_LANES_MAX][TEXT_MAX];
    unsigned block_counts[SHA1_LANES_MAX], block_count_max = 0, lane_count = many->kernel->lanes;
    for (unsigned i = 0; i < count; i++) {
        block_counts[i] = write_text(many, names[i], texts[i]);
        if (block_counts[i] > block_count_max)
            block_count_max = block_counts[i];
    }
    nsec3_many_start(many, state);
    for (unsigned b = 0; b < block_count_max; b++) {
        for (unsigned i = 0; i < count; i++) {
            uint32_t block[SHA1_BLOCK_WORDS];
            if (b >= block_counts[i])
                continue;
            nsec3_words(block, texts[i] + (size_t)b * SHA1_BLOCK_LEN);
            for (unsigned w = 0; w < SHA1_BLOCK_WORDS; w++)
                words[w * lane_count + i] = block[w];
        }
        many->kernel->block(state, words);
        for (unsigned i = 0; i < count; i++)
            for (unsigned w = 0; w < SHA1_STATE_WORDS && block_counts[i] == b + 1; w++)
                done[w * lane_count + i] = state[w * lane_count + i];
    }
    nsec3_many_iterate(many, done);
    for (unsigned i = 0; i < count; i++)
        put_hash(out[i], done, lane_count, i);
}

void nsec3_many_hash(const struct nsec3_many *many, const uint8_t *const *names, size_t count,
                     uint8_t (*out)[NSEC3_HASH_LEN])
{
    unsigned lane_count = many->kernel->lanes;
    for (size_t done = 0; done < count; done += lane_count) {
        size_t left = count - done;
        hash_set(many, names + done, left < lane_count ? (unsigned)left : lane_count, out + done);
    }
}
