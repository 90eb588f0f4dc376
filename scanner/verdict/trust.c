// SPDX-License-Identifier: BSD-2-Clause
/* The estimate. Of a resolver that passed N checks and was not convicted, the probability
 * that it hides names is, by Bayes with a uniform hidden part,
 *
 *     p = (PI / (N + 1)) / (PI / (N + 1) + 1 - PI)
 *
 * and the part hidden is then distributed as Beta(1, N + 1): mean 1/(N + 2), second moment
 * 2/((N + 2)(N + 3)). What is lost is the sum over resolvers, weighted by their shares of
 * the negatives: its mean and variance add up, and a gamma distribution with these two
 * gives the upper end (Wilson and Hilferty, PNAS 17, 1931, for its quantile). A second
 * bound, which needs no model of hiding, is Jeffreys' interval for the share of all checks
 * that resolvers still in use failed; the wider one is told. */
#include "verdict/trust.h"

#include <math.h>
#include <stdlib.h>

#define PRIOR_HIDERS 1.0 /* in so many... */
#define PRIOR_TESTED 50.0
#define CHECKS_MAX   26 /* 0.8^26: one that hides a fifth is seen in 997 of 1,000 cases */
#define HOSTILE_MAX                                                                                \
    104 /* where most lie: what few agree on is found through them, and tells less */
#define OUTVOTED_PART  6 /* outvoted once in so many: pools and regions alone do less */
#define LAG            0.5
#define LOOKED_AT_MAX  256      /* resolvers a call */
#define Z_UPPER        1.959964 /* 97.5 % of the normal distribution */
#define NEGATIVES_STEP 8        /* no check before so many negatives each */

int trust_create(struct trust **out, size_t resolver_count)
{
    *out = NULL;
    struct trust *trust = calloc(1, sizeof *trust);
    if (!trust)
        return ERR_NOMEM;
    trust->records = calloc(resolver_count ? resolver_count : 1, sizeof *trust->records);
    if (!trust->records) {
        free(trust);
        return ERR_NOMEM;
    }
    trust->count = resolver_count;
    *out = trust;
    return 0;
}

void trust_destroy(struct trust *trust)
{
    if (!trust)
        return;
    free(trust->records);
    free(trust);
}

static bool is_out(enum trust_state state)
{
    return state == TRUST_FAILED || state == TRUST_CONVICTED;
}

static bool is_liar(enum trust_state state, enum trust_reason reason)
{
    return is_out(state) &&
           (reason == TRUST_REWRITES || reason == TRUST_HIDES || reason == TRUST_DENIES_ZONE);
}

static void move(struct trust *trust, struct trust_record *r, enum trust_state to,
                 enum trust_reason reason)
{
    trust->admitted -= r->state == TRUST_ADMITTED;
    trust->admitted += to == TRUST_ADMITTED;
    trust->liars -= is_liar((enum trust_state)r->state, (enum trust_reason)r->reason);
    trust->liars += is_liar(to, reason);
    trust->outcasts -= is_out((enum trust_state)r->state);
    trust->outcasts += is_out(to);
    r->state = (uint8_t)to;
    trust->sound -= r->is_sound;
    r->is_sound = false;
    r->reason = (uint8_t)reason;
}

bool trust_is_hostile(const struct trust *trust)
{
    return trust->liars > trust->admitted;
}

void trust_note_name(struct trust *trust, bool is_split, bool is_at_odds)
{
    trust->splits = trust->splits << 1 | is_split;
    trust->odds = trust->odds << 1 | is_at_odds;
    trust->spoken += trust->spoken < 64;
    trust->names++;
}

/* With one answer in seven false, two about a name differ once in four. */
bool trust_wants_sample(const struct trust *trust)
{
    unsigned odds = (unsigned)__builtin_popcountll(trust->odds);
    return !trust_is_hostile(trust) && odds > trust->spoken / TRUST_ODDS_PART + TRUST_DOUBT_LEAST;
}

void trust_begin_sample(struct trust *trust)
{
    trust->is_sampling = trust->was_sampled = true;
}

void trust_end_sample(struct trust *trust, bool is_discordant)
{
    trust->is_sampling = false;
    trust->is_discordant = is_discordant;
}

void trust_note_sound(struct trust *trust, uint32_t resolver, bool is_sound)
{
    struct trust_record *r = trust_at(trust, resolver);
    is_sound = is_sound && r->state == TRUST_ADMITTED;
    trust->sound -= r->is_sound;
    trust->sound += is_sound;
    r->is_sound = is_sound;
}

/* Nobody is caught by data that differ: before many are, only denials tell, and samples. */
static bool denies_itself(const struct trust *trust)
{
    return trust->spoken >= 2 * TRUST_DOUBT_NAMES &&
           (unsigned)__builtin_popcountll(trust->splits) * 5 > trust->spoken * 2;
}

enum trust_doubt trust_doubt(const struct trust *trust)
{
    unsigned disputed = (unsigned)__builtin_popcountll(trust->splits | trust->odds);
    if (!trust_is_hostile(trust) && (trust->is_discordant || denies_itself(trust)))
        return TRUST_DOUBT;
    bool is_open = trust->is_sampling || (!trust->was_sampled && trust_wants_sample(trust));
    if (!trust_is_hostile(trust))
        return is_open ? TRUST_UNTESTED : TRUST_NO_DOUBT;
    if (trust->admitted == 0)
        return TRUST_DOUBT;
    if (trust->admitted < 2) /* there is nobody to contradict it */
        return TRUST_NO_DOUBT;
    if (disputed > TRUST_DOUBT_LEAST && disputed * TRUST_DOUBT_PART > trust->spoken)
        return TRUST_DOUBT;
    return trust->spoken < TRUST_DOUBT_NAMES ? TRUST_UNTESTED : TRUST_NO_DOUBT;
}

bool trust_may_bear_out(const struct trust *trust, uint32_t resolver)
{
    const struct trust_record *r = &trust->records[resolver];
    return r->state == TRUST_CONVICTED &&
           (r->reason == TRUST_HIDES || (r->reason == TRUST_REWRITES && trust_is_hostile(trust)));
}

void trust_admit(struct trust *trust, uint32_t resolver)
{
    move(trust, trust_at(trust, resolver), TRUST_ADMITTED, TRUST_NO_REASON);
}

void trust_fail(struct trust *trust, uint32_t resolver, enum trust_reason reason)
{
    move(trust, trust_at(trust, resolver), TRUST_FAILED, reason);
}

/* How likely so many checks would have shown one that hides: 1 - the mean of (1 - h)^N. */
static double tested_by(unsigned passes)
{
    return passes / (passes + 1.0);
}

bool trust_convict(struct trust *trust, uint32_t resolver, enum trust_reason reason)
{
    struct trust_record *r = trust_at(trust, resolver);
    if (r->is_trusted || r->state == TRUST_CONVICTED)
        return false;
    uint32_t denials = (uint32_t)r->denials + r->denials_same;
    trust->checks -= r->passes + denials;
    trust->denials -= denials;
    move(trust, r, TRUST_CONVICTED, reason);
    if (trust_is_hostile(trust)) /* the others may agree now */
        trust->spoken = 0, trust->splits = trust->odds = 0;
    if (reason == TRUST_HIDES) {
        trust->hiders++;
        trust->tested += 1 - tested_by(r->passes);
    }
    trust_forget_negatives(trust, resolver);
    return true;
}

void trust_parole(struct trust *trust, uint32_t resolver)
{
    struct trust_record *r = trust_at(trust, resolver);
    if (r->state != TRUST_CONVICTED)
        return;
    move(trust, r, TRUST_NEW, TRUST_NO_REASON);
    r->is_on_probation = true;
    r->denials = r->denials_same = r->false_names = r->recent = 0;
    r->passes = 0;
    r->turn = r->exhausted = 0;
}

/* --- notes --- */

static uint8_t saturating_next(uint8_t n)
{
    return n < UINT8_MAX ? (uint8_t)(n + 1) : n;
}

void trust_note_pass(struct trust *trust, uint32_t resolver)
{
    struct trust_record *r = trust_at(trust, resolver);
    if (r->passes == UINT16_MAX || r->state == TRUST_CONVICTED)
        return;
    trust->checks++;
    trust->tested += tested_by(r->passes + 1u) - tested_by(r->passes);
    r->passes++;
}

bool trust_note_denial(struct trust *trust, uint32_t resolver, uint32_t name_hash)
{
    struct trust_record *r = trust_at(trust, resolver);
    if (r->state == TRUST_CONVICTED)
        return false;
    trust->checks++;
    trust->denials++;
    if (r->denials == 0 || r->denied_name != name_hash)
        r->denials = saturating_next(r->denials);
    else
        r->denials_same = saturating_next(r->denials_same);
    r->denied_name = name_hash;
    bool is_over = r->is_on_probation || r->denials >= TRUST_DENIALS ||
                   r->denials_same + 1 >= TRUST_DENIALS_SAME;
    return is_over && !r->is_trusted;
}

bool trust_note_false(struct trust *trust, uint32_t resolver, uint32_t name_hash)
{
    struct trust_record *r = trust_at(trust, resolver);
    if (r->state == TRUST_CONVICTED)
        return false;
    if (r->false_names == 0 || r->false_name != name_hash)
        r->false_names = saturating_next(r->false_names);
    r->false_name = name_hash;
    return (r->is_on_probation || r->false_names >= TRUST_FALSE_NAMES) && !r->is_trusted;
}

void trust_note_data(struct trust *trust, uint32_t resolver, bool is_agreed)
{
    struct trust_record *r = trust_at(trust, resolver);
    uint16_t *count = is_agreed ? &r->data_agreed : &r->data_outvoted;
    if (*count < UINT16_MAX)
        ++*count;
}

#define SHARE_ONE    (1u << 24)
#define SHARE_WEIGHT 256 /* the share follows so many words */
#define TALKATIVE    3   /* of the last eight */

void trust_note_word(struct trust *trust, uint32_t resolver, bool is_there)
{
    struct trust_record *r = trust_at(trust, resolver);
    r->recent = (uint8_t)(r->recent << 1 | is_there);
    trust->words_for -= trust->words_for / SHARE_WEIGHT;
    trust->words_for += is_there ? SHARE_ONE / SHARE_WEIGHT : 0;
}

bool trust_is_talkative(const struct trust *trust, uint32_t resolver)
{
    return trust->words_for < SHARE_ONE / 8 &&
           __builtin_popcount(trust->records[resolver].recent) >= TALKATIVE;
}

bool trust_is_outvoted(const struct trust *trust, uint32_t resolver)
{
    const struct trust_record *r = &trust->records[resolver];
    return r->data_outvoted > 0 &&
           r->data_outvoted * OUTVOTED_PART >= r->data_outvoted + r->data_agreed;
}

void trust_note_negative(struct trust *trust, uint32_t resolver)
{
    struct trust_record *r = trust_at(trust, resolver);
    trust->givers += r->negatives == 0;
    r->negatives++;
    trust->negatives++;
}

void trust_forget_negatives(struct trust *trust, uint32_t resolver)
{
    struct trust_record *r = trust_at(trust, resolver);
    trust->negatives -= r->negatives;
    trust->givers -= r->negatives > 0;
    r->negatives = 0;
}

/* --- how much checking is enough --- */

static double share_of_hiders(const struct trust *trust)
{
    return (PRIOR_HIDERS + trust->hiders) / (PRIOR_TESTED + trust->tested);
}

/* The least N with (N + 1)(N + 2) >= PRODUCT, at most MOST. */
static unsigned checks_for(double product, unsigned most)
{
    unsigned n = 0;
    while (n < most && (n + 1.0) * (n + 2.0) < product)
        n++;
    return n;
}

unsigned trust_checks_wanted(const struct trust *trust, uint32_t resolver, uint32_t known,
                             double progress)
{
    const struct trust_record *r = &trust->records[resolver];
    bool is_exhausted = known > 0 && r->exhausted == known;
    if (r->state != TRUST_ADMITTED || r->is_trusted || r->negatives == 0 || is_exhausted)
        return 0;
    unsigned bound = trust_is_hostile(trust) ? HOSTILE_MAX : CHECKS_MAX;
    unsigned most = known < bound ? known : bound;
    if (r->denials) /* a suspect: until it is clear */
        return most;
    double share = (double)r->negatives / (double)trust->negatives;
    /* (N + 1)(N + 2) >= product, each resolver having an equal part of what is accepted */
    double product = share * trust->givers * share_of_hiders(trust) / TRUST_LOSS_ACCEPTED;
    unsigned wanted = checks_for(product, most);
    if (progress < 1) {
        wanted = (unsigned)(wanted * progress * LAG); /* confirmations may do as well */
        wanted = wanted > r->negatives / NEGATIVES_STEP ? r->negatives / NEGATIVES_STEP : wanted;
    }
    return wanted;
}

bool trust_is_enough(const struct trust *trust, uint32_t known)
{
    double loss = 0, hiders = share_of_hiders(trust);
    for (uint32_t i = 0; i < trust->count; i++) {
        const struct trust_record *r = &trust->records[i];
        if (r->negatives == 0 || r->is_trusted || r->state != TRUST_ADMITTED)
            continue;
        if (r->denials && r->passes < trust_checks_wanted(trust, i, known, 1))
            return false;
        loss += (double)r->negatives / ((r->passes + 1.0) * (r->passes + 2.0));
    }
    return loss * hiders <= TRUST_LOSS_ACCEPTED * (double)trust->negatives;
}

uint32_t trust_next_check(struct trust *trust, uint32_t known, double progress)
{
    size_t looked_at = trust->count < LOOKED_AT_MAX ? trust->count : LOOKED_AT_MAX;
    for (size_t i = 0; i < looked_at; i++) {
        uint32_t resolver = trust->cursor;
        trust->cursor = (uint32_t)((trust->cursor + 1) % trust->count);
        const struct trust_record *r = &trust->records[resolver];
        if (r->passes + r->pending < trust_checks_wanted(trust, resolver, known, progress))
            return resolver;
    }
    return UINT32_MAX;
}

/* --- the estimate --- */

void trust_add_loss(const struct trust *trust, struct trust_loss *sum)
{
    double hiders = share_of_hiders(trust);
    sum->negatives += (double)trust->negatives;
    sum->checks += trust->checks;
    sum->denials += trust->denials;
    for (size_t i = 0; i < trust->count; i++) {
        const struct trust_record *r = &trust->records[i];
        if (r->negatives == 0 || r->is_trusted)
            continue;
        double n = r->passes, weight = r->negatives;
        double hides = hiders / (n + 1) / (hiders / (n + 1) + 1 - hiders);
        double mean = hides / (n + 2);
        sum->mean += weight * mean;
        sum->variance += weight * weight * (hides * 2 / ((n + 2) * (n + 3)) - mean * mean);
    }
}

/* 97.5 % of a gamma distribution with this mean and variance. */
static double gamma_upper(double mean, double variance)
{
    if (mean <= 0 || variance <= 0)
        return mean > 0 ? mean : 0;
    double shape = mean * mean / variance;
    double root = 1 - 1 / (9 * shape) + Z_UPPER / (3 * sqrt(shape));
    return root > 1 ? mean * root * root * root : mean; /* below that it is no good */
}

/* Ends of Wilson's interval with half a failure and half a pass added (Agresti and Coull),
 * which stays close to Jeffreys' without the beta distribution. */
static void share_interval(double failed, double all, double *low, double *high)
{
    double n = all + 1, p = (failed + 0.5) / n, z2 = Z_UPPER * Z_UPPER;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z_UPPER / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    *low = failed > 0 ? middle - half : 0;
    *high = middle + half;
}

struct trust_estimate trust_estimate(const struct trust_loss *sum, double undecided)
{
    struct trust_estimate estimate = {0};
    if (sum->checks == 0 || sum->negatives <= 0)
        return estimate;
    double mean = sum->mean / sum->negatives;
    double upper = gamma_upper(mean, sum->variance / (sum->negatives * sum->negatives));
    double failed_low, failed_high;
    share_interval((double)sum->denials, (double)sum->checks, &failed_low, &failed_high);
    upper = upper > failed_high ? upper : failed_high;
    double kept = 1 - undecided;
    estimate.is_known = true;
    estimate.value = kept * (1 - mean);
    estimate.low = upper < 1 ? kept * (1 - upper) : 0;
    estimate.high = 1 - failed_low;
    if (estimate.value > estimate.high)
        estimate.value = estimate.high;
    return estimate;
}

const char *trust_reason_text(enum trust_reason reason)
{
    static const char *const texts[TRUST_REASON_COUNT] = {
        [TRUST_NO_REASON] = "",
        [TRUST_DEAD] = "does not answer",
        [TRUST_REFUSES] = "refuses",
        [TRUST_FAILS] = "answers SERVFAIL",
        [TRUST_SLOW] = "too slow to be tested",
        [TRUST_DENIES_ZONE] = "denies a zone that others know",
        [TRUST_REWRITES] = "gives data for names that do not exist",
        [TRUST_HIDES] = "denies names that exist",
        [TRUST_BLANKS] = "does not deny names that do not exist",
    };
    return texts[reason];
}
