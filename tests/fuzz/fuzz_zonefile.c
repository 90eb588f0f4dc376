// SPDX-License-Identifier: BSD-2-Clause
/* A zone file of the lab, of any bytes: it is refused with its name and a reason, or
 * read; then every name of it is classified, listed in the truth and asked for, within
 * the size that was offered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/lab/answer.h"
#include "bench/lab/emit.h"
#include "bench/lab/zonefile.h"
#include "dns/code.h"

#define ASKED_MAX 64 /* nodes: more of them say nothing new */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* A query for NAME as it may come off the wire. */
static size_t make_query(uint8_t out[ANSWER_UDP_PLAIN], const struct name *name, uint16_t type)
{
    static const uint8_t head[ANSWER_HEADER_LEN] = {0xab, 0xcd, 1, 0, 0, 1};
    size_t len = sizeof head;
    memcpy(out, head, len);
    memcpy(out + len, name->wire, name->len);
    len += name->len;
    out[len++] = (uint8_t)(type >> 8);
    out[len++] = (uint8_t)type;
    out[len++] = 0;
    out[len++] = 1;
    return len;
}

static void ask(const struct zones *zones, const struct name *name, uint16_t type, uint64_t number)
{
    static const size_t sizes[] = {ANSWER_UDP_PLAIN, ANSWER_UDP_MAX, ANSWER_TCP_MAX};
    static uint8_t reply[ANSWER_TCP_MAX];
    uint8_t data[ANSWER_UDP_PLAIN];
    struct query query;
    struct answer_params params = {
        .zones = zones, .identity = number, .variant = number * 7, .size_max = sizes[number % 3]};
    check(query_parse(&query, data, make_query(data, name, type)) == QUERY_OK);
    size_t len = answer_build(&params, &query, reply);
    check(len >= ANSWER_HEADER_LEN && len <= params.size_max);
    bool is_servfail = (reply[3] & 15) == RCODE_SERVFAIL, is_cut = reply[2] & 2;
    check((!is_servfail && !is_cut) || !(reply[6] | reply[7])); /* such hold no answers */
}

/* NODE itself, and what lies below it. */
static void ask_about(const struct zones *zones, const struct zone_node *node, uint64_t number)
{
    static const uint16_t types[] = {TYPE_A, TYPE_AAAA, TYPE_CNAME, TYPE_TXT, TYPE_MX, TYPE_SOA};
    struct name name = {.len = node->name_len}, label, below;
    memcpy(name.wire, node->name, node->name_len);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        ask(zones, &name, types[i], number + i);
        check(name_from_text(&label, "a.b", 3) == 0);
        if (name_join(&below, &label, &name) == 0)
            ask(zones, &below, types[i], number + i);
    }
}

static void check_zones(const struct zones *zones)
{
    size_t count = zones_node_count(zones);
    for (size_t i = 0; i < count; i++) {
        const struct zone_node *node = zones_node(zones, i);
        check(zones_find(zones, node->name) == node);
        check(zones_classify(zones, node) < ZONE_CLASS_COUNT);
        check(zone_record_find(node->apex, TYPE_SOA)); /* each zone has a SOA */
        if (i < ASKED_MAX)
            ask_about(zones, node, i);
    }
    check(emit_truth(zones, "/dev/null") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32], why[ZONEFILE_ERROR_MAX];
    struct zones *zones = NULL;
    struct name origin;
    int fd = memfd_create("zone", 0);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check(name_from_text(&origin, "lab.example", 11) == 0);
    check(zones_create(&zones) == 0);
    int err = zonefile_read(zones, path, size % 2 ? &origin : NULL, why);
    check(err || !why[0]);
    check(!err || strncmp(why, path, strlen(path)) == 0);
    check_zones(zones); /* what stands before a bad line counts */
    zones_destroy(zones);
    close(fd);
    return 0;
}
