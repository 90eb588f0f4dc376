// SPDX-License-Identifier: BSD-2-Clause
/* Options that contradict each other: the higher origin wins (command line, environment,
 * configuration), and equals are refused. */
#include <string.h>

#include "cmd/set.h"
#include "cmd/setup.h"

/* Both A and B are given: the one of higher origin stays. ERR_SYNTAX for equals. */
static int keep_higher(const struct opts *opts, bool *a, const char *a_name, bool *b,
                       const char *b_name, const char *text, struct text *why)
{
    enum opt_origin from_a = opts_origin(opts, a_name), from_b = opts_origin(opts, b_name);
    if (!*a || !*b)
        return 0;
    if (from_a == from_b) {
        text_puts(why, text);
        return ERR_SYNTAX;
    }
    *(from_a < from_b ? a : b) = false;
    return 0;
}

bool setup_is_server(const char *argument)
{
    return argument[0] == '@';
}

/* Servers given as arguments; those given at all mean --direct, which has no use for trusted
 * resolvers. */
static int settle_direct(struct setup *setup, const struct opts *opts, bool *has_trusted,
                         struct text *why)
{
    struct scan_params *params = &setup->params;
    enum opt_origin server = opts_origin(opts, "server"), direct = opts_origin(opts, "direct");
    enum opt_origin origin = !params->is_direct || server > direct ? server : direct;
    for (size_t i = 0; i < opts_argument_count(opts); i++) {
        const char *argument = opts_argument(opts, i);
        if (!setup_is_server(argument))
            continue;
        int error = set_server(setup, argument + 1, why);
        if (error)
            return error;
        origin = OPT_FROM_ARGS;
    }
    params->is_direct |= params->servers.count > 0;
    if (!params->is_direct || !*has_trusted)
        return 0;
    if (origin == opts_origin(opts, "trusted")) {
        text_puts(why, "--trusted is about resolvers, and --direct asks the zones' own servers");
        return ERR_SYNTAX;
    }
    if (origin > opts_origin(opts, "trusted")) {
        *has_trusted = false;
        return 0;
    }
    params->is_direct = false;
    params->servers.count = 0;
    return 0;
}

int setup_settle_contradictions(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct scan_params *params = &setup->params;
    bool is_verbose = setup->verbosity > 0, has_trusted = params->trusted.count > 0;
    int error = keep_higher(opts, &params->only_v4, "ipv4", &params->only_v6, "ipv6",
                            "-4 and -6 exclude each other", why);
    if (!error)
        error = keep_higher(opts, &setup->is_quiet, "quiet", &is_verbose, "verbose",
                            "-q and -v exclude each other", why);
    if (!error)
        error = keep_higher(opts, &params->no_trust, "no-trust", &has_trusted, "trusted",
                            "--trusted and --no-trust exclude each other", why);
    if (!error)
        error = settle_direct(setup, opts, &has_trusted, why);
    if (error)
        return error;
    params->no_trust |= params->is_direct; /* what a zone's own servers say is the zone */
    if (!has_trusted)
        params->trusted.count = 0; /* the configuration's, and the command line trusts all */
    params->quiet = setup->is_quiet;
    if (!is_verbose)
        setup->verbosity = 0;
    if (setup->is_all && opts_origin(opts, "show") > opts_origin(opts, "all"))
        setup->is_all = false;
    for (int i = 0; i < VERDICT_COUNT; i++)
        params->show[i] = setup->is_all || setup->show[i];
    params->show[VERDICT_WILDCARD] |= params->keep_wildcard;
    bool is_v6 = params->bind_address && strchr(params->bind_address, ':');
    if (params->bind_address && (is_v6 ? params->only_v4 : params->only_v6)) {
        text_printf(why, "--bind %s does not go with -%d", params->bind_address, is_v6 ? 4 : 6);
        return ERR_SYNTAX;
    }
    if (params->bind_address) /* nothing leaves from another address */
        *(is_v6 ? &params->only_v6 : &params->only_v4) = true;
    return 0;
}
