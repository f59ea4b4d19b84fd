/* jail_phase.c - the commands of exec.*: split as jail(8) splits them, run where they belong, and told when they fail.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"
#include "ui/cli/jail_parts.h"

#define SELF             "/proc/self/exe"
#define NOT_FOUND        127 /* as shells have it */
#define SHELL_CHARACTERS "!\"$&'()*;<>?[\\]`{|}~"

void jail_tell(const struct jail_call *c, const char *fmt, ...)
{
        CLEANUP(text_done) struct text t = {0};
        va_list ap;

        if (!c->is_verbose)
                return;
        va_start(ap, fmt);
        CLEANUP(freep) char *sentence = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        text_put_visible(&t, sentence);
        (void)puts(text_str(&t));
        (void)fflush(stdout); /* before what the commands print */
}

/* Words of a command: what a shell would not treat otherwise is split at blanks; else a shell gets it whole. */
struct words {
        char *copy;
        char **argv;
        struct arena arena;
        size_t count, capacity;
        size_t front; /* words that are put before the command's own */
        bool is_background;
};

static void add_word(struct words *w, char *s)
{
        w->argv = array_grow(w->argv, &w->capacity, w->count, sizeof(*w->argv));
        w->argv[w->count++] = s;
}

static void words_done(struct words *w)
{
        free(w->copy);
        free(w->argv);
        arena_done(&w->arena);
}

const char *jail_own_command(const char *word)
{
        static const char *const folders[] = {"/sbin/", "/usr/sbin/", "/usr/bin/", "/usr/local/sbin/",
                                              "/usr/local/bin/"};
        const char *slash = strrchr(word, '/');
        bool is_ours = !slash;

        for (size_t i = 0; slash && i < ARRAY_SIZE(folders); i++)
                is_ours = is_ours ||
                        (strncmp(word, folders[i], (size_t)(slash + 1 - word)) == 0 &&
                         strlen(folders[i]) == (size_t)(slash + 1 - word));
        word = slash ? slash + 1 : word;
        return is_ours && freebsd_find(word) ? word : NULL;
}

bool jail_shares_files(const struct jail_params *p)
{
        const char *root = jail_params_get(p, "path");

        return !root || strcmp(root, "/") == 0;
}

/*
 * On the host, and in a jail that shares its files, FreeBSD's commands are ours, also by the paths that FreeBSD has
 * them under: jailnet freebsd sees to that, in a mount table of the command's own. A command that mounts means the
 * host's.
 */
static bool finds_ours(const struct jail_params *p, bool is_inside, const char *command)
{
        const char *user = jail_params_get(p, is_inside ? "exec.jail_user" : "exec.system_user");

        return (!user || strcmp(user, "root") == 0) && (!is_inside || jail_shares_files(p)) &&
                !strstr(command, "mount");
}

static void split(const char *command, bool finds, struct words *w)
{
        char *rest = w->copy = xstrdup(command);
        size_t length = strlen(rest);

        if (finds) {
                add_word(w, (char *)SELF);
                add_word(w, (char *)"freebsd");
                add_word(w, (char *)"--");
                w->front = w->count;
        }
        while (length > 0 && strchr(" \t\n", rest[length - 1]))
                rest[--length] = '\0';
        if (length > 0 && rest[length - 1] == '&' && strcspn(rest, SHELL_CHARACTERS) == length - 1) {
                w->is_background = true;
                rest[length - 1] = '\0';
        } else if (rest[strcspn(rest, SHELL_CHARACTERS)]) {
                add_word(w, (char *)"/bin/sh");
                add_word(w, (char *)"-c");
                add_word(w, rest);
                rest = NULL;
        }
        for (char *word; rest && (word = strsep(&rest, " \t\n"));)
                if (*word)
                        add_word(w, word);
        add_word(w, NULL);

        const char *own = finds && w->count > w->front + 1 ? jail_own_command(w->argv[w->front]) : NULL;

        if (own) { /* needs nothing around it */
                w->argv[w->front - 1] = arena_strdup(&w->arena, own);
                memmove(w->argv + 1, w->argv + w->front - 1, sizeof(char *));
                memmove(w->argv + 2, w->argv + w->front + 1, (w->count - w->front - 1) * sizeof(char *));
                w->count -= w->front - 1;
                w->front = 1;
        }
}

/* FreeBSD's scripts of the system itself, which a Linux root does not have: the jail starts without them. */
static bool is_missing_rc(const struct jail_call *c, const struct jail_params *p, const struct words *w)
{
        const char *root = jail_params_get(p, "path");

        char *const *argv = w->argv + w->front;

        if (w->count < w->front + 3 || strcmp(argv[0], "/bin/sh") != 0 ||
            (strcmp(argv[1], "/etc/rc") != 0 && strcmp(argv[1], "/etc/rc.shutdown") != 0))
                return false;

        CLEANUP(freep) char *path = xasprintf("%s%s", root ? root : "", argv[1]);

        if (access(path, F_OK) == 0 || errno != ENOENT)
                return false;
        jail_tell(c, "%s: %s: is not there; the jail starts without it", p->name, argv[1]);
        return true;
}

static int run(const struct jail_call *c, const struct jail_params *p, struct program *r, const char *command)
{
        struct err e = {0};
        int status = 0;
        int x = c->app->jails->run(r, &status, &e);

        if (x == -ETIMEDOUT)
                (void)tell(EXIT_REFUSED, "%s: %s: timed out", p->name, command);
        else if (x < 0)
                (void)tell(EXIT_REFUSED, "%s: %s: %s", p->name, command, e.what);
        else if (status > 128)
                (void)tell(EXIT_REFUSED, "%s: %s: exited on signal %d", p->name, command, status - 128);
        else if (status == NOT_FOUND)
                (void)tell(EXIT_REFUSED, "%s: %s: failed: a program was not found", p->name, command);
        else if (status != 0)
                (void)tell(EXIT_REFUSED, "%s: %s: failed", p->name, command);
        return x < 0 ? x : status ? -ECANCELED : 0;
}

static struct program describe(const struct jail_params *p, const struct program_place *place)
{
        struct program r = {
                .user = jail_params_get(p, place ? "exec.jail_user" : "exec.system_user"),
                .is_user_of_host = !place || jail_params_flag(p, "exec.system_jail_user", false),
        };

        if (place) {
                r.place = *place;
                r.is_clean = jail_params_flag(p, "exec.clean", false);
                r.log = jail_params_get(p, "exec.consolelog");
        }
        return r;
}

static int run_one(const struct jail_call *c, const struct jail_params *p, const char *command,
                   const struct program_place *place)
{
        CLEANUP(words_done) struct words w = {0};
        struct program r = describe(p, place);

        split(command, finds_ours(p, place != NULL, command), &w);
        if (w.count < w.front + 2 || (place && is_missing_rc(c, p, &w)))
                return 0;
        r.argv = w.argv;
        r.is_background = w.is_background;
        r.is_apart = true;
        r.timeout_s = jail_params_number(p, "exec.timeout", 0);
        jail_tell(c, "%s: run command%s: %s", p->name, place ? " in jail" : "", command);
        return run(c, p, &r, command);
}

int jail_phase(const struct jail_call *c, const struct jail_params *p, const char *name,
               const struct program_place *place)
{
        const struct jail_param *n = jail_params_find(p, name);
        int r = 0;

        if (c->without_words)
                return 0;
        for (size_t i = 0; n && r == 0 && i < n->count; i++)
                r = run_one(c, p, n->values[i], place);
        return r;
}

/* The words of command= are its argv as they are; it has the terminal. */
int jail_command(const struct jail_call *c, const struct jail_params *p, const struct program_place *place)
{
        const struct jail_param *n = jail_params_find(p, "command");
        CLEANUP(words_done) struct words w = {0};
        struct program r = describe(p, place);

        if (!n || n->count == 0)
                return 0;
        if (n->count == 1) {
                split(n->values[0], finds_ours(p, true, n->values[0]), &w); /* of a file it is one string */
                r.is_background = w.is_background;
        } else {
                for (size_t i = 0; i < n->count; i++)
                        add_word(&w, arena_strdup(&w.arena, n->values[i]));
                add_word(&w, NULL);
        }
        r.argv = w.argv;
        jail_tell(c, "%s: run command in jail: %s", p->name, n->values[0]);
        return run(c, p, &r, n->values[0]);
}
