# SPDX-License-Identifier: BSD-2-Clause
# What the cases share: . lib.sh in the first line; case_begin BUILD NAME [SECONDS].
#
# A case is a script of its own with its own servers (bed.sh), run by tests/servers/run. It
# says `report STATUS WORDS` for each thing that has to hold, and ends with case_end.
. "$(dirname "${BASH_SOURCE[0]}")/bed.sh"
set -u
export LC_ALL=C

case_begin() { # BUILD NAME [SECONDS]
    BUILD=$(cd "$1" 2>/dev/null && pwd) || bed_die "no folder $1; run make first"
    DNSTRAWL=$BUILD/dnstrawl
    [ -x "$DNSTRAWL" ] || bed_die "no program $DNSTRAWL; run make first"
    CASE=$2
    # Programs with sanitizers are slower.
    SCALE=1
    ! grep -q -a -e __asan_init -e __tsan_init "$DNSTRAWL" || SCALE=4
    failed=0
    number=0
    bed_begin "${3:-600}"
}

# report STATUS WORDS: a TAP line; when it failed, what is in the files difference and err.
report() {
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %s - %s: %s\n' "$number" "$CASE" "$2"
        return
    fi
    failed=1
    printf 'not ok %s - %s: %s\n' "$number" "$CASE" "$2"
    { head -n 40 difference; tail -n 20 err; } 2>/dev/null | cat -v | cut -c 1-300 | sed 's/^/# /'
}

# All servers of the case have to have lived until here.
case_end() {
    [ "${#BED_PID[@]}" -eq 0 ] || {
        kill -0 "${BED_PID[@]}" 2>/dev/null
        report $? 'the servers are still there'
    }
    bed_stop "${!BED_PID[@]}"
    [ ! -s faults ] || {
        cp faults difference
        report 1 'no fault that a sanitizer finds'
    }
    printf '1..%s\n' "$number"
    exit "$failed"
}

# trawl STATUS ARGUMENT...: out, err, stats of a run that has to end with STATUS (`0\|3`: either).
trawl() {
    local expected=$1 status=0
    shift
    rm -f out err stats difference
    timeout -k 5 "$((90 * SCALE))" "$DNSTRAWL" "$@" --stats stats </dev/null >out 2>err || status=$?
    grep -qx -e "$expected" <<<"$status" || {
        printf 'status %s, expected %s\n' "$status" "$expected" >difference
        return 1
    }
}

# asked_at_most COUNT: queries of the last run, but for those that were answered too late, on a busy
# machine, and so were sent again.
asked_at_most() {
    jq -e --argjson most "$1" '.queries - .timeouts <= $most' stats >/dev/null || {
        jq -c '{queries, timeouts}' stats >difference
        return 1
    }
}

# same IS SHOULD_BE: the same lines, in whatever order.
same() {
    diff <(sort "$1") <(sort "$2") >difference
}
