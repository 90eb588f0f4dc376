// SPDX-License-Identifier: BSD-2-Clause
/* When progress is shown, and how: a line painted again and again on a terminal, a line now and
 * then where stderr is none, one JSON object a second with --progress json.
 *
 *   display_init, then each turn: display_due; when it is, a line is made and shown.
 *
 * Times are of whatever clock the caller has. One thread. */
#ifndef SCAN_DISPLAY_H
#define SCAN_DISPLAY_H

#include "base/clock.h"
#include "base/text.h"
#include "scan/params.h"

struct progress;

struct display {
    bool is_json; /* else a line for people */
    bool is_terminal;
    mono_ns every; /* 0: progress is not wanted */
    mono_ns last;
};

void display_init(struct display *display, const struct scan_params *params, mono_ns now);
/* When progress is to be shown now, the seconds since it was last or since display_init; else 0.
 * NOW counts as the last time from then on. */
double display_due(struct display *display, mono_ns now);
/* Shows TEXT, JSON with its newline or a line without, and deinits it. */
void display_text(const struct display *display, struct text *text);
/* As progress.c writes it. */
void display_progress(const struct display *display, const struct progress *progress);

#endif
