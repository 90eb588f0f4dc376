// SPDX-License-Identifier: BSD-2-Clause
#include "dns/base64.h"

#include <string.h>

static int digit_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool base64_decode(const char *text, size_t len, uint8_t *out, size_t cap, size_t *out_len)
{
    size_t padding = 0;
    while (padding < 2 && len > padding && text[len - 1 - padding] == '=')
        padding++;
    *out_len = 0;
    if (len == 0 || len % 4 != 0 || len / 4 * 3 - padding > cap)
        return false;
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < len - padding; i++) {
        int digit = digit_of(text[i]);
        if (digit < 0)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[(*out_len)++] = (uint8_t)(bits >> held);
        }
    }
    return (bits & ((1u << held) - 1)) == 0; /* no bits behind the last octet */
}
