// SPDX-License-Identifier: BSD-2-Clause
/* The table of options: its parts in the order help shows them. To add one: a row in
 * options_*.c, a setter in set*.c, a paragraph in dnstrawl.1, its name in README.md
 * (scripts/check-docs compares them).
 *
 * Then the spellings of other programs, answered with ours, and the names of options
 * that are planned: those are refused by name, so that nobody takes a typo for the
 * reason. */
#include "cmd/options.h"

#include "cmd/cmd.h"

#define OF_SCANS (CMD_SCANS | CMD_NONE)

static const struct opt_foreign foreign[] = {
    /* dnsx, puredns, shuffledns, massdns, zdns, ksubdomain */
    {"silent", "-q", 0},
    {"s", "-q, --quiet", 0},
    {"json", "-f ndjson", 0},
    {"j", "-f ndjson", 0},
    {"jsonl", "-f ndjson", 0},
    {"csv", "-f csv", 0},
    {"resp", "-f text", 0},
    {"re", "-f text", 0},
    {"rl", "--rate N", 0},
    {"l", "--rate N for a rate; a list of names is an argument of resolve", 0},
    {"rate-limit", "--rate N", 0},
    {"bandwidth", "--rate N", 0},
    {"retry", "--tries N", 0},
    {"retries", "--tries N", 0},
    {"resolve-count", "--tries N", 0},
    {"wt", "--threads N for workers; wildcard probes set their own number", 0},
    {"n", "not needed: wildcard probes set their own number", OF_SCANS},
    {"wildcard-tests", "not needed: wildcard probes set their own number", OF_SCANS},
    {"wd", "not needed: wildcards are always filtered", OF_SCANS},
    {"hashmap-size", "-c, --in-flight N", 0},
    {"bindto", "--bind ADDR", 0},
    {"outfile", "-o FILE", 0},
    {"write", "-o FILE", 0},
    {"write-massdns", "--also massdns:FILE", 0},
    {"list", "an argument: dnstrawl resolve FILE", OF_SCANS},
    {"list-file", "an argument: dnstrawl resolve FILE", OF_SCANS},
    {"no-color", "--color never", 0},
    {"nc", "--color never", 0},
    {"hc", "--progress json", 0},
    {"V", "--version", 0},
    {"a", "-t A", 0},
    {"aaaa", "-t AAAA", 0},
    {"cname", "-t CNAME", 0},
    {"ns", "-t NS", 0},
    {"mx", "-t MX", 0},
    {"txt", "-t TXT", 0},
    {"srv", "-t SRV", 0},
    {"ptr", "-t PTR", 0},
    {"soa", "-t SOA", 0},
    {"caa", "-t CAA", 0},
    {"resolver", "-r, --resolvers LIST", 0},
    {"resolvers-trusted", "--trusted LIST", 0},
    {"rate-limit-trusted", "--resolver-rate N", 0},
    {"write-wildcards", "--wildcards FILE", 0},
    {"skip-wildcard-filter", "--keep-wildcard", 0},
    {"wildcard-batch", "not needed: wildcards are found as names are", OF_SCANS},
    {"skip-validation", "--no-trust", 0},
    {"skip-sanitize", "not needed: what is no name is counted and told", OF_SCANS},
    {"processes", "--threads N", 0},
    {"predictable", "--seed N", 0},
    {"ignore", "--show VERDICTS", 0},
    {"filter", "--show VERDICTS", 0},
    /* dnsperf, flamethrower */
    {"s", "an argument: dnstrawl bench ADDRESS:PORT", CMD_BENCH},
    {"p", "--port N, or ADDRESS:PORT", CMD_BENCH},
    {"Q", "--rate N", CMD_BENCH},
    {"l", "--duration D", CMD_BENCH},
    {"n", "--duration D: a file of queries is asked again from the start", CMD_BENCH},
    {"T", "--threads N", CMD_BENCH},
    {"m", "--proto HOW", CMD_BENCH},
    {"P", "--proto HOW", CMD_BENCH},
    {"e", "--edns on, which it is by default", CMD_BENCH},
    {"D", "--dnssec on", CMD_BENCH},
    {"S", "--interval D", CMD_BENCH},
    {"a", "--bind ADDR", CMD_BENCH},
    {"json", "--stats FILE", CMD_BENCH},
    /* hashcat */
    {"m", "not needed: each line's kind is seen", CMD_CRACK},
    {"a", "--mask MASK for masks, -w FILE for words", CMD_CRACK},
    {"i", "--increment", CMD_CRACK},
    /* nsec3map */
    {"A", "not needed: each server is classified first", CMD_WALK},
    {"n", "not needed: each server is classified first", CMD_WALK},
    {"auto", "not needed: each server is classified first", CMD_WALK},
    {"nsec", "not needed: each server is classified first", CMD_WALK},
    {"nsec3", "not needed: each server is classified first", CMD_WALK},
    /* planned */
    {"resume", NULL, 0},
};

const struct opts_table cmd_options = {
    .parts = {&options_input, &options_whom, &options_load, &options_output},
    .senses = cmd_senses,
    .sense_count = CMD_SENSES,
    .foreign = foreign,
    .foreign_count = sizeof foreign / sizeof foreign[0],
    .env_prefix = "DNSTRAWL_",
    .env_other = "DNSTRAWL_LAB_",
};
