/* fingerprint.c - whether a layout would come out the same: a number over all that a layout reads. */
#include "ui/tui/layout/layout.h"

static uint64_t mix(uint64_t h, uint64_t v)
{
        h ^= v + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
        h *= 0xff51afd7ed558ccdu;
        return h ^ h >> 33;
}

static uint64_t mix_text(uint64_t h, const char *s)
{
        if (!s)
                return mix(h, 1);
        for (; *s; s++)
                h = (h ^ (uint8_t)*s) * 0x100000001b3u;
        return mix(h, 2);
}

static uint64_t mix_mac(uint64_t h, struct mac m)
{
        uint64_t v = m.is_set;

        for (int n = 0; n < 6; n++)
                v = v << 8 | m.bytes[n];
        return mix(h, v);
}

static uint64_t mix_prefix(uint64_t h, const struct prefix *p)
{
        h = mix(h, (uint64_t)p->family << 8 | p->length);
        for (int k = 0; k < 16; k++)
                h = (h ^ p->bytes[k]) * 0x100000001b3u;
        return h;
}

static uint64_t mix_iface(uint64_t h, const struct iface *i)
{
        h = mix(h, (uint64_t)i->number << 32 | (uint32_t)i->id.ifindex);
        h = mix(h, i->jail);
        h = mix_text(h, i->name);
        h = mix(h, (uint64_t)i->kind << 8 | (uint64_t)i->role);
        h = mix(h,
                (uint64_t)i->is_up | (uint64_t)i->is_running << 1 | (uint64_t)i->stp_on << 2 |
                        (uint64_t)i->port_state << 8 | (uint64_t)i->peer_state << 16 | (uint64_t)i->pin_source << 24 |
                        (uint64_t)i->port_number << 32);
        h = mix(h, i->master);
        h = mix(h, i->peer);
        h = mix(h, (uint64_t)(uint32_t)i->link_ifindex);
        h = mix_mac(mix_mac(h, i->mac), i->pin);
        h = mix_text(h, i->warning);
        for (size_t n = 0; n < i->address_count; n++)
                h = mix_prefix(h, &i->addresses[n]);
        return mix(h, i->address_count);
}

uint64_t layout_fingerprint(const struct graph *g)
{
        uint64_t h = mix_text(mix(g->jail_count, g->iface_count), g->hostname);

        for (size_t n = 0; n < g->jail_count; n++) {
                const struct jail *j = &g->jails[n];

                h = mix_text(mix(h, j->cookie), j->name);
                h = mix(h, (uint64_t)(uint32_t)j->jid << 16 | (uint64_t)j->state << 8 | (uint64_t)j->origin);
                h = mix_text(mix(h, j->holder_count), j->warning);
                if (j->holder_count)
                        h = mix_text(mix(h, (uint64_t)(uint32_t)j->holders[0].pid), j->holders[0].command);
        }
        for (size_t n = 0; n < g->iface_count; n++)
                h = mix_iface(h, &g->ifaces[n]);
        for (size_t n = 0; n < g->hook_count; n++)
                h = mix_text(mix(mix(h, g->hooks[n].node), g->hooks[n].edge), g->hooks[n].name);
        for (size_t n = 0; n < g->edge_count; n++)
                h = mix(mix(h, g->edges[n].a), g->edges[n].b << 4 | (uint64_t)g->edges[n].kind);
        for (size_t n = 0; n < g->loan_count; n++) {
                const struct loan *l = &g->loans[n];

                h = mix(mix(h, l->number), (uint64_t)l->state << 32 | (uint32_t)l->since);
                h = mix(mix(h, l->jail), l->iface_index);
        }
        for (size_t n = 0; n < g->guest_count; n++) {
                const struct guest *guest = &g->guests[n];

                h = mix_text(mix(h, (uint64_t)guest->kind << 32 | (uint32_t)guest->number), guest->name);
                for (size_t k = 0; k < guest->use_count; k++)
                        h = mix_prefix(mix(h, guest->uses[k].iface), &guest->uses[k].address);
        }
        return h;
}
