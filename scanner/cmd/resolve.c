// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl resolve: names in, those that exist out.
 *
 * Arguments are files; single names come by -d, which also takes files. An argument
 * that is no file but could be a name is the commonest slip, so it gets its own hint.
 * Without any input a pipe on stdin is read; a terminal gets the usage. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/setup.h"
#include "cmd/targets.h"
#include "cmd/value.h"
#include "scan/scan.h"
#include "source/source.h"

/* A name, a URL, an address or a block of addresses. */
static bool looks_like_name(const char *text)
{
    size_t len = strlen(text), address_len = strcspn(text, "/"), host_len;
    struct name name;
    if (value_is_address(AF_INET, text, address_len) ||
        value_is_address(AF_INET6, text, address_len) || target_url_host(text, len, &host_len))
        return true;
    return strchr(text, '.') && !target_looks_like_file(text, len) &&
           source_name_from_text(&name, text, len) == 0;
}

static int add_file(struct setup *setup, const char *path, struct text *why)
{
    struct str_list *files = &setup->params.name_files;
    int cause;
    if (strcmp(path, "-") == 0) {
        int error = setup_claim_stdin(setup, "the argument -", why);
        return error ? error : setup_add(files, path);
    }
    if (*path == '\0') {
        text_puts(why, "an empty file name");
        return ERR_SYNTAX;
    }
    switch (setup->disk->look(path)) {
    case DISK_FILE:
    case DISK_STREAM:
        return setup_add(files, path);
    case DISK_REFUSED:
        cause = errno;
        break;
    case DISK_FOLDER:
        cause = EISDIR;
        break;
    default:
        cause = ENOENT;
        break;
    }
    if (cause == ENOENT && looks_like_name(path)) {
        text_printf(why, "%.200s: no such file; for single names use -d %.200s", path, path);
        return ERR_SYNTAX;
    }
    text_printf(why, "%s: %s", path, strerror(cause));
    return ERR_IO;
}

static int add_name(void *ctx, const char *part, size_t len, struct text *why)
{
    struct setup *setup = ctx;
    size_t host_len;
    const char *host = target_url_host(part, len, &host_len);
    (void)why;
    if (host) {
        part = host;
        len = host_len;
        log_note("a URL was given: its host %.*s is used", (int)len, part);
    }
    const char *kept = setup_keep(setup, part, len);
    return kept ? setup_add(&setup->params.names, kept) : ERR_NOMEM;
}

static int add_domains(struct setup *setup, struct text *why)
{
    int error = 0;
    for (size_t i = 0; i < setup->domains.count && !error; i++) {
        const char *value = setup->domains.items[i];
        int kind = setup_list_kind(setup, value, "--domains", why);
        if (kind < 0)
            error = kind;
        else if (kind == 0)
            error = setup_each_part(value, add_name, setup, why);
        else
            error = setup_add(&setup->params.name_files, value);
    }
    return error;
}

/* --direct reads the names once more before it asks, for the zones they are in. */
static int check_direct(const struct setup *setup, struct text *why)
{
    const struct scan_params *params = &setup->params;
    for (size_t i = 0; i < params->name_files.count; i++) {
        const char *path = params->name_files.items[i];
        bool is_stream = strcmp(path, "-") == 0 || setup->disk->look(path) == DISK_STREAM;
        if (!params->is_direct || params->servers.count > 0 || !is_stream)
            continue;
        text_printf(why,
                    "--direct reads the names twice, first to find out who serves them: %.200s "
                    "must be a file, or the server be given with --server",
                    strcmp(path, "-") == 0 ? "stdin" : path);
        return ERR_SYNTAX;
    }
    return 0;
}

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct scan_params *params = &setup->params;
    int error = 0;
    params->command = SCAN_RESOLVE;
    for (size_t i = 0; i < opts_argument_count(opts) && !error; i++)
        if (!setup_is_server(opts_argument(opts, i)))
            error = add_file(setup, opts_argument(opts, i), why);
    if (!error)
        error = add_domains(setup, why);
    if (!error)
        error = check_direct(setup, why);
    if (error || params->name_files.count + params->names.count > 0)
        return error;
    if (!setup->stdin_user && setup->disk->stdin_is_terminal())
        return CMD_SHORT_HELP;
    error = setup_claim_stdin(setup, "the list of names", why);
    if (!error)
        error = setup_add(&params->name_files, "-");
    return error ? error : check_direct(setup, why);
}

static int exec(const struct setup *setup, const struct opts *opts)
{
    (void)opts;
    return (int)scan_run(&setup->params);
}

const struct cmd cmd_resolve = {
    .name = "resolve",
    .usage = "[OPTIONS] [FILE|-]...",
    .summary = "names in, existing names out",
    .about = "Asks for every name of the FILEs, or of stdin, and writes those that exist. A name "
             "on its own is given with -d.",
    .bit = CMD_RESOLVE,
    .prepare = prepare,
    .exec = exec,
};
