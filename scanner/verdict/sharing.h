// SPDX-License-Identifier: BSD-2-Clause
/* Which of several addresses with like limits share one: they are asked at the same time,
 * each at the rate that it carries alone. Pure: the caller asks and counts.
 *
 *   ALL: everybody left, together. Nobody in trouble: no two share. All in trouble that
 *        together are served about one limit: one back end.
 *   PIVOT: else one of those in trouble is asked with a half of the others at a time; only
 *        its own trouble counts. Halves are halved until its partners are known by name.
 *        Then ALL again, for the rest.
 *
 * Members are bits of a mask. A back end of P among N costs some P log2(N) askings; there
 * are never more than SHARING_ROUNDS_MAX. */
#ifndef VERDICT_SHARING_H
#define VERDICT_SHARING_H

#include <stdbool.h>
#include <stdint.h>

#define SHARING_MEMBERS_MAX 16
#define SHARING_ROUNDS_MAX  64

struct sharing {
    unsigned count;
    uint16_t left;                         /* members whose back end is open */
    uint16_t running;                      /* asked now; 0: nobody */
    uint8_t back_end[SHARING_MEMBERS_MAX]; /* member number that stands for it; at first its own */
    bool is_all;
    unsigned pivot, rounds, depth;
    uint16_t stack[SHARING_MEMBERS_MAX + 1]; /* sets to ask the pivot with */
};

void sharing_init(struct sharing *s, unsigned count);
/* Whom to ask at once now; 0: all is known. The same until it is noted. */
uint16_t sharing_next(struct sharing *s);
/* Of those asked, TROUBLED failed much more than alone; these were SERVED so many times one
 * member's limit, all together. */
void sharing_note(struct sharing *s, uint16_t troubled, double served);

#endif
