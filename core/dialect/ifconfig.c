/* ifconfig.c - ifconfig's command line: its options, and which interface the words are about. */
#include "core/dialect/ifconfig.h"

#include <errno.h>
#include <string.h>

#define SYNOPSIS "ifconfig [-j JAIL] -l"

static void put_names(struct dialect *d, size_t jail)
{
        const struct graph *g = dialect_graph(d);
        const struct jail *j = &g->jails[jail];
        bool is_first = true;

        for (size_t i = j->iface_first; i < j->iface_first + j->iface_count; i++) {
                if (g->ifaces[i].role == ROLE_FABRIC)
                        continue;
                if (!is_first)
                        text_put_char(&d->out, ' ');
                text_put_visible(&d->out, g->ifaces[i].name);
                is_first = false;
        }
        text_put_char(&d->out, '\n');
}

int dialect_ifconfig(struct dialect *d, int argc, char **argv, struct err *e)
{
        size_t jail = dialect_jail(d);

        if (argc == 4 && strcmp(argv[1], "-j") == 0) {
                jail = graph_find_jail(dialect_graph(d), argv[2]);
                if (jail == NONE)
                        return err_set(e, -ENXIO, "jail \"%s\" not found; jailnet show lists them", argv[2]);
                argv += 2;
                argc -= 2;
        }
        if (argc != 2 || strcmp(argv[1], "-l") != 0)
                return err_set(e, -EINVAL, "usage: " SYNOPSIS);
        put_names(d, jail);
        return 0;
}
