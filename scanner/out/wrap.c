// SPDX-License-Identifier: BSD-2-Clause
/* Escaped first, then broken: an octet is a column. */
#include "out/wrap.h"

#include <string.h>

#define FIELD_COLUMN 13 /* where a field's words begin */

static void put_blanks(struct text *out, size_t count)
{
    text_printf(out, "%*s", (int)count, "");
}

/* How much of LEFT octets at WORDS stands on a line with ROOM for so many: up to the last blank
 * that leaves something, else ROOM. A percent sign stays with its figure. */
static size_t fitting(const char *words, size_t left, size_t room)
{
    if (left <= room)
        return left;
    for (size_t at = room; at > 0; at--)
        if (words[at] == ' ' && words[at + 1] != '%')
            return at;
    return room;
}

void put_wrapped(struct text *out, size_t column, size_t indent, const char *words)
{
    struct text escaped = {0};
    text_put_escaped(&escaped, words, strlen(words));
    const char *at = escaped.data;
    size_t left = escaped.len;
    while (left > 0) {
        size_t taken = fitting(at, left, WRAP_COLUMNS - column);
        size_t shown = taken;
        while (shown > 0 && at[shown - 1] == ' ')
            shown--;
        text_put(out, at, shown);
        while (taken < left && at[taken] == ' ')
            taken++;
        at += taken;
        left -= taken;
        if (left > 0) {
            text_putc(out, '\n');
            put_blanks(out, indent);
            column = indent;
        }
    }
    text_putc(out, '\n');
    out->failed = out->failed || escaped.failed;
    text_deinit(&escaped);
}

void put_field(struct text *out, const char *label, const char *words)
{
    if (!words || words[strspn(words, " ")] == '\0')
        return;
    text_printf(out, "  %-10.10s ", label);
    put_wrapped(out, FIELD_COLUMN, FIELD_COLUMN, words);
}

void put_field_text(struct text *out, const char *label, struct text *words)
{
    text_putc(words, '\0');
    if (words->failed)
        out->failed = true;
    else
        put_field(out, label, words->data);
    text_clear(words);
}
