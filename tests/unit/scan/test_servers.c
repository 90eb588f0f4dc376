// SPDX-License-Identifier: BSD-2-Clause
/* scan/servers.c on the simulated network: resolvers and servers that answer from a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "scan/servers.h"
#include "tests/fake/clock.h"
#include "tests/fake/net.h"
#include "tests/fake/random.h"
#include "tests/unit/verdict/message.h"

#define RESOLVER "192.0.2.1"
#define RTT      (20 * NS_PER_MS)
#define RCODE(n) (0xff00 + (n)) /* as a rule's type: the reply has this rcode */

/* What the server at AT says to NAME, TYPE: one record, of type GIVEN. */
struct rule {
    const char *at, *name;
    uint16_t type, given;
    const char *data;
    const char *owner; /* NULL: NAME */
};

static struct {
    const struct rule *rules;
    const char *no_route, *silent; /* addresses */
    const char *soa;               /* comes with denials of resolvers; NULL: none */
    unsigned queries, recursive, copies;
    char asked[512][32];
} world;

/* --- the far side --- */

static void put_record(struct message *m, const struct rule *rule, unsigned copy)
{
    uint8_t rdata[64] = {0};
    const char *owner = rule->owner ? rule->owner : rule->name;
    char text[256];
    snprintf(text, sizeof text, rule->data, copy);
    if (rule->given == TYPE_A && inet_pton(AF_INET, text, rdata) == 1) {
        message_put(m, IN_ANSWER, owner, TYPE_A, CLASS_IN, rdata, 4);
    } else if (rule->given == TYPE_AAAA && inet_pton(AF_INET6, text, rdata) == 1) {
        message_put(m, IN_ANSWER, owner, TYPE_AAAA, CLASS_IN, rdata, 16);
    } else if (rule->given == TYPE_SOA) {
        uint8_t soa[NAME_WIRE_MAX + 21] = {0};
        struct name host = name_of(text);
        memcpy(soa, host.wire, host.len);
        message_put(m, IN_ANSWER, owner, TYPE_SOA, CLASS_IN, soa, host.len + 21u);
    } else if (rule->given >= RCODE(0)) {
        m->data[3] |= (uint8_t)(rule->given - RCODE(0));
    } else { /* NS, CNAME */
        message_put_name(m, IN_ANSWER, owner, rule->given, text);
    }
}

static void on_query(void *ctx, const struct net_query *query)
{
    static struct message m;
    char at[INET6_ADDRSTRLEN], name[NAME_TEXT_MAX];
    const void *raw = query->to.family ? (const void *)&query->to.sa.v6.sin6_addr
                                       : (const void *)&query->to.sa.v4.sin_addr;
    size_t len = name_len(query->data + DNS_HEADER_LEN);
    uint16_t type =
        (uint16_t)(query->data[DNS_HEADER_LEN + len] << 8 | query->data[DNS_HEADER_LEN + len + 1]);
    (void)ctx;
    inet_ntop(query->to.family ? AF_INET6 : AF_INET, raw, at, sizeof at);
    assert_true(world.queries < 512);
    snprintf(world.asked[world.queries++], 32, "%.20s %u", at,
             ntohs(query->to.family ? query->to.sa.v6.sin6_port : query->to.sa.v4.sin_port));
    world.recursive += query->data[2] & 1;
    if (world.silent && strcmp(at, world.silent) == 0)
        return;
    name_to_text(query->data + DNS_HEADER_LEN, name);
    message_begin(&m, name, type, 0);
    memcpy(m.data, query->data, 2);
    memcpy(m.data + DNS_HEADER_LEN, query->data + DNS_HEADER_LEN, len); /* its letter case */
    bool has_any = false;
    for (const struct rule *rule = world.rules; rule->at; rule++) {
        if (strcmp(rule->at, at) != 0 || strcmp(rule->name, name) != 0 || rule->type != type)
            continue;
        has_any = true;
        for (unsigned i = 1;
             i <= (world.copies ? world.copies : 1) && (i == 1 || rule->type == TYPE_NS); i++)
            put_record(&m, rule, i);
    }
    if (!has_any && world.soa)
        message_put_soa(&m, world.soa);
    net_reply(query, RTT, NULL, m.data, m.w.len);
}

static bool has_route(void *ctx, const struct wire_address *to)
{
    char text[INET6_ADDRSTRLEN];
    (void)ctx;
    const void *raw = to->family ? (const void *)&to->sa.v6.sin6_addr : &to->sa.v4.sin_addr;
    inet_ntop(to->family ? AF_INET6 : AF_INET, raw, text, sizeof text);
    return !world.no_route || strcmp(text, world.no_route) != 0;
}

/* --- the near side --- */

static struct scan_params params;
static struct servers found;
static const char *resolvers[] = {RESOLVER, "192.0.2.2"};

static void set_up(const struct rule *rules)
{
    const struct net_server server = {.query = on_query, .has_route = has_route};
    memset(&world, 0, sizeof world);
    world.rules = rules;
    net_install(&server);
    fake_random_key(3);
    fake_clock_set(FAKE_CLOCK_START);
    log_init(LOG_ERROR, false);
    params = (struct scan_params){.port = 53,
                                  .timeout = 3 * NS_PER_S,
                                  .tries_max = 8,
                                  .resolvers = {.items = resolvers, .count = 1},
                                  .rate_qps = RATE_DEFAULT,
                                  .resolver_rate_qps = RATE_DEFAULT,
                                  .zone_rate_qps = RATE_DEFAULT};
}

static const char *find(const char *zone)
{
    struct name name = name_of(zone);
    const char *why = NULL;
    assert_int_equal(servers_find(&found, name.wire, &params, &why), 0);
    return why;
}

static const struct server *server_at(const char *text)
{
    for (size_t i = 0; i < found.count; i++) {
        if (strcmp(found.items[i].text, text) == 0)
            return &found.items[i];
    }
    fail_msg("%s is not among the %zu servers", text, found.count);
    return NULL;
}

static void expect_server(const char *text, const char *host, unsigned origin)
{
    const struct server *server = server_at(text);
    char host_text[NAME_TEXT_MAX];
    name_to_text(server->host.wire, host_text);
    assert_string_equal(host_text, host);
    assert_int_equal(server->origin, origin);
}

/* --- a zone as it should be --- */

/* The parent knows ns1 and ns2; the zone has ns3 instead of ns2, and a hidden primary. */
static const struct rule usual[] = {
    {RESOLVER, "zone.example", TYPE_NS, TYPE_NS, "ns1.zone.example", NULL},
    {RESOLVER, "zone.example", TYPE_NS, TYPE_NS, "NS2.other.test", NULL},
    {RESOLVER, "ns1.zone.example", TYPE_A, TYPE_A, "192.0.2.11", NULL},
    {RESOLVER, "ns1.zone.example", TYPE_AAAA, TYPE_AAAA, "2001:db8::11", NULL},
    {RESOLVER, "ns2.other.test", TYPE_A, TYPE_A, "192.0.2.12", NULL},
    {RESOLVER, "ns3.zone.example", TYPE_A, TYPE_A, "192.0.2.13", NULL},
    {RESOLVER, "primary.zone.example", TYPE_A, TYPE_A, "192.0.2.14", NULL},
    {"192.0.2.11", "zone.example", TYPE_NS, TYPE_NS, "ns1.zone.example", NULL},
    {"192.0.2.11", "zone.example", TYPE_NS, TYPE_NS, "ns3.zone.example", NULL},
    {"192.0.2.11", "zone.example", TYPE_SOA, TYPE_SOA, "primary.zone.example", NULL},
    {"192.0.2.12", "zone.example", TYPE_NS, RCODE(5), "", NULL},
    {0},
};

static void parent_zone_and_mname_are_gathered(void **state)
{
    (void)state;
    set_up(usual);
    assert_string_equal(find("zone.example"), "");
    assert_int_equal(found.count, 5);
    expect_server("192.0.2.11:53", "ns1.zone.example", SERVER_PARENT | SERVER_ZONE);
    expect_server("[2001:db8::11]:53", "ns1.zone.example", SERVER_PARENT | SERVER_ZONE);
    expect_server("192.0.2.12:53", "ns2.other.test", SERVER_PARENT);
    expect_server("192.0.2.13:53", "ns3.zone.example", SERVER_ZONE);
    expect_server("192.0.2.14:53", "primary.zone.example", SERVER_MNAME);
    for (size_t i = 1; i < found.count; i++)
        assert_true(strcmp(found.items[i - 1].text, found.items[i].text) < 0);
    assert_int_equal(found.without_address, 0);
    assert_int_equal(world.recursive, 9); /* to the resolver: NS, and two of four hosts */
    assert_int_equal(world.queries, 9 + 2 * 5);
}

static void families_and_ports_are_as_wished(void **state)
{
    (void)state;
    set_up(usual);
    params.only_v4 = true;
    params.port = 5300;
    resolvers[0] = "192.0.2.1:53";
    find("zone.example");
    resolvers[0] = RESOLVER;
    assert_int_equal(found.count, 4);
    server_at("192.0.2.11:5300");
    assert_string_equal(world.asked[0], "192.0.2.1 53");
    set_up(usual);
    params.only_v6 = true;
    resolvers[0] = "2001:db8::1"; /* does not know the zone */
    assert_string_not_equal(find("zone.example"), "");
    resolvers[0] = RESOLVER;
    assert_int_equal(found.count, 0);
}

static void addresses_without_route_are_left_out(void **state)
{
    (void)state;
    set_up(usual);
    world.no_route = "2001:db8::11";
    find("zone.example");
    assert_int_equal(found.count, 4);
    assert_int_equal(found.unusable, 1);
    assert_int_equal(found.without_address, 0);
}

/* --- resolvers --- */

static void a_silent_resolver_is_passed_over(void **state)
{
    (void)state;
    set_up(usual);
    params.resolvers.count = 2;
    resolvers[0] = "192.0.2.2";
    resolvers[1] = RESOLVER;
    world.silent = "192.0.2.2";
    find("zone.example");
    resolvers[0] = RESOLVER;
    resolvers[1] = "192.0.2.2";
    assert_int_equal(found.count, 5);
    unsigned wasted = 0;
    for (unsigned i = 0; i < world.queries; i++)
        wasted += strcmp(world.asked[i], "192.0.2.2 53") == 0;
    assert_int_equal(wasted, 2); /* the tries of the first lookup alone */
}

static void without_an_answer_there_are_none(void **state)
{
    (void)state;
    set_up(usual);
    world.silent = RESOLVER;
    assert_string_equal(find("zone.example"), "no resolver gives the name servers of zone.example");
    assert_int_equal(found.count, 0);
}

static void a_zone_that_is_not_there_has_none(void **state)
{
    static const struct rule rules[] = {{RESOLVER, "zone.example", TYPE_NS, RCODE(3), "", NULL},
                                        {0}};
    (void)state;
    set_up(rules);
    assert_string_equal(find("zone.example"), "zone.example does not exist, the resolvers say");
    assert_int_equal(found.count, 0);
}

/* --- names that are no zone --- */

static void a_name_inside_leads_to_its_zone(void **state)
{
    char text[NAME_TEXT_MAX];
    (void)state;
    for (int has_soa = 0; has_soa < 2; has_soa++) {
        set_up(usual);
        world.soa = has_soa ? "zone.example" : NULL;
        find("b.eu.zone.example");
        assert_int_equal(found.count, 5);
        name_to_text(found.zone.wire, text);
        assert_string_equal(text, "zone.example");
        assert_int_equal(world.recursive, 9 + (has_soa ? 1 : 2));
    }
}

static void nobody_climbs_to_a_top_level_domain(void **state)
{
    static const struct rule rules[] = {
        {RESOLVER, "example", TYPE_NS, TYPE_NS, "ns.example", NULL},
        {RESOLVER, "ns.example", TYPE_A, TYPE_A, "192.0.2.66", NULL},
        {0}};
    (void)state;
    set_up(rules);
    world.soa = "example";
    assert_string_equal(find("zone.example"),
                        "zone.example is no zone, and in none that could be found");
    assert_int_equal(found.count, 0);
    set_up(rules);
    find("example"); /* asked for by its name it is a zone like any other */
    assert_int_equal(found.count, 1);
}

/* The zone's name is an alias; what it leads to has name servers. */
static void the_servers_of_an_aliass_target_are_not_the_zones(void **state)
{
    static const struct rule rules[] = {
        {RESOLVER, "a.zone.example", TYPE_NS, TYPE_CNAME, "other.test", NULL},
        {RESOLVER, "a.zone.example", TYPE_NS, TYPE_NS, "ns.other.test", "other.test"},
        {RESOLVER, "ns.other.test", TYPE_A, TYPE_A, "192.0.2.66", NULL},
        {0}};
    (void)state;
    set_up(rules);
    world.soa = "zone.example";
    find("a.zone.example");
    assert_int_equal(found.count, 0);
}

/* --- hostile and broken ones --- */

static void hosts_without_address_are_counted(void **state)
{
    static const struct rule rules[] = {
        {RESOLVER, "zone.example", TYPE_NS, TYPE_NS, "ns1.zone.example", NULL},
        {RESOLVER, "zone.example", TYPE_NS, TYPE_NS, "ns2.zone.example", NULL},
        {RESOLVER, "ns1.zone.example", TYPE_A, TYPE_A, "0.0.0.0", NULL},
        {RESOLVER, "ns1.zone.example", TYPE_AAAA, TYPE_AAAA, "ff02::1", NULL},
        {0}};
    (void)state;
    set_up(rules);
    assert_string_equal(find("zone.example"), "no way to any name server of zone.example, or -4, "
                                              "-6 or --bind rule them out");
    assert_int_equal(found.count, 0);
    assert_int_equal(found.without_address, 1);
    assert_int_equal(found.unusable, 2);
}

static void an_alias_as_name_server_is_followed(void **state)
{
    static const struct rule rules[] = {
        {RESOLVER, "zone.example", TYPE_NS, TYPE_NS, "ns1.zone.example", NULL},
        {RESOLVER, "ns1.zone.example", TYPE_A, TYPE_CNAME, "ns1.zone.example",
         NULL}, /* of itself */
        {RESOLVER, "ns1.zone.example", TYPE_A, TYPE_A, "192.0.2.11", NULL},
        {0}};
    (void)state;
    set_up(rules);
    find("zone.example");
    assert_int_equal(found.count, 1);
}

static void what_a_flood_of_hosts_costs_is_bounded(void **state)
{
    static const struct rule rules[] = {
        {RESOLVER, "zone.example", TYPE_NS, TYPE_NS, "ns%u.zone.example", NULL},
        {RESOLVER, "ns1.zone.example", TYPE_A, TYPE_A, "192.0.2.11", NULL},
        {"192.0.2.11", "zone.example", TYPE_NS, TYPE_NS, "other%u.zone.example", NULL},
        {0}};
    (void)state;
    set_up(rules);
    world.copies = 35;
    find("zone.example");
    assert_int_equal(found.count, 1);
    assert_int_equal(found.without_address, 63); /* 64 hosts in all */
    assert_int_equal(found.left_out, 6);
    assert_int_equal(world.recursive, 1 + 2 * 64);
}

/* --- given ones --- */

static void given_addresses_ask_nobody(void **state)
{
    const char *given[] = {"192.0.2.40:5300", "2001:db8::40", "192.0.2.40:5300"};
    (void)state;
    set_up(usual);
    params.servers = (struct str_list){.items = given, .count = 3};
    params.port = 54;
    find("zone.example");
    assert_int_equal(world.queries, 0);
    assert_int_equal(found.count, 2);
    expect_server("192.0.2.40:5300", ".", SERVER_GIVEN);
    expect_server("[2001:db8::40]:54", ".", SERVER_GIVEN);
}

static void a_given_host_is_looked_up_and_nothing_else(void **state)
{
    const char *given[] = {"NS3.zone.example:5301"};
    (void)state;
    set_up(usual);
    params.servers = (struct str_list){.items = given, .count = 1};
    find("zone.example");
    assert_int_equal(found.count, 1);
    expect_server("192.0.2.13:5301", "ns3.zone.example", SERVER_GIVEN);
    assert_int_equal(world.queries, 2);
}

static void values_of_server_are_read(void **state)
{
    static const struct {
        const char *text, *host;
        int result;
        uint16_t port;
    } cases[] = {
        {"192.0.2.1", NULL, 0, 53},
        {"[::1]:5", NULL, 0, 53},
        {"ns.example", "ns.example", 0, 53},
        {"NS.example.:5353", "ns.example", 0, 5353},
        {"localhost", "localhost", 0, 53},
        {"", NULL, ERR_SYNTAX, 0},
        {".", NULL, ERR_SYNTAX, 0},
        {"ns.example:0", NULL, ERR_SYNTAX, 0},
        {"ns.example:65536", NULL, ERR_SYNTAX, 0},
        {"ns.example:", NULL, ERR_SYNTAX, 0},
        {"ns.example:5x", NULL, ERR_SYNTAX, 0},
        {"ns..example", NULL, ERR_SYNTAX, 0},
        {":53", NULL, ERR_SYNTAX, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_address address;
        struct name host;
        uint16_t port;
        char text[NAME_TEXT_MAX];
        int result = servers_parse(cases[i].text, 53, &address, &host, &port);
        if (result != cases[i].result)
            fail_msg("'%s' gives %d", cases[i].text, result);
        if (result != 0)
            continue;
        assert_int_equal(port, cases[i].port);
        assert_int_equal(host.len > 0, cases[i].host != NULL);
        if (cases[i].host) {
            name_to_text(host.wire, text);
            assert_string_equal(text, cases[i].host);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parent_zone_and_mname_are_gathered),
        cmocka_unit_test(families_and_ports_are_as_wished),
        cmocka_unit_test(addresses_without_route_are_left_out),
        cmocka_unit_test(a_silent_resolver_is_passed_over),
        cmocka_unit_test(without_an_answer_there_are_none),
        cmocka_unit_test(a_zone_that_is_not_there_has_none),
        cmocka_unit_test(a_name_inside_leads_to_its_zone),
        cmocka_unit_test(nobody_climbs_to_a_top_level_domain),
        cmocka_unit_test(the_servers_of_an_aliass_target_are_not_the_zones),
        cmocka_unit_test(hosts_without_address_are_counted),
        cmocka_unit_test(an_alias_as_name_server_is_followed),
        cmocka_unit_test(what_a_flood_of_hosts_costs_is_bounded),
        cmocka_unit_test(given_addresses_ask_nobody),
        cmocka_unit_test(a_given_host_is_looked_up_and_nothing_else),
        cmocka_unit_test(values_of_server_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
