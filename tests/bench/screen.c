/*
 * screen.c - watches the console from outside, as a terminal would: how soon it draws, and what it costs.
 *
 *   screen start COMMAND...         ms from its start to its first whole picture
 *   screen events COUNT COMMAND...  ms from a link event to the screen: median and 99th percentile; bytes an event
 *   screen burst COUNT COMMAND...   ms that a key waits at most while COUNT link events come at once
 *   screen idle SECONDS COMMAND...  share of one core in percent, KiB resident, bytes written a second
 *   screen rate COUNT COMMAND...    bytes for one changed rate: the median of COUNT frames that bench0 sends
 *
 * The command is the console; it gets a pseudo-terminal of 160 columns and 50 lines. Link events are those of the
 * interface bench0 in the stack that screen runs in, a sandbox's; the Table shows them.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COLUMNS        160
#define LINES          50
#define FRAME_MS       4   /* without a byte for so long a frame is whole */
#define FIRST_FRAME_MS 25  /* the same at the start; the doctor's word comes when all stacks have been examined */
#define SETTLED_MS     400 /* without a byte for so long there is nothing more to come */
#define PATIENCE_MS    20000
#define EVENT_WAIT_MS  500
#define EVENT_GAP_MS   60
#define KEY_GAP_MS     100
#define RATE_WAIT_MS   3000 /* counters are read once a second */

struct console {
        pid_t pid;
        int fd;
        size_t bytes; /* read so far */
};

static double now_ms(void)
{
        struct timespec t;

        (void)clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct console start(char **argv)
{
        struct winsize size = {.ws_row = LINES, .ws_col = COLUMNS};
        struct console c = {0};

        c.pid = forkpty(&c.fd, NULL, NULL, &size);
        if (c.pid < 0)
                err(1, "forkpty");
        if (c.pid == 0) {
                (void)setenv("TERM", "xterm-256color", 1);
                (void)execvp(argv[0], argv);
                _exit(127);
        }
        return c;
}

/* Reads what comes within so many milliseconds; the time of the first and the last byte, 0 when none came. */
static bool read_for(struct console *c, int ms, double *ret_first, double *ret_last)
{
        struct pollfd p = {.fd = c->fd, .events = POLLIN};
        char buf[65536];

        if (poll(&p, 1, ms) <= 0)
                return false;

        ssize_t length = read(c->fd, buf, sizeof(buf));

        if (length <= 0)
                errx(1, "the console has ended");
        c->bytes += (size_t)length;
        *ret_last = now_ms();
        if (*ret_first == 0)
                *ret_first = *ret_last;
        return true;
}

/* Until something has come, within wait_ms, and then nothing more for a while. */
static void settle(struct console *c, int wait_ms, int quiet_ms, double *ret_first, double *ret_last)
{
        double until = now_ms() + PATIENCE_MS;

        *ret_first = *ret_last = 0;
        if (!read_for(c, wait_ms, ret_first, ret_last))
                return;
        while (now_ms() < until && read_for(c, quiet_ms, ret_first, ret_last))
                ;
}

static void stop(struct console *c)
{
        (void)kill(c->pid, SIGTERM);
        (void)close(c->fd);
        (void)waitpid(c->pid, NULL, 0);
}

/* -- Link events ------------------------------------------------------------------------------------------------- */

/* Turns an interface on which nothing hangs up or down. */
static void toggle(int fd, unsigned seq, int index, bool up)
{
        struct {
                struct nlmsghdr h;
                struct ifinfomsg i;
        } q = {
                .h = {.nlmsg_len = sizeof(q),
                      .nlmsg_type = RTM_NEWLINK,
                      .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
                      .nlmsg_seq = seq},
                .i = {.ifi_index = index, .ifi_flags = up ? IFF_UP : 0, .ifi_change = IFF_UP},
        };
        char answer[4096];

        if (send(fd, &q, sizeof(q), 0) < 0 || recv(fd, answer, sizeof(answer), 0) < 0)
                err(1, "netlink");
}

static int compare(const void *a, const void *b)
{
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

static int measure_events(struct console *c, unsigned count, int netlink, int index)
{
        double *waits = calloc(count, sizeof(*waits)), first, last;
        size_t before = c->bytes;
        unsigned seen = 0;

        if (!waits || count == 0)
                errx(1, "how many events?");
        for (unsigned i = 0; i < count; i++) {
                toggle(netlink, i + 1, index, i % 2 == 1);

                /* The event has gone out just before the answer; before that the kernel's lock may be another's. */
                double begun = now_ms();

                settle(c, EVENT_WAIT_MS, FRAME_MS, &first, &last);
                if (last != 0)
                        waits[seen++] = last - begun;
                settle(c, EVENT_GAP_MS, EVENT_GAP_MS, &first, &last); /* what follows from it: routes, the doctor */
        }
        if (seen == 0)
                errx(1, "no event reached the screen");
        qsort(waits, seen, sizeof(*waits), compare);
        (void)printf("%.2f %.2f %zu\n", waits[seen / 2], waits[seen * 99 / 100], (c->bytes - before) / count);
        if (seen < count)
                warnx("%u of %u events changed nothing on the screen", count - seen, count);
        free(waits);
        return 0;
}

/* A child makes the events; keys are pressed meanwhile. The Table is there at first, and each key goes to the other
 * view: one that changed nothing would be answered by the next event that does. */
static int measure_burst(struct console *c, unsigned count, int netlink, int index)
{
        double worst = 0, first, last;
        int status;
        pid_t pid = fork();

        if (pid < 0)
                err(1, "fork");
        if (pid == 0) {
                for (unsigned i = 0; i < count; i++)
                        toggle(netlink, i + 1, index, i % 2 == 1);
                _exit(0);
        }
        for (unsigned i = 0; waitpid(pid, &status, WNOHANG) == 0; i++) {
                double begun = now_ms();

                if (write(c->fd, i % 2 ? "2" : "1", 1) != 1)
                        err(1, "key");
                first = last = 0;
                if (read_for(c, PATIENCE_MS, &first, &last) && first - begun > worst)
                        worst = first - begun;
                while (now_ms() - begun < KEY_GAP_MS)
                        (void)read_for(c, 10, &first, &last);
        }
        (void)printf("%.1f\n", worst);
        return 0;
}

/* -- What it costs ----------------------------------------------------------------------------------------------- */

/* The number that is the n-th word, from 0, of a line. */
static unsigned long number_at(const char *line, unsigned n)
{
        for (; n > 0; n--) {
                line += strspn(line, " \t");
                line += strcspn(line, " \t");
        }
        return strtoul(line, NULL, 10);
}

/* The first line of a process's file that begins so, or its first; false when there is none. */
static bool read_line(pid_t pid, const char *file, const char *start, char *line, int size)
{
        char path[64];
        bool is_found = false;

        (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);

        FILE *f = fopen(path, "re");

        while (f && !is_found && fgets(line, size, f))
                is_found = strncmp(line, start, strlen(start)) == 0;
        if (f)
                (void)fclose(f);
        return is_found;
}

static double cpu_ms(pid_t pid)
{
        char line[1024];
        const char *rest;

        /* Behind the name in brackets: the state is the first word, the times are the 12th and 13th. */
        if (!read_line(pid, "stat", "", line, sizeof(line)) || !(rest = strrchr(line, ')')))
                errx(1, "the console has ended");
        return (double)(number_at(rest + 1, 11) + number_at(rest + 1, 12)) * 1e3 / (double)sysconf(_SC_CLK_TCK);
}

static unsigned long resident_KiB(pid_t pid)
{
        char line[256];

        return read_line(pid, "status", "VmRSS:", line, sizeof(line)) ? number_at(line, 1) : 0;
}

static int measure_idle(struct console *c, unsigned seconds)
{
        double begun = now_ms(), cpu = cpu_ms(c->pid), first = 0, last = 0, left;
        size_t before = c->bytes;

        while ((left = begun + seconds * 1e3 - now_ms()) > 0)
                (void)read_for(c, (int)left + 1, &first, &last);
        (void)printf("%.2f %lu %zu\n", (cpu_ms(c->pid) - cpu) / (now_ms() - begun) * 100, resident_KiB(c->pid),
                     (c->bytes - before) / (seconds ? seconds : 1));
        return 0;
}

static int compare_sizes(const void *a, const void *b)
{
        const size_t *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

/* A frame that nobody answers changes one interface's rate, at the next reading of the counters. On a busy machine the
 * change back to nothing may be drawn so soon after it that both are taken for one. */
static int measure_rate(struct console *c, unsigned count, int index)
{
        struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = index, .sll_halen = ETH_ALEN};
        unsigned char frame[1000] = {[0] = 0x02, [6] = 0x02, [12] = 0x88, [13] = 0xb5}; /* an experimental protocol */
        int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        size_t *bytes = calloc(count, sizeof(*bytes));
        double first, last;

        if (fd < 0 || !bytes || count == 0)
                err(1, "packet socket");
        for (unsigned i = 0; i < count; i++) {
                size_t before = c->bytes;

                if (sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
                        err(1, "bench0");
                settle(c, RATE_WAIT_MS, SETTLED_MS, &first, &last);
                if (last == 0)
                        errx(1, "a changed rate is not shown");
                bytes[i] = c->bytes - before;
                settle(c, RATE_WAIT_MS, SETTLED_MS, &first, &last); /* it is nothing again */
        }
        (void)close(fd);
        qsort(bytes, count, sizeof(*bytes), compare_sizes);
        (void)printf("%zu\n", bytes[count / 2]);
        free(bytes);
        return 0;
}

int main(int argc, char **argv)
{
        const char *what = argc > 1 ? argv[1] : "";
        bool is_start = strcmp(what, "start") == 0;
        int command = is_start ? 2 : 3, status = 0;

        if (argc <= command)
                errx(2,
                     "usage: screen start COMMAND... | events COUNT COMMAND... | burst COUNT COMMAND... | "
                     "idle SECONDS COMMAND... | rate COUNT COMMAND...");

        unsigned count = is_start ? 0 : (unsigned)strtoul(argv[2], NULL, 10);
        double begun = now_ms(), first, last;
        struct console c = start(argv + command);
        int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        int index = (int)if_nametoindex("bench0");

        settle(&c, PATIENCE_MS, is_start ? FIRST_FRAME_MS : SETTLED_MS, &first, &last);
        if (last == 0)
                errx(1, "the console draws nothing");
        if (is_start) {
                (void)printf("%.1f\n", last - begun);
                stop(&c);
                return 0;
        }
        if (write(c.fd, "2", 1) != 1) /* the Table */
                err(1, "key");
        settle(&c, PATIENCE_MS, SETTLED_MS, &first, &last);
        if (strcmp(what, "events") == 0)
                status = measure_events(&c, count, netlink, index);
        else if (strcmp(what, "burst") == 0)
                status = measure_burst(&c, count, netlink, index);
        else if (strcmp(what, "idle") == 0)
                status = measure_idle(&c, count);
        else if (strcmp(what, "rate") == 0)
                status = measure_rate(&c, count, index);
        stop(&c);
        return status;
}
