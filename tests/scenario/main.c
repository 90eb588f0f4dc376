// SPDX-License-Identifier: BSD-2-Clause
/* Runs scenario files: `scenario [-v] [-k KEYS] FILE...`.
 *
 * 1. Each file is run KEYS times with another key for all randomness (ids, ports, who is
 *    asked, probe labels), in a process and a folder of its own: what a story expects
 *    must not hang on luck.
 * 2. The whole program runs there (cmd_main), in virtual time.
 * 3. `ok` or `not ok` per file; after the first failure what was not as expected, the
 *    queries that left, and what the program said. -v shows these always. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "tests/fake/clock.h"
#include "tests/fake/random.h"
#include "tests/scenario/scenario.h"

#define KEYS_DEFAULT    5
#define REAL_SECONDS    120 /* a run takes milliseconds; sanitizers and a busy machine more */
#define EXIT_UNEXPECTED 3   /* of the child: it told what is not as expected */
#define ARGS_MAX        (WORDS_MAX + 20)

struct options {
    bool is_verbose;
    unsigned keys;
};

/* --- the child: one run --- */

static void write_files(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->file_count; i++) {
        FILE *file = fopen(scenario->files[i].name, "w");
        if (!file || fwrite(scenario->files[i].text, 1, scenario->files[i].len, file) !=
                         scenario->files[i].len)
            abort();
        fclose(file);
    }
}

static void redirect(int fd, const char *path, int flags)
{
    int opened = open(path, flags, 0600);
    if (opened < 0 || dup2(opened, fd) < 0)
        abort();
    close(opened);
}

/* The story's words, and what every story gets unless it says otherwise. */
static unsigned make_args(struct scenario *scenario, char *args[ARGS_MAX])
{
    static char *const defaults[][2] = {
        {"--threads", "1"},         {"--seed", "1"},
        {"--progress", "none"},     {"--format", "ndjson"},
        {"--output", "out.ndjson"}, {"--stats", "stats.json"},
    };
    char given[8192];
    snprintf(given, sizeof given, "%s ", scenario->command);
    unsigned count = 0;
    args[count++] = (char *)(uintptr_t) "dnstrawl";
    count += split_words(scenario->command, args + 1);
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        if (strstr(given, defaults[i][0]))
            continue;
        args[count++] = defaults[i][0];
        args[count++] = defaults[i][1];
    }
    if (!strstr(given, "--show"))
        args[count++] = (char *)(uintptr_t) "--all";
    if (!scenario->has_trust && !strstr(given, "trust"))
        args[count++] = (char *)(uintptr_t) "--no-trust";
    args[count] = NULL;
    return count;
}

static void copy_out(const char *path, FILE *to)
{
    char line[1024];
    FILE *from = fopen(path, "r");
    while (from && fgets(line, sizeof line, from))
        fprintf(to, "    %s", line);
    if (from)
        fclose(from);
}

static _Noreturn void run_one(const char *path, const char *folder, uint64_t key, bool is_verbose)
{
    static struct scenario scenario;
    static struct trace trace;
    char *args[ARGS_MAX], *env[] = {NULL};
    scenario_read(&scenario, path);
    FILE *report = fdopen(dup(STDOUT_FILENO), "w");
    if (!report || chdir(folder) != 0)
        abort();
    write_files(&scenario);
    redirect(STDERR_FILENO, "stderr", O_WRONLY | O_CREAT | O_APPEND);
    redirect(STDOUT_FILENO, "stdout", O_WRONLY | O_CREAT | O_APPEND);
    redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    fake_clock_limit(FAKE_CLOCK_START + VIRTUAL_MAX);
    fake_clock_join_main();
    fake_random_key(key);
    servers_install(&scenario, &trace, key);
    log_init(LOG_NOTE, false);
    int code = cmd_main((int)make_args(&scenario, args), args, env, &cmd_disk_real);
    unsigned failures = check_all(&scenario, &trace, code, report);
    if (failures || is_verbose) {
        fprintf(report, "  with key %llu; queries that left:\n", (unsigned long long)key);
        trace_print(&scenario, &trace, report);
        fprintf(report, "  stderr:\n");
        copy_out("stderr", report);
        if (is_verbose)
            copy_out("out.ndjson", report);
        if (is_verbose)
            copy_out("stats.json", report);
    }
    fclose(report);
    exit(failures ? EXIT_UNEXPECTED : 0);
}

/* --- the parent --- */

/* The folder of one run and the plain files in it. */
static void remove_folder(const char *folder)
{
    char path[PATH_MAX];
    DIR *open_folder = opendir(folder);
    for (struct dirent *entry; open_folder && (entry = readdir(open_folder));) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    if (open_folder)
        closedir(open_folder);
    (void)rmdir(folder);
}

/* All that comes by FD, until its end; false: it took too long. */
static bool copy_report(int fd, FILE *out)
{
    char data[4096];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    time_t end = time(NULL) + REAL_SECONDS;
    while (time(NULL) < end) {
        if (poll(&p, 1, 1000) != 1)
            continue;
        ssize_t got = read(fd, data, sizeof data);
        if (got <= 0)
            return true;
        fwrite(data, 1, (size_t)got, out);
    }
    return false;
}

/* What the child said goes to OUT (owned by the caller); true when all is well. */
static bool run_child(const char *path, uint64_t key, bool is_verbose, FILE *out)
{
    int ends[2];
    char folder[] = "/tmp/scenario-XXXXXX";
    if (pipe(ends) != 0 || !mkdtemp(folder))
        abort();
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        run_one(path, folder, key, is_verbose);
    }
    close(ends[1]);
    if (!copy_report(ends[0], out)) {
        fprintf(out, "  it did not end within %d s\n", REAL_SECONDS);
        kill(child, SIGKILL);
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        fprintf(out, "  key %llu: ended by signal %d\n", (unsigned long long)key, WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != EXIT_UNEXPECTED)
        fprintf(out, "  key %llu: ended with %d\n", (unsigned long long)key, WEXITSTATUS(status));
    bool is_told =
        WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == EXIT_UNEXPECTED);
    if (!is_told) {
        char errors[PATH_MAX];
        snprintf(errors, sizeof errors, "%s/stderr", folder);
        copy_out(errors, out);
    }
    remove_folder(folder);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run_file(const char *path, const struct options *options)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    bool is_well = true;
    if (!out)
        abort();
    for (unsigned key = 1; is_well && key <= options->keys; key++)
        is_well = run_child(path, key, options->is_verbose, out);
    fclose(out);
    const char *slash = strrchr(path, '/');
    printf("%s - %s\n%s", is_well ? "ok" : "not ok", slash ? slash + 1 : path, text);
    fflush(stdout);
    free(text);
    return is_well;
}

int main(int argc, char **argv)
{
    struct options options = {.keys = KEYS_DEFAULT};
    int option;
    unsigned failed = 0;
    while ((option = getopt(argc, argv, "vk:")) != -1) {
        if (option == 'v')
            options.is_verbose = true;
        else if (option == 'k' && atoi(optarg) > 0)
            options.keys = (unsigned)atoi(optarg);
        else
            return 2;
    }
    if (optind == argc) {
        fprintf(stderr, "usage: scenario [-v] [-k KEYS] FILE...\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    for (int i = optind; i < argc; i++)
        failed += !run_file(argv[i], &options);
    printf("%d scenarios, %u failed\n", argc - optind, failed);
    return failed ? 1 : 0;
}
