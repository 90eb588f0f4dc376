# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The measurements of `dnstrawl bench` as programs: sourced by tests/bench/run, which has `is`,
# BUILD, HERE and WORK.
#
# What is computed from stamps and stats is shown with made-up ones, whose figures are known;
# then the scripts run for a second, and have to tell of each run. What they say of targets is of
# no interest then.

BENCH=$HERE/../../bench
readonly load_limit_s=120

# Arrivals of R a second in N gaps, and a stall of 50 ms in the middle: R N constant|poisson.
# Before them, far off, a probe.
stamps() {
    awk -v rate="$1" -v n="$2" -v kind="$3" 'BEGIN {
        srand(7)
        print "# stamps"
        print "0\t1\t1"
        at = 2e9
        for (i = 0; i < n; i++) {
            at += kind == "poisson" ? -log(1 - rand()) * 1e9 / rate : 1e9 / rate
            if (i == n / 2) at += 5e7
            printf "%.0f\t1\t1\n", at
        }
    }' >"$WORK/stamps"
}

gaps() { # RATE: of $WORK/stamps, and the gaps sorted
    rm -f "$WORK/gaps"
    awk -v rate="$1" -v gaps="$WORK/gaps" -f "$BENCH/pacing/gaps.awk" "$WORK/stamps" >"$WORK/figures"
    sort -n "$WORK/gaps" >"$WORK/gaps.sorted"
    cat "$WORK/figures"
}

distance() { # RATE
    awk -v rate="$1" -v count="$(wc -l <"$WORK/gaps.sorted")" -f "$BENCH/pacing/distance.awk" \
        "$WORK/gaps.sorted"
}

even_is_even() {
    stamps 50000 100000 constant
    gaps 50000
    awk -F'\t' '{ exit !($1 == 100000 && $3 == 1 && $4 > 49.9 && $4 < 50.1 && $5 > 49990 && $5 < 50010 &&
        $6 < 0.01 && $2 > 1.99 && $2 < 2) }' "$WORK/figures"
}

poisson_is_poisson() {
    stamps 50000 200000 poisson
    gaps 50000
    awk -F'\t' '{ exit !($3 == 1 && $5 > 49500 && $5 < 50500 && $6 > 0.95 && $6 < 1.05) }' \
        "$WORK/figures" || return 1
    distance 50000
    awk -v d="$(distance 50000)" 'BEGIN { exit !(d < 0.01) }' || return 1
    # Against another rate it is off by what two exponential distributions are apart.
    awk -v d="$(distance 100000)" 'BEGIN { exit !(d > 0.24 && d < 0.26) }'
}

# Two of each kind of burst: the second of each pair comes at once.
bursts_show() {
    stamps 50000 100000 constant
    awk -F'\t' '/^#/ { print; next } { print; print }' "$WORK/stamps" >"$WORK/twice"
    awk -F'\t' '/^#/ { print; next } NR % 100 == 2 { at = $1 } { printf "%.0f\t1\t1\n", at ? at : $1 }' \
        "$WORK/twice" >"$WORK/stamps"
    gaps 100000
    awk -F'\t' '{ exit !($6 > 5) }' "$WORK/figures" # fifty at a time
}

# 100 answers of 10 to 1,000 us, ten of which were longer than what is counted: JSON as --stats
# writes it.
made_up_stats() {
    jq -n '{targets: [{response_latency: {buckets:
        [range(1; 91) | [. * 10000 - 10, . * 10000 + 10, 1]], lost: 10}}]}' >"$WORK/stats.json"
}

figures_are_right() (
    cd "$HERE/../.." || return 1
    # shellcheck source=bench/lib.sh
    . bench/lib.sh
    # shellcheck source=bench/load.sh
    . bench/load.sh
    set +e
    made_up_stats
    equal "$(answered_percentile "$WORK/stats.json" 0.5)" 0.45 &&
        equal "$(answered_percentile "$WORK/stats.json" 0.99)" 0.9 &&
        equal "$(off 103 100)" 3.00 && equal "$(off 97 100)" 3.00 && equal "$(off - 100)" - &&
        equal "$(off 5 0)" - &&
        equal "$(printf '4\n1\n-\n3\n2\n' | median_and_spread)" '2.5 120.0' &&
        equal "$(printf '5\n100\n6\n' | median_and_spread)" '6 1583.3' &&
        equal "$(printf '' | median_and_spread)" '- -' &&
        equal "$(judge x 0.7 at-most 0.7)" '- x: 0.7, at most 0.7: met' &&
        equal "$(judge x 0.71 at-most 0.7)" '- x: 0.71, at most 0.7: **missed**' &&
        equal "$(judge x 0.94 at-least 0.95)" '- x: 0.94, at least 0.95: **missed**' &&
        equal "$(judge x - at-least 0.95)" '- x: not measured'
)

equal() { # IS SHOULD_BE
    [ "$1" = "$2" ] || {
        printf '"%s", expected "%s"\n' "$1" "$2"
        return 1
    }
}

# run_load NAME VARIABLE=VALUE...: bench/NAME/run; its report is $WORK/load/bench/NAME.md.
run_load() {
    local name=$1
    shift
    mkdir -p "$WORK/load/bench"
    ln -sf "$BUILD/dnstrawl" "$BUILD/dnstrawl-lab" "$WORK/load/"
    ln -sf "$BUILD/bench/bare" "$WORK/load/bench/bare"
    env BUILD="$WORK/load" WITH_PERF=0 PORT=$((12000 + RANDOM % 20000)) "$@" \
        timeout -k 5 "$load_limit_s" "$BENCH/$name/run"
    [ $? -le 1 ]
}

paces() {
    run_load pacing PACING_RATES=2000 PACING_SECONDS=1 || return 1
    grep -q '^| dnstrawl | 2000 | poisson | [0-9]* |' "$WORK/load/bench/pacing.md" &&
        grep -q '^| dnstrawl | 2000 | constant | [0-9]* |' "$WORK/load/bench/pacing.md" &&
        grep -q '^- 2000 q/s, poisson: Kolmogorov-Smirnov distance: 0\.' "$WORK/load/bench/pacing.md" ||
        return 1
    awk -F'\t' '$1 == "dnstrawl" { n++; few += $4 < 1500 || $4 > 2500 } END { exit !(n == 2 && !few) }' \
        "$WORK/load/bench/pacing.tsv"
}

# The lab loses one in two hundred of 500, so that loss is told at all.
tells_latency() {
    run_load latency LATENCY_RATE=500 LATENCY_SECONDS=2 LATENCY_CAPACITY=2000 LATENCY_SEARCH=0 ||
        return 1
    awk -F' *[|] *' '
        /^[|] p50 of those answered/ { good += $3 > 3 && $4 > 3 }
        /^[|] p99 of those answered/ { good += $3 > 20 && $4 > 20 }
        /^[|] loss, %/ { good += $3 < 5 && $4 < 5 }
        END { exit !(good == 3) }' "$WORK/load/bench/latency.md" || return 1
    grep -q '^- p99_9 of those answered off by, %: [0-9.]*, at most 3: ' "$WORK/load/bench/latency.md"
}

# bare_asks ADDRESS LAB-OPTION...: three times the list, to the last query of it. What a busy lab
# does not answer within 200 ms is lost to it: three tries.
bare_asks() {
    bare_asks_once "$@" || bare_asks_once "$@" || bare_asks_once "$@"
}

bare_asks_once() {
    local address=$1 port=$((12000 + RANDOM % 20000)) lab i
    shift
    "$BUILD/dnstrawl-lab" --fast --count 1000 --emit-names "$WORK/bare.names" --emit-only || return 1
    rm -f "$WORK/bare.json"
    : >"$WORK/bare.ready"
    "$BUILD/dnstrawl-lab" --fast --count 1000 -p "$port" --parent --for 1m -q \
        -o "$WORK/bare.json" "$@" >"$WORK/bare.ready" &
    lab=$!
    for ((i = 0; i < 100; i++)); do
        ! grep -q '^ready' "$WORK/bare.ready" || break
        sleep 0.05
    done
    timeout "$load_limit_s" "$BUILD/bench/bare" -n 3 -a "$address" "$WORK/bare.names" "$port" \
        >"$WORK/bare.said"
    kill "$lab"
    wait "$lab"
    cat "$WORK/bare.said"
    jq -e '.queries == 3000 and .answers == 3000 and .lost == 0' "$WORK/bare.said" &&
        jq -e '.totals | .queries == 3000 and .answered == 3000' "$WORK/bare.json"
}

bare_refuses() {
    local status=0
    "$BUILD/bench/bare" "$@" /dev/null 5300 || status=$?
    [ "$status" = 2 ]
}

# As root it measures, where the kernel has what it takes; else it says why not.
measures_or_tells_why_not() {
    run_load gso GSO_ROUNDS=1 GSO_SECONDS=1 GSO_TOOLS='bare udp gso' CLIENT_CPU=0 \
        >"$WORK/gso.said" 2>&1 || { cat "$WORK/gso.said"; return 1; }
    cat "$WORK/gso.said"
    if grep -q '^bench-gso: skipped: ' "$WORK/gso.said"; then
        return 0
    fi
    grep -q '^| dnstrawl bench --io gso | \*\*[0-9]*\*\* |' "$WORK/load/bench/gso.md" &&
        grep -q 'did not carry: 0 (right)' "$WORK/load/bench/gso.md"
}

is "bench/pacing: even arrivals are even, the stall is told and left out" even_is_even
is "bench/pacing: Poisson arrivals are Poisson's" poisson_is_poisson
is "bench/pacing: bursts show" bursts_show
is "bench/load.sh: percentiles, medians, judgements" figures_are_right
is "bench/speed/bare: goes round its list, at an address" bare_asks 127.0.0.1
is "bench/speed/bare: goes round its list, by IPv6" bare_asks ::1 -n 0 --ipv6 1
is "bench/speed/bare: no address: usage" bare_refuses -a nobody
is "bench/speed/bare: no round: usage" bare_refuses -n 0
# Instrumented programs keep no pace.
if grep -q -a -e __asan_init -e __tsan_init "$BUILD/dnstrawl"; then
    return
fi
is "bench/pacing/run: a row for each load" paces
is "bench/latency/run: the lab's truth beside what was told" tells_latency
is "bench/gso/run: measures, or tells why it cannot" measures_or_tells_why_not
