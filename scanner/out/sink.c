// SPDX-License-Identifier: BSD-2-Clause
/* A sink: a format and where its lines go, one file (out/line_file.h) or one file per
 * zone (out/split.h).
 *
 * The first error of any of its files ends it: it is kept and given again, while lines
 * already gathered for the other files of a split are still written when it is closed. */
#include "out/sink_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "out/split.h"

struct out_sink {
    const struct out_format *format;
    char *path;            /* for messages */
    struct split *split;   /* NULL: `file` is it */
    struct line_file file; /* fd -1 when split */
    int error, cause;      /* sticky */
};

static struct out_sink *sink_new(const struct out_format *format, const char *path)
{
    struct out_sink *sink = calloc(1, sizeof *sink);
    if (!sink)
        return NULL;
    sink->format = format;
    sink->file.fd = -1;
    sink->path = strdup(path);
    if (!sink->path) {
        free(sink);
        return NULL;
    }
    return sink;
}

static void sink_free(struct out_sink *sink)
{
    free(sink->path);
    free(sink);
}

/* Frees SINK, which could not be opened, and passes ERROR on with its errno. */
static int give_up(struct out_sink *sink, int error)
{
    int cause = errno;
    (void)!line_file_close(&sink->file);
    sink_free(sink);
    errno = cause;
    return error;
}

int out_sink_open(struct out_sink **out, const struct out_format *format, const char *path)
{
    *out = NULL;
    struct out_sink *sink = sink_new(format, path ? path : "stdout");
    if (!sink)
        return ERR_NOMEM;
    int error = path ? line_file_open(&sink->file, AT_FDCWD, path, LINE_FILE_TRUNCATE)
                     : line_file_open_stdout(&sink->file);
    if (error)
        return give_up(sink, error);
    if (format->begin) /* written with the first flush, at the latest when closed */
        format->begin(&sink->file.pending);
    if (sink->file.pending.failed) {
        text_clear(&sink->file.pending);
        return give_up(sink, ERR_NOMEM);
    }
    *out = sink;
    return 0;
}

int out_split_open(struct out_sink **out, const struct out_format *format, const char *folder)
{
    *out = NULL;
    struct out_sink *sink = sink_new(format, folder);
    if (!sink)
        return ERR_NOMEM;
    int error = split_open(&sink->split, format, folder);
    if (error)
        return give_up(sink, error);
    *out = sink;
    return 0;
}

void out_sink_set_writer(struct out_sink *sink, struct line_writer writer)
{
    if (sink->split)
        split_set_writer(sink->split, writer);
    else
        sink->file.writer = writer;
}

/* Keeps the first error; 0 stays 0. */
static int keep(struct out_sink *sink, int error)
{
    if (error && !sink->error) {
        sink->error = error;
        sink->cause = errno;
    }
    if (sink->error)
        errno = sink->cause;
    return sink->error;
}

static bool is_for(const struct out_format *format, enum hit_stage stage)
{
    switch (stage) {
    case HIT_EARLY:
    case HIT_RETRACTED:
        return format->can_retract;
    case HIT_LATE:
        return !format->can_retract;
    case HIT_FINAL:
        break;
    }
    return true;
}

int out_sink_hit(struct out_sink *sink, const struct hit *hit)
{
    struct line_file *file = &sink->file;
    if (sink->error)
        return keep(sink, 0);
    if (!is_for(sink->format, hit->stage))
        return 0;
    if (sink->split) {
        int error = split_file_of(sink->split, hit->zone, &file);
        if (error)
            return keep(sink, error);
    }
    size_t kept = file->pending.len;
    sink->format->hit(&file->pending, hit);
    return keep(sink, line_file_added(file, kept));
}

int out_sink_flush(struct out_sink *sink)
{
    if (sink->error)
        return keep(sink, 0);
    return keep(sink, sink->split ? split_flush(sink->split) : line_file_flush(&sink->file));
}

int out_sink_close(struct out_sink *sink)
{
    if (!sink)
        return 0;
    int error = keep(sink, sink->split ? split_close(sink->split) : line_file_close(&sink->file));
    int cause = errno;
    sink_free(sink);
    errno = cause;
    return error;
}

const char *out_sink_path(const struct out_sink *sink)
{
    return sink->path;
}
