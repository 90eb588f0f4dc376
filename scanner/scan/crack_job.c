// SPDX-License-Identifier: BSD-2-Clause
/* `crack` from its files to its exit code.
 *
 * 1. All hash files are read into one table; bad lines are told and counted.
 * 2. The output is opened, the run made; each name is written as it is found.
 * 3. Summary and --stats. Hashes that stay are no failure; a limit or a signal is. */
#include "scan/crack_job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/process.h"
#include "out/cracked.h"
#include "out/line_file.h"
#include "scan/crack.h"
#include "scan/crack_targets.h"
#include "scan/display.h"
#include "scan/signals.h"
#include "scan/stats_file.h"
#include "source/hashfile.h"

struct job {
    const struct scan_params *params;
    struct crack_params crack;
    struct crack_targets *targets;
    struct crack_result result;
    uint64_t bad_lines;
    struct line_file output;
    bool is_open, is_json;
    int64_t started_ms;
    struct display display;
    uint64_t shown_hashes; /* when progress was shown last */
};

static const char *output_name(const struct job *job)
{
    return job->params->outputs[0].path ? job->params->outputs[0].path : "stdout";
}

/* --- reading --- */

static int take_record(void *ctx, const uint8_t *zone, const struct hash_record *record)
{
    struct job *job = ctx;
    int error = crack_targets_add(job->targets, zone, record);
    if (error)
        log_error("%s", error == ERR_FULL ? "too many hashes, or too many zones and parameters"
                                          : err_text(error));
    return error;
}

static int read_files(struct job *job)
{
    const struct str_list *files = &job->params->hash_files;
    int error = crack_targets_create(&job->targets);
    for (size_t i = 0; i < files->count && !error; i++) {
        uint64_t bad_lines;
        error = hashfile_read(files->items[i], take_record, job, &bad_lines);
        job->bad_lines += bad_lines;
    }
    if (!error && job->targets->count == 0)
        log_note("warning: no hashes to crack");
    return error;
}

/* --- while it runs --- */

static int write_found(void *ctx, const struct crack_find *find)
{
    struct job *job = ctx;
    const struct cracked_line line = {
        .hash = find->record->hash,
        .zone = find->zone,
        .name = find->name,
        .params = &find->record->params,
        .has_types = find->record->has_types,
        .is_opt_out = find->record->is_opt_out,
        .types = find->record->types,
        .source = crack_by_text(find->by),
        .time_ms = clock_wall_ms(),
    };
    size_t kept = job->output.pending.len;
    if (job->is_json)
        cracked_line_json(&job->output.pending, &line);
    else
        cracked_line_text(&job->output.pending, &line);
    return line_file_added(&job->output, kept);
}

static bool is_interrupted(void *ctx)
{
    (void)ctx;
    return signals_count() > 0;
}

static void tell_progress(void *ctx, const struct crack_status *status)
{
    struct job *job = ctx;
    double seconds = display_due(&job->display, status->elapsed);
    if (seconds == 0)
        return;
    const struct cracked_progress progress = {
        .stage = status->stage,
        .done = status->done,
        .total = status->total,
        .cracked = status->cracked,
        .targets = job->targets->count,
        .hashes_per_second = (double)(status->hashes - job->shown_hashes) / seconds,
    };
    struct text text = {0};
    (job->display.is_json ? cracked_progress_json : cracked_progress_line)(&text, &progress);
    display_text(&job->display, &text);
    job->shown_hashes = status->hashes;
}

/* --- after --- */

static enum scan_exit choose_exit(const struct job *job, int error)
{
    int signal_number = signals_first();
    if (signal_number)
        return signal_number == SIGINT ? SCAN_EXIT_SIGINT : SCAN_EXIT_SIGTERM;
    if (error == ERR_CLOSED)
        return SCAN_EXIT_CLOSED;
    if (error == ERR_SYNTAX)
        return SCAN_EXIT_USAGE;
    if (error)
        return SCAN_EXIT_FATAL;
    return job->result.is_stopped ? SCAN_EXIT_INCOMPLETE : SCAN_EXIT_COMPLETE;
}

static void fill_stats(const struct job *job, struct cracked_stats *stats, enum scan_exit code)
{
    const struct str_list *files = &job->params->hash_files;
    const struct sha1_kernel *kernel =
        job->crack.kernel ? sha1_kernel_find(job->crack.kernel) : sha1_kernel_best();
    struct process_use use = process_use_now();
    *stats = (struct cracked_stats){
        .targets = job->result.targets,
        .chains = job->result.chains,
        .bad_lines = job->bad_lines,
        .hashes = job->result.hashes,
        .source_count = CRACK_BY_COUNT,
        .kernel = kernel ? kernel->name : "none",
        .threads = job->params->thread_count,
        .seconds = (double)job->result.elapsed / 1e9,
        .cpu_seconds = use.cpu_seconds,
        .max_rss_bytes = use.max_rss_bytes,
        .exit_code = (int)code,
        .is_complete = code == SCAN_EXIT_COMPLETE,
        .subject = files->count > 1                    ? "several files"
                   : strcmp(files->items[0], "-") == 0 ? "stdin"
                                                       : files->items[0],
        .output_path = output_name(job),
        .command_line = job->params->command_line,
        .version = DNSTRAWL_VERSION,
        .started_ms = job->started_ms,
        .ended_ms = clock_wall_ms(),
    };
    for (size_t i = 0; i < CRACK_BY_COUNT; i++) {
        stats->sources[i] = crack_by_text((enum crack_by)i);
        stats->by_source[i] = job->result.cracked[i];
        stats->cracked += job->result.cracked[i];
    }
}

static void tell_summary(const struct cracked_stats *stats)
{
    struct text text = {0};
    cracked_summary(&text, stats);
    for (size_t at = 0; at < text.len && !text.failed;) {
        const char *line = text.data + at;
        const char *stop = memchr(line, '\n', text.len - at);
        size_t len = stop ? (size_t)(stop - line) : text.len - at;
        log_note("%.*s", (int)len, line);
        at += len + 1;
    }
    text_deinit(&text);
}

static enum scan_exit write_stats(const struct job *job, const struct cracked_stats *stats,
                                  enum scan_exit code)
{
    struct text text = {0};
    cracked_stats(&text, stats);
    code = stats_file_write(job->params, &text, code);
    text_deinit(&text);
    return code;
}

static enum scan_exit finish(struct job *job, int error)
{
    struct cracked_stats stats;
    log_paint("");
    int written = job->is_open ? line_file_close(&job->output) : 0;
    if (written && written != ERR_CLOSED && signals_first() == 0)
        log_error("%s: %s", output_name(job),
                  written == ERR_IO ? strerror(errno) : err_text(written));
    enum scan_exit code = choose_exit(job, error ? error : written);
    fill_stats(job, &stats, code);
    if (job->is_open && code != SCAN_EXIT_CLOSED)
        tell_summary(&stats);
    if (job->params->stats_path)
        code = write_stats(job, &stats, code);
    signals_end();
    return code;
}

static int open_output(struct job *job)
{
    const struct scan_output *output = &job->params->outputs[0];
    display_init(&job->display, job->params, 0); /* its clock counts from the start */
    job->is_json = strcmp(output->format, "ndjson") == 0;
    int error = output->path
                    ? line_file_open(&job->output, AT_FDCWD, output->path, LINE_FILE_TRUNCATE)
                    : line_file_open_stdout(&job->output);
    job->is_open = error == 0;
    if (error)
        log_error("%s: %s", output_name(job), strerror(errno));
    return error;
}

static void set_crack(struct job *job)
{
    const struct scan_params *params = job->params;
    job->crack = (struct crack_params){.word_files = params->word_files,
                                       .masks = params->masks,
                                       .increments = params->mask_increments,
                                       .name_files = params->from_files,
                                       .is_shallow = params->is_shallow,
                                       .thread_count = params->thread_count,
                                       .time_max = params->time_max,
                                       .kernel = params->sha1};
    memcpy(job->crack.charsets, params->charsets, sizeof job->crack.charsets);
}

enum scan_exit crack_job_run(const struct scan_params *params)
{
    struct job job = {.params = params, .started_ms = clock_wall_ms()};
    const struct crack_hooks hooks = {
        .ctx = &job, .found = write_found, .stop = is_interrupted, .progress = tell_progress};
    signals_install();
    set_crack(&job);
    int error = read_files(&job);
    if (!error)
        error = open_output(&job);
    if (!error)
        error = crack_run_targets(&job.crack, job.targets, &hooks, &job.result);
    if (error == ERR_NOMEM)
        log_error("%s", err_text(error));
    enum scan_exit code = finish(&job, error);
    crack_targets_destroy(job.targets);
    return code;
}
