/* reader.c - one netlink request socket for reading. */
#include "core/kernel/reader.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/kernel/ack.h"

int reader_open(struct reader *s, unsigned char *buffer, struct err *e)
{
        int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        int on = 1;

        if (fd < 0)
                return err_set(e, -errno, "netlink: no socket: %s", strerror(errno));
        /* Both are niceties that an old kernel lacks: without them dumps are unfiltered and refusals wordless. */
        (void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
        (void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
        *s = (struct reader){.fd = fd, .buffer = buffer};
        return 0;
}

void reader_close(struct reader *s)
{
        if (s->fd >= 0)
                (void)close(s->fd); /* a netlink socket has nothing left to write */
        s->fd = -1;
}

/* The sentence that the kernel put behind the error, if any. */
static void read_words(struct nlmsghdr *h, size_t offset, struct err *e)
{
        struct nlattr *words;

        if (offset >= h->nlmsg_len - NLMSG_HDRLEN)
                return;
        words = nla_find((struct nlattr *)(void *)((char *)nlmsg_data(h) + offset),
                         (int)(h->nlmsg_len - NLMSG_HDRLEN - offset), NLMSGERR_ATTR_MSG);
        if (words) {
                CLEANUP(freep) char *copy = xstrndup(nla_data(words), strnlen(nla_data(words), (size_t)nla_len(words)));

                (void)str_copy(e->kernel, sizeof(e->kernel), copy); /* may be cut */
        }
}

/* What an error (or the end of a dump) says: 0, or a negative errno. */
int reader_read_outcome(struct nlmsghdr *h, struct err *e)
{
        struct nlmsgerr *m = nlmsg_data(h);
        int code;
        size_t offset;

        if (h->nlmsg_len < NLMSG_HDRLEN + sizeof(int))
                return h->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
        memcpy(&code, nlmsg_data(h), sizeof(code));
        if (code >= 0)
                return 0;
        if (code < -ACK_ERRNO_MAX)
                return err_set(e, -EBADMSG, "netlink: an answer that makes no sense");
        if (!e)
                return code; /* nobody reads why: an empty table of routes is such an error */
        err_set(e, code, "netlink: %s", strerror(-code));
        if (h->nlmsg_flags & NLM_F_ACK_TLVS) {
                offset = sizeof(int);
                if (h->nlmsg_type == NLMSG_ERROR && h->nlmsg_len >= NLMSG_HDRLEN + sizeof(*m))
                        offset = sizeof(*m) +
                                ((h->nlmsg_flags & NLM_F_CAPPED) ? 0 : NLMSG_ALIGN(m->msg.nlmsg_len) - NLMSG_HDRLEN);
                read_words(h, offset, e);
        }
        return code;
}

int reader_ask(struct reader *s, struct nl_msg *m, reader_handler handler, void *context, struct err *e)
{
        struct nlmsghdr *h = nlmsg_hdr(m);
        uint32_t sequence = ++s->sequence;
        bool is_interrupted = false, is_dump = h->nlmsg_flags & NLM_F_DUMP;

        h->nlmsg_seq = sequence;
        h->nlmsg_pid = 0;
        h->nlmsg_flags |= NLM_F_REQUEST;
        if (!is_dump && !handler)
                h->nlmsg_flags |= NLM_F_ACK;
        if (send(s->fd, h, h->nlmsg_len, 0) < 0)
                return err_set(e, -errno, "netlink: sending: %s", strerror(errno));
        for (;;) {
                ssize_t n = recv(s->fd, s->buffer, READER_BUFFER_SIZE, 0);
                int left = (int)n;

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return err_set(e, -errno, "netlink: reading: %s", strerror(errno));
                for (h = (struct nlmsghdr *)(void *)s->buffer; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
                        int r = 0;

                        if (h->nlmsg_seq != sequence)
                                continue;
                        if (h->nlmsg_flags & NLM_F_DUMP_INTR)
                                is_interrupted = true;
                        if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
                                r = reader_read_outcome(h, e);
                                return r < 0 ? r : is_interrupted ? -EAGAIN : 0;
                        }
                        if (handler && h->nlmsg_type >= NLMSG_MIN_TYPE)
                                r = handler(h, context);
                        if (r < 0)
                                return err_set(e, r, "netlink: an answer that makes no sense");
                        if (!is_dump && handler)
                                return 0;
                }
        }
}
