// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/zonefile.c: zones as text, and what is said of bad ones. */
#include "tests/unit/lab/help.h"

#include "dns/code.h"

/* LINE behind two good ones is refused, with its number and EXPECTED in the text. */
static void assert_refused(const char *line, const char *expected)
{
    char text[8192], why[ZONEFILE_ERROR_MAX], where[64];
    struct zones *zones = NULL;
    snprintf(text, sizeof text, "$ORIGIN example.\nwww A 192.0.2.1\n%s\n", line);
    char *path = file_of(text);
    assert_int_equal(zones_create(&zones), 0);
    int err = zonefile_read(zones, path, NULL, why);
    if (err != ERR_SYNTAX)
        fail_msg("\"%s\" gives %d", line, err);
    snprintf(where, sizeof where, "%s:3: ", path);
    if (strncmp(why, where, strlen(where)) || !strstr(why, expected))
        fail_msg("\"%s\" is told as: %s", line, why);
    zones_destroy(zones);
    file_remove(path);
}

static void bad_lines_are_refused_with_file_and_line(void **state)
{
    (void)state;
    assert_refused("a A 1.2.3", "no IPv4 address");
    assert_refused("a AAAA 1.2.3.4", "no IPv6 address");
    assert_refused("a..b A 1.2.3.4", "no name");
    assert_refused("a SPF x", "type \"SPF\"");
    assert_refused("a", "without a type");
    assert_refused("a 300 IN", "without a type");
    assert_refused("a A", "0 fields");
    assert_refused("a A 1.2.3.4 5", "2 fields");
    assert_refused("www CNAME a", "stands alone");
    assert_refused("a TXT \"abc", "without its end");
    assert_refused("a SOA ns1 hm ( 1 2 3 4 5 )", "parentheses");
    assert_refused("a MX ten b", "preference");
    assert_refused("a MX 65536 b", "preference");
    assert_refused("other.test. A 192.0.2.1", "in no zone");
    assert_refused("$TTL x", "seconds");
    assert_refused("$TTL", "takes one value");
    assert_refused("$INCLUDE x", "$ORIGIN, $TTL");
    assert_refused("$POOL", "one|all|some N|geo [N]");
    assert_refused("$POOL some 1 2", "one|all|some N|geo [N]");
    assert_refused("$POOL many", "not one, all, some or geo");
    assert_refused("$POOL some", "$POOL some takes a number");
    assert_refused("$POOL one 2", "$POOL one takes no number");
    assert_refused("$POOL all 2", "$POOL all takes no number");
    assert_refused("$POOL some 0", "from 1 to 255");
    assert_refused("$POOL some 256", "from 1 to 255");
    assert_refused("$POOL geo x", "from 1 to 255");
    assert_refused("$REGIONS", "$REGIONS takes one value");
    assert_refused("$REGIONS 0", "from 1 to 255");
    assert_refused("$REGIONS 256", "from 1 to 255");
    assert_refused("a CNAME {}.b", "begin with *");
    assert_refused("* A {}.b", "no IPv4 address");
    assert_refused("*.a NS {}.b", "no name");
    assert_refused("*.a CNAME b.{}", "no name");
    assert_refused("*.a CNAME {}b", "a dot and a name");
    assert_refused("*.a CNAME {}.", "a dot and a name");
    assert_refused("$ORIGIN a..b.", "no name");
}

static void strings_end_at_255_octets(void **state)
{
    char line[600], fits[300];
    (void)state;
    memset(fits, 'x', 255);
    fits[255] = '\0';
    snprintf(line, sizeof line, "$ORIGIN example.\na TXT %s\n", fits);
    struct zones *zones = zones_of(line);
    zones_destroy(zones);
    snprintf(line, sizeof line, "a TXT %sx", fits);
    assert_refused(line, "255 octets");
}

static void records_are_read_as_written(void **state)
{
    struct zones *zones = zones_of("$ORIGIN Example.\n"
                                   "$TTL 60\n"
                                   "WWW 5 IN A 192.0.2.1 ; a comment\n"
                                   "www in aaaa 2001:db8::1\n"
                                   "mail MX 10 www\n"
                                   "t TXT plain \"two words;\" \\065\\\"\n"
                                   "@ SOA ns1 hm 7 1 2 3 4\n");
    struct name www = name_of("www.example"), mail = name_of("mail.example");
    struct name t = name_of("t.example"), apex = name_of("example");
    static const uint8_t mx[] = "\0\12\3www\7example";
    static const uint8_t txt[] = "\5plain\12two words;\2A\"";
    (void)state;
    const struct zone_record *r = zone_record_find(zones_find(zones, www.wire), TYPE_A);
    assert_non_null(r);
    assert_int_equal(r->ttl, 5);
    assert_memory_equal(r->rdata, "\300\0\2\1", 4);
    r = zone_record_find(zones_find(zones, www.wire), TYPE_AAAA);
    assert_non_null(r);
    assert_int_equal(r->ttl, 60);
    r = zone_record_find(zones_find(zones, mail.wire), TYPE_MX);
    assert_int_equal(r->rdata_len, sizeof mx);
    assert_memory_equal(r->rdata, mx, sizeof mx);
    r = zone_record_find(zones_find(zones, t.wire), TYPE_TXT);
    assert_int_equal(r->rdata_len, sizeof txt - 1);
    assert_memory_equal(r->rdata, txt, sizeof txt - 1);
    r = zone_record_find(zones_find(zones, apex.wire), TYPE_SOA);
    assert_int_equal(r->rdata[r->rdata_len - 1], 4); /* replaced the one made up */
    zones_destroy(zones);
}

static void an_origin_inside_a_zone_begins_none(void **state)
{
    struct zones *zones = zones_of("$ORIGIN example.\n$ORIGIN sub\nwww A 192.0.2.1\n"
                                   "$ORIGIN other.test.\nwww A 192.0.2.2\n");
    struct name www = name_of("www.sub.example");
    (void)state;
    assert_int_equal(zones_apex_count(zones), 2);
    assert_non_null(zones_find(zones, www.wire));
    zones_destroy(zones);
}

static void pools_are_marked(void **state)
{
    static const struct {
        const char *name;
        unsigned shown_max;
        bool is_geo;
    } cases[] = {{"z.example", 0, false}, {"*.a.example", 1, false}, {"b.example", 0, false},
                 {"c.example", 8, false}, {"d.example", 0, true},    {"e.example", 255, true},
                 {"f.example", 0, false}};
    struct zones *zones = zones_of("$ORIGIN example.\nz A 192.0.2.1\n$POOL one\n*.a A 192.0.2.1\n"
                                   "$POOL all\nb A 192.0.2.1\n$POOL some 8\nc A 192.0.2.1\n"
                                   "$pool GEO\nd A 192.0.2.1\n$POOL geo 255\ne A 192.0.2.1\n"
                                   "$POOL all\nf A 192.0.2.1\n");
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name name = name_of(cases[i].name);
        const struct zone_node *node = zones_find(zones, name.wire);
        assert_non_null(node);
        assert_int_equal(node->shown_max, cases[i].shown_max);
        assert_int_equal(node->is_geo, cases[i].is_geo);
    }
    zones_destroy(zones);
}

static void braces_stand_for_what_is_asked(void **state)
{
    struct zones *zones =
        zones_of("$ORIGIN example.\n*.a 60 CNAME {}.Edge\n*.b CNAME {}\n"
                 "*.c CNAME {}.cdn.test.\n*.d CNAME edge\n*.e CNAME {}..\nwww A 192.0.2.1\n");
    static const struct {
        const char *name, *suffix;
        bool embeds;
    } cases[] = {{"*.a.example", "edge.example", true},
                 {"*.b.example", "example", true},
                 {"*.c.example", "cdn.test", true},
                 {"*.d.example", "edge.example", false},
                 {"*.e.example", ".", true}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name name = name_of(cases[i].name), suffix = name_of(cases[i].suffix);
        const struct zone_record *r = zone_record_find(zones_find(zones, name.wire), TYPE_CNAME);
        assert_non_null(r);
        assert_int_equal(r->embeds, cases[i].embeds);
        assert_int_equal(r->rdata_len, suffix.len);
        assert_memory_equal(r->rdata, suffix.wire, suffix.len);
        assert_int_equal(r->ttl, i ? ZONE_TTL : 60);
    }
    zones_destroy(zones);
}

static void more_records_than_a_name_may_have_are_told(void **state)
{
    char text[16384], why[ZONEFILE_ERROR_MAX];
    struct zones *zones = NULL;
    int len = snprintf(text, sizeof text, "$ORIGIN example.\n");
    (void)state;
    for (unsigned i = 0; i <= ZONE_RECORDS_MAX; i++)
        len += snprintf(text + len, sizeof text - (size_t)len, "www AAAA ::%x\n", i);
    char *path = file_of(text);
    assert_int_equal(zones_create(&zones), 0);
    assert_int_equal(zonefile_read(zones, path, NULL, why), ERR_SYNTAX);
    assert_non_null(strstr(why, ":257: \"www\": more than 255 records"));
    zones_destroy(zones);
    file_remove(path);
}

static void a_missing_file_and_a_missing_origin_are_told(void **state)
{
    char why[ZONEFILE_ERROR_MAX];
    struct zones *zones = NULL;
    struct name origin = name_of("corp.test"), x = name_of("x.corp.test");
    char *path = file_of("x A 192.0.2.1\n");
    (void)state;
    assert_int_equal(zones_create(&zones), 0);
    assert_int_equal(zonefile_read(zones, "/nonexistent/zone", NULL, why), ERR_IO);
    assert_non_null(strstr(why, "No such file"));
    assert_int_equal(zonefile_read(zones, path, NULL, why), ERR_SYNTAX);
    assert_non_null(strstr(why, "$ORIGIN"));
    assert_int_equal(zonefile_read(zones, path, &origin, why), 0);
    assert_non_null(zones_find(zones, x.wire));
    zones_destroy(zones);
    file_remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_lines_are_refused_with_file_and_line),
        cmocka_unit_test(strings_end_at_255_octets),
        cmocka_unit_test(records_are_read_as_written),
        cmocka_unit_test(an_origin_inside_a_zone_begins_none),
        cmocka_unit_test(pools_are_marked),
        cmocka_unit_test(braces_stand_for_what_is_asked),
        cmocka_unit_test(more_records_than_a_name_may_have_are_told),
        cmocka_unit_test(a_missing_file_and_a_missing_origin_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
