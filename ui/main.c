/* main.c - joins the services, the command line and the console. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "ui/app.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"
#include "ui/cli/demo.h"
#include "ui/cli/sandbox.h"
#include "ui/rights_of.h"
#include "ui/services.h"
#include "ui/tui/console.h"
#include "ui/tui/views/graph_picture.h"

/*
 * A pool for each thread that reads stacks beside others: in one pool they waited for each other. Each begins with what
 * a thousand jails take, untouched until they do, since it would grow by a page and a system call at a time.
 *
 * What a picture took goes back to the system with it. The C library would keep blocks of that size for the next one,
 * and with them a fifth of what the console has with 1000 jails. (Elsewhere than in glibc they go back anyway.)
 */
static void keep_memory_small(void)
{
#ifdef M_MMAP_THRESHOLD
        (void)mallopt(M_MMAP_THRESHOLD, 64 * 1024); /* as it was, if that is refused */
#endif
#ifdef M_ARENA_MAX
        (void)mallopt(M_ARENA_MAX, 4);
        (void)mallopt(M_TOP_PAD, 4096 * 1024);
#endif
}

/* What is printed is for a program: it is the same in every language. */
static bool is_for_program(int argc, char **argv)
{
        static const char *const formats[] = {"json", "dot", "mermaid", "svg"};

        for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
                const char *format = str_has_prefix(argv[i], "--format=")  ? argv[i] + strlen("--format=")
                        : strcmp(argv[i], "--format") == 0 && i + 1 < argc ? argv[i + 1]
                                                                           : "";

                if (strcmp(argv[i], "--json") == 0)
                        return true;
                for (size_t k = 0; k < ARRAY_SIZE(formats); k++)
                        if (strcmp(format, formats[k]) == 0)
                                return true;
        }
        return false;
}

/* The demo's console is in a sandbox by now, and keeps of what it has there only what a console needs. */
static int run_console(struct app *a)
{
        struct err e = {0};

        if (rights_keep(rights_of(NULL), &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        return console_run(a, &e) < 0 ? tell_err(&e, EXIT_REFUSED) : EXIT_DONE;
}

/* The helper process that guards a plan; started by jailnet itself (core/exec/guard.h). */
static int run_guard(struct app *a, int argc, char **argv)
{
        CLEANUP(freep) char *told = NULL;
        uint32_t within_s = 0;
        struct err e = {0};

        if (argc != 2 || !a->db_path || str_to_u32(argv[1], GUARD_WITHIN_MAX_S, &within_s) < 0)
                return tell(EXIT_USAGE, "guard: is started by jailnet itself; jailnet help confirm tells about it");
        intl_end(); /* what it tells is what it writes into the journal */
        if (services_guard_main(a, (int)within_s, &told, &e) < 0)
                return EXIT_REFUSED; /* the one who wished for it tells why */
        return told ? tell(EXIT_DONE, "%s", told) : EXIT_DONE;
}

/* A link's or a command's name is a FreeBSD command's. */
static int run_freebsd(struct app *a, int argc, char **argv)
{
        struct err e = {0};

        if (rights_keep(rights_of(argv[0]), &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        return freebsd_run(a, freebsd_find(argv[0]), argc, argv);
}

static int run(struct app *a, int argc, char **argv)
{
        struct err e = {0};

        if (rights_keep(rights_of(argc > 0 ? argv[0] : NULL), &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (argc == 0) {
                if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
                        return run_console(a);
                return tell(EXIT_USAGE,
                            "the console needs a terminal; jailnet show prints the picture, jailnet --help "
                            "lists the commands");
        }
        if (strcmp(argv[0], "sandbox") == 0)
                return sandbox_main(argc, argv);
        if (strcmp(argv[0], "guard") == 0)
                return run_guard(a, argc, argv);
        if (strcmp(argv[0], "cell") == 0 && argc == 1) /* started by jailnet itself (services_jails.c) */
                return services_cell_main(a);
        if (strcmp(argv[0], "demo") == 0)
                return demo_main(a, run_console, argc, argv);
        return cli_run(a, argc, argv);
}

int main(int argc, char **argv)
{
        const char *no_guard = getenv("JAILNET_NO_GUARD"); /* a link to jailnet has no place for options */
        struct app a = {.no_guard = no_guard && strcmp(no_guard, "1") == 0};
        struct err e = {0};
        int first, status;

        if (rights_begin(&e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        keep_memory_small();
        a.use_ascii = !intl_begin();
        if (is_for_program(argc, argv))
                intl_end();
        services_init(&a);
        a.draw = graph_picture;
        /* Called by a command's name ("returns", a link to jailnet): that command, all words are its own. */
        const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
        const char *name = slash ? slash + 1 : argc > 0 ? argv[0] : "jailnet";

        if (freebsd_find(name)) {
                argv[0] += slash ? name - argv[0] : 0;
                status = run_freebsd(&a, argc, argv);
        } else if (command_find(name)) {
                argv[0] += slash ? name - argv[0] : 0;
                status = run(&a, argc, argv);
        } else if (options_parse(&a, argc, argv, &first, &status)) {
                status = run(&a, argc - first, argv + first);
        }
        services_done(&a);
        if (fflush(stdout) == EOF && status == EXIT_DONE)
                status = tell(EXIT_REFUSED, "standard output: cannot be written");
#ifdef JAILNET_FREES_ALL /* else the kernel does it, at once and with a thousand jails a millisecond sooner */
        services_free(&a);
#endif
        return status;
}
