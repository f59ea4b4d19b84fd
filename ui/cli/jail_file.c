/* jail_file.c - jail.conf and the files that it includes, read for the parser; its refusals told with the line; and a
 * jail's parameters as a line. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "ui/cli/cli.h"
#include "ui/cli/jail_parts.h"

#define FILE_MAX_BYTES (16 * 1024 * 1024) /* nobody writes so many jails by hand; a device would never end */

static int read_text(const char *path, struct text *t, struct err *e)
{
        FILE *f = fopen(path, "re");
        char part[4096];
        size_t n;
        int r = 0;

        if (!f)
                return err_set(e, -errno, "%s: %s", path, strerror(errno));
        while (t->length <= FILE_MAX_BYTES && (n = fread(part, 1, sizeof(part), f)) > 0)
                text_put_n(t, part, n);
        if (ferror(f))
                r = err_set(e, -EIO, "%s: cannot be read to its end", path);
        else if (t->length > FILE_MAX_BYTES)
                r = err_set(e, -EFBIG, "%s: is longer than %d MiB; is it a jail.conf?", path, FILE_MAX_BYTES >> 20);
        (void)fclose(f); /* only read from */
        return r;
}

/* A pattern without a slash at its front is meant from the folder of the file that it stands in. */
int jail_file_include(void *user, const char *from, const char *pattern, struct jailconf_text **ret, size_t *ret_count,
                      struct err *e)
{
        const char *slash = strrchr(from, '/');
        CLEANUP(freep)
        char *whole = *pattern == '/' || !slash ? xstrdup(pattern)
                                                : xasprintf("%.*s%s", (int)(slash + 1 - from), from, pattern);
        struct jailconf_text *list = NULL;
        size_t count = 0, capacity = 0;
        glob_t found = {0};
        int r = 0;

        (void)user;
        switch (glob(whole, GLOB_ERR, NULL, &found)) {
        case 0: break;
        case GLOB_NOMATCH:
                globfree(&found);
                if (strpbrk(whole, "*?["))
                        return 0; /* a folder without files */
                return err_set(e, -ENOENT, "%s: %s", whole, strerror(ENOENT));
        default: r = err_set(e, -EIO, "%s: cannot be looked for", whole);
        }
        for (size_t i = 0; r == 0 && i < found.gl_pathc; i++) {
                struct text t = {0};

                r = read_text(found.gl_pathv[i], &t, e);
                if (r == 0) {
                        list = array_grow(list, &capacity, count, sizeof(*list));
                        list[count] = (struct jailconf_text){.name = xstrdup(found.gl_pathv[i]), .length = t.length};
                        list[count++].text = text_take(&t);
                }
                text_done(&t);
        }
        globfree(&found);
        for (size_t i = 0; r < 0 && i < count; i++) {
                free(list[i].name);
                free(list[i].text);
        }
        if (r < 0)
                free(list);
        else {
                *ret = list;
                *ret_count = count;
        }
        return r;
}

static void tell_wrong(const struct jailconf *c, const struct err *e)
{
        (void)tell_err(e, EXIT_REFUSED);
        (void)fputs(jailconf_mark(c), stderr); /* nobody is left to be told when it fails */
}

struct jailconf *jail_file_read(const char *path)
{
        CLEANUP(jailconf_freep) struct jailconf *c = jailconf_new(jail_file_include, NULL);
        CLEANUP(text_done) struct text t = {0};
        struct err e = {0};
        int r = read_text(path, &t, &e);

        if (r == 0)
                r = jailconf_read(c, path, text_str(&t), t.length, &e);
        if (r == 0)
                return TAKE(c);
        tell_wrong(c, &e);
        return NULL;
}

bool jail_file_params(struct jailconf *c, const char *name, struct jail_params *ret)
{
        struct err e = {0};

        if (jailconf_jail(c, name, ret, &e) == 0)
                return true;
        tell_wrong(c, &e);
        return false;
}

void jail_put_negated(struct text *t, const char *name)
{
        const char *dot = strrchr(name, '.');
        int front = dot ? (int)(dot + 1 - name) : 0;

        text_putf(t, "%.*sno%s", front, name, name + front);
}

void jail_put_params(struct text *t, const struct jail_params *p, const char *separator)
{
        for (size_t i = 0; i < p->count; i++) {
                const struct jail_param *n = &p->list[i];
                const struct param_type *type = param_find(n->name, NULL);
                bool is_flag = type && type->kind == PARAM_FLAG;

                text_put(t, i ? separator : "");
                if (is_flag && !jail_params_flag(p, n->name, true))
                        jail_put_negated(t, n->name);
                else
                        text_put_visible(t, n->name);
                for (size_t k = 0; !is_flag && k < n->count; k++) {
                        text_put(t, k ? "," : "=");
                        text_put_shell(t, n->values[k]);
                }
        }
}
