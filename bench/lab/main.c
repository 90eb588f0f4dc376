// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl-lab: simulated resolvers and zones on loopback.
 *
 * 1. Options. 2. The lab is made and its lists written (lab.c). 3. Sockets are opened
 * and `ready: ...` printed. 4. The loop, until a signal or --for. 5. Report. Exit: 0,
 * 1 (could not), 2 (usage). */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/lab/diag.h"
#include "bench/lab/fast.h"
#include "bench/lab/lab.h"
#include "bench/lab/serve.h"
#include "bench/lab/sockets.h"
#include "bench/lab/timed.h"

#define EXIT_USAGE 2

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static int catch_signals(const struct lab_options *options)
{
    struct sigaction action = {.sa_handler = on_signal};
    pid_t parent = getppid();
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, &action, NULL) || sigaction(SIGTERM, &action, NULL))
        return ERR_IO;
    action.sa_handler = SIG_IGN;
    if (sigaction(SIGPIPE, &action, NULL))
        return ERR_IO;
    if (options->with_parent) {
        if (prctl(PR_SET_PDEATHSIG, SIGTERM))
            return ERR_IO;
        if (getppid() != parent) /* it ended before we asked */
            stop = 1;
    }
    return 0;
}

static void print_ready(const struct lab *lab)
{
    const struct lab_options *o = lab->options;
    char zone[NAME_TEXT_MAX], first[INET_ADDRSTRLEN], last[INET_ADDRSTRLEN];
    struct in_addr from = {htonl(o->first)},
                   to = {htonl(o->first + (uint32_t)o->resolver_count - 1)};
    name_to_text(zones_apex(lab->zones, 0)->name, zone);
    printf("ready: %zu resolver%s on ", lab->fleet->count, lab->fleet->count == 1 ? "" : "s");
    if (o->resolver_count)
        printf("%s-%s port %llu", inet_ntop(AF_INET, &from, first, sizeof first),
               inet_ntop(AF_INET, &to, last, sizeof last), (unsigned long long)o->port);
    if (o->ipv6_count)
        printf("%s::1 ports %llu-%llu", o->resolver_count ? " and " : "",
               (unsigned long long)o->port, (unsigned long long)(o->port + o->ipv6_count - 1));
    printf(", zone %s", zone);
    if (zones_apex_count(lab->zones) > 1)
        printf(" and %zu more", zones_apex_count(lab->zones) - 1);
    putchar('\n');
    fflush(stdout);
}

static int serve(struct lab *lab)
{
    const struct lab_options *o = lab->options;
    struct fast *fast = NULL;
    int err = o->fast ? fast_create(&fast, lab, &lab->fastzone) : 0;
    if (err) {
        diag("%s", err_text(err));
        return err;
    }
    print_ready(lab);
    lab_start(lab);
    mono_ns end = lab->started + o->duration;
    err = o->is_timed ? timed_run(lab, fast, end)
          : o->fast   ? fast_run(fast, end)
                      : serve_run(lab, end);
    lab_end(lab);
    lab->socket_drops = sockets_drops(lab->fleet);
    fast_destroy(fast);
    int report_err = lab_report(lab);
    return err ? err : report_err;
}

static int open_and_serve(struct lab *lab)
{
    const struct lab_options *o = lab->options;
    int err = sockets_open(lab->fleet, o->fast ? SOCKETS_BUFFER_FAST : SOCKETS_BUFFER_FLEET,
                           !o->fast && !o->no_tcp);
    if (!err)
        err = serve(lab);
    sockets_close(lab->fleet);
    return err;
}

int main(int argc, char **argv)
{
    struct lab_options options;
    struct lab lab;
    if (options_parse(&options, argc, argv))
        return EXIT_USAGE;
    if (options.is_help) {
        options_print_help();
        return 0;
    }
    if (options.is_version) {
        printf("dnstrawl-lab %s\n", DNSTRAWL_VERSION);
        return 0;
    }
    if (catch_signals(&options)) {
        diag("signals: %s", strerror(errno));
        return EXIT_FAILURE;
    }
    int err = lab_init(&lab, &options);
    lab.stop = &stop;
    if (!err && !options.emit_only)
        err = open_and_serve(&lab);
    lab_deinit(&lab);
    return !err ? 0 : err == ERR_SYNTAX ? EXIT_USAGE : EXIT_FAILURE;
}
