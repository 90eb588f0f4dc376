// SPDX-License-Identifier: BSD-2-Clause
/* Labels from numbers.
 *
 * The permutation is a Feistel network of two halves of 20 bits and four rounds:
 * cheap to undo, and neighbours share nothing a reader would see. It hides nothing
 * and need not. The first digit may be any of the 32, so a label without prefix may
 * begin with a digit, which is a valid host name (RFC 1123 section 2.1). */
#include "bench/lab/labels.h"

#include <string.h>

#include "base/hash.h"

#define DIGITS    8
#define HALF_BITS 20
#define HALF_MASK ((1u << HALF_BITS) - 1)

/* No vowels but a, e, u: few words form by accident. */
static const char digit_text[33] = "0123456789abcdefghjkmnpqrstuvwxz";

static const char prefixes[32][8] = {
    "",     "",     "",     "",    "",     "",      "",     "",     "www-", "api-", "dev-",
    "srv",  "host", "vm",   "db",  "mail", "app-",  "test", "node", "web",  "gw-",  "stage-",
    "edge", "cdn",  "img-", "k8s", "prod", "cache", "lb",   "ns",   "int-", "x",
};

static int digit_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        c = (uint8_t)(c | 0x20);
    /* indexed by letter - 'a'; i, l, o, y are no digits */
    static const int8_t letters[26] = {10, 11, 12, 13, 14, 15, 16, 17, -1, 18, 19, -1, 20,
                                       21, -1, 22, 23, 24, 25, 26, 27, 28, 29, 30, -1, 31};
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'z' ? letters[c - 'a'] : -1;
}

static uint32_t mix_half(uint32_t half, uint32_t key)
{
    uint32_t x = (half ^ key) * 0x9e3779b1u;
    x ^= x >> 15;
    x *= 0x85ebca77u;
    return x >> 12 & HALF_MASK;
}

static uint64_t permute(const struct labels *labels, uint64_t index)
{
    uint32_t left = (uint32_t)(index >> HALF_BITS) & HALF_MASK, right = (uint32_t)index & HALF_MASK;
    for (unsigned i = 0; i < 4; i++) {
        uint32_t next = left ^ mix_half(right, labels->round[i]);
        left = right;
        right = next;
    }
    return (uint64_t)left << HALF_BITS | right;
}

static uint64_t unpermute(const struct labels *labels, uint64_t value)
{
    uint32_t left = (uint32_t)(value >> HALF_BITS) & HALF_MASK, right = (uint32_t)value & HALF_MASK;
    for (unsigned i = 4; i-- > 0;) {
        uint32_t previous = right ^ mix_half(left, labels->round[i]);
        right = left;
        left = previous;
    }
    return (uint64_t)left << HALF_BITS | right;
}

void labels_init(struct labels *labels, uint64_t seed)
{
    labels->seed = seed;
    for (uint32_t i = 0; i < 4; i++)
        labels->round[i] = (uint32_t)hash64(&i, sizeof i, seed ^ 0x6c6162656c73);
}

size_t labels_text(const struct labels *labels, uint64_t index, char out[LABELS_TEXT_MAX])
{
    uint64_t value = permute(labels, index & (LABELS_COUNT_MAX - 1));
    const char *prefix = prefixes[hash64(&value, sizeof value, labels->seed) & 31];
    size_t len = strlen(prefix);
    memcpy(out, prefix, len);
    for (unsigned i = DIGITS; i-- > 0; value >>= 5)
        out[len + i] = digit_text[value & 31];
    out[len + DIGITS] = '\0';
    return len + DIGITS;
}

uint64_t labels_index(const struct labels *labels, const uint8_t *label, size_t len)
{
    if (len < DIGITS)
        return LABELS_COUNT_MAX;
    uint64_t value = 0;
    for (size_t i = len - DIGITS; i < len; i++) {
        int digit = digit_value(label[i]);
        if (digit < 0)
            return LABELS_COUNT_MAX;
        value = value << 5 | (uint64_t)digit;
    }
    return unpermute(labels, value);
}

bool labels_match(const struct labels *labels, uint64_t index, const uint8_t *label, size_t len)
{
    char text[LABELS_TEXT_MAX];
    if (labels_text(labels, index, text) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = label[i];
        if (c >= 'A' && c <= 'Z')
            c = (uint8_t)(c | 0x20);
        if (c != (uint8_t)text[i])
            return false;
    }
    return true;
}
