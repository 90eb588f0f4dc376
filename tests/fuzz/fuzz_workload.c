// SPDX-License-Identifier: BSD-2-Clause
/* A query file of any bytes. Each line that is a query must, written down again, be the same one;
 * what is read of the file must go out as messages that hold it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "dns/code.h"
#include "dns/reply.h"
#include "dns/query.h"
#include "source/workload_file.h"
#include "source/workload_text.h"

#define OCTETS_MAX (1 << 20) /* a small file may unpack to more than is worth a look */

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void write_and_read(const char *text, size_t len)
{
    struct query_line line, again;
    char type[CODE_TEXT_MAX], name[NAME_TEXT_MAX], copy[NAME_TEXT_MAX + CODE_TEXT_MAX + 1];
    const char *why = query_line_parse(&line, text, len);
    check(!why || strlen(why) > 0);
    if (why)
        return;
    check(name_whole_len(line.name.wire, line.name.len) == line.name.len);
    check(query_type_is_asked(line.type));
    name_to_text_as_is(line.name.wire, name);
    snprintf(copy, sizeof copy, "%s %s", name, code_type_to_text(line.type, type));
    check(!query_line_parse(&again, copy, strlen(copy)));
    check(again.type == line.type && again.name.len == line.name.len);
    check(memcmp(again.name.wire, line.name.wire, line.name.len) == 0);
}

static void check_message(const struct stock *stock, uint64_t at)
{
    uint8_t data[DNS_QUERY_MAX];
    uint16_t question_len;
    mono_ns time;
    struct reply reply;
    struct reply_iter iter;
    struct reply_record record;
    size_t len = stock_write(stock, at, data, &question_len, &time);
    check(reply_init(&reply, data, len) && reply.question_count == 1 && time == 0);
    check(reply_iter_init(&iter, &reply) == 0);
    check(reply_next(&iter, &record) == 1 && record.type == TYPE_OPT);
    check(reply_next(&iter, &record) == 0 && iter.offset == len);
    check(len == DNS_HEADER_LEN + (size_t)question_len + DNS_OPT_LEN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    struct stock stock;
    struct text why = {0};
    uint64_t refused = 0;
    log_init(LOG_ERROR, false);
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    write_and_read((const char *)data, newline ? (size_t)(newline - data) : size);
    int fd = memfd_create("queries", 0);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    stock_init(&stock, false, OCTETS_MAX);
    int error = workload_file_read(&stock, path, QUERY_EDNS, &refused, &why);
    check((error == 0) == (why.len == 0) && (error || stock.count > 0));
    stock_close(&stock);
    for (uint64_t i = 0; i < stock.count; i++)
        check_message(&stock, i);
    stock_deinit(&stock);
    text_deinit(&why);
    close(fd);
    return 0;
}
