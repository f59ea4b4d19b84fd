/*
 * console_context.c - what can be done to the selection: first the groups, with what is in each, then the verbs of one.
 * Each row has a letter; a group of a single verb is that verb.
 */
#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/console_rows.h"
#include "ui/tui/letters.h"
#include "ui/tui/views/describe.h"

#define GROUP_ID_BASE 5000
#define GROUP_MAX     32
#define LIFE_ID       6000

struct member {
        const struct verb *verb;
        char letter;
        enum may may;
        char why[ROW_TEXT_SIZE];
};

/* The verbs of a group that are about such a thing as is selected. The letters are the same whatever is selected. */
static size_t collect(const struct console *c, enum verb_group g, struct member *ret)
{
        char used[VERB_COUNT + 3] = "jk"; /* these move */
        size_t count = 0, letters = 2;

        for (size_t i = 0; i < VERB_COUNT && count < GROUP_MAX; i++) {
                struct member m = {.verb = &verbs[i]};

                if (verb_group_of(m.verb) != g)
                        continue;
                m.letter = m.verb->key && !strchr(used, m.verb->key) ? (char)m.verb->key
                                                                     : letter_choose(describe_title(m.verb), used);
                if (m.letter)
                        used[letters++] = m.letter;
                m.may = console_may(c, m.verb, m.why, sizeof(m.why));
                if (m.may != MAY_ELSE)
                        ret[count++] = m;
        }
        return count;
}

static void put_selection_name(const struct console *c, struct text *t)
{
        struct object o = selection_resolve(&c->ui.selection, c->graph);

        if (c->marks.count) {
                text_putf(t, _("%zu marked"), c->marks.count);
                return;
        }
        switch (o.type) {
        case OBJECT_NONE: break;
        case OBJECT_JAIL: text_putf(t, _("jail %s"), c->graph->jails[o.index].name); break;
        case OBJECT_IFACE: query_put_iface(t, c->graph, o.index); break;
        case OBJECT_NODE: {
                const struct node *n = &c->graph->nodes[o.index];

                if (n->name)
                        text_put(t, n->name);
                else
                        text_putf(t, "[%08x]", n->id);
                break;
        }
        }
}

/* "Set MTU..." is "Set MTU": that more is asked goes without saying here. */
static int title_length(const struct verb *v)
{
        const char *title = _(describe_title(v)), *dots = strstr(title, "...");

        return dots ? (int)(dots - title) : (int)strlen(title);
}

static void add_member(struct console_rows *r, const struct member *m)
{
        /* In a list about one thing the reason need not name it. */
        const char *sentence = strstr(m->why, ": ");
        char label[64];

        (void)str_format(label, sizeof(label), "%c  %s", m->letter ? m->letter : ' ',
                         _(describe_title(m->verb))); /* fits */
        console_rows_add_worded(r,
                                &(struct menu_row){
                                        .label = label,
                                        .help = m->verb->help,
                                        .id = (int)m->verb->id,
                                        .key = m->may == MAY ? m->letter : 0,
                                        .is_disabled = m->may != MAY,
                                        .reason = m->may != MAY ? m->why : NULL,
                                },
                                m->may == MAY      ? m->verb->help
                                        : sentence ? sentence + 2
                                                   : m->why);
}

static void chosen_verb(void *user, int id)
{
        struct console *c = user;

        for (size_t i = 0; i < c->dialogs.count; i++) /* the groups below it, too */
                c->dialogs.items[i]->is_closed = true;
        console_chosen(c, id);
}

static void open_group(struct console *c, enum verb_group g)
{
        struct member members[GROUP_MAX];
        size_t count = collect(c, g, members);
        struct console_rows r = {.count = 0};
        CLEANUP(text_done) struct text title = {0};

        /* What can be done comes first, what can't below it with its reason. */
        for (int pass = 0; pass < 2; pass++)
                for (size_t i = 0; i < count; i++)
                        if ((members[i].may == MAY) == (pass == 0))
                                add_member(&r, &members[i]);
        put_selection_name(c, &title);
        text_putf(&title, ": %s", _(verb_group_title(g)));

        const struct menu_options o = {
                .title = text_str(&title), .x = -1, .has_sentences = true, .chosen = chosen_verb, .user = c};

        dialogs_push(&c->dialogs, dialog_menu_new(r.items, r.count, &o));
}

static void chosen_group(void *user, int id)
{
        struct console *c = user;

        struct object o = selection_resolve(&c->ui.selection, c->graph);

        if (id == LIFE_ID && o.type == OBJECT_JAIL)
                console_open_life(c, c->graph->jails[o.index].name);
        else if (id >= GROUP_ID_BASE && id < LIFE_ID)
                open_group(c, (enum verb_group)(id - GROUP_ID_BASE));
        else if (id < LIFE_ID)
                chosen_verb(c, id);
}

static void add_group(struct console_rows *r, enum verb_group g, const struct member *members, size_t count)
{
        CLEANUP(text_done) struct text words = {0};
        char label[64];

        for (size_t i = 0; i < count; i++)
                if (members[i].may == MAY)
                        text_putf(&words, "%s%.*s", words.length ? ", " : "", title_length(members[i].verb),
                                  _(describe_title(members[i].verb)));
        (void)str_format(label, sizeof(label), "%c  %s", verb_group_letter(g), _(verb_group_title(g))); /* fits */
        console_rows_add_worded(
                r,
                &(struct menu_row){
                        .label = label,
                        .help = _("Enter or its letter lists what can be done, and why the rest cannot"),
                        .id = GROUP_ID_BASE + (int)g,
                        .key = verb_group_letter(g),
                },
                words.length ? text_str(&words) : _("nothing now; Enter says why"));
}

void console_open_context(struct console *c)
{
        struct console_rows r = {.count = 0};
        CLEANUP(text_done) struct text title = {0};
        const struct object at = selection_resolve(&c->ui.selection, c->graph);

        for (enum verb_group g = VERB_GROUP_STATE; g < VERB_GROUP_COUNT; g++) {
                struct member members[GROUP_MAX];
                size_t count = collect(c, g, members);

                if (count == 1) {
                        members[0].letter = verb_group_letter(g);
                        add_member(&r, &members[0]);
                } else if (count > 1) {
                        add_group(&r, g, members, count);
                }
        }
        if (at.type == OBJECT_JAIL && !c->marks.count && console_is_started(c, at.index))
                console_rows_add_worded(&r,
                                        &(struct menu_row){.label = _("l  Life of the jail"),
                                                           .help = _("Stop it, start it anew, follow its console log"),
                                                           .id = LIFE_ID,
                                                           .key = 'l'},
                                        _("Stop, Restart, Console log"));
        put_selection_name(c, &title);
        if (r.count == 0) {
                console_say(c, STYLE_NORMAL, "nothing is selected; arrows go to a thing, c makes one");
                return;
        }

        const struct menu_options o = {
                .title = text_str(&title),
                .x = -1,
                .has_sentences = true,
                .stays_open = true,
                .chosen = chosen_group,
                .user = c,
        };

        dialogs_push(&c->dialogs, dialog_menu_new(r.items, r.count, &o));
}
