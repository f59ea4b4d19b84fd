/* marks.c - sets of things by identity. */
#include "ui/tui/marks.h"

#include <fnmatch.h>
#include <string.h>

#include "core/base/text.h"

static struct selection identity(const struct graph *g, struct object o)
{
        struct selection s;

        if (o.type == OBJECT_NODE && g->nodes[o.index].iface != NONE)
                o = (struct object){OBJECT_IFACE, g->nodes[o.index].iface};
        selection_set(&s, g, o);
        return s;
}

static size_t find(const struct marks *m, const struct selection *s)
{
        size_t i = 0;

        while (i < m->count &&
               (m->items[i].type != s->type || m->items[i].cookie != s->cookie || m->items[i].number != s->number ||
                m->items[i].node != s->node))
                i++;
        return i;
}

bool marks_has(const struct marks *m, const struct graph *g, struct object o)
{
        if (!m || m->count == 0 || o.type == OBJECT_NONE)
                return false;

        struct selection s = identity(g, o);

        return find(m, &s) < m->count;
}

bool marks_set(struct marks *m, const struct graph *g, struct object o, bool on)
{
        if (o.type == OBJECT_NONE)
                return false;

        struct selection s = identity(g, o);
        size_t at = find(m, &s);

        if (on && at == m->count) {
                if (m->count == MARKS_MAX)
                        return false;
                m->items[m->count++] = s;
        } else if (!on && at < m->count) {
                memmove(&m->items[at], &m->items[at + 1], (m->count - at - 1) * sizeof(s));
                m->count--;
        }
        return true;
}

void marks_prune(struct marks *m, const struct graph *g)
{
        size_t kept = 0;

        for (size_t i = 0; i < m->count; i++)
                if (selection_resolve(&m->items[i], g).type != OBJECT_NONE)
                        m->items[kept++] = m->items[i];
        m->count = kept;
}

size_t marks_pattern(struct marks *m, const struct ui *u, const char *pattern)
{
        const struct graph *g = u->graph;
        bool is_path = strchr(pattern, '/') != NULL;
        size_t before = m->count;

        for (size_t j = 0; j < g->jail_count; j++) {
                const struct jail *jail = &g->jails[j];

                if (!is_path && j != 0 && ui_matches(u, jail->name) && fnmatch(pattern, jail->name, 0) == 0)
                        (void)marks_set(m, g, (struct object){OBJECT_JAIL, j}, true);
                for (size_t i = jail->iface_first; i != NONE; i = g->ifaces[i].next) {
                        CLEANUP(text_done) struct text word = {0};

                        if (is_path)
                                text_putf(&word, "%s/", jail->name);
                        text_put(&word, g->ifaces[i].name);
                        if (ui_shows_iface(u, i) && fnmatch(pattern, text_str(&word), 0) == 0)
                                (void)marks_set(m, g, (struct object){OBJECT_IFACE, i}, true);
                }
        }
        return m->count - before;
}
