/* convert.c - what a traditional jail becomes: interfaces, names, prefix lengths and routers. */
#include "core/dialect/convert.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/rcwords.h"

#define NICK_MAX  11 /* e0a_ and 11 more are an interface's 15 */
#define UNITS_MAX 10000

int convert_add_prefix(struct convert *c, const char *word, struct err *e)
{
        const char *equals = strchr(word, '=');
        struct convert_prefix p = {0};
        uint32_t length;

        if (!equals || equals == word || (size_t)(equals - word) >= sizeof(p.iface))
                return err_set(e, -EINVAL, "--prefix %s: write IF=LEN, like re0=24", word);
        (void)str_format(p.iface, sizeof(p.iface), "%.*s", (int)(equals - word), word);
        if (strchr(equals, '/')) {
                int r = prefix_parse(equals + 1, &p.network, e);

                if (r < 0)
                        return r;
                p.length = p.network.length;
        } else {
                if (str_to_u32(equals + 1, 128, &length) < 0 || length == 0)
                        return err_set(e, -EINVAL, "--prefix %s: the length must be 1 to 32, or to 128 for IPv6", word);
                p.length = (uint8_t)length;
                p.family = length <= 32 ? AF_INET : AF_INET6;
        }
        c->prefixes = array_grow(c->prefixes, &c->prefix_capacity, c->prefix_count, sizeof(*c->prefixes));
        c->prefixes[c->prefix_count++] = p;
        return 0;
}

int convert_add_router(struct convert *c, const char *word, struct err *e)
{
        struct prefix p;
        int r = strchr(word, '/') ? -EINVAL : prefix_parse(word, &p, NULL);

        if (r < 0)
                return err_set(e, -EINVAL, "--router %s: is not an address; write it like 10.0.0.1", word);
        c->routers = array_grow(c->routers, &c->router_capacity, c->router_count, sizeof(*c->routers));
        c->routers[c->router_count++] = p;
        return 0;
}

/* -- The host's rc.conf ------------------------------------------------------------------------------------------ */

static bool has_word(struct rc_file *f, const char *variable, const char *wanted)
{
        const struct rc_variable *v = rcconf_find(f, variable);
        size_t at = 0, place;
        const char *word;

        while (v && (word = rcconf_word(f, v, &at, &place)))
                if (strcmp(word, wanted) == 0)
                        return true;
        return false;
}

bool convert_host_clones(const struct convert *c, const char *name)
{
        return c->host && has_word(c->host, "cloned_interfaces", name);
}

/* The name that a cloned interface has in the end. */
static const char *final_name(struct rc_file *f, const char *clone)
{
        const struct rc_variable *v = rcconf_findf(f, "ifconfig_%s_name", rcconf_mangle(&f->arena, clone));

        return v && *v->value ? v->value : clone;
}

const char *convert_find_host_bridge(const struct convert *c, const char *iface)
{
        const struct rc_variable *v = c->host ? rcconf_find(c->host, "cloned_interfaces") : NULL;
        size_t at = 0, place;
        const char *word;

        while (v && (word = rcconf_word(c->host, v, &at, &place))) {
                struct rc_clauses clauses = {0};
                const char *name = final_name(c->host, word);
                bool is_member = false;

                if (!str_has_prefix(word, "bridge"))
                        continue;
                if (rcwords_read_interface(c->host, name, &clauses, NULL) == 0)
                        for (size_t i = 0; i < clauses.count; i++)
                                is_member |=
                                        clauses.items[i].word == RC_ADDM && strcmp(clauses.items[i].text, iface) == 0;
                rcwords_done(&clauses);
                if (is_member)
                        return name;
        }
        return NULL;
}

/* The length that the host's own address on that interface has; false when it has none there. */
static int find_host_length(struct convert *c, const char *iface, const struct prefix *a, uint8_t *ret, bool *ret_found,
                            struct err *e)
{
        struct rc_clauses clauses = {0};
        int r = c->host ? rcwords_read_interface(c->host, iface, &clauses, e) : 0;

        *ret_found = false;
        for (size_t i = 0; r == 0 && i < clauses.count; i++) {
                const struct rc_clause *k = &clauses.items[i];

                if (k->word == RC_ADDRESS && k->has_length && k->address.length < prefix_bits(k->address.family) &&
                    prefix_contains(&k->address, a)) {
                        *ret = k->address.length;
                        *ret_found = true;
                }
        }
        rcwords_done(&clauses);
        return r;
}

/* -- Prefix lengths ---------------------------------------------------------------------------------------------- */

static bool find_given_length(const struct convert *c, const char *iface, const struct prefix *a, uint8_t *ret)
{
        for (size_t i = 0; i < c->prefix_count; i++) {
                const struct convert_prefix *p = &c->prefixes[i];

                if (strcmp(p->iface, iface) != 0)
                        continue;
                if (p->family ? p->family == a->family : prefix_contains(&p->network, a)) {
                        *ret = p->length;
                        return true;
                }
        }
        return false;
}

static int find_length(struct convert *c, const char *iface, const struct ezjail_address *from,
                       struct convert_address *to, struct err *e)
{
        bool found = false;
        uint8_t length = 0;
        int r;

        to->address = from->address;
        to->is_known = true;
        if (find_given_length(c, iface, &from->address, &to->address.length) || from->has_length)
                return 0;
        r = find_host_length(c, iface, &from->address, &length, &found, e);
        if (r < 0)
                return r;
        if (!found && c->ask && c->ask(c->user, iface, &from->address, &length)) {
                struct convert_prefix p = {.family = from->address.family, .length = length};

                /* Asked once a network: the answer holds for what lies in it. */
                p.network = from->address;
                p.network.length = length;
                p.family = 0;
                (void)str_copy(p.iface, sizeof(p.iface), iface); /* a longer one is no interface's */
                c->prefixes = array_grow(c->prefixes, &c->prefix_capacity, c->prefix_count, sizeof(*c->prefixes));
                c->prefixes[c->prefix_count++] = p;
                found = true;
        }
        if (found)
                to->address.length = length;
        else
                c->open_count++;
        to->is_known = found;
        return 0;
}

/* -- One jail ---------------------------------------------------------------------------------------------------- */

static bool is_loopback(const struct ezjail_address *a)
{
        static const uint8_t one[16] = {[15] = 1};

        if (str_has_prefix(a->iface, "lo") && a->iface[2 + strspn(a->iface + 2, "0123456789")] == '\0')
                return true;
        return a->address.family == AF_INET ? a->address.bytes[0] == 127 : memcmp(a->address.bytes, one, 16) == 0;
}

static void drop(struct convert_jail *j, const struct ezjail_address *a, const char *why)
{
        char buf[PREFIX_TEXT_SIZE];

        text_putf(&j->dropped, "%s%s%s%s (%s)", j->dropped.length ? ", " : "", a->iface, *a->iface ? "|" : "",
                  prefix_format_addr(&a->address, buf), why);
}

static struct convert_port *find_port(struct convert *c, struct convert_jail *j, const char *iface)
{
        for (size_t i = 0; i < j->port_count; i++)
                if (strcmp(j->ports[i].iface, iface) == 0)
                        return &j->ports[i];
        j->ports = array_grow(j->ports, &j->port_capacity, j->port_count, sizeof(*j->ports));
        j->ports[j->port_count] = (struct convert_port){
                .iface = arena_strdup(&c->mine.arena, iface),
                .bridge = "",
                .needs_no_mac = strchr(iface, '.') != NULL,
        };
        return &j->ports[j->port_count++];
}

static int group_addresses(struct convert *c, struct convert_jail *j, struct err *e)
{
        for (size_t i = 0; i < j->jail->address_count; i++) {
                const struct ezjail_address *a = &j->jail->addresses[i];

                if (is_loopback(a)) {
                        drop(j, a,
                             strcmp(a->iface, "lo0") == 0 || !*a->iface || a->address.bytes[0] == 127
                                     ? "a VNET jail has a loopback of its own"
                                     : "a loopback interface cannot be bridged");
                        continue;
                }
                if (!*a->iface)
                        return rcconf_fail(j->jail->file, a->variable, a->at, e,
                                           "no interface is named; write IF|ADDR, or set jail_%s_interface",
                                           j->jail->name);

                struct convert_port *p = find_port(c, j, a->iface);
                struct convert_address address;
                int r = find_length(c, a->iface, a, &address, e);

                if (r < 0)
                        return r;
                p->addresses = array_grow(p->addresses, &p->address_capacity, p->address_count, sizeof(*p->addresses));
                address.from = a;
                p->addresses[p->address_count++] = address;
                j->has_family[a->address.family == AF_INET6] = true;
        }
        return 0;
}

static bool reaches(const struct convert_jail *j, const struct prefix *router)
{
        for (size_t i = 0; i < j->port_count; i++)
                for (size_t k = 0; k < j->ports[i].address_count; k++)
                        if (j->ports[i].addresses[k].is_known &&
                            prefix_contains(&j->ports[i].addresses[k].address, router))
                                return true;
        return false;
}

static const struct convert_port *first_port(const struct convert_jail *j, uint8_t family)
{
        for (size_t i = 0; i < j->port_count; i++)
                for (size_t k = 0; k < j->ports[i].address_count; k++)
                        if (j->ports[i].addresses[k].address.family == family)
                                return &j->ports[i];
        return NULL;
}

static void try_router(struct convert *c, struct convert_jail *j, const struct prefix *router)
{
        const char **slot = &j->routers[router->family == AF_INET6];
        char buf[PREFIX_TEXT_SIZE];

        if (*slot || !j->has_family[router->family == AF_INET6])
                return;
        (void)prefix_format_addr(router, buf);
        if (prefix_is_link_local(router)) {
                CLEANUP(freep) char *scoped = xasprintf("%s%%%s", buf, first_port(j, AF_INET6)->inner);

                *slot = arena_strdup(&c->mine.arena, scoped);
        } else if (reaches(j, router)) {
                *slot = arena_strdup(&c->mine.arena, buf);
        }
}

static void find_routers(struct convert *c, struct convert_jail *j)
{
        static const char *const names[] = {"defaultrouter", "ipv6_defaultrouter"};

        for (size_t i = 0; i < c->router_count; i++)
                try_router(c, j, &c->routers[i]);
        for (size_t i = 0; c->host && i < ARRAY_SIZE(names); i++) {
                const char *value = rcconf_value(c->host, names[i]);
                CLEANUP(freep) char *bare = xstrndup(value ? value : "", strcspn(value ? value : "", "%"));
                struct prefix router;

                if (*bare && prefix_parse(bare, &router, NULL) == 0)
                        try_router(c, j, &router);
        }
}

/* -- Names ------------------------------------------------------------------------------------------------------- */

static bool nick_is_taken(const struct convert *c, const struct convert_jail *but, const char *nick)
{
        for (size_t i = 0; i < c->count; i++)
                if (&c->jails[i] != but && strcmp(c->jails[i].nick, nick) == 0)
                        return true;
        return false;
}

static void name_jail(struct convert *c, struct convert_jail *j)
{
        const char *name = j->jail->name;
        size_t room = j->port_count > 10 ? NICK_MAX - 1 : NICK_MAX;

        if (strlen(name) <= room) {
                (void)str_copy(j->nick, sizeof(j->nick), name);
                return;
        }
        (void)str_format(j->nick, sizeof(j->nick), "%.*s", (int)room, name);
        for (unsigned n = 2; n < 1000 && nick_is_taken(c, j, j->nick); n++)
                (void)str_format(j->nick, sizeof(j->nick), "%.*s_%u",
                                 (int)room -
                                         (n < 10            ? 2
                                                  : n < 100 ? 3
                                                            : 4),
                                 name, n);
        if (c->style != CONVERT_STATIC)
                text_putf(&c->said, "%s: %s%s would be longer than an interface's name can be; %s calls it %s\n", name,
                          c->style == CONVERT_JIB ? "e0b_" : "ng0_", name, c->style == CONVERT_JIB ? "jib" : "jng",
                          j->nick);
}

static bool unit_is_taken(const struct convert *c, unsigned unit)
{
        char name[CONVERT_NAME_SIZE];

        (void)str_format(name, sizeof(name), "epair%u", unit);
        if (convert_host_clones(c, name))
                return true;
        for (size_t i = 0; i < c->count; i++)
                for (size_t k = 0; k < c->jails[i].port_count; k++)
                        if (*c->jails[i].ports[k].inner && c->jails[i].ports[k].unit == unit)
                                return true;
        return false;
}

/* The last octet of its first IPv4 address, where that is free; else the lowest that is. */
static void choose_unit(struct convert *c, struct convert_port *p, bool by_octet)
{
        unsigned unit = 0;

        for (size_t i = 0; by_octet && i < p->address_count && !unit; i++)
                if (p->addresses[i].address.family == AF_INET)
                        unit = p->addresses[i].address.bytes[3];
        if (by_octet && (!unit || unit_is_taken(c, unit)))
                return;
        for (; !by_octet && unit < UNITS_MAX;) {
                unit++;
                if (!unit_is_taken(c, unit))
                        break;
        }
        p->unit = unit;
        (void)str_format(p->inner, sizeof(p->inner), "epair%ub", unit);
        (void)str_format(p->outer, sizeof(p->outer), "epair%ua", unit);
}

static void name_ports(struct convert *c)
{
        for (int by_octet = 1; c->style == CONVERT_STATIC && by_octet >= 0; by_octet--)
                for (size_t i = 0; i < c->count; i++)
                        for (size_t k = 0; k < c->jails[i].port_count; k++)
                                if (!*c->jails[i].ports[k].inner)
                                        choose_unit(c, &c->jails[i].ports[k], by_octet);
        for (size_t i = 0; c->style != CONVERT_STATIC && i < c->count; i++) {
                struct convert_jail *j = &c->jails[i];

                for (size_t k = 0; k < j->port_count; k++) {
                        struct convert_port *p = &j->ports[k];

                        if (c->style == CONVERT_JNG) {
                                (void)str_format(p->inner, sizeof(p->inner), "ng%zu_%s", k, j->nick);
                                continue;
                        }
                        (void)str_format(p->inner, sizeof(p->inner), "e%zub_%s", k, j->nick);
                        (void)str_format(p->outer, sizeof(p->outer), "e%zua_%s", k, j->nick);
                }
        }
}

static const char *bridge_given(const struct convert *c, const char *iface)
{
        for (size_t i = 0; i < c->count; i++)
                for (size_t k = 0; k < c->jails[i].port_count; k++)
                        if (strcmp(c->jails[i].ports[k].iface, iface) == 0 && *c->jails[i].ports[k].bridge)
                                return c->jails[i].ports[k].bridge;
        return NULL;
}

static bool bridge_is_taken(const struct convert *c, const char *name)
{
        for (size_t i = 0; i < c->count; i++)
                for (size_t k = 0; k < c->jails[i].port_count; k++)
                        if (strcmp(c->jails[i].ports[k].bridge, name) == 0)
                                return true;
        return convert_host_clones(c, name);
}

static void choose_bridge(struct convert *c, struct convert_port *p)
{
        const char *known = bridge_given(c, p->iface);
        char name[32] = "";

        if (!known && c->style == CONVERT_STATIC)
                known = convert_find_host_bridge(c, p->iface);
        if (!known && c->style == CONVERT_JIB) {
                (void)str_format(name, sizeof(name), "%sbridge", p->iface);
                if (strlen(name) >= CONVERT_NAME_SIZE)
                        text_putf(&c->said,
                                  "%s: jib cannot make %s, which is longer than an interface's name can be; "
                                  "convert with --static\n",
                                  p->iface, name);
        } else if (!known) {
                for (unsigned n = 0; n < UNITS_MAX; n++) {
                        (void)str_format(name, sizeof(name), "bridge%u", n);
                        if (!bridge_is_taken(c, name))
                                break;
                }
        }
        p->bridge = arena_strdup(&c->mine.arena, known ? known : name);
}

/* Aliases that the host's rc.conf gives itself for a jail would have both answer. */
static void warn_of_aliases(struct convert *c)
{
        for (size_t i = 0; c->host && i < c->host->count; i++) {
                const struct rc_variable *v = &c->host->variables[i];
                struct rc_clauses clauses = {0};

                if (!str_has_prefix(v->name, "ifconfig_") || rcwords_read(c->host, v, &clauses, NULL) < 0) {
                        rcwords_done(&clauses);
                        continue;
                }
                for (size_t k = 0; k < clauses.count; k++)
                        for (size_t n = 0; clauses.items[k].word == RC_ADDRESS && n < c->count; n++)
                                for (size_t m = 0; m < c->jails[n].jail->address_count; m++) {
                                        struct prefix a = clauses.items[k].address,
                                                      b = c->jails[n].jail->addresses[m].address;

                                        a.length = b.length = 0;
                                        if (prefix_equal(&a, &b) && memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0)
                                                text_putf(&c->said,
                                                          "%s: has an address of %s; take it out, the jail has it "
                                                          "from now on\n",
                                                          v->name, c->jails[n].jail->name);
                                }
                rcwords_done(&clauses);
        }
}

static int compare_jails(const void *a, const void *b)
{
        const struct convert_jail *x = a, *y = b;

        return strcmp(x->jail->name, y->jail->name);
}

int convert_work_out(struct convert *c, struct err *e)
{
        c->count = c->from->count;
        c->jails = xcalloc(c->count ? c->count : 1, sizeof(*c->jails));
        for (size_t i = 0; i < c->count; i++)
                c->jails[i].jail = &c->from->jails[i];
        if (c->count)
                qsort(c->jails, c->count, sizeof(*c->jails), compare_jails);
        for (size_t i = 0; i < c->count; i++) {
                struct convert_jail *j = &c->jails[i];
                int r = group_addresses(c, j, e);

                if (r < 0)
                        return r;
                j->is_vnet_already = !j->jail->address_count && j->jail->vnet_interface && *j->jail->vnet_interface;
                name_jail(c, j);
        }
        name_ports(c);
        for (size_t i = 0; i < c->count; i++) {
                for (size_t k = 0; k < c->jails[i].port_count; k++) {
                        struct convert_port *p = &c->jails[i].ports[k];

                        if (c->style != CONVERT_JNG)
                                choose_bridge(c, p);
                        if (c->style != CONVERT_STATIC && p->needs_no_mac)
                                text_putf(&c->said,
                                          "%s: %s stops at a name with a dot; told to leave the MAC address alone, it "
                                          "does not\n",
                                          p->iface, c->style == CONVERT_JIB ? "jib" : "jng");
                }
                find_routers(c, &c->jails[i]);
        }
        warn_of_aliases(c);
        return 0;
}

void convert_done(struct convert *c)
{
        for (size_t i = 0; c->jails && i < c->count; i++) {
                for (size_t k = 0; k < c->jails[i].port_count; k++)
                        free(c->jails[i].ports[k].addresses);
                free(c->jails[i].ports);
                text_done(&c->jails[i].dropped);
        }
        free(c->jails);
        free(c->prefixes);
        free(c->routers);
        text_done(&c->said);
        rcconf_done(&c->mine);
        *c = (struct convert){0};
}
