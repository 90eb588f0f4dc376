# Ceilings, progress, terminals.

rate_is_kept_and_reached() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 2 --report report
    number_words 1500 >words
    ask 0 brute -w words -r "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT" --rate 500 --stats stats cli.example
    expect_json stats '.queries_per_second <= 510 and .queries_per_second >= 400'
    kill "$LAB_PID"
    wait "$LAB_PID"
    LAB_PID=
    expect_json report '.peak_1s <= 520 and .peak_1s >= 400 and .peak_100ms <= 75'
    expect_json report '[.violations[]] | add == 0'
}

test_rate_is_kept_and_reached() { again_where_late rate_is_kept_and_reached; }

resolver_rate_is_kept() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 3 --report report --expect-cap 210
    number_words 1500 >words
    ask 0 brute -w words -r "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT,127.1.0.3:$LAB_PORT" \
        --resolver-rate 200 --stats stats cli.example
    kill "$LAB_PID"
    wait "$LAB_PID"
    LAB_PID=
    expect_json report '.totals.peak_1s <= 210 and .violations.over_expected_cap == 0'
    expect_json report '.totals.asked == 3'
    expect_json stats '.queries_per_second > 400'
}

test_resolver_rate_is_kept() { again_where_late resolver_rate_is_kept; }

test_zone_rate_is_kept() {
    number_words 400 >words
    brute 0 -w words --zone-rate 200 --stats stats cli.example
    expect_json stats '.queries_per_second <= 210'
}

test_loss_is_made_good_by_retries() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 4 --group 'rest loss=20% rtt=2ms-10ms'
    number_words 300 >words
    printf 'www\nmail\nv6\nalias\n' >>words
    ask 0 brute -w words -r "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT,127.1.0.3:$LAB_PORT,127.1.0.4:$LAB_PORT" \
        --timeout 300 --stats stats cli.example
    expect_lines out www.cli.example mail.cli.example v6.cli.example alias.cli.example
    expect_json stats '.retries > 0 and .unresolved == 0'
    expect_balance stats
}

test_dead_and_odd_resolvers_do_no_harm() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 8 --group 'count=1 dead=silent' \
        --group 'count=1 dead=closed' --group 'count=1 tc-only' --group 'count=1 noedns' \
        --group 'count=1 refuse-zone' --group 'count=1 servfail=50%' --group rest
    number_words 300 >words
    printf 'www\nmail\nv6\nalias\n' >>words
    seq -f "127.1.0.%g:$LAB_PORT" 8 >resolvers
    ask 0 brute -w words -r resolvers --timeout 300 --stats stats cli.example
    expect_lines out www.cli.example mail.cli.example v6.cli.example alias.cli.example
    expect_balance stats
    expect_json stats '.nxdomain == 300'
}

test_progress_json_has_its_keys() {
    number_words 600 >words
    brute 0 -w words --rate 200 --progress json cli.example
    grep '^{' err >lines || fail 'no json line'
    jq -r 'keys_unsorted | join(" ")' lines | sort -u >keys
    expect_lines keys 'done total sent_qps answered hits unresolved resolvers benched eta_s'
    jq -s -e 'length >= 2 and (map(.done) | . == sort) and .[0].total == 600' lines >/dev/null ||
        fail 'figures'
}

test_progress_none_and_heartbeat_off_a_terminal() {
    number_words 2400 >words
    brute 0 -w words --rate 200 cli.example
    expect_in err '^dnstrawl: +[0-9]+% .* q/s ans [0-9]+% hits 0 unres 0 res 2 '
    expect_no_control_bytes err
    number_words 300 >words
    brute 0 -w words --rate 200 --progress none cli.example
    expect_not_in err 'q/s ans'
}

test_progress_on_a_terminal_is_one_line_of_80_columns() {
    number_words 600 >words
    timeout 30 script -qec "'$DNSTRAWL' brute -r $both -w words --rate 300 -o result cli.example" typescript \
        </dev/null >/dev/null || fail 'status'
    tr '\r' '\n' <typescript | sed 's/\x1b\[K//' | grep ' q/s ans' >painted || fail 'nothing painted'
    [ "$(wc -l <painted)" -ge 4 ] || fail 'painted too seldom'
    [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' painted)" -le 80 ] ||
        fail "wider than 80 columns: $(cat painted)"
    # The line is wiped before the summary comes.
    tr -d '\r' <typescript | grep -q 'K*dnstrawl: brute cli.example, .*complete' || fail 'no summary'
}

test_no_paint_on_a_dumb_terminal() {
    number_words 300 >words
    TERM=dumb timeout 30 script -qec "'$DNSTRAWL' brute -r $both -w words --rate 300 -o result cli.example" typescript \
        </dev/null >/dev/null || fail 'status'
    ! grep -q $'\033' typescript || fail 'escapes on a dumb terminal'
}

test_no_color_is_kept() {
    NO_COLOR=1 timeout 30 script -qec "'$DNSTRAWL' resolve -r 127.1.0.1:1 -d www.cli.example" typescript \
        </dev/null >/dev/null
    ! grep -q $'\033\\[[0-9]*m' typescript || fail 'colour in spite of NO_COLOR'
}

test_resolve_on_a_terminal_without_input_is_help() {
    local status=0
    timeout 10 script -qec "'$DNSTRAWL' resolve -r $both" typescript </dev/null >/dev/null || status=$?
    [ "$status" -eq 2 ] || fail "status $status, expected 2"
    grep -q 'Usage: dnstrawl resolve' typescript || fail 'no usage'
}

test_ids_ports_and_names_are_in_order() {
    start_lab --zone-file "$HERE/cli.zone" --resolvers 2 --report report --group 'rest rtt=20ms'
    number_words 3000 >words
    ask 0 brute -w words -r "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT" cli.example
    kill "$LAB_PID"
    wait "$LAB_PID"
    LAB_PID=
    expect_json report '.source_ports >= 4 and .violations.malformed == 0'
    expect_json report '.violations.outside == 0 and .violations.above_apex == 0'
    expect_json report '.violations.id_in_use == 0'
}
