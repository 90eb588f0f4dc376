// SPDX-License-Identifier: BSD-2-Clause
/* A strict check that text is one JSON value (RFC 8259) in printable ASCII and UTF-8
 * above it, for tests of what writes JSON. It keeps nothing and builds nothing. */
#ifndef TESTS_JSON_CHECK_H
#define TESTS_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define JSON_CHECK_DEPTH_MAX 16

struct json_check {
    const char *at, *end;
    int depth;
};

static bool json_value(struct json_check *c);

static inline bool json_take(struct json_check *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static inline bool json_word(struct json_check *c, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(c->end - c->at) < len || memcmp(c->at, word, len) != 0)
        return false;
    c->at += len;
    return true;
}

static inline bool json_digits(struct json_check *c)
{
    const char *from = c->at;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
        c->at++;
    return c->at > from;
}

static inline bool json_number(struct json_check *c)
{
    (void)json_take(c, '-');
    if (!json_take(c, '0') && !json_digits(c))
        return false;
    if (json_take(c, '.') && !json_digits(c))
        return false;
    if (json_take(c, 'e') || json_take(c, 'E')) {
        if (!json_take(c, '+'))
            (void)json_take(c, '-');
        return json_digits(c);
    }
    return true;
}

static inline bool json_escape(struct json_check *c)
{
    if (json_take(c, 'u')) {
        for (int i = 0; i < 4; i++, c->at++)
            if (c->at == c->end || !*c->at || !strchr("0123456789abcdefABCDEF", *c->at))
                return false;
        return true;
    }
    if (c->at == c->end || !*c->at || !strchr("\"\\/bfnrt", *c->at))
        return false;
    c->at++;
    return true;
}

static inline bool json_string(struct json_check *c)
{
    if (!json_take(c, '"'))
        return false;
    while (c->at < c->end && *c->at != '"') {
        unsigned char byte = (unsigned char)*c->at++;
        if (byte < 0x20 || byte == 0x7f)
            return false;
        if (byte == '\\' && !json_escape(c))
            return false;
    }
    return json_take(c, '"');
}

static inline bool json_member(struct json_check *c, bool has_key)
{
    return (!has_key || (json_string(c) && json_take(c, ':'))) && json_value(c);
}

/* The rest of an array or object after its opening. */
static inline bool json_members(struct json_check *c, char close, bool has_key)
{
    if (++c->depth > JSON_CHECK_DEPTH_MAX)
        return false;
    if (!json_take(c, close)) {
        do {
            if (!json_member(c, has_key))
                return false;
        } while (json_take(c, ','));
        if (!json_take(c, close))
            return false;
    }
    c->depth--;
    return true;
}

static bool json_value(struct json_check *c)
{
    if (c->at == c->end)
        return false;
    if (json_take(c, '{'))
        return json_members(c, '}', true);
    if (json_take(c, '['))
        return json_members(c, ']', false);
    if (*c->at == '"')
        return json_string(c);
    return json_word(c, "true") || json_word(c, "false") || json_word(c, "null") || json_number(c);
}

/* One value with nothing around it: our writers put no blanks. */
static inline bool json_is_value(const char *data, size_t len)
{
    struct json_check c = {.at = data, .end = data + len};
    return json_value(&c) && c.at == c.end;
}

/* Every line of DATA is one object, and the last ends in a newline. */
static inline bool json_is_lines(const char *data, size_t len)
{
    const char *end = data + len;
    while (data < end) {
        const char *newline = memchr(data, '\n', (size_t)(end - data));
        if (!newline || *data != '{' || !json_is_value(data, (size_t)(newline - data)))
            return false;
        data = newline + 1;
    }
    return true;
}

#endif
