// SPDX-License-Identifier: BSD-2-Clause
/* Labels made from numbers: the n-th label of a seed, and back.
 *
 * A label is a prefix (some of them empty) and eight base-32 digits, which are the number under
 * a permutation of 40 bits. So a list of any length is unique without memory, the
 * lab's fast mode tells from the label alone whether it is on the list, and a
 * random label of the right shape is on a list of 10 million once in 100,000. */
#ifndef LAB_LABELS_H
#define LAB_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LABELS_COUNT_MAX (1ULL << 40)
#define LABELS_TEXT_MAX  24 /* longest prefix, digits and final zero */

struct labels {
    uint64_t seed;
    uint32_t round[4]; /* keys of the permutation */
};

void labels_init(struct labels *labels, uint64_t seed);
/* Writes the text of label INDEX, returns its length. */
size_t labels_text(const struct labels *labels, uint64_t index, char out[LABELS_TEXT_MAX]);
/* The number whose digits end LABEL (either case); LABELS_COUNT_MAX when they are
 * none. The prefix is not looked at. */
uint64_t labels_index(const struct labels *labels, const uint8_t *label, size_t len);
/* LABEL (either case) is exactly labels_text(INDEX). */
bool labels_match(const struct labels *labels, uint64_t index, const uint8_t *label, size_t len);

#endif
