// SPDX-License-Identifier: BSD-2-Clause
/* Whether resolvers whose data differ are worth believing. Pure.
 *
 * Resolvers differ honestly where a name has many addresses, by regions or by turns, and
 * dishonestly where they make them up. One name cannot tell. So a sample of names is asked of
 * the same resolvers, all of them or ACCORD_ASKED, and who stands alone is looked at. An
 * answer is alone when no other one about its name has a datum in common with it.
 *
 * 1. Who speaks the truth has company: others that speak it. Who makes data up has none.
 *    Where half the resolvers or more have it, but for one answer in ACCORD_ALONE_PART, the
 *    others are a minority, and agreement finds the truth. Those that were hardly ever alone are
 *    sound: their data go before others'. One that lies on a fifth of the names passes for such
 *    in one of 36 cases when 16 were asked about (0.8^16), of 660 when 40 were.
 * 2. Else the names may be pools. Out of a pool of R data sets two differing answers fall
 *    together once in R, while liars, each making up its own, meet by chance alone. The answers
 *    outside each name's largest group (which may be the truth among lies) are compared in
 *    pairs: significantly more that meet than once in ACCORD_POOL is a pool. It has to be so
 *    on the half of the differing names where they meet least: a few pools excuse no other name.
 * 3. Else a zone may have greater pools, or resolvers be few. Its name servers' addresses stand
 *    in its parent as well, and therefore are the same everywhere. If resolvers agree on those,
 *    but for fewer than one answer in ACCORD_ALONE_PART,
 *    and would not do so once in twenty if they were as wrong there as on the names, it is
 *    the names that differ and not the truth. Two that both speak the truth with probability
 *    1 - w agree on a share (1 - w)^2 of the names, which gives w.
 * 4. Else there may be few that speak the truth among many that lie at times, each about other
 *    names. Where enough was asked to tell by, those that are sound are believed.
 * 5. Else nothing shows that any of the data are true. */
#ifndef VERDICT_ACCORD_H
#define VERDICT_ACCORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCORD_NAMES      40 /* at most */
#define ACCORD_NAMES_GOOD 16 /* one that lies on a fifth of the names is alone with three */
#define ACCORD_NAMES_MIN  8  /* fewer tell nothing */
#define ACCORD_SERVERS    4
#define ACCORD_ASKED      64  /* resolvers: shares are told to within an eighth */
#define ACCORD_DATA       8   /* of one answer; of more the same ones are kept for everybody */
#define ACCORD_ALONE_PART 6   /* as in verdict/trust.c: pools and regions alone do less */
#define ACCORD_SOUND_PART 32  /* one that is sound is alone at most once in so many answers */
#define ACCORD_POOL       100 /* of 64 out of it half have company; out of a larger one few */

enum accord_verdict {
    ACCORD_UNKNOWN,    /* too little was answered */
    ACCORD_BY_MOST,    /* most have company */
    ACCORD_BY_POOLS,   /* names have many addresses, which come again */
    ACCORD_BY_SERVERS, /* on the zone's servers all agree */
    ACCORD_BY_FEW,     /* few have company, but those have it on all of many names */
    ACCORD_NONE,       /* no reason to believe any */
};

/* What one resolver said about one name; COUNT 0: no data. */
struct accord_answer {
    uint8_t count;
    uint64_t hashes[ACCORD_DATA];
};

/* By name and by resolver. Zero it to start. */
struct accord {
    uint32_t name_count, server_count; /* rows: names, then servers */
    uint32_t asked;                    /* columns: resolvers, each of another operator */
    struct accord_answer answers[ACCORD_NAMES + ACCORD_SERVERS][ACCORD_ASKED];
};

void accord_note(struct accord *accord, uint32_t row, uint32_t column, const uint64_t *hashes,
                 size_t count);
/* SOUND gets a bit per column: those that were hardly ever alone, and said enough to tell. After
 * ACCORD_BY_MOST and ACCORD_BY_FEW they are to be believed before others; after ACCORD_NONE more
 * names may tell of them. */
enum accord_verdict accord_judge(const struct accord *accord, uint64_t *sound);
const char *accord_text(enum accord_verdict verdict);

#endif
