// SPDX-License-Identifier: BSD-2-Clause
/* cmd/options*.c: the table is in order, and its words are the program's. */
#include "fixture.h"

#include "cmd/options.h"
#include "model/verdict.h"
#include "out/out.h"

/* Two commands may give a letter different meanings. */
static void names_and_letters_are_unique_and_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < opts_count(&cmd_options); i++) {
        const struct opt *opt = opts_row(&cmd_options, i);
        size_t len = strlen(opt->name);
        assert_true(len > 1 && len <= OPTS_NAME_MAX);
        assert_int_equal(strspn(opt->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), len);
        for (size_t j = i + 1; j < opts_count(&cmd_options); j++) {
            const struct opt *other = opts_row(&cmd_options, j);
            assert_string_not_equal(opt->name, other->name);
            assert_false(opt->letter && opt->letter == other->letter &&
                         opt->commands & other->commands);
        }
    }
}

static void rows_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < opts_count(&cmd_options); i++) {
        const struct opt *opt = opts_row(&cmd_options, i);
        assert_true(opt->commands != 0);
        assert_true(opt->set || opt->flags & OPT_STOP);
        assert_true(opt->help && opt->help[strlen(opt->help) - 1] != '.');
        assert_false(opt->preset && opt->told);
        assert_false(!opt->argument && (opt->preset || opt->values || opt->flags & OPT_MANY));
    }
}

static void groups_are_not_torn(void **state)
{
    (void)state;
    for (size_t i = 1; i < opts_count(&cmd_options); i++) {
        if (strcmp(opts_row(&cmd_options, i)->group, opts_row(&cmd_options, i - 1)->group) == 0)
            continue;
        for (size_t j = 0; j + 1 < i; j++)
            assert_string_not_equal(opts_row(&cmd_options, i)->group,
                                    opts_row(&cmd_options, j)->group);
    }
}

static void foreign_spellings_are_not_ours(void **state)
{
    (void)state;
    for (size_t i = 0; i < cmd_options.foreign_count; i++) {
        const char *spelling = cmd_options.foreign[i].spelling;
        for (size_t j = 0; j < opts_count(&cmd_options); j++) {
            assert_string_not_equal(spelling, opts_row(&cmd_options, j)->name);
            assert_false(spelling[1] == '\0' && spelling[0] == opts_row(&cmd_options, j)->letter);
        }
        for (size_t j = i + 1; j < cmd_options.foreign_count; j++)
            assert_false(strcmp(spelling, cmd_options.foreign[j].spelling) == 0 &&
                         cmd_options.foreign[i].commands == cmd_options.foreign[j].commands);
    }
}

static const struct opt *row_called(const char *name)
{
    for (size_t i = 0; i < opts_count(&cmd_options); i++)
        if (strcmp(opts_row(&cmd_options, i)->name, name) == 0)
            return opts_row(&cmd_options, i);
    fail_msg("no option is called %s", name);
    return NULL;
}

/* An answer that begins with an option names one, and one of the commands it is for. */
static void foreign_answers_are_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < cmd_options.foreign_count; i++) {
        const struct opt_foreign *foreign = &cmd_options.foreign[i];
        const struct opt *row = NULL;
        char name[48];
        if (!foreign->instead || foreign->instead[0] != '-')
            continue;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(foreign->instead, " ,"), foreign->instead);
        for (size_t j = 0; j < opts_count(&cmd_options) && !row; j++) {
            const struct opt *opt = opts_row(&cmd_options, j);
            bool is_it = name[1] == '-' ? strcmp(name + 2, opt->name) == 0 : name[1] == opt->letter;
            row = is_it ? opt : NULL;
        }
        if (!row || foreign->commands & ~row->commands)
            fail_msg("-%s: %s is no option there", foreign->spelling, name);
    }
}

static void an_answer_is_an_option_of_the_command(void **state)
{
    (void)state;
    assert_refused("crack hashes -a 3", ERR_SYNTAX,
                   "-a is another program's spelling; here it is --mask MASK for masks, -w FILE "
                   "for words");
    assert_refused("crack hashes -m 8300", ERR_SYNTAX,
                   "-m is another program's spelling; here it is not needed: each line's kind is "
                   "seen");
    assert_refused("crack hashes --retries 3", ERR_SYNTAX, "unknown option --retries");
    assert_refused("crack hashes -n 4", ERR_SYNTAX, "unknown option -n");
    assert_refused("bench 192.0.2.1 -json", ERR_SYNTAX,
                   "-json is another program's spelling; here it is --stats FILE");
    assert_refused("bench 192.0.2.1 --jsonl", ERR_SYNTAX, "unknown option --jsonl");
    assert_refused("walk example.com --nsec3", ERR_SYNTAX,
                   "--nsec3 is another program's spelling; here it is not needed: each server is "
                   "classified first");
    assert_refused("resolve names --retries 3", ERR_SYNTAX,
                   "--retries is another program's spelling; here it is --tries N");
}

/* A command has one sense of an option at most, says something, and has the option. */
static void senses_are_of_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < cmd_options.sense_count; i++) {
        const struct opt_sense *sense = &cmd_options.senses[i];
        const struct opt *row = row_called(sense->name);
        assert_true(sense->commands != 0);
        assert_int_equal(sense->commands & ~row->commands, 0);
        assert_true(sense->help || sense->told || sense->values);
        assert_false(sense->help && sense->help[strlen(sense->help) - 1] == '.');
        for (size_t j = i + 1; j < cmd_options.sense_count; j++)
            assert_false(strcmp(sense->name, cmd_options.senses[j].name) == 0 &&
                         sense->commands & cmd_options.senses[j].commands);
    }
}

static size_t count_words(const char *words)
{
    size_t count = 1;
    for (; *words; words++)
        count += *words == ' ';
    return count;
}

static void formats_are_those_of_out(void **state)
{
    static const char words[] = WORDS_FORMAT;
    (void)state;
    for (const char *word = words; *word;) {
        char name[32];
        size_t len = strcspn(word, " ");
        snprintf(name, sizeof name, "%.*s", (int)len, word);
        assert_non_null(out_format_find(name));
        word += len + (word[len] == ' ');
    }
}

static void shown_verdicts_are_verdicts(void **state)
{
    size_t found = 0;
    (void)state;
    for (int i = 0; i < VERDICT_COUNT; i++) {
        char word[32];
        snprintf(word, sizeof word, " %s ", verdict_words[i]);
        if (strstr(" " WORDS_SHOW " ", word))
            found++;
    }
    assert_int_equal(found, count_words(WORDS_SHOW));
}

static void help_fits_a_terminal(void **state)
{
    (void)state;
    for (const struct cmd *const *cmd = cmd_list; *cmd; cmd++) {
        struct text out = {0};
        size_t column = 0;
        help_command(&out, *cmd);
        for (size_t i = 0; i < out.len; i++) {
            column = out.data[i] == '\n' ? 0 : column + 1;
            assert_true(column <= 80);
        }
        text_putc(&out, '\0');
        for (size_t i = 0; i < opts_count(&cmd_options); i++) {
            char name[48];
            const struct opt *opt = opts_row(&cmd_options, i);
            snprintf(name, sizeof name, "--%s ", opt->name);
            assert_int_equal(strstr(out.data, name) != NULL, (opt->commands & (*cmd)->bit) != 0);
        }
        text_deinit(&out);
    }
}

static void what_is_not_built_is_not_in_help(void **state)
{
    struct text out = {0};
    (void)state;
    help_command(&out, &cmd_brute);
    help_command(&out, &cmd_resolve);
    text_putc(&out, '\0');
    for (size_t i = 0; i < cmd_options.foreign_count; i++) {
        char name[48];
        snprintf(name, sizeof name, "--%s ", cmd_options.foreign[i].spelling);
        if (!cmd_options.foreign[i].instead && strstr(out.data, name))
            fail_msg("%sis in help", name);
    }
    text_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_letters_are_unique_and_plain),
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(groups_are_not_torn),
        cmocka_unit_test(foreign_spellings_are_not_ours),
        cmocka_unit_test(foreign_answers_are_options),
        cmocka_unit_test(an_answer_is_an_option_of_the_command),
        cmocka_unit_test(senses_are_of_options),
        cmocka_unit_test(formats_are_those_of_out),
        cmocka_unit_test(shown_verdicts_are_verdicts),
        cmocka_unit_test(help_fits_a_terminal),
        cmocka_unit_test(what_is_not_built_is_not_in_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
