// SPDX-License-Identifier: BSD-2-Clause
/* One query, in this order:
 *
 * 1. counted and metered; 2. parsed, what is no query refused; 3. the dead say
 * nothing; 4. the cap, the one step that depends on time; what it turns away is no
 * sighting; 5. sighting counted and judged (impair.c); 6. the reply built. */
#include "bench/lab/handle.h"

#include <string.h>

#include "base/hash.h"
#include "bench/lab/answer.h"
#include "dns/code.h"

static void note_arrival(struct lab *lab, struct resolver *resolver, const struct handle_query *q)
{
    uint64_t expected = lab->options->expect_cap_qps;
    resolver->counts.queries++;
    resolver->counts.tcp += q->is_tcp;
    meter_add(&resolver->meter, q->now, 1);
    meter_add(&lab->meter, q->now, 1);
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

static enum action over_action(const struct resolver *resolver)
{
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
        .resolver = q->resolver,
        .type = parsed->type,
        .has_edns = parsed->has_edns,
        .is_tcp = q->is_tcp,
    };
    uint64_t key[2] = {sighting.name_hash, (uint64_t)q->resolver << 16 | parsed->type};
    sighting.kth = sightings_count(&lab->sightings, hash64(key, sizeof key, sighting.seed));
    if (found.result == ZONE_OUTSIDE) {
        lab->watch.counts.outside++;
        lab->watch.counts.above_apex += zones_is_above_apex(lab->zones, parsed->name.wire);
    }
    lab->watch.counts.edns += parsed->has_edns;
    lab->watch.counts.not_in += parsed->class != CLASS_IN;
    return sighting;
}

static struct outcome judge(struct lab *lab, struct resolver *resolver,
                            const struct handle_query *q, const struct query *parsed)
{
    struct outcome outcome = {.cause = TRAIT_DEAD, .action = ACTION_SILENCE};
    if (fleet_dead(resolver)) {
        count_action(&resolver->counts, &outcome);
        return outcome;
    }
    if (!bucket_take(&resolver->bucket, q->now)) {
        struct outcome over = {.cause = TRAIT_CAP, .action = over_action(resolver)};
        over.delay = (mono_ns)resolver->traits.value[TRAIT_RTT].low;
        resolver->counts.capped++;
        return over;
    }
    struct sighting sighting = sight(lab, q, parsed);
    outcome = impair_judge(&resolver->traits, &sighting);
    count_action(&resolver->counts, &outcome);
    return outcome;
}

void handle_query(struct lab *lab, const struct handle_query *q, uint8_t *out,
                  struct handle_reply *reply)
{
    struct resolver *resolver = &lab->fleet->resolvers[q->resolver];
    struct query parsed;
    *reply = (struct handle_reply){0};
    note_arrival(lab, resolver, q);
    enum query_kind kind = q->is_cut ? QUERY_IGNORE : query_parse(&parsed, q->data, q->len);
    lab->watch.counts.malformed += kind != QUERY_OK;
    if (kind == QUERY_IGNORE || (kind != QUERY_OK && fleet_dead(resolver))) {
        resolver->counts.ignored++;
        return;
    }
    if (kind != QUERY_OK) {
        resolver->counts.formerr++;
        reply->len =
            answer_build_bare(q->data, kind == QUERY_NOTIMP ? RCODE_NOTIMP : RCODE_FORMERR, out);
        return;
    }
    struct outcome outcome = judge(lab, resolver, q, &parsed);
    struct answer_params params = {
        .zones = lab->zones,
        .action = outcome.action,
        .outside_rcode = outside_rcode(lab->options),
        .identity = q->resolver,
        .variant = outcome.variant,
        .size_max = q->is_tcp ? ANSWER_TCP_MAX : parsed.udp_size,
    };
    reply->delay = outcome.delay;
    reply->len = answer_build(&params, &parsed, out);
    if (!q->is_tcp)
        watch_flight(&lab->watch, address_hash(q->client), ntohs(q->client->v4.sin_port),
                     (uint16_t)(q->data[0] << 8 | q->data[1]), q->now,
                     q->now + (reply->len ? outcome.delay : 0));
}
