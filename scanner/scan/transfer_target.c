// SPDX-License-Identifier: BSD-2-Clause
/* One server's attempts.
 *
 *  1. target_ask: the query for its stage, signed where there is a key; a connection.
 *  2. target_take: signature, then the checker, then the text.
 *  3. target_ended: the connection's end is the attempt's, unless that had one; then the next
 *     stage. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "dns/code.h"
#include "dns/rdata.h"
#include "scan/transfer_state.h"

#define OLDEST_BACK ((UINT32_C(1) << 31) - 1) /* as far as a serial can be older (RFC 1982) */

void target_init(struct target *x, struct zone_transfer *zone, const struct server *server)
{
    bool is_given = zone->run->params->has_ixfr;
    *x = (struct target){
        .zone = zone, .server = server, .stage = is_given ? STAGE_GIVEN : STAGE_AXFR};
    if (server->host.len > 1)
        (void)name_to_text(server->host.wire, x->host);
    /* "192.0.2.1:53", "[2001:db8::1]:53" */
    size_t skip = server->text[0] == '[';
    const char *end = strrchr(server->text, skip ? ']' : ':');
    size_t len = end ? (size_t)(end - server->text) - skip : 0;
    memcpy(x->address, server->text + skip, len < sizeof x->address ? len : 0);
}

static const struct scan_params *params_of(const struct target *x)
{
    return x->zone->run->params;
}

static struct attempt *attempt_of(struct target *x)
{
    return &x->attempts[x->attempt_count - 1];
}

/* --- asking --- */

static struct attempt attempt_for(const struct target *x)
{
    switch (x->stage) {
    case STAGE_SOA:
        return (struct attempt){.kind = ATTEMPT_SOA};
    case STAGE_LAST:
    case STAGE_LAST_UDP:
        return (struct attempt){
            .kind = ATTEMPT_IXFR, .asked = x->serial - 1, .by_udp = x->stage == STAGE_LAST_UDP};
    case STAGE_OLDEST:
    case STAGE_OLDEST_UDP:
        return (struct attempt){.kind = ATTEMPT_IXFR,
                                .asked = x->serial - OLDEST_BACK,
                                .by_udp = x->stage == STAGE_OLDEST_UDP};
    case STAGE_GIVEN:
    case STAGE_GIVEN_UDP:
        return (struct attempt){.kind = ATTEMPT_IXFR,
                                .asked = params_of(x)->ixfr_serial,
                                .by_udp = x->stage == STAGE_GIVEN_UDP};
    default:
        return (struct attempt){.kind = ATTEMPT_AXFR};
    }
}

/* The query of ATTEMPT; returns its length or an error. */
static int write_query(struct target *x, const struct attempt *attempt, uint8_t *out)
{
    struct transfer_run *run = x->zone->run;
    const struct transfer_params params = {.zone = x->zone->name,
                                           .id = (uint16_t)rng_u32(&run->rng),
                                           .is_ixfr = attempt->kind == ATTEMPT_IXFR,
                                           .by_udp = attempt->by_udp,
                                           .serial = attempt->asked,
                                           .records_max = run->params->records_max,
                                           .octets_max = run->params->octets_max};
    transfer_init(&x->transfer, &params);
    if (attempt->kind == ATTEMPT_SOA)
        question_set_type(&x->transfer.question, TYPE_SOA);
    size_t len = attempt->kind == ATTEMPT_SOA
                     ? query_write(out, params.id, &x->transfer.question, QUERY_NO_RD)
                     : transfer_query_write(out, &params);
    if (!run->params->has_tsig)
        return (int)len;
    int error = tsig_create(&x->tsig, &run->params->tsig);
    if (!error)
        error = tsig_sign(x->tsig, out, &len, CONN_QUERY_MAX, clock_wall_ms() / 1000);
    return error ? error : (int)len;
}

static enum conn_transport transport_of(const struct target *x, const struct attempt *attempt)
{
    return attempt->by_udp ? CONN_UDP : params_of(x)->tls ? CONN_TLS : CONN_TCP;
}

int target_ask(struct target *x)
{
    struct transfer_run *run = x->zone->run;
    const struct attempt attempt = attempt_for(x);
    uint8_t query[CONN_QUERY_MAX];
    int len = write_query(x, &attempt, query);
    const char *host = run->params->tls_host ? run->params->tls_host : x->host;
    int error = len;
    if (len >= 0) {
        const struct conn_question question = {.to = x->server->address,
                                               .transport = transport_of(x, &attempt),
                                               .data = query,
                                               .len = (size_t)len,
                                               .wait = run->params->transfer_wait,
                                               .tls_host = *host ? host : NULL,
                                               .tls_address = x->address,
                                               .owner = x};
        error = conns_open(run->conns, &question);
    }
    if (error < 0) {
        tsig_destroy(x->tsig);
        x->tsig = NULL;
        return error;
    }
    x->attempts[x->attempt_count++] = attempt;
    x->is_open = true;
    run->queries++;
    return 0;
}

/* --- taking --- */

/* False: the signature ends it. */
static bool check_signature(struct target *x, const uint8_t *data, size_t len)
{
    static const struct {
        enum transfer_outcome outcome;
        const char *why;
    } ends[] = {
        [TSIG_MISSING] = {TRANSFER_TSIG_MISSING, "an unsigned message"},
        [TSIG_WRONG] = {TRANSFER_TSIG_WRONG, "a signature that is not the key's"},
        [TSIG_BADKEY] = {TRANSFER_TSIG_BADKEY, NULL},
        [TSIG_BADSIG] = {TRANSFER_TSIG_BADSIG, NULL},
        [TSIG_BADTIME] = {TRANSFER_TSIG_BADTIME, "says the server"},
        [TSIG_BADTRUNC] = {TRANSFER_TSIG_BADSIG, "a signature too short for the server"},
        [TSIG_STALE] = {TRANSFER_TSIG_BADTIME, "signed at another time"},
    };
    if (!x->tsig)
        return true;
    enum tsig_result result = tsig_check(x->tsig, data, len, clock_wall_ms() / 1000);
    if (result == TSIG_GOOD || result == TSIG_LATER)
        return true;
    transfer_stop(&x->transfer, ends[result].outcome, ends[result].why);
    return false;
}

static void take_soa(struct target *x, const uint8_t *data, size_t len)
{
    struct transfer *t = &x->transfer;
    struct reply_iter iter;
    struct reply_record rr;
    t->messages++;
    t->octets += len;
    if (!reply_init(&t->reply, data, len) || !t->reply.qr || t->reply.id != t->params.id ||
        !reply_question_is_folded(&t->reply, &t->question) ||
        reply_iter_init(&iter, &t->reply) != 0) {
        transfer_stop(t, TRANSFER_MALFORMED, "no reply to the question for its SOA");
        return;
    }
    while (t->reply.rcode == RCODE_NOERROR && reply_next(&iter, &rr) == 1) {
        if (rr.section != 1 || rr.type != TYPE_SOA || rdata_check(&t->reply, &rr) != 0 ||
            !reply_name_is(&t->reply, rr.owner_offset, x->zone->name))
            continue;
        t->serial = x->serial = transfer_soa_serial(&t->reply, &rr);
        t->records = 1;
        transfer_stop(t, TRANSFER_CURRENT, NULL);
        return;
    }
    enum transfer_outcome outcome =
        t->reply.rcode ? transfer_of_rcode(t->reply.rcode) : TRANSFER_EMPTY;
    transfer_stop(t, outcome,
                  outcome == TRANSFER_RCODE ? code_rcode_to_text(t->reply.rcode) : NULL);
}

/* The first record of what may be worth keeping. */
static void claim(struct target *x)
{
    const struct records_origin origin = {
        .zone = x->zone->text, .server = x->server->text, .time_ms = clock_wall_ms()};
    if (!x->has_claim)
        x->has_claim = keep_claim(x->zone->keep, x, &origin);
}

static void take_records(struct target *x)
{
    struct transfer *t = &x->transfer;
    struct transfer_record record;
    while (transfer_next(t, &record) == 1) {
        if (t->records == 1)
            claim(x);
        if (!x->has_claim)
            continue;
        int error = keep_put(x->zone->keep, &t->reply, &record);
        if (error == ERR_FULL)
            transfer_stop(t, TRANSFER_LIMIT, "more text than is taken");
        else if (error) /* the run ends, by keep_error */
            transfer_stop(t, TRANSFER_STOPPED, NULL);
    }
}

bool target_take(struct target *x, const uint8_t *data, size_t len)
{
    struct transfer *t = &x->transfer;
    if (!check_signature(x, data, len))
        return false;
    if (attempt_of(x)->kind == ATTEMPT_SOA)
        take_soa(x, data, len);
    else if (transfer_take(t, data, len) == TRANSFER_OPEN)
        take_records(x);
    return t->outcome == TRANSFER_OPEN;
}

/* --- ending --- */

static void stop_by(struct target *x, const struct conn_report *report)
{
    static const enum transfer_outcome outcomes[] = {
        [CONN_LEFT] = TRANSFER_STOPPED,   [CONN_UNREACHABLE] = TRANSFER_UNREACHABLE,
        [CONN_SILENT] = TRANSFER_TIMEOUT, [CONN_SLOW] = TRANSFER_LIMIT,
        [CONN_RESET] = TRANSFER_RESET,    [CONN_CLOSED] = TRANSFER_CLOSED,
        [CONN_NO_TLS] = TRANSFER_TLS,     [CONN_FAILED] = TRANSFER_STOPPED,
    };
    bool is_late = report->end == CONN_LEFT && x->zone->run->stop == TRANSFER_BY_TIME;
    transfer_stop(&x->transfer, is_late ? TRANSFER_LIMIT : outcomes[report->end],
                  is_late ? "--max-time" : report->why);
}

static bool is_success(enum transfer_outcome outcome)
{
    return outcome == TRANSFER_WHOLE || outcome == TRANSFER_DELTAS || outcome == TRANSFER_CURRENT;
}

static void note_attempt(struct target *x, const struct conn_report *report)
{
    struct attempt *attempt = attempt_of(x);
    const struct transfer *t = &x->transfer;
    attempt->outcome = t->outcome;
    attempt->why = t->why;
    attempt->is_signed = x->tsig && tsig_is_settled(x->tsig);
    if (x->tsig && !attempt->is_signed && is_success(t->outcome)) {
        attempt->outcome = TRANSFER_TSIG_MISSING;
        attempt->why = "the last message is unsigned";
    }
    attempt->was_up = report->was_up;
    attempt->by_tls = transport_of(x, attempt) == CONN_TLS;
    attempt->is_authenticated =
        attempt->by_tls && report->was_up && (params_of(x)->tls_ca || params_of(x)->tls_host);
    attempt->has_alpn = report->has_alpn;
    attempt->serial = t->serial;
    attempt->records = t->records;
    attempt->deleted = t->deleted;
    attempt->foreign = t->foreign;
    attempt->messages = t->messages;
    attempt->octets = report->octets;
    attempt->seconds = (double)(report->ended - report->began) / 1e9;
}

/* After an AXFR that gave no zone: whether asking on may tell more. */
static bool is_worth_more(const struct attempt *attempt)
{
    switch (attempt->outcome) {
    case TRANSFER_REFUSED:
    case TRANSFER_NOTAUTH:
    case TRANSFER_SERVFAIL:
    case TRANSFER_RCODE:
    case TRANSFER_EMPTY:
    case TRANSFER_RESET:
    case TRANSFER_CLOSED:
        return true;
    case TRANSFER_TIMEOUT:
        return attempt->was_up && attempt->records == 0;
    default:
        return false;
    }
}

static enum stage next_stage(const struct target *x, const struct attempt *last)
{
    bool is_whole = last->outcome == TRANSFER_WHOLE;
    bool may_udp = !params_of(x)->tls; /* in the clear, where TLS was asked for */
    switch (x->stage) {
    case STAGE_AXFR:
        return is_worth_more(last) ? STAGE_SOA : STAGE_OVER;
    case STAGE_SOA:
        return last->outcome == TRANSFER_CURRENT ? STAGE_LAST : STAGE_OVER;
    case STAGE_LAST:
        return is_whole ? STAGE_OVER : STAGE_OLDEST;
    case STAGE_OLDEST:
        return is_whole || !may_udp ? STAGE_OVER : STAGE_LAST_UDP;
    case STAGE_LAST_UDP:
        return is_whole ? STAGE_OVER : STAGE_OLDEST_UDP;
    case STAGE_GIVEN:
        return is_success(last->outcome) || !may_udp || !last->was_up ? STAGE_OVER
                                                                      : STAGE_GIVEN_UDP;
    default:
        return STAGE_OVER;
    }
}

void target_ended(struct target *x, const struct conn_report *report)
{
    stop_by(x, report);
    note_attempt(x, report);
    const struct attempt *attempt = attempt_of(x);
    x->zone->run->octets += attempt->octets;
    if (x->has_claim)
        keep_release(x->zone->keep, &x->transfer, attempt->outcome);
    x->has_claim = false;
    tsig_destroy(x->tsig);
    x->tsig = NULL;
    x->is_open = false;
    if (log_is_on(LOG_WHY))
        log_why("%s at %s: %s%s%s", x->zone->text, x->server->text,
                transfer_words[attempt->outcome], attempt->why ? ", " : "",
                attempt->why ? attempt->why : "");
    x->stage =
        x->is_again || x->zone->run->stop != TRANSFER_ON ? STAGE_OVER : next_stage(x, attempt);
}

/* --- afterwards --- */

/* An SOA is no transfer, and nothing newer than what we have is no news but when asked for. */
static unsigned worth(const struct target *x, const struct attempt *attempt)
{
    if (attempt->kind == ATTEMPT_SOA)
        return 0;
    if (attempt->outcome == TRANSFER_WHOLE)
        return 5;
    if (attempt->outcome == TRANSFER_DELTAS)
        return 4;
    if (attempt->outcome == TRANSFER_CURRENT)
        return params_of(x)->has_ixfr ? 3 : 1;
    return 2;
}

const struct attempt *target_best(const struct target *x)
{
    const struct attempt *best = NULL;
    for (unsigned i = 0; i < x->attempt_count; i++) {
        const struct attempt *attempt = &x->attempts[i];
        if (!best || worth(x, attempt) > worth(x, best))
            best = attempt; /* of equals the first: what AXFR said */
    }
    return best;
}

bool target_again(struct target *x)
{
    static const enum stage stages[] = {STAGE_AXFR, STAGE_LAST, STAGE_OLDEST, STAGE_GIVEN};
    const struct attempt *best = target_best(x);
    if (x->is_again || !best || best->outcome != TRANSFER_WHOLE || best->by_udp ||
        x->attempt_count == ATTEMPTS_MAX)
        return false;
    x->is_again = true;
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        x->stage = stages[i];
        const struct attempt same = attempt_for(x);
        if (same.kind == best->kind && same.asked == best->asked)
            return true;
    }
    x->stage = STAGE_OVER;
    return false;
}
