/* jail_list.c - the jails that are there, for jail, jls and jexec: stacks of the graph, and those that were started. */
#include <errno.h>
#include <string.h>

#include "ui/cli/cli.h"
#include "ui/cli/jail_parts.h"

static struct jail_here *add(struct jail_list *l)
{
        l->jails = array_grow(l->jails, &l->capacity, l->count, sizeof(*l->jails));
        l->jails[l->count] = (struct jail_here){.jail = NONE};
        return &l->jails[l->count++];
}

static int by_jid(const void *a, const void *b)
{
        const struct jail_here *x = a, *y = b;

        return x->jid < y->jid ? -1 : x->jid > y->jid;
}

static void add_started(struct app *a, struct jail_list *l, const struct started_jail *s)
{
        const struct cell_id id = {.pid = s->pid, .began = s->began};
        struct jail_here *j = NULL;

        for (size_t i = 0; !j && i < l->count; i++)
                if (strcmp(l->jails[i].name, s->name) == 0 && !l->jails[i].is_dying)
                        j = &l->jails[i];
        if (!j) {
                j = add(l);
                j->name = s->name;
                j->jid = s->jid;
        }
        j->started = s;
        j->is_alive = s->pid && a->jails->is_alive(&id);
        if (jail_params_from_json(s->params, s->name, &j->params) < 0)
                j->params = (struct jail_params){.name = s->name};
}

int jail_list_load(struct app *a, struct jail_list *ret, struct err *e)
{
        struct jail_list l = {0};
        int r = a->picture(a, false, false, false, &l.graph, e);

        if (r == 0)
                r = a->jails->list(a, &l.started, &l.started_count, e);
        if (r < 0) {
                jail_list_done(&l);
                return r;
        }
        for (size_t i = 1; i < l.graph->jail_count; i++) {
                const struct jail *g = &l.graph->jails[i];
                struct jail_here *j = add(&l);

                j->name = g->name;
                j->jid = g->jid;
                j->jail = i;
                j->is_dying = g->state == JAIL_DYING;
        }
        for (size_t i = 0; i < l.started_count; i++)
                add_started(a, &l, &l.started[i]);
        if (l.count)
                qsort(l.jails, l.count, sizeof(*l.jails), by_jid);
        *ret = l;
        return 0;
}

void jail_list_done(struct jail_list *l)
{
        for (size_t i = 0; i < l->count; i++)
                jail_params_done(&l->jails[i].params);
        for (size_t i = 0; i < l->started_count; i++)
                started_jail_done(&l->started[i]);
        free(l->jails);
        free(l->started);
        graph_unref(l->graph);
        *l = (struct jail_list){0};
}

struct jail_here *jail_list_find(const struct jail_list *l, const char *word)
{
        uint32_t jid = 0;
        bool is_jid = str_to_u32(word, INT32_MAX, &jid) == 0;
        struct jail_here *dying = NULL;

        for (size_t i = 0; i < l->count; i++) {
                struct jail_here *j = &l->jails[i];

                if (strcmp(j->name, word) != 0 && (!is_jid || j->jid != (int)jid))
                        continue;
                if (!j->is_dying)
                        return j;
                dying = j;
        }
        return dying;
}

struct cell_id jail_cell(const struct jail_here *j)
{
        return j->started ? (struct cell_id){.pid = j->started->pid, .began = j->started->began} : (struct cell_id){0};
}

struct program_place jail_place(const struct jail_here *j, const struct jail_list *l)
{
        const struct jail *g = j->jail == NONE ? NULL : &l->graph->jails[j->jail];

        return (struct program_place){
                .init = j->is_alive ? j->started->pid : 0,
                .netns_path = g ? g->path : NULL,
                .root = g ? g->root_path : NULL,
                .is_shared_stack = !g,
                .has_own_root = j->started ? !jail_shares_files(&j->params) : g && g->root_path,
                .may_mount = jail_params_flag(&j->params, "allow.mount", false),
                .has_raw_sockets = jail_params_flag(&j->params, "allow.raw_sockets", false),
        };
}

int jail_settle(struct app *a, const struct jail_params *p, struct jail_params *ret)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        json_t *j = jail_params_to_json(p);
        struct err e = {0};
        int r = a->picture(a, false, false, false, &g, &e);

        if (r < 0)
                (void)tell_err(&e, EXIT_REFUSED);
        if (r == 0)
                r = jail_params_from_json(j, p->name, ret); /* our own: it cannot fail */
        if (r == 0)
                jail_params_settle_loopbacks(ret, g);
        json_decref(j);
        return r;
}
