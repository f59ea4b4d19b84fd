/* jail_mounts.c - what a jail mounts: mount, mount.fstab, and what its /dev is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ui/cli/cli.h"
#include "ui/cli/jail_parts.h"

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

void jail_tell_devfs(const struct jail_call *c, const struct jail_params *p)
{
        const char *ruleset = jail_params_get(p, "devfs_ruleset");

        if (ruleset && jail_params_flag(p, "mount.devfs", false) && strcmp(ruleset, "4") != 0 &&
            strcmp(ruleset, "5") != 0 && !c->is_quiet)
                (void)tell(EXIT_DONE, "%s: devfs_ruleset %s: its /dev is that of every jail here: no disks, no memory",
                           p->name, ruleset);
}
