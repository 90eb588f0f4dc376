// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl walk: the names that a zone's own denials of existence give away.
 *
 * Arguments are zones, or with -d. The zones' servers are found through -r, else
 * /etc/resolv.conf, or given by --server. */
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/setup.h"
#include "cmd/targets.h"
#include "scan/walk.h"

/* One file holds the hashes of one zone; stdin can be read for one. */
static int check_hashes(const struct setup *setup, struct text *why)
{
    const struct scan_params *params = &setup->params;
    bool reads_stdin = false;
    for (size_t i = 0; i < params->word_files.count; i++)
        reads_stdin |= strcmp(params->word_files.items[i], "-") == 0;
    if (params->pattern_count <= 1 || (!params->hashes_path && !reads_stdin))
        return 0;
    text_puts(why, params->hashes_path
                       ? "--hashes names a file for one zone; without it each has its own"
                       : "the words on stdin can be tried on one zone only");
    return ERR_SYNTAX;
}

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    setup->params.command = SCAN_WALK;
    int error = targets_take_zones(setup, opts, why);
    return error ? error : check_hashes(setup, why);
}

static int exec(const struct setup *setup, const struct opts *opts)
{
    (void)opts;
    return (int)walk_run(&setup->params);
}

const struct cmd cmd_walk = {
    .name = "walk",
    .usage = "[OPTIONS] ZONE...",
    .summary = "the names that a zone's denials of existence give away",
    .about = "Asks each ZONE's own servers for the NSEC records that prove what is not there, and "
             "so learns every name that is. NSEC3 records give hashes of names, which go to a file "
             "and are looked for among words. Servers that make such proofs up for each question "
             "are told from those that show the zone's chain, and are not walked.",
    .bit = CMD_WALK,
    .prepare = prepare,
    .exec = exec,
};
