// SPDX-License-Identifier: BSD-2-Clause
/* Replies written record by record, for the verdict tests. Records must be added
 * in the order of their sections. Include after cmocka.h. */
#ifndef TESTS_UNIT_VERDICT_MESSAGE_H
#define TESTS_UNIT_VERDICT_MESSAGE_H

#include <string.h>

#include "base/bytes.h"
#include "dns/reply.h"

enum message_section { IN_ANSWER = 1, IN_AUTHORITY = 2, IN_ADDITIONAL = 3 };

struct message {
    uint8_t data[65535];
    struct bytes_writer w;
    struct question question;
};

static inline struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static inline void message_begin(struct message *m, const char *qname, uint16_t qtype,
                                 unsigned rcode)
{
    struct name name = name_of(qname);
    question_init(&m->question, name.wire, name.len, qtype);
    m->w = bytes_writer_at(m->data, sizeof m->data);
    bytes_put_u16(&m->w, 0x1234);
    bytes_put_u16(&m->w, (uint16_t)(0x8180 | rcode)); /* QR RD RA */
    bytes_put_u16(&m->w, 1);
    bytes_put(&m->w, (uint8_t[6]){0}, 6);
    bytes_put(&m->w, m->question.wire, m->question.len);
}

static inline void message_set_flags(struct message *m, unsigned bits)
{
    m->data[2] |= (uint8_t)(bits >> 8);
    m->data[3] |= (uint8_t)bits;
}

static inline void message_count(struct message *m, enum message_section section)
{
    uint8_t *count = m->data + 4 + 2 * section;
    unsigned value = (unsigned)(count[0] << 8 | count[1]) + 1;
    count[0] = (uint8_t)(value >> 8);
    count[1] = (uint8_t)value;
}

static inline void message_put(struct message *m, enum message_section section, const char *owner,
                               uint16_t type, uint16_t class, const void *rdata, size_t len)
{
    struct name name = name_of(owner);
    message_count(m, section);
    bytes_put(&m->w, name.wire, name.len);
    bytes_put_u16(&m->w, type);
    bytes_put_u16(&m->w, class);
    bytes_put_u32(&m->w, 300);
    bytes_put_u16(&m->w, (uint16_t)len);
    bytes_put(&m->w, rdata, len);
    assert_false(m->w.failed);
}

/* An A record whose address is 192.0.2.LAST (or 10.x.y.z from a larger number). */
static inline void message_put_a(struct message *m, const char *owner, unsigned last)
{
    uint8_t rdata[4] = {192, 0, 2, (uint8_t)last};
    if (last > 255) {
        rdata[0] = 10;
        rdata[1] = (uint8_t)(last >> 16);
        rdata[2] = (uint8_t)(last >> 8);
    }
    message_put(m, IN_ANSWER, owner, TYPE_A, CLASS_IN, rdata, 4);
}

/* A CNAME, DNAME or NS: one name as data. */
static inline void message_put_name(struct message *m, enum message_section section,
                                    const char *owner, uint16_t type, const char *target)
{
    struct name name = name_of(target);
    message_put(m, section, owner, type, CLASS_IN, name.wire, name.len);
}

static inline void message_put_soa(struct message *m, const char *owner)
{
    uint8_t rdata[22] = {0}; /* root names, zero numbers */
    message_put(m, IN_AUTHORITY, owner, TYPE_SOA, CLASS_IN, rdata, sizeof rdata);
}

static inline struct reply message_view(const struct message *m)
{
    struct reply reply;
    assert_true(reply_init(&reply, m->data, m->w.len));
    return reply;
}

#endif
