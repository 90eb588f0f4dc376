// SPDX-License-Identifier: BSD-2-Clause
/* How far each resolver has earned to be believed. Pure; one worker's; no locks.
 *
 *     NEW --vetting passed--> ADMITTED --caught--> CONVICTED
 *      ^  '-----failed------> FAILED ---'             |
 *      '------ time for another vetting --------------'   (probation)
 *
 * What convicts: data for a name that does not exist (at once where that was known when
 * the name was made up, else for two names that others agree are absent); NOERROR for one that was
 * made up; denial of TRUST_DENIALS different confirmed names, or of one and the same again and
 * again. What never does: other addresses than others give, REFUSED, SERVFAIL, silence, truncation.
 *
 * How many positive checks (questions for names confirmed to exist) a resolver is worth
 * follows from what its lies could cost. With a share PI of resolvers that hide, each an
 * unknown part of what exists (uniform on 0..1), one that passed N checks hides
 *
 *     PI / ((N + 1)(N + 2))                     (mean of PI * h (1 - h)^N)
 *
 * of the names it was asked for. Checks go on until the sum over all resolvers, each
 * weighted by its share of the negatives, is TRUST_LOSS_ACCEPTED. PI is learnt: it starts
 * as 1 in 50 and follows the resolvers tested. */
#ifndef VERDICT_TRUST_H
#define VERDICT_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TRUST_DENIALS       2    /* of different names */
#define TRUST_DENIALS_SAME  4    /* of one name: a cache may hold on to an old denial */
#define TRUST_FALSE_NAMES   8    /* names agreed absent for which it gave data */
#define TRUST_LOSS_ACCEPTED 5e-5 /* of the names that exist */
#define TRUST_DOUBT_PART    10   /* one name in so many may be disputed where most lied */
#define TRUST_DOUBT_LEAST   2    /* and so many may be at any rate: chance is rough with few */
#define TRUST_DOUBT_NAMES   8    /* from which on that is told */
#define TRUST_ODDS_PART     4    /* more than one name in so many with data that differ is many */

enum trust_state { TRUST_NEW, TRUST_ADMITTED, TRUST_FAILED, TRUST_CONVICTED };

enum trust_reason {
    TRUST_NO_REASON,
    TRUST_DEAD,        /* FAILED: no answer */
    TRUST_REFUSES,     /* FAILED: REFUSED, NOTIMP, no recursion */
    TRUST_FAILS,       /* FAILED: SERVFAIL */
    TRUST_SLOW,        /* FAILED: the checks that it is worth would take too long */
    TRUST_DENIES_ZONE, /* denies the zone, which others know */
    TRUST_REWRITES,    /* gives data for names that do not exist */
    TRUST_HIDES,       /* denies names that exist */
    TRUST_BLANKS,      /* NOERROR without data for names that do not exist */
    TRUST_REASON_COUNT
};

/* One resolver's record. Read it freely; written by the functions below. */
struct trust_record {
    uint8_t state, reason; /* enum trust_state, enum trust_reason */
    bool is_trusted;       /* the user says so: never convicted, never checked */
    uint8_t denials, denials_same, false_names;
    uint16_t passes;                     /* positive checks passed */
    uint16_t pending;                    /* checks on their way */
    uint16_t data_agreed, data_outvoted; /* its data beside what two others agreed on */
    uint8_t recent;                      /* its last first words, newest lowest: 0 denied */
    bool is_sound;                       /* its data were hardly ever alone in a sample */
    bool is_on_probation;                /* was convicted once: one more lie will do */
    bool is_tested_again;                /* a random name is out to it */
    int64_t test_sent;                   /* ns: when */
    int64_t tested_at;                   /* when the last one was sent that it passed */
    uint32_t denied_name, false_name;    /* hash of the latest such name */
    uint32_t turn;                       /* confirmed names looked at for it */
    uint32_t exhausted;                  /* so many were known when none was left to ask it */
    uint8_t listed_tests;                /* with names of the zone's own servers */
    uint8_t unanswered;                  /* checks in a row that brought no reply */
    uint32_t negatives;                  /* names denied on its word alone */
};

struct trust {
    struct trust_record *records; /* owned, by resolver */
    size_t count;
    uint64_t negatives;       /* sum over all that are not convicted */
    double tested;            /* resolvers tested, each as far as its checks would have told */
    uint32_t hiders;          /* caught hiding */
    uint32_t givers;          /* resolvers with negatives */
    uint32_t outcasts;        /* resolvers that FAILED or were CONVICTED, and are not back */
    uint32_t admitted;        /* resolvers that are believed now */
    uint32_t liars;           /* of the outcasts: for lying */
    uint32_t words_for;       /* share of first words that deny nothing, of 2^24, smoothed */
    uint32_t cursor;          /* where trust_next_check goes on */
    uint64_t splits, odds;    /* of the last names on which two spoke, newest lowest: 1 where one
                                 denied what another gave data for; where data differed */
    uint32_t spoken;          /* so many names are in there, up to 64 */
    uint64_t names;           /* such names in all */
    bool was_sampled;         /* at least one sample was begun */
    bool is_sampling;         /* whether data that differ are to be believed is being asked */
    uint32_t sound;           /* resolvers whose data go before others' */
    bool is_discordant;       /* that they are not was the answer */
    uint64_t checks, denials; /* of admitted ones, in all */
};

MUST_CHECK int trust_create(struct trust **out, size_t resolver_count);
void trust_destroy(struct trust *trust);

static inline struct trust_record *trust_at(struct trust *trust, uint32_t resolver)
{
    return &trust->records[resolver];
}

void trust_admit(struct trust *trust, uint32_t resolver);
void trust_fail(struct trust *trust, uint32_t resolver, enum trust_reason reason);
/* What it said counts for nothing from now on. False: it is trusted, or convicted already. */
bool trust_convict(struct trust *trust, uint32_t resolver, enum trust_reason reason);

/* One that was convicted may prove itself anew; what it was convicted by is not held against
 * it, but the next lie convicts it at once. */
void trust_parole(struct trust *trust, uint32_t resolver);

/* More were caught lying than are believed: those left are no better than not yet caught. */
bool trust_is_hostile(const struct trust *trust);

/* Of a name with data on which more than one spoke: whether they contradicted each other. */
void trust_note_name(struct trust *trust, bool is_split, bool is_at_odds);

/* Data differ on so many names that minorities and regions need not be all there is to it:
 * whether they do honestly is to be asked (verdict/accord.h). */
bool trust_wants_sample(const struct trust *trust);
void trust_begin_sample(struct trust *trust);
void trust_end_sample(struct trust *trust, bool is_discordant);
/* What a sample showed of RESOLVER: its data go before others', or not. */
void trust_note_sound(struct trust *trust, uint32_t resolver, bool is_sound);

enum trust_doubt {
    TRUST_NO_DOUBT,
    TRUST_UNTESTED, /* too few names yet to tell by */
    TRUST_DOUBT,    /* what those say that are believed is no better than what liars say */
};

/* Where more were caught than are believed, somebody must be left, and those left must not
 * contradict each other on more than one name in TRUST_DOUBT_PART; where not, they must not deny
 * each other's data all the time, nor each give data of its own. */
enum trust_doubt trust_doubt(const struct trust *trust);

/* It was caught lying, which does not make all it says false. */
bool trust_may_bear_out(const struct trust *trust, uint32_t resolver);

/* It gave data for a confirmed name. */
void trust_note_pass(struct trust *trust, uint32_t resolver);
/* It denied the confirmed name with NAME_HASH. True: that convicts it. */
bool trust_note_denial(struct trust *trust, uint32_t resolver, uint32_t name_hash);
/* It gave data for a name that others agree is absent. True: that convicts it. */
bool trust_note_false(struct trust *trust, uint32_t resolver, uint32_t name_hash);
void trust_note_data(struct trust *trust, uint32_t resolver, bool is_agreed);
/* A name was denied on its word alone; or that was taken back. */
void trust_note_negative(struct trust *trust, uint32_t resolver);
void trust_forget_negatives(struct trust *trust, uint32_t resolver);

/* It was the first to speak on a name. */
void trust_note_word(struct trust *trust, uint32_t resolver, bool is_there);
/* It said so often of late, as the others do not, that a name is there, that it may do so always.
 */
bool trust_is_talkative(const struct trust *trust, uint32_t resolver);

/* Its data are to be passed over where there are others: others agreed against it too
 * often for what pools and regions do. */
bool trust_is_outvoted(const struct trust *trust, uint32_t resolver);

/* Positive checks that RESOLVER is worth in all, of KNOWN distinct confirmed names, when
 * PROGRESS (0..1) of the run is done. */
unsigned trust_checks_wanted(const struct trust *trust, uint32_t resolver, uint32_t known,
                             double progress);
/* What resolvers may have hidden is accepted, and none is suspect: no more checks at the end. */
bool trust_is_enough(const struct trust *trust, uint32_t known);
/* An admitted resolver that wants another check now, or UINT32_MAX. Looks at a bounded
 * number of them each time. */
uint32_t trust_next_check(struct trust *trust, uint32_t known, double progress);

/* Sums of the estimate, which add up over workers. */
struct trust_loss {
    double negatives;      /* weight of all */
    double mean, variance; /* of hidden names per existing one, times negatives (squared) */
    uint64_t checks, denials;
};
void trust_add_loss(const struct trust *trust, struct trust_loss *sum);

struct trust_estimate {
    bool is_known;           /* false: nothing was there to check with */
    double value, low, high; /* recall; a 95 % interval */
};
/* UNDECIDED: share of the candidates left undecided. */
struct trust_estimate trust_estimate(const struct trust_loss *sum, double undecided);

const char *trust_reason_text(enum trust_reason reason);

#endif
