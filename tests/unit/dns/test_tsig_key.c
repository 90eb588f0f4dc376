// SPDX-License-Identifier: BSD-2-Clause
/* dns/tsig_key.c: keys as people and name servers write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/tsig_key.h"

static struct tsig_key key;
static const char *why;

static int from_text(const char *text)
{
    return tsig_key_from_text(&key, text, strlen(text), &why);
}

/* From a copy of exactly its length. */
static int from_file(const char *text)
{
    size_t len = strlen(text);
    char *copy = malloc(len + 1);
    memcpy(copy, text, len + 1);
    copy = realloc(copy, len ? len : 1);
    int error = tsig_key_from_file(&key, copy, len, &why);
    free(copy);
    return error;
}

static void expect_key(const char *algorithm)
{
    assert_string_equal(key.algorithm->text, algorithm);
    assert_int_equal(key.name.len, 10);
    assert_memory_equal(key.name.wire, "\3key\4test", 10);
    assert_int_equal(key.secret_len, 6);
    assert_memory_equal(key.secret, "secret", 6);
}

static void a_key_is_one_word(void **state)
{
    (void)state;
    assert_int_equal(from_text("key.test:c2VjcmV0"), 0);
    expect_key("hmac-sha256");
    assert_int_equal(from_text("HMAC-SHA512:Key.Test.:c2VjcmV0"), 0);
    expect_key("hmac-sha512");
    assert_int_equal(from_text("hmac-sha1.:key.test:c2VjcmV0"), 0);
    expect_key("hmac-sha1");
}

static void secrets_are_strict_base64(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } good[] = {{"k:AA==", 1}, {"k:AAA=", 2}, {"k:AAAA", 3}, {"k:+/+/", 3}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(from_text(good[i].text), 0);
        assert_int_equal(key.secret_len, good[i].len);
    }
    static const char *const bad[] = {
        "k:",      "k:A",    "k:AA",    "k:AAA",      "k:A===",         "k:====", "k:AB==",
        "k:AAB=",  "k:AA=A", "k:AA A",  "k:AAA-",     "k:AAAAA",        "k",      "",
        "k:AAAA ", ":AAAA",  "..:AAAA", "md5:k:AAAA", "hmac-md5:k:AAAA"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        why = NULL;
        assert_int_equal(from_text(bad[i]), ERR_SYNTAX);
        assert_non_null(why);
        assert_int_equal(key.secret_len, 0);
    }
}

static void the_longest_secret(void **state)
{
    (void)state;
    static char text[1024];
    for (size_t digits = 680; digits <= 688; digits += 4) { /* 510, 513, 516 octets */
        memcpy(text, "k:", 2);
        memset(text + 2, 'A', digits);
        text[2 + digits] = '\0';
        assert_int_equal(from_text(text), digits == 680 ? 0 : ERR_SYNTAX);
    }
    memset(text + 2, 'A', 684); /* 512 */
    memcpy(text + 2 + 683, "=", 2);
    assert_int_equal(from_text(text), 0);
    assert_int_equal(key.secret_len, 512);
}

static void a_file_may_be_a_servers(void **state)
{
    (void)state;
    assert_int_equal(from_file("key \"key.test\" {\n\talgorithm hmac-sha384;\n"
                               "\tsecret \"c2VjcmV0\";\n};\n"),
                     0);
    expect_key("hmac-sha384");
    assert_int_equal(from_file("# by hand\n// too\nkey key.test{secret c2VjcmV0;"
                               "algorithm \"hmac-sha1\"}"),
                     0);
    expect_key("hmac-sha1");
    assert_int_equal(from_file("\r\n  hmac-sha224:key.test:c2VjcmV0\r\nmore"), 0);
    expect_key("hmac-sha224");
}

static void other_files_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "# nothing\n",
        "key",
        "key \"",
        "key k",
        "key k {",
        "key k { }",
        "key k { algorithm hmac-sha256; }",
        "key k { secret \"AAAA\"; }",
        "key k { algorithm; secret \"AAAA\"; }",
        "key k { algorithm md5; secret \"AAAA\"; }",
        "key k { algorithm hmac-sha256; secret \"AA\"; }",
        "key k { algorithm hmac-sha256; secret \"AAAA\"; color red; }",
        "key { algorithm hmac-sha256; secret \"AAAA\"; }",
        "-----BEGIN PRIVATE KEY-----",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        why = NULL;
        assert_int_equal(from_file(bad[i]), ERR_SYNTAX);
        assert_non_null(why);
    }
}

static void a_wiped_key_has_nothing_left(void **state)
{
    (void)state;
    static const struct tsig_key nothing;
    assert_int_equal(from_text("key.test:c2VjcmV0"), 0);
    tsig_key_wipe(&key);
    assert_memory_equal(&key, &nothing, sizeof key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_one_word),       cmocka_unit_test(secrets_are_strict_base64),
        cmocka_unit_test(the_longest_secret),      cmocka_unit_test(a_file_may_be_a_servers),
        cmocka_unit_test(other_files_are_refused), cmocka_unit_test(a_wiped_key_has_nothing_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
