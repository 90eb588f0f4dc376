// SPDX-License-Identifier: BSD-2-Clause
/* Sockets on loopback, and nowhere else. Shared with the delaying forwarder (tests/delay). */
#ifndef HOSTILE_NET_H
#define HOSTILE_NET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

#define NET_BUFFER (4 << 20) /* of a UDP socket, both ways */

union net_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* `127.0.0.1:53` or `[::1]:53`; ERR_SYNTAX for anything else, ERR_RANGE where it is not of
 * this machine. */
MUST_CHECK int net_parse(union net_address *out, const char *text);
socklen_t net_len(const union net_address *address);
uint16_t net_port(const union net_address *address);
/* Not blocking; bound and, of TCP, listening. Or connected. -1, errno. */
int net_open(const union net_address *address, int type);
int net_connect(const union net_address *address, int type, bool blocks);
/* UDP and TCP sockets of one port at 127.0.0.1 and ::1 into FDS, those of UDP first. PORT 0:
 * a free one, written there. */
MUST_CHECK int net_open_both(int fds[4], uint16_t *port);
/* SIGINT and SIGTERM call ON_SIGNAL; SIGPIPE is nothing. */
void net_catch_signals(void (*on_signal)(int));

#endif
