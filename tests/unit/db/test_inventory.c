/*
 * test_inventory.c - the registry goes to the file and comes back; two processes that see the same new things agree;
 * what an earlier boot left is not taken for today's.
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

static char folder[TEMPDIR_SIZE];
static char *file;

static int set_up(void **state)
{
        (void)state;
        tempdir_make(folder);
        file = tempdir_file(folder, "inventory.db");
        return 0;
}

static int tear_down(void **state)
{
        (void)state;
        tempdir_remove(folder);
        free(file);
        return 0;
}

static struct db *open_ok(void)
{
        struct db *d = NULL;
        struct err e = {0};

        if (db_open(file, DB_CREATE, &d, NULL, &e) < 0)
                fail_msg("%s", e.what);
        return d;
}

static void load(struct db *d, struct registry *r)
{
        struct registry_store *s = db_registry_store(d);
        struct err e = {0};

        if (s->load(s, r, &e) < 0)
                fail_msg("%s", e.what);
}

static void save(struct db *d, struct registry *r)
{
        struct registry_store *s = db_registry_store(d);
        struct err e = {0};

        if (s->save(s, r, &e) < 0)
                fail_msg("%s", e.what);
        assert_false(registry_is_dirty(r));
}

static struct reg_iface *add_iface(struct registry *r, uint64_t cookie, int ifindex, const char *name)
{
        struct reg_iface *i = registry_add_iface(r, (struct iface_id){cookie, ifindex});

        (void)str_copy(i->name, sizeof(i->name), name);
        (void)str_copy(i->kind, sizeof(i->kind), "veth");
        return i;
}

static struct mac mac(const char *words)
{
        struct mac m;

        assert_int_equal(mac_parse(words, &m), 0);
        return m;
}

static void test_round_trip(void **state)
{
        struct db *d = open_ok();
        struct registry *r = registry_new();

        (void)state;
        load(d, r);

        /* A cookie with its highest bit set: SQLite's numbers have a sign. */
        struct reg_jail *j = registry_add_jail(r, 0x8000000000000001u);

        (void)str_copy(j->name, sizeof(j->name), "www");
        j->had_name = true;
        j->handle = (struct ns_handle){.type = 7, .length = 3, .bytes = {1, 2, 3}};
        (void)str_copy(registry_add_jail(r, 5)->name, JAIL_NAME_SIZE, "db");

        struct reg_iface *i = add_iface(r, 0x8000000000000001u, 4, "eth0");

        i->permanent = mac("02:00:00:00:00:09");
        i->role = ROLE_EPAIR;
        i->is_owned = true;
        i->long_name = xstrdup("a name of more than fifteen bytes");

        uint32_t number = i->number;
        struct reg_loan *l = registry_add_loan(r, number, 5);

        (void)str_copy(l->iface, sizeof(l->iface), "eth0");
        (void)str_copy(l->jail, sizeof(l->jail), "db");
        l->mac = mac("02:00:00:00:00:09");
        save(d, r);
        registry_free(r);
        db_close(d);

        d = open_ok();
        r = registry_new();
        load(d, r);
        assert_false(registry_is_dirty(r));
        assert_int_equal(r->jail_count, 2);
        j = registry_find_jail(r, 0x8000000000000001u);
        assert_non_null(j);
        assert_string_equal(j->name, "www");
        assert_int_equal(j->jid, 1);
        assert_true(j->had_name);
        assert_int_equal(j->handle.length, 3);
        assert_int_equal(j->handle.type, 7);
        assert_int_equal(j->handle.bytes[2], 3);
        i = registry_find_iface(r, (struct iface_id){0x8000000000000001u, 4});
        assert_non_null(i);
        assert_int_equal(i->number, number);
        assert_int_equal(i->role, ROLE_EPAIR);
        assert_true(i->is_owned);
        assert_true(mac_equal(i->permanent, mac("02:00:00:00:00:09")));
        assert_string_equal(i->long_name, "a name of more than fifteen bytes");
        assert_int_equal(r->loan_count, 1);
        assert_int_equal(r->loans[0].number, number);
        assert_int_equal(r->loans[0].state, LOAN_ON_LOAN);
        assert_string_equal(r->loans[0].jail, "db");
        assert_int_equal(r->next_number, number + 1);
        assert_int_equal(r->next_jid, 3);
        registry_free(r);
        db_close(d);
}

/* Two consoles see eth7 and the jail behind it at once, and each something of its own beside it. */
static void test_two_savers(void **state)
{
        struct db *a = open_ok(), *b = open_ok();
        struct registry *ra = registry_new(), *rb = registry_new();
        struct iface_id both = {9, 7}, only_a = {9, 8}, only_b = {9, 6};

        (void)state;
        load(a, ra);
        load(b, rb);
        (void)registry_add_jail(ra, 11);
        (void)registry_add_jail(ra, 9);
        (void)registry_add_jail(rb, 9);
        (void)registry_add_jail(rb, 10);
        (void)add_iface(ra, only_a.cookie, only_a.ifindex, "a0");
        (void)add_iface(ra, both.cookie, both.ifindex, "eth7");
        (void)add_iface(rb, both.cookie, both.ifindex, "eth7");
        (void)add_iface(rb, only_b.cookie, only_b.ifindex, "b0");
        save(a, ra);
        save(b, rb);
        assert_int_equal(registry_find_iface(ra, both)->number, registry_find_iface(rb, both)->number);
        assert_int_not_equal(registry_find_iface(ra, only_a)->number, registry_find_iface(rb, only_b)->number);
        assert_int_equal(registry_find_jail(ra, 9)->jid, registry_find_jail(rb, 9)->jid);
        assert_int_not_equal(registry_find_jail(ra, 11)->jid, registry_find_jail(rb, 10)->jid);

        /* Each hears of the other's, and both have the same picture then. */
        assert_true(db_registry_store(a)->has_changed(db_registry_store(a)));
        load(a, ra);
        assert_false(db_registry_store(a)->has_changed(db_registry_store(a)));
        load(b, rb);
        assert_int_equal(ra->iface_count, 3);
        assert_int_equal(rb->iface_count, 3);
        for (size_t i = 0; i < ra->iface_count; i++)
                assert_int_equal(ra->ifaces[i].number, rb->ifaces[i].number);
        registry_free(ra);
        registry_free(rb);
        db_close(a);
        db_close(b);
}

/* What was learnt and not saved survives a load; a number that was given away meanwhile does not stay. */
static void test_load_keeps_unsaved(void **state)
{
        struct db *a = open_ok(), *b = open_ok();
        struct registry *ra = registry_new(), *rb = registry_new();

        (void)state;
        load(a, ra);
        load(b, rb);
        (void)add_iface(ra, 9, 7, "mine");
        (void)add_iface(rb, 9, 8, "theirs");
        save(b, rb);
        assert_int_equal(registry_find_iface(ra, (struct iface_id){9, 7})->number, 1);
        load(a, ra);
        assert_int_equal(ra->iface_count, 2);
        assert_int_equal(registry_find_iface(ra, (struct iface_id){9, 8})->number, 1);
        assert_int_equal(registry_find_iface(ra, (struct iface_id){9, 7})->number, 2);
        assert_true(registry_is_dirty(ra));
        save(a, ra);
        registry_free(ra);
        registry_free(rb);
        db_close(a);
        db_close(b);
}

/* What a plan moved was seen where it went, and saved with a number of its own, before the plan told which link it is.
 * When it changed again, that number was given back to it. */
static void test_told_meanwhile(void **state)
{
        struct db *plan = open_ok(), *watcher = open_ok();
        struct registry *rp = registry_new(), *rw = registry_new();
        struct iface_id before = {8, 7}, after = {9, 7};
        struct reg_iface *moved;
        struct err e = {0};

        (void)state;
        load(plan, rp);
        uint32_t number = add_iface(rp, before.cookie, before.ifindex, "eth0")->number;
        save(plan, rp);
        load(watcher, rw);
        moved = registry_find_iface(rw, before);
        moved->is_gone = moved->is_changed = true;
        assert_int_not_equal(add_iface(rw, after.cookie, after.ifindex, "eth0")->number, number);
        save(watcher, rw);

        moved = registry_find_iface(rp, before);
        moved->id = after;
        assert_int_equal(inventory_put_iface(plan, moved, &e), 0);

        moved = registry_find_iface(rw, after);
        (void)str_copy(moved->jail, sizeof(moved->jail), "renamed");
        moved->is_changed = true;
        save(watcher, rw);
        assert_int_equal(registry_find_iface(rw, after)->number, number);
        load(plan, rp);
        assert_int_equal(registry_find_iface(rp, after)->number, number);
        assert_string_equal(registry_find_iface(rp, after)->jail, "renamed");
        registry_free(rp);
        registry_free(rw);
        db_close(plan);
        db_close(watcher);
}

/* What is changed where it was, after a plan told where it is, is not taken back to where it was. */
static void test_told_elsewhere(void **state)
{
        struct db *plan = open_ok(), *watcher = open_ok();
        struct registry *rp = registry_new(), *rw = registry_new();
        struct iface_id before = {8, 7}, after = {9, 7};
        struct reg_iface *moved;
        struct err e = {0};

        (void)state;
        load(plan, rp);
        uint32_t number = add_iface(rp, before.cookie, before.ifindex, "eth0")->number;
        save(plan, rp);
        load(watcher, rw);

        moved = registry_find_iface(rp, before);
        moved->id = after;
        assert_int_equal(inventory_put_iface(plan, moved, &e), 0);

        moved = registry_find_iface(rw, before);
        (void)str_copy(moved->jail, sizeof(moved->jail), "renamed");
        moved->is_changed = true;
        (void)add_iface(rw, after.cookie, after.ifindex, "eth0");
        save(watcher, rw);
        assert_int_equal(registry_find_iface(rw, after)->number, number);
        load(watcher, rw);
        assert_int_equal(registry_find_iface(rw, after)->number, number);
        assert_null(registry_find_iface(rw, before));
        registry_free(rp);
        registry_free(rw);
        db_close(plan);
        db_close(watcher);
}

/* What somebody else wrote since the first load may be newer than what this process has seen. */
static void test_told_ahead(void **state)
{
        struct db *plan = open_ok(), *watcher = open_ok();
        struct registry *rp = registry_new(), *rw = registry_new();
        struct iface_id first = {8, 7}, second = {9, 7};

        (void)state;
        load(plan, rp);
        (void)registry_add_jail(rp, first.cookie);
        (void)add_iface(rp, first.cookie, first.ifindex, "eth0");
        save(plan, rp);
        load(watcher, rw);
        assert_false(registry_find_iface(rw, first)->is_ahead); /* read before anything was seen */
        assert_false(registry_find_jail(rw, first.cookie)->is_ahead);

        (void)registry_add_jail(rp, second.cookie);
        (void)add_iface(rp, second.cookie, second.ifindex, "eth0");
        save(plan, rp);
        load(watcher, rw);
        assert_false(registry_find_iface(rw, first)->is_ahead);
        assert_false(registry_find_jail(rw, first.cookie)->is_ahead);
        assert_true(registry_find_iface(rw, second)->is_ahead);
        assert_true(registry_find_jail(rw, second.cookie)->is_ahead);
        assert_true(registry_catch_up(rw));
        assert_false(registry_catch_up(rw));
        load(watcher, rw);
        assert_false(registry_find_iface(rw, second)->is_ahead);
        registry_free(rp);
        registry_free(rw);
        db_close(plan);
        db_close(watcher);
}

static void test_gone(void **state)
{
        struct db *d = open_ok();
        struct registry *r = registry_new();

        (void)state;
        load(d, r);
        (void)add_iface(r, 9, 7, "foreign");
        add_iface(r, 9, 8, "ours")->is_owned = true;
        save(d, r);
        for (size_t i = 0; i < r->iface_count; i++)
                r->ifaces[i].is_gone = r->ifaces[i].is_changed = true;
        save(d, r);
        /* In memory as in the file: one made anew before the next load used to be a stranger, without its pin. */
        assert_int_equal(r->iface_count, 1);
        assert_string_equal(r->ifaces[0].name, "ours");
        assert_int_equal(r->ifaces[0].id.ifindex, 0);
        assert_false(registry_is_dirty(r));

        /* Ours is remembered, without a place; the number of the foreign one is not given again. */
        load(d, r);
        assert_int_equal(r->iface_count, 1);
        assert_string_equal(r->ifaces[0].name, "ours");
        assert_true(r->ifaces[0].is_gone);
        assert_int_equal(r->ifaces[0].id.cookie, 0);
        assert_int_equal(add_iface(r, 9, 7, "new")->number, 3);
        save(d, r);
        registry_free(r);
        db_close(d);
}

/* Made again, it was seen and saved as a stranger before it was known by its mark: it used to stay that. */
static void test_known_again(void **state)
{
        struct db *d = open_ok();
        struct registry *r = registry_new();
        struct iface_id before = {8, 7}, after = {9, 7};

        (void)state;
        load(d, r);
        add_iface(r, before.cookie, before.ifindex, "eth0")->is_owned = true;
        save(d, r);

        uint32_t number = registry_find_iface(r, before)->number;

        registry_find_iface(r, before)->is_gone = registry_find_iface(r, before)->is_changed = true;
        save(d, r);
        add_iface(r, after.cookie, after.ifindex, "eth0")->is_owned = true;
        save(d, r);
        load(d, r);

        struct reg_iface *stranger = registry_find_iface(r, after), *known = registry_find_number(r, number);

        stranger->id = (struct iface_id){0}; /* as the picture leaves it whose mark tells the number */
        stranger->is_gone = stranger->is_changed = true;
        known->id = after;
        known->is_gone = false;
        known->is_changed = known->is_marked = true;
        registry_sort(r);
        save(d, r);
        load(d, r);
        assert_int_equal(registry_find_iface(r, after)->number, number);
        registry_free(r);
        db_close(d);
}

/* What a plan put back is not jailnet's; somebody who looked on took it for something of jailnet's that had its name,
 * and is gone: saved after the plan, it used to be that. */
static void test_known_again_by_name(void **state)
{
        struct db *plan = open_ok(), *watcher = open_ok();
        struct registry *rp = registry_new(), *rw = registry_new();
        struct iface_id before = {8, 7}, after = {8, 9};
        struct reg_iface *ours;

        (void)state;
        load(watcher, rw);
        ours = add_iface(rw, before.cookie, before.ifindex, "br0");
        ours->is_owned = true;
        ours->pin = (struct mac){{2, 0, 0, 0, 0, 1}, true};
        save(watcher, rw);
        ours = registry_find_iface(rw, before);
        ours->is_gone = ours->is_changed = true;
        save(watcher, rw);

        uint32_t number = rw->ifaces[0].number;

        load(plan, rp);
        (void)add_iface(rp, after.cookie, after.ifindex, "br0");
        save(plan, rp);
        ours = registry_find_number(rw, number);
        ours->id = after;
        ours->is_gone = false;
        ours->is_changed = true;
        registry_sort(rw);
        save(watcher, rw);
        load(watcher, rw);
        assert_int_not_equal(registry_find_iface(rw, after)->number, number);
        assert_false(registry_find_iface(rw, after)->is_owned);
        assert_true(registry_find_number(rw, number)->is_gone);
        registry_free(rp);
        registry_free(rw);
        db_close(plan);
        db_close(watcher);
}

/* An index that was used again by another kind of link is another interface. */
static void test_identity_used_again(void **state)
{
        struct db *a = open_ok(), *b = open_ok();
        struct registry *ra = registry_new(), *rb = registry_new();

        (void)state;
        load(a, ra);
        load(b, rb);
        add_iface(ra, 9, 7, "old")->is_owned = true;
        save(a, ra);
        (void)str_copy(add_iface(rb, 9, 7, "young")->kind, 16, "dummy");
        save(b, rb);
        assert_int_equal(rb->ifaces[0].number, 2);
        load(a, ra);
        assert_string_equal(registry_find_iface(ra, (struct iface_id){9, 7})->name, "young");
        registry_free(ra);
        registry_free(rb);
        db_close(a);
        db_close(b);
}

/* The kernel counts cookies and indexes anew at each boot. */
static void test_earlier_boot(void **state)
{
        struct db *d = open_ok();
        struct registry *r = registry_new();
        struct iface_id id = {9, 7};

        (void)state;
        load(d, r);
        (void)registry_add_jail(r, 9);
        add_iface(r, id.cookie, id.ifindex, "eth0")->permanent = mac("02:00:00:00:00:01");
        (void)add_iface(r, 9, 8, "veth1");
        save(d, r);
        assert_int_equal(db_exec(d, "INSERT INTO pin(number, mac, source) VALUES(1, '02:00:00:00:00:aa', 4)", NULL), 0);
        (void)str_copy(d->boot_id, sizeof(d->boot_id), "another-boot");
        registry_clear(r);
        load(d, r);
        assert_int_equal(r->jail_count, 0);
        assert_null(registry_find_iface(r, id));

        /* The device is known by its own address, with its pin; the rest of that boot is nobody. */
        assert_int_equal(r->iface_count, 1);
        assert_int_equal(r->ifaces[0].number, 1);
        assert_true(r->ifaces[0].is_gone);
        assert_true(mac_equal(r->ifaces[0].pin, mac("02:00:00:00:00:aa")));
        assert_int_equal(r->ifaces[0].pin_source, PIN_MANUAL);
        registry_free(r);
        db_close(d);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_two_savers, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_load_keeps_unsaved, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_told_meanwhile, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_told_elsewhere, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_told_ahead, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_gone, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_known_again, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_known_again_by_name, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_identity_used_again, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_earlier_boot, set_up, tear_down),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
