/*
 * confine_code.c - the BPF programs of a confined jail, put together instruction by instruction.
 *
 * Registers: r6 is the context; r7 the address of IPv4 that the caller gave, r8 the source for it; r2 to r5 the four
 * words of one of IPv6. The source that was chosen stands in a sockaddr at SOURCE on the stack. Addresses are in
 * network order, compared as 32-bit words of this machine's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/exec/confine.h"

#define SOURCE (-32) /* a sockaddr_in or sockaddr_in6, from the stack's upper end */
#define WORDS  4     /* of an IPv6 address */

#define CALL_BIND       64  /* BPF_FUNC_bind */
#define CALL_SET_RETVAL 187 /* BPF_FUNC_set_retval, which headers of before 5.18 do not name */

#define CONTEXT(member) ((int)offsetof(struct bpf_sock_addr, member))
#define SOCKET(member)  ((int)offsetof(struct bpf_sock, member))

/* Places that jump to the same one further on. */
struct label {
        size_t *from;
        size_t count, capacity;
};

struct code {
        const struct confine *confine;
        bool tells;
        struct bpf_insn *list;
        size_t count, capacity;
        struct label allow, deny;
};

enum action { BIND, CONNECT, SEND };

/* -- Instructions -------------------------------------------------------------------------------------------------- */

static void emit(struct code *c, int code, int dst, int src, int off, uint32_t imm)
{
        c->list = array_grow(c->list, &c->capacity, c->count, sizeof(*c->list));
        c->list[c->count++] = (struct bpf_insn){.code = (uint8_t)code,
                                                .dst_reg = (unsigned)dst & 0xf,
                                                .src_reg = (unsigned)src & 0xf,
                                                .off = (int16_t)off,
                                                .imm = (int32_t)imm};
}

static void load(struct code *c, int dst, int src, int off)
{
        emit(c, BPF_LDX | BPF_MEM | BPF_W, dst, src, off, 0);
}

static void store(struct code *c, int dst, int off, int src)
{
        emit(c, BPF_STX | BPF_MEM | BPF_W, dst, src, off, 0);
}

static void store_number(struct code *c, int off, uint32_t imm)
{
        emit(c, BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, off, imm);
}

static void set(struct code *c, int dst, uint32_t imm)
{
        emit(c, BPF_ALU | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

static void copy(struct code *c, int dst, int src)
{
        emit(c, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static void jump(struct code *c, int op, int reg, uint32_t imm, struct label *to)
{
        to->from = array_grow(to->from, &to->capacity, to->count, sizeof(*to->from));
        to->from[to->count++] = c->count;
        emit(c, BPF_JMP32 | op | BPF_K, reg, 0, 0, imm);
}

static void jump_always(struct code *c, struct label *to)
{
        jump(c, BPF_JA, 0, 0, to);
        c->list[c->count - 1].code = BPF_JMP | BPF_JA;
}

/* The jumps lead to what comes next. */
static void land(struct code *c, struct label *l)
{
        for (size_t i = 0; i < l->count; i++)
                c->list[l->from[i]].off = (int16_t)(c->count - l->from[i] - 1);
        free(l->from);
        *l = (struct label){0};
}

/* -- Addresses ----------------------------------------------------------------------------------------------------- */

static uint32_t word_of(const uint8_t *bytes, int word)
{
        uint32_t n;

        memcpy(&n, bytes + 4 * word, sizeof(n));
        return n;
}

static uint32_t mask_of(unsigned length, int word)
{
        int bits = (int)length - 32 * word;

        return bits <= 0 ? 0 : bits >= 32 ? UINT32_MAX : htonl(UINT32_MAX << (32 - bits));
}

static const struct confine_address *next(const struct code *c, const struct confine_address *a, int family)
{
        const struct confine_address *end = c->confine->addresses + c->confine->count;

        for (a = a ? a + 1 : c->confine->addresses; a && a < end; a++)
                if (a->prefix.family == family)
                        return a;
        return NULL;
}

static const struct confine_address *first(const struct code *c, int family)
{
        return next(c, NULL, family);
}

/* What leaves the host comes from the first address that is not of a loopback, when there is one. */
static const struct confine_address *outside(const struct code *c, const struct confine_address *own)
{
        const struct confine_address *a = own;

        while (a && a->is_loopback)
                a = next(c, a, own->prefix.family);
        return a ? a : own;
}

static const uint8_t loopback4[4] = {127, 0, 0, 1};
static const uint8_t loopback6[16] = {[15] = 1};

/* -- Comparing ----------------------------------------------------------------------------------------------------- */

static void match4(struct code *c, int reg, struct label *to)
{
        for (const struct confine_address *a = first(c, AF_INET); a; a = next(c, a, AF_INET))
                jump(c, BPF_JEQ, reg, word_of(a->prefix.bytes, 0), to);
}

/* Jumps to no when r2 to r5, as far as length says, are not these. */
static void unless6(struct code *c, const uint8_t *bytes, unsigned length, struct label *no)
{
        for (int i = 0; i < WORDS && mask_of(length, i); i++) {
                uint32_t mask = mask_of(length, i);

                copy(c, BPF_REG_0, BPF_REG_2 + i);
                if (mask != UINT32_MAX)
                        emit(c, BPF_ALU | BPF_AND | BPF_K, BPF_REG_0, 0, 0, mask);
                jump(c, BPF_JNE, BPF_REG_0, word_of(bytes, i) & mask, no);
        }
}

static void when6(struct code *c, const uint8_t *bytes, struct label *to)
{
        struct label no = {0};

        unless6(c, bytes, 128, &no);
        jump_always(c, to);
        land(c, &no);
}

static void match6(struct code *c, struct label *to)
{
        for (const struct confine_address *a = first(c, AF_INET6); a; a = next(c, a, AF_INET6))
                when6(c, a->prefix.bytes, to);
}

static void load6(struct code *c, int src, int off)
{
        for (int i = 0; i < WORDS; i++)
                load(c, BPF_REG_2 + i, src, off + 4 * i);
}

/* -- The source for a destination ---------------------------------------------------------------------------------- */

/* r8 for r7: of a network that an address is in that address, for what is the jail's own its first, else outside's. The
 * last of these that fits holds, so that of several networks the first wins. */
static void choose4(struct code *c, const struct confine_address *own)
{
        set(c, BPF_REG_8, word_of(outside(c, own)->prefix.bytes, 0));
        for (size_t i = c->confine->count; i-- > 0;) {
                const struct prefix *p = &c->confine->addresses[i].prefix;
                uint32_t mask = mask_of(p->length, 0), word = word_of(p->bytes, 0);
                struct label no = {0};

                if (p->family != AF_INET || p->length == 0 || p->length == 32)
                        continue;
                copy(c, BPF_REG_0, BPF_REG_7);
                emit(c, BPF_ALU | BPF_AND | BPF_K, BPF_REG_0, 0, 0, mask);
                jump(c, BPF_JNE, BPF_REG_0, word & mask, &no);
                set(c, BPF_REG_8, word);
                land(c, &no);
        }

        struct label inside = {0}, end = {0};

        match4(c, BPF_REG_7, &inside);
        jump_always(c, &end);
        land(c, &inside);
        set(c, BPF_REG_8, word_of(own->prefix.bytes, 0));
        land(c, &end);
}

static void store_source6(struct code *c, const struct confine_address *a)
{
        for (int i = 0; i < WORDS; i++)
                store_number(c, SOURCE + (int)offsetof(struct sockaddr_in6, sin6_addr) + 4 * i,
                             word_of(a->prefix.bytes, i));
}

/* A sockaddr of the family, all else zero. */
static void store_family(struct code *c, uint16_t family)
{
        for (int off = SOURCE; off < SOURCE + (int)sizeof(struct sockaddr_in6); off += 4)
                store_number(c, off, 0);
        emit(c, BPF_ST | BPF_MEM | BPF_H, BPF_REG_10, 0, SOURCE, family);
}

/* The same for r2 to r5, into the sockaddr. */
static void choose6(struct code *c, const struct confine_address *own)
{
        struct label inside = {0}, end = {0};

        store_family(c, AF_INET6);
        store_source6(c, outside(c, own));
        for (size_t i = c->confine->count; i-- > 0;) {
                const struct prefix *p = &c->confine->addresses[i].prefix;
                struct label no = {0};

                if (p->family != AF_INET6 || p->length == 0 || p->length == 128)
                        continue;
                unless6(c, p->bytes, p->length, &no);
                store_source6(c, &c->confine->addresses[i]);
                land(c, &no);
        }
        match6(c, &inside);
        jump_always(c, &end);
        land(c, &inside);
        store_source6(c, own);
        land(c, &end);
}

/* Binds to the sockaddr; one that is bound already must be to an address of the jail's: off is where that stands. */
static void bind_source(struct code *c, size_t size, int off, bool is_v6)
{
        copy(c, BPF_REG_1, BPF_REG_6);
        copy(c, BPF_REG_2, BPF_REG_10);
        emit(c, BPF_ALU64 | BPF_ADD, BPF_REG_2, 0, 0, (uint32_t)SOURCE);
        set(c, BPF_REG_3, (uint32_t)size);
        emit(c, BPF_JMP | BPF_CALL, 0, 0, 0, CALL_BIND);
        jump(c, BPF_JEQ, BPF_REG_0, 0, &c->allow);
        emit(c, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_7, BPF_REG_6, CONTEXT(sk), 0);
        if (is_v6) {
                load6(c, BPF_REG_7, off);
                match6(c, &c->allow);
        } else {
                load(c, BPF_REG_0, BPF_REG_7, off);
                match4(c, BPF_REG_0, &c->allow);
        }
        jump_always(c, &c->deny);
}

/* -- Programs ------------------------------------------------------------------------------------------------------ */

/* IPv4's part: r7 is the address, which stands at off; is_mapped: in a socket of IPv6. */
static void program4(struct code *c, enum action action, int off, bool is_mapped)
{
        const struct confine_address *own = first(c, AF_INET);
        struct label to_first = {0}, go = {0};

        if (c->confine->is_open4 || (is_mapped && action == SEND)) {
                jump_always(c, &c->allow); /* what is sent is a matter of IPv4's own hook */
                return;
        }
        if (!own) {
                jump_always(c, &c->deny);
                return;
        }
        if (action == BIND)
                match4(c, BPF_REG_7, &c->allow);
        jump(c, BPF_JEQ, BPF_REG_7, 0, &to_first);
        jump(c, BPF_JNE, BPF_REG_7, word_of(loopback4, 0), action == BIND ? &c->deny : &go);
        land(c, &to_first);
        set(c, BPF_REG_7, word_of(own->prefix.bytes, 0));
        store(c, BPF_REG_6, off, BPF_REG_7);
        land(c, &go);
        if (action == BIND) {
                jump_always(c, &c->allow);
                return;
        }
        choose4(c, own);
        if (action == SEND) {
                load(c, BPF_REG_0, BPF_REG_6, CONTEXT(msg_src_ip4));
                match4(c, BPF_REG_0, &c->allow);
                store(c, BPF_REG_6, CONTEXT(msg_src_ip4), BPF_REG_8);
                jump_always(c, &c->allow);
        } else if (is_mapped) {
                store_family(c, AF_INET6);
                store_number(c, SOURCE + (int)offsetof(struct sockaddr_in6, sin6_addr) + 8, htonl(0xffff));
                store(c, BPF_REG_10, SOURCE + (int)offsetof(struct sockaddr_in6, sin6_addr) + 12, BPF_REG_8);
                bind_source(c, sizeof(struct sockaddr_in6), SOCKET(src_ip6[3]), false);
        } else {
                store_family(c, AF_INET);
                store(c, BPF_REG_10, SOURCE + (int)offsetof(struct sockaddr_in, sin_addr), BPF_REG_8);
                bind_source(c, sizeof(struct sockaddr_in), SOCKET(src_ip4), false);
        }
}

/* IPv6's part: r2 to r5 are the address. */
static void program6(struct code *c, enum action action)
{
        static const uint8_t any[16] = {0};
        const struct confine_address *own = first(c, AF_INET6);
        struct label to_first = {0}, go = {0};

        if (c->confine->is_open6) {
                jump_always(c, &c->allow);
                return;
        }
        if (!own) {
                jump_always(c, &c->deny);
                return;
        }
        if (action == BIND)
                match6(c, &c->allow);
        when6(c, any, &to_first);
        when6(c, loopback6, &to_first);
        jump_always(c, action == BIND ? &c->deny : &go);
        land(c, &to_first);
        for (int i = 0; i < WORDS; i++) {
                set(c, BPF_REG_2 + i, word_of(own->prefix.bytes, i));
                store(c, BPF_REG_6, CONTEXT(user_ip6) + 4 * i, BPF_REG_2 + i);
        }
        land(c, &go);
        if (action == BIND) {
                jump_always(c, &c->allow);
                return;
        }
        choose6(c, own);
        if (action == CONNECT) {
                bind_source(c, sizeof(struct sockaddr_in6), SOCKET(src_ip6), true);
                return;
        }
        load6(c, BPF_REG_6, CONTEXT(msg_src_ip6));
        match6(c, &c->allow);
        for (int i = 0; i < WORDS; i++) {
                load(c, BPF_REG_0, BPF_REG_10, SOURCE + (int)offsetof(struct sockaddr_in6, sin6_addr) + 4 * i);
                store(c, BPF_REG_6, CONTEXT(msg_src_ip6) + 4 * i, BPF_REG_0);
        }
        jump_always(c, &c->allow);
}

static void program_addr4(struct code *c, enum action action)
{
        load(c, BPF_REG_7, BPF_REG_6, CONTEXT(user_ip4));
        program4(c, action, CONTEXT(user_ip4), false);
}

static void program_addr6(struct code *c, enum action action)
{
        struct label six = {0};

        load6(c, BPF_REG_6, CONTEXT(user_ip6));
        jump(c, BPF_JNE, BPF_REG_2, 0, &six);
        jump(c, BPF_JNE, BPF_REG_3, 0, &six);
        jump(c, BPF_JNE, BPF_REG_4, htonl(0xffff), &six);
        copy(c, BPF_REG_7, BPF_REG_5);
        program4(c, action, CONTEXT(user_ip6) + 12, true);
        land(c, &six);
        program6(c, action);
}

/* No sockets of a family that the jail has no address of, nor of ICMP's without the right to raw ones. */
static void program_socket(struct code *c, struct label *no_family)
{
        load(c, BPF_REG_7, BPF_REG_6, SOCKET(family));
        if (!c->confine->is_open4 && !first(c, AF_INET))
                jump(c, BPF_JEQ, BPF_REG_7, AF_INET, no_family);
        if (!c->confine->is_open6 && !first(c, AF_INET6))
                jump(c, BPF_JEQ, BPF_REG_7, AF_INET6, no_family);
        if (!c->confine->has_raw_sockets) {
                load(c, BPF_REG_7, BPF_REG_6, SOCKET(protocol));
                jump(c, BPF_JEQ, BPF_REG_7, IPPROTO_ICMP, &c->deny);
                jump(c, BPF_JEQ, BPF_REG_7, IPPROTO_ICMPV6, &c->deny);
        }
        jump_always(c, &c->allow);
}

static void end(struct code *c, struct label *at, int error)
{
        land(c, at);
        if (error && c->tells) {
                emit(c, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, (uint32_t)-error);
                emit(c, BPF_JMP | BPF_CALL, 0, 0, 0, CALL_SET_RETVAL);
        }
        set(c, BPF_REG_0, at == &c->allow);
        emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

size_t confine_code(const struct confine *confine, enum bpf_attach_type hook, bool tells, struct bpf_insn **ret)
{
        struct code c = {.confine = confine, .tells = tells};
        struct label no_family = {0};
        bool is_socket = hook == BPF_CGROUP_INET_SOCK_CREATE;

        copy(&c, BPF_REG_6, BPF_REG_1);
        if (hook == BPF_CGROUP_INET4_BIND)
                program_addr4(&c, BIND);
        else if (hook == BPF_CGROUP_INET4_CONNECT)
                program_addr4(&c, CONNECT);
        else if (hook == BPF_CGROUP_UDP4_SENDMSG)
                program_addr4(&c, SEND);
        else if (hook == BPF_CGROUP_INET6_BIND)
                program_addr6(&c, BIND);
        else if (hook == BPF_CGROUP_INET6_CONNECT)
                program_addr6(&c, CONNECT);
        else if (hook == BPF_CGROUP_UDP6_SENDMSG)
                program_addr6(&c, SEND);
        else
                program_socket(&c, &no_family);
        if (no_family.count)
                end(&c, &no_family, EAFNOSUPPORT);
        if (c.deny.count)
                end(&c, &c.deny, is_socket ? 0 : EADDRNOTAVAIL);
        if (c.allow.count) /* what no jump leads to is refused by the kernel */
                end(&c, &c.allow, 0);
        *ret = c.list;
        return c.count;
}
