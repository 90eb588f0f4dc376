// SPDX-License-Identifier: BSD-2-Clause
/* Names at random, and their order found in another way. */
#ifndef TESTS_UNIT_SOURCE_CIRCLE_NAMES_H
#define TESTS_UNIT_SOURCE_CIRCLE_NAMES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "source/circle.h"
#include "source/circle_key.h"

#define PLENTY (1u << 30)

static inline struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

/* --- order, by another way: labels into an array, then octet by octet from the right --- */

static inline int plain_compare(const uint8_t *a, const uint8_t *b)
{
    unsigned a_count = name_label_count(a), b_count = name_label_count(b);
    for (unsigned depth = 1; depth <= a_count && depth <= b_count; depth++) {
        const uint8_t *x = name_suffix(a, depth), *y = name_suffix(b, depth);
        for (unsigned i = 1; i <= *x && i <= *y; i++) {
            int left = x[i] >= 'A' && x[i] <= 'Z' ? x[i] + 32 : x[i];
            int right = y[i] >= 'A' && y[i] <= 'Z' ? y[i] + 32 : y[i];
            if (left != right)
                return left < right ? -1 : 1;
        }
        if (*x != *y)
            return *x < *y ? -1 : 1;
    }
    return (a_count > b_count) - (a_count < b_count);
}

static inline int by_order(const void *a, const void *b)
{
    return plain_compare(((const struct name *)a)->wire, ((const struct name *)b)->wire);
}

/* Few octets, so that neighbours meet: what sorts next to a label's end, and letters' cases. */
static inline void random_name(struct rng_fast *rng, const struct name *zone, unsigned labels_max,
                               struct name *out)
{
    static const uint8_t octets[] = {0, 1, '*', '-', '.', '@', 'A', 'a', 'b', 'z', 0x7f, 0xff};
    *out = *zone;
    unsigned labels = rng_fast_below(rng, labels_max + 1);
    for (unsigned n = 0; n < labels; n++) {
        uint8_t len = (uint8_t)(1 + rng_fast_below(rng, rng_fast_below(rng, 20) == 0 ? 63 : 3));
        if (out->len + len + 1u > NAME_WIRE_MAX)
            return;
        memmove(out->wire + len + 1, out->wire, out->len);
        out->wire[0] = len;
        for (unsigned i = 1; i <= len; i++)
            out->wire[i] = octets[rng_fast_below(rng, sizeof octets)];
        out->len = (uint8_t)(out->len + len + 1);
    }
}

#endif
