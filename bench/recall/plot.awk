# SPDX-License-Identifier: BSD-2-Clause
# A plot of recall as SVG text, from lines of points.awk: LABEL TAB X TAB SHARE.
#
# 1. The upright axis is what is missing, by powers of ten: 90, 99, 99.9, 99.99 %, and all.
#    A line that ends below a mark never reached it.
# 2. The other axis is X, even or (is_log = 1) by powers of ten.
# 3. Tools are told apart by colour, by dashes and by the shape of the marks on their lines.
# 4. Colours follow the reader's light or dark.
# Variables: title, x_title, is_log.

BEGIN {
    FS = "\t"
    WIDTH = 900; HEIGHT = 500
    LEFT = 80; RIGHT = 640; TOP = 50; BOTTOM = 440
    ALL = 5          # the place of `all` on the upright axis; 99.999 % would lie there
    MOST_MISSING = 4.8 # what is not all stays below it
    MARK_WAY = 90    # pixels between two marks of a line
    LEGEND_CHARS = 32
    split("0072b2 d55e00 009e73 9c27b0 806000 c2185b 455a64 e69f00", light, " ")
    split("56b4e9 ff9e4a 3ddc97 d09cff e8d44d ff7eb6 b0bec5 f0b840", dark, " ")
    split("none|7 4|2 3|10 3 2 3|5 2|1 2|12 4|4 4", dashes, "|")
    # Disc, square, triangle, diamond, plus, cross, ring, bar.
    STYLES = split("M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0Z|M-4-4H4V4H-4Z|M0-6L6 5H-6Z|" \
        "M0-6L6 0L0 6L-6 0Z|M-6-1.5H-1.5V-6H1.5V-1.5H6V1.5H1.5V6H-1.5V1.5H-6Z|" \
        "M-6-4L-4-6L0-2L4-6L6-4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z|" \
        "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0-6 0M-3.5 0A3.5 3.5 0 1 1 3.5 0A3.5 3.5 0 1 1-3.5 0Z|" \
        "M-7-2H7V2H-7Z", shape, "|")
}

function escape(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    gsub(/"/, "\\&quot;", text)
    return text
}

function log10(x) { return log(x) / log(10) }

{
    if (!($1 in tool_of)) {
        tool_of[$1] = ++tools
        label[tools] = $1
    }
    tool = tool_of[$1]
    n = ++points[tool]
    x[tool, n] = $2 + 0
    share[tool, n] = $3 + 0
    if ($2 + 0 > x_max) x_max = $2 + 0
}

function x_place(value) {
    if (log_from != "") {
        if (value < log_from) value = log_from
        return LEFT + (RIGHT - LEFT) * log10(value / log_from) / log10(x_end / log_from)
    }
    return LEFT + (RIGHT - LEFT) * value / x_end
}

function y_at(power) { return BOTTOM - (BOTTOM - TOP) * power / ALL }

function y_place(value,   power) {
    if (value >= 1) return y_at(ALL)
    power = value <= 0 ? 0 : -log10(1 - value)
    return y_at(power > MOST_MISSING ? MOST_MISSING : power)
}

# The next of 1, 2, 5, 10, ... that is not below VALUE.
function round_up(value,   unit) {
    unit = 1e-3
    while (unit * 10 < value) unit *= 10
    if (value <= 2 * unit) return value <= unit ? unit : 2 * unit
    return value <= 5 * unit ? 5 * unit : 10 * unit
}

function choose_axis() {
    if (x_max <= 0) x_max = 1
    if (is_log) {
        log_from = 0.1
        x_end = x_max < 1 ? 1 : round_up(x_max)
    } else
        x_end = even_end(x_max)
}

function even_end(value,   step) {
    step = round_up(value / 10)
    return step * (int(value / step) + (value > step * int(value / step)))
}

function print_head(   i) {
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %d %d\"", WIDTH, HEIGHT
    printf " width=\"%d\" height=\"%d\">\n", WIDTH, HEIGHT
    printf "<title>%s</title>\n<style>\n", escape(title)
    print ".paper{fill:#ffffff}.ink{fill:#1f2328}.axis{stroke:#1f2328}.grid{stroke:#d0d7de}"
    for (i = 1; i <= STYLES; i++) print_style(i, light[i])
    print "@media (prefers-color-scheme:dark){"
    print ".paper{fill:#0d1117}.ink{fill:#e6edf3}.axis{stroke:#e6edf3}.grid{stroke:#30363d}"
    for (i = 1; i <= STYLES; i++) print_style(i, dark[i])
    print "}\ntext{font:13px sans-serif}.title{font-size:15px;font-weight:bold}\n</style>"
    printf "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", WIDTH, HEIGHT
    put_text((LEFT + RIGHT) / 2, 26, "middle", title, "ink title")
}

function print_style(i, colour) {
    printf ".l%d{stroke:#%s;fill:none;stroke-width:2}.m%d{fill:#%s}\n", i, colour, i, colour
}

function put_text(at_x, at_y, anchor, text, class) {
    printf "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
        class == "" ? "ink" : class, at_x, at_y, anchor, escape(text)
}

function put_line(x1, y1, x2, y2, class) {
    printf "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
        class, x1, y1, x2, y2
}

function print_upright(   i, name) {
    split("0|90 %|99 %|99.9 %|99.99 %|all", name, "|")
    for (i = 0; i <= ALL; i++) {
        put_line(LEFT, y_at(i), RIGHT, y_at(i), i ? "grid" : "axis")
        put_text(LEFT - 8, y_at(i) + 4, "end", name[i + 1])
    }
    put_line(LEFT, TOP, LEFT, BOTTOM, "axis")
    printf "<text class=\"ink\" text-anchor=\"middle\" transform=\"translate(18 %.1f) rotate(-90)\">",
        (TOP + BOTTOM) / 2
    print "recall</text>"
}

function put_tick(value) {
    put_line(x_place(value), TOP, x_place(value), BOTTOM, "grid")
    put_text(x_place(value), BOTTOM + 20, "middle", value + 0 "")
}

function print_level(   value, step, i) {
    if (log_from != "")
        for (value = log_from; value <= x_end * 1.001; value *= 10) {
            put_tick(value)
            for (i = 2; i <= 5; i += 3)
                if (value * i <= x_end * 1.001) put_tick(value * i)
        }
    else {
        step = round_up(x_end / 10)
        for (i = 0; i * step <= x_end * 1.001; i++) put_tick(i * step)
    }
    put_text((LEFT + RIGHT) / 2, BOTTOM + 44, "middle", x_title)
}

# The mark of style I at a place.
function put_mark(i, at_x, at_y) {
    printf "<path class=\"m%d\" transform=\"translate(%.1f %.1f)\" d=\"%s\"/>\n", i, at_x, at_y, shape[i]
}

# Of a level stretch its ends alone.
function print_line(tool, class,   i, point, level, last, held) {
    printf "<polyline class=\"%s\" stroke-dasharray=\"%s\" points=\"", class, dashes[style_of(tool)]
    for (i = 1; i <= points[tool]; i++) {
        level = sprintf("%.1f", y_place(share[tool, i]))
        point = sprintf("%.1f,%s ", x_place(x[tool, i]), level)
        if (level == last)
            held = point
        else {
            printf "%s%s", held, point
            held = ""
        }
        last = level
    }
    print held "\"/>"
}

function print_marks(tool,   i, at_x, at_y, marked_x, marked_y) {
    marked_x = x_place(x[tool, 1]) - (tool % 3) * MARK_WAY / 3
    marked_y = y_place(share[tool, 1])
    for (i = 1; i <= points[tool]; i++) {
        at_x = x_place(x[tool, i])
        at_y = y_place(share[tool, i])
        if (i < points[tool] && (at_x - marked_x) ^ 2 + (at_y - marked_y) ^ 2 < MARK_WAY ^ 2)
            continue
        put_mark(style_of(tool), at_x, at_y)
        marked_x = at_x
        marked_y = at_y
    }
}

function style_of(tool) { return (tool - 1) % STYLES + 1 }

# A label in as many lines as it needs; the last column of the picture.
function print_legend(   tool, style, at_y, word, words, i, line) {
    at_y = TOP + 8
    for (tool = 1; tool <= tools; tool++) {
        style = style_of(tool)
        printf "<path class=\"l%d\" stroke-dasharray=\"%s\" d=\"M%d %.1fH%d\"/>\n",
            style, dashes[style], RIGHT + 16, at_y - 4, RIGHT + 50
        put_mark(style, RIGHT + 33, at_y - 4)
        words = split(label[tool], word, " ")
        line = word[1]
        for (i = 2; i <= words; i++) {
            if (length(line " " word[i]) > LEGEND_CHARS - 4) {
                put_text(RIGHT + 58, at_y, "start", line)
                at_y += 17
                line = word[i]
            } else
                line = line " " word[i]
        }
        put_text(RIGHT + 58, at_y, "start", line)
        at_y += 24
    }
}

END {
    choose_axis()
    print_head()
    print_upright()
    print_level()
    for (i = 1; i <= tools; i++) {
        print_line(i, "l" style_of(i))
        print_marks(i)
    }
    print_legend()
    print "</svg>"
}
