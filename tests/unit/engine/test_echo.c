// SPDX-License-Identifier: BSD-2-Clause
/* engine/echo.c: queries come back as answers, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "engine/echo.h"

static int connect_to(const struct echo *echo)
{
    const struct wire_address *at = echo_address(echo);
    const struct timeval wait = {.tv_sec = 5};
    int fd = socket(at->sa.any.sa_family, SOCK_DGRAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, &at->sa.any, at->len), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), 0);
    return fd;
}

/* A query whose id is NUMBER; its length depends on it. */
static size_t make_query(uint8_t out[64], unsigned number)
{
    memset(out, (int)number, 64);
    out[0] = 0;
    out[1] = (uint8_t)number;
    out[2] = 0x01; /* RD */
    out[3] = 0x10; /* CD */
    return 20 + number % 40;
}

static void ask(int fd, unsigned number)
{
    uint8_t query[64], answer[600];
    size_t len = make_query(query, number);
    assert_int_equal(send(fd, query, len, 0), len);
    assert_int_equal(recv(fd, answer, sizeof answer, 0), len);
    assert_int_equal(answer[2], 0x81);
    assert_int_equal(answer[3], 0x80);
    answer[2] = query[2];
    answer[3] = query[3];
    assert_memory_equal(answer, query, len);
}

static void answers_come_back(unsigned family)
{
    struct echo *echo;
    assert_int_equal(echo_open(&echo, family), 0);
    assert_int_equal(echo_address(echo)->family, family);
    assert_true(wire_address_is_loopback(echo_address(echo)));
    int fd = connect_to(echo);
    for (unsigned i = 0; i < 200; i++)
        ask(fd, i);
    close(fd);
    echo_close(echo);
}

static void of_ipv4(void **state)
{
    (void)state;
    answers_come_back(0);
}

static void of_ipv6(void **state)
{
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    (void)state;
    int failed = bind(fd, (struct sockaddr *)&at, sizeof at);
    close(fd);
    if (failed)
        skip();
    answers_come_back(1);
}

/* What is short, an answer itself, or too long; the query behind them is the first answered. */
static void the_rest_is_passed_over(void **state)
{
    struct echo *echo;
    uint8_t message[600] = {0};
    (void)state;
    assert_int_equal(echo_open(&echo, 0), 0);
    int fd = connect_to(echo);
    assert_int_equal(send(fd, message, 11, 0), 11);
    assert_int_equal(send(fd, message, 513, 0), 513);
    message[2] = 0x80;
    assert_int_equal(send(fd, message, 40, 0), 40);
    ask(fd, 77);
    close(fd);
    echo_close(echo);
    echo_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_ipv4),
        cmocka_unit_test(of_ipv6),
        cmocka_unit_test(the_rest_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
