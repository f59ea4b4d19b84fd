/*
 * services_doctor.c - what the doctor asks besides the picture: the kernel's settings, and what the inventory wants.
 *
 * For the console it is asked on a thread with a connection of its own to the inventory, so that nothing waits for it.
 */
#include "ui/services_parts.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/kernel/examine.h"
#include "core/plan/plan_restore.h"

#define EXAMINER_NICE 10

struct examiner {
        struct db *db; /* the thread's while it runs; NULL: there is no inventory */
        pthread_t thread;
        bool is_running;
        int ended_fd;
        const struct graph *graph;
        struct examination *result;
};

/* A MAC address that is not as pinned, and a jail that is gone by name while something holds it, have checks of their
 * own; of a jail that cannot be read nobody knows what it lacks. */
static bool is_told(const struct graph *g, const struct step *s)
{
        size_t jail = graph_find_jail(g, s->at.jail);

        return !s->is_internal && s->op != STEP_LINK_MAC && (jail == NONE || g->jails[jail].state == JAIL_ALIVE);
}

static void find_drift(struct db *db, const struct graph *g, struct examination *x)
{
        CLEANUP(wanted_done) struct wanted w = {0};
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct restore_limits limits = {0};
        size_t troubles = 0;

        if (db_wanted(db, &w, NULL) < 0)
                return; /* jailnet inventory check says what is wrong with the file */
        plan_build_restore(&w, g, &limits, &p, &troubles);
        for (size_t k = 0; p && k < p->step_count; k++) {
                CLEANUP(text_done) struct text t = {0};

                if (!is_told(g, &p->steps[k]))
                        continue;
                step_put_sentence(&t, &p->steps[k]);
                x->drift = array_grow(x->drift, &x->drift_capacity, x->drift_count, sizeof(*x->drift));
                x->drift[x->drift_count++] = arena_strdup(&x->arena, text_str(&t));
        }
        restore_limits_done(&limits);
        services_find_lost(db, g, &w, x);
}

static int examine_all(struct db *db, const struct graph *g, struct examination **ret, struct err *e)
{
        CLEANUP(examination_freep) struct examination *x = examination_new();
        int r = examine(g, x, e);

        if (r < 0)
                return r;
        if (db) {
                find_drift(db, g, x);
                if (db_journal_last_open(db, &x->open_plan, NULL) < 0)
                        x->open_plan = 0;
        }
        *ret = TAKE(x);
        return 0;
}

static int service_examine(struct app *a, const struct graph *g, struct examination **ret, struct err *e)
{
        struct services *s = a->state;

        services_open_inventory(a);
        return examine_all(s->db, g, ret, e);
}

/* -- Beside the loop --------------------------------------------------------------------------------------------- */

static void *run_thread(void *arg)
{
        struct examiner *x = arg;
        uint64_t one = 1;

        /* Of this thread and those that it begins: nobody waits for a judgement, and events are shown meanwhile. */
        (void)setpriority(PRIO_PROCESS, (id_t)gettid(), EXAMINER_NICE);
        if (examine_all(x->db, x->graph, &x->result, NULL) < 0)
                x->result = NULL;
        (void)!write(x->ended_fd, &one, sizeof(one)); /* full only when it is readable, which is what is wanted */
        return NULL;
}

static struct examiner *examiner_of(struct app *a)
{
        struct services *s = a->state;

        if (!s->examiner) {
                s->examiner = xcalloc(1, sizeof(*s->examiner));
                s->examiner->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
                services_open_inventory(a);
                if (s->db && services_open_second(a, &s->examiner->db, NULL) < 0)
                        s->examiner->db = NULL; /* then drift is not judged */
        }
        return s->examiner;
}

static int service_examine_start(struct app *a, const struct graph *g, int *ret_fd, struct err *e)
{
        struct examiner *x = examiner_of(a);
        sigset_t all, before;

        if (x->ended_fd < 0 || x->is_running)
                return err_set(e, -EBUSY, "doctor: an examination is under way");
        x->graph = graph_ref(g);
        (void)sigfillset(&all); /* signals are the main thread's */
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);

        int r = pthread_create(&x->thread, NULL, run_thread, x);

        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (r != 0) {
                graph_unref(x->graph);
                x->graph = NULL;
                return err_set(e, -r, "doctor: its thread cannot be started: %s", strerror(r));
        }
        x->is_running = true;
        *ret_fd = x->ended_fd;
        return 0;
}

static struct examination *service_examine_join(struct app *a)
{
        struct services *s = a->state;
        struct examiner *x = s->examiner;
        uint64_t count;

        if (!x || !x->is_running)
                return NULL;
        (void)pthread_join(x->thread, NULL);             /* ours and joined once: it cannot fail */
        (void)!read(x->ended_fd, &count, sizeof(count)); /* quiet again */
        x->is_running = false;
        graph_unref(x->graph);
        x->graph = NULL;
        return TAKE(x->result);
}

void services_init_doctor(struct app *a)
{
        a->examine = service_examine;
        a->examine_start = service_examine_start;
        a->examine_join = service_examine_join;
}

void services_done_doctor(struct app *a)
{
        struct services *s = a->state;

        if (!s->examiner)
                return;
        examination_free(service_examine_join(a));
        db_close(s->examiner->db);
        if (s->examiner->ended_fd >= 0)
                (void)close(s->examiner->ended_fd); /* an eventfd has nothing left to write */
        free(s->examiner);
        s->examiner = NULL;
}
