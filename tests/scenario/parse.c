// SPDX-License-Identifier: BSD-2-Clause
/* Reading scenario files. A line that begins a block stands at the margin, its content is
 * indented. A mistake ends the program: a story that is not understood must not pass. What
 * servers do has a file of its own (parse_server.c). */
#include <arpa/inet.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "tests/scenario/parse.h"

#define TXT 16

_Noreturn void refuse(const struct parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%u: ", p->out->path, p->line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(2);
}

void *more(void *items, size_t *count, size_t size)
{
    char *grown = realloc(items, (*count + 1) * size);
    if (!grown)
        abort();
    memset(grown + *count * size, 0, size);
    ++*count;
    return grown;
}

static char *copy(const char *text)
{
    char *out = strdup(text);
    if (!out)
        abort();
    return out;
}

unsigned split_words(char *text, char *words[WORDS_MAX])
{
    unsigned count = 0;
    char *rest = NULL;
    for (char *word = strtok_r(text, " \t\n", &rest); word && count < WORDS_MAX;
         word = strtok_r(NULL, " \t\n", &rest))
        words[count++] = word;
    return count;
}

uint64_t number_of(const struct parser *p, const char *text)
{
    uint64_t value;
    if (units_parse_count(text, &value) != 0)
        refuse(p, "not a number: %s", text);
    return value;
}

mono_ns duration_of(const struct parser *p, const char *text)
{
    mono_ns value;
    if (units_parse_duration(text, NS_PER_S, &value) != 0)
        refuse(p, "not a duration: %s", text);
    return value;
}

static struct name name_of(const struct parser *p, const char *text)
{
    struct name name;
    if (name_from_text(&name, text, strlen(text)) != 0)
        refuse(p, "not a name: %s", text);
    return name;
}

bool parse_type(uint16_t *out, const char *text)
{
    return code_type_from_text(text, strlen(text), out) == 0;
}

bool parse_pattern(struct pattern *out, const char *text)
{
    if (strcmp(text, "*") == 0) {
        out->kind = NAME_ANY;
        return true;
    }
    size_t len = strlen(text);
    out->kind = strncmp(text, "*.", 2) == 0 ? NAME_BELOW : NAME_EXACT;
    if (out->kind == NAME_BELOW)
        return name_from_text(&out->name, text + 2, len - 2) == 0;
    if (len > 2 && strcmp(text + len - 2, ".*") == 0) {
        out->kind = NAME_BEGINS;
        len -= 2;
    }
    return name_from_text(&out->name, text, len) == 0;
}

bool pattern_has(const struct pattern *pattern, const struct name *name, uint16_t type)
{
    if (pattern->type && pattern->type != type)
        return false;
    if (pattern->kind == NAME_ANY)
        return true;
    if (pattern->kind == NAME_EXACT)
        return name_equal(pattern->name.wire, name->wire);
    if (pattern->kind == NAME_BEGINS) {
        struct name lower = *name;
        name_lower(lower.wire);
        return memcmp(pattern->name.wire, lower.wire, pattern->name.len - 1u) == 0;
    }
    return name->len > pattern->name.len && name_is_under(name->wire, pattern->name.wire);
}

struct server *scenario_server(const struct scenario *scenario, const char *text)
{
    for (size_t i = 0; i < scenario->server_count; i++)
        if (strcmp(scenario->servers[i].text, text) == 0)
            return &scenario->servers[i];
    return NULL;
}

/* --- records: NAME TYPE DATA --- */

static void parse_data(const struct parser *p, struct record *record, const char *data)
{
    struct name name;
    switch (record->type) {
    case TYPE_A:
        record->len = 4;
        if (inet_pton(AF_INET, data, record->rdata) != 1)
            refuse(p, "not an IPv4 address: %s", data);
        break;
    case TYPE_AAAA:
        record->len = 16;
        if (inet_pton(AF_INET6, data, record->rdata) != 1)
            refuse(p, "not an IPv6 address: %s", data);
        break;
    case TXT:
        record->len = (uint16_t)(strlen(data) + 1);
        record->rdata[0] = (uint8_t)strlen(data);
        memcpy(record->rdata + 1, data, strlen(data));
        break;
    default: /* the types whose data are a name */
        name = name_of(p, data);
        record->len = name.len;
        memcpy(record->rdata, name.wire, name.len);
    }
}

struct record *add_record(const struct parser *p, struct records *records, const char *owner,
                          const char *type, const char *data)
{
    records->items = more(records->items, &records->count, sizeof *records->items);
    struct record *record = &records->items[records->count - 1];
    record->owner = name_of(p, owner);
    if (!parse_type(&record->type, type))
        refuse(p, "not a type: %s", type);
    parse_data(p, record, data);
    return record;
}

/* NAME TYPE DATA [DATA]... [pick N] */
static void parse_zone_line(struct parser *p, char *line)
{
    char *words[WORDS_MAX];
    unsigned count = split_words(line, words);
    unsigned pick = 0;
    if (count >= 5 && strcmp(words[count - 2], "pick") == 0) {
        pick = (unsigned)number_of(p, words[count - 1]);
        count -= 2;
    }
    if (count < 3)
        refuse(p, "a zone's line is NAME TYPE DATA...");
    for (unsigned i = 2; i < count; i++)
        add_record(p, &p->out->zone, words[0], words[1], words[i])->pick = pick;
}

/* --- files, steps --- */

static void add_text(struct text_file *file, const char *line)
{
    size_t len = strlen(line);
    file->text = realloc(file->text, file->len + len + 2);
    if (!file->text)
        abort();
    memcpy(file->text + file->len, line, len);
    file->text[file->len + len] = '\n';
    file->text[file->len + len + 1] = '\0';
    file->len += len + 1;
}

/* A line, or `repeat N TEXT` with # for the number. */
static void parse_file_line(struct parser *p, char *line)
{
    struct text_file *file = &p->out->files[p->out->file_count - 1];
    unsigned times;
    int at = 0;
    if (sscanf(line, "repeat %u %n", &times, &at) != 1 || at == 0) {
        add_text(file, line);
        return;
    }
    for (unsigned i = 0; i < times; i++) {
        char out[TEXTLEN];
        size_t len = 0;
        for (const char *c = line + at; *c && len < sizeof out - 12; c++) {
            if (*c == '#')
                len += (size_t)snprintf(out + len, 12, "%u", i);
            else
                out[len++] = *c;
        }
        out[len] = '\0';
        add_text(file, out);
    }
}

/* at TIME : signal INT|TERM | drops N */
static void parse_step(struct parser *p, char **words, unsigned count)
{
    if (count != 5 || strcmp(words[2], ":") != 0)
        refuse(p, "a step is `at TIME : signal INT|TERM` or `at TIME : drops N`");
    p->out->steps = more(p->out->steps, &p->out->step_count, sizeof *p->out->steps);
    struct step *step = &p->out->steps[p->out->step_count - 1];
    step->at = duration_of(p, words[1]);
    if (strcmp(words[3], "signal") == 0)
        step->signal = strcmp(words[4], "INT") == 0 ? SIGINT : SIGTERM;
    else
        step->drops = number_of(p, words[4]);
}

/* --- lines --- */

static void add_command(struct scenario *out, const char *text)
{
    size_t was = out->command ? strlen(out->command) : 0;
    out->command = realloc(out->command, was + strlen(text) + 2);
    if (!out->command)
        abort();
    sprintf(out->command + was, " %s", text);
}

static void parse_margin(struct parser *p, char *line)
{
    char text[TEXTLEN], *words[WORDS_MAX];
    snprintf(text, sizeof text, "%s", line);
    unsigned count = split_words(text, words);
    if (strcmp(words[0], "run") == 0) {
        p->block = BLOCK_RUN;
        add_command(p->out, line + 3);
    } else if (strcmp(words[0], "trust") == 0 && count == 1) {
        p->block = BLOCK_NONE;
        p->out->has_trust = true;
    } else if (strcmp(words[0], "file") == 0 && count == 2) {
        p->block = BLOCK_FILE;
        p->out->files = more(p->out->files, &p->out->file_count, sizeof *p->out->files);
        p->out->files[p->out->file_count - 1] = (struct text_file){.name = copy(words[1])};
    } else if (strcmp(words[0], "zone") == 0) {
        p->block = BLOCK_ZONE;
    } else if (strcmp(words[0], "server") == 0 && count > 1) {
        p->block = BLOCK_SERVER;
        begin_servers(p, words, count);
    } else if (strcmp(words[0], "expect") == 0) {
        p->block = BLOCK_EXPECT;
    } else if (strcmp(words[0], "at") == 0) {
        p->block = BLOCK_NONE;
        parse_step(p, words, count);
    } else {
        refuse(p, "no such block: %s", words[0]);
    }
}

static void parse_content(struct parser *p, char *line)
{
    struct scenario *out = p->out;
    switch (p->block) {
    case BLOCK_RUN:
        add_command(out, line);
        break;
    case BLOCK_FILE:
        parse_file_line(p, line);
        break;
    case BLOCK_ZONE:
        parse_zone_line(p, line);
        break;
    case BLOCK_SERVER:
        parse_server_line(p, line);
        break;
    case BLOCK_EXPECT:
        out->expectations =
            more(out->expectations, &out->expectation_count, sizeof *out->expectations);
        out->expectations[out->expectation_count - 1] =
            (struct expectation){.line = p->line, .text = copy(line)};
        break;
    default:
        refuse(p, "content of no block");
    }
}

void scenario_read(struct scenario *out, const char *path)
{
    *out = (struct scenario){.path = path};
    struct parser p = {.out = out};
    char line[TEXTLEN];
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(2);
    }
    while (fgets(line, sizeof line, file)) {
        p.line++;
        size_t len = strlen(line);
        while (len && strchr(" \n\r\t", line[len - 1]))
            line[--len] = '\0';
        bool is_comment =
            line[strspn(line, " ")] == '#' && (line[0] == '#' || p.block != BLOCK_FILE);
        if (len == 0 || is_comment)
            continue;
        if (line[0] == ' ')
            parse_content(&p, line + strspn(line, " "));
        else
            parse_margin(&p, line);
    }
    fclose(file);
    if (!out->command || out->expectation_count == 0)
        refuse(&p, "a scenario needs `run` and `expect`");
}
