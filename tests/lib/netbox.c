/* netbox.c - the private network of a test program. */
#include "tests/lib/netbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/text.h"

static int write_file(const char *path, const char *s)
{
        CLEANUP(closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

        if (fd < 0)
                return -errno;
        return write(fd, s, strlen(s)) == (ssize_t)strlen(s) ? 0 : -errno;
}

int netbox_enter(void)
{
        CLEANUP(freep) char *uid_map = xasprintf("0 %u 1\n", (unsigned)geteuid());
        CLEANUP(freep) char *gid_map = xasprintf("0 %u 1\n", (unsigned)getegid());
        int r = 0;

        if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) < 0)
                return -errno;
        r = write_file("/proc/self/setgroups", "deny");
        if (r == 0)
                r = write_file("/proc/self/gid_map", gid_map);
        if (r == 0)
                r = write_file("/proc/self/uid_map", uid_map);
        if (r < 0)
                return r;
        if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("none", "/run", "tmpfs", 0, "mode=0755") < 0)
                return -errno;
        return mkdir("/run/netns", 0755) < 0 ? -errno : 0;
}

static char *run(const char *command, int *ret_status)
{
        CLEANUP(text_done) struct text out = {0};
        int ends[2];
        char buf[4096];
        ssize_t n;

        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);

        pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0) {
                if (dup2(ends[1], STDOUT_FILENO) >= 0)
                        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
                _exit(127);
        }
        assert_int_equal(close(ends[1]), 0);
        while ((n = read(ends[0], buf, sizeof(buf))) > 0)
                text_put_n(&out, buf, (size_t)n);
        assert_int_equal(close(ends[0]), 0);
        assert_int_equal(waitpid(pid, ret_status, 0), pid);
        return text_take(&out);
}

static char *read_checked(const char *command)
{
        int status = 0;
        char *s = run(command, &status);

        if (status != 0)
                print_error("failed: %s\n%s\n", command, s ? s : "");
        assert_int_equal(status, 0);
        if (!s)
                return xstrdup("");

        size_t n = strlen(s);

        if (n > 0 && s[n - 1] == '\n')
                s[n - 1] = '\0';
        return s;
}

char *netbox_read(const char *command_fmt, ...)
{
        va_list ap;

        va_start(ap, command_fmt);
        CLEANUP(freep) char *command = xvasprintf(command_fmt, ap);
        va_end(ap);
        return read_checked(command);
}

void netbox_expect(const char *output, const char *command_fmt, ...)
{
        va_list ap;

        va_start(ap, command_fmt);
        CLEANUP(freep) char *command = xvasprintf(command_fmt, ap);
        va_end(ap);
        CLEANUP(freep) char *s = read_checked(command);

        if (strcmp(s, output) != 0)
                print_error("unexpected: %s\n", command);
        assert_string_equal(s, output);
}

char *netbox_snapshot(void)
{
        /* A peer's index and a namespace's id differ after something was made anew; a link that has just come up is
         * tentative for a while, and its carrier takes a moment; what jailnet made anew has its mark. A dump
         * that something else interrupted (a carrier that came) is made again. */
        return read_checked(
                "set -e; one() { echo \"== $1\"; shift;"
                " { ip \"$@\" -j -d addr; ip \"$@\" -j route; } | jq -S -c '"
                "  map(if .ifname then del(.ifindex, .link_index, .link_netnsid, .stats64?, .operstate,"
                "  .linkinfo.info_data.root_id?, .linkinfo.info_data.bridge_id?, .linkinfo.info_data.root_port?,"
                "  .linkinfo.info_data.hello_timer?, .linkinfo.info_data.gc_timer?,"
                "  .linkinfo.info_slave_data?, .qdisc)"
                "  | .flags -= [\"NO-CARRIER\", \"LOWER_UP\", \"M-DOWN\"]"
                "  | .altnames = ((.altnames // []) | map(select(startswith(\"jn.\") | not)))"
                "  | .addr_info |= map(select(.scope != \"link\") | del(.tentative))"
                "  else .flags = [] end) | sort_by(.ifname) | .[]'; };"
                "all() { one host;"
                " for f in /run/netns/*; do if [ -e \"$f\" ]; then one \"${f##*/}\" -n \"${f##*/}\"; fi; done; };"
                "all >/run/snapshot 2>/run/snapshot.err;"
                "while grep -q interrupted /run/snapshot.err; do all >/run/snapshot 2>/run/snapshot.err; done;"
                "cat /run/snapshot.err >&2; cat /run/snapshot");
}
