/*
 * console_drag.c - an edge taken off and put elsewhere: by a key twice, or by the mouse from an interface to a bridge
 * or a jail. The plan of it is previewed like every change.
 */
#include <errno.h>

#include "core/plan/chain.h"
#include "ui/tui/console_state.h"

/* The port that moves when an edge is taken at this end: itself, or its other end where only that is on a bridge. */
static size_t port_of(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];
        size_t peer = i->peer;

        if (i->master == NONE && peer != NONE && g->ifaces[peer].master != NONE)
                return peer;
        return iface;
}

static size_t selected_iface(const struct console *c)
{
        struct object o = selection_resolve(&c->ui.selection, c->graph);

        return o.type == OBJECT_IFACE ? o.index : o.type == OBJECT_NODE ? c->graph->nodes[o.index].iface : NONE;
}

static int add(struct plan_chain *chain, enum verb_id verb, const char *a, const char *b, struct err *e)
{
        struct intent in = {.verb = verb, .values = {a, b}, .value_count = b ? 2 : 1};

        return plan_chain_add(chain, &in, e);
}

/* Off the bridge that it is on, and onto this one. */
static int build_join(const struct graph *g, size_t port, size_t bridge, struct plan **ret, struct err *e)
{
        CLEANUP(plan_chain_freep) struct plan_chain *chain = plan_chain_new(g);
        CLEANUP(text_done) struct text from = {0}, to = {0}, words = {0}, title = {0};
        int r = 0;

        query_put_iface(&from, g, port);
        query_put_iface(&to, g, bridge);
        if (g->ifaces[port].master == bridge)
                return err_set(e, -EEXIST, "%s: is on %s already", text_str(&from), text_str(&to));
        if (g->ifaces[port].master != NONE) {
                r = add(chain, VERB_DETACH, text_str(&from), NULL, e);
                text_put(&words, "detach ");
                text_put_shell(&words, text_str(&from));
                text_put(&words, "; ");
        }
        if (r == 0)
                r = add(chain, VERB_ATTACH, text_str(&from), text_str(&to), e);
        if (r < 0)
                return r;
        text_put(&words, "attach ");
        text_put_shell(&words, text_str(&from));
        text_put_char(&words, ' ');
        text_put_shell(&words, text_str(&to));
        text_put(&title, "attach ");
        text_put_visible(&title, text_str(&from));
        text_put(&title, " to ");
        text_put_visible(&title, text_str(&to));
        *ret = plan_chain_finish(chain, text_str(&words), text_str(&title));
        return 0;
}

static int build_move(const struct graph *g, size_t iface, size_t jail, struct plan **ret, struct err *e)
{
        CLEANUP(text_done) struct text word = {0};
        struct intent in = {.verb = VERB_MOVE, .value_count = 2};

        query_put_iface(&word, g, iface);
        in.values[0] = text_str(&word);
        in.values[1] = g->jails[jail].name;
        return plan_build(&in, g, ret, e);
}

/* What was grabbed goes to what is selected. */
static void drop(struct console *c, size_t grabbed)
{
        const struct graph *g = c->graph;
        struct object o = selection_resolve(&c->ui.selection, g);
        size_t over = selected_iface(c);
        struct plan *p = NULL;
        struct err e = {0};
        int r;

        /* Over another port its bridge is meant. */
        if (over != NONE && !iface_takes_ports(&g->ifaces[over]) && g->ifaces[over].master != NONE)
                over = g->ifaces[over].master;
        if (!console_is_free(c))
                return;
        if (over != NONE && iface_takes_ports(&g->ifaces[over]))
                r = build_join(g, port_of(g, grabbed), over, &p, &e);
        else if (o.type == OBJECT_JAIL)
                r = build_move(g, grabbed, o.index, &p, &e);
        else
                r = err_set(&e, -EINVAL, "an edge is dropped on a bridge, on a port of it, or on a jail");
        c->takes_marks = false;
        if (r < 0) {
                console_say_err(c, &e);
                return;
        }
        c->grabbed = (struct selection){0};
        console_show_plan(c, p);
}

static void grab(struct console *c, size_t iface)
{
        CLEANUP(text_done) struct text word = {0};

        query_put_iface(&word, c->graph, iface);
        selection_set(&c->grabbed, c->graph, (struct object){OBJECT_IFACE, iface});
        console_say(c, STYLE_NORMAL, "grabbed %s: go to a bridge or a jail, e drops it there, Esc lets go",
                    text_str(&word));
}

void console_grab_or_drop(struct console *c)
{
        (void)console_go_on(c); /* what is planned is planned on what is there now */

        struct object held = selection_resolve(&c->grabbed, c->graph);
        size_t iface = selected_iface(c);

        if (held.type == OBJECT_IFACE)
                drop(c, held.index);
        else if (iface == NONE || iface_takes_ports(&c->graph->ifaces[iface]))
                console_say(c, STYLE_WARNING,
                            "select an interface: its edge is grabbed, to be dropped on another bridge");
        else
                grab(c, iface);
}

bool console_let_go(struct console *c)
{
        if (c->grabbed.type == OBJECT_NONE)
                return false;
        c->grabbed = (struct selection){0};
        console_say(c, STYLE_NORMAL, "let go; nothing was changed");
        return true;
}

/*
 * The button went down on an interface and comes up elsewhere in the graph: what is there is selected as if it had been
 * pressed, and the edge is dropped on it.
 */
void console_mouse_drag(struct console *c, const struct key *k)
{
        size_t iface = selected_iface(c);

        if (c->view != 0 || k->is_right_button || k->is_wheel_up || k->is_wheel_down)
                return;
        if (k->is_press) {
                c->pressed = (struct point){k->x, k->y};
                c->has_pressed = c->ui.has_hit && iface != NONE && !iface_takes_ports(&c->graph->ifaces[iface]);
                return;
        }
        if (!c->has_pressed || !k->is_release)
                return;
        c->has_pressed = false;
        if (!rect_has(c->view_area, k->x, k->y) || (k->x == c->pressed.x && k->y == c->pressed.y))
                return;

        const struct key press = {.code = KEYC_MOUSE, .x = k->x, .y = k->y, .is_press = true};
        const struct key release = {.code = KEYC_MOUSE, .x = k->x, .y = k->y, .is_release = true};
        struct view *v = c->views[c->view];

        (void)v->key(v, &press, c->view_area, &c->ui);
        (void)v->key(v, &release, c->view_area, &c->ui);
        if (c->ui.has_hit && iface != NONE && selected_iface(c) != iface)
                drop(c, iface);
}
