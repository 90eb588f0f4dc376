// SPDX-License-Identifier: BSD-2-Clause
/* stderr, one write(2) a line.
 *
 * A message is formatted into a bounded buffer (longer ones are cut and end in
 * "..."), odd bytes are escaped, and the line leaves in a single write under a
 * lock, so that lines of threads, and of programs sharing the terminal, stay
 * whole. No stdio: nothing is buffered when the process dies.
 *
 * The state below is the program's one logger: set once by main before threads
 * start; the level is atomic because tests change it later. */
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WIPE         "\r\033[K" /* to the line's start, clear to its end */
#define PREFIX       "dnstrawl: "
#define MESSAGE_MAX  2048                   /* the longest name's escaped text, twice */
#define LINE_MAX     (4 * MESSAGE_MAX + 64) /* every byte as \DDD, prefix, color, newline */
#define PROGRESS_MAX 256                    /* wider than any terminal line that is painted */
#define STUCK_MS     1000 /* a terminal that takes nothing for so long gets no more */

static struct {
    atomic_int level;
    bool color;
    bool is_painted; /* the progress line stands on the terminal's last line */
    char progress[PROGRESS_MAX];
    pthread_mutex_t lock;
} logger = {.level = LOG_NOTE, .lock = PTHREAD_MUTEX_INITIALIZER};

void log_init(enum log_level level, bool color)
{
    pthread_mutex_lock(&logger.lock);
    atomic_store_explicit(&logger.level, (int)level, memory_order_relaxed);
    logger.color = color;
    pthread_mutex_unlock(&logger.lock);
}

bool log_is_on(enum log_level level)
{
    return (int)level <= atomic_load_explicit(&logger.level, memory_order_relaxed);
}

/* Nobody can be told when stderr fails, so failures end the line and no more. */
static void write_all(const char *data, size_t len)
{
    while (len > 0) {
        ssize_t done = write(STDERR_FILENO, data, len);
        if (done >= 0) {
            data += done;
            len -= (size_t)done;
            continue;
        }
        if (errno == EINTR)
            continue;
        struct pollfd stuck = {.fd = STDERR_FILENO, .events = POLLOUT};
        if (errno != EAGAIN || poll(&stuck, 1, STUCK_MS) <= 0)
            return;
    }
}

static void write_locked(const char *data, size_t len)
{
    int saved_errno = errno; /* callers print strerror after more than one line */
    pthread_mutex_lock(&logger.lock);
    if (logger.is_painted)
        write_all(WIPE, strlen(WIPE));
    logger.is_painted = false;
    write_all(data, len);
    pthread_mutex_unlock(&logger.lock);
    errno = saved_errno;
}

static size_t put(char *line, size_t at, const char *text)
{
    size_t len = strlen(text);
    memcpy(line + at, text, len);
    return at + len;
}

/* Copies MESSAGE with odd bytes as \DDD; returns where the line now ends. */
static size_t put_escaped(char *line, size_t at, const char *message)
{
    for (const unsigned char *c = (const unsigned char *)message; *c; c++) {
        if (*c >= 0x20 && *c < 0x7f) {
            line[at++] = (char)*c;
            continue;
        }
        line[at++] = '\\';
        line[at++] = (char)('0' + *c / 100);
        line[at++] = (char)('0' + *c / 10 % 10);
        line[at++] = (char)('0' + *c % 10);
    }
    return at;
}

/* Paints the word "error" or "warning" where a message begins with it. */
static size_t put_painted_word(char *line, size_t at, const char **message)
{
    static const struct {
        const char *word, *paint;
    } words[] = {{"error:", "\033[31m"}, {"warning:", "\033[33m"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(*message, words[i].word, strlen(words[i].word)) != 0)
            continue;
        at = put(line, at, words[i].paint);
        at = put(line, at, words[i].word);
        at = put(line, at, "\033[0m");
        *message += strlen(words[i].word);
        break;
    }
    return at;
}

static void log_line(enum log_level level, const char *format, va_list args)
{
    char message[MESSAGE_MAX], line[LINE_MAX];
    const char *rest = message;
    if (!log_is_on(level))
        return;
    int len = vsnprintf(message, sizeof message, format, args);
    if (len < 0)
        return;
    if ((size_t)len >= sizeof message)
        memcpy(message + sizeof message - 4, "...", 4);
    size_t at = *message == ' ' ? 0 : put(line, 0, PREFIX);
    if (logger.color)
        at = put_painted_word(line, at, &rest);
    at = put_escaped(line, at, rest);
    line[at++] = '\n';
    write_locked(line, at);
}

#define LOG_AT(level, format)                                                                      \
    do {                                                                                           \
        va_list args;                                                                              \
        va_start(args, format);                                                                    \
        log_line(level, format, args);                                                             \
        va_end(args);                                                                              \
    } while (0)

void log_error(const char *format, ...)
{
    LOG_AT(LOG_ERROR, format);
}

void log_note(const char *format, ...)
{
    LOG_AT(LOG_NOTE, format);
}

void log_why(const char *format, ...)
{
    LOG_AT(LOG_WHY, format);
}

void log_query(const char *format, ...)
{
    LOG_AT(LOG_QUERY, format);
}

void log_raw(const char *text)
{
    write_locked(text, strlen(text));
}

void log_paint(const char *line)
{
    char painted[sizeof WIPE + PROGRESS_MAX];
    size_t at = put(painted, 0, WIPE);
    size_t len = strnlen(line, PROGRESS_MAX - 1);
    memcpy(painted + at, line, len);
    pthread_mutex_lock(&logger.lock);
    memcpy(logger.progress, line, len);
    logger.progress[len] = '\0';
    if (len > 0 || logger.is_painted)
        write_all(painted, at + len);
    logger.is_painted = len > 0;
    pthread_mutex_unlock(&logger.lock);
}

void log_lift(void)
{
    pthread_mutex_lock(&logger.lock);
    if (logger.is_painted)
        write_all(WIPE, strlen(WIPE));
    logger.is_painted = false;
    pthread_mutex_unlock(&logger.lock);
}

void log_drop(void)
{
    pthread_mutex_lock(&logger.lock);
    size_t len = strlen(logger.progress);
    if (len > 0 && !logger.is_painted)
        write_all(logger.progress, len);
    logger.is_painted = len > 0;
    pthread_mutex_unlock(&logger.lock);
}
