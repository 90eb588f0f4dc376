// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl crack: NSEC3 hashes to names, offline.
 *
 * Arguments are hash files; without any a pipe on stdin is one. -w and --mask say what to try,
 * without either the built-in words. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/line_format.h"
#include "cmd/setup.h"
#include "scan/crack.h"
#include "scan/crack_job.h"

static int add_file(struct setup *setup, const char *path, struct text *why)
{
    int error = strcmp(path, "-") == 0 ? setup_claim_stdin(setup, "the hash file", why)
                                       : setup_check_readable(setup, path, why);
    return error ? error : setup_add(&setup->params.hash_files, path);
}

static int add_files(struct setup *setup, const struct opts *opts, struct text *why)
{
    int error = 0;
    for (size_t i = 0; i < opts_argument_count(opts) && !error; i++)
        error = add_file(setup, opts_argument(opts, i), why);
    if (error || setup->params.hash_files.count > 0)
        return error;
    if (setup->stdin_user || setup->disk->stdin_is_terminal())
        return CMD_SHORT_HELP;
    return add_file(setup, "-", why);
}

static int check_masks(const struct setup *setup, struct text *why)
{
    struct crack_params crack = {.masks = setup->params.masks};
    struct text cause = {0};
    memcpy(crack.charsets, setup->params.charsets, sizeof crack.charsets);
    int error = crack_check_masks(&crack, &cause);
    if (error)
        text_printf(why, "--mask: %.*s", (int)cause.len, cause.len ? cause.data : "");
    text_deinit(&cause);
    return error;
}

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    setup->params.command = SCAN_CRACK;
    int result = line_format_settle(setup, opts, "crack", why);
    if (!result)
        result = check_masks(setup, why);
    return result ? result : add_files(setup, opts, why);
}

static int exec(const struct setup *setup, const struct opts *opts)
{
    (void)opts;
    return (int)crack_job_run(&setup->params);
}

const struct cmd cmd_crack = {
    .name = "crack",
    .usage = "[OPTIONS] HASHFILE...",
    .summary = "NSEC3 hashes to names, offline",
    .about = "Finds the names behind the NSEC3 hashes of HASHFILE (of walk, hashcat, John or "
             "n3map, any zones and salts mixed; - for stdin) by trying words (-w), masks, and what "
             "the record types suggest, below the zones and below every name that was found. "
             "Writes `hash TAB name`. Sends nothing.",
    .bit = CMD_CRACK,
    .prepare = prepare,
    .exec = exec,
};
