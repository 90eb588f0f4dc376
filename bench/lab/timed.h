// SPDX-License-Identifier: BSD-2-Clause
/* The loop of resolvers of known speed (service.h): fast.c's answers, each at its time. */
#ifndef LAB_TIMED_H
#define LAB_TIMED_H

#include "bench/lab/fast.h"

#define TIMED_RESOLVERS_MAX 16 /* they are looked at one by one, without end */

/* Until lab->stop or END; then the stamps are written. Sockets are open. */
MUST_CHECK int timed_run(struct lab *lab, struct fast *fast, mono_ns end);

#endif
