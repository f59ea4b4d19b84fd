/* console_status.c - the line above the hints: what the selected thing is, or what has just happened. */
#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/console_state.h"
#include "ui/tui/views/describe.h"
#include "ui/tui/views/rows.h"

struct pen {
        struct canvas *canvas;
        int x, y, right;
};

static void put(struct pen *p, enum style s, const char *text)
{
        int room = p->right - p->x;

        if (room > 0 && *text)
                p->x += canvas_text(p->canvas, p->x, p->y, room, s, text) + 2;
}

static void put_sign(struct pen *p, enum style s, enum sign sign)
{
        canvas_put(p->canvas, p->x, p->y, canvas_sign(p->canvas, sign), s);
        p->x += 2;
}

static void put_iface(struct pen *p, const struct graph *g, size_t index)
{
        const struct iface *i = &g->ifaces[index];
        CLEANUP(text_done) struct text name = {0}, kind = {0}, addresses = {0}, rates = {0};
        enum style style;
        enum sign sign;
        const char *state = describe_state(i, &style, &sign);
        char mac[MAC_TEXT_SIZE], rx[RATE_TEXT_SIZE], tx[RATE_TEXT_SIZE];

        query_put_iface(&name, g, index);
        put(p, STYLE_BOX_TITLE, text_str(&name));
        describe_kind(&kind, i);
        put(p, STYLE_NORMAL, text_str(&kind));
        put_sign(p, style, sign);
        put(p, style, state);
        put(p, STYLE_NORMAL, mac_format(i->mac, mac));
        if (i->pin_source != PIN_NONE) {
                put_sign(p, STYLE_PIN, SIGN_PIN);
                put(p, STYLE_PIN, mac_equal(i->pin, i->mac) ? _("pinned") : _("not its pinned MAC"));
        }
        describe_addresses(&addresses, i, false);
        put(p, STYLE_ADDRESS, text_str(&addresses));
        if (i->rx_Bps != RATE_UNKNOWN || i->tx_Bps != RATE_UNKNOWN) {
                text_putf(&rates, _("rx %s  tx %s"), describe_rate(i->rx_Bps, rx), describe_rate(i->tx_Bps, tx));
                if ((int)text_columns(text_str(&rates)) <= p->right - p->x) /* half a number is none */
                        put(p, STYLE_DIM, text_str(&rates));
        }
        if (i->warning)
                put(p, STYLE_WARNING, i->warning);
}

static void put_jail(struct pen *p, const struct graph *g, size_t index)
{
        const struct jail *j = &g->jails[index];
        CLEANUP(text_done) struct text t = {0};

        put(p, STYLE_BOX_TITLE, j->name);
        text_putf(&t, _("jail  jid %d"), j->jid);
        put(p, STYLE_NORMAL, text_str(&t));
        if (j->state != JAIL_ALIVE)
                put_sign(p, STYLE_PENDING, SIGN_WARNING);
        put(p, j->state == JAIL_ALIVE ? STYLE_UP : STYLE_PENDING, _(jail_state_name(j->state)));
        put(p, STYLE_NORMAL, _(jail_origin_name(j->origin)));
        text_clear(&t);
        text_putf(&t, intl_plural("%zu interface", "%zu interfaces", j->iface_count), j->iface_count);
        put(p, STYLE_NORMAL, text_str(&t));
        if (j->process_count > 0) {
                text_clear(&t);
                text_putf(&t, intl_plural("%zu process", "%zu processes", j->process_count), j->process_count);
                put(p, STYLE_NORMAL, text_str(&t));
        }
        if (j->forwarding > 0 || j->forwarding6 > 0)
                put(p, STYLE_NORMAL, _("forwarding"));
        if (j->warning)
                put(p, STYLE_WARNING, j->warning);
        else if (j->path && index != 0)
                put(p, STYLE_DIM, j->path);
}

static void put_node(struct pen *p, const struct graph *g, size_t index)
{
        const struct node *n = &g->nodes[index];
        CLEANUP(text_done) struct text t = {0};

        if (n->name)
                put(p, STYLE_BOX_TITLE, n->name);
        text_putf(&t, "[%08x]", n->id);
        put(p, n->name ? STYLE_DIM : STYLE_BOX_TITLE, text_str(&t));
        text_clear(&t);
        text_putf(&t, intl_plural("%s node  %zu hook", "%s node  %zu hooks", n->hook_count), n->type, n->hook_count);
        put(p, STYLE_NORMAL, text_str(&t));
        if (n->iface != NONE)
                put_iface(p, g, n->iface);
}

/* The Returns view speaks of what is under its bar, which may be a thing that is no more. */
static void put_loan(struct pen *p, const struct graph *g, const struct loan *l)
{
        CLEANUP(text_done) struct text t = {0};
        char mac[MAC_TEXT_SIZE];

        if (l->iface_index != NONE) {
                put_iface(p, g, l->iface_index);
        } else {
                put(p, STYLE_BOX_TITLE, l->iface);
                put(p, STYLE_NORMAL, mac_format(l->mac, mac));
        }
        text_putf(&t,
                  l->state == LOAN_RETURNED       ? _("%s from %s")
                          : l->state == LOAN_LOST ? _("%s with %s")
                                                  : _("%s in %s"),
                  _(loan_state_name(l->state)), l->jail_name);
        put(p, l->state == LOAN_PENDING ? STYLE_PENDING : STYLE_DIM, text_str(&t));
}

/* A sentence, which has the whole line. */
static void put_sentence(struct console *c, int y, enum style s, const char *text)
{
        int x = 1 + canvas_text(c->canvas, 1, y, 2, s, s == STYLE_ERROR || s == STYLE_WARNING ? "! " : "");

        (void)canvas_text_visible(c->canvas, x, y, c->canvas->w - 1 - x, s, text);
}

/* Where the bar is in the view's list, at the right end; returns the column before it. */
static int put_position(struct console *c, int y)
{
        const struct rows *r = c->views[c->view]->rows;
        int right = c->canvas->w - 1;
        char text[48];

        if (!r || r->count < 2)
                return right;
        (void)str_format(text, sizeof(text), "%zu/%zu", r->cursor + 1, r->count); /* fits */
        right -= (int)text_columns(text);
        (void)canvas_text(c->canvas, right, y, -1, STYLE_DIM, text);
        return right - 2;
}

void console_draw_status(struct console *c, int y)
{
        struct pen p = {c->canvas, 1, y, c->canvas->w - 1};
        struct dialog *d = dialogs_top(&c->dialogs);
        enum style s = STYLE_NORMAL;
        const char *text = d && d->status ? d->status(d, &s) : NULL;

        if (text) {
                put_sentence(c, y, s, text);
                return;
        }
        if (c->message[0]) {
                put_sentence(c, y, c->message_style, c->message);
                return;
        }

        if (c->news[0]) {
                put_sentence(c, y, STYLE_CHANGED, c->news);
                return;
        }
        p.right = put_position(c, y);

        struct object o = selection_resolve(&c->ui.selection, c->graph);
        size_t loan = c->view == VIEW_RETURNS ? console_loan(c) : NONE;

        if (loan != NONE) {
                put_loan(&p, c->graph, &c->graph->loans[loan]);
                return;
        }

        CLEANUP(text_done) struct text about = {0};
        struct view *v = c->views[c->view];

        if (o.type == OBJECT_NONE && v->about && v->about(v, &about)) {
                put(&p, STYLE_NORMAL, text_str(&about));
                return;
        }
        switch (o.type) {
        case OBJECT_NONE: put(&p, STYLE_DIM, _("nothing is selected; arrows go to a thing")); break;
        case OBJECT_JAIL: put_jail(&p, c->graph, o.index); break;
        case OBJECT_IFACE: put_iface(&p, c->graph, o.index); break;
        case OBJECT_NODE: put_node(&p, c->graph, o.index); break;
        }
}
