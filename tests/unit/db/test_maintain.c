/* test_maintain.c - proves that the inventory can be checked, copied while in use, read out, and stays bounded. */
#include "db/maintain.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/alloc.h"
#include "db/db.h"
#include "tests/lib/tempdir.h"

static char dir[TEMPDIR_SIZE];
static char *file;
static struct db *d;
static struct err e;

static void check(int r)
{
        if (r < 0)
                fail_msg("%d: %s", r, e.what);
}

static int setup(void **state)
{
        (void)state;
        tempdir_make(dir);
        file = tempdir_file(dir, "inventory.db");
        e = (struct err){0};
        d = NULL;
        check(db_open(file, DB_CREATE, &d, NULL, &e));
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        db_close(d);
        free(file);
        tempdir_remove(dir);
        return 0;
}

static void sql(const char *path, const char *statement)
{
        sqlite3 *s = NULL;

        assert_int_equal(sqlite3_open(path, &s), SQLITE_OK);
        assert_int_equal(sqlite3_exec(s, statement, NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(s), SQLITE_OK);
}

/* Plans 1 to count, each done but the first, which was cut off. */
static void put_plans(int count)
{
        CLEANUP(freep)
        char *statement = xasprintf(
                "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
                "INSERT INTO plan(time, boot_id, pid, user, words, title, state, objects, json) "
                "SELECT i, 'b', 1, 'u', 'w', 't', CASE i WHEN 1 THEN 'open' ELSE 'done' END, '', '{}' FROM n; "
                "INSERT INTO step(plan, position, op, sentence, state, json) SELECT number, 0, 'pin', '', 'done', '{}' FROM "
                "plan",
                count);

        sql(file, statement);
}

static int64_t count(const char *what)
{
        json_t *all = NULL;

        check(db_export(d, &all, &e));

        size_t n = json_array_size(json_object_get(json_object_get(all, "tables"), what));

        json_decref(all);
        return (int64_t)n;
}

static void test_check(void **state)
{
        CLEANUP(text_done) struct text faults = {0};

        (void)state;
        check(db_check(d, &faults, &e));
        assert_string_equal(text_str(&faults), "");
        /* A row that refers to nothing, put in by somebody without foreign keys. */
        sql(file,
            "PRAGMA foreign_keys = OFF; INSERT INTO step(plan, position, op, sentence, state, json) "
            "VALUES(77, 0, 'pin', '', 'done', '{}')");
        assert_int_equal(db_check(d, &faults, &e), -EUCLEAN);
        assert_non_null(strstr(text_str(&faults), "step"));
}

static void test_backup(void **state)
{
        CLEANUP(freep) char *copy = tempdir_file(dir, "copy.db");
        CLEANUP(text_done) struct text faults = {0};
        struct db *second = NULL;
        struct stat st;

        (void)state;
        put_plans(20);
        check(db_backup(d, copy, &e));
        assert_int_equal(stat(copy, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        check(db_open(copy, 0, &second, NULL, &e));
        check(db_check(second, &faults, &e));

        struct journal_entry *list = NULL;
        size_t n = 0;

        check(db_journal_list(second, 0, 100, NULL, &list, &n, &e));
        assert_int_equal(n, 20);
        free(list);
        db_close(second);

        /* Nothing is overwritten, and a folder that can't be written to leaves nothing. */
        assert_int_equal(db_backup(d, copy, &e), -EEXIST);
        assert_int_equal(db_backup(d, "/proc/none/copy.db", &e), -ENOENT);
}

static void test_export(void **state)
{
        json_t *all = NULL;

        (void)state;
        check(db_set(d, "theme", "dark", &e));
        check(db_export(d, &all, &e));

        const json_t *setting = json_array_get(json_object_get(json_object_get(all, "tables"), "setting"), 0);

        assert_true(json_integer_value(json_object_get(all, "version")) > 0);
        assert_string_equal(json_string_value(json_object_get(setting, "key")), "theme");
        assert_string_equal(json_string_value(json_object_get(setting, "value")), "dark");
        json_decref(all);
        check(db_set(d, "theme", "light", &e)); /* the transaction was given back */
}

static void test_prune(void **state)
{
        (void)state;
        put_plans(50);
        sql(file, "UPDATE plan SET undoes = 30 WHERE number = 45; UPDATE plan SET undone_by = 45 WHERE number = 30");
        check(db_prune(d, (struct db_limits){.plans = 10, .events = 10, .gone = 10}, &e));
        assert_int_equal(count("plan"), 11); /* the newest ten, and the open one however old */
        assert_int_equal(count("step"), 11);
        check(db_prune(d, (struct db_limits){.plans = 10, .events = 10, .gone = 10}, &e));
        assert_int_equal(count("plan"), 11);
}

/* Containers come and go by the thousand: what is known of them goes too, but not what jailnet made, pins or lent. */
static void test_prune_gone(void **state)
{
        (void)state;
        sql(file,
            "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
            "INSERT INTO jail(boot_id, cookie, jid, name, is_gone) SELECT 'b', i, i, 'c' || i, 1 FROM n");
        sql(file,
            "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 40)"
            "INSERT INTO interface(number, boot_id, cookie, ifindex, name, kind, is_gone, is_owned)"
            "SELECT i, 'b', i, 2, 'eth0', 'veth', 1, i > 20 FROM n");
        sql(file, "INSERT INTO pin(number, mac, source) VALUES(3, '02:00:00:00:00:01', 1)");
        sql(file,
            "INSERT INTO loan(number, iface, boot_id, cookie, jail, state, lent_at, changed_at)"
            "SELECT number, 'eth0', 'b', cookie, 'c', 2, 1, 1 FROM interface WHERE number IN (1, 3, 21)");
        check(db_prune(d, (struct db_limits){.plans = 10, .events = 10, .gone = 10}, &e));
        assert_int_equal(count("jail"), 0);
        assert_int_equal(count("interface"), 12); /* the pinned one, of ours the newest ten and the one with a loan */
        assert_int_equal(count("loan"), 2);

        CLEANUP(text_done) struct text faults = {0};

        check(db_check(d, &faults, &e));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_check, setup, teardown),
                cmocka_unit_test_setup_teardown(test_backup, setup, teardown),
                cmocka_unit_test_setup_teardown(test_export, setup, teardown),
                cmocka_unit_test_setup_teardown(test_prune, setup, teardown),
                cmocka_unit_test_setup_teardown(test_prune_gone, setup, teardown),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
