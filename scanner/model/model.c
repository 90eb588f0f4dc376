// SPDX-License-Identifier: BSD-2-Clause
/* Nearly all of model/ is headers; this file makes the compiler read each by itself. */
#include "model/counters.h"
#include "model/hit.h"
#include "model/verdict.h"

_Static_assert(VERDICT_COUNT == 10, "the contract names ten final states");
_Static_assert(sizeof(void *) == 8 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "dnstrawl runs on 64-bit little-endian machines");
