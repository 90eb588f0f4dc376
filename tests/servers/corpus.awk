# SPDX-License-Identifier: BSD-2-Clause
# The zone of tests/servers/corpus, and its truth.
#
# 1. put() writes an owner's records and remembers its name, class and types. 2. What the
# features ask for comes first, then plain names up to COUNT. 3. Names that exist only
# because something lies below them follow from the names; then the truth is written.
# Names are given relative to the zone, as in a zone file; escapes as \DDD alone.

function has(feature) {
    return index("," features ",", "," feature ",") > 0 ||
        (index("," features ",", ",all,") > 0 && feature !~ /^(apexwild|longest|flat)$/)
}

# Park and Miller's; exact in doubles. A number below N.
function draw(n) {
    seed = (seed * 16807) % 2147483647
    return int(seed / 2147483647 * n)
}

# NAME as dnstrawl writes it: lower case, what is odd as \DDD.
function canonical(name,    out, i, octet) {
    if (name !~ /[^a-z0-9.-]/)
        return name
    out = ""
    for (i = 1; i <= length(name); i++) {
        octet = substr(name, i, 1)
        if (octet == "\\") {
            octet = substr(name, i + 1, 3) + 0
            octet = octet >= 65 && octet <= 90 ? octet + 32 : octet
            out = out (octet in bare ? bare[octet] : sprintf("\\%03d", octet))
            i += 3
        } else
            out = out tolower(octet)
    }
    return out
}

function full(name) {
    return name == "@" ? zone : canonical(name) "." zone
}

# One owner; RECORDS is `TYPE rdata|TYPE rdata...`. An owner may come again with more types.
function put(name, class, records,    parts, n, i, type, key) {
    key = full(name)
    n = split(records, parts, "|")
    for (i = 1; i <= n; i++) {
        print name, parts[i]
        type = parts[i]
        sub(/ .*/, "", type)
        if (!((key, type) in seen))
            types[key] = types[key] (types[key] == "" ? "" : ",") type
        seen[key, type] = 1
    }
    if (!(key in class_of)) {
        order[++known] = key
        if (class != "below")
            owners++
    }
    class_of[key] = class
}

function address() { return "A 192.0.2." (1 + draw(254)) }

function secure(    digest) {
    for (digest = ""; length(digest) < 64;)
        digest = digest sprintf("%04x", draw(65536))
    return "DS " draw(65536) " 13 2 " digest
}

function repeat(text, times,    out) {
    for (out = ""; times > 0; times--)
        out = out text
    return out
}

# As many octets of labels, dots between, as make a name of WIRE octets with the zone.
function filler(wire, octet,    left, out, n) {
    left = wire - length(zone) - 2
    out = ""
    while (left > 0) {
        # No label's length octet may be all that is left.
        n = left > 64 ? (left == 65 ? 62 : 63) : left - 1
        out = out (out == "" ? "" : ".") repeat(octet, n)
        left -= n + 1
    }
    return out
}

function put_cuts() {
    put("insecure", "cut", "NS ns.insecure|NS ns.elsewhere.example.")
    put("ns.insecure", "below", "A 192.0.2.53")
    put("secure", "secure-cut", "NS ns.elsewhere.example.|" secure())
    # Its zone may be served beside this one.
    put("child", "cut", "NS @")
    put("schild", "secure-cut", "NS @|" secure())
    # After a cut in order, and below an empty name.
    put("insecure-", "host", address())
    put("a.only.cuts", "cut", "NS ns.elsewhere.example.")
    put("b.only.cuts", "cut", "NS ns.elsewhere.example.")
    put("c.some.cuts", "cut", "NS ns.elsewhere.example.")
    put("d.some.cuts", "secure-cut", "NS ns.elsewhere.example.|" secure())
}

function put_ents() {
    put("a.b.c.d.e", "host", address())
    put("z.b.c.d.e", "host", address())
    put("f.x.y", "alias", "CNAME a.b.c.d.e")
    put("_443._tcp.tls", "text", "TLSA 3 1 1 " repeat("ab", 32))
    put("_25._tcp.tls", "text", "TLSA 3 1 1 " repeat("cd", 32))
}

function put_wildcards() {
    put("*.wild", "wild", address())
    put("real.wild", "host", address())
    put("in.deep.wild", "host", address())
    put("*.w.x.deepwild", "wild", "CNAME real.wild")
    put("*.text.wilds", "wild", "TXT \"made\"")
    put("below.*.wilds", "host", address())
}

# What lies below a cut or a DNAME belongs to no chain.
function put_occluded() {
    put("covers", "cut", "NS ns.in.covers")
    put("ns.in.covers", "below", "A 192.0.2.54|AAAA 2001:db8::54")
    put("www.covers", "below", "A 192.0.2.55")
    put("a.cut.covers", "below", "NS ns.elsewhere.example.")
}

function put_binary(    names, n, i) {
    n = split("\\000 \\000\\000 \\001 a a\\000 a\\000b a\\001 dot\\046in dot.in nl\\010x tab\\009x esc\\027x " \
        "\\255 \\255\\255 z\\255 \\254 at\\064 \\064 \\091 \\095\\095 \\096 \\123 \\127 sp\\032ace quote\\034 " \
        "semi\\059 back\\092slash dollar\\036 \\128\\255 comma\\044x pipe\\124x colon\\058x " \
        "-a a- a-b a_b a_ _a *a a* \\042\\042 a\\043b 0 00 0-0 \\065pper \\090 " \
        "\\000.zero \\255.zero *.\\255.odd \\000.\\000.\\000.odd x.\\046.odd", names, " ")
    for (i = 1; i <= n; i++)
        put(names[i], names[i] ~ /^\*\./ ? "wild" : "host", address())
}

function put_long() {
    put(repeat("l", 63), "host", address())
    put(repeat("l", 62) "\\064", "host", address())
    put(repeat("l", 62) "\\096", "host", address())
    put(repeat("l", 62) "\\091", "host", address())
    put(repeat("l", 62) "\\255", "host", address())
    put(repeat("\\255", 63), "host", address())
    put(repeat("\\255", 62) "\\254", "host", address())
    put("x." repeat("\\255", 63), "host", address())
    put(filler(253, "k"), "text", "TXT \"long\"")
}

function put_longest() {
    put(filler(255, "n"), "host", address())
    put(filler(254, "m"), "host", address())
    put(filler(255, "\\255"), "host", address())
}

function put_case() {
    put("UPPER", "host", address())
    put("CaSe", "host", "A 192.0.2.1")
    put("cAsE", "host", "AAAA 2001:db8::1")
    put("MiX.eD", "alias", "CNAME UPPER")
}

function put_plain(i,    label, kind, has_cuts) {
    # Letters and then a number are unique; letters are not equally frequent.
    label = substr("abcdefghijklmnopqrstuvwxyz", 1 + int(draw(51) ^ 2 / 100), 1)
    for (kind = draw(5); kind > 0; kind--)
        label = label substr("aeiourstlnmdpc", 1 + draw(14), 1)
    label = label i
    kind = i % 100
    has_cuts = count >= 100 && !has("flat")
    if (has_cuts && kind == 1)
        put(label, "cut", "NS ns.elsewhere.example.")
    else if (has_cuts && kind == 2)
        put(label, "secure-cut", "NS ns.elsewhere.example.|" secure())
    else if (count >= 100 && kind < 6)
        put(label ".g" int(i / 200), "host", address())
    else if (kind % 20 == 7)
        put(label, "alias", "CNAME @")
    else if (kind % 25 == 8)
        put(label, "text", "TXT \"" label "\"")
    else if (kind % 10 == 9)
        put(label, "host", address() "|AAAA 2001:db8::" sprintf("%x", i % 65536))
    else
        put(label, "host", address())
}

# Names without records above others. Opt-out leaves out those above insecure cuts alone.
function find_empty(    i, name, class, opted) {
    for (i = 1; i <= known; i++) {
        name = order[i]
        class = class_of[name]
        if (class == "below")
            continue
        opted = class == "cut"
        # A dot within a label is written \046.
        while (sub(/^[^.]*\./, "", name) && name != zone && length(name) > length(zone))
            if (!(name in class_of) || class_of[name] == "ent") {
                if (!(name in class_of))
                    order[++empty_last] = name
                class_of[name] = "ent"
                if (!opted)
                    kept[name] = 1
            }
    }
}

function verdict(class, kinds) {
    if (class == "host" || class == "alias" || class == "apex")
        return "found"
    return class == "text" || class == "ent" ? "nodata" : "-"
}

function write_truth(    i, name, class, is_chained, is_opted) {
    for (i = 1; i <= empty_last; i++) {
        name = order[i]
        class = class_of[name]
        is_chained = class != "below"
        is_opted = class == "cut" || (class == "ent" && !(name in kept))
        printf "%s\t%s\t%s\t%d\t%d\t%d\t%s\n", name, class, types[name] == "" ? "-" : types[name],
            is_chained && class != "ent", is_chained, is_chained && !is_opted, verdict(class) >truth
    }
    close(truth)
}

BEGIN {
    OFS = " "
    known = owners = 0
    for (i = 48; i < 58; i++)
        bare[i] = sprintf("%c", i)
    for (i = 97; i < 123; i++)
        bare[i] = sprintf("%c", i)
    bare[42] = "*"
    bare[45] = "-"
    bare[95] = "_"
    print "$ORIGIN " zone "."
    print "$TTL 300"
    put("@", "apex", "SOA ns.elsewhere.example. hostmaster " serial " 7200 900 1209600 300|" \
        "NS ns.elsewhere.example.|A 192.0.2.1")
    if (has("apexwild")) put("*", "wild", address())
    if (has("cuts")) put_cuts()
    if (has("ents")) put_ents()
    if (has("wild")) put_wildcards()
    if (has("dname")) put("dname", "dname", "DNAME a.b.c.d.e|A 192.0.2.2")
    if (has("occluded")) put_occluded()
    if (has("binary")) put_binary()
    if (has("long")) put_long()
    if (has("longest")) put_longest()
    if (has("case")) put_case()
    for (i = 1; owners < count; i++)
        put_plain(i)
    empty_last = known
    find_empty()
    write_truth()
}
