/* test_parse.c - the lines of /proc that name namespaces, containers and mounts; also malformed ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/alloc.h"
#include "core/kernel/cgroup.h"
#include "core/kernel/tasks.h"

#define ID  "4c01db0b339c4d2fa6a3c2cbd3f7d1f0a6a3c2cbd3f7d1f04c01db0b339c4d2f"
#define ID2 "ffffffffffff4d2fa6a3c2cbd3f7d1f0a6a3c2cbd3f7d1f04c01db0b339c4d2f"

#define NESTED "/docker/" ID2 "/docker/" ID
#define USER   "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope"
#define KUBE   "/kubepods.slice/kubepods-burstable.slice/cri-containerd-" ID ".scope"
#define CRI    "/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" ID
#define CONMON "/machine.slice/libpod-conmon-" ID ".scope"

struct cgroup_case {
        const char *path, *name;
        enum jail_origin origin;
};

static void containers_and_units(void **state)
{
        static const struct cgroup_case cases[] = {
                {"/system.slice/docker-" ID ".scope", "4c01db0b339c", ORIGIN_CONTAINER},
                {"/docker/" ID, "4c01db0b339c", ORIGIN_CONTAINER},
                {"/docker/" ID "/system.slice/nginx.service", "4c01db0b339c", ORIGIN_CONTAINER},
                {"/machine.slice/libpod-" ID ".scope/container", "4c01db0b339c", ORIGIN_CONTAINER},
                {USER, "4c01db0b339c", ORIGIN_CONTAINER},
                {"/kubepods/besteffort/pod0d1a1b2c/" ID, "4c01db0b339c", ORIGIN_CONTAINER},
                {KUBE, "4c01db0b339c", ORIGIN_CONTAINER},
                {"/kubepods.slice/crio-" ID ".scope", "4c01db0b339c", ORIGIN_CONTAINER},
                {CRI, "4c01db0b339c", ORIGIN_CONTAINER},
                {NESTED, "4c01db0b339c", ORIGIN_CONTAINER},
                {"/lxc.payload.web1/init.scope", "web1", ORIGIN_CONTAINER},
                {"/lxc.payload.web1/system.slice/ssh.service", "web1", ORIGIN_CONTAINER},
                {"/machine.slice/machine-deb\\x2done.scope/payload", "deb-one", ORIGIN_CONTAINER},
                {"/machine.slice/systemd-nspawn@deb.service/payload", "deb", ORIGIN_CONTAINER},
                {"/system.slice/nginx.service", "nginx.service", ORIGIN_UNIT},
                {"/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service", ORIGIN_UNIT},
                {"/system.slice/run-r1.scope", "run-r1.scope", ORIGIN_UNIT},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(cases); k++) {
                char name[JAIL_NAME_SIZE] = "";
                enum jail_origin origin = ORIGIN_HOST;

                assert_true(cgroup_parse_path(cases[k].path, &origin, name));
                assert_string_equal(name, cases[k].name);
                assert_int_equal(origin, cases[k].origin);
        }
}

static void paths_that_say_nothing(void **state)
{
        static const char *const paths[] = {
                "",
                "/",
                "/init.scope",
                "/user.slice/user-0.slice/session-3.scope",
                "/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope",
                "/docker/4c01db0b339c",
                "/machine-.scope",
                "/lxc.payload.",
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(paths); k++) {
                char name[JAIL_NAME_SIZE] = "";
                enum jail_origin origin;

                if (cgroup_parse_path(paths[k], &origin, name)) {
                        /* A scope of that odd name may count as a unit, never as a container. */
                        assert_int_equal(origin, ORIGIN_UNIT);
                        assert_true(strstr(paths[k], name) != NULL);
                }
        }
}

/* Like a container's, but not quite. */
static void ids_that_are_none(void **state)
{
        char name[JAIL_NAME_SIZE] = "";
        enum jail_origin origin;

        (void)state;
        assert_false(cgroup_parse_path("/x" ID, &origin, name));
        assert_false(cgroup_parse_path("/docker/" ID "0", &origin, name));
        if (cgroup_parse_path(CONMON, &origin, name)) /* podman's watcher lives outside */
                assert_int_equal(origin, ORIGIN_UNIT);
}

static void whole_files(void **state)
{
        char name[JAIL_NAME_SIZE] = "";
        enum jail_origin origin;

        (void)state;
        assert_true(cgroup_read("0::/system.slice/docker-" ID ".scope\n", &origin, name));
        assert_int_equal(origin, ORIGIN_CONTAINER);
        /* Version 1: the container shows in some hierarchies, the unit that started it in others. */
        assert_true(cgroup_read("12:pids:/system.slice/containerd.service\n"
                                "3:cpu,cpuacct:/kubepods/pod1/" ID "\n"
                                "1:name=systemd:/system.slice/containerd.service\n",
                                &origin, name));
        assert_int_equal(origin, ORIGIN_CONTAINER);
        assert_string_equal(name, "4c01db0b339c");
        assert_true(cgroup_read("1:name=systemd:/system.slice/a.service\n0::/\n", &origin, name));
        assert_string_equal(name, "a.service");
        assert_false(cgroup_read("", &origin, name));
        assert_false(cgroup_read("nonsense\n::\n0::", &origin, name));
}

static void namespace_links(void **state)
{
        uint64_t inode = 7;

        (void)state;
        assert_true(tasks_parse_net("net:[4026531833]", &inode));
        assert_int_equal(inode, 4026531833u);
        assert_false(tasks_parse_net("mnt:[4026531833]", &inode));
        assert_false(tasks_parse_net("net:[]", &inode));
        assert_false(tasks_parse_net("net:[-1]", &inode));
        assert_false(tasks_parse_net("net:[12", &inode));
        assert_false(tasks_parse_net("net:[12]x", &inode));
        assert_false(tasks_parse_net("net:[99999999999999999999999]", &inode));
        assert_false(tasks_parse_net("/dev/null", &inode));
        assert_int_equal(inode, 4026531833u);
}

static void mount_lines(void **state)
{
        uint64_t inode = 0;
        char path[64];

        (void)state;
        assert_true(tasks_parse_mount("66 65 0:4 net:[4026532248] /run/netns/j1 rw shared:2 - nsfs nsfs rw\n", &inode,
                                      path, sizeof(path)));
        assert_int_equal(inode, 4026532248u);
        assert_string_equal(path, "/run/netns/j1");
        assert_true(tasks_parse_mount("66 65 0:4 net:[1] /run/a\\040b\\134 rw - nsfs nsfs rw\n", &inode, path,
                                      sizeof(path)));
        assert_string_equal(path, "/run/a b\\");
        assert_false(tasks_parse_mount("66 65 0:4 mnt:[1] /run/x rw - nsfs nsfs rw\n", &inode, path, sizeof(path)));
        assert_false(tasks_parse_mount("22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n", &inode, path,
                                       sizeof(path)));
        assert_false(tasks_parse_mount("66 65 0:4 net:[1] /a/long/path rw - nsfs nsfs rw\n", &inode, path, 8));
        assert_false(tasks_parse_mount("66 65", &inode, path, sizeof(path)));
        assert_false(tasks_parse_mount("", &inode, path, sizeof(path)));
        assert_false(tasks_parse_mount("66 65 0:4 net:[1] - nsfs ", &inode, path, 0));
}

static void task_stats(void **state)
{
        struct task_stat stat;

        (void)state;
        assert_true(tasks_parse_stat("7 (a) b) R) S 1 7 7 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 4711 0 0\n", &stat));
        assert_int_equal(stat.parent, 1);
        assert_int_equal(stat.start_ticks, 4711);
        assert_false(stat.is_kernel_thread);
        assert_true(tasks_parse_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0\n", &stat));
        assert_true(stat.is_kernel_thread);
        assert_false(tasks_parse_stat("2 (kthreadd) S 0 0", &stat));
        assert_false(tasks_parse_stat("", &stat));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(containers_and_units), cmocka_unit_test(paths_that_say_nothing),
                cmocka_unit_test(ids_that_are_none),    cmocka_unit_test(whole_files),
                cmocka_unit_test(namespace_links),      cmocka_unit_test(mount_lines),
                cmocka_unit_test(task_stats),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
