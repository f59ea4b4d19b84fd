/* portrait.c - networks as sorted lines: from a graph, and from what ip prints. */
#include "tests/property/portrait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/text.h"
#include "core/graph/marks.h"
#include "tests/lib/netbox.h"

struct lines {
        char **items;
        size_t count, capacity;
};

static void lines_done(struct lines *l)
{
        for (size_t k = 0; k < l->count; k++)
                free(l->items[k]);
        free(l->items);
}

/* Takes s. */
static void lines_add(struct lines *l, char *s)
{
        l->items = array_grow(l->items, &l->capacity, l->count + 1, sizeof(*l->items));
        l->items[l->count++] = s;
}

static int compare(const void *a, const void *b)
{
        return strcmp(*(char *const *)a, *(char *const *)b);
}

static void lines_sort(struct lines *l)
{
        if (l->count)
                qsort(l->items, l->count, sizeof(*l->items), compare);
}

static void put_sorted(struct text *t, struct lines *l, const char *before)
{
        lines_sort(l);
        for (size_t k = 0; k < l->count; k++)
                text_putf(t, "%s%s", before, l->items[k]);
}

static char *lines_join(struct lines *l)
{
        struct text t = {0};

        lines_sort(l);
        for (size_t k = 0; k < l->count; k++)
                text_putf(&t, "%s\n", l->items[k]);
        return text_take(&t);
}

/* --- a link as both ways of seeing tell it --- */

struct link {
        const char *jail, *name, *kind, *mac, *alias, *master;
        int ifindex, other; /* other: the peer's or the parent's index */
        unsigned mtu;
        bool is_up;
        uint32_t mark; /* the number in the mark; 0 none */
        struct lines altnames, addresses;
};

static void link_put(struct text *t, struct link *l, unsigned flags)
{
        text_putf(t, "link %s/%s %s %s mtu %u %s", l->jail, l->name, l->kind, l->mac, l->mtu, l->is_up ? "up" : "down");
        if (l->master)
                text_putf(t, " master %s", l->master);
        if (flags & PORTRAIT_IDS)
                text_putf(t, " index %d other %d mark %08x", l->ifindex, l->other, l->mark);
        if (l->alias && l->alias[0])
                text_putf(t, " alias '%s'", l->alias);
        put_sorted(t, &l->altnames, " altname ");
        put_sorted(t, &l->addresses, " ");
        lines_done(&l->altnames);
        lines_done(&l->addresses);
}

/* --- a graph --- */

static void put_hooks(struct text *t, const struct graph *g, const struct iface *i)
{
        struct lines names = {0};
        const struct node *n = i->node == NONE ? NULL : &g->nodes[i->node];

        if (!n || i->role == ROLE_FABRIC || i->kind == KIND_LOOPBACK) /* a jail made again has a new loopback */
                return;
        text_putf(t, " node %s", n->name ? n->name : "-");
        for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next) {
                const struct hook *h = &g->hooks[k];

                const char *unit = str_has_prefix(h->name, "link") ? h->name + 4 : "";

                if (g->edges[h->edge].kind == EDGE_PARENT)
                        continue; /* those have an index in their default name */
                /* A port's default one has its number, which the kernel gives it anew. */
                lines_add(&names, xstrdup(*unit && unit[strspn(unit, "0123456789")] == '\0' ? "link" : h->name));
        }
        put_sorted(t, &names, " hook ");
        lines_done(&names);
}

static void add_iface(struct lines *lines, const struct graph *g, const struct iface *i, unsigned flags)
{
        char mac[MAC_TEXT_SIZE], pin[MAC_TEXT_SIZE], address[PREFIX_TEXT_SIZE];
        size_t other = i->peer != NONE ? i->peer : i->parent;
        struct text t = {0};
        struct link l = {
                .jail = g->jails[i->jail].name,
                .name = i->name,
                .kind = i->kind_name,
                .mac = mac_format(i->mac, mac),
                .alias = i->alias,
                .master = i->master == NONE ? NULL : g->ifaces[i->master].name,
                .ifindex = i->id.ifindex,
                .other = other == NONE ? 0 : g->ifaces[other].id.ifindex,
                .mtu = i->mtu_bytes,
                .is_up = i->is_up,
                .mark = i->is_owned ? i->number : 0,
        };

        for (size_t k = 0; k < i->altname_count; k++)
                lines_add(&l.altnames, xstrdup(i->altnames[k]));
        for (size_t k = 0; k < i->address_count; k++) {
                if (!prefix_is_link_local(&i->addresses[k]))
                        lines_add(&l.addresses, xstrdup(prefix_format(&i->addresses[k], address)));
        }
        link_put(&t, &l, flags);
        if (flags & PORTRAIT_KNOWN) {
                put_hooks(&t, g, i);
                text_putf(&t, " role %d pin %s %s", i->role, pin_source_name(i->pin_source),
                          i->pin_source == PIN_NONE ? "" : mac_format(i->pin, pin));
        }
        if (flags & PORTRAIT_NUMBERS) /* what undo makes again is our own then */
                text_putf(&t, " number %08x owned %d", i->number, i->is_owned);
        lines_add(lines, text_take(&t));
}

static void add_route(struct lines *lines, const struct graph *g, const struct route *r)
{
        struct text t = {0};
        char buf[PREFIX_TEXT_SIZE];

        if (r->protocol == RTPROT_KERNEL)
                return;
        text_putf(&t, "route %s %s", g->jails[r->jail].name,
                  r->destination.length == 0 ? "default" : prefix_format(&r->destination, buf));
        if (r->gateway.family)
                text_putf(&t, " via %s", prefix_format_addr(&r->gateway, buf));
        for (size_t k = 0; r->oif && k < g->iface_count; k++) {
                if (g->ifaces[k].jail == r->jail && g->ifaces[k].id.ifindex == r->oif)
                        text_putf(&t, " dev %s", g->ifaces[k].name);
        }
        text_putf(&t, " metric %u", r->metric);
        lines_add(lines, text_take(&t));
}

char *portrait_of_graph(const struct graph *g, unsigned flags)
{
        CLEANUP(lines_done) struct lines lines = {0};

        for (size_t k = 0; k < g->jail_count; k++)
                lines_add(&lines, xasprintf("jail %s forwarding %d", g->jails[k].name, g->jails[k].forwarding));
        for (size_t k = 0; k < g->iface_count; k++)
                add_iface(&lines, g, &g->ifaces[k], flags);
        for (size_t k = 0; k < g->route_count; k++)
                add_route(&lines, g, &g->routes[k]);
        return lines_join(&lines);
}

/* --- what ip says --- */

static const char *string_of(const json_t *o, const char *key)
{
        const char *s = json_string_value(json_object_get(o, key));

        return s ? s : "";
}

static int number_of(const json_t *o, const char *key)
{
        return (int)json_integer_value(json_object_get(o, key));
}

/* ip names a link that is in another stack by its index: "if2". */
static int index_of(const json_t *links, const char *name)
{
        uint32_t index = 0;

        for (size_t k = 0; k < json_array_size(links); k++) {
                const json_t *l = json_array_get(links, k);

                if (strcmp(string_of(l, "ifname"), name) == 0)
                        return number_of(l, "ifindex");
        }
        if (str_has_prefix(name, "if") && str_to_u32(name + 2, INT32_MAX, &index) == 0)
                return (int)index;
        return 0;
}

static void add_link(struct lines *lines, const char *jail, const json_t *links, const json_t *o, unsigned flags)
{
        struct link l = {
                .jail = jail,
                .name = string_of(o, "ifname"),
                .kind = string_of(json_object_get(o, "linkinfo"), "info_kind"),
                .mac = string_of(o, "address"),
                .alias = string_of(o, "ifalias"),
                .master = json_string_value(json_object_get(o, "master")),
                .ifindex = number_of(o, "ifindex"),
                .mtu = (unsigned)number_of(o, "mtu"),
        };
        struct text t = {0};
        const json_t *o_link = o;
        enum iface_role role;

        if (strcmp(l.kind, "vxlan") == 0)
                o_link = json_object_get(json_object_get(o, "linkinfo"), "info_data");
        l.other = json_object_get(o_link, "link") ? index_of(links, string_of(o_link, "link"))
                                                  : number_of(o_link, "link_index"); /* a VXLAN's own: itself */
        for (size_t k = 0; k < json_array_size(json_object_get(o, "flags")); k++) {
                const json_t *item = json_array_get(json_object_get(o, "flags"), k);

                const char *flag = json_string_value(item);

                if (flag && strcmp(flag, "UP") == 0)
                        l.is_up = true;
        }
        for (size_t k = 0; k < json_array_size(json_object_get(o, "altnames")); k++) {
                const json_t *item = json_array_get(json_object_get(o, "altnames"), k);

                const char *name = json_string_value(item);

                if (name && !mark_parse(name, &l.mark, &role))
                        lines_add(&l.altnames, xstrdup(name));
        }
        for (size_t k = 0; k < json_array_size(json_object_get(o, "addr_info")); k++) {
                const json_t *item = json_array_get(json_object_get(o, "addr_info"), k);

                if (strcmp(string_of(item, "scope"), "link") != 0)
                        lines_add(&l.addresses,
                                  xasprintf("%s/%d", string_of(item, "local"), number_of(item, "prefixlen")));
        }
        link_put(&t, &l, flags);
        lines_add(lines, text_take(&t));
}

static void add_kernel_route(struct lines *lines, const char *jail, const json_t *o)
{
        struct text t = {0};

        if (strcmp(string_of(o, "table"), "main") != 0 || strcmp(string_of(o, "protocol"), "kernel") == 0)
                return;
        text_putf(&t, "route %s %s", jail, string_of(o, "dst"));
        /* A host's route is printed without its length. */
        if (strcmp(string_of(o, "dst"), "default") != 0 && !strchr(string_of(o, "dst"), '/'))
                text_put(&t, strchr(string_of(o, "dst"), ':') ? "/128" : "/32");
        if (json_object_get(o, "gateway"))
                text_putf(&t, " via %s", string_of(o, "gateway"));
        if (json_object_get(o, "via")) /* an IPv4 route by an IPv6 gateway */
                text_putf(&t, " via %s", string_of(json_object_get(o, "via"), "host"));
        if (json_object_get(o, "dev"))
                text_putf(&t, " dev %s", string_of(o, "dev"));
        text_putf(&t, " metric %d", number_of(o, "metric"));
        lines_add(lines, text_take(&t));
}

static int forwarding_of(const json_t *all)
{

        for (size_t k = 0; k < json_array_size(all); k++) {
                const json_t *o = json_array_get(all, k);

                if (strcmp(string_of(o, "family"), "inet") == 0 && strcmp(string_of(o, "interface"), "all") == 0)
                        return json_is_true(json_object_get(o, "forwarding"));
        }
        return -1;
}

/* ip writes the control characters of an alias as they are, but for a few; JSON wants them written otherwise. */
static char *sound_json(const char *said)
{
        struct text t = {0};

        for (const char *p = said; *p; p++) {
                if ((unsigned char)*p < ' ' && *p != '\n')
                        text_putf(&t, "\\u%04x", (unsigned char)*p);
                else
                        text_put_char(&t, *p);
        }
        return text_take(&t);
}

static json_t *next_array(const char **s)
{
        json_error_t e;
        json_t *j = json_loads(*s, JSON_DISABLE_EOF_CHECK, &e);

        if (!j)
                fail_msg("what ip said is no JSON: %s: %.300s", e.text, *s);
        *s += e.position;
        return j;
}

static void add_stack(struct lines *lines, const char *jail, bool is_host, unsigned flags)
{
        CLEANUP(text_done) struct text command = {0};

        text_put(&command, "printf 'addr\\nroute show table all\\nnetconf show\\n' | ip");
        if (!is_host) {
                text_put(&command, " -n ");
                text_put_shell(&command, jail);
        }
        /* A dump that something else interrupted (a carrier that came) is made again by who compares. */
        text_put(&command, " -j -d -batch - 2>&1");

        CLEANUP(freep) char *raw = netbox_read("%s", text_str(&command));
        CLEANUP(freep) char *said = sound_json(raw);
        const char *rest = said + strcspn(said, "["); /* behind a warning of that */
        json_t *links = next_array(&rest);
        json_t *routes = next_array(&rest);
        json_t *settings = next_array(&rest);

        lines_add(lines, xasprintf("jail %s forwarding %d", jail, forwarding_of(settings)));
        for (size_t k = 0; k < json_array_size(links); k++)
                add_link(lines, jail, links, json_array_get(links, k), flags);
        for (size_t k = 0; k < json_array_size(routes); k++)
                add_kernel_route(lines, jail, json_array_get(routes, k));
        json_decref(links);
        json_decref(routes);
        json_decref(settings);
}

char *portrait_of_kernel(unsigned flags)
{
        CLEANUP(lines_done) struct lines lines = {0};
        DIR *dir = opendir("/run/netns");

        add_stack(&lines, "host", true, flags);
        for (struct dirent *entry; dir && (entry = readdir(dir));) {
                if (entry->d_name[0] != '.')
                        add_stack(&lines, entry->d_name, false, flags);
        }
        if (dir)
                closedir(dir);
        return lines_join(&lines);
}

static bool has_line(const char *text, const char *line, size_t length)
{
        for (const char *p = text; *p; p += strcspn(p, "\n") + 1) {
                if (strcspn(p, "\n") == length && strncmp(p, line, length) == 0)
                        return true;
        }
        return false;
}

static void tell_missing(const char *from, const char *in, char sign)
{
        for (const char *p = from; *p; p += strcspn(p, "\n") + 1) {
                size_t length = strcspn(p, "\n");

                if (!has_line(in, p, length))
                        (void)fprintf(stderr, "%c%.*s\n", sign, (int)length, p);
        }
}

void portrait_tell_difference(const char *before, const char *after)
{
        tell_missing(before, after, '-');
        tell_missing(after, before, '+');
}
