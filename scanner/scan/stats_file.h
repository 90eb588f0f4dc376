// SPDX-License-Identifier: BSD-2-Clause
/* --stats, which a command writes when it has ended, however it ended. (`bench` has a report of its
 * own.) */
#ifndef SCAN_STATS_FILE_H
#define SCAN_STATS_FILE_H

#include "base/text.h"
#include "out/stats_end.h"
#include "scan/params.h"

/* What it ends with, where the run began at STARTED_MS by the wall clock and ends now. */
struct stats_end stats_file_end(const struct scan_params *params, int64_t started_ms,
                                enum scan_exit code);
/* TEXT, one JSON object, to where --stats says. The exit code: CODE, or FATAL after a failure,
 * which is told; what a signal ended stays ended by it. */
enum scan_exit stats_file_write(const struct scan_params *params, const struct text *text,
                                enum scan_exit code);

#endif
