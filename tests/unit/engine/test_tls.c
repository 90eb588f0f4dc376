// SPDX-License-Identifier: BSD-2-Clause
/* engine/tls.c against a server that OpenSSL plays, in memory; certificates are made here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "engine/tls.h"

#define HOST    "ns1.test"
#define ADDRESS "127.0.0.1"

/* The server: its end of the wire is two memory BIOs. */
static struct {
    SSL_CTX *ctx;
    SSL *ssl;
    BIO *in, *out;
    int version_max;
    bool refuses_alpn, lacks_alpn;
    uint8_t heard[65536];
    size_t heard_len;
} server;

static EVP_PKEY *pkey;
static X509 *certificate;
static char ca_path[] = "/tmp/dnstrawl-test-tls-XXXXXX";

static int make_certificate(void **state)
{
    (void)state;
    pkey = EVP_EC_gen("P-256");
    certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, pkey);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION *names =
        X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:" HOST ",IP:" ADDRESS);
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    int fd = mkstemp(ca_path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!X509_sign(certificate, pkey, EVP_sha256()) || !file ||
        PEM_write_X509(file, certificate) != 1)
        return -1;
    fclose(file);
    return 0;
}

static int drop_certificate(void **state)
{
    (void)state;
    unlink(ca_path);
    X509_free(certificate);
    EVP_PKEY_free(pkey);
    return 0;
}

static enum tls_use use = TLS_TRANSFERS; /* the client's */

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                       const unsigned char *in, unsigned in_len, void *arg)
{
    (void)ssl;
    (void)arg;
    const char *expected = use == TLS_DOH ? "\2h2" : "\3dot";
    assert_int_equal(in_len, strlen(expected));
    assert_memory_equal(in, expected, in_len);
    *out = in + 1;
    *out_len = (unsigned char)(in_len - 1);
    return server.refuses_alpn ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_OK;
}

static void start_server(void)
{
    server.ctx = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate(server.ctx, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server.ctx, pkey), 1);
    if (server.version_max)
        SSL_CTX_set_max_proto_version(server.ctx, server.version_max);
    if (!server.lacks_alpn)
        SSL_CTX_set_alpn_select_cb(server.ctx, choose_alpn, NULL);
    server.ssl = SSL_new(server.ctx);
    server.in = BIO_new(BIO_s_mem());
    server.out = BIO_new(BIO_s_mem());
    SSL_set_bio(server.ssl, server.in, server.out);
    SSL_set_accept_state(server.ssl);
}

static void stop_server(void)
{
    SSL_free(server.ssl);
    SSL_CTX_free(server.ctx);
    memset(&server, 0, sizeof server);
}

static struct tls_context *context;
static struct tls_session *session;
static uint8_t received[65536];
static size_t received_len;

static void start_client(bool verifies, const char *host, const char *address)
{
    const char *why;
    assert_int_equal(tls_context_create(&context, use, verifies, verifies ? ca_path : NULL, &why),
                     0);
    assert_int_equal(tls_session_create(&session, context, host, address), 0);
    received_len = 0;
}

static void stop_client(void)
{
    tls_session_destroy(session);
    tls_context_destroy(context);
}

/* Carries octets to and fro until nothing moves; in pieces, as a wire does. The last result of
 * the client's. */
static ssize_t talk(void)
{
    uint8_t piece[7];
    ssize_t result = TLS_MORE;
    size_t moved, len;
    do {
        moved = 0;
        while ((result = tls_session_read(session, received + received_len,
                                          sizeof received - received_len)) > 0)
            received_len += (size_t)result;
        while ((len = tls_session_take(session, piece, sizeof piece)) > 0) {
            moved += len;
            assert_int_equal(BIO_write(server.in, piece, (int)len), len);
        }
        int got = SSL_read(server.ssl, server.heard + server.heard_len,
                           (int)(sizeof server.heard - server.heard_len));
        if (got > 0)
            server.heard_len += (size_t)got;
        int count = BIO_read(server.out, piece, sizeof piece);
        if (count > 0) {
            moved += (size_t)count;
            assert_int_equal(tls_session_feed(session, piece, (size_t)count), 0);
        }
    } while (moved > 0 && result == TLS_MORE);
    return result;
}

static void octets_go_both_ways(void **state)
{
    (void)state;
    static uint8_t much[40000];
    start_server();
    start_client(false, NULL, ADDRESS);
    assert_false(tls_session_is_up(session));
    assert_int_equal(talk(), TLS_MORE);
    assert_true(tls_session_is_up(session));
    assert_true(tls_session_has_alpn(session));
    assert_int_equal(SSL_version(server.ssl), TLS1_3_VERSION);
    assert_int_equal(tls_session_write(session, (const uint8_t *)"query", 5), 0);
    (void)talk();
    assert_int_equal(server.heard_len, 5);
    assert_memory_equal(server.heard, "query", 5);
    for (size_t i = 0; i < sizeof much; i++)
        much[i] = (uint8_t)(i * 13);
    assert_int_equal(SSL_write(server.ssl, much, sizeof much), sizeof much);
    (void)talk();
    assert_int_equal(received_len, sizeof much);
    assert_memory_equal(received, much, sizeof much);
    SSL_shutdown(server.ssl);
    assert_int_equal(talk(), TLS_CLOSED);
    stop_client();
    stop_server();
}

static void an_older_version_will_not_do(void **state)
{
    (void)state;
    server.version_max = TLS1_2_VERSION;
    start_server();
    start_client(false, NULL, ADDRESS);
    assert_int_equal(talk(), TLS_FAILED);
    assert_false(tls_session_is_up(session));
    assert_true(strlen(tls_session_why(session)) > 0);
    stop_client();
    stop_server();
}

static void queries_may_go_by_an_older_version(void **state)
{
    (void)state;
    static const enum tls_use uses[] = {TLS_DOT, TLS_DOH};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        use = uses[i];
        server.version_max = TLS1_2_VERSION;
        start_server();
        start_client(false, NULL, ADDRESS);
        assert_int_equal(talk(), TLS_MORE);
        assert_true(tls_session_is_up(session));
        assert_true(tls_session_has_alpn(session));
        assert_int_equal(SSL_version(server.ssl), TLS1_2_VERSION);
        stop_client();
        stop_server();
        server.version_max = TLS1_1_VERSION;
        start_server();
        start_client(false, NULL, ADDRESS);
        assert_int_equal(talk(), TLS_FAILED);
        stop_client();
        stop_server();
    }
    use = TLS_TRANSFERS;
}

static void what_is_to_be_sent_is_counted(void **state)
{
    (void)state;
    uint8_t piece[100];
    start_client(false, NULL, ADDRESS);
    assert_int_equal(tls_session_untaken(session), 0);
    assert_int_equal(tls_session_read(session, received, sizeof received), TLS_MORE);
    size_t all = tls_session_untaken(session);
    assert_true(all > sizeof piece); /* its hello */
    assert_int_equal(tls_session_take(session, piece, sizeof piece), sizeof piece);
    assert_int_equal(tls_session_untaken(session), all - sizeof piece);
    stop_client();
}

static void alpn_may_be_refused_or_not_known(void **state)
{
    (void)state;
    server.refuses_alpn = true;
    start_server();
    start_client(false, NULL, ADDRESS);
    assert_int_equal(talk(), TLS_FAILED);
    stop_client();
    stop_server();
    server.lacks_alpn = true;
    start_server();
    start_client(false, NULL, ADDRESS);
    assert_int_equal(talk(), TLS_MORE);
    assert_true(tls_session_is_up(session));
    assert_false(tls_session_has_alpn(session));
    stop_client();
    stop_server();
}

static void certificates_must_name_the_peer(void **state)
{
    (void)state;
    static const struct {
        const char *host, *address;
        bool is_good;
    } cases[] = {{HOST, "192.0.2.1", true},
                 {"ns2.test", ADDRESS, false},
                 {NULL, ADDRESS, true},
                 {NULL, "127.0.0.2", false},
                 {"x." HOST, ADDRESS, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_server();
        start_client(true, cases[i].host, cases[i].address);
        ssize_t result = talk();
        assert_int_equal(result, cases[i].is_good ? TLS_MORE : TLS_FAILED);
        assert_int_equal(tls_session_is_up(session), cases[i].is_good);
        if (!cases[i].is_good)
            assert_non_null(strstr(tls_session_why(session), "mismatch"));
        stop_client();
        stop_server();
    }
}

static void an_unknown_authority_will_not_do(void **state)
{
    (void)state;
    const char *why;
    start_server();
    assert_int_equal(tls_context_create(&context, TLS_TRANSFERS, true, NULL, &why),
                     0); /* the system's */
    assert_int_equal(tls_session_create(&session, context, HOST, ADDRESS), 0);
    assert_int_equal(talk(), TLS_FAILED);
    assert_non_null(strstr(tls_session_why(session), "self"));
    stop_client();
    stop_server();
}

static void a_file_without_certificates_is_an_error(void **state)
{
    (void)state;
    const char *why;
    assert_int_equal(tls_context_create(&context, TLS_TRANSFERS, true, "/dev/null", &why), ERR_IO);
    assert_non_null(why);
    assert_null(context);
    assert_int_equal(tls_context_create(&context, TLS_TRANSFERS, true, "/nowhere", &why), ERR_IO);
    assert_non_null(why);
}

static void other_octets_are_no_tls(void **state)
{
    (void)state;
    start_client(false, NULL, ADDRESS);
    assert_int_equal(tls_session_read(session, received, sizeof received), TLS_MORE);
    assert_int_equal(tls_session_feed(session, (const uint8_t *)"\0\14no TLS here", 14), 0);
    assert_int_equal(tls_session_read(session, received, sizeof received), TLS_FAILED);
    stop_client();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_go_both_ways),
        cmocka_unit_test(an_older_version_will_not_do),
        cmocka_unit_test(queries_may_go_by_an_older_version),
        cmocka_unit_test(what_is_to_be_sent_is_counted),
        cmocka_unit_test(alpn_may_be_refused_or_not_known),
        cmocka_unit_test(certificates_must_name_the_peer),
        cmocka_unit_test(an_unknown_authority_will_not_do),
        cmocka_unit_test(a_file_without_certificates_is_an_error),
        cmocka_unit_test(other_octets_are_no_tls),
    };
    return cmocka_run_group_tests(tests, make_certificate, drop_certificate);
}
