// SPDX-License-Identifier: BSD-2-Clause
/* What may be asked: --scope (only these) and --exclude (never these). An item is a
 * name, meaning itself, or `*.suffix`, meaning everything below it. Exclusion wins.
 * Const once built, shared. */
#ifndef SCAN_SCOPE_H
#define SCAN_SCOPE_H

#include <stdbool.h>

#include "scan/params.h"

struct scope; /* opaque */

/* *OUT is NULL when nothing is restricted. ERR_SYNTAX (told by log), ERR_NOMEM. */
MUST_CHECK int scope_create(struct scope **out, const struct str_list *only,
                            const struct str_list *never);
void scope_destroy(struct scope *scope);
/* NULL allows everything. */
bool scope_allows(const struct scope *scope, const uint8_t *name);

#endif
