/* services_hosts.c - what a bridge or a jail has learnt of others, asked of the kernel. */
#include "core/kernel/depth_read.h"
#include "core/kernel/hosts.h"
#include "core/kernel/neighbours.h"
#include "ui/services_parts.h"

static int service_hosts(struct app *a, const struct graph *g, size_t bridge, struct bridge_host **ret,
                         size_t *ret_count, struct err *e)
{
        (void)a;
        return hosts_read(g, bridge, ret, ret_count, e);
}

static int service_neighbours(struct app *a, const struct graph *g, size_t jail, struct neighbour **ret,
                              size_t *ret_count, struct err *e)
{
        (void)a;
        return neighbours_read(g, jail, ret, ret_count, e);
}

static int service_depth(struct app *a, const struct graph *g, size_t jail, unsigned parts, struct depth *ret,
                         struct err *e)
{
        (void)a;
        return depth_read(g, jail, parts, ret, e);
}

void services_init_hosts(struct app *a)
{
        a->hosts = service_hosts;
        a->neighbours = service_neighbours;
        a->depth = service_depth;
}
