// SPDX-License-Identifier: BSD-2-Clause
#include "out/bench.h"
#include "tests/unit/out/bench_sample.h"
#include "tests/unit/out/hits.h"

#define COLUMNS 80

/* Terminated; NULL after that is the next call's. */
static const char *text_of(struct text *out, const struct bench_report *report, unsigned look)
{
    text_clear(out);
    bench_text(out, report, look);
    assert_false(out->failed);
    text_putc(out, '\0');
    return out->data;
}

static void assert_in(const char *text, const char *part, bool is_there)
{
    if (!strstr(text, part) == is_there)
        print_error("%s\nin\n%s", part, text);
    assert_int_equal(strstr(text, part) != NULL, is_there);
}

/* No line is too wide, ends in a blank or holds a control; characters of UTF-8 and escape
 * sequences where they may be. */
static void assert_lines(const char *text, unsigned look)
{
    unsigned column = 0;
    for (const char *c = text; *c; c++) {
        unsigned char octet = (unsigned char)*c;
        if (octet == '\n') {
            assert_true(c == text || c[-1] != ' ');
            column = 0;
        } else if (octet == '\033') {
            assert_true(look & BENCH_COLOR);
            while (*c != 'm')
                c++;
        } else {
            assert_true(octet >= ' ' && octet != 0x7f);
            assert_true(octet < 0x80 || look & BENCH_UTF8);
            column += (octet & 0xc0) != 0x80;
            if (column > COLUMNS)
                print_error("too wide:\n%s", text);
            assert_true(column <= COLUMNS);
        }
    }
    assert_int_equal(column, 0);
}

static void assert_all_looks(const struct bench_report *report)
{
    struct text out = {0};
    for (unsigned look = 0; look < 4; look++)
        assert_lines(text_of(&out, report, look), look);
    text_deinit(&out);
}

static void the_answer_is_the_first_line_of_a_target(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    const char *text = text_of(&out, &s->report, 0);
    assert_in(text, "bench 127.0.0.1:53, 1m42s, complete\n", true);
    assert_in(text, "\n127.0.0.1:53  42,300 q/s (41,800-43,200) within loss<0.1%, p99<50ms\n",
              true);
    assert_in(text, "  stopped    2 % more missed the objective: p99 61 ms, above 50 ms\n", true);
    assert_in(text, "  knee       at about 35,600 q/s", true);
    assert_in(text, "  generator  kept its schedule", true);
    assert_in(text, "20,009 due = 20,000 answered (99.95 %) + 9 lost (0.04 %)\n", true);
    assert_in(text, "41,385 were answered", true);
    assert_in(text, "12.7 % of it", true);
    assert_in(text, "  baseline   no worse than bench.json", true);
    assert_in(text, "  warning    conntrack", true);
    assert_in(text, "rcvbuf 4 MiB", true);
    assert_in(text, "INVALID", false);
    assert_in(text, "ranking", false);
    assert_in(text, "  limiter", false);
    assert_all_looks(&s->report);
    free(s);
    text_deinit(&out);
}

/* A row of the table of times, from its label on, its cells apart by one blank. */
static void row_of(const char *text, const char *label, char out[200])
{
    const char *line = strstr(text, label);
    size_t len = 0;
    assert_non_null(line);
    for (line += 3; *line != '\n'; line++)
        if (*line != ' ' || line[1] != ' ')
            out[len++] = *line;
    out[len] = '\0';
}

static void the_times_stand_side_by_side_with_the_losses_in_them(void **state)
{
    (void)state;
    char row[200];
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    struct load_result *r = &s->results[0];
    memset(r->response, 0, sizeof r->response);
    memset(&r->service, 0, sizeof r->service);
    memset(&r->lag, 0, sizeof r->lag);
    for (int i = 0; i < 9900; i++) {
        hist_add(&r->response[i % 10 ? LOAD_HIT : LOAD_MISS], 2 * NS_PER_MS);
        hist_add(&r->service, 150 * NS_PER_US);
        hist_add(&r->lag, 700);
    }
    hist_add_lost(&r->response[LOAD_HIT], 100);
    hist_add_lost(&r->service, 100);
    const char *text = text_of(&out, &s->report, 0);
    row_of(text, "\n  response  ", row);
    assert_string_equal(row, "response 2.00 ms 2.00 ms 2.00 ms > 2 s > 2 s > 2 s");
    row_of(text, "\n  service  ", row);
    assert_string_equal(row, "service 150 us 150 us 150 us > 2 s > 2 s > 2 s");
    row_of(text, "\n  schedule lag", row);
    assert_string_equal(row, "schedule lag 701 ns 701 ns 701 ns 701 ns 701 ns 703 ns");
    row_of(text, "\n    miss ", row);
    assert_string_equal(row, " miss 9.90 % 2.00 ms 2.00 ms 2.00 ms 2.00 ms 2.00 ms 2.01 ms");
    row_of(text, "\n    hit ", row);
    assert_string_equal(row, " hit 90.1 % 2.00 ms 2.00 ms > 2 s > 2 s > 2 s > 2 s");
    assert_in(text, "nxdomain", false);
    s->report.timeout = 0;
    row_of(text_of(&out, &s->report, 0), "\n  response  ", row);
    assert_string_equal(row, "response 2.00 ms 2.00 ms 2.00 ms lost lost lost");
    free(s);
    text_deinit(&out);
}

static void what_did_not_count_is_told_apart(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    struct load_result *r = &s->results[0];
    r->late = 2;
    r->rejects[REJECT_DUPLICATE] = 3;
    r->rejects[REJECT_WRONG_QUESTION] = 1;
    r->unsent = 67;
    r->unreachable = 5;
    r->truncated = 12;
    r->followed = 8;
    r->connections = 4;
    r->stalls = 2;
    r->stall_longest = 12340000;
    s->targets[0].limiter = "rate limited from about 1,000 q/s: RRL, one of 2 truncated";
    const char *text = text_of(&out, &s->report, 0);
    assert_in(text, "  rejected   2 late, after the timeout, 1 wrong question, 3 duplicate\n",
              true);
    assert_in(text, " + 67 never", true);
    assert_in(text, "of those lost 5 by", true);
    assert_in(text, "12 truncated", true);
    assert_in(text, "8 asked again by TCP", true);
    assert_in(text, "  connected  4 opened\n", true);
    assert_in(text, "2 stalls of the generator over 1 ms, the longest 12.3 ms", true);
    assert_in(text, "  limiter    rate limited from about 1,000 q/s: RRL", true);
    assert_all_looks(&s->report);
    free(s);
    text_deinit(&out);
}

static void what_the_generator_limited_is_loud_and_no_result(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    s->targets[0].is_valid = false;
    s->targets[0].generator = "fell behind its schedule by 12 % of the time";
    s->report.exit_code = 6;
    const char *text = text_of(&out, &s->report, 0);
    assert_in(text, "bench 127.0.0.1:53, 1m42s, INVALID: the generator was the limit (exit 6)\n",
              true);
    assert_in(text, "\n127.0.0.1:53  INVALID: the generator was the limit", true);
    assert_in(text, "  generator  fell behind", true);
    assert_in(text, "q/s within", false);
    assert_in(text, "\033[", false);
    assert_in(text_of(&out, &s->report, BENCH_COLOR), "\033[1;31m127.0.0.1:53  INVALID", true);
    free(s);
    text_deinit(&out);
}

/* What an invalid load missed is what the generator says; "missed" would say it of the target. */
static void a_fixed_rate_that_is_invalid_missed_nothing(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    sample_fix(s);
    s->targets[0].is_valid = false;
    s->targets[0].rate = (struct bench_interval){.is_known = true};
    s->points[0][0].verdict = "invalid";
    s->points[0][0].why = s->targets[0].generator = "fell behind its schedule";
    const char *text = text_of(&out, &s->report, 0);
    assert_in(text, "  generator  fell behind its schedule\n", true);
    assert_in(text, "  missed ", false);
    assert_in(text, "  seen       0 q/s answered well; what the target can do is not known\n",
              true);
    free(s);
    text_deinit(&out);
}

static void the_load_beyond_is_told_as_it_was(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    s->targets[0].beyond_rate = 12000;
    s->targets[0].goodput_beyond = 9300;
    assert_in(text_of(&out, &s->report, 0),
              "  beyond     of 12,000 q/s offered 9,300 were answered well", true);
    s->targets[0].goodput_beyond = 0; /* which is what matters most of all */
    assert_in(text_of(&out, &s->report, 0),
              "  beyond     of 12,000 q/s offered 0 were answered well", true);
    free(s);
    text_deinit(&out);
}

static void a_fixed_rate_tells_what_was_answered_of_it(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    sample_fix(s);
    s->points[0][0].verdict = "met"; /* the first of several blocks */
    s->targets[0].verdict = "missed";
    s->targets[0].missed = "loss 2 %, above 0.1 %";
    const char *text = text_of(&out, &s->report, 0);
    assert_in(text, "127.0.0.1:53  9,800 q/s answered well of 10,000 offered: missed loss<0.1%,\n",
              true);
    assert_in(text, "  missed     loss 2 %, above 0.1 %\n", true);
    assert_in(text, "response time, ", false); /* no curve of one load */
    assert_in(text, "  times  ", true);
    s->report.slo = NULL;
    s->targets[0].verdict = "";
    assert_in(text_of(&out, &s->report, 0), "answered well of 10,000 offered\n", true);
    s->report.arrival = "steps";
    s->points[0][0].achieved = 6000;
    assert_in(text_of(&out, &s->report, 0),
              "answered well of 6,000 offered in steps up to 10,000\n", true);
    free(s);
    text_deinit(&out);
}

static void no_rate_at_all_is_said(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    s->targets[0].rate.is_known = false;
    assert_in(text_of(&out, &s->report, 0), "127.0.0.1:53  no rate met loss<0.1%, p99<50ms\n",
              true);
    s->targets[0].is_cut_short = true;
    assert_in(text_of(&out, &s->report, 0),
              "127.0.0.1:53  cut short: no rate had met loss<0.1%, p99<50ms\n", true);
    s->targets[0].met_so_far = 12345;
    assert_in(text_of(&out, &s->report, 0), "127.0.0.1:53  cut short: 12,345 q/s met loss<0.1%",
              true);
    free(s);
    text_deinit(&out);
}

static void several_are_ranked_with_their_differences(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(2);
    s->targets[0].rank = 2; /* the second given is the better one */
    s->targets[1].rank = 1;
    s->targets[0].versus_rate = s->targets[1].versus_rate;
    s->targets[1].versus_rate.is_known = false;
    const char *text = text_of(&out, &s->report, 0);
    const char *first = strstr(text, "\n  1  127.0.0.2:53  39,400 q/s");
    const char *second = strstr(text, "\n  2  127.0.0.1:53  42,300 q/s");
    assert_true(first && second && first < second);
    assert_in(text, "rate -3,000 (-3,400 to -2,600) q/s\n", true);
    assert_in(text, "p50 +12.0 us (+3.00 us to +20.0 us)\n", true);
    assert_in(text, "p99 +400 us (-100 us to +900 us), which may be chance\n", true);
    assert_in(text, "loss +0.01 (+0.00 to +0.02) points, which may be chance\n", true);
    assert_all_looks(&s->report);
    free(s);
    text_deinit(&out);
}

static void sixty_four_targets_have_short_blocks_after_the_eighth(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(SAMPLE_TARGETS);
    const char *text = text_of(&out, &s->report, 0);
    unsigned plots = 0;
    for (const char *at = text; (at = strstr(at, "response time, ")); at++)
        plots++;
    assert_int_equal(plots, 8);
    assert_in(text, "\n127.0.0.64:53  ", true);
    assert_all_looks(&s->report);
    free(s);
    text_deinit(&out);
}

static void an_empty_report_is_a_few_lines(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_report none = {0};
    struct bench_target bare = {0};
    assert_in(text_of(&out, &none, 0), "bench 0 targets, 0 ms, complete\n", true);
    assert_all_looks(&none);
    none.targets = &bare;
    none.target_count = 1;
    assert_all_looks(&none);
    bare.is_valid = true;
    assert_all_looks(&none);
    text_deinit(&out);
}

static void all_lost_is_told_as_such(void **state)
{
    (void)state;
    char row[200];
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    sample_result(&s->results[0], NULL, 0, 500, 1);
    for (size_t i = 0; i < SAMPLE_POINTS; i++) {
        struct bench_point *p = &s->points[0][i];
        p->p50 = p->p90 = p->p99 = p->p999 = p->p9999 = HIST_BEYOND;
        p->loss = 1;
    }
    const char *text = text_of(&out, &s->report, 0);
    row_of(text, "\n  response  ", row);
    assert_string_equal(row, "response > 2 s > 2 s > 2 s > 2 s > 2 s > 2 s");
    assert_in(text, "\n     > 2 s|****", true);
    assert_in(text, "ms|", false); /* a scale of nothing */
    assert_in(text, "500 due = 0 answered (0 %) + 500 lost (100 %)\n", true);
    assert_all_looks(&s->report);
    free(s);
    text_deinit(&out);
}

/* Long, without blanks, with escapes, quotes and octets that are no characters. */
static void nasty_words_stay_within_the_lines(void **state)
{
    (void)state;
    static char longest[600];
    memset(longest, 'x', sizeof longest - 1);
    const char *const words[] = {longest, "\033[31m\r\n\t\x7f\xff\xc3\xa9 \"<b>'&", "a b c d e f",
                                 "https://dns.example/dns-query{?dns} and a very long remark on it "
                                 "that goes on and on, so that it has to be broken somewhere"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct bench_sample *s = sample_make(2);
        struct bench_fact fact = {words[i], words[i]};
        sample_spoil_words(s, &words[i], &fact);
        assert_all_looks(&s->report);
        free(s);
    }
}

static void nasty_figures_stay_within_the_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLE_NASTY_COUNT; i++) {
        struct bench_sample *s = sample_make(2);
        sample_spoil_figures(s, sample_nasty_figures[i]);
        assert_all_looks(&s->report);
        free(s);
    }
}

static void the_locale_decides_about_characters(void **state)
{
    (void)state;
    assert_int_equal(bench_look_of(NULL, NULL, NULL), 0);
    assert_int_equal(bench_look_of("", "", "de_DE.UTF-8"), BENCH_UTF8);
    assert_int_equal(bench_look_of("C", "de_DE.UTF-8", "de_DE.UTF-8"), 0);
    assert_int_equal(bench_look_of(NULL, "C.utf8", "C"), BENCH_UTF8);
    assert_int_equal(bench_look_of(NULL, NULL, "de_DE"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_the_first_line_of_a_target),
        cmocka_unit_test(the_times_stand_side_by_side_with_the_losses_in_them),
        cmocka_unit_test(what_did_not_count_is_told_apart),
        cmocka_unit_test(what_the_generator_limited_is_loud_and_no_result),
        cmocka_unit_test(a_fixed_rate_that_is_invalid_missed_nothing),
        cmocka_unit_test(the_load_beyond_is_told_as_it_was),
        cmocka_unit_test(a_fixed_rate_tells_what_was_answered_of_it),
        cmocka_unit_test(no_rate_at_all_is_said),
        cmocka_unit_test(several_are_ranked_with_their_differences),
        cmocka_unit_test(sixty_four_targets_have_short_blocks_after_the_eighth),
        cmocka_unit_test(an_empty_report_is_a_few_lines),
        cmocka_unit_test(all_lost_is_told_as_such),
        cmocka_unit_test(nasty_words_stay_within_the_lines),
        cmocka_unit_test(nasty_figures_stay_within_the_lines),
        cmocka_unit_test(the_locale_decides_about_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
