// SPDX-License-Identifier: BSD-2-Clause
/* source/text_name.c and idn.c: what users write for a name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/idn.h"
#include "source/source.h"

static void assert_name(const char *text, const char *expected)
{
    struct name name;
    char out[NAME_TEXT_MAX];
    assert_int_equal(source_name_from_text(&name, text, strlen(text)), 0);
    name_to_text(name.wire, out);
    assert_string_equal(out, expected);
}

static void assert_refused(const char *text, int error)
{
    struct name name;
    assert_int_equal(source_name_from_text(&name, text, strlen(text)), error);
}

static void plain_forms_are_tolerated(void **state)
{
    (void)state;
    assert_name("www.example.com", "www.example.com");
    assert_name("WWW.Example.COM.", "www.example.com");
    assert_name("_sip._tcp.example.com", "_sip._tcp.example.com");
    assert_name("a\\.b.example", "a\\046b.example");
    assert_name("\\000.example", "\\000.example");
    assert_name(".", ".");
}

static void one_leading_star_goes(void **state)
{
    (void)state;
    assert_name("*.example.com", "example.com");
    assert_name("*.*.example.com", "*.example.com");
    assert_name("*", "*");
    assert_name("*.", "*");
    assert_name("a.*.example", "a.*.example");
    assert_name("*.m\303\274nchen.example", "xn--mnchen-3ya.example");
}

static void u_labels_become_a_labels(void **state)
{
    (void)state;
    assert_name("b\303\274cher.example", "xn--bcher-kva.example");
    assert_name("B\303\234CHER.example", "xn--bcher-kva.example");  /* mapped */
    assert_name("bu\314\210cher.example", "xn--bcher-kva.example"); /* composed */
    assert_name("fa\303\237.example", "xn--fa-hia.example");        /* non-transitional */
    assert_name("_dmarc.b\303\274cher.example.", "_dmarc.xn--bcher-kva.example");
    assert_name("a\\.b.b\303\274cher.example", "a\\046b.xn--bcher-kva.example");
    assert_name("b\303\274cher\343\200\202example", "xn--bcher-kva.example"); /* U+3002 */
    assert_name("xn--bcher-kva.example", "xn--bcher-kva.example");
}

static void what_is_no_name_is_refused(void **state)
{
    (void)state;
    assert_refused("", ERR_SYNTAX);
    assert_refused("a..b", ERR_SYNTAX);
    assert_refused("a b", ERR_SYNTAX);
    assert_refused("b\374cher.example", ERR_SYNTAX);     /* Latin-1 */
    assert_refused("\303\274\\046.example", ERR_SYNTAX); /* escape within a U-label */
    assert_refused("\303\274 x.example", ERR_SYNTAX);
    assert_refused("\342\200\213\342\200\213.example", ERR_SYNTAX); /* nothing visible */
    assert_refused("\303\274..example", ERR_SYNTAX);
    assert_refused("*.\377\377", ERR_SYNTAX);
}

static void labels_end_at_63_octets(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'a', sizeof text);
    struct name name;
    assert_int_equal(source_name_from_text(&name, text, 63), 0);
    assert_int_equal(source_name_from_text(&name, text, 64), ERR_SYNTAX);
    /* xn-- + 56 letters + "-" + two digits or so: find the edge, it must be at 63 */
    size_t longest = 0;
    for (size_t len = 1; len < 80; len++) {
        memcpy(text, "\303\274", 2);
        if (source_name_from_text(&name, text, len + 2) == 0) {
            assert_true(name.wire[0] <= 63);
            longest = name.wire[0];
        }
    }
    assert_int_equal(longest, 63);
    /* a label that would take punycode long is refused by its length */
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\303\274", 2);
    assert_int_equal(source_name_from_text(&name, text, sizeof text), ERR_SYNTAX);
}

static void names_end_at_255_octets(void **state)
{
    (void)state;
    char text[300];
    struct name name;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 ? '.' : 'a';
    assert_int_equal(source_name_from_text(&name, text, 253), 0); /* 127 labels: 255 octets */
    assert_int_equal(name.len, 255);
    assert_int_equal(source_name_from_text(&name, text, 255), ERR_RANGE);
}

/* Of LABEL_LEN letters and a rest. */
static void assert_fault(size_t label_len, const char *rest, const char *expected)
{
    char text[512];
    struct name name;
    memset(text, 'a', label_len);
    strcpy(text + label_len, rest);
    int r = source_name_from_text(&name, text, strlen(text));
    assert_true(r < 0);
    assert_string_equal(source_name_fault(text, strlen(text), r), expected);
}

static void what_keeps_text_from_being_a_name_is_told(void **state)
{
    (void)state;
    assert_fault(64, "", "has a label of more than 63 octets");
    assert_fault(64, ".example.", "has a label of more than 63 octets");
    assert_fault(300, "", "has a label of more than 63 octets");
    assert_fault(63, "..example", "is not a name");
    assert_fault(1, " b", "is not a name");
    assert_fault(70, "\\999.example", "is not a name"); /* it might be the escape */
    assert_fault(70, "\377.example", "is not a name");
    assert_string_equal(source_name_fault("a\0b", 3, ERR_SYNTAX), "has a NUL byte");
    char text[256];
    for (size_t i = 0; i < 255; i++)
        text[i] = i % 2 ? '.' : 'a';
    text[255] = '\0';
    assert_fault(0, text, "is longer than 255 octets");
}

static void room_for_a_labels_is_bounded(void **state)
{
    (void)state;
    const char *text = "x.b\303\274cher.y";
    char out[32];
    size_t len;
    for (size_t cap = 0; cap < sizeof out; cap++) {
        memset(out, '#', sizeof out);
        int r = idn_to_ascii(text, strlen(text), out, cap, &len);
        assert_int_equal(r, cap < strlen("x.xn--bcher-kva.y") ? ERR_SYNTAX : 0);
        assert_int_equal(out[cap], '#');
    }
    assert_int_equal(len, strlen("x.xn--bcher-kva.y"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_forms_are_tolerated),
        cmocka_unit_test(one_leading_star_goes),
        cmocka_unit_test(u_labels_become_a_labels),
        cmocka_unit_test(what_is_no_name_is_refused),
        cmocka_unit_test(labels_end_at_63_octets),
        cmocka_unit_test(names_end_at_255_octets),
        cmocka_unit_test(what_keeps_text_from_being_a_name_is_told),
        cmocka_unit_test(room_for_a_labels_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
