/* hints.c - reads hint strings. */
#include "ui/tui/hints.h"

#include <string.h>

#include "core/base/text.h"
#include "ui/tui/keys.h"

bool hint_next(const char **s, struct hint *ret)
{
        const char *p = *s + strspn(*s, " ");
        size_t length = strcspn(p, " ");

        if (length == 0)
                return false;
        *s = p + length;

        /* The key may be a colon itself. */
        const char *colon = memchr(p + 1, ':', length - 1);
        size_t key = colon ? (size_t)(colon - p) : length;
        CLEANUP(freep) char *key_text = xstrndup(p, key);
        CLEANUP(freep) char *word = xstrndup(colon ? colon + 1 : "", colon ? length - key - 1 : 0);

        (void)str_copy(ret->key, sizeof(ret->key), key_text); /* cut is fine */
        (void)str_copy(ret->word, sizeof(ret->word), word);   /* cut is fine */
        for (char *c = ret->word; *c; c++) {
                if (*c == '_')
                        *c = ' ';
        }
        return true;
}

static const struct {
        const char *name;
        uint32_t code;
} names[] = {
        {"Enter", KEYC_ENTER},
        {"Esc", KEYC_ESCAPE},
        {"Tab", KEYC_TAB},
        {"Backspace", KEYC_BACKSPACE},
        {"Delete", KEYC_DELETE},
        {"Insert", KEYC_INSERT},
        {"Up", KEYC_UP},
        {"Down", KEYC_DOWN},
        {"Left", KEYC_LEFT},
        {"Right", KEYC_RIGHT},
        {"Home", KEYC_HOME},
        {"End", KEYC_END},
        {"PageUp", KEYC_PAGE_UP},
        {"PageDown", KEYC_PAGE_DOWN},
        {"F1", KEYC_F1},
        {"F2", KEYC_F2},
        {"F3", KEYC_F3},
        {"F4", KEYC_F4},
        {"F5", KEYC_F5},
        {"F6", KEYC_F6},
        {"F7", KEYC_F7},
        {"F8", KEYC_F8},
        {"F9", KEYC_F9},
        {"F10", KEYC_F10},
        {"F11", KEYC_F11},
        {"F12", KEYC_F12},
        {"Ctrl-Space", KEYC_CTRL_SPACE},
        {"Ctrl-A", KEYC_CTRL_A},
        {"Ctrl-E", KEYC_CTRL_E},
        {"Ctrl-K", KEYC_CTRL_K},
        {"Ctrl-L", KEYC_CTRL_L},
        {"Ctrl-N", KEYC_CTRL_N},
        {"Ctrl-P", KEYC_CTRL_P},
        {"Ctrl-R", KEYC_CTRL_R},
        {"Ctrl-U", KEYC_CTRL_U},
        {"Ctrl-W", KEYC_CTRL_W},
        {"Space", ' '},
        {"Colon", ':'},
        {"Semicolon", ';'},
        {"Hash", '#'},
        {"Equals", '='},
};

uint32_t hint_code(const char *key)
{
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                if (strcmp(names[i].name, key) == 0)
                        return names[i].code;
        }
        return key[0] && !key[1] ? (uint32_t)(unsigned char)key[0] : 0;
}

void hint_put_key(struct text *t, uint32_t code)
{
        char buf[5];

        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                if (names[i].code == code && (code >= KEY_CODE_BASE || code == ' ')) {
                        text_put(t, names[i].name);
                        return;
                }
        }
        if (code > ' ' && code < KEY_CODE_BASE)
                text_put_n(t, buf, utf8_encode(code, buf));
}

const char *hint_key_name(size_t n)
{
        return n < ARRAY_SIZE(names) ? names[n].name : NULL;
}
