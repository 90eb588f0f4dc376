// SPDX-License-Identifier: BSD-2-Clause
/* 4 lanes of SHA-1 in the compiler's own vectors (GCC, clang): SSE2 on any x86-64, NEON on
 * arm64. And the schedule of one message. */
#include "dns/sha1_kernels.h"

#define LANES        4
#define LANES_TARGET __attribute__((unused))

typedef uint32_t vec __attribute__((vector_size(4 * LANES)));

#define vec_load(p)           (*(const vec *)(const void *)(p))
#define vec_store(p, v)       (*(vec *)(void *)(p) = (v))
#define vec_add(x, y)         ((x) + (y))
#define vec_xor(x, y)         ((x) ^ (y))
#define vec_rotate(v, n)      ((v) << (n) | (v) >> (32 - (n)))
#define vec_choose(b, c, d)   ((d) ^ ((b) & ((c) ^ (d))))
#define vec_parity(b, c, d)   ((b) ^ (c) ^ (d))
#define vec_majority(b, c, d) (((b) & (c)) | ((d) & ((b) | (c))))

static inline vec vec_all(uint32_t x)
{
    return (vec){x, x, x, x};
}

#include "dns/sha1_lanes.h"

static bool is_here(void)
{
    return true;
}

void sha1_schedule(uint32_t words[SHA1_SEARCH_ROUNDS])
{
    for (size_t t = SHA1_BLOCK_WORDS; t < SHA1_SEARCH_ROUNDS; t++) {
        uint32_t word = words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16];
        words[t] = word << 1 | word >> 31;
    }
}

const struct sha1_kernel sha1_portable = {.name = "portable",
                                          .lanes = LANES,
                                          .is_here = is_here,
                                          .block = lanes_block,
                                          .search = lanes_search};
