// SPDX-License-Identifier: BSD-2-Clause
/* Which of many hashes are targets, by their fifth words: nearly none are, and that must cost
 * next to nothing. Const once made. */
#ifndef SCAN_CRACK_INDEX_H
#define SCAN_CRACK_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/sift.h"

struct crack_index {
    const uint32_t *words; /* sorted; borrowed */
    size_t count;
    sift_fn sift;
    uint32_t *bits;
    unsigned bits_shift;
    uint32_t *starts; /* place in WORDS of the first with such first bits; one more at the end */
    unsigned starts_shift;
};

/* WORDS[0..COUNT), sorted, COUNT >= 1. ERR_NOMEM. */
MUST_CHECK int crack_index_init(struct crack_index *index, const uint32_t *words, size_t count);
void crack_index_deinit(struct crack_index *index);

/* Places among WORDS[0..COUNT) of those that are a target's, into PLACES: their number. Both have
 * SIFT_SLACK entries more than COUNT. */
size_t crack_index_filter(const struct crack_index *index, const uint32_t *words, size_t count,
                          uint32_t *places);
/* The first target with WORD, or the number of targets. */
size_t crack_index_find(const struct crack_index *index, uint32_t word);

#endif
