// SPDX-License-Identifier: BSD-2-Clause
#include "engine/load_match.h"

#include <string.h>

#include "dns/code.h"
#include "dns/query.h"

#define RECORD_FIXED 10 /* octets between owner and rdata */

static uint32_t count_at(const uint8_t *data, unsigned offset)
{
    return (uint32_t)data[offset] << 8 | data[offset + 1];
}

/* The offset behind the name at AT, or LEN when it does not end before. */
static uint32_t skip_name(const uint8_t *data, uint32_t len, uint32_t at)
{
    while (at < len) {
        uint8_t label = data[at];
        if (label == 0)
            return at + 1;
        if (label >= 0xc0)
            return at + 2;
        if (label >= 0x40)
            return len;
        at += 1u + label;
    }
    return len;
}

/* Whether the records that the header announces are there, from AT on. */
static bool has_records(const uint8_t *data, uint32_t len, uint32_t at)
{
    uint32_t left = count_at(data, 6) + count_at(data, 8) + count_at(data, 10);
    for (; left > 0; left--) {
        at = skip_name(data, len, at);
        if (at + RECORD_FIXED > len)
            return false;
        at += RECORD_FIXED + count_at(data, at + RECORD_FIXED - 2);
        if (at > len)
            return false;
    }
    return true;
}

/* No question, and a code that says why: trouble with the target, but an answer of it. */
static bool is_bare_error(const uint8_t *data, uint32_t len, unsigned rcode)
{
    static const uint8_t nothing[8];
    return len == DNS_HEADER_LEN && memcmp(data + 4, nothing, sizeof nothing) == 0 &&
           (rcode == RCODE_FORMERR || rcode == RCODE_SERVFAIL || rcode == RCODE_NOTIMP ||
            rcode == RCODE_REFUSED);
}

static bool is_question_of(const struct flight_entry *entry, uint64_t seed, const uint8_t *data,
                           uint32_t len)
{
    return count_at(data, 4) == 1 && len >= DNS_HEADER_LEN + (uint32_t)entry->question_len &&
           load_question_hash(data + DNS_HEADER_LEN, entry->question_len, seed) == entry->question;
}

/* Not its question: is it but for the class? */
static bool is_of_other_class(const struct flight_entry *entry, uint64_t seed, const uint8_t *data,
                              uint32_t len)
{
    uint8_t question[DNS_QUESTION_MAX];
    uint32_t question_len = entry->question_len;
    if (count_at(data, 4) != 1 || len < DNS_HEADER_LEN + question_len || question_len < 2 ||
        question_len > sizeof question)
        return false;
    memcpy(question, data + DNS_HEADER_LEN, question_len);
    question[question_len - 2] = 0;
    question[question_len - 1] = CLASS_IN;
    return load_question_hash(question, question_len, seed) == entry->question;
}

static enum load_match refuse(struct load_matched *out, enum reject why)
{
    out->why = why;
    return LOAD_REFUSED;
}

enum load_match load_match(const struct flight *flight, uint64_t seed, mono_ns before,
                           const uint8_t *data, uint32_t len, struct load_matched *out)
{
    if (len < DNS_HEADER_LEN)
        return refuse(out, REJECT_SHORT);
    if (!(data[2] & 0x80))
        return refuse(out, REJECT_NOT_RESPONSE);
    if (data[2] & 0x78)
        return refuse(out, REJECT_OPCODE);
    uint32_t back = flight_back(flight, (uint16_t)count_at(data, 0));
    struct flight_entry *entry = flight_at(flight, back);
    if (!entry)
        return refuse(out, REJECT_UNKNOWN_ID);
    out->rcode = data[3] & 0x0f;
    uint32_t end = DNS_HEADER_LEN;
    if (is_question_of(entry, seed, data, len))
        end += entry->question_len;
    else if (!is_bare_error(data, len, out->rcode))
        return refuse(out, is_of_other_class(entry, seed, data, len) ? REJECT_WRONG_CLASS
                                                                     : REJECT_WRONG_QUESTION);
    if (!has_records(data, len, end))
        return refuse(out, REJECT_SHORT);
    if (entry->state == FLIGHT_ANSWERED && flight_is_of_trial(flight, back))
        return refuse(out, REJECT_DUPLICATE);
    if (entry->state != FLIGHT_WAITING || entry->sent <= before)
        return LOAD_LATE;
    out->entry = entry;
    out->is_truncated = (data[2] & 0x02) != 0;
    return LOAD_ANSWERS;
}
