// SPDX-License-Identifier: BSD-2-Clause
/* --format of commands that write lines of their own, not names. */
#ifndef CMD_LINE_FORMAT_H
#define CMD_LINE_FORMAT_H

#include "cmd/setup.h"

/* The common option knows more formats, of which a configuration may name any: what stands on
 * the command line must be text or ndjson, else it is text. */
MUST_CHECK int line_format_settle(struct setup *setup, const struct opts *opts, const char *command,
                                  struct text *why);

#endif
