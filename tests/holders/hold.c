/*
 * hold.c - a program for tests of pending returns: keeps a network namespace alive in the way that its first word
 * tells.
 *
 *   hold WAY NAMESPACE-FILE [WHERE...]
 *   hold crowd COUNT                    as many processes with a socket each, which hold nothing of interest
 *
 * It writes "ready PID" when it holds it, PID being the process that should be found, and stays until it is killed.
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT 4711

/* Away: what is made there, is made by a child or while the thread is in it; then it comes home. */
static int home = -1;

static void enter(const char *path)
{
        int fd = open(path, O_RDONLY | O_CLOEXEC);

        if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
                err(1, "%s", path);
        (void)close(fd); /* only a reference */
}

static void leave(void)
{
        if (setns(home, CLONE_NEWNET) < 0)
                err(1, "home");
}

static _Noreturn void stay(void)
{
        (void)printf("ready %d\n", (int)getpid());
        (void)fflush(stdout);
        for (;;)
                (void)pause();
}

static void *live_there(void *path)
{
        enter(path);
        stay();
}

static void hold_by_thread(char *path)
{
        pthread_t thread;

        if (pthread_create(&thread, NULL, live_there, path) != 0)
                errx(1, "no thread");
        for (;;)
                (void)pause();
}

static int bound_socket(int type)
{
        struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(PORT)};
        int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

        if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
                err(1, "socket");
        return fd;
}

static void send_fd(int to, int fd)
{
        union {
                struct cmsghdr header;
                unsigned char room[CMSG_SPACE(sizeof(int))];
        } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
        struct iovec part = {(char[]){"x"}, 1};
        struct msghdr m = {
                .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};

        memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
        if (sendmsg(to, &m, 0) != 1)
                err(1, "sendmsg");
}

static int take_fd(int from)
{
        union {
                struct cmsghdr header;
                unsigned char room[CMSG_SPACE(sizeof(int))];
        } control;
        char byte;
        struct iovec part = {&byte, 1};
        struct msghdr m = {
                .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
        int fd;

        if (recvmsg(from, &m, MSG_CMSG_CLOEXEC) != 1 || m.msg_controllen < sizeof(control.header))
                err(1, "recvmsg");
        memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
        return fd;
}

/* A child opens the thing, passes it over a Unix socket, and ends; who has it then was never inside. */
static void hold_passed(const char *path, int is_socket)
{
        int ends[2];
        pid_t child;

        if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0)
                err(1, "socketpair");
        child = fork();
        if (child < 0)
                err(1, "fork");
        if (child == 0) {
                int fd = -1;

                if (is_socket) {
                        enter(path);
                        fd = bound_socket(SOCK_STREAM);
                        if (listen(fd, 1) < 0)
                                err(1, "listen");
                } else {
                        fd = open(path, O_RDONLY | O_CLOEXEC);
                }
                send_fd(ends[0], fd);
                exit(0);
        }
        (void)take_fd(ends[1]); /* kept open on purpose */
        if (waitpid(child, NULL, 0) != child)
                err(1, "waitpid");
        (void)close(ends[0]);
        (void)close(ends[1]);
        stay();
}

/* In flight: the only descriptor is in a queue, where /proc shows nothing. */
static void hold_in_flight(const char *path)
{
        int ends[2], fd = open(path, O_RDONLY | O_CLOEXEC);

        if (fd < 0 || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0)
                err(1, "%s", path);
        send_fd(ends[0], fd);
        (void)close(fd);
        stay();
}

static void hold_by_queue(const char *path)
{
        struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
        int fd;

        enter(path);
        fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
        if (fd < 0) {
                (void)printf("skip\n");
                exit(0);
        }
        if (ioctl(fd, TUNSETIFF, &request) < 0)
                err(1, "TUNSETIFF");
        leave();
        stay();
}

/* A bind mount in a mount namespace of its own. */
static void hold_by_mount(const char *path, const char *to)
{
        if (unshare(CLONE_NEWNS) < 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
            mount(path, to, NULL, MS_BIND, NULL) < 0 || umount2(path, MNT_DETACH) < 0)
                err(1, "%s", to);
        stay();
}

/* They end with the first of them. */
static void be_a_crowd(long count)
{
        for (long n = 0; n < count; n++) {
                pid_t child = fork();

                if (child < 0)
                        err(1, "fork");
                if (child > 0)
                        continue;
                if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) < 0)
                        err(1, "crowd");
                for (;;)
                        (void)pause();
        }
        stay();
}

/* The other side: accepts one connection and never reads. */
static _Noreturn void accept_and_stay(const char *path)
{
        int fd, small = 4096;

        enter(path);
        fd = bound_socket(SOCK_STREAM);
        if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)) < 0 || listen(fd, 1) < 0)
                err(1, "listen");
        (void)printf("listening %d\n", (int)getpid());
        (void)fflush(stdout);
        (void)accept(fd, NULL, NULL); /* kept open on purpose */
        for (;;)
                (void)pause();
}

/* Connects, and waits for a word in a FIFO (the peer drops off meanwhile); then it sends, closes and ends. */
static void leave_connection(const char *path, const char *address, const char *fifo)
{
        struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(PORT)};
        char word;
        int fd, go;

        enter(path);
        fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (inet_pton(AF_INET, address, &a.sin_addr) != 1 || connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
                err(1, "%s", address);
        (void)printf("connected %d\n", (int)getpid());
        (void)fflush(stdout);
        go = open(fifo, O_RDONLY | O_CLOEXEC);
        if (go < 0 || read(go, &word, 1) != 1)
                err(1, "%s", fifo);
        if (send(fd, "unheard", 7, 0) != 7)
                err(1, "send");
}

int main(int argc, char **argv)
{
        if (argc < 3)
                errx(2, "usage: hold WAY NAMESPACE-FILE [WHERE...]");

        const char *way = argv[1];

        home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (home < 0)
                err(1, "/proc/self/ns/net");
        if (strcmp(way, "process") == 0) {
                enter(argv[2]);
                stay();
        } else if (strcmp(way, "thread") == 0) {
                hold_by_thread(argv[2]);
        } else if (strcmp(way, "descriptor") == 0) {
                hold_passed(argv[2], 0);
        } else if (strcmp(way, "passed-socket") == 0) {
                hold_passed(argv[2], 1);
        } else if (strcmp(way, "socket") == 0) {
                enter(argv[2]);
                (void)bound_socket(SOCK_DGRAM); /* kept open on purpose */
                leave();
                stay();
        } else if (strcmp(way, "crowd") == 0) {
                be_a_crowd(strtol(argv[2], NULL, 10));
        } else if (strcmp(way, "queue") == 0) {
                hold_by_queue(argv[2]);
        } else if (strcmp(way, "flight") == 0) {
                hold_in_flight(argv[2]);
        } else if (strcmp(way, "mount") == 0 && argc > 3) {
                hold_by_mount(argv[2], argv[3]);
        } else if (strcmp(way, "accept") == 0) {
                accept_and_stay(argv[2]);
        } else if (strcmp(way, "connection") == 0 && argc > 4) {
                leave_connection(argv[2], argv[3], argv[4]);
        } else {
                errx(2, "unknown way: %s", way);
        }
        return 0;
}
