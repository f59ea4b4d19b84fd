/* devfsrules.c - devfs.rules: rulesets and their rules, and what they show. */
#include "core/dialect/devfsrules.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "core/base/alloc.h"

#define INCLUDES_DEEP 16    /* FreeBSD's kernel follows fewer */
#define SETS_MAX      1000  /* nobody writes so many by hand */
#define RULES_MAX_SET 10000 /* of one ruleset */
#define RULES_MAX     65535
#define RULE_STEP     100 /* between rules without numbers */

/* What FreeBSD has by itself, for the nodes that a jail may have here. */
static const char defaults[] = "[devfsrules_hide_all=1]\n"
                               "add hide\n"
                               "[devfsrules_unhide_basic=2]\n"
                               "add path null unhide\nadd path zero unhide\nadd path full unhide\n"
                               "add path random unhide\nadd path urandom unhide\n"
                               "[devfsrules_unhide_login=3]\n"
                               "add path tty unhide\nadd path ptmx unhide\nadd path pts unhide\n"
                               "add path fd unhide\nadd path 'std*' unhide\n"
                               "[devfsrules_jail=4]\n"
                               "add include $devfsrules_hide_all\nadd include $devfsrules_unhide_basic\n"
                               "add include $devfsrules_unhide_login\n"
                               "[devfsrules_jail_vnet=5]\n"
                               "add include $devfsrules_jail\n";

struct reader {
        struct devfs_rules *rules;
        struct source *s;
        struct devfs_ruleset *set; /* the one that lines add to; until the next one is made */
        size_t at, end;            /* in the line that is read */
        size_t word_at;
};

/* -- Words --------------------------------------------------------------------------------------------------------- */

static void skip_blank(struct reader *r)
{
        while (r->at < r->end && (r->s->text[r->at] == ' ' || r->s->text[r->at] == '\t'))
                r->at++;
        if (r->at < r->end && r->s->text[r->at] == '#')
                r->at = r->end;
}

static int take_quoted(struct reader *r, struct text *t, struct err *e)
{
        size_t open = r->at++;
        char quote = r->s->text[open];
        const char *close = memchr(r->s->text + r->at, quote, r->end - r->at);

        if (!close)
                return source_fail(r->s, open, e, "the quote %c that is opened here is not closed on its line", quote);
        text_put_n(t, r->s->text + r->at, (size_t)(close - r->s->text) - r->at);
        r->at = (size_t)(close - r->s->text) + 1;
        return 0;
}

/* $NAME: the number of a ruleset. */
static int take_ruleset(struct reader *r, struct text *t, struct err *e)
{
        size_t from = ++r->at;

        while (r->at < r->end && (isalnum((unsigned char)r->s->text[r->at]) || r->s->text[r->at] == '_'))
                r->at++;

        CLEANUP(freep) char *name = xstrndup(r->s->text + from, r->at - from);

        for (size_t i = 0; i < r->rules->count; i++)
                if (strcmp(r->rules->sets[i].name, name) == 0) {
                        text_putf(t, "%u", r->rules->sets[i].number);
                        return 0;
                }
        if (!*name)
                return source_fail(r->s, from - 1, e, "the name of a ruleset was expected behind this $");
        return source_fail(r->s, from - 1, e, "$%s: no ruleset before this line has that name", name);
}

/* The next word of the line, as sh would split it; the arena's. *ret NULL: the line ends. */
static int take(struct reader *r, const char **ret, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        int x = 0;

        *ret = NULL;
        skip_blank(r);
        r->word_at = r->at;
        if (r->at == r->end)
                return 0;
        while (x == 0 && r->at < r->end && !strchr(" \t", r->s->text[r->at])) {
                char c = r->s->text[r->at];

                if (c == '\'' || c == '"')
                        x = take_quoted(r, &t, e);
                else if (c == '$')
                        x = take_ruleset(r, &t, e);
                else if ((unsigned char)c < ' ' || c == '\x7f' || strchr("`;&|<>()\\", c))
                        x = source_fail(r->s, r->at, e, "this character has no place here but in quotes");
                else
                        text_put_char(&t, r->s->text[r->at++]);
        }
        if (x == 0)
                *ret = arena_strdup(&r->rules->arena, text_str(&t));
        return x;
}

static int take_value(struct reader *r, const char *behind, const char *what, const char **ret, struct err *e)
{
        int x = take(r, ret, e);

        if (x == 0 && !*ret)
                return source_fail(r->s, r->end, e, "%s is missing here, behind %s", what, behind);
        return x;
}

static int take_number(struct reader *r, const char *behind, uint32_t *ret, struct err *e)
{
        const char *word;
        int x = take_value(r, behind, "a ruleset's number or $name", &word, e);

        if (x < 0)
                return x;
        if (str_to_u32(word, RULES_MAX, ret) < 0 || *ret == 0)
                return source_fail(r->s, r->word_at, e, "%s: is no number of a ruleset; they count from 1 to %d", word,
                                   RULES_MAX);
        return 0;
}

/* -- Lines --------------------------------------------------------------------------------------------------------- */

static struct devfs_ruleset *find(const struct devfs_rules *r, uint32_t number)
{
        for (size_t i = 0; i < r->count; i++)
                if (r->sets[i].number == number)
                        return &r->sets[i];
        return NULL;
}

static int fail_open(struct reader *r, size_t open, struct err *e)
{
        unsigned line, column;

        source_place(r->s, open, &line, &column);
        return source_fail(r->s, r->at, e, "] was expected: the [ was opened at line %u, column %u", line, column);
}

/* [NAME=NUMBER] */
static int read_header(struct reader *r, struct err *e)
{
        size_t open = r->at++, name_at = r->at, number_at;
        uint32_t number;

        while (r->at < r->end && (isalnum((unsigned char)r->s->text[r->at]) || r->s->text[r->at] == '_'))
                r->at++;

        CLEANUP(freep) char *name = xstrndup(r->s->text + name_at, r->at - name_at);

        if (!*name || r->at == r->end || r->s->text[r->at] != '=')
                return source_fail(r->s, r->at, e, "[NAME=NUMBER] was expected, NAME of letters, digits and _");
        number_at = ++r->at;
        while (r->at < r->end && isdigit((unsigned char)r->s->text[r->at]))
                r->at++;

        CLEANUP(freep) char *digits = xstrndup(r->s->text + number_at, r->at - number_at);

        if (str_to_u32(digits, RULES_MAX, &number) < 0 || number == 0)
                return source_fail(r->s, number_at, e, "a ruleset's number was expected, from 1 to %d", RULES_MAX);
        if (r->at == r->end || r->s->text[r->at] != ']')
                return fail_open(r, open, e);
        r->at++;
        skip_blank(r);
        if (r->at < r->end)
                return source_fail(r->s, r->at, e, "the end of the line was expected behind the ]");
        r->set = find(r->rules, number);
        if (!r->set && r->rules->count == SETS_MAX)
                return source_fail(r->s, open, e, "more than %d rulesets", SETS_MAX);
        if (!r->set) {
                r->rules->sets =
                        array_grow(r->rules->sets, &r->rules->capacity, r->rules->count, sizeof(*r->rules->sets));
                r->set = &r->rules->sets[r->rules->count++];
                *r->set = (struct devfs_ruleset){.number = number};
        }
        r->set->name = arena_strdup(&r->rules->arena, name); /* $NAME of later lines */
        return 0;
}

static int take_include(struct reader *r, struct devfs_rule *rule, struct err *e)
{
        int x = take_number(r, "include", &rule->includes, e);

        if (x < 0)
                return x;
        if (rule->includes == r->set->number)
                return source_fail(r->s, r->word_at, e, "a ruleset cannot include itself");
        if (!find(r->rules, rule->includes)) /* one further on would be empty at this place on FreeBSD, too */
                return source_fail(r->s, r->word_at, e, "no ruleset before this line has the number %u",
                                   rule->includes);
        return 0;
}

/* Conditions and actions behind add [NUMBER]. */
static int read_words(struct reader *r, const char *word, struct devfs_rule *rule, struct err *e)
{
        bool acts = false;
        int x = 0;

        while (x == 0 && word) {
                const char *value;

                if (strcmp(word, "path") == 0) {
                        x = take_value(r, word, "a pattern", &rule->path, e);
                } else if (strcmp(word, "type") == 0) {
                        rule->is_type = true;
                        x = take_value(r, word, "a device's type", &value, e);
                } else if (strcmp(word, "include") == 0) {
                        acts = true;
                        x = take_include(r, rule, e);
                } else if (strcmp(word, "hide") == 0 || strcmp(word, "unhide") == 0) {
                        acts = true;
                        rule->hides = *word == 'h';
                        rule->unhides = *word == 'u';
                } else if (strcmp(word, "mode") == 0 || strcmp(word, "user") == 0 || strcmp(word, "group") == 0) {
                        acts = true; /* the nodes are the host's own, which keep what they have */
                        x = take_value(r, word, "its value", &value, e);
                } else {
                        x = source_fail(r->s, r->word_at, e,
                                        "'%s': path, type, include, hide, unhide, mode, user or group was expected",
                                        word);
                }
                if (x == 0)
                        x = take(r, &word, e);
        }
        if (x == 0 && !acts)
                return source_fail(r->s, r->end, e,
                                   "what to do is missing here: hide, unhide, include, mode, user or group");
        return x;
}

/* Behind all rules whose number is not higher. */
static void put_rule(struct devfs_ruleset *set, const struct devfs_rule *rule)
{
        size_t i;

        set->rules = array_grow(set->rules, &set->capacity, set->count, sizeof(*set->rules));
        for (i = set->count++; i > 0 && set->rules[i - 1].number > rule->number; i--)
                set->rules[i] = set->rules[i - 1];
        set->rules[i] = *rule;
}

static int read_rule(struct reader *r, struct err *e)
{
        struct devfs_rule rule = {0};
        const char *word;
        int x = take(r, &word, e);

        if (x < 0 || !word)
                return x;
        if (strcmp(word, "add") != 0)
                return source_fail(r->s, r->word_at, e, "'%s': add or [NAME=NUMBER] was expected", word);
        if (!r->set)
                return source_fail(r->s, r->word_at, e, "a line [NAME=NUMBER] was expected before the first rule");
        rule.number =
                r->set->count ? r->set->rules[r->set->count - 1].number / RULE_STEP * RULE_STEP + RULE_STEP : RULE_STEP;
        x = take(r, &word, e);
        if (x == 0 && word && isdigit((unsigned char)*word)) {
                if (str_to_u32(word, RULES_MAX, &rule.number) < 0 || rule.number == 0)
                        return source_fail(r->s, r->word_at, e, "%s: is no rule's number; they count from 1 to %d",
                                           word, RULES_MAX);
                x = take(r, &word, e);
        }
        if (x == 0 && r->set->count == RULES_MAX_SET)
                return source_fail(r->s, r->word_at, e, "more than %d rules in a ruleset", RULES_MAX_SET);
        if (x == 0)
                x = read_words(r, word, &rule, e);
        if (x == 0)
                put_rule(r->set, &rule);
        return x;
}

int devfs_rules_read(struct devfs_rules *rules, struct source *s, struct err *e)
{
        struct reader r = {.rules = rules, .s = s};
        int x = 0;

        for (size_t at = 0; x == 0 && at < s->length; at = r.end + 1) {
                r.at = r.end = at;
                while (!source_is_line_end(s, r.end))
                        r.end++;
                skip_blank(&r);
                x = r.at < r.end && s->text[r.at] == '[' ? read_header(&r, e) : read_rule(&r, e);
                if (r.end < s->length && s->text[r.end] == '\r')
                        r.end++;
        }
        return x;
}

/* ------------------------------------------------------------------------------------------------------------------ */

void devfs_rules_init(struct devfs_rules *r)
{
        struct source s = {.name = "defaults", .text = defaults, .length = sizeof(defaults) - 1};

        *r = (struct devfs_rules){0};
        (void)devfs_rules_read(r, &s, NULL); /* a test reads them */
        source_done(&s);
}

void devfs_rules_done(struct devfs_rules *r)
{
        for (size_t i = 0; i < r->count; i++)
                free(r->sets[i].rules);
        free(r->sets);
        arena_done(&r->arena);
        *r = (struct devfs_rules){0};
}

bool devfs_rules_has(const struct devfs_rules *r, uint32_t ruleset)
{
        return find(r, ruleset) != NULL;
}

static bool matches(const struct devfs_rule *rule, const char *const *names)
{
        if (rule->is_type)
                return false;
        if (!rule->path)
                return true;
        for (; *names; names++)
                if (fnmatch(rule->path, *names, FNM_PATHNAME) == 0)
                        return true;
        return false;
}

/* What a ruleset does to a node, worked out once: rulesets may include each other many times over, and in circles. */
enum effect { EFFECT_UNKNOWN, EFFECT_OPEN, EFFECT_NONE, EFFECT_HIDE, EFFECT_SHOW };

struct look {
        const struct devfs_rules *rules;
        const char *const *names;
        enum effect *effects; /* of each ruleset */
};

static enum effect look_at(const struct look *l, uint32_t ruleset, unsigned depth)
{
        const struct devfs_ruleset *set = find(l->rules, ruleset);
        enum effect *known = set ? &l->effects[set - l->rules->sets] : NULL;
        enum effect effect = EFFECT_NONE;

        if (!set || depth > INCLUDES_DEEP || *known == EFFECT_OPEN)
                return EFFECT_NONE;
        if (*known != EFFECT_UNKNOWN)
                return *known;
        *known = EFFECT_OPEN;
        for (size_t i = 0; i < set->count; i++) {
                const struct devfs_rule *rule = &set->rules[i];
                enum effect included;

                if (!matches(rule, l->names))
                        continue;
                included = rule->includes ? look_at(l, rule->includes, depth + 1) : EFFECT_NONE;
                if (included != EFFECT_NONE)
                        effect = included;
                if (rule->hides || rule->unhides)
                        effect = rule->hides ? EFFECT_HIDE : EFFECT_SHOW;
        }
        *known = effect;
        return effect;
}

bool devfs_rules_show(const struct devfs_rules *r, uint32_t ruleset, const char *const *names)
{
        CLEANUP(freep) enum effect *effects = xcalloc(r->count + 1, sizeof(*effects));
        const struct look l = {r, names, effects};

        return look_at(&l, ruleset, 0) != EFFECT_HIDE;
}
