/*
 * export_netgraph.c - netgraph's nodes as scripts for ngctl: first the interfaces that it makes, then its other nodes
 * and what is joined to what.
 *
 * A node is made from one that is there, over the edge between them: so it is never without a hook, and one without a
 * name has a path. Where there is none such, ngctl's own node lends a hook until the others are joined.
 */
#include "core/dialect/export_parts.h"

#include <netinet/in.h>
#include <string.h>

#include "core/dialect/ngctl.h"
#include "core/graph/marks.h"
#include "core/plan/feed.h"
#include "core/plan/vlans.h"

struct weaver {
        struct out *o;
        const struct graph *g;
        struct text *t;
        size_t jail;
        char **paths;  /* by node: how to call it; NULL: it is not made yet */
        bool *is_done; /* by edge */
        struct text last;
};

bool export_is_netgraph(const struct iface *i)
{
        return role_is_netgraph(i->role) || i->role == ROLE_WIRE;
}

size_t export_upper_of(const struct graph *g, size_t iface)
{
        for (size_t k = 0; k < g->edge_count; k++) {
                const struct edge *e = &g->edges[k];

                if (e->kind == EDGE_UPPER && e->iface_b == iface && export_is_netgraph(&g->ifaces[e->iface_a]))
                        return e->iface_a;
        }
        return NONE;
}

/* A script has no quotes: a name with blanks cannot be written. */
static bool is_writable(const char *name)
{
        return name && *name && !strpbrk(name, " \t\r\n\v\f");
}

static void put_eifaces(struct out *o, size_t jail, enum iface_role role, struct text *t)
{
        CLEANUP(freep) size_t *made = xcalloc(o->g->iface_count + 1, sizeof(*made));
        size_t count = export_eifaces(o, jail, role, made);

        for (size_t k = 0; k < count; k++) {
                const struct iface *i = &o->g->ifaces[made[k]];
                const char *name = i->node == NONE ? NULL : o->g->nodes[i->node].name;

                text_putf(t, "mkpeer %s x %s\nname .:x %s\nrmhook x\n", role == ROLE_IFACE ? "iface" : "eiface",
                          role == ROLE_IFACE ? "inet" : "ether", is_writable(name) ? name : i->name);
        }
}

void export_put_eifaces(struct out *o, size_t jail, struct text *t)
{
        put_eifaces(o, jail, ROLE_EIFACE, t);
        put_eifaces(o, jail, ROLE_IFACE, t);
}

/* -- Nodes and edges --------------------------------------------------------------------------------------------- */

static const struct iface *iface_of(const struct weaver *w, size_t node)
{
        return &w->g->ifaces[w->g->nodes[node].iface];
}

static bool is_woven(const struct weaver *w, size_t node)
{
        return export_is_netgraph(iface_of(w, node));
}

/* Netgraph's, and not the kernel's or rc.conf's: a node of its own is at one end, or a wire joins the two. */
static bool is_ours(const struct weaver *w, const struct edge *e)
{
        size_t a = w->g->hooks[e->a].node, b = w->g->hooks[e->b].node;

        return w->g->nodes[a].jail == w->jail && w->g->nodes[b].jail == w->jail &&
                (is_woven(w, a) || is_woven(w, b) ||
                 (e->kind == EDGE_PAIR && w->g->ifaces[e->iface_a].peer != e->iface_b));
}

static const char *start_path(struct weaver *w, size_t node)
{
        const struct node *n = &w->g->nodes[node];

        if (!w->paths[node] && !is_woven(w, node))
                w->paths[node] = xasprintf("%s:", is_writable(n->name) ? n->name : iface_of(w, node)->name);
        return w->paths[node];
}

static void leave_setting(struct out *o, size_t iface, const char *setting)
{
        CLEANUP(freep) char *why = xasprintf("ngctl has no word for its %s", setting);

        export_leave(o, iface, why);
}

/* What it was set to otherwise than the kernel does, in its type's words: hook is the one that it has by now. */
static void put_config(struct weaver *w, size_t node, const char *hook)
{
        static const struct {
                uint8_t bond_mode, algorithm;
        } algorithms[] = {{3, 2}, {1, 3}}; /* all, failover; in turn is what it does by itself */
        const struct iface *i = iface_of(w, node);
        size_t alg = 0;

        for (int t = 0; t < TUNE_COUNT; t++) {
                if (tunings[t].is_port || !iface_is_tuned(i, (enum tuning)t))
                        continue;
                if (t == TUNE_AGEING && i->role == ROLE_NG_BRIDGE)
                        text_putf(w->t, "msg %s setconfig { maxStaleness=%u }\n", w->paths[node],
                                  i->tuning[t] / tunings[t].scale);
                else
                        leave_setting(w->o, w->g->nodes[node].iface, tunings[t].name);
        }
        if (i->role != ROLE_ONE2MANY || i->bond_mode == 0)
                return;
        while (alg < ARRAY_SIZE(algorithms) && algorithms[alg].bond_mode != i->bond_mode)
                alg++;
        if (alg == ARRAY_SIZE(algorithms)) {
                export_leave(w->o, w->g->nodes[node].iface, "its mode is none that a one2many has");
                return;
        }
        text_putf(w->t, "msg %s setconfig { xmitAlg=%u failAlg=2", w->paths[node], algorithms[alg].algorithm);
        if (str_has_prefix(hook, "many")) /* those that come later are enabled as they come */
                text_putf(w->t, " enabledLinks=[ %s=1 ]", hook + strlen("many"));
        text_put(w->t, " }\n");
}

static void now_made(struct weaver *w, size_t node, const char *path, const char *hook)
{
        const struct node *n = &w->g->nodes[node];

        if (is_writable(n->name)) {
                text_putf(w->t, "name %s %s\n", path, n->name);
                w->paths[node] = xasprintf("%s:", n->name);
        } else {
                w->paths[node] = xstrdup(path);
                if (n->name)
                        export_leave(w->o, n->iface, "its node's name has blanks, which ngctl cannot be told");
        }
        if (n->is_persistent)
                text_putf(w->t, "msg %s setpersistent\n", w->paths[node]);
        put_config(w, node, hook);
}

/* One more hook on: "em0:lower", and then "em0:lower.link1". */
static char *path_on(const char *path, const char *hook)
{
        return xasprintf("%s%s%s", path, path[strlen(path) - 1] == ':' ? "" : ".", hook);
}

/* Makes a node over that edge from the one at its other end, when that one is made and this one is not. */
static bool grow(struct weaver *w, size_t edge)
{
        const struct edge *e = &w->g->edges[edge];

        if (e->kind == EDGE_UPPER)
                return false; /* a lower comes first */
        for (int k = 0; k < 2; k++) {
                const struct hook *from = &w->g->hooks[k ? e->b : e->a], *to = &w->g->hooks[k ? e->a : e->b];
                const char *start = start_path(w, from->node);

                if (!start || !is_woven(w, to->node) || w->paths[to->node])
                        continue;

                CLEANUP(freep) char *path = path_on(start, from->name);

                text_putf(w->t, "mkpeer %s %s %s %s\n", start, w->g->nodes[to->node].type, from->name, to->name);
                w->is_done[edge] = true;
                now_made(w, to->node, path, to->name);
                return true;
        }
        return false;
}

static bool has_hook(const struct weaver *w, size_t node, const char *name)
{
        return graph_find_hook(w->g, node, name) != NONE;
}

/* A hook that this node does not use; false: it has no other. */
static bool find_spare(const struct weaver *w, size_t node, char ret[HOOK_NAME_SIZE])
{
        static const char *const names[] = {"right", "left", "right2left", "left2right", "in", "out"};
        const char *type = w->g->nodes[node].type;
        bool is_tee = strcmp(type, "tee") == 0, is_nat = strcmp(type, "nat") == 0;
        bool is_numbered = strcmp(type, "bridge") == 0 || strcmp(type, "lagg") == 0;
        const char *stem = is_numbered ? "link" : strcmp(type, "one2many") == 0 ? "many" : "x";

        for (size_t k = is_nat ? 4 : 0; (is_tee && k < 4) || (is_nat && k < ARRAY_SIZE(names)); k++)
                if (str_copy(ret, HOOK_NAME_SIZE, names[k]) && !has_hook(w, node, ret))
                        return true;
        for (unsigned n = 0; !is_tee && !is_nat; n++)
                if (str_format(ret, HOOK_NAME_SIZE, "%s%u", stem, n) && !has_hook(w, node, ret))
                        return true;
        return false;
}

/* The first of a group that has no other way in. */
static void plant(struct weaver *w, size_t node)
{
        char spare[HOOK_NAME_SIZE];
        CLEANUP(freep) char *own = xasprintf("n%zu", node);
        CLEANUP(freep) char *path = xasprintf(".:%s", own);

        bool is_lone = w->g->nodes[node].hook_count == 0 && !w->g->nodes[node].is_persistent;

        /* FreeBSD's are gone without a hook; import knows this line, and to ngctl it is a comment. */
        if (is_lone && is_writable(w->g->nodes[node].name)) {
                text_putf(w->t, NGCTL_LONE " %s %s\n", w->g->nodes[node].type, w->g->nodes[node].name);
                w->paths[node] = xasprintf("%s:", w->g->nodes[node].name);
                put_config(w, node, "");
                return;
        }
        if (is_lone || !find_spare(w, node, spare)) {
                export_leave(w->o, w->g->nodes[node].iface,
                             is_lone ? "its node has no hooks and no name"
                                     : "all hooks of its node are joined to nodes like it");
                w->paths[node] = xstrdup("");
                return;
        }
        text_putf(w->t, "mkpeer %s %s %s\n", w->g->nodes[node].type, own, spare);
        text_putf(&w->last, "rmhook %s\n", own);
        now_made(w, node, path, spare);
}

static void make_nodes(struct weaver *w)
{
        bool goes_on = true;

        while (goes_on) {
                goes_on = false;
                for (size_t k = 0; k < w->g->edge_count && !goes_on; k++)
                        goes_on = !w->is_done[k] && is_ours(w, &w->g->edges[k]) && grow(w, k);
                for (size_t n = 0; n < w->g->node_count && !goes_on; n++) {
                        if (w->g->nodes[n].jail != w->jail || !is_woven(w, n) || w->paths[n])
                                continue;
                        plant(w, n);
                        goes_on = true;
                }
        }
}

static void join_nodes(struct weaver *w, bool is_upper)
{
        for (size_t k = 0; k < w->g->edge_count; k++) {
                const struct edge *e = &w->g->edges[k];

                if (w->is_done[k] || (e->kind == EDGE_UPPER) != is_upper || !is_ours(w, e))
                        continue;

                const struct hook *a = &w->g->hooks[e->a], *b = &w->g->hooks[e->b];
                const char *from = start_path(w, a->node), *to = start_path(w, b->node);

                if (!from || !to || !*from || !*to)
                        continue; /* told already */
                text_putf(w->t, "connect %s %s %s %s\n", from, to, a->name, b->name);
        }
}

/* Which VLAN's frames a hook of a vlan node has. */
static void put_filters(struct weaver *w)
{
        for (size_t n = 0; n < w->g->node_count; n++) {
                const struct node *node = &w->g->nodes[n];
                uint16_t vlan;

                if (node->jail != w->jail || iface_of(w, n)->role != ROLE_VLAN || !w->paths[n] || !*w->paths[n])
                        continue;
                for (size_t k = node->hook_first; k != NONE; k = w->g->hooks[k].next)
                        if (is_filter_hook(w->g->hooks[k].name) &&
                            vlan_mark_find(&w->g->ifaces[hook_port(w->g, node->iface, k)], &vlan))
                                text_putf(w->t, "msg %s addfilter { vlan=%u hook=\"%s\" }\n", w->paths[n], vlan,
                                          w->g->hooks[k].name);
        }
}

/* -- Translation ------------------------------------------------------------------------------------------------- */

static void put_rule(struct weaver *w, size_t node, const struct nat_rule *r)
{
        char local[PREFIX_TEXT_SIZE], alias[PREFIX_TEXT_SIZE], buf[PREFIX_TEXT_SIZE];
        const char *path = w->paths[node];
        bool is_target = r->is_forward && r->is_all && !r->id && !r->alias.family;

        (void)prefix_format_addr(&r->address, local);
        (void)prefix_format_addr(&r->alias, alias);
        if (!r->is_forward && !r->id && r->alias.family && !r->address.length) {
                text_putf(w->t, "msg %s setaliasaddr %s\n", path, alias);
        } else if (!r->is_forward && !r->id && r->alias.family && nat_private_index(&r->address) >= 0) {
                int k = nat_private_index(&r->address); /* unregistered_only is three of these, the fourth is cgn's */

                if (k == 0)
                        text_putf(w->t, "msg %s setaliasaddr %s\nmsg %s setmode { flags=16 mask=16 }\n", path, alias,
                                  path);
                if (k == NAT_PRIVATE_COUNT - 1)
                        text_putf(w->t, "msg %s setmode { flags=256 mask=256 }\n", path);
        } else if (is_target) {
                text_putf(w->t, "msg %s settarget %s\n", path, local);
        } else if (r->is_forward && r->id && r->is_all) {
                text_putf(w->t, "msg %s redirectaddr { local_addr=%s alias_addr=%s }\n", path, local, alias);
        } else if (r->is_forward && r->id) {
                text_putf(w->t, "msg %s redirect%s { local_addr=%s ", path, r->protocol ? "proto" : "port", local);
                if (r->alias.family)
                        text_putf(w->t, "alias_addr=%s ", alias);
                if (r->sender.family)
                        text_putf(w->t, "remote_addr=%s ", prefix_format_addr(&r->sender, buf));
                if (!r->protocol)
                        text_putf(w->t, "local_port=%u alias_port=%u ", r->to_port, r->port);
                if (r->sender_port)
                        text_putf(w->t, "remote_port=%u ", r->sender_port);
                text_putf(w->t, "proto=%d }\n", r->protocol ? r->protocol : r->is_udp ? IPPROTO_UDP : IPPROTO_TCP);
        } else if (r->is_forward || !r->id) { /* a redirect's way back comes with it */
                export_leave(w->o, w->g->nodes[node].iface, "has a rule that a nat node knows no message for");
        }
}

static void put_rules(struct weaver *w)
{
        char line[NAT_TEXT_SIZE];
        struct nat_rule r;

        for (size_t n = 0; n < w->g->node_count; n++) {
                if (w->g->nodes[n].jail != w->jail || iface_of(w, n)->role != ROLE_NAT)
                        continue;
                for (size_t k = 0; nat_line(w->g->jails[w->jail].nat_rules, k, line); k++)
                        if (nat_rule_parse(line, &r, NULL) == 0 && strcmp(r.iface, iface_of(w, n)->name) == 0)
                                put_rule(w, n, &r);
        }
}

void export_put_nodes(struct out *o, size_t jail, struct text *t)
{
        CLEANUP(freep) char **paths = xcalloc(o->g->node_count + 1, sizeof(*paths));
        CLEANUP(freep) bool *is_done = xcalloc(o->g->edge_count + 1, sizeof(*is_done));
        struct weaver w = {.o = o, .g = o->g, .t = t, .jail = jail, .paths = paths, .is_done = is_done};

        make_nodes(&w);
        join_nodes(&w, false);
        join_nodes(&w, true);
        put_filters(&w);
        put_rules(&w);
        text_put(t, text_str(&w.last));
        text_done(&w.last);
        for (size_t n = 0; n < o->g->node_count; n++)
                free(paths[n]);
}
