// SPDX-License-Identifier: BSD-2-Clause
/* Links against replies that ldns signs: a parent `test.` with an anchor, and names below it. */
#include "tests/unit/verdict/signing.h"

#include "dns/code.h"
#include "verdict/chain_link.h"

#define INCEPTION  1000000
#define EXPIRATION 2000000
#define NOW        1500000

#define PARENT ((const uint8_t *)"\4test")
#define CHILD  ((const uint8_t *)"\3sub\4test")

/* Of a key whose algorithm nobody here checks. */
#define UNCHECKED                                                                                  \
    "sub.test. 300 IN DS 1 12 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* The records, signed by BY (NULL: not), as a reply's answer or authority section. */
static void read_set(struct signed_sets *out, ldns_rr_list *rrs, const struct signer *by,
                     ldns_pkt_section section)
{
    static uint8_t wire[8192]; /* what OUT points to is in OUT */
    struct reply reply;
    size_t len = signed_reply(wire, sizeof wire, rrs, by, section);
    assert_true(reply_init(&reply, wire, len));
    assert_true(signed_sets_read(out, &reply));
}

struct world {
    struct signer parent, child, stranger;
    struct anchors *anchors;
    struct chain_link top, link;
    struct signed_sets sets;
};

/* test. holds; sub.test. is next. */
static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->parent = signer_of("test.", INCEPTION, EXPIRATION);
    w->child = signer_of("sub.test.", INCEPTION, EXPIRATION);
    w->stranger = signer_of("sub.test.", INCEPTION, EXPIRATION);
    assert_int_equal(anchors_create(&w->anchors), 0);
    add_anchor(w->anchors, &w->parent);
    chain_link_init(&w->top, PARENT, w->anchors);
    assert_int_equal(chain_link_question(&w->top), TYPE_DNSKEY);
    read_set(&w->sets, list_of(ldns_rr_clone(w->parent.dnskey), NULL), &w->parent,
             LDNS_SECTION_ANSWER);
    assert_int_equal(chain_link_take(&w->top, NULL, &w->sets, NOW), 1);
    assert_int_equal(w->top.state, LINK_HOLDS);
    chain_link_init(&w->link, CHILD, w->anchors);
    assert_int_equal(chain_link_question(&w->link), TYPE_DS);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    chain_link_deinit(&w->top);
    chain_link_deinit(&w->link);
    anchors_destroy(w->anchors);
    signer_drop(&w->parent);
    signer_drop(&w->child);
    signer_drop(&w->stranger);
    free(w);
    return 0;
}

static int take(struct world *w)
{
    return chain_link_take(&w->link, &w->top, &w->sets, NOW);
}

static void give(struct world *w, const char *text, const struct signer *by)
{
    read_set(&w->sets, list_of(rr_of(text), NULL), by, LDNS_SECTION_AUTHORITY);
}

static void give_ds(struct world *w, ldns_rr *ds, const struct signer *by)
{
    read_set(&w->sets, list_of(ds, NULL), by, LDNS_SECTION_ANSWER);
}

static void give_keys(struct world *w, const struct signer *a, const struct signer *b,
                      const struct signer *by)
{
    read_set(&w->sets, list_of(ldns_rr_clone(a->dnskey), b ? ldns_rr_clone(b->dnskey) : NULL), by,
             LDNS_SECTION_ANSWER);
}

static void signed_ds_and_signed_keys_make_a_link(void **state)
{
    struct world *w = *state;
    give_ds(w, ds_of(&w->child, LDNS_SHA256), &w->parent);
    assert_int_equal(take(w), 1);
    assert_int_equal(chain_link_question(&w->link), TYPE_DNSKEY);
    give_keys(w, &w->child, &w->stranger, &w->child);
    assert_int_equal(take(w), 1);
    assert_int_equal(w->link.state, LINK_HOLDS);
    assert_int_equal(chain_link_question(&w->link), 0);
    assert_non_null(w->link.keys);
    assert_int_equal(take(w), 0); /* for good */
}

static void ds_of_others_move_nothing(void **state)
{
    struct world *w = *state;
    give_ds(w, ds_of(&w->stranger, LDNS_SHA256), NULL);
    assert_int_equal(take(w), 0);
    give_ds(w, ds_of(&w->stranger, LDNS_SHA256), &w->stranger);
    assert_int_equal(take(w), 0);
    give_ds(w, ds_of(&w->child, LDNS_SHA256), &w->parent);
    assert_int_equal(chain_link_take(&w->link, &w->top, &w->sets, EXPIRATION + 1), 0);
    assert_int_equal(chain_link_take(&w->link, NULL, &w->sets, NOW), 0);
    assert_int_equal(w->link.state, LINK_WANTS_DS);
    assert_int_equal(take(w), 1);
}

static void keys_that_no_ds_is_of_move_nothing(void **state)
{
    struct world *w = *state;
    give_ds(w, ds_of(&w->child, LDNS_SHA256), &w->parent);
    assert_int_equal(take(w), 1);
    give_keys(w, &w->stranger, NULL, &w->stranger);
    assert_int_equal(take(w), 0);
    /* The right key stands there, and another one signed: anybody can do that. */
    give_keys(w, &w->child, &w->stranger, &w->stranger);
    assert_int_equal(take(w), 0);
    give_keys(w, &w->child, NULL, NULL);
    assert_int_equal(take(w), 0);
    assert_int_equal(w->link.state, LINK_WANTS_KEYS);
    assert_null(w->link.keys);
}

/* SHA-1 counts alone (RFC 4509 section 3). */
static void the_weaker_digest_counts_alone(void **state)
{
    struct world *w = *state;
    read_set(&w->sets, list_of(ds_of(&w->stranger, LDNS_SHA1), ds_of(&w->child, LDNS_SHA256)),
             &w->parent, LDNS_SECTION_ANSWER);
    assert_int_equal(take(w), 1);
    assert_int_equal(w->link.ds_count, 1);
    give_keys(w, &w->stranger, NULL, &w->stranger);
    assert_int_equal(take(w), 0);

    chain_link_init(&w->link, CHILD, w->anchors);
    give_ds(w, ds_of(&w->child, LDNS_SHA1), &w->parent);
    assert_int_equal(take(w), 1);
    give_keys(w, &w->child, NULL, &w->child);
    assert_int_equal(take(w), 1);
    assert_int_equal(w->link.state, LINK_HOLDS);
}

static void ds_that_nobody_can_check_end_it(void **state)
{
    static const char *const texts[] = {
        "sub.test. 300 IN DS 1 13 9 00112233", /* by its digest */
        "sub.test. 300 IN DS 1 13 2 00112233", /* which is not as long as its type says */
        UNCHECKED,
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        chain_link_init(&w->link, CHILD, w->anchors);
        give_ds(w, rr_of(texts[i]), &w->parent);
        assert_int_equal(take(w), 1);
        assert_int_equal(w->link.state, LINK_ENDS);
    }
}

/* A better digest of a key that cannot be checked does not stand in the way of SHA-1. */
static void ds_that_nobody_can_check_are_left_out(void **state)
{
    struct world *w = *state;
    read_set(&w->sets, list_of(rr_of(UNCHECKED), ds_of(&w->child, LDNS_SHA1)), &w->parent,
             LDNS_SECTION_ANSWER);
    assert_int_equal(take(w), 1);
    assert_int_equal(w->link.ds_count, 1);
    give_keys(w, &w->child, NULL, &w->child);
    assert_int_equal(take(w), 1);
    assert_int_equal(w->link.state, LINK_HOLDS);
}

static void denials_of_ds_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum link_state state;
    } cases[] = {
        {"sub.test. 300 IN NSEC z.test. NS RRSIG NSEC", LINK_ENDS},        /* a cut */
        {"sub.test. 300 IN NSEC z.test. A RRSIG NSEC", LINK_NO_CUT},       /* a host */
        {"sub.test. 300 IN NSEC z.test. NS DS RRSIG NSEC", LINK_WANTS_DS}, /* it has DS */
        {"sub.test. 300 IN NSEC z.test. NS SOA RRSIG NSEC", LINK_WANTS_DS},
        {"a.test. 300 IN NSEC x.sub.test. A RRSIG NSEC", LINK_NO_CUT}, /* between two names */
        {"a.test. 300 IN NSEC z.test. A RRSIG NSEC", LINK_ENDS},       /* there is no such name */
        {"t.test. 300 IN NSEC test. A RRSIG NSEC", LINK_WANTS_DS},     /* over others */
        {"a.test. 300 IN NSEC z.other. A RRSIG NSEC", LINK_WANTS_DS},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int by = 0; by < 3; by++) {
            const struct signer *signers[] = {NULL, &w->child, &w->parent};
            enum link_state expected = by == 2 ? cases[i].state : LINK_WANTS_DS;
            chain_link_init(&w->link, CHILD, w->anchors);
            give(w, cases[i].text, signers[by]);
            assert_int_equal(take(w), expected != LINK_WANTS_DS);
            if (w->link.state != expected)
                fail_msg("%s: %d", cases[i].text, (int)w->link.state);
        }
    }
}

/* A span from the hash of NAME, its first letter moved by SHIFT, to the last hash but for a few. */
static void give_nsec3(struct world *w, const char *name, int shift, const char *types)
{
    char text[300];
    ldns_rdf *owner = ldns_dname_new_frm_str(name);
    ldns_rdf *hash = ldns_nsec3_hash_name(owner, 1, 1, 0, NULL);
    uint8_t *label = ldns_rdf_data(hash);
    label[1] = (uint8_t)(label[1] + shift); /* the first letter: before it */
    char *spelled = ldns_rdf2str(hash);
    snprintf(text, sizeof text,
             "%.32s.test. 300 IN NSEC3 1 0 1 - vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv %s", spelled,
             types);
    free(spelled);
    ldns_rdf_deep_free(hash);
    ldns_rdf_deep_free(owner);
    give(w, text, &w->parent);
}

static void hashed_denials_are_told_apart(void **state)
{
    struct world *w = *state;
    static const struct {
        int shift;
        const char *types;
        enum link_state state;
    } cases[] = {
        {0, "NS", LINK_ENDS},
        {0, "A RRSIG", LINK_NO_CUT},
        {0, "", LINK_NO_CUT}, /* an empty non-terminal */
        {0, "NS DS RRSIG", LINK_WANTS_DS},
        {-1, "A RRSIG", LINK_ENDS},    /* covered */
        {1, "A RRSIG", LINK_WANTS_DS}, /* behind it */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        chain_link_init(&w->link, CHILD, w->anchors);
        give_nsec3(w, "sub.test.", cases[i].shift, cases[i].types);
        assert_int_equal(take(w), cases[i].state != LINK_WANTS_DS);
        if (w->link.state != cases[i].state)
            fail_msg("case %zu: %d", i, (int)w->link.state);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(signed_ds_and_signed_keys_make_a_link), TEST(ds_of_others_move_nothing),
        TEST(keys_that_no_ds_is_of_move_nothing),    TEST(the_weaker_digest_counts_alone),
        TEST(ds_that_nobody_can_check_end_it),       TEST(ds_that_nobody_can_check_are_left_out),
        TEST(denials_of_ds_are_told_apart),          TEST(hashed_denials_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
