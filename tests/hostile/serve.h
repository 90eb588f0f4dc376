// SPDX-License-Identifier: BSD-2-Clause
/* The server's loop: queries over UDP and TCP, transfers under way. */
#ifndef HOSTILE_SERVE_H
#define HOSTILE_SERVE_H

#include <signal.h>

#include "tests/hostile/front.h"
#include "tests/hostile/hostile.h"

/* FDS as net_open_both makes them; FRONT may be NULL. Until END or *STOP. */
MUST_CHECK int serve(struct hostile *h, struct front *front, const int fds[4], mono_ns end,
                     const volatile sig_atomic_t *stop);

#endif
