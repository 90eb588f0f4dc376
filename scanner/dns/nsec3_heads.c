// SPDX-License-Identifier: BSD-2-Clause
/* Labels laid out for hashing (dns/nsec3_heads.h).
 *
 * One block and no iterations, heads prepared: the kernel's search. Else block by block: the
 * first has head and tail, the others only the tail's words, the same in every lane. */
#include "dns/nsec3_heads.h"

#include <stdlib.h>
#include <string.h>

#include "dns/sha1.h"

static size_t round_up(size_t count)
{
    return (count + SHA1_LANES_MAX - 1) / SHA1_LANES_MAX * SHA1_LANES_MAX;
}

static uint32_t *alloc_words(size_t count)
{
    size_t bytes = (count * sizeof(uint32_t) + SHA1_ALIGN - 1) / SHA1_ALIGN * SHA1_ALIGN;
    uint32_t *words = aligned_alloc(SHA1_ALIGN, bytes);
    if (words)
        memset(words, 0, bytes);
    return words;
}

int nsec3_heads_init(struct nsec3_heads *heads, unsigned len, size_t cap)
{
    *heads = (struct nsec3_heads){.len = len, .cap = round_up(cap), .row_count = (len + 3) / 4};
    heads->words = alloc_words(heads->row_count * heads->cap);
    return heads->words ? 0 : ERR_NOMEM;
}

void nsec3_heads_deinit(struct nsec3_heads *heads)
{
    free(heads->words);
    free(heads->delta);
    heads->words = heads->delta = NULL;
}

void nsec3_heads_add(struct nsec3_heads *heads, const uint8_t *head)
{
    uint32_t *word = heads->words + heads->count++;
    unsigned whole = heads->len & ~3u;
    for (unsigned i = 0; i < whole; i += 4, word += heads->cap) {
        uint32_t octets;
        memcpy(&octets, head + i, sizeof octets);
        *word = __builtin_bswap32(octets);
    }
    for (unsigned i = whole; i < heads->len; i++)
        *word |= (uint32_t)head[i] << (24 - 8 * (i % 4));
}

void nsec3_heads_get(const struct nsec3_heads *heads, size_t index, uint8_t *head)
{
    for (unsigned i = 0; i < heads->len; i++)
        head[i] = (uint8_t)(heads->words[i / 4 * heads->cap + index] >> (24 - 8 * (i % 4)));
}

int nsec3_heads_prepare(struct nsec3_heads *heads, const struct sha1_kernel *kernel)
{
    unsigned lane_count = kernel->lanes;
    uint32_t later = 0;
    free(heads->delta);
    heads->delta = alloc_words(heads->cap * SHA1_SEARCH_ROUNDS);
    if (!heads->delta)
        return ERR_NOMEM;
    for (size_t i = 0; i < heads->cap; i++) {
        uint32_t words[SHA1_SEARCH_ROUNDS] = {0};
        uint32_t *at = heads->delta + i / lane_count * lane_count * SHA1_SEARCH_ROUNDS;
        for (unsigned row = 0; row < heads->row_count; row++) {
            words[row] = heads->words[row * heads->cap + i];
            later |= row ? words[row] : 0;
        }
        sha1_schedule(words);
        for (unsigned t = 0; t < SHA1_SEARCH_ROUNDS; t++)
            at[t * lane_count + i % lane_count] = words[t];
    }
    heads->kernel = kernel;
    heads->is_first_word = later == 0;
    return 0;
}

int nsec3_tail_init(struct nsec3_tail *tail, unsigned head_len, const uint8_t *name,
                    const struct nsec3_params *params)
{
    uint8_t text[NSEC3_NAME_BLOCKS_MAX * SHA1_BLOCK_LEN] = {0};
    size_t len = name_len(name);
    if (head_len + len > NAME_WIRE_MAX)
        return ERR_RANGE;
    memcpy(text + head_len, name, len);
    name_lower(text + head_len);
    len += head_len;
    memcpy(text + len, params->salt, params->salt_len);
    tail->block_count = nsec3_pad(text, len + params->salt_len);
    for (unsigned i = 0; i < tail->block_count; i++)
        nsec3_words(tail->words[i], text + (size_t)i * SHA1_BLOCK_LEN);
    return 0;
}

static void search(const struct nsec3_heads *heads, const struct nsec3_tail *tail, uint32_t *out)
{
    struct sha1_search search = {.is_first_word = heads->is_first_word, .delta = heads->delta};
    search.set_count = (heads->count + heads->kernel->lanes - 1) / heads->kernel->lanes;
    memcpy(search.base, tail->words[0], sizeof tail->words[0]);
    sha1_schedule(search.base);
    heads->kernel->search(&search, out);
}

/* Words ROW.. of block B, the same in every lane. */
static void fill(uint32_t *words, unsigned lane_count, const uint32_t *block, unsigned row)
{
    for (; row < SHA1_BLOCK_WORDS; row++)
        for (unsigned i = 0; i < lane_count; i++)
            words[row * lane_count + i] = block[row];
}

/* The heads FROM.. of a set, with the tail's first words. */
static void lay_heads(uint32_t *words, unsigned lane_count, const struct nsec3_heads *heads,
                      const struct nsec3_tail *tail, size_t from)
{
    for (unsigned row = 0; row < heads->row_count; row++) {
        const uint32_t *head = heads->words + row * heads->cap + from;
        for (unsigned i = 0; i < lane_count; i++)
            words[row * lane_count + i] = head[i] ^ tail->words[0][row];
    }
}

/* OUT gets word WORD of the hashes. */
static void hash_all(const struct nsec3_many *many, const struct nsec3_heads *heads,
                     const struct nsec3_tail *tail, unsigned word, uint32_t *out)
{
    _Alignas(SHA1_ALIGN) uint32_t words[SHA1_BLOCK_WORDS * SHA1_LANES_MAX],
        more[SHA1_BLOCK_WORDS * SHA1_LANES_MAX], state[SHA1_STATE_WORDS * SHA1_LANES_MAX];
    unsigned lane_count = many->kernel->lanes;
    fill(words, lane_count, tail->words[0], heads->row_count);
    for (size_t from = 0; from < heads->count; from += lane_count) {
        lay_heads(words, lane_count, heads, tail, from);
        nsec3_many_start(many, state);
        many->kernel->block(state, words);
        for (unsigned b = 1; b < tail->block_count; b++) {
            fill(more, lane_count, tail->words[b], 0);
            many->kernel->block(state, more);
        }
        if (many->params.iterations > 0)
            nsec3_many_iterate(many, state);
        memcpy(out + from, state + (size_t)word * lane_count, lane_count * sizeof *out);
    }
}

void nsec3_heads_fifths(const struct nsec3_many *many, const struct nsec3_heads *heads,
                        const struct nsec3_tail *tail, uint32_t *out)
{
    if (heads->delta && heads->kernel == many->kernel && tail->block_count == 1 &&
        many->params.iterations == 0)
        search(heads, tail, out);
    else
        hash_all(many, heads, tail, 4, out);
}

void nsec3_heads_firsts(const struct nsec3_many *many, const struct nsec3_heads *heads,
                        const struct nsec3_tail *tail, uint32_t *out)
{
    hash_all(many, heads, tail, 0, out);
}
