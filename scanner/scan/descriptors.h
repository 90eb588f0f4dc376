// SPDX-License-Identifier: BSD-2-Clause
/* How many files and sockets the process may have open. */
#ifndef SCAN_DESCRIPTORS_H
#define SCAN_DESCRIPTORS_H

/* As many as the system lets it: the usual soft limit is there for select(2). */
void descriptors_raise_limit(void);

#endif
