/* test_file_list.c - a folder's names to choose from: order, hidden ones, narrowing, completion, paths by their words.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/tempdir.h"
#include "ui/tui/file_list.h"

static char folder[TEMPDIR_SIZE];

static void make(const char *name, bool is_folder)
{
        CLEANUP(freep) char *path = tempdir_file(folder, name);

        if (is_folder) {
                assert_int_equal(mkdir(path, 0700), 0);
                return;
        }

        CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        assert_true(fd >= 0);
        assert_int_equal(write(fd, "abc", 3), 3);
}

static int set_up(void **state)
{
        (void)state;
        tempdir_make(folder);
        make("jail.conf", false);
        make("jails", true);
        make("rc.conf", false);
        make("rc10", false);
        make("rc9", false);
        make(".secret", false);
        make("My-Jail", false);
        return 0;
}

static int tear_down(void **state)
{
        (void)state;
        tempdir_remove(folder);
        return 0;
}

static void expect(struct file_list *l, const char *typed, const char *names)
{
        CLEANUP(text_done) struct text t = {0};

        file_list_narrow(l, typed);
        for (size_t i = 0; i < l->shown_count; i++)
                text_putf(&t, "%s%s", i ? " " : "", l->all[l->shown[i]].name);
        assert_string_equal(text_str(&t), names);
}

static void test_order_and_narrowing(void **state)
{
        struct file_list l = {0};

        (void)state;
        assert_int_equal(file_list_open(&l, folder, NULL), 0);
        expect(&l, "", "jails My-Jail jail.conf rc.conf rc9 rc10");
        expect(&l, "jail", "jails jail.conf My-Jail"); /* those that begin so come first */
        expect(&l, "RC1", "rc10");
        expect(&l, ".s", ".secret"); /* typed, it is no secret */
        expect(&l, "zzz", "");
        l.shows_hidden = true;
        expect(&l, "", "jails .secret My-Jail jail.conf rc.conf rc9 rc10");
        for (size_t i = 0; i < l.count; i++) {
                assert_int_equal(l.all[i].is_folder, strcmp(l.all[i].name, "jails") == 0);
                assert_true(l.all[i].is_folder || l.all[i].size == 3);
        }
        file_list_done(&l);
}

static void test_a_folder_that_cannot_be_read_changes_nothing(void **state)
{
        struct file_list l = {0};
        struct err e = {0};
        CLEANUP(freep) char *none = tempdir_file(folder, "none");

        (void)state;
        assert_int_equal(file_list_open(&l, folder, NULL), 0);
        assert_true(file_list_open(&l, none, &e) < 0);
        assert_non_null(strstr(e.what, "none"));
        assert_string_equal(l.folder, folder);
        expect(&l, "rc9", "rc9");
        file_list_done(&l);
}

static void test_completion(void **state)
{
        static const char *const cases[][2] = {{"r", "rc"}, {"rc.", "rc.conf"}, {"jai", "jail"}, {"jails", "jails/"},
                                               {"x", "x"},  {"", ""},           {".", ".secret"}};
        struct file_list l = {0};
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        assert_int_equal(file_list_open(&l, folder, NULL), 0);
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                file_list_complete(&l, cases[i][0], &t);
                assert_string_equal(text_str(&t), cases[i][1]);
        }
        file_list_done(&l);
}

static void test_paths(void **state)
{
        static const char *const cases[][3] = {
                {"/etc", "rc.d", "/etc/rc.d"},
                {"/", "etc", "/etc"},
                {"/etc", "..", "/"},
                {"/", "..", "/"},
                {"/a/b", "../c/./d", "/a/c/d"},
                {"/a", "/x//y/", "/x/y"},
                {"/a", "~/z", "/home/me/z"},
                {"/a", "~you", "/a/~you"},
        };

        (void)state;
        (void)setenv("HOME", "/home/me", 1);
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                CLEANUP(freep) char *path = folder_resolve(cases[i][0], cases[i][1]);

                assert_string_equal(path, cases[i][2]);
        }
}

static void test_sizes(void **state)
{
        static const struct {
                int64_t bytes;
                const char *text;
        } cases[] = {{0, "0"},       {999, "999"},      {1000, "1.0k"},       {9999, "9.9k"},
                     {12345, "12k"}, {1999999, "1.9M"}, {5000000000, "5.0G"}, {INT64_MAX, "9.2E"}};
        char buf[SIZE_TEXT_SIZE];

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
                assert_string_equal(size_format(cases[i].bytes, buf), cases[i].text);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_order_and_narrowing),
                cmocka_unit_test(test_a_folder_that_cannot_be_read_changes_nothing),
                cmocka_unit_test(test_completion),
                cmocka_unit_test(test_paths),
                cmocka_unit_test(test_sizes),
        };

        return cmocka_run_group_tests(tests, set_up, tear_down);
}
