// SPDX-License-Identifier: BSD-2-Clause
#include "out/bench.h"
#include "tests/unit/out/bench_sample.h"
#include "tests/unit/out/files.h"

static struct scratch scratch;
static char path[PATH_CAP];

static int open_scratch(void **state)
{
    (void)state;
    scratch_open(&scratch);
    scratch_path(&scratch, "saved.json", path);
    return 0;
}

static int close_scratch(void **state)
{
    (void)state;
    scratch_close(&scratch);
    return 0;
}

static void save(const char *data, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* What is in the file is refused with WORDS behind its name. */
static void assert_refused(const char *words)
{
    struct bench_saved *saved = (struct bench_saved *)1;
    size_t count = 1;
    struct text why = {0};
    assert_int_equal(bench_read_saved(path, &saved, &count, &why), ERR_SYNTAX);
    assert_null(saved);
    assert_int_equal(count, 0);
    text_putc(&why, '\0');
    assert_int_equal(strncmp(why.data, path, strlen(path)), 0);
    if (!strstr(why.data, words))
        print_error("%s: not %s\n", why.data, words);
    assert_non_null(strstr(why.data + strlen(path), words));
    text_deinit(&why);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct text json = {0}, why = {0};
    struct bench_saved *saved;
    size_t count;
    struct bench_sample *s = sample_make(3);
    s->targets[1].is_valid = false;
    s->targets[1].rate.is_known = false;
    sample_result(&s->results[2], NULL, 0, 500, 1);
    s->report.seed = UINT64_MAX;
    s->report.mode = "fixed";
    s->targets[0].p99 = (struct bench_interval){5e6, 4e6, 7e6, true};
    s->targets[0].loss = (struct bench_interval){0.25, 0.125, 0.5, true};
    s->report.rate_asked = 300.5;
    s->report.timeout = 1500 * NS_PER_MS;
    s->targets[2].name = "n\xc3\xa4me \"2\"";
    bench_json(&json, &s->report);
    save(json.data, json.len);
    assert_int_equal(bench_read_saved(path, &saved, &count, &why), 0);
    assert_int_equal(count, 3);
    assert_string_equal(saved[0].name, "127.0.0.1:53");
    assert_true(saved[0].is_valid);
    assert_true(fabs(saved[0].rate - 42275) < 0.001);
    assert_true(fabs(saved[0].low - 41830) < 0.001);
    assert_true(fabs(saved[0].high - 43165) < 0.001);
    struct hist all;
    load_result_response(&s->results[0], &all);
    assert_true(saved[0].p50 == (double)hist_percentile(&all, 0.5));
    assert_true(saved[0].p99 == (double)hist_percentile(&all, 0.99));
    assert_true(fabs(saved[0].loss - 9 / 20009.0) < 1e-8);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(saved[i].terms.mode, "fixed");
        assert_string_equal(saved[i].terms.proto, "udp");
        assert_string_equal(saved[i].terms.arrival, "poisson");
        assert_string_equal(saved[i].terms.objective, s->report.slo);
        assert_string_equal(saved[i].terms.workload, s->report.workload);
        assert_true(saved[i].terms.rate == 300.5 && saved[i].terms.timeout == 1.5);
    }
    const struct bench_interval *p99 = &saved[0].p99_interval, *loss = &saved[0].loss_interval;
    assert_true(p99->is_known && p99->value == 5e6 && p99->low == 4e6 && p99->high == 7e6);
    assert_true(loss->is_known && loss->value == 0.25 && loss->low == 0.125 && loss->high == 0.5);
    assert_false(saved[1].p99_interval.is_known || saved[1].loss_interval.is_known);
    assert_false(saved[1].is_valid);
    assert_true(saved[1].rate == 0 && saved[1].low == 0 && saved[1].high == 0);
    assert_string_equal(saved[2].name, "n\xc3\xa4me \"2\"");
    assert_true(saved[2].p50 == (double)HIST_BEYOND && saved[2].p99 == (double)HIST_BEYOND);
    assert_true(saved[2].loss == 1);
    free(saved);
    free(s);
    text_deinit(&json);
    text_deinit(&why);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    struct text json = {0};
    struct bench_sample *s = sample_make(1);
    memset(&s->results[0], 0, sizeof s->results[0]); /* short */
    bench_json(&json, &s->report);
    for (size_t len = 0; len + 2 < json.len; len += 97) {
        save(json.data, len);
        assert_refused("no JSON");
    }
    free(s);
    text_deinit(&json);
}

#define HEAD "{\"generator\":\"dnstrawl\",\"targets\":["
#define GOOD                                                                                       \
    "\"name\":\"a\",\"valid\":true,\"rate\":{\"value\":2,\"low\":1,\"high\":3},\"loss\":0,"        \
    "\"response_latency\":{\"p50\":1,\"p99\":null}"

static void each_thing_that_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *data, *words;
    } cases[] = {
        {"", ":1: no JSON"},
        {"hello", ":1: no JSON"},
        {"{\n\"a\":\n}", ":3: no JSON"},
        {"{\"a\":1,\"a\":2}", "no JSON"},
        {"[]", "not what dnstrawl bench writes"},
        {"{}", "not what dnstrawl bench writes"},
        {"{\"candidates\":3,\"version\":\"0.1.0\"}", "not what dnstrawl bench writes"},
        {"{\"generator\":\"kxdpgun\",\"targets\":[{" GOOD "}]}", "not what dnstrawl bench writes"},
        {HEAD "]}", "not what dnstrawl bench writes"},
        {HEAD "{" GOOD "},7]}", "targets[1].name is not there"},
        {HEAD "{\"name\":\"\",\"valid\":true}]}", "targets[0].name is not there"},
        {HEAD "{\"name\":\"a\"}]}", "targets[0].rate is not there"},
        {HEAD "{\"name\":\"a\",\"rate\":{\"value\":1,\"low\":1}}]}",
         "targets[0].rate.high is not there"},
        {HEAD "{\"name\":\"a\",\"rate\":{\"value\":-1,\"low\":1,\"high\":1}}]}",
         "targets[0].rate.value is out of its range"},
        {HEAD "{\"name\":\"a\",\"rate\":null,\"valid\":1}]}", "targets[0].valid is not there"},
        {HEAD "{\"name\":\"a\",\"rate\":null,\"valid\":true}]}",
         "targets[0].response_latency is not there"},
        {HEAD
         "{\"name\":\"a\",\"rate\":null,\"valid\":true,\"response_latency\":{\"p50\":\"1\"}}]}",
         "targets[0].response_latency.p50 is not there, or no number"},
        {HEAD "{\"name\":\"a\",\"rate\":null,\"valid\":true,\"loss\":1.01,"
              "\"response_latency\":{\"p50\":1,\"p99\":2}}]}",
         "targets[0].loss is out of its range"},
        {HEAD "{" GOOD ",\"intervals\":{\"p99_ns\":7}}]}",
         "targets[0].intervals.p99_ns is no object"},
        {HEAD "{" GOOD ",\"intervals\":{\"loss\":{\"value\":0,\"low\":0,\"high\":2}}}]}",
         "targets[0].intervals.loss.high is out of its range"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        save(cases[i].data, strlen(cases[i].data));
        assert_refused(cases[i].words);
    }
}

static void names_end_within_their_room(void **state)
{
    (void)state;
    char json[1024], name[257];
    struct text why = {0};
    struct bench_saved *saved;
    size_t count;
    memset(name, 'n', sizeof name);
    for (int len = 255; len <= 256; len++) {
        snprintf(json, sizeof json,
                 HEAD "{\"name\":\"%.*s\",\"rate\":null,\"valid\":true,\"loss\":0,"
                      "\"response_latency\":{\"p50\":1,\"p99\":null}}]}",
                 len, name);
        save(json, strlen(json));
        if (len == 256) {
            assert_refused("targets[0].name is too long");
            continue;
        }
        assert_int_equal(bench_read_saved(path, &saved, &count, &why), 0);
        assert_int_equal(strlen(saved[0].name), 255);
        free(saved);
    }
    text_deinit(&why);
}

static void deep_and_huge_files_are_refused(void **state)
{
    (void)state;
    const size_t len = (16u << 20) + 1;
    char *data = malloc(len);
    assert_non_null(data);
    memset(data, '[', len);
    save(data, 1 << 20);
    assert_refused("no JSON");
    memset(data, ' ', len);
    data[0] = '{';
    save(data, len);
    assert_refused("longer than 16 MiB");
    free(data);
}

static void what_cannot_be_opened_or_read_is_told(void **state)
{
    (void)state;
    const char *const paths[] = {"/nonexistent/saved.json", "/"};
    const int causes[] = {ENOENT, EISDIR};
    for (size_t i = 0; i < 2; i++) {
        struct text why = {0};
        struct bench_saved *saved;
        size_t count;
        assert_int_equal(bench_read_saved(paths[i], &saved, &count, &why), ERR_IO);
        assert_int_equal(errno, causes[i]);
        text_putc(&why, '\0');
        assert_non_null(strstr(why.data, strerror(causes[i])));
        text_deinit(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(each_thing_that_is_wrong_is_told_with_its_place),
        cmocka_unit_test(names_end_within_their_room),
        cmocka_unit_test(deep_and_huge_files_are_refused),
        cmocka_unit_test(what_cannot_be_opened_or_read_is_told),
    };
    return cmocka_run_group_tests(tests, open_scratch, close_scratch);
}
