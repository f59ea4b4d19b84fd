/*
 * examine_sysfs.c - reads from sysfs what netlink does not tell of a bridge: whether somebody has set its MAC address.
 *
 * sysfs shows the interfaces of the stack that it was mounted from. A mount that is attached nowhere serves that, and
 * is gone with its descriptor.
 */
#include <fcntl.h>
#include <linux/netdevice.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/kernel/examine_parts.h"

/* class/net of the stack that the thread is in; -1: a mount is not allowed here. */
static int open_class(size_t jail)
{
        CLEANUP(closep) int context = fsopen("sysfs", FSOPEN_CLOEXEC);
        CLEANUP(closep) int root = -1;
        int fd = -1;

        if (context >= 0 && fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
                root = fsmount(context, FSMOUNT_CLOEXEC,
                               MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
        if (root >= 0)
                fd = openat(root, "class/net", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 && jail == 0)
                fd = open("/sys/class/net", O_PATH | O_DIRECTORY | O_CLOEXEC);
        return fd;
}

/* A number in a small file; -1 unknown. */
static int read_number(int class, const char *iface, const char *file)
{
        char path[IF_NAME_SIZE + 32], buf[16] = "";

        if (!str_format(path, sizeof(path), "%s/%s", iface, file))
                return -1;

        CLEANUP(closep) int fd = openat(class, path, O_RDONLY | O_CLOEXEC);

        if (fd < 0 || read(fd, buf, sizeof(buf) - 1) <= 0)
                return -1;
        return (int)strtol(buf, NULL, 10);
}

void examine_bridges(struct exam_visit *v)
{
        const struct jail *j = &v->g->jails[v->jail];
        CLEANUP(closep) int class = -1;

        for (size_t k = j->iface_first; k != NONE; k = v->g->ifaces[k].next) {
                const struct iface *i = &v->g->ifaces[k];
                int way;

                if (i->kind != KIND_BRIDGE)
                        continue;
                if (class < 0)
                        class = open_class(v->jail);
                if (class < 0 || read_number(class, i->name, "ifindex") != i->id.ifindex)
                        continue; /* an old mount may show another stack */
                way = read_number(class, i->name, "addr_assign_type");
                if (way >= 0)
                        examination_add_device(v->x, i->id)->is_address_set = way == NET_ADDR_SET;
        }
}
