/*
 * migrate.c - the tables, and how an older file becomes today's.
 *
 * A released version's row is never edited: a change of the schema is a new row, so that every released file runs
 * forward through the same statements.
 */
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "db/private.h"

/* "jail" as four bytes: tells our file from another program's. */
#define APPLICATION_ID 0x6a61696c

/*
 * Interfaces are known by number; (boot_id, cookie, ifindex) says which link of the running kernel that is. A row whose
 * cookie is NULL is reserved for a link that a plan is about to make, or of an earlier boot.
 */
static const char version_1[] =
        "CREATE TABLE host("
        "  id INTEGER PRIMARY KEY CHECK(id = 1),"
        "  hostname TEXT NOT NULL,"
        "  first_seen INTEGER NOT NULL,"
        "  next_number INTEGER NOT NULL,"
        "  next_jid INTEGER NOT NULL) STRICT;"
        "INSERT INTO host VALUES(1, '', CAST(strftime('%s', 'now') AS INTEGER), 1, 1);"

        "CREATE TABLE jail("
        "  row INTEGER PRIMARY KEY,"
        "  boot_id TEXT NOT NULL,"
        "  cookie INTEGER NOT NULL,"
        "  jid INTEGER NOT NULL,"
        "  name TEXT NOT NULL,"
        "  handle_type INTEGER,"
        "  handle BLOB,"
        "  is_owned INTEGER NOT NULL DEFAULT 0,"
        "  had_name INTEGER NOT NULL DEFAULT 0,"
        "  had_process INTEGER NOT NULL DEFAULT 0,"
        "  is_gone INTEGER NOT NULL DEFAULT 0,"
        "  root_path TEXT,"
        "  hostname TEXT,"
        "  first_seen INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER)),"
        "  UNIQUE(boot_id, cookie)) STRICT;"

        "CREATE TABLE interface("
        "  number INTEGER PRIMARY KEY,"
        "  boot_id TEXT,"
        "  cookie INTEGER,"
        "  ifindex INTEGER,"
        "  name TEXT NOT NULL,"
        "  kind TEXT NOT NULL,"
        "  role INTEGER NOT NULL DEFAULT 0,"
        "  permanent TEXT,"
        "  mac TEXT,"
        "  long_name TEXT,"
        "  is_owned INTEGER NOT NULL DEFAULT 0,"
        "  is_persistent INTEGER NOT NULL DEFAULT 0,"
        "  is_gone INTEGER NOT NULL DEFAULT 0,"
        "  first_seen INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER))) STRICT;"
        "CREATE UNIQUE INDEX interface_identity ON interface(boot_id, cookie, ifindex)"
        "  WHERE is_gone = 0 AND cookie IS NOT NULL;"
        "CREATE INDEX interface_permanent ON interface(permanent) WHERE permanent IS NOT NULL;"

        "CREATE TABLE node("
        "  number INTEGER PRIMARY KEY REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
        "  name TEXT NOT NULL) STRICT;"

        "CREATE TABLE hook("
        "  number INTEGER NOT NULL REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
        "  peer INTEGER NOT NULL REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
        "  name TEXT NOT NULL,"
        "  PRIMARY KEY(number, peer)) STRICT;"
        "CREATE INDEX hook_peer ON hook(peer);"

        "CREATE TABLE edge("
        "  kind TEXT NOT NULL CHECK(kind IN ('pair', 'port', 'parent', 'member')),"
        "  a INTEGER NOT NULL REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
        "  b INTEGER NOT NULL REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
        "  PRIMARY KEY(kind, b, a)) STRICT;"
        "CREATE INDEX edge_a ON edge(a);"

        "CREATE TABLE pin("
        "  number INTEGER PRIMARY KEY REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
        "  mac TEXT NOT NULL,"
        "  source INTEGER NOT NULL,"
        "  since INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER))) STRICT;"

        "CREATE TABLE loan("
        "  row INTEGER PRIMARY KEY,"
        "  number INTEGER NOT NULL REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
        "  iface TEXT NOT NULL,"
        "  mac TEXT,"
        "  boot_id TEXT NOT NULL,"
        "  cookie INTEGER NOT NULL,"
        "  jail TEXT NOT NULL,"
        "  handle_type INTEGER,"
        "  handle BLOB,"
        "  state INTEGER NOT NULL,"
        "  lent_at INTEGER NOT NULL,"
        "  changed_at INTEGER NOT NULL) STRICT;"
        "CREATE INDEX loan_number ON loan(number);"

        "CREATE TABLE plan("
        "  number INTEGER PRIMARY KEY AUTOINCREMENT,"
        "  time INTEGER NOT NULL,"
        "  ended INTEGER,"
        "  boot_id TEXT NOT NULL,"
        "  pid INTEGER NOT NULL,"
        "  user TEXT NOT NULL,"
        "  words TEXT NOT NULL,"
        "  title TEXT NOT NULL,"
        "  state TEXT NOT NULL,"
        "  undoes INTEGER REFERENCES plan,"
        "  undone_by INTEGER REFERENCES plan,"
        "  failure TEXT NOT NULL DEFAULT '',"
        "  objects TEXT NOT NULL,"
        "  json TEXT NOT NULL) STRICT;"
        "CREATE INDEX plan_state ON plan(state);"

        "CREATE TABLE step("
        "  plan INTEGER NOT NULL REFERENCES plan ON DELETE CASCADE,"
        "  position INTEGER NOT NULL,"
        "  op TEXT NOT NULL,"
        "  sentence TEXT NOT NULL,"
        "  state TEXT NOT NULL,"
        "  outcome INTEGER NOT NULL DEFAULT 0,"
        "  time INTEGER,"
        "  json TEXT NOT NULL,"
        "  PRIMARY KEY(plan, position)) STRICT, WITHOUT ROWID;"

        "CREATE TABLE event("
        "  row INTEGER PRIMARY KEY,"
        "  time INTEGER NOT NULL,"
        "  kind TEXT NOT NULL,"
        "  plan INTEGER REFERENCES plan ON DELETE CASCADE,"
        "  object TEXT NOT NULL,"
        "  words TEXT NOT NULL) STRICT;"

        "CREATE TABLE setting("
        "  key TEXT PRIMARY KEY,"
        "  value TEXT NOT NULL) STRICT, WITHOUT ROWID;";

/*
 * What the network should be, for `restore`: by jail name and by number, since cookies and indexes do not outlive a
 * boot. What nobody has said anything of is NULL. A file of version 1 knows jails, pairs, bridges and their ports.
 */
static const char version_2[] =
        "ALTER TABLE interface ADD COLUMN jail TEXT NOT NULL DEFAULT '';"
        "CREATE INDEX interface_name ON interface(jail, name);"
        "UPDATE interface SET jail = coalesce((SELECT name FROM jail WHERE jail.boot_id = interface.boot_id"
        "  AND jail.cookie = interface.cookie), '');"

        "CREATE TABLE wanted_jail("
        "  row INTEGER PRIMARY KEY,"
        "  name TEXT NOT NULL UNIQUE,"
        "  is_owned INTEGER NOT NULL DEFAULT 0,"
        "  root_path TEXT,"
        "  hostname TEXT,"
        "  forwarding INTEGER) STRICT;"

        "CREATE TABLE wanted_link("
        "  row INTEGER PRIMARY KEY AUTOINCREMENT,"
        "  number INTEGER UNIQUE REFERENCES interface ON DELETE SET NULL ON UPDATE CASCADE,"
        "  jail INTEGER NOT NULL REFERENCES wanted_jail ON DELETE CASCADE,"
        "  name TEXT NOT NULL,"
        "  home TEXT NOT NULL DEFAULT '',"
        "  kind TEXT NOT NULL,"
        "  role INTEGER NOT NULL DEFAULT 0,"
        "  is_owned INTEGER NOT NULL DEFAULT 0,"
        "  mac TEXT,"
        "  mtu INTEGER,"
        "  is_up INTEGER,"
        "  alias TEXT,"
        "  peer INTEGER REFERENCES wanted_link ON DELETE CASCADE,"
        "  master INTEGER REFERENCES wanted_link ON DELETE SET NULL,"
        "  port INTEGER,"
        "  parent INTEGER REFERENCES wanted_link ON DELETE CASCADE,"
        "  vlan_id INTEGER,"
        "  vxlan_id INTEGER,"
        "  vxlan_remote TEXT,"
        "  macvlan_mode INTEGER,"
        "  bond_mode INTEGER,"
        "  stp INTEGER NOT NULL DEFAULT 0) STRICT;"
        "CREATE INDEX wanted_link_jail ON wanted_link(jail, name);"
        "CREATE INDEX wanted_link_peer ON wanted_link(peer);"
        "CREATE INDEX wanted_link_master ON wanted_link(master);"
        "CREATE INDEX wanted_link_parent ON wanted_link(parent);"

        "CREATE TABLE wanted_altname("
        "  link INTEGER NOT NULL REFERENCES wanted_link ON DELETE CASCADE,"
        "  name TEXT NOT NULL,"
        "  PRIMARY KEY(link, name)) STRICT, WITHOUT ROWID;"

        "CREATE TABLE wanted_address("
        "  row INTEGER PRIMARY KEY,"
        "  link INTEGER NOT NULL REFERENCES wanted_link ON DELETE CASCADE,"
        "  address TEXT NOT NULL,"
        "  UNIQUE(link, address)) STRICT;"

        "CREATE TABLE wanted_route("
        "  row INTEGER PRIMARY KEY,"
        "  jail INTEGER NOT NULL REFERENCES wanted_jail ON DELETE CASCADE,"
        "  link INTEGER REFERENCES wanted_link ON DELETE CASCADE,"
        "  destination TEXT NOT NULL,"
        "  gateway TEXT,"
        "  source TEXT,"
        "  metric INTEGER NOT NULL,"
        "  protocol INTEGER NOT NULL,"
        "  scope INTEGER NOT NULL,"
        "  type INTEGER NOT NULL) STRICT;"
        "CREATE INDEX wanted_route_jail ON wanted_route(jail);"
        "CREATE INDEX wanted_route_link ON wanted_route(link);"

        "INSERT INTO wanted_jail(name) VALUES('host');"
        "INSERT OR IGNORE INTO wanted_jail(name, is_owned, root_path, hostname)"
        "  SELECT name, 1, root_path, hostname FROM jail WHERE is_owned = 1 AND is_gone = 0 AND jid <> 0 ORDER BY row;"
        "INSERT INTO wanted_link(number, jail, name, kind, role, is_owned, mac, is_up)"
        "  SELECT i.number, w.row, i.name, i.kind, i.role, 1, coalesce(p.mac, i.mac), 1 FROM interface i"
        "  LEFT JOIN jail j ON j.boot_id = i.boot_id AND j.cookie = i.cookie"
        "  JOIN wanted_jail w ON w.name = CASE j.jid WHEN 0 THEN 'host' ELSE i.jail END"
        "  LEFT JOIN pin p ON p.number = i.number"
        "  WHERE i.is_owned = 1 AND i.is_gone = 0 AND i.kind IN ('veth', 'bridge') ORDER BY i.number;"
        "UPDATE wanted_link SET"
        "  peer = (SELECT o.row FROM edge, wanted_link o WHERE edge.kind = 'pair'"
        "    AND wanted_link.number IN (edge.a, edge.b) AND o.number IN (edge.a, edge.b)"
        "    AND o.number <> wanted_link.number),"
        "  master = (SELECT o.row FROM edge JOIN wanted_link o ON o.number = edge.a"
        "    WHERE edge.kind = 'port' AND edge.b = wanted_link.number);"
        "DELETE FROM wanted_link WHERE kind = 'veth' AND peer IS NULL;";

/* Version 3: what FreeBSD's commands know beyond it. The host's stack on a bridge is an edge of its own. */
static const char version_3[] = "CREATE TABLE upper_hook("
                                "  number INTEGER NOT NULL REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
                                "  peer INTEGER NOT NULL REFERENCES interface ON DELETE CASCADE ON UPDATE CASCADE,"
                                "  name TEXT NOT NULL,"
                                "  PRIMARY KEY(number, peer)) STRICT;"
                                "CREATE INDEX upper_hook_peer ON upper_hook(peer);"
                                "ALTER TABLE wanted_link ADD COLUMN promisc INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE wanted_link ADD COLUMN isolated INTEGER NOT NULL DEFAULT 0;"
                                /* Jails that jail -c started, with the parameters that they are stopped with; and what
                                 * a plan was made for, so that a start that fails takes back what its commands made. */
                                "CREATE TABLE started_jail("
                                "  name TEXT PRIMARY KEY,"
                                "  boot_id TEXT NOT NULL,"
                                "  jid INTEGER NOT NULL,"
                                "  pid INTEGER NOT NULL,"
                                "  began INTEGER NOT NULL,"
                                "  phase INTEGER NOT NULL,"
                                "  params TEXT NOT NULL) STRICT, WITHOUT ROWID;"
                                "ALTER TABLE plan ADD COLUMN cause TEXT;"
                                "CREATE TABLE wanted_nat("
                                "  row INTEGER PRIMARY KEY,"
                                "  jail INTEGER NOT NULL REFERENCES wanted_jail ON DELETE CASCADE,"
                                "  rule TEXT NOT NULL,"
                                "  UNIQUE(jail, rule)) STRICT;";

/*
 * Version 4: forwarding of IPv6, what jails without a stack of their own have on the host's interfaces, the numbers
 * that bridges and ports are set to, and the addresses that bridges are told.
 */
static const char version_4[] = "ALTER TABLE wanted_jail ADD COLUMN forwarding6 INTEGER;"
                                /* Looked up for each jail and each link: without these, all rows were read. */
                                "CREATE INDEX jail_number ON jail(boot_id, jid);"
                                "CREATE INDEX interface_place ON interface(boot_id, cookie, ifindex);"
                                "CREATE INDEX interface_called ON interface(boot_id, cookie, name);"
                                "DROP INDEX wanted_link_master;"
                                "CREATE INDEX wanted_link_port ON wanted_link(master, port);"
                                "ALTER TABLE started_jail ADD COLUMN addresses TEXT;"
                                "ALTER TABLE started_jail ADD COLUMN is_confined INTEGER NOT NULL DEFAULT 0;"
                                "CREATE TABLE wanted_tuning("
                                "  link INTEGER NOT NULL REFERENCES wanted_link ON DELETE CASCADE,"
                                "  name TEXT NOT NULL,"
                                "  value INTEGER NOT NULL,"
                                "  PRIMARY KEY(link, name)) STRICT, WITHOUT ROWID;"
                                "CREATE TABLE wanted_host("
                                "  link INTEGER NOT NULL REFERENCES wanted_link ON DELETE CASCADE,"
                                "  mac TEXT NOT NULL,"
                                "  PRIMARY KEY(link, mac)) STRICT, WITHOUT ROWID;"
                                /* What imports made for which file. */
                                "CREATE TABLE imported("
                                "  row INTEGER PRIMARY KEY,"
                                "  file TEXT NOT NULL,"
                                "  kind TEXT NOT NULL,"
                                "  jail TEXT NOT NULL,"
                                "  name TEXT NOT NULL,"
                                "  rest TEXT NOT NULL,"
                                "  value TEXT NOT NULL," /* of a setting */
                                "  was TEXT NOT NULL,"   /* without the file */
                                "  UNIQUE(file, kind, jail, name, rest)) STRICT;"
                                "CREATE INDEX imported_thing ON imported(jail, name);";

const struct migration migrations[] = {
        {1, version_1},
        {2, version_2},
        {3, version_3},
        {4, version_4},
};
const size_t migration_count = ARRAY_SIZE(migrations);

char *db_name_beside(const char *path, const char *tag)
{
        time_t now = time(NULL);
        struct tm tm;
        char when[32] = "unknown";

        if (localtime_r(&now, &tm))
                (void)strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &tm);

        char *name = xasprintf("%s.%s-%s", path, tag, when);

        for (unsigned i = 2; access(name, F_OK) == 0; i++) {
                free(name);
                name = xasprintf("%s.%s-%s.%u", path, tag, when, i);
        }
        return name;
}

/* A file is never changed in shape without its old self kept beside it. */
static int keep_copy(struct db *d, int64_t version, char **ret_notice, struct err *e)
{
        CLEANUP(freep) char *tag = xasprintf("v%lld", (long long)version);
        CLEANUP(freep) char *copy = db_name_beside(d->path, tag);
        CLEANUP(closep) int fd = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

        if (fd < 0)
                return err_set(e, -errno, "%s: a copy is needed before it is brought up to date, and cannot be made",
                               copy);

        int r = db_run(d, e, "VACUUM INTO ?", "s", copy);

        if (r < 0) {
                (void)unlink(copy); /* an empty or half one of ours */
                return r;
        }
        if (ret_notice) {
                free(*ret_notice);
                *ret_notice = xasprintf(_("%s: was brought up to date; the old one is kept as %s"), d->path, copy);
        }
        return 0;
}

static int read_version(struct db *d, int64_t *ret_version, struct err *e)
{
        int64_t application = 0, tables = 0;
        int r = db_query(d, e, ret_version, "PRAGMA user_version", "");

        if (r >= 0)
                r = db_query(d, e, &application, "PRAGMA application_id", "");
        if (r >= 0)
                r = db_query(d, e, &tables, "SELECT count(*) FROM sqlite_schema", "");
        if (r < 0)
                return r;
        if (tables > 0 && application != APPLICATION_ID)
                return err_set(e, -EINVAL, "%s: belongs to another program; name another file with --db", d->path);
        return 0;
}

static int run_from(struct db *d, int64_t version, const struct migration *list, size_t count, struct err *e)
{
        for (size_t i = 0; i < count; i++) {
                if (list[i].version <= version)
                        continue;

                CLEANUP(freep) char *pragma = xasprintf("PRAGMA user_version=%d", list[i].version);
                int r = db_exec(d, list[i].sql, e);

                if (r == 0)
                        r = db_exec(d, pragma, e);
                if (r < 0)
                        return r;
        }
        return 0;
}

int migrate_run(struct db *d, const struct migration *list, size_t count, char **ret_notice, struct err *e)
{
        int newest = list[count - 1].version;
        int64_t version = 0;
        int r = read_version(d, &version, e);

        if (r < 0)
                return r;
        if (version > newest)
                return err_set(e, -EPROTO,
                               "%s: was written by a newer jailnet (version %lld, this one knows %d); use that one, or "
                               "name another file with --db",
                               d->path, (long long)version, newest);
        if (version == newest)
                return 0;
        if (d->is_read_only)
                return err_set(e, -EROFS, "%s: is of an older version and cannot be written", d->path);
        if (version > 0) {
                r = keep_copy(d, version, ret_notice, e);
                if (r < 0)
                        return r;
        }
        r = db_begin(d, true, e);
        if (r < 0)
                return r;
        /* Another process may have been quicker. */
        r = read_version(d, &version, e);
        if (r == 0 && version == 0) {
                CLEANUP(freep) char *pragma = xasprintf("PRAGMA application_id=%d", APPLICATION_ID);

                r = db_exec(d, pragma, e);
        }
        if (r == 0)
                r = run_from(d, version, list, count, e);
        if (r < 0) {
                db_rollback(d);
                return r;
        }
        return db_commit(d, e);
}
