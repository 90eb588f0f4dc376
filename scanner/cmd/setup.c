// SPDX-License-Identifier: BSD-2-Clause
/* From collected values to finished params.
 *
 *  1. setup_init: what holds when nobody says anything.
 *  2. (the setters)
 *  3. setup_finish: contradictions (contradictions.c); level and colour of messages; outputs; scope
 * lists; seed and threads.
 *  4. (the command: names or patterns)
 *  5. setup_check_paths (paths.c). */
#include "cmd/setup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "cmd/targets.h"
#include "cmd/value.h"
#include "dns/anchors.h"
#include "source/source.h"

#define THREADS_MAX 256 /* as --threads */
#define TOLD_MAX    10  /* bad lines of a list told one by one */

void setup_init(struct setup *setup, const struct cmd_disk *disk)
{
    *setup = (struct setup){.disk = disk};
    setup->params.rate_qps = RATE_DEFAULT;
    setup->params.resolver_rate_qps = RATE_DEFAULT;
    setup->params.zone_rate_qps = RATE_DEFAULT;
}

void setup_deinit(struct setup *setup)
{
    struct scan_params *params = &setup->params;
    struct str_list *lists[] = {&setup->domains,     &setup->scope,       &setup->exclude,
                                &params->name_files, &params->names,      &params->word_files,
                                &params->scope,      &params->exclude,    &params->resolvers,
                                &params->trusted,    &params->from_files, &params->servers,
                                &params->hash_files, &params->masks,      &setup->other_files};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        free(lists[i]->items);
    for (size_t i = 0; i < setup->kept_count; i++)
        free(setup->kept[i]);
    free(setup->kept);
    tsig_key_wipe(&params->tsig);
    tsig_key_wipe(&setup->tsig_file);
    anchors_destroy(setup->anchors);
    free(setup->also);
    free(params->outputs);
    free(params->patterns);
    *setup = (struct setup){0};
}

const char *setup_keep(struct setup *setup, const char *data, size_t len)
{
    if (len == 0)
        return "";
    if (setup->kept_count == setup->kept_cap) {
        size_t cap = setup->kept_cap ? setup->kept_cap * 2 : 16;
        char **kept = reallocarray(setup->kept, cap, sizeof *kept);
        if (!kept)
            return NULL;
        setup->kept = kept;
        setup->kept_cap = cap;
    }
    char *copy = malloc(len + 1);
    if (!copy)
        return NULL;
    memcpy(copy, data, len);
    copy[len] = '\0';
    setup->kept[setup->kept_count++] = copy;
    return copy;
}

/* A list has no capacity of its own: it is full at every power of two. */
int setup_add(struct str_list *list, const char *item)
{
    if ((list->count & (list->count - 1)) == 0) {
        size_t cap = list->count ? list->count * 2 : 1;
        const char **items = reallocarray(list->items, cap, sizeof *items);
        if (!items)
            return ERR_NOMEM;
        list->items = items;
    }
    list->items[list->count++] = item;
    return 0;
}

int setup_claim_stdin(struct setup *setup, const char *user, struct text *why)
{
    if (setup->stdin_user) {
        text_printf(why, "stdin can be read once, and %s reads it already", setup->stdin_user);
        return ERR_SYNTAX;
    }
    setup->stdin_user = user;
    return 0;
}

const char *setup_shown(const char *path)
{
    return strcmp(path, "-") == 0 ? "stdin" : path;
}

int setup_check_readable(const struct setup *setup, const char *path, struct text *why)
{
    if (*path == '\0') {
        text_puts(why, "an empty file name");
        return ERR_SYNTAX;
    }
    enum disk_kind kind = setup->disk->look(path);
    if (kind == DISK_FILE || kind == DISK_STREAM)
        return 0;
    int cause = kind == DISK_NONE ? ENOENT : kind == DISK_FOLDER ? EISDIR : errno;
    text_printf(why, "%s: %s", path, strerror(cause));
    return ERR_IO;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

int setup_each_part(const char *value,
                    int (*item)(void *ctx, const char *part, size_t len, struct text *why),
                    void *ctx, struct text *why)
{
    int error = 0;
    for (const char *part = value;; value++) {
        if (*value != ',' && *value != '\0')
            continue;
        const char *end = value;
        while (part < end && is_blank(*part))
            part++;
        while (part < end && is_blank(end[-1]))
            end--;
        if (part == end) {
            text_puts(why, "an empty item in the list");
            return ERR_SYNTAX;
        }
        error = item(ctx, part, (size_t)(end - part), why);
        if (error || *value == '\0')
            return error;
        part = value + 1;
    }
}

int setup_list_kind(struct setup *setup, const char *value, const char *user, struct text *why)
{
    if (strcmp(value, "-") == 0) {
        int error = setup_claim_stdin(setup, user, why);
        return error ? error : 1;
    }
    size_t host_len;
    switch (setup->disk->look(value)) {
    case DISK_FILE:
    case DISK_STREAM:
        return 1;
    case DISK_REFUSED:
        text_printf(why, "%s: %s", value, strerror(errno));
        return ERR_IO;
    case DISK_FOLDER:
        if (!strchr(value, '/'))
            break; /* a folder called as the domain is common */
        text_printf(why, "%s: %s", value, strerror(EISDIR));
        return ERR_IO;
    case DISK_NONE:
        break;
    }
    if (!strchr(value, ',') && !target_url_host(value, strlen(value), &host_len) &&
        !strchr(value, ':') && target_looks_like_file(value, strlen(value)) &&
        !(value[0] >= '0' && value[0] <= '9')) {
        text_printf(why, "%s: no such file", value);
        return ERR_SYNTAX;
    }
    return 0;
}

/* Scope and exclusions. */

struct scope_reading {
    struct setup *setup;
    struct str_list *out;
    size_t bad_count;
};

/* "name" or "*.suffix", in canonical text. */
static int add_scope(void *ctx, const char *part, size_t len, struct text *why)
{
    struct scope_reading *reading = ctx;
    struct name name;
    char text[2 + NAME_TEXT_MAX] = "*.";
    bool is_suffix = len > 2 && memcmp(part, "*.", 2) == 0;
    const char *rest = is_suffix ? part + 2 : part;
    size_t rest_len = is_suffix ? len - 2 : len;
    if (memchr(rest, '*', rest_len) || source_name_from_text(&name, rest, rest_len) < 0) {
        text_printf(why, "'%.*s' is neither a name nor *.suffix", (int)(len > 80 ? 80 : len), part);
        return ERR_SYNTAX;
    }
    size_t text_len = name_to_text(name.wire, text + 2);
    const char *kept = is_suffix ? setup_keep(reading->setup, text, text_len + 2)
                                 : setup_keep(reading->setup, text + 2, text_len);
    return kept ? setup_add(reading->out, kept) : ERR_NOMEM;
}

static int add_scope_line(void *ctx, const char *file, const struct line *line)
{
    struct scope_reading *reading = ctx;
    struct text why = {0};
    int error = add_scope(ctx, line->data, line->len, &why);
    if (error == ERR_SYNTAX) {
        if (reading->bad_count++ < TOLD_MAX)
            log_note("%s:%llu: %.*s", file, (unsigned long long)line->number, (int)why.len,
                     why.data ? why.data : "");
        error = 0;
    }
    text_deinit(&why);
    return error;
}

static int read_scope(struct setup *setup, const struct str_list *values, struct str_list *out,
                      const char *option, struct text *why)
{
    struct scope_reading reading = {.setup = setup, .out = out};
    int error = 0;
    for (size_t i = 0; i < values->count && !error; i++) {
        const char *value = values->items[i];
        struct text cause = {0};
        int kind = setup_list_kind(setup, value, option, &cause);
        reading.bad_count = 0;
        if (kind < 0)
            error = kind;
        else if (kind == 0)
            error = setup_each_part(value, add_scope, &reading, &cause);
        else
            error = setup->disk->each_line(value, add_scope_line, &reading);
        if (error)
            text_printf(why, "%s: %.*s", option, (int)cause.len, cause.data ? cause.data : "");
        if (error && cause.len == 0)
            text_printf(why, "%s: %s", setup_shown(value),
                        error == ERR_IO ? strerror(errno) : err_text(error));
        if (error == ERR_FORMAT)
            error = ERR_IO;
        if (reading.bad_count > TOLD_MAX)
            log_note("%s: %zu more lines are no names", setup_shown(value),
                     reading.bad_count - TOLD_MAX);
        text_deinit(&cause);
    }
    return error;
}

/* What depends on several options. */

static const char *env_value(char *const *env, const char *name)
{
    size_t len = strlen(name);
    for (; env && *env; env++)
        if (strncmp(*env, name, len) == 0 && (*env)[len] == '=')
            return *env + len + 1;
    return "";
}

static void settle_messages(struct setup *setup, char *const *env)
{
    static const enum log_level levels[] = {LOG_NOTE, LOG_WHY, LOG_QUERY};
    enum scan_color *color = &setup->params.color;
    bool is_plain = *env_value(env, "NO_COLOR") || strcmp(env_value(env, "TERM"), "dumb") == 0;
    if (*color == SCAN_COLOR_AUTO && is_plain)
        *color = SCAN_COLOR_NEVER;
    log_init(setup->params.quiet ? LOG_ERROR : levels[setup->verbosity],
             *color == SCAN_COLOR_ALWAYS || (*color == SCAN_COLOR_AUTO && isatty(STDERR_FILENO)));
}

static bool is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

static int settle_outputs(struct setup *setup)
{
    struct scan_params *params = &setup->params;
    params->outputs = calloc(setup->also_count + 1, sizeof *params->outputs);
    if (!params->outputs)
        return ERR_NOMEM;
    params->outputs[0] = (struct scan_output){.format = setup->format, .path = setup->output};
    for (size_t i = 0; i < setup->also_count; i++)
        params->outputs[i + 1] = setup->also[i];
    params->output_count = setup->also_count + 1;
    for (size_t i = 0; i < params->output_count; i++)
        if (params->outputs[i].path && is_stdout(params->outputs[i].path))
            params->outputs[i].path = NULL;
    return 0;
}

/* Cores this process may run on; a container is often given fewer than there are. */
static uint32_t core_count(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) < 0)
        return 1;
    int count = CPU_COUNT(&cores);
    return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (uint32_t)count;
}

int setup_finish(struct setup *setup, const struct opts *opts, char *const *env, struct text *why)
{
    struct scan_params *params = &setup->params;
    int error = setup_settle_contradictions(setup, opts, why);
    if (error)
        return error;
    settle_messages(setup, env);
    error = settle_outputs(setup);
    if (!error)
        error = read_scope(setup, &setup->scope, &params->scope, "--scope", why);
    if (!error && setup->scope.count > 0 && params->scope.count == 0) {
        text_puts(why, "--scope: no name in the list, so nothing may be asked");
        error = ERR_SYNTAX; /* an empty list must not pass for none */
    }
    if (!error)
        error = read_scope(setup, &setup->exclude, &params->exclude, "--exclude", why);
    if (!error && setup->exclude.count > 0 && params->exclude.count == 0)
        log_note("warning: --exclude: no name in the list");
    if (!error && params->thread_count == 0)
        params->thread_count = core_count();
    if (!error && !setup->is_seeded) {
        struct rng rng;
        error = rng_init(&rng);
        if (!error)
            params->seed = rng_u64(&rng) >> 11; /* 53 bits: JSON readers keep them exact */
    }
    return error;
}

/* The command line. */

static bool needs_quotes(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=+,./:@%^";
    return *word == '\0' || word[strspn(word, plain)] != '\0';
}

static void put_quoted(struct text *out, const char *word)
{
    if (!needs_quotes(word)) {
        text_puts(out, word);
        return;
    }
    text_putc(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            text_puts(out, "'\\''");
        else
            text_putc(out, *word);
    }
    text_putc(out, '\'');
}

/* Behind the y, where WORD is -y, perhaps with flags before it; else NULL. */
static const char *behind_key_letter(const char *word)
{
    if (word[0] != '-')
        return NULL;
    word += 1 + strspn(word + 1, "qvh46");
    return *word == 'y' ? word + 1 : NULL;
}

/* What is recorded must not have a key: the value of -y, in any of its spellings. */
static const char *without_key(const char *word, bool *is_value)
{
    const char *joined = behind_key_letter(word);
    if (*is_value) {
        *is_value = false;
        return "[key]";
    }
    *is_value = (joined && *joined == '\0') || strcmp(word, "--tsig") == 0;
    if (strncmp(word, "--tsig=", 7) == 0)
        return "--tsig=[key]";
    return joined && *joined ? "-y[key]" : word;
}

int setup_command_line(struct setup *setup, const char *command, int argc, char *const *argv)
{
    bool is_secret = false;
    struct text line = {0};
    text_printf(&line, "dnstrawl %s", command);
    for (int i = 0; i < argc; i++) {
        text_putc(&line, ' ');
        put_quoted(&line, without_key(argv[i], &is_secret));
    }
    setup->params.command_line = line.failed ? NULL : setup_keep(setup, line.data, line.len);
    text_deinit(&line);
    return setup->params.command_line ? 0 : ERR_NOMEM;
}
