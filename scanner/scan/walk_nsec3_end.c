// SPDX-License-Identifier: BSD-2-Clause
/* What an NSEC3 walk tells of how many names there are: after the first probes, while it walks,
 * and when it is over. Hashes covered are never told as if they were names found. */
#include <math.h>

#include "base/log.h"
#include "base/units.h"
#include "out/put.h"
#include "scan/walk_nsec3_state.h"
#include "source/arc.h"

#define TELL_EVERY (10 * NS_PER_S)

/* --- while it walks --- */

/* Once all of the first ones were answered, or found covered by what others brought. */
void nsec3_tell_sample(struct nsec3_state *s)
{
    double length = 0, deviation;
    if (s->is_sample_told || s->sample_count == 0 || s->walk->stop != WALK_GOES_ON)
        return;
    for (uint32_t i = 0; i < s->sample_count; i++) {
        uint64_t one;
        if (!gaps_span_length(nsec3_gaps(s), s->sample[i], &one))
            return;
        length += (double)one;
    }
    s->is_sample_told = true;
    char count[UNITS_TEXT_MAX], more[UNITS_TEXT_MAX];
    double exist = census_from_sample(s->sample_count, length, &deviation);
    log_note("%s: about %s names exist, give or take %s, by %u probes", s->walk->zone_text,
             units_format_count((uint64_t)lround(exist), count),
             units_format_count((uint64_t)lround(deviation), more), s->sample_count);
}

static void put_state(const struct nsec3_state *s, const struct census *census, struct text *out)
{
    text_puts(out, "about ");
    put_counted(out, (uint64_t)lround(census->exist), "name exists", "names exist");
    text_puts(out, ", give or take ");
    put_count(out, (uint64_t)lround(fmax(census->deviation, 1)));
    text_puts(out, "; ");
    put_count(out, census->found);
    text_puts(out, " found");
    if (s->seconds_left >= 0 && s->end != CENSUS_ENOUGH) {
        text_puts(out, s->limits.missing > 0 ? ", what is wanted costs about "
                                             : ", finishing costs about ");
        put_duration(out, s->seconds_left);
    }
}

void nsec3_tell_progress(struct nsec3_state *s, mono_ns now)
{
    struct census census = nsec3_census(s);
    if (now - s->told_at < TELL_EVERY || census.found == 0 || census.is_closed)
        return;
    struct text line = {0};
    s->told_at = now;
    put_state(s, &census, &line);
    text_putc(&line, '\0');
    if (!line.failed)
        log_note("%s: %s", s->walk->zone_text, line.data);
    text_deinit(&line);
}

/* --- the end --- */

static void put_headline(const struct nsec3_state *s, const struct census *census, struct text *out)
{
    if (census->is_closed) {
        put_counted(out, census->found, "hash", "hashes");
        text_puts(out, ", circle closed");
    } else if (census->found == 0) {
        text_puts(out, "no hash found");
    } else {
        put_state(s, census, out);
    }
}

static void put_line(struct text *out, uint64_t count, const char *one, const char *many)
{
    if (count == 0)
        return;
    put_counted(out, count, one, many);
    text_putc(out, '\n');
}

static void put_why(const struct nsec3_state *s, const struct census *census, struct text *out)
{
    if (s->end == CENSUS_ENOUGH)
        text_printf(out, "enough: %.3g %% of the names are missing\n", 100 * census->missing);
    if (s->end != CENSUS_TOO_DEAR)
        return;
    text_printf(out, "the next one would cost more than %d s of hashing; --missing 0 goes on\n",
                NSEC3_FIND_SECONDS);
}

static void put_opt_out(const struct census *census, struct text *out)
{
    if (census->opt_out > 0)
        text_printf(out,
                    "opt-out over %.3g %% of the circle: delegations that are not signed may "
                    "be missing there\n",
                    100 * census->opt_out);
}

static void put_cracked(const struct nsec3_state *s, struct text *out)
{
    if (!s->has_cracked)
        return;
    put_count(out, s->cracked);
    text_puts(out, " cracked");
    if (s->confirmed > 0) {
        text_puts(out, ", ");
        put_count(out, s->confirmed);
        text_puts(out, " of them confirmed by asking");
    }
    if (s->gone > 0) {
        text_puts(out, ", ");
        put_count(out, s->gone);
        text_puts(out, " gone since");
    }
    text_puts(out, ", ");
    put_count(out, s->hashes - s->cracked);
    text_puts(out, " uncracked\n");
}

static void put_summary(const struct nsec3_state *s, const struct census *census, struct text *out)
{
    uint64_t stale = 0;
    for (uint32_t i = 0; i < s->chain_count; i++)
        stale += gaps_sums(s->chains[i].gaps).stale;
    put_why(s, census, out);
    put_line(out, census->gaps, "more hash, of which only this is known",
             "more hashes, of which only this is known");
    put_opt_out(census, out);
    if (s->chain_count > 1)
        text_printf(out, "%u chains of different parameters\n", s->chain_count);
    put_line(out, stale, "span out of date: the zone has changed while it was walked",
             "spans out of date: the zone has changed while it was walked");
    put_line(out, s->walk->bogus, "record refused: its signature is false or out of time",
             "records refused: their signatures are false or out of time");
    put_line(out, s->refused.not_signed + s->refused.by_others + s->refused.expanded,
             "record refused: not signed by the zone", "records refused: not signed by the zone");
    put_line(out, s->malformed, "record refused: no NSEC3 that can be used",
             "records refused: no NSEC3 that can be used");
    put_line(out, s->minimal, "record refused: a span made up for the question",
             "records refused: spans made up for the questions");
    put_line(out, s->barren, "reply without a record for what was asked",
             "replies without a record for what was asked");
    put_cracked(s, out);
    text_printf(out, "hashes to %s\n", hash_output_path(s->output));
}

static void put_params(const struct nsec3_state *s, struct text *out)
{
    if (s->current == NSEC3_NONE)
        return;
    const struct nsec3_params *params = &s->chains[s->current].params;
    text_printf(out, ",\"iterations\":%u,\"salt\":\"", (unsigned)params->iterations);
    for (unsigned i = 0; i < params->salt_len; i++)
        text_printf(out, "%02x", params->salt[i]);
    text_puts(out, "\"");
}

static void put_figure(struct text *out, const char *key, double value, int decimals)
{
    text_printf(out, ",\"%s\":", key);
    put_json_number(out, value, decimals);
}

static void put_stats(const struct nsec3_state *s, const struct census *census, struct text *out)
{
    text_printf(out, "\"closed\":%s", census->is_closed ? "true" : "false");
    put_params(s, out);
    put_figure(out, "spans", census->found, 0);
    put_figure(out, "hashes", (double)census->found + census->gaps, 0);
    put_figure(out, "exist", census->exist, 1);
    put_figure(out, "exist_deviation", census->deviation, 1);
    put_figure(out, "missing", census->missing, 9);
    put_figure(out, "open", census->open, 15);
    put_figure(out, "opt_out", census->opt_out, 6);
    put_figure(out, "hashes_drawn", (double)s->drawn, 0);
    put_figure(out, "barren_replies", (double)s->barren, 0);
    if (s->has_cracked) {
        put_figure(out, "cracked", (double)s->cracked, 0);
        put_figure(out, "uncracked", (double)(s->hashes - s->cracked), 0);
    }
    text_puts(out, ",\"hash_file\":");
    put_json_string(out, hash_output_path(s->output));
}

void nsec3_put_end(const struct nsec3_state *s, struct walk_result *out)
{
    struct census census = nsec3_census(s);
    out->hashes = (uint64_t)census.found + census.gaps;
    out->is_complete = s->end == CENSUS_CLOSED || s->end == CENSUS_ENOUGH;
    put_headline(s, &census, &out->headline);
    put_summary(s, &census, &out->summary);
    put_stats(s, &census, &out->stats);
}
