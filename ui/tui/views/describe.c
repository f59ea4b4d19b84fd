/* describe.c - the words that views use for things. */
#include "ui/tui/views/describe.h"

#include <ctype.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/graph/query.h"
#include "ui/tui/views/sentences.h"

/* Plans are made beside the console's thread, and their sentences have these words, too. */
static _Atomic enum plan_words used_words = PLAN_WORDS_BOTH;

void describe_use_words(enum plan_words words)
{
        used_words = words;
        intl_use_words(words == PLAN_WORDS_BOTH ? NULL : sentence_worded);
}

enum plan_words describe_used_words(void)
{
        return used_words;
}

/* What stands behind a word ends it, but for a name that goes on: jail.conf, jail_list. */
static bool is_word_end(const char *s)
{
        bool is_name = *s == '.' && isalnum((unsigned char)s[1]);

        return !isalnum((unsigned char)*s) && *s != '_' && *s != '-' && !is_name;
}

/* The word at s in Linux's words, as it stands or with a capital; NULL. */
static const char *linux_word(const char *s, size_t *ret_length)
{
        static const struct {
                const char *own, *other;
        } words[] = {
                {"an epair", "a veth pair"}, {"epairs", "veth pairs"}, {"epair", "veth pair"}, {"jails", "namespaces"},
                {"jail", "namespace"},       {"laggs", "bonds"},       {"lagg", "bond"},       {"Jails", "Namespaces"},
                {"Jail", "Namespace"},       {"Laggs", "Bonds"},       {"Lagg", "Bond"},
        };

        for (size_t k = 0; k < ARRAY_SIZE(words); k++) {
                size_t length = strlen(words[k].own);

                if (strncmp(s, words[k].own, length) != 0 || !is_word_end(s + length))
                        continue;
                *ret_length = length;
                return words[k].other;
        }
        return NULL;
}

const char *describe_command(const char *s, char buf[WORDED_SIZE])
{
        CLEANUP(text_done) struct text t = {0};
        bool is_changed = false;

        if (used_words != PLAN_WORDS_LINUX)
                return s;
        if (strcmp(s, "Jail") == 0) /* a label: as ip netns calls it, which is as short */
                return "Netns";
        for (const char *at = s; *at;) {
                size_t length = 1;
                const char *other = at == s || is_word_end(at - 1) ? linux_word(at, &length) : NULL;

                if (other)
                        text_put(&t, other);
                else
                        text_put_n(&t, at, length);
                is_changed = is_changed || other;
                at += length;
        }
        if (!is_changed)
                return s;
        (void)str_copy(buf, WORDED_SIZE, text_str(&t)); /* a cut one is cut on the screen, too */
        return buf;
}

const char *describe_words(const char *s, char buf[WORDED_SIZE])
{
        return describe_command(intl_text(s), buf);
}

char *describe_typed(const char *line)
{
        char buf[WORDED_SIZE];

        for (size_t k = 0; k < VERB_COUNT; k++) {
                const char *called = describe_command(verbs[k].words, buf);
                size_t length = strlen(called);

                if (called != verbs[k].words && str_has_prefix(line, called) &&
                    (!line[length] || isspace((unsigned char)line[length])))
                        return xasprintf("%s%s", verbs[k].words, line + length);
        }
        return NULL;
}

const char *describe_title(const struct verb *v)
{
        static const struct {
                enum verb_id id;
                const char *in_freebsd, *in_linux; /* NULL: the table's */
        } titles[] = {
                {VERB_CREATE_JAIL, NULL, N_("Create namespace...")},
                {VERB_CREATE_EPAIR, NULL, N_("Create veth pair...")},
                {VERB_CREATE_LAGG, NULL, N_("Create bond...")},
                {VERB_MOVE, NULL, N_("Move to namespace...")},
                {VERB_ATTACH, N_("Add to bridge..."), NULL},
                {VERB_DETACH, N_("Delete from bridge"), NULL},
                {VERB_ALIAS, N_("Set description..."), NULL},
                {VERB_ISOLATE, N_("Set private..."), NULL},
        };

        for (size_t k = 0; k < ARRAY_SIZE(titles); k++) {
                const char *other = used_words == PLAN_WORDS_FREEBSD ? titles[k].in_freebsd
                        : used_words == PLAN_WORDS_LINUX             ? titles[k].in_linux
                                                                     : NULL;

                if (titles[k].id == v->id && other)
                        return other;
        }
        return v->title;
}

/* As the kernel calls it. */
static void describe_linux_kind(struct text *t, const struct iface *i)
{
        if (i->kind == KIND_VLAN)
                text_putf(t, "vlan %u", i->vlan_id);
        else if (i->kind == KIND_VXLAN)
                text_putf(t, "vxlan %u", i->vxlan_id);
        else if (i->kind == KIND_TAP)
                text_put(t, "tap");
        else if (i->kind == KIND_PHYSICAL)
                text_put(t, "physical");
        else
                text_put(t, i->kind == KIND_LOOPBACK ? "loopback" : i->kind_name);
}

void describe_kind(struct text *t, const struct iface *i)
{
        if (used_words == PLAN_WORDS_LINUX) {
                describe_linux_kind(t, i);
                return;
        }
        if (used_words == PLAN_WORDS_FREEBSD && i->role == ROLE_PLAIN && i->kind == KIND_VETH) {
                text_put(t, "epair");
                return;
        }
        switch (i->role) {
        case ROLE_EPAIR: text_put(t, "epair"); return;
        case ROLE_EIFACE: text_put(t, "eiface"); return;
        case ROLE_FABRIC: text_put(t, "fabric"); return;
        case ROLE_NG_BRIDGE: text_put(t, "ng bridge"); return;
        case ROLE_HUB: text_put(t, "hub"); return;
        case ROLE_WIRE: text_put(t, "wire"); return;
        case ROLE_IFACE: text_put(t, "iface"); return;
        case ROLE_TEE: text_put(t, "tee"); return;
        case ROLE_NAT: text_put(t, "nat"); return;
        case ROLE_ONE2MANY: text_put(t, "one2many"); return;
        case ROLE_VLAN: text_put(t, "vlan node"); return;
        case ROLE_ORPHANS: text_put(t, "orphans"); return;
        case ROLE_PLAIN: break;
        }
        switch (i->kind) {
        case KIND_PHYSICAL: text_put(t, "physical"); return;
        case KIND_LOOPBACK: text_put(t, "loopback"); return;
        case KIND_VLAN: text_putf(t, "vlan %u", i->vlan_id); return;
        case KIND_VXLAN: text_putf(t, "vxlan %u", i->vxlan_id); return;
        case KIND_BOND: text_put(t, "lagg"); return;
        case KIND_VETH:
        case KIND_BRIDGE:
        case KIND_MACVLAN:
        case KIND_MACVTAP:
        case KIND_IPVLAN:
        case KIND_TUN:
        case KIND_TAP:
        case KIND_DUMMY:
        case KIND_IFB:
        case KIND_OTHER: break;
        }
        text_put(t, i->kind == KIND_TAP ? "tap" : i->kind_name);
}

const char *describe_state(const struct iface *i, enum style *ret_style, enum sign *ret_sign)
{
        if (i->role == ROLE_TEE) {
                *ret_style = STYLE_UP;
                *ret_sign = SIGN_UP;
                return _("passes");
        }
        if (!i->is_up) {
                *ret_style = STYLE_DOWN;
                *ret_sign = SIGN_DOWN;
                return _("down");
        }
        if (i->port_number != 0 && i->port_state == STP_BLOCKING) {
                *ret_style = STYLE_WARNING;
                *ret_sign = SIGN_WARNING;
                return _("up, blocking");
        }
        if (!i->is_running) {
                *ret_style = STYLE_WARNING;
                *ret_sign = SIGN_WARNING;
                return _("no carrier");
        }
        *ret_style = STYLE_UP;
        *ret_sign = SIGN_UP;
        return _("up");
}

/* value / 1000^n with one decimal below ten, and its unit's letter. */
static void scale(uint64_t value, char *buf, const char *unit)
{
        static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", "E"};
        unsigned n = 0;
        double v = (double)value;

        while (v >= 999.5 && n + 1 < ARRAY_SIZE(prefixes)) {
                v /= 1000;
                n++;
        }
        (void)str_format(buf, RATE_TEXT_SIZE, n > 0 && v < 9.95 ? "%.1f %s%s" : "%.0f %s%s", v, prefixes[n], unit);
        (void)intl_decimal(buf, RATE_TEXT_SIZE);
}

const char *describe_rate(uint64_t Bps, char buf[RATE_TEXT_SIZE])
{
        if (Bps == RATE_UNKNOWN)
                (void)str_copy(buf, RATE_TEXT_SIZE, "?");
        else if (Bps == 0)
                (void)str_copy(buf, RATE_TEXT_SIZE, "-");
        else
                scale(Bps * 8, buf, "b/s");
        return buf;
}

const char *describe_bytes(uint64_t bytes, char buf[RATE_TEXT_SIZE])
{
        if (bytes == COUNT_UNKNOWN)
                (void)str_copy(buf, RATE_TEXT_SIZE, "?");
        else
                scale(bytes, buf, "B");
        return buf;
}

void describe_hook_peer(struct text *t, const struct graph *g, size_t hook)
{
        size_t far = graph_hook_peer(g, hook);

        if (far == NONE) {
                text_put(t, _("nothing"));
                return;
        }

        const struct node *n = &g->nodes[g->hooks[far].node];

        if (n->iface != NONE)
                query_put_iface(t, g, n->iface);
        else
                text_putf(t, "[%x]", n->id);
        text_put_char(t, ' ');
        text_put(t, g->hooks[far].name);
}

void describe_joined(struct text *t, const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];
        bool first = true;

        if (i->node != NONE) {
                const struct node *n = &g->nodes[i->node];

                for (size_t h = n->hook_first; h != NONE; h = g->hooks[h].next) {
                        if (!first)
                                text_put(t, ", ");
                        first = false;
                        if (i->kind == KIND_BRIDGE || i->kind == KIND_BOND) {
                                size_t far = graph_hook_peer(g, h);
                                size_t far_iface = far == NONE ? NONE : g->nodes[g->hooks[far].node].iface;

                                if (far_iface != NONE)
                                        query_put_iface(t, g, far_iface);
                                else
                                        text_put(t, "?");
                        } else {
                                describe_hook_peer(t, g, h);
                        }
                }
        }
        if (i->peer_state == PEER_OUT_OF_SIGHT)
                text_putf(t, _("%speer out of sight"), first ? "" : ", ");
        else if (i->peer_state == PEER_AMBIGUOUS)
                text_putf(t, _("%speer ambiguous"), first ? "" : ", ");
        if (i->master == NONE && i->master_ifindex != 0)
                text_putf(t, _("%smaster out of sight"), first ? "" : ", ");
}

void describe_addresses(struct text *t, const struct iface *i, bool all)
{
        char buf[PREFIX_TEXT_SIZE];
        bool first = true;

        for (size_t n = 0; n < i->address_count; n++) {
                if (!all && prefix_is_link_local(&i->addresses[n]))
                        continue;
                text_putf(t, "%s%s", first ? "" : " ", prefix_format(&i->addresses[n], buf));
                first = false;
        }
}

void describe_fate(struct text *t, const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->kind != KIND_PHYSICAL) {
                text_put(t, _("dies with its jail (only real devices come home by themselves)"));
                return;
        }

        size_t taken = graph_find_iface_in(g, 0, i->name);

        if (i->jail == 0)
                text_put(t, _("is at home"));
        else if (taken == NONE)
                text_putf(t, _("returns to the host as %s"), i->name);
        else
                text_putf(t, _("returns to the host as dev%d, since %s is taken there"), i->id.ifindex, i->name);
}
