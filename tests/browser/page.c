// SPDX-License-Identifier: BSD-2-Clause
/* bench-page KIND: a page of bench --html for the tests in a browser, of a report made by hand, so
 * that nothing in it depends on time. KIND: search, several, fixed, nasty. */
#include <stdio.h>
#include <string.h>

#include "out/bench.h"
#include "tests/unit/out/bench_sample.h"

int main(int argc, char **argv)
{
    static const char *const nasty[] = {"</title><script>document.title='run'</script>"
                                        "<img src=\"http://127.0.0.1:9/\">&\"' a-name-without-any-"
                                        "blank-that-is-longer-than-any-line-of-a-narrow-window"};
    static const struct bench_fact fact = {"key", "</td><script>1</script>"};
    const char *kind = argc == 2 ? argv[1] : "";
    bool is_several = strcmp(kind, "several") == 0;
    struct bench_sample *sample = sample_make(is_several ? 5 : 1);
    struct text page = {0};
    if (strcmp(kind, "fixed") == 0) {
        sample_fix(sample);
    } else if (strcmp(kind, "nasty") == 0) {
        sample_spoil_words(sample, nasty, &fact);
    } else if (!is_several && strcmp(kind, "search") != 0) {
        fputs("usage: bench-page search|several|fixed|nasty\n", stderr);
        free(sample);
        return 2;
    }
    bench_html(&page, &sample->report);
    bool is_written = !page.failed && fwrite(page.data, 1, page.len, stdout) == page.len;
    text_deinit(&page);
    free(sample);
    return is_written && fflush(stdout) == 0 ? 0 : 1;
}
