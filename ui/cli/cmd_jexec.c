/* cmd_jexec.c - jexec(8): a program among a jail's processes, or in the stack of a jail that has none of its own. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/cli.h"
#include "ui/cli/jail_commands.h"
#include "ui/cli/jail_parts.h"

#define ENV_MAX 64

static int take_options(const struct freebsd_command *c, int argc, char **argv, struct program *p, const char *env[])
{
        bool has_user = false, has_host_user = false;
        size_t count = 0;

        optind = 0; /* getopt begins anew */
        for (int o; (o = getopt(argc, argv, "+d:e:lsu:U:")) != -1;) {
                switch (o) {
                case 'd': p->folder = optarg; break;
                case 'e':
                        if (!strchr(optarg, '=') || count >= ENV_MAX)
                                return usage(c->synopsis);
                        env[count++] = optarg;
                        break;
                case 'l': p->is_clean = true; break;
                case 's': break; /* no shell ever stands between */
                case 'u':
                        p->user = optarg;
                        p->is_user_of_host = has_host_user = true;
                        break;
                case 'U':
                        p->user = optarg;
                        has_user = true;
                        break;
                default: return usage(c->synopsis);
                }
        }
        p->env = env;
        return argc - optind < 1 || (has_user && has_host_user) ? usage(c->synopsis) : EXIT_DONE;
}

/* A command of FreeBSD's by its bare name is ours, where the jail has the host's files and so ours too. */
static char **own_command(const struct jail_here *j, char **argv, char **ret_words)
{
        const char *own = argv[0] ? jail_own_command(argv[0]) : NULL;
        size_t count = 0;

        if (!own || !jail_shares_files(&j->params) || (j->jail != NONE && !j->started))
                return argv;
        ret_words[count++] = (char *)"/proc/self/exe";
        ret_words[count++] = argv[0] + (own - argv[0]);
        for (size_t i = 1; argv[i]; i++)
                ret_words[count++] = argv[i];
        ret_words[count] = NULL;
        return ret_words;
}

int freebsd_jexec(struct app *a, const struct freebsd_command *c, int argc, char **argv)
{
        const char *env[ENV_MAX + 1] = {0};
        char *own_shell[] = {(char *)"/bin/sh", NULL};
        CLEANUP(freep) char **words = xcalloc((size_t)argc + 2, sizeof(*words));
        struct program p = {0};
        struct jail_list l = {0};
        struct err e = {0};
        int status = take_options(c, argc, argv, &p, env);

        if (status != EXIT_DONE)
                return EXIT_REFUSED;
        if (jail_list_load(a, &l, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);

        const struct jail_here *j = jail_list_find(&l, argv[optind]);

        if (!j || (j->jail == NONE && !j->is_alive)) {
                status = tell(EXIT_REFUSED, "jail \"%s\" not found", argv[optind]);
        } else {
                const struct cell_id id = jail_cell(j);

                p.place = jail_place(j, &l);
                p.argv = optind + 1 < argc ? own_command(j, argv + optind + 1, words) : own_shell;
                if (!p.place.init && !p.place.netns_path)
                        status = tell(EXIT_REFUSED, "%s: cannot be entered; only the kernel knows it", j->name);
                else if (a->jails->run(&p, &status, &e) < 0)
                        status = tell_err(&e, EXIT_REFUSED);
                if (j->is_alive)
                        (void)a->jails->tell(&id, CELL_LOOK); /* it may be alone now; it may have ended, too */
        }
        jail_list_done(&l);
        return status;
}
