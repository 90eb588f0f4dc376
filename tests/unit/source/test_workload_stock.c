// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dns/code.h"
#include "dns/query.h"
#include "source/workload_stock.h"

/* Query number I of a made-up stock: names of all lengths in turn. */
static struct stock_query query_at(uint64_t i)
{
    struct stock_query query = {.name = {.len = 1}};
    size_t len = i % 64;
    if (len > 0) {
        query.name.wire[0] = (uint8_t)len;
        memset(query.name.wire + 1, 'a' + (int)(i % 26), len);
        query.name.wire[len + 1] = 0;
        query.name.len = (uint8_t)(len + 2);
    }
    query.type = (uint16_t)(i % 7 + 1);
    query.flags = i % 3 ? QUERY_EDNS | QUERY_DO : QUERY_NO_RD;
    query.at = (mono_ns)i * 1000;
    return query;
}

static void assert_query(const struct stock *stock, uint64_t i)
{
    struct stock_query query = query_at(i);
    struct question question;
    uint8_t want[DNS_QUERY_MAX], got[DNS_QUERY_MAX];
    uint16_t question_len;
    mono_ns at;
    question_init(&question, query.name.wire, query.name.len, query.type);
    size_t want_len = query_write(want, 0, &question, query.flags);
    assert_int_equal(stock_write(stock, i, got, &question_len, &at), want_len);
    assert_memory_equal(got, want, want_len);
    assert_int_equal(question_len, question.len);
    assert_int_equal(at, stock->has_times ? query.at : 0);
}

static void queries_come_back_as_they_went_in(void **state)
{
    (void)state;
    for (int has_times = 0; has_times < 2; has_times++) {
        struct stock stock;
        stock_init(&stock, has_times, STOCK_OCTETS_MAX);
        for (uint64_t i = 0; i < 5000; i++) {
            struct stock_query query = query_at(i);
            assert_int_equal(stock_add(&stock, &query), 0);
            assert_query(&stock, i / 2);
        }
        stock_close(&stock);
        assert_int_equal(stock.count, 5000);
        assert_int_equal(stock.cap, stock.len);
        for (uint64_t i = 0; i < 5000; i++)
            assert_query(&stock, i);
        stock_deinit(&stock);
    }
}

static void a_query_takes_what_the_header_says(void **state)
{
    (void)state;
    struct stock stock;
    struct stock_query query = {.name = {.len = 22}, .type = TYPE_A};
    stock_init(&stock, false, STOCK_OCTETS_MAX);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(stock_add(&stock, &query), 0);
    stock_close(&stock);
    assert_int_equal(stock.len / 1000 + sizeof *stock.index, 32);
    stock_deinit(&stock);
}

static void the_limit_holds_to_the_octet(void **state)
{
    (void)state;
    for (uint64_t octets_max = 0; octets_max < 100; octets_max++) {
        struct stock stock;
        struct stock_query query = {.name = {.len = 1}, .type = TYPE_NS};
        stock_init(&stock, false, octets_max);
        int error;
        while ((error = stock_add(&stock, &query)) == 0)
            ;
        assert_int_equal(error, ERR_FULL);
        assert_int_equal(stock.count, (octets_max + 4) / 12);
        stock_close(&stock);
        stock_deinit(&stock);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_come_back_as_they_went_in),
        cmocka_unit_test(a_query_takes_what_the_header_says),
        cmocka_unit_test(the_limit_holds_to_the_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
