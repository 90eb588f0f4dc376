// SPDX-License-Identifier: BSD-2-Clause
/* Any text as a count and as a duration: what is taken is what is written, by a second
 * reckoning in floating point; what is formatted is short, and grows with the value. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Whether VALUE is TEXT's number times SCALE, as near as a double tells. */
static void check_product(const char *text, long double scale, uint64_t value)
{
    long double expected = strtold(text, NULL) * scale;
    check(fabsl(expected - (long double)value) <= 1 + expected * 1e-15L);
}

static long double scale_of(char letter)
{
    static const char letters[] = "kKmMgG";
    const char *at = letter ? strchr(letters, letter) : NULL;
    return at ? powl(1000, (long double)((at - letters) / 2 + 1)) : 1;
}

static void check_formats(uint64_t value)
{
    char text[UNITS_TEXT_MAX], digits[UNITS_TEXT_MAX];
    size_t len = 0;
    for (const char *c = units_format_count(value, text); *c; c++)
        if (*c != ',')
            digits[len++] = *c;
    digits[len] = '\0';
    check(strtoull(digits, NULL, 10) == value && strlen(text) == len + (len - 1) / 3);
    check(strlen(units_format_short(value, text)) <= 5);
    check(strlen(units_format_duration((mono_ns)value, text)) < UNITS_TEXT_MAX - 1);
    check(strlen(units_format_eta((mono_ns)value, text)) < UNITS_TEXT_MAX - 1);
    check(strlen(units_format_latency((mono_ns)value, text)) < UNITS_TEXT_MAX - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[64];
    uint64_t count;
    mono_ns duration, bare;
    if (size >= sizeof text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    int error = units_parse_count(text, &count);
    check(error == 0 || error == ERR_SYNTAX || error == ERR_RANGE);
    check(error == 0 || count == 0);
    size_t digits = strspn(text, "0123456789.");
    if (error == 0) {
        check(digits > 0 && strlen(text) <= digits + 1);
        check_product(text, scale_of(text[digits]), count);
        check_formats(count);
    }
    error = units_parse_duration(text, NS_PER_S, &duration);
    check(error == 0 || ((error == ERR_SYNTAX || error == ERR_RANGE) && duration == 0));
    if (error)
        return 0;
    check(duration >= 0 && digits > 0);
    check_formats((uint64_t)duration);
    if (text[digits] == '\0' && units_parse_duration(text, NS_PER_MS, &bare) == 0)
        check(duration == bare * 1000);
    return 0;
}
