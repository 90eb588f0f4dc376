// SPDX-License-Identifier: BSD-2-Clause
/* Records of a zone transfer as text, one by one as they come: `zone`, `text`, `names`,
 * `ndjson`. Fast for the usual types (dns/rdata_direct.h); keeps no record but, for ndjson, those
 * of one name, and for names a set of their hashes.
 *
 *     zone     www.example.com. 300 IN A 192.0.2.1     data malformed for their type are comments
 *     text     www.example.com A 192.0.2.1
 *     names    www.example.com                         once; hashes of NSEC3 are no names
 *     ndjson   an object for each run of records with one owner (at most RECORDS_A_HIT)
 *
 * Of changes (IXFR) what was deleted is a comment in zone and text, and what was added is one in
 * zone: they make no zone. */
#ifndef OUT_RECORDS_H
#define OUT_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "dns/transfer.h"

#define RECORDS_A_HIT 200 /* records of an object of ndjson */

struct records; /* opaque; one transfer's */

struct records_origin {
    const char *zone;   /* text; both borrowed */
    const char *server; /* "192.0.2.1:53" */
    int64_t time_ms;    /* wall clock */
};

/* ERR_SYNTAX: no such format; ERR_NOMEM, ERR_IO (no random bytes for the set). */
MUST_CHECK int records_create(struct records **out, const char *format,
                              const struct records_origin *origin);
void records_destroy(struct records *records); /* NULL is fine */
/* Appends whole lines for RECORD of REPLY, perhaps none yet. ERR_NOMEM. */
MUST_CHECK int records_put(struct records *records, struct text *out, const struct reply *reply,
                           const struct transfer_record *record);
/* The transfer has ended: what is held back. */
void records_finish(struct records *records, struct text *out);
/* Names written; 0 in formats that do not count them. */
uint64_t records_names(const struct records *records);

bool records_has_format(const char *format);
/* A comment of FORMAT's, one line: "; words", "# words", or in ndjson an object. IS_PARTIAL: what
 * follows is not the whole zone. */
void records_remark(struct text *out, const char *format, const struct records_origin *origin,
                    bool is_partial, const char *words);

#endif
