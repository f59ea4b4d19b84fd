/*
 * settle.c - what a plan means for the inventory: numbers for the links that it will make, and, when it has ended, the
 * rows of what it did. Runs within the transaction of the journal's begin and finish.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/lookup.h"
#include "core/base/text.h"
#include "db/private.h"

/* As the kernel spells the kinds that plans make; the observer corrects the row when it sees the link. */
static const char *kind_word(enum iface_kind k)
{
        static const char *const words[] = {
                [KIND_VETH] = "veth",       [KIND_BRIDGE] = "bridge",   [KIND_VLAN] = "vlan",
                [KIND_MACVLAN] = "macvlan", [KIND_MACVTAP] = "macvtap", [KIND_IPVLAN] = "ipvlan",
                [KIND_VXLAN] = "vxlan",     [KIND_TUN] = "tun",         [KIND_TAP] = "tun",
                [KIND_BOND] = "bond",       [KIND_DUMMY] = "dummy",     [KIND_IFB] = "ifb",
        };

        return (size_t)k < ARRAY_SIZE(words) && words[k] ? words[k] : "";
}

/* Numbers */

static int reserve(struct db *d, const char *name, enum iface_kind kind, enum iface_role role, uint32_t *ret,
                   struct err *e)
{
        int64_t number = 0;
        int x = inventory_take_number(d, &number, e);

        if (x < 0)
                return x;
        x = db_run(d, e, "INSERT INTO interface(number, name, kind, role, is_owned) VALUES(?, ?, ?, ?, 1)", "lssi",
                   number, name, kind_word(kind), (int)role);
        if (x == 0)
                *ret = (uint32_t)number;
        return x;
}

static uint64_t pin_key(const char *jail, const char *name)
{
        return lookup_mix_text(lookup_mix_text(LOOKUP_KEY, jail), name);
}

/* The pins that the plan itself sets, by what it sets them on: of several the first is found. */
static void index_pins(struct lookup *pins, const struct plan *p)
{
        for (size_t i = p->step_count; i-- > 0;)
                if (p->steps[i].op == STEP_PIN)
                        lookup_put(pins, pin_key(p->steps[i].at.jail, p->steps[i].at.iface), i);
}

/* NULL: none. */
static struct step *find_pin_step(const struct lookup *pins, struct plan *p, const char *jail, const char *name)
{
        size_t first = pins->count ? lookup_first(pins, pin_key(jail, name)) : LOOKUP_END;

        for (size_t at = first; at != LOOKUP_END; at = lookup_next(pins, at)) {
                struct step *s = &p->steps[pins->entries[at].value];

                if (strcmp(s->at.jail, jail) == 0 && strcmp(s->at.iface, name) == 0)
                        return s;
        }
        return NULL;
}

/* A pinned interface that is gone: its name in its jail keeps the pin, for whoever is made there next. */
#define GONE_PIN                                                                                   \
        "SELECT number FROM pin JOIN interface i USING(number) WHERE i.jail = ?1 AND i.name = ?2 " \
        "AND i.kind = ?3 AND (i.is_gone = 1 OR i.boot_id IS NOT ?4) "

/* A new link is born with the address that its forerunner of the same place and name was pinned to. own: the pin that
 * the plan itself sets on it; NULL none. */
static int inherit_pin(struct db *d, struct step *own, const char *jail, const char *name, enum iface_kind kind,
                       struct mac *mac, struct err *e)
{
        if (own && own->pin_source != PIN_CURRENT)
                return 0; /* another address was asked for */

        CLEANUP(db_reset)
        sqlite3_stmt *s = db_statement(
                d, "SELECT mac, source FROM pin WHERE number = (" GONE_PIN "ORDER BY number DESC LIMIT 1)", e);

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_text(s, 1, jail, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(s, 2, name, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(s, 3, kind_word(kind), -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(s, 4, d->boot_id, -1, SQLITE_STATIC);

        int x = db_step(d, s, e);

        if (x <= 0)
                return x;
        *mac = db_column_mac(s, 0);
        if (own) {
                own->mac = *mac;
                own->pin_source = (enum pin_source)sqlite3_column_int(s, 1);
        }
        return 0;
}

/* Once it is made with that address, the pin is its own. */
static int take_over_pin(struct db *d, const char *jail, const char *name, enum iface_kind kind, uint32_t number,
                         struct mac mac, struct err *e)
{
        char buf[MAC_TEXT_SIZE];

        return db_run(d, e,
                      "UPDATE pin SET number = ?5 WHERE NOT EXISTS(SELECT 1 FROM pin WHERE number = ?5) "
                      "AND number = (" GONE_PIN "AND pin.mac = ?6 AND number <> ?5 ORDER BY number DESC LIMIT 1)",
                      "ssssls", jail, name, kind_word(kind), d->boot_id, (int64_t)number, mac_format(mac, buf));
}

static const char *peer_jail(const struct step *s)
{
        return *s->link.peer_jail.jail ? s->link.peer_jail.jail : s->at.jail;
}

int settle_reserve(struct db *d, struct plan *p, struct err *e)
{
        CLEANUP(lookup_done) struct lookup pins = {0};
        int x = 0;

        index_pins(&pins, p);
        for (size_t i = 0; x == 0 && i < p->step_count; i++) {
                struct link_spec *l = &p->steps[i].link;

                if (p->steps[i].op != STEP_LINK_ADD)
                        continue;
                if (l->number == 0) {
                        l->is_new = true;
                        x = reserve(d, l->name, l->kind, l->role, &l->number, e);
                        if (x == 0)
                                x = inherit_pin(d, find_pin_step(&pins, p, p->steps[i].at.jail, l->name),
                                                p->steps[i].at.jail, l->name, l->kind, &l->mac, e);
                }
                if (x == 0 && l->kind == KIND_VETH && l->peer_number == 0) {
                        l->peer_is_new = true;
                        x = reserve(d, l->peer_name, l->kind, l->peer_role, &l->peer_number, e);
                        if (x == 0)
                                x = inherit_pin(d, find_pin_step(&pins, p, peer_jail(&p->steps[i]), l->peer_name),
                                                peer_jail(&p->steps[i]), l->peer_name, l->kind, &l->peer_mac, e);
                }
        }
        return x;
}

/* A number that was reserved for a link which was not made. */
static int give_back(struct db *d, uint32_t number, struct err *e)
{
        return db_run(d, e, "DELETE FROM interface WHERE number = ? AND cookie IS NULL AND boot_id IS NULL", "l",
                      (int64_t)number);
}

/* Who is meant */

/* A jail that the plan made has a loopback that nobody has seen yet; of a jail that is there it is known. */
static int number_loopback(struct db *d, uint64_t cookie, const char *jail, int64_t *ret, struct err *e)
{
        int x = inventory_take_number(d, ret, e);

        return x < 0 ? x
                     : db_run(d, e,
                              "INSERT INTO interface(number, boot_id, cookie, ifindex, name, kind, jail) "
                              "VALUES(?, ?, ?, 1, 'lo', '', ?)",
                              "lsls", *ret, d->boot_id, (int64_t)cookie, jail);
}

/*
 * The number of a target: by its identity as the file has it, by the number that the graph told, or by its name in its
 * jail where the plan itself has made it.
 *
 *   errors   -ENOENT: e; the row that a number needs is made from the target
 */
int settle_number_of(struct db *d, const struct plan *p, const struct target *t, uint32_t *ret, struct err *e)
{
        int64_t number = 0;
        int x = 0;

        if (t->ifindex && t->cookie)
                x = db_query(d, e, &number,
                             "SELECT number FROM interface WHERE boot_id = ? AND cookie = ? AND ifindex = ? "
                             "AND is_gone = 0",
                             "sli", d->boot_id, (int64_t)t->cookie, t->ifindex);
        if (x == 0 && t->number) {
                number = t->number;
                x = db_run(
                        d, e,
                        "INSERT INTO interface(number, boot_id, cookie, ifindex, name, kind) VALUES(?, ?, ?, ?, ?, ?) "
                        "ON CONFLICT(number) DO NOTHING",
                        "lsliss", number, d->boot_id, (int64_t)t->cookie, t->ifindex, t->iface, t->kind);
        }
        if (x == 0 && !number) {
                uint64_t cookie = settle_cookie_of(d, p, t);

                /* The newest: one that went with the other end of its pair may not be known to be gone yet. */
                x = db_query(d, e, &number,
                             "SELECT number FROM interface WHERE boot_id = ? AND cookie = ? AND name = ? "
                             "AND is_gone = 0 ORDER BY number DESC LIMIT 1",
                             "sls", d->boot_id, (int64_t)cookie, t->iface);
                if (x == 0 && cookie && !t->ifindex && strcmp(t->iface, "lo") == 0)
                        x = number_loopback(d, cookie, t->jail, &number, e);
        }
        if (x < 0)
                return x;
        if (!number)
                return err_set(e, -ENOENT, "%s: is not in the inventory", t->iface);
        *ret = (uint32_t)number;
        return 0;
}

/* What steps did */

static int settle_jail_add(struct db *d, const struct step *s, struct err *e)
{
        int64_t jid = 0;
        struct reg_jail j = {
                .cookie = s->made_cookie,
                .handle = s->made_handle,
                .is_owned = true,
                .had_name = true,
        };
        int x = db_query(d, e, &jid, "SELECT jid FROM jail WHERE boot_id = ? AND cookie = ?", "sl", d->boot_id,
                         (int64_t)s->made_cookie);

        if (x == 0)
                x = inventory_take_jid(d, &jid, e);
        if (x < 0)
                return x;
        j.jid = (int)jid;
        (void)str_copy(j.name, sizeof(j.name), s->at.jail); /* checked by the planner */

        CLEANUP(freep) char *root_path = *s->root_path ? xstrdup(s->root_path) : NULL;
        CLEANUP(freep) char *hostname = *s->hostname ? xstrdup(s->hostname) : NULL;

        j.root_path = root_path;
        j.hostname = hostname;
        return inventory_put_jail(d, &j, e);
}

static int settle_jail_rename(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        int64_t cookie = (int64_t)settle_cookie_of(d, p, &s->at);
        int x = db_run(d, e, "UPDATE jail SET name = ? WHERE boot_id = ? AND cookie = ?", "ssl", s->name, d->boot_id,
                       cookie);

        if (x == 0)
                x = db_run(d, e, "UPDATE interface SET jail = ? WHERE boot_id = ? AND cookie = ?", "ssl", s->name,
                           d->boot_id, cookie);
        return x < 0 ? x
                     : db_run(d, e, "UPDATE loan SET jail = ? WHERE boot_id = ? AND cookie = ?", "ssl", s->name,
                              d->boot_id, cookie);
}

static int add_edge(struct db *d, const char *kind, uint32_t a, uint32_t b, struct err *e)
{
        return db_run(d, e, "INSERT INTO edge(kind, a, b) VALUES(?, ?, ?) ON CONFLICT DO NOTHING", "sll", kind,
                      (int64_t)a, (int64_t)b);
}

static int settle_end(struct db *d, const struct step *s, bool is_peer, struct err *e)
{
        const struct link_spec *l = &s->link;
        struct reg_iface i = {
                .number = is_peer ? l->peer_number : l->number,
                .id = is_peer ? s->made_peer : s->made,
                .mac = is_peer ? l->peer_mac : l->mac,
                .role = is_peer ? l->peer_role : l->role,
                .is_owned = !l->is_borrowed,
        };

        if (i.number == 0 || i.id.ifindex == 0)
                return 0;
        (void)str_copy(i.name, sizeof(i.name), is_peer ? l->peer_name : l->name); /* all of the same size */
        (void)str_copy(i.jail, sizeof(i.jail), is_peer ? peer_jail(s) : s->at.jail);
        (void)str_copy(i.kind, sizeof(i.kind), kind_word(l->kind));

        int x = inventory_put_iface(d, &i, e);

        /* One that is made again has what it was pinned to itself. */
        return x < 0 || !(is_peer ? l->peer_is_new : l->is_new)
                ? x
                : take_over_pin(d, i.jail, i.name, l->kind, i.number, i.mac, e);
}

static int settle_link_add(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        const struct link_spec *l = &s->link;
        uint32_t parent = 0;
        int x = settle_end(d, s, false, e);

        if (x == 0 && l->kind == KIND_VETH) {
                x = settle_end(d, s, true, e);
                if (x == 0 && l->number && l->peer_number)
                        x = add_edge(d, "pair", l->number, l->peer_number, e);
        }
        if (x == 0 && *l->parent.iface && l->number) {
                x = settle_number_of(d, p, &l->parent, &parent, e);
                if (x == 0)
                        x = add_edge(d, "parent", parent, l->number, e);
        }
        return x;
}

/* Both ends of a pair go together; what stood on it goes with it and is noticed by the observer. */
static int settle_link_del(struct db *d, uint32_t number, struct err *e)
{
        /* +kind: by the index on a, else all pairs are gone through. */
        int x = db_run(d, e,
                       "UPDATE interface SET is_gone = 1 WHERE number IN (SELECT ?1 "
                       "UNION ALL SELECT b FROM edge WHERE +kind = 'pair' AND a = ?1 "
                       "UNION ALL SELECT a FROM edge WHERE kind = 'pair' AND b = ?1)",
                       "l", (int64_t)number);

        /* With its kind, b is the beginning of the table's key. */
        return x < 0 ? x
                     : db_run(d, e,
                              "DELETE FROM edge WHERE a = ?1 OR (kind = 'pair' AND b = ?1) "
                              "OR (kind = 'port' AND b = ?1) OR (kind = 'parent' AND b = ?1) "
                              "OR (kind = 'member' AND b = ?1)",
                              "l", (int64_t)number);
}

static bool is_host(const struct target *t)
{
        return strcmp(t->jail, "host") == 0;
}

/* What leaves the host is lent; what comes back to it is returned; between jails the loan goes along. */
static int settle_loan(struct db *d, const struct plan *p, const struct step *s, uint32_t number, struct err *e)
{
        int64_t now = clock_wall_s(), loan = 0, cookie = (int64_t)settle_cookie_of(d, p, &s->to);
        int x = db_query(d, e, &loan, "SELECT row FROM loan WHERE number = ? AND state IN (?, ?)", "lii",
                         (int64_t)number, LOAN_ON_LOAN, LOAN_PENDING);

        if (x < 0)
                return x;
        if (x == 0 && (is_host(&s->to) || !is_host(&s->at)))
                return 0; /* it was made in a jail: nobody waits for it at home */
        if (is_host(&s->to)) {
                x = db_run(d, e, "UPDATE loan SET state = ?, changed_at = ? WHERE row = ?", "ill", LOAN_RETURNED, now,
                           loan);
                return x < 0 ? x : event_add(d, "returned", p->number, s->at.iface, s->at.jail, e);
        }
        if (x == 0) {
                x = db_run(d, e,
                           "INSERT INTO loan(number, iface, mac, boot_id, cookie, jail, state, lent_at, changed_at) "
                           "SELECT number, ?, coalesce(pin.mac, interface.mac), ?, ?, ?, ?, ?7, ?7 FROM interface "
                           "LEFT JOIN pin USING(number) WHERE number = ?6",
                           "sslsill", s->at.iface, d->boot_id, cookie, s->to.jail, LOAN_ON_LOAN, (int64_t)number, now);
                loan = sqlite3_last_insert_rowid(d->sql);
                if (x == 0)
                        x = event_add(d, "lent", p->number, s->at.iface, s->to.jail, e);
        } else {
                x = db_run(d, e, "UPDATE loan SET cookie = ?, jail = ?, state = ?, changed_at = ? WHERE row = ?",
                           "lsill", cookie, s->to.jail, LOAN_ON_LOAN, now, loan);
        }
        if (x < 0)
                return x;
        return db_run(d, e,
                      "UPDATE loan SET (handle_type, handle) = (SELECT handle_type, handle FROM jail "
                      "WHERE jail.boot_id = loan.boot_id AND jail.cookie = loan.cookie) WHERE row = ?",
                      "l", loan);
}

static int set_identity(struct db *d, uint32_t number, struct iface_id id, const char *jail, const char *name,
                        struct err *e)
{
        struct reg_iface i = {.number = number, .id = id};
        CLEANUP(db_reset) sqlite3_stmt *s = db_statement(d, "SELECT name, kind FROM interface WHERE number = ?", e);

        if (!s)
                return db_error(d, 0, NULL);
        (void)sqlite3_bind_int64(s, 1, number);

        int x = db_step(d, s, e);

        if (x < 0)
                return x;
        if (x == 1) {
                (void)str_copy(i.name, sizeof(i.name), db_column_text(s, 0)); /* fitted when they were saved */
                (void)str_copy(i.kind, sizeof(i.kind), db_column_text(s, 1));
        }
        (void)str_copy(i.jail, sizeof(i.jail), jail);
        if (name && *name)
                (void)str_copy(i.name, sizeof(i.name), name); /* checked by the planner */
        return inventory_put_iface(d, &i, e);
}

static int settle_move(struct db *d, const struct plan *p, const struct step *s, uint32_t number, struct err *e)
{
        int x = s->made.ifindex ? set_identity(d, number, s->made, s->to.jail, s->name, e) : 0;

        return x < 0 ? x : settle_loan(d, p, s, number, e);
}

static int settle_master(struct db *d, const struct plan *p, const struct step *s, uint32_t number, struct err *e)
{
        uint32_t master = 0;
        int x = db_run(d, e, "DELETE FROM edge WHERE (kind = 'port' AND b = ?1) OR (kind = 'member' AND b = ?1)", "l",
                       (int64_t)number);

        if (x < 0 || !*s->to.iface)
                return x;
        x = settle_number_of(d, p, &s->to, &master, e);
        return x < 0 ? x : add_edge(d, strcmp(s->to.kind, "bond") == 0 ? "member" : "port", master, number, e);
}

static int settle_hook(struct db *d, const struct plan *p, const struct step *s, uint32_t number, struct err *e)
{
        uint32_t peer = 0;
        int x = settle_number_of(d, p, &s->to, &peer, e);

        if (x < 0)
                return x;
        if (s->number) /* the edge to its upper, beside the one to its lower */
                return *s->text ? db_run(d, e,
                                         "INSERT INTO upper_hook(number, peer, name) VALUES(?, ?, ?) "
                                         "ON CONFLICT(number, peer) DO UPDATE SET name = excluded.name",
                                         "lls", (int64_t)number, (int64_t)peer, s->text)
                                : db_run(d, e, "DELETE FROM upper_hook WHERE number = ? AND peer = ?", "ll",
                                         (int64_t)number, (int64_t)peer);
        if (!*s->text)
                return db_run(d, e, "DELETE FROM hook WHERE number = ? AND peer = ?", "ll", (int64_t)number,
                              (int64_t)peer);
        return db_run(d, e,
                      "INSERT INTO hook(number, peer, name) VALUES(?, ?, ?) "
                      "ON CONFLICT(number, peer) DO UPDATE SET name = excluded.name",
                      "lls", (int64_t)number, (int64_t)peer, s->text);
}

static int settle_pin(struct db *d, const struct step *s, uint32_t number, struct err *e)
{
        char mac[MAC_TEXT_SIZE];

        if (s->pin_source == PIN_NONE)
                return db_run(d, e, "DELETE FROM pin WHERE number = ?", "l", (int64_t)number);
        return db_run(d, e,
                      "INSERT INTO pin(number, mac, source) VALUES(?, ?, ?) "
                      "ON CONFLICT(number) DO UPDATE SET mac = excluded.mac, source = excluded.source",
                      "lsi", (int64_t)number, mac_format(s->mac, mac), (int)s->pin_source);
}

static int settle_node_name(struct db *d, const struct step *s, uint32_t number, struct err *e)
{
        if (!*s->text)
                return db_run(d, e, "DELETE FROM node WHERE number = ?", "l", (int64_t)number);
        return db_run(
                d, e,
                "INSERT INTO node(number, name) VALUES(?, ?) ON CONFLICT(number) DO UPDATE SET name = excluded.name",
                "ls", (int64_t)number, s->text);
}

/* A step on one interface that the file should know. */
static int settle_on_iface(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        uint32_t number = 0;
        int x = settle_number_of(d, p, &s->at, &number, e);

        if (x < 0)
                return x;
        switch ((int)s->op) {
        case STEP_LINK_DEL: return settle_link_del(d, number, e);
        case STEP_LINK_RENAME:
                return db_run(d, e, "UPDATE interface SET name = ? WHERE number = ?", "sl", s->name, (int64_t)number);
        case STEP_LINK_MOVE: return settle_move(d, p, s, number, e);
        case STEP_LINK_MASTER: return settle_master(d, p, s, number, e);
        case STEP_LINK_MAC: {
                char mac[MAC_TEXT_SIZE];

                return db_run(d, e, "UPDATE interface SET mac = ? WHERE number = ?", "sl", mac_format(s->mac, mac),
                              (int64_t)number);
        }
        case STEP_NODE_NAME: return settle_node_name(d, s, number, e);
        case STEP_HOOK_NAME: return settle_hook(d, p, s, number, e);
        case STEP_PIN: return settle_pin(d, s, number, e);
        case STEP_PERSIST:
                return db_run(d, e, "UPDATE interface SET is_persistent = ? WHERE number = ?", "il", (int)s->number,
                              (int64_t)number);
        case STEP_LONG_NAME:
                return db_run(d, e, "UPDATE interface SET long_name = nullif(?, '') WHERE number = ?", "sl", s->text,
                              (int64_t)number);
        default: return 0;
        }
}

static int settle_step(struct db *d, const struct plan *p, const struct step *s, struct err *e)
{
        switch (s->op) {
        case STEP_JAIL_ADD: return settle_jail_add(d, s, e);
        case STEP_JAIL_RENAME: return settle_jail_rename(d, p, s, e);
        case STEP_LINK_ADD: return settle_link_add(d, p, s, e);
        case STEP_LINK_DEL:
        case STEP_LINK_RENAME:
        case STEP_LINK_MOVE:
        case STEP_LINK_MASTER:
        case STEP_LINK_MAC:
        case STEP_NODE_NAME:
        case STEP_HOOK_NAME:
        case STEP_PIN:
        case STEP_PERSIST:
        case STEP_LONG_NAME: return settle_on_iface(d, p, s, e);
        /* The jail's row lives as long as its namespace, which may outlast its name. */
        case STEP_JAIL_DEL:
        case STEP_LINK_MTU:
        case STEP_LINK_UP:
        case STEP_LINK_DOWN:
        case STEP_LINK_ALIAS:
        case STEP_LINK_STP:
        case STEP_LINK_PROMISC:
        case STEP_PORT_ISOLATE:
        case STEP_LINK_TUNE:
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
        case STEP_HOST_FLUSH:
        case STEP_FEED_ADD:
        case STEP_FEED_DEL:
        case STEP_PORT_VLANS:
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL:
        case STEP_ADDRESS_ADD:
        case STEP_ADDRESS_DEL:
        case STEP_ROUTE_ADD:
        case STEP_ROUTE_DEL:
        case STEP_FORWARDING:
        case STEP_FORWARDING6:
        case STEP_NAT_ADD:
        case STEP_NAT_DEL:
        case STEP_OP_COUNT: return 0;
        }
        return 0;
}

/* The way back gave links new indexes: what was made again, or moved home. */
static int settle_undone(struct db *d, const struct step *s, struct err *e)
{
        int x = 0;

        for (size_t i = 0; x == 0 && i < s->undo_count; i++) {
                const struct step *u = &s->undo[i];

                if (u->op == STEP_LINK_ADD) {
                        x = settle_end(d, u, false, e);
                        if (x == 0 && u->link.kind == KIND_VETH)
                                x = settle_end(d, u, true, e);
                } else if (u->op == STEP_LINK_MOVE && u->made.ifindex && u->at.number) {
                        x = set_identity(d, u->at.number, u->made, u->to.jail, u->name, e);
                }
        }
        return x;
}

static int settle_steps(struct db *d, const struct plan *p, struct err *e)
{
        bool is_restore = settle_is_restore(d, p);
        int x = 0;

        for (size_t i = 0; x == 0 && i < p->step_count; i++) {
                const struct step *s = &p->steps[i];

                if (s->state == STEP_DONE) {
                        x = settle_step(d, p, s, e);
                        if (x == 0 && !is_restore)
                                x = settle_wanted(d, p, s, e);
                        /* What could not be taken back may be of a link that was: without this the plan stays open. */
                        if (x == -ENOENT && p->state != PLAN_DONE)
                                x = 0;
                        continue;
                }
                if (s->op == STEP_LINK_ADD) {
                        x = give_back(d, s->link.number, e);
                        if (x == 0)
                                x = give_back(d, s->link.peer_number, e);
                }
        }
        /* In the order of the way back: where it left a link last is where it is. */
        for (size_t i = p->step_count; x == 0 && i-- > 0;)
                if (p->steps[i].state == STEP_UNDONE)
                        x = settle_undone(d, &p->steps[i], e);
        return x == 0 && p->state == PLAN_DONE && !is_restore ? settle_imported(d, p, e) : x;
}

int settle_plan(struct db *d, const struct plan *p, struct err *e)
{
        settle_index_jails(d, p);

        int x = settle_steps(d, p, e);

        lookup_done(&d->named_jails);
        return x;
}
