# SPDX-License-Identifier: BSD-2-Clause
# How evenly queries came: awk -v rate=R -v gaps=FILE -f gaps.awk STAMPS
#
# STAMPS is the lab's: ns since the first query in field 1. The run is the longest stretch
# without a gap of half a second: what comes before it are probes. A stall is a gap of more
# than a millisecond, or of 15 times the mean where that is more (so that a Poisson process of
# 10,000 q/s hardly has one by itself). It and the millisecond after it, in which a generator
# may catch up, are left out of everything but the count of stalls.
#
# Prints, with tabs between: queries in the run, seconds kept, stalls, their ms, q/s kept, and
# variance / mean of the counts in slots of 100 us. The gaps kept go to FILE, in ns.
BEGIN { FS = OFS = "\t" }
/^#/ { next }
{
    if (n && $1 - at[n - 1] > 5e8) {
        if (n - from > best) { best = n - from; first = from }
        from = n
    }
    at[n++] = $1
}
END {
    if (n - from > best) { best = n - from; first = from }
    last = first + best - 1
    if (best < 100) { print best, 0, 0, 0, "-", "-"; exit }
    limit = 15e9 / rate > 1e6 ? 15e9 / rate : 1e6
    after = 1e6; slot_ns = 1e5
    begin = at[first]
    span = at[last] - begin
    slots = int(span / slot_ns)
    until = -1
    for (i = first + 1; i <= last; i++) {
        now = at[i] - begin
        gap = at[i] - at[i - 1]
        if (gap > limit) {
            stalls++
            stalled += gap
            # Slots that touch what is left out.
            start = now - gap
            if (start < until) start = until
            until = now + after
            left_out += until - start
            for (s = int(start / slot_ns); s <= int(until / slot_ns); s++) spoilt[s] = 1
            continue
        }
        if (now <= until) continue
        kept++
        if (gaps != "") print gap > gaps
        count[int(now / slot_ns)]++
    }
    if (until > span) left_out -= until - span
    for (s = 0; s < slots; s++)
        if (!(s in spoilt)) {
            good++
            sum += count[s]
            squares += count[s] * count[s]
        }
    mean = good ? sum / good : 0
    seconds = (span - left_out) / 1e9
    print best, sprintf("%.3f", seconds), stalls + 0, sprintf("%.1f", stalled / 1e6),
        (seconds > 0 ? sprintf("%.1f", kept / seconds) : "-"),
        (mean ? sprintf("%.3f", (squares / good - mean * mean) / mean) : "-")
}
