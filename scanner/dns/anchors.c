// SPDX-License-Identifier: BSD-2-Clause
/* A line is cut into words at blanks; the last field, hex or base64, may be in several. Numbers
 * are decimal and in range, digests as long as their type says, keys such as dns/signature.c
 * can use: an anchor that can never match is refused instead of kept in silence. */
#include "dns/anchors.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dns/base64.h"
#include "dns/dnssec.h"
#include "dns/signature.h"

#define BLANKS        " \t\r"
#define FIELD_MAX     (ANCHOR_RDATA_MAX * 4 / 3 + 4) /* of a key in base64 */
#define SHA256_NUMBER 2
#define SHA256_LEN    32
#define DS_HEAD_LEN   4
#define KEY_HEAD_LEN  4

struct anchor {
    struct name owner;
    struct ds ds;
};

struct anchors {
    size_t count;
    struct anchor items[ANCHORS_MAX];
};

/* https://data.iana.org/root-anchors/root-anchors.xml: KSK-2017 and KSK-2024. */
static const struct ds root_anchors[] = {
    {36, {0x4f, 0x66, 8,    2,    0xe0, 0x6d, 0x44, 0xb8, 0x0b, 0x8f, 0x1d, 0x39,
          0xa9, 0x5c, 0x0b, 0x0d, 0x7c, 0x65, 0xd0, 0x84, 0x58, 0xe8, 0x80, 0x40,
          0x9b, 0xbc, 0x68, 0x34, 0x57, 0x10, 0x42, 0x37, 0xc7, 0xf8, 0xec, 0x8d}},
    {36, {0x97, 0x28, 8,    2,    0x68, 0x3d, 0x2d, 0x0a, 0xcb, 0x8c, 0x9b, 0x71,
          0x2a, 0x19, 0x48, 0xb2, 0x7f, 0x74, 0x12, 0x19, 0x29, 0x8d, 0x0a, 0x45,
          0x0d, 0x61, 0x2c, 0x48, 0x3a, 0xf4, 0x44, 0xa4, 0xc0, 0xfb, 0x2b, 0x16}},
};
#define ROOT_COUNT (sizeof root_anchors / sizeof root_anchors[0])

int anchors_create(struct anchors **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : ERR_NOMEM;
}

void anchors_destroy(struct anchors *anchors)
{
    free(anchors);
}

/* --- words --- */

struct words {
    const char *at, *end;
};

struct word {
    const char *text;
    size_t len;
};

static bool is_blank(char c)
{
    return c != '\0' && strchr(BLANKS, c);
}

/* An empty one at the end. */
static struct word next_word(struct words *words)
{
    while (words->at < words->end && is_blank(*words->at))
        words->at++;
    const char *from = words->at;
    while (words->at < words->end && !is_blank(*words->at))
        words->at++;
    return (struct word){from, (size_t)(words->at - from)};
}

/* Without the comment: `\;` is part of a name. */
static struct words words_of(const char *text, size_t len)
{
    size_t end = 0;
    while (end < len && text[end] != ';')
        end += text[end] == '\\' && end + 1 < len ? 2 : 1;
    return (struct words){text, text + (end < len ? end : len)};
}

static bool word_is(struct word word, const char *text)
{
    return word.len == strlen(text) && strncasecmp(word.text, text, word.len) == 0;
}

static bool read_number(struct word word, uint32_t max, uint32_t *out)
{
    uint64_t value = 0;
    if (word.len == 0 || word.len > 10)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        if (word.text[i] < '0' || word.text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(word.text[i] - '0');
    }
    *out = (uint32_t)value;
    return value <= max;
}

/* What is left of the line, in one word. */
static bool gather(struct words *words, char out[FIELD_MAX], size_t *len)
{
    *len = 0;
    for (struct word word = next_word(words); word.len > 0; word = next_word(words)) {
        if (word.len > FIELD_MAX - *len)
            return false;
        memcpy(out + *len, word.text, word.len);
        *len += word.len;
    }
    return *len > 0;
}

/* --- records --- */

static int nibble_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 'a' - 'A' : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

size_t ds_digest_len(uint8_t number)
{
    static const uint8_t lens[] = {[1] = 20, [2] = SHA256_LEN, [4] = 48};
    return number < sizeof lens ? lens[number] : 0;
}

static const char *read_ds(struct ds *out, struct words *words)
{
    char hex[FIELD_MAX];
    uint32_t tag, algorithm, digest;
    size_t len;
    if (!read_number(next_word(words), UINT16_MAX, &tag) ||
        !read_number(next_word(words), UINT8_MAX, &algorithm) ||
        !read_number(next_word(words), UINT8_MAX, &digest))
        return "key tag, algorithm and digest type of a DS are numbers";
    if (ds_digest_len((uint8_t)digest) == 0)
        return "only digests of type 1, 2 and 4 can be checked";
    if (!signature_has_algorithm((uint8_t)algorithm))
        return "of a key whose algorithm cannot be checked";
    if (!gather(words, hex, &len) || len != 2 * ds_digest_len((uint8_t)digest))
        return "the digest is not as long as its type says";
    uint8_t *to = out->rdata;
    *to++ = (uint8_t)(tag >> 8);
    *to++ = (uint8_t)tag;
    *to++ = (uint8_t)algorithm;
    *to++ = (uint8_t)digest;
    for (size_t i = 0; i < len; i += 2) {
        int high = nibble_of(hex[i]), low = nibble_of(hex[i + 1]);
        if (high < 0 || low < 0)
            return "the digest is not hex";
        *to++ = (uint8_t)(high << 4 | low);
    }
    out->len = (uint8_t)(DS_HEAD_LEN + len / 2);
    return NULL;
}

/* RFC 4034 section 5.1.4. */
static bool make_ds(struct ds *out, const struct name *owner, const uint8_t *rdata, size_t len,
                    uint16_t tag)
{
    uint8_t text[NAME_WIRE_MAX + ANCHOR_RDATA_MAX];
    memcpy(text, owner->wire, owner->len);
    memcpy(text + owner->len, rdata, len);
    const uint8_t head[] = {(uint8_t)(tag >> 8), (uint8_t)tag, rdata[3], SHA256_NUMBER};
    memcpy(out->rdata, head, sizeof head);
    out->len = DS_HEAD_LEN + SHA256_LEN;
    return EVP_Digest(text, owner->len + len, out->rdata + DS_HEAD_LEN, NULL, EVP_sha256(), NULL) ==
           1;
}

static const char *read_dnskey(struct anchor *out, struct words *words)
{
    char base64[FIELD_MAX];
    uint8_t rdata[ANCHOR_RDATA_MAX];
    uint32_t flags, protocol, algorithm;
    size_t len, key_len;
    struct dnskey_view view;
    struct keys *keys = NULL;
    if (!read_number(next_word(words), UINT16_MAX, &flags) ||
        !read_number(next_word(words), UINT8_MAX, &protocol) ||
        !read_number(next_word(words), UINT8_MAX, &algorithm))
        return "flags, protocol and algorithm of a DNSKEY are numbers";
    if (!gather(words, base64, &len) ||
        !base64_decode(base64, len, rdata + KEY_HEAD_LEN, sizeof rdata - KEY_HEAD_LEN, &key_len))
        return "the key is not base64, or too long";
    const uint8_t head[KEY_HEAD_LEN] = {(uint8_t)(flags >> 8), (uint8_t)flags, (uint8_t)protocol,
                                        (uint8_t)algorithm};
    memcpy(rdata, head, sizeof head);
    const struct rdata_view item = {rdata, KEY_HEAD_LEN + key_len};
    if (keys_create(&keys, out->owner.wire, &item, 1) != 0 ||
        dnskey_read(&view, item.data, item.len) != 0)
        return "not a zone's key, revoked, or of an algorithm that cannot be checked";
    keys_destroy(keys);
    return make_ds(&out->ds, &out->owner, item.data, item.len, view.tag) ? NULL
                                                                         : "no digest can be made";
}

/* TTL and class, in either order, are passed over. */
static struct word type_word(struct words *words)
{
    struct word word = next_word(words);
    uint32_t ttl;
    for (int i = 0; i < 2 && (word_is(word, "IN") || read_number(word, INT32_MAX, &ttl)); i++)
        word = next_word(words);
    return word;
}

static const char *read_record(struct anchor *out, struct words *words, struct word owner)
{
    uint32_t number;
    if (*owner.text == '$')
        return "directives are not read, records alone";
    if (word_is(owner, "IN") || word_is(owner, "DS") || word_is(owner, "DNSKEY") ||
        read_number(owner, UINT32_MAX, &number))
        return "the zone's name is missing";
    if (name_from_text(&out->owner, owner.text, owner.len) != 0)
        return "its first word is not a name";
    struct word type = type_word(words);
    if (word_is(type, "DS"))
        return read_ds(&out->ds, words);
    if (word_is(type, "DNSKEY"))
        return read_dnskey(out, words);
    return "not a DS or DNSKEY record";
}

/* --- the set --- */

static bool has_anchor(const struct anchors *anchors, const struct anchor *anchor)
{
    struct ds own[ANCHORS_A_ZONE];
    unsigned count = anchors_of(anchors, anchor->owner.wire, own);
    for (unsigned i = 0; i < count; i++) {
        if (own[i].len == anchor->ds.len && memcmp(own[i].rdata, anchor->ds.rdata, own[i].len) == 0)
            return true;
    }
    return false;
}

int anchors_add(struct anchors *anchors, const char *text, size_t len, const char **why)
{
    struct anchor anchor;
    struct ds own[ANCHORS_A_ZONE];
    struct words words = words_of(text, len);
    struct word owner = next_word(&words);
    if (owner.len == 0)
        return 0;
    *why = read_record(&anchor, &words, owner);
    if (*why)
        return ERR_SYNTAX;
    if (has_anchor(anchors, &anchor))
        return 0;
    if (anchors->count == ANCHORS_MAX)
        *why = "too many anchors";
    else if (anchors_of(anchors, anchor.owner.wire, own) == ANCHORS_A_ZONE)
        *why = "too many anchors of this zone";
    if (*why)
        return ERR_FULL;
    anchors->items[anchors->count++] = anchor;
    return 0;
}

unsigned anchors_of(const struct anchors *anchors, const uint8_t *name,
                    struct ds out[ANCHORS_A_ZONE])
{
    unsigned count = 0;
    for (size_t i = 0; *name == 0 && i < ROOT_COUNT; i++)
        out[count++] = root_anchors[i];
    for (size_t i = 0; anchors && i < anchors->count && count < ANCHORS_A_ZONE; i++) {
        if (name_equal(anchors->items[i].owner.wire, name))
            out[count++] = anchors->items[i].ds;
    }
    return count;
}

unsigned anchors_closest(const struct anchors *anchors, const uint8_t *name)
{
    struct ds own[ANCHORS_A_ZONE];
    unsigned labels = name_label_count(name);
    while (labels > 0 && anchors_of(anchors, name_suffix(name, labels), own) == 0)
        labels--;
    return labels;
}
