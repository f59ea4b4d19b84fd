/* jail_mounts.c - what a jail mounts: mount, mount.fstab, and what its /dev is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/dialect/devfsrules.h"
#include "ui/cli/cli.h"
#include "ui/cli/jail_parts.h"
#include "ui/cli/sources.h"

#define DEVFS_RULES "/etc/devfs.rules"
#define DEVFS_JAIL  4

/* "SOURCE TARGET TYPE OPTIONS ...": a line of fstab(5), cut into words; the target is below the jail's root. */
static int parse_mount(const struct jail_params *p, char *line, struct cell_mount *ret)
{
        static const char *const types[] = {"nullfs", "bind", "none", "tmpfs", "procfs"};
        const char *root = jail_params_get(p, "path");
        size_t length = root ? strlen(root) : 0;
        char *words[4] = {0}, *rest = line;
        CLEANUP(freep) char *whole = xstrdup(line);
        size_t count = 0;
        bool is_known = false;

        while (count < ARRAY_SIZE(words) && rest) {
                char *word = strsep(&rest, " \t");

                if (*word)
                        words[count++] = word;
        }
        for (size_t i = 0; count >= 3 && i < ARRAY_SIZE(types); i++)
                is_known = is_known || strcmp(words[2], types[i]) == 0;
        if (!is_known) {
                (void)tell(EXIT_REFUSED,
                           "%s: mount: %s: expected SOURCE TARGET TYPE, TYPE one of nullfs, tmpfs, procfs", p->name,
                           whole);
                return -EINVAL;
        }
        while (length > 0 && root[length - 1] == '/')
                length--;
        if (length && strncmp(words[1], root, length) == 0 && words[1][length] == '/')
                words[1] += length;
        *ret = (struct cell_mount){.source = words[0],
                                   .target = words[1],
                                   .type = words[2],
                                   .is_read_only = words[3] &&
                                           (strcmp(words[3], "ro") == 0 || str_has_prefix(words[3], "ro,"))};
        return 0;
}

int jail_mounts(const struct jail_params *p, struct arena *arena, struct cell_mount **ret, size_t *ret_count)
{
        const struct jail_param *n = jail_params_find(p, "mount");
        const char *fstab = jail_params_get(p, "mount.fstab");
        FILE *f = fstab ? fopen(fstab, "re") : NULL;
        struct cell_mount *list = NULL;
        size_t count = 0, capacity = 0;
        char *line = NULL;
        size_t size = 0;
        int r = 0;

        if (fstab && !f) {
                r = -errno;
                (void)tell(EXIT_REFUSED, "%s: %s: %s", p->name, fstab, strerror(-r));
        }
        while (f && r == 0 && getline(&line, &size, f) > 0) {
                line[strcspn(line, "#\r\n")] = '\0';
                if (!line[strspn(line, " \t")])
                        continue;
                list = array_grow(list, &capacity, count, sizeof(*list));
                r = parse_mount(p, arena_strdup(arena, line), &list[count++]);
        }
        for (size_t i = 0; n && r == 0 && i < n->count; i++) {
                list = array_grow(list, &capacity, count, sizeof(*list));
                r = parse_mount(p, arena_strdup(arena, n->values[i]), &list[count++]);
        }
        free(line);
        if (f)
                (void)fclose(f); /* only read from */
        *ret = list;
        *ret_count = r < 0 ? 0 : count;
        return r;
}

/* -- /dev ---------------------------------------------------------------------------------------------------------- */

/* What a jail's /dev can have, and what rules may call it. */
static const struct {
        const char *node;
        const char *names[6];
} nodes[] = {
        {"null", {"null"}},
        {"zero", {"zero"}},
        {"full", {"full"}},
        {"random", {"random"}},
        {"urandom", {"urandom"}},
        {"tty", {"tty"}},
        {"ptmx", {"ptmx", "pts", "pts/0"}},
        {"fd", {"fd", "fd/0"}},
        {"stdin", {"stdin"}},
        {"stdout", {"stdout"}},
        {"stderr", {"stderr"}},
        {"fuse", {"fuse"}},
        {"net/tun", {"net/tun", "tun", "tun0", "tap", "tap0"}},
};

static int read_rules(struct devfs_rules *rules)
{
        struct sources files = {0};
        struct err e = {0};
        int r = access(DEVFS_RULES, F_OK) < 0 ? 0 : sources_add(&files, DEVFS_RULES, &e);

        if (r < 0)
                (void)tell_err(&e, EXIT_REFUSED);
        else if (files.count)
                r = devfs_rules_read(rules, &files.items[0]->source, &e);
        if (r < 0 && files.count)
                (void)tell_source(&files.items[0]->source, &e, EXIT_REFUSED);
        sources_done(&files);
        return r;
}

int jail_nodes(const struct jail_call *c, const struct jail_params *p, struct arena *arena, const char *const **ret)
{
        uint32_t ruleset = jail_params_number(p, "devfs_ruleset", DEVFS_JAIL);
        const char **list = arena_alloc(arena, (ARRAY_SIZE(nodes) + 1) * sizeof(*list));
        struct devfs_rules rules;
        size_t count = 0;
        int r = 0;

        *ret = list;
        if (!jail_params_flag(p, "mount.devfs", false))
                return 0;
        devfs_rules_init(&rules);
        r = read_rules(&rules);
        if (r == 0 && ruleset != 0 && !devfs_rules_has(&rules, ruleset)) {
                /* FreeBSD would show every device. */
                if (!c->is_quiet)
                        (void)tell(EXIT_DONE,
                                   "%s: devfs_ruleset %u: " DEVFS_RULES " has none of that number; that of "
                                   "jails (%d) is taken",
                                   p->name, ruleset, DEVFS_JAIL);
                ruleset = DEVFS_JAIL;
        }
        for (size_t i = 0; r == 0 && i < ARRAY_SIZE(nodes); i++)
                if (devfs_rules_show(&rules, ruleset, nodes[i].names))
                        list[count++] = nodes[i].node;
        devfs_rules_done(&rules);
        return r;
}
