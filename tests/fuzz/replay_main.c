// SPDX-License-Identifier: BSD-2-Clause
/* Runs a fuzz target over saved inputs, as an ordinary test.
 *
 *     replay/fuzz_name tests/fuzz/corpus/name ...
 *
 * Every argument is a file or a folder of files. Each input is handed over in a
 * buffer of exactly its length, so that a sanitizer sees a read past its end. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path, size_t size, unsigned *count)
{
    int failed = 1;
    uint8_t *data = malloc(size ? size : 1);
    FILE *file = fopen(path, "rb");
    if (data && file && fread(data, 1, size, file) == size) {
        LLVMFuzzerTestOneInput(data, size);
        ++*count;
        failed = 0;
    } else {
        perror(path);
    }
    if (file)
        fclose(file);
    free(data);
    return failed;
}

static int replay(const char *path, unsigned *count)
{
    struct stat st;
    struct dirent **entries;
    int failed = 0;
    if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        return replay_file(path, (size_t)st.st_size, count);
    int entry_count = scandir(path, &entries, NULL, alphasort);
    if (entry_count < 0) {
        perror(path);
        return 1;
    }
    for (int i = 0; i < entry_count; i++) {
        char inner[PATH_MAX];
        int len = snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && len > 0 && (size_t)len < sizeof inner)
            failed |= replay(inner, count);
        free(entries[i]);
    }
    free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i], &count);
    printf("%u inputs\n", count);
    return failed || count == 0; /* a corpus that is not there must not pass */
}
