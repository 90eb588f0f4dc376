// SPDX-License-Identifier: BSD-2-Clause
/* Walking an NSEC3 chain: turns, questions, answers (walk_nsec3_state.h tells the plan).
 *
 * A label that is a name after all gives data, without its span: NSEC3PARAM, which is at the apex
 * alone, is denied with it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "dns/code.h"
#include "scan/walk_nsec3_state.h"

#define DENIED_TYPE TYPE_NSEC3PARAM

#define HASHES_PATIENCE (2 * NS_PER_MS) /* looks again for hashes that are of use */
#define IDLE_PATIENCE   (50 * NS_PER_MS)
#define FLUSH_EVERY     NS_PER_S

/* --- chains --- */

/* Those in flight are of a stock that is gone. */
static void leave_chain(struct nsec3_state *s)
{
    for (uint32_t i = 0; i < NSEC3_ASKS_MAX; i++)
        s->asks[i].probe = NSEC3_NONE;
    if (s->hasher)
        s->drawn_before += hasher_drawn(s->hasher);
    hasher_destroy(s->hasher);
    probes_destroy(s->probes);
    s->hasher = NULL;
    s->probes = NULL;
}

/* The first ones of a new chain are tried without regard to what is known. */
static void draw_sample(struct nsec3_state *s, uint64_t start)
{
    struct nsec3_chain *chain = &s->chains[s->current];
    s->sample_count = 0;
    if (gaps_count(chain->gaps) > DENIAL_PROOF_RECORDS)
        return; /* gone on with: more is known than they could tell */
    for (uint32_t i = 0; i < CENSUS_SAMPLE; i++) {
        struct probe probe = {.label = start - 1 - i};
        struct name name;
        hasher_name(&name, &s->walk->zone, probe.label);
        nsec3_hash(&chain->params, name.wire, probe.hash);
        memcpy(s->sample[s->sample_count++], probe.hash, sizeof probe.hash);
        if (probes_offer(s->probes, &probe) < 0)
            return;
    }
    s->drawn_before += CENSUS_SAMPLE;
}

static int begin_chain(struct nsec3_state *s)
{
    struct nsec3_chain *chain = &s->chains[s->current];
    const struct hasher_params params = {.nsec3 = chain->params,
                                         .zone = &s->walk->zone,
                                         .gaps = chain->gaps,
                                         .start = rng_u64(&s->walk->rng),
                                         .thread_count = s->walk->params->thread_count};
    int r = probes_create(&s->probes, chain->gaps, NSEC3_STOCK_MAX);
    if (r != 0)
        return r;
    struct census census = nsec3_census(s);
    probes_expect(s->probes, census.exist > 1 ? census.exist : 1);
    draw_sample(s, params.start);
    r = hasher_create(&s->hasher, &params);
    if (r == ERR_IO)
        log_error("cannot start a thread: %s", strerror(errno));
    if (r != 0)
        return r;
    log_why("%s: NSEC3 with %u iterations and a salt of %u octets", s->walk->zone_text,
            (unsigned)chain->params.iterations, (unsigned)chain->params.salt_len);
    return 0;
}

static int follow_chain(struct nsec3_state *s)
{
    if (s->strange_count >= NSEC3_STRANGE_MAX) {
        int chain = nsec3_find_chain(s, &s->strange);
        if (chain < 0)
            return chain;
        leave_chain(s);
        s->current = (uint32_t)chain;
        s->grown_from = 0;
        s->strange_count = 0;
        log_note("%s: the chain's parameters have changed; walking the new chain, what was found "
                 "of the old one is kept",
                 s->walk->zone_text);
    }
    return s->hasher ? 0 : begin_chain(s);
}

/* --- limits --- */

struct census nsec3_census(const struct nsec3_state *s)
{
    struct gaps_sums sums = {.spans = 0};
    if (s->current != NSEC3_NONE)
        sums = gaps_sums(nsec3_gaps(s));
    return census_take(&sums);
}

static uint64_t drawn_in_all(const struct nsec3_state *s)
{
    return s->drawn_before + (s->hasher ? hasher_drawn(s->hasher) : 0);
}

static double guess_seconds_left(const struct nsec3_state *s, const struct census *census)
{
    double speed = s->hasher ? hasher_speed(s->hasher) : 0;
    double walked_s = (double)s->walked_for / (double)NS_PER_S;
    if (speed <= 0 || s->finds == 0 || walked_s <= 0)
        return -1;
    double drawn = (double)drawn_in_all(s);
    double hashing = census_hashes_left(census, drawn, s->limits.missing) / speed;
    double least = s->limits.missing * census->exist, missing = census->exist - census->found;
    double asking = (missing - least) * walked_s / (double)s->finds;
    return hashing > asking ? hashing : asking;
}

/* Looked at each time that the spans have doubled. */
static bool is_growing(struct nsec3_state *s, const struct census *census)
{
    if (census->found < NSEC3_GROWTH_SPANS || census->found < 2 * s->grown_from)
        return false;
    bool is_growing = s->grown_from > 0 && census->exist > NSEC3_GROWTH * s->grown_exist;
    s->grown_from = census->found;
    s->grown_exist = census->exist;
    return is_growing;
}

static const char *broken_bound(struct nsec3_state *s, const struct census *census)
{
    struct gaps_sums sums = gaps_sums(nsec3_gaps(s));
    if (s->is_full)
        return "more spans than are kept";
    if (s->barren_count >= NSEC3_BARREN_MAX)
        return "replies hold no NSEC3 record for what was asked";
    if (sums.contradictions > NSEC3_BARREN_MAX + sums.spans / 8)
        return "its servers contradict each other, or themselves";
    if (s->minimal >= NSEC3_MINIMAL_MAX ||
        (sums.spans >= NSEC3_NARROW_SPANS && census->exist > NSEC3_NARROW_NAMES))
        return NSEC3_MADE_UP;
    if (is_growing(s, census))
        return "it has more names the more are asked for";
    if (s->existing >= NSEC3_EXISTING_MAX && 2 * s->existing > s->finds)
        return "whatever is asked for exists";
    if (s->ask_count == 0 && probes_ready(s->probes) == 0 && hasher_is_exhausted(s->hasher))
        return "there is no label left to try";
    return NULL;
}

static void judge(struct nsec3_state *s)
{
    struct census census = nsec3_census(s);
    s->seconds_left = guess_seconds_left(s, &census);
    struct census_limits limits = s->limits;
    const char *bound = broken_bound(s, &census);
    if (!s->walk->params->has_missing_share)
        limits.find_hashes_max = NSEC3_FIND_SECONDS * hasher_speed(s->hasher);
    s->end = census_judge(&census, &limits, drawn_in_all(s));
    if (s->end != CENSUS_GOES_ON)
        walk_end(s->walk);
    else if (bound)
        walk_give_up(s->walk, bound);
}

/* --- answers --- */

static const struct denial_record *find_record(const struct nsec3_state *s, const uint8_t *hash)
{
    for (size_t i = 0; i < s->proof.count; i++) {
        uint8_t owner[NSEC3_HASH_LEN];
        const struct denial_record *record = &s->proof.records[i];
        if (nsec3_owner_hash(record->owner.wire, s->walk->zone.wire, owner) &&
            memcmp(owner, hash, sizeof owner) == 0)
            return record;
    }
    return NULL;
}

/* A label made up that is a name. */
static void tell_existing(struct nsec3_state *s, const struct nsec3_ask *ask,
                          const struct asker_answer *answer, const struct walk_server *server)
{
    struct name name;
    struct nsec3_view view;
    const struct denial_record *record = find_record(s, ask->hash);
    if (!record || nsec3_read(&view, record->rdata, record->rdata_len) != 0)
        return;
    hasher_name(&name, &s->walk->zone, ask->label);
    const struct walk_find find = {.name = name.wire,
                                   .types = &view.types,
                                   .is_ent = view.types.len == 0,
                                   .is_verified = record->signature == DENIAL_SIGNED_GOOD,
                                   .server = server->text,
                                   .rtt_us = answer->rtt_us,
                                   .tries = (uint8_t)(answer->tries < 255 ? answer->tries : 255)};
    s->existing++;
    s->error = walk_tell(s->walk, &find);
}

/* Its reply was taken. True: it is to be asked again. */
static bool settle(struct nsec3_state *s, struct nsec3_ask *ask, const struct asker_answer *answer,
                   const struct walk_server *server)
{
    enum gaps_place place = gaps_find(s->chains[ask->chain].gaps, ask->hash);
    if (place == GAPS_COVERED || place == GAPS_OWNER) {
        s->finds++;
        s->barren_count = 0;
        if (place == GAPS_OWNER)
            tell_existing(s, ask, answer, server);
        return false;
    }
    if (s->proof.has_data && ask->type != DENIED_TYPE) {
        ask->type = DENIED_TYPE;
        return true;
    }
    s->barren++;
    s->barren_count++;
    return false;
}

static void take_reply(struct nsec3_state *s, uint32_t number, const struct asker_answer *answer,
                       struct walk_server *server)
{
    struct nsec3_ask *ask = &s->asks[number];
    bool is_first = ask->chain == NSEC3_NONE, is_again = false;
    denial_proof_read(&s->proof, answer->reply, TYPE_NSEC3, &s->checker);
    s->is_below_dname |= s->proof.has_dname && name_equal(s->proof.dname.wire, s->walk->zone.wire);
    if (s->proof.has_serial)
        walk_note_serial(s->walk, server, s->proof.serial);
    s->is_strange = false;
    int count = nsec3_take(s);
    if (count < 0)
        s->error = count;
    if (count > 0)
        s->strange_count = 0;
    else
        s->strange_count += s->is_strange;
    if (!is_first && s->error == 0)
        is_again = settle(s, ask, answer, server);
    if (is_again)
        nsec3_ask_later(s, number);
    else
        nsec3_release(s, number);
}

static void done(void *state, const struct asker_answer *answer)
{
    struct nsec3_state *s = state;
    struct walk_server *server = walk_note(s->walk, answer);
    uint32_t number = (uint32_t)answer->tag;
    struct nsec3_ask *ask = &s->asks[number];
    if (answer->outcome == ASKER_ANSWERED) {
        take_reply(s, number, answer, server);
        return;
    }
    ask->except |= (uint64_t)1 << (server - s->walk->walked);
    if (ask->chain != NSEC3_NONE && ++ask->servers_tried < NSEC3_SERVERS_TRIED) {
        nsec3_ask_later(s, number);
        return;
    }
    s->silent++;
    nsec3_release(s, number);
}

/* --- turns --- */

/* What could not be written was told. */
static void fail(struct nsec3_state *s)
{
    if (s->error == ERR_IO)
        s->walk->stop = WALK_WRITE;
    else
        walk_fail(s->walk, s->error);
}

static void keep_house(struct nsec3_state *s, mono_ns now)
{
    if (now - s->flushed_at < FLUSH_EVERY)
        return;
    s->flushed_at = now;
    int r = hash_output_flush(s->output);
    if (r != 0)
        s->error = r;
    nsec3_tell_progress(s, now);
}

static mono_ns act(void *state, mono_ns now)
{
    struct nsec3_state *s = state;
    if (s->walked_since == 0)
        s->walked_since = s->told_at = now;
    s->walked_for = now - s->walked_since;
    keep_house(s, now);
    if (s->current == NSEC3_NONE) {
        nsec3_ask_first(s);
    } else if (s->error == 0) {
        s->error = follow_chain(s);
        if (s->error == 0)
            judge(s);
        nsec3_tell_sample(s);
        nsec3_ask_again(s);
        if (s->error == 0)
            nsec3_ask_new(s);
    }
    if (s->error != 0)
        fail(s);
    return now + (s->hasher ? HASHES_PATIENCE : IDLE_PATIENCE);
}

static void progress(const void *state, struct progress *out)
{
    const struct nsec3_state *s = state;
    struct census census = nsec3_census(s);
    double seconds = s->seconds_left;
    out->is_total_known = census.found > 0;
    out->done = census.found;
    out->total = (uint64_t)(census.exist + 0.5);
    out->hits = s->walk->names;
    out->is_eta_known = seconds >= 0;
    out->eta_s = seconds;
}

/* --- life --- */

static void destroy(void *state)
{
    struct nsec3_state *s = state;
    if (!s)
        return;
    leave_chain(s);
    for (uint32_t i = 0; i < s->chain_count; i++)
        gaps_destroy(s->chains[i].gaps);
    if (s->output && hash_output_close(s->output) != 0)
        log_why("%s: its hashes are not all written", s->walk->zone_text);
    free(s);
}

static int start(struct walk *walk, void **state)
{
    *state = NULL;
    struct nsec3_state *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->walk = walk;
    s->current = NSEC3_NONE;
    s->seconds_left = -1;
    s->checker = (struct denial_checker){.zone = walk->zone.wire,
                                         .keys = walk->keys,
                                         .now_s = walk->now_s,
                                         .seed = rng_u64(&walk->rng)};
    s->limits.missing = walk->params->missing_share;
    nsec3_asks_init(s);
    int r = hash_output_open(&s->output, walk->params, &walk->zone, nsec3_take_held, s);
    *state = s;
    if (r == ERR_RANGE || r == ERR_IO) { /* told */
        walk->stop = r == ERR_RANGE ? WALK_REFUSED : WALK_WRITE;
        return 0;
    }
    if (r != 0)
        return r; /* and destroy is called */
    if (hash_output_held(s->output) > 0)
        log_note("%s: going on with %s, which holds %llu spans", walk->zone_text,
                 hash_output_path(s->output), (unsigned long long)hash_output_held(s->output));
    if (hasher_label_len(&walk->zone) == 0)
        walk_give_up(walk, "its name leaves no room for a label to ask for");
    return 0;
}

static int finish(void *state, struct walk_result *out)
{
    struct nsec3_state *s = state;
    if (!s->output)
        return 0; /* it did not begin */
    s->drawn = drawn_in_all(s);
    leave_chain(s);
    s->error = hash_output_flush(s->output);
    int r = s->error == 0 ? nsec3_crack(s) : 0;
    nsec3_put_end(s, out);
    int closed = hash_output_close(s->output);
    s->output = NULL;
    if (closed != 0)
        s->walk->stop = WALK_WRITE;
    return r;
}

const struct walk_kind walk_nsec3 = {
    .chain = "NSEC3",
    .start = start,
    .act = act,
    .done = done,
    .progress = progress,
    .finish = finish,
    .destroy = destroy,
};
