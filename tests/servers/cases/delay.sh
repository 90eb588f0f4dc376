#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# dnstrawl-delay: everything comes, late by what was asked for.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
case_begin "${1:-build}" delay

for i in $(seq 5000); do printf 'h%s\n' "$i"; done >hosts
bed_hostile real -n hosts -z lies.example -t whole
bed_delay late "${BED_AT[real]}" 40ms

# took OPTION...: milliseconds of a query
took() { dig "$@" +tries=1 -p "${BED_PORT[late]}" @127.0.0.1 h1.lies.example | sed -n 's/.*Query time: \([0-9]*\) msec/\1/p'; }

# late OPTION...: never sooner than that, and no later in one of ten tries, since a busy machine adds
# to it. dig's clock is good to some milliseconds; over TCP it begins after the handshake, which is
# not late.
late() {
    local try ms
    : >difference
    for try in {1..10}; do
        ms=$(took "$@")
        printf 'try %s: %s ms\n' "$try" "$ms" >>difference
        [ "${ms:-0}" -ge 75 ] || return 1
        [ "$ms" -ge $((150 * SCALE)) ] || return 0
    done
    return 1
}
late
report $? 'UDP: 40 ms each way'
late +tcp
report $? 'TCP: likewise'

sed 's/$/.lies.example/' hosts >names
trawl 0 resolve -r "${BED_AT[late]}" -t A names && same out names &&
    jq -e '.unresolved == 0 and .queries < 5500' stats >/dev/null # a busy machine's answers come late
report $? 'thousands of queries under way, and hardly any is lost'

dig +tries=1 -p "${BED_PORT[late]}" @127.0.0.1 lies.example AXFR >difference &&
    grep -q 'XFR size: 5004 records' difference
report $? 'a transfer comes whole'

"$BUILD/dnstrawl-delay" --to 192.0.2.1:53 --for 1s >out 2>err
[ $? -eq 2 ] && grep -q 'of this machine' err
report $? 'nothing leaves this machine'
case_end
