/* test_create.c - what the creating verbs plan: steps, commands, names, and what they refuse. */
#include "tests/unit/plan/planning.h"

static void test_jail(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "create jail web --path /jails/web --hostname web.example");

        (void)state;
        assert_steps(p, "make jail web rooted at /jails/web, host name web.example\nset web/lo up\n");
        assert_undo(p, "set web/lo down\nremove jail web\n");
        assert_iproute2(p, "ip netns add web\nip -n web link set dev lo up\n");
        assert_true(has_freebsd(p, "jail -c name=web vnet persist path=/jails/web host.hostname=web.example"));
        refused(g, "create jail www", "www: is a jail already");
        refused(g, "create jail host", "host");
        refused(g, "create jail a/b", "a/b");
        refused(g, "create jail x --path jails", "begin it with '/'");
}

static void test_bridge(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "create bridge br0 --mac 02:00:00:aa:bb:cc --stp --jail www");
        CLEANUP(plan_freep) struct plan *chosen = planned(g, "create bridge bridge1");

        (void)state;
        assert_steps(p,
                     "make bridge www/br0 with MAC 02:00:00:aa:bb:cc, spanning tree on\n"
                     "pin www/br0 to 02:00:00:aa:bb:cc (manual)\n");
        assert_iproute2(p, "ip -n www link add name br0 address 02:00:00:aa:bb:cc type bridge stp_state 1\n");
        assert_undo(p, "forget the pin of www/br0\ndestroy www/br0\n");
        assert_string_equal(p->made[0], "www/br0");

        /* A bridge's address is fixed when it is made; the plan chooses it, so that the preview shows it. */
        const struct step *s = find_step(chosen, STEP_LINK_ADD);

        assert_true(s->link.mac.is_set);
        assert_int_equal(s->link.mac.bytes[0], 0x02);
        assert_true(mac_equal(s->link.mac, find_step(chosen, STEP_PIN)->mac));
        assert_int_equal(find_step(chosen, STEP_PIN)->pin_source, PIN_CURRENT);
        refused(g, "create bridge bridge0", "bridge0");
        refused(g, "create bridge b --mac 01:00:00:00:00:01", "group");
        refused(g, "create bridge b --mac 00:00:00:00:00:00", "all-zero");
        refused(g, "create bridge b --jail nowhere", "nowhere");
}

static void test_epair_names(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *usual = planned(g, "create epair");
        CLEANUP(plan_freep) struct plan *given = planned(g, "create epair epair7");
        CLEANUP(plan_freep) struct plan *placed = planned(g, "create epair up0 www/eth0");
        const struct step *s = find_step(usual, STEP_LINK_ADD);

        (void)state; /* epair0 and epair1 are taken, the b ends in jails */
        assert_string_equal(s->link.name, "epair2a");
        assert_string_equal(s->link.peer_name, "epair2b");
        assert_int_equal(s->link.role, ROLE_EPAIR);
        assert_int_equal(s->link.mac.bytes[5], 0x0a);
        assert_int_equal(s->link.peer_mac.bytes[5], 0x0b);
        assert_string_equal(usual->made[0], "epair2a");
        assert_string_equal(usual->made[1], "epair2b");
        assert_true(has_freebsd(usual, "ifconfig epair2 create"));
        assert_string_equal(find_step(given, STEP_LINK_ADD)->link.peer_name, "epair7b");

        s = find_step(placed, STEP_LINK_ADD);
        assert_string_equal(s->at.jail, "host");
        assert_string_equal(s->link.peer_jail.jail, "www");
        assert_string_equal(s->link.peer_name, "eth0");
        assert_true(s->link.peer_jail.cookie != 0);
        assert_true(has_freebsd(placed, "ifconfig epair2b name eth0"));
        assert_true(has_freebsd(placed, "ifconfig eth0 vnet www"));
        refused(g, "create epair epair0a x", "epair0a");
        refused(g, "create epair alone", "the other end is missing");
        refused(g, "create epair x x", "one name");
        refused(g, "create epair a nowhere/b", "nowhere");
}

static void test_epair_in_jails_iproute2(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "create epair www/x0 y0");
        CLEANUP(plan_freep) struct plan *same = planned(g, "create epair www/x0 www/y0");
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        step_put_iproute2(&t, &p->steps[0]);
        assert_non_null(strstr(text_str(&t), "ip -n www link add name x0 address 02:"));
        assert_non_null(strstr(text_str(&t), " netns $$\n"));
        text_clear(&t);
        step_put_iproute2(&t, &same->steps[0]);
        assert_null(strstr(text_str(&t), "netns"));
}

static void test_long_name_is_shortened(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_seeds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "create tap a_name_longer_than_15");

        (void)state;
        assert_string_equal(find_step(p, STEP_LINK_ADD)->link.name, "a_name_longer_t");
        assert_string_equal(find_step(p, STEP_LINK_ALIAS)->text, "a_name_longer_than_15");
        assert_string_equal(find_step(p, STEP_LONG_NAME)->text, "a_name_longer_than_15");
        assert_true(has_note(p, "the interface is called a_name_longer_t"));
        assert_int_equal(p->notes[0].level, NOTE_WARNING);
}

static void test_eiface(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_eiface();
        CLEANUP(plan_freep) struct plan *p = planned(g, "create eiface");
        CLEANUP(plan_freep) struct plan *far = planned(g, "create eiface www/web0");
        CLEANUP(plan_freep) struct plan *inside = planned(g, "create eiface web0 --jail www");
        const struct link_spec *l = &find_step(p, STEP_LINK_ADD)->link;

        (void)state; /* ngeth0, ngeth1 and ngfab0 to ngfab3 are taken */
        assert_string_equal(l->name, "ngeth2");
        assert_string_equal(l->peer_name, "ngfab4");
        assert_int_equal(l->role, ROLE_EIFACE);
        assert_int_equal(l->peer_role, ROLE_FABRIC);
        assert_int_equal(p->made_count, 1);

        /* The node stays on the host, wherever the user's end is. */
        assert_string_equal(find_step(far, STEP_LINK_ADD)->at.jail, "www");
        assert_string_equal(find_step(far, STEP_LINK_ADD)->link.peer_jail.jail, "host");
        assert_string_equal(find_step(inside, STEP_LINK_ADD)->at.jail, "www");
        assert_string_equal(find_step(inside, STEP_LINK_ADD)->link.peer_jail.jail, "www");
}

static void test_stacked_kinds(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_kinds();
        CLEANUP(plan_freep) struct plan *vlan = planned(g, "create vlan eth0 30");
        CLEANUP(plan_freep) struct plan *macvlan = planned(g, "create macvlan eth0 mv9 --mode private");
        CLEANUP(plan_freep) struct plan *vxlan = planned(g, "create vxlan vx7 7 --remote 192.0.2.9 --dev eth0");
        CLEANUP(plan_freep) struct plan *tap = planned(g, "create tap tap1");
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        assert_iproute2(vlan, "ip link add link eth0 name eth0.30 type vlan id 30\n");
        assert_string_equal(find_step(vlan, STEP_LINK_ADD)->link.parent.iface, "eth0");
        assert_true(find_step(vlan, STEP_LINK_ADD)->link.parent.ifindex > 0);
        assert_true(has_freebsd(vlan, "ifconfig vlan create vlan 30 vlandev eth0 name eth0.30"));
        step_put_iproute2(&t, &macvlan->steps[0]);
        assert_non_null(strstr(text_str(&t), "ip link add link eth0 name mv9 address 02:"));
        assert_non_null(strstr(text_str(&t), " type macvlan mode private\n"));
        text_clear(&t);
        step_put_iproute2(&t, &vxlan->steps[0]);
        assert_non_null(strstr(text_str(&t), " type vxlan id 7 dstport 4789 remote 192.0.2.9 dev eth0\n"));
        assert_iproute2(tap, "ip tuntap add dev tap1 mode tap\n");
        refused(g, "create vlan eth0 20", "has VLAN 20 already, as eth0.20");
        refused(g, "create vlan eth0 4095", "1 to 4094");
        refused(g, "create vlan lo 5", "no Ethernet");
        refused(g, "create macvlan eth0 x --mode sideways", "not a mode");
        refused(g, "create macvlan eth1 x", "is a port of lagg0");
        refused(g, "create vxlan v 100", "vx100: has VXLAN id 100 already");
        refused(g, "create vxlan v 16777216", "16777215");
        refused(g, "create vxlan www/v 5 --dev eth0", "another jail");
}

/* A link kind that this kernel lacks must fail before anything was changed: the link comes first. */
static void test_lagg(void **state)
{
        const struct graph *g CLEANUP(graph_unrefp) = topo_kinds();
        CLEANUP(plan_freep) struct plan *p = planned(g, "create lagg lagg1 eth0 --proto lacp");

        (void)state;
        assert_int_equal(p->steps[0].op, STEP_LINK_ADD);
        assert_steps(p, "make lagg lagg1\nset eth0.20 down\nset eth0 down\nattach eth0 to lagg1\n");
        assert_iproute2(p,
                        "ip link add name lagg1 type bond mode 802.3ad\nip link set dev eth0.20 down\n"
                        "ip link set dev eth0 down\n"
                        "ip link set dev eth0 master lagg1\n");
        assert_undo(p, "detach eth0\nset eth0 up\nset eth0.20 up\ndestroy lagg1\n");
        refused(g, "create lagg lagg1 eth1", "attached to something already");
        refused(g, "create lagg lagg1 eth0 eth0", "named twice");
        refused(g, "create lagg lagg1 --proto magic", "failover");
        refused(g, "create lagg lagg1 lo", "cannot be a port");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_jail),
                cmocka_unit_test(test_bridge),
                cmocka_unit_test(test_epair_names),
                cmocka_unit_test(test_epair_in_jails_iproute2),
                cmocka_unit_test(test_long_name_is_shortened),
                cmocka_unit_test(test_eiface),
                cmocka_unit_test(test_stacked_kinds),
                cmocka_unit_test(test_lagg),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
