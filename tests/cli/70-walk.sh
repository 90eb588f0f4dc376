# walk: options, outputs, and how it ends, at dnstrawl-hostile.

walk() { ask "$1" walk --server "$liar" --stats stats "${@:2}" lies.example; }

test_all_names_are_written() {
    liar -d nsec
    walk 0
    expect_count out 13
    expect_in out '^lies\.example$'
    expect_in out '^www\.lies\.example$'
    [ "$(sort -u out | wc -l)" -eq 13 ] || fail 'a name twice'
    expect_in err '^dnstrawl: lies\.example: complete: 13 names, circle closed$'
    expect_balance stats
    expect_json stats '.exit == 0 and .complete and .names == 13 and .found == 13 and .nodata == 3
        and .walks[0].zone == "lies.example" and .walks[0].closed and .walks[0].holes == 0
        and .walks[0].records == 13 and .walks[0].unverified == 0 and .queries > 13'
}

test_the_formats() {
    liar -d nsec
    walk 0 -f ndjson --all --also zone:records --also text:lines -o found
    expect_empty out
    expect_count found 16
    jq -e -s 'all(.source == "walk" and .zone == "lies.example") and
        ([.[] | select(.flags == ["ent"])] | length == 3 and all(.verdict == "nodata")) and
        (.[] | select(.host == "www.lies.example") | .types | index("A") and index("NSEC"))' found >/dev/null ||
        fail 'ndjson is not as expected'
    expect_in lines '^www\.lies\.example NSEC '
    expect_in records '^lies\.example\. [0-9]+ IN SOA '
    expect_in records '^lies\.example\. [0-9]+ IN DNSKEY '
    [ "$(grep -c ' IN NSEC ' records)" -eq 13 ] || fail 'not 13 NSEC records'
    [ "$(grep -c ' IN RRSIG NSEC ' records)" -eq 13 ] || fail 'not 13 signatures'
    walk 0 -f names --show nodata
    expect_count out 3
}

test_what_is_no_zone_is_usage() {
    ask 2 walk
    ask 2 walk 'api-FUZZ.lies.example' --server 127.0.0.1:1
    : >afile
    ask 2 walk afile --server 127.0.0.1:1
    expect_in err 'is a file'
    ask 2 walk --server 127.0.0.1:1 -t A lies.example
}

test_a_dry_run_asks_nobody() {
    ask 0 walk --dry-run --server 127.0.0.1:1 lies.example
    expect_empty out
    expect_in err '^dnstrawl: walk: 1 zone, '
}

test_lies_are_not_walked() {
    liar -d white
    walk 3
    expect_empty out
    expect_in err 'is not walked: white-lies, '
    expect_json stats '.exit == 3 and (.complete | not) and .names == 0 and .walks[0].chain == null'
    walk 0 --classify
    expect_in out "^lies\.example	$(printf %s "$liar" | sed 's/\./\\./g')	white-lies	"
    walk 0 --classify -f ndjson -o classes
    expect_json classes '.kind == "white-lies"'
}

test_nobody_there_is_4() {
    ask 4 walk --server 127.0.0.1:1 lies.example
    expect_in err 'no server of the zone answers'
    expect_in err '^dnstrawl: walk lies\.example, .*, no usable server \(exit 4\)$'
    liar -d nsec
    ask 4 walk --server "$liar" lies.example nix.example
    expect_count out 13 # the other zone is walked all the same
    expect_in err '^  13 names to stdout, [0-9,]+ queries, 1 of 2 zones complete$'
}

test_limits_end_it() {
    liar -d endless
    walk 3 --max-queries 300
    expect_json stats '.queries == 300 and (.complete | not)'
    expect_whole_lines out
    expect_in err 'max-queries reached'
    expect_in err 'incomplete: [0-9,]+ names, [0-9,]+ holes left open'
    walk 3 --max-time 1s
    expect_in err 'max-time reached'
}

test_an_endless_chain_is_given_up() {
    liar -d endless
    walk 3
    expect_in err 'given up: a chain without end'
    expect_whole_lines out
}

test_an_interrupt_tells_what_is_known() {
    liar -d endless
    start_scan walk --server "$liar" --stats stats lies.example --rate 500
    wait_until 20 scan_handles_signals || fail 'not under way'
    sleep 1
    kill -INT "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 130 ] || fail "status $scan_status, expected 130"
    expect_json stats '.exit == 130 and (.complete | not)'
    expect_whole_lines out
    [ "$(wc -l <out)" -eq "$(jq .names stats)" ] || fail 'names are missing'
}

test_a_reader_that_leaves_is_141() {
    local status
    liar -d endless
    set +o pipefail
    { "$DNSTRAWL" walk --server "$liar" lies.example 2>err; printf '%s' "$?" >status; } | head -n 1 >out
    wait_until "$((20 * SCALE))" test -s status || fail 'does not end'
    status=$(cat status)
    [ "$status" -eq 141 ] || fail "status $status"
}

test_a_full_disk_is_1() {
    liar -d nsec
    walk 1 -o /dev/full
    expect_in err '/dev/full: '
}
