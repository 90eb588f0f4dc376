// SPDX-License-Identifier: BSD-2-Clause
/* Reads what bench_json wrote, for --baseline: what was offered, and of each target its rate,
 * times and loss. What older files do not have, what was offered, is then not known.
 *
 * The file may be damaged, of another program or of another command; whatever is wanted and is
 * not there, or not of its kind, is told with its place. No more than SAVED_LEN_MAX octets are
 * read, of which jansson makes at most some twenty times as much. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "out/bench_put.h"

#define SAVED_LEN_MAX ((size_t)16 << 20) /* hundreds of targets with all their loads */
#define READ_LEN      65536

/* Where the reading is, for WHY. */
struct place {
    const char *path;
    size_t target;
    struct text *why;
};

static void begin(struct text *why, const char *path)
{
    text_clear(why);
    text_put_escaped(why, path, strlen(path));
}

static void explain(struct text *why, const char *path, const char *words)
{
    begin(why, path);
    text_printf(why, ": %s", words);
}

/* "FILE: targets[2].rate.low WORDS" */
static int complain(const struct place *place, const char *key, const char *words)
{
    begin(place->why, place->path);
    text_printf(place->why, ": targets[%zu].%s %s", place->target, key, words);
    return ERR_SYNTAX;
}

static int read_all(const char *path, struct text *out, struct text *why)
{
    int error = 0;
    ssize_t len = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        error = ERR_IO;
        explain(why, path, strerror(errno));
    }
    while (!error && len != 0) {
        char *room = text_room(out, READ_LEN);
        len = room ? read(fd, room, READ_LEN) : 0;
        if (!room) {
            error = ERR_NOMEM;
            explain(why, path, err_text(error));
        } else if (len < 0 && errno != EINTR) {
            error = ERR_IO;
            explain(why, path, strerror(errno));
        } else if (len > 0) {
            out->len += (size_t)len;
        }
        if (!error && out->len > SAVED_LEN_MAX) {
            error = ERR_SYNTAX;
            explain(why, path, "longer than 16 MiB, which no --stats file of bench is");
        }
    }
    int cause = errno;
    if (fd >= 0)
        close(fd);
    errno = cause;
    return error;
}

static int parse(const char *path, const struct text *text, json_t **out, struct text *why)
{
    json_error_t error;
    /* As doubles: a seed has 64 bits, which jansson's integers have not. */
    *out = json_loadb(text->len ? text->data : "", text->len,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (*out)
        return 0;
    if (json_error_code(&error) == json_error_out_of_memory) {
        explain(why, path, err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    begin(why, path);
    text_printf(why, ":%d: no JSON, at column %d: ", error.line, error.column);
    text_put_escaped(why, error.text, strlen(error.text));
    return ERR_SYNTAX;
}

/* The number KEY of OBJECT, from 0 to MOST; null is LOST where that is not NaN. */
static int take_number(const struct place *place, const json_t *object, const char *key,
                       const char *shown, double most, double lost, double *out)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_null(value) && !isnan(lost)) {
        *out = lost;
        return 0;
    }
    if (!json_is_number(value))
        return complain(place, shown, "is not there, or no number");
    *out = json_number_value(value);
    if (!(*out >= 0 && *out <= most))
        return complain(place, shown, "is out of its range");
    return 0;
}

static int take_name(const struct place *place, const json_t *target, struct bench_saved *out)
{
    const char *name = json_string_value(json_object_get(target, "name"));
    size_t len = name ? strlen(name) : 0;
    if (len == 0)
        return complain(place, "name", "is not there, or no string");
    if (len >= sizeof out->name)
        return complain(place, "name", "is too long");
    memcpy(out->name, name, len + 1);
    return 0;
}

/* Of `intervals`, which older files have not; null: not known. SHOWN: the object and its three
 * members. */
static int take_interval(const struct place *place, const json_t *target, const char *key,
                         const char *const shown[4], double most, struct bench_interval *out)
{
    const json_t *interval = json_object_get(json_object_get(target, "intervals"), key);
    if (!interval || json_is_null(interval))
        return 0;
    if (!json_is_object(interval))
        return complain(place, shown[0], "is no object");
    int error = take_number(place, interval, "value", shown[1], most, (double)NAN, &out->value);
    if (!error)
        error = take_number(place, interval, "low", shown[2], most, (double)NAN, &out->low);
    if (!error)
        error = take_number(place, interval, "high", shown[3], most, (double)NAN, &out->high);
    out->is_known = !error;
    return error;
}

static int take_intervals(const struct place *place, const json_t *target, struct bench_saved *out)
{
    static const char *const p99[] = {"intervals.p99_ns", "intervals.p99_ns.value",
                                      "intervals.p99_ns.low", "intervals.p99_ns.high"};
    static const char *const loss[] = {"intervals.loss", "intervals.loss.value",
                                       "intervals.loss.low", "intervals.loss.high"};
    int error =
        take_interval(place, target, "p99_ns", p99, (double)HIST_BEYOND, &out->p99_interval);
    return error ? error : take_interval(place, target, "loss", loss, 1, &out->loss_interval);
}

/* null: no rate met the objective. */
static int take_rate(const struct place *place, const json_t *target, struct bench_saved *out)
{
    const double most = 1e15;
    const json_t *rate = json_object_get(target, "rate");
    if (json_is_null(rate))
        return 0;
    if (!json_is_object(rate))
        return complain(place, "rate", "is not there, or no object");
    int error = take_number(place, rate, "value", "rate.value", most, (double)NAN, &out->rate);
    if (!error)
        error = take_number(place, rate, "low", "rate.low", most, (double)NAN, &out->low);
    if (!error)
        error = take_number(place, rate, "high", "rate.high", most, (double)NAN, &out->high);
    return error;
}

/* At most ROOM - 1 octets of the string KEY; "" where it is not there. */
static void take_word(const json_t *object, const char *key, char *out, size_t room)
{
    const char *value = json_string_value(json_object_get(object, key));
    size_t len = value ? strnlen(value, room - 1) : 0;
    if (value)
        memcpy(out, value, len);
    out[len] = '\0';
}

static double number_or_none(const json_t *object, const char *key)
{
    double value = json_number_value(json_object_get(object, key));
    return value >= 0 && value <= 1e15 ? value : 0;
}

static void take_terms(const json_t *json, struct bench_terms *out)
{
    take_word(json, "mode", out->mode, sizeof out->mode);
    take_word(json, "arrival", out->arrival, sizeof out->arrival);
    take_word(json, "objective", out->objective, sizeof out->objective);
    take_word(json, "workload", out->workload, sizeof out->workload);
    out->rate = number_or_none(json, "rate_asked");
    out->timeout = number_or_none(json, "timeout");
}

static int take_target(const struct place *place, const json_t *target, struct bench_saved *out)
{
    const double lost = (double)HIST_BEYOND;
    const json_t *valid = json_object_get(target, "valid");
    const json_t *times = json_object_get(target, "response_latency");
    int error = take_name(place, target, out);
    if (!error)
        error = take_rate(place, target, out);
    if (!error && !json_is_boolean(valid))
        error = complain(place, "valid", "is not there, or neither true nor false");
    if (!error && !json_is_object(times))
        error = complain(place, "response_latency", "is not there, or no object");
    if (!error)
        error = take_number(place, times, "p50", "response_latency.p50", lost, lost, &out->p50);
    if (!error)
        error = take_number(place, times, "p99", "response_latency.p99", lost, lost, &out->p99);
    if (!error)
        error = take_number(place, target, "loss", "loss", 1, (double)NAN, &out->loss);
    if (!error)
        error = take_intervals(place, target, out);
    out->is_valid = json_is_true(valid);
    take_word(target, "proto", out->terms.proto, sizeof out->terms.proto);
    return error;
}

static int take_all(const char *path, const json_t *json, struct bench_saved **out, size_t *count,
                    struct text *why)
{
    struct place place = {.path = path, .why = why};
    const char *generator = json_string_value(json_object_get(json, "generator"));
    const json_t *targets = json_object_get(json, "targets");
    size_t target_count = json_array_size(targets);
    int error = 0;
    if (!generator || strcmp(generator, "dnstrawl") != 0 || target_count == 0) {
        explain(why, path, "not what dnstrawl bench writes with --stats");
        return ERR_SYNTAX;
    }
    struct bench_saved *saved = calloc(target_count, sizeof *saved);
    if (!saved) {
        explain(why, path, err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    struct bench_terms terms = {.mode = ""};
    take_terms(json, &terms);
    for (size_t i = 0; i < target_count; i++)
        saved[i].terms = terms;
    for (; place.target < target_count && !error; place.target++)
        error = take_target(&place, json_array_get(targets, place.target), &saved[place.target]);
    if (error) {
        free(saved);
        return error;
    }
    *out = saved;
    *count = target_count;
    return 0;
}

int bench_read_saved(const char *path, struct bench_saved **out, size_t *count, struct text *why)
{
    struct text text = {0};
    json_t *json = NULL;
    *out = NULL;
    *count = 0;
    int error = read_all(path, &text, why);
    if (!error)
        error = parse(path, &text, &json, why);
    if (!error)
        error = take_all(path, json, out, count, why);
    json_decref(json);
    text_deinit(&text);
    return error;
}
