# bench: options, accounts, reports and every way in which a run can end, at dnstrawl-lab --fast.
#
# The machine that runs this may be busy with other cases, and then a generator is late and says so
# (exit 6): where another code is expected the run may be repeated (settle), where the accounts
# are what counts both will do.

# What fast labs know, and a list of fewer names than would be warmed with.
queries() { seq -f 'w%g.lab.example A' 1 50 >queries; }

# fast_lab [OPTION...]: one resolver at $target
fast_lab() {
    queries
    start_lab --fast -o report "$@"
    target=127.0.0.1:$LAB_PORT
}

# bench STATUS ARGUMENT...: short loads at $target
bench() { ask "$1" bench --queries queries --stats stats --timeout 500ms --warmup 0 "${@:2}" "$target"; }

# measure ARGUMENT...: as bench, whether or not the generator kept up
measure() {
    local status=0
    timeout -k 5 "$((30 + 30 * SCALE))" "$DNSTRAWL" bench --queries queries --stats stats \
        --timeout 500ms --warmup 0 "$@" >out 2>err </dev/null || status=$?
    [ "$status" -eq 0 ] || [ "$status" -eq 6 ] || fail "status $status: bench $*"
}

# settle STATUS ARGUMENT...: as bench, again while the generator was late;
# a short load has the best chance to meet no stall
settle() {
    local expected=$1 status try
    for try in {1..20}; do
        status=0
        timeout -k 5 "$((30 + 30 * SCALE))" "$DNSTRAWL" bench --queries queries --stats stats \
            --timeout 500ms --warmup 0 "${@:2}" "$target" >out 2>err </dev/null || status=$?
        [ "$status" -eq 6 ] || break
    done
    [ "$status" -eq "$expected" ] || fail "status $status, expected $expected, try $try: bench ${*:2}"
}

# Waits until the load itself runs; of a run in the background with --progress json.
load_runs() {
    wait_until "$((30 * SCALE))" grep -q '"phase":"fixed"' err || fail 'no load'
}

end_lab() {
    stop_lab
    wait_until 5 file_is_full report || fail 'the lab has no report'
}

# The built-in names have types of their own, those that caches have of top-level domains.
test_builtin_names_keep_their_types() {
    local names
    names=$(grep -c '^[^#]' "$HERE/../../wordlists/bench.txt")
    ask 0 bench --dry-run 127.0.0.1
    expect_in err "built-in names, 95 % cache hits \($names names, "
    ask 0 bench --dry-run -t A 127.0.0.1
    expect_not_in err "\($names names, "
}

test_another_machine_needs_own() {
    ask 2 bench 192.0.2.1
    expect_in err 'more than 100 queries a second to another machine needs --own'
    ask 2 bench --rate 101 192.0.2.1
    expect_in err 'needs --own'
    ask 2 bench --max-rate 101 127.0.0.1 192.0.2.1
    expect_in err 'needs --own'
    expect_empty out
}

test_usage_errors() {
    ask 2 bench
    expect_in err '^Usage: dnstrawl bench'
    ask 2 bench nowhere.example
    expect_in err 'neither a file nor an address'
    ask 2 bench --slo 'p99<soon' 127.0.0.1
    expect_in err '^dnstrawl: --slo: '
    ask 2 bench --rate 10 --max-rate 20 127.0.0.1
    ask 1 bench --baseline nowhere 127.0.0.1
    printf 'a.example\n' >names
    ask 2 resolve --io gso -r 127.0.0.1:9 names
    expect_empty out
}

# dnsperf's -d is what --queries is here.
test_queries_given_as_domains_are_refused() {
    printf 'www.cli.example A\n' >queries
    ask 2 bench -d queries 127.0.0.1
    expect_in err "^dnstrawl: queries:1: 'www\.cli\.example A' is not a domain\$"
    expect_in err 'given with --queries'
    expect_empty out
}

test_a_query_file_that_has_none_is_told_by_line() {
    fast_lab
    printf 'a.lab.example A\nb.lab.example NOTYPE\n' >queries
    ask 0 bench --queries queries --dry-run "$target"
    expect_in err 'queries:2: '
    printf 'b.lab.example NOTYPE\n' >queries
    ask 1 bench --queries queries --dry-run "$target"
    expect_in err 'queries:1: '
}

test_a_dry_run_tells_the_plan_and_sends_nothing() {
    fast_lab
    bench 0 --dry-run --rate 500 --duration 3s --calibrate --seed 9
    expect_in err "^dnstrawl: bench $target by UDP, the path itself first\$"
    expect_in err '500 queries a second for 3\.0 s, Poisson'
    expect_in err 'queries, 50 queries'
    expect_in err 'lost after 500 ms; about 3\.1 s; seed 9$' # 50 names at 500 q/s
    # a second to warm each, 8 blocks of 1 s and a warm-up of 500 ms
    ask 0 bench --queries queries --dry-run --rate 1 --duration 8s "$target" 127.0.0.2:9
    expect_in err '; about 26 s; '
    ask 0 bench --queries queries --dry-run --rate 1 --duration 8s "$target"
    expect_in err '; about 10 s; '
    expect_empty out
    end_lab
    expect_json report '.totals.queries == 0'
}

# Four to see whether it answers at all, the names once, the load: the lab saw as many.
test_every_query_is_accounted_for() {
    fast_lab
    measure --rate 400 --duration 1s --arrival constant "$target"
    expect_json stats '.targets | length == 1'
    expect_json stats '.targets[0] | .queries == .responses + .timeouts + .discarded'
    expect_json stats '.targets[0] | .queries > 300 and .queries <= 401 and .timeouts == 0'
    end_lab
    local sent
    sent=$(jq '.targets[0].sent.queries' stats)
    expect_json report ".totals.queries == $sent + 4 + 50"
}

test_what_the_lab_loses_is_lost() {
    fast_lab --lose 20%
    measure --rate 500 --duration 1s "$target"
    end_lab
    expect_json stats '.targets[0] | .queries == .responses + .timeouts + .discarded'
    expect_json stats '.targets[0] | .timeouts / .queries | . > 0.1 and . < 0.3'
    expect_in out 'lost'
}

# Of more names than are asked before, or each try would wait for those that were lost.
test_an_objective_that_is_missed_is_exit_3() {
    fast_lab --lose 30%
    seq -f 'w%.0f.lab.example A' 1 10001 >queries
    settle 3 --rate 300 --duration 500ms --slo 'loss<1%'
    expect_in err 'the objective was missed \(exit 3\)'
    expect_json stats '.exit == 3'
    settle 0 --rate 300 --duration 150ms
}

test_a_load_without_a_query_is_exit_3() {
    fast_lab
    head -n 1 queries >one
    bench 3 --queries one --rate 1 --duration 20ms --seed 1
    expect_in err '^dnstrawl: no query was due'
    expect_empty out
    expect_json stats '.exit == 3 and (.complete | not) and .targets == []'
}

test_no_rate_that_meets_it_is_exit_3() {
    fast_lab --lose 60%
    settle 3 --max-rate 80 --duration 300ms --slo 'loss<1%'
    expect_in err 'no rate met the objective \(exit 3\)'
    expect_json stats '.exit == 3'
}

# At the floor so short a trial would have no query due; it has ten, and they say something.
test_short_trials_have_queries_at_any_rate() {
    fast_lab --lose 60%
    settle 3 --duration 20ms --slo 'loss<1%'
    expect_in err 'no rate met the objective \(exit 3\)'
    expect_json stats '.targets[0].points | any(.offered == 10 and .seconds == 1)'
}

test_a_search_stops_at_its_ceiling() {
    fast_lab
    measure --max-rate 400 --duration 100ms --slo 'loss<20%' "$target"
    expect_json stats '[.targets[0].points[].rate] | max <= 400'
}

test_nobody_there_is_exit_4() {
    target=127.0.0.1:9
    queries
    bench 4
    expect_in err '127\.0\.0\.1:9 does not answer: nothing listens there'
    expect_in err '^dnstrawl: no target answers$'
    expect_empty out
    expect_json stats '.exit == 4'
}

test_silence_is_exit_4_within_seconds() {
    queries
    start_lab -n 1 -g 'rest dead=silent'
    target=127.1.0.1:$LAB_PORT
    SECONDS=0
    bench 4
    [ "$SECONDS" -le 15 ] || fail "took $SECONDS s"
    expect_in err 'does not answer: no answer within 2\.0 s'
}

test_of_two_one_that_is_silent_is_left_out() {
    fast_lab
    settle 3 --rate 200 --duration 150ms 127.0.0.1:9
    expect_json stats '.targets | length == 1'
    expect_in err '127\.0\.0\.1:9 does not answer'
}

test_a_target_named_twice_is_measured_once_and_told() {
    fast_lab
    measure --rate 200 --duration 150ms "$target" "$target"
    expect_in err 'warning: 1 of the targets named again: each is measured once'
    expect_json stats '(.targets | length == 1) and (.warnings | any(contains("named again")))'
}

test_a_loss_against_the_baseline_is_exit_5() {
    fast_lab
    settle 0 --rate 300 --duration 150ms
    jq '.targets[0].rate |= map_values(if type == "number" then . * 2 else . end)' stats >before
    jq '.targets[0].rate |= map_values(if type == "number" then . / 2 else . end)' stats >slower
    settle 5 --rate 300 --duration 150ms --baseline before
    expect_in err "^dnstrawl: baseline $target: [0-9,]* q/s, before [0-9,]*, a significant loss\$"
    settle 0 --rate 300 --duration 150ms --baseline slower
    expect_in err 'a significant gain'
    jq '.targets[0].intervals.p99_ns = {value: 1000, low: 900, high: 1100}' slower >quicker
    settle 5 --rate 300 --duration 150ms --baseline quicker
    expect_in err 'and p99 [0-9.]* ms, before 0\.001, significantly worse$'
    settle 0 --rate 100 --duration 300ms --baseline before
    expect_in err 'warning: baseline before: not comparable: rate 100, before 300$'
    expect_json stats '.warnings | any(contains("not comparable"))'
    printf '{"exit"' >torn
    bench 1 --rate 300 --duration 600ms --baseline torn
    expect_in err '^dnstrawl: torn:1: no JSON'
    expect_empty out
}

test_a_generator_that_is_held_up_says_invalid() {
    fast_lab
    start_scan bench --queries queries --stats stats --rate 500 --duration 3s --warmup 0 --progress json \
        "$target"
    load_runs
    kill -STOP "$SCAN_PID"
    sleep 0.5
    kill -CONT "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 6 ] || fail "status $scan_status, expected 6"
    expect_in err 'INVALID: the generator was the limit'
    expect_json stats '.exit == 6'
}

# What the target loses of such a load as well does not make its figures true.
test_more_than_can_be_offered_is_invalid() {
    fast_lab --lose 20%
    ask 6 bench --queries queries --stats stats --warmup 0 --timeout 100ms --rate 5m --duration 200ms "$target"
    expect_in out 'INVALID: the generator was the limit'
    expect_json stats '.targets[0].valid == false'
}

# So much more that the warm-up takes all the time there is.
test_a_generator_that_never_gets_to_the_load_is_invalid() {
    fast_lab
    ask 6 bench --queries queries --stats stats --warmup 1s --timeout 100ms --rate 100m --duration 50ms "$target"
    expect_in err 'INVALID: the generator was the limit'
    expect_not_in err 'no query was due'
}

# Of more names than are asked before, so that the first load is over in time.
test_a_search_that_is_cut_short_says_so() {
    fast_lab --lose 5%
    seq -f 'w%.0f.lab.example A' 1 10001 >queries
    settle 3 --duration 1s --slo 'loss<0.1%' --max-time 4s
    expect_in out 'cut short: no rate had met loss<0\.1%$'
    expect_json stats '.complete | not'
    bench 3 --calibrate --max-time 1500ms
    expect_not_in err 'carries'
    expect_json stats '.path_rate == 0'
}

test_a_verdict_is_of_all_blocks() {
    fast_lab -n 2 --lose 30%
    settle 3 --rate 300 --duration 800ms --slo 'loss<1%' "127.0.0.2:$LAB_PORT"
    expect_json stats '[.targets[].verdict] == ["missed", "missed"]'
    measure --rate 300 --duration 800ms "$target" # nothing is to be met, so nothing is missed
    expect_json stats '.targets[0] | .verdict == "" and (.points[0] | .verdict == "invalid" or .why == "")'
    expect_not_in out '  missed '
}

test_a_target_that_goes_away_is_told() {
    fast_lab
    start_scan bench --queries queries --stats stats --duration 120ms --warmup 0 --timeout 100ms \
        --max-rate 2k --slo 'loss<1%' --progress json -v "$target"
    wait_until "$((30 * SCALE))" grep -q ': met' err || fail 'no load was met'
    stop_lab
    wait_scan 60
    [ "$scan_status" -eq 3 ] || fail "status $scan_status, expected 3"
    expect_in out 'it no longer answers at any rate'
}

test_ctrl_c_tells_what_there_is() {
    fast_lab
    start_scan bench --queries queries --stats stats --html page --hdr log --rate 300 \
        --duration 30s --warmup 0 --timeout 500ms --progress json "$target"
    load_runs
    sleep 1
    kill -INT "$SCAN_PID"
    wait_scan 15
    [ "$scan_status" -eq 130 ] || fail "status $scan_status, expected 130"
    expect_json stats '.exit == 130 and (.complete | not) and .targets[0].queries > 20'
    expect_json stats '.targets[0] | .queries == .responses + .timeouts + .discarded'
    expect_in out "^bench $target"
    [ -s page ] || fail 'no page'
    [ -s log ] || fail 'no log'
}

test_max_time_is_exit_3() {
    fast_lab
    start_scan bench --queries queries --stats stats --rate 300 --duration 30s --max-time 1500ms \
        --timeout 500ms "$target"
    wait_scan 20
    [ "$scan_status" -eq 3 ] || [ "$scan_status" -eq 6 ] || fail "status $scan_status"
    expect_in err 'the time is up'
}

test_a_closed_pipe_is_quiet_and_completes_files() {
    local statuses
    fast_lab
    { sleep 0.1; timeout 30 "$DNSTRAWL" bench --queries queries --stats stats --html page \
        --rate 300 --duration 300ms "$target" 2>err; } | true
    statuses=("${PIPESTATUS[@]}")
    [ "${statuses[0]}" -eq 141 ] || fail "status ${statuses[0]}, expected 141"
    expect_not_in err 'error|closed|pipe'
    expect_json stats '.exit == 141 and .targets[0].queries > 0'
    [ -s page ] || fail 'no page'
}

test_files_that_cannot_be_written_are_exit_1() {
    fast_lab
    for option in stats html hdr; do
        ask 1 bench --queries queries --rate 300 --duration 100ms "--$option" /dev/full "$target"
        expect_in err '^dnstrawl: /dev/full: No space left on device$'
    done
}

# Known before anything is measured, and what is there stays until there is something to take its place.
test_files_that_cannot_be_made_are_told_at_once() {
    fast_lab
    mkdir folder
    printf 'old\n' >page
    for option in stats html hdr; do
        SECONDS=0
        ask 1 bench --queries queries --rate 300 --duration 9s --html page "--$option" no/where "$target"
        expect_in err '^dnstrawl: no/where: No such file or directory$'
        ask 1 bench --queries queries --rate 300 --duration 9s "--$option" folder "$target"
        expect_in err '^dnstrawl: folder: Is a directory$'
        [ "$SECONDS" -le 8 ] || fail "took $SECONDS s"
        expect_empty out
    done
    [ "$(cat page)" = old ] || fail 'the page is gone'
    ask 0 bench --dry-run --html new "$target"
    [ ! -e new ] || fail 'a dry run made a file'
    end_lab
    expect_json report '.totals.queries == 0'
}

test_two_targets_are_ranked_from_blocks() {
    fast_lab -n 2
    measure --rate 300 --duration 800ms "$target" "127.0.0.2:$LAB_PORT"
    end_lab
    expect_json stats '[.targets[].rank] | sort == [1, 2]'
    expect_json stats '[.targets[].points[].phase] | unique == ["fixed"]'
    expect_json stats '[.targets[].points | length] == [4, 4]'
    local at
    for at in 0 1; do
        expect_json report ".per_resolver[$at].queries == $(jq ".targets[$at].sent.queries" stats) + 4 + 50"
    done
}

test_the_path_is_measured_first() {
    fast_lab
    measure --rate 300 --duration 300ms --calibrate "$target"
    expect_json stats '.path_rate > 0 or (.warnings | any(contains("responder of our own")))'
    expect_in err 'a responder of our own (carries [0-9.]*[km]? queries a second|meets the objective)'
}

test_many_targets_have_sockets_enough() {
    local targets=() i
    for i in $(seq 1 20); do targets+=("127.0.0.$i:9"); done
    ulimit -Sn 64 # four a target
    ask 4 bench --rate 10 "${targets[@]}"
    expect_in err '127\.0\.0\.20:9 does not answer: nothing listens there'
}

# capture COUNT: as many queries for w.lab.example, all at one time (raw IPv4 by UDP)
capture() {
    local i
    printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x65\0\0\0'
    for i in $(seq 1 "$1"); do
        printf '\1\0\0\0\0\0\0\0\x3b\0\0\0\x3b\0\0\0'
        printf '\x45\0\0\x3b\0\1\0\0\x40\x11\0\0\x0a\0\0\1\x0a\0\0\2\x30\x39\0\x35\0\x27\0\0'
        printf '\0\1\1\0\0\1\0\0\0\0\0\0\1w\3lab\7example\0\0\1\0\1'
    done
}

test_a_capture_goes_round_for_other_arrivals() {
    fast_lab
    capture 10 >queries
    measure --arrival constant --rate 200 --duration 500ms "$target"
    expect_in err 'queries, 10 queries over'
    expect_in out '100 due = '
}

test_a_capture_of_few_tells_its_rate() {
    fast_lab
    { capture 1; printf '\x10\x0e\0\0'; capture 1 | tail -c +29; } >queries # an hour later, less 1 s
    ask 0 bench --queries queries --dry-run "$target"
    expect_in err ' 0\.00056 queries a second for 59m59s, as captured'
}

test_a_capture_at_its_own_times_has_no_warm_up() {
    fast_lab
    capture 10 >queries
    bench 2 --dry-run
    expect_in err '^dnstrawl: --warmup goes with --arrival here: a capture is asked at its own times'
    bench 0 --dry-run --arrival constant --rate 10
    DNSTRAWL_WARMUP=1s ask 0 bench --queries queries --dry-run "$target"
    ask 0 bench --queries queries --dry-run "$target" 127.0.0.2:9
    expect_in err 'queries a second to each for 1 ms, 4 times, as captured'
    ask 0 bench --queries queries --dry-run --arrival constant --rate 10 "$target" 127.0.0.2:9
    expect_in err '10 queries a second to each for 10 s in 10 blocks, constant'
}

test_progress_is_json_when_asked_for() {
    fast_lab
    measure --rate 300 --duration 2500ms --progress json "$target"
    grep '^{' err >lines
    jq -e -s "all(.target == \"$target\" and .total == null and .seconds > 0)
        and any(.phase == \"fixed\" and .sent_qps == 300)" lines >/dev/null ||
        fail "progress is $(head -n 1 lines)"
}

test_names_that_are_refused_are_told() {
    fast_lab
    ask 0 bench --dry-run "$target"
    printf 'www.elsewhere.example A\n' >queries
    measure --rate 100 --duration 300ms "$target"
    expect_in err 'warning: .* answers REFUSED to all it was asked so far'
    expect_json stats '.warnings | any(contains("REFUSED"))'
}

test_truncated_answers_are_told_and_followed() {
    seq -f 'w%g.cli.example A' 1 50 >queries
    start_lab -n 1 -g 'rest tc-only'
    target=127.1.0.1:$LAB_PORT
    measure --rate 100 --duration 300ms "$target"
    expect_in err 'warning: .* truncates all answers so far'
    expect_json stats '.targets[0] | .truncated == .responses and .followed == 0'
    measure --rate 100 --duration 300ms --follow-tc "$target"
    expect_not_in err 'truncates'
    expect_json stats '.targets[0] | .truncated == 0 and .followed == .responses and .followed > 10'
}

test_by_tcp_over_connections() {
    seq -f 'w%g.cli.example A' 1 50 >queries
    measure --proto tcp --connections 3 --rate 200 --duration 500ms "$r1"
    expect_json stats '.targets[0] | .proto == "tcp" and .connections == 3 and .queries > 50
        and .queries == .responses + .timeouts + .discarded'
    target=127.0.0.1:9
    bench 4 --proto tcp
    expect_in err 'does not answer: [Cc]onnection refused'
}
