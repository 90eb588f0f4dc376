#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# bench by TCP, DNS over TLS and DNS over HTTPS, against unbound in front of nsd.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" bench_stream

{
    cat <<'ZONE'
$ORIGIN bench.example.
$TTL 3600
@ SOA ns hostmaster 1 3600 900 86400 300
@ NS ns
ns A 192.0.2.1
ZONE
    for i in $(seq 50); do printf 'h%s A 192.0.2.%s\n' "$i" "$i"; done
} >bench.zone
for i in $(seq 50); do printf 'h%s.bench.example A\n' "$i"; done >queries
bed_nsd real bench.example=bench.zone
bed_unbound cache +tls bench.example="${BED_AT[real]}"

# load PROTO TARGET OPTION...: whether all that was asked was answered, by two connections. A busy
# machine may have been the limit (exit 6), which takes nothing from that.
load() {
    local proto=$1 target=$2
    shift 2
    trawl '0\|6' bench --proto "$proto" --connections 2 --threads 1 --rate 500 --duration 500ms \
        --warmup 0 --queries queries "$@" "$target" &&
        jq -e '.targets[0] | .sent.queries as $sent | $sent > 100 and .responses == $sent
               and .unreachable == 0 and .conn_info.handshakes == 2
               and .response_rcodes.NOERROR == $sent' stats >difference
}

load tcp "${BED_AT[cache]}"
report $? 'TCP'
load dot "${BED_TLS[cache]}"
report $? 'DNS over TLS, whoever answers'
load dot "${BED_TLS[cache]}" --tls-ca tls.crt --tls-host ns.bed.example
report $? 'DNS over TLS, with the right certificate'
load doh "${BED_HTTPS[cache]}" --tls-ca tls.crt --tls-host ns.bed.example
report $? 'DNS over HTTPS'
trawl 4 bench --proto dot --rate 100 --duration 200ms --warmup 0 --queries queries \
    --tls-ca tls.crt --tls-host other.bed.example "${BED_TLS[cache]}"
report $? 'a certificate of another name will not do'
trawl 4 bench --proto tcp --rate 100 --duration 200ms --warmup 0 --queries queries 127.0.0.1:1
report $? 'nobody there'
case_end
