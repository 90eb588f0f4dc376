// SPDX-License-Identifier: BSD-2-Clause
#include "dns/tsig_key.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "dns/base64.h"

static const struct tsig_algorithm algorithms[] = {
    {"hmac-sha256", (const uint8_t *)"\13hmac-sha256", "SHA256", 32}, /* the first: the default */
    {"hmac-sha1", (const uint8_t *)"\11hmac-sha1", "SHA1", 20},
    {"hmac-sha224", (const uint8_t *)"\13hmac-sha224", "SHA224", 28},
    {"hmac-sha384", (const uint8_t *)"\13hmac-sha384", "SHA384", 48},
    {"hmac-sha512", (const uint8_t *)"\13hmac-sha512", "SHA512", 64},
};

void tsig_key_wipe(struct tsig_key *key)
{
    OPENSSL_cleanse(key, sizeof *key);
}

/* --- keys as text --- */

static bool is_word(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

static const struct tsig_algorithm *find_algorithm(const char *text, size_t len)
{
    if (len > 0 && text[len - 1] == '.')
        len--;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++)
        if (is_word(text, len, algorithms[i].text))
            return &algorithms[i];
    return NULL;
}

static int refuse(struct tsig_key *out, const char **why, const char *word)
{
    tsig_key_wipe(out);
    if (why)
        *why = word;
    return ERR_SYNTAX;
}

/* The algorithm is in OUT. */
static int make_key(struct tsig_key *out, const char *name, size_t name_len, const char *secret,
                    size_t secret_len, const char **why)
{
    if (!out->algorithm)
        return refuse(out, why, "no algorithm of hmac-sha1, -sha224, -sha256, -sha384, -sha512");
    if (name_from_text(&out->name, name, name_len) != 0)
        return refuse(out, why, "the key's name is not a name");
    if (!base64_decode(secret, secret_len, out->secret, TSIG_SECRET_MAX, &out->secret_len))
        return refuse(out, why, "the secret is not base64, or too long");
    return 0;
}

int tsig_key_from_text(struct tsig_key *out, const char *text, size_t len, const char **why)
{
    *out = (struct tsig_key){.algorithm = &algorithms[0]};
    const char *colon = memchr(text, ':', len);
    const char *secret = memrchr(text, ':', len);
    if (!colon)
        return refuse(out, why, "no colon between name and secret");
    const char *name = text;
    if (colon != secret) {
        out->algorithm = find_algorithm(text, (size_t)(colon - text));
        name = colon + 1;
    }
    return make_key(out, name, (size_t)(secret - name), secret + 1,
                    (size_t)(text + len - secret - 1), why);
}

/* --- key files --- */

#define BLANKS " \t\r\n"

struct words {
    const char *at, *end;
};

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c);
}

/* Over blanks and comments. */
static void skip_blanks(struct words *in)
{
    while (in->at < in->end) {
        bool is_comment = *in->at == '#' || (in->end - in->at > 1 && memcmp(in->at, "//", 2) == 0);
        if (is_comment) {
            while (in->at < in->end && *in->at != '\n')
                in->at++;
        } else if (is_one_of(*in->at, BLANKS)) {
            in->at++;
        } else {
            return;
        }
    }
}

/* A word, a quoted string without its quotes, or one of { } ;. False at the end. */
static bool next_word(struct words *in, const char **out, size_t *len)
{
    skip_blanks(in);
    if (in->at == in->end)
        return false;
    bool is_quoted = *in->at == '"', is_mark = is_one_of(*in->at, "{};");
    in->at += is_quoted || is_mark;
    *out = in->at - is_mark;
    const char *stops = is_quoted ? "\"" : BLANKS "{};\"";
    while (!is_mark && in->at < in->end && !is_one_of(*in->at, stops))
        in->at++;
    *len = (size_t)(in->at - *out);
    in->at += is_quoted && in->at < in->end;
    return true;
}

/* Behind `key`: "NAME" { algorithm ALG; secret "SECRET"; }; in any order. */
static int read_clause(struct tsig_key *out, struct words *in, const char **why)
{
    const char *name, *word, *secret = NULL, *value;
    size_t name_len, len, secret_len = 0, value_len;
    if (!next_word(in, &name, &name_len) || !next_word(in, &word, &len) || !is_word(word, len, "{"))
        return refuse(out, why, "no key clause that can be read");
    while (next_word(in, &word, &len) && !is_word(word, len, "}")) {
        if (is_word(word, len, ";"))
            continue;
        if (!next_word(in, &value, &value_len))
            break;
        if (is_word(word, len, "algorithm")) {
            out->algorithm = find_algorithm(value, value_len);
        } else if (is_word(word, len, "secret")) {
            secret = value;
            secret_len = value_len;
        } else {
            return refuse(out, why, "a key clause has algorithm and secret, no more");
        }
    }
    if (!secret)
        return refuse(out, why, "the key clause lacks a secret");
    return make_key(out, name, name_len, secret, secret_len, why);
}

int tsig_key_from_file(struct tsig_key *out, const char *text, size_t len, const char **why)
{
    struct words in = {.at = text, .end = text + len};
    const char *word;
    size_t word_len;
    *out = (struct tsig_key){0};
    if (!next_word(&in, &word, &word_len))
        return refuse(out, why, "no key in it");
    if (is_word(word, word_len, "key"))
        return read_clause(out, &in, why);
    return tsig_key_from_text(out, word, word_len, why);
}
