// SPDX-License-Identifier: BSD-2-Clause
/* Address text to blocks, and any address of a block to its arpa name.
 *
 * A list of names asks this of every line, so that what cannot be an address is told
 * by its bytes first. A block is at most 2^24 addresses and begins at a multiple of
 * its size: the index only ever touches the lowest four bytes. */
#include "source/address.h"

#include <arpa/inet.h>
#include <string.h>

#define TEXT_MAX 49 /* the longest IPv6 text, 45, with "/128" */

static bool may_be_address(const char *text, size_t len)
{
    if (len < 2 || len > TEXT_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (!(c >= '0' && c <= ':') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'f') && c != '.' &&
            c != '/')
            return false;
    }
    return true;
}

/* "/N" at TEXT: its N, at most BITS, without leading zeros; or -1. */
static int parse_prefix(const char *text, int bits)
{
    int value = 0;
    size_t digit_count = strlen(++text);
    if (digit_count == 0 || digit_count > 3 || (*text == '0' && digit_count > 1))
        return -1;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        value = value * 10 + (*text - '0');
    }
    return value <= bits ? value : -1;
}

int address_parse(struct address_block *out, const char *text, size_t len)
{
    *out = (struct address_block){.count = 0};
    if (!may_be_address(text, len))
        return ERR_SYNTAX;
    char copy[TEXT_MAX + 1];
    memcpy(copy, text, len);
    copy[len] = '\0';
    out->is_v6 = memchr(copy, ':', len) != NULL;
    int bits = out->is_v6 ? 128 : 32;
    int prefix = bits;
    char *slash = strchr(copy, '/');
    if (slash) {
        prefix = parse_prefix(slash, bits);
        *slash = '\0';
    }
    if (prefix < 0 || inet_pton(out->is_v6 ? AF_INET6 : AF_INET, copy, out->first) != 1)
        return ERR_SYNTAX;
    if (bits - prefix > 24)
        return ERR_RANGE;
    out->count = (uint64_t)1 << (bits - prefix);
    for (int bit = prefix; bit < bits; bit++)
        out->first[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
    return 0;
}

static uint8_t *put_label(uint8_t *to, const char *text, size_t len)
{
    *to++ = (uint8_t)len;
    memcpy(to, text, len);
    return to + len;
}

static uint8_t *put_decimal_label(uint8_t *to, uint8_t value)
{
    char digits[3];
    size_t len = 0;
    if (value >= 100)
        digits[len++] = (char)('0' + value / 100);
    if (value >= 10)
        digits[len++] = (char)('0' + value / 10 % 10);
    digits[len++] = (char)('0' + value % 10);
    return put_label(to, digits, len);
}

void address_name(struct name *out, const struct address_block *block, uint64_t index)
{
    size_t len = block->is_v6 ? 16 : 4;
    uint8_t address[16];
    uint8_t *to = out->wire;
    memcpy(address, block->first, sizeof address);
    for (size_t i = 0; i < 3; i++) /* at most 24 bits, and those are zero in first */
        address[len - 1 - i] |= (uint8_t)(index >> 8 * i);
    for (size_t i = len; i-- > 0;) {
        if (block->is_v6) {
            to = put_label(to, &"0123456789abcdef"[address[i] & 15], 1);
            to = put_label(to, &"0123456789abcdef"[address[i] >> 4], 1);
        } else {
            to = put_decimal_label(to, address[i]);
        }
    }
    to = block->is_v6 ? put_label(to, "ip6", 3) : put_label(to, "in-addr", 7);
    to = put_label(to, "arpa", 4);
    *to++ = 0;
    out->len = (uint8_t)(to - out->wire);
}
