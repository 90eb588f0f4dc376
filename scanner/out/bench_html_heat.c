// SPDX-License-Identifier: BSD-2-Clause
/* The heat map: answers by response time over time, with the lost queries in a lane above it. Cells
 * of one colour are one path, and neighbours above each other one box of it, which keeps pages
 * small; more than COLUMNS_MAX columns are put together. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out/bench_html.h"

#define TOP           30
#define BOTTOM        312
#define HEIGHT        356
#define COLUMNS_MAX   150
#define LEVELS        8
#define ROWS_A_DECADE 8

struct heat {
    const struct load_result *result;
    uint32_t columns;             /* of the result, without those at the end that are empty */
    uint32_t count, merged;       /* columns that are drawn, and of how many each is made */
    uint32_t row_first, row_last; /* that have anything in them */
    uint64_t cell_most;
    double seconds; /* of a drawn column */
    struct axis time, row;
};

static uint64_t cell_at(const struct heat *heat, uint32_t column, uint32_t row)
{
    uint64_t sum = 0;
    for (uint32_t i = column * heat->merged; i < (column + 1) * heat->merged; i++)
        if (i < heat->columns)
            sum += heat->result->columns[i].rows[row];
    return sum;
}

static double lost_at(const struct heat *heat, uint32_t column)
{
    uint64_t due = 0, lost = 0;
    for (uint32_t i = column * heat->merged; i < (column + 1) * heat->merged; i++) {
        if (i >= heat->columns)
            break;
        due += heat->result->columns[i].due;
        lost += heat->result->columns[i].lost;
    }
    return due > 0 ? fmin((double)lost / (double)due, 1) : 0;
}

/* False: nothing was answered or lost in any column. */
static bool take_heat(struct heat *heat, const struct bench_target *target)
{
    bool has_lost = false;
    heat->result = target->result;
    heat->columns = bench_columns(target->result);
    if (heat->columns == 0)
        return false;
    heat->merged = (heat->columns + COLUMNS_MAX - 1) / COLUMNS_MAX;
    heat->count = (heat->columns + heat->merged - 1) / heat->merged;
    heat->seconds = (double)target->column * heat->merged / (double)NS_PER_S;
    if (!(heat->seconds > 0))
        heat->seconds = 1;
    heat->row_first = LOAD_HEAT_ROWS;
    for (uint32_t column = 0; column < heat->count; column++) {
        has_lost = has_lost || lost_at(heat, column) > 0;
        for (uint32_t row = 0; row < LOAD_HEAT_ROWS; row++) {
            uint64_t cell = cell_at(heat, column, row);
            if (cell == 0)
                continue;
            heat->cell_most = cell > heat->cell_most ? cell : heat->cell_most;
            heat->row_first = row < heat->row_first ? row : heat->row_first;
            heat->row_last = row > heat->row_last ? row : heat->row_last;
        }
    }
    if (heat->cell_most == 0) { /* all lost: a decade without anything in it */
        heat->row_first = 2 * ROWS_A_DECADE;
        heat->row_last = 3 * ROWS_A_DECADE - 1;
    }
    heat->time = (struct axis){0, heat->count * heat->seconds, CHART_LEFT, CHART_RIGHT};
    heat->row = (struct axis){heat->row_first, heat->row_last + 1.0, BOTTOM, TOP + LOST_HEIGHT};
    return has_lost || heat->cell_most > 0;
}

/* 1 (few) to LEVELS; 0: none. */
static int level_at(const struct heat *heat, uint32_t column, uint32_t row)
{
    uint64_t cell = cell_at(heat, column, row);
    if (cell == 0)
        return 0;
    double share = log((double)cell + 1) / log((double)heat->cell_most + 1);
    return 1 + (int)fmin(share * LEVELS, LEVELS - 1);
}

static double column_x(const struct heat *heat, uint32_t column)
{
    return axis_at(&heat->time, column * heat->seconds);
}

static void put_box(struct text *out, const struct heat *heat, uint32_t column, uint32_t from,
                    uint32_t to)
{
    double x = column_x(heat, column), y = axis_at(&heat->row, to);
    text_printf(out, "M%.2f %.1fh%.2fV%.1fh-%.2fz", x, y, column_x(heat, column + 1) - x,
                axis_at(&heat->row, from), column_x(heat, column + 1) - x);
}

static void put_levels(struct text *out, const struct heat *heat)
{
    /* Looked up once a level: eight times the cells is still nothing. */
    for (int level = 1; level <= LEVELS; level++) {
        text_printf(out, "<path class=\"h%d\" d=\"", level);
        for (uint32_t column = 0; column < heat->count; column++) {
            for (uint32_t row = heat->row_first; row <= heat->row_last; row++) {
                uint32_t from = row;
                while (row <= heat->row_last && level_at(heat, column, row) == level)
                    row++;
                if (row > from)
                    put_box(out, heat, column, from, row);
            }
        }
        text_puts(out, "\"/>");
    }
}

/* The more is lost, the higher the bar; the least can still be seen. */
static void put_losses(struct text *out, const struct heat *heat)
{
    const double room = LANE_HEIGHT;
    text_printf(out, "<rect class=\"lane\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%.0f\"/>",
                CHART_LEFT, TOP, CHART_RIGHT - CHART_LEFT, room);
    put_label(out, CHART_LEFT - 6, TOP + 15, "end", "lost");
    text_puts(out, "<path class=\"lost\" d=\"");
    for (uint32_t column = 0; column < heat->count; column++) {
        double share = lost_at(heat, column);
        if (share <= 0)
            continue;
        double height = fmax(room * sqrt(share), 5);
        double x = column_x(heat, column), width = column_x(heat, column + 1) - x;
        text_printf(out, "M%.2f %.1fh%.2fv-%.1fh-%.2fz", x, TOP + room, width, height, width);
    }
    text_puts(out, "\"/>");
}

static void put_rows(struct text *out, const struct heat *heat)
{
    static const char *const labels[] = {"10 &micro;s", "100 &micro;s", "1 ms", "10 ms",
                                         "100 ms",      "1 s",          "10 s"};
    for (uint32_t row = heat->row_first; row <= heat->row_last + 1; row++) {
        if (row % ROWS_A_DECADE != 0)
            continue;
        double y = axis_at(&heat->row, row);
        text_printf(out,
                    "<path class=\"grid\" d=\"M%d %.1fH%d\"/>"
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    CHART_LEFT, y, CHART_RIGHT, CHART_LEFT - 6, y + 4, labels[row / ROWS_A_DECADE]);
    }
}

/* Four to eight labels, a step of 1, 2 or 5 apart. */
static void put_seconds(struct text *out, const struct heat *heat)
{
    double all = heat->time.high, step = pow(10, floor(log10(all)));
    if (all / step < 2)
        step /= 5;
    else if (all / step < 4)
        step /= 2;
    for (int i = 0; i * step <= all * 1.001 && i < 20; i++) {
        char words[32];
        double x = axis_at(&heat->time, i * step);
        snprintf(words, sizeof words, "%g s", i * step);
        text_printf(out, "<path class=\"grid\" d=\"M%.1f %dv5\"/>", x, BOTTOM);
        put_label(out, x, BOTTOM + 18, x > CHART_RIGHT - 20 ? "end" : "middle", words);
    }
    put_label(out, (CHART_LEFT + CHART_RIGHT) / 2.0, HEIGHT - 6, "middle",
              "time, by when the query was due");
}

static void put_legend(struct text *out)
{
    double x = CHART_RIGHT - 16 * LEVELS - 44;
    put_label(out, CHART_LEFT, 20, "start", "response time");
    put_label(out, x - 6, 20, "end", "few");
    for (int level = 1; level <= LEVELS; level++, x += 16)
        text_printf(out, "<rect class=\"h%d\" x=\"%.0f\" y=\"9\" width=\"16\" height=\"12\"/>",
                    level, x);
    put_label(out, x + 6, 20, "start", "many");
}

void bench_html_heat(struct text *out, const struct bench_report *report, size_t target)
{
    struct heat heat = {0};
    if (!take_heat(&heat, &report->targets[target]))
        return;
    put_chart_begin(out, target, "heat", "Response times over time",
                    "A heat map of how many answers took how long, over the time of the run; lost "
                    "queries are bars in a lane above it. The table of stretches has the same in "
                    "short.",
                    HEIGHT);
    put_legend(out);
    put_levels(out, &heat);
    put_losses(out, &heat);
    put_rows(out, &heat);
    put_seconds(out, &heat);
    put_chart_end(
        out,
        "The stronger the colour the more answers; pauses stand out as towers, lost queries as "
        "bars above.");
}
