// SPDX-License-Identifier: BSD-2-Clause
/* Each kind is one function from a number to an edit of the head's text; `put` makes the
 * edited text a name, or finds that it is none.
 *
 * 1. Taking a name apart.
 * 2. Edits.
 * 3. One function a kind, and the table of them. */
#include "source/variants.h"

#include <stdio.h>
#include <string.h>

#define DIGITS_MAX  9 /* a longer run is an identifier, not a count */
#define NUMBER_CAP  12
#define EDIT_CAP    (NAME_WIRE_MAX + LEXICON_LEN_MAX + 8)
#define WORD_FORMS  5 /* ways to put a word beside a label */
#define NUMBER_WAYS 8 /* ways to change a number */
#define SUFFIXES    4

/* What tells environments, stages and regions apart; the commonest first. */
static const char *const words[] = {
    "dev",        "test",        "staging", "prod",    "stage",    "api",     "qa",
    "uat",        "stg",         "demo",    "beta",    "new",      "old",     "int",
    "ext",        "admin",       "app",     "web",     "internal", "preprod", "pre",
    "production", "development", "testing", "sandbox", "lab",      "backup",  "bak",
    "tmp",        "v1",          "v2",      "eu",      "us",       "www"};
#define WORD_COUNT (sizeof words / sizeof words[0])

/* --- taking a name apart --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_divider(char c)
{
    return c == '-' || c == '.';
}

static bool is_host_label(const uint8_t *label, size_t len)
{
    if (label[0] == '-' || label[len - 1] == '-' || (len > 3 && memcmp(label, "xn--", 4) == 0))
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = (char)label[i];
        if (!((c >= 'a' && c <= 'z') || is_digit(c) || c == '-'))
            return false;
    }
    return true;
}

static bool copy_head(struct variants *v, const uint8_t *wire, unsigned label_count)
{
    for (unsigned i = 0; i < label_count; i++) {
        size_t len = *wire++;
        if (!is_host_label(wire, len))
            return false;
        if (i > 0)
            v->head[v->head_len++] = '.';
        memcpy(v->head + v->head_len, wire, len);
        v->head_len = (uint8_t)(v->head_len + len);
        wire += len;
    }
    return true;
}

static void find_spans(struct variants *v)
{
    uint8_t start = 0;
    for (uint8_t i = 0; i <= v->head_len; i++) {
        if (i < v->head_len && !is_divider(v->head[i]))
            continue;
        if (i > start && v->token_count < VARIANT_TOKENS_MAX)
            v->tokens[v->token_count++] = (struct variant_span){start, (uint8_t)(i - start)};
        if (i < v->head_len && v->divider_count < VARIANT_TOKENS_MAX)
            v->dividers[v->divider_count++] = i;
        start = (uint8_t)(i + 1);
    }
    for (uint8_t i = 0; i < v->head_len; i++) {
        uint8_t len = 0;
        while (is_digit(v->head[i + len])) /* the zero at the end is none */
            len++;
        if (len > 0 && len <= DIGITS_MAX && v->number_count < VARIANT_TOKENS_MAX)
            v->numbers[v->number_count++] = (struct variant_span){i, len};
        i = (uint8_t)(i + len);
    }
}

bool variants_init(struct variants *v, const struct name *name, unsigned zone_labels)
{
    unsigned labels = name_label_count(name->wire);
    *v = (struct variants){0};
    if (zone_labels == 0 || zone_labels >= labels ||
        !copy_head(v, name->wire, labels - zone_labels))
        return false;
    const uint8_t *zone = name_suffix(name->wire, zone_labels);
    v->zone.len = (uint8_t)(name->len - (zone - name->wire));
    memcpy(v->zone.wire, zone, v->zone.len);
    find_spans(v);
    return true;
}

/* A token without the number at its end: "web" of "web01". */
static struct variant_span base_of(const struct variants *v, struct variant_span token)
{
    while (token.len > 0 && is_digit(v->head[token.start + token.len - 1]))
        token.len--;
    return token;
}

void variants_teach(const struct variants *v, struct lexicon *lexicon)
{
    for (uint8_t i = 0; i < v->token_count; i++) {
        struct variant_span base = base_of(v, v->tokens[i]);
        lexicon_note(lexicon, v->head + base.start, base.len);
    }
}

/* --- edits --- */

static bool has_stray_dash(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool is_first = i == 0 || text[i - 1] == '.', is_last = i + 1 == len || text[i + 1] == '.';
        if (text[i] == '-' && (is_first || is_last))
            return true;
    }
    return false;
}

/* TEXT in place of the head. */
static int put(const struct variants *v, const char *text, size_t len, struct name *out)
{
    struct name head;
    if (has_stray_dash(text, len) || (len == v->head_len && memcmp(text, v->head, len) == 0) ||
        name_from_text(&head, text, len) != 0 || name_join(out, &head, &v->zone) != 0)
        return VARIANT_NONE;
    return VARIANT_MADE;
}

/* The head with SPAN of it replaced. */
static int replace(const struct variants *v, struct variant_span span, const char *text, size_t len,
                   struct name *out)
{
    char edit[EDIT_CAP];
    size_t behind = span.start + (size_t)span.len;
    size_t rest = v->head_len - behind;
    if (span.start + len + rest > sizeof edit)
        return VARIANT_NONE;
    memcpy(edit, v->head, span.start);
    memcpy(edit + span.start, text, len);
    memcpy(edit + span.start + len, v->head + behind, rest);
    return put(v, edit, span.start + len + rest, out);
}

static int replace_by_string(const struct variants *v, struct variant_span span, const char *text,
                             struct name *out)
{
    return replace(v, span, text, strlen(text), out);
}

static bool is_text(const struct variants *v, struct variant_span span, const char *text,
                    size_t len)
{
    return span.len == len && memcmp(v->head + span.start, text, len) == 0;
}

/* --- numbers: web01 -> web02 --- */

static bool is_power_of_ten(const struct variants *v, struct variant_span number)
{
    if (number.len == 1 || v->head[number.start] != '1')
        return false;
    for (uint8_t i = 1; i < number.len; i++)
        if (v->head[number.start + i] != '0')
            return false;
    return true;
}

/* VALUE in at least WIDTH digits, as long as they fit: the length. */
static size_t write_number(char text[NUMBER_CAP], long value, int width)
{
    char digits[NUMBER_CAP];
    size_t len = 0;
    while (len < NUMBER_CAP && (value > 0 || width > 0)) {
        digits[len++] = (char)('0' + value % 10);
        value /= 10;
        width--;
    }
    for (size_t i = 0; i < len; i++)
        text[i] = digits[len - 1 - i];
    return len;
}

static int vary_number(const struct variants *v, unsigned number, const struct lexicon *lexicon,
                       struct name *out)
{
    static const int steps[] = {1, -1, 2, -2, 3, -3};
    (void)lexicon;
    if (number / NUMBER_WAYS >= v->number_count)
        return VARIANT_END;
    struct variant_span span = v->numbers[number / NUMBER_WAYS];
    unsigned way = number % NUMBER_WAYS;
    bool is_padded = span.len > 1 && v->head[span.start] == '0';
    long value = 0;
    for (uint8_t i = 0; i < span.len; i++)
        value = value * 10 + (v->head[span.start + i] - '0');
    int width = is_padded ? span.len : 1;
    if (way < sizeof steps / sizeof steps[0])
        value += steps[way];
    else if (way == 6 && is_padded) /* 01 -> 1 */
        width = 1;
    else if (way == 6 && is_power_of_ten(v, span)) { /* 10 -> 09: its zero was lost by growing */
        value--;
        width = span.len;
    } else if (way == 7 && span.len == 1) /* 1 -> 01 */
        width = 2;
    else
        return VARIANT_NONE;
    if (value < 0)
        return VARIANT_NONE;
    char text[NUMBER_CAP] = "";
    size_t len = write_number(text, value, width);
    return replace(v, span, text, len, out);
}

/* --- numbered: web -> web1, web1 -> web --- */

static int vary_suffix(const struct variants *v, unsigned number, const struct lexicon *lexicon,
                       struct name *out)
{
    static const char *const suffixes[SUFFIXES] = {"1", "01", "2", "-1"};
    (void)lexicon;
    if (number / SUFFIXES >= v->token_count)
        return VARIANT_END;
    struct variant_span token = v->tokens[number / SUFFIXES], base = base_of(v, token);
    if (base.len == token.len) {
        struct variant_span behind = {(uint8_t)(token.start + token.len), 0};
        return replace_by_string(v, behind, suffixes[number % SUFFIXES], out);
    }
    if (number % SUFFIXES > 0 || base.len == 0)
        return VARIANT_NONE;
    return replace(v, token, v->head + base.start, base.len, out);
}

/* --- dashes: joined, split, turned round, taken alone --- */

/* Where the label that PLACE lies in begins and ends, or with DOTS the pair of labels
 * around the dot at PLACE. */
static struct variant_span around(const struct variants *v, uint8_t place)
{
    uint8_t start = place, end = (uint8_t)(place + 1);
    while (start > 0 && v->head[start - 1] != '.')
        start--;
    while (end < v->head_len && v->head[end] != '.')
        end++;
    return (struct variant_span){start, (uint8_t)(end - start)};
}

static int turn_round(const struct variants *v, uint8_t place, struct name *out)
{
    char text[NAME_WIRE_MAX];
    struct variant_span span = around(v, place);
    size_t left = place - (size_t)span.start, right = span.len - left - 1;
    memcpy(text, v->head + place + 1, right);
    text[right] = v->head[place];
    memcpy(text + right + 1, v->head + span.start, left);
    return replace(v, span, text, span.len, out);
}

static int vary_divider(const struct variants *v, uint8_t place, unsigned way, struct name *out)
{
    struct variant_span divider = {place, 1};
    switch (way) {
    case 0:
        return replace(v, divider, "", 0, out);
    case 1:
        return replace(v, divider, v->head[place] == '-' ? "." : "-", 1, out);
    default:
        return turn_round(v, place, out);
    }
}

/* web01 -> web-01 */
static int part_number(const struct variants *v, struct variant_span number, struct name *out)
{
    if (number.start == 0 || is_divider(v->head[number.start - 1]))
        return VARIANT_NONE;
    return replace(v, (struct variant_span){number.start, 0}, "-", 1, out);
}

static size_t first_label_len(const struct variants *v)
{
    return strcspn(v->head, ".");
}

/* The first label reduced to one of its tokens. */
static int take_alone(const struct variants *v, struct variant_span token, struct name *out)
{
    size_t label_len = first_label_len(v);
    if (token.start >= label_len)
        return VARIANT_NONE;
    return replace(v, (struct variant_span){0, (uint8_t)label_len}, v->head + token.start,
                   token.len, out);
}

static int vary_dashes(const struct variants *v, unsigned number, const struct lexicon *lexicon,
                       struct name *out)
{
    enum { WAYS = 3 };
    (void)lexicon;
    if (number < v->divider_count * (unsigned)WAYS)
        return vary_divider(v, v->dividers[number / WAYS], number % WAYS, out);
    number -= v->divider_count * (unsigned)WAYS;
    if (number < v->number_count)
        return part_number(v, v->numbers[number], out);
    number -= v->number_count;
    if (number < v->token_count)
        return take_alone(v, v->tokens[number], out);
    if (number > v->token_count)
        return VARIANT_END;
    size_t label_len = first_label_len(v); /* the name's parent */
    if (label_len == v->head_len)
        return VARIANT_NONE;
    return replace(v, (struct variant_span){0, (uint8_t)(label_len + 1)}, "", 0, out);
}

/* --- words: dev-api --- */

static bool is_word(const struct variants *v, struct variant_span span)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        if (is_text(v, span, words[i], strlen(words[i])))
            return true;
    return false;
}

static bool has_token(const struct variants *v, const char *text)
{
    for (uint8_t i = 0; i < v->token_count; i++)
        if (is_text(v, base_of(v, v->tokens[i]), text, strlen(text)))
            return true;
    return false;
}

static int put_beside(const struct variants *v, const char *word, unsigned form, struct name *out)
{
    static const char *const before[WORD_FORMS] = {"-", NULL, ".", "", NULL};
    char text[16];
    if (has_token(v, word))
        return VARIANT_NONE;
    bool is_before = before[form] != NULL;
    if (is_before)
        snprintf(text, sizeof text, "%.12s%s", word, before[form]);
    else
        snprintf(text, sizeof text, "%s%.12s", form == 1 ? "-" : "", word);
    struct variant_span place = {is_before ? 0 : (uint8_t)first_label_len(v), 0};
    return replace_by_string(v, place, text, out);
}

static int vary_words(const struct variants *v, unsigned number, const struct lexicon *lexicon,
                      struct name *out)
{
    unsigned ways = WORD_FORMS + v->token_count;
    (void)lexicon;
    if (number / ways >= WORD_COUNT)
        return VARIANT_END;
    const char *word = words[number / ways];
    unsigned way = number % ways;
    if (way < WORD_FORMS)
        return put_beside(v, word, way, out);
    struct variant_span base = base_of(v, v->tokens[way - WORD_FORMS]);
    return is_word(v, base) ? replace_by_string(v, base, word, out) : VARIANT_NONE;
}

/* --- swaps --- */

static int vary_swaps(const struct variants *v, unsigned number, const struct lexicon *lexicon,
                      struct name *out)
{
    if (!lexicon || number / v->token_count >= lexicon_ranked_count(lexicon))
        return VARIANT_END;
    size_t len;
    const char *part = lexicon_at(lexicon, number / v->token_count, &len);
    struct variant_span base = base_of(v, v->tokens[number % v->token_count]);
    return base.len ? replace(v, base, part, len, out) : VARIANT_NONE;
}

int variants_at(const struct variants *v, enum variant_kind kind, unsigned number,
                const struct lexicon *lexicon, struct name *out)
{
    static int (*const kinds[VARIANT_KIND_COUNT])(const struct variants *, unsigned,
                                                  const struct lexicon *, struct name *) = {
        [VARIANT_NUMBERS] = vary_number, [VARIANT_NUMBERED] = vary_suffix,
        [VARIANT_DASHES] = vary_dashes,  [VARIANT_WORDS] = vary_words,
        [VARIANT_SWAPS] = vary_swaps,
    };
    return kinds[kind](v, number, lexicon, out);
}
