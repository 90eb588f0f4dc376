// SPDX-License-Identifier: BSD-2-Clause
/* Up to four own sets and then a mask, a line each. What is taken is a sound head: labels that
 * end where it does, places inside them, no capitals; and so are its beginnings. */
#include <stdlib.h>
#include <string.h>

#include "source/mask.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_place(const struct mask *mask, const struct mask_place *place)
{
    bool seen[MASK_CHARS_MAX] = {false};
    check(place->at < mask->head_len && mask->head[place->at] == 0);
    check(place->count >= 2 && place->count <= MASK_CHARS_MAX);
    for (size_t i = 0; i < place->count; i++) {
        uint8_t octet = place->chars[i];
        check(!seen[octet] && !(octet >= 'A' && octet <= 'Z'));
        seen[octet] = true;
    }
}

static void check_mask(const struct mask *mask)
{
    uint64_t count = 1;
    unsigned at = 0, place = 0;
    check(mask->head_len >= 2 && mask->head_len <= MASK_HEAD_MAX);
    while (at < mask->head_len) {
        check(mask->head[at] >= 1 && mask->head[at] <= NAME_LABEL_MAX);
        at += mask->head[at] + 1u;
    }
    check(at == mask->head_len);
    for (; place < mask->place_count; place++) {
        check(place == 0 || mask->places[place].at > mask->places[place - 1].at);
        check_place(mask, &mask->places[place]);
        if (__builtin_mul_overflow(count, (uint64_t)mask->places[place].count, &count))
            count = UINT64_MAX;
    }
    check(mask->count == count);
}

static void check_beginnings(const char *text, const char *const *sets, const struct mask *whole)
{
    static struct mask part;
    struct text why = {0};
    size_t lengths[MASK_HEAD_MAX], count = mask_lengths(text, lengths);
    check(count >= 1 && count < MASK_HEAD_MAX);
    for (size_t i = 0; i < count; i++) {
        check(mask_parse(&part, text, lengths[i], sets, &why) == 0);
        check_mask(&part);
    }
    check(memcmp(&part, whole, sizeof part) == 0);
    text_deinit(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mask mask;
    const char *lines[MASK_CHARSETS + 1] = {NULL};
    struct text why = {0};
    size_t count = 0;
    if (size > 300) /* sets within sets multiply, as far as the command line lets them */
        return 0;
    char *text = calloc(size + 1, 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    for (char *line = text; line && count <= MASK_CHARSETS;) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        lines[count++] = line;
        line = next;
    }
    const char *sets[MASK_CHARSETS] = {NULL};
    memcpy(sets, lines, (count - 1) * sizeof *sets);
    if (mask_parse(&mask, lines[count - 1], 0, sets, &why) == 0) {
        check_mask(&mask);
        check_beginnings(lines[count - 1], sets, &mask);
    } else {
        check(why.len > 0);
    }
    text_deinit(&why);
    free(text);
    return 0;
}
