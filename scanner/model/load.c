// SPDX-License-Identifier: BSD-2-Clause
#include "model/load.h"

#include <stdlib.h>
#include <string.h>

#define HEAT_LEAST (10 * NS_PER_US)

/* Where each row of the heat map begins, in ns: an eighth of a decade each. */
static const mono_ns heat_bounds[LOAD_HEAT_ROWS] = {
    10000,      13335,      17783,      23714,      31623,      42170,      56234,      74989,
    100000,     133352,     177828,     237137,     316228,     421697,     562341,     749894,
    1000000,    1333521,    1778279,    2371374,    3162278,    4216965,    5623413,    7498942,
    10000000,   13335214,   17782794,   23713737,   31622777,   42169650,   56234133,   74989421,
    100000000,  133352143,  177827941,  237137371,  316227766,  421696503,  562341325,  749894209,
    1000000000, 1333521432, 1778279410, 2371373706, 3162277660, 4216965034, 5623413252, 7498942093,
};

/* An octave is 2.4 rows: its number tells the row but for the last few. */
uint32_t load_heat_row(mono_ns response)
{
    if (response < HEAT_LEAST)
        return 0;
    int octave = 63 - __builtin_clzll((uint64_t)response);
    int guess = (octave * 2408 - 32000) / 1000;
    uint32_t row = guess > 0 ? (uint32_t)guess : 0;
    if (row >= LOAD_HEAT_ROWS)
        return LOAD_HEAT_ROWS - 1;
    while (row + 1 < LOAD_HEAT_ROWS && response >= heat_bounds[row + 1])
        row++;
    return row;
}

int load_result_init(struct load_result *out, uint32_t columns)
{
    memset(out, 0, sizeof *out);
    if (columns == 0)
        return 0;
    if (columns > LOAD_HEAT_COLUMNS)
        columns = LOAD_HEAT_COLUMNS;
    out->columns = calloc(columns, sizeof *out->columns);
    if (!out->columns)
        return ERR_NOMEM;
    out->column_count = columns;
    return 0;
}

void load_result_deinit(struct load_result *result)
{
    free(result->columns);
    result->columns = NULL;
    result->column_count = 0;
}

void load_result_clear(struct load_result *result)
{
    struct load_column *columns = result->columns;
    uint32_t count = result->column_count;
    memset(result, 0, sizeof *result);
    if (columns)
        memset(columns, 0, count * sizeof *columns);
    result->columns = columns;
    result->column_count = count;
}

static void merge_column(struct load_column *into, const struct load_column *from)
{
    into->due += from->due;
    into->answered += from->answered;
    into->lost += from->lost;
    into->good += from->good;
    into->refused += from->refused;
    into->truncated += from->truncated;
    into->servfail += from->servfail;
    for (unsigned i = 0; i < LOAD_HEAT_ROWS; i++)
        into->rows[i] += from->rows[i];
}

static void merge_answers(struct load_result *into, const struct load_result *from)
{
    into->due += from->due;
    into->sent += from->sent;
    into->answered += from->answered;
    into->lost += from->lost;
    into->unsent += from->unsent;
    into->unreachable += from->unreachable;
    for (unsigned i = 0; i < COUNTER_RCODES; i++)
        into->rcodes[i] += from->rcodes[i];
    into->good += from->good;
    into->truncated += from->truncated;
    into->followed += from->followed;
    into->late += from->late;
    for (unsigned i = 0; i < REJECT_COUNT; i++)
        into->rejects[i] += from->rejects[i];
    into->octets_out += from->octets_out;
    into->octets_in += from->octets_in;
    into->connections += from->connections;
}

static void merge_generator(struct load_result *into, const struct load_result *from)
{
    into->active += from->active;
    into->slipped += from->slipped;
    into->stalls += from->stalls;
    if (into->stall_longest < from->stall_longest)
        into->stall_longest = from->stall_longest;
    into->socket_drops += from->socket_drops;
    into->send_busy += from->send_busy;
    into->no_room += from->no_room;
    into->cpu += from->cpu;
    into->sending += from->sending;
    into->sending_cpu += from->sending_cpu;
    into->is_cut |= from->is_cut;
    if (into->workers < from->workers)
        into->workers = from->workers;
    if (into->timeout < from->timeout)
        into->timeout = from->timeout;
}

void load_result_merge(struct load_result *into, const struct load_result *from)
{
    merge_answers(into, from);
    merge_generator(into, from);
    for (unsigned i = 0; i < LOAD_CLASSES; i++)
        hist_merge(&into->response[i], &from->response[i]);
    hist_merge(&into->service, &from->service);
    hist_merge(&into->lag, &from->lag);
    for (uint32_t i = 0; i < into->column_count && i < from->column_count; i++)
        merge_column(&into->columns[i], &from->columns[i]);
}

void load_result_response(const struct load_result *result, struct hist *out)
{
    *out = result->response[0];
    for (unsigned i = 1; i < LOAD_CLASSES; i++)
        hist_merge(out, &result->response[i]);
}

double load_result_seconds(const struct load_result *result)
{
    double workers = result->workers > 1 ? (double)result->workers : 1;
    return (double)result->active / workers / (double)NS_PER_S;
}
