# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# bench/crack as a program: sourced by tests/bench/run, which has `is`, BUILD and WORK.
#
# The bare kernel's program as it is, then the script with programs that say figures made
# up, so that what comes of them is known.

CRACK_BARE=$BUILD/bench/crack-bare
readonly crack_limit_s=120

hashes_are_right() { # RFC 9824 section 4
    [ "$(echo a.example.com | "$CRACK_BARE" hashes example.com)" = \
        'h64kfa4p1acer2ebps9qsdk6dnp8b3jq:.example.com::0' ] || return 1
    ! echo a..b | "$CRACK_BARE" hashes example.com || return 1
    ! "$CRACK_BARE" hashes
}

rates_are_told() {
    timeout "$crack_limit_s" "$CRACK_BARE" rate portable >"$WORK/rates" || return
    cat "$WORK/rates"
    awk '$1 == "kernel" && $2 == "portable" { good++ }
        $1 == "block" || $1 == "search" { good += $2 > 1000 }
        END { exit !(good == 3 && NR == 3) }' "$WORK/rates" || return 1
    ! "$CRACK_BARE" rate abacus
}

# pretend: dnstrawl does 90 million masks and 20 million words a second, hashcat 40 and 2, the
# bare kernel 100. FOUND is what hashcat finds.
pretend() {
    rm -rf "$WORK/crack"
    mkdir -p "$WORK/crack/bench" "$WORK/crack/bin"
    cat >"$WORK/crack/bench/crack-bare" <<'PROGRAM'
#!/bin/sh
case $1 in
rate) printf 'kernel avx512\nblock 80000000\nsearch 100000000\n' ;;
*) sed 's/.*/hash:.example.com::0/' ;;
esac
PROGRAM
    cat >"$WORK/crack/dnstrawl" <<'PROGRAM'
#!/bin/sh
rate=90000000 stats=
case "$*" in *' -w '*) rate=20000000 ;; esac
while [ $# -gt 0 ]; do
    [ "$1" != --stats ] || stats=$2
    shift
done
if [ "$stats" ]; then
    printf '{"hashes_per_second":%s}\n' "$rate" >"$stats"
else
    printf 'aaaa\tx1.example.com\n'
fi
PROGRAM
    cat >"$WORK/crack/bin/hashcat" <<PROGRAM
#!/bin/sh
found='$1'
PROGRAM
    cat >>"$WORK/crack/bin/hashcat" <<'PROGRAM'
speed=40000000
case "$*" in
*' -I'*) exit 0 ;;
--version) echo v0; exit 0 ;;
*' -a 0 '*) speed=2000000 ;;
esac
while [ $# -gt 0 ]; do
    [ "$1" != -o ] || printf '%s\n' "$found" >"$2"
    shift
done
for each in 0 $((speed / 4)) "$speed" "$speed" "$speed"; do
    printf '{ "devices": [ { "device_id": 1, "speed": %s } ] }\n' "$each"
done
exit 1
PROGRAM
    chmod +x "$WORK"/crack/dnstrawl "$WORK"/crack/*/*
}

measure_crack() {
    PATH=$WORK/crack/bin:$PATH BUILD=$WORK/crack CRACK_ROUNDS=2 CRACK_SECONDS=1 CRACK_WORDS=3000 \
        timeout "$crack_limit_s" "$HERE/../../bench/crack/run"
}

crack_is_judged() {
    local line
    pretend 'aaaa:.example.com::0:x1'
    measure_crack
    [ $? -eq 1 ] || return 1 # a target is missed: 2.25 < 2.5
    for line in '| bare kernel, avx512 | 100.0 | 1.00 | - |' \
        '| dnstrawl crack --mask | 90.0 | 0.90 | 2.25 |' '| dnstrawl crack -w | 20.0 | 0.20 | 10.00 |' \
        '| hashcat -a 3 | 40.0 | 0.40 | 1.00 |' '| hashcat -a 0 | 2.0 | 0.02 | 1.00 |' \
        '- masks, million hashes/s with AVX-512: 90.0, at least 60: met' \
        '- masks over the bare kernel: 0.90, at least 0.75: met' \
        '- masks over those of hashcat: 2.25, at least 2.5: **missed**' \
        '- words over those of hashcat: 10.00, at least 8: met'; do
        grep -qxF -e "$line" "$WORK/crack/bench/crack.md" || { echo "lacks: $line"; return 1; }
    done
}

other_finds_are_told() {
    pretend 'bbbb:.example.com::0:x2'
    measure_crack >"$WORK/crack/said" 2>&1 && return 1
    cat "$WORK/crack/said"
    grep -q 'found differently' "$WORK/crack/said" && [ ! -e "$WORK/crack/bench/crack.md" ]
}

is "crack-bare: hashes in hashcat's format" hashes_are_right
is "crack-bare: rates of a kernel" rates_are_told
is "bench/crack/run: targets are held against known figures" crack_is_judged
is "bench/crack/run: finding other names than hashcat ends it" other_finds_are_told
