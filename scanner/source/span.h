// SPDX-License-Identifier: BSD-2-Clause
/* How much of a zone is to be expected between two names, and a name in the middle: for splitting
 * the circle among many askers.
 *
 * The scale is a model of labels: how likely each octet, and a label's end, is after the octet
 * before it. It begins with what is usual in host names and learns from the names that are met.
 * So the middle of `a` and `z` is near `m`, and the middle of `host1` and `host2` near
 * `host15`, not at an octet that no name has. Where a zone's names are of another make than
 * those met before, the splits are only less even. */
#ifndef SOURCE_SPAN_H
#define SOURCE_SPAN_H

#include <stdbool.h>

#include "source/circle_key.h"

#define SPAN_SYMBOLS 257 /* a label's end; octets */

/* After each symbol (a label's end: at a label's start): how often each was met, and where it
 * begins on the line from 0 to 1. Some 800 KB. */
struct span_scale {
    float seen[SPAN_SYMBOLS][SPAN_SYMBOLS];
    double line[SPAN_SYMBOLS][SPAN_SYMBOLS + 1];
    float total[SPAN_SYMBOLS], drawn[SPAN_SYMBOLS]; /* met in all; when the line was drawn */
};
void span_scale_init(struct span_scale *scale);
void span_learn(struct span_scale *scale, const struct circle_key *key);

/* The weight of what lies between FROM and TO (NULL: the zone's end), FROM before TO; the whole
 * zone weighs 1. Never negative; 0 where it is too little to be told. */
double span_weigh(const struct span_scale *scale, const struct circle_key *from,
                  const struct circle_key *to);

/* A name of ZONE strictly between FROM and TO, with SHARE (0..1) of the weight before it. False:
 * there is none to be found, as between neighbours. */
bool span_point(const struct span_scale *scale, struct name *out, const struct circle_key *from,
                const struct circle_key *to, double share, const uint8_t *zone);

#endif
