/* ack.c - sending a netlink request and reading its answer, errno and extended ack. */
#include "core/kernel/ack.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/text.h"

#define ANSWER_SIZE 65536 /* one link with everything on it stays far below; a longer one is cut by the kernel */

int ack_open(struct nl_sock **ret, struct err *e)
{
        struct nl_sock *sk = nl_socket_alloc();
        const int on = 1;

        if (!sk)
                return err_set(e, -ENOMEM, "netlink: no memory for a socket");
        errno = 0;
        if (nl_connect(sk, NETLINK_ROUTE) < 0) {
                int r = errno ? -errno : -EIO;

                nl_socket_free(sk);
                return err_set(e, r, "netlink: no request socket: %s", strerror(-r));
        }

        nl_socket_disable_auto_ack(sk); /* a question is answered; only changes are acknowledged */

        /* Older kernels know fewer of these; then the answer is only less telling. */
        (void)setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
        (void)setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
        (void)setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
        *ret = sk;
        return 0;
}

void ack_close(struct nl_sock *sk)
{
        nl_socket_free(sk);
}

uint64_t ack_cookie(struct nl_sock *sk)
{
        uint64_t cookie = 0;
        socklen_t size = sizeof(cookie);

        return getsockopt(nl_socket_get_fd(sk), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0 ? 0 : cookie;
}

/* The kernel's words stand behind the error, and behind the request's copy when that was not left out. */
static void read_words(const struct nlmsghdr *h, struct err *e)
{
        const struct nlmsgerr *ack = nlmsg_data(h);
        size_t skip = sizeof(*ack);

        if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
                return;
        if (!(h->nlmsg_flags & NLM_F_CAPPED))
                skip += ack->msg.nlmsg_len - sizeof(struct nlmsghdr);
        skip = NLMSG_ALIGN(skip);
        if (skip >= (size_t)nlmsg_datalen(h))
                return;

        struct nlattr *first = (struct nlattr *)((char *)nlmsg_data(h) + skip);
        const struct nlattr *words = nla_find(first, nlmsg_datalen(h) - (int)skip, NLMSGERR_ATTR_MSG);

        if (words) {
                size_t n = strnlen(nla_data(words), (size_t)nla_len(words));
                CLEANUP(freep) char *copy = xstrndup(nla_data(words), n);

                (void)str_copy(e->kernel, sizeof(e->kernel), copy);
        }
}

int ack_read_error(const struct nlmsghdr *h, struct err *e)
{
        if (nlmsg_datalen(h) < (int)sizeof(struct nlmsgerr))
                return err_set(e, -EBADMSG, "netlink: an answer that is too short");

        const struct nlmsgerr *ack = nlmsg_data(h);
        int r = ack->error;

        if (r >= 0)
                return 0;
        if (r < -ACK_ERRNO_MAX)
                return err_set(e, -EBADMSG, "netlink: an answer that makes no sense");
        (void)err_set(e, r, "%s", strerror(-r));
        if (e)
                read_words(h, e);
        return r;
}

static int send_request(struct nl_sock *sk, struct nl_msg *m, struct err *e)
{
        const struct nlmsghdr *h = nlmsg_hdr(m);

        nl_complete_msg(sk, m);
        while (send(nl_socket_get_fd(sk), h, h->nlmsg_len, 0) < 0) {
                int r = -errno;

                if (r != -EINTR)
                        return err_set(e, r, "netlink: the request could not be sent: %s", strerror(-r));
        }
        return 0;
}

/* Receives until the request is answered: by an acknowledgement, or by the message that was asked for. With an echo
 * that one is not the last. */
static int receive_answer(struct nl_sock *sk, const struct nlmsghdr *asked, int (*fn)(struct nlmsghdr *h, void *user),
                          void *user, struct err *e)
{
        bool has_echo = asked->nlmsg_flags & NLM_F_ECHO;

        _Alignas(NLMSG_ALIGNTO) char
                buf[ANSWER_SIZE]; /* of a thread's 8 MiB; zeroing it would cost more than most answers */

        for (;;) {
                ssize_t n = recv(nl_socket_get_fd(sk), buf, sizeof(buf), 0);

                if (n < 0) {
                        int r = -errno;

                        if (r == -EINTR)
                                continue;
                        return err_set(e, r, "netlink: no answer: %s", strerror(-r));
                }

                int left = (int)n;
                for (struct nlmsghdr *h = (struct nlmsghdr *)(void *)buf; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
                        if (h->nlmsg_seq != asked->nlmsg_seq)
                                continue; /* of an earlier request whose answer nobody waited for */
                        if (h->nlmsg_type == NLMSG_ERROR)
                                return ack_read_error(h, e);
                        if (fn) {
                                int r = fn(h, user);

                                if (r < 0 || !has_echo)
                                        return r;
                        }
                }
        }
}

int ack_request(struct nl_sock *sk, struct nl_msg *m, struct err *e)
{
        nlmsg_hdr(m)->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;

        int r = send_request(sk, m, e);

        return r < 0 ? r : receive_answer(sk, nlmsg_hdr(m), NULL, NULL, e);
}

int ack_request_echo(struct nl_sock *sk, struct nl_msg *m, int (*fn)(struct nlmsghdr *h, void *user), void *user,
                     struct err *e)
{
        nlmsg_hdr(m)->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO;

        int r = send_request(sk, m, e);

        return r < 0 ? r : receive_answer(sk, nlmsg_hdr(m), fn, user, e);
}

int ack_query(struct nl_sock *sk, struct nl_msg *m, int (*fn)(struct nlmsghdr *h, void *user), void *user,
              struct err *e)
{
        nlmsg_hdr(m)->nlmsg_flags |= NLM_F_REQUEST;

        int r = send_request(sk, m, e);

        return r < 0 ? r : receive_answer(sk, nlmsg_hdr(m), fn, user, e);
}
