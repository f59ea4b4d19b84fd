/*
 * observer.c - the thread that keeps the picture: waits for news, brings the facts up to date, publishes graphs.
 *
 * Between two turns it holds no descriptor and no socket of any namespace but the host's.
 */
#include "core/kernel/observer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/kernel/observer_parts.h"

#define GATHER_MS      2   /* a burst is waited for that long before it is shown */
#define PUBLISH_MS     10  /* at most one picture in this time, and in twice what one costs... */
#define PUBLISH_MAX_MS 50  /* ...up to this */
#define QUICK_PAUSE_MS 10  /* between two searches for names and mounts */
#define SLOW_PAUSE_MS  100 /* between two through the processes, and ten times what the last one took */
#define YOUNG_FILE_MS  5   /* a file that is not mounted yet, where the mount table can't be watched */
#define STORE_MS       50 /* the inventory's file is written before what is in it can be seen (SQLite's log): again after */
#define STORE_WAIT_MS  1000  /* this time, for so long */
#define LOST_MS        50    /* a namespace without a place mostly ends within this time */
#define PROCESSES_MS   2000  /* the list of processes is compared */
#define HEARD_MS       30000 /* the same where the kernel tells of processes: unshare without exec is not told */
#define DEEP_MS        10000 /* descriptors change without any news */
#define DYING_MS       2000  /* holders of what is dying */
#define RATES_MS       1000

static void signal_fd(int fd)
{
        uint64_t one = 1;
        ssize_t n = write(fd, &one, sizeof(one));

        (void)n; /* it is full only when it is readable, which is what is wanted */
}

static void quiet_fd(int fd)
{
        uint64_t count;
        ssize_t n = read(fd, &count, sizeof(count));

        (void)n; /* EAGAIN: it was quiet */
}

static void publish(struct observer *o, int64_t now)
{
        const struct graph *g, *old;
        struct err e = {0};
        int64_t pause;

        if (o->is_store_old) {
                o->is_store_old = false;
                if (o->options.store->load(o->options.store, o->registry, &e) < 0)
                        facts_warn(&o->facts, "the inventory can't be read: %s", e.what);
        }
        observer_settle_moves(o, now);
        g = picture_build(&o->options, &o->facts, o->registry, ++o->serial, o->hostname);
        observer_set_dying(o, g);
        (void)pthread_mutex_lock(&o->lock);
        old = o->graph;
        o->graph = g;
        (void)pthread_mutex_unlock(&o->lock);
        graph_unref(old);
        o->changed_ms = 0;
        pause = 2 * (clock_now_ms() - now);
        pause = pause < PUBLISH_MS ? PUBLISH_MS : pause > PUBLISH_MAX_MS ? PUBLISH_MAX_MS : pause;
        o->next_publish_ms = clock_now_ms() + pause;
        signal_fd(o->published_fd);
}

#define QUICK_SEARCHES (SEARCH_NAMED | SEARCH_MOUNTS)

static void search(struct observer *o, unsigned what)
{
        int64_t before = clock_now_ms(), now;

        o->searches &= ~what;
        scan_search(&o->scan, what, o->registry, (what & SEARCH_NAMED) ? &o->is_file_young : NULL);
        now = clock_now_ms();
        if (what & QUICK_SEARCHES)
                o->quick_ms = now;
        if (what & SEARCH_DEEP)
                o->deep_ms = now;
        if (what & ~(unsigned)QUICK_SEARCHES) {
                o->slow_ms = now;
                o->slow_cost_ms = now - before;
        }
        if (what & (SEARCH_DEEP | SEARCH_TASKS))
                o->processes_ms = now;
}

/* A namespace that was only known by its name lives on without it. */
static void settle(struct observer *o, struct stack *s)
{
        s->is_settled = true;
        s->best.origin = ORIGIN_KERNEL;
        s->best.path[0] = '\0';
        o->facts.is_changed = true;
}

static bool is_lost(const struct stack *s)
{
        return s->lost_ms && !s->is_settled;
}

/* What no place shows any more: mostly it has ended, else something holds it and it is dying. */
static void judge_lost(struct observer *o, int64_t now)
{
        bool is_searched = false;

        for (size_t k = o->facts.count - 1; k > 0; k--) {
                struct stack *s = o->facts.stacks[k];

                if (!is_lost(s))
                        continue;
                if (!scan_is_alive(&o->scan, s)) {
                        facts_remove(&o->facts, s);
                        continue;
                }
                if (now - s->lost_ms < LOST_MS)
                        continue;
                if (!is_searched) {
                        search(o, SEARCH_DEEP | SEARCH_NAMED | SEARCH_MOUNTS);
                        is_searched = true;
                        k = o->facts.count; /* the search may have added and removed some: from the end again */
                        continue;
                }
                settle(o, s);
        }
}

/* Those that no event would tell of: settled, and without an id here. */
static void check_settled(struct observer *o)
{
        for (size_t k = o->facts.count - 1; k > 0; k--) {
                struct stack *s = o->facts.stacks[k];

                if (s->is_settled && s->nsid < 0 && !scan_is_alive(&o->scan, s))
                        facts_remove(&o->facts, s);
        }
}

static void forget_rates(struct observer *o)
{
        for (size_t k = 0; k < o->facts.count; k++) {
                for (size_t i = 0; i < o->facts.stacks[k]->link_count; i++) {
                        struct link *l = o->facts.stacks[k]->links[i];

                        l->i.rx_Bps = l->i.tx_Bps = l->sampled_rx = l->sampled_tx = RATE_UNKNOWN;
                }
        }
        o->facts.is_changed = true;
}

static void sample_rates(struct observer *o, int64_t now)
{
        bool wanted = atomic_load(&o->wants_rates);

        if (!wanted && o->has_rates)
                forget_rates(o);
        if (wanted && (!o->has_rates || now - o->rates_ms >= RATES_MS)) {
                o->rate_count = o->has_rates ? o->rate_count + 1 : 0;
                scan_read_counters(&o->scan, o->rate_count < 2); /* two make the first rates */
                o->rates_ms = now;
        }
        o->has_rates = wanted;
}

/* Has anything begun or ended since the last look? Then the processes are worth a search. */
static void watch_processes(struct observer *o, int64_t now)
{
        unsigned long long stamp;

        if (now - o->processes_ms < (o->processes.is_heard ? HEARD_MS : PROCESSES_MS))
                return;
        o->processes_ms = now;
        check_settled(o);
        stamp = processes_stamp();
        if (stamp != 0 && stamp == o->process_stamp)
                return;
        o->process_stamp = stamp;
        o->searches |= now - o->deep_ms >= DEEP_MS ? SEARCH_DEEP : SEARCH_TASKS;
}

/* When the wanted searches of that kind may be made. */
static int64_t quick_time(const struct observer *o)
{
        return o->quick_ms + QUICK_PAUSE_MS;
}

static int64_t slow_time(const struct observer *o)
{
        int64_t pause = 10 * o->slow_cost_ms;

        return o->slow_ms + (pause > SLOW_PAUSE_MS ? pause : SLOW_PAUSE_MS);
}

static void search_what_is_due(struct observer *o, int64_t now)
{
        unsigned quick = o->searches & QUICK_SEARCHES, slow = o->searches & ~(unsigned)QUICK_SEARCHES, due = 0;

        if (quick && now >= quick_time(o))
                due |= quick;
        if (slow && now >= slow_time(o))
                due |= slow;
        if (due)
                search(o, due);
}

static void read_anew(struct observer *o)
{
        facts_warn(&o->facts, "events were lost; read anew");
        o->are_events_lost = false;
        scan_read_all(&o->scan);
        search(o, SEARCH_ALL);
}

static void ask_store(struct observer *o, int64_t now)
{
        bool is_due = o->store_ms && now >= o->store_ms;

        if (!o->is_store_old && !is_due)
                return;
        o->is_store_old = o->options.store->has_changed(o->options.store); /* else it was ourselves */
        o->store_ms = now < o->store_until_ms ? now + STORE_MS : 0;
}

/* Brings the facts up to date after news came in, or when it is time. */
static void update(struct observer *o)
{
        int64_t now = clock_now_ms();

        if (atomic_exchange(&o->wants_refresh, false)) {
                scan_read_all(&o->scan);
                search(o, SEARCH_ALL);
                o->facts.is_changed = true;
        }
        if (o->are_events_lost)
                read_anew(o);
        watch_processes(o, now);
        if (o->has_dying && o->options.want_holders && now - o->deep_ms >= DYING_MS)
                o->searches |= SEARCH_DEEP;
        search_what_is_due(o, now);
        if (o->facts.has_lost_name)
                o->searches |= SEARCH_DEEP;
        o->facts.has_lost_name = false;
        judge_lost(o, now);
        observer_find_holders(o);
        scan_read_incomplete(&o->scan);
        if (o->options.want_routes)
                o->are_routes_left = scan_read_routes(&o->scan);
        sample_rates(o, now);
        scan_translate(&o->scan);
        ask_store(o, now);
        if ((o->facts.is_changed || o->is_store_old) && !o->changed_ms)
                o->changed_ms = now;
}

/* When the picture may be shown: shortly after the burst began, not too often, and not amid a move. 0: nothing new. */
static int64_t publish_time(const struct observer *o)
{
        int64_t at = o->changed_ms + GATHER_MS;

        if (!o->changed_ms)
                return 0;
        if (at < o->next_publish_ms)
                at = o->next_publish_ms;
        for (size_t k = 0; k < o->move_count; k++)
                if (!o->moves[k].has_arrived && at < o->moves[k].deadline_ms)
                        at = o->moves[k].deadline_ms;
        return at;
}

static void earlier(int64_t *at, int64_t other)
{
        if (other < *at)
                *at = other;
}

/* When something is due without any news. */
static int64_t next_time(const struct observer *o)
{
        int64_t at = o->processes_ms + (o->processes.is_heard ? HEARD_MS : PROCESSES_MS);

        if (publish_time(o))
                earlier(&at, publish_time(o));
        if (o->searches & QUICK_SEARCHES)
                earlier(&at, quick_time(o));
        if (o->searches & ~(unsigned)QUICK_SEARCHES)
                earlier(&at, slow_time(o));
        if (o->is_file_young && o->mounts_fd < 0)
                earlier(&at, clock_now_ms() + YOUNG_FILE_MS);
        if (o->has_dying && o->options.want_holders)
                earlier(&at, o->deep_ms + DYING_MS);
        earlier(&at, observer_holders_time(o));
        if (o->store_ms)
                earlier(&at, o->store_ms);
        if (atomic_load(&o->wants_rates))
                earlier(&at, o->rates_ms + RATES_MS);
        if (o->are_routes_left)
                earlier(&at, clock_now_ms() + RATES_MS);
        for (size_t k = 1; k < o->facts.count; k++)
                if (is_lost(o->facts.stacks[k]))
                        earlier(&at, o->facts.stacks[k]->lost_ms + LOST_MS);
        return at;
}

static void take_process(pid_t pid, bool is_end, void *context)
{
        struct observer *o = context;
        struct netns_ref ref;

        if (pid == 0) {
                o->searches |= SEARCH_TASKS;
        } else if (is_end) {
                for (size_t k = 1; k < o->facts.count; k++)
                        if (o->facts.stacks[k]->places[PLACE_TASKS].pid == pid)
                                o->searches |= SEARCH_TASKS;
        } else if (netns_of_process(pid, &ref.inode, &ref.device) == 0) {
                const struct stack *s = facts_find_inode(&o->facts, ref.inode, ref.device);

                if (!s || (s != o->facts.stacks[0] && !s->places[PLACE_TASKS].is_there))
                        o->searches |= SEARCH_TASKS;
        }
}

enum source { SOURCE_WAKE, SOURCE_EVENTS, SOURCE_FOLDERS, SOURCE_MOUNTS, SOURCE_PROCESSES, SOURCE_COUNT };

static void take_news(struct observer *o, const struct pollfd *fds)
{
        if (fds[SOURCE_WAKE].revents)
                quiet_fd(o->wake_fd);
        if (fds[SOURCE_EVENTS].revents && events_drain(&o->events, observer_take_event, o) == -ENOBUFS)
                o->are_events_lost = true;
        if (fds[SOURCE_FOLDERS].revents) {
                struct folder_news news = folders_read(&o->folders);

                if (news.run)
                        o->searches |= SEARCH_NAMED;
                if (news.store && o->options.store) {
                        o->is_store_old = true;
                        o->store_until_ms = clock_now_ms() + STORE_WAIT_MS;
                }
        }
        if (fds[SOURCE_MOUNTS].revents) {
                o->searches |= SEARCH_NAMED | SEARCH_MOUNTS;
                folders_follow(&o->folders);
        }
        if (fds[SOURCE_PROCESSES].revents)
                processes_read(&o->processes, take_process, o);
        if (o->is_file_young && o->mounts_fd < 0)
                o->searches |= SEARCH_NAMED;
}

static void watch(struct observer *o)
{
        while (!atomic_load(&o->is_stopping)) {
                struct pollfd fds[SOURCE_COUNT] = {
                        [SOURCE_WAKE] = {.fd = o->wake_fd, .events = POLLIN},
                        [SOURCE_EVENTS] = {.fd = o->events.fd, .events = POLLIN},
                        [SOURCE_FOLDERS] = {.fd = o->folders.fd, .events = POLLIN},
                        [SOURCE_MOUNTS] = {.fd = o->mounts_fd, .events = POLLPRI},
                        [SOURCE_PROCESSES] = {.fd = o->processes.fd, .events = POLLIN},
                };
                int64_t left = next_time(o) - clock_now_ms();

                if (poll(fds, SOURCE_COUNT, left < 0 ? 0 : (int)left) > 0)
                        take_news(o, fds);
                update(o);
                if (publish_time(o) && clock_now_ms() >= publish_time(o))
                        publish(o, clock_now_ms());
        }
}

static int open_sources(struct observer *o, struct err *e)
{
        int r = events_open(&o->events, o->options.want_routes, e);

        if (r == 0)
                r = folders_open(&o->folders, o->options.store ? o->store_path : NULL, e);
        if (r < 0)
                return r;
        processes_open(&o->processes);
        o->mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
        o->process_stamp = processes_stamp();
        return scan_init(&o->scan, &o->facts, &o->options, e);
}

static void first_picture(struct observer *o)
{
        picture_hostname(o->hostname, sizeof(o->hostname));
        o->registry = picture_registry(&o->options, &o->facts);
        if (!o->events.hears_all)
                facts_warn(&o->facts, "other network stacks' events can't be heard: only the host's picture is live");
        scan_read(&o->scan, o->facts.stacks[0]);
        search(o, SEARCH_ALL);
        picture_find_unknown(&o->scan);
        o->slow_cost_ms = 0; /* the first one reads everything: no measure of the later ones */
        publish(o, clock_now_ms());
}

static void *run(void *context)
{
        struct observer *o = context;
        int r = open_sources(o, &o->error);

        if (r == 0)
                first_picture(o);
        (void)pthread_mutex_lock(&o->lock);
        o->result = r;
        o->is_ready = true;
        (void)pthread_cond_signal(&o->ready);
        (void)pthread_mutex_unlock(&o->lock);
        if (r == 0)
                watch(o);
        return NULL;
}

/* Everything but the thread, which has ended or was never there. */
static void observer_free(struct observer *o)
{
        scan_done(&o->scan);
        facts_done(&o->facts);
        holders_done(&o->holders);
        events_close(&o->events);
        folders_close(&o->folders);
        processes_close(&o->processes);
        closep(&o->mounts_fd);
        closep(&o->published_fd);
        closep(&o->wake_fd);
        registry_free(o->registry);
        graph_unref(o->graph);
        free(o->moves);
        free(o->store_path);
        (void)pthread_mutex_destroy(&o->lock);
        (void)pthread_cond_destroy(&o->ready);
        free(o);
}

static struct observer *observer_new(const struct observer_options *options)
{
        struct observer *o = xcalloc(1, sizeof(*o));

        o->options = *options;
        o->store_path = options->store_path ? xstrdup(options->store_path) : NULL;
        o->scan.home_fd = o->scan.home.fd = o->events.fd = o->folders.fd = o->processes.fd = o->mounts_fd = -1;
        o->published_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        o->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        (void)pthread_mutex_init(&o->lock, NULL);
        (void)pthread_cond_init(&o->ready, NULL);
        return o;
}

/* Signals are for the main thread: the observer's takes none. */
static int start_thread(struct observer *o)
{
        sigset_t all, before;
        int r;

        (void)sigfillset(&all);
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);
        r = pthread_create(&o->thread, NULL, run, o);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        return -r;
}

int observer_start(const struct observer_options *options, struct observer **ret, int *ret_fd, struct err *e)
{
        struct observer *o = observer_new(options);
        int r = o->published_fd < 0 || o->wake_fd < 0 ? -EMFILE : start_thread(o);

        if (r < 0) {
                observer_free(o);
                return err_set(e, r, "observer: can't start: %s", strerror(-r));
        }
        (void)pthread_mutex_lock(&o->lock);
        while (!o->is_ready)
                (void)pthread_cond_wait(&o->ready, &o->lock);
        (void)pthread_mutex_unlock(&o->lock);
        r = o->result;
        if (r < 0) {
                if (e)
                        *e = o->error;
                observer_stop(o);
                return r;
        }
        *ret = o;
        *ret_fd = o->published_fd;
        return 0;
}

const struct graph *observer_latest(struct observer *o)
{
        const struct graph *g;

        (void)pthread_mutex_lock(&o->lock);
        quiet_fd(o->published_fd);
        g = graph_ref(o->graph);
        (void)pthread_mutex_unlock(&o->lock);
        return g;
}

void observer_set_rates(struct observer *o, bool on)
{
        if (atomic_exchange(&o->wants_rates, on) != on)
                signal_fd(o->wake_fd);
}

void observer_refresh(struct observer *o)
{
        atomic_store(&o->wants_refresh, true);
        signal_fd(o->wake_fd);
}

void observer_stop(struct observer *o)
{
        if (!o)
                return;
        atomic_store(&o->is_stopping, true);
        signal_fd(o->wake_fd);
        (void)pthread_join(o->thread, NULL); /* it ends at its next turn */
        observer_free(o);
}
