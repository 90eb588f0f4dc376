// SPDX-License-Identifier: BSD-2-Clause
/* scan/scope.c: names and suffixes, only and never. */
#include "tests/unit/scan/help.h"

#include "base/log.h"
#include "scan/scope.h"

static struct scope *create(const char *only, const char *never)
{
    struct scope *scope;
    const struct str_list only_list = {&only, only != NULL}, never_list = {&never, never != NULL};
    assert_int_equal(scope_create(&scope, &only_list, &never_list), 0);
    return scope;
}

static bool allows(const struct scope *scope, const char *text)
{
    struct name name = name_of(text);
    return scope_allows(scope, name.wire);
}

static void nothing_given_allows_everything(void **state)
{
    struct scope *scope = create(NULL, NULL);
    (void)state;
    assert_null(scope);
    assert_true(allows(scope, "www.example.com"));
    assert_true(allows(scope, "."));
    scope_destroy(scope);
}

static void a_name_means_itself(void **state)
{
    struct scope *scope = create("www.example.com", NULL);
    (void)state;
    assert_true(allows(scope, "www.example.com"));
    assert_false(allows(scope, "a.www.example.com"));
    assert_false(allows(scope, "example.com"));
    assert_false(allows(scope, "ww.example.com"));
    scope_destroy(scope);
    scope = create(NULL, "www.example.com");
    assert_false(allows(scope, "www.example.com"));
    assert_true(allows(scope, "a.www.example.com"));
    assert_true(allows(scope, "example.com"));
    scope_destroy(scope);
}

static void a_suffix_means_what_is_below_it_at_any_depth(void **state)
{
    struct scope *scope = create(NULL, "*.example.com");
    (void)state;
    assert_true(allows(scope, "example.com"));
    assert_false(allows(scope, "www.example.com"));
    assert_false(allows(scope, "a.b.c.d.example.com"));
    assert_true(allows(scope, "www.badexample.com")); /* a label's boundary counts */
    assert_true(allows(scope, "com"));
    scope_destroy(scope);
}

static void case_and_a_trailing_dot_are_tolerated(void **state)
{
    struct scope *scope = create("*.EXAMPLE.com.", NULL);
    (void)state;
    assert_true(allows(scope, "www.example.com"));
    assert_false(allows(scope, "example.com"));
    scope_destroy(scope);
}

static void exclusion_wins(void **state)
{
    struct scope *scope = create("*.example.com", "*.internal.example.com");
    (void)state;
    assert_true(allows(scope, "www.example.com"));
    assert_true(allows(scope, "internal.example.com"));
    assert_false(allows(scope, "db.internal.example.com"));
    assert_false(allows(scope, "www.example.org"));
    scope_destroy(scope);
}

static void many_items_are_all_found(void **state)
{
    enum { COUNT = 5000 };
    static char texts[COUNT][32];
    static const char *items[COUNT];
    const struct str_list none = {0}, list = {items, COUNT};
    struct scope *scope;
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        snprintf(texts[i], sizeof texts[i], i % 2 ? "*.n%d.example" : "n%d.example", i);
        items[i] = texts[i];
    }
    items[COUNT - 1] = items[0]; /* one twice */
    assert_int_equal(scope_create(&scope, &none, &list), 0);
    for (int i = 0; i < COUNT - 1; i++) {
        char itself[40], below[40];
        snprintf(itself, sizeof itself, "n%d.example", i);
        snprintf(below, sizeof below, "x.n%d.example", i);
        assert_int_equal(allows(scope, itself), i % 2);
        assert_int_equal(allows(scope, below), !(i % 2));
    }
    scope_destroy(scope);
}

static void what_is_no_name_is_refused(void **state)
{
    static const char *bad[] = {"", "a..b", "*..b", "exa mple.com"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct scope *scope;
        const struct str_list none = {0}, list = {&bad[i], 1};
        assert_int_equal(scope_create(&scope, &none, &list), ERR_SYNTAX);
        assert_null(scope);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_given_allows_everything),
        cmocka_unit_test(a_name_means_itself),
        cmocka_unit_test(a_suffix_means_what_is_below_it_at_any_depth),
        cmocka_unit_test(case_and_a_trailing_dot_are_tolerated),
        cmocka_unit_test(exclusion_wins),
        cmocka_unit_test(many_items_are_all_found),
        cmocka_unit_test(what_is_no_name_is_refused),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
