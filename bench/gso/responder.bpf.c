// SPDX-License-Identifier: BSD-2-Clause
/* A name server in the driver of a network interface (XDP), for bench/gso.
 *
 * `answer`: each query over UDP to port 53 goes back as its reply where it came from: MAC,
 * addresses and ports swapped, QR and RA set, NXDOMAIN where the second octet of the first
 * label is odd, NOERROR (without data) where it is even. All else passes. `pass`: passes all; a
 * veth wakes the other end for packets sent from XDP only if that has a program too.
 *
 * Checksums: a packet from the stack of the same machine has no UDP checksum yet, only the
 * promise of one, which XDP loses. For IPv4 it is left out (0); IPv6 needs one, over all the
 * packet. IP's own does not change when addresses are swapped. No fragments, no options, no
 * extension headers: clients of this bench send none. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>

#define SECTION(name)  __attribute__((section(name), used))
#define SWAP16(x)      __builtin_bswap16(x)
#define DNS_PORT       53
#define DNS_HEADER     12
#define PAYLOAD_MAX    512 /* octets; with IPv6 longer queries pass */
#define FLAGS_QR       0x80
#define FLAGS_RA       0x80
#define RCODE_NXDOMAIN 3

static inline __attribute__((always_inline)) void swap_macs(struct ethhdr *eth)
{
    unsigned char mac[ETH_ALEN];
    __builtin_memcpy(mac, eth->h_dest, ETH_ALEN);
    __builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
    __builtin_memcpy(eth->h_source, mac, ETH_ALEN);
}

/* Makes the query behind UDP its reply; 0: it is none. */
static inline __attribute__((always_inline)) int turn(struct udphdr *udp, void *end)
{
    unsigned char *dns = (unsigned char *)(udp + 1);
    if ((void *)(dns + DNS_HEADER + 3) > end || udp->dest != SWAP16(DNS_PORT))
        return 0;
    if (dns[2] & FLAGS_QR)
        return 0;
    __u16 port = udp->source;
    udp->source = udp->dest;
    udp->dest = port;
    dns[2] |= FLAGS_QR;
    dns[3] = FLAGS_RA | (dns[3] & 0x10) | (dns[DNS_HEADER + 2] & 1 ? RCODE_NXDOMAIN : 0);
    return 1;
}

static inline __attribute__((always_inline)) int answer_v4(struct ethhdr *eth, void *end)
{
    struct iphdr *ip = (struct iphdr *)(eth + 1);
    struct udphdr *udp = (struct udphdr *)(ip + 1);
    if ((void *)(udp + 1) > end || ip->ihl != 5 || ip->protocol != IPPROTO_UDP)
        return XDP_PASS;
    if (!turn(udp, end))
        return XDP_PASS;
    __u32 address = ip->saddr;
    ip->saddr = ip->daddr;
    ip->daddr = address;
    udp->check = 0;
    swap_macs(eth);
    return XDP_TX;
}

static inline __attribute__((always_inline)) __u16 folded(__u64 sum)
{
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (__u16)sum;
}

static inline __attribute__((always_inline)) int answer_v6(struct ethhdr *eth, void *end)
{
    struct ipv6hdr *ip = (struct ipv6hdr *)(eth + 1);
    struct udphdr *udp = (struct udphdr *)(ip + 1);
    if ((void *)(udp + 1) > end || ip->nexthdr != IPPROTO_UDP)
        return XDP_PASS;
    unsigned len = SWAP16(udp->len);
    if (len > sizeof *udp + PAYLOAD_MAX || !turn(udp, end))
        return XDP_PASS;
    struct in6_addr address = ip->saddr;
    ip->saddr = ip->daddr;
    ip->daddr = address;

    /* Of pseudo-header, header and payload. What lies behind the length UDP gives is padding. */
    __u64 sum = SWAP16(IPPROTO_UDP) + udp->len;
    __u16 *word = (__u16 *)&ip->saddr;
    udp->check = 0;
    for (unsigned i = 0; i < 16; i++) /* both addresses */
        sum += word[i];
    word = (__u16 *)udp;
    for (unsigned i = 0; i < (sizeof *udp + PAYLOAD_MAX) / 2; i++, word++) {
        if (2 * i + 2 > len || (void *)(word + 1) > end)
            break;
        sum += *word;
    }
    if (len & 1 && (void *)((unsigned char *)word + 1) <= end)
        sum += *(unsigned char *)word; /* the first octet of a word, in memory's order */
    __u16 check = (__u16)~folded(sum);
    udp->check = check ? check : 0xffff;
    swap_macs(eth);
    return XDP_TX;
}

SECTION("xdp_answer") int answer(struct xdp_md *context)
{
    void *data = (void *)(long)context->data, *end = (void *)(long)context->data_end;
    struct ethhdr *eth = data;
    if ((void *)(eth + 1) > end)
        return XDP_PASS;
    if (eth->h_proto == SWAP16(ETH_P_IP))
        return answer_v4(eth, end);
    if (eth->h_proto == SWAP16(ETH_P_IPV6))
        return answer_v6(eth, end);
    return XDP_PASS;
}

SECTION("xdp_pass") int pass(struct xdp_md *context)
{
    (void)context;
    return XDP_PASS;
}

const char terms[] SECTION("license") = "BSD";
