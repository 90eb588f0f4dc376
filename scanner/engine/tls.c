// SPDX-License-Identifier: BSD-2-Clause
/* OpenSSL over two memory BIOs; the only file of engine/ that includes it. */
#include "engine/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t alpn[] = "\3dot";

struct tls_context {
    SSL_CTX *ctx;
    bool verifies;
};

struct tls_session {
    SSL *ssl;
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

int tls_context_create(struct tls_context **out, bool verifies, const char *ca_file,
                       const char **why)
{
    struct tls_context *context = calloc(1, sizeof *context);
    *out = NULL;
    *why = NULL;
    if (!context)
        return ERR_NOMEM;
    ERR_clear_error();
    context->verifies = verifies;
    context->ctx = SSL_CTX_new(TLS_client_method());
    int error = context->ctx ? 0 : ERR_NOMEM;
    if (!error &&
        (SSL_CTX_set_min_proto_version(context->ctx, TLS1_3_VERSION) != 1 ||
         SSL_CTX_set_alpn_protos(context->ctx, alpn, sizeof alpn - 1) != 0)) /* 0 is success */
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
        session->why = last_reason("no TLS 1.3");
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
    return len == sizeof alpn - 2 && memcmp(chosen, alpn + 1, len) == 0;
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

const char *tls_session_why(const struct tls_session *session)
{
    return session->why ? session->why : "no TLS 1.3";
}
