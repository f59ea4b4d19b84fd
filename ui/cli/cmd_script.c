/*
 * cmd_script.c - jailnet freebsd: runs a FreeBSD script as it stands.
 *
 * The process becomes the script, so that exit status, signals and terminal are the script's own. What it finds: our
 * commands first on its PATH and under the absolute paths that FreeBSD's scripts write, and its interpreter where
 * FreeBSD has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"
#include "ui/cli/places.h"

/* Where FreeBSD's commands stand; a name of ours in a folder where FreeBSD hasn't it does no harm. */
static const char *const folders[] = {"/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/local/bin"};

/* Interpreters that FreeBSD has as packages, where scripts name them. */
static const char *const packages[] = {"bash", "zsh", "ksh93", "perl", "python3"};
#define PACKAGES "/usr/local/bin"

#define NOT_RUN   126 /* as a shell says it */
#define NOT_FOUND 127

struct script {
        char *path;        /* what is run */
        char *interpreter; /* of its first line; NULL none */
        char *option;      /* behind it; NULL none */
        bool is_readable;  /* as a script: it is no program */
};

static void script_done(struct script *s)
{
        free(s->path);
        free(s->interpreter);
        free(s->option);
}

/* Where a command is found on PATH; NULL nowhere. Caller frees. */
static char *find_on_path(const char *name)
{
        const char *path = getenv("PATH");

        for (const char *s = path ? path : "/usr/bin:/bin"; *s;) {
                size_t n = strcspn(s, ":");
                CLEANUP(freep) char *full = xasprintf("%.*s/%s", (int)n, s, name);

                if (n > 0 && access(full, X_OK) == 0)
                        return TAKE(full);
                s += n + (s[n] == ':');
        }
        return NULL;
}

/* Reads the first line: "#! INTERPRETER OPTION". */
static void read_first_line(struct script *s)
{
        CLEANUP(closep) int fd = open(s->path, O_RDONLY | O_CLOEXEC);
        char line[256] = "";
        ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
        char *rest = line + 2;

        s->is_readable = n >= 0 && !memchr(line, '\0', (size_t)n);
        if (n < 3 || strncmp(line, "#!", 2) != 0)
                return;
        line[strcspn(line, "\r\n")] = '\0';
        rest += strspn(rest, " \t");

        size_t length = strcspn(rest, " \t");

        if (length == 0)
                return;
        s->interpreter = xstrndup(rest, length);
        rest += length;
        rest += strspn(rest, " \t");
        if (*rest)
                s->option = xstrdup(rest);
}

/* Which file the word means: a path, a file in this folder, else NULL: a command. */
static void find_script(struct script *s, const char *word)
{
        struct stat st;

        if (strchr(word, '/'))
                s->path = xstrdup(word);
        else if (stat(word, &st) == 0 && S_ISREG(st.st_mode))
                s->path = xasprintf("./%s", word);
        if (s->path)
                read_first_line(s);
}

/* An interpreter that is not where the script says is linked to from there, if there is one of its name. */
static int add_interpreter(struct places *p, const struct script *s, struct err *e)
{
        const char *slash = s->interpreter ? strrchr(s->interpreter, '/') : NULL;

        if (!slash || slash == s->interpreter || s->interpreter[0] != '/' || access(s->interpreter, X_OK) == 0)
                return 0;

        CLEANUP(freep) char *found = find_on_path(slash + 1);
        CLEANUP(freep) char *folder = xstrndup(s->interpreter, (size_t)(slash - s->interpreter));

        if (!found)
                return err_set(e, -ENOENT, "%s: its interpreter %s is not installed here; install %s", s->path,
                               s->interpreter, slash + 1);
        places_add(p, folder, slash + 1, found);
        return 0;
}

#define RC_FOLDER "/etc"
#define RC_SUBR   "rc.subr"
#define RC_MAX    65536 /* bytes of a script that are looked through for it */

/* A script of rc.d reads a file that only FreeBSD has: then /etc is covered, which it is for no other. */
static void add_rc_subr(struct places *p, const struct script *s)
{
        CLEANUP(closep) int fd = s->path && s->is_readable ? open(s->path, O_RDONLY | O_CLOEXEC) : -1;
        CLEANUP(freep) char *text = xcalloc(RC_MAX + 1, 1);
        ssize_t n = fd < 0 ? -1 : read(fd, text, RC_MAX);

        if (n > 0 && strstr(text, RC_FOLDER "/" RC_SUBR) && access(RC_FOLDER "/" RC_SUBR, F_OK) < 0)
                places_add_text(p, RC_FOLDER, RC_SUBR, rc_subr);
}

static void add_packages(struct places *p)
{
        for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
                CLEANUP(freep) char *wanted = xasprintf(PACKAGES "/%s", packages[i]);
                CLEANUP(freep) char *found = access(wanted, F_OK) == 0 ? NULL : find_on_path(packages[i]);

                if (found)
                        places_add(p, PACKAGES, packages[i], found);
        }
}

static void add_commands(struct places *p, const char *program, bool is_strict)
{
        for (size_t f = 0; f < ARRAY_SIZE(folders); f++)
                for (size_t i = 0; i < freebsd_command_count; i++)
                        if (is_strict || !freebsd_commands[i].is_strict_only)
                                places_add(p, folders[f], freebsd_commands[i].name, program);
}

/* The file of the running program; "... (deleted)" is none. */
static int find_program(char program[PATH_MAX], struct err *e)
{
        ssize_t n = readlink("/proc/self/exe", program, PATH_MAX - 1);

        if (n < 0)
                return err_set(e, -errno, "freebsd: /proc/self/exe: %s; is /proc mounted?", strerror(errno));
        program[n] = '\0';
        if (access(program, X_OK) < 0)
                return err_set(e, -errno, "freebsd: %s: %s; was it replaced? start it anew", program, strerror(errno));
        return 0;
}

static int set_environment(const struct app *a, const char *search, bool is_strict, struct err *e)
{
        const char *path = getenv("PATH");
        CLEANUP(freep)
        char *longer = xasprintf("%s:%s", search, path && *path ? path : "/usr/sbin:/usr/bin:/sbin:/bin");

        (void)setenv("PATH", longer, 1); /* fails only without memory */
        if (is_strict)
                (void)setenv("JAILNET_STRICT", "1", 1);
        if (a->no_guard)
                (void)setenv("JAILNET_NO_GUARD", "1", 1);
        if (!a->db_path)
                return 0;

        char folder[PATH_MAX];

        if (a->db_path[0] != '/' && !getcwd(folder, sizeof(folder)))
                return err_set(e, -errno, "freebsd: this folder: %s; write --db with a whole path", strerror(errno));

        CLEANUP(freep) char *db = a->db_path[0] == '/' ? xstrdup(a->db_path) : xasprintf("%s/%s", folder, a->db_path);

        (void)setenv("JAILNET_DB", db, 1);
        return 0;
}

/* The script with sh, or with its interpreter where it may not be executed itself. */
static void exec_with(const struct script *s, char **words, int count)
{
        CLEANUP(freep) char **argv = xcalloc((size_t)count + 3, sizeof(*argv));
        int n = 0;

        argv[n++] = s->interpreter ? s->interpreter : (char *)"sh";
        if (s->interpreter && s->option)
                argv[n++] = s->option;
        argv[n++] = s->path;
        for (int i = 1; i < count; i++)
                argv[n++] = words[i];
        (void)execvp(argv[0], argv);
}

static int become(const struct script *s, char **words, int count)
{
        int code;

        if (!s->path)
                (void)execvp(words[0], words);
        else if (access(s->path, X_OK) == 0 || !s->is_readable)
                (void)execv(s->path, words);
        else
                exec_with(s, words, count);
        if (errno == ENOEXEC && s->path && s->is_readable)
                exec_with(s, words, count);
        code = errno;
        /* A folder of PATH that may not be looked into makes it EACCES of a command that is nowhere. */
        if (code == EACCES && !s->path) {
                CLEANUP(freep) char *found = find_on_path(words[0]);

                code = found ? EACCES : ENOENT;
        }
        return tell(code == ENOENT ? NOT_FOUND : NOT_RUN, "%s: cannot be run (%s); check its name and rights", words[0],
                    strerror(code));
}

static int prepare(const struct app *a, const struct script *s, bool is_strict, struct err *e)
{
        CLEANUP(places_done) struct places p = {0};
        CLEANUP(freep) char *search = NULL;
        CLEANUP(freep) char *left_out = NULL;
        char program[PATH_MAX];
        int r = find_program(program, e);

        if (r == 0)
                r = add_interpreter(&p, s, e);
        if (r < 0)
                return r;
        add_packages(&p);
        add_commands(&p, program, is_strict);
        add_rc_subr(&p, s);
        r = places_make(&p, program, &search, &left_out, e);
        if (r == 0 && left_out && !a->is_quiet)
                (void)tell(0, "%s: is not on this system: what a script calls there by its whole path is not found",
                           left_out);
        return r < 0 ? r : set_environment(a, search, is_strict, e);
}

int command_freebsd(struct app *a, int argc, char **argv)
{
        bool is_strict = freebsd_take_strict(&argc, argv);
        const char *shell = getenv("SHELL");
        CLEANUP(freep) char *own = xstrdup(shell && *shell ? shell : "/bin/sh");
        char *own_shell[] = {own, NULL};
        int first = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;
        char **words = argc > first ? &argv[first] : own_shell;
        int count = argc > first ? argc - first : 1;
        CLEANUP(script_done) struct script s = {0};
        struct err e = {0};

        if (first == 1 && argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
                char *asked[] = {(char *)"help", argv[0]};

                return command_help(a, 2, asked);
        }
        if (first == 1 && argc > 1 && argv[1][0] == '-')
                return usage(command_find("freebsd")->synopsis);
        if (a->is_dry_run)
                return tell(EXIT_USAGE,
                            "freebsd: a script cannot be previewed: what it does hangs on what it finds; try "
                            "it in jailnet sandbox");
        if (a->confirm_within_s)
                return tell(EXIT_USAGE,
                            "freebsd: --confirm-within is for one change, and a script makes many; "
                            "--no-guard lets it make those too that could cut you off");
        find_script(&s, words[0]);
        if (s.path && access(s.path, R_OK) < 0)
                return tell(errno == ENOENT ? NOT_FOUND : NOT_RUN, "%s: %s", s.path, strerror(errno));

        int r = a->share_jails(a, &e);

        if (r == -EPERM || r == -EACCES)
                return tell(EXIT_REFUSED,
                            "freebsd: it needs the right to mount; run it as root, or in a sandbox: jailnet sandbox -- "
                            "jailnet freebsd -- SCRIPT");
        if (r == 0)
                r = prepare(a, &s, is_strict, &e);
        return r < 0 ? tell_err(&e, EXIT_REFUSED) : become(&s, words, count);
}
