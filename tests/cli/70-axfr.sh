# axfr: options, outputs, and every way in which a transfer can go wrong, at dnstrawl-hostile.

# transfer STATUS ARGUMENT...: lies.example from the liar
transfer() { ask "$1" axfr --server "$liar" --stats stats "${@:2}" lies.example; }

# wrong LIE OUTCOME RECORDS [ARGUMENT...]: no zone, but OUTCOME, and so many records kept. What comes
# may come late, when others use the machine; what never comes is not waited for as long.
wrong() {
    local lie=$1 outcome=$2 records=$3 timeout=20s
    [ "$outcome" != timeout ] || timeout=${SCALE}s
    liar -t "$lie"
    transfer 3 --timeout "$timeout" "${@:4}"
    expect_json stats ".exit == 3 and (.complete | not) and .records == $records
        and .servers[0].outcome == \"$outcome\" and .outcomes == {\"$outcome\": 1}"
    if [ "$records" -eq 0 ]; then
        expect_empty out
    else
        expect_count out "$((records + 1))"
        head -n 1 out >first
        expect_in first "^; partial: lies\.example: $records records, serial 1, from $liar: $outcome\$"
    fi
}

test_a_whole_zone_is_written() {
    liar -t whole
    transfer 0
    expect_json stats '.exit == 0 and .complete and .records == 16 and .outcomes.transferred == 1
        and .zones["lies.example"].complete and .zones["lies.example"].serial == 1
        and .servers[0].records == 16 and .servers[0].attempts[0].transport == "tcp"'
    expect_count out 17
    expect_in out '^; lies\.example: 16 records, serial 1, from '
    expect_in out '^lies\.example\. [0-9]* IN SOA '
    [ "$(grep -c ' SOA ' out)" -eq 1 ] || fail 'not one SOA'
    expect_in err 'lies\.example at 127\.0\.0\.1:[0-9]*: transferred, 16 records, serial 1, '
    expect_in err 'axfr lies\.example, [0-9.]* m?s, complete$'
}

test_the_formats() {
    liar -t whole
    transfer 0 -f names
    [ "$(sort -u out | wc -l)" -eq "$(wc -l <out)" ] || fail 'a name twice'
    expect_in out '^lies\.example$'
    expect_in out '^www\.lies\.example$'
    expect_not_in out '[A-Z #;]'
    cp out names
    expect_json stats ".names == $(wc -l <names)"
    transfer 0 -f text
    expect_count out 16
    expect_in out '^lies\.example SOA '
    cut -d ' ' -f 1 out | sort -u | diff - <(sort names) || fail 'other names in text'
    transfer 0 -f ndjson
    jq -r .host out | sort -u | diff - <(sort names) || fail 'other names in ndjson'
    expect_json out '.v == 1 and .source == "axfr" and .verdict == "found" and .zone == "lies.example"
        and (.answers | length) > 0 and .resolver'
    transfer 0 -o file
    expect_empty out
    expect_count file 17
}

test_outcomes_without_a_record() {
    wrong refused refused 0
    expect_in err 'lies\.example at [^ ]*: refused; '
    wrong notauth notauth 0
    wrong nothing empty 0
    wrong at-once closed-early 0
    wrong silence timeout 0
    expect_in err ': timeout, no answer'
    wrong no-soa inconsistent 0
    wrong class malformed 0
    wrong cut malformed 0
}

test_parts_are_kept_and_marked() {
    wrong rcode servfail 8
    wrong reset reset 8
    wrong early closed-early 8
    wrong stalled timeout 8
    wrong other-serial inconsistent 16
    wrong loop malformed 8
    wrong other-id malformed 8
    wrong empty-messages malformed 8
    wrong many-soas inconsistent 8
    wrong behind inconsistent 16
    wrong lone-soa timeout 0
}

test_parts_in_other_formats() {
    liar -t early
    transfer 3 -f names
    expect_in out '^# partial: lies\.example: 8 records, .*: closed-early$'
    [ "$(grep -c '^#' out)" -eq 1 ] || fail 'not one remark'
    transfer 3 -f text
    expect_in out '^# partial: '
    transfer 3 -f ndjson
    head -n 1 out >first
    expect_json first '.partial and .zone == "lies.example" and (.remark | test("closed-early"))'
}

test_what_axfr_refuses_ixfr_may_give() {
    liar -t only-ixfr --serial 7
    transfer 0
    expect_json stats '.complete and .servers[0].outcome == "transferred" and .servers[0].kind == "ixfr"
        and [.servers[0].attempts[] | .kind + " " + .outcome] ==
            ["axfr refused", "soa up-to-date", "ixfr transferred"] and .records == 16'
    expect_count out 17
    expect_in err ': refused; IXFR 6: transferred, 16 records, serial 7, '
    liar -t changes --serial 7
    transfer 3
    expect_json stats '(.complete | not) and .servers[0].outcome == "deltas" and .records == 6
        and ([.servers[0].attempts[].outcome] | index("inconsistent")) != null'
    expect_in out '^; partial: lies\.example: 6 records, changes alone, up to serial 7, from '
    [ "$(grep -c '^; deleted: ' out)" -eq 2 ] && [ "$(grep -c '^; added: ' out)" -eq 3 ] || fail 'not two and three'
    transfer 3 -f names
    expect_lines out '# partial: lies.example: 6 records, changes alone, up to serial 7, from '"$liar" \
        lies.example aaaaaaa{a,b,c}.lies.example
    # What is asked for so is had.
    transfer 0 --ixfr 6
    expect_json stats '.complete and .servers[0].attempts[0].asked == 6'
    expect_in out '^; lies\.example: 6 records, changes alone, up to serial 7, from '
    transfer 0 --ixfr 7
    expect_empty out
    expect_json stats '.complete and .servers[0].outcome == "up-to-date"'
    transfer 3 --ixfr 5
    expect_json stats '.servers[0].outcome == "inconsistent"'
}

test_foreign_records_are_left_out() {
    liar -t foreign
    transfer 0
    expect_not_in out '^www\.other'
    expect_json stats '.servers[0].attempts[0].foreign == 1 and .records == 16'
    expect_in err 'foreign ones left out: 1'
}

test_an_endless_transfer_ends() {
    wrong endless limit 5000 --max-records 5000
    expect_in err ': limit, more records than are taken after 5,000 records'
    liar -t endless
    transfer 3 --max-size 300k
    expect_json stats '.servers[0].outcome == "limit" and .servers[0].attempts[0].octets < 600000
        and .servers[0].attempts[0].records > 1000'
    expect_whole_lines out
    transfer 3 --max-time 2s
    expect_json stats '.servers[0].outcome == "limit" and .servers[0].reason == "--max-time"'
    expect_in err '--max-time reached'
    expect_in out '^; partial: '
}

test_a_drip_ends() {
    liar -t drip --pause 700ms
    transfer 3 --max-time 4s
    expect_json stats '.servers[0].outcome == "limit" and .records > 1 and .records < 10'
}

test_an_interrupt_keeps_what_came() {
    liar -t drip --pause "$((1000 * SCALE))ms" # 16 of them
    start_scan axfr --server "$liar" --stats stats lies.example
    wait_until 20 scan_handles_signals || fail 'not under way'
    sleep "$((3 * SCALE))"
    kill -INT "$SCAN_PID"
    wait_scan 10
    [ "$scan_status" -eq 130 ] || fail "status $scan_status"
    expect_in out '^; partial: lies\.example: .*: stopped$'
    expect_whole_lines out
    expect_json stats '.exit == 130 and .servers[0].outcome == "stopped"'
}

test_several_servers_and_zones() {
    liar -t early
    local first=$liar first_pid=$LIAR_PID
    LIAR_PID=
    liar -t whole --serial 7
    ask 0 axfr "@$first" "@$liar" lies.example --stats stats
    kill "$first_pid"
    expect_json stats '.outcomes == {"transferred": 1, "closed-early": 1} and .records == 16'
    expect_in out "^; lies\.example: 16 records, serial 7, from $liar\$"
    [ "$(grep -c '^;' out)" -eq 1 ] || fail 'more than the whole'
    expect_json stats '.zones["lies.example"].consistent'
    liar -t whole
    local older=$liar older_pid=$LIAR_PID
    LIAR_PID=
    liar -t whole --serial 7
    ask 0 axfr "@$older" "@$liar" lies.example --stats stats
    kill "$older_pid"
    expect_json stats '(.zones["lies.example"].consistent | not) and .outcomes.transferred == 2'
    expect_in err 'lies\.example: its servers differ: serial 1 at .*, 7 at '
    # The part of the one is not the other's, and a name of two zones is written once.
    ask 3 axfr "@$liar" lies.example other.example -f names --stats stats
    expect_json stats '.zones["lies.example"].complete and (.zones["other.example"].complete | not)'
    expect_in err '  1 of 2 zones'
}

test_no_server_is_exit_4() {
    ask 4 axfr --server 127.0.0.1:9 lies.example --stats stats
    expect_json stats '.exit == 4 and .servers[0].outcome == "unreachable"'
    expect_in err 'connection refused'
    ask 4 axfr --server 127.0.0.1:9 --tls lies.example
    # Nobody is asked who serves it but resolvers that are named.
    ask 4 axfr -r 127.0.0.1:9 lies.example
    expect_in err 'lies\.example: no server: '
}

test_tls_has_a_port_of_its_own() {
    ask 4 axfr --tls --server 127.0.0.1,127.0.0.2:9 --server '[::1],::1' lies.example
    expect_in err 'lies\.example at 127\.0\.0\.1:853: unreachable'
    expect_in err 'lies\.example at 127\.0\.0\.2:9: unreachable'
    expect_in err 'lies\.example at \[::1\]:853: unreachable'
    ask 4 axfr --tls --port 7 @127.0.0.1 lies.example
    expect_in err 'lies\.example at 127\.0\.0\.1:7: unreachable'
    # Who is asked for the servers is asked at the usual port.
    liar -t whole
    ask 4 axfr --tls -r "$liar" --timeout 1s lies.example
    expect_in err 'lies\.example: no server: no name server of lies\.example has an address'
}

test_an_interrupt_while_servers_are_sought() {
    liar -m silent
    start_scan axfr -r "$liar" lies.example
    wait_until 20 scan_handles_signals || fail 'not under way'
    kill -TERM "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 143 ] || fail "status $scan_status"
    expect_empty out
}

test_tls_needs_tls() {
    liar -t whole
    ask 4 axfr --tls --server "$liar" --timeout 5s lies.example --stats stats
    expect_json stats '.servers[0].outcome == "tls-failed" or .servers[0].outcome == "timeout"
        or .servers[0].outcome == "closed-early"'
    expect_in err 'certificates are not checked'
}

test_keys() {
    liar -t whole
    transfer 3 -y key.test:c2VjcmV0
    expect_json stats '.servers[0].outcome == "tsig-missing"'
    expect_in err 'signed with a key \(hmac-sha256\)'
    expect_json stats '.command | test("-y ..key") and (test("c2Vj") | not)'
    transfer 3 -qykey.test:c2VjcmV0
    expect_json stats '.command | test("c2Vj") | not'
    transfer 3 --tsig=key.test:c2VjcmV0
    expect_json stats '.command | test("c2Vj") | not'
    printf 'key "key.test" {\n algorithm hmac-sha512;\n secret "c2VjcmV0";\n};\n' >key
    chmod 644 key
    ask 2 axfr --server "$liar" -k key lies.example
    expect_in err 'key: others may read it'
    chmod 600 key
    transfer 3 -k key
    expect_in err 'hmac-sha512'
    DNSTRAWL_TSIG=hmac-sha1:key.test:c2VjcmV0 transfer 3
    expect_in err 'hmac-sha1'
    DNSTRAWL_TSIG=hmac-sha1:key.test:c2VjcmV0 transfer 3 -k key
    expect_in err 'hmac-sha512'
    ask 2 axfr -y key.test:c2VjcmV0 -k key lies.example
    expect_in err 'exclude each other'
    ask 2 axfr -y key.test:s3cr3t! lies.example
    expect_not_in err 's3cr3t'
    ask 2 axfr -y hmac-md5:key.test:c2VjcmV0 lies.example
    ask 1 axfr -k nowhere lies.example
    ask 1 axfr -k . lies.example
    printf 'no key\n' >key
    ask 2 axfr -k key lies.example
}

test_what_is_refused() {
    ask 2 axfr
    expect_in err 'no zone given'
    ask 2 axfr -f csv lies.example
    expect_in err 'axfr writes zone, names, text or ndjson, not csv'
    ask 2 axfr --ixfr -1 lies.example
    ask 2 axfr --ixfr 4294967296 lies.example
    ask 2 axfr --tls-ca /etc/passwd lies.example
    expect_in err '--tls-ca and --tls-host go with --tls'
    ask 1 axfr --tls --tls-ca /etc/passwd --server 127.0.0.1:9 lies.example
    expect_in err '/etc/passwd: '
    ask 2 axfr --tls --tls-host 'a b' lies.example
    ask 2 axfr api-FUZZ.lies.example
    ask 2 axfr 192.0.2.1
    ask 2 axfr --max-records 0 lies.example
    printf 'lies.example\n' >zones
    ask 2 axfr zones
    expect_in err 'did you mean -d'
    mkdir -p home/.config/dnstrawl
    printf 'format = csv\n' >home/.config/dnstrawl/config
    liar -t whole
    HOME=$PWD/home transfer 0
    expect_in out ' IN SOA '
    : >empty
    ask 0 axfr -d empty
    expect_in err 'no zone in the list'
}

test_dry_run_sends_nothing() {
    ask 0 axfr --dry-run --server 127.0.0.1:9 lies.example
    expect_in err 'axfr lies\.example: AXFR, and IXFR where that is refused, by TCP'
    expect_not_in err 'refused$'
    expect_empty out
}

test_full_disks_and_closed_pipes() {
    liar -t whole
    transfer 1 -o /dev/full
    expect_in err '/dev/full: No space left'
    transfer 1 -o no/such/folder/file
    expect_in err '^dnstrawl: no/such/folder/file: No such file'
    expect_json stats '.exit == 1 and .queries == 0'
    TMPDIR=/nowhere transfer 1
    expect_in err 'temporary file in /nowhere: No such file'
    local status=0
    { "$DNSTRAWL" axfr -q --server "$liar" lies.example || echo $? >status; } | true
    [ ! -e status ] || [ "$(cat status)" = 141 ] || fail "status $(cat status)"
}
