// SPDX-License-Identifier: BSD-2-Clause
/* 1. Tables. 2. Zones, made up or read. 3. The fleet. 4. Lists and truth are written. */
#include "bench/lab/lab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/lab/diag.h"
#include "bench/lab/emit.h"
#include "bench/lab/report.h"
#include "bench/lab/words.h"
#include "bench/lab/zonefile.h"
#include "bench/lab/zonegen.h"

#define DECOYS_PER_NAME   9
#define DEFAULT_ZONE      "lab.example"
#define FAST_EXISTS_SHARE 0.01

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

static int emit_all(const struct lab *lab)
{
    const struct lab_options *o = lab->options;
    int err = o->fast ? emit_fast_lists(&lab->fastzone, o) : emit_zone_lists(lab);
    if (!err && o->emit_zones)
        err = emit_zones(lab->zones, o->emit_zones);
    return !err && o->emit_resolvers ? emit_resolvers(lab->fleet, o->emit_resolvers) : err;
}

static int make_fast_zone(struct lab *lab)
{
    const struct lab_options *o = lab->options;
    struct zone_node *node;
    struct name apex;
    int err = zone_name(o, 0, &apex);
    if (!err)
        err = zones_add_apex(lab->zones, &apex, &node);
    if (!err)
        fastzone_init(&lab->fastzone, &apex, o->seed, o->list_count,
                      o->exists_share < 0 ? FAST_EXISTS_SHARE : o->exists_share);
    return err;
}

int lab_init(struct lab *lab, const struct lab_options *options)
{
    int err;
    *lab = (struct lab){.options = options};
    if ((err = zones_create(&lab->zones)) || (err = watch_init(&lab->watch)) ||
        (err = sightings_init(&lab->sightings, (size_t)options->sighting_count))) {
        diag("%s", err_text(err));
        return err;
    }
    err = options->fast               ? make_fast_zone(lab)
          : options->zone_files.count ? read_zones(lab)
                                      : make_zones(lab);
    if (!err)
        err = make_fleet(lab);
    return err ? err : emit_all(lab);
}

void lab_deinit(struct lab *lab)
{
    tally_destroy(lab->tally);
    fleet_destroy(lab->fleet);
    sightings_deinit(&lab->sightings);
    watch_deinit(&lab->watch);
    zones_destroy(lab->zones);
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

void lab_start(struct lab *lab)
{
    count_cpu(lab, -1);
    lab->started = clock_mono_ns();
    lab->started_wall_ms = clock_wall_ms();
}

void lab_end(struct lab *lab)
{
    lab->ended = clock_mono_ns();
    count_cpu(lab, 1);
}

int lab_report(const struct lab *lab)
{
    if (!lab->options->quiet)
        report_print(lab);
    return lab->options->report ? report_write(lab, lab->options->report) : 0;
}
