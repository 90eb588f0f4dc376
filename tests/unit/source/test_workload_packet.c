// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dns/code.h"
#include "source/workload_packet.h"
#include "tests/unit/source/packets.h"

#define NAME "\3wWw\7eXample"

/* The packet in a block of its own length, so that a sanitizer sees a read past its end. */
static enum packet_kind parse(const struct packet *packet, size_t len, enum packet_link link,
                              struct stock_query *out, const char **why)
{
    uint8_t *data = malloc(len ? len : 1);
    assert_non_null(data);
    memcpy(data, packet->data, len);
    enum packet_kind kind = packet_parse(link, data, len, out, why);
    free(data);
    return kind;
}

static void assert_query(const struct packet *packet, enum packet_link link, unsigned flags)
{
    struct stock_query query;
    const char *why;
    if (parse(packet, packet->len, link, &query, &why) != PACKET_QUERY)
        fail_msg("%s", why ? why : "passed over");
    assert_int_equal(query.name.len, sizeof NAME);
    assert_memory_equal(query.name.wire, NAME, sizeof NAME);
    assert_int_equal(query.type, TYPE_AAAA);
    assert_int_equal(query.flags, flags);
}

static void assert_kind(const struct packet *packet, enum packet_kind want, const char *want_why)
{
    struct stock_query query;
    const char *why;
    enum packet_kind kind = parse(packet, packet->len, PACKET_ETHERNET, &query, &why);
    if (kind != want || (want == PACKET_REFUSED && strcmp(why, want_why) != 0))
        fail_msg("kind %d, not %d: %s, not %s", kind, want, why, want_why);
}

static struct packet udp_query(void)
{
    struct packet packet = packet_query(NAME, TYPE_AAAA, QUERY_EDNS);
    packet_wrap_udp(&packet, 40000, 53);
    return packet;
}

static void every_link_layer_is_read(void **state)
{
    (void)state;
    static const uint8_t sll[16] = {[14] = 0x08, [15] = 0x00}, sll2[20] = {0x08, 0x00},
                         loopback[4] = {2};
    struct packet ip = udp_query(), packet;
    packet_wrap_ipv4(&ip, 0, 0);
    assert_query(&ip, PACKET_RAW, QUERY_EDNS);
    packet = ip;
    packet_wrap(&packet, sll, sizeof sll);
    assert_query(&packet, PACKET_COOKED, QUERY_EDNS);
    packet = ip;
    packet_wrap(&packet, sll2, sizeof sll2);
    assert_query(&packet, PACKET_COOKED_2, QUERY_EDNS);
    packet = ip;
    packet_wrap(&packet, loopback, sizeof loopback);
    assert_query(&packet, PACKET_LOOPBACK, QUERY_EDNS);
    packet = ip;
    packet_wrap_ethernet(&packet, 0x0800);
    packet_fill(&packet, 9); /* padding to the smallest frame, a checksum */
    assert_query(&packet, PACKET_ETHERNET, QUERY_EDNS);
}

static void vlan_tags_are_skipped(void **state)
{
    (void)state;
    static const uint8_t tags[] = {0, 7, 0x81, 0x00, 0, 8, 0x08, 0x00};
    struct packet packet = udp_query();
    packet_wrap_ipv4(&packet, 0, 0);
    packet_wrap(&packet, tags, sizeof tags);
    packet_wrap_ethernet(&packet, 0x88a8);
    assert_query(&packet, PACKET_ETHERNET, QUERY_EDNS);
}

static void ip_headers_of_all_lengths_are_read(void **state)
{
    (void)state;
    for (unsigned options = 0; options <= 40; options += 4) {
        struct packet packet = udp_query();
        packet_wrap_ipv4(&packet, 0x4000, options);
        assert_query(&packet, PACKET_RAW, QUERY_EDNS);
    }
    struct packet packet = udp_query();
    packet_wrap_ipv6(&packet, 17);
    assert_query(&packet, PACKET_RAW, QUERY_EDNS);
    packet = udp_query();
    packet_wrap_extension(&packet, 17, 0, 0);
    packet_wrap_extension(&packet, 60, 2, 0);
    packet_wrap_extension(&packet, 43, 1, 0xffff); /* no fragment's octets */
    packet_wrap_ipv6(&packet, 0);
    packet_wrap_ethernet(&packet, 0x86dd);
    assert_query(&packet, PACKET_ETHERNET, QUERY_EDNS);
}

static void extension_headers_end(void **state)
{
    (void)state;
    for (int count = 7; count <= 9; count++) {
        struct packet packet = udp_query();
        for (int i = 0; i < count; i++)
            packet_wrap_extension(&packet, i ? 60 : 17, 0, 0);
        packet_wrap_ipv6(&packet, 60);
        packet_wrap_ethernet(&packet, 0x86dd);
        assert_kind(&packet, count <= 8 ? PACKET_QUERY : PACKET_OTHER, NULL);
    }
}

static void flags_are_taken_over(void **state)
{
    (void)state;
    static const unsigned all[] = {0,
                                   QUERY_NO_RD,
                                   QUERY_CD,
                                   QUERY_EDNS,
                                   QUERY_EDNS | QUERY_DO,
                                   QUERY_EDNS | QUERY_DO | QUERY_CO | QUERY_CD | QUERY_NO_RD};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct packet packet = packet_sent(NAME, TYPE_AAAA, all[i], 53);
        assert_query(&packet, PACKET_ETHERNET, all[i]);
    }
}

static void queries_to_other_ports_are_taken(void **state)
{
    (void)state;
    struct packet packet = packet_sent(NAME, TYPE_AAAA, 0, 5300);
    assert_query(&packet, PACKET_ETHERNET, 0);
    static const unsigned lookalikes[] = {137, 5353, 5355};
    for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++) {
        packet = packet_sent(NAME, TYPE_AAAA, 0, lookalikes[i]);
        assert_kind(&packet, PACKET_OTHER, NULL);
    }
}

static void what_is_no_query_is_passed_over(void **state)
{
    (void)state;
    struct packet packet = packet_sent(NAME, TYPE_AAAA, 0, 53);
    packet.data[14 + 20 + 8 + 2] |= 0x80; /* QR: an answer */
    assert_kind(&packet, PACKET_OTHER, NULL);
    packet = packet_sent(NAME, TYPE_AAAA, 0, 53);
    packet.data[14 + 9] = 6; /* TCP */
    assert_kind(&packet, PACKET_OTHER, NULL);
    packet = packet_sent(NAME, TYPE_AAAA, 0, 53);
    packet.data[12] = 0x08, packet.data[13] = 0x06; /* ARP */
    assert_kind(&packet, PACKET_OTHER, NULL);
    packet = packet_sent(NAME, TYPE_AAAA, 0, 53);
    packet.data[14] = 0x55; /* IP of version 5 */
    assert_kind(&packet, PACKET_OTHER, NULL);
    packet = packet_sent(NAME, TYPE_AAAA, 0, 53);
    packet.data[14] = 0x44; /* a header of 16 octets */
    assert_kind(&packet, PACKET_OTHER, NULL);
}

/* Changes octet AT of the message of a query with EDNS to VALUE; to port 53 that is refused
 * for WHY, to another passed over. */
static void assert_refused(size_t at, uint8_t value, const char *why)
{
    struct packet packet = packet_sent(NAME, TYPE_AAAA, QUERY_EDNS, 53);
    packet.data[14 + 20 + 8 + at] = value;
    assert_kind(&packet, PACKET_REFUSED, why);
    packet = packet_sent(NAME, TYPE_AAAA, QUERY_EDNS, 5300);
    packet.data[14 + 20 + 8 + at] = value;
    assert_kind(&packet, PACKET_OTHER, NULL);
}

static void bad_queries_are_told(void **state)
{
    (void)state;
    const size_t type = 12 + sizeof NAME, opt = type + 4;
    assert_refused(2, 0x29, "a message that is no query"); /* an update */
    assert_refused(5, 0, "a query without exactly one question");
    assert_refused(5, 2, "a query without exactly one question");
    assert_refused(7, 1, "a query without exactly one question");
    assert_refused(9, 1, "a query without exactly one question");
    assert_refused(12, 0xc0, "a damaged query");
    assert_refused(12, 63, "a damaged query");
    assert_refused(type + 1, 252, "a type that is not for queries");
    assert_refused(type + 3, 3, "a class other than IN");
    assert_refused(11, 0, "a query with more than EDNS behind it"); /* the OPT is left over */
    assert_refused(11, 2, "a query with more than EDNS behind it");
    assert_refused(opt + 2, TYPE_TSIG, "a query with more than EDNS behind it");
}

static void questions_cut_short_are_told(void **state)
{
    (void)state;
    for (size_t len = DNS_HEADER_LEN; len < DNS_HEADER_LEN + sizeof NAME + 4; len++) {
        struct packet packet = packet_query(NAME, TYPE_AAAA, 0);
        packet.len = len;
        packet_wrap_udp(&packet, 40000, 53);
        packet_wrap_ipv4(&packet, 0, 0);
        packet_wrap_ethernet(&packet, 0x0800);
        assert_kind(&packet, PACKET_REFUSED, "a damaged query");
    }
}

static void two_opt_records_are_refused(void **state)
{
    (void)state;
    struct packet packet = packet_query(NAME, TYPE_AAAA, QUERY_EDNS);
    packet_put(&packet, packet.data + packet.len - DNS_OPT_LEN, DNS_OPT_LEN);
    packet.data[11] = 2;
    packet_wrap_udp(&packet, 40000, 53);
    packet_wrap_ipv4(&packet, 0, 0);
    packet_wrap_ethernet(&packet, 0x0800);
    assert_kind(&packet, PACKET_REFUSED, "a query with more than EDNS behind it");
}

static void fragments_are_told_once(void **state)
{
    (void)state;
    struct packet packet = udp_query();
    packet_wrap_ipv4(&packet, 0x2000, 0);
    packet_wrap_ethernet(&packet, 0x0800);
    assert_kind(&packet, PACKET_REFUSED, "a fragment");
    packet = udp_query();
    packet_wrap_ipv4(&packet, 0x0001, 0); /* a later one: no header of UDP */
    packet_wrap_ethernet(&packet, 0x0800);
    assert_kind(&packet, PACKET_OTHER, NULL);
    static const struct {
        unsigned fragment;
        enum packet_kind kind;
    } cases[] = {{0, PACKET_QUERY}, {1, PACKET_REFUSED}, {8, PACKET_OTHER}, {9, PACKET_OTHER}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        packet = udp_query();
        packet_wrap_extension(&packet, 17, 0, cases[i].fragment);
        packet.data[1] = 0xff; /* reserved */
        packet_wrap_ipv6(&packet, 44);
        packet_wrap_ethernet(&packet, 0x86dd);
        assert_kind(&packet, cases[i].kind, "a fragment");
    }
}

/* Kept to LEN octets: no query, whatever LEN, and told as soon as the port is there. */
static void packets_cut_short_are_told(void **state)
{
    (void)state;
    struct packet packet = packet_sent(NAME, TYPE_AAAA, QUERY_EDNS, 53);
    for (size_t len = 0; len < packet.len; len++) {
        struct stock_query query;
        const char *why;
        enum packet_kind kind = parse(&packet, len, PACKET_ETHERNET, &query, &why);
        assert_int_equal(kind, len < 14 + 20 + 8 ? PACKET_OTHER : PACKET_REFUSED);
        if (kind == PACKET_REFUSED)
            assert_string_equal(why, "a packet that was cut short when it was captured");
    }
}

static void lengths_of_udp_that_cannot_be_are_told(void **state)
{
    (void)state;
    struct packet packet = packet_sent(NAME, TYPE_AAAA, QUERY_EDNS, 53);
    const size_t at = 14 + 20 + 5;
    uint8_t real = packet.data[at];
    packet.data[at] = 7;
    assert_kind(&packet, PACKET_REFUSED, "a damaged UDP header");
    packet.data[at] = (uint8_t)(real + 1);
    assert_kind(&packet, PACKET_REFUSED, "a damaged UDP header");
    packet.data[at] = 8 + 11;
    assert_kind(&packet, PACKET_REFUSED, "a message shorter than a header");
    packet.data[at] = (uint8_t)(real - 1);
    assert_kind(&packet, PACKET_REFUSED, "a query with more than EDNS behind it");
    packet.data[at] = real;
    assert_kind(&packet, PACKET_QUERY, NULL);
    packet = udp_query(); /* what an extension header takes is not UDP's */
    packet.data[5]++;
    packet_wrap_extension(&packet, 17, 0, 0);
    packet_wrap_ipv6(&packet, 0);
    packet_wrap_ethernet(&packet, 0x86dd);
    assert_kind(&packet, PACKET_REFUSED, "a damaged UDP header");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_link_layer_is_read),
        cmocka_unit_test(vlan_tags_are_skipped),
        cmocka_unit_test(ip_headers_of_all_lengths_are_read),
        cmocka_unit_test(extension_headers_end),
        cmocka_unit_test(flags_are_taken_over),
        cmocka_unit_test(queries_to_other_ports_are_taken),
        cmocka_unit_test(what_is_no_query_is_passed_over),
        cmocka_unit_test(bad_queries_are_told),
        cmocka_unit_test(questions_cut_short_are_told),
        cmocka_unit_test(two_opt_records_are_refused),
        cmocka_unit_test(fragments_are_told_once),
        cmocka_unit_test(packets_cut_short_are_told),
        cmocka_unit_test(lengths_of_udp_that_cannot_be_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
