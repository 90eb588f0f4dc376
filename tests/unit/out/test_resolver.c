// SPDX-License-Identifier: BSD-2-Clause
/* out/resolver.c: exact lines, and files. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "out/resolver.h"

static const struct resolver_line limited = {
    .address = "192.0.2.1:53",
    .class = RESOLVER_LIMITED,
    .reason = "drops what comes much faster",
    .qps = 258.6,
    .loss = 0.0156,
    .has_loss = true,
    .has_rtt = true,
    .has_limit = true,
    .rtt_ms = 30.46,
    .queries = 640,
    .replies = 630,
    .edns = RESOLVER_TRI_YES,
    .tcp = RESOLVER_TRI_NO,
    .known_names = 28,
    .back_end = "192.0.2.2:53",
};
static const struct resolver_line dead = {
    .address = "[2001:db8::1]:53",
    .class = RESOLVER_DEAD,
    .reason = "",
};

static void assert_text(void (*write)(struct text *out, const struct resolver_line *line),
                        const struct resolver_line *line, const char *expected)
{
    struct text out = {0};
    write(&out, line);
    text_putc(&out, '\0');
    assert_false(out.failed);
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void the_table_has_a_seventh_column_where_a_back_end_is_known(void **state)
{
    (void)state;
    assert_text(resolver_line_text, &limited,
                "192.0.2.1:53\tlimited\t259\t0.016\t30.5\tdrops what comes much faster\t"
                "192.0.2.2:53\n");
    assert_text(resolver_line_text, &dead, "[2001:db8::1]:53\tdead\t-\t-\t-\t-\n");
}

static void json_says_null_for_what_is_not_known(void **state)
{
    (void)state;
    assert_text(
        resolver_line_json, &limited,
        "{\"v\":1,\"resolver\":\"192.0.2.1:53\",\"class\":\"limited\",\"used\":true,\"qps\":259,"
        "\"limited\":true,\"loss\":0.0156,\"rtt_ms\":30.5,\"reason\":\"drops what comes much "
        "faster\",\"back_end\":\"192.0.2.2:53\",\"queries\":640,\"replies\":630,\"servfails\":0,"
        "\"edns\":true,\"dnssec\":null,\"tcp\":false,\"keeps_case\":null,\"truncates\":false,"
        "\"random_names\":0,\"rewritten\":0,\"known_names\":28,\"hidden\":0,\"compared_names\":0,"
        "\"foreign\":0,\"forged\":0}\n");
    assert_text(
        resolver_line_json, &dead,
        "{\"v\":1,\"resolver\":\"[2001:db8::1]:53\",\"class\":\"dead\",\"used\":false,\"qps\":null,"
        "\"limited\":false,\"loss\":null,\"rtt_ms\":null,\"reason\":\"\",\"back_end\":null,"
        "\"queries\":0,\"replies\":0,\"servfails\":0,\"edns\":null,\"dnssec\":null,\"tcp\":null,"
        "\"keeps_case\":null,\"truncates\":false,\"random_names\":0,\"rewritten\":0,"
        "\"known_names\":0,\"hidden\":0,\"compared_names\":0,\"foreign\":0,\"forged\":0}\n");
}

static void stats_name_every_class(void **state)
{
    static struct counters counters;
    struct resolver_stats stats = {
        .given = 3,
        .usable = 1,
        .counters = &counters,
        .seconds = 1.5,
        .end = {
            .exit_code = 3, .command_line = "dnstrawl resolvers \"x\"", .seed = 7, .version = "0"}};
    struct text out = {0};
    (void)state;
    counter_add(&counters.queries, 12);
    counter_add(&counters.rcodes[5], 2);
    stats.classes[RESOLVER_DEAD] = 2;
    resolver_stats(&out, &stats);
    text_putc(&out, '\0');
    for (int i = 0; i < RESOLVER_CLASS_COUNT; i++) {
        char key[64];
        (void)snprintf(key, sizeof key, "\"%s\":%d", resolver_classes[i].word,
                       i == RESOLVER_DEAD ? 2 : 0);
        assert_non_null(strstr(out.data, key));
    }
    assert_non_null(strstr(out.data, "\"queries\":12,"));
    assert_non_null(strstr(out.data, "\"REFUSED\":2"));
    assert_non_null(strstr(out.data, "\"exit\":3,\"complete\":false"));
    assert_non_null(strstr(out.data, "\"command\":\"dnstrawl resolvers \\\"x\\\"\""));
    text_deinit(&out);
}

static void a_file_gets_whole_lines_and_errors_are_told(void **state)
{
    char path[] = "/tmp/dnstrawl-resolver.XXXXXX", read_back[512] = "";
    struct resolver_sink *sink;
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(resolver_sink_open(&sink, false, path), 0);
    assert_int_equal(resolver_sink_line(sink, &dead), 0);
    assert_int_equal(resolver_sink_line(sink, &dead), 0);
    assert_int_equal(resolver_sink_close(sink), 0);
    assert_true(read(fd, read_back, sizeof read_back - 1) > 0);
    assert_string_equal(read_back, "[2001:db8::1]:53\tdead\t-\t-\t-\t-\n"
                                   "[2001:db8::1]:53\tdead\t-\t-\t-\t-\n");
    close(fd);
    unlink(path);
    assert_int_equal(resolver_sink_open(&sink, false, "/nowhere/at/all"), ERR_IO);
    assert_int_equal(errno, ENOENT);
    assert_null(sink);
    assert_int_equal(resolver_sink_close(NULL), 0);
}

static void a_full_disk_is_an_error(void **state)
{
    struct resolver_sink *sink;
    (void)state;
    assert_int_equal(resolver_sink_open(&sink, true, "/dev/full"), 0);
    int error = resolver_sink_line(sink, &limited);
    int closed = resolver_sink_close(sink);
    assert_true(error == ERR_IO || closed == ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_has_a_seventh_column_where_a_back_end_is_known),
        cmocka_unit_test(json_says_null_for_what_is_not_known),
        cmocka_unit_test(stats_name_every_class),
        cmocka_unit_test(a_file_gets_whole_lines_and_errors_are_told),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
