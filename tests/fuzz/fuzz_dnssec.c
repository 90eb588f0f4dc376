// SPDX-License-Identifier: BSD-2-Clause
/* Rdata through every reader of dns/dnssec.h: views stay inside it and bitmaps agree with
 * themselves. A name in front of it takes its steps (dns/canon.h). */
#include <stdlib.h>
#include <string.h>

#include "dns/canon.h"
#include "dns/dnssec.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

struct rdata {
    const uint8_t *data;
    size_t len;
};

static void check_inside(const struct rdata *rdata, const uint8_t *part, size_t len)
{
    check(part >= rdata->data && part + len <= rdata->data + rdata->len);
}

static void check_bitmap(const struct rdata *rdata, const struct type_bitmap *bitmap)
{
    unsigned count = 0;
    uint16_t type;
    check_inside(rdata, bitmap->data, bitmap->len);
    for (uint32_t from = 0; bitmap_next(bitmap, from, &type); from = type + 1u) {
        check(type >= from && bitmap_has(bitmap, type));
        count++;
    }
    check(count == bitmap_count(bitmap));
}

static void check_name(const struct rdata *rdata, const uint8_t *name)
{
    size_t len = name_whole_len(name, (size_t)(rdata->data + rdata->len - name));
    check(len > 0);
    check_inside(rdata, name, len);
}

static void check_proofs(const struct rdata *rdata)
{
    struct nsec_view nsec;
    struct nsec3_view nsec3;
    if (nsec_read(&nsec, rdata->data, rdata->len) == 0) {
        check_name(rdata, nsec.next);
        check_bitmap(rdata, &nsec.types);
    }
    if (nsec3_read(&nsec3, rdata->data, rdata->len) == 0) {
        check_inside(rdata, nsec3.next, NSEC3_HASH_LEN);
        check_bitmap(rdata, &nsec3.types);
        check(nsec3.params.iterations <= NSEC3_ITERATIONS_MAX);
        check(nsec3_params_equal(&nsec3.params, &nsec3.params));
    }
}

static void check_signers(const struct rdata *rdata)
{
    struct rrsig_view sig;
    struct dnskey_view key;
    if (rrsig_read(&sig, rdata->data, rdata->len) == 0) {
        check_name(rdata, sig.signer);
        check_inside(rdata, sig.signature, sig.signature_len);
        check(sig.signature_len > 0);
        check(!rrsig_is_timely(&sig, sig.inception) || rrsig_is_timely(&sig, sig.expiration));
        (void)rrsig_is_expanded(&sig, sig.signer);
    }
    if (dnskey_read(&key, rdata->data, rdata->len) == 0)
        check_inside(rdata, key.key, key.key_len);
}

static void check_steps(const uint8_t *name)
{
    struct name next, skipped;
    const uint8_t *zone = name_suffix(name, name_label_count(name) / 2);
    check(canon_compare(name, name) == 0);
    bool has_next = canon_next(&next, name, zone), has_skip = canon_skip(&skipped, name, zone);
    check(has_next || !has_skip);
    if (has_next)
        check(name_is_under(next.wire, zone) && canon_compare(name, next.wire) < 0 &&
              next.len == name_len(next.wire));
    if (has_skip)
        check(name_is_under(skipped.wire, zone) && !name_is_under(skipped.wire, name) &&
              canon_compare(next.wire, skipped.wire) <= 0 && skipped.len == name_len(skipped.wire));
}

static void check_hash(const uint8_t *name)
{
    uint8_t hash[NSEC3_HASH_LEN], again[NSEC3_HASH_LEN];
    char label[NSEC3_LABEL_LEN];
    if (!nsec3_owner_hash(name, name_parent(name), hash))
        return;
    base32hex_from_hash(hash, label);
    check(base32hex_to_hash(label, again) && memcmp(hash, again, sizeof hash) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rdata rdata = {data, size};
    check_proofs(&rdata);
    check_signers(&rdata);
    if (name_whole_len(data, size) > 0) {
        check_steps(data);
        check_hash(data);
    }
    return 0;
}
