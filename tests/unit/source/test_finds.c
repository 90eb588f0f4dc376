// SPDX-License-Identifier: BSD-2-Clause
/* source/finds.c: names by number, each once; what closes them. */
#include "tests/unit/source/lists.h"

#include "source/finds.h"

static struct find find_of(const char *text, unsigned depth, unsigned flags)
{
    struct find find = {.zone_labels = 2, .depth = (uint8_t)depth, .flags = (uint8_t)flags};
    assert_int_equal(name_from_text(&find.name, text, strlen(text)), 0);
    return find;
}

static int add(struct finds *finds, const char *text, unsigned depth, unsigned flags)
{
    const struct find find = find_of(text, depth, flags);
    return finds_add(finds, &find);
}

static void names_come_back_by_number(void **state)
{
    struct finds *finds;
    char text[32], shown[NAME_TEXT_MAX];
    (void)state;
    assert_int_equal(finds_create(&finds), 0);
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(text, sizeof text, "h%u.z.example", i);
        assert_int_equal(add(finds, text, i % 5, i % 2), 1);
        assert_int_equal(add(finds, text, 0, FIND_INNER), 0);
    }
    assert_int_equal(finds_count(finds), 5000);
    for (unsigned i = 0; i < 5000; i++) {
        struct find find;
        finds_get(finds, i, &find);
        snprintf(text, sizeof text, "h%u.z.example", i);
        name_to_text(find.name.wire, shown);
        assert_string_equal(shown, text);
        assert_int_equal(find.name.len, name_len(find.name.wire));
        assert_int_equal(find.depth, i % 5);
        assert_int_equal(find.flags, i % 2);
        assert_int_equal(find.zone_labels, 2);
    }
    finds_destroy(finds);
}

static void a_given_name_may_be_found_too(void **state)
{
    struct finds *finds;
    (void)state;
    assert_int_equal(finds_create(&finds), 0);
    assert_int_equal(add(finds, "a.z.example", 0, FIND_GIVEN), 1);
    assert_int_equal(add(finds, "a.z.example", 0, FIND_GIVEN), 0);
    assert_int_equal(add(finds, "a.z.example", 0, 0), 1);
    assert_int_equal(add(finds, "a.z.example", 0, FIND_INNER), 0);
    finds_destroy(finds);
}

/* 64 children, of which 14 in 16 exist without data: one less in either, and it stays open. */
static void what_has_everything_without_data_is_closed(void **state)
{
    struct finds *finds;
    (void)state;
    assert_int_equal(finds_create(&finds), 0);
    for (unsigned i = 0; i < 63; i++)
        finds_note_child(finds, 0, CHILD_IS_EMPTY);
    assert_false(finds_is_closed(finds, 0));
    finds_note_child(finds, 0, CHILD_IS_EMPTY);
    assert_true(finds_is_closed(finds, 0));
    for (unsigned i = 0; i < 64; i++)
        finds_note_child(finds, 1, i >= 9 ? CHILD_IS_EMPTY : CHILD_IS_OTHER);
    assert_false(finds_is_closed(finds, 1)); /* 55 of 64 */
    for (unsigned i = 0; i < 64; i++)
        finds_note_child(finds, 2, i >= 8 ? CHILD_IS_EMPTY : CHILD_IS_OTHER);
    assert_true(finds_is_closed(finds, 2)); /* 56 of 64 */
    finds_note_child(finds, 2, CHILD_IS_OTHER);
    assert_true(finds_is_closed(finds, 2));
    for (unsigned i = 0; i < 200; i++)
        finds_note_child(finds, 3, i < 60 ? CHILD_IS_EMPTY : CHILD_UNKNOWN);
    assert_false(finds_is_closed(finds, 3)); /* of 60 only it is known */
    assert_int_equal(finds_decided_children(finds, 3), 200);
    assert_int_equal(finds_decided_children(finds, 4), 0);
    finds_close(finds, FINDS_MAX - 1);
    assert_true(finds_is_closed(finds, FINDS_MAX - 1));
    finds_destroy(finds);
}

static void wildcards_are_known_by_name(void **state)
{
    struct finds *finds;
    (void)state;
    assert_int_equal(finds_create(&finds), 0);
    const struct find a = find_of("a.z.example", 0, 0), b = find_of("b.z.example", 0, 0);
    assert_int_equal(finds_note_wildcard(finds, a.name.wire), 0);
    assert_int_equal(finds_note_wildcard(finds, a.name.wire), 0);
    assert_true(finds_has_wildcard(finds, &a.name));
    assert_false(finds_has_wildcard(finds, &b.name));
    finds_destroy(finds);
}

static void no_more_than_there_is_room_for(void **state)
{
    struct finds *finds;
    struct find find = find_of("aaaaaaaa.z.example", 0, 0);
    (void)state;
    assert_int_equal(finds_create(&finds), 0);
    for (uint32_t i = 0; i < FINDS_MAX; i++) {
        for (unsigned c = 0; c < 8; c++)
            find.name.wire[1 + c] = (uint8_t)('a' + (i >> 3 * c) % 8);
        assert_int_equal(finds_add(finds, &find), 1);
    }
    find.name.wire[1] = 'x';
    assert_int_equal(finds_add(finds, &find), 0);
    assert_int_equal(finds_count(finds), FINDS_MAX);
    finds_destroy(finds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_come_back_by_number),
        cmocka_unit_test(a_given_name_may_be_found_too),
        cmocka_unit_test(what_has_everything_without_data_is_closed),
        cmocka_unit_test(wildcards_are_known_by_name),
        cmocka_unit_test(no_more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
