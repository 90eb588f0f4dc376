// SPDX-License-Identifier: BSD-2-Clause
/* dns/code.c: mnemonics both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/code.h"

static void assert_type(const char *text, int expected)
{
    uint16_t type = 4711;
    int error = code_type_from_text(text, strlen(text), &type);
    assert_int_equal(error, expected < 0 ? expected : 0);
    assert_int_equal(type, expected < 0 ? 0 : expected);
}

static void mnemonics_are_read_in_either_case(void **state)
{
    (void)state;
    assert_type("A", TYPE_A);
    assert_type("a", TYPE_A);
    assert_type("aAaA", TYPE_AAAA);
    assert_type("nsap-ptr", 23);
    assert_type("NSEC3PARAM", 51);
    assert_type("HTTPS", 65);
    assert_type("caa", 257);
    assert_type("any", TYPE_ANY);
    assert_type("DLV", 32769);
}

static void zone_files_have_the_usual_mnemonics_alone(void **state)
{
    (void)state;
    char text[CODE_TEXT_MAX];
    assert_string_equal(code_type_to_zone_text(TYPE_A, text), "A");
    assert_string_equal(code_type_to_zone_text(TYPE_HTTPS, text), "HTTPS");
    assert_string_equal(code_type_to_zone_text(TYPE_NXNAME, text), "TYPE128");
    assert_string_equal(code_type_to_zone_text(262, text), "TYPE262");
    assert_string_equal(code_type_to_zone_text(65280, text), "TYPE65280");
}

static void generic_types_span_16_bits(void **state)
{
    (void)state;
    assert_type("TYPE0", 0);
    assert_type("type1", TYPE_A);
    assert_type("TYPE257", 257);
    assert_type("TYPE65535", 65535);
    assert_type("TYPE65536", ERR_SYNTAX);
    assert_type("TYPE000001", ERR_SYNTAX);
}

static void other_text_is_no_type(void **state)
{
    (void)state;
    assert_type("", ERR_SYNTAX);
    assert_type("AA", ERR_SYNTAX);
    assert_type("AAAAA", ERR_SYNTAX);
    assert_type("TYPE", ERR_SYNTAX);
    assert_type("TYPE-1", ERR_SYNTAX);
    assert_type("TYPE1 ", ERR_SYNTAX);
    assert_type("1", ERR_SYNTAX);
}

static void every_type_survives_the_round_trip(void **state)
{
    (void)state;
    for (unsigned type = 0; type <= UINT16_MAX; type++) {
        char text[CODE_TEXT_MAX];
        uint16_t again;
        assert_ptr_equal(code_type_to_text((uint16_t)type, text), text);
        assert_int_equal(code_type_from_text(text, strlen(text), &again), 0);
        assert_int_equal(again, type);
    }
}

static void types_without_a_name_are_numbered(void **state)
{
    (void)state;
    char text[CODE_TEXT_MAX];
    assert_string_equal(code_type_to_text(TYPE_AAAA, text), "AAAA");
    assert_string_equal(code_type_to_text(54, text), "TYPE54");
    assert_string_equal(code_type_to_text(65535, text), "TYPE65535");
}

static void rcodes_have_names(void **state)
{
    (void)state;
    assert_string_equal(code_rcode_to_text(RCODE_NOERROR), "NOERROR");
    assert_string_equal(code_rcode_to_text(RCODE_NXDOMAIN), "NXDOMAIN");
    assert_string_equal(code_rcode_to_text(RCODE_REFUSED), "REFUSED");
    assert_string_equal(code_rcode_to_text(10), "NOTZONE");
    assert_string_equal(code_rcode_to_text(11), "RCODE11");
    assert_string_equal(code_rcode_to_text(15), "RCODE15");
    assert_string_equal(code_rcode_to_text(16), "RCODE16+");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mnemonics_are_read_in_either_case),
        cmocka_unit_test(generic_types_span_16_bits),
        cmocka_unit_test(zone_files_have_the_usual_mnemonics_alone),
        cmocka_unit_test(other_text_is_no_type),
        cmocka_unit_test(every_type_survives_the_round_trip),
        cmocka_unit_test(types_without_a_name_are_numbered),
        cmocka_unit_test(rcodes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
