/* scene.c - a view without a console round it; pictures compared with those of before. */
#include "tests/lib/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

void scene_init(struct scene *s, const struct graph *g, int w, int h, bool is_ascii)
{
        *s = (struct scene){.view = view_graph_new(),
                            .canvas = canvas_new(w, h, is_ascii),
                            .area = {0, 0, w, h},
                            .ui = {.graph = g}};
        for (size_t n = 0; n < g->loan_count; n++)
                g->loans[n].since = 0; /* no ages: the clock goes on */
}

void scene_done(struct scene *s)
{
        s->view->free(s->view);
        canvas_free(s->canvas);
}

char *scene_draw(struct scene *s)
{
        canvas_clear(s->canvas, STYLE_NORMAL);
        s->view->draw(s->view, s->canvas, s->area, &s->ui);
        return canvas_to_text(s->canvas);
}

void scene_press(struct scene *s, uint32_t code)
{
        struct key k = {.code = code};

        assert_true(s->view->key(s->view, &k, s->area, &s->ui));
}

struct object scene_selected(const struct scene *s)
{
        return selection_resolve(&s->ui.selection, s->ui.graph);
}

const char *scene_selected_name(const struct scene *s)
{
        struct object o = scene_selected(s);

        switch (o.type) {
        case OBJECT_NONE: break;
        case OBJECT_JAIL: return s->ui.graph->jails[o.index].name;
        case OBJECT_IFACE: return s->ui.graph->ifaces[o.index].name;
        case OBJECT_NODE: break;
        }
        return "";
}

struct point scene_find(const char *screen, const char *wanted)
{
        const char *found = strstr(screen, wanted);
        struct point p = {0};

        assert_non_null(found);
        for (const char *s = screen; s < found; s++) {
                if (*s == '\n')
                        p = (struct point){0, p.y + 1};
                else if (((unsigned char)*s & 0xc0) != 0x80)
                        p.x++;
        }
        return p;
}

void scene_mouse(struct scene *s, int x, int y, bool is_press, bool is_drag)
{
        struct key k = {.code = KEYC_MOUSE,
                        .x = x,
                        .y = y,
                        .is_press = is_press,
                        .is_drag = is_drag,
                        .is_release = !is_press && !is_drag};

        (void)s->view->key(s->view, &k, s->area, &s->ui); /* a release may be the console's */
}

/* The file's text, or NULL. Caller frees. */
static char *read_all(const char *path)
{
        FILE *f = fopen(path, "r");
        struct text t = {0};
        char buf[4096];

        if (!f)
                return NULL;
        for (size_t n = fread(buf, 1, sizeof(buf), f); n > 0; n = fread(buf, 1, sizeof(buf), f))
                text_put_n(&t, buf, n);
        (void)fclose(f); /* only read */
        return t.s ? text_take(&t) : xstrdup("");
}

void scene_assert_golden(const char *name, const char *got)
{
        const char *source = getenv("SOURCE"), *end = strstr(__FILE__, "/lib/scene.c");
        CLEANUP(freep)
        char *path = source ? xasprintf("%s/tests/golden/%s.txt", source, name)
                            : xasprintf("%.*s/golden/%s.txt", (int)(end - __FILE__), __FILE__, name);

        if (getenv("UPDATE")) {
                FILE *f = fopen(path, "w");

                assert_non_null(f);
                assert_true(fputs(got, f) >= 0);
                assert_int_equal(fclose(f), 0);
                return;
        }

        CLEANUP(freep) char *wanted = read_all(path);

        if (!wanted) {
                fail_msg("%s: %s; UPDATE=1 writes it", path, strerror(errno));
                return;
        }
        if (strcmp(wanted, got) != 0)
                fail_msg("%s differs; UPDATE=1 writes it anew. Now:\n%s", name, got);
}
