// SPDX-License-Identifier: BSD-2-Clause
/* The lists of wordlists/ and resolvers/ inside the program, put there by the
 * assembler; paths are relative to where make runs. */
#include "source/source.h"

#ifndef BUILTIN_WORDS_PATH
#define BUILTIN_WORDS_PATH "wordlists/common.txt"
#endif
#ifndef BUILTIN_RESOLVERS_PATH
#define BUILTIN_RESOLVERS_PATH "resolvers/public.txt"
#endif
#ifndef BUILTIN_BENCH_PATH
#define BUILTIN_BENCH_PATH "wordlists/bench.txt"
#endif

#define EMBED(name, path)                                                                          \
    __asm__(".pushsection .rodata\n"                                                               \
            ".global " #name "_start\n.hidden " #name "_start\n" #name "_start:\n"                 \
            ".incbin \"" path "\"\n"                                                               \
            ".global " #name "_end\n.hidden " #name "_end\n" #name "_end:\n"                       \
            ".byte 0\n"                                                                            \
            ".popsection\n");                                                                      \
    extern const char name##_start[], name##_end[]

EMBED(builtin_words_list, BUILTIN_WORDS_PATH);
EMBED(builtin_bench_list, BUILTIN_BENCH_PATH);
EMBED(builtin_resolvers_list, BUILTIN_RESOLVERS_PATH);

struct builtin builtin_words(void)
{
    return (struct builtin){.data = builtin_words_list_start,
                            .len = (size_t)(builtin_words_list_end - builtin_words_list_start)};
}

struct builtin builtin_resolvers(void)
{
    return (struct builtin){
        .data = builtin_resolvers_list_start,
        .len = (size_t)(builtin_resolvers_list_end - builtin_resolvers_list_start)};
}

struct builtin builtin_bench(void)
{
    return (struct builtin){.data = builtin_bench_list_start,
                            .len = (size_t)(builtin_bench_list_end - builtin_bench_list_start)};
}
