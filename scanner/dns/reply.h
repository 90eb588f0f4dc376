// SPDX-License-Identifier: BSD-2-Clause
/* A read-only view over a received message: no copy, no allocation.
 *
 * The view borrows the bytes. Every offset is checked; compression pointers
 * must lead to before the run of labels in which they stand, so that no chain can
 * loop (RFC 1035 section 4.1.4). */
#ifndef DNS_REPLY_H
#define DNS_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/code.h"
#include "dns/name.h"
#include "dns/query.h"

struct reply {
    const uint8_t *data;
    size_t len;
    uint16_t id;
    uint8_t opcode;
    uint8_t rcode; /* the header's four bits */
    bool qr, aa, tc, rd, ra, ad, cd;
    uint16_t question_count, answer_count, authority_count, additional_count;
};

struct reply_record {
    uint16_t owner_offset; /* read with reply_read_name */
    uint16_t type;
    uint16_t class;
    uint16_t rdata_len;
    uint32_t ttl;          /* a value above 2^31-1 is read as 0 (RFC 2181 section 8),
                            but in OPT, where it is flags */
    uint16_t rdata_offset; /* rdata_len octets from there are inside the message */
    uint8_t section;       /* 1 answer, 2 authority, 3 additional */
};

struct reply_iter {
    const struct reply *reply;
    size_t offset;
    uint8_t section;
    uint32_t left; /* records left in section */
};

/* False when there are fewer than 12 octets, or more than a message can have. */
bool reply_init(struct reply *out, const uint8_t *data, size_t len);

/* One question, byte for byte QUESTION (letter case included). */
bool reply_question_is(const struct reply *reply, const struct question *question);
/* As above but class left out of the comparison; for telling what differs. */
bool reply_question_is_but_class(const struct reply *reply, const struct question *question);
/* As the first, but the name may be in any letter case; QUESTION is in lower case. */
bool reply_question_is_folded(const struct reply *reply, const struct question *question);
/* No sections at all: the header is all there is (a bare FORMERR, REFUSED). */
bool reply_is_header_only(const struct reply *reply);

/* Starts after the question section (at most one question is skipped; more, or
 * a damaged one: ERR_TRUNC). */
MUST_CHECK int reply_iter_init(struct reply_iter *iter, const struct reply *reply);
/* 1 record read, 0 end, ERR_TRUNC when the message is damaged. */
MUST_CHECK int reply_next(struct reply_iter *iter, struct reply_record *out);

/* Decompresses the name at OFFSET, case kept. *END (may be NULL) gets the offset
 * behind it. ERR_TRUNC for anything but a valid name of at most 255 octets. */
MUST_CHECK int reply_read_name(const struct reply *reply, size_t offset, struct name *out,
                               size_t *end);
/* Whether the name at OFFSET equals NAME, folding case, without copying. */
bool reply_name_is(const struct reply *reply, size_t offset, const uint8_t *name);

#endif
