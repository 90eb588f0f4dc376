// SPDX-License-Identifier: BSD-2-Clause
/* --calibrate: the search once more, against a responder of our own that does nothing else, with
 * the generator as the targets will have it. What it finds is what this machine can offer and take
 * back, at most; a target's figure near it may be the machine's. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "engine/echo.h"
#include "scan/bench_state.h"

#define PATH_START  2e3
#define PATH_LENGTH (300 * NS_PER_MS)
#define PATH_SOAK   (600 * NS_PER_MS)
#define PATH_TIME   (12 * NS_PER_S) /* then what was met so far is what it carries */

static void tell(const struct bench *bench)
{
    char rate[UNITS_TEXT_MAX];
    log_note("the path to a responder of our own carries %s queries a second",
             units_format_short((uint64_t)bench->path_rate, rate));
}

/* At any rate, which a capture's own times do not have. */
static int search_at_rates(struct bench *bench, struct load *load, struct bench_subject *subject,
                           const struct search_params *params)
{
    enum load_arrival arrival = bench->arrival;
    if (arrival == LOAD_REPLAY) {
        bench->arrival = LOAD_POISSON;
        workload_repeat(bench->workload, true);
    }
    int error = bench_search(bench, load, subject, 1, params);
    if (arrival == LOAD_REPLAY)
        workload_repeat(bench->workload, false);
    bench->arrival = arrival;
    return error;
}

static int search_path(struct bench *bench, const struct echo *echo)
{
    const struct search_params params = {
        .start = PATH_START,
        .floor = bench_floor_rate(0),
        .ceiling = (double)BENCH_RATE_MAX,
        .length = PATH_LENGTH,
        .soak = PATH_SOAK,
    };
    struct fleet_resolver resolver = {.address = *echo_address(echo)};
    const char *name = "a responder of our own";
    struct bench_subject subject;
    struct load *load = NULL;
    memcpy(resolver.text, "calibration", sizeof "calibration");
    int error = bench_subject_init(&subject, &resolver, 0);
    if (error)
        log_error("%s", err_text(error));
    subject.is_echo = true;
    if (!error)
        error = bench_open_load(bench, &resolver.address, &name, 1, false, &load);
    bench->search_end = clock_mono_ns() + PATH_TIME;
    if (!error)
        error = search_at_rates(bench, load, &subject, &params);
    double rate = search_rate(&subject.search); /* its time was over: what was met so far */
    bench->path_rate = error || bench->is_stopping ? 0 : rate > 0 ? rate : subject.search.good;
    bench->search_end = 0;
    load_destroy(load);
    bench_subject_deinit(&subject);
    bench->best = 0;
    return error;
}

int bench_calibrate(struct bench *bench)
{
    struct echo *echo;
    int error = echo_open(&echo, bench->subjects[0].resolver->address.family);
    if (error) {
        log_error("a responder on loopback: %s",
                  error == ERR_IO ? strerror(errno) : err_text(error));
        return error;
    }
    error = search_path(bench, echo);
    echo_close(echo);
    if (!error && bench->path_rate > 0)
        tell(bench);
    else if (!error && !bench->is_stopping)
        bench_warn(bench, "the path to a responder of our own meets the objective at no rate");
    return error;
}
