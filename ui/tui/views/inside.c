/* inside.c - asks a stack, a bridge's table and the journal about the selection. */
#include "ui/tui/views/inside.h"

#include <string.h>

#include "core/base/alloc.h"
#include "ui/tui/work.h"

/* What the errand works with: nobody else touches it until it has ended. */
struct inside_job {
        struct app *app;
        const struct graph *graph;
        struct selection of;
        size_t jail, bridge; /* bridge NONE: none */
        unsigned parts;
        struct depth depth;
        struct bridge_host *hosts;
        size_t host_count;
        bool has_hosts;
        struct err e;
        int result;
};

static void run_job(void *context)
{
        struct inside_job *j = context;

        j->result = j->app->depth(j->app, j->graph, j->jail, j->parts, &j->depth, &j->e);
        if (j->result == 0 && j->bridge != NONE)
                j->has_hosts = j->app->hosts(j->app, j->graph, j->bridge, &j->hosts, &j->host_count, NULL) == 0;
}

static void drop_job(struct inside *x)
{
        work_end(x->work);
        x->work = NULL;
        if (x->job) {
                graph_unref(x->job->graph);
                depth_done(&x->job->depth);
                free(x->job->hosts);
        }
        free(x->job);
        x->job = NULL;
}

static void forget(struct inside *x)
{
        depth_done(&x->depth);
        free(x->hosts);
        free(x->entries);
        x->hosts = NULL;
        x->entries = NULL;
        x->host_count = x->entry_count = 0;
        x->is_known = x->has_hosts = false;
        x->asked_ms = x->read_ms = 0;
        err_clear(&x->trouble);
}

void inside_done(struct inside *x)
{
        drop_job(x);
        forget(x);
}

static bool is_same(const struct selection *a, const struct selection *b)
{
        return a->type == b->type && a->cookie == b->cookie && a->number == b->number && a->node == b->node;
}

static size_t iface_of(const struct graph *g, struct object o)
{
        return o.type == OBJECT_IFACE ? o.index : o.type == OBJECT_NODE ? g->nodes[o.index].iface : NONE;
}

static void ask_kernel(struct inside *x, const struct ui *u, struct object o)
{
        const struct graph *g = u->graph;
        size_t iface = iface_of(g, o);
        struct inside_job *j;

        if (x->work || (o.type != OBJECT_JAIL && iface == NONE))
                return;
        x->asked_ms = u->now_ms;
        x->job = j = xcalloc(1, sizeof(*j));
        *j = (struct inside_job){.app = u->app, .graph = graph_ref(g), .of = u->selection, .bridge = NONE};
        j->jail = iface == NONE ? o.index : g->ifaces[iface].jail;
        j->parts = iface == NONE ? DEPTH_ALL : DEPTH_SETTINGS | DEPTH_NEIGHBOURS | DEPTH_VLANS | DEPTH_REDIRECTS;
        if (iface != NONE && g->ifaces[iface].kind == KIND_BRIDGE)
                j->bridge = iface;
        if (work_start(run_job, j, &x->work, &x->trouble) < 0)
                drop_job(x);
}

static void read_journal(struct inside *x, const struct ui *u, struct object o)
{
        CLEANUP(text_done) struct text word = {0};
        size_t iface = iface_of(u->graph, o);
        struct app_journal_entry *entries = NULL;
        size_t count = 0;

        x->read_ms = u->now_ms;
        if (iface != NONE)
                query_put_iface(&word, u->graph, iface);
        else if (o.type == OBJECT_JAIL)
                text_put(&word, u->graph->jails[o.index].name);
        if (!word.length || u->app->journal(u->app, 0, INSIDE_ENTRIES, text_str(&word), &entries, &count, NULL) < 0)
                return; /* without a journal there is nothing to tell */
        free(x->entries);
        x->entries = entries;
        x->entry_count = count;
}

void inside_ask(struct inside *x, const struct ui *u)
{
        struct object o = selection_resolve(&u->selection, u->graph);

        if (!is_same(&x->of, &u->selection)) {
                forget(x);
                x->of = u->selection;
        }
        x->time_s = u->paused_s;
        if (o.type == OBJECT_NONE || u->preview)
                return;
        if (u->app->journal && (!x->read_ms || u->now_ms - x->read_ms >= INSIDE_AGE_MS))
                read_journal(x, u, o);
        if (u->app->depth && (!x->asked_ms || u->now_ms - x->asked_ms >= INSIDE_AGE_MS))
                ask_kernel(x, u, o);
}

int inside_fd(const struct inside *x)
{
        return work_fd(x->work);
}

void inside_news(struct inside *x, const struct ui *u)
{
        struct inside_job *j = x->job;

        work_end(x->work);
        x->work = NULL;
        if (is_same(&j->of, &x->of)) {
                depth_done(&x->depth);
                free(x->hosts);
                x->depth = j->depth;
                x->hosts = TAKE(j->hosts);
                x->host_count = j->host_count;
                x->has_hosts = j->has_hosts;
                x->is_known = j->result == 0;
                x->trouble = j->e;
                j->depth = (struct depth){0};
        } else {
                x->asked_ms = 0; /* another one is looked at by now */
        }
        drop_job(x);
        inside_ask(x, u);
}
