// SPDX-License-Identifier: BSD-2-Clause
/* Any text as an objective. What is taken has sound terms, is written in a form that reads as
 * the same, and judges any result; what is refused leaves nothing but a reason. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/slo.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool is_same(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fabs(a) + 1e-13;
}

static void check_terms(const struct slo *slo)
{
    check(slo->count >= 1 && slo->count <= SLO_TERMS_MAX);
    for (size_t i = 0; i < slo->count; i++) {
        const struct slo_term *term = &slo->terms[i];
        bool is_time = term->metric >= SLO_PERCENTILE;
        check(term->metric <= SLO_MAX);
        check(term->metric == SLO_PERCENTILE ? term->share > 0 && term->share <= 1
                                             : !(term->share > 0));
        check(is_time ? term->limit >= 1 && term->limit <= (double)HIST_MAX
                      : term->limit >= 0 && term->limit <= 1);
    }
}

static char *copy_text(const char *data, size_t size)
{
    char *text = calloc(size + 1, 1);
    check(text != NULL);
    if (size)
        memcpy(text, data, size);
    return text;
}

static void check_written(const struct slo *slo)
{
    struct text written = {0}, why = {0};
    struct slo again;
    slo_format(slo, &written);
    char *text = copy_text(written.data, written.len);
    check(slo_parse(text, &again, &why) == 0 && again.count == slo->count);
    for (size_t i = 0; i < slo->count; i++) {
        check(again.terms[i].metric == slo->terms[i].metric);
        check(is_same(again.terms[i].share, slo->terms[i].share));
        check(is_same(again.terms[i].limit, slo->terms[i].limit));
    }
    free(text);
    text_deinit(&written);
    text_deinit(&why);
}

static void check_judgement(const struct slo *slo)
{
    static struct load_result result;
    struct text out = {0};
    load_result_clear(&result);
    check(slo_missed(slo, &result) == NULL);
    result.due = result.lost = 10;
    hist_add_lost(&result.response[LOAD_HIT], 10);
    for (size_t i = 0; i < slo->count; i++) {
        const struct slo_term *term = slo_missed(slo, &result);
        bool is_missed = slo_measure(&slo->terms[i], &result) > slo->terms[i].limit;
        check(!is_missed || (term >= slo->terms && term < slo->terms + slo->count));
        slo_explain(&slo->terms[i], &result, &out);
        check(out.len > 0);
    }
    text_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slo slo;
    struct text why = {0};
    if (size > 4096)
        return 0;
    char *text = copy_text((const char *)data, size);
    int error = slo_parse(text, &slo, &why);
    check(error == 0 || error == ERR_SYNTAX || error == ERR_RANGE);
    check((error != 0) == (why.len > 0) && why.len < 400);
    if (error) {
        check(slo.count == 0);
    } else {
        check_terms(&slo);
        check_written(&slo);
        check_judgement(&slo);
    }
    text_deinit(&why);
    free(text);
    return 0;
}
