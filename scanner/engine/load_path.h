// SPDX-License-Identifier: BSD-2-Clause
/* What a worker's queries leave by, and what comes back: UDP (load_udp.c), UDP in trains
 * (load_gso.c) or streams (load_stream.c), behind one table.
 *
 *   open -> [ begin -> (lane, send, receive, trouble, turn)* -> end ]* -> close
 *
 * A path has lanes, numbered from 0: sockets or connections to the trial's target. Ids, what is in
 * flight and the checks of answers are the worker's (load_flight.h), for each lane apart; a path
 * moves messages and knows their first two octets at most. All calls but open and close come
 * from the worker's thread; nothing blocks, and whoever waits is the worker (`watch`). Messages go
 * in batches of up to LOAD_BATCH, so that a call through the table is paid once a batch.
 *
 * Private to the generator: load*.c. */
#ifndef ENGINE_LOAD_PATH_H
#define ENGINE_LOAD_PATH_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "engine/load.h"

#define LOAD_BATCH       64  /* messages a call; trains too, because a veth ring holds 256 */
#define LOAD_LANES_MAX   256 /* of one target and worker */
#define LOAD_WATCHED_MAX (LOAD_LANES_MAX + 1)

/* A message to leave. Its id has been set. */
struct load_item {
    uint8_t *data;
    uint16_t len;
};

/* A message that came, whole and without a stream's framing. */
struct load_message {
    const uint8_t *data; /* the path's, until the next receive */
    uint32_t len;
    uint32_t lane;
    mono_ns at; /* when it came: the kernel's stamp where there is one */
};

/* What will not be answered. */
struct load_trouble {
    uint32_t lane;
    bool is_lane; /* all that is in flight there: the connection broke; else the one by ID */
    uint16_t id;  /* an ICMP error told of it */
};

/* What a path is opened for; borrowed, outlives it. */
struct load_path_setup {
    const struct load_params *load;
    unsigned worker;
    bool follows; /* by TCP, what UDP answered with TC, whatever load->proto says */
    struct rng *rng;
};

/* Each implementation's struct begins with this one. */
struct load_path {
    const struct load_path_ops *ops;
};

struct load_path_ops {
    /* In flight on a lane: at most 1 << LANE_BITS, 16 at most. */
    unsigned lane_bits;
    /* GSO: a batch has equal lengths (but for a shorter last one), one behind the other in
     * memory, and may be held up to a millisecond to be full. */
    bool is_train;

    /* For all targets, called by load_create. ERR_NOMEM, ERR_IO (errno); *WHY: what failed,
     * static. */
    int (*open)(struct load_path **out, const struct load_path_setup *setup, const char **why);
    void (*close)(struct load_path *path);

    /* A trial against TRIAL->target begins: how many lanes there are in it (fixed until `end`), or
     * ERR_IO. What still lies there for an earlier one is thrown away. Connections may be opened
     * here or by the first query; `connections` of the result counts those opened in a trial. */
    int (*begin)(struct load_path *path, const struct load_trial *trial);
    /* It is over. Adds what only the path knows: socket_drops, connections, send_busy. */
    void (*end)(struct load_path *path, struct load_result *result);

    /* The lane for the next batch: in turn, or the one with most room. */
    uint32_t (*lane)(struct load_path *path);
    /* Hands COUNT messages over; how many were taken, from the first on. Taken is what the
     * kernel has, or what waits behind a connection's handshake or a full send buffer (bounded;
     * such waiting is the target's doing and shows as response time). What is not taken is offered
     * again next turn. A target that cannot be had: taken, and told as trouble. */
    unsigned (*send)(struct load_path *path, uint32_t lane, const struct load_item *items,
                     unsigned count);
    /* Up to LOAD_BATCH messages, of any lanes; WANTED: about how many are to be expected, which may
     * decide how hard to look. 0: nothing now. */
    unsigned (*receive)(struct load_path *path, unsigned wanted, struct load_message *out);
    /* One trouble at a time; false: no more. Told of a lane before any message is taken for its
     * next connection. */
    bool (*trouble)(struct load_path *path, struct load_trouble *out);
    /* Once a turn, before `receive`: writes on, connects, closes. When it has to be called again
     * at the latest; WIRE_NEVER. NULL: nothing of the kind. */
    mono_ns (*turn)(struct load_path *path, mono_ns now);
    /* What to wait for while nothing is due: fills OUT (an epoll descriptor may be one of it), at
     * most LOAD_WATCHED_MAX; how many. */
    unsigned (*watch)(struct load_path *path, struct pollfd *out);
    /* load_way; may change as it goes. Static. */
    const char *(*way)(const struct load_path *path);
    /* load_why. NULL: it has nothing of the kind to tell. */
    const char *(*why)(const struct load_path *path);
};

extern const struct load_path_ops load_udp_ops, load_gso_ops;
/* TCP, DoT and DoH, by setup->load->proto; TCP when setup->follows. */
extern const struct load_path_ops load_stream_ops;

#endif
