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

#include "core/base/text.h"
#include "ui/tui/commands.h"
#include "ui/tui/term_curses.h"
#include "ui/tui/term_keys.h"
#include "ui/tui/term_restore.h"

#define COPY_MAX  74000 /* bytes that terminals take at once */
#define ESCAPE_MS 25    /* how long the bytes of one key may be apart */

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
        enum theme theme;
        bool has_own_colors; /* a cell may have the terminal's own */
        enum theme_depth depth;
        struct canvas *shown; /* what was put last */
        bool has_mouse;
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

static void init_pairs(void)
{
        for (int s = 0; s < STYLE_COUNT && term.depth != THEME_MONO; s++) {
                const struct look *l = theme_look(term.theme, term.depth, (enum style)s);
                short fore = l->foreground < 0 && !term.has_own_colors ? COLOR_WHITE : l->foreground;
                short back = l->background < 0 && !term.has_own_colors ? COLOR_BLACK : l->background;

                (void)init_pair((short)(s + 1), fore, back); /* without it the text is plain */
        }
}

void term_set_theme(enum theme theme)
{
        term.theme = theme;
        init_pairs();
        term_redraw();
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

        term.has_own_colors = use_default_colors() != ERR;
        init_pairs();
}

attr_t term_attr(enum style s)
{
        const struct look *l = theme_look(term.theme, term.depth, s);
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

        if (capability("kmous")) {
                (void)fputs(term.has_mouse ? DRAG_ON : DRAG_OFF, term.out);
                (void)fflush(term.out);
        }
}

bool term_has_mouse(void)
{
        return term.has_mouse;
}

int term_init(bool use_ascii, bool no_color, enum theme theme, struct err *e)
{
        const char *name = getenv("TERM");

        if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
                return err_set(e, -ENOTTY, "console: needs a terminal; jailnet show prints the picture");
        const char *codeset = nl_langinfo(CODESET);

        term.is_ascii = use_ascii || strcmp(codeset, "UTF-8") != 0;
        term.theme = theme;
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
        term_keys_init(term.input);
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

const char *term_ellipsis(void)
{
        return term.is_ascii || term.is_console ? "~" : "\u2026";
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
        case 0x2581:
        case 0x2582: return '_'; /* bars: of their eighths that font has a half and the whole */
        case 0x2583:
        case 0x2585: return 0x2584;
        case 0x2586:
        case 0x2587: return 0x2588;
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

void term_copy(const char *text)
{
        CLEANUP(text_done) struct text t = {0};
        size_t length = strlen(text);

        if (term.is_console) /* has no clipboard, and would show the sequence as letters */
                return;
        /* Terminals drop a longer one whole. One that does not know the sequence leaves it out, by ECMA-48's rule. */
        base64_put(&t, text, length < COPY_MAX ? length : COPY_MAX);
        (void)fprintf(term.out, "\033]52;c;%s\007", text_str(&t)); /* the terminal may be gone: the loop will hear */
        (void)fflush(term.out);
}

void term_bell(void)
{
        (void)beep();
}
