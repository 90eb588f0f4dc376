// SPDX-License-Identifier: BSD-2-Clause
/* Suffixes seen stand in one hash table: a zone by its number, or a public suffix, so
 * that libpsl (slow, text in) is asked once per suffix. */
#include "scan/zones.h"

#include <libpsl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define PUBLIC_SUFFIX UINT32_MAX
#define SUFFIXES_MAX  (2 * ZONES_SUPPOSED_MAX)

struct suffix {
    struct suffix *next;
    uint32_t zone; /* or PUBLIC_SUFFIX */
    uint8_t len;
    uint8_t wire[];
};

struct zones {
    pthread_mutex_t mutex; /* guards all below; items[i] is const once its number is out */
    struct zone **items;
    size_t count, cap, suffix_count;
    struct suffix *buckets[1 << 14];
};

static struct suffix **bucket_of(struct zones *zones, const uint8_t *wire, size_t len)
{
    return &zones->buckets[hash64(wire, len, 0) % (sizeof zones->buckets / sizeof *zones->buckets)];
}

static struct suffix *find_suffix(struct zones *zones, const uint8_t *wire, size_t len)
{
    struct suffix *s = *bucket_of(zones, wire, len);
    while (s && (s->len != len || memcmp(s->wire, wire, len) != 0))
        s = s->next;
    return s;
}

static struct suffix *add_suffix(struct zones *zones, const uint8_t *wire, size_t len,
                                 uint32_t zone)
{
    struct suffix *s = malloc(sizeof *s + len);
    if (!s)
        return NULL;
    struct suffix **bucket = bucket_of(zones, wire, len);
    *s = (struct suffix){.next = *bucket, .zone = zone, .len = (uint8_t)len};
    memcpy(s->wire, wire, len);
    *bucket = s;
    zones->suffix_count++;
    return s;
}

static int new_zone(struct zones *zones, const uint8_t *wire, size_t len, const char *text)
{
    struct zone *zone = calloc(1, sizeof *zone + strlen(text) + 1);
    if (!zone)
        return ERR_NOMEM;
    zone->name.len = (uint8_t)len;
    memcpy(zone->name.wire, wire, len);
    zone->label_count = (uint8_t)name_label_count(wire);
    strcpy(zone->text, text);
    zones->items[zones->count++] = zone;
    return 0;
}

int zones_create(struct zones **out, size_t given_count)
{
    *out = NULL;
    struct zones *zones = calloc(1, sizeof *zones);
    if (!zones)
        return ERR_NOMEM;
    pthread_mutex_init(&zones->mutex, NULL);
    zones->cap = given_count + ZONES_SUPPOSED_MAX + 1;
    zones->items = calloc(zones->cap, sizeof *zones->items);
    if (!zones->items || new_zone(zones, (const uint8_t *)"", 1, "(other)") != 0) {
        zones_destroy(zones);
        return ERR_NOMEM;
    }
    *out = zones;
    return 0;
}

void zones_destroy(struct zones *zones)
{
    if (!zones)
        return;
    for (size_t i = 0; i < sizeof zones->buckets / sizeof *zones->buckets; i++) {
        while (zones->buckets[i]) {
            struct suffix *next = zones->buckets[i]->next;
            free(zones->buckets[i]);
            zones->buckets[i] = next;
        }
    }
    for (size_t i = 0; i < zones->count; i++)
        free(zones->items[i]);
    free(zones->items);
    pthread_mutex_destroy(&zones->mutex);
    free(zones);
}

/* The zone at exactly this suffix, made when missing; NULL without memory. */
static struct suffix *zone_at_suffix(struct zones *zones, const uint8_t *wire, size_t len)
{
    struct suffix *known = find_suffix(zones, wire, len);
    if (known)
        return known;
    char text[NAME_TEXT_MAX];
    name_to_text(wire, text);
    if (zones->count == zones->cap || new_zone(zones, wire, len, text) != 0)
        return NULL;
    return add_suffix(zones, wire, len, (uint32_t)zones->count - 1);
}

int zones_add(struct zones *zones, const struct name *name, uint32_t *out)
{
    pthread_mutex_lock(&zones->mutex);
    struct suffix *s = zone_at_suffix(zones, name->wire, name->len);
    pthread_mutex_unlock(&zones->mutex);
    if (!s)
        return ERR_NOMEM;
    *out = s->zone;
    return 0;
}

static bool is_public(const uint8_t *wire)
{
    char text[NAME_TEXT_MAX];
    name_to_text(wire, text);
    return psl_is_public_suffix2(psl_builtin(), text, PSL_TYPE_ICANN) != 0;
}

/* The shortest suffix of NAME that is no public suffix: its registrable domain. */
static uint32_t suppose(struct zones *zones, const struct name *name)
{
    unsigned labels = name_label_count(name->wire);
    for (unsigned count = labels < 2 ? labels : 2; count <= labels; count++) {
        const uint8_t *wire = name_suffix(name->wire, count);
        size_t len = (size_t)(name->wire + name->len - wire);
        struct suffix *s = find_suffix(zones, wire, len);
        if (!s) {
            if (zones->suffix_count >= SUFFIXES_MAX)
                return ZONES_OTHER;
            bool is_zone = count == labels || !is_public(wire);
            s = is_zone ? zone_at_suffix(zones, wire, len)
                        : add_suffix(zones, wire, len, PUBLIC_SUFFIX);
        }
        if (!s)
            return ZONES_OTHER;
        if (s->zone != PUBLIC_SUFFIX)
            return s->zone;
    }
    return ZONES_OTHER;
}

/* NAME ends in ZONE's name at a label's boundary. */
static bool is_in(const struct name *name, const struct zone *zone)
{
    if (name->len < zone->name.len ||
        memcmp(name->wire + name->len - zone->name.len, zone->name.wire, zone->name.len) != 0)
        return false;
    const uint8_t *label = name->wire;
    const uint8_t *boundary = name->wire + name->len - zone->name.len;
    while (label < boundary)
        label += 1 + *label;
    return label == boundary;
}

uint32_t zones_suppose(struct zones *zones, const struct name *name, uint32_t last)
{
    if (last != ZONES_OTHER && is_in(name, zones->items[last]))
        return last;
    pthread_mutex_lock(&zones->mutex);
    uint32_t zone = suppose(zones, name);
    pthread_mutex_unlock(&zones->mutex);
    return zone;
}

uint32_t zones_find(struct zones *zones, const struct name *name)
{
    uint32_t zone = ZONES_OTHER;
    pthread_mutex_lock(&zones->mutex);
    for (unsigned count = name_label_count(name->wire); count > 0 && zone == ZONES_OTHER; count--) {
        const uint8_t *wire = name_suffix(name->wire, count);
        struct suffix *s = find_suffix(zones, wire, (size_t)(name->wire + name->len - wire));
        if (s && s->zone != PUBLIC_SUFFIX)
            zone = s->zone;
    }
    pthread_mutex_unlock(&zones->mutex);
    return zone;
}

const struct zone *zones_at(const struct zones *zones, uint32_t index)
{
    return zones->items[index];
}

size_t zones_count(struct zones *zones)
{
    pthread_mutex_lock(&zones->mutex);
    size_t count = zones->count;
    pthread_mutex_unlock(&zones->mutex);
    return count;
}
