// SPDX-License-Identifier: BSD-2-Clause
/* The page is read by a small strict reader: elements nest, attributes are quoted, ids are there
 * but once, and nothing in it could fetch or run anything. How it looks is for tests/browser. */
#include <ctype.h>

#include "out/bench.h"
#include "tests/unit/out/bench_sample.h"
#include "tests/unit/out/hits.h"

#define DEPTH_MAX 32
#define WORD_MAX  32
#define IDS_MAX   512

struct reader {
    const char *page, *at;
    char open[DEPTH_MAX][WORD_MAX];
    unsigned depth;
    char ids[IDS_MAX][64];
    unsigned id_count;
};

static void complain(const struct reader *r, const char *words)
{
    const char *from = r->at - r->page > 200 ? r->at - 200 : r->page;
    print_error("%s at\n%.300s\n", words, from);
    fail();
}

static void take_name(struct reader *r, char out[WORD_MAX])
{
    size_t len = 0;
    while (isalnum((unsigned char)*r->at) || *r->at == '-') {
        if (len + 1 == WORD_MAX)
            complain(r, "long name");
        out[len++] = *r->at++;
    }
    out[len] = '\0';
    if (len == 0)
        complain(r, "no name");
}

static bool is_known_attribute(const char *name)
{
    static const char *const known[] = {
        "lang",     "charset",    "http-equiv", "content", "name", "class",      "id",
        "viewBox",  "role",       "d",          "x",       "y",    "width",      "height",
        "cx",       "cy",         "r",          "scope",   "href", "aria-label", "aria-labelledby",
        "tabindex", "text-anchor"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

static void take_attribute(struct reader *r)
{
    char name[WORD_MAX];
    take_name(r, name);
    if (!is_known_attribute(name))
        complain(r, "attribute");
    if (strncmp(r->at, "=\"", 2) != 0)
        complain(r, "no quoted value");
    r->at += 2;
    size_t len = strcspn(r->at, "\"<>");
    if (r->at[len] != '"')
        complain(r, "value");
    if (strcmp(name, "href") == 0 && *r->at != '#')
        complain(r, "a link that leads away");
    if (strcmp(name, "id") == 0) {
        assert_true(r->id_count < IDS_MAX && len < sizeof r->ids[0]);
        memcpy(r->ids[r->id_count], r->at, len);
        r->ids[r->id_count][len] = '\0';
        for (unsigned i = 0; i < r->id_count; i++)
            if (strcmp(r->ids[i], r->ids[r->id_count]) == 0)
                complain(r, "id twice");
        r->id_count++;
    }
    r->at += len + 1;
}

static bool is_element(const char *name)
{
    static const char *const known[] = {
        "html",   "head",    "meta",       "title", "style",  "body",    "header", "h1",
        "h2",     "p",       "main",       "small", "span",   "section", "dl",     "dt",
        "dd",     "div",     "figure",     "svg",   "desc",   "g",       "path",   "rect",
        "circle", "text",    "figcaption", "table", "thead",  "tbody",   "tr",     "th",
        "td",     "caption", "a",          "br",    "strong", "footer"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

static void take_tag(struct reader *r)
{
    char name[WORD_MAX];
    bool is_end = *r->at == '/';
    r->at += is_end;
    take_name(r, name);
    if (!is_element(name))
        complain(r, "element");
    if (is_end) {
        if (r->depth == 0 || strcmp(r->open[r->depth - 1], name) != 0)
            complain(r, "end of another element");
        r->depth--;
    }
    while (*r->at == ' ') {
        r->at++;
        take_attribute(r);
    }
    bool is_empty = *r->at == '/' || strcmp(name, "meta") == 0 || strcmp(name, "br") == 0;
    r->at += *r->at == '/';
    if (*r->at != '>')
        complain(r, "end of tag");
    r->at++;
    if (!is_end && !is_empty) {
        assert_true(r->depth < DEPTH_MAX);
        strcpy(r->open[r->depth++], name);
    }
}

/* Ids that are pointed at are there. */
static void check_references(const struct reader *r)
{
    static const char *const pointers[] = {"aria-labelledby=\"", "href=\"#"};
    for (size_t p = 0; p < 2; p++) {
        for (const char *at = r->page; (at = strstr(at, pointers[p]));) {
            at += strlen(pointers[p]);
            while (*at != '"') {
                size_t len = strcspn(at, " \"");
                bool is_there = false;
                for (unsigned i = 0; i < r->id_count; i++)
                    is_there =
                        is_there || (strlen(r->ids[i]) == len && memcmp(r->ids[i], at, len) == 0);
                assert_true(is_there);
                at += len + (at[len] == ' ');
            }
        }
    }
}

static const char *page_of(struct text *out, const struct bench_report *report)
{
    static struct reader r;
    text_clear(out);
    bench_html(out, report);
    assert_false(out->failed);
    text_putc(out, '\0');
    assert_int_equal(strlen(out->data) + 1, out->len);
    memset(&r, 0, sizeof r);
    r.page = r.at = out->data;
    assert_int_equal(strncmp(r.at, "<!DOCTYPE html>\n", 16), 0);
    for (r.at += 16; *r.at;) {
        unsigned char c = (unsigned char)*r.at;
        if (c == '>' || (c < ' ' && c != '\n') || c >= 0x7f)
            complain(&r, "a character that is not to be there");
        r.at++;
        if (c == '<')
            take_tag(&r);
        if (c == '&' && (!isalnum((unsigned char)*r.at) && *r.at != '#'))
            complain(&r, "no entity");
    }
    assert_int_equal(r.depth, 0);
    check_references(&r);
    static const char *const away[] = {"http:",      "https:", "url(", "@import",
                                       "javascript", "nan",    "inf\""};
    for (size_t i = 0; i < sizeof away / sizeof away[0]; i++) {
        if (strstr(out->data, away[i]))
            print_error("%s\n", away[i]);
        assert_null(strstr(out->data, away[i]));
    }
    return out->data;
}

static unsigned count_of(const char *text, const char *part)
{
    unsigned count = 0;
    for (; (text = strstr(text, part)); text++)
        count++;
    return count;
}

static void a_search_has_its_drawings_and_tables(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    const char *page = page_of(&out, &s->report);
    assert_int_equal(count_of(page, "<figure class=\"curve\">"), 1);
    assert_int_equal(count_of(page, "<figure class=\"percentiles\">"), 1);
    assert_int_equal(count_of(page, "<figure class=\"heat\">"), 1);
    assert_int_equal(count_of(page, "<table>"), 5);
    assert_non_null(strstr(page, "42,300 q/s <small>(41,800&ndash;43,200) within the objective"));
    assert_non_null(strstr(page, ">42,720</th><td>42,720</td><td>1.08 ms</td>"));
    assert_non_null(strstr(page, "<td class=\"bad\">&gt; 2 s</td>"));
    assert_non_null(strstr(page, "84.2 &micro;s"));
    assert_non_null(strstr(page, "found: 42,300 q/s"));
    assert_non_null(strstr(page, "kernel</th><td class=\"words\">Linux 6.18"));
    assert_non_null(strstr(page, "Warning: conntrack"));
    assert_int_equal(count_of(page, "class=\"limit\""), 2);       /* p99 and loss */
    assert_int_equal(count_of(page, "<rect class=\"mark b"), 17); /* a load each, and the legend */
    assert_null(strstr(page, "INVALID"));
    free(s);
    text_deinit(&out);
}

static void several_targets_are_ranked_and_linked(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(SAMPLE_TARGETS);
    const char *page = page_of(&out, &s->report);
    assert_int_equal(count_of(page, "<section class=\"target\""), SAMPLE_TARGETS);
    assert_int_equal(count_of(page, "<figure class=\"curve\">"), 16);
    assert_non_null(strstr(page, "64. <a href=\"#t63\">127.0.0.64:53</a>"));
    assert_non_null(strstr(page, "<strong>&minus;3,000</strong>"));
    assert_non_null(strstr(page, "+900 &micro;s, may be chance"));
    assert_true(out.len < 4 << 20);
    free(s);
    text_deinit(&out);
}

static void what_the_generator_limited_is_loud(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    s->targets[0].is_valid = false;
    s->report.exit_code = 6;
    const char *page = page_of(&out, &s->report);
    assert_non_null(strstr(page, "<p class=\"note alarm\">INVALID"));
    assert_non_null(strstr(page, "<p class=\"answer\"><span class=\"bad\">INVALID</span>"));
    assert_null(strstr(page, "within the objective"));
    free(s);
    text_deinit(&out);
}

static void what_was_cut_short_is_said(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(2);
    s->report.exit_code = 3;
    s->report.is_part = s->targets[0].is_cut_short = true;
    s->targets[0].rate.is_known = false;
    const char *page = page_of(&out, &s->report);
    assert_non_null(strstr(page, "What is here is not all"));
    assert_non_null(strstr(page, "had met the objective when the search was cut short"));
    assert_non_null(strstr(page, "<td>cut short</td>"));
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
    assert_non_null(strstr(page_of(&out, &s->report),
                           "<dt>beyond</dt><dd>9,300 q/s answered well of 12,000 offered</dd>"));
    s->targets[0].goodput_beyond = 0; /* which is what matters most of all */
    assert_non_null(strstr(page_of(&out, &s->report),
                           "<dt>beyond</dt><dd>0 q/s answered well of 12,000 offered</dd>"));
    free(s);
    text_deinit(&out);
}

static void a_fixed_rate_that_is_invalid_missed_nothing(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    sample_fix(s);
    s->targets[0].missed = "loss 2 %, above 0.1 %";
    assert_non_null(strstr(page_of(&out, &s->report), "<dt>missed</dt>"));
    s->targets[0].is_valid = false;
    assert_null(strstr(page_of(&out, &s->report), "<dt>missed</dt>"));
    free(s);
    text_deinit(&out);
}

static void a_fixed_rate_has_no_curve(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    sample_fix(s);
    const char *page = page_of(&out, &s->report);
    assert_non_null(strstr(page, "9,800 q/s <small>answered well of 10,000 offered: met"));
    assert_int_equal(count_of(page, "<figure class=\"curve\">"), 0);
    assert_int_equal(count_of(page, "<figure class=\"heat\">"), 1);
    assert_int_equal(count_of(page, "<div class=\"stack\">"), 0);
    free(s);
    text_deinit(&out);
}

/* A run that was shorter than the columns it could have had. */
static void time_ends_where_the_run_did(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    assert_non_null(strstr(page_of(&out, &s->report), ">27.5&ndash;30 s</th>"));
    assert_non_null(strstr(out.data, ">30 s</text>"));
    memset(&s->columns[0][40], 0, (SAMPLE_COLUMNS - 40) * sizeof s->columns[0][0]);
    assert_non_null(strstr(page_of(&out, &s->report), "&ndash;10 s</th>"));
    assert_null(strstr(out.data, "15 s"));
    assert_non_null(strstr(out.data, ">10 s</text>"));
    free(s);
    text_deinit(&out);
}

static void losses_are_marked_in_the_heat_map(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_sample *s = sample_make(1);
    const char *page = page_of(&out, &s->report);
    const char *lost = strstr(page, "<path class=\"lost\" d=\"");
    assert_non_null(lost);
    lost += strlen("<path class=\"lost\" d=\"");
    assert_int_equal(count_of(lost, "v-5.0h-"), 3); /* three columns lost a few */
    free(s);
    text_deinit(&out);
}

static void nothing_and_all_lost_and_no_columns(void **state)
{
    (void)state;
    struct text out = {0};
    struct bench_report none = {0};
    struct bench_target bare = {0};
    assert_null(strstr(page_of(&out, &none), "<figure"));
    none.targets = &bare;
    none.target_count = 1;
    assert_null(strstr(page_of(&out, &none), "<figure"));
    struct bench_sample *s = sample_make(1);
    memset(s->columns[0], 0, sizeof s->columns[0]);
    sample_result(&s->results[0], s->columns[0], 0, 0, 1);
    assert_null(strstr(page_of(&out, &s->report), "<figure class=\"heat\">"));
    sample_result(&s->results[0], s->columns[0], 0, 500, 1);
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        s->points[0][i].p50 = s->points[0][i].p99 = HIST_BEYOND;
    assert_non_null(strstr(page_of(&out, &s->report), "<figure class=\"heat\">"));
    s->results[0].columns = NULL;
    assert_null(strstr(page_of(&out, &s->report), "<figure class=\"heat\">"));
    free(s);
    text_deinit(&out);
}

static void nasty_words_are_words_only(void **state)
{
    (void)state;
    static const char nasty[] =
        "</title><script>alert(1)</script>\"' onload='x' &amp; \033\xff\xc3";
    const char *const words[] = {nasty};
    const struct bench_fact fact = {nasty, nasty};
    struct text out = {0};
    struct bench_sample *s = sample_make(2);
    sample_spoil_words(s, words, &fact);
    const char *page = page_of(&out, &s->report);
    assert_non_null(strstr(page,
                           "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=&#39;x&#39; "
                           "&amp;amp; \\027\\255\\195"));
    free(s);
    text_deinit(&out);
}

static void nasty_figures_leave_a_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLE_NASTY_COUNT; i++) {
        struct text out = {0};
        struct bench_sample *s = sample_make(2);
        sample_spoil_figures(s, sample_nasty_figures[i]);
        page_of(&out, &s->report);
        assert_true(out.len < 1 << 20);
        free(s);
        text_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_has_its_drawings_and_tables),
        cmocka_unit_test(several_targets_are_ranked_and_linked),
        cmocka_unit_test(what_the_generator_limited_is_loud),
        cmocka_unit_test(what_was_cut_short_is_said),
        cmocka_unit_test(the_load_beyond_is_told_as_it_was),
        cmocka_unit_test(a_fixed_rate_that_is_invalid_missed_nothing),
        cmocka_unit_test(a_fixed_rate_has_no_curve),
        cmocka_unit_test(time_ends_where_the_run_did),
        cmocka_unit_test(losses_are_marked_in_the_heat_map),
        cmocka_unit_test(nothing_and_all_lost_and_no_columns),
        cmocka_unit_test(nasty_words_are_words_only),
        cmocka_unit_test(nasty_figures_leave_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
