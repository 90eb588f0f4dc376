// SPDX-License-Identifier: BSD-2-Clause
/* What the lab has to say to its user: stderr, one line each, `dnstrawl-lab: `
 * before it. Control bytes in arguments are shown as \DDD. */
#ifndef LAB_DIAG_H
#define LAB_DIAG_H

void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
