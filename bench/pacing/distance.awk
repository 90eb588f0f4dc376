# SPDX-License-Identifier: BSD-2-Clause
# Kolmogorov-Smirnov distance of sorted gaps (ns, one a line) to the exponential distribution
# that a Poisson process of `rate` a second has: awk -v rate=R -v count=N -f distance.awk
{
    share = 1 - exp(-$1 * rate / 1e9)
    above = NR / count - share
    below = share - (NR - 1) / count
    if (above > most) most = above
    if (below > most) most = below
}
END { if (NR) printf "%.4f\n", most; else print "-" }
