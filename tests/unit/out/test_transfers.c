// SPDX-License-Identifier: BSD-2-Clause
/* out/transfers.c: exact lines and objects. */
#include "tests/unit/out/hits.h"

#include "out/transfers.h"

static const struct attempt whole = {.kind = ATTEMPT_AXFR,
                                     .outcome = TRANSFER_WHOLE,
                                     .was_up = true,
                                     .is_signed = true,
                                     .serial = 7,
                                     .records = 1204,
                                     .foreign = 2,
                                     .messages = 9,
                                     .octets = 50000,
                                     .seconds = 1.25};
static const struct attempt many[] = {
    {.kind = ATTEMPT_AXFR, .outcome = TRANSFER_REFUSED, .was_up = true},
    {.kind = ATTEMPT_SOA, .outcome = TRANSFER_CURRENT, .was_up = true, .serial = 9, .records = 1},
    {.kind = ATTEMPT_IXFR,
     .outcome = TRANSFER_DELTAS,
     .was_up = true,
     .asked = 8,
     .serial = 9,
     .records = 5,
     .deleted = 2,
     .seconds = 0.25},
    {.kind = ATTEMPT_IXFR,
     .outcome = TRANSFER_TIMEOUT,
     .why = "no answer",
     .asked = 2147483658,
     .by_udp = true,
     .was_up = true},
};
static const struct attempt by_tls = {.outcome = TRANSFER_CLOSED,
                                      .by_tls = true,
                                      .was_up = true,
                                      .is_authenticated = true,
                                      .records = 3,
                                      .serial = 1};

static struct transfer_server server(const struct attempt *attempts, size_t count, size_t best)
{
    return (struct transfer_server){.zone = "example.com",
                                    .address = "192.0.2.1:53",
                                    .host = count > 1 ? "ns1.example.com" : "",
                                    .attempts = attempts,
                                    .attempt_count = count,
                                    .best = count ? &attempts[best] : NULL};
}

static void assert_line(const struct transfer_server *of, const char *expected)
{
    struct text out = {0};
    transfer_server_line(&out, of);
    text_putc(&out, '\0');
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void a_line_has_each_attempt(void **state)
{
    (void)state;
    const struct transfer_server one = server(&whole, 1, 0), more = server(many, 4, 2),
                                 none = server(NULL, 0, 0), tls = server(&by_tls, 1, 0);
    assert_line(&one, "example.com at 192.0.2.1:53: transferred, 1,204 records, serial 7, foreign "
                      "ones left out: 2, signed, 1.3 s");
    assert_line(&more, "example.com at 192.0.2.1:53 (ns1.example.com): refused; IXFR 8: deltas, 5 "
                       "records (deleted 2), serial 9, 250 ms; IXFR 2147483658 by UDP: timeout, "
                       "no answer");
    assert_line(&none, "example.com at 192.0.2.1:53: not asked");
    assert_line(&tls, "example.com at 192.0.2.1:53: closed-early after 3 records, serial 1, TLS "
                      "authenticated, no ALPN");
}

static void an_object_has_them_too(void **state)
{
    (void)state;
    struct text out = {0};
    const struct transfer_server more = server(many, 1, 0), none = server(NULL, 0, 0);
    transfer_server_json(&out, &more);
    transfer_server_json(&out, &none);
    text_putc(&out, '\0');
    assert_string_equal(
        out.data,
        "{\"zone\":\"example.com\",\"server\":\"192.0.2.1:53\",\"host\":null,"
        "\"outcome\":\"refused\",\"reason\":null,\"kind\":\"axfr\",\"serial\":null,\"records\":0,"
        "\"seconds\":0.000,\"attempts\":[{\"kind\":\"axfr\",\"transport\":\"tcp\",\"asked\":null,"
        "\"outcome\":\"refused\",\"reason\":null,\"serial\":null,\"records\":0,\"deleted\":0,"
        "\"foreign\":0,\"messages\":0,\"octets\":0,\"seconds\":0.000,\"signed\":false,"
        "\"authenticated\":false,\"alpn\":false}]}"
        "{\"zone\":\"example.com\",\"server\":\"192.0.2.1:53\",\"host\":null,"
        "\"outcome\":null,\"reason\":null,\"kind\":null,\"serial\":null,\"records\":0,"
        "\"seconds\":0.000,\"attempts\":[]}");
    text_deinit(&out);
}

static void a_zone_tells_what_was_written(void **state)
{
    (void)state;
    struct text out = {0};
    const struct transfer_zone had = {.zone = "a\"b",
                                      .is_complete = true,
                                      .is_consistent = true,
                                      .outcome = TRANSFER_WHOLE,
                                      .from = "192.0.2.1:53",
                                      .serial = 7,
                                      .records = 4,
                                      .names = 2,
                                      .servers = 3},
                               not_had = {.zone = "b", .why = "no such name"};
    transfer_zone_json(&out, &had);
    transfer_zone_json(&out, &not_had);
    text_putc(&out, '\0');
    assert_string_equal(out.data,
                        "\"a\\\"b\":{\"complete\":true,\"written\":\"transferred\","
                        "\"from\":\"192.0.2.1:53\",\"serial\":7,\"records\":4,\"names\":2,"
                        "\"servers\":3,\"consistent\":true,\"reason\":null}"
                        "\"b\":{\"complete\":false,\"written\":null,\"from\":null,"
                        "\"serial\":null,\"records\":0,\"names\":0,\"servers\":0,"
                        "\"consistent\":false,"
                        "\"reason\":\"no such name\"}");
    text_deinit(&out);
}

static void stats_are_one_object(void **state)
{
    (void)state;
    struct text out = {0}, zones = {0}, servers = {0};
    text_puts(&zones, "\"z\":{}");
    struct transfer_stats stats = {.zones = 1,
                                   .records = 4,
                                   .names = 2,
                                   .queries = 3,
                                   .octets = 99,
                                   .zones_json = &zones,
                                   .servers_json = &servers,
                                   .seconds = 1.5,
                                   .cpu_seconds = 0.25,
                                   .max_rss_bytes = 1024,
                                   .end = {.exit_code = 3,
                                           .is_own = true,
                                           .command_line = "dnstrawl axfr z",
                                           .started_ms = 0,
                                           .ended_ms = 1500,
                                           .seed = 7,
                                           .version = "0"}};
    stats.outcomes[TRANSFER_WHOLE] = 1;
    stats.outcomes[TRANSFER_STOPPED] = 2;
    transfer_stats(&out, &stats);
    text_putc(&out, '\0');
    assert_string_equal(out.data,
                        "{\"zones\":{\"z\":{}},\"servers\":[],\"outcomes\":{\"transferred\":1,"
                        "\"stopped\":2},\"records\":4,\"names\":2,\"queries\":3,\"octets\":99,"
                        "\"seconds\":1.500,\"cpu_seconds\":0.250,\"max_rss_bytes\":1024,\"exit\":3,"
                        "\"complete\":false,\"own\":true,\"command\":\"dnstrawl axfr z\","
                        "\"started\":\"1970-01-01T00:00:00.000Z\","
                        "\"ended\":\"1970-01-01T00:00:01.500Z\",\"seed\":7,\"version\":\"0\"}\n");
    text_deinit(&out);
    text_deinit(&zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_each_attempt),
        cmocka_unit_test(an_object_has_them_too),
        cmocka_unit_test(a_zone_tells_what_was_written),
        cmocka_unit_test(stats_are_one_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
