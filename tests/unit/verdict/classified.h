// SPDX-License-Identifier: BSD-2-Clause
/* For tests of verdict/classify.c: one reply and what is made of it. */
#ifndef TESTS_UNIT_VERDICT_CLASSIFIED_H
#define TESTS_UNIT_VERDICT_CLASSIFIED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/message.h"
#include "verdict/classify.h"

static struct message m;

static inline struct answer classified(void)
{
    struct answer answer;
    memset(&answer, 1, sizeof answer); /* nothing may rest on cleared memory */
    struct reply reply = message_view(&m);
    classify(&reply, &m.question, &answer);
    return answer;
}

static inline void assert_owner(const struct answer *answer, unsigned index, const char *owner,
                                uint16_t type)
{
    struct reply reply = message_view(&m);
    struct name name = name_of(owner);
    assert_in_range(index, 0, answer->record_count - 1u);
    assert_int_equal(answer->records[index].type, type);
    assert_true(reply_name_is(&reply, answer->records[index].owner_offset, name.wire));
}

static inline void assert_none(enum answer_kind kind)
{
    struct answer a = classified();
    assert_int_equal(a.kind, kind);
    assert_int_equal(a.record_count, 0);
    assert_false(a.has_type);
    assert_false(a.is_dangling);
}

#endif
