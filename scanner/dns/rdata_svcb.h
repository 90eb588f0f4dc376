// SPDX-License-Identifier: BSD-2-Clause
/* SVCB and HTTPS data as text; rdata_text.c alone includes this. ldns 1.8 ends
 * the program by assertion on some malformed parameters, so it never sees them. */
#ifndef DNS_RDATA_SVCB_H
#define DNS_RDATA_SVCB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Appends the parameters, each with a blank before it. False when they are not
 * well formed (RFC 9460 section 2.2: whole, keys rising); OUT then holds a part. */
bool svcb_params_to_text(struct bytes_reader *in, struct bytes_writer *out);

#endif
