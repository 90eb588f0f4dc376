// SPDX-License-Identifier: BSD-2-Clause
/* Bad manners: before the answer is made, and after. */
#include "tests/hostile/manner.h"

#include <string.h>

#define LIMIT_QPS 50 /* of `limited`: above it truncated, as with a slip of 1 (RRL) */

/* clang-format off */
const struct manner manners[] = {
    {"no-nsec", "does not reply to a query for NSEC", MANNER_NO_NSEC},
    {"no-binary", "does not reply to names that are not letters, digits, - _ *", MANNER_NO_BINARY},
    {"no-edns", "FORMERR to EDNS", MANNER_NO_EDNS},
    {"drops-edns", "does not reply to EDNS", MANNER_DROPS_EDNS},
    {"strips", "knows EDNS, but not DNSSEC", MANNER_STRIPS},
    {"junk", "octets behind each message", MANNER_JUNK},
    {"truncates", "TC and nothing else over UDP", MANNER_TRUNCATES},
    {"restless", "a new serial in each reply", MANNER_RESTLESS},
    {"silent", "does not reply at all", MANNER_SILENT},
    {"servfail", "SERVFAIL to every third query", MANNER_SERVFAIL},
    {"limited", "truncates above 50 queries a second over UDP", MANNER_LIMITED},
    {"wrong-id", "every third reply has another id", MANNER_WRONG_ID},
    {"no-tcp", "closes each TCP connection", MANNER_NO_TCP},
    {NULL, NULL, 0},
};
/* clang-format on */

static bool is_binary(const struct name *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-_*";
    for (const uint8_t *label = name->wire; *label; label += *label + 1)
        for (unsigned i = 1; i <= *label; i++)
            if (!memchr(plain, label[i], sizeof plain - 1))
                return true;
    return false;
}

enum manner_verdict manner_query(struct hostile *h, struct query *q, uint16_t *rcode)
{
    unsigned m = h->manners;
    if (m & MANNER_SILENT || (m & MANNER_DROPS_EDNS && q->has_edns) ||
        (m & MANNER_NO_NSEC && q->type == TYPE_NSEC) ||
        (m & MANNER_NO_BINARY && is_binary(&q->name)))
        return MANNER_IGNORE;
    if (m & MANNER_RESTLESS)
        h->serial++;
    if (m & MANNER_STRIPS)
        q->wants_dnssec = false;
    if (m & MANNER_NO_EDNS && q->has_edns) {
        q->has_edns = false;
        *rcode = RCODE_FORMERR;
        return MANNER_REPLY;
    }
    if (m & MANNER_SERVFAIL && h->asked % 3 == 2) {
        *rcode = RCODE_SERVFAIL;
        return MANNER_REPLY;
    }
    if (h->limit_second != h->now_s) {
        h->limit_second = h->now_s;
        h->limit_count = 0;
    }
    bool is_above = m & MANNER_LIMITED && ++h->limit_count > LIMIT_QPS;
    if (!q->is_tcp && (m & MANNER_TRUNCATES || is_above))
        q->room = 0;
    return MANNER_GO_ON;
}

size_t manner_reply(struct hostile *h, const struct query *q, uint8_t *data, size_t len)
{
    if (h->manners & MANNER_WRONG_ID && h->asked % 3 == 2)
        data[0] ^= 0x55;
    if (!(h->manners & MANNER_JUNK) || len + MANNER_TAIL_MAX > MESSAGE_MAX)
        return len;
    /* As if one more record began, and did not end. */
    memset(data + len, 0, MANNER_TAIL_MAX);
    memcpy(data + len, "\3www\xc0\x0c", 6);
    (void)q;
    return len + 11;
}
