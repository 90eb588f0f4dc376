// SPDX-License-Identifier: BSD-2-Clause
/* A zone's key and sets of records signed with it, made by ldns: it shares neither code nor form
 * with dns/signature.c. */
#ifndef TEST_DNS_LDNS_SIGNS_H
#define TEST_DNS_LDNS_SIGNS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ldns/ldns.h>

#include "dns/code.h"
#include "dns/dnssec.h"
#include "dns/signature.h"

#define INCEPTION  1000000
#define EXPIRATION 2000000
#define NOW        1500000

#define RDATA_CAP 1024
#define ZONE      ((const uint8_t *)"\7example")

struct rdata {
    uint8_t data[RDATA_CAP];
    size_t len;
};

/* A zone's key, what it signed, and its signature. */
struct signed_set {
    ldns_key_list *owned; /* has the key */
    ldns_key *key;
    struct rdata dnskey, rrsig, items[4];
    struct rdata_view views[4];
    struct name owner;
    struct rrset_view set;
    struct keys *keys;
};

static inline struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static inline void take_rdata(struct rdata *out, const ldns_rr *rr)
{
    ldns_buffer *buffer = ldns_buffer_new(RDATA_CAP);
    assert_int_equal(ldns_rr_rdata2buffer_wire(buffer, rr), LDNS_STATUS_OK);
    out->len = ldns_buffer_position(buffer);
    assert_true(out->len <= RDATA_CAP);
    memcpy(out->data, ldns_buffer_begin(buffer), out->len);
    ldns_buffer_free(buffer);
}

static inline void make_key(struct signed_set *s, ldns_signing_algorithm algorithm, uint16_t bits)
{
    s->key = ldns_key_new_frm_algorithm(algorithm, bits);
    assert_non_null(s->key);
    s->owned = ldns_key_list_new();
    ldns_key_list_push_key(s->owned, s->key);
    ldns_key_set_pubkey_owner(s->key, ldns_dname_new_frm_str("example"));
    ldns_key_set_flags(s->key, LDNS_KEY_ZONE_KEY);
    ldns_key_set_inception(s->key, INCEPTION);
    ldns_key_set_expiration(s->key, EXPIRATION);
    ldns_rr *rr = ldns_key2rr(s->key);
    ldns_key_set_keytag(s->key, ldns_calc_keytag(rr));
    take_rdata(&s->dnskey, rr);
    ldns_rr_free(rr);
    struct rdata_view view = {s->dnskey.data, s->dnskey.len};
    assert_int_equal(keys_create(&s->keys, ZONE, &view, 1), 0);
}

/* Signs the records of TEXTS, ended by NULL. */
static inline void sign(struct signed_set *s, const char *const *texts)
{
    ldns_rr_list *rrs = ldns_rr_list_new();
    s->set = (struct rrset_view){.owner = s->owner.wire, .items = s->views};
    for (; *texts; texts++) {
        ldns_rr *rr = NULL;
        assert_int_equal(ldns_rr_new_frm_str(&rr, *texts, 0, NULL, NULL), LDNS_STATUS_OK);
        take_rdata(&s->items[s->set.count], rr);
        s->views[s->set.count] =
            (struct rdata_view){s->items[s->set.count].data, s->items[s->set.count].len};
        s->set.count++;
        s->set.type = (uint16_t)ldns_rr_get_type(rr);
        s->owner.len = (uint8_t)ldns_rdf_size(ldns_rr_owner(rr));
        memcpy(s->owner.wire, ldns_rdf_data(ldns_rr_owner(rr)), s->owner.len);
        ldns_rr_list_push_rr(rrs, rr);
    }
    ldns_rr_list *rrsigs = ldns_sign_public(rrs, s->owned);
    assert_non_null(rrsigs);
    assert_int_equal(ldns_rr_list_rr_count(rrsigs), 1);
    take_rdata(&s->rrsig, ldns_rr_list_rr(rrsigs, 0));
    ldns_rr_list_deep_free(rrsigs);
    ldns_rr_list_deep_free(rrs);
}

static inline void drop(struct signed_set *s)
{
    ldns_key_list_free(s->owned);
    keys_destroy(s->keys);
    free(s);
}

static const char *const addresses[] = {"www.example. 300 IN A 192.0.2.9",
                                        "www.example. 300 IN A 192.0.2.1",
                                        "www.example. 300 IN A 10.0.0.1", NULL};

static inline struct signed_set *signed_by(ldns_signing_algorithm algorithm, uint16_t bits,
                                           const char *const *texts)
{
    struct signed_set *s = calloc(1, sizeof *s);
    assert_non_null(s);
    make_key(s, algorithm, bits);
    sign(s, texts);
    return s;
}

static inline enum signature_state check_at(const struct signed_set *s, int64_t now)
{
    return signature_check(&s->set, s->rrsig.data, s->rrsig.len, s->keys, now);
}

#endif
