// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl-delay: puts a link's delay between a client and a server, both on loopback.
 *
 *   client -> [delay] -> server -> [delay] -> client
 *
 * UDP (udp.c): each datagram waits in a queue for its time; all are equally late, so that the
 * queue is in order. Queries get an id of ours on the way, by which replies find their client.
 * TCP (tcp.c): a pair of connections each, what one says waits likewise for the other.
 *
 * It says `ready: ADDRESS:PORT` when it can be asked, and at the end what passed. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/delay/tcp.h"
#include "tests/delay/udp.h"
#include "tests/hostile/args.h"
#include "tests/hostile/net.h"

#define EXIT_USAGE 2
#define IDLE_NS    (50 * NS_PER_MS) /* how soon a stop flag is seen */
#define DELAY_MAX  (10 * NS_PER_S)
#define TIME_MAX   (3600 * NS_PER_S)

struct options {
    union net_address listen, to;
    mono_ns delay, duration;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static int set_listen(void *ctx, const char *value, struct text *why)
{
    return args_address(&((struct options *)ctx)->listen, value, why);
}

static int set_to(void *ctx, const char *value, struct text *why)
{
    return args_address(&((struct options *)ctx)->to, value, why);
}

static int set_delay(void *ctx, const char *value, struct text *why)
{
    return args_time(&((struct options *)ctx)->delay, value, NS_PER_MS, DELAY_MAX, why);
}

static int set_duration(void *ctx, const char *value, struct text *why)
{
    return args_time(&((struct options *)ctx)->duration, value, NS_PER_S, TIME_MAX, why);
}

/* clang-format off */
static const struct opt rows[] = {
    {"Options", "to", 0, "ADDRESS", "the server, on loopback", NULL, NULL, NULL, 1, 0, set_to},
    {"Options", "listen", 0, "ADDRESS", "where clients ask; port 0 is a free one", "127.0.0.1:0", NULL, NULL, 1, 0, set_listen},
    {"Options", "delay", 'd', "TIME", "each way", "5ms", NULL, NULL, 1, 0, set_delay},
    {"Options", "for", 0, "TIME", "end by itself after this", "1m", NULL, NULL, 1, 0, set_duration},
    {"Options", "help", 'h', NULL, "show this", NULL, NULL, NULL, 1, OPT_STOP, NULL},
};
/* clang-format on */

static const struct opts_table table = {
    .parts = {&(const struct opts_part){rows, sizeof rows / sizeof *rows}},
    .env_prefix = "DNSTRAWL_DELAY_"};

static void print_help(void)
{
    struct text help = {0};
    text_puts(&help, "Usage: dnstrawl-delay --to ADDRESS [OPTION]...\n\n"
                     "A link with a delay, UDP and TCP, between programs of this machine.\n");
    opts_help(&help, &table, 1);
    fwrite(help.data, 1, help.len, stdout);
    text_deinit(&help);
}

static int run(struct udp *udp, struct tcp *tcp, mono_ns end)
{
    struct pollfd polled[UDP_FDS + TCP_FDS_MAX];
    mono_ns now = clock_mono_ns();
    while (!stop && now < end) {
        mono_ns due = now + IDLE_NS;
        due = udp_watch(udp, polled, due);
        nfds_t count = UDP_FDS + tcp_watch(tcp, polled + UDP_FDS, &due);
        now = clock_mono_ns();
        struct timespec wait = {.tv_nsec = due > now ? (long)(due - now) : 0};
        if (ppoll(polled, count, &wait, NULL) < 0 && errno != EINTR)
            return ERR_IO;
        now = clock_mono_ns();
        udp_turn(udp, polled, now);
        tcp_turn(tcp, polled + UDP_FDS, now);
    }
    return 0;
}

static void say_ready(const union net_address *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    bool is_v6 = address->any.sa_family == AF_INET6;
    const void *from = is_v6 ? (const void *)&address->v6.sin6_addr : &address->v4.sin_addr;
    inet_ntop(address->any.sa_family, from, text, sizeof text);
    printf(is_v6 ? "ready: [%s]:%u\n" : "ready: %s:%u\n", text, net_port(address));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct udp *udp = NULL;
    struct tcp *tcp = NULL;
    bool is_help = false;
    if (args_parse(&table, "dnstrawl-delay", &options, argc, argv, &is_help))
        return EXIT_USAGE;
    if (is_help) {
        print_help();
        return 0;
    }
    if (!options.to.any.sa_family) {
        fprintf(stderr, "dnstrawl-delay: --to is wanted (see --help)\n");
        return EXIT_USAGE;
    }
    net_catch_signals(on_signal);
    int err = udp_create(&udp, &options.listen, &options.to, options.delay);
    if (!err) /* TCP at the port that UDP got */
        err = tcp_create(&tcp, udp_address(udp), &options.to, options.delay);
    if (!err) {
        say_ready(udp_address(udp));
        err = run(udp, tcp, clock_mono_ns() + options.duration);
        udp_tell(udp);
    }
    if (err)
        fprintf(stderr, "dnstrawl-delay: %s\n", err == ERR_IO ? strerror(errno) : err_text(err));
    tcp_destroy(tcp);
    udp_destroy(udp);
    return err ? EXIT_FAILURE : 0;
}
