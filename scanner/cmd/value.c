// SPDX-License-Identifier: BSD-2-Clause
/* Values of options as text: numbers, durations, words, addresses. Pure. */
#include "cmd/value.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"

int value_refuse(struct text *why, const char *value, const char *expected)
{
    text_printf(why, "'%.80s' is not %s", value, expected);
    return ERR_SYNTAX;
}

int value_count(const char *value, uint64_t min, uint64_t max, uint64_t *out, struct text *why)
{
    int error = units_parse_count(value, out);
    if (error == ERR_SYNTAX)
        return value_refuse(why, value, "a number (250, 10k, 2m)");
    if (error || *out < min || *out > max) {
        text_printf(why, "'%.80s' is out of range: %" PRIu64 " to %" PRIu64, value, min, max);
        return ERR_RANGE;
    }
    return 0;
}

int value_u32(const char *value, uint32_t min, uint32_t max, uint32_t *out, struct text *why)
{
    uint64_t number;
    int error = value_count(value, min, max, &number, why);
    if (!error)
        *out = (uint32_t)number;
    return error;
}

int value_duration(const char *value, mono_ns bare_unit_ns, mono_ns *out, struct text *why)
{
    int error = units_parse_duration(value, bare_unit_ns, out);
    if (error == ERR_SYNTAX)
        return value_refuse(why, value, "a duration (250ms, 3s, 10m, 2h)");
    if (error)
        text_printf(why, "'%.80s' is out of range", value);
    return error;
}

/* Decimal digits alone, at most MAX. */
bool value_digits(const char *text, size_t len, uint64_t max, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(*out, 10u, out) ||
            __builtin_add_overflow(*out, (uint64_t)(text[i] - '0'), out))
            return false;
    }
    return len > 0 && *out <= max;
}

bool value_is(const char *text, size_t len, const char *word, size_t word_len)
{
    return len == word_len && strncasecmp(text, word, len) == 0;
}

/* The index of TEXT among WORDS, which are apart by blanks; -1. */
int value_find_word(const char *words, const char *text, size_t len)
{
    for (int index = 0; *words; index++) {
        size_t word_len = strcspn(words, " ");
        if (value_is(text, len, words, word_len))
            return index;
        words += word_len;
        words += strspn(words, " ");
    }
    return -1;
}

int value_refuse_word(struct text *why, const char *text, size_t len, const char *words)
{
    text_printf(why, "'%.*s' is none of ", (int)(len > 80 ? 80 : len), text);
    for (; *words; words++) {
        if (*words == ' ')
            text_putc(why, ',');
        text_putc(why, *words);
    }
    return ERR_SYNTAX;
}

int value_word(const char *words, const char *value, int *index, struct text *why)
{
    *index = value_find_word(words, value, strlen(value));
    return *index < 0 ? value_refuse_word(why, value, strlen(value), words) : 0;
}

bool value_is_address(int family, const char *text, size_t len)
{
    char copy[INET6_ADDRSTRLEN];
    uint8_t address[16];
    if (len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return inet_pton(family, copy, address) == 1;
}

static bool is_port(const char *text, size_t len)
{
    uint64_t port;
    return value_digits(text, len, UINT16_MAX, &port) && port > 0;
}

/* An IPv6 address, perhaps with the interface a link-local one needs: fe80::1%eth0. */
static bool is_v6(const char *text, size_t len)
{
    const char *interface = memchr(text, '%', len);
    if (interface && interface + 1 == text + len)
        return false;
    return value_is_address(AF_INET6, text, interface ? (size_t)(interface - text) : len);
}

bool value_is_resolver(const char *text, size_t len)
{
    if ((len == 6 && memcmp(text, "system", 6) == 0) || is_v6(text, len))
        return true;
    if (len > 0 && text[0] == '[') {
        const char *close = memchr(text, ']', len);
        if (!close || !is_v6(text + 1, (size_t)(close - text - 1)))
            return false;
        size_t rest = len - (size_t)(close + 1 - text);
        return rest == 0 || (close[1] == ':' && is_port(close + 2, rest - 1));
    }
    const char *colon = memchr(text, ':', len);
    if (!colon)
        return value_is_address(AF_INET, text, len);
    size_t address_len = (size_t)(colon - text);
    return value_is_address(AF_INET, text, address_len) &&
           is_port(colon + 1, len - address_len - 1);
}

/* "0.5%": digits, at most one point. By hand, so that no locale has a say. */
bool value_percent(const char *text, size_t len, double *out)
{
    double value = 0, place = 1;
    bool is_fraction = false;
    if (len == 0 || len > 12 || text[0] == '.' || text[len - 1] == '.')
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '.' && !is_fraction) {
            is_fraction = true;
        } else if (text[i] >= '0' && text[i] <= '9') {
            place *= is_fraction ? 10 : 1;
            value = value * 10 + (text[i] - '0');
        } else {
            return false;
        }
    }
    *out = value / place;
    return *out <= 100;
}
