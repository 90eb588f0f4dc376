// SPDX-License-Identifier: BSD-2-Clause
/* How a server treats every query and reply, whatever they are about. */
#ifndef HOSTILE_MANNER_H
#define HOSTILE_MANNER_H

#include "tests/hostile/hostile.h"

#define MANNER_TAIL_MAX 64 /* octets that a manner may add to a reply */

enum manner_bits {
    MANNER_NO_NSEC = 1 << 0,
    MANNER_NO_BINARY = 1 << 1,
    MANNER_NO_EDNS = 1 << 2,
    MANNER_STRIPS = 1 << 3,
    MANNER_JUNK = 1 << 4,
    MANNER_TRUNCATES = 1 << 5,
    MANNER_RESTLESS = 1 << 6,
    MANNER_SILENT = 1 << 7,
    MANNER_SERVFAIL = 1 << 8,
    MANNER_LIMITED = 1 << 9,
    MANNER_WRONG_ID = 1 << 10,
    MANNER_NO_TCP = 1 << 11,
    MANNER_DROPS_EDNS = 1 << 12,
};

struct manner {
    const char *name, *what;
    unsigned bit;
};

extern const struct manner manners[]; /* ends with a row without name */

enum manner_verdict { MANNER_GO_ON, MANNER_IGNORE, MANNER_REPLY };
/* What becomes of Q, which may be changed; with MANNER_REPLY, RCODE is the whole reply. */
enum manner_verdict manner_query(struct hostile *h, struct query *q, uint16_t *rcode);
/* The finished reply of LEN octets in DATA, which holds MANNER_TAIL_MAX more; the new length. */
size_t manner_reply(struct hostile *h, const struct query *q, uint8_t *data, size_t len);

#endif
