/* guest.c - what uses an interface, told to people. */
#include <string.h>

#include "core/base/text.h"
#include "core/graph/graph.h"

const char *guest_kind_name(enum guest_kind k)
{
        switch (k) {
        case GUEST_JAIL: return "jail";
        case GUEST_NAT: return "nat";
        }
        return "";
}

const struct guest *graph_find_guest(const struct graph *g, const char *name)
{
        for (size_t k = 0; k < g->guest_count; k++)
                if (g->guests[k].kind == GUEST_JAIL && strcmp(g->guests[k].name, name) == 0)
                        return &g->guests[k];
        return NULL;
}

bool guest_uses(const struct guest *guest, size_t iface)
{
        for (size_t k = 0; k < guest->use_count; k++)
                if (guest->uses[k].iface == iface)
                        return true;
        return iface == NONE && guest->use_count == 0;
}

bool guest_is_first_use(const struct guest *guest, size_t use)
{
        for (size_t k = 0; k < use; k++)
                if (guest->uses[k].iface == guest->uses[use].iface)
                        return false;
        return true;
}

uint32_t guest_node_id(const struct guest *guest)
{
        return (guest->kind == GUEST_NAT ? 0xf0000000U : 0xe0000000U) + (uint32_t)guest->number;
}

void guest_put(struct text *t, const struct guest *guest, size_t iface)
{
        char buf[PREFIX_TEXT_SIZE];
        const struct nat_rule *r = &guest->rule;

        if (guest->kind == GUEST_NAT && r->is_forward) {
                if (r->is_all)
                        text_putf(t, "all to %s", prefix_format_addr(&r->address, buf));
                else if (r->protocol)
                        text_putf(t, "proto %u to %s", r->protocol, prefix_format_addr(&r->address, buf));
                else
                        text_putf(t, "%s %u to %s %u", r->is_udp ? "udp" : "tcp", r->port,
                                  prefix_format_addr(&r->address, buf), r->to_port);
        } else if (guest->kind == GUEST_NAT) {
                text_putf(t, "from %s", prefix_format(&r->address, buf));
        } else {
                bool is_first = true;

                for (size_t k = 0; k < guest->use_count; k++) {
                        if (guest->uses[k].iface != iface)
                                continue;
                        text_putf(t, "%s%s", is_first ? "" : " ", prefix_format(&guest->uses[k].address, buf));
                        is_first = false;
                }
                if (guest->use_count == 0)
                        text_put(t, "any address");
        }
}
