// SPDX-License-Identifier: BSD-2-Clause
/* For tests of hashing in lanes: random names and parameters, and a loop over the kernels that
 * this processor can run. */
#ifndef TEST_DNS_MANY_H
#define TEST_DNS_MANY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "dns/sha1_kernel.h"
#include "dns/dnssec.h"

#define SALT_LEN_MAX 255

/* The Ith kernel that works here, or NULL. Portable always does. */
static inline const struct sha1_kernel *kernel_here(size_t i)
{
    for (size_t at = 0; sha1_kernel_at(at); at++)
        if (sha1_kernel_at(at)->is_here() && i-- == 0)
            return sha1_kernel_at(at);
    return NULL;
}

static inline void random_octets(struct rng_fast *rng, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)rng_fast_below(rng, 256);
}

/* A name of exactly LEN octets, 1 or from 3 on: labels of any octets. */
static inline void random_name(struct rng_fast *rng, size_t len, uint8_t *out)
{
    size_t at = 0;
    random_octets(rng, out, len);
    while (at + 1 < len) {
        size_t left = len - 1 - at, label = 1 + rng_fast_below(rng, 63);
        if (label >= left)
            label = left - 1;
        else if (left - label == 2) /* no room for another */
            label = label > 1 ? label - 1 : 2;
        out[at] = (uint8_t)label;
        at += label + 1;
    }
    out[at] = 0;
}

static inline struct nsec3_params random_params(struct rng_fast *rng, unsigned salt_len,
                                                unsigned iterations)
{
    struct nsec3_params params = {
        .algorithm = 1, .iterations = (uint16_t)iterations, .salt_len = (uint8_t)salt_len};
    random_octets(rng, params.salt, salt_len);
    return params;
}

#endif
