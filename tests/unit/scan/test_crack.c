// SPDX-License-Identifier: BSD-2-Clause
/* scan/crack.c and its stages: what is found, and what made it known. */
#include "tests/unit/scan/crack_story.h"

#include "base/log.h"
#include "dns/sha1_kernel.h"

static void words_are_found_with_every_kernel(void **state)
{
    (void)state;
    for (size_t i = 0; sha1_kernel_at(i); i++) {
        struct story story;
        if (!sha1_kernel_at(i)->is_here())
            continue;
        begin(&story);
        story.params.kernel = sha1_kernel_at(i)->name;
        add_words(&story, "alpha\nBETA\n# no\n\nalpha\nde.ep\nx..y\n*.star\n\\001\\046odd\n");
        add(&story, "alpha", NULL);
        add(&story, "beta", NULL);
        add(&story, "de.ep", NULL);
        add(&story, "ep", NULL);
        add(&story, "star", NULL);
        add(&story, "\\001\\046odd", NULL);
        add(&story, "never", NULL);
        expect(&story, "\\001\\046odd.example.com words\nalpha.example.com words\n"
                       "beta.example.com words\nde.ep.example.com words\n"
                       "ep.example.com ancestor\nstar.example.com words\n");
        assert_int_equal(story.result.targets, 7);
        assert_int_equal(story.result.chains, 1);
        assert_true(story.told > 0);
        end(&story);
    }
    struct story story;
    begin(&story);
    story.params.kernel = "abacus";
    assert_int_equal(run(&story), ERR_NOTSUP);
    end(&story);
}

/* More words than a bin has, of every length, the longest of several labels. */
static void words_of_every_length_and_number(void **state)
{
    struct story story;
    struct text list = {0};
    char long_word[200];
    (void)state;
    begin(&story);
    for (unsigned i = 0; i < 5000; i++)
        text_printf(&list, "w%04u\n", i);
    for (unsigned len = 1; len <= 63; len++)
        text_printf(&list, "%.*s\n", (int)len,
                    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz");
    snprintf(long_word, sizeof long_word, "%0*d.%0*d.%0*d", 63, 1, 63, 2, 63, 3);
    text_printf(&list, "%s", long_word); /* no newline at the end */
    text_putc(&list, '\0');
    add_words(&story, list.data);
    add(&story, "w0000", NULL);
    add(&story, "w1023", NULL);
    add(&story, "w1024", NULL);
    add(&story, "w4999", NULL);
    add(&story, "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", NULL);
    add(&story, "z", NULL);
    add(&story, long_word, NULL);
    assert_int_equal(run(&story), 0);
    assert_int_equal(story.found_count, 7);
    text_deinit(&list);
    end(&story);
}

/* Children are looked for below what was found, in any number of steps, but not inside other
 * zones. */
static void children_of_what_was_found(void **state)
{
    static const char *const labels[] = {"a", "b.a", "c.b.a", "d.c.b.a", "b.sub", "b.dn", "b.*"};
    struct story story;
    for (int is_shallow = 0; is_shallow < 2; is_shallow++) {
        begin(&story);
        story.params.is_shallow = is_shallow;
        add_words(&story, "a\nb\nc\nd\nsub\ndn\n\\042\n");
        for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
            add(&story, labels[i], NULL);
        add(&story, "sub", "NS DS RRSIG");
        add(&story, "dn", "DNAME");
        add(&story, "*", NULL);
        expect(&story, is_shallow ? "*.example.com type\na.example.com words\n"
                                    "dn.example.com words\nsub.example.com words\n"
                                  : "*.example.com type\na.example.com words\n"
                                    "b.a.example.com words\nc.b.a.example.com words\n"
                                    "d.c.b.a.example.com words\ndn.example.com words\n"
                                    "sub.example.com words\n");
        end(&story);
    }
    (void)state;
}

static void types_suggest_names(void **state)
{
    struct story story;
    (void)state;
    begin(&story);
    story.params.thread_count = 1; /* else what comes first by itself may come as an ancestor */
    add_words(&story, "mail\n");
    add(&story, "mail", "A");
    add(&story, "_dmarc", "TXT RRSIG");
    add(&story, "google._domainkey", "TXT RRSIG");
    add(&story, "_domainkey", "");
    add(&story, "_25._tcp.mail", "TLSA RRSIG");
    add(&story, "_tcp.mail", "");
    add(&story, "_sip._tls", "SRV");
    add_in(&story, zone_text, zone_text, "SOA NS DNSKEY");
    expect(&story, "_25._tcp.mail.example.com type\n_dmarc.example.com type\n"
                   "_domainkey.example.com type\n_sip._tls.example.com type\n"
                   "_tcp.mail.example.com type\nexample.com given\n"
                   "google._domainkey.example.com type\nmail.example.com type\n");
    end(&story);
    /* no target with such a type: not tried */
    begin(&story);
    add_words(&story, "x\n");
    add(&story, "_dmarc", "TLSA");
    add(&story, "_sip._tls", "MX");
    expect(&story, "");
    end(&story);
}

static void names_given_are_checked_and_searched_below(void **state)
{
    struct story story;
    const char *file;
    (void)state;
    begin(&story);
    add_words(&story, "below\n");
    file = file_in(story.folder, "names",
                   "Strange.example.com\nunsigned.example.com\nx.elsewhere.example\n"
                   "a.b.c.example.com\n");
    story.params.name_files = (struct str_list){&file, 1};
    add(&story, "strange", NULL);
    add(&story, "below.strange", NULL);
    add(&story, "below.unsigned", NULL);
    add(&story, "a.b.c", NULL);
    add(&story, "c", NULL);
    expect(&story, "a.b.c.example.com given\nbelow.strange.example.com words\n"
                   "below.unsigned.example.com words\nc.example.com ancestor\n"
                   "strange.example.com given\n");
    end(&story);
}

static void masks_are_tried_below_the_zones(void **state)
{
    struct story story;
    (void)state;
    for (size_t i = 0; sha1_kernel_at(i); i++) {
        if (!sha1_kernel_at(i)->is_here())
            continue;
        begin(&story);
        story.params.kernel = sha1_kernel_at(i)->name;
        story.params.charsets[0] = "ab9";
        story.masks[0] = "?l?1?d-?l"; /* outer and inner places */
        story.masks[1] = "x?d.?1?1?1?1?1?1?1?1";
        story.masks[2] = "fixed";
        story.params.masks.count = 3;
        add(&story, "qb7-z", NULL);
        add(&story, "z90-a", NULL);
        add(&story, "qc7-z", NULL);
        add(&story, "x4.ab9ab9ab", NULL);
        add(&story, "fixed", NULL);
        expect(&story, "fixed.example.com mask\nqb7-z.example.com mask\n"
                       "x4.ab9ab9ab.example.com mask\nz90-a.example.com mask\n");
        end(&story);
    }
}

static void beginnings_of_masks(void **state)
{
    struct story story;
    (void)state;
    begin(&story);
    story.masks[0] = "?l?d?l";
    story.params.masks.count = 1;
    story.params.increments = true;
    add(&story, "k", NULL);
    add(&story, "k3", NULL);
    add(&story, "k3x", NULL);
    add(&story, "kk", NULL);
    expect(&story, "k.example.com mask\nk3.example.com mask\nk3x.example.com mask\n");
    end(&story);
    begin(&story);
    story.masks[0] = "?l?9";
    story.params.masks.count = 1;
    add(&story, "k", NULL);
    assert_int_equal(run(&story), ERR_SYNTAX);
    end(&story);
}

/* Zones, salts and iterations mixed: long ones, many blocks, the root. */
static void chains_of_all_kinds_at_once(void **state)
{
    static const char long_zone[] =
        "a-zone-of-more-than-thirty-one-characters.with-more-labels-of-some-length.example";
    static const unsigned salt_lens[] = {0, 1, 16, 40, 255};
    struct story story;
    uint64_t chains = 0;
    (void)state;
    begin(&story);
    add_words(&story, "www\n");
    story.masks[0] = "m?d?d?d";
    story.params.masks.count = 1;
    for (size_t i = 0; i < sizeof salt_lens / sizeof salt_lens[0]; i++) {
        char name[200];
        story.nsec3.salt_len = (uint8_t)salt_lens[i];
        memset(story.nsec3.salt, (int)i + 7, salt_lens[i]);
        story.nsec3.iterations = (uint16_t)(i * 5);
        snprintf(name, sizeof name, "www.%s", long_zone);
        add_in(&story, long_zone, name, NULL);
        snprintf(name, sizeof name, "m04%zu.%s", i, long_zone);
        add_in(&story, long_zone, name, NULL);
        snprintf(name, sizeof name, "m9%zu9.WWW.%s", i, zone_text);
        add_in(&story, "WWW.example.com", name, NULL);
        add_in(&story, ".", "www", NULL);
        add_in(&story, ".", "m000", NULL);
        chains += 3;
    }
    assert_int_equal(run(&story), 0);
    assert_int_equal(story.result.chains, chains);
    assert_int_equal(story.found_count, 5 * 5);
    assert_int_equal(story.result.targets, 5 * 5);
    end(&story);
}

static void the_same_hash_twice_is_one(void **state)
{
    struct story story;
    (void)state;
    begin(&story);
    add_words(&story, "a\n");
    add(&story, "a", NULL);
    add(&story, "a", "NS"); /* from here on known to be a delegation */
    add(&story, "a", NULL);
    add(&story, "a.a", NULL);
    expect(&story, "a.example.com words\n");
    assert_int_equal(story.result.targets, 2);
    end(&story);
}

/* Words that come through a pipe can be read once only, and are kept for what is found. */
static void words_of_a_pipe_are_tried_below_too(void **state)
{
    struct story story;
    int fds[2];
    char path[32];
    (void)state;
    begin(&story);
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], "a\nb\nc\n", 6), 6);
    close(fds[1]);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fds[0]);
    story.files[0] = path;
    story.params.word_files.count = 1;
    add(&story, "a", NULL);
    add(&story, "b.a", NULL);
    add(&story, "c.b.a", NULL);
    expect(&story, "a.example.com words\nb.a.example.com words\nc.b.a.example.com words\n");
    close(fds[0]);
    end(&story);
}

static void without_lists_the_built_in_one(void **state)
{
    struct story story;
    (void)state;
    begin(&story);
    add(&story, "vpn", "A");
    add(&story, "intranet", "A");
    expect(&story, "intranet.example.com words\nvpn.example.com words\n");
    end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found_with_every_kernel),
        cmocka_unit_test(words_of_every_length_and_number),
        cmocka_unit_test(children_of_what_was_found),
        cmocka_unit_test(types_suggest_names),
        cmocka_unit_test(names_given_are_checked_and_searched_below),
        cmocka_unit_test(masks_are_tried_below_the_zones),
        cmocka_unit_test(beginnings_of_masks),
        cmocka_unit_test(chains_of_all_kinds_at_once),
        cmocka_unit_test(the_same_hash_twice_is_one),
        cmocka_unit_test(words_of_a_pipe_are_tried_below_too),
        cmocka_unit_test(without_lists_the_built_in_one),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
