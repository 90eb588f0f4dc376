// SPDX-License-Identifier: BSD-2-Clause
/* The table of options: its parts in the order help shows them. To add one: a row in
 * options_*.c, a setter in set*.c, a paragraph in dnstrawl.1, its name in README.md
 * (scripts/check-docs compares them).
 *
 * Then the spellings of other programs, answered with ours, and the names of options
 * that are planned: those are refused by name, so that nobody takes a typo for the
 * reason. */
#include "cmd/options.h"

static const struct opt_foreign foreign[] = {
    /* dnsx, puredns, shuffledns, massdns, zdns, ksubdomain */
    {"silent", "-q"},
    {"s", "-q, --quiet"},
    {"json", "-f ndjson"},
    {"j", "-f ndjson"},
    {"jsonl", "-f ndjson"},
    {"csv", "-f csv"},
    {"resp", "-f text"},
    {"re", "-f text"},
    {"rl", "--rate N"},
    {"l", "--rate N for a rate; a list of names is an argument of resolve"},
    {"rate-limit", "--rate N"},
    {"bandwidth", "--rate N"},
    {"retry", "--tries N"},
    {"retries", "--tries N"},
    {"resolve-count", "--tries N"},
    {"wt", "--threads N for workers; wildcard probes set their own number"},
    {"n", "not needed: wildcard probes set their own number"},
    {"wildcard-tests", "not needed: wildcard probes set their own number"},
    {"wd", "not needed: wildcards are always filtered"},
    {"hashmap-size", "-c, --in-flight N"},
    {"bindto", "--bind ADDR"},
    {"outfile", "-o FILE"},
    {"write", "-o FILE"},
    {"write-massdns", "--also massdns:FILE"},
    {"list", "an argument: dnstrawl resolve FILE"},
    {"list-file", "an argument: dnstrawl resolve FILE"},
    {"no-color", "--color never"},
    {"nc", "--color never"},
    {"hc", "--progress json"},
    {"V", "--version"},
    {"a", "-t A"},
    {"aaaa", "-t AAAA"},
    {"cname", "-t CNAME"},
    {"ns", "-t NS"},
    {"mx", "-t MX"},
    {"txt", "-t TXT"},
    {"srv", "-t SRV"},
    {"ptr", "-t PTR"},
    {"soa", "-t SOA"},
    {"caa", "-t CAA"},
    /* planned */
    {"resume", NULL},
};

const struct opts_table cmd_options = {
    .parts = {&options_input, &options_whom, &options_load, &options_output},
    .foreign = foreign,
    .foreign_count = sizeof foreign / sizeof foreign[0],
    .env_prefix = "DNSTRAWL_",
    .env_other = "DNSTRAWL_LAB_",
};
