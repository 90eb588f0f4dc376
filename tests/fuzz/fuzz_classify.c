// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as a reply: to a fixed question, and to the one in the message, for
 * several types. What is kept must lie inside the message and be within bounds. */
#include <stdlib.h>
#include <string.h>

#include "verdict/classify.h"
#include "verdict/wildcard.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void check_answer(const struct reply *reply, const struct answer *answer)
{
    check(answer->record_count <= CLASSIFY_RECORDS_MAX);
    check(answer->kind == ANSWER_DATA || answer->record_count == 0);
    check(answer->kind != ANSWER_DATA || answer->record_count > 0);
    check(answer->kind == ANSWER_DATA || (!answer->has_type && !answer->is_dangling));
    check(!answer->is_dangling || answer->rcode == RCODE_NXDOMAIN);
    check(!reply->tc || answer->kind == ANSWER_TRUNCATED);
    for (unsigned i = 0; i < answer->record_count; i++) {
        const struct reply_record *record = &answer->records[i];
        struct name owner;
        check(record->class == CLASS_IN && record->section == 1);
        check((size_t)record->rdata_offset + record->rdata_len <= reply->len);
        check(reply_read_name(reply, record->owner_offset, &owner, NULL) == 0);
    }
}

static void ask(const struct reply *reply, const struct name *name)
{
    static const uint16_t types[] = {TYPE_A, TYPE_CNAME, TYPE_DNAME, TYPE_TXT, TYPE_ANY};
    struct question question;
    struct wildcard_data data;
    struct answer answer;

    question_init(&question, name->wire, name->len, TYPE_A);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        memset(&answer, 0xaa, sizeof answer); /* nothing may rest on cleared memory */
        question_set_type(&question, types[i]);
        classify(reply, &question, &answer);
        check_answer(reply, &answer);
        wildcard_data_from(&data, types[i], reply, &answer);
        check(data.count <= WILDCARD_DATA_MAX);
        check(data.count > 0 || answer.kind != ANSWER_DATA);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct name fixed = {.len = 8, .wire = "\1a\4test"};
    struct reply reply;
    struct name name;

    if (size > UINT16_MAX || !reply_init(&reply, data, size))
        return 0;
    ask(&reply, &fixed);
    if (reply_read_name(&reply, DNS_HEADER_LEN, &name, NULL) == 0)
        ask(&reply, &name);
    return 0;
}
