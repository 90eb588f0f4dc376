// SPDX-License-Identifier: BSD-2-Clause
/* scan/classify.c on the simulated network: servers of one zone, each with its own ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>

#include "scan/classify.h"
#include "tests/fake/clock.h"
#include "tests/fake/net.h"
#include "tests/fake/random.h"
#include "tests/unit/verdict/message.h"
#include "tests/unit/verdict/denials.h"

#define RTT (20 * NS_PER_MS)

enum { AT_CHAIN = 1, AT_HASHES, AT_UNSIGNED, AT_SILENT, AT_REFUSED, AT_COMPACT, AT_PLAIN };

static const char *const names[] = {"example", "a.example", "k.example", "m.example", NULL};
static const struct nsec3_params params = {.algorithm = 1, .iterations = 1};

static struct bench {
    struct asker *asker;
    struct servers servers;
    unsigned queries[8];   /* to the server of that number */
    struct name asked[64]; /* by the server of hashes, and its like */
    unsigned asked_count;
    unsigned co_count;    /* queries with the CO flag */
    unsigned plain_count; /* without EDNS */
} bench;

/* --- the far side --- */

static void deny(unsigned at, struct message *m, const struct name *name)
{
    struct name next;
    if (at == AT_CHAIN)
        put_chain_denial(m, names, name);
    else if (at == AT_HASHES)
        put_hash_denial(m, names, &params, 0, name);
    else if (at == AT_COMPACT && canon_next(&next, name->wire, name_of(ZONE_TEXT).wire))
        put_nsec(m, name, &next, (const uint16_t[]){TYPE_RRSIG, TYPE_NSEC, TYPE_NXNAME, 0});
}

static void answer(unsigned at, struct message *m, const struct name *name, uint16_t type)
{
    struct name zone = name_of(ZONE_TEXT);
    put_soa(m, name_equal(name->wire, zone.wire) && type == TYPE_SOA ? IN_ANSWER : IN_AUTHORITY, 5);
    if (!name_equal(name->wire, zone.wire))
        deny(at, m, name);
    else if (at != AT_UNSIGNED && type == TYPE_SOA)
        put_signed(m, IN_ANSWER, &zone, TYPE_SOA);
}

static void on_query(void *ctx, const struct net_query *query)
{
    static struct message m;
    struct name name = {.len = (uint8_t)name_len(query->data + DNS_HEADER_LEN)};
    unsigned at = ntohl(query->to.sa.v4.sin_addr.s_addr) & 7;
    size_t question_end = (size_t)DNS_HEADER_LEN + name.len + 4;
    (void)ctx;
    bool has_edns = query->data[11] != 0; /* the count of additional records */
    bench.queries[at]++;
    bench.plain_count += !has_edns;
    if (at == AT_SILENT || (at == AT_PLAIN && has_edns))
        return;
    memcpy(name.wire, query->data + DNS_HEADER_LEN, name.len);
    name_lower(name.wire);
    if (at == AT_HASHES && bench.asked_count < 64)
        bench.asked[bench.asked_count++] = name;
    /* All queries with EDNS have DO, and none RD; the OPT's flags are its seventh octet and the
     * next. */
    assert_int_equal(query->data[2] & 1, 0);
    if (has_edns) {
        assert_int_equal(query->data[question_end + 7] & 0x80, 0x80);
        bench.co_count += (query->data[question_end + 7] & 0x40) != 0;
    }
    m.w = bytes_writer_at(m.data, sizeof m.data);
    bytes_put(&m.w, query->data, question_end);
    memset(m.data + 6, 0, 6);
    m.data[2] |= 0x84; /* QR AA */
    m.data[3] = at == AT_REFUSED ? RCODE_REFUSED : RCODE_NOERROR;
    if (at != AT_REFUSED)
        answer(at, &m, &name,
               (uint16_t)(query->data[question_end - 4] << 8 | query->data[question_end - 3]));
    net_reply(query, RTT, NULL, m.data, m.w.len);
}

/* --- the near side --- */

static void set_up(const unsigned *ats, uint64_t queries_max)
{
    static const struct net_server server = {.query = on_query};
    const struct asker_params asker_params = {
        .timeout = NS_PER_S, .tries_max = 3, .queries_max = queries_max};
    memset(&bench, 0, sizeof bench);
    net_install(&server);
    fake_random_key(7);
    fake_clock_set(FAKE_CLOCK_START);
    assert_int_equal(asker_create(&bench.asker, &asker_params), 0);
    for (unsigned port = 53; *ats; ats++, port++) {
        struct server *item = &bench.servers.items[bench.servers.count++];
        item->address.len = sizeof item->address.sa.v4;
        item->address.sa.v4.sin_family = AF_INET;
        item->address.sa.v4.sin_port = htons((uint16_t)port);
        item->address.sa.v4.sin_addr.s_addr = htonl(0xc0000200 + *ats);
        snprintf(item->text, sizeof item->text, "192.0.2.%u:%u", *ats, port);
    }
}

static struct classify_result *run(mono_ns deadline)
{
    static struct classify_result result;
    const struct classify_params classify_params = {.asker = bench.asker,
                                                    .zone = (const uint8_t *)"\7example",
                                                    .servers = &bench.servers,
                                                    .seed = 4,
                                                    .deadline = deadline};
    assert_int_equal(classify_run(&result, &classify_params), 0);
    assert_int_equal(result.count, bench.servers.count);
    return &result;
}

static void assert_kind(const struct classify_result *result, size_t index, enum chain_kind kind)
{
    const struct classify_item *item = &result->items[index];
    if (item->verdict.kind != kind)
        print_error("%s: %s, %s\n", item->server->text, chain_kinds[item->verdict.kind].word,
                    item->verdict.reason);
    assert_int_equal(item->verdict.kind, kind);
    assert_ptr_equal(item->server, &bench.servers.items[index]);
}

static void every_server_is_told_by_itself(void **state)
{
    (void)state;
    set_up((const unsigned[]){AT_SILENT, AT_CHAIN, AT_HASHES, AT_REFUSED, AT_COMPACT, 0}, 0);
    const struct classify_result *result = run(0);
    assert_kind(result, 0, CHAIN_SILENT);
    assert_kind(result, 1, CHAIN_NSEC);
    assert_kind(result, 2, CHAIN_NSEC3);
    assert_kind(result, 3, CHAIN_REFUSED);
    assert_kind(result, 4, CHAIN_COMPACT);
    assert_false(result->is_cut_short);
    assert_int_equal(bench.queries[AT_SILENT], 5); /* one question, with EDNS and without */
    assert_int_equal(bench.plain_count, 2);
    assert_int_equal(bench.queries[AT_CHAIN], 5);
    assert_int_equal(bench.queries[AT_HASHES], 4);
    assert_int_equal(bench.queries[AT_COMPACT], 5);
    assert_int_equal(bench.co_count, 1);
    struct chain_line line = classify_line(result, 2);
    assert_string_equal(line.server, "192.0.2.2:55");
    assert_int_equal(line.params->iterations, 1);
    assert_int_equal(line.serial, 5);
    assert_null(classify_line(result, 1).params);
    asker_destroy(bench.asker);
}

/* And no more is asked of it, nor of others without EDNS. */
static void what_drops_edns_is_told(void **state)
{
    (void)state;
    set_up((const unsigned[]){AT_PLAIN, AT_CHAIN, 0}, 0);
    const struct classify_result *result = run(0);
    assert_kind(result, 0, CHAIN_FAILING);
    assert_non_null(strstr(result->items[0].verdict.reason, "without EDNS"));
    assert_kind(result, 1, CHAIN_NSEC);
    assert_int_equal(bench.queries[AT_PLAIN], 4);
    assert_int_equal(bench.queries[AT_CHAIN], 5);
    assert_int_equal(bench.plain_count, 1);
    assert_int_equal(classify_line(result, 0).serial, 5);
    asker_destroy(bench.asker);
}

static void an_unsigned_server_of_a_signed_zone_is_without_proof(void **state)
{
    (void)state;
    set_up((const unsigned[]){AT_UNSIGNED, AT_CHAIN, 0}, 0);
    const struct classify_result *result = run(0);
    assert_kind(result, 0, CHAIN_NO_PROOF);
    assert_non_null(strstr(result->items[0].verdict.reason, "other servers"));
    asker_destroy(bench.asker);
    set_up((const unsigned[]){AT_UNSIGNED, AT_UNSIGNED, AT_REFUSED, 0}, 0);
    result = run(0);
    assert_kind(result, 0, CHAIN_UNSIGNED);
    assert_kind(result, 1, CHAIN_UNSIGNED);
    asker_destroy(bench.asker);
}

/* Four servers of one chain: asked the same names, whoever hashed for them. */
static void what_one_hashed_for_serves_all(void **state)
{
    (void)state;
    set_up((const unsigned[]){AT_HASHES, AT_HASHES, AT_HASHES, AT_HASHES, 0}, 0);
    const struct classify_result *result = run(0);
    unsigned different = 0;
    for (size_t i = 0; i < 4; i++)
        assert_kind(result, i, CHAIN_NSEC3);
    assert_int_equal(bench.asked_count, 16);
    for (unsigned i = 0; i < bench.asked_count; i++) {
        bool is_first = true;
        for (unsigned j = 0; j < i; j++)
            is_first &= !name_equal(bench.asked[i].wire, bench.asked[j].wire);
        different += is_first;
    }
    assert_int_equal(different, 4);
    asker_destroy(bench.asker);
}

static void a_deadline_cuts_it_short(void **state)
{
    (void)state;
    set_up((const unsigned[]){AT_CHAIN, AT_SILENT, 0}, 0);
    const struct classify_result *result = run(clock_mono_ns() + 500 * NS_PER_MS);
    assert_kind(result, 0, CHAIN_NSEC);
    assert_kind(result, 1, CHAIN_UNKNOWN);
    assert_true(result->is_cut_short);
    asker_destroy(bench.asker);
}

static void so_do_queries_used_up(void **state)
{
    (void)state;
    set_up((const unsigned[]){AT_CHAIN, AT_CHAIN, 0}, 3);
    const struct classify_result *result = run(0);
    assert_true(result->is_cut_short);
    assert_kind(result, 0, CHAIN_UNKNOWN);
    assert_int_equal(bench.queries[AT_CHAIN], 3);
    asker_destroy(bench.asker);
}

static void no_servers_are_no_lines(void **state)
{
    (void)state;
    set_up((const unsigned[]){0}, 0);
    assert_int_equal(run(0)->count, 0);
    asker_destroy(bench.asker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_server_is_told_by_itself),
        cmocka_unit_test(what_drops_edns_is_told),
        cmocka_unit_test(an_unsigned_server_of_a_signed_zone_is_without_proof),
        cmocka_unit_test(what_one_hashed_for_serves_all),
        cmocka_unit_test(a_deadline_cuts_it_short),
        cmocka_unit_test(so_do_queries_used_up),
        cmocka_unit_test(no_servers_are_no_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
