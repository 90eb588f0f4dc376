// SPDX-License-Identifier: BSD-2-Clause
#include "scan/writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"

struct writer {
    pthread_mutex_t mutex; /* guards first, last, count, bytes, is_woken */
    pthread_cond_t woken;
    struct hit_node *first, **last;
    size_t count, bytes;
    bool is_woken;

    const struct scan_params *params;
    struct out_sink **results; /* by --show */
    size_t result_count;
    struct out_sink *unresolved;
    int error; /* sticky */
};

/* The first error is told and kept; the other outputs are still written to. A closed
 * stdout is no fault and told by nobody. */
static int complain(struct writer *writer, const char *path, int error)
{
    if (writer->error != 0)
        return error;
    if (error == ERR_CLOSED)
        return writer->error = error;
    log_error("%s: %s", path, error == ERR_IO ? strerror(errno) : err_text(error));
    return writer->error = error;
}

static int open_results(struct writer *writer)
{
    const struct scan_params *params = writer->params;
    writer->results = calloc(params->output_count + 1, sizeof *writer->results);
    if (!writer->results)
        return ERR_NOMEM;
    for (size_t i = 0; i < params->output_count; i++) {
        const struct scan_output *output = &params->outputs[i];
        struct out_sink **sink = &writer->results[writer->result_count];
        const char *path = output->path ? output->path : "stdout";
        int error = out_sink_open(sink, out_format_find(output->format), output->path);
        if (error != 0)
            return complain(writer, path, error);
        writer->result_count++;
    }
    if (params->split_dir) {
        const struct out_format *format = out_format_find(params->outputs[0].format);
        int error =
            out_split_open(&writer->results[writer->result_count], format, params->split_dir);
        if (error != 0)
            return complain(writer, params->split_dir, error);
        writer->result_count++;
    }
    return 0;
}

int writer_open(struct writer **out, const struct scan_params *params)
{
    *out = NULL;
    struct writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return ERR_NOMEM;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&writer->woken, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&writer->mutex, NULL);
    writer->last = &writer->first;
    writer->params = params;
    int error = open_results(writer);
    if (error == 0 && params->unresolved_path) {
        error = out_sink_open(&writer->unresolved, &out_names, params->unresolved_path);
        if (error != 0)
            (void)complain(writer, params->unresolved_path, error);
    }
    if (error != 0) {
        int again = writer_close(writer); /* told already */
        return again != 0 ? again : error;
    }
    *out = writer;
    return 0;
}

void writer_put(struct writer *writer, struct hit_node *node)
{
    pthread_mutex_lock(&writer->mutex);
    node->next = NULL;
    *writer->last = node;
    writer->last = &node->next;
    writer->count++;
    writer->bytes += node->bytes;
    pthread_mutex_unlock(&writer->mutex);
}

bool writer_is_full(struct writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    bool is_full = writer->count >= WRITER_QUEUE_MAX || writer->bytes >= WRITER_BYTES_MAX;
    pthread_mutex_unlock(&writer->mutex);
    return is_full;
}

void writer_wake(struct writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    writer->is_woken = true;
    pthread_cond_signal(&writer->woken);
    pthread_mutex_unlock(&writer->mutex);
}

static struct hit_node *take_all(struct writer *writer, mono_ns wait)
{
    mono_ns until = clock_mono_ns() + wait;
    struct timespec deadline = {.tv_sec = until / NS_PER_S, .tv_nsec = until % NS_PER_S};
    pthread_mutex_lock(&writer->mutex);
    while (wait > 0 && !writer->is_woken) {
        if (pthread_cond_timedwait(&writer->woken, &writer->mutex, &deadline) == ETIMEDOUT)
            break;
    }
    struct hit_node *nodes = writer->first;
    writer->first = NULL;
    writer->last = &writer->first;
    writer->count = writer->bytes = 0;
    writer->is_woken = false;
    pthread_mutex_unlock(&writer->mutex);
    return nodes;
}

static void write_hit(struct writer *writer, const struct hit *hit)
{
    for (size_t i = 0; writer->params->show[hit->verdict] && i < writer->result_count; i++) {
        int error = out_sink_hit(writer->results[i], hit);
        if (error != 0)
            (void)complain(writer, out_sink_path(writer->results[i]), error);
    }
    if (writer->unresolved && hit->verdict == VERDICT_UNRESOLVED) {
        int error = out_sink_hit(writer->unresolved, hit);
        if (error != 0)
            (void)complain(writer, writer->params->unresolved_path, error);
    }
}

static void flush_all(struct writer *writer)
{
    for (size_t i = 0; i < writer->result_count; i++) {
        int error = out_sink_flush(writer->results[i]);
        if (error != 0)
            (void)complain(writer, out_sink_path(writer->results[i]), error);
    }
    if (writer->unresolved) {
        int error = out_sink_flush(writer->unresolved);
        if (error != 0)
            (void)complain(writer, writer->params->unresolved_path, error);
    }
}

int writer_write(struct writer *writer, mono_ns wait)
{
    struct hit_node *node = take_all(writer, wait);
    while (node) {
        struct hit_node *next = node->next;
        write_hit(writer, &node->hit);
        hit_destroy(node);
        node = next;
    }
    flush_all(writer);
    return writer->error;
}

int writer_close(struct writer *writer)
{
    if (!writer)
        return 0;
    for (struct hit_node *node = take_all(writer, 0), *next; node; node = next) {
        next = node->next;
        hit_destroy(node);
    }
    for (size_t i = 0; i < writer->result_count; i++) {
        int error = out_sink_close(writer->results[i]);
        if (error != 0)
            (void)complain(writer, "output", error);
    }
    int error = out_sink_close(writer->unresolved);
    if (error != 0)
        (void)complain(writer, writer->params->unresolved_path, error);
    error = writer->error;
    free(writer->results);
    pthread_cond_destroy(&writer->woken);
    pthread_mutex_destroy(&writer->mutex);
    free(writer);
    return error;
}
