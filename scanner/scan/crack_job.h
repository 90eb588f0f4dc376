// SPDX-License-Identifier: BSD-2-Clause
/* The command `crack`: hash files in, names out. */
#ifndef SCAN_CRACK_JOB_H
#define SCAN_CRACK_JOB_H

#include "scan/params.h"

/* Uses of PARAMS: hash_files, word_files, masks, charsets, mask_increments, from_files,
 * is_shallow, sha1, thread_count, time_max, outputs[0], stats_path, progress. */
enum scan_exit crack_job_run(const struct scan_params *params);

#endif
