// SPDX-License-Identifier: BSD-2-Clause
/* Masks: text to sets of octets (source/mask.h).
 *
 * 1. The text is cut into elements: a letter, `?x`, `\DDD`.
 * 2. Each is a set. Own sets are written in the same elements and joined.
 * 3. Sets become places of the head; a dot that is an element by itself ends a label. */
#include "source/mask.h"

#include <string.h>

#define SPECIALS " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

/* Octets in the order they were named, each once. */
struct octets {
    uint8_t list[MASK_CHARS_MAX];
    size_t count;
    bool has[MASK_CHARS_MAX];
};

static void add_octet(struct octets *octets, uint8_t octet)
{
    if (octet >= 'A' && octet <= 'Z')
        octet = (uint8_t)(octet - 'A' + 'a');
    if (!octets->has[octet])
        octets->list[octets->count++] = octet;
    octets->has[octet] = true;
}

static void add_range(struct octets *octets, unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++)
        add_octet(octets, (uint8_t)i);
}

static void add_text(struct octets *octets, const char *text)
{
    for (; *text; text++)
        add_octet(octets, (uint8_t)*text);
}

/* The set called NAME; false: there is none. */
static bool add_builtin(struct octets *octets, char name)
{
    switch (name) {
    case 'l':
    case 'u':
        add_range(octets, 'a', 'z');
        return true;
    case 'd':
        add_range(octets, '0', '9');
        return true;
    case 'h':
    case 'H':
        add_range(octets, '0', '9');
        add_range(octets, 'a', 'f');
        return true;
    case 's':
        add_text(octets, SPECIALS);
        return true;
    case 'a':
        add_range(octets, 'a', 'z');
        add_range(octets, '0', '9');
        add_text(octets, SPECIALS);
        return true;
    case 'b':
        add_range(octets, 0, 255);
        return true;
    case '?':
        add_octet(octets, '?');
        return true;
    default:
        return false;
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes `\DDD` or `\X` at *TEXT. */
static int add_escape(struct octets *octets, const char **text, struct text *why)
{
    const char *at = *text + 1;
    if (!is_digit(at[0])) {
        if (at[0] == '\0') {
            text_puts(why, "a \\ with nothing behind it");
            return ERR_SYNTAX;
        }
        add_octet(octets, (uint8_t)at[0]);
        *text = at + 1;
        return 0;
    }
    unsigned value = 256;
    if (is_digit(at[1]) && is_digit(at[2]))
        value = (unsigned)((at[0] - '0') * 100 + (at[1] - '0') * 10 + at[2] - '0');
    if (value > 255) {
        text_puts(why, "a \\ and a digit that are not \\000 to \\255");
        return ERR_SYNTAX;
    }
    add_octet(octets, (uint8_t)value);
    *text = at + 3;
    return 0;
}

static int add_charset(struct octets *octets, const char *const *charsets, unsigned index,
                       struct text *why);

/* Takes one element at *TEXT. Own sets below KNOWN may be named. */
static int add_element(struct octets *octets, const char **text, const char *const *charsets,
                       unsigned known, struct text *why)
{
    char c = **text, name = c == '?' ? (*text)[1] : '\0';
    if (c == '\\')
        return add_escape(octets, text, why);
    if (c != '?') {
        add_octet(octets, (uint8_t)c);
        *text += 1;
        return 0;
    }
    *text += 1 + (name != '\0');
    if (add_builtin(octets, name))
        return 0;
    unsigned index = (unsigned)(name - '1');
    if (name >= '1' && index < known && charsets[index])
        return add_charset(octets, charsets, index, why);
    if (name >= '1' && index < MASK_CHARSETS)
        text_printf(why, "?%c is not given before it is used", name);
    else
        text_printf(why, "?%.*s is no set; ?? is a question mark", name != '\0', &name);
    return ERR_SYNTAX;
}

/* Own sets name only those before them, so this ends. */
static int add_charset(struct octets *octets, const char *const *charsets, unsigned index,
                       struct text *why)
{
    int error = 0;
    for (const char *at = charsets[index]; *at && !error;)
        error = add_element(octets, &at, charsets, index, why);
    return error;
}

struct building {
    struct mask *mask;
    unsigned label; /* where its length stands */
};

static int end_label(struct building *b, struct text *why)
{
    unsigned len = b->mask->head_len - b->label - 1;
    if (len == 0) {
        text_puts(why, "an empty label");
        return ERR_SYNTAX;
    }
    b->mask->head[b->label] = (uint8_t)len;
    return 0;
}

static int begin_label(struct building *b, struct text *why)
{
    if (b->mask->head_len >= MASK_HEAD_MAX - 1) {
        text_puts(why, "longer than 63 octets");
        return ERR_RANGE;
    }
    b->label = b->mask->head_len++;
    return 0;
}

static int put_place(struct building *b, const struct octets *octets, struct text *why)
{
    struct mask *mask = b->mask;
    if (octets->count == 0) {
        text_puts(why, "a set without characters");
        return ERR_SYNTAX;
    }
    if (mask->head_len == MASK_HEAD_MAX) {
        text_puts(why, "longer than 63 octets");
        return ERR_RANGE;
    }
    unsigned at = mask->head_len++;
    if (octets->count == 1) {
        mask->head[at] = octets->list[0];
        return 0;
    }
    struct mask_place *place = &mask->places[mask->place_count++];
    place->at = (uint8_t)at;
    place->count = (uint16_t)octets->count;
    memcpy(place->chars, octets->list, octets->count);
    if (__builtin_mul_overflow(mask->count, (uint64_t)octets->count, &mask->count))
        mask->count = UINT64_MAX;
    return 0;
}

int mask_parse(struct mask *out, const char *text, size_t length, const char *const *charsets,
               struct text *why)
{
    struct building b = {.mask = out};
    memset(out, 0, sizeof *out);
    out->count = 1;
    int error = begin_label(&b, why);
    for (size_t i = 0; *text && (length == 0 || i < length) && !error; i++) {
        struct octets octets = {.count = 0};
        if (*text == '.') {
            text++;
            error = end_label(&b, why);
            if (!error)
                error = begin_label(&b, why);
            continue;
        }
        error = add_element(&octets, &text, charsets, MASK_CHARSETS, why);
        if (!error)
            error = put_place(&b, &octets, why);
    }
    return error ? error : end_label(&b, why);
}

static size_t element_len(const char *text)
{
    size_t len = *text == '?' ? 2 : *text == '\\' ? is_digit(text[1]) ? 4 : 2 : 1;
    return strnlen(text, len);
}

size_t mask_lengths(const char *text, size_t out[MASK_HEAD_MAX])
{
    size_t count = 0;
    for (size_t length = 1; *text && count < MASK_HEAD_MAX; length++) {
        if (*text != '.')
            out[count++] = length;
        text += element_len(text);
    }
    return count;
}
