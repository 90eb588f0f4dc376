// SPDX-License-Identifier: BSD-2-Clause
/* Command line, environment, configuration and domain lists: any text, no disk.
 *
 * An input is readable: its first line names the command, the following ones are its
 * arguments; behind a line "==" comes the configuration file, behind another the
 * environment, one variable a line. The configuration is also what every list file and
 * stdin contain. What is accepted must be within its limits. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/setup.h"

#define WORDS_MAX 64

static const char *config;
static size_t config_len;

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Names tell their kind, so that each is within reach of a mutation. */
static enum disk_kind look(const char *path)
{
    errno = EACCES;
    switch (path[0]) {
    case '@':
        return DISK_FILE;
    case '%':
        return DISK_STREAM;
    case '/':
        return DISK_FOLDER;
    case '!':
        return DISK_REFUSED;
    default:
        return DISK_NONE;
    }
}

static bool is_same_file(const char *a, const char *b)
{
    return a[0] == '@' && strcmp(a, b) == 0;
}

static int each_line(const char *path,
                     int (*item)(void *ctx, const char *file, const struct line *line), void *ctx)
{
    uint64_t number = 1;
    int error = 0;
    for (size_t at = 0; at < config_len && !error; number++) {
        const char *stop = memchr(config + at, '\n', config_len - at);
        size_t len = stop ? (size_t)(stop - config) - at : config_len - at;
        struct line line = {.data = config + at, .len = len, .number = number};
        line.too_long = len > LINES_LEN_MAX;
        if (line.too_long)
            line.len = LINES_LEN_MAX;
        at += len + 1;
        if (lines_trim(&line.data, &line.len) != LINES_SKIP)
            error = item(ctx, path, &line);
    }
    return error;
}

static bool may_write(const char *path)
{
    errno = EACCES;
    return path[0] != '/';
}

static bool stdin_is_terminal(void)
{
    return config_len == 0;
}

static int read_config(struct opts *opts, const char *path, struct text *why)
{
    int error = opts_parse_config(opts, path, config, config_len, why);
    return error ? error : 1;
}

static int read_secret(const char *path, char *out, size_t cap, size_t *len)
{
    static const char key[] = "key.test:c2VjcmV0\n";
    *len = sizeof key - 1 < cap ? sizeof key - 1 : cap;
    memcpy(out, key, *len);
    return *path == '@' ? 0 : ERR_RANGE;
}

static const struct cmd_disk disk = {.look = look,
                                     .may_write = may_write,
                                     .is_same_file = is_same_file,
                                     .each_line = each_line,
                                     .stdin_is_terminal = stdin_is_terminal,
                                     .read_secret = read_secret,
                                     .read_config = read_config};

static void check_params(const struct scan_params *params)
{
    must(params->type_count >= 1 && params->type_count <= HIT_TYPES_MAX);
    must(params->shard_index < params->shard_count);
    must(params->timeout >= 10 * NS_PER_MS && params->timeout <= 60 * NS_PER_S);
    must(params->tries_max >= 1 && params->tries_max <= 50);
    must(params->thread_count >= 1 && params->thread_count <= 256);
    must(params->in_flight_max <= 1000000 && params->port > 0);
    must(params->output_count >= 1 && params->outputs[0].format);
    must(!(params->only_v4 && params->only_v6));
    for (size_t i = 0; i < params->pattern_count; i++) {
        const struct scan_pattern *pattern = &params->patterns[i];
        struct name zone;
        char text[NAME_TEXT_MAX];
        size_t len = name_to_text(pattern->zone.wire, text);
        must(name_from_text(&zone, text, len) == 0 && zone.len == pattern->zone.len);
        must(!strpbrk(pattern->before, "*\\") && !strpbrk(pattern->after, "*\\."));
    }
    for (size_t i = 0; i < params->scope.count; i++)
        must(params->scope.items[i][0] != '\0');
}

/* TEXT's lines, terminated in place; behind the "==" line or at the end *NEXT begins. */
static size_t split(char *text, char **words, size_t cap, char **next)
{
    size_t count = 0;
    while (*text) {
        char *stop = strchr(text, '\n');
        *next = stop ? stop + 1 : text + strlen(text);
        if (stop)
            *stop = '\0';
        if (strcmp(text, "==") == 0)
            return count;
        if (count < cap)
            words[count++] = text;
        text = *next;
    }
    *next = text;
    return count;
}

/* The end of the configuration that begins at TEXT; cuts it off there. */
static char *cut_config(char *text)
{
    config = text;
    char *end = strstr(text, "\n==\n");
    config_len = end ? (size_t)(end - text) : strlen(text);
    return end ? end + 4 : text + config_len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(size + 1, 1), *next;
    char *words[WORDS_MAX], *env[WORDS_MAX + 4] = {0};
    const struct cmd *cmd = &cmd_brute;
    struct opts *opts = NULL;
    struct setup setup;
    struct text why = {0};
    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    size_t count = split(text, words, WORDS_MAX, &next);
    next = cut_config(next);
    size_t env_count = split(next, env, WORDS_MAX, &next);
    env[env_count++] = "HOME=/";
    env[env_count++] = "DNSTRAWL_QUIET=1"; /* notes would only slow it down */
    for (const struct cmd *const *at = cmd_list; *at; at++)
        if (count > 0 && strcmp(words[0], (*at)->name) == 0)
            cmd = *at;
    log_init(LOG_ERROR, false);
    int result = cmd_prepare(cmd, count > 0 ? (int)count - 1 : 0, words + 1, env, &disk, &opts,
                             &setup, &why);
    if (result == 0 && !opts_stopped_at(opts) && cmd->bit & CMD_SCANS)
        check_params(&setup.params);
    must(result >= 0 || result == ERR_NOMEM || why.len > 0);
    opts_destroy(opts);
    setup_deinit(&setup);
    text_deinit(&why);
    free(text);
    return 0;
}
