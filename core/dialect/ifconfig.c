/* ifconfig.c - ifconfig's command line: its options, and which interface the words are about. */
#include "core/dialect/ifconfig.h"

#include <errno.h>
#include <string.h>

#include "core/dialect/ifconfig_parts.h"

/* -f FAMILY:FORMAT,...: how addresses are listed. */
static int take_format(struct ifconfig_view *v, const char *word, struct err *e)
{
        static const struct {
                const char *name;
                enum inet_format inet;
        } formats[] = {{"inet:default", INET_HEX},
                       {"inet:hex", INET_HEX},
                       {"inet:cidr", INET_CIDR},
                       {"inet:dotted", INET_DOTTED}};

        for (const char *s = word; *s; s += strcspn(s, ",") + (s[strcspn(s, ",")] == ',')) {
                size_t n = strcspn(s, ","), k = 0;

                while (k < ARRAY_SIZE(formats) && (strlen(formats[k].name) != n || memcmp(formats[k].name, s, n) != 0))
                        k++;
                if (k < ARRAY_SIZE(formats))
                        v->inet = formats[k].inet;
                else if (n == strlen("inet6:cidr") && memcmp(s, "inet6:cidr", n) == 0)
                        v->inet6 = INET6_CIDR;
                else if (!str_has_prefix(s, "inet6:") && !str_has_prefix(s, "ether:") && !str_has_prefix(s, "addr:"))
                        return err_set(e, -EINVAL, "-f %s: is not a format; write inet:cidr or inet:dotted", word);
        }
        return 0;
}

/* -f, -g and -j, which have a value. */
static int take_valued(struct dialect *d, struct ifconfig_view *v, char option, const char *value, struct err *e)
{
        switch (option) {
        case 'f': return take_format(v, value, e);
        case 'g': v->group = value; return 0;
        default:
                v->jail = dialect_find_jail(d, value);
                return v->jail == NONE ? err_set(e, -ENXIO, "jail \"%s\" not found; jailnet show lists them", value)
                                       : 0;
        }
}

static int take_plain(struct ifconfig_view *v, char option, bool *ret_all, struct err *e)
{
        if (option == 'u')
                v->only_up = true;
        else if (option == 'd')
                v->only_down = true;
        else if (option == 'l')
                v->names_only = *ret_all = true;
        else if (option == 'a')
                *ret_all = true;
        else if (!strchr("CkLmnv", option)) /* these would tell more about hardware than there is to tell */
                return err_set(e, -EINVAL, "illegal option -- %c; jailnet help ifconfig tells more", option);
        return 0;
}

/* Its options, up to the interface. *ret_all: -a, -l, -g: no interface is meant. Returns the index behind them. */
static int take_options(struct dialect *d, struct ifconfig_view *v, int argc, char **argv, bool *ret_all, struct err *e)
{
        int i = 1;

        for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
                for (const char *o = argv[i] + 1; *o; o++) {
                        int r;

                        if (strchr("fgj", *o)) {
                                const char *value = o[1] ? o + 1 : argv[++i];

                                if (!value)
                                        return err_set(e, -EINVAL, "option requires an argument -- %c", *o);
                                r = take_valued(d, v, *o, value, e);
                                if (r < 0)
                                        return r;
                                break;
                        }
                        r = take_plain(v, *o, ret_all, e);
                        if (r < 0)
                                return r;
                }
        }
        *ret_all = *ret_all || v->group;
        return i;
}

static const char *family_of(const char *word)
{
        static const struct {
                const char *word, *family;
        } families[] = {
                {"inet", "inet"}, {"inet6", "inet6"}, {"ether", "ether"}, {"link", "ether"}, {"lladdr", "ether"}};

        for (size_t i = 0; i < ARRAY_SIZE(families); i++)
                if (strcmp(families[i].word, word) == 0)
                        return families[i].family;
        return NULL;
}

static int list_classes(struct dialect *d)
{
        const char *const *classes = ifconfig_classes();

        for (size_t i = 0; classes[i]; i++)
                text_putf(&d->out, "%s%s", i ? " " : "", classes[i]);
        text_put_char(&d->out, '\n');
        return 0;
}

static int about_one(struct dialect *d, struct ifconfig_view *v, char **argv, struct err *e)
{
        struct ifconfig c = {.d = d, .jail = v->jail, .words = argv + 1};
        size_t iface = dialect_find_iface(d, v->jail, argv[0]);
        const struct graph *g = dialect_graph(d);
        bool is_new = argv[1] && (strcmp(argv[1], "create") == 0 || strcmp(argv[1], "plumb") == 0);

        if (argv[1] && strcmp(argv[1], "-vnet") == 0)
                is_new = true; /* it comes from elsewhere */
        if (iface == NONE && !is_new)
                return ifconfig_no_such(d, argv[0], e);
        v->family = argv[1] ? family_of(argv[1]) : NULL;
        if (!argv[1] || (v->family && !argv[2])) {
                ifconfig_list_one(d, v, iface);
                return 0;
        }
        if (!str_copy(c.name, sizeof(c.name), iface == NONE ? argv[0] : g->ifaces[iface].name))
                return err_set(e, -ENAMETOOLONG, "%s: is longer than 15 bytes; choose a shorter name", argv[0]);
        return ifconfig_words(&c, e);
}

int dialect_ifconfig(struct dialect *d, int argc, char **argv, struct err *e)
{
        struct ifconfig_view v = {.jail = dialect_jail(d)};
        bool is_all = false;
        int first = take_options(d, &v, argc, argv, &is_all, e);

        if (first < 0)
                return first;
        if (argc == 2 && strcmp(argv[1], "-C") == 0)
                return list_classes(d);
        if (argc == first || is_all) {
                v.family = argc > first ? family_of(argv[first]) : NULL;
                if (argc > first + 1 || (argc > first && !v.family))
                        return err_set(e, -EINVAL, "%s: cannot be said to all interfaces at once; name one",
                                       argv[first]);
                ifconfig_list(d, &v);
                return 0;
        }
        return about_one(d, &v, argv + first, e);
}
