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

#define GATHER_MS      2  /* a burst is waited for that long before it is shown, unless it is of states alone */
#define PUBLISH_MS     10 /* at most one picture in this time, and in twice what one costs... */
#define PUBLISH_MAX_MS 50 /* ...up to this */
#define YOUNG_FILE_MS  5  /* a file that is not mounted yet, where the mount table can't be watched */
/* SQLite's log is written, and put onto the disk, before what is in it can be seen, and that is no event: again after
 * this time, less often as time passes (a disk that others keep busy takes seconds), for so long. */
#define STORE_MS      50
#define STORE_WAIT_MS 60000
#define PROCESSES_MS  2000  /* the list of processes is compared */
#define HEARD_MS      30000 /* the same where the kernel tells of processes: unshare without exec is not told */
#define RATES_MS      1000
#define FEW_ROUTES    100 /* so many are read in a moment */

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

/* The new picture: where states alone have changed since one was built, it follows that one. */
static const struct graph *make_picture(struct observer *o)
{
        const struct graph *g =
                o->built && !o->has_built_warnings ? facts_follow(&o->facts, o->built, ++o->serial) : NULL;

        if (g)
                return g;
        graph_unref(o->built);
        o->has_built_warnings = o->facts.warning_count > 0;
        o->built = picture_build(&o->options, &o->facts, o->registry, ++o->serial, o->hostname);
        return graph_ref(o->built);
}

static void publish(struct observer *o, int64_t now)
{
        const struct graph *g, *old;
        struct err e = {0};
        int64_t pause;

        if (o->is_store_old) {
                o->is_store_old = false;
                o->facts.is_changed = true;
                if (o->options.store->load(o->options.store, o->registry, &e) < 0)
                        facts_warn(&o->facts, "the inventory can't be read: %s", e.what);
        }
        o->facts.is_changed |= o->move_count > 0;
        observer_settle_moves(o, now);
        g = make_picture(o);
        o->facts.is_changed |= registry_catch_up(o->registry); /* it is looked for in the news that come until then */
        observer_set_dying(o, g);
        (void)pthread_mutex_lock(&o->lock);
        old = o->graph;
        o->graph = g;
        (void)pthread_mutex_unlock(&o->lock);
        graph_unref(old);
        o->changed_ms = o->facts.is_changed ? now : 0;
        pause = 2 * (clock_now_ms() - now);
        pause = pause < PUBLISH_MS ? PUBLISH_MS : pause > PUBLISH_MAX_MS ? PUBLISH_MAX_MS : pause;
        o->next_publish_ms = clock_now_ms() + pause;
        signal_fd(o->published_fd);
}

static void forget_rates(struct observer *o)
{
        for (size_t k = 0; k < o->facts.count; k++) {
                for (size_t i = 0; i < o->facts.stacks[k]->link_count; i++) {
                        struct link *l = o->facts.stacks[k]->links[i];

                        l->i.rx_Bps = l->i.tx_Bps = l->sampled_rx = l->sampled_tx = RATE_UNKNOWN;
                }
        }
        o->facts.is_state_changed = true;
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

static void read_anew(struct observer *o)
{
        facts_warn(&o->facts, "events were lost; read anew");
        o->are_events_lost = false;
        scan_read_all(&o->scan);
        observer_search_all(o);
}

static void ask_store(struct observer *o, int64_t now)
{
        bool is_due = o->store_ms && now >= o->store_ms;

        if (!o->is_store_old && !is_due)
                return;
        o->is_store_old = o->options.store->has_changed(o->options.store); /* else it was ourselves */
        o->store_ms = now - o->store_heard_ms > STORE_WAIT_MS ? 0 : now + STORE_MS + (now - o->store_heard_ms) / 4;
}

/* What is new is cheap to show, and leaves nothing half made. */
static bool is_of_states(const struct observer *o)
{
        return o->facts.is_state_changed && !o->facts.is_changed && !o->is_store_old && !o->move_count;
}

/* States that are new are shown before a long table of routes is read, which some of them may have changed. */
static void read_routes(struct observer *o)
{
        o->are_routes_due = is_of_states(o) && scan_read_routes(&o->scan, FEW_ROUTES);
        if (!o->are_routes_due)
                o->are_routes_left = scan_read_routes(&o->scan, SIZE_MAX);
}

/* Brings the facts up to date after news came in, or when it is time. */
static void update(struct observer *o)
{
        int64_t now = clock_now_ms();

        if (atomic_exchange(&o->wants_refresh, false)) {
                scan_read_all(&o->scan);
                observer_search_all(o);
                o->facts.is_changed = true;
        }
        if (o->are_events_lost)
                read_anew(o);
        observer_watch_processes(o, now);
        observer_search(o, now);
        if (o->facts.has_lost_name)
                o->searches |= SEARCH_DEEP;
        o->facts.has_lost_name = false;
        observer_judge_lost(o, now);
        observer_find_holders(o);
        scan_read_incomplete(&o->scan);
        if (o->options.want_routes)
                read_routes(o);
        sample_rates(o, now);
        scan_translate(&o->scan);
        ask_store(o, now);
        if ((o->facts.is_changed || o->facts.is_state_changed || o->is_store_old) && !o->changed_ms)
                o->changed_ms = now;
}

/* When the picture may be shown: shortly after the burst began, not too often, and not amid a move. 0: nothing new. */
static int64_t publish_time(const struct observer *o)
{
        int64_t at = o->changed_ms + (is_of_states(o) ? 0 : GATHER_MS);

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

int64_t observer_processes_time(const struct observer *o)
{
        return o->processes_ms + (o->processes.is_heard ? HEARD_MS : PROCESSES_MS);
}

/* When something is due without any news. */
static int64_t next_time(const struct observer *o)
{
        int64_t now = clock_now_ms(), at = o->tasks ? now : observer_processes_time(o);

        if (publish_time(o))
                earlier(&at, publish_time(o));
        if (o->is_file_young && o->mounts_fd < 0)
                earlier(&at, now + YOUNG_FILE_MS);
        earlier(&at, observer_search_time(o, now));
        earlier(&at, observer_holders_time(o));
        if (o->store_ms)
                earlier(&at, o->store_ms);
        if (atomic_load(&o->wants_rates))
                earlier(&at, o->rates_ms + RATES_MS);
        if (o->are_routes_left)
                earlier(&at, now + RATES_MS);
        if (o->are_routes_due && !publish_time(o))
                earlier(&at, now);
        return at;
}

static void take_process(pid_t pid, bool is_end, void *context)
{
        struct observer *o = context;
        struct netns_ref ref;

        if (pid == 0) {
                o->searches |= SEARCH_TASKS;
        } else if (is_end) {
                observer_search_ended(o, pid);
        } else if (netns_of_process(pid, &ref.inode, &ref.device) == 0) {
                const struct stack *s = facts_find_inode(&o->facts, ref.inode, ref.device);

                if (!s || (s != o->facts.stacks[0] && !s->places[PLACE_TASKS]))
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
                        o->store_heard_ms = clock_now_ms();
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
        if (!o->events.hears_all)
                facts_warn(&o->facts, "other network stacks' events can't be heard: only the host's picture is live");
        o->registry = picture_first(&o->scan, &o->is_file_young);
        picture_find_unknown(&o->scan);
        o->quick_ms = o->slow_ms = o->deep_ms = o->processes_ms = clock_now_ms();
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
        netns_tasks_end(o->tasks);
        closep(&o->mounts_fd);
        closep(&o->published_fd);
        closep(&o->wake_fd);
        registry_free(o->registry);
        graph_unref(o->graph);
        graph_unref(o->built);
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
        scan_make_room();
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
