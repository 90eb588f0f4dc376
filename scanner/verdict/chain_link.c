// SPDX-License-Identifier: BSD-2-Clause
/* What moves a link, in the order it is looked for:
 *
 *   WANTS_DS     1. a set of DS, signed by the parent; none that can be checked: ENDS
 *                2. NSEC or NSEC3 of the name itself without DS: with NS it ENDS, else NO_CUT
 *                3. NSEC over the name that ends below it: NO_CUT
 *                4. any other over the name: there is no such name, or nothing signed: ENDS
 *   WANTS_KEYS   the set of DNSKEY, signed by one of its keys that a DS is of
 *
 * That a name is said to be no zone cannot make anything believed: DS further down have to
 * be signed by the same parent. */
#include "verdict/chain_link.h"

#include <string.h>

#include "dns/canon.h"
#include "dns/code.h"
#include "dns/dnssec.h"
#include "verdict/denial.h"

#define SHA1_NUMBER 1 /* not used beside a better one (RFC 4509 section 3) */

void chain_link_init(struct chain_link *link, const uint8_t *name, const struct anchors *anchors)
{
    *link = (struct chain_link){.state = LINK_WANTS_DS, .name.len = (uint8_t)name_len(name)};
    memcpy(link->name.wire, name, link->name.len);
    name_lower(link->name.wire);
    link->ds_count = anchors_of(anchors, name, link->ds);
    if (link->ds_count > 0)
        link->state = LINK_WANTS_KEYS;
}

void chain_link_deinit(struct chain_link *link)
{
    keys_destroy(link->keys);
    link->keys = NULL;
}

uint16_t chain_link_question(const struct chain_link *link)
{
    return link->state == LINK_WANTS_DS     ? TYPE_DS
           : link->state == LINK_WANTS_KEYS ? TYPE_DNSKEY
                                            : 0;
}

void chain_link_end(struct chain_link *link)
{
    link->state = LINK_ENDS;
}

/* --- one reply --- */

struct look {
    struct chain_link *link;
    const struct signed_sets *sets;
    const struct keys *keys; /* whose signatures count */
    const uint8_t *signer;   /* the zone they are of */
    int64_t now_s;
    unsigned tried;
};

/* The set is whole, of the zone as it stands there, and signed. */
static bool holds(struct look *look, const struct signed_set *set)
{
    const struct rrset_view view = {
        .owner = set->owner.wire,
        .type = set->type,
        .items = &look->sets->items[set->first],
        .count = set->count,
    };
    struct rrsig_view sig;
    for (unsigned i = 0; i < set->rrsig_count && set->is_whole && set->count > 0; i++) {
        const struct rdata_view *rrsig = &set->rrsigs[i];
        if (look->tried == CHAIN_VERIFY_MAX || rrsig_read(&sig, rrsig->data, rrsig->len) != 0 ||
            !name_equal(sig.signer, look->signer) || rrsig_is_expanded(&sig, set->owner.wire))
            continue;
        look->tried++;
        if (signature_check(&view, rrsig->data, rrsig->len, look->keys, look->now_s) ==
            SIGNATURE_GOOD)
            return true;
    }
    return false;
}

static const struct signed_set *find_answer(const struct look *look, uint16_t type)
{
    for (unsigned i = 0; i < look->sets->count; i++) {
        const struct signed_set *set = &look->sets->sets[i];
        if (set->section == 1 && set->type == type &&
            name_equal(set->owner.wire, look->link->name.wire))
            return set;
    }
    return NULL;
}

/* --- DS --- */

/* One of a key that nobody here can check is as good as none (RFC 4035 section 5.2). */
static bool is_usable(const struct rdata_view *ds)
{
    return ds->len > 4 && ds->len - 4 == ds_digest_len(ds->data[3]) &&
           signature_has_algorithm(ds->data[2]);
}

static void keep_ds(struct chain_link *link, const struct rdata_view *items, size_t count,
                    bool with_sha1)
{
    for (size_t i = 0; i < count && link->ds_count < ANCHORS_A_ZONE; i++) {
        if (!is_usable(&items[i]) || (items[i].data[3] == SHA1_NUMBER) != with_sha1)
            continue;
        struct ds *ds = &link->ds[link->ds_count++];
        ds->len = (uint8_t)items[i].len;
        memcpy(ds->rdata, items[i].data, items[i].len);
    }
}

static bool take_ds_set(struct look *look)
{
    struct chain_link *link = look->link;
    const struct signed_set *set = find_answer(look, TYPE_DS);
    if (!set || !holds(look, set))
        return false;
    const struct rdata_view *items = &look->sets->items[set->first];
    keep_ds(link, items, set->count, false);
    if (link->ds_count == 0)
        keep_ds(link, items, set->count, true);
    link->state = link->ds_count > 0 ? LINK_WANTS_KEYS : LINK_ENDS;
    return true;
}

/* What a record of the name itself with these TYPES makes of it; WANTS_DS: nothing, it is the
 * zone's own at its top, or has DS. */
static enum link_state state_by(const struct type_bitmap *types)
{
    if (bitmap_has(types, TYPE_DS) || bitmap_has(types, TYPE_SOA))
        return LINK_WANTS_DS;
    return bitmap_has(types, TYPE_NS) ? LINK_ENDS : LINK_NO_CUT;
}

static enum link_state state_by_nsec(const struct look *look, const struct signed_set *set)
{
    const struct rdata_view *rdata = &look->sets->items[set->first];
    const uint8_t *name = look->link->name.wire, *owner = set->owner.wire;
    struct nsec_view nsec;
    if (nsec_read(&nsec, rdata->data, rdata->len) != 0 || !name_is_under(nsec.next, look->signer))
        return LINK_WANTS_DS;
    if (name_equal(owner, name))
        return state_by(&nsec.types);
    if (!canon_is_between(name, owner, nsec.next, look->signer))
        return LINK_WANTS_DS;
    return name_is_under(nsec.next, name) ? LINK_NO_CUT : LINK_ENDS;
}

/* Strictly between, around the circle. */
static bool is_covered(const uint8_t *hash, const uint8_t *from, const uint8_t *to)
{
    int after = memcmp(hash, from, NSEC3_HASH_LEN), before = memcmp(hash, to, NSEC3_HASH_LEN);
    if (memcmp(from, to, NSEC3_HASH_LEN) < 0)
        return after > 0 && before < 0;
    return after > 0 || before < 0;
}

static enum link_state state_by_nsec3(const struct look *look, const struct signed_set *set)
{
    const struct rdata_view *rdata = &look->sets->items[set->first];
    uint8_t own[NSEC3_HASH_LEN], hash[NSEC3_HASH_LEN];
    struct nsec3_view nsec3;
    if (nsec3_read(&nsec3, rdata->data, rdata->len) != 0 ||
        nsec3.params.iterations > DENIAL_ITERATIONS_MAX ||
        !nsec3_owner_hash(set->owner.wire, look->signer, own))
        return LINK_WANTS_DS;
    nsec3_hash(&nsec3.params, look->link->name.wire, hash);
    if (memcmp(own, hash, NSEC3_HASH_LEN) == 0)
        return state_by(&nsec3.types);
    return is_covered(hash, own, nsec3.next) ? LINK_ENDS : LINK_WANTS_DS;
}

static bool take_denial(struct look *look)
{
    for (unsigned i = 0; i < look->sets->count; i++) {
        const struct signed_set *set = &look->sets->sets[i];
        if (set->count != 1 || (set->type != TYPE_NSEC && set->type != TYPE_NSEC3) ||
            !name_is_under(set->owner.wire, look->signer))
            continue;
        enum link_state state =
            set->type == TYPE_NSEC ? state_by_nsec(look, set) : state_by_nsec3(look, set);
        if (state == LINK_WANTS_DS || !holds(look, set))
            continue;
        look->link->state = state;
        return true;
    }
    return false;
}

/* --- DNSKEY --- */

/* 1, 0 or ERR_NOMEM. */
static int is_vouched_for(const struct chain_link *link, const struct rdata_view *dnskey)
{
    struct keys *one;
    int error = keys_create(&one, link->name.wire, dnskey, 1);
    bool is_match = false;
    for (unsigned i = 0; error == 0 && i < link->ds_count && !is_match; i++)
        is_match = keys_match_ds(one, link->ds[i].rdata, link->ds[i].len);
    keys_destroy(one);
    return error == ERR_NOMEM ? error : is_match;
}

static int take_keys(struct look *look)
{
    struct chain_link *link = look->link;
    const struct signed_set *set = find_answer(look, TYPE_DNSKEY);
    struct rdata_view entry[SIGNATURE_KEYS_MAX];
    struct keys *keys = NULL;
    size_t count = 0;
    for (size_t i = 0; set && i < set->count && i < SIGNATURE_KEYS_MAX; i++) {
        const struct rdata_view *item = &look->sets->items[set->first + i];
        int is_match = is_vouched_for(link, item);
        if (is_match < 0)
            return is_match;
        if (is_match)
            entry[count++] = *item;
    }
    int error = count > 0 ? keys_create(&keys, link->name.wire, entry, count) : ERR_SYNTAX;
    if (error != 0)
        return error == ERR_NOMEM ? error : 0;
    look->keys = keys;
    bool is_good = holds(look, set);
    keys_destroy(keys);
    if (!is_good)
        return 0;
    error = keys_create(&link->keys, link->name.wire, &look->sets->items[set->first], set->count);
    if (error != 0)
        return error;
    link->state = LINK_HOLDS;
    return 1;
}

int chain_link_take(struct chain_link *link, const struct chain_link *parent,
                    const struct signed_sets *sets, int64_t now_s)
{
    struct look look = {.link = link, .sets = sets, .now_s = now_s};
    if (link->state == LINK_WANTS_KEYS) {
        look.signer = link->name.wire;
        return take_keys(&look);
    }
    if (link->state != LINK_WANTS_DS || !parent || parent->state != LINK_HOLDS)
        return 0;
    look.keys = parent->keys;
    look.signer = parent->name.wire;
    return take_ds_set(&look) || take_denial(&look);
}
