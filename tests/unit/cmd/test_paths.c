// SPDX-License-Identifier: BSD-2-Clause
/* cmd/paths.c: what is written, held against what is read. */
#include "fixture.h"

static void two_outputs_never_write_one_file(void **state)
{
    (void)state;
    assert_refused("resolve names --also csv:-", ERR_SYNTAX,
                   "--output and --also would both write stdout");
    assert_refused("resolve names -o new --also csv:./new", ERR_SYNTAX,
                   "--output and --also would both write new");
    assert_refused("resolve names -o words --stats ./words", ERR_SYNTAX,
                   "--output and --stats would both write words");
    assert_refused("resolve names --also csv:a --also text:a", ERR_SYNTAX,
                   "--also and --also would both write a");
    assert_refused("resolve names --unresolved a --stats a", ERR_SYNTAX,
                   "--unresolved and --stats would both write a");
}

static void devices_may_be_written_twice(void **state)
{
    struct run run;
    (void)state;
    run_ok(&run, "resolve names -o pipe --stats pipe");
    run_end(&run);
}

static void outputs_never_overwrite_inputs(void **state)
{
    (void)state;
    assert_refused("resolve names -o ./names", ERR_SYNTAX,
                   "--output would overwrite ./names, which is read");
    assert_refused("resolve names --unresolved names", ERR_SYNTAX,
                   "--unresolved would overwrite names, which is read");
    assert_refused("brute -d domains --also csv:domains", ERR_SYNTAX,
                   "--also would overwrite domains, which is read");
    assert_refused("brute example.com -w words --stats words", ERR_SYNTAX,
                   "--stats would overwrite words, which is read");
    assert_refused("resolve names -r servers -o servers", ERR_SYNTAX,
                   "--output would overwrite servers, which is read");
    assert_refused("axfr -k key -o key z.example", ERR_SYNTAX,
                   "--output would overwrite key, which is read");
    assert_refused("axfr --tls --tls-ca words --stats words z.example", ERR_SYNTAX,
                   "--stats would overwrite words, which is read");
    assert_refused("resolve names --trust-anchor empty --wildcards empty", ERR_SYNTAX,
                   "--wildcards would overwrite empty, which is read");
}

static void what_is_opened_at_the_end_must_be_writable(void **state)
{
    struct run run;
    (void)state;
    assert_refused("resolve names --stats no/where", ERR_IO, "no/where: No such file or directory");
    assert_refused("resolve names --wildcards no/where", ERR_IO,
                   "no/where: No such file or directory");
    run_ok(&run, "resolve names --stats new --wildcards ./other");
    run_end(&run);
    run_ok(&run, "resolve names --split ./no/ --stats no/stats"); /* which it will make */
    run_end(&run);
    assert_refused("resolve names --split nor --stats no/where", ERR_IO,
                   "no/where: No such file or directory");
    run_ok(&run, "resolve names -o no/where"); /* seen when it is opened, and then in the stats */
    run_end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_outputs_never_write_one_file),
        cmocka_unit_test(devices_may_be_written_twice),
        cmocka_unit_test(outputs_never_overwrite_inputs),
        cmocka_unit_test(what_is_opened_at_the_end_must_be_writable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
