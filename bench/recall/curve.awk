# SPDX-License-Identifier: BSD-2-Clause
# A run's way to its recall: SECONDS TAB QUERIES TAB FOUND, cumulated, a line for each step
# of the lab's series, behind a line LABEL TAB EXISTING TAB CANDIDATES.
#
# Input, tabs between: `head` LABEL EXISTING CANDIDATES SECONDS STARTED SERIES_STARTED STEP,
# then `step` QUERIES for each of the series, then `hit` TIME for each name found, in order
# of time. A hit without a time, or later than the end, was there at the end.
# Variable: reached, a file that gets {"99":{"s":N,"queries":N},"99.9":...}: the time since
# the start, and the queries a candidate, at which so many per cent of what exists had been
# found; null where they never were. Within a step queries are taken as even.
#
# All times are one machine's: the lab's and the tool's clock are the same.

BEGIN { FS = "\t" }

$1 == "head" {
    label = $2
    existing = $3 + 0
    candidates = $4 + 0
    seconds = $5 + 0
    started = $6 + 0
    offset = $7 - started
    step_s = $8 + 0
}
$1 == "step" { sent[++steps] = sent[steps - 1] + $2 }
$1 == "hit" { found_at[++hits] = since($2) }

function since(time) {
    if (time == "" || time - started > seconds) return seconds
    return time < started ? 0 : time - started
}

# Queries that had come TIME seconds after the start.
function sent_by(time,   step, whole) {
    step = (time - offset) / step_s
    whole = int(step)
    if (step <= 0) return 0
    if (whole >= steps) return sent[steps] + 0
    return sent[whole] + (step - whole) * (sent[whole + 1] - sent[whole])
}

# What may be missing is counted, since 99.9 is no binary number.
function reach(percent,   need) {
    need = existing - int(existing * (100 - percent) / 100 + 1e-6)
    if (!existing || !candidates || need > hits) return "null"
    return sprintf("{\"s\":%.2f,\"queries\":%.4f}", found_at[need],
        sent_by(found_at[need]) / candidates)
}

function print_curve(   i, time, found) {
    printf "%s\t%d\t%d\n", label, existing, candidates
    for (i = 1; i <= steps; i++) {
        time = offset + i * step_s
        while (found < hits && found_at[found + 1] <= time) found++
        if (time < seconds) printf "%.2f\t%d\t%d\n", time, sent[i], found
    }
    printf "%.2f\t%d\t%d\n", seconds, sent[steps], hits
}

END {
    print_curve()
    printf "{\"99\":%s,\"99.9\":%s}\n", reach(99), reach(99.9) >reached
}
