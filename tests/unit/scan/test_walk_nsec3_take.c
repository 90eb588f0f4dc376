// SPDX-License-Identifier: BSD-2-Clause
/* scan/walk_nsec3_take.c: chains that change or contradict themselves, lies, junk. */
#include "nsec3_play.h"

/* --- chains that change --- */

static bool serve_changing(struct play *p, const struct open_question *question)
{
    if (p->serve_count == 60) {
        p->world.serial++;
        world_init(&p->world, "example", 90, 3); /* other iterations */
    }
    world_deny(&p->world, question->name.wire, question->type);
    return true;
}

static void new_parameters_begin_a_new_chain_and_the_old_one_is_kept(void **state)
{
    (void)state;
    set_up(200, 0);
    play.serve = serve_changing;
    struct ending ending = walk_it(1);
    assert_true(ending.is_complete);
    assert_has(ending.headline, "90 hashes, circle closed");
    assert_has(ending.summary, "2 chains of different parameters");
    assert_has(ending.stats, "\"iterations\":3");
    char *content = content_of(play.params.hashes_path);
    assert_int_equal(count_lines(content, " 3 ab "), 90);
    assert_true(count_lines(content, " 0 ab ") >= 50);
    free(content);
    tear_down();
}

/* A name comes, when most is known. */
static bool serve_growing(struct play *p, const struct open_question *question)
{
    if (p->serve_count == 90) {
        struct name added = name_of("added.example");
        world_add(&p->world, added.wire);
        p->world.serial++;
    }
    world_deny(&p->world, question->name.wire, question->type);
    return true;
}

static void a_zone_that_grows_is_followed(void **state)
{
    (void)state;
    set_up(100, 0);
    play.serve = serve_growing;
    struct ending ending = walk_it(1);
    assert_true(ending.is_complete);
    assert_int_equal(play.walk.serial_changes, 1);
    char *content = content_of(play.params.hashes_path);
    assert_true(count_lines(content, " 0 ab ") >= 100);
    free(content);
    tear_down();
}

/* Each of two servers has a zone of its own. */
static bool serve_of_two_minds(struct play *p, const struct open_question *question)
{
    static struct world other;
    if (p->serve_count == 1) {
        world_init(&other, "example", 300, 0);
        other.chain.count = 0;
        for (size_t i = 0; i < 300; i++) {
            char text[40];
            snprintf(text, sizeof text, "other%zu.example", i);
            struct name name = name_of(text);
            nsec3_hash(&other.chain.params, name.wire, other.chain.hashes[other.chain.count++]);
        }
        qsort(other.chain.hashes, other.chain.count, NSEC3_HASH_LEN, world_order);
    }
    if (question->server == 0) {
        world_deny(&p->world, question->name.wire, question->type);
        return true;
    }
    world_deny(&other, question->name.wire, question->type);
    memcpy(p->world.data, other.data, sizeof p->world.data);
    p->world.w.len = other.w.len;
    return true;
}

static void servers_that_contradict_each_other_end_the_walk(void **state)
{
    (void)state;
    set_up(300, 0);
    play.serve = serve_of_two_minds;
    struct ending ending = walk_it(2);
    assert_false(ending.is_complete);
    assert_int_equal(play.walk.stop, WALK_BUDGET);
    assert_has(play.walk.stop_reason, "contradict");
    assert_true(play.asked_in_all < 2000);
    tear_down();
}

/* --- lies and junk --- */

static void assert_given_up(const char *reason, uint64_t asked_most)
{
    struct ending ending = walk_it(1);
    assert_false(ending.is_complete);
    assert_int_equal(play.walk.stop, WALK_BUDGET);
    assert_has(play.walk.stop_reason, reason);
    if (play.asked_in_all > asked_most)
        fail_msg("%s: %llu questions", reason, (unsigned long long)play.asked_in_all);
    tear_down();
}

static bool serve_narrow(struct play *p, const struct open_question *question)
{
    uint8_t hash[NSEC3_HASH_LEN], from[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN];
    nsec3_hash(&p->world.chain.params, question->name.wire, hash);
    memcpy(from, hash, sizeof from);
    memcpy(to, hash, sizeof to);
    from[NSEC3_HASH_LEN - 1]--;
    to[NSEC3_HASH_LEN - 1]++;
    world_begin(&p->world, question->name.wire, question->type, RCODE_NXDOMAIN);
    world_put_nsec3(&p->world, from, to);
    return true;
}

/* Honest at first, so that a chain is there. */
static bool serve_narrow_later(struct play *p, const struct open_question *question)
{
    if (p->serve_count > 40)
        return serve_narrow(p, question);
    world_deny(&p->world, question->name.wire, question->type);
    return true;
}

/* Each name that is asked for has a hash, and the next one comes right after it. */
static bool serve_compact_later(struct play *p, const struct open_question *question)
{
    uint8_t hash[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN];
    if (p->serve_count <= 40)
        return serve_narrow_later(p, question);
    nsec3_hash(&p->world.chain.params, question->name.wire, hash);
    memcpy(to, hash, sizeof to);
    to[NSEC3_HASH_LEN - 1]++;
    world_begin(&p->world, question->name.wire, question->type, RCODE_NOERROR);
    world_put_nsec3(&p->world, hash, to);
    return true;
}

/* As before, but with spans that could be: at the label, or around it. */
static bool serve_some_later(struct play *p, const struct open_question *question, bool is_owner)
{
    uint8_t from[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN];
    if (p->serve_count <= 40)
        return serve_narrow_later(p, question);
    nsec3_hash(&p->world.chain.params, question->name.wire, from);
    memcpy(to, from, sizeof to);
    memset(to + 4, 0xff, sizeof to - 4);
    if (!is_owner)
        memset(from + 4, 0, sizeof from - 4);
    world_begin(&p->world, question->name.wire, question->type, RCODE_NXDOMAIN);
    world_put_nsec3(&p->world, from, to);
    return true;
}

static bool serve_endless_later(struct play *p, const struct open_question *question)
{
    return serve_some_later(p, question, false);
}

static bool serve_all_exist_later(struct play *p, const struct open_question *question)
{
    return serve_some_later(p, question, true);
}

static bool serve_unsigned(struct play *p, const struct open_question *question)
{
    p->world.signer = name_of("elsewhere");
    world_deny(&p->world, question->name.wire, question->type);
    return true;
}

static bool serve_nothing(struct play *p, const struct open_question *question)
{
    world_begin(&p->world, question->name.wire, question->type, RCODE_NXDOMAIN);
    world_put_soa(&p->world);
    return true;
}

/* Always the same spans, whatever is asked. */
static bool serve_the_same(struct play *p, const struct open_question *question)
{
    world_begin(&p->world, question->name.wire, question->type, RCODE_NXDOMAIN);
    for (size_t i = 0; i < 3; i++)
        world_put_span(&p->world, i);
    return true;
}

static bool serve_silence(struct play *p, const struct open_question *question)
{
    (void)p;
    (void)question;
    return false;
}

static bool serve_many(struct play *p, const struct open_question *question)
{
    world_begin(&p->world, question->name.wire, question->type, RCODE_NXDOMAIN);
    for (size_t i = 0; i < 20; i++)
        world_put_span(&p->world, i);
    return true;
}

static void lies_and_junk_are_given_up_in_bounded_time(void **state)
{
    (void)state;
    set_up(100, 0);
    play.serve = serve_narrow;
    assert_given_up("made as they are asked for", 400);
    set_up(100, 0);
    play.serve = serve_narrow_later;
    assert_given_up("made as they are asked for", 400);
    set_up(100, 0);
    play.serve = serve_compact_later;
    assert_given_up("made as they are asked for", 400);
    assert_int_equal(play.told_count, 0);
    set_up(100, 0);
    play.serve = serve_endless_later;
    assert_given_up("more names the more are asked for", 2000);
    set_up(100, 0);
    play.serve = serve_all_exist_later;
    assert_given_up("whatever is asked for exists", 400);
    set_up(100, 0);
    play.serve = serve_unsigned;
    assert_given_up("no reply holds an NSEC3 record", 8);
    set_up(100, 0);
    play.serve = serve_nothing;
    assert_given_up("no reply holds an NSEC3 record", 8);
    set_up(100, 0);
    play.serve = serve_silence;
    assert_given_up("no reply holds an NSEC3 record", 8);
    set_up(100, 0);
    play.serve = serve_the_same;
    assert_given_up("no NSEC3 record for what was asked", 400);
    set_up(100, 0);
    play.serve = serve_many;
    assert_given_up("no NSEC3 record for what was asked", 400);
}

static void a_reply_gives_no_more_than_eight_spans(void **state)
{
    (void)state;
    set_up(100, 0);
    play.serve = serve_many;
    (void)walk_it(1);
    char *content = content_of(play.params.hashes_path);
    assert_int_equal(count_lines(content, " 0 ab "), 8);
    free(content);
    tear_down();
}

static void a_zone_without_room_for_a_label_is_told(void **state)
{
    char zone[300] = "";
    (void)state;
    for (size_t i = 0; i < 252; i++)
        strcat(zone, i % 64 == 63 ? "." : "z");
    set_up(1, 0);
    play.world.zone = name_of(zone);
    assert_int_equal(play.world.zone.len, 254);
    assert_given_up("no room for a label", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_parameters_begin_a_new_chain_and_the_old_one_is_kept),
        cmocka_unit_test(a_zone_that_grows_is_followed),
        cmocka_unit_test(servers_that_contradict_each_other_end_the_walk),
        cmocka_unit_test(lies_and_junk_are_given_up_in_bounded_time),
        cmocka_unit_test(a_reply_gives_no_more_than_eight_spans),
        cmocka_unit_test(a_zone_without_room_for_a_label_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
