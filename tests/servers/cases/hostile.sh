#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# dnstrawl-hostile itself: does a validating resolver believe those of its lies that are to be
# believed, and none of the others? Do transfers go wrong in the way that they say?
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" hostile

# asked NAME TYPE: `RCODE ad`, or `RCODE -`, through the unbound that asks the liar
asked() {
    dig +dnssec +tries=1 +time=5 -p "${BED_PORT[unbound]}" @127.0.0.1 "$1" "$2" |
        sed -n 's/.*status: \([A-Z]*\).*/\1/p; s/^;; flags:\([^;]*\);.*/\1/p' |
        { read -r rcode && read -r flags && case " $flags " in
            *' ad '*) printf '%s ad\n' "$rcode" ;;
            *) printf '%s -\n' "$rcode" ;;
        esac; }
}

# believes LIE NAME TYPE 'RCODE ad' ...: a liar, and unbound's word on each name.
believes() {
    local lie=$1
    shift
    bed_hostile liar -d "$lie" --anchor "$BED/anchor" -z lies.example
    bed_unbound unbound anchor lies.example="${BED_AT[liar]}"
    : >is
    : >should_be
    while [ $# -gt 0 ]; do
        printf '%s %s: %s\n' "$1" "$2" "$(asked "$1.lies.example" "$2")" >>is
        printf '%s %s: %s\n' "$1" "$2" "$3" >>should_be
        shift 3
    done
    same is should_be
    report $? "$lie: a validating resolver's view"
    bed_stop liar unbound
}

there=(www A 'NOERROR ad' www TXT 'NOERROR ad' b.deep A 'NOERROR ad' m.wild A 'NOERROR ad' m.wild TXT 'NOERROR ad')
for lie in nsec white nsec3 narrow; do
    believes "$lie" "${there[@]}" nope A 'NXDOMAIN ad' x.nope A 'NXDOMAIN ad' 0.z A 'NXDOMAIN ad'
done
believes endless "${there[@]}" nope A 'NXDOMAIN ad' xabcdefghijkl A 'NOERROR ad'
believes endless3 "${there[@]}" nope A 'NXDOMAIN ad'
for lie in compact bare sentinel black compact3; do
    # Compact denial signs what a wildcard makes as if it were there.
    believes "$lie" "${there[@]}" nope A 'NOERROR ad' x.nope A 'NOERROR ad'
done
believes optout www A 'NOERROR ad' nope A 'NXDOMAIN -'
for lie in back self outside unrelated expanded no-rrsig bogus expired signer loop \
    bogus3 hash-long hash-short flags; do
    believes "$lie" www A 'NOERROR ad' nope A 'SERVFAIL -'
done

# --- what no validator shows ---

direct() { dig +tries=1 +time=5 +norec -p "${BED_PORT[liar]}" @127.0.0.1 "$@"; }

bed_hostile liar -d compact
direct +dnssec +coflag nope.lies.example >difference &&
    grep -q 'status: NXDOMAIN' difference && grep -q "EDNS.* co" difference
report $? 'compact: NXDOMAIN where the query says that it may'
direct nope.lies.example >difference && grep -q 'status: NXDOMAIN' difference
report $? 'compact: and where it asks for no proof'
direct +dnssec nope.lies.example TYPE128 >difference && grep -q 'status: FORMERR' difference
report $? 'compact: FORMERR to a query for NXNAME'
bed_stop liar

bed_hostile liar -d keytrap
direct +tcp +dnssec +multiline lies.example DNSKEY >difference &&
    [ "$(grep -c 'key id' difference)" -eq 31 ] &&
    [ "$(grep -o 'key id = [0-9]*' difference | sort -u | wc -l)" -eq 1 ] &&
    [ "$(grep -c 'RRSIG DNSKEY' difference)" -eq 41 ]
report $? 'keytrap: keys of one tag, and signatures'
bed_stop liar

bed_hostile liar -d iterations
direct +dnssec nope.lies.example >difference && grep -q 'NSEC3 1 0 65535 -' difference
report $? 'iterations: 65,535'
bed_stop liar

bed_hostile liar -d costly
direct +tcp +dnssec nope.lies.example >difference && [ "$(grep -c 'NSEC3 1 0 2500 ' difference)" -gt 50 ] &&
    [ "$(sed -n 's/.*NSEC3 1 0 2500 \([^ ]*\).*/\1/p' difference | sort -u | wc -l)" -gt 50 ]
report $? 'costly: many salts in a reply'
bed_stop liar

for manner in no-nsec:NSEC no-binary:A drops-edns:A silent:A; do
    bed_hostile liar -m "${manner%:*}"
    direct +time=1 'a\000b.lies.example' "${manner#*:}" >difference
    grep -q 'no servers could be reached' difference
    report $? "${manner%:*}: no reply"
    bed_stop liar
done
bed_hostile liar -m truncates
direct +ignore www.lies.example >difference && grep -q 'flags:.* tc' difference && grep -q 'ANSWER: 0' difference &&
    direct www.lies.example >difference && grep -q 'ANSWER: 1,' difference
report $? 'truncates: TC over UDP, all of it over TCP'
bed_stop liar

# --- transfers ---

# gives LIE PATTERN [OPTION...]: what dig makes of it has a line like that.
gives() {
    local lie=$1 pattern=$2
    shift 2
    bed_hostile liar -t "$lie" --pause 20ms "$@"
    timeout 12 dig +tries=1 +time=4 -p "${BED_PORT[liar]}" @127.0.0.1 lies.example AXFR 2>&1 |
        head -c 200000 >difference
    grep -q -e "$pattern" difference
    report $? "transfer $lie: $pattern"
    bed_stop liar
}

gives whole 'XFR size: 17 records'
gives drip 'XFR size: 17 records (messages 17,'
gives refused 'Transfer failed'
gives notauth 'Transfer failed'
gives early 'end of file'
gives at-once 'end of file'
gives reset 'connection reset'
gives silence 'timed out'
gives stalled 'timed out'
gives endless 'aaaaaejz\.lies\.example'
gives rcode 'Transfer failed'
gives foreign 'www\.other\.example'
gives loop 'bad compression\|FORMERR\|bad'
gives other-serial ' 2 7200'

# --- in front of a resolver ---

printf 'www\nftp\n' >hidden
bed_hostile real -d nsec --anchor "$BED/real.anchor"
bed_hostile liar --front "${BED_AT[real]}" -n hidden -d empty --anchor "$BED/anchor"
direct www.lies.example >difference && grep -q 'status: NXDOMAIN' difference &&
    direct mail.lies.example >difference && grep -q 'ANSWER: 1,' difference &&
    direct +tcp ftp.lies.example >difference && grep -q 'status: NXDOMAIN' difference &&
    direct +tcp mail.lies.example >difference && grep -q 'ANSWER: 1,' difference
report $? 'a forging resolver hides what it is to hide'
bed_unbound unbound anchor lies.example="${BED_AT[liar]}"
[ "$(asked www.lies.example A)" = 'NXDOMAIN ad' ] && [ "$(asked nope.lies.example A)" = 'NXDOMAIN ad' ] &&
    direct lies.example DNSKEY >difference && ! grep -qF "$(awk '{ print substr($NF, 1, 40) }' real.anchor)" difference
report $? 'with proofs that hold under the key that it gives'

case_end
