// SPDX-License-Identifier: BSD-2-Clause
/* A reply: manners first; then what any server does (refuse, refer, answer, make from a
 * wildcard), and where nothing is there, the denial. */
#include <string.h>

#include "tests/hostile/hostile.h"
#include "tests/hostile/manner.h"

#define EDNS_CO 0x4000

/* Whether what is asked is at the cut itself and belongs to this side of it. */
static bool is_parents(const struct query *q, const struct host *cut)
{
    return (q->type == TYPE_DS || q->type == TYPE_NSEC) && name_equal(q->name.wire, cut->name.wire);
}

static void refer(struct hostile *h, const struct query *q, struct reply *reply,
                  const struct host *cut)
{
    reply->is_authoritative = false;
    put_cut(h, reply, cut);
    deny(h, q, reply, DENY_DS, cut->name.wire);
}

static void answer_nodata(struct hostile *h, const struct query *q, struct reply *reply)
{
    put_soa(h, q, reply, SECTION_AUTHORITY);
    deny(h, q, reply, DENY_TYPE, q->name.wire);
}

static void answer_nothing(struct hostile *h, const struct query *q, struct reply *reply)
{
    bool is_compact = h->denial->traits & DENIAL_COMPACT && q->wants_dnssec;
    reply->rcode = RCODE_NXDOMAIN;
    if (is_compact && !q->has_co)
        reply->rcode = RCODE_NOERROR;
    else if (is_compact)
        reply->edns_flags = EDNS_CO;
    put_soa(h, q, reply, SECTION_AUTHORITY);
    deny(h, q, reply, DENY_NAME, q->name.wire);
}

/* The wildcard that makes NAME, or NULL. */
static const struct host *star_of(const struct hostile *h, const uint8_t *name)
{
    const struct host *encloser = model_encloser(&h->model, name);
    struct name star;
    if (name_join(&star, &(struct name){3, "\1*"}, &encloser->name))
        return NULL;
    return model_find(&h->model, star.wire);
}

static void answer_made(struct hostile *h, const struct query *q, struct reply *reply,
                        const struct host *star)
{
    bool is_made = put_host(h, q, reply, star, q->name.wire, q->type);
    if (!is_made)
        put_soa(h, q, reply, SECTION_AUTHORITY);
    if (!is_made || !(h->denial->traits & DENIAL_COMPACT))
        deny(h, q, reply, is_made ? DENY_CLOSER : DENY_STAR, q->name.wire);
}

/* An endless chain's own names are there, if only because it says so. */
static bool is_claimed(struct hostile *h, const struct query *q)
{
    struct span span;
    if (!h->denial->span || h->denial->traits & (DENIAL_COMPACT | FAULT_EXPANDED))
        return false;
    h->denial->span(h, q->name.wire, &span);
    return name_equal(span.owner.wire, q->name.wire);
}

static void answer_claimed(struct hostile *h, const struct query *q, struct reply *reply)
{
    static const uint8_t rdata[] = {192, 0, 2, 77};
    struct sign_rdata item = {rdata, sizeof rdata};
    if (q->type == TYPE_A)
        put_set(h, q, reply, SECTION_ANSWER, q->name.wire, TYPE_A, &item, 1,
                name_label_count(q->name.wire));
    else
        answer_nodata(h, q, reply);
}

static void answer_params(struct hostile *h, const struct query *q, struct reply *reply)
{
    static const uint8_t rdata[] = {1, 0, 0, 0, 0};
    struct sign_rdata item = {rdata, sizeof rdata};
    put_set(h, q, reply, SECTION_ANSWER, h->model.apex.wire, TYPE_NSEC3PARAM, &item, 1,
            name_label_count(h->model.apex.wire));
}

static void answer_in_zone(struct hostile *h, const struct query *q, struct reply *reply)
{
    const struct host *host = model_find(&h->model, q->name.wire);
    const struct host *cut = model_cut(&h->model, q->name.wire);
    const struct host *star;
    if (cut && !is_parents(q, cut))
        refer(h, q, reply, cut);
    else if (q->type == TYPE_NXNAME && h->denial->traits & DENIAL_COMPACT)
        reply->rcode = RCODE_FORMERR; /* RFC 9824 section 3.5 */
    else if (q->type == TYPE_NSEC && answer_span(h, q, reply))
        return;
    else if (host && host->kinds & HOST_APEX && q->type == TYPE_NSEC3PARAM && h->denial->span3)
        answer_params(h, q, reply);
    else if (host && put_host(h, q, reply, host, q->name.wire, q->type))
        return;
    else if (host)
        answer_nodata(h, q, reply);
    else if (is_claimed(h, q))
        answer_claimed(h, q, reply);
    else if ((star = star_of(h, q->name.wire)))
        answer_made(h, q, reply, star);
    else
        answer_nothing(h, q, reply);
}

size_t answer(struct hostile *h, const struct query *query, uint8_t *data, size_t cap)
{
    struct query q = *query;
    struct reply reply;
    uint16_t rcode = RCODE_NOERROR;
    enum manner_verdict verdict = manner_query(h, &q, &rcode);
    h->denial = h->asked >= h->after ? h->lie : h->lie->span ? denials_nsec : denials_nsec3;
    h->asked++;
    if (verdict == MANNER_IGNORE || chain3_update(h))
        return 0;
    reply_begin(&reply, &q, data, cap - MANNER_TAIL_MAX);
    reply.rcode = rcode;
    if (verdict == MANNER_GO_ON && !name_is_under(q.name.wire, h->model.apex.wire)) {
        reply.rcode = RCODE_REFUSED;
        reply.is_authoritative = false;
    } else if (verdict == MANNER_GO_ON)
        answer_in_zone(h, &q, &reply);
    return manner_reply(h, &q, data, reply_end(&reply, &q));
}
