/* ngctl_vlan.c - a vlan node's messages: which hook has which VLAN's frames, and how they are tagged. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/sort.h"
#include "core/dialect/ngctl_parts.h"
#include "core/graph/marks.h"
#include "core/plan/feed.h"
#include "core/plan/vlans.h"

#define VLAN_MASK          4095 /* of a tag: netgraph takes 0 and 4095 too */
#define PRIORITY_MAX       7
#define ENCAP_FROM_FILTER  1
#define ETHERTYPE_OF_8021Q 0x8100

struct filter {
        uint16_t vlan;
        const char *hook;
};

static int compare_filter(const void *a, const void *b)
{
        const struct filter *x = a, *y = b;

        return (x->vlan > y->vlan) - (x->vlan < y->vlan);
}

/* By VLAN. Caller frees. */
static struct filter *find_filters(struct ngctl *n, struct place at, size_t *ret_count)
{
        const struct graph *g = dialect_graph(n->d);
        const struct node *node = &g->nodes[at.node];
        struct filter *all = xcalloc(node->hook_count + 1, sizeof(*all));

        *ret_count = 0;
        for (size_t k = node->hook_first; k != NONE; k = g->hooks[k].next) {
                struct filter f = {.hook = g->hooks[k].name};

                if (is_filter_hook(f.hook) && vlan_mark_find(&g->ifaces[hook_port(g, node->iface, k)], &f.vlan))
                        all[(*ret_count)++] = f;
        }
        sort_items(all, *ret_count, sizeof(*all), compare_filter);
        return all;
}

static int take_number(const struct value_fields *f, const char *name, int64_t max, int64_t *ret, struct err *e)
{
        const char *value = value_get(f, name);

        *ret = 0;
        if (value && value_parse_number(value, 0, max, ret) < 0)
                return err_set(e, -EINVAL, "%s: is no %s; write 0 to %" PRId64, value, name, max);
        return 0;
}

static bool has_filter(struct ngctl *n, struct place at, const char *hook, uint16_t vlan)
{
        size_t count;
        CLEANUP(freep) struct filter *all = find_filters(n, at, &count);
        bool is_there = false;

        for (size_t k = 0; k < count; k++)
                is_there |= all[k].vlan == vlan && strcmp(all[k].hook, hook) == 0;
        return is_there;
}

int vlan_add_filter(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(value_fields_done) struct value_fields f = {0};
        int64_t vlan = 0, vid = 0, priority = 0, cfi = 0;
        const char *hook;
        char number[16];
        int r = 0;

        (void)m;
        if (value_parse_struct(args, &f) < 0)
                return err_set(e, -EINVAL, "not a struct; write it like { vlan=7 hook=\"vlan7\" }");
        r = take_number(&f, "vlan", VLAN_MASK, &vlan, e);
        if (r == 0)
                r = take_number(&f, "vid", VLAN_MASK, &vid, e);
        if (r == 0)
                r = take_number(&f, "pcp", PRIORITY_MAX, &priority, e);
        if (r == 0)
                r = take_number(&f, "cfi", 1, &cfi, e);
        if (r < 0)
                return r;
        if (vlan && vid && vlan != vid)
                return err_set(e, -EINVAL, "vlan is vid's old name: write one of them");
        hook = value_get(&f, "hook");
        if (!hook)
                return err_set(e, -ENOENT, "has no field hook");
        if (priority || cfi)
                return err_set(e, -EOPNOTSUPP, "a Linux bridge tags with priority 0: leave pcp and cfi out");
        vid = vid ? vid : vlan;
        if (vid == 0 || vid > VLAN_LAST)
                return err_set(e, -EOPNOTSUPP, "Linux has VLANs 1 to %d", VLAN_LAST);
        (void)str_format(number, sizeof(number), "%" PRId64, vid);
        if (n->only_adds && has_filter(n, at, hook, (uint16_t)vid))
                return 0;
        return dialect_add(n->d, e, "filter", "add", ngview_word(n, at.node, hook), number, NULL);
}

int vlan_del_filter(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        char hook[HOOK_NAME_SIZE];

        (void)m;
        if (value_parse_string(args, hook, sizeof(hook)) < 0)
                return err_set(e, -EINVAL, "not a hook's name; write it in quotes");
        return dialect_add(n->d, e, "filter", "del", ngview_word(n, at.node, hook), NULL);
}

int vlan_del_number(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        size_t count = 0;
        int64_t vlan;

        (void)m;
        if (value_parse_number(args, 0, VLAN_MASK, &vlan) < 0)
                return err_set(e, -EINVAL, "not a VLAN; gettable tells them");

        CLEANUP(freep) struct filter *all = find_filters(n, at, &count);

        for (size_t k = 0; k < count; k++)
                if (all[k].vlan == vlan)
                        return dialect_add(n->d, e, "filter", "del", ngview_word(n, at.node, all[k].hook), NULL);
        return err_set(e, -ENOENT, "no hook has VLAN %" PRId64 "; gettable tells them", vlan);
}

int vlan_get_table(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        size_t count = 0;

        if (msg_no_args(args, e) < 0)
                return -EINVAL;

        CLEANUP(freep) struct filter *all = find_filters(n, at, &count);

        if (count)
                text_putf(&t, "{ n=%zu filter=[ ", count);
        for (size_t k = 0; k < count; k++) {
                text_put(&t, "{ hook=");
                msg_put_string(&t, all[k].hook);
                text_putf(&t, " vlan=%u vid=%u } ", all[k].vlan, all[k].vlan);
        }
        text_put(&t, count ? "] }" : "{}");
        msg_reply(n, at, m, text_str(&t));
        return 0;
}

/* Always the same here: tags are added to what comes from a filter's hook, and to nothing else. */
int vlan_get_fixed(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        bool is_protocol = strcmp(m->name, "getencapproto") == 0;
        CLEANUP(freep)
        char *value = xasprintf("0x%x",
                                is_protocol                                ? ETHERTYPE_OF_8021Q
                                        : strcmp(m->name, "getencap") == 0 ? ENCAP_FROM_FILTER
                                                                           : 0);

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        msg_reply(n, at, m, value);
        return 0;
}

int vlan_set_fixed(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        bool is_protocol = strcmp(m->name, "setencapproto") == 0;
        int64_t wanted = is_protocol ? ETHERTYPE_OF_8021Q : strcmp(m->name, "setencap") == 0 ? ENCAP_FROM_FILTER : 0;
        int64_t value;

        (void)n;
        (void)at;
        if (value_parse_number(args, 0, is_protocol ? UINT16_MAX : UINT32_MAX, &value) < 0)
                return err_set(e, -EINVAL, "not a number");
        return value == wanted
                ? 0
                : err_set(e, -EOPNOTSUPP, "a Linux bridge has it as 0x%" PRIx64 " for good", (uint64_t)wanted);
}
