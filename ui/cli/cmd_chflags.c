/* cmd_chflags.c - FreeBSD's chflags, and bsdinstall: what texts on jails do to a jail's tree besides its network. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"

#define DEEP 256 /* folders within folders: each keeps a descriptor open */

/* FreeBSD's flags, by all their names; those without a bit are never set on Linux. */
static const struct {
        const char *name;
        int bit;
} flags[] = {
        {"schg", FS_IMMUTABLE_FL},
        {"schange", FS_IMMUTABLE_FL},
        {"simmutable", FS_IMMUTABLE_FL},
        {"uchg", FS_IMMUTABLE_FL},
        {"uchange", FS_IMMUTABLE_FL},
        {"uimmutable", FS_IMMUTABLE_FL},
        {"sappnd", FS_APPEND_FL},
        {"sappend", FS_APPEND_FL},
        {"uappnd", FS_APPEND_FL},
        {"uappend", FS_APPEND_FL},
        {"nodump", FS_NODUMP_FL},
        {"arch", 0},
        {"archived", 0},
        {"opaque", 0},
        {"sunlnk", 0},
        {"sunlink", 0},
        {"uunlnk", 0},
        {"uunlink", 0},
        {"hidden", 0},
        {"uhidden", 0},
        {"offline", 0},
        {"uoffline", 0},
        {"rdonly", 0},
        {"urdonly", 0},
        {"readonly", 0},
        {"sparse", 0},
        {"usparse", 0},
        {"system", 0},
        {"usystem", 0},
        {"reparse", 0},
        {"ureparse", 0},
};

struct change {
        int on, off;
        bool is_deep, is_forced, is_told; /* -R, -f, -v */
        int status;
};

static bool find_flag(const char *word, int *ret_bit)
{
        for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
                if (strcmp(flags[i].name, word) == 0) {
                        *ret_bit = flags[i].bit;
                        return true;
                }
        return false;
}

static int take_flag(struct change *c, const char *word)
{
        int bit = 0;

        if (strcmp(word, "0") == 0) {
                c->off = FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL;
                return EXIT_DONE;
        }
        if (find_flag(word, &bit)) {
                c->on |= bit;
                return bit ? EXIT_DONE : tell(EXIT_REFUSED, "%s: no file of Linux' has such a flag", word);
        }
        /* "dump" takes nodump away, "noschg" schg. */
        if (strcmp(word, "dump") == 0 || (str_has_prefix(word, "no") && find_flag(word + 2, &bit))) {
                c->off |= bit ? bit : strcmp(word, "dump") == 0 ? FS_NODUMP_FL : 0;
                return EXIT_DONE;
        }
        return tell(EXIT_REFUSED, "%s: invalid flag", word);
}

static void fail(struct change *c, const char *path)
{
        if (!c->is_forced)
                c->status = tell(EXIT_REFUSED, "%s: %s", path, strerror(errno));
}

static void change_one(struct change *c, int fd, const char *path)
{
        int now = 0;

        if (ioctl(fd, FS_IOC_GETFLAGS, &now) < 0) {
                if (c->on || (errno != ENOTTY && errno != EOPNOTSUPP)) /* else: there are none to take away */
                        fail(c, path);
                return;
        }

        int wanted = (now | c->on) & ~c->off;

        if (wanted == now)
                return;
        if (ioctl(fd, FS_IOC_SETFLAGS, &wanted) < 0)
                fail(c, path);
        else if (c->is_told)
                (void)puts(path);
}

/* Links are left alone: they have no flags on Linux, and lead out of the tree. */
static void change(struct change *c, int folder, const char *name, const char *path, unsigned depth)
{
        struct stat st;

        if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
                fail(c, path);
                return;
        }
        if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
                return;

        int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

        if (fd < 0) {
                fail(c, path);
                return;
        }
        change_one(c, fd, path);

        bool is_folder = c->is_deep && S_ISDIR(st.st_mode);

        if (is_folder && depth == DEEP)
                c->status = tell(EXIT_REFUSED, "%s: folders stand in each other more than %d deep", path, DEEP);

        DIR *d = is_folder && depth < DEEP ? fdopendir(fd) : NULL;

        for (struct dirent *e; d && (e = readdir(d));) {
                CLEANUP(freep) char *below = xasprintf("%s/%s", path, e->d_name);

                if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
                        change(c, fd, e->d_name, below, depth + 1);
        }
        if (d)
                (void)closedir(d); /* only read from; fd goes with it */
        else
                (void)close(fd);
}

int freebsd_chflags(struct app *a, const struct freebsd_command *command, int argc, char **argv)
{
        struct change c = {.status = EXIT_DONE};

        (void)freebsd_take_strict(&argc, argv); /* there is nothing loose here */
        optind = 0;                             /* getopt begins anew */
        for (int o; (o = getopt(argc, argv, "+fHhLPRvx")) != -1;) {
                switch (o) {
                case 'f': c.is_forced = true; break;
                case 'R': c.is_deep = true; break;
                case 'v': c.is_told = true; break;
                case 'H':
                case 'h':
                case 'L':
                case 'P':
                case 'x': break; /* of links, which are left alone */
                default: return tell(EXIT_REFUSED, "usage: %s", command->synopsis);
                }
        }
        if (argc - optind < 2)
                return tell(EXIT_REFUSED, "usage: %s", command->synopsis);

        CLEANUP(freep) char *words = xstrdup(argv[optind]);
        char *rest = words;

        for (char *word; (word = strsep(&rest, ","));)
                if (take_flag(&c, word) != EXIT_DONE)
                        return EXIT_REFUSED;
        for (int i = optind + 1; i < argc && !a->is_dry_run; i++)
                change(&c, AT_FDCWD, argv[i], argv[i], 0);
        return c.status;
}

int freebsd_bsdinstall(struct app *a, const struct freebsd_command *command, int argc, char **argv)
{
        (void)a;
        (void)command;
        return tell(EXIT_REFUSED,
                    "%s: puts FreeBSD's own programs into a folder, which Linux cannot run; put a Linux tree there "
                    "(debootstrap, for instance), or leave path out of jail.conf: the jail has the host's files then",
                    argc > 1 ? argv[1] : "bsdinstall");
}
