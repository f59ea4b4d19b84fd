/*
 * scan_together.c - the first look at many network stacks, shared among threads: each enters stacks by itself.
 *
 * The kernel answers most of what is asked without a lock over all stacks, so that two threads take little more than
 * half the time of one. Each has facts of its own with the host's stack borrowed in front, which one thread alone looks
 * at. What was read goes to the scan's facts in the order of the search, so that jids don't depend on who was quicker.
 *
 * Links are the exception: a dump of them has the lock over all links, and the host's, with an end of each jail, is as
 * long as those of all jails together. Who wants the lock meanwhile does nothing else, so what goes without it is done
 * then: the inventory, the lists of names, mounts and processes, and of the first jails all but their links. Their
 * sockets are kept for those until the host is read, some milliseconds, in which a jail that ends lives on.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/kernel/scan_parts.h"

#define FEW           32 /* below so many a thread costs more than it brings */
#define AT_ONCE       8  /* what one takes at a time */
#define MAX_HELPERS   3  /* more wait for each other where the kernel does have a lock */
#define PER_HELPER    64
#define UNKNOWN_CORES 1
#define KEPT_PART     2 /* of the descriptors that we may have, for sockets in the first jails */

struct job {
        const struct netns_ref *const *refs;
        struct stack **found; /* by ref; NULL: none */
        struct reader *left;  /* by ref: for its links */
        size_t count, early;  /* the first so many have been found, and may lack their links */
        enum place_kind searched;
        int64_t now;
        atomic_size_t next;
};

struct worker {
        struct job *job;
        struct scan scan;
        struct facts facts;
        pthread_t thread;
};

static void look_at(struct job *job, struct scan *sc, size_t k)
{
        if (k >= job->early)
                job->found[k] = scan_read_found(sc, job->refs[k], job->searched, job->now);
        else if (job->found[k])
                scan_read_left(sc, job->found[k], &job->left[k]);
}

static void work(struct job *job, struct scan *sc)
{
        for (;;) {
                size_t from = atomic_fetch_add(&job->next, AT_ONCE);

                for (size_t k = from; k < from + AT_ONCE && k < job->count; k++)
                        look_at(job, sc, k);
                if (from + AT_ONCE >= job->count)
                        return;
        }
}

static void borrow_host(struct facts *f, struct stack *host)
{
        f->stacks = array_grow(f->stacks, &f->capacity, f->count, sizeof(struct stack *));
        f->stacks[f->count++] = host;
}

/* Its stacks belong to others by now. */
static void end_facts(struct facts *f, struct facts *to)
{
        for (size_t k = 0; k < f->warning_count; k++)
                facts_warn(to, "%s", f->warnings[k]);
        f->count = 0;
        facts_done(f);
}

static void *help(void *context)
{
        struct worker *w = context;

        work(w->job, &w->scan);
        scan_go_home(&w->scan); /* a thread that has been joined may have its namespace for another moment */
        return NULL;
}

static void end(struct worker *w, struct facts *to)
{
        end_facts(&w->facts, to);
        scan_done_helper(&w->scan);
}

/* Signals are for the main thread. */
static bool begin(struct worker *w, void *(*run)(void *), void *context, const struct scan *sc)
{
        sigset_t all, before;
        bool is_begun;

        is_begun = scan_init_helper(&w->scan, &w->facts, sc) == 0;
        borrow_host(&w->facts, sc->facts->stacks[0]);
        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);
        is_begun = is_begun && pthread_create(&w->thread, NULL, run, context) == 0;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (!is_begun)
                end(w, sc->facts);
        return is_begun;
}

/* -- The host, whose dump is long and under the kernel's lock over all links -----------------------------------------
 */

struct host_reading {
        struct worker worker;
        atomic_bool is_over;
};

static void *read_host(void *context)
{
        struct host_reading *h = context;

        scan_read(&h->worker.scan, h->worker.facts.stacks[0]);
        atomic_store(&h->is_over, true);
        return NULL;
}

/* With a few a thread costs more than it brings. */
static bool has_many_names(void)
{
        DIR *d = opendir(netns_run_dir());
        size_t count = 0;

        while (d && count < FEW && readdir(d))
                count++;
        if (d)
                (void)closedir(d);
        return count == FEW;
}

void scan_begin_host(struct scan *sc)
{
        if (!has_many_names())
                return;
        sc->host = xcalloc(1, sizeof(*sc->host));
        if (begin(&sc->host->worker, read_host, sc->host, sc))
                return;
        free(sc->host);
        sc->host = NULL;
}

void scan_drop_host(struct scan *sc)
{
        struct host_reading *h = sc->host;

        sc->host = NULL;
        if (!h)
                return;
        (void)pthread_join(h->worker.thread, NULL); /* it ends by itself */
        end(&h->worker, sc->facts);
        free(h);
}

void scan_end_host(struct scan *sc)
{
        if (sc->host)
                scan_drop_host(sc);
        else if (sc->is_first && !sc->facts->stacks[0]->is_read)
                scan_read(sc, sc->facts->stacks[0]);
}

/* -- The others ------------------------------------------------------------------------------------------------------
 */

static size_t count_descriptors(void)
{
        struct rlimit l;

        return getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < SCAN_DESCRIPTORS ? (size_t)l.rlim_cur
                                                                                  : SCAN_DESCRIPTORS;
}

void scan_make_room(void)
{
        int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, (int)count_descriptors() - 1);

        if (fd >= 0)
                (void)close(fd); /* only a reference; without input, or with all taken, it just takes longer */
}

/* A dump of links would wait for the host's: until that is over, all else that there is to ask is asked. */
static void read_early(struct job *job, struct scan *sc)
{
        size_t kept = 0, most = count_descriptors() / KEPT_PART;

        for (; sc->host && job->early < job->count && !atomic_load(&sc->host->is_over); job->early++) {
                sc->left = &job->left[job->early];
                job->found[job->early] = scan_read_found(sc, job->refs[job->early], job->searched, job->now);
                if (sc->left->fd < 0)
                        continue;
                if (kept == most)
                        reader_close(sc->left); /* it takes another look */
                else
                        kept++;
        }
        sc->left = NULL;
        scan_go_home(sc); /* where helpers begin too */
}

static size_t count_helpers(size_t count)
{
        cpu_set_t cores;
        size_t others =
                sched_getaffinity(0, sizeof(cores), &cores) == 0 ? (size_t)CPU_COUNT(&cores) - 1 : UNKNOWN_CORES;

        if (others > MAX_HELPERS)
                others = MAX_HELPERS;
        return others < count / PER_HELPER + 1 ? others : count / PER_HELPER + 1;
}

/* The number of helpers, each of which has ended. */
static size_t read_all(struct job *job, struct scan *sc, struct worker *workers, size_t wanted)
{
        size_t helpers = 0;

        read_early(job, sc);
        for (; helpers < wanted; helpers++) {
                workers[helpers].job = job;
                if (!begin(&workers[helpers], help, &workers[helpers], sc))
                        break;
        }
        work(job, sc);
        for (size_t k = 0; k < helpers; k++)
                (void)pthread_join(workers[k].thread, NULL); /* it ends by itself */
        return helpers;
}

static void take_found(struct scan *sc, const struct job *job)
{
        for (size_t k = 0; k < job->count; k++) {
                struct stack *s = job->found[k];

                if (!s)
                        continue;
                facts_adopt(sc->facts, s);
                if (s->is_read || s->warning)
                        scan_settle_new(sc, s);
                else
                        facts_remove(sc->facts, s); /* it has gone between the two looks */
        }
}

bool scan_read_together(struct scan *sc, const struct netns_ref *const *refs, size_t count, enum place_kind searched,
                        int64_t now)
{
        struct job job = {.refs = refs, .count = count, .searched = searched, .now = now};
        size_t wanted = count_helpers(count), helpers;
        struct worker workers[MAX_HELPERS] = {0};
        struct facts *facts = sc->facts, own = {0};

        if (!sc->is_first || count < FEW || wanted == 0)
                return false;
        job.found = xcalloc(count, sizeof(struct stack *));
        job.left = xcalloc(count, sizeof(struct reader));
        for (size_t k = 0; k < count; k++)
                job.left[k].fd = -1;
        borrow_host(&own, facts->stacks[0]);
        sc->facts = &own;
        helpers = read_all(&job, sc, workers, wanted);
        sc->facts = facts;
        scan_end_host(sc);
        take_found(sc, &job);
        end_facts(&own, facts);
        for (size_t k = 0; k < helpers; k++)
                end(&workers[k], facts);
        free(job.left);
        free(job.found);
        return true;
}
