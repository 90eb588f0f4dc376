// SPDX-License-Identifier: BSD-2-Clause
/* scan/chain.c: who is asked for the links of a chain of trust, how often and for how long, and
 * where it ends. What a reply makes of a link is verdict/chain_link.h's, and tested there. */
#include "tests/unit/scan/chain_world.h"

#include "scan/scope.h"

#define RESOLVERS 20
#define HEDGE     (300 * NS_PER_MS) /* until another is asked besides one that is slow */
#define AGAIN     (10 * NS_PER_MS)  /* until a link that another has is looked at */

static void open_usual(void)
{
    world_open("test.", "sub.test.", RESOLVERS, 1, 0);
}

/* What was found are the keys of the zone, and no others. */
static void assert_keys_of(unsigned zone)
{
    struct name name = name_of(world.names[zone]);
    uint8_t rdata[512];
    struct keys *keys;
    ldns_buffer *buffer = ldns_buffer_new(sizeof rdata);
    assert_int_equal(ldns_rr_rdata2buffer_wire(buffer, world.keys[zone].dnskey), LDNS_STATUS_OK);
    const struct rdata_view view = {ldns_buffer_begin(buffer), ldns_buffer_position(buffer)};
    assert_int_equal(keys_create(&keys, name.wire, &view, 1), 0);
    assert_non_null(world.found);
    assert_int_equal(keys_fingerprint(world.found), keys_fingerprint(keys));
    keys_destroy(keys);
    ldns_buffer_free(buffer);
}

static void expect(const char *apex, enum chained word, unsigned asked)
{
    assert_int_equal(ask_for(0, apex), word);
    assert_int_equal(world.asked, asked);
}

/* --- good chains --- */

/* Keys at the anchor; DS and keys for each zone below. */
static void each_link_is_asked_for_once(void **state)
{
    (void)state;
    for (unsigned zone = 0; zone < ZONES; zone++) {
        open_usual();
        expect(world.names[zone], CHAINED, 1 + 2 * zone);
        assert_keys_of(zone);
        assert_int_equal(world.run.chains.count, 1 + zone);
        world_close();
    }
}

static void a_link_is_shared_and_kept(void **state)
{
    (void)state;
    open_usual();
    expect("sub.test.", CHAINED, 5);
    expect("test.", CHAINED, 0);
    assert_keys_of(1);
    assert_int_equal(ask_for(1, "sub.test."), CHAINED); /* another worker */
    assert_int_equal(world.asked, 0);
    assert_keys_of(2);
    world_close();
}

/* A label between two zones is asked about, and passed. */
static void a_name_that_is_no_zone_is_passed(void **state)
{
    (void)state;
    world_open("test.", "sub.no.test.", RESOLVERS, 1, 0);
    expect("sub.no.test.", CHAINED, 6);
    assert_keys_of(2);
    expect("no.test.", CHAINED_NOT, 0); /* though the name is there */
    world_close();
}

static void the_closest_anchor_is_where_it_begins(void **state)
{
    (void)state;
    world_open("test.", "sub.test.", RESOLVERS, 1, 1);
    expect("test.", CHAINED, 1);
    expect("sub.test.", CHAINED, 2);
    assert_keys_of(2);
    world_close();
    world_open("test.", "sub.test.", RESOLVERS, 1, 2);
    expect("sub.test.", CHAINED, 1);
    assert_keys_of(2);
    world_close();
}

/* Even where the one above it would lead further. */
static void a_wrong_anchor_leads_nowhere(void **state)
{
    (void)state;
    open_usual();
    add_anchor(world.anchors, &world.strangers[1]);
    expect("sub.test.", CHAINED_NOT, CHAIN_ASKED_MAX);
    world_close();
    world_open("test.", "sub.test.", RESOLVERS, 1, -1); /* the root's own keys are not ours */
    expect("sub.test.", CHAINED_NOT, CHAIN_ASKED_MAX);
    expect("test.", CHAINED_NOT, 0);
    world_close();
}

/* --- ends --- */

static void a_proof_of_no_ds_ends_it(void **state)
{
    (void)state;
    open_usual();
    make_odd(2, TYPE_DS, NO_DS, ALWAYS);
    expect("sub.test.", CHAINED_NOT, 4);
    expect("deep.sub.test.", CHAINED_NOT, 0); /* nothing below it is vouched for */
    expect("test.", CHAINED, 0);
    world_close();
}

static void ds_that_cannot_be_checked_end_it(void **state)
{
    static const enum manner manners[] = {DIGEST, ALGO};
    (void)state;
    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        open_usual();
        make_odd(2, TYPE_DS, manners[i], ALWAYS);
        expect("sub.test.", CHAINED_NOT, 4);
        world_close();
    }
}

/* Whatever does not verify is as if it had not come: others are asked, but not for ever. */
static void what_nobody_can_verify_ends_it_after_so_many(void **state)
{
    static const enum manner manners[] = {EMPTY, DAMAGED, UNSIGNED, BOGUS, STRANGE};
    (void)state;
    for (size_t i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        open_usual();
        make_odd(2, TYPE_DS, manners[i], ALWAYS);
        expect("sub.test.", CHAINED_NOT, 3 + CHAIN_ASKED_MAX);
        expect("sub.test.", CHAINED_NOT, 0);
        world_close();
        open_usual();
        make_odd(1, TYPE_DNSKEY, manners[i], ALWAYS);
        expect("sub.test.", CHAINED_NOT, 2 + CHAIN_ASKED_MAX);
        world_close();
    }
}

/* After one that is of no use three are asked at once. */
static void one_that_can_be_verified_is_enough(void **state)
{
    (void)state;
    for (uint32_t times = 1; times <= 4; times++) {
        open_usual();
        make_odd(2, TYPE_DS, BOGUS, times);
        expect("sub.test.", CHAINED, times == 4 ? 11 : 8);
        assert_keys_of(2);
        world_close();
    }
}

static void expect_out_of_time(int from_s, int to_s)
{
    open_usual();
    signer_drop(&world.keys[1]);
    world.keys[1] = make_signer("test.", from_s, to_s);
    expect("sub.test.", CHAINED_NOT, 2 + CHAIN_ASKED_MAX);
    expect(".", CHAINED, 0);
    world_close();
}

static void signatures_out_of_time_are_none(void **state)
{
    (void)state;
    expect_out_of_time(-LIFETIME_S, -1);
    expect_out_of_time(10, LIFETIME_S);
    open_usual();
    set_now(world.now + (LIFETIME_S + 1) * NS_PER_S);
    expect("sub.test.", CHAINED_NOT, CHAIN_ASKED_MAX);
    world_close();
}

/* --- bounds --- */

/* Of many DS the first are kept, as many as a zone may have anchors; of many keys likewise. */
static void crowds_are_cut_short(void **state)
{
    static const struct {
        uint16_t type;
        unsigned crowd;
        enum manner manner;
        enum chained word;
        unsigned asked;
    } cases[] = {
        {TYPE_DS, ANCHORS_A_ZONE - 1, CROWD, CHAINED, 5},
        {TYPE_DS, ANCHORS_A_ZONE, CROWD, CHAINED_NOT, 4 + CHAIN_ASKED_MAX},
        {TYPE_DS, 60, ESCORT, CHAINED, 5},
        {TYPE_DNSKEY, SIGNATURE_KEYS_MAX - 1, CROWD, CHAINED, 5},
        {TYPE_DNSKEY, SIGNATURE_KEYS_MAX, CROWD, CHAINED_NOT, 4 + CHAIN_ASKED_MAX},
        {TYPE_DNSKEY, SIGNATURE_RRS_MAX - 1, ESCORT, CHAINED, 5},
        {TYPE_DNSKEY, SIGNATURE_RRS_MAX, ESCORT, CHAINED_NOT, 4 + CHAIN_ASKED_MAX},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_usual();
        world.crowd = cases[i].crowd;
        make_odd(2, cases[i].type, cases[i].manner, ALWAYS);
        expect("sub.test.", cases[i].word, cases[i].asked);
        world_close();
    }
}

static void deep_names_have_no_chain(void **state)
{
    char text[2 * CHAIN_LABELS_MAX + 4] = "";
    (void)state;
    open_usual();
    for (unsigned i = 0; i < CHAIN_LABELS_MAX; i++)
        strcat(text, "a.");
    mono_ns wake;
    struct keys_inquiry *inquiry = begin(0, 0, text);
    assert_int_equal(step(0, inquiry, &wake), CHAINED_NOT_YET);
    assert_int_equal(world.asked, 1);
    strcat(text, "a.");
    inquiry = begin(0, 1, text);
    assert_int_equal(step(0, inquiry, &wake), CHAINED_NOT);
    assert_int_equal(world.asked, 1);
    assert_int_equal(world.run.chains.count, 1);
    world_close();
}

static void there_is_room_for_so_many_links(void **state)
{
    mono_ns wake;
    struct keys_inquiry *inquiry;
    (void)state;
    open_usual();
    expect(".", CHAINED, 1);
    for (unsigned i = 1; i < CHAIN_LINKS_MAX; i++) {
        char text[16];
        snprintf(text, sizeof text, "n%u.", i);
        inquiry = begin(0, 0, text);
        assert_int_equal(chain_go_on(&world.workers[0], inquiry, &wake, &world.found),
                         CHAINED_NOT_YET);
        chain_leave(&world.workers[0], &inquiry->chain, false);
        uint32_t task = tasks_pop_ready(world.workers[0].tasks);
        chain_settle(&world.workers[0], task, NULL);
    }
    assert_int_equal(world.run.chains.count, CHAIN_LINKS_MAX);
    inquiry = begin(0, 0, "one.more.");
    assert_int_equal(step(0, inquiry, &wake), CHAINED_NOT);
    assert_int_equal(world.run.chains.count, CHAIN_LINKS_MAX);
    inquiry = begin(0, 0, "n7."); /* those that are there still are */
    assert_int_equal(step(0, inquiry, &wake), CHAINED_NOT_YET);
    world_close();
}

/* --- time --- */

static void others_are_asked_besides_those_that_are_slow(void **state)
{
    (void)state;
    open_usual();
    make_odd(0, TYPE_DNSKEY, SILENT, ALWAYS);
    struct keys_inquiry *inquiry = begin(0, 0, "sub.test.");
    assert_int_equal(go_on_for(0, inquiry, HEDGE - 1), CHAINED_NOT_YET);
    assert_int_equal(world.asked, 1);
    mono_ns wake;
    assert_int_equal(step(0, inquiry, &wake), CHAINED_NOT_YET);
    assert_int_equal(wake, world.now + 1); /* however often it is looked at meanwhile */
    assert_int_equal(go_on_for(0, inquiry, 1), CHAINED_NOT_YET);
    assert_int_equal(world.asked, 4);
    assert_int_equal(go_on_for(0, inquiry, HEDGE), CHAINED_NOT_YET);
    assert_int_equal(world.asked, 7);
    world_close();
}

static void silence_of_all_ends_it(void **state)
{
    (void)state;
    open_usual();
    make_odd(1, TYPE_DS, SILENT, ALWAYS);
    mono_ns from = world.now;
    expect("sub.test.", CHAINED_NOT, 1 + CHAIN_ASKED_MAX);
    assert_int_equal(world.now - from, RTT + (CHAIN_ASKED_MAX - 1) / 3 * HEDGE + LOST);
    expect("sub.test.", CHAINED_NOT, 0); /* nobody waits a second time */
    world_close();
}

/* All but one say nothing about chains, so that nobody can tell whose keys are the zone's. Who has
 * been of use is asked first from then on, or each link would take as long as the first. */
static void silence_of_most_holds_up_one_link(void **state)
{
    (void)state;
    for (uint32_t honest = 0; honest < 6; honest++) {
        world_open("test.", "sub.test.", 6, 1, 0);
        world.mute = ~(1u << honest);
        mono_ns from = world.now;
        struct keys_inquiry *inquiry = begin(0, 0, "sub.test.");
        assert_int_equal(go_on_for(0, inquiry, 60 * NS_PER_S), CHAINED);
        assert_keys_of(2);
        assert_true(world.now - from <= 2 * HEDGE + 5 * RTT);
        assert_true(world.asked <= 6 + 4);
        world_close();
    }
}

/* The answer about the DS comes when the keys are being asked for: it is nobody's. */
static void an_answer_about_an_earlier_link_does_not_count(void **state)
{
    (void)state;
    open_usual();
    world.rtt = 60 * NS_PER_MS;
    make_odd(1, TYPE_DS, LATE, 1);
    expect("test.", CHAINED, 6);
    assert_keys_of(1);
    assert_int_equal(world.workers[0].inquiries.items[0].chain.open, 0);
    world_close();
}

/* --- who is asked --- */

static void each_operator_is_asked_once(void **state)
{
    (void)state;
    world_open("test.", "sub.test.", RESOLVERS, 4, 0);
    make_odd(0, TYPE_DNSKEY, BOGUS, ALWAYS);
    expect("sub.test.", CHAINED_NOT, RESOLVERS / 4);
    world_close();
}

static void only_those_in_use_are_asked(void **state)
{
    (void)state;
    open_usual();
    for (uint32_t i = 0; i < RESOLVERS; i++)
        pool_at(world.workers[0].pool, i)->state = i < 18 ? POOL_OUTSIDE : POOL_ACTIVE;
    make_odd(0, TYPE_DNSKEY, BOGUS, ALWAYS);
    expect("sub.test.", CHAINED_NOT, 2);
    world_close();
}

static void names_out_of_scope_are_not_asked_about(void **state)
{
    const char *never = "sub.test";
    const struct str_list only_list = {0}, never_list = {&never, 1};
    struct scope *scope;
    (void)state;
    open_usual();
    assert_int_equal(scope_create(&scope, &only_list, &never_list), 0);
    world.run.scope = scope;
    expect("sub.test.", CHAINED_NOT, 3);
    world_close();
    scope_destroy(scope);
}

static void it_waits_where_there_is_no_task(void **state)
{
    mono_ns wake;
    struct tasks *tasks;
    (void)state;
    open_usual();
    tasks = world.workers[0].tasks;
    for (unsigned i = 0; i < TASKS; i++)
        (void)tasks_take(tasks);
    struct keys_inquiry *inquiry = begin(0, 0, "test.");
    assert_int_equal(step(0, inquiry, &wake), CHAINED_NOT_YET);
    assert_int_equal(wake, world.now + AGAIN);
    assert_int_equal(world.asked, 0);
    tasks_move(tasks, 7, TASK_FREE);
    assert_int_equal(go_on_for(0, inquiry, NS_PER_S), CHAINED);
    assert_int_equal(world.asked, 3);
    world_close();
}

/* --- several inquiries --- */

static void a_link_is_asked_for_by_one_of_them(void **state)
{
    mono_ns wake;
    (void)state;
    open_usual();
    struct keys_inquiry *first = begin(0, 0, "test."), *second = begin(1, 0, "test."),
                        *third = begin(0, 1, "sub.test.");
    assert_int_equal(step(0, first, &wake), CHAINED_NOT_YET);
    assert_int_equal(wake, world.now + HEDGE);
    assert_int_equal(step(1, second, &wake), CHAINED_NOT_YET);
    assert_int_equal(wake, world.now + AGAIN);
    assert_int_equal(step(0, third, &wake), CHAINED_NOT_YET);
    assert_null(third->chain.entry);
    assert_int_equal(world.asked, 1);
    assert_int_equal(go_on_for(0, first, NS_PER_S), CHAINED);
    assert_int_equal(world.asked, 3);
    assert_int_equal(go_on_for(1, second, NS_PER_S), CHAINED);
    assert_int_equal(world.asked, 3);
    assert_int_equal(go_on_for(0, third, NS_PER_S), CHAINED);
    assert_int_equal(world.asked, 5);
    world_close();
}

static void expect_left(bool is_late, enum chained word)
{
    mono_ns wake;
    open_usual();
    make_odd(0, TYPE_DNSKEY, SILENT, 1);
    struct keys_inquiry *first = begin(0, 0, "test."), *second = begin(1, 0, "test.");
    assert_int_equal(step(0, first, &wake), CHAINED_NOT_YET);
    chain_leave(&world.workers[0], &first->chain, is_late);
    assert_int_equal(step(0, first, &wake), CHAINED_NOT); /* it is over for this one */
    assert_int_equal(go_on_for(1, second, NS_PER_S), word);
    world_close();
}

static void who_leaves_says_whether_others_need_to_wait(void **state)
{
    (void)state;
    expect_left(false, CHAINED);
    expect_left(true, CHAINED_NOT);
}

/* An inquiry begins in the place of one that was left: what the first one asked is not its. */
static void an_answer_for_an_inquiry_that_is_over_does_not_count(void **state)
{
    mono_ns wake;
    (void)state;
    open_usual();
    make_odd(0, TYPE_DNSKEY, LATE, 1);
    struct keys_inquiry *inquiry = begin(0, 0, "test.");
    assert_int_equal(step(0, inquiry, &wake), CHAINED_NOT_YET);
    chain_leave(&world.workers[0], &inquiry->chain, false);
    world.rtt = NS_PER_S;
    inquiry = begin(0, 0, "test.");
    assert_int_equal(go_on_for(0, inquiry, SLOW), CHAINED_NOT_YET);
    assert_int_equal(inquiry->chain.open, 4); /* the first, and those asked after HEDGE */
    assert_int_equal(world.workers[0].inquiries.open, 4);
    world_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_link_is_asked_for_once),
        cmocka_unit_test(a_link_is_shared_and_kept),
        cmocka_unit_test(a_name_that_is_no_zone_is_passed),
        cmocka_unit_test(the_closest_anchor_is_where_it_begins),
        cmocka_unit_test(a_wrong_anchor_leads_nowhere),
        cmocka_unit_test(a_proof_of_no_ds_ends_it),
        cmocka_unit_test(ds_that_cannot_be_checked_end_it),
        cmocka_unit_test(what_nobody_can_verify_ends_it_after_so_many),
        cmocka_unit_test(one_that_can_be_verified_is_enough),
        cmocka_unit_test(signatures_out_of_time_are_none),
        cmocka_unit_test(crowds_are_cut_short),
        cmocka_unit_test(deep_names_have_no_chain),
        cmocka_unit_test(there_is_room_for_so_many_links),
        cmocka_unit_test(others_are_asked_besides_those_that_are_slow),
        cmocka_unit_test(silence_of_all_ends_it),
        cmocka_unit_test(silence_of_most_holds_up_one_link),
        cmocka_unit_test(an_answer_about_an_earlier_link_does_not_count),
        cmocka_unit_test(each_operator_is_asked_once),
        cmocka_unit_test(only_those_in_use_are_asked),
        cmocka_unit_test(names_out_of_scope_are_not_asked_about),
        cmocka_unit_test(it_waits_where_there_is_no_task),
        cmocka_unit_test(a_link_is_asked_for_by_one_of_them),
        cmocka_unit_test(who_leaves_says_whether_others_need_to_wait),
        cmocka_unit_test(an_answer_for_an_inquiry_that_is_over_does_not_count),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
