// SPDX-License-Identifier: BSD-2-Clause
/* A query to answer.c, and what must hold of every reply to it. */
#ifndef TEST_LAB_ANSWER_ASK_H
#define TEST_LAB_ANSWER_ASK_H

#include "tests/unit/lab/help.h"

#include "bench/lab/answer.h"
#include "dns/code.h"

struct reply {
    uint8_t data[ANSWER_TCP_MAX];
    size_t len;
    uint8_t rcode;
    bool tc;
    unsigned answers, authorities, additional;
};

static inline void ask(const struct zones *zones, const char *name, uint16_t type,
                       uint16_t udp_size, struct answer_params params, struct reply *reply)
{
    uint8_t data[QUERY_MAX];
    struct query query;
    size_t len = query_build(data, name, type, udp_size);
    assert_int_equal(query_parse(&query, data, len), QUERY_OK);
    params.zones = zones;
    if (!params.outside_rcode)
        params.outside_rcode = RCODE_REFUSED;
    if (!params.size_max)
        params.size_max = query.udp_size;
    reply->len = answer_build(&params, &query, reply->data);
    assert_true(reply->len >= ANSWER_HEADER_LEN && reply->len <= params.size_max);
    reply->rcode = reply->data[3] & 15;
    reply->tc = reply->data[2] & 2;
    reply->answers = reply->data[7];
    reply->authorities = reply->data[9];
    reply->additional = reply->data[11];
    assert_memory_equal(reply->data, data, 2);
    assert_int_equal(reply->data[2] & 0xfd, 0x81); /* QR, opcode 0, not AA, RD */
    assert_true(reply->data[3] & 0x80);            /* RA */
    if (!reply->data[5])
        return;                         /* header only */
    assert_true(reply->data[3] & 0x10); /* CD as asked */
    assert_memory_equal(reply->data + 12, data + 12, query.question_end - 12);
}

static inline void expect(const struct zones *zones, const char *name, uint16_t type,
                          unsigned rcode, unsigned answers, unsigned authorities)
{
    static struct reply reply;
    ask(zones, name, type, 1232, (struct answer_params){0}, &reply);
    if (reply.rcode != rcode || reply.answers != answers || reply.authorities != authorities)
        fail_msg("%s: rcode %u, %u answers, %u authorities", name, reply.rcode, reply.answers,
                 reply.authorities);
    assert_int_equal(reply.additional, 1);
}

#endif
