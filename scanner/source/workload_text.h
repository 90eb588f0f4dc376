// SPDX-License-Identifier: BSD-2-Clause
/* One line of a query file as dnsperf has it: `name type`, and what follows the type is left
 * alone, as dnsperf does.
 *
 * The name may have any octet but blanks: a dot inside a label, a backslash, blanks are `\.`,
 * `\\`, `\032` (decimal, RFC 1035 section 5.1; dnsperf 2.10 reckons it wrongly). Letters keep their
 * case. The type is a mnemonic in any case, TYPEnnn, or a number that ends the line (a zone file's
 * `www 3600 A` shall not pass for type 3600). */
#ifndef SOURCE_WORKLOAD_TEXT_H
#define SOURCE_WORKLOAD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

struct query_line {
    struct name name;
    uint16_t type;
};

/* NULL, or what is wrong with TEXT: static storage. */
const char *query_line_parse(struct query_line *out, const char *text, size_t len);

/* Whether a benchmark may ask for it: not OPT, nor what is about a message or takes many (TKEY,
 * TSIG, IXFR, AXFR). */
bool query_type_is_asked(uint16_t type);

#endif
