// SPDX-License-Identifier: BSD-2-Clause
#include "source/given.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/lines.h"
#include "base/log.h"
#include "source/source.h"

#define SHOWN_BYTES_MAX 80

struct reading {
    int (*add)(void *ctx, const struct name *name, uint64_t place);
    void *ctx;
    uint64_t place, bad, elsewhere, too_many;
};

static void complain(struct reading *reading, const char *file, const struct line *line,
                     const char *why)
{
    bool is_long = line->len > SHOWN_BYTES_MAX;
    if (reading->bad++ < SOURCE_COMPLAINTS_MAX)
        log_note("%s:%llu: '%.*s%s' %s", file, (unsigned long long)line->number,
                 is_long ? SHOWN_BYTES_MAX : (int)line->len, line->data, is_long ? "..." : "", why);
}

static int take_line(void *ctx, const char *file, const struct line *line)
{
    struct reading *reading = ctx;
    struct name name;
    int r = line->too_long ? ERR_RANGE : source_name_from_text(&name, line->data, line->len);
    if (r == ERR_NOMEM)
        return r;
    if (r != 0) {
        complain(reading, file, line,
                 line->too_long ? "is longer than 4,096 bytes"
                                : source_name_fault(line->data, line->len, r));
        return 0;
    }
    r = reading->add(reading->ctx, &name, reading->place++);
    reading->elsewhere += r == GIVEN_ELSEWHERE;
    reading->too_many += r == GIVEN_TOO_MANY;
    return r < 0 ? r : 0;
}

static void tell_left_out(const char *file, const struct reading *reading)
{
    const struct {
        uint64_t count;
        const char *what;
    } kinds[] = {
        {reading->bad > SOURCE_COMPLAINTS_MAX ? reading->bad - SOURCE_COMPLAINTS_MAX : 0,
         "further lines are no names"},
        {reading->elsewhere, "names left out: in no zone of this run"},
        {reading->too_many, "names left out: too many"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].count > 0)
            log_note("%s: %llu of its %s", file, (unsigned long long)kinds[i].count, kinds[i].what);
}

int given_read(const char *const *files, size_t file_count,
               int (*add)(void *ctx, const struct name *name, uint64_t place), void *ctx,
               char *error_text)
{
    struct reading reading = {.add = add, .ctx = ctx};
    for (size_t i = 0; i < file_count; i++) {
        const char *shown = strcmp(files[i], "-") == 0 ? "stdin" : files[i];
        uint64_t before = reading.place;
        reading.bad = reading.elsewhere = reading.too_many = 0;
        int r = lines_each(files[i], take_line, &reading);
        if (r != 0) {
            char cause[96];
            snprintf(error_text, SOURCE_ERROR_CAP, "%.100s: %s", shown,
                     r == ERR_IO ? strerror_r(errno, cause, sizeof cause) : err_text(r));
            return r;
        }
        if (reading.place == before && reading.bad == 0)
            log_note("warning: %s: no names in it", shown);
        tell_left_out(shown, &reading);
    }
    return 0;
}
