/* holders_socket.c - an open socket or tun queue of another process: which namespace it keeps, and what it is. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/kernel/holders.h"

enum descriptor_kind socket_parse(const char *link, uint64_t *ret_inode)
{
        char *end;

        if (strcmp(link, "/dev/net/tun") == 0)
                return DESCRIPTOR_TUN;
        if (!str_has_prefix(link, "socket:["))
                return DESCRIPTOR_OTHER;
        *ret_inode = strtoull(link + strlen("socket:["), &end, 10);
        return strcmp(end, "]") == 0 ? DESCRIPTOR_SOCKET : DESCRIPTOR_OTHER;
}

int socket_read_namespace(int fd, uint64_t *ret_inode, uint64_t *ret_device)
{
        CLEANUP(closep) int ns = ioctl(fd, SIOCGSKNS);
        struct stat st;

        if (ns < 0 || fstat(ns, &st) < 0)
                return -errno;
        *ret_inode = st.st_ino;
        *ret_device = st.st_dev;
        return 0;
}

int socket_open_namespace(const char *path)
{
        CLEANUP(closep) int pidfd = -1;
        CLEANUP(closep) int copy = -1;
        char link[SOCKET_LINK_SIZE], *end;
        uint64_t inode;
        long pid, fd;
        ssize_t n;
        int ns;

        if (!str_has_prefix(path, "/proc/"))
                return -ENOTSOCK;
        pid = strtol(path + strlen("/proc/"), &end, 10);
        if (pid <= 0 || pid > INT_MAX || !str_has_prefix(end, "/fd/"))
                return -ENOTSOCK;
        fd = strtol(end + strlen("/fd/"), &end, 10);
        n = readlink(path, link, sizeof(link) - 1);
        if (*end || fd < 0 || fd > INT_MAX || n < 0)
                return -ENOTSOCK;
        link[n] = '\0';
        if (socket_parse(link, &inode) == DESCRIPTOR_OTHER)
                return -ENOTSOCK;
        pidfd = pidfd_open((pid_t)pid, 0);
        copy = pidfd < 0 ? -1 : pidfd_getfd(pidfd, (int)fd, 0);
        ns = copy < 0 ? -1 : ioctl(copy, SIOCGSKNS);
        return ns < 0 ? -errno : ns;
}

static int option_of(int fd, int name)
{
        int value = -1;
        socklen_t size = sizeof(value);

        return getsockopt(fd, SOL_SOCKET, name, &value, &size) < 0 ? -1 : value;
}

static void put_address(struct text *t, const struct sockaddr_storage *a, socklen_t size)
{
        char buf[INET6_ADDRSTRLEN] = "";

        if (a->ss_family == AF_INET && size >= sizeof(struct sockaddr_in)) {
                struct sockaddr_in in;

                memcpy(&in, a, sizeof(in));
                (void)inet_ntop(AF_INET, &in.sin_addr, buf, sizeof(buf)); /* fits */
                text_putf(t, " %s:%u", buf, ntohs(in.sin_port));
        } else if (a->ss_family == AF_INET6 && size >= sizeof(struct sockaddr_in6)) {
                struct sockaddr_in6 in;

                memcpy(&in, a, sizeof(in));
                (void)inet_ntop(AF_INET6, &in.sin6_addr, buf, sizeof(buf)); /* fits */
                text_putf(t, " [%s]:%u", buf, ntohs(in.sin6_port));
        } else if (a->ss_family == AF_UNIX && size > offsetof(struct sockaddr_un, sun_path)) {
                struct sockaddr_un un;
                size_t n = size - offsetof(struct sockaddr_un, sun_path);

                memcpy(&un, a, size < sizeof(un) ? size : sizeof(un));
                n = n < sizeof(un.sun_path) ? n : sizeof(un.sun_path);
                text_put(t, un.sun_path[0] ? " " : " @"); /* abstract names begin with a zero */
                if (un.sun_path[0])
                        text_put_n(t, un.sun_path, strnlen(un.sun_path, n));
                else
                        text_put_n(t, un.sun_path + 1, strnlen(un.sun_path + 1, n - 1));
        }
}

static const char *protocol_name(int domain, int protocol)
{
        switch (domain) {
        case AF_UNIX: return "unix";
        case AF_NETLINK: return "netlink";
        case AF_PACKET: return "packet";
        default: break;
        }
        if (domain != AF_INET && domain != AF_INET6)
                return NULL;
        switch (protocol) {
        case IPPROTO_TCP: return "tcp";
        case IPPROTO_UDP: return "udp";
        case IPPROTO_SCTP: return "sctp";
        default: return "raw";
        }
}

static void describe_queue(int fd, struct text *t)
{
        struct ifreq request = {.ifr_flags = 0};

        if (ioctl(fd, TUNGETIFF, &request) < 0) {
                text_put(t, "a tun queue without an interface");
                return;
        }
        request.ifr_name[IFNAMSIZ - 1] = '\0';
        text_putf(t, "%s %s", request.ifr_flags & IFF_TAP ? "tap" : "tun", request.ifr_name);
}

void socket_describe(int fd, enum descriptor_kind kind, struct text *t)
{
        struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
        socklen_t size = sizeof(address);
        const char *name;
        int domain;

        if (kind == DESCRIPTOR_TUN) {
                describe_queue(fd, t);
                return;
        }
        domain = option_of(fd, SO_DOMAIN);
        name = protocol_name(domain, option_of(fd, SO_PROTOCOL));
        if (name)
                text_put(t, name);
        else
                text_putf(t, "a socket of family %d", domain);
        if (getsockname(fd, (struct sockaddr *)&address, &size) == 0 && size <= sizeof(address))
                put_address(t, &address, size);
        if (option_of(fd, SO_ACCEPTCONN) == 1)
                text_put(t, " listening");
}
