/* sandbox_setup.c - id maps, private mounts, loopback, environment; and the reason when one of them is forbidden. */
#include "ui/cli/sandbox_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

#define SANDBOX_DIR "/run/jailnet"
#define HOST_DIR    "/var/lib/jailnet"

unsigned long sandbox_clone_flags(const struct sandbox_plan *p)
{
        unsigned long flags = CLONE_NEWNS | CLONE_NEWNET;

        if (p->has_user)
                flags |= CLONE_NEWUSER;
        if (p->has_pids)
                flags |= CLONE_NEWPID;
        return flags;
}

static int write_file(const char *path, const char *content)
{
        CLEANUP(closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

        if (fd < 0)
                return -errno;
        if (write(fd, content, strlen(content)) < 0)
                return -errno;
        return 0;
}

/* One id each way: the only map that a process without privilege may write for itself (user_namespaces(7)). */
static int map_ids(const struct sandbox_plan *p)
{
        char map[64];

        /* Before Linux 3.19 there is no such file, and no need for it. */
        int r = write_file("/proc/self/setgroups", "deny");
        if (r < 0 && r != -ENOENT)
                return r;
        (void)str_format(map, sizeof(map), "0 %lu 1", (unsigned long)p->uid); /* two numbers fit */
        r = write_file("/proc/self/uid_map", map);
        if (r < 0)
                return r;
        (void)str_format(map, sizeof(map), "0 %lu 1", (unsigned long)p->gid);
        return write_file("/proc/self/gid_map", map);
}

static int make_private_run(void)
{
        struct stat s;

        if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
                return -errno;
        if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0)
                return -errno;
        /* `ip netns` says /var/run: where that is a folder of its own it must show the same place. */
        if (lstat("/var/run", &s) == 0 && S_ISDIR(s.st_mode) && mount("/run", "/var/run", NULL, MS_BIND, NULL) < 0)
                return -errno;
        if (mkdir(SANDBOX_DIR, 0700) < 0)
                return -errno;
        /* Who drops the environment finds the sandbox's inventory there, and not the host's; most hosts have none. */
        (void)mount(SANDBOX_DIR, HOST_DIR, NULL, MS_BIND, NULL);
        return 0;
}

/* Done by ioctl, since rtnetlink is core/kernel's, and this is our own new stack and nobody's jail yet. */
static int bring_loopback_up(void)
{
        struct ifreq request = {.ifr_name = "lo"};
        CLEANUP(closep) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

        if (fd < 0)
                return -errno;
        if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
                return -errno;
        request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
        if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
                return -errno;
        return 0;
}

int sandbox_setup(const struct sandbox_plan *p, enum sandbox_stage *ret_stage)
{
        int r = 0;

        if (p->has_user) {
                *ret_stage = SANDBOX_IDS;
                r = map_ids(p);
                if (r < 0)
                        return r;
        }
        *ret_stage = SANDBOX_MOUNTS;
        r = make_private_run();
        if (r < 0)
                return r;
        if (p->has_pids) {
                *ret_stage = SANDBOX_PROC;
                if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
                        return -errno;
        }
        /* /sys/class/net follows the stack of whoever mounted it. Containers may refuse; then it shows the old one. */
        (void)mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
        *ret_stage = SANDBOX_NETWORK;
        return bring_loopback_up();
}

void sandbox_set_environment(void)
{
        (void)setenv("JAILNET_DB", SANDBOX_DIR "/inventory.db", 1); /* fails only without memory */
        (void)setenv("JAILNET_SANDBOX", "1", 1);
        (void)unsetenv("JAILNET_NETNS_DIR");
        /* The login session's folder is under the old /run, out of reach now. */
        const char *runtime = getenv("XDG_RUNTIME_DIR");
        if (runtime && str_has_prefix(runtime, "/run/"))
                (void)unsetenv("XDG_RUNTIME_DIR");
}

/* The number in a /proc/sys file, or fallback when there is none. */
static long read_setting(const char *path, long fallback)
{
        char buf[32] = "";
        CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

        if (fd < 0)
                return fallback;
        ssize_t n = read(fd, buf, sizeof(buf) - 1);
        if (n <= 0)
                return fallback;
        return strtol(buf, NULL, 10);
}

static bool is_seccomp_filtered(void)
{
        CLEANUP(closep) int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
        char buf[4096] = "";

        if (fd < 0 || read(fd, buf, sizeof(buf) - 1) <= 0)
                return false;
        const char *line = strstr(buf, "\nSeccomp:\t");
        return line && line[10] == '2';
}

int sandbox_explain(enum sandbox_stage stage, int code, struct err *e)
{
        bool is_root = geteuid() == 0;
        const char *otherwise = is_root ? "" : ", or run it as root: sudo jailnet sandbox -- CMD";

        if (stage == SANDBOX_NETWORK)
                return err_set(e, code, "sandbox: its loopback cannot be brought up (%s); report this kernel",
                               strerror(-code));
        if (read_setting("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0 && !is_root)
                return err_set(e, code,
                               "sandbox: kernel.unprivileged_userns_clone=0 forbids user namespaces; "
                               "set it to 1 (sysctl)%s",
                               otherwise);
        if (read_setting("/proc/sys/user/max_user_namespaces", 1) == 0)
                return err_set(e, code,
                               "sandbox: user.max_user_namespaces=0 forbids user namespaces; raise it (sysctl)%s",
                               otherwise);
        if (code == -ENOSPC)
                return err_set(e, code,
                               "sandbox: a limit on namespaces is reached; raise user.max_user_namespaces, "
                               "user.max_net_namespaces, user.max_mnt_namespaces or user.max_pid_namespaces (sysctl)%s",
                               otherwise);
        if (read_setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0) == 1 && !is_root)
                return err_set(e, code,
                               "sandbox: kernel.apparmor_restrict_unprivileged_userns=1 forbids it; "
                               "set it to 0 (sysctl)%s",
                               otherwise);
        if (is_seccomp_filtered())
                return err_set(e, code,
                               "sandbox: a seccomp filter (a container's, likely) forbids new namespaces; "
                               "start the container with the right to make them (docker: --privileged)%s",
                               is_root ? "" : ", or use the host");
        if (code == -EINVAL)
                return err_set(e, code,
                               "sandbox: this kernel was built without user, network or PID namespaces; "
                               "use one that has them");
        return err_set(e, code, "sandbox: the system forbids new namespaces (%s)%s", strerror(-code),
                       is_root ? "; it takes CAP_SYS_ADMIN" : "; run it as root: sudo jailnet sandbox -- CMD");
}
