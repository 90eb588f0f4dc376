// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/zone.c, zoneclass.c: what exists, what a wildcard makes, and of what kind. */
#include "tests/unit/lab/help.h"

#include "dns/code.h"

/* The zone of RFC 4592 section 2.2.1, and a zone inside it. */
static const char rfc4592[] = "$ORIGIN example.\n"
                              "* TXT \"this is a wildcard\"\n"
                              "* MX 10 host1\n"
                              "sub.* TXT \"this is not a wildcard\"\n"
                              "host1 A 192.0.2.1\n"
                              "_ssh._tcp.host1 TXT \"srv\"\n"
                              "_ssh._tcp.host2 TXT \"srv\"\n"
                              "@ NS ns.example.com.\n";

static void assert_lookup(const struct zones *zones, const char *text, enum zone_result result,
                          const char *node)
{
    struct name name = name_of(text);
    struct zone_answer answer = zones_lookup(zones, name.wire);
    if (answer.result != result)
        fail_msg("%s: result %d, not %d", text, (int)answer.result, (int)result);
    if (!node) {
        assert_null(answer.node);
        return;
    }
    char got[NAME_TEXT_MAX];
    name_to_text(answer.node->name, got);
    assert_string_equal(got, node);
}

static void a_wildcard_answers_below_the_closest_encloser_alone(void **state)
{
    struct zones *zones = zones_of(rfc4592);
    (void)state;
    /* RFC 4592 section 2.2.1: synthesised */
    assert_lookup(zones, "host3.example", ZONE_WILDCARD, "*.example");
    assert_lookup(zones, "foo.bar.example", ZONE_WILDCARD, "*.example");
    /* and not: */
    assert_lookup(zones, "host1.example", ZONE_EXACT, "host1.example");
    assert_lookup(zones, "sub.*.example", ZONE_EXACT, "sub.*.example");
    assert_lookup(zones, "_telnet._tcp.host1.example", ZONE_NXDOMAIN, "_tcp.host1.example");
    assert_lookup(zones, "host.host1.example", ZONE_NXDOMAIN, "host1.example");
    assert_lookup(zones, "ghost.*.example", ZONE_NXDOMAIN, "*.example");
    zones_destroy(zones);
}

static void names_between_are_empty_non_terminals_and_stop_wildcards(void **state)
{
    struct zones *zones = zones_of(rfc4592);
    (void)state;
    assert_lookup(zones, "host2.example", ZONE_EXACT, "host2.example");
    assert_lookup(zones, "_tcp.host2.example", ZONE_EXACT, "_tcp.host2.example");
    assert_lookup(zones, "x.host2.example", ZONE_NXDOMAIN, "host2.example");
    zones_destroy(zones);
}

static void the_wildcard_name_itself_is_an_ordinary_name(void **state)
{
    struct zones *zones = zones_of(rfc4592);
    (void)state;
    assert_lookup(zones, "*.example", ZONE_EXACT, "*.example");
    zones_destroy(zones);
}

static void a_wildcard_that_is_only_an_empty_non_terminal_still_matches(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\nsub.*.dev A 192.0.2.1\n");
    (void)state;
    assert_lookup(zones, "x.dev.example", ZONE_WILDCARD, "*.dev.example");
    assert_lookup(zones, "x.example", ZONE_NXDOMAIN, "example");
    zones_destroy(zones);
}

static void deeper_wildcards_win_and_do_not_fall_back(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\n* A 192.0.2.1\n*.a A 192.0.2.2\n"
                                   "x.b.a A 192.0.2.3\n");
    (void)state;
    assert_lookup(zones, "q.example", ZONE_WILDCARD, "*.example");
    assert_lookup(zones, "q.a.example", ZONE_WILDCARD, "*.a.example");
    assert_lookup(zones, "p.q.a.example", ZONE_WILDCARD, "*.a.example");
    assert_lookup(zones, "y.b.a.example", ZONE_NXDOMAIN, "b.a.example");
    assert_lookup(zones, "y.x.b.a.example", ZONE_NXDOMAIN, "x.b.a.example");
    zones_destroy(zones);
}

static void names_of_no_zone_are_outside(void **state)
{
    struct zones *zones = zones_of("$ORIGIN lab.example.\nwww A 192.0.2.1\n");
    struct name parent = name_of("example"), sibling = name_of("x.example"),
                far = name_of("a.test");
    struct name top = name_of("xample");
    (void)state;
    assert_lookup(zones, "example", ZONE_OUTSIDE, NULL);
    assert_lookup(zones, "xlab.example", ZONE_OUTSIDE, NULL);
    assert_lookup(zones, "www.lab.example.test", ZONE_OUTSIDE, NULL);
    assert_true(zones_is_above_apex(zones, parent.wire));
    assert_true(zones_is_above_apex(zones, sibling.wire));
    assert_false(zones_is_above_apex(zones, far.wire));
    assert_false(zones_is_above_apex(zones, top.wire));
    zones_destroy(zones);
}

static void a_zone_inside_another_answers_for_its_names(void **state)
{
    struct zones *zones = NULL;
    struct zone_node *node;
    struct name outer = name_of("example"), inner = name_of("a.b.example");
    struct name host = name_of("www.a.b.example"), between = name_of("b.example");
    (void)state;
    assert_int_equal(zones_create(&zones), 0);
    assert_int_equal(zones_add_apex(zones, &outer, &node), 0);
    assert_int_equal(zones_add_apex(zones, &inner, &node), 0);
    assert_int_equal(zones_add_node(zones, &host, &node), 0);
    assert_true(name_equal(node->apex->name, inner.wire));
    assert_true(name_equal(zones_lookup(zones, between.wire).apex->name, outer.wire));
    assert_int_equal(zones_add_apex(zones, &inner, &node), 0);        /* again: the same */
    assert_int_equal(zones_add_apex(zones, &host, &node), ERR_RANGE); /* names are there already */
    assert_int_equal(zones_apex_count(zones), 2);
    zones_destroy(zones);
}

static void a_cname_stands_alone_and_equal_records_are_kept_once(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\nwww A 192.0.2.1\nwww A 192.0.2.1\n");
    struct name www = name_of("www.example"), other = name_of("other.example");
    struct zone_node *node;
    static const uint8_t a[4] = {192, 0, 2, 2};
    (void)state;
    assert_int_equal(zones_add_node(zones, &www, &node), 0);
    assert_null(node->records->next);
    assert_int_equal(zones_add_record(zones, node, TYPE_CNAME, 1, other.wire, other.len),
                     ERR_SYNTAX);
    assert_int_equal(zones_add_node(zones, &other, &node), 0);
    assert_int_equal(zones_add_record(zones, node, TYPE_CNAME, 1, www.wire, www.len), 0);
    assert_int_equal(zones_add_record(zones, node, TYPE_A, 1, a, sizeof a), ERR_SYNTAX);
    assert_int_equal(zones_add_record(zones, node, TYPE_CNAME, 1, other.wire, other.len),
                     ERR_SYNTAX);
    zones_destroy(zones);
}

static void an_embedding_cname_stands_alone_at_a_wildcard(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\n*.w CNAME {}.edge\nwww A 192.0.2.1\n"
                                   "*.plain CNAME edge\n");
    struct name wildcard = name_of("*.w.example"), www = name_of("www.example");
    struct name plain = name_of("*.plain.example"), edge = name_of("edge.example");
    struct name fresh = name_of("fresh.example");
    struct zone_node *node;
    (void)state;
    assert_int_equal(zones_add_node(zones, &fresh, &node), 0);
    assert_int_equal(zones_add_embedding(zones, node, 1, &edge), ERR_SYNTAX);
    assert_null(node->records);
    assert_int_equal(zones_add_node(zones, &www, &node), 0);
    assert_int_equal(zones_add_embedding(zones, node, 1, &edge), ERR_SYNTAX);
    assert_int_equal(zones_add_node(zones, &plain, &node), 0);
    assert_int_equal(zones_add_embedding(zones, node, 1, &edge), ERR_SYNTAX);
    assert_false(node->records->embeds);
    assert_int_equal(zones_add_node(zones, &wildcard, &node), 0);
    assert_int_equal(zones_add_embedding(zones, node, 1, &edge), 0); /* again: the same */
    assert_null(node->records->next);
    assert_int_equal(zones_add_embedding(zones, node, 1, &www), ERR_SYNTAX);
    assert_int_equal(zones_add_record(zones, node, TYPE_CNAME, 1, edge.wire, edge.len), ERR_SYNTAX);
    assert_true(node->records->embeds);
    zones_destroy(zones);
}

static void a_name_has_so_many_records_and_no_more(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\n");
    struct name www = name_of("www.example");
    struct zone_node *node;
    (void)state;
    assert_int_equal(zones_add_node(zones, &www, &node), 0);
    for (unsigned i = 0; i <= ZONE_RECORDS_MAX; i++) {
        uint8_t a[4] = {192, 0, 2, (uint8_t)i};
        assert_int_equal(zones_add_record(zones, node, TYPE_A, 1, a, sizeof a),
                         i < ZONE_RECORDS_MAX ? 0 : ERR_RANGE);
    }
    assert_int_equal(zone_record_count(node, TYPE_A), ZONE_RECORDS_MAX);
    zones_destroy(zones);
}

static void lookup_survives_growth(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\n");
    (void)state;
    for (unsigned i = 0; i < 5000; i++) {
        char text[32];
        struct zone_node *node;
        snprintf(text, sizeof text, "h%u.example", i);
        struct name name = name_of(text);
        assert_int_equal(zones_add_node(zones, &name, &node), 0);
    }
    assert_int_equal(zones_node_count(zones), 5001);
    for (unsigned i = 0; i < 5001; i++) {
        char text[32];
        snprintf(text, sizeof text, "h%u.example", i);
        assert_lookup(zones, text, i < 5000 ? ZONE_EXACT : ZONE_NXDOMAIN,
                      i < 5000 ? text : "example");
    }
    zones_destroy(zones);
}

static void classes_follow_from_the_data(void **state)
{
    static const char text[] =
        "$ORIGIN example.\n"
        "h A 192.0.2.1\nm A 192.0.2.1\nm A 192.0.2.2\n"
        "d A 192.0.2.1\nd AAAA ::1\nv6 AAAA ::1\n"
        "c CNAME h\nc2 CNAME c\ngone CNAME nix\next CNAME a.test.\n"
        "l1 CNAME l2\nl2 CNAME l1\nn TXT \"x\"\nx.ent A 192.0.2.1\n"
        "*.w A 192.0.2.7\n*.w A 192.0.2.8\ntwin.w A 192.0.2.8\n"
        "own.w A 192.0.2.9\nviaw CNAME q.w\n"
        "v6.w A 192.0.2.7\nv6.w AAAA ::1\nttl.w 60 A 192.0.2.7\n"
        "txt.w A 192.0.2.8\ntxt.w TXT \"x\"\n"
        "part.w A 192.0.2.7\npart.w A 192.0.2.9\n"
        "mixed.w A 192.0.2.9\nmixed.w AAAA ::1\n"
        "h.other A 192.0.2.7\n"
        "*.e CNAME {}.w\ntwin.e CNAME twin.e.w\nsame.e CNAME same.w\n"
        "aged.e 60 CNAME aged.w\nvia CNAME q.e\n"
        "*.turn CNAME {}.grow.turn\nturns CNAME q.turn\n"
        "*.long CNAME {}.a123456789012345678901234567890123456789.b1234567890."
        "c123456789012345678901234567890123456789\n"
        "tolong CNAME a1234567890123456789012345678901234567890123456789."
        "b1234567890123456789012345678901234567890123456789."
        "c1234567890123456789012345678901234567890123456789.long\n"
        "*.t TXT \"x\"\nsame.t TXT \"x\"\n"
        "*.v6w AAAA ::2\nboth.v6w AAAA ::2\nboth.v6w A 192.0.2.1\n"
        "$POOL geo\ngeo A 192.0.2.1\ngeo A 192.0.2.2\ngeo1 A 192.0.2.1\n"
        "geo6 AAAA ::1\ngeo6 AAAA ::2\n"
        "$POOL some 2\nrobin A 192.0.2.1\nrobin A 192.0.2.2\n"
        "robin A 192.0.2.3\ntwo A 192.0.2.1\ntwo A 192.0.2.2\n"
        "pooled.w A 192.0.2.7\npooled.w A 192.0.2.8\n"
        "$POOL one\nby1 A 192.0.2.1\nby1 A 192.0.2.2\n";
    static const struct {
        const char *name, *class;
    } cases[] = {
        {"example", "apex"},
        {"h.example", "host"},
        {"m.example", "multi"},
        {"d.example", "dual"},
        {"v6.example", "aaaa"},
        {"c.example", "cname"},
        {"c2.example", "chain"},
        {"gone.example", "dangling"},
        {"ext.example", "external"},
        {"l1.example", "loop"},
        {"n.example", "nodata"},
        {"ent.example", "ent"},
        {"*.w.example", "wildcard"},
        {"twin.w.example", "twin"},
        {"own.w.example", "host"},
        {"viaw.example", "cname"},
        /* what tells a sharer apart: AAAA, TTL, another type */
        {"v6.w.example", "sharer"},
        {"ttl.w.example", "sharer"},
        {"txt.w.example", "sharer"},
        {"part.w.example", "multi"},
        {"mixed.w.example", "dual"},
        {"pooled.w.example", "twin"},
        {"h.other.example", "host"},
        {"twin.e.example", "cname"},
        {"same.e.example", "twin"},
        {"aged.e.example", "sharer"},
        {"via.example", "chain"},
        {"turns.example", "loop"},
        {"tolong.example", "loop"},
        {"same.t.example", "nodata"},
        {"both.v6w.example", "sharer"},
        {"geo.example", "geo"},
        {"geo1.example", "host"},
        {"geo6.example", "geo"},
        {"robin.example", "robin"},
        {"two.example", "multi"},
        {"by1.example", "robin"},
    };
    struct zones *zones = zones_of(text);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name name = name_of(cases[i].name);
        const struct zone_node *node = zones_find(zones, name.wire);
        assert_non_null(node);
        const char *class = zone_class_words[zones_classify(zones, node)];
        if (strcmp(class, cases[i].class))
            fail_msg("%s is %s, not %s", cases[i].name, class, cases[i].class);
    }
    zones_destroy(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wildcard_answers_below_the_closest_encloser_alone),
        cmocka_unit_test(names_between_are_empty_non_terminals_and_stop_wildcards),
        cmocka_unit_test(the_wildcard_name_itself_is_an_ordinary_name),
        cmocka_unit_test(a_wildcard_that_is_only_an_empty_non_terminal_still_matches),
        cmocka_unit_test(deeper_wildcards_win_and_do_not_fall_back),
        cmocka_unit_test(names_of_no_zone_are_outside),
        cmocka_unit_test(a_zone_inside_another_answers_for_its_names),
        cmocka_unit_test(a_cname_stands_alone_and_equal_records_are_kept_once),
        cmocka_unit_test(an_embedding_cname_stands_alone_at_a_wildcard),
        cmocka_unit_test(a_name_has_so_many_records_and_no_more),
        cmocka_unit_test(lookup_survives_growth),
        cmocka_unit_test(classes_follow_from_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
