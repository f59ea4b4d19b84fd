/* sources.c - files and folders in, files out. */
#include "ui/cli/sources.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/cli/cli.h"

#define FILE_MAX (16U << 20) /* a configuration that is larger is none */

const char *path_base(const char *path)
{
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}

static int read_all(int fd, const char *path, struct text *t, struct err *e)
{
        char part[8192];

        for (;;) {
                ssize_t n = read(fd, part, sizeof(part));

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return err_set(e, -errno, "%s: cannot be read: %s", path, strerror(errno));
                if (n == 0)
                        return 0;
                text_put_n(t, part, (size_t)n);
                if (t->length > FILE_MAX)
                        return err_set(e, -EFBIG, "%s: is larger than %u MiB; this is no configuration", path,
                                       FILE_MAX >> 20);
        }
}

static int add_file(struct sources *s, const char *path, struct err *e)
{
        bool is_stdin = strcmp(path, "-") == 0;
        CLEANUP(closep) int opened = is_stdin ? -1 : open(path, O_RDONLY | O_CLOEXEC);
        CLEANUP(text_done) struct text t = {0};
        int r;

        if (!is_stdin && opened < 0)
                return err_set(e, -errno, "%s: cannot be read: %s", path, strerror(errno));
        r = read_all(is_stdin ? STDIN_FILENO : opened, path, &t, e);
        if (r < 0)
                return r;

        struct loaded *l = xcalloc(1, sizeof(*l));
        size_t length = t.length;

        l->path = xstrdup(is_stdin ? "standard input" : path);
        l->real = is_stdin ? NULL : realpath(path, NULL);
        l->text = t.s ? text_take(&t) : xstrdup("");
        l->source = (struct source){.name = l->path, .text = l->text, .length = length};
        l->kind = recognise(&l->source);
        l->jail = recognise_jail(l->path);
        s->items = array_grow(s->items, &s->capacity, s->count, sizeof(struct loaded *));
        s->items[s->count++] = l;
        return 0;
}

static bool is_own_name(const char *name)
{
        static const char *const names[] = {"rc.conf", "jail.conf", "pf.conf", "netgraph.ngctl",
                                            "netgraph_nodes.ngctl"};

        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (strcmp(name, names[i]) == 0)
                        return true;
        return false;
}

static int add_folder(struct sources *s, const char *path, int depth, struct err *e);

/* jails/NAME/etc/rc.conf and its like of a folder that jailnet wrote. */
static int add_jails(struct sources *s, const char *path, struct err *e)
{
        static const char *const names[] = {"netgraph.ngctl", "netgraph_nodes.ngctl", "rc.conf", "pf.conf"};
        struct dirent **entries = NULL;
        int n = scandir(path, &entries, NULL, alphasort), r = 0;

        for (int i = 0; i < n; i++) {
                for (size_t k = 0; entries[i]->d_name[0] != '.' && r == 0 && k < ARRAY_SIZE(names); k++) {
                        CLEANUP(freep) char *file = xasprintf("%s/%s/etc/%s", path, entries[i]->d_name, names[k]);

                        if (access(file, F_OK) == 0)
                                r = add_file(s, file, e);
                }
                free(entries[i]);
        }
        free(entries);
        return r;
}

static int add_entry(struct sources *s, const char *folder, const char *name, int depth, struct err *e)
{
        CLEANUP(freep) char *path = xasprintf("%s/%s", folder, name);
        struct stat st;

        if (stat(path, &st) < 0)
                return err_set(e, -errno, "%s: cannot be read: %s", path, strerror(errno));
        if (S_ISDIR(st.st_mode)) {
                if (depth == 0 && strcmp(name, "jails") == 0)
                        return add_jails(s, path, e);
                return 0;
        }
        if (!S_ISREG(st.st_mode))
                return 0;
        if (strchr(name, '.') && !is_own_name(name)) {
                s->skipped++;
                return 0;
        }
        return add_file(s, path, e);
}

static int add_folder(struct sources *s, const char *path, int depth, struct err *e)
{
        struct dirent **entries = NULL;
        int n = scandir(path, &entries, NULL, alphasort), r = 0;

        if (n < 0)
                return err_set(e, -errno, "%s: cannot be read: %s", path, strerror(errno));
        for (int i = 0; i < n; i++) {
                if (entries[i]->d_name[0] != '.' && r == 0)
                        r = add_entry(s, path, entries[i]->d_name, depth, e);
                free(entries[i]);
        }
        free(entries);
        return r;
}

int sources_add(struct sources *s, const char *path, struct err *e)
{
        struct stat st;

        if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
                return add_folder(s, path, 0, e);
        return add_file(s, path, e);
}

void sources_done(struct sources *s)
{
        for (size_t i = 0; i < s->count; i++) {
                struct loaded *l = s->items[i];

                rcconf_done(&l->rc);
                source_done(&l->source);
                free(l->path);
                free(l->real);
                free(l->text);
                free(l->jail);
                free(l);
        }
        free(s->items);
        *s = (struct sources){0};
}

/* -- Files out --------------------------------------------------------------------------------------------------- */

static int make_folders(const char *path, struct err *e)
{
        CLEANUP(freep) char *part = xstrdup(path);

        for (char *s = part + 1; *s; s++) {
                if (*s != '/')
                        continue;
                *s = '\0';
                if (mkdir(part, 0755) < 0 && errno != EEXIST)
                        return err_set(e, -errno, "%s: cannot be made: %s", part, strerror(errno));
                *s = '/';
        }
        return 0;
}

bool file_is_there(const char *folder, const char *path)
{
        CLEANUP(freep) char *whole = xasprintf("%s/%s", folder, path);
        struct stat st;

        return lstat(whole, &st) == 0;
}

int file_write(const char *folder, const char *path, const char *text, struct err *e)
{
        CLEANUP(freep) char *whole = xasprintf("%s/%s", folder, path);
        int r = make_folders(whole, e);

        if (r < 0)
                return r;

        CLEANUP(closep) int fd = open(whole, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

        if (fd < 0)
                return err_set(e, -errno, "%s: cannot be written: %s", whole, strerror(errno));
        for (size_t n = strlen(text); n > 0;) {
                ssize_t done = write(fd, text, n);

                if (done < 0 && errno == EINTR)
                        continue;
                if (done < 0)
                        return err_set(e, -errno, "%s: cannot be written: %s", whole, strerror(errno));
                text += done;
                n -= (size_t)done;
        }
        return 0;
}

int tell_source(const struct source *s, const struct err *e, int status)
{
        (void)tell_err(e, status);
        (void)fputs(text_str(&s->mark), stderr); /* nobody is left to be told when it fails */
        return status;
}
