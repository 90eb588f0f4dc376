// SPDX-License-Identifier: BSD-2-Clause
/* Hits made by hand for tests of formats and sinks, the nasty ones among them. */
#ifndef TESTS_HITS_H
#define TESTS_HITS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "dns/code.h"
#include "dns/name.h"
#include "model/hit.h"
#include "out/out.h"

#define MADE_RECORDS_MAX 8
#define MADE_RDATA_MAX   300

/* Self-referencing: made in place, never copied. */
struct made_hit {
    struct hit hit;
    struct name host, wildcard_root;
    struct name owners[MADE_RECORDS_MAX];
    uint8_t rdata[MADE_RECORDS_MAX][MADE_RDATA_MAX];
    struct hit_record records[MADE_RECORDS_MAX];
};

static inline void make_name(struct name *out, const char *text)
{
    assert_int_equal(name_from_text(out, text, strlen(text)), 0);
}

/* A found name without records yet. */
static inline void make_hit(struct made_hit *m, const char *host)
{
    memset(m, 0, sizeof *m);
    make_name(&m->host, host);
    m->hit = (struct hit){
        .host = m->host.wire,
        .zone = "example.com",
        .verdict = VERDICT_FOUND,
        .rcode = RCODE_NOERROR,
        .has_reply = true,
        .tries = 1,
        .resolver = "9.9.9.9:53",
        .rtt_us = 18400,
        .confirmed = HIT_CONFIRMED_SINGLE,
        .source = HIT_FROM_WORDS,
        .time_ms = 1795317247123, /* 2026-11-22T03:14:07.123Z */
        .records = m->records,
    };
}

/* A verdict that no reply gave. */
static inline void make_silent(struct made_hit *m, const char *host, enum verdict verdict)
{
    make_hit(m, host);
    m->hit.verdict = verdict;
    m->hit.has_reply = false;
    m->hit.resolver = NULL;
    m->hit.confirmed = HIT_CONFIRMED_NOT;
}

static inline void add_record(struct made_hit *m, const char *owner, uint16_t type, uint32_t ttl,
                              const void *rdata, size_t len)
{
    size_t i = m->hit.record_count++;
    assert_true(i < MADE_RECORDS_MAX && len <= MADE_RDATA_MAX);
    make_name(&m->owners[i], owner);
    if (len)
        memcpy(m->rdata[i], rdata, len);
    m->records[i] = (struct hit_record){.owner = m->owners[i].wire,
                                        .rdata = m->rdata[i],
                                        .ttl = ttl,
                                        .type = type,
                                        .rdata_len = (uint16_t)len};
}

static inline void add_a(struct made_hit *m, const char *owner, uint8_t last)
{
    uint8_t address[4] = {192, 0, 2, last};
    add_record(m, owner, TYPE_A, 60, address, sizeof address);
}

static inline void add_cname(struct made_hit *m, const char *owner, const char *target)
{
    struct name name;
    make_name(&name, target);
    add_record(m, owner, TYPE_CNAME, 300, name.wire, name.len);
}

static inline void add_type(struct made_hit *m, uint16_t type)
{
    m->hit.types[m->hit.type_count++] = type;
}

/* A chain of one CNAME and two addresses, one of them by both owners. */
static inline void make_chain(struct made_hit *m)
{
    make_hit(m, "www.example.com");
    add_type(m, TYPE_A);
    add_cname(m, "www.example.com", "edge.example.net");
    add_a(m, "edge.example.net", 3);
    add_a(m, "edge.example.net", 4);
}

/* Dots, controls, quotes and high octets inside labels. */
#define NASTY_IN  "a\\.b.c\\010\\\"d\\255\\,.example.com"
#define NASTY_OUT "a\\046b.c\\010\\034d\\255\\044.example.com"

/* 255 octets, each of them to be escaped: the longest text a name can have. */
static inline void make_longest_name(char out[NAME_TEXT_MAX])
{
    static const int label_lens[] = {63, 63, 63, 61};
    char *to = out;
    for (size_t i = 0; i < 4; i++) {
        for (int k = 0; k < label_lens[i]; k++) {
            memcpy(to, "\\001", 4);
            to += 4;
        }
        *to++ = '.';
    }
    to[-1] = '\0';
}

/* What FORMAT writes for M is TEXT, exactly. */
static inline void assert_written(const struct out_format *format, const struct made_hit *m,
                                  const char *text)
{
    struct text out = {0};
    format->hit(&out, &m->hit);
    text_putc(&out, '\0');
    assert_false(out.failed);
    assert_string_equal(out.data, text);
    text_deinit(&out);
}

/* Lines only, no byte that could trouble a terminal. */
static inline void assert_clean(const struct text *out)
{
    for (size_t i = 0; i < out->len; i++) {
        unsigned char c = (unsigned char)out->data[i];
        assert_true(c == '\n' || (c >= 0x20 && c < 0x7f));
    }
    assert_true(out->len == 0 || out->data[out->len - 1] == '\n');
}

#endif
