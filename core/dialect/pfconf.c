/* pfconf.c - pf.conf: macros, nat on and rdr on. */
#include "core/dialect/pfconf.h"

#include <errno.h>
#include <string.h>

#include "core/dialect/ensure.h"
#include "core/graph/nat_rule.h"

#define TOKENS_MAX 40
#define MACROS_MAX 64

struct token {
        const char *text;
        size_t at;
};

struct macro {
        const char *name, *value;
};

struct pf {
        struct dialect *d;
        struct source *s;
        const char *jail; /* whose stack */
        struct token tokens[TOKENS_MAX];
        size_t count, next;
        size_t end; /* of the line, with those that it goes on in */
        struct macro macros[MACROS_MAX];
        size_t macro_count;
};

/* -- Words ------------------------------------------------------------------------------------------------------- */

static bool is_word(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_./:-", c));
}

static const char *find_macro(const struct pf *p, const char *name)
{
        for (size_t i = p->macro_count; i > 0; i--)
                if (strcmp(p->macros[i - 1].name, name) == 0)
                        return p->macros[i - 1].value;
        return NULL;
}

static int put_token(struct pf *p, size_t at, const char *text, struct err *e)
{
        if (p->count == TOKENS_MAX)
                return source_fail(p->s, at, e, "the line has more than %d words", TOKENS_MAX);
        p->tokens[p->count++] = (struct token){arena_strdup(&p->d->arena, text), at};
        return 0;
}

/* $NAME, with what stands right behind it: $ext_if:0. */
static int take_macro(struct pf *p, size_t *at, struct err *e)
{
        size_t start = (*at)++, n = 0;

        while (*at + n < p->end && is_word(p->s->text[*at + n]) && !strchr(":./-", p->s->text[*at + n]))
                n++;

        CLEANUP(freep) char *name = xstrndup(p->s->text + *at, n);
        const char *value = find_macro(p, name);

        if (!value)
                return source_fail(p->s, start, e, "$%s: no line before this one sets it", name);
        *at += n;
        n = 0;
        while (*at + n < p->end && is_word(p->s->text[*at + n]))
                n++;

        CLEANUP(freep) char *whole = xasprintf("%s%.*s", value, (int)n, p->s->text + *at);

        *at += n;
        return put_token(p, start, whole, e);
}

static int take_quoted(struct pf *p, size_t *at, struct err *e)
{
        size_t start = (*at)++, n = 0;

        while (!source_is_line_end(p->s, *at + n) && p->s->text[*at + n] != '"')
                n++;
        if (source_is_line_end(p->s, *at + n))
                return source_fail(p->s, start, e, "the quote \" that is opened here is not closed on its line");

        CLEANUP(freep) char *value = xstrndup(p->s->text + *at, n);

        *at += n + 1;
        return put_token(p, start, value, e);
}

/* A backslash at a line's end: the next one goes on with it. Behind both; 0: there is none. */
static size_t skip_joint(const struct source *s, size_t at)
{
        if (at >= s->length || s->text[at] != '\\' || !source_is_line_end(s, at + 1))
                return 0;
        at++;
        if (at < s->length && s->text[at] == '\r')
                at++;
        return at < s->length ? at + 1 : at;
}

static int split(struct pf *p, size_t at, struct err *e)
{
        p->count = p->next = 0;
        while (at < p->end) {
                char c = p->s->text[at];
                int r = 0;

                if (c == ' ' || c == '\t') {
                        at++;
                } else if (skip_joint(p->s, at)) {
                        at = skip_joint(p->s, at);
                } else if (c == '#') {
                        break;
                } else if (c == '$') {
                        r = take_macro(p, &at, e);
                } else if (c == '"') {
                        r = take_quoted(p, &at, e);
                } else if (c == '-' && at + 1 < p->end && p->s->text[at + 1] == '>') {
                        r = put_token(p, at, "->", e);
                        at += 2;
                } else if (strchr("=()", c) && c) {
                        r = put_token(p, at, (char[]){c, '\0'}, e);
                        at++;
                } else if (is_word(c)) {
                        size_t n = 0;

                        while (at + n < p->end && is_word(p->s->text[at + n]) &&
                               !(p->s->text[at + n] == '-' && at + n + 1 < p->end && p->s->text[at + n + 1] == '>'))
                                n++;

                        CLEANUP(freep) char *word = xstrndup(p->s->text + at, n);

                        r = put_token(p, at, word, e);
                        at += n;
                } else {
                        r = source_fail(p->s, at, e,
                                        "is not read; jailnet imports plain lines of nat on and rdr on only");
                }
                if (r < 0)
                        return r;
        }
        return 0;
}

static size_t place(const struct pf *p)
{
        return p->next < p->count ? p->tokens[p->next].at : p->end;
}

static const char *peek(const struct pf *p)
{
        return p->next < p->count ? p->tokens[p->next].text : "";
}

static bool take(struct pf *p, const char *word)
{
        if (strcmp(peek(p), word) != 0)
                return false;
        p->next++;
        return true;
}

static int expected(struct pf *p, struct err *e, const char *what)
{
        CLEANUP(text_done) struct text t = {0};

        if (p->next >= p->count)
                return source_fail(p->s, p->end, e, "%s is missing here", what);
        text_put_visible(&t, peek(p));
        return source_fail(p->s, place(p), e, "'%s': %s was expected; other forms are not imported", text_str(&t),
                           what);
}

/* -- Rules ------------------------------------------------------------------------------------------------------- */

/* (IF:0), IF:0, (IF) or IF: an interface's own address. */
static int take_own_address(struct pf *p, const char *iface, struct err *e)
{
        CLEANUP(freep) char *first = xasprintf("%s:0", iface);
        size_t opened = place(p);
        bool has_bracket = take(p, "(");

        if (!take(p, first) && !take(p, iface))
                return expected(p, e, "the interface's own address, like (em0:0),");
        if (has_bracket && !take(p, ")"))
                return source_fail(p->s, opened, e, "the ( that is opened here is not closed behind %s", iface);
        return 0;
}

static int take_iface(struct pf *p, struct nat_rule *r, struct err *e)
{
        if (!take(p, "on"))
                return expected(p, e, "'on'");
        if (!*peek(p) || strlen(peek(p)) >= sizeof(r->iface))
                return expected(p, e, "an interface's name");
        (void)str_copy(r->iface, sizeof(r->iface), peek(p)); /* it fits */
        p->next++;
        if (!take(p, "inet"))
                (void)take(p, "inet6"); /* the address tells */
        return 0;
}

static int take_network(struct pf *p, struct prefix *ret, struct err *e)
{
        if (!*peek(p))
                return expected(p, e, "an address or a network");
        if (prefix_parse(peek(p), ret, e) < 0)
                return source_wrap(p->s, place(p), e);
        p->next++;
        return 0;
}

/* Whose name is used: the interface's own address, or one that is written out. */
static int take_alias(struct pf *p, struct nat_rule *r, struct err *e)
{
        if (prefix_parse(peek(p), &r->alias, NULL) < 0) {
                r->alias = (struct prefix){0};
                return take_own_address(p, r->iface, e);
        }
        if (r->alias.length != prefix_bits(r->alias.family) ||
            (r->address.family && r->alias.family != r->address.family))
                return expected(p, e, "one address of the same family");
        p->next++;
        return 0;
}

static int take_port(struct pf *p, uint16_t *ret, struct err *e)
{
        uint32_t n;

        if (str_to_u32(peek(p), 65535, &n) < 0 || n == 0)
                return expected(p, e, "a port's number");
        *ret = (uint16_t)n;
        p->next++;
        return 0;
}

static int read_nat(struct pf *p, struct nat_rule *r, struct err *e)
{
        int result = take_iface(p, r, e);

        if (result == 0 && !take(p, "from"))
                result = expected(p, e, "'from'");
        if (result == 0)
                result = take_network(p, &r->address, e);
        if (result == 0 && take(p, "to") && !take(p, "any"))
                result = expected(p, e, "'any'");
        if (result == 0 && !take(p, "->"))
                result = expected(p, e, "'->'");
        return result == 0 ? take_alias(p, r, e) : result;
}

/* proto tcp or udp; false: it is not said. */
static int take_proto(struct pf *p, struct nat_rule *r, bool *ret_is_said, struct err *e)
{
        *ret_is_said = take(p, "proto");
        if (!*ret_is_said)
                return 0;
        r->is_udp = strcmp(peek(p), "udp") == 0;
        return take(p, "tcp") || take(p, "udp") ? 0 : expected(p, e, "tcp or udp");
}

/* Behind "to": any, or for whom it was; then its port. A rule without protocol and port is about all that comes. */
static int take_door(struct pf *p, struct nat_rule *r, bool has_proto, struct err *e)
{
        bool is_any = take(p, "any");
        int result = is_any ? 0 : take_alias(p, r, e);

        if (result < 0)
                return result;
        if (take(p, "port")) {
                if (!has_proto)
                        dialect_say(p->d, "rdr on %s: a port without proto is taken for proto tcp", r->iface);
                return take_port(p, &r->port, e);
        }
        r->is_all = !has_proto && r->alias.family;
        return r->is_all ? 0 : expected(p, e, "'port'");
}

static int read_rdr(struct pf *p, struct nat_rule *r, struct err *e)
{
        bool has_proto = false;
        int result = take_iface(p, r, e);

        r->is_forward = true;
        if (result == 0)
                result = take_proto(p, r, &has_proto, e);
        if (result == 0 && take(p, "from") && !take(p, "any"))
                result = expected(p, e, "'any'");
        if (result == 0 && !take(p, "to"))
                result = expected(p, e, "'to'");
        if (result == 0)
                result = take_door(p, r, has_proto, e);
        if (result == 0 && !take(p, "->"))
                result = expected(p, e, "'->'");
        if (result == 0)
                result = take_network(p, &r->address, e);
        r->to_port = r->port;
        if (result == 0 && !r->is_all && take(p, "port"))
                result = take_port(p, &r->to_port, e);
        if (result == 0 && r->alias.family && r->alias.family != r->address.family)
                result = source_fail(p->s, p->tokens[p->next - 1].at, e, "both addresses must be of one family");
        return result;
}

static bool is_there(struct pf *p, const struct nat_rule *r)
{
        const struct graph *g = dialect_graph(p->d);
        size_t jail = graph_find_jail(g, p->jail);
        char text[NAT_TEXT_SIZE];

        nat_rule_format(r, text);
        return jail != NONE && nat_has_line(g->jails[jail].nat_rules, text);
}

static const char *find_owner(struct pf *p, const struct prefix *a)
{
        const struct graph *g = dialect_graph(p->d);

        for (size_t k = 0; k < g->iface_count; k++)
                for (size_t n = 0; n < g->ifaces[k].address_count; n++)
                        if (g->ifaces[k].addresses[n].family == a->family &&
                            memcmp(g->ifaces[k].addresses[n].bytes, a->bytes, sizeof(a->bytes)) == 0)
                                return arena_strdup(&p->d->arena, g->jails[g->ifaces[k].jail].name);
        return NULL;
}

static int ask_for(struct pf *p, const struct nat_rule *r, size_t at, struct err *e)
{
        bool is_host = strcmp(p->jail, "host") == 0;
        CLEANUP(freep)
        char *iface = xasprintf("if:%s%s%s", is_host ? "" : p->jail, is_host ? "" : "/", r->iface);
        char address[PREFIX_TEXT_SIZE], wanted[NAT_TEXT_SIZE];
        int result;

        if (ensure_find(p->d, p->jail, r->iface) == NONE)
                return source_fail(p->s, at, e,
                                   "%s: no such interface; make it first, or rename the one that it is here", r->iface);
        nat_rule_format(r, wanted);
        dialect_want(p->d, !is_there(p, r), "nat", p->jail, wanted, "");
        if (is_there(p, r))
                return 0;

        const char *owner = find_owner(p, &r->address);
        bool is_for_later = r->is_forward && !owner && is_host && dialect_is_promised(p->d, &r->address);

        if (r->alias.family || is_for_later) {
                result = dialect_add(p->d, e, "nat", "rule", iface, wanted, NULL);
                return result < 0 ? source_wrap(p->s, at, e) : 0;
        }
        if (!r->is_forward) {
                result = dialect_add(p->d, e, "nat", "add", prefix_format(&r->address, address), "via", iface, NULL);
                return result < 0 ? source_wrap(p->s, at, e) : 0;
        }

        (void)prefix_format_addr(&r->address, address);
        if (!owner)
                return source_fail(p->s, at, e, "%s: no jail has that address; give the files that make it, too",
                                   address);

        bool is_v6 = strchr(address, ':') != NULL;
        CLEANUP(freep) char *door = xasprintf("%s:%u/%s", iface, r->port, r->is_udp ? "udp" : "tcp");
        CLEANUP(freep)
        char *to = xasprintf("%s%s%s:%u", is_v6 ? "[" : "", address, is_v6 ? "]" : "", r->to_port);

        result = dialect_add(p->d, e, "nat", "forward", door, owner, to, NULL);
        return result < 0 ? source_wrap(p->s, at, e) : 0;
}

/* -- Lines ------------------------------------------------------------------------------------------------------- */

static int read_line(struct pf *p, size_t start, struct err *e)
{
        struct nat_rule r = {0};
        int result = split(p, start, e);

        if (result < 0 || p->count == 0)
                return result;
        if (p->count >= 2 && strcmp(p->tokens[1].text, "=") == 0) {
                if (p->count != 3)
                        return source_fail(p->s, p->tokens[0].at, e, "a macro has one value; write NAME = \"value\"");
                if (p->macro_count == MACROS_MAX)
                        return source_fail(p->s, p->tokens[0].at, e, "more than %d macros", MACROS_MAX);
                p->macros[p->macro_count++] = (struct macro){p->tokens[0].text, p->tokens[2].text};
                return 0;
        }
        if (take(p, "nat"))
                result = read_nat(p, &r, e);
        else if (take(p, "rdr"))
                result = read_rdr(p, &r, e);
        else
                result = expected(p, e, "'nat on' or 'rdr on'");
        if (result == 0 && p->next < p->count)
                result = expected(p, e, "the end of the line");
        return result == 0 ? ask_for(p, &r, p->tokens[0].at, e) : result;
}

int pf_import(struct dialect *d, struct source *s, struct err *e)
{
        return pf_import_jail(d, s, "host", e);
}

int pf_import_jail(struct dialect *d, struct source *s, const char *jail, struct err *e)
{
        struct pf p = {.d = d, .s = s, .jail = jail};

        for (size_t at = 0; at < s->length; at = p.end + 1) {
                int r;

                for (p.end = at; !source_is_line_end(s, p.end);)
                        p.end = skip_joint(s, p.end) ? skip_joint(s, p.end) : p.end + 1;
                r = read_line(&p, at, e);
                if (r < 0)
                        return r;
                if (p.end < s->length && s->text[p.end] == '\r')
                        p.end++;
        }
        return 0;
}
