# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# A second try for what a busy machine may have failed: sourced by scripts/test.
#
# What talks to servers in real time shares the CPUs with all other lanes, and of some thousand
# cases one may miss a time limit for that alone. So what failed in such a suite is run once more
# when the lanes have ended, and has the machine to itself. A fault fails again, and has failed.
# What holds then is counted as passed, but told on a line of its own; the log of its failure
# stays, the second one is NAME-again.log.
#
# No second try is given to what no load excuses: a sanitizer's report, a crash, an assertion (a
# race that shows once in a hundred runs has been found). Nor to a suite that ended without naming
# a case, nor to more failures at once than chance brings.

readonly again_cases_max=5
readonly again_limit_s=120 # of all second tries together, since the whole has a time limit, too
# Crashes are those signals of a process that the kernel or abort() sends; 99 is a sanitizer's exit.
readonly again_never='Sanitizer:|runtime error:|[Aa]ssertion|(status|gave) (99|13[2-69])\b'
again_used_s=0
unsteady=()

# Puts the FAILED cases of NAME down for a second try; false when none is due.
plan_again() { # NAME FAILED
    local log=$logs/$1.log list=$logs/$1.again failed=$2
    [ "$failed" -le "$again_cases_max" ] || return 1
    ! grep -q -a -E "$again_never" "$log" || return 1
    # Without their numbers, which another run need not give them.
    sed -n -E 's/^not ok ([0-9]+ )?- //p' "$log" >"$list"
    # Every failure has to be a case of a file or suite; `the shared lab ended` is none.
    [ "$(grep -c -E '^[a-z0-9_-]+: ' "$list")" -eq "$failed" ] || {
        rm -f "$list"
        return 1
    }
}

# The command of a suite into `narrowed`: of tests/cli the cases put down alone, of tests/servers
# their files, else all of it.
narrow() { # NAME COMMAND...
    local list=$logs/$1.again
    shift
    narrowed=()
    while [ $# -gt 0 ]; do
        narrowed+=("$1")
        case $1 in
        tests/cli/run)
            narrowed+=("$2" "^($(paste -s -d '|' "$list"))\$")
            return
            ;;
        tests/servers/run)
            mapfile -t files < <(sed 's/: .*//' "$list" | sort -u)
            narrowed+=("$2" "${files[@]}")
            return
            ;;
        esac
        shift
    done
}

# Runs and counts what was put down of NAME: all of it holds when nothing fails now, else what the
# second log has as ok. A case that fails now alone has failed as well.
run_again() { # NAME COMMAND...
    local name=$1 log=$logs/$1-again.log list=$logs/$1.again started=$SECONDS status=0
    local narrowed files wanted passed failed skipped case held=0 is_clean=0
    [ -e "$list" ] || return 0
    narrow "$@"
    # What finds no time left is stopped at once, and has failed.
    run_logged $((again_used_s < again_limit_s ? again_limit_s - again_used_s : 1)) "$name-again" \
        "${narrowed[@]}" || status=$?
    again_used_s=$((again_used_s + SECONDS - started))
    read_log "$name-again" "$status"
    wanted=$(wc -l <"$list")
    [ "$failed" -gt 0 ] || [ "$passed" -lt "$wanted" ] || is_clean=1
    while read -r case; do
        if [ "$is_clean" = 1 ] || sed -n -E 's/^ok [0-9]+ - //p' "$log" | grep -qxF -e "$case"; then
            held=$((held + 1))
            unsteady+=("$name: $case")
        fi
    done <"$list"
    [ "$failed" -ge $((wanted - held)) ] || failed=$((wanted - held))
    count "$name-again" "$held" "$failed" 0 $((SECONDS - started))
    [ "$failed" -eq 0 ] || show_log "$name-again"
}

tell_unsteady() {
    local case
    for case in "${unsteady[@]}"; do
        printf 'unsteady: %s: failed beside the other lanes, held alone (%s/%s.log)\n' \
            "$case" "$logs" "${case%%: *}"
    done
}
