// SPDX-License-Identifier: BSD-2-Clause
/* Help and version. The library versions come from the build (DNSTRAWL_FEATURES, from
 * pkg-config), because no layer but the engine sees libuv and none but dns ldns; xxHash
 * is compiled in and tells its own. */

#include "base/hash.h"
#include "cmd/cmd.h"
#include "cmd/options.h"

#ifndef DNSTRAWL_FEATURES
#define DNSTRAWL_FEATURES ""
#endif

#define CONDUCT "Test only zones and resolvers that are yours or that you may test.\n"

void help_program(struct text *out, const struct cmd *command)
{
    (void)command;
    text_puts(out, "Usage: dnstrawl COMMAND [OPTIONS] [ARGUMENT]...\n\n"
                   "Finds the names a DNS zone gives away, and accounts for every one it asked.\n\n"
                   "Commands:\n");
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++)
        text_printf(out, "  %-12s %s\n", (*cmd)->name, (*cmd)->summary);
    opts_help(out, &cmd_options, CMD_NONE);
    text_puts(
        out,
        "\n`dnstrawl COMMAND --help` tells a command's options, `man dnstrawl` all.\n\n" CONDUCT);
}

void help_command_short(struct text *out, const struct cmd *cmd)
{
    text_printf(out, "Usage: dnstrawl %s %s\n\n", cmd->name, cmd->usage);
    opts_put_wrapped(out, cmd->about, 0);
    text_printf(out, "\n`dnstrawl %s --help` tells its options.\n", cmd->name);
}

void help_command(struct text *out, const struct cmd *cmd)
{
    text_printf(out, "Usage: dnstrawl %s %s\n\n", cmd->name, cmd->usage);
    opts_put_wrapped(out, cmd->about, 0);
    opts_help(out, &cmd_options, cmd->bit);
    if (cmd->bit & CMD_WORKS)
        text_puts(out, "\nN may end in k, m or g. D is a duration: 250ms, 3s, 10m, 2h.\n");
    text_puts(out, "\n" CONDUCT);
}

void help_version(struct text *out)
{
    text_puts(out, "dnstrawl " DNSTRAWL_VERSION "\nfeatures: ");
    if (DNSTRAWL_FEATURES[0])
        text_puts(out, DNSTRAWL_FEATURES ", ");
    text_printf(out, "xxHash %d.%d.%d\n", XXH_VERSION_MAJOR, XXH_VERSION_MINOR,
                XXH_VERSION_RELEASE);
}
