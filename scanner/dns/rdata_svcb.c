// SPDX-License-Identifier: BSD-2-Clause
/* Service parameters (RFC 9460 section 2.1) as text.
 *
 * Known keys with values as they should be get their names; everything else is
 * written keyN="value", which the RFC allows for any key and which hides
 * nothing. */
#include "dns/rdata_svcb.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum svc_param { /* RFC 9460 section 14.3.2 */
                 PARAM_ALPN = 1,
                 PARAM_NO_DEFAULT_ALPN = 2,
                 PARAM_PORT = 3,
                 PARAM_IPV4HINT = 4,
                 PARAM_IPV6HINT = 6,
};

static void put_string(struct bytes_writer *out, const char *string)
{
    bytes_put(out, string, strlen(string));
}

/* An ALPN id that needs no escapes, neither as list item nor as string. */
static bool is_simple_id(const uint8_t *id, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (id[i] <= ' ' || id[i] >= 0x7f || strchr("\"(),;\\", id[i]))
            return false;
    return len > 0;
}

static bool is_simple_alpn(const uint8_t *value, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t id_len = value[at++];
        if (id_len > len - at || !is_simple_id(value + at, id_len))
            return false;
        at += id_len;
    }
    return len > 0;
}

static void put_alpn(struct bytes_writer *out, const uint8_t *value, size_t len)
{
    put_string(out, "alpn=");
    for (size_t at = 0; at < len; at += 1u + value[at]) {
        if (at > 0)
            put_string(out, ",");
        bytes_put(out, value + at + 1, value[at]);
    }
}

static void put_hints(struct bytes_writer *out, int family, const uint8_t *value, size_t len)
{
    size_t size = family == AF_INET ? 4 : 16;
    put_string(out, family == AF_INET ? "ipv4hint=" : "ipv6hint=");
    for (size_t at = 0; at < len; at += size) {
        char text[INET6_ADDRSTRLEN];
        if (at > 0)
            put_string(out, ",");
        put_string(out, inet_ntop(family, value + at, text, sizeof text));
    }
}

static void put_generic(struct bytes_writer *out, unsigned key, const uint8_t *value, size_t len)
{
    char text[16];
    snprintf(text, sizeof text, len ? "key%u=\"" : "key%u", key);
    put_string(out, text);
    for (size_t i = 0; i < len; i++) {
        if (value[i] >= ' ' && value[i] < 0x7f && value[i] != '"' && value[i] != '\\') {
            bytes_put_u8(out, value[i]);
            continue;
        }
        snprintf(text, sizeof text, "\\%03u", value[i]);
        put_string(out, text);
    }
    if (len)
        put_string(out, "\"");
}

static void put_param(struct bytes_writer *out, unsigned key, const uint8_t *value, size_t len)
{
    char text[16];
    if (key == PARAM_ALPN && is_simple_alpn(value, len)) {
        put_alpn(out, value, len);
    } else if (key == PARAM_NO_DEFAULT_ALPN && len == 0) {
        put_string(out, "no-default-alpn");
    } else if (key == PARAM_PORT && len == 2) {
        snprintf(text, sizeof text, "port=%u", (unsigned)(value[0] << 8 | value[1]));
        put_string(out, text);
    } else if (key == PARAM_IPV4HINT && len > 0 && len % 4 == 0) {
        put_hints(out, AF_INET, value, len);
    } else if (key == PARAM_IPV6HINT && len > 0 && len % 16 == 0) {
        put_hints(out, AF_INET6, value, len);
    } else {
        put_generic(out, key, value, len);
    }
}

bool svcb_params_to_text(struct bytes_reader *in, struct bytes_writer *out)
{
    int last_key = -1;
    while (!in->failed && bytes_left(in) > 0) {
        unsigned key = bytes_u16(in);
        size_t len = bytes_u16(in);
        if (!bytes_skip(in, len) || (int)key <= last_key)
            return false;
        bytes_put_u8(out, ' ');
        put_param(out, key, in->data + in->offset - len, len);
        last_key = (int)key;
    }
    return !in->failed;
}
