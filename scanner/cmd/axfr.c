// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl axfr: zones whole, from each of their servers.
 *
 * Some options mean another thing here when nobody gave them: the format is `zone`, the port
 * with --tls 853, and a wait of 10 s is usual before a large zone begins to come. */
#include <inttypes.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/setup.h"
#include "cmd/targets.h"
#include "engine/conn.h"
#include "out/records.h"
#include "scan/transfer.h"

#define WAIT_DEFAULT (10 * NS_PER_S)
#define PORT_TLS     853 /* RFC 7858 section 3.1 */

static bool is_given(const struct opts *opts, const char *name)
{
    return opts_origin(opts, name) > OPT_FROM_PRESET;
}

/* The common option knows more formats, of which a configuration may name any. */
static int settle_format(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct scan_output *output = &setup->params.outputs[0];
    if (is_given(opts, "format") && records_has_format(output->format))
        return 0;
    if (opts_origin(opts, "format") == OPT_FROM_ARGS) {
        text_printf(why, "--format: axfr writes zone, names, text or ndjson, not %s",
                    output->format);
        return ERR_SYNTAX;
    }
    output->format = "zone";
    return 0;
}

/* -y and -k name one key between them: the one of higher origin. */
static int settle_key(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct scan_params *params = &setup->params;
    enum opt_origin text = opts_origin(opts, "tsig"), file = opts_origin(opts, "tsig-file");
    if (!setup->has_tsig_file)
        return 0;
    if (params->has_tsig && text == file) {
        text_puts(why, "-y and -k exclude each other");
        return ERR_SYNTAX;
    }
    if (!params->has_tsig || file > text)
        params->tsig = setup->tsig_file;
    params->has_tsig = true;
    return 0;
}

static int settle_tls(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct scan_params *params = &setup->params;
    bool is_checked = opts_origin(opts, "tls-ca") == OPT_FROM_ARGS ||
                      opts_origin(opts, "tls-host") == OPT_FROM_ARGS;
    if (!params->tls && is_checked) {
        text_puts(why, "--tls-ca and --tls-host go with --tls");
        return ERR_SYNTAX;
    }
    params->tls_port = is_given(opts, "port") ? params->port : PORT_TLS;
    return 0;
}

/* What is meant for scans, from environment or configuration, may be more. */
static int check_connections(const struct setup *setup, const struct opts *opts, struct text *why)
{
    uint32_t count = setup->params.in_flight_max;
    if (opts_origin(opts, "in-flight") != OPT_FROM_ARGS || count <= CONNS_MAX)
        return 0;
    text_printf(why, "--in-flight: '%" PRIu32 "' is out of range: 1 to %d", count, CONNS_MAX);
    return ERR_RANGE;
}

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct scan_params *params = &setup->params;
    params->command = SCAN_TRANSFER;
    params->transfer_wait = is_given(opts, "timeout") ? params->timeout : WAIT_DEFAULT;
    int error = settle_format(setup, opts, why);
    if (!error)
        error = settle_key(setup, opts, why);
    if (!error)
        error = settle_tls(setup, opts, why);
    if (!error)
        error = check_connections(setup, opts, why);
    return error ? error : targets_take_zones(setup, opts, why);
}

static int exec(const struct setup *setup, const struct opts *opts)
{
    (void)opts;
    return (int)transfer_run(&setup->params);
}

const struct cmd cmd_axfr = {
    .name = "axfr",
    .usage = "[OPTIONS] ZONE...",
    .summary = "whole zones, from each of their servers",
    .about = "Asks every server of each ZONE for all of it (AXFR, and IXFR where that is refused), "
             "checks what comes, and writes the zone once it is whole, or marked as a part. What "
             "became of each server is told on stderr.",
    .bit = CMD_AXFR,
    .prepare = prepare,
    .exec = exec,
};
