/* console_find.c - search and filter: one line at the bottom, and the selection or the views follow while one types. */
#include <string.h>
#include <strings.h>

#include "core/base/intl.h"
#include "ui/tui/console_state.h"

/* What a thing is found by. The filter's rule of matching serves the search too. */
static bool iface_matches(const struct ui *u, const struct graph *g, const struct iface *i)
{
        char buf[PREFIX_TEXT_SIZE], mac[MAC_TEXT_SIZE];
        CLEANUP(text_done) struct text word = {0};

        query_put_iface(&word, g, (size_t)(i - g->ifaces));
        if (ui_matches(u, i->name) || ui_matches(u, text_str(&word)) || ui_matches(u, i->alias) ||
            ui_matches(u, i->long_name) || ui_matches(u, mac_format(i->mac, mac)))
                return true;
        for (size_t n = 0; n < i->altname_count; n++) {
                if (ui_matches(u, i->altnames[n]))
                        return true;
        }
        for (size_t n = 0; n < i->address_count; n++) {
                if (ui_matches(u, prefix_format(&i->addresses[n], buf)))
                        return true;
        }
        return i->node != NONE && ui_matches(u, g->nodes[i->node].name);
}

/* A jail without a stack of its own is found where it is: at the interface that it uses (NONE: at the stack's jail). */
static bool guest_matches(const struct ui *u, const struct graph *g, size_t jail, size_t iface)
{
        for (size_t k = 0; k < g->guest_count; k++) {
                const struct guest *guest = &g->guests[k];

                if (guest->kind == GUEST_JAIL && guest->jail == jail && guest_uses(guest, iface) &&
                    ui_matches(u, guest->name))
                        return true;
        }
        return false;
}

struct places {
        struct object *items;
        size_t count, capacity;
};

static void add_place(struct places *p, struct object o)
{
        p->items = array_grow(p->items, &p->capacity, p->count, sizeof(*p->items));
        p->items[p->count++] = o;
}

/* Jails and their interfaces in the order of the picture, as far as they match. */
static struct places find_all(const struct console *c)
{
        struct places p = {0};
        const struct graph *g = c->graph;
        struct ui wanted = c->ui;

        (void)str_copy(wanted.filter, sizeof(wanted.filter), c->search); /* cut is fine: a prefix finds more */
        if (!wanted.filter[0])
                return p;
        for (size_t j = 0; j < g->jail_count; j++) {
                const struct jail *jail = &g->jails[j];

                if (ui_matches(&wanted, jail->name) || guest_matches(&wanted, g, j, NONE))
                        add_place(&p, (struct object){OBJECT_JAIL, j});
                for (size_t i = jail->iface_first; i != NONE; i = g->ifaces[i].next) {
                        if ((c->ui.show_all || !iface_is_hidden(&g->ifaces[i])) &&
                            (iface_matches(&wanted, g, &g->ifaces[i]) || guest_matches(&wanted, g, j, i)))
                                add_place(&p, (struct object){OBJECT_IFACE, i});
                }
        }
        return p;
}

/* Where an object stands in that order. */
static size_t rank(const struct graph *g, struct object o)
{
        size_t before;

        switch (o.type) {
        case OBJECT_NONE: break;
        case OBJECT_JAIL: /* behind those of the jails before it, of which some may have none */
                before = o.index;
                while (before > 0 && g->jails[before - 1].iface_count == 0)
                        before--;
                return o.index + (before ? g->jails[before - 1].iface_last + 1 : 0);
        case OBJECT_IFACE: return g->ifaces[o.index].jail + 1 + o.index;
        case OBJECT_NODE:
                if (g->nodes[o.index].iface != NONE)
                        return rank(g, (struct object){OBJECT_IFACE, g->nodes[o.index].iface});
        }
        return 0;
}

/* Whether it is the very thing that was typed: its whole name, or JAIL/NAME. */
static bool is_exact(const struct console *c, struct object o)
{
        CLEANUP(text_done) struct text word = {0};

        if (o.type == OBJECT_JAIL)
                return strcasecmp(c->graph->jails[o.index].name, c->search) == 0;
        query_put_iface(&word, c->graph, o.index);
        return strcasecmp(text_str(&word), c->search) == 0 ||
                strcasecmp(c->graph->ifaces[o.index].name, c->search) == 0;
}

/* from_here: while typing; what has exactly that name comes before what only has it in its name. */
static void go(struct console *c, const struct selection *from, int direction, bool from_here)
{
        struct places p = find_all(c);
        CLEANUP(freep) struct object *items = p.items;
        struct object start = selection_resolve(from, c->graph);
        size_t at = rank(c->graph, start), chosen = NONE;
        char note[64];

        for (size_t n = 0; n < p.count; n++) {
                size_t i = direction > 0 ? n : p.count - 1 - n;
                size_t here = rank(c->graph, items[i]);
                bool is_behind = start.type == OBJECT_NONE || (direction > 0 ? here > at : here < at);

                if (is_behind || (from_here && here == at)) {
                        chosen = i;
                        break;
                }
        }
        for (size_t n = 0; n < p.count && from_here; n++) {
                if (is_exact(c, items[n])) {
                        chosen = n;
                        break;
                }
        }
        if (chosen == NONE && p.count > 0)
                chosen = direction > 0 ? 0 : p.count - 1; /* round */
        if (chosen != NONE)
                selection_set(&c->ui.selection, c->graph, items[chosen]);
        if (chosen == NONE)
                (void)str_format(note, sizeof(note), "%s", c->search[0] ? _("nothing found") : ""); /* fits */
        else
                (void)str_format(note, sizeof(note), _("%zu of %zu"), chosen + 1, p.count); /* fits */
        if (c->search_prompt)
                prompt_note(c->search_prompt, note);
        else
                console_say(c, chosen == NONE ? STYLE_WARNING : STYLE_NORMAL, "search '%s': %s", c->search, note);
}

static void search_changed(void *user, const char *text)
{
        struct console *c = user;

        (void)str_copy(c->search, sizeof(c->search), text); /* cut is fine */
        if (*text)
                go(c, &c->search_start, 1, true);
        else
                c->ui.selection = c->search_start;
}

static void search_ended(void *user, const char *text, bool is_accepted)
{
        struct console *c = user;

        c->search_prompt = NULL;
        if (!is_accepted) {
                c->ui.selection = c->search_start;
                return;
        }
        c->has_searched = *text != '\0';
        if (*text)
                console_say(c, STYLE_NORMAL, "search '%s': n next, N previous", text);
}

bool console_search_key(struct console *c, const struct key *k)
{
        bool is_next = c->has_searched && k->code == 'n';

        c->has_searched = c->has_searched && (is_next || k->code == 'N' || k->code == KEYC_CTRL_N);
        if (is_next)
                console_search_next(c, 1);
        return is_next;
}

void console_open_search(struct console *c)
{
        const struct prompt_options o = {
                .label = _("Search"),
                .hints = _("Enter:stay_here Esc:go_back n/N:next,_previous_afterwards"),
                .changed = search_changed,
                .ended = search_ended,
                .user = c,
        };

        c->search_start = c->ui.selection;
        c->search_prompt = prompt_new(&o);
        dialogs_push(&c->dialogs, c->search_prompt);
}

void console_search_next(struct console *c, int direction)
{
        if (!c->search[0]) {
                console_open_search(c);
                return;
        }
        go(c, &c->ui.selection, direction, false);
}

static void filter_changed(void *user, const char *text)
{
        struct console *c = user;

        (void)str_copy(c->ui.filter, sizeof(c->ui.filter), text); /* cut is fine: a prefix shows more */
}

static void filter_ended(void *user, const char *text, bool is_accepted)
{
        struct console *c = user;

        filter_changed(c, is_accepted ? text : c->filter_before);
        if (is_accepted && *text)
                console_say(c, STYLE_NORMAL, "filter '%s': F shows everything again", text);
}

void console_open_filter(struct console *c)
{
        const struct prompt_options o = {
                .label = _("Filter"),
                .initial = c->ui.filter,
                .hints = _("Enter:keep Esc:as_before Ctrl-U:clear"),
                .changed = filter_changed,
                .ended = filter_ended,
                .user = c,
        };

        (void)str_copy(c->filter_before, sizeof(c->filter_before), c->ui.filter); /* the same size */
        dialogs_push(&c->dialogs, prompt_new(&o));
}
