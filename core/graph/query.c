/* query.c - from the words that a person types to things in a graph. */
#include "core/graph/query.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/graph/names.h"
#include "core/graph/path.h"

/* Length beyond which nobody mistypes a name by a letter; also bounds the work. */
#define NEAR_BYTES 64

/* Insertions, deletions and replacements between two words, up to `limit`; more counts as limit + 1. */
static unsigned distance(const char *a, const char *b, unsigned limit)
{
        size_t m = strlen(a), n = strlen(b);
        unsigned row[NEAR_BYTES + 1];

        if (m > NEAR_BYTES || n > NEAR_BYTES || (m > n ? m - n : n - m) > limit)
                return limit + 1;
        for (unsigned k = 0; k <= n; k++)
                row[k] = k;
        for (size_t i = 1; i <= m; i++) {
                unsigned diagonal = row[0], best = (unsigned)i;

                row[0] = (unsigned)i;
                for (size_t k = 1; k <= n; k++) {
                        unsigned above = row[k], value = diagonal + (a[i - 1] != b[k - 1]);

                        if (above + 1 < value)
                                value = above + 1;
                        if (row[k - 1] + 1 < value)
                                value = row[k - 1] + 1;
                        diagonal = above;
                        row[k] = value;
                        if (value < best)
                                best = value;
                }
                if (best > limit)
                        return limit + 1;
        }
        return row[n];
}

/* The best so far of several words that may have been meant. */
struct near {
        const char *word;
        size_t index;
        unsigned distance;
};

static struct near near_begin(const char *word)
{
        size_t length = strlen(word);

        return (struct near){.index = NONE, .distance = length < 3 ? 1 : length < 6 ? 2 : 3};
}

static void near_try(struct near *n, const char *word, const char *candidate, size_t index)
{
        unsigned d = n->distance ? distance(word, candidate, n->distance - 1) : 1;

        if (d < n->distance)
                *n = (struct near){candidate, index, d};
}

int query_jail(const struct graph *g, const char *word, size_t *ret_jail, struct err *e)
{
        const char *name = str_has_prefix(word, "jail:") ? word + 5 : word;
        size_t jail = graph_find_jail(g, name);
        uint32_t jid;

        if (!*name)
                return err_set(e, -EINVAL, "jail name: is empty; jailnet show lists them");
        if (jail == NONE && str_to_u32(name, INT32_MAX, &jid) == 0)
                for (size_t i = 0; i < g->jail_count && jail == NONE; i++)
                        if (g->jails[i].jid == (int)jid)
                                jail = i;
        if (jail == NONE) {
                struct near n = near_begin(name);

                if (graph_find_iface_in(g, 0, name) != NONE)
                        return err_set(e, -ENOENT, "%s: is an interface and no jail; jailnet show lists the jails",
                                       name);
                for (size_t i = 0; i < g->jail_count; i++)
                        near_try(&n, name, g->jails[i].name, i);
                if (n.word)
                        return err_set(e, -ENOENT, "%s: no such jail; did you mean %s?", name, n.word);
                return err_set(e, -ENOENT, "%s: no such jail; jailnet show lists them", name);
        }
        *ret_jail = jail;
        return 0;
}

/* No such interface: says what may have been meant. */
static int no_iface(const struct graph *g, const char *word, size_t jail, const char *name, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        struct near n = near_begin(name);
        size_t elsewhere = NONE;

        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                if (iface_is_hidden(f))
                        continue;
                if (f->jail == jail)
                        near_try(&n, name, f->name, i);
                else if (elsewhere == NONE && strcmp(f->name, name) == 0)
                        elsewhere = i;
        }
        if (elsewhere == NONE && !strchr(word, '/') && graph_find_jail(g, word) != NONE)
                return err_set(e, -ENOENT, "%s: is a jail; write JAIL/NAME for an interface of it", word);
        if (elsewhere == NONE)
                elsewhere = n.index;
        if (elsewhere == NONE)
                return err_set(e, -ENOENT, "%s: no such interface; jailnet show lists them", word);
        query_put_iface(&t, g, elsewhere);
        return err_set(e, -ENOENT, "%s: no such interface; did you mean %s?", word, text_str(&t));
}

int query_iface(const struct graph *g, const char *word, size_t *ret_iface, struct err *e)
{
        const char *rest = str_has_prefix(word, "if:") ? word + 3 : word, *slash = strrchr(rest, '/');
        const char *name = slash ? slash + 1 : rest;
        size_t jail = 0, iface;
        uint32_t id;

        if (!*name)
                return err_set(e, -EINVAL, "%s: has no interface name; write it like www/eth0", word);
        if (path_parse_id(rest, &id) && (iface = graph_find_number(g, id)) != NONE) {
                *ret_iface = iface;
                return 0;
        }
        if (slash) {
                CLEANUP(freep) char *jail_word = xstrndup(rest, (size_t)(slash - rest));
                int r = query_jail(g, jail_word, &jail, e);

                if (r < 0)
                        return r;
        }
        iface = graph_find_iface_in(g, jail, name);
        if (iface == NONE)
                return no_iface(g, word, jail, name, e);
        *ret_iface = iface;
        return 0;
}

/* The jail that a word is qualified with ("www/sw0:"), and the rest; the host without one. */
static const char *split_jail(const struct graph *g, const char *word, size_t *ret_jail)
{
        const char *slash = strchr(word, '/');

        *ret_jail = 0;
        if (!slash)
                return word;

        CLEANUP(freep) char *name = xstrndup(word, (size_t)(slash - word));
        size_t jail = 0;

        if (query_jail(g, name, &jail, NULL) < 0)
                return word; /* a node's name may have a slash in it */
        *ret_jail = jail;
        return slash + 1;
}

static int no_node(const struct graph *g, const char *word, size_t jail, const char *name, struct err *e)
{
        struct near n = near_begin(name);

        for (size_t i = 0; i < g->node_count; i++)
                if (g->nodes[i].jail == jail && g->nodes[i].name)
                        near_try(&n, name, g->nodes[i].name, i);
        if (n.word)
                return err_set(e, -ENOENT, "%s: no such node; did you mean %s?", word, n.word);
        return err_set(e, -ENOENT, "%s: no such node; jailnet show lists them", word);
}

int query_node(const struct graph *g, const char *word, size_t *ret_node, struct err *e)
{
        size_t jail, node = NONE, iface;
        const char *rest = split_jail(g, str_has_prefix(word, "node:") ? word + 5 : word, &jail);
        uint32_t id;

        if (!*rest)
                return err_set(e, -EINVAL, "%s: has no node name; write it like sw0 or [0000001e]", word);
        if (strchr(rest, ':')) {
                /* An id is one node's in all jails here; a name is its jail's. */
                int r = path_resolve(g, rest[0] == '[' ? NONE : jail, NONE, rest, &node);

                if (r == -EINVAL)
                        return err_set(e, r, "%s: is not a node's address; write it like sw0:link1 or [1e]:", word);
                if (r < 0)
                        return err_set(e, r, "%s: no such node, or no such hook on the way; jailnet show lists them",
                                       word);
                *ret_node = node;
                return 0;
        }
        if (path_parse_id(rest, &id))
                node = graph_find_node(g, id);
        if (node == NONE)
                node = graph_find_node_named(g, jail, rest);
        if (node == NONE && (iface = graph_find_iface_in(g, jail, rest)) != NONE)
                node = g->ifaces[iface].node;
        if (node == NONE)
                return no_node(g, word, jail, rest, e);
        *ret_node = node;
        return 0;
}

static int prefixed_object(const struct graph *g, const char *word, struct object *ret, bool *ret_is_prefixed,
                           struct err *e)
{
        struct object o = {0};
        int r = 0;

        if (str_has_prefix(word, "jail:")) {
                o.type = OBJECT_JAIL;
                r = query_jail(g, word, &o.index, e);
        } else if (str_has_prefix(word, "if:")) {
                o.type = OBJECT_IFACE;
                r = query_iface(g, word, &o.index, e);
        } else if (str_has_prefix(word, "node:") || word[0] == '[' || strchr(word, ':')) {
                o.type = OBJECT_NODE;
                r = query_node(g, word, &o.index, e);
        } else {
                *ret_is_prefixed = false;
                return 0;
        }
        *ret_is_prefixed = true;
        if (r == 0)
                *ret = o;
        return r;
}

/* Nothing has that name: the nearest of all. */
static int no_object(const struct graph *g, const char *word, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        struct near jail = near_begin(word), iface = near_begin(word);
        const char *slash = strrchr(word, '/');
        size_t elsewhere = NONE;

        if (slash) { /* an interface was meant: its own message is the better one */
                size_t ignored;

                return query_iface(g, word, &ignored, e);
        }
        for (size_t i = 0; i < g->jail_count; i++)
                near_try(&jail, word, g->jails[i].name, i);
        for (size_t i = 0; i < g->iface_count; i++) {
                if (iface_is_hidden(&g->ifaces[i]))
                        continue;
                if (g->ifaces[i].jail == 0)
                        near_try(&iface, word, g->ifaces[i].name, i);
                else if (elsewhere == NONE && strcmp(g->ifaces[i].name, word) == 0)
                        elsewhere = i;
        }
        if (elsewhere != NONE)
                query_put_iface(&t, g, elsewhere);
        else if (jail.word && (!iface.word || jail.distance <= iface.distance))
                text_put(&t, jail.word);
        else if (iface.word)
                query_put_iface(&t, g, iface.index);
        else
                return err_set(e, -ENOENT, "%s: no such jail, interface or node; jailnet show lists them", word);
        return err_set(e, -ENOENT, "%s: no such jail, interface or node; did you mean %s?", word, text_str(&t));
}

int query_object(const struct graph *g, const char *word, struct object *ret, struct err *e)
{
        size_t jail = NONE, iface = NONE, node = NONE;
        bool is_prefixed;
        int r = prefixed_object(g, word, ret, &is_prefixed, e);

        if (r < 0 || is_prefixed)
                return r;
        if (query_jail(g, word, &jail, NULL) < 0)
                jail = NONE;
        if (query_iface(g, word, &iface, NULL) < 0)
                iface = NONE;
        if (query_node(g, word, &node, NULL) < 0 || (iface != NONE && g->ifaces[iface].node == node))
                node = NONE;
        if (jail != NONE && iface != NONE)
                return err_set(e, -ENOTUNIQ, "%s: is a jail and an interface; write jail:%s or if:%s", word, word,
                               word);
        if (jail != NONE && node != NONE)
                return err_set(e, -ENOTUNIQ, "%s: is a jail and a node; write jail:%s or node:%s", word, word, word);
        if (iface != NONE && node != NONE)
                return err_set(e, -ENOTUNIQ, "%s: is an interface and another one's node; write if:%s or node:%s", word,
                               word, word);
        if (jail != NONE)
                *ret = (struct object){OBJECT_JAIL, jail};
        else if (iface != NONE)
                *ret = (struct object){OBJECT_IFACE, iface};
        else if (node != NONE)
                *ret = (struct object){OBJECT_NODE, node};
        else
                return no_object(g, word, e);
        return 0;
}

int query_hook(const struct graph *g, const char *word, size_t *ret_node, size_t *ret_hook, char name[HOOK_NAME_SIZE],
               struct err *e)
{
        const char *rest = str_has_prefix(word, "node:") ? word + 5 : word, *colon = strrchr(rest, ':');
        size_t node = NONE;

        if (!colon || colon == rest || !colon[1])
                return err_set(e, -EINVAL, "%s: is not a hook; write it like bridge0:link1", word);

        int r = name_check_hook(colon + 1, e);

        if (r < 0)
                return r;

        CLEANUP(freep) char *address = xstrndup(rest, (size_t)(colon - rest));

        r = query_node(g, address, &node, e);
        if (r < 0)
                return r;
        *ret_node = node;
        *ret_hook = graph_find_hook(g, node, colon + 1);
        (void)str_copy(name, HOOK_NAME_SIZE, colon + 1);
        return 0;
}

void query_put_iface(struct text *t, const struct graph *g, size_t iface)
{
        const struct iface *f = &g->ifaces[iface];
        const char *jail = g->jails[f->jail].name;

        if (f->jail == 0)
                text_put(t, f->name);
        else if (graph_find_jail(g, jail) == f->jail)
                text_putf(t, "%s/%s", jail, f->name);
        else /* a living jail has the name again */
                text_putf(t, "[%08" PRIx32 "]", f->number);
}
