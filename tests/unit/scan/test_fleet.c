// SPDX-License-Identifier: BSD-2-Clause
/* scan/fleet.c: every spelling of an address, lists, tables, operators. Linked with
 * --wrap=wire_has_route, so that no route of this machine plays a part. */
#include "tests/unit/scan/help.h"

#include <arpa/inet.h>

#include "base/log.h"
#include "scan/fleet.h"

#define PORT 53

static bool has_v6_route = true;

/* The linker's name for what takes the place of wire_has_route. */
bool __wrap_wire_has_route(const struct wire_address *to);

bool __wrap_wire_has_route(const struct wire_address *to)
{
    return to->family == 0 || has_v6_route;
}

static void good_spellings_are_understood(void **state)
{
    static const struct {
        const char *text, *host;
        uint16_t port;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", PORT},
        {"192.0.2.1:1", "192.0.2.1", 1},
        {"192.0.2.1:65535", "192.0.2.1", 65535},
        {"0.0.0.0", "0.0.0.0", PORT},
        {"::1", "::1", PORT},
        {"2001:db8::53", "2001:db8::53", PORT},
        {"[2001:db8::53]", "2001:db8::53", PORT},
        {"[2001:db8::53]:5300", "2001:db8::53", 5300},
        {"2001:DB8:0:0:0:0:0:53", "2001:db8::53", PORT},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1", PORT},
        {"1::", "1::", PORT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_address a;
        char host[INET6_ADDRSTRLEN];
        assert_int_equal(fleet_parse_address(&a, cases[i].text, strlen(cases[i].text), PORT), 0);
        const void *raw = a.family ? (const void *)&a.sa.v6.sin6_addr : &a.sa.v4.sin_addr;
        assert_non_null(inet_ntop(a.family ? AF_INET6 : AF_INET, raw, host, sizeof host));
        assert_string_equal(host, cases[i].host);
        assert_int_equal(ntohs(a.family ? a.sa.v6.sin6_port : a.sa.v4.sin_port), cases[i].port);
        assert_int_equal(a.sa.any.sa_family, a.family ? AF_INET6 : AF_INET);
        assert_int_equal(a.len, a.family ? sizeof a.sa.v6 : sizeof a.sa.v4);
    }
}

static void bad_spellings_are_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "x",
        "example.com",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.1.",
        "192.0.2.1:",
        "192.0.2.1:0",
        "192.0.2.1:65536",
        "192.0.2.1:100000",
        "192.0.2.1:+5",
        "192.0.2.1:5x",
        "192.0.2.1 53",
        "[192.0.2.1]",
        "[::1",
        "[::1]:",
        "[::1]x",
        "[::1]53",
        "[]",
        "[]:53",
        "::1]",
        ":::",
        "1:2",
        ":53",
        "2001:db8::53:53:53:53:53:53:53:53",
        "fe80::1%",
        "fe80::1%no-such-interface",
        "%lo",
        "[2001:0db8:0000:0000:0000:0000:0000:0053%an-interface-of-a-long-name]:65535",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_address a;
        if (fleet_parse_address(&a, cases[i], strlen(cases[i]), PORT) != ERR_SYNTAX)
            fail_msg("understood: %s", cases[i]);
    }
}

static void text_need_not_be_terminated(void **state)
{
    struct wire_address a;
    (void)state;
    assert_int_equal(fleet_parse_address(&a, "192.0.2.1:5399", 12, PORT), 0);
    assert_int_equal(ntohs(a.sa.v4.sin_port), 53);
    assert_int_equal(fleet_parse_address(&a, "192.0.2.15", 9, PORT), 0);
    assert_int_equal(ntohl(a.sa.v4.sin_addr.s_addr), 0xc0000201);
}

static struct fleet load(const char *value, const struct scan_params *template)
{
    struct fleet fleet;
    struct scan_params params = *template;
    params.port = PORT;
    params.resolvers = (struct str_list){&value, value != NULL};
    assert_int_equal(fleet_load(&fleet, &params), 0);
    return fleet;
}

static const struct scan_params plain;

static void a_comma_list_keeps_its_order_and_drops_repeats(void **state)
{
    struct fleet fleet = load("192.0.2.2,192.0.2.1:53,,[2001:db8::1],192.0.2.2:53,2001:DB8::1,"
                              "192.0.2.2:5353",
                              &plain);
    (void)state;
    assert_int_equal(fleet.count, 4);
    assert_int_equal(fleet.given, 4);
    assert_int_equal(fleet.repeated, 2);
    assert_string_equal(fleet.items[0].text, "192.0.2.2:53");
    assert_string_equal(fleet.items[1].text, "192.0.2.1:53");
    assert_string_equal(fleet.items[2].text, "[2001:db8::1]:53");
    assert_string_equal(fleet.items[3].text, "192.0.2.2:5353");
    assert_int_equal(fleet.operator_count, 4); /* each its own */
    assert_int_equal(fleet.bad_lines, 0);
    fleet_deinit(&fleet);
    assert_null(fleet.items);
}

/* One address on two links is two resolvers, and what is written is read again. */
static void an_interface_is_part_of_an_address(void **state)
{
    struct wire_address address, again;
    char text[FLEET_TEXT_MAX];
    struct fleet fleet = load("fe80::1%lo,[fe80::1%lo]:53,[fe80::1]:53", &plain);
    (void)state;
    assert_int_equal(fleet.count, 2);
    assert_string_equal(fleet.items[0].text, "[fe80::1%lo]:53");
    assert_string_equal(fleet.items[1].text, "[fe80::1]:53");
    address = fleet.items[0].address;
    assert_int_equal(fleet_parse_address(&again, "[fe80::1%lo]:53", 15, 1), 0);
    assert_int_equal(again.sa.v6.sin6_scope_id, address.sa.v6.sin6_scope_id);
    address.sa.v6.sin6_scope_id = UINT32_MAX; /* gone since */
    fleet_format_address(&address, text);
    assert_string_equal(text, "[fe80::1]:53");
    fleet_deinit(&fleet);
}

static void several_values_make_one_fleet(void **state)
{
    char *folder = folder_create();
    const char *values[] = {"192.0.2.1", file_in(folder, "list", "192.0.2.2\n192.0.2.1\n"),
                            "192.0.2.3"};
    const struct scan_params params = {.port = PORT, .resolvers = {values, 3}};
    struct fleet fleet;
    (void)state;
    assert_int_equal(fleet_load(&fleet, &params), 0);
    assert_int_equal(fleet.count, 3);
    fleet_deinit(&fleet);
    folder_remove(folder);
}

static void one_named_as_trusted_too_is_one_and_trusted(void **state)
{
    char *folder = folder_create();
    const char *table = "192.0.2.1\tgood\t120\n192.0.2.2\thiding\t9\n192.0.2.3\tgood\t7\n";
    const char *resolvers = file_in(folder, "table", table);
    const char *trusted[] = {"192.0.2.3", file_in(folder, "trusted", "192.0.2.2\n192.0.2.9\n"),
                             "192.0.2.9,[2001:db8::1]"};
    const struct scan_params params = {
        .port = PORT, .only_v4 = true, .resolvers = {&resolvers, 1}, .trusted = {trusted, 3}};
    static const struct {
        const char *text;
        bool is_trusted;
        uint64_t qps;
    } expected[] = {{"192.0.2.1:53", false, 120},
                    {"192.0.2.3:53", true, 7}, /* what the table says of it stays */
                    {"192.0.2.2:53", true, 0}, /* the user knows better than the table */
                    {"192.0.2.9:53", true, 0}};
    struct fleet fleet;
    (void)state;
    assert_int_equal(fleet_load(&fleet, &params), 0);
    assert_int_equal(fleet.count, 4);
    assert_int_equal(fleet.trusted, 3);
    assert_int_equal(fleet.unwanted, 1);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(fleet.items[i].text, expected[i].text);
        assert_int_equal(fleet.items[i].is_trusted, expected[i].is_trusted);
        assert_int_equal(fleet.items[i].stated_qps, expected[i].qps);
    }
    fleet_deinit(&fleet);
    folder_remove(folder);
}

/* Of the built-in list an operator's other addresses do not become trusted with one. */
static void trusted_ones_stand_beside_the_builtin_list(void **state)
{
    struct fleet builtin = load(NULL, &plain);
    const char *trusted = "192.0.2.1 also-a-class,8.8.8.8";
    const struct scan_params params = {.port = PORT, .trusted = {&trusted, 1}};
    struct fleet fleet;
    (void)state;
    assert_int_equal(builtin.trusted, 0);
    assert_int_equal(fleet_load(&fleet, &params), 0);
    assert_true(fleet.is_builtin);
    assert_int_equal(fleet.count, builtin.count + 1);
    assert_int_equal(fleet.trusted, 2);
    assert_true(fleet.items[builtin.count].is_trusted);
    assert_int_equal(fleet.operator_count, builtin.operator_count + 1);
    fleet_deinit(&fleet);
    fleet_deinit(&builtin);
}

static void a_file_may_have_comments_blanks_and_bad_lines(void **state)
{
    char *folder = folder_create();
    const char *path = file_in(folder, "list",
                               "# comment\r\n\r\n  192.0.2.1  \r\n192.0.2.2 # the second\n"
                               "nonsense\n192.0.2.999\n[2001:db8::1]:54\n"
                               "192.0.2.3"); /* no newline at the end */
    struct fleet fleet = load(path, &plain);
    (void)state;
    assert_int_equal(fleet.count, 4);
    assert_int_equal(fleet.bad_lines, 2);
    assert_string_equal(fleet.items[3].text, "192.0.2.3:53");
    fleet_deinit(&fleet);
    folder_remove(folder);
}

static void a_table_gives_class_and_rate(void **state)
{
    char *folder = folder_create();
    const char *path = file_in(folder, "table",
                               "192.0.2.1\tgood\t120\t0.0\t12\t-\n"
                               "192.0.2.2\trewriting\t120\n"
                               "192.0.2.3\tdead\t0\n"
                               "192.0.2.4\trefusing\t1\n"
                               "192.0.2.5\tforging\t1\n"
                               "192.0.2.6\tslow\t37.5\n"
                               "192.0.2.7\tgood\t-\n"
                               "192.0.2.8\tgood\n"
                               "192.0.2.9 liar 7x\n"
                               "192.0.2.10\tgood\t99999999999999999999\n");
    struct fleet fleet = load(path, &plain);
    static const struct {
        const char *text;
        uint64_t qps;
    } expected[] = {{"192.0.2.1:53", 120}, {"192.0.2.6:53", 37}, {"192.0.2.7:53", 0},
                    {"192.0.2.8:53", 0},   {"192.0.2.9:53", 0},  {"192.0.2.10:53", 999999999}};
    (void)state;
    assert_int_equal(fleet.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(fleet.items[i].text, expected[i].text);
        assert_int_equal(fleet.items[i].stated_qps, expected[i].qps);
    }
    assert_int_equal(fleet.bad_lines, 0);
    fleet_deinit(&fleet);
    folder_remove(folder);
}

static void a_surveys_table_groups_back_ends_and_leaves_liars_out(void **state)
{
    char *folder = folder_create();
    const char *path =
        file_in(folder, "table",
                "192.0.2.1:53\tlimited\t259\t0.016\t30.5\tone limit for 2: same as "
                "192.0.2.1:53\t192.0.2.1:53\n"
                "192.0.2.2:53\tgood\t500\t0.015\t30.6\tno limit up to 500 q/s\n"
                "192.0.2.3:53\tslow\t259\t0.016\t30.5\ta 7th column\t192.0.2.1:53\n"
                "192.0.2.4:53\thiding\t-\t0.038\t10.9\tdenies 7 of 28 names that exist\n"
                "192.0.2.5:53\twrong\t-\t0.038\t10.9\tother addresses\n"
                "192.0.2.6:53\tlossy\t-\t0.068\t10.9\tloses 7% of the queries, rate not measured\n"
                "192.0.2.7:53\tlimited\t50\t-\t-\t-\n"
                "192.0.2.8:53 \t unknown \t 9 \t\t\t\n"
                "192.0.2.9 good 7 0.1 12 some words\n192.0.2.10 good 7 0.1 12 some words\n");
    struct fleet fleet = load(path, &plain);
    static const struct {
        const char *text;
        uint64_t qps;
    } expected[] = {{"192.0.2.1:53", 259}, {"192.0.2.2:53", 500}, {"192.0.2.3:53", 259},
                    {"192.0.2.6:53", 0},   {"192.0.2.7:53", 50},  {"192.0.2.8:53", 9},
                    {"192.0.2.9:53", 7},   {"192.0.2.10:53", 7}};
    (void)state;
    assert_int_equal(fleet.count, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_string_equal(fleet.items[i].text, expected[i].text);
        assert_int_equal(fleet.items[i].stated_qps, expected[i].qps);
    }
    assert_int_equal(fleet.left_out, 2);
    assert_int_equal(fleet.operator_count, 7);
    assert_int_equal(fleet.items[0].operator_key, fleet.items[2].operator_key);
    assert_int_not_equal(fleet.items[0].operator_key, fleet.items[1].operator_key);
    fleet_deinit(&fleet);
    /* A survey looks at all of them anew. */
    const struct scan_params survey = {.command = SCAN_SURVEY};
    fleet = load(path, &survey);
    assert_int_equal(fleet.count, 10);
    assert_int_equal(fleet.left_out, 0);
    assert_int_equal(fleet.operator_count, 10);
    assert_int_equal(fleet.items[0].stated_qps, 0);
    fleet_deinit(&fleet);
    folder_remove(folder);
}

static void families_ruled_out_or_without_route_are_left_out(void **state)
{
    const struct scan_params only_v4 = {.only_v4 = true}, only_v6 = {.only_v6 = true};
    const char *list = "192.0.2.1,2001:db8::1,192.0.2.2";
    (void)state;
    struct fleet fleet = load(list, &only_v4);
    assert_int_equal(fleet.count, 2);
    assert_int_equal(fleet.given, 3);
    assert_int_equal(fleet.unwanted, 1);
    assert_int_equal(fleet.without_route, 0);
    fleet_deinit(&fleet);
    fleet = load(list, &only_v6);
    assert_int_equal(fleet.count, 1);
    assert_int_equal(fleet.unwanted, 2);
    fleet_deinit(&fleet);
    has_v6_route = false;
    fleet = load(list, &plain);
    has_v6_route = true;
    assert_int_equal(fleet.count, 2);
    assert_int_equal(fleet.without_route, 1);
    fleet_deinit(&fleet);
}

static void loopback_alone_is_known(void **state)
{
    struct fleet fleet = load("127.0.0.1,127.9.9.9:5300,::1", &plain);
    (void)state;
    assert_true(fleet.is_all_loopback);
    fleet_deinit(&fleet);
    fleet = load("127.0.0.1,192.0.2.1", &plain);
    assert_false(fleet.is_all_loopback);
    fleet_deinit(&fleet);
    fleet = load("nonsense", &plain); /* none at all is not "all loopback" */
    assert_int_equal(fleet.count, 0);
    assert_false(fleet.is_all_loopback);
    fleet_deinit(&fleet);
}

/* Addresses of one operator share a key, and the list states limits. Nothing is asked. */
static void the_builtin_list_names_operators(void **state)
{
    struct fleet fleet = load(NULL, &plain);
    size_t same = 0;
    (void)state;
    assert_true(fleet.is_builtin);
    assert_int_equal(fleet.bad_lines, 0);
    assert_true(fleet.count >= 15);
    assert_true(fleet.operator_count > 1 && fleet.operator_count < fleet.count);
    for (size_t i = 1; i < fleet.count; i++)
        same += fleet.items[i].operator_key == fleet.items[i - 1].operator_key;
    assert_true(same > 0);
    assert_false(fleet.is_all_loopback);
    fleet_deinit(&fleet);
}

static void many_addresses_are_told_apart(void **state)
{
    enum { COUNT = 20000 };
    char *folder = folder_create();
    const char *path = file_in(folder, "list", "");
    FILE *file = fopen(path, "w");
    (void)state;
    assert_non_null(file);
    for (unsigned i = 0; i < 2 * COUNT; i++)
        fprintf(file, "10.%u.%u.1\n", i % COUNT / 200, i % COUNT % 200);
    fclose(file);
    struct fleet fleet = load(path, &plain);
    assert_int_equal(fleet.count, COUNT);
    assert_int_equal(fleet.operator_count, COUNT);
    fleet_deinit(&fleet);
    folder_remove(folder);
}

static void a_folder_instead_of_a_list_is_an_error(void **state)
{
    const char *value = "/tmp";
    const struct scan_params params = {.port = PORT, .resolvers = {&value, 1}};
    struct fleet fleet;
    (void)state;
    assert_int_equal(fleet_load(&fleet, &params), ERR_IO);
    assert_null(fleet.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_spellings_are_understood),
        cmocka_unit_test(bad_spellings_are_refused),
        cmocka_unit_test(text_need_not_be_terminated),
        cmocka_unit_test(a_comma_list_keeps_its_order_and_drops_repeats),
        cmocka_unit_test(an_interface_is_part_of_an_address),
        cmocka_unit_test(several_values_make_one_fleet),
        cmocka_unit_test(one_named_as_trusted_too_is_one_and_trusted),
        cmocka_unit_test(trusted_ones_stand_beside_the_builtin_list),
        cmocka_unit_test(a_file_may_have_comments_blanks_and_bad_lines),
        cmocka_unit_test(a_table_gives_class_and_rate),
        cmocka_unit_test(a_surveys_table_groups_back_ends_and_leaves_liars_out),
        cmocka_unit_test(families_ruled_out_or_without_route_are_left_out),
        cmocka_unit_test(loopback_alone_is_known),
        cmocka_unit_test(the_builtin_list_names_operators),
        cmocka_unit_test(many_addresses_are_told_apart),
        cmocka_unit_test(a_folder_instead_of_a_list_is_an_error),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
