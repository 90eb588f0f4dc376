// SPDX-License-Identifier: BSD-2-Clause
/* A capture (pcap or pcapng, as libpcap reads them) into a stock: the queries by UDP with their
 * times, letter case, type, RD, CD and EDNS flags, whoever sent them to whomever. Queries by TCP
 * are not read. */
#ifndef SOURCE_WORKLOAD_CAPTURE_H
#define SOURCE_WORKLOAD_CAPTURE_H

#include "base/text.h"
#include "source/workload_stock.h"

/* Whether PATH is a plain file that begins as a capture does. */
bool workload_capture_is(const char *path);

/* SPAN gets the time from the first query to the last. ERR_IO, ERR_NOMEM, ERR_FULL, ERR_FORMAT,
 * ERR_NOTSUP (a link layer that is not known), ERR_SYNTAX (no query in it): a line goes to WHY.
 * Packets that were to be queries and are not (cut short, fragments, damaged) are told, the first
 * ten, and counted. Of a capture that breaks off, what is before is used. */
MUST_CHECK int workload_capture_read(struct stock *stock, const char *path, uint64_t *refused,
                                     mono_ns *span, struct text *why);

#endif
