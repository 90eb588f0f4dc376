// SPDX-License-Identifier: BSD-2-Clause
/* 1. Words. 2. The name, octet by octet. 3. The type. 4. The line, and what to say of one that
 * belongs to a dynamic update, which dnsperf keeps in files of the same look. */
#include "source/workload_text.h"

#include <string.h>
#include <strings.h>

#include "dns/code.h"

struct word {
    const char *data;
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts the next word off TEXT; empty when there is none. */
static struct word next_word(struct word *text)
{
    const char *at = text->data, *end = text->data + text->len;
    while (at < end && is_blank(*at))
        at++;
    struct word word = {at, 0};
    while (at < end && !is_blank(*at))
        at++;
    word.len = (size_t)(at - word.data);
    *text = (struct word){at, (size_t)(end - at)};
    return word;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The octet written at WORD[*AT], an escape or itself; *AT behind it. False: a bad escape. */
static bool read_octet(const struct word *word, size_t *at, uint8_t *out)
{
    const char *c = word->data + *at;
    size_t left = word->len - *at;
    *at += 1;
    *out = (uint8_t)*c;
    if (*c != '\\')
        return true;
    if (left < 2)
        return false;
    *at += 1;
    *out = (uint8_t)c[1];
    if (!is_digit(c[1]))
        return true;
    if (left < 4 || !is_digit(c[2]) || !is_digit(c[3]))
        return false;
    int value = (c[1] - '0') * 100 + (c[2] - '0') * 10 + (c[3] - '0');
    *at += 2;
    *out = (uint8_t)value;
    return value <= UINT8_MAX;
}

static const char *parse_name(struct name *out, const struct word *word)
{
    size_t at = 0, len = 0; /* of the text; of the wire form */
    if (word->len == 1 && word->data[0] == '.')
        at = 1;
    while (at < word->len) {
        size_t label = len++, start = len;
        while (at < word->len && word->data[at] != '.') {
            uint8_t octet;
            if (!read_octet(word, &at, &octet))
                return "a name with a bad escape";
            if (len == NAME_WIRE_MAX - 1)
                return "a name of more than 255 octets";
            out->wire[len++] = octet;
        }
        if (len == start)
            return "a name with an empty label";
        if (len - start > NAME_LABEL_MAX)
            return "a label of more than 63 octets";
        out->wire[label] = (uint8_t)(len - start);
        at++;                         /* the dot */
        if (len == NAME_WIRE_MAX - 1) /* the root alone fits behind it */
            break;
    }
    if (at < word->len)
        return "a name of more than 255 octets";
    out->wire[len++] = 0;
    out->len = (uint8_t)len;
    return NULL;
}

static bool parse_number(const struct word *word, uint16_t *out)
{
    unsigned value = 0;
    if (word->len == 0 || word->len > 5)
        return false;
    for (size_t i = 0; i < word->len; i++) {
        if (!is_digit(word->data[i]))
            return false;
        value = value * 10 + (unsigned)(word->data[i] - '0');
    }
    *out = (uint16_t)value;
    return value <= UINT16_MAX;
}

bool query_type_is_asked(uint16_t type)
{
    return type != 0 && type != TYPE_OPT && !(type >= 249 && type <= TYPE_AXFR);
}

/* REST is what follows it on the line. */
static const char *parse_type(const struct word *word, struct word rest, uint16_t *out)
{
    if (word->len == 0)
        return "no type behind the name";
    if (code_type_from_text(word->data, word->len, out)) {
        if (!parse_number(word, out))
            return "a type that is none";
        struct word next = next_word(&rest);
        if (next.len > 0 && next.data[0] != ';')
            return "more than a name and a type";
    }
    return query_type_is_asked(*out) ? NULL : "a type that is not for queries";
}

/* `add www 3600 A ...` and the like: dnsperf -u. */
static bool is_update(const struct word *word)
{
    static const char *const commands[] = {"add", "delete", "require", "prohibit", "send"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (word->len == strlen(commands[i]) &&
            strncasecmp(word->data, commands[i], word->len) == 0)
            return true;
    return false;
}

const char *query_line_parse(struct query_line *out, const char *text, size_t len)
{
    struct word rest = {text, len};
    struct word name = next_word(&rest), type = next_word(&rest);
    const char *why = parse_type(&type, rest, &out->type);
    if (why && is_update(&name))
        return "a line of a dynamic update: only queries are asked";
    return why ? why : parse_name(&out->name, &name);
}
