// SPDX-License-Identifier: BSD-2-Clause
/* Reading the blocks of servers: their traits, and their rules, CONDITIONS : ACTIONS. */
#include <string.h>

#include "base/units.h"
#include "scan/fleet.h"
#include "tests/scenario/parse.h"

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
        [FORGE_ID] = "id",       [FORGE_SOURCE] = "source", [FORGE_PORT] = "port",
        [FORGE_CASE] = "case",   [FORGE_TYPE] = "type",     [FORGE_QUESTION] = "question",
        [FORGE_CLASS] = "class", [FORGE_QR] = "qr",         [FORGE_OPCODE] = "opcode",
        [FORGE_LOWER] = "lower", [FORGE_COUNT] = "count",   [FORGE_RECORDS] = "records",
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
    if (strcmp(word, "aa") == 0 || strcmp(word, "no-aa") == 0) {
        a->aa = word[0] == 'a' ? YES : NO;
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
    if (strcmp(word, "recursive") == 0) {
        rule->is_recursive = YES;
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
        refuse(p, "a rule begins with a name, *.suffix, label.* or *");
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
    else if (count == 2 && strcmp(words[0], "limit") == 0)
        server->limit = number_of(p, words[1]);
    else if (count == 2 && strcmp(words[0], "box") == 0)
        server->box = duration_of(p, words[1]);
    else if (count == 1 && strcmp(words[0], "authoritative") == 0)
        server->is_authoritative = true;
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

void parse_server_line(struct parser *p, const char *line)
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

void begin_servers(struct parser *p, char **words, unsigned count)
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
