// SPDX-License-Identifier: BSD-2-Clause
/* Finding a zone's servers: a small flow of lookups, each of which may add others.
 *
 *   NS of the zone, by resolvers ---> host: A, AAAA, by resolvers ---> address
 *                                       ^                                |
 *                                       +-- NS, SOA, by the address <----+
 *
 * 1. What resolvers give for NS. None there: the zone that the SOA record names, or else
 *    the name above, down to two labels; so that a name inside a zone leads to it.
 * 2. Each host's addresses, by resolvers: the next resolver where one fails.
 * 3. Each address is asked for NS and SOA itself, without recursion; hosts that the
 *    resolvers did not name come in so.
 * 4. All done: a host's origins go to its addresses, in the order of their text.
 *
 * Hosts, addresses and so lookups are bounded, and each lookup is asked a few times at most.
 * Collected in `done`, asked in `act`, as everywhere. */
#include "scan/servers_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "scan/signals.h"
#include "source/source.h"

#define TRIES       2    /* at one resolver or server: two and a half seconds of silence */
#define RATE_ALL    1000 /* q/s; where no ceiling is given */
#define RATE_SERVER 200
#define STOP_CHECK  (50 * NS_PER_MS) /* signals */

static void on_done(void *ctx, const struct asker_answer *told)
{
    struct finder *f = ctx;
    struct lookup *lookup = &f->lookups[told->tag];
    bool is_over = finder_take_answer(f, lookup, told);
    if (is_over && told->tag == 0 && lookup->asked == BY_RESOLVERS)
        f->first_resolver = lookup->attempts;
    lookup->is_waiting = !is_over && ++lookup->attempts < f->resolver_count;
    if (lookup->is_waiting)
        return;
    f->open_count--;
    if (!is_over && lookup->type == TYPE_NS)
        finder_say(f, "no resolver gives the name servers of ", lookup->name.wire, "");
}

/* --- asking --- */

static void ask(struct finder *f, size_t index)
{
    struct lookup *lookup = &f->lookups[index];
    bool is_by_resolver = lookup->asked == BY_RESOLVERS;
    uint32_t server = lookup->asked;
    if (is_by_resolver)
        server = f->resolver_numbers[(f->first_resolver + lookup->attempts) % f->resolver_count];
    const struct asker_question question = {.server = server,
                                            .name = lookup->name.wire,
                                            .type = lookup->type,
                                            .flags =
                                                QUERY_EDNS | (is_by_resolver ? 0 : QUERY_NO_RD),
                                            .tries_max = TRIES,
                                            .tag = index};
    int error = asker_ask(f->asker, &question);
    f->error = error != 0 ? error : f->error;
    lookup->is_waiting = false;
}

static mono_ns act(void *ctx, mono_ns now)
{
    struct finder *f = ctx;
    for (size_t i = 0; i < f->lookup_count && f->error == 0 && asker_room(f->asker); i++) {
        if (f->lookups[i].is_waiting)
            ask(f, i);
    }
    if (f->open_count == 0 || f->error != 0 || signals_count() > 0)
        asker_stop(f->asker);
    return now + STOP_CHECK;
}

static double ceiling(uint64_t given, double fallback)
{
    return given == RATE_DEFAULT ? fallback : (double)given;
}

static int create_asker(struct finder *f)
{
    const struct scan_params *params = f->params;
    const struct asker_params asker = {.bind_address = params->bind_address,
                                       .in_flight_max = LOOKUPS_MAX,
                                       .timeout = params->timeout,
                                       .tries_max = TRIES,
                                       .rate_qps = ceiling(params->rate_qps, RATE_ALL),
                                       .server_qps =
                                           ceiling(params->resolver_rate_qps, RATE_SERVER),
                                       .queries_max = params->queries_max};
    int error = asker_create(&f->asker, &asker);
    f->resolver_count = f->resolvers.count < RESOLVERS_MAX ? f->resolvers.count : RESOLVERS_MAX;
    for (size_t i = 0; error == 0 && i < f->resolver_count; i++)
        error = asker_add_server(f->asker, &f->resolvers.items[i].address, &f->resolver_numbers[i]);
    return error;
}

/* -r, else the system's. */
static int load_resolvers(struct finder *f)
{
    static const char *system_list[] = {"system"};
    struct scan_params params = *f->params;
    params.trusted.count = 0;
    if (params.resolvers.count == 0)
        params.resolvers = (struct str_list){.items = system_list, .count = 1};
    int error = fleet_load(&f->resolvers, &params);
    if (error == ERR_NOMEM)
        log_error("%s", err_text(error));
    return error;
}

/* --- given ones --- */

int servers_parse(const char *text, uint16_t default_port, struct wire_address *address,
                  struct name *host, uint16_t *port)
{
    size_t len = strlen(text);
    const char *colon = strrchr(text, ':');
    *port = default_port;
    host->len = 0;
    if (fleet_parse_address(address, text, len, default_port) == 0)
        return 0;
    if (colon) {
        char *end;
        unsigned long value = strtoul(colon + 1, &end, 10);
        if (colon[1] < '0' || colon[1] > '9' || *end || value == 0 || value > UINT16_MAX)
            return ERR_SYNTAX;
        *port = (uint16_t)value;
        len = (size_t)(colon - text);
    }
    int error = source_name_from_text(host, text, len);
    return error != 0 || host->len == 1 ? ERR_SYNTAX : 0;
}

static void add_given(struct finder *f)
{
    uint16_t usual = f->params->server_port ? f->params->server_port : f->params->port;
    for (size_t i = 0; i < f->params->servers.count; i++) {
        struct wire_address address;
        struct name host;
        uint16_t port;
        bool is_new;
        if (servers_parse(f->params->servers.items[i], usual, &address, &host, &port) != 0)
            continue; /* checked when it was given */
        if (host.len > 0)
            finder_add_host(f, &host, SERVER_GIVEN, port);
        else
            (void)finder_add_address(f, &address, &is_new);
    }
}

/* --- telling --- */

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct server *)a)->text, ((const struct server *)b)->text);
}

static void fill(struct finder *f)
{
    struct servers *out = f->out;
    for (size_t i = 0; i < f->address_count; i++) {
        const struct address *address = &f->addresses[i];
        struct server *server = &out->items[out->count++];
        *server = (struct server){.address = address->address, .host.len = 1};
        server->origin = address->hosts ? 0 : SERVER_GIVEN;
        for (size_t h = 0; h < f->host_count; h++) {
            if (!(address->hosts >> h & 1))
                continue;
            if (server->host.len == 1)
                server->host = f->hosts[h].name;
            server->origin |= f->hosts[h].origin;
        }
        fleet_format_address(&server->address, server->text);
    }
    for (size_t h = 0; h < f->host_count; h++)
        out->without_address += !f->hosts[h].has_address;
    if (!f->is_given)
        qsort(out->items, out->count, sizeof *out->items, by_text);
    if (out->left_out > 0)
        log_note("%zu name servers more than are looked at are left out", out->left_out);
    if (out->count == 0 && f->is_given)
        (void)snprintf(out->why, sizeof out->why, "no server given has an address of use");
    else if (out->count == 0 && !out->why[0] && out->unusable > 0)
        finder_say(f, "no way to any name server of ", out->zone.wire,
                   ", or -4, -6 or --bind rule them out");
    else if (out->count == 0 && !out->why[0])
        finder_say(f, "no name server of ", out->zone.wire, " has an address");
}

static int look_up(struct finder *f)
{
    const struct asker_handlers handlers = {.ctx = f, .done = on_done, .act = act};
    int error = load_resolvers(f);
    if (error != 0)
        return error; /* told */
    if (f->resolvers.count == 0) {
        bool is_named = f->params->resolvers.count > 0;
        finder_say(f,
                   is_named ? "no usable resolver to ask for the name servers of "
                            : "no resolver in /etc/resolv.conf to ask for the name servers of ",
                   f->out->zone.wire, is_named ? "" : "; name one with -r");
        return 0;
    }
    error = create_asker(f);
    if (error == 0)
        error = asker_run(f->asker, &handlers);
    if (error == 0)
        error = f->error;
    if (error != 0)
        log_error("%s", error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}

int servers_find(struct servers *out, const uint8_t *zone, const struct scan_params *params,
                 const char **why)
{
    *out = (struct servers){0};
    *why = out->why;
    out->zone.len = (uint8_t)name_len(zone);
    memcpy(out->zone.wire, zone, out->zone.len);
    struct finder *f = calloc(1, sizeof *f);
    if (!f) {
        log_error("%s", err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    f->params = params;
    f->out = out;
    f->is_given = params->servers.count > 0;
    if (f->is_given)
        add_given(f);
    else
        finder_add_lookup(f, zone, TYPE_NS, 0, BY_RESOLVERS);
    int error = f->open_count ? look_up(f) : 0;
    if (error == 0)
        fill(f);
    if (f->asker)
        counters_add(&out->counters, asker_counters(f->asker));
    asker_destroy(f->asker);
    fleet_deinit(&f->resolvers);
    free(f);
    return error;
}
