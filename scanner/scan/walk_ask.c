// SPDX-License-Identifier: BSD-2-Clause
/* A walk's questions: whom to ask, and what becomes of servers that do not answer. */
#include <assert.h>

#include "base/log.h"
#include "dns/query.h"
#include "scan/walk_state.h"

#define FAILURES_MAX 12 /* questions in a row that a server failed to answer: it is left */
#define SERIALS_TOLD 3

struct walk_server *walk_choose_server(struct walk *walk, uint64_t except)
{
    struct walk_server *best = NULL;
    for (size_t i = 0; i < walk->walked_count; i++) {
        struct walk_server *server = &walk->walked[i];
        if (server->is_out || except >> i & 1)
            continue;
        if (!best || server->in_flight < best->in_flight)
            best = server;
    }
    return best;
}

int walk_ask(struct walk *walk, const struct walk_question *question)
{
    const struct asker_question out = {.server = question->server->number,
                                       .name = question->name,
                                       .type = question->type,
                                       .flags = QUERY_EDNS | QUERY_DO | QUERY_NO_RD,
                                       .tries_max = question->tries_max,
                                       .owner = question->owner,
                                       .tag = question->tag};
    int error = asker_ask(walk->asker, &out);
    if (error != 0)
        return error;
    question->server->asked++;
    question->server->in_flight++;
    return 0;
}

static struct walk_server *find_server(struct walk *walk, uint32_t number)
{
    size_t i = 0;
    while (i < walk->walked_count && walk->walked[i].number != number)
        i++;
    assert(i < walk->walked_count); /* others are not asked by walk_ask */
    return &walk->walked[i];
}

/* One that fails everything is left; a kind of question that nobody answers is not its fault, for
 * others are answered in between. */
static void note_failure(struct walk *walk, struct walk_server *server, enum asker_outcome outcome)
{
    if (asker_is_spent(walk->asker) || server->is_out || ++server->failures < FAILURES_MAX)
        return;
    server->is_out = true;
    bool is_silent = outcome == ASKER_SILENT || outcome == ASKER_UNREACHABLE;
    log_note("%s: %s %s: it is asked no more", walk->zone_text, server->text,
             is_silent ? "does not answer any more" : "fails whatever it is asked");
}

struct walk_server *walk_note(struct walk *walk, const struct asker_answer *answer)
{
    struct walk_server *server = find_server(walk, answer->server);
    server->in_flight--;
    if (answer->outcome != ASKER_ANSWERED) {
        note_failure(walk, server, answer->outcome);
        return server;
    }
    server->answered++;
    server->failures = 0;
    return server;
}

void walk_note_serial(struct walk *walk, struct walk_server *server, uint32_t serial)
{
    if (server->has_serial && server->serial == serial)
        return;
    if (server->has_serial) {
        walk->serial_changes++;
        if (walk->serial_changes <= SERIALS_TOLD)
            log_note("%s: the serial at %s is %u now, was %u", walk->zone_text, server->text,
                     (unsigned)serial, (unsigned)server->serial);
    }
    server->serial = serial;
    server->has_serial = true;
}

bool walk_has_room(const struct walk *walk)
{
    return walk->stop == WALK_GOES_ON && !asker_is_spent(walk->asker) &&
           asker_room(walk->asker) > 0;
}
