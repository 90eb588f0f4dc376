// SPDX-License-Identifier: BSD-2-Clause
/* One file per zone.
 *
 * File names. A zone's text has letters, digits, '-', '_' and dots, and `\DDD` for the
 * rest. Letters are lowered and other octets written %XX, the first dot too, so that no
 * name climbs, hides or looks like an option, and two zones never share a file. A zone
 * too long for a file name keeps its beginning and ends in `~` and a hash. `_` is the file
 * of names without a zone; the zone called `_` is `%5f`.
 *
 * Zones are found in a tree by file name (tsearch); those open are in a small array that
 * is searched for the one used longest ago when room is needed. */
#include "out/split.h"

#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"

#define STEM_MAX     240 /* with any extension below NAME_MAX */
#define STEM_CUT     200 /* of a longer one, before '~' and 16 digits */
#define NO_ZONE_STEM "_"
#define ESCAPED_LEN  3 /* %XX */

struct split_zone {
    char *file_name;
    bool was_begun; /* truncated in this run: from now on append */
    uint64_t last_use;
    struct line_file file;
};

struct split {
    const struct out_format *format;
    struct line_writer writer;
    int folder_fd;
    void *zones; /* tree of struct split_zone */
    struct split_zone *open[OUT_SPLIT_OPEN_MAX];
    size_t open_count;
    uint64_t use_count;
};

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* Puts ZONE's octets into STEM until the next would pass STEM_MAX; false when it did. */
static bool put_stem(const char *zone, char *stem, size_t *len)
{
    *len = 0;
    for (const char *c = zone; *c; c++) {
        char lower = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        bool leads = c == zone && (lower == '.' || lower == '-');
        bool is_alone = strcmp(zone, NO_ZONE_STEM) == 0;
        bool plain = is_plain(lower) && !leads && !is_alone;
        if (*len + (plain ? 1 : ESCAPED_LEN) > STEM_MAX)
            return false;
        if (plain)
            stem[(*len)++] = lower;
        else
            *len += (size_t)sprintf(stem + *len, "%%%02x", (unsigned char)lower);
    }
    return true;
}

void split_file_name(const char *zone, const char *extension, char out[SPLIT_FILE_NAME_MAX])
{
    char stem[STEM_MAX + 1];
    size_t len;
    if (!zone || !*zone) {
        snprintf(out, SPLIT_FILE_NAME_MAX, NO_ZONE_STEM ".%s", extension);
    } else if (put_stem(zone, stem, &len)) {
        snprintf(out, SPLIT_FILE_NAME_MAX, "%.*s.%s", (int)len, stem, extension);
    } else {
        snprintf(out, SPLIT_FILE_NAME_MAX, "%.*s~%016llx.%s", STEM_CUT, stem,
                 (unsigned long long)hash64(zone, strlen(zone), 0), extension);
    }
}

int split_open(struct split **out, const struct out_format *format, const char *folder)
{
    *out = NULL;
    struct split *split = calloc(1, sizeof *split);
    if (!split)
        return ERR_NOMEM;
    split->format = format;
    split->writer = line_writer_system;
    split->folder_fd = -1;
    if (mkdir(folder, 0777) == 0 || errno == EEXIST)
        split->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (split->folder_fd < 0) {
        int cause = errno;
        free(split);
        errno = cause;
        return ERR_IO;
    }
    *out = split;
    return 0;
}

void split_set_writer(struct split *split, struct line_writer writer)
{
    split->writer = writer;
}

static int compare_zones(const void *a, const void *b)
{
    const struct split_zone *left = a, *right = b;
    return strcmp(left->file_name, right->file_name);
}

static void free_zone(void *zone_ptr)
{
    struct split_zone *zone = zone_ptr;
    free(zone->file_name);
    free(zone);
}

/* The remembered zone of FILE_NAME, new when there was none; NULL without memory. */
static struct split_zone *zone_of(struct split *split, char *file_name)
{
    struct split_zone key = {.file_name = file_name};
    struct split_zone **found = tfind(&key, &split->zones, compare_zones);
    if (found)
        return *found;
    struct split_zone *zone = calloc(1, sizeof *zone);
    if (!zone)
        return NULL;
    zone->file.fd = -1;
    zone->file_name = strdup(file_name);
    if (!zone->file_name || !tsearch(zone, &split->zones, compare_zones)) {
        free_zone(zone);
        return NULL;
    }
    return zone;
}

/* Closes the file used longest ago. */
static int make_room(struct split *split)
{
    size_t oldest = 0;
    for (size_t i = 1; i < split->open_count; i++)
        if (split->open[i]->last_use < split->open[oldest]->last_use)
            oldest = i;
    struct split_zone *zone = split->open[oldest];
    split->open[oldest] = split->open[--split->open_count];
    return line_file_close(&zone->file);
}

static int open_zone(struct split *split, struct split_zone *zone)
{
    if (split->open_count == OUT_SPLIT_OPEN_MAX) {
        int error = make_room(split);
        if (error)
            return error;
    }
    int error = line_file_open(&zone->file, split->folder_fd, zone->file_name,
                               zone->was_begun ? LINE_FILE_APPEND : LINE_FILE_TRUNCATE);
    if (error)
        return error;
    zone->file.writer = split->writer;
    split->open[split->open_count++] = zone;
    if (!zone->was_begun && split->format->begin) {
        split->format->begin(&zone->file.pending);
        error = line_file_added(&zone->file, 0);
    }
    zone->was_begun = true;
    return error;
}

int split_file_of(struct split *split, const char *zone_text, struct line_file **out)
{
    char file_name[SPLIT_FILE_NAME_MAX];
    *out = NULL;
    split_file_name(zone_text, split->format->extension, file_name);
    struct split_zone *zone = zone_of(split, file_name);
    if (!zone)
        return ERR_NOMEM;
    if (zone->file.fd < 0) {
        int error = open_zone(split, zone);
        if (error)
            return error;
    }
    zone->last_use = ++split->use_count;
    *out = &zone->file;
    return 0;
}

int split_flush(struct split *split)
{
    int first_error = 0, cause = 0;
    for (size_t i = 0; i < split->open_count; i++) {
        int error = line_file_flush(&split->open[i]->file);
        if (error && !first_error) {
            first_error = error;
            cause = errno;
        }
    }
    if (first_error)
        errno = cause;
    return first_error;
}

int split_close(struct split *split)
{
    int first_error = 0, cause = 0;
    while (split->open_count > 0) {
        int error = line_file_close(&split->open[--split->open_count]->file);
        if (error && !first_error) {
            first_error = error;
            cause = errno;
        }
    }
    tdestroy(split->zones, free_zone);
    close(split->folder_fd); /* nothing was written through it */
    free(split);
    if (first_error)
        errno = cause;
    return first_error;
}
