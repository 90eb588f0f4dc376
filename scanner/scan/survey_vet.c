// SPDX-License-Identifier: BSD-2-Clause
/* A subject's checks, one try at a time:
 *
 *   open --reply that settles it--> settled      --tries used up--> settled, without a vote
 *
 * A denial of what should exist is asked for once more: twice is what counts. A truncated
 * reply moves the check to TCP. Before the first reply only the first check is asked,
 * once a second; then up to VET_OPEN_MAX at a time, VET_GAP apart, so that a limit of
 * some 30 queries a second is not met before it is looked for. */
#include "scan/survey_state.h"

#include <stdlib.h>
#include <string.h>

#include "dns/code.h"
#include "verdict/wildcard.h"

#define VET_OPEN_MAX       8
#define VET_GAP            (40 * NS_PER_MS)
#define VET_AGAIN          (20 * NS_PER_MS) /* no connection was free */
#define KNOCK_GAP          NS_PER_S         /* to one that has not answered yet */
#define KNOCKS_UNREACHABLE 2 /* the network says that nobody is there, and says so again */
#define KNOCKS_MAX         4
#define TRIES_MAX          4
#define TRAIT_TRIES        3
#define REFUSALS_MAX       2 /* a zone refused twice is refused */
#define DENIALS_MAX        2

/* --- asking --- */

static unsigned tries_max(const struct check *check)
{
    return check->kind <= CHECK_RANDOM ? TRIES_MAX : TRAIT_TRIES;
}

static bool is_trait(const struct check *check)
{
    return check->kind > CHECK_RANDOM;
}

/* The next check to ask, or SURVEY_NONE; *IS_OVER: all of them are settled. */
static uint32_t next_check(const struct survey *s, const struct subject *subject, bool *is_over)
{
    uint32_t found = SURVEY_NONE;
    *is_over = true;
    for (uint32_t i = 0; i < s->checks.count; i++) {
        const struct record *record = &subject->records[i];
        if (record->is_settled)
            continue;
        *is_over = false;
        if (record->is_in_flight)
            continue;
        /* those tried least first: what went wrong comes again when other things were asked */
        if (found == SURVEY_NONE || record->tries < subject->records[found].tries)
            found = i;
    }
    return found;
}

static bool knock(struct survey *s, uint32_t index)
{
    struct subject *subject = &s->subjects[index];
    uint32_t knocks = subject->facts.is_unreachable ? KNOCKS_UNREACHABLE : KNOCKS_MAX;
    if (subject->facts.tries >= knocks) {
        subject->is_vetted = subject->open == 0; /* dead */
        return true;
    }
    const struct errand errand = {.subject = index, .check = 0};
    enum survey_sending sending = survey_send(s, &errand, s->params->timeout, QUERY_EDNS);
    if (sending != SURVEY_SENT)
        return sending == SURVEY_LATER;
    subject->open++;
    subject->facts.tries++;
    subject->next_due = s->now + KNOCK_GAP;
    return true;
}

static bool ask(struct survey *s, uint32_t index, uint32_t number)
{
    struct subject *subject = &s->subjects[index];
    struct record *record = &subject->records[number];
    const struct check *check = &s->checks.items[number];
    struct errand errand = {.subject = index,
                            .check = (uint16_t)number,
                            .by_tcp = record->by_tcp || check->kind == CHECK_BY_TCP};
    unsigned flags = QUERY_EDNS | (check->kind == CHECK_SIGNED ? QUERY_DO : 0u);
    enum survey_sending sending = survey_send(s, &errand, s->params->timeout, flags);
    if (sending == SURVEY_NO_ROOM)
        return false;
    if (sending == SURVEY_LATER) {
        subject->next_due = s->now + VET_AGAIN;
        return true;
    }
    subject->open++;
    subject->facts.tries += !errand.by_tcp;
    record->tries++;
    record->is_in_flight = true;
    subject->next_due = s->now + VET_GAP;
    return true;
}

bool vet_step(struct survey *s, uint32_t index)
{
    struct subject *subject = &s->subjects[index];
    if (subject->is_vetted || subject->next_due > s->now || subject->open >= VET_OPEN_MAX)
        return true;
    if (!subject->is_alive)
        return knock(s, index);
    bool is_over;
    uint32_t number = next_check(s, subject, &is_over);
    subject->is_vetted = is_over && subject->open == 0;
    return number == SURVEY_NONE || ask(s, index, number);
}

void vet_again(struct survey *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct subject *subject = &s->subjects[i];
        if (!subject->records || !appraisal_is_usable(&subject->facts))
            continue;
        for (size_t c = 0; c < s->checks.count; c++) {
            struct record *record = &subject->records[c];
            if (is_trait(&s->checks.items[c]) || !record->has_vote)
                continue;
            *record = (struct record){.servfails = record->servfails, .by_tcp = record->by_tcp};
            subject->is_vetted = false;
        }
    }
}

/* --- what replies say --- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The smallest hashes stand for a large set: equal sets keep equal ones. */
static void take_data(struct vote *vote, uint16_t type, const struct reply *reply,
                      const struct answer *answer)
{
    struct wildcard_data data;
    wildcard_data_from(&data, type, reply, answer);
    qsort(data.hashes, data.count, sizeof *data.hashes, by_value);
    vote->kind = data.count ? VOTE_DATA : VOTE_NODATA;
    vote->count = data.count < VOTE_DATA_MAX ? data.count : VOTE_DATA_MAX;
    memcpy(vote->hashes, data.hashes, vote->count * sizeof *vote->hashes);
}

/* Whether the reply has signatures, and an OPT record. */
static void look_at_extras(const struct reply *reply, bool *has_signature, bool *has_opt)
{
    struct reply_iter iter;
    struct reply_record record;
    *has_signature = *has_opt = false;
    if (reply_iter_init(&iter, reply) != 0)
        return;
    while (reply_next(&iter, &record) == 1) {
        *has_signature |= record.type == TYPE_RRSIG;
        *has_opt |= record.type == TYPE_OPT;
    }
}

static void note_edns(struct survey *s, struct subject *subject, const struct reply *reply,
                      const struct answer *answer, const struct engine_try *try,
                      bool *has_signature)
{
    bool has_opt;
    look_at_extras(reply, has_signature, &has_opt);
    if (!try->with_edns)
        return;
    if (answer->kind == ANSWER_FORMERR || answer->kind == ANSWER_NOTIMP) {
        subject->is_without_edns = true;
        pool_at(s->pool, try->resolver)->without_edns = true;
    } else if (has_opt) {
        subject->has_edns_reply = true;
    } else {
        subject->plain_replies += answer->kind <= ANSWER_NXDOMAIN;
    }
}

/* A check of a trait was answered. */
static void note_trait(struct record *record, const struct check *check,
                       const struct answer *answer, bool has_signature)
{
    bool is_use = answer->kind <= ANSWER_NXDOMAIN;
    if (!is_use && record->tries < TRAIT_TRIES)
        return;
    record->is_settled = true;
    if (check->kind == CHECK_SIGNED) {
        record->is_yes = has_signature;
        record->is_no = is_use && !has_signature;
    } else {
        record->is_yes = true;
    }
}

static void note_answer(struct record *record, const struct check *check, const struct reply *reply,
                        const struct answer *answer)
{
    switch (answer->kind) {
    case ANSWER_DATA:
    case ANSWER_NODATA:
        take_data(&record->vote, question_type(&check->question), reply, answer);
        record->has_vote = record->is_settled = true;
        break;
    case ANSWER_NXDOMAIN:
        record->vote = (struct vote){.kind = VOTE_DENIAL};
        record->has_vote = true;
        record->denials++;
        record->is_settled = check->kind == CHECK_RANDOM || record->denials == DENIALS_MAX;
        break;
    case ANSWER_SERVFAIL:
        record->servfails++;
        break;
    default:
        record->is_settled = ++record->refusals == REFUSALS_MAX;
    }
}

static void note_rtt(struct subject *subject, const struct engine_try *try)
{
    if (!try->by_tcp)
        subject->rtt_us[subject->rtt_count++ % SURVEY_RTT_CAP] = try->rtt_us;
}

static int become_alive(struct survey *s, struct subject *subject)
{
    subject->is_alive = true;
    subject->records = calloc(s->checks.count, sizeof *subject->records);
    if (!subject->records)
        s->error = ERR_NOMEM;
    return s->error;
}

static void note_silence(struct survey *s, struct subject *subject, const struct errand *errand)
{
    const struct check *check = &s->checks.items[errand->check];
    subject->facts.silent += !errand->by_tcp;
    if (!subject->is_alive)
        return;
    struct record *record = &subject->records[errand->check];
    if (record->tries >= tries_max(check)) {
        record->is_settled = true;
        record->is_no = is_trait(check);
    }
}

void vet_note(struct survey *s, const struct errand *errand, const struct reply *reply,
              const struct answer *answer, const struct engine_try *try)
{
    struct subject *subject = &s->subjects[errand->subject];
    const struct check *check = &s->checks.items[errand->check];
    subject->open--;
    if (subject->is_alive)
        subject->records[errand->check].is_in_flight = false;
    if (!answer) {
        note_silence(s, subject, errand);
        return;
    }
    if (!subject->is_alive && become_alive(s, subject) != 0)
        return;
    struct record *record = &subject->records[errand->check];
    bool has_signature;
    note_rtt(subject, try);
    note_edns(s, subject, reply, answer, try, &has_signature);
    subject->facts.replies += !try->by_tcp;
    if (answer->kind == ANSWER_TRUNCATED) {
        subject->facts.truncated++;
        record->by_tcp = true;
    } else if (answer->kind == ANSWER_FORMERR && try->with_edns) {
        record->tries = 0; /* asked again without */
    } else if (record->is_settled) {
        return; /* a second reply to a first knock */
    } else if (is_trait(check)) {
        note_trait(record, check, answer, has_signature);
    } else {
        note_answer(record, check, reply, answer);
    }
    if (record->tries >= tries_max(check))
        record->is_settled = true;
}

/* --- packets that were refused --- */

static bool differs_in_case_alone(const struct reply *reply, const struct question *question)
{
    if (reply->question_count != 1 || reply->len < DNS_HEADER_LEN + (size_t)question->len)
        return false;
    const uint8_t *asked = reply->data + DNS_HEADER_LEN;
    return memcmp(asked + question->len - 4, question->wire + question->len - 4, 4) == 0 &&
           reply_name_is(reply, DNS_HEADER_LEN, question->wire);
}

/* The subject of an address; NULL: none of the list. */
static struct subject *find_by_address(const struct survey *s, const struct wire_address *from);

void vet_note_refusal(struct survey *s, const struct engine_refusal *refusal)
{
    struct subject *subject = NULL;
    bool is_of_slot = refusal->why == REJECT_WRONG_SOURCE ||
                      refusal->why == REJECT_WRONG_QUESTION || refusal->why == REJECT_WRONG_CLASS ||
                      refusal->why == REJECT_DUPLICATE;
    if (s->stage != SURVEY_VET)
        return; /* under load a late reply and a forged one look alike */
    if (is_of_slot && refusal->resolver != POOL_NONE)
        subject = &s->subjects[refusal->resolver];
    else if (refusal->from)
        subject = find_by_address(s, refusal->from);
    if (!subject)
        return;
    if (refusal->why == REJECT_DUPLICATE) {
        subject->facts.duplicates++;
        return;
    }
    if (refusal->query != POOL_NONE && refusal->why == REJECT_WRONG_QUESTION && refusal->reply &&
        differs_in_case_alone(refusal->reply, engine_question(s->engine, refusal->query)))
        return;
    subject->facts.forged++;
}

static struct subject *find_by_address(const struct survey *s, const struct wire_address *from)
{
    size_t at = survey_address_hash(from) & (s->by_address_cap - 1);
    while (s->by_address[at]) {
        uint32_t index = s->by_address[at] - 1;
        if (wire_address_equal(&pool_at(s->pool, index)->address, from))
            return &s->subjects[index];
        at = (at + 1) & (s->by_address_cap - 1);
    }
    return NULL;
}
