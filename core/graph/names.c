/* names.c - what the kernel takes as a name, what is free, and how a long one is cut. */
#include "core/graph/names.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/sort.h"
#include "core/base/text.h"
#include "core/graph/marks.h"
#include "core/graph/path.h"

static bool has_control(const char *s)
{
        for (; *s; s++)
                if ((unsigned char)*s < 0x20 || *s == 0x7f)
                        return true;
        return false;
}

int name_check_iface(const char *name, struct err *e)
{
        size_t length = strlen(name);

        if (length == 0)
                return err_set(e, -EINVAL, "interface name: is empty; give 1 to 15 bytes");
        if (length >= IF_NAME_SIZE)
                return err_set(e, -ENAMETOOLONG, "%s: has %zu bytes; the kernel takes at most 15", name, length);
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
                return err_set(e, -EINVAL, "%s: is a folder's name to the kernel; choose another", name);
        for (const char *p = name; *p; p++) {
                if (*p == '/' || *p == ':' || *p == '%')
                        return err_set(e, -EINVAL, "%s: has '%c' in it, which the kernel refuses; choose another", name,
                                       *p);
                if (isspace((unsigned char)*p))
                        return err_set(e, -EINVAL,
                                       "%s: has white space in it, which the kernel refuses; choose another", name);
        }
        if (has_control(name))
                return err_set(e, -EINVAL, "%s: has a control character in it; choose another", name);
        return 0;
}

int name_check_jail(const char *name, struct err *e)
{
        size_t length = strlen(name);

        if (length == 0)
                return err_set(e, -EINVAL, "jail name: is empty; give 1 to %d bytes", JAIL_NAME_SIZE - 1);
        if (length >= JAIL_NAME_SIZE)
                return err_set(e, -ENAMETOOLONG, "%s: has %zu bytes; a jail's name has at most %d", name, length,
                               JAIL_NAME_SIZE - 1);
        if (name[0] == '.' || name[0] == '-')
                return err_set(e, -EINVAL, "%s: begins with '%c'; choose another", name, name[0]);
        if (strchr(name, '/'))
                return err_set(e, -EINVAL, "%s: has '/' in it, and is to be a file's name; choose another", name);
        if (has_control(name))
                return err_set(e, -EINVAL, "%s: has a control character in it; choose another", name);
        if (strcmp(name, "host") == 0)
                return err_set(e, -EINVAL, "host: is the name of the host itself; choose another");
        return 0;
}

/* What node and hook names have in common. */
static int check_netgraph(const char *name, const char *what, struct err *e)
{
        size_t length = strlen(name);

        if (length == 0)
                return err_set(e, -EINVAL, "%s name: is empty; give 1 to 31 bytes", what);
        if (length >= NODE_NAME_SIZE)
                return err_set(e, -ENAMETOOLONG, "%s: has %zu bytes; a %s's name has at most 31", name, length, what);
        if (strpbrk(name, ".:"))
                return err_set(e, -EINVAL,
                               "%s: has '.' or ':' in it, which separate the parts of a path; choose another", name);
        if (has_control(name))
                return err_set(e, -EINVAL, "%s: has a control character in it; choose another", name);
        return 0;
}

int name_check_node(const char *name, struct err *e)
{
        uint32_t id;
        int r = check_netgraph(name, "node", e);

        if (r < 0)
                return r;
        if (path_parse_id(name, &id))
                return err_set(e, -EINVAL, "%s: looks like a node's id; choose another", name);
        return 0;
}

int name_check_hook(const char *name, struct err *e)
{
        return check_netgraph(name, "hook", e);
}

int name_check_free(const struct graph *g, size_t jail, const char *name, struct err *e)
{
        size_t holder = graph_find_iface_in(g, jail, name);
        char offer[IF_NAME_SIZE];

        if (holder == NONE)
                return 0;

        const struct iface *f = &g->ifaces[holder];
        const char *in = jail == 0 ? "" : g->jails[jail].name, *slash = jail == 0 ? "" : "/";
        const char *kind = f->kind_name[0] ? f->kind_name : "physical interface";

        name_offer(g, jail, name, offer);
        if (strcmp(f->name, name) == 0)
                return err_set(e, -EEXIST, "%s%s%s: taken by a %s; %s is free", in, slash, name, kind, offer);
        return err_set(e, -EEXIST, "%s%s%s: is an alternative name of %s; %s is free", in, slash, name, f->name, offer);
}

void name_offer(const struct graph *g, size_t jail, const char *name, char ret[IF_NAME_SIZE])
{
        size_t length = strlen(name), stem = length;
        uint64_t unit = 0;

        if (graph_find_iface_in(g, jail, name) == NONE && length < IF_NAME_SIZE) {
                (void)str_copy(ret, IF_NAME_SIZE, name);
                return;
        }
        while (stem > 0 && length - stem < 9 && name[stem - 1] >= '0' && name[stem - 1] <= '9')
                stem--;
        for (size_t i = stem; i < length; i++)
                unit = unit * 10 + (unsigned)(name[i] - '0');
        do {
                char digits[24], part[IF_NAME_SIZE];

                (void)str_format(digits, sizeof(digits), "%" PRIu64, ++unit);

                size_t room = IF_NAME_SIZE - strlen(digits); /* with the end */
                CLEANUP(freep) char *whole = xstrndup(name, stem);

                (void)str_copy(part, room, whole); /* the stem is cut where unit and stem would be too long */
                (void)str_format(ret, IF_NAME_SIZE, "%s%s", part, digits);
        } while (graph_find_iface_in(g, jail, ret) != NONE);
}

/* The unit in prefix + N (+ a or b), where N is written without leading zeros; false when the name is another. */
static bool parse_unit(const char *name, const char *prefix, bool is_pair, size_t *ret)
{
        size_t n = strlen(prefix), unit = 0, digits = 0;

        if (strncmp(name, prefix, n) != 0)
                return false;
        for (name += n; *name >= '0' && *name <= '9'; name++) {
                unit = unit * 10 + (unsigned)(*name - '0');
                if (++digits > 9 || (digits > 1 && unit < 10))
                        return false;
        }
        if (digits == 0)
                return false;
        if (is_pair && (*name == 'a' || *name == 'b'))
                name++;
        if (*name)
                return false;
        *ret = unit;
        return true;
}

struct units {
        const char *prefix;
        bool is_pair;
        size_t *items;
        size_t count, capacity;
};

static void units_done(struct units *u)
{
        free(u->items);
}

static void take_unit(struct units *u, const char *name)
{
        size_t unit;

        if (!parse_unit(name, u->prefix, u->is_pair, &unit))
                return;
        u->items = array_grow(u->items, &u->capacity, u->count, sizeof(*u->items));
        u->items[u->count++] = unit;
}

static int compare_unit(const void *a, const void *b)
{
        size_t x = *(const size_t *)a, y = *(const size_t *)b;

        return (x > y) - (x < y);
}

unsigned name_lowest_unit(const struct graph *g, const char *prefix, bool is_pair)
{
        CLEANUP(units_done) struct units taken = {.prefix = prefix, .is_pair = is_pair};
        size_t lowest = 0;

        for (const struct iface *f = g->ifaces; f < g->ifaces + g->iface_count; f++) {
                /* Two letters tell nearly all: a plan asks this of all links for each pair. */
                if (f->name[0] == prefix[0] && f->name[1] == prefix[1])
                        take_unit(&taken, f->name);
                for (size_t k = 0; k < f->altname_count; k++)
                        take_unit(&taken, f->altnames[k]);
        }
        if (taken.count)
                sort_items(taken.items, taken.count, sizeof(*taken.items), compare_unit);
        for (size_t k = 0; k < taken.count && taken.items[k] <= lowest; k++)
                lowest = taken.items[k] + 1;
        return (unsigned)lowest;
}

/* FNV-1a; salt tells several short forms of one name apart. */
static uint32_t hash_name(const char *s, uint32_t salt)
{
        uint32_t h = 2166136261u;

        for (; *s; s++)
                h = (h ^ (unsigned char)*s) * 16777619u;
        for (; salt; salt >>= 8)
                h = (h ^ (salt & 0xff)) * 16777619u;
        return h;
}

bool name_shorten(const struct graph *g, size_t jail, const char *name, char ret[IF_NAME_SIZE])
{
        static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
        char stem[IF_NAME_SIZE - 4];

        if (str_copy(ret, IF_NAME_SIZE, name))
                return false;
        (void)str_copy(stem, sizeof(stem), name);
        for (uint32_t salt = 0; graph_find_iface_in(g, jail, ret) != NONE && salt < UINT16_MAX; salt++) {
                uint32_t h = hash_name(name, salt);

                h ^= h >> 15; /* all bits take part in the fifteen that are shown */
                (void)str_format(ret, IF_NAME_SIZE, "%s~%c%c%c", stem, digits[h >> 10 & 31], digits[h >> 5 & 31],
                                 digits[h & 31]);
        }
        return true;
}

static const char *fabric_hook(const struct graph *g, const struct iface *end)
{
        switch (end->peer == NONE ? ROLE_EIFACE : g->ifaces[end->peer].role) {
        case ROLE_IFACE: return "inet";
        case ROLE_ORPHANS: return carrier_hook(g, end->peer);
        default: return "ether";
        }
}

/* The hook by which an interface without a hidden end is a port. */
static const char *port_hook_name(const struct iface *i)
{
        return i->role == ROLE_ONE2MANY ? "one" : "lower";
}

void hook_default_name(const struct graph *g, enum edge_kind kind, size_t iface_upper, size_t iface_lower,
                       bool upper_side, char ret[HOOK_NAME_SIZE])
{
        const struct iface *upper = &g->ifaces[iface_upper], *lower = &g->ifaces[iface_lower];

        switch (kind) {
        case EDGE_PAIR: {
                const struct iface *own = upper_side ? upper : lower;
                bool is_wired = own->peer != (upper_side ? iface_lower : iface_upper);

                (void)str_copy(ret, HOOK_NAME_SIZE,
                               is_wired && own->role != ROLE_FABRIC ? port_hook_name(own) : fabric_hook(g, own));
                return;
        }
        case EDGE_UPPER: (void)str_copy(ret, HOOK_NAME_SIZE, upper_side ? "link" : "upper"); return;
        case EDGE_PORT:
                if (!upper_side)
                        (void)str_copy(ret, HOOK_NAME_SIZE,
                                       lower->role == ROLE_FABRIC ? fabric_hook(g, lower) : port_hook_name(lower));
                else if (lower->port_number)
                        (void)str_format(ret, HOOK_NAME_SIZE, "link%u", lower->port_number - 1u);
                else /* the kernel did not tell the port's number */
                        (void)str_format(ret, HOOK_NAME_SIZE, "port%d", lower->id.ifindex);
                return;
        case EDGE_MEMBER:
                if (upper_side)
                        (void)str_format(ret, HOOK_NAME_SIZE, "port%d", lower->id.ifindex);
                else
                        (void)str_copy(ret, HOOK_NAME_SIZE, "lower");
                return;
        case EDGE_PARENT:
                if (upper_side)
                        (void)str_copy(ret, HOOK_NAME_SIZE, "downstream");
                else if (upper->kind == KIND_VLAN)
                        (void)str_format(ret, HOOK_NAME_SIZE, "vlan%u", upper->vlan_id);
                else if (upper->kind == KIND_VXLAN)
                        (void)str_format(ret, HOOK_NAME_SIZE, "vxlan%" PRIu32, upper->vxlan_id);
                else if (upper->kind == KIND_MACVLAN || upper->kind == KIND_MACVTAP)
                        (void)str_format(ret, HOOK_NAME_SIZE, "macvlan%d", upper->id.ifindex);
                else
                        (void)str_format(ret, HOOK_NAME_SIZE, "%.15s%d", upper->kind_name, upper->id.ifindex);
                return;
        }
}
