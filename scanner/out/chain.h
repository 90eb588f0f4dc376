// SPDX-License-Identifier: BSD-2-Clause
/* What `walk --classify` writes of a server: a line, as a table or as ndjson. Borrows; never
 * judges. */
#ifndef OUT_CHAIN_H
#define OUT_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "dns/dnssec.h"
#include "model/chain.h"

struct chain_line {
    const uint8_t *zone;
    const char *server;  /* "192.0.2.1:53" */
    const uint8_t *host; /* the name server's name, or the root: not known */
    enum chain_kind kind;
    bool has_serial;
    uint32_t serial;
    const struct nsec3_params *params; /* NULL: none seen */
    unsigned nsec3_seen, opt_out_seen; /* records, and those with the flag */
    bool has_wildcard, refuses_nxname, honours_co;
    unsigned queries;
    const char *reason; /* without TAB */
};

/* zone TAB server TAB kind TAB parameters TAB reason; parameters as in NSEC3PARAM, flags being 1
 * where opt-out was seen, or `-`. */
void chain_line_text(struct text *out, const struct chain_line *line);
void chain_line_json(struct text *out, const struct chain_line *line);

#endif
