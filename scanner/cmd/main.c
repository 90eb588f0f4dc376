// SPDX-License-Identifier: BSD-2-Clause
/* Process-wide settings, then cmd_main; the only place that exits.
 *
 * SIGPIPE and SIGXFSZ are ignored so that a closed stdout, and a file at the limit of
 * ulimit -f, are errors of write(2), after which files are completed and the code is 141
 * or 1. The locale is never set: names are bytes. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/cmd.h"

/* A file opened later must not become stdout because the caller closed it. For reading only:
 * writing there is an error, not silence. */
static void hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
            _exit(1);
    }
}

int main(int argc, char **argv)
{
    hold_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    log_init(LOG_NOTE, false);
    exit(cmd_main(argc, argv, environ, &cmd_disk_real));
}
