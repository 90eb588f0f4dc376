// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl bench: what a resolver sustains.
 *
 * Arguments are written like -r elsewhere. --rate on the command line fixes the load; where the
 * environment or the configuration have one, meant for scans, it is a ceiling of the search.
 * Options that go with others alone are refused on the command line and left out elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/set.h"
#include "cmd/setup.h"
#include "cmd/targets.h"
#include "engine/load.h"
#include "scan/bench.h"

#define PORT_TLS     853 /* RFC 7858 section 3.1 */
#define PORT_HTTPS   443
#define WAIT_DEFAULT (2 * NS_PER_S) /* a trial of the search waits that long for what is lost */

static bool is_given(const struct opts *opts, const char *name)
{
    return opts_origin(opts, name) > OPT_FROM_PRESET;
}

static bool is_typed(const struct opts *opts, const char *name)
{
    return opts_origin(opts, name) == OPT_FROM_ARGS;
}

static bool is_search(const struct bench_params *bench)
{
    return bench->rate == 0;
}

static bool is_fixed(const struct bench_params *bench)
{
    return bench->rate > 0;
}

static bool is_udp(const struct bench_params *bench)
{
    return bench->proto == LOAD_UDP;
}

static bool is_stream(const struct bench_params *bench)
{
    return bench->proto != LOAD_UDP;
}

static bool is_tls(const struct bench_params *bench)
{
    return bench->proto == LOAD_DOT || bench->proto == LOAD_DOH;
}

static bool has_names(const struct bench_params *bench)
{
    return !bench->queries_path;
}

static const struct needed {
    const char *option, *company;
    bool (*holds)(const struct bench_params *bench);
} needed[] = {
    {"max-rate", "a search; --rate fixes the load", is_search},
    {"follow-tc", "--proto udp", is_udp},
    {"calibrate", "--proto udp", is_udp},
    {"connections", "--proto tcp, dot or doh", is_stream},
    {"tls-ca", "--proto dot or doh", is_tls},
    {"tls-host", "--proto dot or doh", is_tls},
    {"hits", "names, and --queries says what is asked", has_names},
    {"zipf", "names, and --queries says what is asked", has_names},
    {"wordlist", "names, and --queries says what is asked", has_names},
    {"domains", "names, and --queries says what is asked", has_names},
    {"type", "names, and --queries says what is asked", has_names},
};

static int check_company(const struct setup *setup, const struct opts *opts, struct text *why)
{
    const struct bench_params *bench = &setup->params.bench;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (!is_typed(opts, needed[i].option) || needed[i].holds(bench))
            continue;
        text_printf(why, "--%s goes with %s", needed[i].option, needed[i].company);
        return ERR_SYNTAX;
    }
    if (bench->arrival == LOAD_STEPS && !is_fixed(bench)) {
        text_puts(why, "--arrival steps goes with --rate");
        return ERR_SYNTAX;
    }
    if (bench->io == BENCH_IO_GSO && !is_udp(bench)) {
        text_puts(why, "--io gso goes with --proto udp");
        return ERR_SYNTAX;
    }
    if (bench->has_do && bench->no_edns) {
        text_puts(why, "--dnssec on needs --edns on");
        return ERR_SYNTAX;
    }
    return 0;
}

static int settle_rate(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct scan_params *params = &setup->params;
    struct bench_params *bench = &params->bench;
    if (params->rate_qps == RATE_DEFAULT)
        return 0;
    if (is_typed(opts, "rate")) {
        bench->rate = params->rate_qps;
        if (bench->rate > 0 && bench->rate <= BENCH_RATE_MAX)
            return 0;
        text_printf(why, "--rate: a load of 1 to %d queries a second", BENCH_RATE_MAX);
        return ERR_RANGE;
    }
    if (params->rate_qps > 0 && (bench->rate_max == 0 || params->rate_qps < bench->rate_max))
        bench->rate_max = params->rate_qps;
    return 0;
}

/* What the objective would still have waited for must not be lost before. */
static int settle_timeout(struct setup *setup, const struct opts *opts, struct text *why)
{
    struct bench_params *bench = &setup->params.bench;
    mono_ns longest = slo_longest(&bench->slo);
    bench->timeout = is_given(opts, "timeout") ? setup->params.timeout : WAIT_DEFAULT;
    if (bench->timeout >= longest || (is_typed(opts, "timeout") && !bench->has_slo))
        return 0;
    if (!is_typed(opts, "timeout")) {
        bench->timeout = longest;
        return 0;
    }
    text_puts(why, "--timeout: shorter than a time that --slo allows, which would count as lost");
    return ERR_RANGE;
}

static int settle_threads(struct setup *setup, const struct opts *opts, struct text *why)
{
    if (!is_given(opts, "threads"))
        return 0;
    setup->params.bench.workers = setup->params.thread_count;
    if (setup->params.thread_count <= LOAD_WORKERS_MAX)
        return 0;
    text_printf(why, "--threads: at most %d", LOAD_WORKERS_MAX);
    return ERR_RANGE;
}

static int settle(struct setup *setup, const struct opts *opts, struct text *why)
{
    static const uint16_t ports[] = {
        [LOAD_UDP] = 53, [LOAD_TCP] = 53, [LOAD_DOT] = PORT_TLS, [LOAD_DOH] = PORT_HTTPS};
    struct scan_params *params = &setup->params;
    struct bench_params *bench = &params->bench;
    bench->has_slo = is_given(opts, "slo");
    bench->has_arrival = is_given(opts, "arrival");
    bench->has_warmup = is_given(opts, "warmup");
    bench->is_warmup_typed = is_typed(opts, "warmup"); /* what --queries holds is not known yet */
    bench->has_do = params->dnssec == SCAN_DNSSEC_ON;
    if (!is_given(opts, "type"))
        params->type_count = 0; /* the preset is of scans; built-in names have their own */
    if (!is_given(opts, "port"))
        params->port = ports[bench->proto];
    int error = settle_rate(setup, opts, why);
    if (!error)
        error = settle_timeout(setup, opts, why);
    if (!error)
        error = settle_threads(setup, opts, why);
    if (!error)
        error = check_company(setup, opts, why);
    bench->follows_tc &= is_udp(bench);
    bench->calibrates &= is_udp(bench);
    return error;
}

static int add_targets(struct setup *setup, const struct opts *opts, struct text *why)
{
    int error = 0;
    for (size_t i = 0; i < opts_argument_count(opts) && !error; i++)
        error = set_resolvers(setup, opts_argument(opts, i), why);
    return error;
}

/* A list that turns out to hold no zone must not pass for none: misses go to the servers of those
 * named. dnsperf's -d is a file of queries. */
static int check_zones(const struct setup *setup, struct text *why)
{
    if (setup->domains.count == 0 || setup->params.pattern_count > 0)
        return 0;
    text_puts(why, "-d: no zone in the list; a file of queries is given with --queries");
    return ERR_SYNTAX;
}

static int prepare(struct setup *setup, const struct opts *opts, struct text *why)
{
    setup->params.command = SCAN_BENCH;
    if (opts_argument_count(opts) == 0)
        return CMD_SHORT_HELP;
    int error = settle(setup, opts, why);
    if (!error)
        error = add_targets(setup, opts, why);
    if (!error)
        error = targets_take_domains(setup, why);
    return error ? error : check_zones(setup, why);
}

static int exec(const struct setup *setup, const struct opts *opts)
{
    (void)opts;
    return (int)bench_run(&setup->params);
}

const struct cmd cmd_bench = {
    .name = "bench",
    .usage = "[OPTIONS] RESOLVER...",
    .summary = "what a resolver sustains, and which one is better",
    .about = "Offers queries to each RESOLVER (ip, ip:port, [v6]:port), whatever comes back, and "
             "finds the highest rate at which an objective (--slo) still holds; with --rate it "
             "tells what becomes of that load. Several are measured by turns and compared. Above "
             "100 queries a second to another machine needs --own.",
    .bit = CMD_BENCH,
    .prepare = prepare,
    .exec = exec,
};
