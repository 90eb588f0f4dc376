// SPDX-License-Identifier: BSD-2-Clause
/* out/chain.c: exact lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "out/chain.h"
#include "tests/unit/out/json_check.h"

static const struct nsec3_params params = {
    .algorithm = 1, .iterations = 10, .salt_len = 2, .salt = {0xaa, 0x0b}};
static const struct nsec3_params no_salt = {.algorithm = 1};

static const struct chain_line full = {
    .zone = (const uint8_t *)"\7Example\3com",
    .server = "192.0.2.1:53",
    .host = (const uint8_t *)"\3ns1\7example\3net",
    .kind = CHAIN_NSEC3,
    .has_serial = true,
    .serial = 4294967295,
    .params = &params,
    .nsec3_seen = 9,
    .opt_out_seen = 4,
    .has_wildcard = true,
    .queries = 4,
    .reason = "the same interval for two names in it",
};

static const struct chain_line bare = {
    .zone = (const uint8_t *)"",
    .server = "[2001:db8::1]:53",
    .host = (const uint8_t *)"",
    .kind = CHAIN_COMPACT,
    .refuses_nxname = true,
    .honours_co = true,
    .reason = "a \"quote\"",
};

static void assert_line(void (*put)(struct text *, const struct chain_line *),
                        const struct chain_line *line, const char *expected)
{
    struct text text = {0};
    put(&text, line);
    text_putc(&text, '\0');
    assert_string_equal(text.data, expected);
    text_deinit(&text);
}

static void a_line_has_five_columns(void **state)
{
    (void)state;
    struct chain_line line = full;
    assert_line(chain_line_text, &line,
                "example.com\t192.0.2.1:53\tnsec3\t1 1 10 aa0b\t"
                "the same interval for two names in it\n");
    line.params = &no_salt;
    line.opt_out_seen = 0;
    assert_line(chain_line_text, &line,
                "example.com\t192.0.2.1:53\tnsec3\t1 0 0 -\t"
                "the same interval for two names in it\n");
    assert_line(chain_line_text, &bare, ".\t[2001:db8::1]:53\tcompact\t-\ta \"quote\"\n");
}

static void an_object_has_all(void **state)
{
    (void)state;
    assert_line(chain_line_json, &full,
                "{\"v\":1,\"zone\":\"example.com\",\"server\":\"192.0.2.1:53\",\"host\":\"ns1."
                "example.net\","
                "\"kind\":\"nsec3\",\"walkable\":true,\"serial\":4294967295,"
                "\"nsec3\":{\"algorithm\":1,\"iterations\":10,\"salt\":\"aa0b\",\"records\":9,"
                "\"opt_out\":4},"
                "\"wildcard\":true,\"refuses_nxname\":false,\"honours_co\":false,\"queries\":4,"
                "\"reason\":\"the same interval for two names in it\"}\n");
    assert_line(chain_line_json, &bare,
                "{\"v\":1,\"zone\":\".\",\"server\":\"[2001:db8::1]:53\",\"host\":null,"
                "\"kind\":\"compact\",\"walkable\":false,\"serial\":null,\"nsec3\":null,"
                "\"wildcard\":false,\"refuses_nxname\":true,\"honours_co\":true,\"queries\":0,"
                "\"reason\":\"a \\\"quote\\\"\"}\n");
}

static void every_kind_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < CHAIN_KIND_COUNT; i++) {
        assert_true(strlen(chain_kinds[i].word) > 0);
        assert_true(chain_kinds[i].has_records || !chain_kinds[i].is_walkable);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(chain_kinds[i].word, chain_kinds[j].word);
    }
    assert_true(chain_kinds[CHAIN_NSEC].is_walkable);
    assert_true(chain_kinds[CHAIN_NSEC3].is_walkable);
    assert_false(chain_kinds[CHAIN_WHITE_LIES].is_walkable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_five_columns),
        cmocka_unit_test(an_object_has_all),
        cmocka_unit_test(every_kind_has_a_word_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
