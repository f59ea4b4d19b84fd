/*
 * services_watch.c - the duties of whoever looks at the live picture: pinned addresses are set again, changes go into
 * the event history.
 *
 * One process at a time has them, by a lock on FILE.watch beside the inventory, which ends with the process. Pins are
 * set by plans that run beside the loop; when one has ended, the picture is asked for anew before the next is judged.
 */
#include "ui/services_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/graph/diff.h"
#include "core/graph/path.h"
#include "core/plan/plan_keep.h"
#include "db/maintain.h"

/* Another manager that keeps setting its own address is not fought for ever. */
#define SETS_MAX   3
#define SETS_IN_MS 60000

#define EVENTS_BETWEEN_PRUNES 1000

struct kept_pin {
        uint32_t number;
        struct mac pin; /* another one begins anew */
        int64_t set_ms[SETS_MAX];
        unsigned set_count; /* ever; the last SETS_MAX of them have their time */
        bool is_given_up;
};

struct keeper {
        int lock_fd;
        struct kept_pin *pins;
        size_t pin_count, pin_capacity;
        struct db *db; /* of the thread that runs the plan */
        struct exec *exec;
        struct plan *plan;
        const struct graph *graph; /* that the plan was made on */
        uint64_t seen_serial;      /* pictures up to here may be older than the last plan's end */
        bool is_one_by_one;        /* the last plan failed: the next one has a single step */
        unsigned events_since_prune;
};

static struct keeper *keeper_of(struct app *a)
{
        struct services *s = a->state;

        if (!s->keeper) {
                s->keeper = xcalloc(1, sizeof(*s->keeper));
                s->keeper->lock_fd = -1;
        }
        return s->keeper;
}

/* -EBUSY: another process has the duties. */
static int take_duties(struct app *a, struct keeper *k, struct err *e)
{
        struct services *s = a->state;

        if (k->lock_fd >= 0)
                return 0;

        int r = services_refuse(a, e);

        if (r < 0)
                return r;

        CLEANUP(freep) char *path = xasprintf("%s.watch", s->path);
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

        if (fd < 0)
                return err_set(e, -errno, "%s: cannot be opened: %s", path, strerror(errno));
        if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
                r = errno == EWOULDBLOCK
                        ? err_set(e, -EBUSY, "pinned addresses: another jailnet watches over them already")
                        : err_set(e, -errno, "%s: cannot be locked: %s", path, strerror(errno));
                closep(&fd);
                return r;
        }
        k->lock_fd = fd;
        return 0;
}

static struct kept_pin *find_pin(struct keeper *k, const struct iface *i)
{
        struct kept_pin *p = NULL;

        for (size_t n = 0; n < k->pin_count && !p; n++)
                if (k->pins[n].number == i->number)
                        p = &k->pins[n];
        if (!p) {
                k->pins = array_grow(k->pins, &k->pin_capacity, k->pin_count, sizeof(*k->pins));
                p = &k->pins[k->pin_count++];
                *p = (struct kept_pin){.number = i->number, .pin = i->pin};
        }
        if (!mac_equal(p->pin, i->pin))
                *p = (struct kept_pin){.number = i->number, .pin = i->pin};
        return p;
}

static void put_name(struct text *t, const struct graph *g, const struct iface *i)
{
        CLEANUP(text_done) struct text name = {0};

        query_put_iface(&name, g, (size_t)(i - g->ifaces));
        text_put_visible(t, text_str(&name));
}

/* May it be set once more? Says so when it may not any longer. */
static bool may_set(struct keeper *k, const struct graph *g, const struct iface *i, struct text *ret_said)
{
        struct kept_pin *p = find_pin(k, i);
        int64_t now = clock_now_ms();
        char buf[MAC_TEXT_SIZE];

        if (p->is_given_up)
                return false;
        if (p->set_count >= SETS_MAX && now - p->set_ms[p->set_count % SETS_MAX] < SETS_IN_MS) {
                CLEANUP(text_done) struct text name = {0};

                p->is_given_up = true;
                put_name(&name, g, i);
                text_putf(ret_said,
                          _("%s: something else keeps changing its MAC address; it is left at %s, pin it anew to try "
                            "again\n"),
                          text_str(&name), mac_format(i->mac, buf));
                return false;
        }
        return true;
}

/* One that was given up, and has its address after all: somebody has pinned it anew, or the other manager is gone. */
static void forgive(struct keeper *k, const struct graph *g)
{
        for (size_t n = 0; n < k->pin_count; n++) {
                struct kept_pin *p = &k->pins[n];
                size_t i = p->is_given_up ? graph_find_number(g, p->number) : NONE;

                if (i != NONE && !pin_is_missed(&g->ifaces[i]))
                        *p = (struct kept_pin){.number = p->number, .pin = p->pin};
        }
}

static void note_set(struct keeper *k, const struct graph *g, const struct iface *i, struct text *ret_said)
{
        struct kept_pin *p = find_pin(k, i);
        CLEANUP(text_done) struct text name = {0};
        char pin[MAC_TEXT_SIZE], mac[MAC_TEXT_SIZE];

        p->set_ms[p->set_count++ % SETS_MAX] = clock_now_ms();
        put_name(&name, g, i);
        text_putf(ret_said, _("%s: its pinned MAC address %s is set again, it was %s\n"), text_str(&name),
                  mac_format(i->pin, pin), mac_format(i->mac, mac));
}

static void drop_plan(struct keeper *k)
{
        plan_freep(&k->plan);
        graph_unref(k->graph);
        k->graph = NULL;
}

/* Takes the ended plan away. True while one runs. */
static bool is_busy(struct app *a, struct keeper *k, struct text *ret_said)
{
        struct services *s = a->state;
        struct exec_progress progress;
        struct err e = {0};
        char sentence[ERR_SENTENCE_SIZE];

        if (!k->exec)
                return false;
        if (!exec_poll(k->exec, &progress))
                return true;
        k->is_one_by_one = exec_join(k->exec, &e) < 0;
        if (k->is_one_by_one)
                text_putf(ret_said, _("pinned addresses: %s\n"), err_sentence(&e, sentence, sizeof(sentence)));
        k->exec = NULL;
        drop_plan(k);

        CLEANUP(graph_unrefp) const struct graph *latest = observer_latest(s->observer);

        k->seen_serial = latest->serial;
        observer_refresh(s->observer);
        return false;
}

/*
 * A plan that pins an interface anew sets its address first and closes with the pin: a picture from between shows the
 * new one beside the old pin. So nothing is set while a plan runs, whose end brings a newer picture, nor against what
 * the inventory says by now.
 */
static bool is_pin_of_now(struct keeper *k, const struct iface *i)
{
        struct mac pin = {0};

        return db_pin(k->db, i->number, &pin, NULL) == 0 && mac_equal(pin, i->pin);
}

static bool is_plan_running(struct keeper *k)
{
        struct journal *j = db_journal(k->db);

        if (j->lock(j, 0, NULL) < 0)
                return true;
        j->unlock(j);
        return false;
}

static bool has_missed(const struct graph *g)
{
        for (size_t i = 0; i < g->iface_count; i++)
                if (pin_is_missed(&g->ifaces[i]))
                        return true;
        return false;
}

static int set_pins(struct app *a, struct keeper *k, const struct graph *g, struct text *ret_said, struct err *e)
{
        CLEANUP(freep) size_t *missed = xcalloc(g->iface_count + 1, sizeof(*missed));
        size_t count = 0;
        int fd, r = 0;

        forgive(k, g);
        if (!has_missed(g))
                return 0;
        if (!k->db)
                r = services_open_second(a, &k->db, e);
        if (r < 0 || is_plan_running(k))
                return r;
        for (size_t i = 0; i < g->iface_count && !(count && k->is_one_by_one); i++)
                if (pin_is_missed(&g->ifaces[i]) && is_pin_of_now(k, &g->ifaces[i]) &&
                    may_set(k, g, &g->ifaces[i], ret_said))
                        missed[count++] = i;
        if (count == 0)
                return 0;
        for (size_t i = 0; i < count; i++)
                note_set(k, g, &g->ifaces[missed[i]], ret_said);
        k->graph = graph_ref(g);
        k->plan = plan_build_keep(g, missed, count);

        struct exec_options o = {
                .graph = k->graph,
                .journal = db_journal(k->db),
                .lock_timeout_ms = LOCK_TIMEOUT_MS,
        };

        r = exec_start(k->plan, &o, &k->exec, &fd, e);
        if (r < 0)
                drop_plan(k);
        return r;
}

static int write_history(struct app *a, struct keeper *k, const struct graph *before, const struct graph *now,
                         struct err *e)
{
        struct services *s = a->state;
        CLEANUP(freep) struct diff_entry *changes = NULL;
        size_t count = diff_graphs(before, now, &changes);
        CLEANUP(freep) struct db_event *events = xcalloc(count + 1, sizeof(*events));

        if (count == 0)
                return 0;
        for (size_t i = 0; i < count; i++) {
                CLEANUP(text_done) struct text line = {0};

                diff_put_line(&line, before, now, &changes[i]);

                const char *colon = strstr(text_str(&line), ": ");
                int length = colon ? (int)(colon - text_str(&line)) : 0;

                /* Cut ones still tell. */
                (void)str_format(events[i].object, sizeof(events[i].object), "%.*s", length, text_str(&line));
                (void)str_copy(events[i].words, sizeof(events[i].words), colon ? colon + 2 : text_str(&line));
        }

        int r = db_put_events(s->db, events, count, e);

        k->events_since_prune += (unsigned)count;
        if (r == 0 && k->events_since_prune >= EVENTS_BETWEEN_PRUNES) {
                k->events_since_prune = 0;
                r = db_prune(s->db, KEEP_HISTORY, e);
        }
        return r;
}

static int service_keep(struct app *a, const struct graph *before, const struct graph *now, bool with_history,
                        struct text *ret_said, struct err *e)
{
        struct keeper *k = keeper_of(a);
        int r = take_duties(a, k, e);

        if (r < 0)
                return r;
        if (with_history && before)
                r = write_history(a, k, before, now, e);
        if (r < 0 || is_busy(a, k, ret_said) || now->serial <= k->seen_serial)
                return r;
        return set_pins(a, k, now, ret_said, e);
}

void services_init_watch(struct app *a)
{
        a->keep = service_keep;
}

void services_done_watch(struct app *a)
{
        struct services *s = a->state;
        struct keeper *k = s->keeper;

        if (!k)
                return;
        if (k->exec)
                (void)exec_join(k->exec, NULL); /* a few steps; the journal tells how they went */
        drop_plan(k);
        db_close(k->db);
        closep(&k->lock_fd);
        free(k->pins);
        free(k);
        s->keeper = NULL;
}
