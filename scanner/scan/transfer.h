// SPDX-License-Identifier: BSD-2-Clause
/* The `axfr` command: each zone from each of its servers, and what became of it.
 *
 * For each zone its servers are found (scan/servers.h), then asked side by side, one connection to
 * each address at a time:
 *
 *   AXFR -> whole: over
 *        -> refused, or otherwise not -> SOA -> IXFR from the serial before -> from the oldest
 *             -> both by UDP
 *   with a serial given (--ixfr): IXFR from it by TCP -> by UDP
 *
 * The zone is written as it comes (scan/keep.h), by one server at a time; the others are read
 * to their end all the same and counted. The output gets it when it is whole, or marked as a part.
 */
#ifndef SCAN_TRANSFER_H
#define SCAN_TRANSFER_H

#include "scan/params.h"

/* Runs to the end and returns the code to exit with. Messages go to stderr by log. */
enum scan_exit transfer_run(const struct scan_params *params);

#endif
