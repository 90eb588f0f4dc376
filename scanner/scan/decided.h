// SPDX-License-Identifier: BSD-2-Clause
/* What is certain only when the workers' threads have ended: names without data that stand
 * in the ledgers are told to the formats that cannot take a line back. */
#ifndef SCAN_DECIDED_H
#define SCAN_DECIDED_H

#include "scan/worker.h"

/* Before the outputs are closed. ERR_NOMEM; ERR_IO (told by the ledger or the writer),
 * ERR_CLOSED. A second signal cuts it short. */
MUST_CHECK int decided_tell(struct run *run, struct worker *const *workers);

#endif
