// SPDX-License-Identifier: BSD-2-Clause
/* For tests of workloads: one with usual parameters, the next query of it as text, and whether
 * its octets are a query as two other readers see it. */
#ifndef TEST_SOURCE_WORKLOAD_H
#define TEST_SOURCE_WORKLOAD_H

#include "tests/unit/source/lists.h"

#include <ldns/ldns.h>

#include "base/log.h"
#include "dns/code.h"
#include "dns/reply.h"
#include "source/workload.h"

struct asked {
    struct workload_query query;
    uint8_t data[WORKLOAD_MESSAGE_MAX];
    struct name name;
    uint16_t type;
    bool has_edns, has_do;
    char text[NAME_TEXT_MAX + 20]; /* "name TYPE" */
};

/* The names of wordlists/bench.txt, one worker. */
static inline struct workload_params usual_params(void)
{
    return (struct workload_params){
        .hit_share = 0.95, .zipf_exponent = 1, .flags = QUERY_EDNS, .workers = 1, .seed = 1};
}

static inline struct workload *workload_made(const struct workload_params *params)
{
    struct workload *workload;
    struct text why = {0};
    log_init(LOG_ERROR, false);
    if (workload_create(&workload, params, &why))
        fail_msg("%.*s", (int)why.len, why.data);
    text_deinit(&why);
    return workload;
}

static inline void assert_not_made(const struct workload_params *params, int error,
                                   const char *message)
{
    struct workload *workload;
    struct text why = {0};
    log_init(LOG_ERROR, false);
    assert_int_equal(workload_create(&workload, params, &why), error);
    assert_null(workload);
    text_putc(&why, '\0');
    assert_string_equal(why.data, message);
    text_deinit(&why);
}

static inline void assert_described(const struct workload *workload, const char *want)
{
    struct text text = {0};
    workload_describe(workload, &text);
    text_putc(&text, '\0');
    assert_string_equal(text.data, want);
    text_deinit(&text);
}

/* Lines or packets that are told to be left out. */
static inline uint64_t left_out(const struct workload *workload)
{
    struct text text = {0};
    workload_describe(workload, &text);
    text_putc(&text, '\0');
    bool is_told = strstr(text.data, " left out") != NULL;
    uint64_t count = is_told ? strtoull(strrchr(text.data, ',') + 1, NULL, 10) : 0;
    text_deinit(&text);
    return count;
}

/* Reads the octets of ASKED; they must be a whole query and nothing else. */
static inline void asked_read(struct asked *asked)
{
    struct reply reply;
    struct reply_iter iter;
    struct reply_record record;
    char type[CODE_TEXT_MAX];
    size_t end, len = asked->query.len;
    const uint8_t *data = asked->data;
    assert_true(len <= WORKLOAD_MESSAGE_MAX && reply_init(&reply, data, len));
    assert_true(!reply.qr && reply.id == 0 && reply.opcode == 0 && reply.question_count == 1);
    assert_int_equal(reply.answer_count + reply.authority_count, 0);
    assert_int_equal(reply_read_name(&reply, DNS_HEADER_LEN, &asked->name, &end), 0);
    assert_int_equal(asked->query.question_len, end + 4 - DNS_HEADER_LEN);
    asked->type = (uint16_t)(data[end] << 8 | data[end + 1]);
    assert_int_equal(data[end + 2] << 8 | data[end + 3], CLASS_IN);
    assert_int_equal(reply_iter_init(&iter, &reply), 0);
    asked->has_edns = asked->has_do = false;
    while (reply_next(&iter, &record) == 1) {
        assert_int_equal(record.type, TYPE_OPT);
        asked->has_edns = true;
        asked->has_do = record.ttl & 0x8000;
    }
    assert_int_equal(len, end + 4 + (asked->has_edns ? DNS_OPT_LEN : 0));
    name_to_text_as_is(asked->name.wire, asked->text);
    strcat(asked->text, " ");
    strcat(asked->text, code_type_to_text(asked->type, type));
}

static inline void assert_ldns_reads(const struct asked *asked)
{
    ldns_pkt *packet;
    assert_int_equal(ldns_wire2pkt(&packet, asked->data, asked->query.len), LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt_qdcount(packet), 1);
    const ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(packet), 0);
    assert_int_equal(ldns_rr_get_type(question), asked->type);
    assert_int_equal(ldns_rdf_size(ldns_rr_owner(question)), asked->name.len);
    assert_memory_equal(ldns_rdf_data(ldns_rr_owner(question)), asked->name.wire, asked->name.len);
    assert_int_equal(ldns_pkt_edns(packet), asked->has_edns);
    assert_int_equal(ldns_pkt_edns_do(packet), asked->has_do);
    ldns_pkt_free(packet);
}

static inline bool asked_next(struct workload *workload, unsigned worker, struct asked *asked)
{
    asked->query = (struct workload_query){.data = asked->data};
    memset(asked->data, 0xee, sizeof asked->data);
    if (!workload_next(workload, worker, &asked->query))
        return false;
    asked_read(asked);
    return true;
}

static inline bool asked_warm(struct workload *workload, struct asked *asked)
{
    asked->query = (struct workload_query){.data = asked->data};
    if (!workload_next_warm(workload, &asked->query))
        return false;
    asked_read(asked);
    return true;
}

static inline void assert_next(struct workload *workload, unsigned worker, const char *want)
{
    struct asked asked;
    assert_true(asked_next(workload, worker, &asked));
    assert_string_equal(asked.text, want);
}

static inline void assert_warm(struct workload *workload, const char *want)
{
    struct asked asked;
    assert_true(asked_warm(workload, &asked));
    assert_string_equal(asked.text, want);
}

#endif
