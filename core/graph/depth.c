/* depth.c - looking things up in what a network stack told. */
#include "core/graph/depth.h"

#include <linux/neighbour.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void depth_done(struct depth *d)
{
        free(d->settings);
        free(d->neighbours);
        free(d->rules);
        free(d->vlans);
        free(d->chains);
        free(d->redirects);
        free(d->listeners);
        free(d->processes);
        *d = (struct depth){0};
}

const char *depth_neighbour_state(uint16_t state)
{
        switch (state) {
        case NUD_INCOMPLETE: return "being asked for";
        case NUD_REACHABLE: return "reachable";
        case NUD_STALE: return "stale";
        case NUD_DELAY:
        case NUD_PROBE: return "being asked again";
        case NUD_FAILED: return "failed";
        case NUD_NOARP: return "needs no asking";
        case NUD_PERMANENT: return "permanent";
        default: return "unknown";
        }
}

const struct depth_setting *depth_find_setting(const struct depth *d, uint8_t family, int ifindex)
{
        for (size_t k = 0; k < d->setting_count; k++)
                if (d->settings[k].family == family && d->settings[k].ifindex == ifindex)
                        return &d->settings[k];
        return NULL;
}

int depth_forwards(const struct depth *d, uint8_t family, int ifindex)
{
        const struct depth_setting *s = depth_find_setting(d, family, family == AF_INET ? ifindex : DEPTH_EVERY_IFACE);

        return s ? s->forwarding : -1;
}

int depth_rp_filter(const struct depth *d, int ifindex)
{
        const struct depth_setting *own = depth_find_setting(d, AF_INET, ifindex);
        const struct depth_setting *all = depth_find_setting(d, AF_INET, DEPTH_EVERY_IFACE);

        if (!own || !all)
                return -1;
        return own->rp_filter > all->rp_filter ? own->rp_filter : all->rp_filter;
}

const struct depth_neighbour *depth_find_neighbour(const struct depth *d, int ifindex, const struct prefix *address)
{
        for (size_t k = 0; k < d->neighbour_count; k++) {
                const struct prefix *p = &d->neighbours[k].address;

                if (d->neighbours[k].ifindex == ifindex && p->family == address->family &&
                    memcmp(p->bytes, address->bytes, prefix_bits(p->family) / 8) == 0)
                        return &d->neighbours[k];
        }
        return NULL;
}

bool depth_has_vlan(const struct depth *d, int ifindex, uint16_t vlan, const struct depth_vlan **ret)
{
        for (size_t k = 0; k < d->vlan_count; k++) {
                const struct depth_vlan *v = &d->vlans[k];

                if (v->ifindex != ifindex || vlan < v->first || vlan > v->last)
                        continue;
                if (ret)
                        *ret = v;
                return true;
        }
        return false;
}

uint16_t depth_pvid(const struct depth *d, int ifindex)
{
        for (size_t k = 0; k < d->vlan_count; k++)
                if (d->vlans[k].ifindex == ifindex && d->vlans[k].is_pvid)
                        return d->vlans[k].first;
        return 0;
}
