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

void msg_reply(struct ngctl *n, struct place at, const struct message *m, const char *args)
{
        text_putf(&n->d->out, "Rec'd response \"%s\" (%" PRIu32 ") from \"[%" PRIx32 "]:\":\n", m->name, m->number,
                  ngview_id(n, at));
        if (*args)
                text_putf(&n->d->out, "Args:\t%s\n", args);
        else
                text_put(&n->d->out, "No arguments\n");
}

const struct iface *msg_iface(struct ngctl *n, struct place at)
{
        const struct graph *g = dialect_graph(n->d);
        size_t iface = at.is_own ? NONE : g->nodes[at.node].iface;

        return iface == NONE ? NULL : &g->ifaces[iface];
}

/* The word by which verbs know a node's interface; lasts as long as the session. */
const char *msg_iface_word(struct ngctl *n, struct place at)
{
        const struct graph *g = dialect_graph(n->d);
        CLEANUP(text_done) struct text t = {0};

        query_put_iface(&t, g, g->nodes[at.node].iface);
        return arena_strdup(&n->d->arena, text_str(&t));
}

void msg_put_string(struct text *t, const char *s)
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

int msg_no_args(const char *args, struct err *e)
{
        return args[strspn(args, " ")] ? err_set(e, -EINVAL, "the message takes no arguments") : 0;
}

/* -- Interfaces -------------------------------------------------------------------------------------------------- */

static int get_ifname(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct iface *i = msg_iface(n, at);
        CLEANUP(text_done) struct text t = {0};

        if (!i)
                return err_set(e, -ENXIO, "the node has no interface");
        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        msg_put_string(&t, i->name);
        msg_reply(n, at, m, text_str(&t));
        return 0;
}

static int get_ifindex(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        char number[16];

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        (void)str_format(number, sizeof(number), "%d", msg_iface(n, at)->id.ifindex); /* fits */
        msg_reply(n, at, m, number);
        return 0;
}

static int get_enaddr(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        char mac[MAC_TEXT_SIZE];

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        if (!msg_iface(n, at)->mac.is_set)
                return err_set(e, -ENXIO, "the interface has no Ethernet address");
        msg_reply(n, at, m, mac_format(msg_iface(n, at)->mac, mac));
        return 0;
}

static int set_enaddr(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        char word[MAC_TEXT_SIZE + 1];
        struct mac mac;

        (void)m;
        if (value_parse_string(args, word, sizeof(word)) < 0 || mac_parse(word, &mac) < 0)
                return err_set(e, -EINVAL, "not an Ethernet address; write it like 02:00:00:00:00:01");
        return dialect_add(n->d, e, "pin", msg_iface_word(n, at), word, NULL);
}

static int put_flag(struct ngctl *n, struct place at, const struct message *m, const char *args, bool is_on,
                    struct err *e)
{
        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        msg_reply(n, at, m, is_on ? "1" : "0");
        return 0;
}

static int get_promisc(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct iface *i = msg_iface(n, at);

        return put_flag(n, at, m, args, (i->flags & IFF_PROMISC) || i->master != NONE, e);
}

static int set_promisc(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        int64_t on;

        (void)m;
        if (value_parse_number(args, INT32_MIN, INT32_MAX, &on) < 0)
                return err_set(e, -EINVAL, "not a number; write 0 or 1");
        return dialect_add(n->d, e, "promisc", msg_iface_word(n, at), on ? "on" : "off", NULL);
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
        const struct iface *i = msg_iface(n, at);

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        if (i->is_up)
                return err_set(e, -EBUSY, "%s is up; set it down first", i->name);
        if (i->role != ROLE_IFACE || strcmp(m->name, "broadcast") == 0)
                return err_set(e, -EOPNOTSUPP, "%s stays %s on Linux", i->name,
                               i->role == ROLE_IFACE ? "point to point" : "what it is");
        return 0;
}

/* -- Bridges ----------------------------------------------------------------------------------------------------- */

/* The hook behind which a port stands. */
static const char *hook_of_port(struct ngctl *n, struct place at, int ifindex)
{
        const struct graph *g = dialect_graph(n->d);
        const struct node *node = &g->nodes[at.node];

        for (size_t k = node->hook_first; k != NONE; k = g->hooks[k].next) {
                const struct edge *edge = &g->edges[g->hooks[k].edge];

                if (g->ifaces[edge->iface_b].id.ifindex == ifindex || g->ifaces[edge->iface_a].id.ifindex == ifindex)
                        return g->hooks[k].name;
        }
        return NULL;
}

static int get_table(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct dialect_services *services = n->d->services;
        CLEANUP(freep) struct bridge_host *hosts = NULL;
        CLEANUP(text_done) struct text t = {0};
        size_t count = 0, shown = 0;

        if (msg_no_args(args, e) < 0)
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
                if (hosts[i].age_s)
                        text_putf(&t, "age=%" PRIu32 " ", hosts[i].age_s);
                if (hosts[i].staleness_s)
                        text_putf(&t, "staleness=%" PRIu32 " ", hosts[i].staleness_s);
                text_put(&t, "hook=");
                msg_put_string(&t, hook);
                text_put(&t, " } ");
                shown++;
        }

        CLEANUP(freep)
        char *whole = shown ? xasprintf("{ numHosts=%zu hosts=[ %s] }", shown, text_str(&t)) : xstrdup("{}");

        msg_reply(n, at, m, whole);
        return 0;
}

static int set_persistent(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        (void)m;
        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        return dialect_add(n->d, e, "persist", ngview_word(n, at.node, NULL), "on", NULL);
}

static int get_config(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        const struct iface *i = msg_iface(n, at);
        CLEANUP(text_done) struct text t = {0};

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        if (!(i->tuning_known >> TUNE_AGEING & 1u))
                return err_set(e, -EAGAIN, "the kernel has not told how long it keeps an address");
        text_putf(&t, "{ maxStaleness=%" PRIu32 " }", i->tuning[TUNE_AGEING] / tunings[TUNE_AGEING].scale);
        msg_reply(n, at, m, i->tuning[TUNE_AGEING] ? text_str(&t) : "{}");
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
        return age ? dialect_add(n->d, e, "tune", msg_iface_word(n, at), tunings[TUNE_AGEING].name, age, NULL) : 0;
}

static int reset_bridge(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        size_t count = 0;

        (void)m;
        if (msg_no_args(args, e) < 0)
                return -EINVAL;

        CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, at, &count);

        for (size_t k = 0; k < count; k++)
                stats_clear(n, &hooks[k]);
        return dialect_add(n->d, e, "host", "flush", msg_iface_word(n, at), "--all", NULL);
}

/* ---------------------------------------------------------------------------------------------------------------- */

/* Every interface but an eiface is an ether node to FreeBSD, whatever it is to Linux. */
#define ETHER "ether lagg"

static const struct message messages[] = {
        {"eiface", "getifname", 1, get_ifname},
        {"eiface", "set", 3, set_enaddr},
        {ETHER, "getifname", 1, get_ifname},
        {ETHER, "getifindex", 2, get_ifindex},
        {ETHER, "getenaddr", 3, get_enaddr},
        {ETHER, "setenaddr", 4, set_enaddr},
        {ETHER, "getpromisc", 5, get_promisc},
        {ETHER, "setpromisc", 6, set_promisc},
        {ETHER, "getautosrc", 7, get_autosrc},
        {ETHER, "setautosrc", 8, set_autosrc},
        {"iface", "getifname", 1, get_ifname},
        {"iface", "point2point", 2, set_iface_mode},
        {"iface", "broadcast", 3, set_iface_mode},
        {"iface", "getifindex", 4, get_ifindex},
        {"bridge", "setconfig", 1, set_config},
        {"bridge", "getconfig", 2, get_config},
        {"bridge", "reset", 3, reset_bridge},
        {"bridge", "getstats", 4, stats_bridge},
        {"bridge", "clrstats", 5, stats_bridge},
        {"bridge", "getclrstats", 6, stats_bridge},
        {"bridge", "gettable", 7, get_table},
        {"bridge", "setpersistent", 8, set_persistent},
        {"hub", "setpersistent", 1, set_persistent},
        {"vlan", "addfilter", 1, vlan_add_filter},
        {"vlan", "delfilter", 2, vlan_del_filter},
        {"vlan", "gettable", 3, vlan_get_table},
        {"vlan", "delvidflt", 4, vlan_del_number},
        {"vlan", "getdecap", 5, vlan_get_fixed},
        {"vlan", "setdecap", 6, vlan_set_fixed},
        {"vlan", "getencap", 7, vlan_get_fixed},
        {"vlan", "setencap", 8, vlan_set_fixed},
        {"vlan", "getencapproto", 9, vlan_get_fixed},
        {"vlan", "setencapproto", 10, vlan_set_fixed},
        {"tee", "getstats", 1, stats_tee},
        {"tee", "clrstats", 2, stats_tee},
        {"tee", "getclrstats", 3, stats_tee},
        {"one2many", "setconfig", 1, many_set_config},
        {"one2many", "getconfig", 2, many_get_config},
        {"one2many", "getstats", 3, stats_bridge},
        {"one2many", "clrstats", 4, stats_bridge},
        {"one2many", "getclrstats", 5, stats_bridge},
        {"nat", "setaliasaddr", 1, nat_set_alias},
        {"nat", "setmode", 2, nat_set_mode},
        {"nat", "settarget", 3, nat_set_target},
        {"nat", "redirectport", 4, nat_redirect_port},
        {"nat", "redirectaddr", 5, nat_redirect_addr},
        {"nat", "redirectproto", 6, nat_redirect_proto},
        {"nat", "redirectdynamic", 7, nat_refuse},
        {"nat", "redirectdelete", 8, nat_redirect_delete},
        {"nat", "addserver", 9, nat_refuse},
        {"nat", "listredirects", 10, nat_list_redirects},
        {"nat", "proxyrule", 11, nat_refuse},
        {"nat", "libaliasinfo", 12, nat_refuse},
        {"nat", "setdlt", 13, nat_set_dlt},
        {"nat", "getdlt", 14, nat_get_dlt},

        {NULL, "shutdown", 1, generic_shutdown},
        {NULL, "mkpeer", 2, generic_mkpeer},
        {NULL, "connect", 3, generic_connect},
        {NULL, "name", 4, generic_name},
        {NULL, "rmhook", 5, generic_rmhook},
        {NULL, "nodeinfo", 6 | READONLY_HASREPLY, generic_nodeinfo},
        {NULL, "listhooks", 7 | READONLY_HASREPLY, generic_listhooks},
        {NULL, "listnames", 8 | READONLY_HASREPLY, generic_listnodes},
        {NULL, "listnodes", 9 | READONLY_HASREPLY, generic_listnodes},
        {NULL, "listtypes", 10 | READONLY_HASREPLY, generic_listtypes},
        {NULL, "textstatus", 11 | READONLY_HASREPLY, generic_refuse},
        {NULL, "binary2ascii", 12 | READONLY_HASREPLY, generic_refuse},
        {NULL, "ascii2binary", 13 | READONLY_HASREPLY, generic_refuse},
        {NULL, "textconfig", 14, generic_refuse},
};

static bool has_word(const char *words, const char *word)
{
        size_t length = strlen(word);

        for (const char *s = words; *s; s += strcspn(s, " "), s += strspn(s, " "))
                if (strcspn(s, " ") == length && strncmp(s, word, length) == 0)
                        return true;
        return false;
}

/* A VLAN's interface is an ether node to messages; netgraph's vlan is the node that filters. */
static const char *type_of(struct ngctl *n, struct place at)
{
        const struct iface *i = msg_iface(n, at);

        return i && i->kind == KIND_VLAN ? "ether" : ngview_type(n, at);
}

static const struct message *find_message(struct ngctl *n, struct place at, const char *name)
{
        for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
                if (strcmp(messages[i].name, name) == 0 &&
                    (!messages[i].types || has_word(messages[i].types, type_of(n, at))))
                        return &messages[i];
        return NULL;
}

void msg_complete(struct ngctl *n, struct place at, void (*fn)(void *user, const char *word), void *user)
{
        for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
                if (!messages[i].types || has_word(messages[i].types, type_of(n, at)))
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
