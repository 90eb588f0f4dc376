// SPDX-License-Identifier: BSD-2-Clause
/* One run from parameters to exit code: plan, workers, progress, summary. */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "scan/params.h"

/* Runs to the end (or to the signal, limit or write error that ends it) and
 * returns the code the process should exit with. Messages go to stderr by log. */
enum scan_exit scan_run(const struct scan_params *params);

#endif
