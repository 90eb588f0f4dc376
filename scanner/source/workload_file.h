// SPDX-License-Identifier: BSD-2-Clause
/* A query file into a stock: text in dnsperf's format (workload_text.h), plain or compressed.
 * Lines that begin with `;` or `#` and blank ones are comments. */
#ifndef SOURCE_WORKLOAD_FILE_H
#define SOURCE_WORKLOAD_FILE_H

#include "base/text.h"
#include "source/workload_stock.h"

/* All queries get FLAGS. ERR_IO, ERR_FORMAT, ERR_NOMEM, ERR_FULL, ERR_SYNTAX (no query in it): a
 * line goes to WHY. Lines that are no queries are told, the first ten, and counted. */
MUST_CHECK int workload_file_read(struct stock *stock, const char *path, unsigned flags,
                                  uint64_t *refused, struct text *why);

#endif
