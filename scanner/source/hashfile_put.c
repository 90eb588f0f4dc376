// SPDX-License-Identifier: BSD-2-Clause
/* Hash files, written (source/hashfile.h). */
#include "source/hashfile.h"

#include "source/hash_types.h"

/* Lines of more than 4,096 octets are not read again. No honest owner has so many types: they
 * are then written as unknown. */
#define TYPES_LEN_MAX 3000

static void put_hash(struct text *out, const uint8_t hash[NSEC3_HASH_LEN])
{
    char label[NSEC3_LABEL_LEN];
    base32hex_from_hash(hash, label);
    text_put(out, label, sizeof label);
}

static void put_hex(struct text *out, const uint8_t *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        text_putc(out, digits[data[i] >> 4]);
        text_putc(out, digits[data[i] & 15]);
    }
}

static void put_zone(struct text *out, const uint8_t *zone)
{
    char text[NAME_TEXT_MAX];
    size_t len = name_to_text(zone, text);
    if (*zone != 0)
        text_put(out, text, len);
}

static void put_native(struct text *out, const struct hash_record *record)
{
    put_hash(out, record->hash);
    text_putc(out, ' ');
    if (record->has_next)
        put_hash(out, record->next);
    else
        text_putc(out, '?');
    text_printf(out, " %u ", (unsigned)record->params.iterations);
    put_hex(out, record->params.salt, record->params.salt_len);
    text_puts(out, record->params.salt_len ? "" : "-");
    text_puts(out, record->is_opt_out ? " 1 " : " 0 ");
    if (!record->has_types || !hash_types_put(out, &record->types, TYPES_LEN_MAX))
        text_putc(out, record->has_types && bitmap_count(&record->types) == 0 ? '-' : '?');
}

static void put_hashcat(struct text *out, const uint8_t *zone, const struct hash_record *record)
{
    put_hash(out, record->hash);
    text_puts(out, ":.");
    put_zone(out, zone);
    text_putc(out, ':');
    put_hex(out, record->params.salt, record->params.salt_len);
    text_printf(out, ":%u", (unsigned)record->params.iterations);
}

static void put_john(struct text *out, const uint8_t *zone, const struct hash_record *record)
{
    text_printf(out, "$NSEC3$%u$", (unsigned)record->params.iterations);
    put_hex(out, record->params.salt, record->params.salt_len);
    text_putc(out, '$');
    put_hex(out, record->hash, sizeof record->hash);
    text_putc(out, '$');
    put_zone(out, zone);
    text_putc(out, '.');
}

void hashfile_put(struct text *out, enum hash_format format, const uint8_t *zone,
                  const struct hash_record *record)
{
    switch (format) {
    case HASH_HASHCAT:
        put_hashcat(out, zone, record);
        break;
    case HASH_JOHN:
        put_john(out, zone, record);
        break;
    case HASH_NATIVE:
    case HASH_NSEC3MAP:
        put_native(out, record);
        break;
    }
    text_putc(out, '\n');
}

void hashfile_put_head(struct text *out, enum hash_format format, const uint8_t *zone)
{
    if (format != HASH_NATIVE)
        return;
    text_puts(out, "# dnstrawl nsec3 1\nzone ");
    put_zone(out, zone);
    text_puts(out, *zone ? "\n" : ".\n");
}
