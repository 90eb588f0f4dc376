// SPDX-License-Identifier: BSD-2-Clause
/* For tests of captures: packets built from inside out, and the files that hold them. */
#ifndef TEST_SOURCE_PACKETS_H
#define TEST_SOURCE_PACKETS_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "dns/query.h"

struct packet {
    uint8_t data[2048];
    size_t len;
};

static inline void packet_put(struct packet *packet, const void *data, size_t len)
{
    assert(packet->len + len <= sizeof packet->data);
    memcpy(packet->data + packet->len, data, len);
    packet->len += len;
}

static inline void packet_put_u16(struct packet *packet, unsigned value)
{
    uint8_t octets[] = {(uint8_t)(value >> 8), (uint8_t)value};
    packet_put(packet, octets, 2);
}

static inline void packet_fill(struct packet *packet, size_t count)
{
    static const uint8_t zeros[64];
    packet_put(packet, zeros, count);
}

/* Puts DATA before what is there. */
static inline void packet_wrap(struct packet *packet, const void *data, size_t len)
{
    struct packet inner = *packet;
    packet->len = 0;
    packet_put(packet, data, len);
    packet_put(packet, inner.data, inner.len);
}

/* A query of NAME, which is in wire form. */
static inline struct packet packet_query(const char *name, uint16_t type, unsigned flags)
{
    struct packet packet = {.len = 0};
    struct question question;
    question_init(&question, (const uint8_t *)name, strlen(name) + 1, type);
    packet.len = query_write(packet.data, 0x1234, &question, flags);
    return packet;
}

static inline void packet_wrap_udp(struct packet *packet, unsigned from, unsigned to)
{
    struct packet udp = {.len = 0};
    packet_put_u16(&udp, from);
    packet_put_u16(&udp, to);
    packet_put_u16(&udp, (unsigned)packet->len + 8);
    packet_put_u16(&udp, 0);
    packet_wrap(packet, udp.data, udp.len);
}

/* FRAGMENT: the flags and offset. OPTIONS octets of options, a multiple of 4. */
static inline void packet_wrap_ipv4(struct packet *packet, unsigned fragment, unsigned options)
{
    struct packet ip = {.len = 0};
    packet_put_u16(&ip, (0x45 + options / 4) << 8);
    packet_put_u16(&ip, (unsigned)packet->len + 20 + options);
    packet_put_u16(&ip, 1);
    packet_put_u16(&ip, fragment);
    packet_put_u16(&ip, 64 << 8 | 17);
    packet_fill(&ip, 10 + options);
    packet_wrap(packet, ip.data, ip.len);
}

static inline void packet_wrap_ipv6(struct packet *packet, uint8_t next)
{
    struct packet ip = {.len = 0};
    packet_put_u16(&ip, 0x6000);
    packet_put_u16(&ip, 0);
    packet_put_u16(&ip, (unsigned)packet->len);
    packet_put_u16(&ip, (unsigned)next << 8 | 64);
    packet_fill(&ip, 32);
    packet_wrap(packet, ip.data, ip.len);
}

/* An IPv6 extension header of 8 * (OCTETS + 1) octets; of a fragment OCTETS is its second. */
static inline void packet_wrap_extension(struct packet *packet, uint8_t next, uint8_t octets,
                                         unsigned fragment)
{
    struct packet header = {.len = 0};
    packet_put_u16(&header, (unsigned)next << 8 | octets);
    packet_put_u16(&header, fragment);
    for (size_t i = 0; i < 2 + 4u * octets; i++)
        packet_put_u16(&header, 59 << 8 | 59); /* read as a header: none follows */
    packet_wrap(packet, header.data, header.len);
}

static inline void packet_wrap_ethernet(struct packet *packet, unsigned type)
{
    struct packet frame = {.len = 0};
    packet_fill(&frame, 12);
    packet_put_u16(&frame, type);
    packet_wrap(packet, frame.data, frame.len);
}

/* UDP over IPv4 over Ethernet, to PORT. */
static inline struct packet packet_sent(const char *name, uint16_t type, unsigned flags,
                                        unsigned port)
{
    struct packet packet = packet_query(name, type, flags);
    packet_wrap_udp(&packet, 40000, port);
    packet_wrap_ipv4(&packet, 0x4000, 0);
    packet_wrap_ethernet(&packet, 0x0800);
    return packet;
}

#endif
