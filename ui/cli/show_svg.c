/* show_svg.c - the graph as an SVG picture: what the console draws, in lines, with a title on each thing that is
 * pointed at. */
#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "ui/cli/show_internal.h"
#include "ui/tui/layout/layout.h"

#define COLUMNS     160 /* as in a wide terminal */
#define CELL_WIDTH  8   /* pixels */
#define CELL_HEIGHT 18
#define MARGIN      8
#define BASELINE    13 /* from a cell's upper side */

/* Colours said outright: not every program that draws SVG knows CSS variables. A viewer's dark mode has its own. What
 * is down is dashed besides. */
static const char style[] =
        "<style>\n"
        "text{font:13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#1b1f24;white-space:pre}\n"
        ".bg,.joint{fill:#fff}.hit{fill-opacity:0}.frame,.edge{fill:none}.frame{stroke:#8b949e}\n"
        ".frame.bridge{stroke:#0a6640}.frame.unseen,.frame.hidden{stroke-dasharray:2 4}\n"
        ".frame.dying{stroke:#8a5a00;stroke-dasharray:6 4}.edge{stroke:#57606a;stroke-width:1.5}\n"
        ".edge.down,.cross{stroke:#b3261e}.edge.down{stroke-dasharray:5 4}\n"
        ".edge.unseen{stroke:#6b7280;stroke-dasharray:2 4}.joint{stroke:#7a4d00;stroke-width:1.5}\n"
        ".cross{stroke-width:2}.title{font-weight:bold}.dim{fill:#6b7280}.good,.bridge-name{fill:#0a6640}\n"
        ".address{fill:#0b5394}.hook{fill:#7a4d00}.bad{fill:#b3261e}.warn{fill:#8a5a00}\n"
        "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bg,.joint{fill:#0d1117}\n"
        ".frame{stroke:#6e7681}.frame.bridge{stroke:#4cc38a}.frame.dying{stroke:#e3b341}.edge{stroke:#9aa4af}\n"
        ".edge.down,.cross{stroke:#ff7b72}.joint{stroke:#e3b341}.dim{fill:#8b949e}.good,.bridge-name{fill:#4cc38a}\n"
        ".address{fill:#79b8ff}.hook,.warn{fill:#e3b341}.bad{fill:#ff7b72}}\n"
        "</style>\n";

struct drawing {
        struct text *t;
        const struct pick *p;
        const struct layout *l;
};

/* --- foreign text --- */

static void put_code_point(struct text *t, uint32_t c)
{
        char bytes[5];

        switch (c) {
        case '<': text_put(t, "&lt;"); return;
        case '>': text_put(t, "&gt;"); return;
        case '&': text_put(t, "&amp;"); return;
        case '"': text_put(t, "&quot;"); return;
        default: break;
        }
        if ((c & 0xfffe) == 0xfffe) { /* no characters, and not allowed in XML */
                text_putf(t, "\\u{%" PRIx32 "}", c);
                return;
        }
        (void)utf8_encode(c, bytes);
        text_put(t, bytes);
}

/* Up to that many columns, if not 0; returns how many it took. */
static int put_words(struct text *t, const char *s, int columns)
{
        CLEANUP(text_done) struct text visible = {0};
        int taken = 0;

        text_put_visible(&visible, s);
        for (const char *p = text_str(&visible); *p;) {
                int32_t c = utf8_next(&p);
                int width = c < 0 ? 1 : utf8_width((uint32_t)c);

                width = width < 0 ? 1 : width;
                if (c < 0 || (columns && taken + width > columns))
                        break;
                put_code_point(t, (uint32_t)c);
                taken += width;
        }
        return taken;
}

/* --- what is told of a thing that is pointed at --- */

static void put_iface_title(const struct drawing *d, size_t iface)
{
        const struct graph *g = d->p->g;
        const struct iface *f = &g->ifaces[iface];
        char address[PREFIX_TEXT_SIZE], mac[MAC_TEXT_SIZE];

        if (f->jail != 0) {
                (void)put_words(d->t, g->jails[f->jail].name, 0);
                text_put_char(d->t, '/');
        }
        (void)put_words(d->t, f->name, 0);
        text_put_char(d->t, '\n');
        (void)put_words(d->t, kind_word(f), 0);
        text_putf(d->t, ", %s, mtu %" PRIu32, state_word(f), f->mtu_bytes);
        if (f->mac.is_set)
                text_putf(d->t, "\n%s", mac_format(f->mac, mac));
        for (size_t i = 0; i < f->address_count; i++)
                text_putf(d->t, "\n%s", prefix_format(&f->addresses[i], address));
}

static void put_title(const struct drawing *d, const struct layout_item *i)
{
        const struct graph *g = d->p->g;

        if (i->object.type == OBJECT_NONE)
                return;
        text_put(d->t, "<title>");
        switch (i->object.type) {
        case OBJECT_NONE: break;
        case OBJECT_JAIL:
                (void)put_words(d->t, g->jails[i->object.index].name, 0);
                text_putf(d->t, "\n%s, jid %d", jail_state_name(g->jails[i->object.index].state),
                          g->jails[i->object.index].jid);
                break;
        case OBJECT_IFACE: put_iface_title(d, i->object.index); break;
        case OBJECT_NODE: put_iface_title(d, g->nodes[i->object.index].iface); break;
        }
        text_put(d->t, "</title>");
}

/* --- drawing --- */

static bool has_frame(const struct layout_item *i)
{
        return i->kind != LAYOUT_ROW && i->kind != LAYOUT_CHIP && i->kind != LAYOUT_FOLD;
}

static const char *frame_class(const struct drawing *d, const struct layout_item *i)
{
        switch (i->kind) {
        case LAYOUT_BRIDGE: return " bridge";
        case LAYOUT_UNSEEN: return " unseen";
        case LAYOUT_JAIL:
                switch (d->p->g->jails[i->object.index].state) {
                case JAIL_DYING: return " dying";
                case JAIL_HIDDEN: return " hidden";
                default: return "";
                }
        default: return "";
        }
}

/* The middle of a cell. */
static int middle_x(int x)
{
        return MARGIN + x * CELL_WIDTH + CELL_WIDTH / 2;
}

static int middle_y(int y)
{
        return MARGIN + y * CELL_HEIGHT + CELL_HEIGHT / 2;
}

static void put_frame(const struct drawing *d, const struct layout_item *i)
{
        text_putf(d->t, "<rect class=\"frame%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>\n",
                  frame_class(d, i), middle_x(i->at.x), middle_y(i->at.y), (i->at.w - 1) * CELL_WIDTH,
                  (i->at.h - 1) * CELL_HEIGHT);
        for (size_t n = i->span_first; n < i->span_first + i->span_count; n++) { /* its title interrupts the line */
                const struct layout_span *s = &d->l->spans[n];

                if (s->y == i->at.y)
                        text_putf(d->t, "<rect class=\"bg\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
                                  MARGIN + s->x * CELL_WIDTH - CELL_WIDTH / 2, middle_y(s->y) - 1,
                                  (s->w + 1) * CELL_WIDTH, 3);
        }
}

static bool is_edge_down(const struct drawing *d, const struct layout_edge *e)
{
        for (int n = 0; n < 2; n++) {
                const struct iface *f = e->ifaces[n] == NONE ? NULL : &d->p->g->ifaces[e->ifaces[n]];

                if (f && (iface_is_down(f) || (!f->is_running && f->kind != KIND_BRIDGE)))
                        return true;
        }
        return false;
}

static void put_edge(const struct drawing *d, const struct layout_edge *e)
{
        bool is_down = e->kind != LAYOUT_EDGE_UNSEEN && is_edge_down(d, e);

        text_putf(d->t, "<polyline class=\"edge%s\" points=\"",
                  e->kind == LAYOUT_EDGE_UNSEEN ? " unseen"
                          : is_down             ? " down"
                                                : "");
        for (size_t n = 0; n < e->point_count; n++) {
                struct layout_point at = d->l->points[e->point_first + n];

                text_putf(d->t, "%s%d,%d", n ? " " : "", middle_x(at.x), middle_y(at.y));
        }
        text_put(d->t, "\"/>\n");
        if (is_down)
                text_putf(d->t, "<path class=\"cross\" d=\"M%d %dl8 8m0 -8l-8 8\"/>\n", middle_x(e->mark.x) - 4,
                          middle_y(e->mark.y) - 4);
}

static const char *ink_class(enum layout_ink ink)
{
        switch (ink) {
        case LAYOUT_INK_PLAIN:
        case LAYOUT_INK_NAME: return NULL;
        case LAYOUT_INK_DIM: return "dim";
        case LAYOUT_INK_TITLE: return "title";
        case LAYOUT_INK_BRIDGE: return "bridge-name";
        case LAYOUT_INK_ADDRESS: return "address";
        case LAYOUT_INK_HOOK: return "hook";
        case LAYOUT_INK_BAD: return "bad";
        case LAYOUT_INK_PENDING:
        case LAYOUT_INK_WARNING: return "warn";
        }
        return NULL;
}

static const char *sign_text(enum layout_sign s)
{
        switch (s) {
        case LAYOUT_SIGN_NONE: return NULL;
        case LAYOUT_SIGN_UP: return "\u25b2";
        case LAYOUT_SIGN_DOWN: return "\u25bc";
        case LAYOUT_SIGN_PIN: return "\u25c6";
        case LAYOUT_SIGN_PENDING: return "\u25f7";
        case LAYOUT_SIGN_WARNING: return "!";
        case LAYOUT_SIGN_CLOSED: return "\u25b8";
        case LAYOUT_SIGN_OPEN: return "\u25be";
        }
        return NULL;
}

/* Its width is said, so that a font of another one changes nothing. */
static void put_span(const struct drawing *d, const struct layout_span *s)
{
        CLEANUP(text_done) struct text words = {0};
        const char *class = s->sign == LAYOUT_SIGN_UP ? "good" : ink_class(s->ink);
        int columns = put_words(&words, s->sign == LAYOUT_SIGN_NONE ? s->text : sign_text(s->sign), s->w);

        if (columns == 0)
                return;
        text_put(d->t, "<text");
        if (class)
                text_putf(d->t, " class=\"%s\"", class);
        text_putf(d->t, " x=\"%d\" y=\"%d\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\">%s</text>\n",
                  MARGIN + s->x * CELL_WIDTH, MARGIN + s->y * CELL_HEIGHT + BASELINE, columns * CELL_WIDTH,
                  text_str(&words));
}

static void put_hook(const struct drawing *d, const struct layout_hook *h)
{
        text_putf(d->t, "<circle class=\"joint\" cx=\"%d\" cy=\"%d\" r=\"3.5\">", middle_x(h->at.x), middle_y(h->at.y));
        if (h->hook != NONE) {
                text_put(d->t, "<title>");
                (void)put_words(d->t, d->p->g->hooks[h->hook].name, 0);
                text_put(d->t, "</title>");
        }
        text_put(d->t, "</circle>\n");
}

/* An invisible plate over the words, which says more when it is pointed at. */
static void put_plate(const struct drawing *d, const struct layout_item *i)
{
        struct layout_rect r = i->focus;

        if (i->object.type == OBJECT_NONE)
                return;
        text_putf(d->t, "<rect class=\"hit\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\">", MARGIN + r.x * CELL_WIDTH,
                  MARGIN + r.y * CELL_HEIGHT, r.w * CELL_WIDTH, r.h * CELL_HEIGHT);
        put_title(d, i);
        text_put(d->t, "</rect>\n");
}

static bool shows_iface(void *context, size_t iface)
{
        const struct pick *p = context;

        return p->ifaces[iface] && pick_is_drawn(p, p->g->ifaces[iface].node);
}

static bool shows_jail(void *context, size_t jail)
{
        const struct pick *p = context;

        return p->jails[jail];
}

void write_svg(struct text *t, const struct pick *p)
{
        struct pick shown = *p;
        struct layout_options o = {
                .level = LAYOUT_FULL,
                .columns = COLUMNS,
                .now_s = clock_wall_s(),
                .shows = shows_iface,
                .shows_jail = shows_jail,
                .context = &shown,
        };
        CLEANUP(layout_freep) struct layout *l = layout_build(p->g, &o, NULL);
        struct drawing d = {t, p, l};
        int w = l->w * CELL_WIDTH + 2 * MARGIN, h = l->h * CELL_HEIGHT + 2 * MARGIN;

        text_putf(t,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%d\" height=\"%d\" "
                  "viewBox=\"0 0 %d %d\">\n<title>",
                  w, h, w, h);
        (void)put_words(t, p->g->jails[0].name, 0);
        text_putf(t, ": %zu jails</title>\n", p->g->jail_count - 1);
        text_put(t, style);
        text_putf(t, "<rect class=\"bg\" width=\"%d\" height=\"%d\"/>\n", w, h);
        for (size_t n = 0; n < l->item_count; n++)
                if (has_frame(&l->items[n]))
                        put_frame(&d, &l->items[n]);
        for (size_t n = 0; n < l->edge_count; n++)
                put_edge(&d, &l->edges[n]);
        for (size_t n = 0; n < l->span_count; n++)
                put_span(&d, &l->spans[n]);
        for (size_t n = 0; n < l->item_count; n++)
                put_plate(&d, &l->items[n]);
        for (size_t n = 0; n < l->hook_count; n++)
                put_hook(&d, &l->hooks[n]);
        text_put(t, "</svg>\n");
}
