// SPDX-License-Identifier: BSD-2-Clause
/* dns/name.c: text to wire and back, and comparisons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/name.h"

static int parse(struct name *out, const char *text)
{
    return name_from_text(out, text, strlen(text));
}

static void assert_wire(const char *text, const char *wire, size_t len)
{
    struct name name;
    assert_int_equal(parse(&name, text), 0);
    assert_int_equal(name.len, len);
    assert_memory_equal(name.wire, wire, len);
}

static void assert_refused(const char *text, int error)
{
    struct name name;
    memset(&name, 0xff, sizeof name);
    assert_int_equal(parse(&name, text), error);
    assert_int_equal(name.len, 0);
}

/* LABEL_LENS, ended by 0: a name of labels made of LETTERs (an escape, say). */
static size_t make_text(char *out, const char *letter, const int *label_lens)
{
    size_t len = 0;
    for (; *label_lens; label_lens++) {
        for (int i = 0; i < *label_lens; i++) {
            memcpy(out + len, letter, strlen(letter));
            len += strlen(letter);
        }
        if (label_lens[1])
            out[len++] = '.';
    }
    out[len] = '\0';
    return len;
}

static void plain_names_become_lower_case_wire(void **state)
{
    (void)state;
    assert_wire("a", "\1a", 3);
    assert_wire("WWW.Example.COM", "\3www\7example\3com", 17);
    assert_wire("www.example.com.", "\3www\7example\3com", 17);
    assert_wire("_dmarc.a-1", "\6_dmarc\3a-1", 12);
    assert_wire("*.example.com", "\1*\7example\3com", 15);
    assert_wire(".", "", 1);
}

static void every_letter_and_digit_is_kept_and_folded(void **state)
{
    (void)state;
    assert_wire("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "\32abcdefghijklmnopqrstuvwxyz", 28);
    assert_wire("abcdefghijklmnopqrstuvwxyz", "\32abcdefghijklmnopqrstuvwxyz", 28);
    assert_wire("0123456789-_*", "\r0123456789-_*", 15);
}

static void escapes_give_any_octet(void **state)
{
    (void)state;
    assert_wire("a\\.b.c", "\3a.b\1c", 7);
    assert_wire("a\\046b.c", "\3a.b\1c", 7);
    assert_wire("\\000\\255", "\2\0\377", 4);
    assert_wire("\\065", "\1a", 3); /* an escaped letter folds like a bare one */
    assert_wire("\\A", "\1a", 3);
    assert_wire("\\\\", "\1\\", 3);
    assert_wire("a\\@b", "\3a@b", 5);
    assert_wire("\\.", "\1.", 3);
    assert_wire("a\\..", "\2a.", 4);
}

static void bad_escapes_are_refused(void **state)
{
    (void)state;
    assert_refused("\\", ERR_SYNTAX);
    assert_refused("abc\\", ERR_SYNTAX);
    assert_refused("\\1", ERR_SYNTAX);
    assert_refused("\\12", ERR_SYNTAX);
    assert_refused("\\12a", ERR_SYNTAX);
    assert_refused("\\256", ERR_SYNTAX);
    assert_refused("\\999", ERR_SYNTAX);
    assert_refused("\\\n", ERR_SYNTAX);
    assert_refused("\\ ", ERR_SYNTAX);
    assert_refused("\\\x80", ERR_SYNTAX);
}

static void empty_labels_are_refused(void **state)
{
    (void)state;
    assert_refused("", ERR_SYNTAX);
    assert_refused("..", ERR_SYNTAX);
    assert_refused(".a", ERR_SYNTAX);
    assert_refused("a..", ERR_SYNTAX);
    assert_refused("a..b", ERR_SYNTAX);
    assert_refused("\\097..b", ERR_SYNTAX);
    assert_refused(".\\097", ERR_SYNTAX);
}

static void bare_odd_octets_are_refused(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++) {
        char plain[3] = {'a', (char)octet, 'b'};
        char careful[7] = {'\\', '0', '9', '7', 'a', (char)octet, 'b'};
        int is_bare = (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
                      (octet >= 'A' && octet <= 'Z') || octet == '-' || octet == '_' ||
                      octet == '*' || octet == '.';
        struct name name;
        if (octet == '\\')
            continue;
        assert_int_equal(name_from_text(&name, plain, 3), is_bare ? 0 : ERR_SYNTAX);
        assert_int_equal(name_from_text(&name, careful, 7), is_bare ? 0 : ERR_SYNTAX);
    }
}

static void labels_end_at_63_octets(void **state)
{
    (void)state;
    const struct {
        int lens[3];
        int expected;
    } cases[] = {{{62, 3}, 0}, {{63, 3}, 0},          {{64, 3}, ERR_SYNTAX},
                 {{3, 63}, 0}, {{3, 64}, ERR_SYNTAX}, {{64}, ERR_SYNTAX}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1100];
        struct name name;
        for (int way = 0; way < 2; way++) { /* plain, then careful */
            make_text(text, way ? "\\120" : "x", cases[i].lens);
            assert_int_equal(parse(&name, text), cases[i].expected);
        }
    }
}

static void names_end_at_255_octets(void **state)
{
    (void)state;
    const struct {
        int lens[5];
        int expected;
    } cases[] = {{{63, 63, 63, 60}, 0},
                 {{63, 63, 63, 61}, 0},
                 {{63, 63, 63, 62}, ERR_RANGE},
                 {{63, 63, 63, 63}, ERR_RANGE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int way = 0; way < 4; way++) { /* plain or careful, without or with a dot */
            char text[1100];
            struct name name;
            size_t len = make_text(text, way & 1 ? "\\120" : "x", cases[i].lens);
            if (way & 2)
                text[len++] = '.';
            assert_int_equal(name_from_text(&name, text, len), cases[i].expected);
            if (cases[i].expected == 0) {
                assert_int_equal(name.len, 195 - 3 + cases[i].lens[3] + 2);
                assert_int_equal(name_len(name.wire), name.len);
            }
        }
    }
}

static void long_nonsense_is_syntax_not_range(void **state)
{
    (void)state;
    char text[4096];
    struct name name;
    memset(text, 'a', sizeof text);
    assert_int_equal(name_from_text(&name, text, sizeof text), ERR_SYNTAX);
    for (size_t i = 5; i < sizeof text; i += 6)
        text[i] = '.';
    assert_int_equal(name_from_text(&name, text, sizeof text), ERR_RANGE);
    text[4000] = ' ';
    assert_int_equal(name_from_text(&name, text, sizeof text), ERR_SYNTAX);
}

static void text_shows_odd_octets_as_numbers(void **state)
{
    (void)state;
    char text[NAME_TEXT_MAX];
    assert_int_equal(name_to_text((const uint8_t *)"", text), 1);
    assert_string_equal(text, ".");
    assert_int_equal(name_to_text((const uint8_t *)"\3WwW\7example", text), 11);
    assert_string_equal(text, "www.example");
    name_to_text((const uint8_t *)"\10a.b\\\0\33\177\377\1*", text);
    assert_string_equal(text, "a\\046b\\092\\000\\027\\127\\255.*");
}

static void the_longest_text_fits_its_buffer(void **state)
{
    (void)state;
    char text[1100], again[NAME_TEXT_MAX];
    struct name name;
    const int lens[] = {63, 63, 63, 61, 0};
    make_text(text, "\\200", lens);
    assert_int_equal(parse(&name, text), 0);
    assert_int_equal(name_to_text(name.wire, again), 1003);
    assert_string_equal(again, text);
}

static void joining_keeps_the_limit(void **state)
{
    (void)state;
    struct name prefix, suffix, joined;
    const int fits[] = {63, 63, 63, 0};
    char text[300];
    assert_int_equal(parse(&prefix, "www"), 0);
    assert_int_equal(parse(&suffix, "example.com"), 0);
    assert_int_equal(name_join(&joined, &prefix, &suffix), 0);
    assert_int_equal(joined.len, 17);
    assert_memory_equal(joined.wire, "\3www\7example\3com", 17);
    make_text(text, "x", fits); /* 193 octets with the root */
    assert_int_equal(parse(&suffix, text), 0);
    for (int len = 60; len <= 62; len++) { /* 192 + 1 + 61 + 1 = 255 */
        const int label[] = {len, 0};
        make_text(text, "y", label);
        assert_int_equal(parse(&prefix, text), 0);
        assert_int_equal(name_join(&joined, &prefix, &suffix), len <= 61 ? 0 : ERR_RANGE);
    }
}

static void joining_may_write_over_its_arguments(void **state)
{
    (void)state;
    struct name prefix, suffix;
    assert_int_equal(parse(&prefix, "a.b"), 0);
    assert_int_equal(parse(&suffix, "example.com"), 0);
    assert_int_equal(name_join(&prefix, &prefix, &suffix), 0);
    assert_memory_equal(prefix.wire, "\1a\1b\7example\3com", 17);
    assert_int_equal(parse(&prefix, "a.b"), 0);
    assert_int_equal(name_join(&suffix, &prefix, &suffix), 0);
    assert_int_equal(suffix.len, 17);
    assert_memory_equal(suffix.wire, "\1a\1b\7example\3com", 17);
    assert_int_equal(parse(&prefix, "."), 0);
    assert_int_equal(name_join(&suffix, &prefix, &suffix), 0);
    assert_int_equal(suffix.len, 17);
}

static void labels_are_counted_and_walked(void **state)
{
    (void)state;
    const uint8_t *name = (const uint8_t *)"\3www\7example\3com";
    const uint8_t *root = (const uint8_t *)"";
    assert_int_equal(name_label_count(root), 0);
    assert_int_equal(name_label_count(name), 3);
    assert_int_equal(name_len(root), 1);
    assert_int_equal(name_len(name), 17);
    assert_ptr_equal(name_parent(name), name + 4);
    assert_ptr_equal(name_parent(root), root);
    assert_ptr_equal(name_suffix(name, 3), name);
    assert_ptr_equal(name_suffix(name, 2), name + 4);
    assert_ptr_equal(name_suffix(name, 0), name + 16);
}

static void comparisons_fold_ascii_and_nothing_else(void **state)
{
    (void)state;
    const uint8_t *name = (const uint8_t *)"\3www\7example";
    assert_true(name_equal(name, (const uint8_t *)"\3WWW\7eXample"));
    assert_false(name_equal(name, (const uint8_t *)"\3wwx\7example"));
    assert_false(name_equal(name, (const uint8_t *)"\3www"));
    assert_false(name_equal((const uint8_t *)"\1@", (const uint8_t *)"\1`"));
    assert_false(name_equal((const uint8_t *)"\1[", (const uint8_t *)"\1{"));
    assert_false(name_equal((const uint8_t *)"\1\301", (const uint8_t *)"\1\341"));
}

static void below_is_told_at_label_borders(void **state)
{
    (void)state;
    const uint8_t *zone = (const uint8_t *)"\7example\3com";
    assert_true(name_is_under((const uint8_t *)"\3www\7example\3com", zone));
    assert_true(name_is_under(zone, zone));
    assert_true(name_is_under(zone, (const uint8_t *)""));
    assert_true(name_is_under((const uint8_t *)"\3www\7EXAMPLE\3Com", zone));
    assert_false(name_is_under((const uint8_t *)"\3com", zone));
    assert_false(name_is_under((const uint8_t *)"\12badexample\3com", zone));
    /* the same octets, but inside a label */
    assert_false(name_is_under((const uint8_t *)"\15x\7example\3com", zone));
}

static void lowering_leaves_other_octets(void **state)
{
    (void)state;
    uint8_t name[] = "\5AZ[@\301\1a";
    name_lower(name);
    assert_memory_equal(name, "\5az[@\301\1a", 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_names_become_lower_case_wire),
        cmocka_unit_test(every_letter_and_digit_is_kept_and_folded),
        cmocka_unit_test(escapes_give_any_octet),
        cmocka_unit_test(bad_escapes_are_refused),
        cmocka_unit_test(empty_labels_are_refused),
        cmocka_unit_test(bare_odd_octets_are_refused),
        cmocka_unit_test(labels_end_at_63_octets),
        cmocka_unit_test(names_end_at_255_octets),
        cmocka_unit_test(long_nonsense_is_syntax_not_range),
        cmocka_unit_test(text_shows_odd_octets_as_numbers),
        cmocka_unit_test(the_longest_text_fits_its_buffer),
        cmocka_unit_test(joining_keeps_the_limit),
        cmocka_unit_test(joining_may_write_over_its_arguments),
        cmocka_unit_test(labels_are_counted_and_walked),
        cmocka_unit_test(comparisons_fold_ascii_and_nothing_else),
        cmocka_unit_test(below_is_told_at_label_borders),
        cmocka_unit_test(lowering_leaves_other_octets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
