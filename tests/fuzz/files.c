/*
 * files.c - bytes from anywhere as rc.conf, as ezjail's file, as pf.conf, as ngctl's script of an import and as
 * devfs.rules: nothing may crash or hang, every refusal has its place, and what was read can be written.
 *
 * Built with driver.c; the corpus folders are those of these kinds.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/dialect/convert.h"
#include "core/dialect/devfsrules.h"
#include "core/dialect/jailimport.h"
#include "core/dialect/ngimport.h"
#include "core/dialect/pfconf.h"
#include "core/dialect/rcimport.h"
#include "core/dialect/recognise.h"
#include "tests/lib/topo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A refusal tells where. */
static void check(int r, const struct source *s, const struct err *e)
{
        if (r < 0 && (!e->what[0] || (strncmp(e->what, "fuzz:", 5) == 0) != (s->mark.length > 0)))
                abort();
}

static void fuzz_rcconf(const struct graph *g, struct source *s)
{
        struct rc_file f = {0};
        struct ezjails jails = {0};
        struct convert c = {.style = (enum convert_style)(s->length % 3)};
        CLEANUP(text_done) struct text t = {0};
        struct dialect d;
        struct err e = {0};
        int r = rcconf_read(s, &f, &e);

        check(r, s, &e);
        dialect_init(&d, g, "host", false);
        if (r == 0)
                r = ezjail_read(&f, "www", &jails, &e);
        if (r == 0) {
                c.from = &jails;
                c.host = &f;
                r = convert_work_out(&c, &e);
        }
        if (r == 0) {
                convert_put_host_rc(&c, &t);
                convert_put_jail_conf(&c, &t);
                convert_put_summary(&c, &t);
                for (size_t k = 0; k < c.count; k++) {
                        convert_put_ezjail(&c, &c.jails[k], &t);
                        convert_put_jail_rc(&c, &c.jails[k], &t);
                        (void)jail_import_converted(&d, &c, &c.jails[k], NULL);
                }
                text_done(&s->mark);
                r = rc_import_made(&d, &f, "host", &e);
                if (r == 0)
                        r = rc_import_lent(&d, &f, "host", &e);
                if (r == 0)
                        r = rc_import_set(&d, &f, "host", &e);
        }
        check(r, s, &e);
        dialect_done(&d);
        convert_done(&c);
        ezjails_done(&jails);
        rcconf_done(&f);
}

static void fuzz_import(const struct graph *g, struct source *s,
                        int (*import)(struct dialect *, struct source *, struct err *))
{
        struct dialect d;
        struct err e = {0};

        text_done(&s->mark);
        dialect_init(&d, g, "host", false);
        check(import(&d, s, &e), s, &e);
        dialect_done(&d);
}

static void fuzz_devfs(struct source *s)
{
        static const char *const names[] = {"null", NULL};
        struct devfs_rules r;
        struct err e = {0};
        int x;

        text_done(&s->mark);
        devfs_rules_init(&r);
        x = devfs_rules_read(&r, s, &e);
        check(x, s, &e);
        for (size_t i = 0; i < r.count && i < 16; i++)
                (void)devfs_rules_show(&r, r.sets[i].number, names);
        devfs_rules_done(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const struct graph *g;
        CLEANUP(freep) char *text = xcalloc(size + 1, 1); /* its end is where a reader would run over */

        if (!g)
                g = topo_seeds();
        memcpy(text, data, size);

        struct source s = {.name = "fuzz", .text = text, .length = size};

        (void)recognise(&s);
        fuzz_rcconf(g, &s);
        fuzz_import(g, &s, pf_import);
        fuzz_import(g, &s, ng_import);
        fuzz_devfs(&s);
        source_done(&s);
        return 0;
}
