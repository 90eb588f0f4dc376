// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl walk: the names that a zone's own denials of existence give away.
 *
 * Arguments are zones, or with -d. The zones' servers are found through -r, else
 * /etc/resolv.conf, or given by --server. */
#include "cmd/cmd.h"
#include "cmd/setup.h"
#include "cmd/targets.h"
#include "scan/walk.h"

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    setup->params.command = SCAN_WALK;
    return targets_take_zones(setup, opts, why);
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
             "so learns every name that is. Servers that make such proofs up for each question "
             "are told from those that show the zone's chain, and are not walked.",
    .bit = CMD_WALK,
    .prepare = prepare,
    .exec = exec,
};
