/* cmd_service.c - FreeBSD's service, for the network's services: what they do is done by import and jail. */
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"

#define RC_CONF   "/etc/rc.conf"
#define JAIL_CONF "/etc/jail.conf"

/* "onestart", "forcestart", "quietstart": the same without looking whether it is enabled. */
static const char *plain_action(const char *word)
{
        static const char *const prefixes[] = {"one", "force", "quiet", "fast"};

        for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
                if (str_has_prefix(word, prefixes[i]))
                        return word + strlen(prefixes[i]);
        return word;
}

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
        for (size_t i = 0; i < count; i++)
                if (strcmp(word, words[i]) == 0)
                        return true;
        return false;
}

/* What rc.conf tells of this stack's network is brought about, as far as it is not so already. */
static int start_network(struct app *a, const char *service)
{
        const struct command *import = command_find("import");
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        struct err e = {0};

        if (!import)
                return tell(EXIT_REFUSED, "%s: this jailnet cannot import " RC_CONF, service);
        if (a->picture(a, false, false, false, &g, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);

        size_t here = a->here(a, g);
        CLEANUP(freep)
        char *file = here == NONE || here == 0 ? xstrdup(RC_CONF) : xasprintf("%s=" RC_CONF, g->jails[here].name);
        char words[][16] = {"import", "--as", "rc.conf"};
        char *argv[] = {words[0], words[1], words[2], file, NULL};

        a->is_quiet = true; /* FreeBSD's tells nothing of what it does */
        return import->run(a, 4, argv);
}

static int run_jail(struct app *a, const char *option, int count, char **names)
{
        const struct freebsd_command *jail = freebsd_find("jail");
        CLEANUP(freep) char **argv = xcalloc((size_t)count + 6, sizeof(*argv));
        char words[][16] = {"jail", "-f", JAIL_CONF, "*"};
        CLEANUP(freep) char *own = xstrdup(option);
        int n = 0;

        if (!jail)
                return tell(EXIT_REFUSED, "jail: this jailnet has no such command");
        argv[n++] = words[0];
        argv[n++] = words[1];
        argv[n++] = words[2];
        argv[n++] = own;
        for (int i = 0; i < count; i++)
                argv[n++] = names[i];
        if (count == 0)
                argv[n++] = words[3];
        return freebsd_run(a, jail, n, argv);
}

static int do_jail(struct app *a, const char *action, int count, char **names)
{
        if (strcmp(action, "start") == 0)
                return run_jail(a, "-c", count, names);
        if (strcmp(action, "stop") == 0)
                return run_jail(a, "-r", count, names);
        if (strcmp(action, "restart") == 0)
                return run_jail(a, "-rc", count, names);
        return tell(EXIT_REFUSED, "jail: %s is not understood; there are start, stop, restart and status", action);
}

static int do_network(struct app *a, const char *service, const char *action)
{
        if (strcmp(action, "start") == 0 || strcmp(action, "restart") == 0 || strcmp(action, "reload") == 0)
                return start_network(a, service);
        if (strcmp(action, "stop") == 0)
                return tell(EXIT_REFUSED,
                            "%s stop: would take all of this network down at once; jailnet undo takes a change back, "
                            "ifconfig IF down or destroy one interface",
                            service);
        return tell(EXIT_REFUSED, "%s: %s is not understood; there are start, restart and status", service, action);
}

int freebsd_service(struct app *a, const struct freebsd_command *c, int argc, char **argv)
{
        static const char *const networks[] = {"netif", "routing", "bridge"};
        static const char *const nothing[] = {"devfs"}; /* a jail's /dev is its own here: it has no rules to load */
        int first = argc > 1 && strcmp(argv[1], "-v") == 0 ? 2 : 1;

        if (argc - first < 2)
                return tell(EXIT_REFUSED, "usage: %s", c->synopsis);

        const char *service = argv[first], *action = plain_action(argv[first + 1]);

        if (strcmp(action, "status") == 0 && strcmp(service, "jail") == 0 && freebsd_find("jls")) {
                char name[] = "jls";
                char *words[] = {name, NULL};

                return freebsd_run(a, freebsd_find("jls"), 1, words);
        }
        if (is_one_of(service, nothing, ARRAY_SIZE(nothing)))
                return EXIT_DONE;
        if (is_one_of(service, networks, ARRAY_SIZE(networks)) && strcmp(action, "status") == 0)
                return EXIT_DONE;
        if (is_one_of(service, networks, ARRAY_SIZE(networks)))
                return do_network(a, service, action);
        if (strcmp(service, "jail") == 0)
                return do_jail(a, action, argc - first - 2, argv + first + 2);
        return tell(
                EXIT_REFUSED,
                "%s: is none of the network's services (netif, routing, bridge, jail); use this system's own service "
                "manager for it",
                service);
}
