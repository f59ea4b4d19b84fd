/* Proves that an interface keeps its number wherever it goes, that loans follow it, and that dying jails are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/text.h"
#include "core/graph/marks.h"
#include "core/graph/query.h"
#include "tests/lib/topo.h"

/* What a scene has; one is built after the other on the same registry. */
enum {
        ETH1_AT_HOME = 1,
        ETH1_IN_WWW = 2,
        NO_WWW = 4,         /* the namespace itself is gone */
        WWW_UNNAMED = 8,    /* its file is gone, a process is left */
        WWW_ABANDONED = 16, /* no file and no process: a descriptor */
        WWW_UNREAD = 32,
        ETH1_NEW_MAC = 64,
        VETH = 128, /* eth1 is no device but a veth end */
};

static const struct graph *scene(struct registry *r, unsigned what)
{
        struct topo *t = topo_begin();
        size_t www = what & NO_WWW ? NONE : topo_jail(t, "www"), eth1 = NONE;

        (void)topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        if (what & (ETH1_AT_HOME | ETH1_IN_WWW)) {
                size_t jail = what & ETH1_AT_HOME ? 0 : www;

                eth1 = topo_link(t, jail, "eth1", what & VETH ? KIND_VETH : KIND_PHYSICAL, what & VETH ? "veth" : "");
                (void)mac_parse("02:00:5e:00:53:01", &topo_iface_facts(t, eth1)->mac);
                if (!(what & VETH))
                        topo_iface_facts(t, eth1)->permanent = topo_iface_facts(t, eth1)->mac;
                if (what & ETH1_NEW_MAC)
                        (void)mac_parse("02:00:5e:00:53:99", &topo_iface_facts(t, eth1)->mac);
        }
        if (www != NONE && what & (WWW_UNNAMED | WWW_ABANDONED)) {
                struct jail *j = topo_jail_facts(t, www);

                j->name = what & WWW_UNNAMED ? "sh" : NULL;
                j->origin = what & WWW_UNNAMED ? ORIGIN_PROCESS : ORIGIN_DESCRIPTOR;
                j->pid = what & WWW_UNNAMED ? 99 : 0;
                j->process_count = what & WWW_UNNAMED ? 1 : 0;
        }
        if (what & WWW_UNREAD)
                topo_jail_facts(t, www)->state = JAIL_HIDDEN;
        return topo_finish(t, r);
}

static uint32_t number_of(const struct graph *g, const char *word)
{
        size_t i = NONE;

        assert_int_equal(query_iface(g, word, &i, NULL), 0);
        return g->ifaces[i].number;
}

static void saved(struct registry *r)
{
        for (size_t i = 0; i < r->jail_count; i++)
                r->jails[i].is_new = r->jails[i].is_changed = false;
        for (size_t i = 0; i < r->iface_count; i++)
                r->ifaces[i].is_new = r->ifaces[i].is_changed = false;
        for (size_t i = 0; i < r->loan_count; i++)
                r->loans[i].is_changed = false;
}

static void numbers_and_jids_last(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *a = scene(r, ETH1_AT_HOME);

        assert_true(registry_is_dirty(r));
        saved(r);
        CLEANUP(graph_unrefp) const struct graph *b = scene(r, ETH1_AT_HOME);

        assert_false(registry_is_dirty(r)); /* nothing new: nothing to write */
        for (size_t i = 0; i < a->iface_count; i++)
                assert_int_equal(a->ifaces[i].number, b->ifaces[i].number);

        CLEANUP(graph_unrefp) const struct graph *without = scene(r, ETH1_AT_HOME | NO_WWW);

        assert_true(registry_is_dirty(r));
        assert_true(registry_find_jail(r, a->jails[1].cookie)->is_gone);
        CLEANUP(graph_unrefp) const struct graph *again = scene(r, ETH1_AT_HOME);

        assert_int_equal(again->jails[1].jid, a->jails[1].jid);
        assert_int_equal(without->jail_count, 1);
        registry_free(r);
}

static void a_move_opens_a_loan(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *home = scene(r, ETH1_AT_HOME);
        uint32_t number = number_of(home, "eth1");

        saved(r);
        CLEANUP(graph_unrefp) const struct graph *lent = scene(r, ETH1_IN_WWW);

        assert_int_equal(number_of(lent, "www/eth1"), number);
        assert_true(registry_is_dirty(r));
        assert_int_equal(lent->loan_count, 1);
        assert_int_equal(lent->loans[0].state, LOAN_ON_LOAN);
        assert_string_equal(lent->loans[0].jail_name, "www");
        assert_int_equal(lent->loans[0].iface_index, graph_find_number(lent, number));

        CLEANUP(graph_unrefp) const struct graph *pending = scene(r, ETH1_IN_WWW | WWW_UNNAMED);

        assert_int_equal(pending->jails[1].state, JAIL_DYING);
        assert_string_equal(pending->jails[1].name, "www"); /* not "sh" */
        assert_int_equal(pending->loans[0].state, LOAN_PENDING);

        CLEANUP(graph_unrefp) const struct graph *unread = scene(r, WWW_UNREAD);

        assert_int_equal(unread->loans[0].state, LOAN_PENDING); /* what can't be seen is not lost */

        CLEANUP(graph_unrefp) const struct graph *back = scene(r, ETH1_AT_HOME | NO_WWW);

        assert_int_equal(number_of(back, "eth1"), number);
        assert_int_equal(back->loans[0].state, LOAN_RETURNED);
        assert_int_equal(back->loans[0].jail, NONE);

        CLEANUP(graph_unrefp) const struct graph *once_more = scene(r, ETH1_IN_WWW);

        assert_int_equal(once_more->loan_count, 2); /* a new loan; the old one stays returned */
        assert_int_equal(once_more->loans[0].state, LOAN_ON_LOAN);
        assert_int_equal(once_more->loans[1].state, LOAN_RETURNED);
        registry_free(r);
}

static void what_was_made_in_a_jail_is_no_loan(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *g = scene(r, ETH1_IN_WWW | VETH);

        assert_int_equal(g->loan_count, 0);
        registry_free(r);
}

static void a_virtual_one_is_lost(void **state)
{
        (void)state;
        struct registry *r = registry_new();

        graph_unref(scene(r, ETH1_AT_HOME | VETH));
        CLEANUP(graph_unrefp) const struct graph *lent = scene(r, ETH1_IN_WWW | VETH); /* by name, kind and MAC */

        assert_int_equal(lent->loan_count, 1);
        CLEANUP(graph_unrefp) const struct graph *lost = scene(r, NO_WWW);

        assert_int_equal(lost->loans[0].state, LOAN_LOST);
        registry_free(r);
}

/* What others made and lent ends with its jail as it should: told for a moment. What jailnet made is missed for longer.
 */
static void others_are_not_missed_for_long(void **state)
{
        (void)state;
        for (int owned = 0; owned < 2; owned++) {
                struct registry *r = registry_new();
                CLEANUP(graph_unrefp) const struct graph *home = scene(r, ETH1_AT_HOME | VETH);

                registry_find_number(r, number_of(home, "eth1"))->is_owned = owned;
                graph_unref(scene(r, ETH1_IN_WWW | VETH));
                CLEANUP(graph_unrefp) const struct graph *lost = scene(r, NO_WWW);

                assert_int_equal(lost->loans[0].state, LOAN_LOST);
                assert_int_equal(lost->loans[0].is_foreign, !owned);
                r->loans[0].changed_at -= LOAN_FOREIGN_SHOWN_S + 1;
                CLEANUP(graph_unrefp) const struct graph *later = scene(r, NO_WWW);

                assert_int_equal(later->loan_count, owned);
                r->loans[0].changed_at -= LOAN_SHOWN_S + 1;
                CLEANUP(graph_unrefp) const struct graph *much_later = scene(r, NO_WWW);

                assert_int_equal(much_later->loan_count, 0);
                registry_free(r);
        }
}

static void some_of_very_many_are_shown(void **state)
{
        (void)state;
        struct registry *r = registry_new();

        for (uint32_t i = 0; i < 3 * LOAN_FOREIGN_SHOWN_MAX; i++) {
                struct reg_loan *l = registry_add_loan(r, i + 1, i + 1);

                l->is_foreign = i % 3 != 0;
                l->state = LOAN_LOST;
        }
        registry_forget_loans(r, r->loans[0].changed_at);
        assert_int_equal(r->loan_count, 3 * LOAN_FOREIGN_SHOWN_MAX); /* not saved yet */
        saved(r);
        registry_forget_loans(r, r->loans[0].changed_at);
        assert_int_equal(r->loan_count, 2 * LOAN_FOREIGN_SHOWN_MAX);
        assert_int_equal(r->loans[0].number, 1);
        assert_int_equal(r->loans[r->loan_count - 1].number, 3 * LOAN_FOREIGN_SHOWN_MAX);
        for (size_t i = 1; i < r->loan_count; i++)
                assert_true(r->loans[i].number > r->loans[i - 1].number);
        registry_free(r);
}

/* What keeps the namespace can't be seen (a descriptor in flight, an old kernel): a device was called lost, which it
 * can't be. Where the namespace has a handle, it is known to be gone, and the device is nowhere in sight. */
static void a_device_is_not_lost_unseen(void **state)
{
        (void)state;
        struct registry *r = registry_new();

        graph_unref(scene(r, ETH1_AT_HOME));
        graph_unref(scene(r, ETH1_IN_WWW));
        CLEANUP(graph_unrefp) const struct graph *unseen = scene(r, NO_WWW);

        assert_int_equal(unseen->loans[0].state, LOAN_PENDING);
        assert_int_equal(unseen->loans[0].jail, NONE);
        r->loans[0].handle.length = 16;
        CLEANUP(graph_unrefp) const struct graph *gone = scene(r, NO_WWW);

        assert_int_equal(gone->loans[0].state, LOAN_LOST);
        registry_free(r);
}

/* The device comes home a moment after its namespace went: what was called lost is returned. */
static void a_late_one_is_returned(void **state)
{
        (void)state;
        struct registry *r = registry_new();

        graph_unref(scene(r, ETH1_AT_HOME));
        graph_unref(scene(r, ETH1_IN_WWW));
        graph_unref(scene(r, NO_WWW));
        CLEANUP(graph_unrefp) const struct graph *g = scene(r, NO_WWW | ETH1_AT_HOME);

        assert_int_equal(g->loan_count, 1);
        assert_int_equal(g->loans[0].state, LOAN_RETURNED);
        registry_free(r);
}

static void a_pin_recognises(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *home = scene(r, ETH1_AT_HOME | VETH);
        struct reg_iface *row = registry_find_number(r, number_of(home, "eth1"));

        (void)mac_parse("02:00:5e:00:53:99", &row->pin);
        row->pin_source = PIN_MANUAL;
        CLEANUP(graph_unrefp) const struct graph *g = scene(r, ETH1_IN_WWW | VETH | ETH1_NEW_MAC);

        assert_int_equal(number_of(g, "www/eth1"), number_of(home, "eth1"));
        assert_int_equal(g->ifaces[graph_find_number(g, number_of(home, "eth1"))].pin_source, PIN_MANUAL);
        registry_free(r);
}

static void another_one_is_not_taken_for_it(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *home = scene(r, ETH1_AT_HOME | VETH);
        CLEANUP(graph_unrefp) const struct graph *g = scene(r, ETH1_IN_WWW | VETH | ETH1_NEW_MAC);

        assert_int_not_equal(number_of(g, "www/eth1"), number_of(home, "eth1"));
        assert_int_equal(g->loan_count, 0);
        registry_free(r);
}

static void an_index_given_again_is_another_interface(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *a = scene(r, ETH1_AT_HOME);
        CLEANUP(graph_unrefp) const struct graph *b = scene(r, ETH1_AT_HOME | VETH); /* same index, other kind */

        assert_int_not_equal(number_of(a, "eth1"), number_of(b, "eth1"));
        assert_true(registry_find_number(r, number_of(a, "eth1"))->is_gone);
        assert_int_equal(registry_find_iface(r, b->ifaces[graph_find_iface_in(b, 0, "eth1")].id)->number,
                         number_of(b, "eth1"));
        registry_free(r);
}

static void marks_bring_a_lost_inventory_back(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        struct topo *t = topo_begin();
        size_t a, b;

        topo_pair(t, 0, "epair0a", 0, "epair0b", &a, &b);
        topo_altname(t, a, "jn.00000040.epair");
        topo_altname(t, b, "jn.00000040.epair"); /* a copy: gets a number of its own */
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, r);

        assert_int_equal(number_of(g, "epair0a"), 0x40);
        assert_int_not_equal(number_of(g, "epair0b"), 0x40);
        assert_int_equal(registry_find_number(r, 0x40)->role, ROLE_EPAIR);
        assert_true(registry_find_number(r, 0x40)->is_owned);
        assert_true(r->next_number > 0x40);

        /* Moved and renamed and readdressed: the mark still tells. */
        t = topo_begin();
        b = topo_link(t, topo_jail(t, "www"), "eth0", KIND_VETH, "veth");
        topo_altname(t, b, "jn.00000040.epair");
        CLEANUP(graph_unrefp) const struct graph *moved = topo_finish(t, r);

        assert_int_equal(number_of(moved, "www/eth0"), 0x40);
        registry_free(r);
}

/* A node's name and that it stays are told by marks while they are there; a failed plan takes its own away again. */
static void a_mark_that_goes_leaves_nothing(void **state)
{
        (void)state;
        struct registry *r = registry_new();

        for (int round = 0; round < 3; round++) {
                struct topo *t = topo_begin();
                size_t a = topo_link(t, 0, "bridge0", KIND_BRIDGE, "bridge");
                char mark[NODE_MARK_SIZE];

                node_mark_format("core", 7, mark);
                if (round == 1) {
                        topo_altname(t, a, mark);
                        keep_mark_format(7, mark);
                        topo_altname(t, a, mark);
                }
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, r);
                size_t node = g->ifaces[graph_find_iface_in(g, 0, "bridge0")].node;

                assert_string_equal(g->nodes[node].name, round == 1 ? "core" : "bridge0");
                assert_int_equal(g->nodes[node].is_persistent, round == 1);
        }
        registry_free(r);
}

static void jails_die(void **state)
{
        (void)state;
        struct registry *r = registry_new();

        graph_unref(scene(r, 0));
        CLEANUP(graph_unrefp) const struct graph *held = scene(r, WWW_ABANDONED);

        assert_int_equal(held->jails[1].state, JAIL_DYING);
        CLEANUP(graph_unrefp) const struct graph *named_again = scene(r, 0);

        assert_int_equal(named_again->jails[1].state, JAIL_ALIVE);
        registry_free(r);

        /* Never named: alive with its process, dying without. */
        r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *process = scene(r, WWW_UNNAMED);

        assert_int_equal(process->jails[1].state, JAIL_ALIVE);
        assert_string_equal(process->jails[1].name, "sh");
        CLEANUP(graph_unrefp) const struct graph *left = scene(r, WWW_ABANDONED);

        assert_int_equal(left->jails[1].state, JAIL_DYING);
        assert_string_equal(left->jails[1].name, "sh");
        registry_free(r);
}

static void the_living_are_found_first(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        struct topo *t = topo_begin();

        graph_unref(scene(r, ETH1_IN_WWW));
        size_t dying = topo_jail(t, "sh"), alive = topo_jail(t, "www"), eth1;
        CLEANUP(text_done) struct text word = {0};

        topo_jail_facts(t, dying)->origin = ORIGIN_PROCESS;
        (void)topo_link(t, alive, "eth1", KIND_DUMMY, "dummy");
        eth1 = topo_link(t, dying, "eth1", KIND_PHYSICAL, "");
        (void)eth1;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, r);

        assert_string_equal(g->jails[1].name, "www");
        assert_string_equal(g->jails[2].name, "www");
        assert_int_equal(g->jails[1].state, JAIL_DYING);
        assert_int_equal(graph_find_jail(g, "www"), 2);
        /* An interface in the dying one still has a word that leads to it. */
        size_t i = graph_find_iface_in(g, 1, "eth1"), found = NONE;

        query_put_iface(&word, g, i);
        assert_int_equal(query_iface(g, text_str(&word), &found, NULL), 0);
        assert_int_equal(found, i);
        registry_free(r);
}

static void rows_by_hand(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        struct iface_id a = {.cookie = 5, .ifindex = 2}, b = {.cookie = 3, .ifindex = 9};

        assert_int_equal(registry_add_iface(r, a)->number, 1);
        assert_int_equal(registry_add_iface(r, b)->number, 2);
        assert_int_equal(registry_add_iface(r, a)->number, 1);
        assert_int_equal(r->iface_count, 2);
        assert_int_equal(registry_add_jail(r, 5)->jid, 1);
        assert_int_equal(registry_add_jail(r, 3)->jid, 2);
        assert_int_equal(registry_find_jail(r, 5)->jid, 1);
        registry_move_iface(r, a, (struct iface_id){.cookie = 1, .ifindex = 7});
        assert_null(registry_find_iface(r, a));
        assert_int_equal(registry_find_iface(r, (struct iface_id){.cookie = 1, .ifindex = 7})->number, 1);
        assert_int_equal(r->ifaces[0].number, 1); /* order restored */
        registry_set_hook(r, 1, 2, "link0");
        assert_string_equal(registry_find_hook(r, 1, 2), "link0");
        assert_null(registry_find_hook(r, 2, 1));
        registry_set_hook(r, 1, 2, "");
        assert_null(registry_find_hook(r, 1, 2));
        registry_clear(r);
        assert_int_equal(r->iface_count, 0);
        assert_int_equal(r->next_number, 1);
        registry_free(r);
}

/* A marked end of a pair: at home, in www, or for a moment seen in both. */
static const struct graph *marked(struct registry *r, bool is_home, bool is_there)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), places[] = {0, www};

        for (size_t k = 0; k < 2; k++) {
                size_t i;

                if (!(k ? is_there : is_home))
                        continue;
                i = topo_link(t, places[k], "e0b", KIND_VETH, "veth");
                (void)mac_parse("02:00:5e:00:53:07", &topo_iface_facts(t, i)->mac);
                topo_altname(t, i, "jn.00000020.epair");
        }
        return topo_finish(t, r);
}

static void test_seen_twice_on_its_way(void **state)
{
        struct registry *r = registry_new();

        (void)state;
        const struct graph *home CLEANUP(graph_unrefp) = marked(r, true, false);
        size_t rows = r->iface_count;
        const struct graph *both CLEANUP(graph_unrefp) = marked(r, true, true);

        assert_int_equal(number_of(home, "e0b"), 0x20);
        assert_int_equal(number_of(both, "e0b"), 0x20);
        assert_int_equal(r->iface_count, rows);

        const struct graph *there CLEANUP(graph_unrefp) = marked(r, false, true);

        assert_int_equal(number_of(there, "www/e0b"), 0x20);
        assert_int_equal(there->loan_count, 1);
        registry_free(r);
}

/* What is made anew can be seen before it has its name, address and mark: it used to stay the stranger that it was
 * taken for, under another number than its mark tells. */
static void test_seen_before_its_mark(void **state)
{
        struct registry *r = registry_new();
        struct topo *t = topo_begin();
        size_t i;

        (void)state;
        const struct graph *home CLEANUP(graph_unrefp) = marked(r, true, false);
        const struct graph *none CLEANUP(graph_unrefp) = marked(r, false, false);

        assert_true(registry_find_number(r, 0x20)->is_gone);
        assert_int_equal(none->iface_count, home->iface_count - 1);

        assert_int_equal(number_of(home, "e0b"), 0x20);
        saved(r);
        registry_find_number(r, 0x20)->id = (struct iface_id){0}; /* as when it was saved */
        registry_sort(r);

        (void)topo_jail(t, "www");
        i = topo_link(t, 0, "veth0", KIND_VETH, "veth");
        (void)mac_parse("02:00:5e:00:53:08", &topo_iface_facts(t, i)->mac);

        const struct graph *young CLEANUP(graph_unrefp) = topo_finish(t, r);

        assert_int_not_equal(number_of(young, "veth0"), 0x20);
        saved(r);

        const struct graph *whole CLEANUP(graph_unrefp) = marked(r, true, false);

        assert_int_equal(number_of(whole, "e0b"), 0x20);
        registry_free(r);
}

/* A plan told of a jail and of what it moved there before the picture had them: what was not to be seen used to be
 * taken for gone, and came as a stranger, of another number, with the next picture. A like one elsewhere is another. */
static void what_is_told_is_waited_for(void **state)
{
        (void)state;
        struct registry *r = registry_new(), *other = registry_new();
        CLEANUP(graph_unrefp) const struct graph *then = scene(other, ETH1_IN_WWW | VETH);
        struct reg_iface told = *registry_find_iface(other, then->ifaces[then->iface_count - 1].id);
        CLEANUP(graph_unrefp) const struct graph *first = scene(r, NO_WWW);

        assert_int_equal(first->jail_count, 1);

        assert_string_equal(told.name, "eth1");
        saved(r);
        told.number = registry_add_iface(r, told.id)->number;
        told.is_new = told.is_changed = false;
        told.is_ahead = true;
        *registry_find_iface(r, told.id) = told;
        registry_add_jail(r, told.id.cookie)->is_ahead = true;
        saved(r);

        CLEANUP(graph_unrefp) const struct graph *early = scene(r, NO_WWW | ETH1_AT_HOME | VETH);

        assert_int_not_equal(number_of(early, "eth1"), told.number);
        assert_false(registry_find_iface(r, told.id)->is_gone);
        assert_false(registry_find_jail(r, told.id.cookie)->is_gone);
        assert_true(registry_catch_up(r));

        CLEANUP(graph_unrefp) const struct graph *seen = scene(r, ETH1_IN_WWW | VETH);

        assert_int_equal(number_of(seen, "www/eth1"), told.number);
        assert_false(registry_catch_up(r));

        /* What was not to be seen until all was heard is gone, though. */
        registry_find_iface(r, told.id)->is_ahead = registry_find_jail(r, told.id.cookie)->is_ahead = true;
        assert_true(registry_catch_up(r));

        CLEANUP(graph_unrefp) const struct graph *after = scene(r, NO_WWW);

        assert_int_equal(after->jail_count, 1);
        assert_true(registry_find_iface(r, told.id)->is_gone);
        assert_true(registry_find_jail(r, told.id.cookie)->is_gone);
        registry_free(other);
        registry_free(r);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_seen_twice_on_its_way),
                cmocka_unit_test(numbers_and_jids_last),
                cmocka_unit_test(a_move_opens_a_loan),
                cmocka_unit_test(what_was_made_in_a_jail_is_no_loan),
                cmocka_unit_test(a_virtual_one_is_lost),
                cmocka_unit_test(others_are_not_missed_for_long),
                cmocka_unit_test(some_of_very_many_are_shown),
                cmocka_unit_test(a_device_is_not_lost_unseen),
                cmocka_unit_test(a_late_one_is_returned),
                cmocka_unit_test(a_pin_recognises),
                cmocka_unit_test(another_one_is_not_taken_for_it),
                cmocka_unit_test(an_index_given_again_is_another_interface),
                cmocka_unit_test(marks_bring_a_lost_inventory_back),
                cmocka_unit_test(test_seen_before_its_mark),
                cmocka_unit_test(what_is_told_is_waited_for),
                cmocka_unit_test(a_mark_that_goes_leaves_nothing),
                cmocka_unit_test(jails_die),
                cmocka_unit_test(the_living_are_found_first),
                cmocka_unit_test(rows_by_hand),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
