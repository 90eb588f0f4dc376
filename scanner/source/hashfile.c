// SPDX-License-Identifier: BSD-2-Clause
/* Hash files, read (source/hashfile.h).
 *
 * 1. A line is taken for the format that its first octets promise: `zone `, `$NSEC3$`, a word
 *    NSEC3 among its words, a colon; whatever is left is ours.
 * 2. Its parser returns what is wrong with it, or NULL: a sentence for the user each.
 * 3. A good one is handed on at once; nothing is kept but the zone of the native format. */
#include "source/hashfile.h"

#include <errno.h>
#include <string.h>

#include "base/lines.h"
#include "base/log.h"
#include "source/hash_types.h"
#include "source/source.h"

struct word {
    const char *data;
    size_t len;
};

struct reading {
    int (*item)(void *ctx, const uint8_t *zone, const struct hash_record *record);
    void *ctx;
    uint64_t good, bad;
    int item_error; /* told by whoever made it */
    bool has_zone;
    struct name native_zone; /* of the last `zone NAME` */
    struct name zone;        /* of the line */
    struct hash_record record;
    struct hash_types types;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Cuts the next word off LINE; false: there is none. */
static bool next_word(struct word *line, struct word *out)
{
    const char *at = line->data, *end = line->data + line->len;
    while (at < end && is_blank(*at))
        at++;
    out->data = at;
    while (at < end && !is_blank(*at))
        at++;
    out->len = (size_t)(at - out->data);
    *line = (struct word){at, (size_t)(end - at)};
    return out->len > 0;
}

/* Cuts off what stands before the next MARK, or all there is; false: nothing was left. */
static bool next_field(struct word *line, char mark, struct word *out)
{
    if (!line->data)
        return false;
    const char *stop = line->len ? memchr(line->data, mark, line->len) : NULL;
    *out = *line;
    if (!stop) {
        *line = (struct word){NULL, 0};
        return true;
    }
    out->len = (size_t)(stop - line->data);
    *line = (struct word){stop + 1, line->len - out->len - 1};
    return true;
}

static bool word_is(const struct word *word, const char *text)
{
    return word->len == strlen(text) && strncasecmp(word->data, text, word->len) == 0;
}

static bool parse_number(const struct word *word, uint32_t *out)
{
    uint32_t value = 0;
    if (word->len == 0 || word->len > 9)
        return false;
    for (size_t i = 0; i < word->len; i++) {
        if (word->data[i] < '0' || word->data[i] > '9')
            return false;
        value = value * 10 + (uint32_t)(word->data[i] - '0');
    }
    *out = value;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool parse_hex(const struct word *word, uint8_t *out, size_t cap)
{
    if (word->len % 2 || word->len / 2 > cap)
        return false;
    for (size_t i = 0; i < word->len / 2; i++) {
        int high = hex_digit(word->data[2 * i]), low = hex_digit(word->data[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* Each of these: what is wrong, or NULL. */

static const char *parse_iterations(const struct word *word, struct nsec3_params *params)
{
    uint32_t value;
    if (!parse_number(word, &value))
        return "iterations that are no number";
    if (value > NSEC3_ITERATIONS_MAX)
        return "more than 2,500 iterations";
    params->iterations = (uint16_t)value;
    return NULL;
}

static const char *parse_salt(const struct word *word, struct nsec3_params *params)
{
    params->salt_len = 0;
    if (word_is(word, "-"))
        return NULL;
    if (!parse_hex(word, params->salt, sizeof params->salt))
        return "a salt that is not hexadecimal, or longer than 255 octets";
    params->salt_len = (uint8_t)(word->len / 2);
    return NULL;
}

static const char *parse_hash(const struct word *word, uint8_t out[NSEC3_HASH_LEN])
{
    if (word->len != NSEC3_LABEL_LEN || !base32hex_to_hash(word->data, out))
        return "a hash that is not 32 characters of base32hex";
    return NULL;
}

static const char *parse_zone(const struct word *word, struct name *out)
{
    return name_from_text(out, word->data, word->len) ? "a zone that is no name" : NULL;
}

/* Flags as a number: bit 0 is opt-out, with others set the record is to be ignored (RFC 5155
 * section 8.2). */
static const char *parse_flags(const struct word *word, struct hash_record *record)
{
    uint32_t flags;
    if (!parse_number(word, &flags) || flags > 1)
        return "flags other than 0 and 1";
    record->is_opt_out = flags == 1;
    return NULL;
}

static const char *add_type(struct reading *reading, const struct word *word)
{
    switch (hash_types_add(&reading->types, word->data, word->len)) {
    case 0:
        return NULL;
    case ERR_FULL:
        return "too many types";
    default:
        return "a type that is none";
    }
}

static void settle_types(struct reading *reading)
{
    reading->record.has_types = true;
    reading->record.types = hash_types_bitmap(&reading->types);
}

/* `zone NAME`, which makes no record. */
static const char *parse_zone_line(struct reading *reading, struct word line)
{
    struct word keyword, name, rest;
    struct name zone;
    if (!next_word(&line, &keyword) || !next_word(&line, &name) || next_word(&line, &rest))
        return "not `zone NAME`";
    const char *why = parse_zone(&name, &zone);
    reading->has_zone = !why; /* what follows a bad one belongs to no other */
    if (!why)
        reading->native_zone = zone;
    return why;
}

static const char *parse_native(struct reading *reading, struct word line)
{
    struct hash_record *record = &reading->record;
    struct word hash, next, iterations, salt, flags, types, type, rest;
    if (!next_word(&line, &hash) || !next_word(&line, &next) || !next_word(&line, &iterations) ||
        !next_word(&line, &salt) || !next_word(&line, &flags) || !next_word(&line, &types) ||
        next_word(&line, &rest))
        return "no hash in any known format";
    const char *why = parse_hash(&hash, record->hash);
    record->has_next = !word_is(&next, "?");
    if (!why && record->has_next)
        why = parse_hash(&next, record->next);
    if (!why)
        why = parse_iterations(&iterations, &record->params);
    if (!why)
        why = parse_salt(&salt, &record->params);
    if (!why)
        why = parse_flags(&flags, record);
    bool is_list = !word_is(&types, "?") && !word_is(&types, "-");
    for (struct word list = types; !why && is_list && next_field(&list, ',', &type);)
        why = add_type(reading, &type);
    if (!why && !reading->has_zone)
        return "a hash before `zone NAME`";
    if (!why && !word_is(&types, "?"))
        settle_types(reading);
    reading->zone = reading->native_zone;
    return why;
}

static const char *parse_hashcat(struct reading *reading, struct word line)
{
    struct hash_record *record = &reading->record;
    struct word hash, zone, salt, iterations, rest;
    if (!next_field(&line, ':', &hash) || !next_field(&line, ':', &zone) ||
        !next_field(&line, ':', &salt) || !next_field(&line, ':', &iterations) ||
        next_field(&line, ':', &rest))
        return "not `hash:.zone:salt:iterations`";
    const char *why = parse_hash(&hash, record->hash);
    if (!why && (zone.len == 0 || zone.data[0] != '.'))
        return "a zone without its dot in front";
    if (zone.len > 1) /* `.` alone is the root */
        zone = (struct word){zone.data + 1, zone.len - 1};
    if (!why)
        why = parse_zone(&zone, &reading->zone);
    if (!why)
        why = parse_salt(&salt, &record->params);
    return why ? why : parse_iterations(&iterations, &record->params);
}

static const char *parse_john(struct reading *reading, struct word line)
{
    struct hash_record *record = &reading->record;
    struct word empty, mark, iterations, salt, hash, zone, rest;
    if (!next_field(&line, '$', &empty) || !next_field(&line, '$', &mark) ||
        !next_field(&line, '$', &iterations) || !next_field(&line, '$', &salt) ||
        !next_field(&line, '$', &hash) || !next_field(&line, '$', &zone) ||
        next_field(&line, '$', &rest))
        return "not `$NSEC3$iterations$salt$hash$zone.`";
    const char *why = parse_iterations(&iterations, &record->params);
    if (!why)
        why = parse_salt(&salt, &record->params);
    if (!why && (hash.len != 2 * NSEC3_HASH_LEN || !parse_hex(&hash, record->hash, NSEC3_HASH_LEN)))
        return "a hash that is not 40 hexadecimal digits";
    return why ? why : parse_zone(&zone, &reading->zone);
}

/* The owner's first label is the hash, what follows it the zone. */
static const char *parse_owner(struct reading *reading, const struct word *owner)
{
    struct word hash = {owner->data, NSEC3_LABEL_LEN};
    struct word zone = {owner->data + NSEC3_LABEL_LEN + 1, owner->len - NSEC3_LABEL_LEN - 1};
    if (owner->len <= NSEC3_LABEL_LEN || owner->data[NSEC3_LABEL_LEN] != '.')
        return "an owner that is no hash";
    const char *why = parse_hash(&hash, reading->record.hash);
    if (zone.len == 0)
        zone = (struct word){".", 1};
    return why ? why : parse_zone(&zone, &reading->zone);
}

static const char *parse_nsec3map(struct reading *reading, struct word line)
{
    struct hash_record *record = &reading->record;
    struct word owner, word, algorithm, flags, iterations, salt, next;
    bool has_owner = next_word(&line, &owner);
    while (next_word(&line, &word) && !word_is(&word, "NSEC3"))
        ;
    if (!has_owner || !next_word(&line, &algorithm) || !next_word(&line, &flags) ||
        !next_word(&line, &iterations) || !next_word(&line, &salt) || !next_word(&line, &next))
        return "an NSEC3 record cut short";
    const char *why = parse_owner(reading, &owner);
    if (!why && !word_is(&algorithm, "1"))
        return "an algorithm other than 1";
    if (!why)
        why = parse_flags(&flags, record);
    if (!why)
        why = parse_iterations(&iterations, &record->params);
    if (!why)
        why = parse_salt(&salt, &record->params);
    record->has_next = true;
    if (!why)
        why = parse_hash(&next, record->next);
    while (!why && next_word(&line, &word) && word.data[0] != ';')
        why = add_type(reading, &word);
    settle_types(reading);
    return why;
}

static bool starts_with(const struct word *line, const char *text)
{
    size_t len = strlen(text);
    return line->len >= len && strncasecmp(line->data, text, len) == 0;
}

static bool has_word(struct word line, const char *text)
{
    struct word word;
    while (next_word(&line, &word))
        if (word_is(&word, text))
            return true;
    return false;
}

static const char *parse_record(struct reading *reading, const struct word *line)
{
    reading->record.has_next = reading->record.has_types = reading->record.is_opt_out = false;
    reading->record.types = (struct type_bitmap){.len = 0};
    reading->record.params.algorithm = 1;
    reading->types.count = 0;
    if (starts_with(line, "$NSEC3$"))
        return parse_john(reading, *line);
    if (has_word(*line, "NSEC3"))
        return parse_nsec3map(reading, *line);
    if (memchr(line->data, ':', line->len))
        return parse_hashcat(reading, *line);
    return parse_native(reading, *line);
}

static void complain(struct reading *reading, const char *file, const struct line *line,
                     const char *why)
{
    if (reading->bad++ < SOURCE_COMPLAINTS_MAX)
        log_note("%s:%llu: %s", file, (unsigned long long)line->number, why);
}

static int take_line(void *ctx, const char *file, const struct line *line)
{
    struct reading *reading = ctx;
    const struct word text = {line->data, line->len};
    bool is_zone = starts_with(&text, "zone ") || starts_with(&text, "zone\t");
    const char *why;
    if (text.data[0] == ';')
        return 0;
    if (line->too_long)
        why = "longer than 4,096 bytes";
    else
        why = is_zone ? parse_zone_line(reading, text) : parse_record(reading, &text);
    if (why) {
        complain(reading, file, line, why);
        return 0;
    }
    if (is_zone)
        return 0;
    reading->good++;
    reading->item_error = reading->item(reading->ctx, reading->zone.wire, &reading->record);
    return reading->item_error;
}

static void tell(const char *file, int error, const struct reading *reading)
{
    if (error == ERR_IO)
        log_error("%s: %s", file, strerror(errno));
    else if (error == ERR_FORMAT)
        log_error("%s: %s", file, err_text(error));
    if (reading->bad > SOURCE_COMPLAINTS_MAX)
        log_note("%s: %llu further bad lines", file,
                 (unsigned long long)(reading->bad - SOURCE_COMPLAINTS_MAX));
    if (error == ERR_SYNTAX)
        log_error("%s: no NSEC3 hash in it", file);
}

int hashfile_read(const char *path,
                  int (*item)(void *ctx, const uint8_t *zone, const struct hash_record *record),
                  void *ctx, uint64_t *bad_lines)
{
    struct reading reading = {.item = item, .ctx = ctx};
    int error = lines_each(path, take_line, &reading);
    if (!error && reading.good == 0 && reading.bad > 0)
        error = ERR_SYNTAX;
    tell(strcmp(path, "-") == 0 ? "stdin" : path, reading.item_error ? 0 : error, &reading);
    if (bad_lines)
        *bad_lines = reading.bad;
    return error;
}
