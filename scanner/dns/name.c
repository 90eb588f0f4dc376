// SPDX-License-Identifier: BSD-2-Clause
/* Domain names: text to wire, wire to text, and comparisons.
 *
 * Text to wire is hot (once per candidate), so it has two ways:
 * 1. The plain one, for text without escapes that surely fits. One table look-up
 *    per byte folds case and refuses odd bytes at once. Octet i of the text lands
 *    at wire[i + 1], so that each dot's place becomes the next label's length.
 * 2. The careful one, for escapes and for anything long, with every bound checked.
 *
 * Comparisons rest on one fact: length octets are below 64, and case folding
 * changes only 65..90, so a wire name may be folded without parsing it. */
#include "dns/name.h"

#include <string.h>

/* Text of this length at most fits whatever its form: 253 + first length + root. */
#define PLAIN_TEXT_MAX (NAME_WIRE_MAX - 2)

/* Octets that may stand bare in text, lower-cased; 0 for all others. */
static const uint8_t bare_octet[256] = {
    ['*'] = '*', ['-'] = '-', ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',
    ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b',
    ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i',
    ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',
    ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w',
    ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z', ['_'] = '_', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c',
    ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j',
    ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q',
    ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x',
    ['y'] = 'y', ['z'] = 'z',
};

static uint8_t fold(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

/* Reads \DDD or \X at TEXT[*AT], which is the backslash; moves *AT behind it. */
static int read_escape(const uint8_t *text, size_t len, size_t *at, uint8_t *out)
{
    size_t i = *at + 1;
    if (i >= len)
        return ERR_SYNTAX;
    if (!is_digit(text[i])) {
        if (text[i] <= ' ' || text[i] >= 0x7f) /* an escape must not hide a raw odd byte */
            return ERR_SYNTAX;
        *out = text[i];
        *at = i + 1;
        return 0;
    }
    if (len - i < 3 || !is_digit(text[i + 1]) || !is_digit(text[i + 2]))
        return ERR_SYNTAX;
    unsigned value =
        (unsigned)(text[i] - '0') * 100 + (unsigned)(text[i + 1] - '0') * 10 + text[i + 2] - '0';
    if (value > 255)
        return ERR_SYNTAX;
    *out = (uint8_t)value;
    *at = i + 3;
    return 0;
}

/* The whole of TEXT is judged before its length is, so that a long piece of
 * nonsense is called nonsense and not a long name. */
static int careful_from_text(struct name *out, const uint8_t *text, size_t len)
{
    size_t start = 0;   /* where the current label's length octet goes */
    size_t written = 1; /* octets needed so far, that length octet included */
    for (size_t i = 0; i < len;) {
        uint8_t octet = text[i];
        if (octet == '.') {
            size_t label_len = written - start - 1;
            if (label_len == 0 || label_len > NAME_LABEL_MAX)
                return ERR_SYNTAX;
            if (start < NAME_WIRE_MAX)
                out->wire[start] = (uint8_t)label_len;
            start = written++;
            i++;
            continue;
        }
        if (octet == '\\') {
            if (read_escape(text, len, &i, &octet))
                return ERR_SYNTAX;
            octet = fold(octet);
        } else {
            octet = bare_octet[octet];
            if (!octet)
                return ERR_SYNTAX;
            i++;
        }
        if (written < NAME_WIRE_MAX)
            out->wire[written] = octet;
        written++;
    }
    size_t label_len = written - start - 1;
    if (label_len > NAME_LABEL_MAX)
        return ERR_SYNTAX;
    if (label_len > 0) { /* no trailing dot: the root is still to come */
        if (start < NAME_WIRE_MAX)
            out->wire[start] = (uint8_t)label_len;
        start = written++;
    }
    if (written > NAME_WIRE_MAX)
        return ERR_RANGE;
    out->wire[start] = 0;
    out->len = (uint8_t)written;
    return 0;
}

int name_from_text(struct name *out, const char *text, size_t len)
{
    const uint8_t *in = (const uint8_t *)text;
    size_t start = 0; /* index of the current label's length octet, and of its text */
    out->len = 0;
    out->wire[0] = 0;
    if (len == 0)
        return ERR_SYNTAX;
    if (len == 1 && in[0] == '.') {
        out->len = 1;
        return 0;
    }
    if (len > PLAIN_TEXT_MAX)
        return careful_from_text(out, in, len);
    for (size_t i = 0; i < len; i++) {
        uint8_t octet = bare_octet[in[i]];
        out->wire[i + 1] = octet;
        if (octet)
            continue;
        if (in[i] != '.')
            return in[i] == '\\' ? careful_from_text(out, in, len) : ERR_SYNTAX;
        if (i == start || i - start > NAME_LABEL_MAX)
            return ERR_SYNTAX;
        out->wire[start] = (uint8_t)(i - start);
        start = i + 1;
    }
    if (len - start > NAME_LABEL_MAX)
        return ERR_SYNTAX;
    out->wire[start] = (uint8_t)(len - start); /* 0, the root, behind a trailing dot */
    size_t last = start;
    if (start < len) {
        last = len + 1;
        out->wire[last] = 0;
    }
    out->len = (uint8_t)(last + 1);
    return 0;
}

int name_join(struct name *out, const struct name *prefix, const struct name *suffix)
{
    size_t head_len = prefix->len - 1u;
    size_t len = head_len + suffix->len;
    if (len > NAME_WIRE_MAX)
        return ERR_RANGE;
    memmove(out->wire + head_len, suffix->wire, suffix->len); /* OUT may be SUFFIX or PREFIX */
    if (out != prefix)
        memcpy(out->wire, prefix->wire, head_len);
    out->len = (uint8_t)len;
    return 0;
}

/* FOLDS: letters in lower case. */
static inline size_t to_text(const uint8_t *name, char out[NAME_TEXT_MAX], bool folds)
{
    char *to = out;
    if (*name == 0)
        *to++ = '.';
    while (*name != 0) {
        const uint8_t *end = name + 1 + *name;
        for (name++; name < end; name++) {
            uint8_t octet = bare_octet[*name];
            if (octet) {
                *to++ = (char)(folds ? octet : *name);
                continue;
            }
            *to++ = '\\';
            *to++ = (char)('0' + *name / 100);
            *to++ = (char)('0' + *name / 10 % 10);
            *to++ = (char)('0' + *name % 10);
        }
        if (*name != 0)
            *to++ = '.';
    }
    *to = '\0';
    return (size_t)(to - out);
}

size_t name_to_text(const uint8_t *name, char out[NAME_TEXT_MAX])
{
    return to_text(name, out, true);
}

size_t name_to_text_as_is(const uint8_t *name, char out[NAME_TEXT_MAX])
{
    return to_text(name, out, false);
}

size_t name_whole_len(const uint8_t *data, size_t len)
{
    size_t at = 0;
    while (at < len && data[at] != 0) {
        if (data[at] > NAME_LABEL_MAX)
            return 0;
        at += 1u + data[at];
    }
    return at < len && at < NAME_WIRE_MAX ? at + 1 : 0;
}

size_t name_len(const uint8_t *name)
{
    size_t len = 0;
    while (name[len] != 0)
        len += 1u + name[len];
    return len + 1;
}

unsigned name_label_count(const uint8_t *name)
{
    unsigned count = 0;
    for (; *name != 0; name += 1 + *name)
        count++;
    return count;
}

const uint8_t *name_parent(const uint8_t *name)
{
    return *name == 0 ? name : name + 1 + *name;
}

const uint8_t *name_suffix(const uint8_t *name, unsigned count)
{
    for (unsigned have = name_label_count(name); have > count; have--)
        name += 1 + *name;
    return name;
}

static bool folded_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (fold(a[i]) != fold(b[i]))
            return false;
    return true;
}

bool name_equal(const uint8_t *a, const uint8_t *b)
{
    size_t len = name_len(a);
    return len == name_len(b) && folded_equal(a, b, len);
}

bool name_is_under(const uint8_t *name, const uint8_t *ancestor)
{
    size_t left = name_len(name);
    size_t len = name_len(ancestor);
    while (left > len) { /* only a label's start may begin the common part */
        left -= 1u + *name;
        name += 1 + *name;
    }
    return left == len && folded_equal(name, ancestor, len);
}

void name_lower(uint8_t *name)
{
    size_t len = name_len(name);
    for (size_t i = 0; i < len; i++)
        name[i] = fold(name[i]);
}
