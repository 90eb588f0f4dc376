// SPDX-License-Identifier: BSD-2-Clause
/* A message from anybody: every record, every name, all data as text. */
#include <stdlib.h>
#include <string.h>

#include "dns/rdata.h"
#include "dns/reply.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_record(const struct reply *reply, const struct reply_record *record)
{
    static uint8_t rdata[RDATA_MAX];
    static char text[4 * RDATA_MAX + 4096];
    size_t len;
    check((size_t)record->rdata_offset + record->rdata_len <= reply->len);
    check(record->section >= 1 && record->section <= 3);
    if (rdata_expand(reply, record, rdata, sizeof rdata, &len))
        return;
    (void)rdata_is_private_address(record->type, rdata, len);
    for (int bare = 0; bare < 2; bare++) {
        if (rdata_to_text(record->type, rdata, len, bare, text, sizeof text))
            continue; /* ERR_FULL: base32 or lists of types may pass even this */
        for (const char *c = text; *c; c++)
            check(*c >= 0x20 && *c < 0x7f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reply reply;
    struct reply_iter iter;
    struct reply_record record;
    struct question question;
    struct name name;
    if (!reply_init(&reply, data, size))
        return 0;
    question_init(&question, (const uint8_t *)"\3www\7example\3com", 17, TYPE_A);
    if (reply_question_is(&reply, &question))
        check(reply_question_is_but_class(&reply, &question));
    (void)reply_is_header_only(&reply);
    if (reply_iter_init(&iter, &reply))
        return 0;
    while (reply_next(&iter, &record) == 1) {
        size_t end;
        if (reply_read_name(&reply, record.owner_offset, &name, &end) == 0) {
            check(end <= size && name_len(name.wire) == name.len);
            check(reply_name_is(&reply, record.owner_offset, name.wire));
        }
        check_record(&reply, &record);
    }
    return 0;
}
