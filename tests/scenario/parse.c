// SPDX-License-Identifier: BSD-2-Clause
/* Reading scenario files. A line that begins a block stands at the margin, its content is
 * indented. A mistake ends the program: a story that is not understood must not pass. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "scan/fleet.h"
#include "tests/scenario/scenario.h"

#define TXT     16
#define TEXTLEN 4096

enum block { BLOCK_NONE, BLOCK_RUN, BLOCK_FILE, BLOCK_ZONE, BLOCK_SERVER, BLOCK_EXPECT };

struct parser {
    struct scenario *out;
    unsigned line;
    enum block block;
    size_t server_first; /* the block's servers: from here to the end */
};

static _Noreturn void __attribute__((format(printf, 2, 3)))
refuse(const struct parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%u: ", p->out->path, p->line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(2);
}

/* Room for one more of ITEMS; zeroed. */
static void *more(void *items, size_t *count, size_t size)
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

static uint64_t number_of(const struct parser *p, const char *text)
{
    uint64_t value;
    if (units_parse_count(text, &value) != 0)
        refuse(p, "not a number: %s", text);
    return value;
}

static mono_ns duration_of(const struct parser *p, const char *text)
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
    out->kind = strncmp(text, "*.", 2) == 0 ? NAME_BELOW : NAME_EXACT;
    if (out->kind == NAME_BELOW)
        text += 2;
    return name_from_text(&out->name, text, strlen(text)) == 0;
}

bool pattern_has(const struct pattern *pattern, const struct name *name, uint16_t type)
{
    if (pattern->type && pattern->type != type)
        return false;
    if (pattern->kind == NAME_ANY)
        return true;
    if (pattern->kind == NAME_EXACT)
        return name_equal(pattern->name.wire, name->wire);
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

static struct record *add_record(const struct parser *p, struct records *records, const char *owner,
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

/* --- servers --- */

static uint8_t rcode_of(const struct parser *p, const char *text)
{
    static const char *const words[] = {"noerror",  "formerr", "servfail",
                                        "nxdomain", "notimp",  "refused"};
    for (uint8_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    uint64_t value;
    if (units_parse_count(text, &value) != 0 || value > 15)
        refuse(p, "not an rcode: %s", text);
    return (uint8_t)value;
}

static enum forgery forgery_of(const struct parser *p, const char *text)
{
    static const char *const words[FORGERY_COUNT] = {
        [FORGE_ID] = "id",       [FORGE_SOURCE] = "source",   [FORGE_PORT] = "port",
        [FORGE_CASE] = "case",   [FORGE_TYPE] = "type",       [FORGE_QUESTION] = "question",
        [FORGE_CLASS] = "class", [FORGE_QR] = "qr",           [FORGE_OPCODE] = "opcode",
        [FORGE_COUNT] = "count", [FORGE_RECORDS] = "records",
    };
    for (unsigned i = 1; i < FORGERY_COUNT; i++)
        if (strcmp(words[i], text) == 0)
            return (enum forgery)i;
    refuse(p, "no such forgery: %s", text);
}

/* What an action begins with. */
static unsigned parse_verb(const struct parser *p, struct action *a, char **words, unsigned count)
{
    *a = (struct action){.after = -1, .extended = -1, .ttl = -1};
    if (strcmp(words[0], "answer") == 0)
        a->kind = ACT_ANSWER;
    else if (strcmp(words[0], "drop") == 0)
        a->kind = ACT_DROP;
    else if (strcmp(words[0], "bounce") == 0)
        a->kind = ACT_BOUNCE;
    else if (strcmp(words[0], "close") == 0)
        a->kind = ACT_CLOSE;
    else if (count > 1 && (strcmp(words[0], "reply") == 0 || strcmp(words[0], "bare") == 0)) {
        a->kind = words[0][0] == 'r' ? ACT_REPLY : ACT_BARE;
        a->rcode = rcode_of(p, words[1]);
        return 2;
    } else
        refuse(p, "no such action: %s", words[0]);
    return 1;
}

/* Records up to the end or the other section: NAME TYPE DATA, a comma glued to the data
 * when more follow. */
static unsigned parse_section(const struct parser *p, struct action *a, char **words,
                              unsigned count)
{
    struct records *to = strcmp(words[0], "with") == 0 ? &a->answer : &a->authority;
    unsigned i = 1;
    for (;;) {
        if (i + 3 > count)
            refuse(p, "a record is NAME TYPE DATA");
        char *data = words[i + 2];
        bool has_more = data[strlen(data) - 1] == ',';
        if (has_more)
            data[strlen(data) - 1] = '\0';
        add_record(p, to, words[i], words[i + 1], data);
        i += 3;
        if (!has_more)
            return i;
    }
}

static unsigned parse_modifier(const struct parser *p, struct action *a, char **words,
                               unsigned count)
{
    const char *word = words[0];
    if (strcmp(word, "with") == 0 || strcmp(word, "authority") == 0)
        return parse_section(p, a, words, count);
    if (strcmp(word, "tc") == 0) {
        a->tc = true;
        return 1;
    }
    if (count < 2)
        refuse(p, "%s lacks its value", word);
    if (strcmp(word, "after") == 0)
        a->after = duration_of(p, words[1]);
    else if (strcmp(word, "forge") == 0)
        a->forgery = forgery_of(p, words[1]);
    else if (strcmp(word, "cut") == 0)
        a->cut = number_of(p, words[1]);
    else if (strcmp(word, "extended") == 0)
        a->extended = (int)number_of(p, words[1]);
    else if (strcmp(word, "ttl") == 0)
        a->ttl = (int64_t)number_of(p, words[1]);
    else if (strcmp(word, "pad") == 0)
        a->pad = number_of(p, words[1]);
    else if (strcmp(word, "piece") == 0)
        a->piece = number_of(p, words[1]);
    else if (strcmp(word, "gap") == 0)
        a->gap = duration_of(p, words[1]);
    else
        refuse(p, "no such modifier: %s", word);
    return 2;
}

static void parse_action(const struct parser *p, struct rule *rule, char *text)
{
    char *words[WORDS_MAX];
    unsigned count = split_words(text, words);
    if (count == 0)
        refuse(p, "an action is missing");
    rule->actions = more(rule->actions, &rule->action_count, sizeof *rule->actions);
    struct action *action = &rule->actions[rule->action_count - 1];
    for (unsigned i = parse_verb(p, action, words, count); i < count;)
        i += parse_modifier(p, action, words + i, count - i);
}

static unsigned parse_condition(const struct parser *p, struct rule *rule, char **words,
                                unsigned count)
{
    const char *word = words[0];
    if (strcmp(word, "tcp") == 0 || strcmp(word, "udp") == 0) {
        rule->by_tcp = word[0] == 't' ? YES : NO;
        return 1;
    }
    if (strcmp(word, "edns") == 0 || strcmp(word, "plain") == 0) {
        rule->with_edns = word[0] == 'e' ? YES : NO;
        return 1;
    }
    if (parse_type(&rule->pattern.type, word))
        return 1;
    if (count < 2)
        refuse(p, "%s: neither a type nor a condition", word);
    if (strcmp(word, "first") == 0)
        rule->first = number_of(p, words[1]);
    else if (strcmp(word, "beyond") == 0)
        rule->beyond = number_of(p, words[1]);
    else if (strcmp(word, "nth") == 0)
        rule->nth = number_of(p, words[1]);
    else if (strcmp(word, "every") == 0)
        rule->every = number_of(p, words[1]);
    else if (strcmp(word, "share") == 0)
        rule->share = (unsigned)number_of(p, words[1]);
    else if (strcmp(word, "from") == 0)
        rule->from = duration_of(p, words[1]);
    else if (strcmp(word, "before") == 0)
        rule->before = duration_of(p, words[1]);
    else
        refuse(p, "neither a type nor a condition: %s", word);
    return 2;
}

static void parse_rule(const struct parser *p, struct server *server, char *line, char *colon)
{
    char *words[WORDS_MAX], *rest = NULL;
    *colon = '\0';
    unsigned count = split_words(line, words);
    server->rules = more(server->rules, &server->rule_count, sizeof *server->rules);
    struct rule *rule = &server->rules[server->rule_count - 1];
    if (count == 0 || !parse_pattern(&rule->pattern, words[0]))
        refuse(p, "a rule begins with a name, *.suffix or *");
    for (unsigned i = 1; i < count;)
        i += parse_condition(p, rule, words + i, count - i);
    for (char *action = strtok_r(colon + 2, ";", &rest); action;
         action = strtok_r(NULL, ";", &rest))
        parse_action(p, rule, action);
}

static void parse_trait(const struct parser *p, struct server *server, char *line)
{
    char *words[WORDS_MAX];
    unsigned count = split_words(line, words);
    if (count == 2 && strcmp(words[0], "latency") == 0)
        server->latency = duration_of(p, words[1]);
    else if (count == 2 && strcmp(words[0], "busy") == 0)
        server->busy_sends = (unsigned)number_of(p, words[1]);
    else if (count == 2 && strcmp(words[0], "no") == 0 && strcmp(words[1], "route") == 0)
        server->has_no_route = true;
    else if (count == 2 && strcmp(words[0], "sends") == 0 && strcmp(words[1], "fail") == 0)
        server->fails_sends = true;
    else if (count == 2 && strcmp(words[0], "tcp") == 0 && strcmp(words[1], "rejected") == 0)
        server->tcp = NET_REJECTED;
    else if (count == 2 && strcmp(words[0], "tcp") == 0 && strcmp(words[1], "unanswered") == 0)
        server->tcp = NET_UNANSWERED;
    else
        refuse(p, "neither a rule (NAME : ACTION) nor a trait of a server");
}

static void parse_server_line(struct parser *p, const char *line)
{
    for (size_t i = p->server_first; i < p->out->server_count; i++) {
        char text[TEXTLEN];
        snprintf(text, sizeof text, "%s", line);
        char *colon = strstr(text, " : ");
        if (colon)
            parse_rule(p, &p->out->servers[i], text, colon);
        else
            parse_trait(p, &p->out->servers[i], text);
    }
}

static void begin_servers(struct parser *p, char **words, unsigned count)
{
    p->server_first = p->out->server_count;
    for (unsigned i = 1; i < count; i++) {
        p->out->servers = more(p->out->servers, &p->out->server_count, sizeof(struct server));
        struct server *server = &p->out->servers[p->out->server_count - 1];
        server->latency = LATENCY;
        server->tcp = NET_ACCEPTED;
        snprintf(server->text, sizeof server->text, "%s", words[i]);
        if (fleet_parse_address(&server->address, words[i], strlen(words[i]), 53) != 0)
            refuse(p, "not an address: %s", words[i]);
    }
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
