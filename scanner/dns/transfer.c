// SPDX-License-Identifier: BSD-2-Clause
/* Reading a transfer.
 *
 *  1. The message: a response, our id and opcode, the question (of the first message it is
 *     required, RFC 5936 section 2.2.2), no error code, well formed to its end.
 *  2. Each record: readable owner inside the zone, class IN, a type that holds data, data
 *     of the type's form. An owner outside is left out and counted: the zone's server has no
 *     say there. A record that cannot be read ends the transfer.
 *  3. Its place: SOAs at the apex lead from phase to phase (see the header's drawing). */
#include "dns/transfer.h"

#include <string.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/rdata.h"

#define BARREN_MAX      100 /* messages without a record, before they are a trap */
#define IXFR_SOA_LEN    34  /* pointer, fixed fields, two roots, five numbers */
#define SOA_NUMBERS_LEN 20  /* serial to minimum, the last part of the data */
#define OPCODE_QUERY    0

const char *const transfer_words[TRANSFER_OUTCOMES] = {
    [TRANSFER_OPEN] = "open",
    [TRANSFER_WHOLE] = "transferred",
    [TRANSFER_DELTAS] = "deltas",
    [TRANSFER_CURRENT] = "up-to-date",
    [TRANSFER_REFUSED] = "refused",
    [TRANSFER_NOTAUTH] = "notauth",
    [TRANSFER_SERVFAIL] = "servfail",
    [TRANSFER_RCODE] = "rcode",
    [TRANSFER_EMPTY] = "empty",
    [TRANSFER_INCONSISTENT] = "inconsistent",
    [TRANSFER_MALFORMED] = "malformed",
    [TRANSFER_TSIG_BADKEY] = "tsig-badkey",
    [TRANSFER_TSIG_BADSIG] = "tsig-badsig",
    [TRANSFER_TSIG_BADTIME] = "tsig-badtime",
    [TRANSFER_TSIG_MISSING] = "tsig-missing",
    [TRANSFER_TSIG_WRONG] = "tsig-wrong",
    [TRANSFER_UNREACHABLE] = "unreachable",
    [TRANSFER_TIMEOUT] = "timeout",
    [TRANSFER_RESET] = "reset",
    [TRANSFER_CLOSED] = "closed-early",
    [TRANSFER_TLS] = "tls-failed",
    [TRANSFER_LIMIT] = "limit",
    [TRANSFER_STOPPED] = "stopped",
};

bool serial_is_newer(uint32_t a, uint32_t b)
{
    return a != b && a - b < UINT32_C(0x80000000);
}

/* --- the query --- */

static void init_question(struct question *out, const struct transfer_params *params)
{
    question_init(out, params->zone, name_len(params->zone),
                  params->is_ixfr ? TYPE_IXFR : TYPE_AXFR);
}

size_t transfer_query_write(uint8_t *out, const struct transfer_params *params)
{
    struct question question;
    init_question(&question, params);
    size_t len = query_write(out, params->id, &question, QUERY_NO_RD);
    if (!params->is_ixfr)
        return len;
    struct bytes_writer w = bytes_writer_at(out + len, IXFR_SOA_LEN);
    bytes_put_u16(&w, 0xc000 | DNS_HEADER_LEN); /* the question's name */
    bytes_put_u16(&w, TYPE_SOA);
    bytes_put_u16(&w, CLASS_IN);
    bytes_put_u32(&w, 0);
    bytes_put_u16(&w, 2 + SOA_NUMBERS_LEN);
    bytes_put_u16(&w, 0); /* neither MNAME nor RNAME is known, or looked at */
    bytes_put_u32(&w, params->serial);
    for (int i = 0; i < 4; i++)
        bytes_put_u32(&w, 0);
    out[9] = 1; /* NSCOUNT */
    return len + w.len;
}

/* --- the message --- */

static enum transfer_outcome fail(struct transfer *t, enum transfer_outcome outcome,
                                  const char *why)
{
    t->outcome = outcome;
    t->why = why;
    t->left = 0;
    return outcome;
}

void transfer_init(struct transfer *t, const struct transfer_params *params)
{
    *t = (struct transfer){.params = *params};
    init_question(&t->question, params);
    t->params.zone = t->question.wire; /* the caller's may go */
}

enum transfer_outcome transfer_of_rcode(uint8_t rcode)
{
    switch (rcode) {
    case RCODE_REFUSED:
        return TRANSFER_REFUSED;
    case RCODE_NOTAUTH:
        return TRANSFER_NOTAUTH;
    case RCODE_SERVFAIL:
        return TRANSFER_SERVFAIL;
    default:
        return TRANSFER_RCODE;
    }
}

static enum transfer_outcome fail_by_rcode(struct transfer *t, uint8_t rcode)
{
    enum transfer_outcome outcome = transfer_of_rcode(rcode);
    return fail(t, outcome, outcome == TRANSFER_RCODE ? code_rcode_to_text(rcode) : NULL);
}

static bool is_first(const struct transfer *t)
{
    return t->messages == 1;
}

/* The header's part of step 1. */
static enum transfer_outcome check_header(struct transfer *t)
{
    const struct reply *reply = &t->reply;
    if (!reply->qr)
        return fail(t, TRANSFER_MALFORMED, "a query instead of a response");
    if (reply->id != t->params.id)
        return fail(t, TRANSFER_MALFORMED, "a message with another id");
    if (reply->opcode != OPCODE_QUERY)
        return fail(t, TRANSFER_MALFORMED, "a message with another opcode");
    t->rcode = reply->rcode;
    if (reply->question_count > 1)
        return fail(t, TRANSFER_MALFORMED, "more than one question in a message");
    if (reply->question_count == 1 && !reply_question_is_folded(reply, &t->question))
        return fail(t, TRANSFER_MALFORMED, "another question in a message");
    if (reply->rcode != RCODE_NOERROR) /* a bare header may say so, too */
        return fail_by_rcode(t, reply->rcode);
    if (is_first(t) && reply->question_count == 0)
        return fail(t, TRANSFER_MALFORMED, "no question in the first message");
    return TRANSFER_OPEN;
}

/* The authority and additional sections are not used, but have to be whole: what cannot be
 * read to its end is not believed up to there. */
static bool is_readable(const struct transfer *t)
{
    struct reply_iter iter = t->iter;
    struct reply_record record;
    int result;
    while ((result = reply_next(&iter, &record)) == 1)
        continue;
    return result == 0;
}

enum transfer_outcome transfer_take(struct transfer *t, const uint8_t *data, size_t len)
{
    t->left = 0;
    if (t->outcome != TRANSFER_OPEN)
        return t->outcome;
    t->messages++;
    t->octets += len;
    if (t->octets > t->params.octets_max)
        return fail(t, TRANSFER_LIMIT, "more octets than are taken");
    if (!reply_init(&t->reply, data, len))
        return fail(t, TRANSFER_MALFORMED, "a message without a header");
    if (check_header(t) != TRANSFER_OPEN)
        return t->outcome;
    if (reply_iter_init(&t->iter, &t->reply) != 0 || !is_readable(t))
        return fail(t, TRANSFER_MALFORMED, "a message that ends too early");
    t->left = t->reply.answer_count;
    t->barren = t->left > 0 ? 0 : t->barren + 1;
    if (t->left == 0 && is_first(t))
        return fail(t, TRANSFER_EMPTY, t->reply.tc ? "truncated" : NULL);
    if (t->barren > BARREN_MAX)
        return fail(t, TRANSFER_MALFORMED, "messages without records");
    return TRANSFER_OPEN;
}

/* --- the records --- */

/* Reserved, OPT, and what RFC 6895 section 3.1 sets aside for queries and meta data. */
static bool is_data_type(uint16_t type)
{
    return type != 0 && type != TYPE_OPT && !(type >= 128 && type <= 255) && type != UINT16_MAX;
}

/* Step 2; false: the transfer failed. */
static bool check_record(struct transfer *t, const struct reply_record *rr)
{
    const char *why = NULL;
    if (reply_read_name(&t->reply, rr->owner_offset, &t->owner, NULL) != 0)
        why = "an owner that is no name";
    else if (rr->class != CLASS_IN)
        why = "a record of another class";
    else if (!is_data_type(rr->type))
        why = "a record of a type that holds no data";
    else if (rdata_check(&t->reply, rr) != 0)
        why = "data that are not of their type's form";
    if (why)
        fail(t, TRANSFER_MALFORMED, why);
    return !why;
}

uint32_t transfer_soa_serial(const struct reply *reply, const struct reply_record *record)
{
    size_t end = (size_t)record->rdata_offset + record->rdata_len;
    struct bytes_reader r = bytes_reader_at(reply->data, end, end - SOA_NUMBERS_LEN);
    return bytes_u32(&r);
}

static bool give(struct transfer *t, enum transfer_phase phase, enum transfer_change change,
                 struct transfer_record *out)
{
    t->phase = phase;
    out->change = change;
    return true;
}

static bool end(struct transfer *t, enum transfer_outcome outcome)
{
    t->outcome = outcome;
    return false;
}

static bool breaks(struct transfer *t, const char *why)
{
    fail(t, TRANSFER_INCONSISTENT, why);
    return false;
}

/* An SOA that ends the zone's records, or claims to. */
static bool end_zone(struct transfer *t, uint32_t serial)
{
    return serial == t->serial ? end(t, TRANSFER_WHOLE)
                               : breaks(t, "the last SOA has another serial than the first");
}

/* The SOA that follows the first one of an IXFR. */
static bool second_soa(struct transfer *t, uint32_t serial, struct transfer_record *out)
{
    if (serial == t->serial) /* as an AXFR of a zone of one record */
        return end(t, TRANSFER_WHOLE);
    if (serial != t->params.serial)
        return breaks(t, "the changes do not begin at the serial asked with");
    t->step_serial = serial;
    return give(t, TRANSFER_IN_DELETED, TRANSFER_DELETED, out);
}

/* Between what a change deletes and what it adds. */
static bool middle_soa(struct transfer *t, uint32_t serial, struct transfer_record *out)
{
    if (!serial_is_newer(serial, t->step_serial) || serial_is_newer(serial, t->serial))
        return breaks(t, "the changes do not lead to the current serial");
    t->step_serial = serial;
    return give(t, TRANSFER_IN_ADDED, TRANSFER_ADDED, out);
}

/* Behind what a change adds: the next one, or the end. */
static bool change_soa(struct transfer *t, uint32_t serial, struct transfer_record *out)
{
    if (serial != t->step_serial)
        return breaks(t, "a change does not begin where the one before it ended");
    if (serial == t->serial)
        return end(t, TRANSFER_DELTAS);
    return give(t, TRANSFER_IN_DELETED, TRANSFER_DELETED, out);
}

/* Step 3 for an SOA at the apex; false: nothing to hand out. */
static bool place_soa(struct transfer *t, uint32_t serial, struct transfer_record *out)
{
    switch (t->phase) {
    case TRANSFER_AT_START:
        t->serial = serial;
        if (t->params.is_ixfr && !serial_is_newer(serial, t->params.serial)) {
            t->outcome = TRANSFER_CURRENT; /* its SOA is handed out all the same */
            t->left = 0;
        }
        return give(t, t->params.is_ixfr ? TRANSFER_AT_SECOND : TRANSFER_IN_ZONE, TRANSFER_OF_ZONE,
                    out);
    case TRANSFER_AT_SECOND:
        return second_soa(t, serial, out);
    case TRANSFER_IN_ZONE:
        return end_zone(t, serial);
    case TRANSFER_IN_DELETED:
        return middle_soa(t, serial, out);
    case TRANSFER_IN_ADDED:
        return change_soa(t, serial, out);
    }
    return false;
}

/* Step 3 for the others. */
static bool place_record(struct transfer *t, struct transfer_record *out)
{
    switch (t->phase) {
    case TRANSFER_AT_START:
        return breaks(t, "the first record is not the zone's SOA");
    case TRANSFER_AT_SECOND: /* IXFR, answered as an AXFR */
    case TRANSFER_IN_ZONE:
        return give(t, TRANSFER_IN_ZONE, TRANSFER_OF_ZONE, out);
    case TRANSFER_IN_DELETED:
        return give(t, TRANSFER_IN_DELETED, TRANSFER_DELETED, out);
    case TRANSFER_IN_ADDED:
        return give(t, TRANSFER_IN_ADDED, TRANSFER_ADDED, out);
    }
    return false;
}

/* The record in hand; true: it is handed out. */
static bool place(struct transfer *t, struct transfer_record *out)
{
    bool is_soa = out->rr.type == TYPE_SOA;
    bool is_apex = is_soa && name_equal(t->owner.wire, t->params.zone);
    if (t->phase == TRANSFER_AT_START && !is_apex)
        return breaks(t, "the first record is not the zone's SOA");
    if (!name_is_under(t->owner.wire, t->params.zone) || (is_soa && !is_apex)) {
        t->foreign++;
        return false;
    }
    if (!(is_apex ? place_soa(t, transfer_soa_serial(&t->reply, &out->rr), out)
                  : place_record(t, out)))
        return false;
    if (t->records == t->params.records_max) {
        fail(t, TRANSFER_LIMIT, "more records than are taken");
        return false;
    }
    t->records++;
    t->deleted += out->change == TRANSFER_DELETED;
    return true;
}

/* By UDP there is no next message. */
static void end_message(struct transfer *t)
{
    if (t->outcome == TRANSFER_OPEN && t->params.by_udp)
        transfer_stop(t, TRANSFER_CLOSED, "it does not fit into one datagram");
}

int transfer_next(struct transfer *t, struct transfer_record *out)
{
    out->owner = &t->owner;
    while (t->left > 0) {
        t->left--;
        if (reply_next(&t->iter, &out->rr) != 1) { /* cannot be: it was read before */
            fail(t, TRANSFER_MALFORMED, "a message that ends too early");
            return 0;
        }
        if (!check_record(t, &out->rr))
            return 0;
        uint32_t behind = t->left;
        if (place(t, out))
            return 1;
        if (t->outcome == TRANSFER_WHOLE || t->outcome == TRANSFER_DELTAS) {
            if (behind > 0)
                fail(t, TRANSFER_INCONSISTENT, "records behind the last SOA");
            t->left = 0;
        }
    }
    end_message(t);
    return 0;
}

void transfer_stop(struct transfer *t, enum transfer_outcome reason, const char *why)
{
    if (t->outcome != TRANSFER_OPEN)
        return;
    bool is_end = reason == TRANSFER_TIMEOUT || reason == TRANSFER_CLOSED;
    if (t->phase == TRANSFER_AT_SECOND && is_end)
        fail(t, TRANSFER_CURRENT, "its SOA and no more");
    else
        fail(t, reason, why);
}
