/* ngctl_many.c - a one2many's configuration: which of its links get what comes in by one, which is a bond's mode. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

#define LINKS_MAX 64 /* as netgraph's */

/* netgraph's numbers, the verb's words, the bond's modes (linux/if_bonding.h). */
static const struct algorithm {
        const char *word;
        uint8_t bond_mode;
} algorithms[] = {{"roundrobin", 0}, {"all", 3}, {"failover", 1}}; /* from 1 */

/* -1: it is no link's. */
static int link_number(const char *hook)
{
        uint32_t n;

        return str_has_prefix(hook, "many") && str_to_u32(hook + strlen("many"), LINKS_MAX - 1, &n) == 0 ? (int)n : -1;
}

static void find_links(struct ngctl *n, struct place at, bool ret[LINKS_MAX])
{
        size_t count = 0;
        CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, at, &count);

        for (size_t k = 0; k < count; k++) {
                int link = link_number(hooks[k].name);

                if (link >= 0)
                        ret[link] = true;
        }
}

int many_get_config(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        bool is_link[LINKS_MAX] = {false};
        size_t alg = 0;
        int last = -1;

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        while (alg < ARRAY_SIZE(algorithms) && algorithms[alg].bond_mode != msg_iface(n, at)->bond_mode)
                alg++;
        if (alg == ARRAY_SIZE(algorithms))
                return err_set(e, -EOPNOTSUPP, "the bond's mode %u is none that a one2many has",
                               msg_iface(n, at)->bond_mode);
        find_links(n, at, is_link);
        text_putf(&t, "{ xmitAlg=%zu failAlg=2 ", alg + 1); /* Linux watches its links by itself */
        for (int k = 0; k < LINKS_MAX; k++) {
                if (!is_link[k])
                        continue;
                text_put(&t, last < 0 ? "enabledLinks=[ " : "");
                if (k == last + 1)
                        text_put(&t, "1 ");
                else
                        text_putf(&t, "%d=1 ", k);
                last = k;
        }
        text_put(&t, last < 0 ? "}" : "] }");
        msg_reply(n, at, m, text_str(&t));
        return 0;
}

/* "[ 1 1 4=1 ]": what is not named is 0. */
static int parse_links(const char *s, bool ret[LINKS_MAX])
{
        long next = 0;

        if (*s++ != '[')
                return -EINVAL;
        for (;;) {
                char *end;

                s += strspn(s, " \t");
                if (*s == ']')
                        return 0;

                long value = strtol(s, &end, 0);

                if (end == s)
                        return -EINVAL;
                s = end;
                if (*s == '=') {
                        next = value;
                        value = strtol(s + 1, &end, 0);
                        if (end == s + 1)
                                return -EINVAL;
                        s = end;
                }
                if (next < 0 || next >= LINKS_MAX || (*s != ']' && !isspace((unsigned char)*s)))
                        return -EINVAL;
                ret[next++] = value != 0;
        }
}

/* A hook of the node while it is made anew. */
struct kept {
        char name[HOOK_NAME_SIZE];
        const char *peer, *peer_node; /* NULL: of ngctl's own node */
        char own_hook[HOOK_NAME_SIZE];
        bool is_held; /* the peer would go with this hook, its last */
};

static void keep_hook(struct ngctl *n, const struct view_hook *h, struct kept *ret)
{
        const struct graph *g = dialect_graph(n->d);

        (void)str_copy(ret->name, sizeof(ret->name), h->name);
        if (h->own) {
                (void)str_copy(ret->own_hook, sizeof(ret->own_hook), h->peer_hook);
                return;
        }

        const struct node *node = &g->nodes[h->peer.node];

        ret->peer = ngview_word(n, h->peer.node, h->peer_hook);
        ret->peer_node = ngview_word(n, h->peer.node, NULL);
        ret->is_held = node->iface != NONE && role_is_netgraph(g->ifaces[node->iface].role) && !node->is_persistent &&
                node->hook_count == 1;
}

static int persist_peers(struct ngctl *n, const struct kept *hooks, size_t count, const char *word, struct err *e)
{
        int r = 0;

        for (size_t k = 0; r == 0 && k < count; k++)
                if (hooks[k].is_held)
                        r = dialect_add(n->d, e, "persist", hooks[k].peer_node, word, NULL);
        return r;
}

static int join_again(struct ngctl *n, size_t made, const struct kept *hooks, size_t count, struct err *e)
{
        uint32_t id = dialect_graph(n->d)->nodes[made].id;
        int r = 0;

        for (size_t k = count; r == 0 && k-- > 0;) { /* the oldest first */
                size_t node = graph_find_node(dialect_graph(n->d), id);

                if (hooks[k].peer)
                        r = dialect_add(n->d, e, "connect", ngview_word(n, node, hooks[k].name), hooks[k].peer, NULL);
                else
                        own_add(n, hooks[k].own_hook, node, hooks[k].name);
        }
        return r;
}

/* A bond takes its mode while it has no ports: it is made anew, and joined to what it was joined to. */
static int make_anew(struct ngctl *n, struct place at, const char *xmit, struct err *e)
{
        const struct graph *g = dialect_graph(n->d);
        const struct node *node = &g->nodes[at.node];
        CLEANUP(freep) char *name = node->name ? xstrdup(node->name) : NULL;
        CLEANUP(freep) char *jail = xstrdup(g->jails[node->jail].name);
        const char *word = ngview_word(n, at.node, NULL);
        bool is_persistent = node->is_persistent;
        uint32_t id = node->id;
        size_t count = 0;
        CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, at, &count);
        CLEANUP(freep) struct kept *kept = xcalloc(count, sizeof(*kept));

        for (size_t k = 0; k < count; k++)
                keep_hook(n, &hooks[k], &kept[k]);
        say_meaning(n, "setconfig: the bond is made anew for its other mode; the node's id is another one then");

        int r = persist_peers(n, kept, count, "on", e);

        if (r == 0)
                r = dialect_add(n->d, e, "shutdown", word, NULL);
        own_forget(n, id);
        if (r == 0 && name)
                r = dialect_add(n->d, e, "create", "node", "one2many", name, "--jail", jail, "--xmit", xmit, NULL);
        else if (r == 0)
                r = dialect_add(n->d, e, "create", "node", "one2many", "--jail", jail, "--xmit", xmit, NULL);

        size_t made = r == 0 ? ngview_newest(n, "one2many") : NONE;

        if (r == 0 && made == NONE)
                r = err_set(e, -ENXIO, "one2many: no such node was made");
        if (r == 0 && is_persistent)
                r = dialect_add(n->d, e, "persist", ngview_word(n, made, NULL), "on", NULL);
        if (r == 0)
                r = join_again(n, ngview_newest(n, "one2many"), kept, count, e);
        return r < 0 ? r : persist_peers(n, kept, count, "off", e);
}

static int take_fields(const struct value_fields *f, int64_t *ret_xmit, struct err *e)
{
        static const char *const known[] = {"xmitAlg", "failAlg", "enabledLinks"};
        const char *xmit = value_get(f, "xmitAlg"), *fail = value_get(f, "failAlg");
        int64_t number;

        for (size_t k = 0; k < f->count; k++) {
                bool is_known = false;

                for (size_t x = 0; x < ARRAY_SIZE(known); x++)
                        is_known = is_known || strcmp(f->fields[k].name, known[x]) == 0;
                if (!is_known)
                        return err_set(e, -EINVAL, "%s: is no field of a one2many's configuration", f->fields[k].name);
        }
        if (!xmit || value_parse_number(xmit, 1, ARRAY_SIZE(algorithms), ret_xmit) < 0)
                return err_set(e, -EINVAL, "xmitAlg: is 1 (in turn), 2 (all) or 3 (the first that works)");
        if (!fail || value_parse_number(fail, 1, 2, &number) < 0)
                return err_set(e, -EINVAL, "failAlg: is 1 (by enabledLinks) or 2 (told by the links)");
        return 0;
}

int many_set_config(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(value_fields_done) struct value_fields f = {0};
        bool is_link[LINKS_MAX] = {false}, is_enabled[LINKS_MAX] = {false};
        int64_t xmit = 0;
        const char *links;

        (void)m;
        if (value_parse_struct(args, &f) < 0)
                return err_set(e, -EINVAL, "not a struct; write it like { xmitAlg=1 failAlg=2 enabledLinks=[ 1 1 ] }");

        int r = take_fields(&f, &xmit, e);

        if (r < 0)
                return r;
        links = value_get(&f, "enabledLinks");
        if (links && parse_links(links, is_enabled) < 0)
                return err_set(e, -EINVAL, "enabledLinks: not an array; write it like [ 1 1 ]");
        find_links(n, at, is_link);
        for (int k = 0; k < LINKS_MAX; k++)
                if (is_link[k] && !is_enabled[k])
                        return err_set(e, -EOPNOTSUPP, "many%d: Linux uses each link of a bond; rmhook many%d instead",
                                       k, k);
        if (strcmp(value_get(&f, "failAlg"), "1") == 0)
                say_meaning(n, "setconfig: Linux watches a bond's links itself, as with failAlg=2");

        const struct algorithm *a = &algorithms[xmit - 1];

        return msg_iface(n, at)->bond_mode == a->bond_mode ? 0 : make_anew(n, at, a->word, e);
}
