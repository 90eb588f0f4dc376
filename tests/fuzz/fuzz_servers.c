// SPDX-License-Identifier: BSD-2-Clause
/* Finding a zone's servers among hostile ones, on the simulated network: for every query that
 * leaves, the input says what comes back.
 *
 *   octet & 3    3: nothing; else the low four bits of the next one are the rcode, its 16 AA, its
 *                32 TC; then
 *   octet & 4    so many raw octets behind the question (a length octet, then they)
 *   otherwise    octet >> 4 records: section, owner, type, and data that are an address from two
 *                octets or a name from one
 *
 * It must end within its time and its queries, and what it finds must be few, distinct
 * addresses that can be asked. Input that is used up is silence. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "scan/servers.h"
#include "tests/fake/clock.h"
#include "tests/fake/net.h"
#include "tests/fake/random.h"

#define RTT (5 * NS_PER_MS)
#define QUERIES_MAX                                                                                \
    4096 /* 300 lookups, six resolvers, two tries and three by TCP, less what is shared */
#define TIME_MAX (600 * NS_PER_S)

static struct {
    const uint8_t *input;
    size_t input_len;
    unsigned queries;
} bench;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static uint8_t next(void)
{
    if (bench.input_len == 0)
        return 3;
    bench.input_len--;
    return *bench.input++;
}

/* One of a few names above, at, below and beside the zone, some of them new each time. */
static void put_name(struct bytes_writer *w, uint8_t which)
{
    static const uint8_t zone[] = "\4zone\7example", above[] = "\7example", root[] = "";
    const uint8_t label[] = {2, 'n', which};
    if (which & 1)
        bytes_put(w, label, sizeof label);
    if ((which >> 1 & 3) == 0)
        bytes_put(w, root, sizeof root);
    else if ((which >> 1 & 3) == 1)
        bytes_put(w, above, sizeof above);
    else
        bytes_put(w, zone, sizeof zone);
}

static void put_data(struct bytes_writer *w, uint16_t type)
{
    uint8_t data[NAME_WIRE_MAX + 20] = {0};
    struct bytes_writer d = bytes_writer_at(data, sizeof data);
    if (type == TYPE_A || type == TYPE_AAAA) {
        data[0] = next();
        data[3] = next();
        d.len = type == TYPE_A ? 4 : 16;
    } else {
        put_name(&d, next());
        d.len += type == TYPE_SOA ? 20 : 0;
    }
    bytes_put_u16(w, (uint16_t)d.len);
    bytes_put(w, data, d.len);
}

static void put_record(struct bytes_writer *w, uint8_t *message, unsigned section)
{
    static const uint16_t types[] = {TYPE_NS, TYPE_A, TYPE_AAAA, TYPE_SOA, TYPE_CNAME};
    uint8_t how = next();
    uint16_t type = types[how % 5];
    if (how & 128)
        bytes_put_u16(w, 0xc00c); /* the name asked for */
    else
        put_name(w, how >> 3);
    bytes_put_u16(w, type);
    bytes_put_u16(w, CLASS_IN);
    bytes_put_u32(w, 60);
    put_data(w, type);
    message[5 + 2 * section]++;
}

static size_t make_reply(uint8_t out[4096], const struct net_query *query, uint8_t how)
{
    size_t question = query->len - (query->data[11] ? DNS_OPT_LEN : 0);
    struct bytes_writer w = bytes_writer_at(out, 4096);
    bytes_put(&w, query->data, question);
    uint8_t flags = next();
    out[2] = (uint8_t)(0x80 | (flags & 16 ? 4 : 0) | (flags & 32 ? 2 : 0));
    out[3] = flags & 15;
    out[11] = 0;
    if (how & 4) {
        for (uint8_t left = next(); left > 0; left--)
            bytes_put_u8(&w, next());
        out[7] = next();
    } else {
        unsigned section = 1;
        for (unsigned left = how >> 4; left > 0; left--) {
            section += section < 2 && (next() & 1);
            put_record(&w, out, section);
        }
    }
    return w.len;
}

static void on_query(void *ctx, const struct net_query *query)
{
    static uint8_t message[2 + 4096];
    (void)ctx;
    check(++bench.queries < QUERIES_MAX);
    check(clock_mono_ns() - FAKE_CLOCK_START < TIME_MAX);
    uint8_t how = next();
    if ((how & 3) == 3)
        return;
    size_t len = make_reply(message + 2, query, how);
    message[0] = (uint8_t)(len >> 8);
    message[1] = (uint8_t)len;
    if (query->by_tcp)
        net_stream(query, RTT, message, len + 2, 0, 0);
    else
        net_reply(query, RTT, NULL, message + 2, len);
}

static bool is_askable(const struct wire_address *address)
{
    const uint8_t *first = address->family ? address->sa.v6.sin6_addr.s6_addr
                                           : (const uint8_t *)&address->sa.v4.sin_addr;
    return address->family ? *first != 0xff : *first > 0 && *first < 224;
}

static void check_found(const struct servers *found)
{
    check(found->count <= SERVERS_MAX);
    for (size_t i = 0; i < found->count; i++) {
        check(is_askable(&found->items[i].address) && found->items[i].text[0] != '\0');
        for (size_t j = 0; j < i; j++)
            check(!wire_address_equal(&found->items[i].address, &found->items[j].address));
    }
    check(found->count > 0 || found->why[0] != '\0');
    check(counter_get(&found->counters.queries) == bench.queries);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *resolvers[] = {"192.0.2.1,192.0.2.2,192.0.2.3"};
    static struct servers found;
    static const uint8_t zone[] = "\2in\4zone\7example";
    const struct net_server server = {.query = on_query};
    const struct scan_params params = {.port = 53,
                                       .timeout = 3 * NS_PER_S,
                                       .tries_max = 8,
                                       .resolvers = {.items = resolvers, .count = 1},
                                       .rate_qps = RATE_DEFAULT,
                                       .resolver_rate_qps = RATE_DEFAULT,
                                       .zone_rate_qps = RATE_DEFAULT};
    const char *why;
    bench.input = data;
    bench.input_len = len;
    bench.queries = 0;
    log_init(LOG_ERROR, false);
    net_install(&server);
    fake_random_key(1);
    fake_clock_set(FAKE_CLOCK_START);
    check(servers_find(&found, zone, &params, &why) == 0 && why == found.why);
    check_found(&found);
    return 0;
}
