/* show_json.c - the graph as one JSON object: the contract of docs/architecture.md that scripts rely on. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/graph/names.h"
#include "ui/cli/cli.h"
#include "ui/cli/json_out.h"
#include "ui/cli/returns_json.h"
#include "ui/cli/show_internal.h"

#define NAT_NODE_BASE 0xf0000000U

/* A field of an object; out of memory gives a shorter object, which jansson reports when it is dumped. */
static void set(json_t *o, const char *key, json_t *value)
{
        (void)json_object_set_new_nocheck(o, key, value ? value : json_null());
}

static json_t *id_json(uint32_t id)
{
        char s[9];

        (void)str_format(s, sizeof(s), "%08" PRIx32, id);
        return json_string_nocheck(s);
}

static json_t *mac_json(struct mac m)
{
        char s[MAC_TEXT_SIZE];

        return m.is_set ? json_string_nocheck(mac_format(m, s)) : json_null();
}

static json_t *prefix_json(const struct prefix *p)
{
        char s[PREFIX_TEXT_SIZE];

        return p->family ? json_string_nocheck(prefix_format(p, s)) : json_null();
}

/* Unknown is null, never 0. */
static json_t *count_json(bool is_known, uint64_t n)
{
        return is_known && n <= INT64_MAX ? json_integer((json_int_t)n) : json_null();
}

static json_t *iface_ref_json(const struct graph *g, size_t i)
{
        return i == NONE ? json_null() : id_json(g->ifaces[i].number);
}

static json_t *jail_json(const struct jail *j, bool is_here)
{
        json_t *o = json_object();

        set(o, "jid", json_integer(j->jid));
        set(o, "name", json_foreign(j->name));
        set(o, "state", json_string_nocheck(jail_state_name(j->state)));
        set(o, "origin", json_string_nocheck(jail_origin_name(j->origin)));
        set(o, "path", json_foreign(j->path));
        set(o, "cookie", count_json(j->cookie != 0, j->cookie));
        set(o, "inode", count_json(j->inode != 0, j->inode));
        set(o, "nsid", j->nsid < 0 ? json_null() : json_integer(j->nsid));
        set(o, "pid", j->pid ? json_integer(j->pid) : json_null());
        set(o, "processes", json_integer((json_int_t)j->process_count));
        set(o, "root", json_foreign(j->root_path));
        set(o, "hostname", json_foreign(j->hostname));
        set(o, "owned", json_boolean(j->is_owned));
        set(o, "here", json_boolean(is_here));
        set(o, "forwarding", j->forwarding < 0 ? json_null() : json_boolean(j->forwarding));
        set(o, "warning", json_foreign(j->warning));
        return o;
}

static const char *role_word(enum iface_role r)
{
        switch (r) {
        case ROLE_PLAIN: return "plain";
        case ROLE_EPAIR: return "epair";
        case ROLE_EIFACE: return "eiface";
        case ROLE_FABRIC: return "fabric";
        case ROLE_NG_BRIDGE: return "bridge";
        case ROLE_HUB: return "hub";
        case ROLE_WIRE: return "wire";
        }
        return "";
}

static json_t *peer_state_json(enum peer_state s)
{
        switch (s) {
        case PEER_NONE: break;
        case PEER_KNOWN: return json_string_nocheck("known");
        case PEER_OUT_OF_SIGHT: return json_string_nocheck("out of sight");
        case PEER_AMBIGUOUS: return json_string_nocheck("ambiguous");
        }
        return json_null();
}

/* The kernel's number, and the names that were given. */
static json_t *groups_json(const struct iface *f)
{
        json_t *a = json_array();
        char s[12], name[GROUP_NAME_SIZE];

        if (f->group && str_format(s, sizeof(s), "%" PRIu32, f->group))
                (void)json_array_append_new(a, json_string_nocheck(s));
        for (size_t i = 0; i < f->altname_count; i++)
                if (group_mark_parse(f->altnames[i], name))
                        (void)json_array_append_new(a, json_string_nocheck(name));
        return a;
}

static json_t *iface_json(const struct graph *g, const struct iface *f)
{
        json_t *o = json_object(), *addresses = json_array(), *altnames = json_array();
        char group[GROUP_NAME_SIZE];

        for (size_t i = 0; i < f->address_count; i++)
                (void)json_array_append_new(addresses, prefix_json(&f->addresses[i]));
        for (size_t i = 0; i < f->altname_count; i++)
                if (!group_mark_parse(f->altnames[i], group))
                        (void)json_array_append_new(altnames, json_foreign(f->altnames[i]));

        set(o, "id", id_json(f->number));
        set(o, "jail", json_foreign(g->jails[f->jail].name));
        set(o, "jid", json_integer(g->jails[f->jail].jid));
        set(o, "name", json_foreign(f->name));
        set(o, "kind", json_foreign(kind_word(f)));
        set(o, "role", json_string_nocheck(role_word(f->role)));
        set(o, "ifindex", json_integer(f->id.ifindex));
        set(o, "mac", mac_json(f->mac));
        set(o, "permanent_mac", mac_json(f->permanent));
        set(o, "pin", mac_json(f->pin));
        set(o, "pin_source",
            f->pin_source == PIN_NONE ? json_null() : json_string_nocheck(pin_source_name(f->pin_source)));
        set(o, "mtu", count_json(f->mtu_bytes != 0, f->mtu_bytes));
        set(o, "up", json_boolean(f->is_up));
        set(o, "running", json_boolean(f->is_running));
        set(o, "addresses", addresses);
        set(o, "node", id_json(g->nodes[f->node].id));
        set(o, "alias", json_foreign(f->alias));
        set(o, "long_name", json_foreign(f->long_name));
        set(o, "altnames", altnames);
        set(o, "groups", groups_json(f));
        set(o, "owned", json_boolean(f->is_owned));
        set(o, "master", iface_ref_json(g, f->master));
        set(o, "port", f->port_number ? json_integer(f->port_number) : json_null());
        set(o, "port_state", f->port_number ? json_string_nocheck(stp_state_name(f->port_state)) : json_null());
        set(o, "parent", iface_ref_json(g, f->parent));
        set(o, "peer", iface_ref_json(g, f->peer));
        set(o, "peer_state", peer_state_json(f->peer_state));
        set(o, "vlan_id", f->kind == KIND_VLAN ? json_integer(f->vlan_id) : json_null());
        set(o, "vxlan_id", f->kind == KIND_VXLAN ? json_integer(f->vxlan_id) : json_null());
        set(o, "rx_bytes", count_json(f->counters.is_known, f->counters.rx_bytes));
        set(o, "tx_bytes", count_json(f->counters.is_known, f->counters.tx_bytes));
        set(o, "rx_packets", count_json(f->counters.is_known, f->counters.rx_packets));
        set(o, "tx_packets", count_json(f->counters.is_known, f->counters.tx_packets));
        set(o, "warning", json_foreign(f->warning));
        return o;
}

static json_t *node_json(const struct graph *g, const struct node *n)
{
        const struct iface *f = &g->ifaces[n->iface];
        json_t *o = json_object();

        set(o, "id", id_json(n->id));
        set(o, "name", json_foreign(n->name));
        set(o, "type", json_string_nocheck(n->type));
        set(o, "jail", json_foreign(g->jails[n->jail].name));
        set(o, "interface", json_foreign(f->name));
        set(o, "interface_id", id_json(f->number));
        set(o, "persistent", json_boolean(n->is_persistent));
        return o;
}

static json_t *hook_json(const struct graph *g, size_t hook)
{
        json_t *o = json_object();

        set(o, "node", id_json(g->nodes[g->hooks[hook].node].id));
        set(o, "hook", json_foreign(g->hooks[hook].name));
        return o;
}

static const char *edge_word(enum edge_kind k)
{
        switch (k) {
        case EDGE_PAIR: return "pair";
        case EDGE_PORT: return "port";
        case EDGE_PARENT: return "parent";
        case EDGE_MEMBER: return "member";
        case EDGE_UPPER: return "upper";
        }
        return "";
}

static json_t *edge_json(const struct graph *g, const struct edge *e)
{
        json_t *o = json_object();

        set(o, "a", hook_json(g, e->a));
        set(o, "b", hook_json(g, e->b));
        set(o, "kind", json_string_nocheck(edge_word(e->kind)));
        return o;
}

static json_t *holder_json(const struct holder *h)
{
        json_t *o = json_object();

        set(o, "kind", json_string_nocheck(holder_kind_name(h->kind)));
        set(o, "pid", h->pid ? json_integer(h->pid) : json_null());
        set(o, "command", *h->command ? json_foreign(h->command) : json_null());
        set(o, "user", h->user && *h->user ? json_foreign(h->user) : json_null());
        set(o, "detail", *h->detail ? json_foreign(h->detail) : json_null());
        set(o, "since", h->since ? json_integer(h->since) : json_null());
        return o;
}

static json_t *loan_json(const struct graph *g, const struct loan *l)
{
        json_t *o = json_object(), *holders = json_array();

        for (size_t i = 0; l->jail != NONE && i < g->jails[l->jail].holder_count; i++)
                (void)json_array_append_new(holders, holder_json(&g->jails[l->jail].holders[i]));
        set(o, "interface", json_foreign(l->iface));
        set(o, "id", id_json(l->number));
        set(o, "mac", mac_json(l->mac));
        set(o, "jail", json_foreign(l->jail_name));
        set(o, "state", json_string_nocheck(loan_state_name(l->state)));
        set(o, "since", l->since ? json_integer(l->since) : json_null());
        set(o, "holders", holders);
        set(o, "unreadable", json_integer(g->unreadable)); /* processes that may be holders too */
        return o;
}

static json_t *route_json(const struct graph *g, const struct route *r)
{
        char s[PREFIX_TEXT_SIZE];
        json_t *o = json_object();
        size_t oif = r->oif ? graph_find_iface(g, (struct iface_id){g->jails[r->jail].cookie, r->oif}) : NONE;

        set(o, "jail", json_foreign(g->jails[r->jail].name));
        set(o, "destination", prefix_json(&r->destination));
        set(o, "gateway", r->gateway.family ? json_string_nocheck(prefix_format_addr(&r->gateway, s)) : json_null());
        set(o, "interface", oif == NONE ? json_null() : json_foreign(g->ifaces[oif].name));
        set(o, "metric", json_integer(r->metric));
        return o;
}

json_t *returns_json(const struct graph *g, const bool *is_wanted)
{
        json_t *returns = json_array();

        for (size_t i = 0; i < g->loan_count; i++)
                if ((!is_wanted || is_wanted[i]) && g->loans[i].state != LOAN_RETURNED)
                        (void)json_array_append_new(returns, loan_json(g, &g->loans[i]));
        return returns;
}

/* A rule of address translation is a node of its own, under a number that no interface or bridge gets. */
static void put_nat_nodes(const struct graph *g, const bool *is_wanted, json_t *nodes)
{
        json_t *rules = nat_json(g, is_wanted), *rule;
        size_t i;

        json_array_foreach(rules, i, rule)
        {
                json_t *o = json_object();
                json_int_t number = json_integer_value(json_object_get(rule, "number"));

                set(o, "id", id_json((uint32_t)(NAT_NODE_BASE + number)));
                set(o, "name", json_null());
                set(o, "type", json_string_nocheck("nat"));
                set(o, "jail", json_incref(json_object_get(rule, "jail")));
                set(o, "interface", json_null());
                set(o, "persistent", json_true());
                (void)json_array_append_new(nodes, o);
        }
        json_decref(rules);
}

int write_json(FILE *out, const struct pick *p)
{
        const struct graph *g = p->g;
        json_t *o = json_object(), *jails = json_array(), *ifaces = json_array(), *nodes = json_array(),
               *edges = json_array(), *warnings = json_array();

        for (size_t i = 0; i < g->jail_count; i++)
                if (p->jails[i])
                        (void)json_array_append_new(jails, jail_json(&g->jails[i], i == p->o->here));
        for (size_t i = 0; i < g->iface_count; i++)
                if (p->ifaces[i])
                        (void)json_array_append_new(ifaces, iface_json(g, &g->ifaces[i]));
        for (size_t i = 0; i < g->node_count; i++)
                if (p->nodes[i])
                        (void)json_array_append_new(nodes, node_json(g, &g->nodes[i]));
        put_nat_nodes(g, p->jails, nodes);
        for (size_t i = 0; i < g->edge_count; i++)
                if (p->edges[i])
                        (void)json_array_append_new(edges, edge_json(g, &g->edges[i]));
        for (size_t i = 0; i < g->warning_count; i++)
                (void)json_array_append_new(warnings, json_foreign(g->warnings[i]));

        set(o, "host", json_foreign(g->hostname));
        set(o, "jails", jails);
        set(o, "interfaces", ifaces);
        set(o, "nodes", nodes);
        set(o, "edges", edges);
        set(o, "returns", returns_json(g, p->loans));
        if (g->has_routes) {
                json_t *routes = json_array();

                for (size_t i = 0; i < g->route_count; i++)
                        if (p->jails[g->routes[i].jail])
                                (void)json_array_append_new(routes, route_json(g, &g->routes[i]));
                set(o, "routes", routes);
                set(o, "nat", nat_json(g, p->jails));
        }
        set(o, "partial", json_foreign(g->partial));
        set(o, "warnings", warnings);

        int r = json_put(o, p->o->is_indented, out);

        json_decref(o);
        return r;
}
