// SPDX-License-Identifier: BSD-2-Clause
/* A server that says whatever it likes: an octet of what becomes of a question, two of a length,
 * a message, and so on. Every test ends within its bounds, and its verdict has its reason. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "verdict/denial_class.h"

#define SEARCH_BLOCKS 256 /* enough to see it end */

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void note_next(struct denial_class *class, struct bytes_reader *in)
{
    struct reply reply;
    unsigned answer = bytes_u8(in) % (DENIAL_CLASS_NO_TCP + 1);
    size_t len = bytes_u16(in);
    if (len > bytes_left(in))
        len = bytes_left(in);
    if (answer != DENIAL_CLASS_REPLY) {
        denial_class_note(class, (enum denial_class_answer)answer, NULL);
        return;
    }
    const uint8_t *message = in->data + in->offset;
    if (!bytes_skip(in, len) || !reply_init(&reply, message, len))
        denial_class_note(class, DENIAL_CLASS_SILENT, NULL);
    else
        denial_class_note(class, DENIAL_CLASS_REPLY, &reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes_reader in = bytes_reader_at(data, size, 0);
    struct denial_class class;
    struct denial_class_question question;
    const uint8_t *zone = (const uint8_t *)"\7example";
    unsigned asked = 0, searched = 0;
    denial_class_init(&class, zone, 1);
    for (;;) {
        enum denial_class_step step = denial_class_next(&class, &question);
        if (step == DENIAL_CLASS_DONE)
            break;
        if (step == DENIAL_CLASS_SEARCH) {
            check(++searched <= DENIAL_CLASS_QUERIES_MAX);
            continue;
        }
        check(++asked <= DENIAL_CLASS_QUERIES_MAX);
        check(name_is_under(question.name.wire, zone));
        check(name_len(question.name.wire) == question.name.len);
        note_next(&class, &in);
        if (denial_class_is_searching(&class))
            class.search.blocks_left = SEARCH_BLOCKS;
    }
    const struct denial_class_verdict *verdict = denial_class_verdict(&class);
    check(verdict->queries == asked && verdict->kind < CHAIN_KIND_COUNT);
    check(verdict->reason[0] != '\0' && memchr(verdict->reason, 0, sizeof verdict->reason));
    check(verdict->opt_out_seen <= verdict->nsec3_seen);
    return 0;
}
