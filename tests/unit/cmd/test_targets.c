// SPDX-License-Identifier: BSD-2-Clause
/* cmd/targets.c: URLs, marks, domains. */
#include "fixture.h"

#include "cmd/targets.h"
#include "dns/name.h"

static void check_host(const char *url, const char *expected)
{
    size_t len;
    const char *host = target_url_host(url, strlen(url), &len);
    if (!host)
        fail_msg("\"%s\" is not seen as a URL", url);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(host, expected, len);
}

static void check_no_url(const char *text)
{
    size_t len;
    if (target_url_host(text, strlen(text), &len))
        fail_msg("\"%s\" is seen as a URL", text);
}

static void urls_give_their_host(void **state)
{
    (void)state;
    check_host("https://www.example.com", "www.example.com");
    check_host("https://www.example.com/", "www.example.com");
    check_host("http://www.example.com:8080/a?b#c", "www.example.com");
    check_host("https://user:p@ss@www.example.com:1/@x", "www.example.com");
    check_host("svn+ssh://h?x", "h");
    check_host("https://[::1]:443/", "::1");
    check_host("https://[::1", "::1");
    check_host("https://", "");
    check_host("https:///path", "");
    check_host("https://@", "");
    check_host("https://[", "");
    check_no_url("www.example.com");
    check_no_url("://x");
    check_no_url("a b://x");
    check_no_url("http:/x");
    check_no_url("");
}

/* "before|after|zone" of TEXT. */
static void check_pattern(const char *text, const char *expected)
{
    struct setup setup;
    struct scan_pattern pattern;
    struct text why = {0};
    char zone[NAME_TEXT_MAX], all[2 * NAME_TEXT_MAX];
    setup_init(&setup, &pretended_disk);
    if (target_parse(&setup, text, strlen(text), &pattern, &why) != 0)
        fail_msg("\"%s\" is refused: %.*s", text, (int)why.len, why.data);
    name_to_text(pattern.zone.wire, zone);
    snprintf(all, sizeof all, "%s|%s|%s", pattern.before, pattern.after, zone);
    assert_string_equal(all, expected);
    text_deinit(&why);
    setup_deinit(&setup);
}

static void check_no_pattern(const char *text, int error, const char *message)
{
    struct setup setup;
    struct scan_pattern pattern;
    struct text why = {0};
    setup_init(&setup, &pretended_disk);
    int result = target_parse(&setup, text, strlen(text), &pattern, &why);
    if (result != error)
        fail_msg("\"%s\" gives %d, not %d", text, result, error);
    text_putc(&why, '\0');
    assert_string_equal(why.data, message);
    text_deinit(&why);
    setup_deinit(&setup);
}

static void plain_domains_are_their_own_zone(void **state)
{
    (void)state;
    check_pattern("example.com", "||example.com");
    check_pattern("EXAMPLE.com.", "||example.com");
    check_pattern("b\xc3\xbc"
                  "cher.example",
                  "||xn--bcher-kva.example");
    check_pattern("fuzz.example", "||fuzz.example");
    check_pattern("com", "||com");
}

static void a_mark_stands_in_any_label(void **state)
{
    (void)state;
    check_pattern("FUZZ.example.com", "||example.com");
    check_pattern("*.example.com", "||example.com");
    check_pattern("api-FUZZ.eu.Example.com.", "api-||eu.example.com");
    check_pattern("FUZZ-V2.example.com", "|-v2|example.com");
    check_pattern("A-*-b.example.com", "a-|-b|example.com");
    check_pattern("www.FUZZ.example.com", "www.||example.com");
    check_pattern("X.www.api-FUZZ.example.com", "x.www.api-||example.com");
    check_pattern("FUZZY.example.com", "|y|example.com");
    check_pattern("b\xc3\xbc.FUZZ.b\xc3\xbc.example", "xn--b-eha.||xn--b-eha.example");
    check_pattern("B\xc3\xbc-FUZZ-\xc3\xbc.example", "b\xc3\xbc-|-\xc3\xbc|example");
    check_pattern("example.FUZZ", "example.||.");
    check_pattern("example.FUZZ.", "example.||.");
    check_pattern("FUZZ", "||.");
}

static void bad_domains_are_named(void **state)
{
    (void)state;
    check_no_pattern("", ERR_SYNTAX, "'' is not a domain");
    check_no_pattern("a..b", ERR_SYNTAX, "'a..b' is not a domain");
    check_no_pattern("a b.example", ERR_SYNTAX, "'a b.example' is not a domain");
    check_no_pattern("FUZZ..example", ERR_SYNTAX, "'FUZZ..example' is not a domain");
    check_no_pattern(".FUZZ.example", ERR_SYNTAX, "'.FUZZ.example' is not a domain");
    check_no_pattern("\xff-FUZZ.example", ERR_SYNTAX, "'\xff-FUZZ.example' is not a domain");
    check_no_pattern("a b-FUZZ.example", ERR_SYNTAX, "'a b-FUZZ.example' is not a domain");
    check_no_pattern("a\\.FUZZ.example", ERR_SYNTAX, "'a\\.FUZZ.example' is not a domain");
    check_no_pattern("a\\.b.FUZZ.example", ERR_SYNTAX, "'a\\.b.FUZZ.example' is not a domain");
    check_no_pattern("192.0.2.1", ERR_SYNTAX, "'192.0.2.1' is an address, not a domain");
    check_no_pattern("2001:db8::1", ERR_SYNTAX, "'2001:db8::1' is an address, not a domain");
}

static void a_second_mark_is_refused(void **state)
{
    (void)state;
    check_no_pattern("*.*.example", ERR_SYNTAX, "'*.*.example' has more than one mark (FUZZ or *)");
    check_no_pattern("FUZZFUZZ.example", ERR_SYNTAX,
                     "'FUZZFUZZ.example' has more than one mark (FUZZ or *)");
    check_no_pattern("FUZZ.a.*", ERR_SYNTAX, "'FUZZ.a.*' has more than one mark (FUZZ or *)");
}

/* A label of COUNT letters, the mark, and a zone. */
static void marks_leave_room_for_a_letter(void **state)
{
    struct setup setup;
    struct scan_pattern pattern;
    struct text why = {0};
    char text[512];
    (void)state;
    setup_init(&setup, &pretended_disk);
    memset(text, 'a', sizeof text);
    memcpy(text + 62, "FUZZ.example", 13);
    assert_int_equal(target_parse(&setup, text, 62 + 12, &pattern, &why), 0);
    memset(text, 'a', sizeof text);
    memcpy(text + 63, "FUZZ.example", 13);
    assert_int_equal(target_parse(&setup, text, 63 + 12, &pattern, &why), ERR_SYNTAX);
    memset(text, 'a', sizeof text);
    memcpy(text, "FUZZ", 4);
    memcpy(text + 4 + 62, ".example", 8);
    assert_int_equal(target_parse(&setup, text, 4 + 62 + 8, &pattern, &why), 0);
    memcpy(text + 4 + 62, "a.example", 9);
    assert_int_equal(target_parse(&setup, text, 4 + 63 + 8, &pattern, &why), ERR_SYNTAX);
    memset(text + 4, 'a', 100);
    memcpy(text + 104, ".example", 8);
    assert_int_equal(target_parse(&setup, text, 112, &pattern, &why), ERR_SYNTAX);
    /* A zone of 249 octets leaves 6: a label of 5, that is "abc-" and a letter. */
    memset(text, 'a', sizeof text);
    memcpy(text, "FUZZ.", 5);
    for (size_t i = 1; i <= 3; i++)
        text[4 + 62 * i] = '.';
    size_t len = 5 + 61 + 1 + 61 + 1 + 61 + 1 + 61; /* wire: 4 x 62 + 1 = 249 */
    assert_int_equal(target_parse(&setup, text, len, &pattern, &why), 0);
    assert_int_equal(pattern.zone.len, 249);
    memmove(text + 4, text, len);
    memcpy(text, "abc-FUZZ.", 9);
    assert_int_equal(target_parse(&setup, text, len + 4, &pattern, &why), 0); /* 249 + 6 */
    memmove(text + 1, text, len + 4);
    memcpy(text, "abcd-FUZZ.", 10);
    assert_int_equal(target_parse(&setup, text, len + 5, &pattern, &why), ERR_RANGE);
    text_deinit(&why);
    setup_deinit(&setup);
}

static void files_are_told_by_slash_or_ending(void **state)
{
    (void)state;
    assert_true(target_looks_like_file("a/b", 3));
    assert_true(target_looks_like_file("words.TXT", 9));
    assert_true(target_looks_like_file("words.txt.gz", 12));
    assert_false(target_looks_like_file(".txt", 4));
    assert_false(target_looks_like_file("example.com", 11));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_give_their_host),
        cmocka_unit_test(plain_domains_are_their_own_zone),
        cmocka_unit_test(a_mark_stands_in_any_label),
        cmocka_unit_test(bad_domains_are_named),
        cmocka_unit_test(a_second_mark_is_refused),
        cmocka_unit_test(marks_leave_room_for_a_letter),
        cmocka_unit_test(files_are_told_by_slash_or_ending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
