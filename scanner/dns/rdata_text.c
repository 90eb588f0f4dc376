// SPDX-License-Identifier: BSD-2-Clause
/* Record data as text. One of the few files that include ldns.
 *
 * 1. Addresses and types that are one name are printed here: they are nearly all
 *    that a scan finds.
 * 2. SVCB and HTTPS are printed by rdata_svcb.c.
 * 3. Everything else goes through ldns, field by field, so that names inside can be
 *    printed in this program's form; and what ldns prints passes a filter.
 * 4. What ldns does not know, cannot read, or does not account for to the last
 *    octet is printed as RFC 3597 section 5 says: \# length hex. */
#include "dns/rdata.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "dns/rdata_svcb.h"

/* ldns must not see WKS (obsolete; it asks /etc/services for it, which threads may not), nor
 * SVCB and HTTPS (rdata_svcb.h says why). */
static bool is_kept_from_ldns(uint16_t type)
{
    return type == TYPE_WKS || type == TYPE_SVCB || type == TYPE_HTTPS;
}

static int finish(struct bytes_writer *w)
{
    bytes_put_u8(w, '\0');
    return w->failed ? ERR_FULL : 0;
}

static int generic_to_text(const uint8_t *rdata, size_t len, struct bytes_writer *w)
{
    static const char digits[] = "0123456789abcdef";
    char head[32];
    int head_len = snprintf(head, sizeof head, "\\# %zu%s", len, len ? " " : "");
    bytes_put(w, head, (size_t)head_len);
    for (size_t i = 0; i < len; i++) {
        bytes_put_u8(w, (uint8_t)digits[rdata[i] >> 4]);
        bytes_put_u8(w, (uint8_t)digits[rdata[i] & 0x0f]);
    }
    return finish(w);
}

static bool is_whole_name(const uint8_t *data, size_t len)
{
    return len > 0 && name_whole_len(data, len) == len;
}

static void put_name(struct bytes_writer *w, const uint8_t *name, bool bare, bool as_is)
{
    char text[NAME_TEXT_MAX];
    bytes_put(w, text, (as_is ? name_to_text_as_is : name_to_text)(name, text));
    if (!bare && *name != 0)
        bytes_put_u8(w, '.');
}

/* ldns escapes well, as far as is known; nothing raw leaves here all the same. */
static void put_printable(struct bytes_writer *w, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] >= 0x20 && data[i] < 0x7f) {
            bytes_put_u8(w, data[i]);
            continue;
        }
        const char escaped[4] = {'\\', (char)('0' + data[i] / 100), (char)('0' + data[i] / 10 % 10),
                                 (char)('0' + data[i] % 10)};
        bytes_put(w, escaped, sizeof escaped);
    }
}

/* RDATA as ldns's fields, or NULL when it is not exactly what ldns understands. */
static ldns_rr *parse_fields(uint16_t type, const uint8_t *rdata, size_t len)
{
    size_t at = 0, fields_len = 0;
    bool good = false;
    uint8_t *wire = malloc(len + 2); /* with its length in front, as in a message */
    ldns_rr *rr = ldns_rr_new();
    if (!wire || !rr || len > RDATA_MAX)
        goto done;
    wire[0] = (uint8_t)(len >> 8);
    wire[1] = (uint8_t)len;
    if (len)
        memcpy(wire + 2, rdata, len);
    ldns_rr_set_type(rr, (ldns_rr_type)type);
    ldns_rr_set_class(rr, LDNS_RR_CLASS_IN);
    if (ldns_wire2rdf(rr, wire, len + 2, &at) != LDNS_STATUS_OK || ldns_rr_rd_count(rr) == 0 ||
        ldns_rr_rd_count(rr) < ldns_rr_descriptor_minimum(ldns_rr_descript(type)))
        goto done;
    good = true;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *field = ldns_rr_rdf(rr, i);
        if (!field || ldns_rdf_get_type(field) == LDNS_RDF_TYPE_UNKNOWN) {
            good = false;
            break;
        }
        fields_len += ldns_rdf_size(field);
    }
    good = good && fields_len == len; /* no octets left over, no pointers followed */
done:
    free(wire);
    if (!good && rr) {
        ldns_rr_free(rr);
        rr = NULL;
    }
    return rr;
}

/* Appends ldns's text for FIELD, after a blank if it is not the first. An empty one
 * would move the others: only the last may be, such as a list of no types. */
static bool put_field(struct bytes_writer *w, const ldns_rdf *field, bool is_first, bool is_last,
                      ldns_buffer *buffer)
{
    ldns_buffer_clear(buffer);
    if (ldns_rdf2buffer_str(buffer, field) != LDNS_STATUS_OK)
        return false;
    const uint8_t *text = ldns_buffer_begin(buffer);
    size_t len = ldns_buffer_position(buffer);
    while (len > 0 && text[len - 1] == ' ') /* ldns ends lists in a blank */
        len--;
    if (len == 0)
        return is_last && !is_first;
    if (!is_first)
        bytes_put_u8(w, ' ');
    put_printable(w, text, len);
    return true;
}

/* False when ldns cannot print it; W then holds a part and is to be begun anew. */
static bool fields_to_text(const ldns_rr *rr, bool bare_names, struct bytes_writer *w)
{
    /* A next name is signed in the case it has (RFC 6840 section 5.1). */
    bool keeps_case = !bare_names && ldns_rr_get_type(rr) == LDNS_RR_TYPE_NSEC;
    bool good = true;
    size_t count = ldns_rr_rd_count(rr);
    ldns_buffer *buffer = ldns_buffer_new(256); /* grows as needed */
    if (!buffer)
        return false;
    for (size_t i = 0; good && i < count; i++) {
        const ldns_rdf *field = ldns_rr_rdf(rr, i);
        if (ldns_rdf_get_type(field) != LDNS_RDF_TYPE_DNAME) {
            good = put_field(w, field, i == 0, i + 1 == count, buffer);
        } else if (is_whole_name(ldns_rdf_data(field), ldns_rdf_size(field))) {
            if (i > 0)
                bytes_put_u8(w, ' ');
            put_name(w, ldns_rdf_data(field), bare_names, keeps_case);
        } else {
            good = false;
        }
    }
    ldns_buffer_free(buffer);
    return good;
}

/* Priority, target, parameters; false when they are not well formed. */
static bool svcb_to_text(const uint8_t *rdata, size_t len, bool bare_names, struct bytes_writer *w)
{
    struct bytes_reader r = bytes_reader_at(rdata, len, 0);
    char priority[8];
    int priority_len = snprintf(priority, sizeof priority, "%u ", bytes_u16(&r));
    size_t name_len = r.failed ? 0 : name_whole_len(rdata + r.offset, bytes_left(&r));
    if (name_len == 0)
        return false;
    bytes_put(w, priority, (size_t)priority_len);
    put_name(w, rdata + r.offset, bare_names, false);
    return bytes_skip(&r, name_len) && svcb_params_to_text(&r, w);
}

static bool known_to_text(uint16_t type, const uint8_t *rdata, size_t len, bool bare_names,
                          struct bytes_writer *w)
{
    if (is_kept_from_ldns(type))
        return type != TYPE_WKS && svcb_to_text(rdata, len, bare_names, w);
    ldns_rr *rr = parse_fields(type, rdata, len);
    if (!rr)
        return false;
    bool is_printed = fields_to_text(rr, bare_names, w);
    ldns_rr_free(rr);
    return is_printed;
}

bool rdata_has_form(uint16_t type)
{
    if (is_kept_from_ldns(type))
        return true;
    const ldns_rr_descriptor *known = ldns_rr_descript(type);
    return known && known->_type == (ldns_rr_type)type && known->_name &&
           strncmp(known->_name, "TYPE", 4) != 0 && ldns_rr_descriptor_maximum(known) > 0 &&
           ldns_rr_descriptor_field_type(known, 0) != LDNS_RDF_TYPE_UNKNOWN;
}

int rdata_to_text(uint16_t type, const uint8_t *rdata, size_t len, bool bare_names, char *out,
                  size_t cap)
{
    struct bytes_writer w = bytes_writer_at(out, cap);
    if ((type == TYPE_A && len == 4) || (type == TYPE_AAAA && len == 16)) {
        char text[INET6_ADDRSTRLEN];
        inet_ntop(type == TYPE_A ? AF_INET : AF_INET6, rdata, text, sizeof text);
        bytes_put(&w, text, strlen(text));
        return finish(&w);
    }
    bool is_name = type == TYPE_CNAME || type == TYPE_NS || type == TYPE_PTR || type == TYPE_DNAME;
    if (is_name && is_whole_name(rdata, len)) {
        put_name(&w, rdata, bare_names, false);
        return finish(&w);
    }
    if (known_to_text(type, rdata, len, bare_names, &w))
        return finish(&w);
    w = bytes_writer_at(out, cap);
    return generic_to_text(rdata, len, &w);
}
