/* path.c - netgraph addresses, by FreeBSD's grammar (netgraph(4)). */
#include "core/graph/path.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"

void path_node_name(const char *iface_name, char ret[NODE_NAME_SIZE])
{
        (void)str_copy(ret, NODE_NAME_SIZE, iface_name); /* at most 15 bytes */
        for (char *p = ret; *p; p++)
                if (*p == '.' || *p == ':')
                        *p = '_';
}

/* "[hex]" with 1 to 8 significant digits and a value other than 0. */
static bool parse_id(const char *s, size_t length, uint32_t *ret)
{
        uint64_t value = 0;

        if (length < 3 || s[0] != '[' || s[length - 1] != ']')
                return false;
        for (size_t i = 1; i < length - 1; i++) {
                unsigned char c = (unsigned char)s[i];

                if (c >= '0' && c <= '9')
                        value = value << 4 | (unsigned)(c - '0');
                else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
                        value = value << 4 | (unsigned)((c | 0x20) - 'a' + 10);
                else
                        return false;
                if (value > UINT32_MAX)
                        return false;
        }
        *ret = (uint32_t)value;
        return value != 0;
}

bool path_parse_id(const char *s, uint32_t *ret_id)
{
        return parse_id(s, strlen(s), ret_id);
}

static size_t find_start(const struct graph *g, size_t jail, size_t from, const char *s, size_t length)
{
        char name[NODE_NAME_SIZE];
        uint32_t id;

        if (length == 1 && s[0] == '.')
                return from;
        if (parse_id(s, length, &id)) {
                size_t node = graph_find_node(g, id);

                return node != NONE && (jail == NONE || g->nodes[node].jail == jail) ? node : NONE;
        }
        if (length >= sizeof(name) || jail == NONE)
                return NONE;
        memcpy(name, s, length);
        name[length] = '\0';
        return graph_find_node_named(g, jail, name);
}

/* Walks hooks joined by dots; the names are those on the near side. */
static size_t walk(const struct graph *g, size_t node, const char *s, size_t length)
{
        while (length && node != NONE) {
                const char *dot = memchr(s, '.', length);
                size_t n = dot ? (size_t)(dot - s) : length;
                char name[HOOK_NAME_SIZE];

                if (n >= sizeof(name))
                        return NONE;
                memcpy(name, s, n);
                name[n] = '\0';

                size_t hook = graph_find_hook(g, node, name);

                if (hook == NONE)
                        return NONE;
                node = g->hooks[graph_hook_peer(g, hook)].node;
                s += dot ? n + 1 : n;
                length -= dot ? n + 1 : n;
        }
        return node;
}

int path_split(const char *address, struct path_parts *ret)
{
        const char *colon = strchr(address, ':');
        struct path_parts p = {.hooks = colon ? colon + 1 : address};

        if (colon) {
                p.node = address;
                p.node_length = (size_t)(colon - address);

                bool is_self = p.node_length == 1 && address[0] == '.';

                if (p.node_length == 0 || (!is_self && memchr(address, '.', p.node_length)) || strchr(p.hooks, ':'))
                        return -EINVAL;
        }
        if (strstr(p.hooks, ".."))
                return -EINVAL;
        if (*p.hooks == '.')
                p.hooks++;
        p.hooks_length = strlen(p.hooks);
        if (p.hooks_length && p.hooks[p.hooks_length - 1] == '.')
                p.hooks_length--;
        *ret = p;
        return 0;
}

int path_resolve(const struct graph *g, size_t jail, size_t from, const char *address, size_t *ret_node)
{
        struct path_parts p;
        int r = path_split(address, &p);

        if (r < 0)
                return r;

        size_t node = p.node ? find_start(g, jail, from, p.node, p.node_length) : from;

        node = walk(g, node, p.hooks, p.hooks_length);
        if (node == NONE)
                return -ENOENT;
        *ret_node = node;
        return 0;
}
