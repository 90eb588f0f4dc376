// SPDX-License-Identifier: BSD-2-Clause
/* nghttp2 over memory; the only file that includes it.
 *
 * A query has a slot from when it is asked until its answer is released:
 *
 *   FREE --ask--> ASKED --stream closed--> ENDED --next--> TOLD --release--> FREE
 *
 * nghttp2 checks frames and headers, and gives up on peers that flood it with them. */
#include "engine/h2.h"

#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MESSAGE_MAX 65535
#define BODY_START  512
#define BODY_KEPT   4096              /* a slot keeps that much for its next answer */
#define WINDOW      (4 * 1024 * 1024) /* of the connection: answers do not wait for our updates */
#define HEADERS_MAX 16384
#define MEDIA_TYPE  "application/dns-message"
#define STATUS_OK   200

enum slot_state { SLOT_FREE, SLOT_ASKED, SLOT_ENDED, SLOT_TOLD };

struct slot {
    enum slot_state state;
    enum h2_end end;
    uint8_t query[H2_QUERY_MAX]; /* with its id; sent without */
    uint16_t query_len, query_sent;
    mono_ns since;
    unsigned status;
    bool is_dns; /* by its content-type */
    bool is_too_long;
    uint8_t *body;
    size_t body_len, body_cap;
};

struct h2 {
    nghttp2_session *session;
    const char *authority, *path;
    bool no_memory, is_ready;
    const uint8_t *rest; /* nghttp2's, until it is called again: what did not fit */
    size_t rest_len;
    unsigned used_count;                 /* slots not free */
    uint16_t free_slots[H2_STREAMS_MAX]; /* a stack */
    uint16_t ended[H2_STREAMS_MAX];      /* a ring, in the order they ended */
    unsigned ended_first, ended_count;   /* of ended */
    uint16_t told[H2_STREAMS_MAX];
    unsigned told_count;
    struct slot slots[H2_STREAMS_MAX];
};

/* --- what nghttp2 tells --- */

static struct slot *slot_of(struct h2 *h2, int32_t stream)
{
    return nghttp2_session_get_stream_user_data(h2->session, stream);
}

static unsigned parse_status(const uint8_t *value, size_t len)
{
    unsigned status = 0;
    for (size_t i = 0; i < len && i < 3; i++)
        status = status * 10 + (unsigned)(value[i] - '0'); /* nghttp2 saw to the digits */
    return status;
}

/* Parameters may follow. */
static bool is_media_type(const uint8_t *value, size_t len)
{
    size_t wanted = strlen(MEDIA_TYPE);
    return len >= wanted && strncasecmp((const char *)value, MEDIA_TYPE, wanted) == 0 &&
           (len == wanted || value[wanted] == ';' || value[wanted] == ' ');
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
                     void *ctx)
{
    struct slot *slot = slot_of(ctx, frame->hd.stream_id);
    (void)session;
    (void)flags;
    if (!slot)
        return 0;
    if (name_len == 7 && memcmp(name, ":status", 7) == 0)
        slot->status = parse_status(value, value_len);
    else if (name_len == 12 && memcmp(name, "content-type", 12) == 0)
        slot->is_dns = is_media_type(value, value_len);
    return 0;
}

static bool append(struct slot *slot, const uint8_t *data, size_t len)
{
    size_t cap = slot->body_cap ? slot->body_cap : BODY_START;
    while (cap - slot->body_len < len)
        cap *= 2;
    if (cap != slot->body_cap) {
        uint8_t *body = realloc(slot->body, cap);
        if (!body)
            return false;
        slot->body = body;
        slot->body_cap = cap;
    }
    memcpy(slot->body + slot->body_len, data, len);
    slot->body_len += len;
    return true;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *data,
                   size_t len, void *ctx)
{
    struct h2 *h2 = ctx;
    struct slot *slot = slot_of(h2, stream);
    (void)flags;
    if (!slot || slot->is_too_long)
        return 0;
    if (len > MESSAGE_MAX - slot->body_len) {
        slot->is_too_long = true;
        h2->no_memory |=
            nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL) != 0;
        return 0;
    }
    h2->no_memory |= !append(slot, data, len);
    return h2->no_memory ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

static enum h2_end end_of(const struct h2 *h2, const struct slot *slot, uint32_t error)
{
    if (error == NGHTTP2_REFUSED_STREAM && h2_is_leaving(h2))
        return H2_REFUSED;
    bool is_good = error == NGHTTP2_NO_ERROR && slot->status == STATUS_OK && slot->is_dns &&
                   !slot->is_too_long;
    return is_good ? H2_ANSWERED : H2_FAILED;
}

/* Settings come first, and an acknowledgement of ours is none. */
static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
    struct h2 *h2 = ctx;
    (void)session;
    h2->is_ready |= frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0;
    return 0;
}

static int on_stream_close(nghttp2_session *session, int32_t stream, uint32_t error, void *ctx)
{
    struct h2 *h2 = ctx;
    struct slot *slot = slot_of(h2, stream);
    (void)session;
    if (!slot || slot->state != SLOT_ASKED)
        return 0;
    slot->state = SLOT_ENDED;
    slot->end = end_of(h2, slot, error);
    unsigned place = (h2->ended_first + h2->ended_count++) % H2_STREAMS_MAX;
    h2->ended[place] = (uint16_t)(slot - h2->slots);
    return 0;
}

static ssize_t read_query(nghttp2_session *session, int32_t stream, uint8_t *out, size_t cap,
                          uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
    struct slot *slot = source->ptr;
    size_t left = (size_t)slot->query_len - slot->query_sent;
    size_t len = left < cap ? left : cap;
    (void)session;
    (void)stream;
    (void)ctx;
    for (size_t i = 0; i < len; i++, slot->query_sent++)
        out[i] = slot->query_sent < 2 ? 0 : slot->query[slot->query_sent];
    if (slot->query_sent == slot->query_len)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)len;
}

/* --- life --- */

static int set_callbacks(struct h2 *h2, nghttp2_session_callbacks *callbacks,
                         nghttp2_option *option)
{
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
    nghttp2_option_set_no_closed_streams(option, 1);
    return nghttp2_session_client_new2(&h2->session, callbacks, h2, option);
}

static int start_session(struct h2 *h2)
{
    static const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HEADERS_MAX},
    };
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_option *option = NULL;
    int error = nghttp2_session_callbacks_new(&callbacks);
    if (!error)
        error = nghttp2_option_new(&option);
    if (!error)
        error = set_callbacks(h2, callbacks, option);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_option_del(option);
    if (!error)
        error = nghttp2_submit_settings(h2->session, NGHTTP2_FLAG_NONE, settings,
                                        sizeof settings / sizeof *settings);
    if (!error)
        error = nghttp2_session_set_local_window_size(h2->session, NGHTTP2_FLAG_NONE, 0, WINDOW);
    return error ? ERR_NOMEM : 0;
}

int h2_create(struct h2 **out, const char *authority, const char *path)
{
    struct h2 *h2 = calloc(1, sizeof *h2);
    *out = NULL;
    if (!h2)
        return ERR_NOMEM;
    h2->authority = authority;
    h2->path = path;
    for (uint16_t i = 0; i < H2_STREAMS_MAX; i++)
        h2->free_slots[i] = i;
    if (start_session(h2) != 0) {
        h2_destroy(h2);
        return ERR_NOMEM;
    }
    *out = h2;
    return 0;
}

void h2_destroy(struct h2 *h2)
{
    if (!h2)
        return;
    nghttp2_session_del(h2->session); /* tells nothing any more */
    for (size_t i = 0; i < H2_STREAMS_MAX; i++)
        free(h2->slots[i].body);
    free(h2);
}

/* --- asking --- */

bool h2_is_leaving(const struct h2 *h2)
{
    return nghttp2_session_check_request_allowed(h2->session) == 0;
}

bool h2_is_ready(const struct h2 *h2)
{
    return h2->is_ready;
}

bool h2_has_room(const struct h2 *h2)
{
    uint32_t allowed =
        nghttp2_session_get_remote_settings(h2->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    unsigned asked = h2->used_count - h2->ended_count - h2->told_count;
    return h2->used_count < H2_STREAMS_MAX && asked < allowed && !h2_is_leaving(h2);
}

static nghttp2_nv header(const char *name, const char *value, uint8_t flags)
{
    return (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value), flags};
}

static int submit(struct h2 *h2, struct slot *slot)
{
    const uint8_t kept = NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;
    char len_text[8];
    (void)snprintf(len_text, sizeof len_text, "%u", (unsigned)slot->query_len);
    const nghttp2_nv headers[] = {
        header(":method", "POST", kept),
        header(":scheme", "https", kept),
        header(":authority", h2->authority, kept),
        header(":path", h2->path, kept),
        header("accept", MEDIA_TYPE, kept),
        header("content-type", MEDIA_TYPE, kept),
        header("content-length", len_text, NGHTTP2_NV_FLAG_NO_COPY_NAME),
    };
    nghttp2_data_provider query = {.source = {.ptr = slot}, .read_callback = read_query};
    return nghttp2_submit_request(h2->session, NULL, headers, sizeof headers / sizeof *headers,
                                  &query, slot) < 0
               ? ERR_NOMEM
               : 0;
}

int h2_ask(struct h2 *h2, mono_ns since, const uint8_t *data, size_t len)
{
    if (len > H2_QUERY_MAX || len < 2)
        return ERR_RANGE;
    struct slot *slot = &h2->slots[h2->free_slots[H2_STREAMS_MAX - 1 - h2->used_count]];
    slot->query_len = (uint16_t)len;
    slot->query_sent = 0;
    slot->since = since;
    slot->status = 0;
    slot->is_dns = slot->is_too_long = false;
    slot->body_len = 0;
    memcpy(slot->query, data, len);
    if (submit(h2, slot) != 0)
        return ERR_NOMEM;
    slot->state = SLOT_ASKED;
    h2->used_count++;
    return 0;
}

/* nghttp2 gives one frame a call. */
ssize_t h2_take(struct h2 *h2, uint8_t *out, size_t cap)
{
    size_t taken = 0;
    while (taken < cap) {
        if (h2->rest_len == 0) {
            ssize_t len = nghttp2_session_mem_send(h2->session, &h2->rest);
            if (len < 0)
                return ERR_NOMEM;
            h2->rest_len = (size_t)len;
            if (len == 0)
                break;
        }
        size_t part = h2->rest_len < cap - taken ? h2->rest_len : cap - taken;
        memcpy(out + taken, h2->rest, part);
        h2->rest += part;
        h2->rest_len -= part;
        taken += part;
    }
    return (ssize_t)taken;
}

/* --- answers --- */

int h2_feed(struct h2 *h2, const uint8_t *data, size_t len)
{
    ssize_t used = nghttp2_session_mem_recv(h2->session, data, len);
    if (h2->no_memory || used == NGHTTP2_ERR_NOMEM)
        return ERR_NOMEM;
    return used < 0 || (size_t)used != len ? ERR_FORMAT : 0;
}

bool h2_is_over(const struct h2 *h2)
{
    return nghttp2_session_want_read(h2->session) == 0;
}

/* The body, with the id of the query where it has the one that was sent; any other is wrong, and
 * for the caller to refuse. */
static void restore_id(struct slot *slot)
{
    if (slot->body_len >= 2 && slot->body[0] == 0 && slot->body[1] == 0)
        memcpy(slot->body, slot->query, 2);
}

bool h2_next(struct h2 *h2, struct h2_answer *out)
{
    if (h2->ended_count == 0)
        return false;
    uint16_t place = h2->ended[h2->ended_first];
    struct slot *slot = &h2->slots[place];
    h2->ended_first = (h2->ended_first + 1) % H2_STREAMS_MAX;
    h2->ended_count--;
    h2->told[h2->told_count++] = place;
    slot->state = SLOT_TOLD;
    *out = (struct h2_answer){.end = slot->end,
                              .id = (uint16_t)(slot->query[0] << 8 | slot->query[1]),
                              .since = slot->since,
                              .status = slot->status};
    if (slot->end == H2_ANSWERED) {
        restore_id(slot);
        out->data = slot->body;
        out->len = slot->body_len;
    } else if (slot->end == H2_REFUSED) {
        out->data = slot->query;
        out->len = slot->query_len;
    }
    return true;
}

void h2_release(struct h2 *h2)
{
    for (unsigned i = 0; i < h2->told_count; i++) {
        struct slot *slot = &h2->slots[h2->told[i]];
        slot->state = SLOT_FREE;
        if (slot->body_cap > BODY_KEPT) {
            free(slot->body);
            slot->body = NULL;
            slot->body_cap = 0;
        }
        h2->used_count--;
        h2->free_slots[H2_STREAMS_MAX - 1 - h2->used_count] = h2->told[i];
    }
    h2->told_count = 0;
}

const char *h2_version(void)
{
    return nghttp2_version(0)->version_str;
}
