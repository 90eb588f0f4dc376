// SPDX-License-Identifier: BSD-2-Clause
/* What loads are made of: targets, the workload, and the generator itself. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "scan/bench_state.h"

static int fail(const char *what, int error)
{
    log_error("%s: %s", what, error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}

/* --- targets --- */

static bool is_any_loopback(const struct bench *bench)
{
    for (size_t i = 0; i < bench->fleet.count; i++)
        if (wire_address_is_loopback(&bench->fleet.items[i].address))
            return true;
    return false;
}

/* Cores this process may run on; a container is often given fewer than there are. */
static unsigned count_cores(void)
{
    cpu_set_t cores;
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return count < 1 ? 1 : (unsigned)count;
}

static int refuse_foreign(const char *name)
{
    log_error("%s: more than %d queries a second to another machine needs --own, by which you say "
              "that you may load it; without it, --max-rate %d or --rate %d",
              name, BENCH_FREE_RATE, BENCH_FREE_RATE, BENCH_FREE_RATE);
    return ERR_SYNTAX;
}

/* ERR_SYNTAX: the user has to say more. */
static int check_owned(const struct bench *bench)
{
    const struct scan_params *params = bench->params;
    const struct bench_params *options = bench->options;
    double rate = (double)(options->rate ? options->rate : options->rate_max);
    if (bench->fleet.without_route > 0 && bench_needs_own(rate, false, params->is_own))
        return refuse_foreign("a target");
    for (size_t i = 0; i < bench->fleet.count; i++) {
        const struct fleet_resolver *resolver = &bench->fleet.items[i];
        bool is_loopback = wire_address_is_loopback(&resolver->address);
        if (bench_needs_own(rate, is_loopback, params->is_own))
            return refuse_foreign(resolver->text);
        if (options->io == BENCH_IO_GSO && !is_loopback && !params->is_own) {
            log_error("%s: --io gso sends trains of packets, which toward another machine needs "
                      "--own",
                      resolver->text);
            return ERR_SYNTAX;
        }
    }
    return 0;
}

static int make_subjects(struct bench *bench)
{
    bench->subject_count = bench->fleet.count;
    bench->subjects = calloc(bench->subject_count + 1, sizeof *bench->subjects);
    bench->addresses = calloc(bench->subject_count + 1, sizeof *bench->addresses);
    bench->names = calloc(bench->subject_count + 1, sizeof *bench->names);
    if (!bench->subjects || !bench->addresses || !bench->names)
        return ERR_NOMEM;
    for (size_t i = 0; i < bench->subject_count; i++) {
        const struct fleet_resolver *resolver = &bench->fleet.items[i];
        bench->addresses[i] = resolver->address;
        bench->names[i] = bench->params->tls_host ? bench->params->tls_host : resolver->text;
        int error = bench_subject_init(&bench->subjects[i], resolver, (uint32_t)i);
        if (error)
            return error;
    }
    return 0;
}

int bench_subject_init(struct bench_subject *subject, const struct fleet_resolver *resolver,
                       uint32_t index)
{
    *subject = (struct bench_subject){.resolver = resolver, .index = index};
    subject->tried = calloc(BENCH_TRIED_MAX, sizeof *subject->tried);
    return subject->tried ? load_result_init(&subject->kept, LOAD_HEAT_COLUMNS) : ERR_NOMEM;
}

void bench_subject_deinit(struct bench_subject *subject)
{
    load_result_deinit(&subject->kept);
    free(subject->tried);
    subject->tried = NULL;
}

int bench_open_targets(struct bench *bench)
{
    const struct scan_params *params = bench->params;
    const struct fleet *fleet = &bench->fleet;
    int error = fleet_load(&bench->fleet, params);
    if (error)
        return error == ERR_IO ? error : fail("the targets", error);
    if (fleet->without_route)
        log_note("warning: %zu left out: this machine knows no way there", fleet->without_route);
    if (fleet->repeated)
        bench_warn(bench, "%zu of the targets named again: each is measured once", fleet->repeated);
    if (fleet->unwanted)
        log_note("warning: %zu left out by -4, -6 or --bind", fleet->unwanted);
    if (fleet->count > LOAD_TARGETS_MAX) {
        log_error("%zu targets; at most %d are compared", fleet->count, LOAD_TARGETS_MAX);
        return ERR_SYNTAX;
    }
    error = check_owned(bench);
    if (error)
        return error;
    bench->ending.is_less = fleet->without_route > 0;
    bench->cores = count_cores();
    bench->workers = bench->options->workers;
    if (bench->workers == 0)
        bench->workers = bench_choose_workers(
            bench->cores, is_any_loopback(bench),
            (double)(bench->options->rate ? bench->options->rate : bench->options->rate_max));
    error = make_subjects(bench);
    return error ? fail("the targets", error) : 0;
}

/* --- the workload --- */

static unsigned flags_of(const struct bench_params *options)
{
    return options->no_edns ? 0 : options->has_do ? QUERY_EDNS | QUERY_DO : QUERY_EDNS;
}

/* A capture goes at its own pace unless it is told otherwise. */
static void settle_arrival(struct bench *bench)
{
    const struct bench_params *options = bench->options;
    bench->arrival = options->arrival;
    bench->rate_fixed = (double)options->rate;
    bench->length = options->duration ? options->duration : BENCH_FIXED_LENGTH;
    bench->stretch = 1;
    workload_repeat(bench->workload, options->has_arrival);
    if (workload_kind(bench->workload) != WORKLOAD_CAPTURE || options->has_arrival)
        return;
    mono_ns span = workload_span(bench->workload);
    double pace = (double)workload_size(bench->workload) * 1e9 / (double)(span ? span : NS_PER_S);
    double most = (double)options->rate_max;
    bench->arrival = LOAD_REPLAY;
    if (bench->rate_fixed == 0)
        bench->rate_fixed = most > 0 && most < pace ? most : pace;
    bench->stretch = pace / bench->rate_fixed;
    if (!options->duration)
        bench->length = (mono_ns)((double)span * bench->stretch) + NS_PER_MS;
}

static int create_workload(struct bench *bench, const struct name *zones, struct text *why)
{
    const struct scan_params *params = bench->params;
    const struct bench_params *options = bench->options;
    const struct workload_params workload = {
        .path = options->queries_path,
        .word_files = params->word_files.items,
        .word_file_count = params->word_files.count,
        .zones = zones,
        .zone_count = params->pattern_count,
        .types = params->types,
        .type_count = params->type_count,
        .hit_share = options->hit_share,
        .zipf_exponent = options->zipf_exponent,
        .flags = flags_of(options),
        .workers = bench->workers,
        .seed = params->seed,
    };
    return workload_create(&bench->workload, &workload, why);
}

int bench_open_workload(struct bench *bench)
{
    const struct scan_params *params = bench->params;
    struct name *zones = calloc(params->pattern_count + 1, sizeof *zones);
    struct text why = {0};
    if (!zones)
        return fail("the queries", ERR_NOMEM);
    for (size_t i = 0; i < params->pattern_count; i++)
        zones[i] = params->patterns[i].zone;
    int error = create_workload(bench, zones, &why);
    free(zones);
    if (error)
        log_error("%.*s", (int)why.len, why.len ? why.data : "");
    text_deinit(&why);
    if (error)
        return error;
    bench->drawing.workload = bench->workload;
    workload_describe(bench->workload, &bench->workload_text);
    slo_format(&bench->options->slo, &bench->slo_text);
    text_putc(&bench->workload_text, '\0');
    text_putc(&bench->slo_text, '\0');
    settle_arrival(bench);
    return bench->workload_text.failed || bench->slo_text.failed ? fail("the queries", ERR_NOMEM)
                                                                 : 0;
}

static bool draw(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    static const uint8_t classes[] = {
        [WORKLOAD_HIT] = LOAD_HIT, [WORKLOAD_MISS] = LOAD_MISS, [WORKLOAD_UNKNOWN] = LOAD_OTHER};
    const struct bench_drawing *drawing = ctx;
    struct workload_query query = {.data = out->data};
    (void)target;
    bool is_drawn = drawing->is_warming ? workload_next_warm(drawing->workload, &query)
                                        : workload_next(drawing->workload, worker, &query);
    if (!is_drawn)
        return false;
    out->len = query.len;
    out->question_len = query.question_len;
    out->class = classes[query.expects];
    out->at = query.at;
    return true;
}

/* --- the generator --- */

static int open_tls(struct bench *bench)
{
    const struct scan_params *params = bench->params;
    enum load_proto proto = bench->options->proto;
    const char *why = NULL;
    if (bench->tls || (proto != LOAD_DOT && proto != LOAD_DOH))
        return 0;
    int error = tls_context_create(&bench->tls, proto == LOAD_DOT ? TLS_DOT : TLS_DOH,
                                   params->tls_ca || params->tls_host, params->tls_ca, &why);
    if (error)
        log_error("%s: %s", params->tls_ca ? params->tls_ca : "TLS", why ? why : err_text(error));
    return error;
}

static int put_bind(const struct bench *bench, struct load_params *load)
{
    const char *bind = bench->params->bind_address;
    struct wire_address local;
    if (!bind)
        return 0;
    int error = fleet_parse_address(&local, bind, strlen(bind), 1);
    if (!error) {
        load->bind[local.family] = local;
    }
    return error;
}

int bench_open_load(struct bench *bench, const struct wire_address *targets,
                    const char *const *names, uint32_t count, bool is_light, struct load **out)
{
    const struct bench_params *options = bench->options;
    const char *why = NULL;
    double rate = bench->rate_fixed > 0 ? bench->rate_fixed : (double)options->rate_max;
    struct load_params load = {
        .targets = targets,
        .target_count = count,
        .target_names = names,
        .proto = options->proto,
        .io = options->io == BENCH_IO_GSO ? LOAD_IO_GSO : LOAD_IO_UDP,
        .follows_tc = options->follows_tc,
        .workers = is_light ? 1 : bench->workers,
        .connections = is_light ? 1 : options->connections,
        .doh_path = "/dns-query",
        .timeout = is_light ? bench_light_timeout(options->timeout) : options->timeout,
        .rate_max = is_light   ? BENCH_FREE_RATE
                    : rate > 0 ? rate
                               : BENCH_RATE_EXPECTED,
        .source = {.ctx = &bench->drawing, .next = draw},
        .tls = bench->tls,
    };
    int error = put_bind(bench, &load);
    if (!error)
        error = load_create(out, &load, &why);
    if (error)
        log_error("the generator: %s: %s", why ? why : "an address",
                  error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}

int bench_open_all(struct bench *bench, bool is_light, struct load **out)
{
    int error = open_tls(bench);
    if (error)
        return error;
    return bench_open_load(bench, bench->addresses, bench->names, (uint32_t)bench->subject_count,
                           is_light, out);
}
