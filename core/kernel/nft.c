/* nft.c - nftables: one dump to read, libnftables to write; it is loaded by the first who writes. */
#include "core/kernel/nft.h"

#include <errno.h>
#include <endian.h>
#include <netinet/in.h> /* before the kernel's own, which then keeps out of its way */
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <nftables/libnftables.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/library.h"
#include "core/graph/nat_rule.h"
#include "core/kernel/ack.h"

#define COMMENT_TYPE 0     /* NFTNL_UDATA_RULE_COMMENT: type, length, then the text and its end */
#define REQUEST_SIZE 256   /* a header and the name of a table */
#define ANSWER_SIZE  32768 /* the kernel fills no more of a dump at a time */

/* -- Reading ----------------------------------------------------------------------------------------------------- */

static void nlmsg_drop(struct nl_msg **m)
{
        nlmsg_free(*m);
}

static int send_dump(int fd, int type, uint8_t family, const char *table)
{
        struct nfgenmsg header = {.nfgen_family = family, .version = NFNETLINK_V0};
        CLEANUP(nlmsg_drop)
        struct nl_msg *m = nlmsg_alloc_size(REQUEST_SIZE);
        struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

        if (!m || !nlmsg_put(m, 0, 0, (NFNL_SUBSYS_NFTABLES << 8) | type, 0, NLM_F_REQUEST | NLM_F_DUMP) ||
            nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0 ||
            (table && nla_put_string(m, NFTA_RULE_TABLE, table) < 0))
                return -ENOMEM;
        if (sendto(fd, nlmsg_hdr(m), nlmsg_hdr(m)->nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
                return -errno;
        return 0;
}

/* The comment in a rule's user data; NULL none. */
static const char *find_comment(struct nlattr *data)
{
        const unsigned char *s = nla_data(data);
        size_t left = (size_t)nla_len(data);

        while (left >= 2 && left - 2 >= s[1]) {
                if (s[0] == COMMENT_TYPE && s[1] > 0 && s[2 + s[1] - 1] == '\0')
                        return (const char *)s + 2;
                left -= 2U + s[1];
                s += 2 + s[1];
        }
        return NULL;
}

int nft_take_rule(struct nlmsghdr *h, void *context)
{
        static const struct nla_policy policy[NFTA_RULE_MAX + 1] = {
                [NFTA_RULE_TABLE] = {.type = NLA_STRING},
                [NFTA_RULE_CHAIN] = {.type = NLA_STRING},
                [NFTA_RULE_HANDLE] = {.type = NLA_U64},
        };
        const struct nft_reading *r = context;
        struct nlattr *a[NFTA_RULE_MAX + 1];

        if (nlmsg_parse(h, sizeof(struct nfgenmsg), a, NFTA_RULE_MAX, policy) < 0 || !a[NFTA_RULE_TABLE] ||
            !a[NFTA_RULE_CHAIN] || !a[NFTA_RULE_HANDLE] || !a[NFTA_RULE_USERDATA] ||
            strcmp(nla_get_string(a[NFTA_RULE_TABLE]), NAT_TABLE) != 0)
                return 0;

        const char *comment = find_comment(a[NFTA_RULE_USERDATA]);

        return comment
                ? r->fn(r->user, nla_get_string(a[NFTA_RULE_CHAIN]), be64toh(nla_get_u64(a[NFTA_RULE_HANDLE])), comment)
                : 0;
}

int nft_dump_here(int type, uint8_t family, const char *table, int (*take)(struct nlmsghdr *h, void *context),
                  void *context)
{
        CLEANUP(closep) int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
        _Alignas(NLMSG_ALIGNTO) unsigned char buffer[ANSWER_SIZE]; /* not cleared: this is asked in every stack */
        int r = fd < 0 ? -errno : send_dump(fd, type, family, table);

        while (r == 0) {
                ssize_t n = recv(fd, buffer, sizeof(buffer), 0);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return -errno;

                int left = (int)n;

                for (struct nlmsghdr *h = (void *)buffer; r == 0 && nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
                        if (h->nlmsg_type == NLMSG_DONE)
                                return 0;
                        if (h->nlmsg_type == NLMSG_ERROR) {
                                const struct nlmsgerr *error = nlmsg_data(h);

                                if (nlmsg_datalen(h) < (int)sizeof(*error))
                                        return -EBADMSG;
                                return error->error == -ENOENT ? 0 : error->error;
                        }
                        r = take(h, context);
                }
        }
        return r < 0 ? r : 0;
}

int nft_read_here(nft_handler fn, void *user)
{
        struct nft_reading reading = {fn, user};

        return nft_dump_here(NFT_MSG_GETRULE, NFPROTO_INET, NAT_TABLE, nft_take_rule, &reading);
}

/* -- Writing ----------------------------------------------------------------------------------------------------- */

#define NFT_SYMBOLS(X)              \
        X(nft_ctx_new)              \
        X(nft_ctx_free)             \
        X(nft_ctx_buffer_error)     \
        X(nft_ctx_buffer_output)    \
        X(nft_ctx_get_error_buffer) \
        X(nft_run_cmd_from_buffer)
#define PLACE(name) {#name, &lib.name},

static struct {
        NFT_SYMBOLS(LIBRARY_POINTER)
} lib;
static const struct library_symbol places[] = {NFT_SYMBOLS(PLACE)};

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER; /* the library's parser is not for several threads */

static int run(struct nft_ctx *nft, const char *commands, struct err *e)
{
        const char *words;
        size_t n;

        if (lib.nft_ctx_buffer_error(nft) != 0 || lib.nft_ctx_buffer_output(nft) != 0)
                return err_set(e, -ENOMEM, "nftables: no memory for its answer");
        if (lib.nft_run_cmd_from_buffer(nft, commands) == 0)
                return 0;
        words = lib.nft_ctx_get_error_buffer(nft);
        words = words ? words : "";
        n = strcspn(words, "\n");
        (void)err_set(e, -EIO, "nftables: refuses the rule; does the kernel have nf_tables and nft_nat?");
        if (e)
                (void)str_format(e->kernel, sizeof(e->kernel), "%.*s", (int)n, words);
        return strstr(words, "Operation not permitted") ? -EPERM : -EIO;
}

int nft_run_here(const char *commands, struct err *e)
{
        (void)pthread_mutex_lock(&one_at_a_time);

        int r = library_load(NFTABLES_LIBRARY, places, ARRAY_SIZE(places), e);
        struct nft_ctx *nft = r == 0 ? lib.nft_ctx_new(NFT_CTX_DEFAULT) : NULL;

        if (r == 0)
                r = nft ? run(nft, commands, e) : err_set(e, -ENOMEM, "nftables: cannot be begun");
        if (nft)
                lib.nft_ctx_free(nft);
        (void)pthread_mutex_unlock(&one_at_a_time);
        return r;
}

struct search {
        const char *rule;
        const struct nat_rule *parsed; /* to be added: the first rule of more rank in its chain is looked for */
        char chain[32];
        uint64_t handle, next;
        size_t count; /* rules in all */
};

static int look(void *user, const char *chain, uint64_t handle, const char *comment)
{
        struct search *s = user;
        struct nat_rule other;

        s->count++;
        if (s->parsed && !s->next && strcmp(chain, nat_rule_chain(s->parsed)) == 0 &&
            nat_rule_parse(comment, &other, NULL) == 0 && nat_rule_rank(&other) > nat_rule_rank(s->parsed))
                s->next = handle;
        if (!s->handle && strcmp(comment, s->rule) == 0) {
                (void)str_copy(s->chain, sizeof(s->chain), chain); /* one of ours fits */
                s->handle = handle;
        }
        return 0;
}

int nft_add_here(const char *rule, struct err *e)
{
        struct nat_rule parsed;
        struct search s = {.rule = rule, .parsed = &parsed};
        CLEANUP(text_done) struct text t = {0};
        int r = nat_rule_parse(rule, &parsed, e);

        if (r < 0 || (nft_read_here(look, &s) == 0 && s.handle))
                return r;
        text_put(&t,
                 "add table inet " NAT_TABLE "\n"
                 "add chain inet " NAT_TABLE " prerouting { type nat hook prerouting priority -100 ; }\n"
                 "add chain inet " NAT_TABLE " postrouting { type nat hook postrouting priority 100 ; }\n");
        text_putf(&t, "%s rule inet " NAT_TABLE " %s ", s.next ? "insert" : "add", nat_rule_chain(&parsed));
        if (s.next)
                text_putf(&t, "handle %llu ", (unsigned long long)s.next);
        nat_rule_put_nft(&parsed, &t);
        text_put_char(&t, '\n');
        return nft_run_here(text_str(&t), e);
}

int nft_del_here(const char *rule, struct err *e)
{
        struct search s = {.rule = rule};
        CLEANUP(text_done) struct text t = {0};
        int r = nft_read_here(look, &s);

        if (r < 0)
                return err_set(e, r, "nftables: cannot be read: %s", strerror(-r));
        if (!s.handle)
                return 0;
        if (s.count == 1)
                text_put(&t, "delete table inet " NAT_TABLE "\n");
        else
                text_putf(&t, "delete rule inet " NAT_TABLE " %s handle %llu\n", s.chain, (unsigned long long)s.handle);
        return nft_run_here(text_str(&t), e);
}
