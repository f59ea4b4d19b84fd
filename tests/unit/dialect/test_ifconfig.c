/*
 * test_ifconfig.c - ifconfig's words become the requests that they mean on FreeBSD, its listing has FreeBSD's layout to
 * the letter, and what cannot be done is refused in one sentence with nothing in the plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <net/if.h>

#include "core/dialect/ifconfig.h"
#include "tests/lib/topo.h"

/* What a line came to: its output or sentence, and the plan's sentences. */
struct outcome {
        int status;
        struct text out, said, steps;
        struct err e;
};

static void outcome_done(struct outcome *o)
{
        text_done(&o->out);
        text_done(&o->said);
        text_done(&o->steps);
}

static void speak(const struct graph *g, bool is_strict, const char *line, struct outcome *ret)
{
        CLEANUP(plan_freep) struct plan *p = NULL;
        char words[512], *argv[32], *rest = words;
        struct dialect d;
        int argc = 0;

        *ret = (struct outcome){0};
        assert_true(str_copy(words, sizeof(words), line));
        for (char *word; argc < 31 && (word = strtok_r(rest, " ", &rest));)
                argv[argc++] = word;
        argv[argc] = NULL;
        dialect_init(&d, g, "host", is_strict);
        ret->status = dialect_ifconfig(&d, argc, argv, &ret->e);
        p = ret->status == 0 ? dialect_finish(&d, line, line) : NULL;
        for (size_t i = 0; p && i < p->step_count; i++) {
                if (p->steps[i].is_internal)
                        continue;
                if (ret->steps.length)
                        text_put(&ret->steps, "; ");
                step_put_sentence(&ret->steps, &p->steps[i]);
        }
        text_put(&ret->out, text_str(&d.out));
        text_put(&ret->said, text_str(&d.said));
        dialect_done(&d);
}

static void listed(const struct graph *g, const char *line, const char *out)
{
        CLEANUP(outcome_done) struct outcome o;

        speak(g, false, line, &o);
        assert_int_equal(o.status, 0);
        assert_string_equal(text_str(&o.out), out);
        assert_string_equal(text_str(&o.steps), "");
}

/* The line prints that, and its plan's steps have these words, in that order ("|" between them). */
static void done(const struct graph *g, const char *line, const char *out, const char *steps)
{
        CLEANUP(outcome_done) struct outcome o;
        const char *at;

        speak(g, false, line, &o);
        if (o.status != 0)
                fail_msg("%s: refused: %s", line, o.e.what);
        assert_string_equal(text_str(&o.out), out);
        at = text_str(&o.steps);
        for (const char *s = steps; *s; s += strcspn(s, "|") + (s[strcspn(s, "|")] == '|')) {
                CLEANUP(freep) char *part = xstrndup(s, strcspn(s, "|"));

                at = strstr(at, part);
                if (!at) {
                        fail_msg("%s: no step '%s' at its place in: %s", line, part, text_str(&o.steps));
                        return;
                }
        }
        if (!*steps)
                assert_string_equal(text_str(&o.steps), "");
}

static void refused(const struct graph *g, const char *line, const char *sentence)
{
        CLEANUP(outcome_done) struct outcome o;

        speak(g, false, line, &o);
        assert_true(o.status < 0);
        if (!strstr(o.e.what, sentence))
                fail_msg("%s: says '%s' and not '%s'", line, o.e.what, sentence);
        assert_string_equal(text_str(&o.out), "");
}

/* A host with a bridge of two members, one of them an epair whose other end is in a jail. */
static const struct graph *network(void)
{
        struct topo *t = topo_begin();
        size_t web = topo_jail(t, "web"), a, b, eth0, bridge;

        eth0 = topo_link(t, 0, "em0", KIND_PHYSICAL, "");
        bridge = topo_bridge(t, 0, "bridge0");
        topo_pair(t, 0, "epair3a", web, "epair3b", &a, &b);
        topo_port(t, bridge, eth0);
        topo_port(t, bridge, a);
        topo_address(t, eth0, "198.51.100.7/24");
        topo_address(t, b, "10.9.0.2/30");
        topo_address(t, b, "2001:db8::2/64");
        topo_address(t, b, "fe80::2/64");
        topo_altname(t, bridge, "jn.group.jails.0badcafe");
        topo_iface_facts(t, bridge)->alias = "the jails' switch";
        for (size_t i = 0; i < 4; i++) {
                const size_t wires[] = {eth0, bridge, a, b};

                topo_iface_facts(t, wires[i])->flags |= IFF_BROADCAST | IFF_MULTICAST;
        }
        topo_iface_facts(t, eth0)->is_up = false;
        return topo_finish(t, NULL);
}

static void test_listing(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = network();

        (void)state;
        listed(g, "ifconfig bridge0",
               "bridge0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
               "\tdescription: the jails' switch\n"
               "\tether 02:00:00:00:00:03\n"
               "\tmember: em0 flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>\n"
               "\t        ifmaxaddr 0 port 2\n"
               "\tmember: epair3a flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>\n"
               "\t        ifmaxaddr 0 port 4\n"
               "\tgroups: bridge jails\n");
        listed(g, "ifconfig -j web epair3b",
               "epair3b: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
               "\tether 02:00:00:01:00:02\n"
               "\tinet 10.9.0.2 netmask 0xfffffffc broadcast 10.9.0.3\n"
               "\tinet6 2001:db8::2 prefixlen 64\n"
               "\tinet6 fe80::2%epair3b prefixlen 64 scopeid 0x2\n"
               "\tgroups: epair\n"
               "\tmedia: Ethernet autoselect\n"
               "\tstatus: active\n");
        listed(g, "ifconfig -j web -f inet:cidr,inet6:cidr epair3b inet6",
               "epair3b: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
               "\tinet6 2001:db8::2/64\n"
               "\tinet6 fe80::2%epair3b/64 scopeid 0x2\n");
        listed(g, "ifconfig epair3a ether",
               "epair3a: flags=8943<UP,BROADCAST,RUNNING,PROMISC,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
               "\tether 02:00:00:00:00:04\n");
        listed(g, "ifconfig -l", "lo em0 bridge0 epair3a\n");
        listed(g, "ifconfig -lu", "lo bridge0 epair3a\n");
        listed(g, "ifconfig -l ether", "em0 bridge0 epair3a\n");
        listed(g, "ifconfig -d -l", "em0\n");
        listed(g, "ifconfig -g jails", "bridge0\n");
        listed(g, "ifconfig -g epair", "epair3a\n");
        listed(g, "ifconfig -g nobody", "");
        listed(g, "ifconfig -C", "bridge epair lagg tap vlan vxlan\n");
}

/* A member's address is its bridge's, where Linux answers. */
static void test_members(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(outcome_done) struct outcome o;
        struct topo *t = topo_begin();
        size_t bridge = topo_bridge(t, 0, "bridge0"), em0 = topo_link(t, 0, "em0", KIND_PHYSICAL, "");
        size_t em1 = topo_link(t, 0, "em1", KIND_PHYSICAL, ""), lagg = topo_link(t, 0, "lagg0", KIND_BOND, "bond");

        (void)state;
        topo_iface_facts(t, lagg)->bond_mode = 1;
        topo_port(t, bridge, em0);
        topo_address(t, em1, "192.0.2.1/24");
        g = topo_finish(t, NULL);
        done(g, "ifconfig em0 inet 192.0.2.7/24", "", "upper hook|bridge0");
        done(g, "ifconfig bridge0 addm em1", "", "em1|192.0.2.1/24|192.0.2.1/24");
        speak(g, false, "ifconfig bridge0 addm em1", &o);
        assert_string_equal(text_str(&o.said),
                            "ifconfig: em1: its addresses are bridge0's from now on: Linux does not "
                            "answer on a member\n");
        done(g, "ifconfig lagg0 laggport em1", "", "em1|lagg0");
        done(g, "ifconfig lagg0 laggproto failover", "", "");
        done(g, "ifconfig lagg0 laggproto lacp laggport em1", "", "lagg0|lagg0|em1");
        done(g, "ifconfig bridge0 private em0", "", "isolate em0");
        refused(g, "ifconfig bridge0 private em1", "no member of bridge0");
        refused(g, "ifconfig lagg0 laggport em0", "attached to bridge0 already");
}

static void test_hostile_names(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_hostile();
        CLEANUP(outcome_done) struct outcome o;

        (void)state;
        speak(g, false, "ifconfig -a", &o);
        assert_null(strchr(text_str(&o.out), '\033'));
}

static void test_create(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = network();

        (void)state;
        done(g, "ifconfig epair create", "epair0a\n", "make epair0a|joined to epair0b");
        done(g, "ifconfig epair17 create", "epair17a\n", "make epair17a|joined to epair17b");
        done(g, "ifconfig bridge create", "bridge1\n", "bridge1");
        done(g, "ifconfig bridge7 create", "", "bridge7");
        done(g, "ifconfig bridge create name sw0 up", "sw0\n", "bridge1|rename bridge1 to sw0|sw0");
        refused(g, "ifconfig bridge7 create up addm epair3a", "attached to bridge0 already");
        done(g, "ifconfig tap0 create", "", "tap0");
        done(g, "ifconfig em0.12 create", "", "em0.12");
        done(g, "ifconfig vlan12 create vlan 12 vlandev em0 up", "", "vlan12|vlan12");
        done(g, "ifconfig vxlan2 create vxlanid 42 vxlanremote 192.0.2.9", "", "vxlan2");
        refused(g, "ifconfig lagg0 create laggproto lacp laggport epair9a", "epair9a");
        done(g, "ifconfig bridge0 deletem em0 up", "", "em0");
        refused(g, "ifconfig bridge0 create", "bridge0 exists already");
        refused(g, "ifconfig vlan12 create", "ifconfig vlan12 create vlan N vlandev IF");
        refused(g, "ifconfig vlan12 create vlan 12 vlandev em7", "interface em7 does not exist");
        refused(g, "ifconfig vxlan2 create", "vxlanid N");
        refused(g, "ifconfig gif0 create", "FreeBSD's class gif");
        refused(g, "ifconfig lo1 create", "FreeBSD's class lo");
        refused(g, "ifconfig web0 create", "names no class");
        refused(g, "ifconfig epair3a create", "exists already");
        refused(g, "ifconfig epair9", "ifconfig epair9 create makes it");
        refused(g, "ifconfig bridge9 up", "ifconfig bridge9 create makes it");
        refused(g, "ifconfig nosuch", "interface nosuch does not exist");
}

static void test_words(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = network();

        (void)state;
        done(g, "ifconfig em0 up", "", "up");
        done(g, "ifconfig epair3a down", "", "down");
        done(g, "ifconfig em0 down", "", "");
        done(g, "ifconfig epair3a name uplink", "uplink\n", "rename epair3a to uplink");
        done(g, "ifconfig epair3a name uplink down", "uplink\n", "rename|uplink");
        done(g, "ifconfig epair3a destroy", "", "destroy epair3a");
        done(g, "ifconfig em0 mtu 1400", "", "1400");
        done(g, "ifconfig em0 description uplink", "", "uplink");
        done(g, "ifconfig bridge0 -description", "", "alias");
        done(g, "ifconfig em0 -description", "", "");
        done(g, "ifconfig em0 ether 02:aa:00:00:00:01", "", "02:aa:00:00:00:01");
        done(g, "ifconfig em0 lladdr 02:aa:00:00:00:01", "", "02:aa:00:00:00:01");
        done(g, "ifconfig em0 group wan", "", "jn.group.wan.");
        done(g, "ifconfig bridge0 -group jails", "", "jn.group.jails.0badcafe");
        done(g, "ifconfig bridge0 deletem em0", "", "em0");
        done(g, "ifconfig bridge0 deletem em0 deletem epair3a", "", "em0|epair3a");
        done(g, "ifconfig em0 vnet web", "", "move em0");
        done(g, "ifconfig em0 vnet 1", "", "move em0");
        done(g, "ifconfig epair3b -vnet web", "", "move");
        done(g, "ifconfig bridge0 stp em0", "", "spanning tree");
        done(g, "ifconfig em0 fib 0 metric 0 arp", "", "");

        refused(g, "ifconfig em0 vnet nobody", "jail \"nobody\" not found");
        refused(g, "ifconfig em0 vnet web up", "before vnet");
        refused(g, "ifconfig em0 -vnet web", "does not exist in web");
        refused(g, "ifconfig em0 name a-name-that-is-too-long", "longer than 15");
        refused(g, "ifconfig epair3a name em0", "em0");
        refused(g, "ifconfig em0 mtu 9", "MTU");
        refused(g, "ifconfig em0 ether 03:00:00:00:00:01", "group");
        refused(g, "ifconfig em0 ether 02:00:00:01", "MAC");
        refused(g, "ifconfig em0 group wan1", "digit");
        refused(g, "ifconfig bridge0 group bridge", "in the group bridge already");
        refused(g, "ifconfig bridge0 group jails", "in the group jails already");
        refused(g, "ifconfig em0 -group wan", "was not put");
        refused(g, "ifconfig em0 addm epair3a", "is a word for bridges");
        refused(g, "ifconfig bridge0 addm em0", "attached to bridge0 already");
        refused(g, "ifconfig bridge0 addm em9", "interface em9 does not exist");
        refused(g, "ifconfig bridge0 deletem lo", "no member of bridge0");
        refused(g, "ifconfig bridge0 addm", "'addm' requires argument");
        refused(g, "ifconfig bridge0 span em0", "is a port");
        refused(g, "ifconfig bridge0 -span em0", "gets no copies");
        refused(g, "ifconfig bridge0 span em9", "does not exist");
        done(g, "ifconfig bridge0 -discover em0", "", "no frames to unknown addresses out by em0");
        refused(g, "ifconfig bridge0 sticky em0", "one by one");
        refused(g, "ifconfig bridge0 ifpriority em0", "requires two arguments");
        refused(g, "ifconfig bridge0 learn em9", "interface em9 does not exist");
        refused(g, "ifconfig bridge0 static lo 02:00:00:00:00:01", "no member of bridge0");
        refused(g, "ifconfig em0 fib 3", "fib 3");
        refused(g, "ifconfig em0 destroy", "physical");
        refused(g, "ifconfig epair3a destroy up", "behind destroy");
        refused(g, "ifconfig epair3a delete destroy", "not here any more"); /* used to crash */
        refused(g, "ifconfig epair3a inet 10.0.0.1/24 alias vnet web", "not here any more");
        refused(g, "ifconfig em0 laggport epair3a", "word for laggs");
        refused(g, "ifconfig em0 vlan 7", "word for VLANs");
        refused(g, "ifconfig -z", "illegal option");
        refused(g, "ifconfig -j", "requires an argument");
        refused(g, "ifconfig -a up", "all interfaces at once");

        /* A word that is refused takes the whole line with it. */
        refused(g, "ifconfig epair3a name uplink addm em0", "is a word for bridges");
}

static void test_addresses(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        struct topo *t = topo_begin();
        size_t web = topo_jail(t, "web"), em0 = topo_link(t, 0, "em0", KIND_PHYSICAL, ""), a, b;
        CLEANUP(outcome_done) struct outcome o;

        (void)state;
        topo_pair(t, 0, "epair3a", web, "epair3b", &a, &b);
        topo_address(t, em0, "198.51.100.7/24");
        topo_address(t, b, "2001:db8::2/64");
        topo_address(t, b, "fe80::2/64");
        topo_iface_facts(t, em0)->is_up = false;
        g = topo_finish(t, NULL);
        done(g, "ifconfig em0 inet 192.0.2.1/28", "", "198.51.100.7/24|192.0.2.1/28");
        done(g, "ifconfig em0 192.0.2.1 netmask 255.255.255.240", "", "198.51.100.7/24|192.0.2.1/28");
        done(g, "ifconfig em0 inet 192.0.2.1 netmask 0xfffffff0 alias", "", "192.0.2.1/28");
        done(g, "ifconfig em0 inet alias 192.0.2.1/32", "", "192.0.2.1/32");
        done(g, "ifconfig em0 inet 192.0.2.1/24 broadcast 192.0.2.255 add up", "", "up|192.0.2.1/24");
        done(g, "ifconfig em0 inet 198.51.100.7/24", "", "");
        done(g, "ifconfig em0 inet 198.51.100.7/25", "", "198.51.100.7/24|198.51.100.7/25");
        done(g, "ifconfig em0 inet 198.51.100.7 -alias", "", "198.51.100.7/24");
        done(g, "ifconfig em0 -alias", "", "198.51.100.7/24");
        done(g, "ifconfig em0 inet 198.51.100.7 delete", "", "198.51.100.7/24");
        done(g, "ifconfig em0 inet6 2001:db8::9 prefixlen 48", "", "2001:db8::9/48");
        done(g, "ifconfig em0 inet6 2001:db8::9", "", "2001:db8::9/64");
        done(g, "ifconfig em0 inet6 accept_rtadv", "", "");
        done(g, "ifconfig -j web epair3b inet6 2001:db8::2 remove", "", "2001:db8::2/64");
        done(g, "ifconfig -j web epair3b inet6 fe80::2%epair3b/64 -alias", "", "fe80::2/64");
        done(g, "ifconfig em0 inet 192.0.2.1/24 alias inet6 2001:db8::9/64", "", "192.0.2.1/24|2001:db8::9/64");

        speak(g, false, "ifconfig em0 inet 10.0.0.1 alias", &o);
        assert_int_equal(o.status, 0);
        assert_non_null(strstr(text_str(&o.steps), "10.0.0.1/8"));
        assert_string_equal(text_str(&o.said),
                            "ifconfig: 10.0.0.1: has no netmask; taken for /8, by the class of old\n");

        /* Used to write beyond its end. */
        done(g, "ifconfig em0 inet6 2001:db8::1/64%em0 alias", "", "2001:db8::1/64");
        refused(g, "ifconfig em0 inet 10.0.0.300/24", "neither a word of ifconfig nor an address");
        refused(g, "ifconfig em0 frobnicate", "frobnicate: is neither a word");
        refused(g, "ifconfig em0 inet 10.0.0.1 netmask 255.0.255.0", "no netmask");
        refused(g, "ifconfig em0 inet 10.0.0.1/24 broadcast 10.0.0.7", "broadcast 10.0.0.7");
        refused(g, "ifconfig em0 inet 10.0.0.9 -alias", "no address of em0");
        refused(g, "ifconfig em0 inet 2001:db8::1/64 netmask 0xff", "netmask");
        refused(g, "ifconfig em0 inet6 10.0.0.1/24", "no address of the family inet6");
        refused(g, "ifconfig em0 alias", "address is missing");
        refused(g, "ifconfig em0 10.0.0.1/24 10.0.0.2", "one address a line");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_listing), cmocka_unit_test(test_members), cmocka_unit_test(test_hostile_names),
                cmocka_unit_test(test_create),  cmocka_unit_test(test_words),   cmocka_unit_test(test_addresses),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
