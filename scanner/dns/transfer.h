// SPDX-License-Identifier: BSD-2-Clause
/* Zone transfers: the query, and a checker for the stream that answers it (RFC 5936, RFC 1995).
 *
 * The checker is fed whole messages (whose TSIG is for dns/tsig.h to check) and hands out their
 * records one by one, each checked; it keeps no more than one name of the zone, however
 * large that is. What it reads may be a trap: every way to go on for ever is cut off (records and
 * octets at most, messages without records), and whoever feeds it watches the clock.
 *
 *   transfer_init -> ( transfer_take -> transfer_next* )* -> outcome != TRANSFER_OPEN
 *
 * An AXFR is   SOA(n) ... SOA(n)
 * An IXFR is   SOA(n)                               nothing newer
 *        or    SOA(n) SOA(a) -... SOA(b) +... SOA(b) -... SOA(n) +... SOA(n)
 *        or    as an AXFR
 *
 * Records of the first SOA to the last but one are handed out; the last SOA only ends it. */
#ifndef DNS_TRANSFER_H
#define DNS_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"
#include "dns/query.h"
#include "dns/reply.h"

/* What became of an attempt to transfer a zone. Those behind TRANSFER_TSIG_WRONG are for whoever
 * feeds the checker to tell (transfer_stop). */
enum transfer_outcome {
    TRANSFER_OPEN,         /* goes on */
    TRANSFER_WHOLE,        /* the zone, from its first SOA to its last */
    TRANSFER_DELTAS,       /* IXFR: the changes since the serial asked with, whole */
    TRANSFER_CURRENT,      /* IXFR: nothing but the current SOA */
    TRANSFER_REFUSED,      /* REFUSED */
    TRANSFER_NOTAUTH,      /* NOTAUTH without a word about TSIG: the zone is not served there */
    TRANSFER_SERVFAIL,     /* SERVFAIL */
    TRANSFER_RCODE,        /* any other code but NOERROR */
    TRANSFER_EMPTY,        /* NOERROR, and no record */
    TRANSFER_INCONSISTENT, /* well-formed records that are no transfer of one version */
    TRANSFER_MALFORMED,    /* messages that cannot be read, or are no reply to the query */
    TRANSFER_TSIG_BADKEY,  /* the server says that it has no such key */
    TRANSFER_TSIG_BADSIG,  /* the server says that our signature is wrong */
    TRANSFER_TSIG_BADTIME, /* the server says that our clock is off, or the other way round */
    TRANSFER_TSIG_MISSING, /* the server did not sign what it has to */
    TRANSFER_TSIG_WRONG,   /* the server's signature is not that of the key */
    TRANSFER_UNREACHABLE,  /* the connection was refused, or there is no way */
    TRANSFER_TIMEOUT,      /* silence for too long */
    TRANSFER_RESET,        /* the connection was reset */
    TRANSFER_CLOSED,       /* the connection was closed before the end */
    TRANSFER_TLS,          /* no TLS session, or not with whom it should be */
    TRANSFER_LIMIT,        /* more, or for longer, than is taken */
    TRANSFER_STOPPED,      /* this program was told to end */
    TRANSFER_OUTCOMES
};

/* "transferred", "refused", ..., as lines and JSON have them. */
extern const char *const transfer_words[TRANSFER_OUTCOMES];

enum transfer_change {
    TRANSFER_OF_ZONE, /* a record of the version transferred */
    TRANSFER_ADDED,   /* by one of the changes */
    TRANSFER_DELETED,
};

struct transfer_record {
    struct reply_record rr;   /* of transfer.reply; its data have the form of their type */
    const struct name *owner; /* case as sent; lives until the next record */
    enum transfer_change change;
};

struct transfer_params {
    const uint8_t *zone;
    uint16_t id;
    bool is_ixfr;
    bool by_udp;          /* one message is all there is */
    uint32_t serial;      /* IXFR: ours */
    uint64_t records_max; /* handed out; more is TRANSFER_LIMIT */
    uint64_t octets_max;  /* of messages */
};

enum transfer_phase {
    TRANSFER_AT_START,   /* nothing came */
    TRANSFER_AT_SECOND,  /* the first SOA came; an IXFR's form is not known yet */
    TRANSFER_IN_ZONE,    /* up to the last SOA */
    TRANSFER_IN_DELETED, /* a change's first part */
    TRANSFER_IN_ADDED,   /* and its second */
};

/* Caller's storage. To be read: outcome, why, rcode, the counts, serial. */
struct transfer {
    struct transfer_params params;
    struct question question;
    enum transfer_outcome outcome;
    const char *why; /* a word on the outcome where there is one; static */
    uint8_t rcode;   /* of the last message */
    uint32_t serial; /* of the first SOA, when records > 0 */
    uint64_t records, deleted, messages, octets;
    uint64_t foreign; /* left out: owners outside the zone, SOA below its apex */

    enum transfer_phase phase;
    uint32_t step_serial; /* of the version a change leads from, then to */
    unsigned barren;      /* messages in a row without a record */
    uint32_t left;        /* records of the message in hand that were not looked at */
    struct reply reply;   /* the message in hand */
    struct reply_iter iter;
    struct name owner;
};

#define TRANSFER_QUERY_MAX (DNS_QUERY_MAX + 64) /* an IXFR's SOA takes 34 */

/* Writes the query, for IXFR with ours in its authority section; OUT holds TRANSFER_QUERY_MAX
 * octets. Returns its length. */
size_t transfer_query_write(uint8_t *out, const struct transfer_params *params);

void transfer_init(struct transfer *t, const struct transfer_params *params);
/* A message came, borrowed until the last of its records was had. Returns the outcome. */
enum transfer_outcome transfer_take(struct transfer *t, const uint8_t *data, size_t len);
/* 1 a record; 0 there are no more in this message: look at the outcome. */
int transfer_next(struct transfer *t, struct transfer_record *out);
/* No more messages will come, for REASON. Where an IXFR had told its SOA alone by then, that
 * was the answer: TRANSFER_CURRENT. An outcome that stands is not changed. */
void transfer_stop(struct transfer *t, enum transfer_outcome reason, const char *why);

/* What a code other than NOERROR makes of a transfer. */
enum transfer_outcome transfer_of_rcode(uint8_t rcode);
/* The serial of an SOA record that rdata_check accepts. */
uint32_t transfer_soa_serial(const struct reply *reply, const struct reply_record *record);
/* A is newer than B (RFC 1982 section 3.2); false where it is undefined. */
bool serial_is_newer(uint32_t a, uint32_t b);

#endif
