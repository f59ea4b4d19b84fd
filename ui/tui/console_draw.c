/* console_draw.c - the whole screen: title, menu bar, the view, the selection's line, and what the keys do. */
#include <string.h>
#include <time.h>

#include "core/base/intl.h"
#include "ui/tui/console_state.h"
#include "ui/tui/console_way.h"
#include "ui/tui/hints.h"
#include "ui/tui/plan_preview.h"
#include "ui/tui/term.h"
#include "ui/tui/views/describe.h"

static void note_hotspot(struct console *c, struct rect area, uint32_t key, int menu)
{
        if (c->hotspot_count < HOTSPOTS_MAX && (key || menu >= 0))
                c->hotspots[c->hotspot_count++] = (struct hotspot){area, key, menu};
}

static void draw_bar(struct console *c, int y, enum style s)
{
        canvas_fill(c->canvas, (struct rect){0, y, c->canvas->w, 1}, ' ', s);
}

/* -- Title ------------------------------------------------------------------------------------------------------- */

struct counts {
        size_t jails, ifaces, bridges, pending;
};

static struct counts count(const struct graph *g)
{
        struct counts n = {.jails = g->jail_count > 0 ? g->jail_count - 1 : 0}; /* the host is none */

        for (size_t i = 0; i < g->iface_count; i++) {
                if (iface_is_hidden(&g->ifaces[i]))
                        continue;
                n.ifaces++;
                n.bridges += g->ifaces[i].kind == KIND_BRIDGE;
        }
        for (size_t i = 0; i < g->loan_count; i++)
                n.pending += g->loans[i].state == LOAN_PENDING;
        return n;
}

/* Right to left: returns the column before it. */
static int put_left_of(struct console *c, int x, enum style s, const char *text)
{
        int columns = (int)text_columns(text);

        if (x - columns < 20)
                return x;
        (void)canvas_text(c->canvas, x - columns, 0, columns, s, text);
        return x - columns - 1;
}

/* "jails 3"; an alarm that is not 0 has room around it. Returns its columns. */
static int put_part(char *buf, size_t size, const char *word, size_t number, bool is_alarm)
{
        char worded[WORDED_SIZE];

        (void)str_format(buf, size, is_alarm && number > 0 ? " %s %zu " : "%s %zu", describe_words(word, worded),
                         number); /* fits */
        return (int)text_columns(buf);
}

/* Whether what is shown is what is there; returns the column before it. */
static int draw_liveness(struct console *c, int right)
{
        char paused[48];

        if (c->has_watch_failed)
                return put_left_of(c, right, STYLE_BADGE, _(" not live "));
        if (!c->pause)
                return put_left_of(c, right, STYLE_TITLE, _("live"));
        console_pause_badge(c, paused, sizeof(paused));
        note_hotspot(c, (struct rect){right - (int)text_columns(paused), 0, (int)text_columns(paused), 1}, 'Z', -1);
        return put_left_of(c, right, STYLE_BADGE, paused);
}

static void draw_title(struct console *c)
{
        const struct graph *g = c->graph;
        struct counts n = count(g);
        int w = c->canvas->w, x = 1, right = w - 1;
        char clock[INTL_WHEN_SIZE];

        draw_bar(c, 0, STYLE_TITLE);
        right = put_left_of(c, right, STYLE_TITLE, intl_when(INTL_MINUTE, time(NULL), clock)) - 1;
        right = draw_liveness(c, right) - 1;
        if (g->partial)
                right = put_left_of(c, right, STYLE_BADGE, _(" partial view "));
        if (!c->can_change || c->is_read_only)
                right = put_left_of(c, right, STYLE_BADGE, _(" read-only "));
        if (c->app->is_sandbox)
                right = put_left_of(c, right, STYLE_BADGE, _(" sandbox "));

        size_t here = c->app->here(c->app, g);

        if (here != NONE && here != 0) {
                char badge[JAIL_NAME_SIZE + 16];

                (void)str_format(badge, sizeof(badge), _(" in %s "), g->jails[here].name); /* fits, or is cut */
                right = put_left_of(c, right, STYLE_BADGE, badge);
        }
        if (c->grabbed.type != OBJECT_NONE)
                right = put_left_of(c, right, STYLE_BADGE, _(" edge held "));
        if (c->marks.count) {
                char badge[48];

                (void)str_format(badge, sizeof(badge), _(" %zu marked "), c->marks.count); /* fits */
                right = put_left_of(c, right, STYLE_BADGE, badge);
        }

        char sick[40];
        enum style sick_style = console_doctor_badge(c, sick, sizeof(sick));

        if (sick[0]) {
                int columns = (int)text_columns(sick), before = right;

                right = put_left_of(c, right, sick_style, sick);
                if (right < before)
                        note_hotspot(c, (struct rect){before - columns, 0, columns, 1}, '!', -1);
        }
        if (c->ui.filter[0]) {
                char badge[80];

                (void)str_format(badge, sizeof(badge), _(" filter: %s "), c->ui.filter); /* fits */
                right = put_left_of(c, right, STYLE_BADGE, badge);
        }

        x += canvas_text(c->canvas, x, 0, right - x, STYLE_TITLE, "jailnet") + 2;
        if (x < right)
                x += canvas_text(c->canvas, x, 0, right - x, STYLE_TITLE, g->hostname) + 3;

        struct part {
                const char *word;
                size_t number;
                bool is_dropped;
        } parts[] = {{N_("jails"), n.jails, false},
                     {N_("interfaces"), n.ifaces, false},
                     {N_("bridges"), n.bridges, false},
                     {N_("pending"), n.pending, false}};
        /* Where there is no room for all, what goes first; what is pending stays. */
        static const size_t drop[] = {2, 1, 0};

        for (size_t d = 0; d <= ARRAY_SIZE(drop); d++) {
                int width = 0;

                for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
                        char text[48];

                        if (!parts[i].is_dropped)
                                width += put_part(text, sizeof(text), parts[i].word, parts[i].number, i == 3) + 2;
                }
                if (x + width - 2 <= right || d == ARRAY_SIZE(drop))
                        break;
                parts[drop[d]].is_dropped = true;
        }
        for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
                bool is_alarm = i == 3 && n.pending > 0;
                char text[48];
                int width = put_part(text, sizeof(text), parts[i].word, parts[i].number, i == 3);

                if (parts[i].is_dropped || x + width > right)
                        continue;
                x += canvas_text(c->canvas, x, 0, right - x, is_alarm ? STYLE_BADGE : STYLE_TITLE, text) + 2;
        }
}

/* -- Menu bar and the views' tabs -------------------------------------------------------------------------------- */

/* The key that a view has. */
static char view_key(size_t view)
{
        return view == VIEW_DOCTOR ? '!' : (char)('1' + view);
}

/* shared: two tabs share the blank between them. */
static int tabs_width(const struct console *c, bool all_names, int shared)
{
        int width = shared;

        for (size_t i = 0; i < VIEW_COUNT; i++)
                width += (all_names || i == c->view ? (int)text_columns(_(c->views[i]->name)) + 4 : 3) - shared;
        return width;
}

static void draw_menubar(struct console *c)
{
        struct dialog *top = dialogs_top(&c->dialogs);
        int w = c->canvas->w, end = 0;

        draw_bar(c, 1, STYLE_MENUBAR);
        for (int i = 0; i < MENU_COUNT; i++) {
                char worded[WORDED_SIZE];
                const char *name = describe_words(console_menus[i], worded);
                int x = console_menu_x(c, i), columns = (int)text_columns(name);
                bool is_open = top && c->menu == i;

                (void)canvas_text(c->canvas, x, 1, columns, is_open ? STYLE_SELECTED : STYLE_MENUBAR, name);
                note_hotspot(c, (struct rect){x - 1, 1, columns + 2, 1}, 0, i);
                end = x + columns;
        }

        int shared = end + 3 + tabs_width(c, true, 0) > w;
        bool all_names = end + 3 + tabs_width(c, true, shared) <= w;

        shared = shared && (all_names || end + tabs_width(c, false, 0) > w);

        int x = w - tabs_width(c, all_names, shared);

        for (size_t i = 0; i < VIEW_COUNT; i++) {
                bool is_current = i == c->view;
                char text[40];

                if (all_names || is_current)
                        (void)str_format(text, sizeof(text), " %c %s ", view_key(i), _(c->views[i]->name)); /* fits */
                else
                        (void)str_format(text, sizeof(text), " %c ", view_key(i)); /* fits */

                int columns = (int)text_columns(text);

                if (shared && i > 0 && i - 1 == c->view) /* the blank is the current one's */
                        (void)canvas_text(c->canvas, x + 1, 1, columns - 1, STYLE_MENUBAR, text + 1);
                else if (x >= end) /* its text begins with a blank */
                        (void)canvas_text(c->canvas, x, 1, columns, is_current ? STYLE_SELECTED : STYLE_MENUBAR, text);
                note_hotspot(c, (struct rect){x, 1, columns - shared, 1}, (uint32_t)view_key(i), -1);
                x += columns - shared;
        }
}

/* -- What the keys do -------------------------------------------------------------------------------------------- */

static int hint_width(const struct hint *h)
{
        return (int)text_columns(h->key) + 1 + (int)text_columns(h->word) + 2;
}

static int draw_hint(struct console *c, int x, int y, const struct hint *h, bool is_pressable)
{
        int start = x;

        x += canvas_text(c->canvas, x, y, -1, STYLE_HINT_KEY, h->key) + 1;
        x += canvas_text(c->canvas, x, y, -1, STYLE_HINT, h->word);
        if (is_pressable)
                note_hotspot(c, (struct rect){start, y, x - start, 1}, hint_code(h->key), -1);
        return x + 2;
}

static int hints_width(const char *s)
{
        struct hint h;
        int width = 0;

        while (hint_next(&s, &h))
                width += hint_width(&h);
        return width;
}

/* The hint that tells how to leave, from among all; it is shown whatever else is not. */
static const char *take_way_out(struct text *all, struct text *ret)
{
        CLEANUP(freep) char *hints = xstrdup(text_str(all));
        const char *esc = strstr(hints, "Esc:");

        if (!esc)
                return "";
        text_put_n(ret, esc, strcspn(esc, " "));
        text_clear(all);
        text_put_n(all, hints, (size_t)(esc - hints));
        text_put(all, esc + strcspn(esc, " "));
        return text_str(ret);
}

static void draw_hints(struct console *c, int y)
{
        struct dialog *top = dialogs_top(&c->dialogs);
        CLEANUP(text_done) struct text all = {0}, way_out = {0};
        struct hint h;
        int w = c->canvas->w, x = 1;
        const char *fixed = top ? "" : _("?:help q:quit");
        int right = w - 1;

        draw_bar(c, y, STYLE_HINT);
        if (c->is_peeking) {
                text_put(&all, _("g:back_to_the_preview"));
        } else if (top) {
                text_put(&all, top->hints);
        } else if (c->grabbed.type != OBJECT_NONE) {
                text_put(&all, _("e:drop_it_here /:search Esc:let_go"));
        } else if (console_way_hints(c)) {
                text_put(&all, console_way_hints(c));
        } else {
                const struct view *own = c->views[c->view];
                struct object o = selection_resolve(&c->ui.selection, c->graph);

                /* What fits the selection first; the rest as far as there is room. */
                if (c->pause)
                        text_put(&all, _("Z:go_on "));
                if (c->view != VIEW_DOCTOR && (o.type != OBJECT_NONE || c->view == VIEW_RETURNS))
                        text_put(&all, _("Enter:act "));
                text_putf(&all, "%s ", own->hints ? _(own->hints) : "");
                text_put(&all, _("c:create "));
                if (o.type == OBJECT_IFACE || o.type == OBJECT_NODE)
                        text_put(&all, _("a:attach m:move r:rename p:pin d:destroy "));
                else if (o.type == OBJECT_JAIL && o.index != 0)
                        text_put(&all, _("m:move_here r:rename d:destroy "));
                text_putf(&all, _("::command /:search %s %s f:filter F9:menus"), own->more ? _(own->more) : "",
                          own->hints && strstr(own->hints, "u:undo") ? "" : _("u:undo"));
        }
        if (top && !c->is_peeking && hints_width(text_str(&all)) > right)
                fixed = take_way_out(&all, &way_out);
        for (const char *s = fixed; hint_next(&s, &h);)
                right -= hint_width(&h);
        if (*fixed)
                right--;
        for (const char *s = text_str(&all); hint_next(&s, &h);) {
                if (x + hint_width(&h) - 1 > right)
                        break;
                x = draw_hint(c, x, y, &h, true);
        }
        x = right + 1;
        for (const char *s = fixed; hint_next(&s, &h);)
                x = draw_hint(c, x, y, &h, true);
}

/* -- All --------------------------------------------------------------------------------------------------------- */

static void draw_too_small(struct console *c)
{
        char text[80];

        (void)str_format(text, sizeof(text), _("%d x %d is too small: make it %d x %d"), c->canvas->w, c->canvas->h,
                         SCREEN_MIN_W, SCREEN_MIN_H); /* fits */

        int x = (c->canvas->w - (int)text_columns(text)) / 2;

        (void)canvas_text(c->canvas, x > 0 ? x : 0, c->canvas->h / 2, -1, STYLE_WARNING, text);
        (void)canvas_text(c->canvas, x > 0 ? x : 0, c->canvas->h / 2 + 1, -1, STYLE_DIM, _("q quits"));
}

/* What the marks mean, in the place of the selection's facts, which are of another picture. */
static void draw_legend(struct console *c, int y)
{
        CLEANUP(text_done) struct text t = {0};

        plan_preview_put_legend(&t, c->preview);
        draw_bar(c, y, STYLE_NORMAL);
        (void)canvas_textf(c->canvas, 1, y, c->canvas->w - 2, STYLE_CHANGED, "If you say yes:  %s", text_str(&t));
}

/* The Graph view shows what the plan in the preview would make; the others what is there. */
static void draw_view(struct console *c, bool is_preview)
{
        struct view *v = c->views[c->view];
        const struct graph *now = c->ui.graph;
        int64_t now_ms = c->ui.now_ms;

        c->ui.is_frozen = c->dialogs.count > 0;
        c->ui.now_ms = console_view_time(c);
        if (is_preview) {
                c->ui.graph = c->preview->graph;
                c->ui.preview = c->preview;
        }
        v->draw(v, c->canvas, c->view_area, &c->ui);
        c->ui.graph = now;
        c->ui.now_ms = now_ms;
        c->ui.preview = NULL;
}

void console_draw(struct console *c)
{
        struct canvas *canvas = c->canvas;

        c->drawn_serial = c->graph->serial;
        c->hotspot_count = 0;
        canvas_clear(canvas, STYLE_NORMAL);
        if (c->view_area.h == 0) {
                draw_too_small(c);
        } else {
                bool is_preview = c->preview && c->view == 0;

                canvas_set_clip(canvas, c->view_area);
                draw_view(c, is_preview);
                if (c->view_area.h < canvas->h - 4) {
                        struct rect below = {0, 2 + c->view_area.h, canvas->w, canvas->h - 4 - c->view_area.h};

                        canvas_set_clip(canvas, below);
                        console_way_draw(c, below);
                }
                canvas_set_clip(canvas, (struct rect){.w = -1});
                draw_title(c);
                draw_menubar(c);
                if (is_preview)
                        draw_legend(c, canvas->h - 2);
                else
                        console_draw_status(c, canvas->h - 2);
                draw_hints(c, canvas->h - 1);
        }
        term_put(canvas);
        dialogs_draw(&c->dialogs, canvas->is_ascii);
        term_flush();
}
