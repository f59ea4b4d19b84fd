/* apply_jail.c - making, removing and renaming jails, and their loopback. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/kernel/apply_parts.h"
#include "core/kernel/netns.h"

/* The first link of each stack. */
#define LOOPBACK_IFINDEX 1

int jail_bring_up(struct space *space, struct err *e)
{
        return link_set_up(&(struct place){.space = space, .ifindex = LOOPBACK_IFINDEX}, true, e);
}

static int jail_add(struct applier *a, struct step *s, struct err *e)
{
        struct space *made = NULL;
        struct ns_handle handle = {0};
        int fd = -1;
        int r = netns_create(s->at.jail, &fd, e);

        if (r < 0)
                return r;
        (void)netns_handle(fd, &handle); /* before Linux 6.18 there is none, and length stays 0 */
        r = space_adopt(a, s->at.jail, fd, &made, e);
        if (r == 0)
                r = jail_bring_up(made, e);
        if (r < 0) {
                if (made)
                        space_drop(made);
                (void)netns_remove(s->at.jail, NULL); /* the failure that is told is the first one */
                return fail_step(e, r, &s->at, "the new jail cannot be set up");
        }
        made->is_made = true;
        track_made(a, &(struct place){.space = made, .ifindex = LOOPBACK_IFINDEX}, "lo");
        s->made_cookie = made->cookie;
        s->made_handle = handle;
        return 0;
}

/* The name that it has now: an earlier step may have given it another than the one it was planned with. */
static const char *name_now(struct applier *a, const struct target *t, struct space **ret_space)
{
        if (space_of(a, t, ret_space, NULL) < 0)
                *ret_space = NULL;
        return *ret_space ? (*ret_space)->name : t->jail;
}

static int jail_delete(struct applier *a, const struct step *s, struct err *e)
{
        struct space *space = NULL;
        CLEANUP(freep) char *name = xstrdup(name_now(a, &s->at, &space));
        int r = netns_remove(name, e);

        if (r == 0 && space)
                space_drop(space); /* what we hold would keep the namespace alive */
        return r;
}

static int jail_rename(struct applier *a, const struct step *s, struct err *e)
{
        struct space *space = NULL;
        CLEANUP(freep) char *name = xstrdup(name_now(a, &s->at, &space));
        int r = netns_rename(name, s->name, e);

        if (r == 0 && space) {
                (void)str_copy(space->name, sizeof(space->name), s->name); /* same size */
                space_is_named(a, space);
        }
        return r;
}

int jail_do(struct applier *a, struct step *s, struct err *e)
{
        if (s->op == STEP_JAIL_ADD)
                return jail_add(a, s, e);
        return s->op == STEP_JAIL_DEL ? jail_delete(a, s, e) : jail_rename(a, s, e);
}

/* Is the file of that name still the namespace that the plan means? Somebody may have made another under it. The name
 * is the one of the plan's first step on it: an earlier step may be going to give it the one that this step knows. */
int jail_check(struct applier *a, const struct step *s, struct err *e)
{
        struct space *space = NULL;
        struct stat named, opened;

        if (s->at.cookie == 0)
                return 0;

        int r = space_of(a, &s->at, &space, e);
        if (r < 0)
                return r;

        CLEANUP(freep) char *path = xasprintf("%s/%s", netns_run_dir(), space->name);

        if (stat(path, &named) == 0 && fstat(space->ns_fd, &opened) == 0 && named.st_ino == opened.st_ino &&
            named.st_dev == opened.st_dev)
                return 0;
        return err_set(e, -ESTALE, "%s: is gone (or another jail has its name); look again and repeat", s->at.jail);
}
