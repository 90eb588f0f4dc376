// SPDX-License-Identifier: BSD-2-Clause
/* Data are kept as text, by number of the parent, each once; names and evidence are asked
 * of verdict/wildcard.h at the end, for those parents alone that are wildcards. */
#include "scan/roots.h"

#include <stdlib.h>
#include <string.h>

#include "dns/code.h"
#include "dns/rdata.h"

#define DATUM_TEXT_MAX 2048 /* longer ones, as of long TXT, are left out */

struct datum {
    char *text; /* owned */
    uint64_t hash;
};

struct root {
    struct datum *data; /* owned */
    size_t count, cap;
};

struct roots {
    struct root *items; /* by parent */
    size_t count;
};

int roots_create(struct roots **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : ERR_NOMEM;
}

void roots_destroy(struct roots *roots)
{
    if (!roots)
        return;
    for (size_t i = 0; i < roots->count; i++) {
        for (size_t j = 0; j < roots->items[i].count; j++)
            free(roots->items[i].data[j].text);
        free(roots->items[i].data);
    }
    free(roots->items);
    free(roots);
}

/* --- noting --- */

static struct root *root_at(struct roots *roots, uint32_t parent)
{
    if (parent >= roots->count) {
        size_t count = roots->count ? roots->count : 16;
        while (count <= parent)
            count *= 2;
        struct root *grown = realloc(roots->items, count * sizeof *grown);
        if (!grown)
            return NULL;
        memset(grown + roots->count, 0, (count - roots->count) * sizeof *grown);
        roots->items = grown;
        roots->count = count;
    }
    return &roots->items[parent];
}

static int put_datum(struct root *root, const char *text, uint64_t hash)
{
    for (size_t i = 0; i < root->count; i++) {
        if (strcmp(root->data[i].text, text) == 0)
            return 0;
    }
    if (root->count == ROOTS_DATA_MAX)
        return 0;
    if (root->count == root->cap) {
        size_t cap = root->cap ? root->cap * 2 : 4;
        struct datum *grown = realloc(root->data, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        root->data = grown;
        root->cap = cap;
    }
    struct datum *datum = &root->data[root->count];
    *datum = (struct datum){.text = strdup(text), .hash = hash};
    return datum->text ? (root->count++, 0) : ERR_NOMEM;
}

/* TEXT with {} for the first label of ASKED, which is random: where it stands there, it was
 * written there. */
static void mark_label(char *text, const uint8_t *asked)
{
    char label[NAME_LABEL_MAX + 1];
    memcpy(label, asked + 1, asked[0]);
    label[asked[0]] = '\0';
    char *at = asked[0] >= 2 ? strstr(text, label) : NULL;
    if (!at)
        return;
    memcpy(at, "{}", 2);
    memmove(at + 2, at + asked[0], strlen(at + asked[0]) + 1);
}

/* Of a chain its first link alone: the others are other names'. */
static bool is_own(const struct part *part, uint16_t index)
{
    uint16_t first = part->records[0].type;
    if (first == TYPE_CNAME || first == TYPE_DNAME)
        return index == 0;
    return part->records[index].type == part->type;
}

int roots_note(struct roots *roots, uint32_t parent, const uint8_t *asked, const struct part *part)
{
    struct root *root = root_at(roots, parent);
    char text[CODE_TEXT_MAX + DATUM_TEXT_MAX];
    int error = root ? 0 : ERR_NOMEM;
    for (uint16_t i = 0; i < part->record_count && !error; i++) {
        const struct hit_record *record = &part->records[i];
        if (!is_own(part, i))
            continue;
        code_type_to_text(record->type, text);
        size_t len = strlen(text);
        text[len++] = ' ';
        if (rdata_to_text(record->type, record->rdata, record->rdata_len, true, text + len,
                          DATUM_TEXT_MAX) != 0)
            continue;
        if (record->type == TYPE_CNAME)
            mark_label(text + len, asked);
        error =
            put_datum(root, text, wildcard_hash(record->type, record->rdata, record->rdata_len));
    }
    return error;
}

/* --- telling --- */

struct line {
    char name[NAME_TEXT_MAX];
    const char *evidence;
    const struct root *root; /* NULL: nothing noted */
    const struct wildcards *wildcards;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->name, ((const struct line *)b)->name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t take_lines(const struct roots_view *views, size_t count, struct line *lines)
{
    size_t line_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct wildcard_root found;
        for (uint32_t parent = 0; wildcards_root(views[i].wildcards, &parent, &found); parent++) {
            if (lines) {
                struct line *line = &lines[line_count];
                name_to_text(found.name, line->name);
                line->evidence = found.evidence;
                line->wildcards = views[i].wildcards;
                line->root = parent < views[i].roots->count ? &views[i].roots->items[parent] : NULL;
            }
            line_count++;
        }
    }
    return line_count;
}

/* All that was noted but what turned out to be made up; how many. */
static size_t take_texts(const struct line *line, char **texts)
{
    size_t count = 0;
    for (size_t i = 0; line->root && i < line->root->count; i++) {
        if (!wildcards_is_made_up(line->wildcards, line->root->data[i].hash))
            texts[count++] = line->root->data[i].text;
    }
    return count;
}

/* The lines from FIRST on that are about one wildcard, as one; how many there were. */
static size_t put_line(struct text *out, const struct line *first, size_t left)
{
    size_t same = 0, data_count = 0, told = 0;
    while (same < left && strcmp(first[same].name, first->name) == 0)
        data_count += first[same].root ? first[same].root->count : 0, same++;
    char **data = calloc(data_count + 1, sizeof *data);
    if (!data) {
        out->failed = true;
        return same;
    }
    data_count = 0;
    for (size_t i = 0; i < same; i++)
        data_count += take_texts(&first[i], data + data_count);
    qsort(data, data_count, sizeof *data, by_text);
    for (size_t i = 0; i < data_count; i++) {
        if (i == 0 || strcmp(data[i], data[i - 1]) != 0)
            data[told++] = data[i];
    }
    text_printf(out, strcmp(first->name, ".") == 0 ? "*%s\t%s" : "*.%s\t%s", first->name,
                first->evidence);
    for (size_t i = 0; i < told; i++) {
        text_putc(out, '\t');
        text_puts(out, data[i]);
    }
    text_putc(out, '\n');
    free(data);
    return same;
}

void roots_put(struct text *out, const struct roots_view *views, size_t count)
{
    size_t line_count = take_lines(views, count, NULL);
    struct line *lines = calloc(line_count + 1, sizeof *lines);
    if (!lines) {
        out->failed = true;
        return;
    }
    (void)take_lines(views, count, lines);
    qsort(lines, line_count, sizeof *lines, by_name);
    for (size_t i = 0; i < line_count;)
        i += put_line(out, &lines[i], line_count - i);
    free(lines);
}
