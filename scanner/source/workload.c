// SPDX-License-Identifier: BSD-2-Clause
/* The three kinds behind one door.
 *
 * Names: workload_names.c. Files and captures: a stock (workload_stock.c), of which worker w of T
 * asks queries w, w + T, w + 2T... and so on round and round. All that a worker writes is its own
 * place, which has cache lines of its own. */
#include "source/workload.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "source/workload_capture.h"
#include "source/workload_file.h"
#include "source/workload_names.h"
#include "source/workload_stock.h"

#define CACHE_LINE    64
/* A file of so few queries comes round within a second or so, and then meets a cache that has
 * all of it: asked once in the warm-up, it does from the start. */
#define WARM_FILE_MAX 10000

struct place {
    _Alignas(CACHE_LINE) uint64_t next; /* query of the stock */
    struct names_stream names;
};

_Static_assert(sizeof(struct place) % CACHE_LINE == 0, "no two workers write one line");

struct workload {
    enum workload_kind kind;
    unsigned workers;
    bool repeats; /* WORKLOAD_CAPTURE; files always do */
    uint64_t refused, warm_next;
    mono_ns span;
    struct workload_names *names; /* WORKLOAD_NAMES */
    struct stock stock;           /* the others */
    struct place *places;
    char *path;
};

static void start(struct workload *workload)
{
    for (unsigned i = 0; i < workload->workers; i++)
        workload->places[i].next = i;
}

static int read_stock(struct workload *workload, const struct workload_params *params,
                      struct text *why)
{
    workload->path = strdup(params->path);
    if (!workload->path)
        return ERR_NOMEM;
    bool is_capture = workload_capture_is(params->path);
    workload->kind = is_capture ? WORKLOAD_CAPTURE : WORKLOAD_FILE;
    stock_init(&workload->stock, is_capture, STOCK_OCTETS_MAX);
    int error = is_capture ? workload_capture_read(&workload->stock, params->path,
                                                   &workload->refused, &workload->span, why)
                           : workload_file_read(&workload->stock, params->path, params->flags,
                                                &workload->refused, why);
    stock_close(&workload->stock);
    return error;
}

static int make(struct workload *workload, const struct workload_params *params, struct text *why)
{
    assert(params->workers > 0 && params->workers <= WORKLOAD_WORKERS_MAX);
    workload->workers = params->workers;
    workload->places = aligned_alloc(CACHE_LINE, params->workers * sizeof *workload->places);
    if (!workload->places)
        return ERR_NOMEM;
    for (unsigned i = 0; i < params->workers; i++)
        names_stream_init(&workload->places[i].names, params->seed, i);
    int error = params->path
                    ? read_stock(workload, params, why)
                    : workload_names_create(&workload->names, params, &workload->refused, why);
    start(workload);
    return error;
}

int workload_create(struct workload **out, const struct workload_params *params, struct text *why)
{
    struct workload *workload = calloc(1, sizeof *workload);
    size_t before = why->len;
    int error = workload ? make(workload, params, why) : ERR_NOMEM;
    *out = NULL;
    if (error) {
        if (why->len == before)
            text_puts(why, err_text(error));
        workload_destroy(workload);
        return error;
    }
    *out = workload;
    return 0;
}

void workload_destroy(struct workload *workload)
{
    if (!workload)
        return;
    workload_names_destroy(workload->names);
    stock_deinit(&workload->stock);
    free(workload->places);
    free(workload->path);
    free(workload);
}

static void write_stocked(const struct workload *workload, uint64_t at, struct workload_query *out)
{
    out->len = (uint16_t)stock_write(&workload->stock, at, out->data, &out->question_len, &out->at);
    out->expects = WORKLOAD_UNKNOWN;
}

bool workload_next(struct workload *workload, unsigned worker, struct workload_query *out)
{
    struct place *place = &workload->places[worker];
    uint64_t count = workload->stock.count;
    if (workload->kind == WORKLOAD_NAMES) {
        workload_names_next(workload->names, &place->names, out);
        return true;
    }
    if (place->next >= count) {
        if (workload->kind == WORKLOAD_CAPTURE && !workload->repeats)
            return false;
        place->next %= count;
    }
    write_stocked(workload, place->next, out);
    place->next += workload->workers;
    if (place->next < count)
        stock_prefetch(&workload->stock, place->next);
    return true;
}

static uint64_t warm_count(const struct workload *workload)
{
    switch (workload->kind) {
    case WORKLOAD_NAMES:
        return workload_names_count(workload->names);
    case WORKLOAD_FILE:
        return workload->stock.count <= WARM_FILE_MAX ? workload->stock.count : 0;
    case WORKLOAD_CAPTURE:
        break;
    }
    return 0;
}

bool workload_next_warm(struct workload *workload, struct workload_query *out)
{
    if (workload->warm_next >= warm_count(workload))
        return false;
    if (workload->kind == WORKLOAD_NAMES)
        workload_names_hit(workload->names, (uint32_t)workload->warm_next, out);
    else
        write_stocked(workload, workload->warm_next, out);
    workload->warm_next++;
    return true;
}

void workload_repeat(struct workload *workload, bool repeats)
{
    workload->repeats = repeats;
}

void workload_rewind(struct workload *workload)
{
    workload->warm_next = 0;
    if (workload->kind == WORKLOAD_CAPTURE)
        start(workload);
}

enum workload_kind workload_kind(const struct workload *workload)
{
    return workload->kind;
}

uint64_t workload_size(const struct workload *workload)
{
    return workload->kind == WORKLOAD_NAMES ? workload_names_count(workload->names)
                                            : workload->stock.count;
}

mono_ns workload_span(const struct workload *workload)
{
    return workload->span;
}

void workload_describe(const struct workload *workload, struct text *out)
{
    char text[UNITS_TEXT_MAX];
    if (workload->kind == WORKLOAD_NAMES) {
        workload_names_describe(workload->names, out);
    } else {
        const char *slash = strrchr(workload->path, '/');
        const char *name = strcmp(workload->path, "-") == 0 ? "stdin" : workload->path;
        text_puts(out, slash ? slash + 1 : name);
        text_printf(out, ", %s quer%s", units_format_count(workload->stock.count, text),
                    workload->stock.count == 1 ? "y" : "ies");
    }
    if (workload->kind == WORKLOAD_CAPTURE)
        text_printf(out, " over %s", units_format_duration(workload->span, text));
    if (workload->refused > 0)
        text_printf(out, ", %s %s%s left out", units_format_count(workload->refused, text),
                    workload->kind == WORKLOAD_CAPTURE ? "packet" : "line",
                    workload->refused == 1 ? "" : "s");
}
