/*
 * jail_start.c - a jail is started: the phases in jail(8)'s order, the network's changes between them as plans.
 *
 * All plans of a start, those of the commands that exec.* runs too, carry one cause (JAILNET_CAUSE). When a phase
 * fails, they are taken back newest first: FreeBSD leaves what exec.prestart made.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/dialect/dialect.h"
#include "core/graph/names.h"
#include "ui/cli/cli.h"
#include "ui/cli/jail_parts.h"

#define SHARED_JID_FIRST 10000 /* of jails without a stack of their own: the graph never counts so far */
#define KILL_WAIT_MS     10000

struct start {
        const struct jail_call *call;
        const struct jail_params *params;
        const char *name;
        bool is_vnet;
        bool has_stack; /* from before: of a start of another boot, restored */
        struct started_jail record;
        struct cell_id cell;
        struct program_place place;
};

/* -- Plans --------------------------------------------------------------------------------------------------------- */

struct session {
        struct dialect d;
        const struct graph *graph;
};

static int session_begin(struct start *s, struct session *ret, struct err *e)
{
        int r = s->call->app->picture(s->call->app, true, false, false, &ret->graph, e);

        if (r == 0)
                dialect_init(&ret->d, ret->graph, "host", false);
        return r;
}

/* Runs what was asked for, when all of it could be. r: what asking gave. */
static int session_end(struct start *s, struct session *x, const char *what, int r, struct err *e)
{
        CLEANUP(freep) char *words = xasprintf("jail -c %s", s->name);
        CLEANUP(freep) char *title = xasprintf("start jail %s: %s", s->name, what);
        CLEANUP(plan_freep) struct plan *p = r < 0 ? NULL : dialect_finish(&x->d, words, title);

        if (r < 0) {
                (void)tell(EXIT_REFUSED, "%s: %s", s->name, e->what);
        } else if (p) {
                if (plan_run(s->call->app, p, x->graph) != EXIT_DONE || guard_ask_user(s->call->app, p) != EXIT_DONE)
                        r = -ECANCELED; /* told already */
        }
        dialect_done(&x->d);
        graph_unref(x->graph);
        return r;
}

static int begin(struct start *s, struct session *x)
{
        struct err e = {0};
        int r = session_begin(s, x, &e);

        return r < 0 ? (void)tell_err(&e, EXIT_REFUSED), r : r;
}

static bool has_address(const struct graph *g, const char *iface, const struct prefix *p)
{
        size_t i = graph_find_iface_in(g, 0, iface);

        for (size_t k = 0; i != NONE && k < g->ifaces[i].address_count; k++)
                if (prefix_equal(&g->ifaces[i].addresses[k], p))
                        return true;
        return false;
}

/* ip4.addr and ip6.addr with an interface: aliases on the host. */
static int add_addresses(struct start *s)
{
        struct jail_address *list = NULL;
        struct session x = {0};
        struct err e = {0};
        size_t count = jail_params_addresses(s->params, &list);
        int r = count ? begin(s, &x) : 0;

        for (size_t i = 0; r == 0 && i < count; i++) {
                char prefix[PREFIX_TEXT_SIZE];

                if (!list[i].iface[0] || has_address(dialect_graph(&x.d), list[i].iface, &list[i].prefix))
                        continue;
                jail_tell(s->call, "%s: add address %s to %s", s->name, prefix_format(&list[i].prefix, prefix),
                          list[i].iface);
                r = dialect_add(&x.d, &e, "address", "add", list[i].iface, prefix_format(&list[i].prefix, prefix),
                                NULL);
        }
        if (x.graph)
                r = session_end(s, &x, "addresses", r, &e);
        free(list);
        return r;
}

/* An interface of that name on the host, else the interface of a node of that name. */
static size_t find_iface(const struct graph *g, const char *word, bool *ret_is_node)
{
        size_t i = graph_find_iface_in(g, 0, word);
        size_t node = i == NONE ? graph_find_node_named(g, 0, word) : NONE;

        *ret_is_node = node != NONE && g->nodes[node].iface != NONE && g->ifaces[g->nodes[node].iface].jail == 0;
        return *ret_is_node ? g->nodes[node].iface : i;
}

static int add_moves(struct start *s, struct session *x, struct err *e)
{
        const struct jail_param *n = jail_params_find(s->params, "vnet.interface");
        int r = 0;

        for (size_t i = 0; n && r == 0 && i < n->count; i++) {
                const struct graph *g = dialect_graph(&x->d);
                size_t home = graph_find_jail(g, s->name);
                bool is_node = false;
                size_t iface = find_iface(g, n->values[i], &is_node);

                if (iface == NONE && home != NONE && graph_find_iface_in(g, home, n->values[i]) != NONE)
                        continue; /* it is there already, from before the machine was restarted */
                if (iface == NONE)
                        return err_set(e, -ENOENT, "vnet.interface: interface %s does not exist%s", n->values[i],
                                       strpbrk(n->values[i], " \t") ? "; several are written with commas between" : "");
                if (is_node)
                        dialect_say(&x->d, "%s: vnet.interface: %s is a node; its interface is %s", s->name,
                                    n->values[i], g->ifaces[iface].name);

                CLEANUP(freep) char *from = xasprintf("if:%s", g->ifaces[iface].name);

                jail_tell(s->call, "%s: move %s to it", s->name, g->ifaces[iface].name);
                /* As FreeBSD has it: it arrives bare, and what runs in the jail sets it up. */
                r = dialect_add(&x->d, e, "move", from, s->name, "--no-addresses", "--no-up", NULL);
        }
        if (r == 0 && !s->call->is_quiet) {
                for (const char *t = text_str(&x->d.said); *t; t += strcspn(t, "\n") + 1)
                        (void)tell(EXIT_DONE, "%.*s", (int)strcspn(t, "\n"), t);
        }
        return r;
}

/* The jail's stack; its interfaces come along when nothing is to be run between. */
static int make_stack(struct start *s, bool moves_too)
{
        const char *root = jail_params_get(s->params, "path"), *host = jail_params_get(s->params, "host.hostname");
        struct session x = {0};
        struct err e = {0};
        int r = begin(s, &x);

        if (r < 0)
                return r;
        if (!s->has_stack) {
                const char *words[8] = {"create", "jail", s->name};
                int count = 3;

                if (root && strcmp(root, "/") != 0) {
                        words[count++] = "--path";
                        words[count++] = root;
                }
                if (host) {
                        words[count++] = "--hostname";
                        words[count++] = host;
                }
                jail_tell(s->call, "%s: create its network stack", s->name);
                r = dialect_add_words(&x.d, count, words, &e);
        }
        if (r == 0 && moves_too)
                r = add_moves(s, &x, &e);
        return session_end(s, &x, moves_too ? "network stack and interfaces" : "network stack", r, &e);
}

static int move_interfaces(struct start *s)
{
        struct session x = {0};
        struct err e = {0};
        int r = begin(s, &x);

        return r < 0 ? r : session_end(s, &x, "interfaces", add_moves(s, &x, &e), &e);
}

/* -- Taking back -----------------------------------------------------------------------------------------------------
 */

static void undo_plan(struct app *a, int64_t number)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct err e = {0};
        int r = a->picture(a, true, false, false, &g, &e);

        if (r == 0)
                r = a->undo(a, number, g, &p, &e);
        if (r == 0)
                r = a->run(a, p, g, &e);
        if (r < 0)
                (void)tell(EXIT_REFUSED, "plan %lld could not be taken back: %s", (long long)number, e.what);
}

void jail_undo_caused(struct app *a, const char *cause)
{
        CLEANUP(freep) int64_t *plans = NULL;
        size_t count = 0;

        if (a->jails->caused(a, cause, &plans, &count, NULL) == 0)
                for (size_t i = 0; i < count; i++)
                        undo_plan(a, plans[i]);
}

static void end_cell(struct app *a, const struct cell_id *cell)
{
        if (!cell->pid)
                return;
        (void)a->jails->tell(cell, CELL_KILL); /* it may have ended by itself */
        (void)a->jails->wait_end(cell, KILL_WAIT_MS);
}

void jail_end_now(struct app *a, const char *name, const struct cell_id *cell)
{
        /* First, since the keeper of a jail that is remembered clears it away. It may not have come so far. */
        (void)a->jails->forget(a, name, NULL);
        end_cell(a, cell);
}

static void take_back(struct start *s, const char *cause)
{
        struct app *a = s->call->app;

        if (s->call->cause) { /* whoever asked for it takes the plans back */
                jail_end_now(a, s->name, &s->cell);
                return;
        }
        end_cell(a, &s->cell);
        jail_undo_caused(a, cause);
        if (!s->has_stack || s->call->is_waiting)
                (void)a->jails->forget(a, s->name, NULL); /* it may not have come so far */
}

/* -- The start -------------------------------------------------------------------------------------------------------
 */

static int next_shared_jid(struct app *a)
{
        struct jail_list l;
        int jid = SHARED_JID_FIRST;

        if (jail_list_load(a, &l, NULL) < 0)
                return jid;
        for (size_t i = 0; i < l.count; i++)
                if (l.jails[i].jid >= jid)
                        jid = l.jails[i].jid + 1;
        jail_list_done(&l);
        return jid;
}

/* What a jail without a stack has of the host's interfaces, for the record. */
static char *list_addresses(const struct jail_params *p)
{
        CLEANUP(text_done) struct text t = {0};
        struct jail_address *list = NULL;
        size_t count = jail_params_addresses(p, &list);
        char buf[PREFIX_TEXT_SIZE];

        for (size_t i = 0; i < count; i++)
                text_putf(&t, "%s %s\n", list[i].iface[0] ? list[i].iface : "-", prefix_format(&list[i].prefix, buf));
        free(list);
        return t.s ? text_take(&t) : xstrdup("");
}

static int put_record(struct start *s, enum started_phase phase)
{
        struct err e = {0};

        s->record.phase = phase;
        s->record.pid = s->cell.pid;
        s->record.began = s->cell.began;

        int r = s->call->app->jails->put(s->call->app, &s->record, &e);

        return r < 0 ? (void)tell_err(&e, EXIT_REFUSED), r : 0;
}

/* What a jail without a stack of its own is kept to; false: to nothing, since it is to have all that the host has. */
static bool describe_confine(const struct jail_params *p, struct arena *arena, struct confine *ret)
{
        const char *ip4 = jail_params_get(p, "ip4"), *ip6 = jail_params_get(p, "ip6");
        struct jail_address *list = NULL;
        size_t count = jail_params_addresses(p, &list);
        struct confine_address *addresses = arena_alloc(arena, (count + 1) * sizeof(*addresses));

        for (size_t i = 0; i < count; i++) {
                const uint8_t *bytes = list[i].prefix.bytes;
                bool is_v4 = list[i].prefix.family == AF_INET;

                addresses[i].prefix = list[i].prefix;
                addresses[i].is_loopback = strcmp(list[i].iface, "lo") == 0 || (is_v4 && bytes[0] == 127);
        }
        free(list);
        *ret = (struct confine){
                .addresses = addresses,
                .count = count,
                .is_open4 = ip4 && strcmp(ip4, "inherit") == 0,
                .is_open6 = ip6 && strcmp(ip6, "inherit") == 0,
                .has_raw_sockets = jail_params_flag(p, "allow.raw_sockets", false),
        };
        return !jail_params_is_vnet(p) && (!ret->is_open4 || !ret->is_open6);
}

/* Its init, in the stack that was made. */
static int start_cell(struct start *s)
{
        struct app *a = s->call->app;
        const char *root = jail_params_get(s->params, "path");
        struct jail_list l = {0};
        struct cell_mount *mounts = NULL;
        struct arena words = {0};
        struct confine confine;
        struct err e = {0}, open = {0};
        int r = jail_list_load(a, &l, &e);
        const struct jail_here *here = r < 0 || !s->is_vnet ? NULL : jail_list_find(&l, s->name);
        struct cell_spec spec = {
                .name = s->name,
                .netns_path = here && here->jail != NONE ? l.graph->jails[here->jail].path : NULL,
                .root = root ? root : "/",
                .hostname = jail_params_get(s->params, "host.hostname"),
                .has_devfs = jail_params_flag(s->params, "mount.devfs", false),
                .has_procfs = jail_params_flag(s->params, "mount.procfs", false),
                .confine = describe_confine(s->params, &words, &confine) ? &confine : NULL,
        };

        if (r == 0 && s->is_vnet && !spec.netns_path)
                r = err_set(&e, -ENOENT, "%s: its stack is gone", s->name);
        if (r < 0)
                (void)tell_err(&e, EXIT_REFUSED);
        else
                r = jail_nodes(s->call, s->params, &words, &spec.nodes);
        if (r == 0)
                r = jail_mounts(s->params, &words, &mounts, &spec.mount_count);
        spec.mounts = mounts;
        if (r == 0) {
                r = a->jails->start(a, &spec, &s->cell, &open, &e);
                if (r < 0)
                        (void)tell(EXIT_REFUSED, "%s", e.what);
                s->record.is_confined = r == 0 && spec.confine && !open.code;
                if (r == 0 && open.code && !s->call->is_quiet)
                        (void)tell(EXIT_DONE,
                                   "%s: is not kept to its addresses: %s; what it binds to is its own choice", s->name,
                                   open.what);
        }
        s->record.jid = here ? here->jid : next_shared_jid(a);
        s->place = (struct program_place){
                .init = s->cell.pid,
                .is_shared_stack = !s->is_vnet,
                .has_own_root = !jail_shares_files(s->params),
                .may_mount = jail_params_flag(s->params, "allow.mount", false),
                .has_raw_sockets = jail_params_flag(s->params, "allow.raw_sockets", false),
        };
        free(mounts);
        arena_done(&words);
        jail_list_done(&l);
        return r;
}

static int run_phases(struct start *s)
{
        const struct jail_call *c = s->call;
        const struct jail_params *p = s->params;
        const struct jail_param *created = jail_params_find(p, "exec.created");
        bool has_between = created && created->count;
        int r = jail_phase(c, p, "exec.prepare", NULL);

        if (r == 0 && !s->is_vnet)
                r = add_addresses(s);
        if (r == 0)
                r = jail_phase(c, p, "exec.prestart", NULL);
        if (r == 0 && s->is_vnet)
                r = make_stack(s, !has_between);
        if (r == 0)
                r = start_cell(s);
        if (r == 0)
                r = put_record(s, STARTED_STARTING);
        if (r == 0)
                r = jail_phase(c, p, "exec.created", NULL);
        if (r == 0 && s->is_vnet && has_between)
                r = move_interfaces(s);
        if (r == 0)
                r = jail_phase(c, p, "exec.start", &s->place);
        if (r == 0)
                r = jail_command(c, p, &s->place);
        if (r == 0)
                r = jail_phase(c, p, "exec.poststart", NULL);
        return r;
}

int jail_can_start(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here)
{
        static const char *const needs[] = {"exec.start", "command"};
        const struct jail_param *odd = NULL;
        const char *root = jail_params_get(p, "path");
        struct stat st;
        struct err e = {0};
        bool has_work = jail_params_flag(p, "persist", false);

        if (here && (here->is_alive || (!here->started && !c->cause && !c->is_waiting)) && !here->is_dying)
                return tell(EXIT_REFUSED, "\"%s\" already exists", p->name);
        if (name_check_jail(p->name, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (strcmp(p->name, "host") == 0)
                return tell(EXIT_REFUSED, "host: is this host's own stack; give the jail another name");
        if (root && (stat(root, &st) < 0 || !S_ISDIR(st.st_mode)))
                return tell(EXIT_REFUSED, "%s: path %s: is no directory that can be seen", p->name, root);
        for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
                const struct jail_param *n = jail_params_find(p, needs[i]);

                has_work = has_work || (n && n->count);
        }
        if (!has_work)
                return tell(EXIT_REFUSED, "%s: has neither persist nor anything to run in it; add persist", p->name);
        if (jail_params_check(p, &odd, &e) < 0)
                return tell(EXIT_REFUSED, "%s: %s", p->name, e.what);
        return EXIT_DONE;
}

static void tell_started(const struct start *s)
{
        CLEANUP(text_done) struct text t = {0};

        if (s->call->jid_file) { /* whoever opened it tells when it cannot be written */
                jail_put_params(&t, s->params, " ");
                (void)fprintf(s->call->jid_file, "jid=%d %s\n", s->record.jid, text_str(&t));
        }
        text_clear(&t);
        text_put_visible(&t, s->name);
        if (s->call->tells_jid)
                (void)printf("%d\n", s->record.jid);
        else if (!s->call->is_quiet)
                (void)printf("%s: created\n", text_str(&t));
        (void)fflush(stdout); /* main tells when it cannot be written */
}

/* Without persist it lives as long as something runs in it. */
static int let_live(struct start *s)
{
        struct app *a = s->call->app;
        struct err e = {0};
        bool is_persistent = jail_params_flag(s->params, "persist", false);

        if (!is_persistent && a->jails->is_alone(&s->cell)) {
                (void)a->jails->tell(&s->cell, CELL_KILL); /* it may have ended by itself */
                (void)a->jails->wait_end(&s->cell, KILL_WAIT_MS);
                if (a->jails->clear(a, s->name, s->params, &e) < 0)
                        return tell_err(&e, EXIT_REFUSED);
                (void)a->jails->forget(a, s->name, NULL); /* nothing is left of it */
                /* FreeBSD says nothing; but its rc leaves daemons behind, and a tree on Linux has none. */
                if (!s->call->is_quiet && !jail_params_find(s->params, "command"))
                        (void)tell(EXIT_DONE,
                                   "%s: nothing is left running in it, so it has ended; add persist to keep it",
                                   s->name);
                return EXIT_DONE;
        }
        if (put_record(s, STARTED_RUNNING) < 0)
                return EXIT_REFUSED;
        if (!is_persistent)
                (void)a->jails->tell(&s->cell, CELL_LEAVE); /* one that has ended is cleared away by its keeper */
        return EXIT_DONE;
}

/* What the file has and Linux has not is told, in one line; -v has the reasons. */
static void tell_idle(const struct jail_call *c, const struct jail_params *p)
{
        CLEANUP(text_done) struct text t = {0};

        for (size_t i = 0; i < p->count; i++) {
                const char *why = param_idle(p, &p->list[i]);

                if (!why)
                        continue;
                text_put(&t, t.length ? ", " : "");
                text_put(&t, p->list[i].name);
                jail_tell(c, "%s: %s: without effect: %s", p->name, p->list[i].name, why);
        }
        if (t.length && !c->is_quiet && !c->is_verbose)
                (void)tell(EXIT_DONE, "%s: without effect on Linux: %s; jail -v says why", p->name, text_str(&t));
}

/* What would be done, without knowing yet what the commands will make. */
static int show_start(const struct start *s)
{
        static const struct {
                const char *name;
                bool is_inside;
        } phases[] = {
                {"exec.prepare", false}, {"ip4.addr", false},       {"ip6.addr", false},       {"exec.prestart", false},
                {"vnet", false},         {"exec.created", false},   {"vnet.interface", false}, {"exec.start", true},
                {"command", true},       {"exec.poststart", false},
        };
        CLEANUP(text_done) struct text t = {0};

        if (wants_json(s->call->app))
                return print_json(json_incref(s->record.params));
        text_put_visible(&t, s->name);
        text_put(&t, ": would be started:\n");
        for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
                const struct jail_param *n = jail_params_find(s->params, phases[i].name);
                bool is_network = !phases[i].is_inside && strncmp(phases[i].name, "exec.", 5) != 0;

                if (strcmp(phases[i].name, "vnet") == 0)
                        text_put(&t, s->is_vnet && !s->has_stack ? "  create its network stack\n" : "");
                for (size_t k = 0; n && k < n->count && strcmp(phases[i].name, "vnet") != 0; k++) {
                        text_putf(&t, "  %s: ",
                                  is_network                    ? phases[i].name
                                          : phases[i].is_inside ? "run in it"
                                                                : "run on the host");
                        text_put_visible(&t, n->values[k]);
                        text_put_char(&t, '\n');
                }
        }
        print_text(&t);
        return EXIT_DONE;
}

static int start(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here)
{
        struct start s = {
                .call = c,
                .params = p,
                .name = p->name,
                .is_vnet = jail_params_is_vnet(p),
                .has_stack = (here && !here->is_dying && here->jail != NONE) || (c->cause && c->app->is_dry_run),
                .record.params = jail_params_to_json(c->whole ? c->whole : p),
                .record.addresses = jail_params_is_vnet(p) ? NULL : list_addresses(p),
        };
        CLEANUP(freep)
        char *cause = c->cause ? xstrdup(c->cause)
                               : xasprintf("start %s %d %lld", p->name, (int)getpid(), (long long)clock_now_ms());
        CLEANUP(freep) char *before = getenv(JAILNET_CAUSE) ? xstrdup(getenv(JAILNET_CAUSE)) : NULL;
        int status = jail_can_start(c, p, here);

        (void)str_copy(s.record.name, sizeof(s.record.name), p->name); /* was measured */
        if (status == EXIT_DONE)
                tell_idle(c, p);
        if (status == EXIT_DONE && c->app->is_dry_run) {
                status = show_start(&s);
        } else if (status == EXIT_DONE) {
                (void)setenv(JAILNET_CAUSE, cause, 1);
                if (run_phases(&s) < 0) {
                        take_back(&s, cause);
                        status = EXIT_REFUSED;
                } else {
                        status = let_live(&s);
                        tell_started(&s);
                }
                if (before)
                        (void)setenv(JAILNET_CAUSE, before, 1);
                else
                        (void)unsetenv(JAILNET_CAUSE);
        }
        started_jail_done(&s.record);
        return status;
}

int jail_start(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here)
{
        struct jail_params own = {0}, whole = {0};
        struct jail_call call = *c;
        int status = EXIT_REFUSED;

        if (jail_params_is_vnet(p))
                return start(c, p, here);
        if (jail_settle(c->app, p, &own) == 0 && (!c->whole || jail_settle(c->app, c->whole, &whole) == 0)) {
                call.whole = c->whole ? &whole : NULL;
                status = start(&call, &own, here);
        }
        jail_params_done(&own);
        jail_params_done(&whole);
        return status;
}
