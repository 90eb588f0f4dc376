// SPDX-License-Identifier: BSD-2-Clause
/* Three sieves, each finer and dearer than the one before (crack_index.h).
 *
 * 1. A bitmap by the word's first bits, 16 bits a target and so two of them set: 12 % pass, at a
 *    fraction of a nanosecond each.
 * 2. The same bitmap by other bits of the word: 1.5 % of all are left.
 * 3. The table: of the words, sorted, those with the same first bits, some four.
 *
 * A smaller bitmap lets more pass, a larger one falls out of the cache, which costs more: with
 * 100,000 targets it has 256 KiB. At least 512 octets, since there may be thousands of zones; at
 * most 64 MiB. */
#include "scan/crack_index.h"

#include <stdlib.h>

#define BITS_LOG_MIN    12
#define BITS_LOG_MAX    29
#define BITS_LOG_TARGET 4
#define STARTS_LOG_MIN  1
#define STARTS_LOG_LESS 2

static unsigned log2_up(size_t count)
{
    unsigned bits = 0;
    while (bits < 31 && (size_t)1 << bits < count)
        bits++;
    return bits;
}

/* Other bits first. */
static uint32_t turn(uint32_t word)
{
    return word << 13 | word >> 19;
}

static void set_bit(const struct crack_index *index, uint32_t word)
{
    uint32_t bit = word >> index->bits_shift;
    index->bits[bit / 32] |= (uint32_t)1 << bit % 32;
}

int crack_index_init(struct crack_index *index, const uint32_t *words, size_t count)
{
    unsigned size_log = log2_up(count), bits_log = size_log + BITS_LOG_TARGET;
    unsigned starts_log = size_log > STARTS_LOG_LESS ? size_log - STARTS_LOG_LESS : STARTS_LOG_MIN;
    bits_log = bits_log < BITS_LOG_MIN ? BITS_LOG_MIN : bits_log;
    bits_log = bits_log > BITS_LOG_MAX ? BITS_LOG_MAX : bits_log;
    *index = (struct crack_index){.words = words,
                                  .count = count,
                                  .sift = sift_best(),
                                  .bits_shift = 32 - bits_log,
                                  .starts_shift = 32 - starts_log};
    size_t start = 0, start_count = (size_t)1 << starts_log;
    index->bits = calloc((size_t)1 << (bits_log - 5), sizeof *index->bits);
    index->starts = malloc((start_count + 1) * sizeof *index->starts);
    if (!index->bits || !index->starts) {
        crack_index_deinit(index);
        return ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        set_bit(index, words[i]);
        set_bit(index, turn(words[i]));
        while (start <= words[i] >> index->starts_shift)
            index->starts[start++] = (uint32_t)i;
    }
    while (start <= start_count)
        index->starts[start++] = (uint32_t)count;
    return 0;
}

void crack_index_deinit(struct crack_index *index)
{
    free(index->bits);
    free(index->starts);
    index->bits = index->starts = NULL;
}

size_t crack_index_find(const struct crack_index *index, uint32_t word)
{
    size_t first = word >> index->starts_shift;
    for (size_t i = index->starts[first]; i < index->starts[first + 1]; i++)
        if (index->words[i] == word)
            return i;
    return index->count;
}

size_t crack_index_filter(const struct crack_index *index, const uint32_t *words, size_t count,
                          uint32_t *places)
{
    size_t first = index->sift(index->bits, index->bits_shift, words, count, places);
    size_t second = 0, right = 0;
    for (size_t i = 0; i < first; i++) {
        uint32_t bit = turn(words[places[i]]) >> index->bits_shift;
        places[second] = places[i];
        second += index->bits[bit / 32] >> bit % 32 & 1;
    }
    for (size_t i = 0; i < second; i++)
        if (crack_index_find(index, words[places[i]]) < index->count)
            places[right++] = places[i];
    return right;
}
