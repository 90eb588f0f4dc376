# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# The same facts in each tool's format.

# Found www, multi (two addresses), six, alias (and its target's address), gone; false no1.
facts() {
    is '[.found,.claimed,.listed,.undecided,.false.nxdomain]' "[5,6,$1,$1,1]"
    is '[.bad_lines,.addresses.right,.addresses.given]' "[0,$2,$2]"
    is '.classes.cname.found' 1
}

test_format_massdns() {
    cat >found <<'FOUND'
www.lab.example. A 198.18.0.2
multi.lab.example. A 198.18.0.3
multi.lab.example. A 198.18.0.4
multi.lab.example. TXT "a b c"

six.lab.example. IN 300 AAAA 2001:db8::6
alias.lab.example. CNAME www.lab.example.
gone.lab.example. CNAME nothing.gone.lab.example.
text.lab.example. MX 10 www.lab.example.
no1.lab.example. A 198.18.66.6
FOUND
    scored massdns found
    facts 0 3
}

test_format_massdns_json() {
    cat >found <<'FOUND'
{"name":"www.lab.example.","type":"A","class":"IN","status":"NOERROR","rx_ts":1,"data":{"answers":[{"ttl":300,"type":"A","class":"IN","name":"www.lab.example.","data":"198.18.0.2"}]},"flags":["rd","ra"],"resolver":"127.1.0.1:53","proto":"UDP"}
{"name":"multi.lab.example.","type":"A","class":"IN","status":"NOERROR","data":{"answers":[{"ttl":300,"type":"A","class":"IN","name":"multi.lab.example.","data":"198.18.0.3"},{"ttl":300,"type":"A","class":"IN","name":"multi.lab.example.","data":"198.18.0.4"}]}}
{"name":"six.lab.example.","type":"AAAA","class":"IN","status":"NOERROR","data":{"answers":[{"ttl":300,"type":"AAAA","class":"IN","name":"six.lab.example.","data":"2001:db8::6"}]}}
{"name":"alias.lab.example.","type":"A","class":"IN","status":"NOERROR","data":{"answers":[{"type":"CNAME","name":"alias.lab.example.","data":"www.lab.example."},{"type":"A","name":"www.lab.example.","data":"198.18.0.2"}]}}
{"name":"gone.lab.example.","type":"A","class":"IN","status":"NXDOMAIN","data":{"answers":[{"type":"CNAME","name":"gone.lab.example.","data":"nothing.gone.lab.example."}]}}
{"name":"no1.lab.example.","type":"A","class":"IN","status":"NOERROR","data":{"answers":[{"type":"A","name":"no1.lab.example.","data":"198.18.66.6"}]}}
{"name":"no2.lab.example.","type":"A","class":"IN","status":"NXDOMAIN","data":{"authorities":[{"ttl":300,"type":"SOA","class":"IN","name":"lab.example.","data":"ns1.lab.example. hostmaster.lab.example. 1 7200 900 1209600 300"}]}}
{"name":"text.lab.example.","type":"A","class":"IN","status":"NOERROR","data":{}}
{"name":"dual.lab.example.","type":"A","class":"IN","error":"TIMEOUT"}
{"name":"geo.lab.example.","type":"A","class":"IN","error":"MAXRETRIES"}
{"name":"away.lab.example.","type":"A","class":"IN","status":"SERVFAIL","data":{}}
FOUND
    scored massdns-json found
    facts 3 4
}

test_format_dnsx() {
    printf '%s\n' 'www.lab.example' 'multi.lab.example [A] [198.18.0.3] ' \
        'multi.lab.example [A] [198.18.0.4] ' 'six.lab.example [2001:db8::6]' \
        'alias.lab.example [CNAME] [www.lab.example] ' \
        $'gone.lab.example [\033[35mCNAME\033[0m] [\033[32mnothing.gone.lab.example\033[0m] ' \
        'no1.lab.example [198.18.66.6]' 'text.lab.example [TXT] [v=lab]' >found
    scored dnsx found
    facts 0 2
}

test_format_dnsx_json() {
    cat >found <<'FOUND'
{"host":"www.lab.example","ttl":300,"resolver":["127.1.0.1:53"],"a":["198.18.0.2"],"all":["www.lab.example.\t300\tIN\tA\t198.18.0.2"],"status_code":"NOERROR","timestamp":"2026-11-26T12:00:00Z"}
{"host":"multi.lab.example","a":["198.18.0.3","198.18.0.4"],"status_code":"NOERROR"}
{"host":"six.lab.example","aaaa":["2001:db8::6"],"status_code":"NOERROR"}
{"host":"alias.lab.example","a":["198.18.0.2"],"cname":["www.lab.example"],"status_code":"NOERROR"}
{"host":"gone.lab.example","cname":["nothing.gone.lab.example"],"soa":[{"name":"lab.example","ns":"ns1.lab.example"}],"status_code":"NXDOMAIN"}
{"host":"no1.lab.example","a":["198.18.66.6"],"status_code":"NOERROR"}
{"host":"no2.lab.example","soa":[{"name":"lab.example"}],"status_code":"NXDOMAIN"}
{"host":"dual.lab.example","status_code":"SERVFAIL"}
FOUND
    scored dnsx-json found
    facts 1 4
}

test_format_zdns() {
    cat >found <<'FOUND'
{"name":"www.lab.example","results":{"A":{"data":{"answers":[{"answer":"198.18.0.2","class":"IN","name":"www.lab.example","ttl":300,"type":"A"}],"protocol":"udp","resolver":"127.1.0.1:53"},"duration":0.2,"status":"NOERROR","timestamp":"2026-11-26T12:00:00Z"}}}
{"name":"multi.lab.example","results":{"A":{"data":{"answers":[{"answer":"198.18.0.3","type":"A"},{"answer":"198.18.0.4","type":"A"}]},"status":"NOERROR"}}}
{"name":"six.lab.example","results":{"A":{"data":{"additionals":[{"type":"EDNS0","udpsize":512}]},"status":"NOERROR"},"AAAA":{"data":{"answers":[{"answer":"2001:db8::6","type":"AAAA"}]},"status":"NOERROR"}}}
{"name":"alias.lab.example","results":{"A":{"data":{"answers":[{"answer":"www.lab.example","name":"alias.lab.example","type":"CNAME"},{"answer":"198.18.0.2","name":"www.lab.example","type":"A"}]},"status":"NOERROR"}}}
{"name":"gone.lab.example","results":{"A":{"data":{"answers":[{"answer":"nothing.gone.lab.example","type":"CNAME"}]},"status":"NXDOMAIN"}}}
{"name":"no1.lab.example","results":{"A":{"data":{"answers":[{"answer":"198.18.66.6","type":"A"}]},"status":"NOERROR"}}}
{"name":"no2.lab.example","results":{"A":{"data":{},"status":"NXDOMAIN"}}}
{"name":"dual.lab.example","results":{"A":{"status":"TIMEOUT","error":"i/o timeout"}}}
{"name":"away.lab.example","results":{"A":{"status":"NO_ANSWER"}}}
{"name":"robin.lab.example","results":{"A":{"status":"NORECORD"}}}
{"name":"geo.lab.example","results":{"A":{"status":"NOERROR","data":{}},"AAAA":{"status":"SERVFAIL"}}}
FOUND
    scored zdns found
    facts 2 4
}

test_format_blastdns() {
    cat >found <<'FOUND'
{"host":"www.lab.example","response":{"additionals":[],"answers":[{"dns_class":"IN","name_labels":"www.lab.example.","proof":"Indeterminate","rdata":{"A":"198.18.0.2"},"ttl":300}],"header":{"response_code":"NoError"}}}
{"host":"multi.lab.example","response":{"answers":[{"name_labels":"multi.lab.example.","rdata":{"A":"198.18.0.3"}},{"name_labels":"multi.lab.example.","rdata":{"A":"198.18.0.4"}}],"header":{"response_code":"NoError"}}}
{"host":"six.lab.example","response":{"answers":[{"rdata":{"AAAA":"2001:db8::6"}}],"header":{"response_code":"NoError"}}}
{"host":"alias.lab.example","response":{"answers":[{"rdata":{"CNAME":"www.lab.example."}},{"rdata":{"A":"198.18.0.2"}}],"header":{"response_code":"NoError"}}}
{"host":"gone.lab.example","response":{"answers":[{"rdata":{"CNAME":"nothing.gone.lab.example."}}],"header":{"response_code":"NXDomain"}}}
{"host":"no1.lab.example","response":{"answers":[{"rdata":{"A":"198.18.66.6"}}],"header":{"response_code":"NoError"}}}
{"host":"no2.lab.example","response":{"answers":[],"name_servers":[{"rdata":{"SOA":{"serial":1}}}],"header":{"response_code":"NXDomain"}}}
{"host":"text.lab.example","response":{"answers":[],"header":{"response_code":"NoError"}}}
{"host":"dual.lab.example","response":{"answers":[],"header":{"response_code":"ServFail"}}}
{"host":"geo.lab.example","error":"resolver worker failed: request timed out"}
FOUND
    scored blastdns found
    facts 2 4
}

test_format_dnstrawl() {
    cat >found <<'FOUND'
{"v":1,"host":"www.lab.example","verdict":"found","answers":[{"name":"www.lab.example","type":"A","ttl":60,"data":"198.18.0.2"}]}
{"v":1,"host":"multi.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.0.3"},{"type":"A","data":"198.18.0.4"}]}
{"v":1,"host":"six.lab.example","verdict":"found","answers":[{"type":"AAAA","data":"2001:db8::6"}]}
{"v":1,"host":"alias.lab.example","verdict":"found","answers":[{"type":"CNAME","data":"www.lab.example"},{"type":"A","data":"198.18.0.2"}]}
{"v":1,"host":"gone.lab.example","status":"NXDOMAIN","verdict":"found","answers":[{"type":"CNAME","data":"nothing.gone.lab.example"}],"flags":["dangling"]}
{"v":1,"host":"no1.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.66.6"}]}
{"v":1,"host":"no2.lab.example","verdict":"nxdomain","answers":[]}
{"v":1,"host":"x.w.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.9.1"}]}
{"v":1,"host":"x.w.lab.example","verdict":"retracted","reason":"wildcard"}
{"v":1,"host":"twin.w.lab.example","verdict":"wildcard","answers":[{"type":"A","data":"198.18.9.1"}]}
{"v":1,"host":"dual.lab.example","verdict":"unresolved","answers":[]}
FOUND
    scored dnstrawl found
    facts 1 4
    is .retracted 1
}

test_from_stdin() {
    in_zone www | "$SCORE" --truth truth --candidates candidates --output names:- --json - >result
    is .found 1
}

# hits_are WANTED: NAME WHAT TIME of each name claimed, in ./hits, times cut to 0.1 s.
hits_are() {
    sed 's/\t/ /g; s/\.lab\.example//; s/\(\.[0-9]\)[0-9]*$/\1/' hits >hits.short
    diff <(printf '%s\n' "$@") hits.short
}

# 2026-11-27 00:00:00 UTC is 1795737600.
test_times_of_formats() {
    printf '%s\n' '{"name":"www.lab.example.","rx_ts":1795737600250000000,"status":"NOERROR","data":{"answers":[{"type":"A","data":"198.18.0.2"}]}}' >found
    scored massdns-json found --hits hits
    hits_are 'www found 1795737600.2'
    printf '%s\n' '{"host":"www.lab.example","a":["198.18.0.2"],"status_code":"NOERROR","timestamp":"2026-11-27T01:30:00.75+01:30"}' \
        '{"host":"six.lab.example","aaaa":["2001:db8::6"],"timestamp":"2026-11-26T22:00:01-02:00"}' >found
    scored dnsx-json found --hits hits
    hits_are 'six found 1795737601' 'www found 1795737600.7'
    printf '%s\n' '{"name":"www.lab.example","results":{"A":{"data":{"answers":[{"answer":"198.18.0.2","type":"A"}]},"status":"NOERROR","timestamp":"2026-11-27T00:00:02Z"}}}' >found
    scored zdns found --hits hits
    hits_are 'www found 1795737602'
    printf '{"host":"%s.lab.example","verdict":"found","answers":[{"type":"A","data":"198.18.0.2"}],"timestamp":"%s"}\n' \
        www 2026-11-27T00:00:03.125Z www 2026-11-27T00:00:09Z multi yesterday >found
    scored dnstrawl found --hits hits
    hits_are 'multi found ' 'www found 1795737603.1'
}

# Where the format tells no time: by when the line had been written.
test_times_by_growth() {
    printf '100.5\t0\n101\t2\n102\t2\n103.5\t4\n' >growth
    in_zone www multi no1 six geo >found
    scored names found --hits hits --growth growth
    hits_are 'geo found 103.5' 'multi found 101' 'no1 nxdomain 103.5' 'six found 103.5' \
        'www found 101'
    printf '{"host":"%s.lab.example","response":{"answers":[{"rdata":{"A":"1.2.3.4"}}]}}\n' \
        no2 www x.w >found
    scored blastdns found --hits hits --growth growth
    hits_are 'no2 nxdomain 101' 'www found 101' 'x.w wildcard 103.5'
    scored names empty --hits hits --growth empty
    [ ! -s hits ]
}

test_hits_say_what_they_are() {
    in_zone www twin.w loop x.w no1 never.asked >found
    sed -i '/^multi/d' candidates
    in_zone multi >>found
    scored names found --hits hits
    hits_are 'loop neutral ' 'multi unasked ' 'never.asked outside ' 'no1 nxdomain ' \
        'twin.w twin ' 'www found ' 'x.w wildcard '
}
