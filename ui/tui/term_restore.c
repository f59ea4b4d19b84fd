/*
 * term_restore.c - signal handlers of the console, and the way out of its screen that is safe inside them.
 */
#include "ui/tui/term_restore.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "ui/tui/term.h"

static struct {
        int fd;
        struct termios settings;
        bool has_settings;
        char bytes[512];
        size_t length;
        volatile sig_atomic_t is_armed;
} restore = {.fd = -1};

static struct {
        int pipe[2];
        volatile sig_atomic_t quit;
} signals = {.pipe = {-1, -1}};

static const int crash_signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS};
static const int quit_signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
static const int screen_signals[] = {SIGWINCH, SIGTSTP, SIGCONT};

/* One saved action a signal, in the order of the three tables. */
static struct sigaction saved[ARRAY_SIZE(crash_signals) + ARRAY_SIZE(quit_signals) + ARRAY_SIZE(screen_signals) + 1];

void term_restore_prepare(int tty_fd)
{
        restore.fd = tty_fd;
        restore.length = 0;
        restore.has_settings = tcgetattr(tty_fd, &restore.settings) == 0;
}

void term_restore_add(const char *sequence)
{
        size_t length = strlen(sequence);

        if (length >= sizeof(restore.bytes) - restore.length)
                return;
        memcpy(restore.bytes + restore.length, sequence, length);
        restore.length += length;
}

void term_restore_arm(bool on)
{
        restore.is_armed = on;
}

void term_restore_now(void)
{
        int saved_errno = errno;

        if (!restore.is_armed || restore.fd < 0)
                return;
        restore.is_armed = 0;
        for (size_t sent = 0; sent < restore.length;) {
                ssize_t n = write(restore.fd, restore.bytes + sent, restore.length - sent);

                if (n <= 0)
                        break;
                sent += (size_t)n;
        }
        if (restore.has_settings)
                (void)tcsetattr(restore.fd, TCSANOW, &restore.settings); /* nothing to be done when it fails */
        errno = saved_errno;
}

static void die_of(int signal_number)
{
        struct sigaction plain = {.sa_handler = SIG_DFL};
        sigset_t set;

        term_restore_now();
        (void)sigaction(signal_number, &plain, NULL); /* can't fail for these signals */
        sigemptyset(&set);
        sigaddset(&set, signal_number);
        (void)raise(signal_number);
        (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL); /* it is blocked inside its own handler */
        _exit(128 + signal_number); /* the first process of a PID namespace outlives its own signals */
}

static void on_crash(int signal_number)
{
        die_of(signal_number);
}

static void report(enum term_event event)
{
        int saved_errno = errno;
        uint8_t byte = (uint8_t)event;
        /* A full pipe has unread events in it already. */
        ssize_t ignored = write(signals.pipe[1], &byte, 1);

        (void)ignored;
        errno = saved_errno;
}

static void on_quit(int signal_number)
{
        if (signals.quit) {
                die_of(signal_number);
                return;
        }
        signals.quit = signal_number;
        report(TERM_EVENT_QUIT);
}

static void on_screen(int signal_number)
{
        /* After SIGCONT without our own stop (SIGSTOP from elsewhere) the screen may have been written over. */
        report(signal_number == SIGTSTP ? TERM_EVENT_STOP : TERM_EVENT_RESIZE);
}

static void take(const int *numbers, size_t count, void (*handler)(int), int flags, struct sigaction *old)
{
        for (size_t i = 0; i < count; i++) {
                struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

                sigfillset(&action.sa_mask);
                (void)sigaction(numbers[i], &action, &old[i]); /* can't fail for these signals */
        }
}

static void give_back(const int *numbers, size_t count, const struct sigaction *old)
{
        for (size_t i = 0; i < count; i++)
                (void)sigaction(numbers[i], &old[i], NULL);
}

int term_signals_init(int *ret_fd)
{
        static char stack[64 * 1024]; /* a stack overflow leaves none for its handler */
        const stack_t own = {.ss_sp = stack, .ss_size = sizeof(stack)};
        const struct sigaction ignore = {.sa_handler = SIG_IGN};

        if (pipe2(signals.pipe, O_CLOEXEC | O_NONBLOCK) < 0)
                return -errno;
        signals.quit = 0;
        (void)sigaltstack(&own, NULL); /* without it only stack overflows leave the terminal as it was */

        struct sigaction *old = saved;

        take(crash_signals, ARRAY_SIZE(crash_signals), on_crash, (int)(SA_ONSTACK | SA_RESETHAND), old);
        old += ARRAY_SIZE(crash_signals);
        take(quit_signals, ARRAY_SIZE(quit_signals), on_quit, SA_RESTART, old);
        old += ARRAY_SIZE(quit_signals);
        take(screen_signals, ARRAY_SIZE(screen_signals), on_screen, SA_RESTART, old);
        old += ARRAY_SIZE(screen_signals);
        (void)sigaction(SIGPIPE, &ignore, old);
        *ret_fd = signals.pipe[0];
        return 0;
}

void term_signals_done(void)
{
        const struct sigaction *old = saved;

        if (signals.pipe[0] < 0)
                return;
        give_back(crash_signals, ARRAY_SIZE(crash_signals), old);
        old += ARRAY_SIZE(crash_signals);
        give_back(quit_signals, ARRAY_SIZE(quit_signals), old);
        old += ARRAY_SIZE(quit_signals);
        give_back(screen_signals, ARRAY_SIZE(screen_signals), old);
        old += ARRAY_SIZE(screen_signals);
        (void)sigaction(SIGPIPE, old, NULL);
        for (int i = 0; i < 2; i++) {
                close(signals.pipe[i]);
                signals.pipe[i] = -1;
        }
}

int term_signals_quit(void)
{
        return signals.quit;
}
