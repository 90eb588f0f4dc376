// SPDX-License-Identifier: BSD-2-Clause
/* A server's stream of messages, of anybody.
 *
 * An input is an octet of choices (1: IXFR, 2: by UDP, 4 and 8: the format that is written) and
 * then messages as they come by TCP, each behind two octets of length. The query has id 0x1234,
 * asks for `example`, and an IXFR has serial
 * 5. Whatever comes, records stay within the zone, the first is its SOA, text of
 * their data is printable, and an outcome, once there, stays. */
#include <stdlib.h>
#include <string.h>

#include "dns/code.h"
#include "dns/rdata.h"
#include "dns/transfer.h"
#include "out/records.h"
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
}

/* Whole lines without control bytes. */
static void check_text(const struct text *text)
{
    check(!text->failed);
    for (size_t i = 0; i < text->len; i++)
        check((text->data[i] >= 0x20 && text->data[i] < 0x7f) || text->data[i] == '\n');
    check(text->len == 0 || text->data[text->len - 1] == '\n');
}

static void take(struct transfer *t, struct records *records, const uint8_t *data, size_t len)
{
    struct transfer_record record;
    struct text text = {0};
    enum transfer_outcome before = t->outcome;
    uint64_t count = t->records;
    enum transfer_outcome outcome = transfer_take(t, data, len);
    check(before == TRANSFER_OPEN || outcome == before);
    while (transfer_next(t, &record) == 1) {
        check(before == TRANSFER_OPEN);
        check(t->records == ++count);
        check_record(t, &record);
        check(records_put(records, &text, &t->reply, &record) == 0);
    }
    records_finish(records, &text);
    check_text(&text);
    text_deinit(&text);
    check(t->records == count && count <= RECORDS_MAX);
    check(t->outcome != TRANSFER_WHOLE || (count > 0 && !t->why));
    check(t->outcome != TRANSFER_DELTAS || (t->params.is_ixfr && t->deleted > 0));
    check(t->outcome != TRANSFER_OPEN || !t->params.by_udp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"zone", "text", "ndjson", "names"};
    const struct records_origin origin = {.zone = "example", .server = "192.0.2.1:53"};
    struct transfer t;
    struct records *records;
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
    check(records_create(&records, formats[data[0] >> 2 & 3], &origin) == 0);
    struct frames frames = {.at = data + 1, .end = data + size};
    size_t len;
    for (uint8_t *message; (message = frames_next(&frames, &len)); free(message))
        take(&t, records, message, len);
    transfer_stop(&t, TRANSFER_CLOSED, NULL);
    check(t.outcome != TRANSFER_OPEN);
    records_destroy(records);
    return 0;
}
