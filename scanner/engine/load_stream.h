// SPDX-License-Identifier: BSD-2-Clause
/* A load's queries by TCP (RFC 7766), TLS (RFC 7858) and HTTP/2 (RFC 8484).
 *
 * A lane is a place for a connection. It has at most one that takes queries; one that has had its
 * share of them, or whose server is about to leave, is retired: it gets its answers, and the next
 * one takes the place.
 *
 *   lane:        queue -> connection -> (retired)
 *   connection:  OPENING -> [SHAKING] -> UP -> ENDED -> freed by the next receive
 *
 * What is handed in waits in the lane's queue until the connection takes it, at most the timeout:
 * a connection that is slow to take shows in the response times, and is nobody's stall but the
 * target's.
 *
 * Connections that end without having answered are failures. After one the lane rests, longer each
 * time; and while no lane has an answer to show, one alone tries at a time, so that a dead target
 * is knocked at and not hammered. What is asked of a lane that rests is given up at once.
 *
 * Private to load_stream*.c: load_stream.c has the lanes, load_stream_conn.c a connection's life,
 * load_stream_io.c its octets. */
#ifndef ENGINE_LOAD_STREAM_H
#define ENGINE_LOAD_STREAM_H

#include <sys/epoll.h>

#include "engine/h2.h"
#include "engine/load_frames.h"
#include "engine/load_host.h"
#include "engine/load_ids.h"
#include "engine/load_path.h"
#include "engine/load_queue.h"
#include "engine/tls.h"

#define LOAD_STREAM_BITS    14  /* 16,384 in flight on a connection; its queue holds them all */
#define STREAM_RETIRED_MAX  256 /* connections that wait for their last answers */
#define STREAM_CONNS_MAX    (LOAD_LANES_MAX + STREAM_RETIRED_MAX)
#define STREAM_OCTETS       16384 /* read or written at a time; what a TLS record holds */
#define STREAM_SURPLUS_MAX  64    /* messages beyond what was asked */
#define STREAM_BARREN_MAX   (8u * 1024 * 1024) /* octets without a message among them */
#define STREAM_UNTAKEN_MAX  (256u * 1024)      /* octets that a peer made TLS say */
#define STREAM_EVENTS       64
#define STREAM_SILENCE      2 /* timeouts without an answer, when one is awaited */
#define STREAM_REST_LEAST   (20 * NS_PER_MS)
#define STREAM_REST_MOST    NS_PER_S
#define STREAM_OPENING_MOST (2 * NS_PER_S) /* that a trial waits for its connections */

enum stream_state { STREAM_OPENING, STREAM_SHAKING, STREAM_UP, STREAM_ENDED };

struct stream_conn {
    struct stream_conn *next; /* of those that ended */
    enum stream_state state;
    uint32_t place, lane;
    uint32_t serial; /* tells it from an earlier one at its place */
    int fd;
    bool is_retired, is_useful; /* useful: it has answered */
    bool wants_room;            /* the kernel took no more */
    const char *closing;        /* why it ends once what came is told; NULL: it does not */
    mono_ns since;              /* begun; retired */
    mono_ns heard;              /* the last answer; before one was asked for, when it was */
    uint64_t asked_count;       /* in all */
    unsigned surplus;
    size_t barren; /* octets since the last message */
    struct load_ids asked;
    struct tls_session *tls; /* DoT, DoH */
    struct h2 *h2;           /* DoH, once it is up */
    struct load_frames in;   /* TCP, DoT */
    size_t out_at, out_len;
    uint8_t out[STREAM_OCTETS];
};

struct stream_lane {
    struct stream_conn *conn; /* NULL: none is there, or begun */
    struct load_queue queue;
    struct load_ids gone; /* will not be answered, and to be told */
    unsigned failures;    /* in a row */
    mono_ns rest_until;
    mono_ns local_until; /* this machine had no socket for it */
};

struct load_stream {
    struct load_path path;
    const struct load_path_setup *setup;
    enum load_proto proto;
    struct wire_address target;
    struct load_host host;
    int poll_fd;
    mono_ns now, timeout, look_next;

    struct stream_lane *lanes;
    unsigned lane_count, lane_next;
    struct stream_conn *conns[STREAM_CONNS_MAX]; /* by place; NULL: free */
    unsigned place_count;                        /* used up to now */
    uint32_t serial;                             /* of the last one */
    struct stream_conn *ended;
    unsigned retired_count, useful_count, trying_count;
    unsigned failures; /* since anything was answered */
    mono_ns rest_until;
    uint32_t gone_count, gone_lane; /* on all lanes; the one to tell next */
    const char *why;                /* of the last failure; static, or: */
    char status_text[32];
    uint64_t connections, busy;

    struct epoll_event events[STREAM_EVENTS];
    int event_at, event_count;
    bool is_event_read;            /* of events[event_at] the socket has been read */
    uint8_t octets[STREAM_OCTETS]; /* one read or write at a time */
};

/* --- load_stream_conn.c --- */

enum stream_hope {
    STREAM_GOES, /* a connection may be opened */
    STREAM_WAITS,
    STREAM_RESTS, /* the target is not to be had now */
};

enum stream_hope stream_hope(const struct load_stream *s, const struct stream_lane *lane);
/* When there is none and it GOES. What becomes of it is seen in the lane. */
void stream_dial(struct load_stream *s, uint32_t lane);
/* WHY: what is wrong with it, static; NULL: nothing, we close it. */
void stream_end(struct load_stream *s, struct stream_conn *conn, const char *why);
/* It takes no more queries. It stays where it is when there is no room for that. */
void stream_retire(struct load_stream *s, struct stream_conn *conn);
void stream_is_up(struct load_stream *s, struct stream_conn *conn);
void stream_answered(struct load_stream *s, struct stream_conn *conn);
/* ID will not be answered. */
void stream_give_up(struct load_stream *s, struct stream_lane *lane, uint16_t id);
/* Whoever has waited for too long. */
void stream_look(struct load_stream *s);
void stream_free_ended(struct load_stream *s);

/* --- load_stream_io.c --- */

/* The socket of one that is OPENING is told to be ready. */
void stream_connected(struct load_stream *s, struct stream_conn *conn);
/* Reads once, into where stream_next looks. */
void stream_read(struct load_stream *s, struct stream_conn *conn);
/* Writes what there is, and takes queries for it, as far as the kernel goes along. */
void stream_pump(struct load_stream *s, struct stream_conn *conn);
/* What epoll says it is called by. */
struct epoll_event stream_event(const struct stream_conn *conn, bool wants_room);
/* The next message; false: none. */
bool stream_next(struct load_stream *s, struct stream_conn *conn, struct load_message *out);

#endif
