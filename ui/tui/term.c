/* term.c - the screen and the keyboard, by curses; signals and the way out of a crash are term_restore.c's. */
#include "ui/tui/term.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <panel.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "ui/tui/term_curses.h"
#include "ui/tui/term_restore.h"
#include "ui/tui/theme.h"

#define ESCAPE_MS       25 /* how long the bytes of one key may be apart */
#define DOUBLE_CLICK_MS 400

/* Reports of the mouse while a button is held: what curses asks of the terminal leaves them out. */
#define DRAG_ON  "\033[?1002h"
#define DRAG_OFF "\033[?1002l"

static struct {
        SCREEN *screen;
        FILE *out;
        WINDOW *input; /* a pad: reading from it never draws anything */
        int signal_fd, stray_fd;
        int saved[2]; /* what descriptors 1 and 2 were */
        int stray_write;
        bool is_ascii;
        bool is_console; /* the kernel's own terminal: few characters in its font */
        enum theme_depth depth;
        struct canvas *shown; /* what was put last */
        bool has_mouse, is_button_down;
        int64_t click_ms;
        int click_x, click_y;
        int cursor_x, cursor_y; /* x < 0: hidden */
} term = {.signal_fd = -1, .stray_fd = -1, .saved = {-1, -1}, .stray_write = -1};

/* -- What others write ------------------------------------------------------------------------------------------- */

static void stray_begin(void)
{
        for (int i = 0; i < 2; i++)
                (void)dup2(term.stray_write, i + 1); /* at worst they stay as they are */
}

static void stray_end(void)
{
        (void)fflush(stdout);
        for (int i = 0; i < 2; i++) {
                if (term.saved[i] >= 0)
                        (void)dup2(term.saved[i], i + 1);
        }
}

static int stray_init(struct err *e)
{
        int fds[2];

        if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
                return err_set(e, -errno, "console: no pipe for stray output");
        term.stray_fd = fds[0];
        term.stray_write = fds[1];
        for (int i = 0; i < 2; i++)
                term.saved[i] = fcntl(i + 1, F_DUPFD_CLOEXEC, 3);
        stray_begin();
        return 0;
}

int term_stray_fd(void)
{
        return term.stray_fd;
}

bool term_read_stray(char *buf, size_t size)
{
        char part[512];
        bool has_line = false;

        for (;;) {
                ssize_t n = read(term.stray_fd, part, sizeof(part) - 1);

                if (n <= 0)
                        return has_line;
                part[n] = '\0';
                for (char *save = NULL, *line = strtok_r(part, "\r\n", &save); line;
                     line = strtok_r(NULL, "\r\n", &save)) {
                        (void)str_copy(buf, size, line); /* cut is fine */
                        has_line = true;
                }
        }
}

/* -- Begin and end ----------------------------------------------------------------------------------------------- */

/* A capability of the terminal; NULL when it has none of that name. */
static const char *capability(const char *name)
{
        const char *value = tigetstr(name);

        return (intptr_t)value == -1 ? NULL : value; /* -1: not a string */
}

static void add_capability(const char *name)
{
        const char *value = capability(name);

        if (value)
                term_restore_add(value);
}

/* What a crash sends: no mouse, no keypad mode, plain attributes, the cursor, the user's own screen. */
static void prepare_restore(void)
{
        if (term.has_mouse)
                term_restore_add("\033[?1002l\033[?1006l\033[?1000l");
        add_capability("rmkx");
        add_capability("sgr0");
        add_capability("op");
        add_capability("cnorm");
        add_capability("rmcup");
        term_restore_arm(true);
}

static void init_colors(bool no_color)
{
        const char *wish = getenv("NO_COLOR");

        if (wish && *wish)
                no_color = true;
        term.depth = THEME_MONO;
        if (no_color || !has_colors() || start_color() == ERR)
                return;
        term.depth = theme_choose(COLORS, no_color);

        bool has_own = use_default_colors() != ERR;

        for (int s = 0; s < STYLE_COUNT; s++) {
                const struct look *l = theme_look(term.depth, (enum style)s);
                short fore = l->foreground < 0 && !has_own ? COLOR_WHITE : l->foreground;
                short back = l->background < 0 && !has_own ? COLOR_BLACK : l->background;

                (void)init_pair((short)(s + 1), fore, back); /* without it the text is plain */
        }
}

attr_t term_attr(enum style s)
{
        const struct look *l = theme_look(term.depth, s);
        attr_t a = 0;

        if (l->attributes & LOOK_BOLD)
                a |= A_BOLD;
        if (l->attributes & LOOK_DIM)
                a |= A_DIM;
        if (l->attributes & LOOK_UNDERLINE)
                a |= A_UNDERLINE;
        if (l->attributes & LOOK_REVERSE)
                a |= A_REVERSE;
        if (term.depth != THEME_MONO)
                a |= (attr_t)COLOR_PAIR(s + 1);
        return a;
}

void term_mouse(bool on)
{
        mmask_t got = mousemask(on ? ALL_MOUSE_EVENTS | REPORT_MOUSE_POSITION : 0, NULL);

        mouseinterval(0); /* clicks are told apart here: waiting for them would hold up every press */
        term.has_mouse = on && got != 0;
        term.is_button_down = false;

        if (capability("kmous")) {
                (void)fputs(term.has_mouse ? DRAG_ON : DRAG_OFF, term.out);
                (void)fflush(term.out);
        }
}

bool term_has_mouse(void)
{
        return term.has_mouse;
}

int term_init(bool use_ascii, bool no_color, struct err *e)
{
        const char *name = getenv("TERM");

        if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
                return err_set(e, -ENOTTY, "console: needs a terminal; jailnet show prints the picture");
        const char *codeset = nl_langinfo(CODESET);

        term.is_ascii = use_ascii || strcmp(codeset, "UTF-8") != 0;
        term.is_console = name && strcmp(name, "linux") == 0;
        term_restore_prepare(STDIN_FILENO);

        int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);

        if (fd < 0)
                return err_set(e, -errno, "console: no descriptor for the terminal");
        term.out = fdopen(fd, "w");
        if (!term.out) {
                close(fd);
                return err_set(e, -errno, "console: no stream for the terminal");
        }

        int r = term_signals_init(&term.signal_fd);

        if (r < 0)
                return err_set(e, r, "console: no pipe for signals");
        term.screen = newterm(NULL, term.out, stdin);
        if (!term.screen) {
                term_done();
                return err_set(e, -ENOTSUP, "console: unknown terminal '%s'; set TERM, for example to xterm",
                               name ? name : "");
        }
        term.cursor_x = -1;
        (void)set_term(term.screen);
        r = stray_init(e);
        if (r < 0) {
                term_done();
                return r;
        }
        raw();
        noecho();
        nonl();
        set_escdelay(ESCAPE_MS);
        curs_set(0);
        term.input = newpad(1, 1);
        if (!term.input) {
                term_done();
                return err_set(e, -ENOMEM, "console: no window to read keys from");
        }
        keypad(term.input, TRUE);
        nodelay(term.input, TRUE);
        term_mouse(true);
        init_colors(no_color);
        prepare_restore();
        alloc_on_exhaustion(term_restore_now);
        return 0;
}

void term_done(void)
{
        if (!term.out)
                return;
        term_restore_arm(false);
        alloc_on_exhaustion(NULL);
        if (term.screen) {
                term_mouse(false);
                if (term.input)
                        delwin(term.input);
                endwin();
                /* Not delscreen: the panel library keeps memory in the screen that nobody can free then. */
        }
        stray_end();
        for (int i = 0; i < 2; i++)
                closep(&term.saved[i]);
        closep(&term.stray_fd);
        closep(&term.stray_write);
        term_signals_done();
        (void)fclose(term.out);
        canvas_free(term.shown);
        memset(&term, 0, sizeof(term));
        term.signal_fd = term.stray_fd = term.stray_write = term.saved[0] = term.saved[1] = -1;
}

bool term_is_ascii(void)
{
        return term.is_ascii;
}

int term_width(void)
{
        return COLS;
}

int term_height(void)
{
        return LINES;
}

/* -- Signals ----------------------------------------------------------------------------------------------------- */

int term_signal_fd(void)
{
        return term.signal_fd;
}

enum term_event term_read_signal(void)
{
        uint8_t byte;

        return read(term.signal_fd, &byte, 1) == 1 ? (enum term_event)byte : TERM_EVENT_NONE;
}

int term_quit_signal(void)
{
        return term_signals_quit();
}

void term_resize(void)
{
        struct winsize size;

        if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
                (void)resizeterm(size.ws_row, size.ws_col); /* at worst it draws in the old size */
        term_redraw();
}

void term_redraw(void)
{
        canvas_free(term.shown);
        term.shown = NULL;
        clearok(curscr, TRUE);
}

void term_suspend(void)
{
        struct sigaction handler;
        const struct sigaction ignore = {.sa_handler = SIG_IGN}, stop = {.sa_handler = SIG_DFL};
        bool has_mouse = term.has_mouse;

        term_mouse(false);
        endwin();
        stray_end();
        term_restore_arm(false);

        /* First the others of the group, as the terminal would; then this very thread, so that it goes no further. */
        (void)sigaction(SIGTSTP, &ignore, &handler);
        (void)kill(0, SIGTSTP);
        (void)sigaction(SIGTSTP, &stop, NULL);
        (void)raise(SIGTSTP);
        (void)sigaction(SIGTSTP, &handler, NULL);

        stray_begin();
        term_restore_arm(true);
        term_mouse(has_mouse);
        curs_set(0);
        term_resize();
}

/* -- Keys -------------------------------------------------------------------------------------------------------- */

int term_input_fd(void)
{
        return STDIN_FILENO;
}

static bool read_mouse(struct key *ret)
{
        MEVENT m;

        if (getmouse(&m) == ERR)
                return false;
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
                ret->is_double = !ret->is_right_button && now - term.click_ms < DOUBLE_CLICK_MS &&
                        term.click_x == m.x && term.click_y == m.y;
                term.click_ms = ret->is_double ? 0 : now;
                term.click_x = m.x;
                term.click_y = m.y;
                term.is_button_down = (m.bstate & (BUTTON1_PRESSED | BUTTON3_PRESSED)) != 0;
                return true;
        }
        if (m.bstate & (BUTTON1_RELEASED | BUTTON3_RELEASED)) {
                ret->is_release = true;
                term.is_button_down = false;
                return true;
        }
        ret->is_drag = term.is_button_down && (m.bstate & REPORT_MOUSE_POSITION);
        return ret->is_drag;
}

static uint32_t code_of_curses(wint_t c)
{
        static const struct {
                int curses;
                uint32_t code;
        } keys[] = {
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

        for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
                if (keys[i].curses == (int)c)
                        return keys[i].code;
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

        while (wget_wch(term.input, &c) == OK) {
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

        if (wget_wch(term.input, &c) != OK)
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
                int r = wget_wch(term.input, &c);

                if (r == ERR)
                        return false;
                *ret = (struct key){0};
                if (r == KEY_CODE_YES && c == KEY_MOUSE) {
                        if (read_mouse(ret))
                                return true;
                        continue;
                }
                ret->code = r == KEY_CODE_YES ? code_of_curses(c) : code_of_control(c);
                if (ret->code == KEYC_ESCAPE)
                        ret->code = read_escape();
                if (ret->code != KEY_NONE_)
                        return true;
        }
}

/* -- Drawing ----------------------------------------------------------------------------------------------------- */

/* The Linux console's font has what code page 437 had; for the rest of our own signs a plain letter stands in. */
static uint32_t console_char(uint32_t ch)
{
        switch (ch) {
        case 0x25cf: return 'o';
        case 0x25c6: return '*';
        case 0x25f7: return '%';
        case 0x2713: return 0x221a;
        case 0x2717: return 'x';
        case 0x2026: return '~';
        default: return ch;
        }
}

static void put_cell(WINDOW *w, int x, int y, struct cell cell)
{
        wchar_t text[4] = {0};
        cchar_t out;
        attr_t attr = term_attr((enum style)cell.style);

        if (term.is_console) { /* no heavy lines either: bit 0 of each weight is LINE_HEAVY */
                cell.weight &= 0xaa;
                cell.c = console_char(cell.c);
        }
        text[0] = (wchar_t)cell_char(&cell, term.is_ascii);
        if (text[0] == 0)
                return;
        for (size_t i = 0; i < ARRAY_SIZE(cell.combining) && cell.combining[i]; i++)
                text[i + 1] = (wchar_t)cell.combining[i];
        if (cell.is_reverse) /* one bar in one colour, whatever lies under it */
                attr = term_attr(STYLE_SELECTED);
        if (setcchar(&out, text, attr & ~A_COLOR, (short)PAIR_NUMBER((int)attr), NULL) == OK)
                (void)mvwadd_wch(w, y, x, &out); /* the last cell of a screen says ERR, though it is drawn */
}

void term_put(const struct canvas *c)
{
        bool is_same_size = term.shown && term.shown->w == c->w && term.shown->h == c->h;

        if (!is_same_size) {
                canvas_free(term.shown);
                term.shown = canvas_new(c->w, c->h, c->is_ascii);
                werase(stdscr);
        }
        for (int y = 0; y < c->h; y++) {
                for (int x = 0; x < c->w; x++) {
                        size_t at = (size_t)y * (size_t)c->w + (size_t)x;

                        if (is_same_size && memcmp(&term.shown->cells[at], &c->cells[at], sizeof(struct cell)) == 0)
                                continue;
                        term.shown->cells[at] = c->cells[at];
                        put_cell(stdscr, x, y, c->cells[at]);
                }
        }
}

void term_put_window(WINDOW *w, const struct canvas *c, struct rect hole)
{
        for (int y = 0; y < c->h; y++) {
                for (int x = 0; x < c->w; x++) {
                        if (!rect_has(hole, x, y))
                                put_cell(w, x, y, c->cells[(size_t)y * (size_t)c->w + (size_t)x]);
                }
        }
}

void term_cursor(int x, int y)
{
        term.cursor_x = x;
        term.cursor_y = y;
}

void term_flush(void)
{
        (void)wnoutrefresh(stdscr); /* update_panels leaves it out as long as there was no panel */
        update_panels();
        curs_set(term.cursor_x >= 0);
        if (term.cursor_x >= 0)
                setsyx(term.cursor_y, term.cursor_x);
        doupdate();
}

void term_bell(void)
{
        (void)beep();
}
