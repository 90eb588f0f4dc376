// SPDX-License-Identifier: BSD-2-Clause
/* Mnemonics, from the IANA registry "Domain Name System (DNS) Parameters", and
 * the generic TYPEn of RFC 3597 section 5. */
#include "dns/code.h"

#include <stdbool.h>
#include <stdio.h>
#include <strings.h>
#include <string.h>

static const struct type_name {
    uint16_t type;
    const char *text;
} type_names[] = {
    /* ascending, for the binary search */
    {1, "A"},           {2, "NS"},       {3, "MD"},        {4, "MF"},       {5, "CNAME"},
    {6, "SOA"},         {7, "MB"},       {8, "MG"},        {9, "MR"},       {10, "NULL"},
    {11, "WKS"},        {12, "PTR"},     {13, "HINFO"},    {14, "MINFO"},   {15, "MX"},
    {16, "TXT"},        {17, "RP"},      {18, "AFSDB"},    {19, "X25"},     {20, "ISDN"},
    {21, "RT"},         {22, "NSAP"},    {23, "NSAP-PTR"}, {24, "SIG"},     {25, "KEY"},
    {26, "PX"},         {27, "GPOS"},    {28, "AAAA"},     {29, "LOC"},     {30, "NXT"},
    {31, "EID"},        {32, "NIMLOC"},  {33, "SRV"},      {34, "ATMA"},    {35, "NAPTR"},
    {36, "KX"},         {37, "CERT"},    {38, "A6"},       {39, "DNAME"},   {40, "SINK"},
    {41, "OPT"},        {42, "APL"},     {43, "DS"},       {44, "SSHFP"},   {45, "IPSECKEY"},
    {46, "RRSIG"},      {47, "NSEC"},    {48, "DNSKEY"},   {49, "DHCID"},   {50, "NSEC3"},
    {51, "NSEC3PARAM"}, {52, "TLSA"},    {53, "SMIMEA"},   {55, "HIP"},     {56, "NINFO"},
    {57, "RKEY"},       {58, "TALINK"},  {59, "CDS"},      {60, "CDNSKEY"}, {61, "OPENPGPKEY"},
    {62, "CSYNC"},      {63, "ZONEMD"},  {64, "SVCB"},     {65, "HTTPS"},   {66, "DSYNC"},
    {99, "SPF"},        {104, "NID"},    {105, "L32"},     {106, "L64"},    {107, "LP"},
    {108, "EUI48"},     {109, "EUI64"},  {128, "NXNAME"},  {249, "TKEY"},   {250, "TSIG"},
    {251, "IXFR"},      {252, "AXFR"},   {253, "MAILB"},   {254, "MAILA"},  {255, "ANY"},
    {256, "URI"},       {257, "CAA"},    {258, "AVC"},     {259, "DOA"},    {260, "AMTRELAY"},
    {261, "RESINFO"},   {262, "WALLET"}, {32768, "TA"},    {32769, "DLV"},
};

#define TYPE_NAME_COUNT (sizeof type_names / sizeof type_names[0])

static bool text_is(const char *text, size_t len, const char *mnemonic)
{
    return strlen(mnemonic) == len && strncasecmp(text, mnemonic, len) == 0;
}

static int parse_generic(const char *text, size_t len, uint16_t *out)
{
    static const char prefix[] = "TYPE";
    const size_t prefix_len = sizeof prefix - 1;
    if (len <= prefix_len || len > prefix_len + 5 || strncasecmp(text, prefix, prefix_len) != 0)
        return ERR_SYNTAX;
    unsigned value = 0;
    for (size_t i = prefix_len; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return ERR_SYNTAX;
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    if (value > UINT16_MAX)
        return ERR_SYNTAX;
    *out = (uint16_t)value;
    return 0;
}

int code_type_from_text(const char *text, size_t len, uint16_t *out)
{
    *out = 0;
    for (size_t i = 0; i < TYPE_NAME_COUNT; i++) {
        if (text_is(text, len, type_names[i].text)) {
            *out = type_names[i].type;
            return 0;
        }
    }
    return parse_generic(text, len, out);
}

const char *code_type_to_text(uint16_t type, char out[CODE_TEXT_MAX])
{
    size_t low = 0, high = TYPE_NAME_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (type_names[middle].type < type)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < TYPE_NAME_COUNT && type_names[low].type == type)
        strcpy(out, type_names[low].text);
    else
        snprintf(out, CODE_TEXT_MAX, "TYPE%u", (unsigned)type);
    return out;
}

const char *code_type_to_zone_text(uint16_t type, char out[CODE_TEXT_MAX])
{
    static const uint16_t rare[] = {56,        57,  66,  TYPE_NXNAME, TYPE_IXFR,
                                    TYPE_AXFR, 253, 254, TYPE_ANY,    258,
                                    259,       260, 261, 262,         32768};
    for (size_t i = 0; i < sizeof rare / sizeof rare[0]; i++) {
        if (rare[i] == type) {
            snprintf(out, CODE_TEXT_MAX, "TYPE%u", (unsigned)type);
            return out;
        }
    }
    return code_type_to_text(type, out);
}

const char *code_rcode_to_text(unsigned rcode)
{
    static const char *const texts[RCODE_COUNT] = {
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
        "NXRRSET", "NOTAUTH", "NOTZONE",  "RCODE11",  "RCODE12", "RCODE13", "RCODE14",  "RCODE15",
    };
    return rcode < RCODE_COUNT ? texts[rcode] : "RCODE16+";
}
