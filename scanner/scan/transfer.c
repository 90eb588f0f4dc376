// SPDX-License-Identifier: BSD-2-Clause
/* The run: plan, outputs, zone after zone, exit code. */
#include "scan/transfer.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "scan/fleet.h"
#include "scan/signals.h"
#include "scan/transfer_state.h"

static int fail(const char *what, int error)
{
    log_error("%s: %s", what, error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}

static int open_connections(struct transfer_run *run)
{
    const struct scan_params *params = run->params;
    struct conns_params conns = {.tls = NULL};
    const char *why, *bind = params->bind_address;
    int error = 0;
    if (params->tls) {
        bool verifies = params->tls_ca || params->tls_host;
        error = tls_context_create(&run->tls, TLS_TRANSFERS, verifies, params->tls_ca, &why);
        if (error)
            log_error("%s: %s", params->tls_ca ? params->tls_ca : "TLS",
                      why ? why : err_text(error));
        conns.tls = run->tls;
    }
    if (!error && bind) {
        struct wire_address local;
        error = fleet_parse_address(&local, bind, strlen(bind), 1);
        conns.bind[local.family] = local;
    }
    return error ? error : conns_create(&run->conns, &conns);
}

static int open_all(struct transfer_run *run)
{
    const struct scan_output *output = &run->params->outputs[0];
    bool repeats = run->zones > 1 && strcmp(output->format, "names") == 0;
    int error = rng_init(&run->rng);
    if (error)
        return fail("random numbers", error);
    error = open_connections(run);
    if (error)
        return error;
    error = repeats ? set_create(&run->seen) : 0;
    if (!error)
        error = out_bulk_open(&run->bulk, output->path);
    return error ? fail(output->path ? output->path : "stdout", error) : 0;
}

static enum scan_exit choose_exit(const struct transfer_run *run)
{
    if (run->stop == TRANSFER_BY_SIGNAL)
        return signals_first() == SIGINT ? SCAN_EXIT_SIGINT : SCAN_EXIT_SIGTERM;
    if (run->is_closed)
        return SCAN_EXIT_CLOSED;
    if (run->error)
        return SCAN_EXIT_FATAL;
    if (run->zones > 0 && run->zones_usable == 0 && run->zones_done == run->zones)
        return SCAN_EXIT_NO_RESOLVER;
    return run->zones_whole == run->zones ? SCAN_EXIT_COMPLETE : SCAN_EXIT_INCOMPLETE;
}

static void transfer_all(struct transfer_run *run)
{
    const struct scan_params *params = run->params;
    for (size_t i = 0; i < params->pattern_count; i++) {
        if (run->error || run->stop != TRANSFER_ON)
            return;
        zone_transfer(run, params->patterns[i].zone.wire);
    }
}

static enum scan_exit run_all(struct transfer_run *run)
{
    if (open_all(run) != 0)
        return transfer_tell_end(run, SCAN_EXIT_FATAL);
    signals_install();
    transfer_all(run);
    signals_end();
    log_paint("");
    int error = out_bulk_close(run->bulk);
    run->bulk = NULL;
    if (error == ERR_CLOSED) {
        run->is_closed = true;
    } else if (error && !run->error) {
        const char *path = run->params->outputs[0].path;
        run->error = fail(path ? path : "stdout", error);
    }
    return transfer_tell_end(run, choose_exit(run));
}

enum scan_exit transfer_run(const struct scan_params *params)
{
    struct transfer_run run = {.params = params,
                               .zones = params->pattern_count,
                               .started = clock_mono_ns(),
                               .started_ms = clock_wall_ms()};
    enum scan_exit code = SCAN_EXIT_COMPLETE;
    display_init(&run.display, params, run.started);
    transfer_tell_plan(&run);
    if (run.zones == 0)
        log_note("warning: no zone in the list");
    if (!params->dry_run)
        code = run_all(&run);
    (void)!out_bulk_close(run.bulk);
    conns_destroy(run.conns);
    tls_context_destroy(run.tls);
    set_destroy(run.seen);
    text_deinit(&run.zones_json);
    text_deinit(&run.servers_json);
    return code;
}
