// SPDX-License-Identifier: BSD-2-Clause
/* The lab's option table, and one setter a row.
 *
 * Setters of one kind differ in a field and its limits only; the macros below make
 * them, so that a row, its default and its limits are read together. */
#include "bench/lab/options.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/opts.h"
#include "base/text.h"
#include "base/units.h"
#include "bench/lab/diag.h"
#include "bench/lab/fleet.h"
#include "bench/lab/labels.h"
#include "bench/lab/sightings.h"
#include "bench/lab/timed.h"
#include "bench/lab/zone.h"

#define ZONES_MAX         100000
#define HOSTS_MAX         (ZONE_NODES_MAX / 4)
#define DURATION_MAX      (24 * 3600 * NS_PER_S) /* nobody needs a forgotten lab for longer */
#define RESOLVERS_DEFAULT 4
#define FIRST_DEFAULT     0x7f010001u /* 127.1.0.1 */
#define LIST_DEFAULT      5000000
#define CAPACITY_MAX      10000000 /* q/s: more than anybody sends */
#define EXISTS_SHARE_MIN  1e-6
#define LOOPBACK_LOW      0x7f000001u /* 127.0.0.0 and 127.255.255.255 are broadcast */
#define LOOPBACK_HIGH     0x7ffffffeu

static int set_count(const char *value, uint64_t min, uint64_t max, uint64_t *out, struct text *why)
{
    uint64_t count = 0;
    if (units_parse_count(value, &count) || count < min || count > max) {
        text_printf(why, "expected a number from %llu to %llu, not \"%s\"", (unsigned long long)min,
                    (unsigned long long)max, value);
        return ERR_SYNTAX;
    }
    *out = count;
    return 0;
}

static int set_share(const char *value, double *out, struct text *why)
{
    char *end;
    double share = strtod(value, &end);
    if (*end == '%') {
        share /= 100;
        end++;
    }
    if (end == value || *end || !(share >= 0 && share <= 1)) {
        text_printf(why, "expected a share such as 0.01 or 1%%, not \"%s\"", value);
        return ERR_SYNTAX;
    }
    *out = share;
    return 0;
}

static int set_list(const char *value, struct text_list *list, struct text *why)
{
    if (list->count == OPTIONS_LIST_MAX) {
        text_printf(why, "given more than %d times", OPTIONS_LIST_MAX);
        return ERR_RANGE;
    }
    list->items[list->count++] = value;
    return 0;
}

#define COUNT_SETTER(field, min, max)                                                              \
    static int set_##field(void *ctx, const char *value, struct text *why)                         \
    {                                                                                              \
        return set_count(value, min, max, &((struct lab_options *)ctx)->field, why);               \
    }
#define SHARE_SETTER(field)                                                                        \
    static int set_##field(void *ctx, const char *value, struct text *why)                         \
    {                                                                                              \
        return set_share(value, &((struct lab_options *)ctx)->field, why);                         \
    }
#define LIST_SETTER(field)                                                                         \
    static int set_##field(void *ctx, const char *value, struct text *why)                         \
    {                                                                                              \
        return set_list(value, &((struct lab_options *)ctx)->field, why);                          \
    }
#define TEXT_SETTER(field)                                                                         \
    static int set_##field(void *ctx, const char *value, struct text *why)                         \
    {                                                                                              \
        (void)why;                                                                                 \
        ((struct lab_options *)ctx)->field = value;                                                \
        return 0;                                                                                  \
    }
#define FLAG_SETTER(field)                                                                         \
    static int set_##field(void *ctx, const char *value, struct text *why)                         \
    {                                                                                              \
        (void)why;                                                                                 \
        ((struct lab_options *)ctx)->field = *value == '1';                                        \
        return 0;                                                                                  \
    }

COUNT_SETTER(resolver_count, 0, FLEET_COUNT_MAX)
COUNT_SETTER(ipv6_count, 0, FLEET_COUNT_MAX)
COUNT_SETTER(port, 1, 65535)
COUNT_SETTER(zone_count, 0, ZONES_MAX)
COUNT_SETTER(host_count, 0, HOSTS_MAX)
COUNT_SETTER(wildcard_count, 0, HOSTS_MAX)
COUNT_SETTER(apex_wildcard_count, 0, ZONES_MAX)
COUNT_SETTER(decoy_count, 0, UINT32_MAX / 2)
COUNT_SETTER(list_count, 1, LABELS_COUNT_MAX)
COUNT_SETTER(seed, 0, UINT64_MAX)
COUNT_SETTER(expect_cap_qps, 0, UINT32_MAX)
COUNT_SETTER(sighting_count, 1024, SIGHTINGS_MAX)
SHARE_SETTER(common_share)
SHARE_SETTER(exists_share)
LIST_SETTER(groups)
LIST_SETTER(zones)
LIST_SETTER(zone_files)
TEXT_SETTER(mix)
TEXT_SETTER(fleet_file)
TEXT_SETTER(words_file)
TEXT_SETTER(emit_words)
TEXT_SETTER(emit_names)
TEXT_SETTER(emit_resolvers)
TEXT_SETTER(emit_zones)
TEXT_SETTER(truth)
TEXT_SETTER(stamps)
TEXT_SETTER(report)
FLAG_SETTER(no_tcp)
FLAG_SETTER(emit_only)
FLAG_SETTER(fast)
FLAG_SETTER(fast_soa)
FLAG_SETTER(with_parent)
FLAG_SETTER(quiet)

static int set_first(void *ctx, const char *value, struct text *why)
{
    struct in_addr address;
    if (inet_pton(AF_INET, value, &address) == 1) {
        uint32_t host = ntohl(address.s_addr);
        if (host >= LOOPBACK_LOW && host <= LOOPBACK_HIGH) {
            ((struct lab_options *)ctx)->first = host;
            return 0;
        }
    }
    text_printf(why,
                "expected an address in 127.0.0.0/8, not \"%s\": the lab stays on this machine",
                value);
    return ERR_SYNTAX;
}

static int set_outside(void *ctx, const char *value, struct text *why)
{
    static const char *const words[] = {"refused", "nxdomain", "servfail"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!strcmp(value, words[i])) {
            ((struct lab_options *)ctx)->outside = words[i];
            return 0;
        }
    }
    text_printf(why, "expected refused, nxdomain or servfail, not \"%s\"", value);
    return ERR_SYNTAX;
}

static int set_latency(void *ctx, const char *value, struct text *why)
{
    if (!curve_parse(&((struct lab_options *)ctx)->service.latency, value))
        return 0;
    text_printf(why,
                "expected a time, a median and a 99th percentile (5ms,50ms) or percentiles "
                "(0:1ms,50:2ms,100:80ms), at most 10s, not \"%s\"",
                value);
    return ERR_SYNTAX;
}

static int set_capacity(void *ctx, const char *value, struct text *why)
{
    return set_count(value, 1, CAPACITY_MAX, &((struct lab_options *)ctx)->service.capacity_qps,
                     why);
}

static int set_queue(void *ctx, const char *value, struct text *why)
{
    return set_count(value, 1, SERVICE_QUEUE_MAX, &((struct lab_options *)ctx)->service.queue_max,
                     why);
}

static int set_service(void *ctx, const char *value, struct text *why)
{
    bool is_exponential = !strcmp(value, "exponential");
    if (!is_exponential && strcmp(value, "fixed")) {
        text_printf(why, "expected fixed or exponential, not \"%s\"", value);
        return ERR_SYNTAX;
    }
    ((struct lab_options *)ctx)->service.is_exponential = is_exponential;
    return 0;
}

/* "200ms/5s": so long, once in so long. */
static int set_stall(void *ctx, const char *value, struct text *why)
{
    struct service_params *service = &((struct lab_options *)ctx)->service;
    const char *slash = strchr(value, '/');
    char length[UNITS_TEXT_MAX];
    size_t len = slash ? (size_t)(slash - value) : 0;
    if (slash && len < sizeof length) {
        memcpy(length, value, len);
        length[len] = '\0';
        if (!units_parse_duration(length, NS_PER_MS, &service->stall) &&
            !units_parse_duration(slash + 1, NS_PER_S, &service->stall_every) &&
            service->stall > 0 && service->stall <= SERVICE_STALL_MAX &&
            service->stall <= service->stall_every / 2)
            return 0;
    }
    text_printf(why,
                "expected a time, at most 10s, and at least twice that as period, such as "
                "200ms/5s, not \"%s\"",
                value);
    return ERR_SYNTAX;
}

static int set_lose(void *ctx, const char *value, struct text *why)
{
    return set_share(value, &((struct lab_options *)ctx)->service.loss, why);
}

static int set_duration(void *ctx, const char *value, struct text *why)
{
    mono_ns duration = 0;
    if (units_parse_duration(value, NS_PER_S, &duration) || duration <= 0 ||
        duration > DURATION_MAX) {
        text_printf(why, "expected a time such as 30s or 10m, at most 24h, not \"%s\"", value);
        return ERR_SYNTAX;
    }
    ((struct lab_options *)ctx)->duration = duration;
    return 0;
}

#define FLEET "Fleet"
#define ZONES "Zones"
#define LISTS "Lists and results"
#define SPEED "Speed work"
#define RUN   "Run"

/* clang-format off */
static const struct opt rows[] = {
    {FLEET, "resolvers", 'n', "N", "resolvers on consecutive addresses", NULL, "4; 1 with --fast", NULL, 1, 0, set_resolver_count},
    {FLEET, "first", 0, "ADDR", "first address, in 127.0.0.0/8", NULL, "127.1.0.1; 127.0.0.1 with --fast", NULL, 1, 0, set_first},
    {FLEET, "port", 'p', "N", "UDP and TCP port of all of them", "5300", NULL, NULL, 1, 0, set_port},
    {FLEET, "ipv6", 0, "N", "more resolvers on [::1], ports from --port up", "0", NULL, NULL, 1, 0, set_ipv6_count},
    {FLEET, "mix", 'm', "MIX", "built-in fleet, from good to bad: clean easy lossy public harsh hostile (see below)", "clean", NULL, "clean easy lossy public harsh hostile", 1, 0, set_mix},
    {FLEET, "fleet", 'f', "FILE", "fleet file instead of a mix", NULL, NULL, NULL, 1, OPT_FILE, set_fleet_file},
    {FLEET, "group", 'g', "SPEC", "a line of a fleet file, such as \"rest loss=2% rtt=5ms-80ms\"; repeatable, instead of a mix", NULL, NULL, NULL, 1, OPT_MANY, set_groups},
    {FLEET, "no-tcp", 0, NULL, "do not listen on TCP", NULL, NULL, NULL, 1, 0, set_no_tcp},

    {ZONES, "zone", 'z', "NAME", "zone to make up; repeatable", NULL, "lab.example", NULL, 1, OPT_MANY, set_zones},
    {ZONES, "zones", 0, "N", "zones in all: lab.example, lab2.example, ...", NULL, "those named", NULL, 1, 0, set_zone_count},
    {ZONES, "zone-file", 0, "FILE", "zone to serve as written; repeatable, instead of made-up ones", NULL, NULL, NULL, 1, OPT_MANY | OPT_FILE, set_zone_files},
    {ZONES, "hosts", 0, "N", "names per made-up zone", "500", NULL, NULL, 1, 0, set_host_count},
    {ZONES, "wildcards", 0, "N", "wildcards per made-up zone, of all kinds by turns", "0", NULL, NULL, 1, 0, set_wildcard_count},
    {ZONES, "apex-wildcards", 0, "N", "of the zones, so many (the last) have a wildcard at the apex", "0", NULL, NULL, 1, 0, set_apex_wildcard_count},
    {ZONES, "words", 'w', "FILE", "labels for made-up zones", NULL, "the built-in list", NULL, 1, OPT_FILE, set_words_file},
    {ZONES, "common", 0, "SHARE", "share of the hosts whose label is one of those words", "50%", NULL, NULL, 1, 0, set_common_share},
    {ZONES, "outside", 0, "RCODE", "answer for names in no zone", "refused", NULL, "refused nxdomain servfail", 1, 0, set_outside},

    {LISTS, "emit-words", 0, "FILE", "write a word list for brute: what exists and decoys, shuffled", NULL, NULL, NULL, 1, OPT_FILE, set_emit_words},
    {LISTS, "emit-names", 0, "FILE", "the same as full names, for resolve", NULL, NULL, NULL, 1, OPT_FILE, set_emit_names},
    {LISTS, "decoys", 0, "N", "names in these lists that do not exist", NULL, "9 for each that does", NULL, 1, 0, set_decoy_count},
    {LISTS, "exists", 0, "SHARE", "decoys so that this share of the list exists; with --fast the share that exists", NULL, "10%; with --fast 1%", NULL, 1, 0, set_exists_share},
    {LISTS, "emit-resolvers", 0, "FILE", "write the resolvers, for -r", NULL, NULL, NULL, 1, OPT_FILE, set_emit_resolvers},
    {LISTS, "emit-zones", 0, "FILE", "write the zones, for -d", NULL, NULL, NULL, 1, OPT_FILE, set_emit_zones},
    {LISTS, "truth", 't', "FILE", "write all that exists: name, class, types and data, tabs between", NULL, NULL, NULL, 1, OPT_FILE, set_truth},
    {LISTS, "report", 'o', "FILE", "write what was seen, as JSON, at the end", NULL, NULL, NULL, 1, OPT_FILE, set_report},
    {LISTS, "emit-only", 0, NULL, "write the lists and end, without opening a socket", NULL, NULL, NULL, 1, 0, set_emit_only},

    {SPEED, "fast", 0, NULL, "a plain responder, as cheap as can be: no impairment, no delay, no TCP", NULL, NULL, NULL, 1, 0, set_fast},
    {SPEED, "count", 0, "N", "length of the list that --fast knows", NULL, "5m", NULL, 1, 0, set_list_count},
    {SPEED, "fast-soa", 0, NULL, "NXDOMAIN carries a SOA record there too", NULL, NULL, NULL, 1, 0, set_fast_soa},
    {SPEED, "latency", 0, "TIMES", "with --fast: each reply so much later: 5ms; MEDIAN,P99 (log-normal); or percentiles, 0:1ms,50:2ms,100:80ms", NULL, NULL, NULL, 1, 0, set_latency},
    {SPEED, "capacity", 0, "N", "with --fast: N queries a second, one after another; the others wait", NULL, NULL, NULL, 1, 0, set_capacity},
    {SPEED, "service", 0, "KIND", "what one query takes of it: fixed, or exponential with that mean", "fixed", NULL, "fixed exponential", 1, 0, set_service},
    {SPEED, "queue", 0, "N", "how many of them wait at most; more are dropped", NULL, "65536", NULL, 1, 0, set_queue},
    {SPEED, "stall", 0, "TIME/PERIOD", "with --fast: no work for so long once in so long, such as 200ms/5s; queries wait", NULL, NULL, NULL, 1, 0, set_stall},
    {SPEED, "lose", 0, "SHARE", "with --fast: share of the queries that are lost", NULL, NULL, NULL, 1, 0, set_lose},
    {SPEED, "stamps", 0, "FILE", "with --fast: when each query came, by the kernel, and how long its reply took, at the end", NULL, NULL, NULL, 1, OPT_FILE, set_stamps},

    {RUN, "seed", 's', "N", "everything made up or left to chance follows from it", "1", NULL, NULL, 1, 0, set_seed},
    {RUN, "for", 0, "TIME", "end by itself after this", "10m", NULL, NULL, 1, 0, set_duration},
    {RUN, "parent", 0, NULL, "end when the process that started the lab ends", NULL, NULL, NULL, 1, 0, set_with_parent},
    {RUN, "expect-cap", 0, "N", "count queries above N a second at one resolver as a violation", NULL, NULL, NULL, 1, 0, set_expect_cap_qps},
    {RUN, "sightings", 0, "N", "how many (resolver, name, type) are remembered", "4194304", NULL, NULL, 1, 0, set_sighting_count},
    {RUN, "quiet", 'q', NULL, "no table at the end", NULL, NULL, NULL, 1, 0, set_quiet},
    {RUN, "help", 'h', NULL, "show this", NULL, NULL, NULL, 1, OPT_STOP, NULL},
    {RUN, "version", 0, NULL, "show the version", NULL, NULL, NULL, 1, OPT_STOP, NULL},
};
/* clang-format on */

static const struct opts_table table = {
    .parts = {&(const struct opts_part){rows, sizeof rows / sizeof *rows}},
    .env_prefix = "DNSTRAWL_LAB_"};

static bool is_timed(const struct lab_options *o)
{
    const struct service_params *service = &o->service;
    return service->latency.kind != CURVE_NONE || service->capacity_qps || service->stall ||
           service->loss > 0 || o->stamps;
}

/* What no setter can see alone: options that contradict each other, */
static const char *contradiction(const struct lab_options *o)
{
    if (o->fleet_file && o->groups.count)
        return "--fleet and --group: give one of them";
    if (o->decoy_count != UINT64_MAX && o->exists_share >= 0)
        return "--decoys and --exists: give one of them";
    if (!o->fast && is_timed(o))
        return "--latency, --capacity, --stall, --lose and --stamps are for --fast";
    if (!o->service.capacity_qps && (o->service.queue_max || o->service.is_exponential))
        return "--queue and --service are for --capacity";
    if (!o->fast)
        return o->list_count ? "--count is for --fast" : NULL;
    if (is_timed(o) && o->fast_soa)
        return "--fast-soa: not with --latency, --capacity, --stall, --lose or --stamps";
    if (o->fleet_file || o->groups.count || strcmp(o->mix, "clean"))
        return "--fast impairs nothing: no --mix, --fleet or --group";
    if (o->zone_files.count || o->zone_count > 1 || o->zones.count > 1)
        return "--fast serves one made-up zone";
    return o->decoy_count != UINT64_MAX ? "--decoys: with --fast give --count and --exists" : NULL;
}

static void fill_in(struct lab_options *o)
{
    if (o->resolver_count == UINT64_MAX)
        o->resolver_count = o->fast ? 1 : RESOLVERS_DEFAULT;
    if (!o->first)
        o->first = o->fast ? LOOPBACK_LOW : FIRST_DEFAULT;
    if (!o->list_count)
        o->list_count = LIST_DEFAULT;
    if (!o->service.queue_max)
        o->service.queue_max = SERVICE_QUEUE_DEFAULT;
    o->is_timed = is_timed(o);
}

/* ... and numbers that do not fit together. */
static const char *misfit(const struct lab_options *o)
{
    if (o->resolver_count + o->ipv6_count == 0)
        return "no resolvers: --resolvers and --ipv6 are 0";
    if (o->resolver_count && LOOPBACK_HIGH - o->first < o->resolver_count - 1)
        return "--first: that many addresses do not fit below 127.255.255.255";
    if (o->ipv6_count && o->port + o->ipv6_count > 65536)
        return "--ipv6: that many ports do not fit above --port";
    if (!o->fast && o->exists_share >= 0 && o->exists_share < EXISTS_SHARE_MIN)
        return "--exists: the list would never end";
    if (o->is_timed && o->resolver_count + o->ipv6_count > TIMED_RESOLVERS_MAX)
        return "--latency, --capacity, --stall, --lose, --stamps: for 16 resolvers at most";
    return NULL;
}

static int check_together(struct lab_options *o, struct text *why)
{
    const char *wrong = contradiction(o);
    if (!wrong) {
        fill_in(o);
        wrong = misfit(o);
    }
    if (wrong)
        text_puts(why, wrong);
    return wrong ? ERR_SYNTAX : 0;
}

static int collect(struct opts *opts, struct lab_options *out, int argc, char **argv,
                   struct text *why)
{
    int err = opts_parse_args(opts, argc - 1, argv + 1, why);
    if (err)
        return err;
    const struct opt *stop = opts_stopped_at(opts);
    if (stop) {
        out->is_help = !strcmp(stop->name, "help");
        out->is_version = !out->is_help;
        return 0;
    }
    if (opts_argument_count(opts)) {
        text_printf(why, "\"%s\": the lab takes options only", opts_argument(opts, 0));
        return ERR_SYNTAX;
    }
    err = opts_apply(opts, out, why);
    return err ? err : check_together(out, why);
}

int options_parse(struct lab_options *out, int argc, char **argv)
{
    *out = (struct lab_options){
        .resolver_count = UINT64_MAX, .decoy_count = UINT64_MAX, .exists_share = -1};
    struct opts *opts = NULL;
    struct text why = {0};
    int err = opts_create(&opts, &table, 1, "dnstrawl-lab");
    if (err)
        diag("%s", err_text(err));
    else
        err = collect(opts, out, argc, argv, &why);
    if (why.len)
        diag("%.*s (see --help)", (int)why.len, why.data);
    text_deinit(&why);
    opts_destroy(opts);
    return err;
}

void options_print_help(void)
{
    struct text help = {0};
    text_puts(&help,
              "Usage: dnstrawl-lab [OPTION]...\n\n"
              "Simulated recursive resolvers and zones on this machine's loopback, to learn,\n"
              "tune and measure without touching anyone's servers.\n");
    opts_help(&help, &table, 1);
    fwrite(help.data, 1, help.len, stdout);
    text_deinit(&help);
    fleet_print_help();
}
