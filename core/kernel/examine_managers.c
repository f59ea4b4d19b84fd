/*
 * examine_managers.c - who else sets up the host's interfaces, as their own files below /run tell. The files outlive
 * the programs: a claim counts only while its program runs.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/kernel/examine_parts.h"
#include "core/kernel/proc.h"

#define FILE_SIZE 4096 /* these files have some hundred bytes */

enum manager { MANAGER_NETWORK_MANAGER, MANAGER_NETWORKD, MANAGER_DOCKER, MANAGER_COUNT };

static const struct {
        const char *name;
        const char *command; /* as the kernel has it: cut at 15 bytes */
} managers[MANAGER_COUNT] = {
        [MANAGER_NETWORK_MANAGER] = {"NetworkManager", "NetworkManager"},
        [MANAGER_NETWORKD] = {"systemd-networkd", "systemd-network"},
        [MANAGER_DOCKER] = {"docker", "dockerd"},
};

static void find_running(bool running[MANAGER_COUNT])
{
        DIR *proc = opendir("/proc");
        const struct dirent *entry;

        while (proc && (entry = readdir(proc))) {
                char path[300], command[32];

                if (!isdigit((unsigned char)entry->d_name[0]) ||
                    !str_format(path, sizeof(path), "/proc/%s/comm", entry->d_name))
                        continue;
                proc_read(path, command, sizeof(command));
                command[strcspn(command, "\n")] = '\0';
                for (size_t k = 0; k < MANAGER_COUNT; k++)
                        running[k] |= strcmp(command, managers[k].command) == 0;
        }
        if (proc)
                (void)closedir(proc); /* only read from */
}

/* The value of a line KEY=VALUE of a file; false when there is none. */
static bool find_value(const char *text, const char *key, char *ret, size_t size)
{
        size_t n = strlen(key);

        for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
                if (strncmp(line, key, n) != 0 || line[n] != '=')
                        continue;

                CLEANUP(freep) char *value = xstrndup(line + n + 1, strcspn(line + n + 1, "\n"));

                return str_copy(ret, size, value);
        }
        return false;
}

/* It has a profile in use there: a device that it merely knows of has none. */
static bool is_network_managers(int ifindex)
{
        char path[64], text[FILE_SIZE], value[128];

        (void)str_format(path, sizeof(path), "/run/NetworkManager/devices/%d", ifindex); /* a number fits */
        proc_read(path, text, sizeof(text));
        return find_value(text, "managed", value, sizeof(value)) && strcmp(value, "true") == 0 &&
                find_value(text, "connection-uuid", value, sizeof(value));
}

static bool is_networkds(int ifindex)
{
        char path[64], text[FILE_SIZE], value[256];

        (void)str_format(path, sizeof(path), "/run/systemd/netif/links/%d", ifindex); /* a number fits */
        proc_read(path, text, sizeof(text));
        return find_value(text, "ADMIN_STATE", value, sizeof(value)) && strncmp(value, "configur", 8) == 0 &&
                find_value(text, "NETWORK_FILE", value, sizeof(value));
}

/* docker0, or br- and the first twelve digits of a network's id. */
static bool is_dockers(const struct iface *i)
{
        if (i->kind != KIND_BRIDGE)
                return false;
        return strcmp(i->name, "docker0") == 0 ||
                (str_has_prefix(i->name, "br-") && strlen(i->name) == 15 &&
                 strspn(i->name + 3, "0123456789abcdef") == 12);
}

static void add_claim(struct examination *x, struct iface_id id, enum manager m)
{
        x->claims = array_grow(x->claims, &x->claim_capacity, x->claim_count, sizeof(*x->claims));
        x->claims[x->claim_count++] = (struct exam_claim){id, managers[m].name};
}

void examine_managers(const struct graph *g, struct examination *x)
{
        bool running[MANAGER_COUNT] = {false};

        find_running(running);
        for (size_t k = 0; k < g->iface_count && g->ifaces[k].jail == 0; k++) {
                const struct iface *i = &g->ifaces[k];

                if (i->kind == KIND_LOOPBACK)
                        continue;
                if (running[MANAGER_NETWORK_MANAGER] && is_network_managers(i->id.ifindex))
                        add_claim(x, i->id, MANAGER_NETWORK_MANAGER);
                if (running[MANAGER_NETWORKD] && is_networkds(i->id.ifindex))
                        add_claim(x, i->id, MANAGER_NETWORKD);
                if (running[MANAGER_DOCKER] && is_dockers(i))
                        add_claim(x, i->id, MANAGER_DOCKER);
        }
}
