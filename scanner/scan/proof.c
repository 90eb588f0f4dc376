// SPDX-License-Identifier: BSD-2-Clause
#include "scan/proof.h"

#include "base/hash.h"
#include "scan/convict.h"
#include "scan/vet.h"

#define VALID (2 * NS_PER_S)

static void charge(struct worker *w, const struct known_name *known, uint32_t resolver)
{
    uint32_t hash = (uint32_t)hash64(known->question.wire, name_len(known->question.wire), 0);
    if (trust_note_denial(w->trust, resolver, hash))
        convict(w, resolver, TRUST_HIDES);
}

static bool is_charged(const struct known_name *known, uint32_t resolver)
{
    for (unsigned i = 0; i < known->pending_count; i++) {
        if (known->pending[i] == resolver)
            return true;
    }
    return false;
}

#define RETIRED_MIN 2

/* Another worker's resolvers know it. Or those that vouched for the name were all found to hide
 * others: who hides gives no data that are false, and two that gave the same for this one cannot
 * have made them up. */
static bool is_borne_out(struct worker *w, const struct known_name *known)
{
    unsigned retired = 0;
    if (known->is_listed && listed_is_there(w->run, known->question.wire))
        return true;
    for (unsigned i = 0; i < known->confirmer_count; i++) {
        const struct trust_record *r = trust_at(w->trust, known->confirmers[i]);
        retired += r->state == TRUST_CONVICTED && r->reason == TRUST_HIDES &&
                   !is_charged(known, known->confirmers[i]);
    }
    return retired >= RETIRED_MIN && !convict_is_forged_short(w->run, known->data_hash);
}

static void settle_charges(struct worker *w, struct known_name *known)
{
    known->proof = PROOF_DONE;
    known->since = w->now;
    known->witness = TASK_NONE;
    uint8_t count = known->pending_count;
    known->pending_count = 0;
    for (unsigned i = 0; i < count; i++)
        charge(w, known, known->pending[i]);
    if (known->was_full)
        checks_ask_anew(w);
    known->was_full = false;
}

/* The next that vouched for the name and is in good standing, after the present witness. */
static void next_witness(struct worker *w, struct known_name *known)
{
    for (unsigned n = 0; n < known->confirmer_count; n++) {
        uint32_t resolver = known->confirmers[known->witness_turn++ % known->confirmer_count];
        if (trust_at(w->trust, resolver)->state != TRUST_ADMITTED || is_charged(known, resolver))
            continue;
        known->witness = resolver;
        known->proof = PROOF_TESTING;
        known->since = w->now;
        (void)vet_test_again(w, resolver, known->question.wire);
        return;
    }
    if (is_borne_out(w, known)) {
        settle_charges(w, known);
        return;
    }
    known->proof = PROOF_NONE; /* nobody can tell */
    known->witness = TASK_NONE;
    if (!known->is_listed) /* else somebody may yet */
        known->pending_count = 0;
}

void proof_want(struct worker *w, struct known_name *known, uint32_t resolver)
{
    if (known->proof == PROOF_DONE && w->now - known->since < VALID) {
        charge(w, known, resolver);
        return;
    }
    known->was_full |= known->pending_count == KNOWN_PENDING_MAX;
    if (known->pending_count < KNOWN_PENDING_MAX && !is_charged(known, resolver))
        known->pending[known->pending_count++] = resolver;
    if (known->proof == PROOF_NONE || known->proof == PROOF_DONE)
        next_witness(w, known);
}

void proof_renew(struct worker *w, struct known_name *known)
{
    if (known->proof == PROOF_NONE)
        next_witness(w, known);
}

void proof_go_on(struct worker *w)
{
    for (uint32_t i = 0; i < w->checks.count; i++) {
        struct known_name *known = &w->checks.names[i];
        if (known->proof != PROOF_TESTING)
            continue;
        const struct trust_record *r = trust_at(w->trust, known->witness);
        if (r->state != TRUST_ADMITTED)
            next_witness(w, known);
        else if (r->tested_at >= known->since && checks_ask(w, known->witness, known))
            known->proof = PROOF_ASKING;
        else if (r->tested_at < known->since)
            (void)vet_test_again(w, known->witness, known->question.wire);
    }
}

bool proof_is_under_way(const struct checks *checks)
{
    for (uint32_t i = 0; i < checks->count; i++) {
        if (checks->names[i].proof == PROOF_TESTING || checks->names[i].proof == PROOF_ASKING)
            return true;
    }
    return false;
}

bool proof_settle(struct worker *w, struct known_name *known, const struct decision *decision)
{
    if (!decision) {
        next_witness(w, known);
        return true;
    }
    if (decision->kind != DECIDE_DATA)
        return false;
    settle_charges(w, known);
    return true;
}
