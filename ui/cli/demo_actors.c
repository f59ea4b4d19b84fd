/* demo_actors.c - the demo's background processes. */
#include "ui/cli/demo_actors.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

#define TICK_MS      200
#define PAYLOAD_SIZE 1000

/* Where `ip netns` looks; in a sandbox never anywhere else. */
static bool named_path(char *buf, size_t size, const char *jail)
{
        return str_format(buf, size, "/run/netns/%s", jail);
}

/* Moves the calling process into a named jail. */
static int enter(const char *jail)
{
        char path[128];

        if (!named_path(path, sizeof(path), jail))
                return -ENAMETOOLONG;
        CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
                return -errno;
        return 0;
}

/*
 * Forks a process that outlives its starter: it belongs to the sandbox's first process, has a name of its own, no
 * terminal, and none of our descriptors but ready, which tells how it began.
 *
 *   shape    returns 0 in the starter when the actor said it is ready, 1 in the actor
 */
static int start_actor(const char *name, int *ret_ready, struct err *e)
{
        int ready[2];
        int outcome = -EIO;

        if (pipe2(ready, O_CLOEXEC) < 0)
                return err_set(e, -errno, "demo: %s: %s", name, strerror(errno));
        pid_t starter = fork();
        if (starter < 0) {
                int code = -errno;

                (void)close(ready[0]);
                (void)close(ready[1]);
                return err_set(e, code, "demo: %s: %s", name, strerror(-code));
        }
        if (starter == 0) {
                if (fork() != 0)
                        _exit(0);
                (void)setsid();
                (void)prctl(PR_SET_NAME, name, 0, 0, 0);
                int null = open("/dev/null", O_RDWR | O_CLOEXEC);
                for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
                        (void)dup2(null, fd);
                (void)dup2(ready[1], STDERR_FILENO + 1);
                (void)close_range(STDERR_FILENO + 2, ~0U, 0);
                *ret_ready = STDERR_FILENO + 1;
                return 1;
        }
        (void)close(ready[1]);
        (void)waitpid(starter, NULL, 0);
        while (read(ready[0], &outcome, sizeof(outcome)) < 0 && errno == EINTR)
                ;
        (void)close(ready[0]);
        if (outcome < 0)
                return err_set(e, outcome, "demo: %s could not begin (%s)", name, strerror(-outcome));
        return 0;
}

static void tell_ready(int ready, int outcome)
{
        if (write(ready, &outcome, sizeof(outcome)) < 0 || outcome < 0)
                _exit(1);
        (void)close(ready);
}

int demo_start_holder(const char *jail, struct err *e)
{
        int ready = -1;
        int r = start_actor("demo-holder", &ready, e);

        if (r <= 0)
                return r;
        tell_ready(ready, enter(jail));
        for (;;)
                (void)pause();
}

int demo_forget_name(const char *jail, struct err *e)
{
        char path[128];

        if (!named_path(path, sizeof(path), jail) || umount2(path, MNT_DETACH) < 0 || unlink(path) < 0)
                return err_set(e, -errno, "demo: %s: its name cannot be removed (%s)", jail, strerror(errno));
        return 0;
}

/* The Internet checksum (RFC 1071) of an even number of bytes. */
static uint16_t checksum(const uint8_t *bytes, size_t size)
{
        uint32_t sum = 0;

        for (size_t i = 0; i + 1 < size; i += 2)
                sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
        sum = (sum & 0xffff) + (sum >> 16);
        sum += sum >> 16;
        return (uint16_t)~sum;
}

/* Echo requests: the kernel at the other end answers, so that both directions move without a program there. */
static void send_echoes(const char *to, unsigned count)
{
        uint8_t packet[sizeof(struct icmphdr) + PAYLOAD_SIZE] = {0};
        struct icmphdr header = {.type = ICMP_ECHO};
        struct sockaddr_in address = {.sin_family = AF_INET};

        memcpy(packet, &header, sizeof(header));
        header.checksum = htons(checksum(packet, sizeof(packet)));
        memcpy(packet, &header, sizeof(header));
        if (inet_pton(AF_INET, to, &address.sin_addr) != 1)
                return;
        CLEANUP(closep) int sock = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
        if (sock < 0)
                return;
        for (unsigned i = 0; i < count; i++) /* what finds no way is lost, as traffic is */
                (void)sendto(sock, packet, sizeof(packet), 0, (const struct sockaddr *)&address, sizeof(address));
}

/* How many packets a flow sends at a tick: up and down between 1 and f->packets. */
static unsigned swing(const struct demo_flow *f, uint64_t tick)
{
        if (f->period < 2)
                return f->packets;
        unsigned half = f->period / 2;
        unsigned at = (unsigned)(tick % f->period);
        unsigned height = at < half ? at : f->period - at;
        return 1 + (f->packets - 1) * height / half;
}

int demo_start_traffic(const struct demo_flow *flows, struct err *e)
{
        const struct itimerspec interval = {.it_interval = {.tv_nsec = TICK_MS * 1000000L}, .it_value = {.tv_nsec = 1}};
        int ready = -1;
        int r = start_actor("demo-traffic", &ready, e);

        if (r <= 0)
                return r;
        int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
        uint64_t tick = 0;
        uint64_t passed = 0;
        bool is_fine = home >= 0 && timer >= 0 && timerfd_settime(timer, 0, &interval, NULL) == 0;

        tell_ready(ready, is_fine ? 0 : -errno);
        while (read(timer, &passed, sizeof(passed)) == (ssize_t)sizeof(passed)) {
                tick += passed;
                for (const struct demo_flow *f = flows; f->to; f++) {
                        if (f->jail && enter(f->jail) < 0)
                                continue; /* renamed or destroyed: it is the user's to do so */
                        send_echoes(f->to, swing(f, tick));
                        if (f->jail && setns(home, CLONE_NEWNET) < 0)
                                _exit(1);
                }
        }
        _exit(1);
}
