/* small_arp.c - FreeBSD's arp: what the stack that it is called in has learnt on its links. */
#include <errno.h>
#include <string.h>

#include "core/dialect/small.h"

#define USAGE "usage: arp [-n] [-i IF] -a | ADDRESS"

/* "? (10.0.0.2) at 02:00:00:00:00:01 on epair0b [ethernet]"; no name is looked up. */
static void put_neighbour(struct dialect *d, const struct neighbour *n, const char *iface)
{
        char address[PREFIX_TEXT_SIZE], mac[MAC_TEXT_SIZE];

        text_putf(&d->out, "? (%s) at %s on ", prefix_format_addr(&n->address, address),
                  n->mac.is_set ? mac_format(n->mac, mac) : "(incomplete)");
        text_put_visible(&d->out, iface);
        text_putf(&d->out, "%s [ethernet]\n", n->is_permanent ? " permanent" : "");
}

/* Those on that interface (NULL any) with that address (NULL any): how many there were, or -errno. */
static int list(struct dialect *d, const char *iface, const struct prefix *address, struct err *e)
{
        CLEANUP(freep) struct neighbour *found = NULL;
        const struct graph *g = d->live;
        size_t jail = graph_find_jail(g, d->jail), count = 0;
        int shown = 0;

        if (jail == NONE)
                return err_set(e, -ENOENT, "%s: the jail is gone", d->jail);

        int r = d->services->neighbours(d, jail, &found, &count, e);

        for (size_t k = 0; r == 0 && k < count; k++) {
                struct iface_id id = {.cookie = g->jails[jail].cookie, .ifindex = found[k].ifindex};
                size_t i = graph_find_iface(g, id);
                const char *name = i == NONE ? "?" : g->ifaces[i].name;

                if ((iface && strcmp(iface, name) != 0) || (address && !prefix_equal(address, &found[k].address)))
                        continue;
                put_neighbour(d, &found[k], name);
                shown++;
        }
        return r < 0 ? r : shown;
}

int dialect_arp(struct dialect *d, int argc, char **argv, struct err *e)
{
        const char *iface = NULL;
        struct prefix address;
        bool is_all = false;
        int i = 1, r;

        for (; i < argc && argv[i][0] == '-'; i++) {
                for (const char *s = argv[i] + 1; *s; s++) {
                        if (*s == 'a')
                                is_all = true;
                        else if (*s == 'i' && !s[1] && i + 1 < argc)
                                iface = argv[i + 1];
                        else if (*s == 'd' || *s == 's' || *s == 'S')
                                return err_set(e, -EOPNOTSUPP,
                                               "-%c: the cache is the Linux kernel's own and renews itself; ip "
                                               "neighbour changes it",
                                               *s);
                        else if (*s != 'n')
                                return err_set(e, -EINVAL, "-%c: is not understood; " USAGE, *s);
                }
                i += iface == argv[i + 1] && iface;
        }
        if (is_all && i == argc) {
                r = list(d, iface, NULL, e);
                return r < 0 ? r : 0;
        }
        if (is_all || i + 1 != argc)
                return err_set(e, -EINVAL, USAGE);
        if (strchr(argv[i], '/') || prefix_parse(argv[i], &address, NULL) < 0)
                return err_set(e, -EINVAL, "%s: is no address; names are not looked up", argv[i]);
        r = list(d, iface, &address, e);
        return r == 0 ? err_set(e, -ENOENT, "%s (%s) -- no entry", argv[i], argv[i]) : r < 0 ? r : 0;
}
