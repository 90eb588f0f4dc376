// SPDX-License-Identifier: BSD-2-Clause
#include "scan/display.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "out/report.h"

#define PAINT_EVERY     (200 * NS_PER_MS)
#define JSON_EVERY      NS_PER_S
#define HEARTBEAT_EVERY (10 * NS_PER_S)

/* A terminal that cannot be repainted gets heartbeats like a file. */
static bool can_repaint(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

void display_init(struct display *display, const struct scan_params *params, mono_ns now)
{
    bool is_json = params->progress == SCAN_PROGRESS_JSON, is_terminal = can_repaint();
    bool is_wanted = params->progress != SCAN_PROGRESS_NONE && (is_json || !params->quiet);
    *display = (struct display){.is_json = is_json, .is_terminal = is_terminal, .last = now};
    if (is_wanted)
        display->every = is_json ? JSON_EVERY : is_terminal ? PAINT_EVERY : HEARTBEAT_EVERY;
}

double display_due(struct display *display, mono_ns now)
{
    mono_ns since = now - display->last;
    if (display->every == 0 || since < display->every)
        return 0;
    display->last = now;
    return (double)since / 1e9;
}

void display_text(const struct display *display, struct text *text)
{
    text_putc(text, '\0');
    if (!text->failed && display->is_json)
        log_raw(text->data);
    else if (!text->failed && display->is_terminal)
        log_paint(text->data);
    else if (!text->failed)
        log_note("%s", text->data + strspn(text->data, " "));
    text_deinit(text);
}

void display_progress(const struct display *display, const struct progress *progress)
{
    struct text text = {0};
    (display->is_json ? progress_json : progress_line)(&text, progress);
    display_text(display, &text);
}
