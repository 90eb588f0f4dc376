// SPDX-License-Identifier: BSD-2-Clause
/* What the answers say, and what else they give to look up: steps 1 to 3 of servers.c. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "scan/servers_state.h"
#include "verdict/classify.h"

void finder_say(struct finder *f, const char *before, const uint8_t *name, const char *behind)
{
    char text[NAME_TEXT_MAX];
    name_to_text(name, text);
    (void)snprintf(f->out->why, sizeof f->out->why, "%s%s%s", before, text, behind);
}

/* --- what is to be looked up --- */

void finder_add_lookup(struct finder *f, const uint8_t *name, uint16_t type, uint32_t host,
                       uint32_t asked)
{
    if (f->lookup_count == LOOKUPS_MAX) {
        f->out->left_out++;
        return;
    }
    struct lookup *lookup = &f->lookups[f->lookup_count++];
    *lookup = (struct lookup){.type = type, .host = host, .asked = asked, .is_waiting = true};
    lookup->name.len = (uint8_t)name_len(name);
    memcpy(lookup->name.wire, name, lookup->name.len);
    name_lower(lookup->name.wire);
    f->open_count++;
}

static bool wants_family(const struct finder *f, unsigned family)
{
    return family == 0 ? !f->params->only_v6 : !f->params->only_v4;
}

void finder_add_host(struct finder *f, const struct name *name, unsigned origin, uint16_t port)
{
    for (size_t i = 0; i < f->host_count; i++) {
        if (f->hosts[i].port == port && name_equal(f->hosts[i].name.wire, name->wire)) {
            f->hosts[i].origin |= origin;
            return;
        }
    }
    if (f->host_count == HOSTS_MAX) {
        f->out->left_out++;
        return;
    }
    uint32_t index = (uint32_t)f->host_count++;
    f->hosts[index] = (struct host){.name = *name, .origin = origin, .port = port};
    name_lower(f->hosts[index].name.wire);
    if (wants_family(f, 0))
        finder_add_lookup(f, name->wire, TYPE_A, index, BY_RESOLVERS);
    if (wants_family(f, 1))
        finder_add_lookup(f, name->wire, TYPE_AAAA, index, BY_RESOLVERS);
}

/* --- addresses --- */

/* One that a server can have: not 0.0.0.0/8, not multicast or above. */
static bool is_askable(const struct wire_address *address)
{
    if (address->family == 0) {
        uint32_t first = ntohl(address->sa.v4.sin_addr.s_addr) >> 24;
        return first > 0 && first < 224;
    }
    const struct in6_addr *v6 = &address->sa.v6.sin6_addr;
    return !IN6_IS_ADDR_UNSPECIFIED(v6) && !IN6_IS_ADDR_MULTICAST(v6);
}

struct address *finder_add_address(struct finder *f, const struct wire_address *address,
                                   bool *is_new)
{
    *is_new = false;
    for (size_t i = 0; i < f->address_count; i++) {
        if (wire_address_equal(&f->addresses[i].address, address))
            return &f->addresses[i];
    }
    if (!wants_family(f, address->family) || !is_askable(address) || !wire_has_route(address)) {
        f->out->unusable++;
        return NULL;
    }
    if (f->address_count == SERVERS_MAX) {
        f->out->left_out++;
        return NULL;
    }
    *is_new = true;
    struct address *added = &f->addresses[f->address_count++];
    *added = (struct address){.address = *address};
    return added;
}

static void ask_address(struct finder *f, const struct wire_address *address)
{
    uint32_t number;
    int error = asker_add_server(f->asker, address, &number);
    if (error != 0) {
        f->error = error;
        return;
    }
    finder_add_lookup(f, f->out->zone.wire, TYPE_NS, 0, number);
    finder_add_lookup(f, f->out->zone.wire, TYPE_SOA, 0, number);
}

/* The address in an A or AAAA record. */
static bool read_address(const struct reply *reply, const struct reply_record *record,
                         uint16_t port, struct wire_address *out)
{
    const uint8_t *data = reply->data + record->rdata_offset;
    if (record->type == TYPE_A && record->rdata_len == 4) {
        *out = (struct wire_address){.family = 0, .len = sizeof out->sa.v4};
        out->sa.v4.sin_family = AF_INET;
        out->sa.v4.sin_port = htons(port);
        memcpy(&out->sa.v4.sin_addr, data, 4);
        return true;
    }
    if (record->type == TYPE_AAAA && record->rdata_len == 16) {
        *out = (struct wire_address){.family = 1, .len = sizeof out->sa.v6};
        out->sa.v6.sin6_family = AF_INET6;
        out->sa.v6.sin6_port = htons(port);
        memcpy(&out->sa.v6.sin6_addr, data, 16);
        return true;
    }
    return false;
}

/* --- answers --- */

static void take_addresses(struct finder *f, const struct lookup *lookup, const struct reply *reply,
                           const struct answer *answer)
{
    struct host *host = &f->hosts[lookup->host];
    for (size_t i = 0; i < answer->record_count; i++) {
        struct wire_address address;
        bool is_new;
        if (!read_address(reply, &answer->records[i], host->port, &address))
            continue;
        host->has_address = true;
        struct address *added = finder_add_address(f, &address, &is_new);
        if (added)
            added->hosts |= UINT64_C(1) << lookup->host;
        if (added && is_new && !f->is_given)
            ask_address(f, &address);
    }
}

/* Adds the hosts of the zone's own NS records (SOA: its first name); how many there are. */
static size_t take_hosts(struct finder *f, const struct lookup *lookup, const struct reply *reply,
                         const struct answer *answer, unsigned origin)
{
    size_t count = 0;
    for (size_t i = 0; i < answer->record_count; i++) {
        const struct reply_record *record = &answer->records[i];
        struct name host;
        if (record->type != lookup->type ||
            !reply_name_is(reply, record->owner_offset, lookup->name.wire) ||
            reply_read_name(reply, record->rdata_offset, &host, NULL) != 0 || host.len == 1)
            continue;
        finder_add_host(f, &host, origin, f->params->port);
        count++;
    }
    return count;
}

static size_t label_count(const uint8_t *name)
{
    size_t count = 0;
    for (; *name; name += 1 + *name)
        count++;
    return count;
}

/* The owner of the SOA record that comes with a denial, when NAME lies below it. */
static bool read_soa_owner(const struct reply *reply, const uint8_t *name, struct name *out)
{
    struct reply_iter iter;
    struct reply_record record;
    if (reply_iter_init(&iter, reply) != 0)
        return false;
    while (reply_next(&iter, &record) == 1) {
        if (record.section == 2 && record.type == TYPE_SOA &&
            reply_read_name(reply, record.owner_offset, out, NULL) == 0 &&
            name_is_under(name, out->wire) && !name_equal(name, out->wire))
            return true;
    }
    return false;
}

/* The name is there and no zone: the one it lies in. */
static void climb(struct finder *f, const struct lookup *lookup, const struct reply *reply)
{
    const uint8_t *name = lookup->name.wire;
    struct name above;
    if (!read_soa_owner(reply, name, &above)) {
        above.len = (uint8_t)(lookup->name.len - 1 - name[0]);
        memcpy(above.wire, name + 1 + name[0], above.len);
    }
    if (label_count(above.wire) < 2 || f->climbs++ == CLIMB_MAX) {
        finder_say(f, "", f->out->zone.wire, " is no zone, and in none that could be found");
        return;
    }
    name_lower(above.wire);
    f->out->zone = above;
    finder_add_lookup(f, above.wire, TYPE_NS, 0, BY_RESOLVERS);
}

static void take_zone(struct finder *f, const struct lookup *lookup, const struct reply *reply,
                      const struct answer *answer)
{
    if (answer->kind == ANSWER_NXDOMAIN) {
        finder_say(f, "", lookup->name.wire, " does not exist, the resolvers say");
        return;
    }
    if (take_hosts(f, lookup, reply, answer, SERVER_PARENT) == 0 && lookup->name.len > 1)
        climb(f, lookup, reply);
}

bool finder_take_answer(struct finder *f, const struct lookup *lookup,
                        const struct asker_answer *told)
{
    struct question question;
    struct answer answer = {.kind = ANSWER_SERVFAIL};
    question_init(&question, lookup->name.wire, lookup->name.len, lookup->type);
    if (told->outcome == ASKER_ANSWERED)
        classify(told->reply, &question, &answer);
    bool is_use = answer.kind <= ANSWER_NXDOMAIN;
    if (lookup->asked != BY_RESOLVERS) {
        unsigned origin = lookup->type == TYPE_NS ? SERVER_ZONE : SERVER_MNAME;
        if (is_use)
            (void)take_hosts(f, lookup, told->reply, &answer, origin);
        return true;
    }
    if (!is_use)
        return false;
    if (lookup->type == TYPE_NS)
        take_zone(f, lookup, told->reply, &answer);
    else
        take_addresses(f, lookup, told->reply, &answer);
    return true;
}
