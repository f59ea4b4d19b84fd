/* ngimport.c - ngctl scripts: are they done already, else line by line. */
#include "core/dialect/ngimport.h"

#include <errno.h>
#include <string.h>

#include "core/dialect/ngctl.h"

/* The line at *at, which moves behind it; NULL at the end. Caller frees. */
static char *take_line(const struct source *s, size_t *at, size_t *ret_start)
{
        size_t end = *at;

        if (*at >= s->length)
                return NULL;
        while (!source_is_line_end(s, end))
                end++;
        *ret_start = *at;

        char *line = xstrndup(s->text + *at, end - *at);

        *at = end + 1 + (end < s->length && s->text[end] == '\r');
        return line;
}

/* The name that a line "name PATH NAME" gives; "" another line. */
static void name_given(const char *line, char ret[NODE_NAME_SIZE])
{
        char path[512];

        ret[0] = '\0';
        line += strspn(line, " \t");
        if (strncmp(line, "name", 4) != 0 || !strchr(" \t", line[4]))
                return;
        line += 4;
        line += strspn(line, " \t");
        (void)str_format(path, sizeof(path), "%.*s", (int)strcspn(line, " \t"), line);
        line += strlen(path);
        line += strspn(line, " \t");
        (void)str_format(ret, NODE_NAME_SIZE, "%.*s", (int)strcspn(line, " \t"), line);
}

static bool is_there(struct dialect *d, const char *name)
{
        const struct graph *g = dialect_graph(d);

        for (size_t k = 0; k < g->node_count; k++)
                if (g->nodes[k].name && strcmp(g->nodes[k].name, name) == 0)
                        return true;
        return false;
}

/* 1 when all of the script's names are there, 0 when none is. */
static int is_done(struct dialect *d, struct source *s, struct err *e)
{
        size_t at = 0, start = 0, there = 0, missing = 0, first = 0;
        char name[NODE_NAME_SIZE], absent[NODE_NAME_SIZE] = "";

        for (;;) {
                CLEANUP(freep) char *line = take_line(s, &at, &start);

                if (!line)
                        break;
                name_given(line, name);
                if (!*name)
                        continue;
                if (is_there(d, name)) {
                        there++;
                } else if (missing++ == 0) {
                        first = start;
                        memcpy(absent, name, sizeof(absent));
                }
        }
        if (there && missing)
                return source_fail(s, first, e,
                                   "%s is not there, but other names of this script are; shut those down first, or run "
                                   "the line by jailnet ngctl",
                                   absent);
        return there > 0;
}

static void freengp(struct ngctl **n)
{
        ngctl_free(*n);
}

int ng_import(struct dialect *d, struct source *s, struct err *e)
{
        size_t at = 0, start = 0;
        int r = memchr(s->text, '\0', s->length) ? source_fail(s, 0, e, "has a NUL byte; this is no script of ngctl")
                                                 : is_done(d, s, e);

        if (r != 0)
                return r < 0 ? r : 0;

        CLEANUP(freengp) struct ngctl *n = ngctl_new(NULL, 0);

        ngctl_begin(n, d);
        for (r = NGCTL_DONE; r == NGCTL_DONE;) {
                CLEANUP(freep) char *line = take_line(s, &at, &start);

                if (!line)
                        break;
                r = ngctl_line(n, line);
        }
        if (r != NGCTL_DONE && r != NGCTL_QUIT)
                return source_fail(s, start, e, "ngctl refuses this line");
        if (ngctl_end(n) != NGCTL_DONE)
                return source_fail(s, s->length, e, "ngctl cannot end its session");
        return 0;
}
