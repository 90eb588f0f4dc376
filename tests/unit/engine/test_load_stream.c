// SPDX-License-Identifier: BSD-2-Clause
/* Loads by TCP, TLS and HTTP/2 against a server that this test plays: fair, hasty, silent, hostile.
 * Whatever it does costs its connection, and every query is accounted for. */
#include "engine/tls.h"

#include <signal.h>

#include "tests/unit/engine/stream_server.h"

#define PATIENCE (2 * NS_PER_S)   /* nobody has to wait that long */
#define TIMEOUT  (60 * NS_PER_MS) /* somebody has to */

static struct load_result result;
static char why_not[128]; /* load_why; "": nothing */
static uint64_t asked;    /* due and sent: on a busy machine not all of it gets its turn */

static const struct load_trial brief = {
    .rate = 2000, .arrival = LOAD_CONSTANT, .length = 30 * NS_PER_MS};
#define BRIEF 60 /* queries of it */

static struct load_params params_for(const struct wire_address *target, enum load_proto proto,
                                     struct asking *asking)
{
    return (struct load_params){.targets = target,
                                .target_count = 1,
                                .proto = proto,
                                .workers = 1,
                                .timeout = PATIENCE,
                                .rate_max = 1000,
                                .doh_path = "/dns-query",
                                .source = {.ctx = asking, .next = asking_next}};
}

/* A load of what PARAMS says, its TLS made here. */
static void run(struct load_params *params, const struct load_trial *trial)
{
    struct load *load;
    const char *why;
    if (!params->tls && (params->proto == LOAD_DOT || params->proto == LOAD_DOH))
        assert_int_equal(tls_context_create(&params->tls,
                                            params->proto == LOAD_DOT ? TLS_DOT : TLS_DOH, false,
                                            NULL, &why),
                         0);
    assert_int_equal(load_create(&load, params, &why), 0);
    load_result_clear(&result);
    assert_int_equal(load_run(load, trial, NULL, &result), 0);
    (void)snprintf(why_not, sizeof why_not, "%s", load_why(load) ? load_why(load) : "");
    load_destroy(load);
    tls_context_destroy(params->tls);
    assert_int_equal(result.due, result.answered + result.lost + result.unsent);
    assert_int_equal(result.no_room, 0);
    asked = result.due - result.unsent;
    assert_true(asked > 0);
}

/* --- fair servers --- */

static void queries_are_spread_over_connections(void **state)
{
    struct asking asking = {.manners = "an"};
    struct streaming *server = streaming_start(FAIR, 0);
    struct load_params params = params_for(&server->address, LOAD_TCP, &asking);
    (void)state;
    streaming_go(server);
    params.connections = 3;
    run(&params, &brief);
    assert_int_equal(result.due, BRIEF);
    assert_int_equal(result.answered, asked);
    assert_int_equal(result.rcodes[3], asked / 2);
    assert_int_equal(result.connections, 3);
    assert_string_equal(why_not, "");
    assert_int_equal(atomic_load(&server->accepted), 3);
    assert_int_equal(atomic_load(&server->seen), asked);
    streaming_stop(server);
}

static void answers_may_come_octet_by_octet(void **state)
{
    struct asking asking = {.manners = "a"};
    struct streaming *server = streaming_start(PIECEMEAL, 0);
    struct load_params params = params_for(&server->address, LOAD_TCP, &asking);
    (void)state;
    streaming_go(server);
    run(&params, &brief);
    streaming_stop(server);
    assert_int_equal(result.answered, asked);
}

static void what_is_ignored_is_lost(void **state)
{
    struct asking asking = {.manners = "aad"};
    struct streaming *server = streaming_start(FAIR, 0);
    struct load_params params = params_for(&server->address, LOAD_TCP, &asking);
    (void)state;
    streaming_go(server);
    params.timeout = TIMEOUT;
    run(&params, &brief);
    streaming_stop(server);
    assert_in_range(result.answered, 1, (asked * 2 + 2) / 3);
    assert_in_range(result.lost, asked / 3, asked - 1);
    assert_int_equal(result.unreachable, 0); /* the connection stood */
    assert_int_equal(result.connections, 1);
}

static void a_connection_has_its_share_of_queries(void **state)
{
    struct asking asking = {.manners = "a"};
    struct streaming *server = streaming_start(FAIR, 0);
    struct load_params params = params_for(&server->address, LOAD_TCP, &asking);
    (void)state;
    streaming_go(server);
    params.connection_queries = 10;
    run(&params, &brief);
    assert_int_equal(result.answered, asked);
    assert_int_equal(result.connections, (asked + 9) / 10);
    assert_int_equal(atomic_load(&server->accepted), (asked + 9) / 10);
    streaming_stop(server);
}

/* As many connections as queries: those that have their answer go. */
static void one_query_a_connection(void **state)
{
    struct asking asking = {.manners = "a"};
    struct streaming *server = streaming_start(FAIR, 0);
    struct load_params params = params_for(&server->address, LOAD_TCP, &asking);
    (void)state;
    streaming_go(server);
    params.connection_queries = 1;
    params.connections = 2;
    run(&params, &brief);
    streaming_stop(server);
    assert_int_equal(result.answered, asked);
    assert_in_range(result.connections, asked, asked + 2);
}

/* --- TLS and HTTP/2 --- */

static void tls_carries_the_same(void **state)
{
    struct asking asking = {.manners = "an"};
    struct streaming *server = streaming_start(FAIR, 0);
    struct load_params params = params_for(&server->address, LOAD_DOT, &asking);
    (void)state;
    stream_use_tls(server);
    server->lacks_alpn = true; /* many do */
    streaming_go(server);
    params.connections = 2;
    run(&params, &brief);
    streaming_stop(server);
    assert_int_equal(result.answered, asked);
    assert_int_equal(result.rcodes[3], asked / 2);
    assert_int_equal(result.connections, 2);
}

static void the_last_words_by_tls_are_heard(void **state)
{
    struct asking asking = {.manners = "a"};
    struct streaming *server = streaming_start(LAST_WORDS, 0);
    struct load_params params = params_for(&server->address, LOAD_DOT, &asking);
    struct load_trial slow = {.rate = 50, .arrival = LOAD_CONSTANT, .length = 100 * NS_PER_MS};
    (void)state;
    stream_use_tls(server);
    streaming_go(server);
    run(&params, &slow);
    streaming_stop(server);
    assert_int_equal(result.due, 5);
    assert_in_range(result.answered, 1, result.connections);
}

static void run_http(enum h2_manner manner, uint32_t streams_max, bool lacks_alpn)
{
    struct asking asking = {.manners = "a"};
    struct streaming *server = streaming_start(FAIR, 0);
    struct load_params params = params_for(&server->address, LOAD_DOH, &asking);
    stream_use_tls(server);
    server->is_http = true;
    server->manner = manner;
    server->streams_max = streams_max;
    server->lacks_alpn = lacks_alpn;
    streaming_go(server);
    params.connections = 2;
    run(&params, &brief);
    streaming_stop(server);
    assert_int_equal(result.due, BRIEF);
}

static void http_carries_the_same(void **state)
{
    (void)state;
    run_http(H2_ECHO, 100, false);
    assert_int_equal(result.answered, asked);
    assert_int_equal(result.connections, 2);
}

static void queries_wait_for_their_turn(void **state)
{
    (void)state;
    run_http(H2_ECHO, 1, false);
    assert_int_equal(result.answered, asked);
}

static void a_status_is_no_answer(void **state)
{
    (void)state;
    run_http(H2_NOT_FOUND, 100, false);
    assert_int_equal(result.lost, asked);
    assert_int_equal(result.unreachable, asked);
    assert_int_equal(result.connections, 2); /* which stand */
    assert_string_equal(why_not, "HTTP status 404");
}

static void without_http_there_is_no_connection(void **state)
{
    (void)state;
    run_http(H2_ECHO, 100, true);
    assert_int_equal(result.unreachable, asked);
    assert_int_equal(result.connections, 0);
    assert_string_equal(why_not, "no HTTP/2");
}

/* Each time asked again, and never answered: the connections are counted as failed. */
static void who_always_leaves_is_not_hammered(void **state)
{
    (void)state;
    run_http(H2_LEAVES, 100, false);
    assert_int_equal(result.lost, asked);
    assert_in_range(result.connections, 2, 10);
}

/* --- servers that are not there --- */

static void nobody_there_is_told_at_once(void **state)
{
    struct asking asking = {.manners = "a"};
    struct streaming *server = streaming_start(FAIR, 0);
    struct wire_address target = server->address;
    struct load_params params = params_for(&target, LOAD_TCP, &asking);
    (void)state;
    streaming_go(server);
    streaming_stop(server);
    params.connections = 4;
    run(&params, &brief);
    assert_int_equal(result.lost, asked);
    assert_int_equal(result.unreachable, asked);
    assert_int_equal(result.connections, 0);
    assert_string_equal(why_not, "connection refused");
}

static unsigned accepted_by(enum mood mood, unsigned fair_after, unsigned most,
                            const struct load_trial *trial)
{
    struct asking asking = {.manners = "a"};
    struct streaming *server = streaming_start(mood, 0);
    struct load_params params = params_for(&server->address, LOAD_TCP, &asking);
    server->fair_after = fair_after;
    server->most = most;
    streaming_go(server);
    params.timeout = mood == FAIR ? PATIENCE : TIMEOUT;
    run(&params, trial);
    unsigned accepted = atomic_load(&server->accepted);
    streaming_stop(server);
    assert_int_equal(result.due, BRIEF);
    return accepted;
}

static void who_hangs_up_is_not_hammered(void **state)
{
    (void)state;
    assert_in_range(accepted_by(CLOSES, 0, 0, &brief), 2, 8); /* rests of 20, 40 ms */
    assert_int_equal(result.unreachable, asked);
}

static void who_comes_back_is_found(void **state)
{
    (void)state;
    struct load_trial longer = brief;
    longer.rate = 400;
    longer.length = 150 * NS_PER_MS;
    assert_in_range(accepted_by(CLOSES, 2, 0, &longer), 3, 4);
    assert_in_range(result.answered, 1, BRIEF - 1);
    assert_int_equal(result.unreachable, result.lost);
}

static void who_closes_now_and_then_is_asked_on(void **state)
{
    (void)state;
    unsigned accepted = accepted_by(FAIR, 0, 6, &brief);
    assert_in_range(accepted, 2, BRIEF);
    assert_in_range(result.answered, 6, 6 * accepted);
    assert_int_equal(result.unreachable, result.lost);
}

static void a_certificate_may_not_do(void **state)
{
    struct asking asking = {.manners = "a"};
    struct streaming *server = streaming_start(FAIR, 0);
    struct load_params params = params_for(&server->address, LOAD_DOT, &asking);
    const char *why;
    (void)state;
    stream_use_tls(server);
    streaming_go(server);
    assert_int_equal(tls_context_create(&params.tls, TLS_DOT, true, NULL, &why), 0);
    run(&params, &brief);
    streaming_stop(server);
    assert_int_equal(result.unreachable, asked);
    assert_int_equal(result.connections, 0);
    assert_non_null(strstr(why_not, "certificate"));
}

static void silence_is_loss(void **state)
{
    (void)state;
    assert_int_equal(accepted_by(SILENT, 0, 0, &brief), 1);
    assert_int_equal(result.lost, asked);
    assert_int_equal(result.connections, 1);
}

/* --- servers that mean ill --- */

static void nonsense_costs_the_connection(void **state)
{
    static const enum mood moods[] = {HALF, ANNOUNCES, BABBLES};
    (void)state;
    for (size_t i = 0; i < sizeof moods / sizeof *moods; i++) {
        assert_in_range(accepted_by(moods[i], 0, 0, &brief), 1, 8);
        assert_int_equal(result.answered, 0);
        assert_int_equal(result.lost, asked);
    }
}

static void a_flood_is_cut_off(void **state)
{
    (void)state;
    unsigned accepted = accepted_by(FLOODS, 0, 0, &brief);
    assert_in_range(accepted, 2, BRIEF + 1);
    assert_true(result.answered > 0);
    /* What a read had in it, and no more, of each. */
    assert_in_range(result.rejects[REJECT_DUPLICATE] + result.rejects[REJECT_UNKNOWN_ID], 60,
                    accepted * 500);
}

/* --- after UDP --- */

/* A port that both have. */
static struct streaming *start_both(struct serving **udp)
{
    for (;;) {
        *udp = serving_start("127.0.0.1");
        serving_go(*udp);
        struct streaming *tcp = streaming_start(FAIR, ntohs((*udp)->address.sa.v4.sin_port));
        if (tcp)
            return tcp;
        serving_stop(*udp);
    }
}

static void truncation_is_followed_by_tcp(void **state)
{
    struct asking asking = {.manners = "ax"};
    struct serving *udp;
    struct streaming *server = start_both(&udp);
    struct load_params params = params_for(&udp->address, LOAD_UDP, &asking);
    (void)state;
    streaming_go(server);
    params.follows_tc = true;
    run(&params, &brief);
    unsigned seen = atomic_load(&server->seen), accepted = atomic_load(&server->accepted);
    streaming_stop(server);
    serving_stop(udp);
    assert_int_equal(result.answered, asked);
    assert_int_equal(result.followed, asked / 2);
    assert_int_equal(seen, asked / 2);
    assert_int_equal(accepted, 1);
    assert_int_equal(result.connections, 1);
}

static void truncation_without_tcp_is_loss(void **state)
{
    struct asking asking = {.manners = "ax"};
    struct serving *udp = serving_start("127.0.0.1");
    struct load_params params = params_for(&udp->address, LOAD_UDP, &asking);
    (void)state;
    serving_go(udp);
    params.follows_tc = true;
    run(&params, &brief);
    serving_stop(udp);
    assert_int_equal(result.answered, (asked + 1) / 2);
    assert_int_equal(result.lost, asked / 2);
    assert_int_equal(result.unreachable, asked / 2);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN); /* the server writes to clients that may have gone, OpenSSL too */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_spread_over_connections),
        cmocka_unit_test(answers_may_come_octet_by_octet),
        cmocka_unit_test(what_is_ignored_is_lost),
        cmocka_unit_test(a_connection_has_its_share_of_queries),
        cmocka_unit_test(one_query_a_connection),
        cmocka_unit_test(tls_carries_the_same),
        cmocka_unit_test(the_last_words_by_tls_are_heard),
        cmocka_unit_test(http_carries_the_same),
        cmocka_unit_test(queries_wait_for_their_turn),
        cmocka_unit_test(a_status_is_no_answer),
        cmocka_unit_test(without_http_there_is_no_connection),
        cmocka_unit_test(who_always_leaves_is_not_hammered),
        cmocka_unit_test(nobody_there_is_told_at_once),
        cmocka_unit_test(who_hangs_up_is_not_hammered),
        cmocka_unit_test(who_comes_back_is_found),
        cmocka_unit_test(who_closes_now_and_then_is_asked_on),
        cmocka_unit_test(a_certificate_may_not_do),
        cmocka_unit_test(silence_is_loss),
        cmocka_unit_test(nonsense_costs_the_connection),
        cmocka_unit_test(a_flood_is_cut_off),
        cmocka_unit_test(truncation_is_followed_by_tcp),
        cmocka_unit_test(truncation_without_tcp_is_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
