// SPDX-License-Identifier: BSD-2-Clause
#include "scan/follow_up.h"

#include "source/follow.h"

/* Names of --from: in brute those of the zones given, else of the zone each is supposed to
 * be in. */
static unsigned zone_labels_of(void *ctx, const struct name *name)
{
    const struct run *run = ctx;
    uint32_t zone = run->params->command == SCAN_BRUTE
                        ? zones_find(run->zones, name)
                        : zones_suppose(run->zones, name, ZONES_OTHER);
    return zones_at(run->zones, zone)->label_count;
}

int follow_up_open(struct run *run, const struct source_share *share, char *error_text)
{
    const struct scan_params *params = run->params;
    const struct follow_params follow = {
        .first = run->source,
        .seen = run->seen,
        .marks_repeats = params->dedupe,
        .share = *share,
        .depth = params->depth,
        .word_files = params->word_files.items,
        .word_file_count = params->word_files.count,
        .permutes = params->permutes,
        .from_files = params->from_files.items,
        .from_file_count = params->from_files.count,
        .zone_labels = zone_labels_of,
        .zone_ctx = run,
    };
    return follow_source_open(&run->source, &follow, error_text);
}
