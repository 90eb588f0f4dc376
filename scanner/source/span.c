// SPDX-License-Identifier: BSD-2-Clause
/* Arithmetic coding: a key's symbols (octets and ends of labels) divide [0, 1) again and again,
 * each by its weight after the symbol before. Two keys are compared on the part of the line that
 * their common beginning leaves, so that long names lose no precision.
 *
 * The line of a symbol is drawn anew when it was met a tenth more often than when it was drawn. */
#include "source/span.h"

#include <string.h>

#define END         0u
#define SYMBOLS_MAX 40   /* that a position is computed from, or a name is made with */
#define SYMBOLS_MIN 3    /* of a name that is made, beyond what the ends have in common */
#define OTHERS      1e-5 /* of each octet that names seldom have */
#define PRIOR       20.0 /* names that the beginning counts for */
#define REDRAW      1.1

/* Shares of octets in common.txt and the like, in thousandths, at a label's start and later. */
static const struct {
    char octet;
    double first, later;
} octets[] = {
    {'a', 65, 70},  {'b', 42, 17}, {'c', 70, 33}, {'d', 55, 30}, {'e', 42, 78}, {'f', 33, 10},
    {'g', 25, 19},  {'h', 26, 17}, {'i', 33, 52}, {'j', 12, 3},  {'k', 19, 12}, {'l', 34, 33},
    {'m', 64, 28},  {'n', 36, 48}, {'o', 29, 50}, {'p', 66, 33}, {'q', 6, 3},   {'r', 42, 50},
    {'s', 105, 58}, {'t', 46, 54}, {'u', 15, 21}, {'v', 28, 14}, {'w', 40, 14}, {'x', 6, 6},
    {'y', 4, 9},    {'z', 8, 4},   {'0', 3, 20},  {'1', 5, 20},  {'2', 5, 17},  {'3', 4, 14},
    {'4', 3, 12},   {'5', 3, 11},  {'6', 3, 10},  {'7', 3, 10},  {'8', 3, 10},  {'9', 3, 10},
    {'-', 0.1, 14}, {'_', 17, 2},  {'*', 2, 0.1},
};
#define END_LATER    130.0
#define DIGIT_BY_ONE 50.0 /* of a digit after a digit: numbers have several, and end names */
#define END_BY_DIGIT 300.0

static bool is_digit(unsigned symbol)
{
    return symbol > '0' && symbol <= '9' + 1;
}

static void draw(struct span_scale *scale, unsigned before)
{
    double sum = 0;
    for (unsigned i = 0; i < SPAN_SYMBOLS; i++) {
        scale->line[before][i] = sum / scale->total[before];
        sum += scale->seen[before][i];
    }
    scale->line[before][SPAN_SYMBOLS] = 1;
    scale->drawn[before] = scale->total[before];
}

/* What is usual after BEFORE. */
static void begin(struct span_scale *scale, unsigned before)
{
    double weights[SPAN_SYMBOLS], total = 0;
    for (unsigned octet = 0; octet < 256; octet++) {
        bool is_upper = octet >= 'A' && octet <= 'Z'; /* in no key */
        weights[octet + 1] = is_upper ? 0 : 1000 * OTHERS;
    }
    for (size_t i = 0; i < sizeof octets / sizeof *octets; i++) {
        unsigned symbol = (uint8_t)octets[i].octet + 1u;
        weights[symbol] = before == END ? octets[i].first : octets[i].later;
        if (is_digit(before) && is_digit(symbol))
            weights[symbol] = DIGIT_BY_ONE;
    }
    weights[END] = before == END ? 0 : is_digit(before) ? END_BY_DIGIT : END_LATER;
    for (unsigned i = 0; i < SPAN_SYMBOLS; i++)
        total += weights[i];
    scale->total[before] = 0;
    for (unsigned i = 0; i < SPAN_SYMBOLS; i++) {
        scale->seen[before][i] = (float)(PRIOR * weights[i] / total);
        scale->total[before] += scale->seen[before][i];
    }
    draw(scale, before);
}

void span_scale_init(struct span_scale *scale)
{
    for (unsigned before = 0; before < SPAN_SYMBOLS; before++)
        begin(scale, before);
}

/* A place in a key, and the symbol before it. */
struct reading {
    size_t at;
    unsigned before;
};

static bool is_at_end(const struct circle_key *key, const struct reading *reading)
{
    return reading->at >= key->len;
}

static unsigned next_symbol(const struct circle_key *key, struct reading *reading)
{
    unsigned symbol = key->data[reading->at++] + 1u;
    if (symbol == 1) /* 00 00, or 00 01 for an octet 0 */
        symbol = key->data[reading->at++] == 0 ? END : 1;
    reading->before = symbol;
    return symbol;
}

void span_learn(struct span_scale *scale, const struct circle_key *key)
{
    struct reading reading = {0};
    while (!is_at_end(key, &reading)) {
        unsigned before = reading.before;
        scale->seen[before][next_symbol(key, &reading)] += 1;
        scale->total[before] += 1;
        if (scale->total[before] > scale->drawn[before] * REDRAW)
            draw(scale, before);
    }
}

/* Reads what both begin with; how much of the line that leaves. TO NULL: nothing. */
static double read_common(const struct span_scale *scale, const struct circle_key *from,
                          const struct circle_key *to, struct reading *reading)
{
    double width = 1;
    *reading = (struct reading){0};
    while (to && !is_at_end(from, reading) && !is_at_end(to, reading)) {
        struct reading ahead_from = *reading, ahead_to = *reading;
        const double *line = scale->line[reading->before];
        unsigned symbol = next_symbol(from, &ahead_from);
        if (symbol != next_symbol(to, &ahead_to))
            break;
        width *= line[symbol + 1] - line[symbol];
        *reading = ahead_from;
    }
    return width;
}

/* Where KEY begins, on the part of the line that begins at READING. */
static double position(const struct span_scale *scale, const struct circle_key *key,
                       struct reading reading)
{
    double low = 0, width = 1;
    for (unsigned i = 0; i < SYMBOLS_MAX && !is_at_end(key, &reading); i++) {
        const double *line = scale->line[reading.before];
        unsigned symbol = next_symbol(key, &reading);
        low += width * line[symbol];
        width *= line[symbol + 1] - line[symbol];
    }
    return low;
}

double span_weigh(const struct span_scale *scale, const struct circle_key *from,
                  const struct circle_key *to)
{
    struct reading common;
    double width = read_common(scale, from, to, &common);
    double end = to ? position(scale, to, common) : 1;
    double weight = width * (end - position(scale, from, common));
    return weight > 0 ? weight : 0;
}

/* The symbol whose part of LINE has POINT in it; POINT then within that part. */
static unsigned find_symbol(const double *line, double *point)
{
    if (*point < 0 || *point >= 1) /* rounded */
        *point = *point < 0 ? 0 : 1 - 1e-9;
    unsigned low = 0, high = SPAN_SYMBOLS;
    while (high - low > 1) {
        unsigned middle = low + (high - low) / 2;
        if (line[middle] <= *point)
            low = middle;
        else
            high = middle;
    }
    *point = (*point - line[low]) / (line[low + 1] - line[low]);
    return low;
}

static bool put_symbol(struct circle_key *key, unsigned symbol)
{
    if (key->len + 4 > CIRCLE_KEY_MAX)
        return false;
    if (symbol > 1) {
        key->data[key->len++] = (uint8_t)(symbol - 1);
        return true;
    }
    key->data[key->len++] = 0;
    key->data[key->len++] = symbol == END ? 0 : 1;
    return true;
}

static bool is_between(const struct circle_key *key, const struct circle_key *from,
                       const struct circle_key *to)
{
    return circle_key_compare(from->data, from->len, key->data, key->len) < 0 &&
           (!to || circle_key_compare(key->data, key->len, to->data, to->len) < 0);
}

bool span_point(const struct span_scale *scale, struct name *out, const struct circle_key *from,
                const struct circle_key *to, double share, const uint8_t *zone)
{
    struct reading common;
    struct circle_key key;
    (void)read_common(scale, from, to, &common);
    double start = position(scale, from, common);
    double point = start + share * ((to ? position(scale, to, common) : 1) - start);
    key.len = (uint16_t)common.at;
    memcpy(key.data, from->data, common.at);
    unsigned before = common.before;
    for (unsigned count = 1; count <= SYMBOLS_MAX; count++) {
        before = find_symbol(scale->line[before], &point);
        if (!put_symbol(&key, before))
            return false;
        struct circle_key whole = key;
        if (before != END)
            (void)put_symbol(&whole, END); /* there is room for two */
        if (count >= SYMBOLS_MIN && is_between(&whole, from, to) &&
            circle_key_to_name(whole.data, whole.len, zone, out))
            return true;
    }
    return false;
}
