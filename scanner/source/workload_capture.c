// SPDX-License-Identifier: BSD-2-Clause
/* The one place that knows libpcap. Packets are read one by one and nothing kept but the query;
 * a time that runs backwards (clocks are set, interfaces are merged) stands still instead. */
#include "source/workload_capture.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/workload_packet.h"
#include "source/workload_refusal.h"

#define SECONDS_MAX ((int64_t)1 << 33) /* of a stamp; in ns they fit 63 bits */

struct reading {
    pcap_t *pcap;
    const char *path;
    enum packet_link link;
    struct stock *stock;
    uint64_t *refused;
    uint64_t number; /* of the packet, from 1 */
    mono_ns first, last;
};

static const struct {
    int dlt;
    enum packet_link link;
} links[] = {
    {DLT_EN10MB, PACKET_ETHERNET}, {DLT_LINUX_SLL, PACKET_COOKED},
    {DLT_RAW, PACKET_RAW},         {DLT_IPV4, PACKET_RAW},
    {DLT_IPV6, PACKET_RAW},        {DLT_NULL, PACKET_LOOPBACK},
    {DLT_LOOP, PACKET_LOOPBACK},   {DLT_LINUX_SLL2, PACKET_COOKED_2},
};

bool workload_capture_is(const char *path)
{
    static const uint8_t magics[][4] = {
        {0xd4, 0xc3, 0xb2, 0xa1}, {0xa1, 0xb2, 0xc3, 0xd4}, /* either octet order */
        {0x4d, 0x3c, 0xb2, 0xa1}, {0xa1, 0xb2, 0x3c, 0x4d}, /* nanoseconds */
        {0x34, 0xcd, 0xb2, 0xa1}, {0xa1, 0xb2, 0xcd, 0x34}, /* with more to each packet */
        {0x0a, 0x0d, 0x0d, 0x0a},                           /* pcapng */
    };
    uint8_t head[4];
    struct stat st;
    if (strcmp(path, "-") == 0 || stat(path, &st) || !S_ISREG(st.st_mode))
        return false; /* a pipe must not lose its first octets */
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t got = pread(fd, head, sizeof head, 0);
    close(fd);
    for (size_t i = 0; i < sizeof magics / sizeof *magics && got == sizeof head; i++)
        if (memcmp(head, magics[i], sizeof head) == 0)
            return true;
    return false;
}

static bool find_link(int dlt, enum packet_link *out)
{
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        if (links[i].dlt == dlt) {
            *out = links[i].link;
            return true;
        }
    }
    return false;
}

static void refuse(struct reading *reading, const char *why)
{
    if (refusal_is_told(reading->refused))
        log_note("%s: packet %llu: %s", reading->path, (unsigned long long)reading->number, why);
}

/* The stamp since the first query; STAMP has nanoseconds where its name says micro. */
static bool read_time(struct reading *reading, const struct timeval *stamp, mono_ns *out)
{
    if (stamp->tv_sec < 0 || stamp->tv_sec >= SECONDS_MAX || stamp->tv_usec < 0 ||
        stamp->tv_usec >= NS_PER_S)
        return false;
    mono_ns now = (mono_ns)stamp->tv_sec * NS_PER_S + stamp->tv_usec;
    if (reading->stock->count == 0)
        reading->first = now;
    *out = now - reading->first;
    if (*out < reading->last)
        *out = reading->last;
    return true;
}

static int take_packet(struct reading *reading, const struct pcap_pkthdr *head, const uint8_t *data)
{
    struct stock_query query;
    const char *why;
    reading->number++;
    switch (packet_parse(reading->link, data, head->caplen, &query, &why)) {
    case PACKET_OTHER:
        return 0;
    case PACKET_REFUSED:
        refuse(reading, why);
        return 0;
    case PACKET_QUERY:
        break;
    }
    if (!read_time(reading, &head->ts, &query.at)) {
        refuse(reading, "a time that is none");
        return 0;
    }
    reading->last = query.at;
    return stock_add(reading->stock, &query);
}

static int read_packets(struct reading *reading, struct text *why)
{
    struct pcap_pkthdr *head;
    const uint8_t *data;
    int state, error = 0;
    while (!error && (state = pcap_next_ex(reading->pcap, &head, &data)) == 1)
        error = take_packet(reading, head, data);
    if (error == ERR_FULL)
        text_printf(why, "%s: more than %llu MiB of queries, read up to packet %llu", reading->path,
                    (unsigned long long)(reading->stock->octets_max >> 20),
                    (unsigned long long)reading->number);
    if (error)
        return error;
    if (state == PCAP_ERROR) {
        reading->number++;
        if (reading->stock->count == 0) {
            text_printf(why, "%s: %s", reading->path, pcap_geterr(reading->pcap));
            return ERR_FORMAT;
        }
        refuse(reading, pcap_geterr(reading->pcap));
    }
    if (reading->stock->count > 0)
        return 0;
    text_printf(why, "%s: no DNS query by UDP in it", reading->path);
    return ERR_SYNTAX;
}

int workload_capture_read(struct stock *stock, const char *path, uint64_t *refused, mono_ns *span,
                          struct text *why)
{
    char message[PCAP_ERRBUF_SIZE];
    struct reading reading = {.path = path, .stock = stock, .refused = refused};
    int error;
    *span = 0;
    reading.pcap =
        pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, message);
    if (!reading.pcap) {
        text_printf(why, "%s: %s", path, message);
        return ERR_FORMAT;
    }
    if (find_link(pcap_datalink(reading.pcap), &reading.link)) {
        error = read_packets(&reading, why);
        *span = reading.last;
    } else {
        const char *name = pcap_datalink_val_to_name(pcap_datalink(reading.pcap));
        text_printf(why, "%s: packets of a link layer (%s) that is not known here", path,
                    name ? name : "without a name");
        error = ERR_NOTSUP;
    }
    pcap_close(reading.pcap);
    return error;
}
