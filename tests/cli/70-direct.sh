# --direct, --server, @server: whom a zone's own servers are, and what goes wrong.

NOBODY=127.0.0.1:9

test_2_what_does_not_go_together() {
    printf 'www\n' >words
    ask 2 brute --direct --trusted "$r1" -w words -r "$r1" cli.example
    expect_in err 'trusted is about resolvers'
    ask 2 brute --server 'a b' -w words -r "$r1" cli.example
    expect_in err 'neither a name nor an address'
    ask 2 brute -w words -r "$r1" @192.0.2.1:0 cli.example
    expect_in err 'neither a name nor an address'
    ask 2 brute -w words -r "$r1" "@$r1"
    expect_in err 'no domain given'
}

test_2_names_that_can_be_read_only_once() {
    printf 'www.cli.example\n' >in
    ask 2 resolve --direct -r "$r1"
    expect_in err 'reads the names twice'
    ask 2 resolve --direct -r "$r1" -
    expect_in err 'reads the names twice'
    ask 3 resolve -r "$NOBODY" "@$r1" -
}

test_4_no_resolver_tells_of_servers() {
    printf 'www\n' >words
    ask 4 brute --direct -r "$NOBODY" -w words --stats stats cli.example
    expect_in err 'no resolver gives the name servers of cli.example'
    expect_in err 'no usable server'
    expect_json stats '.exit == 4 and .queries > 0'
    expect_balance stats
}

test_4_a_server_that_is_not_there() {
    printf 'www\nmail\n' >words
    ask 4 brute "@$NOBODY" -w words --stats stats cli.example
    expect_in err 'no usable server: of [0-9]* queries'
    expect_json stats '.exit == 4 and .unresolved == 2'
    expect_balance stats
}

# The lab answers as resolvers do, without AA: it is no authority, and what it denies may exist.
test_3_a_resolver_is_no_server_of_the_zone() {
    printf 'www\nnope\n' >words
    ask 3 brute "@$r1" --server "$r2" -w words --all -f ndjson --stats stats cli.example
    expect_json out '.verdict == "unresolved" and .reason == "not authoritative"'
    expect_count out 2
    expect_in err '2 of 2 servers used'
    expect_json stats '.resolvers.given == 2'
}

test_dry_run_asks_nobody() {
    printf 'www\n' >words
    ask 0 brute --dry-run --direct -r "$NOBODY" -w words cli.example
    expect_in err 'servers: found out when it runs'
}

test_own_is_told_in_stats() {
    printf 'www\n' >words
    brute 0 --own -w words --stats stats cli.example
    expect_json stats '.own'
    brute 0 -w words --stats stats cli.example
    expect_json stats '.own == false'
}
