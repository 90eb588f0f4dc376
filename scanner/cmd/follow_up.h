// SPDX-License-Identifier: BSD-2-Clause
#ifndef CMD_FOLLOW_UP_H
#define CMD_FOLLOW_UP_H

#include "cmd/setup.h"

/* Refuses or leaves out what does not go together; after the command's own part. */
MUST_CHECK int follow_up_check(struct setup *setup, const struct opts *opts, struct text *why);

#endif
