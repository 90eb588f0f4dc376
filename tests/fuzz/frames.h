// SPDX-License-Identifier: BSD-2-Clause
/* Inputs that are messages as they come by TCP, each behind two octets of length. */
#ifndef FUZZ_FRAMES_H
#define FUZZ_FRAMES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct frames {
    const uint8_t *at, *end;
};

/* The next message as a copy of exactly its length, to be freed; the last may be cut. NULL: none.
 */
static inline uint8_t *frames_next(struct frames *in, size_t *len)
{
    if (in->end - in->at < 2)
        return NULL;
    size_t left = (size_t)(in->end - in->at) - 2;
    *len = (size_t)in->at[0] << 8 | in->at[1];
    *len = *len < left ? *len : left;
    uint8_t *copy = malloc(*len ? *len : 1);
    if (!copy)
        abort();
    memcpy(copy, in->at + 2, *len);
    in->at += 2 + *len;
    return copy;
}

#endif
