/*
 * test_journal.c - a plan's life in the journal, what it leaves in the inventory, and what a killed one leaves to be
 * seen.
 */
#include "db/db.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static int set_up(void **state)
{
        (void)state;
        tempdir_make(folder);
        file = tempdir_file(folder, "inventory.db");
        e = (struct err){0};
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

static struct target at(uint64_t cookie, const char *jail, int ifindex, const char *iface)
{
        struct target t = {.cookie = cookie, .ifindex = ifindex};

        (void)str_copy(t.jail, sizeof(t.jail), jail);
        (void)str_copy(t.iface, sizeof(t.iface), iface);
        return t;
}

/* create epair with its second end in a jail that the plan makes */
static struct plan *epair_plan(void)
{
        struct plan *p = plan_new("create epair0a and epair0b");

        free(p->words);
        p->words = xstrdup("create epair");

        struct step *s = plan_add(p, STEP_JAIL_ADD);

        s->at = at(0, "www", 0, "");
        s = plan_add(p, STEP_LINK_ADD);
        s->at = at(HOST_COOKIE, "host", 0, "");
        s->link.kind = KIND_VETH;
        s->link.role = s->link.peer_role = ROLE_EPAIR;
        s->link.peer_jail = at(0, "www", 0, "");
        (void)str_copy(s->link.name, sizeof(s->link.name), "epair0a");
        (void)str_copy(s->link.peer_name, sizeof(s->link.peer_name), "epair0b");
        s = plan_add(p, STEP_NODE_NAME);
        s->at = at(0, "www", 0, "epair0b");
        (void)str_copy(s->text, sizeof(s->text), "uplink");
        s = plan_add(p, STEP_PIN);
        s->at = at(HOST_COOKIE, "host", 0, "epair0a");
        s->pin_source = PIN_STABLE;
        (void)mac_parse("02:00:00:00:00:01", &s->mac);
        return p;
}

/* What exec does, with a kernel that says yes. */
static void run_to_end(struct plan *p)
{
        struct journal *j = db_journal(d);

        check(j->begin(j, p, &e));
        for (size_t i = 0; i < p->step_count; i++) {
                struct step *s = &p->steps[i];

                s->state = STEP_SENT;
                check(j->about_to(j, p, i, 1, &e));
                s->state = STEP_DONE;
                if (s->op == STEP_JAIL_ADD)
                        s->made_cookie = WWW_COOKIE;
                if (s->op == STEP_LINK_ADD) {
                        s->made = (struct iface_id){HOST_COOKIE, 10};
                        s->made_peer = (struct iface_id){WWW_COOKIE, 2};
                }
                check(j->outcome(j, p, i, 1, &e));
        }
        p->state = PLAN_DONE;
        check(j->finish(j, p, &e));
}

static void test_life_cycle(void **state)
{
        CLEANUP(plan_freep) struct plan *p = epair_plan();
        CLEANUP(plan_freep) struct plan *back = NULL;
        CLEANUP(freep) struct journal_entry *list = NULL;
        struct journal_entry entry;
        size_t count;
        int64_t undoable;

        (void)state;
        run_to_end(p);
        assert_int_equal(p->number, 1);
        assert_int_not_equal(p->steps[1].link.number, 0);
        assert_int_not_equal(p->steps[1].link.peer_number, p->steps[1].link.number);

        check(db_journal_list(d, 0, 10, NULL, &list, &count, &e));
        assert_int_equal(count, 1);
        assert_int_equal(list[0].number, 1);
        assert_int_equal(list[0].state, PLAN_DONE);
        assert_string_equal(list[0].words, "create epair");
        assert_string_equal(list[0].title, "create epair0a and epair0b");
        assert_int_equal(list[0].step_count, 4);
        assert_true(list[0].time > 1600000000);
        assert_true(list[0].user[0] != '\0');

        check(db_journal_load(d, 1, &back, &entry, &e));
        assert_int_equal(back->step_count, 4);
        assert_int_equal(back->state, PLAN_DONE);
        assert_int_equal(back->steps[1].state, STEP_DONE);
        assert_int_equal(back->steps[1].made.ifindex, 10);
        assert_int_equal(back->steps[1].link.number, p->steps[1].link.number);
        assert_true(entry.is_this_boot);
        check(db_journal_last_undoable(d, &undoable, &e));
        assert_int_equal(undoable, 1);
        assert_int_equal(db_journal_last_open(d, &undoable, &e), -ENOENT);
        assert_int_equal(db_journal_load(d, 2, &back, NULL, &e), -ENOENT);
}

static void test_inventory_follows(void **state)
{
        CLEANUP(plan_freep) struct plan *p = epair_plan();
        struct registry *r = registry_new();

        (void)state;
        run_to_end(p);
        check(db_registry_store(d)->load(db_registry_store(d), r, &e));

        struct reg_jail *j = registry_find_jail(r, WWW_COOKIE);

        assert_non_null(j);
        assert_true(j->is_owned);
        assert_string_equal(j->name, "www");

        struct reg_iface *a = registry_find_iface(r, (struct iface_id){HOST_COOKIE, 10});
        struct reg_iface *b = registry_find_iface(r, (struct iface_id){WWW_COOKIE, 2});

        assert_non_null(a);
        assert_non_null(b);
        assert_int_equal(a->number, p->steps[1].link.number);
        assert_int_equal(b->number, p->steps[1].link.peer_number);
        assert_string_equal(a->name, "epair0a");
        assert_int_equal(a->role, ROLE_EPAIR);
        assert_true(a->is_owned);
        assert_int_equal(a->pin_source, PIN_STABLE);
        assert_string_equal(b->node_name, "uplink");
        assert_int_equal(number_of("SELECT count(*) FROM edge WHERE kind = 'pair'"), 1);
        registry_free(r);
}

/* The observer was quicker than the closing transaction, and counted the new link by itself. */
static void test_observer_was_quicker(void **state)
{
        CLEANUP(plan_freep) struct plan *p = epair_plan();
        struct journal *j = db_journal(d);
        struct registry *r = registry_new();
        struct db *other = NULL;

        (void)state;
        check(db_open(file, DB_CHECKED, &other, NULL, &e));
        check(j->begin(j, p, &e));
        check(db_registry_store(other)->load(db_registry_store(other), r, &e));
        (void)str_copy(registry_add_jail(r, WWW_COOKIE)->name, JAIL_NAME_SIZE, "www");

        int jid = registry_find_jail(r, WWW_COOKIE)->jid;
        struct reg_iface *seen = registry_add_iface(r, (struct iface_id){HOST_COOKIE, 10});

        (void)str_copy(seen->name, sizeof(seen->name), "epair0a");
        (void)str_copy(seen->kind, sizeof(seen->kind), "veth");
        assert_int_not_equal(seen->number, p->steps[1].link.number); /* that one is reserved */
        check(db_registry_store(other)->save(db_registry_store(other), r, &e));

        for (size_t i = 0; i < p->step_count; i++)
                p->steps[i].state = STEP_DONE;
        p->steps[0].made_cookie = WWW_COOKIE;
        p->steps[1].made = (struct iface_id){HOST_COOKIE, 10};
        p->steps[1].made_peer = (struct iface_id){WWW_COOKIE, 2};
        p->state = PLAN_DONE;
        check(j->finish(j, p, &e));
        assert_true(db_registry_store(other)->has_changed(db_registry_store(other)));
        check(db_registry_store(other)->load(db_registry_store(other), r, &e));
        seen = registry_find_iface(r, (struct iface_id){HOST_COOKIE, 10});
        assert_non_null(seen);
        assert_int_equal(seen->number, p->steps[1].link.number);
        assert_true(seen->is_owned);
        assert_int_equal(registry_find_jail(r, WWW_COOKIE)->jid, jid);
        assert_true(registry_find_jail(r, WWW_COOKIE)->is_owned);
        assert_int_equal(number_of("SELECT count(*) FROM interface"), 2);
        registry_free(r);
        db_close(other);
}

/* While a plan is at work, what it puts back was taken for something else that had its address and is gone: that used
 * to be saved, and the other one was remembered under this one's name. */
static void test_observer_guessed(void **state)
{
        struct registry_store *store = db_registry_store(d);
        CLEANUP(plan_freep) struct plan *p = epair_plan();
        struct journal *j = db_journal(d);
        struct registry *r = registry_new();

        (void)state;
        assert_int_equal(db_exec(d,
                                 "INSERT INTO interface(number, name, kind, jail, mac, is_owned, is_gone) "
                                 "VALUES(1, 'e9', 'veth', 'host', '02:00:00:00:00:09', 1, 1);"
                                 "INSERT INTO pin(number, mac, source) VALUES(1, '02:00:00:00:00:09', 4);"
                                 "UPDATE host SET next_number = 2",
                                 &e),
                         0);
        check(j->begin(j, p, &e));
        for (int k = 0; k < 2; k++) {
                registry_clear(r);
                check(store->load(store, r, &e));

                struct reg_iface *guess = registry_find_number(r, 1);

                guess->id = (struct iface_id){HOST_COOKIE, 12}; /* as the picture does with a pin */
                guess->is_gone = false;
                guess->is_changed = true;
                (void)str_copy(guess->name, sizeof(guess->name), "p0");
                registry_sort(r);
                check(store->save(store, r, &e));
                assert_int_equal(number_of("SELECT name = 'p0' AND is_gone = 0 FROM interface WHERE number = 1"), k);
                if (k == 0) {
                        p->state = PLAN_ROLLED_BACK;
                        check(j->finish(j, p, &e));
                }
        }
        registry_free(r);
}

static void move_plan(uint32_t number, struct target from, struct target to, struct iface_id made)
{
        CLEANUP(plan_freep) struct plan *p = plan_new("move");
        struct step *s = plan_add(p, STEP_LINK_MOVE);

        free(p->words);
        p->words = xstrdup("move");
        s->at = from;
        s->at.number = number;
        s->to = to;
        s->made = made;
        check(db_journal(d)->begin(db_journal(d), p, &e));
        s->state = STEP_DONE;
        p->state = PLAN_DONE;
        check(db_journal(d)->finish(db_journal(d), p, &e));
}

static void test_loans(void **state)
{
        struct registry *r = registry_new();

        (void)state;
        check(db_registry_store(d)->load(db_registry_store(d), r, &e));

        struct reg_iface *i = registry_add_iface(r, (struct iface_id){HOST_COOKIE, 3});
        struct reg_jail *www = registry_add_jail(r, WWW_COOKIE);
        uint32_t number = i->number;

        (void)str_copy(i->name, sizeof(i->name), "eth1");
        (void)mac_parse("02:00:00:00:00:33", &i->mac);
        (void)str_copy(www->name, sizeof(www->name), "www");
        www->handle = (struct ns_handle){.type = 1, .length = 4, .bytes = {4, 3, 2, 1}};
        check(db_registry_store(d)->save(db_registry_store(d), r, &e));

        move_plan(number, at(HOST_COOKIE, "host", 3, "eth1"), at(WWW_COOKIE, "www", 0, ""),
                  (struct iface_id){WWW_COOKIE, 9});
        registry_clear(r);
        check(db_registry_store(d)->load(db_registry_store(d), r, &e));
        assert_int_equal(r->loan_count, 1);
        assert_int_equal(r->loans[0].state, LOAN_ON_LOAN);
        assert_int_equal(r->loans[0].number, number);
        assert_string_equal(r->loans[0].iface, "eth1");
        assert_string_equal(r->loans[0].jail, "www");
        assert_int_equal(r->loans[0].handle.length, 4);
        assert_true(r->loans[0].mac.is_set);
        assert_non_null(registry_find_iface(r, (struct iface_id){WWW_COOKIE, 9}));
        assert_null(registry_find_iface(r, (struct iface_id){HOST_COOKIE, 3}));

        move_plan(number, at(WWW_COOKIE, "www", 9, "eth1"), at(78, "db", 0, ""), (struct iface_id){78, 2});
        assert_int_equal(number_of("SELECT count(*) FROM loan"), 1);
        assert_int_equal(number_of("SELECT cookie FROM loan"), 78);

        move_plan(number, at(78, "db", 2, "eth1"), at(HOST_COOKIE, "host", 0, ""), (struct iface_id){HOST_COOKIE, 12});
        assert_int_equal(number_of("SELECT state FROM loan"), LOAN_RETURNED);
        registry_free(r);
}

static void test_rolled_back(void **state)
{
        CLEANUP(plan_freep) struct plan *p = epair_plan();
        CLEANUP(freep) struct journal_entry *list = NULL;
        struct journal *j = db_journal(d);
        size_t count;
        int64_t number;

        (void)state;
        check(j->begin(j, p, &e));
        assert_int_equal(number_of("SELECT count(*) FROM interface"), 2);
        p->steps[0].state = STEP_UNDONE;
        p->steps[1].state = STEP_FAILED;
        p->steps[1].outcome = -EEXIST;
        p->state = PLAN_ROLLED_BACK;
        (void)str_copy(p->failure, sizeof(p->failure), "epair0a: is there already");
        check(j->finish(j, p, &e));
        assert_int_equal(number_of("SELECT count(*) FROM interface"), 0);
        assert_int_equal(number_of("SELECT count(*) FROM jail"), 0);
        check(db_journal_list(d, 0, 10, NULL, &list, &count, &e));
        assert_int_equal(list[0].state, PLAN_ROLLED_BACK);
        assert_string_equal(list[0].failure, "epair0a: is there already");
        assert_int_equal(db_journal_last_undoable(d, &number, &e), -ENOENT);
}

/* Moved, then destroyed; the way back makes it again where it was moved to, and moves that back. That it is where it
 * was made used to be remembered, as if the steps were taken back oldest first: its number was another's soon. */
static void test_rolled_back_newest_first(void **state)
{
        CLEANUP(plan_freep) struct plan *p = plan_new("destroy www");
        struct journal *j = db_journal(d);
        struct step *move, *del, *u;

        (void)state;
        (void)plan_add(p, STEP_LINK_MOVE);
        del = plan_add(p, STEP_LINK_DEL);
        move = &p->steps[0];
        move->at = at(WWW_COOKIE, "www", 4, "p0");
        move->at.number = 3;
        move->to = at(HOST_COOKIE, "host", 0, "");
        u = step_add_undo(move, STEP_LINK_MOVE);
        u->at = at(HOST_COOKIE, "host", 0, "p0");
        u->at.number = 3;
        u->to = at(WWW_COOKIE, "www", 0, "");
        u->made = (struct iface_id){WWW_COOKIE, 21};
        del->at = at(HOST_COOKIE, "host", 9, "p0");
        u = step_add_undo(del, STEP_LINK_ADD);
        u->at = at(HOST_COOKIE, "host", 0, "");
        u->link.number = 3;
        u->link.kind = KIND_MACVLAN;
        (void)str_copy(u->link.name, sizeof(u->link.name), "p0");
        u->made = (struct iface_id){HOST_COOKIE, 20};
        check(j->begin(j, p, &e));
        move->state = del->state = STEP_UNDONE;
        p->state = PLAN_ROLLED_BACK;
        check(j->finish(j, p, &e));
        assert_int_equal(number_of("SELECT ifindex FROM interface WHERE number = 3"), 21);
}

static void test_undone(void **state)
{
        CLEANUP(plan_freep) struct plan *p = epair_plan();
        CLEANUP(plan_freep) struct plan *undo = plan_new("take back create epair");
        CLEANUP(freep) struct journal_entry *list = NULL;
        struct journal *j = db_journal(d);
        struct registry *r = registry_new();
        size_t count;
        int64_t number;

        (void)state;
        run_to_end(p);

        struct step *s = plan_add(undo, STEP_LINK_DEL);

        s->at = at(HOST_COOKIE, "host", 10, "epair0a");
        undo->undoes = p->number;
        check(j->begin(j, undo, &e));
        s->state = STEP_DONE;
        undo->state = PLAN_DONE;
        check(j->finish(j, undo, &e));
        check(db_journal_list(d, 0, 10, NULL, &list, &count, &e));
        assert_int_equal(count, 2);
        assert_int_equal(list[0].undoes, 1);
        assert_int_equal(list[1].state, PLAN_UNDONE);
        assert_int_equal(list[1].undone_by, 2);
        assert_int_equal(db_journal_last_undoable(d, &number, &e), -ENOENT);

        /* Both ends are gone; their numbers are kept for the marks that may turn up again. */
        check(db_registry_store(d)->load(db_registry_store(d), r, &e));
        assert_null(registry_find_iface(r, (struct iface_id){HOST_COOKIE, 10}));
        assert_null(registry_find_iface(r, (struct iface_id){WWW_COOKIE, 2}));
        registry_free(r);
}

/* kill -9 between the announcement and the outcome: the plan is found open, with the step that was sent. */
static void test_killed(void **state)
{
        CLEANUP(plan_freep) struct plan *back = NULL;
        int status;
        int64_t number = 0;
        pid_t child;

        (void)state;
        db_close(d); /* SQLite's connections do not go through a fork */
        d = NULL;
        child = fork();
        assert_true(child >= 0);
        if (child == 0) {
                struct db *mine = NULL;

                if (db_open(file, 0, &mine, NULL, NULL) < 0)
                        _exit(1);

                struct journal *j = db_journal(mine);
                struct plan *p = epair_plan();

                p->steps[0].state = STEP_SENT;
                if (j->lock(j, 0, NULL) < 0 || j->begin(j, p, NULL) < 0 || j->about_to(j, p, 0, 1, NULL) < 0)
                        _exit(2);
                (void)raise(SIGKILL);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        check(db_open(file, 0, &d, NULL, &e));
        check(db_journal_last_open(d, &number, &e));
        assert_int_equal(number, 1);
        check(db_journal(d)->lock(db_journal(d), 1000, &e)); /* died with its holder */
        check(db_journal_load(d, number, &back, NULL, &e));
        assert_int_equal(back->state, PLAN_OPEN);
        assert_int_equal(number_of("SELECT state = 'sent' FROM step WHERE position = 0"), 1);
        assert_int_equal(number_of("SELECT state = 'planned' FROM step WHERE position = 1"), 1);
}

static void test_filter_and_pages(void **state)
{
        CLEANUP(freep) struct journal_entry *list = NULL;
        CLEANUP(freep) struct journal_entry *second = NULL;
        CLEANUP(freep) struct journal_entry *some = NULL;
        size_t count;

        (void)state;
        for (int i = 0; i < 5; i++) {
                CLEANUP(plan_freep) struct plan *p = plan_new("up");
                struct step *s = plan_add(p, STEP_LINK_UP);

                s->at = i % 2 ? at(WWW_COOKIE, "www", 2, "eth0") : at(HOST_COOKIE, "host", 3, "eth0");
                check(db_journal(d)->begin(db_journal(d), p, &e));
                p->state = PLAN_DONE;
                check(db_journal(d)->finish(db_journal(d), p, &e));
        }
        check(db_journal_list(d, 0, 2, NULL, &list, &count, &e));
        assert_int_equal(count, 2);
        assert_int_equal(list[0].number, 5);
        check(db_journal_list(d, list[1].number, 10, NULL, &second, &count, &e));
        assert_int_equal(count, 3);
        assert_int_equal(second[0].number, 3);
        check(db_journal_list(d, 0, 10, "www/eth0", &some, &count, &e));
        assert_int_equal(count, 2);
        free(TAKE(some));
        check(db_journal_list(d, 0, 10, "jail:www", &some, &count, &e));
        assert_int_equal(count, 2);
        free(TAKE(some));
        check(db_journal_list(d, 0, 10, "eth0", &some, &count, &e));
        assert_int_equal(count, 3);
        free(TAKE(some));
        check(db_journal_list(d, 0, 10, "eth", &some, &count, &e));
        assert_int_equal(count, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_life_cycle, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_inventory_follows, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_observer_was_quicker, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_observer_guessed, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_loans, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_rolled_back, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_rolled_back_newest_first, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_undone, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_killed, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_filter_and_pages, set_up, tear_down),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
