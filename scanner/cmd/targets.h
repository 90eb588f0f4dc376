// SPDX-License-Identifier: BSD-2-Clause
/* Domains as people write them: an argument, a URL, a pattern with a mark. */
#ifndef CMD_TARGETS_H
#define CMD_TARGETS_H

#include <stddef.h>

#include "base/err.h"
#include "base/set.h"
#include "base/text.h"
#include "cmd/setup.h"

/* The host inside a URL, which TEXT must be: "scheme://user@host:port/path". NULL when
 * it is no URL; an empty host has length 0. */
const char *target_url_host(const char *text, size_t len, size_t *host_len);
/* Looks like a missing file rather than a name: a slash, or an ending no top-level
 * domain has. */
bool target_looks_like_file(const char *text, size_t len);

/* "FUZZ.example.com", "api-*.eu.example.com", "example.com". Strings belong to SETUP.
 * ERR_SYNTAX, ERR_RANGE, and what is wrong in WHY. */
MUST_CHECK int target_parse(struct setup *setup, const char *text, size_t len,
                            struct scan_pattern *out, struct text *why);

/* Fills params.patterns, each once. */
struct targets {
    struct setup *setup;
    struct set *seen;
    size_t cap;
    size_t repeated_count;
    size_t list_count; /* lists read, empty ones too */
    bool are_zones;    /* without places for words */
};

MUST_CHECK int targets_init(struct targets *targets, struct setup *setup);
void targets_deinit(struct targets *targets);
/* One domain as an argument; a URL is told. A file is none, but what INSTEAD ("-w or -d") takes. */
MUST_CHECK int targets_add_argument(struct targets *targets, const char *text, const char *instead,
                                    struct text *why);
/* What -d names, as zones. */
MUST_CHECK int targets_take_domains(struct setup *setup, struct text *why);
/* What arguments and -d name, as zones: without places for words, @HOST passed over. ERR_SYNTAX
 * when there is none. */
MUST_CHECK int targets_take_zones(struct setup *setup, const struct opts *opts, struct text *why);
/* The value of -d: a list to be read, or domains apart by commas. */
MUST_CHECK int targets_add_list(struct targets *targets, const char *value, struct text *why);

#endif
