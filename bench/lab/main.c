// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl-lab: simulated resolvers and zones on loopback.
 *
 * 1. Options. 2. Zones, made up or read. 3. The fleet. 4. Lists and truth are
 * written. 5. Sockets are opened and `ready: ...` printed. 6. The loop, until a
 * signal or --for. 7. Report. Exit: 0, 1 (could not), 2 (usage). */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/hash.h"
#include "bench/lab/diag.h"
#include "bench/lab/emit.h"
#include "bench/lab/fast.h"
#include "bench/lab/lab.h"
#include "bench/lab/serve.h"
#include "bench/lab/report.h"
#include "bench/lab/sockets.h"
#include "bench/lab/zonefile.h"
#include "bench/lab/zonegen.h"

#define EXIT_USAGE        2
#define DECOYS_PER_NAME   9
#define DEFAULT_ZONE      "lab.example"
#define FAST_EXISTS_SHARE 0.01

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static int catch_signals(const struct lab_options *options)
{
    struct sigaction action = {.sa_handler = on_signal};
    pid_t parent = getppid();
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, &action, NULL) || sigaction(SIGTERM, &action, NULL))
        return ERR_IO;
    action.sa_handler = SIG_IGN;
    if (sigaction(SIGPIPE, &action, NULL))
        return ERR_IO;
    if (options->with_parent) {
        if (prctl(PR_SET_PDEATHSIG, SIGTERM))
            return ERR_IO;
        if (getppid() != parent) /* it ended before we asked */
            stop = 1;
    }
    return 0;
}

/* Zone INDEX: those named, then the first with a number behind its first label. */
static int zone_name(const struct lab_options *options, size_t index, struct name *out)
{
    const char *first = options->zones.count ? options->zones.items[0] : DEFAULT_ZONE;
    char text[NAME_TEXT_MAX];
    size_t len;
    if (index < (options->zones.count ? options->zones.count : 1)) {
        const char *named = options->zones.count ? options->zones.items[index] : first;
        len = strlen(named);
        snprintf(text, sizeof text, "%s", named);
    } else {
        int label = (int)strcspn(first, ".");
        len = (size_t)snprintf(text, sizeof text, "%.*s%zu%s", label, first, index + 1,
                               first + label);
    }
    int err = len < sizeof text ? name_from_text(out, text, len) : ERR_RANGE;
    if (err || out->wire[0] == 0) {
        diag("--zone: \"%s\" is no zone to make up", text);
        return ERR_SYNTAX;
    }
    return 0;
}

static int make_zones(struct lab *lab)
{
    const struct lab_options *o = lab->options;
    struct words *words = NULL;
    size_t count = o->zones.count ? o->zones.count : 1;
    int err = words_read(&words, o->words_file);
    if (err) {
        diag("%s: %s", o->words_file ? o->words_file : "built-in words",
             err == ERR_IO ? strerror(errno) : err_text(err));
        return err;
    }
    if (count < o->zone_count)
        count = o->zone_count;
    struct zonegen_params params = {.seed = o->seed,
                                    .words = words,
                                    .host_count = o->host_count,
                                    .wildcard_count = o->wildcard_count,
                                    .common_share = o->common_share};
    for (size_t i = 0; !err && i < count; i++) {
        struct name apex;
        err = zone_name(o, i, &apex);
        params.has_apex_wildcard = count - i <= o->apex_wildcard_count;
        params.apex_wildcard_kind = (unsigned)(count - i - 1);
        if (err)
            break;
        err = zonegen_add(lab->zones, &apex, &params);
        if (err)
            diag("zone %zu: %s", i + 1, err_text(err));
    }
    words_destroy(words);
    return err;
}

static int read_zones(struct lab *lab)
{
    const struct lab_options *o = lab->options;
    char error_text[ZONEFILE_ERROR_MAX];
    struct name origin;
    int err = o->zones.count ? zone_name(o, 0, &origin) : 0;
    for (size_t i = 0; !err && i < o->zone_files.count; i++) {
        err = zonefile_read(lab->zones, o->zone_files.items[i], o->zones.count ? &origin : NULL,
                            error_text);
        if (err)
            diag("%s", error_text);
    }
    if (!err && !zones_apex_count(lab->zones)) {
        diag("--zone-file: no zone in it");
        err = ERR_SYNTAX;
    }
    return err;
}

static int make_fleet(struct lab *lab)
{
    const struct lab_options *o = lab->options;
    char error_text[FLEET_ERROR_MAX];
    struct fleet_params params = {
        .seed = o->seed,
        .first = o->first,
        .port = (uint16_t)o->port,
        .v4_count = (size_t)o->resolver_count,
        .v6_count = (size_t)o->ipv6_count,
        .mix = o->fast ? "clean" : o->mix,
        .file = o->fast ? NULL : o->fleet_file,
        .lines = o->groups.items,
        .line_count = o->fast ? 0 : o->groups.count,
    };
    int err = fleet_create(&lab->fleet, &params, error_text);
    if (err)
        diag("%s", error_text);
    return err;
}

static uint64_t decoy_count(const struct lab *lab)
{
    const struct lab_options *o = lab->options;
    uint64_t existing = emit_existing_count(lab->zones);
    if (o->decoy_count != UINT64_MAX)
        return o->decoy_count;
    if (o->exists_share < 0)
        return existing * DECOYS_PER_NAME;
    return (uint64_t)((double)existing * (1 / o->exists_share - 1) + 0.5);
}

static int emit_zone_lists(const struct lab *lab)
{
    const struct lab_options *o = lab->options;
    struct emit_list_params params = {
        .seed = o->seed, .decoy_count = decoy_count(lab), .is_words = true};
    int err = 0;
    if (params.decoy_count > UINT32_MAX / 2) {
        diag("--exists: a list of %llu decoys is too long", (unsigned long long)params.decoy_count);
        return ERR_SYNTAX;
    }
    if (o->emit_words)
        err = emit_list(lab->zones, &params, o->emit_words);
    params.is_words = false;
    if (!err && o->emit_names)
        err = emit_list(lab->zones, &params, o->emit_names);
    return !err && o->truth ? emit_truth(lab->zones, o->truth) : err;
}

static int emit_fast_lists(const struct fastzone *zone, const struct lab_options *o)
{
    int err = 0;
    if (o->emit_words)
        err = fastzone_emit_list(zone, true, o->emit_words);
    if (!err && o->emit_names)
        err = fastzone_emit_list(zone, false, o->emit_names);
    return !err && o->truth ? fastzone_emit_truth(zone, o->truth) : err;
}

static int emit_all(const struct lab *lab, const struct fastzone *fastzone)
{
    const struct lab_options *o = lab->options;
    int err = o->fast ? emit_fast_lists(fastzone, o) : emit_zone_lists(lab);
    if (!err && o->emit_zones)
        err = emit_zones(lab->zones, o->emit_zones);
    return !err && o->emit_resolvers ? emit_resolvers(lab->fleet, o->emit_resolvers) : err;
}

static void print_ready(const struct lab *lab)
{
    const struct lab_options *o = lab->options;
    char zone[NAME_TEXT_MAX], first[INET_ADDRSTRLEN], last[INET_ADDRSTRLEN];
    struct in_addr from = {htonl(o->first)},
                   to = {htonl(o->first + (uint32_t)o->resolver_count - 1)};
    name_to_text(zones_apex(lab->zones, 0)->name, zone);
    printf("ready: %zu resolver%s on ", lab->fleet->count, lab->fleet->count == 1 ? "" : "s");
    if (o->resolver_count)
        printf("%s-%s port %llu", inet_ntop(AF_INET, &from, first, sizeof first),
               inet_ntop(AF_INET, &to, last, sizeof last), (unsigned long long)o->port);
    if (o->ipv6_count)
        printf("%s::1 ports %llu-%llu", o->resolver_count ? " and " : "",
               (unsigned long long)o->port, (unsigned long long)(o->port + o->ipv6_count - 1));
    printf(", zone %s", zone);
    if (zones_apex_count(lab->zones) > 1)
        printf(" and %zu more", zones_apex_count(lab->zones) - 1);
    putchar('\n');
    fflush(stdout);
}

static mono_ns timeval_ns(struct timeval time)
{
    return time.tv_sec * NS_PER_S + time.tv_usec * NS_PER_US;
}

/* Adds what the process has used so far, times SIGN. */
static void count_cpu(struct lab *lab, int sign)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage))
        return;
    lab->user_ns += sign * timeval_ns(usage.ru_utime);
    lab->system_ns += sign * timeval_ns(usage.ru_stime);
}

static int serve(struct lab *lab, const struct fastzone *fastzone)
{
    const struct lab_options *o = lab->options;
    struct fast *fast = NULL;
    int err = o->fast ? fast_create(&fast, lab, fastzone) : 0;
    if (err) {
        diag("%s", err_text(err));
        return err;
    }
    print_ready(lab);
    count_cpu(lab, -1);
    lab->started = clock_mono_ns();
    mono_ns end = lab->started + o->duration;
    err = o->fast ? fast_run(fast, end) : serve_run(lab, end);
    lab->ended = clock_mono_ns();
    count_cpu(lab, 1);
    lab->socket_drops = sockets_drops(lab->fleet);
    fast_destroy(fast);
    if (!o->quiet)
        report_print(lab);
    int report_err = o->report ? report_write(lab, o->report) : 0;
    return err ? err : report_err;
}

static int open_and_serve(struct lab *lab, const struct fastzone *fastzone)
{
    const struct lab_options *o = lab->options;
    int err = sockets_open(lab->fleet, o->fast ? SOCKETS_BUFFER_FAST : SOCKETS_BUFFER_FLEET,
                           !o->fast && !o->no_tcp);
    if (!err)
        err = serve(lab, fastzone);
    sockets_close(lab->fleet);
    return err;
}

static int run(struct lab *lab)
{
    const struct lab_options *o = lab->options;
    struct fastzone fastzone = {0};
    struct name apex;
    int err;
    if ((err = zones_create(&lab->zones)) || (err = watch_init(&lab->watch)) ||
        (err = sightings_init(&lab->sightings, (size_t)o->sighting_count))) {
        diag("%s", err_text(err));
        return err;
    }
    if (o->fast) {
        struct zone_node *node;
        err = zone_name(o, 0, &apex);
        if (!err)
            err = zones_add_apex(lab->zones, &apex, &node);
        if (err)
            return err;
        fastzone_init(&fastzone, &apex, o->seed, o->list_count,
                      o->exists_share < 0 ? FAST_EXISTS_SHARE : o->exists_share);
    } else if ((err = o->zone_files.count ? read_zones(lab) : make_zones(lab))) {
        return err;
    }
    if ((err = make_fleet(lab)) || (err = emit_all(lab, &fastzone)))
        return err;
    return o->emit_only ? 0 : open_and_serve(lab, &fastzone);
}

int main(int argc, char **argv)
{
    struct lab_options options;
    struct lab lab = {.options = &options, .stop = &stop};
    if (options_parse(&options, argc, argv))
        return EXIT_USAGE;
    if (options.is_help) {
        options_print_help();
        return 0;
    }
    if (options.is_version) {
        printf("dnstrawl-lab %s\n", DNSTRAWL_VERSION);
        return 0;
    }
    if (catch_signals(&options)) {
        diag("signals: %s", strerror(errno));
        return EXIT_FAILURE;
    }
    int err = run(&lab);
    fleet_destroy(lab.fleet);
    sightings_deinit(&lab.sightings);
    watch_deinit(&lab.watch);
    zones_destroy(lab.zones);
    return !err ? 0 : err == ERR_SYNTAX ? EXIT_USAGE : EXIT_FAILURE;
}
