// SPDX-License-Identifier: BSD-2-Clause
/* What the files of a walk's run share, and the kinds of walking do not see: walk.c runs,
 * walk_look.c finds out what can be walked, walk_ask.c keeps the accounts of questions,
 * walk_hit.c hands names to the writer, walk_report.c tells. */
#ifndef SCAN_WALK_STATE_H
#define SCAN_WALK_STATE_H

#include "scan/classify.h"
#include "scan/display.h"
#include "scan/walk.h"

/* A run over all zones. */
struct walk_tour {
    const struct scan_params *params;
    struct writer *writer;
    mono_ns started;
    struct report report; /* sums of the walks that are over */
    struct text zones;    /* their objects in --stats, apart by commas */
    struct text classes;  /* lines of --classify */
    size_t complete_count;

    struct display display;
    uint64_t shown_queries, shown_answers, shown_timeouts;
};

/* --- walk_look.c --- */

/* Classifies the servers, chooses those to be walked and the kind, gets the keys. Without a kind
 * the zone ends with the exit code. */
enum scan_exit walk_look(struct walk *walk);

/* --- walk_apex.c --- */

/* The keys, and what is written with the apex. ERR_*: the asker's. */
MUST_CHECK int walk_find_apex(struct walk *walk);

/* --- walk.c --- */

enum scan_exit walk_exit_by_signal(void);

/* --- walk_report.c --- */

void walk_report_plan(struct walk_tour *tour);
void walk_report_progress(struct walk *walk);
/* The zone's lines, and its object among the tour's in --stats. */
void walk_report_zone(struct walk *walk, const struct walk_result *result, enum scan_exit code);
/* Its object alone; RESULT NULL: it was not walked. */
void walk_report_stats(const struct walk *walk, const struct walk_result *result,
                       enum scan_exit code);
/* --classify: a line for each server, written with the last lines. */
void walk_report_classes(struct walk_tour *tour, const struct classify_result *result);
/* The last lines, and --stats: the exit code. */
enum scan_exit walk_report_tour(struct walk_tour *tour, enum scan_exit code);

#endif
