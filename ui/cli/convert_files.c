/* convert_files.c - options of a conversion, and the files that it is about. */
#include "ui/cli/convert_files.h"

#include <errno.h>
#include <string.h>

bool convert_take_style(struct convert *c, const char *word)
{
        static const struct {
                const char *name;
                enum convert_style style;
        } styles[] = {{"--jib", CONVERT_JIB}, {"--jng", CONVERT_JNG}, {"--static", CONVERT_STATIC}};

        for (size_t i = 0; i < ARRAY_SIZE(styles); i++) {
                if (strcmp(word, styles[i].name) == 0) {
                        c->style = styles[i].style;
                        return true;
                }
        }
        return false;
}

const char *option_value(int argc, char **argv, int *i, const char *name)
{
        size_t n = strlen(name);

        if (strncmp(argv[*i], name, n) != 0)
                return NULL;
        if (argv[*i][n] == '=' && n > 2)
                return argv[*i] + n + 1;
        if (argv[*i][n] || *i + 1 >= argc)
                return NULL;
        return argv[++*i];
}

int convert_read_files(struct sources *in, struct ezjails *jails, struct convert *c, const struct source **ret_at,
                       struct err *e)
{
        *ret_at = NULL;
        for (size_t i = 0; i < in->count; i++) {
                struct loaded *l = in->items[i];
                bool is_rc = strcmp(path_base(l->path), "rc.conf") == 0;

                if (l->kind != FILE_RCCONF && l->kind != FILE_EZJAIL && l->kind != FILE_UNKNOWN)
                        continue; /* of another language */

                int r = rcconf_read(&l->source, &l->rc, e);

                if (r == 0 && ezjail_is_described(&l->rc))
                        r = ezjail_read(&l->rc, is_rc ? "" : path_base(l->path), jails, e);
                else if (r == 0 && l->kind == FILE_RCCONF && !l->jail && !c->host)
                        c->host = &l->rc;
                if (r == 0 && is_rc && !l->jail && !c->host)
                        c->host = &l->rc;
                if (r < 0) {
                        *ret_at = &l->source;
                        return r;
                }
        }
        return 0;
}

const struct source *source_marked(const struct sources *in)
{
        for (size_t i = 0; i < in->count; i++)
                if (in->items[i]->source.mark.length)
                        return &in->items[i]->source;
        return NULL;
}
