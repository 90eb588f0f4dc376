// SPDX-License-Identifier: BSD-2-Clause
/* The loop of a fleet: one thread, epoll, batches in and out. */
#ifndef LAB_SERVE_H
#define LAB_SERVE_H

#include "bench/lab/lab.h"

/* Until lab->stop or END. Sockets are open. */
MUST_CHECK int serve_run(struct lab *lab, mono_ns end);

#endif
