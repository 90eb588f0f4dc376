// SPDX-License-Identifier: BSD-2-Clause
/* TSIG keys: from text and files, and wiped when they are no longer needed. */
#ifndef DNS_TSIG_KEY_H
#define DNS_TSIG_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

#define TSIG_SECRET_MAX 512  /* octets; far above any hash's block */
#define TSIG_FILE_MAX   4096 /* of a key file; more is not read */

struct tsig_algorithm {
    const char *text;    /* as keys name it */
    const uint8_t *name; /* as records do (RFC 8945 section 6) */
    const char *digest;  /* as OpenSSL does */
    size_t mac_len;
};

struct tsig_key {
    struct name name;
    const struct tsig_algorithm *algorithm;
    size_t secret_len;
    uint8_t secret[TSIG_SECRET_MAX];
};

/* "[ALG:]NAME:SECRET" with SECRET in base64; ALG is hmac-sha256 when not given. ERR_SYNTAX with a
 * word in *WHY (static; may be NULL), never with the secret. */
MUST_CHECK int tsig_key_from_text(struct tsig_key *out, const char *text, size_t len,
                                  const char **why);
/* A file's content: a line as above, or `key "NAME" { algorithm ALG; secret "SECRET"; };` as
 * name servers read it. The first key counts. */
MUST_CHECK int tsig_key_from_file(struct tsig_key *out, const char *text, size_t len,
                                  const char **why);
void tsig_key_wipe(struct tsig_key *key);

#endif
