// SPDX-License-Identifier: BSD-2-Clause
#include "scan/tally.h"

#include <stdlib.h>

#include "dns/code.h"

_Static_assert((int)REPORT_YIELDS_MAX >= (int)SOURCE_YIELDS_MAX, "all kinds are told");

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
        uint64_t benched = counter_get(&c->resolvers_benched) + counter_get(&c->resolvers_expelled);
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

void tally_add(struct report *out, const struct counters *c)
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
    out->canaries += counter_get(&c->canaries);
    out->proven += counter_get(&c->proven);
    out->requeued += counter_get(&c->requeued);
    out->retracted += counter_get(&c->retracted);
    out->found_ipv6_only += counter_get(&c->found_ipv6_only);
    out->found_dangling += counter_get(&c->found_dangling);
    out->found_private += counter_get(&c->found_private);
}

/* What a resolver was in the end, in the order in which one worker's word outdoes
 * another's. */
enum standing { STANDING_UNKNOWN, STANDING_BENCHED, STANDING_USED, STANDING_LIED };

struct ending {
    uint8_t standing; /* enum standing */
    uint8_t kind;     /* enum benched_kind; if benched */
    bool has_answered;
};

static enum benched_kind kind_of(const struct trust_record *record)
{
    switch ((enum trust_reason)record->reason) {
    case TRUST_DEAD:
        return BENCHED_DEAD;
    case TRUST_REFUSES:
        return BENCHED_REFUSING;
    case TRUST_FAILS:
        return BENCHED_FAILING;
    case TRUST_SLOW:
        return BENCHED_SLOW;
    default:
        return BENCHED_LIED;
    }
}

static struct ending ending_of(const struct worker *w, uint32_t resolver)
{
    const struct pool_resolver *r = pool_at(w->pool, resolver);
    const struct trust_record *record = w->trust ? trust_at(w->trust, resolver) : NULL;
    struct ending ending = {.standing = STANDING_USED, .has_answered = r->has_answered};
    if (record && (record->state == TRUST_FAILED || record->state == TRUST_CONVICTED)) {
        ending.kind = (uint8_t)kind_of(record);
        ending.standing = ending.kind == BENCHED_LIED ? STANDING_LIED : STANDING_BENCHED;
    } else if (r->state == POOL_BENCHED || r->state == POOL_PROBATION) {
        ending.kind = r->bench_reason == POOL_BENCH_REFUSING ? BENCHED_REFUSING : BENCHED_DEAD;
        ending.standing = STANDING_BENCHED;
    }
    return ending;
}

/* A resolver is of use when it was to any worker and none caught it lying; it is benched
 * when it lied, or is out of use with all that have it. */
static int add_resolvers(struct report *out, const struct run *run, struct worker *const *workers)
{
    size_t count = run->fleet.count;
    struct ending *endings = calloc(count + 1, sizeof *endings);
    if (!endings)
        return ERR_NOMEM;
    for (uint32_t w = 0; w < run->worker_count; w++) {
        for (uint32_t i = 0; i < pool_count(workers[w]->pool); i++) {
            struct ending one = ending_of(workers[w], i);
            struct ending *all = &endings[pool_at(workers[w]->pool, i)->list_index];
            one.has_answered |= all->has_answered;
            if (one.standing > all->standing)
                *all = one;
            all->has_answered = one.has_answered;
        }
    }
    out->resolvers_given = run->fleet.given;
    for (size_t i = 0; i < count; i++) {
        bool is_benched =
            endings[i].standing == STANDING_BENCHED || endings[i].standing == STANDING_LIED;
        out->resolvers_usable += endings[i].has_answered && endings[i].standing != STANDING_LIED;
        out->resolvers_benched += is_benched;
        if (is_benched)
            out->benched[endings[i].kind]++;
    }
    free(endings);
    return 0;
}

/* What the positive checks of all workers let hope for. */
static void add_recall(struct report *out, const struct run *run, struct worker *const *workers)
{
    struct trust_loss sum = {0};
    for (uint32_t i = 0; i < run->worker_count; i++) {
        if (workers[i]->trust)
            trust_add_loss(workers[i]->trust, &sum);
    }
    double undecided =
        out->candidates ? (double)out->verdicts[VERDICT_UNRESOLVED] / (double)out->candidates : 0;
    struct trust_estimate estimate = trust_estimate(&sum, undecided);
    out->recall = (struct recall_estimate){
        .is_known = estimate.is_known && !run->doubt_reason,
        .value = estimate.value,
        .low = estimate.low,
        .high = estimate.high,
        .method = "known_names",
        .checks = sum.checks,
    };
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

static void add_yields(struct report *out, const struct source *source)
{
    struct source_yield yields[SOURCE_YIELDS_MAX];
    out->yield_count = source->ops->yields ? source->ops->yields(source, yields) : 0;
    for (size_t i = 0; i < out->yield_count; i++)
        out->yields[i] = (struct report_yield){.kind = yields[i].kind,
                                               .made = yields[i].made,
                                               .asked = yields[i].asked,
                                               .found = yields[i].found};
}

static void add_proofs(struct report *out, const struct run *run)
{
    out->signed_zones = atomic_load(&run->denying.zones);
    out->spans = atomic_load(&run->denying.spans);
    for (int i = 0; i < KEY_BELIEF_COUNT; i++)
        out->key_beliefs[i] = atomic_load(&run->denying.beliefs[i]);
}

int tally_report(struct report *out, const struct run *run, struct worker *const *workers)
{
    add_yields(out, run->source);
    for (uint32_t i = 0; i < run->worker_count; i++)
        tally_add(out, &workers[i]->counters);
    add_recall(out, run, workers);
    add_proofs(out, run);
    int error = add_resolvers(out, run, workers);
    return error != 0 ? error : add_zones(out, run, workers);
}
