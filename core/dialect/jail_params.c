/* jail_params.c - the table of a jail's parameters, their kinds, and one jail's values. */
#include "core/dialect/jail_params.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/ensure.h"
#include "core/graph/names.h"

#define DEPEND_DEEP     1000
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_."

/* As jail(8) and jail(3lib) know them, those that mean nothing on Linux with the reason. Anything below allow. is taken
 * too. */
static const struct param_type types[] = {
        {"children.cur", PARAM_NUMBER, "jails within a jail are not counted"},
        {"children.max", PARAM_NUMBER, "jails within a jail are not counted"},
        {"command", PARAM_LIST, NULL},
        {"cpuset.id", PARAM_NUMBER, "processors are given by control groups"},
        {"depend", PARAM_LIST, NULL},
        {"devfs_ruleset", PARAM_NUMBER, NULL},
        {"dying", PARAM_FLAG, NULL},
        {"enforce_statfs", PARAM_NUMBER, "a jail sees its own mounts alone anyway"},
        {"env", PARAM_TEXT, NULL},
        {"exec.clean", PARAM_FLAG, NULL},
        {"exec.consolelog", PARAM_PATH, NULL},
        {"exec.created", PARAM_LIST, NULL},
        {"exec.fib", PARAM_NUMBER, "routing tables are chosen by rules, not by processes"},
        {"exec.jail_user", PARAM_TEXT, NULL},
        {"exec.poststart", PARAM_LIST, NULL},
        {"exec.poststop", PARAM_LIST, NULL},
        {"exec.prepare", PARAM_LIST, NULL},
        {"exec.prestart", PARAM_LIST, NULL},
        {"exec.prestop", PARAM_LIST, NULL},
        {"exec.release", PARAM_LIST, NULL},
        {"exec.start", PARAM_LIST, NULL},
        {"exec.stop", PARAM_LIST, NULL},
        {"exec.system_jail_user", PARAM_FLAG, NULL},
        {"exec.system_user", PARAM_TEXT, NULL},
        {"exec.timeout", PARAM_NUMBER, NULL},
        {"host", PARAM_SHARE, "every jail has a host name of its own"},
        {"host.domainname", PARAM_TEXT, "no program asks for it"},
        {"host.hostid", PARAM_TEXT, "the kernel has one for all"},
        {"host.hostname", PARAM_TEXT, NULL},
        {"host.hostuuid", PARAM_TEXT, "the kernel has one for all"},
        {"interface", PARAM_TEXT, NULL},
        {"ip4", PARAM_SHARE, NULL},
        {"ip4.addr", PARAM_ADDRESS, NULL},
        {"ip4.saddrsel", PARAM_FLAG, "the source is chosen by the network of the destination"},
        {"ip6", PARAM_SHARE, NULL},
        {"ip6.addr", PARAM_ADDRESS, NULL},
        {"ip6.saddrsel", PARAM_FLAG, "the source is chosen by the network of the destination"},
        {"ip_hostname", PARAM_FLAG, "names are not looked up; write its addresses to ip4.addr and ip6.addr"},
        {"jid", PARAM_NUMBER, NULL},
        {"linux", PARAM_SHARE, "its programs are Linux programs"},
        {"linux.osname", PARAM_TEXT, "its programs are Linux programs"},
        {"linux.osrelease", PARAM_TEXT, "its programs are Linux programs"},
        {"linux.oss_version", PARAM_TEXT, "its programs are Linux programs"},
        {"meta", PARAM_TEXT, NULL},
        {"mount", PARAM_LIST, NULL},
        {"mount.devfs", PARAM_FLAG, NULL},
        {"mount.fdescfs", PARAM_FLAG, "mount.devfs brings /dev/fd"},
        {"mount.fstab", PARAM_PATH, NULL},
        {"mount.procfs", PARAM_FLAG, NULL},
        {"name", PARAM_TEXT, NULL},
        {"osreldate", PARAM_NUMBER, "the kernel tells its own"},
        {"osrelease", PARAM_TEXT, "the kernel tells its own"},
        {"parent", PARAM_NUMBER, NULL},
        {"path", PARAM_PATH, NULL},
        {"persist", PARAM_FLAG, NULL},
        {"securelevel", PARAM_NUMBER, "there are no such levels"},
        {"stop.timeout", PARAM_NUMBER, NULL},
        {"sysvmsg", PARAM_SHARE, "every jail has these of its own"},
        {"sysvsem", PARAM_SHARE, "every jail has these of its own"},
        {"sysvshm", PARAM_SHARE, "every jail has these of its own"},
        {"vnet", PARAM_SHARE, NULL},
        {"vnet.interface", PARAM_LIST, NULL},
        {"zfs.dataset", PARAM_LIST, "datasets are not handed to jails"},
        {"zfs.mount_snapshot", PARAM_NUMBER, "datasets are not handed to jails"},
};

static const struct param_type *find_exact(const char *name)
{
        /* Below allow. every release has others; "no" is taken off by the caller. */
        static const struct param_type allow = {"allow", PARAM_FLAG, NULL};

        for (size_t i = 0; i < ARRAY_SIZE(types); i++)
                if (strcmp(types[i].name, name) == 0)
                        return &types[i];
        return str_has_prefix(name, "allow.") && name[6] && !name[strspn(name, NAME_CHARACTERS)] ? &allow : NULL;
}

/* The name without the "no" of its last part; false when it has none. */
static bool strip_no(const char *name, struct text *ret)
{
        const char *dot = strrchr(name, '.');
        const char *last = dot ? dot + 1 : name;

        if (!str_has_prefix(last, "no") || !last[2])
                return false;
        text_put_n(ret, name, (size_t)(last - name));
        text_put(ret, last + 2);
        return true;
}

const struct param_type *param_find(const char *name, struct text *ret_plain)
{
        CLEANUP(text_done) struct text plain = {0};
        bool is_below_allow = str_has_prefix(name, "allow.");
        const struct param_type *t = is_below_allow ? NULL : find_exact(name);
        bool is_negated = false;

        if (!t && strip_no(name, &plain)) {
                t = find_exact(text_str(&plain));
                is_negated = t && t->kind == PARAM_FLAG;
                if (!is_negated)
                        t = NULL;
        }
        if (!t)
                t = find_exact(name);
        if (is_negated && ret_plain)
                text_put(ret_plain, text_str(&plain));
        return t;
}

const char *param_nearest(const char *name)
{
        size_t best = 0;
        const char *nearest = NULL;

        for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
                const char *t = types[i].name;
                size_t length = strlen(t), own = strlen(name), same = 0, tail = 0;

                while (same < length && same < own && t[same] == name[same])
                        same++;
                while (tail < length - same && tail < own - same && t[length - 1 - tail] == name[own - 1 - tail])
                        tail++;
                /* One letter too many, too few or wrong, or two swapped, between what begins and ends alike. */
                if (length - same - tail <= 2 && own - same - tail <= 2 && same + tail > best && same + tail >= 3) {
                        best = same + tail;
                        nearest = t;
                }
        }
        return nearest;
}

const char *param_idle(const struct jail_params *p, const struct jail_param *n)
{
        const struct param_type *t = param_find(n->name, NULL);
        const char *path = jail_params_get(p, "path");
        bool is_on = jail_params_flag(p, n->name, true), has_own_root = path && strcmp(path, "/") != 0;

        if (!str_has_prefix(n->name, "allow."))
                return t ? t->idle : NULL;
        if (has_own_root && strcmp(n->name, "allow.mount") == 0)
                return NULL;
        if (has_own_root && str_has_prefix(n->name, "allow.mount."))
                return "allow.mount is for all kinds";
        if (has_own_root && strcmp(n->name, "allow.set_hostname") == 0 && !jail_params_flag(p, "allow.mount", false))
                return is_on ? "jail -m host.hostname=NAME does it, from outside" : NULL;
        if (strcmp(n->name, "allow.dying") == 0)
                return NULL; /* the name of a dying jail is always free */
        if (strcmp(n->name, "allow.raw_sockets") == 0)
                return is_on || !jail_params_is_vnet(p) ? NULL : "root has these in its own stack";
        return is_on ? "root has it anyway" : "it cannot be taken from root";
}

/* -- Values -------------------------------------------------------------------------------------------------------- */

void jail_params_done(struct jail_params *p)
{
        free(p->list);
        arena_done(&p->arena);
        *p = (struct jail_params){0};
}

static struct jail_param *find(const struct jail_params *p, const char *name)
{
        for (size_t i = 0; i < p->count; i++)
                if (strcmp(p->list[i].name, name) == 0)
                        return &p->list[i];
        return NULL;
}

void jail_params_set(struct jail_params *p, const char *name, const char *const *values, size_t count)
{
        struct jail_param *n = find(p, name);
        const char **copies = count ? arena_alloc(&p->arena, count * sizeof(*copies)) : NULL;

        for (size_t i = 0; i < count; i++)
                copies[i] = arena_strdup(&p->arena, values[i]);
        if (!n) {
                p->list = array_grow(p->list, &p->capacity, p->count, sizeof(*p->list));
                n = &p->list[p->count++];
        }
        *n = (struct jail_param){.name = arena_strdup(&p->arena, name), .values = copies, .count = count};
}

const struct jail_param *jail_params_find(const struct jail_params *p, const char *name)
{
        return find(p, name);
}

const char *jail_params_get(const struct jail_params *p, const char *name)
{
        const struct jail_param *n = find(p, name);

        return n && n->count ? n->values[n->count - 1] : NULL;
}

static bool is_false(const char *value)
{
        return strcmp(value, "false") == 0 || strcmp(value, "0") == 0;
}

bool jail_params_flag(const struct jail_params *p, const char *name, bool otherwise)
{
        const struct jail_param *n = find(p, name);

        if (!n)
                return otherwise;
        return n->count == 0 || !is_false(n->values[n->count - 1]);
}

uint32_t jail_params_number(const struct jail_params *p, const char *name, uint32_t otherwise)
{
        const char *value = jail_params_get(p, name);
        uint32_t number = otherwise;

        return value && str_to_u32(value, UINT32_MAX, &number) == 0 ? number : otherwise;
}

bool jail_params_is_vnet(const struct jail_params *p)
{
        const struct jail_param *n = find(p, "vnet");

        return n && (n->count == 0 || strcmp(n->values[n->count - 1], "new") == 0);
}

/* "255.255.255.0" as a length; -EINVAL when it has holes. */
static int mask_length(const char *mask, uint8_t *ret)
{
        struct prefix p;
        uint32_t bits = 0;

        if (strchr(mask, '/') || prefix_parse(mask, &p, NULL) < 0 || p.family != AF_INET)
                return -EINVAL;
        for (int i = 0; i < 4; i++)
                bits = bits << 8 | p.bytes[i];
        if (~bits & (~bits + 1))
                return -EINVAL;
        *ret = (uint8_t)__builtin_popcount(bits);
        return 0;
}

static int take_mask(struct jail_address *a, const char *mask, struct err *e)
{
        uint32_t length;

        if (a->prefix.family == AF_INET && strchr(mask, '.')) {
                if (mask_length(mask, &a->prefix.length) < 0)
                        return err_set(e, -EINVAL, "%s: is no network mask; write it like 255.255.255.0", mask);
                return 0;
        }
        if (str_to_u32(mask, prefix_bits(a->prefix.family), &length) < 0)
                return err_set(e, -EINVAL, "/%s: is no prefix length; write a number up to %u", mask,
                               prefix_bits(a->prefix.family));
        a->prefix.length = (uint8_t)length;
        return 0;
}

int jail_address_parse(const char *value, struct jail_address *ret, struct err *e)
{
        const char *bar = strchr(value, '|');
        struct jail_address a = {0};
        CLEANUP(freep) char *words = xstrdup(bar ? bar + 1 : value);
        char *rest = words;
        char *address = strsep(&rest, " \t");
        char *mask = strchr(address, '/');

        if (bar) {
                if (!str_format(a.iface, sizeof(a.iface), "%.*s", (int)(bar - value), value))
                        return err_set(e, -EINVAL, "%s: the interface's name is longer than %d bytes", value,
                                       IF_NAME_SIZE - 1);
                if (name_check_iface(a.iface, e) < 0)
                        return -EINVAL;
        }
        if (mask)
                *mask++ = '\0';

        int r = prefix_parse(address, &a.prefix, e);

        if (r == 0 && mask)
                r = take_mask(&a, mask, e);
        while (r == 0 && rest && *rest) {
                const char *word = strsep(&rest, " \t");
                bool is_mask = strcmp(word, "netmask") == 0 || strcmp(word, "prefixlen") == 0;

                if (is_mask && rest)
                        r = take_mask(&a, strsep(&rest, " \t"), e);
                else if (*word && strcmp(word, "alias") != 0)
                        r = err_set(e, -EINVAL, "%s: %s behind an address is not known here; write ADDR/LEN", value,
                                    word);
        }
        if (r == 0)
                *ret = a;
        return r;
}

size_t jail_params_addresses(const struct jail_params *p, struct jail_address **ret)
{
        static const char *const names[] = {"ip4.addr", "ip6.addr"};
        const char *iface = jail_params_get(p, "interface");
        struct jail_address *list = NULL;
        size_t count = 0, capacity = 0;

        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                const struct jail_param *n = find(p, names[i]);

                for (size_t k = 0; n && k < n->count; k++) {
                        struct jail_address a = {0};

                        if (jail_address_parse(n->values[k], &a, NULL) < 0)
                                continue; /* was checked when it was read */
                        if (!a.iface[0] && iface)
                                (void)str_copy(a.iface, sizeof(a.iface), iface);
                        list = array_grow(list, &capacity, count, sizeof(*list));
                        list[count++] = a;
                }
        }
        *ret = list;
        return count;
}

/* "lo1|10.0.0.1/32" with the interface that it means on that host; NULL: with the one that it says. */
static char *settle_loopback(const struct graph *g, const char *value)
{
        size_t n = strcspn(value, "|");
        CLEANUP(freep) char *iface = xstrndup(value, n);

        return ensure_is_loopback(iface) && graph_find_iface_in(g, 0, iface) == NONE ? xasprintf("lo%s", value + n)
                                                                                     : NULL;
}

void jail_params_settle_loopbacks(struct jail_params *p, const struct graph *g)
{
        static const char *const names[] = {"ip4.addr", "ip6.addr", "interface"};

        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                struct jail_param *n = find(p, names[i]);
                const char **values = n && n->count ? arena_alloc(&p->arena, n->count * sizeof(*values)) : NULL;

                for (size_t k = 0; values && k < n->count; k++) {
                        CLEANUP(freep) char *settled = settle_loopback(g, n->values[k]);

                        values[k] = settled ? arena_strdup(&p->arena, settled) : n->values[k];
                }
                if (values)
                        n->values = values;
        }
}

int jail_params_check(const struct jail_params *p, const struct jail_param **ret_param, struct err *e)
{
        static const char *const addresses[] = {"ip4.addr", "ip6.addr"};
        bool is_vnet = jail_params_is_vnet(p);

        for (size_t i = 0; is_vnet && i < ARRAY_SIZE(addresses); i++) {
                *ret_param = find(p, addresses[i]);
                if (*ret_param)
                        return err_set(e, -EINVAL, "has vnet and %s; addresses of its own stack are set in it",
                                       addresses[i]);
        }
        *ret_param = find(p, "vnet.interface");
        if (!is_vnet && *ret_param)
                return err_set(e, -EINVAL, "has vnet.interface, but no vnet; add vnet");
        return 0;
}

int param_check(const struct param_type *t, const char *value, struct err *e)
{
        static const char *const shares[] = {"new", "inherit", "disable"};
        struct jail_address address;
        uint32_t number;

        switch (t->kind) {
        case PARAM_FLAG:
                if (strcmp(value, "true") == 0 || strcmp(value, "1") == 0 || is_false(value))
                        return 0;
                return err_set(e, -EINVAL, "\"%s\" is no yes or no; write it bare, or true or false", value);
        case PARAM_NUMBER:
                if (str_to_u32(value + (*value == '-'), UINT32_MAX, &number) == 0)
                        return 0;
                return err_set(e, -EINVAL, "\"%s\" is no number", value);
        case PARAM_SHARE:
                for (size_t i = 0; i < ARRAY_SIZE(shares); i++)
                        if (strcmp(value, shares[i]) == 0)
                                return 0;
                return err_set(e, -EINVAL, "unknown value \"%s\"; write new, inherit or disable", value);
        case PARAM_PATH:
                if (*value == '/')
                        return 0;
                return err_set(e, -EINVAL, "\"%s\" is no absolute path", value);
        case PARAM_ADDRESS: return jail_address_parse(value, &address, e);
        case PARAM_TEXT:
        case PARAM_LIST: break;
        }
        return 0;
}

/* -- Order --------------------------------------------------------------------------------------------------------- */

enum mark { MARK_NEW, MARK_OPEN, MARK_DONE };

struct walk {
        const struct jail_params *jails;
        size_t count;
        enum mark *marks;
        size_t *order, done;
};

static size_t find_jail(const struct walk *w, const char *name)
{
        for (size_t i = 0; i < w->count; i++)
                if (strcmp(w->jails[i].name, name) == 0)
                        return i;
        return NONE;
}

static int visit(struct walk *w, size_t jail, unsigned depth, struct err *e)
{
        const struct jail_param *depend = find(&w->jails[jail], "depend");

        if (w->marks[jail] == MARK_DONE)
                return 0;
        if (depth > DEPEND_DEEP)
                return err_set(e, -ELOOP, "%s: stands at the end of %d jails that depend on each other; write fewer",
                               w->jails[jail].name, DEPEND_DEEP);
        w->marks[jail] = MARK_OPEN;
        for (size_t i = 0; depend && i < depend->count; i++) {
                size_t other = find_jail(w, depend->values[i]);

                if (other == NONE || w->marks[other] == MARK_DONE)
                        continue;
                if (w->marks[other] == MARK_OPEN)
                        return err_set(e, -ELOOP,
                                       "%s: depends on %s, which depends on %s; take one of them out of depend",
                                       w->jails[jail].name, w->jails[other].name, w->jails[jail].name);

                int r = visit(w, other, depth + 1, e);

                if (r < 0)
                        return r;
        }
        w->marks[jail] = MARK_DONE;
        w->order[w->done++] = jail;
        return 0;
}

int jail_params_order(const struct jail_params *jails, size_t count, size_t *order, struct err *e)
{
        CLEANUP(freep) enum mark *marks = xcalloc(count ? count : 1, sizeof(*marks));
        struct walk w = {.jails = jails, .count = count, .marks = marks, .order = order};
        int r = 0;

        for (size_t i = 0; r == 0 && i < count; i++)
                r = visit(&w, i, 0, e);
        return r;
}

/* -- JSON ---------------------------------------------------------------------------------------------------------- */

json_t *jail_params_to_json(const struct jail_params *p)
{
        json_t *j = json_object();

        for (size_t i = 0; i < p->count; i++) {
                json_t *values = json_array();

                for (size_t k = 0; k < p->list[i].count; k++)
                        (void)json_array_append_new(values, json_string(p->list[i].values[k]));
                (void)json_object_set_new(j, p->list[i].name, values);
        }
        return j;
}

int jail_params_from_json(json_t *j, const char *name, struct jail_params *ret)
{
        struct jail_params p = {0};
        const char *key;
        const json_t *values;

        if (!json_is_object(j))
                return -EINVAL;
        p.name = arena_strdup(&p.arena, name);
        json_object_foreach(j, key, values)
        {
                size_t count = json_array_size(values);
                const char **list = xcalloc(count ? count : 1, sizeof(*list));

                for (size_t i = 0; i < count; i++) {
                        const char *s = json_string_value(json_array_get(values, i));

                        list[i] = s ? s : "";
                }
                jail_params_set(&p, key, list, count);
                free(list);
        }
        *ret = p;
        return 0;
}
