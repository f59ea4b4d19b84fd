/*
 * sockets.c - a program for tests of jails that share the host's stack: does one thing with a socket, and prints the
 * address that came of it, or the error's name.
 *
 *   sockets bind|ubind ADDRESS            by TCP, by UDP: the address that it is bound to then
 *   sockets connect|send ADDRESS PORT [FROM]   by TCP, by UDP: what `serve` says there; FROM is bound to before
 *   sockets mapped ADDRESS PORT           connect over a socket of IPv6
 *   sockets socket FAMILY PROTOCOL        "made"
 *   sockets serve PORT FILE               tells each who asks by TCP or UDP where they come from; FILE when it does
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_S 60 /* in an emulated machine all takes its time */

union any {
        struct sockaddr base;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
};

static const char *error_name(void)
{
        switch (errno) {
        case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
        case EAFNOSUPPORT: return "EAFNOSUPPORT";
        case EAGAIN: return "TIMEOUT";
        case EPERM: return "EPERM";
        default: return strerror(errno);
        }
}

static _Noreturn void fail(void)
{
        (void)puts(error_name());
        exit(0); /* the error is the answer */
}

static socklen_t parse(const char *address, const char *port, union any *ret)
{
        in_port_t number = htons((in_port_t)(port ? strtoul(port, NULL, 10) : 0));

        memset(ret, 0, sizeof(*ret));
        if (strchr(address, ':')) {
                ret->v6.sin6_family = AF_INET6;
                ret->v6.sin6_port = number;
                if (inet_pton(AF_INET6, address, &ret->v6.sin6_addr) != 1)
                        errx(2, "%s: no address", address);
                return sizeof(ret->v6);
        }
        ret->v4.sin_family = AF_INET;
        ret->v4.sin_port = number;
        if (inet_pton(AF_INET, address, &ret->v4.sin_addr) != 1)
                errx(2, "%s: no address", address);
        return sizeof(ret->v4);
}

static const char *address_of(const union any *a)
{
        static char buf[INET6_ADDRSTRLEN];
        bool is_v6 = a->base.sa_family == AF_INET6;

        return inet_ntop(a->base.sa_family, is_v6 ? (const void *)&a->v6.sin6_addr : &a->v4.sin_addr, buf, sizeof(buf));
}

static int make(int family, int type, bool is_both)
{
        const struct timeval patience = {.tv_sec = PATIENCE_S};
        int fd = socket(family, type, 0), only = !is_both;

        if (fd < 0)
                fail();
        if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)) < 0)
                fail();
        if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
                fail();
        return fd;
}

static void do_bind(const char *address, int type)
{
        union any a;
        socklen_t length = parse(address, NULL, &a);
        int fd = make(a.base.sa_family, type, true);

        if (bind(fd, &a.base, length) < 0 || getsockname(fd, &a.base, &length) < 0)
                fail();
        (void)puts(address_of(&a));
}

/* By TCP it is asked by connecting, by UDP with a byte. */
static void ask(const char *address, const char *port, const char *from, int type, bool is_both)
{
        char answer[128] = "";
        union any a, own;
        socklen_t length = parse(address, port, &a);
        int fd = make(a.base.sa_family, type, is_both);

        if (from && bind(fd, &own.base, parse(from, NULL, &own)) < 0)
                fail();
        if (type == SOCK_STREAM ? connect(fd, &a.base, length) < 0 : sendto(fd, "?", 1, 0, &a.base, length) < 0)
                fail();
        if (recv(fd, answer, sizeof(answer) - 1, 0) < 0)
                fail();
        (void)puts(answer);
}

static void answer(int fd, bool is_stream)
{
        char byte;
        union any a = {.base = {.sa_family = AF_UNSPEC}};
        socklen_t length = sizeof(a);
        int who = is_stream ? accept(fd, &a.base, &length) : fd;

        if (!is_stream && recvfrom(fd, &byte, 1, 0, &a.base, &length) < 0)
                return;
        if (who < 0)
                return;

        const char *text = address_of(&a);

        (void)sendto(who, text, strlen(text), MSG_NOSIGNAL, is_stream ? NULL : &a.base, is_stream ? 0 : length);
        if (is_stream)
                (void)close(who);
}

static _Noreturn void serve(const char *port, const char *file)
{
        static const char *const everywhere[] = {"0.0.0.0", "::"};
        struct pollfd polls[4];

        for (int i = 0; i < 4; i++) {
                int type = i & 1 ? SOCK_DGRAM : SOCK_STREAM, on = 1;
                union any a;
                socklen_t length = parse(everywhere[i / 2], port, &a);
                int fd = make(a.base.sa_family, type, false);

                if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 || bind(fd, &a.base, length) < 0 ||
                    (type == SOCK_STREAM && listen(fd, 8) < 0))
                        err(1, "serve");
                polls[i] = (struct pollfd){.fd = fd, .events = POLLIN};
        }

        FILE *f = fopen(file, "we");

        if (!f || fputs("ready\n", f) == EOF || fclose(f) == EOF)
                err(1, "%s", file);
        for (;;) {
                if (poll(polls, 4, -1) < 0)
                        err(1, "poll");
                for (int i = 0; i < 4; i++)
                        if (polls[i].revents)
                                answer(polls[i].fd, !(i & 1));
        }
}

int main(int argc, char **argv)
{
        const char *what = argc > 2 ? argv[1] : "";

        if (strcmp(what, "bind") == 0 || strcmp(what, "ubind") == 0)
                do_bind(argv[2], *what == 'u' ? SOCK_DGRAM : SOCK_STREAM);
        else if (argc > 3 && (strcmp(what, "connect") == 0 || strcmp(what, "send") == 0))
                ask(argv[2], argv[3], argv[4], *what == 's' ? SOCK_DGRAM : SOCK_STREAM, false);
        else if (argc > 3 && strcmp(what, "mapped") == 0)
                ask(argv[2], argv[3], NULL, SOCK_STREAM, true);
        else if (argc > 3 && strcmp(what, "socket") == 0)
                (void)puts(socket(strcmp(argv[2], "AF_INET") == 0 ? AF_INET : AF_INET6, SOCK_DGRAM,
                                  (int)strtol(argv[3], NULL, 10)) < 0
                                   ? error_name()
                                   : "made");
        else if (argc > 3 && strcmp(what, "serve") == 0)
                serve(argv[2], argv[3]);
        else
                errx(2, "usage: sockets WHAT WORDS...");
        return 0;
}
