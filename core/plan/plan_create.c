/* plan_create.c - plans that make jails and interfaces. What makes the first step comes first: if this kernel lacks a
 * kind, that step fails before anything was changed. */
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

#include "core/graph/names.h"
#include "core/plan/planner.h"

int plan_create_jail(struct planner *pl, struct err *e)
{
        const char *name = pl->in->values[0];
        const char *path = intent_option(pl->in, "path");
        const char *hostname = intent_option(pl->in, "hostname");
        size_t there = graph_find_jail(pl->g, name);
        int r = name_check_jail(name, e);

        if (r < 0)
                return r;
        if (there != NONE && (there == 0 || pl->g->jails[there].state == JAIL_ALIVE))
                return err_set(e, -EEXIST, "%s: is a jail already; choose another name", name);
        if (path && path[0] != '/')
                return err_set(e, -EINVAL, "%s: is not a whole path; begin it with '/'", path);

        struct step *s = planner_add(pl, STEP_JAIL_ADD, target_named(name, ""));

        if ((path && !str_copy(s->root_path, sizeof(s->root_path), path)) ||
            (hostname && !str_copy(s->hostname, sizeof(s->hostname), hostname)))
                return err_set(e, -ENAMETOOLONG, "%s: path or host name is too long; shorten it", name);
        (void)planner_add(pl, STEP_LINK_UP, target_named(name, "lo"));
        if (there != NONE)
                plan_note(pl->p, NOTE_WARNING, "a jail of that name is still dying; this is a new one beside it");
        plan_made(pl->p, name);

        CLEANUP(freep) char *word = shell_word(name);
        CLEANUP(text_done) struct text t = {0};

        text_putf(&t, "jail -c name=%s vnet persist", word);
        if (path) {
                text_put(&t, " path=");
                text_put_shell(&t, path);
        }
        if (hostname) {
                text_put(&t, " host.hostname=");
                text_put_shell(&t, hostname);
        }
        plan_freebsd(pl->p, "%s", text_str(&t));
        return 0;
}

/* Where a new interface goes, what it is called, and the step that makes it. */
struct newcomer {
        size_t jail;
        char name[IF_NAME_SIZE];
        const char *long_name;
        struct target at;
};

static int newcomer_find(struct planner *pl, const char *word, size_t default_jail, struct newcomer *n, struct err *e)
{
        const char *name;
        int r = planner_split(pl, word, default_jail, &n->jail, &name, e);

        if (r == 0)
                r = planner_new_name(pl, n->jail, name, n->name, &n->long_name, e);
        if (r < 0)
                return r;
        n->at = target_in_jail(pl->g, n->jail, n->name);
        return 0;
}

static int option_jail(struct planner *pl, size_t *ret, struct err *e)
{
        const char *word = intent_option(pl->in, "jail");

        *ret = 0;
        return word ? query_jail(pl->g, word, ret, e) : 0;
}

/* The address asked for, else a random one of our own. */
static int choose_mac(struct planner *pl, struct mac *ret, struct err *e)
{
        const char *word = intent_option(pl->in, "mac");

        if (!word)
                return mac_random(ret, e);
        if (mac_parse(word, ret) < 0)
                return err_set(e, -EINVAL, "%s: is not a MAC address; write it like 02:5f:1c:00:11:22", word);
        if (mac_is_group(*ret) || mac_is_zero(*ret))
                return err_set(e, -EINVAL, "%s: no interface can have a group or all-zero address; choose another",
                               word);
        return 0;
}

static struct link_spec *add_link(struct planner *pl, const struct newcomer *n, enum iface_kind kind)
{
        struct step *s = planner_add(pl, STEP_LINK_ADD, target_of_jail(pl->g, n->jail));

        s->link.kind = kind;
        (void)str_copy(s->link.name, sizeof(s->link.name), n->name);
        return &s->link;
}

/* What follows when the link is there: its long name, and the word to print. */
static void add_rest(struct planner *pl, const struct newcomer *n)
{
        CLEANUP(text_done) struct text t = {0};

        planner_add_long_name(pl, n->at, n->long_name);
        if (n->jail != 0)
                text_putf(&t, "%s/", pl->g->jails[n->jail].name);
        text_put(&t, n->name);
        plan_made(pl->p, text_str(&t));
}

static void add_pin(struct planner *pl, struct target at, struct mac m, enum pin_source source)
{
        struct step *s = planner_add(pl, STEP_PIN, at);

        s->mac = m;
        s->pin_source = source;
}

/* "create name N" where N is not FreeBSD's own form for the class, else just "create". */
static void freebsd_create(struct planner *pl, const struct newcomer *n, const char *class, const char *rest)
{
        CLEANUP(freep) char *word = shell_word(n->name);
        size_t stem = strlen(class);
        const char *unit = n->name + stem;

        if (strncmp(n->name, class, stem) == 0 && *unit && unit[strspn(unit, "0123456789")] == '\0')
                planner_freebsd(pl, &n->at, "ifconfig", "%s create%s", word, rest);
        else
                planner_freebsd(pl, &n->at, "ifconfig", "%s create%s name %s", class, rest, word);
}

int plan_create_bridge(struct planner *pl, struct err *e)
{
        struct newcomer n = {0};
        struct mac m = {0};
        size_t jail = NONE;
        int r = option_jail(pl, &jail, e);

        if (r == 0)
                r = newcomer_find(pl, pl->in->values[0], jail, &n, e);
        if (r == 0)
                r = choose_mac(pl, &m, e);
        if (r < 0)
                return r;

        struct link_spec *l = add_link(pl, &n, KIND_BRIDGE);
        char mac[MAC_TEXT_SIZE];

        l->mac = m;
        l->stp_on = planner_has(pl, "stp");
        add_pin(pl, n.at, m, intent_option(pl->in, "mac") ? PIN_MANUAL : PIN_CURRENT);
        add_rest(pl, &n);

        CLEANUP(freep) char *rest = xasprintf(" ether %s", mac_format(m, mac));

        freebsd_create(pl, &n, "bridge", rest);
        return 0;
}

/* "epair5" stands for the pair epair5a and epair5b; a lone "x5a" for itself and x5b. */
static int pair_names(struct planner *pl, char **ret_a, char **ret_b, struct err *e)
{
        const struct intent *in = pl->in;

        if (in->value_count >= 2) {
                *ret_a = xstrdup(in->values[0]);
                *ret_b = xstrdup(in->values[1]);
                return 0;
        }
        if (in->value_count == 0) {
                unsigned unit = planner_lowest_unit(pl, "epair", true);

                *ret_a = xasprintf("epair%ua", unit);
                *ret_b = xasprintf("epair%ub", unit);
                return 0;
        }

        const char *word = in->values[0];
        const char *slash = strrchr(word, '/');
        const char *name = slash ? slash + 1 : word;
        size_t length = strlen(word);

        if (str_has_prefix(name, "epair") && name[5] && name[5 + strspn(name + 5, "0123456789")] == '\0') {
                *ret_a = xasprintf("%sa", word);
                *ret_b = xasprintf("%sb", word);
                return 0;
        }
        if (length > 1 && word[length - 1] == 'a') {
                *ret_a = xstrdup(word);
                *ret_b = xstrdup(word);
                (*ret_b)[length - 1] = 'b';
                return 0;
        }
        return err_set(e, -EINVAL, "%s: the name of the other end is missing; write both: create epair %s OTHER", word,
                       word);
}

static void freebsd_epair(struct planner *pl, const struct newcomer *a, const struct newcomer *b)
{
        CLEANUP(freep) char *word_a = shell_word(a->name);
        CLEANUP(freep) char *word_b = shell_word(b->name);
        const struct newcomer *ends[] = {a, b};
        const char *words[] = {word_a, word_b};
        const char *unit = a->name + strlen("epair");
        size_t digits = str_has_prefix(a->name, "epair") ? strspn(unit, "0123456789") : 0;
        char pair[2][IF_NAME_SIZE + 8];

        /* FreeBSD makes both ends in one place, as epairN; names and places come after. */
        if (digits && strcmp(unit + digits, "a") == 0) {
                plan_freebsd(pl->p, "ifconfig epair%.*s create", (int)digits, unit);
                (void)str_format(pair[0], sizeof(pair[0]), "epair%.*sa", (int)digits, unit);
                (void)str_format(pair[1], sizeof(pair[1]), "epair%.*sb", (int)digits, unit);
        } else {
                unsigned n = planner_lowest_unit(pl, "epair", true);

                plan_freebsd(pl->p, "ifconfig epair%u create", n);
                (void)str_format(pair[0], sizeof(pair[0]), "epair%ua", n);
                (void)str_format(pair[1], sizeof(pair[1]), "epair%ub", n);
        }
        for (size_t k = 0; k < ARRAY_SIZE(ends); k++) {
                if (strcmp(ends[k]->name, pair[k]) != 0)
                        plan_freebsd(pl->p, "ifconfig %s name %s", pair[k], words[k]);
                if (ends[k]->jail != 0) {
                        CLEANUP(freep) char *jail = shell_word(pl->g->jails[ends[k]->jail].name);

                        plan_freebsd(pl->p, "ifconfig %s vnet %s", words[k], jail);
                }
        }
}

int plan_create_epair(struct planner *pl, struct err *e)
{
        CLEANUP(freep) char *word_a = NULL;
        CLEANUP(freep) char *word_b = NULL;
        struct newcomer a = {0}, b = {0};
        struct mac m = {0};
        int r = pair_names(pl, &word_a, &word_b, e);

        if (r == 0)
                r = newcomer_find(pl, word_a, 0, &a, e);
        if (r == 0)
                r = newcomer_find(pl, word_b, 0, &b, e);
        if (r == 0)
                r = mac_random(&m, e);
        if (r < 0)
                return r;
        if (a.jail == b.jail && strcmp(a.name, b.name) == 0)
                return err_set(e, -EINVAL, "%s: both ends cannot have one name; choose two", a.name);

        freebsd_epair(pl, &a, &b);

        struct link_spec *l = add_link(pl, &a, KIND_VETH);

        /* As FreeBSD does it: the two differ in their last byte, 0a and 0b. */
        m.bytes[5] = 0x0a;
        l->role = l->peer_role = ROLE_EPAIR;
        l->mac = l->peer_mac = m;
        l->peer_mac.bytes[5] = 0x0b;
        l->peer_jail = target_of_jail(pl->g, b.jail);
        (void)str_copy(l->peer_name, sizeof(l->peer_name), b.name);
        add_rest(pl, &a);
        add_rest(pl, &b);
        return 0;
}

/* The interfaces that netgraph makes, each with a hidden end that is its node's hook. */
struct hooked {
        enum iface_role role;
        const char *stem; /* of its name */
        const char *type, *hook;
};

static int create_hooked(struct planner *pl, const struct hooked *h, struct err *e)
{
        CLEANUP(freep) char *usual = NULL;
        struct newcomer n = {0};
        struct mac m = {0}, hidden = {0};
        size_t node_jail;
        int r = option_jail(pl, &node_jail, e);

        if (r < 0)
                return r;
        if (pl->in->value_count == 0)
                usual = xasprintf("%s%u", h->stem, planner_lowest_unit(pl, h->stem, false));
        r = newcomer_find(pl, usual ? usual : pl->in->values[0], node_jail, &n, e);
        if (h->role == ROLE_IFACE)
                m = packet_mac;
        else if (r == 0)
                r = choose_mac(pl, &m, e);
        if (r == 0)
                r = mac_random(&hidden, e);
        if (r < 0)
                return r;
        if (pl->g->jails[node_jail].state != JAIL_ALIVE)
                return err_set(e, -EOPNOTSUPP, "%s: is not alive; nothing can be made in it",
                               pl->g->jails[node_jail].name);

        unsigned unit = planner_lowest_unit(pl, "ngfab", false);
        struct link_spec *l = add_link(pl, &n, KIND_VETH);

        l->role = h->role;
        l->peer_role = ROLE_FABRIC;
        l->mac = m;
        l->peer_mac = hidden;
        l->peer_jail = target_of_jail(pl->g, node_jail);
        (void)str_format(l->peer_name, sizeof(l->peer_name), "ngfab%u", unit);
        if (intent_option(pl->in, "mac"))
                add_pin(pl, n.at, m, PIN_MANUAL);
        add_rest(pl, &n);

        struct target node = target_of_jail(pl->g, node_jail);
        CLEANUP(freep) char *word = shell_word(n.name);

        planner_freebsd(pl, &node, "ngctl", "mkpeer %s %s %s", h->type, h->hook, h->hook);
        if (!str_has_prefix(n.name, h->stem))
                planner_freebsd(pl, &node, "ifconfig", "%s%u name %s", h->stem, planner_lowest_unit(pl, h->stem, false),
                                word);
        if (n.jail != node_jail) {
                CLEANUP(freep) char *jail = shell_word(n.at.jail);

                planner_freebsd(pl, &node, "ifconfig", "%s vnet %s", word, jail);
        }
        return 0;
}

int plan_create_eiface(struct planner *pl, struct err *e)
{
        static const struct hooked eiface = {ROLE_EIFACE, "ngeth", "eiface", "ether"};

        return create_hooked(pl, &eiface, e);
}

int plan_create_packet_iface(struct planner *pl, struct err *e)
{
        static const struct hooked iface = {ROLE_IFACE, "ng", "iface", "inet"};

        return create_hooked(pl, &iface, e);
}

static int parse_number(const char *word, uint32_t min, uint32_t max, const char *what, uint32_t *ret, struct err *e)
{
        uint32_t n;

        if (str_to_u32(word, max, &n) < 0 || n < min)
                return err_set(e, -EINVAL, "%s: is not %s; write a number from %u to %u", word, what, min, max);
        *ret = n;
        return 0;
}

static size_t find_vlan(const struct graph *g, size_t parent, uint32_t id)
{
        size_t k = g->ifaces[parent].child;

        while (k != NONE && (g->ifaces[k].kind != KIND_VLAN || g->ifaces[k].vlan_id != id))
                k = g->ifaces[k].next_child;
        return k;
}

int plan_create_vlan(struct planner *pl, struct err *e)
{
        CLEANUP(freep) char *usual = NULL;
        struct newcomer n = {0};
        size_t parent = NONE;
        uint32_t id = 0;
        int r = planner_iface(pl, 0, &parent, e);

        if (r == 0)
                r = parse_number(pl->in->values[1], 1, 4094, "a VLAN id", &id, e);
        if (r < 0)
                return r;

        const struct iface *p = &pl->g->ifaces[parent];
        size_t same = find_vlan(pl->g, parent, id);

        if (same != NONE)
                return err_set(e, -EEXIST, "%s: has VLAN %u already, as %s; use that one", p->name, id,
                               pl->g->ifaces[same].name);
        if (pl->in->value_count < 3)
                usual = xasprintf("%s.%u", p->name, id);
        r = newcomer_find(pl, usual ? usual : pl->in->values[2], p->jail, &n, e);
        if (r < 0)
                return r;
        if (n.jail != p->jail)
                return err_set(e, -EINVAL, "%s: a VLAN is made beside its parent; move it afterwards", n.name);

        struct link_spec *l = add_link(pl, &n, KIND_VLAN);

        l->vlan_id = (uint16_t)id;
        l->parent = target_of_iface(pl->g, parent);
        add_rest(pl, &n);

        CLEANUP(freep) char *name = shell_word(n.name);
        CLEANUP(freep) char *on = shell_word(p->name);

        planner_freebsd(pl, &n.at, "ifconfig", "vlan create vlan %u vlandev %s name %s", id, on, name);
        return 0;
}

int plan_create_macvlan(struct planner *pl, struct err *e)
{
        static const struct {
                const char *name;
                uint32_t mode;
        } modes[] = {{"bridge", MACVLAN_MODE_BRIDGE},
                     {"private", MACVLAN_MODE_PRIVATE},
                     {"vepa", MACVLAN_MODE_VEPA},
                     {"passthru", MACVLAN_MODE_PASSTHRU},
                     {"source", MACVLAN_MODE_SOURCE}};
        const char *mode_word = intent_option(pl->in, "mode");
        CLEANUP(freep) char *usual = NULL;
        struct newcomer n = {0};
        uint32_t mode = mode_word ? 0 : MACVLAN_MODE_BRIDGE;
        size_t parent = NONE;
        struct mac m = {0};
        int r = planner_iface(pl, 0, &parent, e);

        if (r < 0)
                return r;
        for (size_t k = 0; mode_word && k < ARRAY_SIZE(modes); k++) {
                if (strcmp(modes[k].name, mode_word) == 0)
                        mode = modes[k].mode;
        }
        if (mode == 0)
                return err_set(e, -EINVAL, "%s: is not a mode; use bridge, private, vepa, passthru or source",
                               mode_word);

        const struct iface *p = &pl->g->ifaces[parent];

        if (p->master != NONE)
                return err_set(e, -EBUSY, "%s: is a port of %s, which takes its packets; use %s as the parent", p->name,
                               pl->g->ifaces[p->master].name, pl->g->ifaces[p->master].name);
        if (pl->in->value_count < 2)
                usual = xasprintf("macvlan%u", planner_lowest_unit(pl, "macvlan", false));
        r = newcomer_find(pl, usual ? usual : pl->in->values[1], p->jail, &n, e);
        if (r == 0)
                r = mac_random(&m, e);
        if (r < 0)
                return r;
        if (n.jail != p->jail)
                return err_set(e, -EINVAL, "%s: a macvlan is made beside its parent; move it afterwards", n.name);

        struct link_spec *l = add_link(pl, &n, KIND_MACVLAN);

        l->macvlan_mode = mode;
        if (mode != MACVLAN_MODE_PASSTHRU) /* that one shares its parent's address */
                l->mac = m;
        l->parent = target_of_iface(pl->g, parent);
        add_rest(pl, &n);
        plan_freebsd(pl->p, "# FreeBSD has no macvlan; an epair on a bridge with the parent comes nearest");
        return 0;
}

int plan_create_vxlan(struct planner *pl, struct err *e)
{
        const char *remote_word = intent_option(pl->in, "remote");
        const char *dev_word = intent_option(pl->in, "dev");
        struct newcomer n = {0};
        struct prefix remote = {0};
        struct mac m = {0};
        size_t dev = NONE;
        uint32_t id = 0;
        int r = newcomer_find(pl, pl->in->values[0], 0, &n, e);

        if (r == 0)
                r = parse_number(pl->in->values[1], 0, 0xffffff, "a VXLAN id", &id, e);
        if (r == 0 && remote_word)
                r = prefix_parse_addr(remote_word, &remote, e);
        if (r == 0 && dev_word)
                r = query_iface(pl->g, dev_word, &dev, e);
        if (r == 0)
                r = mac_random(&m, e);
        if (r < 0)
                return r;
        if (dev != NONE && pl->g->ifaces[dev].jail != n.jail)
                return err_set(e, -EINVAL, "%s: is in another jail than %s; make the VXLAN there", dev_word, n.name);
        if (dev == NONE && prefix_is_multicast(&remote))
                return err_set(e, -EINVAL, "%s: the kernel joins a group by an interface that is named; give --dev IF",
                               remote_word);
        for (size_t k = 0; k < pl->g->iface_count; k++) {
                const struct iface *i = &pl->g->ifaces[k];

                if (i->kind == KIND_VXLAN && i->jail == n.jail && i->vxlan_id == id)
                        return err_set(e, -EEXIST, "%s: has VXLAN id %u already; choose another id", i->name, id);
        }

        struct link_spec *l = add_link(pl, &n, KIND_VXLAN);
        CLEANUP(text_done) struct text rest = {0};
        char buf[PREFIX_TEXT_SIZE];

        l->mac = m;
        l->vxlan_id = id;
        l->vxlan_remote = remote;
        text_putf(&rest, " vxlanid %u", id);
        if (remote_word)
                text_putf(&rest, " %s %s", prefix_is_multicast(&remote) ? "vxlangroup" : "vxlanremote",
                          prefix_format_addr(&remote, buf));
        if (dev != NONE) {
                l->parent = target_of_iface(pl->g, dev);
                text_put(&rest, " vxlandev ");
                text_put_shell(&rest, pl->g->ifaces[dev].name);
        }
        add_rest(pl, &n);
        freebsd_create(pl, &n, "vxlan", text_str(&rest));
        if (!remote_word)
                plan_note(pl->p, NOTE_INFO, "without --remote it sends nowhere until a forwarding entry is added");
        return 0;
}

int plan_create_tap(struct planner *pl, struct err *e)
{
        struct newcomer n = {0};
        int r = newcomer_find(pl, pl->in->values[0], 0, &n, e);

        if (r < 0)
                return r;

        struct link_spec *l = add_link(pl, &n, KIND_TAP);

        l->is_tap = true;
        add_rest(pl, &n);
        freebsd_create(pl, &n, "tap", "");
        return 0;
}

/* The kernel takes a port only while it is down, and sets it up itself. */
int plan_add_lagg_port(struct planner *pl, size_t port, const struct target *lagg, size_t jail, struct err *e)
{
        const struct iface *i = &pl->g->ifaces[port];

        if (i->jail != jail)
                return err_set(e, -EXDEV, "%s: is in another jail than %s; move it there first", i->name, lagg->iface);
        if (i->master != NONE || i->master_ifindex)
                return err_set(e, -EBUSY, "%s: is attached to something already; detach it first", i->name);
        if (i->kind == KIND_LOOPBACK || i->kind == KIND_BRIDGE || i->kind == KIND_BOND || i->role == ROLE_FABRIC)
                return err_set(e, -EINVAL, "%s: cannot be a port of a lagg; choose an Ethernet interface", i->name);
        if (i->is_up)
                plan_set_down(pl, port, false);

        struct step *s = planner_add(pl, STEP_LINK_MASTER, target_of_iface(pl->g, port));

        s->to = *lagg;
        (void)str_copy(s->to.kind, sizeof(s->to.kind), "bond");
        for (size_t k = 0; k < i->address_count; k++) {
                char buf[PREFIX_TEXT_SIZE];
                CLEANUP(text_done) struct text t = {0};

                if (!address_is_carried(i, &i->addresses[k]))
                        continue;
                iface_put(&t, pl->g, port);
                plan_note(pl->p, NOTE_WARNING, "%s: %s stops working on a port; give it to the lagg", text_str(&t),
                          prefix_format(&i->addresses[k], buf));
                plan_note_port(pl->p, &s->at, &i->addresses[k]);
        }
        return 0;
}

int plan_create_lagg(struct planner *pl, struct err *e)
{
        const char *proto = intent_option(pl->in, "proto");
        CLEANUP(text_done) struct text rest = {0};
        struct newcomer n = {0};
        uint8_t mode = BOND_ACTIVE_BACKUP;
        int r = newcomer_find(pl, pl->in->values[0], 0, &n, e);

        if (r < 0)
                return r;
        if (proto && lagg_proto_find(proto, &mode) < 0)
                return err_set(e, -EINVAL, "%s: is not one of failover, broadcast, lacp, loadbalance, roundrobin",
                               proto);
        add_link(pl, &n, KIND_BOND)->bond_mode = mode;
        text_putf(&rest, " laggproto %s", lagg_proto_name(mode));
        for (size_t k = 1; k < pl->in->value_count; k++) {
                size_t port;

                for (size_t before = 1; before < k; before++) {
                        if (strcmp(pl->in->values[before], pl->in->values[k]) == 0)
                                return err_set(e, -EINVAL, "%s: is named twice", pl->in->values[k]);
                }
                r = query_iface(pl->g, pl->in->values[k], &port, e);
                if (r == 0)
                        r = plan_add_lagg_port(pl, port, &n.at, n.jail, e);
                if (r < 0)
                        return r;
                text_put(&rest, " laggport ");
                text_put_shell(&rest, pl->g->ifaces[port].name);
        }
        add_rest(pl, &n);
        freebsd_create(pl, &n, "lagg", text_str(&rest));
        return 0;
}
