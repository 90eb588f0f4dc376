// SPDX-License-Identifier: BSD-2-Clause
/* Ctrl-C and TERM: the one mutable global of the program is the count of them. */
#ifndef SCAN_SIGNALS_H
#define SCAN_SIGNALS_H

/* Takes SIGINT and SIGTERM over. */
void signals_install(void);
/* How many came, and which was the first (0: none). */
int signals_count(void);
int signals_first(void);

#endif
