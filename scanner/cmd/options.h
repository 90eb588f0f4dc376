// SPDX-License-Identifier: BSD-2-Clause
/* The one table of options, and the words some of them take. Setters and table meet
 * here, so that what is accepted, completed and documented is one list. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "base/opts.h"

#define WORDS_FORMAT      "names text ndjson massdns zone csv"
#define WORDS_HASH_FORMAT "native hashcat john"
#define WORDS_SHOW        "found nodata servfail wildcard pruned unresolved"
#define WORDS_IO          "auto udp gso"
#define WORDS_PROGRESS    "auto json none"
#define WORDS_SHA1        "avx512 avx2 sha-ni portable"
#define WORDS_COLOR       "auto always never"
#define WORDS_DNSSEC      "auto on off"
#define WORDS_ARRIVAL     "poisson constant steps"
#define WORDS_PROTO       "udp tcp dot doh"
#define WORDS_EDNS        "on off"

extern const struct opts_part options_input, options_whom, options_load, options_output;
#define CMD_SENSES 28
extern const struct opt_sense cmd_senses[CMD_SENSES]; /* senses.c */
extern const struct opts_table cmd_options;

#endif
