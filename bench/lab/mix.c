// SPDX-License-Identifier: BSD-2-Clause
/* The shares are of some 500 resolvers: small fleets get at least one of each group.
 * `public` follows what vetting public lists tells of them; `harsh` doubles its bad
 * shares and its loss and adds what a scanner is taken in by more easily. */
#include "bench/lab/mix.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct mix {
    const char *name, *about;
    const char *const *lines;
} mixes[] = {
    {"clean", "every resolver answers everything, at once",
     (const char *const[]){"group rest", NULL}},
    {"easy", "good resolvers: little loss, generous caps, a few slow or dead",
     (const char *const[]){
         "default loss=0%-0.5% rtt=5ms-80ms jitter=5ms cap=2000-20000 over=any",
         "group share=1% dead=any",
         "group share=1% slow=600ms-2s",
         "group rest",
         NULL,
     }},
    {"lossy", "what a long list of public resolvers is like on a bad day",
     (const char *const[]){
         "default loss=0.4%-5% rtt=5ms-280ms jitter=20ms cap=50-5000 over=any",
         "group share=3% dead=any",
         "group share=3% slow=600ms-2s",
         "group share=4% servfail=50%",
         "group share=1% tc-only",
         "group rest",
         NULL,
     }},
    {"public", "a public list that nobody has vetted: as lossy, and a tenth of it lies",
     (const char *const[]){
         "default loss=0.4%-5% rtt=5ms-280ms jitter=20ms cap=50-5000 over=any",
         "group share=3% dead=any",
         "group share=4% rewrite=1-3",
         "group share=2% hide=20%-100%",
         "group share=2% wrong=20%-100%",
         "group share=4% servfail=50%",
         "group share=1% tc-only",
         "group share=3% slow=600ms-2s",
         "group share=1% forge=any",
         "group rest",
         NULL,
     }},
    {"harsh", "twice the loss and the bad ones of public, shared back ends, some turn bad midway",
     (const char *const[]){
         "default loss=0.8%-10% rtt=5ms-280ms jitter=20ms cap=50-5000 over=any",
         "group share=6% dead=any",
         "group share=8% rewrite=1-3",
         "group share=4% hide=20%-100%",
         "group share=4% wrong=20%-100%",
         "group share=8% servfail=50%",
         "group share=2% tc-only",
         "group share=6% slow=600ms-2s",
         "group share=2% forge=any late=20ms",
         "group share=4% backend=4",
         "group share=2% backend=5 rewrite=1-3",
         "group share=2% turns=100-1000 rewrite=1-3",
         "group share=2% turns=100-1000 hide=20%-100%",
         "group rest",
         NULL,
     }},
    {"hostile", "no honest resolver: each lies in one way or another, or says nothing",
     (const char *const[]){
         "default loss=0.4%-5% rtt=5ms-280ms jitter=20ms cap=50-5000 over=any",
         "group share=5% dead=any",
         "group share=5% servfail",
         "group share=20% rewrite=1-3",
         "group share=15% hide=20%-100%",
         "group share=10% wrong=20%-100%",
         "group share=10% rewrite=1 wrong=20%-100% backend=5",
         "group share=10% forge=any hide=20%-100%",
         "group rest rewrite=1-3 hide=20%-100%",
         NULL,
     }},
};

const char *const *mix_lines(const char *name)
{
    for (size_t i = 0; i < sizeof mixes / sizeof *mixes; i++) {
        if (!strcmp(mixes[i].name, name))
            return mixes[i].lines;
    }
    return NULL;
}

void mix_print_help(void)
{
    printf("\nThe mixes, written as fleet files:\n");
    for (size_t i = 0; i < sizeof mixes / sizeof *mixes; i++) {
        printf("  %s: %s\n", mixes[i].name, mixes[i].about);
        for (size_t j = 0; mixes[i].lines[j]; j++)
            printf("    %s\n", mixes[i].lines[j]);
    }
}
