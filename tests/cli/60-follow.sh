# Names made from what was found: --depth, --permute, --from.

# A made-up zone has names a few labels deep. Their labels are in the word list; whole, they
# are not: only --depth finds them, all of them, whatever the number of threads.
test_deep_names_of_a_made_up_zone_are_found() {
    local threads
    start_lab --resolvers 4 --mix clean --hosts 400 --seed 7 --truth truth.tsv
    awk -F '\t' '$2 ~ /^(host|multi|dual|aaaa|robin|geo|cname|chain|dangling|external)$/ {
        print $1 }' truth.tsv | sort >names
    sed 's/\.lab\.example$//' names | tr . '\n' | sort -u >words
    grep '\..*\.lab\.example$' names >deep
    [ "$(wc -l <deep)" -ge 15 ] || fail "only $(wc -l <deep) deep names to look for"
    for threads in 1 2; do
        timeout "$((100 * SCALE))" "$DNSTRAWL" brute -w words --depth 6 --threads "$threads" \
            -r "127.1.0.1:$LAB_PORT,127.1.0.2:$LAB_PORT,127.1.0.3:$LAB_PORT" \
            --no-trust --stats stats -o found lab.example 2>err </dev/null || fail "status $?"
        expect_balance stats
        sort found | comm -23 names - >missed
        expect_empty missed
        expect_json stats ".follow_up.depth.found >= $(wc -l <deep) and .remaining == 0"
    done
    stop_lab
}

# The zone cli.example has b.deep (and deep has no data), www.eu, api-v1, api-v2.
test_depth_goes_below_empty_non_terminals() {
    printf '%s\n' deep b www eu >words
    brute 0 -w words cli.example
    expect_lines out www.cli.example
    brute 0 -w words --depth 1 -f ndjson --stats stats cli.example
    jq -r .host out >hosts
    expect_lines hosts www.cli.example b.deep.cli.example www.eu.cli.example
    jq 'select(.host == "b.deep.cli.example")' out >one
    expect_json one '.source == "words" and .zone == "cli.example"'
    expect_json stats '.follow_up.depth.found == 2 and (.follow_up | has("numbers") | not)'
    expect_balance stats
}

test_depth_in_resolve_takes_words() {
    printf '%s\n' www b >words
    printf '%s\n' eu.cli.example deep.cli.example >names
    resolve 0 --depth 1 -w words names
    expect_lines out www.eu.cli.example b.deep.cli.example
    resolve 0 --depth 0 names
    expect_empty out
    resolve 2 -w words names
    expect_in err 'resolve takes names; -w goes with --depth'
    DNSTRAWL_WORDLIST=words resolve 0 names # meant for brute
}

test_permute_finds_neighbours() {
    printf 'api-v1.cli.example\nnope.cli.example\n' >names
    resolve 0 --permute -f ndjson --stats stats names
    jq -r '[.host, .source] | join(" ")' out >hosts
    expect_lines hosts 'api-v1.cli.example names' 'api-v2.cli.example permute'
    expect_json stats '.follow_up.numbers.found == 1 and .follow_up.numbers.asked >= 3 and
        .follow_up.words.made > 100'
    expect_balance stats
    expect_in err 'then: names made from what exists \(--permute\)'
    expect_in err 'made from them [0-9,]+ names, asked [0-9,]+, found 1: numbers 1 of'
    grep -c nope1 err && fail 'made from a name that does not exist'
    return 0
}

test_from_gives_names_that_are_not_asked() {
    printf 'api-v1.cli.example\nwww..cli.example\nx.other.example\n' >known
    printf 'nope\n' >words
    brute 0 --permute --from known -w words -f ndjson --all cli.example
    jq -r 'select(.verdict == "found") | .host' out >hosts
    expect_lines hosts api-v2.cli.example
    expect_in err "known:2: 'www..cli.example' is not a name"
    expect_in err 'known: 1 of its names left out: in no zone of this run'
    expect_not_in out '"host":"(api-v1.cli|[^"]*other.example)'
    : >known
    brute 0 --permute --from known -w words cli.example
    expect_in err 'warning: known: no names in it'
    expect_empty out
    brute 2 --from known -w words cli.example
    expect_in err '--from goes with --permute'
    brute 1 --permute --from nowhere -w words cli.example
    expect_in err 'nowhere: No such file'
    printf '\037\213\010\000torn' >known.gz
    brute 1 --permute --from known.gz -w words cli.example
    expect_in err 'known.gz: '
}

# A million known names are read and varied in bounded time and memory.
test_a_million_known_names_stay_bounded() {
    seq -f 'h%07.0f-q.cli.example' 1 1100000 >known
    printf 'nope\n' >words
    brute 0 --permute --from known -w words --no-trust --stats stats cli.example
    expect_in err 'known: 51,?424 of its names left out: too many'
    expect_json stats '.candidates <= 5001 and .candidates >= 3000 and .remaining == 0'
    [ "$SCALE" -gt 1 ] || expect_json stats '.max_rss_bytes < 400000000'
    expect_balance stats
}

# Words that can be read once only cannot be read again.
test_depth_needs_words_that_can_be_read_again() {
    printf 'www\n' >in
    brute 2 --depth 1 -w - cli.example
    expect_in err 'stdin can be read once'
    mkfifo pipe
    brute 2 --depth 1 -w pipe cli.example
    expect_in err 'pipe can be read once'
    brute 2 --depth 17 cli.example
    brute 2 --depth x cli.example
    printf 'www\neu\n' | gzip >words.gz
    brute 0 --depth 1 -w words.gz cli.example
    expect_lines out www.cli.example www.eu.cli.example
}

# Below a wildcard nothing is asked but what shows it.
test_depth_leaves_wildcards() {
    number_words 2000 >words
    printf 'real\nwww\n' >>words
    brute 0 --depth 3 -w words --stats stats wild.example
    expect_lines out real.wild.example
    expect_json stats '.follow_up.depth.asked == 2002' # below real, which is no wildcard
    # Of the wildcard itself nothing is known before: then the first answers below it.
    printf 'wild\n' >>words
    brute 0 --depth 2 -w words --stats stats cli.example
    expect_lines out www.cli.example
    expect_json stats '.wildcard > 0 and .wildcard < 100'
    expect_balance stats
}

# Each shard follows what it found; together they find what one run does.
test_shards_follow_their_own() {
    printf '%s\n' deep b www eu api-v1 >words
    brute 0 -w words --depth 1 --permute cli.example
    sort -u out >whole
    : >parts
    local shard
    for shard in 1/3 2/3 3/3; do
        brute 0 -w words --depth 1 --permute --shard "$shard" cli.example
        cat out >>parts
    done
    sort -u parts | diff - whole >difference || fail "shards differ: $(cat difference)"
}

test_dry_run_tells_what_comes_on_top() {
    printf 'www\n' >words
    brute 0 --dry-run --depth 2 --permute -w words cli.example
    expect_in err '1 candidate'
    expect_in err 'then: words below what is found \(--depth 2\), names made from what exists \(--permute\)'
    expect_in err '24 MB a million'
}

test_dedupe_goes_with_following() {
    printf '%s\n' www www eu >words
    brute 0 -w words --depth 1 --dedupe --stats stats cli.example
    expect_json stats '.duplicate == 1'
    expect_lines out www.cli.example www.eu.cli.example
    expect_balance stats
}

test_scope_holds_for_made_names() {
    printf 'api-v1.cli.example\n' >names
    resolve 0 --permute --exclude api-v2.cli.example --stats stats names
    expect_lines out api-v1.cli.example
    expect_json stats '.out_of_scope == 1 and .follow_up.numbers.found == 0'
}

# Much is still to be made when the interrupt comes.
test_an_interrupt_ends_what_is_made() {
    number_words 3000 >words
    printf 'www\napi-v1\n' >>words
    start_scan brute -r "$both" -w words --depth 3 --permute --rate 1500 --stats stats -o found \
        --no-trust cli.example
    wait_until "$((20 * SCALE))" file_is_full found || fail 'nothing was found'
    sleep 1
    kill -INT "$SCAN_PID"
    wait_scan 20
    [ "$scan_status" -eq 130 ] || fail "status $scan_status"
    expect_balance stats
    expect_json stats '.remaining > 0'
}
