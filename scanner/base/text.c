// SPDX-License-Identifier: BSD-2-Clause
/* A growing text buffer. After the first failed allocation every call does
 * nothing, so that writers check `failed` once, where the text leaves. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAP_MIN 256 /* one output line of the usual length */

void text_deinit(struct text *t)
{
    free(t->data);
    *t = (struct text){0};
}

void text_clear(struct text *t)
{
    t->len = 0;
    t->failed = false;
}

/* Room for EXTRA bytes more, or false with `failed` set. */
static bool reserve(struct text *t, size_t extra)
{
    if (t->failed)
        return false;
    if (t->cap - t->len >= extra)
        return true;
    size_t need, cap = t->cap ? t->cap : CAP_MIN;
    char *data = NULL;
    if (!__builtin_add_overflow(t->len, extra, &need) && need <= SIZE_MAX / 4) {
        while (cap < need)
            cap *= 2;
        data = realloc(t->data, cap);
    }
    if (!data) {
        t->failed = true;
        return false;
    }
    t->data = data;
    t->cap = cap;
    return true;
}

char *text_room(struct text *t, size_t extra)
{
    return reserve(t, extra) ? t->data + t->len : NULL;
}

void text_put(struct text *t, const char *data, size_t len)
{
    if (len == 0 || !reserve(t, len))
        return;
    memcpy(t->data + t->len, data, len);
    t->len += len;
}

void text_puts(struct text *t, const char *string)
{
    text_put(t, string, strlen(string));
}

void text_putc(struct text *t, char c)
{
    if (reserve(t, 1))
        t->data[t->len++] = c;
}

void text_printf(struct text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = t->cap - t->len;
    int len = vsnprintf(t->data ? t->data + t->len : NULL, room, format, args);
    if (len < 0) {
        t->failed = true;
    } else if ((size_t)len < room) {
        if (!t->failed)
            t->len += (size_t)len;
    } else if (reserve(t, (size_t)len + 1)) { /* the final zero needs room, but is not kept */
        vsnprintf(t->data + t->len, (size_t)len + 1, format, again);
        t->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
}

/* Octets of the UTF-8 sequence at DATA (RFC 3629: shortest form, no surrogates,
 * at most U+10FFFF), or 0 when there is none. */
static size_t utf8_len(const unsigned char *data, size_t len)
{
    unsigned char low = 0x80, high = 0xbf; /* bounds of the second octet */
    size_t need;
    if (data[0] >= 0xc2 && data[0] <= 0xdf)
        need = 2;
    else if ((data[0] & 0xf0) == 0xe0)
        need = 3;
    else if (data[0] >= 0xf0 && data[0] <= 0xf4)
        need = 4;
    else
        return 0;
    if (data[0] == 0xe0)
        low = 0xa0;
    else if (data[0] == 0xed)
        high = 0x9f;
    else if (data[0] == 0xf0)
        low = 0x90;
    else if (data[0] == 0xf4)
        high = 0x8f;
    if (len < need || data[1] < low || data[1] > high)
        return 0;
    for (size_t i = 2; i < need; i++)
        if ((data[i] & 0xc0) != 0x80)
            return 0;
    return need;
}

static void put_json_ascii(struct text *t, unsigned char c)
{
    static const char short_forms[] = "\bb\tt\nn\ff\rr\"\"\\\\";
    for (const char *s = short_forms; *s; s += 2) {
        if ((unsigned char)*s == c) {
            text_putc(t, '\\');
            text_putc(t, s[1]);
            return;
        }
    }
    text_printf(t, "\\u%04x", c);
}

void text_put_json(struct text *t, const char *string, size_t len)
{
    const unsigned char *in = (const unsigned char *)string;
    size_t plain = 0; /* where the run of bytes to be copied as they are begins */
    text_putc(t, '"');
    for (size_t i = 0; i < len;) {
        size_t taken = 1;
        if (in[i] >= 0x80) {
            taken = utf8_len(in + i, len - i);
            if (taken > 0 && !(in[i] == 0xc2 && in[i + 1] < 0xa0)) {
                i += taken;
                continue;
            }
        } else if (in[i] >= 0x20 && in[i] != '"' && in[i] != '\\' && in[i] != 0x7f) {
            i++;
            continue;
        }
        text_put(t, string + plain, i - plain);
        if (in[i] < 0x80)
            put_json_ascii(t, in[i]);
        else if (taken > 0) /* U+0080..U+009F: controls to a terminal */
            text_printf(t, "\\u%04x", in[i + 1]);
        else
            text_puts(t, "\xef\xbf\xbd");
        i += taken ? taken : 1;
        plain = i;
    }
    text_put(t, string + plain, len - plain);
    text_putc(t, '"');
}

void text_put_escaped(struct text *t, const char *string, size_t len)
{
    const unsigned char *in = (const unsigned char *)string;
    size_t plain = 0;
    for (size_t i = 0; i < len; i++) {
        if (in[i] >= 0x20 && in[i] < 0x7f)
            continue;
        text_put(t, string + plain, i - plain);
        text_printf(t, "\\%03u", in[i]);
        plain = i + 1;
    }
    text_put(t, string + plain, len - plain);
}
