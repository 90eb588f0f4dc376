# What every case may use. A case runs in a folder of its own, which goes with it.
#
# Words: `ask STATUS ARGUMENT...` runs dnstrawl into the files out and err and expects
# STATUS; `expect_...` ends the case with a sentence when it does not hold. Given by the
# runner: DNSTRAWL, LAB (programs), HERE (this folder), SCALE (how many times slower
# than a plain build the programs are), SHARED_PORT (a lab without impairments that
# serves cli.zone at 127.1.0.1 to 127.1.0.4).

set -u
export LC_ALL=C

r1=127.1.0.1:${SHARED_PORT-0}
r2=127.1.0.2:${SHARED_PORT-0}
both=$r1,$r2

fail() {
    printf '%s\n' "$*"
    local file
    for file in err out; do
        [ ! -s "$file" ] || { printf -- '-- %s:\n' "$file"; tail -n 25 "$file"; }
    done
    exit 1
}

# ask STATUS ARGUMENT...; stdin is the file `in` when the case has written one.
ask() {
    local expected=$1 status=0 input=/dev/null
    shift
    [ ! -e in ] || input=in
    timeout -k 5 "$((30 + 30 * SCALE))" "$DNSTRAWL" "$@" <"$input" >out 2>err || status=$?
    [ "$status" -eq "$expected" ] ||
        fail "status $status, expected $expected: dnstrawl $*"
}

# The common beginning of a scan against the shared lab. A case about an error says it
# with these too: should the program take what it is to refuse, nobody else is asked.
resolve() { ask "$1" resolve -r "$both" "${@:2}"; }
brute() { ask "$1" brute -r "$both" "${@:2}"; }

expect_lines() { # FILE LINE...: exactly these, in any order
    local file=$1
    shift
    [ "$#" -eq 0 ] || printf '%s\n' "$@" | sort >expected_lines
    [ "$#" -gt 0 ] || : >expected_lines
    sort "$file" | diff - expected_lines >difference ||
        fail "$file is not as expected (< is, > should be):" "$(cat difference)"
}

expect_in() { grep -q -E -- "$2" "$1" || fail "$1 lacks a line like: $2"; }
expect_not_in() { ! grep -q -E -- "$2" "$1" || fail "$1 has a line like: $2"; }
expect_empty() { [ ! -s "$1" ] || fail "$1 is not empty: $(head -c 300 "$1")"; }
expect_json() { jq -e "$2" "$1" >/dev/null || fail "$1: not $2: $(head -c 600 "$1")"; }
expect_count() { # FILE NUMBER of lines
    [ "$(wc -l <"$1")" -eq "$2" ] || fail "$1 has $(wc -l <"$1") lines, expected $2"
}
expect_whole_lines() {
    [ ! -s "$1" ] || [ "$(tail -c 1 "$1" | od -An -tx1 | tr -d ' ')" = 0a ] ||
        fail "$1 ends in the middle of a line: $(tail -c 80 "$1")"
}
expect_no_control_bytes() {
    if LC_ALL=C grep -q -a '[^ -~]' "$1"; then
        fail "$1 has control bytes: $(grep -a -m 1 '[^ -~]' "$1" | od -c | head -3)"
    fi
}

# Every --stats object must balance: nothing is lost.
expect_balance() {
    expect_json "$1" '.candidates == .found + .nodata + .nxdomain + .wildcard + .pruned
        + .servfail + .unresolved + .invalid + .duplicate + .out_of_scope'
}

# again_where_late FUNCTION: a case of exact rates, which three tries may show: a lab that is kept
# from its CPU sees at once what came by and by, and thinks it too fast; a pace that is wrong is
# wrong each time.
again_where_late() {
    local try
    for try in 1 2 3; do
        (trap stop_lab EXIT && "$1") && return
    done
    return 1
}

# Waits until a command holds, at most SECONDS.
wait_until() {
    local seconds=$1 i
    shift
    for ((i = 0; i < seconds * 20; i++)); do
        "$@" && return 0
        sleep 0.05
    done
    return 1
}

# Starts a lab of its own for the case: port in LAB_PORT, process in LAB_PID. No case runs as long
# as it would.
# Other programs may take the port first, so several are tried.
start_lab() {
    local try
    for ((try = 0; try < 20; try++)); do
        LAB_PORT=$((20000 + RANDOM % 12000))
        : >lab.out
        "$LAB" --parent --for 9m --quiet -p "$LAB_PORT" "$@" </dev/null >lab.out 2>lab.err &
        LAB_PID=$!
        if wait_until "$((5 * SCALE))" lab_is_settled && grep -q '^ready' lab.out; then
            return 0
        fi
        stop_lab
    done
    fail "the lab does not start: $(cat lab.err)"
}

lab_is_settled() { grep -q '^ready' lab.out || ! kill -0 "$LAB_PID" 2>/dev/null; }

stop_lab() {
    [ -n "${LAB_PID-}" ] || return 0
    kill "$LAB_PID" 2>/dev/null
    wait "$LAB_PID" 2>/dev/null
    LAB_PID=
}

# Starts dnstrawl in the background: process in SCAN_PID, its end in scan_status.
start_scan() {
    "$DNSTRAWL" "$@" </dev/null >out 2>err &
    SCAN_PID=$!
}

# Waits for it; fails when it takes longer than SECONDS.
wait_scan() {
    local seconds=$(($1 * SCALE))
    wait_until "$seconds" scan_is_over || {
        kill -9 "$SCAN_PID"
        fail "still running after $seconds s"
    }
    scan_status=0
    wait "$SCAN_PID" || scan_status=$?
}

# A process that ended and was not waited for yet is a zombie to the kernel.
scan_is_over() {
    local state
    state=$(sed 's/.*) //; s/ .*//' "/proc/$SCAN_PID/stat" 2>/dev/null) || return 0
    [ "$state" = Z ]
}

# True once it handles signals: one that comes before shows nothing.
scan_handles_signals() {
    local caught
    caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$SCAN_PID/status" 2>/dev/null)
    [ $((0x${caught:-0} & 2)) -ne 0 ]
}

file_is_full() { [ -s "$1" ]; }

number_words() { seq -f 'w%05g' 1 "$1"; }

# liar [OPTION...]: dnstrawl-hostile serves lies.example at $liar for the rest of the case.
liar() {
    stop_liar
    : >liar.out
    "${DNSTRAWL%/*}/dnstrawl-hostile" --for 9m "$@" >liar.out 2>liar.err &
    LIAR_PID=$!
    wait_until "$((5 * SCALE))" grep -q '^ready' liar.out || fail "the liar does not start: $(cat liar.err)"
    liar=$(sed -n 's/^ready: //p' liar.out)
    trap stop_liar EXIT
}

stop_liar() {
    [ -z "${LIAR_PID-}" ] || kill "$LIAR_PID" 2>/dev/null
    LIAR_PID=
}
