// SPDX-License-Identifier: BSD-2-Clause
#include "scan/tally.h"

#include <stdlib.h>

#include "dns/code.h"

static uint64_t decided_of(const struct counters *c)
{
    uint64_t sum = 0;
    for (int v = 0; v < VERDICT_COUNT; v++)
        sum += counter_get(&c->verdicts[v]);
    return sum;
}

struct tally tally_now(const struct run *run, struct worker *const *workers)
{
    struct tally t = {0};
    uint64_t usable_most = 0, benched_most = 0;
    for (uint32_t i = 0; i < run->worker_count; i++) {
        const struct counters *c = &workers[i]->counters;
        uint64_t usable = counter_get(&c->resolvers_usable);
        uint64_t benched = counter_get(&c->resolvers_benched);
        t.candidates += counter_get(&c->candidates);
        t.decided += decided_of(c);
        t.unresolved += counter_get(&c->verdicts[VERDICT_UNRESOLVED]);
        t.names += counter_get(&c->names);
        t.queries += counter_get(&c->queries);
        t.answers += counter_get(&c->answers);
        t.usable_answers += counter_get(&c->rcodes[RCODE_NOERROR]) +
                            counter_get(&c->rcodes[RCODE_NXDOMAIN]) +
                            counter_get(&c->rcodes[RCODE_SERVFAIL]);
        t.timeouts += counter_get(&c->timeouts);
        t.resolvers_usable += usable;
        t.resolvers_benched += benched;
        usable_most = usable > usable_most ? usable : usable_most;
        benched_most = benched > benched_most ? benched : benched_most;
    }
    if (!run_is_partitioned(run)) { /* every worker counted the same ones */
        t.resolvers_usable = usable_most;
        t.resolvers_benched = benched_most;
    }
    return t;
}

static void add_counters(struct report *out, const struct counters *c)
{
    out->candidates += counter_get(&c->candidates);
    for (int v = 0; v < VERDICT_COUNT; v++)
        out->verdicts[v] += counter_get(&c->verdicts[v]);
    for (int r = 0; r < REJECT_COUNT; r++)
        out->rejects[r] += counter_get(&c->rejects[r]);
    for (int r = 0; r < COUNTER_RCODES; r++)
        out->rcodes[r] += counter_get(&c->rcodes[r]);
    out->names += counter_get(&c->names);
    out->queries += counter_get(&c->queries);
    out->answers += counter_get(&c->answers);
    out->timeouts += counter_get(&c->timeouts);
    out->unreachable += counter_get(&c->unreachable);
    out->late_replies += counter_get(&c->late_replies);
    out->socket_drops += counter_get(&c->socket_drops);
    out->tcp += counter_get(&c->tcp);
    out->retries += counter_get(&c->retries);
    out->found_ipv6_only += counter_get(&c->found_ipv6_only);
    out->found_dangling += counter_get(&c->found_dangling);
    out->found_private += counter_get(&c->found_private);
}

/* A resolver is of use when it was to any worker, benched when it is with all that
 * have it. */
static int add_resolvers(struct report *out, const struct run *run, struct worker *const *workers)
{
    enum { UNKNOWN, DEAD, REFUSING, IN_USE };
    size_t count = run->fleet.count;
    uint8_t *standing = calloc(count + 1, 1);
    bool *has_answered = calloc(count + 1, sizeof *has_answered);
    if (!standing || !has_answered) {
        free(standing);
        free(has_answered);
        return ERR_NOMEM;
    }
    for (uint32_t w = 0; w < run->worker_count; w++) {
        for (uint32_t i = 0; i < pool_count(workers[w]->pool); i++) {
            const struct pool_resolver *r = pool_at(workers[w]->pool, i);
            uint8_t now = r->state == POOL_ACTIVE                  ? IN_USE
                          : r->bench_reason == POOL_BENCH_REFUSING ? REFUSING
                                                                   : DEAD;
            has_answered[r->list_index] |= r->has_answered;
            if (now > standing[r->list_index])
                standing[r->list_index] = now;
        }
    }
    out->resolvers_given = run->fleet.given;
    for (size_t i = 0; i < count; i++) {
        out->resolvers_usable += has_answered[i];
        out->benched_dead += standing[i] == DEAD;
        out->benched_refusing += standing[i] == REFUSING;
    }
    out->resolvers_benched = out->benched_dead + out->benched_refusing;
    free(standing);
    free(has_answered);
    return 0;
}

static int add_zones(struct report *out, const struct run *run, struct worker *const *workers)
{
    size_t count = zones_count(run->zones);
    struct report_zone *zones = calloc(count + 1, sizeof *zones);
    if (!zones)
        return ERR_NOMEM;
    out->zone_count = 0;
    for (size_t z = 0; z < count; z++) {
        struct report_zone zone = {.name = zones_at(run->zones, (uint32_t)z)->text};
        uint64_t sum = 0;
        for (uint32_t w = 0; w < run->worker_count; w++) {
            for (int v = 0; z < workers[w]->zone_verdict_count && v < VERDICT_COUNT; v++) {
                zone.verdicts[v] += workers[w]->zone_verdicts[z][v];
                sum += workers[w]->zone_verdicts[z][v];
            }
        }
        if (sum > 0 || (z != ZONES_OTHER && run->params->command == SCAN_BRUTE))
            zones[out->zone_count++] = zone;
    }
    out->zones = zones;
    return 0;
}

int tally_report(struct report *out, const struct run *run, struct worker *const *workers)
{
    for (uint32_t i = 0; i < run->worker_count; i++)
        add_counters(out, &workers[i]->counters);
    int error = add_resolvers(out, run, workers);
    return error != 0 ? error : add_zones(out, run, workers);
}
