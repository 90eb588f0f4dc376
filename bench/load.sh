# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# What the measurements of `dnstrawl bench` share: sourced after lib.sh by
# bench/{pacing,latency,slo,gso}/run (bash).
#
# Figures of --stats and of the lab's report are read with jq. dnsperf takes part where it
# is on PATH, unless WITH_PERF=0.

has_perf() { [ "${WITH_PERF:-1}" = 1 ] && command -v dnsperf >/dev/null; }

# load_lists COUNT: names that the lab knows, in dnsperf's format.
load_lists() {
    "$LAB" --fast --count "$1" --emit-names "$WORK/names" --emit-only
    sed 's/$/ A/' "$WORK/names" >"$WORK/names.perf"
}

# bench_run NAME OPTION...: `dnstrawl bench` with one worker; its stats are in
# $WORK/NAME.stats.json. A run that it calls invalid itself (6) is a result like others.
bench_run() {
    local name=$1
    shift
    BENCH_STATS=$WORK/$name.stats.json
    rm -f "$BENCH_STATS"
    timed "$TRAWL" bench -q --threads 1 --stats "$BENCH_STATS" "$@"
    if [ "$STATUS" != 0 ] && [ "$STATUS" != 3 ] && [ "$STATUS" != 6 ]; then
        tail -n 5 "$WORK/tool.out" "$WORK/tool.err" >&2
        die "dnstrawl bench $* ended with $STATUS"
    fi
    [ -s "$BENCH_STATS" ] || die "dnstrawl bench $*: no stats"
}

# perf_run OPTION...: dnsperf over the same names.
perf_run() {
    timed dnsperf -d "$WORK/names.perf" "$@"
    if [ "$STATUS" != 0 ]; then
        tail -n 5 "$WORK/tool.out" "$WORK/tool.err" >&2
        die "dnsperf $* ended with $STATUS"
    fi
}

# perf_figure WORDS: the first number behind WORDS in what dnsperf said.
perf_figure() {
    awk -v words="$1" '
        index($0, words) { sub(/.*: */, ""); print $1 + 0; found = 1; exit }
        END { if (!found) print "nan" }' "$WORK/tool.out"
}

# figure FILE FILTER: one value of a JSON file; - for null.
figure() { jq -r "($2) // \"-\"" "$1"; }

# answered_percentile FILE SHARE: of --stats, in ms, of the queries that were answered. The
# middle of a cell, as dnstrawl tells it; the losses lie beyond and are left out.
answered_percentile() {
    jq -r --argjson share "$2" '
        [.targets[0].response_latency.buckets[]] as $cells
        | ([$cells[][2]] | add // 0) as $count
        | if $count == 0 then "-" else
            (first(foreach $cells[] as $cell (0; . + $cell[2];
                if . >= $share * $count then ($cell[0] + $cell[1]) / 2e6 else empty end)))
          end' "$1"
}

# judge WHAT FIGURE at-most|at-least LIMIT
judge() {
    local sign='<='
    [ "$3" = at-most ] || sign='>='
    if [ "$2" = - ] || [ "$2" = nan ]; then
        echo "- $1: not measured"
    elif holds "$2 $sign $4"; then
        echo "- $1: $2, ${3/-/ } $4: met"
    else
        echo "- $1: $2, ${3/-/ } $4: **missed**"
    fi
}

# off FIGURE TRUTH: how far off, in percent, without sign; -: one of them is not known.
off() {
    awk -v a="$1" -v b="$2" 'BEGIN {
        if (a == "-" || b == "-" || a == "nan" || b == "nan" || b + 0 == 0) { print "-"; exit }
        d = (a - b) / b * 100
        printf "%.2f\n", d < 0 ? -d : d
    }'
}

# median_and_spread: of the numbers on stdin, and the spread, (most - least) / median, in
# percent.
median_and_spread() {
    sort -g | awk '
        $1 != "-" && $1 != "nan" { v[++n] = $1 }
        END {
            if (!n) { print "- -"; exit }
            m = n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
            printf "%.6g %.1f\n", m, m ? (v[n] - v[1]) / m * 100 : 0
        }'
}

# Ends with the status of the report in FILE.
conclude() {
    if grep -q '\*\*missed\*\*\|\*\*wrong\*\*' "$1"; then
        exit 1
    fi
}
