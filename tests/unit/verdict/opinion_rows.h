// SPDX-License-Identifier: BSD-2-Clause
/* For tests of verdict/opinion.c: a case is a row, its opinions a word of letters, one an
 * opinion, each of an operator of its own:
 *
 *   d  no such name          n  no data
 *   a b c ...e  data; those of one letter overlap
 *   capitals A..E  the same, of one whose data others seldom share
 *   f  data that are known to be made up     z  data that lead nowhere; they overlap
 *   then, after it: !  trusted   ~  void   *  of the first one's operator   $  proven by
 *   signatures   ?  without the proof that it should have   +  sound */
#ifndef TEST_VERDICT_OPINION_ROWS_H
#define TEST_VERDICT_OPINION_ROWS_H

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/opinion.h"

struct given {
    struct opinion opinions[OPINIONS_MAX];
    char letters[OPINIONS_MAX];
    unsigned count;
};

static inline void note_overlaps(struct given *given, unsigned at)
{
    for (unsigned i = 0; i < at; i++) {
        bool is_data = given->opinions[i].kind == OPINION_DATA;
        if (!is_data || given->letters[i] != given->letters[at])
            continue;
        given->opinions[i].overlaps |= (uint8_t)(1u << at);
        given->opinions[at].overlaps |= (uint8_t)(1u << i);
    }
}

static inline struct given read_opinions(const char *text)
{
    struct given given = {0};
    struct opinion *last = given.opinions; /* a sign never comes first */
    for (const char *c = text; *c; c++) {
        if (strchr("!~*$?+", *c)) {
            last->is_proven |= *c == '$';
            last->is_unproven |= *c == '?';
            last->is_trusted |= *c == '!';
            last->is_void |= *c == '~';
            last->is_sound |= *c == '+';
            last->op = *c == '*' ? given.opinions[0].op : last->op;
            continue;
        }
        assert_in_range(given.count, 0, OPINIONS_MAX - 1);
        unsigned at = given.count++;
        last = &given.opinions[at];
        given.letters[at] = (char)tolower(*c);
        given.opinions[at] = (struct opinion){
            .kind = *c == 'd'   ? OPINION_NXDOMAIN
                    : *c == 'n' ? OPINION_NODATA
                                : OPINION_DATA,
            .is_forged = *c == 'f',
            .is_null = *c == 'z',
            .is_outvoted = isupper(*c),
            .op = 100 + at,
        };
        if (given.opinions[at].kind == OPINION_DATA)
            note_overlaps(&given, at);
    }
    return given;
}

struct row {
    const char *opinions;
    struct opinion_view view;
    struct opinion_verdict verdict; /* opinions as bits, the first one lowest */
};

#define MANY                                                                                       \
    {                                                                                              \
        .operators = 100                                                                           \
    }
#define LAST                                                                                       \
    {                                                                                              \
        .operators = 100, .is_last = true                                                          \
    }
#define KNOWN                                                                                      \
    {                                                                                              \
        .operators = 100, .name_exists = true                                                      \
    }
#define HOSTILE                                                                                    \
    {                                                                                              \
        .operators = 100, .is_hostile = true                                                       \
    }
#define OF(n)                                                                                      \
    {                                                                                              \
        .operators = (n)                                                                           \
    }
#define SOUND                                                                                      \
    {                                                                                              \
        .operators = 100, .has_sound = true                                                        \
    }

static inline void check(const struct row *row)
{
    struct given given = read_opinions(row->opinions);
    struct opinion_verdict v = opinions_weigh(given.opinions, given.count, &row->view);
    const struct opinion_verdict *e = &row->verdict;
    bool is_same = v.result == e->result && v.confirmed == e->confirmed && v.varies == e->varies &&
                   v.used == e->used && v.denied == e->denied && v.claimed == e->claimed &&
                   v.agreed == e->agreed && v.outvoted == e->outvoted;
    if (!is_same)
        fail_msg("\"%s\" of %u operators%s%s: result %d by %d%s, used %x denied %x claimed %x "
                 "agreed %x outvoted %x",
                 row->opinions, row->view.operators, row->view.is_last ? ", last" : "",
                 row->view.name_exists ? ", exists" : "", v.result, v.confirmed,
                 v.varies ? ", varies" : "", v.used, v.denied, v.claimed, v.agreed, v.outvoted);
}

#define CHECK_ALL(rows)                                                                            \
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows)[0]; i++)                                    \
    check(&(rows)[i])

#define ASK                                                                                        \
    {                                                                                              \
        .result = OPINION_ASK                                                                      \
    }
#define DISPUTED                                                                                   \
    {                                                                                              \
        .result = OPINION_DISPUTED                                                                 \
    }
#define ABSENT(...)                                                                                \
    {                                                                                              \
        .result = OPINION_ABSENT, __VA_ARGS__                                                      \
    }
#define EMPTY(...)                                                                                 \
    {                                                                                              \
        .result = OPINION_EMPTY, __VA_ARGS__                                                       \
    }
#define EXISTS(...)                                                                                \
    {                                                                                              \
        .result = OPINION_EXISTS, __VA_ARGS__                                                      \
    }
#define BY_ONE     .confirmed = OPINION_BY_ONE
#define BY_QUORUM  .confirmed = OPINION_BY_QUORUM
#define BY_TRUSTED .confirmed = OPINION_BY_TRUSTED
#define BY_PROOF   .confirmed = OPINION_BY_SIGNATURE

#endif
