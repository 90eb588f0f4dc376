// SPDX-License-Identifier: BSD-2-Clause
/* stderr, one line each, every line starting `dnstrawl: ` but those that go on with the one
 * before: they begin with a blank. The only way to it.
 *
 * Control bytes in arguments are shown as \DDD, so that nothing a server sent
 * reaches a terminal raw. Lines from several threads never mix. A painted
 * progress line is wiped before another line is written. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level {
    LOG_ERROR = 0, /* always */
    LOG_NOTE,      /* unless -q: warnings, plan, summary */
    LOG_WHY,       /* -v: benched, filtered */
    LOG_QUERY,     /* -vv: each query */
};

void log_init(enum log_level level, bool color);
bool log_is_on(enum log_level level);
/* Repaints the one progress line of a terminal; "" takes it away. LINE is the caller's
 * own text, of fewer columns than the terminal has, without control bytes. */
void log_paint(const char *line);
/* Around a write to a terminal that is not ours: takes the progress line away, if one is
 * painted, and puts it back. */
void log_lift(void);
void log_drop(void);

#define LOG_PRINTF(f, a) __attribute__((format(printf, f, a)))
void log_error(const char *format, ...) LOG_PRINTF(1, 2);
void log_note(const char *format, ...) LOG_PRINTF(1, 2);
void log_why(const char *format, ...) LOG_PRINTF(1, 2);
void log_query(const char *format, ...) LOG_PRINTF(1, 2);
/* Lines without the prefix (help on stderr, the summary's body is prefixed). */
void log_raw(const char *text);

#endif
