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

int path_resolve(const struct graph *g, size_t jail, size_t from, const char *address, size_t *ret_node)
{
        const char *colon = strchr(address, ':'), *path = colon ? colon + 1 : address;
        size_t node = from, length;

        if (colon) {
                size_t n = (size_t)(colon - address);
                bool is_self = n == 1 && address[0] == '.';

                if (n == 0 || (!is_self && memchr(address, '.', n)) || strchr(path, ':'))
                        return -EINVAL;
                node = find_start(g, jail, from, address, n);
        }
        if (strstr(path, ".."))
                return -EINVAL;
        if (*path == '.')
                path++;
        length = strlen(path);
        if (length && path[length - 1] == '.')
                length--;
        node = walk(g, node, path, length);
        if (node == NONE)
                return -ENOENT;
        *ret_node = node;
        return 0;
}
