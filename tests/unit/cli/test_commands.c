/*
 * test_commands.c - where options may stand, which command is meant, what each exit status is, and that -n never runs
 * anything. Services are fakes; what is printed goes to a file.
 */
#include "ui/cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/alloc.h"
#include "tests/lib/topo.h"

static struct {
        unsigned pictures, runs, undos;
        char ran[256];
        int64_t undone;
        int run_result;
        char filter[64];
        size_t max;
        bool cuts; /* the plan could cut the operator off; when run it waits for confirmation */
} fake;

static int fake_picture(struct app *a, bool routes, bool counters, bool holders, const struct graph **ret,
                        struct err *e)
{
        (void)a;
        (void)routes;
        (void)counters;
        (void)holders;
        (void)e;
        fake.pictures++;
        *ret = topo_demo();
        return 0;
}

static int fake_run(struct app *a, struct plan *p, const struct graph *g, struct err *e)
{
        (void)a;
        (void)g;
        fake.runs++;
        (void)str_copy(fake.ran, sizeof(fake.ran), p->words);
        return fake.run_result < 0 ? err_set(e, fake.run_result, "eth0: \x1b[31mno") : 0;
}

static int fake_undo(struct app *a, int64_t number, const struct graph *g, struct plan **ret, struct err *e)
{
        (void)a;
        (void)g;
        fake.undos++;
        fake.undone = number;
        if (number == 99)
                return err_set(e, -ENOENT, "plan 99: is not in the journal");
        *ret = plan_new("take it back");
        return 0;
}

static int fake_journal(struct app *a, int64_t before, size_t max, const char *filter, struct app_journal_entry **ret,
                        size_t *ret_count, struct err *e)
{
        (void)a;
        (void)before;
        (void)e;
        fake.max = max;
        (void)str_copy(fake.filter, sizeof(fake.filter), filter ? filter : "(none)");
        *ret = xcalloc(1, sizeof(**ret));
        **ret = (struct app_journal_entry){.number = 7, .time = 1700000000, .state = PLAN_DONE, .step_count = 2};
        (void)str_copy((*ret)->words, sizeof((*ret)->words), "alias eth0 \x1b]0;owned");
        *ret_count = 1;
        return 0;
}

static bool fake_is_guarded(struct app *a, const struct plan *p)
{
        (void)p;
        return fake.cuts && a->sets_guards && !a->no_guard;
}

static int fake_guard_fd(struct app *a)
{
        (void)a;
        return fake.cuts && fake.runs ? STDIN_FILENO : -1;
}

static int fake_waiting(struct app *a, int64_t *ret_plan, int *ret_left_s)
{
        (void)a;
        *ret_plan = 7;
        *ret_left_s = 43;
        return fake.cuts ? 0 : -ENOENT;
}

static int fake_confirm(struct app *a, int64_t *number, struct err *e)
{
        (void)a;
        if (!fake.cuts || (*number && *number != 7))
                return err_set(e, -ENOENT, "confirm: no plan waits for confirmation");
        *number = 7;
        return 0;
}

static size_t fake_here(struct app *a, const struct graph *g)
{
        (void)a;
        (void)g;
        return 0;
}

static struct app fake_app(void)
{
        memset(&fake, 0, sizeof(fake));
        return (struct app){
                .picture = fake_picture,
                .here = fake_here,
                .run = fake_run,
                .undo = fake_undo,
                .journal = fake_journal,
                .is_guarded = fake_is_guarded,
                .guard_fd = fake_guard_fd,
                .waiting = fake_waiting,
                .confirm = fake_confirm,
        };
}

/* Runs a command line with its output in files; what it printed is in `printed` and `told`. */
static char printed[65536], told[4096];

static void read_back(FILE *f, char *buf, size_t size)
{
        rewind(f);

        size_t n = fread(buf, 1, size - 1, f);

        buf[n] = '\0';
        (void)fclose(f);
}

static int run(struct app *a, const char *line)
{
        static char words[256]; /* options point into it afterwards */
        char *argv[16], *rest = words;
        int argc = 0, first, status;
        FILE *out = tmpfile(), *err = tmpfile();
        int old_out = dup(STDOUT_FILENO), old_err = dup(STDERR_FILENO);

        (void)str_copy(words, sizeof(words), line);
        for (char *word; argc < 15 && (word = strtok_r(rest, " ", &rest));)
                argv[argc++] = word;
        argv[argc] = NULL;
        (void)fflush(stdout);
        (void)dup2(fileno(out), STDOUT_FILENO);
        (void)dup2(fileno(err), STDERR_FILENO);
        optind = 0;
        if (options_parse(a, argc, argv, &first, &status))
                status = first < argc ? cli_run(a, argc - first, argv + first) : -1;
        (void)fflush(stdout);
        (void)dup2(old_out, STDOUT_FILENO);
        (void)dup2(old_err, STDERR_FILENO);
        (void)close(old_out);
        (void)close(old_err);
        read_back(out, printed, sizeof(printed));
        read_back(err, told, sizeof(told));
        return status;
}

static void test_global_options(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet --version"), EXIT_DONE);
        assert_string_equal(printed, "jailnet " JAILNET_VERSION "\n");
        assert_int_equal(run(&a, "jailnet --db /x --ascii --no-color -q -n --format json"), -1);
        assert_string_equal(a.db_path, "/x");
        assert_true(a.use_ascii);
        assert_true(a.no_color);
        assert_true(a.is_quiet);
        assert_true(a.is_dry_run);
        assert_string_equal(a.format, "json");
        assert_int_equal(run(&a, "jailnet --colour"), EXIT_USAGE);
        assert_non_null(strstr(told, "jailnet: --colour"));
        assert_int_equal(run(&a, "jailnet --db"), EXIT_USAGE);
        assert_non_null(strstr(told, "--db: needs a value"));
}

static void test_help_has_all_rows(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet --help"), EXIT_DONE);
        for (size_t i = 0; i < VERB_COUNT; i++) {
                assert_non_null(strstr(printed, verbs[i].words));
                assert_non_null(strstr(printed, verbs[i].help));
        }
        for (size_t i = 0; i < command_count; i++)
                assert_non_null(strstr(printed, commands[i].synopsis));
        assert_int_equal(run(&a, "jailnet create vlan --help"), EXIT_DONE);
        assert_non_null(strstr(printed, "create vlan PARENT ID"));
        assert_int_equal(run(&a, "jailnet help address"), EXIT_DONE);
        assert_non_null(strstr(printed, "address add"));
        assert_non_null(strstr(printed, "address del"));
        assert_int_equal(run(&a, "jailnet help nonsense"), EXIT_USAGE);
        assert_int_equal(fake.pictures, 0);
}

/* FreeBSD's commands are found by their names, keep their words, and err in FreeBSD's way. */
static void test_freebsd_commands(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet ifconfig -l"), EXIT_DONE);
        assert_non_null(strstr(printed, "lo"));
        assert_int_equal(run(&a, "jailnet ifconfig --strict -l"), EXIT_DONE);
        assert_int_equal(run(&a, "jailnet ifconfig -j nobody -l"), 1);
        assert_true(str_has_prefix(told, "ifconfig: jail \"nobody\" not found"));
        assert_int_equal(run(&a, "jailnet help ifconfig"), EXIT_DONE);
        assert_non_null(strstr(printed, "--strict"));
        assert_int_equal(run(&a, "jailnet complete ifc"), EXIT_DONE);
        assert_string_equal(printed, "ifconfig\n");
        assert_string_equal(nearest_command("ifconfg"), "ifconfig");
        assert_int_equal(run(&a, "jailnet nonsense-of-a-word"), EXIT_USAGE);
        assert_true(str_has_prefix(told, "jailnet: "));
}

static void test_unknown_command(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet atach a b"), EXIT_USAGE);
        assert_non_null(strstr(told, "did you mean attach?"));
        assert_int_equal(run(&a, "jailnet sandbx"), EXIT_USAGE);
        assert_non_null(strstr(told, "did you mean sandbox?"));
        assert_int_equal(run(&a, "jailnet xyzzyplugh"), EXIT_USAGE);
        assert_null(strstr(told, "did you mean"));
        assert_string_equal(nearest_command("udno"), "undo");
        assert_string_equal(nearest_command("crate"), "create");
        assert_null(nearest_command("q"));
        assert_int_equal(fake.pictures, 0);
}

static void test_verb_runs(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet create epair"), EXIT_DONE);
        assert_int_equal(fake.runs, 1);
        assert_string_equal(fake.ran, "create epair");
        assert_non_null(strstr(printed, "a\n")); /* the names that it made */
        a = fake_app();
        assert_int_equal(run(&a, "jailnet -q create epair"), EXIT_DONE);
        assert_string_equal(printed, "");
        a = fake_app();
        fake.run_result = -EBUSY;
        assert_int_equal(run(&a, "jailnet create epair"), EXIT_REFUSED);
        assert_string_equal(told, "jailnet: eth0: \\x1b[31mno\n");
}

static void test_dry_run_never_runs(void **state)
{
        static const char *const lines[] = {"jailnet -n create epair", "jailnet create epair -n",
                                            "jailnet create --dry-run epair", "jailnet -n undo 3",
                                            "jailnet undo --dry-run"};

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
                struct app a = fake_app();

                assert_int_equal(run(&a, lines[i]), EXIT_DONE);
                assert_int_equal(fake.runs, 0);
        }

        struct app a = fake_app();

        assert_int_equal(run(&a, "jailnet create epair -n --format=json"), EXIT_DONE);

        json_t *j = json_loads(printed, 0, NULL);

        assert_non_null(j);
        assert_true(json_array_size(json_object_get(j, "steps")) > 0);
        json_decref(j);
}

static void test_verb_refused(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet create jail"), EXIT_USAGE);
        assert_int_equal(fake.pictures, 0); /* wrong words are told before anything is looked at */
        assert_int_equal(run(&a, "jailnet up nothing0"), EXIT_REFUSED);
        assert_non_null(strstr(told, "jailnet: nothing0: "));
        assert_int_equal(run(&a, "jailnet create jail x --format xml"), EXIT_USAGE);
        assert_int_equal(fake.runs, 0);
}

/* Behind "--" a word is a word, whatever it looks like. */
static void test_options_end(void **state)
{
        char *argv[] = {(char *)"alias", (char *)"eth0", (char *)"-q", (char *)"--", (char *)"-n", NULL};
        struct app a = fake_app();

        (void)state;
        assert_int_equal(options_take(&a, 5, argv), 4);
        assert_true(a.is_quiet);
        assert_false(a.is_dry_run);
        assert_string_equal(argv[2], "--");
        assert_string_equal(argv[3], "-n");
}

/* Nobody is at a terminal here: what could cut off is refused, unless it is said how it is to be kept. */
static void test_guard(void **state)
{
        struct app a = fake_app();

        (void)state;
        fake.cuts = true;
        assert_int_equal(run(&a, "jailnet down eth0"), EXIT_REFUSED);
        assert_non_null(strstr(told, "add --confirm-within SECONDS"));
        assert_non_null(strstr(told, "or add --no-guard"));
        assert_int_equal(fake.runs, 0);
        assert_int_equal(run(&a, "jailnet down eth0 --confirm-within 0"), EXIT_USAGE);
        assert_int_equal(run(&a, "jailnet down eth0 --confirm-within"), EXIT_USAGE);
        assert_int_equal(run(&a, "jailnet --confirm-within x down eth0"), EXIT_USAGE);
        assert_int_equal(fake.runs, 0);
        assert_int_equal(run(&a, "jailnet down eth0 --confirm-within 5"), EXIT_DONE);
        assert_int_equal(fake.runs, 1);
        assert_int_equal(a.confirm_within_s, 5);
        assert_non_null(strstr(told, "is put back in 43 s, unless jailnet confirm"));
        a = (fake_app());
        fake.cuts = true;
        assert_int_equal(run(&a, "jailnet --confirm-within=7 journal"), EXIT_DONE);
        assert_non_null(strstr(printed, "(waits for confirmation, 43 s left)"));
        assert_int_equal(run(&a, "jailnet journal --json"), EXIT_DONE);
        assert_non_null(strstr(printed, "\"confirm_within\":43"));
        assert_int_equal(run(&a, "jailnet confirm"), EXIT_DONE);
        assert_string_equal(printed, "plan 7: kept\n");
        assert_int_equal(run(&a, "jailnet confirm 8"), EXIT_REFUSED);
        assert_int_equal(run(&a, "jailnet confirm x"), EXIT_USAGE);
        a = (fake_app());
        assert_int_equal(run(&a, "jailnet confirm"), EXIT_REFUSED);
        assert_int_equal(run(&a, "jailnet down eth0 --no-guard"), EXIT_DONE);
        assert_true(a.no_guard);
}

static void test_undo(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet undo"), EXIT_DONE);
        assert_int_equal(fake.undone, 0);
        assert_int_equal(fake.runs, 1);
        assert_int_equal(run(&a, "jailnet undo 12"), EXIT_DONE);
        assert_int_equal(fake.undone, 12);
        assert_int_equal(run(&a, "jailnet undo 99"), EXIT_REFUSED);
        assert_int_equal(run(&a, "jailnet undo x"), EXIT_USAGE);
        assert_int_equal(run(&a, "jailnet undo 0"), EXIT_USAGE);
}

static void test_journal(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet journal --last 3 www/eth0"), EXIT_DONE);
        assert_string_equal(fake.filter, "www/eth0");
        assert_int_equal(fake.max, 3);
        assert_null(strchr(printed, '\x1b')); /* what was typed once cannot act on this terminal */
        assert_non_null(strstr(printed, "\\x1b]0;owned"));
        assert_int_equal(run(&a, "jailnet journal --json"), EXIT_DONE);
        assert_string_equal(fake.filter, "(none)");

        json_t *j = json_loads(printed, 0, NULL);

        assert_non_null(j);
        assert_string_equal(json_string_value(json_object_get(json_array_get(j, 0), "words")),
                            "alias eth0 \x1b]0;owned");
        assert_null(strchr(printed, '\x1b'));
        json_decref(j);
        assert_int_equal(run(&a, "jailnet journal --last x"), EXIT_USAGE);
        assert_int_equal(run(&a, "jailnet journal a b"), EXIT_USAGE);
}

static void test_returns(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet returns"), EXIT_DONE);
        assert_non_null(strstr(printed, "eth1"));
        assert_non_null(strstr(printed, "pending"));
        assert_int_equal(run(&a, "jailnet returns --json"), EXIT_DONE);

        json_t *j = json_loads(printed, 0, NULL);

        assert_int_equal(json_array_size(j), 1);
        assert_string_equal(json_string_value(json_object_get(json_array_get(j, 0), "interface")), "eth1");
        assert_string_equal(json_string_value(json_object_get(json_array_get(j, 0), "state")), "pending");
        assert_true(json_is_array(json_object_get(json_array_get(j, 0), "holders")));
        json_decref(j);
        assert_int_equal(run(&a, "jailnet returns everything"), EXIT_USAGE);

        /* One writer: the very objects of show's array. */
        assert_int_equal(run(&a, "jailnet returns --format json"), EXIT_DONE);
        j = json_loads(printed, 0, NULL);
        assert_int_equal(run(&a, "jailnet show --format json"), EXIT_DONE);

        json_t *all = json_loads(printed, 0, NULL);

        assert_non_null(j);
        assert_true(json_equal(j, json_object_get(all, "returns")));
        json_decref(all);
        json_decref(j);
}

static void test_complete(void **state)
{
        struct app a = fake_app();

        (void)state;
        assert_int_equal(run(&a, "jailnet complete de"), EXIT_DONE);
        assert_string_equal(printed, "demo\ndestroy\ndetach\n");
        assert_int_equal(run(&a, "jailnet complete address d"), EXIT_DONE);
        assert_string_equal(printed, "del\n");
        assert_int_equal(run(&a, "jailnet complete attach eth0 lan"), EXIT_DONE);
        assert_string_equal(printed, "lan0\n");
        assert_int_equal(run(&a, "jailnet complete create bridge x --jail rou"), EXIT_DONE);
        assert_string_equal(printed, "router\n");
        assert_int_equal(run(&a, "jailnet complete create bridge x --st"), EXIT_DONE);
        assert_string_equal(printed, "--stp\n");
        assert_int_equal(run(&a, "jailnet complete show rou"), EXIT_DONE);
        assert_non_null(strstr(printed, "router\n"));

        /* Of commands without a row in the verb table, by their synopses; and what stands in front of all of them. */
        assert_int_equal(run(&a, "jailnet complete -- doctor mtu"), EXIT_DONE);
        assert_string_equal(printed, "mtu-step\n");
        assert_int_equal(run(&a, "jailnet complete export fr"), EXIT_DONE);
        assert_string_equal(printed, "freebsd\n");
        assert_int_equal(run(&a, "jailnet complete show --format tr"), EXIT_DONE);
        assert_string_equal(printed, "tree\n");
        assert_int_equal(run(&a, "jailnet complete -n --format js"), EXIT_DONE);
        assert_string_equal(printed, "json\n");
        assert_int_equal(run(&a, "jailnet complete -n show --ra"), EXIT_DONE);
        assert_string_equal(printed, "--raw\n");
        assert_int_equal(run(&a, "jailnet complete help unp"), EXIT_DONE);
        assert_string_equal(printed, "unpin\n");
        assert_int_equal(run(&a, "jailnet complete batch x"), 3);
        assert_int_equal(run(&a, "jailnet complete --db x"), 3);
        assert_string_equal(printed, "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_global_options),
                cmocka_unit_test(test_help_has_all_rows),
                cmocka_unit_test(test_freebsd_commands),
                cmocka_unit_test(test_unknown_command),
                cmocka_unit_test(test_verb_runs),
                cmocka_unit_test(test_dry_run_never_runs),
                cmocka_unit_test(test_verb_refused),
                cmocka_unit_test(test_options_end),
                cmocka_unit_test(test_guard),
                cmocka_unit_test(test_undo),
                cmocka_unit_test(test_journal),
                cmocka_unit_test(test_returns),
                cmocka_unit_test(test_complete),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
