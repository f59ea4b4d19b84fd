/* graph_welcome.c - on the empty ground of a host that has no jails yet: what this is, and what to press first. */
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/views/graph_parts.h"

#define GAP     2 /* between the boxes and the words */
#define KEY_W   3
#define MARGINS 2

static const struct {
        const char *key; /* NULL: a sentence of its own */
        const char *words;
} lines[] = {
        {NULL, N_("This is a live picture of the network stacks of this host.")},
        {NULL, N_("A jail is a stack of its own. There is none yet.")},
        {"", ""},
        {"c", N_("create one, with an interface, an address and a bridge")},
        {"I", N_("import jail.conf, rc.conf, ezjail or ngctl files")},
        {":", N_("any command or thing by a few of its letters")},
        {"?", N_("every key; each row of that list can be chosen")},
        {"", ""},
        {NULL, N_("Each change is shown as a plan first; u takes it back.")},
        {NULL, N_("To play: jailnet demo. To learn: man jailnet-tutorial.")},
};

#define LINE_COUNT ((int)ARRAY_SIZE(lines))

static int columns_of_all(void)
{
        int widest = 0;

        for (int n = 0; n < LINE_COUNT; n++) {
                int w = *lines[n].words ? (int)text_columns(_(lines[n].words)) + (lines[n].key ? KEY_W : 0) : 0;

                widest = w > widest ? w : widest;
        }
        return widest;
}

void graph_view_draw_welcome(struct canvas *c, const struct layout *l, struct rect area, const struct ui *u)
{
        int w = columns_of_all();
        struct point below = {area.x + MARGINS, area.y + l->h + 1}, beside = {area.x + l->w + 2 * GAP, area.y + 1}, at;

        if (u->graph->jail_count > 1 || u->filter[0] || u->preview)
                return;
        if (beside.x + w <= area.x + area.w - MARGINS && area.h > LINE_COUNT + 1)
                at = beside;
        else if (below.y + LINE_COUNT <= area.y + area.h && w + 2 * MARGINS <= area.w)
                at = below;
        else
                return;
        for (int n = 0; n < LINE_COUNT; n++) {
                int x = at.x;

                if (lines[n].key) {
                        (void)canvas_text(c, x, at.y + n, KEY_W, STYLE_HINT_KEY, lines[n].key);
                        x += KEY_W;
                }
                if (*lines[n].words)
                        (void)canvas_text(c, x, at.y + n, -1, n == 0 ? STYLE_BOX_TITLE : STYLE_NORMAL,
                                          _(lines[n].words));
        }
}
