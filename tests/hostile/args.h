// SPDX-License-Identifier: BSD-2-Clause
/* Command lines of the servers for tests: options only, each value checked by its setter. */
#ifndef HOSTILE_ARGS_H
#define HOSTILE_ARGS_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/opts.h"
#include "tests/hostile/net.h"

/* 0, or after a word on stderr the error. OUT is for the setters. */
MUST_CHECK int args_parse(const struct opts_table *table, const char *name, void *out, int argc,
                          char **argv, bool *is_help);

/* For setters. */
MUST_CHECK int args_address(union net_address *out, const char *value, struct text *why);
MUST_CHECK int args_time(mono_ns *out, const char *value, mono_ns bare_unit_ns, mono_ns max,
                         struct text *why);

#endif
