/* graph.c - a graph's life, and the words for its enumerations. */
#include "core/graph/graph.h"

#include <errno.h>
#include <linux/ipv6_route.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/graph/store.h"

struct graph *graph_new(void)
{
        struct graph_store *s = xcalloc(1, sizeof(*s));
        struct graph *g = arena_alloc(&s->arena, sizeof(*g));

        s->graph = g;
        g->refs = 1;
        g->hostname = "";
        g->arena = s;
        return g;
}

struct arena *graph_arena(const struct graph *g)
{
        struct graph_store *s = g->arena;

        return &s->arena;
}

const struct graph *graph_ref(const struct graph *g)
{
        struct graph_store *s = g->arena;

        (void)__atomic_add_fetch(&s->graph->refs, 1, __ATOMIC_RELAXED);
        return g;
}

void graph_unref(const struct graph *g)
{
        if (!g)
                return;

        struct graph_store *s = g->arena;

        if (__atomic_sub_fetch(&s->graph->refs, 1, __ATOMIC_ACQ_REL) > 0)
                return;
        graph_unref(s->base);
        arena_done(&s->arena); /* the graph itself lies in it */
        free(s);
}

bool iface_id_equal(struct iface_id a, struct iface_id b)
{
        return a.cookie == b.cookie && a.ifindex == b.ifindex;
}

static const struct {
        uint8_t type;
        const char *name;
} nowhere[] = {{RTN_BLACKHOLE, "blackhole"},
               {RTN_UNREACHABLE, "unreachable"},
               {RTN_PROHIBIT, "prohibit"},
               {RTN_THROW, "throw"}};

const char *route_nowhere_name(uint8_t type)
{
        for (size_t k = 0; k < ARRAY_SIZE(nowhere); k++)
                if (nowhere[k].type == type)
                        return nowhere[k].name;
        return NULL;
}

uint8_t route_nowhere_find(const char *name)
{
        for (size_t k = 0; k < ARRAY_SIZE(nowhere); k++)
                if (strcmp(nowhere[k].name, name) == 0)
                        return nowhere[k].type;
        return RTN_UNSPEC;
}

uint32_t route_metric(const struct route *r)
{
        return r->metric || r->destination.family != AF_INET6 ? r->metric : IP6_RT_PRIO_USER;
}

/* By BOND_MODE_*, of linux/if_bonding.h. */
static const char *const lagg_protos[] = {"roundrobin", "failover", "loadbalance", "broadcast", "lacp"};

const char *lagg_proto_name(uint8_t bond_mode)
{
        return bond_mode < ARRAY_SIZE(lagg_protos) ? lagg_protos[bond_mode] : NULL;
}

int lagg_proto_find(const char *name, uint8_t *ret_bond_mode)
{
        for (size_t k = 0; k < ARRAY_SIZE(lagg_protos); k++) {
                if (strcmp(lagg_protos[k], name) == 0) {
                        *ret_bond_mode = (uint8_t)k;
                        return 0;
                }
        }
        return -EINVAL;
}

/*
 * What the kernel gives a port by its device's speed (br_if.c, port_cost): a pair is always a fast one, what tells no
 * speed a slow one; a tap is slow to older kernels, and fast to newer ones. Others have that of a card, which may be
 * any.
 */
static bool is_usual_cost(const struct iface *i, uint32_t cost)
{
        static const uint32_t costs[] = {2, 3, 4, 5, 19, 100};

        if (i->kind == KIND_VETH)
                return cost == 2;
        if (i->kind == KIND_TAP)
                return cost == 2 || cost == 100;
        if (i->kind == KIND_DUMMY || i->kind == KIND_IFB || (i->kind == KIND_VXLAN && i->parent == NONE))
                return cost == 100;
        for (size_t k = 0; k < ARRAY_SIZE(costs); k++)
                if (costs[k] == cost)
                        return true;
        return false;
}

bool iface_is_tuned(const struct iface *i, enum tuning t)
{
        uint32_t value = i->tuning[t];
        bool is_hub =
                t == TUNE_AGEING && (i->role == ROLE_HUB || i->role == ROLE_WIRE || i->role == ROLE_VLAN); /* made so */

        if (!(i->tuning_known >> t & 1u) || is_hub)
                return false;
        if (t == TUNE_COST ? is_usual_cost(i, value) : value == tunings[t].usual)
                return false;
        return value / tunings[t].scale >= tunings[t].min; /* less is taken only while the spanning tree is off */
}

bool iface_takes_ports(const struct iface *i)
{
        return i->kind == KIND_BRIDGE || i->kind == KIND_BOND;
}

bool iface_is_down(const struct iface *i)
{
        return !i->is_up && i->role != ROLE_TEE;
}

bool iface_is_hidden(const struct iface *i)
{
        /* A fabric end without its other end is shown: nothing else stands for it. A loopback is where jails that share
         * the stack mostly are. */
        return (i->kind == KIND_LOOPBACK && !i->has_guest) || i->role == ROLE_WIRE ||
                (role_is_hidden(i->role) && i->peer != NONE);
}

bool role_has_fabric(enum iface_role r)
{
        return r == ROLE_EIFACE || r == ROLE_IFACE || r == ROLE_ORPHANS;
}

bool role_is_hidden(enum iface_role r)
{
        return r == ROLE_FABRIC || r == ROLE_ORPHANS;
}

bool role_is_netgraph(enum iface_role r)
{
        return r == ROLE_NG_BRIDGE || r == ROLE_HUB || r == ROLE_TEE || r == ROLE_NAT || r == ROLE_ONE2MANY ||
                r == ROLE_VLAN;
}

const char *jail_state_name(enum jail_state s)
{
        switch (s) {
        case JAIL_ALIVE: return N_("alive");
        case JAIL_DYING: return N_("dying");
        case JAIL_HIDDEN: return N_("hidden");
        }
        return "";
}

const char *jail_origin_name(enum jail_origin o)
{
        switch (o) {
        case ORIGIN_HOST: return N_("host");
        case ORIGIN_NAMED: return N_("named");
        case ORIGIN_CONTAINER: return N_("container");
        case ORIGIN_UNIT: return N_("unit");
        case ORIGIN_PROCESS: return N_("process");
        case ORIGIN_THREAD: return N_("thread");
        case ORIGIN_BIND_MOUNT: return N_("bind mount");
        case ORIGIN_DESCRIPTOR: return N_("descriptor");
        case ORIGIN_KERNEL: return N_("kernel");
        }
        return "";
}

const char *holder_kind_name(enum holder_kind k)
{
        switch (k) {
        case HOLDER_PROCESS: return N_("process");
        case HOLDER_THREAD: return N_("thread");
        case HOLDER_DESCRIPTOR: return N_("descriptor");
        case HOLDER_BIND_MOUNT: return N_("bind mount");
        case HOLDER_SOCKET: return N_("socket");
        case HOLDER_TCP: return N_("tcp");
        }
        return "";
}

const char *stp_state_name(enum stp_state s)
{
        switch (s) {
        case STP_DISABLED: return N_("disabled");
        case STP_LISTENING: return N_("listening");
        case STP_LEARNING: return N_("learning");
        case STP_FORWARDING: return N_("forwarding");
        case STP_BLOCKING: return N_("blocking");
        }
        return "";
}

const char *pin_source_name(enum pin_source s)
{
        switch (s) {
        case PIN_NONE: return "";
        case PIN_JIB: return "jib";
        case PIN_JNG: return "jng";
        case PIN_CURRENT: return "current";
        case PIN_MANUAL: return "manual";
        case PIN_STABLE: return "stable";
        }
        return "";
}

bool loan_is_ended(enum loan_state s)
{
        return s == LOAN_RETURNED || s == LOAN_LOST;
}

const char *loan_state_name(enum loan_state s)
{
        switch (s) {
        case LOAN_ON_LOAN: return N_("on loan");
        case LOAN_PENDING: return N_("pending");
        case LOAN_RETURNED: return N_("returned");
        case LOAN_LOST: return N_("lost");
        }
        return "";
}
