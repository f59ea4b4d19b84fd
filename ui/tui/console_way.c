/* console_way.c - picks two ends, has the way between them worked out beside the loop, and shows it. */
#include "ui/tui/console_way.h"

#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/text_wrap.h"
#include "ui/tui/work.h"

#define AGAIN_MS 1000 /* between two looks at a way while the network changes */

enum phase { PHASE_PICK, PHASE_SHOWN };

/* What the errand works with. */
struct job {
        struct app *app;
        const struct graph *graph;
        struct way_end from, to;
        bool wants_probe;
        struct way *way;
        struct echo_result probe;
        struct err e;
        int result;
};

struct way_line {
        char *text;
        enum style style;
};

struct console_way {
        enum phase phase;
        struct selection from, to;
        char *words[2];    /* the ends as they were typed, or an address that was picked; NULL: the selections */
        char *name;        /* whose address the first one is; NULL: nobody's, or it was typed */
        struct work *work; /* NULL: nothing is under way */
        struct job job;
        bool probes_next;          /* a probe was asked for while an errand was under way */
        int64_t begun_ms;          /* of the last errand */
        char title[160];           /* "www to db" */
        struct ui_way marks;       /* on the newest graph */
        uint32_t *numbers;         /* interfaces of the hops, by the inventory's ids; 0 none */
        struct way *way;           /* the last answer; NULL none yet */
        const struct graph *graph; /* that it is about */
        struct echo_result probe;  /* is_made false: none was asked for */
        struct way_line *lines;
        size_t line_count, line_capacity, top;
};

static void clear_lines(struct console_way *w)
{
        for (size_t k = 0; k < w->line_count; k++)
                free(w->lines[k].text);
        w->line_count = 0;
}

static void drop_job(struct job *j)
{
        way_free(j->way);
        graph_unref(j->graph);
        *j = (struct job){0};
}

void console_way_end(struct console *c)
{
        struct console_way *w = c->way;

        if (!w)
                return;
        work_end(w->work);
        drop_job(&w->job);
        clear_lines(w);
        free(w->lines);
        way_free(w->way);
        graph_unref(w->graph);
        free(w->marks.ifaces);
        free(w->marks.edges);
        free(w->numbers);
        free(w->words[0]);
        free(w->words[1]);
        free(w->name);
        free(w);
        c->way = NULL;
        c->ui.way = NULL;
        console_fit_view(c);
}

static void put_name(struct text *t, const struct graph *g, struct object o)
{
        if (o.type == OBJECT_JAIL)
                text_put(t, g->jails[o.index].name);
        else if (o.type == OBJECT_IFACE)
                query_put_iface(t, g, o.index);
        else if (o.type == OBJECT_NODE && g->nodes[o.index].iface != NONE)
                query_put_iface(t, g, g->nodes[o.index].iface);
}

static void run_job(void *context)
{
        struct job *j = context;

        j->result = j->app->way(j->app, j->graph, &j->from, &j->to, &j->way, j->wants_probe ? &j->probe : NULL, &j->e);
}

static int find_ends(struct console *c, struct way_end *from, struct way_end *to)
{
        const struct console_way *w = c->way;
        int r = w->words[0] ? way_end_parse(c->graph, w->words[0], from, NULL)
                            : way_end_of(c->graph, selection_resolve(&w->from, c->graph), from, NULL);

        if (r < 0)
                return r;
        return w->words[1] ? way_end_parse(c->graph, w->words[1], to, NULL)
                           : way_end_of(c->graph, selection_resolve(&w->to, c->graph), to, NULL);
}

static void begin(struct console *c, bool wants_probe)
{
        struct console_way *w = c->way;
        struct err e = {0};

        if (w->work) {
                w->probes_next |= wants_probe;
                return;
        }
        w->job = (struct job){.app = c->app, .graph = graph_ref(c->graph), .wants_probe = wants_probe};
        w->probes_next = false;
        w->begun_ms = c->ui.now_ms;
        if (find_ends(c, &w->job.from, &w->job.to) < 0 || work_start(run_job, &w->job, &w->work, &e) < 0) {
                console_way_end(c);
                console_say(c, STYLE_NORMAL, "the way is no longer shown: one of its ends is gone");
        }
}

__attribute__((format(printf, 3, 4))) static void add_line(struct console_way *w, enum style s, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        w->lines = array_grow(w->lines, &w->line_capacity, w->line_count, sizeof(*w->lines));
        w->lines[w->line_count++] = (struct way_line){xvasprintf(intl_text(fmt), ap), s};
        va_end(ap);
}

/* Visible already: the screen takes it as it is. */
static void add_sentence(void *user, const char *line)
{
        add_line(user, STYLE_NORMAL, " %s", line);
}

static void write_hop(struct console_way *w, const struct way_hop *h)
{
        CLEANUP(text_done) struct text place = {0}, t = {0};
        const struct graph *g = w->graph;
        bool is_doubt = h->reason >= WAY_OUT_OF_SIGHT;

        way_put_place(&place, g, h);
        text_put_visible(&t, text_str(&place));
        while (t.length < 18)
                text_put_char(&t, ' ');
        text_put(&t, "  ");
        text_put_visible(&t, h->text);
        if (h->hook_in != NONE || h->hook_out != NONE) {
                text_put(&t, "  ");
                text_put_visible(&t, h->hook_in == NONE ? "" : g->hooks[h->hook_in].name);
                text_put(&t, h->hook_in != NONE && h->hook_out != NONE ? _(" to ") : "");
                text_put_visible(&t, h->hook_out == NONE ? "" : g->hooks[h->hook_out].name);
        }
        if (h->reason != WAY_FINE)
                text_putf(&t, "  <- %s", _(way_reason_name(h->reason)));
        add_line(w,
                 h->reason == WAY_FINE ? STYLE_NORMAL
                         : is_doubt    ? STYLE_WARNING
                                       : STYLE_ERROR,
                 " %c %s",
                 h->reason == WAY_FINE ? ' '
                         : is_doubt    ? '?'
                                       : 'X',
                 text_str(&t));
}

static void write_lines(struct console *c)
{
        struct console_way *w = c->way;
        CLEANUP(text_done) struct text sentence = {0}, probe = {0};
        bool was_back = false;

        clear_lines(w);
        text_put_visible(&sentence, w->way->sentence ? w->way->sentence : "");
        text_wrap(text_str(&sentence), c->canvas->w - 4, add_sentence, w);
        if (w->probe.is_made) {
                way_put_probe(&probe, &w->probe);
                add_line(w, w->probe.answered ? STYLE_GOOD : STYLE_WARNING, " probe: %s", text_str(&probe));
        }
        add_line(w, STYLE_BOX_TITLE, " there");
        for (size_t k = 0; k < w->way->hop_count; k++) {
                if (w->way->hops[k].is_back && !was_back)
                        add_line(w, STYLE_BOX_TITLE, " back");
                was_back = w->way->hops[k].is_back;
                if (way_hop_is_shown(w->graph, &w->way->hops[k]))
                        write_hop(w, &w->way->hops[k]);
        }
}

/* The hops of the answer, found again in the newest graph. */
static void mark(struct console *c)
{
        struct console_way *w = c->way;
        const struct graph *g = c->graph;
        size_t before = NONE;

        free(w->marks.ifaces);
        free(w->marks.edges);
        w->marks = (struct ui_way){.g = g,
                                   .ifaces = xcalloc(g->iface_count, sizeof(bool)),
                                   .edges = xcalloc(g->edge_count, sizeof(bool)),
                                   .stopped_iface = NONE,
                                   .stopped_jail = NONE};
        for (size_t k = 0; w->way && k < w->way->hop_count; k++) {
                const struct way_hop *h = &w->way->hops[k];
                size_t at = w->numbers[k] ? graph_find_number(g, w->numbers[k]) : NONE;
                bool is_end = k == w->way->hop && w->way->verdict != WAY_REACHED;

                if (is_end && h->iface == NONE)
                        w->marks.stopped_jail = graph_find_jail_cookie(g, w->graph->jails[h->jail].cookie);
                if (at == NONE)
                        continue;
                if (is_end)
                        w->marks.stopped_iface = at;
                way_mark(g, g->ifaces[at].role == ROLE_WIRE ? NONE : before, at, w->marks.ifaces, w->marks.edges);
                if (g->ifaces[at].role != ROLE_WIRE) /* an edge, and none of its ends */
                        before = at;
        }
        c->ui.way = w->way ? &w->marks : NULL;
}

void console_way_news(struct console *c)
{
        struct console_way *w = c->way;
        bool is_first = !w->way;

        work_end(w->work);
        w->work = NULL;
        if (w->job.result < 0) {
                struct err e = w->job.e;

                console_way_end(c);
                console_say_err(c, &e);
                return;
        }
        way_free(w->way);
        graph_unref(w->graph);
        w->way = TAKE(w->job.way);
        w->graph = w->job.graph;
        w->job.graph = NULL;
        w->probe = w->job.probe;
        drop_job(&w->job);
        free(w->numbers);
        w->numbers = xcalloc(w->way->hop_count, sizeof(*w->numbers));
        for (size_t k = 0; k < w->way->hop_count; k++)
                w->numbers[k] = w->way->hops[k].iface == NONE ? 0 : w->graph->ifaces[w->way->hops[k].iface].number;
        write_lines(c);
        mark(c);
        if (is_first)
                w->top = 0;
        console_fit_view(c);
        if (w->probes_next)
                begin(c, true);
}

void console_way_graph(struct console *c)
{
        struct console_way *w = c->way;

        if (!w || w->phase != PHASE_SHOWN)
                return;
        mark(c);
        if (w->probe.is_made || w->work || c->ui.now_ms - w->begun_ms < AGAIN_MS)
                return; /* a probe's answer stays until it is asked for again */
        begin(c, false);
}

int console_way_fd(const struct console *c)
{
        return c->way ? work_fd(c->way->work) : -1;
}

/* A jail without a stack of its own is no object of the graph: its way begins or ends at the address that is under the
 * cursor. NULL: what is selected counts. */
static char *address_here(const struct console *c, char **ret_name)
{
        struct view *v = c->views[c->view];
        const struct guest *guest = NULL;
        const struct guest_use *use = v->guest ? v->guest(v, c->graph, &guest) : NULL;
        char buf[PREFIX_TEXT_SIZE];

        *ret_name = use ? xstrdup(guest->name) : NULL;
        return use ? xstrdup(prefix_format_addr(&use->address, buf)) : NULL;
}

static bool is_same_end(const struct console_way *w, struct object first, struct object o)
{
        if (w->words[0] || w->words[1])
                return w->words[0] && w->words[1] && strcmp(w->words[0], w->words[1]) == 0;
        return o.type == first.type && o.index == first.index;
}

static void pick(struct console *c)
{
        struct console_way *w = c->way;
        struct object o = selection_resolve(&c->ui.selection, c->graph), first = selection_resolve(&w->from, c->graph);
        CLEANUP(freep) char *name = NULL;
        CLEANUP(text_done) struct text t = {0};

        free(w->words[1]);
        w->words[1] = address_here(c, &name);

        if (o.type == OBJECT_NONE || first.type == OBJECT_NONE) {
                console_say(c, STYLE_NORMAL, "choose a jail or an interface; Esc leaves it");
                return;
        }
        if (is_same_end(w, first, o)) {
                console_say(c, STYLE_NORMAL, "this is where it begins: go to the other end, then Enter; Esc leaves it");
                return;
        }
        w->to = c->ui.selection;
        w->phase = PHASE_SHOWN;
        if (w->name)
                text_put(&t, w->name);
        else
                put_name(&t, c->graph, first);
        text_put(&t, _(" to "));
        if (name)
                text_put(&t, name);
        else
                put_name(&t, c->graph, o);
        (void)str_copy(w->title, sizeof(w->title), text_str(&t)); /* cut where it is too long for a title */
        begin(c, false);
        console_fit_view(c);
}

void console_way(struct console *c)
{
        struct object o = selection_resolve(&c->ui.selection, c->graph);
        CLEANUP(text_done) struct text t = {0};

        if (c->way && c->way->phase == PHASE_SHOWN) {
                begin(c, true);
                if (c->way)
                        console_say(c, STYLE_NORMAL,
                                    "an echo is on its way; an answer that does not come takes some seconds");
                return;
        }
        if (c->way) {
                pick(c);
                return;
        }
        if (o.type == OBJECT_NONE) {
                console_say(c, STYLE_NORMAL, "choose where it begins first: a jail or an interface");
                return;
        }
        c->way = xcalloc(1, sizeof(*c->way));
        c->way->from = c->ui.selection;
        c->way->words[0] = address_here(c, &c->way->name);
        if (c->way->name)
                text_put(&t, c->way->name);
        else
                put_name(&t, c->graph, o);
        console_say(c, STYLE_CHANGED, "from %s: go to the other end (arrows, / searches), then Enter; Esc leaves it",
                    text_str(&t));
}

const struct verb console_way_verb = {
        .words = "path",
        VERB_ARGS({.name = "A", .type = ARG_OBJECT, .label = N_("from")},
                  {.name = "B", .type = ARG_OBJECT, .label = N_("to")}),
        .help = N_("Why can't A reach B: the way there and back, and where it breaks"),
};

void console_way_line(struct console *c, char *const *words, size_t count)
{
        struct way_end ends[2];
        struct err e = {0};

        if (count > ARRAY_SIZE(ends)) {
                console_say(c, STYLE_ERROR, "path: takes two ends: path A B");
                return;
        }
        for (size_t k = 0; k < count; k++) {
                if (way_end_parse(c->graph, words[k], &ends[k], &e) < 0) {
                        console_say_err(c, &e);
                        return;
                }
        }
        console_way_end(c);
        if (count == ARRAY_SIZE(ends)) {
                c->way = xcalloc(1, sizeof(*c->way));
                c->way->phase = PHASE_SHOWN;
                c->way->words[0] = xstrdup(words[0]);
                c->way->words[1] = xstrdup(words[1]);
                /* Cut where it is too long for a title. */
                (void)str_format(c->way->title, sizeof(c->way->title), _("%s to %s"), words[0], words[1]);
                begin(c, false);
                console_fit_view(c);
                return;
        }
        if (count == 1 && ends[0].jail == NONE) {
                console_say(c, STYLE_ERROR, "%s: nobody here has that address, so no way begins there", words[0]);
                return;
        }
        if (count == 1)
                selection_set(&c->ui.selection, c->graph,
                              ends[0].iface == NONE ? (struct object){OBJECT_JAIL, ends[0].jail}
                                                    : (struct object){OBJECT_IFACE, ends[0].iface});
        console_way(c);
}

static void scroll(struct console_way *w, int lines)
{
        if (lines < 0)
                w->top = w->top > (size_t)-lines ? w->top - (size_t)-lines : 0;
        else if (w->top + (size_t)lines < w->line_count)
                w->top += (size_t)lines;
}

bool console_way_key(struct console *c, const struct key *k)
{
        struct console_way *w = c->way;

        if (!w)
                return false;
        switch (k->code) {
        case KEYC_ESCAPE: console_way_end(c); return true;
        case KEYC_ENTER:
                if (w->phase == PHASE_PICK) {
                        pick(c); /* which may end it: an end that is gone */
                        return true;
                }
                return false;
        case KEYC_PAGE_UP: scroll(w, -4); return w->phase == PHASE_SHOWN;
        case KEYC_PAGE_DOWN: scroll(w, 4); return w->phase == PHASE_SHOWN;
        default: return false;
        }
}

int console_way_height(const struct console *c, int room)
{
        int wanted = room * 2 / 5, most = c->way ? (int)c->way->line_count + 1 : 0;

        if (!c->way || c->way->phase != PHASE_SHOWN)
                return 0;
        if (wanted < 8)
                wanted = 8;
        return c->way->line_count && most < wanted ? most : wanted;
}

void console_way_draw(struct console *c, struct rect area)
{
        const struct console_way *w = c->way;
        struct canvas *canvas = c->canvas;
        enum style style = !w->way               ? STYLE_DIM
                : w->way->verdict == WAY_REACHED ? STYLE_GOOD
                : w->way->verdict == WAY_BROKEN  ? STYLE_ERROR
                                                 : STYLE_WARNING;
        const char *reason = w->way && w->way->reason != WAY_FINE ? _(way_reason_name(w->way->reason)) : "";
        int x = area.x + 2;

        canvas_hline(canvas, area.x, area.x + area.w - 1, area.y, LINE_LIGHT, STYLE_DIM);
        x += canvas_textf(canvas, x, area.y, area.w - 4, STYLE_BOX_TITLE, " %s ", w->title);
        x += canvas_textf(canvas, x, area.y, area.w - 4 - x, style, " %s%s%s%s ",
                          w->way ? _(way_verdict_name(w->way->verdict)) : _("being looked for"), *reason ? " (" : "",
                          reason, *reason ? ")" : "");
        if (w->job.wants_probe)
                (void)canvas_text(canvas, x, area.y, area.w - x - 1, STYLE_DIM, _(" an echo is on its way "));
        if (w->line_count + 1 > (size_t)area.h) {
                char part[48];
                size_t last = w->top + (size_t)area.h - 1;

                (void)str_format(part, sizeof(part), _(" %zu-%zu of %zu "), w->top + 1,
                                 last < w->line_count ? last : w->line_count, w->line_count); /* fits */
                x = area.x + area.w - 2 - (int)text_columns(part);
                (void)canvas_text(canvas, x, area.y, -1, STYLE_DIM, part);
        }
        for (int y = 1; y < area.h && w->top + (size_t)y - 1 < w->line_count; y++) {
                const struct way_line *line = &w->lines[w->top + (size_t)y - 1];

                (void)canvas_text_visible(canvas, area.x, area.y + y, area.w, line->style, line->text);
        }
}

const char *console_way_hints(const struct console *c)
{
        if (!c->way)
                return NULL;
        return c->way->phase == PHASE_PICK ? _("Enter:to_here /:search Esc:leave")
                                           : _("Esc:end_it w:probe x:way_or_all PgUp:up PgDn:down");
}
