/*
 * db.c - opens the inventory: permissions, damage, versions; and the small settings.
 *
 * The file is never opened and closed by ourselves while a connection may exist: closing any descriptor of it would
 * drop SQLite's locks of this process. What must be known beforehand is asked by lstat.
 */
#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "db/private.h"

#define BUSY_TIMEOUT_MS 5000       /* another process's transaction takes a few milliseconds */
#define LOG_MAX         "16777216" /* bytes: what a large transaction has made longer is cut sooner */

char *db_default_path(void)
{
        const char *given = getenv("JAILNET_DB");

        return xstrdup(given && *given ? given : "/var/lib/jailnet/inventory.db");
}

/* Without /proc every run counts as the same boot: cookies still don't repeat within one. Where it is there but can't
 * be read for once, what is written would be of another boot than all the rest. */
static int read_boot_id(char ret[BOOT_ID_SIZE], struct err *e)
{
        static const char path[] = "/proc/sys/kernel/random/boot_id";
        CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, ret, BOOT_ID_SIZE - 1);

        if (n < 0 && errno != ENOENT)
                return err_set(e, -errno, "%s: cannot be read: %s", path, strerror(errno));
        ret[n > 0 ? n : 0] = '\0';
        ret[strcspn(ret, "\n")] = '\0';
        return 0;
}

static char *who_asks(void)
{
        const char *sudo = getenv("SUDO_USER");
        char buf[1024];
        struct passwd record, *found = NULL;

        if (geteuid() == 0 && sudo && *sudo)
                return xstrdup(sudo);
        if (getpwuid_r(getuid(), &record, buf, sizeof(buf), &found) == 0 && found)
                return xstrdup(found->pw_name);
        return xasprintf("uid %u", (unsigned)getuid());
}

const char *db_user(struct db *d)
{
        if (!d->user)
                d->user = who_asks();
        return d->user;
}

/* Makes the file's folder, and the folders above it, where they are missing; the inventory's own is for its owner only.
 */
static int make_folder(const char *path, struct err *e)
{
        CLEANUP(freep) char *folder = xstrdup(path);
        char *end = strrchr(folder, '/');

        if (!end || end == folder)
                return 0;
        *end = '\0';
        for (char *p = folder + 1;; p++) {
                if (*p != '/' && *p != '\0')
                        continue;

                bool is_last = *p == '\0';

                *p = '\0';
                if (mkdir(folder, is_last ? 0700 : 0755) < 0 && errno != EEXIST) {
                        int cause = errno;

                        if (cause == EACCES || cause == EPERM)
                                return err_set(e, -cause,
                                               "%s: no permission to make this folder; run as root or name "
                                               "another file with --db",
                                               folder);
                        return err_set(e, -cause, "%s: this folder cannot be made: %s", folder, strerror(cause));
                }
                if (is_last)
                        return 0;
                *p = '/';
        }
}

/* What SQLite keeps beside the file, and takes for its own whoever wrote it: nobody else's may be there. */
static int look_at_companions(const char *path, struct err *e)
{
        static const char *const endings[] = {"-wal", "-shm", "-journal"};

        for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
                CLEANUP(freep) char *companion = xasprintf("%s%s", path, endings[i]);
                struct stat st;

                if (geteuid() == 0 && lstat(companion, &st) == 0 && st.st_uid != 0)
                        return err_set(e, -EPERM,
                                       "%s: was put there by another user; remove it, or name another file with --db",
                                       companion);
        }
        return 0;
}

/* Who may write to the folder may put such companions there. In one like /tmp nobody can take another's file away:
 * there it is enough to look whose they are, before the file is opened and after. */
static int look_at_folder(const char *path, struct err *e)
{
        const char *slash = strrchr(path, '/');
        CLEANUP(freep) char *folder = slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path)) : xstrdup(".");
        struct stat st;

        if (geteuid() != 0 || stat(folder, &st) < 0)
                return 0; /* one's own affair; or it is going to be made */
        if (st.st_uid != 0)
                return err_set(e, -EPERM,
                               "%s: this folder belongs to another user, who could put files beside the inventory; "
                               "name another one with --db",
                               folder);
        if ((st.st_mode & (S_IWGRP | S_IWOTH)) && !(st.st_mode & S_ISVTX))
                return err_set(e, -EPERM,
                               "%s: others may write to this folder, and so put files beside the inventory; name "
                               "another one with --db",
                               folder);
        return 0;
}

/* 1: is there; 0: is not. A link or a device in its place is refused: root would write wherever it points. */
static int look(const char *path, struct err *e)
{
        struct stat st;

        if (lstat(path, &st) < 0) {
                if (errno == ENOENT)
                        return 0;
                if (errno == EACCES)
                        return err_set(e, -EACCES, "%s: no permission; run as root or name another file with --db",
                                       path);
                return err_set(e, -errno, "%s: %s", path, strerror(errno));
        }
        if (!S_ISREG(st.st_mode))
                return err_set(e, -EINVAL, "%s: is not a plain file; name another one with --db", path);
        if (geteuid() == 0 && st.st_uid != 0)
                return err_set(e, -EPERM,
                               "%s: belongs to another user, who could rewrite it; name another one with --db", path);
        return 1;
}

static int create(const char *path, struct err *e)
{
        int r = make_folder(path, e);

        if (r < 0)
                return r;

        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

        if (fd >= 0) {
                (void)close(fd); /* it was new: nobody can have a connection yet */
                return 0;
        }
        switch (errno) {
        case EEXIST: return 0; /* another process was quicker */
        case EACCES:
        case EPERM:
                return err_set(e, -EACCES, "%s: no permission to make it; run as root or name another file with --db",
                               path);
        case EROFS: return err_set(e, -EROFS, "%s: is on a read-only file system", path);
        case ENOSPC: return err_set(e, -ENOSPC, "%s: the disk is full; make room and repeat", path);
        default: return err_set(e, -errno, "%s: cannot be made: %s", path, strerror(errno));
        }
}

/* SQLite's log and its index stay there, empty, when the last connection is closed: to make two files and to remove
 * them took more than all else that a start asks of the disk. What is in the log is in the inventory by then, and it is
 * cut. */
static int keep_log(struct db *d, struct err *e)
{
        int is_kept = 1;
        int r = db_exec(d, "PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=" LOG_MAX, e);

        if (r == 0) /* refused, they go as they used to */
                (void)sqlite3_file_control(d->sql, "main", SQLITE_FCNTL_PERSIST_WAL, &is_kept);
        return r;
}

static int set_up(struct db *d, unsigned flags, char **ret_notice, struct err *e)
{
        /* A statement that changes several rows keeps their pages, to be able to take itself back: in memory, since in
         * a file that is thirty thousand writes when the links of a thousand jails go. */
        int r = db_exec(d, "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY", e);

        if (r == 0 && !(flags & DB_CHECKED)) {
                CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, "PRAGMA quick_check(1)", e);

                if (!s)
                        return db_error(d, 0, NULL);
                r = db_step(d, s, e);
                if (r == 1)
                        r = strcmp(db_column_text(s, 0), "ok") == 0 ? 0
                                                                    : err_set(e, -EUCLEAN, "%s: is damaged", d->path);
        }
        if (r == 0 && !d->is_read_only)
                r = keep_log(d, e);
        return r < 0 ? r : migrate_run(d, migrations, migration_count, ret_notice, e);
}

static int connect(const char *path, unsigned flags, struct db **ret, char **ret_notice, struct err *e)
{
        struct db *d = xcalloc(1, sizeof(*d));
        int r = read_boot_id(d->boot_id, e);

        d->path = xstrdup(path);
        d->lock_fd = -1;
        d->is_read_only = flags & DB_READ_ONLY;
        if (r < 0) {
                db_close(d);
                return r;
        }
        journal_init(d);
        inventory_init(d);

        /* Each statement that needs a table of its own for a moment would take room for twenty pages at once, from the
         * system and back: a quarter of the time of a plan of many steps. Refused once SQLite is in use: then it is
         * set. */
        (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
        (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* nobody asks how much it has, and it counts under a lock */

        /* A connection is used by one thread at a time: without a lock around each column that is read. */
        int mode = (d->is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX;
        r = sqlite3_open_v2(path, &d->sql, mode | SQLITE_OPEN_EXRESCODE, NULL);

        if (r != SQLITE_OK) {
                r = db_error(d, r, e);
        } else if (!d->is_read_only && sqlite3_db_readonly(d->sql, "main") == 1) {
                r = err_set(e, -EROFS, "%s: is read-only; nothing can be recorded", path);
        } else {
                (void)sqlite3_busy_timeout(d->sql, BUSY_TIMEOUT_MS);
                r = set_up(d, flags, ret_notice, e);
        }
        if (r < 0) {
                db_close(d);
                return r;
        }
        *ret = d;
        return 0;
}

static ino_t inode_of(const char *path)
{
        struct stat st;

        return lstat(path, &st) == 0 ? st.st_ino : 0;
}

/* Renames a damaged file with its companions, whose names SQLite derives from its own. *ret_aside stays NULL when
 * another process was quicker: then a new file is in its place already. */
static int set_aside(const char *path, ino_t damaged, char **ret_aside, struct err *e)
{
        static const char *const companions[] = {"-wal", "-shm"};
        CLEANUP(freep) char *aside = db_name_beside(path, "damaged");

        if (inode_of(path) != damaged)
                return 0;
        if (rename(path, aside) < 0)
                return err_set(e, -errno, "%s: is damaged, and cannot be set aside: %s", path, strerror(errno));
        for (size_t i = 0; i < ARRAY_SIZE(companions); i++) {
                CLEANUP(freep) char *from = xasprintf("%s%s", path, companions[i]);
                CLEANUP(freep) char *to = xasprintf("%s%s", aside, companions[i]);

                (void)rename(from, to); /* there may be none */
        }
        *ret_aside = TAKE(aside);
        return 0;
}

int db_open(const char *path, unsigned flags, struct db **ret, char **ret_notice, struct err *e)
{
        CLEANUP(freep) char *notice = NULL;
        CLEANUP(freep) char *aside = NULL;
        struct err own = {0};
        int r = look_at_folder(path, e);

        if (r == 0)
                r = look_at_companions(path, e);
        if (r == 0)
                r = look(path, e);
        if (r < 0)
                return r;

        bool is_new = r == 0;

        if (is_new && !(flags & DB_CREATE))
                return err_set(e, -ENOENT, "%s: no such file", path);
        if (is_new)
                r = create(path, e);
        if (r < 0)
                return r;

        struct db *d = NULL;

        ino_t inode = inode_of(path);

        r = connect(path, flags, &d, &notice, &own);
        if (r == -EUCLEAN && (flags & DB_SET_ASIDE) && !(flags & DB_READ_ONLY)) {
                r = set_aside(path, inode, &aside, e);
                if (r == 0)
                        r = create(path, e);
                if (r < 0)
                        return r;
                r = connect(path, flags, &d, &notice, &own);
        }
        if (aside) {
                free(notice);
                notice = xasprintf(
                        _("%s: was damaged; it is kept as %s, and a new one was begun from what the kernel shows"),
                        path, aside);
        }
        if (r < 0) {
                if (e)
                        *e = own;
                return r;
        }
        r = look_at_companions(path, e);
        if (r == 0 && aside)
                r = event_add(d, "set aside", 0, aside, notice, e);
        if (r < 0) {
                db_close(d);
                return r;
        }
        if (ret_notice)
                *ret_notice = TAKE(notice);
        *ret = d;
        return 0;
}

void db_close(struct db *d)
{
        if (!d)
                return;
        lock_release(d);
        for (size_t i = 0; i < d->statement_count; i++)
                (void)sqlite3_finalize(d->statements[i].statement); /* repeats an error that was told */
        free(d->statements);
        (void)sqlite3_close(d->sql); /* all statements are finalized: cannot be busy */
        free(d->path);
        free(d->user);
        free(d);
}

struct registry_store *db_registry_store(struct db *d)
{
        return &d->store;
}

struct journal *db_journal(struct db *d)
{
        return &d->journal;
}

int db_get(struct db *d, const char *key, char **ret, struct err *e)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, "SELECT value FROM setting WHERE key = ?", e);

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);

        int r = db_step(d, s, e);

        if (r < 0)
                return r;
        if (r == 0)
                return -ENOENT;
        *ret = xstrdup(db_column_text(s, 0));
        return 0;
}

int db_set(struct db *d, const char *key, const char *value, struct err *e)
{
        return db_run(d, e,
                      "INSERT INTO setting(key, value) VALUES(?, ?) "
                      "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                      "ss", key, value);
}
