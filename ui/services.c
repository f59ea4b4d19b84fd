/*
 * services.c - struct app over observer, exec and inventory.
 *
 * Three connections to the inventory at most, since each belongs to one thread: the main thread's (journal lists, scans
 * of the command line, whose thread is joined), the live observer's and exec's. An ordinary user who may not read the
 * inventory still gets the picture, with a notice; changes are then refused with the reason.
 */
#include "ui/services_parts.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "core/exec/exec.h"
#include "core/exec/probe.h"
#include "core/kernel/netns.h"
#include "core/kernel/observer.h"
#include "db/db.h"
#include "db/maintain.h"

static void put_notice(struct app *a, const char *sentence)
{
        struct services *s = a->state;
        char *old = s->notice;

        s->notice = old ? xasprintf("%s; %s", old, sentence) : xstrdup(sentence);
        free(old);
        a->notice = s->notice;
}

/* A plan that is open while nobody holds the lock was cut off. */
static void notice_open_plan(struct app *a)
{
        struct services *s = a->state;
        struct journal *j = db_journal(s->db);
        int64_t number;

        if (db_journal_last_open(s->db, &number, NULL) < 0 || j->lock(j, 0, NULL) < 0)
                return;
        /* Asked again: it may have ended between the two questions. */
        if (db_journal_last_open(s->db, &number, NULL) == 0) {
                CLEANUP(freep)
                char *sentence = xasprintf(
                        "plan %lld was cut off before its end (jailnet journal %lld shows how far it came); end it with "
                        "jailnet recover --finish or --rollback",
                        (long long)number, (long long)number);

                put_notice(a, sentence);
        }
        j->unlock(j);
}

/* Before the first look: to the host's stack, when this process was started in a jail's. Where that is not allowed the
 * inventory tells of another stack than the one that is seen, and must not be mixed with it. */
static void go_home(struct app *a)
{
        struct services *s = a->state;
        struct ns_handle handle = {0};
        uint64_t cookie = 0;
        struct err e = {0};
        char sentence[ERR_SENTENCE_SIZE];

        if (s->db)
                (void)db_host(s->db, &cookie, &handle, NULL); /* not known: as in a new inventory */

        int r = home_enter(cookie, &handle, &s->home, &e);

        if (r == 0)
                return;
        db_close(s->db);
        s->db = NULL;
        s->refusal = e;
        s->refusal.code = r;
        put_notice(a, err_sentence(&e, sentence, sizeof(sentence)));
}

static void open_file(struct app *a)
{
        struct services *s = a->state;

        s->path = a->db_path ? xstrdup(a->db_path) : db_default_path();

        bool was_missing = access(s->path, F_OK) < 0 && errno == ENOENT;

        CLEANUP(freep) char *notice = NULL;
        int r = db_open(s->path, DB_CREATE | DB_SET_ASIDE, &s->db, &notice, &s->refusal);

        if (notice)
                put_notice(a, notice);
        if (r == 0) {
                s->was_missing = was_missing;
                notice_open_plan(a);
                (void)db_prune(s->db, KEEP_HISTORY, NULL); /* a longer history is no reason to stop */
                return;
        }
        s->refusal.code = r;
        if (db_open(s->path, DB_READ_ONLY, &s->db, NULL, NULL) == 0)
                s->is_read_only = true;

        char sentence[ERR_SENTENCE_SIZE];

        put_notice(a, err_sentence(&s->refusal, sentence, sizeof(sentence)));
}

void services_open_inventory(struct app *a)
{
        struct services *s = a->state;

        if (s->is_tried)
                return;
        s->is_tried = true;
        a->is_sandbox = getenv("JAILNET_SANDBOX") != NULL; /* the demo enters its own after services_init */
        open_file(a);
        go_home(a);
}

static size_t service_here(struct app *a, const struct graph *g)
{
        const struct home *h = &((struct services *)a->state)->home;

        if (h->start_fd < 0)
                return 0;
        for (size_t i = 0; i < g->jail_count; i++) {
                const struct jail *j = &g->jails[i];

                if (h->cookie && j->cookie ? j->cookie == h->cookie : j->inode == h->inode && j->device == h->device)
                        return i;
        }
        return NONE;
}

static int service_missing_kinds(struct app *a, const struct graph *g, uint32_t kinds, uint32_t *ret, struct err *e)
{
        (void)a;
        return probe_missing_kinds(g, kinds, ret, e);
}

static int service_share_jails(struct app *a, struct err *e)
{
        (void)a;
        return netns_share_run_dir(e);
}

int services_open_second(struct app *a, struct db **ret, struct err *e)
{
        struct services *s = a->state;

        return db_open(s->path, s->is_read_only ? DB_READ_ONLY | DB_CHECKED : DB_CHECKED, ret, NULL, e);
}

/* Asked before anything is journalled: an ordinary user's plan could only fail. */
static bool may_change_networks(void)
{
        struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
        struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};

        if (syscall(SYS_capget, &header, sets) < 0)
                return geteuid() == 0;
        return sets[0].effective & 1u << CAP_NET_ADMIN && sets[0].effective & 1u << CAP_SYS_ADMIN;
}

int services_refuse(struct app *a, struct err *e)
{
        struct services *s = a->state;

        if (!may_change_networks())
                return err_set(e, -EPERM,
                               "this host's network: only root may change it; use sudo, or try things out in "
                               "jailnet demo or jailnet sandbox");
        services_open_inventory(a);
        if (s->refusal.code == 0)
                return 0;
        if (e)
                *e = s->refusal;
        return s->refusal.code;
}

/* A first start finds no marks; where there are some, an inventory was lost. */
static void notice_lost_inventory(struct app *a, const struct graph *g)
{
        struct services *s = a->state;
        size_t owned = 0;

        if (!s->was_missing)
                return;
        s->was_missing = false;
        for (size_t i = 0; i < g->iface_count; i++)
                owned += g->ifaces[i].is_owned;
        if (owned == 0)
                return;

        CLEANUP(freep)
        char *sentence =
                xasprintf(_("%s: was not there, though the kernel has %zu interfaces that jailnet made; a new one was "
                            "begun from their marks (pins and the journal are lost)"),
                          s->path, owned);

        put_notice(a, sentence);
}

/* The inventory is opened while the host is read. */
static bool prepare_picture(struct observer_options *o, void *context)
{
        struct app *a = context;
        struct services *s = a->state;
        int start_fd = s->home.start_fd;

        services_open_inventory(a);
        o->store = s->db ? db_registry_store(s->db) : NULL;
        o->read_only = !s->db || s->is_read_only;
        return s->home.start_fd == start_fd; /* else it has gone home */
}

static int service_picture(struct app *a, bool with_routes, bool with_counters, bool with_holders,
                           const struct graph **ret, struct err *e)
{
        struct services *s = a->state;

        observer_rest_free(s->rest);
        s->rest = NULL;

        struct observer_options o = {
                .want_routes = with_routes,
                .want_counters = with_counters,
                .want_holders = with_holders,
                .only_shows = a->only_shows,
                .prepare = prepare_picture,
                .context = a,
                .rest = &s->rest,
        };

        int r = observer_scan(&o, ret, e);

        if (r == 0)
                notice_lost_inventory(a, *ret);
        return r;
}

static int service_watch(struct app *a, int *ret_fd, struct err *e)
{
        struct services *s = a->state;

        services_open_inventory(a);
        if (s->db) {
                int r = services_open_second(a, &s->observer_db, e);

                if (r < 0)
                        return r;
        }

        struct observer_options o = {
                .store = s->observer_db ? db_registry_store(s->observer_db) : NULL,
                .want_routes = true, /* plans are made on the live picture */
                .want_counters = true,
                .want_holders = true,
                .read_only = !s->observer_db || s->is_read_only,
                .store_path = s->observer_db ? s->path : NULL,
        };

        int r = observer_start(&o, &s->observer, ret_fd, e);

        if (r == 0) {
                CLEANUP(graph_unrefp) const struct graph *g = observer_latest(s->observer);

                notice_lost_inventory(a, g);
        }
        return r;
}

static const struct graph *service_latest(struct app *a)
{
        struct services *s = a->state;

        return observer_latest(s->observer);
}

static void service_refresh(struct app *a)
{
        struct services *s = a->state;

        observer_refresh(s->observer);
}

static void service_set_rates(struct app *a, bool on)
{
        struct services *s = a->state;

        observer_set_rates(s->observer, on);
}

static atomic_bool *interrupted; /* of the plan that runs on the command line */

static void on_interrupt(int number)
{
        (void)number;
        atomic_store(interrupted, true);
}

static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};

/* What the caller ignores (nohup, a shell's background) stays ignored. */
static void catch_interrupts(struct sigaction before[])
{
        struct sigaction now = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};

        (void)sigemptyset(&now.sa_mask);
        for (size_t i = 0; i < ARRAY_SIZE(interrupts); i++) {
                (void)sigaction(interrupts[i], NULL, &before[i]);
                if (before[i].sa_handler != SIG_IGN)
                        (void)sigaction(interrupts[i], &now, NULL);
        }
}

static void copy_progress(struct app_progress *to, const struct exec_progress *from)
{
        *to = (struct app_progress){.done = from->done, .total = from->total, .is_rolling_back = from->is_rolling_back};
        (void)str_copy(to->sentence, sizeof(to->sentence), from->sentence); /* a cut sentence is still a sentence */
}

static void tell_progress(void *user, const struct exec_progress *x)
{
        struct app *a = user;
        struct app_progress p;

        copy_progress(&p, x);
        a->progress(a, &p);
}

/* On the command line an interrupt takes the plan back instead of leaving it half done. */
static int service_run(struct app *a, struct plan *p, const struct graph *g, struct err *e)
{
        struct services *s = a->state;
        struct sigaction before[ARRAY_SIZE(interrupts)];
        int r = services_refuse(a, e);

        if (r < 0)
                return r;
        atomic_store(&s->is_cancelled, false);
        interrupted = &s->is_cancelled;
        catch_interrupts(before);

        struct exec_options o = {
                .graph = g,
                .journal = db_journal(s->db),
                .cancel = &s->is_cancelled,
                .progress = a->progress ? tell_progress : NULL,
                .user = a,
                .lock_timeout_ms = LOCK_TIMEOUT_MS,
                .guard = services_guard_for(a, p),
        };

        r = exec_run(p, &o, e);
        services_guard_ended(a, p);
        for (size_t i = 0; i < ARRAY_SIZE(interrupts); i++)
                (void)sigaction(interrupts[i], &before[i], NULL);
        return r;
}

static int service_start(struct app *a, struct plan *p, const struct graph *g, int *ret_fd, struct err *e)
{
        struct services *s = a->state;
        int r = services_refuse(a, e);

        if (r < 0)
                return r;
        if (s->exec)
                return err_set(e, -EBUSY, "a plan is running; wait for its end or cancel it");
        if (!s->exec_db) {
                r = services_open_second(a, &s->exec_db, e);
                if (r < 0)
                        return r;
        }
        atomic_store(&s->is_cancelled, false);

        struct exec_options o = {
                .graph = g,
                .journal = db_journal(s->exec_db),
                .cancel = &s->is_cancelled,
                .lock_timeout_ms = LOCK_TIMEOUT_MS,
                .guard = services_guard_for(a, p),
        };

        s->exec_plan = p;
        return exec_start(p, &o, &s->exec, ret_fd, e);
}

static bool service_poll(struct app *a, struct app_progress *ret)
{
        struct services *s = a->state;
        struct exec_progress x = {0};
        bool has_ended = exec_poll(s->exec, &x);

        copy_progress(ret, &x);
        return has_ended;
}

static void service_cancel(struct app *a)
{
        struct services *s = a->state;

        atomic_store(&s->is_cancelled, true);
}

static int service_join(struct app *a, struct err *e)
{
        struct services *s = a->state;
        struct exec *x = s->exec;

        s->exec = NULL;

        int r = exec_join(x, e);

        services_guard_ended(a, s->exec_plan);
        return r;
}

int services_need_journal(struct app *a, struct err *e)
{
        struct services *s = a->state;

        services_open_inventory(a);
        if (s->db)
                return 0;
        if (e)
                *e = s->refusal;
        return s->refusal.code;
}

void services_init(struct app *a)
{
        struct services *s = a->state = xcalloc(1, sizeof(struct services));

        s->home.start_fd = -1;
        a->is_sandbox = getenv("JAILNET_SANDBOX") != NULL;
        plan_set_ssh_connection(getenv("SSH_CONNECTION")); /* plans that touch its interface are marked */
        a->picture = service_picture;
        a->here = service_here;
        a->share_jails = service_share_jails;
        a->missing_kinds = service_missing_kinds;
        a->watch = service_watch;
        a->latest = service_latest;
        a->refresh = service_refresh;
        a->set_rates = service_set_rates;
        a->run = service_run;
        a->start = service_start;
        a->poll = service_poll;
        a->cancel = service_cancel;
        a->join = service_join;
        services_init_journal(a);
        services_init_guard(a);
        services_init_hosts(a);
        services_init_doctor(a);
        services_init_restore(a);
        services_init_jails(a);
        services_init_release(a);
        services_init_texts(a);
        services_init_way(a);
        services_init_watch(a);
}

void services_done(struct app *a)
{
        struct services *s = a->state;

        if (s->exec) {
                /* Left while a plan runs: it is taken back, which the journal tells the next one. */
                atomic_store(&s->is_cancelled, true);
                (void)exec_join(s->exec, NULL);
        }
        services_done_watch(a);
        services_done_doctor(a);
        guard_free(s->guard); /* a helper that waits goes on without us */
        observer_stop(s->observer);
        db_close(s->observer_db);
        db_close(s->exec_db);
        db_close(s->db);
        home_done(&s->home);
}

void services_free(struct app *a)
{
        struct services *s = a->state;

        observer_rest_free(s->rest);
        free(s->path);
        free(s->notice);
        free(s);
        a->state = NULL;
        a->notice = NULL;
}
