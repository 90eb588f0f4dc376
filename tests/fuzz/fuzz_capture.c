// SPDX-License-Identifier: BSD-2-Clause
/* A capture of any bytes, and the same bytes as one packet of each link layer. What is taken for a
 * query must be one that can be asked; times do not run backwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "dns/query.h"
#include "dns/reply.h"
#include "source/workload_capture.h"
#include "source/workload_packet.h"
#include "source/workload_text.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void as_packet(const uint8_t *data, size_t size, enum packet_link link)
{
    struct stock_query query;
    const char *why;
    switch (packet_parse(link, data, size, &query, &why)) {
    case PACKET_QUERY:
        check(!why && name_whole_len(query.name.wire, query.name.len) == query.name.len);
        check(query_type_is_asked(query.type));
        check(query.flags & QUERY_EDNS || !(query.flags & QUERY_EDNS_ALL));
        break;
    case PACKET_REFUSED:
        check(why && strlen(why) > 0);
        break;
    case PACKET_OTHER:
        break;
    }
}

static void as_capture(const char *path)
{
    struct stock stock;
    struct text why = {0};
    uint64_t refused = 0;
    mono_ns span, last = 0;
    stock_init(&stock, true, STOCK_OCTETS_MAX);
    int error = workload_capture_read(&stock, path, &refused, &span, &why);
    check((error == 0) == (why.len == 0) && (error || stock.count > 0));
    for (uint64_t i = 0; i < stock.count; i++) {
        uint8_t data[DNS_QUERY_MAX];
        uint16_t question_len;
        mono_ns at;
        struct reply reply;
        size_t len = stock_write(&stock, i, data, &question_len, &at);
        check(reply_init(&reply, data, len) && reply.question_count == 1);
        check(at >= last && at <= span && (i > 0 || at == 0));
        last = at;
    }
    stock_deinit(&stock);
    text_deinit(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    log_init(LOG_ERROR, false);
    for (int link = PACKET_ETHERNET; link <= PACKET_LOOPBACK; link++)
        as_packet(data, size, (enum packet_link)link);
    int fd = memfd_create("capture", 0);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (workload_capture_is(path))
        as_capture(path);
    close(fd);
    return 0;
}
