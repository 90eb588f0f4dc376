// SPDX-License-Identifier: BSD-2-Clause
#include "scan/stats_file.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "out/report.h"

struct stats_end stats_file_end(const struct scan_params *params, int64_t started_ms,
                                enum scan_exit code)
{
    return (struct stats_end){
        .exit_code = (int)code,
        .is_complete = code == SCAN_EXIT_COMPLETE,
        .is_own = params->is_own,
        .command_line = params->command_line,
        .started_ms = started_ms,
        .ended_ms = clock_wall_ms(),
        .seed = params->seed,
        .version = DNSTRAWL_VERSION,
    };
}

enum scan_exit stats_file_write(const struct scan_params *params, const struct text *text,
                                enum scan_exit code)
{
    int error = report_write(params->stats_path, text);
    if (error == 0)
        return code;
    log_error("%s: %s", params->stats_path, error == ERR_IO ? strerror(errno) : err_text(error));
    return code < SCAN_EXIT_SIGINT ? SCAN_EXIT_FATAL : code;
}
