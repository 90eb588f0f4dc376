// SPDX-License-Identifier: BSD-2-Clause
/* What becomes of a try:
 *
 *   1. A reply whose records do not parse is as if it had not come.
 *   2. TC: the question goes on by TCP. What then is no longer than what the server has sent
 *      whole by UDP was truncated to make us ask slower (response rate limiting), and counts as
 *      trouble. What is longer was truncated for its length, and one that has sent nothing whole
 *      truncates everything. After a run of such, questions go by TCP at once, but for one now
 *      and then: a limiter that others had used up sends that one whole.
 *   3. FORMERR: without EDNS, unless DO is asked for. SERVFAIL: a bit later. REFUSED by one
 *      that has answered others: once more, a bit later, for it may mean the rate.
 *   4. Silence: the next try. Where the reply may be a long one, from a server that has answered
 *      shorter ones, the last is by TCP: some paths drop long datagrams, or what is left of their
 *      fragments. An ICMP error: once more, then it is believed.
 *   5. Where a server closes its connections after an answer or a few, what else was asked by
 *      them is lost. So at most as many are asked at a time as it was seen to bear.
 *
 * Collected only: nothing is sent here. */
#include "scan/asker_state.h"

#define LATER_WAIT     (200 * NS_PER_MS)
#define REFUSALS_MAX   2
#define BOUNCES_MAX    2
#define TCP_TRIES_MAX  3
#define TCP_WINDOW_MAX 64
#define TCP_RUN        4              /* answers in a row, for one query more at a time */
#define CUT_RUN        8              /* truncated in a row for their length: by TCP at once */
#define CUT_LOOK       (5 * NS_PER_S) /* until one is asked by UDP again */

void errand_end(struct asker *a, uint32_t number, enum asker_outcome outcome,
                const struct reply *reply, const struct engine_try *try)
{
    const struct asker_errand *errand = &a->errands[number];
    const struct asker_answer answer = {
        .outcome = outcome,
        .reply = reply,
        .server = errand->server,
        .rtt_us = reply ? try->rtt_us : 0,
        .by_tcp = reply ? try->by_tcp : errand->by_tcp,
        .tries = (unsigned)(errand->tries + errand->tcp_tries),
        .owner = errand->owner,
        .tag = errand->tag,
    };
    errand_move(a, number, ERRAND_DONE);
    a->handlers->done(a->handlers->ctx, &answer);
}

static bool may_try_again(const struct asker_errand *errand)
{
    return errand->by_tcp
               ? errand->tcp_tries < errand->tries_max && errand->tcp_tries < TCP_TRIES_MAX
               : errand->tries < errand->tries_max;
}

static void try_later(struct asker *a, uint32_t number)
{
    a->errands[number].again = wire_now(a->wire) + LATER_WAIT;
    errand_move(a, number, ERRAND_LATER);
}

/* Whether every record can be read, to the message's end or to where it was cut. */
static bool is_whole(const struct reply *reply)
{
    struct reply_iter iter;
    struct reply_record record;
    if (reply->tc)
        return true;
    int got = reply_iter_init(&iter, reply) == 0 ? 1 : ERR_TRUNC;
    while (got == 1)
        got = reply_next(&iter, &record);
    return got == 0;
}

/* --- replies --- */

bool errand_is_better_by_tcp(const struct asker *a, const struct asker_errand *errand, mono_ns now)
{
    const struct asker_server *server = &a->servers[errand->server];
    return server->cut_run >= CUT_RUN && now < server->udp_sent + CUT_LOOK;
}

static void note_whole(struct asker *a, uint32_t server, const struct reply *reply)
{
    a->servers[server].cut_run = 0;
    pool_note_whole(a->pool, server, reply->len);
}

/* Had by TCP after it was truncated: which of the two reasons it was. */
static void note_cut(struct asker *a, const struct asker_errand *errand, const struct reply *reply,
                     const struct engine_try *try)
{
    struct asker_server *server = &a->servers[errand->server];
    size_t most = try->with_edns ? DNS_EDNS_UDP_LEN : DNS_PLAIN_UDP_LEN;
    if (!pool_was_limited(a->pool, errand->server, reply->len, most)) {
        server->cut_run += server->cut_run < CUT_RUN;
        return;
    }
    server->cut_run = 0;
    pool_note_limited(a->pool, errand->server, wire_now(a->wire) - errand->sent, wire_now(a->wire));
}

static void note_tcp_reply(struct asker *a, const struct asker_errand *errand,
                           const struct reply *reply, const struct engine_try *try)
{
    struct asker_server *server = &a->servers[errand->server];
    if (++server->tcp_run % TCP_RUN == 0 && server->tcp_window < TCP_WINDOW_MAX)
        server->tcp_window++;
    if (errand->was_truncated)
        note_cut(a, errand, reply, try);
    else if (errand->was_lost)
        server->cut_run += server->cut_run < CUT_RUN;
}

static void take_truncated(struct asker *a, uint32_t number)
{
    struct asker_errand *errand = &a->errands[number];
    if (errand->by_tcp)
        return; /* of an earlier try: it is on its way by TCP */
    errand->was_truncated = true;
    if (pool_is_without_tcp(a->pool, errand->server))
        errand_end(a, number, ASKER_NO_TCP, NULL, NULL);
    else
        errand_try_again(a, number, true);
}

static void take_formerr(struct asker *a, uint32_t number, const struct reply *reply,
                         const struct engine_try *try)
{
    struct asker_errand *errand = &a->errands[number];
    bool is_about_edns = try->with_edns && !(errand->flags & QUERY_DO);
    if (is_about_edns)
        a->servers[errand->server].without_edns = true;
    if (is_about_edns && may_try_again(errand))
        errand_try_again(a, number, errand->by_tcp);
    else
        errand_end(a, number, ASKER_FORMERR, reply, try);
}

static void take_refused(struct asker *a, uint32_t number, const struct reply *reply,
                         const struct engine_try *try)
{
    struct asker_errand *errand = &a->errands[number];
    bool has_answered = pool_at(a->pool, errand->server)->has_answered;
    bool may_be_rate = reply->rcode == RCODE_REFUSED && has_answered;
    if (may_be_rate && ++errand->refusals < REFUSALS_MAX && may_try_again(errand))
        try_later(a, number);
    else
        errand_end(a, number, ASKER_REFUSED, reply, try);
}

bool asker_on_reply(void *ctx, uint32_t query, const struct reply *reply,
                    const struct engine_try *try)
{
    struct asker *a = ctx;
    struct asker_errand *errand = &a->errands[query];
    if (!is_whole(reply))
        return false;
    if (errand->state == ERRAND_DONE)
        return true;
    if (try->by_tcp)
        note_tcp_reply(a, errand, reply, try);
    else if (reply->tc) {
        take_truncated(a, query);
        return true;
    } else
        note_whole(a, errand->server, reply);
    bool is_trouble = reply->rcode == RCODE_FORMERR || reply->rcode == RCODE_SERVFAIL ||
                      reply->rcode == RCODE_REFUSED || reply->rcode == RCODE_NOTIMP;
    if (is_trouble && (errand->state != ERRAND_OUT || !try->is_newest))
        return true; /* late; another try is to say more */
    switch (reply->rcode) {
    case RCODE_FORMERR:
        take_formerr(a, query, reply, try);
        break;
    case RCODE_SERVFAIL:
        if (may_try_again(errand))
            try_later(a, query);
        else
            errand_end(a, query, ASKER_SERVFAIL, reply, try);
        break;
    case RCODE_REFUSED:
    case RCODE_NOTIMP:
        take_refused(a, query, reply, try);
        break;
    default:
        errand_end(a, query, ASKER_ANSWERED, reply, try);
    }
    return true;
}

/* --- what does not come --- */

void errand_note_tcp_failure(struct asker *a, uint32_t number)
{
    const struct asker_errand *errand = &a->errands[number];
    struct asker_server *server = &a->servers[errand->server];
    server->tcp_window = 1;
    server->tcp_run = server->cut_run = 0;
    if (errand->was_lost)
        errand_end(a, number, ASKER_SILENT, NULL, NULL);
    else if (may_try_again(errand) && !pool_is_without_tcp(a->pool, errand->server))
        errand_try_again(a, number, true);
    else
        errand_end(a, number, ASKER_NO_TCP, NULL, NULL);
}

static void take_bounce(struct asker *a, uint32_t number)
{
    struct asker_errand *errand = &a->errands[number];
    if (++errand->bounces < BOUNCES_MAX && may_try_again(errand))
        try_later(a, number);
    else
        errand_end(a, number, ASKER_UNREACHABLE, NULL, NULL);
}

/* By UDP nothing comes. */
static void take_silence(struct asker *a, uint32_t number)
{
    struct asker_errand *errand = &a->errands[number];
    bool may_be_long = (errand->flags & QUERY_DO) && pool_at(a->pool, errand->server)->has_answered;
    if (!may_be_long || pool_is_without_tcp(a->pool, errand->server)) {
        errand_end(a, number, ASKER_SILENT, NULL, NULL);
        return;
    }
    errand->was_lost = true;
    errand_try_again(a, number, true);
}

void asker_on_lost(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try)
{
    struct asker *a = ctx;
    struct asker_errand *errand = &a->errands[query];
    if (errand->state != ERRAND_OUT || !try->is_newest)
        return;
    if (errand->by_tcp)
        errand_note_tcp_failure(a, query);
    else if (loss == ENGINE_UNREACHABLE)
        take_bounce(a, query);
    else if (may_try_again(errand))
        errand_try_again(a, query, false);
    else
        take_silence(a, query);
}
