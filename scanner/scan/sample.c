// SPDX-License-Identifier: BSD-2-Clause
#include "scan/sample.h"

#include <stdlib.h>

#include "base/log.h"
#include "scan/worker.h"

#define OUT_MAX    128
#define DUE_FACTOR 4

_Static_assert(ACCORD_ASKED == 64, "a bit per resolver");

bool sample_is_under_way(const struct sample *sample)
{
    return sample->accord != NULL;
}

void sample_close(struct sample *sample)
{
    free(sample->accord);
    sample->accord = NULL;
}

/* The newest that are fit for it, then servers; their number by kind. */
static void choose_names(struct worker *w, uint32_t serials[ACCORD_NAMES + ACCORD_SERVERS],
                         uint32_t *name_count, uint32_t *server_count)
{
    const struct checks *checks = &w->checks;
    *name_count = *server_count = 0;
    for (uint32_t i = 0; i < checks->count && *name_count < ACCORD_NAMES; i++) {
        uint32_t at = (checks->next + checks->count - 1 - i) % checks->count;
        if (!checks->names[at].is_listed && !checks->names[at].is_alias)
            serials[(*name_count)++] = checks->names[at].serial;
    }
    for (uint32_t i = 0; i < w->listed.host_count && *server_count < ACCORD_SERVERS; i++) {
        if (w->listed.hosts[i].serial)
            serials[*name_count + (*server_count)++] = w->listed.hosts[i].serial;
    }
}

/* One resolver of each operator: those of the sample before that had company, then from a random
 * one on. */
static uint32_t choose_resolvers(struct worker *w, uint32_t out[ACCORD_ASKED])
{
    uint32_t count = 0, all = (uint32_t)w->trust->count, before = 0, kept[ACCORD_ASKED];
    uint32_t first = rng_below(&w->rng, all);
    for (uint64_t left = w->sample.kept; left; left &= left - 1)
        kept[before++] = out[__builtin_ctzll(left)];
    for (uint32_t i = 0; i < before + all && count < ACCORD_ASKED; i++) {
        uint32_t resolver = i < before ? kept[i] : (first + i) % all;
        bool is_fit = trust_at(w->trust, resolver)->state == TRUST_ADMITTED;
        for (uint32_t j = 0; j < count && is_fit; j++)
            is_fit = pool_at(w->pool, out[j])->operator_index !=
                     pool_at(w->pool, resolver)->operator_index;
        if (is_fit)
            out[count++] = resolver;
    }
    return count;
}

static void begin(struct worker *w)
{
    struct sample *sample = &w->sample;
    uint32_t names, servers;
    listed_begin(w);
    choose_names(w, sample->serials, &names, &servers);
    if (names < (w->is_source_done ? ACCORD_NAMES_MIN : ACCORD_NAMES_GOOD))
        return;
    uint32_t asked = choose_resolvers(w, sample->resolvers);
    if (asked < 2)
        return;
    sample->accord = calloc(1, sizeof *sample->accord);
    if (!sample->accord) {
        w->error = ERR_NOMEM;
        return;
    }
    sample->accord->name_count = names;
    sample->accord->server_count = servers;
    sample->accord->asked = asked;
    sample->next = sample->out = 0;
    sample->due_names = w->trust->names * DUE_FACTOR;
    trust_begin_sample(w->trust);
    if (log_is_on(LOG_WHY))
        log_why("data differ on many names: %u of them are asked of %u resolvers", names, asked);
}

static void end(struct worker *w)
{
    uint64_t sound;
    enum accord_verdict verdict = accord_judge(w->sample.accord, &sound);
    bool is_told = verdict == ACCORD_BY_MOST || verdict == ACCORD_BY_FEW;
    for (uint32_t i = 0; i < w->sample.accord->asked && is_told; i++)
        trust_note_sound(w->trust, w->sample.resolvers[i], sound >> i & 1);
    w->sample.kept = verdict == ACCORD_NONE ? sound : 0;
    sample_close(&w->sample);
    trust_end_sample(w->trust, verdict == ACCORD_NONE);
    if (log_is_on(LOG_WHY))
        log_why("data differ on many names: %s", accord_text(verdict));
}

static void ask_on(struct worker *w)
{
    struct sample *sample = &w->sample;
    uint32_t asked = sample->accord->asked;
    uint32_t rows = sample->accord->name_count + sample->accord->server_count;
    uint32_t all = rows * asked;
    while (sample->next < all && sample->out < OUT_MAX) {
        uint32_t row = rows - 1 - sample->next / asked, column = sample->next % asked;
        uint32_t resolver = sample->resolvers[column];
        const struct known_name *known = checks_known(&w->checks, sample->serials[row]);
        bool is_wanted = known && trust_at(w->trust, resolver)->state == TRUST_ADMITTED;
        if (is_wanted && !checks_ask_sampled(w, resolver, known))
            return;
        sample->out += is_wanted;
        sample->next++;
    }
    if (sample->next == all && sample->out == 0)
        end(w);
}

void sample_go_on(struct worker *w)
{
    if (!w->sample.accord && w->trust->names >= w->sample.due_names && trust_wants_sample(w->trust))
        begin(w);
    if (w->sample.accord)
        ask_on(w);
}

static uint32_t find(const uint32_t *list, uint32_t count, uint32_t item)
{
    uint32_t i = 0;
    while (i < count && list[i] != item)
        i++;
    return i;
}

void sample_settle(struct worker *w, const struct task *task, const struct decision *decision)
{
    struct sample *sample = &w->sample;
    struct accord *accord = sample->accord;
    sample->out--;
    if (!decision || !decision->part)
        return;
    uint32_t rows = accord->name_count + accord->server_count;
    uint32_t row = find(sample->serials, rows, task->known);
    uint32_t column = find(sample->resolvers, accord->asked, task->resolver);
    const struct wildcard_data *data = &decision->part->data;
    accord_note(accord, row, column, data->hashes, data->count);
}
