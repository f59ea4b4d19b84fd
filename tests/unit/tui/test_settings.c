/* test_settings.c - the user's settings: every line has its meaning, and a wrong one is told with its number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "tests/lib/tempdir.h"
#include "ui/tui/keys.h"
#include "ui/tui/settings.h"

static void write_file(const char *path, const char *text)
{
        FILE *f = fopen(path, "w");

        assert_non_null(f);
        assert_true(fputs(text, f) >= 0);
        assert_int_equal(fclose(f), 0);
}

/* Reads a text as the settings file; what is wrong is put into wrong. */
static void read_text(struct settings *s, const char *text, struct text *wrong)
{
        char dir[TEMPDIR_SIZE];

        tempdir_make(dir);

        CLEANUP(freep) char *path = tempdir_file(dir, "settings");

        write_file(path, text);
        settings_default(s);
        assert_int_equal(settings_read(s, path, wrong, NULL), 0);
        tempdir_remove(dir);
}

static void every_line_counts(void **state)
{
        (void)state;
        CLEANUP(text_done) struct text wrong = {0};
        struct settings s;

        read_text(&s,
                  "# mine\n[console]\ntheme = blind\nview=top\r\nwords = linux\nascii = yes\nmouse = no\n"
                  "read-only = yes\n[keys]\nF8 = d\nCtrl-W = q\nColon = Semicolon\nz=PageDown\n",
                  &wrong);
        assert_string_equal(text_str(&wrong), "");
        assert_int_equal(s.theme, THEME_BLIND);
        assert_int_equal(s.view, 5);
        assert_int_equal(s.words, PLAN_WORDS_LINUX);
        assert_true(s.is_ascii && !s.has_mouse && s.is_read_only);
        assert_int_equal(settings_key(&s, KEYC_F8), 'd');
        assert_int_equal(settings_key(&s, KEYC_CTRL_W), 'q');
        assert_int_equal(settings_key(&s, ':'), ';');
        assert_int_equal(settings_key(&s, 'z'), KEYC_PAGE_DOWN);
        assert_int_equal(settings_key(&s, 'd'), 'd');
}

static void wrong_lines_are_told(void **state)
{
        (void)state;
        CLEANUP(text_done) struct text wrong = {0};
        struct settings s;

        read_text(&s,
                  "theme = dark\n[console]\ntheme = pink\x1b[2J\n\nmouse = perhaps\ncolour = red\nnonsense\n[keys]\n"
                  "Strg-N = q\nmouse = no\n[console]\nview = table\n",
                  &wrong);
        assert_non_null(strstr(text_str(&wrong),
                               "settings:1: theme = dark: belongs to no section; begin one with "
                               "[console] or [keys]\n"));
        assert_non_null(
                strstr(text_str(&wrong), "settings:3: theme = pink\\x1b[2J: write default, contrast or blind\n"));
        assert_non_null(strstr(text_str(&wrong), "settings:5: mouse = perhaps: write no or yes\n"));
        assert_non_null(strstr(text_str(&wrong), "settings:6: colour = red: no such setting; "));
        assert_non_null(strstr(text_str(&wrong), "settings:7: is neither NAME = VALUE nor a [SECTION]\n"));
        assert_non_null(strstr(text_str(&wrong), "settings:9: Strg-N = q: no such key; "));
        assert_non_null(strstr(text_str(&wrong), "settings:10: mouse = no: no such key; "));
        assert_int_equal(s.view, 1); /* what is right counts all the same */
        assert_int_equal(s.theme, THEME_DEFAULT);
        assert_true(s.has_mouse);
}

static void noise_does_no_harm(void **state)
{
        (void)state;
        CLEANUP(text_done) struct text keys = {0};

        text_put(&keys, "[keys]\n");
        for (int n = 0; n < SETTINGS_KEYS_MAX + 1; n++)
                text_put(&keys, "a = b\n");
        for (int n = 0; n < 300; n++)
                text_put(&keys, "x");
        text_put(&keys, "\n[[[\n=\n]=\n");

        CLEANUP(text_done) struct text wrong = {0};
        struct settings s;

        read_text(&s, text_str(&keys), &wrong);
        assert_int_equal(s.key_count, SETTINGS_KEYS_MAX);
        assert_non_null(strstr(text_str(&wrong), "a = b: too many keys"));
}

/* The user's own file is where XDG says; it need not be there, but a named one must. */
static void places(void **state)
{
        (void)state;
        char dir[TEMPDIR_SIZE];

        tempdir_make(dir);

        CLEANUP(freep) char *folder = tempdir_file(dir, "jailnet"), *path = tempdir_file(folder, "settings");
        CLEANUP(freep) char *none = tempdir_file(dir, "none");
        CLEANUP(text_done) struct text wrong = {0};
        struct settings s;

        assert_int_equal(setenv("XDG_CONFIG_HOME", dir, 1), 0);
        settings_default(&s);
        assert_int_equal(settings_read(&s, NULL, &wrong, NULL), 0);
        assert_int_equal(settings_read(&s, none, &wrong, NULL), -ENOENT);
        assert_int_equal(mkdir(folder, 0700), 0);
        write_file(path, "[console]\nview = journal\n");
        assert_int_equal(settings_read(&s, NULL, &wrong, NULL), 0);
        assert_int_equal(s.view, 4);
        assert_string_equal(text_str(&wrong), "");
        tempdir_remove(dir);
}

/* The example says what is so without it, and each of its lines is right. */
static void the_example_is_true(void **state)
{
        (void)state;
        const char *source = getenv("SOURCE"), *end = strstr(__FILE__, "/tests/unit/");
        CLEANUP(freep)
        char *path = source ? xasprintf("%s/docs/settings.example", source)
                            : xasprintf("%.*s/docs/settings.example", (int)(end - __FILE__), __FILE__);
        FILE *f = fopen(path, "r");
        CLEANUP(text_done) struct text uncommented = {0}, wrong = {0};
        char line[256];
        struct settings s, usual;
        size_t taken = 0;

        assert_non_null(f);
        while (fgets(line, sizeof(line), f)) {
                bool is_setting = line[0] == '#' && line[1] != ' ' && line[1] != '\n';

                text_put(&uncommented, is_setting ? line + 1 : line);
                taken += is_setting ? 1 : 0;
        }
        (void)fclose(f);
        read_text(&s, text_str(&uncommented), &wrong);
        assert_string_equal(text_str(&wrong), "");
        assert_int_equal(taken, 8);
        assert_int_equal(s.key_count, 2);
        settings_default(&usual);
        assert_true(s.theme == usual.theme && s.view == usual.view && s.words == usual.words &&
                    s.is_ascii == usual.is_ascii && s.has_mouse == usual.has_mouse &&
                    s.is_read_only == usual.is_read_only);
}

/* What is chosen goes into the lines that are there; the rest of the file stays, and reads as what was chosen. */
static void what_is_chosen_is_kept(void **state)
{
        (void)state;
        static const struct {
                const char *before, *after;
        } cases[] = {
                {"", "[console]\ntheme = blind\nview = top\n"},
                {"# mine\n[keys]\nF8 = d", "# mine\n[keys]\nF8 = d\n\n[console]\ntheme = blind\nview = top\n"},
                {"[console]\n#theme = default\n theme=contrast\nmouse = no\n[keys]\nview = x\n",
                 "[console]\n#theme = default\ntheme = blind\nmouse = yes\nview = top\n[keys]\nview = x\n"},
                {"[Console]\ntheme = a\ntheme = b\nodd\n", "[Console]\ntheme = blind\nodd\nview = top\n"},
        };
        struct settings chosen;

        settings_default(&chosen);
        chosen.theme = THEME_BLIND;
        chosen.view = 5;
        for (size_t n = 0; n < ARRAY_SIZE(cases); n++) {
                CLEANUP(text_done) struct text t = {0}, again = {0};

                settings_put(&t, &chosen, cases[n].before);
                assert_string_equal(text_str(&t), cases[n].after);
                settings_put(&again, &chosen, text_str(&t));
                assert_string_equal(text_str(&again), text_str(&t));
        }

        char dir[TEMPDIR_SIZE];

        tempdir_make(dir);

        CLEANUP(freep) char *path = xasprintf("%s/a/b/settings", dir), *written = NULL;
        CLEANUP(text_done) struct text wrong = {0};
        struct settings read;
        struct stat st;

        assert_int_equal(settings_write(&chosen, path, &written, NULL), 0);
        assert_int_equal(stat(written, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        settings_default(&read);
        assert_int_equal(settings_read(&read, path, &wrong, NULL), 0);
        assert_string_equal(text_str(&wrong), "");
        assert_int_equal(read.theme, THEME_BLIND);
        assert_int_equal(read.view, 5);

        /* Through a link the file behind it is written, with the rights that it has; and where nothing can be written,
         * nothing has changed. */
        CLEANUP(freep) char *link = xasprintf("%s/link", dir), *behind = NULL;
        CLEANUP(freep) char *nowhere = xasprintf("%s/link/settings", dir), *none = NULL;

        assert_int_equal(chmod(path, 0640), 0);
        assert_int_equal(symlink("a/b/settings", link), 0);
        chosen.theme = THEME_CONTRAST;
        assert_int_equal(settings_write(&chosen, link, &behind, NULL), 0);
        assert_int_equal(lstat(link, &st), 0);
        assert_true(S_ISLNK(st.st_mode));
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0640);
        assert_true(settings_write(&chosen, nowhere, &none, NULL) < 0);
        tempdir_remove(dir);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(what_is_chosen_is_kept),
                cmocka_unit_test(every_line_counts),
                cmocka_unit_test(wrong_lines_are_told),
                cmocka_unit_test(noise_does_no_harm),
                cmocka_unit_test(places),
                cmocka_unit_test(the_example_is_true),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
