// SPDX-License-Identifier: BSD-2-Clause
/* Zone transfers that go wrong. Each row's function makes the next message of a stream, or
 * says how the stream ends; the first message has step 0. */
#include <string.h>

#include "tests/hostile/hostile.h"

#define RECORDS_A_MESSAGE 8
#define BIG_RECORDS       600 /* of a message near 64 KB */
#define TTL               300

static bool put_next(struct hostile *h, struct stream *s, struct reply *reply, uint32_t last_serial)
{
    uint32_t serial = s->at == 0 ? h->serial : last_serial;
    return put_transferred(h, reply, &s->at, serial);
}

/* The next COUNT records; false when these were the last. */
static bool put_some(struct hostile *h, struct stream *s, struct reply *reply, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!put_next(h, s, reply, h->serial))
            return false;
    return true;
}

static void put_made_up(struct hostile *h, struct stream *s, struct reply *reply)
{
    static const uint8_t address[] = {192, 0, 2, 77};
    struct name label = {10, {8}};
    uint64_t number = s->at++;
    for (unsigned i = 0; i < 8; i++, number /= 26)
        label.wire[8 - i] = (uint8_t)('a' + number % 26);
    if (!name_join(&label, &label, &h->model.apex))
        reply_put(reply, SECTION_ANSWER, label.wire, TYPE_A, TTL, address, sizeof address);
}

static enum stream_next whole(struct hostile *h, struct stream *s, struct reply *reply)
{
    return put_some(h, s, reply, RECORDS_A_MESSAGE) ? STREAM_SEND : STREAM_DONE;
}

static enum stream_next refused(struct hostile *h, struct stream *s, struct reply *reply)
{
    (void)h;
    (void)s;
    reply->rcode = RCODE_REFUSED;
    return STREAM_DONE;
}

static enum stream_next notauth(struct hostile *h, struct stream *s, struct reply *reply)
{
    (void)h;
    (void)s;
    reply->rcode = RCODE_NOTAUTH;
    return STREAM_DONE;
}

static enum stream_next nothing(struct hostile *h, struct stream *s, struct reply *reply)
{
    (void)h;
    (void)s;
    (void)reply;
    return STREAM_DONE;
}

static enum stream_next silence(struct hostile *h, struct stream *s, struct reply *reply)
{
    (void)h;
    (void)s;
    (void)reply;
    return STREAM_WAIT;
}

static enum stream_next drip(struct hostile *h, struct stream *s, struct reply *reply)
{
    return put_some(h, s, reply, 1) ? STREAM_PAUSE : STREAM_DONE;
}

static enum stream_next endless(struct hostile *h, struct stream *s, struct reply *reply)
{
    if (s->step == 0)
        put_some(h, s, reply, 1);
    for (unsigned i = 0; i < BIG_RECORDS; i++)
        put_made_up(h, s, reply);
    return STREAM_SEND;
}

static enum stream_next other_serial(struct hostile *h, struct stream *s, struct reply *reply)
{
    for (unsigned i = 0; i < RECORDS_A_MESSAGE; i++)
        if (!put_next(h, s, reply, h->serial + 1))
            return STREAM_DONE;
    return STREAM_SEND;
}

static enum stream_next rcode(struct hostile *h, struct stream *s, struct reply *reply)
{
    if (s->step == 0)
        return whole(h, s, reply);
    reply->rcode = RCODE_SERVFAIL;
    return STREAM_DONE;
}

static enum stream_next reset(struct hostile *h, struct stream *s, struct reply *reply)
{
    return s->step == 0 ? whole(h, s, reply) : STREAM_RESET;
}

static enum stream_next early(struct hostile *h, struct stream *s, struct reply *reply)
{
    return s->step == 0 ? whole(h, s, reply) : STREAM_CLOSE;
}

static enum stream_next at_once(struct hostile *h, struct stream *s, struct reply *reply)
{
    (void)h;
    (void)s;
    (void)reply;
    return STREAM_CLOSE;
}

static enum stream_next stalled(struct hostile *h, struct stream *s, struct reply *reply)
{
    return s->step == 0 ? whole(h, s, reply) : STREAM_WAIT;
}

static enum stream_next foreign(struct hostile *h, struct stream *s, struct reply *reply)
{
    static const uint8_t owner[] = "\3www\5other\7example", address[] = {192, 0, 2, 66};
    if (s->step == 0) {
        put_some(h, s, reply, 1);
        reply_put(reply, SECTION_ANSWER, owner, TYPE_A, TTL, address, sizeof address);
    }
    return whole(h, s, reply);
}

static enum stream_next no_soa(struct hostile *h, struct stream *s, struct reply *reply)
{
    if (s->step == 0)
        put_made_up(h, s, reply);
    return whole(h, s, reply);
}

static enum stream_next lone_soa(struct hostile *h, struct stream *s, struct reply *reply)
{
    put_some(h, s, reply, 1);
    return STREAM_DONE;
}

/* A record whose owner is a pointer at itself. */
static enum stream_next loop(struct hostile *h, struct stream *s, struct reply *reply)
{
    struct bytes_writer *w = &reply->out;
    if (s->step == 0)
        return whole(h, s, reply);
    bytes_put_u16(w, (uint16_t)(0xc000 | w->len));
    bytes_put_u16(w, TYPE_A);
    bytes_put_u16(w, 1);
    bytes_put_u32(w, TTL);
    bytes_put_u16(w, 4);
    bytes_put_u32(w, 0xc0000201);
    reply->counts[SECTION_ANSWER]++;
    return STREAM_DONE;
}

static enum stream_next other_class(struct hostile *h, struct stream *s, struct reply *reply)
{
    size_t before = reply->out.len + name_len(h->model.apex.wire);
    enum stream_next next = whole(h, s, reply);
    if (s->step == 0 && reply->out.len > before + 4)
        reply->out.data[before + 3] = 3; /* CH, of the first record */
    return next;
}

/* Counts that promise more than there is. */
static enum stream_next cut(struct hostile *h, struct stream *s, struct reply *reply)
{
    enum stream_next next = whole(h, s, reply);
    reply->counts[SECTION_ANSWER] = (uint16_t)(reply->counts[SECTION_ANSWER] + 7);
    return next;
}

static enum stream_next other_id(struct hostile *h, struct stream *s, struct reply *reply)
{
    if (s->step == 1)
        s->query.id ^= 0x0f0f;
    return whole(h, s, reply);
}

static enum stream_next empty_messages(struct hostile *h, struct stream *s, struct reply *reply)
{
    if (s->step == 0)
        return whole(h, s, reply);
    return STREAM_SEND;
}

/* SOAs inside, each of which could be the last. */
static enum stream_next many_soas(struct hostile *h, struct stream *s, struct reply *reply)
{
    uint8_t rdata[512];
    enum stream_next next = whole(h, s, reply);
    size_t len = soa_write(h->serial + 5 + (uint32_t)s->step, rdata);
    if (next == STREAM_SEND)
        reply_put(reply, SECTION_ANSWER, h->model.apex.wire, TYPE_SOA, TTL, rdata, len);
    return next;
}

static enum stream_next behind(struct hostile *h, struct stream *s, struct reply *reply)
{
    enum stream_next next = whole(h, s, reply);
    if (next == STREAM_DONE)
        put_made_up(h, s, reply);
    return next;
}

static void put_version(struct hostile *h, struct reply *reply, uint32_t serial)
{
    uint8_t rdata[512];
    size_t len = soa_write(serial, rdata);
    reply_put(reply, SECTION_ANSWER, h->model.apex.wire, TYPE_SOA, TTL, rdata, len);
}

static enum stream_next only_ixfr(struct hostile *h, struct stream *s, struct reply *reply)
{
    return s->query.type == TYPE_IXFR ? whole(h, s, reply) : refused(h, s, reply);
}

/* From the serial before, whatever was asked. */
static enum stream_next changes(struct hostile *h, struct stream *s, struct reply *reply)
{
    if (s->query.type != TYPE_IXFR)
        return refused(h, s, reply);
    put_version(h, reply, h->serial);
    put_version(h, reply, h->serial - 1);
    put_made_up(h, s, reply);
    put_version(h, reply, h->serial);
    put_made_up(h, s, reply);
    put_made_up(h, s, reply);
    put_version(h, reply, h->serial);
    return STREAM_DONE;
}

/* clang-format off */
const struct transfer transfers[] = {
    {"refused", "REFUSED", refused},
    {"whole", "an honest transfer, 8 records a message", whole},
    {"notauth", "NOTAUTH", notauth},
    {"nothing", "NOERROR without a record", nothing},
    {"silence", "the connection stays, nothing comes", silence},
    {"drip", "a record every --pause", drip},
    {"endless", "records without end, as fast as they are taken", endless},
    {"other-serial", "the last SOA has another serial than the first", other_serial},
    {"rcode", "SERVFAIL after the first message", rcode},
    {"reset", "a reset after the first message", reset},
    {"early", "closed before the last SOA", early},
    {"at-once", "closed before anything came", at_once},
    {"stalled", "the first message, and nothing more", stalled},
    {"foreign", "a record of another zone among the others", foreign},
    {"no-soa", "does not begin with a SOA", no_soa},
    {"lone-soa", "one SOA, and that was all", lone_soa},
    {"loop", "an owner that is a pointer at itself", loop},
    {"class", "the first record is of class CH", other_class},
    {"cut", "messages with fewer records than they count", cut},
    {"other-id", "another id from the second message on", other_id},
    {"empty-messages", "messages without records, without end", empty_messages},
    {"many-soas", "SOAs of other serials in between", many_soas},
    {"behind", "a record behind the last SOA", behind},
    {"only-ixfr", "REFUSED, but an IXFR brings the whole zone", only_ixfr},
    {"changes", "REFUSED, but an IXFR brings what changed last", changes},
    {NULL, NULL, NULL},
};
/* clang-format on */

const struct transfer *transfer_find(const char *name)
{
    const struct transfer *t = transfers;
    while (t->name && strcmp(t->name, name) != 0)
        t++;
    return t->name ? t : NULL;
}
