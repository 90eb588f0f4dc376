// SPDX-License-Identifier: BSD-2-Clause
/* The questions of an NSEC3 walk: which, to whom, and again.
 *
 * They are for CNAME: a wildcard's data is then not followed into other zones, and there are
 * mostly none. */
#include <string.h>

#include "dns/code.h"
#include "scan/walk_nsec3_state.h"

#define TURN_MAX 2048 /* moves of the stock in a turn */

static void push(struct nsec3_state *s, uint32_t *list, uint32_t number)
{
    s->asks[number].next = *list;
    *list = number;
}

static uint32_t pop(struct nsec3_state *s, uint32_t *list)
{
    uint32_t number = *list;
    if (number != NSEC3_NONE)
        *list = s->asks[number].next;
    return number;
}

void nsec3_asks_init(struct nsec3_state *s)
{
    s->free = s->again = NSEC3_NONE;
    for (uint32_t i = NSEC3_ASKS_MAX; i-- > 0;)
        push(s, &s->free, i);
}

void nsec3_ask_later(struct nsec3_state *s, uint32_t number)
{
    push(s, &s->again, number);
}

void nsec3_release(struct nsec3_state *s, uint32_t number)
{
    struct nsec3_ask *ask = &s->asks[number];
    if (ask->probe != NSEC3_NONE) {
        probes_done(s->probes, ask->probe);
        probes_expect(s->probes, nsec3_census(s).exist);
    }
    push(s, &s->free, number);
    s->ask_count--;
}

/* Asks a server that did not leave it unanswered; one without any is given up. */
static void send_ask(struct nsec3_state *s, uint32_t number)
{
    struct nsec3_ask *ask = &s->asks[number];
    struct walk_server *server = walk_choose_server(s->walk, ask->except);
    struct name name = s->walk->zone;
    if (!server) {
        s->silent++;
        nsec3_release(s, number);
        return;
    }
    if (!ask->is_apex)
        hasher_name(&name, &s->walk->zone, ask->label);
    const struct walk_question question = {
        .server = server, .name = name.wire, .type = ask->type, .owner = s, .tag = number};
    int r = walk_ask(s->walk, &question);
    if (r == 0)
        return;
    nsec3_ask_later(s, number);
    if (r != ERR_FULL)
        s->error = r;
}

static uint32_t take_ask(struct nsec3_state *s, uint64_t label)
{
    uint32_t number = pop(s, &s->free);
    if (number == NSEC3_NONE)
        return number;
    s->asks[number] = (struct nsec3_ask){
        .chain = s->current, .probe = NSEC3_NONE, .label = label, .type = TYPE_CNAME};
    s->ask_count++;
    return number;
}

/* One at a time, of one server after the other. */
void nsec3_ask_first(struct nsec3_state *s)
{
    if (s->ask_count > 0 || !walk_has_room(s->walk))
        return;
    if (s->first_count == NSEC3_FIRST_MAX) {
        walk_give_up(s->walk, s->minimal > 0 ? NSEC3_MADE_UP
                                             : "no reply holds an NSEC3 record that can be used");
        return;
    }
    uint32_t number = take_ask(s, rng_u64(&s->walk->rng));
    size_t count = s->walk->walked_count;
    s->asks[number].is_apex = s->is_below_dname;
    s->asks[number].except = count > 1 ? (uint64_t)1 << (s->first_count % count) : 0;
    s->first_count++;
    send_ask(s, number);
}

void nsec3_ask_again(struct nsec3_state *s)
{
    uint32_t list = s->again;
    s->again = NSEC3_NONE;
    while (list != NSEC3_NONE) {
        uint32_t number = pop(s, &list);
        if (walk_has_room(s->walk))
            send_ask(s, number);
        else
            nsec3_ask_later(s, number);
    }
}

static void ask_probe(struct nsec3_state *s, uint32_t probe)
{
    const struct probe *drawn = probes_get(s->probes, probe);
    uint32_t number = take_ask(s, drawn->label);
    struct nsec3_ask *ask = &s->asks[number];
    ask->probe = probe;
    memcpy(ask->hash, drawn->hash, sizeof ask->hash);
    send_ask(s, number);
}

/* From the threads into the stock, from there to the servers, as long as either goes. */
void nsec3_ask_new(struct nsec3_state *s)
{
    struct probe drawn;
    uint32_t probe;
    for (unsigned i = 0; i < TURN_MAX && s->error == 0; i++) {
        if (!walk_has_room(s->walk) || s->free == NSEC3_NONE)
            return;
        if (probes_next(s->probes, &probe))
            ask_probe(s, probe);
        else if (probes_room(s->probes) == 0 || !hasher_take(s->hasher, &drawn) ||
                 probes_offer(s->probes, &drawn) < 0)
            return;
    }
}
