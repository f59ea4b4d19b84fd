/* cmd_jls.c - jls(8): the jails that are there, as columns, as values of chosen parameters, or as JSON. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/names.h"
#include "ui/cli/cli.h"
#include "ui/cli/jail_commands.h"
#include "ui/cli/jail_parts.h"

#define WORDS_MAX 128

struct jls {
        bool shows_dying, has_header, has_names, is_quoted, skips_unset, is_verbose, shows_name, only_checks, is_json;
        const char *one; /* -j */
        const char *words[WORDS_MAX];
        size_t word_count;
        const struct jail_list *list;
};

/* The pseudo-parameter "all": what a running jail can be asked for. */
static const char *const all_words[] = {
        "jid", "name", "path", "host.hostname", "ip4.addr", "ip6.addr", "vnet", "persist", "dying", "depend", "parent",
};

static void put_addresses(const struct jls *o, const struct jail_here *j, int family, struct text *t)
{
        const struct graph *g = o->list->graph;
        struct jail_address *list = NULL;
        size_t count = jail_params_addresses(&j->params, &list);
        const char *between = "";
        char buf[PREFIX_TEXT_SIZE];

        for (size_t i = 0; i < count; i++) {
                if (list[i].prefix.family != family)
                        continue;
                text_putf(t, "%s%s", between, prefix_format_addr(&list[i].prefix, buf));
                between = ",";
        }
        free(list);
        /* FreeBSD does not know what a stack of its own has; we see it. */
        for (size_t i = j->jail == NONE ? NONE : g->jails[j->jail].iface_first; i != NONE; i = g->ifaces[i].next) {
                const struct iface *f = &g->ifaces[i];

                for (size_t k = 0; f->kind != KIND_LOOPBACK && k < f->address_count; k++) {
                        if (f->addresses[k].family != family || prefix_is_link_local(&f->addresses[k]))
                                continue;
                        text_putf(t, "%s%s", between, prefix_format_addr(&f->addresses[k], buf));
                        between = ",";
                }
        }
}

/* The value of a parameter as it stands now; false: it has none. */
static bool put_value(const struct jls *o, const struct jail_here *j, const char *name, struct text *t)
{
        const struct jail *g = j->jail == NONE ? NULL : &o->list->graph->jails[j->jail];
        const struct jail_param *n = jail_params_find(&j->params, name);
        size_t before = t->length;

        if (strcmp(name, "jid") == 0) {
                text_putf(t, "%d", j->jid);
        } else if (strcmp(name, "name") == 0) {
                text_put(t, j->name);
        } else if (strcmp(name, "parent") == 0) {
                text_put(t, "0");
        } else if (strcmp(name, "path") == 0) {
                text_put(t, n && n->count ? n->values[n->count - 1] : g && g->root_path ? g->root_path : "/");
        } else if (strcmp(name, "host.hostname") == 0) {
                if (n && n->count)
                        text_put(t, n->values[n->count - 1]);
                else if (g && g->hostname)
                        text_put(t, g->hostname);
        } else if (strcmp(name, "ip4.addr") == 0) {
                put_addresses(o, j, AF_INET, t);
        } else if (strcmp(name, "ip6.addr") == 0) {
                put_addresses(o, j, AF_INET6, t);
        } else if (strcmp(name, "vnet") == 0) {
                text_put(t, g ? "new" : "inherit");
        } else if (strcmp(name, "dying") == 0) {
                text_put(t, j->is_dying ? "true" : "false");
        } else if (strcmp(name, "persist") == 0) {
                text_put(t, !j->started || jail_params_flag(&j->params, name, false) ? "true" : "false");
        } else if (n && n->count == 0) {
                text_put(t, "true");
        } else {
                for (size_t i = 0; n && i < n->count; i++)
                        text_putf(t, "%s%s", i ? "," : "", n->values[i]);
        }
        return t->length > before;
}

static bool is_flag(const char *name)
{
        const struct param_type *t = param_find(name, NULL);

        return t && t->kind == PARAM_FLAG;
}

/* With -q a value that a shell or jail(8) would split or change is put in quotes. */
static void put_quoted(const struct jls *o, struct text *t, const char *value)
{
        if (o->is_quoted && (!*value || strpbrk(value, " \t\n\"'\\$;{}#")))
                text_put_shell(t, value);
        else
                text_put_visible(t, value);
}

/* -s: only what jail(8) could be given again. */
static bool is_left_out(const struct jls *o, const struct jail_here *j, const char *name)
{
        static const char *const read_only[] = {"dying", "parent", "children.cur", "cpuset.id"};
        CLEANUP(text_done) struct text value = {0};

        for (size_t i = 0; o->skips_unset && i < ARRAY_SIZE(read_only); i++)
                if (strcmp(name, read_only[i]) == 0)
                        return true;
        return o->skips_unset && !put_value(o, j, name, &value);
}

static void put_words(const struct jls *o, const struct jail_here *j, struct text *t)
{
        const char *between = "";

        for (size_t i = 0; i < o->word_count; i++) {
                const char *name = o->words[i];
                CLEANUP(text_done) struct text value = {0};
                bool is_set = put_value(o, j, name, &value);

                if (is_left_out(o, j, name))
                        continue;
                text_put(t, between);
                between = " ";
                if (o->has_names && is_flag(name)) {
                        if (strcmp(text_str(&value), "true") == 0)
                                text_put(t, name);
                        else
                                jail_put_negated(t, name);
                        continue;
                }
                if (o->has_names)
                        text_putf(t, "%s=", name);
                if (is_set || o->is_quoted)
                        put_quoted(o, t, text_str(&value));
                else if (!o->has_names)
                        text_put_char(t, '-');
        }
        text_put_char(t, '\n');
}

static const char *const families[] = {"ip4.addr", "ip6.addr"};

static void put_address_lines(const struct jls *o, const struct jail_here *j, const char *family, struct text *t)
{
        CLEANUP(text_done) struct text list = {0};

        if (!put_value(o, j, family, &list))
                return;
        for (const char *s = text_str(&list); *s;) {
                int length = (int)strcspn(s, ",");

                text_putf(t, "%6s  %-15.*s\n", "", length, s);
                s += length + (s[length] == ',');
        }
}

static void put_columns(const struct jls *o, const struct jail_here *j, struct text *t)
{
        static const char *const names[] = {"ip4.addr", "host.hostname", "path", "name"};
        struct text values[ARRAY_SIZE(names)] = {0};
        char number[16];

        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                CLEANUP(text_done) struct text raw = {0};

                (void)put_value(o, j, names[i], &raw); /* an empty column for none */
                text_put_visible(&values[i], text_str(&raw));
        }
        (void)str_format(number, sizeof(number), "%d", j->jid);
        if (o->is_verbose) {
                text_putf(t, "%6d  %-29.29s %.74s\n", j->jid, text_str(&values[1]), text_str(&values[2]));
                text_putf(t, "%6s  %-29.29s %.74s\n", "", text_str(&values[3]), j->is_dying ? "DYING" : "ACTIVE");
                text_putf(t, "%6s  %d\n", "", 0);
                for (size_t i = 0; i < ARRAY_SIZE(families); i++)
                        put_address_lines(o, j, families[i], t);
        } else {
                const char *address = text_str(&values[0]);

                text_putf(t, o->shows_name ? " %-15s" : "%6s ", o->shows_name ? text_str(&values[3]) : number);
                text_putf(t, " %-15.*s %-29.29s %.74s\n", *address ? (int)strcspn(address, ",") : 1,
                          *address ? address : "-", text_str(&values[1]), text_str(&values[2]));
        }
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                text_done(&values[i]);
}

/* An object has each key once. */
static bool is_repeated(const struct jls *o, size_t word)
{
        for (size_t i = 0; i < word; i++)
                if (strcmp(o->words[i], o->words[word]) == 0)
                        return true;
        return false;
}

static void put_json_list(struct json_out *w, const char *key, const char *value)
{
        json_out_open(w, key, '[');
        for (const char *s = value; *s;) {
                size_t length = strcspn(s, ",");
                CLEANUP(freep) char *address = xstrndup(s, length);

                json_out_string(w, NULL, address);
                s += length + (s[length] == ',');
        }
        json_out_close(w, ']');
}

/* A parameter under the key that libxo's output of it has; "" for none. */
static void put_json_value(struct json_out *w, const struct jls *o, const struct jail_here *j, const char *name,
                           const char *key)
{
        CLEANUP(text_done) struct text value = {0};
        bool is_list = str_has_prefix(key, "ip4.") || str_has_prefix(key, "ip6.") || str_has_prefix(key, "ipv4_") ||
                str_has_prefix(key, "ipv6_");

        (void)put_value(o, j, name, &value);
        if (strcmp(name, "jid") == 0)
                json_out_int(w, key, j->jid);
        else if (is_list)
                put_json_list(w, key, text_str(&value));
        else if (is_flag(name))
                json_out_bool(w, key, strcmp(text_str(&value), "true") == 0);
        else
                json_out_string(w, key, text_str(&value));
}

static void put_json_row(struct json_out *w, const struct jls *o, const struct jail_here *j)
{
        json_out_open(w, NULL, '{');
        for (size_t i = 0; i < o->word_count; i++)
                if (!is_left_out(o, j, o->words[i]) && !is_repeated(o, i))
                        put_json_value(w, o, j, o->words[i], o->words[i]);
        if (o->word_count) {
                json_out_close(w, '}');
                return;
        }
        put_json_value(w, o, j, o->shows_name && !o->is_verbose ? "name" : "jid",
                       o->shows_name && !o->is_verbose ? "name" : "jid");
        if (!o->is_verbose) {
                CLEANUP(text_done) struct text first = {0};

                (void)put_value(o, j, "ip4.addr", &first);

                CLEANUP(freep) char *address = xstrndup(text_str(&first), strcspn(text_str(&first), ","));

                json_out_string(w, "ipv4", address);
        }
        put_json_value(w, o, j, "host.hostname", "hostname");
        put_json_value(w, o, j, "path", "path");
        if (o->is_verbose) {
                put_json_value(w, o, j, "name", "name");
                json_out_string(w, "state", j->is_dying ? "DYING" : "ACTIVE");
                json_out_int(w, "cpusetid", 0);
                put_json_value(w, o, j, "ip4.addr", "ipv4_addrs");
                put_json_value(w, o, j, "ip6.addr", "ipv6_addrs");
        }
        json_out_close(w, '}');
}

static bool is_shown(const struct jls *o, const struct jail_here *j)
{
        if (o->one && jail_list_find(o->list, o->one) != j)
                return false;
        if (j->is_dying)
                return o->shows_dying;
        return j->jail != NONE || j->is_alive; /* what has ended and is not cleared away yet */
}

static int print_rows(const struct jls *o)
{
        struct json_out w;

        print_json_begin(&w);
        json_out_open(&w, NULL, '{');
        json_out_string(&w, "__version", "2");
        json_out_open(&w, "jail-information", '{');
        json_out_open(&w, "jail", '[');
        for (size_t i = 0; i < o->list->count; i++)
                if (is_shown(o, &o->list->jails[i]))
                        put_json_row(&w, o, &o->list->jails[i]);
        json_out_close(&w, ']');
        json_out_close(&w, '}');
        json_out_close(&w, '}');
        return print_json_end(&w);
}

static int print(const struct jls *o)
{
        CLEANUP(text_done) struct text t = {0};
        size_t shown = 0;

        if (o->word_count && o->has_header) {
                for (size_t i = 0; i < o->word_count; i++)
                        text_putf(&t, "%s%s", i ? " " : "", o->words[i]);
                text_put_char(&t, '\n');
        } else if (!o->word_count && o->is_verbose) {
                text_put(&t,
                         "   JID  Hostname                      Path\n"
                         "        Name                          State\n"
                         "        CPUSetID\n"
                         "        IP Address(es)\n");
        } else if (!o->word_count) {
                text_put(&t, o->shows_name ? " JID             " : "   JID  ");
                text_put(&t, "IP Address      Hostname                      Path\n");
        }
        for (size_t i = 0; i < o->list->count; i++) {
                const struct jail_here *j = &o->list->jails[i];

                if (!is_shown(o, j))
                        continue;
                shown++;
                if (o->word_count)
                        put_words(o, j, &t);
                else
                        put_columns(o, j, &t);
        }
        if (o->one && !shown && !o->only_checks)
                (void)tell(EXIT_REFUSED, "jail \"%s\" not found", o->one);
        if (o->only_checks || (o->one && !shown))
                return shown ? EXIT_DONE : EXIT_REFUSED;
        if (o->is_json)
                return print_rows(o);
        print_text(&t);
        return EXIT_DONE;
}

static int add_word(struct jls *o, const char *word)
{
        bool is_all = strcmp(word, "all") == 0;
        size_t count = is_all ? ARRAY_SIZE(all_words) : 1;

        if (!is_all && !param_find(word, NULL))
                return tell(EXIT_REFUSED, "unknown parameter: %s", word);
        if (o->word_count + count > WORDS_MAX)
                return tell(EXIT_REFUSED, "more than %d parameters; ask for fewer at once", WORDS_MAX);
        for (size_t i = 0; i < count; i++)
                o->words[o->word_count++] = is_all ? all_words[i] : word;
        return EXIT_DONE;
}

static int take_options(struct jls *o, const struct freebsd_command *c, int argc, char **argv)
{
        optind = 0; /* getopt begins anew */
        for (int x; (x = getopt(argc, argv, "+acdhj:nNqsv")) != -1;) {
                switch (x) {
                case 'c': o->only_checks = true; break;
                case 'a': /* -d, as it was called once */
                case 'd': o->shows_dying = true; break;
                case 'h':
                        o->has_header = true;
                        o->skips_unset = o->is_verbose = false;
                        break;
                case 'j': o->one = optarg; break;
                case 'n':
                        o->has_names = true;
                        o->is_verbose = false;
                        break;
                case 'N': o->shows_name = true; break;
                case 'q': o->is_quoted = true; break;
                case 's':
                        o->has_names = o->is_quoted = o->skips_unset = true;
                        o->has_header = o->is_verbose = false;
                        break;
                case 'v':
                        o->is_verbose = true;
                        o->has_header = o->has_names = o->skips_unset = false;
                        break;
                default: return usage(c->synopsis);
                }
        }
        for (int i = optind; i < argc; i++) {
                int status = add_word(o, argv[i]);

                if (status != EXIT_DONE)
                        return status;
        }
        return o->word_count || (!o->has_header && !o->has_names) ? EXIT_DONE : add_word(o, "all");
}

/* libxo's own option, which stands first: only JSON is made, in libxo's form. */
static bool take_libxo(struct jls *o, int *argc, char **argv)
{
        int kept = 0;

        for (int i = 0; i < *argc; i++) {
                const char *value = strcmp(argv[i], "--libxo") == 0 && i + 1 < *argc ? argv[++i]
                        : str_has_prefix(argv[i], "--libxo=")                        ? argv[i] + strlen("--libxo=")
                        : str_has_prefix(argv[i], "--libxo:")                        ? "json,text"
                                                                                     : NULL;

                if (!value)
                        argv[kept++] = argv[i];
                else if (str_has_prefix(value, "json"))
                        o->is_json = true;
                else if (!str_has_prefix(value, "text"))
                        return false;
        }
        argv[kept] = NULL;
        *argc = kept;
        return true;
}

int freebsd_jls(struct app *a, const struct freebsd_command *c, int argc, char **argv)
{
        struct jls o = {0};
        struct jail_list l = {0};
        struct err e = {0};
        int status = EXIT_DONE;

        (void)freebsd_take_strict(&argc, argv); /* there is nothing loose here */
        if (!take_libxo(&o, &argc, argv))
                return tell(EXIT_REFUSED, "--libxo: only json and text are known here");
        status = take_options(&o, c, argc, argv);
        if (status != EXIT_DONE)
                return EXIT_REFUSED;
        if (jail_list_load(a, &l, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        o.list = &l;
        status = print(&o);
        jail_list_done(&l);
        return status;
}
