// SPDX-License-Identifier: BSD-2-Clause
/* What a hostile server's zone holds: a handful of names in canonical order.
 *
 * Made from lines `NAME [KIND...]`, names relative to the apex, kinds a aaaa txt ns (a cut);
 * without one, a. Empty non-terminals are added. Const once made. */
#ifndef HOSTILE_MODEL_H
#define HOSTILE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

#define MODEL_HOSTS_MAX 100000

enum host_kinds {
    HOST_A = 1 << 0,
    HOST_AAAA = 1 << 1,
    HOST_TXT = 1 << 2,
    HOST_CUT = 1 << 3, /* NS without DS */
    HOST_APEX = 1 << 4,
    HOST_EMPTY = 0, /* a non-terminal: no record, no NSEC */
};

struct host {
    struct name name;
    unsigned kinds;
};

struct model {
    struct name apex;
    struct host *hosts; /* sorted; the apex first */
    size_t count;
};

/* FILE NULL: a few names of each kind. WHY is said on stderr. */
MUST_CHECK int model_init(struct model *model, const char *apex, const char *file);
void model_deinit(struct model *model);

/* NULL: it does not exist. */
const struct host *model_find(const struct model *model, const uint8_t *name);
/* The longest ancestor or self of NAME that exists; NAME at or below the apex. */
const struct host *model_encloser(const struct model *model, const uint8_t *name);
/* The last host with records at or before NAME, and the first after it (the apex again past
 * the end). */
const struct host *model_before(const struct model *model, const uint8_t *name);
const struct host *model_after(const struct model *model, const uint8_t *name);
/* The cut at or above NAME, or NULL. */
const struct host *model_cut(const struct model *model, const uint8_t *name);

#endif
