// SPDX-License-Identifier: BSD-2-Clause
/* From a reply to the circle. A record is refused in small steps, each with its counter: no
 * signature of the zone (denial_proof.h), no link of its chain (nsec_link.h), too much
 * contradicted (circle.h). What is new then is told. */
#include "base/log.h"
#include "dns/code.h"
#include "scan/walk_nsec_state.h"
#include "verdict/nsec_link.h"

/* --- who said it, and of which version of the zone --- */

static uint8_t source_of(struct nsec_state *s, const struct walk_server *server)
{
    for (size_t i = s->source_count; i > 0; i--) {
        const struct nsec_source *source = &s->sources[i - 1];
        if (source->server == server && source->serial == server->serial &&
            source->has_serial == server->has_serial)
            return (uint8_t)(i - 1);
    }
    if (s->source_count == NSEC_SOURCES_MAX)
        return NSEC_SOURCES_MAX - 1; /* a zone that changes all the time */
    s->sources[s->source_count] = (struct nsec_source){
        .server = server, .serial = server->serial, .has_serial = server->has_serial};
    return (uint8_t)s->source_count++;
}

/* --- refusing --- */

static void complain(struct nsec_state *s, const struct denial_record *record,
                     const struct walk_server *server, const char *what)
{
    char owner[NAME_TEXT_MAX];
    if (!log_is_on(LOG_WHY))
        return;
    name_to_text(record->owner.wire, owner);
    log_why("%s: the NSEC record of %s, from %s, %s", s->walk->zone_text, owner, server->text,
            what);
}

/* --- telling --- */

static struct hit_record hit_record_of(const struct denial_record *record, bool is_signature)
{
    return (struct hit_record){
        .owner = record->owner.wire,
        .rdata = is_signature ? record->rrsig : record->rdata,
        .rdata_len = is_signature ? record->rrsig_len : record->rdata_len,
        .ttl = is_signature ? record->rrsig_ttl : record->ttl,
        .type = is_signature ? TYPE_RRSIG : TYPE_NSEC,
    };
}

static int tell_ents(struct nsec_state *s, const struct nsec_link *link,
                     const struct walk_find *owner)
{
    int error = 0;
    for (unsigned n = link_ent_count(link); n > 0 && error == 0; n--) {
        struct walk_find find = *owner;
        find.name = link_ent(link, n - 1);
        find.types = NULL;
        find.record_count = 0;
        find.is_ent = true;
        error = walk_tell(s->walk, &find);
    }
    return error;
}

static int tell_link(struct nsec_state *s, const struct denial_record *record,
                     const struct nsec_link *link, const struct circle_taken *taken,
                     const struct asker_answer *answer, const struct walk_server *server)
{
    const struct hit_record records[] = {hit_record_of(record, false), hit_record_of(record, true)};
    const struct walk_find find = {.name = record->owner.wire,
                                   .types = &link->types,
                                   .records = records,
                                   .record_count = record->rrsig ? 2 : 1,
                                   .is_verified = record->signature == DENIAL_SIGNED_GOOD,
                                   .is_conflicting = taken->is_conflicting,
                                   .server = server->text,
                                   .rtt_us = answer->rtt_us,
                                   .tries = (uint8_t)(answer->tries < 255 ? answer->tries : 255)};
    int error = walk_tell(s->walk, &find);
    return error == 0 ? tell_ents(s, link, &find) : error;
}

/* --- taking --- */

static void weigh(struct nsec_state *s, const struct circle_taken *taken)
{
    /* The scale learns from what was met. */
    struct circle_key from, to;
    circle_get_key(s->circle, taken->owner, &from);
    span_learn(&s->scale, &from);
    if (taken->next != CIRCLE_APEX)
        circle_get_key(s->circle, taken->next, &to);
    s->closed_weight += span_weigh(&s->scale, &from, taken->next != CIRCLE_APEX ? &to : NULL);
}

static void note_contradiction(struct nsec_state *s, const struct denial_record *record,
                               const struct walk_server *server, const struct circle_taken *taken)
{
    if (taken->reopened == 0 && !taken->is_conflicting)
        return;
    s->reopened += taken->reopened;
    s->conflicts += taken->is_conflicting;
    complain(s, record, server,
             taken->is_conflicting ? "contradicts others, after both were asked again"
                                   : "contradicts others: these are asked again");
}

static int take_record(struct nsec_state *s, const struct denial_record *record,
                       const struct lane *lane, const struct asker_answer *answer,
                       struct walk_server *server, struct nsec_taken *out)
{
    struct nsec_view view;
    struct circle_taken taken;
    if (nsec_read(&view, record->rdata, record->rdata_len) != 0)
        return 0; /* read once already */
    const struct nsec_link link = {.zone = s->walk->zone.wire,
                                   .owner = record->owner.wire,
                                   .next = view.next,
                                   .types = view.types};
    enum link_refusal refusal = link_judge(&link, lane->probe.wire);
    s->refusals[refusal]++;
    if (refusal != LINK_NONE) {
        complain(s, record, server, link_refusal_words[refusal]);
        return 0;
    }
    int error = circle_take(s->circle, link.owner, link.next, source_of(s, server), &taken);
    if (error == ERR_RANGE) {
        complain(s, record, server, "contradicts too many names");
        s->walk->refused_records++;
        return 0;
    }
    if (error != 0)
        return error;
    out->is_covered |= link_speaks_of(&link, lane->probe.wire);
    note_contradiction(s, record, server, &taken);
    if (!taken.is_first)
        return 0;
    out->first++;
    s->minimal += link_is_minimal(&link);
    s->cut_records += link_ends_zone(&link.types) && bitmap_has(&link.types, TYPE_DS);
    weigh(s, &taken);
    return tell_link(s, record, &link, &taken, answer, server);
}

/* A referral to a signed child, or a DNAME: no NSEC record comes with it, but the name is there. */
static int take_cut(struct nsec_state *s, const struct denial_proof *proof, const struct lane *lane,
                    struct nsec_taken *out)
{
    bool is_above = proof->has_cut && name_is_under(lane->probe.wire, proof->cut.wire);
    const uint8_t *cut = is_above ? proof->cut.wire : proof->has_dname ? proof->dname.wire : NULL;
    if (!cut || out->is_covered || !name_is_under(lane->probe.wire, cut))
        return 0;
    out->has_cut = true;
    s->signed_cuts += is_above && proof->is_cut_signed;
    return circle_add(s->circle, cut, &out->cut);
}

static void tell_bogus(struct nsec_state *s, const struct walk_server *server)
{
    if (s->is_told_bogus || s->walk->bogus == 0)
        return;
    s->is_told_bogus = true;
    log_note("%s: %s gives NSEC records whose signatures are not of the zone's keys, or out of "
             "time: they are left alone",
             s->walk->zone_text, server->text);
}

int nsec_take(struct nsec_state *s, const struct lane *lane, const struct asker_answer *answer,
              struct walk_server *server, struct nsec_taken *out)
{
    struct denial_proof proof;
    int error = 0;
    *out = (struct nsec_taken){0};
    denial_proof_read(&proof, answer->reply, TYPE_NSEC, &s->checker);
    if (proof.has_serial)
        walk_note_serial(s->walk, server, proof.serial);
    for (size_t i = 0; i < proof.count && error == 0; i++) {
        const struct denial_record *record = &proof.records[i];
        out->is_from_child |= record->signature == DENIAL_SIGNED_BY_OTHERS;
        if (walk_believes(s->walk, record, &s->refused))
            error = take_record(s, record, lane, answer, server, out);
        else
            s->walk->refused_records++;
    }
    s->walk->refused_records += proof.left_out;
    tell_bogus(s, server);
    return error == 0 ? take_cut(s, &proof, lane, out) : error;
}
