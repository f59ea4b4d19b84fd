/*
 * ngctl_msg.c - messages to nodes, and their answers in FreeBSD's two lines.
 *
 * A row says which types know a message, its number (netgraph's headers have them), and what answers it.
 */
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

/* Bits of the numbers of generic messages that ask for an answer. */
#define READONLY_HASREPLY 0x30000000u

struct message {
        const char *types; /* joined by blanks; NULL: every node */
        const char *name;
        uint32_t number;
        int (*run)(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
};

static void reply(struct ngctl *n, struct place at, const struct message *m, const char *args)
{
        text_putf(&n->d->out, "Rec'd response \"%s\" (%" PRIu32 ") from \"[%" PRIx32 "]:\":\n", m->name, m->number,
                  ngview_id(n, at));
        if (*args)
                text_putf(&n->d->out, "Args:\t%s\n", args);
        else
                text_put(&n->d->out, "No arguments\n");
}

static const struct iface *iface_of(struct ngctl *n, struct place at)
{
        const struct graph *g = dialect_graph(n->d);
        size_t iface = at.is_own ? NONE : g->nodes[at.node].iface;

        return iface == NONE ? NULL : &g->ifaces[iface];
}

/* The word by which verbs know a node's interface; lasts as long as the session. */
static const char *iface_word(struct ngctl *n, struct place at)
{
        const struct graph *g = dialect_graph(n->d);
        CLEANUP(text_done) struct text t = {0};

        query_put_iface(&t, g, g->nodes[at.node].iface);
        return arena_strdup(&n->d->arena, text_str(&t));
}

/* A string as netgraph writes it. */
static void put_string(struct text *t, const char *s)
{
        CLEANUP(text_done) struct text v = {0};

        text_put_visible(&v, s);
        text_put_char(t, '"');
        for (s = text_str(&v); *s; s++) {
                if (*s == '"')
                        text_put_char(t, '\\');
                text_put_char(t, *s);
        }
        text_put_char(t, '"');
}

static int need_no_args(const char *args, struct err *e)
{
        return args[strspn(args, " ")] ? err_set(e, -EINVAL, "the message takes no arguments") : 0;
}

/* -- Interfaces -------------------------------------------------------------------------------------------------- */

static int get_ifname(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct iface *i = iface_of(n, at);
        CLEANUP(text_done) struct text t = {0};

        if (!i)
                return err_set(e, -ENXIO, "the node has no interface");
        if (need_no_args(args, e) < 0)
                return -EINVAL;
        put_string(&t, i->name);
        reply(n, at, m, text_str(&t));
        return 0;
}

static int get_ifindex(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        char number[16];

        if (need_no_args(args, e) < 0)
                return -EINVAL;
        (void)str_format(number, sizeof(number), "%d", iface_of(n, at)->id.ifindex); /* fits */
        reply(n, at, m, number);
        return 0;
}

static int get_enaddr(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        char mac[MAC_TEXT_SIZE];

        if (need_no_args(args, e) < 0)
                return -EINVAL;
        if (!iface_of(n, at)->mac.is_set)
                return err_set(e, -ENXIO, "the interface has no Ethernet address");
        reply(n, at, m, mac_format(iface_of(n, at)->mac, mac));
        return 0;
}

static int set_enaddr(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        char word[MAC_TEXT_SIZE + 1];
        struct mac mac;

        (void)m;
        if (value_parse_string(args, word, sizeof(word)) < 0 || mac_parse(word, &mac) < 0)
                return err_set(e, -EINVAL, "not an Ethernet address; write it like 02:00:00:00:00:01");
        return dialect_add(n->d, e, "pin", iface_word(n, at), word, NULL);
}

static int put_flag(struct ngctl *n, struct place at, const struct message *m, const char *args, bool is_on,
                    struct err *e)
{
        if (need_no_args(args, e) < 0)
                return -EINVAL;
        reply(n, at, m, is_on ? "1" : "0");
        return 0;
}

static int get_promisc(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct iface *i = iface_of(n, at);

        return put_flag(n, at, m, args, (i->flags & IFF_PROMISC) || i->master != NONE, e);
}

static int set_promisc(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        int64_t on;

        (void)m;
        if (value_parse_number(args, INT32_MIN, INT32_MAX, &on) < 0)
                return err_set(e, -EINVAL, "not a number; write 0 or 1");
        return dialect_add(n->d, e, "promisc", iface_word(n, at), on ? "on" : "off", NULL);
}

/* Linux never writes an interface's own address over that of a frame which is sent out of it. */
static int get_autosrc(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        return put_flag(n, at, m, args, false, e);
}

static int set_autosrc(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        int64_t on;

        (void)n;
        (void)at;
        (void)m;
        if (value_parse_number(args, INT32_MIN, INT32_MAX, &on) < 0)
                return err_set(e, -EINVAL, "not a number; write 0 or 1");
        if (on)
                return err_set(e, -EOPNOTSUPP, "Linux sends each frame with the source address that it has");
        return 0;
}

/* Linux gives a veth one look; FreeBSD, too, changes it only while the interface is down. */
static int set_iface_mode(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct iface *i = iface_of(n, at);

        if (need_no_args(args, e) < 0)
                return -EINVAL;
        if (i->is_up)
                return err_set(e, -EBUSY, "%s is up; set it down first", i->name);
        if (i->role != ROLE_IFACE || strcmp(m->name, "broadcast") == 0)
                return err_set(e, -EOPNOTSUPP, "%s stays %s on Linux", i->name,
                               i->role == ROLE_IFACE ? "point to point" : "what it is");
        return 0;
}

/* -- Bridges ----------------------------------------------------------------------------------------------------- */

/* "2" is link2, "-1" is uplink1. */
static int find_link(struct ngctl *n, struct place at, const char *args, struct view_hook *ret, struct err *e)
{
        char name[HOOK_NAME_SIZE];
        int64_t number;

        if (value_parse_number(args, -UINT16_MAX, UINT32_MAX, &number) < 0) {
                (void)err_set(e, -EINVAL, "not a link's number; write 2 for link2, -1 for uplink1");
                return -EINVAL;
        }
        (void)str_format(name, sizeof(name), "%s%" PRId64, number < 0 ? "uplink" : "link",
                         number < 0 ? -number : number); /* fits */
        if (ngview_find_hook(n, at, name, ret) < 0) {
                (void)err_set(e, -ENOTCONN, "%s is joined to nothing", name);
                return -ENOTCONN;
        }
        return 0;
}

/*
 * The interface whose counters are a link's, and whether they are told from its own side: the host's stack on a bridge
 * (upper) is the bridge's own interface, which receives what the bridge sends to it.
 */
static size_t counted_iface(struct ngctl *n, const struct view_hook *h, bool *ret_is_reverse)
{
        const struct graph *g = dialect_graph(n->d);

        if (h->hook == NONE)
                return NONE;

        const struct edge *edge = &g->edges[g->hooks[h->hook].edge];
        bool is_link = g->ifaces[edge->iface_a].role == ROLE_FABRIC; /* two bridges, by a pair */

        *ret_is_reverse = strcmp(h->peer_hook, "upper") == 0;
        if (*ret_is_reverse || (is_link && edge->a == h->hook))
                return edge->iface_a;
        return edge->iface_b;
}

static struct cleared *cleared_of(struct ngctl *n, uint32_t number)
{
        for (size_t i = 0; i < n->cleared_count; i++)
                if (n->cleared[i].number == number)
                        return &n->cleared[i];
        return NULL;
}

static void put_counter(struct text *t, const char *name, uint64_t now, uint64_t then)
{
        /* A counter that is less than it was belongs to a link that was made anew. */
        uint64_t value = now >= then ? now - then : now;

        if (value)
                text_putf(t, "%s=%" PRIu64 " ", name, value);
}

static int put_stats(struct ngctl *n, struct place at, const struct message *m, size_t iface, bool is_reverse,
                     struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        const struct iface *i = iface == NONE ? NULL : &dialect_graph(n->d)->ifaces[iface];
        const struct cleared *c = i ? cleared_of(n, i->number) : NULL;
        struct counters now = i ? i->counters : (struct counters){.is_known = true};
        struct counters then = c ? c->counters : (struct counters){0};

        if (!now.is_known)
                return err_set(e, -EAGAIN, "the kernel has not told its counters yet");
        text_put(&t, "{ ");
        put_counter(&t, "recvOctets", is_reverse ? now.tx_bytes : now.rx_bytes,
                    is_reverse ? then.tx_bytes : then.rx_bytes);
        put_counter(&t, "recvPackets", is_reverse ? now.tx_packets : now.rx_packets,
                    is_reverse ? then.tx_packets : then.rx_packets);
        put_counter(&t, "xmitOctets", is_reverse ? now.rx_bytes : now.tx_bytes,
                    is_reverse ? then.rx_bytes : then.tx_bytes);
        put_counter(&t, "xmitPackets", is_reverse ? now.rx_packets : now.tx_packets,
                    is_reverse ? then.rx_packets : then.tx_packets);
        text_put_char(&t, '}');
        reply(n, at, m, t.length == 3 ? "{}" : text_str(&t));
        return 0;
}

static void clear_stats(struct ngctl *n, size_t iface)
{
        const struct iface *i = iface == NONE ? NULL : &dialect_graph(n->d)->ifaces[iface];
        struct cleared *c = i ? cleared_of(n, i->number) : NULL;

        if (!i)
                return;
        if (!c) {
                n->cleared = array_grow(n->cleared, &n->cleared_capacity, n->cleared_count, sizeof(*n->cleared));
                c = &n->cleared[n->cleared_count++];
        }
        *c = (struct cleared){.number = i->number, .counters = i->counters};
        say_meaning(n, "Linux cannot clear a link's counters: they count anew for this run of ngctl alone");
}

static int get_stats(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        struct view_hook hook = {0};
        bool is_reverse = false;
        int r = find_link(n, at, args, &hook, e);

        if (r < 0)
                return r;

        size_t iface = counted_iface(n, &hook, &is_reverse);

        if (!str_has_prefix(m->name, "clr"))
                r = put_stats(n, at, m, iface, is_reverse, e);
        if (r == 0 && strcmp(m->name, "getstats") != 0)
                clear_stats(n, iface);
        return r;
}

/* The interface that counts what a tee's hook gets. The host's stack has none: the NIC at the other side tells it. */
static size_t counted_at_tee(struct ngctl *n, struct place at, const char *name, bool *ret_is_reverse)
{
        struct view_hook hook = {0};

        if (ngview_find_hook(n, at, name, &hook) < 0)
                return NONE;

        size_t iface = counted_iface(n, &hook, ret_is_reverse);

        if (!*ret_is_reverse)
                return iface;
        if (ngview_find_hook(n, at, strcmp(name, "left") == 0 ? "right" : "left", &hook) < 0)
                return NONE;

        bool is_upper_too = false;

        iface = counted_iface(n, &hook, &is_upper_too);
        return is_upper_too ? NONE : iface;
}

static void put_tee_hook(struct ngctl *n, struct text *t, const char *name, size_t iface, bool is_reverse)
{
        CLEANUP(text_done) struct text counts = {0};
        const struct iface *i = &dialect_graph(n->d)->ifaces[iface];
        const struct cleared *c = cleared_of(n, i->number);
        struct counters then = c ? c->counters : (struct counters){0};
        const struct {
                const char *name;
                uint64_t now, then;
        } all[] = {{"inOctets", i->counters.rx_bytes, then.rx_bytes},
                   {"inFrames", i->counters.rx_packets, then.rx_packets},
                   {"outOctets", i->counters.tx_bytes, then.tx_bytes},
                   {"outFrames", i->counters.tx_packets, then.tx_packets}};

        for (size_t k = 0; k < ARRAY_SIZE(all); k++) {
                size_t from = is_reverse ? (k + 2) % ARRAY_SIZE(all) : k;

                put_counter(&counts, all[k].name, all[from].now, all[from].then);
        }
        if (counts.length)
                text_putf(t, "%s={ %s} ", name, text_str(&counts));
}

static int get_tee_stats(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const hooks[] = {"right", "left", "right2left", "left2right"};
        CLEANUP(text_done) struct text t = {0};
        size_t ifaces[ARRAY_SIZE(hooks)];

        if (need_no_args(args, e) < 0)
                return -EINVAL;
        for (size_t k = 0; k < ARRAY_SIZE(hooks); k++) {
                bool is_reverse = false;

                ifaces[k] = counted_at_tee(n, at, hooks[k], &is_reverse);
                if (ifaces[k] != NONE && !dialect_graph(n->d)->ifaces[ifaces[k]].counters.is_known)
                        return err_set(e, -EAGAIN, "the kernel has not told its counters yet");
                if (ifaces[k] != NONE)
                        put_tee_hook(n, &t, hooks[k], ifaces[k], is_reverse);
        }
        if (!str_has_prefix(m->name, "clr")) {
                CLEANUP(freep) char *whole = t.length ? xasprintf("{ %s}", text_str(&t)) : xstrdup("{}");

                reply(n, at, m, whole);
        }
        for (size_t k = 0; strcmp(m->name, "getstats") != 0 && k < ARRAY_SIZE(hooks); k++)
                clear_stats(n, ifaces[k]);
        return 0;
}

/* The hook behind which a port stands. */
static const char *hook_of_port(struct ngctl *n, struct place at, int ifindex)
{
        const struct graph *g = dialect_graph(n->d);
        const struct node *node = &g->nodes[at.node];

        for (size_t k = 0; k < node->hook_count; k++) {
                const struct edge *edge = &g->edges[g->hooks[node->hook_first + k].edge];

                if (g->ifaces[edge->iface_b].id.ifindex == ifindex || g->ifaces[edge->iface_a].id.ifindex == ifindex)
                        return g->hooks[node->hook_first + k].name;
        }
        return NULL;
}

static int get_table(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct dialect_services *services = n->d->services;
        CLEANUP(freep) struct bridge_host *hosts = NULL;
        CLEANUP(text_done) struct text t = {0};
        size_t count = 0, shown = 0;

        if (need_no_args(args, e) < 0)
                return -EINVAL;
        if (!services || !services->hosts)
                return err_set(e, -EOPNOTSUPP, "what the bridge has learnt cannot be asked for here");

        const struct graph *g = dialect_graph(n->d);
        size_t live = graph_find_iface(n->d->live, g->ifaces[g->nodes[at.node].iface].id);
        int r = live == NONE ? 0 : services->hosts(n->d, live, &hosts, &count, e); /* a new bridge knows nobody */

        if (r < 0)
                return r;
        for (size_t i = 0; i < count; i++) {
                const char *hook = hosts[i].is_own ? NULL : hook_of_port(n, at, hosts[i].ifindex);
                char mac[MAC_TEXT_SIZE];

                if (!hook)
                        continue;
                text_putf(&t, "{ addr=%s ", mac_format(hosts[i].mac, mac));
                if (hosts[i].staleness_s)
                        text_putf(&t, "staleness=%" PRIu32 " ", hosts[i].staleness_s);
                text_put(&t, "hook=");
                put_string(&t, hook);
                text_put(&t, " } ");
                shown++;
        }

        CLEANUP(freep)
        char *whole = shown ? xasprintf("{ numHosts=%zu hosts=[ %s] }", shown, text_str(&t)) : xstrdup("{}");

        reply(n, at, m, whole);
        return 0;
}

static int set_persistent(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        (void)m;
        if (need_no_args(args, e) < 0)
                return -EINVAL;
        return dialect_add(n->d, e, "persist", ngview_word(n, at.node, NULL), "on", NULL);
}

static int get_config(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct iface *i = iface_of(n, at);
        CLEANUP(text_done) struct text t = {0};

        if (need_no_args(args, e) < 0)
                return -EINVAL;
        if (!(i->tuning_known >> TUNE_AGEING & 1u))
                return err_set(e, -EAGAIN, "the kernel has not told how long it keeps an address");
        text_putf(&t, "{ maxStaleness=%" PRIu32 " }", i->tuning[TUNE_AGEING] / tunings[TUNE_AGEING].scale);
        reply(n, at, m, i->tuning[TUNE_AGEING] ? text_str(&t) : "{}");
        return 0;
}

/* The age is Linux' too; it finds no loops, and writes to no console. */
static int set_config(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const meaningless[] = {"debugLevel", "loopTimeout", "minStableAge"};
        CLEANUP(value_fields_done) struct value_fields f = {0};
        const char *age;

        (void)m;
        if (value_parse_struct(args, &f) < 0)
                return err_set(e, -EINVAL, "not a struct; write it like { maxStaleness=900 }");
        for (size_t k = 0; k < f.count; k++) {
                bool is_known = strcmp(f.fields[k].name, "maxStaleness") == 0;

                for (size_t x = 0; x < ARRAY_SIZE(meaningless); x++)
                        is_known = is_known || strcmp(f.fields[k].name, meaningless[x]) == 0;
                if (!is_known)
                        return err_set(e, -EINVAL, "%s: is no field of a bridge's configuration", f.fields[k].name);
        }
        for (size_t x = 0; x < ARRAY_SIZE(meaningless); x++)
                if (value_get(&f, meaningless[x]))
                        say_meaning(n, "setconfig: a Linux bridge has no %s; it is left out", meaningless[x]);
        age = value_get(&f, "maxStaleness");
        return age ? dialect_add(n->d, e, "tune", iface_word(n, at), tunings[TUNE_AGEING].name, age, NULL) : 0;
}

static int reset_bridge(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        size_t count = 0;

        (void)m;
        if (need_no_args(args, e) < 0)
                return -EINVAL;

        CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, at, &count);
        bool is_reverse = false;

        for (size_t k = 0; k < count; k++)
                clear_stats(n, counted_iface(n, &hooks[k], &is_reverse));
        return dialect_add(n->d, e, "host", "flush", iface_word(n, at), "--all", NULL);
}

/* -- Every node -------------------------------------------------------------------------------------------------- */

static int get_nodeinfo(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        const char *name = ngview_name(n, at);
        size_t hooks = 0;

        if (need_no_args(args, e) < 0)
                return -EINVAL;
        free(ngview_hooks(n, at, &hooks));
        text_put(&t, "{ ");
        if (name) {
                text_put(&t, "name=");
                put_string(&t, name);
                text_put_char(&t, ' ');
        }
        text_put(&t, "type=");
        put_string(&t, ngview_type(n, at));
        text_putf(&t, " id=0x%" PRIx32 " ", ngview_id(n, at));
        if (hooks)
                text_putf(&t, "hooks=%zu ", hooks);
        text_put_char(&t, '}');
        reply(n, at, m, text_str(&t));
        return 0;
}

static int generic_shutdown(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        (void)m;
        return need_no_args(args, e) < 0 ? -EINVAL : change_shutdown(n, at, e);
}

/* The strings of a struct by their fields' names, in order; all must be there. */
static int take_strings(const char *args, struct value_fields *f, const char *const *names, const char **ret,
                        struct err *e)
{
        if (value_parse_struct(args, f) < 0)
                return err_set(e, -EINVAL, "not a struct; write it like { %s=\"...\" }", names[0]);
        for (size_t i = 0; names[i]; i++) {
                ret[i] = value_get(f, names[i]);
                if (!ret[i])
                        return err_set(e, -EINVAL, "has no field %s", names[i]);
        }
        return 0;
}

static int generic_mkpeer(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const names[] = {"type", "ourhook", "peerhook", NULL};
        CLEANUP(value_fields_done) struct value_fields f = {0};
        const char *s[3] = {0};
        int r = take_strings(args, &f, names, s, e);

        (void)m;
        return r < 0 ? r : change_mkpeer(n, at, s[0], s[1], s[2], e);
}

static int generic_connect(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const names[] = {"path", "ourhook", "peerhook", NULL};
        CLEANUP(value_fields_done) struct value_fields f = {0};
        struct place peer = {0};
        const char *s[3] = {0};
        int r = take_strings(args, &f, names, s, e);

        (void)m;
        if (r == 0)
                r = ngview_resolve(n, at, s[0], &peer);
        return r < 0 ? r : change_connect(n, at, peer, s[1], s[2], e);
}

static int generic_name(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const names[] = {"name", NULL};
        CLEANUP(value_fields_done) struct value_fields f = {0};
        const char *s[1] = {0};
        int r = take_strings(args, &f, names, s, e);

        (void)m;
        return r < 0 ? r : change_name(n, at, s[0], e);
}

static int generic_rmhook(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const names[] = {"ourhook", NULL};
        CLEANUP(value_fields_done) struct value_fields f = {0};
        const char *s[1] = {0};
        int r = take_strings(args, &f, names, s, e);

        (void)m;
        return r < 0 ? r : change_rmhook(n, at, s[0], e);
}

/* ---------------------------------------------------------------------------------------------------------------- */

/* Every interface but an eiface is an ether node to FreeBSD, whatever it is to Linux. */
#define ETHER "ether vlan lagg"

static const struct message messages[] = {
        {"eiface", "getifname", 1, get_ifname},      {"eiface", "set", 3, set_enaddr},
        {ETHER, "getifname", 1, get_ifname},         {ETHER, "getifindex", 2, get_ifindex},
        {ETHER, "getenaddr", 3, get_enaddr},         {ETHER, "setenaddr", 4, set_enaddr},
        {ETHER, "getpromisc", 5, get_promisc},       {ETHER, "setpromisc", 6, set_promisc},
        {ETHER, "getautosrc", 7, get_autosrc},       {ETHER, "setautosrc", 8, set_autosrc},
        {"iface", "getifname", 1, get_ifname},       {"iface", "point2point", 2, set_iface_mode},
        {"iface", "broadcast", 3, set_iface_mode},   {"iface", "getifindex", 4, get_ifindex},
        {"bridge", "setconfig", 1, set_config},      {"bridge", "getconfig", 2, get_config},
        {"bridge", "reset", 3, reset_bridge},        {"bridge", "getstats", 4, get_stats},
        {"bridge", "clrstats", 5, get_stats},        {"bridge", "getclrstats", 6, get_stats},
        {"bridge", "gettable", 7, get_table},        {"bridge", "setpersistent", 8, set_persistent},
        {"hub", "setpersistent", 1, set_persistent}, {"tee", "getstats", 1, get_tee_stats},
        {"tee", "clrstats", 2, get_tee_stats},       {"tee", "getclrstats", 3, get_tee_stats},
        {NULL, "shutdown", 1, generic_shutdown},     {NULL, "mkpeer", 2, generic_mkpeer},
        {NULL, "connect", 3, generic_connect},       {NULL, "name", 4, generic_name},
        {NULL, "rmhook", 5, generic_rmhook},         {NULL, "nodeinfo", 6 | READONLY_HASREPLY, get_nodeinfo},
};

static bool has_word(const char *words, const char *word)
{
        size_t length = strlen(word);

        for (const char *s = words; *s; s += strcspn(s, " "), s += strspn(s, " "))
                if (strcspn(s, " ") == length && strncmp(s, word, length) == 0)
                        return true;
        return false;
}

static const struct message *find_message(struct ngctl *n, struct place at, const char *name)
{
        for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
                if (strcmp(messages[i].name, name) == 0 &&
                    (!messages[i].types || has_word(messages[i].types, ngview_type(n, at))))
                        return &messages[i];
        return NULL;
}

void msg_complete(struct ngctl *n, struct place at, void (*fn)(void *user, const char *word), void *user)
{
        for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
                if (!messages[i].types || has_word(messages[i].types, ngview_type(n, at)))
                        fn(user, messages[i].name);
}

int ngctl_msg(struct ngctl *n, int argc, char **argv)
{
        CLEANUP(text_done) struct text args = {0};
        struct place at = {0};
        struct err e = {0};

        if (argc < 3)
                return NGCTL_USAGE;
        for (int i = 3; i < argc; i++) {
                text_put_char(&args, ' ');
                text_put(&args, argv[i]);
        }

        int r = ngview_resolve(n, HERE, argv[1], &at);

        if (r < 0) {
                (void)err_set(&e, r, "%s: no such node, or no such hook on the way; ngctl list shows them", argv[1]);
                return tell_errno(n, "send msg", r, &e);
        }

        const struct message *m = find_message(n, at, argv[2]);

        if (!m)
                r = err_set(&e, -ENOSYS, "%s: a node of type %s knows no such message", argv[2], ngview_type(n, at));
        else
                r = m->run(n, at, m, text_str(&args), &e);
        return r < 0 ? tell_errno(n, "send msg", r, &e) : NGCTL_DONE;
}
