// SPDX-License-Identifier: BSD-2-Clause
/* One zone.
 *
 *  1. Its servers, found or given.
 *  2. The loop, until every server has been asked all that is to be asked. Where the zone came
 *     whole from some, but what was kept is a part (of another that broke off), one of
 *     them is asked once more.
 *  3. What is held goes to the output, marked where it is not the whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "scan/fleet.h"
#include "scan/signals.h"
#include "scan/transfer_state.h"

#define CONNECTIONS_DEFAULT 16

/* --- servers --- */

static void set_port(struct server *server, uint16_t port)
{
    if (server->address.family == 0)
        server->address.sa.v4.sin_port = htons(port);
    else
        server->address.sa.v6.sin6_port = htons(port);
    fleet_format_address(&server->address, server->text);
}

/* By TLS transfers have a port of their own, and finding out who serves the zone has not. */
static int find_servers(struct zone_transfer *zone, const char **why)
{
    const struct scan_params *params = zone->run->params;
    struct scan_params finding = *params;
    if (params->tls && params->servers.count > 0)
        finding.server_port = params->tls_port;
    int error = servers_find(&zone->servers, zone->name, &finding, why);
    for (size_t i = 0; i < zone->servers.count && params->tls && params->servers.count == 0; i++)
        set_port(&zone->servers.items[i], params->tls_port);
    const struct name *found = &zone->servers.zone;
    if (error == 0 && found->len > 0 && !name_equal(found->wire, zone->name)) {
        char text[NAME_TEXT_MAX];
        (void)name_to_text(found->wire, text);
        log_note("%s is no zone of its own: %s is asked for", zone->text, text);
        zone->name = found->wire;
        memcpy(zone->text, text, sizeof text);
    }
    return error;
}

static int make_targets(struct zone_transfer *zone)
{
    zone->targets = calloc(zone->servers.count + 1, sizeof *zone->targets);
    if (!zone->targets)
        return ERR_NOMEM;
    for (size_t i = 0; i < zone->servers.count; i++)
        target_init(&zone->targets[i], zone, &zone->servers.items[i]);
    return 0;
}

/* --- the loop --- */

static void stop(struct transfer_run *run, enum run_stop_cause cause)
{
    if (run->stop != TRANSFER_ON)
        return;
    run->stop = cause;
    conns_leave_all(run->conns);
}

static void look_at_limits(struct transfer_run *run, mono_ns now)
{
    const char *words;
    int error = keep_error(run->zone->keep, &words);
    mono_ns limit = run->params->time_max;
    if (error && run->stop == TRANSFER_ON) {
        log_error("%s", words);
        run->error = error;
        stop(run, TRANSFER_BY_ERROR);
    }
    if (signals_count() > 0 && run->stop == TRANSFER_ON) {
        log_note("stopping: what came is kept");
        stop(run, TRANSFER_BY_SIGNAL);
    }
    if (limit && now - run->started >= limit && run->stop == TRANSFER_ON) {
        log_note("--max-time reached");
        stop(run, TRANSFER_BY_TIME);
    }
}

/* Asks whoever is next; true: some are open or wait for a connection. */
static bool ask_all(struct zone_transfer *zone)
{
    struct transfer_run *run = zone->run;
    unsigned limit = run->params->in_flight_max;
    limit = limit == 0 ? CONNECTIONS_DEFAULT : limit < CONNS_MAX ? limit : CONNS_MAX;
    bool is_busy = false;
    for (size_t i = 0; i < zone->servers.count; i++) {
        struct target *x = &zone->targets[i];
        is_busy |= x->is_open || x->stage != STAGE_OVER;
        if (x->is_open || x->stage == STAGE_OVER || run->stop != TRANSFER_ON ||
            conns_count(run->conns) >= limit)
            continue;
        int error = target_ask(x);
        if (error == 0 || error == ERR_FULL)
            continue;
        log_error("%s", err_text(error));
        run->error = error;
        stop(run, TRANSFER_BY_ERROR);
    }
    return is_busy && (run->stop == TRANSFER_ON || conns_count(run->conns) > 0);
}

/* True: one goes on. */
static bool fetch_again(struct zone_transfer *zone)
{
    if (keep_held(zone->keep)->outcome == TRANSFER_WHOLE || zone->run->stop != TRANSFER_ON)
        return false;
    for (size_t i = 0; i < zone->servers.count; i++) {
        if (target_again(&zone->targets[i])) {
            log_why("%s: once more from %s, to keep it", zone->text, zone->servers.items[i].text);
            return true;
        }
    }
    return false;
}

static void act(void *ctx, mono_ns now)
{
    struct transfer_run *run = ctx;
    look_at_limits(run, now);
    transfer_tell_progress(run, now);
    if (!ask_all(run->zone) && !fetch_again(run->zone))
        conns_stop(run->conns);
}

static bool on_message(void *ctx, void *owner, const uint8_t *data, size_t len)
{
    (void)ctx;
    return target_take(owner, data, len);
}

static void on_ended(void *ctx, void *owner, const struct conn_report *report)
{
    (void)ctx;
    target_ended(owner, report);
}

/* --- the output --- */

bool zone_is_complete(const struct zone_transfer *zone)
{
    bool is_ixfr = zone->run->params->has_ixfr;
    for (size_t i = 0; i < zone->servers.count; i++) {
        const struct attempt *best = target_best(&zone->targets[i]);
        if (best &&
            (best->outcome == TRANSFER_WHOLE ||
             (is_ixfr && (best->outcome == TRANSFER_DELTAS || best->outcome == TRANSFER_CURRENT))))
            return true;
    }
    return false;
}

static bool gave_zone(const struct target *x)
{
    const struct attempt *best = target_best(x);
    return best && best->outcome == TRANSFER_WHOLE;
}

bool zone_differs(const struct zone_transfer *zone, const struct target **a,
                  const struct target **b)
{
    *a = NULL;
    for (size_t i = 0; i < zone->servers.count; i++) {
        *b = &zone->targets[i];
        if (!gave_zone(*b))
            continue;
        if (!*a)
            *a = *b;
        const struct attempt *of_a = target_best(*a), *of_b = target_best(*b);
        if (of_a->serial != of_b->serial || of_a->records != of_b->records)
            return true;
    }
    return false;
}

/* What stands before it: always in zone files, else only before a part. */
static void remark(const struct zone_transfer *zone, const struct keep_content *held,
                   struct text *out)
{
    struct text words = {0};
    const char *format = zone->run->params->outputs[0].format;
    bool is_deltas = held->outcome == TRANSFER_DELTAS;
    bool is_partial =
        held->outcome != TRANSFER_WHOLE && !(is_deltas && zone->run->params->has_ixfr);
    if (!is_partial && strcmp(format, "zone") != 0)
        return;
    text_printf(&words, "%s%s: %llu records, ", is_partial ? "partial: " : "", zone->text,
                (unsigned long long)held->records);
    if (is_deltas)
        text_puts(&words, "changes alone, up to ");
    text_printf(&words, "serial %u, from %s", held->serial, held->origin.server);
    if (is_partial && !is_deltas)
        text_printf(&words, ": %s", transfer_words[held->outcome]);
    text_putc(&words, '\0');
    if (words.failed)
        out->failed = true;
    else
        records_remark(out, format, &held->origin, is_partial, words.data);
    text_deinit(&words);
}

static int emit(struct zone_transfer *zone)
{
    struct transfer_run *run = zone->run;
    const struct keep_content *held = keep_held(zone->keep);
    struct text head = {0};
    if (held->fd < 0)
        return 0;
    remark(zone, held, &head);
    int error = out_bulk_put(run->bulk, &head);
    text_deinit(&head);
    if (!error)
        error = out_bulk_copy(run->bulk, held->fd, held->octets, run->seen);
    if (error == ERR_CLOSED)
        run->is_closed = true;
    else if (error)
        log_error("%s: %s", run->params->outputs[0].path ? run->params->outputs[0].path : "stdout",
                  error == ERR_IO ? strerror(errno) : err_text(error));
    run->records += held->records;
    run->names += held->names;
    return error;
}

/* --- the zone --- */

static void finish(struct zone_transfer *zone, const char *why)
{
    struct transfer_run *run = zone->run;
    bool is_usable = false;
    for (size_t i = 0; i < zone->servers.count; i++) {
        const struct attempt *best = target_best(&zone->targets[i]);
        transfer_tell_server(run, &zone->targets[i]);
        run->servers++;
        run->outcomes[best ? best->outcome : TRANSFER_STOPPED]++;
        is_usable |= best && best->was_up;
    }
    run->zones_whole += zone_is_complete(zone);
    run->zones_usable += is_usable;
    run->zones_done++;
    transfer_note_zone(run, zone, why);
    if (run->stop != TRANSFER_BY_ERROR)
        run->error = emit(zone);
}

void zone_transfer(struct transfer_run *run, const uint8_t *name)
{
    static const struct conns_handlers handlers = {
        .message = on_message, .ended = on_ended, .act = act};
    struct conns_handlers mine = handlers;
    const char *why = NULL;
    struct zone_transfer *zone = calloc(1, sizeof *zone);
    int error = zone ? 0 : ERR_NOMEM;
    mine.ctx = run;
    if (!error) {
        zone->run = run;
        zone->name = name;
        (void)name_to_text(name, zone->text);
        error = keep_create(&zone->keep, run->params->outputs[0].format, run->params->octets_max);
    }
    if (error)
        log_error("%s", err_text(error));
    if (!error)
        error = find_servers(zone, &why); /* tells its errors itself */
    if (signals_count() > 0)
        stop(run, TRANSFER_BY_SIGNAL);
    if (!error && zone->servers.count == 0 && run->stop == TRANSFER_ON)
        log_error("%s: no server: %s", zone->text, why ? why : "none is known");
    if (!error && (error = make_targets(zone)) != 0)
        log_error("%s", err_text(error));
    if (!error && zone->servers.count > 0 && run->stop == TRANSFER_ON) {
        run->zone = zone;
        conns_run(run->conns, &mine);
        run->zone = NULL;
    }
    if (error)
        run->error = error;
    else
        finish(zone, why);
    if (zone) {
        keep_destroy(zone->keep);
        free(zone->targets);
    }
    free(zone);
}
