// SPDX-License-Identifier: BSD-2-Clause
/* 1. Before the run: which zones there are (brute: those given; resolve: those the names are
 *    supposed to be in, by reading the input once), and who serves them.
 * 2. In the run: choosing among a zone's servers; judging replies. */
#include "scan/direct.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/log.h"
#include "scan/servers.h"
#include "scan/worker.h"

#define TOLD_MAX    10 /* zones without servers told one by one */
#define SILENCE_MAX (30 * NS_PER_S)
#define ROOM_WAIT   (2 * NS_PER_MS) /* a window is full: a reply makes room */
#define ASIDE_MAX   1024 /* tasks that wait for their zone's servers while others go on */

/* Whom to ask rather, the smaller the better. */
enum standing { STANDING_FINE, STANDING_SEEN, STANDING_AVOIDED, STANDING_COUNT };

struct direct_zone {
    struct name apex;      /* names above and beside it are not its servers' */
    uint32_t first, count; /* of servers[] */
};

struct direct {
    struct direct_zone *zones; /* by the run's number; owned */
    size_t zone_count;
    uint32_t *servers; /* indexes of the fleet; owned */
    size_t server_count, server_cap;
    bool is_given; /* --server: what zones[0] has is every zone's */
};

static const struct direct_zone *zone_of(const struct direct *direct, uint32_t zone)
{
    static const struct direct_zone none;
    if (direct->is_given)
        return &direct->zones[0];
    return zone < direct->zone_count ? &direct->zones[zone] : &none;
}

/* --- who serves what --- */

/* Notes the zone that the name on a line is supposed to be in; what is no name, the source tells
 * when it reads the same. */
static int take_line(void *ctx, const char *file, const struct line *line)
{
    struct run *run = ctx;
    struct name name;
    (void)file;
    if (!line->too_long && zones_count(run->zones) <= DIRECT_ZONES_MAX &&
        source_name_from_text(&name, line->data, line->len) == 0)
        (void)zones_suppose(run->zones, &name, ZONES_OTHER);
    return 0;
}

static int read_zones(struct run *run)
{
    const struct scan_params *params = run->params;
    for (size_t i = 0; i < params->names.count; i++) {
        const char *text = params->names.items[i];
        const struct line line = {.data = text, .len = strlen(text)};
        (void)take_line(run, NULL, &line);
    }
    for (size_t i = 0; i < params->name_files.count; i++) {
        const char *path = params->name_files.items[i];
        int error = lines_each(path, take_line, run);
        if (error != 0) {
            log_error("%s: %s", path, error == ERR_IO ? strerror(errno) : err_text(error));
            return error;
        }
    }
    return 0;
}

static int put_server(struct run *run, struct direct_zone *zone, const struct server *server)
{
    struct direct *direct = run->direct;
    uint32_t index;
    int error = fleet_put(&run->fleet, &server->address, &index);
    if (error != 0)
        return error;
    if (direct->server_count == direct->server_cap) {
        size_t cap = direct->server_cap ? direct->server_cap * 2 : 64;
        uint32_t *grown = realloc(direct->servers, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        direct->servers = grown;
        direct->server_cap = cap;
    }
    direct->servers[direct->server_count++] = index;
    zone->count++;
    return 0;
}

/* A hidden primary is not there for questions, unless there is nobody else. */
static bool is_wanted(const struct servers *found, const struct server *server)
{
    bool has_public = false;
    for (size_t i = 0; i < found->count; i++)
        has_public |= found->items[i].origin != SERVER_MNAME;
    return !has_public || server->origin != SERVER_MNAME;
}

static void tell_server(const struct servers *found, const struct server *server)
{
    char zone[NAME_TEXT_MAX], host[NAME_TEXT_MAX];
    name_to_text(found->zone.wire, zone);
    name_to_text(server->host.wire, host);
    log_why("%s: %s is asked%s%s%s", zone, server->text, server->host.len > 1 ? " (" : "",
            server->host.len > 1 ? host : "", server->host.len > 1 ? ")" : "");
}

/* TOLD: zones without servers so far. */
static int find_servers(struct run *run, struct servers *found, const struct name *name,
                        struct direct_zone *zone, size_t *told)
{
    const char *why;
    int error = servers_find(found, name->wire, run->params, &why);
    if (error != 0)
        return error;
    counters_add(&run->lookups, &found->counters);
    zone->apex = found->zone;
    zone->first = (uint32_t)run->direct->server_count;
    for (size_t i = 0; error == 0 && i < found->count; i++) {
        if (!is_wanted(found, &found->items[i]))
            continue;
        error = put_server(run, zone, &found->items[i]);
        if (log_is_on(LOG_WHY))
            tell_server(found, &found->items[i]);
    }
    if (error != 0)
        log_error("%s", err_text(error));
    run->fleet.without_route += found->unusable;
    if (zone->count == 0 && (*told)++ < TOLD_MAX)
        log_note("no server to ask: %s", why);
    return error;
}

static int find_all(struct run *run)
{
    struct direct *direct = run->direct;
    struct servers *found = malloc(sizeof *found);
    static const struct name root = {.len = 1};
    size_t told = 0, count = zones_count(run->zones);
    int error = 0;
    if (!found) {
        log_error("%s", err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    if (count > DIRECT_ZONES_MAX)
        log_note("the names are in more than %d zones: of the others no server is looked for",
                 DIRECT_ZONES_MAX);
    direct->zone_count = count < DIRECT_ZONES_MAX + 1 ? count : DIRECT_ZONES_MAX + 1;
    if (direct->is_given) {
        error = find_servers(run, found, &root, &direct->zones[0], &told);
        direct->zone_count = 0;
    }
    for (size_t i = ZONES_OTHER + 1; error == 0 && i < direct->zone_count; i++)
        error = find_servers(run, found, &zones_at(run->zones, (uint32_t)i)->name,
                             &direct->zones[i], &told);
    if (told > TOLD_MAX)
        log_note("%zu zones in all have no server to ask", told);
    free(found);
    return error;
}

enum scan_exit direct_create(struct run *run)
{
    const struct scan_params *params = run->params;
    struct direct *direct = run->direct = calloc(1, sizeof *direct);
    if (direct)
        direct->zones = calloc(DIRECT_ZONES_MAX + 1, sizeof *direct->zones);
    if (!direct || !direct->zones) {
        log_error("%s", err_text(ERR_NOMEM));
        return SCAN_EXIT_FATAL;
    }
    direct->is_given = params->servers.count > 0;
    if (params->dry_run)
        return SCAN_EXIT_COMPLETE;
    bool is_unread = params->command == SCAN_RESOLVE && !direct->is_given;
    if ((is_unread && read_zones(run) != 0) || find_all(run) != 0)
        return SCAN_EXIT_FATAL;
    bool is_empty = !direct->is_given && zones_count(run->zones) == ZONES_OTHER + 1;
    if (run->fleet.count > 0 || is_empty)
        return SCAN_EXIT_COMPLETE;
    log_error("no usable server");
    return SCAN_EXIT_NO_RESOLVER;
}

void direct_destroy(struct direct *direct)
{
    if (!direct)
        return;
    free(direct->zones);
    free(direct->servers);
    free(direct);
}

/* --- choosing --- */

/* The fleet's order is the pool's, for each server is an operator of its own. */
static uint32_t server_at(const struct worker *w, const struct direct_zone *zone, uint32_t i)
{
    return w->run->direct->servers[zone->first + i];
}

static bool is_benched(const struct worker *w, uint32_t server)
{
    const struct pool_resolver *r = pool_at(w->pool, server);
    return r->state == POOL_BENCHED || (r->state == POOL_PROBATION && !r->is_on_trial);
}

static bool is_one_zone(const struct direct *direct)
{
    return direct->is_given || direct->zone_count <= ZONES_OTHER + 2;
}

/* Its servers are all benched for silence, and have been for long if they ever answered: its
 * names end undecided, but for one now and then that finds out whether they are back. Where
 * there is no other zone the run is over, which is not for a worker to say. */
static bool is_dead(const struct worker *w, const struct direct_zone *zone)
{
    if (is_one_zone(w->run->direct))
        return false;
    for (uint32_t i = 0; i < zone->count; i++) {
        uint32_t server = server_at(w, zone, i);
        const struct pool_resolver *r = pool_at(w->pool, server);
        bool was_there = r->last_answer > 0 && w->now - r->last_answer < SILENCE_MAX;
        if (!is_benched(w, server) || r->bench_reason != POOL_BENCH_DEAD || was_there)
            return false;
    }
    return true;
}

static enum standing standing_of(const struct worker *w, const struct task *task, uint32_t server)
{
    uint32_t op = pool_at(w->pool, server)->operator_index;
    if (is_benched(w, server) || refusals_avoid(&w->refusals, op, task->zone, w->now))
        return STANDING_AVOIDED;
    return retry_has_seen(&task->retry, op) ? STANDING_SEEN : STANDING_FINE;
}

/* How long an answer takes, failures included. */
static double cost_of(const struct worker *w, uint32_t server)
{
    return (double)pool_at(w->pool, server)->srtt +
           (double)pool_usual_trouble(w->pool, server) * (double)NS_PER_S;
}

/* Of those of the best standing the better of two drawn, if it is due. One that is fine and not
 * due is waited for rather than to ask one that failed this task. */
uint32_t direct_choose(struct worker *w, const struct task *task)
{
    const struct direct_zone *zone = zone_of(w->run->direct, task->zone);
    uint32_t due[STANDING_COUNT][SERVERS_MAX], due_count[STANDING_COUNT] = {0};
    bool is_any[STANDING_COUNT] = {false};
    pool_refresh(w->pool, w->now);
    for (uint32_t i = 0; i < zone->count; i++) {
        uint32_t server = server_at(w, zone, i);
        enum standing standing = standing_of(w, task, server);
        is_any[standing] = true;
        if (pool_is_due(w->pool, server, w->now))
            due[standing][due_count[standing]++] = server;
    }
    unsigned best = STANDING_FINE;
    while (best < STANDING_COUNT && !is_any[best])
        best++;
    if (best == STANDING_COUNT || due_count[best] == 0 ||
        (best == STANDING_AVOIDED && is_dead(w, zone)))
        return POOL_NONE;
    uint32_t a = due[best][rng_below(&w->rng, due_count[best])];
    uint32_t b = due[best][rng_below(&w->rng, due_count[best])];
    return cost_of(w, a) <= cost_of(w, b) ? a : b;
}

bool direct_wait(struct worker *w, uint32_t index, mono_ns *until)
{
    const struct direct *direct = w->run->direct;
    const struct task *task = tasks_at(w->tasks, index);
    const struct direct_zone *zone = zone_of(direct, task->zone);
    mono_ns due = WIRE_NEVER;
    if (zone->count == 0 || is_dead(w, zone)) {
        settle_give_up(w, index,
                       zone->count == 0 ? "no server of its zone" : "its servers do not answer");
        return true;
    }
    for (uint32_t i = 0; i < zone->count; i++) {
        mono_ns at = pool_due_of(w->pool, server_at(w, zone, i));
        due = at < due ? at : due;
    }
    due = due > w->now ? due : w->now + ROOM_WAIT;
    /* A retry may want another server. */
    bool is_like_all = is_one_zone(direct) && task->retry.tries == 0;
    if (is_like_all || tasks_delayed_count(w->tasks) >= ASIDE_MAX) {
        *until = due;
        return false;
    }
    tasks_push_delayed(w->tasks, index, due);
    return true;
}

uint32_t direct_operators(const struct worker *w, uint32_t zone_number)
{
    const struct direct_zone *zone = zone_of(w->run->direct, zone_number);
    uint32_t count = 0;
    for (uint32_t i = 0; i < zone->count; i++)
        count += !is_benched(w, server_at(w, zone, i));
    return count ? count : 1;
}

/* --- replies --- */

/* An NS record in the authority section below the zone, at or above the name asked for. */
static bool is_delegation(const struct reply *reply, const uint8_t *apex, const uint8_t *name)
{
    struct reply_iter iter;
    struct reply_record record;
    struct name owner;
    if (reply_iter_init(&iter, reply) != 0)
        return false;
    while (reply_next(&iter, &record) == 1) {
        if (record.section == 2 && record.type == TYPE_NS &&
            reply_read_name(reply, record.owner_offset, &owner, NULL) == 0 &&
            name_is_under(name, owner.wire) && name_is_under(owner.wire, apex) &&
            !name_equal(owner.wire, apex))
            return true;
    }
    return false;
}

void direct_judge(const struct worker *w, const struct reply *reply, struct decision *decision)
{
    const struct task *task = tasks_at(w->tasks, decision->task);
    const struct direct *direct = w->run->direct;
    const uint8_t *name = engine_question(w->engine, decision->task)->wire;
    const struct name *apex = direct->is_given ? &zones_at(w->run->zones, task->zone)->name
                                               : &zone_of(direct, task->zone)->apex;
    bool is_empty = reply->rcode == RCODE_NOERROR && reply->answer_count == 0 && !reply->tc;
    bool is_trouble = decision->kind == DECIDE_TROUBLE;
    if (is_empty && is_delegation(reply, apex->wire, name)) {
        decision->kind = DECIDE_DELEGATED;
    } else if (!reply->aa && (!is_trouble || (is_empty && decision->cause == RETRY_STRANGE))) {
        decision->kind = DECIDE_TROUBLE; /* perhaps a referral to above */
        decision->cause = RETRY_LAME;
    }
}

void direct_note_size(struct worker *w, const struct reply *reply, const struct decision *decision)
{
    const struct task *task = tasks_at(w->tasks, decision->task);
    size_t most = decision->with_edns ? DNS_EDNS_UDP_LEN : DNS_PLAIN_UDP_LEN;
    if (!decision->by_tcp && !reply->tc)
        pool_note_whole(w->pool, decision->resolver, reply->len);
    bool was_truncated = decision->by_tcp && task->action == RETRY_SAME_BY_TCP;
    if (was_truncated && pool_was_limited(w->pool, decision->resolver, reply->len, most))
        pool_note_limited(w->pool, decision->resolver, decision->rtt_us * NS_PER_US, w->now);
}
