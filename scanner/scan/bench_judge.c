// SPDX-License-Identifier: BSD-2-Clause
#include "scan/bench_judge.h"

static double share_of(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static double measure(enum slo_metric metric, const struct load_result *result)
{
    return slo_measure(&(struct slo_term){.metric = metric}, result);
}

double bench_core_use(const struct load_result *result)
{
    return share_of((uint64_t)result->sending_cpu, (uint64_t)result->sending);
}

void bench_point_of(struct bench_point *out, double rate, const struct load_result *result)
{
    double seconds = load_result_seconds(result);
    struct hist response;
    load_result_response(result, &response);
    *out = (struct bench_point){
        .seconds = seconds,
        .rate = rate,
        .achieved = seconds > 0 ? (double)result->due / seconds : 0,
        .answered = seconds > 0 ? (double)result->good / seconds : 0,
        .loss = measure(SLO_LOSS, result),
        .servfail = measure(SLO_SERVFAIL, result),
        .refused = measure(SLO_REFUSED, result),
        .truncated = measure(SLO_TRUNCATED, result),
        .p50 = hist_percentile(&response, 0.5),
        .p90 = hist_percentile(&response, 0.9),
        .p99 = hist_percentile(&response, 0.99),
        .p999 = hist_percentile(&response, 0.999),
        .p9999 = hist_percentile(&response, 0.9999),
        .lag_p999 = hist_percentile(&result->lag, 0.999),
        .slipped =
            share_of((uint64_t)result->slipped, (uint64_t)(result->slipped + result->active)),
        .why = "",
        .verdict = "",
    };
}

/* What reached the target and what it made of that: queries never sent and OURS of those lost left
 * out, times from when a query left. */
static void put_targets_part(struct load_result *out, const struct load_result *result,
                             uint64_t ours)
{
    uint64_t drops = ours < result->lost ? ours : result->lost;
    load_result_clear(out);
    out->lost = result->lost - drops;
    out->answered = result->answered;
    out->due = out->answered + out->lost;
    out->sent = out->due;
    out->good = result->good;
    out->truncated = result->truncated;
    for (size_t i = 0; i < COUNTER_RCODES; i++)
        out->rcodes[i] = result->rcodes[i];
    struct hist *response = &out->response[LOAD_OTHER];
    *response = result->service;
    response->beyond -= drops < response->beyond ? drops : response->beyond;
}

static bool is_time(enum slo_metric metric)
{
    return metric == SLO_PERCENTILE || metric == SLO_MEAN || metric == SLO_MAX;
}

/* When the generator was late its stamps are, too: times say nothing then. */
static struct slo terms_that_hold(const struct slo *slo, enum generator_fault fault)
{
    struct slo out = {.count = 0};
    for (size_t i = 0; i < slo->count; i++)
        if (fault == GENERATOR_UNSENT || !is_time(slo->terms[i].metric))
            out.terms[out.count++] = slo->terms[i];
    return out;
}

void bench_judge(struct bench_verdict *verdict, const struct slo *slo,
                 const struct load_result *result, struct load_result *room)
{
    verdict->fault = generator_judge(result, &verdict->path);
    verdict->missed = slo_missed(slo, result);
    verdict->outcome = verdict->missed  ? SEARCH_MISSED
                       : result->is_cut ? SEARCH_INVALID /* never, by slo_budget */
                                        : SEARCH_MET;
    bool is_stolen = verdict->fault == GENERATOR_STOLEN;
    if (verdict->fault == GENERATOR_FINE || (is_stolen && !verdict->missed))
        return;
    struct slo held = terms_that_hold(slo, verdict->fault);
    uint64_t ours = result->socket_drops;
    if (is_stolen)
        ours += (uint64_t)(generator_stolen(&verdict->path) * (double)result->due);
    put_targets_part(room, result, ours);
    if (!slo_missed(&held, room))
        verdict->outcome = SEARCH_INVALID;
}

void bench_judge_figures(struct bench_verdict *verdict, const struct load_result *result)
{
    bool is_unanswered = verdict->fault == GENERATOR_UNSENT && result->no_room > 0;
    bool is_ours = verdict->fault != GENERATOR_FINE && verdict->fault != GENERATOR_STOLEN;
    if (is_ours && !is_unanswered)
        verdict->outcome = SEARCH_INVALID;
}

const char *bench_outcome_word(enum search_outcome outcome)
{
    static const char *const words[] = {
        [SEARCH_MET] = "met", [SEARCH_MISSED] = "missed", [SEARCH_INVALID] = "invalid"};
    return words[outcome];
}

enum search_end bench_search_end(const struct search *search)
{
    if (search->end != SEARCH_FOUND)
        return search->end;
    for (size_t i = 0; i < search->point_count; i++) {
        const struct search_point *point = &search->points[i];
        if (point->outcome == SEARCH_MISSED && point->rate > search->held)
            return SEARCH_FOUND;
    }
    return SEARCH_GENERATOR;
}
