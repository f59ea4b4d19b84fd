/*
 * frame.c - sends one Ethernet frame of any type, or waits for one: for tests of what carries frames that are no IP.
 *
 *   frame send IF TYPE DESTINATION TEXT    TYPE in hexadecimal, DESTINATION six hex pairs
 *   frame wait IF TYPE SECONDS TEXT        says "ready" when it listens, then the text; exit status 1 when it came not
 */
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TEXT_MAX 64

static int fail(const char *what)
{
        perror(what);
        return 2;
}

/* Bound to the interface: it hears what that receives of the type. */
static int open_socket(const char *name, uint16_t type)
{
        struct sockaddr_ll at = {
                .sll_family = AF_PACKET, .sll_protocol = htons(type), .sll_ifindex = (int)if_nametoindex(name)};
        int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(type));

        if (fd >= 0 && at.sll_ifindex && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
                return fd;
        if (fd >= 0)
                close(fd);
        return -1;
}

static int own_address(int fd, const char *name, unsigned char ret[ETH_ALEN])
{
        struct ifreq request = {0};

        (void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
        if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
                return -1;
        memcpy(ret, request.ifr_hwaddr.sa_data, ETH_ALEN);
        return 0;
}

/* Six hex pairs. */
static int parse_address(const char *word, unsigned char ret[ETH_ALEN])
{
        for (size_t k = 0; k < ETH_ALEN; k++) {
                char *end;

                ret[k] = (unsigned char)strtoul(word, &end, 16);
                if (end != word + 2 || *end != (k + 1 < ETH_ALEN ? ':' : '\0'))
                        return -1;
                word = end + 1;
        }
        return 0;
}

static int send_frame(const char *name, uint16_t type, const char *destination, const char *text)
{
        unsigned char frame[ETH_ZLEN + TEXT_MAX] = {0};
        unsigned char be[] = {(unsigned char)(type >> 8), (unsigned char)type};
        int fd = open_socket(name, type);

        if (fd < 0)
                return fail(name);
        if (parse_address(destination, frame) < 0 || own_address(fd, name, frame + ETH_ALEN) < 0)
                return fail(destination);
        memcpy(frame + 2 * ETH_ALEN, be, sizeof(be));
        (void)snprintf((char *)frame + ETH_HLEN, TEXT_MAX, "%s", text);
        if (send(fd, frame, ETH_ZLEN, 0) < 0)
                return fail("send");
        return 0;
}

static int wait_for_frame(const char *name, uint16_t type, int seconds, const char *text)
{
        char frame[ETH_FRAME_LEN + 1] = {0};
        struct pollfd p = {.fd = open_socket(name, type), .events = POLLIN};
        struct timespec now, end;

        if (p.fd < 0)
                return fail(name);
        puts("ready");
        (void)fflush(stdout);
        (void)clock_gettime(CLOCK_MONOTONIC, &end);
        end.tv_sec += seconds;
        for (;;) {
                struct sockaddr_ll from = {0};
                socklen_t length = sizeof(from);

                (void)clock_gettime(CLOCK_MONOTONIC, &now);
                if (now.tv_sec > end.tv_sec || poll(&p, 1, (int)(end.tv_sec - now.tv_sec + 1) * 1000) <= 0)
                        return 1;
                if (recvfrom(p.fd, frame, sizeof(frame) - 1, 0, (struct sockaddr *)&from, &length) < ETH_HLEN ||
                    from.sll_pkttype == PACKET_OUTGOING || strcmp(frame + ETH_HLEN, text) != 0)
                        continue;
                puts(text);
                return 0;
        }
}

int main(int argc, char **argv)
{
        if (argc == 6 && strcmp(argv[1], "send") == 0)
                return send_frame(argv[2], (uint16_t)strtoul(argv[3], NULL, 16), argv[4], argv[5]);
        if (argc == 6 && strcmp(argv[1], "wait") == 0)
                return wait_for_frame(argv[2], (uint16_t)strtoul(argv[3], NULL, 16), (int)strtoul(argv[4], NULL, 10),
                                      argv[5]);
        (void)fputs("usage: frame send IF TYPE DESTINATION TEXT | frame wait IF TYPE SECONDS TEXT\n", stderr);
        return 2;
}
