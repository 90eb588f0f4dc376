// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>

#include "out/report.h"
#include "tests/unit/out/hits.h"
#include "tests/unit/out/json_check.h"

/* Every figure is different, so that none can stand in another's place. */
static struct report sample(void)
{
    static const struct report_zone zones[] = {
        {.name = "example.com", .verdicts = {[VERDICT_FOUND] = 3, [VERDICT_OUT_OF_SCOPE] = 4}},
        {.name = "example.org"},
    };
    struct report r = {.command = "brute",
                       .subject = "2 zones",
                       .seconds = 2,
                       .cpu_seconds = 0.5,
                       .max_rss_bytes = 30000000,
                       .end = {.exit_code = 3,
                               .command_line = "dnstrawl brute \"example.com\"",
                               .started_ms = 1795317247123,
                               .ended_ms = 1795317249123,
                               .seed = 42,
                               .version = "0.1.0"},
                       .is_remaining_known = true,
                       .remaining = 0,
                       .candidates = 55,
                       .names = 101,
                       .queries = 102,
                       .answers = 103,
                       .timeouts = 104,
                       .late_replies = 105,
                       .socket_drops = 106,
                       .tcp = 107,
                       .retries = 108,
                       .requeued = 112,
                       .canaries = 113,
                       .retracted = 114,
                       .signed_zones = 115,
                       .spans = 116,
                       .proven = 117,
                       .key_beliefs = {118, 119, 120, 121, 122},
                       .recall = {.is_known = true,
                                  .value = 0.9991,
                                  .low = 0.99781234567,
                                  .high = 1,
                                  .method = "known_names",
                                  .checks = 115},
                       .resolvers_given = 109,
                       .resolvers_usable = 110,
                       .resolvers_benched = 111,
                       .zones = zones,
                       .zone_count = 2};
    for (int i = 0; i < VERDICT_COUNT; i++)
        r.verdicts[i] = (uint64_t)i + 1;
    for (int i = 0; i < REJECT_COUNT; i++)
        r.rejects[i] = (uint64_t)i + 20;
    r.rcodes[RCODE_NOERROR] = 30;
    r.rcodes[RCODE_NXDOMAIN] = 31;
    r.rcodes[11] = 32;
    return r;
}

static void the_object_is_that_of_the_contract(void **state)
{
    (void)state;
    struct report r = sample();
    struct text out = {0};
    report_stats(&out, &r);
    assert_true(json_is_lines(out.data, out.len));
    assert_clean(&out);
    text_putc(&out, '\0');
    assert_string_equal(
        out.data,
        "{\"candidates\":55,\"found\":1,\"nodata\":2,\"nxdomain\":3,\"wildcard\":4,\"pruned\":5,"
        "\"servfail\":6,\"unresolved\":7,\"invalid\":8,\"duplicate\":9,\"out_of_scope\":10,"
        "\"remaining\":0,\"names\":101,\"retracted\":114,\"queries\":102,\"answers\":103,"
        "\"timeouts\":104,\"rejected_replies\":{\"short\":20,\"not_response\":21,\"opcode\":22,"
        "\"unknown_id\":23,\"wrong_source\":24,\"wrong_question\":25,\"wrong_class\":26,"
        "\"duplicate\":27},\"late_replies\":105,\"rcodes\":{\"NOERROR\":30,\"FORMERR\":0,"
        "\"SERVFAIL\":0,\"NXDOMAIN\":31,\"NOTIMP\":0,\"REFUSED\":0,\"RCODE11\":32},"
        "\"socket_drops\":106,\"tcp\":107,\"retries\":108,\"requeued_after_conviction\":112,"
        "\"canaries\":113,\"resolvers\":{\"given\":109,\"usable\":110,\"benched\":111},"
        "\"zones\":{\"example.com\":{\"found\":3,\"nodata\":0,\"nxdomain\":0,\"wildcard\":0,"
        "\"pruned\":0,\"servfail\":0,\"unresolved\":0,\"invalid\":0,\"duplicate\":0,"
        "\"out_of_scope\":4},\"example.org\":{\"found\":0,\"nodata\":0,\"nxdomain\":0,"
        "\"wildcard\":0,\"pruned\":0,\"servfail\":0,\"unresolved\":0,\"invalid\":0,"
        "\"duplicate\":0,\"out_of_scope\":0}},\"estimated_recall\":{\"value\":0.999100,"
        "\"low\":0.997812,\"high\":1.000000,\"method\":\"known_names\"},\"seconds\":2.000,\"names_"
        "per_second\":27.5,"
        "\"queries_per_second\":51.0,\"cpu_seconds\":0.500,\"max_rss_bytes\":30000000,\"exit\":3,"
        "\"complete\":false,\"own\":false,\"command\":\"dnstrawl brute \\\"example.com\\\"\","
        "\"started\":\"2026-11-22T03:14:07.123Z\",\"ended\":\"2026-11-22T03:14:09.123Z\","
        "\"seed\":42,\"version\":\"0.1.0\",\"follow_up\":{},"
        "\"dnssec\":{\"zones\":115,\"spans\":116,\"proven\":117,"
        "\"keys\":{\"chain\":118,\"trusted\":119,\"servers\":120,\"majority\":121,\"all\":122}}}"
        "\n");
    text_deinit(&out);
}

static void assert_part(const struct report *report, const char *part)
{
    struct text out = {0};
    report_stats(&out, report);
    assert_true(json_is_lines(out.data, out.len));
    text_putc(&out, '\0');
    if (!strstr(out.data, part))
        print_error("%s not in\n%s", part, out.data);
    assert_non_null(strstr(out.data, part));
    text_deinit(&out);
}

static void what_was_made_is_told_by_kind(void **state)
{
    (void)state;
    struct report r = sample();
    r.yield_count = 2;
    r.yields[0] = (struct report_yield){"depth", 9000, 8600, 12};
    r.yields[1] = (struct report_yield){"numbers", UINT64_MAX, 0, 0};
    assert_part(&r, ",\"follow_up\":{\"depth\":{\"made\":9000,\"asked\":8600,\"found\":12},"
                    "\"numbers\":{\"made\":18446744073709551615,\"asked\":0,\"found\":0}},");
}

static void what_is_unknown_is_null(void **state)
{
    (void)state;
    struct report r = sample();
    r.is_remaining_known = false;
    assert_part(&r, ",\"remaining\":null,");
    r.recall.is_known = false;
    assert_part(&r, ",\"estimated_recall\":{\"value\":null,\"low\":null,\"high\":null,"
                    "\"method\":null},");
}

static void a_run_that_did_nothing_has_finite_numbers(void **state)
{
    (void)state;
    struct report r = {.end.is_complete = true, .is_remaining_known = true};
    assert_part(&r, ",\"zones\":{},");
    assert_part(&r, ",\"seconds\":0.000,\"names_per_second\":0.0,\"queries_per_second\":0.0,");
    assert_part(&r, ",\"complete\":true,\"own\":false,\"command\":null,");
    r.seconds = (double)NAN;
    r.cpu_seconds = (double)INFINITY;
    assert_part(&r, ",\"seconds\":null,\"names_per_second\":0.0,\"queries_per_second\":0.0,"
                    "\"cpu_seconds\":null,");
}

static void hostile_strings_and_extremes_stay_json(void **state)
{
    (void)state;
    static const struct report_zone zone = {.name = "\"\\\x01\xff",
                                            .verdicts = {[VERDICT_FOUND] = UINT64_MAX}};
    struct report r = sample();
    r.end.command_line = "dnstrawl\n-d \x1b[0m \"\\";
    r.zones = &zone;
    r.zone_count = 1;
    r.end.seed = r.queries = UINT64_MAX;
    r.seconds = 1e-300;
    r.end.started_ms = INT64_MIN;
    r.end.ended_ms = INT64_MAX;
    assert_part(&r, "\"command\":\"dnstrawl\\n-d \\u001b[0m \\\"\\\\\"");
    assert_part(&r, "\"seed\":18446744073709551615,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_object_is_that_of_the_contract),
        cmocka_unit_test(what_was_made_is_told_by_kind),
        cmocka_unit_test(what_is_unknown_is_null),
        cmocka_unit_test(a_run_that_did_nothing_has_finite_numbers),
        cmocka_unit_test(hostile_strings_and_extremes_stay_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
