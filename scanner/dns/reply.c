// SPDX-License-Identifier: BSD-2-Clause
/* Reading messages without trusting them.
 *
 * Names. Labels are walked where they lie. The rule against loops: a pointer
 * must lead to before the start of the run of labels in which it stands, and
 * never into the header. Starts then only fall, so every walk ends. A walk may
 * follow as many pointers as a name can have labels and no more: chains of bare
 * pointers would otherwise make one record cost thousands of steps.
 *
 * Records. Each is skipped by its announced length; whatever does not fit the
 * message ends the reading with ERR_TRUNC. */
#include "dns/reply.h"

#include <string.h>

#include "base/bytes.h"

#define MESSAGE_MAX    65535 /* TCP's length prefix; offsets fit 16 bits */
#define POINTERS_MAX   127   /* labels in the longest name */
#define LABEL_TYPE     0xc0
#define LABEL_ORDINARY 0x00
#define LABEL_POINTER  0xc0
#define TTL_MAX        0x7fffffffu

enum section { ANSWER = 1, AUTHORITY = 2, ADDITIONAL = 3 };

static uint16_t u16_at(const uint8_t *data)
{
    return (uint16_t)(data[0] << 8 | data[1]);
}

bool reply_init(struct reply *out, const uint8_t *data, size_t len)
{
    *out = (struct reply){0};
    if (len < DNS_HEADER_LEN || len > MESSAGE_MAX)
        return false;
    out->data = data;
    out->len = len;
    out->id = u16_at(data);
    out->qr = data[2] >> 7;
    out->opcode = data[2] >> 3 & 0x0f;
    out->aa = data[2] >> 2 & 1;
    out->tc = data[2] >> 1 & 1;
    out->rd = data[2] & 1;
    out->ra = data[3] >> 7;
    out->ad = data[3] >> 5 & 1;
    out->cd = data[3] >> 4 & 1;
    out->rcode = data[3] & 0x0f;
    out->question_count = u16_at(data + 4);
    out->answer_count = u16_at(data + 6);
    out->authority_count = u16_at(data + 8);
    out->additional_count = u16_at(data + 10);
    return true;
}

static bool question_begins_like(const struct reply *reply, const struct question *question,
                                 size_t compared)
{
    return reply->question_count == 1 && reply->len - DNS_HEADER_LEN >= question->len &&
           memcmp(reply->data + DNS_HEADER_LEN, question->wire, compared) == 0;
}

bool reply_question_is(const struct reply *reply, const struct question *question)
{
    return question_begins_like(reply, question, question->len);
}

bool reply_question_is_but_class(const struct reply *reply, const struct question *question)
{
    return question_begins_like(reply, question, question->len - 2u);
}

bool reply_question_is_folded(const struct reply *reply, const struct question *question)
{
    const uint8_t *data = reply->data + DNS_HEADER_LEN;
    size_t name_octets = question->len - 4u;
    if (reply->question_count != 1 || reply->len - DNS_HEADER_LEN < question->len ||
        memcmp(data + name_octets, question->wire + name_octets, 4) != 0)
        return false;
    for (size_t i = 0; i < name_octets; i++) { /* no length octet is a letter */
        uint8_t octet = data[i];
        if (octet >= 'A' && octet <= 'Z')
            octet |= 0x20;
        if (octet != question->wire[i])
            return false;
    }
    return true;
}

bool reply_is_header_only(const struct reply *reply)
{
    return reply->len == DNS_HEADER_LEN && (reply->question_count | reply->answer_count |
                                            reply->authority_count | reply->additional_count) == 0;
}

/* A walk over the labels of one name. */
struct walk {
    const struct reply *reply;
    size_t offset;
    size_t run_start;  /* pointers must lead to before this */
    size_t end;        /* behind the name where it began; 0 until known */
    unsigned pointers; /* followed so far */
};

static struct walk walk_from(const struct reply *reply, size_t offset)
{
    return (struct walk){.reply = reply, .offset = offset, .run_start = offset};
}

/* The next label (its length octet; the root's too, which is the last), or NULL
 * when the name is damaged. */
static const uint8_t *walk_next(struct walk *walk)
{
    const uint8_t *data = walk->reply->data;
    size_t len = walk->reply->len;
    while (walk->offset < len) {
        uint8_t first = data[walk->offset];
        if ((first & LABEL_TYPE) == LABEL_ORDINARY) {
            if (len - walk->offset <= first)
                return NULL;
            const uint8_t *label = data + walk->offset;
            walk->offset += 1u + first;
            if (first == 0 && walk->end == 0)
                walk->end = walk->offset;
            return label;
        }
        if ((first & LABEL_TYPE) != LABEL_POINTER || len - walk->offset < 2)
            return NULL;
        size_t target = u16_at(data + walk->offset) & 0x3fff;
        if (walk->end == 0)
            walk->end = walk->offset + 2;
        if (target < DNS_HEADER_LEN || target >= walk->run_start || ++walk->pointers > POINTERS_MAX)
            return NULL;
        walk->offset = walk->run_start = target;
    }
    return NULL;
}

int reply_read_name(const struct reply *reply, size_t offset, struct name *out, size_t *end)
{
    struct walk walk = walk_from(reply, offset);
    size_t len = 0;
    out->len = 0;
    out->wire[0] = 0;
    for (;;) {
        const uint8_t *label = walk_next(&walk);
        if (!label || len + 1u + *label > NAME_WIRE_MAX)
            return ERR_TRUNC;
        memcpy(out->wire + len, label, 1u + *label);
        len += 1u + *label;
        if (*label == 0)
            break;
    }
    out->len = (uint8_t)len;
    if (end)
        *end = walk.end;
    return 0;
}

bool reply_name_is(const struct reply *reply, size_t offset, const uint8_t *name)
{
    struct walk walk = walk_from(reply, offset);
    for (;;) {
        const uint8_t *label = walk_next(&walk);
        if (!label || *label != *name)
            return false;
        if (*label == 0)
            return true;
        for (unsigned i = 1; i <= *label; i++) {
            uint8_t a = label[i], b = name[i];
            if (a >= 'A' && a <= 'Z')
                a |= 0x20;
            if (b >= 'A' && b <= 'Z')
                b |= 0x20;
            if (a != b)
                return false;
        }
        name += 1 + *name;
    }
}

/* Steps over a name without following pointers: where it ends is all that counts. */
static void skip_name(struct bytes_reader *r)
{
    for (;;) {
        uint8_t first = bytes_u8(r);
        if ((first & LABEL_TYPE) == LABEL_POINTER) {
            bytes_skip(r, 1);
            return;
        }
        if ((first & LABEL_TYPE) != LABEL_ORDINARY)
            r->failed = true;
        if (first == 0 || !bytes_skip(r, first))
            return;
    }
}

int reply_iter_init(struct reply_iter *iter, const struct reply *reply)
{
    struct bytes_reader r = bytes_reader_at(reply->data, reply->len, DNS_HEADER_LEN);
    *iter = (struct reply_iter){.reply = reply, .offset = reply->len, .section = ADDITIONAL};
    if (reply->question_count > 1)
        return ERR_TRUNC;
    if (reply->question_count == 1) {
        skip_name(&r);
        bytes_skip(&r, 4); /* type and class */
    }
    if (r.failed)
        return ERR_TRUNC;
    *iter = (struct reply_iter){
        .reply = reply, .offset = r.offset, .section = ANSWER, .left = reply->answer_count};
    return 0;
}

int reply_next(struct reply_iter *iter, struct reply_record *out)
{
    const struct reply *reply = iter->reply;
    while (iter->left == 0) {
        if (iter->section == ADDITIONAL)
            return 0;
        iter->section++;
        iter->left = iter->section == AUTHORITY ? reply->authority_count : reply->additional_count;
    }
    struct bytes_reader r = bytes_reader_at(reply->data, reply->len, iter->offset);
    *out = (struct reply_record){.owner_offset = (uint16_t)r.offset, .section = iter->section};
    skip_name(&r);
    out->type = bytes_u16(&r);
    out->class = bytes_u16(&r);
    out->ttl = bytes_u32(&r);
    out->rdata_len = bytes_u16(&r);
    out->rdata_offset = (uint16_t)r.offset;
    bytes_skip(&r, out->rdata_len);
    if (r.failed) {
        iter->left = 0; /* what follows a damaged record means nothing */
        iter->section = ADDITIONAL;
        return ERR_TRUNC;
    }
    if (out->ttl > TTL_MAX && out->type != TYPE_OPT) /* OPT keeps its flags there (RFC 6891) */
        out->ttl = 0;
    iter->offset = r.offset;
    iter->left--;
    return 1;
}
