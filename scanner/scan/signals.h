// SPDX-License-Identifier: BSD-2-Clause
/* Ctrl-C and TERM: the one mutable global of the program is the count of them. */
#ifndef SCAN_SIGNALS_H
#define SCAN_SIGNALS_H

/* Takes SIGINT and SIGTERM over, counting from 0. From the second on the process has two
 * seconds left, wherever it may be stuck. */
void signals_install(void);
/* The run has ended: no time limit any more. */
void signals_end(void);
/* How many came, and which was the first (0: none). Any thread. */
int signals_count(void);
int signals_first(void);

#endif
