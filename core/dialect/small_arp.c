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

struct call {
        const char *iface;
        bool is_all;
};

/* The letters of a word that begins with "-"; next is the word behind it (NULL none): 1 when that belongs to it. */
static int take_letters(struct call *c, const char *word, const char *next, struct err *e)
{
        for (const char *s = word + 1; *s; s++) {
                switch (*s) {
                case 'a': c->is_all = true; break;
                case 'n': break; /* no names are looked up anyway */
                case 'i':
                        c->iface = s[1] ? s + 1 : next;
                        return c->iface ? c->iface == next : err_set(e, -EINVAL, USAGE);
                case 'd':
                case 's':
                case 'S':
                        return err_set(e, -EOPNOTSUPP,
                                       "-%c: the cache is the Linux kernel's own and renews itself; ip neighbour "
                                       "changes it",
                                       *s);
                default: return err_set(e, -EINVAL, "-%c: is not understood; " USAGE, *s);
                }
        }
        return 0;
}

int dialect_arp(struct dialect *d, int argc, char **argv, struct err *e)
{
        const char *word = NULL;
        struct call c = {0};
        struct prefix address;
        int r = 0;

        for (int i = 1; i < argc; i++) {
                if (argv[i][0] != '-') {
                        if (word)
                                return err_set(e, -EINVAL, USAGE);
                        word = argv[i];
                        continue;
                }
                r = take_letters(&c, argv[i], i + 1 < argc ? argv[i + 1] : NULL, e);
                if (r < 0)
                        return r;
                i += r;
        }
        if (c.is_all == (word != NULL))
                return err_set(e, -EINVAL, USAGE);
        if (!word) {
                r = list(d, c.iface, NULL, e);
                return r < 0 ? r : 0;
        }
        if (strchr(word, '/') || prefix_parse(word, &address, NULL) < 0)
                return err_set(e, -EINVAL, "%s: is no address; names are not looked up", word);
        r = list(d, c.iface, &address, e);
        if (r == 0)
                return err_set(e, -ENOENT, "%s (%s) -- no entry", word, word);
        return r < 0 ? r : 0;
}
