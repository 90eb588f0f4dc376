// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as a reply with proofs: its sets (verdict/signed_sets.h), what a compact denial
 * in it says, and all of its NSEC and NSEC3 records as if they had been verified. */
#include <stdlib.h>
#include <string.h>

#include "verdict/denial.h"
#include "verdict/denial_kind.h"
#include "verdict/signed_sets.h"

static const struct name zone = {.len = 6, .wire = "\4test"};
static struct signed_sets sets;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_view(const struct rdata_view *view)
{
    check(view->data >= sets.octets && view->data + view->len <= sets.octets + sets.octet_count);
}

static void check_sets(void)
{
    unsigned denials = 0, rrsigs = 0;
    check(sets.count <= SIGNED_SETS_MAX && sets.octet_count <= SIGNED_OCTETS_MAX);
    for (unsigned i = 0; i < sets.count; i++) {
        const struct signed_set *set = &sets.sets[i];
        denials += set->type == TYPE_NSEC || set->type == TYPE_NSEC3;
        rrsigs += set->rrsig_count;
        check(set->section == 1 || set->section == 2);
        check(set->first + set->count <= sets.item_count && set->count <= SIGNATURE_RRS_MAX);
        for (unsigned j = 0; j < set->count; j++)
            check_view(&sets.items[set->first + j]);
        for (unsigned j = 0; j < set->rrsig_count; j++)
            check_view(&set->rrsigs[j]);
    }
    check(denials == sets.denial_count && denials <= SIGNED_DENIALS_MAX);
    check(rrsigs == sets.rrsig_count && rrsigs <= SIGNED_RRSIGS_MAX);
}

static void look(struct denials *denials, const uint8_t *name)
{
    struct denial_view view;
    if (!name_is_under(name, zone.wire) || name_equal(name, zone.wire))
        return;
    denials_look(denials, name, &view);
    check(view.finding == DENIAL_UNKNOWN || !view.gap);
    (void)denials_deny_wildcard(denials, name);
}

/* An owner is there; what it is next to is not said to be absent. */
static void add(struct denials *denials, const struct signed_set *set)
{
    const struct rdata_view *rdata = &sets.items[set->first];
    struct nsec_view nsec;
    struct nsec3_view nsec3;
    struct denial_view view;
    uint8_t hash[NSEC3_HASH_LEN];
    if (set->type == TYPE_NSEC && nsec_read(&nsec, rdata->data, rdata->len) == 0 &&
        denials_add_nsec(denials, set->owner.wire, &nsec, UINT32_MAX) >= 0) {
        if (!name_equal(set->owner.wire, zone.wire)) {
            denials_look(denials, set->owner.wire, &view);
            check(view.finding == DENIAL_EXISTS || view.finding == DENIAL_EMPTY);
        }
        look(denials, nsec.next);
        (void)denial_nsec_is_minimal(set->owner.wire, &nsec, sets.sets[0].owner.wire);
    }
    if (set->type == TYPE_NSEC3 && nsec3_read(&nsec3, rdata->data, rdata->len) == 0 &&
        nsec3_owner_hash(set->owner.wire, zone.wire, hash)) {
        bool is_added = denials_add_nsec3(denials, hash, &nsec3, UINT32_MAX) == SPANS_NEW;
        check(!is_added || denials_have_nsec3(denials, hash, &nsec3));
        (void)denial_nsec3_is_minimal(hash, &nsec3);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t types[] = {TYPE_A, TYPE_AAAA};
    static _Atomic int64_t budget;
    struct denials *denials;
    struct question question;
    struct reply reply;
    struct name asked;
    if (size > UINT16_MAX || !reply_init(&reply, data, size))
        return 0;
    if (reply_read_name(&reply, DNS_HEADER_LEN, &asked, NULL) != 0)
        asked = zone;
    name_lower(asked.wire);
    question_init(&question, asked.wire, asked.len, TYPE_A);
    (void)denial_read_compact(&reply, &question);
    memset(&sets, 0xaa, sizeof sets);
    if (!signed_sets_read(&sets, &reply))
        return 0;
    check_sets();
    atomic_store(&budget, 1 << 20);
    static const _Atomic uint32_t now_s;
    const struct denial_params params = {.zone = zone.wire,
                                         .types = types,
                                         .type_count = 2,
                                         .seed = 1,
                                         .budget = &budget,
                                         .now_s = &now_s};
    if (denials_create(&denials, &params) != 0)
        return 0;
    for (unsigned i = 0; i < sets.count; i++) {
        if (sets.sets[i].is_whole && sets.sets[i].count == 1)
            add(denials, &sets.sets[i]);
    }
    look(denials, asked.wire);
    denials_destroy(denials);
    return 0;
}
