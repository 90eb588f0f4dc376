// SPDX-License-Identifier: BSD-2-Clause
/* scan/walk_nsec3.c and walk_nsec3_ask.c: chains that close, servers, limits, files. */
#include "nsec3_play.h"

/* --- chains that close --- */

static void every_hash_is_found_by_about_a_question_each(void **state)
{
    static const struct {
        size_t names;
        uint16_t iterations;
    } cases[] = {{1, 0}, {2, 0}, {3, 10}, {40, 0}, {400, 0}, {100, 150}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_up(cases[i].names, cases[i].iterations);
        struct ending ending = walk_it(1);
        assert_true(ending.is_complete);
        assert_has(ending.headline, "circle closed");
        assert_has(ending.stats, "\"closed\":true");
        assert_file_has_chain();
        assert_true((double)play.asked_in_all <= 1.05 * (double)cases[i].names + 2);
        assert_int_equal(play.told_count, 0);
        tear_down();
    }
}

static void questions_are_many_at_once_and_spread_over_the_servers(void **state)
{
    (void)state;
    set_up(2000, 0);
    struct ending ending = walk_it(3);
    assert_true(ending.is_complete);
    assert_true(play.open_most >= 100);
    for (size_t i = 0; i < 3; i++)
        assert_true(play.asked[i] > play.asked_in_all / 4);
    tear_down();
}

/* A wildcard gives data, and the span of the name that is not there. */
static bool serve_wildcard(struct play *p, const struct open_question *question)
{
    static const uint8_t target[] = {1, 'x', 0};
    uint8_t hash[NSEC3_HASH_LEN];
    world_begin(&p->world, question->name.wire, question->type, RCODE_NOERROR);
    world_put(&p->world, 1, &question->name, TYPE_CNAME, target, sizeof target);
    nsec3_hash(&p->world.chain.params, question->name.wire, hash);
    world_put_span(&p->world, world_around(&p->world, hash));
    return true;
}

static void a_wildcard_hides_no_span(void **state)
{
    (void)state;
    set_up(60, 0);
    play.serve = serve_wildcard;
    assert_true(walk_it(1).is_complete);
    assert_file_has_chain();
    assert_int_equal(play.told_count, 0); /* and is no find */
    tear_down();
}

/* The apex's, whatever is asked for. */
static bool serve_dname(struct play *p, const struct open_question *question)
{
    static const uint8_t target[] = {1, 'x', 0};
    world_begin(&p->world, question->name.wire, question->type, RCODE_NOERROR);
    world_put(&p->world, 1, &p->world.zone, TYPE_DNAME, target, sizeof target);
    return true;
}

/* It answers for all labels, where nothing can be (RFC 6672 section 2.4), and not for the apex. */
static bool serve_apex_and_dname(struct play *p, const struct open_question *question)
{
    if (!name_equal(question->name.wire, p->world.zone.wire))
        return serve_dname(p, question);
    world_deny(&p->world, question->name.wire, question->type);
    return true;
}

static void below_a_dname_the_apex_is_asked(void **state)
{
    (void)state;
    for (size_t servers = 1; servers < 4; servers++) {
        set_up(1, 0);
        play.serve = serve_apex_and_dname;
        struct ending ending = walk_it(servers);
        assert_true(ending.is_complete);
        assert_has(ending.headline, "1 hash, circle closed");
        assert_file_has_chain();
        assert_int_equal(play.asked_in_all, 2);
        assert_int_equal(play.told_count, 0);
        tear_down();
    }
}

static void a_dname_without_proof_is_given_up(void **state)
{
    (void)state;
    set_up(1, 0);
    play.serve = serve_dname;
    assert_false(walk_it(1).is_complete);
    assert_int_equal(play.walk.stop, WALK_BUDGET);
    assert_int_equal(play.asked_in_all, 8);
    tear_down();
}

/* --- labels that exist --- */

/* The tenth label asked for is a name: data for what it is asked, and its own span when it is
 * asked for what it has not. */
static bool serve_existing(struct play *p, const struct open_question *question)
{
    static const uint8_t target[] = {1, 'x', 0};
    static struct name existing;
    if (p->serve_count == 10) {
        existing = question->name;
        world_add(&p->world, existing.wire);
    }
    bool is_it = p->serve_count >= 10 && name_equal(existing.wire, question->name.wire);
    if (!is_it || question->type != TYPE_CNAME) {
        world_deny(&p->world, question->name.wire, question->type);
        return true;
    }
    world_begin(&p->world, question->name.wire, question->type, RCODE_NOERROR);
    world_put(&p->world, 1, &question->name, TYPE_CNAME, target, sizeof target);
    return true;
}

static void a_label_that_exists_is_a_find(void **state)
{
    (void)state;
    set_up(60, 0);
    play.serve = serve_existing;
    assert_true(walk_it(1).is_complete);
    assert_int_equal(play.told_count, 1);
    uint8_t hash[NSEC3_HASH_LEN];
    nsec3_hash(&play.world.chain.params, play.told[0].wire, hash);
    size_t at = world_around(&play.world, hash);
    assert_memory_equal(play.world.chain.hashes[at], hash, sizeof hash);
    tear_down();
}

/* --- servers --- */

static bool serve_by_second(struct play *p, const struct open_question *question)
{
    if (question->server == 0)
        return false;
    world_deny(&p->world, question->name.wire, question->type);
    return true;
}

static void what_one_server_leaves_unanswered_another_is_asked(void **state)
{
    (void)state;
    set_up(80, 0);
    play.serve = serve_by_second;
    struct ending ending = walk_it(2);
    assert_true(ending.is_complete);
    assert_file_has_chain();
    assert_true(play.asked[1] <= 86); /* the same labels: no gap is asked for twice */
    tear_down();
}

static bool serve_with_loss(struct play *p, const struct open_question *question)
{
    if (rng_fast_below(&p->rng, 3) == 0)
        return false;
    world_deny(&p->world, question->name.wire, question->type);
    return true;
}

static void lost_labels_give_their_gaps_back(void **state)
{
    (void)state;
    set_up(80, 0);
    play.serve = serve_with_loss;
    assert_true(walk_it(1).is_complete);
    assert_file_has_chain();
    tear_down();
}

/* --- limits, files --- */

static void a_share_that_may_be_missing_ends_it(void **state)
{
    (void)state;
    set_up(2000, 0);
    play.params.missing_share = 0.1;
    struct ending ending = walk_it(1);
    assert_true(ending.is_complete);
    assert_has(ending.headline, "about ");
    assert_has(ending.summary, "% of the names are missing");
    assert_in_range(play.asked_in_all, 1700, 1900);
    tear_down();
}

static void an_interrupted_walk_is_gone_on_with(void **state)
{
    (void)state;
    set_up(400, 0);
    play.stop_after = 200;
    struct ending ending = walk_it(1);
    assert_false(ending.is_complete);
    uint64_t asked = play.asked_in_all;
    play.stop_after = 0;
    ending = walk_it(1);
    assert_true(ending.is_complete);
    assert_file_has_chain();
    assert_in_range(play.asked_in_all, 390, 424);
    assert_true(play.asked_in_all > asked);
    /* and once more, when there is nothing left: one question tells the parameters */
    asked = play.asked_in_all;
    assert_true(walk_it(1).is_complete);
    assert_int_equal(play.asked_in_all, asked + 1);
    tear_down();
}

static void hashes_for_others_are_each_there_once(void **state)
{
    (void)state;
    set_up(200, 0);
    play.params.hash_format = HASH_HASHCAT;
    play.params.missing_share = 0.5; /* next ones without a span are among them */
    (void)walk_it(1);
    char *content = content_of(play.params.hashes_path);
    size_t lines = count_lines(content, ":.example:ab:0"), once = 0;
    for (size_t i = 0; i < play.world.chain.count; i++) {
        char label[NSEC3_LABEL_LEN + 1] = "";
        base32hex_from_hash(play.world.chain.hashes[i], label);
        const char *at = strstr(content, label);
        once += at && !strstr(at + 1, label);
    }
    assert_int_equal(once, lines);
    assert_in_range(lines, 120, 180); /* three quarters, when half of the spans are known */
    free(content);
    tear_down();
}

static void a_file_that_is_not_ours_is_refused_before_anything_is_asked(void **state)
{
    (void)state;
    set_up(5, 0);
    play.params.hashes_path = file_in(play.folder, "mine", "precious\n");
    begin(1);
    assert_int_equal(walk_nsec3.start(&play.walk, &play.state), 0);
    assert_int_equal(play.walk.stop, WALK_REFUSED);
    walk_nsec3.destroy(play.state);
    tear_down();
    set_up(5, 0);
    play.params.hashes_path = "/nonexistent/hashes";
    begin(1);
    assert_int_equal(walk_nsec3.start(&play.walk, &play.state), 0);
    assert_int_equal(play.walk.stop, WALK_WRITE);
    walk_nsec3.destroy(play.state);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hash_is_found_by_about_a_question_each),
        cmocka_unit_test(questions_are_many_at_once_and_spread_over_the_servers),
        cmocka_unit_test(a_wildcard_hides_no_span),
        cmocka_unit_test(below_a_dname_the_apex_is_asked),
        cmocka_unit_test(a_dname_without_proof_is_given_up),
        cmocka_unit_test(a_label_that_exists_is_a_find),
        cmocka_unit_test(what_one_server_leaves_unanswered_another_is_asked),
        cmocka_unit_test(lost_labels_give_their_gaps_back),
        cmocka_unit_test(a_share_that_may_be_missing_ends_it),
        cmocka_unit_test(an_interrupted_walk_is_gone_on_with),
        cmocka_unit_test(hashes_for_others_are_each_there_once),
        cmocka_unit_test(a_file_that_is_not_ours_is_refused_before_anything_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
