// SPDX-License-Identifier: BSD-2-Clause
/* Options that were written down: environment variables and the configuration file.
 *
 * Both name options by their long name and may hold options of other commands, which
 * are passed over. A name no option has is refused in the file, where it is a slip of
 * the pen; in the environment it is a warning, because images and build scripts set
 * variables of their own under a program's prefix. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/opts_state.h"

/* A flag's value as text to the count the setter gets; NULL when it is none. */
static const char *flag_value(const struct opt *opt, const char *value)
{
    static const char *const yes[] = {"1", "yes", "true", "on"};
    static const char *const no[] = {"0", "no", "false", "off"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (strcasecmp(value, yes[i]) == 0)
            return "1";
        if (strcasecmp(value, no[i]) == 0)
            return "0";
    }
    return opt->flags & OPT_COUNT && strcmp(value, "2") == 0 ? "2" : NULL;
}

static int add_written(struct opts *opts, size_t row, const char *value, enum opt_origin origin,
                       unsigned line, struct text *why)
{
    const struct opt *opt = opts_row(opts->table, row);
    if (!(opt->commands & opts->command) || opt->flags & OPT_STOP)
        return 0; /* meant for other commands */
    if (!opt->argument) {
        value = flag_value(opt, value);
        if (!value) {
            text_puts(why, "is a flag: yes or no");
            return ERR_SYNTAX;
        }
    }
    return opts_add(opts,
                    (struct given){.opt = row, .value = value, .origin = origin, .line = line});
}

static int parse_variable(struct opts *opts, const char *variable, struct text *why)
{
    size_t prefix_len = strlen(opts->table->env_prefix);
    size_t len = strcspn(variable, "=");
    char name[OPTS_NAME_MAX];
    if (len <= prefix_len || variable[len] != '=' || variable[len + 1] == '\0')
        return 0;
    size_t short_len = len - prefix_len;
    if (short_len > sizeof name)
        short_len = sizeof name; /* longer than any of ours, so still unknown */
    for (size_t i = 0; i < short_len; i++) {
        char c = variable[prefix_len + i];
        name[i] = c == '_' ? '-' : (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    size_t row =
        len - prefix_len <= sizeof name ? opts_find(opts->table, name, short_len) : OPTS_NONE;
    if (row != OPTS_NONE) {
        struct text cause = {0};
        int error = add_written(opts, row, variable + len + 1, OPT_FROM_ENV, 0, &cause);
        if (error)
            text_printf(why, "%.*s %.*s", (int)len, variable, (int)cause.len,
                        cause.data ? cause.data : "");
        text_deinit(&cause);
        return error;
    }
    const struct opt_foreign *foreign = opts_find_foreign(opts, name, short_len);
    if (foreign && !foreign->instead) {
        text_printf(why, "%.*s is not built yet", (int)len, variable);
        return ERR_SYNTAX;
    }
    text_printf(&opts->warnings, "no option is called %.*s: ignored\n", len > 64 ? 64 : (int)len,
                variable);
    return 0;
}

int opts_parse_env(struct opts *opts, char *const *env, struct text *why)
{
    const char *prefix = opts->table->env_prefix, *other = opts->table->env_other;
    int error = 0;
    for (; env && *env && !error; env++)
        if (strncmp(*env, prefix, strlen(prefix)) == 0 &&
            !(other && strncmp(*env, other, strlen(other)) == 0))
            error = parse_variable(opts, *env, why);
    return error;
}

static char *trim(char *text)
{
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r", text[len - 1]))
        text[--len] = '\0';
    return text + strspn(text, " \t");
}

/* Cuts LINE, in place, into NAME and VALUE. 1, 0 for a blank or comment line, ERR_SYNTAX. */
static int split_line(char *line, char **name, char **value)
{
    line = trim(line);
    if (*line == '\0' || *line == '#')
        return 0;
    for (char *at = line; (at = strchr(at, '#')) != NULL; at++) {
        if (at[-1] == ' ' || at[-1] == '\t') { /* a comment behind the value */
            *at = '\0';
            break;
        }
    }
    char *equals = strchr(line, '=');
    if (!equals)
        return ERR_SYNTAX;
    *equals = '\0';
    *name = trim(line);
    *value = trim(equals + 1);
    return 1;
}

static int refuse_config_name(const struct opts *opts, const char *name, struct text *why)
{
    const struct opt_foreign *foreign = opts_find_foreign(opts, name, strlen(name));
    if (foreign)
        return opts_refuse_foreign(foreign, name, why);
    text_printf(why, "no option is called '%.*s'", 2 * OPTS_NAME_MAX, name);
    const char *nearest = opts_suggest(opts, name, strlen(name));
    if (nearest)
        text_printf(why, "; did you mean '%s'?", nearest);
    return ERR_SYNTAX;
}

/* LINE is terminated and written to. */
static int parse_config_line(struct opts *opts, char *line, unsigned number, struct text *why)
{
    char *name = NULL, *value = NULL;
    struct text cause = {0};
    int found = split_line(line, &name, &value), error = 0;
    if (found == 0)
        return 0;
    if (found < 0) {
        text_puts(why, "expected `option = value`");
        return ERR_SYNTAX;
    }
    size_t row = opts_find(opts->table, name, strlen(name));
    if (row == OPTS_NONE)
        return refuse_config_name(opts, name, why);
    if (*value == '\0') {
        text_printf(why, "%s has no value", name);
        return ERR_SYNTAX;
    }
    if (opts_row(opts->table, row)->flags & OPT_STOP) {
        text_printf(why, "%s belongs on the command line", name);
        return ERR_SYNTAX;
    }
    error = add_written(opts, row, value, OPT_FROM_CONFIG, number, &cause);
    if (error)
        text_printf(why, "%s %.*s", name, (int)cause.len, cause.data ? cause.data : "");
    text_deinit(&cause);
    return error;
}

int opts_parse_config(struct opts *opts, const char *name, const char *data, size_t len,
                      struct text *why)
{
    free(opts->config_text);
    free(opts->config_name);
    opts->config_name = strdup(name);
    opts->config_text = malloc(len + 1);
    if (!opts->config_name || !opts->config_text)
        return ERR_NOMEM;
    if (len > 0)
        memcpy(opts->config_text, data, len);
    opts->config_text[len] = '\0';
    char *line = opts->config_text, *end = opts->config_text + len;
    if (len >= LINES_MARK_LEN && memcmp(line, LINES_MARK, LINES_MARK_LEN) == 0)
        line += LINES_MARK_LEN;
    int error = 0;
    for (unsigned number = 1; line < end && !error; number++) {
        char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop)
            stop = end;
        *stop = '\0';
        struct text cause = {0};
        if (strlen(line) != (size_t)(stop - line)) {
            text_puts(&cause, "a NUL byte");
            error = ERR_SYNTAX;
        } else {
            error = parse_config_line(opts, line, number, &cause);
        }
        if (error)
            text_printf(why, "%s:%u: %.*s", name, number, (int)cause.len,
                        cause.data ? cause.data : "");
        text_deinit(&cause);
        line = stop + 1;
    }
    return error;
}

/* Reads all of FD; *LEN of at most CAP. */
static int read_all(int fd, char *data, size_t cap, size_t *len)
{
    *len = 0;
    while (*len < cap) {
        ssize_t got = read(fd, data + *len, cap - *len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ERR_IO;
        if (got == 0)
            break;
        *len += (size_t)got;
    }
    return 0;
}

int opts_read_config(struct opts *opts, const char *path, struct text *why)
{
    char *data = NULL;
    size_t len = 0;
    struct stat info;
    int error = ERR_IO;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (fd < 0 || fstat(fd, &info) < 0)
        goto done;
    if (S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        goto done;
    }
    data = malloc(OPTS_CONFIG_MAX + 1);
    error = data ? read_all(fd, data, OPTS_CONFIG_MAX + 1, &len) : ERR_NOMEM;
    if (error)
        goto done;
    if (len > OPTS_CONFIG_MAX) {
        text_printf(why, "%s: larger than %d KiB", path, OPTS_CONFIG_MAX / 1024);
        error = ERR_SYNTAX;
    } else {
        error = opts_parse_config(opts, path, data, len, why);
    }
done:
    if (error == ERR_IO)
        text_printf(why, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    free(data);
    return error ? error : 1;
}
