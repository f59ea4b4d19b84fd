/* cmd_freebsd.c - FreeBSD's commands on the command line: their table, and how a line of one becomes a plan. */
#include "ui/cli/cmd_freebsd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/dialect/ifconfig.h"
#include "core/dialect/jib.h"
#include "core/dialect/jng.h"
#include "core/dialect/ngctl.h"
#include "core/dialect/small.h"
#include "ui/cli/cli.h"
#include "ui/cli/jail_commands.h"
#include "ui/cli/graphviz.h"
#include "ui/cli/ngctl_prompt.h"

#define FILE_MAX (64 << 20) /* bytes of a script; what never ends does not eat all memory */

const struct freebsd_command freebsd_commands[] = {
        {
                .name = "ifconfig",
                .synopsis = "ifconfig [-j JAIL] [-a | -l | -g GROUP | IF] [WORD ...]",
                .help = N_("List, make and change interfaces and bridges"),
                .speak = dialect_ifconfig,
                .failed_status = 1,
        },
        {
                .name = "jib",
                .synopsis = "jib addm [-b BRIDGE_NAME] NAME [!]IF ... | show [NAME] | destroy NAME",
                .help = N_("Make epairs for a jail on bridges with interfaces of the host"),
                .speak = dialect_jib,
                .failed_status = 1,
        },
        {
                .name = "jng",
                .synopsis = "jng bridge [-b BRIDGE_NAME] NAME [!|=]IF ... | graph [-f] [-T TYPE] [-o FILE] | "
                            "show [NAME] | shutdown NAME | stats NAME",
                .help = N_("Make netgraph interfaces for a jail on bridges with interfaces of the host"),
                .speak = dialect_jng,
                .failed_status = 1,
                .wants_counters = true,
        },
        {
                .name = "ngctl",
                .synopsis = "ngctl [-d] [-f FILE] [-j JAIL] [-n NODENAME] [COMMAND [WORD ...]]",
                .help = N_("List, make, join and ask netgraph nodes; alone it listens at a prompt"),
                .speak = dialect_ngctl,
                .failed_status = NGCTL_FAILED,
                .wants_counters = true,
        },
        {
                .name = "jail",
                .synopsis =
                        "jail [-dhilqv] [-f FILE] [-J FILE] [-u USER | -U USER] -c | -m | -cm | -mr | -r | -rc | -R "
                        "[JAIL ... | '*' | PARAM=VALUE ...]",
                .help = N_("Start, change and stop jails, from jail.conf or with parameters as words"),
                .run = freebsd_jail,
        },
        {
                .name = "jls",
                .synopsis = "jls [--libxo json] [-cdhNnqsv] [-j JAIL] [PARAM ...]",
                .help = N_("List the jails"),
                .run = freebsd_jls,
        },
        {
                .name = "jexec",
                .synopsis = "jexec [-ls] [-d DIR] [-e NAME=VALUE] [-u USER | -U USER] JAIL [CMD ...]",
                .help = N_("Run a program in a jail"),
                .run = freebsd_jexec,
        },
        {
                .name = "route",
                .synopsis = "route [-nq] add|delete|change|get|show|flush DESTINATION [GATEWAY]",
                .help = N_("Change or look up the routes of the stack that it is called in"),
                .speak = dialect_route,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "arp",
                .synopsis = "arp [-n] [-i IF] -a | ADDRESS",
                .help = N_("List the addresses that this stack has learnt on its links"),
                .speak = dialect_arp,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "sysctl",
                .synopsis = "sysctl [-einqN] NAME[=VALUE] ... | -a",
                .help = N_("Read or set FreeBSD's names for bridges, netgraph, forwarding and jails"),
                .speak = dialect_sysctl,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "kldload",
                .synopsis = "kldload [-nqv] MODULE ...",
                .help = N_("Make sure that the kernel has what a FreeBSD module has"),
                .speak = dialect_kldload,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "kldstat",
                .synopsis = "kldstat [-q] [-m MODULE | -n FILE]",
                .help = N_("List what the kernel has, as FreeBSD modules"),
                .speak = dialect_kldstat,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "kldunload",
                .synopsis = "kldunload MODULE ...",
                .help = N_("Refused: what the kernel has is not taken from it"),
                .speak = dialect_kldunload,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "sysrc",
                .synopsis = "sysrc [-ceinNqx] [-f FILE] NAME[[+|-]=VALUE] ... | -a",
                .help = N_("Read or change the variables of /etc/rc.conf or another file"),
                .speak = dialect_sysrc,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "service",
                .synopsis = "service netif|routing|bridge|jail start|stop|restart|status [NAME ...]",
                .help = N_("Bring up what rc.conf or jail.conf tell; start and stop jails"),
                .run = freebsd_service,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "chflags",
                .synopsis = "chflags [-fRv] [no]FLAG[,FLAG ...] FILE ...",
                .help = "Set or take away schg, sappnd and nodump of files",
                .run = freebsd_chflags,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "bsdinstall",
                .synopsis = "bsdinstall jail DIR",
                .help = "Refused: FreeBSD's programs do not run here",
                .run = freebsd_bsdinstall,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "uname",
                .synopsis = "uname [-amnprsv]",
                .help = N_("FreeBSD's answers, for scripts that ask (--strict)"),
                .speak = dialect_uname,
                .failed_status = 1,
                .is_small = true,
                .is_strict_only = true,
        },
        {
                .name = "fmt",
                .synopsis = "fmt [GOAL [MAXIMUM]] [FILE ...]",
                .help = N_("Fill lines to a width, which FreeBSD's scripts write as a bare number"),
                .speak = dialect_fmt,
                .failed_status = 1,
                .is_small = true,
        },
        {
                .name = "sum",
                .synopsis = "sum [FILE ...]",
                .help = N_("Checksums, printed as FreeBSD does"),
                .speak = dialect_sum,
                .failed_status = 1,
                .is_small = true,
        },
};
const size_t freebsd_command_count = ARRAY_SIZE(freebsd_commands);

const struct freebsd_command *freebsd_find(const char *name)
{
        for (size_t i = 0; i < freebsd_command_count; i++)
                if (strcmp(freebsd_commands[i].name, name) == 0)
                        return &freebsd_commands[i];
        return NULL;
}

/* What a command line has while it is spoken. */
struct call {
        struct app *app;
        const struct freebsd_command *command;
        const struct graph *picture;
        int argc;
        char **argv;
};

static int take_picture(struct call *c, struct err *e)
{
        const struct graph *g = NULL;
        int r = c->app->picture(c->app, true, c->command->wants_counters, false, &g, e);

        if (r < 0)
                return r;
        graph_unref(c->picture);
        c->picture = g;
        return 0;
}

static void print_session(struct dialect *d)
{
        (void)fputs(text_str(&d->said), stderr); /* nobody is left to be told when it fails */
        print_text(&d->out);
        text_done(&d->said);
        text_done(&d->out);
}

static struct plan *take_plan(const struct call *c, struct dialect *d)
{
        CLEANUP(text_done) struct text words = {0}, title = {0};

        if (d->words)
                text_put(&words, d->words);
        for (int i = 0; i < c->argc && !d->words; i++) {
                if (i > 0)
                        text_put_char(&words, ' ');
                text_put_shell(&words, c->argv[i]);
        }
        text_put_visible(&title, text_str(&words));
        return dialect_finish(d, text_str(&words), text_str(&title));
}

static void tell_warnings(const struct app *a, const struct plan *p)
{
        for (size_t i = 0; i < p->note_count && !a->is_quiet; i++)
                if (p->notes[i].level == NOTE_WARNING)
                        (void)tell(EXIT_DONE, "%s", p->notes[i].text);
}

/* A script's line whose step failed; what was done of the script is taken back. */
static void name_failed_line(const struct call *c, const struct dialect *d, const struct plan *p)
{
        const struct dialect_line *line = NULL;

        for (size_t i = 0; i < p->step_count && !line; i++)
                if (p->steps[i].state == STEP_FAILED)
                        line = dialect_line_of(d, i);
        if (line)
                (void)tell(c->command->failed_status, "line %u: error in file %s; nothing that it asks for is done",
                           line->number, line->file);
}

/* Runs the session's plan, or shows it, and prints. */
static int settle(struct call *c, struct dialect *d)
{
        CLEANUP(plan_freep) struct plan *p = take_plan(c, d);
        int status;

        if (!p) {
                tell_notice(c->app, NULL);
                print_session(d);
                return EXIT_DONE;
        }
        if (c->app->is_dry_run) {
                text_done(&d->out); /* it would be printed when it is done */
                print_session(d);
                return plan_print(c->app, p);
        }
        status = plan_run(c->app, p, c->picture);
        if (status != EXIT_DONE) {
                name_failed_line(c, d, p);
                text_done(&d->out);
                print_session(d);
                return c->command->failed_status;
        }
        tell_warnings(c->app, p);
        print_session(d);
        return guard_ask_user(c->app, p);
}

/* -- Services ---------------------------------------------------------------------------------------------------- */

static int commit(struct dialect *d, struct err *e)
{
        struct call *c = d->services->user;
        int status;

        if (c->app->is_dry_run)
                return 0;
        status = settle(c, d);
        if (status != EXIT_DONE)
                return status; /* told already */

        int r = take_picture(c, e);

        if (r < 0)
                return r;
        dialect_restart(d, c->picture);
        return 0;
}

static int read_file(struct dialect *d, const char *path, char **ret, size_t *ret_length, struct err *e)
{
        bool is_stdin = strcmp(path, "-") == 0;
        FILE *f = is_stdin ? stdin : fopen(path, "re");
        CLEANUP(text_done) struct text t = {0};
        char part[4096];
        size_t n;
        int r = 0;

        (void)d;
        if (!f)
                return err_set(e, -errno, "%s: %s", path, strerror(errno));
        while (t.length <= FILE_MAX && (n = fread(part, 1, sizeof(part), f)) > 0)
                text_put_n(&t, part, n);
        if (t.length > FILE_MAX)
                r = err_set(e, -EFBIG, "%s: has more than %d MiB; this is no file of commands",
                            is_stdin ? "standard input" : path, FILE_MAX >> 20);
        else if (ferror(f))
                r = err_set(e, -EIO, "%s: cannot be read to its end", is_stdin ? "standard input" : path);
        if (!is_stdin)
                (void)fclose(f); /* only read from */
        if (r == 0) {
                *ret_length = t.length;
                *ret = t.s ? text_take(&t) : xstrdup("");
        }
        return r;
}

static int write_whole(int fd, const char *content, size_t length)
{
        while (length > 0) {
                ssize_t n = write(fd, content, length);

                if (n < 0 && errno != EINTR)
                        return -errno;
                content += n > 0 ? n : 0;
                length -= n > 0 ? (size_t)n : 0;
        }
        return fsync(fd) < 0 && errno != EINVAL ? -errno : 0; /* EINVAL: a pipe or a device has nothing to keep */
}

/* What is no plain file cannot be replaced: /dev/stdout, a pipe. */
static int write_into(const char *path, const char *content, size_t length)
{
        CLEANUP(closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

        return fd < 0 ? -errno : write_whole(fd, content, length);
}

static int write_file(struct dialect *d, const char *path, const char *content, size_t length, struct err *e)
{
        const struct call *c = d->services->user;
        CLEANUP(freep) char *real = realpath(path, NULL); /* a link stays a link */
        CLEANUP(freep) char *beside = xasprintf("%s.jailnet-XXXXXX", real ? real : path);
        struct stat st = {.st_mode = 0644};
        int r = 0;

        if (c->app->is_dry_run)
                return 0;
        if (real && stat(real, &st) < 0)
                return err_set(e, -errno, "%s: %s", path, strerror(errno));
        if (real && !S_ISREG(st.st_mode)) {
                r = write_into(path, content, length);
                return r < 0 ? err_set(e, r, "%s: cannot be written (%s)", path, strerror(-r)) : 0;
        }

        CLEANUP(closep) int fd = mkostemp(beside, O_CLOEXEC);

        if (fd < 0)
                return err_set(e, -errno, "%s: cannot be written (%s)", path, strerror(errno));
        if (fchmod(fd, st.st_mode & 07777) < 0 || (real && fchown(fd, st.st_uid, st.st_gid) < 0))
                r = -errno;
        if (r == 0)
                r = write_whole(fd, content, length);
        if (r == 0 && rename(beside, real ? real : path) < 0)
                r = -errno;
        if (r == 0)
                return 0;
        (void)unlink(beside); /* the failure is told */
        return err_set(e, r, "%s: cannot be written (%s); it is as before", path, strerror(-r));
}

static int read_neighbours(struct dialect *d, size_t jail, struct neighbour **ret, size_t *ret_count, struct err *e)
{
        const struct call *c = d->services->user;

        return c->app->neighbours(c->app, c->picture, jail, ret, ret_count, e);
}

static int missing_kinds(struct dialect *d, uint32_t kinds, uint32_t *ret, struct err *e)
{
        const struct call *c = d->services->user;

        return c->app->missing_kinds(c->app, c->picture, kinds, ret, e);
}

/* The jail in whose stack the command was started; a name that lasts longer than the picture. Caller frees. */
static char *name_here(const struct call *c, struct err *e)
{
        size_t here = c->app->here(c->app, c->picture);

        if (here != NONE)
                return xstrdup(c->picture->jails[here].name);
        (void)err_set(e, -ENOENT,
                      "the network stack that this was started in is not in the picture; run it on the host");
        return NULL;
}

static int read_hosts(struct dialect *d, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e)
{
        struct call *c = d->services->user;

        return c->app->hosts(c->app, c->picture, bridge, ret, ret_count, e);
}

/* ---------------------------------------------------------------------------------------------------------------- */

int freebsd_speak(struct app *a, const struct freebsd_command *command, const char *jail, bool is_strict, int argc,
                  char **argv)
{
        struct call c = {.app = a, .command = command, .argc = argc, .argv = argv};
        struct dialect_services services = {
                .commit = commit,
                .read_file = read_file,
                .draw = graphviz_draw,
                .write_file = write_file,
                .read_line = ngctl_prompt_is_possible() ? ngctl_prompt_read : NULL,
                .hosts = read_hosts,
                .neighbours = read_neighbours,
                .missing_kinds = missing_kinds,
                .user = &c,
        };
        struct dialect d;
        struct err e = {0};
        int status = command->failed_status;

        if (take_picture(&c, &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, status);
        }

        CLEANUP(freep) char *own = jail ? xstrdup(jail) : name_here(&c, &e);

        if (!own) {
                graph_unref(c.picture);
                return tell_err(&e, status);
        }
        dialect_init(&d, c.picture, own, is_strict);
        d.services = &services;

        int r = command->speak(&d, argc, argv, &e);

        if (r == 0) {
                status = settle(&c, &d);
        } else {
                status = r > 0 ? r : command->failed_status;
                tell_notice(a, &e);
                print_session(&d);
                if (err_is_set(&e))
                        (void)tell_err(&e, status);
        }
        dialect_done(&d);
        graph_unref(c.picture);
        return status;
}

bool freebsd_take_strict(int *argc, char **argv)
{
        const char *wished = getenv("JAILNET_STRICT");
        bool is_strict = wished && strcmp(wished, "1") == 0, is_ended = false;
        int kept = 0;

        for (int i = 0; i < *argc; i++) {
                is_ended = is_ended || strcmp(argv[i], "--") == 0;
                if (!is_ended && strcmp(argv[i], "--strict") == 0)
                        is_strict = true;
                else
                        argv[kept++] = argv[i];
        }
        argv[kept] = NULL;
        *argc = kept;
        return is_strict;
}

int freebsd_run(struct app *a, const struct freebsd_command *c, int argc, char **argv)
{
        intl_end(); /* scripts cut words out of what these print */
        if (argc == 2 && strcmp(argv[1], "--help") == 0) {
                char *words[] = {(char *)"help", argv[0]};

                return command_help(a, 2, words);
        }
        int status;

        tell_as(c->name);
        if (c->run) {
                status = c->run(a, c, argc, argv);
        } else {
                bool is_strict = freebsd_take_strict(&argc, argv);

                status = freebsd_speak(a, c, NULL, is_strict, argc, argv);
        }
        tell_as("jailnet");
        return status;
}
