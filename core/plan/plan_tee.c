/* plan_tee.c - a tee's end: what it joined by left and right is joined without it, as netgraph does. */
#include <string.h>

#include "core/plan/chain.h"
#include "core/plan/planner.h"

/* Of the two nodes at a tee's sides. */
struct side {
        char *node;   /* "[1e]" */
        char *hook;   /* "[1e]:link0"; NULL: nothing is joined there */
        bool is_kept; /* would go with its last hook, which is the tee's */
};

static void side_done(struct side *s)
{
        free(s->node);
        free(s->hook);
}

static void take_side(const struct graph *g, size_t tee, const char *name, struct side *ret)
{
        size_t hook = graph_find_hook(g, tee, name), peer = hook == NONE ? NONE : graph_hook_peer(g, hook);

        if (peer == NONE)
                return;

        const struct node *n = &g->nodes[g->hooks[peer].node];

        ret->node = xasprintf("[%x]", n->id);
        ret->hook = xasprintf("[%x]:%s", n->id, g->hooks[peer].name);
        ret->is_kept = n->iface != NONE && role_is_netgraph(g->ifaces[n->iface].role) && !n->is_persistent &&
                n->hook_count == 1;
}

static int request(struct plan_chain *c, enum verb_id verb, const char *a, const char *b, struct err *e)
{
        struct intent in = {.verb = verb, .values = {a, b}, .value_count = b ? 2 : 1};

        return plan_chain_add(c, &in, e);
}

static int join_sides(struct plan_chain *c, struct side sides[2], const char *tee, struct err *e)
{
        int r = 0;

        for (size_t k = 0; r == 0 && k < 2; k++)
                if (sides[k].is_kept)
                        r = request(c, VERB_PERSIST, sides[k].node, "on", e);
        if (r == 0)
                r = request(c, VERB_DESTROY, tee, NULL, e);
        if (r == 0)
                r = request(c, VERB_CONNECT, sides[0].hook, sides[1].hook, e);
        for (size_t k = 0; r == 0 && k < 2; k++)
                if (sides[k].is_kept)
                        r = request(c, VERB_PERSIST, sides[k].node, "off", e);
        return r;
}

int plan_shutdown_tee(struct plan *p, const struct intent *in, const struct graph *g, struct err *e)
{
        CLEANUP(plan_chain_freep) struct plan_chain *chain = plan_chain_new(g);
        CLEANUP(text_done) struct text word = {0};
        CLEANUP(side_done) struct side left = {0};
        CLEANUP(side_done) struct side right = {0};
        size_t tee = NONE;
        int r = query_node(g, in->values[0], &tee, e);

        if (r < 0)
                return r;
        take_side(g, tee, "left", &left);
        take_side(g, tee, "right", &right);
        query_put_iface(&word, g, g->nodes[tee].iface);
        /* A NIC's lower and upper are one without a tee between them. */
        if (left.hook && right.hook && strcmp(left.node, right.node) != 0) {
                struct side sides[] = {left, right};

                r = join_sides(chain, sides, text_str(&word), e);
        } else {
                r = request(chain, VERB_DESTROY, text_str(&word), NULL, e);
        }
        if (r < 0)
                return r;

        CLEANUP(plan_freep) struct plan *part = plan_chain_finish(chain, "", "");
        struct target at = target_of_jail(g, g->nodes[tee].jail);
        CLEANUP(freep) char *node = node_address(g, tee);
        CLEANUP(text_done) struct text t = {0};

        plan_hand_over(p, part);
        freebsd_put_command(&t, &at, "ngctl");
        text_putf(&t, " shutdown %s", node);
        plan_freebsd(p, "%s", text_str(&t));
        return 0;
}
