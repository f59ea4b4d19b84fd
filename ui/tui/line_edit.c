/* line_edit.c - typing, moving and deleting by whole characters. */
#include "ui/tui/line_edit.h"

#include <string.h>

#include "core/base/text.h"

void line_edit_set(struct line_edit *l, const char *text)
{
        (void)str_copy(l->text, sizeof(l->text), text); /* cut is fine: nobody types so much */
        l->cursor = strlen(l->text);
}

static size_t before(const struct line_edit *l, size_t at)
{
        while (at > 0 && ((unsigned char)l->text[--at] & 0xc0) == 0x80)
                ;
        return at;
}

static size_t after(const struct line_edit *l, size_t at)
{
        if (l->text[at])
                at++;
        while (((unsigned char)l->text[at] & 0xc0) == 0x80)
                at++;
        return at;
}

static void cut(struct line_edit *l, size_t from, size_t to)
{
        memmove(l->text + from, l->text + to, strlen(l->text + to) + 1);
        l->cursor = from;
}

static void insert(struct line_edit *l, uint32_t code)
{
        char utf8[5];
        size_t length = strlen(l->text), more = utf8_encode(code, utf8);

        if (length + more >= sizeof(l->text))
                return;
        memmove(l->text + l->cursor + more, l->text + l->cursor, length - l->cursor + 1);
        memcpy(l->text + l->cursor, utf8, more);
        l->cursor += more;
}

static size_t word_start(const struct line_edit *l)
{
        size_t at = l->cursor;

        while (at > 0 && l->text[at - 1] == ' ')
                at--;
        while (at > 0 && l->text[at - 1] != ' ')
                at--;
        return at;
}

bool line_edit_key(struct line_edit *l, const struct key *k)
{
        switch (k->code) {
        case KEYC_LEFT: l->cursor = before(l, l->cursor); return true;
        case KEYC_RIGHT: l->cursor = after(l, l->cursor); return true;
        case KEYC_HOME:
        case KEYC_CTRL_A: l->cursor = 0; return true;
        case KEYC_END:
        case KEYC_CTRL_E: l->cursor = strlen(l->text); return true;
        case KEYC_BACKSPACE: cut(l, before(l, l->cursor), l->cursor); return true;
        case KEYC_DELETE: cut(l, l->cursor, after(l, l->cursor)); return true;
        case KEYC_CTRL_W: cut(l, word_start(l), l->cursor); return true;
        case KEYC_CTRL_U: cut(l, 0, l->cursor); return true;
        case KEYC_CTRL_K: l->text[l->cursor] = '\0'; return true;
        default: break;
        }
        if (k->code < ' ' || k->code >= KEY_CODE_BASE || k->code == 0x7f)
                return false;
        insert(l, k->code);
        return true;
}

int line_edit_draw(const struct line_edit *l, struct canvas *c, int x, int y, int width, enum style s)
{
        CLEANUP(freep) char *head = xstrndup(l->text, l->cursor);
        size_t from = 0;

        canvas_fill(c, (struct rect){x, y, width, 1}, ' ', s);
        while (head[from] && (int)text_columns(head + from) >= width)
                from = after(l, from);
        (void)canvas_text(c, x, y, width, s, l->text + from);
        return x + (int)text_columns(head + from);
}
