/* ngctl_type.c - the node types: who makes them, when they end, and which hooks they take. */
#include <errno.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

/* PREFIX and a number from min to max without leading zeros; or the prefix alone, for the next free one. */
static bool is_numbered(const char *hook, const char *prefix, uint32_t min, uint32_t max)
{
        uint32_t value;

        if (!str_has_prefix(hook, prefix))
                return false;
        hook += strlen(prefix);
        if (!*hook)
                return true;
        if (hook[0] == '0' && hook[1])
                return false;
        return str_to_u32(hook, max, &value) == 0 && value >= min;
}

static bool is_one_of(const char *hook, const char *const *names)
{
        for (; *names; names++)
                if (strcmp(hook, *names) == 0)
                        return true;
        return false;
}

static int check_any(const char *hook)
{
        (void)hook;
        return 0;
}

static int check_eiface(const char *hook)
{
        return strcmp(hook, "ether") == 0 ? 0 : -EPFNOSUPPORT;
}

static int check_bridge(const char *hook)
{
        return is_numbered(hook, "link", 0, UINT32_MAX) || is_numbered(hook, "uplink", 1, UINT32_MAX) ? 0 : -EINVAL;
}

static int check_ether(const char *hook)
{
        static const char *const names[] = {"lower", "upper", "orphans", "divert", NULL};

        return is_one_of(hook, names) ? 0 : -EINVAL;
}

static int check_iface(const char *hook)
{
        static const char *const names[] = {"inet", "inet6", NULL};

        return is_one_of(hook, names) ? 0 : -EPFNOSUPPORT;
}

static int check_one2many(const char *hook)
{
        bool has_number = strlen(hook) > strlen("many");

        return strcmp(hook, "one") == 0 || (has_number && is_numbered(hook, "many", 0, 63)) ? 0 : -EINVAL;
}

/* Its ports' hooks, and those that it has as an interface. */
static int check_lagg(const char *hook)
{
        return is_numbered(hook, "link", 0, UINT32_MAX) ? 0 : check_ether(hook);
}

static int check_tee(const char *hook)
{
        static const char *const names[] = {"right", "left", "right2left", "left2right", NULL};

        return is_one_of(hook, names) ? 0 : -EINVAL;
}

static int check_nat(const char *hook)
{
        static const char *const names[] = {"in", "out", NULL};

        return is_one_of(hook, names) ? 0 : -EINVAL;
}

const struct node_type node_types[] = {
        {"nat", true, check_nat},      {"tee", true, check_tee},       {"one2many", true, check_one2many},
        {"lagg", false, check_lagg},   {"iface", false, check_iface},  {"vlan", true, check_any},
        {"hub", true, check_any},      {"bridge", true, check_bridge}, {"eiface", false, check_eiface},
        {"ether", false, check_ether}, {"socket", false, check_any},
};
const size_t node_type_count = ARRAY_SIZE(node_types);

const struct node_type *type_find(const char *name)
{
        for (size_t i = 0; i < node_type_count; i++)
                if (strcmp(node_types[i].name, name) == 0)
                        return &node_types[i];
        return NULL;
}

bool type_is_made(const char *name)
{
        /* The verb's own list: what cannot be planned cannot be made. */
        const char *choices = verbs[VERB_MKPEER].args[1].choices;
        size_t length = strlen(name);

        for (const char *s = choices; s && *s; s += strcspn(s, "|"), s += *s == '|')
                if (strcspn(s, "|") == length && strncmp(s, name, length) == 0)
                        return true;
        return false;
}

const char *type_is_missing(struct ngctl *n, const struct node_type *t)
{
        const struct dialect_services *services = n->d->services;
        bool is_bond = strcmp(t->name, "lagg") == 0 || strcmp(t->name, "one2many") == 0;
        bool is_vlan = strcmp(t->name, "vlan") == 0;
        uint32_t missing = 0;

        if ((!is_bond && !is_vlan) || !services || !services->missing_kinds ||
            services->missing_kinds(n->d, 1u << (is_bond ? KIND_BOND : KIND_VLAN), &missing, NULL) < 0 || !missing)
                return NULL;
        return is_bond ? "is made of a bond, which this kernel lacks; load bonding or boot a kernel with it"
                       : "is made of a bridge that filters VLANs, which this kernel lacks; load 8021q or boot a kernel "
                         "with it";
}

bool type_is_here(const struct node_type *t)
{
        return type_is_made(t->name) || strcmp(t->name, "ether") == 0 || strcmp(t->name, "socket") == 0;
}
