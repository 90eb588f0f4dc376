# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# How names count, and their addresses.

test_all_found() {
    # shellcheck disable=SC2086
    in_zone $hosts >found
    scored names found
    is '[.candidates,.existing,.found,.listed,.silent]' '[23,12,12,0,0]'
    is '[.recall,.precision,.claimed]' '[1,1,12]'
    is '.classes.cname' '{"existing":2,"found":2,"listed":0,"silent":0}'
    is '.classes | keys' '["aaaa","chain","cname","dangling","dual","external","geo","host","multi","robin","sharer"]'
}

test_missed_names_are_listed_or_lost_silently() {
    in_zone www multi dual >found
    in_zone six alias no1 www >unresolved
    scored names found --unresolved unresolved
    is '[.existing,.found,.listed,.silent]' '[12,3,2,7]'
    is '.recall' 0.25
    is '.undecided' 3
    is '.classes.aaaa' '{"existing":1,"found":0,"listed":1,"silent":0}'
    is '.classes.cname' '{"existing":2,"found":0,"listed":1,"silent":1}'
    is '.classes.host' '{"existing":1,"found":1,"listed":0,"silent":0}'
}

test_false_names_by_kind() {
    in_zone www no1 no2 x.w a.b.w never.asked >found
    echo other.test >>found
    scored names found
    is .false '{"wildcard":2,"nxdomain":2,"outside":2}'
    is '[.claimed,.precision]' '[7,0.14285714285714285]'
    is .precision_unsynthesised 0.2
}

test_what_counts_neither_way() {
    in_zone www loop text w >found
    echo lab.example >>found
    sed -i '/^chain/d' candidates
    in_zone chain >>found
    scored names found
    is '[.claimed,.found,.neutral,.unasked,.precision]' '[6,1,3,2,1]'
    is '[.existing,.silent]' '[11,10]'
}

test_a_twin_counts_apart() {
    in_zone www twin.w >found
    scored names found
    is '[.existing,.found,.precision]' '[12,1,1]'
    is .twin '{"existing":1,"found":1,"listed":0,"silent":0}'
    in_zone twin.w >unresolved
    scored names empty --unresolved unresolved
    is .twin '{"existing":1,"found":0,"listed":1,"silent":0}'
}

test_only_candidates_can_be_missed() {
    in_zone www no1 >candidates
    scored names empty
    is '[.candidates,.existing,.silent,.recall]' '[2,1,1,0]'
}

test_types_that_were_asked() {
    in_zone www six dual >found
    scored names found --types A
    is '[.existing,.found,.neutral,.classes.aaaa]' '[10,2,1,null]'
    scored names found --types AAAA
    is '[.existing,.found,.neutral]' '[8,2,1]'
    is '.classes | keys' '["aaaa","chain","cname","dangling","dual","external","sharer"]'
}

# Its own address of the other family, its own text and a second address, its own text alone,
# its TTL alone, which the truth does not tell, and an alias, which can have nothing else.
test_a_sharer_that_nothing_asked_for_tells_apart_is_a_twin() {
    printf 'more.w.lab.example\tsharer\tA,TXT\tA 198.18.9.2\tA 198.18.9.7\n' >>truth
    printf '%s.w.lab.example\tsharer\t%s\t%s\n' text A,TXT 'A 198.18.9.2' ttl A 'A 198.18.9.1' \
        alias CNAME 'CNAME www.lab.example' >>truth
    in_zone more.w text.w ttl.w alias.w >>candidates
    in_zone sharer.w more.w text.w ttl.w alias.w >found
    scored names found
    is '[.existing,.found,.precision]' '[15,4,1]'
    is '[.classes.sharer,.twin | .existing,.found]' '[4,4,2,1]'
    scored names empty --types A
    is '[.classes.sharer.existing,.twin.existing]' '[3,3]'
    scored names empty --types AAAA
    is '[.classes.sharer.existing,.twin.existing]' '[2,0]'
}

test_what_was_asked_and_does_not_exist() {
    in_zone no1 x.w >found
    scored names found
    is '[.asked,.false.wildcard,.false.nxdomain]' '[{"wildcard":3,"nxdomain":4},1,1]'
    in_zone no1 x.w >candidates
    scored names empty
    is .asked '{"wildcard":1,"nxdomain":1}'
}

test_words_below_zones() {
    sed 's/lab\.example/two.example/g; /^#/d' truth >second
    cat second >>truth
    printf 'www\r\n\nMULTI.\n#words\nno1\n' >words
    printf '%s\n' www.two.example multi.lab.example >found
    in_zone www no1 >unresolved
    "$SCORE" --truth truth --words words --zone lab.example --zone Two.Example. \
        --output names:found --unresolved unresolved --json - >result
    is '[.candidates,.existing,.found,.listed,.silent]' '[6,4,2,1,1]'
    printf 'a.b\\032c\thost\tA\tA 198.18.0.9\n' >>truth
    echo a >words
    "$SCORE" --truth truth --words words --zone 'b\032c' --output names:empty --json - >result
    is '[.candidates,.existing]' '[1,1]'
}

test_addresses_follow_aliases() {
    cat >found <<'FOUND'
{"host":"chain.lab.example","verdict":"found","answers":[{"type":"CNAME","data":"alias.lab.example"},{"type":"A","data":"198.18.0.2"}]}
{"host":"towild.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.9.2"}]}
{"host":"geo.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.1.3"}]}
{"host":"robin.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.2.1"},{"type":"A","data":"198.18.66.6"}]}
{"host":"dual.lab.example","verdict":"found","answers":[{"type":"AAAA","data":"2001:DB8::5"}]}
{"host":"away.lab.example","verdict":"found","answers":[{"type":"CNAME","data":"cdn.elsewhere.test"}]}
{"host":"gone.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.66.6"}]}
{"host":"no1.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.66.6"}]}
FOUND
    scored dnstrawl found
    is .addresses '{"given":6,"right":4}'
    is '.class_addresses | [.chain,.robin,.external | .given,.right]' '[1,1,1,0,0,0]'
    is '[.found,.addresses_right]' '[7,0.6666666666666666]'
}

test_address_is_compared_whole() {
    in_zone www >candidates
    echo 'www.lab.example. A 198.18.0.22' >found
    scored massdns found
    is .addresses '{"given":1,"right":0}'
    echo 'www.lab.example. A 8.18.0.2' >found
    scored massdns found
    is .addresses '{"given":1,"right":0}'
}

test_names_alone_have_no_addresses() {
    in_zone www >found
    scored names found
    is '[.addresses_right,.addresses.given]' '[null,0]'
}
