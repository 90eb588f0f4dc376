// SPDX-License-Identifier: BSD-2-Clause
/* Which proofs a reply needs (RFC 4035 section 3.1.3, RFC 5155 section 7.2, RFC 9824), from the
 * records that the denial's function makes.
 *
 * Records are put once each: two names may be covered by one. */
#include <string.h>

#include "tests/hostile/hostile.h"

#define TTL        300
#define RDATA_MAX  1024
#define CROWD_MAX  300 /* records of a reply that has as many as fit; TCP takes 64 KB */
#define PROOFS_MAX 8

struct proofs {
    struct hostile *h;
    const struct query *query;
    struct reply *reply;
    enum section section;
    struct name owners[PROOFS_MAX]; /* put so far */
    size_t count;
};

static bool is_new(struct proofs *p, const uint8_t *owner)
{
    for (size_t i = 0; i < p->count; i++)
        if (name_equal(p->owners[i].wire, owner))
            return false;
    if (p->count < PROOFS_MAX) {
        struct name *kept = &p->owners[p->count++];
        kept->len = (uint8_t)name_len(owner);
        memcpy(kept->wire, owner, kept->len);
    }
    return true;
}

static void put_bitmap(const struct proofs *p, struct bytes_writer *w, const struct types *types)
{
    static const uint8_t bad[] = {0, 33, 0x40, 0,
                                  0, 5,  0,    0}; /* windows too long, repeated, empty */
    uint8_t bitmap[512];
    if (p->h->denial->traits & FAULT_BITMAP)
        bytes_put(w, bad, sizeof bad);
    else
        bytes_put(w, bitmap, types_write(types, bitmap, sizeof bitmap));
}

static void put_proof(struct proofs *p, const uint8_t *owner, uint16_t type,
                      const struct bytes_writer *rdata)
{
    struct sign_rdata item = {rdata->data, rdata->len};
    unsigned labels = name_label_count(owner) - (owner[0] == 1 && owner[1] == '*' ? 1 : 0);
    put_set(p->h, p->query, p->reply, p->section, owner, type, &item, 1, labels);
}

/* Black lies leave out the very type that was asked. */
static void leave_out(struct types *types, uint16_t type)
{
    size_t kept = 0;
    for (size_t i = 0; i < types->count; i++)
        if (types->items[i] != type || type == TYPE_NSEC)
            types->items[kept++] = types->items[i];
    types->count = kept;
}

static void put_span(struct proofs *p, const uint8_t *name)
{
    uint8_t data[RDATA_MAX];
    struct bytes_writer rdata = bytes_writer_at(data, sizeof data);
    struct span span;
    p->h->denial->span(p->h, name, &span);
    if (!is_new(p, span.owner.wire))
        return;
    if (p->h->denial->traits & DENIAL_LEAVES_OUT)
        leave_out(&span.types, p->query->type);
    if (p->h->denial->traits & FAULT_LOOP)
        bytes_put_u16(&rdata, (uint16_t)(0xc000 | (p->reply->out.len + span.owner.len + 10u)));
    else
        bytes_put(&rdata, span.next.wire, span.next.len);
    put_bitmap(p, &rdata, &span.types);
    put_proof(p, span.owner.wire, TYPE_NSEC, &rdata);
}

/* Of SALT, where the row wants one of its own making, what does not matter. */
static void put_params(const struct hostile *h, struct bytes_writer *w)
{
    const struct denial *d = h->denial;
    uint8_t salt[NSEC3_SALT_MAX];
    memset(salt, 's', sizeof salt);
    salt[0] = (uint8_t)h->asked;
    bytes_put_u8(w, d->algorithm ? d->algorithm : 1);
    bytes_put_u8(w, d->flags);
    bytes_put_u16(w, d->iterations);
    bytes_put_u8(w, d->salt_len ? d->salt_len : h->params.salt_len);
    bytes_put(w, d->salt_len ? salt : h->params.salt,
              d->salt_len ? d->salt_len : h->params.salt_len);
}

static void put_span3_of(struct proofs *p, const uint8_t hash[NSEC3_HASH_LEN], bool is_match)
{
    uint8_t data[RDATA_MAX], next[NSEC3_SALT_MAX] = {0};
    struct bytes_writer rdata = bytes_writer_at(data, sizeof data);
    struct span3 span;
    struct name owner = {NSEC3_LABEL_LEN + 2, {NSEC3_LABEL_LEN}};
    uint8_t hash_len = p->h->denial->hash_len ? p->h->denial->hash_len : NSEC3_HASH_LEN;
    p->h->denial->span3(p->h, hash, is_match, &span);
    base32hex_from_hash(span.owner, (char *)owner.wire + 1);
    if (name_join(&owner, &owner, &p->h->model.apex) || !is_new(p, owner.wire))
        return;
    memcpy(next, span.next, NSEC3_HASH_LEN);
    put_params(p->h, &rdata);
    bytes_put_u8(&rdata, hash_len);
    bytes_put(&rdata, next, hash_len);
    put_bitmap(p, &rdata, &span.types);
    put_proof(p, owner.wire, TYPE_NSEC3, &rdata);
}

static void put_span3(struct proofs *p, const uint8_t *name, bool is_match)
{
    uint8_t hash[NSEC3_HASH_LEN];
    nsec3_hash(&p->h->params, name, hash);
    put_span3_of(p, hash, is_match);
}

/* NAME's ancestor right below its closest encloser, or NAME where it exists. */
static const uint8_t *next_closer(const uint8_t *name, const struct host *encloser)
{
    unsigned have = name_label_count(name), above = name_label_count(encloser->name.wire);
    return have > above ? name_suffix(name, above + 1) : name;
}

static void star_below(const struct host *encloser, struct name *out)
{
    if (name_join(out, &(struct name){3, "\1*"}, &encloser->name))
        *out = encloser->name;
}

static void deny_nsec(struct proofs *p, enum deny_what what, const uint8_t *name,
                      const struct host *encloser)
{
    struct name star;
    if (p->h->denial->traits & DENIAL_COMPACT) {
        put_span(p, name);
        return;
    }
    put_span(p, what == DENY_TYPE || what == DENY_DS ? name : next_closer(name, encloser));
    star_below(encloser, &star);
    if (what == DENY_NAME || what == DENY_STAR)
        put_span(p, star.wire);
}

static void deny_nsec3(struct proofs *p, enum deny_what what, const uint8_t *name,
                       const struct host *encloser)
{
    struct name star;
    if (what == DENY_TYPE || what == DENY_DS || p->h->denial->traits & DENIAL_COMPACT) {
        put_span3(p, name, true);
        return;
    }
    put_span3(p, next_closer(name, encloser), false);
    if (what == DENY_CLOSER)
        return;
    put_span3(p, encloser->name.wire, true);
    star_below(encloser, &star);
    put_span3(p, star.wire, what == DENY_STAR);
}

/* More than what is needed. Owners are forgotten: each is another anyway. */
static void put_crowd(struct proofs *p)
{
    struct hostile *h = p->h;
    for (size_t i = 0; i < CROWD_MAX && p->reply->out.len < p->query->room * 3 / 4; i++) {
        p->count = 0;
        if (h->denial->span)
            put_span(p, h->model.hosts[i % h->model.count].name.wire);
        else
            put_span3_of(p, h->chain[i % h->model.count].hash, true);
        if (h->denial->traits & FAULT_PARAMS)
            h->asked++; /* another salt */
    }
}

void deny(struct hostile *h, const struct query *q, struct reply *reply, enum deny_what what,
          const uint8_t *name)
{
    struct proofs p = {.h = h, .query = q, .reply = reply, .section = SECTION_AUTHORITY};
    const struct host *encloser = model_encloser(&h->model, name);
    if (!q->wants_dnssec || h->denial->traits & DENIAL_UNSIGNED)
        return;
    if (h->denial->span)
        deny_nsec(&p, what, name, encloser);
    else
        deny_nsec3(&p, what, name, encloser);
    if (h->denial->traits & FAULT_MANY_SPANS)
        put_crowd(&p);
}

bool answer_span(struct hostile *h, const struct query *q, struct reply *reply)
{
    struct proofs p = {.h = h, .query = q, .reply = reply, .section = SECTION_ANSWER};
    struct span span;
    if (!h->denial->span || h->denial->traits & DENIAL_UNSIGNED)
        return false;
    h->denial->span(h, q->name.wire, &span);
    if (!name_equal(span.owner.wire, q->name.wire))
        return false;
    put_span(&p, q->name.wire);
    return true;
}

static const struct denial *find_in(const struct denial *table, const char *name)
{
    while (table->name && strcmp(table->name, name) != 0)
        table++;
    return table->name ? table : NULL;
}

const struct denial *denial_find(const char *name)
{
    const struct denial *found = find_in(denials_nsec, name);
    return found ? found : find_in(denials_nsec3, name);
}
