/* scene.h - for tests: the Graph view on a canvas, as the console would hold it, with keys and a mouse. */
#ifndef TESTS_LIB_SCENE_H
#define TESTS_LIB_SCENE_H

#include "ui/tui/view.h"

struct scene {
        struct view *view;
        struct canvas *canvas;
        struct rect area;
        struct ui ui;
};

void scene_init(struct scene *s, const struct graph *g, int w, int h, bool is_ascii);
void scene_done(struct scene *s);
char *scene_draw(struct scene *s); /* caller frees */
void scene_press(struct scene *s, uint32_t code);
void scene_mouse(struct scene *s, int x, int y, bool is_press, bool is_drag); /* neither: it is let go */
struct object scene_selected(const struct scene *s);
const char *scene_selected_name(const struct scene *s);

/* The cell where a text begins, by a screen that has single-width signs only. */
struct point scene_find(const char *screen, const char *wanted);

/* The text of tests/golden/NAME.txt; with UPDATE=1 it is written anew. */
void scene_assert_golden(const char *name, const char *got);

#endif
