// SPDX-License-Identifier: BSD-2-Clause
/* Before anything is measured, with a light generator:
 *
 *  1. Does the target answer at all? If not within BENCH_ANSWER_WITHIN it is left out, and told
 *     why.
 *  2. Answers that are all REFUSED, or SERVFAIL: measuring that is seldom what was meant.
 *  3. The names of hits are asked once each (bench_warm_rate), again while some were not
 *     answered, so that hits are hits from the first load on. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "dns/code.h"
#include "scan/bench_state.h"

#define ASK_RATE        20.0 /* q/s */
#define ASK_LENGTH      (200 * NS_PER_MS)
#define WARM_PASSES_MAX 3
#define WARM_LOSS_DONE  0.001

/* What most of what came was refused for; NULL: nothing came. */
static const char *main_reject(const struct load_result *result)
{
    size_t most = 0;
    for (size_t i = 1; i < REJECT_COUNT; i++)
        most = result->rejects[i] > result->rejects[most] ? i : most;
    return result->rejects[most] > 0 ? reject_words[most] : NULL;
}

/* Why RESULT has no answer, each of which was waited for so long. */
static void explain_silence(struct bench_subject *subject, const struct load *load,
                            const struct load_result *result, bool is_stream, mono_ns wait)
{
    char time[UNITS_TEXT_MAX];
    const char *cause = load_why(load), *reject = main_reject(result);
    const char *why = cause                                   ? cause
                      : is_stream && result->connections == 0 ? "no connection"
                      : result->unreachable > 0               ? "nothing listens there"
                                                              : NULL;
    char *out = subject->silence;
    if (reject)
        snprintf(out, BENCH_WHY_MAX, "what it sends is no answer (%s)", reject);
    else if (why)
        snprintf(out, BENCH_WHY_MAX, "%s", why);
    else
        snprintf(out, BENCH_WHY_MAX, "%sno answer within %s", is_stream ? "connected, and " : "",
                 units_format_duration(wait, time));
}

static void look_at_rcodes(struct bench *bench, const struct bench_subject *subject,
                           const struct load_result *result)
{
    static const struct {
        unsigned rcode;
        const char *meaning;
    } odd[] = {
        {RCODE_REFUSED, "it does not serve these names, or not to you"},
        {RCODE_SERVFAIL, "it cannot resolve these names"},
        {RCODE_NOTIMP, "it does not do such queries"},
        {RCODE_FORMERR, "it does not understand such queries; --edns off may help"},
    };
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        if (result->rcodes[odd[i].rcode] < result->answered)
            continue;
        bench_warn(
            bench,
            "%s answers %s to all it was asked so far: %s. What is measured then is how fast "
            "it says so; --queries, -d name what it serves",
            subject->resolver->text, code_rcode_to_text(odd[i].rcode), odd[i].meaning);
    }
}

/* As a limiter does that takes us for a flood, or a server that speaks TCP only. */
static void look_at_truncation(struct bench *bench, const struct bench_subject *subject,
                               const struct load_result *result)
{
    if (result->truncated < result->answered)
        return;
    bench_warn(bench,
               "%s truncates all answers so far: what is measured then is how fast it says so; "
               "--follow-tc asks again by TCP, --proto tcp at once",
               subject->resolver->text);
}

static int ask(struct bench *bench, struct load *load, struct bench_subject *subject)
{
    const struct bench_load what = {
        .phase = "first answers",
        .rate = ASK_RATE,
        .arrival = LOAD_CONSTANT,
        .length = ASK_LENGTH,
    };
    mono_ns until = clock_mono_ns() + BENCH_ANSWER_WITHIN;
    mono_ns wait = bench_light_timeout(bench->options->timeout);
    bench->subject = subject->resolver->text;
    do {
        int error = bench_probe(bench, load, subject->index, &what, &bench->scratch);
        if (error)
            return error;
        if (bench->scratch.answered > 0) {
            look_at_rcodes(bench, subject, &bench->scratch);
            look_at_truncation(bench, subject, &bench->scratch);
            return 0;
        }
        explain_silence(subject, load, &bench->scratch, bench->options->proto != LOAD_UDP, wait);
        if (bench->scratch.unreachable >= bench->scratch.due)
            break;
    } while (!bench_should_stop(bench) && clock_mono_ns() + wait < until);
    if (bench->is_stopping)
        return 0;
    subject->is_left_out = true;
    log_note("%s does not answer: %s", subject->resolver->text, subject->silence);
    return 0;
}

double bench_warm_rate_of(const struct bench *bench, const struct bench_subject *subject)
{
    double most = bench->rate_fixed > 0 ? bench->rate_fixed : (double)bench->options->rate_max;
    return bench_warm_rate(most, wire_address_is_loopback(&subject->resolver->address),
                           bench->params->is_own);
}

static int warm(struct bench *bench, struct load *load, struct bench_subject *subject,
                uint64_t names)
{
    struct bench_load what = {
        .phase = "warming",
        .rate = bench_warm_rate_of(bench, subject),
        .arrival = LOAD_CONSTANT,
    };
    const struct load_result *result = &bench->scratch;
    double loss = 1;
    what.length = (mono_ns)((double)(names + 1) / what.rate * 1e9);
    bench->subject = subject->resolver->text;
    for (int pass = 0; pass < WARM_PASSES_MAX && loss > WARM_LOSS_DONE; pass++) {
        if (bench_should_stop(bench))
            return 0;
        int error = bench_probe(bench, load, subject->index, &what, &bench->scratch);
        if (error)
            return error;
        loss = result->due ? (double)(result->due - result->answered) / (double)result->due : 0;
    }
    if (loss > WARM_LOSS_DONE && !bench->is_stopping)
        bench_warn(bench,
                   "%s: %.1f %% of the names that shall be in its cache got no answer in %d tries "
                   "of warming it",
                   subject->resolver->text, loss * 100, WARM_PASSES_MAX);
    return 0;
}

uint64_t bench_count_warm(struct workload *workload)
{
    uint8_t data[WORKLOAD_MESSAGE_MAX];
    struct workload_query query = {.data = data};
    uint64_t count = 0;
    workload_rewind(workload);
    while (workload_next_warm(workload, &query))
        count++;
    return count;
}

static int warm_all(struct bench *bench, struct load *load)
{
    uint64_t names = bench_count_warm(bench->workload);
    int error = 0;
    bench->drawing.is_warming = true;
    for (size_t i = 0; i < bench->subject_count && !error && names > 0; i++)
        if (!bench->subjects[i].is_left_out)
            error = warm(bench, load, &bench->subjects[i], names);
    bench->drawing.is_warming = false;
    return error;
}

int bench_reach(struct bench *bench)
{
    struct load *load = NULL;
    size_t silent = 0;
    int error = bench_open_all(bench, true, &load);
    for (size_t i = 0; i < bench->subject_count && !error && !bench_should_stop(bench); i++) {
        error = ask(bench, load, &bench->subjects[i]);
        silent += bench->subjects[i].is_left_out;
    }
    bench->ending.is_unanswered = silent == bench->subject_count;
    bench->ending.is_less |= silent > 0;
    if (!error && !bench->ending.is_unanswered && !bench->is_stopping)
        error = warm_all(bench, load);
    load_destroy(load);
    return error;
}
