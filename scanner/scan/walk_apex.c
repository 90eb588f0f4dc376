// SPDX-License-Identifier: BSD-2-Clause
/* The zone's keys, from the first of its servers that gives any, and the SOA from the same. Both
 * are kept with their signatures, to be written with the apex: so what a walk writes as zone
 * text can be verified by itself. */
#include <stdlib.h>
#include <string.h>

#include "dns/code.h"
#include "dns/query.h"
#include "dns/rdata.h"
#include "scan/signals.h"
#include "scan/walk_state.h"

#define SOA_ROOM   8192 /* besides the keys: a SOA and some signatures */
#define LOOK_EVERY (50 * NS_PER_MS)

struct search {
    struct walk *walk;
    size_t next;   /* server of `walked` to ask */
    uint16_t type; /* DNSKEY, then SOA */
    bool is_out, is_over;
    int error;
};

static bool is_wanted(const struct walk *walk, const struct reply *reply,
                      const struct reply_record *record, uint16_t type)
{
    struct rrsig_view view;
    if (record->section != 1 || record->class != CLASS_IN ||
        !reply_name_is(reply, record->owner_offset, walk->zone.wire))
        return false;
    if (record->type != TYPE_RRSIG)
        return record->type == type;
    return rrsig_read(&view, reply->data + record->rdata_offset, record->rdata_len) == 0 &&
           view.type == type;
}

static void keep(struct walk *walk, const struct reply *reply, const struct reply_record *record)
{
    struct walk_apex *apex = &walk->apex;
    size_t len;
    if (apex->count == WALK_APEX_RECORDS ||
        rdata_expand(reply, record, apex->bytes + apex->used, apex->cap - apex->used, &len) != 0)
        return;
    apex->records[apex->count++] = (struct hit_record){.owner = walk->zone.wire,
                                                       .rdata = apex->bytes + apex->used,
                                                       .ttl = record->ttl,
                                                       .type = record->type,
                                                       .rdata_len = (uint16_t)len};
    apex->used += len;
}

static void read_records(struct walk *walk, const struct reply *reply, uint16_t type)
{
    struct reply_iter iter;
    struct reply_record record;
    int more = reply_iter_init(&iter, reply);
    while (more == 0 && reply_next(&iter, &record) == 1) {
        if (is_wanted(walk, reply, &record, type))
            keep(walk, reply, &record);
    }
}

static int create_keys(struct walk *walk)
{
    struct rdata_view keys[SIGNATURE_KEYS_MAX];
    size_t count = 0;
    for (uint16_t i = 0; i < walk->apex.count && count < SIGNATURE_KEYS_MAX; i++) {
        const struct hit_record *record = &walk->apex.records[i];
        if (record->type == TYPE_DNSKEY)
            keys[count++] = (struct rdata_view){.data = record->rdata, .len = record->rdata_len};
    }
    return count > 0 ? keys_create(&walk->keys, walk->zone.wire, keys, count) : ERR_SYNTAX;
}

static int read_keys(struct walk *walk, const struct reply *reply)
{
    free(walk->apex.bytes);
    walk->apex = (struct walk_apex){.cap = reply->len + SOA_ROOM};
    walk->apex.bytes = malloc(walk->apex.cap);
    if (!walk->apex.bytes)
        return ERR_NOMEM;
    read_records(walk, reply, TYPE_DNSKEY);
    return create_keys(walk);
}

/* Keys from SERVER, or why not; the next server is asked then. */
static void settle_keys(struct search *search, const struct walk_server *server,
                        const struct asker_answer *answer)
{
    int error =
        answer->outcome == ASKER_ANSWERED ? read_keys(search->walk, answer->reply) : ERR_MISSING;
    if (error == ERR_NOMEM)
        search->error = error;
    if (error != 0) {
        search->next++;
        return;
    }
    search->walk->keys_from = server->text;
    search->type = TYPE_SOA;
}

static void on_done(void *ctx, const struct asker_answer *answer)
{
    struct search *search = ctx;
    search->is_out = false;
    if (search->type == TYPE_DNSKEY) {
        settle_keys(search, &search->walk->walked[search->next], answer);
        return;
    }
    search->is_over = true;
    if (answer->outcome == ASKER_ANSWERED)
        read_records(search->walk, answer->reply, TYPE_SOA);
}

static mono_ns on_act(void *ctx, mono_ns now)
{
    struct search *search = ctx;
    struct walk *walk = search->walk;
    search->is_over |= signals_count() > 0 || search->next == walk->walked_count;
    if (!search->is_over && !search->is_out) {
        const struct asker_question question = {.server = walk->walked[search->next].number,
                                                .name = walk->zone.wire,
                                                .type = search->type,
                                                .flags = QUERY_EDNS | QUERY_DO | QUERY_NO_RD};
        int error = asker_ask(walk->asker, &question);
        search->is_out = error == 0;
        search->error = error != ERR_FULL ? error : 0;
    }
    if (search->is_over || search->error != 0)
        asker_stop(walk->asker);
    return now + LOOK_EVERY;
}

int walk_find_apex(struct walk *walk)
{
    struct search search = {.walk = walk, .type = TYPE_DNSKEY};
    const struct asker_handlers handlers = {.ctx = &search, .done = on_done, .act = on_act};
    int error = asker_run(walk->asker, &handlers);
    return error == 0 ? search.error : error;
}
