// SPDX-License-Identifier: BSD-2-Clause
/* source/variants.c: what each kind makes of a name. */
#include "tests/unit/source/lists.h"

#include "source/variants.h"

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static bool take_apart(struct variants *v, const char *text)
{
    const struct name name = name_of(text);
    return variants_init(v, &name, 2);
}

/* All of a kind that are names, blank between, without ".z.example". */
static void list(char *out, size_t cap, const char *text, enum variant_kind kind,
                 const struct lexicon *lexicon)
{
    struct variants v;
    size_t len = 0;
    unsigned number = 0;
    assert_true(take_apart(&v, text));
    *out = '\0';
    for (;; number++) {
        struct name name;
        char shown[NAME_TEXT_MAX];
        int state = variants_at(&v, kind, number, lexicon, &name);
        if (state == VARIANT_END)
            break;
        if (state == VARIANT_NONE)
            continue;
        assert_int_equal(state, VARIANT_MADE);
        assert_int_equal(name.len, name_len(name.wire));
        size_t shown_len = name_to_text(name.wire, shown);
        assert_string_equal(shown + shown_len - 10, ".z.example");
        assert_string_not_equal(shown, text);
        len += (size_t)snprintf(out + len, cap - len, "%s%.*s", len ? " " : "", (int)shown_len - 10,
                                shown);
        assert_true(len < cap);
    }
    for (unsigned more = 1; more < 5; more++) /* and none behind the end */
        assert_int_equal(variants_at(&v, kind, number + more, lexicon, &(struct name){0}),
                         VARIANT_END);
}

static void assert_made(const char *text, enum variant_kind kind, const char *expected)
{
    char out[4096];
    list(out, sizeof out, text, kind, NULL);
    assert_string_equal(out, expected);
}

static void numbers_go_up_and_down_and_keep_their_width(void **state)
{
    (void)state;
    assert_made("web01.z.example", VARIANT_NUMBERS, "web02 web00 web03 web04 web1");
    assert_made("web5.z.example", VARIANT_NUMBERS, "web6 web4 web7 web3 web8 web2 web05");
    assert_made("web10.z.example", VARIANT_NUMBERS, "web11 web9 web12 web8 web13 web7 web09");
    assert_made("web099.z.example", VARIANT_NUMBERS,
                "web100 web098 web101 web097 web102 web096 web99");
    assert_made("0.z.example", VARIANT_NUMBERS, "1 2 3 00");
    assert_made("web.z.example", VARIANT_NUMBERS, "");
}

static void every_number_of_the_head_counts_and_none_of_the_zone(void **state)
{
    struct variants v;
    (void)state;
    const struct name name = name_of("a1.b2.z3.example");
    assert_true(variants_init(&v, &name, 2));
    assert_int_equal(v.number_count, 2);
    assert_made("a1.b-7.z.example", VARIANT_NUMBERS,
                "a2.b-7 a0.b-7 a3.b-7 a4.b-7 a01.b-7 "
                "a1.b-8 a1.b-6 a1.b-9 a1.b-5 a1.b-10 a1.b-4 a1.b-07");
}

static void long_runs_of_digits_are_no_numbers(void **state)
{
    (void)state;
    assert_made("h123456789.z.example", VARIANT_NUMBERS,
                "h123456790 h123456788 h123456791 h123456787 h123456792 h123456786");
    assert_made("h999999999.z.example", VARIANT_NUMBERS,
                "h1000000000 h999999998 h1000000001 h999999997 h1000000002 h999999996");
    assert_made("h1234567890.z.example", VARIANT_NUMBERS, "");
}

static void parts_get_a_number_or_lose_it(void **state)
{
    (void)state;
    assert_made("web.z.example", VARIANT_NUMBERED, "web1 web01 web2 web-1");
    assert_made("web1.z.example", VARIANT_NUMBERED, "web");
    assert_made("api-dev.z.example", VARIANT_NUMBERED,
                "api1-dev api01-dev api2-dev api-1-dev api-dev1 api-dev01 api-dev2 api-dev-1");
    assert_made("7.z.example", VARIANT_NUMBERED, "");
}

static void dashes_join_split_and_turn_round(void **state)
{
    (void)state;
    assert_made("api-dev.z.example", VARIANT_DASHES, "apidev api.dev dev-api api dev");
    assert_made("api.dev.z.example", VARIANT_DASHES, "apidev api-dev dev.api dev");
    assert_made("web01.z.example", VARIANT_DASHES, "web-01");
    assert_made("a-b.c.z.example", VARIANT_DASHES, "ab.c a.b.c b-a.c a-bc a-b-c c.a-b a.c b.c c");
    assert_made("www.z.example", VARIANT_DASHES, "");
}

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at++)
        if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static void usual_words_stand_beside_and_in_place(void **state)
{
    static const char *const beside[] = {"dev-api", "api-dev", "dev.api",     "devapi",
                                         "apidev",  "uat-api", "api-staging", "v2.api"};
    static const char *const in_place[] = {"api-prod", "api-staging", "api-qa", "web-dev"};
    char out[16384];
    (void)state;
    list(out, sizeof out, "api.z.example", VARIANT_WORDS, NULL);
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++)
        assert_true(has_word(out, beside[i]));
    assert_false(has_word(out, "api-api"));
    list(out, sizeof out, "api-dev.z.example", VARIANT_WORDS, NULL);
    for (size_t i = 0; i < sizeof in_place / sizeof in_place[0]; i++)
        assert_true(has_word(out, in_place[i]));
    assert_false(has_word(out, "dev-api-dev"));
    list(out, sizeof out, "shop-dev3.z.example", VARIANT_WORDS, NULL);
    assert_true(has_word(out, "shop-test3"));
}

static void parts_of_others_are_swapped_in(void **state)
{
    struct lexicon *lexicon;
    struct variants v;
    char out[4096];
    (void)state;
    assert_int_equal(lexicon_create(&lexicon), 0);
    list(out, sizeof out, "a-b.z.example", VARIANT_SWAPS, lexicon);
    assert_string_equal(out, "");
    assert_true(take_apart(&v, "pay-eu2.shop.z.example"));
    variants_teach(&v, lexicon);
    assert_true(take_apart(&v, "pay.z.example"));
    variants_teach(&v, lexicon);
    lexicon_rank(lexicon);
    list(out, sizeof out, "web-us1.z.example", VARIANT_SWAPS, lexicon);
    assert_string_equal(out, "pay-us1 web-pay1 eu-us1 web-eu1 shop-us1 web-shop1");
    list(out, sizeof out, "pay.z.example", VARIANT_SWAPS, lexicon);
    assert_string_equal(out, "eu shop");
    list(out, sizeof out, "7.z.example", VARIANT_SWAPS, lexicon);
    assert_string_equal(out, "");
    lexicon_destroy(lexicon);
}

static void what_is_no_host_name_has_no_variants(void **state)
{
    static const char *const none[] = {"z.example",
                                       "_tcp.z.example",
                                       "www._tcp.z.example",
                                       "xn--bcher-kva.z.example",
                                       "a\\032b.z.example",
                                       "-a.z.example",
                                       "a-.z.example",
                                       "*.z.example",
                                       "a.xn--bcher-kva.z.example"};
    struct variants v;
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(take_apart(&v, none[i]));
    const struct name name = name_of("www.z.example");
    assert_false(variants_init(&v, &name, 0)); /* the zone is unknown */
    assert_false(variants_init(&v, &name, 4));
    assert_true(variants_init(&v, &name, 1));
    assert_true(take_apart(&v, "xn-a.z.example"));
}

/* Labels and names as long as they may be: every variant is a name or none is made. */
static void the_longest_names_hold(void **state)
{
    struct lexicon *lexicon;
    char text[300];
    (void)state;
    assert_int_equal(lexicon_create(&lexicon), 0);
    lexicon_note(lexicon, "aaaaaaaaaaaaaaaaaaaaaaaa", 24);
    lexicon_rank(lexicon);
    for (size_t label = 55; label <= 63; label++) {
        size_t len = 0;
        for (size_t left = 243; left > 0;) { /* with .z.example 254 octets of wire at most */
            size_t part = left > label ? label : left;
            for (size_t i = 0; i < part; i++)
                text[len++] = i % 4 == 1 ? '-' : i % 4 == 3 ? '1' : 'a';
            while (text[len - 1] == '-')
                text[len - 1] = 'b';
            left -= part;
            if (left > 0) {
                text[len++] = '.';
                left--;
            }
        }
        memcpy(text + len, ".z.example", 11);
        struct variants v;
        struct name name, other;
        assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
        assert_true(variants_init(&v, &name, 2));
        for (int kind = 0; kind < VARIANT_KIND_COUNT; kind++)
            for (unsigned number = 0; number < 20000; number++)
                if (variants_at(&v, (enum variant_kind)kind, number, lexicon, &other) ==
                    VARIANT_MADE)
                    assert_int_equal(name_len(other.wire), other.len);
    }
    lexicon_destroy(lexicon);
}

/* Numbers stay below what a ring entry can count. */
static void no_kind_has_more_than_a_few_thousand(void **state)
{
    struct lexicon *lexicon;
    struct variants v;
    struct name name;
    (void)state;
    assert_int_equal(lexicon_create(&lexicon), 0);
    for (unsigned i = 0; i < 1000; i++) {
        char part[8];
        lexicon_note(lexicon, part, (size_t)snprintf(part, sizeof part, "p%ux", i));
    }
    lexicon_rank(lexicon);
    assert_true(take_apart(&v, "a1-b2-c3-d4-e5-f6-g7-h8-i9-j10.k-l-m.z.example"));
    for (int kind = 0; kind < VARIANT_KIND_COUNT; kind++) {
        unsigned number = 0;
        while (variants_at(&v, (enum variant_kind)kind, number, lexicon, &name) != VARIANT_END)
            number++;
        assert_in_range(number, 1, 5000);
    }
    lexicon_destroy(lexicon);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_up_and_down_and_keep_their_width),
        cmocka_unit_test(every_number_of_the_head_counts_and_none_of_the_zone),
        cmocka_unit_test(long_runs_of_digits_are_no_numbers),
        cmocka_unit_test(parts_get_a_number_or_lose_it),
        cmocka_unit_test(dashes_join_split_and_turn_round),
        cmocka_unit_test(usual_words_stand_beside_and_in_place),
        cmocka_unit_test(parts_of_others_are_swapped_in),
        cmocka_unit_test(what_is_no_host_name_has_no_variants),
        cmocka_unit_test(the_longest_names_hold),
        cmocka_unit_test(no_kind_has_more_than_a_few_thousand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
