/* confine.c - the control group of a confined jail: found, made with its programs, joined, removed. */
#include "core/exec/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

#define FOLDER       "/jailnet" /* of all such groups, at the top: a jail outlives the session that started it */
#define FOLDER_TRIES 5

static const enum bpf_attach_type hooks[] = {
        BPF_CGROUP_INET4_BIND,   BPF_CGROUP_INET6_BIND,   BPF_CGROUP_INET4_CONNECT,    BPF_CGROUP_INET6_CONNECT,
        BPF_CGROUP_UDP4_SENDMSG, BPF_CGROUP_UDP6_SENDMSG, BPF_CGROUP_INET_SOCK_CREATE,
};

/* -- Places -------------------------------------------------------------------------------------------------------- */

/* Where the tree of version 2 is mounted; caller frees; NULL: nowhere that its top can be seen. */
static char *find_tree(void)
{
        FILE *f = fopen("/proc/self/mountinfo", "re");
        char *line = NULL, *found = NULL;
        size_t size = 0;

        while (f && !found && getline(&line, &size, f) > 0) {
                char root[256], place[256];

                /* ID PARENT MAJOR:MINOR ROOT PLACE OPTIONS ... - TYPE SOURCE OPTIONS */
                if (strstr(line, " - cgroup2 ") && sscanf(line, "%*s %*s %*s %255s %255s", root, place) == 2 &&
                    strcmp(root, "/") == 0 && access(place, W_OK) == 0)
                        found = xstrdup(place);
        }
        free(line);
        if (f)
                (void)fclose(f); /* only read from */
        return found;
}

/* One stack's jails have names of their own; another stack may have the same. NULL: cannot be had, as errno says. */
static char *find_group(const char *name, char **ret_folder)
{
        CLEANUP(freep) char *tree = find_tree();
        struct stat st;

        if (!tree || stat("/proc/self/ns/net", &st) < 0)
                return NULL;
        *ret_folder = xasprintf("%s" FOLDER, tree);
        return xasprintf("%s" FOLDER "/%s-%llu", tree, name, (unsigned long long)st.st_ino);
}

/* -- Programs ------------------------------------------------------------------------------------------------------ */

static int call_bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
        int r = (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));

        return r < 0 ? -errno : r;
}

static int load(const struct confine *c, enum bpf_attach_type hook, bool tells)
{
        CLEANUP(freep) struct bpf_insn *code = NULL;
        size_t count = confine_code(c, hook, tells, &code);
        union bpf_attr attr = {
                .prog_type = hook == BPF_CGROUP_INET_SOCK_CREATE ? BPF_PROG_TYPE_CGROUP_SOCK
                                                                 : BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
                .expected_attach_type = hook,
                .insns = (uintptr_t)code,
                .insn_cnt = (uint32_t)count,
                .license = (uintptr_t) "BSD",
        };

        return call_bpf(BPF_PROG_LOAD, &attr);
}

static int attach(const struct confine *c, enum bpf_attach_type hook, int group)
{
        CLEANUP(closep) int program = load(c, hook, true);

        if (program == -EINVAL)
                program = load(c, hook, false); /* before Linux 5.18 */
        if (program < 0)
                return program;

        union bpf_attr attr = {
                .target_fd = (uint32_t)group,
                .attach_bpf_fd = (uint32_t)program,
                .attach_type = hook,
                .attach_flags = BPF_F_ALLOW_MULTI, /* a service manager may have programs of its own above */
        };

        return call_bpf(BPF_PROG_ATTACH, &attr);
}

static int attach_all(const struct confine *c, const char *path, struct err *e)
{
        CLEANUP(closep) int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        int r = group < 0 ? -errno : 0;

        for (size_t i = 0; r == 0 && i < ARRAY_SIZE(hooks); i++)
                r = attach(c, hooks[i], group);
        if (r == -EPERM)
                return err_set(e, r, "BPF programs are not permitted here");
        return r < 0 ? err_set(e, r, "the kernel takes no BPF programs for control groups: %s", strerror(-r)) : 0;
}

/* ------------------------------------------------------------------------------------------------------------------ */

/* The last jail to end takes the folder away, perhaps in between. */
static int make_group(const char *folder, const char *path)
{
        int r = -ENOENT;

        for (int tries = 0; r == -ENOENT && tries < FOLDER_TRIES; tries++) {
                (void)mkdir(folder, 0755); /* is there already, or the next one tells why it cannot be */
                r = mkdir(path, 0755) < 0 ? -errno : 0;
        }
        return r;
}

static void remove_group(const char *folder, const char *path)
{
        (void)rmdir(path);   /* was never confined, or has been removed by its keeper */
        (void)rmdir(folder); /* another jail's is in it */
}

int confine_begin(const char *name, const struct confine *c, int *ret_fd, struct err *e)
{
        CLEANUP(freep) char *folder = NULL;
        CLEANUP(freep) char *path = find_group(name, &folder);

        if (!path)
                return err_set(e, -ENOENT, "no control groups of version 2 are mounted here");
        if (c->count > CONFINE_ADDRESSES_MAX)
                return err_set(e, -E2BIG, "it has more than %d addresses", CONFINE_ADDRESSES_MAX);
        (void)rmdir(path); /* left by a keeper that was killed */

        int r = make_group(folder, path);

        if (r < 0)
                return err_set(e, r, "no control group can be made: %s", strerror(-r));

        CLEANUP(freep) char *file = xasprintf("%s/cgroup.procs", path);
        r = attach_all(c, path, e);

        int fd = r < 0 ? -1 : open(file, O_WRONLY | O_CLOEXEC);

        if (r == 0 && fd < 0)
                r = err_set(e, -errno, "%s: %s", file, strerror(errno));
        if (r < 0)
                remove_group(folder, path);
        else
                *ret_fd = fd;
        return r;
}

int confine_join(int fd)
{
        return write(fd, "0", 1) < 0 ? -errno : 0;
}

void confine_end(const char *name)
{
        CLEANUP(freep) char *folder = NULL;
        CLEANUP(freep) char *path = find_group(name, &folder);

        if (path)
                remove_group(folder, path);
}

/* The group that a process is in, as the tree has it; caller frees; NULL: none of ours. */
static char *read_group(pid_t pid)
{
        char path[32];
        FILE *f = str_format(path, sizeof(path), "/proc/%d/cgroup", (int)pid) ? fopen(path, "re") : NULL;
        char *line = NULL, *found = NULL;
        size_t size = 0;

        while (f && !found && getline(&line, &size, f) > 0)
                if (str_has_prefix(line, "0::" FOLDER "/"))
                        found = xstrndup(line + 3, strcspn(line + 3, "\n"));
        free(line);
        if (f)
                (void)fclose(f); /* only read from */
        return found;
}

int confine_open(pid_t init, int *ret_fd, struct err *e)
{
        CLEANUP(freep) char *group = read_group(init);

        *ret_fd = -1;
        if (!group)
                return 0;

        CLEANUP(freep) char *tree = find_tree();
        CLEANUP(freep) char *path = tree ? xasprintf("%s%s/cgroup.procs", tree, group) : NULL;

        *ret_fd = path ? open(path, O_WRONLY | O_CLOEXEC) : -1;
        if (*ret_fd < 0)
                return err_set(e, path ? -errno : -ENOENT, "its control group cannot be joined, which confines it: %s",
                               path ? strerror(errno) : "none are mounted here");
        return 0;
}
