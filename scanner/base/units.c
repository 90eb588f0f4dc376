// SPDX-License-Identifier: BSD-2-Clause
/* Numbers with units.
 *
 * Parsing is exact, in integers: "1.5g" is 15 x 10^9 / 10, never a double, so
 * that what is typed is what is meant and no locale has a say. Digits beyond
 * what the unit can hold (1.0001k) are refused, not rounded. */
#include "base/units.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define FRACTION_DIGITS_MAX 9 /* a nanosecond of a second; a unit of a giga */

/* NUMBER is value / 10^fraction_digits; *REST the text behind it. */
struct number {
    uint64_t value;
    unsigned fraction_digits;
    const char *rest;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool add_digit(uint64_t *value, char digit)
{
    return !__builtin_mul_overflow(*value, 10u, value) &&
           !__builtin_add_overflow(*value, (uint64_t)(digit - '0'), value);
}

static int parse_number(const char *text, struct number *out)
{
    bool fits = true;
    *out = (struct number){0};
    if (!is_digit(*text))
        return ERR_SYNTAX;
    for (; is_digit(*text); text++)
        fits = fits && add_digit(&out->value, *text);
    if (*text == '.') {
        text++;
        if (!is_digit(*text))
            return ERR_SYNTAX;
        for (; is_digit(*text); text++) {
            fits = fits && add_digit(&out->value, *text);
            out->fraction_digits++;
        }
    }
    out->rest = text;
    return fits && out->fraction_digits <= FRACTION_DIGITS_MAX ? 0 : ERR_RANGE;
}

/* number x scale, when it is a whole number that fits. */
static int scale_number(const struct number *number, uint64_t scale, uint64_t *out)
{
    uint64_t divisor = 1;
    for (unsigned i = 0; i < number->fraction_digits; i++)
        divisor *= 10;
    unsigned __int128 product = (unsigned __int128)number->value * scale;
    if (product % divisor != 0 || product / divisor > UINT64_MAX)
        return ERR_RANGE;
    *out = (uint64_t)(product / divisor);
    return 0;
}

int units_parse_count(const char *text, uint64_t *out)
{
    struct number number;
    uint64_t scale;
    *out = 0;
    int error = parse_number(text, &number);
    if (!number.rest)
        return error;
    if (*number.rest == '\0')
        scale = 1;
    else if (strcasecmp(number.rest, "k") == 0)
        scale = 1000;
    else if (strcasecmp(number.rest, "m") == 0)
        scale = 1000000;
    else if (strcasecmp(number.rest, "g") == 0)
        scale = 1000000000;
    else
        return ERR_SYNTAX;
    return error ? error : scale_number(&number, scale, out);
}

int units_parse_duration(const char *text, mono_ns bare_unit_ns, mono_ns *out)
{
    static const struct {
        const char *suffix;
        mono_ns ns;
    } units[] = {
        {"ns", 1},
        {"us", NS_PER_US},
        {"ms", NS_PER_MS},
        {"s", NS_PER_S},
        {"m", 60 * NS_PER_S},
        {"h", 3600 * NS_PER_S},
        {"d", 86400 * NS_PER_S},
    };
    struct number number;
    mono_ns unit_ns = 0;
    uint64_t value;
    *out = 0;
    int error = parse_number(text, &number);
    if (!number.rest)
        return error;
    if (*number.rest == '\0')
        unit_ns = bare_unit_ns;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcasecmp(number.rest, units[i].suffix) == 0)
            unit_ns = units[i].ns;
    if (unit_ns == 0)
        return ERR_SYNTAX;
    if (!error)
        error = scale_number(&number, (uint64_t)unit_ns, &value);
    if (error)
        return error;
    if (value > INT64_MAX)
        return ERR_RANGE;
    *out = (mono_ns)value;
    return 0;
}

const char *units_format_count(uint64_t value, char out[UNITS_TEXT_MAX])
{
    char digits[UNITS_TEXT_MAX];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, value);
    char *to = out;
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}

const char *units_format_short(uint64_t value, char out[UNITS_TEXT_MAX])
{
    static const char letters[] = "kMGTPE";
    if (value < 1000) {
        snprintf(out, UNITS_TEXT_MAX, "%" PRIu64, value);
        return out;
    }
    uint64_t unit = 1000;
    size_t letter = 0;
    /* 999,500 would be rounded to "1000k": it belongs to the next letter. */
    while (letter + 1 < sizeof letters - 1 && value >= unit * 1000 - unit / 2) {
        unit *= 1000;
        letter++;
    }
    uint64_t tenths = value / (unit / 10) + (value % (unit / 10) >= unit / 20);
    if (tenths < 100)
        snprintf(out, UNITS_TEXT_MAX, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
                 letters[letter]);
    else
        snprintf(out, UNITS_TEXT_MAX, "%" PRIu64 "%c", value / unit + (value % unit >= unit / 2),
                 letters[letter]);
    return out;
}

/* Two neighbouring units, from a minute up: 3m10s, 2h05m, 4d06h. */
static void format_pair(int64_t seconds, char out[UNITS_TEXT_MAX])
{
    if (seconds < 3600)
        snprintf(out, UNITS_TEXT_MAX, "%" PRId64 "m%02" PRId64 "s", seconds / 60, seconds % 60);
    else if (seconds < 48 * 3600)
        snprintf(out, UNITS_TEXT_MAX, "%" PRId64 "h%02" PRId64 "m", seconds / 3600,
                 seconds / 60 % 60);
    else
        snprintf(out, UNITS_TEXT_MAX, "%" PRId64 "d%02" PRId64 "h", seconds / 86400,
                 seconds / 3600 % 24);
}

const char *units_format_duration(mono_ns value, char out[UNITS_TEXT_MAX])
{
    if (value < 0)
        value = 0;
    int64_t ms = value / NS_PER_MS;
    int64_t seconds = value / NS_PER_S + (value % NS_PER_S >= NS_PER_S / 2);
    if (ms < 1000)
        snprintf(out, UNITS_TEXT_MAX, "%" PRId64 " ms", ms);
    else if (ms < 9950)
        snprintf(out, UNITS_TEXT_MAX, "%" PRId64 ".%" PRId64 " s", (ms + 50) / 1000,
                 (ms + 50) / 100 % 10);
    else if (seconds < 60)
        snprintf(out, UNITS_TEXT_MAX, "%" PRId64 " s", seconds);
    else
        format_pair(seconds, out);
    return out;
}

const char *units_format_eta(mono_ns value, char out[UNITS_TEXT_MAX])
{
    if (value < 0)
        value = 0;
    int64_t seconds = value / NS_PER_S + (value % NS_PER_S >= NS_PER_S / 2);
    if (seconds < 60)
        snprintf(out, UNITS_TEXT_MAX, "%" PRId64 "s", seconds);
    else
        format_pair(seconds, out);
    return out;
}

const char *units_format_latency(mono_ns value, char out[UNITS_TEXT_MAX])
{
    static const struct {
        const char *suffix;
        mono_ns ns;
    } units[] = {{"s", NS_PER_S}, {"ms", NS_PER_MS}, {"us", NS_PER_US}, {"ns", 1}};
    size_t unit = 0;
    if (value < 0)
        value = 0;
    while (units[unit].ns > 1 && value < units[unit].ns)
        unit++;
    double number = (double)value / (double)units[unit].ns;
    snprintf(out, UNITS_TEXT_MAX, number < 100 ? "%.3g %s" : "%.0f %s", number, units[unit].suffix);
    return out;
}

/* Less than a millionth of a percent is written with an exponent. */
const char *units_format_share(double share, char out[UNITS_TEXT_MAX])
{
    snprintf(out, UNITS_TEXT_MAX, "%.4g %%", 100 * share);
    return out;
}
