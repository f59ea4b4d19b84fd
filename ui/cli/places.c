/* places.c - a tmpfs over a folder, with links to what was in it and to what is wanted besides. */
#include "ui/cli/places.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

#define OWN    ".jailnet"      /* in the tmpfs: what is ours */
#define BEFORE OWN "/before"   /* the folder as it was */
#define SEARCH OWN "/commands" /* for PATH */

void places_add(struct places *p, const char *folder, const char *name, const char *target)
{
        p->links = array_grow(p->links, &p->capacity, p->count, sizeof(*p->links));
        p->links[p->count++] =
                (struct place_link){.folder = xstrdup(folder), .name = xstrdup(name), .target = xstrdup(target)};
}

void places_add_text(struct places *p, const char *folder, const char *name, const char *text)
{
        places_add(p, folder, name, "");
        p->links[p->count - 1].text = text;
}

void places_done(struct places *p)
{
        for (size_t i = 0; i < p->count; i++) {
                free(p->links[i].folder);
                free(p->links[i].name);
                free(p->links[i].target);
        }
        free(p->links);
        *p = (struct places){0};
}

static int mount_error(struct err *e, const char *folder)
{
        int code = -errno;

        return err_set(e, code, "%s: cannot be covered for the script alone (%s); give it the right to mount", folder,
                       strerror(-code));
}

/* What is mounted here from now on stays here; what the host mounts is seen still. */
static void follow_only(const char *folder)
{
        CLEANUP(freep) char *path = xstrdup(folder);

        /* EINVAL: not a mount point; the one that it belongs to is further up. */
        while (mount(NULL, path, NULL, MS_SLAVE, NULL) < 0 && errno == EINVAL && strcmp(path, "/") != 0) {
                char *slash = strrchr(path, '/');

                slash[slash == path] = '\0';
        }
}

/* One entry of the folder as it was: a folder is mounted again, a link copied, anything else linked to. */
static int put_entry(int before, const char *folder, const char *name, struct err *e)
{
        CLEANUP(freep) char *here = xasprintf("%s/%s", folder, name);
        CLEANUP(freep) char *there = xasprintf("/proc/self/fd/%d/%s", before, name);
        CLEANUP(freep) char *link = xasprintf(BEFORE "/%s", name);
        char text[PATH_MAX];
        struct stat st;

        if (fstatat(before, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return 0; /* gone meanwhile */
        if (S_ISDIR(st.st_mode)) {
                if (mkdir(here, 0755) < 0 || mount(there, here, NULL, MS_BIND | MS_REC, NULL) < 0)
                        return mount_error(e, here);
                return 0;
        }
        if (S_ISLNK(st.st_mode)) {
                ssize_t n = readlinkat(before, name, text, sizeof(text) - 1);

                if (n < 0)
                        return 0;
                text[n] = '\0';
                return symlink(text, here) < 0 ? mount_error(e, here) : 0;
        }
        return symlink(link, here) < 0 ? mount_error(e, here) : 0;
}

static int put_entries(int before, const char *folder, struct err *e)
{
        int copy = openat(before, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *d = copy < 0 ? NULL : fdopendir(copy);
        struct dirent *entry;
        int r = 0;

        if (!d) {
                closep(&copy);
                return mount_error(e, folder);
        }
        while (r == 0 && (entry = readdir(d)))
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
                    strcmp(entry->d_name, OWN) != 0)
                        r = put_entry(before, folder, entry->d_name, e);
        (void)closedir(d); /* only read from */
        return r;
}

/* What this process has covered; a script that runs another one this way has covered its folders before. */
struct covers {
        struct stat *folders;
        size_t count, capacity;
};

static void covers_done(struct covers *c)
{
        free(c->folders);
}

static bool is_covered(const struct covers *c, const char *folder)
{
        struct stat st;

        if (stat(folder, &st) < 0)
                return false;
        for (size_t i = 0; i < c->count; i++)
                if (c->folders[i].st_dev == st.st_dev && c->folders[i].st_ino == st.st_ino)
                        return true;
        return false;
}

/* The folder, which exists, with a tmpfs over it in which everything is as before. */
static int cover(struct covers *c, const char *folder, struct err *e)
{
        CLEANUP(closep) int before = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        CLEANUP(freep) char *own = xasprintf("%s/" OWN, folder);
        CLEANUP(freep) char *was = xasprintf("%s/" BEFORE, folder);
        CLEANUP(freep) char *from = xasprintf("/proc/self/fd/%d", before);

        if (before < 0)
                return mount_error(e, folder);
        follow_only(folder);
        if (mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0 || mkdir(own, 0755) < 0 ||
            mkdir(was, 0755) < 0 || mount(from, was, NULL, MS_BIND | MS_REC, NULL) < 0)
                return mount_error(e, folder);
        c->folders = array_grow(c->folders, &c->capacity, c->count, sizeof(*c->folders));
        if (stat(folder, &c->folders[c->count]) < 0)
                return mount_error(e, folder);
        c->count++;
        return put_entries(before, folder, e);
}

/* The folder made writable for us alone: it is covered, or, when it does not exist, the next above it that does. */
static int prepare(struct covers *c, const char *folder, bool *ret_is_left_out, struct err *e)
{
        CLEANUP(freep) char *path = xstrdup(folder);
        struct stat st;
        int r = 0;

        while (stat(path, &st) < 0) {
                char *slash = strrchr(path, '/');

                slash[slash == path] = '\0';
        }
        *ret_is_left_out = strcmp(path, "/") == 0;
        if (*ret_is_left_out)
                return 0;
        if (!is_covered(c, path))
                r = cover(c, path, e);
        for (size_t n = strlen(path); r == 0 && folder[n]; n = strlen(path)) {
                char *next = xstrndup(folder, n + 1 + strcspn(folder + n + 1, "/"));

                free(path);
                path = next;
                if (mkdir(path, 0755) < 0 && errno != EEXIST)
                        r = mount_error(e, path);
        }
        return r;
}

static int put_text(const char *path, const char *text, struct err *e)
{
        CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
        size_t length = strlen(text);

        return fd < 0 || write(fd, text, length) != (ssize_t)length ? mount_error(e, path) : 0;
}

static int put_link(const struct place_link *l, const char *folder, struct err *e)
{
        CLEANUP(freep) char *path = xasprintf("%s/%s", folder, l->name);

        if (l->text)
                return put_text(path, l->text, e);

        char text[PATH_MAX];
        ssize_t n = readlink(path, text, sizeof(text) - 1);

        if (n > 0 && (size_t)n == strlen(l->target) && strncmp(text, l->target, (size_t)n) == 0)
                return 0; /* one folder by two names */
        if (unlink(path) < 0 && errno != ENOENT)
                return mount_error(e, path);
        return symlink(l->target, path) < 0 ? mount_error(e, path) : 0;
}

/* The folder with the commands for PATH stands in the first one that is covered. */
static int put_search(const struct places *p, const char *search, const char *folder, char **ret, struct err *e)
{
        CLEANUP(freep) char *path = xasprintf("%s/" SEARCH, folder);

        if (mkdir(path, 0755) < 0)
                return mount_error(e, path);
        for (size_t i = 0; i < p->count; i++) {
                int r = strcmp(p->links[i].target, search) == 0 ? put_link(&p->links[i], path, e) : 0;

                if (r < 0)
                        return r;
        }
        *ret = TAKE(path);
        return 0;
}

int places_make(const struct places *p, const char *search, char **ret_folder, char **ret_left_out, struct err *e)
{
        CLEANUP(freep) char *left_out = NULL;
        CLEANUP(freep) char *found = NULL;
        CLEANUP(covers_done) struct covers covered = {0};
        int r = 0;

        if (unshare(CLONE_NEWNS) < 0)
                return err_set(e, -errno,
                               "freebsd: a private mount table is not allowed here (%s); give it the right to mount",
                               strerror(errno));
        for (size_t i = 0; r == 0 && i < p->count; i++) {
                const struct place_link *l = &p->links[i];
                bool is_left_out = false;

                r = prepare(&covered, l->folder, &is_left_out, e);
                if (r == 0 && is_left_out) {
                        free(left_out);
                        left_out = xstrdup(l->folder);
                } else if (r == 0) {
                        r = put_link(l, l->folder, e);
                        if (r == 0 && !found && is_covered(&covered, l->folder))
                                r = put_search(p, search, l->folder, &found, e);
                }
        }
        if (r < 0)
                return r;
        /* What a script writes there would be lost: it is told so. EINVAL: in a folder that is covered as a whole. */
        for (size_t i = 0; i < p->count; i++)
                (void)mount(NULL, p->links[i].folder, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV,
                            NULL);
        if (!found)
                return err_set(e, -ENOENT, "freebsd: none of the folders of commands is here");
        *ret_folder = TAKE(found);
        *ret_left_out = TAKE(left_out);
        return 0;
}
