/*
 * test_db.c - opening the inventory: new, older, newer, damaged, foreign, read-only, full; and the lock among
 * processes.
 */
#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "db/private.h"
#include "tests/lib/tempdir.h"

static char folder[TEMPDIR_SIZE];
static char *file;

static int set_up(void **state)
{
        (void)state;
        tempdir_make(folder);
        file = tempdir_file(folder, "deep/er/inventory.db");
        return 0;
}

static int tear_down(void **state)
{
        (void)state;
        tempdir_remove(folder);
        free(file);
        return 0;
}

static struct db *open_ok(const char *path, unsigned flags)
{
        struct db *d = NULL;
        struct err e = {0};

        if (db_open(path, flags, &d, NULL, &e) < 0)
                fail_msg("%s", e.what);
        return d;
}

static int64_t number_of(struct db *d, const char *sql)
{
        int64_t n = -1;
        struct err e = {0};

        if (db_query(d, &e, &n, sql, "") < 0)
                fail_msg("%s", e.what);
        return n;
}

static void write_file(const char *path, const char *words, size_t size)
{
        FILE *f = fopen(path, "we");

        assert_non_null(f);
        assert_int_equal(fwrite(words, 1, size, f), size);
        assert_int_equal(fclose(f), 0);
}

static void test_new_file(void **state)
{
        struct stat st;
        char *inner = tempdir_file(folder, "deep/er");

        (void)state;
        assert_int_equal(db_open(file, 0, NULL, NULL, NULL), -ENOENT);

        struct db *d = open_ok(file, DB_CREATE);

        assert_int_equal(number_of(d, "PRAGMA user_version"), migrations[migration_count - 1].version);
        assert_int_equal(number_of(d, "PRAGMA foreign_keys"), 1);
        assert_int_equal(
                number_of(d,
                          "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('host', 'jail', "
                          "'interface', 'node', 'hook', 'edge', 'pin', 'loan', 'plan', 'step', 'event', 'setting')"),
                12);
        assert_int_equal(number_of(d,
                                   "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 0 "
                                   "AND name NOT LIKE 'sqlite%'"),
                         0);
        assert_int_equal(stat(file, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_int_equal(stat(inner, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0700);
        free(inner);
        db_close(d);
        db_close(open_ok(file, 0));
}

static void test_settings(void **state)
{
        struct db *d = open_ok(file, DB_CREATE);
        char *value = NULL;

        (void)state;
        assert_int_equal(db_get(d, "zoom", &value, NULL), -ENOENT);
        assert_int_equal(db_set(d, "zoom", "2", NULL), 0);
        assert_int_equal(db_set(d, "zoom", "3", NULL), 0);
        assert_int_equal(db_get(d, "zoom", &value, NULL), 0);
        assert_string_equal(value, "3");
        free(value);
        db_close(d);
}

/* A later version's step runs on an older file, and the older file is kept. */
static void test_migration_forward(void **state)
{
        int today = migrations[migration_count - 1].version;
        const struct migration later[] = {
                {today, "never run"},
                {today + 1, "ALTER TABLE setting ADD COLUMN note TEXT NOT NULL DEFAULT 'old'"},
                {today + 2, "UPDATE setting SET note = 'seen'"},
        };
        CLEANUP(freep) char *kept = xasprintf("inventory.db.v%d-", today);
        struct db *d = open_ok(file, DB_CREATE);
        char *notice = NULL, *inner = tempdir_file(folder, "deep/er");
        struct err e = {0};

        (void)state;
        assert_int_equal(db_set(d, "k", "v", NULL), 0);
        assert_int_equal(migrate_run(d, later, ARRAY_SIZE(later), &notice, &e), 0);
        assert_int_equal(number_of(d, "PRAGMA user_version"), today + 2);
        assert_int_equal(number_of(d, "SELECT count(*) FROM setting WHERE key = 'k' AND note = 'seen'"), 1);
        assert_non_null(notice);

        char *copy = tempdir_find(inner, kept);
        struct stat st;

        assert_non_null(copy);
        assert_non_null(strstr(notice, copy));
        assert_int_equal(stat(copy, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        db_close(d);

        struct db *old = open_ok(copy, 0);

        assert_int_equal(number_of(old, "PRAGMA user_version"), today);
        assert_int_equal(number_of(old, "SELECT count(*) FROM setting WHERE key = 'k'"), 1);
        db_close(old);
        free(copy);
        free(inner);
        free(notice);
}

/* A migration that fails leaves the file as it was. */
static void test_migration_fails(void **state)
{
        int today = migrations[migration_count - 1].version;
        const struct migration later[] = {
                {today + 1, "CREATE TABLE extra(x INTEGER) STRICT; INSERT INTO nowhere VALUES(1)"}};
        struct db *d = open_ok(file, DB_CREATE);
        struct err e = {0};

        (void)state;
        assert_true(migrate_run(d, later, 1, NULL, &e) < 0);
        assert_int_equal(number_of(d, "PRAGMA user_version"), today);
        assert_int_equal(number_of(d, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'"), 0);
        db_close(d);
}

static void test_newer_version(void **state)
{
        struct db *d = open_ok(file, DB_CREATE);
        struct err e = {0};

        (void)state;
        assert_int_equal(db_exec(d, "PRAGMA user_version=99", NULL), 0);
        db_close(d);
        assert_int_equal(db_open(file, DB_CREATE | DB_SET_ASIDE, &d, NULL, &e), -EPROTO);
        assert_non_null(strstr(e.what, "newer jailnet"));
}

static void test_foreign_file(void **state)
{
        struct err e = {0};
        struct db *d;
        sqlite3 *other;
        char *path = tempdir_file(folder, "other.db");

        (void)state;
        assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other, "CREATE TABLE song(title)", NULL, NULL, NULL), SQLITE_OK);
        (void)sqlite3_close(other);
        assert_int_equal(db_open(path, DB_CREATE | DB_SET_ASIDE, &d, NULL, &e), -EINVAL);
        assert_non_null(strstr(e.what, "another program"));
        free(path);
}

static void test_damaged_file(void **state)
{
        char *path = tempdir_file(folder, "inventory.db"), *notice = NULL;
        char garbage[8192];
        struct err e = {0};
        struct db *d = NULL;

        (void)state;
        memset(garbage, 'x', sizeof(garbage));
        write_file(path, garbage, sizeof(garbage));
        assert_int_equal(db_open(path, DB_CREATE, &d, NULL, &e), -EUCLEAN);
        assert_int_equal(db_open(path, DB_CREATE | DB_SET_ASIDE, &d, &notice, &e), 0);
        assert_non_null(notice);

        char *aside = tempdir_find(folder, "inventory.db.damaged-");
        struct stat st;

        assert_non_null(aside);
        assert_non_null(strstr(notice, aside));
        assert_int_equal(stat(aside, &st), 0);
        assert_int_equal(st.st_size, sizeof(garbage));
        assert_int_equal(number_of(d, "SELECT count(*) FROM event WHERE kind = 'set aside'"), 1);
        db_close(d);
        free(aside);
        free(notice);
        free(path);
}

/* Damage inside a file whose header is fine. */
static void test_damaged_page(void **state)
{
        struct db *d = open_ok(file, DB_CREATE);
        char garbage[3000];
        struct err e = {0};

        (void)state;
        for (int i = 0; i < 200; i++) {
                char key[16];

                (void)str_format(key, sizeof(key), "k%d", i);
                assert_int_equal(db_set(d, key, "a value of some length, so that pages fill up", NULL), 0);
        }
        db_close(d);
        memset(garbage, 0xa5, sizeof(garbage));

        int fd = open(file, O_RDWR | O_CLOEXEC);

        assert_true(fd >= 0);
        for (int page = 1; page < 24; page++)
                assert_int_equal(pwrite(fd, garbage, sizeof(garbage), page * 4096), sizeof(garbage));
        assert_int_equal(close(fd), 0);
        assert_int_equal(db_open(file, 0, &d, NULL, &e), -EUCLEAN);
        assert_non_null(strstr(e.what, "is damaged"));
        assert_int_equal(db_open(file, DB_SET_ASIDE | DB_CREATE, &d, NULL, &e), 0);
        db_close(d);
}

static void test_link_is_refused(void **state)
{
        char *path = tempdir_file(folder, "link.db"), *target = tempdir_file(folder, "target.db");
        struct db *d;
        struct err e = {0};

        (void)state;
        assert_int_equal(symlink(target, path), 0);
        assert_int_equal(db_open(path, DB_CREATE, &d, NULL, &e), -EINVAL);
        assert_int_equal(access(target, F_OK), -1);
        free(path);
        free(target);
}

static void test_read_only_flag(void **state)
{
        struct err e = {0};
        struct db *d;

        (void)state;
        db_close(open_ok(file, DB_CREATE));
        d = open_ok(file, DB_READ_ONLY);

        struct journal *j = db_journal(d);
        CLEANUP(plan_freep) struct plan *p = plan_new("nothing");

        assert_int_equal(j->lock(j, 0, &e), -EROFS);
        assert_int_equal(j->begin(j, p, &e), -EROFS);
        assert_true(db_set(d, "k", "v", &e) < 0);
        db_close(d);
}

static bool put_line(const char *path, const char *line)
{
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        bool is_done = fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line);

        return (fd < 0 || close(fd) == 0) && is_done;
}

/* Mounts need a mount namespace of one's own, and that a user namespace, where one is not root. False where that is
 * forbidden. */
static bool enter_mounts(void)
{
        int flags = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
        CLEANUP(freep) char *users = xasprintf("0 %u 1", (unsigned)geteuid());
        CLEANUP(freep) char *groups = xasprintf("0 %u 1", (unsigned)getegid());

        if (unshare(flags) < 0)
                return false;
        if (flags & CLONE_NEWUSER &&
            (!put_line("/proc/self/uid_map", users) || !put_line("/proc/self/setgroups", "deny") ||
             !put_line("/proc/self/gid_map", groups)))
                return false;
        return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/* Runs fn in a child of its own; its result is the exit status; 77: mounts are forbidden here. */
static int in_child(int (*fn)(void))
{
        int status;
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0)
                _exit(enter_mounts() ? fn() : 77);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        return WEXITSTATUS(status);
}

static int fill_and_begin(void)
{
        char *path = tempdir_file(folder, "inventory.db"), *ballast = tempdir_file(folder, "ballast");
        char block[4096] = "x";
        struct err e = {0};
        struct db *d;

        if (mount("none", folder, "tmpfs", 0, "size=512k,mode=0700") < 0)
                return 77;
        if (db_open(path, DB_CREATE, &d, NULL, &e) < 0)
                return 1;

        int fd = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        while (write(fd, block, sizeof(block)) == (ssize_t)sizeof(block))
                ;

        struct journal *j = db_journal(d);
        struct plan *p = plan_new("too much for this disk");
        struct step *s = plan_add(p, STEP_LINK_ADD);

        s->link.kind = KIND_BRIDGE;
        (void)str_copy(s->link.name, sizeof(s->link.name), "br0");
        for (int i = 0; i < 400; i++)
                (void)plan_add(p, STEP_LINK_UP);

        int r = j->begin(j, p, &e);

        if (r != -ENOSPC || !strstr(e.what, "full"))
                return 2;
        if (p->steps[0].link.number != 0 || p->number != 0) /* given back */
                return 3;
        if (ftruncate(fd, 0) < 0 || j->begin(j, p, &e) != 0) /* room was made: the same connection goes on */
                return 4;
        db_close(d);
        return 0;
}

static void test_full_disk(void **state)
{
        (void)state;

        int status = in_child(fill_and_begin);

        if (status == 77)
                skip();
        assert_int_equal(status, 0);
}

static int open_on_read_only_mount(void)
{
        char *path = tempdir_file(folder, "inventory.db");
        struct err e = {0};
        struct db *d;

        if (mount("none", folder, "tmpfs", 0, "mode=0700") < 0)
                return 77;
        if (db_open(path, DB_CREATE, &d, NULL, &e) < 0)
                return 1;
        db_close(d);
        if (mount("none", folder, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0)
                return 77;

        int r = db_open(path, DB_CREATE | DB_SET_ASIDE, &d, NULL, &e);

        return r == -EROFS && strstr(e.what, "read-only") ? 0 : 2;
}

static void test_read_only_mount(void **state)
{
        (void)state;

        int status = in_child(open_on_read_only_mount);

        if (status == 77)
                skip();
        assert_int_equal(status, 0);
}

static void test_lock_waits_a_bounded_time(void **state)
{
        struct db *a = open_ok(file, DB_CREATE), *b = open_ok(file, 0);
        struct err e = {0};

        (void)state;
        assert_int_equal(db_journal(a)->lock(db_journal(a), 0, &e), 0);
        assert_int_equal(db_journal(a)->lock(db_journal(a), 0, &e), 0); /* held already: fine */

        int64_t before = clock_now_ms();

        assert_int_equal(db_journal(b)->lock(db_journal(b), 200, &e), -EBUSY);
        assert_in_range(clock_now_ms() - before, 190, 1500);

        char pid[32];

        (void)str_format(pid, sizeof(pid), "process %d", (int)getpid());
        assert_non_null(strstr(e.what, pid));
        db_journal(a)->unlock(db_journal(a));
        assert_int_equal(db_journal(b)->lock(db_journal(b), 0, &e), 0);
        db_close(a);
        db_close(b);
}

/* The waiter has it soon after the holder lets go, or dies. */
static void test_lock_is_handed_over(void **state)
{
        struct db *d = open_ok(file, DB_CREATE);
        int gate[2], go[2];
        char byte;

        (void)state;
        assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
        assert_int_equal(pipe2(go, O_CLOEXEC), 0);

        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
                struct db *mine = NULL;

                if (db_open(file, 0, &mine, NULL, NULL) < 0 || db_journal(mine)->lock(db_journal(mine), 0, NULL) < 0)
                        _exit(1);
                (void)!write(gate[1], "x", 1);
                (void)!read(go[0], &byte, 1);
                _exit(0); /* without unlocking */
        }
        assert_int_equal(read(gate[0], &byte, 1), 1);

        struct err e = {0};

        assert_int_equal(db_journal(d)->lock(db_journal(d), 0, &e), -EBUSY);
        assert_int_equal(write(go[1], "x", 1), 1);

        int64_t before = clock_now_ms();

        assert_int_equal(db_journal(d)->lock(db_journal(d), 5000, &e), 0);
        assert_in_range(clock_now_ms() - before, 0, 2000);

        int status;

        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        db_close(d);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_new_file, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_settings, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_migration_forward, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_migration_fails, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_newer_version, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_foreign_file, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_damaged_file, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_damaged_page, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_link_is_refused, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_read_only_flag, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_full_disk, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_read_only_mount, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_lock_waits_a_bounded_time, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_lock_is_handed_over, set_up, tear_down),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
