// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl resolvers: what each resolver of a list is worth.
 *
 * The list is the argument, or -r, or a pipe on stdin; with none of these the built-in
 * one. -d gives the zones the resolvers are wanted for, --names names in them that exist. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/line_format.h"
#include "cmd/set.h"
#include "cmd/setup.h"
#include "cmd/targets.h"
#include "scan/survey.h"

/* Resolvers that the environment or the configuration name are for want of others. */
static int add_lists(struct setup *setup, const struct opts *opts, struct text *why)
{
    int error = 0;
    size_t usual =
        opts_origin(opts, "resolvers") == OPT_FROM_ARGS ? 0 : setup->params.resolvers.count;
    for (size_t i = 0; i < opts_argument_count(opts) && !error; i++)
        error = set_resolvers(setup, opts_argument(opts, i), why);
    bool is_given = setup->params.resolvers.count > usual;
    if (!error && !is_given && !setup->stdin_user && !setup->disk->stdin_is_terminal()) {
        error = set_resolvers(setup, "-", why);
        is_given = true;
    }
    if (is_given && usual > 0) {
        struct str_list *list = &setup->params.resolvers;
        list->count -= usual;
        memmove(list->items, list->items + usual, list->count * sizeof *list->items);
    }
    return error;
}

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    setup->params.command = SCAN_SURVEY;
    int error = line_format_settle(setup, opts, "resolvers", why);
    if (!error)
        error = add_lists(setup, opts, why);
    if (!error)
        error = targets_take_domains(setup, why);
    return error;
}

static int exec(const struct setup *setup, const struct opts *opts)
{
    (void)opts;
    return (int)survey_run(&setup->params);
}

const struct cmd cmd_resolvers = {
    .name = "resolvers",
    .usage = "[OPTIONS] [LIST]...",
    .summary = "what each resolver of a list is worth",
    .about = "Asks every resolver of LIST (file, addresses apart by commas, - for stdin; without "
             "any the built-in list) for names that exist and names that do not, finds the rate "
             "that it carries, and writes one line for each, fit for -r: address, class, "
             "queries a second, loss, round-trip time in ms, reason.",
    .bit = CMD_RESOLVERS,
    .prepare = prepare,
    .exec = exec,
};
