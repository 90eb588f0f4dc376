// SPDX-License-Identifier: BSD-2-Clause
/* The test of a zone's servers, side by side.
 *
 * 1. act: each server whose last question was answered is asked its next. All are asked the same
 *    names, as their replies lead to them. Of those that have to hash for a name one does a
 *    slice a turn, so that the loop is not held up; the others profit from what it finds.
 * 2. done: what became of a question is told to the server's test, in place.
 * 3. At the end servers are compared: a zone that one has signed is not unsigned. */
#include "scan/classify.h"

#include <stdio.h>
#include <stdlib.h>

#include "scan/signals.h"

/* While nothing else is due: signals and the deadline are looked for. */
#define LOOK_EVERY (100 * NS_PER_MS)

/* Without EDNS, of one that did not answer: it is mostly not there at all. */
#define PLAIN_TRIES 2

enum subject_state { SUBJECT_READY, SUBJECT_TO_ASK, SUBJECT_ASKED, SUBJECT_DONE };

struct subject {
    enum subject_state state;
    uint32_t server;
    struct denial_class class;
    struct denial_class_question question;
};

struct classifying {
    const struct classify_params *params;
    struct classify_result *result;
    struct subject *subjects;
    size_t count, left; /* not done */
    bool has_hashed;    /* this turn */
    int error;
};

/* --- asking --- */

/* What OTHERS found by hashing serves as well. */
static bool adopt(struct classifying *c, struct subject *subject)
{
    for (size_t i = 0; i < c->count; i++)
        if (&c->subjects[i] != subject &&
            denial_class_adopt(&subject->class, &c->subjects[i].class))
            return true;
    return false;
}

static void advance(struct classifying *c, struct subject *subject)
{
    if (denial_class_is_searching(&subject->class) && !adopt(c, subject)) {
        if (c->has_hashed)
            return;
        c->has_hashed = true;
    }
    switch (denial_class_next(&subject->class, &subject->question)) {
    case DENIAL_CLASS_ASK:
        subject->state = SUBJECT_TO_ASK;
        break;
    case DENIAL_CLASS_SEARCH:
        break;
    case DENIAL_CLASS_DONE:
        subject->state = SUBJECT_DONE;
        c->left--;
        break;
    }
}

static unsigned flags_of(const struct denial_class_question *question)
{
    if (question->is_plain)
        return QUERY_NO_RD;
    return QUERY_EDNS | QUERY_DO | QUERY_NO_RD | (question->is_compact_ok ? (unsigned)QUERY_CO : 0);
}

/* ERR_FULL: the next turn. */
static int ask(struct classifying *c, struct subject *subject)
{
    const struct asker_question question = {
        .server = subject->server,
        .name = subject->question.name.wire,
        .type = subject->question.type,
        .flags = flags_of(&subject->question),
        .tries_max = subject->question.is_plain ? PLAIN_TRIES : 0,
        .owner = subject,
    };
    int err = asker_ask(c->params->asker, &question);
    if (!err)
        subject->state = SUBJECT_ASKED;
    return err == ERR_FULL ? 0 : err;
}

static bool is_over(struct classifying *c, mono_ns now)
{
    struct asker *asker = c->params->asker;
    bool is_stopped = signals_count() > 0 ||
                      (c->params->deadline != 0 && now >= c->params->deadline) ||
                      (asker_is_spent(asker) && asker_open(asker) == 0);
    c->result->is_cut_short = is_stopped && c->left > 0;
    return is_stopped || c->left == 0 || c->error != 0;
}

static mono_ns act(void *ctx, mono_ns now)
{
    struct classifying *c = ctx;
    c->has_hashed = false;
    for (size_t i = 0; i < c->count && !c->error; i++) {
        struct subject *subject = &c->subjects[i];
        if (subject->state == SUBJECT_READY)
            advance(c, subject);
        if (subject->state == SUBJECT_TO_ASK && !asker_is_spent(c->params->asker))
            c->error = ask(c, subject);
    }
    if (is_over(c, now))
        asker_stop(c->params->asker);
    return c->has_hashed ? now : now + LOOK_EVERY;
}

static void done(void *ctx, const struct asker_answer *answer)
{
    static const enum denial_class_answer answers[] = {
        [ASKER_ANSWERED] = DENIAL_CLASS_REPLY,    [ASKER_REFUSED] = DENIAL_CLASS_REFUSED,
        [ASKER_SERVFAIL] = DENIAL_CLASS_SERVFAIL, [ASKER_FORMERR] = DENIAL_CLASS_FORMERR,
        [ASKER_SILENT] = DENIAL_CLASS_SILENT,     [ASKER_UNREACHABLE] = DENIAL_CLASS_UNREACHABLE,
        [ASKER_NO_TCP] = DENIAL_CLASS_NO_TCP,
    };
    const struct classifying *c = ctx;
    struct subject *subject = answer->owner;
    if (answer->outcome == ASKER_SILENT && asker_is_spent(c->params->asker)) {
        subject->state = SUBJECT_TO_ASK; /* it was not asked, or not often enough to tell */
        return;
    }
    denial_class_note(&subject->class, answers[answer->outcome], answer->reply);
    subject->state = SUBJECT_READY;
}

/* --- the run --- */

/* A server that shows a zone without DNSSEC, which others have signed. */
static void compare(struct classify_result *result)
{
    bool is_signed = false;
    for (size_t i = 0; i < result->count; i++) {
        enum chain_kind kind = result->items[i].verdict.kind;
        is_signed |= chain_kinds[kind].has_records || kind == CHAIN_NO_PROOF;
    }
    for (size_t i = 0; is_signed && i < result->count; i++) {
        struct denial_class_verdict *verdict = &result->items[i].verdict;
        if (verdict->kind != CHAIN_UNSIGNED)
            continue;
        verdict->kind = CHAIN_NO_PROOF;
        snprintf(verdict->reason, sizeof verdict->reason,
                 "no keys, no signatures; other servers have the zone signed");
    }
}

static int prepare(struct classifying *c)
{
    const struct servers *servers = c->params->servers;
    c->subjects = calloc(servers->count ? servers->count : 1, sizeof *c->subjects);
    if (!c->subjects)
        return ERR_NOMEM;
    for (; c->count < servers->count; c->count++) {
        struct subject *subject = &c->subjects[c->count];
        int err =
            asker_add_server(c->params->asker, &servers->items[c->count].address, &subject->server);
        if (err)
            return err;
        denial_class_init(&subject->class, c->params->zone, c->params->seed);
    }
    c->left = c->count;
    return 0;
}

int classify_run(struct classify_result *out, const struct classify_params *params)
{
    struct classifying c = {.params = params, .result = out};
    const struct asker_handlers handlers = {.ctx = &c, .done = done, .act = act};
    *out = (struct classify_result){.zone = params->zone};
    int err = prepare(&c);
    if (!err && c.count > 0)
        err = asker_run(params->asker, &handlers);
    if (!err)
        err = c.error;
    for (size_t i = 0; !err && i < c.count; i++)
        out->items[out->count++] =
            (struct classify_item){.server = &params->servers->items[i],
                                   .number = c.subjects[i].server,
                                   .verdict = *denial_class_verdict(&c.subjects[i].class)};
    free(c.subjects);
    compare(out);
    return err;
}

struct chain_line classify_line(const struct classify_result *result, size_t index)
{
    const struct classify_item *item = &result->items[index];
    const struct denial_class_verdict *verdict = &item->verdict;
    return (struct chain_line){
        .zone = result->zone,
        .server = item->server->text,
        .host = item->server->host.wire,
        .kind = verdict->kind,
        .has_serial = verdict->has_serial,
        .serial = verdict->serial,
        .params = verdict->has_params ? &verdict->params : NULL,
        .nsec3_seen = verdict->nsec3_seen,
        .opt_out_seen = verdict->opt_out_seen,
        .has_wildcard = verdict->has_wildcard,
        .refuses_nxname = verdict->refuses_nxname,
        .honours_co = verdict->honours_co,
        .queries = verdict->queries,
        .reason = verdict->reason,
    };
}
