// SPDX-License-Identifier: BSD-2-Clause
#include <jansson.h>

#include "out/bench.h"
#include "tests/unit/out/bench_sample.h"
#include "tests/unit/out/hits.h"

/* Parsed, after a look that it is one line of printable text; every key but once. */
static json_t *json_of(const struct bench_report *report)
{
    struct text out = {0};
    json_error_t error;
    bench_json(&out, report);
    assert_false(out.failed);
    assert_true(out.len > 0 && out.data[out.len - 1] == '\n');
    for (size_t i = 0; i + 1 < out.len; i++)
        assert_true((unsigned char)out.data[i] >= ' ' && out.data[i] != 0x7f);
    /* Integers up to 2^64 - 1 are JSON, and more than jansson's hold. */
    json_t *json =
        json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (!json)
        print_error("%s\n%.*s", error.text, (int)out.len, out.data);
    assert_non_null(json);
    text_deinit(&out);
    return json;
}

/* What PATH, as in "targets/0/rate/low", leads to; never NULL. */
static const json_t *at(const json_t *json, const char *path)
{
    char key[64];
    while (json && *path) {
        size_t len = strcspn(path, "/");
        assert_true(len < sizeof key);
        memcpy(key, path, len);
        key[len] = '\0';
        json = json_is_array(json) ? json_array_get(json, strtoul(key, NULL, 10))
                                   : json_object_get(json, key);
        if (!json)
            print_error("no %s\n", key);
        path += len + (path[len] == '/');
    }
    assert_non_null(json);
    return json;
}

static void assert_number(const json_t *json, const char *path, double expected)
{
    const json_t *found = at(json, path);
    assert_true(json_is_number(found));
    if (fabs(json_number_value(found) - expected) > 1e-6 * fabs(expected))
        print_error("%s: %f, not %f\n", path, json_number_value(found), expected);
    assert_true(fabs(json_number_value(found) - expected) <= 1e-6 * fabs(expected));
}

static void assert_word(const json_t *json, const char *path, const char *expected)
{
    assert_true(json_is_string(at(json, path)));
    assert_string_equal(json_string_value(at(json, path)), expected);
}

/* Lost, or not known. */
static void assert_lost(const json_t *json, const char *path)
{
    assert_true(json_is_null(at(json, path)));
}

/* The figures of a distribution, read from its own buckets. */
static void assert_buckets(const json_t *latency, uint64_t answered)
{
    const json_t *buckets = at(latency, "buckets");
    long long sum = 0, before = -1;
    for (size_t i = 0; i < json_array_size(buckets); i++) {
        const json_t *bucket = json_array_get(buckets, i);
        long long low = (long long)json_number_value(at(bucket, "0"));
        long long high = (long long)json_number_value(at(bucket, "1"));
        assert_int_equal(json_array_size(bucket), 3);
        assert_true(low > before && high >= low);
        before = high;
        sum += (long long)json_number_value(at(bucket, "2"));
    }
    assert_int_equal(sum, answered);
    assert_number(latency, "max", (double)before);
    assert_number(latency, "min", json_number_value(at(buckets, "0/0")));
}

static void it_is_a_sum_in_the_schema_s_words(void **state)
{
    (void)state;
    struct bench_sample *s = sample_make(2);
    struct load_result *r = &s->results[0];
    r->sent = 20009 + 100;
    r->unsent = 7;
    r->late = 2;
    r->rejects[REJECT_DUPLICATE] = 3;
    r->socket_drops = 4;
    json_t *json = json_of(&s->report);
    assert_word(json, "type", "stats_sum");
    assert_word(json, "runid", "1795317247123-42");
    assert_number(json, "schema_version", 20240530);
    assert_word(json, "generator", "dnstrawl");
    assert_word(json, "generator_params/0", s->report.command_line);
    assert_number(json, "timeout", 2);
    assert_number(json, "since", 1795317247123e6);
    assert_number(json, "until", 1795317349123e6);
    assert_number(json, "sent/queries", 20109 + 20030);
    assert_number(json, "received/responses", 40000);
    assert_number(json, "timeouts", 39);
    assert_number(json, "discarded", 7);
    assert_number(json, "unexpected", 5);
    assert_number(json, "response_rcodes/SERVFAIL", 80);
    assert_buckets(at(json, "response_latency"), 40000);
    const json_t *target = at(json, "targets/0");
    assert_word(target, "subid", "127.0.0.1:53");
    assert_word(target, "runid", "1795317247123-42");
    assert_word(target, "type", "stats_sum");
    assert_number(target, "queries", 20109);
    assert_word(target, "conn_info/type", "udp");
    assert_number(target, "conn_info/socket_errors", 4);
    assert_buckets(at(target, "response_latency"), 20000);
    json_decref(json);
    s->targets[0].proto = "doh";
    r->connections = 6;
    json = json_of(&s->report);
    assert_word(json, "targets/0/conn_info/type", "tls_conn");
    assert_number(json, "targets/0/conn_info/handshakes", 6);
    json_decref(json);
    free(s);
}

static void every_target_has_what_was_found(void **state)
{
    (void)state;
    struct bench_sample *s = sample_make(2);
    json_t *json = json_of(&s->report);
    const json_t *target = at(json, "targets/1");
    assert_int_equal(json_array_size(at(json, "targets")), 2);
    assert_word(target, "name", "127.0.0.2:53");
    assert_true(json_is_true(at(target, "valid")));
    assert_number(target, "rate/value", 0.95 * 41500);
    assert_number(target, "rate/low", 0.94 * 41500);
    assert_number(target, "rate/high", 0.97 * 41500);
    assert_number(target, "knee", 33200);
    assert_number(target, "beyond_rate", s->targets[1].beyond_rate);
    assert_true(s->targets[1].beyond_rate > 0);
    assert_number(target, "versus_first/rate/low", -3400);
    assert_number(target, "versus_first/loss/high", 0.0002);
    assert_lost(json, "targets/0/versus_first/rate");
    assert_number(target, "due", 20030);
    assert_number(target, "loss", 0.00149775);
    assert_number(target, "classes/miss/count", 1000);
    assert_number(target, "classes/nxdomain/count", 1118);
    assert_number(target, "classes/hit/lost", 30);
    assert_lost(target, "response_latency/p999"); /* 0.15 % lost */
    assert_true(json_is_number(at(target, "response_latency/p99")));
    assert_true(json_is_number(at(target, "service_latency/p50")));
    assert_number(target, "schedule_lag/lost", 0);
    assert_int_equal(json_array_size(at(target, "points")), SAMPLE_POINTS);
    assert_number(target, "points/10/since", 1795317247123e6 + 10e9);
    assert_number(target, "points/10/seconds", 0.75);
    assert_number(target, "points/10/offered", round(1.35 * 41500));
    assert_lost(target, "points/10/p99_ns");
    assert_word(target, "points/10/verdict", "missed");
    assert_int_equal(json_array_size(at(target, "timeline/due")), SAMPLE_COLUMNS);
    assert_number(target, "timeline/column_ns", 250e6);
    json_decref(json);
    free(s);
}

static void it_has_what_every_stats_file_has(void **state)
{
    (void)state;
    struct bench_sample *s = sample_make(1);
    s->report.exit_code = 5;
    s->report.is_own = true;
    json_t *json = json_of(&s->report);
    assert_number(json, "exit", 5);
    assert_true(json_is_true(at(json, "complete")));
    assert_true(json_is_true(at(json, "own")));
    assert_word(json, "command", s->report.command_line);
    assert_word(json, "started", "2026-11-22T03:14:07.123Z");
    assert_word(json, "ended", "2026-11-22T03:15:49.123Z");
    assert_number(json, "seed", 42);
    assert_word(json, "version", "0.1.0");
    assert_number(json, "seconds", 102);
    assert_number(json, "cpu_seconds", 88.5);
    assert_number(json, "max_rss_bytes", 40000000);
    assert_word(json, "objective", "loss<0.1%,p99<50ms");
    assert_word(json, "manifest/2/key", "rcvbuf");
    assert_word(json, "manifest/2/value", "4 MiB");
    assert_int_equal(json_array_size(at(json, "warnings")), 1);
    json_decref(json);
    s->report.is_part = true; /* --max-time, say */
    json = json_of(&s->report);
    assert_true(json_is_false(at(json, "complete")));
    json_decref(json);
    s->report.is_part = false;
    s->report.exit_code = 130;
    json = json_of(&s->report);
    assert_true(json_is_false(at(json, "complete")));
    json_decref(json);
    free(s);
}

static void nothing_measured_is_an_object_all_the_same(void **state)
{
    (void)state;
    struct bench_report none = {0};
    struct bench_target bare[SAMPLE_TARGETS] = {{0}};
    json_t *json = json_of(&none);
    assert_int_equal(json_array_size(at(json, "targets")), 0);
    assert_number(json, "response_latency/max", 0);
    json_decref(json);
    none.targets = bare;
    none.target_count = SAMPLE_TARGETS;
    json = json_of(&none);
    assert_int_equal(json_array_size(at(json, "targets")), SAMPLE_TARGETS);
    assert_true(json_is_false(at(json, "targets/63/valid")));
    assert_lost(json, "targets/63/rate");
    assert_number(json, "targets/63/response_latency/p50", 0);
    json_decref(json);
}

static void all_lost_and_no_columns(void **state)
{
    (void)state;
    struct bench_sample *s = sample_make(1);
    sample_result(&s->results[0], NULL, 0, 500, 1);
    json_t *json = json_of(&s->report);
    assert_number(json, "targets/0/loss", 1);
    assert_lost(json, "targets/0/response_latency/p50");
    assert_number(json, "targets/0/response_latency/lost", 500);
    assert_int_equal(json_array_size(at(json, "targets/0/response_latency/buckets")), 0);
    assert_int_equal(json_array_size(at(json, "targets/0/timeline/lost")), 0);
    json_decref(json);
    free(s);
}

static void nasty_words_and_figures_are_still_json(void **state)
{
    (void)state;
    static const char nasty[] = "\"\\\b\033[31m\r\n\t\x7f\xff\xc3\xa9</script>";
    const char *const words[] = {nasty};
    const struct bench_fact fact = {nasty, nasty};
    for (size_t i = 0; i < SAMPLE_NASTY_COUNT; i++) {
        struct bench_sample *s = sample_make(2);
        sample_spoil_words(s, words, &fact);
        sample_spoil_figures(s, sample_nasty_figures[i]);
        s->targets[0].proto = nasty;
        s->report.started_ms = INT64_MAX;
        s->report.ended_ms = INT64_MIN;
        json_t *json = json_of(&s->report);
        assert_word(json, "warnings/0", "\"\\\b\033[31m\r\n\t\x7f\xef\xbf\xbd\xc3\xa9</script>");
        json_decref(json);
        free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_a_sum_in_the_schema_s_words),
        cmocka_unit_test(every_target_has_what_was_found),
        cmocka_unit_test(it_has_what_every_stats_file_has),
        cmocka_unit_test(nothing_measured_is_an_object_all_the_same),
        cmocka_unit_test(all_lost_and_no_columns),
        cmocka_unit_test(nasty_words_and_figures_are_still_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
