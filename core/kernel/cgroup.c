/* cgroup.c - from a process's control group to the container or unit that it belongs to. */
#include "core/kernel/cgroup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

#define CONTAINER_ID_SIZE 64 /* hex digits, with docker, podman, containerd and CRI-O alike */
#define SHORT_ID_SIZE     12 /* what their own listings print */
#define PART_SIZE         256

static bool is_id(const char *s, size_t n)
{
        if (n != CONTAINER_ID_SIZE)
                return false;
        for (size_t k = 0; k < n; k++)
                if (!isxdigit((unsigned char)s[k]))
                        return false;
        return true;
}

static bool has_suffix(const char *s, const char *suffix)
{
        size_t n = strlen(s), m = strlen(suffix);

        return n > m && strcmp(s + n - m, suffix) == 0;
}

/* Turns systemd's "\x2d" in a unit name back into the byte. */
static void unescape(char *s)
{
        char *out = s;

        while (*s) {
                char digits[3] = {s[0] == '\\' && s[1] == 'x' ? s[2] : '\0', '\0', '\0'};
                char *end = digits;
                unsigned long byte = 0;

                if (isxdigit((unsigned char)digits[0])) {
                        digits[1] = s[3];
                        byte = strtoul(digits, &end, 16);
                }
                if (byte && end == digits + 2) {
                        *out++ = (char)byte;
                        s += 4;
                } else {
                        *out++ = *s++;
                }
        }
        *out = '\0';
}

/* "libpod-ID.scope", "cri-containerd-ID.scope", "ID": the id at the end of one part. */
static bool parse_engine(const char *part, char name[JAIL_NAME_SIZE])
{
        size_t n = strlen(part);
        const char *id;

        if (has_suffix(part, ".scope"))
                n -= strlen(".scope");
        if (n < CONTAINER_ID_SIZE)
                return false;
        id = part + n - CONTAINER_ID_SIZE;
        if (!is_id(id, CONTAINER_ID_SIZE) || (id > part && id[-1] != '-' && id[-1] != ':'))
                return false;
        if (strstr(part, "conmon"))
                return false; /* podman's watcher of the container, which lives outside */
        (void)str_format(name, JAIL_NAME_SIZE, "%.*s", SHORT_ID_SIZE, id); /* fits */
        return true;
}

/* LXC "lxc.payload.NAME", also with a dash; nspawn "machine-NAME.scope" and "systemd-nspawn@NAME.service". */
static bool parse_named_container(const char *part, char name[JAIL_NAME_SIZE])
{
        static const struct {
                const char *prefix, *suffix;
        } forms[] = {
                {"lxc.payload.", ""},
                {"lxc.payload-", ""},
                {"machine-", ".scope"},
                {"systemd-nspawn@", ".service"},
        };

        for (size_t k = 0; k < ARRAY_SIZE(forms); k++) {
                size_t before = strlen(forms[k].prefix), after = strlen(forms[k].suffix), n = strlen(part);

                if (!str_has_prefix(part, forms[k].prefix) || n <= before + after ||
                    (after && !has_suffix(part, forms[k].suffix)))
                        continue;
                CLEANUP(freep) char *inner = xstrndup(part + before, n - before - after);
                unescape(inner);
                (void)str_copy(name, JAIL_NAME_SIZE, inner); /* a longer one is cut */
                return true;
        }
        return false;
}

/* "init.scope" is the system's (or a user's) own manager and "session-3.scope" a login: no name of a jail. */
static bool parse_unit(const char *part, char name[JAIL_NAME_SIZE])
{
        bool is_service = has_suffix(part, ".service"), is_scope = has_suffix(part, ".scope");

        if ((!is_service && !is_scope) || strcmp(part, "init.scope") == 0 || str_has_prefix(part, "session-") ||
            str_has_prefix(part, "user@"))
                return false;
        CLEANUP(freep) char *whole = xstrdup(part);
        unescape(whole);
        (void)str_copy(name, JAIL_NAME_SIZE, whole); /* a longer one is cut */
        return true;
}

bool cgroup_parse_path(const char *path, enum jail_origin *ret, char name[JAIL_NAME_SIZE])
{
        char part[PART_SIZE], found[JAIL_NAME_SIZE];
        bool has_container = false, has_unit = false, is_user = false;

        /* The innermost wins, but a container beats the units inside it: its own systemd makes those. The units of a
         * user's session are terminal tabs and the like. */
        while (*path) {
                size_t n = strcspn(path, "/");

                if (n > 0 && n < sizeof(part)) {
                        memcpy(part, path, n);
                        part[n] = '\0';
                        is_user |= strcmp(part, "user.slice") == 0;
                        if (parse_engine(part, found) || parse_named_container(part, found)) {
                                has_container = true;
                                (void)str_copy(name, JAIL_NAME_SIZE, found); /* same size */
                        } else if (!has_container && !is_user && parse_unit(part, found)) {
                                has_unit = true;
                                (void)str_copy(name, JAIL_NAME_SIZE, found); /* same size */
                        }
                }
                path += n;
                path += strspn(path, "/");
        }
        if (has_container)
                *ret = ORIGIN_CONTAINER;
        else if (has_unit)
                *ret = ORIGIN_UNIT;
        return has_container || has_unit;
}

bool cgroup_read(const char *text, enum jail_origin *ret, char name[JAIL_NAME_SIZE])
{
        bool has_any = false;

        /* "HIERARCHY:CONTROLLERS:PATH", one line a hierarchy. With version 1 the container may be in any of them. */
        while (*text) {
                size_t n = strcspn(text, "\n");
                CLEANUP(freep) char *line = xstrndup(text, n);
                char *path = strchr(line, ':');
                enum jail_origin origin;
                char found[JAIL_NAME_SIZE];

                path = path ? strchr(path + 1, ':') : NULL;
                if (path && cgroup_parse_path(path + 1, &origin, found) && (!has_any || origin == ORIGIN_CONTAINER)) {
                        *ret = origin;
                        (void)str_copy(name, JAIL_NAME_SIZE, found); /* same size */
                        has_any = true;
                        if (origin == ORIGIN_CONTAINER)
                                return true;
                }
                text += n;
                text += *text == '\n';
        }
        return has_any;
}
