/*
 * settle_wanted.c - keeps the tables of the wanted network up to date from the steps of plans, which know every change
 * that was asked for. Runs within the transaction that closes a plan.
 *
 * What a plan did by itself counts as much as what was asked for: both are what the user saw in the preview. A plan of
 * `restore`, and one that takes that back, say nothing new.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/text.h"
#include "db/private.h"

/* A process's stack has no name of its own: nothing can be restored into it after it is gone. */
static bool is_passing(const struct target *t)
{
        return str_has_prefix(t->path, "/proc/");
}

bool settle_is_restore(struct db *d, const struct plan *p)
{
        int64_t found = 0;

        if (p->words && strcmp(p->words, "restore") == 0)
                return true;
        return p->undoes &&
                db_query(d, NULL, &found,
                         "WITH RECURSIVE chain(number) AS (VALUES(?) UNION "
                         "SELECT undoes FROM plan JOIN chain USING(number) WHERE undoes IS NOT NULL) "
                         "SELECT 1 FROM plan JOIN chain USING(number) WHERE words = 'restore'",
                         "l", p->undoes) == 1;
}

static int jail_row(struct db *d, const char *name, int64_t *ret, struct err *e)
{
        int x = db_query(d, e, ret, "SELECT row FROM wanted_jail WHERE name = ?", "s", name);

        if (x != 0)
                return x < 0 ? x : 0;
        x = db_run(d, e, "INSERT INTO wanted_jail(name) VALUES(?)", "s", name);
        if (x == 0)
                *ret = sqlite3_last_insert_rowid(d->sql);
        return x;
}

/* The row of an interface; one that nothing was said of before becomes a borrowed one. */
static int link_row(struct db *d, const struct plan *p, const struct target *t, int64_t *ret, struct err *e)
{
        bool is_loopback = strcmp(t->iface, "lo") == 0; /* each stack's first link: no number outlives its jail */
        int64_t jail = 0, row = 0;
        uint32_t number = 0;
        int x = jail_row(d, t->jail, &jail, e);

        if (x == 0 && !is_loopback) {
                x = settle_number_of(d, p, t, &number, NULL);
                if (x == -ENOENT)
                        x = 0;
        }
        if (x == 0 && number)
                x = db_query(d, e, &row, "SELECT row FROM wanted_link WHERE number = ?", "l", (int64_t)number);
        else if (x == 0)
                x = db_query(d, e, &row, "SELECT row FROM wanted_link WHERE jail = ? AND name = ?", "ls", jail,
                             t->iface);
        if (x == 0) {
                x = db_run(d, e,
                           "INSERT INTO wanted_link(number, jail, name, home, kind) VALUES(nullif(?, 0), ?, ?, ?, ?)",
                           "llsss", (int64_t)number, jail, t->iface, t->iface,
                           is_loopback        ? wanted_kind_name(KIND_LOOPBACK)
                                   : *t->kind ? t->kind
                                              : wanted_kind_name(KIND_PHYSICAL));
                row = sqlite3_last_insert_rowid(d->sql);
        }
        if (x >= 0)
                *ret = row;
        return x < 0 ? x : 0;
}

static int jail_add(struct db *d, const struct step *s, struct err *e)
{
        return db_run(d, e,
                      "INSERT INTO wanted_jail(name, is_owned, root_path, hostname) VALUES(?, 1, nullif(?, ''), "
                      "nullif(?, '')) ON CONFLICT(name) DO UPDATE SET is_owned = 1, root_path = excluded.root_path, "
                      "hostname = excluded.hostname, forwarding = NULL, forwarding6 = NULL",
                      "sss", s->at.jail, s->root_path, s->hostname);
}

static int jail_rename(struct db *d, const struct step *s, struct err *e)
{
        int x = db_run(d, e, "DELETE FROM wanted_jail WHERE name = ?", "s", s->name); /* of one that went by itself */

        return x < 0 ? x : db_run(d, e, "UPDATE wanted_jail SET name = ? WHERE name = ?", "ss", s->name, s->at.jail);
}

/* One end: what the specification says of it. */
static int add_end(struct db *d, const struct link_spec *l, const char *jail_name, bool is_peer, int64_t *ret,
                   struct err *e)
{
        const char *name = is_peer ? l->peer_name : l->name;
        int64_t number = is_peer ? l->peer_number : l->number, jail = 0;
        struct mac m = is_peer ? l->peer_mac : l->mac;
        char mac[MAC_TEXT_SIZE];
        int x = jail_row(d, jail_name, &jail, e);

        if (x == 0)
                x = db_run(d, e, "DELETE FROM wanted_link WHERE number = ? OR (jail = ? AND name = ?)", "lls", number,
                           jail, name);
        if (x == 0)
                x = db_run(d, e,
                           "INSERT INTO wanted_link(number, jail, name, kind, role, is_owned, mac, mtu, is_up) "
                           "VALUES(nullif(?, 0), ?, ?, ?, ?, 1, nullif(?, ''), nullif(?, 0), ?)",
                           "llssisli", number, jail, name, wanted_kind_name(l->kind),
                           (int)(is_peer ? l->peer_role : l->role), mac_format(m, mac),
                           (int64_t)(is_peer ? l->peer_mtu_bytes : l->mtu_bytes), (int)(!is_peer && l->is_up));
        if (x == 0)
                *ret = sqlite3_last_insert_rowid(d->sql);
        return x;
}

static int link_add(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        const struct link_spec *l = &s->link;
        char remote[PREFIX_TEXT_SIZE] = "";
        int64_t row = 0, peer = 0, parent = 0;
        int x;

        if (l->is_borrowed)
                return 0; /* whoever made it first makes it after a boot too */
        x = add_end(d, l, s->at.jail, false, &row, e);

        if (x == 0 && l->kind == KIND_VETH) {
                x = add_end(d, l, *l->peer_jail.jail ? l->peer_jail.jail : s->at.jail, true, &peer, e);
                if (x == 0)
                        x = db_run(d, e, "UPDATE wanted_link SET peer = ? WHERE row = ?", "ll", peer, row);
                return x < 0 ? x : db_run(d, e, "UPDATE wanted_link SET peer = ? WHERE row = ?", "ll", row, peer);
        }
        if (x == 0 && *l->parent.iface)
                x = link_row(d, p, &l->parent, &parent, e);
        if (x == 0 && l->vxlan_remote.family)
                (void)prefix_format_addr(&l->vxlan_remote, remote);
        return x < 0 ? x
                     : db_run(d, e,
                              "UPDATE wanted_link SET parent = nullif(?, 0), vlan_id = ?, vxlan_id = ?, "
                              "vxlan_remote = nullif(?, ''), macvlan_mode = ?, bond_mode = ?, stp = ? WHERE row = ?",
                              "lilsliil", parent, (int)l->vlan_id, (int64_t)l->vxlan_id, remote,
                              (int64_t)l->macvlan_mode, (int)l->bond_mode, (int)l->stp_on, row);
}

/* The other end and what stands on it go with it, by the table's own references. */
static int link_del(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        uint32_t number = 0;
        int x = settle_number_of(d, p, &s->at, &number, NULL);

        if (x == -ENOENT)
                return 0;
        return x < 0 ? x : db_run(d, e, "DELETE FROM wanted_link WHERE number = ?", "l", (int64_t)number);
}

/* They are the membership's, and go with it. */
static int forget_membership(struct db *d, int64_t row, struct err *e)
{
        int64_t found = 0;
        int x = db_query(d, e, &found,
                         "SELECT 1 WHERE EXISTS(SELECT 1 FROM wanted_host WHERE link = ?1) "
                         "OR EXISTS(SELECT 1 FROM wanted_tuning WHERE link = ?1)",
                         "l", row);

        if (x <= 0)
                return x; /* most have none */
        x = db_run(d, e, "DELETE FROM wanted_host WHERE link = ?", "l", row);
        for (int t = 0; x == 0 && t < TUNE_COUNT; t++)
                if (tunings[t].is_port)
                        x = db_run(d, e, "DELETE FROM wanted_tuning WHERE link = ? AND name = ?", "ls", row,
                                   tunings[t].name);
        return x;
}

/* The kernel takes addresses, routes and membership away on the move. */
static int link_move(struct db *d, const struct step *s, int64_t row, struct err *e)
{
        int64_t jail = 0;
        int x = jail_row(d, s->to.jail, &jail, e);

        if (x == 0)
                x = db_run(d, e,
                           "UPDATE wanted_link SET jail = ?, name = coalesce(nullif(?, ''), name), is_up = ?, "
                           "master = NULL, port = NULL WHERE row = ?",
                           "lsil", jail, s->name, (int)s->is_up, row);
        if (x == 0)
                x = forget_membership(d, row, e);
        if (x == 0)
                x = db_run(d, e, "DELETE FROM wanted_address WHERE link = ?", "l", row);
        return x < 0 ? x : db_run(d, e, "DELETE FROM wanted_route WHERE link = ?", "l", row);
}

/* The lowest one that is free, as the kernel gives it: hooks are named after it. What the link itself has is free. */
static int next_port(struct db *d, int64_t master, int64_t row, int64_t *ret, struct err *e)
{
        int x = db_query(d, e, ret,
                         "SELECT CASE count(port) WHEN coalesce(max(port), 0) THEN count(port) + 1 ELSE 0 END "
                         "FROM wanted_link WHERE master = ? AND row <> ?",
                         "ll", master, row);

        if (x < 0 || *ret)
                return x < 0 ? x : 0;
        x = db_query(d, e, ret,
                     "WITH RECURSIVE n(port) AS (VALUES(1) UNION ALL SELECT port + 1 FROM n "
                     "WHERE port IN (SELECT o.port FROM wanted_link o WHERE o.master = ?1 AND o.row <> ?2)) "
                     "SELECT max(port) FROM n",
                     "ll", master, row);
        return x < 0 ? x : 0;
}

static int link_master(struct db *d, const struct plan *p, const struct step *s, int64_t row, struct err *e)
{
        int64_t master = 0, port = 0;
        int x = forget_membership(d, row, e);

        if (x == 0 && *s->to.iface)
                x = link_row(d, p, &s->to, &master, e);
        if (x == 0 && master)
                x = next_port(d, master, row, &port, e);
        return x < 0 ? x
                     : db_run(d, e,
                              "UPDATE wanted_link SET master = nullif(?, 0), port = nullif(?, 0), isolated = 0 "
                              "WHERE row = ?",
                              "lll", master, port, row);
}

static int route(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        const struct route *r = &s->route;
        char destination[PREFIX_TEXT_SIZE], gateway[PREFIX_TEXT_SIZE] = "", source[PREFIX_TEXT_SIZE] = "";
        struct route plain = {.destination = r->destination};
        int64_t jail = 0, link = 0;
        int x = jail_row(d, s->at.jail, &jail, e);

        if (x == 0 && *s->at.iface)
                x = link_row(d, p, &s->at, &link, e);
        if (x < 0)
                return x;
        (void)prefix_format(&r->destination, destination);
        if (r->gateway.family)
                (void)prefix_format(&r->gateway, gateway);
        if (r->source.family)
                (void)prefix_format(&r->source, source);
        x = db_run(d, e,
                   "DELETE FROM wanted_route WHERE jail = ? AND destination = ? AND iif(metric, metric, ?) = ? "
                   "AND coalesce(gateway, '') = ?",
                   "lslls", jail, destination, (int64_t)route_metric(&plain), (int64_t)route_metric(r), gateway);
        if (x < 0 || s->op == STEP_ROUTE_DEL)
                return x;
        return db_run(d, e,
                      "INSERT INTO wanted_route(jail, link, destination, gateway, source, metric, protocol, scope, "
                      "type) VALUES(?, nullif(?, 0), ?, nullif(?, ''), nullif(?, ''), ?, ?, ?, ?)",
                      "llsssliii", jail, link, destination, gateway, source, (int64_t)r->metric, (int)r->protocol,
                      (int)r->scope, (int)r->type);
}

static int forwarding(struct db *d, const struct step *s, struct err *e)
{
        int64_t jail = 0;
        int x = jail_row(d, s->at.jail, &jail, e);

        return x < 0 ? x
                     : db_run(d, e,
                              s->op == STEP_FORWARDING ? "UPDATE wanted_jail SET forwarding = ? WHERE row = ?"
                                                       : "UPDATE wanted_jail SET forwarding6 = ? WHERE row = ?",
                              "il", (int)s->number, jail);
}

static int nat(struct db *d, const struct step *s, struct err *e)
{
        int64_t jail = 0;
        int x = jail_row(d, s->at.jail, &jail, e);

        if (x < 0)
                return x;
        return db_run(d, e,
                      s->op == STEP_NAT_ADD ? "INSERT OR IGNORE INTO wanted_nat(jail, rule) VALUES(?, ?)"
                                            : "DELETE FROM wanted_nat WHERE jail = ? AND rule = ?",
                      "ls", jail, s->text);
}

/* A bridge knows an address behind one port. */
static int host_add(struct db *d, const struct step *s, int64_t row, struct err *e)
{
        char mac[MAC_TEXT_SIZE];
        int x = db_run(d, e,
                       "DELETE FROM wanted_host WHERE mac = ?2 AND link IN (SELECT o.row FROM wanted_link o "
                       "JOIN wanted_link l ON o.master = l.master WHERE l.row = ?1)",
                       "ls", row, mac_format(s->mac, mac));

        return x < 0 ? x : db_run(d, e, "INSERT INTO wanted_host(link, mac) VALUES(?, ?)", "ls", row, mac);
}

/* The link-local address that the kernel made of a MAC address which the link had before: a move carries it along,
 * since somebody may be using it, but after a boot there is nothing that it belongs to. */
static bool is_of_former_mac(const struct plan *p, const struct step *s)
{
        const uint8_t *b = s->address.bytes;

        if (!prefix_is_link_local(&s->address) || s->address.family != AF_INET6 || b[11] != 0xff || b[12] != 0xfe)
                return false;
        for (size_t k = 0; k < p->step_count; k++)
                if (p->steps[k].op == STEP_LINK_MOVE && p->steps[k].at.number == s->at.number)
                        return true;
        return false;
}

static int on_link(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        char text[PREFIX_TEXT_SIZE];
        int64_t row = 0;
        int x = link_row(d, p, &s->at, &row, e);

        if (x < 0)
                return x;
        switch ((int)s->op) {
        case STEP_LINK_RENAME: return db_run(d, e, "UPDATE wanted_link SET name = ? WHERE row = ?", "sl", s->name, row);
        case STEP_LINK_MOVE: return link_move(d, s, row, e);
        case STEP_LINK_MASTER: return link_master(d, p, s, row, e);
        case STEP_LINK_MAC:
                return db_run(d, e, "UPDATE wanted_link SET mac = ? WHERE row = ?", "sl", mac_format(s->mac, text),
                              row);
        case STEP_LINK_MTU:
                return db_run(d, e, "UPDATE wanted_link SET mtu = ? WHERE row = ?", "ll", (int64_t)s->number, row);
        case STEP_LINK_UP:
        case STEP_LINK_DOWN:
                return db_run(d, e, "UPDATE wanted_link SET is_up = ? WHERE row = ?", "il",
                              (int)(s->op == STEP_LINK_UP), row);
        case STEP_LINK_ALIAS:
                return db_run(d, e, "UPDATE wanted_link SET alias = nullif(?, '') WHERE row = ?", "sl", s->text, row);
        case STEP_LINK_STP:
                return db_run(d, e, "UPDATE wanted_link SET stp = ? WHERE row = ?", "il", (int)s->number, row);
        case STEP_PORT_ISOLATE:
                return db_run(d, e, "UPDATE wanted_link SET isolated = ? WHERE row = ?", "il", (int)s->number, row);
        case STEP_LINK_TUNE:
                return db_run(d, e, "INSERT OR REPLACE INTO wanted_tuning(link, name, value) VALUES(?, ?, ?)", "lsl",
                              row, s->text, (int64_t)s->number);
        case STEP_HOST_ADD: return host_add(d, s, row, e);
        case STEP_HOST_DEL:
                return db_run(d, e, "DELETE FROM wanted_host WHERE link = ? AND mac = ?", "ls", row,
                              mac_format(s->mac, text));
        case STEP_HOST_FLUSH: /* 1: of those that it was told, too */
                return s->number ? db_run(d, e,
                                          "DELETE FROM wanted_host WHERE link IN (SELECT row FROM wanted_link "
                                          "WHERE master = ?)",
                                          "l", row)
                                 : 0;
        case STEP_LINK_PROMISC:
                return db_run(d, e, "UPDATE wanted_link SET promisc = ? WHERE row = ?", "il", (int)s->number, row);
        case STEP_ALTNAME_ADD:
                return db_run(d, e, "INSERT INTO wanted_altname(link, name) VALUES(?, ?) ON CONFLICT DO NOTHING", "ls",
                              row, s->text);
        case STEP_ALTNAME_DEL:
                return db_run(d, e, "DELETE FROM wanted_altname WHERE link = ? AND name = ?", "ls", row, s->text);
        case STEP_ADDRESS_ADD:
                if (is_of_former_mac(p, s))
                        return 0;
                return db_run(d, e, "INSERT INTO wanted_address(link, address) VALUES(?, ?) ON CONFLICT DO NOTHING",
                              "ls", row, prefix_format(&s->address, text));
        case STEP_ADDRESS_DEL:
                return db_run(d, e, "DELETE FROM wanted_address WHERE link = ? AND address = ?", "ls", row,
                              prefix_format(&s->address, text));
        default: return 0;
        }
}

static int on_jail(struct db *d, const struct step *s, struct err *e)
{
        if (s->op == STEP_JAIL_DEL)
                return db_run(d, e, "DELETE FROM wanted_jail WHERE name = ?", "s", s->at.jail);
        return s->op == STEP_JAIL_ADD ? jail_add(d, s, e) : jail_rename(d, s, e);
}

static int on_stack(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        if (s->op == STEP_FORWARDING || s->op == STEP_FORWARDING6)
                return forwarding(d, s, e);
        return s->op == STEP_NAT_ADD || s->op == STEP_NAT_DEL ? nat(d, s, e) : route(d, p, s, e);
}

int settle_wanted(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        if (is_passing(&s->at) || is_passing(&s->to) || is_passing(&s->link.peer_jail))
                return 0;
        switch (step_about(s->op)) {
        case ABOUT_JAIL: return on_jail(d, s, e);
        case ABOUT_LINK:
                if (s->op == STEP_LINK_ADD)
                        return link_add(d, p, s, e);
                return s->op == STEP_LINK_DEL ? link_del(d, p, s, e) : on_link(d, p, s, e);
        case ABOUT_ADDRESS: return on_link(d, p, s, e);
        case ABOUT_STACK: return on_stack(d, p, s, e);
        case ABOUT_RECORD: return 0; /* in tables of their own, by number, which outlives a boot */
        }
        return 0;
}
