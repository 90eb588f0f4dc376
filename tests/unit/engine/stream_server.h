// SPDX-License-Identifier: BSD-2-Clause
/* A DNS server by TCP, TLS or HTTP/2 for tests, on loopback, a thread for each connection: fair,
 * or of a `mood` that clients have to get along with. Fair ones answer as the names ask them to
 * (load_help.h). */
#ifndef TEST_STREAM_SERVER_H
#define TEST_STREAM_SERVER_H

#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "tests/unit/engine/h2_server.h"
#include "tests/unit/engine/load_help.h"

enum mood {
    FAIR,
    PIECEMEAL,  /* an octet at a time */
    CLOSES,     /* as soon as it has accepted */
    SILENT,     /* reads, and says nothing */
    HALF,       /* half an answer, then the end */
    ANNOUNCES,  /* the longest message, and little of it */
    FLOODS,     /* a thousand answers to one query */
    BABBLES,    /* octets that are nothing */
    LAST_WORDS, /* an answer and the end in one go */
};

#define STREAM_PEERS 512

struct streaming;

struct stream_peer {
    struct streaming *server;
    pthread_t thread;
    int fd;
    SSL *ssl;
};

struct streaming {
    int fd;
    struct wire_address address;
    pthread_t thread;
    enum mood mood;
    unsigned fair_after; /* connections; 0: its mood stays */
    unsigned most;       /* queries a connection, then it closes; 0: no limit */
    SSL_CTX *tls;        /* NULL: none */
    bool is_http, lacks_alpn;
    enum h2_manner manner;
    uint32_t streams_max;
    atomic_uint accepted, seen;
    struct stream_peer peers[STREAM_PEERS];
};

/* --- octets --- */

static inline bool peer_read(struct stream_peer *peer, uint8_t *out, size_t len)
{
    while (len > 0) {
        ssize_t got = peer->ssl ? SSL_read(peer->ssl, out, (int)len) : recv(peer->fd, out, len, 0);
        if (got <= 0)
            return false;
        out += got;
        len -= (size_t)got;
    }
    return true;
}

static inline bool peer_write(struct stream_peer *peer, const uint8_t *data, size_t len)
{
    size_t step = peer->server->mood == PIECEMEAL ? 1 : len;
    for (size_t at = 0; at < len; at += step) {
        ssize_t sent = peer->ssl ? SSL_write(peer->ssl, data + at, (int)step)
                                 : send(peer->fd, data + at, step, MSG_NOSIGNAL);
        if (sent != (ssize_t)step)
            return false;
    }
    return true;
}

/* --- moods --- */

/* What the connection's server does about a framed query in DATA; false: it closes. */
static inline bool peer_answer(struct stream_peer *peer, uint8_t *data, size_t query_len,
                               enum mood mood)
{
    static const uint8_t longest[100] = {0xff, 0xff};
    static const uint8_t babble[997] = {0, 1, 7, 0, 0, 0, 3, 1, 2, 3};
    char manner = (char)data[15];
    size_t len = make_answer(manner, data + 2, query_len);
    data[0] = (uint8_t)(len >> 8);
    data[1] = (uint8_t)len;
    switch (mood) {
    case SILENT:
    case CLOSES:
        return true;
    case HALF:
        return len > 0 && !peer_write(peer, data, 2 + len / 2);
    case ANNOUNCES:
        return peer_write(peer, longest, sizeof longest);
    case FLOODS:
        for (unsigned i = 0; i < 1000; i++)
            if (!peer_write(peer, data, 2 + len))
                return false;
        return true;
    case BABBLES:
        return peer_write(peer, babble, sizeof babble);
    case LAST_WORDS:
        (void)peer_write(peer, data, 2 + len);
        if (peer->ssl)
            SSL_shutdown(peer->ssl);
        return false;
    case FAIR:
    case PIECEMEAL:
        break;
    }
    return len == 0 || peer_write(peer, data, 2 + len);
}

static inline void peer_talk(struct stream_peer *peer, enum mood mood)
{
    uint8_t data[600];
    unsigned count = 0;
    while (peer_read(peer, data, 2)) {
        size_t len = (size_t)data[0] << 8 | data[1];
        if (len > 512 || !peer_read(peer, data + 2, len))
            return;
        atomic_fetch_add(&peer->server->seen, 1);
        if (!peer_answer(peer, data, len, mood) || ++count == peer->server->most)
            return;
    }
}

static inline void peer_talk_http(struct stream_peer *peer)
{
    static _Thread_local struct h2_server http;
    uint8_t data[4096];
    const uint8_t *out;
    ssize_t len;
    int got;
    h2_server_init(&http, peer->server->manner, peer->server->streams_max);
    do {
        while ((len = nghttp2_session_mem_send(http.session, &out)) > 0)
            if (!peer_write(peer, out, (size_t)len))
                break;
        got = SSL_read(peer->ssl, data, sizeof data);
    } while (got > 0 && nghttp2_session_mem_recv(http.session, data, (size_t)got) == got);
    atomic_fetch_add(&peer->server->seen, http.count);
    h2_server_deinit(&http);
}

static inline void *peer_serve(void *arg)
{
    struct stream_peer *peer = arg;
    struct streaming *server = peer->server;
    unsigned number = (unsigned)(peer - server->peers);
    bool is_fair = server->fair_after && number >= server->fair_after;
    enum mood mood = is_fair ? FAIR : server->mood;
    if (server->tls) {
        peer->ssl = SSL_new(server->tls);
        SSL_set_fd(peer->ssl, peer->fd);
    }
    if (mood != CLOSES && (!peer->ssl || SSL_accept(peer->ssl) == 1)) {
        if (server->is_http)
            peer_talk_http(peer);
        else
            peer_talk(peer, mood);
    }
    shutdown(peer->fd, SHUT_RDWR);
    return NULL;
}

static inline void *stream_accept(void *arg)
{
    struct streaming *server = arg;
    int fd, yes = 1;
    while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
        unsigned number = atomic_load(&server->accepted);
        assert_true(number < STREAM_PEERS);
        struct stream_peer *peer = &server->peers[number];
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        *peer = (struct stream_peer){.server = server, .fd = fd};
        assert_int_equal(pthread_create(&peer->thread, NULL, peer_serve, peer), 0);
        atomic_store(&server->accepted, number + 1);
    }
    return NULL;
}

/* --- TLS --- */

static inline int stream_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                              const unsigned char *in, unsigned in_len, void *arg)
{
    struct streaming *server = arg;
    (void)ssl;
    (void)in_len;
    *out = in + 1;
    *out_len = in[0];
    return server->lacks_alpn ? SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_OK;
}

static inline void stream_use_tls(struct streaming *server)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_set_version(certificate, 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    server->tls = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate(server->tls, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server->tls, key), 1);
    SSL_CTX_set_alpn_select_cb(server->tls, stream_alpn, server);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

/* --- life --- */

/* PORT 0: any; NULL: another program has it. */
static inline struct streaming *streaming_start(enum mood mood, uint16_t port)
{
    struct streaming *server = calloc(1, sizeof *server);
    int yes = 1;
    assert_non_null(server);
    server->mood = mood;
    server->streams_max = 100;
    server->address = address_v4("127.0.0.1", port);
    socklen_t len = server->address.len;
    server->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setsockopt(server->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes), 0);
    if (bind(server->fd, &server->address.sa.any, len) != 0) {
        assert_true(port != 0);
        close(server->fd);
        free(server);
        return NULL;
    }
    assert_int_equal(getsockname(server->fd, &server->address.sa.any, &len), 0);
    assert_int_equal(listen(server->fd, 64), 0);
    return server;
}

static inline void streaming_go(struct streaming *server)
{
    assert_int_equal(pthread_create(&server->thread, NULL, stream_accept, server), 0);
}

static inline void streaming_stop(struct streaming *server)
{
    shutdown(server->fd, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->fd);
    for (unsigned i = 0; i < atomic_load(&server->accepted); i++) {
        struct stream_peer *peer = &server->peers[i];
        shutdown(peer->fd, SHUT_RDWR);
        pthread_join(peer->thread, NULL);
        SSL_free(peer->ssl);
        close(peer->fd);
    }
    SSL_CTX_free(server->tls);
    free(server);
}

#endif
