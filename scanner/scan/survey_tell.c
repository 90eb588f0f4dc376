// SPDX-License-Identifier: BSD-2-Clause
#include "scan/survey_state.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/units.h"
#include "out/report.h"
#include "scan/stats_file.h"

#define NAMES_ENOUGH 16 /* one in five hidden is missed by 3 % of such checks (0.8^16) */

/* --- before --- */

void tell_plan(const struct survey *s)
{
    const struct scan_params *params = s->params;
    char each[UNITS_TEXT_MAX], all[UNITS_TEXT_MAX];
    log_note("resolvers: %zu address%s of %s, %zu checks each", s->fleet.count,
             s->fleet.count == 1 ? "" : "es",
             s->fleet.is_builtin ? "the built-in list" : "the list", s->checks.count);
    log_note("  checked by: zones given %zu, names given %zu, names elsewhere and random ones; "
             "seed %llu",
             s->checks.zone_count, s->checks.name_count, (unsigned long long)params->seed);
    log_note(
        "  rates are looked for up to %s q/s each, %s q/s in all",
        units_format_count((uint64_t)(s->resolver_qps > 0 ? s->resolver_qps : RAMP_CEILING), each),
        units_format_count((uint64_t)s->load_budget, all));
    if (params->pattern_count > s->checks.zone_count)
        log_note("  of %zu domains the first %zu are checked", params->pattern_count,
                 s->checks.zone_count);
    if (params->config_read)
        log_note("  configuration: %s", params->config_read);
}

int tell_open(struct survey *s)
{
    const struct scan_output *output = &s->params->outputs[0];
    display_init(&s->display, s->params, clock_mono_ns());
    int error = resolver_sink_open(&s->sink, strcmp(output->format, "ndjson") == 0, output->path);
    if (error != 0)
        log_error("%s: %s", output->path ? output->path : "stdout",
                  error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}

/* --- while it runs --- */

/* A subject counts as done once: vetted, and rated where it is to be. */
static uint64_t count_done(const struct survey *s)
{
    uint64_t done = 0;
    for (uint32_t i = 0; i < s->count; i++)
        done += s->stage > SURVEY_VET && s->subjects[i].is_rated;
    return done;
}

static struct progress progress_of(struct survey *s, double seconds)
{
    uint64_t queries = counter_get(&s->counters.queries);
    uint64_t answers = counter_get(&s->counters.answers);
    uint64_t timeouts = counter_get(&s->counters.timeouts);
    uint64_t answered = answers - s->shown_answers;
    uint64_t ended = answered + timeouts - s->shown_timeouts;
    struct progress progress = {
        .is_total_known = true,
        .done = count_done(s),
        .total = s->count,
        .resolvers = s->count,
        .sent_qps = (double)(queries - s->shown_queries) / seconds,
        .answered_share = ended ? (double)answered / (double)ended : -1,
    };
    s->shown_queries = queries;
    s->shown_answers = answers;
    s->shown_timeouts = timeouts;
    return progress;
}

void tell_progress(struct survey *s)
{
    double seconds = display_due(&s->display, s->now);
    if (seconds == 0)
        return;
    struct progress progress = progress_of(s, seconds);
    display_progress(&s->display, &progress);
}

/* --- after --- */

static enum resolver_tri tri_of(enum appraisal_trait trait)
{
    return trait == TRAIT_YES  ? RESOLVER_TRI_YES
           : trait == TRAIT_NO ? RESOLVER_TRI_NO
                               : RESOLVER_TRI_UNKNOWN;
}

static struct resolver_line line_of(const struct survey *s, const struct subject *subject,
                                    const struct appraisal *appraisal)
{
    const struct appraisal_facts *f = &subject->facts;
    return (struct resolver_line){
        .address = survey_text(s, subject),
        .class = appraisal->class,
        .reason = appraisal->reason,
        .qps = f->qps,
        .has_limit = f->has_limit,
        .loss = appraisal->loss,
        .has_loss = f->tries > 0,
        .rtt_ms = f->median_rtt_us / 1e3,
        .has_rtt = subject->rtt_count > 0,
        .queries = f->tries,
        .replies = f->replies,
        .servfails = f->servfails,
        .edns = tri_of(f->edns),
        .dnssec = tri_of(f->dnssec),
        .tcp = tri_of(f->tcp),
        .keeps_case = tri_of(f->keeps_case),
        .truncates = f->truncated >= 2 && f->truncated * 10 >= f->replies * 9,
        .random_names = f->random_names,
        .rewritten = f->rewritten,
        .known_names = f->known_names,
        .hidden = f->hidden,
        .compared_names = f->compared_names,
        .foreign = f->foreign,
        .forged = f->forged,
        .back_end = f->shares_with,
    };
}

static int write_lines(struct survey *s)
{
    uint32_t *subject_of = calloc(s->count + 1, sizeof *subject_of);
    int error = subject_of ? 0 : ERR_NOMEM;
    for (uint32_t i = 0; i < s->count && error == 0; i++)
        subject_of[s->subjects[i].list_index] = i;
    for (uint32_t i = 0; i < s->count && error == 0; i++) {
        const struct subject *subject = &s->subjects[subject_of[i]];
        struct appraisal appraisal;
        appraise(&subject->facts, &appraisal);
        s->classes[appraisal.class]++;
        s->usable_count += resolver_classes[appraisal.class].is_used && subject->facts.replies > 0;
        if (log_is_on(LOG_WHY))
            log_why("%s is %s: %s", survey_text(s, subject), resolver_classes[appraisal.class].word,
                    appraisal.reason);
        struct resolver_line line = line_of(s, subject, &appraisal);
        error = resolver_sink_line(s->sink, &line);
    }
    free(subject_of);
    return error;
}

static uint64_t count_back_ends(const struct survey *s)
{
    uint64_t count = 0;
    for (uint32_t i = 0; s->subjects && i < s->count; i++)
        count += s->subjects[i].back_end == i && s->subjects[i].facts.sharers > 1;
    return count;
}

/* Of few names nobody can tell who hides some. */
static bool is_short_of_names(const struct survey *s)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t known = s->subjects[i].facts.known_names;
        most = known > most ? known : most;
    }
    return most > 0 && most < NAMES_ENOUGH;
}

static void summarize(const struct survey *s, enum scan_exit code, double seconds)
{
    struct text text = {0}, ending = {0};
    char list[64], count[UNITS_TEXT_MAX], drops[UNITS_TEXT_MAX];
    for (int i = RESOLVER_CLASS_COUNT - 1; i >= 0; i--) {
        if (s->classes[i])
            text_printf(&text, "%s%llu %s", text.len ? ", " : "", (unsigned long long)s->classes[i],
                        resolver_classes[i].word);
    }
    text_putc(&text, '\0');
    snprintf(list, sizeof list, "%s address%s", units_format_count(s->count, count),
             s->count == 1 ? "" : "es");
    report_ending(&ending, "resolvers", list, seconds, (int)code, "resolver");
    log_note("%.*s", (int)ending.len, ending.len ? ending.data : "");
    text_deinit(&ending);
    if (s->count && !text.failed)
        log_note("  %s = %s", list, text.data);
    text_deinit(&text);
    uint64_t back_ends = count_back_ends(s);
    if (back_ends)
        log_note("  back ends of several addresses with one limit: %llu",
                 (unsigned long long)back_ends);
    log_note("  %s queries, %s socket drops",
             units_format_count(counter_get(&s->counters.queries), count),
             units_format_count(counter_get(&s->counters.socket_drops), drops));
    if (is_short_of_names(s))
        log_note("  few names to judge by: who hides a part of them is seen with --names FILE, of "
                 "%d or more",
                 NAMES_ENOUGH);
    if (s->is_intercepted)
        log_error("port 53 is intercepted: every resolver gives the same for names that do not "
                  "exist");
    else if (code == SCAN_EXIT_NO_RESOLVER)
        log_error("no usable resolver among %u", s->count);
}

static enum scan_exit choose_exit(const struct survey *s, int written)
{
    if (s->signal)
        return s->signal == SIGINT ? SCAN_EXIT_SIGINT : SCAN_EXIT_SIGTERM;
    if (written == ERR_CLOSED)
        return SCAN_EXIT_CLOSED;
    if (written != 0)
        return SCAN_EXIT_FATAL;
    if (s->is_time_over)
        return SCAN_EXIT_INCOMPLETE;
    if (s->count > 0 && s->usable_count == 0)
        return SCAN_EXIT_NO_RESOLVER;
    return SCAN_EXIT_COMPLETE;
}

static double seconds_of(const struct survey *s)
{
    return (double)(clock_wall_ms() - s->started_ms) / 1e3;
}

enum scan_exit tell_stats(const struct survey *s, enum scan_exit code)
{
    if (!s->params->stats_path)
        return code;
    struct resolver_stats stats = {
        .given = s->fleet.given,
        .usable = s->usable_count,
        .back_ends = count_back_ends(s),
        .counters = &s->counters,
        .seconds = seconds_of(s),
        .end = stats_file_end(s->params, s->started_ms, code),
    };
    memcpy(stats.classes, s->classes, sizeof stats.classes);
    struct text text = {0};
    resolver_stats(&text, &stats);
    code = stats_file_write(s->params, &text, code);
    text_deinit(&text);
    return code;
}

enum scan_exit tell_all(struct survey *s)
{
    log_paint("");
    int written = write_lines(s);
    if (written == 0)
        written = resolver_sink_close(s->sink);
    else
        (void)!resolver_sink_close(s->sink);
    s->sink = NULL;
    enum scan_exit code = choose_exit(s, written);
    if (written != 0 && written != ERR_CLOSED)
        log_error("%s: %s", s->params->outputs[0].path ? s->params->outputs[0].path : "stdout",
                  written == ERR_IO ? strerror(errno) : err_text(written));
    if (code != SCAN_EXIT_CLOSED)
        summarize(s, code, seconds_of(s));
    return code;
}
