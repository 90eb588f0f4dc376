// SPDX-License-Identifier: BSD-2-Clause
/* What the readers of a scenario file share; see parse.c. */
#ifndef SCENARIO_PARSE_H
#define SCENARIO_PARSE_H

#include "tests/scenario/scenario.h"

#define TEXTLEN 4096

enum block { BLOCK_NONE, BLOCK_RUN, BLOCK_FILE, BLOCK_ZONE, BLOCK_SERVER, BLOCK_EXPECT };

struct parser {
    struct scenario *out;
    unsigned line;
    enum block block;
    size_t server_first; /* the block's servers: from here to the end */
};

/* --- parse.c --- */

/* Tells file and line, and ends the program. */
_Noreturn void __attribute__((format(printf, 2, 3)))
refuse(const struct parser *p, const char *format, ...);
/* Room for one more of ITEMS; zeroed. */
void *more(void *items, size_t *count, size_t size);
uint64_t number_of(const struct parser *p, const char *text);
mono_ns duration_of(const struct parser *p, const char *text);
struct record *add_record(const struct parser *p, struct records *records, const char *owner,
                          const char *type, const char *data);

/* --- parse_server.c --- */

void begin_servers(struct parser *p, char **words, unsigned count);
void parse_server_line(struct parser *p, const char *line);

#endif
