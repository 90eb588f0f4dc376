// SPDX-License-Identifier: BSD-2-Clause
/* What the lab saw: a JSON file, and a table on stderr. */
#ifndef LAB_REPORT_H
#define LAB_REPORT_H

#include "bench/lab/lab.h"

MUST_CHECK int report_write(const struct lab *lab, const char *path);
void report_print(const struct lab *lab);

#endif
