#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The beds themselves: is the truth of the corpus what signers make of its zones, and do the
# servers deny in the ways that they are there for?
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" beds

# Names of a signed zone's records of TYPE (full names, one record a line), as dnstrawl
# writes names.
owners() { # TYPE FILE
    awk -v type="$1" '
        function canonical(text,    out, i, octet) {
            for (i = 1; i <= length(text); i++) {
                octet = substr(text, i, 1)
                if (octet == "\\" && substr(text, i + 1, 3) ~ /^[0-9][0-9][0-9]$/) {
                    out = out substr(text, i, 4)
                    i += 3
                    continue
                }
                if (octet == "\\")
                    octet = substr(text, ++i, 1)
                else if (octet ~ /[a-zA-Z0-9.*_-]/) {
                    out = out tolower(octet)
                    continue
                }
                out = out sprintf("\\%03d", octets[octet])
            }
            return out
        }
        BEGIN { for (i = 32; i < 127; i++) octets[sprintf("%c", i)] = i }
        $4 == type { name = canonical($1); sub(/\.$/, "", name); print name }' "$2"
}

in_chain() { # COLUMN NAME: the names of the truth that a chain of that kind has
    awk -F'\t' -v column="$1" '$column { print $1 }' "$2.truth"
}

count_is() { # COUNT COMMAND...
    local count
    count=$("${@:2}" | wc -l)
    [ "$count" -eq "$1" ] || {
        printf '%s: %s, expected %s\n' "${*:2}" "$count" "$1" >difference
        return 1
    }
}

for spec in '1 none' '2 none' '10 none' '1000 none' '1 all' '1 apexwild,all' '1000 all'; do
    read -r count features <<<"$spec"
    bed_corpus z z.example -n "$count" -f "$features"
    bed_sign z.nsec z.example z.zone nsec
    bed_sign z.nsec3 z.example z.zone nsec3 10 aabb
    bed_sign z.optout z.example z.zone optout
    owners NSEC z.nsec >is
    in_chain 4 z >should_be
    same is should_be
    report $? "the truth has what is signed with NSEC ($count, $features)"
    count_is "$(in_chain 5 z | wc -l)" owners NSEC3 z.nsec3 &&
        count_is "$(in_chain 6 z | wc -l)" owners NSEC3 z.optout
    report $? "as many names as NSEC3 records, opt-out or not ($count, $features)"
done

bed_corpus long z.example -f longest,binary
bed_sign long.nsec z.example long.zone nsec
owners NSEC long.nsec >is
in_chain 4 long >should_be
same is should_be && 
    [ "$(awk '{ gsub(/\\[0-9][0-9][0-9]/, "x") } length >= 252' should_be | wc -l)" -eq 3 ]
report $? 'names as long as can be'

deny() { # SERVER ZONE [NAME]: the authority section of a name that is not there
    dig +dnssec +norec +noall +authority +tries=2 -p "${BED_PORT[$1]}" @127.0.0.1 "${3:-nope.$2}" A
}

# denies SERVER ZONE PATTERN: such a line is there
denies() {
    deny "$1" "$2" >difference
    grep -q -E "$3" difference
}

records() { # FILE: how many a signed zone has
    grep -c '^[^;]' "$1"
}

transfers() { # SERVER ZONE OPTION...: the records
    dig +noall +answer +onesoa -p "${BED_PORT[$1]}" @127.0.0.1 "${@:3}" "$2" AXFR >difference
    grep -v '^;' difference
}

bed_nsd nsd z.example=z.nsec+axfr z3.example=z.nsec3 long.example=long.nsec
denies nsd z.example '[[:space:]]NSEC[[:space:]]'
report $? 'nsd denies by NSEC'
count_is "$(records z.nsec)" transfers nsd z.example
report $? 'nsd gives the zone that it may'
[ -z "$(transfers nsd long.example)" ]
report $? 'and not the one that it may not'
[ "$(for i in $(seq 400); do printf 'a%s.z.example A\n' "$i"; done |
    dig +tries=1 +time=5 +short +identify -p "${BED_PORT[nsd]}" @127.0.0.1 -f - 2>&1 |
    grep -c 'timed out')" -eq 0 ]
report $? 'nsd limits no rate'

bed_corpus y y.example -n 100 -f all
bed_corpus x x.example -n 100 -f all
bed_named named y.example=y.zone+nsec x.example=x.zone+update z.example=z.nsec+tsig
denies named y.example '[[:space:]]NSEC[[:space:]]'
report $? 'bind signs by itself'
printf 'server 127.0.0.1 %s\nzone x.example\nupdate add fresh.x.example 300 A 192.0.2.7\nsend\n' \
    "${BED_PORT[named]}" | nsupdate &&
    dig +noall +answer -p "${BED_PORT[named]}" @127.0.0.1 x.example IXFR=1 >difference &&
    [ "$(grep -c SOA difference)" -eq 4 ] && [ "$(grep -c fresh difference)" -eq 1 ]
report $? 'bind tells what changed'
[ -z "$(transfers named z.example)" ] && count_is "$(records z.nsec)" transfers named z.example -y "$BED_TSIG"
report $? 'bind gives to whom has the key'
kdig +tls +tls-ca=tls.crt +tls-hostname=ns.bed.example -p "${BED_TLS[named]#*:}" @127.0.0.1 x.example AXFR \
    >difference 2>&1 && grep -q '^fresh' difference
report $? 'bind transfers over TLS'

bed_knot knot y.example=y.zone+online x.example=x.zone+nsec3
denies knot y.example '^nope\..*NSEC[[:space:]]+\\000\.nope\.'
report $? 'knot lies about each name'
denies knot x.example '[[:space:]]NSEC3[[:space:]]1 0 0'
report $? 'knot denies by NSEC3'

bed_pdns pdns y.example=y.zone+narrow x.example=x.zone+nsec3 z.example=z.zone+optout
denies pdns y.example '[[:space:]]NSEC3 1 0 0' && cp difference once &&
    deny pdns y.example other.y.example >again &&
    [ "$(awk 'NR == FNR { seen[$1]; next } $4 == "NSEC3" && !($1 in seen)' once again | wc -l)" -gt 0 ]
report $? 'pdns makes narrow proofs'
denies pdns z.example '[[:space:]]NSEC3 1 1 0'
report $? 'pdns opts out'

bed_unbound unbound z.nsec.anchor z.example="${BED_AT[nsd]}"
dig +dnssec -p "${BED_PORT[unbound]}" @127.0.0.1 nope.z.example >difference &&
    grep -q 'flags:.* ad' difference
report $? 'unbound validates'
case_end
