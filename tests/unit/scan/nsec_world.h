// SPDX-License-Identifier: BSD-2-Clause
/* A zone signed with NSEC, served on the simulated network, and a walk of it. */
#ifndef TESTS_UNIT_SCAN_NSEC_WORLD_H
#define TESTS_UNIT_SCAN_NSEC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/rng.h"
#include "scan/walk.h"
#include "tests/fake/clock.h"
#include "tests/fake/random.h"
#include "tests/unit/scan/walk_zone.h"

#define RTT     (10 * NS_PER_MS)
#define SERVERS 3

static struct bench {
    struct walk_zone zones[SERVERS]; /* as each server has it */
    unsigned queries, by_server[SERVERS];
    mono_ns last;
    /* What a test's servers do besides: true: that was all. */
    bool (*serve)(const struct net_query *query, struct message *m, unsigned server,
                  const struct name *name, uint16_t type);
} bench;

static char out_path[64], stats_path[64];

/* Before and after all cases of a program. */
static inline int name_files(void **state)
{
    (void)state;
    snprintf(out_path, sizeof out_path, "/tmp/dnstrawl-walk-%ld.out", (long)getpid());
    snprintf(stats_path, sizeof stats_path, "/tmp/dnstrawl-walk-%ld.stats", (long)getpid());
    log_init(LOG_ERROR, false);
    return 0;
}

static inline int remove_files(void **state)
{
    (void)state;
    (void)unlink(out_path);
    (void)unlink(stats_path);
    return 0;
}

/* --- the far side --- */

static inline void on_query(void *ctx, const struct net_query *query)
{
    static struct message m;
    struct name name;
    unsigned server = (ntohl(query->to.sa.v4.sin_addr.s_addr) & 7) - 1;
    (void)ctx;
    bench.queries++;
    bench.by_server[server]++;
    bench.last = query->at;
    uint16_t type = begin_reply(&m, query, &name);
    if (bench.serve && bench.serve(query, &m, server, &name, type))
        return;
    put_answer(&m, &bench.zones[server], &name, type);
    net_reply(query, RTT, NULL, m.data, m.w.len);
}

/* --- the near side --- */

static inline void set_up(void)
{
    static const struct net_server server = {.query = on_query};
    memset(&bench, 0, sizeof bench);
    for (unsigned i = 0; i < SERVERS; i++) {
        bench.zones[i].serial = 1;
        zone_add(&bench.zones[i], "example", OWNER_APEX);
    }
    net_install(&server);
    fake_random_key(7);
    fake_clock_set(FAKE_CLOCK_START);
}

static inline struct scan_params usual_params(unsigned servers)
{
    static const char *addresses[] = {"192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"};
    static struct scan_output output;
    static struct scan_pattern pattern = {.before = "", .after = ""};
    output = (struct scan_output){.format = "names", .path = out_path};
    pattern.zone = name_of(ZONE_TEXT);
    return (struct scan_params){.command = SCAN_WALK,
                                .command_line = "dnstrawl walk example",
                                .patterns = &pattern,
                                .pattern_count = 1,
                                .seed = 5,
                                .port = 53,
                                .servers = {.items = addresses, .count = servers},
                                .timeout = 3 * NS_PER_S,
                                .tries_max = 8,
                                .thread_count = 1,
                                .outputs = &output,
                                .output_count = 1,
                                .show[VERDICT_FOUND] = true,
                                .stats_path = stats_path,
                                .progress = SCAN_PROGRESS_NONE,
                                .quiet = true};
}

static inline size_t count_lines(const char *path)
{
    FILE *file = fopen(path, "r");
    size_t count = 0;
    assert_non_null(file);
    for (int c = fgetc(file); c != EOF; c = fgetc(file))
        count += c == '\n';
    fclose(file);
    return count;
}

/* Every line is a name of ZONE, and there are as many as it has. */
static inline void assert_listed(const struct walk_zone *zone)
{
    char line[NAME_TEXT_MAX + 2];
    FILE *file = fopen(out_path, "r");
    size_t count = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        struct name name = name_of(line);
        if (!zone_has(zone, &name))
            print_error("%s is not in the zone\n", line);
        assert_true(zone_has(zone, &name));
        count++;
    }
    fclose(file);
    assert_int_equal(count, zone->count);
}

/* A figure of the zone's object in --stats, or of the whole. */
static inline double stat_of(const char *key)
{
    char text[8192], wanted[64];
    FILE *file = fopen(stats_path, "r");
    assert_non_null(file);
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    snprintf(wanted, sizeof wanted, "\"%s\":", key);
    const char *at = strstr(text, "\"walks\":") ? strstr(strstr(text, "\"walks\":"), wanted) : NULL;
    at = at ? at : strstr(text, wanted);
    assert_non_null(at);
    return atof(at + strlen(wanted));
}

static inline void fill(struct walk_zone *zone, size_t count)
{
    char text[64];
    struct rng_fast rng;
    rng_fast_init(&rng, 3);
    for (size_t i = zone->count; i < count; i++) {
        static const enum owner_kind few[] = {OWNER_CUT, OWNER_SIGNED_CUT, OWNER_DNAME};
        char letter = (char)('a' + rng_fast_below(&rng, 26));
        bool is_few = i % 100 < 3;
        if (i % 50 == 20)
            snprintf(text, sizeof text, "*.%c%zu.example", letter, i);
        else if (i % 10 == 9)
            snprintf(text, sizeof text, "h%zu.%c.deep.example", i, letter);
        else
            snprintf(text, sizeof text, "%c%zu.example", letter, i);
        zone_add(zone, text, is_few ? few[i % 100] : i % 50 == 20 ? OWNER_WILD : OWNER_HOST);
    }
    zone_sort(zone);
}

#endif
