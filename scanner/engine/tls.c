// SPDX-License-Identifier: BSD-2-Clause
/* OpenSSL over two memory BIOs; the only file of engine/ that includes it. */
#include "engine/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

/* By enum tls_use. */
static const struct use {
    const char *alpn; /* with its length before it */
    int version_min;
    const char *missing; /* when the library does not say what went wrong */
} uses[] = {
    [TLS_TRANSFERS] = {"\3dot", TLS1_3_VERSION, "no TLS 1.3"},
    [TLS_DOT] = {"\3dot", TLS1_2_VERSION, "no TLS"},
    [TLS_DOH] = {"\2h2", TLS1_2_VERSION, "no TLS"},
};

struct tls_context {
    SSL_CTX *ctx;
    const struct use *use;
    bool verifies;
};

struct tls_session {
    SSL *ssl;
    const struct use *use;
    BIO *in, *out; /* the session's */
    const char *why;
};

static const char *last_reason(const char *otherwise)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? reason : otherwise;
}

static bool load_authorities(SSL_CTX *ctx, const char *ca_file)
{
    if (ca_file)
        return SSL_CTX_load_verify_locations(ctx, ca_file, NULL) == 1;
    return SSL_CTX_set_default_verify_paths(ctx) == 1;
}

static bool settle_use(SSL_CTX *ctx, const struct use *use)
{
    const unsigned char *alpn = (const unsigned char *)use->alpn;
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
    return SSL_CTX_set_min_proto_version(ctx, use->version_min) == 1 &&
           SSL_CTX_set_alpn_protos(ctx, alpn, (unsigned)strlen(use->alpn)) == 0; /* success */
}

int tls_context_create(struct tls_context **out, enum tls_use use, bool verifies,
                       const char *ca_file, const char **why)
{
    struct tls_context *context = calloc(1, sizeof *context);
    *out = NULL;
    *why = NULL;
    if (!context)
        return ERR_NOMEM;
    ERR_clear_error();
    context->use = &uses[use];
    context->verifies = verifies;
    context->ctx = SSL_CTX_new(TLS_client_method());
    int error = context->ctx ? 0 : ERR_NOMEM;
    if (!error && !settle_use(context->ctx, context->use))
        error = ERR_NOMEM;
    if (!error && verifies && !load_authorities(context->ctx, ca_file)) {
        error = ERR_IO;
        *why = last_reason("no certificate in it");
    }
    if (error) {
        tls_context_destroy(context);
        return error;
    }
    SSL_CTX_set_verify(context->ctx, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    *out = context;
    return 0;
}

void tls_context_destroy(struct tls_context *context)
{
    if (!context)
        return;
    SSL_CTX_free(context->ctx);
    free(context);
}

static bool expect_peer(SSL *ssl, const char *host, const char *address)
{
    if (host) {
        SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        return SSL_set1_host(ssl, host) == 1;
    }
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address) == 1;
}

int tls_session_create(struct tls_session **out, struct tls_context *context, const char *host,
                       const char *address)
{
    struct tls_session *session = calloc(1, sizeof *session);
    *out = session;
    if (!session)
        return ERR_NOMEM;
    session->use = context->use;
    session->ssl = SSL_new(context->ctx);
    session->in = BIO_new(BIO_s_mem());
    session->out = BIO_new(BIO_s_mem());
    bool good = session->ssl && session->in && session->out;
    if (good) {
        SSL_set_bio(session->ssl, session->in, session->out);
        SSL_set_connect_state(session->ssl);
        good = (!host || SSL_set_tlsext_host_name(session->ssl, host) == 1) &&
               (!context->verifies || expect_peer(session->ssl, host, address));
    } else {
        BIO_free(session->in);
        BIO_free(session->out);
    }
    if (good)
        return 0;
    tls_session_destroy(session);
    *out = NULL;
    return ERR_NOMEM;
}

void tls_session_destroy(struct tls_session *session)
{
    if (!session)
        return;
    SSL_free(session->ssl); /* and its BIOs */
    free(session);
}

int tls_session_feed(struct tls_session *session, const uint8_t *data, size_t len)
{
    size_t written = 0;
    return BIO_write_ex(session->in, data, len, &written) == 1 && written == len ? 0 : ERR_NOMEM;
}

static ssize_t fail(struct tls_session *session)
{
    long verified = SSL_get_verify_result(session->ssl);
    if (verified != X509_V_OK && SSL_get_verify_mode(session->ssl) == SSL_VERIFY_PEER)
        session->why = X509_verify_cert_error_string(verified);
    else
        session->why = last_reason(session->use->missing);
    return TLS_FAILED;
}

ssize_t tls_session_read(struct tls_session *session, uint8_t *out, size_t cap)
{
    size_t len = 0;
    ERR_clear_error();
    int result = SSL_read_ex(session->ssl, out, cap, &len); /* does the handshake, too */
    if (result == 1)
        return (ssize_t)len;
    switch (SSL_get_error(session->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return TLS_MORE;
    case SSL_ERROR_ZERO_RETURN:
        return TLS_CLOSED;
    default:
        return fail(session);
    }
}

bool tls_session_is_up(const struct tls_session *session)
{
    return SSL_is_init_finished(session->ssl) == 1;
}

bool tls_session_has_alpn(const struct tls_session *session)
{
    const unsigned char *chosen = NULL;
    unsigned len = 0;
    SSL_get0_alpn_selected(session->ssl, &chosen, &len);
    const char *alpn = session->use->alpn;
    return len == strlen(alpn) - 1 && memcmp(chosen, alpn + 1, len) == 0;
}

int tls_session_write(struct tls_session *session, const uint8_t *data, size_t len)
{
    size_t written = 0;
    ERR_clear_error();
    return SSL_write_ex(session->ssl, data, len, &written) == 1 && written == len ? 0 : ERR_NOMEM;
}

size_t tls_session_take(struct tls_session *session, uint8_t *out, size_t cap)
{
    size_t len = 0;
    return BIO_read_ex(session->out, out, cap, &len) == 1 ? len : 0;
}

size_t tls_session_untaken(const struct tls_session *session)
{
    return BIO_ctrl_pending(session->out);
}

const char *tls_session_why(const struct tls_session *session)
{
    return session->why ? session->why : session->use->missing;
}

const char *tls_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
