/* cgroup.h - from a process's control group to the container or unit that it belongs to. Pure. */
#ifndef CORE_KERNEL_CGROUP_H
#define CORE_KERNEL_CGROUP_H

#include "core/graph/graph.h"

/*
 * cgroup_read - the text of /proc/P/cgroup (all lines, versions 1 and 2) as an origin and a name.
 *
 *   shape    ORIGIN_CONTAINER with the engine's name for it, or the first 12 digits of its id; else ORIGIN_UNIT with
 *            "nginx.service" (units that hold whole sessions or machines say nothing and are passed over); false:
 * neither
 */
bool cgroup_read(const char *text, enum jail_origin *ret, char name[JAIL_NAME_SIZE]);

/* One line's path alone: "/system.slice/docker-4c01d2....scope". */
bool cgroup_parse_path(const char *path, enum jail_origin *ret, char name[JAIL_NAME_SIZE]);

#endif
