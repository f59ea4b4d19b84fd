/* keys.h - one key press or mouse event, as term.c reads it from the terminal. */
#ifndef UI_TUI_KEYS_H
#define UI_TUI_KEYS_H

#include <stdbool.h>
#include <stdint.h>

enum key_code {
        KEY_NONE_ = 0,
        /* Printable keys are their code point. Control keys: */
        KEY_CODE_BASE = 0x200000,
        KEYC_UP,
        KEYC_DOWN,
        KEYC_LEFT,
        KEYC_RIGHT,
        KEYC_HOME,
        KEYC_END,
        KEYC_PAGE_UP,
        KEYC_PAGE_DOWN,
        KEYC_ENTER,
        KEYC_ESCAPE,
        KEYC_TAB,
        KEYC_BACKTAB,
        KEYC_BACKSPACE,
        KEYC_DELETE,
        KEYC_INSERT,
        KEYC_F1,
        KEYC_F2,
        KEYC_F3,
        KEYC_F4,
        KEYC_F5,
        KEYC_F6,
        KEYC_F7,
        KEYC_F8,
        KEYC_F9,
        KEYC_F10,
        KEYC_MOUSE, /* x, y and the fields below */
        KEYC_RESIZE,
        KEYC_CTRL_C,
        KEYC_CTRL_L,
        KEYC_CTRL_N,
        KEYC_CTRL_P,
        KEYC_CTRL_R,
        KEYC_CTRL_U,
        KEYC_CTRL_W,
        KEYC_CTRL_Z,
        KEYC_CTRL_A,
        KEYC_CTRL_E,
        KEYC_CTRL_K,
        KEYC_CTRL_SPACE,
        KEYC_F11,
        KEYC_F12,
        KEYC_SHIFT_UP,
        KEYC_SHIFT_DOWN,
        KEYC_SHIFT_LEFT,
        KEYC_SHIFT_RIGHT,
};

struct key {
        uint32_t code;
        int x, y; /* mouse: screen cell */
        bool is_press, is_double, is_wheel_up, is_wheel_down, is_right_button, is_drag, is_release;
};

#endif
