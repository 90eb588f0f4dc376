// SPDX-License-Identifier: BSD-2-Clause
/* scan/walk_nsec*.c on the simulated network: lies that the classifier cannot see. */
#include "tests/unit/scan/nsec_world.h"

/* --- lies that the classifier cannot see: what is asked for by name is lied about --- */

static void put_link_to(struct message *m, const struct name *owner, const struct name *next)
{
    uint8_t rdata[600];
    struct bytes_writer w = bytes_writer_at(rdata, sizeof rdata);
    static const uint16_t types[] = {TYPE_A, TYPE_RRSIG, TYPE_NSEC, 0};
    bytes_put(&w, next->wire, next->len);
    put_types(&w, types);
    put_record(m, IN_ANSWER, owner, TYPE_NSEC, rdata, w.len);
    put_signed(m, IN_ANSWER, owner, TYPE_NSEC);
}

/* Where the question is for an NSEC record: the lie's name; false: the truth. */
static bool lie(const struct net_query *query, struct message *m, const struct name *name,
                uint16_t type, bool (*next_of)(struct name *next, const struct name *name))
{
    struct name next;
    if (type != TYPE_NSEC || name_label_count(name->wire) < 2 || !next_of(&next, name))
        return false;
    put_link_to(m, name, &next);
    net_reply(query, RTT, NULL, m->data, m->w.len);
    return true;
}

static bool smallest(struct name *next, const struct name *name)
{
    return canon_next(next, name->wire, name_of(ZONE_TEXT).wire);
}

/* x, xa, xaa, ... then longer and longer names: always on, never far. */
static bool with_a_letter_more(struct name *next, const struct name *name)
{
    *next = *name;
    if (next->wire[0] == NAME_LABEL_MAX)
        return false;
    memmove(next->wire + next->wire[0] + 2, next->wire + next->wire[0] + 1,
            (size_t)next->len - next->wire[0] - 1);
    next->wire[next->wire[0] + 1] = 'a';
    next->wire[0]++;
    next->len++;
    return true;
}

static bool itself(struct name *next, const struct name *name)
{
    *next = *name;
    return true;
}

static bool to_the_apex(struct name *next, const struct name *name)
{
    (void)name;
    *next = name_of(ZONE_TEXT);
    return true;
}

static bool out_of_the_zone(struct name *next, const struct name *name)
{
    (void)name;
    *next = name_of("zz.test");
    return true;
}

static bool (*lying)(struct name *next, const struct name *name);

static bool serve_lies(const struct net_query *query, struct message *m, unsigned server,
                       const struct name *name, uint16_t type)
{
    (void)server;
    return lie(query, m, name, type, lying);
}

/* Whatever is made up, a walk ends, with a bounded number of queries. */
static void lies_about_names_end(void **state)
{
    static bool (*const lies[])(struct name *, const struct name *) = {
        smallest, with_a_letter_more, itself, to_the_apex, out_of_the_zone};
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        set_up();
        fill(&bench.zones[0], 400);
        lying = lies[i];
        bench.serve = serve_lies;
        const struct scan_params params = usual_params(1);
        enum scan_exit code = walk_run(&params);
        print_message("lie %zu: exit %d, %u queries, %zu names\n", i, (int)code, bench.queries,
                      count_lines(out_path));
        assert_true(code == SCAN_EXIT_INCOMPLETE || code == SCAN_EXIT_COMPLETE);
        assert_true(bench.queries < 64 * 400 * 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lies_about_names_end),
    };
    return cmocka_run_group_tests(tests, name_files, remove_files);
}
