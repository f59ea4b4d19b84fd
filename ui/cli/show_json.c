/* show_json.c - the graph as one JSON object: the contract of docs/architecture.md that scripts rely on. */
#include <errno.h>
#include <inttypes.h>

#include "core/graph/marks.h"
#include "ui/cli/json_parts.h"
#include "ui/cli/json_sections.h"
#include "ui/cli/show_internal.h"

static void put_mac(struct json_out *w, const char *key, struct mac m)
{
        char s[MAC_TEXT_SIZE];

        json_out_string(w, key, m.is_set ? mac_format(m, s) : NULL);
}

static void put_prefix(struct json_out *w, const char *key, const struct prefix *p)
{
        char s[PREFIX_TEXT_SIZE];

        json_out_string(w, key, p->family ? prefix_format(p, s) : NULL);
}

static void put_number(struct json_out *w, const char *key, bool is_there, int64_t n)
{
        if (is_there)
                json_out_int(w, key, n);
        else
                json_out_null(w, key);
}

static void put_iface_ref(struct json_out *w, const char *key, const struct graph *g, size_t i)
{
        if (i == NONE)
                json_out_null(w, key);
        else
                json_out_id(w, key, g->ifaces[i].number);
}

static void put_switch(struct json_out *w, const char *key, int state)
{
        if (state < 0)
                json_out_null(w, key);
        else
                json_out_bool(w, key, state != 0);
}

static void put_jail(struct json_out *w, const struct jail *j, bool is_here)
{
        json_out_open(w, NULL, '{');
        json_out_int(w, "jid", j->jid);
        json_out_string(w, "name", j->name);
        json_out_string(w, "state", jail_state_name(j->state));
        json_out_string(w, "origin", jail_origin_name(j->origin));
        json_out_string(w, "path", j->path);
        json_out_count(w, "cookie", j->cookie != 0, j->cookie);
        json_out_count(w, "inode", j->inode != 0, j->inode);
        put_number(w, "nsid", j->nsid >= 0, j->nsid);
        put_number(w, "pid", j->pid != 0, j->pid);
        json_out_int(w, "processes", (int64_t)j->process_count);
        json_out_string(w, "root", j->root_path);
        json_out_string(w, "hostname", j->hostname);
        json_out_bool(w, "owned", j->is_owned);
        json_out_bool(w, "here", is_here);
        put_switch(w, "forwarding", j->forwarding);
        put_switch(w, "forwarding6", j->forwarding6);
        json_out_string(w, "warning", j->warning);
        json_out_close(w, '}');
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
        case ROLE_IFACE: return "iface";
        case ROLE_TEE: return "tee";
        case ROLE_NAT: return "nat";
        case ROLE_ONE2MANY: return "one2many";
        case ROLE_VLAN: return "vlan";
        case ROLE_ORPHANS: return "orphans";
        }
        return "";
}

static const char *peer_state_word(enum peer_state s)
{
        switch (s) {
        case PEER_NONE: break;
        case PEER_KNOWN: return "known";
        case PEER_OUT_OF_SIGHT: return "out of sight";
        case PEER_AMBIGUOUS: return "ambiguous";
        }
        return NULL;
}

/* The kernel's number, and the names that were given. */
static void put_groups(struct json_out *w, const struct iface *f)
{
        char s[12], name[GROUP_NAME_SIZE];

        json_out_open(w, "groups", '[');
        if (f->group && str_format(s, sizeof(s), "%" PRIu32, f->group))
                json_out_string(w, NULL, s);
        for (size_t i = 0; i < f->altname_count; i++)
                if (group_mark_parse(f->altnames[i], name))
                        json_out_string(w, NULL, name);
        json_out_close(w, ']');
}

static void put_altnames(struct json_out *w, const struct iface *f)
{
        char group[GROUP_NAME_SIZE];

        json_out_open(w, "altnames", '[');
        for (size_t i = 0; i < f->altname_count; i++)
                if (!group_mark_parse(f->altnames[i], group) && !is_node_mark(f->altnames[i]))
                        json_out_string(w, NULL, f->altnames[i]);
        json_out_close(w, ']');
}

static void put_addresses(struct json_out *w, const struct iface *f)
{
        json_out_open(w, "addresses", '[');
        for (size_t i = 0; i < f->address_count; i++)
                put_prefix(w, NULL, &f->addresses[i]);
        json_out_close(w, ']');
}

static void put_places(struct json_out *w, const struct graph *g, const struct iface *f)
{
        put_iface_ref(w, "master", g, f->master);
        put_number(w, "port", f->port_number != 0, f->port_number);
        json_out_string(w, "port_state", f->port_number ? stp_state_name(f->port_state) : NULL);
        put_iface_ref(w, "parent", g, f->parent);
        put_iface_ref(w, "peer", g, f->peer);
        json_out_string(w, "peer_state", peer_state_word(f->peer_state));
        put_number(w, "vlan_id", f->kind == KIND_VLAN, f->vlan_id);
        put_number(w, "vxlan_id", f->kind == KIND_VXLAN, f->vxlan_id);
}

static void put_iface(struct json_out *w, const struct graph *g, const struct iface *f)
{
        json_out_open(w, NULL, '{');
        json_out_id(w, "id", f->number);
        json_out_string(w, "jail", g->jails[f->jail].name);
        json_out_int(w, "jid", g->jails[f->jail].jid);
        json_out_string(w, "name", f->name);
        json_out_string(w, "kind", kind_word(f));
        json_out_string(w, "role", role_word(f->role));
        json_out_int(w, "ifindex", f->id.ifindex);
        put_mac(w, "mac", f->mac);
        put_mac(w, "permanent_mac", f->permanent);
        put_mac(w, "pin", f->pin);
        json_out_string(w, "pin_source", f->pin_source == PIN_NONE ? NULL : pin_source_name(f->pin_source));
        json_out_count(w, "mtu", f->mtu_bytes != 0, f->mtu_bytes);
        json_out_bool(w, "up", f->is_up);
        json_out_bool(w, "running", f->is_running);
        put_addresses(w, f);
        json_out_id(w, "node", g->nodes[f->node].id);
        json_out_string(w, "alias", f->alias);
        json_out_string(w, "long_name", f->long_name);
        put_altnames(w, f);
        put_groups(w, f);
        json_out_bool(w, "owned", f->is_owned);
        put_places(w, g, f);
        json_out_count(w, "rx_bytes", f->counters.is_known, f->counters.rx_bytes);
        json_out_count(w, "tx_bytes", f->counters.is_known, f->counters.tx_bytes);
        json_out_count(w, "rx_packets", f->counters.is_known, f->counters.rx_packets);
        json_out_count(w, "tx_packets", f->counters.is_known, f->counters.tx_packets);
        json_out_string(w, "warning", f->warning);
        json_out_close(w, '}');
}

static void put_node(struct json_out *w, const struct graph *g, const struct node *n)
{
        const struct iface *f = &g->ifaces[n->iface];

        json_out_open(w, NULL, '{');
        json_out_id(w, "id", n->id);
        json_out_string(w, "name", n->name);
        json_out_string(w, "type", n->type);
        json_out_string(w, "jail", g->jails[n->jail].name);
        json_out_string(w, "interface", f->name);
        json_out_id(w, "interface_id", f->number);
        json_out_bool(w, "persistent", n->is_persistent);
        json_out_close(w, '}');
}

static void put_hook(struct json_out *w, const char *key, const struct graph *g, size_t hook)
{
        json_out_open(w, key, '{');
        json_out_id(w, "node", g->nodes[g->hooks[hook].node].id);
        json_out_string(w, "hook", g->hooks[hook].name);
        json_out_close(w, '}');
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

static void put_edge(struct json_out *w, const struct graph *g, const struct edge *e)
{
        json_out_open(w, NULL, '{');
        put_hook(w, "a", g, e->a);
        put_hook(w, "b", g, e->b);
        json_out_string(w, "kind", edge_word(e->kind));
        json_out_close(w, '}');
}

static const char *unless_empty(const char *s)
{
        return s && *s ? s : NULL;
}

static void put_holder(struct json_out *w, const struct holder *h)
{
        json_out_open(w, NULL, '{');
        json_out_string(w, "kind", holder_kind_name(h->kind));
        put_number(w, "pid", h->pid != 0, h->pid);
        json_out_string(w, "command", unless_empty(h->command));
        json_out_string(w, "user", unless_empty(h->user));
        json_out_string(w, "detail", unless_empty(h->detail));
        put_number(w, "since", h->since != 0, h->since);
        json_out_close(w, '}');
}

static void put_loan(struct json_out *w, const struct graph *g, const struct loan *l)
{
        json_out_open(w, NULL, '{');
        json_out_string(w, "interface", l->iface);
        json_out_id(w, "id", l->number);
        put_mac(w, "mac", l->mac);
        json_out_string(w, "jail", l->jail_name);
        json_out_string(w, "state", loan_state_name(l->state));
        put_number(w, "since", l->since != 0, l->since);
        json_out_open(w, "holders", '[');
        for (size_t i = 0; l->jail != NONE && i < g->jails[l->jail].holder_count; i++)
                put_holder(w, &g->jails[l->jail].holders[i]);
        json_out_close(w, ']');
        json_out_int(w, "unreadable", g->unreadable); /* processes that may be holders too */
        json_out_close(w, '}');
}

void json_put_returns(struct json_out *w, const char *key, const struct graph *g, const bool *is_wanted)
{
        json_out_open(w, key, '[');
        for (size_t i = 0; i < g->loan_count; i++)
                if ((!is_wanted || is_wanted[i]) && g->loans[i].state != LOAN_RETURNED)
                        put_loan(w, g, &g->loans[i]);
        json_out_close(w, ']');
}

static void put_route(struct json_out *w, const struct graph *g, const struct route *r)
{
        char s[PREFIX_TEXT_SIZE];
        size_t oif = r->oif ? graph_find_iface(g, (struct iface_id){g->jails[r->jail].cookie, r->oif}) : NONE;

        json_out_open(w, NULL, '{');
        json_out_string(w, "jail", g->jails[r->jail].name);
        put_prefix(w, "destination", &r->destination);
        json_out_string(w, "gateway", r->gateway.family ? prefix_format_addr(&r->gateway, s) : NULL);
        json_out_string(w, "interface", oif == NONE ? NULL : g->ifaces[oif].name);
        json_out_int(w, "metric", r->metric);
        json_out_close(w, '}');
}

/* A rule of address translation is a node of its own, under a number that no interface or bridge gets. */
static void put_nat_node(struct json_out *w, const struct graph *g, const struct guest *rule)
{
        json_out_open(w, NULL, '{');
        json_out_id(w, "id", guest_node_id(rule));
        json_out_null(w, "name");
        json_out_string(w, "type", "nat");
        json_out_string(w, "jail", g->jails[rule->jail].name);
        json_out_null(w, "interface");
        json_out_null(w, "interface_id");
        json_out_bool(w, "persistent", true);
        json_out_close(w, '}');
}

/* Its one edge, to the interface that it names. */
static void put_nat_edge(struct json_out *w, const struct graph *g, const struct guest *rule)
{
        char hook[HOOK_NAME_SIZE];

        (void)str_format(hook, sizeof(hook), "nat%d", rule->number); /* an int fits */
        json_out_open(w, NULL, '{');
        json_out_open(w, "a", '{');
        json_out_id(w, "node", guest_node_id(rule));
        json_out_string(w, "hook", rule->rule.is_forward ? "in" : "out");
        json_out_close(w, '}');
        json_out_open(w, "b", '{');
        json_out_id(w, "node", g->nodes[g->ifaces[rule->uses[0].iface].node].id);
        json_out_string(w, "hook", hook);
        json_out_close(w, '}');
        json_out_string(w, "kind", "nat");
        json_out_close(w, '}');
}

static bool has_nat_edge(const struct pick *p, const struct guest *guest)
{
        return guest->kind == GUEST_NAT && guest->uses[0].iface != NONE && p->ifaces[guest->uses[0].iface];
}

/* A jail without a stack of its own: what it has of the interfaces of the stack that it shares. */
static void put_shared_jail(struct json_out *w, const struct graph *g, const struct guest *guest)
{
        char s[PREFIX_TEXT_SIZE];

        json_out_open(w, NULL, '{');
        json_out_int(w, "jid", guest->number);
        json_out_string(w, "name", guest->name);
        json_out_string(w, "state", jail_state_name(JAIL_ALIVE));
        json_out_string(w, "origin", "shared");
        json_out_null(w, "path");
        json_out_null(w, "cookie");
        json_out_null(w, "inode");
        json_out_string(w, "shares", g->jails[guest->jail].name);
        json_out_bool(w, "confined", guest->is_confined);
        json_out_open(w, "uses", '[');
        for (size_t k = 0; k < guest->use_count; k++) {
                size_t iface = guest->uses[k].iface;

                json_out_open(w, NULL, '{');
                json_out_string(w, "interface", iface == NONE ? NULL : g->ifaces[iface].name);
                json_out_string(w, "address", prefix_format(&guest->uses[k].address, s));
                json_out_close(w, '}');
        }
        json_out_close(w, ']');
        json_out_close(w, '}');
}

/* -- The arrays: what the picture has, and behind it guests that are told of in the same words. ---------------------
 */

static void put_jails(struct json_out *w, const void *context, size_t i)
{
        const struct pick *p = context;
        const struct graph *g = p->g;
        const struct guest *guest = i >= g->jail_count ? &g->guests[i - g->jail_count] : NULL;

        if (!guest && p->jails[i])
                put_jail(w, &g->jails[i], i == p->o->here);
        if (guest && guest->kind == GUEST_JAIL && p->jails[guest->jail])
                put_shared_jail(w, g, guest);
}

static void put_ifaces(struct json_out *w, const void *context, size_t i)
{
        const struct pick *p = context;

        if (p->ifaces[i])
                put_iface(w, p->g, &p->g->ifaces[i]);
}

static void put_nodes(struct json_out *w, const void *context, size_t i)
{
        const struct pick *p = context;
        const struct graph *g = p->g;
        const struct guest *guest = i >= g->node_count ? &g->guests[i - g->node_count] : NULL;

        if (!guest && p->nodes[i])
                put_node(w, g, &g->nodes[i]);
        if (guest && guest->kind == GUEST_NAT && p->jails[guest->jail])
                put_nat_node(w, g, guest);
}

static void put_edges(struct json_out *w, const void *context, size_t i)
{
        const struct pick *p = context;
        const struct graph *g = p->g;
        const struct guest *guest = i >= g->edge_count ? &g->guests[i - g->edge_count] : NULL;

        if (!guest && p->edges[i])
                put_edge(w, g, &g->edges[i]);
        if (guest && has_nat_edge(p, guest))
                put_nat_edge(w, g, guest);
}

static void put_routes(struct json_out *w, const void *context, size_t i)
{
        const struct pick *p = context;

        if (p->jails[p->g->routes[i].jail])
                put_route(w, p->g, &p->g->routes[i]);
}

static void put_returns(struct json_out *w, const void *context, size_t i)
{
        const struct pick *p = context;

        (void)i; /* all of them are one */
        json_put_returns(w, "returns", p->g, p->loans);
}

static void put_nat(struct json_out *w, const void *context, size_t i)
{
        const struct pick *p = context;

        (void)i; /* as above */
        json_put_nat(w, "nat", p->g, p->jails);
}

int write_json(FILE *out, const struct pick *p)
{
        const struct graph *g = p->g;
        const struct json_section sections[] = {
                {"jails", g->jail_count + g->guest_count, put_jails},
                {"interfaces", g->iface_count, put_ifaces},
                {"nodes", g->node_count + g->guest_count, put_nodes},
                {"edges", g->edge_count + g->guest_count, put_edges},
                {NULL, 1, put_returns},
                {"routes", g->route_count, put_routes},
                {NULL, 1, put_nat},
        };
        struct json_out w;

        json_out_begin(&w, out, p->o->is_indented);
        json_out_open(&w, NULL, '{');
        json_out_string(&w, "host", g->hostname);
        json_sections_put(&w, sections, ARRAY_SIZE(sections) - (g->has_routes ? 0 : 2), p);
        json_out_string(&w, "partial", g->partial);
        json_out_open(&w, "warnings", '[');
        for (size_t i = 0; i < g->warning_count; i++)
                json_out_string(&w, NULL, g->warnings[i]);
        json_out_close(&w, ']');
        json_out_close(&w, '}');
        return json_out_end(&w);
}
