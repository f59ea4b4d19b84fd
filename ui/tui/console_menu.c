/* console_menu.c - the lists to choose from: the menu bar's, what can be done to the selection, what can be made, help.
 */
#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/console_rows.h"
#include "ui/tui/console_state.h"
#include "ui/tui/views/describe.h"

const char *const console_menus[MENU_COUNT] = {N_("Console"), N_("Jail"), N_("Interface"), N_("Bridge"),
                                               N_("Hook"),    N_("View"), N_("Help")};

static void add_heading(struct console_rows *r, const char *label)
{
        console_rows_add_worded(r, &(struct menu_row){.label = label, .is_heading = true, .id = -1}, "");
}

static void add_verb(struct console_rows *r, const struct console *c, const struct verb *v)
{
        struct menu_row row = {.label = describe_title(v), .help = v->help, .id = (int)v->id, .key = v->key};
        char key[2] = {(char)v->key, '\0'}, why[ROW_TEXT_SIZE];

        if (console_may(c, v, why, sizeof(why)) == MAY_NOT) {
                row.is_disabled = true;
                row.key = 0;
                row.reason = why;
        }
        console_rows_add_worded(r, &row, key);
}

static void add_action(struct console_rows *r, size_t i)
{
        const struct action *a = &console_actions[i];

        console_rows_add_worded(r,
                                &(struct menu_row){
                                        .label = a->title,
                                        .help = a->help,
                                        .id = ACTION_ID_BASE + (int)i,
                                        .key = a->keys[0] < KEY_CODE_BASE ? (int)a->keys[0] : 0,
                                },
                                a->key_label);
}

/* Verbs that take any object stand in the menus of both jails and interfaces. */
static bool belongs(const struct verb *v, const char *menu)
{
        return strcmp(v->menu, menu) == 0 || (v->args[0].type == ARG_OBJECT && strcmp(menu, "Jail") == 0);
}

int console_menu_x(const struct console *c, int menu)
{
        int x = 1, gap = c->canvas->w >= 72 ? 2 : 1;
        char worded[WORDED_SIZE];

        for (int i = 0; i < menu; i++)
                x += (int)text_columns(describe_words(console_menus[i], worded)) + gap;
        return x;
}

static void open_neighbour(void *user, int direction)
{
        struct console *c = user;

        console_open_menu(c, (c->menu + MENU_COUNT + direction) % MENU_COUNT);
}

void console_open_menu(struct console *c, int menu)
{
        struct console_rows r = {.count = 0};
        const char *name = console_menus[menu];

        for (size_t i = 0; i < VERB_COUNT; i++) {
                if (belongs(&verbs[i], name))
                        add_verb(&r, c, &verbs[i]);
        }
        for (size_t i = 0; i < console_action_count; i++) {
                if (strcmp(console_actions[i].menu, name) == 0)
                        add_action(&r, i);
        }

        const struct menu_options o = {
                .x = console_menu_x(c, menu) - 1,
                .y = 2,
                .chosen = console_chosen,
                .side = open_neighbour,
                .user = c,
        };

        c->menu = menu;
        dialogs_push(&c->dialogs, dialog_menu_new(r.items, r.count, &o));
}

void console_open_create(struct console *c)
{
        struct console_rows r = {.count = 0};

        for (size_t i = 0; i < VERB_COUNT; i++) {
                const char *word = str_has_prefix(verbs[i].words, "create ") ? verbs[i].words + 7 : NULL;

                if (word)
                        console_rows_add_worded(
                                &r, &(struct menu_row){.label = word, .help = verbs[i].help, .id = (int)verbs[i].id},
                                verbs[i].help);
        }

        const struct menu_options o = {
                .title = _("Create"), .x = -1, .has_sentences = true, .chosen = console_chosen, .user = c};

        dialogs_push(&c->dialogs, dialog_menu_new(r.items, r.count, &o));
}

/* What the signs of the picture mean, behind the keys. */
static void add_legend(struct console_rows *r, const struct console *c)
{
        static const struct {
                enum sign sign;
                const char *meaning;
        } signs[] = {
                {SIGN_UP, N_("up")},
                {SIGN_DOWN, N_("down")},
                {SIGN_WARNING, N_("no carrier, blocked, or another warning; Details (3) tells")},
                {SIGN_PIN, N_("pinned: its MAC address is kept, whatever makes it anew")},
                {SIGN_PENDING, N_("pending: it did not come back; Returns (4) tells who holds it")},
                {SIGN_HOOK, N_("a hook: an end of an edge")},
                {SIGN_CROSS, N_("an edge that carries nothing")},
                {SIGN_BULLET, N_("it has just changed; * before a name: it is marked")},
                {SIGN_CLOSED, N_("several jails in one line; o opens it")},
        };

        add_heading(r, " ");
        add_heading(r, _("What the signs mean"));
        for (size_t n = 0; n < ARRAY_SIZE(signs); n++) {
                char line[200], sign[5] = "";

                (void)utf8_encode(canvas_sign(c->canvas, signs[n].sign), sign);
                (void)str_format(line, sizeof(line), "%s  %s", sign, _(signs[n].meaning)); /* cut is fine */
                add_heading(r, line);
        }
        add_heading(r, _("An edge is drawn heavier from 100 kb/s on."));
}

void console_open_help(struct console *c)
{
        struct console_rows r = {.count = 0};

        add_heading(&r, _("Arrows or h j k l move, Tab goes to the next view, Enter acts."));
        add_heading(&r, _("Enter on a row of this list does it."));
        for (int m = 0; m < MENU_COUNT; m++) {
                add_heading(&r, " ");
                add_heading(&r, _(console_menus[m]));

                size_t before = r.count;

                for (size_t i = 0; i < console_action_count; i++) {
                        const struct action *a = &console_actions[i];
                        char text[200];

                        if (strcmp(a->menu, console_menus[m]) != 0)
                                continue;
                        (void)str_format(text, sizeof(text), "%-5s  %s", a->key_label, _(a->help)); /* fits */
                        console_rows_add_worded(
                                &r,
                                &(struct menu_row){.label = a->title, .help = a->help, .id = ACTION_ID_BASE + (int)i},
                                text);
                }
                for (size_t i = 0; i < VERB_COUNT; i++) {
                        const struct verb *v = &verbs[i];
                        char text[200];

                        if (strcmp(v->menu, console_menus[m]) != 0)
                                continue;
                        (void)str_format(text, sizeof(text), "%-5c  %s", v->key ? v->key : ' ',
                                         _(v->help)); /* cut is fine */
                        console_rows_add_worded(
                                &r, &(struct menu_row){.label = describe_title(v), .help = v->help, .id = (int)v->id},
                                text);
                }
                if (r.count == before)
                        r.count -= 2;
        }

        add_legend(&r, c);

        const struct menu_options o = {.title = _("Help: keys and actions"),
                                       .x = -1,
                                       .has_sentences = true,
                                       .chosen = console_chosen,
                                       .user = c};

        dialogs_push(&c->dialogs, dialog_menu_new(r.items, r.count, &o));
}

void console_chosen(void *user, int id)
{
        struct console *c = user;

        if (id >= ACTION_ID_BASE)
                console_actions[id - ACTION_ID_BASE].run(c);
        else if (id >= 0 && id < VERB_COUNT)
                console_begin_verb(c, &verbs[id]);
}
