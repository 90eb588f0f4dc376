# The crack command: files in all formats, words and masks in, names out. The hashes are
# published ones: the zone of RFC 5155 appendix A (salt aabbccdd, 12 iterations), and what
# hashcat and John test themselves with.

rfc_hashes() {
    cat <<'LIST'
0p9mhaveqvm6t7vbl5lop2u3t2rp3tom example
35mthgpgcu1qg68fab165klnsnk3dpvl a.example
gjeqe526plbf1g8mklp59enfd789njgi ai.example
2t7b4g4vsa5smi47k61mv5bv1a22bojr ns1.example
q04jkcevqvmu85r014c7dkba38o0ji5r ns2.example
k8udemvp1j2f7eg6jebps17vp3n8i58h w.example
r53bq7cc2uvmubfu5ocmm6pers9tk9en *.w.example
b4um86eghhds6nea196smvmlo4ors995 x.w.example
ji6neoaepv8b5o6k4ev33abha8ht9fgc y.w.example
2vptu5timamqttgl4luu9kg21e0aor3s x.y.w.example
t644ebqk9bibcna874givr6joj62mlhv xx.example
LIST
}

rfc_file() { rfc_hashes | sed 's/ .*/:.example:aabbccdd:12/' >hashes; }
rfc_lines() { rfc_hashes | tr ' ' '\t'; }

expect_rfc() { # FILE of `hash TAB name`: the whole zone
    rfc_lines | sort >expected_lines
    sort "$1" | diff - expected_lines >difference || fail "not the zone: $(cat difference)"
}

test_a_zone_is_cracked_level_by_level() {
    rfc_file
    printf '%s\n' a ai ns1 ns2 w x y xx >words
    ask 0 crack hashes -w words --stats stats
    expect_rfc out
    expect_in err '^dnstrawl: crack hashes, .*, complete$'
    expect_in err '11 of 11 hashes \(100\.0 %\) to stdout: given 1, type 1, words 9'
    expect_json stats '.targets == 11 and .cracked == 11 and .by.words == 9 and .exit == 0
        and .complete and .chains == 1 and .bad_lines == 0 and .hashes > 11'
}

test_shallow_stays_below_the_zone() {
    rfc_file
    printf '%s\n' a ai ns1 ns2 w x y xx >words
    ask 0 crack hashes -w words --shallow
    expect_count out 7
    expect_not_in out 'x\.w\.example'
}

test_hashes_that_stay_are_no_failure() {
    rfc_file
    printf 'a\n' >words
    ask 0 crack hashes -w words -o found
    expect_empty out
    expect_lines found "$(rfc_lines | sed -n 1p)" "$(rfc_lines | sed -n 2p)"
}

test_every_way_of_hashing_finds_the_same() {
    local how
    rfc_file
    printf '%s\n' ns1 w x y xx >words
    ask 0 crack hashes -w words --sha1 portable --mask 'a?l' -o plain
    expect_count plain 9
    for how in avx512 avx2 sha-ni; do
        "$DNSTRAWL" crack hashes -w words --sha1 "$how" --mask 'a?l' -o other 2>err || {
            expect_in err 'this processor has no'
            continue
        }
        sort other >sorted
        sort plain | diff - sorted >difference || fail "$how differs: $(cat difference)"
    done
}

test_masks_and_own_sets() {
    rfc_file
    ask 0 crack hashes --mask '?1s?d' -1 'n?h' --mask 'xx' --mask 'x.y.w'
    expect_in out '	ns1\.example$'
    expect_in out '	ns2\.example$'
    expect_in out '	xx\.example$'
    expect_in out '	x\.y\.w\.example$'
    expect_in out '	y\.w\.example$' # on the way to x.y.w
    expect_in err 'mask [0-9]'
    ask 0 crack hashes --mask '?l?l' --increment
    expect_in out '	a\.example$'
    expect_in out '	ai\.example$'
}

test_formats_and_zones_in_one_file() {
    printf 'hashcat\nns1\nwww\n' >words
    cat >hashes <<'LIST'
# hashcat, John, nsec3map, ours
pi6a89u8tca930h8mvolklmesefc5gmn:.fnmlbsik.net:35537886:1
$NSEC3$0$$879ffda85c7cb08df1f93fb040b90a6869b205f1$example.com.
$NSEC3$100$4141414141414141$8c2d583acbe22616c69bb457e0c2111ced0a6e77$example.com.
2T7B4G4VSA5SMI47K61MV5BV1A22BOJR.EXAMPLE. 3600 IN NSEC3 1 1 12 AABBCCDD 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S A RRSIG
zone example.com
h64kfa4p1acer2ebps9qsdk6dnp8b3jq ? 0 - 0 ?
LIST
    printf 'a\n' >second
    ask 0 crack hashes -w words -w second
    expect_lines out 'pi6a89u8tca930h8mvolklmesefc5gmn	hashcat.fnmlbsik.net' \
        'gufvra2sfio8rsfp7uo41e8ad1kr41fh	ns1.example.com' \
        'hgmlgembs8j1dhkrmhbu1ggh3jmgkrjn	www.example.com' \
        '2t7b4g4vsa5smi47k61mv5bv1a22bojr	ns1.example' \
        'h64kfa4p1acer2ebps9qsdk6dnp8b3jq	a.example.com'
    expect_in err '4 different pairs of zone and parameters'
}

test_ndjson_has_what_the_record_told() {
    printf 'ns1\n' >words
    printf '%s.example. IN NSEC3 1 1 12 aabbccdd %s A RRSIG\n' 2t7b4g4vsa5smi47k61mv5bv1a22bojr \
        2vptu5timamqttgl4luu9kg21e0aor3s >hashes
    ask 0 crack hashes -w words -f ndjson
    expect_json out '.v == 1 and .host == "ns1.example" and .zone == "example"
        and .hash == "2t7b4g4vsa5smi47k61mv5bv1a22bojr" and .types == ["A","RRSIG"] and .opt_out
        and .iterations == 12 and .salt == "aabbccdd" and .source == "words"'
    ask 2 crack hashes -w words -f csv
    expect_in err 'crack writes text or ndjson, not csv'
}

test_hashes_and_words_through_pipes() {
    rfc_file
    printf '%s\n' a ai ns1 ns2 w x y xx >words
    gzip -k words
    ask 0 crack hashes -w words.gz
    expect_rfc out
    cp hashes in
    ask 0 crack -w words
    expect_rfc out
    cp words in
    ask 0 crack hashes -w - # tried below what is found, too
    expect_rfc out
    cp words.gz in
    ask 0 crack hashes -w -
    expect_rfc out
    rm in
    mkfifo pipe
    cat words >pipe &
    ask 0 crack hashes -w pipe
    expect_rfc out
}

test_names_that_are_known() {
    rfc_file
    printf 'x\n' >words
    printf 'Y.W.example\nelsewhere.example.com\n' >names
    ask 0 crack hashes -w words --from names
    expect_in out '	y\.w\.example$'
    expect_in out '	w\.example$' # above what is known
    expect_in out '	x\.y\.w\.example$'
    expect_in out '	x\.w\.example$'
}

test_bad_lines_are_told_and_no_line_at_all_is_usage() {
    printf 'bad\n%s:.example:aabbccdd:12\nx:y\n' 35mthgpgcu1qg68fab165klnsnk3dpvl >hashes
    printf 'a\nb..c\n' >words
    ask 0 crack hashes -w words --stats stats
    expect_in err '^dnstrawl: hashes:1: '
    expect_in err '^dnstrawl: hashes:3: '
    expect_in err "^dnstrawl: words:2: 'b\.\.c' is not a name"
    expect_count out 1
    expect_json stats '.bad_lines == 2'
    printf 'bad\n' >hashes
    ask 2 crack hashes
    expect_in err 'no NSEC3 hash in it'
    : >hashes
    ask 0 crack hashes
    expect_in err 'no hashes to crack'
    ask 1 crack nowhere
    ask 2 crack hashes --mask '?x'
    expect_in err 'mask: .x is no set'
    printf '%s:.example::2501\n' 35mthgpgcu1qg68fab165klnsnk3dpvl >hashes
    ask 2 crack hashes
    expect_in err 'hashes:1: more than 2,500 iterations'
}

test_odd_octets_are_escaped() {
    # the label of the octets a, dot, newline, 255; its hash is another program's
    printf 'o56u8js3quk9c5dh5afpr9ub1af3t65d:.example::0\n' >hashes
    printf 'a\\.\\010\\255\n' >words
    ask 0 crack hashes -w words
    expect_lines out 'o56u8js3quk9c5dh5afpr9ub1af3t65d	a\046\010\255.example'
    ask 0 crack hashes --mask 'a?s?b\255'
    expect_lines out 'o56u8js3quk9c5dh5afpr9ub1af3t65d	a\046\010\255.example'
    expect_no_control_bytes err
}

test_limits_and_interrupts() {
    rfc_file
    ask 3 crack hashes --mask '?b?b?b?b?b?b?b?b?b?b?b?b' --max-time 1 --stats stats
    expect_in err 'incomplete \(exit 3\)'
    expect_json stats '.exit == 3 and (.complete | not)'
    start_scan crack hashes --mask '?b?b?b?b?b?b?b?b?b?b?b?b' --progress json --stats stats
    wait_until "$((10 * SCALE))" grep -q '"stage":"mask' err || fail 'no progress'
    kill -INT "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 130 ] || fail "status $scan_status"
    expect_in err '^dnstrawl: crack hashes, '
    expect_json stats '.exit == 130'
    # Words that never come.
    mkfifo pipe
    sleep 60 >pipe &
    start_scan crack hashes -w pipe
    wait_until 20 scan_handles_signals || fail 'not under way'
    kill -TERM "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 143 ] || fail "status $scan_status"
    kill %1 %2 2>/dev/null || true
}

test_outputs_that_fail() {
    rfc_file
    printf '%s\n' a ai ns1 ns2 w x y xx >words
    ask 1 crack hashes -w words -o /dev/full
    expect_in err '/dev/full: No space left on device'
    ask 2 crack hashes -w words -o hashes
    expect_in err 'would overwrite hashes'
    local status=0
    { "$DNSTRAWL" crack hashes -w words --mask '?l?l?l?l' 2>err || printf '%s' "$?" >status; } | true
    wait_until "$((20 * SCALE))" file_is_full status || fail 'no status'
    status=$(cat status)
    [ "$status" -eq 141 ] || fail "status $status with a closed reader"
}
