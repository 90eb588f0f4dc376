// SPDX-License-Identifier: BSD-2-Clause
/* An NSEC3 walk against a made-up zone: the walk's side of scan/walk.h is played here, so that each
 * question and each answer can be seen, and answers come in any order. The hashing threads are
 * real. For one test program each, which these definitions are part of. */
#ifndef TESTS_UNIT_SCAN_NSEC3_PLAY_H
#define TESTS_UNIT_SCAN_NSEC3_PLAY_H

#include "nsec3_world.h"

#include <time.h>

#include "base/rng.h"
#include "scan/hasher.h"
#include "scan/walk.h"

#define OPEN_MAX 256
#define TOLD_MAX 400
#define ASKS_MAX 40000 /* a walk that does not end */

struct open_question {
    struct name name;
    uint16_t type;
    size_t server;
    uint64_t tag;
};

/* One walk, the servers' zone, and what was seen. */
static struct play {
    struct world world;
    struct walk walk;
    struct scan_params params;
    void *state;
    char *folder;
    struct rng_fast rng;
    struct open_question open[OPEN_MAX];
    size_t open_count, open_most;
    uint64_t asked[4], asked_in_all;
    struct name told[TOLD_MAX];
    size_t told_count;
    struct name last_asked;
    uint64_t stop_after; /* questions, then Ctrl-C; 0: never */

    /* What servers do instead of denying; false: they are silent. */
    bool (*serve)(struct play *p, const struct open_question *question);
    uint64_t serve_count;
} play;

/* --- scan/walk.h --- */

struct walk_server *walk_choose_server(struct walk *walk, uint64_t except)
{
    struct walk_server *best = NULL;
    for (size_t i = 0; i < walk->walked_count; i++) {
        struct walk_server *server = &walk->walked[i];
        if (!(except >> i & 1) && (!best || server->in_flight < best->in_flight))
            best = server;
    }
    return best;
}

int walk_ask(struct walk *walk, const struct walk_question *question)
{
    struct play *p = &play;
    if (p->open_count == OPEN_MAX)
        return ERR_FULL;
    struct open_question *open = &p->open[p->open_count++];
    *open = (struct open_question){.type = question->type,
                                   .server = (size_t)(question->server - walk->walked),
                                   .tag = question->tag};
    open->name.len = (uint8_t)name_len(question->name);
    memcpy(open->name.wire, question->name, open->name.len);
    p->asked[open->server]++;
    p->asked_in_all++;
    p->open_most = p->open_count > p->open_most ? p->open_count : p->open_most;
    question->server->in_flight++;
    assert_true(p->asked_in_all < ASKS_MAX);
    return 0;
}

struct walk_server *walk_note(struct walk *walk, const struct asker_answer *answer)
{
    walk->walked[answer->server].in_flight--;
    return &walk->walked[answer->server];
}

void walk_note_serial(struct walk *walk, struct walk_server *server, uint32_t serial)
{
    walk->serial_changes += server->has_serial && server->serial != serial;
    server->serial = serial;
    server->has_serial = true;
}

bool walk_has_room(const struct walk *walk)
{
    return walk->stop == WALK_GOES_ON && play.open_count < OPEN_MAX;
}

int walk_tell(struct walk *walk, const struct walk_find *find)
{
    struct name *name = &play.told[play.told_count++];
    assert_true(play.told_count <= TOLD_MAX);
    name->len = (uint8_t)name_len(find->name);
    memcpy(name->wire, find->name, name->len);
    walk->names++;
    return 0;
}

static inline void answer_one(struct play *p, void *state,
                              void (*done)(void *, const struct asker_answer *))
{
    size_t pick = rng_fast_below(&p->rng, (uint32_t)p->open_count);
    struct open_question question = p->open[pick];
    p->open[pick] = p->open[--p->open_count];
    p->serve_count++;
    p->last_asked = question.name;
    bool is_served = true;
    if (p->serve)
        is_served = p->serve(p, &question);
    else
        world_deny(&p->world, question.name.wire, question.type);
    struct reply reply;
    struct asker_answer answer = {.outcome = is_served ? ASKER_ANSWERED : ASKER_SILENT,
                                  .server = (uint32_t)question.server,
                                  .tries = 1,
                                  .tag = question.tag};
    if (is_served) {
        assert_true(reply_init(&reply, p->world.data, p->world.w.len));
        answer.reply = &reply;
    }
    done(state, &answer);
}

/* Turns until the walk is over: some answers a turn, while threads hash. */
int walk_more(struct walk *walk, void *state, mono_ns (*act)(void *, mono_ns),
              void (*done)(void *, const struct asker_answer *))
{
    static const struct timespec ms = {.tv_nsec = 1000000};
    struct play *p = &play;
    if (walk->stop != WALK_GOES_ON && walk->stop != WALK_ENDED)
        return 0;
    walk->stop = WALK_GOES_ON;
    for (mono_ns now = NS_PER_S; walk->stop == WALK_GOES_ON || p->open_count > 0;
         now += NS_PER_MS) {
        assert_true(now < 1000 * NS_PER_S);
        if (p->stop_after > 0 && p->asked_in_all >= p->stop_after)
            walk->stop = WALK_SIGNAL;
        if (walk->stop == WALK_GOES_ON)
            (void)act(state, now);
        if (p->open_count == 0)
            nanosleep(&ms, NULL); /* for the threads */
        for (size_t i = 0; i < 10 && p->open_count > 0; i++)
            answer_one(p, state, done);
    }
    return 0;
}

/* --- a play --- */

static inline void set_up(size_t names, uint16_t iterations)
{
    struct play *p = &play;
    memset(p, 0, sizeof *p);
    world_init(&p->world, "example", names, iterations);
    p->folder = folder_create();
    p->params.hashes_path = file_in(p->folder, "hashes", NULL);
    p->params.thread_count = 1;
    p->params.no_crack = true;
    rng_fast_init(&p->rng, 1);
}

static inline void begin(size_t servers)
{
    static const uint8_t key[32] = {7};
    struct play *p = &play;
    p->walk = (struct walk){
        .params = &p->params, .zone = p->world.zone, .walked_count = servers, .now_s = 1800000000};
    name_to_text(p->walk.zone.wire, p->walk.zone_text);
    rng_init_key(&p->walk.rng, key);
    rng_init_key(&p->walk.secret, key);
    for (size_t i = 0; i < servers; i++)
        p->walk.walked[i] = (struct walk_server){.number = (uint32_t)i, .text = "192.0.2.1:53"};
}

struct ending {
    char headline[300], summary[2000], stats[2000];
    bool is_complete;
};

static inline void copy_text(char *out, size_t cap, struct text *text)
{
    assert_true(!text->failed && text->len < cap);
    if (text->len > 0)
        memcpy(out, text->data, text->len);
    out[text->len] = '\0';
    text_deinit(text);
}

static inline struct ending walk_it(size_t servers)
{
    struct play *p = &play;
    struct walk_result result = {0};
    struct ending ending;
    begin(servers);
    assert_int_equal(walk_nsec3.start(&p->walk, &p->state), 0);
    assert_int_equal(walk_more(&p->walk, p->state, walk_nsec3.act, walk_nsec3.done), 0);
    assert_int_equal(walk_nsec3.finish(p->state, &result), 0);
    walk_nsec3.destroy(p->state);
    ending.is_complete = result.is_complete;
    copy_text(ending.headline, sizeof ending.headline, &result.headline);
    copy_text(ending.summary, sizeof ending.summary, &result.summary);
    copy_text(ending.stats, sizeof ending.stats, &result.stats);
    return ending;
}

static inline void tear_down(void)
{
    folder_remove(play.folder);
}

static inline size_t count_lines(const char *text, const char *with)
{
    size_t count = 0;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        const char *at = strstr(line, with);
        count += at && at < strchr(line, '\n');
    }
    return count;
}

/* The hash file holds the span of each of the chain's hashes, once. */
static inline void assert_file_has_chain(void)
{
    struct play *p = &play;
    char *content = content_of(p->params.hashes_path);
    for (size_t i = 0; i < p->world.chain.count; i++) {
        char line[2 * NSEC3_LABEL_LEN + 3] = "\n";
        base32hex_from_hash(p->world.chain.hashes[i], line + 1);
        line[1 + NSEC3_LABEL_LEN] = ' ';
        base32hex_from_hash(p->world.chain.hashes[(i + 1) % p->world.chain.count],
                            line + 2 + NSEC3_LABEL_LEN);
        const char *at = strstr(content, line);
        if (!at || strstr(at + 1, line))
            fail_msg("span %zu of %zu: %s", i, p->world.chain.count, at ? "twice" : "missing");
    }
    assert_int_equal(count_lines(content, " "), p->world.chain.count + 2); /* and the head */
    free(content);
}

static inline void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("`%s` is not in: %s", part, text);
}

#endif
