/* term_keys.c - keys and the mouse, as curses tells them, and the sequences that terminfo does not know. */
#include "ui/tui/term_keys.h"

#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "ui/tui/term.h"

#define DOUBLE_CLICK_MS 400
#define EVENTS_MAX      8 /* that curses keeps */

static struct {
        WINDOW *input;
        bool is_button_down;
        int64_t click_ms;
        int click_x, click_y;
        MEVENT events[EVENTS_MAX]; /* of the mouse, the newest first */
        size_t event_count;
} keys;

void term_keys_init(WINDOW *input)
{
        keys.input = input;
        keys.is_button_down = false;
        keys.click_ms = 0;
        keys.event_count = 0;
}

int term_input_fd(void)
{
        return STDIN_FILENO;
}

/* Events that come together, as over a slow line, are one KEY_MOUSE of curses, and the last is told first. */
static void read_mouse(void)
{
        while (keys.event_count < EVENTS_MAX && getmouse(&keys.events[keys.event_count]) == OK)
                keys.event_count++;
}

static bool take_mouse(struct key *ret)
{
        MEVENT m = keys.events[--keys.event_count];

        *ret = (struct key){.code = KEYC_MOUSE, .x = m.x, .y = m.y};
        if (m.bstate & BUTTON4_PRESSED) {
                ret->is_wheel_up = true;
                return true;
        }
        if (m.bstate & BUTTON5_PRESSED) {
                ret->is_wheel_down = true;
                return true;
        }
        if (m.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON3_PRESSED | BUTTON3_CLICKED)) {
                int64_t now = clock_now_ms();

                ret->is_press = true;
                ret->is_right_button = (m.bstate & (BUTTON3_PRESSED | BUTTON3_CLICKED)) != 0;
                ret->is_double = !ret->is_right_button && now - keys.click_ms < DOUBLE_CLICK_MS &&
                        keys.click_x == m.x && keys.click_y == m.y;
                keys.click_ms = ret->is_double ? 0 : now;
                keys.click_x = m.x;
                keys.click_y = m.y;
                keys.is_button_down = (m.bstate & (BUTTON1_PRESSED | BUTTON3_PRESSED)) != 0;
                return true;
        }
        if (m.bstate & (BUTTON1_RELEASED | BUTTON3_RELEASED)) {
                ret->is_release = true;
                keys.is_button_down = false;
                return true;
        }
        ret->is_drag = keys.is_button_down && (m.bstate & REPORT_MOUSE_POSITION);
        return ret->is_drag;
}

static uint32_t code_of_curses(wint_t c)
{
        static const struct {
                int curses;
                uint32_t code;
        } known[] = {
                {KEY_UP, KEYC_UP},
                {KEY_DOWN, KEYC_DOWN},
                {KEY_LEFT, KEYC_LEFT},
                {KEY_RIGHT, KEYC_RIGHT},
                {KEY_SR, KEYC_SHIFT_UP},
                {KEY_SF, KEYC_SHIFT_DOWN},
                {KEY_SLEFT, KEYC_SHIFT_LEFT},
                {KEY_SRIGHT, KEYC_SHIFT_RIGHT},
                {KEY_HOME, KEYC_HOME},
                {KEY_FIND, KEYC_HOME},
                {KEY_END, KEYC_END},
                {KEY_SELECT, KEYC_END},
                {KEY_PPAGE, KEYC_PAGE_UP},
                {KEY_NPAGE, KEYC_PAGE_DOWN},
                {KEY_ENTER, KEYC_ENTER},
                {KEY_BTAB, KEYC_BACKTAB},
                {KEY_BACKSPACE, KEYC_BACKSPACE},
                {KEY_DC, KEYC_DELETE},
                {KEY_IC, KEYC_INSERT},
        };

        for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
                if (known[i].curses == (int)c)
                        return known[i].code;
        }
        if (c >= (wint_t)KEY_F(1) && c <= (wint_t)KEY_F(10))
                return KEYC_F1 + (uint32_t)(c - (wint_t)KEY_F(1));
        if (c == (wint_t)KEY_F(11) || c == (wint_t)KEY_F(12))
                return KEYC_F11 + (uint32_t)(c - (wint_t)KEY_F(11));
        return KEY_NONE_;
}

static uint32_t code_of_control(wint_t c)
{
        switch (c) {
        case 0: return KEYC_CTRL_SPACE;
        case '\r':
        case '\n': return KEYC_ENTER;
        case '\t': return KEYC_TAB;
        case 27: return KEYC_ESCAPE;
        case 8:
        case 127: return KEYC_BACKSPACE;
        case 'A' & 31: return KEYC_CTRL_A;
        case 'C' & 31: return KEYC_CTRL_C;
        case 'E' & 31: return KEYC_CTRL_E;
        case 'K' & 31: return KEYC_CTRL_K;
        case 'L' & 31: return KEYC_CTRL_L;
        case 'N' & 31: return KEYC_CTRL_N;
        case 'P' & 31: return KEYC_CTRL_P;
        case 'R' & 31: return KEYC_CTRL_R;
        case 'U' & 31: return KEYC_CTRL_U;
        case 'W' & 31: return KEYC_CTRL_W;
        case 'Z' & 31: return KEYC_CTRL_Z;
        default: return c < 32 || (c >= 0x80 && c < 0xa0) ? (uint32_t)KEY_NONE_ : (uint32_t)c;
        }
}

/*
 * The rest of a sequence that terminfo does not tell (a TERM that is not the terminal's own): its key, or none, but
 * never its letters as if they had been typed.
 */
static uint32_t read_sequence(bool has_bracket)
{
        static const struct {
                unsigned number;
                uint32_t code;
        } numbered[] = {
                {1, KEYC_HOME},      {2, KEYC_INSERT}, {3, KEYC_DELETE}, {4, KEYC_END},  {5, KEYC_PAGE_UP},
                {6, KEYC_PAGE_DOWN}, {7, KEYC_HOME},   {8, KEYC_END},    {11, KEYC_F1},  {12, KEYC_F2},
                {13, KEYC_F3},       {14, KEYC_F4},    {15, KEYC_F5},    {17, KEYC_F6},  {18, KEYC_F7},
                {19, KEYC_F8},       {20, KEYC_F9},    {21, KEYC_F10},   {23, KEYC_F11}, {24, KEYC_F12},
        };
        unsigned number = 0;
        bool is_first = true; /* of the numbers between semicolons: the others are modifiers */
        wint_t c;

        while (wget_wch(keys.input, &c) == OK) {
                if (c >= '0' && c <= '9') {
                        if (is_first && number < 1000)
                                number = number * 10 + (unsigned)(c - '0');
                        continue;
                }
                if (c < 0x40) {
                        is_first = false;
                        continue;
                }
                switch (c) {
                case 'A': return is_first ? (uint32_t)KEYC_UP : (uint32_t)KEYC_SHIFT_UP; /* or control */
                case 'B': return is_first ? (uint32_t)KEYC_DOWN : (uint32_t)KEYC_SHIFT_DOWN;
                case 'C': return is_first ? (uint32_t)KEYC_RIGHT : (uint32_t)KEYC_SHIFT_RIGHT;
                case 'D': return is_first ? (uint32_t)KEYC_LEFT : (uint32_t)KEYC_SHIFT_LEFT;
                case 'H': return KEYC_HOME;
                case 'F': return KEYC_END;
                case 'Z': return KEYC_BACKTAB;
                case 'P':
                case 'Q':
                case 'R':
                case 'S': return has_bracket ? (uint32_t)KEY_NONE_ : KEYC_F1 + (uint32_t)(c - 'P');
                default: break;
                }
                for (size_t i = 0; c == '~' && i < ARRAY_SIZE(numbered); i++) {
                        if (numbered[i].number == number)
                                return numbered[i].code;
                }
                return KEY_NONE_;
        }
        return KEY_NONE_;
}

/* What came right behind an Escape belongs to it; a letter (Alt) is left to be the next key. */
static uint32_t read_escape(void)
{
        wint_t c;

        if (wget_wch(keys.input, &c) != OK)
                return KEYC_ESCAPE;
        if (c == '[' || c == 'O')
                return read_sequence(c == '[');
        (void)unget_wch((wchar_t)c); /* at worst that key is lost */
        return KEYC_ESCAPE;
}

bool term_read_key(struct key *ret)
{
        for (;;) {
                wint_t c;
                int r;

                while (keys.event_count)
                        if (take_mouse(ret))
                                return true;
                r = wget_wch(keys.input, &c);

                if (r == ERR)
                        return false;
                *ret = (struct key){0};
                if (r == KEY_CODE_YES && c == KEY_MOUSE) {
                        read_mouse();
                        continue;
                }
                ret->code = r == KEY_CODE_YES ? code_of_curses(c) : code_of_control(c);
                if (ret->code == KEYC_ESCAPE)
                        ret->code = read_escape();
                if (ret->code != KEY_NONE_)
                        return true;
        }
}
