// SPDX-License-Identifier: BSD-2-Clause
/* Commands prepared without a disk: a few pretended files, a pretended configuration,
 * and a command line written as one string. */
#ifndef TESTS_CMD_FIXTURE_H
#define TESTS_CMD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/setup.h"

static const struct pretended {
    const char *path;
    enum disk_kind kind;
    const char *content;
} pretended_files[] = {
    {"names", DISK_FILE, "a.example\nb.example\n"},
    {"words", DISK_FILE, "www\nmail\n"},
    {"domains", DISK_FILE, "one.example\r\n# comment\n\n*.two.example\nbad..name\nONE.example.\n"},
    {"empty", DISK_FILE, "# nothing\n"},
    {"queries", DISK_FILE, "www.example.com A\nmail.example.com MX\n"},
    {"scope", DISK_FILE, "*.In.example\nx.example\nnot a name\n"},
    {"servers", DISK_FILE, "192.0.2.1\n"},
    {"-", DISK_STREAM, "stdin.example\n"},
    {"pipe", DISK_STREAM, "piped.example\n"},
    {"folder", DISK_FOLDER, NULL},
    {"folder.example", DISK_FOLDER, NULL},
    {"secret", DISK_REFUSED, NULL},
    {"key", DISK_FILE, "hmac-sha512:file.key:c2VjcmV0\n"},
    {"torn", DISK_FILE, NULL}, /* can be seen, fails when read */
};

static bool pretended_terminal;
static const char *pretended_config; /* NULL: there is none */

static inline const struct pretended *pretended_find(const char *path)
{
    if (strncmp(path, "./", 2) == 0)
        path += 2;
    for (size_t i = 0; i < sizeof pretended_files / sizeof pretended_files[0]; i++)
        if (strcmp(pretended_files[i].path, path) == 0)
            return &pretended_files[i];
    return NULL;
}

static inline enum disk_kind pretended_look(const char *path)
{
    const struct pretended *file = pretended_find(path);
    if (file && file->kind == DISK_REFUSED)
        errno = EACCES;
    return file ? file->kind : DISK_NONE;
}

/* Nothing can be made in a folder that is not there. */
static inline bool pretended_may_write(const char *path)
{
    errno = ENOENT;
    return strchr(path, '/') == NULL || strncmp(path, "./", 2) == 0;
}

static inline bool pretended_is_same(const char *a, const char *b)
{
    const struct pretended *file = pretended_find(a);
    return file && file->kind == DISK_FILE && file == pretended_find(b);
}

static inline int pretended_each(const char *path,
                                 int (*item)(void *ctx, const char *file, const struct line *line),
                                 void *ctx)
{
    const struct pretended *file = pretended_find(path);
    if (!file || !file->content) {
        errno = EIO;
        return ERR_IO;
    }
    uint64_t number = 1;
    int error = 0;
    for (const char *at = file->content; *at && !error; number++) {
        size_t len = strcspn(at, "\n");
        struct line line = {.data = at, .len = len, .number = number};
        at += len + (at[len] == '\n');
        if (lines_trim(&line.data, &line.len) != LINES_SKIP)
            error = item(ctx, path, &line);
    }
    return error;
}

static inline bool pretended_is_terminal(void)
{
    return pretended_terminal;
}

static inline int pretended_read_config(struct opts *opts, const char *path, struct text *why)
{
    if (!pretended_config)
        return 0;
    int error = opts_parse_config(opts, path, pretended_config, strlen(pretended_config), why);
    return error ? error : 1;
}

/* Others may read what is no regular file. */
static inline int pretended_read_secret(const char *path, char *out, size_t cap, size_t *len)
{
    const struct pretended *file = pretended_find(path);
    *len = 0;
    if (!file || !file->content) {
        errno = ENOENT;
        return ERR_IO;
    }
    if (file->kind != DISK_FILE)
        return ERR_RANGE;
    *len = strlen(file->content) < cap ? strlen(file->content) : cap;
    memcpy(out, file->content, *len);
    return 0;
}

static const struct cmd_disk pretended_disk = {
    .look = pretended_look,
    .may_write = pretended_may_write,
    .is_same_file = pretended_is_same,
    .each_line = pretended_each,
    .stdin_is_terminal = pretended_is_terminal,
    .read_secret = pretended_read_secret,
    .read_config = pretended_read_config,
};

/* A command being prepared. */
struct run {
    struct opts *opts;
    struct setup setup;
    struct text why;
    const struct scan_params *params;
    char message[512];
    char words[1024];
    char *argv[64];
    int argc;
    char *env[4];
};

/* LINE is "COMMAND word word"; words are apart by blanks. The result of cmd_prepare. */
static inline int run_begin(struct run *run, const char *line)
{
    const struct cmd *cmd = NULL;
    memset(run, 0, sizeof *run);
    log_init(LOG_ERROR, false);
    snprintf(run->words, sizeof run->words, "%s", line);
    for (char *word = strtok(run->words, " "); word; word = strtok(NULL, " "))
        run->argv[run->argc++] = word;
    for (const struct cmd *const *at = cmd_list; *at; at++)
        if (strcmp((*at)->name, run->argv[0]) == 0)
            cmd = *at;
    assert_non_null(cmd);
    run->env[0] = "HOME=/home/nobody";
    run->params = &run->setup.params;
    int result = cmd_prepare(cmd, run->argc - 1, run->argv + 1, run->env, &pretended_disk,
                             &run->opts, &run->setup, &run->why);
    snprintf(run->message, sizeof run->message, "%.*s", (int)run->why.len,
             run->why.data ? run->why.data : "");
    return result;
}

static inline void run_end(struct run *run)
{
    opts_destroy(run->opts);
    setup_deinit(&run->setup);
    text_deinit(&run->why);
}

static inline void run_ok(struct run *run, const char *line)
{
    if (run_begin(run, line) != 0)
        fail_msg("\"%s\" is refused: %s", line, run->message);
}

/* LINE ends in ERROR with MESSAGE. */
static inline void assert_refused(const char *line, int error, const char *message)
{
    struct run run;
    int result = run_begin(&run, line);
    if (result != error)
        fail_msg("\"%s\" gives %d, not %d: %s", line, result, error, run.message);
    assert_string_equal(run.message, message);
    run_end(&run);
}

static inline void assert_list(const struct str_list *list, const char *joined)
{
    char all[1024] = "";
    size_t len = 0;
    for (size_t i = 0; i < list->count; i++)
        len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", i ? " " : "", list->items[i]);
    assert_string_equal(all, joined);
}

#endif
