/* planner.c - what every planner needs: the verb's objects, names for new ones, and FreeBSD's command lines. */
#include "core/plan/planner.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "core/graph/names.h"

struct step *planner_add(struct planner *pl, enum step_op op, struct target at)
{
        struct step *s = plan_add(pl->p, op);

        s->at = at;
        return s;
}

bool planner_has(const struct planner *pl, const char *option)
{
        return intent_option(pl->in, option) != NULL;
}

int planner_allowed(struct planner *pl, struct object o, struct err *e)
{
        const struct verb *v = &verbs[pl->in->verb];
        struct err why = {0};

        if (v->args[0].type == ARG_BRIDGE && o.type == OBJECT_IFACE && !verb_takes(v, pl->g, o)) {
                CLEANUP(text_done) struct text name = {0};

                query_put_iface(&name, pl->g, o.index);
                return err_set(e, -EINVAL, "%s: is no bridge; jailnet show lists them", text_str(&name));
        }
        if (verb_is_allowed(v, pl->g, o, &why))
                return 0;
        if (e)
                *e = why;
        return why.code ? why.code : -EOPNOTSUPP;
}

int planner_iface(struct planner *pl, size_t value, size_t *ret, struct err *e)
{
        size_t iface;
        int r = query_iface(pl->g, pl->in->values[value], &iface, e);

        if (r < 0)
                return r;
        r = planner_allowed(pl, (struct object){.type = OBJECT_IFACE, .index = iface}, e);
        if (r < 0)
                return r;
        *ret = iface;
        return 0;
}

/* RFC 4291, appendix A. */
bool address_is_made_from(const struct prefix *p, struct mac m)
{
        const uint8_t *b = p->bytes + 8;

        return m.is_set && prefix_is_link_local(p) && b[0] == (m.bytes[0] ^ 2) && memcmp(b + 1, m.bytes + 1, 2) == 0 &&
                b[3] == 0xff && b[4] == 0xfe && memcmp(b + 5, m.bytes + 3, 3) == 0;
}

bool address_is_there(const struct iface *i, const struct prefix *p)
{
        for (size_t k = 0; k < i->address_count; k++)
                if (prefix_equal(&i->addresses[k], p))
                        return true;
        return false;
}

bool address_is_loopbacks(const struct prefix *p)
{
        static const uint8_t own[4] = {127, 0, 0, 1};

        return p->family == AF_INET && p->length == 8 && memcmp(p->bytes, own, sizeof(own)) == 0;
}

/* The kernel gives each link its own link-local address anew, and ::1 to a loopback that comes up. */
bool address_is_carried(const struct iface *i, const struct prefix *p)
{
        static const uint8_t loopback[16] = {[15] = 1};

        if (i->kind == KIND_LOOPBACK && p->family == AF_INET6)
                return memcmp(p->bytes, loopback, sizeof(loopback)) != 0;
        return !address_is_made_from(p, i->mac);
}

/* The kernel's own routes come with the addresses, a router's advertisements come again by themselves. */
bool route_is_carried(const struct graph *g, const struct route *r, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        return r->jail == i->jail && r->oif == i->id.ifindex && r->protocol != RTPROT_KERNEL &&
                r->protocol != RTPROT_RA && r->type != RTN_LOCAL && r->type != RTN_BROADCAST &&
                r->type != RTN_MULTICAST;
}

bool route_is_jails(const struct route *r, size_t jail)
{
        return r->jail == jail && !r->oif && route_nowhere_name(r->type) && r->protocol != RTPROT_KERNEL;
}

struct step *planner_add_route(struct planner *pl, enum step_op op, const struct route *r, struct target at)
{
        struct step *s = planner_add(pl, op, at);

        s->route = *r;
        s->route.jail = 0;
        s->route.oif = 0; /* at says it, and keeps saying it when the index changes */
        return s;
}

int planner_split(struct planner *pl, const char *word, size_t default_jail, size_t *ret_jail, const char **ret_name,
                  struct err *e)
{
        const char *plain = str_has_prefix(word, "if:") ? word + 3 : word;
        const char *slash = strchr(plain, '/');
        size_t jail = default_jail;

        if (slash) {
                CLEANUP(freep) char *jail_word = xstrndup(plain, (size_t)(slash - plain));
                int r = query_jail(pl->g, jail_word, &jail, e);

                if (r < 0)
                        return r;
                plain = slash + 1;
        }
        if (pl->g->jails[jail].state != JAIL_ALIVE)
                return err_set(e, -EOPNOTSUPP, "%s: is %s; nothing can be made in it", pl->g->jails[jail].name,
                               jail_state_name(pl->g->jails[jail].state));
        *ret_jail = jail;
        *ret_name = plain;
        return 0;
}

/* Has an earlier step of this plan taken that name? */
static bool plan_makes(const struct plan *p, const char *name)
{
        for (size_t i = 0; i < p->step_count; i++) {
                const struct step *s = &p->steps[i];

                if (s->op == STEP_LINK_ADD && (strcmp(s->link.name, name) == 0 || strcmp(s->link.peer_name, name) == 0))
                        return true;
        }
        return false;
}

static bool is_taken(const struct graph *g, const char *name)
{
        for (size_t j = 0; j < g->jail_count; j++)
                if (graph_find_iface_in(g, j, name) != NONE)
                        return true;
        return false;
}

unsigned planner_lowest_unit(struct planner *pl, const char *stem, bool is_pair)
{
        unsigned first = name_lowest_unit(pl->g, stem, is_pair);

        for (unsigned unit = first;; unit++) {
                CLEANUP(freep) char *a = xasprintf("%s%u%s", stem, unit, is_pair ? "a" : "");
                CLEANUP(freep) char *b = xasprintf("%s%u%s", stem, unit, is_pair ? "b" : "");

                if (unit != first && (is_taken(pl->g, a) || is_taken(pl->g, b)))
                        continue;
                if (!plan_makes(pl->p, a) && !plan_makes(pl->p, b))
                        return unit;
        }
}

int planner_new_name(struct planner *pl, size_t jail, const char *name, char ret[IF_NAME_SIZE], const char **ret_long,
                     struct err *e)
{
        char cut[IF_NAME_SIZE];
        bool is_cut = name_shorten(pl->g, jail, name, cut);
        int r = name_check_iface(cut, e);

        if (r == 0)
                r = is_cut ? name_check_jail(name, e) : 0; /* the long form goes into alias and inventory: same rules */
        if (r == 0)
                r = name_check_free(pl->g, jail, cut, e);
        if (r < 0)
                return r;
        if (is_cut) {
                CLEANUP(text_done) struct text t = {0};

                text_put_visible(&t, name);
                text_put(&t, ": is longer than 15 bytes; the interface is called ");
                text_put_visible(&t, cut);
                text_put(&t, ", the long name goes into its alias");
                plan_note(pl->p, NOTE_WARNING, "%s", text_str(&t));
        }
        (void)str_copy(ret, IF_NAME_SIZE, cut);
        *ret_long = is_cut ? name : NULL;
        return 0;
}

void planner_add_long_name(struct planner *pl, struct target at, const char *long_name)
{
        if (!long_name)
                return;

        struct step *s = planner_add(pl, STEP_LINK_ALIAS, at);

        (void)str_copy(s->text, sizeof(s->text), long_name);
        s = planner_add(pl, STEP_LONG_NAME, at);
        (void)str_copy(s->text, sizeof(s->text), long_name);
        s->is_internal = true;
}

const struct mac packet_mac = {.is_set = true, .bytes = {0x02, 0x00, 0x00, 0x00, 'n', 'g'}};

int mac_random(struct mac *ret, struct err *e)
{
        struct mac m = {.is_set = true};

        if (getrandom(m.bytes, sizeof(m.bytes), 0) != (ssize_t)sizeof(m.bytes))
                return err_set(e, -EIO, "MAC address: the system gives no random bytes; choose one with --mac");
        m.bytes[0] = 0x02; /* locally administered, for one interface */
        *ret = m;
        return 0;
}

char *shell_word(const char *s)
{
        struct text t = {0};

        text_put_shell(&t, s);
        return text_take(&t);
}

void freebsd_put_command(struct text *t, const struct target *at, const char *command)
{
        if (!target_is_host(at)) {
                text_put(t, "jexec ");
                text_put_shell(t, at->jail);
                text_put_char(t, ' ');
        }
        text_put(t, command);
}

void planner_freebsd(struct planner *pl, const struct target *at, const char *command, const char *fmt, ...)
{
        CLEANUP(text_done) struct text t = {0};
        va_list ap;

        freebsd_put_command(&t, at, command);
        va_start(ap, fmt);
        CLEANUP(freep) char *rest = xvasprintf(fmt, ap);
        va_end(ap);
        text_put_char(&t, ' ');
        text_put(&t, rest);
        plan_freebsd(pl->p, "%s", text_str(&t));
}

void freebsd_address(struct planner *pl, const struct target *at, const struct prefix *p, bool add)
{
        CLEANUP(freep) char *word = shell_word(at->iface);
        char buf[PREFIX_TEXT_SIZE];

        planner_freebsd(pl, at, "ifconfig", "%s %s %s %s", word, p->family == AF_INET6 ? "inet6" : "inet",
                        add ? prefix_format(p, buf) : prefix_format_addr(p, buf), add ? "alias" : "-alias");
}

void freebsd_route(struct planner *pl, const struct target *at, const struct route *r, bool add)
{
        char destination[PREFIX_TEXT_SIZE], gateway[PREFIX_TEXT_SIZE];
        bool is_default = r->destination.length == 0;
        CLEANUP(text_done) struct text t = {0};

        text_put(&t, add ? "add " : "delete ");
        text_put(&t, r->destination.family == AF_INET6 ? "-inet6 " : (is_default ? "" : "-net "));
        text_put(&t, is_default ? "default" : prefix_format(&r->destination, destination));
        if (add && r->gateway.family) {
                text_putf(&t, " %s%s", r->gateway.family != r->destination.family ? "-inet6 " : "",
                          prefix_format_addr(&r->gateway, gateway));
        } else if (add && route_nowhere_name(r->type)) { /* the others it does not know */
                text_putf(&t, " %s -%s", r->destination.family == AF_INET6 ? "::1" : "127.0.0.1",
                          r->type == RTN_BLACKHOLE ? "blackhole" : "reject");
        } else if (add && at->iface[0]) {
                text_put(&t, " -interface ");
                text_put_shell(&t, at->iface);
        }
        planner_freebsd(pl, at, "route", "%s", text_str(&t));
}
