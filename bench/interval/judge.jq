# SPDX-License-Identifier: BSD-2-Clause
# Objects of bench/sim/run in, a markdown report out. Where --stats has no estimate, nothing
# is covered. Variables: $need, how many intervals have to hold the true recall.

def percent: if . == null then "-" else . * 10000 | round / 100 end;
def median: sort | if length == 0 then null
    elif length % 2 == 1 then .[length / 2 | floor]
    else (.[length / 2 - 1] + .[length / 2]) / 2 end;

def judged:
    .score.recall as $true | (.stats.estimated_recall // {}) as $e |
    {seed: .score.lab.seed, $true, value: $e.value, low: $e.low, high: $e.high, method: $e.method} |
    .side = (if .low == null or .high == null then "no interval"
        elif $true < .low then "too high" # what it says
        elif $true > .high then "too low" else "holds" end) |
    .width = (if .side == "no interval" then null else .high - .low end);

def count(word): map(select(.side == word)) | length;

map(judged) | sort_by(.seed) | (map(.width | values)) as $widths |
"| seed | true recall % | estimate % | low % | high % | width | |",
"|---|---|---|---|---|---|---|",
(.[] | "| \(.seed) | \(.true | percent) | \(.value | percent) | \(.low | percent) | " +
    "\(.high | percent) | \(.width | percent) | \(.side) |"),
"",
"\(count("holds")) of \(length) intervals hold the true recall, \($need) have to; " +
    "\(count("too high")) lie above it, \(count("too low")) below, \(count("no interval")) are missing.",
"Width in percentage points: median \($widths | median | percent), " +
    "largest \($widths | max | percent). Method: \(map(.method // "none") | unique | join(", ")).",
(if count("holds") < $need then "TOO FEW" else empty end)
