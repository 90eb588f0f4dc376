// SPDX-License-Identifier: BSD-2-Clause
/* Keys and signatures that ldns makes, and replies with them: dns/signature.c shares neither code
 * nor form with it. */
#ifndef TESTS_UNIT_VERDICT_SIGNING_H
#define TESTS_UNIT_VERDICT_SIGNING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ldns/ldns.h>

#include "dns/anchors.h"

/* A zone's key. */
struct signer {
    ldns_key_list *list; /* owns the key */
    ldns_rr *dnskey;
};

static inline struct signer signer_of(const char *zone, uint32_t inception, uint32_t expiration)
{
    struct signer s = {.list = ldns_key_list_new()};
    ldns_key *key = ldns_key_new_frm_algorithm(LDNS_SIGN_ECDSAP256SHA256, 256);
    ldns_key_list_push_key(s.list, key);
    ldns_key_set_pubkey_owner(key, ldns_dname_new_frm_str(zone));
    ldns_key_set_flags(key, LDNS_KEY_ZONE_KEY);
    ldns_key_set_inception(key, inception);
    ldns_key_set_expiration(key, expiration);
    s.dnskey = ldns_key2rr(key);
    ldns_rr_set_ttl(s.dnskey, 300);
    ldns_key_set_keytag(key, ldns_calc_keytag(s.dnskey));
    return s;
}

static inline void signer_drop(struct signer *s)
{
    ldns_rr_free(s->dnskey);
    ldns_key_list_free(s->list);
}

static inline ldns_rr *rr_of(const char *text)
{
    ldns_rr *rr = NULL;
    assert_int_equal(ldns_rr_new_frm_str(&rr, text, 300, NULL, NULL), LDNS_STATUS_OK);
    return rr;
}

static inline ldns_rr *ds_of(const struct signer *s, ldns_hash hash)
{
    ldns_rr *ds = ldns_key_rr2ds(s->dnskey, hash);
    assert_non_null(ds);
    return ds;
}

static inline ldns_rr_list *list_of(ldns_rr *a, ldns_rr *b)
{
    ldns_rr_list *list = ldns_rr_list_new();
    ldns_rr_list_push_rr(list, a);
    if (b)
        ldns_rr_list_push_rr(list, b);
    return list;
}

static inline void add_anchor(struct anchors *anchors, const struct signer *s)
{
    ldns_rr *ds = ds_of(s, LDNS_SHA256);
    char *text = ldns_rr2str(ds);
    const char *why;
    assert_int_equal(anchors_add(anchors, text, strcspn(text, "\n"), &why), 0);
    free(text);
    ldns_rr_free(ds);
}

/* The records (given up), signed by BY (NULL: not), as a section of a reply to a question for
 * `x. A`; its length. */
static inline size_t signed_reply(uint8_t *out, size_t cap, ldns_rr_list *rrs,
                                  const struct signer *by, ldns_pkt_section section)
{
    ldns_pkt *pkt = ldns_pkt_new();
    ldns_rr *question = ldns_rr_new_frm_type(LDNS_RR_TYPE_A);
    uint8_t *made;
    size_t len;
    ldns_rr_list *rrsigs = by ? ldns_sign_public(rrs, by->list) : ldns_rr_list_new();
    ldns_rr_set_question(question, true);
    ldns_rr_set_owner(question, ldns_dname_new_frm_str("x."));
    ldns_pkt_set_qr(pkt, true);
    ldns_pkt_push_rr(pkt, LDNS_SECTION_QUESTION, question);
    ldns_pkt_push_rr_list(pkt, section, rrs);
    ldns_pkt_push_rr_list(pkt, section, rrsigs);
    assert_int_equal(ldns_pkt2wire(&made, pkt, &len), LDNS_STATUS_OK);
    assert_true(len <= cap);
    memcpy(out, made, len);
    free(made);
    ldns_rr_list_free(rrs);
    ldns_rr_list_free(rrsigs);
    ldns_pkt_free(pkt);
    return len;
}

#endif
