// SPDX-License-Identifier: BSD-2-Clause
/* One query, in this order:
 *
 * 1. counted and metered; 2. parsed, what is no query refused; 3. the dead say
 * nothing; 4. the cap, the one step that depends on time; what it turns away is no
 * sighting; 5. sighting counted and judged (impair.c), lies chosen (lies.c) once the
 * resolver has turned; 6. the reply built, and what comes beside it (forge.c).
 *
 * Addresses that share a back end share its cap, its sightings and its turn. */
#include "bench/lab/handle.h"

#include <string.h>

#include "base/hash.h"
#include "bench/lab/lies.h"
#include "dns/code.h"

/* What becomes of a query, decided before a byte is written. */
struct fate {
    struct outcome outcome;
    struct lies lies;
    int forge;       /* FORGE_*: what comes beside the reply */
    uint32_t source; /* whose address that leaves from */
    uint64_t chance; /* of what it says */
    mono_ns late;    /* the right reply, behind a false one */
};

static struct resolver *backend_of(const struct lab *lab, const struct resolver *resolver)
{
    return &lab->fleet->resolvers[resolver->backend];
}

static bool has_turned(const struct resolver *backend)
{
    return backend->received > (uint64_t)backend->traits.value[TRAIT_TURNS].low;
}

static void note_arrival(struct lab *lab, struct resolver *resolver, const struct handle_query *q)
{
    uint64_t expected = lab->options->expect_cap_qps;
    resolver->counts.queries++;
    resolver->counts.tcp += q->is_tcp;
    struct resolver *backend = backend_of(lab, resolver);
    backend->received++;
    resolver->counts.turned += backend->traits.value[TRAIT_TURNS].low > 0 && has_turned(backend);
    meter_add(&resolver->meter, q->now, 1);
    meter_add(&lab->meter, q->now, 1);
    series_add(&lab->series, SERIES_QUERIES, q->now, 1);
    if (expected && resolver->meter.in_1s > expected)
        lab->watch.counts.over_expect++;
    if (!q->is_tcp) /* sin6_port lies at the same place */
        watch_port(&lab->watch, ntohs(q->client->v4.sin_port));
}

static uint64_t address_hash(const union client *client)
{
    if (client->any.sa_family == AF_INET)
        return client->v4.sin_addr.s_addr;
    return hash64(&client->v6.sin6_addr, sizeof client->v6.sin6_addr, AF_INET6);
}

static void count_action(struct resolver_counts *counts, const struct outcome *outcome)
{
    switch (outcome->action) {
    case ACTION_ANSWER:
        counts->answered++;
        break;
    case ACTION_SILENCE:
        if (outcome->cause == TRAIT_LOSS)
            counts->lost++;
        else
            counts->ignored++;
        break;
    case ACTION_SERVFAIL:
        counts->servfail++;
        break;
    case ACTION_REFUSED:
        counts->refused++;
        break;
    case ACTION_FORMERR:
    case ACTION_FORMERR_BARE:
        counts->formerr++;
        break;
    case ACTION_TRUNCATE:
        counts->truncated++;
        break;
    case ACTION_COUNT:
        break;
    }
}

/* Response rate limiting lets one in `slip` through, truncated: a client whose address was not
 * forged asks again over TCP. */
static enum action over_action(struct resolver *backend, const struct resolver *resolver,
                               bool is_tcp)
{
    uint64_t slip = (uint64_t)resolver->traits.value[TRAIT_SLIP].low;
    if (slip && !is_tcp && ++backend->over % slip == 0)
        return ACTION_TRUNCATE;
    switch ((int)resolver->traits.value[TRAIT_OVER].low) {
    case OVER_REFUSED:
        return ACTION_REFUSED;
    case OVER_SERVFAIL:
        return ACTION_SERVFAIL;
    default:
        return ACTION_SILENCE;
    }
}

static unsigned outside_rcode(const struct lab_options *options)
{
    return options->outside[0] == 'n'   ? RCODE_NXDOMAIN
           : options->outside[0] == 's' ? RCODE_SERVFAIL
                                        : RCODE_REFUSED;
}

static struct sighting sight(struct lab *lab, const struct handle_query *q,
                             const struct query *parsed)
{
    struct zone_answer found = zones_lookup(lab->zones, parsed->name.wire);
    struct sighting sighting = {
        .seed = lab->options->seed,
        .name_hash = hash64(parsed->name.wire, parsed->name.len, 0),
        .zone_hash = found.apex ? found.apex->hash | 1 : 0,
        .resolver = lab->fleet->resolvers[q->resolver].backend,
        .type = parsed->type,
        .exists = found.result == ZONE_EXACT && found.node != found.apex,
        .has_edns = parsed->has_edns,
        .is_tcp = q->is_tcp,
    };
    uint64_t key[2] = {sighting.name_hash, (uint64_t)sighting.resolver << 16 | parsed->type};
    sighting.kth = sightings_count(&lab->sightings, hash64(key, sizeof key, sighting.seed));
    if (found.result == ZONE_OUTSIDE) {
        lab->watch.counts.outside++;
        lab->watch.counts.above_apex += zones_is_above_apex(lab->zones, parsed->name.wire);
    }
    lab->watch.counts.edns += parsed->has_edns;
    lab->watch.counts.not_in += parsed->class != CLASS_IN;
    return sighting;
}

static void count_told(struct resolver_counts *counts, enum lie told)
{
    counts->rewritten += told == LIE_REWRITTEN;
    counts->hidden += told == LIE_HIDDEN;
    counts->wrong += told == LIE_WRONG;
}

static void choose_forgery(struct lab *lab, uint32_t index, const struct sighting *sighting,
                           struct fate *fate)
{
    struct resolver *resolver = &lab->fleet->resolvers[index];
    fate->forge = lies_choose_forgery(&resolver->traits, sighting);
    fate->source = index;
    if (fate->forge == FORGE_SOURCE) {
        fate->source = forge_source(lab->fleet, index);
        if (fate->source == index) /* nobody else is there */
            fate->forge = FORGE_NO;
    }
    if (fate->forge == FORGE_NO)
        return;
    fate->chance = draw_bits(sighting, draw_ids[TRAIT_FORGE]);
    fate->late = (mono_ns)resolver->traits.value[TRAIT_LATE].low;
    resolver->counts.forged++;
}

static struct fate judge(struct lab *lab, struct resolver *resolver, const struct handle_query *q,
                         const struct query *parsed)
{
    struct fate fate = {.outcome = {.cause = TRAIT_DEAD, .action = ACTION_SILENCE}};
    struct resolver *backend = backend_of(lab, resolver);
    if (fleet_dead(resolver)) {
        count_action(&resolver->counts, &fate.outcome);
        return fate;
    }
    if (!bucket_take(&backend->bucket, q->now)) {
        fate.outcome = (struct outcome){
            .cause = TRAIT_CAP,
            .action = over_action(backend, resolver, q->is_tcp),
            .delay = (mono_ns)resolver->traits.value[TRAIT_RTT].low,
        };
        resolver->counts.capped++;
        series_add(&lab->series, SERIES_CAPPED, q->now, 1);
        return fate;
    }
    struct sighting sighting = sight(lab, q, parsed);
    fate.outcome = impair_judge(&resolver->traits, &sighting);
    count_action(&resolver->counts, &fate.outcome);
    if (fate.outcome.action == ACTION_SILENCE || !has_turned(backend))
        return fate;
    fate.lies = lies_choose(&resolver->traits, &sighting);
    choose_forgery(lab, q->resolver, &sighting, &fate);
    return fate;
}

static void put_packet(struct handle_reply *reply, uint32_t resolver, uint8_t *data, size_t len,
                       mono_ns delay)
{
    if (len)
        reply->packets[reply->count++] = (struct handle_packet){data, len, delay, resolver};
}

/* Of LEN octets in the room: the right reply, a false one before it or itself again. */
static void put_packets(const struct handle_query *q, const struct fate *fate,
                        struct handle_room *room, size_t len, size_t false_len,
                        struct handle_reply *reply)
{
    mono_ns delay = fate->outcome.delay;
    put_packet(reply, fate->source, room->forged, false_len, 0);
    put_packet(reply, q->resolver, room->reply, len, delay + (false_len ? fate->late : 0));
    if (fate->forge == FORGE_DUPLICATE)
        put_packet(reply, q->resolver, room->reply, len, delay + fate->late);
}

void handle_query(struct lab *lab, const struct handle_query *q, struct handle_room *room,
                  struct handle_reply *reply)
{
    struct resolver *resolver = &lab->fleet->resolvers[q->resolver];
    struct query parsed;
    reply->count = 0;
    note_arrival(lab, resolver, q);
    enum query_kind kind = q->is_cut ? QUERY_IGNORE : query_parse(&parsed, q->data, q->len);
    lab->watch.counts.malformed += kind != QUERY_OK;
    if (kind == QUERY_IGNORE || (kind != QUERY_OK && fleet_dead(resolver))) {
        resolver->counts.ignored++;
        return;
    }
    if (kind != QUERY_OK) {
        unsigned rcode = kind == QUERY_NOTIMP ? RCODE_NOTIMP : RCODE_FORMERR;
        resolver->counts.formerr++;
        put_packet(reply, q->resolver, room->reply, answer_build_bare(q->data, rcode, room->reply),
                   0);
        return;
    }
    struct fate fate = judge(lab, resolver, q, &parsed);
    enum lie told = LIE_NONE;
    struct answer_params params = {
        .zones = lab->zones,
        .action = fate.outcome.action,
        .outside_rcode = outside_rcode(lab->options),
        .identity = resolver->backend,
        .variant = fate.outcome.variant,
        .size_max = q->is_tcp ? ANSWER_TCP_MAX : parsed.udp_size,
        .lies = fate.lies,
        .told = &told,
    };
    size_t len = answer_build(&params, &parsed, room->reply), false_len = 0;
    count_told(&resolver->counts, told);
    if (fate.forge != FORGE_NO && fate.forge != FORGE_DUPLICATE)
        false_len = forge_build(fate.forge, &params, &parsed, q->len, fate.chance, room->forged);
    put_packets(q, &fate, room, len, false_len, reply);
    if (!q->is_tcp)
        watch_flight(&lab->watch, address_hash(q->client), ntohs(q->client->v4.sin_port),
                     (uint16_t)(q->data[0] << 8 | q->data[1]), q->now,
                     q->now + (reply->count ? reply->packets[reply->count - 1].delay : 0));
}
