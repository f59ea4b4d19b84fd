/* recognise.c - the kind of a file, guessed from its name first, then from the first word that tells. */
#include "core/dialect/recognise.h"

#include <errno.h>
#include <string.h>

static const char *const kind_names[FILE_KIND_COUNT] = {"unknown",   "rc.conf", "ezjail",
                                                        "jail.conf", "ngctl",   "pf.conf"};

const char *file_kind_name(enum file_kind k)
{
        return kind_names[k];
}

int file_kind_parse(const char *name, enum file_kind *ret)
{
        for (size_t i = FILE_RCCONF; i < FILE_KIND_COUNT; i++) {
                if (strcmp(name, kind_names[i]) == 0) {
                        *ret = (enum file_kind)i;
                        return 0;
                }
        }
        return -EINVAL;
}

static const char *base_of(const char *path)
{
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}

static bool has_suffix(const char *s, const char *suffix)
{
        size_t n = strlen(s), m = strlen(suffix);

        return n >= m && strcmp(s + n - m, suffix) == 0;
}

/* A line without its blanks in front, and how long it is; at moves behind it. */
static const char *next_line(const struct source *s, size_t *at, size_t *ret_length)
{
        while (*at < s->length) {
                size_t start = *at, end;

                while (start < s->length && (s->text[start] == ' ' || s->text[start] == '\t'))
                        start++;
                for (end = start; !source_is_line_end(s, end);)
                        end++;
                *at = end + 1;
                if (end > start && s->text[start] != '#') {
                        *ret_length = end - start;
                        return s->text + start;
                }
        }
        return NULL;
}

static bool begins(const char *line, size_t n, const char *word)
{
        size_t m = strlen(word);

        return n >= m && strncmp(line, word, m) == 0 && (n == m || strchr(" \t", line[m]));
}

static bool is_assignment(const char *line, size_t n)
{
        size_t i = 0;

        while (i < n &&
               ((line[i] >= 'a' && line[i] <= 'z') || (line[i] >= 'A' && line[i] <= 'Z') ||
                (i && line[i] >= '0' && line[i] <= '9') || line[i] == '_'))
                i++;
        return i > 0 && i < n && line[i] == '=' && !(i + 1 < n && line[i + 1] == ' ');
}

static enum file_kind by_line(const char *line, size_t n)
{
        static const char *const ngctl[] = {"mkpeer", "connect", "name", "rmhook", "shutdown", "msg", "disconnect"};
        static const char *const pf[] = {"nat", "rdr", "pass", "block", "set", "scrub", "binat", "anchor"};

        for (size_t i = 0; i < ARRAY_SIZE(ngctl); i++)
                if (begins(line, n, ngctl[i]))
                        return FILE_NGCTL;
        for (size_t i = 0; i < ARRAY_SIZE(pf); i++)
                if (begins(line, n, pf[i]))
                        return FILE_PF;
        if (n > 12 && strncmp(line, "export jail_", 12) == 0)
                return FILE_EZJAIL;
        if (begins(line, n, "export") || is_assignment(line, n))
                return FILE_RCCONF;
        if (memchr(line, '{', n) || memchr(line, ';', n))
                return FILE_JAILCONF;
        return FILE_UNKNOWN;
}

enum file_kind recognise(const struct source *s)
{
        const char *base = base_of(s->name), *line;
        size_t at = 0, n = 0;

        if (strcmp(base, "jail.conf") == 0)
                return FILE_JAILCONF;
        if (strcmp(base, "pf.conf") == 0)
                return FILE_PF;
        if (strcmp(base, "rc.conf") == 0 || strcmp(base, "rc.conf.local") == 0)
                return FILE_RCCONF;
        if (has_suffix(base, ".ngctl"))
                return FILE_NGCTL;
        while ((line = next_line(s, &at, &n))) {
                enum file_kind k = by_line(line, n);

                if (k == FILE_RCCONF && n > 5 && strncmp(line, "jail_", 5) == 0)
                        k = FILE_EZJAIL;
                if (k != FILE_UNKNOWN)
                        return k;
        }
        return FILE_UNKNOWN;
}

char *recognise_jail(const char *path)
{
        size_t end = (size_t)(base_of(path) - path);

        if (strcmp(base_of(path), "rc.conf") != 0 && strcmp(base_of(path), "pf.conf") != 0 &&
            strcmp(base_of(path), "netgraph.ngctl") != 0 && strcmp(base_of(path), "netgraph_nodes.ngctl") != 0)
                return NULL;
        while (end > 0 && path[end - 1] == '/')
                end--;
        if (end >= 4 && strncmp(path + end - 4, "/etc", 4) == 0)
                end -= 4;
        else if (end < 7)
                return NULL;
        while (end > 0 && path[end - 1] == '/')
                end--;

        size_t start = end;

        while (start > 0 && path[start - 1] != '/')
                start--;
        /* The folder above the jail's is that of all jails. */
        size_t above = start;

        while (above > 0 && path[above - 1] == '/')
                above--;
        if (start == end || above < 5 || strncmp(path + above - 5, "jails", 5) != 0)
                return NULL;
        return xstrndup(path + start, end - start);
}
