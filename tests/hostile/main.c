// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl-hostile: what no honest server sends.
 *
 * 1. Options. 2. The zone's names and a key. 3. Sockets of one port at 127.0.0.1 and ::1, and
 * `ready: 127.0.0.1:PORT`. 4. The loop, until a signal or --for. Exit: 0, 1 (could not), 2
 * (usage). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "tests/hostile/args.h"
#include "tests/hostile/front.h"
#include "tests/hostile/hostile.h"
#include "tests/hostile/manner.h"
#include "tests/hostile/net.h"
#include "tests/hostile/serve.h"

#define EXIT_USAGE 2
#define TIME_MAX   (3600 * NS_PER_S)

struct options {
    const char *zone, *names, *anchor;
    const struct denial *denial;
    const struct transfer *transfer;
    unsigned manners;
    union net_address front; /* family 0: none */
    uint64_t port, serial, after;
    mono_ns pause, duration;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static int unknown(struct text *why, const char *value)
{
    text_printf(why, "there is no \"%s\" (see --help)", value);
    return ERR_SYNTAX;
}

static int set_zone(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct options *)ctx)->zone = value;
    return 0;
}

static int set_names(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct options *)ctx)->names = value;
    return 0;
}

static int set_anchor(void *ctx, const char *value, struct text *why)
{
    (void)why;
    ((struct options *)ctx)->anchor = value;
    return 0;
}

static int set_denial(void *ctx, const char *value, struct text *why)
{
    struct options *o = ctx;
    o->denial = denial_find(value);
    return o->denial ? 0 : unknown(why, value);
}

static int set_transfer(void *ctx, const char *value, struct text *why)
{
    struct options *o = ctx;
    o->transfer = transfer_find(value);
    return o->transfer ? 0 : unknown(why, value);
}

static int set_manner(void *ctx, const char *value, struct text *why)
{
    const struct manner *m = manners;
    while (m->name && strcmp(m->name, value) != 0)
        m++;
    ((struct options *)ctx)->manners |= m->bit;
    return m->name ? 0 : unknown(why, value);
}

static int set_front(void *ctx, const char *value, struct text *why)
{
    return args_address(&((struct options *)ctx)->front, value, why);
}

static int set_number(const char *value, uint64_t max, uint64_t *out, struct text *why)
{
    if (!units_parse_count(value, out) && *out <= max)
        return 0;
    text_printf(why, "expected a number of at most %llu, not \"%s\"", (unsigned long long)max,
                value);
    return ERR_SYNTAX;
}

static int set_port(void *ctx, const char *value, struct text *why)
{
    return set_number(value, 65535, &((struct options *)ctx)->port, why);
}

static int set_serial(void *ctx, const char *value, struct text *why)
{
    return set_number(value, UINT32_MAX, &((struct options *)ctx)->serial, why);
}

static int set_after(void *ctx, const char *value, struct text *why)
{
    return set_number(value, UINT32_MAX, &((struct options *)ctx)->after, why);
}

static int set_pause(void *ctx, const char *value, struct text *why)
{
    return args_time(&((struct options *)ctx)->pause, value, NS_PER_S, TIME_MAX, why);
}

static int set_duration(void *ctx, const char *value, struct text *why)
{
    return args_time(&((struct options *)ctx)->duration, value, NS_PER_S, TIME_MAX, why);
}

#define ZONE "Zone"
#define LIES "Lies"
#define RUN  "Run"

/* clang-format off */
static const struct opt rows[] = {
    {ZONE, "zone", 'z', "NAME", "the zone that is served", "lies.example", NULL, NULL, 1, 0, set_zone},
    {ZONE, "names", 'n', "FILE", "its names, lines of NAME and of a, aaaa, txt, ns (a cut)", NULL, "a few", NULL, 1, OPT_FILE, set_names},
    {ZONE, "serial", 0, "N", "serial of its SOA", "1", NULL, NULL, 1, 0, set_serial},
    {ZONE, "anchor", 0, "FILE", "write its key there, as trust anchors are written", NULL, NULL, NULL, 1, OPT_FILE, set_anchor},

    {LIES, "denial", 'd', "LIE", "what it says of what is not there", "nsec", NULL, NULL, 1, 0, set_denial},
    {LIES, "after", 0, "N", "so many replies deny honestly before that", "0", NULL, NULL, 1, 0, set_after},
    {LIES, "transfer", 't', "LIE", "what comes for an AXFR", "refused", NULL, NULL, 1, 0, set_transfer},
    {LIES, "manner", 'm', "LIE", "what it does with every query or reply; repeatable", NULL, NULL, NULL, 1, OPT_MANY, set_manner},
    {LIES, "pause", 0, "TIME", "between messages of slow transfers", "1s", NULL, NULL, 1, 0, set_pause},
    {LIES, "front", 0, "ADDRESS", "be a resolver in front of that one: deny --names, and whatever does not exist, with keys of its own", NULL, NULL, NULL, 1, 0, set_front},

    {RUN, "port", 'p', "N", "at 127.0.0.1 and ::1, UDP and TCP; 0 is a free one", "0", NULL, NULL, 1, 0, set_port},
    {RUN, "for", 0, "TIME", "end by itself after this", "1m", NULL, NULL, 1, 0, set_duration},
    {RUN, "help", 'h', NULL, "show this", NULL, NULL, NULL, 1, OPT_STOP, NULL},
};
/* clang-format on */

static const struct opts_table table = {
    .parts = {&(const struct opts_part){rows, sizeof rows / sizeof *rows}},
    .env_prefix = "DNSTRAWL_HOSTILE_"};

static void print_help(void)
{
    struct text help = {0};
    text_puts(&help,
              "Usage: dnstrawl-hostile [OPTION]...\n\n"
              "A name server on this machine's loopback that lies, for tests of what reads it.\n");
    opts_help(&help, &table, 1);
    text_puts(&help, "\n--denial\n");
    for (const struct denial *d = denials_nsec; d->name; d++)
        text_printf(&help, "  %-15s %s\n", d->name, d->what);
    for (const struct denial *d = denials_nsec3; d->name; d++)
        text_printf(&help, "  %-15s %s\n", d->name, d->what);
    text_puts(&help, "\n--transfer\n");
    for (const struct transfer *t = transfers; t->name; t++)
        text_printf(&help, "  %-15s %s\n", t->name, t->what);
    text_puts(&help, "\n--manner\n");
    for (const struct manner *m = manners; m->name; m++)
        text_printf(&help, "  %-15s %s\n", m->name, m->what);
    fwrite(help.data, 1, help.len, stdout);
    text_deinit(&help);
}

static int emit_anchor(const struct hostile *h, const char *path)
{
    FILE *out = fopen(path, "we");
    if (!out)
        return ERR_IO;
    signer_print(h->signer, h->model.apex.wire, out);
    return fclose(out) ? ERR_IO : 0;
}

static int init(struct hostile *h, struct front **front, const struct options *o)
{
    *h = (struct hostile){
        .lie = o->denial,
        .denial = o->denial,
        .after = o->after,
        .transfer = o->transfer,
        .manners = o->manners,
        .serial = (uint32_t)o->serial,
        .pause = o->pause,
        .now_s = clock_wall_ms() / 1000,
    };
    int err = model_init(&h->model, o->zone, o->names);
    if (!err)
        err = signer_create(&h->signer);
    if (!err && o->anchor)
        err = emit_anchor(h, o->anchor);
    if (!err && o->front.any.sa_family)
        err = front_create(front, &o->front);
    return err;
}

static int run(struct hostile *h, struct front *front, const struct options *o)
{
    int fds[4];
    uint16_t port = (uint16_t)o->port;
    int err = net_open_both(fds, &port);
    if (err)
        return err;
    printf("ready: 127.0.0.1:%u\n", port);
    fflush(stdout);
    err = serve(h, front, fds, clock_mono_ns() + o->duration, &stop);
    for (unsigned i = 0; i < 4; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return err;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct hostile hostile;
    struct front *front = NULL;
    bool is_help = false;
    if (args_parse(&table, "dnstrawl-hostile", &options, argc, argv, &is_help))
        return EXIT_USAGE;
    if (is_help) {
        print_help();
        return 0;
    }
    net_catch_signals(on_signal);
    int err = init(&hostile, &front, &options);
    if (!err)
        err = run(&hostile, front, &options);
    if (err)
        fprintf(stderr, "dnstrawl-hostile: %s\n", err == ERR_IO ? strerror(errno) : err_text(err));
    front_destroy(front);
    signer_destroy(hostile.signer);
    free(hostile.chain);
    model_deinit(&hostile.model);
    return err ? EXIT_FAILURE : 0;
}
