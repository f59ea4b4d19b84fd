/*
 * test_wanted.c - the wanted network in the inventory: kept up to date by plans that are done, and by those alone;
 * taken over from a file of version 1; and pins that wait for the next interface of their jail and name.
 */
#include "db/db.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "db/private.h"
#include "tests/lib/tempdir.h"

#define HOST_COOKIE 1
#define WWW_COOKIE  77

static char folder[TEMPDIR_SIZE];
static char *file;
static struct db *d;
static struct err e;
static int next_index;

static int set_up(void **state)
{
        (void)state;
        tempdir_make(folder);
        file = tempdir_file(folder, "inventory.db");
        e = (struct err){0};
        next_index = 10;
        return db_open(file, DB_CREATE, &d, NULL, &e);
}

static int tear_down(void **state)
{
        (void)state;
        db_close(d);
        tempdir_remove(folder);
        free(file);
        return 0;
}

static void check(int r)
{
        if (r < 0)
                fail_msg("%s", e.what);
}

static int64_t number_of(const char *sql)
{
        int64_t n = -1;

        check(db_query(d, &e, &n, sql, ""));
        return n;
}

static struct target at(const char *jail, const char *iface)
{
        struct target t = {.cookie = strcmp(jail, "host") == 0 ? HOST_COOKIE : 0};

        (void)str_copy(t.jail, sizeof(t.jail), jail);
        (void)str_copy(t.iface, sizeof(t.iface), iface);
        return t;
}

static struct plan *begin_plan(const char *words)
{
        struct plan *p = plan_new("%s", words);

        free(p->words);
        p->words = xstrdup(words);
        return p;
}

static struct step *add(struct plan *p, enum step_op op, const char *jail, const char *iface)
{
        struct step *s = plan_add(p, op);

        s->at = at(jail, iface);
        return s;
}

static void add_pair(struct plan *p, const char *a, const char *jail_b, const char *b)
{
        struct link_spec *l = &add(p, STEP_LINK_ADD, "host", "")->link;

        l->kind = KIND_VETH;
        l->role = l->peer_role = ROLE_EPAIR;
        l->peer_jail = at(jail_b, "");
        (void)str_copy(l->name, sizeof(l->name), a);
        (void)str_copy(l->peer_name, sizeof(l->peer_name), b);
        (void)mac_parse("02:00:00:00:00:0a", &l->mac);
        (void)mac_parse("02:00:00:00:00:0b", &l->peer_mac);
}

static void add_bridge(struct plan *p, const char *name)
{
        struct link_spec *l = &add(p, STEP_LINK_ADD, "host", "")->link;

        l->kind = KIND_BRIDGE;
        (void)str_copy(l->name, sizeof(l->name), name);
}

/* What exec does, with a kernel that says yes; then the plan ends like that. Frees p. */
static int64_t run(struct plan *p, enum plan_state end)
{
        struct journal *j = db_journal(d);

        check(j->begin(j, p, &e));
        for (size_t i = 0; i < p->step_count; i++) {
                struct step *s = &p->steps[i];

                s->state = end == PLAN_DONE ? STEP_DONE : STEP_UNDONE;
                if (s->op == STEP_JAIL_ADD)
                        s->made_cookie = WWW_COOKIE;
                if (s->op == STEP_LINK_ADD) {
                        s->made = (struct iface_id){HOST_COOKIE, next_index++};
                        s->made_peer = (struct iface_id){HOST_COOKIE, next_index++};
                }
                check(j->outcome(j, p, i, 1, &e));
        }
        p->state = end;
        check(j->finish(j, p, &e));

        int64_t number = p->number;

        plan_free(p);
        return number;
}

static struct plan *network(const char *words)
{
        struct plan *p = begin_plan(words);

        add(p, STEP_JAIL_ADD, "www", "");
        add_bridge(p, "br0");
        add_pair(p, "e0a", "www", "e0b");
        add(p, STEP_LINK_MASTER, "host", "e0a")->to = at("host", "br0");
        add(p, STEP_LINK_UP, "host", "e0a");
        add(p, STEP_LINK_UP, "www", "lo");
        add(p, STEP_LINK_MTU, "host", "e0a")->number = 1400;
        (void)prefix_parse("10.0.0.1/24", &add(p, STEP_ADDRESS_ADD, "host", "br0")->address, NULL);

        struct step *s = add(p, STEP_ROUTE_ADD, "www", "");

        (void)prefix_parse("0.0.0.0/0", &s->route.destination, NULL);
        (void)prefix_parse("10.0.0.1/32", &s->route.gateway, NULL);
        add(p, STEP_FORWARDING, "www", "")->number = 1;
        return p;
}

static const struct wanted_link *find(const struct wanted *w, const char *name)
{
        for (size_t i = 0; i < w->link_count; i++)
                if (strcmp(w->links[i].name, name) == 0)
                        return &w->links[i];
        return NULL;
}

static void what_a_plan_made(void **state)
{
        CLEANUP(wanted_done) struct wanted w = {0};

        (void)state;
        (void)run(network("make it"), PLAN_DONE);
        check(db_wanted(d, &w, &e));
        assert_int_equal(w.jail_count, 2);
        assert_string_equal(w.jails[1].name, "www");
        assert_true(w.jails[1].is_owned);
        assert_int_equal(w.jails[1].forwarding, 1);
        assert_int_equal(w.jails[0].forwarding, -1);

        const struct wanted_link *a = find(&w, "e0a"), *b = find(&w, "e0b"), *br = find(&w, "br0"),
                                 *lo = find(&w, "lo");

        assert_true(a->is_owned && b->is_owned && br->is_owned && !lo->is_owned);
        assert_ptr_equal(&w.links[a->peer], b);
        assert_ptr_equal(&w.links[b->peer], a);
        assert_ptr_equal(&w.links[a->master], br);
        assert_int_equal(a->port, 1);
        assert_int_equal(a->is_up, 1);
        assert_int_equal(b->is_up, 0);
        assert_int_equal(a->mtu_bytes, 1400);
        assert_int_equal(b->mtu_bytes, 0);
        assert_int_equal(a->mac.bytes[5], 0x0a);
        assert_int_equal(b->jail, 1);
        assert_int_equal(lo->kind, KIND_LOOPBACK);
        assert_int_equal(lo->is_up, 1);
        assert_int_equal(br->address_count, 1);
        assert_int_equal(w.route_count, 1);
        assert_int_equal(w.routes[0].route.gateway.length, 32);
        assert_true(w.routes[0].link == NONE);
}

/* Taken back, or taken away again: it is not wanted. */
static void what_is_gone(void **state)
{
        struct plan *p = begin_plan("destroy e0b");

        (void)state;
        (void)run(network("rolled back"), PLAN_ROLLED_BACK);
        assert_int_equal(number_of("SELECT count(*) FROM wanted_link"), 0);
        (void)run(network("make it"), PLAN_DONE);
        assert_int_equal(number_of("SELECT count(*) FROM wanted_link"), 4);
        add(p, STEP_LINK_DEL, "host", "e0b")->at.number =
                (uint32_t)number_of("SELECT number FROM wanted_link WHERE name = 'e0b'");
        (void)run(p, PLAN_DONE);
        assert_int_equal(number_of("SELECT count(*) FROM wanted_link WHERE name LIKE 'e0_'"), 0);
        p = begin_plan("destroy www");
        add(p, STEP_JAIL_DEL, "www", "");
        (void)run(p, PLAN_DONE);
        assert_int_equal(number_of("SELECT count(*) FROM wanted_route"), 0);
        assert_int_equal(number_of("SELECT count(*) FROM wanted_link WHERE name = 'lo'"), 0);
        assert_int_equal(number_of("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

/* A restore says nothing new, nor does taking it back, nor taking that back. */
static void what_restore_says(void **state)
{
        struct plan *p = begin_plan("destroy br0");

        (void)state;
        (void)run(network("make it"), PLAN_DONE);

        int64_t restored = run(network("restore"), PLAN_DONE);

        assert_int_equal(number_of("SELECT count(*) FROM wanted_link"), 4);
        p->undoes = restored;
        add(p, STEP_LINK_DEL, "host", "br0")->at.number =
                (uint32_t)number_of("SELECT number FROM wanted_link WHERE name = 'br0'");

        int64_t undone = run(p, PLAN_DONE);

        assert_int_equal(number_of("SELECT count(*) FROM wanted_link WHERE name = 'br0'"), 1);
        p = begin_plan("undo");
        p->undoes = undone;
        add_bridge(p, "br9");
        (void)run(p, PLAN_DONE);
        assert_int_equal(number_of("SELECT count(*) FROM wanted_link WHERE name = 'br9'"), 0);
}

static void ports_and_moves(void **state)
{
        struct plan *p = network("make it");

        (void)state;
        add_pair(p, "p0", "host", "q0");
        add_pair(p, "p1", "host", "q1");
        add(p, STEP_LINK_MASTER, "host", "p0")->to = at("host", "br0");
        add(p, STEP_LINK_MASTER, "host", "p1")->to = at("host", "br0");
        add(p, STEP_LINK_MASTER, "host", "p0"); /* leaves */
        (void)run(p, PLAN_DONE);
        assert_int_equal(number_of("SELECT port FROM wanted_link WHERE name = 'p1'"), 3);
        p = begin_plan("attach q0 br0");
        add(p, STEP_LINK_MASTER, "host", "q0")->to = at("host", "br0");
        (void)run(p, PLAN_DONE);
        assert_int_equal(number_of("SELECT port FROM wanted_link WHERE name = 'q0'"), 2);

        /* The kernel drops what it had, and so it is not wanted unless it is said again. */
        p = begin_plan("move br0");

        struct step *s = add(p, STEP_LINK_MOVE, "host", "p1");

        s->to = at("www", "");
        (void)str_copy(s->name, sizeof(s->name), "inside");
        s->is_up = true;
        (void)run(p, PLAN_DONE);
        assert_int_equal(number_of("SELECT master IS NULL AND is_up = 1 FROM wanted_link WHERE name = 'inside'"), 1);

        /* A stack that is only a process's is nothing to come back to. */
        p = begin_plan("move to a process");
        s = add(p, STEP_LINK_MOVE, "host", "q1");
        s->to = at("sh-4711", "");
        (void)str_copy(s->to.path, sizeof(s->to.path), "/proc/4711/ns/net");
        (void)run(p, PLAN_DONE);
        assert_int_equal(number_of("SELECT count(*) FROM wanted_jail WHERE name = 'sh-4711'"), 0);
        assert_int_equal(number_of("SELECT count(*) FROM wanted_link WHERE name = 'q1'"), 1);
}

/* Somebody else's interface: what jailnet did to it, and what it was called at first. */
static void borrowed_ones(void **state)
{
        struct plan *p = begin_plan("rename eth1 wan");
        struct step *s = add(p, STEP_LINK_RENAME, "host", "eth1");
        CLEANUP(wanted_done) struct wanted w = {0};

        (void)state;
        s->at.ifindex = 2;
        s->at.number = 500;
        (void)str_copy(s->name, sizeof(s->name), "wan");
        (void)run(p, PLAN_DONE);
        check(db_wanted(d, &w, &e));
        assert_int_equal(w.link_count, 1);
        assert_string_equal(w.links[0].name, "wan");
        assert_string_equal(w.links[0].home, "eth1");
        assert_int_equal(w.links[0].kind, KIND_PHYSICAL);
        assert_int_equal(w.links[0].number, 500);
        assert_false(w.links[0].is_owned);
        assert_int_equal(w.links[0].is_up, -1);
}

/* Made again under its name, it is born with the pinned address, and one pin is left. */
static void pins_wait(void **state)
{
        struct plan *p = network("make it");
        struct step *s = add(p, STEP_PIN, "host", "e0a");

        (void)state;
        s->pin_source = PIN_JIB;
        (void)mac_parse("02:11:22:33:44:55", &s->mac);
        (void)run(p, PLAN_DONE);

        uint32_t first = (uint32_t)number_of("SELECT number FROM wanted_link WHERE name = 'e0a'");

        p = begin_plan("destroy e0a");
        add(p, STEP_LINK_DEL, "host", "e0a")->at.number = first;
        (void)run(p, PLAN_DONE);
        p = begin_plan("create epair e0a other");
        add_pair(p, "e0a", "host", "other");

        struct journal *j = db_journal(d);

        check(j->begin(j, p, &e));
        assert_int_equal(p->steps[0].link.mac.bytes[5], 0x55);
        assert_int_equal(p->steps[0].link.peer_mac.bytes[5], 0x0b); /* another name */
        p->steps[0].state = STEP_DONE;
        p->steps[0].made = (struct iface_id){HOST_COOKIE, 50};
        p->steps[0].made_peer = (struct iface_id){HOST_COOKIE, 51};
        p->state = PLAN_DONE;
        check(j->finish(j, p, &e));
        assert_int_equal(number_of("SELECT count(*) FROM pin"), 1);
        assert_int_equal(number_of("SELECT number FROM pin"), p->steps[0].link.number);
        assert_int_not_equal(p->steps[0].link.number, first);
        plan_free(p);
}

/* Makes a pair and takes it away; returns the number of its first end. 0: a new one. */
static uint32_t make_and_destroy(uint32_t number, bool is_pinned)
{
        struct plan *p = begin_plan("create epair a0 b0");

        add_pair(p, "a0", "host", "b0");
        p->steps[0].link.number = number;
        if (is_pinned) {
                struct step *s = add(p, STEP_PIN, "host", "a0");

                s->pin_source = PIN_MANUAL;
                s->mac = p->steps[0].link.mac;
        }
        (void)run(p, PLAN_DONE);
        number = (uint32_t)number_of("SELECT number FROM interface WHERE name = 'a0' AND is_gone = 0");
        p = begin_plan("destroy a0");
        add(p, STEP_LINK_DEL, "host", "a0")->at.number = number;
        (void)run(p, PLAN_DONE);
        return number;
}

/* What is made again as itself, by undo, is pinned if it was: it used to get the pin of another that had its name and
 * address since and is gone. */
static void pins_stay(void **state)
{
        uint32_t first = make_and_destroy(0, false), second = make_and_destroy(0, true);

        (void)state;
        assert_int_equal(make_and_destroy(first, false), first);
        assert_int_equal(number_of("SELECT number FROM pin"), second);
}

/* A file of the first released version, with what it knew. */
static void from_version_1(void **state)
{
        CLEANUP(freep) char *old = tempdir_file(folder, "old.db");
        CLEANUP(wanted_done) struct wanted w = {0};
        sqlite3 *sql = NULL;

        (void)state;
        assert_int_equal(migrations[0].version, 1);
        assert_int_equal(sqlite3_open(old, &sql), SQLITE_OK);
        assert_int_equal(sqlite3_exec(sql, migrations[0].sql, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(sql,
                                      "PRAGMA user_version = 1; PRAGMA application_id = 0x6a61696c;"
                                      "INSERT INTO jail(boot_id, cookie, jid, name, is_owned) VALUES"
                                      "  ('b', 1, 0, 'alpha', 0), ('b', 77, 1, 'www', 1), ('b', 78, 2, 'theirs', 0);"
                                      "INSERT INTO interface(number, boot_id, cookie, ifindex, name, kind, role, mac, "
                                      "is_owned, is_gone) VALUES"
                                      "  (1, 'b', 1, 2, 'br0', 'bridge', 0, '02:00:00:00:00:01', 1, 0),"
                                      "  (2, 'b', 1, 3, 'e0a', 'veth', 1, '02:00:00:00:00:02', 1, 0),"
                                      "  (3, 'b', 77, 2, 'e0b', 'veth', 1, '02:00:00:00:00:03', 1, 0),"
                                      "  (4, 'b', 1, 9, 'gone0', 'bridge', 0, NULL, 1, 1),"
                                      "  (5, 'b', 1, 1, 'eth0', '', 0, NULL, 0, 0);"
                                      "INSERT INTO edge VALUES('pair', 2, 3), ('port', 1, 2);"
                                      "INSERT INTO pin(number, mac, source) VALUES(3, '02:aa:00:00:00:03', 4);",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_close(sql), SQLITE_OK);
        db_close(d);
        d = NULL;
        check(db_open(old, 0, &d, NULL, &e));
        check(db_wanted(d, &w, &e));
        assert_int_equal(w.jail_count, 2);
        assert_string_equal(w.jails[0].name, "host");
        assert_string_equal(w.jails[1].name, "www");
        assert_true(w.jails[1].is_owned);
        assert_int_equal(w.link_count, 3);
        assert_int_equal(find(&w, "e0b")->jail, 1);
        assert_int_equal(find(&w, "e0a")->jail, 0);
        assert_ptr_equal(&w.links[find(&w, "e0a")->peer], find(&w, "e0b"));
        assert_ptr_equal(&w.links[find(&w, "e0a")->master], find(&w, "br0"));
        assert_int_equal(find(&w, "e0b")->pin.bytes[1], 0xaa);
        assert_int_equal(number_of("SELECT count(*) FROM interface WHERE jail = 'www'"), 1);
        assert_int_equal(number_of("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(what_a_plan_made, set_up, tear_down),
                cmocka_unit_test_setup_teardown(what_is_gone, set_up, tear_down),
                cmocka_unit_test_setup_teardown(what_restore_says, set_up, tear_down),
                cmocka_unit_test_setup_teardown(ports_and_moves, set_up, tear_down),
                cmocka_unit_test_setup_teardown(borrowed_ones, set_up, tear_down),
                cmocka_unit_test_setup_teardown(pins_wait, set_up, tear_down),
                cmocka_unit_test_setup_teardown(pins_stay, set_up, tear_down),
                cmocka_unit_test_setup_teardown(from_version_1, set_up, tear_down),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
