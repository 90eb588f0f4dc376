// SPDX-License-Identifier: BSD-2-Clause
/* Hashed owner names (RFC 5155): parameters, the hash, and how an owner spells it. */
#include <string.h>

#include "dns/dnssec.h"
#include "dns/sha1.h"

bool nsec3_params_equal(const struct nsec3_params *a, const struct nsec3_params *b)
{
    return a->algorithm == b->algorithm && a->iterations == b->iterations &&
           a->salt_len == b->salt_len && memcmp(a->salt, b->salt, a->salt_len) == 0;
}

void nsec3_hash(const struct nsec3_params *params, const uint8_t *name, uint8_t out[NSEC3_HASH_LEN])
{
    uint8_t text[NAME_WIRE_MAX + NSEC3_SALT_MAX];
    size_t len = name_len(name);
    memcpy(text, name, len);
    name_lower(text);
    memcpy(text + len, params->salt, params->salt_len);
    sha1(text, len + params->salt_len, out);
    memcpy(text + NSEC3_HASH_LEN, params->salt, params->salt_len);
    for (unsigned i = 0; i < params->iterations; i++) {
        memcpy(text, out, NSEC3_HASH_LEN);
        sha1(text, (size_t)NSEC3_HASH_LEN + params->salt_len, out);
    }
}

/* Five octets are eight letters. */
void base32hex_from_hash(const uint8_t hash[NSEC3_HASH_LEN], char out[NSEC3_LABEL_LEN])
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
    for (size_t at = 0; at < NSEC3_HASH_LEN; at += 5) {
        uint64_t bits = 0;
        for (size_t i = 0; i < 5; i++)
            bits = bits << 8 | hash[at + i];
        for (unsigned shift = 40; shift > 0; shift -= 5)
            *out++ = digits[bits >> (shift - 5) & 31];
    }
}

/* The value of LETTER, or 32. */
static unsigned letter_value(char letter)
{
    if (letter >= '0' && letter <= '9')
        return (unsigned)(letter - '0');
    if (letter >= 'a' && letter <= 'v')
        return (unsigned)(letter - 'a') + 10;
    return letter >= 'A' && letter <= 'V' ? (unsigned)(letter - 'A') + 10 : 32;
}

bool base32hex_to_hash(const char text[NSEC3_LABEL_LEN], uint8_t out[NSEC3_HASH_LEN])
{
    for (size_t at = 0; at < NSEC3_HASH_LEN; at += 5) {
        uint64_t bits = 0;
        for (size_t i = 0; i < 8; i++) {
            unsigned value = letter_value(*text++);
            if (value > 31)
                return false;
            bits = bits << 5 | value;
        }
        for (size_t i = 0; i < 5; i++)
            out[at + i] = (uint8_t)(bits >> (32 - 8 * i));
    }
    return true;
}

bool nsec3_owner_hash(const uint8_t *owner, const uint8_t *zone, uint8_t out[NSEC3_HASH_LEN])
{
    return *owner == NSEC3_LABEL_LEN && name_equal(name_parent(owner), zone) &&
           base32hex_to_hash((const char *)owner + 1, out);
}
