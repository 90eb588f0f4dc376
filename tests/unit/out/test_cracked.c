// SPDX-License-Identifier: BSD-2-Clause
/* out/cracked.c: exact lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json_check.h"
#include "out/cracked.h"

static const uint8_t bitmap[] = {0, 6, 0x40, 0, 0, 0, 0, 0x02, 1, 1, 0x40}; /* A RRSIG CAA */
static const struct nsec3_params salted = {
    .algorithm = 1, .iterations = 10, .salt_len = 3, .salt = {0x0a, 0xbb, 0}};
static const struct nsec3_params plain = {.algorithm = 1};
static const uint8_t hash[NSEC3_HASH_LEN] = {0xff, 0, 1};

static struct cracked_line line_of(const struct nsec3_params *params)
{
    return (struct cracked_line){.hash = hash,
                                 .zone = (const uint8_t *)"\7EXAMPLE",
                                 .name = (const uint8_t *)"\4a\tBc\7example",
                                 .params = params,
                                 .types = {.data = bitmap, .len = sizeof bitmap},
                                 .source = "words",
                                 .time_ms = 1795750447123};
}

static void assert_ends(struct text *out, const char *expected, bool is_json)
{
    text_putc(out, '\0');
    assert_false(out->failed);
    assert_string_equal(out->data, expected);
    if (is_json)
        assert_true(json_is_value(out->data, strlen(out->data) - 1));
    text_deinit(out);
}

static void lines_are_hash_and_name(void **state)
{
    struct text out = {0};
    struct cracked_line line = line_of(&salted);
    (void)state;
    cracked_line_text(&out, &line);
    assert_ends(&out, "vs002000000000000000000000000000\ta\\009bc.example\n", false);
}

static void json_has_what_the_record_told(void **state)
{
    struct text out = {0};
    struct cracked_line line = line_of(&salted);
    (void)state;
    line.has_types = line.is_opt_out = true;
    cracked_line_json(&out, &line);
    assert_ends(&out,
                "{\"v\":1,\"host\":\"a\\\\009bc.example\",\"zone\":\"example\",\"hash\":"
                "\"vs002000000000000000000000000000\",\"iterations\":10,\"salt\":\"0abb00\","
                "\"opt_out\":true,\"types\":[\"A\",\"RRSIG\",\"CAA\"],\"source\":\"words\","
                "\"timestamp\":\"2026-11-27T03:34:07.123Z\"}\n",
                true);
    line = line_of(&plain);
    cracked_line_json(&out, &line);
    assert_ends(&out,
                "{\"v\":1,\"host\":\"a\\\\009bc.example\",\"zone\":\"example\",\"hash\":"
                "\"vs002000000000000000000000000000\",\"iterations\":0,\"salt\":\"-\","
                "\"opt_out\":false,\"types\":null,\"source\":\"words\","
                "\"timestamp\":\"2026-11-27T03:34:07.123Z\"}\n",
                true);
}

static void progress_fits_a_line(void **state)
{
    struct text out = {0};
    struct cracked_progress progress = {.stage = "words",
                                        .done = 12400000,
                                        .total = 20000000,
                                        .cracked = 746,
                                        .targets = 10000,
                                        .hashes_per_second = 95.1e6};
    (void)state;
    cracked_progress_line(&out, &progress);
    assert_ends(&out, " 62% words 12M/20M 95M/s cracked 746/10k eta 0s", false);
    cracked_progress_json(&out, &progress);
    assert_ends(&out,
                "{\"stage\":\"words\",\"done\":12400000,\"total\":20000000,"
                "\"hashes_per_second\":95100000,\"cracked\":746,\"targets\":10000,"
                "\"eta_s\":0.1}\n",
                true);
    progress = (struct cracked_progress){.stage = "mask ?l?l?l?l?l?l?l?l?l?l?l?l?l?l?l?l",
                                         .done = UINT64_MAX,
                                         .total = UINT64_MAX,
                                         .cracked = UINT64_MAX,
                                         .targets = UINT64_MAX,
                                         .hashes_per_second = 0};
    cracked_progress_line(&out, &progress);
    assert_true(out.len <= 80);
    text_clear(&out);
    progress = (struct cracked_progress){.stage = "words", .done = 5, .targets = 7};
    cracked_progress_line(&out, &progress);
    text_putc(&out, '\n');
    cracked_progress_json(&out, &progress);
    assert_ends(&out,
                "words 5 0/s cracked 0/7\n{\"stage\":\"words\",\"done\":5,\"total\":null,"
                "\"hashes_per_second\":0,\"cracked\":0,\"targets\":7,\"eta_s\":null}\n",
                false);
}

static const struct cracked_stats sample = {
    .targets = 1000,
    .chains = 2,
    .bad_lines = 3,
    .cracked = 12,
    .hashes = 4000000,
    .source_count = 2,
    .sources = {"words", "mask"},
    .by_source = {12, 0},
    .kernel = "avx2",
    .threads = 1,
    .seconds = 2,
    .cpu_seconds = 1.5,
    .max_rss_bytes = 4096,
    .exit_code = 3,
    .subject = "x.nsec3",
    .output_path = "stdout",
    .command_line = "dnstrawl crack x.nsec3",
    .version = "0",
    .started_ms = 0,
    .ended_ms = 2000,
};

static void the_summary(void **state)
{
    struct text out = {0};
    (void)state;
    cracked_summary(&out, &sample);
    assert_ends(&out,
                "crack x.nsec3, 2.0 s, incomplete (exit 3)\n"
                "  12 of 1,000 hashes (1.2 %) to stdout: words 12\n"
                "  4,000,000 names tried, 2.0M/s by avx2 on 1 thread\n"
                "  2 different pairs of zone and parameters\n",
                false);
    struct cracked_stats none = {.is_complete = true,
                                 .subject = "stdin",
                                 .output_path = "stdout",
                                 .kernel = "portable",
                                 .threads = 2};
    cracked_summary(&out, &none);
    assert_ends(&out,
                "crack stdin, 0 ms, complete\n  0 of 0 hashes to stdout\n"
                "  0 names tried, 0/s by portable on 2 threads\n",
                false);
}

static void stats_are_one_object(void **state)
{
    struct text out = {0};
    (void)state;
    cracked_stats(&out, &sample);
    assert_ends(&out,
                "{\"targets\":1000,\"cracked\":12,\"by\":{\"words\":12,\"mask\":0},\"chains\":2,"
                "\"bad_lines\":3,\"hashes\":4000000,\"hashes_per_second\":2000000,"
                "\"kernel\":\"avx2\",\"threads\":1,\"seconds\":2.000,\"cpu_seconds\":1.500,"
                "\"max_rss_bytes\":4096,\"exit\":3,\"complete\":false,"
                "\"command\":\"dnstrawl crack x.nsec3\",\"started\":\"1970-01-01T00:00:00.000Z\","
                "\"ended\":\"1970-01-01T00:00:02.000Z\",\"version\":\"0\"}\n",
                true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_hash_and_name), cmocka_unit_test(json_has_what_the_record_told),
        cmocka_unit_test(progress_fits_a_line),    cmocka_unit_test(the_summary),
        cmocka_unit_test(stats_are_one_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
