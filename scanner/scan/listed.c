// SPDX-License-Identifier: BSD-2-Clause
#include "scan/listed.h"

#include <string.h>

#include "base/hash.h"
#include "dns/code.h"
#include "scan/worker.h"

#define TESTS_MAX 2 /* of one resolver; so many denials of different names convict */

/* SEEN: a bit for each that the same resolver lists. NULL: no room. When all places are taken, one
 * that a single resolver lists gives way: the first to answer may have made up as many as fit. */
static struct listed_host *host_of(struct listed *listed, const uint8_t *wire, unsigned seen)
{
    struct listed_host *host = NULL;
    for (uint32_t i = 0; i < listed->host_count; i++) {
        if (name_equal(listed->hosts[i].name.wire, wire))
            return &listed->hosts[i];
        if (listed->hosts[i].count == 1 && listed->hosts[i].serial == 0 && !(seen >> i & 1))
            host = &listed->hosts[i];
    }
    if (listed->host_count < LISTED_MAX)
        host = &listed->hosts[listed->host_count++];
    if (!host)
        return NULL;
    *host = (struct listed_host){.name.len = (uint8_t)name_len(wire)};
    memcpy(host->name.wire, wire, host->name.len);
    return host;
}

void listed_note(struct worker *w, const struct part *part)
{
    struct listed *listed = &w->listed;
    const uint8_t *apex = zones_at(w->run->zones, w->vet_zone)->name.wire;
    bool has_any = false;
    unsigned seen = 0;
    for (uint16_t i = 0; i < part->record_count; i++) {
        const struct hit_record *record = &part->records[i];
        if (record->type != TYPE_NS)
            continue;
        has_any = true;
        if (!name_is_under(record->rdata, apex) || name_equal(record->rdata, apex) ||
            !scope_allows(w->run->scope, record->rdata))
            continue;
        struct listed_host *host = host_of(listed, record->rdata, seen);
        if (!host)
            continue;
        unsigned bit = 1u << (host - listed->hosts);
        host->count += (seen & bit) == 0; /* who repeats it is one all the same */
        seen |= bit;
    }
    listed->answers += has_any;
}

/* One resolver alone may list what it likes. */
static bool is_agreed(const struct listed *listed, const struct listed_host *host)
{
    return host->count >= 2 && host->count * 2 > listed->answers;
}

/* It was among the confirmed names, and newer ones took its place. */
static bool is_outdated(const struct worker *w, const struct listed_host *host)
{
    return host->is_there && !checks_known(&w->checks, host->serial);
}

void listed_begin(struct worker *w)
{
    struct listed *listed = &w->listed;
    for (uint32_t i = 0; i < listed->host_count; i++) {
        struct listed_host *host = &listed->hosts[i];
        if ((host->serial == 0 || is_outdated(w, host)) && is_agreed(listed, host))
            host->serial = checks_list(w, &host->name, w->vet_zone);
    }
}

void listed_test(struct worker *w, uint32_t resolver)
{
    struct trust_record *r = trust_at(w->trust, resolver);
    if (w->listed.host_count == 0 || r->passes > 0 || r->listed_tests >= TESTS_MAX)
        return;
    listed_begin(w);
    for (uint32_t i = 0; i < w->listed.host_count && r->listed_tests < TESTS_MAX; i++) {
        const struct known_name *known = checks_known(&w->checks, w->listed.hosts[i].serial);
        if (known && checks_ask(w, resolver, known))
            r->listed_tests++;
    }
}

/* --- what all workers know --- */

static uint64_t hash_of(const uint8_t *name)
{
    uint64_t hash = hash64(name, name_len(name), 0);
    return hash ? hash : 1;
}

static void tell_there(struct run *run, const uint8_t *name)
{
    uint64_t hash = hash_of(name);
    for (unsigned i = 0; i < LISTED_MAX; i++) {
        uint64_t there = 0;
        if (atomic_compare_exchange_strong(&run->listed_there.hashes[i], &there, hash) ||
            there == hash)
            return;
    }
}

bool listed_is_there(const struct run *run, const uint8_t *name)
{
    uint64_t hash = hash_of(name);
    for (unsigned i = 0; i < LISTED_MAX; i++) {
        if (atomic_load_explicit(&run->listed_there.hashes[i], memory_order_relaxed) == hash)
            return true;
    }
    return false;
}

bool listed_any_is_there(const struct run *run)
{
    return atomic_load_explicit(&run->listed_there.hashes[0], memory_order_relaxed) != 0;
}

void listed_settle(struct worker *w, uint32_t serial, bool has_data)
{
    for (uint32_t i = 0; i < w->listed.host_count; i++) {
        struct listed_host *host = &w->listed.hosts[i];
        if (host->serial != serial)
            continue;
        host->is_there |= has_data;
        if (has_data)
            tell_there(w->run, host->name.wire);
        host->is_denied |= !has_data;
    }
}

const struct name *listed_denied(const struct worker *w)
{
    const struct name *denied = NULL;
    for (uint32_t i = 0; i < w->listed.host_count; i++) {
        if (w->listed.hosts[i].is_there || listed_is_there(w->run, w->listed.hosts[i].name.wire))
            return NULL;
        if (w->listed.hosts[i].is_denied && !denied)
            denied = &w->listed.hosts[i].name;
    }
    return denied;
}
