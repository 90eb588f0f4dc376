# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2034
# What the measurements share: sourced by bench/*/run (bash).
#
# Everything runs on 127.0.0.1 against the lab, bounded by timeout(1); what is started
# here is stopped here. BUILD names the folder with the programs; results go to
# $BUILD/bench.

set -euo pipefail
export LC_ALL=C

BUILD=${BUILD:-build}
OUT=$BUILD/bench
TRAWL=$BUILD/dnstrawl
LAB=$BUILD/dnstrawl-lab
PORT=${PORT:-5390}
CLIENT_CPU=${CLIENT_CPU:-0}
LAB_CPU=${LAB_CPU:-1}
LAB_PID=

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$0: $*"
    exit 1
}

# A scratch folder that goes away, with the lab, however the script ends.
begin() {
    mkdir -p "$OUT"
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/dnstrawl-bench.XXXXXX")
    trap 'lab_stop; rm -rf "$WORK"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Pinned where there are two CPUs to pin to; sharing one, client and lab measure the
# scheduler too. Prefixes and no function: a function in the background would be a shell
# between us and the lab, and the one that our signal and `wait` reach.
CLIENT_PIN=()
LAB_PIN=()
if [ "$(nproc)" -gt 1 ]; then
    CLIENT_PIN=(taskset -c "$CLIENT_CPU")
    LAB_PIN=(taskset -c "$LAB_CPU")
fi

# lab_start NAME OPTION...: a lab of its own for each measurement, so that its report
# is about that one alone.
lab_start() {
    local name=$1
    shift
    LAB_REPORT=$WORK/$name.lab.json
    : >"$WORK/lab.out"
    ${LAB_PIN[@]+"${LAB_PIN[@]}"} "$LAB" "$@" -p "$PORT" --for 30m --parent --quiet \
        -o "$LAB_REPORT" >"$WORK/lab.out" 2>"$WORK/lab.err" &
    LAB_PID=$!
    local i
    for ((i = 0; i < 200; i++)); do
        if grep -q '^ready' "$WORK/lab.out"; then
            return
        fi
        kill -0 "$LAB_PID" 2>/dev/null || break
        sleep 0.05
    done
    cat "$WORK/lab.err" >&2
    die "the lab did not start"
}

lab_stop() {
    if [ -n "$LAB_PID" ]; then
        kill -TERM "$LAB_PID" 2>/dev/null || true
        wait "$LAB_PID" 2>/dev/null || true # it writes its report before it ends
        LAB_PID=
    fi
}

# timed COMMAND...: on CLIENT_CPU, for RUN_LIMIT seconds at most (status 124). Its streams
# are in tool.out and tool.err, its status in STATUS, its times in USER_S, SYSTEM_S and
# SECONDS_TAKEN.
timed() {
    local TIMEFORMAT='%3U %3S %3R'
    STATUS=0
    { time ${CLIENT_PIN[@]+"${CLIENT_PIN[@]}"} timeout -k 10 "$RUN_LIMIT" "$@" \
        >"$WORK/tool.out" 2>"$WORK/tool.err" </dev/null; } 2>"$WORK/time" || STATUS=$?
    read -r USER_S SYSTEM_S SECONDS_TAKEN <"$WORK/time"
}

# truth_of TRUTH NAMES: those NAMES that exist, sorted.
truth_of() {
    cut -f1 "$1" | grep -v '^#' | sort >"$WORK/truth.names"
    sort "$2" | comm -12 - "$WORK/truth.names"
}

# number FILE KEY: the first "KEY":NUMBER of a JSON file (top-level figures come first).
number() {
    local found
    found=$(grep -o "\"$2\":-\{0,1\}[0-9.]*" "$1" | head -n 1 | cut -d: -f2) || true
    printf '%s' "${found:-nan}"
}

# holds CONDITION: awk arithmetic as a truth value.
holds() { awk "BEGIN { exit !($1) }"; }

# What a reader needs to judge the figures.
machine() {
    local model
    model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    printf '%s, %s CPUs, Linux %s, %s\n' "${model:-$(uname -m)}" "$(nproc)" "$(uname -r)" \
        "net.core.rmem_max $(cat /proc/sys/net/core/rmem_max)"
}
