#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# axfr at real servers: what comes is the zone, and what loaders make of it is the same zone; keys,
# TLS, changes, and servers that refuse.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" axfr

# The records of a zone file as named-checkzone has them: canonical, absolute, sorted; in lower
# case, as nsd serves names.
canonical() { # ZONE FILE
    named-checkzone -q -i none -k ignore -D -s full -o - "$1" "$2" 2>>canonical.err |
        grep -v '^;' | tr -s ' \t' ' ' | tr A-Z a-z | sort
}

same_zone() { # ZONE IS SHOULD_BE
    canonical "$1" "$2" >is
    canonical "$1" "$3" >should_be
    [ -s is ] && diff is should_be >difference
}

# All types that have a form of their own here, and some that have none. Names short enough for ldns.
cat >types.zone <<'ZONE'
$ORIGIN types.example.
$TTL 300
@ SOA ns hostmaster 2026112701 7200 900 1209600 300
@ NS ns
ns A 192.0.2.1
ns AAAA 2001:db8::1
zeros AAAA ::
mapped AAAA ::ffff:192.0.2.1
mx MX 10 mail.example.net.
mx MX 65535 .
Upper.Case CNAME MiXed.Example.Net.
srv SRV 0 65535 443 ns
txt TXT "" "a\"b\\c;d" "\000\010\255"
txt TXT ( "two" "strings" )
spf SPF "v=spf1 -all"
dname DNAME example.net.
ptr PTR host.example.net.
naptr NAPTR 100 10 "u" "sip+E2U" "!^.*$!sip:info@example.com!" .
caa CAA 0 issue "ca.example.net; policy=ev"
tlsa TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
sshfp SSHFP 4 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
loc LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m
hinfo HINFO "PC" "Linux"
rp RP admin.example.net. txt
afsdb AFSDB 1 afs.example.net.
kx KX 10 kx.example.net.
cert CERT PKIX 1 RSASHA256 AQIDBA==
ds DS 12345 13 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
ds NS ns.ds
ns.ds A 192.0.2.2
https HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1
svcb SVCB 0 svc.example.net.
uri URI 10 1 "https://example.net/"
eui EUI48 00-00-5e-00-53-2a
nid NID 10 0014:4fff:ff20:ee64
openpgp OPENPGPKEY AQIDBA==
csync CSYNC 66 3 A NS AAAA
unknown TYPE65280 \# 4 0a000001
nothing TYPE65281 \# 0
odd\.dot A 192.0.2.3
\000\001\010\127\200\255 A 192.0.2.4
quo\"te\;semi\(par\@at\$ A 192.0.2.5
* A 192.0.2.6
*.deep.ent TXT wild
a-63-octet-label-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx A 192.0.2.7
ttl 2147483647 A 192.0.2.8
ttl0 0 A 192.0.2.9
ZONE
awk 'BEGIN { printf "long TXT"; for (i = 0; i < 40; i++) { printf " \""; for (k = 0; k < 255; k++) printf "x"; printf "\"" } print "" }' >>types.zone
for i in $(seq 95); do printf 'many A 10.0.0.%s\n' "$i"; done >>types.zone

bed_corpus all all.example -n 500 -f all
bed_corpus long long.example -n 10 -f longest,binary
bed_corpus plain plain.example -n 300 -f cuts,ents,wild
bed_sign all.nsec all.example all.zone nsec
bed_sign all.nsec3 all.example all.zone nsec3 5 aabb

# --- nsd ---

bed_nsd nsd types.example=types.zone+axfr all.example=all.nsec+axfr long.example=long.zone+axfr \
    plain.example=plain.zone
for spec in types.example:types.zone all.example:all.nsec long.example:long.zone; do
    trawl 0 axfr --server "${BED_AT[nsd]}" "${spec%:*}" && cp out got &&
        same_zone "${spec%:*}" got "${spec#*:}"
    report $? "nsd: ${spec%:*} is the zone that it serves"
done
trawl 0 axfr --server "${BED_AT[nsd]}" types.example && ldns-read-zone out >ldns.out 2>difference &&
    [ "$(grep -c -v '^;' out)" -eq "$(wc -l <ldns.out)" ]
report $? 'nsd: ldns-read-zone reads it, too'
trawl 0 axfr --server "${BED_AT6[nsd]}" types.example -f names && sort -u out >is &&
    [ "$(wc -l <out)" -eq "$(wc -l <is)" ] &&
    canonical types.example types.zone | awk '{ print $1 }' | sort -u | wc -l >should_be &&
    [ "$(wc -l <is)" -eq "$(cat should_be)" ]
report $? 'nsd: as many names by IPv6, each once'

# What the truth calls below a cut or DNAME is in a transfer all the same.
trawl 0 axfr --server "${BED_AT[nsd]}" all.example -f names &&
    awk -F'\t' '$2 != "ent" { print $1 }' all.truth >should_be && same out should_be
report $? 'nsd: names are those of the truth, occluded ones too'

bed_nsd hashed all.example=all.nsec3+axfr
trawl 0 axfr --server "${BED_AT[hashed]}" all.example -f names && same out should_be &&
    trawl 0 axfr --server "${BED_AT[hashed]}" all.example && cp out got && same_zone all.example got all.nsec3
report $? 'nsd: hashes of NSEC3 are in the zone, and are no names'

# Of so many messages nsd signs one in a hundred.
awk 'BEGIN {
    print "$ORIGIN many.example.\n$TTL 300\n@ SOA ns hostmaster 1 7200 900 1209600 300\n@ NS ns\nns A 192.0.2.1"
    for (i = 1; i <= 70000; i++) printf "host%05d TXT \"a text that makes it longer %d\"\n", i, i }' >many.zone
bed_nsd signing many.example=many.zone+tsig
trawl 0 axfr --server "${BED_AT[signing]}" -y "$BED_TSIG" many.example && cp out got &&
    same_zone many.example got many.zone &&
    jq -e '.servers[0].attempts[0] | .signed and .messages > 200' stats >difference
report $? 'nsd: signed at the beginning, the end, and now and then between'

trawl 3 axfr --server "${BED_AT[nsd]}" plain.example &&
    jq -e '.servers[0] | .outcome == "refused"' stats >difference && [ ! -s out ]
report $? 'nsd: REFUSED is told'
trawl 3 axfr --server "${BED_AT[nsd]}" nowhere.example &&
    jq -e '.servers[0] | .outcome == "notauth" or .outcome == "refused"' stats >difference
report $? 'nsd: a zone that it does not serve'

# --- bind ---

bed_corpus update update.example -n 500 -f cuts,wild
bed_corpus no no.example -n 20
bed_corpus key key.example -n 400 -f binary
bed_corpus signed signed.example -n 100
bed_named named types.example=types.zone update.example=update.zone+update \
    no.example=no.zone+notransfer key.example=key.zone+tsig signed.example=signed.zone+nsec
at=${BED_AT[named]}

trawl 0 axfr --server "$at" types.example && cp out got && same_zone types.example got types.zone
report $? 'bind: types.example is the zone that it serves'
trawl 0 axfr --server "$at" signed.example && cp out got &&
    dig +noall +answer -p "${at##*:}" @127.0.0.1 signed.example AXFR >dug && same_zone signed.example got dug
report $? 'bind: what dig gets of a zone that it signs'

trawl 3 axfr --server "$at" no.example &&
    jq -e '.servers[0] | .outcome == "refused" and [.attempts[].kind] ==
        ["axfr", "soa", "ixfr", "ixfr", "ixfr", "ixfr"]' stats >difference
report $? 'bind: refused, and so is IXFR in all its ways'

trawl 3 axfr --server "$at" key.example && jq -e '.servers[0].outcome == "refused"' stats >difference
report $? 'bind: without the key'
trawl 0 axfr --server "$at" -y "$BED_TSIG" key.example && cp out got && same_zone key.example got key.zone &&
    jq -e '.servers[0].attempts[0].signed' stats >difference
report $? 'bind: with the key, signed to the last message'
for spec in "hmac-sha256:other.key:$BED_KEY_SECRET tsig-badkey" "$BED_KEY_ALGORITHM:$BED_KEY_NAME:AAAA tsig-badsig" \
    "hmac-sha1:$BED_KEY_NAME:$BED_KEY_SECRET tsig-badkey"; do
    trawl 3 axfr --server "$at" -y "${spec% *}" key.example &&
        jq -e --arg outcome "${spec#* }" '.servers[0].outcome == $outcome' stats >difference
    report $? "bind: ${spec#* } (${spec%%:*})"
done

# --- changes ---

update() { # LINE...
    { printf 'server 127.0.0.1 %s\nzone update.example\n' "${at##*:}"
        printf '%s\n' "$@" send; } | nsupdate >>nsupdate.out 2>&1
}
update 'add new1.update.example. 300 A 192.0.2.11' 'add gone.update.example. 300 A 192.0.2.12'
update 'delete gone.update.example. A' 'add new2.update.example. 300 TXT "a b"'
serial=$(dig +short -p "${at##*:}" @127.0.0.1 update.example SOA | awk '{ print $3 }')
[ "$serial" = 3 ]
report $? 'nsupdate has made serial 3'
trawl 0 axfr --server "$at" --ixfr 1 update.example &&
    grep -qx '; added: new1.update.example. 300 IN A 192.0.2.11' out &&
    grep -qx '; deleted: gone.update.example. 300 IN A 192.0.2.12' out &&
    jq -e '.complete and .servers[0].outcome == "deltas" and .servers[0].serial == 3
        and .servers[0].attempts[0].deleted == 3' stats >difference && ! grep -q partial out
report $? 'bind: changes since serial 1, deleted names too'
trawl 0 axfr --server "$at" --ixfr 1 -f names update.example &&
    printf '%s\n' update.example {new1,new2,gone}.update.example >should_be && same out should_be
report $? 'bind: names of the past'
trawl 0 axfr --server "$at" --ixfr 3 update.example &&
    jq -e '.complete and .servers[0].outcome == "up-to-date"' stats >difference
report $? 'bind: nothing since serial 3'
trawl 0 axfr --server "$at" --ixfr 4000000000 update.example &&
    jq -e '.complete and .servers[0].outcome == "up-to-date" or .servers[0].outcome == "transferred"' stats >difference
report $? 'bind: a serial that it never had'

# --- TLS ---

trawl 0 axfr --tls --server "${BED_TLS[named]}" types.example && cp out got && same_zone types.example got types.zone &&
    jq -e '.servers[0].attempts[0] | .transport == "tls" and .alpn and (.authenticated | not)' stats >difference
report $? 'bind: by TLS, whoever it is'
trawl 0 axfr --tls --tls-ca tls.crt --server "${BED_TLS[named]}" types.example &&
    jq -e '.servers[0].attempts[0].authenticated' stats >difference
report $? 'bind: by TLS, the certificate has its address'
trawl 0 axfr --tls --tls-ca tls.crt --tls-host ns.bed.example --server "${BED_TLS[named]}" types.example
report $? 'bind: by TLS, the certificate has its name'
trawl 4 axfr --tls --tls-ca tls.crt --tls-host other.example --server "${BED_TLS[named]}" types.example &&
    jq -e '.servers[0].outcome == "tls-failed"' stats >difference && [ ! -s out ]
report $? 'bind: by TLS, another name'
trawl 4 axfr --tls --tls-host ns.bed.example --server "${BED_TLS[named]}" types.example
report $? 'bind: by TLS, an authority that nobody knows'
trawl 0 axfr --tls -y "$BED_TSIG" --server "${BED_TLS[named]}" key.example &&
    jq -e '.servers[0].attempts[0] | .signed and .transport == "tls"' stats >difference
report $? 'bind: by TLS and with the key'

# --- knot and PowerDNS ---

bed_knot knot types.example=types.zone plain.example=plain.zone+nsec
trawl 0 axfr --server "${BED_AT[knot]}" types.example && cp out got && same_zone types.example got types.zone
report $? 'knot: types.example is the zone that it serves'
trawl 0 axfr --server "${BED_AT[knot]}" plain.example && cp out got &&
    kdig +noall +answer -p "${BED_PORT[knot]}" @127.0.0.1 plain.example AXFR >dug && same_zone plain.example got dug
report $? 'knot: what kdig gets of a zone that it signs'
bed_pdns pdns plain.example=plain.zone
trawl 0 axfr --server "${BED_AT[pdns]}" plain.example && cp out got && same_zone plain.example got plain.zone
report $? 'pdns: plain.example is the zone that it serves'

# --- all of them for one zone, found by a resolver ---

# The servers are found at one port: three addresses of one nsd.
cat >found.zone <<'ZONE'
$ORIGIN found.example.
$TTL 300
@ SOA ns1 hostmaster 5 7200 900 1209600 300
@ NS ns1
@ NS ns2
ns1 A 127.0.0.1
ns2 AAAA ::1
www A 192.0.2.1
ZONE
bed_nsd own found.example=found.zone+axfr
bed_unbound unbound found.example="${BED_AT[own]}"
trawl 0 axfr -r "${BED_AT[unbound]}" --port "${BED_PORT[own]}" found.example -f names &&
    printf '%s\n' found.example {ns1,ns2,www}.found.example >should_be && same out should_be &&
    jq -e '(.servers | length) == 2 and .outcomes == {"transferred": 2} and ([.servers[].host] | sort)
        == ["ns1.found.example", "ns2.found.example"]' stats >difference
report $? 'every server that a resolver tells is asked, and the zone is written once'

case_end
