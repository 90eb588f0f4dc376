// SPDX-License-Identifier: BSD-2-Clause
#include "source/hash_types.h"

#include <stdlib.h>
#include <string.h>

#include "dns/code.h"

bool hash_types_put(struct text *out, const struct type_bitmap *bitmap, size_t len_max)
{
    size_t before = out->len;
    char text[CODE_TEXT_MAX];
    uint16_t type;
    for (uint32_t from = 0; from <= UINT16_MAX && bitmap_next(bitmap, from, &type);
         from = type + 1u) {
        if (out->len > before)
            text_putc(out, ',');
        text_puts(out, code_type_to_text(type, text));
        if (out->len - before > len_max) {
            out->len = before;
            return false;
        }
    }
    return out->len > before;
}

int hash_types_add(struct hash_types *types, const char *text, size_t len)
{
    uint16_t type;
    int error = code_type_from_text(text, len, &type);
    if (error)
        return error;
    if (types->count == HASH_TYPES_MAX)
        return ERR_FULL;
    types->types[types->count++] = type;
    return 0;
}

static int compare(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* A window is its number, the length of its bits, and the bits, the first being the highest
 * of an octet. */
struct type_bitmap hash_types_bitmap(struct hash_types *types)
{
    uint8_t *at = types->bitmap, *window = NULL;
    if (types->count > 1)
        qsort(types->types, types->count, sizeof types->types[0], compare);
    for (size_t i = 0; i < types->count; i++) {
        uint8_t high = (uint8_t)(types->types[i] >> 8), low = (uint8_t)types->types[i];
        if (!window || window[0] != high) {
            window = at;
            window[0] = high;
            window[1] = 0;
            at += 2;
        }
        uint8_t len = (uint8_t)(low / 8 + 1);
        memset(at, 0, (size_t)(len - window[1]));
        at += len - window[1];
        window[1] = len;
        at[-1] |= (uint8_t)(0x80 >> low % 8);
    }
    return (struct type_bitmap){.data = types->bitmap, .len = (size_t)(at - types->bitmap)};
}
