// SPDX-License-Identifier: BSD-2-Clause
/* Objectives: 'loss<0.1%,p99<50ms,servfail<1%', and whether a load met one. Pure.
 *
 * loss, servfail, refused, nxdomain, truncated, errors (any rcode but NOERROR and NXDOMAIN) are
 * shares of what was due, in percent or as a fraction; p50, p90, p99, p99.9 and any pNN.NN, mean
 * and max are response times in us, ms (where no unit is written) or s, losses included: a
 * percentile past the losses and the longest of all lie beyond any limit, and the mean counts a
 * lost query as long as it was waited for. `<`, `<=`, `:` and `=` are the same: at the limit it is
 * met. Spaces and case do not matter; no metric is given twice. */
#ifndef VERDICT_SLO_H
#define VERDICT_SLO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "model/load.h"

#define SLO_TERMS_MAX 16
#define SLO_DEFAULT   "loss<0.1%,p99<50ms"

enum slo_metric {
    SLO_LOSS,
    SLO_SERVFAIL,
    SLO_REFUSED,
    SLO_NXDOMAIN,
    SLO_TRUNCATED,
    SLO_ERRORS,
    SLO_PERCENTILE,
    SLO_MEAN,
    SLO_MAX,
};

struct slo_term {
    enum slo_metric metric;
    double share; /* of SLO_PERCENTILE, 0..1 */
    double limit; /* share 0..1, or ns */
};

struct slo {
    struct slo_term terms[SLO_TERMS_MAX];
    size_t count;
};

/* ERR_SYNTAX, ERR_RANGE, and WHY what is wrong with which term, a clause; *OUT is then empty. */
MUST_CHECK int slo_parse(const char *text, struct slo *out, struct text *why);

/* The longest time that a term of it allows; 0: none is about times. */
mono_ns slo_longest(const struct slo *slo);
/* What TERM asks about, in its unit (share, or ns; HIST_BEYOND as a double when lost). */
double slo_measure(const struct slo_term *term, const struct load_result *result);
/* The first term that is missed, the worst by ratio; NULL: all met. */
const struct slo_term *slo_missed(const struct slo *slo, const struct load_result *result);
/* What a load of PLANNED queries may spend at most of what the objective allows, with some room to
 * spare: a load that spent more would miss it. */
void slo_budget(const struct slo *slo, double planned, struct load_budget *out);
/* "p99 61 ms, above 50 ms". */
void slo_explain(const struct slo_term *term, const struct load_result *result, struct text *out);
/* As slo_parse reads it: "loss<0.1%,p99<50ms". */
void slo_format(const struct slo *slo, struct text *out);

#endif
