// SPDX-License-Identifier: BSD-2-Clause
/* A scenario: one story in one file, run through the whole program with the network,
 * the clock and randomness replaced (tests/fake). The format is told in README.md.
 *
 *   parse.c    file -> struct scenario
 *   message.c  what a reply looks like on the wire, and all the ways to get it wrong
 *   server.c   what each scripted server does with a query; keeps the log of queries
 *   check.c    what came out against what was expected
 *   main.c     each file in a process of its own */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "dns/code.h"
#include "dns/name.h"
#include "tests/fake/net.h"

#define RDATA_MAX   600
#define WORDS_MAX   128 /* words of one line */
#define LATENCY     (10 * NS_PER_MS)
#define VIRTUAL_MAX (900 * NS_PER_S) /* a story that takes longer does not end */

struct record {
    struct name owner;
    uint16_t type;
    uint16_t len;
    uint8_t rdata[RDATA_MAX];
    unsigned pick; /* zone: of the records with this owner and type, how many a reply shows */
};

struct records {
    struct record *items;
    size_t count;
};

enum action_kind {
    ACT_ANSWER, /* from the zone */
    ACT_REPLY,  /* rcode and records as written */
    ACT_BARE,   /* a header with an rcode and nothing else */
    ACT_BOUNCE, /* an ICMP error */
    ACT_CLOSE,  /* of the TCP connection */
    ACT_DROP,
};

enum forgery {
    FORGE_NOTHING,
    FORGE_ID,
    FORGE_SOURCE,   /* another address */
    FORGE_PORT,     /* another port of the right address */
    FORGE_QUESTION, /* another name */
    FORGE_CASE,     /* the name in other letter case */
    FORGE_LOWER,    /* the name in lower case */
    FORGE_TYPE,     /* another type */
    FORGE_CLASS,
    FORGE_QR,      /* a query, not a response */
    FORGE_OPCODE,  /* not QUERY */
    FORGE_COUNT,   /* tells of one record more than there is */
    FORGE_RECORDS, /* the answer's records are of another class */
    FORGERY_COUNT
};

enum tristate { EITHER, YES, NO };

struct action {
    enum action_kind kind;
    enum forgery forgery;
    uint8_t rcode;
    bool tc;
    enum tristate aa; /* EITHER: as the server is */
    mono_ns after;
    size_t cut;   /* octets of the message that leave; 0: all */
    size_t pad;   /* octets of padding in the additional section */
    int extended; /* rcode bits above the header's, in an OPT record; -1: no OPT */
    int64_t ttl;  /* of its records; -1: the usual */
    size_t piece;
    mono_ns gap; /* TCP: pieces of so many octets, so far apart */
    struct records answer, authority;
};

enum name_kind { NAME_ANY, NAME_EXACT, NAME_BELOW, NAME_BEGINS };

struct pattern {
    enum name_kind kind;
    struct name name;
    uint16_t type; /* 0: any */
};

struct rule {
    struct pattern pattern;
    enum tristate by_tcp, with_edns, is_recursive;
    uint64_t first, beyond, nth, every; /* of the matching queries; 0: not asked for */
    unsigned share;                     /* percent of them, at random */
    mono_ns from, before;               /* since the start */
    uint64_t matched;
    struct action *actions;
    size_t action_count;
};

struct server {
    char text[64];
    struct wire_address address;
    mono_ns latency;
    bool has_no_route, fails_sends;
    bool is_authoritative; /* AA, no RA */
    unsigned busy_sends;
    uint64_t limit; /* UDP queries answered in full in any second; 0: all */
    mono_ns box;    /* above the limit nothing is answered for so long; 0: TC instead */
    mono_ns boxed_until;
    uint64_t in_second;
    mono_ns second;
    enum net_connect tcp;
    struct rule *rules;
    size_t rule_count;
};

struct step {
    mono_ns at;
    int signal;
    uint64_t drops;
};

struct text_file {
    char *name, *text;
    size_t len;
};

struct expectation {
    unsigned line;
    char *text;
};

struct scenario {
    const char *path;
    char *command;  /* words of the command line */
    bool has_trust; /* replies are weighed; else --no-trust is added */
    struct text_file *files;
    size_t file_count;
    struct records zone;
    struct server *servers;
    size_t server_count;
    struct step *steps;
    size_t step_count;
    struct expectation *expectations;
    size_t expectation_count;
};

/* What left, in order. */
struct sighting {
    mono_ns at;
    uint32_t server; /* index; SERVER_UNKNOWN */
    uint16_t type, id;
    bool by_tcp, with_edns;
    struct name name;
};

#define SERVER_UNKNOWN UINT32_MAX

struct trace {
    struct sighting *items;
    size_t count, cap;
    uint64_t outstanding_max; /* queries that waited for an answer at one time */
};

/* parse.c. Tells what is wrong with file and line on stderr and exits with 2. */
void scenario_read(struct scenario *out, const char *path);
/* Splits TEXT at blanks, in place. */
unsigned split_words(char *text, char *words[WORDS_MAX]);
bool parse_pattern(struct pattern *out, const char *text);
bool parse_type(uint16_t *out, const char *text);
bool pattern_has(const struct pattern *pattern, const struct name *name, uint16_t type);
/* The server with that address; NULL: none. */
struct server *scenario_server(const struct scenario *scenario, const char *text);

/* message.c. The reply ACTION describes, to QUERY; ZONE and COUNTER (how often the zone
 * was asked) are for ACT_ANSWER. The length. */
size_t message_build(uint8_t out[65535], const struct action *action, const struct net_query *query,
                     const struct records *zone, uint64_t counter, bool is_authoritative);
/* The question of a query; false when it has none. */
bool message_question(const uint8_t *data, size_t len, struct name *name, uint16_t *type,
                      bool *with_edns);

/* server.c */
void servers_install(struct scenario *scenario, struct trace *trace, uint64_t key);

/* check.c. The number of things that are not as expected, each told to OUT. */
unsigned check_all(const struct scenario *scenario, const struct trace *trace, int exit_code,
                   FILE *out);
void trace_print(const struct scenario *scenario, const struct trace *trace, FILE *out);

#endif
