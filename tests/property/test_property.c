/*
 * test_property.c - random requests, valid and not, in a private network with the real planner, executor, observer and
 * inventory. After each one the live picture, a fresh one and what `ip` says are the same, the inventory agrees, and a
 * refused or failed request has changed nothing; taking all back, newest first, brings each earlier network again.
 *
 * JAILNET_PROPERTY=COUNT: so many requests, from a seed that is new each time, instead of the same few; JAILNET_SEED=N:
 * from that seed (a failure prints it).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/exec/exec.h"
#include "core/kernel/observer.h"
#include "core/plan/chain.h"
#include "db/db.h"
#include "tests/lib/netbox.h"
#include "tests/property/portrait.h"
#include "tests/property/words.h"

#define INVENTORY     "/run/inventory.db" /* in the box's own /run */
#define USUAL_COUNT   80
#define ROUND_COUNT   40 /* requests on one network, before all is taken back */
#define AGREE_TIME_MS 20000

/* A plan that is done, and the network as it was before it. */
struct done {
        int64_t number;
        char *before;
};

struct round {
        unsigned long long seed; /* of this round */
        struct dice dice;
        struct db *db, *live_db;
        sqlite3 *sql; /* our own look at the file */
        struct observer *live;
        int live_fd;
        struct text story; /* a line a request */
        struct done done[ROUND_COUNT];
        size_t done_count;
        char *now; /* the network, without indexes */
};

static struct {
        unsigned requests, refused, failed, rolled_back, done, undone;
} tally;

static void start_network(void)
{
        free(netbox_read("%s",
                         "ip netns add www; ip -batch - <<'end'\n"
                         "link set lo up\n"
                         "link add br0 address 02:00:00:00:01:00 type bridge\n"
                         "addr add 10.1.0.1/24 dev br0\n"
                         "link set br0 up\n"
                         "link add p0 address 02:00:00:00:01:01 type veth peer name eth0 address 02:00:00:00:01:02 "
                         "netns www\n"
                         "link set p0 master br0 alias lent up\n"
                         "link add a0 address 02:00:00:00:01:03 type veth peer name a1 address 02:00:00:00:01:04\n"
                         "link set a1 up\n"
                         "link set a0 up mtu 1400\n"
                         "addr add 10.5.0.1/24 dev a0\n"
                         "addr add 2001:db8:5::1/64 dev a0\n"
                         "route add 10.6.0.0/16 via 10.5.0.9\n"
                         "link property add dev a0 altname another-name-of-a0\n"
                         "end\n"
                         "ip -n www -batch - <<'end'\n"
                         "link set lo up\n"
                         "addr add 10.1.0.2/24 dev eth0\n"
                         "addr add 2001:db8:1::2/64 dev eth0\n"
                         "link set eth0 up\n"
                         "route add default via 10.1.0.1\n"
                         "end\n"));
}

/* Waits for the end of what was there: a namespace goes in its own time. */
static void end_network(void)
{
        free(netbox_read("%s",
                         "rm -f " INVENTORY "*; for f in /run/netns/*; do [ -e \"$f\" ] && ip netns del \"${f##*/}\"; "
                         "done; for l in $(ip -j link | jq -r '.[] | select(.ifname != \"lo\") | .ifname'); do "
                         "ip link del dev \"$l\" 2>/dev/null; done; echo 0 >/proc/sys/net/ipv4/ip_forward; "
                         "ip route flush table all 2>/dev/null; ip addr flush dev lo scope global 2>/dev/null; "
                         "ip link set dev lo down mtu 65536 alias ''; :"));
}

static _Noreturn void broken(struct round *r, const char *what, const char *a, const char *b)
{
        (void)fprintf(stderr, "JAILNET_SEED=%llu JAILNET_PROPERTY=%d\n%s%s\n", r->seed, ROUND_COUNT,
                      text_str(&r->story), what);
        if (a && b)
                portrait_tell_difference(a, b);
        fail();
        abort(); /* fail does not come back */
}

static _Noreturn void broken_err(struct round *r, const char *what, const struct err *e)
{
        char line[512];
        CLEANUP(freep) char *all = xasprintf("%s: %s", what, err_sentence(e, line, sizeof(line)));

        broken(r, all, NULL, NULL);
}

static const struct graph *scan(struct round *r)
{
        const struct observer_options o = {.want_routes = true, .store = db_registry_store(r->db)};
        const struct graph *g = NULL;
        struct err e = {0};

        if (observer_scan(&o, &g, &e) < 0)
                broken_err(r, "no fresh picture", &e);
        return g;
}

static char *live_portrait(struct round *r)
{
        CLEANUP(graph_unrefp) const struct graph *g = observer_latest(r->live);

        return portrait_of_graph(g, PORTRAIT_IDS | PORTRAIT_KNOWN | PORTRAIT_NUMBERS);
}

/* --- the inventory --- */

/* One column of text a row, as sorted lines. */
static char *ask(struct round *r, const char *query)
{
        struct text t = {0};
        sqlite3_stmt *s = NULL;

        if (sqlite3_prepare_v2(r->sql, query, -1, &s, NULL) != SQLITE_OK)
                broken(r, sqlite3_errmsg(r->sql), NULL, NULL);
        while (sqlite3_step(s) == SQLITE_ROW)
                text_putf(&t, "%s\n", (const char *)sqlite3_column_text(s, 0));
        if (sqlite3_finalize(s) != SQLITE_OK)
                broken(r, sqlite3_errmsg(r->sql), NULL, NULL);
        return t.s ? text_take(&t) : xstrdup("");
}

static int by_number(const void *a, const void *b)
{
        const struct iface *x = a, *y = b;

        return (x->number > y->number) - (x->number < y->number);
}

/* What the graph says of interfaces that are owned or pinned, in the words of the two queries below. */
static char *known_of_graph(const struct graph *g)
{
        struct iface *sorted = xcalloc(g->iface_count, sizeof(*sorted));
        struct text t = {0};
        char mac[MAC_TEXT_SIZE];

        memcpy(sorted, g->ifaces, g->iface_count * sizeof(*sorted));
        qsort(sorted, g->iface_count, sizeof(*sorted), by_number);
        for (size_t k = 0; k < g->iface_count; k++) {
                const struct iface *i = &sorted[k];

                if (i->is_owned)
                        text_putf(&t, "%u %s %lld %d\n", i->number, i->name, (long long)i->id.cookie, i->id.ifindex);
        }
        for (size_t k = 0; k < g->iface_count; k++) {
                if (sorted[k].pin_source != PIN_NONE)
                        text_putf(&t, "%u pinned %s\n", sorted[k].number, mac_format(sorted[k].mac, mac));
        }
        free(sorted);
        return t.s ? text_take(&t) : xstrdup("");
}

static char *known_of_inventory(struct round *r)
{
        CLEANUP(freep)
        char *owned = ask(r,
                          "SELECT printf('%d %s %d %d', number, name, cookie, ifindex) FROM interface"
                          " WHERE is_owned AND NOT is_gone AND cookie IS NOT NULL ORDER BY number");
        CLEANUP(freep)
        char *pins = ask(r,
                         "SELECT printf('%d pinned %s', number, pin.mac) FROM pin JOIN interface USING(number)"
                         " WHERE NOT is_gone AND cookie IS NOT NULL ORDER BY number");

        return xasprintf("%s%s", owned, pins);
}

static void check_hooks(struct round *r, const struct graph *g)
{
        for (size_t k = 0; k < g->hook_count; k++) {
                const struct hook *h = &g->hooks[k];
                const struct edge *edge = &g->edges[h->edge];
                size_t own = g->nodes[h->node].iface, a = edge->iface_a, b = edge->iface_b;

                if (edge->kind != EDGE_PORT || own != a)
                        continue;

                CLEANUP(freep)
                char *query = xasprintf("SELECT name FROM hook WHERE number = %u AND peer = %u", g->ifaces[a].number,
                                        g->ifaces[b].number);
                CLEANUP(freep) char *name = ask(r, query);
                CLEANUP(freep) char *shown = xasprintf("%s\n", h->name);

                if (name[0] && strcmp(name, shown) != 0)
                        broken(r, "a hook is not called as the inventory says", name, shown);
        }
}

static void check_inventory(struct round *r, const struct graph *g)
{
        CLEANUP(freep) char *shown = known_of_graph(g);
        CLEANUP(freep) char *known = known_of_inventory(r);
        CLEANUP(freep) char *open = ask(r, "SELECT number || ' ' || words FROM plan WHERE state = 'open'");
        CLEANUP(freep) char *reserved = ask(r, "SELECT number || ' ' || name FROM interface WHERE cookie IS NULL");

        if (strcmp(shown, known) != 0)
                broken(r, "the inventory (-) and the picture (+) differ", known, shown);
        if (open[0])
                broken(r, open, NULL, NULL);
        if (reserved[0])
                broken(r, "a number without a link", reserved, "");
        check_hooks(r, g);
}

/* --- three ways of seeing it --- */

/* The kernel ends namespaces and carriers in its own time, so what differs is looked at again until it must agree. */
static void check_agreement(struct round *r)
{
        int64_t deadline = clock_now_ms() + AGREE_TIME_MS;

        for (;;) {
                CLEANUP(graph_unrefp) const struct graph *g = scan(r);
                CLEANUP(freep) char *fresh = portrait_of_graph(g, PORTRAIT_IDS);
                CLEANUP(freep) char *kernel = portrait_of_kernel(PORTRAIT_IDS);
                CLEANUP(freep) char *whole = portrait_of_graph(g, PORTRAIT_IDS | PORTRAIT_KNOWN | PORTRAIT_NUMBERS);
                CLEANUP(freep) char *live = live_portrait(r);
                bool is_late = clock_now_ms() > deadline;

                if (strcmp(fresh, kernel) == 0 && strcmp(whole, live) == 0) {
                        check_inventory(r, g);
                        free(r->now);
                        r->now = portrait_of_graph(g, PORTRAIT_KNOWN);
                        return;
                }
                if (is_late && strcmp(fresh, kernel) != 0)
                        broken(r, "a fresh picture (-) and ip (+) differ", fresh, kernel);
                if (is_late)
                        broken(r, "a fresh picture (-) and the live one (+) differ", whole, live);

                struct pollfd p = {.fd = r->live_fd, .events = POLLIN};

                (void)poll(&p, 1, 50); /* a new live picture, or a while for the kernel's own work */
        }
}

/* --- requests --- */

static int run(struct round *r, struct plan *p, const struct graph *g, struct err *e)
{
        const struct exec_options o = {.graph = g, .journal = db_journal(r->db), .lock_timeout_ms = 5000};

        return exec_run(p, &o, e);
}

static void tell_story(struct round *r, char *const *argv, const char *outcome)
{
        words_put(&r->story, argv);
        text_putf(&r->story, "   # %s\n", outcome);
}

/* What can't be done: a plan that comes to its end and fails there. */
static void add_impossible(struct plan *p)
{
        struct step *s = plan_add(p, STEP_LINK_UP);

        (void)str_copy(s->at.jail, sizeof(s->at.jail), "host");
        (void)str_copy(s->at.iface, sizeof(s->at.iface), "nosuch");
}

/* One more request of a batch; one that is refused is left out. */
static void add_to_batch(struct round *r, struct plan_chain *c, int argc, char **argv)
{
        struct intent in = {0};
        struct err e = {0};

        if (verb_parse(argc, argv, &in, &e) == 0 && plan_chain_add(c, &in, &e) == 0) {
                words_put(&r->story, argv);
                text_put(&r->story, "; ");
        }
}

/* Some requests as one plan, each about what the ones before it leave; some of a jail that is renamed and then goes. */
static int make_batch(struct round *r, const struct graph *g, struct plan **ret)
{
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        unsigned count = 2 + dice_roll(&r->dice, 4),
                 renamed = dice_roll(&r->dice, 3) ? count : dice_roll(&r->dice, count);
        char *argv[WORDS_MAX + 1] = {NULL};

        for (unsigned k = 0; k < count; k++) {
                const struct graph *now = plan_chain_graph(c);
                const char *jail = now->jails[now->jail_count - 1].name;

                if (k == renamed && now->jail_count > 1) {
                        char *rename[] = {"rename", xstrdup(jail), "newname", NULL};
                        char *destroy[] = {"destroy", "newname", NULL};

                        add_to_batch(r, c, 3, rename);
                        add_to_batch(r, c, 2, destroy);
                        free(rename[1]);
                }
                add_to_batch(r, c, words_make(&r->dice, plan_chain_graph(c), argv), argv);
                words_free(argv);
        }
        *ret = plan_chain_finish(c, "batch", "batch");
        return 0;
}

static void request(struct round *r)
{
        CLEANUP(graph_unrefp) const struct graph *g = scan(r);
        CLEANUP(plan_freep) struct plan *p = NULL;
        CLEANUP(freep) char *before = xstrdup(r->now);
        char *argv[WORDS_MAX + 1] = {NULL};
        struct intent in = {0};
        struct err e = {0};
        char line[512] = "done";
        bool shall_fail = dice_roll(&r->dice, 6) == 0;
        int result;

        if (dice_roll(&r->dice, 5) == 0) {
                result = make_batch(r, g, &p);
        } else {
                result = verb_parse(words_make(&r->dice, g, argv), argv, &in, &e);
                if (result == 0)
                        result = plan_build(&in, g, &p, &e);
        }
        tally.requests++;
        if (result < 0) {
                tally.refused++;
        } else {
                if (shall_fail)
                        add_impossible(p);
                result = run(r, p, g, &e);
                tally.failed += result < 0;
                tally.done += result == 0;
        }
        tell_story(r, argv, result < 0 ? err_sentence(&e, line, sizeof(line)) : line);
        words_free(argv);
        if (result < 0 && !e.what[0])
                broken(r, "refused without a word", NULL, NULL);
        if (p && result < 0 && p->state != PLAN_ROLLED_BACK && p->state != PLAN_DRAFT)
                broken(r, p->failure, NULL, NULL);
        if (p && result == 0 && shall_fail)
                broken(r, "the impossible was done", NULL, NULL);
        tally.rolled_back += p && p->state == PLAN_ROLLED_BACK;
        check_agreement(r);
        if (result < 0 && strcmp(before, r->now) != 0)
                broken(r, "the network before (-) and after (+) what was not done differ", before, r->now);
        if (p && result == 0)
                r->done[r->done_count++] = (struct done){.number = p->number, .before = TAKE(before)};
}

/* Takes plan `number` back; returns the number of the plan that did. */
static int64_t undo(struct round *r, int64_t number, const char *want)
{
        CLEANUP(graph_unrefp) const struct graph *g = scan(r);
        CLEANUP(plan_freep) struct plan *done = NULL;
        CLEANUP(plan_freep) struct plan *back = NULL;
        struct err e = {0};

        text_putf(&r->story, "undo %lld\n", (long long)number);
        if (db_journal_load(r->db, number, &done, NULL, &e) < 0)
                broken_err(r, "it is not in the journal", &e);
        text_putf(&r->story, "   # takes back: %s\n", done->words);
        if (plan_build_undo(done, g, &back, &e) < 0)
                broken_err(r, "it can't be undone", &e);
        back->undoes = number;
        if (run(r, back, g, &e) < 0)
                broken(r, back->failure, NULL, NULL);
        check_agreement(r);
        if (strcmp(want, r->now) != 0)
                broken(r, "the network before (-) and after (+) undo differ", want, r->now);
        tally.undone++;
        return back->number;
}

static void undo_newest(struct round *r)
{
        struct done *newest = &r->done[r->done_count - 1];
        CLEANUP(freep) char *after = xstrdup(r->now);
        int64_t back = undo(r, newest->number, newest->before);

        if (dice_roll(&r->dice, 3) == 0) {
                newest->number = undo(r, back, after); /* and that back again */
                return;
        }
        free(newest->before);
        r->done_count--;
}

static void play(struct round *r, unsigned count)
{
        struct observer_options o = {.want_routes = true, .store_path = INVENTORY};
        struct err e = {0};

        end_network();
        start_network();
        if (db_open(INVENTORY, DB_CREATE, &r->db, NULL, &e) < 0 ||
            db_open(INVENTORY, DB_CHECKED, &r->live_db, NULL, &e) < 0)
                broken_err(r, "no inventory", &e);
        assert_int_equal(sqlite3_open_v2(INVENTORY, &r->sql, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
        o.store = db_registry_store(r->live_db);
        if (observer_start(&o, &r->live, &r->live_fd, &e) < 0)
                broken_err(r, "no live picture", &e);
        check_agreement(r);
        for (unsigned k = 0; k < count; k++) {
                if (r->done_count && dice_roll(&r->dice, 8) == 0)
                        undo_newest(r);
                request(r);
        }
        while (r->done_count) {
                struct done *newest = &r->done[r->done_count - 1];

                (void)undo(r, newest->number, newest->before);
                free(newest->before);
                r->done_count--;
        }

        CLEANUP(freep) char *sound = ask(r, "PRAGMA integrity_check");
        CLEANUP(freep) char *strays = ask(r, "PRAGMA foreign_key_check");

        assert_string_equal(sound, "ok\n");
        assert_string_equal(strays, "");
        observer_stop(r->live);
        (void)sqlite3_close(r->sql);
        db_close(r->live_db);
        db_close(r->db);
        text_done(&r->story);
        free(r->now);
        end_network();
}

static unsigned long long number_in(const char *name, unsigned long long usual)
{
        const char *s = getenv(name);

        return s && *s ? strtoull(s, NULL, 10) : usual;
}

static void test_property(void **state)
{
        unsigned long long count = number_in("JAILNET_PROPERTY", USUAL_COUNT);
        unsigned long long seed =
                number_in("JAILNET_SEED", getenv("JAILNET_PROPERTY") ? (unsigned long long)time(NULL) : 1);

        (void)state;
        (void)printf("JAILNET_SEED=%llu JAILNET_PROPERTY=%llu\n", seed, count);
        (void)fflush(stdout);
        for (unsigned long long k = 0; k < count; k += ROUND_COUNT) {
                unsigned left = (unsigned)(count - k);
                struct round r = {.seed = seed, .dice = {.state = seed * 0x9e3779b97f4a7c15u}};

                for (int warm = 0; warm < 8; warm++)
                        (void)dice_roll(&r.dice, 2);
                play(&r, left < ROUND_COUNT ? left : ROUND_COUNT);
                seed++;
        }
        (void)printf("%u requests: %u refused, %u done, %u failed of which %u were taken back; %u undone\n",
                     tally.requests, tally.refused, tally.done, tally.failed, tally.rolled_back, tally.undone);
}

/* Processes of a numbering of their own: the picture has none of what else runs on this machine. */
static int in_own_processes(void)
{
        int status = 0;
        pid_t pid;

        if (unshare(CLONE_NEWPID) < 0 || (pid = fork()) < 0)
                return -errno;
        if (pid == 0) {
                const struct CMUnitTest tests[] = {cmocka_unit_test(test_property)};

                if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
                        exit(77);
                exit(cmocka_run_group_tests(tests, NULL, NULL));
        }
        if (waitpid(pid, &status, 0) != pid)
                return -errno;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(void)
{
        int r = netbox_enter();

        if (r == 0)
                r = in_own_processes();
        if (r < 0 || r == 77)
                printf("skipped: no private network here: %s\n", r < 0 ? strerror(-r) : "proc cannot be mounted");
        return r < 0 ? 77 : r;
}
