# Every exit code of the contract that this version can give.

# Enough for some seconds at the rate the case sets.
slow_scan() { # RATE ARGUMENT...
    number_words 5000 >words
    printf 'www\nmail\nv6\nalias\n' >>words
    start_scan brute -r "$both" -w words --rate "$1" --stats stats -o result \
        --unresolved unresolved "${@:2}" cli.example
}

sent_some() { [ -s result ]; }

test_0_complete() {
    resolve 0 --stats stats -d www.cli.example,nope.cli.example
    expect_json stats '.exit == 0 and .complete'
}

test_0_when_the_zone_itself_fails() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 5 --group 'rest servfail'
    printf 'www.cli.example\nmail.cli.example\n' >names
    ask 0 resolve -r "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT,127.1.0.3:$LAB_PORT,127.1.0.4:$LAB_PORT,127.1.0.5:$LAB_PORT" \
        --stats stats --show servfail names
    expect_json stats '.servfail == 2 and .complete'
    expect_lines out www.cli.example mail.cli.example
}

test_1_output_cannot_be_opened() {
    resolve 1 -o no/such/folder/file -d www.cli.example
    expect_in err '^dnstrawl: .*no/such/folder/file'
    resolve 1 --stats stats -o no/such/folder/file -d www.cli.example
    expect_json stats '.exit == 1'
}

# A run of hours must not end with it.
test_1_what_is_written_at_the_end_is_looked_at_before() {
    local option
    for option in --stats --wildcards; do
        resolve 1 -o result "$option" no/such/folder/file -d www.cli.example
        expect_in err '^dnstrawl: no/such/folder/file: No such file or directory$'
        expect_count err 1
        [ ! -e result ] || fail 'it ran'
    done
}

test_1_disk_full() {
    number_words 20 >words
    printf 'www\nmail\n' >>words
    brute 1 -w words -o /dev/full cli.example
    expect_in err 'No space left'
    brute 1 -w words --also ndjson:/dev/full -o result cli.example
    expect_in err 'No space left'
    expect_whole_lines result
    brute 1 -w words --unresolved /dev/full -r 127.1.0.1:"$SHARED_PORT" --stats /dev/full cli.example
    ask 1 resolve -r "$r1" -d www.cli.example --stats /dev/full
    "$DNSTRAWL" resolve -r "$r1" -d www.cli.example >/dev/full 2>err
    [ $? -eq 1 ] || fail 'full stdout is not 1'
    expect_in err 'No space left'
}

# A limit on file size stands for a disk that fills while lines are written.
test_1_disk_that_fills_leaves_whole_lines() {
    local status=0
    number_words 400 | sed 's/$/.wild/' >words
    (
        trap '' XFSZ
        ulimit -f 8 # of 1024 bytes
        timeout 30 "$DNSTRAWL" brute -r "$both" -w words --all -f ndjson -o result cli.example \
            >out 2>err
    ) || status=$?
    [ "$status" -eq 1 ] || fail "status $status, expected 1"
    expect_in err 'result: File too large'
    expect_whole_lines result
    jq -e . result >/dev/null || fail 'not whole lines'
}

test_2_usage() { ask 2 brute; }

test_3_unresolved_names_which_are_the_next_input() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 1 --group 'rest loss=60%'
    number_words 60 >words
    printf 'www\nmail\n' >>words
    ask 3 brute -w words -r "127.1.0.1:$LAB_PORT" --tries 1 --timeout 100 --stats stats \
        --unresolved left -o found1 cli.example
    expect_balance stats
    expect_json stats '.unresolved > 0 and .exit == 3 and .complete == false'
    expect_count left "$(jq .unresolved stats)"
    expect_in err 'again: +dnstrawl resolve left'
    expect_in err 'incomplete \(exit 3\)'
    stop_lab
    resolve 0 left -o found2 --stats stats2
    [ "$(jq .candidates stats2)" = "$(jq .unresolved stats)" ] || fail 'not all of them were asked again'
    cat found1 found2 >found
    expect_lines found www.cli.example mail.cli.example
}

test_allow_unresolved_makes_it_0() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 1 --group 'rest loss=60%'
    number_words 60 >words
    ask 0 brute -w words -r "127.1.0.1:$LAB_PORT" --tries 1 --timeout 100 --stats stats \
        --allow-unresolved 100% cli.example
    expect_json stats '.unresolved > 0 and .exit == 0'
    ask 0 brute -w words -r "127.1.0.1:$LAB_PORT" --tries 1 --timeout 100 --allow-unresolved 60 cli.example
    ask 3 brute -w words -r "127.1.0.1:$LAB_PORT" --tries 1 --timeout 100 --allow-unresolved 1 cli.example
}

test_3_max_time() {
    number_words 5000 >words
    brute 3 -w words --rate 200 --max-time 1s --stats stats cli.example
    expect_balance stats
    expect_json stats '.remaining > 3000 and .seconds < 15 and .candidates + .remaining == 5000'
    expect_in err 'max-time'
}

test_3_max_queries() {
    number_words 5000 >words
    brute 3 -w words --max-queries 100 --stats stats cli.example
    expect_balance stats
    expect_json stats '.queries == 100 and .candidates + .remaining == 5000'
    expect_in err 'max-queries'
}

test_4_nobody_listens() {
    printf 'www.cli.example\n' >names
    ask 4 resolve -r 127.1.0.1:1 --stats stats names
    expect_in err 'no usable resolver'
    expect_json stats '.exit == 4 and .complete == false'
    expect_balance stats
}

test_4_nobody_answers_within_5_s() {
    local started
    start_lab --zone-file "$HERE/cli.zone" --resolvers 1 --group 'rest dead=silent'
    started=$SECONDS
    number_words 100 >words
    ask 4 brute -w words -r "127.1.0.1:$LAB_PORT" --stats stats --unresolved left cli.example
    [ $((SECONDS - started)) -le $((12 * SCALE)) ] || fail "took $((SECONDS - started)) s"
    expect_balance stats
    expect_count left "$(jq .unresolved stats)"
}

test_4_all_refuse() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 2 --group 'rest refuse-zone'
    ask 4 resolve -r "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT" --stats stats -d www.cli.example
    expect_json stats '.rcodes.REFUSED > 0'
    expect_in err 'no usable resolver: failed vetting: 2 of them: refuses'
}

test_4_empty_resolver_list() {
    printf '# none\n' >resolvers
    ask 4 resolve -r resolvers -d www.cli.example
    expect_in err '^dnstrawl: '
}

test_130_on_interrupt_waits_and_balances() {
    slow_scan 500
    wait_until 30 sent_some || fail 'nothing found yet'
    kill -INT "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 130 ] || fail "status $scan_status, expected 130"
    expect_balance stats
    expect_json stats '.exit == 130 and .complete == false and .remaining > 0'
    # A name whose confirmation, or second try on a busy machine, had not left yet stays undecided.
    expect_json stats '.candidates + .remaining == 5004 and .unresolved <= 2 + .timeouts'
    expect_in err 'stopping'
    expect_whole_lines result
    expect_count result "$(jq .names stats)"
    expect_count unresolved "$(jq .unresolved stats)"
}

test_143_on_term() {
    slow_scan 500
    wait_until 30 sent_some || fail 'nothing found yet'
    kill -TERM "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 143 ] || fail "status $scan_status, expected 143"
    expect_balance stats
    expect_whole_lines result
}

# In flight at a silent resolver: the first signal waits, the second does not.
test_130_second_interrupt_ends_at_once() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 2 --group 'count=1' --group 'rest dead=silent'
    number_words 2000 >words
    start_scan brute -r "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT" -w words --rate 500 --timeout 20s \
        --no-trust --tries 1 --stats stats --unresolved unresolved -o result cli.example
    sleep 1.5
    kill -INT "$SCAN_PID"
    sleep 0.5
    ! scan_is_over || fail 'did not wait for what is in flight'
    kill -INT "$SCAN_PID"
    wait_scan 10 # half of the 20 s that it would wait
    [ "$scan_status" -eq 130 ] || fail "status $scan_status, expected 130"
    expect_balance stats
    expect_json stats '.unresolved > 0 and .candidates + .remaining == 2000'
    expect_count unresolved "$(jq .unresolved stats)"
    expect_whole_lines unresolved
}

test_kill_9_leaves_whole_lines() {
    number_words 5000 | sed 's/$/.wild/' >words
    start_scan brute -r "$both" -w words --rate 2000 --all -f ndjson -o result cli.example
    wait_until 30 sent_some || fail 'nothing written yet'
    sleep 0.3
    kill -9 "$SCAN_PID"
    wait "$SCAN_PID" 2>/dev/null
    expect_whole_lines result
    jq -e . result >/dev/null || fail 'not whole lines'
}

test_141_closed_pipe_is_quiet_and_completes_files() {
    local statuses
    number_words 3000 | sed 's/$/.wild/' >words
    timeout 30 "$DNSTRAWL" brute -r "$both" -w words --rate 2000 --all -f ndjson \
        --also names:also.txt --stats stats cli.example 2>err | head -n 1 >out
    statuses=("${PIPESTATUS[@]}")
    [ "${statuses[0]}" -eq 141 ] || fail "status ${statuses[0]}, expected 141"
    expect_count out 1
    expect_not_in err 'error|closed|summary|complete|pipe'
    expect_whole_lines also.txt
    expect_in also.txt 'cli\.example$'
    expect_json stats '.exit == 141'
    expect_balance stats
}

test_no_alarm_codes_from_scans() {
    brute 2 --fail-on high cli.example
}
