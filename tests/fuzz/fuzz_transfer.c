// SPDX-License-Identifier: BSD-2-Clause
/* A server's stream of messages, of anybody.
 *
 * An input is an octet of choices (1: IXFR, 2: by UDP) and then messages as they come by TCP, each
 * behind two octets of length. The query has id 0x1234, asks for `example`, and an IXFR has serial
 * 5. Whatever comes, records stay within the zone, the first is its SOA, text of
 * their data is printable, and an outcome, once there, stays. */
#include <stdlib.h>
#include <string.h>

#include "dns/code.h"
#include "dns/rdata.h"
#include "dns/rdata_direct.h"
#include "dns/transfer.h"
#include "tests/fuzz/frames.h"

#define RECORDS_MAX 1000
#define OCTETS_MAX  (1 << 20)

static const uint8_t zone[] = "\7example";

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_record(const struct transfer *t, const struct transfer_record *record)
{
    static uint8_t rdata[RDATA_MAX];
    size_t len;
    check(name_len(record->owner->wire) == record->owner->len);
    check(name_is_under(record->owner->wire, zone));
    check(record->rr.class == CLASS_IN);
    check(t->records > 1 || record->rr.type == TYPE_SOA);
    check(t->params.is_ixfr || record->change == TRANSFER_OF_ZONE);
    check(rdata_expand(&t->reply, &record->rr, rdata, sizeof rdata, &len) != ERR_TRUNC);
    char *text = malloc(rdata_direct_room(&record->rr));
    check(text);
    const char *end = rdata_direct(text, &t->reply, &record->rr, RDATA_AS_SENT);
    for (const char *c = text; end && c < end; c++)
        check(*c >= 0x20 && *c < 0x7f);
    free(text);
}

static void take(struct transfer *t, const uint8_t *data, size_t len)
{
    struct transfer_record record;
    enum transfer_outcome before = t->outcome;
    uint64_t records = t->records;
    enum transfer_outcome outcome = transfer_take(t, data, len);
    check(before == TRANSFER_OPEN || outcome == before);
    while (transfer_next(t, &record) == 1) {
        check(before == TRANSFER_OPEN);
        check(t->records == ++records);
        check_record(t, &record);
    }
    check(t->records == records && records <= RECORDS_MAX);
    check(t->outcome != TRANSFER_WHOLE || (records > 0 && !t->why));
    check(t->outcome != TRANSFER_DELTAS || (t->params.is_ixfr && t->deleted > 0));
    check(t->outcome != TRANSFER_OPEN || !t->params.by_udp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct transfer t;
    if (size == 0)
        return 0;
    const struct transfer_params params = {.zone = zone,
                                           .id = 0x1234,
                                           .is_ixfr = data[0] & 1,
                                           .by_udp = data[0] & 2,
                                           .serial = 5,
                                           .records_max = RECORDS_MAX,
                                           .octets_max = OCTETS_MAX};
    transfer_init(&t, &params);
    struct frames frames = {.at = data + 1, .end = data + size};
    size_t len;
    for (uint8_t *message; (message = frames_next(&frames, &len)); free(message))
        take(&t, message, len);
    transfer_stop(&t, TRANSFER_CLOSED, NULL);
    check(t.outcome != TRANSFER_OPEN);
    return 0;
}
