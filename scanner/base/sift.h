// SPDX-License-Identifier: BSD-2-Clause
/* Which of many words have their bit in a bitmap: a first look that lets few pass. Several at a
 * time where the processor can gather (AVX-512). Pure. */
#ifndef BASE_SIFT_H
#define BASE_SIFT_H

#include <stddef.h>
#include <stdint.h>

#define SIFT_SLACK 16 /* entries behind the last that may be written or read */

/* The bit of WORD is number WORD >> SHIFT, bit 0 being the lowest of BITS[0]; 0 < SHIFT < 32.
 * PLACES gets the places in WORDS[0..COUNT) of those whose bit is set, in order: their number.
 * Both have SIFT_SLACK entries more than COUNT. */
typedef size_t (*sift_fn)(const uint32_t *bits, unsigned shift, const uint32_t *words, size_t count,
                          uint32_t *places);

sift_fn sift_best(void); /* asks the processor: not for each call */
size_t sift_plain(const uint32_t *bits, unsigned shift, const uint32_t *words, size_t count,
                  uint32_t *places);

#endif
