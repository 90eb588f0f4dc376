// SPDX-License-Identifier: BSD-2-Clause
/* Workers that ask about chains of trust, and for a zone's keys, of resolvers that answer as they
 * are told. There is no network: what the workers want to ask is taken from their tasks, and
 * answers are settled when their time on the fake clock has come.
 *
 * Three zones, one below the other, each with a key that ldns signs with; the first two have DS
 * of the next. One rule says of what question the first so many answers are odd, and how; besides,
 * each resolver has keys of its own to give when it is asked for a zone's. */
#ifndef TESTS_UNIT_SCAN_CHAIN_WORLD_H
#define TESTS_UNIT_SCAN_CHAIN_WORLD_H

#include "tests/unit/verdict/signing.h"

#include "base/log.h"
#include "dns/code.h"
#include "scan/worker.h"
#include "verdict/classify.h"
#include "tests/fake/clock.h"
#include "tests/fake/random.h"
#include "tests/unit/scan/help.h"

#define ZONES      3
#define WORKERS    2
#define POOL_MAX   32
#define TASKS      64
#define REPLY_MAX  16384
#define LIFETIME_S 3600 /* of signatures, before and after the start */

#define RTT  (10 * NS_PER_MS)
#define SLOW (400 * NS_PER_MS)
#define LOST (2 * NS_PER_S) /* until a question without answer is given up */

#define ALWAYS UINT32_MAX

enum manner {
    HONEST,
    LATE,     /* honest, after SLOW */
    SILENT,   /* no answer */
    EMPTY,    /* one without signatures, which is not kept */
    DAMAGED,  /* one that is no message */
    UNSIGNED, /* the signatures left out */
    BOGUS,    /* a bit of the signature is wrong */
    STRANGE,  /* signed with another key of the zone's name */
    NO_DS,    /* a signed denial: a delegation without DS */
    NO_CUT,   /* a signed denial: a name like any other */
    DIGEST,   /* a DS whose digest is of an unknown type */
    ALGO,     /* a DS of a key whose algorithm nobody here checks */
    CROWD,    /* records of use to nobody before the good one */
    ESCORT,   /* and behind it */
};

/* What a resolver gives where no chain is asked for. */
enum giving { GIVES_KEYS, GIVES_OTHERS, GIVES_THIRD, GIVES_NONE, GIVES_NOTHING };

struct out {
    unsigned worker;
    uint32_t task;
    enum manner manner;
    mono_ns due;
};

static struct world {
    struct scan_params params;
    struct run run;
    struct worker workers[WORKERS];
    struct anchors *anchors;
    const char *names[ZONES];
    struct signer keys[ZONES], strangers[ZONES];
    mono_ns now, rtt;
    struct {
        int zone; /* -1: a name that is none of the zones */
        uint16_t type;
        enum manner manner;
        uint32_t times; /* left */
    } odd;
    unsigned crowd; /* records */
    uint32_t mute;  /* a bit for each resolver that keeps silent about chains */
    enum giving givings[POOL_MAX];
    unsigned asked_for_keys;
    struct out out[TASKS];
    unsigned out_count;
    unsigned asked; /* questions so far */
    const struct keys *found;
} world;

/* --- opening and closing --- */

static inline void set_now(mono_ns now)
{
    world.now = now;
    fake_clock_set(now);
    for (unsigned i = 0; i < WORKERS; i++)
        world.workers[i].now = now;
}

static inline struct signer make_signer(const char *zone, int from_s, int to_s)
{
    uint32_t now_s = (uint32_t)(clock_wall_ms() / 1000);
    return signer_of(zone, now_s + (uint32_t)from_s, now_s + (uint32_t)to_s);
}

static inline void open_worker(struct worker *w, uint32_t resolvers, uint32_t of_one)
{
    struct pool_entry entries[POOL_MAX] = {0};
    const struct wire_params wire = {.rng = &w->rng};
    w->run = &world.run;
    rng_init_key(&w->rng, (const uint8_t[32]){5});
    for (uint32_t i = 0; i < resolvers; i++)
        entries[i] = (struct pool_entry){.list_index = i, .operator_key = i / of_one};
    assert_int_equal(pool_create(&w->pool, entries, resolvers, 100, &w->rng, world.now), 0);
    assert_int_equal(wire_open(&w->wire, &wire), 0);
    assert_int_equal(tasks_create(&w->tasks, TASKS), 0);
    const struct engine_params engine = {.wire = w->wire,
                                         .pool = w->pool,
                                         .rng = &w->rng,
                                         .counters = &w->counters,
                                         .query_count = TASKS,
                                         .timeout = LOST};
    assert_int_equal(engine_create(&w->engine, &engine), 0);
    w->sets = calloc(1, sizeof *w->sets);
    assert_non_null(w->sets);
}

/* OF_ONE resolvers at a time are of one operator. ANCHOR: the zone that has one; -1: none. */
static inline void world_open(const char *second, const char *third, uint32_t resolvers,
                              uint32_t of_one, int anchor)
{
    memset(&world, 0, sizeof world);
    world.names[0] = ".";
    world.names[1] = second;
    world.names[2] = third;
    world.rtt = RTT;
    set_now(FAKE_CLOCK_START);
    for (unsigned i = 0; i < ZONES; i++) {
        world.keys[i] = make_signer(world.names[i], -LIFETIME_S, LIFETIME_S);
        world.strangers[i] = make_signer(world.names[i], -LIFETIME_S, LIFETIME_S);
    }
    assert_int_equal(anchors_create(&world.anchors), 0);
    if (anchor >= 0)
        add_anchor(world.anchors, &world.keys[anchor]);
    world.run.params = &world.params;
    world.run.worker_count = WORKERS;
    assert_int_equal(chains_open(&world.run.chains, world.anchors), 0);
    for (unsigned i = 0; i < WORKERS; i++)
        open_worker(&world.workers[i], resolvers, of_one);
    set_now(world.now);
}

static inline void world_close(void)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        struct worker *w = &world.workers[i];
        assert_int_equal(w->error, 0);
        engine_destroy(w->engine);
        tasks_destroy(w->tasks);
        wire_close(w->wire);
        pool_destroy(w->pool);
        free(w->sets);
    }
    chains_close(&world.run.chains);
    anchors_destroy(world.anchors);
    for (unsigned i = 0; i < ZONES; i++) {
        signer_drop(&world.keys[i]);
        signer_drop(&world.strangers[i]);
    }
}

static inline void make_odd(int zone, uint16_t type, enum manner manner, uint32_t times)
{
    world.odd.zone = zone;
    world.odd.type = type;
    world.odd.manner = manner;
    world.odd.times = times;
}

/* --- answers --- */

static inline int zone_at(const uint8_t *name)
{
    for (int i = 0; i < ZONES; i++) {
        struct name zone = name_of(world.names[i]);
        if (name_equal(zone.wire, name))
            return i;
    }
    return -1;
}

/* The one that NAME, not its apex, lies in. */
static inline int zone_above(const uint8_t *name)
{
    int above = 0;
    for (int i = 0; i < ZONES; i++) {
        struct name zone = name_of(world.names[i]);
        if (name_is_under(name, zone.wire) && !name_equal(name, zone.wire))
            above = i;
    }
    return above;
}

static inline ldns_rr *useless(const char *owner, uint16_t type, unsigned number)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char text[NAME_TEXT_MAX + 128];
    if (type == TYPE_DS)
        snprintf(text, sizeof text, "%s 300 IN DS %u 13 2 %064x", owner, number + 1, number);
    else
        snprintf(text, sizeof text,
                 "%s 300 IN DNSKEY 256 3 15 %c%cAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", owner,
                 letters[number / 26], letters[number % 26]);
    return rr_of(text);
}

static inline ldns_rr_list *with_crowd(ldns_rr *good, const char *owner, uint16_t type,
                                       enum manner manner)
{
    ldns_rr_list *list = ldns_rr_list_new();
    if (manner != CROWD)
        ldns_rr_list_push_rr(list, good);
    for (unsigned i = 0; manner >= CROWD && i < world.crowd; i++)
        ldns_rr_list_push_rr(list, useless(owner, type, i));
    if (manner == CROWD)
        ldns_rr_list_push_rr(list, good);
    return list;
}

/* What the zone at or above says of DS at OWNER; ZONE: the one that begins there, or -1. */
static inline ldns_rr *ds_answer(const char *owner, int zone, int above, enum manner manner)
{
    char text[2 * NAME_TEXT_MAX + 128];
    if (manner == DIGEST)
        snprintf(text, sizeof text, "%s 300 IN DS 1 13 9 00112233", owner);
    else if (manner == ALGO)
        snprintf(text, sizeof text, "%s 300 IN DS 1 12 2 %064x", owner, 1);
    else if (manner == NO_DS)
        snprintf(text, sizeof text, "%s 300 IN NSEC %s NS RRSIG NSEC", owner, world.names[above]);
    else if (manner == NO_CUT || zone < 0)
        snprintf(text, sizeof text, "%s 300 IN NSEC %s A RRSIG NSEC", owner, world.names[above]);
    else
        return ds_of(&world.keys[zone], LDNS_SHA256);
    return rr_of(text);
}

static inline size_t answer(uint8_t *out, const uint8_t *name, uint16_t type, enum manner manner)
{
    char owner[NAME_TEXT_MAX + 1];
    int zone = zone_at(name), above = type == TYPE_DS ? zone_above(name) : zone;
    size_t end = name_to_text(name, owner);
    if (name[0] != 0)
        memcpy(owner + end, ".", 2);
    assert_in_range(above, 0, ZONES - 1); /* keys are asked for where there is a zone */
    const struct signer *by = manner == UNSIGNED  ? NULL
                              : manner == STRANGE ? &world.strangers[above]
                                                  : &world.keys[above];
    ldns_rr *good = type == TYPE_DS ? ds_answer(owner, zone, above, manner)
                                    : ldns_rr_clone(world.keys[zone].dnskey);
    bool is_denial = ldns_rr_get_type(good) == LDNS_RR_TYPE_NSEC;
    size_t len = signed_reply(out, REPLY_MAX, with_crowd(good, owner, type, manner), by,
                              is_denial ? LDNS_SECTION_AUTHORITY : LDNS_SECTION_ANSWER);
    if (manner == BOGUS)
        out[len - 1] ^= 1; /* the signature is what comes last */
    return manner == DAMAGED ? 5 : len;
}

static inline enum manner choose_manner(const uint8_t *name, uint16_t type)
{
    if (world.odd.times == 0 || type != world.odd.type || zone_at(name) != world.odd.zone)
        return HONEST;
    if (world.odd.times != ALWAYS)
        world.odd.times--;
    return world.odd.manner;
}

static inline enum manner manner_of_giving(uint32_t resolver)
{
    return resolver != TASK_NONE && world.givings[resolver] == GIVES_NOTHING ? SILENT : HONEST;
}

/* It goes to one certain resolver, who may be asked. */
static inline void assert_sound(struct worker *w, const struct task *task)
{
    if (task->kind == TASK_KEYS)
        return;
    assert_int_equal(task->kind, TASK_CHAIN);
    assert_true(task->is_pinned);
    assert_int_equal(task->zone, ZONES_OTHER);
    assert_in_range(task->resolver, 0, pool_count(w->pool) - 1);
    assert_int_equal(pool_at(w->pool, task->resolver)->state, POOL_ACTIVE);
}

/* What workers want to ask goes out. */
static inline void send_all(void)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        struct worker *w = &world.workers[i];
        for (uint32_t task; (task = tasks_pop_ready(w->tasks)) != TASK_NONE;) {
            const struct question *question = engine_question(w->engine, task);
            bool is_chain = tasks_at(w->tasks, task)->kind == TASK_CHAIN;
            uint32_t resolver = tasks_at(w->tasks, task)->resolver;
            enum manner manner = !is_chain ? manner_of_giving(resolver)
                                 : world.mute >> resolver & 1
                                     ? SILENT
                                     : choose_manner(question->wire, question_type(question));
            mono_ns after = manner == SILENT ? LOST : manner == LATE ? SLOW : world.rtt;
            assert_sound(w, tasks_at(w->tasks, task));
            tasks_move(w->tasks, task, TASK_SENT);
            assert_true(world.out_count < TASKS);
            world.out[world.out_count++] = (struct out){i, task, manner, world.now + after};
            ++*(is_chain ? &world.asked : &world.asked_for_keys);
        }
    }
}

static inline struct message *message_of(const struct out *out)
{
    const struct question *question = engine_question(world.workers[out->worker].engine, out->task);
    struct message *message = malloc(sizeof *message + REPLY_MAX);
    assert_non_null(message);
    message->len = answer(message->octets, question->wire, question_type(question), out->manner);
    return message;
}

/* The keys that a resolver gives; NULL: none. */
static inline struct part *keys_given(uint32_t resolver, const struct question *question)
{
    static uint8_t wire[REPLY_MAX];
    enum giving giving = resolver == TASK_NONE ? GIVES_KEYS : world.givings[resolver];
    int zone = zone_at(question->wire);
    struct reply reply;
    struct answer answer;
    bool is_damaged;
    assert_in_range(zone, 0, ZONES - 1);
    if (giving == GIVES_NONE)
        return NULL;
    ldns_rr *key = ldns_rr_clone(world.keys[zone].dnskey),
            *other = ldns_rr_clone(world.strangers[zone].dnskey);
    ldns_rr_list *list = giving == GIVES_KEYS     ? list_of(key, NULL)
                         : giving == GIVES_OTHERS ? list_of(other, NULL)
                                                  : list_of(key, other);
    if (giving != GIVES_THIRD)
        ldns_rr_free(giving == GIVES_KEYS ? other : key);
    size_t len = signed_reply(wire, sizeof wire, list, NULL, LDNS_SECTION_ANSWER);
    assert_true(reply_init(&reply, wire, len));
    classify(&reply, question, &answer);
    return part_create(&reply, &answer, TYPE_DNSKEY, &is_damaged);
}

static inline void deliver_keys(const struct out *out)
{
    struct worker *w = &world.workers[out->worker];
    uint32_t resolver = tasks_at(w->tasks, out->task)->resolver;
    struct decision decision = {.task = out->task, .kind = DECIDE_DATA, .resolver = resolver};
    if (out->manner != SILENT)
        decision.part = keys_given(resolver, engine_question(w->engine, out->task));
    keys_settle(w, out->task, out->manner == SILENT ? NULL : &decision);
    parts_destroy(decision.part);
}

static inline void deliver(const struct out *out)
{
    struct worker *w = &world.workers[out->worker];
    if (tasks_at(w->tasks, out->task)->kind == TASK_KEYS) {
        deliver_keys(out);
        return;
    }
    struct decision decision = {.task = out->task,
                                .kind = DECIDE_DATA,
                                .resolver = tasks_at(w->tasks, out->task)->resolver};
    if (out->manner != EMPTY && out->manner != SILENT)
        decision.message = message_of(out);
    chain_settle(w, out->task, out->manner == SILENT ? NULL : &decision);
    free(decision.message);
}

/* Delivers what is due, in order of asking. */
static inline void receive_all(void)
{
    for (unsigned i = 0; i < world.out_count;) {
        const struct out out = world.out[i];
        if (out.due > world.now) {
            i++;
            continue;
        }
        memmove(&world.out[i], &world.out[i + 1], (--world.out_count - i) * sizeof out);
        deliver(&out);
    }
}

/* When the next answer is due, LATEST at the latest. */
static inline mono_ns next_due(mono_ns latest)
{
    for (unsigned i = 0; i < world.out_count; i++)
        latest = world.out[i].due < latest ? world.out[i].due : latest;
    return latest;
}

/* --- inquiries --- */

static inline struct keys_inquiry *begin(unsigned worker, unsigned place, const char *apex)
{
    struct keys_inquiry *inquiry = &world.workers[worker].inquiries.items[place];
    *inquiry = (struct keys_inquiry){.is_used = true, .apex = name_of(apex), .since = world.now};
    return inquiry;
}

static inline enum chained step(unsigned worker, struct keys_inquiry *inquiry, mono_ns *wake)
{
    *wake = INT64_MAX;
    enum chained word = chain_go_on(&world.workers[worker], inquiry, wake, &world.found);
    send_all();
    return word;
}

/* Goes on for so long, or until there is a word. */
static inline enum chained go_on_for(unsigned worker, struct keys_inquiry *inquiry, mono_ns time)
{
    mono_ns end = world.now + time, wake;
    enum chained word = step(worker, inquiry, &wake);
    while (word == CHAINED_NOT_YET && world.now < end) {
        mono_ns next = next_due(wake < end ? wake : end);
        set_now(next > world.now ? next : world.now + 1);
        receive_all();
        word = step(worker, inquiry, &wake);
    }
    return word;
}

/* To the end; nothing is left out. */
static inline enum chained ask_for(unsigned worker, const char *apex)
{
    struct keys_inquiry *inquiry = begin(worker, 0, apex);
    world.found = NULL;
    world.asked = 0;
    enum chained word = go_on_for(worker, inquiry, 60 * NS_PER_S);
    while (world.out_count > 0) {
        set_now(next_due(INT64_MAX));
        receive_all();
    }
    assert_int_not_equal(word, CHAINED_NOT_YET);
    assert_null(inquiry->chain.entry);
    assert_int_equal(world.workers[worker].inquiries.open, 0);
    assert_int_equal(tasks_free_count(world.workers[worker].tasks), TASKS);
    return word;
}

#endif
