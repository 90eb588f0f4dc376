// SPDX-License-Identifier: BSD-2-Clause
/* verdict/slo.c: objectives as text, and results held against them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/code.h"
#include "verdict/slo.h"

#define MS ((double)NS_PER_MS)

static void assert_near(double is, double expected)
{
    if (fabs(is - expected) > 1e-9 * fabs(expected))
        fail_msg("%.12g, not %.12g", is, expected);
}

static void assert_text(struct text *text, const char *expected)
{
    text_putc(text, '\0');
    assert_string_equal(text->data, expected);
    text_clear(text);
}

static struct slo parsed(const char *text)
{
    struct slo slo;
    struct text why = {0};
    if (slo_parse(text, &slo, &why) != 0)
        fail_msg("\"%s\" is refused: %.*s", text, (int)why.len, why.data);
    assert_int_equal(why.len, 0);
    text_deinit(&why);
    return slo;
}

static void assert_term(const char *text, enum slo_metric metric, double share, double limit)
{
    struct slo slo = parsed(text);
    assert_int_equal(slo.count, 1);
    assert_int_equal(slo.terms[0].metric, metric);
    assert_near(slo.terms[0].share, share);
    assert_near(slo.terms[0].limit, limit);
}

static void every_metric_is_known(void **state)
{
    (void)state;
    assert_term("loss<0.1%", SLO_LOSS, 0, 0.001);
    assert_term("servfail<1%", SLO_SERVFAIL, 0, 0.01);
    assert_term("refused<2%", SLO_REFUSED, 0, 0.02);
    assert_term("nxdomain<50%", SLO_NXDOMAIN, 0, 0.5);
    assert_term("truncated<0.5%", SLO_TRUNCATED, 0, 0.005);
    assert_term("errors<100%", SLO_ERRORS, 0, 1);
    assert_term("p50<10ms", SLO_PERCENTILE, 0.5, 10 * MS);
    assert_term("p99.9<10ms", SLO_PERCENTILE, 0.999, 10 * MS);
    assert_term("p99.99<10ms", SLO_PERCENTILE, 0.9999, 10 * MS);
    assert_term("p100<10ms", SLO_PERCENTILE, 1, 10 * MS);
    assert_term("mean<10ms", SLO_MEAN, 0, 10 * MS);
    assert_term("max<10ms", SLO_MAX, 0, 10 * MS);
}

static void limits_have_units(void **state)
{
    (void)state;
    assert_term("p99<500us", SLO_PERCENTILE, 0.99, 0.5 * MS);
    assert_term("p99<1.5s", SLO_PERCENTILE, 0.99, 1500 * MS);
    assert_term("p99<50", SLO_PERCENTILE, 0.99, 50 * MS);
    assert_term("p99<0.25", SLO_PERCENTILE, 0.99, 0.25 * MS);
    assert_term("p99<1ns", SLO_PERCENTILE, 0.99, 1);
    assert_term("p99<68s", SLO_PERCENTILE, 0.99, 68000 * MS);
    assert_term("loss<0.001", SLO_LOSS, 0, 0.001);
    assert_term("loss<0", SLO_LOSS, 0, 0);
    assert_term("loss<0%", SLO_LOSS, 0, 0);
    assert_term("loss<100%", SLO_LOSS, 0, 1);
    assert_term("loss<0.999", SLO_LOSS, 0, 0.999);
}

static void operators_spaces_and_case_do_not_matter(void **state)
{
    static const char *const texts[] = {"p99<50ms",          "p99<=50ms",  "p99:50ms",
                                        "p99=50ms",          "P99<50MS",   " p99 < 50 ms ",
                                        "\tp99\t<=\t50\tms", "p99 =50ms\t"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_term(texts[i], SLO_PERCENTILE, 0.99, 50 * MS);
    assert_term("Loss < 0.1 %", SLO_LOSS, 0, 0.001);
    struct slo slo = parsed("loss<0.1%, p99<50ms ,SERVFAIL:1%,p50<1,p99.9<60");
    assert_int_equal(slo.count, 5);
    assert_int_equal(slo.terms[0].metric, SLO_LOSS);
    assert_int_equal(slo.terms[1].metric, SLO_PERCENTILE);
    assert_int_equal(slo.terms[2].metric, SLO_SERVFAIL);
}

static void assert_refused(const char *text, int error, const char *expected)
{
    struct slo slo;
    struct text why = {0};
    memset(&slo, 0xff, sizeof slo);
    assert_int_equal(slo_parse(text, &slo, &why), error);
    assert_int_equal(slo.count, 0);
    assert_text(&why, expected);
    text_deinit(&why);
}

#define NO_METRIC                                                                                  \
    "no such metric; there are loss, servfail, refused, nxdomain, truncated, errors, p50, p99, "   \
    "p99.9 and the like, mean, max"
#define NO_TIME       "a time is written 500us, 50ms or 2s"
#define NO_SPAN       "a time is whole nanoseconds, up to 68 s"
#define NO_PERCENTILE "not a percentile; they are written p50, p99.9"
#define NO_NUMBER     "the limit is not a number"
#define NO_TWICE      "that metric has a limit already"

static void what_is_no_objective_is_refused_by_its_term(void **state)
{
    static const struct {
        const char *text, *term; /* NULL: the same */
        int error;
        const char *reason;
    } cases[] = {
        {"latency<5ms", NULL, ERR_SYNTAX, NO_METRIC},
        {"p<5ms", NULL, ERR_SYNTAX, NO_METRIC},
        {"losss<5%", NULL, ERR_SYNTAX, NO_METRIC},
        {"px<5ms", NULL, ERR_SYNTAX, NO_METRIC},
        {"los<5%", NULL, ERR_SYNTAX, NO_METRIC},
        {"", NULL, ERR_SYNTAX, "an empty term"},
        {"loss<1%,", "", ERR_SYNTAX, "an empty term"},
        {"loss<1%, ,p99<1", "", ERR_SYNTAX, "an empty term"},
        {"loss", NULL, ERR_SYNTAX, "a term is metric<limit"},
        {"<5ms", NULL, ERR_SYNTAX, "a term is metric<limit"},
        {"loss<1%,p99>5ms", "p99>5ms", ERR_SYNTAX, "limits are upper ones: metric<limit"},
        {"p99<", NULL, ERR_SYNTAX, NO_NUMBER},
        {"p99<<5ms", NULL, ERR_SYNTAX, NO_TIME},
        {"p99==5ms", NULL, ERR_SYNTAX, NO_TIME},
        {"p99<5%", NULL, ERR_SYNTAX, NO_TIME},
        {"p99<-5ms", NULL, ERR_SYNTAX, NO_TIME},
        {"p9x<5ms", NULL, ERR_SYNTAX, NO_PERCENTILE},
        {"p99.<5ms", NULL, ERR_SYNTAX, NO_PERCENTILE},
        {"p9.9.9<5ms", NULL, ERR_SYNTAX, NO_PERCENTILE},
        {"p999<5ms", NULL, ERR_RANGE, "a percentile lies above 0 and up to 100"},
        {"p0<5ms", NULL, ERR_RANGE, "a percentile lies above 0 and up to 100"},
        {"p9.1234567890<5", NULL, ERR_RANGE, "a percentile lies above 0 and up to 100"},
        {"p99<0", NULL, ERR_RANGE, NO_SPAN},
        {"p99<69s", NULL, ERR_RANGE, NO_SPAN},
        {"p99<0.5ns", NULL, ERR_RANGE, NO_SPAN},
        {"loss<x", NULL, ERR_SYNTAX, NO_NUMBER},
        {"loss<.1%", NULL, ERR_SYNTAX, NO_NUMBER},
        {"loss<1.%", NULL, ERR_SYNTAX, NO_NUMBER},
        {"loss<0.1234567890", NULL, ERR_RANGE, "a share has at most 9 decimals"},
        {"loss<1234567890123456%", NULL, ERR_RANGE, "a share has at most 9 decimals"},
        {"loss<5ms", NULL, ERR_SYNTAX, "a share is written 0.1% or 0.001"},
        {"loss<1%%", NULL, ERR_SYNTAX, "a share is written 0.1% or 0.001"},
        {"loss<1", NULL, ERR_RANGE, "a share is written 1% or 0.01"},
        {"loss<101%", NULL, ERR_RANGE, "more than 100 %"},
        {"p99<5ms,p99.0<6ms", "p99.0<6ms", ERR_SYNTAX, NO_TWICE},
        {"loss<1%,LOSS<1%", "LOSS<1%", ERR_SYNTAX, NO_TWICE},
    };
    char expected[300];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(expected, sizeof expected, "\"%s\": %s",
                 cases[i].term ? cases[i].term : cases[i].text, cases[i].reason);
        assert_refused(cases[i].text, cases[i].error, expected);
    }
}

static void what_is_long_or_unprintable_is_told_in_short(void **state)
{
    (void)state;
    char text[400];
    memset(text, 'a', sizeof text);
    memcpy(text + sizeof text - 4, "<1%", 4);
    assert_refused(text, ERR_SYNTAX,
                   "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\": no such metric");
    assert_refused("loss<\0331", ERR_SYNTAX, "\"loss<\\0271\": the limit is not a number");
    char *at = text;
    for (unsigned i = 1; i <= SLO_TERMS_MAX + 1; i++)
        at += sprintf(at, "%sp%u<5", i > 1 ? "," : "", i);
    assert_refused(text, ERR_RANGE, "\"p17<5\": an objective has at most 16 terms");
    text[strlen(text) - 6] = '\0';
    assert_int_equal(parsed(text).count, SLO_TERMS_MAX);
}

/* 10,000 due: 9,000 in 1 ms, 900 in 10 ms, 90 in 100 ms, 10 lost. */
static struct load_result *a_result(void)
{
    static struct load_result result;
    memset(&result, 0, sizeof result);
    for (unsigned i = 0; i < 9990; i++)
        hist_add(&result.response[i % LOAD_CLASSES], (i < 9000   ? 1
                                                      : i < 9900 ? 10
                                                                 : 100) *
                                                         NS_PER_MS);
    hist_add_lost(&result.response[LOAD_MISS], 10);
    result.due = 10000;
    result.answered = 9990;
    result.lost = 10;
    result.rcodes[RCODE_NOERROR] = 9000;
    result.rcodes[RCODE_NXDOMAIN] = 500;
    result.rcodes[RCODE_SERVFAIL] = 300;
    result.rcodes[RCODE_REFUSED] = 100;
    result.rcodes[RCODE_NOTIMP] = 90;
    result.truncated = 70;
    return &result;
}

static double measured(const char *text, const struct load_result *result)
{
    struct slo slo = parsed(text);
    return slo_measure(&slo.terms[0], result);
}

static void assert_time(const char *text, const struct load_result *result, double expected)
{
    double is = measured(text, result);
    if (fabs(is - expected) > 0.004 * expected)
        fail_msg("%s: %.9g, not %.9g", text, is, expected);
}

static void shares_are_of_what_was_due(void **state)
{
    (void)state;
    struct load_result *result = a_result();
    assert_near(measured("loss<1%", result), 0.001);
    assert_near(measured("nxdomain<1%", result), 0.05);
    assert_near(measured("servfail<1%", result), 0.03);
    assert_near(measured("refused<1%", result), 0.01);
    assert_near(measured("errors<1%", result), 0.049);
    assert_near(measured("truncated<1%", result), 0.007);
    result->due = 0;
    assert_near(measured("loss<1%", result), 0);
}

static void times_are_those_of_all_classes_with_the_lost(void **state)
{
    (void)state;
    struct load_result *result = a_result();
    assert_time("p50<1", result, 1 * MS);
    assert_time("p90<1", result, 1 * MS);
    assert_time("p90.01<1", result, 10 * MS);
    assert_time("p99<1", result, 10 * MS);
    assert_time("p99.9<1", result, 100 * MS);
    assert_true(measured("p99.91<1", result) > (double)HIST_MAX);
    assert_true(measured("max<1", result) > (double)HIST_MAX);
    /* How long the lost were waited for is not known. */
    assert_true(measured("mean<1", result) > (double)HIST_MAX);
    result->timeout = 2 * NS_PER_S;
    assert_time("mean<1", result, (9000 * 1 + 900 * 10 + 90 * 100 + 10 * 2000) / 1e4 * MS);
    hist_add_lost(&result->response[LOAD_MISS], 9990 - 10);
    result->timeout = 5 * NS_PER_MS;
    assert_time("mean<1", result, (2.7027 + 5) / 2 * MS);
    result->response[LOAD_MISS].beyond = 0;
    assert_time("max<1", result, 100.3 * MS);
    assert_time("mean<1", result, (9000 * 1 + 900 * 10 + 90 * 100) / 9990.0 * MS);
    static const struct load_result nothing;
    assert_near(measured("mean<1", &nothing), 0);
}

static void assert_missed(const char *text, const struct load_result *result, const char *expected)
{
    struct slo slo = parsed(text);
    struct text out = {0};
    const struct slo_term *term = slo_missed(&slo, result);
    if (!term != !expected)
        fail_msg("%s: %s", text, term ? "missed" : "met");
    if (!term)
        return;
    slo_explain(term, result, &out);
    assert_text(&out, expected);
    text_deinit(&out);
}

static void the_worst_term_is_the_one_missed(void **state)
{
    (void)state;
    const struct load_result *result = a_result();
    assert_missed("loss<1%,p99<50ms", result, NULL);
    assert_missed("loss<0.1%", result, NULL); /* at the limit */
    assert_missed("loss<0.09%,p99<50ms", result, "loss 0.1 %, above 0.09 %");
    assert_missed("loss<1%,p99<5ms", result, "p99 9.99 ms, above 5 ms");
    assert_missed("loss<0.05%,p99<9ms", result, "loss 0.1 %, above 0.05 %");
    assert_missed("p99<9ms,loss<0.05%", result, "loss 0.1 %, above 0.05 %");
    assert_missed("p99<1ms,loss<0.05%", result, "p99 9.99 ms, above 1 ms");
    assert_missed("p99<1ms,loss<0", result, "loss 0.1 %, above 0 %");
    assert_missed("loss<0.09%,p99.99<2s", result, "p99.99 beyond the timeout, above 2 s");
    assert_missed("p50<999us,servfail<1.5%", result, "servfail 3 %, above 1.5 %");
}

static void what_was_met_is_explained_too(void **state)
{
    struct text out = {0};
    (void)state;
    struct slo slo = parsed("p50<2ms");
    slo_explain(&slo.terms[0], a_result(), &out);
    assert_text(&out, "p50 1 ms, within 2 ms");
    text_deinit(&out);
}

static void what_is_written_is_read_again(void **state)
{
    static const struct {
        const char *text, *written;
    } cases[] = {
        {SLO_DEFAULT, SLO_DEFAULT},
        {" Loss <= 0.001 , P99.90 : 0.5", "loss<0.1%,p99.9<500us"},
        {"p50<2000ms,mean=1500000ns,max<68.000000001s", "p50<2s,mean<1500us,max<68000000001ns"},
        {"servfail<0,errors<0.000000001%", "servfail<0%,errors<0.000000001%"},
        {"p33.333<7", "p33.333<7ms"},
    };
    struct text out = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slo slo = parsed(cases[i].text);
        slo_format(&slo, &out);
        assert_text(&out, cases[i].written);
        struct slo again = parsed(cases[i].written);
        assert_int_equal(again.count, slo.count);
        for (size_t j = 0; j < slo.count; j++) {
            assert_int_equal(again.terms[j].metric, slo.terms[j].metric);
            assert_near(again.terms[j].share, slo.terms[j].share);
            assert_near(again.terms[j].limit, slo.terms[j].limit);
        }
    }
    text_deinit(&out);
}

static void the_longest_time_is_known(void **state)
{
    struct slo slo = parsed("p50<1ms,max<70ms,mean<3ms,loss<100%");
    (void)state;
    assert_int_equal(slo_longest(&slo), 70 * NS_PER_MS);
    slo = parsed("loss<100%");
    assert_int_equal(slo_longest(&slo), 0);
}

static void a_budget_is_what_the_objective_leaves(void **state)
{
    struct load_budget budget;
    struct slo slo = parsed("loss<0.1%,p99<50ms,p99.9<200ms,servfail<1%");
    (void)state;
    slo_budget(&slo, 100000, &budget);
    assert_true(budget.is_set);
    assert_in_range(budget.lost, 101, 102); /* 0.1 % and room for 1 % more and 100 queries */
    assert_in_range(budget.late, 100, 102); /* the rarest are spent first */
    assert_int_equal(budget.limit, 202 * NS_PER_MS);
    slo = parsed("servfail<1%,mean<2ms,max<1s");
    slo_budget(&slo, 100000, &budget);
    assert_false(budget.is_set);
    slo = parsed("p50<2ms");
    slo_budget(&slo, 1000, &budget);
    assert_true(budget.is_set && budget.lost == UINT64_MAX);
    assert_in_range(budget.late, 554, 556);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_is_known),
        cmocka_unit_test(limits_have_units),
        cmocka_unit_test(operators_spaces_and_case_do_not_matter),
        cmocka_unit_test(what_is_no_objective_is_refused_by_its_term),
        cmocka_unit_test(what_is_long_or_unprintable_is_told_in_short),
        cmocka_unit_test(shares_are_of_what_was_due),
        cmocka_unit_test(times_are_those_of_all_classes_with_the_lost),
        cmocka_unit_test(the_worst_term_is_the_one_missed),
        cmocka_unit_test(what_was_met_is_explained_too),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(the_longest_time_is_known),
        cmocka_unit_test(a_budget_is_what_the_objective_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
