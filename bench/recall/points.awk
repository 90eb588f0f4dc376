# SPDX-License-Identifier: BSD-2-Clause
# Curves of runs (curve.awk) taken together by label: LABEL TAB X TAB SHARE for plot.awk.
#
# Files: curves. SHARE is of all that exists, all runs of a label together, by the same X:
# seconds, or with `by` = queries, queries a candidate. At an X beyond its end a run has
# what it had at its end, so that a line ends where the last of its runs does.
# Variables: by, seconds or queries; points, of a line (400).

BEGIN {
    FS = "\t"
    if (!points) points = 400
}

FNR == 1 {
    runs++
    label[runs] = $1
    existing[runs] = $2
    candidates[runs] = $3
    if (!($1 in all)) order[++labels] = $1
    all[$1] += $2
    next
}
{
    n = ++length_of[runs]
    x = by == "queries" ? (candidates[runs] ? $2 / candidates[runs] : 0) : $1 + 0
    xs[runs, n] = x
    found[runs, n] = $3
    if (x > x_max[label[runs]]) x_max[label[runs]] = x
}

END {
    for (l = 1; l <= labels; l++)
        if (all[order[l]]) print_line(order[l])
}

# Steps are even in the root of the way: finer where it is short, as times are shown.
function print_line(name,   i, k, x, sum, run) {
    for (run = 1; run <= runs; run++) at[run] = 0
    for (i = 0; i <= points; i++) {
        x = x_max[name] * (i / points) * (by == "queries" ? 1 : i / points)
        if (i == points) x = x_max[name]
        sum = 0
        for (run = 1; run <= runs; run++) {
            if (label[run] != name) continue
            while (at[run] < length_of[run] && xs[run, at[run] + 1] <= x) at[run]++
            sum += at[run] ? found[run, at[run]] : 0
        }
        printf "%s\t%.4f\t%.6f\n", name, x, sum / all[name]
    }
}
