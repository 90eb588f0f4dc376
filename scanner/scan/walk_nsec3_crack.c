// SPDX-License-Identifier: BSD-2-Clause
/* Names for the hashes that a walk found, by the words given (scan/crack.h).
 *
 * A name whose hash is an owner of the chain exists, and the record says with which types. Where
 * the zone's keys verify the records, the zone itself has confirmed it, and it is told at
 * once. Where nothing could be verified, a server may have made the record up: such a name is
 * asked for, by a type that its record lists, and told unless it is denied. */
#include <string.h>

#include "dns/code.h"
#include "scan/crack.h"
#include "scan/signals.h"
#include "scan/walk_nsec3_state.h"
#include "source/arc.h"

/* Names to be asked for, one after the other in a text: type, length of the types, types, name. */
struct guess {
    uint16_t type;
    bool has_types;
    uint8_t types_len;
    uint8_t name_len;
};

struct guesses {
    struct nsec3_state *s;
    struct text list;
    size_t at; /* of the next to be asked */
};

/* --- targets --- */

static int add_target(const struct nsec3_state *s, struct crack_targets *targets,
                      const struct hash_record *record)
{
    int r = crack_targets_add(targets, s->walk->zone.wire, record);
    return r == ERR_FULL ? 0 : r; /* more than 200 million: the rest stays uncracked */
}

static int add_span(const struct nsec3_state *s, struct crack_targets *targets,
                    const struct nsec3_chain *chain, const struct gaps_span *span)
{
    struct hash_record record = {
        .params = chain->params, .types = span->types, .has_types = span->has_types};
    memcpy(record.hash, span->owner, sizeof record.hash);
    int r = add_target(s, targets, &record);
    if (r != 0 || gaps_find(chain->gaps, span->next) == GAPS_OWNER)
        return r;
    struct hash_record next = {.params = chain->params};
    memcpy(next.hash, span->next, sizeof next.hash);
    return add_target(s, targets, &next);
}

static int add_chain(const struct nsec3_state *s, struct crack_targets *targets,
                     const struct nsec3_chain *chain)
{
    int r = 0;
    for (uint32_t i = 0; i < gaps_count(chain->gaps) && r == 0; i++) {
        struct gaps_span span;
        gaps_get(chain->gaps, i, &span);
        r = add_span(s, targets, chain, &span);
    }
    return r;
}

/* --- names --- */

static int tell_name(struct nsec3_state *s, const uint8_t *name, const struct type_bitmap *types,
                     const struct walk_server *server)
{
    const struct walk_find find = {
        .name = name,
        .types = types,
        .is_ent = types && types->len == 0,
        .is_verified = s->walk->keys != NULL,
        .server = server ? server->text : NULL,
    };
    return walk_tell(s->walk, &find);
}

/* One that is at the name for sure, so that an answer has data; what an empty non-terminal is
 * asked for is denied. */
static uint16_t choose_type(const struct type_bitmap *types)
{
    static const uint16_t liked[] = {TYPE_A, TYPE_AAAA, TYPE_CNAME, TYPE_MX, TYPE_TXT, TYPE_NS};
    for (size_t i = 0; i < sizeof liked / sizeof *liked; i++)
        if (bitmap_has(types, liked[i]))
            return liked[i];
    uint16_t type = 0;
    while (bitmap_next(types, type + 1u, &type))
        if (type != TYPE_RRSIG && type != TYPE_NSEC3)
            return type;
    return TYPE_A;
}

static int note_name(void *ctx, const struct crack_find *find)
{
    struct guesses *guesses = ctx;
    struct nsec3_state *s = guesses->s;
    const struct hash_record *record = find->record;
    const struct type_bitmap *types = record->has_types ? &record->types : NULL;
    s->cracked++;
    if (s->walk->keys)
        return tell_name(s, find->name, types, NULL);
    struct guess guess = {.type = types ? choose_type(types) : TYPE_A,
                          .has_types = types && types->len <= UINT8_MAX,
                          .name_len = (uint8_t)name_len(find->name)};
    if (guess.has_types)
        guess.types_len = (uint8_t)types->len;
    text_put(&guesses->list, (const char *)&guess, sizeof guess);
    text_put(&guesses->list, types ? (const char *)types->data : NULL, guess.types_len);
    text_put(&guesses->list, (const char *)find->name, guess.name_len);
    return guesses->list.failed ? ERR_NOMEM : 0;
}

static bool is_stopped(void *ctx)
{
    (void)ctx;
    return signals_count() > 0;
}

static int run(struct nsec3_state *s, struct crack_targets *targets, struct guesses *guesses)
{
    const struct scan_params *given = s->walk->params;
    const struct crack_params params = {.word_files = given->word_files,
                                        .thread_count = given->thread_count};
    const struct crack_hooks hooks = {.ctx = guesses, .found = note_name, .stop = is_stopped};
    struct crack_result result;
    s->has_cracked = true;
    int r = crack_run_targets(&params, targets, &hooks, &result);
    s->hashes = result.targets;
    return r;
}

/* --- asking --- */

/* The one at AT; where the next one is. */
static size_t read_guess(const struct guesses *guesses, size_t at, struct guess *guess,
                         struct type_bitmap *types, const uint8_t **name)
{
    memcpy(guess, guesses->list.data + at, sizeof *guess);
    const uint8_t *data = (const uint8_t *)guesses->list.data + at + sizeof *guess;
    *types = (struct type_bitmap){.data = data, .len = guess->types_len};
    *name = data + guess->types_len;
    return at + sizeof *guess + guess->types_len + guess->name_len;
}

static mono_ns ask_guesses(void *ctx, mono_ns now)
{
    struct guesses *guesses = ctx;
    struct nsec3_state *s = guesses->s;
    while (s->error == 0 && walk_has_room(s->walk) && guesses->at < guesses->list.len) {
        struct guess guess;
        struct type_bitmap types;
        const uint8_t *name;
        struct walk_server *server = walk_choose_server(s->walk, 0);
        size_t next = read_guess(guesses, guesses->at, &guess, &types, &name);
        const struct walk_question question = {.server = server,
                                               .name = name,
                                               .type = guess.type,
                                               .owner = guesses,
                                               .tag = guesses->at};
        int r = server ? walk_ask(s->walk, &question) : 0;
        if (r == ERR_FULL)
            break;
        s->error = r;
        s->asked_guesses += server != NULL;
        guesses->at = server ? next : guesses->list.len;
    }
    if (s->error != 0 || (guesses->at == guesses->list.len && s->asked_guesses == 0))
        walk_end(s->walk);
    return now + NS_PER_S;
}

/* The reply denies the name: by its code, or by a span around the hash, though a wildcard
 * gives data. */
static bool is_denied(struct nsec3_state *s, const uint8_t *name)
{
    if (s->proof.rcode == RCODE_NXDOMAIN)
        return true;
    for (size_t i = 0; i < s->proof.count; i++) {
        uint8_t owner[NSEC3_HASH_LEN], hash[NSEC3_HASH_LEN];
        const struct denial_record *record = &s->proof.records[i];
        struct nsec3_view view;
        if (nsec3_read(&view, record->rdata, record->rdata_len) != 0 ||
            !nsec3_owner_hash(record->owner.wire, s->walk->zone.wire, owner))
            continue;
        nsec3_hash(&view.params, name, hash);
        if (arc_has(owner, view.next, hash) && arc_compare(owner, hash) != 0)
            return true;
    }
    return false;
}

static void take_guess(void *ctx, const struct asker_answer *answer)
{
    struct guesses *guesses = ctx;
    struct nsec3_state *s = guesses->s;
    struct walk_server *server = walk_note(s->walk, answer);
    struct guess guess;
    struct type_bitmap types;
    const uint8_t *name;
    (void)read_guess(guesses, (size_t)answer->tag, &guess, &types, &name);
    s->asked_guesses--;
    bool is_answered = answer->outcome == ASKER_ANSWERED;
    if (is_answered)
        denial_proof_read(&s->proof, answer->reply, TYPE_NSEC3, &s->checker);
    if (is_answered && is_denied(s, name)) {
        s->gone++;
        return;
    }
    s->confirmed += is_answered;
    s->error = tell_name(s, name, guess.has_types ? &types : NULL, is_answered ? server : NULL);
}

/* Those that could not be asked are told as they are. */
static int tell_unasked(struct guesses *guesses)
{
    int r = 0;
    while (r == 0 && guesses->at < guesses->list.len) {
        struct guess guess;
        struct type_bitmap types;
        const uint8_t *name;
        guesses->at = read_guess(guesses, guesses->at, &guess, &types, &name);
        r = tell_name(guesses->s, name, guess.has_types ? &types : NULL, NULL);
    }
    return r;
}

int nsec3_crack(struct nsec3_state *s)
{
    struct crack_targets *targets;
    struct guesses guesses = {.s = s};
    enum walk_stop stop = s->walk->stop;
    if (s->walk->params->no_crack || stop == WALK_SIGNAL || stop == WALK_TIME ||
        stop == WALK_WRITE || stop == WALK_FATAL)
        return 0;
    int r = crack_targets_create(&targets);
    for (uint32_t i = 0; i < s->chain_count && r == 0; i++)
        r = add_chain(s, targets, &s->chains[i]);
    if (r == 0 && nsec3_census(s).found > 0)
        r = run(s, targets, &guesses);
    crack_targets_destroy(targets);
    if (r == 0 && guesses.list.len > 0)
        r = walk_more(s->walk, &guesses, ask_guesses, take_guess);
    if (r == 0)
        r = tell_unasked(&guesses);
    text_deinit(&guesses.list);
    if (signals_count() > 0)
        s->walk->stop = WALK_SIGNAL;
    return r ? r : s->error;
}
