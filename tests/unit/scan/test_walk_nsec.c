// SPDX-License-Identifier: BSD-2-Clause
/* Whole walks of NSEC chains on the simulated network: what is listed, for how many queries and
 * how long; servers with their ways, dead ones, changing zones, limits. */
#include "tests/unit/scan/nsec_world.h"

/* --- tests --- */

/* 1 % of signed delegations among them, of which no NSEC record comes with the referral. */
static void a_zone_is_listed_at_a_query_a_name(void **state)
{
    (void)state;
    set_up();
    fill(&bench.zones[0], 10000);
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
    mono_ns took = bench.last - FAKE_CLOCK_START;
    print_message("%u queries, %.2f s\n", bench.queries, (double)took / 1e9);
    assert_true(bench.queries <= bench.zones[0].count * 105 / 100);
    /* One after the other would take RTT for each. */
    assert_true(took * 10 < RTT * (mono_ns)bench.zones[0].count);
    assert_int_equal((int)stat_of("holes"), 0);
    assert_int_equal((int)stat_of("conflicts"), 0);
    assert_true(stat_of("unverified") > 0); /* there are no keys */
}

/* As a registry has it: nearly all are signed delegations. */
static void a_zone_of_delegations_costs_little_more(void **state)
{
    char text[32];
    (void)state;
    set_up();
    for (unsigned i = 0; i < 2000; i++) {
        snprintf(text, sizeof text, "%c%u.example", (char)(97 + i % 26), i);
        zone_add(&bench.zones[0], text, i % 20 ? OWNER_SIGNED_CUT : OWNER_CUT);
    }
    zone_sort(&bench.zones[0]);
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
    print_message("%u queries\n", bench.queries);
    assert_true(bench.queries <= bench.zones[0].count * 115 / 100);
}

static void small_zones_cost_little(void **state)
{
    (void)state;
    for (size_t count = 1; count < 30; count++) {
        set_up();
        fill(&bench.zones[0], count);
        const struct scan_params params = usual_params(1);
        assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
        assert_listed(&bench.zones[0]);
        assert_true(bench.queries <= 20 + 2 * count);
    }
}

static void a_wildcard_at_the_apex_hides_nothing(void **state)
{
    (void)state;
    set_up();
    zone_add(&bench.zones[0], "*.example", OWNER_WILD);
    fill(&bench.zones[0], 500);
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
}

static bool refuse_nsec(const struct net_query *query, struct message *m, unsigned server,
                        const struct name *name, uint16_t type)
{
    (void)server;
    (void)name;
    if (type != TYPE_NSEC)
        return false;
    m->data[3] = RCODE_REFUSED;
    net_reply(query, RTT, NULL, m->data, m->w.len);
    return true;
}

/* It answers for all names below, where nothing can be (RFC 6672 section 2.4). */
static bool answer_by_dname(const struct net_query *query, struct message *m, unsigned server,
                            const struct name *name, uint16_t type)
{
    struct name apex = name_of(ZONE_TEXT);
    (void)server;
    (void)type;
    if (name_equal(name->wire, apex.wire))
        return false;
    put_record(m, IN_ANSWER, &apex, TYPE_DNAME, "\4test", 6);
    net_reply(query, RTT, NULL, m->data, m->w.len);
    return true;
}

static bool answer_by_dname_or_refuse(const struct net_query *query, struct message *m,
                                      unsigned server, const struct name *name, uint16_t type)
{
    return answer_by_dname(query, m, server, name, type) ||
           refuse_nsec(query, m, server, name, type);
}

static void a_dname_at_the_apex_leaves_one_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        set_up();
        bench.serve = i == 0 ? answer_by_dname : answer_by_dname_or_refuse;
        const struct scan_params params = usual_params(1);
        assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
        assert_listed(&bench.zones[0]);
        assert_int_equal(bench.zones[0].count, 1);
        assert_int_equal((int)stat_of("holes"), 0);
        assert_true(bench.queries <= 20);
    }
}

static void servers_that_refuse_nsec_are_walked(void **state)
{
    (void)state;
    set_up();
    fill(&bench.zones[0], 1000);
    bench.serve = refuse_nsec;
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
    assert_true(bench.queries < 1200);
}

/* As an alias: whatever is asked of \\000 below the apex is answered. */
static bool refuse_nsec_and_alias(const struct net_query *query, struct message *m, unsigned server,
                                  const struct name *name, uint16_t type)
{
    struct name alias = name_of("\\000.example");
    if (!name_equal(name->wire, alias.wire) || type == TYPE_NSEC)
        return refuse_nsec(query, m, server, name, type);
    put_record(m, IN_ANSWER, name, TYPE_CNAME, "\4test", 6);
    put_signed(m, IN_ANSWER, name, TYPE_CNAME);
    net_reply(query, RTT, NULL, m->data, m->w.len);
    return true;
}

/* The apex has no name behind all below it, and the first one below it is there. */
static void a_name_whose_successor_exists_is_passed(void **state)
{
    (void)state;
    set_up();
    fill(&bench.zones[0], 100);
    zone_add(&bench.zones[0], "\\000.example", OWNER_HOST);
    zone_sort(&bench.zones[0]);
    bench.serve = refuse_nsec_and_alias;
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
}

static bool ignore_nsec_and_binary(const struct net_query *query, struct message *m,
                                   unsigned server, const struct name *name, uint16_t type)
{
    (void)query;
    (void)m;
    (void)server;
    for (const uint8_t *label = name->wire; *label; label += 1 + *label)
        for (unsigned i = 1; i <= *label; i++)
            if (label[i] < '*')
                return true;
    return type == TYPE_NSEC;
}

/* Letters alone are left, and holes may be: they are told, not closed by guess. */
static void servers_that_ignore_much_give_what_they_give(void **state)
{
    (void)state;
    set_up();
    for (unsigned i = 0; i < 20; i++) {
        char text[32];
        snprintf(text, sizeof text, "host%02u.example", i);
        zone_add(&bench.zones[0], text, OWNER_HOST);
    }
    zone_sort(&bench.zones[0]);
    bench.serve = ignore_nsec_and_binary;
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
}

static bool child_answers(const struct net_query *query, struct message *m, unsigned server,
                          const struct name *name, uint16_t type)
{
    struct name child = name_of("wchild.example");
    (void)type;
    (void)server;
    if (!name_is_under(name->wire, child.wire))
        return false;
    bench.by_server[2]++; /* not asked itself */
    /* The child's own apex, signed by the child: with SOA, and the next name its own. */
    uint8_t rdata[600];
    static const uint16_t types[] = {TYPE_NS, TYPE_SOA, TYPE_RRSIG, TYPE_NSEC, TYPE_DNSKEY, 0};
    struct name next = name_of("a.wchild.example");
    struct bytes_writer w = bytes_writer_at(rdata, sizeof rdata);
    bytes_put(&w, next.wire, next.len);
    put_types(&w, types);
    put_record(m, IN_ANSWER, &child, TYPE_NSEC, rdata, w.len);
    put_rrsig(m, IN_ANSWER, &child, TYPE_NSEC, 2, "wchild.example");
    net_reply(query, RTT, NULL, m->data, m->w.len);
    return true;
}

static void a_child_on_the_same_server_is_passed(void **state)
{
    (void)state;
    set_up();
    zone_add(&bench.zones[0], "wchild.example", OWNER_CUT);
    fill(&bench.zones[0], 300);
    bench.serve = child_answers;
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
    assert_int_equal(bench.by_server[2], 1); /* by its signer it is known for what it is */
}

static bool first_dies(const struct net_query *query, struct message *m, unsigned server,
                       const struct name *name, uint16_t type)
{
    (void)query;
    (void)m;
    (void)name;
    (void)type;
    return server == 0 && bench.by_server[0] > 200;
}

static void another_server_goes_on(void **state)
{
    (void)state;
    set_up();
    for (unsigned i = 0; i < 2; i++)
        fill(&bench.zones[i], 2000);
    bench.serve = first_dies;
    const struct scan_params params = usual_params(2);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
    assert_true(bench.by_server[1] > 1000);
}

static void a_server_that_dies_leaves_holes(void **state)
{
    (void)state;
    set_up();
    fill(&bench.zones[0], 2000);
    bench.serve = first_dies;
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_INCOMPLETE);
    assert_true(stat_of("holes") > 0);
    size_t listed = count_lines(out_path);
    assert_true(listed > 150 && listed < 2000); /* what was known is told */
    assert_true(bench.last - FAKE_CLOCK_START < 120 * NS_PER_S);
}

static bool zone_grows(const struct net_query *query, struct message *m, unsigned server,
                       const struct name *name, uint16_t type)
{
    struct walk_zone *zone = &bench.zones[server];
    (void)query;
    (void)m;
    (void)name;
    (void)type;
    if (bench.queries == 600) {
        zone->serial = 2;
        fill(zone, 1100);
    }
    return false;
}

/* What was said before is asked again, so that all is of one serial. */
static void a_zone_that_grows_is_listed_whole(void **state)
{
    (void)state;
    set_up();
    fill(&bench.zones[0], 1000);
    bench.serve = zone_grows;
    const struct scan_params params = usual_params(1);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
    assert_int_equal((int)stat_of("serial_changes"), 1);
    assert_true(bench.queries < 2500);
}

/* The same serial, but not the same zone: both are told, and it ends. */
static void servers_that_contradict_end(void **state)
{
    (void)state;
    set_up();
    for (unsigned i = 0; i < 2; i++)
        fill(&bench.zones[i], 1000);
    for (unsigned i = 0; i < 100; i++) {
        char text[32];
        snprintf(text, sizeof text, "%c-only.example", (char)('a' + i % 26));
        if (i < 26)
            zone_add(&bench.zones[1], text, OWNER_HOST);
    }
    zone_sort(&bench.zones[1]);
    const struct scan_params params = usual_params(2);
    assert_int_equal(walk_run(&params), SCAN_EXIT_INCOMPLETE);
    assert_true(stat_of("conflicts") > 0);
    assert_true(count_lines(out_path) >= 1000);
    assert_true(bench.queries < 3000);
}

static void a_server_of_another_serial_is_not_walked(void **state)
{
    (void)state;
    set_up();
    for (unsigned i = 0; i < 3; i++)
        fill(&bench.zones[i], i == 1 ? 200 : 300);
    bench.zones[1].serial = 9;
    const struct scan_params params = usual_params(3);
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_listed(&bench.zones[0]);
    assert_true(bench.by_server[1] < 10);
    assert_true(bench.by_server[0] > 100 && bench.by_server[2] > 100);
}

/* --- limits --- */

static void limits_hold(void **state)
{
    (void)state;
    set_up();
    fill(&bench.zones[0], 3000);
    struct scan_params params = usual_params(1);
    params.queries_max = 500;
    assert_int_equal(walk_run(&params), SCAN_EXIT_INCOMPLETE);
    assert_int_equal(bench.queries, 500);
    assert_true(count_lines(out_path) > 400);

    set_up();
    fill(&bench.zones[0], 3000);
    params = usual_params(1);
    params.time_max = NS_PER_S / 2;
    assert_int_equal(walk_run(&params), SCAN_EXIT_INCOMPLETE);
    assert_true(bench.last - FAKE_CLOCK_START < NS_PER_S);

    set_up();
    fill(&bench.zones[0], 300);
    params = usual_params(1);
    params.resolver_rate_qps = 50;
    assert_int_equal(walk_run(&params), SCAN_EXIT_COMPLETE);
    assert_true(bench.last - FAKE_CLOCK_START > 5 * NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_is_listed_at_a_query_a_name),
        cmocka_unit_test(a_zone_of_delegations_costs_little_more),
        cmocka_unit_test(small_zones_cost_little),
        cmocka_unit_test(a_wildcard_at_the_apex_hides_nothing),
        cmocka_unit_test(a_dname_at_the_apex_leaves_one_name),
        cmocka_unit_test(servers_that_refuse_nsec_are_walked),
        cmocka_unit_test(a_name_whose_successor_exists_is_passed),
        cmocka_unit_test(servers_that_ignore_much_give_what_they_give),
        cmocka_unit_test(a_child_on_the_same_server_is_passed),
        cmocka_unit_test(another_server_goes_on),
        cmocka_unit_test(a_server_that_dies_leaves_holes),
        cmocka_unit_test(a_zone_that_grows_is_listed_whole),
        cmocka_unit_test(servers_that_contradict_end),
        cmocka_unit_test(a_server_of_another_serial_is_not_walked),
        cmocka_unit_test(limits_hold),
    };
    return cmocka_run_group_tests(tests, name_files, remove_files);
}
