/* file_list.c - reads a folder, sorts and narrows its names. */
#include "ui/tui/file_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRIES_MAX 20000

static void free_entries(struct file_entry *all, size_t count)
{
        for (size_t i = 0; i < count; i++)
                free(all[i].name);
        free(all);
}

static int compare(const void *a, const void *b)
{
        const struct file_entry *x = a, *y = b;

        if (x->is_folder != y->is_folder)
                return x->is_folder ? -1 : 1;
        return strverscmp(x->name, y->name);
}

static struct file_entry look(int folder, const char *name)
{
        struct file_entry e = {.name = xstrdup(name), .is_other = true};
        struct stat st;

        if (fstatat(folder, name, &st, 0) < 0)
                return e; /* a link to nowhere */
        e.is_folder = S_ISDIR(st.st_mode);
        e.is_other = !e.is_folder && !S_ISREG(st.st_mode);
        e.size = st.st_size;
        e.changed = st.st_mtime;
        return e;
}

int file_list_open(struct file_list *l, const char *folder, struct err *e)
{
        struct file_entry *all = NULL;
        size_t count = 0, capacity = 0;
        DIR *d = opendir(folder);

        if (!d)
                return err_set(e, -errno, "%s: cannot be listed: %s", folder, strerror(errno));

        bool is_cut = false;

        for (const struct dirent *n; (n = readdir(d));) {
                if (strcmp(n->d_name, ".") == 0 || strcmp(n->d_name, "..") == 0)
                        continue;
                if (count == ENTRIES_MAX) {
                        is_cut = true;
                        break;
                }
                all = array_grow(all, &capacity, count, sizeof(*all));
                all[count++] = look(dirfd(d), n->d_name);
        }
        (void)closedir(d); /* only read from */
        if (count > 1)
                qsort(all, count, sizeof(*all), compare);

        char *name = xstrdup(folder);

        free_entries(l->all, l->count);
        free(l->folder);
        l->folder = name;
        l->all = all;
        l->count = count;
        l->capacity = capacity;
        l->is_cut = is_cut;
        file_list_narrow(l, "");
        return 0;
}

void file_list_done(struct file_list *l)
{
        free_entries(l->all, l->count);
        free(l->folder);
        free(l->shown);
        *l = (struct file_list){0};
}

static bool begins(const char *name, const char *typed)
{
        return strncasecmp(name, typed, strlen(typed)) == 0;
}

static bool is_shown(const struct file_list *l, const struct file_entry *f, const char *typed)
{
        if (f->name[0] == '.' && !l->shows_hidden && typed[0] != '.')
                return false;
        return !*typed || strcasestr(f->name, typed);
}

void file_list_narrow(struct file_list *l, const char *typed)
{
        l->shown = xrealloc(l->shown, l->count + 1, sizeof(*l->shown));
        l->shown_count = 0;
        for (int pass = 0; pass < 2; pass++)
                for (size_t i = 0; i < l->count; i++)
                        if (is_shown(l, &l->all[i], typed) && begins(l->all[i].name, typed) == (pass == 0))
                                l->shown[l->shown_count++] = i;
}

void file_list_complete(const struct file_list *l, const char *typed, struct text *ret)
{
        const struct file_entry *first = NULL;
        size_t common = 0, fitting = 0;

        text_clear(ret);
        for (size_t i = 0; i < l->count; i++) {
                const struct file_entry *f = &l->all[i];
                size_t same = 0;

                if (!is_shown(l, f, typed) || !str_has_prefix(f->name, typed))
                        continue;
                fitting++;
                if (!first) {
                        first = f;
                        common = strlen(f->name);
                }
                while (same < common && f->name[same] == first->name[same])
                        same++;
                common = same;
        }
        if (first)
                text_put_n(ret, first->name, common);
        else
                text_put(ret, typed);
        if (fitting == 1 && first->is_folder)
                text_put_char(ret, '/');
}

char *folder_join(const char *folder, const char *name)
{
        return xasprintf("%s%s%s", folder, strcmp(folder, "/") == 0 ? "" : "/", name);
}

char *folder_resolve(const char *folder, const char *typed)
{
        const char *home = getenv("HOME");
        bool is_home = typed[0] == '~' && (typed[1] == '/' || !typed[1]) && home && *home == '/';
        CLEANUP(freep)
        char *whole = is_home   ? xasprintf("%s%s", home, typed + 1)
                : *typed == '/' ? xstrdup(typed)
                                : folder_join(folder, typed);
        struct text t = {0};

        for (const char *p = whole; *p;) {
                p += strspn(p, "/");

                size_t n = strcspn(p, "/");

                if (n == 2 && p[0] == '.' && p[1] == '.') {
                        while (t.length && t.s[--t.length] != '/')
                                ;
                        if (t.s)
                                t.s[t.length] = '\0';
                } else if (n && !(n == 1 && *p == '.')) {
                        text_put_char(&t, '/');
                        text_put_n(&t, p, n);
                }
                p += n;
        }
        if (t.length == 0)
                text_put_char(&t, '/');
        return text_take(&t);
}

const char *size_format(int64_t bytes, char buf[SIZE_TEXT_SIZE])
{
        static const char units[] = "kMGTPE";
        size_t unit = 0;

        if (bytes < 1000) {
                (void)str_format(buf, SIZE_TEXT_SIZE, "%d", bytes < 0 ? 0 : (int)bytes); /* fits */
                return buf;
        }
        for (; bytes >= 1000000 && unit + 2 < sizeof(units); unit++)
                bytes /= 1000;
        if (bytes < 10000)
                (void)str_format(buf, SIZE_TEXT_SIZE, "%d.%d%c", (int)(bytes / 1000), (int)(bytes / 100 % 10),
                                 units[unit]); /* fits */
        else
                (void)str_format(buf, SIZE_TEXT_SIZE, "%d%c", (int)(bytes / 1000), units[unit]); /* fits */
        return buf;
}
