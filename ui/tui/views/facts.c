/* facts.c - everything known of one jail, interface or node, as lines of label and value. */
#include "ui/tui/views/facts.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "core/graph/marks.h"
#include "ui/tui/views/describe.h"

void fact_list_done(struct facts *f)
{
        for (size_t n = 0; n < f->count; n++) {
                free(f->items[n].label);
                free(f->items[n].value);
        }
        free(f->items);
        *f = (struct facts){0};
}

struct fact *fact_add(struct facts *f, const char *label, char *take_value)
{
        f->items = array_grow(f->items, &f->capacity, f->count, sizeof(*f->items));

        struct fact *fact = &f->items[f->count++];

        *fact = (struct fact){.label = label ? xstrdup(label) : NULL, .value = take_value, .style = STYLE_NORMAL};
        return fact;
}

void fact_heading(struct facts *f, const char *title)
{
        fact_add(f, NULL, xstrdup(intl_text(title)))->style = STYLE_BOX_TITLE;
}

struct fact *fact_put(struct facts *f, const char *label, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        struct fact *made = fact_add(f, intl_text(label), xvasprintf(intl_text(fmt), ap));
        va_end(ap);
        return made;
}

static const char *macvlan_mode_name(uint32_t mode)
{
        switch (mode) {
        case MACVLAN_MODE_PRIVATE: return "private";
        case MACVLAN_MODE_VEPA: return "vepa";
        case MACVLAN_MODE_BRIDGE: return "bridge";
        case MACVLAN_MODE_PASSTHRU: return "passthru";
        case MACVLAN_MODE_SOURCE: return "source";
        default: return _("unknown mode");
        }
}

static const char *bond_mode_name(uint8_t mode)
{
        static const char *const names[] = {"roundrobin", "failover", "loadbalance (xor)", "broadcast", "lacp",
                                            "tlb",        "alb"};

        return mode < ARRAY_SIZE(names) ? names[mode] : _("unknown mode");
}

static void facts_of_node(struct facts *f, const struct graph *g, size_t node)
{
        const struct node *n = &g->nodes[node];

        fact_heading(f, "Node");
        fact_put(f, "Node", "%s", n->name ? n->name : _("(unnamed)"));
        fact_put(f, "Type", "%s", n->type);
        fact_put(f, "Id", "[%08x]%s", n->id, n->is_persistent ? _("  persistent") : "");
        if (n->hook_count == 0)
                fact_put(f, "Hooks", "none")->style = STYLE_DIM;
        for (size_t h = n->hook_first; h != NONE; h = g->hooks[h].next) {
                CLEANUP(text_done) struct text t = {0};
                size_t far = graph_hook_peer(g, h);

                text_putf(&t, _("%-10s to "), g->hooks[h].name);
                describe_hook_peer(&t, g, h);

                struct fact *line = fact_add(f, h == n->hook_first ? _("Hooks") : "", text_take(&t));

                line->style = STYLE_HOOK;
                if (far != NONE && g->nodes[g->hooks[far].node].iface != NONE)
                        line->object = (struct object){OBJECT_IFACE, g->nodes[g->hooks[far].node].iface};
                else if (far != NONE)
                        line->object = (struct object){OBJECT_NODE, g->hooks[far].node};
        }
}

static void facts_of_link(struct facts *f, const struct graph *g, const struct iface *i)
{
        char mac[MAC_TEXT_SIZE], buf[PREFIX_TEXT_SIZE], group[GROUP_NAME_SIZE];
        bool has_altname = false;
        CLEANUP(text_done) struct text kind = {0};

        fact_heading(f, "Link");
        describe_kind(&kind, i);
        fact_put(f, "Kind", "%s%s%s", text_str(&kind),
                 i->kind_name[0] && strcmp(text_str(&kind), i->kind_name) != 0 ? ", " : "",
                 strcmp(text_str(&kind), i->kind_name) != 0 ? i->kind_name : "");
        fact_put(f, "MAC", "%s", i->mac.is_set ? mac_format(i->mac, mac) : _("none"));
        if (i->pin_source != PIN_NONE) {
                bool is_kept = mac_equal(i->pin, i->mac);

                fact_put(f, "Pinned to", "%s (%s)%s", mac_format(i->pin, mac), pin_source_name(i->pin_source),
                         is_kept ? "" : _("  not what it has: p pins it again"))
                        ->style = is_kept ? STYLE_PIN : STYLE_ERROR;
        }
        if (i->permanent.is_set)
                fact_put(f, "Permanent", "%s", mac_format(i->permanent, mac));
        fact_put(f, "MTU", "%u", i->mtu_bytes);
        fact_put(f, "Index", "%d", i->id.ifindex);
        if (i->group != 0)
                fact_put(f, "Group", "%u", i->group);
        if (i->alias)
                fact_put(f, "Alias", "%s", i->alias);
        if (i->long_name)
                fact_put(f, "Full name", "%s", i->long_name);
        for (size_t n = 0; n < i->altname_count; n++)
                if (group_mark_parse(i->altnames[n], group))
                        fact_put(f, "In the group", "%s", group);
        for (size_t n = 0; n < i->altname_count; n++) {
                if (group_mark_parse(i->altnames[n], group) || is_node_mark(i->altnames[n]))
                        continue;
                fact_put(f, has_altname ? "" : N_("Also called"), "%s", i->altnames[n]);
                has_altname = true;
        }
        if (i->kind == KIND_VLAN)
                fact_put(f, "VLAN", "%u", i->vlan_id);
        if (i->kind == KIND_MACVLAN || i->kind == KIND_MACVTAP)
                fact_put(f, "Mode", "%s", macvlan_mode_name(i->macvlan_mode));
        if (i->kind == KIND_VXLAN)
                fact_put(f, "VXLAN", "%u%s%s", i->vxlan_id, i->vxlan_remote.family ? _(" to ") : "",
                         prefix_format_addr(&i->vxlan_remote, buf));
        if (i->kind == KIND_BOND)
                fact_put(f, "Protocol", "%s", bond_mode_name(i->bond_mode));
        if (i->kind == KIND_BRIDGE) {
                fact_put(f, "STP", "%s", i->stp_on ? _("on") : _("off"));
                fact_put(f, "VLAN filter", "%s", i->vlan_filtering ? _("on") : _("off"));
        }
        if (i->parent != NONE)
                fact_put(f, "Stands on", "%s", g->ifaces[i->parent].name)->object =
                        (struct object){OBJECT_IFACE, i->parent};
        if (i->port_number != 0)
                fact_put(f, "Bridge port", "%u, %s", i->port_number, _(stp_state_name(i->port_state)));
}

static void facts_of_traffic(struct facts *f, const struct iface *i)
{
        char rate[RATE_TEXT_SIZE], bytes[RATE_TEXT_SIZE], in[INTL_NUMBER_SIZE], out[INTL_NUMBER_SIZE];
        const struct counters *c = &i->counters;

        fact_heading(f, "Traffic");
        if (!c->is_known) {
                fact_put(f, "Counters", "not read yet")->style = STYLE_DIM;
                return;
        }
        fact_put(f, "Receives", "%-12s %s in %s packets", describe_rate(i->rx_Bps, rate),
                 describe_bytes(c->rx_bytes, bytes), intl_number(c->rx_packets, in));
        fact_put(f, "Sends", "%-12s %s in %s packets", describe_rate(i->tx_Bps, rate),
                 describe_bytes(c->tx_bytes, bytes), intl_number(c->tx_packets, out));
        if (c->rx_errors || c->tx_errors)
                fact_put(f, "Errors", "%s received, %s sent", intl_number(c->rx_errors, in),
                         intl_number(c->tx_errors, out))
                        ->style = STYLE_ERROR;
        if (c->rx_dropped || c->tx_dropped)
                fact_put(f, "Dropped", "%s received, %s sent", intl_number(c->rx_dropped, in),
                         intl_number(c->tx_dropped, out))
                        ->style = STYLE_WARNING;
}

static void facts_of_routes(struct facts *f, const struct graph *g, const struct jail *j, int oif)
{
        bool is_first = true;

        for (size_t n = j->route_first; n < j->route_first + j->route_count; n++) {
                const struct route *r = &g->routes[n];
                char to[PREFIX_TEXT_SIZE], via[PREFIX_TEXT_SIZE];

                if (oif != 0 && r->oif != oif)
                        continue;
                if (r->destination.family != 0 && prefix_is_link_local(&r->destination))
                        continue;
                if (is_first)
                        fact_heading(f, "Routes");

                size_t out = graph_find_iface(g, (struct iface_id){j->cookie, r->oif});

                if (r->destination.length == 0)
                        (void)str_copy(to, sizeof(to), "default");
                else
                        (void)prefix_format(&r->destination, to);
                fact_put(f, is_first ? N_("To") : "", "%-20s %s%s  on %s", to,
                         r->gateway.family ? _("via ") : _("direct"), prefix_format_addr(&r->gateway, via),
                         out == NONE ? "?" : g->ifaces[out].name);
                is_first = false;
        }
}

/* Of what hangs on an interface; NONE: of what uses a jail's stack and none of its interfaces. */
static void facts_of_guests(struct facts *f, const struct graph *g, size_t jail, size_t iface)
{
        bool is_first = true;

        for (size_t k = 0; k < g->guest_count; k++) {
                const struct guest *guest = &g->guests[k];
                CLEANUP(text_done) struct text t = {0};

                if (guest->jail != jail || !guest_uses(guest, iface))
                        continue;
                if (is_first)
                        fact_heading(f, "Used by");
                is_first = false;
                guest_put(&t, guest, iface);
                if (guest->kind == GUEST_NAT) {
                        fact_put(f, "Rule", "nat %d  %s", guest->number, text_str(&t));
                        continue;
                }
                fact_put(f, "Jail", "%s  jid %d  %s", guest->name, guest->number, text_str(&t));
                if (guest->use_count && guest->uses[0].iface == iface)
                        fact_put(f, "", "its first address, its loopback%s: %s",
                                 guest->is_confined ? "" : _(" on FreeBSD"),
                                 prefix_format_addr(&guest->uses[0].address, (char[PREFIX_TEXT_SIZE]){0}));
                fact_put(f, "", guest->is_confined ? N_("kept to its addresses") : N_("not kept to its addresses"));
        }
}

static void facts_of_iface(struct facts *f, const struct graph *g, size_t index)
{
        const struct iface *i = &g->ifaces[index];
        const struct jail *j = &g->jails[i->jail];
        char buf[PREFIX_TEXT_SIZE];
        enum style style;
        enum sign sign;
        const char *state = describe_state(i, &style, &sign);

        fact_heading(f, "Interface");
        fact_put(f, "Name", "%s", i->name);
        fact_put(f, "Jail", "%s%s", j->name, j->state == JAIL_ALIVE ? "" : _("  (dying)"))->object =
                (struct object){OBJECT_JAIL, i->jail};
        fact_put(f, "State", "%s", state)->style = style;
        fact_put(f, "Made by", "%s", i->is_owned ? "jailnet" : _("somebody else: borrowed, never destroyed unasked"));
        if (i->warning)
                fact_put(f, "Warning", "%s", i->warning)->style = STYLE_WARNING;
        if (i->peer_state == PEER_OUT_OF_SIGHT)
                fact_put(f, "Peer", "out of sight: in a namespace that can't be read")->style = STYLE_WARNING;
        if (i->peer_state == PEER_AMBIGUOUS)
                fact_put(f, "Peer", "ambiguous: several interfaces would fit")->style = STYLE_WARNING;
        if (i->jail != 0 && !iface_is_hidden(i)) {
                CLEANUP(text_done) struct text fate = {0};

                describe_fate(&fate, g, index);
                fact_add(f, _("Fate"), text_take(&fate))->style = STYLE_DIM;
        }
        facts_of_link(f, g, i);
        fact_heading(f, "Addresses");
        if (i->address_count == 0)
                fact_put(f, "Addresses", "none")->style = STYLE_DIM;
        for (size_t n = 0; n < i->address_count; n++)
                fact_put(f, n == 0 ? N_("Addresses") : "", "%s", prefix_format(&i->addresses[n], buf))->style =
                        STYLE_ADDRESS;
        facts_of_guests(f, g, i->jail, index);
        if (i->node != NONE)
                facts_of_node(f, g, i->node);
        facts_of_traffic(f, i);
        facts_of_routes(f, g, j, i->id.ifindex);
}

static const char *forwarding_word(const struct jail *j)
{
        if (j->forwarding == 1)
                return j->forwarding6 == 1 ? _("on: it routes between its interfaces") : _("on, of IPv4 alone");
        return j->forwarding6 == 1 ? _("on, of IPv6 alone") : _("off");
}

static void facts_of_jail(struct facts *f, const struct graph *g, size_t index)
{
        const struct jail *j = &g->jails[index];

        fact_heading(f, "Jail");
        fact_put(f, "Name", "%s", j->name);
        fact_put(f, "Jid", "%d", j->jid);
        fact_put(f, "State", "%s", _(jail_state_name(j->state)))->style =
                j->state == JAIL_ALIVE ? STYLE_UP : STYLE_PENDING;
        fact_put(f, "Found as", "%s", _(jail_origin_name(j->origin)));
        if (j->path)
                fact_put(f, "Namespace", "%s", j->path);
        fact_put(f, "Identity", "cookie %llu, inode %llu", (unsigned long long)j->cookie, (unsigned long long)j->inode);
        if (j->root_path)
                fact_put(f, "Root", "%s", j->root_path);
        if (j->hostname)
                fact_put(f, "Hostname", "%s", j->hostname);
        if (j->process_count > 0)
                fact_put(f, "Processes", "%zu", j->process_count);
        else
                fact_put(f, "Processes", "none seen")->style = STYLE_DIM;
        if (j->forwarding >= 0)
                fact_put(f, "Forwarding", "%s", forwarding_word(j));
        if (index != 0)
                fact_put(f, "Made by", "%s", j->is_owned ? "jailnet" : _("somebody else"));
        if (j->warning)
                fact_put(f, "Warning", "%s", j->warning)->style = STYLE_WARNING;
        facts_of_guests(f, g, index, NONE);

        fact_heading(f, "Interfaces");
        for (size_t i = j->iface_first; i != NONE; i = g->ifaces[i].next) {
                CLEANUP(text_done) struct text addresses = {0};
                enum style style;
                enum sign sign;
                const char *state;

                if (role_is_hidden(g->ifaces[i].role))
                        continue;
                state = describe_state(&g->ifaces[i], &style, &sign);
                describe_addresses(&addresses, &g->ifaces[i], false);

                struct fact *line = fact_put(f, g->ifaces[i].name, "%-12s %s", state, text_str(&addresses));

                line->style = style;
                line->object = (struct object){OBJECT_IFACE, i};
        }
        for (size_t n = 0; n < j->holder_count; n++) {
                const struct holder *h = &j->holders[n];

                if (n == 0)
                        fact_heading(f, "Held by");
                fact_put(f, _(holder_kind_name(h->kind)), "%s(%d) %s", h->command ? h->command : "?", (int)h->pid,
                         h->detail ? h->detail : "")
                        ->style = STYLE_PENDING;
        }
        facts_of_routes(f, g, j, 0);
}

void fact_list_collect(struct facts *f, const struct graph *g, struct object o)
{
        fact_list_done(f);
        switch (o.type) {
        case OBJECT_JAIL: facts_of_jail(f, g, o.index); break;
        case OBJECT_IFACE: facts_of_iface(f, g, o.index); break;
        case OBJECT_NODE:
                if (g->nodes[o.index].iface != NONE)
                        facts_of_iface(f, g, g->nodes[o.index].iface);
                else
                        facts_of_node(f, g, o.index);
                break;
        case OBJECT_NONE: break;
        }
}
