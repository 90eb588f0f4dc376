// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl brute: words x domains.
 *
 * Arguments are domains (cmd/targets.c); an argument that is a file was meant for -w or
 * -d. With a list that turns out to be empty the run goes on with nothing to do, so
 * that its stats are written like any other's. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/setup.h"
#include "cmd/targets.h"
#include "scan/scan.h"

static int add_all(struct targets *targets, const struct opts *opts, struct text *why)
{
    const struct str_list *domains = &targets->setup->domains;
    int error = 0;
    for (size_t i = 0; i < opts_argument_count(opts) && !error; i++)
        if (!setup_is_server(opts_argument(opts, i)))
            error = targets_add_argument(targets, opts_argument(opts, i), "-w or -d", why);
    for (size_t i = 0; i < domains->count && !error; i++)
        error = targets_add_list(targets, domains->items[i], why);
    return error;
}

static bool has_domain(const struct setup *setup, const struct opts *opts)
{
    size_t i = 0;
    while (i < opts_argument_count(opts) && setup_is_server(opts_argument(opts, i)))
        i++;
    return i < opts_argument_count(opts) || setup->domains.count > 0;
}

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct targets targets;
    setup->params.command = SCAN_BRUTE;
    if (!has_domain(setup, opts)) {
        text_puts(why, "no domain given");
        return ERR_SYNTAX;
    }
    int error = targets_init(&targets, setup);
    if (error)
        return error;
    error = add_all(&targets, opts, why);
    if (!error && targets.repeated_count > 0)
        log_note("domains given more than once are asked once: %zu merged", targets.repeated_count);
    targets_deinit(&targets);
    return error;
}

static int exec(const struct setup *setup, const struct opts *opts)
{
    (void)opts;
    return (int)scan_run(&setup->params);
}

const struct cmd cmd_brute = {
    .name = "brute",
    .usage = "[OPTIONS] DOMAIN...",
    .summary = "words x domains",
    .about = "Puts every word in front of every DOMAIN and writes the names that exist. FUZZ or * "
             "in DOMAIN marks another place for the word: api-FUZZ.example.com.",
    .bit = CMD_BRUTE,
    .prepare = prepare,
    .exec = exec,
};
