// SPDX-License-Identifier: BSD-2-Clause
/* Stalls are kept out of the arithmetic by a clock that stands still while the server does:
 * working time. On it the server is an ordinary queue; what comes out is put back on the
 * real clock. Both count from the first arrival, in ns; doubles hold them to a fraction of
 * one for months. */
#include "bench/lab/service.h"

#include <math.h>
#include <stdlib.h>

int service_init(struct service *service, const struct service_params *params, uint64_t seed)
{
    *service = (struct service){.params = params};
    rng_fast_init(&service->rng, seed);
    if (!params->capacity_qps)
        return 0;
    service->done = malloc(params->queue_max * sizeof *service->done);
    return service->done ? 0 : ERR_NOMEM;
}

void service_deinit(struct service *service)
{
    free(service->done);
    service->done = NULL;
}

static double working_time(const struct service_params *p, double real)
{
    if (!p->stall)
        return real;
    double period = (double)p->stall_every, stall = (double)p->stall;
    double whole = floor(real / period), rest = real - whole * period;
    double worked = rest;
    if (rest > period / 2)
        worked = rest < period / 2 + stall ? period / 2 : rest - stall;
    return whole * (period - stall) + worked;
}

/* What is due at the very beginning of a stall comes at its end. */
static double real_time(const struct service_params *p, double worked)
{
    if (!p->stall)
        return worked;
    double period = (double)p->stall_every, stall = (double)p->stall;
    double whole = floor(worked / (period - stall)), rest = worked - whole * (period - stall);
    return whole * period + (rest < period / 2 ? rest : rest + stall);
}

/* Those that are done by NOW leave the queue; true: there is room in it. */
static bool has_room(struct service *service, int64_t now)
{
    size_t max = (size_t)service->params->queue_max;
    while (service->count && service->done[service->head] <= now) {
        service->head = (service->head + 1) % max;
        service->count--;
    }
    return service->count < max;
}

static double service_time(struct service *service)
{
    const struct service_params *p = service->params;
    double mean = 1e9 / (double)p->capacity_qps;
    return p->is_exponential ? -mean * log1p(-rng_fast_unit(&service->rng)) : mean;
}

enum service_fate service_arrive(struct service *service, int64_t arrival, int64_t *due)
{
    const struct service_params *p = service->params;
    if (!service->has_begun) {
        service->has_begun = true;
        service->began = arrival;
    }
    if (p->loss > 0 && rng_fast_unit(&service->rng) < p->loss)
        return SERVICE_LOST;
    int64_t since = arrival > service->began ? arrival - service->began : 0;
    double done = working_time(p, (double)since);
    if (p->capacity_qps) {
        if (!has_room(service, arrival))
            return SERVICE_FULL;
        if (done < service->free_at)
            done = service->free_at;
        done += service_time(service);
        service->free_at = done;
    }
    double real = real_time(p, done);
    if (p->capacity_qps) {
        size_t tail = (service->head + service->count++) % (size_t)p->queue_max;
        service->done[tail] = service->began + (int64_t)real;
    }
    if (p->latency.kind != CURVE_NONE)
        real += curve_at(&p->latency, rng_fast_unit(&service->rng));
    *due = service->began + (int64_t)real;
    if (*due < arrival)
        *due = arrival;
    return SERVICE_ANSWER;
}
