/* wanted.c - loads what the network should be, as arrays that refer to each other by index; and a single pin. */
#include <errno.h>
#include <string.h>

#include "core/base/alloc.h"
#include "db/private.h"

static char *column_copy(sqlite3_stmt *s, int column)
{
        const char *text = (const char *)sqlite3_column_text(s, column);

        return text ? xstrdup(text) : NULL;
}

static int column_or_unsaid(sqlite3_stmt *s, int column)
{
        return sqlite3_column_type(s, column) == SQLITE_NULL ? -1 : sqlite3_column_int(s, column);
}

/* Rows are few and in order: both searches are by row. */
static size_t find_jail(const struct wanted *w, int64_t row)
{
        for (size_t i = 0; i < w->jail_count; i++)
                if (w->jails[i].row == row)
                        return i;
        return NONE;
}

static size_t find_link(const struct wanted *w, int64_t row)
{
        size_t low = 0, high = w->link_count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (w->links[middle].row < row)
                        low = middle + 1;
                else
                        high = middle;
        }
        return row && low < w->link_count && w->links[low].row == row ? low : NONE;
}

static int load_jails(struct db *d, struct wanted *w, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d,
                "SELECT row, name, is_owned, root_path, hostname, forwarding, forwarding6 FROM wanted_jail ORDER BY row",
                e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                struct wanted_jail *j = wanted_add_jail(w, db_column_text(s, 1));

                j->row = sqlite3_column_int64(s, 0);
                j->is_owned = sqlite3_column_int(s, 2);
                j->root_path = column_copy(s, 3);
                j->hostname = column_copy(s, 4);
                j->forwarding = column_or_unsaid(s, 5);
                j->forwarding6 = column_or_unsaid(s, 6);
        }
        return x;
}

static int load_nat(struct db *d, struct wanted *w, struct err *e)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, "SELECT jail, rule FROM wanted_nat ORDER BY row", e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                size_t jail = find_jail(w, sqlite3_column_int64(s, 0));

                if (jail == NONE)
                        continue; /* the table's reference makes sure of it */

                char *before = w->jails[jail].nat_rules;

                w->jails[jail].nat_rules = xasprintf("%s%s\n", before ? before : "", db_column_text(s, 1));
                free(before);
        }
        return x;
}

static void read_link(struct wanted *w, sqlite3_stmt *s)
{
        size_t jail = find_jail(w, sqlite3_column_int64(s, 2));
        enum iface_kind kind = KIND_OTHER; /* of a word that this program does not know */
        const char *remote = db_column_text(s, 18);

        if (jail == NONE)
                return; /* the table's reference makes sure of it */

        struct wanted_link *l = wanted_add_link(w, jail, db_column_text(s, 3));

        (void)wanted_kind_parse(db_column_text(s, 5), &kind);
        l->row = sqlite3_column_int64(s, 0);
        l->number = (uint32_t)sqlite3_column_int64(s, 1);
        (void)str_copy(l->home, sizeof(l->home), db_column_text(s, 4)); /* a kernel's name */
        l->kind = kind;
        l->role = (enum iface_role)sqlite3_column_int(s, 6);
        l->is_owned = sqlite3_column_int(s, 7);
        l->mac = db_column_mac(s, 8);
        l->mtu_bytes = (uint32_t)sqlite3_column_int64(s, 9);
        l->is_up = column_or_unsaid(s, 10);
        l->alias = column_copy(s, 11);
        l->port = (unsigned)sqlite3_column_int(s, 14);
        l->vlan_id = (uint16_t)sqlite3_column_int(s, 16);
        l->vxlan_id = (uint32_t)sqlite3_column_int64(s, 17);
        if (*remote)
                (void)prefix_parse(remote, &l->vxlan_remote, NULL); /* was formatted by us */
        l->macvlan_mode = (uint32_t)sqlite3_column_int64(s, 19);
        l->bond_mode = (uint8_t)sqlite3_column_int(s, 20);
        l->stp_on = sqlite3_column_int(s, 21);
        l->pin = db_column_mac(s, 22);
        l->pin_source = (enum pin_source)sqlite3_column_int(s, 23);
        l->node_name = column_copy(s, 24);
        l->hook = column_copy(s, 25);
        l->is_promisc = sqlite3_column_int(s, 26);
        l->is_isolated = sqlite3_column_int(s, 27);
        l->upper = column_copy(s, 28);
}

/* Rows that refer to later ones: kept as rows while reading, made indexes afterwards. */
struct reference {
        int64_t peer, master, parent;
};

static int load_links(struct db *d, struct wanted *w, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d,
                "SELECT l.row, l.number, l.jail, l.name, l.home, l.kind, l.role, l.is_owned, "
                "coalesce(l.mac, CASE WHEN l.kind IN ('vlan', 'tun', 'ipvlan') OR l.is_owned = 0 THEN NULL "
                "ELSE i.mac END), l.mtu, l.is_up, l.alias, l.peer, l.master, l.port, l.parent, l.vlan_id, l.vxlan_id, "
                "l.vxlan_remote, l.macvlan_mode, l.bond_mode, l.stp, p.mac, p.source, n.name, h.name, l.promisc, l.isolated, u.name "
                "FROM wanted_link l LEFT JOIN interface i ON i.number = l.number LEFT JOIN pin p ON p.number = l.number "
                "LEFT JOIN node n ON n.number = l.number LEFT JOIN wanted_link m ON m.row = l.master "
                "LEFT JOIN hook h ON h.number = m.number AND h.peer = l.number "
                "LEFT JOIN upper_hook u ON u.number = m.number AND u.peer = l.number ORDER BY l.row",
                e);
        CLEANUP(freep) struct reference *references = NULL;
        size_t count = 0, capacity = 0;
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                read_link(w, s);
                if (w->link_count == count)
                        continue;
                references = array_grow(references, &capacity, count, sizeof(*references));
                references[count++] = (struct reference){
                        .peer = sqlite3_column_int64(s, 12),
                        .master = sqlite3_column_int64(s, 13),
                        .parent = sqlite3_column_int64(s, 15),
                };
        }
        for (size_t i = 0; i < count; i++) {
                w->links[i].peer = find_link(w, references[i].peer);
                w->links[i].master = find_link(w, references[i].master);
                w->links[i].parent = find_link(w, references[i].parent);
        }
        return x;
}

static int load_altnames(struct db *d, struct wanted *w, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d, "SELECT link, name FROM wanted_altname ORDER BY link, name", e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                size_t link = find_link(w, sqlite3_column_int64(s, 0));

                if (link != NONE)
                        wanted_add_altname(&w->links[link], db_column_text(s, 1));
        }
        return x;
}

static int load_tunings(struct db *d, struct wanted *w, struct err *e)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, "SELECT link, name, value FROM wanted_tuning", e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                size_t link = find_link(w, sqlite3_column_int64(s, 0));
                enum tuning t = tuning_find(db_column_text(s, 1));

                if (link == NONE || t == TUNE_COUNT)
                        continue; /* of a setting that this program does not know */
                w->links[link].tuning[t] = (uint32_t)sqlite3_column_int64(s, 2);
                w->links[link].tuning_known |= (uint16_t)(1u << t);
        }
        return x;
}

static int load_hosts(struct db *d, struct wanted *w, struct err *e)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, "SELECT link, mac FROM wanted_host ORDER BY link, mac", e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                size_t link = find_link(w, sqlite3_column_int64(s, 0));

                if (link != NONE)
                        wanted_add_host(&w->links[link], db_column_mac(s, 1));
        }
        return x;
}

static int load_addresses(struct db *d, struct wanted *w, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d, "SELECT link, address FROM wanted_address ORDER BY row", e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                size_t link = find_link(w, sqlite3_column_int64(s, 0));
                struct prefix address = {0};

                if (link != NONE && prefix_parse(db_column_text(s, 1), &address, NULL) == 0)
                        wanted_add_address(&w->links[link], &address);
        }
        return x;
}

static int load_routes(struct db *d, struct wanted *w, struct err *e)
{
        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(d,
                                       "SELECT jail, link, destination, gateway, source, metric, protocol, scope, "
                                       "type FROM wanted_route ORDER BY row",
                                       e);
        int x;

        if (!s)
                return db_error(d, 0, NULL);
        while ((x = db_step(d, s, e)) == 1) {
                size_t jail = find_jail(w, sqlite3_column_int64(s, 0));
                struct route r = {
                        .metric = (uint32_t)sqlite3_column_int64(s, 5),
                        .protocol = (uint8_t)sqlite3_column_int(s, 6),
                        .scope = (uint8_t)sqlite3_column_int(s, 7),
                        .type = (uint8_t)sqlite3_column_int(s, 8),
                };

                if (jail == NONE || prefix_parse(db_column_text(s, 2), &r.destination, NULL) < 0)
                        continue;
                if (*db_column_text(s, 3))
                        (void)prefix_parse(db_column_text(s, 3), &r.gateway, NULL); /* was formatted by us */
                if (*db_column_text(s, 4))
                        (void)prefix_parse(db_column_text(s, 4), &r.source, NULL);
                wanted_add_route(w, jail, find_link(w, sqlite3_column_int64(s, 1)))->route = r;
        }
        return x;
}

int db_wanted(struct db *d, struct wanted *ret, struct err *e)
{
        struct wanted w = {0};
        int x = db_run(d, e, "BEGIN", "");

        if (x == 0)
                x = load_jails(d, &w, e);
        if (x == 0)
                x = load_nat(d, &w, e);
        if (x == 0)
                x = load_links(d, &w, e);
        if (x == 0)
                x = load_altnames(d, &w, e);
        if (x == 0)
                x = load_tunings(d, &w, e);
        if (x == 0)
                x = load_hosts(d, &w, e);
        if (x == 0)
                x = load_addresses(d, &w, e);
        if (x == 0)
                x = load_routes(d, &w, e);
        db_rollback(d); /* nothing was written */
        if (x < 0) {
                wanted_done(&w);
                return x;
        }
        *ret = w;
        return 0;
}

int db_forget_wanted(struct db *d, const int64_t *rows, size_t count, struct err *e)
{
        int x = db_begin(d, true, e);

        if (x < 0)
                return x;
        for (size_t i = 0; x == 0 && i < count; i++)
                x = db_run(d, e, "DELETE FROM wanted_link WHERE row = ?", "l", rows[i]);
        if (x == 0)
                return db_commit(d, e);
        db_rollback(d);
        return x;
}

int db_pin(struct db *d, uint32_t number, struct mac *ret, struct err *e)
{
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, "SELECT mac FROM pin WHERE number = ?", e);

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_int64(s, 1, number);

        int x = db_step(d, s, e);

        if (x == 0)
                return -ENOENT;
        if (x == 1)
                *ret = db_column_mac(s, 0);
        return x < 0 ? x : 0;
}
