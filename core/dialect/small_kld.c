/*
 * small_kld.c - FreeBSD's kldload, kldstat and kldunload: its modules are what this kernel can do.
 *
 * Linux loads a link kind's module when the first link of it is made, so that a module is there when links of its kind
 * can be made.
 */
#include <errno.h>
#include <string.h>

#include "core/dialect/small.h"

#define ALWAYS KIND_LOOPBACK /* needs nothing that a kernel with network stacks lacks */

struct module {
        const char *name;
        enum iface_kind kind;
};

/* The number of a row is the module's id, which begins at 2: 1 is the kernel. */
static const struct module modules[] = {
        {"if_bridge", KIND_BRIDGE}, {"bridgestp", KIND_BRIDGE}, {"if_epair", KIND_VETH}, {"if_vlan", KIND_VLAN},
        {"if_lagg", KIND_BOND},     {"if_vxlan", KIND_VXLAN},   {"if_tuntap", KIND_TAP}, {"if_tap", KIND_TAP},
        {"netgraph", ALWAYS},       {"ng_socket", ALWAYS},      {"ng_ether", ALWAYS},    {"ng_bridge", KIND_BRIDGE},
        {"ng_eiface", KIND_VETH},   {"ng_hub", KIND_BRIDGE},    {"ng_vlan", KIND_VLAN},  {"ng_iface", KIND_VETH},
        {"ng_tee", ALWAYS},         {"ng_one2many", KIND_BOND}, {"nullfs", ALWAYS},      {"tmpfs", ALWAYS},
};

static bool is_named(const struct module *m, const char *word, bool is_file)
{
        size_t n = strlen(m->name);

        if (strncmp(m->name, word, n) != 0)
                return false;
        return word[n] == '\0' || (is_file && strcmp(word + n, ".ko") == 0);
}

/* The module of that name, the last part of a path; NULL: there is none here. */
static const struct module *find_module(const char *word, bool is_file)
{
        const char *slash = is_file ? strrchr(word, '/') : NULL;

        for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
                if (is_named(&modules[i], slash ? slash + 1 : word, is_file))
                        return &modules[i];
        return NULL;
}

static int missing_kinds(struct dialect *d, uint32_t *ret, struct err *e)
{
        uint32_t wanted = 0;

        *ret = 0;
        for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
                if (modules[i].kind != ALWAYS)
                        wanted |= 1u << modules[i].kind;
        if (!d->services || !d->services->missing_kinds)
                return 0;
        return d->services->missing_kinds(d, wanted, ret, e);
}

static bool is_there(const struct module *m, uint32_t missing)
{
        return m && !(missing & 1u << m->kind);
}

static int id_of(const struct module *m)
{
        return (int)(m - modules) + 2;
}

int dialect_kldload(struct dialect *d, int argc, char **argv, struct err *e)
{
        bool is_told = false;
        uint32_t missing;
        int i = 1, r = missing_kinds(d, &missing, e);

        for (; r == 0 && i < argc && argv[i][0] == '-'; i++) {
                if (strspn(argv[i] + 1, "nqv") != strlen(argv[i] + 1))
                        return err_set(e, -EINVAL, "usage: kldload [-nqv] MODULE ...");
                is_told = is_told || strchr(argv[i], 'v');
        }
        if (r == 0 && i == argc)
                return err_set(e, -EINVAL, "usage: kldload [-nqv] MODULE ...");
        for (; r == 0 && i < argc; i++) {
                const struct module *m = find_module(argv[i], true);

                if (!m)
                        return err_set(e, -ENOENT, "can't load %s: No such file or directory", argv[i]);
                if (!is_there(m, missing))
                        return err_set(
                                e, -EOPNOTSUPP,
                                "can't load %s: this Linux kernel has nothing like it, neither built in nor as a "
                                "module",
                                argv[i]);
                if (is_told)
                        text_putf(&d->out, "Loaded %s, id=%d\n", m->name, id_of(m));
        }
        return r;
}

static void put_file(struct dialect *d, int id, const char *name, const char *suffix)
{
        text_putf(&d->out, "%2d %4d 0x%016x %8x %s%s\n", id, 1, 0, 0, name, suffix);
}

static void put_file_head(struct dialect *d)
{
        text_put(&d->out, "Id Refs Address                Size Name\n");
}

static int print_one(struct dialect *d, const char *word, bool is_file, bool is_quiet, uint32_t missing, struct err *e)
{
        const struct module *m = find_module(word, is_file);

        if (!is_there(m, missing)) {
                if (is_quiet)
                        return 1;
                return err_set(e, -ENOENT, "can't find %s %s: No such file or directory", is_file ? "file" : "module",
                               word);
        }
        if (is_quiet)
                return 0;
        if (is_file) {
                put_file_head(d);
                put_file(d, id_of(m), m->name, ".ko");
        } else {
                text_put(&d->out, "Id  Refs Name\n");
                text_putf(&d->out, "%3d %4d %s\n", id_of(m), 1, m->name);
        }
        return 0;
}

int dialect_kldstat(struct dialect *d, int argc, char **argv, struct err *e)
{
        bool is_quiet = false;
        uint32_t missing;
        int r = missing_kinds(d, &missing, e);

        for (int i = 1; r == 0 && i < argc; i++) {
                for (const char *s = argv[i] + 1; *s || argv[i][0] != '-'; s++) {
                        if (argv[i][0] == '-' && strchr("hv", *s))
                                continue;
                        if (argv[i][0] == '-' && *s == 'q') {
                                is_quiet = true;
                                continue;
                        }
                        const char *word = s[0] && s[1] ? s + 1 : i + 1 < argc ? argv[i + 1] : NULL;

                        if (argv[i][0] != '-' || !strchr("mn", *s) || !word)
                                return err_set(e, -EINVAL, "usage: kldstat [-q] [-v] [-m MODULE | -n FILE]");
                        return print_one(d, word, *s == 'n', is_quiet, missing, e);
                }
        }
        if (r < 0)
                return r;
        put_file_head(d);
        put_file(d, 1, "kernel", "");
        for (size_t i = 0; i < ARRAY_SIZE(modules); i++)
                if (is_there(&modules[i], missing))
                        put_file(d, id_of(&modules[i]), modules[i].name, ".ko");
        return 0;
}

int dialect_kldunload(struct dialect *d, int argc, char **argv, struct err *e)
{
        uint32_t missing;
        int i = 1, r = missing_kinds(d, &missing, e);

        while (i < argc && argv[i][0] == '-')
                i++;
        if (r < 0)
                return r;
        if (i == argc)
                return err_set(e, -EINVAL, "usage: kldunload [-fv] MODULE ...");
        for (; i < argc; i++)
                if (!is_there(find_module(argv[i], true), missing))
                        return err_set(e, -ENOENT, "can't find file %s: No such file or directory", argv[i]);
        return err_set(e, -EBUSY, "can't unload file: Device busy (it is the Linux kernel's; nothing was changed)");
}
