/* services_hosts.c - what a bridge has learnt, asked of the kernel. */
#include "core/kernel/hosts.h"
#include "ui/services_parts.h"

static int service_hosts(struct app *a, const struct graph *g, size_t bridge, struct bridge_host **ret,
                         size_t *ret_count, struct err *e)
{
        (void)a;
        return hosts_read(g, bridge, ret, ret_count, e);
}

void services_init_hosts(struct app *a)
{
        a->hosts = service_hosts;
}
