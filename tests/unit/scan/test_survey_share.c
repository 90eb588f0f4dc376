// SPDX-License-Identifier: BSD-2-Clause
/* scan/survey_share.c: which addresses are asked together, because they may be one back end. What
 * comes of asking is verdict/sharing.h's, and tested there. */
#include "tests/unit/scan/help.h"

#include "base/rng.h"
#include "scan/survey_state.h"

#define QPS    100.0
#define RTT_US 100000

static struct survey s;

static void begin(uint32_t count)
{
    memset(&s, 0, sizeof s);
    s.count = count;
    s.load_budget = 1e9;
    s.subjects = calloc(count, sizeof *s.subjects);
    assert_non_null(s.subjects);
    for (uint32_t i = 0; i < count; i++) {
        s.subjects[i].facts =
            (struct appraisal_facts){.is_rated = true, .has_limit = true, .qps = QPS};
        s.subjects[i].rtt_us[0] = RTT_US;
        s.subjects[i].rtt_count = 1;
    }
}

static void share(void)
{
    assert_int_equal(share_begin(&s), 0);
}

static void end(void)
{
    free(s.subjects);
    free(s.parties);
}

static void rate(uint32_t subject, double qps, uint32_t rtt_us)
{
    s.subjects[subject].facts.qps = qps;
    s.subjects[subject].rtt_us[0] = rtt_us;
}

/* Whether two with these figures are asked together, whichever comes first. */
static void expect_pair(double a_qps, uint32_t a_rtt, double b_qps, uint32_t b_rtt, bool expected)
{
    for (uint32_t first = 0; first < 2; first++) {
        begin(2);
        rate(first, a_qps, a_rtt);
        rate(1 - first, b_qps, b_rtt);
        share();
        assert_int_equal(s.party_count, expected);
        assert_true(!expected || s.parties[0].sharing.count == 2);
        end();
    }
}

static void limits_and_times_must_be_alike(void **state)
{
    (void)state;
    expect_pair(100, 100000, 100, 100000, true);
    expect_pair(100, 100000, 135, 100000, true); /* two measurements of one limit */
    expect_pair(100, 100000, 136, 100000, false);
    expect_pair(100, 100000, 100, 125000, true); /* a quarter more */
    expect_pair(100, 100000, 100, 125001, false);
    expect_pair(100, 2000, 100, 17000, true); /* or 15 ms */
    expect_pair(100, 2000, 100, 17001, false);
}

static void manners_must_be_alike(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        begin(2);
        struct appraisal_facts *facts = &s.subjects[1].facts;
        facts->excess = i == 0 ? EXCESS_REFUSED : facts->excess;
        facts->edns = i == 1 ? facts->edns + 1 : facts->edns;
        facts->tcp = i == 2 ? facts->tcp + 1 : facts->tcp;
        facts->keeps_case = i == 3 ? facts->keeps_case + 1 : facts->keeps_case;
        facts->dnssec = i == 4 ? facts->dnssec + 1 : facts->dnssec;
        share();
        assert_int_equal(s.party_count, 0);
        end();
    }
}

static void only_those_with_a_limit_are_asked(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        begin(4);
        for (uint32_t other = 1; other < 4; other += 2) {
            struct appraisal_facts *facts = &s.subjects[other].facts;
            facts->is_rated = i != 0;
            facts->has_limit = i != 1;
            facts->qps = i == 2 ? 0 : facts->qps;
        }
        share();
        assert_int_equal(s.party_count, 1);
        assert_int_equal(s.parties[0].sharing.count, 2);
        assert_int_equal(s.parties[0].members[0], 0);
        assert_int_equal(s.parties[0].members[1], 2);
        end();
    }
    begin(1);
    share();
    assert_int_equal(s.party_count, 0);
    assert_true(share_is_over(&s));
    end();
}

/* By round-trip time, so that those of one back end are in one party. */
static void parties_are_of_a_bounded_size(void **state)
{
    static const unsigned sizes[] = {SHARING_MEMBERS_MAX, SHARING_MEMBERS_MAX, 8};
    (void)state;
    begin(2 * SHARING_MEMBERS_MAX + 8);
    for (uint32_t i = 0; i < s.count; i++)
        rate(i, QPS, RTT_US + (i * 7 % s.count) * 10);
    share();
    assert_int_equal(s.party_count, 3);
    uint32_t last = 0;
    for (unsigned p = 0; p < 3; p++) {
        assert_int_equal(s.parties[p].sharing.count, sizes[p]);
        for (unsigned i = 0; i < sizes[p]; i++) {
            uint32_t rtt = s.subjects[s.parties[p].members[i]].rtt_us[0];
            assert_true(rtt > last);
            last = rtt;
        }
    }
    assert_false(share_is_over(&s));
    end();
    begin(SHARING_MEMBERS_MAX + 1); /* one alone is no party */
    share();
    assert_int_equal(s.party_count, 1);
    end();
}

static void parties_fit_the_budget(void **state)
{
    (void)state;
    begin(7);
    s.load_budget = 3.5 * QPS;
    share();
    assert_int_equal(s.party_count, 2); /* of three, and one is left */
    assert_int_equal(s.parties[0].sharing.count, 3);
    assert_int_equal(s.parties[1].sharing.count, 3);
    end();
    begin(4);
    s.load_budget = QPS; /* two at least, or nothing could be found out */
    share();
    assert_int_equal(s.party_count, 2);
    assert_int_equal(s.parties[0].sharing.count, 2);
    end();
}

static bool is_alike(uint32_t a, uint32_t b)
{
    double p = s.subjects[a].facts.qps, q = s.subjects[b].facts.qps;
    double x = s.subjects[a].rtt_us[0], y = s.subjects[b].rtt_us[0];
    bool is_limit = p <= q * 1.35 && q <= p * 1.35;
    bool is_time = (x <= y * 1.25 && y <= x * 1.25) || (x <= y + 15000 && y <= x + 15000);
    return is_limit && is_time && s.subjects[a].facts.edns == s.subjects[b].facts.edns;
}

/* Who is reached from whom, by looking at all pairs until nothing changes. */
static void join_plainly(uint32_t groups[])
{
    bool has_changed = true;
    for (uint32_t i = 0; i < s.count; i++)
        groups[i] = i;
    while (has_changed) {
        has_changed = false;
        for (uint32_t i = 0; i < s.count; i++) {
            for (uint32_t j = 0; j < s.count; j++) {
                if (groups[j] > groups[i] && is_alike(i, j)) {
                    groups[j] = groups[i];
                    has_changed = true;
                }
            }
        }
    }
}

static void parties_are_what_is_joined_link_by_link(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 4);
    for (unsigned round = 0; round < 2000; round++) {
        uint32_t groups[SHARING_MEMBERS_MAX], sizes[SHARING_MEMBERS_MAX] = {0};
        size_t parties = 0;
        begin(2 + rng_fast_below(&rng, SHARING_MEMBERS_MAX - 1));
        for (uint32_t i = 0; i < s.count; i++) {
            rate(i, 20 + rng_fast_below(&rng, 300), 1000 + rng_fast_below(&rng, 150000));
            s.subjects[i].facts.edns = rng_fast_below(&rng, 2);
        }
        join_plainly(groups);
        for (uint32_t i = 0; i < s.count; i++)
            sizes[groups[i]]++;
        for (uint32_t i = 0; i < s.count; i++)
            parties += sizes[i] > 1;
        share();
        assert_int_equal(s.party_count, parties);
        for (size_t p = 0; p < s.party_count; p++) {
            const struct party *party = &s.parties[p];
            assert_int_equal(party->sharing.count, sizes[groups[party->members[0]]]);
            for (unsigned i = 1; i < party->sharing.count; i++)
                assert_int_equal(groups[party->members[i]], groups[party->members[0]]);
        }
        end();
    }
}

/* More than are compared with each one: they are joined by those in between. */
static void a_crowd_is_joined_all_the_same(void **state)
{
    uint64_t members = 0;
    (void)state;
    begin(5000);
    share();
    for (size_t i = 0; i < s.party_count; i++)
        members += s.parties[i].sharing.count;
    assert_int_equal(members, 5000);
    assert_int_equal(s.party_count, (5000 + SHARING_MEMBERS_MAX - 1) / SHARING_MEMBERS_MAX);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_and_times_must_be_alike),
        cmocka_unit_test(manners_must_be_alike),
        cmocka_unit_test(only_those_with_a_limit_are_asked),
        cmocka_unit_test(parties_are_of_a_bounded_size),
        cmocka_unit_test(parties_fit_the_budget),
        cmocka_unit_test(parties_are_what_is_joined_link_by_link),
        cmocka_unit_test(a_crowd_is_joined_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
