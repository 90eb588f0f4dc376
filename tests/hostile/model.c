// SPDX-License-Identifier: BSD-2-Clause
/* The names are read, sorted, and rid of repeats; then every ancestor that is missing is
 * added, and all is sorted again. */
#include "tests/hostile/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/canon.h"

#define LINE_MAX 2048 /* a name in escapes, and kinds */

static const char *const default_lines[] = {
    "www a aaaa", "mail",      "ftp",    "text txt", "a.b.deep", "z.b.deep",
    "*.wild",     "real.wild", "sub ns", "vpn",      "m",        "0",
};

static int compare_hosts(const void *a, const void *b)
{
    return canon_compare(((const struct host *)a)->name.wire, ((const struct host *)b)->name.wire);
}

static int add(struct model *model, const struct name *name, unsigned kinds)
{
    if (model->count == MODEL_HOSTS_MAX)
        return ERR_RANGE;
    if ((model->count & (model->count - 1)) == 0) { /* a power of two: full */
        size_t cap = model->count ? model->count * 2 : 1;
        struct host *grown = realloc(model->hosts, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        model->hosts = grown;
    }
    model->hosts[model->count++] = (struct host){*name, kinds};
    return 0;
}

static void sort(struct model *model)
{
    size_t kept = 0;
    qsort(model->hosts, model->count, sizeof *model->hosts, compare_hosts);
    for (size_t i = 0; i < model->count; i++) {
        if (kept > 0 && compare_hosts(&model->hosts[kept - 1], &model->hosts[i]) == 0)
            model->hosts[kept - 1].kinds |= model->hosts[i].kinds;
        else
            model->hosts[kept++] = model->hosts[i];
    }
    model->count = kept;
}

static int add_empty(struct model *model)
{
    int err = 0;
    size_t named = model->count;
    for (size_t i = 0; i < named && !err; i++) {
        struct name name = model->hosts[i].name;
        while (!err && name.len > model->apex.len) {
            size_t label_len = name.wire[0] + 1u;
            memmove(name.wire, name.wire + label_len, name.len - label_len);
            name.len = (uint8_t)(name.len - label_len);
            err = add(model, &name, HOST_EMPTY);
        }
    }
    sort(model);
    return err;
}

static int kind_of(const char *word, unsigned *kinds)
{
    static const struct {
        const char *word;
        unsigned kind;
    } words[] = {{"a", HOST_A}, {"aaaa", HOST_AAAA}, {"txt", HOST_TXT}, {"ns", HOST_CUT}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!strcmp(word, words[i].word)) {
            *kinds |= words[i].kind;
            return 0;
        }
    }
    return ERR_SYNTAX;
}

/* Blank lines and comments are nothing. */
static int add_line(struct model *model, const char *given)
{
    char line[LINE_MAX], *rest;
    struct name name;
    unsigned kinds = 0;
    snprintf(line, sizeof line, "%s", given);
    const char *word = strtok_r(line, " \t\r\n", &rest);
    if (!word || *word == '#')
        return 0;
    int err = name_from_text(&name, word, strlen(word));
    if (!err)
        err = name_join(&name, &name, &model->apex);
    while (!err && (word = strtok_r(NULL, " \t\r\n", &rest)))
        err = kind_of(word, &kinds);
    return err ? err : add(model, &name, kinds ? kinds : HOST_A);
}

static int read_file(struct model *model, const char *path)
{
    char line[LINE_MAX];
    int err = 0;
    FILE *in = fopen(path, "re");
    if (!in) {
        perror(path);
        return ERR_IO;
    }
    for (unsigned number = 1; !err && fgets(line, sizeof line, in); number++) {
        err = add_line(model, line);
        if (err)
            fprintf(stderr, "%s:%u: %s\n", path, number, err_text(err));
    }
    fclose(in);
    return err;
}

int model_init(struct model *model, const char *apex, const char *file)
{
    *model = (struct model){0};
    int err = name_from_text(&model->apex, apex, strlen(apex));
    if (!err)
        err = add(model, &model->apex, HOST_APEX | HOST_A);
    if (!err && file)
        err = read_file(model, file);
    for (size_t i = 0; !err && !file && i < sizeof default_lines / sizeof *default_lines; i++)
        err = add_line(model, default_lines[i]);
    return err ? err : add_empty(model);
}

void model_deinit(struct model *model)
{
    free(model->hosts);
    *model = (struct model){0};
}

/* How many hosts stand at or before NAME. */
static size_t rank_of(const struct model *model, const uint8_t *name)
{
    size_t low = 0, high = model->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (canon_compare(model->hosts[middle].name.wire, name) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct host *model_find(const struct model *model, const uint8_t *name)
{
    size_t rank = rank_of(model, name);
    if (rank == 0 || canon_compare(model->hosts[rank - 1].name.wire, name) != 0)
        return NULL;
    return &model->hosts[rank - 1];
}

const struct host *model_encloser(const struct model *model, const uint8_t *name)
{
    const struct host *found;
    while (!(found = model_find(model, name)))
        name = name_parent(name);
    return found;
}

const struct host *model_before(const struct model *model, const uint8_t *name)
{
    size_t rank = rank_of(model, name);
    while (rank > 1 && model->hosts[rank - 1].kinds == HOST_EMPTY)
        rank--;
    return &model->hosts[rank ? rank - 1 : 0];
}

const struct host *model_after(const struct model *model, const uint8_t *name)
{
    size_t rank = rank_of(model, name);
    while (rank < model->count && model->hosts[rank].kinds == HOST_EMPTY)
        rank++;
    return &model->hosts[rank < model->count ? rank : 0];
}

const struct host *model_cut(const struct model *model, const uint8_t *name)
{
    for (; name_len(name) > model->apex.len; name = name_parent(name)) {
        const struct host *host = model_find(model, name);
        if (host && host->kinds & HOST_CUT)
            return host;
    }
    return NULL;
}
