/*
 * words.c - bytes from anywhere as a line of a batch, as the words of the small commands that FreeBSD's scripts call,
 * and as names that others have given: alternative names of interfaces, control groups, paths. Nothing may crash or
 * hang, what was taken is written in words that are taken again, and nothing is printed that a terminal would act on.
 * The first byte says which command it is.
 *
 * Built with driver.c.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/dialect/small.h"
#include "core/graph/marks.h"
#include "core/graph/path.h"
#include "core/kernel/cgroup.h"
#include "tests/lib/topo.h"
#include "ui/cli/line_words.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_line(const char *line)
{
        CLEANUP(line_words_done) struct line_words w = {0};
        CLEANUP(line_words_done) struct line_words again = {0};
        CLEANUP(text_done) struct text t = {0};
        struct intent in = {0}, same = {0};

        if (line_split(line, &w, NULL) < 0 || w.count == 0 || verb_parse(w.count, w.argv, &in, NULL) < 0)
                return;
        intent_put_words(&t, &in);
        if (line_split(text_str(&t), &again, NULL) < 0 || verb_parse(again.count, again.argv, &same, NULL) < 0 ||
            same.verb != in.verb)
                abort();
}

static void fuzz_names(const char *s)
{
        char group[GROUP_NAME_SIZE], node[NODE_NAME_SIZE], name[JAIL_NAME_SIZE];
        enum iface_role role;
        enum jail_origin origin;
        struct prefix prefix;
        struct mac mac;
        uint32_t number;
        uint16_t vlan;

        (void)mark_parse(s, &number, &role);
        if (group_mark_parse(s, group) && strnlen(group, sizeof(group)) == sizeof(group))
                abort();
        if (node_mark_parse(s, node) && strnlen(node, sizeof(node)) == sizeof(node))
                abort();
        (void)keep_mark_parse(s);
        (void)vlan_mark_parse(s, &vlan);
        (void)span_mark_parse(s, &number);
        if (cgroup_read(s, &origin, name) && strnlen(name, sizeof(name)) == sizeof(name))
                abort();
        if (cgroup_parse_path(s, &origin, name) && strnlen(name, sizeof(name)) == sizeof(name))
                abort();
        (void)path_parse_id(s, &number);
        (void)mac_parse(s, &mac);
        (void)prefix_parse(s, &prefix, NULL);
}

static void check_harmless(const struct text *t)
{
        for (const char *s = text_str(t); *s; s++)
                if ((unsigned char)*s < ' ' && *s != '\n' && *s != '\t')
                        abort();
}

/* What is read is a small file, what is written is gone. */
static int read_file(struct dialect *d, const char *path, char **ret, size_t *ret_length, struct err *e)
{
        (void)d;
        (void)path;
        (void)e;
        *ret = xstrdup("hostname=\"a\"\nifconfig_em0=\"up\" # one\n");
        *ret_length = strlen(*ret);
        return 0;
}

static int write_file(struct dialect *d, const char *path, const char *text, size_t length, struct err *e)
{
        (void)d;
        (void)path;
        (void)e;
        return text[length] ? -EINVAL : 0;
}

static int no_neighbours(struct dialect *d, size_t jail, struct neighbour **ret, size_t *ret_count, struct err *e)
{
        (void)d;
        (void)jail;
        (void)e;
        *ret = NULL;
        *ret_count = 0;
        return 0;
}

static void fuzz_small(const struct graph *g, dialect_language *language, char *name, char *words)
{
        static const struct dialect_services services = {
                .read_file = read_file, .write_file = write_file, .neighbours = no_neighbours};
        char *argv[WORDS_MAX + 2] = {name}, *rest = words;
        struct dialect d;
        struct err e = {0};
        int argc = 1;

        for (char *word; argc <= WORDS_MAX && (word = strtok_r(rest, " \n", &rest));)
                argv[argc++] = word;
        dialect_init(&d, g, "host", true);
        d.services = &services;
        if (language(&d, argc, argv, &e) == 0)
                plan_free(dialect_finish(&d, name, name));
        check_harmless(&d.out);
        dialect_done(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const struct {
                dialect_language *language;
                char name[16];
        } small[] = {{dialect_route, "route"},     {dialect_arp, "arp"},         {dialect_sysctl, "sysctl"},
                     {dialect_kldload, "kldload"}, {dialect_kldstat, "kldstat"}, {dialect_kldunload, "kldunload"},
                     {dialect_sysrc, "sysrc"},     {dialect_uname, "uname"},     {dialect_sum, "sum"},
                     {dialect_fmt, "fmt"}};
        static const struct graph *g;
        CLEANUP(freep) char *words = NULL;
        char name[16];
        size_t which;

        if (!g)
                g = topo_seeds();
        if (size == 0)
                return 0;
        words = xcalloc(size, 1);
        memcpy(words, data + 1, size - 1);
        fuzz_names(words);
        fuzz_line(words);
        which = data[0] % ARRAY_SIZE(small);
        memcpy(name, small[which].name, sizeof(name));
        fuzz_small(g, small[which].language, name, words);
        return 0;
}
