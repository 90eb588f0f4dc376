// SPDX-License-Identifier: BSD-2-Clause
/* Names that standards and services fix, by the types that are found at them.
 *
 * An NSEC3 record tells which types its owner has, so a list is worth trying only where a target
 * with one of its types is left. No types at all are an empty non-terminal: something lies
 * below it. */
#include "scan/crack_state.h"

#include <string.h>

#include "dns/code.h"

#define TYPE_NONE 0 /* an empty non-terminal; reserved, so no bitmap has it */

/* LABELS are apart by blanks; each before each of AFTER. */
static const struct guess {
    uint16_t types[3]; /* any of these; TYPE_ANY ends the list */
    const char *labels, *after;
} guesses[] = {
    {{TYPE_NONE, TYPE_ANY},
     "_tcp _udp _tls _sctp _domainkey _msdcs _sites _report _bimi _at _smtp",
     ""},
    {{TYPE_NONE, TYPE_ANY}, "dc gc pdc domains _tcp.dc _sites.dc _tcp.gc _udp.dc", "._msdcs"},
    {{TYPE_NONE, TYPE_ANY},
     "_smtp _tcp _udp _https _dmarc _25._tcp _443._tcp _dns-sd._udp "
     "default-first-site-name._sites",
     ""},
    {{TYPE_TXT, TYPE_CNAME, TYPE_ANY},
     "_dmarc _adsp._domainkey _policy._domainkey _spf _netblocks _netblocks2 _netblocks3 _mta-sts "
     "_smtp._tls _report._dmarc *._report._dmarc _acme-challenge _acme-challenge.www _dnsauth "
     "_github-challenge _gitlab-pages-verification-code _dnslink _atproto _psl _vercel "
     "_cf-custom-hostname "
     "_keybase _token _amazonses _domainconnect _kerberos _ens _matrix _nsec _whois _asuid asuid "
     "asuid.www _discord _pki-validation _globalsign-domain-verification _thumbprint default._bimi "
     "spf spf1 spf2 _spf1 _spf2 _spf3 _spfmx _mailcust",
     ""},
    {{TYPE_TXT, TYPE_CNAME, TYPE_ANY},
     "default dkim dkim1 dkim2 dkim3 mail mail1 mail2 email mx smtp smtpapi selector selector1 "
     "selector2 google google2 k1 k2 k3 k4 s1 s2 s3 key1 key2 sel1 sel2 fm1 fm2 fm3 fm4 protonmail "
     "protonmail2 protonmail3 zoho zmail zendesk1 zendesk2 mandrill mandrill1 mailjet sendgrid "
     "sparkpost scph amazonses everlytickey1 everlytickey2 mxvault dk dk1 postmark pm mg mailgun "
     "krs pic mailo hs1 hs2 cm turbo-smtp sig1 sig2 hse1 hse2 litesrv ml mte1 mte2 api m1 m2 "
     "mesmtp ctct1 ctct2 sm sailthru 2024 2025 2026 a1 b1 ed25519 rsa xs1 20230601 20210112 "
     "20161025",
     "._domainkey"},
    {{52, TYPE_ANY},
     "_25 _443 _465 _587 _993 _995 _143 _110 _853 _5222 _5223 _5269 _5270 _8443 _636 _389 _21 _22 "
     "_990 "
     "_4190 _64738 _6697 _1443 _8080 _5061 _2525 _53",
     "._tcp"},
    {{52, TYPE_ANY}, "_443 _853 _25", "._udp"},
    {{TYPE_SRV, 256, TYPE_ANY},
     "_sip _sips _sipfederationtls _xmpp-client _xmpp-server _xmpps-client _xmpps-server _jabber "
     "_autodiscover _caldav _caldavs _carddav _carddavs _imap _imaps _pop3 _pop3s _submission "
     "_submissions _sieve _ldap _ldaps _kerberos _kerberos-adm _kpasswd _gc _matrix _matrix-fed "
     "_minecraft _stun _stuns _turn _turns _http _https _h323cs _h323ls _vlmcs _nfs _ftp _ssh "
     "_mqtt "
     "_secure-mqtt _puppet _x-puppet _mongodb _etcd-server _etcd-client _etcd-server-ssl "
     "_etcd-client-ssl _kerberos-master _collab-edge _cisco-uds _jmap _git _whois _rdap _telnet "
     "_pgpkey-http _pgpkey-https _hkp _avatars-sec _smtp _smtps _msrps _radiustls _radsec _ipp "
     "_ipps _printer",
     "._tcp"},
    {{TYPE_SRV, 256, TYPE_ANY},
     "_sip _stun _turn _ntp _kerberos _kerberos-master _kpasswd _ts3 _h323ls _minecraft _mumble "
     "_radius _syslog _tftp _afs3-vlserver _afs3-prserver",
     "._udp"},
    {{TYPE_SRV, TYPE_ANY},
     "_sip._tls _sip._sctp _ldap._tcp.dc._msdcs _kerberos._tcp.dc._msdcs _ldap._tcp.pdc._msdcs "
     "_ldap._tcp.gc._msdcs _autodiscover._https _radiusdtls._udp _avatars._tcp",
     ""},
    {{TYPE_PTR, TYPE_ANY}, "_services b db r dr lb", "._dns-sd._udp"},
    {{TYPE_CNAME, TYPE_A, TYPE_AAAA},
     "autodiscover autoconfig enterpriseregistration enterpriseenrollment lyncdiscover sip msoid "
     "mta-sts openpgpkey",
     ""},
    {{64, 65, TYPE_ANY}, "_dns _8443._https _443._https", ""},
    {{TYPE_A, TYPE_AAAA, TYPE_CNAME}, "* www mail", ""},
    {{TYPE_TXT, TYPE_MX, TYPE_NS}, "*", ""},
};

/* Types of targets that are not found yet. IS_UNKNOWN: of one they are not known. */
struct wanted {
    bool has[UINT16_MAX + 1];
    bool is_unknown;
};

static void note_types(struct wanted *wanted, const struct hash_record *record)
{
    uint16_t type;
    bool is_empty = true;
    wanted->is_unknown |= !record->has_types;
    for (uint32_t from = 0; record->has_types && bitmap_next(&record->types, from, &type);
         from = type + 1u) {
        wanted->has[type] = true;
        is_empty = false;
    }
    wanted->has[TYPE_NONE] |= is_empty;
}

static bool is_wanted(const struct wanted *wanted, const struct guess *guess)
{
    for (size_t i = 0; i < sizeof guess->types / sizeof guess->types[0]; i++) {
        if (guess->types[i] == TYPE_ANY)
            break;
        if (wanted->is_unknown || wanted->has[guess->types[i]])
            return true;
    }
    return false;
}

static void put_guess(struct text *out, const struct guess *guess)
{
    for (const char *at = guess->labels; *at;) {
        size_t len = strcspn(at, " ");
        text_put(out, at, len);
        text_puts(out, guess->after);
        text_putc(out, '\n');
        at += len;
        at += strspn(at, " ");
    }
}

void crack_guess_put(struct text *out, const struct crack_targets *targets)
{
    struct wanted wanted = {.is_unknown = false}; /* 64 KiB */
    for (size_t i = 0; i < targets->count && !wanted.is_unknown; i++) {
        struct hash_record record;
        if (atomic_load(&targets->items[i].is_found))
            continue;
        crack_targets_record(targets, i, &record);
        note_types(&wanted, &record);
    }
    for (size_t i = 0; i < sizeof guesses / sizeof guesses[0]; i++)
        if (is_wanted(&wanted, &guesses[i]))
            put_guess(out, &guesses[i]);
}
