/* check.c - one value against its type and the graph, while it is being typed in a form or before a plan is made. */
#include "core/verb/verb.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <strings.h>

#include "core/graph/names.h"

#define MTU_MIN 68u /* the least that IPv4 allows */
#define MTU_MAX 65535u
#define VNI_MAX 0xffffffu

static int check_jail_new(const struct graph *g, const char *value, struct err *e)
{
        int r = name_check_jail(value, e);

        if (r < 0)
                return r;
        if (graph_find_jail(g, value) != NONE && g->jails[graph_find_jail(g, value)].state == JAIL_ALIVE)
                return err_set(e, -EEXIST, "%s: is a jail already; choose another name", value);
        return 0;
}

/* A name that is too long is not refused: it is shortened, and the plan shows how. */
static int check_plain(const char *value, struct err *e)
{
        char cut[IF_NAME_SIZE];

        if (str_copy(cut, sizeof(cut), value))
                return name_check_iface(value, e);
        return name_check_jail(value, e);
}

static int check_iface_new(const struct graph *g, const char *value, struct err *e)
{
        const char *word = str_has_prefix(value, "if:") ? value + 3 : value;
        const char *slash = strchr(word, '/');
        size_t jail = 0;

        if (slash) {
                CLEANUP(freep) char *jail_word = xstrndup(word, (size_t)(slash - word));
                int r = query_jail(g, jail_word, &jail, e);

                if (r < 0)
                        return r;
                word = slash + 1;
        }

        int r = check_plain(word, e);

        if (r < 0)
                return r;
        return strlen(word) < IF_NAME_SIZE ? name_check_free(g, jail, word, e) : 0;
}

static int check_number(const char *value, uint32_t min, uint32_t max, const char *what, struct err *e)
{
        uint32_t n;

        if (str_to_u32(value, max, &n) < 0 || n < min)
                return err_set(e, -EINVAL, "%s: is not %s; write a number from %u to %u", value, what, min, max);
        return 0;
}

static int check_mac(const char *value, struct err *e)
{
        struct mac m;

        if (mac_parse(value, &m) < 0)
                return err_set(e, -EINVAL, "%s: is not a MAC address; write it like 02:5f:1c:00:11:22", value);
        if (mac_is_group(m))
                return err_set(e, -EINVAL, "%s: is a group address; the first byte must be even", value);
        if (mac_is_zero(m))
                return err_set(e, -EINVAL, "%s: no interface can have the all-zero address; choose another", value);
        return 0;
}

static int check_choice(const char *choices, const char *value, struct err *e)
{
        size_t length = strlen(value);

        for (const char *c = choices; *c;) {
                size_t n = strcspn(c, "|");

                if (n == length && memcmp(c, value, n) == 0)
                        return 0;
                c += n + (c[n] == '|');
        }
        return err_set(e, -EINVAL, "%s: is not one of %s", value, choices);
}

static int check_address(const char *value, bool bare, struct err *e)
{
        struct prefix p;
        int r = prefix_parse(value, &p, e);

        if (r < 0)
                return r;
        if (bare && strchr(value, '/'))
                return err_set(e, -EINVAL, "%s: a bare address is meant here; leave /LEN out", value);
        if (!bare && !strchr(value, '/'))
                return err_set(e, -EINVAL, "%s: the prefix length is missing; write it like %s/24", value, value);
        return 0;
}

static int check_bridge(const struct graph *g, const char *value, bool or_lagg, struct err *e)
{
        size_t iface;
        int r = query_iface(g, value, &iface, e);

        if (r < 0)
                return r;
        if (or_lagg ? !iface_takes_ports(&g->ifaces[iface]) : g->ifaces[iface].kind != KIND_BRIDGE)
                return err_set(e, -EINVAL, "%s: is not a bridge; create bridge NAME makes one", value);
        return 0;
}

int verb_check_arg(const struct verb_arg *a, const char *value, const struct graph *g, struct err *e)
{
        char hook[HOOK_NAME_SIZE];
        struct object object;
        size_t found, found_hook;

        if (!value || (value[0] == '\0' && a->type != ARG_TEXT))
                return a->is_optional ? 0
                                      : err_set(e, -EINVAL, "%s: is missing; type it", a->label ? a->label : a->name);
        switch (a->type) {
        case ARG_JAIL: return query_jail(g, value, &found, e);
        case ARG_JAIL_ANY: return graph_find_guest(g, value) ? 0 : query_jail(g, value, &found, e);
        case ARG_JAIL_NEW: return check_jail_new(g, value, e);
        case ARG_IFACE: return query_iface(g, value, &found, e);
        case ARG_IFACE_NEW: return check_iface_new(g, value, e);
        case ARG_IFACE_PLAIN: return check_plain(value, e);
        case ARG_BRIDGE: return check_bridge(g, value, false, e);
        case ARG_MASTER: return check_bridge(g, value, true, e);
        case ARG_OBJECT: return query_object(g, value, &object, e);
        case ARG_NODE: return query_node(g, value, &found, e);
        case ARG_NODE_NEW: return name_check_node(value, e);
        case ARG_NODE_HOOK: return query_hook(g, value, &found, &found_hook, hook, e);
        case ARG_HOOK_NEW: return name_check_hook(value, e);
        case ARG_MAC: return check_mac(value, e);
        case ARG_MTU: return check_number(value, MTU_MIN, MTU_MAX, "an MTU", e);
        case ARG_VLAN_ID: return check_number(value, 1, 4094, "a VLAN id", e);
        case ARG_VXLAN_ID: return check_number(value, 0, VNI_MAX, "a VXLAN id", e);
        case ARG_NUMBER: return check_number(value, 0, UINT32_MAX, "a number", e);
        case ARG_ADDRESS: return check_address(value, false, e);
        case ARG_IP: return check_address(value, true, e);
        case ARG_DESTINATION: return strcmp(value, "default") == 0 ? 0 : check_address(value, false, e);
        case ARG_TEXT:
                if (strlen(value) > 255)
                        return err_set(e, -EINVAL, "%s: is longer than 255 bytes; shorten it",
                                       a->label ? a->label : a->name);
                return 0;
        case ARG_PATH:
                if (value[0] != '/')
                        return err_set(e, -EINVAL, "%s: is not a whole path; begin it with '/'", value);
                return 0;
        case ARG_CHOICE: return check_choice(a->choices, value, e);
        }
        return -EINVAL;
}
