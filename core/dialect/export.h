/*
 * export.h - a running network as FreeBSD's files: rc.conf, jail.conf, each jail's rc.conf, a script for netgraph,
 * devfs.rules and pf.conf. Pure: who writes them is the front end.
 */
#ifndef CORE_DIALECT_EXPORT_H
#define CORE_DIALECT_EXPORT_H

#include "core/base/text.h"
#include "core/graph/graph.h"
#include "core/graph/hosts.h"

typedef void export_file(void *user, const char *path, const struct text *t);

/*
 * export_freebsd - calls fn for each file, with its path below the folder.
 *
 *   shape    hosts: what its bridges were told, which the graph does not have. ret_left: what has no words in these
 * files, one a line
 */
void export_freebsd(const struct graph *g, const struct static_hosts *hosts, export_file *fn, void *user,
                    struct text *ret_left);

#endif
