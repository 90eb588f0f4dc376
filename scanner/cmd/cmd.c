// SPDX-License-Identifier: BSD-2-Clause
/* From argv to a command's exit code.
 *
 *  1. The first word names the command; --help and --version may stand instead.
 *  2. Arguments are parsed; --help and --version end it there, before environment or
 *     configuration can be wrong.
 *  3. Environment, configuration, setters, what depends on several options, what
 *     depends on the command (cmd_prepare).
 *  4. The command runs.
 *
 * A mistake of the user's is one line and a hint at the help, exit 2; a file that
 * cannot be read is exit 1. */
#include "cmd/cmd.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/options.h"
#include "cmd/follow_up.h"
#include "cmd/setup.h"

#define COMMANDS_MAX 16 /* more than cmd_list has */

const struct cmd *const cmd_list[] = {&cmd_resolve, &cmd_brute,      &cmd_walk,
                                      &cmd_axfr,    &cmd_crack,      &cmd_resolvers,
                                      &cmd_bench,   &cmd_completion, NULL};

/* Commands that are planned. */
static const char *const unbuilt[] = {"audit", "passive", "report", "diff", "merge", "massdns"};

static const struct cmd *find_command(const char *name)
{
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++)
        if (strcmp((*cmd)->name, name) == 0)
            return *cmd;
    return NULL;
}

int cmd_print(const struct text *text)
{
    if (text->failed) {
        log_error("%s", err_text(ERR_NOMEM));
        return SCAN_EXIT_FATAL;
    }
    for (size_t done = 0; done < text->len;) {
        ssize_t written = write(STDOUT_FILENO, text->data + done, text->len - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EPIPE)
            return SCAN_EXIT_CLOSED;
        if (written < 0) {
            log_error("stdout: %s", strerror(errno));
            return SCAN_EXIT_FATAL;
        }
        done += (size_t)written;
    }
    return SCAN_EXIT_COMPLETE;
}

static const char *env_value(char *const *env, const char *name)
{
    size_t len = strlen(name);
    for (; env && *env; env++)
        if (strncmp(*env, name, len) == 0 && (*env)[len] == '=' && (*env)[len + 1] != '\0')
            return *env + len + 1;
    return NULL;
}

/* XDG Base Directory Specification: a relative path in the variable is ignored. */
static int read_config(struct setup *setup, struct opts *opts, char *const *env, struct text *why)
{
    const char *folder = env_value(env, "XDG_CONFIG_HOME"), *home = env_value(env, "HOME");
    struct text path = {0};
    if (folder && folder[0] == '/')
        text_printf(&path, "%s/dnstrawl/config", folder);
    else if (home)
        text_printf(&path, "%s/.config/dnstrawl/config", home);
    const char *kept = path.failed ? NULL : setup_keep(setup, path.data, path.len);
    text_deinit(&path);
    if (!kept)
        return ERR_NOMEM;
    if (*kept == '\0')
        return 0;
    int result = setup->disk->read_config(opts, kept, why);
    if (result == 1)
        setup->params.config_read = kept;
    return result < 0 ? result : 0;
}

static void tell_warnings(const struct opts *opts)
{
    const struct text *warnings = opts_warnings(opts);
    for (size_t at = 0; at < warnings->len;) {
        const char *line = warnings->data + at;
        const char *stop = memchr(line, '\n', warnings->len - at);
        if (!stop)
            return;
        log_note("%.*s", (int)(stop - line), line);
        at += (size_t)(stop - line) + 1;
    }
}

/* What the common option knows for `bench` alone. */
static int check_io(const struct setup *setup, const struct opts *opts, struct text *why)
{
    if (setup->params.bench.io != BENCH_IO_GSO || opts_origin(opts, "io") != OPT_FROM_ARGS)
        return 0;
    text_puts(why, "--io: gso is not built yet, but for bench");
    return ERR_SYNTAX;
}

int cmd_prepare(const struct cmd *cmd, int argc, char *const *argv, char *const *env,
                const struct cmd_disk *disk, struct opts **opts, struct setup *setup,
                struct text *why)
{
    setup_init(setup, disk);
    int error = opts_create(opts, &cmd_options, cmd->bit, cmd->name);
    if (!error)
        error = opts_parse_args(*opts, argc, argv, why);
    if (error || opts_stopped_at(*opts))
        return error;
    bool is_run = cmd->bit & CMD_WORKS;
    if (is_run)
        error = opts_parse_env(*opts, env, why);
    if (!error && is_run)
        error = read_config(setup, *opts, env, why);
    if (!error)
        error = opts_apply(*opts, setup, why);
    if (!error && is_run)
        error = setup_command_line(setup, cmd->name, argc, argv);
    if (!error && is_run)
        error = setup_finish(setup, *opts, env, why);
    if (error)
        return error;
    tell_warnings(*opts);
    error = cmd->prepare(setup, *opts, why);
    if (!error && cmd->bit & CMD_SCANS)
        error = follow_up_check(setup, *opts, why);
    if (!error && cmd->bit & CMD_SCANS)
        error = check_io(setup, *opts, why);
    if (!error && is_run)
        error = setup_check_paths(setup, why);
    return error;
}

static int tell_error(int error, const struct text *why)
{
    if (why->len > 0)
        log_error("%.*s", (int)why->len, why->data);
    else
        log_error("%s", err_text(error));
    return error == ERR_SYNTAX || error == ERR_RANGE ? SCAN_EXIT_USAGE : SCAN_EXIT_FATAL;
}

static void tell_help(void (*help)(struct text *out, const struct cmd *cmd), const struct cmd *cmd)
{
    struct text out = {0};
    help(&out, cmd);
    text_putc(&out, '\0');
    if (!out.failed)
        log_raw(out.data);
    text_deinit(&out);
}

static int tell_unknown_command(const char *name)
{
    const char *names[COMMANDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < sizeof unbuilt / sizeof unbuilt[0]; i++) {
        if (strcmp(name, unbuilt[i]) == 0) {
            log_error("%s is not built yet", name);
            log_error("see `dnstrawl --help`");
            return SCAN_EXIT_USAGE;
        }
    }
    for (const struct cmd *const *cmd = cmd_list; *cmd && count < COMMANDS_MAX; cmd++)
        names[count++] = (*cmd)->name;
    const char *nearest = opts_nearest(name, strlen(name), names, count);
    if (nearest)
        log_error("unknown command '%.80s'; did you mean %s?", name, nearest);
    else
        log_error("unknown command '%.80s'", name);
    log_error("see `dnstrawl --help`");
    return SCAN_EXIT_USAGE;
}

/* --help or --version was met. */
static int print_stop(const struct opts *opts, const struct cmd *cmd)
{
    struct text out = {0};
    if (strcmp(opts_stopped_at(opts)->name, "version") == 0)
        help_version(&out);
    else if (cmd)
        help_command(&out, cmd);
    else
        help_program(&out, NULL);
    int code = cmd_print(&out);
    text_deinit(&out);
    return code;
}

static int run_without_command(int argc, char *const *argv)
{
    struct opts *opts;
    struct text why = {0};
    int code;
    int error = opts_create(&opts, &cmd_options, CMD_NONE, "dnstrawl; name the command first");
    if (!error)
        error = opts_parse_args(opts, argc, argv, &why);
    if (!error && !opts_stopped_at(opts)) {
        text_puts(&why, "name a command first");
        error = ERR_SYNTAX;
    }
    if (error) {
        code = tell_error(error, &why);
        log_error("see `dnstrawl --help`");
    } else {
        code = print_stop(opts, NULL);
    }
    text_deinit(&why);
    opts_destroy(opts);
    return code;
}

static int run_command(const struct cmd *cmd, int argc, char *const *argv, char *const *env,
                       const struct cmd_disk *disk)
{
    struct setup setup;
    struct opts *opts = NULL;
    struct text why = {0};
    int code;
    int result = cmd_prepare(cmd, argc, argv, env, disk, &opts, &setup, &why);
    if (result < 0) {
        code = tell_error(result, &why);
        if (code == SCAN_EXIT_USAGE && argc == 0)
            tell_help(help_command_short, cmd);
        else if (code == SCAN_EXIT_USAGE)
            log_error("see `dnstrawl %s --help`", cmd->name);
    } else if (opts_stopped_at(opts)) {
        code = print_stop(opts, cmd);
    } else if (result == CMD_SHORT_HELP) {
        tell_help(help_command_short, cmd);
        code = SCAN_EXIT_USAGE;
    } else {
        code = cmd->exec(&setup, opts);
    }
    text_deinit(&why);
    setup_deinit(&setup);
    opts_destroy(opts);
    return code;
}

/* The contract has the program be massdns when it is called so. */
static bool is_called(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return strcmp(slash ? slash + 1 : path, name) == 0;
}

int cmd_main(int argc, char *const *argv, char *const *env, const struct cmd_disk *disk)
{
    if (argc > 0 && is_called(argv[0], "massdns"))
        return tell_unknown_command("massdns");
    if (argc < 2) {
        tell_help(help_program, NULL);
        return SCAN_EXIT_USAGE;
    }
    if (argv[1][0] == '-')
        return run_without_command(argc - 1, argv + 1);
    const struct cmd *cmd = find_command(argv[1]);
    if (!cmd)
        return tell_unknown_command(argv[1]);
    return run_command(cmd, argc - 2, argv + 2, env, disk);
}
